/* What the gate's writer says comes back field by field; what nobody should say is refused, and nothing else is. */

#include "gate/news.h"
#include "model/news.h"
#include "query_maker.h"

#include "base/cleanup.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define TIMES "\"utc_us\":1400234400000000,\"boot_us\":5000000"

#define JSON_EXACT INT64_C(0x1fffffffffffff)

static struct gate_config config;
static struct access_query query;
static struct access_verdict verdict;
static char json[16384];

static int set_up(void **state)
{
    (void)state;
    memset(&config, 0, sizeof(config));
    (void)text_copy(config.unit, sizeof(config.unit), "north");
    config.n_lanes = 2;
    (void)text_copy(config.lanes[0].name, sizeof(config.lanes[0].name), "lane1");
    (void)text_copy(config.lanes[1].name, sizeof(config.lanes[1].name), "lane2");
    config.n_readers = 1;
    (void)text_copy(config.readers[0].name, sizeof(config.readers[0].name), "reader1");
    (void)text_copy(config.readers[0].point, sizeof(config.readers[0].point), "Entrance");
    config.readers[0].lane = 1;
    config.readers[0].side = LANE_OUT;
    return 0;
}

static struct unit_news news_of(enum unit_phase phase)
{
    return (struct unit_news){.phase = phase,
                              .at = {.boot_us = 123456789, .utc_us = maker_noon_us()},
                              .lane = 1,
                              .reader = 0,
                              .line_us = -1,
                              .notice = ""};
}

static struct gate_news written(const struct unit_news *news)
{
    struct gate_news got;
    int n = news_json(&config, news, json, sizeof(json));
    assert_true(n > 0);
    if (news_decode(json, (size_t)n, &got) != 0) {
        fail_msg("refused: %s", json);
    }
    assert_int_equal(got.utc_us, news->at.utc_us);
    assert_int_equal(got.boot_us, news->at.boot_us);
    return got;
}

static void same_decision(const struct gate_news *got)
{
    bool opens = verdict.opens_utc_us > 0 && verdict.opens_utc_us < INT64_MAX;
    assert_int_equal(got->code, verdict.code);
    assert_int_equal(got->cure, access_code_cure(verdict.code));
    assert_int_equal(got->until_day, verdict.until_day);
    assert_int_equal(got->opens_utc_us, opens ? verdict.opens_utc_us : 0);
    assert_int_equal(got->list_version, query.list_version);
    assert_int_equal(got->list_age_s, verdict.list_age_s);
    assert_string_equal(got->name, query.customer.name);
    assert_string_equal(got->message, query.customer.message);
    assert_int_equal(got->customer, query.customer.present ? query.customer.id : 0);
    assert_int_equal(got->staff, query.card.known && (query.card.staff || query.card.emergency));
    if (verdict.entitlement >= 0) {
        const struct access_entitlement *e = &query.entitlements[verdict.entitlement];
        bool clips = verdict.code == ACCESS_GRANTED && e->kind == ACCESS_PUNCH_CARD;
        assert_int_equal(got->clips_left, clips ? e->clips_left - (verdict.cost == VISIT_COST_CLIP) : -1);
        assert_string_equal(got->product, e->product);
        assert_int_equal(got->entitlement, NEWS_SUBSCRIPTION + (int)e->kind);
    } else {
        assert_string_equal(got->product, "");
        assert_int_equal(got->entitlement, NEWS_NO_ENTITLEMENT);
    }
    assert_int_equal(got->n_warnings, verdict.n_warnings);
    for (size_t i = 0; i < verdict.n_warnings; i++) {
        assert_int_equal(got->warnings[i].kind, verdict.warnings[i].kind);
        assert_int_equal(got->warnings[i].source, verdict.warnings[i].source);
        assert_int_equal(got->warnings[i].value, verdict.warnings[i].value);
        assert_int_equal(got->warnings[i].day, verdict.warnings[i].day);
    }
}

static void decided(struct gate_news *ret_got)
{
    access_decide(&query, &verdict, NULL);
    struct unit_news news = news_of(verdict.code == ACCESS_GRANTED ? UNIT_GRANTED : UNIT_DENIED);
    news.query = &query;
    news.verdict = &verdict;
    *ret_got = written(&news);
    assert_int_equal(ret_got->phase, verdict.code == ACCESS_GRANTED ? NEWS_GRANTED : NEWS_DENIED);
    same_decision(ret_got);
}

