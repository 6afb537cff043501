/* What the unit hands to the journal. Events without an effect are handed over and forgotten; those that change what
 * is known of a person or a grant are kept until they are durable, and tried again while the journal can't write. The
 * presence written by a repeated event is the newest one: a later event of the same person may have been written before. */

#define LOG_MODULE "unit"

#include "base/clock.h"
#include "base/log.h"
#include "base/pack.h"
#include "base/text.h"
#include "gate/unit_internal.h"

#include <errno.h>
#include <string.h>

struct journal_event unit_event_new(const struct unit *unit, enum journal_kind kind, int lane, int reader,
                                    struct unit_now now)
{
    struct journal_event event = {
        .kind = kind, .utc_us = now.utc_us, .boot_us = now.boot_us, .line_us = -1, .card.form = CARD_NONE};

    if (reader >= 0) {
        event.point_id = unit->readers[reader].point.id;
        lane = lane >= 0 ? lane : (int)unit->config->readers[reader].lane;
    }
    if (lane >= 0) {
        (void)text_copy(event.lane, sizeof(event.lane), unit->config->lanes[lane].name);
    }
    return event;
}

void unit_journal_result(struct unit *unit, int result, struct unit_now now)
{
    if (result < 0 && !unit->journal_failing) {
        log_error("journal failed error=%d", -result);
        unit->journal_failing = true;
        unit_lane_alarm(unit, -1, "journal", true, now);
    } else if (result >= 0 && unit->journal_failing) {
        log_info("journal works again");
        unit->journal_failing = false;
        unit_lane_alarm(unit, -1, "journal", false, now);
    }
}

int unit_append(struct unit *unit, const struct journal_event *event, uint64_t ticket, struct unit_now now)
{
    int r = unit->ops.journal(unit->user, event, ticket);

    if (r < 0) {
        unit_journal_result(unit, r, now);
    }
    return r;
}

void unit_append_sure(struct unit *unit, const struct journal_event *event, struct unit_now now)
{
    struct unit_pending *slot = NULL;

    for (size_t i = 0; i < UNIT_PENDING_MAX && !slot; i++) {
        if (unit->pending[i].ticket == 0) {
            slot = &unit->pending[i];
        }
    }
    if (!slot || event->record_len > sizeof(slot->record)) {
        /* So many events that the journal could not take: this one is offered once. What is known of the person
         * stays right in memory until it is pushed out. */
        if (!unit->backlog_told) {
            unit->backlog_told = true;
            log_error("journal backlog_full kind=%s", journal_kind_text(event->kind));
        }
        (void)unit_append(unit, event, 0, now);
        if (event->effect.has_presence) {
            presence_written(unit->presence, event->holder);
        }
        return;
    }
    slot->ticket = unit->next_ticket++;
    slot->event = *event;
    if (event->record_len > 0) {
        memcpy(slot->record, event->record, event->record_len);
        slot->event.record = slot->record;
    }
    slot->failed = unit_append(unit, &slot->event, slot->ticket, now) < 0;
    if (slot->failed && unit->retry_us == US_NEVER) {
        unit->retry_us = now.boot_us + UNIT_RETRY_US;
    }
}

bool unit_pending_done(struct unit *unit, uint64_t ticket, int result, struct unit_now now)
{
    for (size_t i = 0; i < UNIT_PENDING_MAX; i++) {
        struct unit_pending *slot = &unit->pending[i];

        if (slot->ticket != ticket) {
            continue;
        }
        if (result < 0) {
            slot->failed = true;
            if (unit->retry_us == US_NEVER) {
                unit->retry_us = now.boot_us + UNIT_RETRY_US;
            }
            return true;
        }
        if (slot->event.effect.has_presence) {
            presence_written(unit->presence, slot->event.holder);
        }
        slot->ticket = 0;
        unit->backlog_told = false;
        return true;
    }
    return false;
}

void unit_pending_retry(struct unit *unit, struct unit_now now)
{
    if (now.boot_us < unit->retry_us) {
        return;
    }
    unit->retry_us = US_NEVER;
    for (size_t i = 0; i < UNIT_PENDING_MAX; i++) {
        struct unit_pending *slot = &unit->pending[i];
        int64_t unused;

        if (slot->ticket == 0 || !slot->failed) {
            continue;
        }
        if (slot->event.effect.has_presence) {
            (void)presence_get(unit->presence, slot->event.holder, &slot->event.effect.presence, &unused);
        }
        slot->failed = unit_append(unit, &slot->event, slot->ticket, now) < 0;
        if (slot->failed) {
            unit->retry_us = now.boot_us + UNIT_RETRY_US;
            return;
        }
    }
}

int64_t unit_pending_uses(const struct unit *unit, enum visit_cost kind, int64_t id)
{
    int64_t n = 0;

    for (size_t i = 0; i < UNIT_PENDING_MAX; i++) {
        const struct journal_effect *e = &unit->pending[i].event.effect;

        n += unit->pending[i].ticket != 0 && e->takes_cost && e->cost_kind == kind && e->cost_id == id;
    }
    return n;
}

bool unit_pending_undo(const struct unit *unit, int64_t seq)
{
    for (size_t i = 0; i < UNIT_PENDING_MAX; i++) {
        const struct journal_event *e = &unit->pending[i].event;

        if (unit->pending[i].ticket != 0 && e->kind == JOURNAL_UNDONE && e->ref == seq) {
            return true;
        }
    }
    return false;
}

size_t unit_record_who(uint8_t *ret_record, const char *who, const char *why)
{
    struct pack p;

    pack_init(&p, ret_record, UNIT_RECORD_MAX);
    pack_text(&p, UNIT_RECORD_WHO, who);
    pack_text(&p, UNIT_RECORD_WHY, why);
    return p.overflow ? 0 : p.len;
}
