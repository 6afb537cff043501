/* explain and replay say what the gate decided: for each denial there is, on one and the same list and journal. */

#include "run.h"
#include "site.h"

#include "core/access_record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct site site;
static struct run run;

static int open_site(void **state)
{
    (void)state;
    site_open(&site);
    site_make_list(&site, SITE_SYNCED_US);
    return 0;
}

static int close_site(void **state)
{
    (void)state;
    site_close(&site);
    run_finish(&run);
    return 0;
}

/* Fields of the two that must be there alike, or not be there. */
static void alike(const cJSON *a, const cJSON *b, const char *name)
{
    const cJSON *in_a = cJSON_GetObjectItemCaseSensitive(a, name);
    const cJSON *in_b = cJSON_GetObjectItemCaseSensitive(b, name);
    if (!(!in_a && !in_b) && !cJSON_Compare(in_a, in_b, 1)) {
        fail_msg("%s differs", name);
    }
}

static void the_same(const cJSON *explained, const cJSON *recorded)
{
    static const char *const names[] = {"verdict", "code",  "cure",  "cost",         "kind",       "entitlement",
                                        "product", "until", "opens", "list_version", "list_age_s", "warnings"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        alike(explained, recorded, names[i]);
    }
}

/* Explains, taps, and compares. */
static void agree(unsigned reader, const char *card, const char *code)
{
    char at[32];
    char seq_text[24];
    const bool granted = strcmp(code, "granted") == 0;
    site_time(&site, at);
    run_stile(&run, "explain", card, "--json", "--point", site.config.readers[reader].point, "--at", at, NULL);
    run_is(&run, granted ? 0 : 1);
    cJSON *explained = run_json(&run);
    assert_string_equal(text_of(explained, "code"), code);

    int64_t seq = site_tap(&site, reader, card);
    assert_true(seq > 0);
    (void)snprintf(seq_text, sizeof(seq_text), "%lld", (long long)seq);
    run_stile(&run, "replay", seq_text, "--json", NULL);
    run_is(&run, 0);
    cJSON *replayed = run_json(&run);
    assert_true(cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(replayed, "same")));
    const cJSON *recorded = cJSON_GetObjectItemCaseSensitive(replayed, "recorded");
    the_same(explained, recorded);
    the_same(explained, cJSON_GetObjectItemCaseSensitive(replayed, "replayed"));
    alike(explained, replayed, "rules");
    cJSON_Delete(explained);
    cJSON_Delete(replayed);
}

static void explain_and_the_recorded_decision_are_the_same_for_each_denial(void **state)
{
    (void)state;
    static const struct {
        unsigned reader;
        const char *card, *code;
    } taps[] = {
        {SITE_IN, "04a10002", "card_unknown"},  {SITE_IN, "04a10003", "card_blocked"},
        {SITE_IN, "04a10004", "card_expired"},  {SITE_IN, "04a10005", "inactive"},
        {SITE_IN, "04a10006", "suspended"},     {SITE_IN, "04a10007", "wrong_branch"},
        {SITE_IN, "04a10008", "too_young"},     {SITE_IN, "04a10009", "not_started"},
        {SITE_IN, "04a10010", "ended"},         {SITE_IN, "04a10011", "frozen"},
        {SITE_IN, "04a10012", "unpaid"},        {SITE_IN, "04a10013", "invoice_overdue"},
        {SITE_IN, "04a10014", "no_right_here"}, {SITE_IN, "04a10015", "outside_hours"},
        {SITE_IN, "04a10016", "no_clips_left"}, {SITE_IN, "04a10017", "punch_card_expired"},
        {SITE_IN, "04a10018", "too_soon"},      {SITE_IN, "04a10019", "passback"},
        {SITE_IN, "04a10020", "visit_limit"},   {SITE_POOL, "04a10021", "full"},
        {SITE_IN, "04a10023", "list_too_old"},
    };
    site_start(&site);
    bool told[ACCESS_CODES] = {[ACCESS_GRANTED] = true};
    for (size_t i = 0; i < sizeof(taps) / sizeof(taps[0]); i++) {
        agree(taps[i].reader, taps[i].card, taps[i].code);
        told[access_code_parse(taps[i].code)] = true;
    }
    site_sql(site.list_path, "UPDATE branch SET allow_uid_only = 0");
    agree(SITE_IN, "04a10024", "card_not_genuine");
    told[ACCESS_CARD_NOT_GENUINE] = true;
    unit_set_lockdown(site.unit, true, "Anna", site.now);
    agree(SITE_IN, "04a10001", "unit_locked");
    told[ACCESS_UNIT_LOCKED] = true;
    for (unsigned i = 0; i < ACCESS_CODES; i++) {
        assert_true(told[i]); /* every denial that there is occurred */
    }
}

