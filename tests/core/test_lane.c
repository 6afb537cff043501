#include "core/lane.h"

#include "lane_story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define MS INT64_C(1000)

static char **story_paths;
static int n_stories;

static const struct lane_config arm = {.kind = LANE_TURNSTILE,
                                       .passage_contacts = 2,
                                       .unlock_us = 5000 * MS,
                                       .passage_timeout_us = 5000 * MS,
                                       .relock_delay_us = 1500 * MS,
                                       .held_open_us = 10000 * MS,
                                       .stuck_us = 20000 * MS};

static struct lane_update at(struct lane *lane, const struct lane_config *config, enum lane_event_kind kind, int64_t ms)
{
    struct lane_event event = {.kind = kind, .boot_us = ms * MS, .grant = 7};
    return lane_step(lane, config, &event);
}

static void assert_lines(const struct lane *lane, bool in, bool out)
{
    struct lane_outputs outputs = lane_outputs(lane);
    assert_int_equal(outputs.release_in, in);
    assert_int_equal(outputs.release_out, out);
}

static void the_stories_go_as_told(void **state)
{
    static struct lane_story story;
    static char text[LANE_STORY_SIZE];
    (void)state;
    assert_true(n_stories >= 20);
    for (int i = 0; i < n_stories; i++) {
        assert_int_equal(lane_story_load(story_paths[i], &story), 0);
        assert_int_equal(lane_story_tell(&story, text), 0);
        if (strcmp(text, story.text) != 0) {
            fail_msg("%s went like this:\n%s", story_paths[i], text);
        }
    }
}

static void a_zeroed_lane_is_locked_and_waits_for_nothing(void **state)
{
    struct lane lane = {0};
    (void)state;
    assert_int_equal(lane.state, LANE_S_LOCKED);
    assert_lines(&lane, false, false);
    assert_int_equal(lane_deadline(&lane, &arm), INT64_MAX);
}

static void an_unlock_time_beyond_the_grants_is_cut_off(void **state)
{
    struct lane lane = {0};
    struct lane_config config = arm;
    (void)state;
    config.unlock_us = 9000 * MS;
    at(&lane, &config, LANE_E_GRANT_IN, 100);
    assert_int_equal(lane_deadline(&lane, &config), 5100 * MS);
    assert_int_equal(at(&lane, &config, LANE_E_TIME, 5100).actions, LANE_A_NOT_PASSED);
    assert_lines(&lane, false, false);
}

static void a_pulse_ends_before_its_grant(void **state)
{
    struct lane lane = {0};
    struct lane_config config = arm;
    (void)state;
    config.unlock_us = 300 * MS;
    at(&lane, &config, LANE_E_GRANT_OUT, 0);
    assert_lines(&lane, false, true);
    assert_int_equal(at(&lane, &config, LANE_E_TIME, 300).actions, 0);
    assert_lines(&lane, false, false);
    assert_int_equal(lane.state, LANE_S_RELEASED_OUT);
    at(&lane, &config, LANE_E_MOVE_OUT, 2000);
    assert_int_equal(at(&lane, &config, LANE_E_TURNED_OUT, 2500).actions, LANE_A_PASSED);
}

static void without_a_relock_delay_the_release_ends_as_the_arm_moves(void **state)
{
    struct lane lane = {0};
    struct lane_config config = arm;
    (void)state;
    config.relock_delay_us = 0;
    at(&lane, &config, LANE_E_GRANT_IN, 0);
    at(&lane, &config, LANE_E_MOVE_IN, 1000);
    assert_int_equal(lane.state, LANE_S_PASSING_IN);
    assert_lines(&lane, false, false);
}

static void an_event_that_comes_late_finds_the_release_ended(void **state)
{
    struct lane lane = {0};
    (void)state;
    at(&lane, &arm, LANE_E_GRANT_IN, 0);
    at(&lane, &arm, LANE_E_GRANT_IN, 6000);
    assert_lines(&lane, false, false);
}

static void one_late_wake_up_settles_all_limits(void **state)
{
    struct lane lane = {0};
    (void)state;
    at(&lane, &arm, LANE_E_MOVE_IN, 0);
    at(&lane, &arm, LANE_E_GRANT_IN, 1000);
    struct lane_update update = at(&lane, &arm, LANE_E_TIME, 60000);
    assert_int_equal(update.actions, LANE_A_NOT_PASSED | LANE_A_HELD_OPEN);
    assert_int_equal(update.grant, 7);
    assert_int_equal(lane_deadline(&lane, &arm), INT64_MAX);
}

