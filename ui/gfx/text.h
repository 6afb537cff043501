#pragma once

/* Text: shaped by Pango, in Inter, measured and drawn through one cache of layouts. Sizes in logical pixels. One handle
 * serves one thread. */

#include "gfx/geometry.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text;

enum text_weight { TEXT_REGULAR, TEXT_MEDIUM, TEXT_SEMIBOLD, TEXT_BOLD };
enum text_align { TEXT_START, TEXT_MIDDLE, TEXT_END }; /* start: at the left, a right-to-left name too */
enum text_vertical { TEXT_TOP, TEXT_CENTRE, TEXT_BOTTOM };

struct text_style {
    float size_px;
    enum text_weight weight;
    enum text_align align;
    enum text_vertical vertical;
    float line_height; /* of a line, as a multiple of the size; 0: the font's own */
    float tracking_px; /* added between characters */
    bool tabular; /* figures of one width, for what changes in place */
    int max_lines; /* 0 and 1: one line; what doesn't fit ends in an ellipsis */
};

struct text_size {
    float w, h; /* of the box that the lines take */
    float baseline; /* of the first line, from the top */
    int lines;
    bool cut; /* an ellipsis was needed */
    int unknown; /* characters for which no font has a glyph */
    struct rect ink; /* what is painted, relative to the box's top left */
};

/** @fonts_conf is a fontconfig file that names the fonts' folders; nothing else of the machine's configuration
 * counts, so that text looks the same everywhere. @scale: device pixels in a logical one. Fonts that are missing
 * are replaced by what there is; with none at all texts take room but aren't painted, and one line in the log says
 * so. @return 0 with *ret_text (close with text_close) or a negative errno. */
int text_open(const char *fonts_conf, float scale, struct text **ret_text);
/** Takes NULL. */
void text_close(struct text *text);
/** False when there is no font at all. */
bool text_has_fonts(const struct text *text);
/** The family that stands in for a weight ("Inter"), for the log and the service face. */
const char *text_family(const struct text *text);

/** Measures @string (UTF-8; what isn't is replaced) within @width (<= 0: without end). */
struct text_size text_measure(struct text *text, const char *string, const struct text_style *style, float width);
/** The largest size up to style->size_px at which @string fits @width in style->max_lines lines without an
 * ellipsis, but at least @least_px. */
float text_fit(struct text *text, const char *string, const struct text_style *style, float width, float least_px);
/** Where the cursor before byte @byte of a single line stands, from the text's left edge. */
float text_cursor_x(struct text *text, const char *string, const struct text_style *style, size_t byte);
/** The byte before which a touch at @x puts the cursor. */
size_t text_byte_at(struct text *text, const char *string, const struct text_style *style, float x);
/** How many layouts are kept: for tests and the service face. */
size_t text_cached(const struct text *text);

/* For the painter alone. */
struct _cairo;
/** Paints @string with the current source. @box: the place and the width that it was measured with. */
void text_paint(struct text *text, struct _cairo *cr, const char *string, const struct text_style *style,
                struct rect box);
