#include "core/zone.h"

#include "query_maker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define S_US INT64_C(1000000)

static const char *const rules[] = {
    "UTC0",
    "CET-1CEST,M3.5.0,M10.5.0/3", /* Stockholm, Berlin, Oslo */
    "EET-2EEST,M3.5.0/3,M10.5.0/4", /* Helsinki */
    "GMT0BST,M3.5.0/1,M10.5.0",
    "IST-1GMT0,M10.5.0,M3.5.0/1", /* Dublin, whose summer time is its standard */
    "EST5EDT,M3.2.0,M11.1.0",
    "<+03>-3",
    "<-0330>3:30<-0230>,M3.2.0,M11.1.0",
    "<+0530>-5:30",
    "AEST-10AEDT,M10.1.0,M4.1.0/3", /* Sydney: summer over the new year */
    "NZST-12NZDT,M9.5.0,M4.1.0/3",
    "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", /* Lord Howe: half an hour */
    "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", /* Nuuk: the change lies on Saturday evening */
    "IST-2IDT,M3.4.4/26,M10.5.0", /* Jerusalem: Friday 02:00 as Thursday 26:00 */
    "AAA3BBB,J60/0,J300/0",
    "AAA-5BBB-6:30:15,59/12,299/1:30:30",
    "AAA0BBB,J1/3,J365/3",
    "AZaz3<A09>,M12.5.6/2,M3.1.6/2",
    "<-12>12<-11>,M6.1.1,M12.5.0/0",
};
enum { RULES = sizeof(rules) / sizeof(rules[0]) };

static void use_zone_of_the_c_library(const char *rule)
{
    assert_int_equal(setenv("TZ", rule, 1), 0);
    tzset();
}

