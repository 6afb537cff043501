#include "core/visit.h"

#include "query_maker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* A person with a punch card of ten, in Stockholm. */
static struct visit_presence person;
static int clips;
static int64_t next_visit;

static int fresh(void **state)
{
    (void)state;
    person = (struct visit_presence){0};
    clips = 10;
    next_visit = 100;
    return 0;
}

static struct visit_effect passes_with(const char *when, enum visit_direction direction, enum visit_cost cost)
{
    struct zone zone = maker_zone("CET-1CEST,M3.5.0,M10.5.0/3");
    int64_t utc_us = 0;
    assert_true(zone_parse_instant(&zone, when, &utc_us));
    struct visit_passage passage = {.utc_us = utc_us,
                                    .day = zone_local(&zone, utc_us).day,
                                    .point_id = 7,
                                    .direction = direction,
                                    .zone_from = direction == VISIT_INNER ? MAKER_GYM : MAKER_OUTSIDE,
                                    .zone_to = direction == VISIT_INNER ? 4 : MAKER_GYM,
                                    .cost_if_new = cost,
                                    .new_visit_id = ++next_visit};
    struct visit_effect planned = visit_plan(&person, &passage);
    assert_int_equal(visit_cost(&person, &passage), planned.cost);
    struct visit_effect effect = visit_book(&person, &passage);
    assert_int_equal(effect.cost, planned.cost);
    assert_int_equal(effect.entry, planned.entry);
    assert_int_equal(effect.opened, planned.opened);
    assert_int_equal(effect.closed, planned.closed);
    assert_int_equal(effect.visit_id, planned.visit_id);
    clips -= effect.cost == VISIT_COST_CLIP;
    return effect;
}

static struct visit_effect passes(const char *when, enum visit_direction direction)
{
    return passes_with(when, direction, VISIT_COST_CLIP);
}

static void in_home_without_an_out_reader_and_in_again_is_one_visit(void **state)
{
    (void)state;
    struct visit_effect e = passes("2014-05-16T09:00", VISIT_IN);
    assert_true(e.entry && e.opened && !e.closed);
    assert_int_equal(e.visit_id, 101);
    e = passes("2014-05-16T17:00", VISIT_IN);
    assert_true(e.entry && !e.opened);
    assert_int_equal(e.visit_id, 101);
    assert_int_equal(e.cost, VISIT_COST_NONE);
    assert_int_equal(clips, 9);
    assert_int_equal(person.visits_today, 1);
    assert_int_equal(person.visits_week, 1);
    assert_int_equal(person.entries_today, 2);
    assert_int_equal(person.last_entry_point, 7);
}

static void an_out_passage_closes_the_visit_and_the_next_entry_is_a_new_one(void **state)
{
    (void)state;
    (void)passes("2014-05-16T09:00", VISIT_IN);
    struct visit_effect e = passes("2014-05-16T10:00", VISIT_OUT);
    assert_true(!e.entry && !e.opened && e.closed);
    assert_int_equal(e.visit_id, 101);
    assert_int_equal(e.cost, VISIT_COST_NONE);
    e = passes("2014-05-16T17:00", VISIT_IN);
    assert_true(e.opened);
    assert_int_equal(e.visit_id, 103);
    assert_int_equal(clips, 8);
    assert_int_equal(person.visits_today, 2);
}

static void a_clip_not_taken_on_the_way_in_is_taken_on_the_way_out(void **state)
{
    (void)state;
    struct visit_effect e = passes("2014-05-16T10:00", VISIT_OUT);
    assert_true(!e.entry && !e.opened && !e.closed);
    assert_int_equal(e.cost, VISIT_COST_CLIP);
    assert_int_equal(clips, 9);
    person = (struct visit_presence){.visit_id = 5, .visit_day = MAKER_TODAY, .visits_today = 1};
    e = passes("2014-05-16T11:00", VISIT_OUT);
    assert_true(e.closed);
    assert_int_equal(e.visit_id, 5);
    assert_int_equal(e.cost, VISIT_COST_CLIP);
}

