/* The chip on its line: commands, searches, cancelling, the faults, and the timing model in simulated time. */

#include "base/text.h"
#include "sim/reader/frame.h"
#include "sim/reader/pn532.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { HEX_MAX = 300, LINE_MAX = 4096 };

/* A host with a chip, a card to put in, and what the line carried since the last look. */
struct bench {
    struct pn532 *chip;
    struct card *card;
    int64_t now_us;
    uint8_t line[LINE_MAX];
    size_t n;
};

static struct bench make(bool model, const char *card)
{
    struct bench b = {.now_us = 1000000};
    static const uint8_t wake[] = {0x55, 0x55, 0x00, 0x00, 0x00};
    assert_int_equal(pn532_new(model, &b.chip), 0);
    pn532_receive(b.chip, wake, sizeof wake, b.now_us);
    if (card) {
        struct card_options options;
        const char *why = NULL;
        assert_int_equal(card_options_parse(card, &options, &why), 0);
        assert_int_equal(card_new(&options, &b.card), 0);
    }
    return b;
}

static void drop(struct bench *b)
{
    pn532_free(b->chip);
    card_free(b->card);
}

static void put(struct bench *b)
{
    assert_null(pn532_put(b->chip, b->card, b->now_us));
}

/* Lets time pass up to @until_us and gathers what comes. */
static void listen(struct bench *b, int64_t until_us)
{
    for (;;) {
        size_t n = pn532_send(b->chip, b->now_us, b->line + b->n, sizeof b->line - b->n);
        b->n += n;
        if (n > 0) {
            continue;
        }
        int64_t next_us = pn532_next_us(b->chip);
        if (next_us > until_us) {
            b->now_us = until_us;
            return;
        }
        assert_true(next_us >= b->now_us || next_us == pn532_next_us(b->chip));
        b->now_us = next_us > b->now_us ? next_us : b->now_us;
    }
}

static void send(struct bench *b, const char *command)
{
    uint8_t data[HEX_MAX] = {FRAME_TO_CHIP};
    uint8_t bytes[FRAME_SIZE_MAX];
    int n = text_hex(command, data + 1, sizeof data - 1);
    assert_true(n > 0);
    size_t size = frame_encode(data, (size_t)n + 1, bytes, sizeof bytes);
    b->n = 0;
    pn532_receive(b->chip, bytes, size, b->now_us);
}

/* What the line carried, in words: "ack", "nack", "bad", or an answer's bytes after D5; parted by blanks. */
static void hear(struct bench *b, const char *expected)
{
    struct frame_parser parser = {0};
    char heard[2 * LINE_MAX] = "";
    listen(b, b->now_us + 1000000);
    for (size_t i = 0; i < b->n; i++) {
        enum frame_event event = frame_parse(&parser, b->line[i]);
        char word[2 * FRAME_DATA_MAX + 2] = "";
        if (event == FRAME_ACK) {
            (void)text_copy(word, sizeof word, "ack");
        } else if (event == FRAME_BAD) {
            (void)text_copy(word, sizeof word, "bad");
        } else if (event == FRAME_DATA && parser.data[0] == FRAME_TO_HOST) {
            text_to_hex(parser.data + 1, parser.len - 1, word, sizeof word);
        } else if (event == FRAME_DATA) {
            (void)text_copy(word, sizeof word, "error");
        }
        if (word[0] != '\0') {
            size_t len = strlen(heard);
            if (len > 0) {
                heard[len++] = ' ';
            }
            (void)text_copy(heard + len, sizeof heard - len, word);
        }
    }
    assert_string_equal(heard, expected);
    b->n = 0;
}

static void ask(struct bench *b, const char *command, const char *expected)
{
    send(b, command);
    hear(b, expected);
}

static void dial(struct bench *b, enum pn532_dial which, int64_t value)
{
    pn532_set_dial(b->chip, which, value, b->now_us);
}

