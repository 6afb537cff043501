#include "core/access_rules.h"

/* Each rule answers for itself: passed, failed, or skipped where it has nothing to say (a customer's rule on a
 * card of nobody, a limit that isn't set). The order stands in the tables at the end. */

#define SECOND_US INT64_C(1000000)
enum { DAY_S = 86400 };

static enum access_outcome fail_if(bool failed)
{
    return failed ? ACCESS_FAILED : ACCESS_PASSED;
}

/* Card and person **************************************************************************************************/

static enum access_outcome check_unit_locked(const struct access_facts *facts,
                                             const struct access_entitlement *entitlement, int32_t *ret_day)
{
    (void)entitlement;
    (void)ret_day;
    if (!facts->query->lockdown) {
        return ACCESS_SKIPPED;
    }
    /* It keeps people out, nobody in. */
    return fail_if(!facts->staff && !facts->inside);
}

static enum access_outcome check_card_unknown(const struct access_facts *facts,
                                              const struct access_entitlement *entitlement, int32_t *ret_day)
{
    (void)entitlement;
    (void)ret_day;
    const struct access_card *card = &facts->query->card;
    return fail_if(!card->known || card_is_random(&card->number));
}

static enum access_outcome check_card_not_genuine(const struct access_facts *facts,
                                                  const struct access_entitlement *entitlement, int32_t *ret_day)
{
    (void)entitlement;
    (void)ret_day;
    const struct access_query *q = facts->query;
    if (q->card.credential == ACCESS_CREDENTIAL_DESFIRE) {
        return fail_if(q->proof != ACCESS_PROOF_GENUINE);
    }
    return fail_if(!q->settings.allow_uid_only || q->proof == ACCESS_PROOF_FAILED);
}

static enum access_outcome check_card_blocked(const struct access_facts *facts,
                                              const struct access_entitlement *entitlement, int32_t *ret_day)
{
    (void)entitlement;
    (void)ret_day;
    return fail_if(facts->query->card.state != ACCESS_CARD_ACTIVE);
}

static enum access_outcome check_card_expired(const struct access_facts *facts,
                                              const struct access_entitlement *entitlement, int32_t *ret_day)
{
    (void)entitlement;
    const struct access_card *card = &facts->query->card;
    if (card->valid_from != DAY_NONE && facts->today < card->valid_from) {
        *ret_day = card->valid_from;
        return ACCESS_FAILED;
    }
    if (card->valid_through != DAY_NONE && facts->today > card->valid_through) {
        *ret_day = card->valid_through;
        return ACCESS_FAILED;
    }
    return ACCESS_PASSED;
}

static enum access_outcome check_inactive(const struct access_facts *facts,
                                          const struct access_entitlement *entitlement, int32_t *ret_day)
{
    (void)entitlement;
    (void)ret_day;
    const struct access_customer *customer = &facts->query->customer;
    if (!customer->present) {
        return ACCESS_SKIPPED;
    }
    return fail_if(customer->inactive_from != DAY_NONE && facts->today >= customer->inactive_from);
}

static enum access_outcome check_suspended(const struct access_facts *facts,
                                           const struct access_entitlement *entitlement, int32_t *ret_day)
{
    (void)entitlement;
    (void)ret_day;
    const struct access_customer *customer = &facts->query->customer;
    return customer->present ? fail_if(customer->suspended) : ACCESS_SKIPPED;
}

static enum access_outcome check_wrong_branch(const struct access_facts *facts,
                                              const struct access_entitlement *entitlement, int32_t *ret_day)
{
    (void)entitlement;
    (void)ret_day;
    const struct access_customer *customer = &facts->query->customer;
    return customer->present ? fail_if(!customer->all_branches && !customer->this_branch) : ACCESS_SKIPPED;
}

/* Entitlements: dates and money *************************************************************************************/

static enum access_outcome check_too_young(const struct access_facts *facts,
                                           const struct access_entitlement *entitlement, int32_t *ret_day)
{
    (void)ret_day;
    if (entitlement->min_age == 0) {
        return ACCESS_SKIPPED;
    }
    const struct access_customer *customer = &facts->query->customer;
    bool age_known = customer->present && customer->birth != DAY_NONE;
    return fail_if(!age_known || date_age_years(customer->birth, facts->today) < entitlement->min_age);
}

