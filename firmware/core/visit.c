#include "core/visit.h"

#include "core/date.h"

/* A visit belongs to the day on which it was opened. On the way in, a visit of another day doesn't count: a new
 * one is opened, and paid. On the way out and at inner points yesterday's visit still counts for some hours,
 * or somebody who came at 23:50 would pay again for leaving at 00:10. */

struct visit_presence visit_presence_on(const struct visit_presence *presence, int32_t day, int64_t utc_us,
                                        uint32_t forget_after_s)
{
    struct visit_presence on = *presence;
    if (on.visit_day != day) {
        on.visit_id = 0;
        on.visit_paid = false;
        on.visits_today = 0;
        on.entries_today = 0;
        if (date_week_start(on.visit_day) != date_week_start(day)) {
            on.visits_week = 0;
            on.visit_day = 0;
        }
    }
    bool known = on.zone_id != 0 || on.zone_since_us != 0;
    if (known && forget_after_s > 0 && utc_us >= on.zone_since_us &&
        (uint64_t)utc_us - (uint64_t)on.zone_since_us >= (uint64_t)forget_after_s * 1000000) {
        on.zone_id = 0;
        on.zone_since_us = 0;
    }
    return on;
}

/* The open visit as an inner or out-passage sees it. */
static bool runs_on(const struct visit_presence *presence, const struct visit_passage *passage)
{
    if (presence->visit_id == 0) {
        return false;
    }
    if (presence->visit_day == passage->day) {
        return true;
    }
    return (int64_t)presence->visit_day + 1 == passage->day && presence->last_entry_us <= passage->utc_us &&
           (uint64_t)passage->utc_us - (uint64_t)presence->last_entry_us < (uint64_t)VISIT_OVER_MIDNIGHT_US;
}

struct visit_effect visit_plan(const struct visit_presence *presence, const struct visit_passage *passage)
{
    struct visit_effect effect = {0};
    bool today = presence->visit_id != 0 && presence->visit_day == passage->day;
    bool open = passage->direction == VISIT_IN ? today : runs_on(presence, passage);
    bool paid = open && presence->visit_paid;
    effect.entry = passage->direction == VISIT_IN || (passage->direction == VISIT_INNER && !open);
    effect.opened = effect.entry && !open;
    effect.closed = passage->direction == VISIT_OUT && open;
    effect.visit_id = open ? presence->visit_id : effect.opened ? passage->new_visit_id : 0;
    if (!paid && (effect.entry || passage->direction == VISIT_OUT)) {
        effect.cost = passage->cost_if_new;
    }
    return effect;
}

enum visit_cost visit_cost(const struct visit_presence *presence, const struct visit_passage *passage)
{
    return visit_plan(presence, passage).cost;
}

static uint16_t one_more(uint16_t n)
{
    return n < UINT16_MAX ? (uint16_t)(n + 1) : n;
}

static void move(struct visit_presence *presence, const struct visit_passage *passage)
{
    if (passage->zone_from == 0 && passage->zone_to == 0) {
        return;
    }
    bool back = passage->direction == VISIT_OUT ||
                (passage->direction == VISIT_INNER && presence->zone_id != 0 && presence->zone_id == passage->zone_to);
    presence->zone_id = back ? passage->zone_from : passage->zone_to;
    presence->zone_since_us = passage->utc_us;
}

struct visit_effect visit_book(struct visit_presence *presence, const struct visit_passage *passage)
{
    struct visit_effect effect = visit_plan(presence, passage);
    struct visit_presence on = visit_presence_on(presence, passage->day, passage->utc_us, 0);
    if (effect.opened) {
        on.visit_id = effect.visit_id;
        on.visit_day = passage->day;
        on.visit_paid = true;
        on.visits_today = one_more(on.visits_today);
        on.visits_week = one_more(on.visits_week);
    } else if (effect.cost != VISIT_COST_NONE) {
        on.visit_paid = true;
    }
    if (effect.entry) {
        on.entries_today = one_more(on.entries_today);
        on.last_entry_us = passage->utc_us;
        on.last_entry_point = passage->point_id;
    }
    if (effect.closed || on.visit_id == 0) {
        on.visit_id = 0;
        on.visit_paid = false;
    }
    if (passage->direction == VISIT_INNER && !effect.entry && presence->visit_day != passage->day) {
        /* Moving about within last night's visit: it stays the one that runs. */
        on = *presence;
    }
    move(&on, passage);
    *presence = on;
    return effect;
}
