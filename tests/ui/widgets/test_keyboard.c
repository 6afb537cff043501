/* The keyboard on the screen, found by role and label and touched key by key. */
#include "glass.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"
#include "i18n/i18n.h"
#include "widgets/field.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { ON_FIELD = 1, ON_OTHER, ON_BUTTON };

struct form {
    struct edit edit, other;
    enum field_kind kind;
    int touched; /* how often what lies below was */
};

static void view(struct ui *ui, void *model)
{
    const struct form *form = model;
    const struct widget_field field = {
        .id = "field", .label = "Field", .kind = form->kind, .edit = &form->edit, .intent = {.kind = ON_FIELD}};
    const struct widget_field other = {
        .id = "other", .label = "Other", .kind = FIELD_TEXT, .edit = &form->other, .intent = {.kind = ON_OTHER}};
    (void)ui_node(ui, &(struct ui_node_spec){.id = "below",
                                             .index = -1,
                                             .role = UI_BUTTON,
                                             .label = "Below",
                                             .rect = rect_of(0, ui_bounds(ui).h / 3, ui_bounds(ui).w, 2000),
                                             .intent = {.kind = ON_BUTTON}});
    widget_field(ui, rect_of(20, 20, 300, 82), &field);
    widget_field(ui, rect_of(340, 20, 300, 82), &other);
    widget_keyboard(ui);
}

static void on(struct ui *ui, void *model, const struct intent *intent)
{
    struct form *form = model;
    if (intent->kind == ON_BUTTON) {
        form->touched++;
    } else {
        bool first = intent->kind == ON_FIELD;
        (void)field_apply(ui, first ? form->kind : FIELD_TEXT, first ? &form->edit : &form->other, intent, 0);
    }
}

static void open_keyboard(struct glass *glass, struct form *form, enum language language, enum field_kind kind)
{
    float width = glass->width > 0 ? glass->width : 1024, height = glass->height > 0 ? glass->height : 600;
    *form = (struct form){.kind = kind};
    i18n_set(language);
    glass_open(glass, width, height);
    glass->model = form;
    glass->view = view;
    glass->on = on;
    glass_picture(glass);
    assert_null(ui_find(glass->ui, UI_KEY, NULL));
    glass_touch(glass, UI_FIELD, "Field");
    assert_non_null(ui_find(glass->ui, UI_KEY, NULL));
}

static void key(struct glass *glass, const char *label)
{
    glass_touch(glass, UI_KEY, label);
    glass_wait(glass, 500 * US_PER_MS); /* no two touches of shift in a row are one double touch */
}

static void hold(struct glass *glass, const char *label, float *ret_x, float *ret_y)
{
    const struct ui_node *node = glass_find(glass, UI_KEY, label);
    *ret_x = node->rect.x + node->rect.w / 2;
    *ret_y = node->rect.y + node->rect.h / 2;
    glass_finger(glass, INPUT_DOWN, *ret_x, *ret_y);
    glass_wait(glass, 450 * US_PER_MS);
}

static void a_name_is_typed_key_by_key(void **state)
{
    (void)state;
    struct glass glass = {0};
    struct form form;
    open_keyboard(&glass, &form, LANGUAGE_SV, FIELD_NAME);
    key(&glass, "Å");
    key(&glass, "s");
    key(&glass, "a");
    key(&glass, "Space");
    key(&glass, "L");
    key(&glass, "ö");
    key(&glass, "v");
    key(&glass, "-");
    key(&glass, "Æ");
    assert_string_equal(form.edit.text, "Åsa Löv-Æ");
    assert_string_equal(ui_focused(glass.ui), "field");
    assert_int_equal(form.touched, 0);
    glass_close(&glass);
}

static void shift_is_for_one_letter_and_touched_twice_for_all(void **state)
{
    (void)state;
    struct glass glass = {0};
    struct form form;
    open_keyboard(&glass, &form, LANGUAGE_DE, FIELD_TEXT);
    key(&glass, "Shift");
    assert_int_equal(glass_find(&glass, UI_KEY, "Shift")->state, UI_SELECTED);
    key(&glass, "Z");
    key(&glass, "u");
    key(&glass, "Shift");
    key(&glass, "Shift"); /* late: off again */
    key(&glass, "ß");
    glass_touch(&glass, UI_KEY, "Shift");
    glass_touch(&glass, UI_KEY, "Shift");
    assert_int_equal(glass_find(&glass, UI_KEY, "Shift")->state, UI_SELECTED | UI_CHECKED);
    key(&glass, "Ä");
    key(&glass, "ẞ");
    key(&glass, "Shift");
    key(&glass, "y");
    assert_string_equal(form.edit.text, "ZußÄẞy");
    glass_close(&glass);
}

