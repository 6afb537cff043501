/* Every screen, touched: a finger as SDL tells of it on the middle of each thing that can be touched gives that thing's own
 * intent, on a screen that hangs upright and on one that is turned. */
#include "base/clock.h"
#include "base/text.h"
#include "gallery/gallery.h"
#include "gfx/window.h"
#include "widgets/ui.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>

struct glass {
    struct window *window;
    struct text *text;
    struct ui *ui;
    float width, height;
    const struct gallery_fixture *fixture;
    int64_t now_us;
    size_t touched;
};

static void picture(struct glass *g)
{
    g->now_us += 20 * US_PER_MS;
    ui_begin(g->ui, g->now_us, g->width, g->height);
    g->fixture->view(g->ui, LANGUAGE_EN);
    ui_end(g->ui);
}

/* Until nothing moves by itself: a keyboard makes room in the second picture. */
static void settle(struct glass *g)
{
    ui_reset(g->ui);
    for (int i = 0; i < 4; i++) {
        picture(g);
    }
}

static void take(struct glass *g)
{
    struct window *window;
    struct window_event event;
    while (window_next_event(g->now_us, &window, &event)) {
        assert_ptr_equal(window, g->window);
        if (event.kind == WINDOW_INPUT) {
            ui_input(g->ui, &event.input);
        }
    }
}

static void push(struct glass *g, enum input_kind kind, float x, float y)
{
    float nx, ny;
    transform_untouch(window_transform(g->window), x, y, &nx, &ny);
    assert_int_equal(window_push_finger(g->window, kind, 1, nx, ny), 0);
    take(g);
    picture(g);
}

static bool can_be_touched(const struct glass *g, const struct ui_node *node)
{
    float x = node->visible.x + node->visible.w / 2, y = node->visible.y + node->visible.h / 2;
    return node->intent.kind > 0 && !(node->state & UI_DISABLED) && node->role != UI_SURFACE &&
           node->role != UI_DIALOG && node->visible.w > 0 && node->visible.h > 0 && ui_node_at(g->ui, x, y) == node;
}

/* @return false when there is no such node any more. */
static bool touch(struct glass *g, size_t i)
{
    size_t n;
    struct intent got;
    settle(g);
    const struct ui_node *node = ui_nodes(g->ui, &n) + i;
    if (i >= n) {
        return false;
    }
    if (!can_be_touched(g, node)) {
        return true;
    }
    g->touched++;
    const struct ui_node touched = *node;
    char id[UI_ID_SIZE];
    (void)text_copy(id, sizeof(id), touched.id);
    float x = touched.visible.x + touched.visible.w / 2, y = touched.visible.y + touched.visible.h / 2;
    push(g, INPUT_DOWN, x, y);
    const struct ui_node *held = ui_find_id(g->ui, id);
    if (!held || !(held->state & UI_PRESSED)) {
        fail_msg("%s: %s isn't held down", g->fixture->name, id);
    }
    assert_false(ui_next_intent(g->ui, &got));
    push(g, INPUT_UP, x, y);
    if (!ui_next_intent(g->ui, &got)) {
        fail_msg("%s: nothing came of touching %s", g->fixture->name, id);
    }
    assert_int_equal(got.kind, touched.intent.kind);
    if (touched.role == UI_FIELD) {
        assert_int_equal(got.edit, UI_EDIT_PLACE);
    } else {
        assert_int_equal(got.arg, touched.intent.arg);
        assert_int_equal(got.edit, touched.intent.edit);
        assert_string_equal(got.text, touched.intent.text);
    }
    assert_false(ui_next_intent(g->ui, &got));
    return true;
}

static void touch_every_screen(int width, int height, int rotation)
{
    struct glass g = {.now_us = US_PER_S};
    struct window_options options = {
        .display = -1, .width = width, .height = height, .transform = transform_of(width, height)};
    size_t n_fixtures;
    const struct gallery_fixture *fixtures = gallery_fixtures(&n_fixtures);
    options.transform.rotation = rotation;
    (void)setenv("SDL_VIDEODRIVER", "dummy", 1);
    assert_int_equal(window_system_open(), 0);
    assert_int_equal(window_open(&options, &g.window), 0);
    assert_int_equal(text_open(FONTS_CONF, 1, &g.text), 0);
    assert_int_equal(ui_new(g.text, theme_get(THEME_LIGHT), &g.ui), 0);
    transform_logical_size(window_transform(g.window), &g.width, &g.height);
    assert_true(n_fixtures > 100);
    for (size_t i = 0; i < n_fixtures; i++) {
        g.fixture = &fixtures[i];
        take(&g);
        for (size_t k = 0; touch(&g, k); k++) {
        }
    }
    assert_true(g.touched > 2 * n_fixtures);
    ui_free(g.ui);
    text_close(g.text);
    window_close(g.window);
    window_system_close();
}

static void a_finger_finds_everything_on_every_screen(void **state)
{
    (void)state;
    touch_every_screen(1024, 600, 0);
}

static void so_it_does_on_a_panel_that_hangs_upright(void **state)
{
    (void)state;
    touch_every_screen(1280, 800, 90);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_finger_finds_everything_on_every_screen),
        cmocka_unit_test(so_it_does_on_a_panel_that_hangs_upright),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
