/* The simulated ACR122U in simulated time: what it answers to CCID messages, what its dials do, what it says of itself. */

#include "sim/acr122u/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct ccid ccid;
static struct command command;
static struct ccid_out out;
static char answer[CONSOLE_ANSWER_SIZE];

static int begin(void **state)
{
    (void)state;
    memset(&ccid, 0, sizeof(ccid));
    memset(&command, 0, sizeof(command));
    assert_int_equal(pn532_new(false, &ccid.chip), 0);
    command.ccid = &ccid;
    command.console.chip = ccid.chip;
    return 0;
}

static int end(void **state)
{
    (void)state;
    console_finish(&command.console);
    pn532_free(ccid.chip);
    return 0;
}

static int tell(const char *text)
{
    int r = command_run(&command, text, 0, answer);
    assert_memory_equal(answer, "ok", 2);
    return r;
}

/* Message @type number 7 with @data. */
static void send(uint8_t type, const uint8_t *data, size_t n)
{
    uint8_t message[300] = {type, (uint8_t)n, [6] = 7};
    if (n > 0) {
        memcpy(message + 10, data, n);
    }
    ccid_receive(&ccid, message, 10 + n, 0);
}

/* A command for the chip, D4 first. */
static void ask_chip(const uint8_t *bytes, uint8_t n)
{
    uint8_t apdu[64] = {0xff, 0, 0, 0, n};
    memcpy(apdu + 5, bytes, n);
    send(0x6f, apdu, 5 + (size_t)n);
}

static void ask_version(void)
{
    static const uint8_t version[] = {0xd4, 0x02};
    ask_chip(version, sizeof(version));
}

static const uint8_t version_answer[] = {0x80, 8,    0,    0,    0,    0,    7,    0,    0,
                                         0,    0xd5, 0x03, 0x32, 0x01, 0x06, 0x07, 0x90, 0x00};

static void expect(const void *bytes, size_t n)
{
    assert_true(ccid_send(&ccid, 0, &out));
    assert_int_equal(out.kind, CCID_OUT_SEND);
    assert_int_equal(out.n, n);
    assert_memory_equal(out.bytes, bytes, n);
}

static void expect_nothing(void)
{
    assert_false(ccid_send(&ccid, 0, &out));
}

static void the_reader_answers_for_itself(void **state)
{
    (void)state;
    static const uint8_t firmware[] = {0xff, 0, 0x48, 0, 0};
    static const uint8_t other[] = {0xff, 0xca, 0, 0, 0};
    static const uint8_t on[] = {0x80, 2, 0, 0, 0, 0, 7, 0, 0, 0, 0x3b, 0x00};
    static const uint8_t slot[] = {0x81, 0, 0, 0, 0, 0, 7, 0, 0, 0};
    static const uint8_t unknown[] = {0x81, 0, 0, 0, 0, 0, 7, 0x40, 0, 0};
    static const uint8_t refused[] = {0x80, 2, 0, 0, 0, 0, 7, 0, 0, 0, 0x63, 0x00};
    send(0x62, NULL, 0);
    expect(on, sizeof(on));
    send(0x65, NULL, 0);
    expect(slot, sizeof(slot));
    send(0x99, NULL, 0);
    expect(unknown, sizeof(unknown));
    send(0x6f, other, sizeof(other));
    expect(refused, sizeof(refused));
    send(0x6f, firmware, sizeof(firmware));
    assert_true(ccid_send(&ccid, 0, &out));
    assert_memory_equal(out.bytes + 10, "ACR122U214", 10);
    expect_nothing();
}

static void the_chip_answers_through_it(void **state)
{
    (void)state;
    static const uint8_t select[] = {0xd4, 0x4a, 1, 0};
    ask_version();
    expect(version_answer, sizeof(version_answer));
    tell("put classic uid=01020304");
    ask_chip(select, sizeof(select));
    assert_true(ccid_send(&ccid, 0, &out));
    assert_int_equal(out.bytes[11], 0x4b);
    assert_int_equal(out.bytes[12], 1);
    expect_nothing();
}

static void what_the_chip_refuses_has_its_word(void **state)
{
    (void)state;
    static const uint8_t nonsense[] = {0xd4, 0xee};
    static const uint8_t refused[] = {0x63, 0x7f};
    ask_chip(nonsense, sizeof(nonsense));
    assert_true(ccid_send(&ccid, 0, &out));
    assert_memory_equal(out.bytes + 10, refused, 2);
    tell("dial bad_checksum 1");
    ask_version();
    assert_true(ccid_send(&ccid, 0, &out));
    assert_int_equal(out.bytes[10], 0x63);
    assert_int_equal(out.bytes[11], 0x00);
}