static void a_grant_comes_back_whole(void **state)
{
    (void)state;
    struct card_number card;
    assert_true(card_parse("04a1b2c3d4e5f6", &card));
    maker_good(&query);
    (void)text_copy(query.customer.name, sizeof(query.customer.name), "Åsa");
    (void)text_copy(query.customer.message, sizeof(query.customer.message), "Your parcel is at the desk");
    access_decide(&query, &verdict, NULL);
    assert_int_equal(verdict.code, ACCESS_GRANTED);
    struct unit_news news = news_of(UNIT_GRANTED);
    news.query = &query;
    news.verdict = &verdict;
    news.grant = 77;
    news.card = &card;
    struct gate_news got = written(&news);
    assert_int_equal(got.phase, NEWS_GRANTED);
    same_decision(&got);
    assert_int_equal(got.grant, 77);
    assert_string_equal(got.unit, "north");
    assert_string_equal(got.lane, "lane2");
    assert_string_equal(got.reader, "reader1");
    assert_string_equal(got.point, "Entrance");
    assert_int_equal(got.side, NEWS_SIDE_OUT);
    assert_string_equal(got.card, "04a1b2c3d4e5f6");
    assert_string_equal(got.name, "Åsa");
    assert_string_equal(got.product, "Gold");
    assert_int_equal(got.warnings[got.n_warnings - 1].kind, ACCESS_WARN_MESSAGE);
    assert_int_equal(got.line_us, -1);
    assert_int_equal(got.tap_us, -1);
    assert_int_equal(got.notice, NOTICE_NONE);
}

static void every_denial_comes_back_with_its_code(void **state)
{
    (void)state;
    for (int code = ACCESS_GRANTED + 1; code < ACCESS_CODES; code++) {
        struct gate_news got;
        if (code == ACCESS_NO_CLIPS_LEFT || code == ACCESS_PUNCH_CARD_EXPIRED) {
            maker_punch_card(&query);
        } else {
            maker_good(&query);
        }
        maker_break(&query, (enum access_code)code);
        decided(&got);
        assert_int_equal(got.code, code);
    }
}

/* Random bytes as letters: a list holds nothing but UTF-8. */
static void spell(char *text)
{
    for (; *text; text++) {
        *text = (char)('A' + (unsigned char)*text % 58);
    }
}

static void whatever_is_decided_comes_back(void **state)
{
    (void)state;
    uint64_t seed = 20140516;
    int n_granted = 0;
    for (int i = 0; i < 3000; i++) {
        struct gate_news got;
        maker_any(&seed, &query);
        /* A number of JSON is exact up to 2^53: the list has no higher ids, versions and times. */
        query.list_version &= JSON_EXACT;
        query.customer.id &= JSON_EXACT;
        query.list_synced_utc_us %= JSON_EXACT;
        spell(query.customer.name);
        spell(query.customer.message);
        for (size_t k = 0; k < query.n_entitlements; k++) {
            spell(query.entitlements[k].product);
        }
        decided(&got);
        n_granted += got.phase == NEWS_GRANTED;
    }
    assert_in_range(n_granted, 1, 2999);
}

static void a_release_tells_its_times_and_a_passage_its_grant(void **state)
{
    (void)state;
    struct unit_news news = news_of(UNIT_RELEASED);
    news.grant = 78;
    news.line_us = 850;
    news.field_boot_us = 123000000;
    news.uid_boot_us = 123004000;
    struct gate_news got = written(&news);
    assert_int_equal(got.phase, NEWS_RELEASED);
    assert_int_equal(got.code, ACCESS_GRANTED);
    assert_int_equal(got.line_us, 850);
    assert_int_equal(got.tap_us, 4850);
    static const enum unit_phase phases[] = {UNIT_PASSED, UNIT_NOT_PASSED, UNIT_UNRESOLVED};
    static const enum news_phase wanted[] = {NEWS_PASSED, NEWS_NOT_PASSED, NEWS_UNRESOLVED};
    for (size_t i = 0; i < ARRAY_LEN(phases); i++) {
        news = news_of(phases[i]);
        news.grant = 78;
        got = written(&news);
        assert_int_equal(got.phase, wanted[i]);
        assert_int_equal(got.grant, 78);
        assert_int_equal(got.code, ACCESS_GRANTED);
    }
}

static void every_notice_and_alarm_has_its_value(void **state)
{
    (void)state;
    for (int notice = NOTICE_NONE + 1; notice < NOTICE_UNKNOWN; notice++) {
        struct unit_news news = news_of(notice >= NOTICE_FORCED ? UNIT_ALARM : UNIT_NOTICE);
        struct journal_event event = {.kind = JOURNAL_ALARM, .detail = "tailgate"};
        news.notice = news_notice_text((enum news_notice)notice);
        news.event = &event;
        news.reader = -1;
        assert_true(news.notice[0] != '\0');
        struct gate_news got = written(&news);
        assert_int_equal(got.notice, notice);
        assert_string_equal(got.notice_name, news.notice);
        assert_string_equal(got.event, "alarm");
        assert_string_equal(got.detail, "tailgate");
        assert_string_equal(got.reader, "");
        assert_int_equal(got.side, NEWS_SIDE_NONE);
        assert_int_equal(got.code, ACCESS_CODES);
    }
    /* The lane's alarms by their own names. */
    static const enum lane_action actions[] = {LANE_A_FORCED,    LANE_A_HELD_OPEN,   LANE_A_TAILGATE,
                                               LANE_A_WRONG_WAY, LANE_A_NO_ROTATION, LANE_A_STUCK};
    for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
        struct unit_news news = news_of(UNIT_ALARM);
        news.notice = lane_action_text(actions[i]);
        assert_int_equal(written(&news).notice, NOTICE_FORCED + (int)i);
    }
}

