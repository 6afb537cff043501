/* The link with the gate as it is shipped: real processes, simulated chips and lanes. */

#include "face/link.h"
#include "whole.h"

#include "base/clock.h"
#include "gate/unit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <string.h>

static struct whole w;
static struct link *l;
static struct link_event event;
static int64_t ahead_us; /* of the clock that the link is told */

static int open_whole(void **state)
{
    (void)state;
    ahead_us = 0;
    whole_open(&w, "second_tap_ms = 0\n");
    whole_start(&w);
    return link_open(w.h.control_path, &l);
}

static int close_whole(void **state)
{
    (void)state;
    link_close(l);
    whole_close(&w);
    return 0;
}

static int64_t now(void)
{
    return clock_boot_us() + ahead_us;
}

/* Waits for the next event as an owner does. */
static void next_event(void)
{
    int64_t until_us = clock_boot_us() + HARNESS_WAIT_MS * US_PER_MS;
    while (!link_next(l, &event)) {
        int64_t left_us = link_deadline(l) - now();
        struct pollfd p = {.fd = link_fd(l), .events = link_events(l)};
        (void)poll(&p, 1, left_us > 0 ? (int)(left_us / US_PER_MS) + 1 : 0);
        (void)link_step(l, now());
        if (clock_boot_us() > until_us) {
            fail_msg("nothing comes; see %s", w.h.log_path);
        }
    }
}

/* Skips what is of another kind. */
static void next_of(enum link_event_kind kind)
{
    do {
        next_event();
    } while (event.kind != kind);
}

static void await_state(enum link_state state)
{
    do {
        next_of(LINK_EVENT_STATE);
    } while (event.state.state != state);
}

static const struct gate_news *await_news(enum news_phase phase, enum news_notice notice)
{
    do {
        next_of(LINK_EVENT_NEWS);
    } while (event.news->phase != phase || event.news->notice != notice);
    return event.news;
}

/* A status that was asked for after this call began: the first may be older. */
static const struct gate_status *fresh_status(void)
{
    int64_t since_us = clock_boot_us();
    do {
        next_of(LINK_EVENT_STATUS);
    } while (event.status->boot_us < since_us);
    return event.status;
}

static int64_t answer(uint64_t id)
{
    next_of(LINK_EVENT_ANSWER);
    assert_int_equal(event.answer.id, id);
    assert_int_equal(event.answer.outcome, LINK_ANSWERED);
    return event.answer.value;
}

static void a_tap_is_told_from_the_verdict_to_the_passage(void **state)
{
    (void)state;
    await_state(LINK_CONNECTED);
    (void)whole_lanes(&w, "walk lane1 in");
    whole_tap(&w, 0, CARD_IDA);
    const struct gate_news *news = await_news(NEWS_GRANTED, NOTICE_NONE);
    int64_t grant = news->grant;
    assert_int_equal(news->code, ACCESS_GRANTED);
    assert_string_equal(news->name, "Ida");
    assert_string_equal(news->product, "Gold");
    assert_string_equal(news->card, CARD_IDA);
    assert_string_equal(news->lane, "lane1");
    assert_string_equal(news->point, "in");
    assert_int_equal(news->side, NEWS_SIDE_IN);
    assert_int_equal(news->entitlement, NEWS_SUBSCRIPTION);
    assert_int_equal(news->customer, 1);
    assert_true(grant > 0);
    news = await_news(NEWS_RELEASED, NOTICE_NONE);
    assert_int_equal(news->grant, grant);
    assert_true(news->line_us >= 0 && news->tap_us >= news->line_us);
    news = await_news(NEWS_PASSED, NOTICE_NONE);
    assert_int_equal(news->grant, grant);
    whole_tap(&w, 0, "04ffffff");
    news = await_news(NEWS_DENIED, NOTICE_NONE);
    assert_int_equal(news->code, ACCESS_CARD_UNKNOWN);
    assert_int_equal(news->cure, ACCESS_CURE_NEW_CARD);
    assert_int_equal(link_counts(l).bad, 0);
}

static void a_punch_card_tells_what_is_left(void **state)
{
    (void)state;
    await_state(LINK_CONNECTED);
    (void)whole_lanes(&w, "walk lane1 in");
    whole_tap(&w, 0, CARD_CLIPS);
    const struct gate_news *news = await_news(NEWS_GRANTED, NOTICE_NONE);
    assert_int_equal(news->entitlement, NEWS_PUNCH_CARD);
    assert_int_equal(news->clips_left, 1);
    assert_int_equal(news->customer, 0);
    (void)await_news(NEWS_PASSED, NOTICE_NONE);
}