static void a_new_command_cancels_the_one_at_hand(void **state)
{
    (void)state;
    static const uint8_t endless[] = {0xd4, 0x32, 5, 0xff, 0xff, 0xff};
    static const uint8_t select[] = {0xd4, 0x4a, 1, 0};
    ask_chip(endless, sizeof(endless));
    assert_true(ccid_send(&ccid, 0, &out));
    ask_chip(select, sizeof(select));
    expect_nothing();
    ask_version();
    expect(version_answer, sizeof(version_answer));
    expect_nothing();
}

static void messages_come_in_packets(void **state)
{
    (void)state;
    uint8_t message[100] = {0x6f, 90, [6] = 7, [10] = 0xff, [14] = 85, [15] = 0xd4, [16] = 0x00, [17] = 0x00};
    ccid_receive(&ccid, message, 64, 0);
    expect_nothing();
    ccid_receive(&ccid, message + 64, 36, 0);
    assert_true(ccid_send(&ccid, 0, &out));
    assert_int_equal(out.n, 10 + 85 + 2);
    ccid_receive(&ccid, message, 0, 0);
    assert_int_equal(ccid.counts.bad, 0);
}

static void messages_that_cannot_be_are_dropped(void **state)
{
    (void)state;
    static const uint8_t far_too_long[10] = {0x6f, 0xff, 0xff, 0xff, 0xff};
    static const uint8_t more_than_said[14] = {0x6f, 2};
    static const uint8_t torso[4] = {0x6f};
    static const uint8_t more_than_there[] = {0xff, 0, 0, 0, 200, 0xd4, 0x02};
    ccid_receive(&ccid, far_too_long, sizeof(far_too_long), 0);
    ccid_receive(&ccid, more_than_said, sizeof(more_than_said), 0);
    ccid_receive(&ccid, torso, sizeof(torso), 0);
    assert_int_equal(ccid.counts.bad, 3);
    assert_int_equal(ccid.counts.commands, 0);
    expect_nothing();
    send(0x6f, more_than_there, sizeof(more_than_there));
    assert_true(ccid_send(&ccid, 0, &out));
    assert_int_equal(out.bytes[10], 0x63);
    ask_version();
    expect(version_answer, sizeof(version_answer));
}

/* Each dial changes one answer, and the next is as ever. */
static void each_dial_spoils_one_answer(void **state)
{
    (void)state;
    static const struct {
        const char *dial;
        size_t n; /* of the first transfer */
        size_t at; /* where it differs; 0: it doesn't */
    } dials[] = {
        {"empty", 0, 0},        {"short", 5, 0},           {"cut", 14, 0},           {"overlong", 1000, 0},
        {"split", 10, 0},       {"twice", 18, 0},          {"length_beyond", 18, 1}, {"length_huge", 18, 4},
        {"length_zero", 18, 1}, {"wrong_sequence", 18, 6},
    };
    for (size_t i = 0; i < sizeof(dials) / sizeof(dials[0]); i++) {
        char text[64];
        (void)snprintf(text, sizeof(text), "dial %s 1", dials[i].dial);
        tell(text);
        ask_version();
        assert_true(ccid_send(&ccid, 0, &out));
        assert_int_equal(out.n, dials[i].n);
        if (dials[i].at > 0) {
            assert_int_not_equal(out.bytes[dials[i].at], version_answer[dials[i].at]);
        } else {
            assert_memory_equal(out.bytes, version_answer, dials[i].n < 18 ? dials[i].n : 18);
        }
        bool more = strcmp(dials[i].dial, "split") == 0 || strcmp(dials[i].dial, "twice") == 0;
        assert_int_equal(ccid_send(&ccid, 0, &out), more);
        ask_version();
        expect(version_answer, sizeof(version_answer));
        assert_int_equal(ccid.counts.faults, i + 1);
    }
}

