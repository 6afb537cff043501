#include "core/access.h"

#include "one_query.h"
#include "query_maker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Cards ************************************************************************************************************/

static void a_random_uid_is_never_known(void **state)
{
    (void)state;
    static const uint8_t random_uid[] = {0x08, 1, 2, 3};
    maker_good(&query);
    assert_true(card_from_uid(random_uid, 4, &query.card.number));
    assert_int_equal(code_of_query(), ACCESS_CARD_UNKNOWN);
    query.card.staff = true;
    assert_int_equal(code_of_query(), ACCESS_CARD_UNKNOWN);
}

static void a_secure_card_needs_its_proof(void **state)
{
    (void)state;
    maker_good(&query);
    query.card.credential = ACCESS_CREDENTIAL_DESFIRE;
    query.proof = ACCESS_PROOF_NONE;
    assert_int_equal(code_of_query(), ACCESS_CARD_NOT_GENUINE);
    query.proof = ACCESS_PROOF_GENUINE;
    assert_int_equal(code_of_query(), ACCESS_GRANTED);
    query.settings.allow_uid_only = false;
    assert_int_equal(code_of_query(), ACCESS_GRANTED);
    query.card.credential = ACCESS_CREDENTIAL_UID;
    assert_int_equal(code_of_query(), ACCESS_CARD_NOT_GENUINE);
    query.settings.allow_uid_only = true;
    query.proof = ACCESS_PROOF_FAILED;
    assert_int_equal(code_of_query(), ACCESS_CARD_NOT_GENUINE);
}

static void every_state_but_active_blocks_a_card(void **state)
{
    (void)state;
    for (int s = ACCESS_CARD_LOST; s <= ACCESS_CARD_REPLACED; s++) {
        maker_good(&query);
        query.card.state = (enum access_card_state)s;
        assert_int_equal(code_of_query(), ACCESS_CARD_BLOCKED);
    }
}

static void a_card_is_valid_on_its_first_and_last_day(void **state)
{
    (void)state;
    maker_good(&query);
    query.card.valid_from = MAKER_TODAY;
    query.card.valid_through = MAKER_TODAY;
    assert_int_equal(code_of_query(), ACCESS_GRANTED);
    query.card.valid_from = MAKER_TODAY + 1;
    struct access_verdict v = decide();
    assert_int_equal(v.code, ACCESS_CARD_EXPIRED);
    assert_int_equal(v.until_day, MAKER_TODAY + 1);
}

static void staff_pass_lock_down_and_need_no_entitlement(void **state)
{
    (void)state;
    for (int emergency = 0; emergency < 2; emergency++) {
        maker_good(&query);
        query.n_entitlements = 0;
        query.card.staff = !emergency;
        query.card.emergency = emergency != 0;
        maker_break(&query, ACCESS_UNIT_LOCKED);
        maker_break(&query, ACCESS_LIST_TOO_OLD);
        maker_break(&query, ACCESS_PASSBACK);
        maker_break(&query, ACCESS_FULL);
        struct access_verdict v = decide();
        assert_int_equal(v.code, ACCESS_GRANTED);
        assert_int_equal(v.entitlement, -1);
        assert_int_equal(v.cost, VISIT_COST_NONE);
        assert_int_equal(v.n_warnings, 0);
        for (unsigned b = ACCESS_CARD_UNKNOWN; b <= ACCESS_WRONG_BRANCH; b++) {
            maker_good(&query);
            query.card.staff = !emergency;
            query.card.emergency = emergency != 0;
            maker_break(&query, (enum access_code)b);
            assert_int_equal(code_of_query(), b);
        }
    }
}

static void a_card_of_nobody_skips_the_customers_rules(void **state)
{
    (void)state;
    maker_punch_card(&query);
    query.customer = (struct access_customer){.present = false, .suspended = true, .inactive_from = MAKER_TODAY};
    assert_int_equal(code_of_query(), ACCESS_GRANTED);
    assert_int_equal(trace.steps[ACCESS_SUSPENDED - 1].outcome, ACCESS_SKIPPED);
    query.entitlements[0].min_age = 16;
    assert_int_equal(code_of_query(), ACCESS_TOO_YOUNG);
}

static void a_customer_of_all_branches_is_right_everywhere(void **state)
{
    (void)state;
    maker_good(&query);
    query.customer.this_branch = false;
    query.customer.all_branches = true;
    assert_int_equal(code_of_query(), ACCESS_GRANTED);
}

/* Days and money ***************************************************************************************************/

static void a_birthday_makes_one_old_enough(void **state)
{
    (void)state;
    maker_good(&query);
    query.entitlements[0].min_age = 18;
    query.customer.birth = date_day(1996, 5, 17);
    assert_int_equal(code_of_query(), ACCESS_TOO_YOUNG);
    query.customer.birth = date_day(1996, 5, 16);
    assert_int_equal(code_of_query(), ACCESS_GRANTED);
}

