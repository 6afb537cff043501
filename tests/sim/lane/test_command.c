/* The control commands, in simulated time. */

#include "base/clock.h"
#include "sim/lane/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct sim_board board;
static char answer[32768];
static struct sim_await await;

static int reset(void **state)
{
    (void)state;
    sim_board_init(&board);
    return sim_board_add_lane(&board, "lane1", SIM_TURNSTILE, 2, 2) +
           sim_board_add_lane(&board, "side", SIM_DOOR, 0, 0) + sim_board_add_line(&board, "spare", false, false);
}

static enum sim_command_result run(const char *command, int64_t now)
{
    return sim_command_run(&board, command, now, answer, sizeof(answer), &await);
}

static void says_ok(const char *command, int64_t now)
{
    assert_int_equal(run(command, now), SIM_COMMAND_ANSWERED);
    assert_string_equal(answer, "ok");
}

static void what_is_wrong_is_said_and_does_nothing(void **state)
{
    (void)state;
    const char *const wrong[] = {"",
                                 "   ",
                                 "fly lane1",
                                 "walk",
                                 "walk lane9 in",
                                 "walk lane1 up",
                                 "walk lane1 in delay_ms=-1",
                                 "walk lane1 in delay_ms=",
                                 "walk lane1 in quickly",
                                 "turn_back lane1 in at=0",
                                 "turn_back lane1 in at=1000",
                                 "button nobody",
                                 "tamper lane1",
                                 "tamper lane1 maybe",
                                 "fire",
                                 "fire out",
                                 "input lane1-contact-a active",
                                 "input lane1-release-in active",
                                 "stick lane1-release-in active",
                                 "stick lane1-contact-a half",
                                 "dial bounce 9",
                                 "dial nothing 1",
                                 "dial bounce x",
                                 "speed 0",
                                 "speed 1001",
                                 "await lane1",
                                 "await lane1 dancing",
                                 "await lane1 through many",
                                 "await nowhere active",
                                 "await fire burning",
                                 "await chip eaten",
                                 "await fire active timeout_ms=x",
                                 "a b c d e f g h i j"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_int_equal(run(wrong[i], 0), SIM_COMMAND_ANSWERED);
        assert_int_equal(strncmp(answer, "error: ", 7), 0);
    }
    char huge[2000];
    memset(huge, 'a', sizeof(huge) - 1);
    huge[sizeof(huge) - 1] = '\0';
    assert_int_equal(run(huge, 0), SIM_COMMAND_ANSWERED);
    assert_int_equal(strncmp(answer, "error: ", 7), 0);
    assert_int_equal(board.n_log, 0);
    assert_int_equal(sim_board_deadline(&board), INT64_MAX);
}

static void people_do_as_they_are_told(void **state)
{
    (void)state;
    says_ok("fire on", 0); /* frees the lanes */
    says_ok("walk lane1 in delay_ms=1000 follow", 0);
    says_ok("turn_back lane1 out at=300 hold_ms=5", 0);
    says_ok("force side in", 0);
    sim_board_run(&board, 60 * US_PER_S);
    says_ok("fire off", 60 * US_PER_S);
    says_ok("wait lane1 in", 60 * US_PER_S);
    sim_board_run(&board, 120 * US_PER_S);
    assert_int_equal(run("status", 120 * US_PER_S), SIM_COMMAND_ANSWERED);
    assert_non_null(strstr(answer, "lane lane1 turnstile people=0 arrived=2/1 pushed=2/1 through=1/0 turned_back=0/1 "
                                   "gave_up=1/0 forced=0/0 tailgated=1/0"));
    assert_non_null(strstr(answer, "lane side door people=0 arrived=1/0 pushed=0/0 through=1/0"));
    assert_non_null(strstr(answer, "line fire in level=active rises=1 falls=1 dropped=0 last_rise_us=60000000"));
    assert_non_null(strstr(answer, "chip claimed=no claims=0"));
}

