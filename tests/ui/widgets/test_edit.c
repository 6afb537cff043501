/* A text under way: whatever is typed, moved and taken away, it stays UTF-8 and the cursor stands between characters
 * as a reader sees them. */
#include "base/text.h"
#include "widgets/field.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <unicode/ubrk.h>
#include <unicode/utext.h>

#define FAMILY "👩‍👩‍👧"
#define FLAG   "🇸🇪"
#define ACUTE  "\xcc\x81"

static bool typed(struct edit *edit, const char *text)
{
    struct intent intent = {.edit = UI_EDIT_INSERT};
    (void)text_copy(intent.text, sizeof(intent.text), text);
    return edit_apply(edit, &intent, 0);
}

static bool done(struct edit *edit, enum ui_edit what)
{
    return edit_apply(edit, &(struct intent){.edit = what}, 0);
}

static void put(struct edit *edit, int64_t byte)
{
    assert_false(edit_apply(edit, &(struct intent){.edit = UI_EDIT_PLACE, .arg = byte}, 0));
}

static void text_goes_in_at_the_cursor(void **state)
{
    (void)state;
    struct edit edit;
    edit_set(&edit, "");
    assert_true(typed(&edit, "s"));
    assert_true(typed(&edit, "a"));
    assert_false(done(&edit, UI_EDIT_HOME));
    assert_true(typed(&edit, "Å"));
    assert_string_equal(edit.text, "Åsa");
    assert_int_equal(edit.cursor, 2);
    assert_false(done(&edit, UI_EDIT_RIGHT));
    assert_int_equal(edit.cursor, 3);
    assert_true(done(&edit, UI_EDIT_DELETE));
    assert_string_equal(edit.text, "Ås");
    assert_false(done(&edit, UI_EDIT_DELETE));
    assert_false(done(&edit, UI_EDIT_LEFT));
    assert_true(done(&edit, UI_EDIT_BACKSPACE));
    assert_string_equal(edit.text, "s");
    assert_false(done(&edit, UI_EDIT_BACKSPACE));
    assert_false(done(&edit, UI_EDIT_END));
    assert_int_equal(edit.cursor, 1);
    assert_true(done(&edit, UI_EDIT_CLEAR));
    assert_string_equal(edit.text, "");
    assert_false(done(&edit, UI_EDIT_CLEAR));
}

static void what_a_reader_sees_as_one_goes_as_one(void **state)
{
    (void)state;
    static const char *const ones[] = {FAMILY,
                                       FLAG,
                                       "e\xcc\x81",
                                       "👍🏽",
                                       "क्‍ष",
                                       "각",
                                       "\xf0\x9f\x8f\xb4\xe2\x80\x8d\xe2\x98\xa0\xef\xb8\x8f"};
    for (size_t i = 0; i < sizeof(ones) / sizeof(ones[0]); i++) {
        struct edit edit;
        char whole[64];
        (void)snprintf(whole, sizeof(whole), "a%sb", ones[i]);
        edit_set(&edit, whole);
        (void)done(&edit, UI_EDIT_LEFT);
        size_t behind = edit.cursor;
        (void)done(&edit, UI_EDIT_LEFT);
        assert_int_equal(edit.cursor, 1);
        (void)done(&edit, UI_EDIT_RIGHT);
        assert_int_equal(edit.cursor, behind);
        put(&edit, 3); /* within it */
        assert_int_equal(edit.cursor, 1);
        put(&edit, (int64_t)behind);
        assert_true(done(&edit, UI_EDIT_BACKSPACE));
        assert_string_equal(edit.text, "ab");
        edit_set(&edit, whole);
        put(&edit, 1);
        assert_true(done(&edit, UI_EDIT_DELETE));
        assert_string_equal(edit.text, "ab");
    }
}

