#pragma once

/* A lane's contacts: edges of one or two passage contacts, or of a door contact, become the lane's events. Pure.
 *
 * A level counts when it has been stable for the debounce time. Two passage contacts overlap: walking in closes A,
 * then B, opens A, then B; walking out the other way round; whoever turns back undoes what was done. One passage
 * contact closes during a rotation and opens at its end; it tells neither the direction nor a person who turns back.
 * A door contact is active while the door is closed. Zeroed: everything at rest. */

#include "core/lane.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum contacts_input { CONTACTS_A, CONTACTS_B, CONTACTS_DOOR, CONTACTS_INPUTS };

enum { CONTACTS_EVENTS_MAX = 12 };

/* One input. The caller leaves it alone. */
struct contact {
    bool raw; /* last level reported: off its rest (passage contact closed, door open) */
    bool off_rest; /* the level that counts */
    int64_t settles_us; /* when raw counts; meaningful while raw != off_rest */
    int64_t since_us; /* since when off_rest holds */
};

/* Plain value; the caller owns it. */
struct contacts {
    struct contact inputs[CONTACTS_INPUTS];
    int8_t position; /* two contacts: quarters of a rotation inwards since the last rest */
    bool stuck; /* told */
};

/** A level was reported: at start-up, or an edge. @debounce_us 0: the chip has debounced already. Writes the lane's events
 * in order (only kind and boot_us are set). @max is at least CONTACTS_EVENTS_MAX. An input that the configuration
 * doesn't have is ignored. @return how many. */
size_t contacts_step(struct contacts *contacts, const struct lane_config *config, int64_t debounce_us,
                     enum contacts_input input, bool active, int64_t boot_us, struct lane_event *ret_events,
                     size_t max);
/** contacts_deadline was reached. As contacts_step. */
size_t contacts_time(struct contacts *contacts, const struct lane_config *config, int64_t boot_us,
                     struct lane_event *ret_events, size_t max);
/** When contacts_time is due (boot microseconds), INT64_MAX when nothing is. */
int64_t contacts_deadline(const struct contacts *contacts, const struct lane_config *config);
