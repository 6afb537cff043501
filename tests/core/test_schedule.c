#include "core/schedule.h"

#include "query_maker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MIN_US INT64_C(60000000)

enum { WORKDAYS = 0x1f, WEEKEND = 0x60, EVERY_DAY = 0x7f, FRIDAYS = 1 << FRIDAY, SUNDAYS = 1 << SUNDAY };

static struct zone stockholm;
static struct holidays no_holidays;

static int start(void **state)
{
    (void)state;
    stockholm = maker_zone("CET-1CEST,M3.5.0,M10.5.0/3");
    return 0;
}

static struct schedule spans(unsigned n, const struct schedule_span *span)
{
    struct schedule schedule = {.n_spans = (uint8_t)n};
    memcpy(schedule.spans, span, n * sizeof(*span));
    return schedule;
}

static int64_t at(const char *text)
{
    int64_t utc_us = 0;
    assert_true(zone_parse_instant(&stockholm, text, &utc_us));
    return utc_us;
}

static bool is_open(const struct schedule *schedule, const char *text)
{
    return schedule_is_open(schedule, &no_holidays, &stockholm, at(text));
}

static void check_next(const struct schedule *schedule, const struct holidays *holidays, const char *from,
                       const char *expected)
{
    char text[INSTANT_TEXT_SIZE];
    zone_format(&stockholm, schedule_next_open(schedule, holidays, &stockholm, at(from)), text);
    assert_string_equal(text, expected);
}

static void a_span_holds_its_first_minute_and_not_its_last(void **state)
{
    (void)state;
    struct schedule s = spans(1, (struct schedule_span[]){{WORKDAYS, 360, 1320}});
    assert_false(is_open(&s, "2014-05-16T05:59:59"));
    assert_true(is_open(&s, "2014-05-16T06:00:00"));
    assert_true(is_open(&s, "2014-05-16T21:59:59"));
    assert_false(is_open(&s, "2014-05-16T22:00:00"));
    assert_false(is_open(&s, "2014-05-17T12:00:00")); /* Saturday */
    check_next(&s, &no_holidays, "2014-05-16T05:00", "2014-05-16T06:00:00+02:00");
    check_next(&s, &no_holidays, "2014-05-16T12:00:30", "2014-05-16T12:00:30+02:00");
    check_next(&s, &no_holidays, "2014-05-16T22:00", "2014-05-19T06:00:00+02:00");
}

static void a_day_may_have_several_spans(void **state)
{
    (void)state;
    struct schedule s =
        spans(3, (struct schedule_span[]){{WORKDAYS, 960, 1200}, {WORKDAYS, 360, 540}, {WEEKEND, 600, 720}});
    assert_true(is_open(&s, "2014-05-16T06:30"));
    assert_false(is_open(&s, "2014-05-16T12:00"));
    assert_true(is_open(&s, "2014-05-16T16:00"));
    check_next(&s, &no_holidays, "2014-05-16T09:00", "2014-05-16T16:00:00+02:00");
    check_next(&s, &no_holidays, "2014-05-16T20:00", "2014-05-17T10:00:00+02:00");
}

static void a_span_past_midnight_belongs_to_the_day_it_began(void **state)
{
    (void)state;
    struct schedule s = spans(1, (struct schedule_span[]){{FRIDAYS, 1320, 1440 + 240}}); /* 22:00 to 04:00 */
    assert_true(is_open(&s, "2014-05-16T23:59:59"));
    assert_true(is_open(&s, "2014-05-17T00:00:00"));
    assert_true(is_open(&s, "2014-05-17T03:59:59"));
    assert_false(is_open(&s, "2014-05-17T04:00:00"));
    assert_false(is_open(&s, "2014-05-16T03:00:00")); /* Thursday has none */
    struct schedule all = spans(1, (struct schedule_span[]){{FRIDAYS, 0, 2880}});
    assert_true(is_open(&all, "2014-05-17T23:59:59"));
    assert_false(is_open(&all, "2014-05-18T00:00:00"));
}

