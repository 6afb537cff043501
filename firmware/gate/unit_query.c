/* Filling in a decision's query: what the list says, the access point, the instant and what happened before here. */

#define LOG_MODULE "unit"

#include "base/clock.h"
#include "base/log.h"
#include "gate/unit_internal.h"

#include <string.h>

/* Punch cards and single entries are numbered each for themselves: those of nobody must not share a presence. */
#define SINGLE_ENTRY_HOLDERS (INT64_C(1) << 62)

int64_t unit_query_holder(const struct unit *unit)
{
    const struct access_query *q = &unit->query;

    if (q->customer.present) {
        return q->customer.id;
    }
    if (q->n_entitlements == 0) {
        return 0;
    }
    if (q->entitlements[0].kind == ACCESS_SINGLE_ENTRY) {
        return -(q->entitlements[0].id % SINGLE_ENTRY_HOLDERS) - SINGLE_ENTRY_HOLDERS;
    }
    return -q->entitlements[0].id;
}

/* Another reader of the same point at the same lane serves the other way. */
static bool is_alone(const struct unit *unit, unsigned reader)
{
    const struct gate_reader *at = &unit->config->readers[reader];

    for (size_t i = 0; i < unit->config->n_readers; i++) {
        const struct gate_reader *other = &unit->config->readers[i];

        if (i != reader && other->lane == at->lane && strcmp(other->point, at->point) == 0) {
            return false;
        }
    }
    return true;
}

bool unit_reader_either(const struct unit *unit, unsigned reader)
{
    const struct unit_reader *at = &unit->readers[reader];
    const struct lane_config *lane = &unit->config->lanes[unit->config->readers[reader].lane].lane;

    return at->point_known && at->point.both_ways && !at->point.inner && lane->kind == LANE_TURNSTILE &&
           lane->passage_contacts >= 2 && is_alone(unit, reader);
}

static bool known_inside(const struct access_query *q)
{
    return q->presence.visit_id != 0 || (q->zone_to != 0 && q->presence.zone_id == q->zone_to);
}

/* The verdict about the other way becomes the one that counts. */
static void turn_round(struct unit *unit)
{
    struct access_verdict verdict = unit->verdict;

    unit->verdict = unit->other_verdict;
    unit->other_verdict = verdict;
    unit->side = LANE_OUT;
    unit->query.direction = VISIT_OUT;
}

/* Both ways are decided. Granted both: the arm will tell; whoever is known to be inside is taken to leave until then.
 * Granted outwards alone: where one output frees both ways, only for somebody who is known to be inside, or it would let
 * in whom the list keeps out. */
void unit_query_decide(struct unit *unit, unsigned reader)
{
    const struct gate_lane *lane = &unit->config->lanes[unit->config->readers[reader].lane];
    struct access_query *q = &unit->query;
    bool in;
    bool out;

    unit->side = unit->config->readers[reader].side;
    unit->either = false;
    if (!unit_reader_either(unit, reader)) {
        access_decide(q, &unit->verdict, NULL);
        return;
    }
    q->direction = VISIT_OUT;
    access_decide(q, &unit->other_verdict, NULL);
    q->direction = VISIT_IN;
    access_decide(q, &unit->verdict, NULL);
    unit->side = LANE_IN;
    in = unit->verdict.code == ACCESS_GRANTED;
    out = unit->other_verdict.code == ACCESS_GRANTED;
    unit->either = in && out;
    if (out && (in ? known_inside(q) : known_inside(q) || lane->has_release_out)) {
        turn_round(unit);
    }
}

static void fill_point(struct unit *unit, unsigned reader, struct unit_now now)
{
    const struct list_point *point = &unit->readers[reader].point;
    const struct gate_reader *at = &unit->config->readers[reader];
    struct access_query *q = &unit->query;

    q->utc_us = now.utc_us;
    q->clock_trusted = unit->clock_trusted;
    q->zone = unit->branch.zone;
    q->holidays = unit->branch.holidays;
    q->settings = unit->branch.settings;
    q->point_id = point->id;
    q->inner = point->inner;
    q->direction = point->direction;
    if (point->inner) {
        q->direction = VISIT_INNER;
    } else if (point->both_ways || !unit->readers[reader].point_known) {
        q->direction = at->side == LANE_IN ? VISIT_IN : VISIT_OUT;
    }
    q->passback = point->passback;
    q->forget_after_s = point->forget_after_s;
    q->zone_from = point->zone_from;
    q->zone_to = point->zone_to;
    q->zone_limit = point->zone_limit;
    q->lockdown = unit_lockdown(unit) || unit->lanes[at->lane].mode == LANE_LOCKED;
    q->list_version = unit->meta.version;
    q->list_synced_utc_us = unit->meta.synced_utc_us;
}

/* People who are about to walk into the zone count as inside: two lanes can't both let the last one in. */
static uint32_t heading_for(const struct unit *unit, int64_t zone_id, int64_t holder)
{
    uint32_t n = 0;

    for (size_t i = 0; i < unit->config->n_lanes && zone_id != 0; i++) {
        const struct unit_grant *g = &unit->lanes[i].grant;

        const struct visit_passage *passage = &unit_grant_way(unit, (unsigned)i)->passage;

        n += g->stage != UNIT_GRANT_NONE && g->holder != 0 && g->holder != holder && passage->zone_to == zone_id &&
             passage->direction == VISIT_IN;
    }
    return n;
}

