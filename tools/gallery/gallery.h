#pragma once

/* Every screen in every state that is worth a look, drawn without a window: for pictures, for the lint, for the golden
 * pictures and for the damage test. Uses the tree's fonts.conf and the build's catalogues. */

#include "gfx/surface.h"
#include "i18n/i18n.h"
#include "widgets/ui.h"

#include <stddef.h>
#include <stdint.h>

/* A screen in one state. `view` draws it as the screen's own view does, over a model of its own that is the same
 * at each call. The language is in force already. It may set theme, focus and scrolling; it reads no clock but
 * ui_now. */
struct gallery_fixture {
    const char
        *name; /* small letters, figures and '-', one of a kind; what stands before the first '-' is the screen */
    void (*view)(struct ui *ui, enum language language);
};

struct gallery_size {
    int width, height; /* px */
};

enum { GALLERY_SIZES = 4, GALLERY_FIXTURES_MAX = 256 };
#define GALLERY_NOW_US INT64_C(3600000000) /* boot time in every picture */

/** The sizes of displays that screens are made for; the last one is upright. */
extern const struct gallery_size gallery_sizes[GALLERY_SIZES];

/** All fixtures, screen by screen. Static memory. */
const struct gallery_fixture *gallery_fixtures(size_t *ret_n);
/** NULL when there is none of this name. */
const struct gallery_fixture *gallery_find(const char *name);

/* Each author's; for gallery.c alone. */
size_t fixtures_entrance(const struct gallery_fixture **ret_fixtures);
size_t fixtures_shell(const struct gallery_fixture **ret_fixtures);

struct gallery;

/** @return 0; -ENOENT or -EBADMSG for catalogues that are missing or broken; another negative errno. */
int gallery_open(struct gallery **ret_gallery);
/** Takes NULL. */
void gallery_close(struct gallery *gallery);
struct text *gallery_text(struct gallery *gallery);

/** Draws the fixture into a ui of its own, as often as it takes to settle. @return the ui, with its nodes and its
 * draw list, until the next call or gallery_close; NULL when memory has run out. */
struct ui *gallery_draw(struct gallery *gallery, const struct gallery_fixture *fixture, struct gallery_size size,
                        enum language language);
/** Paints what was drawn last into a new surface, the caller's to finish. @return 0 or a negative errno. */
int gallery_paint(struct gallery *gallery, struct surface *ret_surface);

/** What gallery_draw does, in a ui of the caller's, at a time of its own. Intents are dropped. */
void gallery_settle(struct ui *ui, const struct gallery_fixture *fixture, int64_t now_us, struct gallery_size size,
                    enum language language);
