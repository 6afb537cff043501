#include "db/journal_json.h"

#include "core/access.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <cjson/cJSON.h>

static void assert_json(const struct journal_event *event, const char *point, const char *expected)
{
    cJSON *object = journal_json(event, point);
    assert_non_null(object);
    char *text = cJSON_PrintUnformatted(object);
    assert_string_equal(text, expected);
    free(text);
    cJSON_Delete(object);
}

static struct journal_event denial(void)
{
    struct journal_event e = {.kind = JOURNAL_DECISION,
                              .utc_us = INT64_C(1401555600123456),
                              .grant = 9,
                              .point_id = 10,
                              .lane = "lane 1",
                              .code = ACCESS_UNPAID,
                              .line_us = -1,
                              .holder = 77,
                              .epoch = 2,
                              .seq = 41};
    assert_true(card_parse("04a1b2c3", &e.card));
    return e;
}

static void a_decision_says_verdict_and_code(void **state)
{
    (void)state;
    struct journal_event e = denial();
    assert_json(
        &e, "entry",
        "{\"seq\":41,\"epoch\":2,\"time\":\"2014-05-31T17:00:00.123Z\",\"kind\":\"decision\",\"phase\":\"denied\","
        "\"grant\":9,\"lane\":\"lane 1\",\"point\":\"entry\",\"verdict\":\"denied\",\"code\":\"unpaid\","
        "\"card\":\"04a1b2c3\",\"holder\":77}");
    e.code = ACCESS_GRANTED;
    e.grant = 0;
    assert_json(&e, NULL,
                "{\"seq\":41,\"epoch\":2,\"time\":\"2014-05-31T17:00:00.123Z\",\"kind\":\"decision\","
                "\"phase\":\"granted\",\"lane\":\"lane 1\",\"point\":10,\"verdict\":\"granted\",\"code\":\"granted\","
                "\"card\":\"04a1b2c3\",\"holder\":77}");
}

static void phases_follow_the_kind(void **state)
{
    (void)state;
    struct journal_event e = {.kind = JOURNAL_RELEASED, .line_us = 412, .grant = 9, .seq = 2, .epoch = 1};
    assert_json(&e, NULL,
                "{\"seq\":2,\"epoch\":1,\"time\":\"1970-01-01T00:00:00.000Z\",\"kind\":\"released\","
                "\"phase\":\"released\",\"grant\":9,\"line_us\":412}");
    static const struct {
        enum journal_kind kind;
        const char *phase;
    } phases[] = {{JOURNAL_PASSED, "passed"},
                  {JOURNAL_NOT_PASSED, "not_passed"},
                  {JOURNAL_UNRESOLVED, "unresolved"},
                  {JOURNAL_UNDONE, "undone"},
                  {JOURNAL_ALARM, NULL},
                  {JOURNAL_START, NULL}};
    for (size_t i = 0; i < sizeof(phases) / sizeof(phases[0]); i++) {
        e.kind = phases[i].kind;
        cJSON *object = journal_json(&e, NULL);
        const char *phase = cJSON_GetStringValue(cJSON_GetObjectItem(object, "phase"));
        assert_string_equal(phase ? phase : "", phases[i].phase ? phases[i].phase : "");
        assert_null(cJSON_GetObjectItem(object, "line_us"));
        assert_null(cJSON_GetObjectItem(object, "verdict"));
        cJSON_Delete(object);
    }
}

static void other_events_say_detail_number_and_reference(void **state)
{
    (void)state;
    struct journal_event e = {.kind = JOURNAL_CLOCK,
                              .utc_us = -1,
                              .code = -3600,
                              .detail = "jumped \"back\"",
                              .ref = 5,
                              .line_us = -1,
                              .seq = 3,
                              .epoch = 1,
                              .erased = true};
    assert_json(&e, "",
                "{\"seq\":3,\"epoch\":1,\"time\":\"1969-12-31T23:59:59.999Z\",\"kind\":\"clock\",\"code\":-3600,"
                "\"detail\":\"jumped \\\"back\\\"\",\"ref\":5,\"erased\":true}");
}

static void a_time_beyond_the_calendar_is_left_out(void **state)
{
    (void)state;
    struct journal_event e = {.kind = JOURNAL_STOP, .utc_us = INT64_MAX, .line_us = -1, .seq = 3, .epoch = 1};
    assert_json(&e, NULL, "{\"seq\":3,\"epoch\":1,\"kind\":\"stop\"}");
    e.utc_us = INT64_MIN;
    assert_json(&e, NULL, "{\"seq\":3,\"epoch\":1,\"kind\":\"stop\"}");
}

static void every_kind_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int a = JOURNAL_START; a < JOURNAL_KINDS; a++) {
        assert_string_not_equal(journal_kind_text((enum journal_kind)a), "unknown");
        for (int b = JOURNAL_START; b < a; b++) {
            assert_string_not_equal(journal_kind_text((enum journal_kind)a), journal_kind_text((enum journal_kind)b));
        }
    }
    assert_string_equal(journal_kind_text((enum journal_kind)999), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_decision_says_verdict_and_code),
        cmocka_unit_test(phases_follow_the_kind),
        cmocka_unit_test(other_events_say_detail_number_and_reference),
        cmocka_unit_test(a_time_beyond_the_calendar_is_left_out),
        cmocka_unit_test(every_kind_has_a_name_of_its_own),
    };
    return cmocka_run_group_tests_name("journal_json", tests, NULL, NULL);
}