static void a_word_of_a_name_begins_with_a_capital_unless_told_otherwise(void **state)
{
    (void)state;
    struct glass glass = {0};
    struct form form;
    open_keyboard(&glass, &form, LANGUAGE_EN, FIELD_NAME);
    key(&glass, "Shift");
    key(&glass, "v");
    key(&glass, "o");
    key(&glass, "n");
    key(&glass, "Space");
    assert_int_equal(glass_find(&glass, UI_KEY, "Shift")->state, UI_SELECTED);
    key(&glass, "B");
    assert_int_equal(glass_find(&glass, UI_KEY, "Shift")->state, 0);
    assert_string_equal(form.edit.text, "von B");
    glass_close(&glass);
}

static void backspace_takes_what_a_reader_sees_as_one(void **state)
{
    (void)state;
    struct glass glass = {0};
    struct form form;
    open_keyboard(&glass, &form, LANGUAGE_SV, FIELD_TEXT);
    edit_set(&form.edit, "a👩‍👩‍👧");
    glass_picture(&glass);
    key(&glass, "Backspace");
    assert_string_equal(form.edit.text, "a");
    glass_close(&glass);
}

static void backspace_goes_on_while_it_is_held(void **state)
{
    (void)state;
    struct glass glass = {0};
    struct form form;
    float x, y;
    open_keyboard(&glass, &form, LANGUAGE_SV, FIELD_TEXT);
    edit_set(&form.edit, "abcdefghij");
    hold(&glass, "Backspace", &x, &y);
    assert_int_equal(strlen(form.edit.text), 9);
    for (int i = 0; i < 3; i++) {
        glass_wait(&glass, 60 * US_PER_MS);
    }
    size_t left = strlen(form.edit.text);
    assert_in_range(left, 5, 6);
    assert_true(ui_deadline(glass.ui) - glass.now_us <= 60 * US_PER_MS);
    glass_finger(&glass, INPUT_UP, x, y);
    assert_int_equal(strlen(form.edit.text), left); /* lifting the finger adds nothing */
    glass_touch(&glass, UI_KEY, "Backspace");
    assert_int_equal(strlen(form.edit.text), left - 1);
    glass_close(&glass);
}

static void accents_are_chosen_by_sliding(void **state)
{
    (void)state;
    struct glass glass = {0};
    struct form form;
    float x, y;
    open_keyboard(&glass, &form, LANGUAGE_SV, FIELD_NAME);
    hold(&glass, "E", &x, &y);
    struct rect accent = glass_find(&glass, UI_KEY, "È")->rect;
    assert_true(accent.w >= TARGET_PX && accent.h >= TARGET_PX);
    float ax = accent.x + accent.w / 2, ay = accent.y + accent.h / 2;
    glass_finger(&glass, INPUT_MOVE, (x + ax) / 2, (y + ay) / 2);
    glass_finger(&glass, INPUT_MOVE, ax, ay);
    glass_wait(&glass, 20 * US_PER_MS);
    glass_finger(&glass, INPUT_UP, ax, ay);
    assert_string_equal(form.edit.text, "È");
    assert_null(ui_find(glass.ui, UI_KEY, "É"));
    assert_null(ui_find(glass.ui, UI_KEY, "é"));
    key(&glass, "r");
    assert_string_equal(form.edit.text, "Èr");
    glass_close(&glass);
}

static void accents_are_chosen_by_a_second_touch(void **state)
{
    (void)state;
    struct glass glass = {0};
    struct form form;
    float x, y;
    open_keyboard(&glass, &form, LANGUAGE_EN, FIELD_TEXT);
    hold(&glass, "a", &x, &y);
    glass_finger(&glass, INPUT_UP, x, y);
    assert_string_equal(form.edit.text, "");
    key(&glass, "å");
    assert_string_equal(form.edit.text, "å");
    assert_null(ui_find(glass.ui, UI_KEY, "å"));
    hold(&glass, "s", &x, &y);
    glass_finger(&glass, INPUT_UP, x, y);
    assert_non_null(ui_find(glass.ui, UI_KEY, "ß"));
    key(&glass, "p"); /* another key: they are put away */
    assert_null(ui_find(glass.ui, UI_KEY, "ß"));
    assert_string_equal(form.edit.text, "åp");
    hold(&glass, "q", &x, &y); /* has none: a long touch is a touch */
    glass_finger(&glass, INPUT_UP, x, y);
    assert_string_equal(form.edit.text, "åpq");
    glass_close(&glass);
}

