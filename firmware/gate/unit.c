/* The unit's life, its time, and what every call ends in. */

#define LOG_MODULE "unit"

#include "gate/unit.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "gate/unit_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct unit_news unit_news_new(enum unit_phase phase, struct unit_now now, int lane, int reader)
{
    return (struct unit_news){.phase = phase, .at = now, .lane = lane, .reader = reader, .line_us = -1, .notice = ""};
}

void unit_tell(struct unit *unit, const struct unit_news *news)
{
    if (unit->ops.tell) {
        unit->ops.tell(unit->user, news);
    }
}

void unit_notice(struct unit *unit, const char *notice, int lane, int reader, const struct card_number *card,
                 const struct journal_event *event, struct unit_now now)
{
    struct unit_news news = unit_news_new(UNIT_NOTICE, now, lane, reader);

    news.notice = notice;
    news.card = card && card->form != CARD_NONE ? card : NULL;
    news.event = event;
    news.grant = event ? event->grant : 0;
    unit_tell(unit, &news);
}

static void unit_freep(struct unit **unit)
{
    unit_free(*unit);
}

int unit_new(const struct gate_config *config, struct list_db *list, struct journal_db *journal,
             const struct unit_ops *ops, void *user, struct unit_now now, struct unit **ret_unit)
{
    _cleanup_(unit_freep) struct unit *unit = calloc(1, sizeof(*unit));
    int r;

    if (!unit) {
        return -ENOMEM;
    }
    unit->config = config;
    unit->journal = journal;
    unit->ops = *ops;
    unit->user = user;
    unit->clock_trusted = true;
    unit->clock_offset_us = now.utc_us - now.boot_us;
    unit->look_us = now.boot_us + UNIT_LOOK_US;
    unit->retry_us = US_NEVER;
    unit->next_ticket = 1;
    r = presence_new(UNIT_HOLDERS_MAX, journal, &unit->presence);
    if (r < 0) {
        return r;
    }
    for (unsigned i = 0; i < config->n_lanes; i++) {
        unit->lanes[i].grant.reader = -1;
        (void)unit_lane_drive(unit, i, now); /* safe before anything else */
    }
    for (unsigned i = 0; i < config->n_readers; i++) {
        unit->readers[i].working = true; /* until the process says otherwise */
    }
    r = unit_settings_restore(unit, now);
    if (r >= 0) {
        r = unit_grants_restore(unit, now);
    }
    if (r < 0) {
        return r;
    }
    unit_set_list(unit, list, now);
    *ret_unit = STEAL_PTR(unit);
    return 0;
}

void unit_free(struct unit *unit)
{
    if (!unit) {
        return;
    }
    presence_free(unit->presence);
    free(unit);
}

/* The waiting tap that has waited longest and whose lane is free; -1: none. */
static int next_waiting(const struct unit *unit)
{
    int next = -1;

    for (unsigned i = 0; i < unit->config->n_lanes; i++) {
        const struct unit_lane *at = &unit->lanes[i];

        if (at->waiting.present && (unit_lane_ready(unit, i) || unit->fire) &&
            (next < 0 || at->waiting.until_us < unit->lanes[next].waiting.until_us)) {
            next = (int)i;
        }
    }
    return next;
}

static void serve_exit(struct unit *unit, unsigned lane, struct unit_now now)
{
    struct unit_lane *at = &unit->lanes[lane];
    struct journal_event event;

    if (at->exit_until_us == 0) {
        return;
    }
    if (now.boot_us >= at->exit_until_us || unit->fire || at->core.state == LANE_S_FREE) {
        at->exit_until_us = 0;
    } else if (unit_lane_ready(unit, lane)) {
        at->exit_until_us = 0;
        event = unit_event_new(unit, JOURNAL_REQUEST_TO_EXIT, (int)lane, -1, now);
        (void)unit_grant_nobody(unit, lane, -1, LANE_OUT, &event, NULL, now);
    }
}

void unit_settle(struct unit *unit, struct unit_now now)
{
    for (unsigned i = 0; i < unit->config->n_lanes; i++) {
        serve_exit(unit, i, now); /* nobody is kept inside by those who want to come in */
    }
    /* Each turn serves one; whoever is granted makes a lane busy, so this ends. */
    for (unsigned turn = 0; turn < GATE_LANES_MAX; turn++) {
        int lane = next_waiting(unit);
        struct unit_tap tap;

        if (lane < 0) {
            break;
        }
        tap = unit->lanes[lane].waiting;
        unit->lanes[lane].waiting.present = false;
        unit_tap_decide(unit, unit->lanes[lane].waiting_reader, &tap, now);
    }
}

void unit_journal_done(struct unit *unit, uint64_t ticket, int result, struct unit_now now)
{
    if (ticket == 0) {
        return;
    }
    unit_journal_result(unit, result, now);
    if (!unit_pending_done(unit, ticket, result, now)) {
        for (unsigned i = 0; i < unit->config->n_lanes; i++) {
            struct unit_grant *g = &unit->lanes[i].grant;

            if (g->stage == UNIT_GRANT_WAITING && g->ticket == ticket) {
                unit_grant_durable(unit, i, result, now);
            }
        }
    }
    unit_settle(unit, now);
}

static void look_around(struct unit *unit, struct unit_now now)
{
    if (now.boot_us < unit->look_us) {
        return;
    }
    unit->look_us = now.boot_us + UNIT_LOOK_US;
    if (unit_list_refresh(unit, false, now)) {
        unit_taps_cure(unit, now);
    }
    if (presence_recount(unit->presence, now.utc_us) < 0) {
        log_error("zones can't be counted");
    }
}

void unit_time(struct unit *unit, struct unit_now now)
{
    unit_clock_look(unit, now);
    unit_lanes_time(unit, now);
    unit_grants_time(unit, now);
    unit_taps_time(unit, now);
    unit_pending_retry(unit, now);
    look_around(unit, now);
    unit_settle(unit, now);
}

int64_t unit_deadline(const struct unit *unit)
{
    int64_t due = unit->look_us;
    int64_t lanes = unit_lanes_deadline(unit);
    int64_t taps = unit_taps_deadline(unit);

    due = lanes < due ? lanes : due;
    due = taps < due ? taps : due;
    return unit->retry_us < due ? unit->retry_us : due;
}