static void the_status_is_the_gates(void **state)
{
    (void)state;
    const struct gate_status *s = fresh_status();
    assert_int_equal(s->n_lanes, 1);
    assert_string_equal(s->lanes[0].name, "lane1");
    assert_int_equal(s->lanes[0].state, LANE_S_LOCKED);
    assert_int_equal(s->lanes[0].mode, STATUS_MODE_NORMAL);
    assert_int_equal(s->n_readers, 2);
    assert_true(s->readers[0].working && s->readers[1].working);
    assert_false(s->readers[0].out);
    assert_true(s->readers[1].out);
    assert_true(s->readers[0].pid > 1 && s->readers[0].memory_kb > 0 && s->readers[0].heard_ms >= 0);
    assert_true(s->readers[0].no_new_privs);
    assert_true(s->readers[0].chip[0] != '\0');
    assert_int_equal(s->list.state, STATUS_LIST_OK);
    assert_string_equal(s->list.path, w.h.list_path);
    assert_string_equal(s->journal.path, w.h.journal_path);
    assert_string_equal(s->journal.error, "");
    assert_true(s->journal.seq >= 1);
    assert_true(s->lines.working);
    assert_int_equal(s->process.pid, w.h.gate.pid);
    assert_false(s->fire || s->lockdown);
    assert_int_equal(s->n_zones, 1);
    assert_string_equal(s->zones[0].name, "hall");
    assert_int_equal(s->zones[0].people, 0);
}

static void the_checks_are_the_gates(void **state)
{
    (void)state;
    bool seen[CHECK_CLOCK + 1] = {false};
    link_want_checks(l, true);
    next_of(LINK_EVENT_CHECKS);
    assert_true(event.checks->ok);
    for (size_t i = 0; i < event.checks->n; i++) {
        seen[event.checks->list[i].kind] = true;
    }
    for (int kind = CHECK_LINES; kind <= CHECK_CLOCK; kind++) {
        assert_true(seen[kind]);
    }
    assert_false(seen[CHECK_UNKNOWN]);
    next_of(LINK_EVENT_CHECKS);
    assert_int_equal(link_counts(l).bad, 0);
}

static void staffs_wishes_are_carried_out(void **state)
{
    (void)state;
    uint64_t id = 0;
    await_state(LINK_CONNECTED);
    assert_int_equal(link_release(l, "lane1", LANE_IN, "Anna", "pram", &id), 0);
    (void)await_news(NEWS_NOTICE, NOTICE_STAFF_RELEASE);
    (void)await_news(NEWS_RELEASED, NOTICE_NONE);
    assert_int_equal(answer(id), 0);
    assert_int_equal(link_release(l, "lane9", LANE_IN, "Anna", "pram", &id), 0);
    assert_int_equal(answer(id), UNIT_NO_LANE);
    assert_string_equal(event.answer.text, "no such lane");
    assert_int_equal(link_undo(l, 4711, "Anna", "wrong person", &id), 0);
    assert_int_equal(answer(id), UNIT_NOT_FOUND);
    assert_int_equal(link_mode(l, "lane1", LANE_LOCKED, "Anna", "cleaning", &id), 0);
    (void)await_news(NEWS_NOTICE, NOTICE_MODE);
    assert_int_equal(answer(id), 0);
    assert_int_equal(link_lockdown(l, true, "Anna", &id), 0);
    (void)await_news(NEWS_NOTICE, NOTICE_LOCKDOWN);
    assert_int_equal(answer(id), 0);
    assert_int_equal(link_note(l, "lane1", "Anna", "touch test passed", &id), 0);
    assert_int_equal(answer(id), 0);
    const struct gate_status *s = fresh_status();
    assert_int_equal(s->lanes[0].mode, STATUS_MODE_LOCKED);
    assert_true(s->lockdown);
    assert_int_equal(harness_gate_end(&w.h, SIGTERM), 0);
    assert_int_equal(whole_events(&w, JOURNAL_STAFF_RELEASE), 1);
    assert_int_equal(whole_events(&w, JOURNAL_STAFF_ACT), 1);
}

static void a_gate_that_is_killed_is_gone_and_followed_again_when_it_is_back(void **state)
{
    (void)state;
    uint64_t id = 0;
    await_state(LINK_CONNECTED);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(harness_gate_end(&w.h, SIGKILL), 128 + SIGKILL);
        await_state(LINK_GONE);
        whole_start(&w);
        await_state(LINK_CONNECTED);
        whole_tap(&w, 1, "04ffffff");
        assert_int_equal(await_news(NEWS_DENIED, NOTICE_NONE)->side, NEWS_SIDE_OUT);
        assert_int_equal(link_note(l, "", "Anna", "still here", &id), 0);
        assert_int_equal(answer(id), 0);
    }
    assert_int_equal(link_counts(l).connections, 4);
}

static void a_gate_that_hangs_is_silent_until_it_goes_on(void **state)
{
    (void)state;
    uint64_t id = 0;
    await_state(LINK_CONNECTED);
    (void)fresh_status();
    assert_int_equal(kill(w.h.gate.pid, SIGSTOP), 0);
    assert_int_equal(link_release(l, "lane1", LANE_IN, "Anna", "pram", &id), 0);
    ahead_us += US_PER_S;
    (void)link_step(l, now()); /* asks */
    ahead_us += 3 * US_PER_S;
    await_state(LINK_SILENT);
    assert_int_equal(kill(w.h.gate.pid, SIGCONT), 0);
    await_state(LINK_CONNECTED);
    (void)fresh_status();
    assert_int_equal(link_state(l), LINK_CONNECTED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_whole, close_whole)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_tap_is_told_from_the_verdict_to_the_passage),
        TEST(a_punch_card_tells_what_is_left),
        TEST(the_status_is_the_gates),
        TEST(the_checks_are_the_gates),
        TEST(staffs_wishes_are_carried_out),
        TEST(a_gate_that_is_killed_is_gone_and_followed_again_when_it_is_back),
        TEST(a_gate_that_hangs_is_silent_until_it_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
