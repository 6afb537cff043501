#include "gfx/icon.h"

#include "base/cleanup.h"

#include <cairo.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Each icon is drawn into the middle of a canvas twice its size. */
enum { SIZE = 48, CANVAS = 2 * SIZE };

struct canvas {
    cairo_surface_t *surface;
    cairo_t *cr;
};

static struct canvas canvas_make(void)
{
    struct canvas c = {.surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, CANVAS, CANVAS)};
    assert_int_equal(cairo_image_surface_get_stride(c.surface), CANVAS * 4);
    c.cr = cairo_create(c.surface);
    cairo_translate(c.cr, (double)CANVAS / 2, (double)CANVAS / 2);
    cairo_set_source_rgb(c.cr, 1, 1, 1);
    return c;
}

static void canvas_drop(struct canvas *c)
{
    cairo_destroy(c->cr);
    cairo_surface_destroy(c->surface);
}

static const uint32_t *canvas_pixels(const struct canvas *c)
{
    cairo_surface_flush(c->surface);
    return (const uint32_t *)(const void *)cairo_image_surface_get_data(c->surface);
}

static bool is_within(int x, int y)
{
    return x >= (CANVAS - SIZE) / 2 && x < (CANVAS + SIZE) / 2 && y >= (CANVAS - SIZE) / 2 && y < (CANVAS + SIZE) / 2;
}

/* The share of the box that is covered. */
static double ink(const struct canvas *c, bool within)
{
    const uint32_t *pixels = canvas_pixels(c);
    double sum = 0;
    for (int y = 0; y < CANVAS; y++) {
        for (int x = 0; x < CANVAS; x++) {
            if (is_within(x, y) == within) {
                sum += pixels[y * CANVAS + x] >> 24;
            }
        }
    }
    return sum / 255 / (SIZE * SIZE);
}

static void every_icon_paints_in_its_box_and_nothing_outside(void **state)
{
    (void)state;
    for (enum icon i = ICON_NONE + 1; i < ICON_COUNT_; i++) {
        struct canvas c = canvas_make();
        icon_draw(c.cr, i, SIZE);
        double inside = ink(&c, true), outside = ink(&c, false);
        if (!(inside > 0.02 && inside < 0.5) || outside > 0) {
            fail_msg("%s covers %.3f of its box, %.3f beyond it", icon_name(i), inside, outside);
        }
        canvas_drop(&c);
    }
}

/* An eye that goes down a rail of icons should not jump. */
static void what_an_icon_shows_stands_about_in_the_middle(void **state)
{
    (void)state;
    for (enum icon i = ICON_NONE + 1; i < ICON_COUNT_; i++) {
        struct canvas c = canvas_make();
        icon_draw(c.cr, i, SIZE);
        const uint32_t *pixels = canvas_pixels(&c);
        int left = CANVAS, right = 0, top = CANVAS, bottom = 0;
        for (int y = 0; y < CANVAS; y++) {
            for (int x = 0; x < CANVAS; x++) {
                if (pixels[y * CANVAS + x] >> 24 > 127) {
                    left = x < left ? x : left;
                    right = x > right ? x : right;
                    top = y < top ? y : top;
                    bottom = y > bottom ? y : bottom;
                }
            }
        }
        /* In units of the grid, two pixels each, within one and a quarter. */
        if (abs(left + right + 1 - CANVAS) > 5 || abs(top + bottom + 1 - CANVAS) > 5) {
            fail_msg("%s lies at %d to %d, %d to %d of %d", icon_name(i), left, right, top, bottom, CANVAS);
        }
        canvas_drop(&c);
    }
}

static void no_two_icons_look_alike(void **state)
{
    (void)state;
    struct canvas c[ICON_COUNT_];
    for (enum icon i = ICON_NONE; i < ICON_COUNT_; i++) {
        c[i] = canvas_make();
        icon_draw(c[i].cr, i, SIZE);
        for (enum icon k = ICON_NONE; k < i; k++) {
            if (memcmp(canvas_pixels(&c[i]), canvas_pixels(&c[k]), (size_t)CANVAS * CANVAS * 4) == 0) {
                fail_msg("%s and %s", icon_name(i), icon_name(k));
            }
        }
    }
    for (enum icon i = ICON_NONE; i < ICON_COUNT_; i++) {
        canvas_drop(&c[i]);
    }
}

