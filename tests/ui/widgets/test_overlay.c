/* Dialogs hold back what lies below them, and take what is theirs; toasts hold nothing back. */
#include "glass.h"

#include "i18n/i18n.h"
#include "widgets/widgets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { ON_BELOW = 1, ON_CONFIRM, ON_CANCEL };

struct room {
    bool open, danger, one_way, far;
    const char *text, *toast;
    const char *confirm;
    int asked[4];
};

static void view(struct ui *ui, void *model)
{
    const struct room *room = model;
    struct rect all = ui_bounds(ui);
    draw_fill(ui_draw(ui), all, ui_colour(ui, THEME_BACKGROUND), 0);
    widget_button(ui, all,
                  &(struct widget_button){.id = "below", .index = -1, .label = "Below", .intent = {.kind = ON_BELOW}});
    if (room->open) {
        widget_dialog(ui, &(struct widget_dialog){.id = "end",
                                                  .title = "End the membership?",
                                                  .text = room->text,
                                                  .icon = ICON_WARNING,
                                                  .tone = TONE_WARNING,
                                                  .confirm = room->confirm ? room->confirm : "End it",
                                                  .cancel = room->one_way ? NULL : "Keep it",
                                                  .danger = room->danger,
                                                  .on_confirm = {.kind = ON_CONFIRM},
                                                  .on_cancel = {.kind = room->one_way ? 0 : ON_CANCEL}});
    }
    if (room->toast) {
        widget_toast(ui, "toast", room->toast, TONE_SUCCESS);
    }
}

static void on(struct ui *ui, void *model, const struct intent *intent)
{
    struct room *room = model;
    (void)ui;
    assert_in_range(intent->kind, ON_BELOW, ON_CANCEL); /* nothing of the card's own comes this far */
    room->asked[intent->kind]++;
    room->open = room->open && intent->kind == ON_BELOW;
}

static void open_room(struct glass *glass, struct room *room, float width, float height)
{
    i18n_set(LANGUAGE_EN);
    glass_open(glass, width, height);
    glass->model = room;
    glass->view = view;
    glass->on = on;
    glass_picture(glass);
}

static void touch_at(struct glass *glass, float x, float y)
{
    glass_finger(glass, INPUT_DOWN, x, y);
    glass_finger(glass, INPUT_UP, x, y);
}

static void assert_asked(const struct room *room, int below, int confirm, int cancel)
{
    assert_int_equal(room->asked[ON_BELOW], below);
    assert_int_equal(room->asked[ON_CONFIRM], confirm);
    assert_int_equal(room->asked[ON_CANCEL], cancel);
}

static void a_dialog_takes_its_buttons(void **state)
{
    (void)state;
    for (int confirms = 0; confirms < 2; confirms++) {
        struct glass glass;
        struct room room = {.open = true, .text = "This can be undone."};
        open_room(&glass, &room, 1024, 600);
        glass_touch(&glass, UI_BUTTON, confirms ? "End it" : "Keep it");
        assert_asked(&room, 0, confirms, !confirms);
        assert_null(ui_find(glass.ui, UI_DIALOG, NULL));
        glass_touch(&glass, UI_BUTTON, "Below");
        assert_asked(&room, 1, confirms, !confirms);
        glass_close(&glass);
    }
}

static void its_card_swallows_touches(void **state)
{
    struct glass glass;
    struct room room = {.open = true, .text = "This can be undone."};
    (void)state;
    open_room(&glass, &room, 1024, 600);
    const struct ui_node *card = ui_find_id(glass.ui, "end-card");
    assert_non_null(card);
    struct rect rect = card->rect;
    touch_at(&glass, rect.x + 6, rect.y + 6);
    touch_at(&glass, rect.x + rect.w / 2, rect.y + rect.h / 2);
    assert_asked(&room, 0, 0, 0);
    assert_true(room.open);
    glass_close(&glass);
}

static void a_touch_outside_and_escape_cancel(void **state)
{
    struct glass glass;
    struct room room = {.open = true};
    (void)state;
    open_room(&glass, &room, 1024, 600);
    touch_at(&glass, 10, 10);
    assert_asked(&room, 0, 0, 1);
    room.open = true;
    ui_touch(glass.ui);
    glass_picture(&glass);
    glass_key(&glass, INPUT_KEY_ESCAPE);
    assert_asked(&room, 0, 0, 2);
    assert_false(room.open);
    glass_close(&glass);
}

static void where_there_is_one_way_nothing_else_leaves(void **state)
{
    struct glass glass;
    struct room room = {.open = true, .one_way = true};
    (void)state;
    open_room(&glass, &room, 1024, 600);
    touch_at(&glass, 10, 10);
    glass_key(&glass, INPUT_KEY_ESCAPE);
    assert_asked(&room, 0, 0, 0);
    assert_null(ui_find(glass.ui, UI_BUTTON, "Keep it"));
    glass_touch(&glass, UI_BUTTON, "End it");
    assert_asked(&room, 0, 1, 0);
    glass_close(&glass);
}

