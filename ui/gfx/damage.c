/* Each tile's hash mixes in, in painting order, the hash of every command that touches it. Two pictures whose tile
 * has the same hash look the same there, but for a collision of 64 bits. */
#include "gfx/damage.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct damage {
    int width, height; /* px */
    int columns, rows;
    uint64_t *before, *now;
    bool all;
};

int damage_new(int width, int height, struct damage **ret_damage)
{
    if (width < 1 || height < 1 || width > SURFACE_SIDE_MAX || height > SURFACE_SIDE_MAX) {
        return -EINVAL;
    }
    struct damage *d = calloc(1, sizeof(*d));
    if (!d) {
        return -ENOMEM;
    }
    d->width = width;
    d->height = height;
    d->columns = (width + DAMAGE_TILE_PX - 1) / DAMAGE_TILE_PX;
    d->rows = (height + DAMAGE_TILE_PX - 1) / DAMAGE_TILE_PX;
    size_t n = (size_t)d->columns * (size_t)d->rows;
    d->before = calloc(n, sizeof(*d->before));
    d->now = calloc(n, sizeof(*d->now));
    d->all = true;
    if (!d->before || !d->now) {
        damage_free(d);
        return -ENOMEM;
    }
    *ret_damage = d;
    return 0;
}

void damage_free(struct damage *d)
{
    if (d) {
        free(d->before);
        free(d->now);
        free(d);
    }
}

void damage_all(struct damage *d)
{
    d->all = true;
}

static int bounded(float value, int most)
{
    return value <= 0 ? 0 : value >= (float)most ? most : (int)value;
}

static void mix(struct damage *d, const struct draw_command *c, float scale)
{
    const float tile = DAMAGE_TILE_PX;
    int left = bounded(floorf(c->bounds.x * scale / tile), d->columns);
    int right = bounded(ceilf(rect_right(c->bounds) * scale / tile), d->columns);
    int top = bounded(floorf(c->bounds.y * scale / tile), d->rows);
    int bottom = bounded(ceilf(rect_bottom(c->bounds) * scale / tile), d->rows);
    for (int y = top; y < bottom; y++) {
        uint64_t *row = &d->now[y * d->columns];
        for (int x = left; x < right; x++) {
            row[x] = (row[x] ^ c->hash) * UINT64_C(0x9e3779b97f4a7c15);
            row[x] ^= row[x] >> 29;
        }
    }
}

static struct pixel_rect pixels(const struct damage *d, int x, int y, int w, int h)
{
    struct pixel_rect r = {x * DAMAGE_TILE_PX, y * DAMAGE_TILE_PX, w * DAMAGE_TILE_PX, h * DAMAGE_TILE_PX};
    r.w = r.x + r.w > d->width ? d->width - r.x : r.w;
    r.h = r.y + r.h > d->height ? d->height - r.y : r.h;
    return r;
}

static bool changed(const struct damage *d, int x, int y)
{
    return d->all || d->before[y * d->columns + x] != d->now[y * d->columns + x];
}

static struct pixel_rect join(struct pixel_rect a, struct pixel_rect b)
{
    int x = a.x < b.x ? a.x : b.x, y = a.y < b.y ? a.y : b.y;
    int right = a.x + a.w > b.x + b.w ? a.x + a.w : b.x + b.w;
    int bottom = a.y + a.h > b.y + b.h ? a.y + a.h : b.y + b.h;
    return (struct pixel_rect){x, y, right - x, bottom - y};
}

/* Adds a run of changed tiles: to the rectangle above it when that is as wide. @return how many there are now;
 * when there is no more room one that covers all. */
static size_t add_run(struct pixel_rect *rects, size_t n, struct pixel_rect run)
{
    for (size_t i = n; i-- > 0;) {
        if (rects[i].x == run.x && rects[i].w == run.w && rects[i].y + rects[i].h == run.y) {
            rects[i].h += run.h;
            return n;
        }
    }
    if (n < DAMAGE_RECTS_MAX) {
        rects[n] = run;
        return n + 1;
    }
    for (size_t i = 1; i < n; i++) {
        rects[0] = join(rects[0], rects[i]);
    }
    rects[0] = join(rects[0], run);
    return 1;
}

/* Once the room was too small, rectangles that come later may overlap the one that covers what came before. */
static size_t collect(const struct damage *d, struct pixel_rect *rects)
{
    size_t n = 0;
    bool overlaps = false;
    for (int y = 0; y < d->rows; y++) {
        for (int x = 0; x < d->columns; x++) {
            int from = x;
            while (x < d->columns && changed(d, x, y)) {
                x++;
            }
            if (x > from) {
                size_t before = n;
                n = add_run(rects, n, pixels(d, from, y, x - from, 1));
                overlaps = overlaps || n < before;
            }
        }
    }
    if (overlaps) {
        for (size_t i = 1; i < n; i++) {
            rects[0] = join(rects[0], rects[i]);
        }
        n = 1;
    }
    return n;
}

size_t damage_compare(struct damage *d, const struct draw_list *list, float scale,
                      struct pixel_rect ret_rects[DAMAGE_RECTS_MAX])
{
    size_t n_commands;
    const struct draw_command *commands = draw_commands(list, &n_commands);
    memset(d->now, 0, (size_t)d->columns * (size_t)d->rows * sizeof(*d->now));
    for (size_t i = 0; i < n_commands; i++) {
        mix(d, &commands[i], scale);
    }
    size_t n = collect(d, ret_rects);
    uint64_t *swap = d->before;
    d->before = d->now;
    d->now = swap;
    d->all = false;
    return n;
}