static enum access_outcome check_not_started(const struct access_facts *facts,
                                             const struct access_entitlement *entitlement, int32_t *ret_day)
{
    if (entitlement->start == DAY_NONE) {
        return ACCESS_SKIPPED;
    }
    *ret_day = entitlement->start;
    return fail_if(facts->today < entitlement->start);
}

static enum access_outcome check_ended(const struct access_facts *facts, const struct access_entitlement *entitlement,
                                       int32_t *ret_day)
{
    if (entitlement->ends_on == DAY_NONE) {
        return ACCESS_SKIPPED;
    }
    *ret_day = entitlement->ends_on;
    return fail_if(facts->today > entitlement->ends_on);
}

static enum access_outcome check_frozen(const struct access_facts *facts, const struct access_entitlement *entitlement,
                                        int32_t *ret_day)
{
    unsigned n = entitlement->n_freezes < ACCESS_FREEZES_MAX ? entitlement->n_freezes : ACCESS_FREEZES_MAX;
    if (n == 0) {
        return ACCESS_SKIPPED;
    }
    /* Freezes that follow on one another are one to the member: the day to tell is the last one's. */
    int64_t thawed = facts->today;
    for (bool again = true; again;) {
        again = false;
        for (unsigned i = 0; i < n; i++) {
            const struct access_freeze *freeze = &entitlement->freezes[i];
            if (freeze->first <= thawed && thawed <= freeze->last) {
                thawed = (int64_t)freeze->last + 1;
                again = true;
            }
        }
    }
    *ret_day = (int32_t)(thawed - 1);
    return fail_if(thawed != facts->today);
}

static enum access_outcome check_unpaid(const struct access_facts *facts, const struct access_entitlement *entitlement,
                                        int32_t *ret_day)
{
    if (entitlement->kind != ACCESS_SUBSCRIPTION) {
        return ACCESS_SKIPPED;
    }
    *ret_day = entitlement->charged_through;
    return fail_if(entitlement->charged_through == DAY_NONE || entitlement->charged_through < facts->today);
}

static enum access_outcome check_invoice_overdue(const struct access_facts *facts,
                                                 const struct access_entitlement *entitlement, int32_t *ret_day)
{
    (void)ret_day;
    const struct access_query *q = facts->query;
    bool of_user = q->settings.overdue_hits == ACCESS_OVERDUE_HITS_USER;
    if (q->settings.overdue_days == 0 || (of_user && !q->customer.present)) {
        return ACCESS_SKIPPED;
    }
    int32_t since = of_user ? q->customer.overdue_since : entitlement->payer_overdue_since;
    return fail_if(since != DAY_NONE && (int64_t)since + q->settings.overdue_days <= facts->today);
}

/* Entitlements: rights and hours ***********************************************************************************/

static bool holds_here(const struct access_facts *facts, const struct access_right *right)
{
    unsigned wanted = 1u << facts->query->direction;
    if (facts->query->inner) {
        wanted |= 1u << VISIT_INNER;
    }
    return (right->directions & wanted) != 0;
}

static unsigned count_rights(const struct access_entitlement *entitlement)
{
    return entitlement->n_rights < ACCESS_RIGHTS_MAX ? entitlement->n_rights : ACCESS_RIGHTS_MAX;
}

static enum access_outcome check_no_right_here(const struct access_facts *facts,
                                               const struct access_entitlement *entitlement, int32_t *ret_day)
{
    (void)ret_day;
    for (unsigned i = 0; i < count_rights(entitlement); i++) {
        if (holds_here(facts, &entitlement->rights[i])) {
            return ACCESS_PASSED;
        }
    }
    return ACCESS_FAILED;
}

static enum access_outcome check_outside_hours(const struct access_facts *facts,
                                               const struct access_entitlement *entitlement, int32_t *ret_day)
{
    (void)ret_day;
    const struct access_query *q = facts->query;
    for (unsigned i = 0; i < count_rights(entitlement); i++) {
        const struct access_right *right = &entitlement->rights[i];
        if (holds_here(facts, right) &&
            (right->always || schedule_is_open(&right->schedule, &q->holidays, &q->zone, q->utc_us))) {
            return ACCESS_PASSED;
        }
    }
    return ACCESS_FAILED;
}

