#pragma once

/* What the parts of the painter share: painter.c (which command where), paint_box.c (boxes and shadows, pixel by
 * pixel), paint_mask.c (all that Cairo draws, by way of masks). */

#include "gfx/cover.h"
#include "gfx/painter.h"

#include <cairo.h>

enum { PAINTER_MASKS_MAX = 64, PAINTER_IMAGES_MAX = 6 };

/* An icon at one size. */
struct painter_mask {
    enum icon icon;
    int side; /* px */
    float stroke;
    cairo_surface_t *surface; /* A8; NULL: none */
    uint64_t used;
};

/* A photo at the size at which it is shown. */
struct painter_image {
    uint64_t version;
    const struct surface *of;
    struct surface scaled; /* no pixels: none */
    uint64_t used;
};

struct painter {
    float scale;
    uint64_t tick; /* 32 bits would run out on a screen that moves for weeks */
    struct cover cover;
    struct painter_mask masks[PAINTER_MASKS_MAX];
    struct painter_image images[PAINTER_IMAGES_MAX];
};

/* What is painted into, while painter_paint runs. */
struct target {
    struct painter *painter;
    struct text *text;
    struct surface *surface;
    cairo_surface_t *cairo;
    cairo_t *cr;
    struct pixel_rect part; /* that is being painted */
    struct pixel_rect clip; /* of the command, within part */
};

struct pixel_rect painter_meet(struct pixel_rect a, struct pixel_rect b);
/** The nearest whole pixels: everything but curves begins and ends on one, so it is crisp. */
struct pixel_rect painter_pixels(struct rect r, float scale);

/* Two channels at a time, each with a byte of room above it: (x + 128 + ((x + 128) >> 8)) >> 8 is x / 255, rounded. */
static inline uint32_t painter_divide_255(uint32_t two)
{
    uint32_t v = two + UINT32_C(0x00800080);
    return (v + (v >> 8 & UINT32_C(0x00ff00ff))) >> 8 & UINT32_C(0x00ff00ff);
}

/** @c, with coverage @a of 255, over an opaque pixel. */
static inline uint32_t painter_blend(uint32_t below, struct colour c, uint32_t a)
{
    uint32_t red_blue = ((uint32_t)c.r << 16 | c.b) * a + (below & UINT32_C(0x00ff00ff)) * (255 - a);
    uint32_t green = c.g * a + (below >> 8 & 255) * (255 - a);
    return UINT32_C(0xff000000) | painter_divide_255(red_blue) | painter_divide_255(green) << 8;
}

void paint_box(struct target *t, const struct draw_command *c);
void paint_shadow(struct target *t, const struct draw_command *c);
void paint_icon(struct target *t, const struct draw_command *c);
void paint_image(struct target *t, const struct draw_command *c);
void paint_lines(struct target *t, const struct draw_command *c);
void paint_ring(struct target *t, const struct draw_command *c);
