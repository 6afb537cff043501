#include "presence.h"
#include "scratch.h"

#define LOG_MODULE "test"
#include "base/log.h"

#include "db/journal_internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

static struct scratch scratch;
static struct journal_db *journal;

static int set_up(void **state)
{
    (void)state;
    log_set_level((enum log_level)(LOG_ERROR - 1));
    scratch_init(&scratch, "journal.db");
    assert_int_equal(journal_db_open(scratch.path, JOURNAL_DB_WRITE, &journal), 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    journal_db_close(journal);
    journal = NULL;
    scratch_finish(&scratch);
    return 0;
}

static const uint8_t record[] = "what the decision depended on";

static struct journal_event decision(uint64_t grant, int64_t holder)
{
    struct journal_event e = {.kind = JOURNAL_DECISION,
                              .utc_us = INT64_C(1400000000000000) + (int64_t)grant * 1000000,
                              .boot_us = 5,
                              .grant = grant,
                              .point_id = 10,
                              .lane = "lane one",
                              .code = 0,
                              .detail = "d",
                              .line_us = -1,
                              .holder = holder,
                              .record = record,
                              .record_len = sizeof(record),
                              .effect = {.opens_grant = true}};
    const uint8_t uid[4] = {4, 1, 2, (uint8_t)grant};
    assert_true(card_from_uid(uid, sizeof(uid), &e.card));
    return e;
}

static struct journal_event passed(uint64_t grant, int64_t holder, int64_t zone)
{
    struct journal_event e = {.kind = JOURNAL_PASSED,
                              .utc_us = INT64_C(1400000000000000) + (int64_t)grant * 1000000 + 500000,
                              .grant = grant,
                              .line_us = -1,
                              .holder = holder,
                              .effect = {.has_presence = true, .closes_grant = true}};
    e.effect.presence = (struct visit_presence){.zone_id = zone,
                                                .zone_since_us = e.utc_us,
                                                .last_entry_us = e.utc_us,
                                                .last_entry_point = 10,
                                                .visit_id = 99,
                                                .visit_day = 16204,
                                                .visit_paid = true,
                                                .visits_today = 1,
                                                .visits_week = 3,
                                                .entries_today = 2};
    return e;
}

static int count_events(const struct journal_event *event, void *user)
{
    (void)event;
    (*(int *)user)++;
    return 0;
}

static void events_get_an_epoch_and_numbers_without_a_gap(void **state)
{
    (void)state;
    assert_int_equal(journal_db_last_seq(journal), 0);
    struct journal_event two[2] = {decision(1, 7), decision(2, 8)};
    assert_int_equal(journal_db_append(journal, two, 2), 0);
    assert_int_equal(two[0].seq, 1);
    assert_int_equal(two[1].seq, 2);
    assert_int_equal(two[1].epoch, journal_db_epoch(journal));
    struct journal_event three = decision(3, 7);
    assert_int_equal(journal_db_append(journal, &three, 1), 0);
    assert_int_equal(three.seq, 3);
    assert_int_equal(journal_db_last_seq(journal), 3);
    assert_int_equal(journal_db_last_grant(journal), 3);
}

static void an_event_is_read_back_as_it_was_written(void **state)
{
    (void)state;
    struct journal_event two[2] = {decision(1, 7), passed(1, 7, 5)};
    two[0].ref = 12;
    two[0].code = 3;
    two[1].effect.takes_cost = true;
    two[1].effect.cost_kind = VISIT_COST_CLIP;
    two[1].effect.cost_id = 30;
    assert_int_equal(journal_db_append(journal, two, 2), 0);
    struct journal_event e;
    assert_int_equal(journal_db_event(journal, 1, &e), 0);
    assert_int_equal(e.kind, JOURNAL_DECISION);
    assert_int_equal(e.utc_us, two[0].utc_us);
    assert_int_equal(e.boot_us, 5);
    assert_int_equal(e.grant, 1);
    assert_int_equal(e.ref, 12);
    assert_int_equal(e.point_id, 10);
    assert_string_equal(e.lane, "lane one");
    assert_int_equal(e.code, 3);
    assert_string_equal(e.detail, "d");
    assert_int_equal(e.line_us, -1);
    assert_int_equal(e.holder, 7);
    assert_true(card_equal(&e.card, &two[0].card));
    assert_int_equal(e.record_len, sizeof(record));
    assert_memory_equal(e.record, record, sizeof(record));
    assert_true(e.effect.opens_grant);
    assert_false(e.effect.closes_grant);
    assert_false(e.erased);
    assert_int_equal(journal_db_event(journal, 2, &e), 0);
    assert_presence(&e.effect.presence, &two[1].effect.presence);
    assert_true(e.effect.closes_grant);
    assert_int_equal(e.effect.cost_id, 30);
    assert_int_equal(journal_db_event(journal, 3, &e), 1);
}

static void reading_begins_after_a_number_and_keeps_its_limit(void **state)
{
    (void)state;
    for (uint64_t i = 1; i <= 10; i++) {
        struct journal_event e = decision(i, 7);
        assert_int_equal(journal_db_append(journal, &e, 1), 0);
    }
    int n = 0;
    assert_int_equal(journal_db_read(journal, 4, 0, count_events, &n), 0);
    assert_int_equal(n, 6);
    n = 0;
    assert_int_equal(journal_db_read(journal, 4, 3, count_events, &n), 0);
    assert_int_equal(n, 3);
}

static void presence_and_occupancy_follow_in_the_same_transaction(void **state)
{
    (void)state;
    struct journal_event in[3] = {passed(1, 7, 5), passed(2, 8, 5), passed(3, -9, 6)};
    assert_int_equal(journal_db_append(journal, in, 3), 0);
    struct visit_presence p;
    assert_int_equal(journal_db_presence(journal, 7, &p), 0);
    assert_presence(&p, &in[0].effect.presence);
    assert_int_equal(journal_db_occupancy(journal, 5), 2);
    assert_int_equal(journal_db_occupancy(journal, 6), 1);
    struct journal_event out = passed(4, 7, 0);
    assert_int_equal(journal_db_append(journal, &out, 1), 0);
    assert_int_equal(journal_db_occupancy(journal, 5), 1);
    assert_int_equal(journal_db_presence(journal, 1234, &p), 0);
    assert_int_equal(p.visit_id, 0);
}

static void uses_are_counted_above_a_number_and_can_be_taken_back_once(void **state)
{
    (void)state;
    struct journal_event e = passed(1, -30, 0);
    e.effect.takes_cost = true;
    e.effect.cost_kind = VISIT_COST_CLIP;
    e.effect.cost_id = 30;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(journal_db_append(journal, &e, 1), 0);
    }
    assert_int_equal(journal_db_uses(journal, VISIT_COST_CLIP, 30, 0), 3);
    assert_int_equal(journal_db_uses(journal, VISIT_COST_CLIP, 30, 2), 1);
    assert_int_equal(journal_db_uses(journal, VISIT_COST_SINGLE_ENTRY, 30, 0), 0);
    struct journal_event undo = {.kind = JOURNAL_UNDONE, .ref = 3, .line_us = -1, .effect = {.returns_cost_of_seq = 3}};
    assert_int_equal(journal_db_append(journal, &undo, 1), 0);
    assert_int_equal(journal_db_append(journal, &undo, 1), 0);
    assert_int_equal(journal_db_uses(journal, VISIT_COST_CLIP, 30, 0), 2);
    assert_int_equal(journal_db_uses(journal, VISIT_COST_CLIP, 30, 2), 0);
    assert_int_equal(journal_db_uses(journal, VISIT_COST_CLIP, 30, 3), 0);
}

