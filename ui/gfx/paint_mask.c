/* Cairo works the same shape out a little differently under another clip. So it draws each shape whole, into a
 * mask or a picture of its own, and only that is clipped: a part that is painted again is then the same as before. */
#include "gfx/painter_internal.h"

#include <math.h>
#include <string.h>

static void set_colour(cairo_t *cr, struct colour c)
{
    cairo_set_source_rgba(cr, c.r / 255.0, c.g / 255.0, c.b / 255.0, c.a / 255.0);
}

static void put_mask(struct target *t, cairo_surface_t *mask, int x, int y, struct colour colour)
{
    cairo_save(t->cr);
    cairo_identity_matrix(t->cr);
    set_colour(t->cr, colour);
    cairo_mask_surface(t->cr, mask, x, y);
    cairo_restore(t->cr);
}

static struct painter_mask *make_icon(struct painter *p, enum icon icon, int side, float stroke)
{
    struct painter_mask *oldest = &p->masks[0];
    p->tick++;
    for (size_t i = 0; i < PAINTER_MASKS_MAX; i++) {
        struct painter_mask *m = &p->masks[i];
        if (m->surface && m->icon == icon && m->side == side && m->stroke == stroke) {
            m->used = p->tick;
            return m;
        }
        if (!m->surface || (oldest->surface && m->used < oldest->used)) {
            oldest = m;
        }
    }
    if (oldest->surface) {
        cairo_surface_destroy(oldest->surface);
    }
    *oldest = (struct painter_mask){.icon = icon, .side = side, .stroke = stroke, .used = p->tick};
    oldest->surface = cairo_image_surface_create(CAIRO_FORMAT_A8, side + 2, side + 2);
    cairo_t *cr = cairo_create(oldest->surface);
    cairo_translate(cr, side / 2.0 + 1, side / 2.0 + 1);
    icon_draw_stroke(cr, icon, side, (double)stroke);
    cairo_destroy(cr);
    return oldest;
}

void paint_icon(struct target *t, const struct draw_command *c)
{
    struct pixel_rect r = painter_pixels(c->rect, t->painter->scale);
    if (r.w > 0 && r.w <= SURFACE_SIDE_MAX / 4) {
        struct painter_mask *m = make_icon(t->painter, c->icon.icon, r.w, c->icon.stroke);
        put_mask(t, m->surface, r.x - 1, r.y - 1, c->colour);
    }
}

/* A mask that holds @r, and a context that draws into it with the command's rectangle at the origin, in logical
 * pixels. */
static cairo_t *begin_mask(const struct target *t, const struct draw_command *c, struct pixel_rect r)
{
    cairo_surface_t *mask = cairo_image_surface_create(CAIRO_FORMAT_A8, r.w, r.h);
    cairo_t *cr = cairo_create(mask);
    double scale = (double)t->painter->scale;
    cairo_surface_destroy(mask); /* the context holds it */
    cairo_translate(cr, (double)c->rect.x * scale - r.x, (double)c->rect.y * scale - r.y);
    cairo_scale(cr, scale, scale);
    return cr;
}

static void end_mask(struct target *t, cairo_t *cr, struct pixel_rect r, struct colour colour)
{
    put_mask(t, cairo_get_target(cr), r.x, r.y, colour);
    cairo_destroy(cr);
}

/* Whole pixels around a rectangle in a command's own coordinates. */
static struct pixel_rect around(const struct target *t, const struct draw_command *c, struct rect own)
{
    float scale = t->painter->scale;
    int x = (int)floorf((c->rect.x + own.x) * scale) - 1, y = (int)floorf((c->rect.y + own.y) * scale) - 1;
    int right = (int)ceilf((c->rect.x + rect_right(own)) * scale) + 1;
    int bottom = (int)ceilf((c->rect.y + rect_bottom(own)) * scale) + 1;
    return (struct pixel_rect){x, y, right - x, bottom - y};
}

void paint_lines(struct target *t, const struct draw_command *c)
{
    const struct draw_point *p = c->lines.points;
    float left = p[0].x, right = left, top = p[0].y, bottom = c->lines.area ? fmaxf(top, c->rect.h) : top;
    for (size_t i = 1; i < c->lines.n; i++) {
        left = fminf(left, p[i].x);
        right = fmaxf(right, p[i].x);
        top = fminf(top, p[i].y);
        bottom = fmaxf(bottom, p[i].y);
    }
    struct rect own = rect_inset(rect_of(left, top, right - left, bottom - top), -c->lines.width);
    struct pixel_rect r = around(t, c, own);
    if (r.w < 1 || r.h < 1 || r.w > SURFACE_SIDE_MAX || r.h > SURFACE_SIDE_MAX) {
        return;
    }
    cairo_t *cr = begin_mask(t, c, r);
    for (size_t i = 0; i < c->lines.n; i++) {
        cairo_line_to(cr, (double)p[i].x, (double)p[i].y);
    }
    if (c->lines.area) {
        cairo_line_to(cr, (double)p[c->lines.n - 1].x, (double)c->rect.h);
        cairo_line_to(cr, (double)p[0].x, (double)c->rect.h);
        cairo_fill(cr);
    } else {
        cairo_set_line_width(cr, (double)c->lines.width);
        cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
        cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
        cairo_stroke(cr);
    }
    end_mask(t, cr, r, c->colour);
}

