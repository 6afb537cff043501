#include "gallery/portrait.h"

#include "base/cleanup.h"

#include <cairo.h>
#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h> /* after stdio.h, which it needs */

/* All coordinates are for PORTRAIT_WIDTH by PORTRAIT_HEIGHT. From the back: wall, hair, clothes, neck, face. */

enum hair { HAIR_LONG, HAIR_SHORT, HAIR_BEARD, HAIR_ROUND, HAIR_BUN };

struct person {
    uint32_t wall_above, wall_below, hair, skin, shade, clothes; /* 0xRRGGBB; shade: the neck */
    enum hair style;
};

static const struct person people[PORTRAIT_COUNT] = {
    {0xfbe8d8, 0xd2bdac, 0x75757a, 0xc49372, 0xb17f5f, 0xe7e7ed, HAIR_LONG},
    {0xe6e7fb, 0xbfc1d4, 0x8a4b2b, 0xf3cbb1, 0xdcb096, 0x34558a, HAIR_SHORT},
    {0xd9f2e6, 0xb4d3c4, 0x1f1d21, 0xe5b896, 0xcf9f7c, 0x8d2f3f, HAIR_LONG},
    {0xfdf0cf, 0xdccba2, 0x23191a, 0x7a4b36, 0x65392a, 0x2f7a62, HAIR_ROUND},
    {0xe3f0fb, 0xb9cbdb, 0xd9b06a, 0xf6d6c2, 0xe0b9a3, 0x5a4a9c, HAIR_BUN},
    {0xf4e4ee, 0xd3bccb, 0x3a2c28, 0xb98260, 0xa26d4d, 0xd98e3f, HAIR_BEARD},
};

