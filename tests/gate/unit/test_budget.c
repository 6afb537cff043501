#include "gate/budget.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { MOST = 20 };
#define EACH_US INT64_C(3000000)

static int taken(struct budget *budget, int tries, int64_t boot_us)
{
    int n = 0;
    for (int i = 0; i < tries; i++) {
        n += budget_take(budget, MOST, EACH_US, boot_us);
    }
    return n;
}

static void so_many_at_once_and_no_more(void **state)
{
    (void)state;
    struct budget budget = {0};
    assert_int_equal(taken(&budget, 100, 5000000), MOST);
    assert_int_equal(taken(&budget, 100, 5000000 + EACH_US - 1), 0);
}

static void time_gives_back_one_after_the_other(void **state)
{
    (void)state;
    struct budget budget = {0};
    (void)taken(&budget, 100, 0);
    assert_int_equal(taken(&budget, 100, EACH_US), 1);
    assert_int_equal(taken(&budget, 100, 2 * EACH_US - 1), 0);
    assert_int_equal(taken(&budget, 100, 4 * EACH_US + 1), 3);
    assert_int_equal(taken(&budget, 100, 5 * EACH_US), 1); /* what is left of an interval isn't lost */
    assert_int_equal(taken(&budget, 100, INT64_MAX), MOST); /* and nothing is saved up beyond the most */
}

static void never_more_than_that_in_a_minute_beside_the_first(void **state)
{
    (void)state;
    struct budget budget = {0};
    int n = 0;
    for (int64_t t = 0; t < 60000000; t += 1000) {
        n += taken(&budget, 3, t);
    }
    assert_int_equal(n, MOST + 60000000 / EACH_US - 1);
}

static void a_clock_that_stands_still_or_goes_back_gives_nothing(void **state)
{
    (void)state;
    struct budget budget = {0};
    assert_int_equal(taken(&budget, 100, 9000000), MOST);
    assert_int_equal(taken(&budget, 100, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(so_many_at_once_and_no_more),
        cmocka_unit_test(time_gives_back_one_after_the_other),
        cmocka_unit_test(never_more_than_that_in_a_minute_beside_the_first),
        cmocka_unit_test(a_clock_that_stands_still_or_goes_back_gives_nothing),
    };
    return cmocka_run_group_tests_name("budget", tests, NULL, NULL);
}
