/* One face's display on SDL's dummy driver: what is drawn when, and a display that goes and comes. */
#include "base/clock.h"
#include "face/display.h"
#include "widgets/widgets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct model {
    int views;
    uint32_t colour;
    int64_t again_us;
};

static struct display *display;
static struct model model;

static void view(void *user, struct ui *ui)
{
    struct model *m = user;
    m->views++;
    draw_fill(ui_draw(ui), ui_bounds(ui), colour_rgb(0x102030), 0);
    draw_fill(ui_draw(ui), rect_of(40, 40, 20, 20), colour_rgb(m->colour), 0);
    if (m->again_us) {
        ui_again(ui, m->again_us);
    }
}

static int open_display(void **state)
{
    (void)state;
    (void)setenv("SDL_VIDEODRIVER", "dummy", 1);
    assert_int_equal(window_system_open(), 0);
    const struct window_options options = {.display = -1, .width = 320, .height = 240, .transform = transform_of(0, 0)};
    model = (struct model){.colour = 0xff0000};
    return display_open(&options, FONTS_CONF, THEME_DARK, &display);
}

static int close_display(void **state)
{
    (void)state;
    display_close(display);
    window_system_close();
    return 0;
}

static void drain(void)
{
    struct window *window;
    struct window_event event;
    while (window_next_event(US_PER_S, &window, &event)) {
        assert_ptr_equal(window, display_window(display));
        display_event(display, event.kind);
    }
}

static uint32_t shown(int x, int y)
{
    struct surface s;
    assert_int_equal(window_read_back(display_window(display), &s), 0);
    uint32_t pixel = s.pixels[y * s.stride + x];
    surface_finish(&s);
    return pixel & 0xffffff;
}

static void a_picture_is_drawn_when_it_is_due_and_presented_when_it_has_changed(void **state)
{
    (void)state;
    drain();
    assert_true(display_due(display, US_PER_S));
    assert_int_equal(display_frame(display, US_PER_S, view, &model), 0);
    assert_int_equal(shown(50, 50), 0xff0000);
    assert_int_equal(shown(5, 5), 0x102030);
    assert_int_equal(display_stats(display)->frames, 1);
    assert_false(display_due(display, 2 * US_PER_S));
    assert_true(display_deadline(display) == US_NEVER);
    /* Asked for, but nothing is different. */
    ui_touch(display_ui(display));
    assert_int_equal(display_frame(display, 2 * US_PER_S, view, &model), 0);
    assert_int_equal(display_stats(display)->frames, 1);
    model.colour = 0x00ff00;
    model.again_us = 5 * US_PER_S;
    ui_touch(display_ui(display));
    assert_int_equal(display_frame(display, 3 * US_PER_S, view, &model), 0);
    assert_int_equal(shown(50, 50), 0x00ff00);
    assert_int_equal(display_stats(display)->frames, 2);
    assert_true(display_deadline(display) == 5 * US_PER_S);
}

static void what_a_window_lost_is_presented_anew(void **state)
{
    (void)state;
    drain();
    assert_int_equal(display_frame(display, US_PER_S, view, &model), 0);
    assert_int_equal(window_push(display_window(display), WINDOW_REDRAW), 0);
    drain();
    assert_true(display_due(display, US_PER_S));
    assert_int_equal(display_frame(display, US_PER_S, view, &model), 0);
    assert_int_equal(display_stats(display)->frames, 2);
}

static void a_display_that_goes_is_waited_for(void **state)
{
    (void)state;
    const struct window_options whole = {.display = 0, .fullscreen = true, .transform = transform_of(0, 0)};
    display_close(display);
    assert_int_equal(display_open(&whole, FONTS_CONF, THEME_DARK, &display), 0);
    drain();
    assert_int_equal(display_frame(display, US_PER_S, view, &model), 0);
    assert_int_equal(window_push(display_window(display), WINDOW_DISPLAY_GONE), 0);
    drain();
    assert_true(window_is_gone(display_window(display)));
    model.colour = 0x0000ff;
    ui_touch(display_ui(display));
    /* It is there again at the first try; the picture is drawn whole. */
    for (int i = 0; i < 5 && window_is_gone(display_window(display)); i++) {
        assert_int_equal(display_frame(display, (2 + i) * US_PER_S, view, &model), 0);
        drain();
    }
    assert_false(window_is_gone(display_window(display)));
    assert_int_equal(display_frame(display, 9 * US_PER_S, view, &model), 0);
    assert_int_equal(shown(50, 50), 0x0000ff);
    assert_int_equal(shown(300, 200), 0x102030);
}

static void another_size_is_laid_out_anew(void **state)
{
    (void)state;
    drain();
    assert_int_equal(display_frame(display, US_PER_S, view, &model), 0);
    window_resize(display_window(display), 400, 300);
    drain();
    assert_int_equal(display_frame(display, 2 * US_PER_S, view, &model), 0);
    assert_int_equal(display_picture(display)->width, 400);
    assert_int_equal(display_picture(display)->height, 300);
    assert_int_equal(shown(390, 290), 0x102030);
}

static void once_shut_it_has_no_window_and_nothing_is_due(void **state)
{
    (void)state;
    drain();
    assert_int_equal(display_frame(display, US_PER_S, view, &model), 0);
    display_shut(display);
    assert_null(display_window(display));
    assert_true(display_deadline(display) == US_NEVER);
    assert_false(display_due(display, 9 * US_PER_S));
    assert_int_equal(display_snapshot(display, "/tmp", "none"), -ENODEV);
}

int main(void)
{
#define SHOWN(test) cmocka_unit_test_setup_teardown(test, open_display, close_display)
    const struct CMUnitTest tests[] = {
        SHOWN(a_picture_is_drawn_when_it_is_due_and_presented_when_it_has_changed),
        SHOWN(what_a_window_lost_is_presented_anew),
        SHOWN(a_display_that_goes_is_waited_for),
        SHOWN(another_size_is_laid_out_anew),
        SHOWN(once_shut_it_has_no_window_and_nothing_is_due),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
