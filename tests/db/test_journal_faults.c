/* The journal when the process, the power or the disk gives out, at every single write; and when its file is damaged. */

#include "fault_vfs.h"
#include "presence.h"
#include "scratch.h"

#include "db/journal_db.h"

#define LOG_MODULE "test"
#include "base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { TAPS = 12, PEOPLE = 3, ZONE = 5, PUNCH_CARD = 30 };

static struct scratch scratch;

static int set_up(void **state)
{
    (void)state;
    log_set_level((enum log_level)(LOG_ERROR - 1));
    scratch_init(&scratch, "journal.db");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scratch_finish(&scratch);
    return 0;
}

/* The story: tap i is a decision that opens grant i, and a passage that closes it, writes presence and takes a clip.
 * Every fourth tap's grant stays open. */
static void make_tap(int i, struct journal_event events[2])
{
    static const uint8_t record[600] = {1, 2, 3};
    const uint8_t uid[4] = {4, 0, 0, (uint8_t)i};
    events[0] = (struct journal_event){.kind = JOURNAL_DECISION,
                                       .utc_us = 1000 + i,
                                       .grant = (uint64_t)i,
                                       .lane = "one",
                                       .line_us = -1,
                                       .holder = 1 + i % PEOPLE,
                                       .record = record,
                                       .record_len = sizeof(record),
                                       .effect = {.opens_grant = true}};
    assert_true(card_from_uid(uid, sizeof(uid), &events[0].card));
    events[1] = (struct journal_event){.kind = JOURNAL_PASSED,
                                       .utc_us = 1000 + i,
                                       .grant = (uint64_t)i,
                                       .lane = "one",
                                       .line_us = -1,
                                       .holder = 1 + i % PEOPLE,
                                       .effect = {.has_presence = true,
                                                  .presence = {.zone_id = i % 2 ? ZONE : 0, .visit_id = i},
                                                  .takes_cost = true,
                                                  .cost_kind = VISIT_COST_CLIP,
                                                  .cost_id = PUNCH_CARD,
                                                  .closes_grant = i % 4 != 0}};
}

/* Appends taps from @from on; each append that has returned is told by one byte. */
static int tell_story(struct journal_db *db, int from, int to, int told)
{
    for (int i = from; i <= to; i++) {
        struct journal_event events[2];
        make_tap(i, events);
        int r = journal_db_append(db, events, 1);
        if (r == 0) {
            r = journal_db_append(db, events + 1, 1);
        }
        if (r < 0) {
            return r;
        }
        if (told >= 0 && write(told, "", 1) != 1) {
            return -errno;
        }
    }
    return 0;
}

struct replay {
    int64_t n, last_seq, clips;
    uint64_t open; /* bit per grant */
    struct visit_presence presence[PEOPLE + 1];
};

static int replay_event(const struct journal_event *e, void *user)
{
    struct replay *r = user;
    struct journal_event expected[2];
    make_tap((int)e->grant, expected);
    const struct journal_event *x = &expected[e->kind == JOURNAL_PASSED];
    /* The n-th event is the n-th of the story: none is missing, none is there twice. */
    assert_int_equal(e->grant, 1 + r->n / 2);
    assert_int_equal(e->kind, r->n % 2 ? JOURNAL_PASSED : JOURNAL_DECISION);
    r->n++;
    r->last_seq = e->seq;
    r->clips += x->effect.takes_cost;
    r->open |= x->effect.opens_grant ? UINT64_C(1) << e->grant : 0;
    r->open &= x->effect.closes_grant ? ~(UINT64_C(1) << e->grant) : UINT64_MAX;
    if (x->effect.has_presence) {
        r->presence[x->holder] = x->effect.presence;
    }
    return 0;
}

static int take_off_open(const struct journal_event *e, void *user)
{
    assert_true((*(uint64_t *)user & UINT64_C(1) << e->grant) != 0);
    *(uint64_t *)user &= ~(UINT64_C(1) << e->grant);
    return 0;
}

