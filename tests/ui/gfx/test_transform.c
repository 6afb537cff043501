#include "gfx/transform.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const int rotations[] = {0, 90, 180, 270};
static const float scales[] = {0.5f, 0.75f, 1, 1.25f, 1.5f, 2, 3, 4};
static const int sizes[][2] = {{1, 1}, {1, 7}, {17, 1}, {33, 19}, {64, 64}, {799, 481}, {1280, 800}};

enum { ROTATIONS = 4, SCALES = sizeof(scales) / sizeof(scales[0]), SIZES = sizeof(sizes) / sizeof(sizes[0]) };

static uint32_t seed = 1;

static int any(int below)
{
    seed = seed * 1664525u + 1013904223u;
    return (int)((seed >> 8) % (uint32_t)below);
}

static float any_part(void)
{
    return (float)any(10001) / 10000.0f;
}

static struct transform make(int rotation, float scale, int w, int h)
{
    struct transform t = transform_of(w, h);
    t.rotation = rotation;
    t.scale = scale;
    assert_true(transform_valid(&t));
    return t;
}

/* Calls @check for every rotation, scale and size. */
static void each(void (*check)(const struct transform *t))
{
    for (int r = 0; r < ROTATIONS; r++) {
        for (int s = 0; s < SCALES; s++) {
            for (int i = 0; i < SIZES; i++) {
                struct transform t = make(rotations[r], scales[s], sizes[i][0], sizes[i][1]);
                check(&t);
            }
        }
    }
}

static void assert_near(float a, float b, float by)
{
    if (!(fabsf(a - b) <= by)) {
        fail_msg("%f is not %f", (double)a, (double)b);
    }
}

/* -- points -------------------------------------------------------------------------------------------------- */

static void returns_from_the_panel(const struct transform *t)
{
    for (int i = 0; i < 50; i++) {
        float px = any_part() * (float)t->physical_w, py = any_part() * (float)t->physical_h;
        float x, y, back_x, back_y;
        transform_point(t, px, py, &x, &y);
        float w, h;
        transform_logical_size(t, &w, &h);
        assert_true(x >= -0.01f && x <= w + 0.01f && y >= -0.01f && y <= h + 0.01f);
        transform_unpoint(t, x, y, &back_x, &back_y);
        assert_near(back_x, px, 0.01f);
        assert_near(back_y, py, 0.01f);
    }
}

static void a_point_returns_whence_it_came(void **state)
{
    (void)state;
    each(returns_from_the_panel);
}

static void touches_where_it_was_drawn(const struct transform *t)
{
    float w, h;
    transform_logical_size(t, &w, &h);
    /* Within half a panel's pixel of the edge a touch is moved inwards. */
    float edge = 0.5f / t->scale;
    for (int i = 0; i < 50; i++) {
        float x = edge + any_part() * (w - 2 * edge), y = edge + any_part() * (h - 2 * edge);
        float nx, ny, back_x = -1, back_y = -1;
        transform_untouch(t, x, y, &nx, &ny);
        assert_true(transform_touch(t, nx, ny, &back_x, &back_y));
        assert_near(back_x, x, 0.02f / t->scale);
        assert_near(back_y, y, 0.02f / t->scale);
    }
}

static void a_touch_meets_what_is_drawn_there(void **state)
{
    (void)state;
    each(touches_where_it_was_drawn);
}

static void a_touch_goes_through_the_matrix(void **state)
{
    (void)state;
    static const float matrices[][6] = {
        {0, 1, 0, 1, 0, 0}, /* sides swapped */
        {-1, 0, 1, 0, -1, 1}, /* upside down */
        {0, -1, 1, 1, 0, 0}, /* a quarter turn */
        {1.08f, 0.02f, -0.04f, -0.01f, 1.1f, -0.05f}, /* measured */
    };
    float x, y;
    for (size_t m = 0; m < sizeof(matrices) / sizeof(matrices[0]); m++) {
        for (int r = 0; r < ROTATIONS; r++) {
            struct transform t = make(rotations[r], 1.25f, 1280, 800);
            memcpy(t.touch, matrices[m], sizeof(t.touch));
            assert_true(transform_valid(&t));
            touches_where_it_was_drawn(&t);
        }
    }
    struct transform t = make(0, 1, 1000, 500);
    memcpy(t.touch, matrices[0], sizeof(t.touch));
    assert_true(transform_touch(&t, 0.25f, 0.5f, &x, &y));
    assert_near(x, 500, 0.01f);
    assert_near(y, 125, 0.01f);
}