static void a_host_opens_the_chip_as_libnfc_does(void **state)
{
    struct bench b = make(false, NULL);
    (void)state;
    ask(&b, "1401", "ack 15");
    ask(&b, "00006c69626e6663", "ack 01006c69626e6663");
    ask(&b, "02", "ack 0332010607");
    ask(&b, "1214", "ack 13");
    ask(&b, "06630263 03630d6338633d", "ack 078080000000");
    ask(&b, "086302006338 05", "ack 09");
    ask(&b, "0663026338", "ack 070005");
    ask(&b, "320100", "ack 33");
    ask(&b, "3205ffffff", "ack 33");
    ask(&b, "04", "ack 0500000000");
    ask(&b, "5200", "ack 5300");
    ask(&b, "16f0", "ack 1700");
    send(&b, "02"); /* asleep: a wake-up byte is needed first */
    hear(&b, "");
    drop(&b);
}

static void an_unknown_or_malformed_command_gets_the_error_frame(void **state)
{
    static const char *const commands[] = {"99",     "12",     "32",   "320500", "0663",   "4a",
                                           "4a0000", "4a0105", "60ff", "40",     "5401 01"};
    struct bench b = make(false, NULL);
    (void)state;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        ask(&b, commands[i], "ack error");
    }
    drop(&b);
}

static void a_finite_search_ends_without_a_card(void **state)
{
    struct bench b = make(false, "classic uid=deadbeef");
    (void)state;
    ask(&b, "3205000102", "ack 33");
    ask(&b, "4a0100", "ack 4b00");
    put(&b);
    ask(&b, "4a0100", "ack 4b010100040804deadbeef");
    ask(&b, "4a0100deadbeef", "ack 4b010100040804deadbeef");
    ask(&b, "4a0100deadbeee", "ack 4b00");
    ask(&b, "4a010100ffff0100", "ack 4b00"); /* FeliCa */
    assert_int_equal(pn532_counts(b.chip).selects, 2);
    drop(&b);
}

static void an_endless_search_waits_for_the_card(void **state)
{
    struct bench b = make(false, "desfire uid=04aabbccddee80");
    (void)state;
    ask(&b, "4a0100", "ack");
    put(&b);
    hear(&b, "4b01010344200704aabbccddee80067577810280");
    ask(&b, "60ff0110", "ack"); /* MIFARE only: this card isn't */
    ask(&b, "60ff011020",
        "ack 610120120103442007"
        "04aabbccddee80067577810280");
    drop(&b);
}

static void a_new_command_or_an_acknowledgement_cancels_a_search(void **state)
{
    struct bench b = make(false, "classic uid=deadbeef");
    (void)state;
    ask(&b, "4a0100", "ack");
    ask(&b, "02", "ack 0332010607");
    put(&b);
    hear(&b, "");
    (void)pn532_put(b.chip, NULL, b.now_us);
    ask(&b, "4a0100", "ack");
    pn532_receive(b.chip, frame_ack, sizeof frame_ack, b.now_us);
    put(&b);
    hear(&b, "");
    assert_int_equal(pn532_counts(b.chip).aborts, 2);
    pn532_receive(b.chip, frame_nack, sizeof frame_nack, b.now_us);
    hear(&b, "0332010607"); /* the last answer again */
    drop(&b);
}

static void cards_are_talked_to_by_their_kind(void **state)
{
    struct bench b = make(false, "classic uid=deadbeef");
    (void)state;
    ask(&b, "40013000", "ack 4127"); /* nothing is selected */
    put(&b);
    ask(&b, "4a0100", "ack 4b010100040804deadbeef");
    ask(&b, "40016000ffffffffffffdeadbeef", "ack 4100");
    ask(&b, "40013000", "ack 4100deadbeef220804000000000000000000");
    ask(&b, "04", "ack 050001010100000000");
    drop(&b);
}