static int note_grant(const struct journal_event *event, void *user)
{
    uint64_t *grants = user;
    grants[grants[0] + 1] = event->grant;
    grants[0]++;
    return 0;
}

static void open_grants_are_those_that_no_event_has_closed(void **state)
{
    (void)state;
    struct journal_event events[4] = {decision(11, 7), decision(12, 8), decision(13, 9), passed(12, 8, 5)};
    assert_int_equal(journal_db_append(journal, events, 4), 0);
    uint64_t grants[8] = {0};
    assert_int_equal(journal_db_open_grants(journal, note_grant, grants), 0);
    assert_int_equal(grants[0], 2);
    assert_int_equal(grants[1], 11);
    assert_int_equal(grants[2], 13);
}

static void cursors_are_kept(void **state)
{
    (void)state;
    assert_int_equal(journal_db_cursor(journal, "office"), 0);
    assert_int_equal(journal_db_set_cursor(journal, "office", 12), 0);
    assert_int_equal(journal_db_set_cursor(journal, "office", 15), 0);
    assert_int_equal(journal_db_set_cursor(journal, "other", 2), 0);
    journal_db_close(journal);
    assert_int_equal(journal_db_open(scratch.path, JOURNAL_DB_WRITE, &journal), 0);
    assert_int_equal(journal_db_cursor(journal, "office"), 15);
}

