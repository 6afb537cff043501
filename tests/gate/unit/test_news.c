/* What a screen is told of a decision. */

#include "gate/news.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static struct gate_config config;
static struct access_query query;
static struct access_verdict verdict;
static char text[4096];

static int set_up(void **state)
{
    (void)state;
    memset(&query, 0, sizeof(query));
    memset(&verdict, 0, sizeof(verdict));
    verdict.entitlement = -1;
    verdict.until_day = DAY_NONE;
    query.card.known = true;
    return 0;
}

static void tell(void)
{
    const struct unit_news news = {.phase = verdict.code == ACCESS_GRANTED ? UNIT_GRANTED : UNIT_DENIED,
                                   .lane = -1,
                                   .reader = -1,
                                   .line_us = -1,
                                   .query = &query,
                                   .verdict = &verdict,
                                   .notice = ""};
    assert_true(news_json(&config, &news, text, sizeof(text)) > 0);
}

static bool says(const char *what)
{
    return strstr(text, what) != NULL;
}

static void use(enum access_kind kind, int32_t clips_left, enum visit_cost cost)
{
    query.n_entitlements = 1;
    query.entitlements[0] = (struct access_entitlement){.kind = kind, .clips_left = clips_left};
    verdict.entitlement = 0;
    verdict.cost = cost;
}

static void whose_card_it_is_is_told_by_number(void **state)
{
    (void)state;
    tell();
    assert_false(says("\"customer\""));
    query.customer.present = true;
    query.customer.id = INT64_C(9007199254740991);
    tell();
    assert_true(says("\"customer\":9007199254740991"));
    verdict.code = ACCESS_UNPAID;
    tell();
    assert_true(says("\"verdict\":\"denied\""));
    assert_true(says("\"customer\":9007199254740991"));
}

static void the_clips_left_after_the_entry_are_always_told(void **state)
{
    (void)state;
    use(ACCESS_PUNCH_CARD, 10, VISIT_COST_CLIP);
    tell();
    assert_true(says("\"clips_left\":9"));
    use(ACCESS_PUNCH_CARD, 1, VISIT_COST_CLIP);
    tell();
    assert_true(says("\"clips_left\":0"));
    use(ACCESS_PUNCH_CARD, 4, VISIT_COST_NONE); /* in again on the same visit */
    tell();
    assert_true(says("\"clips_left\":4"));
}

static void clips_are_told_of_a_granted_punch_card_only(void **state)
{
    (void)state;
    use(ACCESS_SUBSCRIPTION, 3, VISIT_COST_NONE);
    tell();
    assert_false(says("clips_left"));
    use(ACCESS_SINGLE_ENTRY, 1, VISIT_COST_SINGLE_ENTRY);
    tell();
    assert_false(says("clips_left"));
    use(ACCESS_PUNCH_CARD, 3, VISIT_COST_CLIP);
    verdict.code = ACCESS_PUNCH_CARD_EXPIRED;
    tell();
    assert_false(says("clips_left"));
}

static void staff_and_emergency_cards_are_told_as_such(void **state)
{
    (void)state;
    tell();
    assert_false(says("\"staff\""));
    query.card.staff = true;
    tell();
    assert_true(says("\"staff\":true"));
    query.card.staff = false;
    query.card.emergency = true;
    tell();
    assert_true(says("\"staff\":true"));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, set_up)
    const struct CMUnitTest tests[] = {
        TEST(whose_card_it_is_is_told_by_number),
        TEST(the_clips_left_after_the_entry_are_always_told),
        TEST(clips_are_told_of_a_granted_punch_card_only),
        TEST(staff_and_emergency_cards_are_told_as_such),
    };
    return cmocka_run_group_tests_name("news", tests, NULL, NULL);
}
