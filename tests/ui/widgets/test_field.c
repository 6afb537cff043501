/* Fields: what they show, what they take, and where a touch puts the cursor. */
#include "glass.h"

#include "base/clock.h"
#include "i18n/i18n.h"
#include "widgets/field.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { ON_FIELD = 1, ON_OTHER };

struct form {
    struct edit edit, other;
    enum field_kind kind;
    const char *error;
    bool disabled;
    int changes;
};

static void view(struct ui *ui, void *model)
{
    const struct form *form = model;
    const struct widget_field field = {.id = "field",
                                       .label = "Field",
                                       .hint = "Hint",
                                       .error = form->error,
                                       .kind = form->kind,
                                       .edit = &form->edit,
                                       .disabled = form->disabled,
                                       .intent = {.kind = ON_FIELD, .arg = 7}};
    const struct widget_field other = {
        .id = "other", .label = "Other", .edit = &form->other, .intent = {.kind = ON_OTHER}};
    widget_field(ui, rect_of(20, 20, 300, widget_field_height(&field)), &field);
    widget_field(ui, rect_of(20, 140, 300, widget_field_height(&other)), &other);
}

static void on(struct ui *ui, void *model, const struct intent *intent)
{
    struct form *form = model;
    form->changes += field_apply(ui, intent->kind == ON_FIELD ? form->kind : FIELD_TEXT,
                                 intent->kind == ON_FIELD ? &form->edit : &form->other, intent, 0);
}

static void open_form(struct glass *glass, struct form *form, enum field_kind kind, const char *text)
{
    *form = (struct form){.kind = kind};
    edit_set(&form->edit, text);
    i18n_set(LANGUAGE_SV);
    glass_open(glass, 400, 300);
    glass->model = form;
    glass->view = view;
    glass->on = on;
    ui_use_keyboard(glass->ui, false);
    glass_picture(glass);
}

static const struct draw_command *command(const struct glass *glass, enum draw_kind kind, const char *text, float width)
{
    size_t n = 0;
    const struct draw_command *commands = draw_commands(ui_draw(glass->ui), &n);
    for (size_t i = 0; i < n; i++) {
        if (commands[i].kind == kind && (!text || strcmp(commands[i].text.string, text) == 0) &&
            (width == 0 || commands[i].rect.w == width)) {
            return &commands[i];
        }
    }
    return NULL;
}

static const struct draw_command *cursor(const struct glass *glass)
{
    return command(glass, DRAW_BOX, NULL, 2);
}

static void a_field_says_what_it_is(void **state)
{
    (void)state;
    struct glass glass;
    struct form form;
    open_form(&glass, &form, FIELD_TEXT, "");
    const struct ui_node *node = glass_find(&glass, UI_FIELD, "Field");
    assert_string_equal(node->value, "");
    assert_int_equal(node->state, 0);
    assert_true(node->rect.h >= TARGET_PX);
    assert_non_null(command(&glass, DRAW_TEXT, "Hint", 0));
    assert_non_null(command(&glass, DRAW_TEXT, "Field", 0));
    assert_null(cursor(&glass));
    edit_set(&form.edit, "Åsa");
    form.error = "Too short";
    glass_picture(&glass);
    node = glass_find(&glass, UI_FIELD, "Field");
    assert_string_equal(node->value, "Åsa");
    assert_int_equal(node->state, UI_INVALID);
    assert_true(node->rect.h >= TARGET_PX);
    assert_null(command(&glass, DRAW_TEXT, "Hint", 0));
    assert_true(glass_find(&glass, UI_STATUS, "Too short")->rect.y >= rect_bottom(node->rect));
    glass_close(&glass);
}