static void colour(cairo_t *cr, uint32_t rgb)
{
    cairo_set_source_rgb(cr, (rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0);
}

static void wall(cairo_t *cr, const struct person *p, double w, double h)
{
    cairo_pattern_t *shades = cairo_pattern_create_linear(0, 0, 0, h);
    const uint32_t rgb[] = {p->wall_above, p->wall_below};
    for (int i = 0; i < 2; i++) {
        cairo_pattern_add_color_stop_rgb(shades, i, (rgb[i] >> 16 & 255) / 255.0, (rgb[i] >> 8 & 255) / 255.0,
                                         (rgb[i] & 255) / 255.0);
    }
    cairo_rectangle(cr, 0, 0, w, h);
    cairo_set_source(cr, shades);
    cairo_fill(cr);
    cairo_pattern_destroy(shades);
}

static void hair_behind(cairo_t *cr, const struct person *p)
{
    colour(cr, p->hair);
    switch (p->style) {
    case HAIR_LONG:
        cairo_move_to(cr, 65, 180);
        cairo_curve_to(cr, 65, 115, 92, 81, 130, 81);
        cairo_curve_to(cr, 168, 81, 195, 115, 195, 180);
        cairo_curve_to(cr, 195, 215, 187, 240, 176, 262);
        cairo_line_to(cr, 84, 262);
        cairo_curve_to(cr, 73, 240, 65, 215, 65, 180);
        break;
    case HAIR_ROUND:
        cairo_arc(cr, 130, 150, 66, 0, 6.2832);
        break;
    case HAIR_BUN:
        cairo_arc(cr, 130, 96, 24, 0, 6.2832);
        cairo_new_sub_path(cr);
        /* fall through */
    case HAIR_SHORT:
    case HAIR_BEARD:
        cairo_move_to(cr, 81, 171);
        cairo_curve_to(cr, 76, 130, 96, 109, 130, 109);
        cairo_curve_to(cr, 164, 109, 184, 130, 179, 171);
        break;
    }
    cairo_close_path(cr);
    cairo_fill(cr);
}

static void clothes_and_neck(cairo_t *cr, const struct person *p)
{
    colour(cr, p->clothes);
    cairo_move_to(cr, 15, 320);
    cairo_curve_to(cr, 16, 262, 52, 243, 98, 243);
    cairo_line_to(cr, 162, 243);
    cairo_curve_to(cr, 208, 243, 244, 262, 245, 320);
    cairo_close_path(cr);
    cairo_fill(cr);
    colour(cr, p->shade);
    cairo_move_to(cr, 108, 205);
    cairo_line_to(cr, 152, 205);
    cairo_arc(cr, 130, 236, 22, 0, 3.1416);
    cairo_close_path(cr);
    cairo_fill(cr);
}

static void face(cairo_t *cr, const struct person *p)
{
    colour(cr, p->skin);
    cairo_move_to(cr, 83, 167);
    cairo_curve_to(cr, 83, 206, 103, 231, 130, 231);
    cairo_curve_to(cr, 157, 231, 177, 206, 177, 167);
    cairo_curve_to(cr, 177, 142, 164, 131, 130, 131);
    cairo_curve_to(cr, 96, 131, 83, 142, 83, 167);
    cairo_close_path(cr);
    cairo_fill(cr);
    if (p->style != HAIR_BEARD) {
        return;
    }
    colour(cr, p->hair);
    cairo_move_to(cr, 82, 168);
    cairo_curve_to(cr, 82, 208, 102, 236, 130, 236);
    cairo_curve_to(cr, 158, 236, 178, 208, 178, 168);
    cairo_curve_to(cr, 174, 186, 166, 194, 152, 193);
    cairo_curve_to(cr, 140, 190, 120, 190, 108, 193);
    cairo_curve_to(cr, 94, 194, 86, 186, 82, 168);
    cairo_close_path(cr);
    cairo_fill(cr);
}

void portrait_draw(struct _cairo *cr, unsigned which, double w, double h)
{
    const struct person *p = &people[which % PORTRAIT_COUNT];
    double by_width = w / (double)PORTRAIT_WIDTH, by_height = h / (double)PORTRAIT_HEIGHT;
    double scale = by_width > by_height ? by_width : by_height;
    cairo_save(cr);
    cairo_new_path(cr);
    cairo_rectangle(cr, 0, 0, w, h);
    cairo_clip(cr);
    wall(cr, p, w, h);
    cairo_translate(cr, (w - (double)PORTRAIT_WIDTH * scale) / 2, (h - (double)PORTRAIT_HEIGHT * scale) / 2);
    cairo_scale(cr, scale, scale);
    hair_behind(cr, p);
    clothes_and_neck(cr, p);
    face(cr, p);
    cairo_restore(cr);
}

struct encoder {
    struct jpeg_compress_struct c; /* first: libjpeg hands it back */
    struct jpeg_error_mgr error;
    jmp_buf back;
    unsigned char *bytes;
    unsigned long n;
};

static _Noreturn void on_error(j_common_ptr c)
{
    struct encoder *e = (struct encoder *)(void *)c;
    longjmp(e->back, 1);
}

static void write_rows(struct encoder *e, const uint32_t *pixels)
{
    uint8_t row[PORTRAIT_WIDTH * 3], *rows = row;
    while (e->c.next_scanline < e->c.image_height) {
        const uint32_t *from = pixels + (size_t)e->c.next_scanline * PORTRAIT_WIDTH;
        for (size_t x = 0; x < PORTRAIT_WIDTH; x++) {
            row[3 * x] = (uint8_t)(from[x] >> 16);
            row[3 * x + 1] = (uint8_t)(from[x] >> 8);
            row[3 * x + 2] = (uint8_t)from[x];
        }
        (void)jpeg_write_scanlines(&e->c, &rows, 1);
    }
}

/* Alone in its function, so that no local of ours lives across libjpeg's jump. */
static int encode(struct encoder *e, const uint32_t *pixels)
{
    if (setjmp(e->back)) {
        return -ENOMEM;
    }
    jpeg_create_compress(&e->c);
    jpeg_mem_dest(&e->c, &e->bytes, &e->n);
    e->c.image_width = PORTRAIT_WIDTH;
    e->c.image_height = PORTRAIT_HEIGHT;
    e->c.input_components = 3;
    e->c.in_color_space = JCS_RGB;
    jpeg_set_defaults(&e->c);
    jpeg_set_quality(&e->c, 90, TRUE);
    jpeg_start_compress(&e->c, TRUE);
    write_rows(e, pixels);
    jpeg_finish_compress(&e->c);
    return 0;
}

static void draw_pixels(unsigned which, uint32_t *ret)
{
    cairo_surface_t *surface = cairo_image_surface_create_for_data((unsigned char *)ret, CAIRO_FORMAT_RGB24,
                                                                   PORTRAIT_WIDTH, PORTRAIT_HEIGHT, PORTRAIT_WIDTH * 4);
    cairo_t *cr = cairo_create(surface);
    portrait_draw(cr, which, PORTRAIT_WIDTH, PORTRAIT_HEIGHT);
    cairo_destroy(cr);
    cairo_surface_destroy(surface);
}

int portrait_jpeg(unsigned which, uint8_t *ret, size_t size)
{
    _cleanup_free_ uint32_t *pixels = calloc((size_t)PORTRAIT_WIDTH * PORTRAIT_HEIGHT, sizeof(*pixels));
    _cleanup_free_ struct encoder *e = calloc(1, sizeof(*e));
    if (!pixels || !e) {
        return -ENOMEM;
    }
    draw_pixels(which, pixels);
    e->c.err = jpeg_std_error(&e->error);
    e->error.error_exit = on_error;
    int r = encode(e, pixels);
    jpeg_destroy_compress(&e->c);
    if (r == 0 && (e->n > size || e->n > PORTRAIT_BYTES_MAX)) {
        r = -ENOBUFS;
    }
    if (r == 0) {
        memcpy(ret, e->bytes, e->n);
        r = (int)e->n;
    }
    free(e->bytes);
    return r;
}