static void local_time_agrees_with_the_c_library_over_a_century(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (unsigned r = 0; r < RULES; r++) {
        struct zone zone = maker_zone(rules[r]);
        use_zone_of_the_c_library(rules[r]);
        int64_t t = (int64_t)date_day(1975, 1, 1) * 86400;
        int64_t end = (int64_t)date_day(2075, 1, 1) * 86400;
        while (t < end) {
            time_t now = (time_t)t;
            struct tm tm;
            assert_non_null(localtime_r(&now, &tm));
            struct local_time local = zone_local(&zone, t * S_US);
            int32_t day = date_day(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
            int32_t second = tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec;
            if (local.day != day || local.second != second) {
                fail_msg("%s at %lld: day %d second %d, not day %d second %d", rules[r], (long long)t, local.day,
                         local.second, day, second);
            }
            t += 1800 + (int64_t)maker_below(&seed, 36000);
        }
    }
}

/* Each change of the clocks, found second by second. */
static void the_second_of_each_change_agrees_with_the_c_library(void **state)
{
    (void)state;
    for (unsigned r = 0; r < RULES; r++) {
        struct zone zone = maker_zone(rules[r]);
        use_zone_of_the_c_library(rules[r]);
        int64_t change = (int64_t)date_day(1990, 1, 10) * 86400 * S_US;
        unsigned changes = 0;
        for (change = zone_next_change(&zone, change); change < (int64_t)date_day(2030, 1, 10) * 86400 * S_US;
             change = zone_next_change(&zone, change)) {
            for (int64_t t = change / S_US - 2; t <= change / S_US + 2; t++) {
                time_t now = (time_t)t;
                struct tm tm;
                assert_non_null(localtime_r(&now, &tm));
                struct local_time local = zone_local(&zone, t * S_US);
                assert_int_equal(local.second, tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec);
            }
            changes++;
        }
        assert_int_equal(changes, zone.has_summer ? 80 : 0);
    }
}

static void an_instant_is_the_first_at_which_the_wall_shows_it(void **state)
{
    (void)state;
    uint64_t seed = 2;
    for (unsigned r = 0; r < RULES; r++) {
        struct zone zone = maker_zone(rules[r]);
        for (int i = 0; i < 4000; i++) {
            int64_t utc_us = ((int64_t)date_day(2000, 1, 1) * 86400 + (int64_t)maker_below(&seed, 1000000000)) * S_US;
            struct local_time local = zone_local(&zone, utc_us);
            int64_t instant = zone_instant(&zone, local.day, local.second);
            struct local_time again = zone_local(&zone, instant);
            assert_int_equal(again.day, local.day);
            assert_int_equal(again.second, local.second);
            assert_true(instant <= utc_us);
            /* Later by an hour at most, when the wall shows it twice. */
            assert_true(utc_us - instant <= 5415 * S_US);
        }
    }
}

static void a_time_that_the_clocks_skip_is_the_instant_of_the_change(void **state)
{
    (void)state;
    struct zone zone = maker_zone("CET-1CEST,M3.5.0,M10.5.0/3");
    int32_t spring = date_day(2014, 3, 30);
    int64_t change = ((int64_t)spring * 86400 + 3600) * S_US;
    assert_true(zone_instant(&zone, spring, 2 * 3600) == change);
    assert_true(zone_instant(&zone, spring, 2 * 3600 + 1800) == change);
    assert_true(zone_instant(&zone, spring, 3 * 3600) == change);
    assert_true(zone_instant(&zone, spring, 2 * 3600 - 1) == change - S_US);
    assert_true(zone_next_change(&zone, change - 1) == change);
    assert_int_equal(zone_local(&zone, change - 1).second, 7199);
    assert_int_equal(zone_local(&zone, change).second, 3 * 3600);
}

static void a_time_shown_twice_is_the_first_of_the_two(void **state)
{
    (void)state;
    struct zone zone = maker_zone("CET-1CEST,M3.5.0,M10.5.0/3");
    int32_t autumn = date_day(2014, 10, 26);
    int64_t change = ((int64_t)autumn * 86400 + 3600) * S_US;
    assert_true(zone_instant(&zone, autumn, 2 * 3600 + 1800) == change - 1800 * S_US);
    assert_int_equal(zone_local(&zone, change + 1800 * S_US).second, 2 * 3600 + 1800);
    assert_true(zone_instant(&zone, autumn, 3 * 3600) == change + 3600 * S_US);
    assert_true(zone_instant(&zone, autumn - 1, 26 * 3600 + 1800) == change - 1800 * S_US);
}

static void summer_time_that_never_ends_is_summer_time(void **state)
{
    (void)state;
    struct zone zone = maker_zone("XXX3EDT4,0/0,J365/23"); /* RFC 8536, section 3.3.1 */
    uint64_t seed = 3;
    for (int i = 0; i < 20000; i++) {
        int64_t utc_s = (int64_t)maker_below(&seed, 4000000000);
        struct local_time local = zone_local(&zone, utc_s * S_US);
        assert_true((int64_t)local.day * 86400 + local.second == utc_s - 4 * 3600);
    }
}

static void rules_that_are_none_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "CET",
                                      "CE-1",
                                      "-1",
                                      "CET-1 ",
                                      "CET-25",
                                      "CET-1:60",
                                      "CET-1CEST",
                                      "CET-1CEST,M3.5.0",
                                      "CET-1CEST,M3.5.0,M10.5.0/3,",
                                      "CET-1CEST,M0.5.0,M10.5.0",
                                      "CET-1CEST,M13.5.0,M10.5.0",
                                      "CET-1CEST,M3.0.0,M10.5.0",
                                      "CET-1CEST,M3.6.0,M10.5.0",
                                      "CET-1CEST,M3.5.7,M10.5.0",
                                      "CET-1CEST,M3.5,M10.5.0",
                                      "CET-1CEST,J0,J300",
                                      "CET-1CEST,J366,J300",
                                      "CET-1CEST,366,300",
                                      "CET-1CEST,M3.5.0/168,M10.5.0",
                                      "CET-1CEST,M3.5.0/,M10.5.0",
                                      "CET-1CE,M3.5.0,M10.5.0",
                                      "<+03-3",
                                      "<+3>-3",
                                      "<+03>",
                                      "<+0 >-3",
                                      "C3T-1",
                                      "CET-99999999999999999999",
                                      ":Europe/Stockholm",
                                      "Europe/Stockholm"};
    struct zone zone = {.offset_s = 7};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (zone_parse(bad[i], &zone)) {
            fail_msg("taken: %s", bad[i]);
        }
        assert_int_equal(zone.offset_s, 7);
    }
    assert_true(zone_parse("<+0545>-5:45:30", &zone));
    assert_int_equal(zone.offset_s, 5 * 3600 + 45 * 60 + 30);
    assert_true(zone_parse("AAA+24", &zone));
    assert_int_equal(zone.offset_s, -86400);
}

static void a_zone_is_valid_when_a_rule_could_say_it(void **state)
{
    (void)state;
    struct zone zone = {0};
    assert_true(zone_valid(&zone));
    zone.summer_offset_s = 1;
    assert_false(zone_valid(&zone));
    for (unsigned r = 0; r < RULES; r++) {
        zone = maker_zone(rules[r]);
        assert_true(zone_valid(&zone));
    }
    zone = maker_zone("CET-1CEST,M3.5.0,M10.5.0/3");
    zone.to_standard.month = 0;
    assert_false(zone_valid(&zone));
    zone = maker_zone("AAA3BBB,J60/0,J300/0");
    zone.to_summer.day_of_year = 0;
    assert_false(zone_valid(&zone));
    zone.to_summer.kind = ZONE_RULE_DAY_OF_YEAR;
    assert_true(zone_valid(&zone));
    zone.to_summer.time_s = 168 * 3600;
    assert_false(zone_valid(&zone));
    zone = maker_zone("CET-1CEST,M3.5.0,M10.5.0/3");
    zone.summer_offset_s = INT32_MAX;
    assert_false(zone_valid(&zone));
    zone = maker_zone("UTC0");
    zone.offset_s = zone.summer_offset_s = INT32_MIN;
    assert_false(zone_valid(&zone));
}