static void first_and_last_days_belong_to_a_subscription(void **state)
{
    (void)state;
    maker_good(&query);
    query.entitlements[0].start = MAKER_TODAY;
    query.entitlements[0].ends_on = MAKER_TODAY;
    query.entitlements[0].charged_through = MAKER_TODAY;
    assert_int_equal(code_of_query(), ACCESS_GRANTED);
}

static void the_day_is_the_branchs_own(void **state)
{
    (void)state;
    maker_good(&query);
    query.entitlements[0].ends_on = MAKER_TODAY;
    query.utc_us = zone_instant(&query.zone, MAKER_TODAY, 86399);
    query.list_synced_utc_us = query.utc_us;
    assert_int_equal(code_of_query(), ACCESS_GRANTED);
    query.utc_us += 1000000; /* midnight in Stockholm, 22:00 in Greenwich */
    assert_int_equal(code_of_query(), ACCESS_ENDED);
}

static void freezes_that_follow_on_one_another_are_told_as_one(void **state)
{
    (void)state;
    maker_good(&query);
    struct access_entitlement *e = &query.entitlements[0];
    e->freezes[0] = (struct access_freeze){MAKER_TODAY + 5, MAKER_TODAY + 9};
    e->freezes[1] = (struct access_freeze){MAKER_TODAY, MAKER_TODAY + 4};
    e->freezes[2] = (struct access_freeze){MAKER_TODAY + 11, MAKER_TODAY + 19};
    e->n_freezes = 3;
    struct access_verdict v = decide();
    assert_int_equal(v.code, ACCESS_FROZEN);
    assert_int_equal(v.until_day, MAKER_TODAY + 9);
    e->freezes[1].first = MAKER_TODAY + 1;
    assert_int_equal(code_of_query(), ACCESS_GRANTED);
    e->freezes[0] = (struct access_freeze){MAKER_TODAY, MAKER_TODAY};
    e->n_freezes = 1;
    assert_int_equal(decide().until_day, MAKER_TODAY);
}

static void a_subscription_never_charged_is_unpaid(void **state)
{
    (void)state;
    maker_good(&query);
    query.entitlements[0].charged_through = DAY_NONE;
    assert_int_equal(code_of_query(), ACCESS_UNPAID);
    query.entitlements[0].kind = ACCESS_SINGLE_ENTRY;
    query.entitlements[0].clips_left = 1;
    assert_int_equal(code_of_query(), ACCESS_GRANTED);
}

static void an_overdue_invoice_hits_user_or_payer_by_setting(void **state)
{
    (void)state;
    maker_good(&query);
    query.customer.overdue_since = MAKER_TODAY - 9;
    assert_int_equal(code_of_query(), ACCESS_GRANTED);
    query.customer.overdue_since = MAKER_TODAY - 10;
    assert_int_equal(code_of_query(), ACCESS_INVOICE_OVERDUE);
    query.settings.overdue_hits = ACCESS_OVERDUE_HITS_PAYER;
    assert_int_equal(code_of_query(), ACCESS_GRANTED);
    query.entitlements[0].payer_overdue_since = MAKER_TODAY - 10;
    assert_int_equal(code_of_query(), ACCESS_INVOICE_OVERDUE);
    query.settings.overdue_days = 0;
    assert_int_equal(code_of_query(), ACCESS_GRANTED);
}

/* Rights, hours, clips *********************************************************************************************/

static void outside_hours_says_when_the_first_right_opens(void **state)
{
    (void)state;
    maker_good(&query);
    maker_break(&query, ACCESS_OUTSIDE_HOURS);
    struct access_entitlement *e = &query.entitlements[0];
    e->rights[1] = e->rights[0];
    e->rights[1].schedule.spans[0].from_min = 13 * 60;
    e->rights[2] = e->rights[0];
    e->rights[2].schedule.spans[0].from_min = 12 * 60 + 30;
    e->rights[2].directions = 1 << VISIT_OUT;
    e->n_rights = 3;
    struct access_verdict v = decide();
    assert_int_equal(v.code, ACCESS_OUTSIDE_HOURS);
    assert_int_equal(v.opens_utc_us, zone_instant(&query.zone, MAKER_TODAY, 13 * 3600));
    e->rights[0].schedule.n_spans = 0;
    e->n_rights = 1;
    assert_int_equal(decide().opens_utc_us, INT64_MAX);
}

static void a_right_for_inner_points_holds_both_ways_there(void **state)
{
    (void)state;
    maker_good(&query);
    query.entitlements[0].rights[0].directions = 1 << VISIT_INNER;
    assert_int_equal(code_of_query(), ACCESS_NO_RIGHT_HERE);
    query.inner = true;
    assert_int_equal(code_of_query(), ACCESS_GRANTED);
    query.direction = VISIT_INNER;
    assert_int_equal(code_of_query(), ACCESS_GRANTED);
}

