/* Nodes, touches, keys, focus and scrolling, without any widget: what every widget stands on. */
#include "base/clock.h"
#include "widgets/ui.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { WIDTH = 400, HEIGHT = 300, TAP = 1, OTHER, ROW, TYPED, CLOSED };

struct bench {
    struct text *text;
    struct ui *ui;
    int64_t now_us;
    bool dialog, disabled, hidden, field, list, keys;
    float offset;
};

static void place(struct bench *b, const char *id, int64_t index, enum ui_role role, const char *label, struct rect r,
                  int kind)
{
    ui_node(b->ui, &(struct ui_node_spec){.id = id,
                                          .index = index,
                                          .role = role,
                                          .label = label,
                                          .rect = r,
                                          .state = b->disabled ? UI_DISABLED : 0,
                                          .intent = {.kind = kind, .arg = index}});
}

static void picture(struct bench *b)
{
    ui_begin(b->ui, b->now_us, WIDTH, HEIGHT);
    if (!b->hidden) {
        place(b, "one", -1, b->keys ? UI_KEY : UI_BUTTON, "One", rect_of(0, 0, 100, 50), TAP);
    }
    place(b, "two", -1, b->keys ? UI_KEY : UI_BUTTON, "Two", rect_of(200, 0, 100, 50), OTHER);
    if (b->field) {
        place(b, "name", -1, UI_FIELD, "Name", rect_of(0, 60, 200, 40), TYPED);
    }
    if (b->list) {
        b->offset = ui_scroll_begin(b->ui, "rows", rect_of(0, 100, WIDTH, 200), 5000);
        for (int i = 0; i < 100; i++) {
            place(b, "row", i, UI_ROW, "Row", rect_of(0, 100 + (float)i * 50 - b->offset, WIDTH, 50), ROW);
        }
        ui_scroll_end(b->ui);
    }
    if (b->dialog) {
        ui_layer_push(b->ui, 2);
        place(b, "ask", -1, UI_DIALOG, "Sure?", rect_of(0, 0, WIDTH, HEIGHT), CLOSED);
        place(b, "yes", -1, UI_BUTTON, "Yes", rect_of(10, 200, 100, 50), OTHER);
        ui_layer_pop(b->ui);
    }
    ui_end(b->ui);
}

static int open_bench(void **state)
{
    static struct bench b;
    b = (struct bench){.now_us = US_PER_S};
    assert_int_equal(text_open(FONTS_CONF, 1, &b.text), 0);
    assert_int_equal(ui_new(b.text, theme_get(THEME_LIGHT), &b.ui), 0);
    *state = &b;
    return 0;
}

static int close_bench(void **state)
{
    struct bench *b = *state;
    ui_free(b->ui);
    text_close(b->text);
    return 0;
}

static void finger(struct bench *b, enum input_kind kind, int64_t which, float x, float y, int64_t after_ms)
{
    b->now_us += after_ms * US_PER_MS;
    ui_input(b->ui, &(struct input_event){.kind = kind, .at_us = b->now_us, .finger = which, .x = x, .y = y});
    picture(b);
}

static void tap(struct bench *b, float x, float y)
{
    finger(b, INPUT_DOWN, 1, x, y, 10);
    finger(b, INPUT_UP, 1, x, y, 50);
}

static void press(struct bench *b, enum input_key key, int repeated)
{
    ui_input(b->ui, &(struct input_event){.kind = INPUT_KEY, .key = key, .repeated = repeated, .at_us = b->now_us});
    picture(b);
}

static int next_kind(struct bench *b)
{
    struct intent intent;
    return ui_next_intent(b->ui, &intent) ? intent.kind : 0;
}

static void a_tap_becomes_the_nodes_intent(void **state)
{
    struct bench *b = *state;
    picture(b);
    finger(b, INPUT_DOWN, 1, 50, 25, 10);
    assert_true(ui_find(b->ui, UI_BUTTON, "One")->state & UI_PRESSED);
    assert_int_equal(next_kind(b), 0);
    finger(b, INPUT_UP, 1, 60, 30, 80);
    assert_false(ui_find(b->ui, UI_BUTTON, "One")->state & UI_PRESSED);
    assert_int_equal(next_kind(b), TAP);
    assert_int_equal(next_kind(b), 0);
}

static void lifted_elsewhere_it_does_nothing(void **state)
{
    struct bench *b = *state;
    picture(b);
    finger(b, INPUT_DOWN, 1, 50, 25, 10);
    finger(b, INPUT_MOVE, 1, 150, 25, 10);
    finger(b, INPUT_UP, 1, 250, 25, 10);
    finger(b, INPUT_DOWN, 1, 50, 25, 10);
    finger(b, INPUT_CANCEL, 1, 50, 25, 10);
    finger(b, INPUT_UP, 1, 50, 25, 10);
    assert_int_equal(next_kind(b), 0);
}