int64_t access_opens(const struct access_facts *facts, const struct access_entitlement *entitlement)
{
    const struct access_query *q = facts->query;
    int64_t first = INT64_MAX;
    for (unsigned i = 0; i < count_rights(entitlement); i++) {
        const struct access_right *right = &entitlement->rights[i];
        if (holds_here(facts, right) && !right->always) {
            int64_t opens = schedule_next_open(&right->schedule, &q->holidays, &q->zone, q->utc_us);
            first = opens < first ? opens : first;
        }
    }
    return first;
}

/* Entitlements: what the passage would do **************************************************************************/

static struct visit_effect plan(const struct access_facts *facts, enum visit_cost cost_if_new)
{
    const struct access_query *q = facts->query;
    struct visit_passage passage = {.utc_us = q->utc_us,
                                    .day = facts->today,
                                    .point_id = q->point_id,
                                    .direction = q->inner ? VISIT_INNER : q->direction,
                                    .zone_from = q->zone_from,
                                    .zone_to = q->zone_to,
                                    .cost_if_new = cost_if_new,
                                    .new_visit_id = 1};
    return visit_plan(&q->presence, &passage);
}

enum visit_cost access_cost(const struct access_facts *facts, const struct access_entitlement *entitlement)
{
    if (entitlement->kind == ACCESS_SUBSCRIPTION) {
        return VISIT_COST_NONE;
    }
    return plan(facts, entitlement->kind == ACCESS_PUNCH_CARD ? VISIT_COST_CLIP : VISIT_COST_SINGLE_ENTRY).cost;
}

static enum access_outcome check_no_clips_left(const struct access_facts *facts,
                                               const struct access_entitlement *entitlement, int32_t *ret_day)
{
    (void)ret_day;
    if (access_cost(facts, entitlement) == VISIT_COST_NONE) {
        return ACCESS_SKIPPED; /* a subscription, or a visit that is paid for */
    }
    return fail_if(entitlement->clips_left < 1);
}

static enum access_outcome check_punch_card_expired(const struct access_facts *facts,
                                                    const struct access_entitlement *entitlement, int32_t *ret_day)
{
    if (entitlement->kind == ACCESS_SUBSCRIPTION || entitlement->valid_through == DAY_NONE) {
        return ACCESS_SKIPPED;
    }
    *ret_day = entitlement->valid_through;
    return fail_if(facts->today > entitlement->valid_through);
}

static enum access_outcome check_too_soon(const struct access_facts *facts,
                                          const struct access_entitlement *entitlement, int32_t *ret_day)
{
    (void)entitlement;
    (void)ret_day;
    const struct access_query *q = facts->query;
    if (q->settings.too_soon_s == 0 || q->since_entry_ms < 0 || q->direction != VISIT_IN || q->inner) {
        return ACCESS_SKIPPED;
    }
    return fail_if(q->since_entry_ms < (int64_t)q->settings.too_soon_s * 1000);
}

static enum access_outcome check_passback(const struct access_facts *facts,
                                          const struct access_entitlement *entitlement, int32_t *ret_day)
{
    (void)entitlement;
    (void)ret_day;
    const struct access_query *q = facts->query;
    if (q->passback != ACCESS_PASSBACK_HARD || q->direction != VISIT_IN) {
        return ACCESS_SKIPPED;
    }
    return fail_if(facts->passback);
}

static enum access_outcome check_visit_limit(const struct access_facts *facts,
                                             const struct access_entitlement *entitlement, int32_t *ret_day)
{
    (void)ret_day;
    uint16_t per_day = entitlement->visits_per_day, per_week = entitlement->visits_per_week;
    if ((per_day == 0 && per_week == 0) || !plan(facts, VISIT_COST_NONE).opened) {
        return ACCESS_SKIPPED;
    }
    return fail_if((per_day > 0 && facts->presence.visits_today >= per_day) ||
                   (per_week > 0 && facts->presence.visits_week >= per_week));
}

