#include "stile/verdict.h"

#include "stile/cli.h"
#include "stile/words.h"

#include "base/clock.h"

#include <stdio.h>

static const char *const directions[] = {[VISIT_IN] = "in", [VISIT_OUT] = "out", [VISIT_INNER] = "inner"};
static const char *const costs[] = {
    [VISIT_COST_NONE] = "none", [VISIT_COST_CLIP] = "clip", [VISIT_COST_SINGLE_ENTRY] = "single_entry"};
static const char *const outcomes[] = {
    [ACCESS_PASSED] = "passed", [ACCESS_FAILED] = "failed", [ACCESS_SKIPPED] = "skipped"};

static void add_day(cJSON *json, const char *name, int32_t day)
{
    if (day != DAY_NONE) {
        char text[DATE_TEXT_SIZE];
        date_format(day, text);
        cJSON_AddStringToObject(json, name, text);
    }
}

static cJSON *warnings_json(const struct access_verdict *verdict)
{
    cJSON *list = cJSON_CreateArray();
    for (unsigned i = 0; i < verdict->n_warnings; i++) {
        const struct access_warning *w = &verdict->warnings[i];
        cJSON *json = cJSON_CreateObject();
        cJSON_AddStringToObject(json, "warning", access_warning_text(w->kind));
        cJSON_AddStringToObject(json, "from", access_source_text(w->source));
        cJSON_AddNumberToObject(json, "value", w->value);
        add_day(json, "day", w->day);
        cJSON_AddItemToArray(list, json);
    }
    return list;
}

cJSON *verdict_json(const struct access_query *query, const struct access_verdict *verdict)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "verdict", verdict->code == ACCESS_GRANTED ? "granted" : "denied");
    cJSON_AddStringToObject(json, "code", access_code_text(verdict->code));
    cJSON_AddStringToObject(json, "cure", access_cure_text(access_code_cure(verdict->code)));
    cJSON_AddStringToObject(json, "cost", costs[verdict->cost]);
    if (verdict->entitlement >= 0) {
        const struct access_entitlement *e = &query->entitlements[verdict->entitlement];
        cJSON_AddStringToObject(json, "kind", access_kind_text(e->kind));
        cli_add_int(json, "entitlement", e->id);
        cJSON_AddStringToObject(json, "product", e->product);
    }
    add_day(json, "until", verdict->until_day);
    if (verdict->opens_utc_us > 0 && verdict->opens_utc_us != INT64_MAX) {
        char text[INSTANT_TEXT_SIZE];
        zone_format(&query->zone, verdict->opens_utc_us, text);
        cJSON_AddStringToObject(json, "opens", text);
    }
    cli_add_int(json, "list_version", query->list_version);
    if (verdict->list_age_s >= 0) {
        cli_add_int(json, "list_age_s", verdict->list_age_s);
    }
    cJSON_AddItemToObject(json, "warnings", warnings_json(verdict));
    return json;
}

cJSON *verdict_trace_json(const struct access_query *query, const struct access_trace *trace)
{
    cJSON *list = cJSON_CreateArray();
    for (unsigned i = 0; i < trace->n_steps; i++) {
        const struct access_step *s = &trace->steps[i];
        cJSON *json = cJSON_CreateObject();
        cJSON_AddStringToObject(json, "rule", access_code_text(s->rule));
        cJSON_AddStringToObject(json, "outcome", outcomes[s->outcome]);
        if (s->entitlement >= 0) {
            const struct access_entitlement *e = &query->entitlements[s->entitlement];
            cJSON_AddStringToObject(json, "kind", access_kind_text(e->kind));
            cli_add_int(json, "entitlement", e->id);
            cJSON_AddStringToObject(json, "product", e->product);
        }
        cJSON_AddItemToArray(list, json);
    }
    return list;
}

