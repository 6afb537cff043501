#include "gfx/window.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* On SDL's dummy driver: real windows of SDL, with real surfaces, that no display shows. */

enum { W = 320, H = 200, NOW = 12345678 };

static const int rotations[] = {0, 90, 180, 270};

static int open_system(void **state)
{
    (void)state;
    assert_int_equal(setenv("SDL_VIDEODRIVER", "dummy", 1), 0);
    return window_system_open();
}

static int close_system(void **state)
{
    (void)state;
    window_system_close();
    return 0;
}

static void drain(void)
{
    struct window *w;
    struct window_event e;
    for (int i = 0; window_next_event(NOW, &w, &e); i++) {
        assert_true(i < 1000);
    }
}

static struct window *open_turned(int rotation, float scale, int width, int height)
{
    struct window_options o = {.display = -1, .width = width, .height = height, .transform = transform_of(1, 1)};
    o.transform.rotation = rotation;
    o.transform.scale = scale;
    struct window *w = NULL;
    assert_int_equal(window_open(&o, &w), 0);
    drain();
    assert_int_equal(window_transform(w)->physical_w, width);
    assert_int_equal(window_transform(w)->physical_h, height);
    return w;
}

static struct window *open_plain(void)
{
    return open_turned(0, 1, W, H);
}

static struct input_event next_input(struct window *from)
{
    struct window *w = NULL;
    struct window_event e = {0};
    assert_true(window_next_event(NOW, &w, &e));
    assert_ptr_equal(w, from);
    assert_int_equal(e.kind, WINDOW_INPUT);
    assert_int_equal(e.input.at_us, NOW);
    return e.input;
}

static void assert_next(struct window *from, enum window_event_kind kind)
{
    struct window *w = NULL;
    struct window_event e = {0};
    assert_true(window_next_event(NOW, &w, &e));
    assert_ptr_equal(w, from);
    assert_int_equal(e.kind, kind);
}

static void assert_nothing_left(void)
{
    struct window *w = NULL;
    struct window_event e = {.kind = WINDOW_CLOSE};
    assert_false(window_next_event(NOW, &w, &e));
    assert_null(w);
    assert_int_equal(e.kind, WINDOW_CLOSE);
}

static void assert_input(struct window *from, enum input_kind kind, int64_t finger, float x, float y)
{
    struct input_event i = next_input(from);
    assert_int_equal(i.kind, kind);
    assert_int_equal(i.finger, finger);
    if (!(fabsf(i.x - x) < 0.05f && fabsf(i.y - y) < 0.05f)) {
        fail_msg("%f %f is not %f %f", (double)i.x, (double)i.y, (double)x, (double)y);
    }
}

/* -- fingers, mouse, keys ------------------------------------------------------------------------------------ */

static void a_finger_comes_moves_and_goes(void **state)
{
    (void)state;
    struct window *w = open_plain();
    assert_int_equal(window_push_finger(w, INPUT_DOWN, 77, 0.25f, 0.5f), 0);
    assert_int_equal(window_push_finger(w, INPUT_MOVE, 77, 0.5f, 0.25f), 0);
    assert_int_equal(window_push_finger(w, INPUT_UP, 77, 0.5f, 0.75f), 0);
    assert_input(w, INPUT_DOWN, 1, 80, 100);
    assert_input(w, INPUT_MOVE, 1, 160, 50);
    assert_input(w, INPUT_UP, 1, 160, 150);
    assert_nothing_left();
    assert_int_equal(window_push_finger(w, INPUT_KEY, 1, 0, 0), -EINVAL);
    window_close(w);
}

static void a_touch_meets_what_is_drawn_there_however_the_panel_hangs(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct window *w = open_turned(rotations[i], 1.25f, 400, 300);
        const struct transform *t = window_transform(w);
        float nx, ny;
        transform_untouch(t, 50, 60, &nx, &ny);
        assert_int_equal(window_push_finger(w, INPUT_DOWN, 1, nx, ny), 0);
        transform_untouch(t, 200, 210, &nx, &ny);
        assert_int_equal(window_push_finger(w, INPUT_UP, 1, nx, ny), 0);
        assert_input(w, INPUT_DOWN, 1, 50, 60);
        assert_input(w, INPUT_UP, 1, 200, 210);
        window_close(w);
    }
}

