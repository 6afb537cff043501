/* From a verdict to the passage booked.
 *
 * A lane has one grant at a time, from its opening to exactly one end: passed, not passed, or unresolved
 * when the gate died in between. What it costs is reserved in memory from the opening (other taps see it) and taken by the
 * passage alone, in one event with the presence it makes. A grant that costs waits for its opening event to be durable; if
 * that fails or takes too long nothing is released and nothing is taken. The visit counts on the day of the decision,
 * so midnight between tap and turnstile never costs a second clip. */

#define LOG_MODULE "unit"

#include "base/clock.h"
#include "base/log.h"
#include "base/pack.h"
#include "base/text.h"
#include "gate/unit_internal.h"

#include <errno.h>
#include <string.h>

static bool interlocked(const struct unit *unit, size_t a, size_t b)
{
    const struct gate_lane *one = &unit->config->lanes[a];
    const struct gate_lane *other = &unit->config->lanes[b];

    return a != b && (strcmp(one->interlock, other->name) == 0 || strcmp(other->interlock, one->name) == 0);
}

bool unit_lane_interlock_free(const struct unit *unit, unsigned lane)
{
    for (size_t i = 0; i < unit->config->n_lanes; i++) {
        const struct unit_lane *other = &unit->lanes[i];

        if (interlocked(unit, lane, i) && (interlock_is_open(&other->core) || other->grant.stage != UNIT_GRANT_NONE)) {
            return false;
        }
    }
    return true;
}

bool unit_lane_ready(const struct unit *unit, unsigned lane)
{
    const struct unit_lane *at = &unit->lanes[lane];

    return !at->fault && at->grant.stage == UNIT_GRANT_NONE && !at->core.has_grant &&
           (at->core.state == LANE_S_LOCKED || at->core.state == LANE_S_SHUT || at->core.state == LANE_S_FREE) &&
           unit_lane_interlock_free(unit, lane);
}

bool unit_lane_has_queue(const struct unit *unit, unsigned lane)
{
    for (size_t i = 0; i < unit->config->n_lanes; i++) {
        if (unit->lanes[i].waiting.present && (i == lane || interlocked(unit, lane, i))) {
            return true;
        }
    }
    return false;
}

int unit_grant_of(const struct unit *unit, int64_t holder, int except)
{
    for (size_t i = 0; i < unit->config->n_lanes && holder != 0; i++) {
        if ((int)i != except && unit->lanes[i].grant.stage != UNIT_GRANT_NONE &&
            unit->lanes[i].grant.holder == holder) {
            return (int)i;
        }
    }
    return -1;
}

bool unit_grant_unmoved(const struct unit *unit, unsigned lane)
{
    const struct unit_lane *at = &unit->lanes[lane];

    return at->grant.stage == UNIT_GRANT_WAITING ||
           (at->grant.stage == UNIT_GRANT_OPEN && !at->core.tried &&
            (at->core.state == LANE_S_RELEASED_IN || at->core.state == LANE_S_RELEASED_OUT));
}

void unit_grant_cancel(struct unit *unit, unsigned lane, const char *why, struct unit_now now)
{
    struct unit_lane *at = &unit->lanes[lane];

    if (at->grant.stage == UNIT_GRANT_WAITING) {
        unit_grant_ended(unit, lane, why, now);
    } else if (at->grant.stage == UNIT_GRANT_OPEN) {
        at->grant.why = why;
        (void)unit_lane_step(unit, lane, LANE_E_CANCEL, at->grant.number, now.boot_us, now);
    }
}

/* An event about a grant. */
static struct journal_event grant_event(const struct unit *unit, unsigned lane, enum journal_kind kind,
                                        struct unit_now now)
{
    const struct unit_grant *g = &unit->lanes[lane].grant;
    struct journal_event event = unit_event_new(unit, kind, (int)lane, g->reader, now);

    event.grant = g->number;
    event.holder = g->holder;
    event.card = g->card;
    return event;
}

static struct unit_news grant_news(const struct unit *unit, unsigned lane, enum unit_phase phase,
                                   const struct journal_event *event, struct unit_now now)
{
    const struct unit_grant *g = &unit->lanes[lane].grant;
    struct unit_news news = unit_news_new(phase, now, (int)lane, g->reader);

    news.grant = g->number;
    news.event = event;
    news.uid_boot_us = g->uid_us;
    news.field_boot_us = g->field_us;
    news.card = g->card.form == CARD_NONE ? NULL : &g->card;
    return news;
}

