/* What stories can't show well: records in the journal, bounds, and wishes that are refused. */

#include "world.h"

#include "base/clock.h"
#include "base/pack.h"
#include "core/access_record.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *sql_path;

static struct world *new_world(void)
{
    struct world *world = calloc(1, sizeof(*world));

    assert_non_null(world);
    world_init(world, sql_path, NULL);
    world_open(world);
    world_settle(world);
    return world;
}

static void end_world(struct world *world)
{
    world_finish(world);
    free(world);
}

struct wanted {
    enum journal_kind kind;
    struct journal_event event;
    uint8_t record[JOURNAL_RECORD_MAX];
    unsigned n;
};

static int keep(const struct journal_event *event, void *user)
{
    struct wanted *wanted = user;

    if (event->kind == wanted->kind) {
        wanted->event = *event;
        if (event->record_len > 0) {
            memcpy(wanted->record, event->record, event->record_len);
        }
        wanted->n++;
    }
    return 0;
}

static struct wanted *last_of(struct world *world, enum journal_kind kind)
{
    static struct wanted wanted;

    memset(&wanted, 0, sizeof(wanted));
    wanted.kind = kind;
    assert_int_equal(journal_db_read(world->reading, 0, 0, keep, &wanted), 0);
    return &wanted;
}

static void each_decision_can_be_decided_again_from_its_record(void **state)
{
    static const char *const cards[] = {"04a10001", "04a10012", "deadbeef", "04a10017", "04a10015"};
    struct world *world = new_world();

    (void)state;
    for (size_t i = 0; i < sizeof(cards) / sizeof(cards[0]); i++) {
        struct access_verdict then;
        struct access_verdict again;
        const char *field = "";
        struct wanted *decision;

        world_tap(world, 0, cards[i], false);
        decision = last_of(world, JOURNAL_DECISION);
        assert_int_equal(decision->n, i + 1);
        assert_true(decision->event.record_len > 0);
        assert_int_equal(access_record_replay(decision->record, decision->event.record_len, &then, &again, &field), 0);
        assert_null(field);
        assert_int_equal((int)then.code, decision->event.code);
        world_until(world, world->now.boot_us + 8 * US_PER_S);
    }
    end_world(world);
}

static void a_decision_says_how_long_each_stage_took(void **state)
{
    struct world *world = new_world();
    struct unit_card card = {.can_desfire = true};
    struct access_stages stages;
    struct wanted *decision;

    (void)state;
    assert_true(card_parse("04a10003a0a0a0", &card.number));
    card.field_us = world->now.boot_us - 15000;
    card.uid_us = world->now.boot_us - 300;
    unit_card_seen(world->unit, 0, &card, world->now);
    world->now.boot_us += 40000;
    world->now.utc_us += 40000;
    unit_proof(world->unit, 0, ACCESS_PROOF_GENUINE, world->now);
    world_settle(world);
    decision = last_of(world, JOURNAL_DECISION);
    assert_int_equal(access_record_decode(decision->record, decision->event.record_len, NULL, NULL, &stages), 0);
    assert_int_equal(stages.uid_us, card.uid_us);
    assert_int_equal(stages.field_us, -14700);
    assert_int_equal(stages.gate_us, 300);
    assert_int_equal(stages.proof_us, 40300);
    assert_int_equal(stages.decided_us, 40300);
    assert_int_equal(last_of(world, JOURNAL_RELEASED)->event.line_us, 40300);
    end_world(world);
}

static void text_of(const struct wanted *wanted, unsigned tag, char *ret_text, size_t size)
{
    struct unpack u;
    struct pack_field f;

    ret_text[0] = '\0';
    unpack_init(&u, wanted->record, wanted->event.record_len);
    while (unpack_next(&u, &f)) {
        if (f.tag == tag) {
            unpack_text(&u, &f, ret_text, size);
        }
    }
    assert_false(u.bad);
}