static void what_is_typed_goes_where_the_focus_is(void **state)
{
    (void)state;
    struct glass glass;
    struct form form;
    open_form(&glass, &form, FIELD_TEXT, "");
    glass_type(&glass, "x");
    assert_string_equal(form.edit.text, "");
    glass_touch(&glass, UI_FIELD, "Field");
    assert_true(glass_find(&glass, UI_FIELD, "Field")->state & UI_FOCUSED);
    assert_non_null(cursor(&glass));
    glass_type(&glass, "Å");
    glass_type(&glass, "sa");
    glass_key(&glass, INPUT_KEY_LEFT);
    glass_key(&glass, INPUT_KEY_BACKSPACE);
    assert_string_equal(form.edit.text, "Åa");
    glass_touch(&glass, UI_FIELD, "Other");
    glass_type(&glass, "b");
    assert_string_equal(form.edit.text, "Åa");
    assert_string_equal(form.other.text, "b");
    glass_key(&glass, INPUT_KEY_ENTER);
    assert_string_equal(ui_focused(glass.ui), "");
    glass_close(&glass);
}

static void a_disabled_field_takes_nothing(void **state)
{
    (void)state;
    struct glass glass;
    struct form form;
    open_form(&glass, &form, FIELD_TEXT, "a");
    form.disabled = true;
    glass_picture(&glass);
    glass_touch(&glass, UI_FIELD, "Field");
    glass_type(&glass, "b");
    assert_string_equal(form.edit.text, "a");
    assert_int_equal(glass_find(&glass, UI_FIELD, "Field")->state, UI_DISABLED);
    glass_close(&glass);
}

/* The middle between the places before byte @a and byte @b of the text as it stands. */
static float between(struct glass *glass, const char *text, size_t a, size_t b)
{
    const struct draw_command *drawn = command(glass, DRAW_TEXT, text, 0);
    assert_non_null(drawn);
    return drawn->rect.x + (text_cursor_x(glass->text, text, &drawn->text.style, a) +
                            text_cursor_x(glass->text, text, &drawn->text.style, b)) /
                               2;
}

static void a_touch_puts_the_cursor_where_it_is(void **state)
{
    (void)state;
    struct glass glass;
    struct form form;
    open_form(&glass, &form, FIELD_TEXT, "Åsa Lindqvist");
    struct rect r = glass_find(&glass, UI_FIELD, "Field")->rect;
    float y = r.y + r.h / 2;
    float x = between(&glass, "Åsa Lindqvist", 4, 5) - 2; /* left of the blank's middle: before it */
    glass_finger(&glass, INPUT_DOWN, x, y);
    glass_finger(&glass, INPUT_UP, x, y);
    assert_int_equal(form.edit.cursor, 4);
    glass_finger(&glass, INPUT_DOWN, r.x + 2, y);
    glass_finger(&glass, INPUT_UP, r.x + 2, y);
    assert_int_equal(form.edit.cursor, 0);
    glass_finger(&glass, INPUT_DOWN, rect_right(r) - 2, y);
    glass_finger(&glass, INPUT_UP, rect_right(r) - 2, y);
    assert_int_equal(form.edit.cursor, 14);
    glass_close(&glass);
}

static void the_cursor_always_shows(void **state)
{
    (void)state;
    struct glass glass;
    struct form form;
    static const char text[] = "A long name that no field of this width can show at once, and then some";
    open_form(&glass, &form, FIELD_TEXT, text);
    struct rect r = glass_find(&glass, UI_FIELD, "Field")->rect;
    ui_focus(glass.ui, "field");
    glass_picture(&glass);
    float last_x = rect_right(r);
    bool scrolled_back = false;
    for (size_t i = strlen(text); i > 0; i--) {
        const struct draw_command *at = cursor(&glass);
        assert_non_null(at);
        assert_true(at->rect.x >= r.x + 8 && rect_right(at->rect) <= rect_right(r) - 8);
        assert_false(glass_find(&glass, UI_FIELD, "Field")->cut);
        scrolled_back = scrolled_back || at->rect.x == last_x;
        last_x = at->rect.x;
        glass_key(&glass, INPUT_KEY_LEFT);
    }
    assert_true(scrolled_back);
    assert_int_equal(form.edit.cursor, 0);
    glass_key(&glass, INPUT_KEY_END);
    /* A touch counts from how far the text is scrolled. */
    float x = between(&glass, text, strlen(text) - 3, strlen(text) - 2) - 1;
    glass_finger(&glass, INPUT_DOWN, x, r.y + 10);
    glass_finger(&glass, INPUT_UP, x, r.y + 10);
    assert_int_equal(form.edit.cursor, strlen(text) - 3);
    glass_close(&glass);
}

