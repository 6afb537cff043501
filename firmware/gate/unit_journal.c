/* What the unit hands to the journal. Events without an effect are handed over and forgotten; those that change what
 * is known of a person, a grant or a setting are kept until they are durable, and tried again, oldest first, while the
 * journal can't write. The presence written by a repeated event is the newest one: a later event of the same person may
 * have been written before. A setting that was overtaken in that way is said again, since the newest one holds after a
 * restart.
 *
 * When 256 are kept, further ones are handed over like those without an effect. Should even that be refused, they are
 * counted, an alarm (backlog) tells staff, and the count is journalled as soon as the journal writes again: the
 * grants are still open there, and the next start closes them as unresolved. */

#define LOG_MODULE "unit"

#include "base/clock.h"
#include "base/log.h"
#include "base/pack.h"
#include "base/text.h"
#include "gate/unit_internal.h"

#include <errno.h>
#include <stdio.h>
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
        unit_lane_alarm(unit, -1, 0, "journal", true, now);
    } else if (result >= 0 && unit->journal_failing) {
        log_info("journal works again");
        unit->journal_failing = false;
        unit_lane_alarm(unit, -1, 0, "journal", false, now);
    }
}

/* The alarm itself can't be journalled now; what it counts will be. */
static void count_lost(struct unit *unit, const struct journal_event *event, struct unit_now now)
{
    struct unit_news news = unit_news_new(UNIT_ALARM, now, -1, -1);

    unit->lost_passages += event->kind == JOURNAL_PASSED;
    unit->lost_events++;
    if (unit->lost_events == 1) {
        log_error("journal backlog_full kind=%s", journal_kind_text(event->kind));
        news.notice = "backlog";
        unit_tell(unit, &news);
    }
}

static void confess_lost(struct unit *unit, struct unit_now now)
{
    struct journal_event event = unit_event_new(unit, JOURNAL_ALARM_END, -1, -1, now);

    if (unit->lost_events == 0) {
        return;
    }
    event.code = unit->lost_passages > INT32_MAX ? INT32_MAX : (int32_t)unit->lost_passages;
    (void)snprintf(event.detail, sizeof(event.detail), "backlog events=%u passages=%u", unit->lost_events,
                   unit->lost_passages);
    log_error("journal lost events=%u passages=%u", unit->lost_events, unit->lost_passages);
    unit->lost_events = unit->lost_passages = 0;
    unit_append_sure(unit, &event, now);
    unit_notice(unit, "alarm_end", -1, -1, NULL, &event, now);
}

int unit_append(struct unit *unit, const struct journal_event *event, uint64_t ticket, struct unit_now now)
{
    int r = unit->ops.journal(unit->user, event, ticket);

    if (r < 0) {
        unit_journal_result(unit, r, now);
    }
    if (r < 0 && ticket == 0) {
        count_lost(unit, event, now);
    }
    return r;
}

static void retry_later(struct unit *unit, struct unit_now now)
{
    if (unit->retry_us == US_NEVER) {
        unit->retry_us = now.boot_us + UNIT_RETRY_US;
    }
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
        /* What is known of the person stays right in memory until it is pushed out. */
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
    /* Behind others that wait to be tried again, it waits too. */
    slot->failed = unit->retry_us != US_NEVER || unit_append(unit, &slot->event, slot->ticket, now) < 0;
    if (slot->failed) {
        retry_later(unit, now);
    }
}

static struct unit_pending *pending_of(struct unit *unit, uint64_t ticket)
{
    for (size_t i = 0; i < UNIT_PENDING_MAX; i++) {
        if (unit->pending[i].ticket == ticket) {
            return &unit->pending[i];
        }
    }
    return NULL;
}

