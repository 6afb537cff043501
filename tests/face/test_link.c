/* The link against a gate that a test plays: it hangs, floods, sends garbage, is slow, goes and comes. */

#include "played.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "bus/bus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

static void a_path_that_no_socket_can_have_is_refused(void **state)
{
    (void)state;
    char name[200];
    struct link *none = NULL;
    memset(name, 'x', sizeof(name));
    name[108] = '\0';
    assert_int_equal(link_open("", &none), -EINVAL);
    assert_int_equal(link_open(name, &none), -ENAMETOOLONG);
    assert_null(none);
    link_close(NULL);
}

static void it_follows_and_asks_how_the_gate_is_once_a_second(void **state)
{
    (void)state;
    assert_int_equal(link_fd(l), -1);
    assert_true(link_deadline(l) <= now_us);
    get_going();
    for (int i = 0; i < 3; i++) {
        assert_int_equal(link_deadline(l), now_us + US_PER_S);
        assert_int_equal(step(US_PER_S - 1), 0);
        gate_hears_nothing();
        assert_int_equal(step(1), 0);
        status_is_asked_and_answered();
        assert_int_equal(step(0), 0);
        next(LINK_EVENT_STATUS);
        no_event();
    }
    assert_int_equal(link_counts(l).connections, 1);
    assert_int_equal(link_counts(l).bad, 0);
}

static void after_a_long_pause_it_asks_once(void **state)
{
    (void)state;
    get_going();
    assert_int_equal(step(60 * US_PER_S), 0);
    gate_hears(MESSAGE_STATUS_ASK);
    gate_hears_nothing();
}

static void news_come_in_their_order_with_answers_between(void **state)
{
    (void)state;
    get_going();
    (void)step(US_PER_S);
    assert_int_equal(gate_tells(1), 0);
    status_is_asked_and_answered();
    assert_int_equal(gate_tells(2), 0);
    (void)step(0);
    next_news(1);
    assert_string_equal(event.news->lane, "lane2");
    next(LINK_EVENT_STATUS);
    next_news(2);
    no_event();
}

static void a_gate_that_is_not_there_is_tried_more_and_more_seldom(void **state)
{
    (void)state;
    static const int waits_ms[] = {100, 200, 400, 800, 1000, 1000, 1000};
    assert_int_equal(step(0), 0);
    next_state(LINK_GONE, -ENOENT);
    for (size_t i = 0; i < ARRAY_LEN(waits_ms); i++) {
        assert_int_equal(link_fd(l), -1);
        assert_int_equal(link_deadline(l), now_us + waits_ms[i] * US_PER_MS);
        (void)step(waits_ms[i] * US_PER_MS);
        no_event(); /* told once */
    }
    gate_starts();
    now_us = link_deadline(l);
    get_going();
    /* And from the beginning when it has been there. */
    gate_dies();
    (void)step(US_PER_S);
    next_state(LINK_GONE, -ECONNREFUSED);
    assert_int_equal(link_deadline(l), now_us + 100 * US_PER_MS);
}

static void a_gate_that_is_started_anew_is_followed_at_once(void **state)
{
    (void)state;
    get_going();
    gate_dies();
    gate_starts();
    assert_true(readable());
    (void)step(US_PER_S);
    no_event();
    gate_accepts();
    gate_hears(MESSAGE_FOLLOW);
    gate_is_done(0, "");
    (void)step(0);
    next_state(LINK_CONNECTED, 0); /* said again: something may have been missed */
    assert_int_equal(link_counts(l).connections, 2);
}

static void a_gate_that_hangs_is_silent_after_two_and_a_half_seconds(void **state)
{
    (void)state;
    get_going();
    (void)step(US_PER_S); /* asks */
    (void)step(2499 * US_PER_MS);
    no_event();
    assert_int_equal(link_deadline(l), now_us + US_PER_MS);
    (void)step(US_PER_MS);
    next_state(LINK_SILENT, -ETIMEDOUT);
    assert_int_equal(link_fd(l), -1);
    /* It still listens, and is still silent: not told again, until it answers. */
    now_us = link_deadline(l);
    (void)step(0);
    assert_true(link_fd(l) >= 0);
    (void)step(2500 * US_PER_MS);
    no_event();
    assert_int_equal(link_fd(l), -1);
    gate_accepts(); /* the connection that was given up */
    now_us = link_deadline(l);
    get_going();
}

