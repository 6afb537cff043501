#include "core/access.h"

#include "core/access_rules.h"

#include <string.h>

/* The rules of card and person are tried once, then those of an entitlement on one entitlement after the other, in
 * the order of access_rules.c. The first rule that fails ends its entitlement; the first entitlement that no rule fails
 * ends the decision. The query is tens of kilobytes: nothing here copies it, entitlements are sorted by index. */

static void note(struct access_trace *trace, enum access_code rule, int entitlement, enum access_outcome outcome)
{
    if (trace && trace->n_steps < ACCESS_TRACE_MAX) {
        trace->steps[trace->n_steps++] = (struct access_step){rule, (int8_t)entitlement, outcome};
    }
}

/* Tries rules in order. @return ACCESS_GRANTED when none fails, else the first that does; *ret_day is its day. */
static enum access_code try_rules(const struct access_rule *rules, size_t n_rules, const struct access_facts *facts,
                                  int index, struct access_trace *trace, int32_t *ret_day)
{
    const struct access_entitlement *entitlement = index < 0 ? NULL : &facts->query->entitlements[index];
    for (size_t i = 0; i < n_rules; i++) {
        int32_t day = DAY_NONE;
        enum access_outcome outcome = rules[i].check(facts, entitlement, &day);
        note(trace, rules[i].code, index, outcome);
        if (outcome == ACCESS_FAILED) {
            *ret_day = day;
            return rules[i].code;
        }
    }
    return ACCESS_GRANTED;
}

static bool goes_before(const struct access_entitlement *a, const struct access_entitlement *b)
{
    return a->kind != b->kind ? a->kind < b->kind : a->id < b->id;
}

/* Indexes in the order in which entitlements are tried; equal ones stay as they lie. @return their number. */
static unsigned sort_entitlements(const struct access_query *query, int ret_order[ACCESS_ENTITLEMENTS_MAX])
{
    unsigned n = query->n_entitlements < ACCESS_ENTITLEMENTS_MAX ? query->n_entitlements : ACCESS_ENTITLEMENTS_MAX;
    for (unsigned i = 0; i < n; i++) {
        unsigned at = i;
        for (; at > 0 && goes_before(&query->entitlements[i], &query->entitlements[ret_order[at - 1]]); at--) {
            ret_order[at] = ret_order[at - 1];
        }
        ret_order[at] = (int)i;
    }
    return n;
}

static void warn(struct access_verdict *verdict, enum access_warning_kind kind, enum access_source source,
                 int32_t value, int32_t day)
{
    if (verdict->n_warnings < ACCESS_WARNINGS_MAX) {
        verdict->warnings[verdict->n_warnings++] = (struct access_warning){kind, source, value, day};
    }
}

/* Warns when @day is at most @lead days ahead. */
static void warn_of_day(struct access_verdict *verdict, enum access_warning_kind kind, enum access_source source,
                        int32_t day, int32_t today, uint16_t lead)
{
    int64_t left = (int64_t)day - today;
    if (day != DAY_NONE && lead > 0 && left >= 0 && left <= lead) {
        warn(verdict, kind, source, (int32_t)left, day);
    }
}

static int32_t earlier(int32_t a, int32_t b)
{
    return a == DAY_NONE || (b != DAY_NONE && b < a) ? b : a;
}

/* What the entitlement used has to say. */
static void warn_of_entitlement(const struct access_facts *facts, const struct access_entitlement *used,
                                struct access_verdict *verdict)
{
    const struct access_settings *settings = &facts->query->settings;
    bool subscription = used->kind == ACCESS_SUBSCRIPTION;
    int32_t charged = subscription ? used->charged_through : DAY_NONE;
    int32_t valid = subscription ? DAY_NONE : used->valid_through;
    verdict->until_day = earlier(earlier(used->ends_on, charged), valid);

    /* The next debit moves charged_through on by itself: only a prepaid subscription ends with it. */
    int32_t last = earlier(earlier(used->ends_on, used->prepaid ? charged : DAY_NONE), valid);
    enum access_source source = last == used->ends_on ? ACCESS_FROM_ENDS_ON
                                : last == valid       ? ACCESS_FROM_VALID_THROUGH
                                                      : ACCESS_FROM_CHARGED_THROUGH;
    warn_of_day(verdict, ACCESS_WARN_ENDS_SOON, source, last, facts->today, settings->warn_ends_days);
    if (used->kind == ACCESS_PUNCH_CARD) {
        int32_t left = used->clips_left - (verdict->cost == VISIT_COST_CLIP ? 1 : 0);
        if (left <= settings->warn_clips_left) {
            warn(verdict, ACCESS_WARN_CLIPS_LEFT, ACCESS_FROM_CLIPS, left, DAY_NONE);
        }
    }
}

