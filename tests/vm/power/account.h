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

/** Reads the journal in @folder and holds it to be whole, each grant ended once at most, nothing paid twice, nobody's passage
 * twice; the list to be whole, of one sync, and its clips to be the journal's; and both to have all that the lines in the
 * file @said (NULL: nothing) say. Fails the test where it isn't so. No gate runs. */
void account_read(const struct whole *w, const char *said, struct account *ret_account);
