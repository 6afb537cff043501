#include "core/date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static void every_day_survives_the_way_there_and_back(void **state)
{
    (void)state;
    int y = 0, m = 0, d = 0;
    enum weekday weekday = date_weekday(DAY_MIN);
    assert_int_equal(weekday, MONDAY); /* 0001-01-01 */
    for (int32_t day = DAY_MIN; day <= DAY_MAX; day++) {
        int year, month, day_of_month;
        date_civil(day, &year, &month, &day_of_month);
        if (date_day(year, month, day_of_month) != day || date_weekday(day) != weekday) {
            fail_msg("day %d", day);
        }
        bool next = year == y && month == m && day_of_month == d + 1;
        bool first = day_of_month == 1 && (month == m + 1 || (year == y + 1 && month == 1 && m == 12));
        if (day > DAY_MIN && !next && !first) {
            fail_msg("day %d does not follow on the one before", day);
        }
        y = year;
        m = month;
        d = day_of_month;
        weekday = (enum weekday)((weekday + 1) % 7);
    }
    assert_int_equal(y, 9999);
}

static void days_agree_with_the_c_library(void **state)
{
    (void)state;
    for (int32_t day = -200000; day < 200000; day += 13) {
        time_t t = (time_t)day * 86400;
        struct tm tm;
        int year, month, day_of_month;
        assert_non_null(gmtime_r(&t, &tm));
        date_civil(day, &year, &month, &day_of_month);
        assert_int_equal(year, tm.tm_year + 1900);
        assert_int_equal(month, tm.tm_mon + 1);
        assert_int_equal(day_of_month, tm.tm_mday);
        assert_int_equal(date_weekday(day), (tm.tm_wday + 6) % 7);
    }
}

static void dates_that_do_not_exist_are_none(void **state)
{
    (void)state;
    assert_int_equal(date_day(1970, 1, 1), 0);
    assert_int_equal(date_day(2023, 2, 29), DAY_NONE);
    assert_int_not_equal(date_day(2024, 2, 29), DAY_NONE);
    assert_int_equal(date_day(1900, 2, 29), DAY_NONE);
    assert_int_not_equal(date_day(2000, 2, 29), DAY_NONE);
    assert_int_equal(date_day(2024, 13, 1), DAY_NONE);
    assert_int_equal(date_day(2024, 0, 1), DAY_NONE);
    assert_int_equal(date_day(2024, 4, 31), DAY_NONE);
    assert_int_equal(date_day(2024, 4, 0), DAY_NONE);
    assert_int_equal(date_day(0, 1, 1), DAY_NONE);
    assert_int_equal(date_day(10000, 1, 1), DAY_NONE);
    assert_int_equal(date_day(1, 1, 1), DAY_MIN);
    assert_int_equal(date_day(9999, 12, 31), DAY_MAX);
}

static void days_outside_the_calendar_count_as_its_bounds(void **state)
{
    (void)state;
    int y, m, d;
    date_civil(INT32_MAX, &y, &m, &d);
    assert_int_equal(y, 9999);
    date_civil(INT32_MIN, &y, &m, &d);
    assert_int_equal(y, 1);
    assert_in_range(date_weekday(INT32_MIN), MONDAY, SUNDAY);
    assert_true(date_week_start(INT32_MIN) <= INT32_MIN + 6);
    assert_in_range(date_weekday(INT32_MAX), MONDAY, SUNDAY);
}

static void a_week_begins_on_monday(void **state)
{
    (void)state;
    int32_t monday = date_day(2024, 12, 30); /* the week goes over into the new year */
    for (int i = 0; i < 7; i++) {
        assert_int_equal(date_week_start(monday + i), monday);
        assert_int_equal(date_weekday(monday + i), i);
    }
    assert_int_equal(date_week_start(monday - 1), monday - 7);
}

static void months_are_added_to_the_last_day_at_most(void **state)
{
    (void)state;
    assert_int_equal(date_add_months(date_day(2024, 1, 31), 1), date_day(2024, 2, 29));
    assert_int_equal(date_add_months(date_day(2023, 1, 31), 1), date_day(2023, 2, 28));
    assert_int_equal(date_add_months(date_day(2023, 12, 15), 1), date_day(2024, 1, 15));
    assert_int_equal(date_add_months(date_day(2024, 3, 31), -1), date_day(2024, 2, 29));
    assert_int_equal(date_add_months(date_day(2024, 1, 15), -13), date_day(2022, 12, 15));
    assert_int_equal(date_add_months(date_day(2024, 2, 29), 12), date_day(2025, 2, 28));
    assert_int_equal(date_add_months(date_day(9999, 12, 1), 1), DAY_NONE);
    assert_int_equal(date_add_months(date_day(1, 1, 1), -1), DAY_NONE);
    assert_int_equal(date_add_months(0, INT32_MAX), DAY_NONE);
}

static void one_grows_older_on_the_birthday(void **state)
{
    (void)state;
    int32_t birth = date_day(2000, 5, 16);
    assert_int_equal(date_age_years(birth, date_day(2018, 5, 15)), 17);
    assert_int_equal(date_age_years(birth, date_day(2018, 5, 16)), 18);
    assert_true(date_age_years(birth, date_day(2000, 5, 15)) < 0);
    assert_int_equal(date_age_years(birth, birth), 0);
    int32_t leap = date_day(2004, 2, 29);
    assert_int_equal(date_age_years(leap, date_day(2022, 2, 28)), 17);
    assert_int_equal(date_age_years(leap, date_day(2022, 3, 1)), 18);
    assert_int_equal(date_age_years(leap, date_day(2024, 2, 29)), 20);
}

static void dates_are_read_whole_or_not_at_all(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",         "2014-5-31",  "2014-05-32", "2014/05/31", "2014-05-31 ", " 2014-05-31",
        "20140531", "2014-05-3x", "+014-05-31", "2014-02-29", "0000-01-01",  "2014-05--1",
        "-"};
    char text[DATE_TEXT_SIZE];
    assert_int_equal(date_parse("2014-05-31"), date_day(2014, 5, 31));
    assert_int_equal(date_parse("0001-01-01"), DAY_MIN);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(date_parse(bad[i]), DAY_NONE);
    }
    date_format(date_day(2014, 5, 31), text);
    assert_string_equal(text, "2014-05-31");
    date_format(DAY_MIN, text);
    assert_string_equal(text, "0001-01-01");
    date_format(DAY_NONE, text);
    assert_string_equal(text, "-");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_survives_the_way_there_and_back),
        cmocka_unit_test(days_agree_with_the_c_library),
        cmocka_unit_test(dates_that_do_not_exist_are_none),
        cmocka_unit_test(days_outside_the_calendar_count_as_its_bounds),
        cmocka_unit_test(a_week_begins_on_monday),
        cmocka_unit_test(months_are_added_to_the_last_day_at_most),
        cmocka_unit_test(one_grows_older_on_the_birthday),
        cmocka_unit_test(dates_are_read_whole_or_not_at_all),
    };
    return cmocka_run_group_tests_name("core.date", tests, NULL, NULL);
}
