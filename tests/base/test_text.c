#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void integers_are_read_whole_and_within_bounds(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "-",
                                      "+1",
                                      " 1",
                                      "1 ",
                                      "1x",
                                      "0x1",
                                      "--1",
                                      "9223372036854775808",
                                      "-9223372036854775809",
                                      "99999999999999999999999",
                                      "1e3"};
    int64_t v = 77;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (text_int(bad[i], INT64_MIN, INT64_MAX, &v)) {
            fail_msg("taken: %s", bad[i]);
        }
    }
    assert_int_equal(v, 77);
    assert_true(text_int("9223372036854775807", INT64_MIN, INT64_MAX, &v));
    assert_true(v == INT64_MAX);
    assert_true(text_int("-9223372036854775808", INT64_MIN, INT64_MAX, &v));
    assert_true(v == INT64_MIN);
    assert_true(text_int("-0", 0, 0, &v));
    assert_true(text_int("007", 7, 7, &v));
    assert_int_equal(v, 7);
    assert_false(text_int("6", 7, 9, &v));
    assert_false(text_int("10", 7, 9, &v));
}

static void hex_is_read_in_pairs(void **state)
{
    (void)state;
    uint8_t bytes[4];
    char text[9];
    assert_int_equal(text_hex("04a1B2ff", bytes, 4), 4);
    assert_memory_equal(bytes, "\x04\xa1\xb2\xff", 4);
    assert_int_equal(text_hex("04:a1-b2 ff", bytes, 4), 4);
    assert_int_equal(text_hex("", bytes, 4), 0);
    static const char *const bad[] = {"0", "04a", "0g", "g0", ":04", "04:", "04::a1", "04a1b2ff00", "0:4a"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (text_hex(bad[i], bytes, 4) >= 0) {
            fail_msg("taken: %s", bad[i]);
        }
    }
    text_to_hex((const uint8_t *)"\x00\xa1\x0b\xff", 4, text, sizeof(text));
    assert_string_equal(text, "00a10bff");
    text_to_hex((const uint8_t *)"\x00\xa1\x0b\xff", 4, text, sizeof(text) - 1);
    assert_string_equal(text, "");
}

static bool utf8(const char *text)
{
    return text_is_utf8(text, strlen(text));
}

static void utf8_is_well_formed_or_not(void **state)
{
    (void)state;
    static const char *const good[] = {"",         "Malm\xc3\xb6",     "\xe2\x82\xac",    "\xf0\x9f\x92\xaa",
                                       "a\tb",     "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf",    "\xee\x80\x80",
                                       "\xc2\x80", "\xe0\xa0\x80",     "\xf0\x90\x80\x80"};
    static const char *const bad[] = {"\x80",
                                      "\xc3",
                                      "\xc3(",
                                      "\xc0\x80",
                                      "\xc1\xbf",
                                      "\xe0\x9f\xbf",
                                      "\xed\xa0\x80",
                                      "\xf0\x8f\xbf\xbf",
                                      "\xf4\x90\x80\x80",
                                      "\xf5\x80\x80\x80",
                                      "\xe2\x82",
                                      "\xf0\x9f\x92",
                                      "\xff",
                                      "a\nb",
                                      "\x7f",
                                      "\x1b[2J",
                                      "\xe2\x28\xa1",
                                      "\xf0\x9f\x28\xaa",
                                      "\xe2\x82\x28"};
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        if (!utf8(good[i])) {
            fail_msg("refused: %u", (unsigned)i);
        }
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (utf8(bad[i])) {
            fail_msg("taken: %u", (unsigned)i);
        }
    }
    assert_false(text_is_utf8("a\0b", 3));
}

static void a_copy_is_cut_at_a_characters_start(void **state)
{
    (void)state;
    char text[6];
    assert_true(text_copy(text, sizeof(text), "gym"));
    assert_string_equal(text, "gym");
    assert_true(text_copy(text, sizeof(text), "12345"));
    assert_false(text_copy(text, sizeof(text), "123456"));
    assert_string_equal(text, "12345");
    assert_false(text_copy(text, sizeof(text), "Malm\xc3\xb6"));
    assert_string_equal(text, "Malm");
    assert_true(text_copy(text, sizeof(text), NULL));
    assert_string_equal(text, "");
    assert_false(text_copy(text, 1, "x"));
    assert_string_equal(text, "");
    assert_false(text_copy(text, 3, "\xe2\x82\xac"));
    assert_string_equal(text, "");
}

static void a_masked_card_shows_four_and_two(void **state)
{
    (void)state;
    char text[12];
    text_mask_card("04a1223344559c", text, sizeof(text));
    assert_string_equal(text, "04a1..9c");
    text_mask_card("12345678", text, sizeof(text));
    assert_string_equal(text, "1234..78");
    text_mask_card("1234567", text, sizeof(text));
    assert_string_equal(text, "..67");
    text_mask_card("12", text, sizeof(text));
    assert_string_equal(text, "..");
    text_mask_card("", text, sizeof(text));
    assert_string_equal(text, "..");
}

static void texts_are_equal_or_both_missing(void **state)
{
    (void)state;
    char a[] = "gym";
    assert_true(text_eq(a, "gym"));
    assert_false(text_eq(a, "gymn"));
    assert_false(text_eq(a, NULL));
    assert_false(text_eq(NULL, ""));
    assert_true(text_eq(NULL, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_are_read_whole_and_within_bounds),
        cmocka_unit_test(hex_is_read_in_pairs),
        cmocka_unit_test(utf8_is_well_formed_or_not),
        cmocka_unit_test(a_copy_is_cut_at_a_characters_start),
        cmocka_unit_test(a_masked_card_shows_four_and_two),
        cmocka_unit_test(texts_are_equal_or_both_missing),
    };
    return cmocka_run_group_tests_name("base.text", tests, NULL, NULL);
}
