/* MIFARE Classic, Ultralight and NTAG cards, and the text that describes a card. */

#include "base/text.h"
#include "sim/reader/card.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { HEX_MAX = 64 };

static struct card *make(const char *text)
{
    struct card_options options;
    struct card *card = NULL;
    const char *why = NULL;
    assert_int_equal(card_options_parse(text, &options, &why), 0);
    assert_int_equal(card_new(&options, &card), 0);
    card_select(card);
    return card;
}

static void ask(struct card *card, enum card_way way, const char *command, enum card_status status,
                const char *expected)
{
    struct card_reply reply;
    uint8_t in[HEX_MAX];
    char got[2 * CARD_FRAME_MAX + 1];
    int n = text_hex(command, in, sizeof in);
    assert_true(n > 0);
    card_exchange(card, way, in, (size_t)n, &reply);
    assert_int_equal(reply.status, status);
    text_to_hex(reply.bytes, reply.n, got, sizeof got);
    assert_string_equal(got, expected);
}

static void mifare(struct card *card, const char *command, enum card_status status, const char *expected)
{
    ask(card, CARD_WAY_MIFARE, command, status, expected);
}

static void a_classic_card_shows_its_number_as_the_maker_writes_it(void **state)
{
    struct card *card = make("classic uid=deadbeef");
    size_t n;
    (void)state;
    assert_memory_equal(card_uid(card, &n), "\xde\xad\xbe\xef", 4);
    assert_int_equal(n, 4);
    assert_int_equal(card_sak(card), 0x08);
    assert_memory_equal(card_atqa(card), "\x00\x04", 2);
    mifare(card, "6000 ffffffffffff deadbeef", CARD_OK, "");
    mifare(card, "3000", CARD_OK, "deadbeef220804000000000000000000");
    card_free(card);
    card = make("classic uid=04aabbccddee80");
    assert_memory_equal(card_atqa(card), "\x00\x44", 2);
    mifare(card, "6000 ffffffffffff ccddee80", CARD_OK, "");
    mifare(card, "3000", CARD_OK, "04aabbccddee80084400000000000000");
    card_free(card);
}

static void a_wrong_key_silences_a_classic_card_until_it_is_selected_again(void **state)
{
    struct card *card = make("classic uid=deadbeef key_a=a0a1a2a3a4a5");
    (void)state;
    mifare(card, "6004 ffffffffffff deadbeef", CARD_KEY_WRONG, "");
    mifare(card, "6004 a0a1a2a3a4a5 deadbeef", CARD_SILENT, "");
    card_select(card);
    mifare(card, "6004 a0a1a2a3a4a5 deadbeef", CARD_OK, "");
    mifare(card, "3004", CARD_OK, "00000000000000000000000000000000");
    mifare(card, "3008", CARD_KEY_WRONG, ""); /* another sector */
    card_free(card);
}

static void a_classic_block_keeps_what_is_written(void **state)
{
    struct card *card = make("classic uid=deadbeef");
    (void)state;
    mifare(card, "6004 ffffffffffff deadbeef", CARD_OK, "");
    mifare(card, "a005 00112233445566778899aabbccddeeff", CARD_OK, "");
    mifare(card, "3005", CARD_OK, "00112233445566778899aabbccddeeff");
    mifare(card, "3007", CARD_OK, "000000000000ff078069ffffffffffff"); /* key A can't be read, this key B can */
    card_select(card);
    mifare(card, "6000 ffffffffffff deadbeef", CARD_OK, "");
    mifare(card, "a000 00112233445566778899aabbccddeeff", CARD_REFUSED, "");
    card_free(card);
}

/* Access bits 7F 07 88: data blocks 000, trailer 011: written with key B only. */
static void access_conditions_of_a_classic_sector_hold(void **state)
{
    struct card *card = make("classic uid=deadbeef");
    (void)state;
    mifare(card, "6104 ffffffffffff deadbeef", CARD_OK, "");
    mifare(card, "3004", CARD_REFUSED, ""); /* a key B that can be read opens nothing */
    card_select(card);
    mifare(card, "6004 ffffffffffff deadbeef", CARD_OK, "");
    mifare(card, "a007 a0a1a2a3a4a5 7f078869 b0b1b2b3b4b5", CARD_OK, "");
    mifare(card, "6004 a0a1a2a3a4a5 deadbeef", CARD_OK, "");
    mifare(card, "3007", CARD_OK, "0000000000007f078869000000000000");
    mifare(card, "a007 ffffffffffff ff078069 ffffffffffff", CARD_REFUSED, "");
    card_select(card);
    mifare(card, "6104 b0b1b2b3b4b5 deadbeef", CARD_OK, "");
    mifare(card, "a007 ffffffffffff ff078069 ffffffffffff", CARD_OK, "");
    card_select(card);
    mifare(card, "6004 ffffffffffff deadbeef", CARD_OK, "");
    mifare(card, "a007 ffffffffffff 00000069 ffffffffffff", CARD_OK, ""); /* not complements: locked for good */
    mifare(card, "3004", CARD_REFUSED, "");
    card_free(card);
}

static void values_of_a_classic_block_are_counted(void **state)
{
    struct card *card = make("classic uid=deadbeef");
    (void)state;
    mifare(card, "6004 ffffffffffff deadbeef", CARD_OK, "");
    mifare(card, "a005 0a000000 f5ffffff 0a000000 05fa05fa", CARD_OK, "");
    mifare(card, "c105 03000000", CARD_OK, "");
    mifare(card, "b005", CARD_OK, "");
    mifare(card, "3005", CARD_OK, "0d000000f2ffffff0d00000005fa05fa");
    mifare(card, "c005 0d000000", CARD_OK, "");
    mifare(card, "b006", CARD_OK, "");
    mifare(card, "3006", CARD_OK, "00000000ffffffff0000000000000000");
    mifare(card, "c204 00000000", CARD_REFUSED, ""); /* block 4 holds no value */
    card_free(card);
}

