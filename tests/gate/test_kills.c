/* kill -9 of the gate and of a reader, at every step of a passage and a little after each: nothing that was in the
 * journal is lost, no passage is booked and no clip taken twice, no relay moves at a restart. Each round has a punch card of
 * its own with one clip, so a clip too many would show. */

#include "whole.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS_GATE = 25, ROUNDS_READER = 5, ROUNDS = ROUNDS_GATE + ROUNDS_READER };
_Static_assert((int)ROUNDS <= (int)WHOLE_PUNCHES, "a card for each round");

/* How far the passage has come when the kill strikes. */
enum step { STEP_CARD, STEP_GRANTED, STEP_RELEASED, STEP_PUSHED, STEP_PASSED, STEPS };

static struct whole w;

static void card_of(unsigned round, char ret_card[16])
{
    (void)snprintf(ret_card, 16, "04c11b%02x", round);
}

/* Lets somebody with the round's card walk up to @step, and then a moment more: @asks questions to the gate and their
 * answers. */
static void walk_until(unsigned round, enum step step, unsigned asks)
{
    char command[60];
    char card[16];
    card_of(round, card);
    (void)snprintf(command, sizeof(command), "await lane1 pushed %lld", (long long)whole_people(&w, "pushed") + 1);
    whole_tap(&w, 0, card);
    if (step >= STEP_GRANTED) {
        whole_await(&w, "\"phase\":\"granted\"", card, NULL);
    }
    if (step >= STEP_RELEASED) {
        whole_await(&w, "\"phase\":\"released\"", NULL, NULL);
    }
    if (step >= STEP_PUSHED) {
        (void)whole_lanes(&w, "walk lane1 in");
        (void)whole_lanes(&w, command);
    }
    if (step >= STEP_PASSED) {
        whole_await(&w, "\"phase\":\"passed\"", card, NULL);
    }
    for (unsigned i = 0; i < asks; i++) {
        (void)whole_status(&w, "\"journal\":{\"path\":\"");
    }
}

struct record {
    int64_t last; /* newest seq */
    uint64_t sum; /* over kinds and grants of all up to it */
    int64_t until; /* stop there; 0: never */
};

static int sum_up(const struct journal_event *event, void *user)
{
    struct record *r = user;
    if (r->until > 0 && event->seq > r->until) {
        return 0;
    }
    assert_true(event->seq > r->last);
    r->last = event->seq;
    r->sum = r->sum * 31 + (uint64_t)event->kind * 7 + event->grant;
    return 0;
}

/* What the journal holds now, up to @until. */
static struct record read_journal(int64_t until)
{
    struct record r = {.until = until};
    struct journal_db *db = NULL;
    int64_t bad = 0;
    assert_int_equal(journal_db_open(w.h.journal_path, JOURNAL_DB_READ, &db), 0);
    assert_int_equal(journal_db_read(db, 0, 0, sum_up, &r), 0);
    assert_int_equal(journal_db_verify(db, &bad), 0);
    journal_db_close(db);
    return r;
}

static void kill_gate(unsigned round)
{
    walk_until(round, (enum step)(round % STEPS), round / STEPS * 2);
    struct record before = read_journal(0); /* what anybody could see is durable */
    assert_int_equal(harness_gate_end(&w.h, SIGKILL), 128 + SIGKILL);
    (void)whole_lanes(&w, "await chip dropped");
    whole_chip(&w, 0, "take");
    (void)whole_lanes(&w, "await lane1 idle");
    int64_t rises = whole_rises(&w, "lane1-release-in");
    whole_start(&w);
    assert_int_equal(whole_rises(&w, "lane1-release-in"), rises);
    struct record after = read_journal(before.last);
    assert_int_equal(after.last, before.last);
    assert_true(after.sum == before.sum);
}

static void kill_reader(unsigned round)
{
    (void)whole_status(&w, "\"journal\":{\"path\":\"");
    const char *at = strstr(strstr(w.json, "\"readers\""), "\"pid\":");
    assert_non_null(at);
    pid_t pid = (pid_t)strtol(at + strlen("\"pid\":"), NULL, 10);
    assert_true(pid > 1);
    walk_until(round, (enum step)(round % STEPS), 0);
    assert_int_equal(kill(pid, SIGKILL), 0);
    whole_chip(&w, 0, "take"); /* else it would be a tap again */
    whole_await(&w, "\"notice\":\"reader_back\"", NULL, NULL);
    (void)whole_lanes(&w, "await lane1 idle");
}

/* What the journal says about each grant and each card. */
struct account {
    unsigned closed[4 * ROUNDS]; /* by grant */
    unsigned passed[ROUNDS], costed[ROUNDS]; /* by card */
    unsigned grants, passages;
};

static int book(const struct journal_event *event, void *user)
{
    struct account *a = user;
    bool passed = event->kind == JOURNAL_PASSED;
    assert_in_range(event->grant, 0, 4 * ROUNDS - 1);
    if (passed || event->kind == JOURNAL_NOT_PASSED || event->kind == JOURNAL_UNRESOLVED) {
        a->closed[event->grant]++;
    }
    a->grants += event->kind == JOURNAL_DECISION && event->grant != 0;
    if (passed) {
        int64_t round = -event->holder - WHOLE_PUNCH_ID;
        assert_in_range(round, 0, ROUNDS - 1);
        a->passages++;
        a->passed[round]++;
        a->costed[round] += event->effect.takes_cost;
    }
    return 0;
}

static void a_kill_at_any_step_books_nothing_twice_and_loses_nothing(void **state)
{
    (void)state;
    static struct account a;
    struct journal_db *db = NULL;
    whole_open(&w, "second_tap_ms = 0\n");
    (void)whole_lanes(&w, "speed 20");
    whole_start(&w);
    for (unsigned round = 0; round < ROUNDS; round++) {
        if (round < ROUNDS_GATE) {
            kill_gate(round);
        } else {
            kill_reader(round);
        }
    }
    int64_t rises = whole_rises(&w, "lane1-release-in");
    int64_t through = whole_people(&w, "through");
    assert_int_equal(harness_gate_end(&w.h, SIGTERM), 0);

    assert_int_equal(journal_db_open(w.h.journal_path, JOURNAL_DB_READ, &db), 0);
    assert_int_equal(journal_db_read(db, 0, 0, book, &a), 0);
    for (unsigned grant = 1; grant < 4 * ROUNDS; grant++) {
        assert_true(a.closed[grant] <= 1);
    }
    for (unsigned i = 0; i < ROUNDS; i++) {
        assert_true(a.passed[i] <= 1);
        assert_int_equal(a.costed[i], a.passed[i]);
        assert_int_equal(journal_db_uses(db, VISIT_COST_CLIP, WHOLE_PUNCH_ID + i, 0), a.passed[i]);
    }
    journal_db_close(db);
    assert_true(a.grants >= rises); /* what costs is durable before the line moves; a line moves once for a grant */
    assert_true(a.passages <= through);
    /* The kills struck on both sides of the booking. */
    assert_true(a.passages > 0 && a.passages < a.grants);
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
        cmocka_unit_test_teardown(a_kill_at_any_step_books_nothing_twice_and_loses_nothing, close_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
