/* The real stile-reader and a chip with faults, each of the simulated chip's dials: what it survives, and how it ends
 * when it can't. A hang would show as a test that never gets its event. */

#include "reader/exit.h"
#include "simulated.h"
#include "started.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

static struct simulated sim;

static int begin(void **state)
{
    (void)state;
    simulated_start(&sim);
    return 0;
}

static int end(void **state)
{
    (void)state;
    simulated_stop(&sim);
    return 0;
}

static void start(struct started *reader)
{
    simulated_tell(&sim, "calm");
    simulated_tell(&sim, "take");
    started_begin(reader, sim.device);
    (void)started_expect(reader, MESSAGE_READER_HELLO);
}

/* The reader that comes next works: a fault leaves nothing behind. */
static void expect_recovery(void)
{
    struct started reader;
    start(&reader);
    simulated_tell(&sim, "put classic uid=00010203");
    (void)started_expect(&reader, MESSAGE_CARD_SEEN);
    simulated_tell(&sim, "take");
    (void)started_expect(&reader, MESSAGE_CARD_GONE);
    assert_int_equal(started_stop(&reader), READER_EXIT_QUIT);
}

static void dial(const char *name, const char *value)
{
    char command[64];
    (void)snprintf(command, sizeof(command), "dial %s %s", name, value);
    simulated_tell(&sim, command);
}

static const char *const lasting[] = {
    "silent_before_ack", "silent_after_ack", "error_frame",    "wrong_code", "bad_checksum",
    "bad_length",        "garbage_before",   "garbage_within", "truncated",  "oversized",
};

static void expect_faulty(struct started *reader, const char *name, const char *why)
{
    struct message last = {0};
    int status = started_end(reader, &last);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != READER_EXIT_FAULTY || last.kind != MESSAGE_READER_FAULT ||
        strcmp(last.text, why) != 0) {
        fail_msg("%s: status %x, \"%s\"", name, (unsigned)status, last.text);
    }
}

static void a_fault_that_lasts_ends_it_and_the_next_one_works(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(lasting) / sizeof(lasting[0]); i++) {
        struct started reader;
        bool silent = i < 2 || strcmp(lasting[i], "truncated") == 0;
        start(&reader);
        dial(lasting[i], "forever");
        expect_faulty(&reader, lasting[i], silent ? "the reader doesn't answer" : "the reader answers nonsense");
        expect_recovery();
    }
}

static void a_fault_that_lasts_while_a_card_lies_there_ends_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(lasting) / sizeof(lasting[0]); i++) {
        struct started reader;
        struct message last = {0};
        start(&reader);
        simulated_tell(&sim, "put desfire uid=04782e21801d80");
        (void)started_expect(&reader, MESSAGE_CARD_SEEN);
        dial(lasting[i], "forever");
        int status = started_end(&reader, &last);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != READER_EXIT_FAULTY) {
            fail_msg("%s: status %x, \"%s\"", lasting[i], (unsigned)status, last.text);
        }
    }
    expect_recovery();
}

static void one_fault_is_survived(void **state)
{
    (void)state;
    struct started reader;
    start(&reader);
    for (size_t i = 0; i < sizeof(lasting) / sizeof(lasting[0]); i++) {
        dial(lasting[i], "1");
        simulated_tell(&sim, "put classic uid=00010203");
        (void)started_expect(&reader, MESSAGE_CARD_SEEN);
        simulated_tell(&sim, "take");
        (void)started_expect(&reader, MESSAGE_CARD_GONE);
        started_expect_alive(&reader); /* and the strike is forgotten */
    }
    dial("late_answer", "5");
    simulated_tell(&sim, "put classic uid=00010203");
    (void)started_expect(&reader, MESSAGE_CARD_SEEN);
    assert_int_equal(started_stop(&reader), READER_EXIT_QUIT);
}

static void a_slow_chip_is_waited_for_and_a_too_slow_one_is_not(void **state)
{
    (void)state;
    struct started reader;
    start(&reader);
    dial("slow_ms", "100");
    simulated_tell(&sim, "put classic uid=00010203");
    (void)started_expect(&reader, MESSAGE_CARD_SEEN);
    simulated_tell(&sim, "take");
    (void)started_expect(&reader, MESSAGE_CARD_GONE);
    dial("slow_ms", "2000");
    expect_faulty(&reader, "slow_ms", "the reader doesn't answer");
    expect_recovery();
}

static void a_chip_that_is_silent_from_the_start_is_given_up(void **state)
{
    (void)state;
    static const char *const dials[] = {"silent_before_ack", "silent_after_ack"};
    for (size_t i = 0; i < sizeof(dials) / sizeof(dials[0]); i++) {
        struct started reader;
        struct message last = {0};
        simulated_tell(&sim, "calm");
        dial(dials[i], "forever");
        started_begin(&reader, sim.device);
        int status = started_end(&reader, &last);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), READER_EXIT_NO_DEVICE);
        assert_int_equal(last.kind, MESSAGE_READER_FAULT);
        expect_recovery();
    }
}

/* What brings libnfc down brings down this process alone, and leaves a chip that the next one can use. */
static void a_card_that_crashes_libnfc_crashes_only_the_reader(void **state)
{
    (void)state;
    static const struct {
        const char *dial;
        int signal;
    } rogues[] = {{"status_bit7", SIGABRT}, {"empty_ats", SIGSEGV}};
    for (size_t i = 0; i < sizeof(rogues) / sizeof(rogues[0]); i++) {
        struct started reader;
        struct message last = {0};
        start(&reader);
        dial(rogues[i].dial, "forever");
        simulated_tell(&sim, "put desfire uid=04782e21801d80");
        int status = started_end(&reader, &last);
        if (!WIFSIGNALED(status) || WTERMSIG(status) != rogues[i].signal) {
            fail_msg("%s: status %x", rogues[i].dial, (unsigned)status);
        }
        expect_recovery();
    }
}

static void a_card_that_falls_mute_is_gone(void **state)
{
    (void)state;
    struct started reader;
    start(&reader);
    simulated_tell(&sim, "put desfire uid=04782e21801d80");
    (void)started_expect(&reader, MESSAGE_CARD_SEEN);
    dial("card_mute", "1"); /* for one look: it is selected again, and is the same */
    started_expect_alive(&reader);
    started_expect_alive(&reader);
    simulated_tell(&sim, "take");
    (void)started_expect(&reader, MESSAGE_CARD_GONE);
    assert_int_equal(started_stop(&reader), READER_EXIT_QUIT);
}

static void an_unplugged_reader_ends_it(void **state)
{
    (void)state;
    struct started reader;
    struct message last = {0};
    start(&reader);
    simulated_tell(&sim, "gone");
    int status = started_end(&reader, &last);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), READER_EXIT_LOST);
    assert_string_equal(last.text, "the reader is gone");
    started_begin(&reader, sim.device);
    status = started_end(&reader, &last);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), READER_EXIT_NO_DEVICE);
    simulated_tell(&sim, "back");
    expect_recovery();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fault_that_lasts_ends_it_and_the_next_one_works),
        cmocka_unit_test(a_fault_that_lasts_while_a_card_lies_there_ends_it),
        cmocka_unit_test(one_fault_is_survived),
        cmocka_unit_test(a_slow_chip_is_waited_for_and_a_too_slow_one_is_not),
        cmocka_unit_test(a_chip_that_is_silent_from_the_start_is_given_up),
        cmocka_unit_test(a_card_that_crashes_libnfc_crashes_only_the_reader),
        cmocka_unit_test(a_card_that_falls_mute_is_gone),
        cmocka_unit_test(an_unplugged_reader_ends_it),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