static void what_staff_do_is_kept_with_who_and_why(void **state)
{
    struct world *world = new_world();
    char text[64];

    (void)state;
    assert_int_equal(unit_release(world->unit, 0, LANE_IN, "eva", "forgot her card", world->now), 0);
    world_settle(world);
    text_of(last_of(world, JOURNAL_STAFF_RELEASE), UNIT_RECORD_WHO, text, sizeof(text));
    assert_string_equal(text, "eva");
    text_of(last_of(world, JOURNAL_STAFF_RELEASE), UNIT_RECORD_WHY, text, sizeof(text));
    assert_string_equal(text, "forgot her card");
    assert_int_equal(unit_set_mode(world->unit, 1, LANE_LOCKED, "per", "repair", world->now), 0);
    world_settle(world);
    text_of(last_of(world, JOURNAL_MODE), UNIT_RECORD_WHO, text, sizeof(text));
    assert_string_equal(text, "per");
    unit_set_lockdown(world->unit, true, "ann", world->now);
    world_settle(world);
    text_of(last_of(world, JOURNAL_LOCKDOWN), UNIT_RECORD_WHO, text, sizeof(text));
    assert_string_equal(text, "ann");
    end_world(world);
}

static void what_staff_note_is_kept_with_who_and_where(void **state)
{
    struct world *world = new_world();
    char long_text[700];
    char text[64];

    (void)state;
    memset(long_text, 'x', sizeof(long_text) - 1);
    long_text[sizeof(long_text) - 1] = '\0';
    assert_int_equal(unit_note(world->unit, 1, "eva", "touch test passed", world->now), 0);
    world_settle(world);
    text_of(last_of(world, JOURNAL_STAFF_ACT), UNIT_RECORD_WHO, text, sizeof(text));
    assert_string_equal(text, "eva");
    text_of(last_of(world, JOURNAL_STAFF_ACT), UNIT_RECORD_WHY, text, sizeof(text));
    assert_string_equal(text, "touch test passed");
    assert_string_equal(last_of(world, JOURNAL_STAFF_ACT)->event.lane, world->config.lanes[1].name);
    assert_string_equal(last_of(world, JOURNAL_STAFF_ACT)->event.detail, ""); /* nothing that outlives retention */
    assert_int_equal(unit_note(world->unit, -1, "eva", "signed in", world->now), 0);
    world_settle(world);
    assert_string_equal(last_of(world, JOURNAL_STAFF_ACT)->event.lane, "");
    assert_int_equal(unit_note(world->unit, 99, "eva", "x", world->now), UNIT_NO_LANE);
    assert_int_equal(unit_note(world->unit, -1, "", "x", world->now), UNIT_REFUSED);
    assert_int_equal(unit_note(world->unit, -1, "eva", "", world->now), UNIT_REFUSED);
    assert_int_equal(unit_note(world->unit, -1, "eva", long_text, world->now), UNIT_REFUSED);
    world_settle(world);
    assert_int_equal(last_of(world, JOURNAL_STAFF_ACT)->n, 2);
    end_world(world);
}

static void zones_are_told_once_with_the_people_in_them(void **state)
{
    struct world *world = new_world();
    struct unit_zone_status zones[GATE_READERS_MAX];
    size_t n = unit_zones_status(world->unit, zones);

    (void)state;
    assert_int_equal(n, 2);
    assert_string_equal(zones[0].name, "hall");
    assert_int_equal(zones[0].people, 0);
    assert_int_equal(zones[0].limit, 0);
    assert_string_equal(zones[1].name, "pool");
    world_sql(world, "UPDATE zone SET most_people = 40 WHERE id = 1; UPDATE meta SET version = version + 1");
    world_tap(world, 0, "04a10001", false);
    world_walk(world, 0, LANE_IN);
    world_until(world, world->now.boot_us + 3 * US_PER_S);
    assert_int_equal(unit_zones_status(world->unit, zones), 2);
    assert_int_equal(zones[0].id, 1);
    assert_int_equal(zones[0].people, 1);
    assert_int_equal(zones[0].limit, 40);
    end_world(world);
}

