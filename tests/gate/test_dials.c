/* Every fault dial of the simulated chip, through the whole gate: each reader has a fault of its own, all at once, and
 * one reader is well. The gate stays up, the journal tells of every reader that fell and came back, and every
 * reader takes a tap as soon as its fault has ended. A hang would show as news that never come. */

#include "gate/readers.h"
#include "whole.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static struct whole w;

enum card { NO_CARD, FOREIGN, SECURE };

struct fault {
    const char *dial;
    const char *value;
    enum card card; /* lies on the reader meanwhile */
    bool falls; /* the reader's process ends */
};

static const struct fault faults[] = {
    {"silent_before_ack", "forever", NO_CARD, true},
    {"silent_after_ack", "forever", NO_CARD, true},
    {"error_frame", "forever", NO_CARD, true},
    {"wrong_code", "forever", NO_CARD, true},
    {"bad_checksum", "forever", NO_CARD, true},
    {"bad_length", "forever", NO_CARD, true},
    {"garbage_before", "forever", NO_CARD, true},
    {"garbage_within", "forever", NO_CARD, true},
    {"truncated", "forever", NO_CARD, true},
    {"oversized", "forever", NO_CARD, true},
    {"status_bit7", "forever", SECURE, true}, /* libnfc aborts */
    {"empty_ats", "forever", SECURE, true}, /* libnfc crashes */
    {"slow_ms", "2000", NO_CARD, true},
    {"slow_ms", "60", FOREIGN, false},
    {"late_answer", "5", NO_CARD, false},
    {"tear_after", "1", SECURE, false},
    {"card_mute", "3", SECURE, false},
    {"no_cmac", "on", SECURE, false},
};

enum { FAULTS = sizeof(faults) / sizeof(faults[0]), LANES = HARNESS_LANES_MAX, AT_ONCE = LANES - 1 };

/* A reader is back within two seconds of its fault's end. The worst case: an attempt to open the device began just
 * before that end, uses up its whole time and fails; the back-off counts from its start and is over by then, so the next
 * attempt follows at once, and takes a tenth of a second where nothing is wrong. */
enum { START_MS = 200, PROMISE_MS = 2000 };
_Static_assert(READERS_HELLO_WAIT_MS + START_MS <= PROMISE_MS,
               "an attempt that fails leaves time for one that doesn't");
_Static_assert(READERS_BACK_OFF_MAX_MS + START_MS <= PROMISE_MS, "and so does a wait");

static void tell_chip(unsigned reader, const char *verb, const char *name, const char *value)
{
    char command[100];
    (void)snprintf(command, sizeof(command), "%s %s %s", verb, name, value);
    whole_chip(&w, reader, command);
}

static void begin_fault(unsigned reader, const struct fault *fault)
{
    static const char *const cards[] = {[FOREIGN] = "uid=04ffffff", [SECURE] = "uid=04fffffffffff0"};
    tell_chip(reader, "dial", fault->dial, fault->value); /* first: some faults strike at the select only */
    if (fault->card != NO_CARD) {
        tell_chip(reader, "put", fault->card == SECURE ? "desfire" : "classic", cards[fault->card]);
    }
}

/* @return the reader that the news in w.json names. */
static unsigned reader_of_news(void)
{
    const char *at = strstr(w.json, "\"reader\":\"reader");
    assert_non_null(at);
    at += strlen("\"reader\":\"reader");
    assert_in_range(*at, '1', '0' + LANES);
    return (unsigned)(*at - '1');
}

/* Takes news until there was some with @what from every reader of @wanted and, with @card, a passage of that card. */
static void await_each(unsigned wanted, const char *what, const char *card)
{
    unsigned seen = 0;
    bool passed = !card;
    while ((seen & wanted) != wanted || !passed) {
        int r = harness_news(&w.h, HARNESS_WAIT_MS, w.json);
        if (r < 0) {
            fail_msg("%s of %x, only of %x: %s; see %s", what, wanted, seen, strerror(-r), w.h.log_path);
        }
        if (strstr(w.json, what)) {
            seen |= 1U << reader_of_news();
        }
        passed = passed || (strstr(w.json, "\"phase\":\"passed\"") && strstr(w.json, card));
    }
}

static void walk_in(unsigned lane, const char *card)
{
    char command[40];
    (void)snprintf(command, sizeof(command), "walk lane%u in", lane + 1);
    (void)whole_lanes(&w, command);
    whole_tap(&w, lane, card);
}

/* @return the readers that fell. */
static unsigned play(const struct fault *some, unsigned n)
{
    unsigned fall = 0;
    for (unsigned i = 0; i < n; i++) {
        begin_fault(i, &some[i]);
        fall |= some[i].falls ? 1U << i : 0;
    }
    /* The lane whose reader is well goes on all the while. */
    walk_in(LANES - 1, CARD_IDA);
    await_each(fall, "\"notice\":\"reader_lost\"", CARD_IDA);
    for (unsigned i = 0; i < n; i++) {
        whole_chip(&w, i, "calm");
        whole_chip(&w, i, "take");
    }
    whole_await_readers(&w);
    for (unsigned i = 0; i < n; i++) {
        whole_chip(&w, i, "put classic uid=04eeeeee");
    }
    await_each((1U << n) - 1, "\"card\":\"04eeeeee\"", NULL);
    for (unsigned i = 0; i < n; i++) {
        whole_chip(&w, i, "take");
    }
    walk_in(0, CARD_BO);
    await_each(0, "\"card\"", CARD_BO);
    return fall;
}

static unsigned bits(unsigned set)
{
    unsigned n = 0;
    for (; set; set &= set - 1) {
        n++;
    }
    return n;
}

static void every_fault_of_a_chip_is_survived_told_and_over_when_it_ends(void **state)
{
    (void)state;
    unsigned fell = 0;
    whole_open_wide(&w, LANES, "second_tap_ms = 0\n");
    whole_start(&w);
    pid_t gate = w.h.gate.pid;
    for (unsigned i = 0; i < FAULTS; i += AT_ONCE) {
        fell += bits(play(faults + i, FAULTS - i < AT_ONCE ? FAULTS - i : AT_ONCE));
    }
    assert_int_equal(kill(gate, 0), 0); /* the same process all the time */
    assert_int_equal(harness_gate_end(&w.h, SIGTERM), 0);
    assert_int_equal(whole_events(&w, JOURNAL_START), 1);
    assert_true(whole_events(&w, JOURNAL_READER_LOST) >= (int64_t)fell);
    assert_int_equal(whole_events(&w, JOURNAL_READER_BACK), whole_events(&w, JOURNAL_READER_LOST));
    assert_int_equal(whole_events(&w, JOURNAL_PASSED), 2 * ((FAULTS + AT_ONCE - 1) / AT_ONCE));
}

static int close_whole(void **state)
{
    (void)state;
    whole_close(&w);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(every_fault_of_a_chip_is_survived_told_and_over_when_it_ends, close_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
