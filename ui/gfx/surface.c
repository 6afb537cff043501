#include "gfx/surface.h"

#include "base/cleanup.h"

#include <errno.h>
#include <png.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>

int surface_init(struct surface *ret_surface, int width, int height)
{
    if (width < 1 || width > SURFACE_SIDE_MAX || height < 1 || height > SURFACE_SIDE_MAX) {
        return -EINVAL;
    }
    uint32_t *pixels = calloc((size_t)width * (size_t)height, sizeof(*pixels));
    if (!pixels) {
        return -ENOMEM;
    }
    *ret_surface = (struct surface){.pixels = pixels, .width = width, .height = height, .stride = width};
    return 0;
}

void surface_finish(struct surface *surface)
{
    if (surface) {
        free(surface->pixels);
        *surface = (struct surface){0};
    }
}

static void clip(int *start, int *length, int max)
{
    int64_t end = (int64_t)*start + (*length > 0 ? *length : 0);
    int64_t first = *start > 0 ? *start : 0;
    int64_t last = end < max ? end : max;
    *start = (int)(first < max ? first : max);
    *length = (int)(last > first ? last - first : 0);
}

struct pixel_rect surface_clip(const struct surface *surface, struct pixel_rect r)
{
    clip(&r.x, &r.w, surface->width);
    clip(&r.y, &r.h, surface->height);
    if (r.w == 0 || r.h == 0) {
        r.w = 0;
        r.h = 0;
    }
    return r;
}

static bool is_opaque(const struct surface *surface)
{
    for (int y = 0; y < surface->height; y++) {
        const uint32_t *row = surface->pixels + (size_t)y * (size_t)surface->stride;
        for (int x = 0; x < surface->width; x++) {
            if (row[x] >> 24 != 255) {
                return false;
            }
        }
    }
    return true;
}

static uint8_t unmultiplied(uint32_t channel, uint32_t alpha)
{
    uint32_t v = alpha ? (channel * 255 + alpha / 2) / alpha : 0;
    return (uint8_t)(v < 255 ? v : 255);
}

/* One row as PNG has it: RGB or RGBA, not premultiplied. */
static void convert(const uint32_t *row, int width, bool opaque, uint8_t *ret)
{
    for (int x = 0; x < width; x++) {
        uint32_t a = row[x] >> 24;
        *ret++ = unmultiplied(row[x] >> 16 & 255, a);
        *ret++ = unmultiplied(row[x] >> 8 & 255, a);
        *ret++ = unmultiplied(row[x] & 255, a);
        if (!opaque) {
            *ret++ = (uint8_t)a;
        }
    }
}

/* Alone in its function, so that no local of ours lives across libpng's jump. */
static int write_rows(png_structp png, png_infop info, const struct surface *surface, bool opaque, uint8_t *row)
{
    if (setjmp(png_jmpbuf(png))) {
        return -EIO;
    }
    /* Pictures of screens are flat: little is won by looking longer. */
    png_set_compression_level(png, 3);
    png_set_IHDR(png, info, (png_uint_32)surface->width, (png_uint_32)surface->height, 8,
                 opaque ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_RGB_ALPHA, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    for (int y = 0; y < surface->height; y++) {
        convert(surface->pixels + (size_t)y * (size_t)surface->stride, surface->width, opaque, row);
        png_write_row(png, row);
    }
    png_write_end(png, NULL);
    return 0;
}

static void say_nothing(png_structp png, png_const_charp text)
{
    (void)png;
    (void)text;
}

static void give_up(png_structp png, png_const_charp text)
{
    (void)text;
    png_longjmp(png, 1);
}

static int write_file(const struct surface *surface, FILE *file)
{
    _cleanup_free_ uint8_t *row = malloc((size_t)surface->width * 4);
    if (!row) {
        return -ENOMEM;
    }
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, give_up, say_nothing);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (!info) {
        png_destroy_write_struct(&png, NULL);
        return -ENOMEM;
    }
    png_init_io(png, file);
    int r = write_rows(png, info, surface, is_opaque(surface), row);
    png_destroy_write_struct(&png, &info);
    return r;
}

int surface_write_png(const struct surface *surface, const char *path)
{
    _cleanup_file_ FILE *file = fopen(path, "wbe");
    if (!file) {
        return -errno;
    }
    int r = write_file(surface, file);
    if (r == 0 && fflush(file) != 0) {
        r = -errno;
    }
    struct stat is;
    if (r < 0 && fstat(fileno(file), &is) == 0 && S_ISREG(is.st_mode)) {
        (void)remove(path); /* half a picture; a device stays */
    }
    return r;
}
