/* Buttons, pills, badges, people, switches, the navigation, choices and steps: what they say, how large they are,
 * and what a touch of them asks for. */
#include "glass.h"

#include "i18n/i18n.h"
#include "widgets/widgets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { ON_PRESS = 1 };

/* What stands on the screen, and what was asked for. */
struct board {
    void (*draw)(struct ui *ui, const struct board *board);
    struct widget_button button;
    const char *name;
    size_t n, at;
    float width, height;
    int badge;
    float done;
    bool checked, dead;
    const struct surface *photo;
    struct rect ret_rect; /* what the widget gave back */
    int asked;
    int64_t arg;
};

static const char *const days[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

static void view(struct ui *ui, void *model)
{
    const struct board *board = model;
    draw_fill(ui_draw(ui), ui_bounds(ui), ui_colour(ui, THEME_BACKGROUND), 0);
    board->draw(ui, board);
}

static void on(struct ui *ui, void *model, const struct intent *intent)
{
    struct board *board = model;
    (void)ui;
    assert_int_equal(intent->kind, ON_PRESS);
    board->asked++;
    board->arg = intent->arg;
}

static void open_board(struct glass *glass, struct board *board, float width, float height)
{
    i18n_set(LANGUAGE_EN);
    glass_open(glass, width, height);
    glass->model = board;
    glass->view = view;
    glass->on = on;
    glass_picture(glass);
}

static const struct draw_command *drawn_text(const struct glass *glass, const char *text)
{
    size_t n = 0;
    const struct draw_command *commands = draw_commands(ui_draw(glass->ui), &n);
    for (size_t i = 0; i < n; i++) {
        if (commands[i].kind == DRAW_TEXT && strcmp(commands[i].text.string, text) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

static size_t count_drawn(const struct glass *glass, enum draw_kind kind, enum icon icon)
{
    size_t n = 0, found = 0;
    const struct draw_command *commands = draw_commands(ui_draw(glass->ui), &n);
    for (size_t i = 0; i < n; i++) {
        found += commands[i].kind == kind && (kind != DRAW_ICON || commands[i].icon.icon == icon);
    }
    return found;
}

static void assert_within(struct rect inner, struct rect outer)
{
    assert_true(inner.x >= outer.x && inner.y >= outer.y);
    assert_true(rect_right(inner) <= rect_right(outer) && rect_bottom(inner) <= rect_bottom(outer));
}

/* --- buttons --- */

static void draw_button(struct ui *ui, const struct board *board)
{
    float width = board->width > 0 ? board->width : widget_button_width(ui, &board->button);
    widget_button(ui, rect_of(20, 20, width, 56), &board->button);
}

static struct widget_button button_of(const char *label, enum icon icon)
{
    return (struct widget_button){
        .id = "button", .index = -1, .label = label, .icon = icon, .intent = {.kind = ON_PRESS, .arg = 5}};
}

static void a_button_as_wide_as_it_asks_says_all_of_its_label(void **state)
{
    static const char *const labels[] = {"OK", "Continue", "Kundenkonto endgültig schließen", "Mittätilauspöytäkirja",
                                         "Åäö"};
    (void)state;
    for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
        for (int icon = 0; icon < 2; icon++) {
            struct glass glass;
            struct board board = {.draw = draw_button, .button = button_of(labels[i], icon ? ICON_CARD : ICON_NONE)};
            board.button.icon_last = i % 2 == 0;
            open_board(&glass, &board, 800, 200);
            const struct ui_node *node = glass_find(&glass, UI_BUTTON, labels[i]);
            assert_false(node->cut);
            assert_int_equal(node->unknown, 0);
            assert_true(node->rect.w >= TARGET_PX);
            const struct draw_command *text = drawn_text(&glass, labels[i]);
            assert_non_null(text);
            assert_true(text->text.style.size_px == theme_text(TYPE_LABEL).size_px);
            assert_within(text->bounds, node->rect);
            glass_close(&glass);
        }
    }
}

static void a_label_gets_smaller_before_it_is_cut(void **state)
{
    struct glass glass;
    struct board board = {.draw = draw_button, .button = button_of("Freeze the card", ICON_NONE), .width = 136};
    (void)state;
    open_board(&glass, &board, 800, 200);
    const struct draw_command *text = drawn_text(&glass, "Freeze the card");
    assert_non_null(text);
    assert_true(text->text.style.size_px < theme_text(TYPE_LABEL).size_px && text->text.style.size_px >= 13);
    assert_false(glass_find(&glass, UI_BUTTON, NULL)->cut);
    board.width = 60;
    ui_touch(glass.ui);
    glass_picture(&glass);
    assert_true(glass_find(&glass, UI_BUTTON, NULL)->cut);
    text = drawn_text(&glass, "Freeze the card");
    assert_true(text->text.style.size_px >= 12.9F);
    glass_close(&glass);
}

static void a_button_asks_once_for_each_touch(void **state)
{
    struct glass glass;
    struct board board = {.draw = draw_button, .button = button_of("Pay", ICON_CARD)};
    (void)state;
    open_board(&glass, &board, 800, 200);
    glass_finger(&glass, INPUT_DOWN, 40, 40);
    assert_true(glass_find(&glass, UI_BUTTON, "Pay")->state & UI_PRESSED);
    assert_int_equal(board.asked, 0);
    glass_finger(&glass, INPUT_UP, 40, 40);
    assert_false(glass_find(&glass, UI_BUTTON, "Pay")->state & UI_PRESSED);
    assert_int_equal(board.asked, 1);
    assert_int_equal(board.arg, 5);
    glass_close(&glass);
}

static void a_held_button_looks_held(void **state)
{
    (void)state;
    for (int kind = BUTTON_PRIMARY; kind <= BUTTON_SOFT; kind++) {
        struct glass glass;
        struct board board = {.draw = draw_button, .button = button_of("Pay", ICON_NONE)};
        size_t n = 0;
        board.button.kind = (enum widget_button_kind)kind;
        open_board(&glass, &board, 800, 200);
        uint64_t before = 0, held = 0;
        const struct draw_command *commands = draw_commands(ui_draw(glass.ui), &n);
        for (size_t i = 0; i < n; i++) {
            before = before * 31 + commands[i].hash;
        }
        glass_finger(&glass, INPUT_DOWN, 40, 40);
        commands = draw_commands(ui_draw(glass.ui), &n);
        for (size_t i = 0; i < n; i++) {
            held = held * 31 + commands[i].hash;
        }
        assert_true(before != held);
        glass_close(&glass);
    }
}

static void a_disabled_or_busy_button_takes_nothing(void **state)
{
    (void)state;
    for (int busy = 0; busy < 2; busy++) {
        struct glass glass;
        struct board board = {.draw = draw_button, .button = button_of("Pay", ICON_CARD)};
        board.button.busy = busy;
        board.button.disabled = !busy;
        open_board(&glass, &board, 800, 200);
        glass_touch(&glass, UI_BUTTON, "Pay");
        glass_key(&glass, INPUT_KEY_TAB);
        glass_key(&glass, INPUT_KEY_ENTER);
        assert_int_equal(board.asked, 0);
        assert_true(glass_find(&glass, UI_BUTTON, "Pay")->state & (busy ? UI_BUSY : UI_DISABLED));
        glass_close(&glass);
    }
}

static void a_busy_button_turns(void **state)
{
    struct glass glass;
    struct board board = {.draw = draw_button, .button = button_of("Pay", ICON_NONE)};
    (void)state;
    board.button.busy = true;
    open_board(&glass, &board, 800, 200);
    assert_int_equal(count_drawn(&glass, DRAW_PIE, ICON_NONE), 1);
    assert_true(ui_deadline(glass.ui) <= glass.now_us + 34000);
    board.button.busy = false;
    ui_touch(glass.ui);
    glass_picture(&glass);
    assert_int_equal(count_drawn(&glass, DRAW_PIE, ICON_NONE), 0);
    assert_true(ui_deadline(glass.ui) > glass.now_us + 1000000);
    glass_close(&glass);
}

static void keys_alone_show_the_focus(void **state)
{
    struct glass glass;
    struct board board = {.draw = draw_button, .button = button_of("Pay", ICON_NONE)};
    (void)state;
    open_board(&glass, &board, 800, 200);
    size_t boxes = count_drawn(&glass, DRAW_BOX, ICON_NONE);
    glass_key(&glass, INPUT_KEY_TAB);
    assert_true(glass_find(&glass, UI_BUTTON, "Pay")->state & UI_FOCUSED);
    assert_int_equal(count_drawn(&glass, DRAW_BOX, ICON_NONE), boxes + 1);
    glass_key(&glass, INPUT_KEY_ENTER);
    assert_int_equal(board.asked, 1);
    glass_finger(&glass, INPUT_DOWN, 700, 150);
    assert_int_equal(count_drawn(&glass, DRAW_BOX, ICON_NONE), boxes);
    glass_close(&glass);
}

/* --- pills and badges --- */

static void draw_pills(struct ui *ui, const struct board *board)
{
    (void)widget_pills(ui, "pills", rect_of(20, 20, board->width, 52), days, board->n, board->at, ON_PRESS);
}

static void assert_pills(struct glass *glass, float width, bool ret_rows[8])
{
    struct rect last = {0};
    size_t n = 0, row = 0;
    const struct ui_node *nodes = ui_nodes(glass->ui, &n);
    assert_int_equal(n, 7);
    for (size_t i = 0; i < n; i++) {
        struct rect rect = nodes[i].rect;
        assert_true(rect.w >= TARGET_PX && rect.h >= TARGET_PX);
        assert_true(rect.x >= 20 && rect_right(rect) <= 20 + width);
        assert_false(nodes[i].cut);
        if (i > 0 && rect.y > last.y) {
            assert_true(rect.y >= rect_bottom(last));
            row++;
        } else if (i > 0) {
            assert_true(rect.x > rect_right(last));
        }
        ret_rows[row] = true;
        last = rect;
    }
}

static void pills_get_narrower_and_then_go_on_further_rows(void **state)
{
    (void)state;
    for (int px = 1100; px >= 120; px -= 35) {
        float width = (float)px;
        struct glass glass;
        struct board board = {.draw = draw_pills, .n = 7, .at = 2, .width = width};
        bool rows[8] = {false};
        open_board(&glass, &board, 1200, 800);
        assert_pills(&glass, width, rows);
        assert_true(width > 700 ? !rows[1] : width < 500 ? rows[1] : true);
        glass_close(&glass);
    }
}

static void a_pill_asks_for_its_number(void **state)
{
    struct glass glass;
    struct board board = {.draw = draw_pills, .n = 7, .at = 2, .width = 1000};
    (void)state;
    open_board(&glass, &board, 1200, 800);
    assert_true(glass_find(&glass, UI_TAB, "Wednesday")->state & UI_SELECTED);
    assert_false(glass_find(&glass, UI_TAB, "Thursday")->state & UI_SELECTED);
    glass_touch(&glass, UI_TAB, "Thursday");
    assert_int_equal(board.arg, 3);
    glass_close(&glass);
}

static void draw_badge(struct ui *ui, const struct board *board)
{
    struct rect *ret_rect = &((struct board *)(uintptr_t)board)->ret_rect;
    *ret_rect = widget_badge(ui, "badge", 300, 20, board->checked, board->name, ICON_CHECK, TONE_SUCCESS);
}

static void a_badge_is_as_wide_as_its_word(void **state)
{
    (void)state;
    for (int from_right = 0; from_right < 2; from_right++) {
        struct glass glass;
        struct board board = {.draw = draw_badge, .name = "182 dagar kvar", .checked = from_right};
        open_board(&glass, &board, 800, 200);
        const struct ui_node *node = glass_find(&glass, UI_STATUS, "182 dagar kvar");
        assert_false(node->cut);
        assert_memory_equal(&node->rect, &board.ret_rect, sizeof(node->rect));
        assert_true((from_right ? rect_right(node->rect) : node->rect.x) == 300);
        assert_within(drawn_text(&glass, "182 dagar kvar")->bounds, node->rect);
        glass_close(&glass);
    }
}

/* --- people and switches --- */

static void draw_avatar(struct ui *ui, const struct board *board)
{
    widget_avatar(ui, "avatar", rect_of(20, 20, 64, 64), board->photo, 1, board->name);
}

static void somebody_without_a_photo_has_initials(void **state)
{
    static const struct {
        const char *name, *initials; /* NULL: the sign for a person */
    } people[] = {{"Åsa Lindqvist", "ÅL"},
                  {"maria del carmen ruiz", "MR"},
                  {"Cher", "C"},
                  {"  Bo   Ek  ", "BE"},
                  {"A\u030asa Ek", "A\u030aE"}, /* the ring as a mark of its own */
                  {"Евгений Петров", "ЕП"},
                  {"", NULL},
                  {"   ", NULL},
                  {"\U0001F600 Smile", NULL},
                  {"\U0001F468\u200d\U0001F469\u200d\U0001F467", NULL},
                  {"☃", NULL},
                  {"10 482", NULL}};
    (void)state;
    for (size_t i = 0; i < sizeof(people) / sizeof(people[0]); i++) {
        struct glass glass;
        struct board board = {.draw = draw_avatar, .name = people[i].name};
        open_board(&glass, &board, 200, 200);
        assert_int_equal(count_drawn(&glass, DRAW_ICON, ICON_USER), people[i].initials ? 0 : 1);
        assert_int_equal(count_drawn(&glass, DRAW_TEXT, ICON_NONE), people[i].initials ? 1 : 0);
        if (people[i].initials) {
            assert_non_null(drawn_text(&glass, people[i].initials));
        }
        assert_non_null(ui_find(glass.ui, UI_IMAGE, people[i].name));
        glass_close(&glass);
    }
}

static void a_photo_stands_in_for_initials(void **state)
{
    struct glass glass;
    struct surface photo;
    (void)state;
    assert_int_equal(surface_init(&photo, 32, 32), 0);
    struct board board = {.draw = draw_avatar, .name = "Åsa Lindqvist", .photo = &photo};
    open_board(&glass, &board, 200, 200);
    assert_int_equal(count_drawn(&glass, DRAW_IMAGE, ICON_NONE), 1);
    assert_int_equal(count_drawn(&glass, DRAW_TEXT, ICON_NONE), 0);
    glass_close(&glass);
    surface_finish(&photo);
}

static void draw_check(struct ui *ui, const struct board *board)
{
    widget_check(ui, "check", rect_of(20, 20, 300, 56), "Sound", board->checked,
                 (struct intent){.kind = board->dead ? 0 : ON_PRESS});
}

static void a_switch_says_whether_it_is_on(void **state)
{
    struct glass glass;
    struct board board = {.draw = draw_check};
    (void)state;
    open_board(&glass, &board, 400, 200);
    assert_false(glass_find(&glass, UI_CHECK, "Sound")->state & (UI_CHECKED | UI_DISABLED));
    glass_touch(&glass, UI_CHECK, "Sound");
    assert_int_equal(board.asked, 1);
    board.checked = true;
    board.dead = true;
    ui_touch(glass.ui);
    glass_picture(&glass);
    assert_int_equal(glass_find(&glass, UI_CHECK, "Sound")->state, UI_CHECKED | UI_DISABLED);
    glass_touch(&glass, UI_CHECK, "Sound");
    assert_int_equal(board.asked, 1);
    glass_close(&glass);
}

/* --- navigation --- */

static const struct widget_rail_item rooms[] = {{.id = "home", .label = "Home", .icon = ICON_HOME},
                                                {.id = "people", .label = "Asiakkaat", .icon = ICON_USERS},
                                                {.id = "till", .label = "Till", .icon = ICON_CART, .disabled = true},
                                                {.id = "more", .label = "Einstellungen", .icon = ICON_GEAR}};

static void draw_rail(struct ui *ui, const struct board *board)
{
    struct widget_rail_item items[4];
    struct rect left = ui_bounds(ui);
    memcpy(items, rooms, sizeof(items));
    items[1].badge = board->badge;
    widget_rail(ui, &left, items, 4, board->at, ON_PRESS);
    ((struct board *)(uintptr_t)board)->ret_rect = left;
}

static void the_rail_stands_at_the_left_or_lies_along_the_bottom(void **state)
{
    (void)state;
    for (int upright = 0; upright < 2; upright++) {
        struct glass glass;
        struct board board = {.draw = draw_rail, .at = 1};
        struct rect left = upright ? rect_of(0, 0, 600, 1024 - 84) : rect_of(RAIL_PX, 0, 1024 - RAIL_PX, 600);
        open_board(&glass, &board, upright ? 600 : 1024, upright ? 1024 : 600);
        assert_memory_equal(&board.ret_rect, &left, sizeof(left));
        assert_int_equal(count_drawn(&glass, DRAW_ICON, ICON_CONTACTLESS), upright ? 0 : 1);
        for (size_t i = 0; i < 4; i++) {
            const struct ui_node *node = glass_find(&glass, UI_TAB, rooms[i].label);
            assert_true(node->rect.w >= TARGET_PX && node->rect.h >= TARGET_PX);
            assert_false(node->cut);
            assert_true(rect_empty(rect_intersect(node->rect, left)));
            assert_true(!(node->state & UI_SELECTED) == (i != 1));
        }
        glass_touch(&glass, UI_TAB, "Einstellungen");
        assert_int_equal(board.arg, 3);
        glass_touch(&glass, UI_TAB, "Till");
        assert_int_equal(board.asked, 1);
        glass_close(&glass);
    }
}

static void a_count_stands_at_its_item(void **state)
{
    struct glass glass;
    struct board board = {.draw = draw_rail, .badge = 7};
    (void)state;
    open_board(&glass, &board, 1024, 600);
    assert_non_null(drawn_text(&glass, "7"));
    assert_string_equal(glass_find(&glass, UI_TAB, "Asiakkaat")->value, "7");
    board.badge = 250;
    ui_touch(glass.ui);
    glass_picture(&glass);
    assert_non_null(drawn_text(&glass, "99+"));
    glass_close(&glass);
}

/* --- choices, steps, progress --- */

static const struct widget_choice periods[] = {
    {.title = "1 month", .detail = "22 Nov – 22 Dec", .icon = ICON_SNOWFLAKE},
    {.title = "2 months", .detail = "22 Nov – 22 Jan", .icon = ICON_SNOWFLAKE},
    {.title = "3 months", .detail = "22 Nov – 22 Feb", .icon = ICON_SNOWFLAKE, .disabled = true}};

static void draw_choices(struct ui *ui, const struct board *board)
{
    widget_choices(ui, "period", rect_of(20, 20, 600, board->height), periods, 3, 2, board->at ? (int)board->at : -1,
                   ON_PRESS);
}

static void one_of_several_cards_is_chosen(void **state)
{
    static const float heights[] = {300, 180, 140};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct glass glass;
        struct board board = {.draw = draw_choices, .at = 1, .height = heights[i]};
        open_board(&glass, &board, 640, 400);
        const struct ui_node *node = glass_find(&glass, UI_CHOICE, "2 months");
        assert_int_equal(node->state, UI_SELECTED);
        assert_string_equal(node->value, "22 Nov – 22 Jan");
        assert_false(node->cut);
        assert_int_equal(count_drawn(&glass, DRAW_ICON, ICON_CHECK), 1);
        assert_int_equal(glass_find(&glass, UI_CHOICE, "3 months")->state, UI_DISABLED);
        glass_touch(&glass, UI_CHOICE, "3 months");
        assert_int_equal(board.asked, 0);
        glass_touch(&glass, UI_CHOICE, "1 month");
        assert_int_equal(board.asked, 1);
        assert_int_equal(board.arg, 0);
        board.at = 0;
        ui_touch(glass.ui);
        glass_picture(&glass);
        assert_int_equal(count_drawn(&glass, DRAW_ICON, ICON_CHECK), 0);
        glass_close(&glass);
    }
}

static void draw_steps(struct ui *ui, const struct board *board)
{
    widget_stepper(ui, "steps", rect_of(20, 20, board->width, 48), days, board->n, board->at, ON_PRESS);
}

static void steps_done_can_be_gone_back_to(void **state)
{
    struct glass glass;
    struct board board = {.draw = draw_steps, .n = 4, .at = 2, .width = 880};
    (void)state;
    open_board(&glass, &board, 920, 200);
    assert_int_equal(glass_find(&glass, UI_STEP, "Tuesday")->state, UI_CHECKED);
    assert_int_equal(glass_find(&glass, UI_STEP, "Wednesday")->state, UI_SELECTED);
    assert_int_equal(glass_find(&glass, UI_STEP, "Thursday")->state, 0);
    assert_int_equal(count_drawn(&glass, DRAW_ICON, ICON_CHECK), 2);
    assert_non_null(drawn_text(&glass, "3"));
    assert_non_null(drawn_text(&glass, "Thursday"));
    glass_touch(&glass, UI_STEP, "Wednesday");
    glass_touch(&glass, UI_STEP, "Thursday");
    assert_int_equal(board.asked, 0);
    glass_touch(&glass, UI_STEP, "Tuesday");
    assert_int_equal(board.arg, 1);
    glass_close(&glass);
}

static void steps_that_have_no_room_name_the_one_under_way(void **state)
{
    struct glass glass;
    struct board board = {.draw = draw_steps, .n = 6, .at = 2, .width = 560};
    (void)state;
    open_board(&glass, &board, 600, 200);
    assert_non_null(drawn_text(&glass, "Wednesday"));
    assert_null(drawn_text(&glass, "Monday"));
    assert_null(drawn_text(&glass, "Saturday"));
    struct rect last = {0};
    for (size_t i = 0; i < 6; i++) {
        const struct ui_node *node = glass_find(&glass, UI_STEP, days[i]);
        assert_true(node->rect.w >= TARGET_PX && node->rect.h >= TARGET_PX);
        assert_true(i == 0 || node->rect.x >= rect_right(last));
        assert_false(node->cut);
        last = node->rect;
    }
    assert_true(rect_right(last) <= 600);
    glass_close(&glass);
}

static void draw_progress(struct ui *ui, const struct board *board)
{
    widget_progress(ui, "progress", rect_of(20, 20, 400, board->height), "Fetching", board->done);
}

static void progress_says_how_far_it_is(void **state)
{
    struct glass glass;
    struct board board = {.draw = draw_progress, .done = 0.42F, .height = 48};
    (void)state;
    open_board(&glass, &board, 440, 200);
    assert_string_equal(glass_find(&glass, UI_PROGRESS, "Fetching")->value, "42\u00a0%");
    assert_non_null(drawn_text(&glass, "42\u00a0%"));
    assert_true(ui_deadline(glass.ui) > glass.now_us + 1000000);
    board.done = -1;
    ui_touch(glass.ui);
    glass_picture(&glass);
    assert_true(glass_find(&glass, UI_PROGRESS, "Fetching")->state & UI_BUSY);
    assert_true(ui_deadline(glass.ui) <= glass.now_us + 34000);
    glass_close(&glass);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_button_as_wide_as_it_asks_says_all_of_its_label),
        cmocka_unit_test(a_label_gets_smaller_before_it_is_cut),
        cmocka_unit_test(a_button_asks_once_for_each_touch),
        cmocka_unit_test(a_held_button_looks_held),
        cmocka_unit_test(a_disabled_or_busy_button_takes_nothing),
        cmocka_unit_test(a_busy_button_turns),
        cmocka_unit_test(keys_alone_show_the_focus),
        cmocka_unit_test(pills_get_narrower_and_then_go_on_further_rows),
        cmocka_unit_test(a_pill_asks_for_its_number),
        cmocka_unit_test(a_badge_is_as_wide_as_its_word),
        cmocka_unit_test(somebody_without_a_photo_has_initials),
        cmocka_unit_test(a_photo_stands_in_for_initials),
        cmocka_unit_test(a_switch_says_whether_it_is_on),
        cmocka_unit_test(the_rail_stands_at_the_left_or_lies_along_the_bottom),
        cmocka_unit_test(a_count_stands_at_its_item),
        cmocka_unit_test(one_of_several_cards_is_chosen),
        cmocka_unit_test(steps_done_can_be_gone_back_to),
        cmocka_unit_test(steps_that_have_no_room_name_the_one_under_way),
        cmocka_unit_test(progress_says_how_far_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
