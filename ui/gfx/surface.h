#pragma once

/* Pixels in memory: 32 bits each, premultiplied ARGB in the machine's byte order, as Cairo's ARGB32 and SDL's ARGB8888
 * have them. Plain; whoever makes one frees it. */

#include <stddef.h>
#include <stdint.h>

enum { SURFACE_SIDE_MAX = 8192 };

struct surface {
    uint32_t *pixels;
    int width, height; /* px */
    int stride; /* pixels from one row to the next */
};

/* A rectangle of whole pixels. */
struct pixel_rect {
    int x, y, w, h;
};

/** All pixels transparent black. @return 0; -EINVAL for a side that isn't 1 to SURFACE_SIDE_MAX; -ENOMEM. */
int surface_init(struct surface *ret_surface, int width, int height);
/** Takes a zeroed one. */
void surface_finish(struct surface *surface);
/** What of @r lies on the surface. */
struct pixel_rect surface_clip(const struct surface *surface, struct pixel_rect r);
/** Writes a PNG with the given rows, opaque or not as the pixels are. @return 0 or a negative errno. */
int surface_write_png(const struct surface *surface, const char *path);