static void explain_and_the_recorded_decision_are_the_same_for_each_grant(void **state)
{
    (void)state;
    static const char *const cards[] = {"04a10001", "04a10029", "04a10028", "04a10027", "04a10026", "04a10025"};
    site_start(&site);
    for (size_t i = 0; i < sizeof(cards) / sizeof(cards[0]); i++) {
        agree(SITE_IN, cards[i], "granted");
        site_rest(&site);
    }
}

static void explain_takes_off_what_was_used_here(void **state)
{
    (void)state;
    char at[32];
    site_start(&site);
    for (int day = 0; day < 2; day++) {
        agree(SITE_IN, "04a10025", "granted");
        site_walk(&site, SITE_IN);
        agree(SITE_OUT, "04a10025", "granted");
        site_walk(&site, SITE_OUT);
        site.now.utc_us += 24 * 3600 * INT64_C(1000000); /* another day's visit costs another clip */
        site.now.boot_us += 24 * 3600 * INT64_C(1000000);
        site_rest(&site);
    }
    assert_int_equal(journal_db_uses(site.reading, VISIT_COST_CLIP, 25, 0), 2);
    site_time(&site, at);
    run_stile(&run, "explain", "04a10025", "--at", at, NULL);
    run_is(&run, 1);
    run_says(&run, "no_clips_left");
}

static void explain_works_before_the_gate_has_ever_run(void **state)
{
    (void)state;
    run_stile(&run, "explain", "04a10001", "--at", "2026-03-11T11:00", "--json", NULL);
    run_is(&run, 0);
    run_complains(&run, "no journal yet");
    cJSON *json = run_json(&run);
    assert_true(cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(json, "journal")));
    assert_string_equal(text_of(json, "at"), "2026-03-11T11:00:00+01:00");
    cJSON_Delete(json);
    assert_int_equal(access(site.journal_path, F_OK), -1); /* and makes none */
    run_stile(&run, "explain", "04a10012", "--at", "2026-03-11T11:00", NULL);
    run_is(&run, 1);
    run_says(&run, "denied: unpaid (subscription 12, Gold)");
    run_says(&run, "2026-02-28");
    run_says(&run, "charge");
}

static void explain_takes_the_reader_of_the_side_that_is_asked_for(void **state)
{
    (void)state;
    run_stile(&run, "explain", "04a10001", "--at", "2026-03-11T11:00", "--side", "out", "--json", NULL);
    cJSON *json = run_json(&run);
    assert_string_equal(text_of(json, "reader"), "r-out");
    assert_string_equal(text_of(json, "point"), "out");
    cJSON_Delete(json);
    run_stile(&run, "explain", "04a10001", "--point", "in", "--side", "out", NULL);
    run_is(&run, 3);
    run_complains(&run, "no reader of this unit stands at in, side out");
}

static void explain_says_why_there_is_no_decision(void **state)
{
    (void)state;
    run_stile(&run, "explain", "08a10001", "--json", NULL);
    cJSON *json = run_json(&run);
    run_is(&run, 1);
    assert_string_equal(text_of(json, "code"), "card_unknown"); /* a random number is nobody's */
    cJSON_Delete(json);
    site_sql(site.list_path, "UPDATE point SET name = 'elsewhere' WHERE id = 1");
    run_stile(&run, "explain", "04a10001", "--json", NULL);
    run_is(&run, 1);
    json = run_json(&run);
    assert_true(cJSON_HasObjectItem(json, "notice") || cJSON_HasObjectItem(json, "code"));
    cJSON_Delete(json);
}

static void explain_refuses_words_that_make_no_sense(void **state)
{
    (void)state;
    run_stile(&run, "explain", NULL);
    run_is(&run, 2);
    run_stile(&run, "explain", "hello", NULL);
    run_is(&run, 2);
    run_complains(&run, "no card number");
    run_stile(&run, "explain", "04a10001", "04a10002", NULL);
    run_is(&run, 2);
    run_stile(&run, "explain", "04a10001", "--side", "up", NULL);
    run_is(&run, 2);
    run_stile(&run, "explain", "04a10001", "--when", "now", NULL);
    run_is(&run, 2);
    run_stile(&run, "explain", "04a10001", "--at", "yesterday", NULL);
    run_is(&run, 2);
    run_complains(&run, "2014-05-31T17:00");
    run_stile(&run, "explain", "04a10001", "--point", "nowhere", NULL);
    run_is(&run, 3);
    run_stile(&run, "explain", "04a10001", "--list", "/nowhere/list.db", NULL);
    run_is(&run, 3);
    run_complains(&run, "stile import");
    run_stile(&run, "--config", "/nowhere/gate.ini", "explain", "04a10001", NULL);
    run_is(&run, 3);
    run_complains(&run, "--config");
}

