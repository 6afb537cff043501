/* Does a journal show what was changed in it, and what does it forget? */

#include "journal_maker.h"

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
    assert_found("UPDATE chain_start SET epoch = 3 WHERE seq = 3", 3); /* of no recovery that there was */
    assert_found("UPDATE chain_start SET epoch = NULL WHERE seq = 3", 3);
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
    assert_int_equal(journal_db_last_erased(journal), 0);
    assert_int_equal(journal_db_erase(journal, fourth_us, 100), 3);
    assert_int_equal(journal_db_last_erased(journal), 3);
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

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_chain_verifies_and_any_change_is_found),
        TEST(a_change_can_not_be_hidden_as_a_place_where_the_chain_begins_anew),
        TEST(presence_and_uses_are_held_against_the_events),
        TEST(what_is_kept_of_a_person_goes_with_the_last_event_that_said_it),
        TEST(an_event_that_a_wrong_clock_keeps_longer_still_verifies),
        TEST(personal_parts_are_erased_in_steps_and_the_chain_still_verifies),
        TEST(erased_bytes_are_in_no_file_any_more),
    };
    return cmocka_run_group_tests_name("journal_verify", tests, NULL, NULL);
}