static void an_inner_passage_without_an_in_passage_is_an_entry(void **state)
{
    (void)state;
    struct visit_effect e = passes("2014-05-16T09:00", VISIT_INNER);
    assert_true(e.entry && e.opened);
    assert_int_equal(e.cost, VISIT_COST_CLIP);
    e = passes("2014-05-16T09:30", VISIT_INNER);
    assert_true(!e.entry && !e.opened && !e.closed);
    assert_int_equal(e.cost, VISIT_COST_NONE);
    e = passes("2014-05-16T10:00", VISIT_IN);
    assert_true(e.entry && !e.opened);
    assert_int_equal(clips, 9);
    assert_int_equal(person.entries_today, 2);
}

static void a_subscriptions_visit_owes_nothing_later(void **state)
{
    (void)state;
    struct visit_effect e = passes_with("2014-05-16T09:00", VISIT_IN, VISIT_COST_NONE);
    assert_true(e.opened);
    e = passes("2014-05-16T10:00", VISIT_OUT);
    assert_int_equal(e.cost, VISIT_COST_NONE);
    assert_int_equal(clips, 10);
}

static void a_visit_that_still_owes_its_clip_pays_at_the_next_entry(void **state)
{
    (void)state;
    person = (struct visit_presence){.visit_id = 5, .visit_day = MAKER_TODAY, .visits_today = 1, .entries_today = 1};
    struct visit_effect e = passes("2014-05-16T09:00", VISIT_IN);
    assert_false(e.opened);
    assert_int_equal(e.cost, VISIT_COST_CLIP);
    assert_true(person.visit_paid);
    assert_int_equal(passes("2014-05-16T10:00", VISIT_OUT).cost, VISIT_COST_NONE);
}

static void a_single_entry_is_taken_as_such(void **state)
{
    (void)state;
    assert_int_equal(passes_with("2014-05-16T09:00", VISIT_IN, VISIT_COST_SINGLE_ENTRY).cost, VISIT_COST_SINGLE_ENTRY);
    assert_int_equal(passes_with("2014-05-16T09:10", VISIT_IN, VISIT_COST_SINGLE_ENTRY).cost, VISIT_COST_NONE);
}

static void nobody_pays_twice_for_a_night(void **state)
{
    (void)state;
    (void)passes("2014-05-16T23:50", VISIT_IN);
    struct visit_effect e = passes("2014-05-17T00:05", VISIT_INNER);
    assert_true(!e.entry);
    e = passes("2014-05-17T00:10", VISIT_OUT);
    assert_true(e.closed);
    assert_int_equal(e.visit_id, 101);
    assert_int_equal(clips, 9);
    assert_int_equal(person.visit_id, 0);
    assert_int_equal(person.visits_today, 0);
    e = passes("2014-05-17T10:00", VISIT_OUT);
    assert_int_equal(e.cost, VISIT_COST_CLIP);
}

static void after_midnight_an_in_passage_opens_a_new_visit(void **state)
{
    (void)state;
    (void)passes("2014-05-16T23:50", VISIT_IN);
    struct visit_effect e = passes("2014-05-17T00:10", VISIT_IN);
    assert_true(e.opened);
    assert_int_equal(clips, 8);
    assert_int_equal(person.visits_today, 1);
    assert_int_equal(person.visits_week, 2);
    assert_int_equal(person.entries_today, 1);
}

static void yesterdays_visit_runs_on_for_hours_only(void **state)
{
    (void)state;
    (void)passes("2014-05-16T18:00", VISIT_IN);
    struct visit_presence evening = person;
    assert_true(passes("2014-05-17T05:59:59", VISIT_OUT).closed);
    person = evening;
    struct visit_effect e = passes("2014-05-17T06:00", VISIT_OUT);
    assert_false(e.closed);
    assert_int_equal(e.cost, VISIT_COST_CLIP);
    person = evening;
    e = passes("2014-05-18T00:01", VISIT_OUT);
    assert_false(e.closed);
    person = evening;
    e = passes("2014-05-16T12:00", VISIT_OUT); /* a clock put back: the day is still the same */
    assert_true(e.closed);
}