static void several_fingers_keep_apart(void **state)
{
    (void)state;
    struct window *w = open_plain();
    for (int i = 0; i < WINDOW_FINGERS_MAX; i++) {
        assert_int_equal(window_push_finger(w, INPUT_DOWN, 100 + i, (float)(i + 1) / 20, 0.5f), 0);
        assert_input(w, INPUT_DOWN, i + 1, (float)(16 * (i + 1)), 100);
    }
    /* One more than there is room for is never heard of. */
    assert_int_equal(window_push_finger(w, INPUT_DOWN, 200, 0.5f, 0.5f), 0);
    assert_int_equal(window_push_finger(w, INPUT_MOVE, 200, 0.6f, 0.5f), 0);
    assert_int_equal(window_push_finger(w, INPUT_UP, 200, 0.6f, 0.5f), 0);
    assert_nothing_left();
    assert_int_equal(window_push_finger(w, INPUT_UP, 102, 0.5f, 0.5f), 0);
    assert_input(w, INPUT_UP, 3, 160, 100);
    /* The number that has become free is given to the next one. */
    assert_int_equal(window_push_finger(w, INPUT_DOWN, 300, 0.1f, 0.1f), 0);
    assert_input(w, INPUT_DOWN, 3, 32, 20);
    /* Down again without having gone: it is still one touch. */
    assert_int_equal(window_push_finger(w, INPUT_DOWN, 300, 0.2f, 0.1f), 0);
    assert_input(w, INPUT_MOVE, 3, 64, 20);
    assert_nothing_left();
    window_close(w);
}

static void a_touch_at_the_edge_counts_and_one_beyond_does_not(void **state)
{
    (void)state;
    struct window *w = open_plain();
    assert_int_equal(window_push_finger(w, INPUT_DOWN, 1, 1.005f, -0.005f), 0);
    assert_input(w, INPUT_DOWN, 1, (float)W - 0.5f, 0.5f);
    /* It leaves the panel: stays where it was, and ends there. */
    assert_int_equal(window_push_finger(w, INPUT_MOVE, 1, 1.5f, 0.5f), 0);
    assert_int_equal(window_push_finger(w, INPUT_MOVE, 1, NAN, 0.5f), 0);
    assert_nothing_left();
    assert_int_equal(window_push_finger(w, INPUT_UP, 1, 1.5f, 0.5f), 0);
    assert_input(w, INPUT_UP, 1, (float)W - 0.5f, 0.5f);
    /* It begins beyond: isn't one, even when it comes in later. */
    assert_int_equal(window_push_finger(w, INPUT_DOWN, 2, -0.02f, 0.5f), 0);
    assert_int_equal(window_push_finger(w, INPUT_MOVE, 2, 0.5f, 0.5f), 0);
    assert_int_equal(window_push_finger(w, INPUT_UP, 2, 0.5f, 0.5f), 0);
    assert_nothing_left();
    window_close(w);
}

static void the_mouse_is_finger_0_while_its_button_is_down(void **state)
{
    (void)state;
    struct window *w = open_turned(90, 1, 200, 320);
    assert_int_equal(window_push_mouse(w, INPUT_MOVE, 10, 10), 0);
    assert_int_equal(window_push_mouse(w, INPUT_UP, 10, 10), 0);
    assert_nothing_left();
    assert_int_equal(window_push_mouse(w, INPUT_DOWN, 0, 0), 0);
    assert_int_equal(window_push_mouse(w, INPUT_MOVE, 199, 319), 0);
    assert_int_equal(window_push_mouse(w, INPUT_MOVE, 250, -10), 0);
    assert_int_equal(window_push_mouse(w, INPUT_UP, 99, 100), 0);
    assert_input(w, INPUT_DOWN, 0, 0.5f, 199.5f);
    assert_input(w, INPUT_MOVE, 0, 319.5f, 0.5f);
    assert_input(w, INPUT_MOVE, 0, -9.5f, -50.5f);
    assert_input(w, INPUT_UP, 0, 100.5f, 100.5f);
    assert_nothing_left();
    assert_int_equal(window_push_mouse(w, INPUT_KEY, 0, 0), -EINVAL);
    window_close(w);
}