static enum access_outcome check_full(const struct access_facts *facts, const struct access_entitlement *entitlement,
                                      int32_t *ret_day)
{
    (void)entitlement;
    (void)ret_day;
    const struct access_query *q = facts->query;
    bool in_it = q->zone_to != 0 && facts->presence.zone_id == q->zone_to;
    if (q->zone_limit == 0 || q->direction == VISIT_OUT || in_it) {
        return ACCESS_SKIPPED;
    }
    return fail_if(q->zone_occupancy >= q->zone_limit);
}

static enum access_outcome check_list_too_old(const struct access_facts *facts,
                                              const struct access_entitlement *entitlement, int32_t *ret_day)
{
    (void)ret_day;
    const struct access_query *q = facts->query;
    if (!q->clock_trusted) {
        return q->settings.closed_without_clock ? ACCESS_FAILED : ACCESS_SKIPPED;
    }
    return fail_if(facts->list_age_s < 0 || facts->list_age_s > (int64_t)entitlement->tolerance_days * DAY_S);
}

/* Facts ************************************************************************************************************/

static bool passback_objects(const struct access_facts *facts)
{
    const struct access_query *q = facts->query;
    bool known = facts->presence.zone_id != 0 || facts->presence.zone_since_us != 0;
    if (q->passback == ACCESS_PASSBACK_OFF || q->zone_to == 0 || q->zone_to == q->zone_from || !known) {
        return false;
    }
    if (q->direction == VISIT_IN) {
        return facts->presence.zone_id == q->zone_to;
    }
    return q->direction == VISIT_OUT && facts->presence.zone_id != q->zone_to;
}

void access_facts_init(const struct access_query *query, struct access_facts *ret_facts)
{
    struct access_facts facts = {.query = query, .list_age_s = -1};
    facts.today = zone_local(&query->zone, query->utc_us).day;
    if (query->clock_trusted && query->list_synced_utc_us > 0) {
        /* A list from the future is one whose unit had its clock put right since: it isn't old. */
        int64_t age_us = query->utc_us > query->list_synced_utc_us ? query->utc_us - query->list_synced_utc_us : 0;
        facts.list_age_s = age_us / SECOND_US;
    }
    facts.presence = visit_presence_on(&query->presence, facts.today, query->utc_us, query->forget_after_s);
    facts.staff = query->card.known && (query->card.staff || query->card.emergency);
    /* As kept, however old: who is at a way out is inside, and must not be held by what was forgotten since. */
    facts.inside =
        query->direction == VISIT_OUT &&
        (query->presence.visit_id != 0 || (query->zone_to != 0 && query->presence.zone_id == query->zone_to));
    facts.passback = passback_objects(&facts);
    *ret_facts = facts;
}

/* The order ********************************************************************************************************/

const struct access_rule access_card_rules[ACCESS_CARD_RULES] = {
    {ACCESS_UNIT_LOCKED, check_unit_locked},
    {ACCESS_CARD_UNKNOWN, check_card_unknown},
    {ACCESS_CARD_NOT_GENUINE, check_card_not_genuine},
    {ACCESS_CARD_BLOCKED, check_card_blocked},
    {ACCESS_CARD_EXPIRED, check_card_expired},
    {ACCESS_INACTIVE, check_inactive},
    {ACCESS_SUSPENDED, check_suspended},
    {ACCESS_WRONG_BRANCH, check_wrong_branch},
};

const struct access_rule access_entitlement_rules[ACCESS_ENTITLEMENT_RULES] = {
    {ACCESS_TOO_YOUNG, check_too_young},
    {ACCESS_NOT_STARTED, check_not_started},
    {ACCESS_ENDED, check_ended},
    {ACCESS_FROZEN, check_frozen},
    {ACCESS_UNPAID, check_unpaid},
    {ACCESS_INVOICE_OVERDUE, check_invoice_overdue},
    {ACCESS_NO_RIGHT_HERE, check_no_right_here},
    {ACCESS_OUTSIDE_HOURS, check_outside_hours},
    {ACCESS_NO_CLIPS_LEFT, check_no_clips_left},
    {ACCESS_PUNCH_CARD_EXPIRED, check_punch_card_expired},
    {ACCESS_TOO_SOON, check_too_soon},
    {ACCESS_PASSBACK, check_passback},
    {ACCESS_VISIT_LIMIT, check_visit_limit},
    {ACCESS_FULL, check_full},
    {ACCESS_LIST_TOO_OLD, check_list_too_old},
};