static void a_card_in_blocks_says_that_it_is_there(void **state)
{
    struct bench b = make(false, "desfire uid=04aabbccddee80");
    (void)state;
    put(&b);
    ask(&b, "4a0100", "ack 4b01010344200704aabbccddee80067577810280");
    ask(&b, "42b2", "ack 4300a3");
    ask(&b, "42b3", "ack 4300a2");
    ask(&b, "0006", "ack 0100");
    ask(&b, "40019045000000", "ack 41000f019100");
    ask(&b, "42029045000000", "ack 4300020f019100");
    ask(&b, "40419045", "ack 4100"); /* in two parts */
    ask(&b, "4001000000", "ack 41000f019100");
    (void)pn532_put(b.chip, NULL, b.now_us);
    ask(&b, "42b2", "ack 4301");
    ask(&b, "0006", "ack 0101");
    ask(&b, "40019045000000", "ack 4101");
    ask(&b, "5401", "ack 5501");
    put(&b); /* back, but not selected */
    ask(&b, "40019045000000", "ack 4101");
    ask(&b, "5200", "ack 5300");
    ask(&b, "40019045000000", "ack 4127");
    drop(&b);
}

static void without_automatic_activation_the_host_asks_for_it(void **state)
{
    struct bench b = make(false, "desfire uid=04aabbccddee80");
    (void)state;
    put(&b);
    ask(&b, "1204", "ack 13");
    ask(&b, "4a0100", "ack 4b01010344200704aabbccddee80");
    ask(&b, "42e050", "ack 4300067577810280");
    ask(&b, "42029045000000", "ack 4300020f019100");
    ask(&b, "42c2", "ack 4300c2");
    ask(&b, "42029045000000", "ack 4301");
    drop(&b);
}

static void checksums_of_bare_frames_are_the_hosts_when_it_says_so(void **state)
{
    struct bench b = make(false, "ntag213 uid=04112233445580");
    (void)state;
    put(&b);
    ask(&b, "4a0100",
        "ack 4b010100440007"
        "04112233445580");
    ask(&b, "4260", "ack 43000004040201000f03");
    ask(&b, "086302006303 00", "ack 09");
    ask(&b, "4260", "ack 4301");
    ask(&b, "4260f832", "ack 43000004040201000f038091");
    drop(&b);
}

/* ---- faults ---- */

static void a_silent_chip_gives_no_acknowledgement(void **state)
{
    struct bench b = make(false, NULL);
    (void)state;
    dial(&b, PN532_DIAL_SILENT_BEFORE_ACK, 2);
    ask(&b, "02", "");
    ask(&b, "02", "");
    ask(&b, "02", "ack 0332010607");
    dial(&b, PN532_DIAL_SILENT_BEFORE_ACK, PN532_FOREVER);
    for (int i = 0; i < 100; i++) {
        ask(&b, "02", "");
    }
    dial(&b, PN532_DIAL_SILENT_BEFORE_ACK, 0);
    ask(&b, "02", "ack 0332010607");
    dial(&b, PN532_DIAL_SILENT_AFTER_ACK, 1);
    ask(&b, "02", "ack");
    ask(&b, "02", "ack 0332010607");
    assert_int_equal(pn532_counts(b.chip).faults, 103);
    drop(&b);
}

static void spoilt_answers_are_not_taken(void **state)
{
    struct bench b = make(false, NULL);
    (void)state;
    dial(&b, PN532_DIAL_BAD_CHECKSUM, 1);
    ask(&b, "02", "ack bad");
    dial(&b, PN532_DIAL_BAD_LENGTH, 1);
    ask(&b, "02", "ack bad");
    dial(&b, PN532_DIAL_GARBAGE_WITHIN, 1);
    ask(&b, "02", "ack bad");
    dial(&b, PN532_DIAL_TRUNCATED, 1);
    ask(&b, "02", "ack");
    dial(&b, PN532_DIAL_GARBAGE_BEFORE, 1);
    ask(&b, "02", "ack 0332010607"); /* a host that looks for the start finds it */
    dial(&b, PN532_DIAL_OVERSIZED, 1);
    send(&b, "02");
    listen(&b, b.now_us);
    assert_int_equal(b.n, 6 + 600 + 10);
    dial(&b, PN532_DIAL_WRONG_CODE, 1);
    ask(&b, "02", "ack 2332010607");
    dial(&b, PN532_DIAL_ERROR_FRAME, 1);
    ask(&b, "02", "ack error");
    ask(&b, "02", "ack 0332010607");
    drop(&b);
}

