#include "morning/tell.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/pack.h"
#include "base/text.h"
#include "core/access_record.h"
#include "db/journal_json.h"
#include "gate/unit.h"
#include "morning/chain.h"
#include "morning/people.h"

#include <cjson/cJSON.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *point_name(int64_t point_id)
{
    switch (point_id) {
    case CHAIN_POINT_ENTRANCE:
        return CHAIN_ENTRANCE;
    case CHAIN_POINT_WAY_OUT:
        return CHAIN_WAY_OUT;
    case CHAIN_POINT_POOL:
        return CHAIN_POOL;
    default:
        return "";
    }
}

void tell_scene(struct tell *tell, const char *format, ...)
{
    if (tell->json) {
        return;
    }
    va_list args;
    va_start(args, format);
    (void)fputs("\n", tell->out);
    (void)vfprintf(tell->out, format, args);
    (void)fputs("\n", tell->out);
    va_end(args);
}

void tell_put(struct tell *tell, const char *card, int64_t boot_us)
{
    tell->put_us = boot_us;
    (void)snprintf(tell->put_card, sizeof(tell->put_card), "%s", card);
}

static struct tell_grant *grant_of(struct tell *tell, uint64_t grant)
{
    for (size_t i = tell->n_grants; grant != 0 && i-- > 0;) {
        if (tell->grants[i].grant == grant) {
            return &tell->grants[i];
        }
    }
    return NULL;
}

/* The line was set at this boot time: the release's record has it. 0: it doesn't say. */
static int64_t line_set_us(const struct journal_event *event)
{
    struct unpack u;
    struct pack_field f;
    int64_t at = 0;
    unpack_init(&u, event->record, event->record_len);
    while (unpack_next(&u, &f)) {
        if (f.tag == UNIT_RECORD_LINE_US && !f.is_bytes) {
            at = f.value;
        }
    }
    return u.bad ? 0 : at;
}

/* Keeps count of the event. @return the time from the card in the field to the line, -1 when it isn't a release. */
static int64_t count(struct tell *tell, const struct journal_event *event, struct tell_grant *g)
{
    tell->events++;
    switch (event->kind) {
    case JOURNAL_DECISION:
        if (event->code >= 0 && event->code < ACCESS_CODES) {
            tell->codes[event->code]++;
        }
        return -1;
    case JOURNAL_PASSED:
        tell->passed++;
        tell->doubled += g && g->ended;
        break;
    case JOURNAL_NOT_PASSED:
        tell->not_passed++;
        tell->doubled += g && g->ended;
        break;
    case JOURNAL_UNRESOLVED:
        tell->unresolved++;
        tell->doubled += g && g->ended;
        break;
    case JOURNAL_ALARM:
        tell->alarms++;
        return -1;
    case JOURNAL_RELEASED: {
        int64_t at = line_set_us(event);
        int64_t tap_us = g && g->put_us > 0 && at > g->put_us ? at - g->put_us : -1;
        if (event->line_us >= 0 && tell->n_line < TELL_TAPS_MAX) {
            tell->line_us[tell->n_line++] = event->line_us;
        }
        if (tap_us >= 0 && tell->n_tap < TELL_TAPS_MAX) {
            tell->tap_us[tell->n_tap++] = tap_us;
        }
        return tap_us;
    }
    default:
        return -1;
    }
    if (g) {
        g->ended = true;
    }
    return -1;
}

static void remember(struct tell *tell, const struct journal_event *event)
{
    char card[CARD_TEXT_SIZE] = "";
    if (event->kind != JOURNAL_DECISION || event->grant == 0 || tell->n_grants == TELL_GRANTS_MAX) {
        return;
    }
    struct tell_grant *g = &tell->grants[tell->n_grants++];
    *g = (struct tell_grant){.grant = event->grant, .card = event->card, .point_id = event->point_id};
    card_format(&event->card, card);
    if (strcmp(card, tell->put_card) == 0) {
        g->put_us = tell->put_us;
        tell->put_us = 0;
    }
}

