#include "core/access.h"

#include "one_query.h"
#include "query_maker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Several entitlements *********************************************************************************************/

static void subscriptions_go_before_single_entries_before_punch_cards(void **state)
{
    (void)state;
    maker_punch_card(&query);
    query.entitlements[0].id = 1;
    struct access_entitlement *single = maker_add(&query, ACCESS_SINGLE_ENTRY, 3);
    struct access_entitlement *later = maker_add(&query, ACCESS_SUBSCRIPTION, 99);
    struct access_entitlement *sooner = maker_add(&query, ACCESS_SUBSCRIPTION, 5);
    later->charged_through = sooner->charged_through = MAKER_TODAY;
    assert_int_equal(decide().entitlement, 3);
    sooner->ends_on = MAKER_TODAY - 1;
    assert_int_equal(decide().entitlement, 2);
    later->ends_on = MAKER_TODAY - 1;
    assert_int_equal(decide().entitlement, 1);
    single->clips_left = 0;
    assert_int_equal(decide().entitlement, 0);
    (void)maker_add(&query, ACCESS_PUNCH_CARD, 1); /* equal ones go as they lie */
    assert_int_equal(decide().entitlement, 0);
}

static void the_code_is_that_of_the_entitlement_that_came_furthest(void **state)
{
    (void)state;
    maker_good(&query);
    maker_break(&query, ACCESS_UNPAID);
    struct access_entitlement *second = maker_add(&query, ACCESS_SUBSCRIPTION, 50);
    second->ends_on = MAKER_TODAY - 9;
    struct access_entitlement *third = maker_add(&query, ACCESS_PUNCH_CARD, 1);
    third->start = MAKER_TODAY + 1;
    struct access_verdict v = decide();
    assert_int_equal(v.code, ACCESS_UNPAID);
    assert_int_equal(v.entitlement, 0);
    assert_int_equal(v.until_day, MAKER_TODAY - 1);
    third->start = DAY_NONE;
    third->clips_left = 0;
    v = decide();
    assert_int_equal(v.code, ACCESS_NO_CLIPS_LEFT);
    assert_int_equal(v.entitlement, 2);
    /* Not started and ended stand in one place: the first one tried is told. */
    query.entitlements[0].ends_on = MAKER_TODAY - 1;
    third->start = MAKER_TODAY + 1;
    assert_int_equal(code_of_query(), ACCESS_ENDED);
}

static void a_customer_without_entitlements_is_told_to_subscribe(void **state)
{
    (void)state;
    maker_good(&query);
    query.n_entitlements = 0;
    struct access_verdict v = decide();
    assert_int_equal(v.code, ACCESS_ENDED);
    assert_int_equal(v.entitlement, -1);
    assert_int_equal(v.until_day, DAY_NONE);
}

/* The way out ******************************************************************************************************/

static void who_is_not_known_to_be_inside_needs_a_right_out(void **state)
{
    (void)state;
    maker_good(&query);
    query.direction = VISIT_OUT;
    query.entitlements[0].rights[0].directions = 1 << VISIT_IN;
    assert_int_equal(code_of_query(), ACCESS_NO_RIGHT_HERE);
    maker_break(&query, ACCESS_UNIT_LOCKED);
    assert_int_equal(code_of_query(), ACCESS_UNIT_LOCKED);
}

static void zone_or_open_visit_tells_who_is_inside(void **state)
{
    (void)state;
    maker_good(&query);
    query.direction = VISIT_OUT;
    maker_break(&query, ACCESS_SUSPENDED);
    assert_int_equal(code_of_query(), ACCESS_SUSPENDED);
    query.presence.zone_id = MAKER_GYM;
    assert_int_equal(code_of_query(), ACCESS_GRANTED);
    query.presence.zone_id = 9;
    assert_int_equal(code_of_query(), ACCESS_SUSPENDED);
    query.presence.visit_id = 9;
    assert_int_equal(code_of_query(), ACCESS_GRANTED);
    query.presence = (struct visit_presence){0};
    query.zone_to = 0;
    assert_int_equal(code_of_query(), ACCESS_SUSPENDED);
}

static void limits_never_hold_on_the_way_out(void **state)
{
    (void)state;
    maker_good(&query);
    query.direction = VISIT_OUT;
    maker_break(&query, ACCESS_TOO_SOON);
    maker_break(&query, ACCESS_VISIT_LIMIT);
    maker_break(&query, ACCESS_FULL);
    struct access_verdict v = decide();
    assert_int_equal(v.code, ACCESS_GRANTED);
    assert_int_equal(v.entitlement, 0);
}

