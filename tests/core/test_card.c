#include "core/card.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct card_number parsed(const char *text)
{
    struct card_number card = {0};
    if (!card_parse(text, &card)) {
        fail_msg("refused: %s", text);
    }
    return card;
}

static void uids_of_4_7_and_10_bytes_are_kept_whole(void **state)
{
    (void)state;
    static const uint8_t uid[12] = {0, 0, 0x12, 0xa1, 0, 0x55, 0, 0x9c, 0, 0, 1, 1};
    static const char *const texts[] = {"000012a1", "000012a1005500", "000012a10055009c0000"};
    static const size_t lengths[] = {4, 7, 10};
    for (size_t i = 0; i < 3; i++) {
        struct card_number card, again;
        char text[CARD_TEXT_SIZE];
        assert_true(card_from_uid(uid, lengths[i], &card));
        assert_int_equal(card.len, lengths[i]);
        assert_memory_equal(card.bytes, uid, lengths[i]);
        card_format(&card, text);
        assert_string_equal(text, texts[i]);
        again = parsed(text);
        assert_memory_equal(&card, &again, sizeof(card));
    }
    struct card_number card = {.len = 77};
    for (size_t n = 0; n <= sizeof(uid); n++) {
        if (n != 4 && n != 7 && n != 10) {
            assert_false(card_from_uid(uid, n, &card));
        }
    }
    assert_int_equal(card.len, 77);
}

static void digits_keep_their_leading_zeros_and_their_mark(void **state)
{
    (void)state;
    char text[CARD_TEXT_SIZE];
    struct card_number digits = parsed("#00001234");
    struct card_number uid = parsed("00001234");
    struct card_number shorter = parsed("#1234");
    assert_false(card_equal(&digits, &uid));
    assert_false(card_equal(&digits, &shorter));
    assert_true(card_equal(&digits, &digits));
    card_format(&digits, text);
    assert_string_equal(text, "#00001234");
    digits = parsed("#01234567890123456789");
    card_format(&digits, text);
    assert_string_equal(text, "#01234567890123456789");
}

static void texts_that_are_no_card_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "#",
                                      "#12a",
                                      "#-1",
                                      "#012345678901234567890",
                                      "04a1",
                                      "04a12233445566778899aa",
                                      "04a1223",
                                      "04a1223g",
                                      "04a122334",
                                      " 04a12233",
                                      "04a12233 ",
                                      "#12 34"};
    struct card_number card = {.len = 77};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (card_parse(bad[i], &card)) {
            fail_msg("taken: %s", bad[i]);
        }
    }
    assert_int_equal(card.len, 77);
    struct card_number a = parsed("04:A1:22:33:44:55:9c"), b = parsed("04a1223344559C");
    assert_true(card_equal(&a, &b));
}

static void a_random_uid_is_told_by_its_first_byte(void **state)
{
    (void)state;
    struct card_number card = parsed("08123456");
    assert_true(card_is_random(&card));
    card = parsed("18123456");
    assert_false(card_is_random(&card));
    card = parsed("08123456789abc");
    assert_false(card_is_random(&card));
    card = parsed("#0812");
    assert_false(card_is_random(&card));
}

static void prefix_and_serial_join_and_part(void **state)
{
    (void)state;
    struct card_number card;
    char text[CARD_TEXT_SIZE];
    uint64_t serial = 0;
    assert_true(card_from_serial("0752", 42, 8, &card));
    card_format(&card, text);
    assert_string_equal(text, "#075200000042");
    assert_true(card_serial(&card, "0752", &serial));
    assert_int_equal(serial, 42);
    assert_true(card_serial(&card, "", &serial));
    assert_int_equal(serial, 75200000042);
    assert_false(card_serial(&card, "0753", &serial));
    assert_false(card_serial(&card, "075200000042", &serial));
    struct card_number uid = parsed("07520000");
    assert_false(card_serial(&uid, "0752", &serial));
    assert_true(card_from_serial("", UINT64_MAX, 20, &card));
    assert_true(card_serial(&card, "", &serial));
    assert_true(serial == UINT64_MAX);
    struct card_number huge = parsed("#99999999999999999999");
    assert_false(card_serial(&huge, "", &serial));

    assert_false(card_from_serial("0752", 100, 2, &card));
    assert_false(card_from_serial("0752", 1, 17, &card));
    assert_false(card_from_serial("07a2", 1, 4, &card));
    assert_false(card_from_serial("0752", 1, 0, &card));
    assert_false(card_from_serial("012345678901234567890", 1, 1, &card));
    assert_true(card_from_serial("0752", 1, 16, &card));
}

static void a_key_survives_the_way_there_and_back(void **state)
{
    (void)state;
    static const char *const texts[] = {"00000000", "04a1223344559c", "04a1223344559c001122", "#0",
                                        "#01234567890123456789"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        uint8_t key[1 + CARD_DIGITS_MAX];
        struct card_number card = parsed(texts[i]), again;
        size_t n = card_key(&card, key);
        assert_int_equal(n, card.len + 1);
        assert_true(card_from_key(key, n, &again));
        assert_memory_equal(&card, &again, sizeof(card));
        key[0] = 9;
        assert_false(card_from_key(key, n, &again));
    }
    static const uint8_t bad_digit[] = {CARD_DIGITS, '1', 'x'}, short_uid[] = {CARD_UID, 1, 2, 3};
    struct card_number card;
    assert_false(card_from_key(bad_digit, sizeof(bad_digit), &card));
    assert_false(card_from_key(short_uid, sizeof(short_uid), &card));
    assert_false(card_from_key(bad_digit, 1, &card));
    assert_false(card_from_key(bad_digit, 0, &card));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uids_of_4_7_and_10_bytes_are_kept_whole),
        cmocka_unit_test(digits_keep_their_leading_zeros_and_their_mark),
        cmocka_unit_test(texts_that_are_no_card_are_refused),
        cmocka_unit_test(a_random_uid_is_told_by_its_first_byte),
        cmocka_unit_test(prefix_and_serial_join_and_part),
        cmocka_unit_test(a_key_survives_the_way_there_and_back),
    };
    return cmocka_run_group_tests_name("core.card", tests, NULL, NULL);
}
