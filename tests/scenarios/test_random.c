/* Anything may happen in any order: random events, and after each of them what must always hold (world_check). */

#include "world.h"

#include "base/clock.h"
#include "base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SEEDS = 6, EVENTS = 400, CHECK_EVERY = 20 };

static const char *sql_path;

static uint64_t next(uint64_t *state)
{
    /* xorshift64: the same numbers on every machine */
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static unsigned below(uint64_t *state, unsigned n)
{
    return (unsigned)((next(state) >> 20) % n);
}

static const char *any_card(uint64_t *state)
{
    static const char *const cards[] = {"04a10001", "04a10002", "04a10003a0a0a0", "04a10017", "04a10017", "04a10301",
                                        "04a10018", "04a10016", "04a10006",       "deadbeef", "08010203", "04a10099"};

    return cards[below(state, sizeof(cards) / sizeof(cards[0]))];
}

static void any_wish(struct world *world, uint64_t *state)
{
    unsigned lane = below(state, 7); /* one more than there are */

    switch (below(state, 4)) {
    case 0:
        (void)unit_release(world->unit, lane, below(state, 2) ? LANE_IN : LANE_OUT, "eva", "why", world->now);
        break;
    case 1:
        (void)unit_set_mode(world->unit, lane, (enum lane_mode)below(state, 3), "eva", "why", world->now);
        break;
    case 2:
        (void)unit_undo(world->unit, (int64_t)below(state, 400), "eva", "why", world->now);
        break;
    default:
        unit_set_lockdown(world->unit, below(state, 3) == 0, "eva", world->now);
        break;
    }
    world_settle(world);
}

static void any_trouble(struct world *world, uint64_t *state)
{
    switch (below(state, 6)) {
    case 0:
        world->journal = below(state, 2) ? WORLD_JOURNAL_FAIL : WORLD_JOURNAL_HOLD;
        break;
    case 1:
        world->lines_fail = below(state, 2) == 0;
        break;
    case 2:
        world->die_at = world->steps + 1 + below(state, 6);
        break;
    case 3:
        world_set_list(world, below(state, 4) != 0);
        break;
    case 4:
        world->now.utc_us += ((int64_t)below(state, 7200) - 3600) * US_PER_S;
        break;
    default:
        world_input(world, below(state, 6), below(state, 2) ? GATE_FIRE : GATE_LOCKDOWN, below(state, 2) == 0);
        break;
    }
}

static void mend(struct world *world)
{
    world->journal = WORLD_JOURNAL_OK;
    world->lines_fail = false;
    for (unsigned i = 0; i < world->config.n_lanes; i++) {
        world_input(world, i, GATE_FIRE, false);
        world_input(world, i, GATE_LOCKDOWN, false);
        (void)unit_set_mode(world->unit, i, LANE_NORMAL, "eva", "evening", world->now);
    }
    unit_set_lockdown(world->unit, false, "eva", world->now);
    if (!world->list) {
        world_set_list(world, true);
    }
    world_settle(world);
}

/* Mostly people walk where they are let through. */
static void anybody_walks(struct world *world, uint64_t *state)
{
    unsigned lane = below(state, 6);

    for (unsigned i = 0; i < world->config.n_lanes && below(state, 4) != 0; i++) {
        if (world->outputs[i].release_in || world->outputs[i].release_out) {
            world_walk(world, i, world->outputs[i].release_in ? LANE_IN : LANE_OUT);
            return;
        }
    }
    if (below(state, 5)) {
        world_walk(world, lane, below(state, 4) ? LANE_IN : LANE_OUT);
    } else {
        world_turn_back(world, lane, LANE_IN);
    }
}

static void happen(struct world *world, uint64_t *state)
{
    unsigned lane = below(state, 6);
    unsigned what = below(state, 100);

    if (what < 40) {
        world_tap(world, below(state, 7), any_card(state), below(state, 4) != 0);
    } else if (what < 50 && world->asked_proof >= 0) {
        world_proof(world, (unsigned)world->asked_proof, (enum access_proof)below(state, 3));
    } else if (what < 75 && world->n_edges < 32) {
        anybody_walks(world, state);
    } else if (what < 80) {
        any_wish(world, state);
    } else if (what < 85) {
        any_trouble(world, state);
    } else if (what < 93) {
        mend(world);
    } else if (what < 96) {
        world_input(world, lane, GATE_REQUEST_TO_EXIT, below(state, 2) == 0);
    }
    world_until(world, world->now.boot_us + (int64_t)below(state, 1500) * US_PER_MS);
}

static void live(uint64_t seed)
{
    struct world *world = calloc(1, sizeof(*world));
    uint64_t state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    int open = 0;

    assert_non_null(world);
    world_init(world, sql_path, NULL);
    world_open(world);
    for (unsigned i = 0; i < EVENTS; i++) {
        happen(world, &state);
        if (i % CHECK_EVERY == 0) {
            world_check(world);
        } else {
            world_check_lines(world);
        }
    }
    /* Once all is well again everything ends by itself. */
    mend(world);
    world_until(world, world->now.boot_us + 60 * US_PER_S);
    world_check(world);
    assert_int_equal(world_lines_on(world), 0);
    for (unsigned i = 0; i < world->config.n_lanes; i++) {
        struct unit_lane_status status;

        unit_lane_status(world->unit, i, &status);
        open += status.has_grant;
    }
    assert_int_equal(open, 0);
    assert_true(world->passed > 10);
    world_finish(world);
    free(world);
}

static void whatever_happens_what_must_hold_holds(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        live(seed);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(whatever_happens_what_must_hold_holds)};

    if (argc < 2) {
        return 2;
    }
    sql_path = argv[1];
    log_set_level(0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
