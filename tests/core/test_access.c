#include "core/access.h"

#include "one_query.h"
#include "query_maker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct breaking {
    enum access_code code;
    const char *cure;
    int32_t until_day;
    bool by_entitlement;
    bool needs_subscription, makes_punch_card;
} breakings[] = {
    {ACCESS_UNIT_LOCKED, "", DAY_NONE, false, false, false},
    {ACCESS_CARD_UNKNOWN, "new_card", DAY_NONE, false, false, false},
    {ACCESS_CARD_NOT_GENUINE, "new_card", DAY_NONE, false, false, false},
    {ACCESS_CARD_BLOCKED, "new_card", DAY_NONE, false, false, false},
    {ACCESS_CARD_EXPIRED, "new_card", MAKER_TODAY - 1, false, false, false},
    {ACCESS_INACTIVE, "reactivate", DAY_NONE, false, false, false},
    {ACCESS_SUSPENDED, "lift", DAY_NONE, false, false, false},
    {ACCESS_WRONG_BRANCH, "assign", DAY_NONE, false, false, false},
    {ACCESS_TOO_YOUNG, "", DAY_NONE, true, false, false},
    {ACCESS_NOT_STARTED, "subscribe", MAKER_TODAY + 1, true, false, false},
    {ACCESS_ENDED, "subscribe", MAKER_TODAY - 1, true, false, false},
    {ACCESS_FROZEN, "thaw", MAKER_TODAY + 4, true, false, false},
    {ACCESS_UNPAID, "charge", MAKER_TODAY - 1, true, true, false},
    {ACCESS_INVOICE_OVERDUE, "till", DAY_NONE, true, false, false},
    {ACCESS_NO_RIGHT_HERE, "upgrade", DAY_NONE, true, false, false},
    {ACCESS_OUTSIDE_HOURS, "upgrade", DAY_NONE, true, false, false},
    {ACCESS_NO_CLIPS_LEFT, "sell", DAY_NONE, true, false, true},
    {ACCESS_PUNCH_CARD_EXPIRED, "sell", MAKER_TODAY - 1, true, false, true},
    {ACCESS_TOO_SOON, "", DAY_NONE, true, false, false},
    {ACCESS_PASSBACK, "let_in", DAY_NONE, true, false, false},
    {ACCESS_VISIT_LIMIT, "", DAY_NONE, true, false, false},
    {ACCESS_FULL, "", DAY_NONE, true, false, false},
    {ACCESS_LIST_TOO_OLD, "sync", DAY_NONE, true, false, false},
};
enum { BREAKINGS = sizeof(breakings) / sizeof(breakings[0]) };

static void a_good_query_is_granted_without_warnings(void **state)
{
    (void)state;
    maker_good(&query);
    struct access_verdict v = decide();
    assert_int_equal(v.code, ACCESS_GRANTED);
    assert_int_equal(v.entitlement, 0);
    assert_int_equal(v.cost, VISIT_COST_NONE);
    assert_int_equal(v.n_warnings, 0);
    assert_int_equal(v.until_day, MAKER_TODAY + 200);
    assert_int_equal(v.list_age_s, 60);
    assert_int_equal(trace.n_steps, 8 + 15);
}

static void each_code_is_denied_by_its_own_rule(void **state)
{
    (void)state;
    assert_int_equal(BREAKINGS, ACCESS_CODES - 1);
    for (unsigned i = 0; i < BREAKINGS; i++) {
        const struct breaking *b = &breakings[i];
        assert_int_equal(b->code, i + 1);
        maker_good(&query);
        maker_break(&query, b->code);
        struct access_verdict v = decide();
        assert_string_equal(access_code_text(v.code), access_code_text(b->code));
        assert_string_equal(access_cure_text(access_code_cure(v.code)), b->cure);
        assert_int_equal(v.until_day, b->until_day);
        assert_int_equal(v.entitlement, b->by_entitlement ? 0 : -1);
        assert_int_equal(v.n_warnings, 0);
        /* The trace ends with the rule that failed, and no other one failed. */
        assert_true(trace.n_steps > 0);
        for (unsigned s = 0; s < trace.n_steps; s++) {
            bool last = s + 1u == trace.n_steps;
            assert_int_equal(trace.steps[s].outcome == ACCESS_FAILED, last);
            assert_int_equal(trace.steps[s].rule, s + 1);
        }
        assert_int_equal(trace.steps[trace.n_steps - 1].rule, b->code);
    }
}

static void of_two_broken_rules_the_first_in_order_is_told(void **state)
{
    (void)state;
    unsigned pairs = 0;
    for (unsigned i = 0; i < BREAKINGS; i++) {
        for (unsigned j = i + 1; j < BREAKINGS; j++) {
            if (breakings[i].needs_subscription && breakings[j].makes_punch_card) {
                continue; /* one entitlement is never both */
            }
            maker_good(&query);
            maker_break(&query, breakings[i].code);
            maker_break(&query, breakings[j].code);
            assert_string_equal(access_code_text(code_of_query()), access_code_text(breakings[i].code));
            pairs++;
        }
    }
    assert_int_equal(pairs, BREAKINGS * (BREAKINGS - 1) / 2 - 2);
}

static void names_are_stable_and_parse_back(void **state)
{
    (void)state;
    unsigned order = 0;
    for (unsigned c = 0; c < ACCESS_CODES; c++) {
        assert_int_equal(access_code_parse(access_code_text((enum access_code)c)), c);
        assert_true(access_code_order((enum access_code)c) >= order);
        order = access_code_order((enum access_code)c);
    }
    assert_int_equal(order, 20);
    assert_int_equal(access_code_parse("no such code"), ACCESS_CODES);
    assert_string_equal(access_code_text(ACCESS_CODES), "?");
    assert_string_equal(access_kind_text(ACCESS_PUNCH_CARD), "punch_card");
    assert_string_equal(access_warning_text(ACCESS_WARN_LET_OUT), "let_out");
    assert_string_equal(access_source_text(ACCESS_FROM_CLOCK), "clock");
    assert_string_equal(access_cure_text(ACCESS_CURE_SYNC), "sync");
}

