#include "core/interlock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MS INT64_C(1000)

enum { OUTER, INNER, SIDE, LANES, GROUP = 1 << OUTER | 1 << INNER, PATIENCE_MS = 8000 };

static const struct lane_config config = {.kind = LANE_DOOR,
                                          .has_door_contact = true,
                                          .unlock_us = 4000 * MS,
                                          .passage_timeout_us = 5000 * MS,
                                          .relock_delay_us = 1000 * MS,
                                          .held_open_us = 30000 * MS};

static void at(struct lane *lane, enum lane_event_kind kind, int64_t ms)
{
    struct lane_event event = {.kind = kind, .boot_us = ms * MS, .grant = 1};
    (void)lane_step(lane, &config, &event);
}

static enum interlock_answer ask(struct interlock *interlock, const struct lane *lanes, unsigned lane, uint64_t grant,
                                 int64_t ms)
{
    struct lane_event event = {.kind = LANE_E_GRANT_IN, .boot_us = ms * MS, .grant = grant};
    return interlock_ask(interlock, lanes, LANES, GROUP, lane, &event, PATIENCE_MS * MS);
}

static void a_lane_is_open_from_release_until_it_is_at_rest(void **state)
{
    struct lane lane = {0};
    (void)state;
    assert_false(interlock_is_open(&lane));
    at(&lane, LANE_E_GRANT_IN, 0);
    assert_true(interlock_is_open(&lane));
    at(&lane, LANE_E_MOVE_IN, 500);
    assert_true(interlock_is_open(&lane));
    at(&lane, LANE_E_TIME, 60000); /* held open: locked, but it stands open */
    assert_int_equal(lane.state, LANE_S_LOCKED);
    assert_true(interlock_is_open(&lane));
    at(&lane, LANE_E_TURNED_IN, 61000);
    assert_false(interlock_is_open(&lane));
    at(&lane, LANE_E_MODE_SHUT, 62000);
    assert_false(interlock_is_open(&lane));
    at(&lane, LANE_E_MODE_FREE, 63000);
    assert_true(interlock_is_open(&lane));
}

static void only_lanes_of_the_group_count(void **state)
{
    struct lane lanes[LANES] = {0};
    (void)state;
    at(&lanes[SIDE], LANE_E_MODE_FREE, 0);
    assert_true(interlock_allows(lanes, LANES, GROUP, OUTER));
    at(&lanes[OUTER], LANE_E_GRANT_IN, 0);
    assert_true(interlock_allows(lanes, LANES, GROUP, OUTER));
    assert_false(interlock_allows(lanes, LANES, GROUP, INNER));
}

static void the_first_goes_and_the_next_waits_its_turn(void **state)
{
    struct lane lanes[LANES] = {0};
    struct interlock interlock = {0};
    struct interlock_wish wish = {0};
    (void)state;
    assert_int_equal(ask(&interlock, lanes, OUTER, 1, 0), INTERLOCK_GO);
    at(&lanes[OUTER], LANE_E_GRANT_IN, 0);
    assert_int_equal(ask(&interlock, lanes, INNER, 2, 100), INTERLOCK_WAIT);
    assert_int_equal(interlock_deadline(&interlock), (100 + PATIENCE_MS) * MS);
    assert_false(interlock_next(&interlock, lanes, LANES, GROUP, 200 * MS, &wish));
    at(&lanes[OUTER], LANE_E_CANCEL, 300);
    assert_true(interlock_next(&interlock, lanes, LANES, GROUP, 300 * MS, &wish));
    assert_int_equal(wish.lane, INNER);
    assert_int_equal(wish.event.grant, 2);
    assert_int_equal(wish.event.boot_us, 300 * MS);
    assert_int_equal(interlock_deadline(&interlock), INT64_MAX);
}

static void a_second_grant_for_the_same_lane_waits_too(void **state)
{
    struct lane lanes[LANES] = {0};
    struct interlock interlock = {0};
    (void)state;
    at(&lanes[OUTER], LANE_E_GRANT_IN, 0);
    assert_int_equal(ask(&interlock, lanes, OUTER, 2, 100), INTERLOCK_WAIT);
}

static void nobody_is_overtaken(void **state)
{
    struct lane lanes[LANES] = {0};
    struct interlock interlock = {0};
    struct interlock_wish wish = {0};
    (void)state;
    at(&lanes[OUTER], LANE_E_GRANT_IN, 0);
    assert_int_equal(ask(&interlock, lanes, INNER, 2, 100), INTERLOCK_WAIT);
    at(&lanes[OUTER], LANE_E_CANCEL, 200);
    /* Free now, but 2 came first. */
    assert_int_equal(ask(&interlock, lanes, OUTER, 3, 200), INTERLOCK_WAIT);
    assert_true(interlock_next(&interlock, lanes, LANES, GROUP, 200 * MS, &wish));
    assert_int_equal(wish.event.grant, 2);
    at(&lanes[INNER], LANE_E_GRANT_IN, 200);
    assert_false(interlock_next(&interlock, lanes, LANES, GROUP, 300 * MS, &wish));
}