static void a_bad_event_is_refused_with_all_of_its_batch(void **state)
{
    (void)state;
    struct journal_event two[2] = {decision(1, 7), decision(2, 7)};
    two[1].kind = JOURNAL_KINDS;
    assert_int_equal(journal_db_append(journal, two, 2), -EINVAL);
    two[1] = decision(2, 7);
    two[1].record_len = JOURNAL_RECORD_MAX + 1;
    assert_int_equal(journal_db_append(journal, two, 2), -EINVAL);
    two[1] = decision(0, 7);
    assert_int_equal(journal_db_append(journal, two, 2), -EINVAL);
    two[1] = passed(3, 0, 1);
    assert_int_equal(journal_db_append(journal, two, 2), -EINVAL);
    two[1] = decision(2, 7);
    memset(two[1].lane, 'x', sizeof(two[1].lane));
    assert_int_equal(journal_db_append(journal, two, 2), -EINVAL);
    assert_int_equal(journal_db_last_seq(journal), 0);
    assert_int_equal(two[0].seq, 0);
}

static void fill(int n)
{
    for (int i = 1; i <= n; i++) {
        struct journal_event two[2] = {decision((uint64_t)i, i), passed((uint64_t)i, i, 5)};
        assert_int_equal(journal_db_append(journal, two, 2), 0);
    }
}

static void the_chain_verifies_and_any_change_is_found(void **state)
{
    (void)state;
    static const char *const changes[] = {
        "UPDATE event SET code = 9 WHERE seq = 7",
        "UPDATE event SET utc_us = utc_us + 1 WHERE seq = 7",
        "UPDATE event SET holder = 1234 WHERE seq = 7",
        "UPDATE event SET record = x'00' WHERE seq = 7",
        "UPDATE event SET lane = 'lane two' WHERE seq = 7",
        "UPDATE event SET detail = 'e' WHERE seq = 7",
        "UPDATE event SET hash = zeroblob(32) WHERE seq = 7",
        "UPDATE event SET hash = x'00' WHERE seq = 7",
        "UPDATE event SET seal = zeroblob(16) WHERE seq = 7",
        "UPDATE event SET personal = 0 WHERE seq = 7",
        "UPDATE event SET flags = 0 WHERE seq = 7",
        "UPDATE event SET epoch = epoch + 1 WHERE seq = 7",
    };
    fill(5);
    int64_t bad = 0;
    assert_int_equal(journal_db_verify(journal, &bad), 0);
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        scratch_sql(&scratch, "CREATE TABLE kept AS SELECT * FROM event");
        scratch_sql(&scratch, changes[i]);
        bad = 0;
        assert_int_equal(journal_db_verify(journal, &bad), 1);
        assert_int_equal(bad, 7);
        scratch_sql(&scratch, "DELETE FROM event; INSERT INTO event SELECT * FROM kept; DROP TABLE kept");
        assert_int_equal(journal_db_verify(journal, &bad), 0);
    }
    scratch_sql(&scratch, "DELETE FROM event WHERE seq = 4");
    assert_int_equal(journal_db_verify(journal, &bad), 1);
    assert_int_equal(bad, 5);
    scratch_sql(&scratch, "DELETE FROM event WHERE seq < 4");
    assert_int_equal(journal_db_verify(journal, &bad), 1);
    assert_int_equal(bad, 5);
}

/* Each change in a file of its own: nothing is put right again. */
static void assert_found(const char *change, int64_t expected)
{
    int64_t bad = 0;
    scratch_sql(&scratch, change);
    int r = journal_db_verify(journal, &bad);
    if (r != 1 || bad != expected) {
        fail_msg("%s: answer %d, seq %lld", change, r, (long long)bad);
    }
}