static void an_instant_survives_the_way_through_text(void **state)
{
    (void)state;
    uint64_t seed = 4;
    for (unsigned r = 0; r < RULES; r++) {
        struct zone zone = maker_zone(rules[r]);
        if (zone.summer_offset_s % 60) {
            continue; /* the text has no seconds of an offset */
        }
        for (int i = 0; i < 2000; i++) {
            char text[INSTANT_TEXT_SIZE];
            int64_t back = 0;
            int64_t utc_us = ((int64_t)maker_below(&seed, 4000000000) - 1000000000) * S_US;
            zone_format(&zone, utc_us, text);
            assert_true(zone_parse_instant(&zone, text, &back));
            assert_true(back == utc_us);
        }
    }
}

static void instants_are_written_and_read(void **state)
{
    (void)state;
    struct zone zone = maker_zone("CET-1CEST,M3.5.0,M10.5.0/3");
    char text[INSTANT_TEXT_SIZE];
    int64_t t = 0, five = ((int64_t)date_day(2014, 5, 31) * 86400 + 15 * 3600) * S_US;
    zone_format(&zone, five + 999999, text);
    assert_string_equal(text, "2014-05-31T17:00:00+02:00");
    static const char *const same[] = {"2014-05-31T17:00:00+02:00", "2014-05-31T17:00", "2014-05-31 17:00:00",
                                       "2014-05-31T15:00Z", "2014-05-31T11:30-03:30"};
    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
        assert_true(zone_parse_instant(&zone, same[i], &t));
        assert_true(t == five);
    }
    static const char *const bad[] = {"",
                                      "2014-05-31",
                                      "2014-05-31T",
                                      "2014-05-31T17",
                                      "2014-05-31T17:0",
                                      "2014-05-31T24:00",
                                      "2014-05-31T17:60",
                                      "2014-05-31T17:00:60",
                                      "2014-05-31T17:00+2",
                                      "2014-05-31T17:00+02:0",
                                      "2014-05-31T17:00z",
                                      "2014-02-30T17:00",
                                      "2014-05-31T1x:00",
                                      "2014-05-31Tx1:00",
                                      "2014-05-31T/7:00",
                                      "2014-05-31T:7:00",
                                      "2014-05-31T1/:00",
                                      "2014-05-31T17:00:00+02:00 ",
                                      "2014-05-31x17:00",
                                      "2014-05-31T17:00:00+02:00:00:00:00:00"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (zone_parse_instant(&zone, bad[i], &t)) {
            fail_msg("taken: %s", bad[i]);
        }
    }
}

static void no_wall_time_is_lost_around_a_nine(void **state)
{
    (void)state;
    struct zone utc = maker_zone("UTC0");
    int64_t t = 0;
    assert_true(zone_parse_instant(&utc, "1970-01-01T09:19:59", &t));
    assert_true(t == (9 * 3600 + 19 * 60 + 59) * S_US);
    assert_true(zone_parse_instant(&utc, "1970-01-02T00:00-00:30", &t));
    assert_true(t == (86400 + 1800) * S_US);
}

static void instants_beyond_the_calendar_do_no_harm(void **state)
{
    (void)state;
    static const int64_t far[] = {INT64_MIN, INT64_MIN + 1, INT64_MAX, INT64_MAX - 1, -62135596800 * S_US};
    char text[INSTANT_TEXT_SIZE];
    for (unsigned r = 0; r < RULES; r++) {
        struct zone zone = maker_zone(rules[r]);
        for (size_t i = 0; i < sizeof(far) / sizeof(far[0]); i++) {
            struct local_time local = zone_local(&zone, far[i]);
            assert_true(local.day >= DAY_MIN && local.day <= DAY_MAX && local.second >= 0 && local.second < 86400);
            zone_format(&zone, far[i], text);
            (void)zone_next_change(&zone, far[i]);
        }
        (void)zone_instant(&zone, INT32_MAX, INT32_MAX);
        (void)zone_instant(&zone, INT32_MIN, INT32_MIN);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(local_time_agrees_with_the_c_library_over_a_century),
        cmocka_unit_test(the_second_of_each_change_agrees_with_the_c_library),
        cmocka_unit_test(an_instant_is_the_first_at_which_the_wall_shows_it),
        cmocka_unit_test(a_time_that_the_clocks_skip_is_the_instant_of_the_change),
        cmocka_unit_test(a_time_shown_twice_is_the_first_of_the_two),
        cmocka_unit_test(summer_time_that_never_ends_is_summer_time),
        cmocka_unit_test(rules_that_are_none_are_refused),
        cmocka_unit_test(a_zone_is_valid_when_a_rule_could_say_it),
        cmocka_unit_test(an_instant_survives_the_way_through_text),
        cmocka_unit_test(instants_are_written_and_read),
        cmocka_unit_test(no_wall_time_is_lost_around_a_nine),
        cmocka_unit_test(instants_beyond_the_calendar_do_no_harm),
    };
    return cmocka_run_group_tests_name("core.zone", tests, NULL, NULL);
}