static void wishes_that_make_no_sense_are_refused_without_a_trace(void **state)
{
    struct world *world = new_world();
    int64_t before = journal_db_last_seq(world->reading);
    char long_name[700];

    (void)state;
    memset(long_name, 'x', sizeof(long_name) - 1);
    long_name[sizeof(long_name) - 1] = '\0';
    assert_int_equal(unit_release(world->unit, 99, LANE_IN, "eva", "why", world->now), UNIT_NO_LANE);
    assert_int_equal(unit_release(world->unit, 0, LANE_IN, "", "why", world->now), UNIT_REFUSED);
    assert_int_equal(unit_release(world->unit, 0, LANE_IN, "eva", NULL, world->now), UNIT_REFUSED);
    assert_int_equal(unit_release(world->unit, 0, LANE_IN, long_name, "why", world->now), UNIT_REFUSED);
    assert_int_equal(unit_set_mode(world->unit, 99, LANE_FREE, "eva", "why", world->now), UNIT_NO_LANE);
    assert_int_equal(unit_set_mode(world->unit, 0, (enum lane_mode)9, "eva", "why", world->now), UNIT_REFUSED);
    assert_int_equal(unit_undo(world->unit, 12345, "eva", "why", world->now), UNIT_NOT_FOUND);
    assert_int_equal(unit_undo(world->unit, 0, "eva", "why", world->now), UNIT_NOT_FOUND);
    world_settle(world);
    assert_int_equal(journal_db_last_seq(world->reading), before);
    assert_int_equal(world_lines_on(world), 0);
    end_world(world);
}

static void a_release_while_somebody_is_let_through_has_to_wait(void **state)
{
    struct world *world = new_world();

    (void)state;
    world_tap(world, 0, "04a10001", false);
    assert_int_equal(unit_release(world->unit, 0, LANE_OUT, "eva", "why", world->now), UNIT_BUSY);
    world_until(world, world->now.boot_us + 6 * US_PER_S);
    assert_int_equal(unit_release(world->unit, 0, LANE_OUT, "eva", "why", world->now), 0);
    end_world(world);
}

static void a_last_place_in_the_zone_is_given_once(void **state)
{
    struct world *world = new_world();

    (void)state;
    world_sql(world, "UPDATE zone SET most_people = 1 WHERE id = 1");
    world_tap(world, 0, "04a10001", false);
    world_tap(world, 2, "04a10002", false);
    assert_int_equal(world->granted, 1);
    assert_int_equal(world->denied, 1);
    end_world(world);
}

static void a_last_clip_is_granted_once_while_both_lanes_are_free(void **state)
{
    struct world *world = new_world();

    (void)state;
    /* Two bearers of one punch card of nobody: the second card is a copy with a number of its own. */
    world_sql(world, "UPDATE punch_card SET clips_left = 1 WHERE id = 202;"
                     "INSERT INTO card (key, punch_card) VALUES (x'0104a10909', 202)");
    world_tap(world, 0, "04a10202", false);
    world_until(world, world->now.boot_us + 200 * US_PER_MS);
    world_walk(world, 0, LANE_IN);
    world_until(world, world->now.boot_us + 300 * US_PER_MS); /* she is in the arm */
    world_tap(world, 2, "04a10909", false);
    world_until(world, world->now.boot_us + 10 * US_PER_S);
    assert_int_equal(journal_db_uses(world->reading, VISIT_COST_CLIP, 202, 0), 1);
    end_world(world);
}

static void a_clip_that_is_not_written_yet_is_used_all_the_same(void **state)
{
    struct world *world = new_world();
    unsigned denied;

    (void)state;
    world_sql(world, "UPDATE punch_card SET clips_left = 1 WHERE id = 202");
    world_tap(world, 0, "04a10202", false);
    world->journal = WORLD_JOURNAL_HOLD;
    world_walk(world, 0, LANE_IN);
    world_until(world, world->now.boot_us + 2 * US_PER_S);
    world_tap(world, 1, "04a10202", false);
    world_walk(world, 0, LANE_OUT);
    world_until(world, world->now.boot_us + 2 * US_PER_S);
    assert_int_equal(world->passed, 2);
    assert_int_equal(journal_db_uses(world->reading, VISIT_COST_CLIP, 202, 0), 0);
    denied = world->denied;
    world_tap(world, 0, "04a10202", false);
    assert_int_equal(world->denied, denied + 1);
    world->journal = WORLD_JOURNAL_OK;
    world_until(world, world->now.boot_us + 2 * US_PER_S);
    assert_int_equal(journal_db_uses(world->reading, VISIT_COST_CLIP, 202, 0), 1);
    end_world(world);
}