static void a_change_can_not_be_hidden_as_a_place_where_the_chain_begins_anew(void **state)
{
    (void)state;
    int64_t kept = 0;
    int64_t bad = 0;
    fill(5);
    scratch_sql(&scratch, "UPDATE event SET code = 9 WHERE seq = 7");
    assert_found("INSERT INTO chain_start VALUES (7, 1)", 7);
    scratch_sql(&scratch, "DELETE FROM chain_start");
    journal_db_close(journal);
    journal = NULL;
    /* A recovery sets such a place itself, and says so: row 7 doesn't fit, so 8 has nothing before it. */
    assert_int_equal(journal_db_recover(scratch.path, INT64_C(1700000000000000), &kept), 0);
    assert_int_equal(kept, 9);
    assert_int_equal(scratch_int(&scratch, "SELECT seq FROM chain_start"), 8);
    assert_int_equal(journal_db_open(scratch.path, JOURNAL_DB_WRITE, &journal), 0);
    assert_int_equal(journal_db_verify(journal, &bad), 0);
    int64_t vouching = journal_db_last_seq(journal);
    struct journal_event more = {.kind = JOURNAL_START, .line_us = -1};
    assert_int_equal(journal_db_append(journal, &more, 1), 0);
    assert_int_equal(journal_db_verify(journal, &bad), 0);
    /* A further one, hidden behind the same recovery, before and after it. */
    scratch_sql(&scratch, "UPDATE event SET code = 9 WHERE seq = 3");
    assert_found("INSERT INTO chain_start VALUES (3, 2)", vouching);
    scratch_sql(&scratch, "DELETE FROM chain_start WHERE seq = 3; UPDATE event SET code = 0 WHERE seq = 3");
    assert_int_equal(journal_db_verify(journal, &bad), 0);
    scratch_sql(&scratch, "UPDATE event SET kind = 2 WHERE seq > 1000000 AND kind = 1");
    assert_found("INSERT INTO chain_start SELECT max(seq), 3 FROM event", more.seq);
    scratch_sql(&scratch,
                "DELETE FROM chain_start WHERE seq > 8; UPDATE event SET kind = 1 WHERE seq > 1000000 AND kind = 2");
    assert_int_equal(journal_db_verify(journal, &bad), 0);
    assert_found("DELETE FROM chain_start", 8);
}

static void presence_and_uses_are_held_against_the_events(void **state)
{
    (void)state;
    static const struct {
        const char *change, *back;
        int64_t bad;
    } changes[] = {
        {"UPDATE presence SET zone = 6 WHERE holder = 2", "UPDATE presence SET zone = 5 WHERE holder = 2", 4},
        {"UPDATE presence SET visit_paid = 0 WHERE holder = 2", "UPDATE presence SET visit_paid = 1 WHERE holder = 2",
         4},
        {"UPDATE presence SET entries_today = 9 WHERE holder = 2",
         "UPDATE presence SET entries_today = 2 WHERE holder = 2", 4},
        {"UPDATE presence SET seq = 2 WHERE holder = 2", "UPDATE presence SET seq = 4 WHERE holder = 2", 4},
        {"UPDATE presence SET seq = 900 WHERE holder = 2", "UPDATE presence SET seq = 4 WHERE holder = 2", 900},
        {"INSERT INTO presence VALUES (77, 4, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0)", "DELETE FROM presence WHERE holder = 77",
         4},
        {"UPDATE presence SET holder = 88 WHERE holder = 2", "UPDATE presence SET holder = 2 WHERE holder = 88", 4},
        {"UPDATE cost_use SET seq = 3", "UPDATE cost_use SET seq = 7", 7},
        {"UPDATE cost_use SET id = 56", "UPDATE cost_use SET id = 55", 7},
        {"UPDATE cost_use SET returned_seq = 0", "UPDATE cost_use SET returned_seq = 8", 8},
        {"UPDATE cost_use SET returned_seq = 2", "UPDATE cost_use SET returned_seq = 8", 7},
        {"INSERT INTO cost_use VALUES (1, 1, 99, 0)", "DELETE FROM cost_use WHERE seq = 99", 99},
    };
    fill(3);
    struct journal_event used = passed(4, 4, 5);
    used.effect.takes_cost = true;
    used.effect.cost_kind = VISIT_COST_CLIP;
    used.effect.cost_id = 55;
    assert_int_equal(journal_db_append(journal, &used, 1), 0);
    struct journal_event undone = {
        .kind = JOURNAL_UNDONE, .ref = 7, .line_us = -1, .effect = {.returns_cost_of_seq = 7}};
    assert_int_equal(journal_db_append(journal, &undone, 1), 0);
    int64_t bad = 0;
    assert_int_equal(journal_db_verify(journal, &bad), 0);
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        assert_found(changes[i].change, changes[i].bad);
        scratch_sql(&scratch, changes[i].back);
        assert_int_equal(journal_db_verify(journal, &bad), 0);
    }
    assert_found("DELETE FROM presence WHERE holder = 2", 4);
}