/* The lane is released and its lines are set. @return 0, or why not. */
static int release(struct unit *unit, unsigned lane, int64_t *ret_line_us, struct unit_now now)
{
    struct unit_lane *at = &unit->lanes[lane];
    enum lane_event_kind kind = at->grant.side == LANE_IN ? LANE_E_GRANT_IN : LANE_E_GRANT_OUT;
    int64_t boot_us = unit->ops.boot_us(unit->user);
    uint32_t actions = unit_lane_step(unit, lane, kind, at->grant.number, boot_us, now);

    at->grant.stage = UNIT_GRANT_OPEN;
    if (actions & LANE_A_REFUSED) {
        return UNIT_REFUSED;
    }
    if (at->fault) {
        return -EIO;
    }
    *ret_line_us = unit->ops.boot_us(unit->user);
    return 0;
}

static void journal_released(struct unit *unit, unsigned lane, int64_t line_us, struct unit_now now)
{
    const struct unit_grant *g = &unit->lanes[lane].grant;
    struct journal_event event = grant_event(unit, lane, JOURNAL_RELEASED, now);
    struct unit_news news;
    uint8_t record[UNIT_RECORD_MAX];
    struct pack p;

    event.line_us = g->uid_us != 0 ? line_us - g->uid_us : -1;
    pack_init(&p, record, sizeof(record));
    if (g->uid_us != 0) {
        pack_int(&p, UNIT_RECORD_FIELD_US, g->field_us);
        pack_int(&p, UNIT_RECORD_UID_US, g->uid_us);
    }
    pack_int(&p, UNIT_RECORD_LINE_US, line_us);
    event.record = record;
    event.record_len = p.len;
    (void)unit_append(unit, &event, 0, now);
    news = grant_news(unit, lane, UNIT_RELEASED, &event, now);
    news.line_us = event.line_us;
    unit_tell(unit, &news);
}

/* The line could not be set, or the lane would not: the grant ends here. */
static void release_failed(struct unit *unit, unsigned lane, int why, struct unit_now now)
{
    unit_grant_ended(unit, lane, why < 0 ? "line_failed" : "refused", now);
    if (unit->lanes[lane].core.has_grant) {
        (void)unit_lane_step(unit, lane, LANE_E_CANCEL, 0, now.boot_us, now);
    }
}

static struct unit_way way_of(const struct unit *unit, const struct access_verdict *v, enum visit_direction direction,
                              uint64_t number, struct unit_now now)
{
    const struct access_query *q = &unit->query;
    struct unit_way way = {.passage = {.point_id = q->point_id,
                                       .direction = direction,
                                       .zone_from = q->zone_from,
                                       .zone_to = q->zone_to,
                                       .new_visit_id = (int64_t)number}};

    way.passage.day = zone_local(&q->zone, now.utc_us).day;
    if (v->entitlement >= 0) {
        const struct access_entitlement *e = &q->entitlements[v->entitlement];

        way.cost = v->cost;
        way.cost_id = e->id;
        way.passage.cost_if_new = e->kind == ACCESS_PUNCH_CARD     ? VISIT_COST_CLIP
                                  : e->kind == ACCESS_SINGLE_ENTRY ? VISIT_COST_SINGLE_ENTRY
                                                                   : VISIT_COST_NONE;
    }
    return way;
}

static void fill_grant(struct unit *unit, unsigned reader, const struct unit_tap *tap, struct unit_now now)
{
    const struct access_query *q = &unit->query;
    const struct access_verdict *v = &unit->verdict;
    struct unit_grant *g = &unit->lanes[unit->config->readers[reader].lane].grant;

    *g = (struct unit_grant){.number = unit->next_grant++, .reader = (int)reader, .card = tap->card};
    g->side = unit->side;
    g->either = unit->either;
    g->override = q->card.staff || q->card.emergency;
    g->holder = unit_query_holder(unit);
    g->uid_us = tap->cured || tap->queued ? 0 : tap->uid_us;
    g->field_us = tap->cured || tap->queued ? 0 : tap->field_us;
    g->way = way_of(unit, v, q->direction, g->number, now);
    if (g->either) {
        g->other = way_of(unit, &unit->other_verdict, q->direction == VISIT_OUT ? VISIT_IN : VISIT_OUT, g->number, now);
    }
}