static int decode(const char *text, struct gate_news *ret_news)
{
    return news_decode(text, strlen(text), ret_news);
}

static void what_the_gate_leaves_out_has_a_value_that_says_so(void **state)
{
    (void)state;
    struct gate_news got;
    memset(&got, 0x55, sizeof(got));
    assert_int_equal(decode("{\"phase\":\"notice\"," TIMES "}", &got), 0);
    assert_int_equal(got.code, ACCESS_CODES);
    assert_int_equal(got.cure, ACCESS_CURE_NONE);
    assert_int_equal(got.until_day, DAY_NONE);
    assert_int_equal(got.clips_left, -1);
    assert_int_equal(got.list_age_s, -1);
    assert_int_equal(got.customer, 0);
    assert_int_equal(got.grant, 0);
    assert_false(got.staff);
    assert_string_equal(got.name, "");
    assert_string_equal(got.lane, "");
    assert_int_equal(got.n_warnings, 0);
}

static void the_person_behind_a_card_is_told(void **state)
{
    (void)state;
    struct gate_news got;
    assert_int_equal(decode("{\"phase\":\"granted\",\"code\":\"granted\",\"customer\":4711,\"staff\":true,"
                            "\"clips_left\":0," TIMES "}",
                            &got),
                     0);
    assert_int_equal(got.customer, 4711);
    assert_int_equal(got.clips_left, 0);
    assert_true(got.staff);
}

static void a_later_versions_words_are_taken_for_unknown(void **state)
{
    (void)state;
    struct gate_news got;
    assert_int_equal(decode("{\"phase\":\"denied\",\"code\":\"no_mask\",\"cure\":\"mask\",\"new\":{\"a\":[1]},"
                            "\"entitlement\":\"lease\",\"side\":\"up\",\"warnings\":["
                            "{\"kind\":\"storm\",\"source\":\"sky\",\"value\":1},"
                            "{\"kind\":\"clips_left\",\"source\":\"clips\",\"value\":2}]," TIMES "}",
                            &got),
                     0);
    assert_int_equal(got.code, ACCESS_CODES);
    assert_int_equal(got.cure, ACCESS_CURE_NONE);
    assert_int_equal(got.entitlement, NEWS_NO_ENTITLEMENT);
    assert_int_equal(got.side, NEWS_SIDE_NONE);
    assert_int_equal(got.n_warnings, 1);
    assert_int_equal(got.warnings[0].kind, ACCESS_WARN_CLIPS_LEFT);
    assert_int_equal(decode("{\"phase\":\"notice\",\"notice\":\"flood\"," TIMES "}", &got), 0);
    assert_int_equal(got.notice, NOTICE_UNKNOWN);
    assert_string_equal(got.notice_name, "flood");
}

static void long_texts_are_cut_at_a_characters_start(void **state)
{
    (void)state;
    struct gate_news got;
    char text[1200] = "{\"phase\":\"granted\",\"code\":\"granted\"," TIMES ",\"name\":\"x";
    for (int i = 0; i < 200; i++) {
        (void)strncat(text, "ö", sizeof(text) - strlen(text) - 1);
    }
    (void)strncat(text, "\"}", sizeof(text) - strlen(text) - 1);
    assert_int_equal(decode(text, &got), 0);
    assert_int_equal(strlen(got.name), ACCESS_NAME_SIZE - 1); /* x and 23 ö: 47 bytes */
    assert_true(text_is_utf8(got.name, strlen(got.name)));
}

static void a_line_break_in_a_message_costs_no_verdict(void **state)
{
    (void)state;
    struct gate_news got;
    assert_int_equal(
        decode("{\"phase\":\"granted\",\"code\":\"granted\",\"message\":\"one\\ntwo\\u0007\"," TIMES "}", &got), 0);
    assert_string_equal(got.message, "one two ");
}