static void a_pin_is_dots_and_nothing_else(void **state)
{
    (void)state;
    struct glass glass;
    struct form form;
    open_form(&glass, &form, FIELD_PIN, "");
    glass_touch(&glass, UI_FIELD, "Field");
    glass_type(&glass, "4711");
    glass_type(&glass, "x");
    assert_string_equal(form.edit.text, "4711");
    assert_string_equal(glass_find(&glass, UI_FIELD, "Field")->value, "••••");
    size_t n = 0;
    const struct draw_command *commands = draw_commands(ui_draw(glass.ui), &n);
    for (size_t i = 0; i < n; i++) {
        assert_true(commands[i].kind != DRAW_TEXT || !strpbrk(commands[i].text.string, "4711"));
    }
    struct rect r = glass_find(&glass, UI_FIELD, "Field")->rect;
    float x = between(&glass, "••••", 3, 6) - 1;
    glass_finger(&glass, INPUT_DOWN, x, r.y + 10);
    glass_finger(&glass, INPUT_UP, x, r.y + 10);
    assert_int_equal(form.edit.cursor, 1);
    glass_key(&glass, INPUT_KEY_DELETE);
    assert_string_equal(form.edit.text, "411");
    glass_close(&glass);
}

static void the_cursor_blinks_until_nobody_types(void **state)
{
    (void)state;
    struct glass glass;
    struct form form;
    open_form(&glass, &form, FIELD_TEXT, "a");
    ui_focus(glass.ui, "field");
    glass_picture(&glass);
    assert_non_null(cursor(&glass));
    assert_true(ui_deadline(glass.ui) - glass.now_us <= 500 * US_PER_MS);
    glass_wait(&glass, 500 * US_PER_MS);
    assert_null(cursor(&glass));
    glass_type(&glass, "b");
    assert_non_null(cursor(&glass));
    for (int i = 0; i < 10; i++) { /* the same time, the same picture */
        ui_begin(glass.ui, glass.now_us, glass.width, glass.height);
        view(glass.ui, &form);
        ui_end(glass.ui);
        assert_non_null(cursor(&glass));
    }
    glass_wait(&glass, 1000 * US_PER_MS);
    assert_non_null(cursor(&glass));
    glass_wait(&glass, 30 * US_PER_S);
    assert_non_null(cursor(&glass));
    assert_true(ui_deadline(glass.ui) == US_NEVER);
    glass_close(&glass);
}

static void assert_typed(enum field_kind kind, const char *typed, const char *expected)
{
    struct glass glass;
    struct form form;
    open_form(&glass, &form, kind, "");
    ui_focus(glass.ui, "field");
    glass_picture(&glass);
    for (const char *c = typed; *c; c++) {
        glass_type(&glass, (char[]){*c, '\0'});
    }
    assert_string_equal(form.edit.text, expected);
    glass_close(&glass);
}

static void each_kind_takes_what_belongs_in_it(void **state)
{
    (void)state;
    assert_typed(FIELD_NUMBER, "1a2-3.4", "1234");
    assert_typed(FIELD_AMOUNT, "12.345,6", "12,34");
    assert_typed(FIELD_AMOUNT, "-1x0", "10");
    assert_typed(FIELD_PHONE, "+46 70-12+x", "+46 70-12");
    assert_typed(FIELD_DAY, "20270522", "2027-05-22");
    assert_typed(FIELD_DAY, "2027-05-229", "2027-05-22");
    assert_typed(FIELD_MAIL, "a b@c.se", "ab@c.se");
    assert_typed(FIELD_TEXT, "a b, 1", "a b, 1");
    assert_typed(FIELD_PIN, "1 2", "12");
}