static void each_corner_of_a_turned_panel_is_the_right_one(void **state)
{
    (void)state;
    /* The panel's top left pixel, in a picture of 800 by 600. */
    static const struct {
        int rotation, w, h;
        float x, y;
    } cases[] = {{0, 800, 600, 0.5f, 0.5f},
                 {90, 600, 800, 0.5f, 599.5f},
                 {180, 800, 600, 799.5f, 599.5f},
                 {270, 600, 800, 799.5f, 0.5f}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct transform t = make(cases[i].rotation, 1, cases[i].w, cases[i].h);
        float x, y;
        transform_point(&t, 0.5f, 0.5f, &x, &y);
        assert_near(x, cases[i].x, 0.001f);
        assert_near(y, cases[i].y, 0.001f);
        assert_true(transform_touch(&t, 0, 0, &x, &y));
        assert_near(x, cases[i].x, 0.001f);
        assert_near(y, cases[i].y, 0.001f);
    }
}

static void stays_within(const struct transform *t)
{
    static const float edges[] = {-0.0099f, 0, 0.5f, 1, 1.0099f};
    float w, h;
    transform_logical_size(t, &w, &h);
    for (int i = 0; i < 5; i++) {
        for (int j = 0; j < 5; j++) {
            float x = -1, y = -1;
            assert_true(transform_touch(t, edges[i], edges[j], &x, &y));
            assert_true(x > 0 && x < w && y > 0 && y < h);
        }
    }
}

static void a_touch_on_or_just_over_the_edge_lies_within(void **state)
{
    (void)state;
    each(stays_within);
}

static void is_dropped(const struct transform *t)
{
    static const float far[] = {-0.011f, 1.011f, -1, 2, 1e30f, -INFINITY, INFINITY, NAN};
    for (size_t i = 0; i < sizeof(far) / sizeof(far[0]); i++) {
        float x = 7, y = 8;
        assert_false(transform_touch(t, far[i], 0.5f, &x, &y));
        assert_false(transform_touch(t, 0.5f, far[i], &x, &y));
        assert_true(x == 7 && y == 8);
    }
}

static void a_touch_far_beyond_the_edge_is_dropped(void **state)
{
    (void)state;
    each(is_dropped);
}

static void a_mouse_outside_stays_outside(void **state)
{
    (void)state;
    struct transform t = make(90, 2, 800, 1280);
    float x, y;
    transform_point(&t, -10, 1300, &x, &y);
    assert_near(x, 650, 0.001f);
    assert_near(y, 405, 0.001f);
}

static void sizes_are_swapped_and_scaled(void **state)
{
    (void)state;
    struct transform t = make(0, 1.5f, 1280, 800);
    int pw, ph;
    float w, h;
    transform_render_size(&t, &pw, &ph);
    assert_true(pw == 1280 && ph == 800);
    t.rotation = 270;
    transform_render_size(&t, &pw, &ph);
    assert_true(pw == 800 && ph == 1280);
    transform_logical_size(&t, &w, &h);
    assert_near(w, 533.333f, 0.01f);
    assert_near(h, 853.333f, 0.01f);
}

/* -- validity ------------------------------------------------------------------------------------------------ */

static void what_makes_no_sense_is_not_valid(void **state)
{
    (void)state;
    const struct transform good = transform_of(1280, 800);
    assert_true(transform_valid(&good));
    struct transform t;
#define BAD(field, value)                                                                                              \
    do {                                                                                                               \
        t = good;                                                                                                      \
        t.field = (value);                                                                                             \
        assert_false(transform_valid(&t));                                                                             \
    } while (0)
    BAD(rotation, 45);
    BAD(rotation, -90);
    BAD(rotation, 360);
    BAD(scale, 0);
    BAD(scale, 0.49f);
    BAD(scale, 4.01f);
    BAD(scale, NAN);
    BAD(physical_w, 0);
    BAD(physical_h, -1);
    BAD(physical_w, SURFACE_SIDE_MAX + 1);
    BAD(touch[0], 0);
    BAD(touch[2], NAN);
    BAD(touch[5], INFINITY);
    BAD(touch[1], 101);
#undef BAD
}

