#pragma once

/* What must be true of the databases whenever the power comes back. */

#include "site.h"

#include <stdbool.h>

enum { ACCOUNT_EVENTS_MAX = 60000, ACCOUNT_GRANTS_MAX = 20000 };

struct account_grant {
    unsigned start; /* the JOURNAL_START that it was opened after; 0: it never was */
    unsigned ends;
};

struct account_punch {
    int64_t costs, returned; /* clips */
    int64_t visit_seq; /* JOURNAL_PASSED that has paid for the visit that is open; 0: none is */
    int64_t visit_day;
};

/* The journal added up, and what the console says. */
struct account {
    struct account_grant grants[ACCOUNT_GRANTS_MAX];
    struct account_punch punches[SITE_PUNCHES];
    uint64_t digests[ACCOUNT_EVENTS_MAX]; /* by seq */
    int64_t takes_of[ACCOUNT_EVENTS_MAX], returns_to[ACCOUNT_EVENTS_MAX]; /* by seq: a punch card's id, or 0 */
    unsigned starts, passages, unresolved;
    int64_t last_seq;
    /* of the console */
    unsigned walks, known_events;
    int64_t sync_begun, sync_done;
    /* of the list */
    int64_t sync_held;
};

/** Reads the unit's journal and list while no gate runs, and fails the test unless
 * - the journal is whole; each grant ends once at most, as unresolved where the power failed in between; nobody pays
 *   twice for a visit, or passes more often than they walked;
 * - the list is whole, of one sync, and its clips are the journal's;
 * - everything is there that the file @said (NULL: none), of lines of the console, tells. */
void account_read(const struct whole *w, const char *said, struct account *ret_account);
