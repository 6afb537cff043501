#pragma once

/* What the decoders share. Folder gfx only. */

#include "gfx/image.h"

#include <stdint.h>

/* Makes a picture smaller as its rows come in, by exact averages: a pixel of the result is the mean of what it covers,
 * parts of pixels by their part. */
struct image_shrink {
    int in_width, in_height;
    int out_row,
        room; /* the row that is being summed; how much more of the source belongs to it, in 1/out_height rows */
    uint32_t *line; /* one source row, narrowed: four sums for each pixel of the result */
    uint64_t *sums;
    struct surface *to;
};

/** The surface for a picture of this size: no larger than @max_side_px on its longer side. @return 0 or -ENOMEM. */
int image_result_init(struct surface *ret_surface, int width, int height, int max_side_px);
/** Rows of @in_width, @in_height of them, will fill @to, which must stay. @return 0 or -ENOMEM. */
int image_shrink_init(struct image_shrink *ret_shrink, int in_width, int in_height, struct surface *to);
/** The next row, premultiplied ARGB; there are in_height of them. */
void image_shrink_row(struct image_shrink *shrink, const uint32_t *row);
/** Frees what it needed, which isn't @to. Takes a zeroed one. */
void image_shrink_finish(struct image_shrink *shrink);

/** 0 or IMAGE_TOO_LARGE. */
int image_check_size(uint64_t width, uint64_t height);

/* Each: 0 and *@to to be finished by the caller in any case; an outcome of image.h; -ENOMEM. */
int image_decode_jpeg(const uint8_t *bytes, size_t n, int max_side_px, struct surface *to);
int image_decode_png(const uint8_t *bytes, size_t n, int max_side_px, struct surface *to);

/** A JPEG's EXIF orientation, 1 to 8; 1 (upright) when it says none that makes sense. */
int image_jpeg_orientation(const uint8_t *bytes, size_t n);