static void a_mouse_that_speaks_during_a_touch_is_not_heard(void **state)
{
    (void)state;
    struct window *w = open_plain();
    assert_int_equal(window_push_finger(w, INPUT_DOWN, 1, 0.5f, 0.5f), 0);
    assert_int_equal(window_push_mouse(w, INPUT_DOWN, 160, 100), 0);
    assert_int_equal(window_push_mouse(w, INPUT_UP, 160, 100), 0);
    assert_int_equal(window_push_finger(w, INPUT_UP, 1, 0.5f, 0.5f), 0);
    assert_input(w, INPUT_DOWN, 1, 160, 100);
    assert_input(w, INPUT_UP, 1, 160, 100);
    assert_nothing_left();
    window_close(w);
}

static void a_wheel_scrolls_by_steps(void **state)
{
    (void)state;
    struct window *w = open_plain();
    assert_int_equal(window_push_mouse(w, INPUT_WHEEL, 30, -2), 0);
    assert_int_equal(window_push_mouse(w, INPUT_WHEEL, 0, 0), 0);
    assert_int_equal(window_push_mouse(w, INPUT_WHEEL, 0, 1), 0);
    struct input_event down = next_input(w), up = next_input(w);
    assert_true(down.kind == INPUT_WHEEL && down.scroll_px == 2 * WINDOW_WHEEL_STEP);
    assert_true(up.kind == INPUT_WHEEL && up.scroll_px == -WINDOW_WHEEL_STEP);
    assert_true(down.x == 30.5F && down.y == 0.5F); /* where the pointer is */
    assert_nothing_left();
    window_close(w);
}

static void every_key_comes_as_itself(void **state)
{
    (void)state;
    struct window *w = open_plain();
    for (int key = INPUT_KEY_ENTER; key <= INPUT_KEY_PAGE_DOWN; key++) {
        for (int repeated = 0; repeated < 2; repeated++) {
            assert_int_equal(window_push_key(w, (enum input_key)key, repeated), 0);
            struct input_event i = next_input(w);
            assert_int_equal(i.kind, INPUT_KEY);
            assert_int_equal(i.key, key);
            assert_int_equal(i.repeated, repeated);
        }
    }
    assert_int_equal(window_push_key(w, INPUT_KEY_NONE, false), -EINVAL);
    assert_nothing_left();
    window_close(w);
}

static void text_comes_when_it_is_text(void **state)
{
    (void)state;
    struct window *w = open_plain();
    static const char *const good[] = {"a", "\xc3\xa5", "\xf0\x9f\x98\x80", "1234567890123456789012345678901"};
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_int_equal(window_push_text(w, good[i]), 0);
        struct input_event e = next_input(w);
        assert_int_equal(e.kind, INPUT_TEXT);
        assert_string_equal(e.text, good[i]);
    }
    static const char *const bad[] = {"", "\xff", "a\xc3", "\x1b", "a\nb"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(window_push_text(w, bad[i]), 0);
        assert_nothing_left();
    }
    assert_int_equal(window_push_text(w, "12345678901234567890123456789012"), -EINVAL);
    assert_nothing_left();
    window_close(w);
}