static void a_touch_matrix_is_read_from_text(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        float m[6];
    } good[] = {
        {"1 0 0 0 1 0", {1, 0, 0, 0, 1, 0}},
        {"  0 -1 1\t1 0 0 ", {0, -1, 1, 1, 0, 0}},
        {"1.0825 .5 -0.04 -0 +1.1 -.05", {1.0825f, 0.5f, -0.04f, 0, 1.1f, -0.05f}},
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        float m[6];
        assert_true(transform_parse_touch(good[i].text, m));
        for (int k = 0; k < 6; k++) {
            assert_near(m[k], good[i].m[k], 1e-6f);
        }
    }
    static const char *const bad[] = {"",
                                      "1 0 0 0 1",
                                      "1 0 0 0 1 0 0",
                                      "1,0 0 0 0 1 0",
                                      "1 0 0 0 1 x",
                                      "1 0 0 0 1 0x1",
                                      "1 0 0 0 1 0 ;",
                                      "1 0 0 0 1 nan",
                                      "1 0 0 0 1 inf",
                                      "1e2 0 0 0 1 0",
                                      "1 0 0 0 1 -",
                                      "1 0 0 0 1 .",
                                      "0 0 0 0 0 0",
                                      "1 1 0 1 1 0",
                                      "1 0 0 0 1 1000",
                                      "1 0 0 0 1 0.000000000000000000000000000000001",
                                      "1 0 0 0-1 0"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        float m[6] = {9, 9, 9, 9, 9, 9};
        assert_false(transform_parse_touch(bad[i], m));
        assert_true(m[0] == 9 && m[5] == 9);
    }
}

/* -- pixels -------------------------------------------------------------------------------------------------- */

enum { MARGIN = 3, UNTOUCHED = 0x5a5a5a5a };

static struct surface painted(const struct transform *t)
{
    struct surface s;
    int w, h;
    transform_render_size(t, &w, &h);
    assert_int_equal(surface_init(&s, w, h), 0);
    for (int i = 0; i < w * h; i++) {
        s.pixels[i] = 0xff000000u | (uint32_t)i;
    }
    return s;
}

/* What the panel shows at (x, y), said a second time and pixel by pixel. */
static void panel_place(const struct transform *t, int x, int y, int *ret_x, int *ret_y)
{
    int w = t->physical_w, h = t->physical_h;
    *ret_x = t->rotation == 90 ? y : t->rotation == 180 ? w - 1 - x : t->rotation == 270 ? h - 1 - y : x;
    *ret_y = t->rotation == 90 ? w - 1 - x : t->rotation == 180 ? h - 1 - y : t->rotation == 270 ? x : y;
}

static void copies_only(const struct transform *t, struct pixel_rect r)
{
    struct surface from = painted(t);
    int stride = t->physical_w + MARGIN;
    size_t n = (size_t)stride * (size_t)t->physical_h;
    uint32_t *to = malloc(n * sizeof(*to));
    assert_non_null(to);
    for (size_t i = 0; i < n; i++) {
        to[i] = UNTOUCHED;
    }
    assert_int_equal(transform_copy(t, &from, r, to, stride), 0);
    for (int y = 0; y < t->physical_h; y++) {
        for (int x = 0; x < stride; x++) {
            int sx, sy;
            panel_place(t, x, y, &sx, &sy);
            bool within = x < t->physical_w && sx >= r.x && sx < r.x + r.w && sy >= r.y && sy < r.y + r.h;
            uint32_t want = within ? from.pixels[sy * from.stride + sx] : UNTOUCHED;
            if (to[y * stride + x] != want) {
                fail_msg("rotation %d, %dx%d, rect %d %d %d %d: pixel %d %d is %08x, not %08x", t->rotation,
                         t->physical_w, t->physical_h, r.x, r.y, r.w, r.h, x, y, to[y * stride + x], want);
            }
        }
    }
    free(to);
    surface_finish(&from);
}

