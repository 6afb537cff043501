#include "gfx/transform.h"

#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

/* Turning by 90 degrees reads rows and writes columns. It goes by strips of this many rows: they stay in the
 * first-level cache, even those of a picture of 1024 pixels, whose rows all fall on the same few cache sets. */
enum { STRIP = 8 };

/* A matrix that presses the panel into less than this part of its area is taken for a slip of the pen. */
static const float AREA_MIN = 0.01f;
static const float TOUCH_MAX = 100.0f;

struct transform transform_of(int physical_w, int physical_h)
{
    return (struct transform){
        .scale = 1, .touch = {1, 0, 0, 0, 1, 0}, .physical_w = physical_w, .physical_h = physical_h};
}

static bool side_valid(int side)
{
    return side >= 1 && side <= SURFACE_SIDE_MAX;
}

static bool touch_valid(const float m[6])
{
    for (int i = 0; i < 6; i++) {
        if (!(fabsf(m[i]) <= TOUCH_MAX)) {
            return false;
        }
    }
    return fabsf(m[0] * m[4] - m[1] * m[3]) >= AREA_MIN;
}

bool transform_valid(const struct transform *t)
{
    bool turned = t->rotation == 0 || t->rotation == 90 || t->rotation == 180 || t->rotation == 270;
    return turned && t->scale >= TRANSFORM_SCALE_MIN && t->scale <= TRANSFORM_SCALE_MAX && side_valid(t->physical_w) &&
           side_valid(t->physical_h) && touch_valid(t->touch);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* strtof goes by the locale, and that of a Swedish unit has a decimal comma. */
static bool parse_number(const char **at, float *ret_value)
{
    const char *p = *at;
    bool negative = *p == '-';
    p += negative || *p == '+';
    double value = 0, parts = 1;
    int digits = 0;
    for (; is_digit(*p); p++, digits++) {
        value = value * 10 + (*p - '0');
    }
    if (*p == '.') {
        for (p++; is_digit(*p); p++, digits++, parts *= 10) {
            value = value * 10 + (*p - '0');
        }
    }
    if (digits == 0 || digits > 20) {
        return false;
    }
    *at = p;
    *ret_value = (float)(negative ? -value / parts : value / parts);
    return true;
}

static const char *skip_blanks(const char *p)
{
    return p + strspn(p, " \t");
}

bool transform_parse_touch(const char *text, float ret_touch[6])
{
    float m[6];
    const char *p = skip_blanks(text);
    for (int i = 0; i < 6; i++) {
        const char *after = p;
        if (!parse_number(&after, &m[i])) {
            return false;
        }
        p = skip_blanks(after);
        if (p == after && i < 5) {
            return false;
        }
    }
    if (*p != '\0' || !touch_valid(m)) {
        return false;
    }
    memcpy(ret_touch, m, sizeof(m));
    return true;
}

static bool swaps_sides(const struct transform *t)
{
    return t->rotation == 90 || t->rotation == 270;
}

void transform_render_size(const struct transform *t, int *ret_width, int *ret_height)
{
    *ret_width = swaps_sides(t) ? t->physical_h : t->physical_w;
    *ret_height = swaps_sides(t) ? t->physical_w : t->physical_h;
}

void transform_logical_size(const struct transform *t, float *ret_width, float *ret_height)
{
    int w, h;
    transform_render_size(t, &w, &h);
    *ret_width = (float)w / t->scale;
    *ret_height = (float)h / t->scale;
}

void transform_point(const struct transform *t, float physical_x, float physical_y, float *ret_x, float *ret_y)
{
    float x = physical_x, y = physical_y;
    switch (t->rotation) {
    case 90:
        x = physical_y;
        y = (float)t->physical_w - physical_x;
        break;
    case 180:
        x = (float)t->physical_w - physical_x;
        y = (float)t->physical_h - physical_y;
        break;
    case 270:
        x = (float)t->physical_h - physical_y;
        y = physical_x;
        break;
    default:
        break;
    }
    *ret_x = x / t->scale;
    *ret_y = y / t->scale;
}

void transform_unpoint(const struct transform *t, float x, float y, float *ret_physical_x, float *ret_physical_y)
{
    x *= t->scale;
    y *= t->scale;
    switch (t->rotation) {
    case 90:
        *ret_physical_x = (float)t->physical_w - y;
        *ret_physical_y = x;
        break;
    case 180:
        *ret_physical_x = (float)t->physical_w - x;
        *ret_physical_y = (float)t->physical_h - y;
        break;
    case 270:
        *ret_physical_x = y;
        *ret_physical_y = (float)t->physical_h - x;
        break;
    default:
        *ret_physical_x = x;
        *ret_physical_y = y;
        break;
    }
}

/* A touch on the very edge belongs to the edge's pixel: the right and bottom edge lie outside every rectangle. */
static float onto_panel(float part, int side)
{
    return fmaxf(0.5f, fminf(part * (float)side, (float)side - 0.5f));
}

static bool near_panel(float part)
{
    return part >= -TRANSFORM_JITTER && part <= 1 + TRANSFORM_JITTER; /* false for what is no number */
}

bool transform_touch(const struct transform *t, float nx, float ny, float *ret_x, float *ret_y)
{
    const float *m = t->touch;
    float px = m[0] * nx + m[1] * ny + m[2];
    float py = m[3] * nx + m[4] * ny + m[5];
    if (!near_panel(px) || !near_panel(py)) {
        return false;
    }
    transform_point(t, onto_panel(px, t->physical_w), onto_panel(py, t->physical_h), ret_x, ret_y);
    return true;
}

void transform_untouch(const struct transform *t, float x, float y, float *ret_nx, float *ret_ny)
{
    const float *m = t->touch;
    float px, py;
    transform_unpoint(t, x, y, &px, &py);
    px = px / (float)t->physical_w - m[2];
    py = py / (float)t->physical_h - m[5];
    float area = m[0] * m[4] - m[1] * m[3];
    *ret_nx = (m[4] * px - m[1] * py) / area;
    *ret_ny = (m[0] * py - m[3] * px) / area;
}

struct pixel_rect transform_rect(const struct transform *t, struct pixel_rect r)
{
    switch (t->rotation) {
    case 90:
        return (struct pixel_rect){t->physical_w - r.y - r.h, r.x, r.h, r.w};
    case 180:
        return (struct pixel_rect){t->physical_w - r.x - r.w, t->physical_h - r.y - r.h, r.w, r.h};
    case 270:
        return (struct pixel_rect){r.y, t->physical_h - r.x - r.w, r.h, r.w};
    default:
        return r;
    }
}

/* Column x becomes the row of @r.h pixels at @to + x * @to_step; the first of its pixels comes first in it, or
 * last when @backwards. */
static void copy_turned(const struct surface *from, struct pixel_rect r, uint32_t *to, ptrdiff_t to_step,
                        bool backwards)
{
    const uint32_t *corner = from->pixels + (ptrdiff_t)r.y * from->stride + r.x;
    ptrdiff_t step = backwards ? -(ptrdiff_t)from->stride : from->stride;
    for (int strip = 0; strip < r.h; strip += STRIP) {
        int n = r.h - strip < STRIP ? r.h - strip : STRIP;
        const uint32_t *first = corner + (ptrdiff_t)(backwards ? r.h - 1 - strip : strip) * from->stride;
        for (int x = 0; x < r.w; x++) {
            const uint32_t *p = first + x;
            uint32_t *q = to + x * to_step + strip;
            for (int i = 0; i < n; i++, p += step) {
                q[i] = *p;
            }
        }
    }
}

static void copy_rows(const struct surface *from, struct pixel_rect r, uint32_t *to, int to_stride)
{
    for (int y = 0; y < r.h; y++) {
        memcpy(to + (ptrdiff_t)y * to_stride, from->pixels + (ptrdiff_t)(r.y + y) * from->stride + r.x,
               (size_t)r.w * sizeof(*to));
    }
}

static void copy_upside_down(const struct surface *from, struct pixel_rect r, uint32_t *to, int to_stride)
{
    for (int y = 0; y < r.h; y++) {
        const uint32_t *p = from->pixels + (ptrdiff_t)(r.y + r.h - 1 - y) * from->stride + r.x;
        uint32_t *q = to + (ptrdiff_t)y * to_stride;
        for (int x = 0; x < r.w; x++) {
            q[x] = p[r.w - 1 - x];
        }
    }
}

int transform_copy(const struct transform *t, const struct surface *from, struct pixel_rect r, uint32_t *to,
                   int to_stride)
{
    int w, h;
    transform_render_size(t, &w, &h);
    if (from->width != w || from->height != h || to_stride < t->physical_w) {
        return -EINVAL;
    }
    r = surface_clip(from, r);
    if (r.w <= 0 || r.h <= 0) {
        return 0;
    }
    struct pixel_rect at = transform_rect(t, r);
    uint32_t *corner = to + (ptrdiff_t)at.y * to_stride + at.x;
    switch (t->rotation) {
    case 90:
        copy_turned(from, r, corner, to_stride, true);
        break;
    case 270:
        copy_turned(from, r, corner + (ptrdiff_t)(r.w - 1) * to_stride, -(ptrdiff_t)to_stride, false);
        break;
    case 180:
        copy_upside_down(from, r, corner, to_stride);
        break;
    default:
        copy_rows(from, r, corner, to_stride);
        break;
    }
    return 0;
}