static void a_week_begins_anew_on_monday(void **state)
{
    (void)state;
    (void)passes("2014-05-16T09:00", VISIT_IN); /* Friday */
    (void)passes("2014-05-18T09:00", VISIT_IN);
    assert_int_equal(person.visits_week, 2);
    (void)passes("2014-05-19T09:00", VISIT_IN); /* Monday */
    assert_int_equal(person.visits_week, 1);
    assert_int_equal(person.visits_today, 1);
}

static void a_week_may_go_over_the_years_end(void **state)
{
    (void)state;
    (void)passes("2013-12-30T09:00", VISIT_IN); /* Monday */
    (void)passes("2013-12-31T23:59:59", VISIT_IN);
    (void)passes("2014-01-01T00:00", VISIT_IN);
    (void)passes("2014-01-05T09:00", VISIT_IN);
    assert_int_equal(person.visits_week, 4);
    assert_int_equal(person.visits_today, 1);
    (void)passes("2014-01-06T09:00", VISIT_IN);
    assert_int_equal(person.visits_week, 1);
}

static void presence_counts_only_what_is_of_the_day_and_week(void **state)
{
    (void)state;
    int32_t friday = MAKER_TODAY;
    int64_t utc_us = maker_noon_us();
    struct visit_presence kept = {.visit_id = 5,
                                  .visit_day = friday,
                                  .visit_paid = true,
                                  .visits_today = 2,
                                  .visits_week = 3,
                                  .entries_today = 4,
                                  .zone_id = MAKER_GYM,
                                  .zone_since_us = utc_us - 10000000};
    struct visit_presence on = visit_presence_on(&kept, friday, utc_us, 0);
    assert_int_equal(on.visit_id, 5);
    assert_true(on.visit_paid);
    assert_int_equal(on.visits_today, 2);
    assert_int_equal(on.visits_week, 3);
    assert_int_equal(on.entries_today, 4);
    assert_int_equal(on.zone_id, MAKER_GYM);
    on = visit_presence_on(&kept, friday + 1, utc_us, 0);
    assert_int_equal(on.visit_id, 0);
    assert_false(on.visit_paid);
    assert_int_equal(on.visits_today, 0);
    assert_int_equal(on.entries_today, 0);
    assert_int_equal(on.visits_week, 3);
    assert_int_equal(on.zone_id, MAKER_GYM);
    on = visit_presence_on(&kept, friday + 3, utc_us, 0);
    assert_int_equal(on.visits_week, 0);
    on = visit_presence_on(&kept, friday - 1, utc_us, 0);
    assert_int_equal(on.visits_today, 0);
}

static void anti_passback_forgets_after_its_time(void **state)
{
    (void)state;
    int64_t utc_us = maker_noon_us();
    struct visit_presence kept = {.zone_id = MAKER_GYM, .zone_since_us = utc_us - 10000000};
    assert_int_equal(visit_presence_on(&kept, 0, utc_us, 0).zone_id, MAKER_GYM);
    assert_int_equal(visit_presence_on(&kept, 0, utc_us, 11).zone_id, MAKER_GYM);
    assert_int_equal(visit_presence_on(&kept, 0, utc_us, 10).zone_id, 0);
    assert_int_equal(visit_presence_on(&kept, 0, utc_us, 10).zone_since_us, 0);
    kept.zone_id = MAKER_OUTSIDE; /* known to be outside is forgotten as well */
    assert_true(visit_presence_on(&kept, 0, utc_us, 11).zone_since_us != 0);
    assert_int_equal(visit_presence_on(&kept, 0, utc_us, 10).zone_since_us, 0);
    kept = (struct visit_presence){.zone_id = MAKER_GYM};
    assert_int_equal(visit_presence_on(&kept, 0, utc_us, 10).zone_id, 0);
    kept.zone_since_us = utc_us + 10000000; /* the clock went back */
    assert_int_equal(visit_presence_on(&kept, 0, utc_us, 10).zone_id, MAKER_GYM);
}