static void a_full_queue_of_the_journal_costs_no_clip(void **state)
{
    struct world *world = new_world();

    (void)state;
    world->journal = WORLD_JOURNAL_HOLD;
    for (unsigned i = 0; world->n_queue < WORLD_QUEUE_MAX; i++) {
        world_input(world, 0, GATE_TAMPER, i % 2 == 0);
    }
    world_tap(world, 2, "04a10017", false);
    assert_int_equal(world_lines_on(world), 0);
    assert_int_equal(world->released, 0);
    /* What costs nothing opens all the same. */
    world_tap(world, 0, "04a10001", false);
    assert_int_equal(world_lines_on(world), 1);
    world_walk(world, 0, LANE_IN);
    world_until(world, world->now.boot_us + US_PER_S);
    assert_int_equal(world->passed, 1);
    assert_int_equal(world->n_queue, WORLD_QUEUE_MAX);
    world->journal = WORLD_JOURNAL_OK;
    world_until(world, world->now.boot_us + 10 * US_PER_S);
    assert_int_equal(journal_db_uses(world->reading, VISIT_COST_CLIP, 201, 0), 0);
    /* And her passage, for which there was no room, is written in the end. */
    assert_int_equal(last_of(world, JOURNAL_PASSED)->n, 1);
    assert_int_equal(journal_db_occupancy(world->reading, 1), 1);
    end_world(world);
}

static void calls_about_things_that_are_not_there_do_nothing(void **state)
{
    struct world *world = new_world();
    struct unit_card card = {.can_desfire = false};
    struct unit_lane_status status;

    (void)state;
    assert_true(card_parse("04a10001", &card.number));
    unit_card_seen(world->unit, 99, &card, world->now);
    unit_proof(world->unit, 99, ACCESS_PROOF_GENUINE, world->now);
    unit_proof(world->unit, 0, ACCESS_PROOF_GENUINE, world->now); /* nobody asked */
    unit_card_gone(world->unit, 99, world->now);
    unit_reader_state(world->unit, 99, false, "", world->now);
    unit_input(world->unit, 99, GATE_FIRE, false, world->now.boot_us, world->now);
    unit_journal_done(world->unit, 777, 0, world->now);
    unit_lane_status(world->unit, 99, &status);
    assert_string_equal(status.name, "");
    assert_int_equal(world_lines_on(world), 0);
    assert_int_equal(world->granted + world->denied, 0);
    end_world(world);
}

static void a_broken_list_is_let_go_of_and_the_gate_shuts(void **state)
{
    struct world *world = new_world();

    (void)state;
    world_sql(world, "DROP TABLE subscription");
    world_tap(world, 0, "04a10001", false);
    assert_null(world->list);
    assert_int_equal(world->granted, 0);
    assert_int_equal(world->denied, 1);
    assert_string_equal(last_of(world, JOURNAL_ALARM)->event.detail, "no_list");
    world_tap(world, 1, "04a10002", false); /* free to leave */
    assert_true(world->outputs[0].release_out);
    end_world(world);
}

