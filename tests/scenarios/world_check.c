/* What must hold after every event, whatever happened: seen from the journal and the lines, not from the unit. */

#include "presence.h"
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { GRANTS_MAX = 8192, COSTS_MAX = 512, HOLDERS_MAX = 64, ZONES_MAX = 3, USES_MAX = 512 };

struct use {
    int64_t seq, id;
};

/* What the newest passage or undo of a person says of her. */
struct person {
    int64_t holder;
    struct visit_presence presence;
};

struct seen {
    uint8_t opened[GRANTS_MAX], ended[GRANTS_MAX], released[GRANTS_MAX];
    int taken[COSTS_MAX];
    int64_t last_seq;
    size_t acked_found;
    struct person people[HOLDERS_MAX];
    size_t n_people;
    struct use uses[USES_MAX];
    size_t n_uses;
    const struct world *world;
};

static void see_grant(struct seen *seen, const struct journal_event *event)
{
    if (event->grant == 0 || event->grant >= GRANTS_MAX) {
        return;
    }
    switch (event->kind) {
    case JOURNAL_DECISION:
    case JOURNAL_STAFF_RELEASE:
    case JOURNAL_REQUEST_TO_EXIT:
        seen->opened[event->grant]++;
        break;
    case JOURNAL_RELEASED:
        seen->released[event->grant]++;
        break;
    case JOURNAL_PASSED:
    case JOURNAL_NOT_PASSED:
    case JOURNAL_UNRESOLVED:
        seen->ended[event->grant]++;
        break;
    default:
        break;
    }
}

static void see_person(struct seen *seen, const struct journal_event *event)
{
    size_t i = 0;

    assert_true(event->kind == JOURNAL_PASSED || event->kind == JOURNAL_UNDONE);
    while (i < seen->n_people && seen->people[i].holder != event->holder) {
        i++;
    }
    assert_true(i < HOLDERS_MAX);
    seen->n_people += i == seen->n_people;
    seen->people[i] = (struct person){event->holder, event->effect.presence};
}

static void give_back(struct seen *seen, int64_t seq)
{
    for (size_t i = 0; i < seen->n_uses; i++) {
        if (seen->uses[i].seq == seq) {
            seen->taken[seen->uses[i].id]--;
            seen->uses[i].seq = 0; /* once */
        }
    }
}

/* The journal's tables say what its events add up to. */
static void check_tables(const struct seen *seen)
{
    struct journal_db *journal = seen->world->reading;
    int64_t in_zone[ZONES_MAX] = {0};

    for (size_t i = 0; i < seen->n_people; i++) {
        const struct person *p = &seen->people[i];
        struct visit_presence kept;

        assert_int_equal(journal_db_presence(journal, p->holder, &kept), 0);
        assert_presence(&kept, &p->presence);
        assert_in_range(kept.zone_id, 0, ZONES_MAX - 1);
        in_zone[kept.zone_id]++;
    }
    for (int64_t zone = 1; zone < ZONES_MAX; zone++) {
        assert_int_equal(journal_db_occupancy(journal, zone), in_zone[zone]);
    }
    for (int64_t id = 1; id < COSTS_MAX; id++) {
        assert_int_equal(journal_db_uses(journal, VISIT_COST_CLIP, id, 0) +
                             journal_db_uses(journal, VISIT_COST_SINGLE_ENTRY, id, 0),
                         seen->taken[id]);
    }
}

static int see(const struct journal_event *event, void *user)
{
    struct seen *seen = user;

    assert_int_equal(event->seq, seen->last_seq + 1);
    seen->last_seq = event->seq;
    see_grant(seen, event);
    if (event->effect.takes_cost) {
        assert_int_equal(event->kind, JOURNAL_PASSED);
        assert_true(event->effect.cost_id < COSTS_MAX);
        seen->taken[event->effect.cost_id]++;
        assert_true(seen->n_uses < USES_MAX);
        seen->uses[seen->n_uses++] = (struct use){event->seq, event->effect.cost_id};
    }
    if (event->effect.returns_cost_of_seq != 0) {
        assert_int_equal(event->kind, JOURNAL_UNDONE);
        give_back(seen, event->effect.returns_cost_of_seq);
    }
    if (event->effect.has_presence) {
        see_person(seen, event);
    }
    for (size_t i = 0; i < seen->world->n_acked; i++) {
        seen->acked_found += seen->world->acked[i] == event->seq;
    }
    return 0;
}

/* Only a lane with a grant, in free mode or in a fire has a line on. */
void world_check_lines(const struct world *world)
{
    bool fire = false;
    bool faulty = false; /* a line that can't be driven stays as it was */

    for (unsigned i = 0; i < world->config.n_lanes; i++) {
        struct unit_lane_status status;

        unit_lane_status(world->unit, i, &status);
        faulty = faulty || status.fault;
        fire = fire || status.state == LANE_S_FIRE;
        if (world->outputs[i].release_in || world->outputs[i].release_out) {
            if (!(status.has_grant || status.fault || status.state == LANE_S_FREE || status.state == LANE_S_FIRE)) {
                fail_msg("%s: a line is on in state %s", status.name, lane_state_text(status.state));
            }
        }
        /* The gate's one reader serves both ways. */
        if (status.state != LANE_S_FREE && status.state != LANE_S_FIRE && strcmp(status.name, "gate") != 0) {
            assert_false(world->outputs[i].release_in && world->outputs[i].release_out && !status.fault);
        }
    }
    if (!fire && !faulty) {
        /* The airlock's doors. */
        assert_false((world->outputs[2].release_in || world->outputs[2].release_out) &&
                     (world->outputs[3].release_in || world->outputs[3].release_out));
    }
}

void world_check(struct world *world)
{
    struct seen *seen = calloc(1, sizeof(*seen));
    int64_t bad;

    assert_non_null(seen);
    seen->world = world;
    world_check_lines(world);
    assert_int_equal(journal_db_read(world->reading, 0, 0, see, seen), 0);
    assert_int_equal(seen->acked_found, world->n_acked);
    check_tables(seen);
    for (size_t i = 0; i < GRANTS_MAX; i++) {
        assert_true(seen->ended[i] <= 1);
        assert_true(seen->released[i] <= 1);
        assert_true(seen->opened[i] <= 1);
    }
    assert_int_equal(journal_db_verify(world->reading, &bad), 0);
    free(seen);
}
