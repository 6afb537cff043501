#include "gfx/geometry.h"

static float at_least_0(float v)
{
    return v > 0 ? v : 0;
}

static float clamp(float v, float max)
{
    float positive = at_least_0(v);
    return positive < max ? positive : at_least_0(max);
}

struct rect rect_inset(struct rect r, float by)
{
    return rect_inset_xy(r, by, by);
}

/* One that would turn inside out ends as a line in its middle. */
static void inset(float *start, float *length, float by)
{
    if (*length < 2 * by) {
        *start += *length / 2;
        *length = 0;
        return;
    }
    *start += by;
    *length -= 2 * by;
}

struct rect rect_inset_xy(struct rect r, float by_x, float by_y)
{
    inset(&r.x, &r.w, by_x);
    inset(&r.y, &r.h, by_y);
    return r;
}

struct rect rect_intersect(struct rect a, struct rect b)
{
    float x = a.x > b.x ? a.x : b.x;
    float y = a.y > b.y ? a.y : b.y;
    float right = rect_right(a) < rect_right(b) ? rect_right(a) : rect_right(b);
    float bottom = rect_bottom(a) < rect_bottom(b) ? rect_bottom(a) : rect_bottom(b);
    return rect_of(x, y, at_least_0(right - x), at_least_0(bottom - y));
}

struct rect rect_union(struct rect a, struct rect b)
{
    if (rect_empty(a)) {
        return b;
    }
    if (rect_empty(b)) {
        return a;
    }
    float x = a.x < b.x ? a.x : b.x;
    float y = a.y < b.y ? a.y : b.y;
    float right = rect_right(a) > rect_right(b) ? rect_right(a) : rect_right(b);
    float bottom = rect_bottom(a) > rect_bottom(b) ? rect_bottom(a) : rect_bottom(b);
    return rect_of(x, y, right - x, bottom - y);
}

struct rect rect_cut_left(struct rect *r, float width)
{
    struct rect strip = rect_of(r->x, r->y, clamp(width, r->w), r->h);
    r->x += strip.w;
    r->w -= strip.w;
    return strip;
}

struct rect rect_cut_right(struct rect *r, float width)
{
    float w = clamp(width, r->w);
    r->w -= w;
    return rect_of(rect_right(*r), r->y, w, r->h);
}

struct rect rect_cut_top(struct rect *r, float height)
{
    struct rect strip = rect_of(r->x, r->y, r->w, clamp(height, r->h));
    r->y += strip.h;
    r->h -= strip.h;
    return strip;
}

struct rect rect_cut_bottom(struct rect *r, float height)
{
    float h = clamp(height, r->h);
    r->h -= h;
    return rect_of(r->x, rect_bottom(*r), r->w, h);
}

struct rect rect_centre(struct rect r, float w, float h)
{
    return rect_of(r.x + (r.w - w) / 2, r.y + (r.h - h) / 2, w, h);
}

/* Where cell @i of @n begins, and how long each is. */
static void cell(float *start, float *length, unsigned i, unsigned n, float gap)
{
    float count = n > 0 ? (float)n : 1;
    float each = at_least_0((*length - gap * (count - 1)) / count);
    *start += (float)i * (each + gap);
    *length = each;
}

struct rect rect_row_cell(struct rect r, unsigned i, unsigned n, float gap)
{
    cell(&r.x, &r.w, i, n, gap);
    return r;
}

struct rect rect_column_cell(struct rect r, unsigned i, unsigned n, float gap)
{
    cell(&r.y, &r.h, i, n, gap);
    return r;
}
