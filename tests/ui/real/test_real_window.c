#include "gfx/window.h"
#include "xvfb.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A real window under X11: xdotool acts on it from outside, and the server's own screen says what people would see. */

enum { SCREEN_W = 900, SCREEN_H = 700, PATIENCE_MS = 60000 };

static const int rotations[] = {0, 90, 180, 270};

struct stage {
    struct xvfb x;
    struct window *window;
    char id[24]; /* X's number of the window */
    int at_x, at_y; /* where it lies on the screen */
};

static void xdotool(struct stage *s, const char *const argv[], char *ret_out, size_t size)
{
    int r = xvfb_run(&s->x, argv, ret_out, size);
    if (r != 0) {
        fail_msg("xdotool %s: %d", argv[1], r);
    }
}

/* The next event, whenever it comes: woken by the descriptor alone. */
static struct window_event await(struct window *window)
{
    struct window *from;
    struct window_event e;
    for (;;) {
        if (window_next_event(1, &from, &e)) {
            if (from == window) {
                return e;
            }
            continue;
        }
        struct pollfd p = {.fd = window_system_fd(), .events = POLLIN};
        assert_true(p.fd >= 0);
        if (poll(&p, 1, PATIENCE_MS) <= 0) {
            fail_msg("nothing came in a minute");
        }
    }
}

static void await_kind(struct window *window, enum window_event_kind kind)
{
    while (await(window).kind != kind) {
    }
}

static struct input_event await_input(struct window *window)
{
    struct window_event e = await(window);
    while (e.kind != WINDOW_INPUT) {
        e = await(window);
    }
    return e.input;
}

static void find_window(struct stage *s)
{
    char out[512];
    const char *const search[] = {"xdotool", "search", "--sync", "--onlyvisible", "--name", "^Stile test$", NULL};
    xdotool(s, search, out, sizeof(out));
    out[strcspn(out, "\n")] = '\0';
    (void)snprintf(s->id, sizeof(s->id), "%.20s", out);
    const char *const where[] = {"xdotool", "getwindowgeometry", "--shell", s->id, NULL};
    xdotool(s, where, out, sizeof(out));
    const char *x = strstr(out, "X="), *y = strstr(out, "\nY=");
    assert_true(x && y);
    s->at_x = atoi(x + 2);
    s->at_y = atoi(y + 3);
}

static struct window *open_one(const char *title, int rotation, float scale, int width, int height)
{
    struct window_options o = {.title = title, .display = -1, .width = width, .height = height};
    o.transform = transform_of(1, 1);
    o.transform.rotation = rotation;
    o.transform.scale = scale;
    struct window *w = NULL;
    assert_int_equal(window_open(&o, &w), 0);
    return w;
}

static void open_window(struct stage *s, int rotation, float scale, int width, int height)
{
    s->window = open_one("Stile test", rotation, scale, width, height);
    await_kind(s->window, WINDOW_REDRAW);
    find_window(s);
}

static int start_at_depth(void **state, int depth)
{
    struct stage *s = calloc(1, sizeof(*s));
    if (!s || xvfb_start(SCREEN_W, SCREEN_H, depth, &s->x) < 0) {
        free(s);
        return -1;
    }
    xvfb_use(&s->x);
    *state = s;
    return window_system_open();
}

static int start(void **state)
{
    return start_at_depth(state, 24);
}

static int start_16_bits(void **state)
{
    return start_at_depth(state, 16);
}

static int stop(void **state)
{
    struct stage *s = *state;
    window_system_close();
    xvfb_stop(&s->x);
    free(s);
    return 0;
}

/* -- pictures ------------------------------------------------------------------------------------------------ */

static struct surface picture(const struct window *w, uint32_t seed)
{
    int width, height;
    struct surface p;
    transform_render_size(window_transform(w), &width, &height);
    assert_int_equal(surface_init(&p, width, height), 0);
    for (int i = 0; i < width * height; i++) {
        p.pixels[i] = 0xff000000u | (((uint32_t)i + seed) * 2654435761u >> 8);
    }
    return p;
}

/* Channel by channel, no further apart than @by. */
static int apart(uint32_t a, uint32_t b)
{
    int most = 0;
    for (int shift = 0; shift < 32; shift += 8) {
        int d = abs((int)(a >> shift & 255) - (int)(b >> shift & 255));
        most = d > most ? d : most;
    }
    return most;
}

static void assert_same(const struct surface *a, int ax, int ay, const struct surface *b, int by)
{
    assert_true(ax + b->width <= a->width && ay + b->height <= a->height);
    for (int y = 0; y < b->height; y++) {
        for (int x = 0; x < b->width; x++) {
            uint32_t p = a->pixels[(ay + y) * a->stride + ax + x], q = b->pixels[y * b->stride + x];
            if (apart(p, q) > by) {
                fail_msg("pixel %d %d is %08x, not %08x", x, y, p, q);
            }
        }
    }
}

