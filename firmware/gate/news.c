#include "gate/news.h"

#include "base/cleanup.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char *const phases[] = {
    [UNIT_GRANTED] = "granted", [UNIT_DENIED] = "denied",         [UNIT_RELEASED] = "released",
    [UNIT_PASSED] = "passed",   [UNIT_NOT_PASSED] = "not_passed", [UNIT_UNRESOLVED] = "unresolved",
    [UNIT_ALARM] = "alarm",     [UNIT_NOTICE] = "notice",
};

const char *news_phase_text(enum unit_phase phase)
{
    return (size_t)phase < ARRAY_LEN(phases) ? phases[phase] : "unknown";
}

static void delete_json(cJSON **json)
{
    cJSON_Delete(*json);
}

static void add_text(cJSON *json, const char *name, const char *text)
{
    if (text && text[0] != '\0') {
        (void)cJSON_AddStringToObject(json, name, text);
    }
}

/* With all of its digits: cJSON's own numbers are doubles, and are written as such from 10^15 on. */
static void add_int(cJSON *json, const char *name, int64_t value)
{
    char digits[24];
    (void)snprintf(digits, sizeof(digits), "%lld", (long long)value);
    (void)cJSON_AddRawToObject(json, name, digits);
}

static void add_day(cJSON *json, const char *name, int32_t day)
{
    char text[DATE_TEXT_SIZE];
    if (day != DAY_NONE) {
        date_format(day, text);
        add_text(json, name, text);
    }
}

static void add_warnings(cJSON *json, const struct access_verdict *v)
{
    cJSON *list = v->n_warnings > 0 ? cJSON_AddArrayToObject(json, "warnings") : NULL;
    for (size_t i = 0; i < v->n_warnings; i++) {
        cJSON *one = cJSON_CreateObject();
        add_text(one, "kind", access_warning_text(v->warnings[i].kind));
        add_text(one, "source", access_source_text(v->warnings[i].source));
        add_int(one, "value", v->warnings[i].value);
        add_day(one, "day", v->warnings[i].day);
        if (!cJSON_AddItemToArray(list, one)) {
            cJSON_Delete(one);
        }
    }
}

/* What will be left when this passage has taken its clip. */
static void add_clips_left(cJSON *json, const struct access_entitlement *e, const struct access_verdict *v)
{
    if (v->code == ACCESS_GRANTED && e->kind == ACCESS_PUNCH_CARD) {
        add_int(json, "clips_left", e->clips_left - (v->cost == VISIT_COST_CLIP ? 1 : 0));
    }
}

static void add_decision(cJSON *json, const struct access_query *q, const struct access_verdict *v)
{
    add_text(json, "verdict", v->code == ACCESS_GRANTED ? "granted" : "denied");
    add_text(json, "code", access_code_text(v->code));
    add_text(json, "cure", access_cure_text(access_code_cure(v->code)));
    add_day(json, "until", v->until_day);
    if (v->opens_utc_us > 0 && v->opens_utc_us < INT64_MAX) {
        add_int(json, "opens_utc_us", v->opens_utc_us);
    }
    add_int(json, "list_version", q->list_version);
    add_int(json, "list_age_s", v->list_age_s);
    if (v->entitlement >= 0 && v->entitlement < (int)q->n_entitlements) {
        add_text(json, "product", q->entitlements[v->entitlement].product);
        add_text(json, "entitlement", access_kind_text(q->entitlements[v->entitlement].kind));
        add_clips_left(json, &q->entitlements[v->entitlement], v);
    }
    if (q->customer.present) {
        add_int(json, "customer", q->customer.id);
    }
    if (q->card.known && (q->card.staff || q->card.emergency)) {
        (void)cJSON_AddTrueToObject(json, "staff");
    }
    add_text(json, "name", q->customer.name);
    add_text(json, "message", q->customer.message);
    add_warnings(json, v);
}

/* A passage and what led to it: the verdict behind it was a grant. */
static bool follows_grant(const struct unit_news *news)
{
    return news->grant != 0 && (news->phase == UNIT_RELEASED || news->phase == UNIT_PASSED ||
                                news->phase == UNIT_NOT_PASSED || news->phase == UNIT_UNRESOLVED);
}

static cJSON *build(const struct gate_config *config, const struct unit_news *news)
{
    char card[CARD_TEXT_SIZE];
    cJSON *json = cJSON_CreateObject();
    add_text(json, "phase", news_phase_text(news->phase));
    add_int(json, "utc_us", news->at.utc_us);
    add_int(json, "boot_us", news->at.boot_us);
    add_text(json, "unit", config->unit);
    if (news->grant != 0) {
        add_int(json, "grant", (int64_t)news->grant);
    }
    if (news->lane >= 0 && (size_t)news->lane < config->n_lanes) {
        add_text(json, "lane", config->lanes[news->lane].name);
    }
    if (news->reader >= 0 && (size_t)news->reader < config->n_readers) {
        add_text(json, "reader", config->readers[news->reader].name);
        add_text(json, "point", config->readers[news->reader].point);
        add_text(json, "side", config->readers[news->reader].side == LANE_IN ? "in" : "out");
    }
    if (news->card) {
        card_format(news->card, card);
        add_text(json, "card", card);
    }
    if (news->verdict && news->query) {
        add_decision(json, news->query, news->verdict);
    } else if (follows_grant(news)) {
        add_text(json, "verdict", "granted");
        add_text(json, "code", access_code_text(ACCESS_GRANTED));
    }
    if (news->line_us >= 0) {
        add_int(json, "line_us", news->line_us);
        if (news->field_boot_us > 0 && news->uid_boot_us >= news->field_boot_us) {
            add_int(json, "tap_us", news->uid_boot_us - news->field_boot_us + news->line_us);
        }
    }
    add_text(json, "notice", news->notice);
    if (news->event) {
        add_text(json, "event", journal_kind_text(news->event->kind));
        add_text(json, "detail", news->event->detail);
    }
    return json;
}

int news_json(const struct gate_config *config, const struct unit_news *news, char *ret_text, size_t size)
{
    _cleanup_(delete_json) cJSON *json = build(config, news);
    if (!json) {
        return -ENOMEM;
    }
    if (!cJSON_PrintPreallocated(json, ret_text, (int)size, false)) {
        return -EMSGSIZE;
    }
    return (int)strlen(ret_text);
}