static void an_accent_joins_what_it_comes_to_stand_behind(void **state)
{
    (void)state;
    struct edit edit;
    edit_set(&edit, "x" ACUTE "y");
    put(&edit, 0);
    assert_true(done(&edit, UI_EDIT_RIGHT) || edit.cursor == 3);
    edit_set(&edit, "ab" ACUTE);
    put(&edit, 1);
    assert_true(typed(&edit, "c"));
    assert_int_equal(edit.cursor, 2);
    edit_set(&edit, "e");
    assert_true(typed(&edit, ACUTE));
    assert_string_equal(edit.text, "e" ACUTE);
    /* The letter between goes: the accent now belongs to what stands before, and the cursor behind both. */
    edit_set(&edit, "a" ACUTE);
    put(&edit, 0);
    assert_true(typed(&edit, FLAG));
    assert_int_equal(edit.cursor, strlen(FLAG));
}

static void what_no_field_holds_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "\n",           "\t",           "\x7f", "\x1b[31m", "\xc2\x80", "\xe2\x80\xa8", "\xe2\x80\xae", "\xe2\x81\xa6",
        "\xef\xbb\xbf", "\xef\xbf\xbf", "\xff", "\xc3",     "\xc0\x80", "\xed\xa0\x80", "a\nb",         ""};
    struct edit edit;
    edit_set(&edit, "ab");
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (typed(&edit, bad[i])) {
            fail_msg("taken: %zu", i);
        }
    }
    assert_string_equal(edit.text, "ab");
    struct intent endless = {.edit = UI_EDIT_INSERT};
    memset(endless.text, 'x', sizeof(endless.text));
    assert_false(edit_apply(&edit, &endless, 0));
    edit_set(&edit, "a\nb\xff\xe2\x80\xae"
                    "c\xc3");
    assert_string_equal(edit.text, "abc");
    assert_int_equal(edit.cursor, 3);
}

static void right_to_left_and_joiners_survive(void **state)
{
    (void)state;
    struct edit edit;
    edit_set(&edit, "محمد");
    assert_true(typed(&edit, " "));
    assert_true(typed(&edit, "ע"));
    assert_true(typed(&edit, "\xe2\x80\x8d"));
    assert_string_equal(edit.text, "محمد ע\xe2\x80\x8d");
    assert_true(done(&edit, UI_EDIT_BACKSPACE));
    assert_string_equal(edit.text, "محمد ");
}

static void a_field_holds_as_many_characters_as_it_says(void **state)
{
    (void)state;
    struct edit edit;
    struct intent family = {.edit = UI_EDIT_INSERT, .text = FAMILY},
                  letters = {.edit = UI_EDIT_INSERT, .text = "abcdef"};
    edit_set(&edit, "");
    assert_true(edit_apply(&edit, &family, 3));
    assert_true(edit_apply(&edit, &letters, 3));
    assert_string_equal(edit.text, FAMILY "ab");
    assert_false(edit_apply(&edit, &letters, 3));
    /* An accent adds to a character, not to their number. */
    assert_true(edit_apply(&edit, &(struct intent){.edit = UI_EDIT_INSERT, .text = ACUTE}, 3));
    edit_set(&edit, "");
    for (int i = 0; i < EDIT_SIZE; i++) {
        (void)edit_apply(&edit, &letters, 0);
    }
    assert_int_equal(strlen(edit.text), EDIT_SIZE - 1);
    (void)done(&edit, UI_EDIT_BACKSPACE);
    assert_false(typed(&edit, "ö"));
    assert_true(typed(&edit, "o"));
}

/* @start and then @piece, again and again, longer than a field holds. */
static void fill(char *ret_text, size_t size, const char *start, const char *piece)
{
    size_t n = strlen(piece);
    (void)text_copy(ret_text, size, start);
    for (size_t at = strlen(start); at + n < size; at += n) {
        memcpy(ret_text + at, piece, n + 1);
    }
}

static void a_text_that_is_too_long_is_cut_between_characters(void **state)
{
    (void)state;
    char text[600];
    struct edit edit;
    fill(text, sizeof(text), "", FAMILY);
    edit_set(&edit, text);
    assert_int_equal(strlen(edit.text) % strlen(FAMILY), 0);
    assert_true(strlen(edit.text) + strlen(FAMILY) >= EDIT_SIZE);
    assert_int_equal(edit.cursor, strlen(edit.text));
    fill(text, sizeof(text), "a", ACUTE); /* one character without end */
    edit_set(&edit, text);
    assert_int_equal(strlen(edit.text), EDIT_SIZE - 1);
    assert_true(text_is_utf8(edit.text, strlen(edit.text)));
}

