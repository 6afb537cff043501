/* The board as its client sees it, in simulated time. */

#include "base/clock.h"
#include "sim/lane/board.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct sim_board board;

static int reset(void **state)
{
    (void)state;
    sim_board_init(&board);
    return sim_board_add_lane(&board, "lane1", SIM_TURNSTILE, 2, 2) +
           sim_board_add_lane(&board, "side", SIM_DOOR, 0, 0);
}

static struct sim_line *line_of(const char *name)
{
    int index = sim_board_find_line(&board, name);
    assert_true(index >= 0);
    return &board.lines[index];
}

static struct sim_wire claim_of(const char *first, bool first_output, const char *second, bool second_output)
{
    struct sim_wire claim = {.kind = SIM_WIRE_CLAIM, .n_lines = second ? 2 : 1};
    (void)snprintf(claim.lines[0].name, GPIO_NAME_SIZE, "%s", first);
    claim.lines[0].output = first_output;
    (void)snprintf(claim.lines[1].name, GPIO_NAME_SIZE, "%s", second ? second : "");
    claim.lines[1].output = second_output;
    return claim;
}

static void set(unsigned place, bool high, int64_t now)
{
    const struct sim_wire wire = {.kind = SIM_WIRE_SET, .n_lines = 1, .lines = {{.line = place, .high = high}}};
    assert_int_equal(sim_board_set(&board, &wire, now), 0);
}

static void a_lane_brings_the_lines_of_its_kind(void **state)
{
    (void)state;
    assert_int_equal(sim_board_add_lane(&board, "old", SIM_TURNSTILE, 1, 1), 0);
    const char *const there[] = {"fire",
                                 "lockdown",
                                 "lane1-release-in",
                                 "lane1-release-out",
                                 "lane1-contact-a",
                                 "lane1-contact-b",
                                 "lane1-button",
                                 "lane1-tamper",
                                 "side-release-in",
                                 "side-door",
                                 "side-button",
                                 "side-tamper",
                                 "old-release-in",
                                 "old-contact-a",
                                 "old-button",
                                 "old-tamper"};
    for (size_t i = 0; i < sizeof(there) / sizeof(there[0]); i++) {
        assert_true(sim_board_find_line(&board, there[i]) >= 0);
    }
    assert_int_equal(board.n_lines, sizeof(there) / sizeof(there[0]));
    assert_true(line_of("fire")->active);
    assert_true(line_of("side-door")->active);
    assert_false(line_of("lane1-contact-a")->active);
}

static void names_are_checked_and_come_once(void **state)
{
    (void)state;
    assert_int_equal(sim_board_add_lane(&board, "lane1", SIM_DOOR, 0, 0), -EEXIST);
    assert_int_equal(sim_board_add_lane(&board, "a b", SIM_DOOR, 0, 0), -EINVAL);
    assert_int_equal(sim_board_add_lane(&board, "", SIM_DOOR, 0, 0), -EINVAL);
    assert_int_equal(sim_board_add_lane(&board, "three", SIM_TURNSTILE, 3, 2), -EINVAL);
    assert_int_equal(sim_board_add_line(&board, "fire", false, false), -EEXIST);
    char name[16];
    int r = 0;
    for (int i = 0; i < 2 * SIM_LINES_MAX && r == 0; i++) {
        (void)snprintf(name, sizeof(name), "l%d", i);
        r = sim_board_add_line(&board, name, true, false);
    }
    assert_int_equal(r, -ENOSPC);
    assert_int_equal(board.n_lines, SIM_LINES_MAX);
}

static void a_claim_names_what_is_wrong_with_it(void **state)
{
    (void)state;
    struct sim_wire claimed = {0};
    struct sim_wire claim = claim_of("lane1-release-in", true, "nowhere", false);
    assert_int_equal(sim_board_claim(&board, &claim, 0, &claimed), GPIO_NO_LINE);
    assert_int_equal(claimed.result, GPIO_NO_LINE);
    assert_int_equal(claimed.bad_line, 1);
    claim = claim_of("lane1-contact-a", true, NULL, false); /* an input can't be driven */
    assert_int_equal(sim_board_claim(&board, &claim, 0, &claimed), GPIO_NO_LINE);
    claim = claim_of("fire", false, "fire", false);
    assert_int_equal(sim_board_claim(&board, &claim, 0, &claimed), GPIO_LINE_TAKEN);
    assert_int_equal(claimed.bad_line, 1);
    assert_false(board.claimed);
    claim = claim_of("fire", false, "lane1-release-in", true);
    assert_int_equal(sim_board_claim(&board, &claim, 0, &claimed), 0);
    assert_int_equal(claimed.n_lines, 2);
    assert_true(claimed.lines[0].high);
    assert_false(claimed.lines[1].high);
    assert_int_equal(sim_board_claim(&board, &claim, 0, &claimed), GPIO_LINE_TAKEN); /* by the client before */
    assert_int_equal(board.claims, 1);
}

