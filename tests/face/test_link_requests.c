/* Requests and their answers: each its own, once, in time, or none. */

#include "played.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

static void each_request_says_what_was_wished(void **state)
{
    (void)state;
    uint64_t ids[5];
    get_going();
    assert_int_equal(link_release(l, "lane1", LANE_OUT, "Anna", "pram", &ids[0]), 0);
    assert_int_equal(link_mode(l, "lane2", LANE_LOCKED, "Bo", "cleaning", &ids[1]), 0);
    assert_int_equal(link_lockdown(l, true, "Cia", &ids[2]), 0);
    assert_int_equal(link_undo(l, 4711, "Dan", "wrong person", &ids[3]), 0);
    assert_int_equal(link_note(l, "lane1", "Eva", "touch test passed", &ids[4]), 0);
    assert_true(link_deadline(l) <= now_us);
    gate_hears_nothing(); /* only a step sends */
    (void)step(0);
    gate_hears(MESSAGE_RELEASE);
    assert_string_equal(got.lane, "lane1");
    assert_int_equal(got.side, LANE_OUT);
    assert_string_equal(got.who, "Anna");
    assert_string_equal(got.why, "pram");
    gate_hears(MESSAGE_MODE);
    assert_string_equal(got.lane, "lane2");
    assert_int_equal(got.mode, LANE_LOCKED);
    assert_string_equal(got.who, "Bo");
    assert_string_equal(got.why, "cleaning");
    gate_hears(MESSAGE_LOCKDOWN);
    assert_int_equal(got.value, 1);
    assert_string_equal(got.who, "Cia");
    gate_hears(MESSAGE_UNDO);
    assert_int_equal(got.seq, 4711);
    assert_string_equal(got.why, "wrong person");
    gate_hears(MESSAGE_NOTE);
    assert_string_equal(got.lane, "lane1");
    assert_string_equal(got.who, "Eva");
    assert_string_equal(got.text, "touch test passed");
    for (int i = 0; i < 5; i++) {
        gate_is_done(i, i == 1 ? "no such lane" : "");
        assert_int_equal(gate_tells(i), 0);
    }
    (void)step(0);
    for (int i = 0; i < 5; i++) {
        next_answer(ids[i], LINK_ANSWERED);
        assert_int_equal(event.answer.value, i);
        assert_string_equal(event.answer.text, i == 1 ? "no such lane" : "");
        next_news(i);
    }
    no_event();
}

static void a_request_that_is_not_answered_times_out_once(void **state)
{
    (void)state;
    uint64_t first = 0;
    uint64_t second = 0;
    get_going();
    assert_int_equal(link_release(l, "lane1", LANE_IN, "Anna", "pram", &first), 0);
    (void)step(0);
    gate_hears(MESSAGE_RELEASE);
    int64_t sent_us = now_us;
    (void)step(US_PER_S); /* asks for the status, so that the gate is late and not silent */
    now_us = sent_us + 3 * US_PER_S - 1;
    (void)step(0);
    no_event();
    assert_int_equal(link_deadline(l), now_us + 1);
    (void)step(1);
    next_answer(first, LINK_TIMED_OUT);
    /* What comes too late is nobody's; the next request gets its own. */
    assert_int_equal(link_release(l, "lane1", LANE_IN, "Anna", "pram", &second), 0);
    (void)step(0);
    gate_is_done(2, "late");
    assert_int_equal(gate_says(MESSAGE_STATUS, STATUS), 0);
    gate_is_done(0, "done");
    (void)step(0);
    next(LINK_EVENT_STATUS);
    next_answer(second, LINK_ANSWERED);
    assert_int_equal(event.answer.value, 0);
    no_event();
}