static void a_gate_that_accepts_nobody_is_silent_not_gone(void **state)
{
    (void)state;
    gate_starts();
    (void)step(0);
    (void)step(2500 * US_PER_MS);
    next_state(LINK_SILENT, -ETIMEDOUT);
    bool full = false;
    for (int i = 0; i < 40; i++) {
        now_us = link_deadline(l);
        (void)step(0);
        full = full || link_fd(l) < 0; /* the queue of those who wait is full */
        no_event();
        (void)step(2500 * US_PER_MS);
        no_event();
    }
    assert_true(full);
    gate_dies();
    now_us = link_deadline(l);
    (void)step(0);
    next_state(LINK_GONE, -ECONNREFUSED);
}

static void an_owner_that_slept_finds_the_answer_and_no_silence(void **state)
{
    (void)state;
    get_going();
    (void)step(US_PER_S);
    status_is_asked_and_answered();
    (void)step(30 * US_PER_S);
    next(LINK_EVENT_STATUS);
    no_event();
    assert_int_equal(link_state(l), LINK_CONNECTED);
}

static void a_gate_that_closes_before_it_answers_is_gone(void **state)
{
    (void)state;
    gate_starts();
    (void)step(0);
    gate_accepts();
    gate_hears(MESSAGE_FOLLOW);
    gate_hears(MESSAGE_STATUS_ASK);
    gate_hangs_up();
    (void)step(0);
    next_state(LINK_GONE, -EPIPE);
    assert_int_equal(link_deadline(l), now_us + 100 * US_PER_MS);
    now_us = link_deadline(l);
    (void)step(0);
    gate_accepts();
    gate_hangs_up();
    (void)step(0);
    no_event();
    assert_int_equal(link_deadline(l), now_us + 200 * US_PER_MS);
}

static void a_gate_that_lets_nobody_follow_is_gone(void **state)
{
    (void)state;
    gate_starts();
    (void)step(0);
    gate_accepts();
    gate_is_done(-EACCES, "not you");
    (void)step(0);
    next_state(LINK_GONE, -EPROTO);
    no_event();
    assert_int_equal(link_deadline(l), now_us + 100 * US_PER_MS);
}

static void a_gate_that_drops_everybody_is_not_run_down(void **state)
{
    (void)state;
    gate_starts();
    for (int i = 0; i < 5; i++) {
        get_going();
        gate_hangs_up();
        (void)step(0);
        no_event();
        assert_int_equal(link_fd(l), -1);
        assert_int_equal(link_deadline(l), now_us + 100 * US_PER_MS);
        now_us = link_deadline(l);
    }
}

/* As the gate does it: sends until the socket is full, then drops the follower. @return how many were sent. */
static int flood(void)
{
    int n = 0;
    while (gate_tells(n) == 0) {
        n++;
    }
    gate_hangs_up();
    return n;
}

static void take_flood(int n)
{
    int seen = 0;
    for (int more = LINK_MORE; more == LINK_MORE;) {
        int taken = 0;
        more = step(0);
        assert_true(more == 0 || link_deadline(l) <= now_us);
        while (link_next(l, &event)) {
            assert_int_equal(event.kind, LINK_EVENT_NEWS);
            assert_int_equal(event.news->grant, seen++);
            taken++;
        }
        assert_in_range(taken, 0, LINK_STEP_MAX);
        assert_true(taken == LINK_STEP_MAX || seen == n);
    }
    assert_int_equal(seen, n); /* the newest of each lane among them */
}

static void a_flood_is_taken_in_steps_to_the_last_word_and_followed_again(void **state)
{
    (void)state;
    get_going();
    int n = flood();
    assert_true(n > 2 * LINK_STEP_MAX);
    take_flood(n);
    now_us = link_deadline(l) > now_us ? link_deadline(l) : now_us;
    (void)step(0);
    gate_accepts();
    gate_hears(MESSAGE_FOLLOW);
    gate_is_done(0, "");
    (void)step(0);
    next_state(LINK_CONNECTED, 0);
    no_event();
}

