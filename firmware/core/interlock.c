#include "core/interlock.h"

#include <assert.h>
#include <string.h>

bool interlock_is_open(const struct lane *lane)
{
    bool closed = lane->state == LANE_S_LOCKED || lane->state == LANE_S_SHUT;
    return !closed || lane->moved_us != 0;
}

bool interlock_allows(const struct lane *lanes, size_t n_lanes, uint32_t members, unsigned lane)
{
    for (size_t i = 0; i < n_lanes && i < 32; i++) {
        bool is_other = i != lane && (members & (UINT32_C(1) << i)) != 0;
        if (is_other && interlock_is_open(&lanes[i])) {
            return false;
        }
    }
    return true;
}

/* A grant may be stepped when no other lane is open and its own lane has no grant under way. */
static bool may_go(const struct lane *lanes, size_t n_lanes, uint32_t members, unsigned lane)
{
    return !lanes[lane].has_grant && interlock_allows(lanes, n_lanes, members, lane);
}

static void take_out(struct interlock *interlock, size_t at)
{
    size_t behind = interlock->n_waiting - at - 1;
    memmove(&interlock->waiting[at], &interlock->waiting[at + 1], behind * sizeof(interlock->waiting[0]));
    interlock->n_waiting--;
}

enum interlock_answer interlock_ask(struct interlock *interlock, const struct lane *lanes, size_t n_lanes,
                                    uint32_t members, unsigned lane, const struct lane_event *event,
                                    int64_t patience_us)
{
    assert(lane < n_lanes);
    if (interlock->n_waiting == 0 && may_go(lanes, n_lanes, members, lane)) {
        return INTERLOCK_GO;
    }
    if (interlock->n_waiting == INTERLOCK_WAITING_MAX) {
        return INTERLOCK_FULL;
    }
    int64_t until_us = patience_us > INT64_MAX - event->boot_us ? INT64_MAX : event->boot_us + patience_us;
    interlock->waiting[interlock->n_waiting++] =
        (struct interlock_wish){.lane = lane, .event = *event, .until_us = until_us};
    return INTERLOCK_WAIT;
}

bool interlock_next(struct interlock *interlock, const struct lane *lanes, size_t n_lanes, uint32_t members,
                    int64_t boot_us, struct interlock_wish *ret_wish)
{
    if (interlock->n_waiting == 0 || interlock->waiting[0].until_us <= boot_us ||
        !may_go(lanes, n_lanes, members, interlock->waiting[0].lane)) {
        return false;
    }
    *ret_wish = interlock->waiting[0];
    ret_wish->event.boot_us = boot_us;
    take_out(interlock, 0);
    return true;
}

bool interlock_expire(struct interlock *interlock, int64_t boot_us, struct interlock_wish *ret_wish)
{
    for (size_t i = 0; i < interlock->n_waiting; i++) {
        if (interlock->waiting[i].until_us <= boot_us) {
            *ret_wish = interlock->waiting[i];
            take_out(interlock, i);
            return true;
        }
    }
    return false;
}

bool interlock_withdraw(struct interlock *interlock, uint64_t grant)
{
    for (size_t i = 0; i < interlock->n_waiting; i++) {
        if (interlock->waiting[i].event.grant == grant) {
            take_out(interlock, i);
            return true;
        }
    }
    return false;
}

int64_t interlock_deadline(const struct interlock *interlock)
{
    int64_t due_us = INT64_MAX;
    for (size_t i = 0; i < interlock->n_waiting; i++) {
        if (interlock->waiting[i].until_us < due_us) {
            due_us = interlock->waiting[i].until_us;
        }
    }
    return due_us;
}