/* @used is -1 for staff and for somebody who is let out. */
static void grant(const struct access_facts *facts, int used, struct access_verdict *verdict)
{
    const struct access_query *q = facts->query;
    verdict->code = ACCESS_GRANTED;
    verdict->entitlement = (int8_t)used;
    if (used >= 0) {
        verdict->cost = access_cost(facts, &q->entitlements[used]);
        warn_of_entitlement(facts, &q->entitlements[used], verdict);
    }
    if (q->customer.present) {
        warn_of_day(verdict, ACCESS_WARN_CERTIFICATE_ENDS, ACCESS_FROM_CERTIFICATE, q->customer.certificate_through,
                    facts->today, q->settings.warn_certificate_days);
        if (q->customer.message[0]) {
            warn(verdict, ACCESS_WARN_MESSAGE, ACCESS_FROM_MESSAGE, 0, DAY_NONE);
        }
    }
    if (facts->passback && !facts->staff) {
        warn(verdict, ACCESS_WARN_PASSBACK, ACCESS_FROM_PRESENCE, 0, DAY_NONE);
    }
    if (!q->clock_trusted) {
        warn(verdict, ACCESS_WARN_CLOCK, ACCESS_FROM_CLOCK, 0, DAY_NONE);
    }
}

/* A denial; or, on the way out, a grant to one who is inside and whose card is in order: whatever has run out
 * meanwhile, people must be able to leave. */
static void deny(const struct access_facts *facts, enum access_code code, int furthest, int32_t day,
                 struct access_verdict *verdict)
{
    if (facts->inside && code > ACCESS_CARD_BLOCKED) {
        grant(facts, -1, verdict);
        warn(verdict, ACCESS_WARN_LET_OUT, ACCESS_FROM_PRESENCE, (int32_t)code, DAY_NONE);
        return;
    }
    verdict->code = code;
    verdict->entitlement = (int8_t)furthest;
    verdict->until_day = day;
    if (code == ACCESS_OUTSIDE_HOURS && furthest >= 0) {
        verdict->opens_utc_us = access_opens(facts, &facts->query->entitlements[furthest]);
    }
}

static void decide_by_entitlement(const struct access_facts *facts, struct access_verdict *verdict,
                                  struct access_trace *trace)
{
    int order[ACCESS_ENTITLEMENTS_MAX];
    unsigned n = sort_entitlements(facts->query, order);
    enum access_code furthest_code = ACCESS_GRANTED;
    int furthest = -1;
    int32_t furthest_day = DAY_NONE;
    for (unsigned i = 0; i < n; i++) {
        int32_t day = DAY_NONE;
        enum access_code code =
            try_rules(access_entitlement_rules, ACCESS_ENTITLEMENT_RULES, facts, order[i], trace, &day);
        if (code == ACCESS_GRANTED) {
            grant(facts, order[i], verdict);
            return;
        }
        if (access_code_order(code) > access_code_order(furthest_code)) {
            furthest_code = code;
            furthest = order[i];
            furthest_day = day;
        }
    }
    if (n == 0) {
        /* Somebody without any entitlement is told what one whose last has ended is told: subscribe. */
        note(trace, ACCESS_ENDED, -1, ACCESS_FAILED);
        furthest_code = ACCESS_ENDED;
    }
    deny(facts, furthest_code, furthest, furthest_day, verdict);
}

void access_decide(const struct access_query *query, struct access_verdict *ret_verdict, struct access_trace *ret_trace)
{
    struct access_facts facts;
    struct access_verdict verdict;
    memset(&verdict, 0, sizeof(verdict));
    access_facts_init(query, &facts);
    verdict.entitlement = -1;
    verdict.until_day = DAY_NONE;
    verdict.list_age_s = facts.list_age_s;
    if (ret_trace) {
        ret_trace->n_steps = 0;
    }
    int32_t day = DAY_NONE;
    enum access_code code = try_rules(access_card_rules, ACCESS_CARD_RULES, &facts, -1, ret_trace, &day);
    if (code != ACCESS_GRANTED) {
        deny(&facts, code, -1, day, &verdict);
    } else if (facts.staff) {
        grant(&facts, -1, &verdict);
    } else {
        decide_by_entitlement(&facts, &verdict, ret_trace);
    }
    *ret_verdict = verdict;
}

static const char *differing_field(const struct access_verdict *a, const struct access_verdict *b)
{
    if (a->code != b->code) {
        return "code";
    }
    if (a->entitlement != b->entitlement) {
        return "entitlement";
    }
    if (a->cost != b->cost) {
        return "cost";
    }
    if (a->until_day != b->until_day) {
        return "until_day";
    }
    if (a->opens_utc_us != b->opens_utc_us) {
        return "opens_utc_us";
    }
    if (a->list_age_s != b->list_age_s) {
        return "list_age_s";
    }
    if (a->n_warnings != b->n_warnings) {
        return "warnings";
    }
    for (unsigned i = 0; i < a->n_warnings && i < ACCESS_WARNINGS_MAX; i++) {
        const struct access_warning *x = &a->warnings[i], *y = &b->warnings[i];
        if (x->kind != y->kind || x->source != y->source || x->value != y->value || x->day != y->day) {
            return "warnings";
        }
    }
    return NULL;
}

bool access_verdict_equal(const struct access_verdict *a, const struct access_verdict *b, const char **ret_field)
{
    const char *field = differing_field(a, b);
    if (field && ret_field) {
        *ret_field = field;
    }
    return !field;
}