static void done_takes_the_keyboard_away(void **state)
{
    (void)state;
    struct glass glass = {0};
    struct form form;
    open_keyboard(&glass, &form, LANGUAGE_SV, FIELD_SEARCH);
    float height = ui_keyboard_height(glass.ui);
    assert_true(height == 286);
    assert_true(ui_above_keyboard(glass.ui, ui_bounds(glass.ui)).h == 600 - height);
    key(&glass, "Done");
    assert_null(ui_find(glass.ui, UI_KEY, NULL));
    assert_true(ui_keyboard_height(glass.ui) == 0);
    assert_string_equal(ui_focused(glass.ui), "");
    glass_close(&glass);
}

static void a_real_keyboard_needs_none_on_the_screen(void **state)
{
    (void)state;
    struct glass glass = {0};
    struct form form;
    open_keyboard(&glass, &form, LANGUAGE_SV, FIELD_TEXT);
    ui_use_keyboard(glass.ui, false);
    glass_picture(&glass);
    assert_null(ui_find(glass.ui, UI_KEY, NULL));
    glass_type(&glass, "é");
    assert_string_equal(form.edit.text, "é");
    glass_close(&glass);
}

static void the_layout_changes_in_the_middle_of_a_word(void **state)
{
    (void)state;
    struct glass glass = {0};
    struct form form;
    open_keyboard(&glass, &form, LANGUAGE_SV, FIELD_TEXT);
    key(&glass, "å");
    float before = glass_find(&glass, UI_KEY, "z")->rect.y;
    key(&glass, "Language of the keyboard"); /* German: z above, y below */
    assert_true(glass_find(&glass, UI_KEY, "z")->rect.y < before);
    key(&glass, "z");
    assert_string_equal(form.edit.text, "åz");
    assert_string_equal(ui_focused(glass.ui), "field");
    /* What was chosen stays for the next field, until another language is in force. */
    glass_touch(&glass, UI_FIELD, "Other");
    assert_true(glass_find(&glass, UI_KEY, "z")->rect.y < before);
    i18n_set(LANGUAGE_NB);
    glass_picture(&glass);
    assert_true(glass_find(&glass, UI_KEY, "z")->rect.y == before);
    key(&glass, "ø");
    assert_string_equal(form.other.text, "ø");
    assert_string_equal(form.edit.text, "åz");
    glass_close(&glass);
}

static void signs_have_a_page_of_their_own(void **state)
{
    (void)state;
    struct glass glass = {0};
    struct form form;
    open_keyboard(&glass, &form, LANGUAGE_FI, FIELD_TEXT);
    key(&glass, "Signs");
    assert_null(ui_find(glass.ui, UI_KEY, "q"));
    key(&glass, "€");
    key(&glass, "?");
    key(&glass, "Letters");
    key(&glass, "q");
    assert_string_equal(form.edit.text, "€?q");
    key(&glass, "Signs");
    glass_touch(&glass, UI_FIELD, "Other"); /* another field begins with letters */
    assert_non_null(ui_find(glass.ui, UI_KEY, "q"));
    glass_close(&glass);
}

static void a_mail_address_has_its_signs_and_endings_at_hand(void **state)
{
    (void)state;
    static const char *const endings[LANGUAGES] = {
        [LANGUAGE_EN] = ".com", [LANGUAGE_SV] = ".se", [LANGUAGE_DE] = ".de",
        [LANGUAGE_NB] = ".no",  [LANGUAGE_FI] = ".fi",
    };
    for (int l = 0; l < LANGUAGES; l++) {
        struct glass glass = {0};
        struct form form;
        char expected[32];
        open_keyboard(&glass, &form, (enum language)l, FIELD_MAIL);
        key(&glass, "a");
        key(&glass, "_");
        key(&glass, "-");
        key(&glass, ".");
        key(&glass, "@");
        key(&glass, "b");
        key(&glass, endings[l]);
        (void)snprintf(expected, sizeof(expected), "a_-.@b%s", endings[l]);
        assert_string_equal(form.edit.text, expected);
        assert_null(ui_find(glass.ui, UI_KEY, "Space"));
        glass_close(&glass);
    }
}