static void second_fingers_do_not_count(void **state)
{
    struct bench *b = *state;
    picture(b);
    finger(b, INPUT_DOWN, 1, 50, 25, 10);
    finger(b, INPUT_DOWN, 2, 250, 25, 10);
    finger(b, INPUT_UP, 2, 250, 25, 10);
    assert_int_equal(next_kind(b), 0);
    finger(b, INPUT_UP, 1, 50, 25, 10);
    assert_int_equal(next_kind(b), TAP);
}

static void of_two_thumbs_each_presses_its_key(void **state)
{
    struct bench *b = *state;
    b->keys = true;
    picture(b);
    finger(b, INPUT_DOWN, 1, 50, 25, 10);
    finger(b, INPUT_DOWN, 2, 250, 25, 10);
    assert_int_equal(next_kind(b), TAP);
    finger(b, INPUT_UP, 1, 50, 25, 10);
    assert_int_equal(next_kind(b), 0);
    finger(b, INPUT_UP, 2, 250, 25, 10);
    assert_int_equal(next_kind(b), OTHER);
}

static void touches_outside_and_at_the_edge_are_harmless(void **state)
{
    struct bench *b = *state;
    picture(b);
    tap(b, -5, -5);
    tap(b, WIDTH, HEIGHT);
    tap(b, NAN, 10);
    tap(b, 1e30F, -1e30F);
    assert_int_equal(next_kind(b), 0);
    tap(b, 0, 0);
    assert_int_equal(next_kind(b), TAP);
}

static void a_disabled_node_gives_nothing(void **state)
{
    struct bench *b = *state;
    b->disabled = true;
    picture(b);
    tap(b, 50, 25);
    press(b, INPUT_KEY_TAB, 0);
    press(b, INPUT_KEY_ENTER, 0);
    assert_int_equal(next_kind(b), 0);
}

static void what_vanishes_under_the_finger_is_not_pressed(void **state)
{
    struct bench *b = *state;
    picture(b);
    finger(b, INPUT_DOWN, 1, 50, 25, 10);
    b->hidden = true;
    picture(b);
    b->hidden = false;
    picture(b);
    finger(b, INPUT_UP, 1, 50, 25, 10);
    assert_int_equal(next_kind(b), 0);
}

static void a_dialog_holds_back_what_lies_below(void **state)
{
    struct bench *b = *state;
    b->dialog = true;
    picture(b);
    tap(b, 50, 25);
    assert_int_equal(next_kind(b), CLOSED);
    tap(b, 50, 225);
    assert_int_equal(next_kind(b), OTHER);
    press(b, INPUT_KEY_ESCAPE, 0);
    assert_int_equal(next_kind(b), CLOSED);
    press(b, INPUT_KEY_TAB, 0);
    assert_string_equal(ui_focused(b->ui), "yes");
}

static void a_drag_scrolls_and_presses_nothing(void **state)
{
    struct bench *b = *state;
    b->list = true;
    picture(b);
    finger(b, INPUT_DOWN, 1, 50, 250, 10);
    for (int i = 1; i <= 10; i++) {
        finger(b, INPUT_MOVE, 1, 50, 250 - (float)i * 10, 16);
    }
    assert_in_range(b->offset, 80, 110);
    finger(b, INPUT_UP, 1, 50, 150, 16);
    assert_int_equal(next_kind(b), 0);
    /* It rolls on, slows down and stops. */
    float let_go = b->offset;
    int frames = 0;
    assert_true(ui_active(b->ui));
    while (ui_deadline(b->ui) != US_NEVER && frames < 1000) {
        b->now_us += 16 * US_PER_MS;
        picture(b);
        frames++;
    }
    assert_true(b->offset > let_go + 50 && frames > 5 && frames < 300);
    assert_false(ui_active(b->ui));
    tap(b, 50, 250);
    assert_int_equal(next_kind(b), ROW);
}

static void held_still_before_it_is_let_go_it_stays(void **state)
{
    struct bench *b = *state;
    b->list = true;
    picture(b);
    finger(b, INPUT_DOWN, 1, 50, 250, 10);
    finger(b, INPUT_MOVE, 1, 50, 200, 16);
    finger(b, INPUT_MOVE, 1, 50, 150, 16);
    finger(b, INPUT_UP, 1, 50, 150, 300);
    float at = b->offset;
    b->now_us += US_PER_S;
    picture(b);
    assert_true(b->offset == at && !ui_active(b->ui));
}