static void an_ultralight_card_wraps_sets_and_locks(void **state)
{
    struct card *card = make("ultralight uid=04112233445580");
    (void)state;
    mifare(card, "3000", CARD_OK, "041122bf33445580a248000000000000");
    mifare(card, "a204 01020304", CARD_OK, "");
    mifare(card, "300f", CARD_OK, "00000000041122bf33445580a2480000");
    mifare(card, "a203 f0000001", CARD_OK, "");
    mifare(card, "a203 0f000000", CARD_OK, "");
    mifare(card, "3003", CARD_OK, "ff000001010203040000000000000000");
    mifare(card, "a202 00001000", CARD_OK, ""); /* locks page 4 */
    mifare(card, "a204 ffffffff", CARD_REFUSED, "");
    mifare(card, "3004", CARD_SILENT, "");
    card_select(card);
    mifare(card, "3004", CARD_OK, "01020304000000000000000000000000");
    ask(card, CARD_WAY_RAW, "60", CARD_REFUSED, ""); /* it has no version */
    card_free(card);
}

static void an_ntag_answers_its_own_commands(void **state)
{
    struct card *card = make("ntag213 uid=04112233445580");
    (void)state;
    ask(card, CARD_WAY_RAW, "60", CARD_OK, "0004040201000f03");
    ask(card, CARD_WAY_RAW, "3a0304", CARD_OK, "e11012000300fe00");
    ask(card, CARD_WAY_RAW, "3a002d", CARD_REFUSED, "");
    card_select(card);
    ask(card, CARD_WAY_RAW, "3c00", CARD_OK, "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf");
    ask(card, CARD_WAY_RAW, "a204 01020304", CARD_OK, "0a");
    mifare(card, "302a", CARD_OK, "000000000000000000000000041122bf");
    mifare(card, "6004 ffffffffffff 04112233", CARD_SILENT, "");
    card_free(card);
    card = make("ntag215 uid=04112233445580");
    ask(card, CARD_WAY_RAW, "60", CARD_OK, "0004040201001103");
    ask(card, CARD_WAY_RAW, "3083", CARD_OK, "000000ff000000000000000000000000");
    card_free(card);
}

static void an_ntag_with_a_password_is_written_with_it_only(void **state)
{
    struct card *card = make("ntag213 uid=04112233445580 password=01020304 pack=abcd");
    (void)state;
    mifare(card, "a204 ffffffff", CARD_REFUSED, "");
    card_select(card);
    ask(card, CARD_WAY_RAW, "1b 00000000", CARD_REFUSED, "");
    card_select(card);
    ask(card, CARD_WAY_RAW, "1b 01020304", CARD_OK, "abcd");
    mifare(card, "a204 ffffffff", CARD_OK, "");
    mifare(card, "a22a 80000000", CARD_OK, ""); /* from now on for reading too */
    card_select(card);
    mifare(card, "3004", CARD_REFUSED, "");
    card_select(card);
    mifare(card, "3003", CARD_OK, "e1101200041122bf33445580a2480000");
    card_free(card);
}

static void a_foreign_card_refuses_every_command(void **state)
{
    struct card *card = make("foreign uid=08112233");
    (void)state;
    assert_int_equal(card_sak(card), 0x20);
    ask(card, CARD_WAY_APDU, "905a000003f5854000", CARD_OK, "6d00");
    ask(card, CARD_WAY_RAW, "3000", CARD_SILENT, "");
    card_free(card);
}

static void an_invented_number_follows_the_seed(void **state)
{
    struct card *one = make("classic seed=7");
    struct card *same = make("classic seed=7");
    struct card *other = make("classic seed=8");
    size_t n;
    (void)state;
    assert_memory_equal(card_uid(one, &n), card_uid(same, &n), 4);
    assert_memory_not_equal(card_uid(one, &n), card_uid(other, &n), 4);
    card_free(one);
    card_free(same);
    card_free(other);
    card_free(NULL);
}

static void a_description_that_makes_no_sense_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "octopus",
        "classic uid",
        "classic uid=0102",
        "classic colour=red",
        "desfire keyno=14",
        "desfire key=00",
        "desfire comm=secret",
        "desfire random_uid=2",
        "ntag213 password=1",
    };
    struct card_options options = {.seed = 99};
    const char *why;
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        why = NULL;
        assert_true(card_options_parse(texts[i], &options, &why) < 0);
        assert_non_null(why);
        assert_int_equal(options.seed, 99);
    }
    struct card *card = NULL;
    assert_int_equal(card_options_parse("desfire uid=deadbeef", &options, &why), 0);
    assert_true(card_new(&options, &card) < 0); /* such a card has 7 bytes */
    assert_null(card);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_classic_card_shows_its_number_as_the_maker_writes_it),
        cmocka_unit_test(a_wrong_key_silences_a_classic_card_until_it_is_selected_again),
        cmocka_unit_test(a_classic_block_keeps_what_is_written),
        cmocka_unit_test(access_conditions_of_a_classic_sector_hold),
        cmocka_unit_test(values_of_a_classic_block_are_counted),
        cmocka_unit_test(an_ultralight_card_wraps_sets_and_locks),
        cmocka_unit_test(an_ntag_answers_its_own_commands),
        cmocka_unit_test(an_ntag_with_a_password_is_written_with_it_only),
        cmocka_unit_test(a_foreign_card_refuses_every_command),
        cmocka_unit_test(an_invented_number_follows_the_seed),
        cmocka_unit_test(a_description_that_makes_no_sense_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