static void fill_presence(struct unit *unit, struct unit_now now)
{
    struct access_query *q = &unit->query;
    int64_t holder = unit_query_holder(unit);
    int64_t entry_boot_us = 0;
    int other;
    int r = presence_get(unit->presence, holder, &q->presence, &entry_boot_us);

    if (r < 0) {
        /* Nothing known lets a member in; the journal's own alarm says that it can't be read. */
        unit_journal_result(unit, r, now);
        memset(&q->presence, 0, sizeof(q->presence));
    }
    other = unit_grant_of(unit, holder, -1);
    if (other >= 0 && !unit_grant_unmoved(unit, (unsigned)other)) {
        /* On the way through a lane: as if already through. A grant that nobody moved on is about to be given up. */
        struct visit_passage passage = unit_grant_way(unit, (unsigned)other)->passage;

        passage.utc_us = now.utc_us;
        (void)visit_book(&q->presence, &passage);
    }
    q->since_entry_ms = -1;
    if (entry_boot_us != 0) {
        q->since_entry_ms = (now.boot_us - entry_boot_us) / US_PER_MS;
    } else if (q->presence.last_entry_us > 0 && now.utc_us >= q->presence.last_entry_us) {
        q->since_entry_ms = (now.utc_us - q->presence.last_entry_us) / US_PER_MS;
    }
    q->zone_occupancy = presence_occupancy(unit->presence, q->zone_to) + heading_for(unit, q->zone_to, holder);
}

static bool takes(const struct unit_way *way, enum visit_cost kind, int64_t id)
{
    return way->cost == kind && way->cost_id == id;
}

/* What was used here and isn't in the list's figure yet: written, on its way to the file, or reserved by a grant. */
static int64_t used_here(struct unit *unit, enum visit_cost kind, int64_t id, int64_t counted_seq, struct unit_now now)
{
    int64_t holder = unit_query_holder(unit);
    int64_t pending =
        unit_pending_uses(unit, kind, id); /* before: one that is written in between is counted twice, not never */
    int64_t n = journal_db_uses(unit->journal, kind, id, counted_seq);

    if (n < 0) {
        unit_journal_result(unit, (int)n, now);
        n = 0;
    }
    n += pending;
    for (size_t i = 0; i < unit->config->n_lanes; i++) {
        const struct unit_grant *g = &unit->lanes[i].grant;

        n += g->stage != UNIT_GRANT_NONE && (takes(&g->way, kind, id) || (g->either && takes(&g->other, kind, id))) &&
             (g->holder != holder || !unit_grant_unmoved(unit, (unsigned)i));
    }
    return n;
}

static void take_uses_off(struct unit *unit, struct unit_now now)
{
    for (unsigned i = 0; i < unit->query.n_entitlements; i++) {
        struct access_entitlement *e = &unit->query.entitlements[i];
        int64_t left;

        if (e->kind == ACCESS_SUBSCRIPTION) {
            continue;
        }
        left = e->clips_left - used_here(unit, e->kind == ACCESS_PUNCH_CARD ? VISIT_COST_CLIP : VISIT_COST_SINGLE_ENTRY,
                                         e->id, unit->counted_seq[i], now);
        e->clips_left = left < 0 ? 0 : (int32_t)left;
    }
}

static void fill_emergency(struct unit *unit, const struct unit_tap *tap)
{
    struct access_query *q = &unit->query;

    if ((unit->list && !q->lockdown) || !emergency_has(&unit->emergency, &tap->card)) {
        return;
    }
    if (!q->card.known) {
        q->card =
            (struct access_card){.known = true, .number = tap->card, .valid_from = DAY_NONE, .valid_through = DAY_NONE};
    }
    q->card.emergency = true;
    if (!unit->list) {
        q->settings.allow_uid_only = true;
        q->settings.closed_without_clock = false;
    }
}

int unit_query_fill(struct unit *unit, unsigned reader, const struct unit_tap *tap, struct unit_now now)
{
    struct access_query *q = &unit->query;
    unsigned bad_rows = 0;
    int r = 0;

    memset(q, 0, offsetof(struct access_query, entitlements));
    q->n_entitlements = 0;
    fill_point(unit, reader, now);
    q->card.number = tap->card;
    q->customer.birth = q->customer.inactive_from = DAY_NONE;
    q->customer.certificate_through = q->customer.overdue_since = DAY_NONE;
    q->card.valid_from = q->card.valid_through = DAY_NONE;
    if (unit->list && !card_is_random(&tap->card)) {
        r = list_db_find(unit->list, &tap->card, &unit->readers[reader].point, q, unit->counted_seq, &bad_rows);
        if (r < 0) {
            unit_list_failed(unit, r, now);
            return unit_query_fill(unit, reader, tap, now);
        }
    }
    if (bad_rows > 0) {
        log_warn("list bad_rows=%u point=%lld", bad_rows, (long long)q->point_id);
    }
    fill_emergency(unit, tap);
    q->proof = tap->proof;
    fill_presence(unit, now);
    take_uses_off(unit, now);
    return r;
}