static void what_was_sent_is_never_sent_again_and_what_waits_is(void **state)
{
    (void)state;
    uint64_t sent = 0;
    uint64_t waits = 0;
    get_going();
    assert_int_equal(link_release(l, "lane1", LANE_IN, "Anna", "pram", &sent), 0);
    (void)step(0);
    gate_hears(MESSAGE_RELEASE);
    gate_dies();
    (void)step(200 * US_PER_MS);
    next_answer(sent, LINK_LOST);
    next_state(LINK_GONE, -ECONNREFUSED);
    assert_int_equal(link_release(l, "lane2", LANE_IN, "Anna", "pram", &waits), 0);
    (void)step(0);
    gate_starts();
    now_us += 200 * US_PER_MS;
    (void)step(0);
    gate_accepts();
    gate_hears(MESSAGE_FOLLOW);
    gate_hears(MESSAGE_STATUS_ASK);
    gate_hears_nothing(); /* not before the gate has answered: it may hang */
    gate_is_done(0, "");
    (void)step(0);
    next_state(LINK_CONNECTED, 0);
    gate_hears(MESSAGE_RELEASE);
    assert_string_equal(got.lane, "lane2");
    gate_hears_nothing();
    assert_int_equal(gate_says(MESSAGE_STATUS, STATUS), 0);
    gate_is_done(0, "done");
    (void)step(0);
    next(LINK_EVENT_STATUS);
    next_answer(waits, LINK_ANSWERED);
    no_event();
}

static void what_waited_too_long_is_not_sent_any_more(void **state)
{
    (void)state;
    uint64_t id = 0;
    assert_int_equal(link_release(l, "lane1", LANE_IN, "Anna", "pram", &id), 0);
    (void)step(0);
    next_state(LINK_GONE, -ENOENT);
    int64_t until_us = now_us + 3 * US_PER_S;
    while (now_us < until_us) {
        no_event();
        now_us = link_deadline(l);
        (void)step(0);
    }
    assert_int_equal(now_us, until_us);
    next_answer(id, LINK_TIMED_OUT);
    now_us = link_deadline(l);
    get_going();
    gate_hears_nothing();
}

static void sixteen_requests_are_held_and_no_more(void **state)
{
    (void)state;
    uint64_t ids[LINK_REQUESTS_MAX];
    uint64_t id = 0;
    get_going();
    for (int i = 0; i < LINK_REQUESTS_MAX; i++) {
        assert_int_equal(link_undo(l, i + 1, "Anna", "wrong", &ids[i]), 0);
    }
    assert_int_equal(link_undo(l, 99, "Anna", "wrong", &id), -ENOBUFS);
    (void)step(0);
    for (int i = 0; i < LINK_REQUESTS_MAX; i++) {
        gate_hears(MESSAGE_UNDO);
        assert_int_equal(got.seq, i + 1);
        gate_is_done(0, "done");
    }
    (void)step(0);
    assert_int_equal(link_undo(l, 99, "Anna", "wrong", &id), -ENOBUFS); /* the answers aren't taken */
    next_answer(ids[0], LINK_ANSWERED);
    assert_int_equal(link_undo(l, 99, "Anna", "wrong", &id), 0);
    for (int i = 1; i < LINK_REQUESTS_MAX; i++) {
        next_answer(ids[i], LINK_ANSWERED);
    }
    (void)step(0);
    gate_hears(MESSAGE_UNDO);
    assert_int_equal(got.seq, 99);
}

static void texts_that_no_message_can_carry_are_refused_or_cut(void **state)
{
    (void)state;
    uint64_t id = 0;
    char text[400];
    get_going();
    assert_int_equal(link_release(l, "", LANE_IN, "Anna", "pram", &id), -EINVAL);
    assert_int_equal(link_release(l, "lane1", LANE_IN, "", "pram", &id), -EINVAL);
    assert_int_equal(link_release(l, "lane1", LANE_IN, "Anna", "", &id), -EINVAL);
    assert_int_equal(link_release(l, "lane1", LANE_IN, "Anna", "a\nb", &id), -EINVAL);
    assert_int_equal(link_release(l, "lane1", LANE_IN, "An\xff", "pram", &id), -EINVAL);
    assert_int_equal(link_release(l, "lane1", (enum lane_side)9, "Anna", "pram", &id), -EINVAL);
    assert_int_equal(link_mode(l, "lane1", (enum lane_mode)9, "Anna", "pram", &id), -EINVAL);
    assert_int_equal(link_undo(l, 0, "Anna", "pram", &id), -EINVAL);
    assert_int_equal(link_note(l, "", "Anna", "", &id), -EINVAL);
    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    assert_int_equal(link_release(l, text, LANE_IN, "Anna", "pram", &id), -EINVAL);
    assert_int_equal(id, 0);
    text[1] = '\0';
    for (int i = 0; i < 150; i++) {
        (void)strncat(text, "å", sizeof(text) - strlen(text) - 1);
    }
    assert_int_equal(link_release(l, "lane1", LANE_IN, text, text, &id), 0);
    (void)step(0);
    gate_hears(MESSAGE_RELEASE);
    assert_int_equal(strlen(got.who), MESSAGE_NAME_SIZE - 1);
    assert_int_equal(strlen(got.why), MESSAGE_TEXT_SIZE - 1);
}