static void a_clip_is_taken_once_a_visit(void **state)
{
    (void)state;
    maker_punch_card(&query);
    assert_int_equal(decide().cost, VISIT_COST_CLIP);
    query.entitlements[0].clips_left = 0;
    assert_int_equal(code_of_query(), ACCESS_NO_CLIPS_LEFT);
    query.presence.visit_id = 9;
    query.presence.visit_day = MAKER_TODAY;
    query.presence.visit_paid = true;
    struct access_verdict v = decide();
    assert_int_equal(v.code, ACCESS_GRANTED);
    assert_int_equal(v.cost, VISIT_COST_NONE);
    query.presence.visit_day = MAKER_TODAY - 1;
    assert_int_equal(code_of_query(), ACCESS_NO_CLIPS_LEFT);
}

static void a_single_entry_costs_itself(void **state)
{
    (void)state;
    maker_punch_card(&query);
    query.entitlements[0].kind = ACCESS_SINGLE_ENTRY;
    query.entitlements[0].clips_left = 1;
    assert_int_equal(decide().cost, VISIT_COST_SINGLE_ENTRY);
    query.entitlements[0].valid_through = MAKER_TODAY - 1;
    assert_int_equal(code_of_query(), ACCESS_PUNCH_CARD_EXPIRED);
}

/* What happened before *********************************************************************************************/

static void too_soon_ends_after_the_set_seconds_and_only_holds_inwards(void **state)
{
    (void)state;
    maker_good(&query);
    query.since_entry_ms = 30000;
    assert_int_equal(code_of_query(), ACCESS_GRANTED);
    query.since_entry_ms = 0;
    assert_int_equal(code_of_query(), ACCESS_TOO_SOON);
    query.direction = VISIT_OUT;
    assert_int_equal(code_of_query(), ACCESS_GRANTED);
}

static void passback_forgets(void **state)
{
    (void)state;
    maker_good(&query);
    maker_break(&query, ACCESS_PASSBACK);
    query.forget_after_s = 3601;
    assert_int_equal(code_of_query(), ACCESS_PASSBACK);
    query.forget_after_s = 3600;
    assert_int_equal(code_of_query(), ACCESS_GRANTED);
}

static void soft_passback_warns_only(void **state)
{
    (void)state;
    struct access_warning w;
    maker_good(&query);
    maker_break(&query, ACCESS_PASSBACK);
    query.passback = ACCESS_PASSBACK_SOFT;
    struct access_verdict v = decide();
    assert_int_equal(v.code, ACCESS_GRANTED);
    assert_true(has_warning(&v, ACCESS_WARN_PASSBACK, &w));
    assert_int_equal(w.source, ACCESS_FROM_PRESENCE);
    query.passback = ACCESS_PASSBACK_OFF;
    assert_int_equal(decide().n_warnings, 0);
}

static void passback_on_the_way_out_warns_and_never_holds(void **state)
{
    (void)state;
    struct access_warning w;
    maker_good(&query);
    query.direction = VISIT_OUT;
    query.presence.zone_since_us = query.utc_us - 1; /* known to be outside */
    struct access_verdict v = decide();
    assert_int_equal(v.code, ACCESS_GRANTED);
    assert_true(has_warning(&v, ACCESS_WARN_PASSBACK, &w));
    query.presence.zone_since_us = 0; /* nothing known */
    assert_int_equal(decide().n_warnings, 0);
}

static void passback_needs_two_sides_and_a_way(void **state)
{
    (void)state;
    maker_good(&query);
    maker_break(&query, ACCESS_PASSBACK);
    query.zone_from = MAKER_GYM; /* a door within the zone */
    assert_int_equal(code_of_query(), ACCESS_GRANTED);
    assert_int_equal(decide().n_warnings, 0);
    query.zone_from = query.zone_to = 0; /* a point without zones */
    query.presence.zone_id = 0;
    assert_int_equal(code_of_query(), ACCESS_GRANTED);
    assert_int_equal(decide().n_warnings, 0);
    maker_good(&query);
    maker_break(&query, ACCESS_PASSBACK);
    query.entitlements[0].rights[0].directions = 1 << VISIT_INNER;
    query.inner = true;
    query.direction = VISIT_INNER; /* either way: it may be the way back */
    query.presence.zone_id = 9;
    assert_int_equal(decide().n_warnings, 0);
    assert_int_equal(code_of_query(), ACCESS_GRANTED);
}

