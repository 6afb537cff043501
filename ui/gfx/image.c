#include "gfx/image.h"

#include "gfx/image_internal.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int image_check_size(uint64_t width, uint64_t height)
{
    if (width > IMAGE_SIDE_MAX || height > IMAGE_SIDE_MAX || width * height > IMAGE_PIXELS_MAX) {
        return IMAGE_TOO_LARGE;
    }
    return 0;
}

static int scaled(int side, int longer, int max_side_px)
{
    if (longer <= max_side_px) {
        return side;
    }
    int s = (int)(((int64_t)side * max_side_px + longer / 2) / longer);
    return s > 0 ? s : 1;
}

int image_result_init(struct surface *ret_surface, int width, int height, int max_side_px)
{
    int longer = width > height ? width : height;
    return surface_init(ret_surface, scaled(width, longer, max_side_px), scaled(height, longer, max_side_px));
}

int image_shrink_init(struct image_shrink *ret_shrink, int in_width, int in_height, struct surface *to)
{
    size_t sums = (size_t)to->width * 4;
    struct image_shrink s = {.in_width = in_width,
                             .in_height = in_height,
                             .room = in_height,
                             .line = calloc(sums, sizeof(*s.line)),
                             .sums = calloc(sums, sizeof(*s.sums)),
                             .to = to};
    if (!s.line || !s.sums) {
        image_shrink_finish(&s);
        return -ENOMEM;
    }
    *ret_shrink = s;
    return 0;
}

void image_shrink_finish(struct image_shrink *shrink)
{
    free(shrink->line);
    free(shrink->sums);
    *shrink = (struct image_shrink){0};
}

/* Lengths are counted in parts of which a source pixel has out_width and a pixel of the result in_width, so that each
 * overlap is a whole number. */
static void narrow(const struct image_shrink *s, const uint32_t *row)
{
    const uint32_t per_pixel = (uint32_t)s->to->width, per_sum = (uint32_t)s->in_width;
    uint32_t *out = s->line;
    uint32_t b = 0, g = 0, r = 0, a = 0, room = per_sum;
    for (int x = 0; x < s->in_width; x++) {
        uint32_t p = row[x];
        for (uint32_t left = per_pixel; left > 0;) {
            uint32_t part = left < room ? left : room;
            b += (p & 255) * part;
            g += (p >> 8 & 255) * part;
            r += (p >> 16 & 255) * part;
            a += (p >> 24) * part;
            left -= part;
            room -= part;
            if (room == 0) {
                out[0] = b;
                out[1] = g;
                out[2] = r;
                out[3] = a;
                out += 4;
                b = g = r = a = 0;
                room = per_sum;
            }
        }
    }
}

static void put_row(struct image_shrink *s)
{
    uint64_t area = (uint64_t)s->in_width * (uint64_t)s->in_height;
    uint32_t *to = s->to->pixels + (size_t)s->out_row * (size_t)s->to->stride;
    for (int x = 0; x < s->to->width; x++) {
        uint32_t pixel = 0;
        for (int k = 0; k < 4; k++) {
            pixel |= (uint32_t)((s->sums[4 * x + k] + area / 2) / area) << (8 * k);
        }
        to[x] = pixel;
    }
    memset(s->sums, 0, (size_t)s->to->width * 4 * sizeof(*s->sums));
    s->out_row++;
    s->room = s->in_height;
}

void image_shrink_row(struct image_shrink *shrink, const uint32_t *row)
{
    struct surface *to = shrink->to;
    if (to->width == shrink->in_width && to->height == shrink->in_height) {
        memcpy(to->pixels + (size_t)shrink->out_row * (size_t)to->stride, row, (size_t)to->width * sizeof(*row));
        shrink->out_row++;
        return;
    }
    narrow(shrink, row);
    for (int left = to->height; left > 0 && shrink->out_row < to->height;) {
        int part = left < shrink->room ? left : shrink->room;
        for (int i = 0; i < to->width * 4; i++) {
            shrink->sums[i] += (uint64_t)shrink->line[i] * (uint64_t)part;
        }
        left -= part;
        shrink->room -= part;
        if (shrink->room == 0) {
            put_row(shrink);
        }
    }
}

/* EXIF's orientation: 2 mirrored, 3 half a turn, 4 both; 5 to 8 the same with rows and columns exchanged. */
static int turn_upright(struct surface *surface, int orientation)
{
    if (orientation == 1) {
        return 0;
    }
    const bool exchanged = orientation >= 5;
    const bool from_right = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    const bool from_below = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    struct surface turned = {0};
    int r = surface_init(&turned, exchanged ? surface->height : surface->width,
                         exchanged ? surface->width : surface->height);
    if (r < 0) {
        return r;
    }
    for (int y = 0; y < turned.height; y++) {
        for (int x = 0; x < turned.width; x++) {
            int from_x = exchanged ? y : x, from_y = exchanged ? x : y;
            from_x = from_right ? surface->width - 1 - from_x : from_x;
            from_y = from_below ? surface->height - 1 - from_y : from_y;
            turned.pixels[(size_t)y * (size_t)turned.stride + (size_t)x] =
                surface->pixels[(size_t)from_y * (size_t)surface->stride + (size_t)from_x];
        }
    }
    surface_finish(surface);
    *surface = turned;
    return 0;
}

int image_decode(const void *bytes, size_t n, int max_side_px, struct surface *ret_surface)
{
    static const uint8_t jpeg[] = {0xff, 0xd8, 0xff}, png[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    if (max_side_px < 1 || max_side_px > IMAGE_RESULT_SIDE_MAX) {
        return -EINVAL;
    }
    if (n > IMAGE_BYTES_MAX) {
        return IMAGE_TOO_LARGE;
    }
    struct surface surface = {0};
    int r = IMAGE_UNKNOWN;
    if (n >= sizeof(jpeg) && memcmp(bytes, jpeg, sizeof(jpeg)) == 0) {
        r = image_decode_jpeg(bytes, n, max_side_px, &surface);
        if (r == 0) {
            r = turn_upright(&surface, image_jpeg_orientation(bytes, n));
        }
    } else if (n >= sizeof(png) && memcmp(bytes, png, sizeof(png)) == 0) {
        r = image_decode_png(bytes, n, max_side_px, &surface);
    }
    if (r != 0) {
        surface_finish(&surface);
        return r;
    }
    *ret_surface = surface;
    return 0;
}
