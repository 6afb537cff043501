/* What moves at a lane of the bench window, in simulated time. */

#include "rack/lane.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#define START_US  INT64_C(5000000)
#define MOMENT_US INT64_C(1000)

static bool near(float a, float b)
{
    return fabsf(a - b) < 0.01F;
}

static void the_arm_turns_a_third_clockwise_for_who_comes_in(void **state)
{
    (void)state;
    struct rack_lane lane = {0};
    assert_true(rack_lane_send(&lane, RACK_WALKS, RACK_IN, START_US));
    rack_lane_event(&lane, "arrived", START_US);
    assert_true(near(rack_lane_arm(&lane, START_US + RACK_ROTATION_US), 0));
    rack_lane_event(&lane, "pushed", START_US);
    assert_true(near(rack_lane_arm(&lane, START_US + RACK_ROTATION_US / 2), 1 / 6.0F));
    assert_true(near(rack_lane_arm(&lane, START_US + RACK_ROTATION_US - MOMENT_US), 1 / 3.0F));
    rack_lane_event(&lane, "through", START_US + RACK_ROTATION_US);
    assert_true(near(rack_lane_arm(&lane, START_US + RACK_ROTATION_US), 0));
}

static void it_turns_the_other_way_for_who_goes_out(void **state)
{
    (void)state;
    struct rack_lane lane = {0};
    assert_true(rack_lane_send(&lane, RACK_WALKS, RACK_OUT, START_US));
    rack_lane_event(&lane, "pushed", START_US);
    assert_true(near(rack_lane_arm(&lane, START_US + RACK_ROTATION_US / 2), -1 / 6.0F));
}

static void who_turns_back_takes_the_arm_half_way_and_back(void **state)
{
    (void)state;
    struct rack_lane lane = {0};
    float shown;
    assert_true(rack_lane_send(&lane, RACK_TURNS_BACK, RACK_IN, START_US));
    rack_lane_event(&lane, "pushed", START_US);
    assert_true(near(rack_lane_arm(&lane, START_US + RACK_ROTATION_US / 2), 1 / 6.0F));
    assert_true(near(rack_lane_arm(&lane, START_US + RACK_ROTATION_US * 3 / 4), 1 / 12.0F));
    rack_lane_event(&lane, "turned_back", START_US + RACK_ROTATION_US);
    assert_int_equal(lane.walkers[0].phase, RACK_IS_BACK);
    assert_true(rack_walker_place(&lane.walkers[0], 0, START_US + 2 * RACK_ROTATION_US, &shown) < -0.5F);
}

static void people_come_push_walk_on_and_are_forgotten(void **state)
{
    (void)state;
    struct rack_lane lane = {0};
    float shown;
    assert_true(rack_lane_send(&lane, RACK_WALKS, RACK_IN, START_US));
    assert_true(near(rack_walker_place(&lane.walkers[0], 0, START_US, &shown), -1));
    assert_true(near(shown, 0));
    float stands = rack_walker_place(&lane.walkers[0], 0, START_US + RACK_COMES_US, &shown);
    assert_true(stands < -0.2F && stands > -0.5F && near(shown, 1));
    rack_lane_event(&lane, "pushed", START_US + RACK_COMES_US);
    int64_t at_us = START_US + RACK_COMES_US + RACK_ROTATION_US;
    assert_true(near(rack_walker_place(&lane.walkers[0], 0, at_us - RACK_ROTATION_US / 2, &shown), 0));
    rack_lane_event(&lane, "through", at_us);
    assert_true(rack_walker_place(&lane.walkers[0], 0, at_us, &shown) > 0.2F);
    rack_lane_time(&lane, at_us + RACK_GOES_US - 1);
    assert_int_equal(lane.n_walkers, 1);
    assert_true(rack_lane_moves(&lane, at_us + RACK_GOES_US - 1));
    rack_lane_time(&lane, at_us + RACK_GOES_US);
    assert_int_equal(lane.n_walkers, 0);
    assert_false(rack_lane_moves(&lane, at_us + RACK_GOES_US));
}