static void on_a_holiday_the_weekdays_spans_do_not_begin(void **state)
{
    (void)state;
    struct schedule s = spans(2, (struct schedule_span[]){{EVERY_DAY, 1200, 1440 + 120}, {SCHEDULE_HOLIDAY, 600, 720}});
    struct holidays midsummer = {.days = {date_day(2014, 6, 20)}, .n_days = 1}; /* a Friday */
    static const struct {
        const char *when;
        bool open;
    } cases[] = {
        {"2014-06-19T23:00", true},  {"2014-06-20T01:59", true}, /* began the day before: it goes on */
        {"2014-06-20T02:00", false}, {"2014-06-20T10:00", true},  {"2014-06-20T12:00", false},
        {"2014-06-20T20:00", false}, {"2014-06-21T01:00", false}, {"2014-06-21T10:30", false},
        {"2014-06-21T20:00", true},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (schedule_is_open(&s, &midsummer, &stockholm, at(cases[i].when)) != cases[i].open) {
            fail_msg("%s", cases[i].when);
        }
    }
    check_next(&s, &midsummer, "2014-06-20T02:00", "2014-06-20T10:00:00+02:00");
    check_next(&s, &midsummer, "2014-06-20T12:00", "2014-06-21T20:00:00+02:00");
}

static void many_holidays_are_all_found(void **state)
{
    (void)state;
    struct schedule s = spans(1, (struct schedule_span[]){{SCHEDULE_HOLIDAY, 0, 1440}});
    struct holidays many = {0};
    int32_t first = date_day(2014, 1, 1);
    for (int i = 0; i < SCHEDULE_HOLIDAYS_MAX; i++) {
        many.days[many.n_days++] = first + 3 * i;
    }
    for (int32_t day = first - 2; day < first + 3 * SCHEDULE_HOLIDAYS_MAX; day++) {
        bool holiday = day >= first && (day - first) % 3 == 0;
        assert_int_equal(schedule_is_open(&s, &many, &stockholm, zone_instant(&stockholm, day, 43200)), holiday);
    }
}

static void in_spring_a_span_is_cut_by_the_hour_that_is_skipped(void **state)
{
    (void)state;
    /* 2014-03-30, Sunday: 02:00 is followed by 03:00. */
    struct schedule s = spans(1, (struct schedule_span[]){{SUNDAYS, 150, 240}}); /* 02:30 to 04:00 */
    assert_false(is_open(&s, "2014-03-30T01:59:59"));
    assert_true(is_open(&s, "2014-03-30T03:00:00"));
    assert_true(is_open(&s, "2014-03-30T03:59:59"));
    assert_false(is_open(&s, "2014-03-30T04:00:00"));
    check_next(&s, &no_holidays, "2014-03-30T01:00", "2014-03-30T03:00:00+02:00");
    struct schedule gone = spans(1, (struct schedule_span[]){{SUNDAYS, 120, 180}}); /* 02:00 to 03:00 */
    assert_false(is_open(&gone, "2014-03-30T01:59:59"));
    assert_false(is_open(&gone, "2014-03-30T03:00:00"));
    check_next(&gone, &no_holidays, "2014-03-30T00:00", "2014-04-06T02:00:00+02:00");
}

static void in_autumn_a_span_is_open_both_times_the_wall_shows_it(void **state)
{
    (void)state;
    /* 2014-10-26, Sunday: 03:00 is followed by 02:00. */
    struct schedule s = spans(1, (struct schedule_span[]){{SUNDAYS, 130, 140}}); /* 02:10 to 02:20 */
    assert_true(is_open(&s, "2014-10-26T02:10:00+02:00"));
    assert_false(is_open(&s, "2014-10-26T02:20:00+02:00"));
    assert_true(is_open(&s, "2014-10-26T02:10:00+01:00"));
    assert_false(is_open(&s, "2014-10-26T02:20:00+01:00"));
    check_next(&s, &no_holidays, "2014-10-26T01:00", "2014-10-26T02:10:00+02:00");
    check_next(&s, &no_holidays, "2014-10-26T02:30:00+02:00", "2014-10-26T02:10:00+01:00");
    check_next(&s, &no_holidays, "2014-10-26T02:20:00+01:00", "2014-11-02T02:10:00+01:00");
    struct schedule early = spans(1, (struct schedule_span[]){{SUNDAYS, 60, 150}}); /* 01:00 to 02:30 */
    assert_false(is_open(&early, "2014-10-26T02:45:00+02:00"));
    check_next(&early, &no_holidays, "2014-10-26T02:45:00+02:00", "2014-10-26T02:00:00+01:00");
}

static void a_night_span_runs_over_a_change_by_the_wall(void **state)
{
    (void)state;
    struct schedule s = spans(1, (struct schedule_span[]){{1 << SATURDAY, 1380, 1440 + 300}}); /* 23:00 to 05:00 */
    assert_true(is_open(&s, "2014-03-30T04:59:59"));
    assert_false(is_open(&s, "2014-03-30T05:00:00"));
    assert_true(is_open(&s, "2014-10-26T04:59:59"));
    assert_false(is_open(&s, "2014-10-26T05:00:00"));
}

