#pragma once

/* Paints a draw list with Cairo. Keeps shadows and the like that are dear to make. */

#include "gfx/draw.h"
#include "gfx/surface.h"

struct painter;

/** @scale: device pixels in a logical one. @return 0 or -ENOMEM. */
int painter_new(float scale, struct painter **ret_painter);
void painter_free(struct painter *painter);
/** Paints the parts of @list that lie in each of the @n rectangles, nothing outside them. The list begins with
 * something opaque that covers everything. @return 0 or a negative errno. */
int painter_paint(struct painter *painter, const struct draw_list *list, struct surface *surface,
                  const struct pixel_rect *rects, size_t n);