static void who_is_inside_is_let_out_whatever_has_run_out(void **state)
{
    (void)state;
    for (unsigned i = 0; i < BREAKINGS; i++) {
        struct access_warning w;
        maker_good(&query);
        query.direction = VISIT_OUT;
        maker_break(&query, breakings[i].code);
        query.presence.zone_id = MAKER_GYM;
        query.presence.zone_since_us = 1;
        query.presence.visit_id = 9;
        query.presence.visit_day = MAKER_TODAY;
        struct access_verdict v = decide();
        bool about_the_card = breakings[i].code >= ACCESS_CARD_UNKNOWN && breakings[i].code <= ACCESS_CARD_BLOCKED;
        assert_int_equal(v.code, about_the_card ? breakings[i].code : ACCESS_GRANTED);
        if (has_warning(&v, ACCESS_WARN_LET_OUT, &w)) {
            assert_int_equal(w.value, breakings[i].code);
            assert_int_equal(v.entitlement, -1);
            assert_int_equal(v.cost, VISIT_COST_NONE);
        }
    }
}

/* Properties *******************************************************************************************************/

static void any_query_gets_one_sound_verdict(void **state)
{
    (void)state;
    uint64_t seed = 20140516;
    unsigned seen[ACCESS_CODES] = {0};
    for (int round = 0; round < 40000; round++) {
        static struct access_query before;
        struct access_verdict again;
        maker_any(&seed, &query);
        memcpy(&before, &query, sizeof(query));
        struct access_verdict v = decide();
        assert_memory_equal(&before, &query, sizeof(query));
        access_decide(&query, &again, NULL);
        assert_true(access_verdict_equal(&v, &again, NULL));
        assert_true(v.code < ACCESS_CODES && v.n_warnings <= ACCESS_WARNINGS_MAX);
        assert_true(v.entitlement >= -1 && v.entitlement < query.n_entitlements);
        assert_true(v.code == ACCESS_GRANTED || (v.n_warnings == 0 && v.cost == VISIT_COST_NONE));
        assert_true(v.code == ACCESS_OUTSIDE_HOURS ? v.opens_utc_us > query.utc_us : v.opens_utc_us == 0);
        if (v.code != ACCESS_GRANTED && v.entitlement >= 0) {
            /* No entitlement came further. */
            for (unsigned s = 0; s < trace.n_steps; s++) {
                assert_true(trace.steps[s].outcome != ACCESS_FAILED ||
                            access_code_order(trace.steps[s].rule) <= access_code_order(v.code));
            }
        }
        if (v.code == ACCESS_GRANTED && v.entitlement >= 0) {
            assert_int_equal(trace.steps[trace.n_steps - 1].entitlement, v.entitlement);
            assert_int_not_equal(trace.steps[trace.n_steps - 1].outcome, ACCESS_FAILED);
        }
        seen[v.code]++;
    }
    for (unsigned c = 0; c < ACCESS_CODES; c++) {
        if (!seen[c]) {
            fail_msg("%s never came up", access_code_text((enum access_code)c));
        }
    }
}

static void verdicts_that_differ_name_the_field(void **state)
{
    (void)state;
    struct access_verdict a, b;
    const char *field = NULL;
    maker_good(&query);
    query.customer.certificate_through = MAKER_TODAY;
    a = b = decide();
    assert_true(access_verdict_equal(&a, &b, &field));
    assert_null(field);
    b.warnings[0].kind = ACCESS_WARN_MESSAGE;
    assert_false(access_verdict_equal(&a, &b, NULL));
    b = a;
    b.warnings[0].source = ACCESS_FROM_CLOCK;
    assert_false(access_verdict_equal(&a, &b, NULL));
    b = a;
    b.warnings[0].day++;
    assert_false(access_verdict_equal(&a, &b, NULL));
    b = a;
    b.warnings[0].value++;
    assert_false(access_verdict_equal(&a, &b, &field));
    assert_string_equal(field, "warnings");
    b = a;
    b.cost = VISIT_COST_CLIP;
    assert_false(access_verdict_equal(&a, &b, &field));
    assert_string_equal(field, "cost");
    b = a;
    b.list_age_s++;
    assert_false(access_verdict_equal(&a, &b, &field));
    assert_string_equal(field, "list_age_s");
    b = a;
    b.opens_utc_us++;
    assert_false(access_verdict_equal(&a, &b, &field));
    b = a;
    b.until_day++;
    assert_false(access_verdict_equal(&a, &b, &field));
    b = a;
    b.entitlement++;
    assert_false(access_verdict_equal(&a, &b, &field));
    b = a;
    b.code = ACCESS_FULL;
    assert_false(access_verdict_equal(&a, &b, &field));
    b = a;
    b.n_warnings = 0;
    assert_false(access_verdict_equal(&a, &b, &field));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_query_is_granted_without_warnings),
        cmocka_unit_test(each_code_is_denied_by_its_own_rule),
        cmocka_unit_test(of_two_broken_rules_the_first_in_order_is_told),
        cmocka_unit_test(names_are_stable_and_parse_back),
        cmocka_unit_test(who_is_inside_is_let_out_whatever_has_run_out),
        cmocka_unit_test(any_query_gets_one_sound_verdict),
        cmocka_unit_test(verdicts_that_differ_name_the_field),
    };
    return cmocka_run_group_tests_name("core.access", tests, NULL, NULL);
}