static void enter_confirms_what_can_be_undone_only(void **state)
{
    (void)state;
    for (int danger = 0; danger < 2; danger++) {
        struct glass glass;
        struct room room = {.open = true, .danger = danger};
        open_room(&glass, &room, 1024, 600);
        assert_string_equal(ui_focused(glass.ui), danger ? "end-cancel" : "end-confirm");
        glass_key(&glass, INPUT_KEY_ENTER);
        assert_asked(&room, 0, !danger, danger);
        glass_close(&glass);
    }
}

static void the_focus_moves_within_the_dialog_and_is_set_anew_each_time(void **state)
{
    struct glass glass;
    struct room room = {.open = true};
    (void)state;
    open_room(&glass, &room, 1024, 600);
    for (int i = 0; i < 5; i++) {
        glass_key(&glass, INPUT_KEY_TAB);
        assert_string_equal(ui_focused(glass.ui), i % 2 == 0 ? "end-cancel" : "end-confirm");
    }
    glass_key(&glass, INPUT_KEY_ENTER);
    assert_asked(&room, 0, 0, 1);
    assert_string_equal(ui_focused(glass.ui), "");
    room.open = true;
    ui_touch(glass.ui);
    glass_picture(&glass);
    assert_string_equal(ui_focused(glass.ui), "end-confirm");
    glass_close(&glass);
}

static void assert_dialog_fits(struct glass *glass, float width, float height)
{
    const struct ui_node *card = ui_find_id(glass->ui, "end-card");
    assert_non_null(card);
    assert_true(card->rect.w <= 520 && card->rect.x >= 24 && rect_right(card->rect) <= width - 24);
    assert_true(card->rect.y >= 0 && rect_bottom(card->rect) <= height);
    size_t n = 0;
    const struct ui_node *nodes = ui_nodes(glass->ui, &n);
    for (size_t i = 0; i < n; i++) {
        if (nodes[i].layer == card->layer && nodes[i].role != UI_DIALOG) {
            assert_true(rect_right(nodes[i].rect) <= rect_right(card->rect) && nodes[i].rect.x >= card->rect.x);
            assert_true(rect_bottom(nodes[i].rect) <= rect_bottom(card->rect) && nodes[i].rect.y >= card->rect.y);
            assert_false(nodes[i].cut);
        }
    }
}

static void a_dialog_fits_every_screen(void **state)
{
    static const float sizes[][2] = {{1280, 800}, {1024, 600}, {800, 480}, {600, 1024}, {480, 800}, {360, 640}};
    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct glass glass;
        struct room room = {.open = true,
                            .confirm = "Mitgliedschaft endgültig beenden",
                            .text = "The card stops working at once. What has been paid for the time that is left is "
                                    "paid back within a few days, and whoever wants to come again begins anew."};
        open_room(&glass, &room, sizes[i][0], sizes[i][1]);
        assert_dialog_fits(&glass, sizes[i][0], sizes[i][1]);
        const struct ui_node *confirm = glass_find(&glass, UI_BUTTON, room.confirm);
        const struct ui_node *cancel = glass_find(&glass, UI_BUTTON, "Keep it");
        assert_true(confirm->rect.h >= TARGET_PX && cancel->rect.h >= TARGET_PX);
        assert_true(rect_empty(rect_intersect(confirm->rect, cancel->rect)));
        glass_close(&glass);
    }
}

static void a_toast_holds_nothing_back(void **state)
{
    struct glass glass;
    struct room room = {.toast = "Saved"};
    (void)state;
    open_room(&glass, &room, 1024, 600);
    struct rect rect = glass_find(&glass, UI_STATUS, "Saved")->rect;
    assert_true(rect.x + rect.w / 2 > 511 && rect.x + rect.w / 2 < 513);
    assert_true(rect_bottom(rect) <= 600 && rect.y > 450);
    touch_at(&glass, rect.x + rect.w / 2, rect.y + rect.h / 2);
    assert_asked(&room, 1, 0, 0);
    glass_close(&glass);
}

static void a_long_toast_has_two_lines(void **state)
{
    static const char text[] =
        "The reader at the entrance doesn't answer: cards are read by the second one until it is "
        "back, and the log has more about it.";
    static const float widths[] = {1280, 800, 480};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct glass glass;
        struct room room = {.toast = text};
        open_room(&glass, &room, widths[i], 800);
        const struct ui_node *node = glass_find(&glass, UI_STATUS, text);
        assert_true(node->rect.w <= 720 && node->rect.x >= 24 && rect_right(node->rect) <= widths[i] - 24);
        assert_true(i == 2 || !node->cut);
        assert_true(node->rect.h < 100);
        glass_close(&glass);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dialog_takes_its_buttons),
        cmocka_unit_test(its_card_swallows_touches),
        cmocka_unit_test(a_touch_outside_and_escape_cancel),
        cmocka_unit_test(where_there_is_one_way_nothing_else_leaves),
        cmocka_unit_test(enter_confirms_what_can_be_undone_only),
        cmocka_unit_test(the_focus_moves_within_the_dialog_and_is_set_anew_each_time),
        cmocka_unit_test(a_dialog_fits_every_screen),
        cmocka_unit_test(a_toast_holds_nothing_back),
        cmocka_unit_test(a_long_toast_has_two_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