static void what_is_kept_of_a_person_goes_with_the_last_event_that_said_it(void **state)
{
    (void)state;
    struct visit_presence p;
    struct journal_event events[] = {passed(1, 1, 0), passed(2, 2, 5), passed(3, 3, 0), passed(4, 3, 0)};
    assert_int_equal(journal_db_append(journal, events, 4), 0);
    int64_t fourth_us = events[3].utc_us;
    assert_int_equal(journal_db_erase(journal, fourth_us, 100), 3);
    assert_int_equal(scratch_int(&scratch, "SELECT count(*) FROM presence WHERE holder = 1"), 0);
    assert_int_equal(journal_db_presence(journal, 2, &p), 0);
    const struct visit_presence inside = {.zone_id = 5, .zone_since_us = events[1].utc_us};
    assert_presence(&p, &inside);
    assert_int_equal(journal_db_occupancy(journal, 5), 1);
    assert_int_equal(journal_db_presence(journal, 3, &p), 0);
    assert_presence(&p, &events[3].effect.presence);
    int64_t bad = 0;
    assert_int_equal(journal_db_verify(journal, &bad), 0);
}

static void an_event_that_a_wrong_clock_keeps_longer_still_verifies(void **state)
{
    (void)state;
    struct journal_event events[] = {passed(9, 1, 0), passed(1, 1, 0)}; /* the later one bears the earlier time */
    int64_t bad = 0;
    assert_int_equal(journal_db_append(journal, events, 2), 0);
    assert_int_equal(journal_db_erase(journal, events[0].utc_us, 100), 1);
    assert_int_equal(scratch_int(&scratch, "SELECT count(*) FROM presence"), 0);
    assert_int_equal(journal_db_verify(journal, &bad), 0);
}

static void personal_parts_are_erased_in_steps_and_the_chain_still_verifies(void **state)
{
    (void)state;
    fill(20);
    struct journal_event plain = {.kind = JOURNAL_STOP, .line_us = -1};
    assert_int_equal(journal_db_append(journal, &plain, 1), 0);
    int64_t before = INT64_C(1400000000000000) + 11 * 1000000; /* the first ten members */
    assert_int_equal(journal_db_erase(journal, before, 15), 15);
    assert_int_equal(journal_db_erase(journal, before, 15), 5);
    assert_int_equal(journal_db_erase(journal, before, 15), 0);
    int64_t bad = 0;
    assert_int_equal(journal_db_verify(journal, &bad), 0);
    struct journal_event e;
    assert_int_equal(journal_db_event(journal, 3, &e), 0);
    assert_true(e.erased);
    assert_int_equal(e.holder, 0);
    assert_int_equal(e.card.form, CARD_NONE);
    assert_int_equal(e.record_len, 0);
    assert_false(e.effect.has_presence);
    assert_int_equal(e.grant, 2);
    assert_int_equal(journal_db_event(journal, 21, &e), 0);
    assert_false(e.erased);
    assert_int_equal(e.holder, 11);
    assert_int_equal(journal_db_event(journal, 41, &e), 0);
    assert_false(e.erased);
    scratch_sql(&scratch, "UPDATE event SET seal = zeroblob(32) WHERE seq = 3");
    assert_int_equal(journal_db_verify(journal, &bad), 1);
    assert_int_equal(bad, 3);
}

