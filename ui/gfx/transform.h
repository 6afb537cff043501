#pragma once

/* Between a panel's pixels and the logical ones that a screen lays out in: rotation, display scale, touch matrix.
 *
 * Three pictures: the panel ("physical", as it is wired), the render surface (the panel turned upright, in pixels:
 * width and height are swapped at 90 and 270), and the logical picture (the render surface divided by the scale).
 * A point is continuous: a pixel's middle lies at its number + 0.5. Pure. */

#include "gfx/surface.h"

#include <stdbool.h>
#include <stdint.h>

/* How far beyond the panel's edge a touch may lie, in parts of the panel: such a one counts as on the edge. */
#define TRANSFORM_JITTER    0.01f
#define TRANSFORM_SCALE_MIN 0.5f
#define TRANSFORM_SCALE_MAX 4.0f

struct transform {
    int rotation; /* degrees clockwise that the picture is turned by on its way to the panel: 0, 90, 180, 270 */
    float scale; /* panel pixels per logical pixel */
    float touch
        [6]; /* a b c d e f: x' = a x + b y + c, y' = d x + e y + f, both in parts of the panel (as libinput has it) */
    int physical_w, physical_h; /* px */
};

/** Upright, one to one, with a touch panel that fits. */
struct transform transform_of(int physical_w, int physical_h);
/** False when anything is out of its range, or the touch matrix throws places together. */
bool transform_valid(const struct transform *t);
/** Reads "a b c d e f", decimal numbers with a point, whatever the locale. @return false, nothing changed, for anything
 * else and for a matrix that can't be turned back. */
bool transform_parse_touch(const char *text, float ret_touch[6]);

/** The render surface's size in pixels. */
void transform_render_size(const struct transform *t, int *ret_width, int *ret_height);
/** The logical size. */
void transform_logical_size(const struct transform *t, float *ret_width, float *ret_height);

/** From a touch as the device tells it (0 to 1 each, before the matrix) to logical pixels, always within the picture.
 * @return false, nothing changed, when it lies beyond the edge by more than TRANSFORM_JITTER, or is no number. */
bool transform_touch(const struct transform *t, float nx, float ny, float *ret_x, float *ret_y);
/** The reverse: what the device would tell of a touch there. */
void transform_untouch(const struct transform *t, float x, float y, float *ret_nx, float *ret_ny);
/** From a place on the panel to logical pixels; a place outside stays outside. For a mouse that stands on a pixel, pass
 * the middle of it. */
void transform_point(const struct transform *t, float physical_x, float physical_y, float *ret_x, float *ret_y);
/** The reverse. */
void transform_unpoint(const struct transform *t, float x, float y, float *ret_physical_x, float *ret_physical_y);

/** Where a rectangle of the render surface comes to lie on the panel. */
struct pixel_rect transform_rect(const struct transform *t, struct pixel_rect r);
/** Copies the part of @r that lies within the render surface @from, turned, to its place in the panel's pixels
 * @to, whose rows are @to_stride pixels apart. @from must have the size that transform_render_size tells. @return
 * 0; -EINVAL for a surface of another size, with nothing copied. */
int transform_copy(const struct transform *t, const struct surface *from, struct pixel_rect r, uint32_t *to,
                   int to_stride);