static void checks_are_asked_four_times_a_second_while_they_are_wanted(void **state)
{
    (void)state;
    get_going();
    link_want_checks(l, true);
    assert_true(link_deadline(l) <= now_us);
    for (int i = 0; i < 4; i++) {
        (void)step(0);
        gate_hears(MESSAGE_CHECK_ASK);
        gate_hears_nothing();
        assert_int_equal(gate_says(MESSAGE_STATUS, CHECKS), 0);
        (void)step(0);
        next(LINK_EVENT_CHECKS);
        assert_true(event.checks->ok);
        assert_int_equal(event.checks->n, 1);
        no_event();
        assert_int_equal(link_deadline(l), now_us + 250 * US_PER_MS);
        now_us = link_deadline(l);
    }
    link_want_checks(l, false);
    (void)step(0);
    status_is_asked_and_answered();
    gate_hears_nothing();
    (void)step(0);
    next(LINK_EVENT_STATUS);
    assert_int_equal(link_deadline(l), now_us + US_PER_S);
}

static void checks_that_are_not_answered_are_silence(void **state)
{
    (void)state;
    get_going();
    link_want_checks(l, true);
    (void)step(0);
    gate_hears(MESSAGE_CHECK_ASK);
    (void)step(250 * US_PER_MS);
    gate_hears_nothing(); /* one at a time */
    (void)step(2250 * US_PER_MS);
    next_state(LINK_SILENT, -ETIMEDOUT);
}

static void a_gate_that_does_not_read_is_waited_for(void **state)
{
    (void)state;
    uint64_t id = 0;
    int small = 1; /* as small as the kernel allows */
    char why[MESSAGE_TEXT_SIZE];
    memset(why, 'x', sizeof(why) - 1);
    why[sizeof(why) - 1] = '\0';
    get_going();
    assert_int_equal(setsockopt(link_fd(l), SOL_SOCKET, SO_SNDBUF, &small, sizeof(small)), 0);
    for (int i = 0; i < LINK_REQUESTS_MAX; i++) {
        assert_int_equal(link_undo(l, i + 1, "Anna", why, &id), 0);
    }
    (void)step(0);
    assert_int_equal(link_events(l), POLLIN | POLLOUT);
    assert_true(link_deadline(l) > now_us); /* no spin meanwhile */
    for (int i = 0; i < LINK_REQUESTS_MAX; i++) {
        gate_hears(MESSAGE_UNDO);
        assert_int_equal(got.seq, i + 1);
        struct pollfd p = {.fd = link_fd(l), .events = link_events(l)};
        if (poll(&p, 1, 0) == 1) {
            (void)step(0);
        }
    }
    assert_int_equal(link_events(l), POLLIN);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, played_open, played_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_request_says_what_was_wished),
        TEST(a_request_that_is_not_answered_times_out_once),
        TEST(what_was_sent_is_never_sent_again_and_what_waits_is),
        TEST(what_waited_too_long_is_not_sent_any_more),
        TEST(sixteen_requests_are_held_and_no_more),
        TEST(texts_that_no_message_can_carry_are_refused_or_cut),
        TEST(checks_are_asked_four_times_a_second_while_they_are_wanted),
        TEST(checks_that_are_not_answered_are_silence),
        TEST(a_gate_that_does_not_read_is_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