/* What must hold at any moment: the chain verifies, and the tables are what the events make of them. */
static struct replay check_story(struct journal_db *db)
{
    struct replay r = {0};
    int64_t bad = 0;
    int64_t inside = 0;
    assert_int_equal(journal_db_verify(db, &bad), 0);
    assert_int_equal(journal_db_check(db), 0);
    assert_int_equal(journal_db_read(db, 0, 2 * TAPS, replay_event, &r), 0);
    for (int holder = 1; holder <= PEOPLE; holder++) {
        struct visit_presence p;
        assert_int_equal(journal_db_presence(db, holder, &p), 0);
        assert_presence(&p, &r.presence[holder]);
        inside += p.zone_id == ZONE;
    }
    assert_int_equal(journal_db_occupancy(db, ZONE), inside);
    assert_int_equal(journal_db_uses(db, VISIT_COST_CLIP, PUNCH_CARD, 0), r.clips);
    uint64_t open = r.open;
    assert_int_equal(journal_db_open_grants(db, take_off_open, &open), 0);
    assert_int_equal(open, 0);
    assert_int_equal(journal_db_last_grant(db), (r.n + 1) / 2);
    return r;
}

/* The child: the whole life of a journal. The retention in the middle empties the log into the file. */
static void live(int told)
{
    struct journal_db *db = NULL;
    int r = journal_db_open(scratch.path, JOURNAL_DB_WRITE, &db);
    if (r == 0) {
        r = tell_story(db, 1, TAPS / 2, told);
    }
    if (r == 0) {
        r = journal_db_erase(db, 1000 + 3, 100);
    }
    if (r >= 0) {
        r = tell_story(db, TAPS / 2 + 1, TAPS, told);
    }
    journal_db_close(db);
    _exit(r < 0 ? 1 : 0);
}

/* @return whether the child reached its end; *ret_told counts what it was told is durable. */
static bool run_child(long n, enum fault_end end, int *ret_told)
{
    int told[2];
    assert_int_equal(pipe(told), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        (void)close(told[0]);
        fault_install();
        fault_end_at(n, end);
        live(told[1]);
    }
    (void)close(told[1]);
    char byte = 0;
    *ret_told = 0;
    while (read(told[0], &byte, 1) == 1) {
        (*ret_told)++;
    }
    (void)close(told[0]);
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_true(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == FAULT_EXIT);
    return WEXITSTATUS(status) == 0;
}

static void at_every_write(enum fault_end end)
{
    bool over = false;
    long n = 1;
    for (; !over; n++) {
        int told = 0;
        struct journal_db *db = NULL;
        over = run_child(n, end, &told);
        assert_int_equal(journal_db_open(scratch.path, JOURNAL_DB_WRITE, &db), 0);
        struct replay r = check_story(db);
        assert_true(r.n >= 2 * told);
        assert_true(r.n <= 2 * told + 2);
        /* The journal goes on where it ended. */
        struct journal_event stop = {.kind = JOURNAL_STOP, .line_us = -1};
        int64_t bad = 0;
        assert_int_equal(journal_db_append(db, &stop, 1), 0);
        assert_int_equal(stop.seq, r.last_seq + 1);
        assert_int_equal(journal_db_verify(db, &bad), 0);
        journal_db_close(db);
        scratch_finish(&scratch);
        scratch_init(&scratch, "journal.db");
    }
    assert_true(n > 60); /* it did end at many places */
}

static void a_kill_at_any_write_loses_and_doubles_nothing(void **state)
{
    (void)state;
    at_every_write(FAULT_KILL);
}

static void a_write_torn_in_two_loses_and_doubles_nothing(void **state)
{
    (void)state;
    at_every_write(FAULT_TORN);
}

static void a_power_cut_at_any_write_loses_and_doubles_nothing(void **state)
{
    (void)state;
    at_every_write(FAULT_POWER_CUT);
}

static void a_full_disk_is_told_at_any_write_and_the_handle_stays_usable(void **state)
{
    (void)state;
    bool failed = true;
    for (long n = 1; failed; n++) {
        struct journal_db *db = NULL;
        fault_install();
        assert_int_equal(journal_db_open(scratch.path, JOURNAL_DB_WRITE, &db), 0);
        assert_int_equal(tell_story(db, 1, 2, -1), 0);
        fault_full_from(fault_steps() + n);
        struct journal_event events[2];
        make_tap(3, events);
        int r = journal_db_append(db, events, 2);
        failed = r != 0;
        if (failed) {
            assert_int_equal(r, -ENOSPC);
            assert_int_equal(events[0].seq, 0);
            assert_int_equal(journal_db_append(db, events, 2), -ENOSPC);
            assert_int_equal(check_story(db).n, 4);
            fault_full_from(0);
            assert_int_equal(journal_db_append(db, events, 2), 0);
        }
        assert_int_equal(events[1].seq, 6);
        fault_full_from(0);
        assert_int_equal(check_story(db).n, 6);
        journal_db_close(db);
        assert_int_equal(journal_db_open(scratch.path, JOURNAL_DB_WRITE, &db), 0);
        assert_int_equal(check_story(db).n, 6);
        journal_db_close(db);
        scratch_finish(&scratch);
        scratch_init(&scratch, "journal.db");
        assert_true(n < 100);
    }
}