static void a_schedule_that_never_opens_says_so(void **state)
{
    (void)state;
    struct schedule none = {0};
    assert_true(schedule_next_open(&none, &no_holidays, &stockholm, maker_noon_us()) == INT64_MAX);
    assert_false(schedule_is_open(&none, &no_holidays, &stockholm, maker_noon_us()));
    struct schedule holidays_only = spans(1, (struct schedule_span[]){{SCHEDULE_HOLIDAY, 0, 1440}});
    assert_true(schedule_next_open(&holidays_only, &no_holidays, &stockholm, maker_noon_us()) == INT64_MAX);
    struct holidays far = {.days = {MAKER_TODAY + 369, MAKER_TODAY + 800}, .n_days = 2};
    check_next(&holidays_only, &far, "2014-05-16T12:00", "2015-05-20T00:00:00+02:00");
    far.days[0] = MAKER_TODAY + 372;
    assert_true(schedule_next_open(&holidays_only, &far, &stockholm, maker_noon_us()) == INT64_MAX);
}

static void spans_out_of_bounds_are_not_valid(void **state)
{
    (void)state;
    static const struct schedule_span bad[] = {{0, 0, 1},     {1, -1, 10},   {1, 1440, 1500},
                                               {1, 600, 600}, {1, 600, 599}, {1, 0, 2881}};
    struct schedule s = spans(1, (struct schedule_span[]){{255, 1439, 2880}});
    assert_true(schedule_valid(&s));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        s.spans[0] = bad[i];
        assert_false(schedule_valid(&s));
    }
    s = (struct schedule){.n_spans = SCHEDULE_SPANS_MAX};
    for (int i = 0; i < SCHEDULE_SPANS_MAX; i++) {
        s.spans[i] = (struct schedule_span){1, 0, 1};
    }
    assert_true(schedule_valid(&s));
    s = (struct schedule){.n_spans = SCHEDULE_SPANS_MAX + 1};
    assert_false(schedule_valid(&s));
}

/* Against a plain search, minute by minute, around both changes of the clocks and an odd zone's. */
static void the_next_opening_is_the_first_minute_that_is_open(void **state)
{
    (void)state;
    static const char *const zones[] = {"CET-1CEST,M3.5.0,M10.5.0/3", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
                                        "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "AAA0BBB,J89/0,J299/0"};
    uint64_t seed = 99;
    for (int round = 0; round < 400; round++) {
        struct zone zone = maker_zone(zones[maker_below(&seed, 4)]);
        struct schedule s = {.n_spans = (uint8_t)(1 + maker_below(&seed, 3))};
        for (unsigned i = 0; i < s.n_spans; i++) {
            int16_t from = (int16_t)maker_below(&seed, 1440);
            s.spans[i] = (struct schedule_span){(uint8_t)(1 + maker_below(&seed, 255)), from,
                                                (int16_t)(from + 1 + (int)maker_below(&seed, 200))};
        }
        int32_t day = date_day(2014, maker_below(&seed, 2) ? 3 : 10, 24) + (int32_t)maker_below(&seed, 8);
        struct holidays holidays = {.days = {day + 1, day + 2}, .n_days = 2};
        int64_t from = (int64_t)day * 86400000000 + (int64_t)maker_below(&seed, 1440) * MIN_US;
        int64_t expected = from;
        int64_t end = from + 10 * 1440 * MIN_US;
        while (expected < end && !schedule_is_open(&s, &holidays, &zone, expected)) {
            expected += MIN_US;
        }
        int64_t next = schedule_next_open(&s, &holidays, &zone, from);
        if (expected < end ? next != expected : next < end) {
            fail_msg("round %d: %lld, not %lld", round, (long long)next, (long long)expected);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_span_holds_its_first_minute_and_not_its_last),
        cmocka_unit_test(a_day_may_have_several_spans),
        cmocka_unit_test(a_span_past_midnight_belongs_to_the_day_it_began),
        cmocka_unit_test(on_a_holiday_the_weekdays_spans_do_not_begin),
        cmocka_unit_test(many_holidays_are_all_found),
        cmocka_unit_test(in_spring_a_span_is_cut_by_the_hour_that_is_skipped),
        cmocka_unit_test(in_autumn_a_span_is_open_both_times_the_wall_shows_it),
        cmocka_unit_test(a_night_span_runs_over_a_change_by_the_wall),
        cmocka_unit_test(a_schedule_that_never_opens_says_so),
        cmocka_unit_test(spans_out_of_bounds_are_not_valid),
        cmocka_unit_test(the_next_opening_is_the_first_minute_that_is_open),
    };
    return cmocka_run_group_tests_name("core.schedule", tests, start, NULL);
}
