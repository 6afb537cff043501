#pragma once

/* What the process knows of a face, whatever its kind: a model of ui/screens that is told what happens, is drawn,
 * and wishes for things that only a process can do. entrance_face.c and shell_face.c are the kinds. */

#include "face/config.h"
#include "face/facts.h"
#include "face/link.h"
#include "face/photos.h"
#include "gfx/sound.h"
#include "widgets/ui.h"

#include <stdbool.h>
#include <stdint.h>

/* Both clocks at one moment. */
struct face_now {
    int64_t boot_us, utc_us;
};

/* What faces share: the process's. */
struct face_services {
    const struct ui_config *config;
    struct facts *facts;
    struct link *link;
    struct photos *photos;
    struct pins *pins;
    void (*play)(void *user, enum sound sound);
    void *user;
};

struct face_ops {
    /** Mandatory. Makes the model. @return 0 or a negative errno. */
    int (*open)(const struct face_config *config, const struct face_services *services, struct face_now now,
                void **ret_face);
    /** Mandatory. Takes NULL. */
    void (*close)(void *face);
    /** Mandatory. Whatever comes from the gate: state, news, status, checks, answers. */
    void (*link)(void *face, const struct link_event *event, struct face_now now);
    /** Mandatory. The branch may be another (facts_branch). */
    void (*branch)(void *face);
    /** Mandatory. A photo is there, or can't be: photos_find tells. */
    void (*photo)(void *face, int64_t customer);
    /** Optional. A PIN was compared, of this face or another: the ticket tells. */
    void (*pin)(void *face, int64_t ticket, bool matches, struct face_now now);
    /** Mandatory. The screen was touched. @return true when that only wakes it. */
    bool (*touch)(void *face, struct face_now now);
    /** Optional. What a person does, before @ui takes it. */
    void (*input)(void *face, const struct input_event *event, struct ui *ui, struct face_now now);
    /** Mandatory. */
    void (*intent)(void *face, const struct intent *intent, struct ui *ui, struct face_now now);
    /** Mandatory. Time has gone on; carries out what the model wishes. */
    void (*time)(void *face, struct face_now now);
    /** Mandatory. Boot time at which `time` is due. */
    int64_t (*deadline)(const void *face);
    /** Mandatory. */
    void (*view)(const void *face, struct ui *ui);
};

extern const struct face_ops entrance_face_ops, shell_face_ops;
