/* Commands are painted again for each rectangle that has changed, clipped to it. What covers many pixels and is simple (plain and
 * graded rectangles, shadows) is written into the pixels directly: on one core without a graphics chip that is several times
 * faster than through Cairo, which paints all the rest.
 *
 * A shadow is the same at all four corners and along each side: a quarter of it is worked out once for each radius and reach. */
#include "gfx/painter.h"

#include "base/cleanup.h"

#include <cairo.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SHADOWS_MAX = 12, SHADOW_SIDE_MAX = 512 };

struct shadow {
    int radius, reach; /* device pixels */
    int side; /* of the quarter: reach outside, radius and reach inside */
    uint8_t *cover; /* side * side, the corner at the top left */
    unsigned used;
};

struct painter {
    float scale;
    struct shadow shadows[SHADOWS_MAX];
    unsigned tick;
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

int painter_new(float scale, struct painter **ret_painter)
{
    struct painter *painter = calloc(1, sizeof(*painter));
    if (!painter) {
        return -ENOMEM;
    }
    painter->scale = scale;
    *ret_painter = painter;
    return 0;
}

void painter_free(struct painter *painter)
{
    if (painter) {
        for (size_t i = 0; i < SHADOWS_MAX; i++) {
            free(painter->shadows[i].cover);
        }
        free(painter);
    }
}

static void set_colour(cairo_t *cr, struct colour c)
{
    cairo_set_source_rgba(cr, c.r / 255.0, c.g / 255.0, c.b / 255.0, c.a / 255.0);
}

static uint32_t pixel(struct colour c)
{
    return UINT32_C(0xff000000) | (uint32_t)c.r << 16 | (uint32_t)c.g << 8 | c.b;
}

static struct pixel_rect meet(struct pixel_rect a, struct pixel_rect b)
{
    int x = a.x > b.x ? a.x : b.x, y = a.y > b.y ? a.y : b.y;
    int right = a.x + a.w < b.x + b.w ? a.x + a.w : b.x + b.w;
    int bottom = a.y + a.h < b.y + b.h ? a.y + a.h : b.y + b.h;
    return (struct pixel_rect){x, y, right > x ? right - x : 0, bottom > y ? bottom - y : 0};
}

/* The nearest whole pixels. */
static struct pixel_rect to_pixels(struct rect r, float scale)
{
    int x = (int)lroundf(r.x * scale), y = (int)lroundf(r.y * scale);
    return (struct pixel_rect){x, y, (int)lroundf(rect_right(r) * scale) - x, (int)lroundf(rect_bottom(r) * scale) - y};
}

static bool on_pixels(struct rect r, float scale)
{
    const float edges[] = {r.x * scale, r.y * scale, rect_right(r) * scale, rect_bottom(r) * scale};
    for (size_t i = 0; i < ARRAY_LEN(edges); i++) {
        if (fabsf(edges[i] - roundf(edges[i])) > 0.01F) {
            return false;
        }
    }
    return true;
}

static void fill_rows(struct target *t, const struct draw_command *c)
{
    struct pixel_rect whole = to_pixels(c->rect, t->painter->scale);
    struct pixel_rect r = meet(whole, t->clip);
    cairo_surface_flush(t->cairo);
    for (int y = r.y; y < r.y + r.h; y++) {
        uint32_t *row = t->surface->pixels + (size_t)y * (size_t)t->surface->stride + r.x;
        float at = ((float)(y - whole.y) + 0.5F) / (float)whole.h;
        uint32_t value = pixel(c->box.gradient ? colour_mix(c->box.fill, c->box.fill_end, at) : c->box.fill);
        for (int x = 0; x < r.w; x++) {
            row[x] = value;
        }
    }
    cairo_surface_mark_dirty_rectangle(t->cairo, r.x, r.y, r.w, r.h);
}

static void round_path(cairo_t *cr, struct rect r, float radius)
{
    const double quarter = M_PI / 2;
    double x = (double)r.x, y = (double)r.y, w = (double)r.w, h = (double)r.h;
    double most = (w < h ? w : h) / 2, k = (double)radius < most ? (double)radius : most;
    cairo_new_sub_path(cr);
    if (k <= 0) {
        cairo_rectangle(cr, x, y, w, h);
        return;
    }
    cairo_arc(cr, x + w - k, y + k, k, -quarter, 0);
    cairo_arc(cr, x + w - k, y + h - k, k, 0, quarter);
    cairo_arc(cr, x + k, y + h - k, k, quarter, 2 * quarter);
    cairo_arc(cr, x + k, y + k, k, 2 * quarter, 3 * quarter);
    cairo_close_path(cr);
}

static void set_gradient(cairo_t *cr, const struct draw_command *c)
{
    const struct colour a = c->box.fill, b = c->box.fill_end;
    cairo_pattern_t *p = cairo_pattern_create_linear(0, (double)c->rect.y, 0, (double)rect_bottom(c->rect));
    cairo_pattern_add_color_stop_rgba(p, 0, a.r / 255.0, a.g / 255.0, a.b / 255.0, a.a / 255.0);
    cairo_pattern_add_color_stop_rgba(p, 1, b.r / 255.0, b.g / 255.0, b.b / 255.0, b.a / 255.0);
    cairo_set_source(cr, p);
    cairo_pattern_destroy(p);
}

static void paint_box(struct target *t, const struct draw_command *c)
{
    const struct draw_box *box = &c->box;
    bool opaque = box->fill.a == 255 && (!box->gradient || box->fill_end.a == 255);
    if (opaque && box->radius <= 0 && on_pixels(c->rect, t->painter->scale)) {
        fill_rows(t, c);
    } else if (box->fill.a > 0 || box->gradient) {
        if (box->gradient) {
            set_gradient(t->cr, c);
        } else {
            set_colour(t->cr, box->fill);
        }
        round_path(t->cr, c->rect, box->radius);
        cairo_fill(t->cr);
    }
    if (box->border_px > 0) {
        set_colour(t->cr, box->border);
        round_path(t->cr, rect_inset(c->rect, box->border_px / 2), box->radius - box->border_px / 2);
        cairo_set_line_width(t->cr, (double)box->border_px);
        cairo_stroke(t->cr);
    }
}

/* How much of the shadow falls on a point at distance @d outside the edge (inside: negative): a step, smoothed. */
static uint8_t cover_at(double d, double reach)
{
    double sigma = reach / 2.5;
    double cover = 0.5 * (1 - erf(d / (sigma * M_SQRT2)));
    /* It ends where its reach ends. */
    double end = d > 0 ? 1 - d / reach : 1;
    return (uint8_t)lround(255 * cover * (end > 0 ? sqrt(end) : 0));
}

static bool make_shadow(struct shadow *s, int radius, int reach)
{
    int side = radius + 2 * reach;
    side = side < SHADOW_SIDE_MAX ? side : SHADOW_SIDE_MAX;
    uint8_t *cover = realloc(s->cover, (size_t)side * (size_t)side);
    if (!cover) {
        return false;
    }
    *s = (struct shadow){.radius = radius, .reach = reach, .side = side, .cover = cover};
    for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
            /* From the middle of the corner's circle; the nearer edge where that lies further in. */
            double dx = reach + radius - (x + 0.5), dy = reach + radius - (y + 0.5);
            double d = dx > 0 && dy > 0 ? hypot(dx, dy) - radius : (dx > dy ? dx : dy) - radius;
            cover[y * side + x] = cover_at(d, reach);
        }
    }
    return true;
}

