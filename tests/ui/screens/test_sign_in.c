/* Who may sign in, with what, and what a wrong PIN costs. */
#include "stand.h"

#include "base/clock.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void type(struct stand *stand, const char *digits)
{
    for (; *digits; digits++) {
        stand_touch(stand, UI_BUTTON, (char[]){*digits, '\0'});
    }
}

/* Types a PIN and has the process say whether it is the right one. */
static void try_pin(struct stand *stand, bool right)
{
    struct shell_wish wish = {0};
    type(stand, "1234");
    stand_touch(stand, UI_BUTTON, "Sign in");
    assert_int_equal(stand_wishes(stand, SHELL_WISH_PIN, &wish), 1);
    shell_pin(stand->shell, wish.staff, true, right, stand->now_us);
}

static void choose(struct stand *stand, const char *name)
{
    if (stand_find(stand, UI_BUTTON, "Another name")) {
        stand_touch(stand, UI_BUTTON, "Another name");
    }
    stand_touch(stand, UI_ROW, name);
}

static void wrong(struct stand *stand, int times)
{
    for (int i = 0; i < times; i++) {
        try_pin(stand, false);
    }
}

static bool takes_pin(struct stand *stand)
{
    const struct ui_node *key = stand_find(stand, UI_BUTTON, "1");
    return key && !(key->state & UI_DISABLED);
}

static void a_name_and_a_pin_sign_in(void **state)
{
    static const float sizes[][2] = {{1024, 600}, {800, 480}, {800, 1280}};
    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct stand stand;
        struct shell_wish wish = {0};
        stand_open(&stand, SHELL_DESK, sizes[i][0], sizes[i][1]);
        choose(&stand, "Åsa Lindqvist");
        type(&stand, "90210");
        assert_string_equal(ui_find_id(stand.ui, "sign-in.pin")->value, "*****");
        assert_false(stand_says(&stand, "90210"));
        stand_touch(&stand, UI_BUTTON, "Delete");
        stand_touch(&stand, UI_BUTTON, "Sign in");
        assert_int_equal(stand_wishes(&stand, SHELL_WISH_PIN, &wish), 1);
        assert_int_equal(wish.staff, STAND_ASA);
        assert_string_equal(wish.pin, "9021");
        assert_string_equal(stand.shell->sign_in.pin, "");
        shell_pin(stand.shell, STAND_ASA, true, true, stand.now_us);
        assert_non_null(stand_find(&stand, UI_HEADING, "Home"));
        assert_int_equal(stand_wishes(&stand, SHELL_WISH_NOTE, &wish), 1);
        assert_string_equal(wish.who, "Åsa Lindqvist");
        assert_string_equal(wish.why, "signed in at the desk");
        stand_close(&stand);
    }
}

static void fewer_than_four_digits_are_no_pin_and_a_thirteenth_is_not_taken(void **state)
{
    struct stand stand;
    (void)state;
    stand_open(&stand, SHELL_DESK, 1024, 600);
    choose(&stand, "Åsa Lindqvist");
    type(&stand, "123");
    assert_true(stand_find(&stand, UI_BUTTON, "Sign in")->state & UI_DISABLED);
    stand_input(&stand, &(struct input_event){.kind = INPUT_KEY, .key = INPUT_KEY_ENTER});
    assert_int_equal(stand_wishes(&stand, SHELL_WISH_PIN, NULL), 0);
    type(&stand, "4567890123");
    assert_string_equal(stand.shell->sign_in.pin, "123456789012");
    stand_close(&stand);
}

static void a_real_keyboard_types_a_pin(void **state)
{
    struct stand stand;
    struct shell_wish wish = {0};
    (void)state;
    stand_open(&stand, SHELL_DESK, 1024, 600);
    choose(&stand, "Bo Ek");
    for (const char *c = "48x5156"; *c; c++) {
        stand_input(&stand, &(struct input_event){.kind = INPUT_TEXT, .text = {*c}});
    }
    stand_input(&stand, &(struct input_event){.kind = INPUT_KEY, .key = INPUT_KEY_BACKSPACE});
    stand_input(&stand, &(struct input_event){.kind = INPUT_KEY, .key = INPUT_KEY_ENTER});
    assert_int_equal(stand_wishes(&stand, SHELL_WISH_PIN, &wish), 1);
    assert_string_equal(wish.pin, "48515");
    stand_close(&stand);
}