cJSON *verdict_stages_json(const struct access_stages *stages)
{
    const struct {
        const char *name;
        int64_t us;
    } all[] = {{"field", stages->field_us},
               {"gate", stages->gate_us},
               {"proof", stages->proof_us},
               {"found", stages->found_us},
               {"decided", stages->decided_us}};
    cJSON *json = cJSON_CreateObject();
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        if (all[i].us != ACCESS_STAGE_NONE) {
            cli_add_int(json, all[i].name, all[i].us);
        }
    }
    return json;
}

void verdict_print_query(const struct access_query *query, const char *point)
{
    char card[CARD_TEXT_SIZE] = "none";
    char when[INSTANT_TEXT_SIZE];
    if (query->card.number.form != CARD_NONE) {
        card_format(&query->card.number, card);
    }
    zone_format(&query->zone, query->utc_us, when);
    cli_row("card", "%s%s", card, query->card.known ? "" : " (not in the list)");
    if (point) {
        cli_row("point", "%s, direction %s", point, directions[query->direction]);
    } else {
        cli_row("point", "%lld, direction %s", (long long)query->point_id, directions[query->direction]);
    }
    cli_row("time", "%s%s", when, query->clock_trusted ? "" : " (the unit's clock was not set)");
    cli_row("list", "version %lld", (long long)query->list_version);
}

void verdict_print_trace(const struct access_query *query, const struct access_trace *trace)
{
    for (unsigned i = 0; i < trace->n_steps; i++) {
        const struct access_step *s = &trace->steps[i];
        const char *of = s->entitlement >= 0 ? query->entitlements[s->entitlement].product : "card and person";
        cli_row(i == 0 ? "rules" : "", "%-18s %-8s %s", access_code_text(s->rule), outcomes[s->outcome], of);
    }
}

static void print_warning(const struct access_warning *w)
{
    char day[DATE_TEXT_SIZE];
    date_format(w->day, day);
    if (w->day != DAY_NONE) {
        cli_row("  warning", "%s: %d, %s (from %s)", access_warning_text(w->kind), w->value, day,
                access_source_text(w->source));
    } else {
        cli_row("  warning", "%s: %d (from %s)", access_warning_text(w->kind), w->value, access_source_text(w->source));
    }
}

void verdict_print(const struct access_query *query, const struct access_verdict *verdict, const char *title)
{
    const char *code = access_code_text(verdict->code);
    const char *denied = verdict->code == ACCESS_GRANTED ? "" : "denied: ";
    if (verdict->entitlement >= 0) {
        const struct access_entitlement *e = &query->entitlements[verdict->entitlement];
        cli_row(title, "%s%s (%s %lld, %s)", denied, code, access_kind_text(e->kind), (long long)e->id, e->product);
    } else {
        cli_row(title, "%s%s", denied, code);
    }
    if (verdict->until_day != DAY_NONE) {
        char day[DATE_TEXT_SIZE];
        date_format(verdict->until_day, day);
        cli_row("  day", "%s", day);
    }
    if (verdict->opens_utc_us == INT64_MAX) {
        cli_row("  opens", "not within a year");
    } else if (verdict->opens_utc_us > 0) {
        char opens[INSTANT_TEXT_SIZE];
        zone_format(&query->zone, verdict->opens_utc_us, opens);
        cli_row("  opens", "%s", opens);
    }
    if (access_code_cure(verdict->code) != ACCESS_CURE_NONE) {
        cli_row("  cure", "%s", access_cure_text(access_code_cure(verdict->code)));
    }
    if (verdict->cost != VISIT_COST_NONE) {
        cli_row("  costs", "%s", costs[verdict->cost]);
    }
    if (verdict->list_age_s >= 0) {
        char age[WORDS_SIZE];
        words_age(verdict->list_age_s, age);
        cli_row("  list's age", "%s", age);
    }
    for (unsigned i = 0; i < verdict->n_warnings; i++) {
        print_warning(&verdict->warnings[i]);
    }
}