static const struct shadow *find_shadow(struct painter *p, int radius, int reach)
{
    struct shadow *oldest = &p->shadows[0];
    p->tick++;
    for (size_t i = 0; i < SHADOWS_MAX; i++) {
        struct shadow *s = &p->shadows[i];
        if (s->cover && s->radius == radius && s->reach == reach) {
            s->used = p->tick;
            return s;
        }
        if (!s->cover || (oldest->cover && s->used < oldest->used)) {
            oldest = s;
        }
    }
    if (!make_shadow(oldest, radius, reach)) {
        return NULL;
    }
    oldest->used = p->tick;
    return oldest;
}

static uint32_t blend_channel(uint32_t below, uint32_t above, uint32_t a)
{
    uint32_t v = above * a + below * (255 - a) + 128;
    return (v + (v >> 8)) >> 8;
}

static uint32_t blend(uint32_t below, struct colour c, uint32_t a)
{
    return UINT32_C(0xff000000) | blend_channel(below >> 16 & 255, c.r, a) << 16 |
           blend_channel(below >> 8 & 255, c.g, a) << 8 | blend_channel(below & 255, c.b, a);
}

/* Where along a side of the quarter the pixel @i of @n lies. */
static int fold(int i, int n, int side)
{
    int from_end = n - 1 - i;
    int nearest = i < from_end ? i : from_end;
    return nearest < side ? nearest : side - 1;
}

