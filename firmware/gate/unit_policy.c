/* What the unit goes by: the list with its points and branch, what holds without one, and the clock. */

#define LOG_MODULE "unit"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "gate/unit_internal.h"

#include <string.h>

static void no_list(struct unit *unit, bool on, struct unit_now now)
{
    if (on != unit->no_list_told) {
        unit->no_list_told = on;
        unit_lane_alarm(unit, -1, 0, "no_list", on, now);
    }
}

void unit_list_failed(struct unit *unit, int error, struct unit_now now)
{
    log_error("list failed error=%d", -error);
    unit->list = NULL;
    no_list(unit, true, now);
    if (unit->ops.list_broken) {
        unit->ops.list_broken(unit->user, error);
    }
}

/* @return 0 or a negative errno. */
static int read_points(struct unit *unit, struct unit_now now)
{
    for (unsigned i = 0; i < unit->config->n_readers; i++) {
        struct unit_reader *at = &unit->readers[i];
        struct list_point point = {0};
        int r = list_db_point(unit->list, unit->config->readers[i].point, &point);

        if (r < 0) {
            return r;
        }
        if (r > 0 && (at->point_known || !at->point_told)) {
            log_error("%s: the list has no access point %s", unit->config->readers[i].name,
                      unit->config->readers[i].point);
            unit_notice(unit, "point_unknown", (int)unit->config->readers[i].lane, (int)i, NULL, NULL, now);
        }
        at->point_told = r > 0;
        at->point_known = r == 0;
        at->point = point;
        if (r == 0 && presence_watch(unit->presence, point.zone_to, point.forget_after_s, now.utc_us) < 0) {
            log_error("%s: its zone can't be counted", unit->config->readers[i].name);
        }
    }
    return 0;
}

/* The branch is that of the first point known; readers whose point isn't in the list belong to it too. */
static int read_branch(struct unit *unit)
{
    const struct unit_reader *known = NULL;
    struct list_branch branch;
    int r;

    for (size_t i = 0; i < unit->config->n_readers && !known; i++) {
        known = unit->readers[i].point_known ? &unit->readers[i] : NULL;
    }
    if (!known) {
        return 0;
    }
    r = list_db_branch(unit->list, known->point.branch_id, &branch);
    if (r < 0) {
        return r;
    }
    if (r == 0) {
        unit->branch = branch;
    } else {
        log_error("the list has no branch %lld", (long long)known->point.branch_id);
    }
    for (size_t i = 0; i < unit->config->n_readers; i++) {
        if (!unit->readers[i].point_known) {
            unit->readers[i].point.branch_id = known->point.branch_id;
        }
    }
    return 0;
}

bool unit_list_refresh(struct unit *unit, bool force, struct unit_now now)
{
    struct list_meta meta = {0};
    int64_t counter;
    int r;

    if (!unit->list) {
        return false;
    }
    counter = list_db_change_counter(unit->list);
    if (counter >= 0 && counter == unit->list_counter && !force) {
        return false;
    }
    r = counter < 0 ? (int)counter : list_db_meta(unit->list, &meta);
    if (r >= 0) {
        r = read_points(unit, now);
    }
    if (r >= 0) {
        r = read_branch(unit);
    }
    if (r < 0) {
        unit_list_failed(unit, r, now);
        return false;
    }
    unit->list_counter = counter;
    unit->meta = meta;
    return true;
}

void unit_set_list(struct unit *unit, struct list_db *list, struct unit_now now)
{
    unit->list = list;
    if (unit_list_refresh(unit, true, now)) {
        no_list(unit, false, now);
        unit_taps_cure(unit, now);
    } else {
        no_list(unit, true, now);
    }
    unit_settle(unit, now);
}

bool unit_in_fire(const struct unit *unit)
{
    return unit->fire;
}

bool unit_in_lockdown(const struct unit *unit)
{
    return unit_lockdown(unit);
}

size_t unit_zones_status(const struct unit *unit, struct unit_zone_status ret_zones[GATE_READERS_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i < unit->config->n_readers; i++) {
        const struct list_point *point = &unit->readers[i].point;
        size_t k = 0;

        while (k < n && ret_zones[k].id != point->zone_to) {
            k++;
        }
        if (point->zone_to != 0 && k == n) {
            ret_zones[n++] = (struct unit_zone_status){.id = point->zone_to,
                                                       .name = point->zone_name,
                                                       .people = presence_occupancy(unit->presence, point->zone_to),
                                                       .limit = point->zone_limit};
        }
    }
    return n;
}

void unit_set_emergency(struct unit *unit, const struct emergency *emergency)
{
    unit->emergency = *emergency;
}

static void clock_event(struct unit *unit, const char *what, const char *notice, int64_t seconds, struct unit_now now)
{
    struct journal_event event = unit_event_new(unit, JOURNAL_CLOCK, -1, -1, now);

    (void)text_copy(event.detail, sizeof(event.detail), what);
    event.code = seconds > INT32_MAX ? INT32_MAX : seconds < INT32_MIN ? INT32_MIN : (int32_t)seconds;
    (void)unit_append(unit, &event, 0, now);
    unit_notice(unit, notice, -1, -1, NULL, &event, now);
}

void unit_set_clock(struct unit *unit, bool trusted, struct unit_now now)
{
    int64_t offset_us = now.utc_us - now.boot_us;
    int64_t by_s = (offset_us - unit->clock_offset_us) / US_PER_S;

    unit->clock_offset_us = offset_us; /* setting the clock is no jump */
    if (trusted != unit->clock_trusted) {
        unit->clock_trusted = trusted;
        clock_event(unit, trusted ? "set" : "not_set", trusted ? "clock_set" : "clock_not_set", by_s, now);
    }
    unit_settle(unit, now);
}

void unit_clock_look(struct unit *unit, struct unit_now now)
{
    int64_t offset_us = now.utc_us - now.boot_us;
    int64_t by_us = offset_us - unit->clock_offset_us;

    unit->clock_offset_us = offset_us;
    if (by_us > UNIT_JUMP_US || by_us < -UNIT_JUMP_US) {
        log_warn("clock jumped seconds=%lld", (long long)(by_us / US_PER_S));
        clock_event(unit, "jumped", "clock_jumped", by_us / US_PER_S, now);
    }
}

void unit_reader_state(struct unit *unit, unsigned reader, bool working, const char *why, struct unit_now now)
{
    struct unit_reader *at;
    struct journal_event event;

    if (reader >= unit->config->n_readers || unit->readers[reader].working == working) {
        return;
    }
    at = &unit->readers[reader];
    at->working = working;
    if (!working) {
        at->proving.present = false;
        unit_forget_card(unit, (int)reader);
    }
    event = unit_event_new(unit, working ? JOURNAL_READER_BACK : JOURNAL_READER_LOST, -1, (int)reader, now);
    (void)text_copy(event.detail, sizeof(event.detail), why);
    (void)unit_append(unit, &event, 0, now);
    unit_notice(unit, working ? "reader_back" : "reader_lost", (int)unit->config->readers[reader].lane, (int)reader,
                NULL, &event, now);
    unit_settle(unit, now);
}
