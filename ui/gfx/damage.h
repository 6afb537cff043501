#pragma once

/* Which parts of a picture have changed: a hash for each tile of what is drawn on it, compared with the last
 * picture's. */

#include "gfx/draw.h"
#include "gfx/surface.h"

struct damage;

enum { DAMAGE_TILE_PX = 32, DAMAGE_RECTS_MAX = 48 };

/** For a surface of @width x @height pixels. The first comparison finds everything changed. @return 0, -EINVAL,
 * -ENOMEM. */
int damage_new(int width, int height, struct damage **ret_damage);
void damage_free(struct damage *damage);
/** Everything counts as changed at the next comparison. */
void damage_all(struct damage *damage);
/** Compares @list, painted at @scale pixels a logical pixel, with the one before. @return how many rectangles,
 * none of which overlaps another, cover what has changed; they lie within the surface. */
size_t damage_compare(struct damage *damage, const struct draw_list *list, float scale,
                      struct pixel_rect ret_rects[DAMAGE_RECTS_MAX]);
