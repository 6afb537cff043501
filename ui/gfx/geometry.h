#pragma once

/* Rectangles in logical pixels: what a screen lays out in. Pure. */

#include <stdbool.h>

struct rect {
    float x, y, w, h;
};

static inline struct rect rect_of(float x, float y, float w, float h)
{
    return (struct rect){x, y, w, h};
}

static inline float rect_right(struct rect r)
{
    return r.x + r.w;
}

static inline float rect_bottom(struct rect r)
{
    return r.y + r.h;
}

static inline bool rect_empty(struct rect r)
{
    return !(r.w > 0 && r.h > 0);
}

/** True when the point lies within: the left and top edge belong to it, the right and bottom ones don't. */
static inline bool rect_holds(struct rect r, float x, float y)
{
    return x >= r.x && x < r.x + r.w && y >= r.y && y < r.y + r.h;
}

/** The rectangle less @by on each side; never below empty. */
struct rect rect_inset(struct rect r, float by);
struct rect rect_inset_xy(struct rect r, float by_x, float by_y);
/** What both cover; empty (w or h 0) when nothing. */
struct rect rect_intersect(struct rect a, struct rect b);
/** The smallest that covers both; an empty one counts as nothing. */
struct rect rect_union(struct rect a, struct rect b);

/** Each cuts a strip off *@r and returns it: at most what is there. @r keeps the rest. */
struct rect rect_cut_left(struct rect *r, float width);
struct rect rect_cut_right(struct rect *r, float width);
struct rect rect_cut_top(struct rect *r, float height);
struct rect rect_cut_bottom(struct rect *r, float height);
/** A rectangle of this size in the middle of @r. */
struct rect rect_centre(struct rect r, float w, float h);
/** Cell @i of @n equal ones side by side (row) or one above the other (column), with @gap between them. */
struct rect rect_row_cell(struct rect r, unsigned i, unsigned n, float gap);
struct rect rect_column_cell(struct rect r, unsigned i, unsigned n, float gap);