/* The kernel's own refusal, with the file at its largest allowed size. */
static void a_file_that_may_not_grow_is_a_full_disk(void **state)
{
    (void)state;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct journal_db *db = NULL;
        const struct rlimit small = {.rlim_cur = 300000, .rlim_max = RLIM_INFINITY};
        const struct rlimit large = {.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
        (void)signal(SIGXFSZ, SIG_IGN);
        int r = journal_db_open(scratch.path, JOURNAL_DB_WRITE, &db);
        if (r != 0 || setrlimit(RLIMIT_FSIZE, &small) < 0) {
            _exit(1);
        }
        int taps = 0;
        while (r == 0 && taps < 1000) {
            taps++;
            r = tell_story(db, taps, taps, -1);
        }
        if (r != -ENOSPC || setrlimit(RLIMIT_FSIZE, &large) < 0) {
            _exit(2);
        }
        int64_t bad = 0;
        struct journal_event stop = {.kind = JOURNAL_STOP, .line_us = -1};
        _exit(journal_db_append(db, &stop, 1) == 0 && journal_db_verify(db, &bad) == 0 ? 0 : 3);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* Damage ------------------------------------------------------------------------------------------------------ */

static void make_journal(int taps)
{
    static struct journal_event events[400];
    struct journal_db *db = NULL;
    for (int i = 0; i < taps; i++) {
        make_tap(i + 1, events + (size_t)2 * (size_t)i);
    }
    assert_int_equal(journal_db_open(scratch.path, JOURNAL_DB_WRITE, &db), 0);
    assert_int_equal(journal_db_append(db, events, (size_t)2 * (size_t)taps), 0);
    assert_int_equal(journal_db_set_cursor(db, "office", 7), 0);
    journal_db_close(db);
}

static int count_event(const struct journal_event *e, void *user)
{
    (void)e;
    (*(int64_t *)user)++;
    return 0;
}

/* Recovers and checks what holds for any recovered journal. @return how many events were carried over. */
static int64_t recover_and_check(int64_t old_last)
{
    struct journal_db *db = NULL;
    struct journal_event e;
    struct stat st;
    char aside[200];
    int64_t kept = -1;
    int64_t bad = 0;
    int64_t n = 0;
    assert_int_equal(journal_db_recover(scratch.path, INT64_C(1700000000000000), &kept), 0);
    (void)snprintf(aside, sizeof(aside), "%s.damaged-1700000000", scratch.path);
    assert_int_equal(stat(aside, &st), 0);
    assert_int_equal(journal_db_open(scratch.path, JOURNAL_DB_WRITE, &db), 0);
    assert_int_equal(journal_db_verify(db, &bad), 0);
    assert_int_equal(journal_db_check(db), 0);
    assert_int_equal(journal_db_read(db, 0, 0, count_event, &n), 0);
    assert_int_equal(n, kept + 1);
    assert_int_equal(journal_db_event(db, journal_db_last_seq(db), &e), 0);
    assert_int_equal(e.kind, JOURNAL_RECOVERED);
    assert_string_equal(e.detail, "journal.db.damaged-1700000000");
    assert_true(e.seq > old_last);
    assert_true(e.epoch > 1);
    assert_int_equal(journal_db_epoch(db), e.epoch);
    struct journal_event more = {.kind = JOURNAL_START, .line_us = -1};
    assert_int_equal(journal_db_append(db, &more, 1), 0);
    assert_int_equal(more.seq, e.seq + 1);
    assert_int_equal(journal_db_verify(db, &bad), 0);
    journal_db_close(db);
    return kept;
}

static void a_whole_journal_is_carried_over_whole(void **state)
{
    (void)state;
    make_journal(TAPS);
    assert_int_equal(recover_and_check(2 * TAPS), 2 * TAPS);
    struct journal_db *db = NULL;
    assert_int_equal(journal_db_open(scratch.path, JOURNAL_DB_READ, &db), 0);
    (void)check_story(db);
    assert_int_equal(journal_db_cursor(db, "office"), 7);
    journal_db_close(db);
}

static void tables_that_are_lost_are_made_again_from_the_events(void **state)
{
    (void)state;
    make_journal(TAPS);
    scratch_sql(&scratch, "DELETE FROM presence; DELETE FROM cost_use; DELETE FROM open_grant; DELETE FROM zone_count;"
                          "UPDATE journal SET last_grant = 0");
    assert_int_equal(recover_and_check(2 * TAPS), 2 * TAPS);
    struct journal_db *db = NULL;
    assert_int_equal(journal_db_open(scratch.path, JOURNAL_DB_READ, &db), 0);
    (void)check_story(db);
    journal_db_close(db);
}

/* Every page in turn is garbage: whatever stands on the others is carried over. */
static void a_damaged_page_costs_no_more_than_its_own_events(void **state)
{
    (void)state;
    struct stat st;
    bool was_damaged = false;
    make_journal(200);
    assert_int_equal(stat(scratch.path, &st), 0);
    long pages = (long)st.st_size / 4096;
    for (long page = 0; page < pages; page += page < 20 ? 1 : 7) {
        struct journal_db *db = NULL;
        scratch_damage(scratch.path, page * 4096, 4096);
        int r = journal_db_open(scratch.path, JOURNAL_DB_WRITE, &db);
        journal_db_close(db);
        was_damaged = was_damaged || r == JOURNAL_DB_CORRUPT;
        int64_t kept = recover_and_check(400);
        assert_true(kept >= 400 - 24);
        scratch_finish(&scratch);
        scratch_init(&scratch, "journal.db");
        make_journal(200);
    }
    assert_true(was_damaged);
}

static void a_journal_cut_off_in_the_middle_keeps_its_beginning(void **state)
{
    (void)state;
    struct stat st;
    struct journal_db *db = NULL;
    make_journal(200);
    assert_int_equal(stat(scratch.path, &st), 0);
    assert_int_equal(truncate(scratch.path, st.st_size / 2), 0);
    assert_int_equal(journal_db_open(scratch.path, JOURNAL_DB_WRITE, &db), JOURNAL_DB_CORRUPT);
    int64_t kept = recover_and_check(0);
    assert_true(kept > 100);
    assert_int_equal(journal_db_open(scratch.path, JOURNAL_DB_READ, &db), 0);
    for (int64_t seq = 1; seq <= kept; seq++) {
        struct journal_event e;
        assert_int_equal(journal_db_event(db, seq, &e), 0);
    }
    journal_db_close(db);
}

static void a_file_of_garbage_becomes_an_empty_journal_of_a_new_epoch(void **state)
{
    (void)state;
    struct journal_db *db = NULL;
    FILE *f = fopen(scratch.path, "wb");
    assert_non_null(f);
    for (int i = 0; i < 50000; i++) {
        (void)fputc(i * 31 % 251, f);
    }
    (void)fclose(f);
    assert_int_equal(journal_db_open(scratch.path, JOURNAL_DB_WRITE, &db), JOURNAL_DB_CORRUPT);
    assert_null(db);
    assert_int_equal(recover_and_check(0), 0);
}

static void an_event_that_was_changed_is_not_carried_over(void **state)
{
    (void)state;
    struct journal_db *db = NULL;
    struct journal_event e;
    make_journal(20);
    scratch_sql(&scratch, "UPDATE event SET code = 9 WHERE seq = 10");
    assert_int_equal(recover_and_check(40), 39);
    assert_int_equal(journal_db_open(scratch.path, JOURNAL_DB_READ, &db), 0);
    assert_int_equal(journal_db_event(db, 10, &e), 1);
    assert_int_equal(journal_db_event(db, 11, &e), 0);
    journal_db_close(db);
}

static void numbers_that_no_journal_reaches_are_taken_for_damage(void **state)
{
    (void)state;
    make_journal(20);
    scratch_sql(&scratch,
                "UPDATE presence SET seq = 9223372036854775807 WHERE holder = (SELECT max(holder) FROM presence);"
                "UPDATE event SET seq = 9223372036854775807 WHERE seq = 40;"
                "UPDATE open_grant SET seq = 9223372036854775800");
    assert_int_equal(recover_and_check(40), 39);
    assert_true(scratch_int(&scratch, "SELECT max(seq) FROM event") < 2000000);
    assert_int_equal(scratch_int(&scratch, "SELECT count(*) FROM presence WHERE seq > 1000000"), 0);
}

static void a_recovery_can_be_done_again_and_again(void **state)
{
    (void)state;
    make_journal(20);
    scratch_sql(&scratch, "DELETE FROM event WHERE seq = 17");
    assert_int_equal(recover_and_check(40), 39);
    int64_t kept = 0;
    assert_int_equal(journal_db_recover(scratch.path, INT64_C(1700000000000000), &kept), 0);
    assert_int_equal(kept, 41); /* those, the note of the recovery, and the start after it */
    struct journal_db *db = NULL;
    int64_t bad = 0;
    assert_int_equal(journal_db_open(scratch.path, JOURNAL_DB_READ, &db), 0);
    assert_int_equal(journal_db_verify(db, &bad), 0);
    assert_int_equal(journal_db_epoch(db), 3);
    journal_db_close(db);
}

static void a_kill_at_any_write_of_a_recovery_loses_nothing(void **state)
{
    (void)state;
    bool over = false;
    for (long n = 1; !over; n += 3) {
        make_journal(TAPS);
        scratch_sql(&scratch, "DELETE FROM presence");
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
            int64_t kept = 0;
            fault_install();
            fault_end_at(n, FAULT_KILL);
            _exit(journal_db_recover(scratch.path, 1000000, &kept) == 0 ? 0 : 1);
        }
        int status = 0;
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) != 1);
        over = WEXITSTATUS(status) == 0;
        if (!over) {
            assert_int_equal(recover_and_check(2 * TAPS), 2 * TAPS);
        }
        struct journal_db *db = NULL;
        assert_int_equal(journal_db_open(scratch.path, JOURNAL_DB_WRITE, &db), 0);
        (void)check_story(db);
        journal_db_close(db);
        scratch_finish(&scratch);
        scratch_init(&scratch, "journal.db");
    }
}

