/* Commands are painted again for each rectangle that has changed, clipped to it. What covers many pixels and is
 * simple (boxes, shadows, photos) is written into the pixels directly: on one core without a graphics chip that is
 * several times faster than through Cairo, which draws the rest. */
#include "gfx/painter_internal.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

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
    if (!painter) {
        return;
    }
    for (size_t i = 0; i < PAINTER_MASKS_MAX; i++) {
        if (painter->masks[i].surface) {
            cairo_surface_destroy(painter->masks[i].surface);
        }
    }
    for (size_t i = 0; i < PAINTER_IMAGES_MAX; i++) {
        surface_finish(&painter->images[i].scaled);
    }
    cover_finish(&painter->cover);
    free(painter);
}

struct pixel_rect painter_meet(struct pixel_rect a, struct pixel_rect b)
{
    int x = a.x > b.x ? a.x : b.x, y = a.y > b.y ? a.y : b.y;
    int right = a.x + a.w < b.x + b.w ? a.x + a.w : b.x + b.w;
    int bottom = a.y + a.h < b.y + b.h ? a.y + a.h : b.y + b.h;
    return (struct pixel_rect){x, y, right > x ? right - x : 0, bottom > y ? bottom - y : 0};
}

struct pixel_rect painter_pixels(struct rect r, float scale)
{
    int x = (int)lroundf(r.x * scale), y = (int)lroundf(r.y * scale);
    return (struct pixel_rect){x, y, (int)lroundf(rect_right(r) * scale) - x, (int)lroundf(rect_bottom(r) * scale) - y};
}

static void paint_text(struct target *t, const struct draw_command *c)
{
    cairo_set_source_rgba(t->cr, c->colour.r / 255.0, c->colour.g / 255.0, c->colour.b / 255.0, c->colour.a / 255.0);
    text_paint(t->text, t->cr, c->text.string, &c->text.style, c->rect);
}

static void paint_command(struct target *t, const struct draw_command *c)
{
    static void (*const paints[])(struct target *, const struct draw_command *) = {
        [DRAW_BOX] = paint_box,     [DRAW_SHADOW] = paint_shadow, [DRAW_TEXT] = paint_text, [DRAW_ICON] = paint_icon,
        [DRAW_IMAGE] = paint_image, [DRAW_LINES] = paint_lines,   [DRAW_PIE] = paint_ring,
    };
    paints[c->kind](t, c);
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
        struct pixel_rect clip = painter_meet(painter_pixels(c->clip, scale), t->part);
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