static void erased_bytes_are_in_no_file_any_more(void **state)
{
    (void)state;
    fill(3);
    assert_int_equal(journal_db_erase(journal, INT64_MAX, 100), 6);
    static const char *const suffixes[] = {"", "-wal"};
    for (int i = 0; i < 2; i++) {
        char path[160];
        static char bytes[1 << 20];
        (void)snprintf(path, sizeof(path), "%s%s", scratch.path, suffixes[i]);
        FILE *f = fopen(path, "rb");
        assert_non_null(f);
        size_t n = fread(bytes, 1, sizeof(bytes), f);
        (void)fclose(f);
        assert_null(memmem(bytes, n, record, sizeof(record) - 1));
    }
}

static void a_reader_beside_the_writer_sees_what_is_durable(void **state)
{
    (void)state;
    struct journal_db *reader = NULL;
    assert_int_equal(journal_db_open(scratch.path, JOURNAL_DB_READ, &reader), 0);
    assert_int_equal(journal_db_last_seq(reader), 0);
    fill(2);
    assert_int_equal(journal_db_last_seq(reader), 4);
    struct journal_event e = decision(9, 1);
    assert_true(journal_db_append(reader, &e, 1) < 0);
    assert_int_equal(journal_db_last_seq(journal), 4);
    journal_db_close(reader);
}

static void a_missing_newer_or_foreign_file_is_named(void **state)
{
    (void)state;
    struct journal_db *other = NULL;
    char path[160];
    (void)snprintf(path, sizeof(path), "%s/none.db", scratch.dir);
    assert_int_equal(journal_db_open(path, JOURNAL_DB_READ, &other), JOURNAL_DB_MISSING);
    scratch_sql(&scratch, "PRAGMA user_version = 99");
    assert_int_equal(journal_db_open(scratch.path, JOURNAL_DB_WRITE, &other), JOURNAL_DB_NEWER);
    scratch_sql(&scratch, "PRAGMA user_version = 1; PRAGMA application_id = 3");
    assert_int_equal(journal_db_open(scratch.path, JOURNAL_DB_WRITE, &other), JOURNAL_DB_CORRUPT);
    assert_null(other);
}

static void a_file_that_was_made_and_never_filled_becomes_a_journal(void **state)
{
    (void)state;
    struct journal_db *other = NULL;
    journal_db_close(journal);
    journal = NULL;
    assert_int_equal(truncate(scratch.path, 0), 0);
    assert_int_equal(journal_db_open(scratch.path, JOURNAL_DB_READ, &other), JOURNAL_DB_OLDER);
    assert_int_equal(journal_db_open(scratch.path, JOURNAL_DB_WRITE, &journal), 0);
    fill(1);
    assert_int_equal(scratch_int(&scratch, "PRAGMA auto_vacuum"), 2);
}

static void one_grant_is_looked_up_by_its_number(void **state)
{
    (void)state;
    struct journal_event events[] = {decision(1, 7), decision(2, 8), passed(1, 7, 5)};
    assert_int_equal(journal_db_append(journal, events, 2), 0);
    assert_int_equal(journal_db_grant_is_open(journal, 1), 1);
    assert_int_equal(journal_db_append(journal, &events[2], 1), 0);
    assert_int_equal(journal_db_grant_is_open(journal, 1), 0);
    assert_int_equal(journal_db_grant_is_open(journal, 2), 1);
    assert_int_equal(journal_db_grant_is_open(journal, 3), 0);
}

static void what_staff_set_last_is_found(void **state)
{
    (void)state;
    struct journal_event found = {0};
    assert_int_equal(journal_db_newest(journal, JOURNAL_MODE, "north", &found), 1);
    struct journal_event events[] = {
        {.kind = JOURNAL_MODE, .lane = "north", .code = 1, .line_us = -1},
        {.kind = JOURNAL_MODE, .lane = "north", .code = 2, .line_us = -1},
        {.kind = JOURNAL_MODE, .lane = "south", .code = 1, .line_us = -1},
        {.kind = JOURNAL_LOCKDOWN, .code = 1, .line_us = -1},
        {.kind = JOURNAL_LOCKDOWN, .lane = "north", .code = 0, .line_us = -1},
        {.kind = JOURNAL_ALARM, .lane = "north", .line_us = -1},
    };
    assert_int_equal(journal_db_append(journal, events, sizeof(events) / sizeof(events[0])), 0);
    assert_int_equal(journal_db_newest(journal, JOURNAL_MODE, "north", &found), 0);
    assert_int_equal(found.seq, 2);
    assert_int_equal(found.code, 2);
    assert_int_equal(journal_db_newest(journal, JOURNAL_MODE, "south", &found), 0);
    assert_int_equal(found.seq, 3);
    assert_int_equal(journal_db_newest(journal, JOURNAL_LOCKDOWN, "", &found), 0);
    assert_int_equal(found.seq, 4);
    assert_int_equal(journal_db_newest(journal, JOURNAL_LOCKDOWN, "south", &found), 1);
}