static void each_touch_of_ten_thousand_random_ones_ends_once(void **state)
{
    (void)state;
    struct window *w = open_turned(270, 1.5f, 480, 800);
    float width, height;
    transform_logical_size(window_transform(w), &width, &height);
    uint32_t seed = 7;
    int down[WINDOW_FINGERS_MAX + 1] = {0}, n_downs = 0, n_ends = 0;
    for (int i = 0; i < 10000; i++) {
        seed = seed * 1664525u + 1013904223u;
        enum input_kind kind = (enum input_kind)((seed >> 9) % 3);
        float nx = (float)((seed >> 12) % 1200) / 1000 - 0.1f, ny = (float)((seed >> 20) % 1200) / 1000 - 0.1f;
        assert_int_equal(window_push_finger(w, kind, (seed >> 28) & 15, nx, ny), 0);
        if (i % 1000 == 999) {
            assert_int_equal(window_push(w, WINDOW_REDRAW), 0);
        }
        struct window *from;
        struct window_event e;
        while (window_next_event(i, &from, &e)) {
            if (e.kind != WINDOW_INPUT) {
                assert_int_equal(e.kind, WINDOW_REDRAW);
                continue;
            }
            assert_true(e.input.finger >= 1 && e.input.finger <= WINDOW_FINGERS_MAX);
            assert_true(e.input.x > 0 && e.input.x < width && e.input.y > 0 && e.input.y < height);
            assert_int_equal(down[e.input.finger], e.input.kind != INPUT_DOWN);
            down[e.input.finger] = e.input.kind != INPUT_UP;
            n_downs += e.input.kind == INPUT_DOWN;
            n_ends += e.input.kind == INPUT_UP;
        }
    }
    assert_true(n_downs > 500 && n_ends > 500 && n_downs - n_ends <= WINDOW_FINGERS_MAX);
    window_close(w);
}

/* -- pictures ------------------------------------------------------------------------------------------------ */

static struct surface picture(const struct window *w, uint32_t colour)
{
    int width, height;
    struct surface s;
    transform_render_size(window_transform(w), &width, &height);
    assert_int_equal(surface_init(&s, width, height), 0);
    for (int i = 0; i < width * height; i++) {
        s.pixels[i] = 0xff000000u | (colour ^ (uint32_t)i * 2654435761u >> 8);
    }
    return s;
}

static void assert_shows(struct window *w, const struct surface *below, const struct surface *above,
                         const struct pixel_rect *rects, size_t n)
{
    struct surface got, want;
    assert_int_equal(window_read_back(w, &got), 0);
    assert_int_equal(surface_init(&want, got.width, got.height), 0);
    const struct transform *t = window_transform(w);
    assert_true(got.width == t->physical_w && got.height == t->physical_h);
    struct pixel_rect whole = {0, 0, below->width, below->height};
    assert_int_equal(transform_copy(t, below, whole, want.pixels, want.stride), 0);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(transform_copy(t, above, rects[i], want.pixels, want.stride), 0);
    }
    assert_memory_equal(got.pixels, want.pixels, (size_t)got.width * (size_t)got.height * 4);
    surface_finish(&got);
    surface_finish(&want);
}

static void parts_of_a_picture_are_shown_turned(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct window *w = open_turned(rotations[i], 1, 213, 121);
        struct surface first = picture(w, 0), second = picture(w, 0x00ff00), none;
        assert_int_equal(window_read_back(w, &none), -ENODATA);
        /* The window has shown nothing yet: all of it comes, however little was asked for. */
        const struct pixel_rect corner = {0, 0, 1, 1};
        assert_int_equal(window_present(w, &first, &corner, 1), 0);
        assert_shows(w, &first, NULL, NULL, 0);
        const struct pixel_rect rects[] = {{0, 0, 17, 9},  {40, 50, 33, 1}, {100, 100, 500, 500},
                                           {-5, 60, 9, 3}, {9000, 0, 4, 4}, {5, 5, 0, 3}};
        assert_int_equal(window_present(w, &second, rects, 6), 0);
        assert_shows(w, &first, &second, rects, 6);
        assert_int_equal(window_present(w, &second, NULL, 0), 0);
        assert_shows(w, &first, &second, rects, 6);
        surface_finish(&first);
        surface_finish(&second);
        window_close(w);
    }
}