/* The screen shows what the window says it shows, and that is @want, turned as the panel hangs. */
static void assert_seen(struct stage *s, const struct surface *want, int by)
{
    struct surface screen, held, turned;
    const struct transform *t = window_transform(s->window);
    assert_int_equal(xvfb_screen(&s->x, &screen), 0);
    assert_int_equal(window_read_back(s->window, &held), 0);
    assert_int_equal(surface_init(&turned, t->physical_w, t->physical_h), 0);
    struct pixel_rect whole = {0, 0, want->width, want->height};
    assert_int_equal(transform_copy(t, want, whole, turned.pixels, turned.stride), 0);
    assert_int_equal(held.width, turned.width);
    assert_int_equal(held.height, turned.height);
    assert_same(&held, 0, 0, &turned, by);
    assert_same(&screen, s->at_x, s->at_y, &held, by);
    surface_finish(&screen);
    surface_finish(&held);
    surface_finish(&turned);
}

static void show_and_compare(struct stage *s, int by)
{
    struct surface p = picture(s->window, 1), q = picture(s->window, 1), other = picture(s->window, 7);
    const struct pixel_rect rect = {11, 22, 133, 44};
    assert_int_equal(window_present(s->window, &p, NULL, 0), 0);
    assert_seen(s, &p, by);
    for (int y = rect.y; y < rect.y + rect.h; y++) {
        memcpy(q.pixels + y * q.stride + rect.x, other.pixels + y * q.stride + rect.x, (size_t)rect.w * 4);
    }
    assert_int_equal(window_present(s->window, &other, &rect, 1), 0);
    assert_seen(s, &q, by);
    surface_finish(&p);
    surface_finish(&q);
    surface_finish(&other);
}

static void the_screen_equals_the_read_back_for_every_rotation(void **state)
{
    struct stage *s = *state;
    for (size_t i = 0; i < 4; i++) {
        open_window(s, rotations[i], 1, 501, 333);
        show_and_compare(s, 0);
        window_close(s->window);
    }
}

static void a_display_of_16_bits_shows_the_same_but_coarser(void **state)
{
    struct stage *s = *state;
    open_window(s, 90, 1, 501, 333);
    show_and_compare(s, 8);
    window_close(s->window);
}

static void what_a_covering_window_hid_is_asked_for_again(void **state)
{
    struct stage *s = *state;
    open_window(s, 180, 1, 400, 300);
    struct surface p = picture(s->window, 3);
    assert_int_equal(window_present(s->window, &p, NULL, 0), 0);
    struct window *above = open_one("above", 0, 1, 200, 100);
    struct surface q = picture(above, 9);
    await_kind(above, WINDOW_REDRAW);
    assert_int_equal(window_present(above, &q, NULL, 0), 0);
    struct window *w;
    struct window_event e;
    while (window_next_event(1, &w, &e)) {
    }
    window_close(above);
    await_kind(s->window, WINDOW_REDRAW);
    struct pixel_rect whole = {0, 0, p.width, p.height};
    assert_int_equal(window_present(s->window, &p, &whole, 1), 0);
    assert_seen(s, &p, 0);
    surface_finish(&p);
    surface_finish(&q);
    window_close(s->window);
}

static void a_window_resized_from_outside_is_shown_anew(void **state)
{
    struct stage *s = *state;
    open_window(s, 270, 1, 400, 300);
    struct surface p = picture(s->window, 3);
    assert_int_equal(window_present(s->window, &p, NULL, 0), 0);
    const char *const resize[] = {"xdotool", "windowsize", s->id, "480", "360", NULL};
    xdotool(s, resize, NULL, 0);
    await_kind(s->window, WINDOW_RESIZED);
    assert_int_equal(window_transform(s->window)->physical_w, 480);
    assert_int_equal(window_transform(s->window)->physical_h, 360);
    struct surface q = picture(s->window, 5);
    assert_int_equal(window_present(s->window, &q, NULL, 0), 0);
    assert_seen(s, &q, 0);
    surface_finish(&p);
    surface_finish(&q);
    window_close(s->window);
}