static void a_place_outside_is_the_nearer_end(void **state)
{
    (void)state;
    struct edit edit;
    edit_set(&edit, "åäö");
    put(&edit, -5);
    assert_int_equal(edit.cursor, 0);
    put(&edit, INT64_MAX);
    assert_int_equal(edit.cursor, 6);
    put(&edit, INT64_MIN);
    assert_int_equal(edit.cursor, 0);
    put(&edit, 3);
    assert_int_equal(edit.cursor, 2);
}

static uint32_t below(uint32_t *seed, uint32_t n)
{
    *seed = *seed * 1664525U + 1013904223U;
    return (*seed >> 8) % n;
}

static void assert_whole(const struct edit *edit)
{
    UErrorCode error = U_ZERO_ERROR;
    size_t length = strnlen(edit->text, EDIT_SIZE);
    assert_true(length < EDIT_SIZE);
    assert_true(text_is_utf8(edit->text, length));
    assert_true(edit->cursor <= length);
    UText *text = utext_openUTF8(NULL, edit->text, (int64_t)length, &error);
    UBreakIterator *bounds = ubrk_open(UBRK_CHARACTER, "root", NULL, 0, &error);
    ubrk_setUText(bounds, text, &error);
    assert_true(U_SUCCESS(error));
    assert_true(ubrk_isBoundary(bounds, (int32_t)edit->cursor));
    ubrk_close(bounds);
    (void)utext_close(text);
}

static void random_edits_leave_a_whole_text(void **state)
{
    (void)state;
    static const char *const pieces[] = {"a",
                                         "Å",
                                         "ß",
                                         FAMILY,
                                         FLAG,
                                         "\xf0\x9f\x87\xb8",
                                         ACUTE,
                                         "\xe2\x80\x8d",
                                         "👩",
                                         "\xef\xb8\x8f",
                                         "م",
                                         "क",
                                         "\xe0\xa5\x8d",
                                         "각",
                                         "\xe1\x84\x80",
                                         "🏽",
                                         "\xff",
                                         "\n",
                                         " ",
                                         "xyz",
                                         "\xc3"};
    static const enum ui_edit edits[] = {UI_EDIT_INSERT,    UI_EDIT_INSERT, UI_EDIT_INSERT, UI_EDIT_INSERT,
                                         UI_EDIT_BACKSPACE, UI_EDIT_DELETE, UI_EDIT_LEFT,   UI_EDIT_RIGHT,
                                         UI_EDIT_HOME,      UI_EDIT_END,    UI_EDIT_PLACE,  UI_EDIT_PLACE,
                                         UI_EDIT_NONE,      UI_EDIT_DONE};
    struct edit edit;
    uint32_t seed = 20260;
    edit_set(&edit, "");
    for (int i = 0; i < 20000; i++) {
        struct intent intent = {.edit = edits[below(&seed, sizeof(edits) / sizeof(edits[0]))],
                                .arg = (int64_t)below(&seed, 300) - 20};
        (void)text_copy(intent.text, sizeof(intent.text), pieces[below(&seed, sizeof(pieces) / sizeof(pieces[0]))]);
        char before[EDIT_SIZE];
        (void)text_copy(before, sizeof(before), edit.text);
        bool changed = edit_apply(&edit, &intent, below(&seed, 3) ? 0 : 40);
        assert_int_equal(changed, strcmp(before, edit.text) != 0);
        assert_whole(&edit);
        if (below(&seed, 200) == 0) {
            edit_set(&edit, edit.text + edit.cursor);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_goes_in_at_the_cursor),
        cmocka_unit_test(what_a_reader_sees_as_one_goes_as_one),
        cmocka_unit_test(an_accent_joins_what_it_comes_to_stand_behind),
        cmocka_unit_test(what_no_field_holds_is_refused),
        cmocka_unit_test(right_to_left_and_joiners_survive),
        cmocka_unit_test(a_field_holds_as_many_characters_as_it_says),
        cmocka_unit_test(a_text_that_is_too_long_is_cut_between_characters),
        cmocka_unit_test(a_place_outside_is_the_nearer_end),
        cmocka_unit_test(random_edits_leave_a_whole_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