void unit_grant_card(struct unit *unit, unsigned reader, const struct unit_tap *tap, struct unit_now now)
{
    unsigned lane = unit->config->readers[reader].lane;
    struct unit_grant *g = &unit->lanes[lane].grant;
    struct journal_event event;
    struct unit_news news;
    int64_t line_us = 0;
    int released = 1;

    fill_grant(unit, reader, tap, now);
    if (g->way.cost == VISIT_COST_NONE && g->other.cost == VISIT_COST_NONE) {
        released = release(unit, lane, &line_us, now);
    } else {
        g->stage = UNIT_GRANT_WAITING;
        g->ticket = unit->next_ticket++;
        g->until_us = now.boot_us + UNIT_JOURNAL_WAIT_US;
    }
    event = grant_event(unit, lane, JOURNAL_DECISION, now);
    event.code = ACCESS_GRANTED;
    event.effect.opens_grant = true;
    event.record = unit->record;
    event.record_len = unit_record_decision(unit, tap);
    if (tap->cured) {
        (void)text_copy(event.detail, sizeof(event.detail), "cured");
    }
    news = grant_news(unit, lane, UNIT_GRANTED, &event, now);
    news.query = &unit->query;
    news.verdict = &unit->verdict;
    if (unit_append(unit, &event, g->ticket, now) < 0 && g->stage == UNIT_GRANT_WAITING) {
        unit_grant_durable(unit, lane, -EIO, now);
        return;
    }
    unit_tell(unit, &news);
    if (g->stage == UNIT_GRANT_WAITING) {
        return;
    }
    if (released == 0) {
        journal_released(unit, lane, line_us, now);
    } else {
        release_failed(unit, lane, released, now);
    }
}

int unit_grant_nobody(struct unit *unit, unsigned lane, int reader, enum lane_side side, struct journal_event *event,
                      const struct card_number *card, struct unit_now now)
{
    struct unit_lane *at = &unit->lanes[lane];
    struct unit_news news;
    int64_t line_us = 0;
    int r;

    if (!unit_lane_ready(unit, lane)) {
        return UNIT_BUSY;
    }
    at->grant = (struct unit_grant){
        .number = unit->next_grant++, .reader = reader, .side = side, .override = true, .card.form = CARD_NONE};
    if (card) {
        at->grant.card = *card;
    }
    r = release(unit, lane, &line_us, now);
    event->grant = at->grant.number;
    event->effect.opens_grant = true;
    event->card = at->grant.card;
    (void)unit_append(unit, event, 0, now);
    news = grant_news(unit, lane, UNIT_NOTICE, event, now);
    news.notice = event->kind == JOURNAL_REQUEST_TO_EXIT ? "request_to_exit" : "staff_release";
    unit_tell(unit, &news);
    if (r != 0) {
        release_failed(unit, lane, r, now);
        return UNIT_REFUSED;
    }
    journal_released(unit, lane, line_us, now);
    return 0;
}

void unit_grant_durable(struct unit *unit, unsigned lane, int result, struct unit_now now)
{
    struct unit_lane *at = &unit->lanes[lane];
    int64_t line_us = 0;
    int r;

    at->grant.ticket = 0;
    if (result < 0) {
        unit_notice(unit, "journal_failed", (int)lane, at->grant.reader, &at->grant.card, NULL, now);
        unit_forget_card(unit, at->grant.reader);
        unit_grant_ended(unit, lane, "journal_failed", now);
        return;
    }
    if (unit->fire) {
        unit_grant_ended(unit, lane, "fire", now); /* the lane is free: nobody pays to flee */
        return;
    }
    r = release(unit, lane, &line_us, now);
    if (r == 0) {
        journal_released(unit, lane, line_us, now);
    } else {
        release_failed(unit, lane, r, now);
    }
}

void unit_grant_ended(struct unit *unit, unsigned lane, const char *why, struct unit_now now)
{
    struct unit_grant *g = &unit->lanes[lane].grant;
    struct journal_event event;
    struct unit_news news;

    if (g->stage == UNIT_GRANT_NONE) {
        return;
    }
    event = grant_event(unit, lane, JOURNAL_NOT_PASSED, now);
    event.effect.closes_grant = true;
    (void)text_copy(event.detail, sizeof(event.detail), why);
    g->stage = UNIT_GRANT_NONE;
    unit_append_sure(unit, &event, now);
    news = grant_news(unit, lane, UNIT_NOT_PASSED, &event, now);
    unit_tell(unit, &news);
}

const struct unit_way *unit_grant_way(const struct unit *unit, unsigned lane)
{
    const struct unit_lane *at = &unit->lanes[lane];
    bool lane_knows = at->core.grant == at->grant.number && at->core.side != at->grant.side;

    return at->grant.either && lane_knows ? &at->grant.other : &at->grant.way;
}