static void a_passage_moves_a_person_between_the_points_zones(void **state)
{
    (void)state;
    (void)passes("2014-05-16T09:00", VISIT_IN);
    assert_int_equal(person.zone_id, MAKER_GYM);
    (void)passes("2014-05-16T09:10", VISIT_INNER);
    assert_int_equal(person.zone_id, 4);
    (void)passes("2014-05-16T09:20", VISIT_INNER); /* and back */
    assert_int_equal(person.zone_id, MAKER_GYM);
    (void)passes("2014-05-16T10:00", VISIT_OUT);
    assert_int_equal(person.zone_id, MAKER_OUTSIDE);
    assert_true(person.zone_since_us > 0); /* known to be outside */
    struct visit_presence before = person;
    struct visit_passage plain = {.utc_us = before.zone_since_us + 1, .direction = VISIT_IN, .new_visit_id = 9};
    person.zone_id = 8;
    (void)visit_book(&person, &plain);
    assert_int_equal(person.zone_id, 8);
}

static void counters_do_not_wrap(void **state)
{
    (void)state;
    person = (struct visit_presence){
        .visit_day = MAKER_TODAY, .visits_today = UINT16_MAX, .visits_week = UINT16_MAX, .entries_today = UINT16_MAX};
    (void)passes("2014-05-16T09:00", VISIT_IN);
    assert_int_equal(person.visits_today, UINT16_MAX);
    assert_int_equal(person.visits_week, UINT16_MAX);
    assert_int_equal(person.entries_today, UINT16_MAX);
}

/* Whatever the order of passages: one clip a visit at most, and what is kept stays sound. */
static void any_story_keeps_its_books(void **state)
{
    (void)state;
    uint64_t seed = 7;
    struct zone zone = maker_zone("CET-1CEST,M3.5.0,M10.5.0/3");
    for (int story = 0; story < 200; story++) {
        struct visit_presence p = {0};
        int64_t utc_us = maker_noon_us(), charged_visit = 0;
        for (int step = 0; step < 200; step++) {
            utc_us += (int64_t)maker_below(&seed, UINT64_C(20000000000));
            struct visit_passage passage = {.utc_us = utc_us,
                                            .day = zone_local(&zone, utc_us).day,
                                            .point_id = 1,
                                            .direction = (enum visit_direction)maker_below(&seed, 3),
                                            .zone_to = MAKER_GYM,
                                            .cost_if_new = VISIT_COST_CLIP,
                                            .new_visit_id = story * 1000 + step + 1};
            struct visit_presence on = visit_presence_on(&p, passage.day, utc_us, 0);
            struct visit_effect e = visit_book(&p, &passage);
            assert_false(e.opened && e.closed);
            assert_true(!e.opened || (e.entry && e.visit_id == passage.new_visit_id && on.visit_id == 0));
            assert_true(passage.direction != VISIT_IN || e.entry);
            assert_true(passage.direction != VISIT_OUT || (!e.entry && p.visit_id == 0));
            if (e.cost != VISIT_COST_NONE && e.visit_id != 0) {
                assert_int_not_equal(e.visit_id, charged_visit);
                charged_visit = e.visit_id;
            }
            assert_true(p.visits_today <= p.visits_week && p.visits_today <= p.entries_today);
            assert_true(p.visit_id == 0 || p.visit_paid);
        }
    }
}

#define TEST(name) cmocka_unit_test_setup(name, fresh)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(in_home_without_an_out_reader_and_in_again_is_one_visit),
        TEST(an_out_passage_closes_the_visit_and_the_next_entry_is_a_new_one),
        TEST(a_clip_not_taken_on_the_way_in_is_taken_on_the_way_out),
        TEST(an_inner_passage_without_an_in_passage_is_an_entry),
        TEST(a_subscriptions_visit_owes_nothing_later),
        TEST(a_visit_that_still_owes_its_clip_pays_at_the_next_entry),
        TEST(a_single_entry_is_taken_as_such),
        TEST(nobody_pays_twice_for_a_night),
        TEST(after_midnight_an_in_passage_opens_a_new_visit),
        TEST(yesterdays_visit_runs_on_for_hours_only),
        TEST(a_week_begins_anew_on_monday),
        TEST(a_week_may_go_over_the_years_end),
        TEST(presence_counts_only_what_is_of_the_day_and_week),
        TEST(anti_passback_forgets_after_its_time),
        TEST(a_passage_moves_a_person_between_the_points_zones),
        TEST(counters_do_not_wrap),
        TEST(any_story_keeps_its_books),
    };
    return cmocka_run_group_tests_name("core.visit", tests, NULL, NULL);
}