static void faults_of_a_card_are_dialled(void **state)
{
    struct bench b = make(false, "desfire uid=04aabbccddee80");
    (void)state;
    put(&b);
    dial(&b, PN532_DIAL_EMPTY_ATS, 1);
    ask(&b, "4a0100", "ack 4b01010344200704aabbccddee8000");
    dial(&b, PN532_DIAL_STATUS_BIT7, 1);
    ask(&b, "40019045000000", "ack 41800f019100");
    dial(&b, PN532_DIAL_CARD_MUTE, 2);
    ask(&b, "40019045000000", "ack 4101");
    ask(&b, "42b2", "ack 4301");
    ask(&b, "42b2", "ack 4300a3");
    dial(&b, PN532_DIAL_TEAR_AFTER, 2);
    ask(&b, "40019045000000", "ack 41000f019100");
    assert_non_null(pn532_card(b.chip));
    ask(&b, "40019045000000", "ack 4101");
    assert_null(pn532_card(b.chip));
    ask(&b, "5200", "ack 5300");
    ask(&b, "3205000102", "ack 33");
    ask(&b, "4a0100", "ack 4b00");
    drop(&b);
}

static void late_answers_come_by_themselves(void **state)
{
    struct bench b = make(false, NULL);
    (void)state;
    dial(&b, PN532_DIAL_LATE_ANSWER, 2);
    hear(&b, "4b0101000408041a7e1a7e 4b0101000408041a7e1a7e");
    dial(&b, PN532_DIAL_LATE_ANSWER, 1000); /* no more than the line holds */
    assert_int_equal(pn532_dial(b.chip, PN532_DIAL_LATE_ANSWER), 0);
    ask(&b, "02", "ack 0332010607");
    drop(&b);
}

static void slow_answers_keep_the_acknowledgement_quick(void **state)
{
    struct bench b = make(false, NULL);
    (void)state;
    dial(&b, PN532_DIAL_SLOW_MS, 250);
    send(&b, "02");
    int64_t sent_us = b.now_us;
    listen(&b, sent_us + 249999);
    assert_int_equal(b.n, sizeof frame_ack);
    listen(&b, sent_us + 250000);
    assert_true(b.n > sizeof frame_ack);
    drop(&b);
}

static void power_loss_keeps_card_and_dials(void **state)
{
    struct bench b = make(false, "classic uid=deadbeef");
    static const uint8_t wake = 0x55;
    (void)state;
    put(&b);
    ask(&b, "4a0100", "ack 4b010100040804deadbeef");
    dial(&b, PN532_DIAL_SLOW_MS, 7);
    pn532_reset(b.chip, b.now_us);
    ask(&b, "02", "");
    pn532_receive(b.chip, &wake, 1, b.now_us);
    ask(&b, "40013000", "ack 4127");
    assert_int_equal(pn532_dial(b.chip, PN532_DIAL_SLOW_MS), 7);
    ask(&b, "4a0100", "ack 4b010100040804deadbeef");
    drop(&b);
}

/* ---- the timing model ---- */

/* From a card's coming to the last byte of the answer, for a host that searches with three tries and a pause of 10 ms.
 * @offset_us: when the card comes, after the host has begun. */
static int64_t tap_us(const char *card, int64_t offset_us)
{
    struct bench b = make(true, card);
    hear(&b, "");
    ask(&b, "3205000102", "ack 33");
    int64_t card_us = b.now_us + offset_us;
    int64_t found_us = -1;
    bool is_in = false;
    while (found_us < 0) {
        send(&b, "4a0100");
        int64_t end_us = b.now_us;
        while (b.n < sizeof frame_ack + 10) { /* the shortest answer */
            int64_t next_us = pn532_next_us(b.chip);
            if (!is_in && card_us <= next_us) {
                listen(&b, card_us);
                put(&b);
                is_in = true;
                continue;
            }
            assert_true(next_us != INT64_MAX);
            listen(&b, next_us);
            end_us = b.now_us;
        }
        if (pn532_counts(b.chip).selects > 0) {
            found_us = end_us;
        } else {
            if (!is_in && card_us <= b.now_us + 10000) {
                listen(&b, card_us > b.now_us ? card_us : b.now_us);
                put(&b);
                is_in = true;
            }
            listen(&b, end_us + 10000);
        }
    }
    drop(&b);
    return found_us - card_us;
}