static void a_zone_that_holds_the_person_already_is_not_too_full(void **state)
{
    (void)state;
    maker_good(&query);
    maker_break(&query, ACCESS_FULL);
    query.passback = ACCESS_PASSBACK_OFF;
    assert_int_equal(code_of_query(), ACCESS_FULL);
    query.presence.zone_id = MAKER_GYM;
    assert_int_equal(code_of_query(), ACCESS_GRANTED);
}

static void visit_limits_count_new_visits_only(void **state)
{
    (void)state;
    maker_good(&query);
    maker_break(&query, ACCESS_VISIT_LIMIT);
    query.presence.visit_id = 9; /* in again in the same visit */
    assert_int_equal(code_of_query(), ACCESS_GRANTED);
    query.presence.visit_id = 0;
    query.presence.visit_day = MAKER_TODAY - 1;
    assert_int_equal(code_of_query(), ACCESS_GRANTED);
    query.entitlements[0].visits_per_week = 3;
    query.presence.visits_week = 3;
    assert_int_equal(code_of_query(), ACCESS_VISIT_LIMIT);
    query.entitlements[0].visits_per_day = 0;
    assert_int_equal(code_of_query(), ACCESS_VISIT_LIMIT);
    query.entitlements[0].visits_per_week = 4;
    assert_int_equal(code_of_query(), ACCESS_GRANTED);
    query.presence.visits_week = 9;
    query.presence.visit_day = date_week_start(MAKER_TODAY) - 1;
    assert_int_equal(code_of_query(), ACCESS_GRANTED);
}

static void a_list_is_too_old_after_the_products_tolerance(void **state)
{
    (void)state;
    maker_punch_card(&query);
    query.list_synced_utc_us = query.utc_us - INT64_C(86400) * 1000000;
    assert_int_equal(code_of_query(), ACCESS_GRANTED);
    query.list_synced_utc_us -= 1000000;
    assert_int_equal(code_of_query(), ACCESS_LIST_TOO_OLD);
    query.list_synced_utc_us = query.utc_us + 1;
    assert_int_equal(decide().list_age_s, 0);
    query.list_synced_utc_us = 0;
    assert_int_equal(code_of_query(), ACCESS_LIST_TOO_OLD);
    assert_int_equal(decide().list_age_s, -1);
}

static void without_a_clock_the_sites_policy_holds(void **state)
{
    (void)state;
    struct access_warning w;
    maker_good(&query);
    query.clock_trusted = false;
    struct access_verdict v = decide();
    assert_int_equal(v.code, ACCESS_GRANTED);
    assert_int_equal(v.list_age_s, -1);
    assert_true(has_warning(&v, ACCESS_WARN_CLOCK, &w));
    query.settings.closed_without_clock = true;
    assert_int_equal(code_of_query(), ACCESS_LIST_TOO_OLD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_random_uid_is_never_known),
        cmocka_unit_test(a_secure_card_needs_its_proof),
        cmocka_unit_test(every_state_but_active_blocks_a_card),
        cmocka_unit_test(a_card_is_valid_on_its_first_and_last_day),
        cmocka_unit_test(staff_pass_lock_down_and_need_no_entitlement),
        cmocka_unit_test(a_card_of_nobody_skips_the_customers_rules),
        cmocka_unit_test(a_customer_of_all_branches_is_right_everywhere),
        cmocka_unit_test(a_birthday_makes_one_old_enough),
        cmocka_unit_test(first_and_last_days_belong_to_a_subscription),
        cmocka_unit_test(the_day_is_the_branchs_own),
        cmocka_unit_test(freezes_that_follow_on_one_another_are_told_as_one),
        cmocka_unit_test(a_subscription_never_charged_is_unpaid),
        cmocka_unit_test(an_overdue_invoice_hits_user_or_payer_by_setting),
        cmocka_unit_test(outside_hours_says_when_the_first_right_opens),
        cmocka_unit_test(a_right_for_inner_points_holds_both_ways_there),
        cmocka_unit_test(a_clip_is_taken_once_a_visit),
        cmocka_unit_test(a_single_entry_costs_itself),
        cmocka_unit_test(too_soon_ends_after_the_set_seconds_and_only_holds_inwards),
        cmocka_unit_test(passback_forgets),
        cmocka_unit_test(soft_passback_warns_only),
        cmocka_unit_test(passback_on_the_way_out_warns_and_never_holds),
        cmocka_unit_test(passback_needs_two_sides_and_a_way),
        cmocka_unit_test(a_zone_that_holds_the_person_already_is_not_too_full),
        cmocka_unit_test(visit_limits_count_new_visits_only),
        cmocka_unit_test(a_list_is_too_old_after_the_products_tolerance),
        cmocka_unit_test(without_a_clock_the_sites_policy_holds),
    };
    return cmocka_run_group_tests_name("core.access_rules", tests, NULL, NULL);
}