static void more_rectangles_than_the_limit_are_the_whole_picture(void **state)
{
    (void)state;
    struct window *w = open_plain();
    struct surface first = picture(w, 0), second = picture(w, 0xff);
    struct pixel_rect rects[WINDOW_RECTS_MAX + 1];
    for (int i = 0; i <= WINDOW_RECTS_MAX; i++) {
        rects[i] = (struct pixel_rect){i, i, 1, 1};
    }
    assert_int_equal(window_present(w, &first, NULL, 0), 0);
    assert_int_equal(window_present(w, &second, rects, WINDOW_RECTS_MAX), 0);
    assert_shows(w, &first, &second, rects, WINDOW_RECTS_MAX);
    assert_int_equal(window_present(w, &second, rects, WINDOW_RECTS_MAX + 1), 0);
    assert_shows(w, &second, NULL, NULL, 0);
    surface_finish(&first);
    surface_finish(&second);
    window_close(w);
}

static void a_picture_of_another_size_is_refused(void **state)
{
    (void)state;
    struct window *w = open_turned(90, 1, 200, 100);
    struct surface s;
    const struct pixel_rect rect = {0, 0, 10, 10};
    assert_int_equal(surface_init(&s, 200, 100), 0);
    assert_int_equal(window_present(w, &s, &rect, 1), -EINVAL);
    surface_finish(&s);
    window_close(w);
}

static void a_window_that_changes_its_size_wants_everything(void **state)
{
    (void)state;
    struct window *w = open_plain();
    struct surface old = picture(w, 0);
    const struct pixel_rect rect = {3, 3, 4, 4};
    assert_int_equal(window_present(w, &old, &rect, 1), 0);
    window_resize(w, 250, 150);
    /* Not told yet: the old picture doesn't fit any more. */
    assert_int_equal(window_present(w, &old, &rect, 1), WINDOW_STALE);
    assert_next(w, WINDOW_RESIZED);
    assert_int_equal(window_transform(w)->physical_w, 250);
    assert_int_equal(window_transform(w)->physical_h, 150);
    drain();
    struct surface new = picture(w, 0xff00);
    assert_int_equal(window_present(w, &new, &rect, 1), 0);
    assert_shows(w, &new, NULL, NULL, 0);
    window_resize(w, 100, 50);
    assert_next(w, WINDOW_RESIZED);
    assert_int_equal(window_transform(w)->physical_w, 100);
    surface_finish(&old);
    surface_finish(&new);
    window_close(w);
}

/* -- windows ------------------------------------------------------------------------------------------------- */

static void what_happens_to_a_window_is_told(void **state)
{
    (void)state;
    struct window *w = open_plain();
    static const enum window_event_kind kinds[] = {WINDOW_REDRAW, WINDOW_CLOSE, WINDOW_FOCUS, WINDOW_FOCUS_LOST};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(window_push(w, kinds[i]), 0);
        assert_next(w, kinds[i]);
    }
    assert_int_equal(window_push(w, WINDOW_RESIZED), -EINVAL);
    assert_nothing_left();
    window_close(w);
}

static void two_windows_keep_apart(void **state)
{
    (void)state;
    struct window *a = open_plain(), *b = open_turned(180, 2, 100, 100);
    assert_int_equal(window_push_finger(a, INPUT_DOWN, 1, 0.5f, 0.5f), 0);
    assert_int_equal(window_push_finger(b, INPUT_DOWN, 1, 0.1f, 0.2f), 0);
    assert_int_equal(window_push_text(b, "x"), 0);
    assert_int_equal(window_push_mouse(a, INPUT_WHEEL, 0, -1), 0);
    assert_input(a, INPUT_DOWN, 1, 160, 100);
    assert_input(b, INPUT_DOWN, 1, 45, 40);
    assert_int_equal(next_input(b).kind, INPUT_TEXT);
    assert_int_equal(next_input(a).kind, INPUT_WHEEL);
    struct surface of_a = picture(a, 0), of_b = picture(b, 0xff);
    assert_int_equal(window_present(a, &of_a, NULL, 0), 0);
    assert_int_equal(window_present(b, &of_b, NULL, 0), 0);
    assert_shows(a, &of_a, NULL, NULL, 0);
    assert_shows(b, &of_b, NULL, NULL, 0);
    /* What was meant for a window that is closed reaches nobody. */
    assert_int_equal(window_push_text(a, "y"), 0);
    assert_int_equal(window_push_text(b, "z"), 0);
    window_close(a);
    assert_string_equal(next_input(b).text, "z");
    surface_finish(&of_a);
    surface_finish(&of_b);
    window_close(b);
}

