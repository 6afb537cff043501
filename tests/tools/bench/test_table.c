#include "bench/samples.h"
#include "bench/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

/* 1 to @n thousand nanoseconds, in no order. */
static struct samples some(int64_t n)
{
    struct samples s = {0};
    for (int64_t i = 0; i < n; i++) {
        assert_int_equal(samples_add(&s, (i * 7 % n + 1) * 1000), 0);
    }
    return s;
}

static void a_percentile_is_the_sample_that_so_many_do_not_exceed(void **state)
{
    (void)state;
    struct samples s = some(100);
    assert_int_equal(samples_percentile(&s, 50), 50000);
    assert_int_equal(samples_percentile(&s, 99), 99000);
    assert_int_equal(samples_percentile(&s, 100), 100000);
    assert_int_equal(samples_max(&s), 100000);
    assert_int_equal(samples_sum(&s), 5050000);
    samples_finish(&s);
    s = some(1);
    assert_int_equal(samples_percentile(&s, 1), 1000);
    assert_int_equal(samples_percentile(&s, 99), 1000);
    samples_finish(&s);
    assert_int_equal(samples_percentile(&s, 50), 0);
}

static void a_ratio_is_that_of_the_medians_and_knows_its_range(void **state)
{
    (void)state;
    struct samples a = some(501);
    struct samples b = some(501);
    for (size_t i = 0; i < a.n; i++) {
        a.ns[i] *= 2;
    }
    struct samples_ratio r = samples_compare(&a, &b);
    assert_true(r.ratio == 2.0);
    assert_true(r.low > 1.5 && r.low <= 2.0 && r.high >= 2.0 && r.high < 2.6);
    samples_finish(&b);
    r = samples_compare(&a, &b);
    assert_true(r.ratio == 0.0 && r.high == 0.0);
    samples_finish(&a);
}

static void a_budget_is_met_at_its_limit_and_broken_beyond(void **state)
{
    (void)state;
    static struct table t;
    struct table_row *row = table_add(&t, "tap %d", 1);
    table_set(row, TABLE_P50, 1000);
    assert_true(table_met(row));
    table_budget(row, TABLE_P50, 1000);
    assert_true(table_met(row));
    table_set(row, TABLE_P50, 1000.5);
    assert_false(table_met(row));
    assert_int_equal(table_broken(&t), 1);

    row = table_add(&t, "rate");
    table_set(row, TABLE_RATE, 50000);
    table_budget(row, TABLE_RATE, 50000);
    assert_true(table_met(row));
    table_set(row, TABLE_RATE, 49999);
    assert_false(table_met(row));
    assert_int_equal(table_broken(&t), 2);
}

static void what_was_not_measured_is_not_met(void **state)
{
    (void)state;
    static struct table t;
    struct table_row *row = table_add(&t, "memory");
    table_budget(row, TABLE_MEMORY, 8);
    assert_false(table_met(row));
}

static void the_table_shows_value_budget_and_verdict(void **state)
{
    (void)state;
    static struct table t;
    char *text = NULL;
    size_t size = 0;
    struct samples s = some(100);
    struct table_row *row = table_add(&t, "tap");
    table_times(row, &s);
    table_compare(row, &s, &s, "itself");
    table_budget(row, TABLE_P99, 98);
    table_note(row, "a note");
    samples_finish(&s);
    FILE *f = open_memstream(&text, &size);
    assert_non_null(f);
    table_print(&t, f);
    (void)fclose(f);
    static const char *const parts[] = {"tap",      "100",          "50 us", "99 us", "1.00 (",
                                        ") itself", "p99 <= 98 us", "NO",    "a note"};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (!strstr(text, parts[i])) {
            fail_msg("no %s in %s", parts[i], text);
        }
    }
    free(text);
    f = open_memstream(&text, &size);
    assert_non_null(f);
    table_print_json(&t, f);
    (void)fclose(f);
    assert_non_null(strstr(text, "\"name\":\"tap\",\"n\":100,\"p50_us\":50,\"p99_us\":99,\"max_us\":100,\"ratio\":1,"));
    assert_non_null(strstr(text, "\"budgets\":{\"p99_us\":98},\"met\":false}"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_percentile_is_the_sample_that_so_many_do_not_exceed),
        cmocka_unit_test(a_ratio_is_that_of_the_medians_and_knows_its_range),
        cmocka_unit_test(a_budget_is_met_at_its_limit_and_broken_beyond),
        cmocka_unit_test(what_was_not_measured_is_not_met),
        cmocka_unit_test(the_table_shows_value_budget_and_verdict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