static void the_log_tells_everything_once(void **state)
{
    (void)state;
    says_ok("lockdown on", 5);
    says_ok("tamper side on", 6);
    says_ok("input spare active", 7);
    says_ok("button lane1", 8);
    assert_int_equal(run("log", 9), SIM_COMMAND_ANSWERED);
    assert_string_equal(answer, "5 line lockdown active\n"
                                "6 line side-tamper active\n"
                                "7 line spare active\n"
                                "8 line lane1-button active");
    assert_int_equal(run("log", 10), SIM_COMMAND_ANSWERED);
    assert_string_equal(answer, "nothing");
}

static void a_long_log_comes_in_parts(void **state)
{
    (void)state;
    for (int i = 0; i < SIM_LOG_MAX + 2; i++) {
        assert_int_equal(sim_board_set_input(&board, 1, i % 2 == 0, i), 0);
    }
    size_t entries = 0;
    bool more = true;
    for (int part = 0; more; part++) {
        assert_true(part < SIM_LOG_MAX);
        assert_int_equal(run("log", SIM_LOG_MAX + 2), SIM_COMMAND_ANSWERED);
        assert_int_equal(strncmp(answer, "lost 2\n", 7) == 0, part == 0);
        for (const char *at = strstr(answer, "line lockdown"); at; at = strstr(at + 1, "line lockdown")) {
            entries++;
        }
        more = strcmp(answer + strlen(answer) - 5, "\nmore") == 0;
    }
    assert_int_equal(entries, SIM_LOG_MAX);
}

static void a_stuck_contact_and_the_dials_reach_the_mechanics(void **state)
{
    (void)state;
    says_ok("dial bounce 2", 0);
    says_ok("dial rotation_ms 100", 0);
    says_ok("speed 4", 0);
    for (size_t i = 0; i < board.n_lanes; i++) {
        assert_int_equal(board.lanes[i].dials.bounce, 2);
        assert_int_equal(board.lanes[i].dials.rotation_us, 100000);
        assert_int_equal(board.lanes[i].dials.speed, 4);
    }
    says_ok("stick lane1-contact-b active", 0);
    assert_true(board.lines[sim_board_find_line(&board, "lane1-contact-b")].active);
    says_ok("stick lane1-contact-b off", 1);
    assert_false(board.lines[sim_board_find_line(&board, "lane1-contact-b")].active);
}

static void await_answers_at_once_or_says_what_it_waits_for(void **state)
{
    (void)state;
    says_ok("await fire active", 0);
    says_ok("await lane1 idle", 0);
    says_ok("await chip dropped", 0);
    assert_int_equal(run("await chip claimed timeout_ms=5", 1000), SIM_COMMAND_WAITS);
    assert_int_equal(await.until_us, 6000);
    assert_false(sim_await_met(&board, &await));
    board.claimed = true;
    assert_true(sim_await_met(&board, &await));

    const struct {
        const char *command;
        int64_t met_us;
    } waits[] = {{"await lane1-contact-a active", 60000},
                 {"await lane1-contact-a rises 1", 60000},
                 {"await lane1-contact-a falls 1", 360000},
                 {"await lane1 forced 1 timeout_ms=100", 0},
                 {"await lane1 through 1", 600000}};
    for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
        assert_int_equal(reset(NULL), 0);
        assert_int_equal(run(waits[i].command, 0), SIM_COMMAND_WAITS);
        assert_int_equal(sim_lane_send(&board.lanes[0], &(struct sim_person){.story = SIM_FORCE}, 0), 0);
        sim_board_run(&board, waits[i].met_us - 1);
        assert_false(sim_await_met(&board, &await));
        sim_board_run(&board, waits[i].met_us);
        assert_true(sim_await_met(&board, &await));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_is_wrong_is_said_and_does_nothing, reset),
        cmocka_unit_test_setup(people_do_as_they_are_told, reset),
        cmocka_unit_test_setup(the_log_tells_everything_once, reset),
        cmocka_unit_test_setup(a_long_log_comes_in_parts, reset),
        cmocka_unit_test_setup(a_stuck_contact_and_the_dials_reach_the_mechanics, reset),
        cmocka_unit_test_setup(await_answers_at_once_or_says_what_it_waits_for, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