static void a_touch_catches_what_rolls(void **state)
{
    struct bench *b = *state;
    b->list = true;
    picture(b);
    finger(b, INPUT_DOWN, 1, 50, 250, 10);
    for (int i = 1; i <= 5; i++) {
        finger(b, INPUT_MOVE, 1, 50, 250 - (float)i * 30, 16);
    }
    finger(b, INPUT_UP, 1, 50, 100, 16);
    b->now_us += 16 * US_PER_MS;
    picture(b);
    tap(b, 50, 250);
    assert_int_equal(next_kind(b), 0);
    assert_false(ui_active(b->ui));
}

static void what_rolls_rests_once_it_is_no_longer_shown(void **state)
{
    struct bench *b = *state;
    b->list = true;
    picture(b);
    finger(b, INPUT_DOWN, 1, 50, 250, 10);
    for (int i = 1; i <= 5; i++) {
        finger(b, INPUT_MOVE, 1, 50, 250 - (float)i * 30, 16);
    }
    finger(b, INPUT_UP, 1, 50, 100, 16);
    assert_true(ui_active(b->ui));
    b->list = false; /* another page */
    b->now_us += 16 * US_PER_MS;
    picture(b);
    assert_false(ui_active(b->ui));
    assert_true(ui_deadline(b->ui) == US_NEVER);
}

static void on_a_display_that_leaves_no_room_it_draws_no_bar(void **state)
{
    struct bench *b = *state;
    size_t n;
    for (int height = -5; height <= 0; height += 5) {
        ui_begin(b->ui, b->now_us, WIDTH, HEIGHT);
        (void)ui_scroll_begin(b->ui, "rows", rect_of(0, 0, 100, (float)height), 0);
        ui_scroll_end(b->ui);
        ui_end(b->ui);
        (void)draw_commands(ui_draw(b->ui), &n);
        assert_int_equal(n, 0);
    }
}

static void beyond_an_end_it_gives_way_and_comes_back(void **state)
{
    struct bench *b = *state;
    b->list = true;
    picture(b);
    finger(b, INPUT_DOWN, 1, 50, 120, 10);
    for (int i = 1; i <= 10; i++) {
        finger(b, INPUT_MOVE, 1, 50, 120 + (float)i * 15, 16);
    }
    assert_true(b->offset < -20 && b->offset > -150);
    finger(b, INPUT_UP, 1, 50, 270, 300);
    for (int i = 0; i < 200; i++) {
        b->now_us += 16 * US_PER_MS;
        picture(b);
    }
    assert_true(b->offset == 0);
}

static void a_wheel_and_keys_scroll_within_the_ends(void **state)
{
    struct bench *b = *state;
    b->list = true;
    picture(b);
    ui_input(b->ui, &(struct input_event){.kind = INPUT_WHEEL, .x = 50, .y = 200, .scroll_px = 96});
    picture(b);
    assert_true(b->offset == 96);
    ui_input(b->ui, &(struct input_event){.kind = INPUT_WHEEL, .x = 50, .y = 20, .scroll_px = 96});
    picture(b);
    assert_true(b->offset == 96);
    press(b, INPUT_KEY_PAGE_DOWN, 0);
    assert_true(b->offset == 276);
    for (int i = 0; i < 100; i++) {
        press(b, INPUT_KEY_PAGE_DOWN, 1);
    }
    assert_true(b->offset == 4800);
    ui_scroll_show(b->ui, "rows", 100, 150);
    picture(b);
    assert_true(b->offset == 100);
}

static void a_field_takes_the_focus_and_what_is_typed(void **state)
{
    struct bench *b = *state;
    struct intent intent;
    b->field = true;
    picture(b);
    tap(b, 30, 80);
    assert_string_equal(ui_focused(b->ui), "name");
    assert_true(ui_next_intent(b->ui, &intent));
    assert_true(intent.kind == TYPED && intent.edit == UI_EDIT_PLACE && intent.arg == 30 * 64);
    ui_input(b->ui, &(struct input_event){.kind = INPUT_TEXT, .text = "å"});
    assert_true(ui_next_intent(b->ui, &intent));
    assert_true(intent.kind == TYPED && intent.edit == UI_EDIT_INSERT && strcmp(intent.text, "å") == 0);
    press(b, INPUT_KEY_BACKSPACE, 1);
    assert_true(ui_next_intent(b->ui, &intent));
    assert_true(intent.edit == UI_EDIT_BACKSPACE);
    press(b, INPUT_KEY_ENTER, 0);
    assert_true(ui_next_intent(b->ui, &intent));
    assert_true(intent.edit == UI_EDIT_DONE);
    tap(b, 50, 25);
    assert_string_equal(ui_focused(b->ui), "");
    ui_input(b->ui, &(struct input_event){.kind = INPUT_TEXT, .text = "x"});
    assert_int_equal(next_kind(b), TAP);
    assert_int_equal(next_kind(b), 0);
}

