#include "gfx/painter_internal.h"

#include <math.h>

static uint32_t pixel(struct colour c)
{
    return UINT32_C(0xff000000) | (uint32_t)c.r << 16 | (uint32_t)c.g << 8 | c.b;
}

/* The columns @from to @to, all covered alike. */
static void paint_span(uint32_t *row, int from, int to, struct colour colour, uint32_t a)
{
    uint32_t whole = pixel(colour);
    if (a == 255) {
        for (int x = from; x < to; x++) {
            row[x] = whole;
        }
    } else if (a > 0) {
        /* As painter_blend, with what is the same for all of them worked out before. */
        uint32_t red_blue = ((uint32_t)colour.r << 16 | colour.b) * a, green = colour.g * a;
        for (int x = from; x < to; x++) {
            uint32_t rb = painter_divide_255(red_blue + (row[x] & UINT32_C(0x00ff00ff)) * (255 - a));
            uint32_t g = painter_divide_255(green + (row[x] >> 8 & 255) * (255 - a));
            row[x] = UINT32_C(0xff000000) | rb | g << 8;
        }
    }
}

/* Columns near the left or right edge, each covered as the table has it; most lie in runs that are covered alike. */
static void paint_edge(uint32_t *row, int from, int to, struct pixel_rect box, const uint8_t *cover, int side,
                       struct colour colour)
{
    for (int x = from; x < to;) {
        uint8_t alike = cover[cover_fold(x - box.x, box.w, side)];
        int end = x + 1;
        while (end < to && cover[cover_fold(end - box.x, box.w, side)] == alike) {
            end++;
        }
        paint_span(row, x, end, colour, ((uint32_t)alike * colour.a + 127) / 255);
        x = end;
    }
}

static int within(int x, int from, int to)
{
    return x < from ? from : x > to ? to : x;
}

/* One row of a box with @colour: from the column @from to @to of the surface. */
static void paint_row(uint32_t *row, int from, int to, struct pixel_rect box, const struct cover_table *table, int y,
                      struct colour colour)
{
    const uint8_t *cover = table->cover + (size_t)cover_fold(y - box.y, box.h, table->side) * (size_t)table->side;
    int middle = within(box.x + table->side - 1, from, to);
    int end = within(box.x + box.w - table->side + 1, middle, to);
    paint_edge(row, from, middle, box, cover, table->side, colour);
    paint_span(row, middle, end, colour, ((uint32_t)cover[table->side - 1] * colour.a + 127) / 255);
    paint_edge(row, end, to, box, cover, table->side, colour);
}

static void paint_cover(struct target *t, struct pixel_rect box, const struct cover_table *table,
                        const struct draw_command *c, bool border)
{
    struct pixel_rect r = painter_meet(box, t->clip);
    for (int y = r.y; table && y < r.y + r.h; y++) {
        struct colour colour = border ? c->box.border : c->box.fill;
        if (!border && c->box.gradient) {
            colour = colour_mix(c->box.fill, c->box.fill_end, ((float)(y - box.y) + 0.5F) / (float)box.h);
        }
        paint_row(t->surface->pixels + (size_t)y * (size_t)t->surface->stride, r.x, r.x + r.w, box, table, y, colour);
    }
}

/* To an eighth of a pixel, so that there are few. */
static float bounded_radius(float radius, struct pixel_rect box)
{
    float most = (float)(box.w < box.h ? box.w : box.h) / 2;
    return roundf(fminf(fmaxf(radius, 0), most) * 8) / 8;
}

void paint_box(struct target *t, const struct draw_command *c)
{
    float scale = t->painter->scale;
    struct pixel_rect box = painter_pixels(c->rect, scale);
    if (box.w < 1 || box.h < 1) {
        return;
    }
    float radius = bounded_radius(c->box.radius * scale, box);
    cairo_surface_flush(t->cairo);
    if (c->box.fill.a > 0 || c->box.gradient) {
        paint_cover(t, box, cover_find(&t->painter->cover, COVER_FILL, radius, 0), c, false);
    }
    if (c->box.border_px > 0) {
        float width = fmaxf(roundf(c->box.border_px * scale), 1);
        paint_cover(t, box, cover_find(&t->painter->cover, COVER_BORDER, radius, width), c, true);
    }
    cairo_surface_mark_dirty(t->cairo);
}

/* What lies under the middle of the box that throws it isn't painted: the box is. */
void paint_shadow(struct target *t, const struct draw_command *c)
{
    float scale = t->painter->scale;
    struct pixel_rect box = painter_pixels(c->rect, scale);
    float radius = bounded_radius(c->box.radius * scale, box);
    int reach = (int)lroundf(c->box.shadow_px * scale), inner = (int)ceilf(radius);
    const struct cover_table *s = cover_find(&t->painter->cover, COVER_SHADOW, radius, (float)(reach > 1 ? reach : 1));
    if (!s || box.w < 1 || box.h < 1) {
        return;
    }
    reach = (int)s->width;
    struct pixel_rect whole = {box.x - reach, box.y - reach + (int)lroundf(c->box.shadow_dy * scale), box.w + 2 * reach,
                               box.h + 2 * reach};
    struct pixel_rect r = painter_meet(whole, t->clip);
    struct pixel_rect hidden = {box.x + inner, box.y, box.w - 2 * inner, box.h};
    bool hides = c->box.fill.a == 255;
    cairo_surface_flush(t->cairo);
    for (int y = r.y; y < r.y + r.h; y++) {
        uint32_t *row = t->surface->pixels + (size_t)y * (size_t)t->surface->stride;
        const uint8_t *cover = s->cover + (size_t)cover_fold(y - whole.y, whole.h, s->side) * (size_t)s->side;
        bool skips = hides && y >= hidden.y && y < hidden.y + hidden.h;
        for (int x = r.x; x < r.x + r.w; x++) {
            if (skips && x >= hidden.x && x < hidden.x + hidden.w) {
                x = hidden.x + hidden.w - 1;
                continue;
            }
            uint32_t a = (uint32_t)cover[cover_fold(x - whole.x, whole.w, s->side)] * c->colour.a / 255;
            if (a > 0) {
                row[x] = painter_blend(row[x], c->colour, a);
            }
        }
    }
    cairo_surface_mark_dirty(t->cairo);
}