static void every_icon_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (enum icon i = ICON_NONE; i < ICON_COUNT_; i++) {
        const char *name = icon_name(i);
        assert_non_null(name);
        assert_true(name[0] != '\0');
        assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz-"), strlen(name));
        for (enum icon k = ICON_NONE; k < i; k++) {
            assert_string_not_equal(name, icon_name(k));
        }
    }
    assert_string_equal(icon_name(ICON_CHEVRON_LEFT), "chevron-left");
    assert_string_equal(icon_name(ICON_COUNT_), "none");
}

static void what_is_no_icon_paints_nothing(void **state)
{
    (void)state;
    struct canvas c = canvas_make();
    icon_draw(c.cr, ICON_NONE, SIZE);
    icon_draw(c.cr, ICON_COUNT_, SIZE);
    icon_draw(c.cr, ICON_CHECK, 0);
    icon_draw(c.cr, ICON_CHECK, -5);
    assert_true(ink(&c, true) == 0 && ink(&c, false) == 0);
    assert_int_equal(cairo_status(c.cr), CAIRO_STATUS_SUCCESS);
    canvas_drop(&c);
}

/* The line of a minus is 2/24 of the size, or what is asked for, with a round end on each side. */
static void a_line_is_as_strong_as_asked(void **state)
{
    (void)state;
    for (int stroke = 1; stroke <= 3; stroke++) {
        struct canvas c = canvas_make();
        icon_draw_stroke(c.cr, ICON_MINUS, SIZE, stroke);
        double wide = (double)stroke * (double)SIZE / 24, longer = 16.0 * (double)SIZE / 24;
        double expected = (wide * longer + 3.14159 / 4 * wide * wide) / (SIZE * SIZE);
        assert_true(fabs(ink(&c, true) - expected) < 0.002);
        canvas_drop(&c);
    }
}

static void a_translucent_icon_is_nowhere_painted_twice(void **state)
{
    (void)state;
    for (enum icon i = ICON_NONE + 1; i < ICON_COUNT_; i++) {
        struct canvas c = canvas_make();
        cairo_set_source_rgba(c.cr, 1, 1, 1, 0.5);
        icon_draw(c.cr, i, SIZE);
        const uint32_t *pixels = canvas_pixels(&c);
        for (int k = 0; k < CANVAS * CANVAS; k++) {
            assert_true(pixels[k] >> 24 <= 129);
        }
        canvas_drop(&c);
    }
}

static void the_state_of_whoever_draws_is_kept(void **state)
{
    (void)state;
    struct canvas c = canvas_make();
    cairo_set_line_width(c.cr, 7);
    cairo_set_line_cap(c.cr, CAIRO_LINE_CAP_BUTT);
    cairo_matrix_t before, after;
    cairo_get_matrix(c.cr, &before);
    icon_draw(c.cr, ICON_CLOCK, SIZE);
    cairo_get_matrix(c.cr, &after);
    assert_true(before.xx == after.xx && before.x0 == after.x0 && before.y0 == after.y0);
    assert_true(cairo_get_line_width(c.cr) == 7);
    assert_int_equal(cairo_get_line_cap(c.cr), CAIRO_LINE_CAP_BUTT);
    assert_false(cairo_has_current_point(c.cr));
    canvas_drop(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_icon_paints_in_its_box_and_nothing_outside),
        cmocka_unit_test(what_an_icon_shows_stands_about_in_the_middle),
        cmocka_unit_test(no_two_icons_look_alike),
        cmocka_unit_test(every_icon_has_a_name_of_its_own),
        cmocka_unit_test(what_is_no_icon_paints_nothing),
        cmocka_unit_test(a_line_is_as_strong_as_asked),
        cmocka_unit_test(a_translucent_icon_is_nowhere_painted_twice),
        cmocka_unit_test(the_state_of_whoever_draws_is_kept),
    };
    return cmocka_run_group_tests_name("ui.gfx.icon", tests, NULL, NULL);
}