static void the_focus_goes_with_its_widget(void **state)
{
    struct bench *b = *state;
    b->field = true;
    picture(b);
    tap(b, 30, 80);
    b->field = false;
    picture(b);
    assert_string_equal(ui_focused(b->ui), "");
    assert_null(ui_focused_node(b->ui));
}

static void keys_walk_and_act_once_however_long_they_are_held(void **state)
{
    struct bench *b = *state;
    picture(b);
    press(b, INPUT_KEY_TAB, 0);
    assert_string_equal(ui_focused(b->ui), "one");
    press(b, INPUT_KEY_TAB, 0);
    assert_string_equal(ui_focused(b->ui), "two");
    press(b, INPUT_KEY_TAB, 0);
    assert_string_equal(ui_focused(b->ui), "one");
    press(b, INPUT_KEY_BACK_TAB, 0);
    assert_string_equal(ui_focused(b->ui), "two");
    press(b, INPUT_KEY_ENTER, 0);
    for (int i = 0; i < 50; i++) {
        press(b, INPUT_KEY_ENTER, 1);
    }
    assert_int_equal(next_kind(b), OTHER);
    assert_int_equal(next_kind(b), 0);
}

static void what_is_too_much_is_left_out(void **state)
{
    struct bench *b = *state;
    size_t n;
    ui_begin(b->ui, b->now_us, WIDTH, HEIGHT);
    for (int i = 0; i < 2 * UI_NODES_MAX; i++) {
        place(b, "many", i, UI_BUTTON, "A label of some length that takes memory, again and again", rect_of(0, 0, 9, 9),
              TAP);
    }
    ui_end(b->ui);
    (void)ui_nodes(b->ui, &n);
    assert_int_equal(n, UI_NODES_MAX);
    for (int i = 0; i < 3 * UI_INTENTS_MAX; i++) {
        ui_push_intent(b->ui, &(struct intent){.kind = TAP});
    }
    int got = 0;
    while (next_kind(b)) {
        got++;
    }
    assert_int_equal(got, UI_INTENTS_MAX);
    for (int i = 0; i < 10 * UI_STATES_MAX; i++) {
        char id[16];
        (void)snprintf(id, sizeof(id), "kept%d", i);
        assert_non_null(ui_keep(b->ui, id));
    }
}

static void ten_thousand_random_events_are_harmless(void **state)
{
    struct bench *b = *state;
    uint32_t random = 7;
    for (int i = 0; i < 10000; i++) {
        random = random * 1664525U + 1013904223U;
        uint32_t r = random >> 8;
        b->list = r & 1;
        b->field = r & 2;
        b->dialog = (r & 0x1c) == 0;
        struct input_event event = {.kind = (enum input_kind)(r % 8),
                                    .at_us = b->now_us,
                                    .finger = (int64_t)(r >> 3 & 3),
                                    .x = (float)(r >> 4 & 511) - 50,
                                    .y = (float)(r >> 9 & 511) - 50,
                                    .scroll_px = (float)(r & 255) - 128,
                                    .key = (enum input_key)(r >> 5 & 15),
                                    .repeated = (int)(r >> 10 & 1),
                                    .text = "ä"};
        ui_input(b->ui, &event);
        b->now_us += (int64_t)(r & 0xffff);
        if (r & 0x60) {
            picture(b);
        }
        if ((r & 0xf00) == 0) {
            ui_reset(b->ui);
        }
        while (next_kind(b)) {
        }
        assert_true(isfinite(b->offset) && fabsf(b->offset) < 6000);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_bench, close_bench)
    const struct CMUnitTest tests[] = {
        TEST(a_tap_becomes_the_nodes_intent),
        TEST(lifted_elsewhere_it_does_nothing),
        TEST(second_fingers_do_not_count),
        TEST(of_two_thumbs_each_presses_its_key),
        TEST(touches_outside_and_at_the_edge_are_harmless),
        TEST(a_disabled_node_gives_nothing),
        TEST(what_vanishes_under_the_finger_is_not_pressed),
        TEST(a_dialog_holds_back_what_lies_below),
        TEST(a_drag_scrolls_and_presses_nothing),
        TEST(held_still_before_it_is_let_go_it_stays),
        TEST(a_touch_catches_what_rolls),
        TEST(what_rolls_rests_once_it_is_no_longer_shown),
        TEST(on_a_display_that_leaves_no_room_it_draws_no_bar),
        TEST(beyond_an_end_it_gives_way_and_comes_back),
        TEST(a_wheel_and_keys_scroll_within_the_ends),
        TEST(a_field_takes_the_focus_and_what_is_typed),
        TEST(the_focus_goes_with_its_widget),
        TEST(keys_walk_and_act_once_however_long_they_are_held),
        TEST(what_is_too_much_is_left_out),
        TEST(ten_thousand_random_events_are_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