static void an_arm_that_was_leant_on_before_the_grant_still_counts(void **state)
{
    struct lane lane = {0};
    (void)state;
    assert_int_equal(at(&lane, &arm, LANE_E_MOVE_IN, 0).actions, LANE_A_FORCED);
    assert_int_equal(at(&lane, &arm, LANE_E_GRANT_IN, 500).actions, LANE_A_RELEASED);
    assert_int_equal(at(&lane, &arm, LANE_E_TURNED_IN, 1500).actions, LANE_A_PASSED | LANE_A_ALARM_END);
}

static void limits_beyond_all_time_are_no_limits(void **state)
{
    struct lane lane = {0};
    struct lane_config config = arm;
    (void)state;
    config.held_open_us = INT64_MAX;
    config.passage_timeout_us = INT64_MAX;
    config.unlock_us = INT64_MAX;
    at(&lane, &config, LANE_E_GRANT_IN, 1000);
    at(&lane, &config, LANE_E_MODE_FREE, 1000);
    at(&lane, &config, LANE_E_MOVE_IN, 2000);
    assert_int_equal(lane_deadline(&lane, &config), INT64_MAX);
    assert_int_equal(at(&lane, &config, LANE_E_TIME, 3000).actions, 0);
}

static void fire_comes_before_every_mode(void **state)
{
    static const enum lane_event_kind modes[] = {LANE_E_MODE_NORMAL, LANE_E_MODE_FREE, LANE_E_MODE_SHUT};
    static const enum lane_state after[] = {LANE_S_LOCKED, LANE_S_FREE, LANE_S_SHUT};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct lane before_fire = {0};
        struct lane in_fire = {0};
        at(&before_fire, &arm, modes[i], 0);
        at(&before_fire, &arm, LANE_E_FIRE_ON, 10);
        at(&in_fire, &arm, LANE_E_FIRE_ON, 0);
        at(&in_fire, &arm, modes[i], 10);
        assert_lines(&before_fire, true, true);
        assert_lines(&in_fire, true, true);
        at(&before_fire, &arm, LANE_E_FIRE_OFF, 20);
        at(&in_fire, &arm, LANE_E_FIRE_OFF, 20);
        assert_int_equal(before_fire.state, after[i]);
        assert_int_equal(in_fire.state, after[i]);
    }
}

static void names_are_there_and_differ(void **state)
{
    (void)state;
    for (int i = 0; i < LANE_STATES; i++) {
        for (int k = 0; k < i; k++) {
            assert_string_not_equal(lane_state_text((enum lane_state)i), lane_state_text((enum lane_state)k));
        }
        assert_true(strlen(lane_state_text((enum lane_state)i)) > 0);
    }
    for (int i = 0; i < LANE_EVENTS; i++) {
        for (int k = 0; k < i; k++) {
            assert_string_not_equal(lane_event_text((enum lane_event_kind)i), lane_event_text((enum lane_event_kind)k));
        }
        assert_true(strlen(lane_event_text((enum lane_event_kind)i)) > 0);
    }
    for (unsigned bit = 1; bit <= LANE_A_ALARM_END; bit <<= 1) {
        assert_true(strlen(lane_action_text((enum lane_action)bit)) > 0);
    }
    assert_string_equal(lane_action_text(LANE_A_TAILGATE), "tailgate");
    assert_string_equal(lane_action_text(LANE_A_ALARM_END), "alarm_end");
    assert_string_equal(lane_action_text((enum lane_action)0), "");
    assert_string_equal(lane_state_text(LANE_STATES), "");
    assert_string_equal(lane_event_text(LANE_EVENTS), "");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_stories_go_as_told),
        cmocka_unit_test(a_zeroed_lane_is_locked_and_waits_for_nothing),
        cmocka_unit_test(an_unlock_time_beyond_the_grants_is_cut_off),
        cmocka_unit_test(a_pulse_ends_before_its_grant),
        cmocka_unit_test(without_a_relock_delay_the_release_ends_as_the_arm_moves),
        cmocka_unit_test(an_event_that_comes_late_finds_the_release_ended),
        cmocka_unit_test(one_late_wake_up_settles_all_limits),
        cmocka_unit_test(an_arm_that_was_leant_on_before_the_grant_still_counts),
        cmocka_unit_test(limits_beyond_all_time_are_no_limits),
        cmocka_unit_test(fire_comes_before_every_mode),
        cmocka_unit_test(names_are_there_and_differ),
    };
    story_paths = argv + 1;
    n_stories = argc - 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