static void three_wrong_pins_lock_a_person_out_twice_as_long_each_time(void **state)
{
    static const int seconds[] = {30, 60, 120, 240, 480, 900, 900};
    struct stand stand;
    (void)state;
    stand_open(&stand, SHELL_DESK, 1024, 600);
    choose(&stand, "Åsa Lindqvist");
    for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++) {
        struct shell_wish wish = {0};
        char left[32], noted[64];
        wrong(&stand, 2);
        assert_true(stand_says(&stand, "That is not the PIN"));
        assert_true(takes_pin(&stand));
        stand.shell->sign_in.wrong = 0; /* what anybody's wrong PINs cost has a test of its own */
        wrong(&stand, 1);
        (void)snprintf(left, sizeof(left), "%d:%02d", seconds[i] / 60, seconds[i] % 60);
        (void)snprintf(noted, sizeof(noted), "locked out after wrong PINs: %d s", seconds[i]);
        assert_false(takes_pin(&stand));
        assert_true(stand_says(&stand, left));
        assert_int_equal(stand_wishes(&stand, SHELL_WISH_NOTE, &wish), 1);
        assert_string_equal(wish.why, noted);
        assert_string_equal(wish.who, "Åsa Lindqvist");
        stand.shell->touched_us += 20 * US_PER_MIN; /* or the name would be forgotten on the way */
        stand_wait(&stand, seconds[i] * US_PER_S - 500 * US_PER_MS);
        assert_true(stand_says(&stand, "0:01"));
        assert_false(takes_pin(&stand));
        stand_wait(&stand, 500 * US_PER_MS);
        assert_true(takes_pin(&stand));
    }
    stand_close(&stand);
}

static void a_lock_out_holds_though_another_name_is_chosen(void **state)
{
    struct stand stand;
    (void)state;
    stand_open(&stand, SHELL_DESK, 1024, 600);
    choose(&stand, "Åsa Lindqvist");
    wrong(&stand, 3);
    choose(&stand, "Bo Ek");
    assert_true(takes_pin(&stand));
    choose(&stand, "Åsa Lindqvist");
    assert_false(takes_pin(&stand));
    stand_input(&stand, &(struct input_event){.kind = INPUT_TEXT, .text = "1"});
    assert_string_equal(stand.shell->sign_in.pin, "");
    stand_wait(&stand, 29 * US_PER_S);
    assert_false(takes_pin(&stand));
    stand_wait(&stand, US_PER_S);
    assert_true(takes_pin(&stand));
    stand_close(&stand);
}

static void wrong_pins_of_several_people_count_together(void **state)
{
    static const char *const names[] = {"Åsa Lindqvist", "Bo Ek", "Çelik Yılmaz", "Person 5", "Person 6"};
    struct stand stand;
    struct shell_wish wish = {0};
    (void)state;
    stand_open(&stand, SHELL_DESK, 1024, 600);
    stand_people(&stand, 7);
    for (size_t i = 0; i < 5; i++) {
        choose(&stand, names[i]);
        wrong(&stand, 2);
    }
    assert_true(stand_says(&stand, "at this screen. Try again in: 1:00"));
    assert_int_equal(stand_wishes(&stand, SHELL_WISH_NOTE, &wish), 1);
    assert_string_equal(wish.why, "PINs locked out at this screen: 60 s");
    choose(&stand, "Person 7");
    assert_false(takes_pin(&stand));
    stand_wait(&stand, 59 * US_PER_S);
    assert_false(takes_pin(&stand));
    stand_wait(&stand, US_PER_S);
    assert_true(takes_pin(&stand));
    stand_close(&stand);
}

static void a_right_pin_ends_the_row_of_wrong_ones(void **state)
{
    struct stand stand;
    (void)state;
    stand_open(&stand, SHELL_DESK, 1024, 600);
    for (int i = 0; i < 3; i++) {
        choose(&stand, "Åsa Lindqvist");
        wrong(&stand, 2);
        try_pin(&stand, true);
        assert_true(stand.shell->signed_in);
        stand_touch(&stand, UI_BUTTON, "Sign out");
    }
    assert_int_equal(stand.shell->sign_in.wrong, 0);
    stand_close(&stand);
}