static void a_whole_display_is_filled(void **state)
{
    struct stage *s = *state;
    struct window_options o = {.title = "Stile test", .display = 0, .fullscreen = true};
    o.transform = transform_of(1, 1);
    assert_int_equal(window_open(&o, &s->window), 0);
    await_kind(s->window, WINDOW_REDRAW);
    find_window(s);
    assert_int_equal(s->at_x, 0);
    assert_int_equal(s->at_y, 0);
    assert_int_equal(window_transform(s->window)->physical_w, SCREEN_W);
    assert_int_equal(window_transform(s->window)->physical_h, SCREEN_H);
    show_and_compare(s, 0);
    window_close(s->window);
}

/* -- mouse and keys ------------------------------------------------------------------------------------------ */

static void assert_at(struct window *w, struct input_event i, enum input_kind kind, int px, int py)
{
    float x, y;
    transform_point(window_transform(w), (float)px + 0.5f, (float)py + 0.5f, &x, &y);
    assert_int_equal(i.kind, kind);
    assert_int_equal(i.finger, 0);
    if (!(fabsf(i.x - x) < 0.01f && fabsf(i.y - y) < 0.01f)) {
        fail_msg("%f %f is not %f %f", (double)i.x, (double)i.y, (double)x, (double)y);
    }
}

static void a_click_arrives_where_it_was_made(void **state)
{
    struct stage *s = *state;
    for (size_t i = 0; i < 4; i++) {
        open_window(s, rotations[i], 1.25f, 500, 320);
        const char *const click[] = {"xdotool",   "mousemove", "--window", s->id, "123", "45",      "mousedown", "1",
                                     "mousemove", "--window",  s->id,      "130", "50",  "mouseup", "1",         NULL};
        xdotool(s, click, NULL, 0);
        assert_at(s->window, await_input(s->window), INPUT_DOWN, 123, 45);
        assert_at(s->window, await_input(s->window), INPUT_MOVE, 130, 50);
        assert_at(s->window, await_input(s->window), INPUT_UP, 130, 50);
        window_close(s->window);
    }
}

static void a_turned_wheel_scrolls(void **state)
{
    struct stage *s = *state;
    open_window(s, 0, 1, 500, 320);
    const char *const wheel[] = {"xdotool", "mousemove", "--window", s->id, "50", "50",
                                 "click",   "5",         "click",    "4",   NULL};
    xdotool(s, wheel, NULL, 0);
    struct input_event down = await_input(s->window), up = await_input(s->window);
    assert_int_equal(down.kind, INPUT_WHEEL);
    assert_true(down.scroll_px == (float)WINDOW_WHEEL_STEP && up.scroll_px == -(float)WINDOW_WHEEL_STEP);
    assert_true(down.x == 50.5F && down.y == 50.5F); /* where the pointer is */
    window_close(s->window);
}

static void keys_arrive_as_text_and_as_keys(void **state)
{
    struct stage *s = *state;
    open_window(s, 0, 1, 500, 320);
    const char *const focus[] = {"xdotool", "windowfocus", "--sync", s->id, NULL};
    xdotool(s, focus, NULL, 0);
    await_kind(s->window, WINDOW_FOCUS);
    const char *const type[] = {"xdotool", "key",    "a",         "Tab",  "shift+Tab",
                                "shift+b", "Return", "ctrl+Home", "Left", NULL};
    xdotool(s, type, NULL, 0);
    static const struct {
        const char *text;
        enum input_key key;
    } want[] = {{"a", 0}, {NULL, INPUT_KEY_TAB},   {NULL, INPUT_KEY_BACK_TAB},
                {"B", 0}, {NULL, INPUT_KEY_ENTER}, {NULL, INPUT_KEY_LEFT}};
    for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
        struct input_event e = await_input(s->window);
        assert_int_equal(e.kind, want[i].text ? INPUT_TEXT : INPUT_KEY);
        assert_string_equal(e.text, want[i].text ? want[i].text : "");
        assert_int_equal(e.key, want[i].key);
        assert_int_equal(e.repeated, 0);
    }
    window_close(s->window);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_screen_equals_the_read_back_for_every_rotation, start, stop),
        cmocka_unit_test_setup_teardown(a_display_of_16_bits_shows_the_same_but_coarser, start_16_bits, stop),
        cmocka_unit_test_setup_teardown(what_a_covering_window_hid_is_asked_for_again, start, stop),
        cmocka_unit_test_setup_teardown(a_window_resized_from_outside_is_shown_anew, start, stop),
        cmocka_unit_test_setup_teardown(a_whole_display_is_filled, start, stop),
        cmocka_unit_test_setup_teardown(a_click_arrives_where_it_was_made, start, stop),
        cmocka_unit_test_setup_teardown(a_turned_wheel_scrolls, start, stop),
        cmocka_unit_test_setup_teardown(keys_arrive_as_text_and_as_keys, start, stop),
    };
    return cmocka_run_group_tests_name("ui.real.window", tests, NULL, NULL);
}