static void numbers_have_a_pad(void **state)
{
    (void)state;
    struct glass glass = {0};
    struct form form;
    open_keyboard(&glass, &form, LANGUAGE_SV, FIELD_AMOUNT);
    assert_null(ui_find(glass.ui, UI_KEY, "q"));
    key(&glass, "1");
    key(&glass, "00");
    key(&glass, ",");
    key(&glass, "5");
    assert_string_equal(form.edit.text, "100,5");
    /* Beside the pad nothing happens: neither to the focus nor to what lies below. */
    glass_finger(&glass, INPUT_DOWN, 1000, 560);
    glass_finger(&glass, INPUT_UP, 1000, 560);
    glass_finger(&glass, INPUT_DOWN, 20, 320);
    glass_finger(&glass, INPUT_UP, 20, 320);
    assert_string_equal(ui_focused(glass.ui), "field");
    assert_string_equal(form.edit.text, "100,5");
    assert_int_equal(form.touched, 0);
    glass_finger(&glass, INPUT_DOWN, 500, 250);
    glass_finger(&glass, INPUT_UP, 500, 250);
    assert_int_equal(form.touched, 1);
    assert_null(ui_find(glass.ui, UI_KEY, NULL));
    i18n_set(LANGUAGE_EN);
    glass_touch(&glass, UI_FIELD, "Field");
    assert_non_null(ui_find(glass.ui, UI_KEY, "."));
    form.kind = FIELD_PHONE;
    glass_picture(&glass);
    assert_non_null(ui_find(glass.ui, UI_KEY, "+"));
    form.kind = FIELD_DAY;
    edit_set(&form.edit, "");
    glass_picture(&glass);
    for (const char *c = "20270522"; *c; c++) {
        key(&glass, (char[]){*c, '\0'});
    }
    assert_string_equal(form.edit.text, "2027-05-22");
    form.kind = FIELD_PIN;
    glass_picture(&glass);
    assert_null(ui_find(glass.ui, UI_KEY, "+"));
    assert_null(ui_find(glass.ui, UI_KEY, "-"));
    glass_close(&glass);
}

static void every_layout_has_its_alphabet(void **state)
{
    (void)state;
    static const struct {
        enum language language;
        const char *letters;
    } alphabets[] = {
        {LANGUAGE_EN, "abcdefghijklmnopqrstuvwxyz"},        {LANGUAGE_SV, "abcdefghijklmnopqrstuvwxyzåäöüßøæ"},
        {LANGUAGE_DE, "abcdefghijklmnopqrstuvwxyzäöüßåøæ"}, {LANGUAGE_NB, "abcdefghijklmnopqrstuvwxyzæøåäöüß"},
        {LANGUAGE_FI, "abcdefghijklmnopqrstuvwxyzåäöüßøæ"},
    };
    for (size_t a = 0; a < ARRAY_LEN(alphabets); a++) {
        struct glass glass = {0};
        struct form form;
        open_keyboard(&glass, &form, alphabets[a].language, FIELD_TEXT);
        for (const char *c = alphabets[a].letters; *c;) {
            char letter[8] = "";
            size_t n = (unsigned char)*c < 0x80 ? 1 : 2;
            memcpy(letter, c, n);
            (void)glass_find(&glass, UI_KEY, letter);
            c += n;
        }
        for (const char *c = "1234567890"; *c; c++) {
            (void)glass_find(&glass, UI_KEY, (char[]){*c, '\0'});
        }
        glass_close(&glass);
    }
}