static void copies_like_the_naive_way(const struct transform *t)
{
    if (t->scale != 1 || t->physical_w * t->physical_h > 10000) {
        return; /* the scale is none of the copy's business */
    }
    int w, h;
    transform_render_size(t, &w, &h);
    copies_only(t, (struct pixel_rect){0, 0, w, h});
    copies_only(t, (struct pixel_rect){-5, -5, w + 10, h + 10});
    for (int i = 0; i < 100; i++) {
        struct pixel_rect r = {any(w + 8) - 4, any(h + 8) - 4, any(w + 4), any(h + 4)};
        copies_only(t, r);
    }
}

static void a_copy_of_any_part_equals_the_naive_turn(void **state)
{
    (void)state;
    each(copies_like_the_naive_way);
    for (int r = 0; r < ROTATIONS; r++) {
        struct transform t = make(rotations[r], 1, 211, 157);
        copies_only(&t, (struct pixel_rect){0, 0, 500, 500});
    }
}

static void lands_in_its_rectangle(const struct transform *t)
{
    int w, h;
    transform_render_size(t, &w, &h);
    for (int i = 0; i < 20; i++) {
        struct pixel_rect r = {any(w), any(h), 1 + any(w), 1 + any(h)};
        struct pixel_rect p = transform_rect(t, r);
        /* Each corner, as a point, comes to a corner. */
        float x, y, scale = t->scale;
        transform_unpoint(t, (float)r.x / scale, (float)r.y / scale, &x, &y);
        assert_true(fabsf(x - (float)p.x) < 0.01f || fabsf(x - (float)(p.x + p.w)) < 0.01f);
        assert_true(fabsf(y - (float)p.y) < 0.01f || fabsf(y - (float)(p.y + p.h)) < 0.01f);
        float far_x, far_y;
        transform_unpoint(t, (float)(r.x + r.w) / scale, (float)(r.y + r.h) / scale, &far_x, &far_y);
        assert_near(fabsf(far_x - x), (float)p.w, 0.01f);
        assert_near(fabsf(far_y - y), (float)p.h, 0.01f);
        assert_near(fminf(far_x, x), (float)p.x, 0.01f);
        assert_near(fminf(far_y, y), (float)p.y, 0.01f);
    }
}

static void a_rectangle_lands_where_its_corners_do(void **state)
{
    (void)state;
    each(lands_in_its_rectangle);
}

static void a_surface_of_another_size_is_refused(void **state)
{
    (void)state;
    struct transform t = make(90, 1, 40, 30);
    struct surface from;
    uint32_t to[40 * 30] = {0};
    assert_int_equal(surface_init(&from, 40, 30), 0);
    from.pixels[0] = 1;
    assert_int_equal(transform_copy(&t, &from, (struct pixel_rect){0, 0, 40, 40}, to, 40), -EINVAL);
    t.rotation = 180;
    assert_int_equal(transform_copy(&t, &from, (struct pixel_rect){0, 0, 40, 40}, to, 39), -EINVAL);
    assert_int_equal(to[40 * 30 - 1], 0);
    assert_int_equal(transform_copy(&t, &from, (struct pixel_rect){0, 0, 40, 40}, to, 40), 0);
    assert_int_equal(to[40 * 30 - 1], 1);
    surface_finish(&from);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_point_returns_whence_it_came),
        cmocka_unit_test(a_touch_meets_what_is_drawn_there),
        cmocka_unit_test(a_touch_goes_through_the_matrix),
        cmocka_unit_test(each_corner_of_a_turned_panel_is_the_right_one),
        cmocka_unit_test(a_touch_on_or_just_over_the_edge_lies_within),
        cmocka_unit_test(a_touch_far_beyond_the_edge_is_dropped),
        cmocka_unit_test(a_mouse_outside_stays_outside),
        cmocka_unit_test(sizes_are_swapped_and_scaled),
        cmocka_unit_test(what_makes_no_sense_is_not_valid),
        cmocka_unit_test(a_touch_matrix_is_read_from_text),
        cmocka_unit_test(a_copy_of_any_part_equals_the_naive_turn),
        cmocka_unit_test(a_rectangle_lands_where_its_corners_do),
        cmocka_unit_test(a_surface_of_another_size_is_refused),
    };
    return cmocka_run_group_tests_name("ui.gfx.transform", tests, NULL, NULL);
}