static void a_clip_that_is_written_before_it_is_told_so_counts_once(void **state)
{
    struct world *world = new_world();
    unsigned granted;

    (void)state;
    world_sql(world, "UPDATE punch_card SET clips_left = 2 WHERE id = 202");
    world_tap(world, 0, "04a10202", false);
    world->acks_late = true;
    world_walk(world, 0, LANE_IN);
    world_until(world, world->now.boot_us + 2 * US_PER_S);
    assert_int_equal(journal_db_uses(world->reading, VISIT_COST_CLIP, 202, 0), 1);
    world_tap(world, 1, "04a10202", false);
    world_walk(world, 0, LANE_OUT);
    world_until(world, world->now.boot_us + 2 * US_PER_S);
    granted = world->granted;
    world_tap(world, 0, "04a10202", false);
    assert_int_equal(world->granted, granted + 1); /* the second clip is still there */
    world->acks_late = false;
    world_settle(world);
    world_walk(world, 0, LANE_IN);
    world_until(world, world->now.boot_us + 2 * US_PER_S);
    assert_int_equal(journal_db_uses(world->reading, VISIT_COST_CLIP, 202, 0), 2);
    world_check(world);
    end_world(world);
}

static int add_up(const struct journal_event *event, void *user)
{
    int *sums = user;

    sums[0] += event->kind == JOURNAL_PASSED;
    sums[1] += event->kind == JOURNAL_ALARM_END && strncmp(event->detail, "backlog ", 8) == 0 ? event->code : 0;
    sums[2] += event->kind == JOURNAL_ALARM_END && strncmp(event->detail, "backlog ", 8) == 0;
    return 0;
}

/* The journal fails for so long that neither it nor the unit can keep what happens. */
static void a_journal_that_fails_for_hours_is_told_and_made_good_as_far_as_can_be(void **state)
{
    enum { PASSAGES = 400 };
    struct world *world = new_world();
    struct visit_presence presence;
    char *told = NULL;
    size_t size = 0;
    int sums[3] = {0};

    (void)state;
    world->out = open_memstream(&told, &size);
    assert_non_null(world->out);
    world->journal = WORLD_JOURNAL_FAIL;
    for (unsigned i = 0; i < PASSAGES; i++) {
        world_tap(world, i % 2, "04a10001", false);
        world_walk(world, 0, i % 2 == 0 ? LANE_IN : LANE_OUT);
        world_until(world, world->now.boot_us + 30 * US_PER_S);
    }
    assert_int_equal(world->passed, PASSAGES);
    world_tap(world, 0, "04a10017", false); /* what costs a clip has to wait for better days */
    world_until(world, world->now.boot_us + 10 * US_PER_S);
    assert_int_equal(world->released, PASSAGES);
    world->journal = WORLD_JOURNAL_OK;
    world_until(world, world->now.boot_us + 60 * US_PER_S);
    world_check(world);
    assert_int_equal(journal_db_read(world->reading, 0, 0, add_up, sums), 0);
    assert_in_range(sums[0], 256, PASSAGES - 1);
    assert_int_equal(sums[0] + sums[1], PASSAGES);
    assert_int_equal(sums[2], 1);
    assert_int_equal(journal_db_presence(world->reading, 1, &presence), 0);
    assert_int_equal(presence.zone_id, 0);
    assert_int_equal(presence.entries_today, PASSAGES / 2);
    (void)fclose(world->out);
    world->out = NULL;
    assert_non_null(strstr(told, "unit: alarm journal"));
    assert_non_null(strstr(told, "unit: alarm backlog"));
    assert_non_null(strstr(told, "unit: alarm_end backlog events="));
    free(told);
    end_world(world);
}

static void a_lane_left_free_stays_shut_over_a_restart_in_a_lockdown(void **state)
{
    struct world *world = new_world();
    unsigned pulses;

    (void)state;
    assert_int_equal(unit_set_mode(world->unit, 0, LANE_FREE, "eva", "open day", world->now), 0);
    world_settle(world);
    assert_int_equal(world_lines_on(world), 2);
    world_input(world, 4, GATE_LOCKDOWN, true); /* the last input that a start tells of */
    assert_int_equal(world_lines_on(world), 0);
    pulses = world->pulses;
    world_kill(world);
    world_open(world);
    assert_int_equal(world_lines_on(world), 0);
    assert_int_equal(world->pulses, pulses);
    world_input(world, 4, GATE_LOCKDOWN, false);
    assert_int_equal(world_lines_on(world), 2);
    world_kill(world);
    pulses = world->pulses;
    world_open(world);
    assert_int_equal(world_lines_on(world), 2);
    assert_int_equal(world->pulses, pulses + 2);
    end_world(world);
}