static void print_json(struct tell *tell, const struct journal_event *event, const struct tell_grant *g, int64_t tap_us)
{
    int64_t point = event->point_id == 0 && g ? g->point_id : event->point_id;
    struct cJSON *json = journal_json(event, point_name(point));
    if (g && g->card.form != CARD_NONE && !cJSON_HasObjectItem(json, "card")) {
        char card[CARD_TEXT_SIZE];
        card_format(&g->card, card);
        (void)cJSON_AddStringToObject(json, "card", card);
    }
    if (point != 0 && !cJSON_HasObjectItem(json, "point")) {
        (void)cJSON_AddStringToObject(json, "point", point_name(point));
    }
    if (g && !cJSON_HasObjectItem(json, "verdict")) {
        (void)cJSON_AddStringToObject(json, "verdict", "granted");
        (void)cJSON_AddStringToObject(json, "code", "granted");
    }
    if (tap_us >= 0) {
        (void)cJSON_AddNumberToObject(json, "tap_us", (double)tap_us);
    }
    char *text = cJSON_PrintUnformatted(json);
    if (text) {
        (void)fprintf(tell->out, "%s\n", text);
    }
    free(text);
    cJSON_Delete(json);
}

/* True for the card of a further member: the number in its middle gives it away (chain_member_card). */
static bool is_member(const char *card)
{
    uint8_t bytes[7];
    char same[CHAIN_CARD_TEXT_SIZE];
    if (text_hex(card, bytes, sizeof(bytes)) != (int)sizeof(bytes)) {
        return false;
    }
    chain_member_card((unsigned)bytes[2] << 24 | (unsigned)bytes[3] << 16 | (unsigned)bytes[4] << 8 | bytes[5], same);
    return strcmp(same, card) == 0;
}

static const char *who(const struct card_number *card)
{
    char text[CARD_TEXT_SIZE] = "";
    if (card->form != CARD_NONE) {
        card_format(card, text);
    }
    for (size_t i = 0; i < n_people; i++) {
        if (strcmp(people[i].card, text) == 0) {
            return people[i].name;
        }
    }
    return is_member(text) ? "a member" : "";
}

/* By what a card was let in, and what the member is told beside. */
static void describe_decision(const struct journal_event *event, char *ret_text, size_t size)
{
    static struct access_query query;
    struct access_verdict verdict;
    size_t used = 0;
    ret_text[0] = '\0';
    if (access_record_decode(event->record, event->record_len, &query, &verdict, NULL) != 0) {
        return;
    }
    if (verdict.code != ACCESS_GRANTED) {
        (void)snprintf(ret_text, size, "%s", access_code_text(verdict.code));
        return;
    }
    const char *by = verdict.entitlement >= 0 ? query.entitlements[verdict.entitlement].product
                     : query.card.staff       ? "staff"
                                              : "";
    used = (size_t)snprintf(ret_text, size, "%s", by);
    for (unsigned i = 0; i < verdict.n_warnings && used < size; i++) {
        const struct access_warning *w = &verdict.warnings[i];
        int n = w->kind == ACCESS_WARN_MESSAGE
                    ? snprintf(ret_text + used, size - used, " (%s)", query.customer.message)
                    : snprintf(ret_text + used, size - used, " (%s: %d)", access_warning_text(w->kind), w->value);
        used += n > 0 ? (size_t)n : 0;
    }
}