/* What lies under the middle of the box that throws it isn't painted: the box is. */
static void paint_shadow(struct target *t, const struct draw_command *c)
{
    float scale = t->painter->scale;
    struct pixel_rect box = to_pixels(c->rect, scale);
    int half = (box.w < box.h ? box.w : box.h) / 2;
    int radius = (int)lroundf(c->box.radius * scale), reach = (int)lroundf(c->box.shadow_px * scale);
    const struct shadow *s = find_shadow(t->painter, radius < half ? radius : half, reach > 1 ? reach : 1);
    if (!s) {
        return;
    }
    struct pixel_rect whole = {box.x - s->reach, box.y - s->reach + (int)lroundf(c->box.shadow_dy * scale),
                               box.w + 2 * s->reach, box.h + 2 * s->reach};
    struct pixel_rect r = meet(whole, t->clip);
    struct pixel_rect hidden = {box.x + s->radius, box.y, box.w - 2 * s->radius, box.h};
    bool hides = c->box.fill.a == 255;
    cairo_surface_flush(t->cairo);
    for (int y = r.y; y < r.y + r.h; y++) {
        uint32_t *row = t->surface->pixels + (size_t)y * (size_t)t->surface->stride;
        const uint8_t *cover = s->cover + (size_t)fold(y - whole.y, whole.h, s->side) * (size_t)s->side;
        bool skips = hides && y >= hidden.y && y < hidden.y + hidden.h;
        for (int x = r.x; x < r.x + r.w; x++) {
            if (skips && x >= hidden.x && x < hidden.x + hidden.w) {
                x = hidden.x + hidden.w - 1;
                continue;
            }
            uint32_t a = (uint32_t)cover[fold(x - whole.x, whole.w, s->side)] * c->colour.a / 255;
            if (a > 0) {
                row[x] = blend(row[x], c->colour, a);
            }
        }
    }
    cairo_surface_mark_dirty_rectangle(t->cairo, r.x, r.y, r.w, r.h);
}

static void paint_icon(struct target *t, const struct draw_command *c)
{
    cairo_save(t->cr);
    cairo_translate(t->cr, (double)(c->rect.x + c->rect.w / 2), (double)(c->rect.y + c->rect.h / 2));
    set_colour(t->cr, c->colour);
    icon_draw_stroke(t->cr, c->icon.icon, (double)c->rect.w, (double)c->icon.stroke);
    cairo_restore(t->cr);
}

static void paint_image(struct target *t, const struct draw_command *c)
{
    const struct surface *s = c->image.surface;
    if (!s || !s->pixels) {
        return;
    }
    cairo_surface_t *image = cairo_image_surface_create_for_data((unsigned char *)s->pixels, CAIRO_FORMAT_ARGB32,
                                                                 s->width, s->height, s->stride * 4);
    double factor = fmax((double)c->rect.w / s->width, (double)c->rect.h / s->height);
    cairo_save(t->cr);
    round_path(t->cr, c->rect, c->image.radius);
    cairo_translate(t->cr, (double)c->rect.x + ((double)c->rect.w - s->width * factor) / 2,
                    (double)c->rect.y + ((double)c->rect.h - s->height * factor) / 2);
    cairo_scale(t->cr, factor, factor);
    cairo_set_source_surface(t->cr, image, 0, 0);
    cairo_pattern_set_extend(cairo_get_source(t->cr), CAIRO_EXTEND_PAD);
    cairo_fill(t->cr);
    cairo_restore(t->cr);
    cairo_surface_destroy(image);
}