static void a_display_goes_and_comes_back(void **state)
{
    (void)state;
    struct window_options o = {.display = 0, .fullscreen = true, .transform = transform_of(1, 1)};
    struct window *w = NULL, *small = open_plain();
    assert_int_equal(window_open(&o, &w), 0);
    drain();
    struct surface before = picture(w, 0), after = picture(w, 0xff);
    const struct pixel_rect rect = {1, 2, 3, 4};
    assert_int_equal(window_present(w, &before, &rect, 1), 0);
    assert_int_equal(window_reopen(w), -EINVAL);
    assert_int_equal(window_push_finger(w, INPUT_DOWN, 1, 0.5f, 0.5f), 0);
    assert_int_equal(window_push_mouse(w, INPUT_DOWN, 1, 1), 0);
    assert_int_equal(next_input(w).kind, INPUT_DOWN);
    assert_int_equal(window_push(w, WINDOW_DISPLAY_GONE), 0);
    struct input_event cancelled = next_input(w);
    assert_int_equal(cancelled.kind, INPUT_CANCEL);
    assert_int_equal(cancelled.finger, 1);
    assert_next(w, WINDOW_DISPLAY_GONE);
    assert_true(window_is_gone(w));
    assert_int_equal(window_present(w, &before, &rect, 1), WINDOW_GONE);
    assert_int_equal(window_push_finger(w, INPUT_UP, 1, 0.5f, 0.5f), 0);
    assert_int_equal(window_push_finger(w, INPUT_DOWN, 2, 0.5f, 0.5f), 0);
    assert_int_equal(window_push_mouse(w, INPUT_WHEEL, 0, 1), 0);
    assert_int_equal(window_push_text(w, "x"), 0);
    assert_int_equal(window_push(w, WINDOW_DISPLAY_GONE), 0);
    assert_nothing_left();
    assert_false(window_is_gone(small));
    assert_int_equal(window_push(w, WINDOW_DISPLAY_BACK), 0);
    assert_next(w, WINDOW_DISPLAY_BACK);
    assert_true(window_is_gone(w));
    assert_int_equal(window_reopen(w), 0);
    assert_false(window_is_gone(w));
    assert_next(w, WINDOW_REDRAW);
    drain();
    assert_int_equal(window_present(w, &after, &rect, 1), 0);
    assert_shows(w, &after, NULL, NULL, 0);
    assert_int_equal(window_push_finger(w, INPUT_DOWN, 9, 0.25f, 0.5f), 0);
    assert_int_equal(next_input(w).finger, 1);
    surface_finish(&before);
    surface_finish(&after);
    window_close(w);
    window_close(small);
}

static void a_fullscreen_window_has_the_displays_size(void **state)
{
    (void)state;
    struct window_options o = {.display = -1, .width = 10, .height = 10, .fullscreen = true};
    struct window *w = NULL, *same = NULL;
    o.transform = transform_of(1, 1);
    assert_int_equal(window_open(&o, &w), 0);
    o = (struct window_options){.display = 0, .transform = transform_of(1, 1)};
    assert_int_equal(window_open(&o, &same), 0);
    assert_true(window_transform(w)->physical_w > 10);
    assert_int_equal(window_transform(w)->physical_w, window_transform(same)->physical_w);
    assert_int_equal(window_transform(w)->physical_h, window_transform(same)->physical_h);
    window_close(w);
    window_close(same);
}