static void a_clip_not_taken_on_the_way_in_is_taken_on_the_way_out(void **state)
{
    (void)state;
    maker_punch_card(&query);
    query.direction = VISIT_OUT;
    assert_int_equal(decide().cost, VISIT_COST_CLIP);
    query.presence.visit_id = 9;
    query.presence.visit_day = MAKER_TODAY;
    query.presence.visit_paid = true;
    assert_int_equal(decide().cost, VISIT_COST_NONE);
}

/* Warnings *********************************************************************************************************/

static void a_grant_warns_of_its_end_and_says_what_it_read(void **state)
{
    (void)state;
    struct access_warning w;
    maker_good(&query);
    struct access_entitlement *e = &query.entitlements[0];
    e->ends_on = MAKER_TODAY + 14;
    struct access_verdict v = decide();
    assert_true(has_warning(&v, ACCESS_WARN_ENDS_SOON, &w));
    assert_int_equal(w.source, ACCESS_FROM_ENDS_ON);
    assert_int_equal(w.value, 14);
    assert_int_equal(w.day, MAKER_TODAY + 14);
    assert_int_equal(v.until_day, MAKER_TODAY + 14);
    e->ends_on = MAKER_TODAY + 15;
    assert_int_equal(decide().n_warnings, 0);
    e->charged_through = MAKER_TODAY + 3; /* the next debit moves it on */
    assert_int_equal(decide().n_warnings, 0);
    e->prepaid = true;
    v = decide();
    assert_true(has_warning(&v, ACCESS_WARN_ENDS_SOON, &w));
    assert_int_equal(w.source, ACCESS_FROM_CHARGED_THROUGH);
    assert_int_equal(w.value, 3);
    query.settings.warn_ends_days = 0;
    e->charged_through = MAKER_TODAY;
    assert_int_equal(decide().n_warnings, 0);
}

static void a_punch_card_warns_of_its_last_clips_and_day(void **state)
{
    (void)state;
    struct access_warning w;
    maker_punch_card(&query);
    query.entitlements[0].clips_left = 4;
    assert_int_equal(decide().n_warnings, 0);
    query.entitlements[0].clips_left = 3;
    struct access_verdict v = decide();
    assert_true(has_warning(&v, ACCESS_WARN_CLIPS_LEFT, &w));
    assert_int_equal(w.value, 2);
    assert_int_equal(w.source, ACCESS_FROM_CLIPS);
    query.entitlements[0].valid_through = MAKER_TODAY;
    v = decide();
    assert_true(has_warning(&v, ACCESS_WARN_ENDS_SOON, &w));
    assert_int_equal(w.source, ACCESS_FROM_VALID_THROUGH);
    assert_int_equal(w.value, 0);
}

static void a_grant_warns_of_certificate_and_message(void **state)
{
    (void)state;
    struct access_warning w;
    maker_good(&query);
    query.customer.certificate_through = MAKER_TODAY + 7;
    strcpy(query.customer.message, "Your jacket is at the desk");
    struct access_verdict v = decide();
    assert_int_equal(v.n_warnings, 2);
    assert_true(has_warning(&v, ACCESS_WARN_CERTIFICATE_ENDS, &w));
    assert_int_equal(w.source, ACCESS_FROM_CERTIFICATE);
    assert_int_equal(w.value, 7);
    assert_int_equal(w.day, MAKER_TODAY + 7);
    assert_true(has_warning(&v, ACCESS_WARN_MESSAGE, &w));
    assert_int_equal(w.source, ACCESS_FROM_MESSAGE);
    query.customer.suspended = true;
    assert_int_equal(decide().n_warnings, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(subscriptions_go_before_single_entries_before_punch_cards),
        cmocka_unit_test(the_code_is_that_of_the_entitlement_that_came_furthest),
        cmocka_unit_test(a_customer_without_entitlements_is_told_to_subscribe),
        cmocka_unit_test(who_is_not_known_to_be_inside_needs_a_right_out),
        cmocka_unit_test(zone_or_open_visit_tells_who_is_inside),
        cmocka_unit_test(limits_never_hold_on_the_way_out),
        cmocka_unit_test(a_clip_not_taken_on_the_way_in_is_taken_on_the_way_out),
        cmocka_unit_test(a_grant_warns_of_its_end_and_says_what_it_read),
        cmocka_unit_test(a_punch_card_warns_of_its_last_clips_and_day),
        cmocka_unit_test(a_grant_warns_of_certificate_and_message),
    };
    return cmocka_run_group_tests_name("core.access_grants", tests, NULL, NULL);
}