/* The keys of the picture: of full size, none twice, none over another, no gap between, nothing cut. */
static void check_keys(const struct glass *glass, float least_width, bool fills)
{
    size_t n = 0;
    float area = 0;
    const struct ui_node *nodes = ui_nodes(glass->ui, &n);
    struct rect board = ui_find_id(glass->ui, "keyboard")->rect;
    for (size_t i = 0; i < n; i++) {
        const struct ui_node *a = &nodes[i];
        if (a->role != UI_KEY) {
            continue;
        }
        area += a->rect.w * a->rect.h;
        if (a->rect.w < least_width || a->rect.h < TARGET_PX || a->cut || a->unknown > 0 || !a->label[0]) {
            fail_msg("key %s: %.1f x %.1f, cut %d, unknown %d", a->label, (double)a->rect.w, (double)a->rect.h, a->cut,
                     a->unknown);
        }
        assert_true(a->rect.x >= board.x && rect_right(a->rect) <= rect_right(board));
        assert_true(a->rect.y >= board.y && rect_bottom(a->rect) <= rect_bottom(board));
        for (size_t j = i + 1; j < n; j++) {
            const struct ui_node *b = &nodes[j];
            if (b->role == UI_KEY &&
                (strcmp(a->label, b->label) == 0 || !rect_empty(rect_intersect(a->rect, b->rect)))) {
                fail_msg("keys %s and %s", a->label, b->label);
            }
        }
    }
    if (fills) {
        assert_true(area > board.w * board.h - 1 && area < board.w * board.h + 1);
    }
}

static void keys_are_large_enough_on_every_screen(void **state)
{
    (void)state;
    static const struct {
        float width, height, least;
    } screens[] = {{800, 480, 44}, {1024, 600, 48}, {1280, 800, 48}, {800, 1280, 44}};
    for (size_t s = 0; s < ARRAY_LEN(screens); s++) {
        for (int l = 0; l < LANGUAGES; l++) {
            for (int kind = FIELD_TEXT; kind <= FIELD_SEARCH; kind++) {
                struct glass glass = {.width = screens[s].width, .height = screens[s].height};
                struct form form;
                open_keyboard(&glass, &form, (enum language)l, (enum field_kind)kind);
                bool letters = ui_find(glass.ui, UI_KEY, "q") || ui_find(glass.ui, UI_KEY, "Q");
                check_keys(&glass, screens[s].least, letters);
                if (letters) {
                    key(&glass, "Shift");
                    check_keys(&glass, screens[s].least, true);
                    key(&glass, "Signs");
                    check_keys(&glass, screens[s].least, true);
                }
                float height = ui_keyboard_height(glass.ui);
                assert_true(height >= 240 && height <= 340);
                glass_close(&glass);
            }
        }
    }
}

static void wild_fingers_leave_a_whole_text(void **state)
{
    (void)state;
    struct glass glass = {0};
    struct form form;
    uint32_t seed = 4711;
    open_keyboard(&glass, &form, LANGUAGE_SV, FIELD_NAME);
    for (int i = 0; i < 4000; i++) {
        seed = seed * 1664525U + 1013904223U;
        enum input_kind kind = (enum input_kind)((seed >> 8) % (INPUT_CANCEL + 1));
        float x = (float)((seed >> 12) % 1100) - 30, y = (float)((seed >> 20) % 340) + 290;
        glass_finger(&glass, kind, x, y);
        if (seed % 7 == 0) {
            glass_wait(&glass, (int64_t)((seed >> 4) % 900) * US_PER_MS);
        }
        assert_true(text_is_utf8(form.edit.text, strlen(form.edit.text)));
        if (!ui_focused(glass.ui)[0]) {
            ui_focus(glass.ui, seed & 1 ? "field" : "other");
            glass_picture(&glass);
            assert_non_null(ui_find(glass.ui, UI_KEY, NULL));
        }
    }
    glass_close(&glass);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_typed_key_by_key),
        cmocka_unit_test(shift_is_for_one_letter_and_touched_twice_for_all),
        cmocka_unit_test(a_word_of_a_name_begins_with_a_capital_unless_told_otherwise),
        cmocka_unit_test(backspace_takes_what_a_reader_sees_as_one),
        cmocka_unit_test(backspace_goes_on_while_it_is_held),
        cmocka_unit_test(accents_are_chosen_by_sliding),
        cmocka_unit_test(accents_are_chosen_by_a_second_touch),
        cmocka_unit_test(done_takes_the_keyboard_away),
        cmocka_unit_test(a_real_keyboard_needs_none_on_the_screen),
        cmocka_unit_test(the_layout_changes_in_the_middle_of_a_word),
        cmocka_unit_test(signs_have_a_page_of_their_own),
        cmocka_unit_test(a_mail_address_has_its_signs_and_endings_at_hand),
        cmocka_unit_test(numbers_have_a_pad),
        cmocka_unit_test(every_layout_has_its_alphabet),
        cmocka_unit_test(keys_are_large_enough_on_every_screen),
        cmocka_unit_test(wild_fingers_leave_a_whole_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