static void somebody_elses_answer_and_one_that_is_late_count_for_nothing(void **state)
{
    struct stand stand;
    (void)state;
    stand_open(&stand, SHELL_DESK, 1024, 600);
    shell_pin(stand.shell, STAND_ASA, true, true, stand.now_us);
    assert_false(stand.shell->signed_in);
    choose(&stand, "Åsa Lindqvist");
    type(&stand, "1234");
    stand_touch(&stand, UI_BUTTON, "Sign in");
    assert_false(takes_pin(&stand));
    shell_pin(stand.shell, STAND_BO, true, true, stand.now_us);
    assert_false(stand.shell->signed_in);
    stand_wait(&stand, SIGN_IN_PIN_WAIT_US);
    assert_true(stand_says(&stand, "couldn't be checked"));
    shell_pin(stand.shell, STAND_ASA, true, true, stand.now_us);
    assert_false(stand.shell->signed_in);
    assert_true(takes_pin(&stand));
    stand_close(&stand);
}

static void a_pin_that_cannot_be_compared_costs_nothing(void **state)
{
    struct stand stand;
    (void)state;
    stand_open(&stand, SHELL_DESK, 1024, 600);
    choose(&stand, "Åsa Lindqvist");
    for (int i = 0; i < 4; i++) {
        type(&stand, "1234");
        stand_touch(&stand, UI_BUTTON, "Sign in");
        shell_pin(stand.shell, STAND_ASA, false, false, stand.now_us);
        assert_true(takes_pin(&stand));
    }
    assert_int_equal(stand.shell->sign_in.wrong, 0);
    stand_close(&stand);
}

static void the_service_face_refuses_staff(void **state)
{
    struct stand stand;
    (void)state;
    stand_open(&stand, SHELL_SERVICE, 1024, 600);
    assert_null(stand_find(&stand, UI_ROW, "Åsa Lindqvist"));
    assert_non_null(stand_find(&stand, UI_ROW, "Bo Ek"));
    assert_non_null(stand_find(&stand, UI_ROW, "Çelik Yılmaz"));
    shell_card(stand.shell, STAND_ASA, stand.now_us);
    assert_false(stand.shell->signed_in);
    assert_true(stand_says(&stand, "Only technicians and administrators"));
    /* Though the right PIN is told of somebody who is staff by now. */
    choose(&stand, "Bo Ek");
    type(&stand, "1234");
    stand_touch(&stand, UI_BUTTON, "Sign in");
    stand.shell->staff[1].role = SHELL_STAFF;
    shell_pin(stand.shell, STAND_BO, true, true, stand.now_us);
    assert_false(stand.shell->signed_in);
    stand_close(&stand);
}

static void a_staff_card_signs_in_at_its_reader_only(void **state)
{
    struct stand stand;
    struct shell_wish wish = {0};
    (void)state;
    stand_open(&stand, SHELL_SERVICE, 1024, 600);
    struct gate_news news = stand_news(&stand, NEWS_GRANTED);
    (void)text_copy(news.card, sizeof(news.card), "04a1b2c3d4e59c");
    stand_tell(&stand, &news);
    assert_int_equal(stand_wishes(&stand, SHELL_WISH_CARD, NULL), 0);
    (void)text_copy(news.reader, sizeof(news.reader), "reader2");
    stand_tell(&stand, &news);
    assert_int_equal(stand_wishes(&stand, SHELL_WISH_CARD, &wish), 1);
    assert_string_equal(wish.card, "04a1b2c3d4e59c");
    shell_card(stand.shell, 0, stand.now_us);
    assert_true(stand_says(&stand, "This card isn't for signing in"));
    shell_card(stand.shell, STAND_CELIK, stand.now_us);
    assert_true(stand.shell->signed_in);
    assert_int_equal(stand.shell->language, LANGUAGE_FI); /* the person's own */
    stand_tell(&stand, &news);
    assert_int_equal(stand_wishes(&stand, SHELL_WISH_CARD, NULL), 0);
    stand_close(&stand);
}

