/* The whole screen: the real stile-ui in a real window, the real gate, a mouse. */
#include "watched.h"
#include "whole.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static struct whole unit;
static struct watched screen;

static int open_both(void **state)
{
    (void)state;
    whole_open(&unit, "second_tap_ms = 0\n");
    watched_open(&screen, "entrance", 1024, 600, unit.h.control_path, unit.h.list_path, unit.h.journal_path);
    return 0;
}

static int close_both(void **state)
{
    (void)state;
    watched_close(&screen);
    whole_close(&unit);
    return 0;
}

static void the_screen_invites_and_shows_each_verdict(void **state)
{
    (void)state;
    whole_start(&unit);
    watched_start(&screen);
    watched_await(&screen, "branch", "Centre");
    watched_await(&screen, "hero", "Hold up your card");
    (void)whole_lanes(&unit, "wait lane1 in");
    whole_tap(&unit, 0, CARD_IDA);
    watched_await(&screen, "verdict.0", NULL);
    watched_await(&screen, NULL, "Ida");
    whole_tap(&unit, 0, "04ffffff");
    watched_await(&screen, NULL, "We don't know this card");
}

static void a_click_changes_the_language_and_the_window_shows_what_was_drawn(void **state)
{
    (void)state;
    struct surface drawn, shown;
    whole_start(&unit);
    watched_start(&screen);
    watched_await(&screen, "hero", "Hold up your card");
    watched_click(&screen, "language.2");
    watched_await(&screen, "hero", "Karte vorhalten");
    watched_look(&screen, &drawn);
    watched_screen(&screen, &shown);
    assert_int_equal(drawn.width, 1024);
    assert_int_equal(drawn.height, 600);
    assert_int_equal(shown.width, drawn.width);
    for (int y = 0; y < drawn.height; y++) {
        assert_memory_equal(drawn.pixels + (size_t)y * (size_t)drawn.stride,
                            shown.pixels + (size_t)y * (size_t)shown.stride, (size_t)drawn.width * 4);
    }
    surface_finish(&drawn);
    surface_finish(&shown);
}

static void a_gate_that_dies_or_hangs_is_told_and_comes_back(void **state)
{
    (void)state;
    whole_start(&unit);
    watched_start(&screen);
    watched_await(&screen, "hero", "Hold up your card");
    (void)harness_gate_end(&unit.h, SIGKILL);
    watched_await(&screen, "hero", "Out of service");
    whole_start(&unit);
    watched_await(&screen, "hero", "Hold up your card");
    assert_int_equal(kill(unit.h.gate.pid, SIGSTOP), 0);
    watched_await(&screen, "hero", "Out of service");
    assert_int_equal(kill(unit.h.gate.pid, SIGCONT), 0);
    watched_await(&screen, "hero", "Hold up your card");
}

static void killed_during_taps_the_gate_goes_on_and_the_screen_comes_back(void **state)
{
    (void)state;
    whole_start(&unit);
    for (int i = 0; i < 6; i++) {
        watched_start(&screen);
        (void)whole_lanes(&unit, "walk lane1 in");
        whole_tap(&unit, 0, i % 2 ? CARD_IDA : CARD_BO);
        watched_kill(&screen);
        whole_await(&unit, "\"phase\":\"passed\"", NULL, NULL);
        (void)whole_lanes(&unit, "walk lane1 out");
        whole_tap(&unit, 1, i % 2 ? CARD_IDA : CARD_BO);
        whole_await(&unit, "\"phase\":\"passed\"", NULL, NULL);
    }
    watched_start(&screen);
    watched_await(&screen, "hero", "Hold up your card");
    assert_int_equal(whole_events(&unit, JOURNAL_PASSED), 12);
}

static void a_list_that_is_not_there_is_no_failure(void **state)
{
    (void)state;
    (void)remove(unit.h.list_path);
    watched_start(&screen);
    watched_await(&screen, "hero", "Out of service");
}

int main(void)
{
#define BOTH(test) cmocka_unit_test_setup_teardown(test, open_both, close_both)
    const struct CMUnitTest tests[] = {
        BOTH(the_screen_invites_and_shows_each_verdict),
        BOTH(a_click_changes_the_language_and_the_window_shows_what_was_drawn),
        BOTH(a_gate_that_dies_or_hangs_is_told_and_comes_back),
        BOTH(killed_during_taps_the_gate_goes_on_and_the_screen_comes_back),
        BOTH(a_list_that_is_not_there_is_no_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
