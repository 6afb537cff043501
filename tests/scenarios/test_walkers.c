/* People of flesh: the unit's lines drive the simulated mechanics, whose bouncing contacts are the unit's inputs. What
 * the turnstiles counted and what the journal says must be the same. */

#include "world.h"

#include "base/clock.h"
#include "base/log.h"
#include "sim/lane/mechanics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TURNSTILES = 2, PEOPLE = 60 };

#define TICK_US (5 * US_PER_MS)

static const char *sql_path;

struct hall {
    struct world world;
    struct sim_lane lanes[TURNSTILES];
    unsigned people[TURNSTILES];
    int64_t next_us[TURNSTILES];
};

struct tally {
    unsigned passed, tailgates, wrong, forced, lane_passed[TURNSTILES];
};

static int count(const struct journal_event *event, void *user)
{
    struct tally *tally = user;

    if (event->kind == JOURNAL_PASSED) {
        tally->passed++;
        tally->lane_passed[world_lane(event->lane)]++;
    }
    if (event->kind == JOURNAL_ALARM) {
        tally->tailgates += strcmp(event->detail, "tailgate") == 0;
        tally->wrong += strcmp(event->detail, "wrong_way") == 0;
        tally->forced += strcmp(event->detail, "forced") == 0;
    }
    return 0;
}

static void move_arm(struct hall *hall, unsigned lane)
{
    static const enum gate_input inputs[SIM_INPUTS] = {GATE_CONTACT_A, GATE_CONTACT_B, GATE_DOOR_CONTACT,
                                                       GATE_REQUEST_TO_EXIT, GATE_TAMPER};
    struct world *world = &hall->world;
    struct sim_lane_event event;

    while (sim_lane_next(&hall->lanes[lane], world->now.boot_us, &event)) {
        if (!event.is_person) {
            world_input(world, lane, inputs[event.input], event.active);
        }
    }
    sim_lane_release(&hall->lanes[lane], world->outputs[lane].release_in, world->outputs[lane].release_out,
                     world->now.boot_us);
}

/* The next one comes when the one before is gone; most walk, some stand, turn back or are followed. */
static void send_next(struct hall *hall, unsigned lane)
{
    static const char *const cards[] = {"04a10001", "04a10002", "04a10018", "04a10017"};
    static const enum sim_story stories[] = {SIM_WALK,      SIM_WALK, SIM_STAND, SIM_WALK,
                                             SIM_TURN_BACK, SIM_WALK, SIM_WALK};
    struct sim_person person = {.side = SIM_IN};
    unsigned n = hall->people[lane];

    if (n == PEOPLE || hall->world.now.boot_us < hall->next_us[lane]) {
        return;
    }
    hall->people[lane]++;
    hall->next_us[lane] = hall->world.now.boot_us + 9 * US_PER_S;
    person.story = stories[n % (sizeof(stories) / sizeof(stories[0]))];
    person.followed = n % 11 == 3 && person.story == SIM_WALK;
    world_tap(&hall->world, lane == 0 ? 0 : 2, cards[(n + 2 * lane) % (sizeof(cards) / sizeof(cards[0]))], false);
    assert_int_equal(sim_lane_send(&hall->lanes[lane], &person, hall->world.now.boot_us), 0);
}

static struct hall *open_hall(unsigned bounce)
{
    struct hall *hall = calloc(1, sizeof(*hall));

    assert_non_null(hall);
    world_init(&hall->world, sql_path, NULL);
    hall->world.config.debounce_us = 20000;
    world_sql(&hall->world, "UPDATE punch_card SET clips_left = 500");
    world_open(&hall->world);
    for (unsigned i = 0; i < TURNSTILES; i++) {
        sim_lane_init(&hall->lanes[i], SIM_TURNSTILE, 2);
        hall->lanes[i].dials.bounce = bounce;
        hall->next_us[i] = hall->world.now.boot_us + i * US_PER_S;
    }
    return hall;
}

static void what_the_turnstiles_counted_is_what_the_journal_says(void **state)
{
    struct hall *hall = open_hall(3);
    struct tally tally = {0};
    uint64_t through = 0;
    uint64_t tailgated = 0;
    int64_t end_us = hall->world.now.boot_us + (PEOPLE + 2) * 9 * US_PER_S;

    (void)state;
    for (int64_t at_us = hall->world.now.boot_us; at_us < end_us; at_us += TICK_US) {
        world_until(&hall->world, at_us);
        for (unsigned i = 0; i < TURNSTILES; i++) {
            send_next(hall, i);
            move_arm(hall, i);
        }
    }
    world_check(&hall->world);
    assert_int_equal(journal_db_read(hall->world.reading, 0, 0, count, &tally), 0);
    for (unsigned i = 0; i < TURNSTILES; i++) {
        assert_true(sim_lane_idle(&hall->lanes[i]));
        assert_int_equal(tally.lane_passed[i], hall->lanes[i].counts[SIM_THROUGH][SIM_IN]);
        through += hall->lanes[i].counts[SIM_THROUGH][SIM_IN];
        tailgated += hall->lanes[i].counts[SIM_TAILGATED][SIM_IN];
        assert_true(hall->lanes[i].counts[SIM_TURNED_BACK][SIM_IN] > 0);
    }
    assert_true(through > PEOPLE);
    assert_true(tailgated > 0);
    assert_int_equal(tally.tailgates, tailgated);
    assert_int_equal(tally.wrong + tally.forced, 0);
    world_finish(&hall->world);
    free(hall);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_the_turnstiles_counted_is_what_the_journal_says)};

    if (argc < 2) {
        return 2;
    }
    sql_path = argv[1];
    log_set_level(LOG_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