static void paint_lines(struct target *t, const struct draw_command *c)
{
    cairo_save(t->cr);
    cairo_translate(t->cr, (double)c->rect.x, (double)c->rect.y);
    set_colour(t->cr, c->colour);
    for (size_t i = 0; i < c->lines.n; i++) {
        cairo_line_to(t->cr, (double)c->lines.points[i].x, (double)c->lines.points[i].y);
    }
    if (c->lines.area) {
        cairo_line_to(t->cr, (double)c->lines.points[c->lines.n - 1].x, (double)c->rect.h);
        cairo_line_to(t->cr, (double)c->lines.points[0].x, (double)c->rect.h);
        cairo_fill(t->cr);
    } else {
        cairo_set_line_width(t->cr, (double)c->lines.width);
        cairo_set_line_join(t->cr, CAIRO_LINE_JOIN_ROUND);
        cairo_set_line_cap(t->cr, CAIRO_LINE_CAP_ROUND);
        cairo_stroke(t->cr);
    }
    cairo_restore(t->cr);
}

static void paint_ring(struct target *t, const struct draw_command *c)
{
    double radius = (double)(fminf(c->rect.w, c->rect.h) - c->pie.width) / 2;
    if (radius <= 0 || c->pie.to <= c->pie.from) {
        return;
    }
    set_colour(t->cr, c->colour);
    cairo_new_path(t->cr);
    cairo_arc(t->cr, (double)(c->rect.x + c->rect.w / 2), (double)(c->rect.y + c->rect.h / 2), radius,
              (double)c->pie.from * 2 * M_PI - M_PI / 2, (double)c->pie.to * 2 * M_PI - M_PI / 2);
    cairo_set_line_width(t->cr, (double)c->pie.width);
    cairo_set_line_cap(t->cr, CAIRO_LINE_CAP_ROUND);
    cairo_stroke(t->cr);
}

static void paint_command(struct target *t, const struct draw_command *c)
{
    switch (c->kind) {
    case DRAW_BOX:
        paint_box(t, c);
        break;
    case DRAW_SHADOW:
        paint_shadow(t, c);
        break;
    case DRAW_TEXT:
        set_colour(t->cr, c->colour);
        text_paint(t->text, t->cr, c->text.string, &c->text.style, c->rect);
        break;
    case DRAW_ICON:
        paint_icon(t, c);
        break;
    case DRAW_IMAGE:
        paint_image(t, c);
        break;
    case DRAW_LINES:
        paint_lines(t, c);
        break;
    case DRAW_PIE:
        paint_ring(t, c);
        break;
    }
}

static void set_clip(struct target *t, struct pixel_rect clip)
{
    cairo_restore(t->cr);
    cairo_save(t->cr);
    cairo_rectangle(t->cr, clip.x, clip.y, clip.w, clip.h);
    cairo_clip(t->cr);
    cairo_scale(t->cr, (double)t->painter->scale, (double)t->painter->scale);
    t->clip = clip;
}

static void paint_part(struct target *t, const struct draw_command *commands, size_t n)
{
    float scale = t->painter->scale;
    cairo_save(t->cr);
    set_clip(t, t->part);
    for (size_t i = 0; i < n; i++) {
        const struct draw_command *c = &commands[i];
        struct pixel_rect clip = meet(to_pixels(c->clip, scale), t->part);
        if (c->bounds.x * scale >= (float)(t->part.x + t->part.w) ||
            rect_right(c->bounds) * scale <= (float)t->part.x ||
            c->bounds.y * scale >= (float)(t->part.y + t->part.h) ||
            rect_bottom(c->bounds) * scale <= (float)t->part.y || clip.w == 0 || clip.h == 0) {
            continue;
        }
        if (memcmp(&clip, &t->clip, sizeof(clip)) != 0) {
            set_clip(t, clip);
        }
        paint_command(t, c);
    }
    cairo_restore(t->cr);
}

int painter_paint(struct painter *painter, const struct draw_list *list, struct surface *surface,
                  const struct pixel_rect *rects, size_t n)
{
    size_t n_commands;
    const struct draw_command *commands = draw_commands(list, &n_commands);
    struct target t = {.painter = painter, .text = draw_text_of(list), .surface = surface};
    t.cairo = cairo_image_surface_create_for_data((unsigned char *)surface->pixels, CAIRO_FORMAT_ARGB32, surface->width,
                                                  surface->height, surface->stride * 4);
    t.cr = cairo_create(t.cairo);
    bool good = cairo_status(t.cr) == CAIRO_STATUS_SUCCESS;
    for (size_t i = 0; good && i < n; i++) {
        t.part = surface_clip(surface, rects[i]);
        paint_part(&t, commands, n_commands);
    }
    cairo_destroy(t.cr);
    cairo_surface_destroy(t.cairo);
    return good ? 0 : -ENOMEM;
}
