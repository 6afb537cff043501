#include "model/news.h"

#include "base/cleanup.h"
#include "model/json.h"

#include <errno.h>
#include <string.h>

static const char *const phases[NEWS_PHASES] = {
    [NEWS_GRANTED] = "granted", [NEWS_DENIED] = "denied",         [NEWS_RELEASED] = "released",
    [NEWS_PASSED] = "passed",   [NEWS_NOT_PASSED] = "not_passed", [NEWS_UNRESOLVED] = "unresolved",
    [NEWS_ALARM] = "alarm",     [NEWS_NOTICE] = "notice",
};

static const char *const notices[NOTICES] = {
    [NOTICE_READ_AGAIN] = "read_again",
    [NOTICE_SECOND_TAP] = "second_tap",
    [NOTICE_WAIT] = "wait",
    [NOTICE_WAIT_OVER] = "wait_over",
    [NOTICE_BUSY] = "busy",
    [NOTICE_JOURNAL_FAILED] = "journal_failed",
    [NOTICE_OUT_OF_SERVICE] = "out_of_service",
    [NOTICE_EXIT_NEEDS_CARD] = "exit_needs_card",
    [NOTICE_FIRE] = "fire",
    [NOTICE_FIRE_END] = "fire_end",
    [NOTICE_REQUEST_TO_EXIT] = "request_to_exit",
    [NOTICE_STAFF_RELEASE] = "staff_release",
    [NOTICE_FREE_PASSAGE] = "free_passage",
    [NOTICE_MODE] = "mode",
    [NOTICE_LOCKDOWN] = "lockdown",
    [NOTICE_UNLOCKED] = "unlocked",
    [NOTICE_UNDONE] = "undone",
    [NOTICE_POINT_UNKNOWN] = "point_unknown",
    [NOTICE_READER_READY] = "reader_ready",
    [NOTICE_READER_LOST] = "reader_lost",
    [NOTICE_READER_BACK] = "reader_back",
    [NOTICE_TAMPER] = "tamper",
    [NOTICE_TAMPER_END] = "tamper_end",
    [NOTICE_ALARM_END] = "alarm_end",
    [NOTICE_CLOCK_NOT_SET] = "clock_not_set",
    [NOTICE_CLOCK_SET] = "clock_set",
    [NOTICE_CLOCK_JUMPED] = "clock_jumped",
    [NOTICE_FORCED] = "forced",
    [NOTICE_HELD_OPEN] = "held_open",
    [NOTICE_TAILGATE] = "tailgate",
    [NOTICE_WRONG_WAY] = "wrong_way",
    [NOTICE_NO_ROTATION] = "no_rotation",
    [NOTICE_STUCK] = "stuck",
    [NOTICE_LINE] = "line",
    [NOTICE_JOURNAL] = "journal",
    [NOTICE_BACKLOG] = "backlog",
    [NOTICE_NO_LIST] = "no_list",
};

static int parse_phase(const char *text)
{
    return json_find(phases, NEWS_PHASES, text);
}

static int parse_notice(const char *text)
{
    int found = json_find(notices, NOTICES, text);
    return found < NOTICES ? found : NOTICE_UNKNOWN;
}

static int parse_code(const char *text)
{
    return (int)access_code_parse(text);
}

static int parse_cure(const char *text)
{
    int cure = ACCESS_CURE_SYNC;
    while (cure > ACCESS_CURE_NONE && strcmp(access_cure_text((enum access_cure)cure), text) != 0) {
        cure--;
    }
    return cure;
}

static int parse_side(const char *text)
{
    static const char *const names[] = {[NEWS_SIDE_IN] = "in", [NEWS_SIDE_OUT] = "out"};
    return json_find(names, ARRAY_LEN(names), text) % (int)ARRAY_LEN(names);
}

static int parse_entitlement(const char *text)
{
    for (int kind = ACCESS_SUBSCRIPTION; kind <= ACCESS_PUNCH_CARD; kind++) {
        if (strcmp(access_kind_text((enum access_kind)kind), text) == 0) {
            return NEWS_SUBSCRIPTION + kind;
        }
    }
    return NEWS_NO_ENTITLEMENT;
}

static int parse_warning(const char *text)
{
    int kind = 0;
    while (kind < ACCESS_WARN_KINDS && strcmp(access_warning_text((enum access_warning_kind)kind), text) != 0) {
        kind++;
    }
    return kind;
}

enum { SOURCES = ACCESS_FROM_CLOCK + 1 };

static int parse_source(const char *text)
{
    int source = 0;
    while (source < SOURCES && strcmp(access_source_text((enum access_source)source), text) != 0) {
        source++;
    }
    return source;
}

#define AT(member) JSON_AT(struct gate_news, member)