static void who_waits_too_long_gives_up(void **state)
{
    struct lane lanes[LANES] = {0};
    struct interlock interlock = {0};
    struct interlock_wish wish = {0};
    (void)state;
    at(&lanes[OUTER], LANE_E_MODE_FREE, 0);
    assert_int_equal(ask(&interlock, lanes, INNER, 2, 0), INTERLOCK_WAIT);
    assert_int_equal(ask(&interlock, lanes, INNER, 3, 1000), INTERLOCK_WAIT);
    assert_false(interlock_expire(&interlock, PATIENCE_MS * MS - 1, &wish));
    assert_true(interlock_expire(&interlock, PATIENCE_MS * MS, &wish));
    assert_int_equal(wish.event.grant, 2);
    assert_false(interlock_expire(&interlock, PATIENCE_MS * MS, &wish));
    /* A wish whose time is up isn't let go, even before it was taken out. */
    at(&lanes[OUTER], LANE_E_MODE_NORMAL, 9000);
    assert_false(interlock_next(&interlock, lanes, LANES, GROUP, 9000 * MS, &wish));
    assert_true(interlock_expire(&interlock, 9000 * MS, &wish));
    assert_int_equal(wish.event.grant, 3);
}

static void the_queue_has_an_end(void **state)
{
    struct lane lanes[LANES] = {0};
    struct interlock interlock = {0};
    (void)state;
    at(&lanes[OUTER], LANE_E_MODE_FREE, 0);
    for (uint64_t grant = 1; grant <= INTERLOCK_WAITING_MAX; grant++) {
        assert_int_equal(ask(&interlock, lanes, INNER, grant, 0), INTERLOCK_WAIT);
    }
    assert_int_equal(ask(&interlock, lanes, INNER, 99, 0), INTERLOCK_FULL);
    assert_false(interlock_withdraw(&interlock, 99));
    assert_true(interlock_withdraw(&interlock, 3));
    assert_int_equal(ask(&interlock, lanes, INNER, 99, 0), INTERLOCK_WAIT);
    assert_true(interlock_withdraw(&interlock, 99));
}

static void a_wish_can_be_taken_back_once(void **state)
{
    struct lane lanes[LANES] = {0};
    struct interlock interlock = {0};
    struct interlock_wish wish = {0};
    (void)state;
    at(&lanes[OUTER], LANE_E_GRANT_IN, 0);
    assert_int_equal(ask(&interlock, lanes, INNER, 2, 0), INTERLOCK_WAIT);
    assert_int_equal(ask(&interlock, lanes, INNER, 3, 0), INTERLOCK_WAIT);
    assert_true(interlock_withdraw(&interlock, 2));
    assert_false(interlock_withdraw(&interlock, 2));
    at(&lanes[OUTER], LANE_E_CANCEL, 100);
    assert_true(interlock_next(&interlock, lanes, LANES, GROUP, 100 * MS, &wish));
    assert_int_equal(wish.event.grant, 3);
    assert_false(interlock_withdraw(&interlock, 3));
    assert_int_equal(interlock_deadline(&interlock), INT64_MAX);
}

static uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static void let_go(struct interlock *interlock, struct lane *lanes, int64_t ms, unsigned *went)
{
    struct interlock_wish wish;
    while (interlock_next(interlock, lanes, LANES, GROUP, ms * MS, &wish)) {
        at(&lanes[wish.lane], LANE_E_GRANT_IN, ms);
        (*went)++;
    }
}

/* Whatever comes, but fire, forced doors and free mode, which are over the interlock or not its to prevent. */
static void never_are_two_lanes_of_the_group_open(void **state)
{
    static const enum lane_event_kind kinds[] = {LANE_E_MOVE_IN, LANE_E_TURNED_IN, LANE_E_TIME,
                                                 LANE_E_CANCEL,  LANE_E_MODE_SHUT, LANE_E_MODE_NORMAL};
    unsigned asked = 0, went = 0, gave_up = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        struct lane lanes[LANES] = {0};
        struct interlock interlock = {0};
        uint64_t random = seed;
        for (int64_t ms = 1; ms < 400000; ms += (int64_t)(next_random(&random) % 900)) {
            struct interlock_wish wish;
            uint64_t r = next_random(&random);
            unsigned lane = (unsigned)(r % 2);
            if (r % 8 < 3) {
                enum interlock_answer answer = ask(&interlock, lanes, lane, r | 1, ms);
                asked += answer == INTERLOCK_WAIT ? 1 : 0;
                if (answer == INTERLOCK_GO) {
                    at(&lanes[lane], LANE_E_GRANT_IN, ms);
                }
            } else {
                enum lane_event_kind kind = kinds[(r >> 8) % (sizeof(kinds) / sizeof(kinds[0]))];
                if (kind != LANE_E_MOVE_IN || interlock_is_open(&lanes[lane])) {
                    at(&lanes[lane], kind, ms);
                }
            }
            while (interlock_expire(&interlock, ms * MS, &wish)) {
                gave_up++;
            }
            let_go(&interlock, lanes, ms, &went);
            assert_false(interlock_is_open(&lanes[OUTER]) && interlock_is_open(&lanes[INNER]));
        }
        asked -= interlock.n_waiting; /* they still wait */
    }
    assert_int_equal(asked, went + gave_up);
    assert_true(went > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lane_is_open_from_release_until_it_is_at_rest),
        cmocka_unit_test(only_lanes_of_the_group_count),
        cmocka_unit_test(the_first_goes_and_the_next_waits_its_turn),
        cmocka_unit_test(a_second_grant_for_the_same_lane_waits_too),
        cmocka_unit_test(nobody_is_overtaken),
        cmocka_unit_test(who_waits_too_long_gives_up),
        cmocka_unit_test(the_queue_has_an_end),
        cmocka_unit_test(a_wish_can_be_taken_back_once),
        cmocka_unit_test(never_are_two_lanes_of_the_group_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