static void replay_says_where_a_decision_differs(void **state)
{
    (void)state;
    char seq_text[24];
    site_start(&site);
    int64_t seq = site_tap(&site, SITE_IN, "04a10012");
    (void)snprintf(seq_text, sizeof(seq_text), "%lld", (long long)seq);
    run_stile(&run, "replay", seq_text, NULL);
    run_is(&run, 0);
    run_says(&run, "the same");
    run_says(&run, "point            in, direction in");

    /* A decision as an older set of rules could have made it: the same query, another verdict. */
    static struct access_query query;
    struct access_verdict verdict;
    struct journal_event event;
    static uint8_t record[ACCESS_RECORD_MAX];
    assert_int_equal(journal_db_event(site.reading, seq, &event), 0);
    assert_int_equal(access_record_decode(event.record, event.record_len, &query, &verdict, NULL), 0);
    verdict.code = ACCESS_GRANTED;
    int n = access_record_encode(&query, &verdict, NULL, record, sizeof(record));
    assert_true(n > 0);
    event.record = record;
    event.record_len = (size_t)n;
    assert_int_equal(journal_db_append(site.writing, &event, 1), 0);
    (void)snprintf(seq_text, sizeof(seq_text), "%lld", (long long)event.seq);
    run_stile(&run, "replay", seq_text, "--json", NULL);
    run_is(&run, 1);
    cJSON *json = run_json(&run);
    assert_true(cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(json, "same")));
    assert_string_equal(text_of(json, "differs_in"), "code");
    cJSON_Delete(json);
    run_stile(&run, "replay", seq_text, NULL);
    run_is(&run, 1);
    run_says(&run, "DIFFERS in code");
}

static void replay_names_what_it_cannot_replay(void **state)
{
    (void)state;
    char seq_text[24];
    run_stile(&run, "replay", "1", NULL);
    run_is(&run, 3);
    run_complains(&run, "no such journal");
    site_start(&site);
    int64_t seq = site_tap(&site, SITE_IN, "04a10012");
    run_stile(&run, "replay", "9223372036854775807", NULL);
    run_is(&run, 3);
    run_complains(&run, "no event");
    run_stile(&run, "replay", "1", NULL);
    run_is(&run, 3);
    run_complains(&run, "is no decision but 'passed'");
    assert_true(journal_db_erase(site.writing, INT64_MAX, 100) > 0);
    (void)snprintf(seq_text, sizeof(seq_text), "%lld", (long long)seq);
    run_stile(&run, "replay", seq_text, NULL);
    run_is(&run, 3);
    run_complains(&run, "erased");
    struct journal_event bare = {
        .kind = JOURNAL_DECISION, .code = ACCESS_LIST_TOO_OLD, .detail = "no_list", .line_us = -1};
    assert_int_equal(journal_db_append(site.writing, &bare, 1), 0);
    (void)snprintf(seq_text, sizeof(seq_text), "%lld", (long long)bare.seq);
    run_stile(&run, "replay", seq_text, NULL);
    run_is(&run, 3);
    run_complains(&run, "without a list");
    const uint8_t garbage[] = {0xff, 0xff, 0xff};
    struct journal_event bad = {
        .kind = JOURNAL_DECISION, .holder = 1, .record = garbage, .record_len = sizeof(garbage), .line_us = -1};
    assert_int_equal(journal_db_append(site.writing, &bad, 1), 0);
    (void)snprintf(seq_text, sizeof(seq_text), "%lld", (long long)bad.seq);
    run_stile(&run, "replay", seq_text, NULL);
    run_is(&run, 3);
    run_complains(&run, "damaged");
    static const char *const words[] = {"0", "-1", "x", "1x", ""};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        run_stile(&run, "replay", words[i], NULL);
        run_is(&run, 2);
    }
    run_stile(&run, "replay", NULL);
    run_is(&run, 2);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_site, close_site)
    const struct CMUnitTest tests[] = {
        TEST(explain_and_the_recorded_decision_are_the_same_for_each_denial),
        TEST(explain_and_the_recorded_decision_are_the_same_for_each_grant),
        TEST(explain_takes_off_what_was_used_here),
        TEST(explain_works_before_the_gate_has_ever_run),
        TEST(explain_takes_the_reader_of_the_side_that_is_asked_for),
        TEST(explain_says_why_there_is_no_decision),
        TEST(explain_refuses_words_that_make_no_sense),
        TEST(replay_says_where_a_decision_differs),
        TEST(replay_names_what_it_cannot_replay),
    };
    return cmocka_run_group_tests_name("explain", tests, NULL, NULL);
}