static void a_passage_that_was_taken_back_is_found(void **state)
{
    (void)state;
    struct journal_event events[] = {
        passed(1, 7, 5),
        {.kind = JOURNAL_UNDONE, .ref = 1, .line_us = -1},
        passed(2, 8, 5),
        {.kind = JOURNAL_UNRESOLVED, .ref = 3, .line_us = -1},
    };
    assert_int_equal(journal_db_append(journal, events, sizeof(events) / sizeof(events[0])), 0);
    assert_int_equal(journal_db_is_undone(journal, 1), 1);
    assert_int_equal(journal_db_is_undone(journal, 2), 0);
    assert_int_equal(journal_db_is_undone(journal, 3), 0);
}

/* @return how SQLite goes about a statement. */
static void plan_of(sqlite3_stmt *stmt, char *ret_plan, size_t size)
{
    char text[1024];
    sqlite3_stmt *plan = NULL;
    (void)snprintf(text, sizeof(text), "EXPLAIN QUERY PLAN %s", sqlite3_sql(stmt));
    assert_int_equal(sqlite3_prepare_v2(journal->sql, text, -1, &plan, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(plan), SQLITE_ROW);
    (void)snprintf(ret_plan, size, "%s", (const char *)sqlite3_column_text(plan, 3));
    assert_int_equal(sqlite3_step(plan), SQLITE_DONE); /* and nothing is sorted */
    (void)sqlite3_finalize(plan);
}

/* Some versions of SQLite call an index covering where others don't. */
static void assert_search_by(sqlite3_stmt *stmt, const char *index)
{
    static const char search[] = "SEARCH event USING ";
    char plan[256];
    plan_of(stmt, plan, sizeof(plan));
    assert_memory_equal(plan, search, sizeof(search) - 1);
    assert_non_null(strstr(plan, index));
}

static void neither_look_reads_more_than_its_index(void **state)
{
    (void)state;
    assert_search_by(journal->newest, "INDEX event_setting (kind=? AND lane=?)");
    assert_search_by(journal->undone, "INDEX event_undone (ref=?)");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(events_get_an_epoch_and_numbers_without_a_gap),
        TEST(an_event_is_read_back_as_it_was_written),
        TEST(reading_begins_after_a_number_and_keeps_its_limit),
        TEST(presence_and_occupancy_follow_in_the_same_transaction),
        TEST(uses_are_counted_above_a_number_and_can_be_taken_back_once),
        TEST(open_grants_are_those_that_no_event_has_closed),
        TEST(cursors_are_kept),
        TEST(a_bad_event_is_refused_with_all_of_its_batch),
        TEST(the_chain_verifies_and_any_change_is_found),
        TEST(a_change_can_not_be_hidden_as_a_place_where_the_chain_begins_anew),
        TEST(presence_and_uses_are_held_against_the_events),
        TEST(what_is_kept_of_a_person_goes_with_the_last_event_that_said_it),
        TEST(an_event_that_a_wrong_clock_keeps_longer_still_verifies),
        TEST(personal_parts_are_erased_in_steps_and_the_chain_still_verifies),
        TEST(erased_bytes_are_in_no_file_any_more),
        TEST(a_reader_beside_the_writer_sees_what_is_durable),
        TEST(a_missing_newer_or_foreign_file_is_named),
        TEST(a_file_that_was_made_and_never_filled_becomes_a_journal),
        TEST(one_grant_is_looked_up_by_its_number),
        TEST(what_staff_set_last_is_found),
        TEST(a_passage_that_was_taken_back_is_found),
        TEST(neither_look_reads_more_than_its_index),
    };
    return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