void paint_ring(struct target *t, const struct draw_command *c)
{
    double radius = (double)(fminf(c->rect.w, c->rect.h) - c->pie.width) / 2;
    struct pixel_rect r = around(t, c, rect_of(0, 0, c->rect.w, c->rect.h));
    if (radius <= 0 || c->pie.to <= c->pie.from || r.w > SURFACE_SIDE_MAX || r.h > SURFACE_SIDE_MAX) {
        return;
    }
    cairo_t *cr = begin_mask(t, c, r);
    cairo_arc(cr, (double)c->rect.w / 2, (double)c->rect.h / 2, radius, (double)c->pie.from * 2 * M_PI - M_PI / 2,
              (double)c->pie.to * 2 * M_PI - M_PI / 2);
    cairo_set_line_width(cr, (double)c->pie.width);
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
    cairo_stroke(cr);
    end_mask(t, cr, r, c->colour);
}

static cairo_surface_t *as_cairo(const struct surface *s)
{
    return cairo_image_surface_create_for_data((unsigned char *)s->pixels, CAIRO_FORMAT_ARGB32, s->width, s->height,
                                               s->stride * 4);
}

/* Fills @to with @from, cut to its proportions from the middle. */
static void scale_image(const struct surface *from, struct surface *to)
{
    cairo_surface_t *source = as_cairo(from), *target = as_cairo(to);
    cairo_t *cr = cairo_create(target);
    double factor = fmax((double)to->width / from->width, (double)to->height / from->height);
    cairo_translate(cr, (to->width - from->width * factor) / 2, (to->height - from->height * factor) / 2);
    cairo_scale(cr, factor, factor);
    cairo_set_source_surface(cr, source, 0, 0);
    cairo_pattern_set_extend(cairo_get_source(cr), CAIRO_EXTEND_PAD);
    cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_GOOD);
    cairo_paint(cr);
    cairo_destroy(cr);
    cairo_surface_destroy(source);
    cairo_surface_destroy(target);
}

static const struct surface *find_image(struct painter *p, const struct draw_command *c, struct pixel_rect r)
{
    struct painter_image *oldest = &p->images[0];
    p->tick++;
    for (size_t i = 0; i < PAINTER_IMAGES_MAX; i++) {
        struct painter_image *m = &p->images[i];
        if (m->scaled.pixels && m->of == c->image.surface && m->version == c->image.version && m->scaled.width == r.w &&
            m->scaled.height == r.h) {
            m->used = p->tick;
            return &m->scaled;
        }
        if (!m->scaled.pixels || (oldest->scaled.pixels && m->used < oldest->used)) {
            oldest = m;
        }
    }
    surface_finish(&oldest->scaled);
    *oldest = (struct painter_image){.version = c->image.version, .of = c->image.surface, .used = p->tick};
    if (surface_init(&oldest->scaled, r.w, r.h) < 0) {
        return NULL;
    }
    scale_image(c->image.surface, &oldest->scaled);
    return &oldest->scaled;
}

static struct colour unpremultiplied(uint32_t p)
{
    uint32_t a = p >> 24;
    if (a == 0) {
        return (struct colour){0};
    }
    return (struct colour){(uint8_t)((p >> 16 & 255) * 255 / a), (uint8_t)((p >> 8 & 255) * 255 / a),
                           (uint8_t)((p & 255) * 255 / a), (uint8_t)a};
}

void paint_image(struct target *t, const struct draw_command *c)
{
    float scale = t->painter->scale;
    struct pixel_rect box = painter_pixels(c->rect, scale);
    if (!c->image.surface || !c->image.surface->pixels || box.w < 1 || box.h < 1) {
        return;
    }
    float most = (float)(box.w < box.h ? box.w : box.h) / 2;
    float radius = roundf(fminf(c->image.radius * scale, most) * 8) / 8;
    const struct surface *image = find_image(t->painter, c, box);
    const struct cover_table *table = cover_find(&t->painter->cover, COVER_FILL, radius, 0);
    struct pixel_rect r = painter_meet(box, t->clip);
    if (!image || !table) {
        return;
    }
    cairo_surface_flush(t->cairo);
    for (int y = r.y; y < r.y + r.h; y++) {
        uint32_t *row = t->surface->pixels + (size_t)y * (size_t)t->surface->stride;
        const uint32_t *from = image->pixels + (size_t)(y - box.y) * (size_t)image->stride;
        const uint8_t *cover = table->cover + (size_t)cover_fold(y - box.y, box.h, table->side) * (size_t)table->side;
        for (int x = r.x; x < r.x + r.w; x++) {
            struct colour colour = unpremultiplied(from[x - box.x]);
            uint32_t a = (uint32_t)cover[cover_fold(x - box.x, box.w, table->side)] * colour.a / 255;
            row[x] = painter_blend(row[x], colour, a);
        }
    }
    cairo_surface_mark_dirty(t->cairo);
}