static void an_amount_has_two_decimals_wherever_the_cursor_is(void **state)
{
    (void)state;
    struct glass glass;
    struct form form;
    open_form(&glass, &form, FIELD_AMOUNT, "12345");
    ui_focus(glass.ui, "field");
    glass_picture(&glass);
    glass_key(&glass, INPUT_KEY_HOME);
    glass_type(&glass, ",");
    assert_string_equal(form.edit.text, "12345");
    glass_key(&glass, INPUT_KEY_END);
    glass_key(&glass, INPUT_KEY_LEFT);
    glass_key(&glass, INPUT_KEY_LEFT);
    glass_type(&glass, ".");
    assert_string_equal(form.edit.text, "123,45");
    glass_type(&glass, "6");
    assert_string_equal(form.edit.text, "123,45");
    glass_key(&glass, INPUT_KEY_HOME);
    glass_type(&glass, "9");
    assert_string_equal(form.edit.text, "9123,45");
    i18n_set(LANGUAGE_EN);
    edit_set(&form.edit, "5");
    glass_type(&glass, ",");
    assert_string_equal(form.edit.text, "5.");
    glass_close(&glass);
}

static void a_search_is_cleared_and_keeps_the_focus(void **state)
{
    (void)state;
    struct glass glass;
    struct form form;
    open_form(&glass, &form, FIELD_SEARCH, "");
    assert_null(ui_find(glass.ui, UI_KEY, "Clear"));
    glass_touch(&glass, UI_FIELD, "Field");
    glass_type(&glass, "Ås");
    assert_true(glass_find(&glass, UI_KEY, "Clear")->rect.w >= TARGET_PX);
    glass_touch(&glass, UI_KEY, "Clear");
    assert_string_equal(form.edit.text, "");
    assert_string_equal(ui_focused(glass.ui), "field");
    assert_null(ui_find(glass.ui, UI_KEY, "Clear"));
    glass_close(&glass);
}

#define FAMILY "👩‍👩‍👧"

static void a_hostile_name_stays_in_its_field(void **state)
{
    (void)state;
    /* clang-format off */
    static const char *const names[] = {"محمد بن عبد الله",
                                        FAMILY FAMILY FAMILY FAMILY FAMILY FAMILY FAMILY FAMILY FAMILY,
                                        "Z̸̡̛͓̪͎̥̃a̷l̷g̷o̷",
                                        "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW"};
    /* clang-format on */
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct glass glass;
        struct form form;
        open_form(&glass, &form, FIELD_NAME, names[i]);
        for (int focused = 0; focused < 2; focused++) {
            size_t n = 0;
            const struct draw_command *commands = draw_commands(ui_draw(glass.ui), &n);
            struct rect r = glass_find(&glass, UI_FIELD, "Field")->rect;
            for (size_t c = 0; c < n; c++) {
                struct rect inside = rect_intersect(commands[c].bounds, rect_of(rect_right(r) + 2, r.y, 400, r.h));
                assert_true(rect_empty(inside));
            }
            ui_focus(glass.ui, "field");
            glass_picture(&glass);
        }
        glass_close(&glass);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_field_says_what_it_is),
        cmocka_unit_test(what_is_typed_goes_where_the_focus_is),
        cmocka_unit_test(a_disabled_field_takes_nothing),
        cmocka_unit_test(a_touch_puts_the_cursor_where_it_is),
        cmocka_unit_test(the_cursor_always_shows),
        cmocka_unit_test(a_pin_is_dots_and_nothing_else),
        cmocka_unit_test(the_cursor_blinks_until_nobody_types),
        cmocka_unit_test(each_kind_takes_what_belongs_in_it),
        cmocka_unit_test(an_amount_has_two_decimals_wherever_the_cursor_is),
        cmocka_unit_test(a_search_is_cleared_and_keeps_the_focus),
        cmocka_unit_test(a_hostile_name_stays_in_its_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