static void a_client_that_is_gone_leaves_every_output_at_rest(void **state)
{
    (void)state;
    struct sim_wire claimed = {0};
    struct sim_wire claim = claim_of("lane1-release-in", true, "lane1-release-out", true);
    assert_int_equal(sim_board_claim(&board, &claim, 10, &claimed), 0);
    set(0, true, 20);
    assert_true(board.lanes[0].release[SIM_IN]);
    sim_board_drop(&board, 30);
    assert_false(board.lanes[0].release[SIM_IN]);
    const struct sim_line *in = line_of("lane1-release-in");
    assert_int_equal(in->rises, 1);
    assert_int_equal(in->falls, 1);
    assert_int_equal(in->dropped, 1);
    assert_int_equal(in->last_rise_us, 20);
    assert_int_equal(in->last_fall_us, 30);
    assert_int_equal(line_of("lane1-release-out")->dropped, 0);
    assert_int_equal(sim_board_claim(&board, &claim, 40, &claimed), 0); /* the next client pulses nothing */
    assert_int_equal(in->rises, 1);
    assert_int_equal(line_of("lane1-release-out")->rises, 0);
}

static void only_claimed_outputs_are_set_and_all_or_none(void **state)
{
    (void)state;
    struct sim_wire claimed = {0};
    struct sim_wire claim = claim_of("lane1-release-in", true, "fire", false);
    const struct sim_wire both = {
        .kind = SIM_WIRE_SET, .n_lines = 2, .lines = {{.line = 0, .high = true}, {.line = 1, .high = false}}};
    const struct sim_wire beyond = {.kind = SIM_WIRE_SET, .n_lines = 1, .lines = {{.line = 2, .high = true}}};
    assert_int_equal(sim_board_set(&board, &both, 0), -EBADMSG); /* nothing claimed yet */
    assert_int_equal(sim_board_claim(&board, &claim, 0, &claimed), 0);
    assert_int_equal(sim_board_set(&board, &both, 0), -EBADMSG);
    assert_int_equal(sim_board_set(&board, &beyond, 0), -EBADMSG);
    assert_int_equal(line_of("lane1-release-in")->rises, 0);
    assert_true(line_of("fire")->active);
}

static void a_line_wired_low_is_active_at_low(void **state)
{
    (void)state;
    assert_int_equal(sim_board_add_line(&board, "bell", true, true), 0);
    struct sim_wire claimed = {0};
    struct sim_wire claim = claim_of("bell", true, NULL, false);
    claim.lines[0].active_low = true;
    assert_int_equal(sim_board_claim(&board, &claim, 0, &claimed), 0);
    assert_true(claimed.lines[0].high);
    assert_int_equal(line_of("bell")->rises, 0);
    set(0, false, 1);
    assert_true(line_of("bell")->active);
    sim_board_drop(&board, 2);
    assert_false(line_of("bell")->active);
    claim.lines[0].active_low = false; /* a configuration that disagrees with the wiring shows */
    assert_int_equal(sim_board_claim(&board, &claim, 3, &claimed), 0);
    assert_int_equal(line_of("bell")->rises, 2);
}