static void what_nobody_should_say_is_refused_and_nothing_is_touched(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "   ",
        "null",
        "[]",
        "\"granted\"",
        "{",
        "{}",
        "{\"phase\":\"granted\",\"code\":\"granted\"," TIMES,
        "{\"phase\":\"notice\"," TIMES "} {}",
        "{" TIMES "}",
        "{\"phase\":\"notice\",\"utc_us\":1}",
        "{\"phase\":\"notice\",\"boot_us\":1}",
        "{\"phase\":\"jumped\"," TIMES "}",
        "{\"phase\":1," TIMES "}",
        "{\"phase\":\"granted\"," TIMES "}",
        "{\"phase\":\"granted\",\"code\":\"card_unknown\"," TIMES "}",
        "{\"phase\":\"granted\",\"code\":\"later\"," TIMES "}",
        "{\"phase\":\"denied\",\"code\":\"granted\"," TIMES "}",
        "{\"phase\":\"notice\",\"name\":null," TIMES "}",
        "{\"phase\":\"notice\",\"name\":7," TIMES "}",
        "{\"phase\":\"notice\",\"name\":\"\xc3\x28\"," TIMES "}",
        "{\"phase\":\"notice\",\"grant\":\"7\"," TIMES "}",
        "{\"phase\":\"notice\",\"grant\":1.5," TIMES "}",
        "{\"phase\":\"notice\",\"grant\":-1," TIMES "}",
        "{\"phase\":\"notice\",\"grant\":1e300," TIMES "}",
        "{\"phase\":\"notice\",\"grant\":1e999," TIMES "}",
        "{\"phase\":\"notice\",\"clips_left\":4294967296," TIMES "}",
        "{\"phase\":\"notice\",\"staff\":1," TIMES "}",
        "{\"phase\":\"notice\",\"until\":\"2014-02-30\"," TIMES "}",
        "{\"phase\":\"notice\",\"until\":16000," TIMES "}",
        "{\"phase\":\"notice\",\"warnings\":{}," TIMES "}",
        "{\"phase\":\"notice\",\"warnings\":[1]," TIMES "}",
        "{\"phase\":\"notice\",\"warnings\":[{\"kind\":\"clock\"}]," TIMES "}",
        "{\"phase\":\"notice\",\"warnings\":[{\"kind\":\"clock\",\"source\":\"clock\",\"value\":\"1\"}]," TIMES "}",
    };
    struct gate_news untouched;
    struct gate_news got;
    memset(&untouched, 0x55, sizeof(untouched));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        memcpy(&got, &untouched, sizeof(got));
        if (decode(bad[i], &got) != -EBADMSG) {
            fail_msg("taken: %s", bad[i]);
        }
        assert_memory_equal(&got, &untouched, sizeof(got));
    }
    /* Cut anywhere it is none. */
    static const char whole[] = "{\"phase\":\"notice\",\"notice\":\"wait\",\"warnings\":[]," TIMES "}";
    for (size_t n = 0; n < sizeof(whole) - 1; n++) {
        assert_int_equal(news_decode(whole, n, &got), -EBADMSG);
    }
    assert_int_equal(news_decode(whole, sizeof(whole) - 1, &got), 0);
}

static void neither_depth_nor_length_hurts(void **state)
{
    (void)state;
    static char deep[200000];
    struct gate_news got;
    memset(deep, '[', sizeof(deep));
    assert_int_equal(news_decode(deep, sizeof(deep), &got), -EBADMSG);
    assert_int_equal(news_decode(deep, 60000, &got), -EBADMSG);
    static const char head[] = "{\"phase\":\"notice\"," TIMES ",\"x\":\"";
    memset(deep, 'x', sizeof(deep));
    memcpy(deep, head, sizeof(head) - 1);
    deep[65534] = '"';
    deep[65535] = '}';
    assert_int_equal(news_decode(deep, 65536, &got), 0);
    deep[65534] = 'x';
    deep[65535] = '"';
    deep[65536] = '}';
    assert_int_equal(news_decode(deep, 65537, &got), -EBADMSG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_grant_comes_back_whole, set_up),
        cmocka_unit_test_setup(every_denial_comes_back_with_its_code, set_up),
        cmocka_unit_test_setup(whatever_is_decided_comes_back, set_up),
        cmocka_unit_test_setup(a_release_tells_its_times_and_a_passage_its_grant, set_up),
        cmocka_unit_test_setup(every_notice_and_alarm_has_its_value, set_up),
        cmocka_unit_test(what_the_gate_leaves_out_has_a_value_that_says_so),
        cmocka_unit_test(the_person_behind_a_card_is_told),
        cmocka_unit_test(a_later_versions_words_are_taken_for_unknown),
        cmocka_unit_test(long_texts_are_cut_at_a_characters_start),
        cmocka_unit_test(a_line_break_in_a_message_costs_no_verdict),
        cmocka_unit_test(what_nobody_should_say_is_refused_and_nothing_is_touched),
        cmocka_unit_test(neither_depth_nor_length_hurts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
