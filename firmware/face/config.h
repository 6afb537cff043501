#pragma once

/* The configuration of stile-ui: one [ui] section, and one [face NAME] for each display. README.md lists the keys. */

#include "core/date.h"
#include "gfx/transform.h"
#include "i18n/i18n.h"
#include "screens/entrance.h"
#include "theme/theme.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FACE_MAX = 4, FACE_PATH_SIZE = 108, FACE_FOLDER_SIZE = 512, FACE_NAME_SIZE = 32, FACE_ERROR_SIZE = 192 };

enum face_kind { FACE_ENTRANCE, FACE_DESK, FACE_SERVICE, FACE_KINDS };

struct face_config {
    char name[FACE_NAME_SIZE];
    enum face_kind kind;
    int display; /* 0 for the first */
    int width, height; /* of a window; 0: as large as the display */
    bool placed; /* a window's top left corner is to be at x, y */
    int x, y;
    bool fullscreen;
    struct transform transform; /* rotation, scale and touch; its size is not set */
    char touch_device[FACE_PATH_SIZE];
    enum theme_kind theme;
    bool keyboard; /* on the screen */
    char lanes[ENTRANCE_PANES][FACE_NAME_SIZE]; /* the entrance's; "" ends them; none: all */
    enum entrance_place reader_place;
    bool my_card, phones;
    int64_t saver_us; /* 0: never */
    char sign_in_reader[FACE_NAME_SIZE]; /* whose staff cards sign in here; "": none */
    int64_t sign_out_us; /* after so long without a touch */
};

struct ui_config {
    char control_path[FACE_PATH_SIZE], list_path[FACE_PATH_SIZE], journal_path[FACE_PATH_SIZE];
    char locale_path[FACE_FOLDER_SIZE], fonts_path[FACE_FOLDER_SIZE];
    char point[FACE_NAME_SIZE]; /* the access point whose branch this is; "": that of the gate's first reader */
    enum language language;
    uint32_t volume_percent; /* 0: no sounds */
    struct face_config faces[FACE_MAX];
    size_t n_faces;
};

/** Reads the text of a file. @return 0, or -EINVAL with the line and the reason in @ret_error. */
int face_config_parse(const char *text, struct ui_config *ret_config, char ret_error[FACE_ERROR_SIZE]);
/** Reads a file of at most 64 KiB. @return as face_config_parse, or another negative errno, also with @ret_error. */
int face_config_read(const char *path, struct ui_config *ret_config, char ret_error[FACE_ERROR_SIZE]);
/** What a section sets when it says nothing: a face of this kind on any display. */
void face_config_preset(struct face_config *ret_face, enum face_kind kind);
/** "entrance", "desk", "service". */
const char *face_kind_text(enum face_kind kind);
/** @return FACE_KINDS for another word. */
enum face_kind face_kind_parse(const char *text);
