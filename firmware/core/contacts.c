#include "core/contacts.h"

#include <assert.h>

/* The model: each input has the level that was last reported and the level that counts; a report that stays for the
 * debounce time becomes what counts. Only then is it a movement.
 *
 * Two passage contacts that overlap give four positions of the arm (neither, A, both, B), in this order inwards. One
 * contact changes at a time, so each change is a quarter of a rotation forwards or backwards. Back at rest, four
 * quarters are a rotation and none is a person who turned back: an arm that trembles on an edge adds and takes away the
 * same quarter. */

enum { QUARTERS = 4 };

struct sink {
    struct lane_event *events;
    size_t n, max;
};

static void put(struct sink *sink, enum lane_event_kind kind, int64_t boot_us)
{
    assert(sink->n < sink->max);
    sink->events[sink->n++] = (struct lane_event){.kind = kind, .boot_us = boot_us};
}

static bool has_input(const struct lane_config *config, enum contacts_input input)
{
    switch (input) {
    case CONTACTS_A:
        return config->kind == LANE_TURNSTILE && config->passage_contacts >= 1;
    case CONTACTS_B:
        return config->kind == LANE_TURNSTILE && config->passage_contacts >= 2;
    case CONTACTS_DOOR:
        return config->kind == LANE_DOOR && config->has_door_contact;
    case CONTACTS_INPUTS:
        break;
    }
    return false;
}

/* Where the arm stands, in quarters inwards. */
static int quarter(const struct contacts *contacts)
{
    bool a = contacts->inputs[CONTACTS_A].off_rest;
    bool b = contacts->inputs[CONTACTS_B].off_rest;
    return a ? (b ? 2 : 1) : (b ? 3 : 0);
}

static void turn(struct contacts *contacts, int from, int64_t at_us, struct sink *sink)
{
    int to = quarter(contacts);
    int step = (to - from + QUARTERS) % QUARTERS == 1 ? 1 : -1;
    int position = contacts->position + step;
    if (from == 0) {
        put(sink, step > 0 ? LANE_E_MOVE_IN : LANE_E_MOVE_OUT, at_us);
    } else if (to == 0) {
        put(sink,
            position >= QUARTERS    ? LANE_E_TURNED_IN
            : position <= -QUARTERS ? LANE_E_TURNED_OUT
                                    : LANE_E_BACK,
            at_us);
        position = 0;
    }
    contacts->position = (int8_t)position;
}

/* Since when the contact that has been active longest is; INT64_MAX: none is. A door may stay as it is. */
static int64_t active_since(const struct contacts *contacts)
{
    int64_t since_us = INT64_MAX;
    for (int i = CONTACTS_A; i <= CONTACTS_B; i++) {
        const struct contact *contact = &contacts->inputs[i];
        if (contact->off_rest && contact->since_us < since_us) {
            since_us = contact->since_us;
        }
    }
    return since_us;
}

static int64_t stuck_at(const struct contacts *contacts, const struct lane_config *config)
{
    int64_t since_us = active_since(contacts);
    bool watched = config->stuck_us > 0 && !contacts->stuck && since_us != INT64_MAX;
    return watched && config->stuck_us <= INT64_MAX - since_us ? since_us + config->stuck_us : INT64_MAX;
}

static bool is_stuck(const struct contacts *contacts, const struct lane_config *config, int64_t at_us)
{
    int64_t since_us = active_since(contacts);
    return since_us != INT64_MAX && at_us - since_us >= config->stuck_us;
}

/* A reported level has become the one that counts. */
static void settle(struct contacts *contacts, const struct lane_config *config, int input, int64_t at_us,
                   struct sink *sink)
{
    struct contact *contact = &contacts->inputs[input];
    int from = quarter(contacts);
    contact->off_rest = contact->raw;
    contact->since_us = at_us;
    if (input == CONTACTS_DOOR || config->passage_contacts < 2) {
        put(sink, contact->off_rest ? LANE_E_MOVE_IN : LANE_E_TURNED_IN, at_us);
    } else {
        turn(contacts, from, at_us, sink);
    }
    if (contacts->stuck && !is_stuck(contacts, config, at_us)) {
        contacts->stuck = false;
        put(sink, LANE_E_UNSTUCK, at_us);
    }
}

/* The input that settles next; CONTACTS_INPUTS: none is unsettled. */
static int next_to_settle(const struct contacts *contacts)
{
    int next = CONTACTS_INPUTS;
    for (int i = 0; i < CONTACTS_INPUTS; i++) {
        const struct contact *contact = &contacts->inputs[i];
        if (contact->raw != contact->off_rest &&
            (next == CONTACTS_INPUTS || contact->settles_us < contacts->inputs[next].settles_us)) {
            next = i;
        }
    }
    return next;
}

static void advance(struct contacts *contacts, const struct lane_config *config, int64_t now_us, struct sink *sink)
{
    for (;;) {
        int input = next_to_settle(contacts);
        int64_t settles_us = input == CONTACTS_INPUTS ? INT64_MAX : contacts->inputs[input].settles_us;
        int64_t stuck_us = stuck_at(contacts, config);
        if (settles_us <= now_us && settles_us <= stuck_us) {
            settle(contacts, config, input, settles_us, sink);
        } else if (stuck_us <= now_us) {
            contacts->stuck = true;
            put(sink, LANE_E_STUCK, stuck_us);
        } else {
            return;
        }
    }
}

size_t contacts_step(struct contacts *contacts, const struct lane_config *config, int64_t debounce_us,
                     enum contacts_input input, bool active, int64_t boot_us, struct lane_event *ret_events, size_t max)
{
    struct sink sink = {.events = ret_events, .max = max};
    assert(max >= CONTACTS_EVENTS_MAX);
    if (!has_input(config, input)) {
        return 0;
    }
    advance(contacts, config, boot_us, &sink);
    struct contact *contact = &contacts->inputs[input];
    bool raw = input == CONTACTS_DOOR ? !active : active;
    if (raw != contact->raw) {
        contact->raw = raw;
        contact->settles_us = debounce_us > INT64_MAX - boot_us ? INT64_MAX : boot_us + debounce_us;
        advance(contacts, config, boot_us, &sink);
    }
    return sink.n;
}

size_t contacts_time(struct contacts *contacts, const struct lane_config *config, int64_t boot_us,
                     struct lane_event *ret_events, size_t max)
{
    struct sink sink = {.events = ret_events, .max = max};
    assert(max >= CONTACTS_EVENTS_MAX);
    advance(contacts, config, boot_us, &sink);
    return sink.n;
}

int64_t contacts_deadline(const struct contacts *contacts, const struct lane_config *config)
{
    int input = next_to_settle(contacts);
    int64_t settles_us = input == CONTACTS_INPUTS ? INT64_MAX : contacts->inputs[input].settles_us;
    int64_t stuck_us = stuck_at(contacts, config);
    return settles_us < stuck_us ? settles_us : stuck_us;
}
