#include "gallery/picture.h"

#include "base/cleanup.h"
#include "base/file.h"

#include <errno.h>
#include <png.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

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

/* A file's bytes while they are made. */
struct bytes {
    uint8_t *data;
    size_t n, room;
};

static void append(png_structp png, png_bytep data, size_t n)
{
    struct bytes *bytes = png_get_io_ptr(png);
    if (bytes->room - bytes->n < n) {
        size_t room = 2 * bytes->room + n;
        uint8_t *more = realloc(bytes->data, room);
        if (!more) {
            png_error(png, "memory");
        }
        bytes->data = more;
        bytes->room = room;
    }
    memcpy(bytes->data + bytes->n, data, n);
    bytes->n += n;
}

static void flush(png_structp png)
{
    (void)png;
}

/* Alone in its function, so that no local of ours lives across libpng's jump. */
static int pack_rows(png_structp png, png_infop info, const struct surface *surface, int filters, uint8_t *row)
{
    if (setjmp(png_jmpbuf(png))) {
        return -ENOMEM;
    }
    png_set_compression_level(png, 9);
    png_set_compression_mem_level(png, 9);
    png_set_compression_strategy(png, PNG_Z_DEFAULT_NOFILTER_STRATEGY);
    png_set_filter(png, 0, filters);
    png_set_IHDR(png, info, (png_uint_32)surface->width, (png_uint_32)surface->height, 8, PNG_COLOR_TYPE_RGB,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    for (int y = 0; y < surface->height; y++) {
        const uint32_t *pixels = surface->pixels + (size_t)y * (size_t)surface->stride;
        for (int x = 0; x < surface->width; x++) {
            row[3 * x] = (uint8_t)(pixels[x] >> 16);
            row[3 * x + 1] = (uint8_t)(pixels[x] >> 8);
            row[3 * x + 2] = (uint8_t)pixels[x];
        }
        png_write_row(png, row);
    }
    png_write_end(png, NULL);
    return 0;
}

static int pack(const struct surface *surface, int filters, struct bytes *bytes)
{
    _cleanup_free_ uint8_t *row = malloc((size_t)surface->width * 3);
    if (!row) {
        return -ENOMEM;
    }
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, give_up, say_nothing);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (!info) {
        png_destroy_write_struct(&png, NULL);
        return -ENOMEM;
    }
    png_set_write_fn(png, bytes, append, flush);
    int r = pack_rows(png, info, surface, filters, row);
    png_destroy_write_struct(&png, &info);
    return r;
}

/* Which filter packs best depends on the picture: each is tried. */
static int pack_best(const struct surface *surface, struct bytes *ret_best)
{
    static const int filters[] = {PNG_FILTER_NONE, PNG_FILTER_SUB, PNG_FILTER_UP, PNG_FILTER_PAETH, PNG_ALL_FILTERS};
    struct bytes best = {0};
    for (size_t i = 0; i < ARRAY_LEN(filters); i++) {
        struct bytes bytes = {0};
        int r = pack(surface, filters[i], &bytes);
        if (r < 0) {
            free(bytes.data);
            free(best.data);
            return r;
        }
        if (!best.data || bytes.n < best.n) {
            free(best.data);
            best = bytes;
        } else {
            free(bytes.data);
        }
    }
    *ret_best = best;
    return 0;
}

int picture_write(const struct surface *surface, const char *path)
{
    struct bytes bytes;
    int r = pack_best(surface, &bytes);
    if (r == 0) {
        r = file_replace(path, bytes.data, bytes.n, 0644);
        free(bytes.data);
    }
    return r;
}

static int read_pixels(png_image *image, struct surface *ret_surface)
{
    struct surface surface = {0};
    if (image->width > SURFACE_SIDE_MAX || image->height > SURFACE_SIDE_MAX || image->format & PNG_FORMAT_FLAG_ALPHA) {
        png_image_free(image);
        return -EBADMSG;
    }
    int r = surface_init(&surface, (int)image->width, (int)image->height);
    if (r < 0) {
        png_image_free(image);
        return r;
    }
    image->format = PNG_FORMAT_RGB;
    _cleanup_free_ uint8_t *bytes = malloc(PNG_IMAGE_SIZE(*image));
    if (!bytes || !png_image_finish_read(image, NULL, bytes, 0, NULL)) {
        png_image_free(image);
        surface_finish(&surface);
        return bytes ? -EBADMSG : -ENOMEM;
    }
    for (size_t i = 0; i < (size_t)surface.width * (size_t)surface.height; i++) {
        surface.pixels[i] =
            UINT32_C(0xff000000) | (uint32_t)bytes[3 * i] << 16 | (uint32_t)bytes[3 * i + 1] << 8 | bytes[3 * i + 2];
    }
    *ret_surface = surface;
    return 0;
}

int picture_read(const char *path, struct surface *ret_surface)
{
    _cleanup_file_ FILE *file = fopen(path, "rbe");
    if (!file) {
        return -errno;
    }
    png_image image = {.version = PNG_IMAGE_VERSION};
    if (!png_image_begin_read_from_stdio(&image, file)) {
        return -EBADMSG;
    }
    return read_pixels(&image, ret_surface);
}
