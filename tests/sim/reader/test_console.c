/* The commands of the control socket, in simulated time. */

#include "sim/reader/console.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct console make(void)
{
    struct console console = {0};
    assert_int_equal(pn532_new(false, &console.chip), 0);
    return console;
}

static void drop(struct console *console)
{
    console_finish(console);
    pn532_free(console->chip);
}

static int say(struct console *console, const char *command, int64_t now_us, const char *expected)
{
    char answer[CONSOLE_ANSWER_SIZE];
    int r = console_run(console, command, now_us, answer);
    assert_string_equal(answer, expected);
    return r;
}

static void a_card_goes_in_and_out(void **state)
{
    struct console c = make();
    (void)state;
    assert_int_equal(say(&c, "put classic uid=deadbeef", 5000, "ok boot_us=5000 uid=deadbeef"), 0);
    assert_non_null(pn532_card(c.chip));
    (void)say(&c, "status", 5001,
              "ok card=classic gone=0 commands=0 selects=0 exchanges=0 bad_frames=0 aborts=0 faults=0");
    (void)say(&c, "take", 6000, "ok boot_us=6000");
    assert_null(pn532_card(c.chip));
    (void)say(&c, "put again", 7000, "ok boot_us=7000 uid=deadbeef");
    assert_non_null(pn532_card(c.chip));
    (void)say(&c, "put ntag213 uid=04112233445580", 8000, "ok boot_us=8000 uid=04112233445580");
    drop(&c);
}

static void a_card_leaves_by_itself_when_its_time_is_up(void **state)
{
    struct console c = make();
    (void)state;
    (void)say(&c, "put classic uid=deadbeef for_ms=300", 1000000, "ok boot_us=1000000 uid=deadbeef");
    assert_int_equal(console_next_us(&c), 1300000);
    assert_int_equal(console_step(&c, 1299999), 0);
    assert_non_null(pn532_card(c.chip));
    assert_int_equal(console_step(&c, 1300000), 0);
    assert_null(pn532_card(c.chip));
    assert_true(console_next_us(&c) == INT64_MAX);
    (void)say(&c, "put again for_ms=10", 2000000, "ok boot_us=2000000 uid=deadbeef");
    (void)say(&c, "put again", 2000001, "ok boot_us=2000001 uid=deadbeef"); /* stays now */
    assert_true(console_next_us(&c) == INT64_MAX);
    drop(&c);
}

static void dials_are_turned_by_name(void **state)
{
    struct console c = make();
    char command[64];
    (void)state;
    for (unsigned i = 0; i < PN532_DIALS; i++) {
        enum pn532_dial dial;
        assert_int_equal(pn532_dial_find(pn532_dial_text((enum pn532_dial)i), &dial), 0);
        assert_int_equal(dial, i);
    }
    (void)say(&c, "dial bad_checksum 3", 0, "ok bad_checksum=3");
    (void)say(&c, "dial silent_before_ack forever", 0, "ok silent_before_ack=-1");
    (void)say(&c, "dial no_cmac on", 0, "ok no_cmac=-1");
    (void)say(&c, "dial no_cmac off", 0, "ok no_cmac=0");
    (void)say(&c, "calm", 0, "ok");
    (void)say(&c, "dial silent_before_ack", 0, "ok silent_before_ack=0");
    (void)say(&c, "dial volume 11", 0, "error unknown dial");
    (void)say(&c, "dial slow_ms soon", 0, "error a dial takes a number, on, off or forever");
    (void)strcpy(command, "dial ");
    (void)say(&c, command, 0, "error unknown dial");
    drop(&c);
}

static void the_terminal_goes_and_comes_back(void **state)
{
    struct console c = make();
    (void)state;
    assert_int_equal(say(&c, "gone", 1000, "ok"), CONSOLE_GONE);
    assert_true(c.is_gone);
    assert_int_equal(say(&c, "back", 2000, "ok"), CONSOLE_BACK);
    assert_int_equal(say(&c, "back", 2000, "ok"), 0);
    assert_int_equal(say(&c, "gone for_ms=50", 3000, "ok"), CONSOLE_GONE);
    assert_int_equal(console_next_us(&c), 53000);
    assert_int_equal(console_step(&c, 52999), 0);
    assert_int_equal(console_step(&c, 53000), CONSOLE_BACK);
    assert_false(c.is_gone);
    assert_int_equal(say(&c, "quit", 0, "ok"), CONSOLE_QUIT);
    drop(&c);
}

static void nonsense_is_answered_with_a_reason(void **state)
{
    struct console c = make();
    char answer[CONSOLE_ANSWER_SIZE];
    char huge[2000];
    (void)state;
    (void)say(&c, "put again", 0, "error no card was put in before");
    (void)say(&c, "put", 0, "error unknown kind of card");
    (void)say(&c, "put octopus", 0, "error unknown kind of card");
    (void)say(&c, "put classic uid=zz", 0, "error bad value");
    (void)say(&c, "put classic for_ms=-1", 0, "error for_ms is 0 to 3600000 and stands at the end");
    (void)say(&c, "put desfire uid=deadbeef", 0, "error there is no such card");
    assert_null(pn532_card(c.chip));
    assert_int_equal(console_run(&c, "", 0, answer), 0);
    assert_memory_equal(answer, "error ", 6);
    memset(huge, 'x', sizeof huge - 1);
    huge[sizeof huge - 1] = '\0';
    assert_int_equal(console_run(&c, huge, 0, answer), 0);
    assert_string_equal(answer, "error too long");
    drop(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_card_goes_in_and_out),
        cmocka_unit_test(a_card_leaves_by_itself_when_its_time_is_up),
        cmocka_unit_test(dials_are_turned_by_name),
        cmocka_unit_test(the_terminal_goes_and_comes_back),
        cmocka_unit_test(nonsense_is_answered_with_a_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
