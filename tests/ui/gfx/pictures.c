#include "pictures.h"

#include <assert.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h> /* after stdio.h, which it needs */

uint32_t pictures_quarter(int x, int y, int width, int height)
{
    if (y < height / 2) {
        return x < width / 2 ? PICTURES_RED : PICTURES_GREEN;
    }
    return x < width / 2 ? PICTURES_BLUE : PICTURES_WHITE;
}

static void jpeg_row(uint8_t *row, int y, int width, int height, int kind)
{
    for (int x = 0; x < width; x++) {
        uint32_t c = pictures_quarter(x, y, width, height);
        if (kind & PICTURES_GREY) {
            *row++ = (uint8_t)(c >> 8);
            continue;
        }
        *row++ = (uint8_t)(c >> 16);
        *row++ = (uint8_t)(c >> 8);
        *row++ = (uint8_t)c;
        if (kind & PICTURES_CMYK) {
            *row++ = 255; /* inverted: no black ink */
        }
    }
}

uint8_t *pictures_jpeg(int width, int height, int kind, size_t *ret_n)
{
    struct jpeg_compress_struct c = {0};
    struct jpeg_error_mgr error;
    unsigned char *bytes = NULL;
    unsigned long n = 0;
    uint8_t *row = malloc((size_t)width * 4);
    assert(row);
    c.err = jpeg_std_error(&error);
    jpeg_create_compress(&c);
    jpeg_mem_dest(&c, &bytes, &n);
    c.image_width = (JDIMENSION)width;
    c.image_height = (JDIMENSION)height;
    c.input_components = kind & PICTURES_GREY ? 1 : kind & PICTURES_CMYK ? 4 : 3;
    c.in_color_space = kind & PICTURES_GREY ? JCS_GRAYSCALE : kind & PICTURES_CMYK ? JCS_CMYK : JCS_RGB;
    jpeg_set_defaults(&c);
    jpeg_set_quality(&c, 95, TRUE);
    if (kind & PICTURES_PROGRESSIVE) {
        jpeg_simple_progression(&c);
    }
    jpeg_start_compress(&c, TRUE);
    while (c.next_scanline < c.image_height) {
        jpeg_row(row, (int)c.next_scanline, width, height, kind);
        (void)jpeg_write_scanlines(&c, &row, 1);
    }
    jpeg_finish_compress(&c);
    jpeg_destroy_compress(&c);
    free(row);
    *ret_n = n;
    return bytes;
}

uint8_t *pictures_jpeg_turned(int width, int height, int orientation, bool big_endian, size_t *ret_n)
{
    static const uint8_t big[] = {
        0xff, 0xe1, 0, 42, 'E', 'x',  'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0,
        0,    8,    0, 2,  1,   0x0f, 0,   2,   0, 0, 0,   0,   0, 0,  0, 0, /* another tag first */
        1,    0x12, 0, 3,  0,   0,    0,   1,   0, 9, 0,   0};
    static const uint8_t little[] = {0xff, 0xe1, 0, 42, 'E',  'x', 'i', 'f', 0, 0, 'I', 'I', 42, 0, 8, 0,
                                     0,    0,    2, 0,  0x0f, 1,   2,   0,   0, 0, 0,   0,   0,  0, 0, 0, /* likewise */
                                     0x12, 1,    3, 0,  1,    0,   0,   0,   9, 0, 0,   0};
    size_t n;
    uint8_t *plain = pictures_jpeg(width, height, PICTURES_BASELINE, &n);
    uint8_t *bytes = malloc(n + sizeof(big));
    assert(plain && bytes && sizeof(big) == sizeof(little) && sizeof(big) == 44);
    memcpy(bytes, plain, 2);
    memcpy(bytes + 2, big_endian ? big : little, sizeof(big));
    bytes[2 + (big_endian ? 41 : 40)] = (uint8_t)orientation;
    memcpy(bytes + 2 + sizeof(big), plain + 2, n - 2);
    free(plain);
    *ret_n = n + sizeof(big);
    return bytes;
}

struct memory {
    uint8_t *bytes;
    size_t n, size;
};

static void write_memory(png_structp png, png_bytep bytes, size_t n)
{
    struct memory *m = png_get_io_ptr(png);
    if (m->n + n > m->size) {
        m->size = 2 * (m->n + n);
        uint8_t *more = realloc(m->bytes, m->size);
        assert(more);
        m->bytes = more;
    }
    memcpy(m->bytes + m->n, bytes, n);
    m->n += n;
}

static void set_palette(png_structp png, png_infop info, const uint8_t *rgba)
{
    png_color colours[4];
    png_byte alpha[4];
    for (int i = 0; i < 4; i++) {
        colours[i] = (png_color){.red = rgba[4 * i], .green = rgba[4 * i + 1], .blue = rgba[4 * i + 2]};
        alpha[i] = rgba[4 * i + 3];
    }
    png_set_PLTE(png, info, colours, 4);
    png_set_tRNS(png, info, alpha, 4, NULL);
}

uint8_t *pictures_png(const struct pictures_png *what, size_t *ret_n)
{
    struct memory m = {0};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    assert(png && info);
    if (setjmp(png_jmpbuf(png))) {
        abort();
    }
    png_set_write_fn(png, &m, write_memory, NULL);
    png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
    png_set_IHDR(png, info, (png_uint_32)what->width, (png_uint_32)what->height, what->depth, what->colour_type,
                 what->interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    if (what->palette) {
        set_palette(png, info, what->palette);
    }
    if (what->comment) {
        char key[] = "Comment";
        size_t length = strlen(what->comment);
        char *text = strdup(what->comment);
        png_set_text(
            png, info,
            &(png_text){.compression = PNG_TEXT_COMPRESSION_zTXt, .key = key, .text = text, .text_length = length}, 1);
        free(text);
    }
    png_write_info(png, info);
    uint8_t *row = calloc(1, png_get_rowbytes(png, info));
    assert(row);
    if (what->row) {
        memcpy(row, what->row, png_get_rowbytes(png, info));
    }
    int passes = png_set_interlace_handling(png);
    for (int i = 0; i < passes * what->height; i++) {
        png_write_row(png, row);
    }
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    free(row);
    *ret_n = m.n;
    return m.bytes;
}