static void options_that_make_no_sense_open_nothing(void **state)
{
    (void)state;
    const struct window_options good = {.display = -1, .width = W, .height = H, .transform = transform_of(1, 1)};
    struct window *w = NULL, *many[WINDOWS_MAX];
    struct window_options o = good;
    o.transform.rotation = 30;
    assert_int_equal(window_open(&o, &w), -EINVAL);
    o = good;
    o.transform.scale = 0;
    assert_int_equal(window_open(&o, &w), -EINVAL);
    o = good;
    o.width = -1;
    assert_int_equal(window_open(&o, &w), -EINVAL);
    o = good;
    o.height = SURFACE_SIDE_MAX + 1;
    assert_int_equal(window_open(&o, &w), -EINVAL);
    o = good;
    o.display = -2;
    assert_int_equal(window_open(&o, &w), -EINVAL);
    o.display = 7;
    assert_int_equal(window_open(&o, &w), -ENODEV);
    for (int i = 0; i < WINDOWS_MAX; i++) {
        assert_int_equal(window_open(&good, &many[i]), 0);
    }
    assert_int_equal(window_open(&good, &w), -ENOSPC);
    assert_null(w);
    for (int i = 0; i < WINDOWS_MAX; i++) {
        window_close(many[i]);
    }
    window_close(NULL);
}

static void video_opens_once_and_again_after_it_is_closed(void **state)
{
    (void)state;
    assert_int_equal(window_system_open(), -EBUSY);
    struct window *w = open_plain();
    assert_int_equal(window_system_fd(), -1);
    assert_true(window_pump_interval_us(true) < window_pump_interval_us(false));
    assert_int_equal(window_push_text(w, "lost"), 0);
    window_system_close(); /* with a window, and something on its way to it */
    assert_nothing_left();
    window_system_close();
    assert_int_equal(setenv("SDL_VIDEODRIVER", "no-such-driver", 1), 0);
    assert_int_equal(window_system_open(), -ENODEV);
    assert_nothing_left();
    assert_int_equal(setenv("SDL_VIDEODRIVER", "dummy", 1), 0);
    assert_int_equal(window_system_open(), 0);
    w = open_plain();
    assert_nothing_left();
    window_close(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_finger_comes_moves_and_goes),
        cmocka_unit_test(a_touch_meets_what_is_drawn_there_however_the_panel_hangs),
        cmocka_unit_test(several_fingers_keep_apart),
        cmocka_unit_test(a_touch_at_the_edge_counts_and_one_beyond_does_not),
        cmocka_unit_test(the_mouse_is_finger_0_while_its_button_is_down),
        cmocka_unit_test(a_mouse_that_speaks_during_a_touch_is_not_heard),
        cmocka_unit_test(a_wheel_scrolls_by_steps),
        cmocka_unit_test(every_key_comes_as_itself),
        cmocka_unit_test(text_comes_when_it_is_text),
        cmocka_unit_test(each_touch_of_ten_thousand_random_ones_ends_once),
        cmocka_unit_test(parts_of_a_picture_are_shown_turned),
        cmocka_unit_test(more_rectangles_than_the_limit_are_the_whole_picture),
        cmocka_unit_test(a_picture_of_another_size_is_refused),
        cmocka_unit_test(a_window_that_changes_its_size_wants_everything),
        cmocka_unit_test(what_happens_to_a_window_is_told),
        cmocka_unit_test(two_windows_keep_apart),
        cmocka_unit_test(a_display_goes_and_comes_back),
        cmocka_unit_test(a_fullscreen_window_has_the_displays_size),
        cmocka_unit_test(options_that_make_no_sense_open_nothing),
        cmocka_unit_test(video_opens_once_and_again_after_it_is_closed),
    };
    return cmocka_run_group_tests_name("ui.gfx.window", tests, open_system, close_system);
}