static void a_card_that_proved_nothing_signs_nobody_in(void **state)
{
    static const enum access_code codes[] = {ACCESS_CARD_NOT_GENUINE, ACCESS_CARD_BLOCKED, ACCESS_CARD_EXPIRED};
    struct stand stand;
    (void)state;
    stand_open(&stand, SHELL_DESK, 1024, 600);
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        struct gate_news news = stand_news(&stand, NEWS_DENIED);
        news.code = codes[i];
        (void)text_copy(news.card, sizeof(news.card), "04a1b2c3d4e59c");
        (void)text_copy(news.reader, sizeof(news.reader), "reader2");
        stand_tell(&stand, &news);
        assert_int_equal(stand_wishes(&stand, SHELL_WISH_CARD, NULL), 0);
        assert_true(stand_says(&stand, "This card isn't for signing in"));
    }
    stand_close(&stand);
}

static void many_names_can_be_searched(void **state)
{
    struct stand stand;
    (void)state;
    stand_open(&stand, SHELL_DESK, 1024, 600);
    assert_null(stand_find(&stand, UI_FIELD, NULL));
    stand_people(&stand, 60);
    stand_touch(&stand, UI_FIELD, "Search for your name");
    assert_true(ui_keyboard_height(stand.ui) > 0);
    for (const char *c = "SON 51"; *c; c++) {
        stand_input(&stand, &(struct input_event){.kind = INPUT_TEXT, .text = {*c}});
    }
    assert_non_null(stand_find(&stand, UI_ROW, "Person 51"));
    assert_null(stand_find(&stand, UI_ROW, "Person 52"));
    stand_touch(&stand, UI_ROW, "Person 51");
    assert_int_equal(stand.shell->sign_in.chosen, 51);
    assert_true(ui_keyboard_height(stand_draw(&stand)) == 0);
    stand_close(&stand);
}

static void nobody_without_a_pin_can_be_chosen(void **state)
{
    struct stand stand;
    (void)state;
    stand_open(&stand, SHELL_DESK, 1024, 600);
    assert_true(stand_says(&stand, "No PIN: sign in with a card"));
    stand_touch(&stand, UI_ROW, "Dörte Weiß");
    assert_int_equal(stand.shell->sign_in.stage, SIGN_IN_CHOOSE);
    stand_close(&stand);
}

static void a_half_typed_pin_is_forgotten(void **state)
{
    struct stand stand;
    (void)state;
    stand_open(&stand, SHELL_DESK, 1024, 600);
    choose(&stand, "Åsa Lindqvist");
    type(&stand, "123");
    stand_wait(&stand, stand.shell->settings.sign_out_us);
    assert_int_equal(stand.shell->sign_in.stage, SIGN_IN_CHOOSE);
    assert_string_equal(stand.shell->sign_in.pin, "");
    stand_close(&stand);
}

static void without_a_list_it_says_so(void **state)
{
    struct stand stand;
    (void)state;
    stand_open(&stand, SHELL_DESK, 1024, 600);
    shell_staff(stand.shell, NULL, 0, stand.now_us);
    assert_true(stand_says(&stand, "The access list can't be read"));
    stand_people(&stand, 0);
    assert_true(stand_says(&stand, "Nobody may sign in here yet"));
    stand_close(&stand);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_and_a_pin_sign_in),
        cmocka_unit_test(fewer_than_four_digits_are_no_pin_and_a_thirteenth_is_not_taken),
        cmocka_unit_test(a_real_keyboard_types_a_pin),
        cmocka_unit_test(three_wrong_pins_lock_a_person_out_twice_as_long_each_time),
        cmocka_unit_test(a_lock_out_holds_though_another_name_is_chosen),
        cmocka_unit_test(wrong_pins_of_several_people_count_together),
        cmocka_unit_test(a_right_pin_ends_the_row_of_wrong_ones),
        cmocka_unit_test(somebody_elses_answer_and_one_that_is_late_count_for_nothing),
        cmocka_unit_test(a_pin_that_cannot_be_compared_costs_nothing),
        cmocka_unit_test(the_service_face_refuses_staff),
        cmocka_unit_test(a_staff_card_signs_in_at_its_reader_only),
        cmocka_unit_test(a_card_that_proved_nothing_signs_nobody_in),
        cmocka_unit_test(many_names_can_be_searched),
        cmocka_unit_test(nobody_without_a_pin_can_be_chosen),
        cmocka_unit_test(a_half_typed_pin_is_forgotten),
        cmocka_unit_test(without_a_list_it_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