static void print_text(struct tell *tell, const struct journal_event *event, const struct tell_grant *g, int64_t tap_us)
{
    char when[16] = "";
    char card[CARD_TEXT_SIZE] = "";
    time_t seconds = (time_t)(event->utc_us / US_PER_S);
    struct tm tm;
    if (localtime_r(&seconds, &tm)) {
        (void)strftime(when, sizeof(when), "%H:%M:%S", &tm);
    }
    const struct card_number *number = event->card.form == CARD_NONE && g ? &g->card : &event->card;
    if (number->form != CARD_NONE) {
        card_format(number, card);
    }
    int64_t point = event->point_id == 0 && g ? g->point_id : event->point_id;
    const char *what = journal_kind_text(event->kind);
    char more[256] = "";
    if (event->kind == JOURNAL_DECISION) {
        what = event->code == ACCESS_GRANTED ? "granted" : "denied";
        describe_decision(event, more, sizeof(more));
    } else if (event->kind == JOURNAL_FIRE || event->kind == JOURNAL_LOCKDOWN) {
        (void)snprintf(more, sizeof(more), event->code ? "on" : "off");
    }
    (void)fprintf(tell->out, "  %s.%03d  %-15s %-14s %-18s %-13s", when, (int)(event->utc_us / 1000 % 1000), what, card,
                  who(number), point ? point_name(point) : event->lane);
    if (event->kind == JOURNAL_RELEASED && event->line_us >= 0) {
        (void)fprintf(tell->out, " line %.2f ms", (double)event->line_us / 1000.0);
        if (tap_us >= 0) {
            (void)fprintf(tell->out, ", tap %.1f ms", (double)tap_us / 1000.0);
        }
    }
    (void)fprintf(tell->out, " %s%s%s\n", more, more[0] && event->detail[0] ? ", " : "", event->detail);
}

void tell_event(const struct journal_event *event, void *user)
{
    struct tell *tell = user;
    remember(tell, event);
    struct tell_grant *g = grant_of(tell, event->grant);
    int64_t tap_us = count(tell, event, g);
    if (tell->json) {
        print_json(tell, event, g, tap_us);
    } else {
        print_text(tell, event, g, tap_us);
    }
    (void)fflush(tell->out);
}

static int compare(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static double ms(int64_t us)
{
    return (double)us / 1000.0;
}

static void print_times(const struct tell *tell, const char *title, int64_t *us, size_t n)
{
    if (n == 0) {
        return;
    }
    qsort(us, n, sizeof(us[0]), compare);
    double p50 = ms(us[n / 2]), p99 = ms(us[(n * 99 - 1) / 100]), max = ms(us[n - 1]);
    if (tell->json) {
        (void)fprintf(tell->out, "{\"summary\":\"%s\",\"n\":%zu,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f}\n",
                      title, n, p50, p99, max);
    } else {
        (void)fprintf(tell->out, "  %-34s n %-4zu p50 %8.2f ms   p99 %8.2f ms   max %8.2f ms\n", title, n, p50, p99,
                      max);
    }
}

bool tell_summary(struct tell *tell, unsigned surprises)
{
    unsigned missing = 0;
    tell_scene(tell, "Summary");
    for (int code = ACCESS_GRANTED + 1; code < ACCESS_CODES; code++) {
        if (tell->codes[code] == 0) {
            missing++;
            (void)fprintf(stderr, "never seen: %s\n", access_code_text((enum access_code)code));
        }
    }
    print_times(tell, "UID known to line set", tell->line_us, tell->n_line);
    print_times(tell, "card in the field to line set", tell->tap_us, tell->n_tap);
    bool good = missing == 0 && tell->doubled == 0 && surprises == 0;
    if (tell->json) {
        (void)fprintf(
            tell->out,
            "{\"summary\":\"morning\",\"events\":%u,\"granted\":%u,\"denial_codes\":%d,\"of\":%d,\"passed\":%u,"
            "\"not_passed\":%u,\"unresolved\":%u,\"ended_twice\":%u,\"alarms\":%u,\"surprises\":%u}\n",
            tell->events, tell->codes[ACCESS_GRANTED], ACCESS_CODES - 1 - (int)missing, ACCESS_CODES - 1, tell->passed,
            tell->not_passed, tell->unresolved, tell->doubled, tell->alarms, surprises);
        return good;
    }
    (void)fprintf(tell->out,
                  "  %u events; %u grants: %u passed, %u did not, %u unresolved, %u ended twice; %u alarms\n"
                  "  %d of %d denial codes seen; %u surprises\n",
                  tell->events, tell->codes[ACCESS_GRANTED], tell->passed, tell->not_passed, tell->unresolved,
                  tell->doubled, tell->alarms, ACCESS_CODES - 1 - (int)missing, ACCESS_CODES - 1, surprises);
    return good;
}
