#include "gfx/cover.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

void cover_finish(struct cover *cover)
{
    for (int i = 0; i < COVER_TABLES_MAX; i++) {
        free(cover->tables[i].cover);
        cover->tables[i] = (struct cover_table){0};
    }
}

/* An edge @d outside the pixel's middle covers so much of it. */
static double edge(double d)
{
    double cover = 0.5 - d;
    return cover < 0 ? 0 : cover > 1 ? 1 : cover;
}

/* A step, smoothed by a normal distribution; it ends where its reach ends. */
static double soft_edge(double d, double reach)
{
    double sigma = reach / 2.5;
    double end = d > 0 ? 1 - d / reach : 1;
    return end > 0 ? 0.5 * (1 - erf(d / (sigma * M_SQRT2))) * sqrt(end) : 0;
}

static uint8_t cover_at(const struct cover_table *t, double d)
{
    double width = (double)t->width;
    double cover = t->kind == COVER_FILL     ? edge(d)
                   : t->kind == COVER_BORDER ? edge(d) - edge(d + width)
                                             : soft_edge(d, width);
    return (uint8_t)lround(255 * cover);
}

static bool make(struct cover_table *t, enum cover_kind kind, float radius, float width)
{
    /* A shadow begins as far outside the box as it reaches, and is as long fading in. */
    float outside = kind == COVER_SHADOW ? width : 0;
    int side = (int)ceilf(radius + (kind == COVER_FILL ? 0 : width) + outside) + 1;
    side = side < COVER_SIDE_MAX ? side : COVER_SIDE_MAX;
    uint8_t *cover = realloc(t->cover, (size_t)side * (size_t)side);
    if (!cover) {
        return false;
    }
    *t = (struct cover_table){.kind = kind, .radius = radius, .width = width, .side = side, .cover = cover};
    double middle = (double)outside + (double)radius;
    for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
            double dx = middle - (x + 0.5), dy = middle - (y + 0.5);
            double d = (dx > 0 && dy > 0 ? hypot(dx, dy) : dx > dy ? dx : dy) - (double)radius;
            cover[y * side + x] = cover_at(t, d);
        }
    }
    return true;
}

const struct cover_table *cover_find(struct cover *cover, enum cover_kind kind, float radius, float width)
{
    struct cover_table *oldest = &cover->tables[0];
    cover->tick++;
    for (int i = 0; i < COVER_TABLES_MAX; i++) {
        struct cover_table *t = &cover->tables[i];
        if (t->cover && t->kind == kind && t->radius == radius && t->width == width) {
            t->used = cover->tick;
            return t;
        }
        if (!t->cover || (oldest->cover && t->used < oldest->used)) {
            oldest = t;
        }
    }
    if (!make(oldest, kind, radius, width)) {
        return NULL;
    }
    oldest->used = cover->tick;
    return oldest;
}
