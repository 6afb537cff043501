#pragma once

/* Photos: JPEG or PNG bytes from anywhere, made into pixels no larger than needed. Pure; keeps no state.
 *
 * Whatever the bytes are, it takes 24 MB of memory at most beside them, and time by the picture's size. */

#include "gfx/surface.h"

#include <stddef.h>

enum {
    IMAGE_BYTES_MAX = 8 * 1024 * 1024,
    IMAGE_SIDE_MAX = 8192, /* px, of what is decoded */
    IMAGE_PIXELS_MAX = 24 * 1000 * 1000,
    IMAGE_RESULT_SIDE_MAX = 1024 /* px, of what comes out */
};

/* Outcomes other than 0. */
enum {
    IMAGE_UNKNOWN = 1, /* neither JPEG nor PNG, or of a kind that isn't read */
    IMAGE_BROKEN, /* damaged, or cut off */
    IMAGE_TOO_LARGE /* beyond the limits above, or such that it can't be decoded within the memory: a progressive JPEG
                       of more than about 5 million pixels, an interlaced PNG of more than 4 million */
};

/** Decodes and, where its longer side is more than @max_side_px, shrinks by averaging; it never enlarges. Turned
 * upright as its EXIF orientation says (JPEG). Colours are taken as sRGB. @return 0: @ret_surface is the caller's
 * to finish; an outcome above; -EINVAL for a @max_side_px that isn't 1 to IMAGE_RESULT_SIDE_MAX; -ENOMEM. */
int image_decode(const void *bytes, size_t n, int max_side_px, struct surface *ret_surface);
