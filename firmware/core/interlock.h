#pragma once

/* The interlock: of a group of lanes never two are open. A grant for one of them waits its turn here, in the order
 * of arrival and for a limited time. Pure: it decides whose turn it is; the caller steps the lanes.
 *
 * A lane counts as open while it is released or free, or while its arm or door is out of rest. Fire is over
 * the interlock: then all lanes open. */

#include "core/lane.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { INTERLOCK_WAITING_MAX = 8 };

/* A grant that waits. */
struct interlock_wish {
    unsigned lane; /* index into the caller's lanes */
    struct lane_event event; /* to be stepped when its turn comes; boot_us is then */
    int64_t until_us; /* waits at the longest until then */
};

/* One group. Plain value; zeroed nobody waits. The caller owns it. */
struct interlock {
    struct interlock_wish waiting[INTERLOCK_WAITING_MAX]; /* oldest first */
    uint8_t n_waiting;
};

enum interlock_answer {
    INTERLOCK_GO, /* step the lane now */
    INTERLOCK_WAIT, /* kept; interlock_next gives it back */
    INTERLOCK_FULL, /* not kept: too many wait */
};

/** True while nobody may be let through another lane of the group. */
bool interlock_is_open(const struct lane *lane);
/** True when no lane of the group but @lane is open: what free mode needs, and every grant. Bit n of @members says
 * that lanes[n] belongs to the group. */
bool interlock_allows(const struct lane *lanes, size_t n_lanes, uint32_t members, unsigned lane);
/** A lane is to be released. It goes when nobody waits, no other lane of the group is open and the lane itself has no
 * open grant; else @event is kept, for @patience_us at the longest. */
enum interlock_answer interlock_ask(struct interlock *interlock, const struct lane *lanes, size_t n_lanes,
                                    uint32_t members, unsigned lane, const struct lane_event *event,
                                    int64_t patience_us);
/** After a step of any lane of the group: takes out the oldest wish when its turn has come; its event bears @boot_us. Only
 * the oldest can go: nobody is overtaken. @return false, *ret_wish untouched, when there is none yet. */
bool interlock_next(struct interlock *interlock, const struct lane *lanes, size_t n_lanes, uint32_t members,
                    int64_t boot_us, struct interlock_wish *ret_wish);
/** Takes out a wish whose time is up: call it until it returns false. */
bool interlock_expire(struct interlock *interlock, int64_t boot_us, struct interlock_wish *ret_wish);
/** Takes back the wish of a grant. @return false when it doesn't wait. */
bool interlock_withdraw(struct interlock *interlock, uint64_t grant);
/** When interlock_expire is due (boot microseconds), INT64_MAX when nobody waits. */
int64_t interlock_deadline(const struct interlock *interlock);