static void what_is_restored_names_the_wish_it_goes_back_to(void **state)
{
    struct world *world = new_world();
    int64_t wish;
    struct wanted *restored;

    (void)state;
    assert_int_equal(unit_set_mode(world->unit, 1, LANE_LOCKED, "per", "repair", world->now), 0);
    world_settle(world);
    wish = last_of(world, JOURNAL_MODE)->event.seq;
    for (unsigned i = 0; i < 2; i++) {
        world_kill(world);
        world_open(world);
        world_settle(world);
        restored = last_of(world, JOURNAL_MODE);
        assert_int_equal(restored->event.ref, wish);
        assert_int_equal(restored->event.code, LANE_LOCKED);
        assert_string_equal(restored->event.lane, "south");
        assert_string_equal(restored->event.detail, "locked restored");
    }
    end_world(world);
}

/* Two wishes under way at once, and the first one is written last: it must not be the one that lasts. */
static void a_wish_that_was_overtaken_does_not_come_back(void **state)
{
    struct world *world = new_world();
    struct unit_lane_status status;
    struct world_entry first;

    (void)state;
    world->journal = WORLD_JOURNAL_HOLD;
    assert_int_equal(unit_set_mode(world->unit, 1, LANE_LOCKED, "per", "repair", world->now), 0);
    first = world->queue[0];
    assert_int_equal(unit_set_mode(world->unit, 1, LANE_NORMAL, "per", "done", world->now), 0);
    assert_int_equal(world->n_queue, 2);
    world->queue[0] = world->queue[1];
    world->n_queue = 1;
    free(first.record);
    unit_journal_done(world->unit, first.ticket, -ENOSPC, world->now);
    world->journal = WORLD_JOURNAL_OK;
    world_until(world, world->now.boot_us + 5 * US_PER_S);
    assert_int_equal(last_of(world, JOURNAL_MODE)->event.code, LANE_NORMAL);
    assert_int_equal(last_of(world, JOURNAL_MODE)->n, 3);
    world_kill(world);
    world_open(world);
    unit_lane_status(world->unit, 1, &status);
    assert_int_equal(status.state, LANE_S_LOCKED);
    end_world(world);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_decision_can_be_decided_again_from_its_record),
        cmocka_unit_test(a_decision_says_how_long_each_stage_took),
        cmocka_unit_test(what_staff_do_is_kept_with_who_and_why),
        cmocka_unit_test(what_staff_note_is_kept_with_who_and_where),
        cmocka_unit_test(zones_are_told_once_with_the_people_in_them),
        cmocka_unit_test(wishes_that_make_no_sense_are_refused_without_a_trace),
        cmocka_unit_test(a_release_while_somebody_is_let_through_has_to_wait),
        cmocka_unit_test(a_last_place_in_the_zone_is_given_once),
        cmocka_unit_test(a_last_clip_is_granted_once_while_both_lanes_are_free),
        cmocka_unit_test(a_clip_that_is_not_written_yet_is_used_all_the_same),
        cmocka_unit_test(a_full_queue_of_the_journal_costs_no_clip),
        cmocka_unit_test(calls_about_things_that_are_not_there_do_nothing),
        cmocka_unit_test(a_broken_list_is_let_go_of_and_the_gate_shuts),
        cmocka_unit_test(a_clip_that_is_written_before_it_is_told_so_counts_once),
        cmocka_unit_test(a_journal_that_fails_for_hours_is_told_and_made_good_as_far_as_can_be),
        cmocka_unit_test(a_lane_left_free_stays_shut_over_a_restart_in_a_lockdown),
        cmocka_unit_test(what_is_restored_names_the_wish_it_goes_back_to),
        cmocka_unit_test(a_wish_that_was_overtaken_does_not_come_back),
    };

    if (argc < 2) {
        return 2;
    }
    sql_path = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
