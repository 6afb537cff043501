#pragma once

/* Tells the morning: one readable line, or one JSON object, for each event; and the summary at the end. */

#include "core/access.h"
#include "db/journal_db.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { TELL_TAPS_MAX = 4096, TELL_GRANTS_MAX = 4096 };

/* A tap as the stage saw it, to be found again by its grant. */
struct tell_grant {
    uint64_t grant;
    int64_t put_us; /* boot: the card came into the field; 0: not known */
    struct card_number card;
    int64_t point_id;
    bool passed, ended;
};

struct tell {
    FILE *out;
    bool json;
    int64_t put_us; /* of the card that is in a field now */
    char put_card[CARD_TEXT_SIZE];
    struct tell_grant grants[TELL_GRANTS_MAX];
    size_t n_grants;
    unsigned codes[ACCESS_CODES];
    int64_t line_us[TELL_TAPS_MAX], tap_us[TELL_TAPS_MAX];
    size_t n_line, n_tap;
    unsigned passed, not_passed, unresolved, doubled, alarms, events;
};

/** Says what comes next: a heading between the events. Nothing in JSON. */
void tell_scene(struct tell *tell, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** A card came into a field: the next decision on it is this tap. */
void tell_put(struct tell *tell, const char *card, int64_t boot_us);
/** An event of the journal (a struct tell as @user): for watch_open. */
void tell_event(const struct journal_event *event, void *user);
/** The summary. @return true when every denial code occurred, and nobody passed twice on one grant. */
bool tell_summary(struct tell *tell, unsigned surprises);
