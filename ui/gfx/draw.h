#pragma once

/* The list of what is on a screen: commands in painting order, each with its bounds and a hash. Widgets add to it,
 * the painter paints it, and the hashes of two lists tell which parts of the picture have changed. Logical pixels. */

#include "gfx/colour.h"
#include "gfx/geometry.h"
#include "gfx/icon.h"
#include "gfx/surface.h"
#include "gfx/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DRAW_COMMANDS_MAX = 4096, DRAW_BYTES_MAX = 256 * 1024, DRAW_CLIPS_MAX = 16 };

enum draw_kind { DRAW_BOX, DRAW_SHADOW, DRAW_TEXT, DRAW_ICON, DRAW_IMAGE, DRAW_LINES, DRAW_PIE };

/* A rectangle, rounded or not; radius of half a side makes a circle. */
struct draw_box {
    struct colour fill; /* a = 0: not filled */
    struct colour fill_end; /* with `gradient`: at the lower edge */
    bool gradient;
    float radius;
    float border_px; /* lies within the rectangle; 0: none */
    struct colour border;
    float shadow_px; /* how far the shadow reaches; 0: none */
    float shadow_dy;
    struct colour shadow;
};

struct draw_point {
    float x, y;
};

struct draw_command {
    enum draw_kind kind;
    struct rect rect; /* as given */
    struct rect bounds; /* all that it paints, within its clip */
    struct rect clip;
    struct colour colour;
    uint64_t hash;
    union {
        struct draw_box box;
        struct {
            const char *string; /* in the list's own memory */
            struct text_style style;
            bool cut;
            int unknown;
        } text;
        struct {
            enum icon icon;
            float stroke;
        } icon;
        struct {
            const struct surface *surface; /* the caller's: lives until the next list is painted */
            uint64_t version;
            float radius;
        } image;
        struct {
            const struct draw_point *points; /* in the list's own memory */
            size_t n;
            float width;
            bool area; /* filled down to rect's lower edge, not stroked */
        } lines;
        struct {
            float from, to; /* turns, clockwise from the top */
            float width; /* of the ring */
        } pie;
    };
};

struct draw_list;

/** @text measures what is drawn and must outlive the list. @return 0 or -ENOMEM. */
int draw_list_new(struct text *text, struct draw_list **ret_list);
void draw_list_free(struct draw_list *list);
/** Empties it for a picture of @width x @height; what was added before is gone. */
void draw_begin(struct draw_list *list, float width, float height);

/* What doesn't fit any more is left out, and draw_overflowed says so. */

void draw_box(struct draw_list *list, struct rect rect, const struct draw_box *box);
/** A filled rectangle. */
void draw_fill(struct draw_list *list, struct rect rect, struct colour colour, float radius);
/** Within @rect by the style's align and vertical; wraps at its width. @return what it took. */
struct text_size draw_text(struct draw_list *list, struct rect rect, const char *string, const struct text_style *style,
                           struct colour colour);
/** In the middle of @rect, as large as its shorter side. @stroke in units of a 24 x 24 grid; 0: 2. */
void draw_icon(struct draw_list *list, struct rect rect, enum icon icon, struct colour colour, float stroke);
/** Fills @rect, cut to its proportions from the middle. @version changes whenever the surface's content does. */
void draw_image(struct draw_list *list, struct rect rect, const struct surface *surface, uint64_t version,
                float radius);
void draw_line(struct draw_list *list, float x0, float y0, float x1, float y1, float width, struct colour colour);
/** Points in @rect's own coordinates (0, 0 is its top left). @area: filled down to its lower edge. */
void draw_lines(struct draw_list *list, struct rect rect, const struct draw_point *points, size_t n, float width,
                bool area, struct colour colour);
/** A ring, or a part of it, within @rect. */
void draw_ring(struct draw_list *list, struct rect rect, float from_turn, float to_turn, float width,
               struct colour colour);
/** Everything until the pop is painted within @clip only. */
void draw_clip_push(struct draw_list *list, struct rect clip);
void draw_clip_pop(struct draw_list *list);
/** The clip in force. */
struct rect draw_clip(const struct draw_list *list);

struct text *draw_text_of(const struct draw_list *list);
const struct draw_command *draw_commands(const struct draw_list *list, size_t *ret_n);
float draw_width(const struct draw_list *list);
float draw_height(const struct draw_list *list);
bool draw_overflowed(const struct draw_list *list);