static void who_waits_stands_still_behind_the_one_before(void **state)
{
    (void)state;
    struct rack_lane lane = {0};
    float shown;
    assert_true(rack_lane_send(&lane, RACK_WALKS, RACK_IN, START_US));
    assert_true(rack_lane_send(&lane, RACK_WALKS, RACK_IN, START_US));
    int64_t later_us = START_US + RACK_COMES_US;
    assert_true(rack_walker_place(&lane.walkers[1], 1, later_us, &shown) <
                rack_walker_place(&lane.walkers[0], 0, later_us, &shown) - 0.1F);
    assert_false(rack_lane_moves(&lane, later_us));
}

static void a_follower_goes_through_after_the_walker(void **state)
{
    (void)state;
    struct rack_lane lane = {0};
    assert_true(rack_lane_send(&lane, RACK_WALKS, RACK_IN, START_US));
    assert_true(rack_lane_send(&lane, RACK_FOLLOWS, RACK_IN, START_US));
    rack_lane_event(&lane, "pushed", START_US);
    rack_lane_event(&lane, "through", START_US + RACK_ROTATION_US);
    rack_lane_event(&lane, "pushed", START_US + RACK_ROTATION_US);
    assert_int_equal(lane.walkers[0].phase, RACK_IS_THROUGH);
    assert_int_equal(lane.walkers[1].phase, RACK_PUSHES);
    rack_lane_event(&lane, "tailgated", START_US + 2 * RACK_ROTATION_US);
    assert_int_equal(lane.walkers[1].phase, RACK_IS_THROUGH);
}

static void a_door_opens_stays_open_for_a_follower_and_closes(void **state)
{
    (void)state;
    struct rack_lane door = {.is_door = true};
    assert_true(rack_lane_send(&door, RACK_WALKS, RACK_IN, START_US));
    assert_true(rack_lane_send(&door, RACK_FOLLOWS, RACK_IN, START_US));
    assert_true(near(rack_lane_door(&door, START_US), 0));
    rack_lane_event(&door, "pushed", START_US);
    assert_true(near(rack_lane_arm(&door, START_US + RACK_ROTATION_US / 2), 0));
    assert_true(near(rack_lane_door(&door, START_US + RACK_DOOR_SWING_US), 1));
    rack_lane_event(&door, "through", START_US + RACK_ROTATION_US);
    int64_t end_us = START_US + 2 * RACK_ROTATION_US;
    assert_true(near(rack_lane_door(&door, end_us), 1));
    rack_lane_event(&door, "tailgated", end_us);
    assert_true(rack_lane_door(&door, end_us + RACK_DOOR_CLOSE_US / 2) < 0.9F);
    rack_lane_time(&door, end_us + RACK_DOOR_CLOSE_US);
    assert_true(near(rack_lane_door(&door, end_us + RACK_DOOR_CLOSE_US), 0));
    assert_int_equal(door.opened_us, 0);
}

static void at_most_eight_are_there_and_events_of_nobody_are_ignored(void **state)
{
    (void)state;
    struct rack_lane lane = {0};
    rack_lane_event(&lane, "pushed", START_US);
    assert_true(near(rack_lane_arm(&lane, START_US), 0));
    for (int i = 0; i < RACK_WALKERS_MAX; i++) {
        assert_true(rack_lane_send(&lane, RACK_WALKS, RACK_IN, START_US));
    }
    assert_false(rack_lane_send(&lane, RACK_WALKS, RACK_IN, START_US));
    rack_lane_event(&lane, "danced", START_US);
    assert_int_equal(lane.walkers[0].phase, RACK_COMES);
    rack_lane_event(&lane, "gave_up", START_US);
    assert_int_equal(lane.walkers[0].phase, RACK_IS_BACK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_arm_turns_a_third_clockwise_for_who_comes_in),
        cmocka_unit_test(it_turns_the_other_way_for_who_goes_out),
        cmocka_unit_test(who_turns_back_takes_the_arm_half_way_and_back),
        cmocka_unit_test(people_come_push_walk_on_and_are_forgotten),
        cmocka_unit_test(who_waits_stands_still_behind_the_one_before),
        cmocka_unit_test(a_follower_goes_through_after_the_walker),
        cmocka_unit_test(a_door_opens_stays_open_for_a_follower_and_closes),
        cmocka_unit_test(at_most_eight_are_there_and_events_of_nobody_are_ignored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