static void what_was_sent_before_a_reset_is_read(void **state)
{
    (void)state;
    uint64_t id = 0;
    get_going();
    assert_int_equal(link_release(l, "lane1", LANE_IN, "Anna", "forgot the card", &id), 0);
    (void)step(0); /* sent and never read: the gate's end is reset, not closed */
    assert_int_equal(gate_tells(1), 0);
    assert_int_equal(gate_tells(2), 0);
    gate_hangs_up();
    (void)step(0);
    next_news(1);
    next_news(2);
    next_answer(id, LINK_LOST);
    no_event();
}

static void an_owner_that_takes_nothing_loses_nothing(void **state)
{
    (void)state;
    get_going();
    for (int i = 0; i < 100; i++) {
        assert_int_equal(gate_tells(i), 0);
    }
    for (int i = 0; i < 5; i++) {
        assert_int_equal(step(0), LINK_MORE);
    }
    /* Some taken makes room for as many. */
    for (int i = 0; i < 10; i++) {
        next_news(i);
    }
    assert_int_equal(step(0), LINK_MORE);
    for (int i = 10; i < LINK_STEP_MAX + 10; i++) {
        next_news(i);
    }
    no_event();
    assert_int_equal(step(0), 0);
    for (int i = LINK_STEP_MAX + 10; i < 100; i++) {
        next_news(i);
    }
    no_event();
    /* States too are bounded, and the newest is the true one. */
    for (int i = 0; i < 20; i++) {
        gate_dies();
        (void)step(2 * US_PER_S);
        gate_starts();
        (void)step(2 * US_PER_S);
        gate_accepts();
        gate_is_done(0, "");
        (void)step(0);
    }
    int n = 0;
    while (link_next(l, &event)) {
        assert_int_equal(event.kind, LINK_EVENT_STATE);
        n++;
    }
    assert_in_range(n, 2, 8);
    assert_int_equal(event.state.state, LINK_CONNECTED);
}

static void only_the_newest_status_is_kept(void **state)
{
    (void)state;
    get_going();
    (void)step(US_PER_S);
    status_is_asked_and_answered();
    (void)step(US_PER_S);
    gate_hears(MESSAGE_STATUS_ASK);
    assert_int_equal(gate_says(MESSAGE_STATUS, "{\"unit\":\"newer\"," TIMES "}"), 0);
    (void)step(0);
    next(LINK_EVENT_STATUS);
    assert_string_equal(event.status->unit, "newer");
    no_event();
}

static void malformed_news_are_counted_and_skipped(void **state)
{
    (void)state;
    static const char *const bad[] = {"{", "[]", "{\"phase\":\"granted\"}", "\"\\u0000\"", "{\"phase\":7}"};
    get_going();
    assert_int_equal(gate_tells(1), 0);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(gate_says(MESSAGE_NEWS, bad[i]), 0);
    }
    assert_int_equal(gate_tells(2), 0);
    (void)step(0);
    next_news(1);
    next_news(2);
    no_event();
    assert_int_equal(link_counts(l).bad, ARRAY_LEN(bad));
    assert_int_equal(link_state(l), LINK_CONNECTED);
}

static void a_flood_of_malformed_news_is_taken_in_steps_too(void **state)
{
    (void)state;
    get_going();
    for (int i = 0; i < 2 * LINK_STEP_MAX; i++) {
        assert_int_equal(gate_says(MESSAGE_NEWS, "{}"), 0);
    }
    assert_int_equal(step(0), LINK_MORE);
    assert_int_equal(link_counts(l).bad, LINK_STEP_MAX);
    assert_int_equal(step(0), 0);
    assert_int_equal(link_counts(l).bad, 2 * LINK_STEP_MAX);
    no_event();
}

static void a_malformed_status_is_counted_and_asked_again(void **state)
{
    (void)state;
    get_going();
    (void)step(US_PER_S);
    gate_hears(MESSAGE_STATUS_ASK);
    assert_int_equal(gate_says(MESSAGE_STATUS, "{}"), 0);
    (void)step(0);
    no_event();
    (void)step(US_PER_S);
    gate_hears(MESSAGE_STATUS_ASK);
    gate_is_done(-EMSGSIZE, "Message too long"); /* the gate couldn't write it */
    (void)step(0);
    no_event();
    assert_int_equal(link_counts(l).bad, 2);
    (void)step(US_PER_S);
    status_is_asked_and_answered();
    (void)step(0);
    next(LINK_EVENT_STATUS);
}