static void bounces_shorter_than_the_debounce_are_not_told(void **state)
{
    (void)state;
    struct sim_dials dials = sim_dials_default();
    dials.bounce = 3;
    dials.bounce_us = 500;
    sim_board_set_dials(&board, &dials);
    struct sim_wire claimed = {0};
    struct sim_wire claim = claim_of("lane1-contact-a", false, "lane1-contact-b", false);
    claim.lines[0].debounce_us = 5000; /* B is told raw */
    assert_int_equal(sim_board_claim(&board, &claim, 0, &claimed), 0);
    assert_int_equal(sim_lane_send(&board.lanes[0], &(struct sim_person){.story = SIM_FORCE}, 0), 0);
    sim_board_run(&board, US_PER_S);
    struct sim_wire edges = {0};
    size_t n = sim_board_edges(&board, &edges);
    int64_t a_us[2] = {0};
    size_t n_a = 0;
    size_t n_b = 0;
    for (size_t i = 0; i < n; i++) {
        if (edges.lines[i].line == 0) {
            assert_true(n_a < 2);
            assert_int_equal(edges.lines[i].high, n_a == 0);
            a_us[n_a++] = edges.lines[i].boot_us;
        } else {
            n_b++;
        }
    }
    assert_int_equal(n_a, 2);
    assert_int_equal(a_us[0], 60000 + 6 * 500 + 5000); /* the last bounce, and the level has held so long */
    assert_int_equal(a_us[1], 360000 + 6 * 500 + 5000);
    assert_int_equal(n_b, 2 * 7);
    assert_int_equal(line_of("lane1-contact-a")->rises, 4 + 3); /* the wire had them all */
    sim_board_edges_sent(&board, n);
    assert_int_equal(sim_board_edges(&board, &edges), 0);
}

static void fire_frees_every_lane_and_is_told(void **state)
{
    (void)state;
    struct sim_wire claimed = {0};
    struct sim_wire claim = claim_of("fire", false, NULL, false);
    assert_int_equal(sim_board_claim(&board, &claim, 0, &claimed), 0);
    assert_int_equal(sim_lane_send(&board.lanes[0], &(struct sim_person){.story = SIM_WALK, .side = SIM_OUT}, 0), 0);
    sim_board_run(&board, US_PER_S);
    assert_int_equal(sim_board_set_input(&board, (unsigned)sim_board_find_line(&board, "fire"), false, US_PER_S), 0);
    struct sim_wire edges = {0};
    assert_int_equal(sim_board_edges(&board, &edges), 1);
    assert_false(edges.lines[0].high);
    assert_int_equal(edges.lines[0].boot_us, US_PER_S);
    sim_board_run(&board, 3 * US_PER_S);
    assert_int_equal(board.lanes[0].counts[SIM_THROUGH][SIM_OUT], 1);
    int contact = sim_board_find_line(&board, "lane1-contact-a");
    assert_int_equal(sim_board_set_input(&board, (unsigned)contact, true, 0), -EINVAL);
}

static void a_client_that_does_not_read_loses_the_oldest_edges(void **state)
{
    (void)state;
    struct sim_wire claimed = {0};
    struct sim_wire claim = claim_of("lockdown", false, NULL, false);
    assert_int_equal(sim_board_claim(&board, &claim, 0, &claimed), 0);
    for (int i = 0; i < SIM_EDGES_MAX + 3; i++) {
        assert_int_equal(sim_board_set_input(&board, 1, i % 2 == 0, i), 0);
    }
    assert_int_equal(board.lost_edges, 3);
    struct sim_wire edges = {0};
    size_t n = sim_board_edges(&board, &edges);
    assert_int_equal(n, GPIO_LINES_MAX);
    assert_int_equal(edges.lines[0].boot_us, 3);
}

static void the_log_keeps_the_newest(void **state)
{
    (void)state;
    for (int i = 0; i < SIM_LOG_MAX + 5; i++) {
        assert_int_equal(sim_board_set_input(&board, 1, i % 2 == 0, i), 0);
    }
    assert_int_equal(board.n_log, SIM_LOG_MAX);
    assert_int_equal(board.lost_log, 5);
    assert_int_equal(board.log[0].boot_us, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_lane_brings_the_lines_of_its_kind, reset),
        cmocka_unit_test_setup(names_are_checked_and_come_once, reset),
        cmocka_unit_test_setup(a_claim_names_what_is_wrong_with_it, reset),
        cmocka_unit_test_setup(a_client_that_is_gone_leaves_every_output_at_rest, reset),
        cmocka_unit_test_setup(only_claimed_outputs_are_set_and_all_or_none, reset),
        cmocka_unit_test_setup(a_line_wired_low_is_active_at_low, reset),
        cmocka_unit_test_setup(bounces_shorter_than_the_debounce_are_not_told, reset),
        cmocka_unit_test_setup(fire_frees_every_lane_and_is_told, reset),
        cmocka_unit_test_setup(a_client_that_does_not_read_loses_the_oldest_edges, reset),
        cmocka_unit_test_setup(the_log_keeps_the_newest, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
