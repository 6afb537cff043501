/* The whole unit through hours in which nobody comes: time passes at once where nothing computes (tools/bench/vm
 * --time-travel), so hours are over within a minute. */

#include "base/clock.h"
#include "whole.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { HOURS_QUIET = 2, DAYS_KEPT = 8, LATE_MS = 250 };

static const int64_t HOUR_US = 3600 * US_PER_S;

static const struct harness_reader reader = {.point = "in", .lane = 0};
static struct whole w;

/* @n_readers: their heartbeats and looks cost real time, so that a test which needs none goes without. */
static void open_with(unsigned n_readers)
{
    const struct harness_options options = {.programs = PROGRAMS,
                                            .n_lanes = 1,
                                            .readers = &reader,
                                            .n_readers = n_readers,
                                            .gate_lines = "retention_days = 8\n"};
    assert_int_equal(harness_open(&options, &w.h), 0);
    whole_write_list(&w);
}

static int close_unit(void **state)
{
    (void)state;
    whole_close(&w);
    return 0;
}

static void let_in(const char *card)
{
    whole_tap(&w, 0, card);
    whole_await(&w, "\"phase\":\"released\"", card, NULL);
    (void)whole_lanes(&w, "walk lane1 in");
    whole_await(&w, "\"phase\":\"passed\"", card, NULL);
}

static void pass_time(int64_t us)
{
    int64_t until_us = clock_boot_us() + us;
    for (int64_t left_us = us; left_us > 0; left_us = until_us - clock_boot_us()) {
        (void)poll(NULL, 0, (int)(left_us / US_PER_MS) + 1);
    }
}

static void hours_in_which_nobody_comes_leave_no_trace(void **state)
{
    (void)state;
    char late[40];
    open_with(1);
    whole_start(&w);
    let_in(CARD_IDA);
    /* A chip that takes its time is looked at less often, and it is the looks that cost real time. */
    (void)snprintf(late, sizeof(late), "dial slow_ms %d", LATE_MS);
    whole_chip(&w, 0, late);
    pass_time(HOURS_QUIET * HOUR_US);
    assert_int_equal(whole_status(&w, "\"restarts\":"), 0);
    assert_non_null(strstr(strstr(w.json, "\"readers\""), "\"working\":true"));
    whole_chip(&w, 0, "calm");
    let_in(CARD_BO);
    assert_int_equal(harness_gate_end(&w.h, SIGTERM), 0);
    assert_int_equal(whole_events(&w, JOURNAL_PASSED), 2);
    assert_int_equal(whole_events(&w, JOURNAL_READER_LOST), 0);
    assert_int_equal(whole_events(&w, JOURNAL_ALARM), 0);
}

/* Counts the passages that still say whose they were. */
static int count_known(const struct journal_event *event, void *user)
{
    int *n = user;
    *n += event->kind == JOURNAL_PASSED && (!event->erased || event->holder != 0);
    return 0;
}

static int known_passages(void)
{
    struct journal_db *db = NULL;
    int n = 0;
    assert_int_equal(journal_db_open(w.h.journal_path, JOURNAL_DB_READ, &db), 0);
    assert_int_equal(journal_db_read(db, 0, 0, count_known, &n), 0);
    journal_db_close(db);
    return n;
}

/* A passage that will be DAYS_KEPT days old in two hours. */
static void write_passage(void)
{
    struct journal_event e = {.kind = JOURNAL_PASSED,
                              .utc_us = clock_utc_us() - DAYS_KEPT * US_PER_DAY + 2 * HOUR_US,
                              .lane = "lane1",
                              .point_id = 1,
                              .holder = 1};
    struct journal_db *db = NULL;
    assert_true(card_parse(CARD_IDA, &e.card));
    assert_int_equal(journal_db_open(w.h.journal_path, JOURNAL_DB_WRITE, &db), 0);
    assert_int_equal(journal_db_append(db, &e, 1), 0);
    journal_db_close(db);
}

static void when_its_days_are_over_and_not_before_a_passage_is_nobodys(void **state)
{
    (void)state;
    open_with(0);
    write_passage();
    assert_int_equal(harness_gate(&w.h), 0);
    pass_time(HOUR_US);
    assert_int_equal(known_passages(), 1);
    assert_int_equal(whole_events(&w, JOURNAL_ERASED), 0);
    pass_time(2 * HOUR_US);
    assert_int_equal(known_passages(), 0);
    assert_int_equal(whole_events(&w, JOURNAL_ERASED), 1);
    assert_int_equal(harness_gate_end(&w.h, SIGTERM), 0);
    assert_int_equal(whole_events(&w, JOURNAL_PASSED), 1);
}

int main(void)
{
#define UNIT(test) cmocka_unit_test_teardown(test, close_unit)
    const struct CMUnitTest tests[] = {
        UNIT(hours_in_which_nobody_comes_leave_no_trace),
        UNIT(when_its_days_are_over_and_not_before_a_passage_is_nobodys),
    };
    (void)signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