static void a_tap_takes_as_long_as_with_a_real_reader(void **state)
{
    int64_t least_us = INT64_MAX, most_us = 0, sum_us = 0;
    int count = 0;
    (void)state;
    for (int64_t offset_us = 0; offset_us < 60000; offset_us += 251) {
        int64_t us = tap_us("classic uid=deadbeef", offset_us);
        least_us = us < least_us ? us : least_us;
        most_us = us > most_us ? us : most_us;
        sum_us += us;
        count++;
    }
    assert_in_range(least_us, 9000, 11000); /* power-up, activation, the line */
    assert_in_range(most_us, 20000, 35000);
    assert_in_range(sum_us / count, 12000, 20000);
}

static void the_line_takes_its_time(void **state)
{
    struct bench b = make(true, NULL);
    (void)state;
    hear(&b, "");
    int64_t start_us = b.now_us;
    send(&b, "02"); /* 9 bytes, then an acknowledgement of 6, then an answer of 13: 86.8 us each */
    listen(&b, start_us + 15 * 86);
    assert_int_equal(b.n, 0);
    listen(&b, start_us + 15 * 87);
    assert_int_equal(b.n, 6);
    listen(&b, start_us + 28 * 86);
    assert_int_equal(b.n, 6);
    listen(&b, start_us + 28 * 87);
    assert_int_equal(b.n, 19);
    drop(&b);
}

static void an_empty_search_takes_five_milliseconds_a_try(void **state)
{
    struct bench b = make(true, NULL);
    (void)state;
    ask(&b, "3205000102", "ack 33");
    int64_t start_us = b.now_us;
    send(&b, "4a0100");
    listen(&b, start_us + 15000);
    assert_int_equal(b.n, sizeof frame_ack);
    listen(&b, start_us + 18500);
    assert_true(b.n > sizeof frame_ack);
    ask(&b, "3205ffffff", "ack 33");
    send(&b, "4a0100");
    listen(&b, b.now_us + 5000);
    assert_true(pn532_next_us(b.chip) == INT64_MAX); /* nothing to do while no card comes */
    drop(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_host_opens_the_chip_as_libnfc_does),
        cmocka_unit_test(an_unknown_or_malformed_command_gets_the_error_frame),
        cmocka_unit_test(a_finite_search_ends_without_a_card),
        cmocka_unit_test(an_endless_search_waits_for_the_card),
        cmocka_unit_test(a_new_command_or_an_acknowledgement_cancels_a_search),
        cmocka_unit_test(cards_are_talked_to_by_their_kind),
        cmocka_unit_test(a_card_in_blocks_says_that_it_is_there),
        cmocka_unit_test(without_automatic_activation_the_host_asks_for_it),
        cmocka_unit_test(checksums_of_bare_frames_are_the_hosts_when_it_says_so),
        cmocka_unit_test(a_silent_chip_gives_no_acknowledgement),
        cmocka_unit_test(spoilt_answers_are_not_taken),
        cmocka_unit_test(faults_of_a_card_are_dialled),
        cmocka_unit_test(late_answers_come_by_themselves),
        cmocka_unit_test(slow_answers_keep_the_acknowledgement_quick),
        cmocka_unit_test(power_loss_keeps_card_and_dials),
        cmocka_unit_test(a_tap_takes_as_long_as_with_a_real_reader),
        cmocka_unit_test(the_line_takes_its_time),
        cmocka_unit_test(an_empty_search_takes_five_milliseconds_a_try),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
