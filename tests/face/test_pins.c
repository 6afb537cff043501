/* PINs compared beside the drawing: one at a time, the ticket says whose the answer is. */
#include "face/pins.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <poll.h>
#include <string.h>

enum { PATIENCE_MS = 20000 };

static char hash[PIN_HASH_SIZE];
static struct pins *pins;

static int make_hash(void **state)
{
    (void)state;
    return pin_hash("2468", hash);
}

static int set_up(void **state)
{
    (void)state;
    return pins_new(&pins);
}

static int tear_down(void **state)
{
    (void)state;
    pins_free(pins);
    return 0;
}

static bool answer(int64_t ticket)
{
    struct pollfd p = {.fd = pins_fd(pins), .events = POLLIN};
    int64_t told;
    bool matches;
    assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
    assert_true(pins_next(pins, &told, &matches));
    assert_int_equal(told, ticket);
    assert_false(pins_next(pins, &told, &matches)); /* told once */
    assert_int_equal(poll(&p, 1, 0), 0);
    return matches;
}

static void the_right_pin_matches_and_no_other(void **state)
{
    (void)state;
    assert_int_equal(pins_ask(pins, 7, "2468", hash), 0);
    assert_true(answer(7));
    assert_int_equal(pins_ask(pins, 8, "2469", hash), 0);
    assert_false(answer(8));
    assert_int_equal(pins_ask(pins, 9, "2468", ""), 0);
    assert_false(answer(9));
}

static void a_second_question_waits_until_the_first_answer_is_taken(void **state)
{
    (void)state;
    assert_int_equal(pins_ask(pins, 1, "2468", hash), 0);
    assert_int_equal(pins_ask(pins, 2, "1357", hash), -EBUSY);
    assert_true(answer(1));
    assert_int_equal(pins_ask(pins, 2, "1357", hash), 0);
    assert_false(answer(2));
}

static void what_is_too_long_is_refused(void **state)
{
    (void)state;
    char text[PIN_HASH_SIZE + 1];
    memset(text, '1', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    assert_int_equal(pins_ask(pins, 1, text, hash), -EINVAL);
    assert_int_equal(pins_ask(pins, 1, "2468", text), -EINVAL);
    assert_int_equal(pins_ask(pins, 1, "2468", hash), 0);
    assert_true(answer(1));
}

static void it_ends_with_a_question_under_way(void **state)
{
    (void)state;
    assert_int_equal(pins_ask(pins, 1, "2468", hash), 0);
}

int main(void)
{
#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WITH(the_right_pin_matches_and_no_other),
        WITH(a_second_question_waits_until_the_first_answer_is_taken),
        WITH(what_is_too_long_is_refused),
        WITH(it_ends_with_a_question_under_way),
    };
    return cmocka_run_group_tests(tests, make_hash, NULL);
}