static void some_dials_take_the_whole_answer(void **state)
{
    (void)state;
    static const uint8_t failed[] = {0x80, 0, 0, 0, 0, 0, 7, 0x40, 0xfe, 0};
    tell("dial no_answer 1");
    ask_version();
    expect_nothing();
    tell("dial stall_in 1");
    ask_version();
    assert_true(ccid_send(&ccid, 0, &out));
    assert_int_equal(out.kind, CCID_OUT_STALL);
    tell("dial failed 1");
    ask_version();
    expect(failed, sizeof(failed));
    tell("dial no_chip 1");
    ask_version();
    assert_true(ccid_send(&ccid, 0, &out));
    assert_int_equal(out.bytes[10], 0x63);
    tell("dial wrong_type 1");
    ask_version();
    assert_true(ccid_send(&ccid, 0, &out));
    assert_int_not_equal(out.bytes[0], 0x80);
    tell("dial unplug_at 2");
    ask_version();
    assert_true(ccid_send(&ccid, 0, &out));
    assert_false(ccid.unplug);
    ask_version();
    expect_nothing();
    assert_true(ccid.unplug);
}

static void commands_turn_dials_and_lies(void **state)
{
    (void)state;
    assert_int_equal(tell("dial stall_out on"), COMMAND_STALL_OUT);
    assert_int_equal(ccid.dials[CCID_DIAL_STALL_OUT], CCID_FOREVER);
    assert_int_equal(tell("dial stall_out"), 0);
    assert_string_equal(answer, "ok stall_out=-1");
    assert_int_equal(tell("dial stall_out off"), 0);
    tell("dial silent_after_ack 3"); /* the chip's own */
    assert_int_equal(pn532_dial(ccid.chip, PN532_DIAL_SILENT_AFTER_ACK), 3);
    tell("dial short 3");
    tell("descriptors packet_zero");
    assert_int_equal(command.lie, DESCRIPTORS_PACKET_ZERO);
    tell("calm");
    assert_int_equal(ccid.dials[CCID_DIAL_SHORT], 0);
    assert_int_equal(pn532_dial(ccid.chip, PN532_DIAL_SILENT_AFTER_ACK), 0);
    assert_int_equal(command.lie, DESCRIPTORS_TRUE);
    static const char *const wrong[] = {"dial nothing 1", "dial short much", "descriptors nice", "descriptors", "fly"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_int_equal(command_run(&command, wrong[i], 0, answer), 0);
        assert_memory_equal(answer, "error", 5);
    }
    tell("status");
    assert_non_null(strstr(answer, " messages=0 bad_messages=0 usb_faults=0 configured=0 resets=0"));
    command_unplugged(&command, 0);
    assert_int_equal(tell("back"), CONSOLE_BACK);
    assert_int_equal(tell("gone"), CONSOLE_GONE);
}

static void true_descriptors_add_up_and_each_lie_differs(void **state)
{
    (void)state;
    struct descriptors honest;
    descriptors_make(DESCRIPTORS_TRUE, &honest);
    assert_int_equal(honest.configuration_n, 9 + 9 + 54 + 3 * 7);
    size_t n = 0;
    for (size_t at = 0; at < honest.configuration_n; at += honest.configuration[at]) {
        assert_true(honest.configuration[at] >= 2);
        n++;
    }
    assert_int_equal(n, 6);
    assert_int_equal(honest.configuration[2], honest.configuration_n);
    for (unsigned i = 1; i < DESCRIPTORS_LIES; i++) {
        struct descriptors lying;
        enum descriptors_lie lie;
        assert_int_equal(descriptors_lie_find(descriptors_lie_text((enum descriptors_lie)i), &lie), 0);
        assert_int_equal(lie, i);
        descriptors_make(lie, &lying);
        assert_true(lying.configuration_n != honest.configuration_n || lying.device_n != honest.device_n ||
                    memcmp(lying.configuration, honest.configuration, honest.configuration_n) != 0 ||
                    memcmp(&lying.device, &honest.device, sizeof(honest.device)) != 0);
        assert_memory_equal(lying.endpoints, honest.endpoints, sizeof(honest.endpoints));
    }
    uint8_t text[DESCRIPTORS_SIZE];
    assert_int_equal(descriptors_string(0, text), 4);
    assert_int_equal(descriptors_string(1, text), 8);
    assert_int_equal(text[2], 'A');
    assert_int_equal(descriptors_string(3, text), 0);
}

int main(void)
{
#define READER(test) cmocka_unit_test_setup_teardown(test, begin, end)
    const struct CMUnitTest tests[] = {
        READER(the_reader_answers_for_itself),      READER(the_chip_answers_through_it),
        READER(what_the_chip_refuses_has_its_word), READER(a_new_command_cancels_the_one_at_hand),
        READER(messages_come_in_packets),           READER(messages_that_cannot_be_are_dropped),
        READER(each_dial_spoils_one_answer),        READER(some_dials_take_the_whole_answer),
        READER(commands_turn_dials_and_lies),       READER(true_descriptors_add_up_and_each_lie_differs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
