#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

/* No test can know what time it is: each clock is held against the kernel's, read before and after. */

static int64_t kernel_us(clockid_t id)
{
    struct timespec t;
    assert_int_equal(clock_gettime(id, &t), 0);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void since_boot_is_the_boot_clock_in_microseconds(void **state)
{
    (void)state;
    int64_t before = kernel_us(CLOCK_BOOTTIME);
    int64_t us = clock_boot_us();
    assert_true(before <= us && us <= kernel_us(CLOCK_BOOTTIME));
}

static void since_boot_never_goes_back(void **state)
{
    (void)state;
    int64_t last = clock_boot_us();
    for (int i = 0; i < 10000; i++) {
        int64_t now = clock_boot_us();
        assert_true(now >= last);
        last = now;
    }
}

static void cpu_time_is_this_process_own_and_never_goes_back(void **state)
{
    (void)state;
    int64_t before = kernel_us(CLOCK_PROCESS_CPUTIME_ID);
    int64_t us = clock_cpu_us();
    assert_true(before <= us && us <= kernel_us(CLOCK_PROCESS_CPUTIME_ID));
}

/* The wall clock may be set between two readings: only that it is the wall clock, in the right unit, can be said. */
static void the_wall_clock_is_read_in_microseconds(void **state)
{
    (void)state;
    int64_t day_us = US_PER_DAY;
    int64_t apart_us = clock_utc_us() - kernel_us(CLOCK_REALTIME);
    assert_true(apart_us > -day_us && apart_us < day_us);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(since_boot_is_the_boot_clock_in_microseconds),
        cmocka_unit_test(since_boot_never_goes_back),
        cmocka_unit_test(cpu_time_is_this_process_own_and_never_goes_back),
        cmocka_unit_test(the_wall_clock_is_read_in_microseconds),
    };
    return cmocka_run_group_tests_name("base.clock", tests, NULL, NULL);
}