/* Between setting the old file aside and putting the new one in its place. */
static void a_recovery_cut_short_between_its_files_is_ended_by_the_next_opening(void **state)
{
    (void)state;
    for (int old_is_there = 0; old_is_there < 2; old_is_there++) {
        char recovered[160];
        char waiting[160];
        struct journal_db *db = NULL;
        int64_t kept = 0;
        make_journal(TAPS);
        assert_int_equal(journal_db_recover(scratch.path, 1000000, &kept), 0);
        (void)snprintf(recovered, sizeof(recovered), "%s.recovered", scratch.path);
        (void)snprintf(waiting, sizeof(waiting), "%s/waiting", scratch.dir);
        assert_int_equal(rename(scratch.path, waiting), 0);
        if (old_is_there) {
            make_journal(1);
        }
        assert_int_equal(rename(waiting, recovered), 0);
        assert_int_equal(journal_db_open(scratch.path, JOURNAL_DB_WRITE, &db), 0);
        (void)check_story(db);
        assert_int_equal(journal_db_epoch(db), 2);
        journal_db_close(db);
        assert_true(access(recovered, F_OK) < 0);
        scratch_finish(&scratch);
        scratch_init(&scratch, "journal.db");
    }
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_whole_journal_is_carried_over_whole),
        TEST(tables_that_are_lost_are_made_again_from_the_events),
        TEST(a_damaged_page_costs_no_more_than_its_own_events),
        TEST(a_journal_cut_off_in_the_middle_keeps_its_beginning),
        TEST(a_file_of_garbage_becomes_an_empty_journal_of_a_new_epoch),
        TEST(an_event_that_was_changed_is_not_carried_over),
        TEST(numbers_that_no_journal_reaches_are_taken_for_damage),
        TEST(a_recovery_can_be_done_again_and_again),
        TEST(a_recovery_cut_short_between_its_files_is_ended_by_the_next_opening),
        TEST(a_file_that_may_not_grow_is_a_full_disk),
        TEST(a_kill_at_any_write_of_a_recovery_loses_nothing),
        TEST(a_kill_at_any_write_loses_and_doubles_nothing),
        TEST(a_write_torn_in_two_loses_and_doubles_nothing),
        TEST(a_power_cut_at_any_write_loses_and_doubles_nothing),
        TEST(a_full_disk_is_told_at_any_write_and_the_handle_stays_usable),
    };
    return cmocka_run_group_tests_name("journal_faults", tests, NULL, NULL);
}
