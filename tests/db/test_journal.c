#include "journal_maker.h"

#include <errno.h>

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

/* SQLite looks only through the index; some versions call it covering where others don't. */
static void assert_search_by(sqlite3_stmt *stmt, const char *index)
{
    static const char search[] = "SEARCH event USING ";
    char text[1024];
    sqlite3_stmt *plan = NULL;
    (void)snprintf(text, sizeof(text), "EXPLAIN QUERY PLAN %s", sqlite3_sql(stmt));
    assert_int_equal(sqlite3_prepare_v2(journal->sql, text, -1, &plan, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(plan), SQLITE_ROW);
    const char *how = (const char *)sqlite3_column_text(plan, 3);
    assert_memory_equal(how, search, sizeof(search) - 1);
    assert_non_null(strstr(how, index));
    assert_int_equal(sqlite3_step(plan), SQLITE_DONE); /* and nothing is sorted */
    (void)sqlite3_finalize(plan);
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