static const struct json_field news_fields[] = {
    {.name = "phase", .type = JSON_NAME, AT(phase), .parse = parse_phase, .must = true},
    {.name = "utc_us", .type = JSON_INT, AT(utc_us), .min = -JSON_INT_MAX, .max = JSON_INT_MAX, .must = true},
    {.name = "boot_us", .type = JSON_INT, AT(boot_us), .max = JSON_INT_MAX, .must = true},
    {.name = "grant", .type = JSON_INT, AT(grant), .max = JSON_INT_MAX},
    {.name = "unit", .type = JSON_TEXT, AT(unit)},
    {.name = "lane", .type = JSON_TEXT, AT(lane)},
    {.name = "reader", .type = JSON_TEXT, AT(reader)},
    {.name = "point", .type = JSON_TEXT, AT(point)},
    {.name = "side", .type = JSON_NAME, AT(side), .parse = parse_side},
    {.name = "card", .type = JSON_TEXT, AT(card)},
    {.name = "code", .type = JSON_NAME, AT(code), .parse = parse_code},
    {.name = "cure", .type = JSON_NAME, AT(cure), .parse = parse_cure},
    {.name = "until", .type = JSON_DAY, AT(until_day)},
    {.name = "opens_utc_us", .type = JSON_INT, AT(opens_utc_us), .max = JSON_INT_MAX},
    {.name = "product", .type = JSON_TEXT, AT(product)},
    {.name = "entitlement", .type = JSON_NAME, AT(entitlement), .parse = parse_entitlement},
    {.name = "clips_left", .type = JSON_INT, AT(clips_left), .min = -1, .max = INT32_MAX},
    {.name = "customer", .type = JSON_INT, AT(customer), .max = JSON_INT_MAX},
    {.name = "staff", .type = JSON_BOOL, AT(staff)},
    {.name = "name", .type = JSON_TEXT, AT(name)},
    {.name = "message", .type = JSON_TEXT, AT(message)},
    {.name = "list_version", .type = JSON_INT, AT(list_version), .max = JSON_INT_MAX},
    {.name = "list_age_s", .type = JSON_INT, AT(list_age_s), .min = -JSON_INT_MAX, .max = JSON_INT_MAX},
    {.name = "line_us", .type = JSON_INT, AT(line_us), .min = -1, .max = JSON_INT_MAX},
    {.name = "tap_us", .type = JSON_INT, AT(tap_us), .min = -1, .max = JSON_INT_MAX},
    {.name = "notice", .type = JSON_NAME, AT(notice), .parse = parse_notice},
    {.name = "notice", .type = JSON_TEXT, AT(notice_name)},
    {.name = "event", .type = JSON_TEXT, AT(event)},
    {.name = "detail", .type = JSON_TEXT, AT(detail)},
};
static const struct json_table news_table = {news_fields, ARRAY_LEN(news_fields)};

#define WARNING_AT(member) JSON_AT(struct access_warning, member)

static const struct json_field warning_fields[] = {
    {.name = "kind", .type = JSON_NAME, WARNING_AT(kind), .parse = parse_warning, .must = true},
    {.name = "source", .type = JSON_NAME, WARNING_AT(source), .parse = parse_source, .must = true},
    {.name = "value", .type = JSON_INT, WARNING_AT(value), .min = INT32_MIN, .max = INT32_MAX},
    {.name = "day", .type = JSON_DAY, WARNING_AT(day)},
};
static const struct json_table warning_table = {warning_fields, ARRAY_LEN(warning_fields)};

static int read_warnings(const cJSON *json, struct gate_news *news)
{
    static const struct access_warning blank = {.day = DAY_NONE};
    struct access_warning all[2 * ACCESS_WARNINGS_MAX]; /* so that a later version's don't crowd out those we know */
    int n = json_read_array(json, "warnings", &warning_table, &blank, all, sizeof(all[0]), ARRAY_LEN(all));
    for (int i = 0; i < n && news->n_warnings < ACCESS_WARNINGS_MAX; i++) {
        if ((unsigned)all[i].kind < ACCESS_WARN_KINDS && (unsigned)all[i].source < SOURCES) {
            news->warnings[news->n_warnings++] = all[i];
        }
    }
    return n < 0 ? n : 0;
}

/* A grant that is none must never look like one. */
static bool contradicts(const struct gate_news *news)
{
    return news->phase >= NEWS_PHASES || (news->phase == NEWS_GRANTED && news->code != ACCESS_GRANTED) ||
           (news->phase == NEWS_DENIED && news->code == ACCESS_GRANTED);
}

int news_decode(const char *json, size_t n, struct gate_news *ret_news)
{
    struct gate_news news = {
        .code = ACCESS_CODES, .until_day = DAY_NONE, .clips_left = -1, .list_age_s = -1, .line_us = -1, .tap_us = -1};
    _cleanup_(json_freep) cJSON *object = json_parse(json, n);
    if (!object || json_read(object, &news_table, &news) < 0 || read_warnings(object, &news) < 0 ||
        contradicts(&news)) {
        return -EBADMSG;
    }
    *ret_news = news;
    return 0;
}

const char *news_notice_text(enum news_notice notice)
{
    return (unsigned)notice < NOTICES && notices[notice] ? notices[notice] : "";
}