static void garbage_is_skipped_while_nothing_is_awaited(void **state)
{
    (void)state;
    static uint8_t large[2 * MESSAGE_MAX];
    get_going();
    assert_int_equal(send(peer, "garbage", 7, 0), 7);
    assert_int_equal(send(peer, large, sizeof(large), 0), (int)sizeof(large));
    const struct message wrong = {.kind = MESSAGE_STATUS_ASK, .boot_us = 1}; /* the gate asks nothing */
    assert_int_equal(bus_send(peer, &wrong), 0);
    gate_is_done(0, "an answer that nobody asked for");
    assert_int_equal(gate_tells(1), 0);
    (void)step(0);
    next_news(1);
    no_event();
    assert_int_equal(link_counts(l).bad, 4);
    assert_int_equal(link_state(l), LINK_CONNECTED);
}

static void garbage_in_place_of_an_answer_ends_the_connection(void **state)
{
    (void)state;
    uint64_t first = 0;
    uint64_t second = 0;
    get_going();
    assert_int_equal(link_release(l, "lane1", LANE_IN, "Anna", "pram", &first), 0);
    assert_int_equal(link_release(l, "lane2", LANE_IN, "Anna", "pram", &second), 0);
    (void)step(0);
    assert_int_equal(send(peer, "garbage", 7, 0), 7); /* to the first? */
    gate_is_done(0, "done");
    (void)step(US_PER_S);
    next_answer(first, LINK_LOST);
    next_answer(second, LINK_LOST);
    no_event();
}

static void an_answer_out_of_turn_ends_the_connection(void **state)
{
    (void)state;
    uint64_t id = 0;
    get_going();
    assert_int_equal(link_release(l, "lane1", LANE_IN, "Anna", "pram", &id), 0);
    (void)step(0);
    gate_hears(MESSAGE_RELEASE);
    assert_int_equal(gate_says(MESSAGE_STATUS, STATUS), 0);
    (void)step(0);
    next_answer(id, LINK_LOST);
    assert_int_equal(link_counts(l).bad, 1);
}

static void silence_does_not_hold_back_what_the_gate_still_said(void **state)
{
    (void)state;
    get_going();
    (void)step(US_PER_S);
    for (int i = 0; i < LINK_STEP_MAX + 1; i++) {
        assert_int_equal(gate_tells(i), 0);
    }
    assert_int_equal(gate_says(MESSAGE_STATUS, STATUS), 0);
    assert_int_equal(step(5 * US_PER_S), LINK_MORE); /* the answer lies behind what this step takes */
    for (int i = 0; i < LINK_STEP_MAX; i++) {
        next_news(i);
    }
    no_event();
    assert_int_equal(step(0), 0);
    next_news(LINK_STEP_MAX);
    next(LINK_EVENT_STATUS);
    no_event();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, played_open, played_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_path_that_no_socket_can_have_is_refused),
        TEST(it_follows_and_asks_how_the_gate_is_once_a_second),
        TEST(after_a_long_pause_it_asks_once),
        TEST(news_come_in_their_order_with_answers_between),
        TEST(a_gate_that_is_not_there_is_tried_more_and_more_seldom),
        TEST(a_gate_that_is_started_anew_is_followed_at_once),
        TEST(a_gate_that_hangs_is_silent_after_two_and_a_half_seconds),
        TEST(a_gate_that_accepts_nobody_is_silent_not_gone),
        TEST(an_owner_that_slept_finds_the_answer_and_no_silence),
        TEST(a_gate_that_closes_before_it_answers_is_gone),
        TEST(a_gate_that_lets_nobody_follow_is_gone),
        TEST(a_gate_that_drops_everybody_is_not_run_down),
        TEST(a_flood_is_taken_in_steps_to_the_last_word_and_followed_again),
        TEST(what_was_sent_before_a_reset_is_read),
        TEST(an_owner_that_takes_nothing_loses_nothing),
        TEST(only_the_newest_status_is_kept),
        TEST(malformed_news_are_counted_and_skipped),
        TEST(a_flood_of_malformed_news_is_taken_in_steps_too),
        TEST(a_malformed_status_is_counted_and_asked_again),
        TEST(garbage_is_skipped_while_nothing_is_awaited),
        TEST(garbage_in_place_of_an_answer_ends_the_connection),
        TEST(an_answer_out_of_turn_ends_the_connection),
        TEST(silence_does_not_hold_back_what_the_gate_still_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
