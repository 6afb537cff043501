#include "gallery/picture.h"

#include "base/cleanup.h"

#include <errno.h>
#include <png.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>

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

/* Alone in its function, so that no local of ours lives across libpng's jump. */
static int write_rows(png_structp png, png_infop info, const struct surface *surface, uint8_t *row)
{
    if (setjmp(png_jmpbuf(png))) {
        return -EIO;
    }
    png_set_compression_level(png, 9);
    png_set_compression_mem_level(png, 9);
    png_set_filter(png, 0, PNG_ALL_FILTERS);
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

static int write_file(const struct surface *surface, FILE *file)
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
    png_init_io(png, file);
    int r = write_rows(png, info, surface, row);
    png_destroy_write_struct(&png, &info);
    return r;
}

int picture_write(const struct surface *surface, const char *path)
{
    FILE *file = fopen(path, "wbe");
    if (!file) {
        return -errno;
    }
    int r = write_file(surface, file);
    if (fclose(file) != 0 && r == 0) {
        r = -errno;
    }
    if (r < 0) {
        (void)remove(path);
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