static void book(struct unit *unit, unsigned lane, struct unit_booking *booking, struct unit_now now)
{
    const struct unit_grant *g = &unit->lanes[lane].grant;
    const struct unit_way *way = unit_grant_way(unit, lane);
    struct visit_passage passage = way->passage;
    int64_t unused;
    int r = presence_get(unit->presence, g->holder, &booking->before, &unused);

    if (r < 0) {
        unit_journal_result(unit, r, now); /* booked on what is known: nothing */
    }
    booking->after = booking->before;
    passage.utc_us = now.utc_us;
    booking->effect = visit_book(&booking->after, &passage);
    if (booking->effect.cost != VISIT_COST_NONE && way->cost != VISIT_COST_NONE) {
        booking->cost = way->cost;
        booking->cost_id = way->cost_id;
    }
    if (presence_put(unit->presence, g->holder, &booking->after, booking->effect.entry ? now.boot_us : 0) < 0) {
        log_error("presence cache full");
    }
}

void unit_grant_passed(struct unit *unit, unsigned lane, struct unit_now now)
{
    struct unit_grant *g = &unit->lanes[lane].grant;
    struct journal_event event;
    struct unit_booking booking = {.cost = VISIT_COST_NONE};
    struct unit_news news;
    uint8_t record[UNIT_RECORD_MAX];

    if (g->stage == UNIT_GRANT_NONE) {
        return;
    }
    event = grant_event(unit, lane, JOURNAL_PASSED, now);
    event.effect.closes_grant = true;
    if (g->holder != 0) {
        book(unit, lane, &booking, now);
        event.effect.has_presence = true;
        event.effect.presence = booking.after;
        event.effect.takes_cost = booking.cost != VISIT_COST_NONE;
        event.effect.cost_kind = booking.cost;
        event.effect.cost_id = booking.cost_id;
        event.record = record;
        event.record_len = unit_booking_pack(&booking, record, sizeof(record));
    }
    if (g->reader >= 0 && unit_reader_either(unit, (unsigned)g->reader)) {
        (void)text_copy(event.detail, sizeof(event.detail), unit->lanes[lane].core.side == LANE_OUT ? "out" : "in");
    }
    g->stage = UNIT_GRANT_NONE;
    unit_append_sure(unit, &event, now);
    news = grant_news(unit, lane, UNIT_PASSED, &event, now);
    unit_tell(unit, &news);
}

struct restoring {
    struct unit *unit;
    struct unit_now now;
};

static int restore_one(const struct journal_event *opened, void *user)
{
    struct restoring *restoring = user;
    struct unit *unit = restoring->unit;
    struct journal_event event = unit_event_new(unit, JOURNAL_UNRESOLVED, -1, -1, restoring->now);
    struct unit_news news = unit_news_new(UNIT_UNRESOLVED, restoring->now, -1, -1);

    event.grant = opened->grant;
    event.ref = opened->seq;
    event.point_id = opened->point_id;
    event.holder = opened->holder;
    event.card = opened->card;
    (void)text_copy(event.lane, sizeof(event.lane), opened->lane);
    event.effect.closes_grant = true;
    unit_append_sure(unit, &event, restoring->now);
    for (size_t i = 0; i < unit->config->n_lanes; i++) {
        if (strcmp(unit->config->lanes[i].name, opened->lane) == 0) {
            news.lane = (int)i;
        }
    }
    news.grant = opened->grant;
    news.event = &event;
    news.card = event.card.form == CARD_NONE ? NULL : &event.card;
    unit_tell(unit, &news);
    return 0;
}

int unit_grants_restore(struct unit *unit, struct unit_now now)
{
    struct restoring restoring = {.unit = unit, .now = now};
    int64_t last = journal_db_last_grant(unit->journal);

    if (last < 0) {
        return (int)last;
    }
    unit->next_grant = (uint64_t)last + 1;
    return journal_db_open_grants(unit->journal, restore_one, &restoring);
}

void unit_grants_time(struct unit *unit, struct unit_now now)
{
    for (unsigned i = 0; i < unit->config->n_lanes; i++) {
        struct unit_grant *g = &unit->lanes[i].grant;

        if (g->stage == UNIT_GRANT_WAITING && now.boot_us >= g->until_us) {
            unit_grant_durable(unit, i, -ETIMEDOUT, now);
        }
    }
}