/* What the gate goes by now, for a JOURNAL_MODE or JOURNAL_LOCKDOWN by staff. */
static int32_t setting_now(const struct unit *unit, const struct journal_event *event)
{
    if (event->kind == JOURNAL_LOCKDOWN && event->lane[0] == '\0') {
        return unit->lockdown_staff;
    }
    for (size_t i = 0; event->kind == JOURNAL_MODE && i < unit->config->n_lanes; i++) {
        if (strcmp(unit->config->lanes[i].name, event->lane) == 0) {
            return (int32_t)unit->lanes[i].mode;
        }
    }
    return event->code;
}

/* The setting just written isn't what holds: unless the newer one is still to be written, it went before. */
static void repeat_setting(struct unit *unit, const struct journal_event *written, struct unit_now now)
{
    struct journal_event event = *written;

    event.code = setting_now(unit, written);
    if (event.code == written->code) {
        return;
    }
    for (size_t i = 0; i < UNIT_PENDING_MAX; i++) {
        const struct journal_event *e = &unit->pending[i].event;

        if (unit->pending[i].ticket != 0 && e->kind == event.kind && strcmp(e->lane, event.lane) == 0 &&
            e->code == event.code) {
            return;
        }
    }
    event.utc_us = now.utc_us;
    event.boot_us = now.boot_us;
    event.record = NULL;
    event.record_len = 0;
    (void)text_copy(event.detail, sizeof(event.detail), "again");
    unit_append_sure(unit, &event, now);
}

bool unit_pending_done(struct unit *unit, uint64_t ticket, int result, struct unit_now now)
{
    struct unit_pending *slot = pending_of(unit, ticket);

    if (!slot) {
        return false;
    }
    if (result < 0) {
        slot->failed = true;
        retry_later(unit, now);
        return true;
    }
    if (slot->event.effect.has_presence) {
        presence_written(unit->presence, slot->event.holder);
    }
    slot->ticket = 0;
    repeat_setting(unit, &slot->event, now);
    confess_lost(unit, now);
    return true;
}

static struct unit_pending *oldest_failed(struct unit *unit)
{
    struct unit_pending *oldest = NULL;

    for (size_t i = 0; i < UNIT_PENDING_MAX; i++) {
        struct unit_pending *slot = &unit->pending[i];

        if (slot->ticket != 0 && slot->failed && (!oldest || slot->ticket < oldest->ticket)) {
            oldest = slot;
        }
    }
    return oldest;
}

/* Hands over at most @most of those that failed. */
static void retry(struct unit *unit, unsigned most, struct unit_now now)
{
    struct unit_pending *slot;
    int64_t unused;

    unit->retry_us = US_NEVER;
    for (unsigned i = 0; (slot = oldest_failed(unit)); i++) {
        if (i == most) {
            retry_later(unit, now);
            return;
        }
        if (slot->event.effect.has_presence) {
            (void)presence_get(unit->presence, slot->event.holder, &slot->event.effect.presence, &unused);
        }
        slot->failed = unit_append(unit, &slot->event, slot->ticket, now) < 0;
        if (slot->failed) {
            retry_later(unit, now);
            return;
        }
    }
}

void unit_pending_retry(struct unit *unit, struct unit_now now)
{
    if (now.boot_us >= unit->retry_us) {
        retry(unit, UNIT_RETRY_EVENTS, now); /* a queue that has only just room again isn't filled at once */
    }
}

void unit_flush(struct unit *unit, struct unit_now now)
{
    retry(unit, UNIT_PENDING_MAX, now);
}

/* A passage that is in the file has closed its grant there, whether the unit was told yet or not. */
int64_t unit_pending_uses(struct unit *unit, enum visit_cost kind, int64_t id)
{
    int64_t n = 0;

    for (size_t i = 0; i < UNIT_PENDING_MAX; i++) {
        const struct journal_event *event = &unit->pending[i].event;
        const struct journal_effect *e = &event->effect;

        n += unit->pending[i].ticket != 0 && e->takes_cost && e->cost_kind == kind && e->cost_id == id &&
             journal_db_grant_is_open(unit->journal, event->grant) != 0;
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
