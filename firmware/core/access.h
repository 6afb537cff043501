#pragma once

/* The decision at the entrance: a pure function of what the list says, the access point, the instant and what
 * happened before here. It doesn't look anything up and changes nothing, so a recorded one can be decided again.
 *
 * Order and codes: the product's rules for the entrance; firmware/core/README.md has the table. First the card
 * and the person, then the entitlements (subscriptions, then single entries, then punch cards); the first that passes
 * is used; when none does, the code is that of the entitlement that came furthest. */

#include "core/card.h"
#include "core/schedule.h"
#include "core/visit.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ACCESS_ENTITLEMENTS_MAX = 16,
    ACCESS_FREEZES_MAX = 16,
    ACCESS_RIGHTS_MAX = 8,
    ACCESS_WARNINGS_MAX = 8,
    ACCESS_TRACE_MAX = 256,
    ACCESS_NAME_SIZE = 48,
    ACCESS_MESSAGE_SIZE = 160,
};

/* In the order in which the rules are tried. The names of access_code_text are stable: they are in journals,
 * interfaces and translations. Values are stable too; new codes go to the end. */
enum access_code {
    ACCESS_GRANTED,
    ACCESS_UNIT_LOCKED,
    ACCESS_CARD_UNKNOWN,
    ACCESS_CARD_NOT_GENUINE,
    ACCESS_CARD_BLOCKED,
    ACCESS_CARD_EXPIRED,
    ACCESS_INACTIVE,
    ACCESS_SUSPENDED,
    ACCESS_WRONG_BRANCH,
    ACCESS_TOO_YOUNG,
    ACCESS_NOT_STARTED,
    ACCESS_ENDED,
    ACCESS_FROZEN,
    ACCESS_UNPAID,
    ACCESS_INVOICE_OVERDUE,
    ACCESS_NO_RIGHT_HERE,
    ACCESS_OUTSIDE_HOURS,
    ACCESS_NO_CLIPS_LEFT,
    ACCESS_PUNCH_CARD_EXPIRED,
    ACCESS_TOO_SOON,
    ACCESS_PASSBACK,
    ACCESS_VISIT_LIMIT,
    ACCESS_FULL,
    ACCESS_LIST_TOO_OLD,
    ACCESS_CODES
};

/* The routine that cures a denial, offered at the desk. */
enum access_cure {
    ACCESS_CURE_NONE,
    ACCESS_CURE_NEW_CARD,
    ACCESS_CURE_REACTIVATE,
    ACCESS_CURE_LIFT,
    ACCESS_CURE_ASSIGN,
    ACCESS_CURE_SUBSCRIBE,
    ACCESS_CURE_THAW,
    ACCESS_CURE_CHARGE,
    ACCESS_CURE_TILL,
    ACCESS_CURE_UPGRADE,
    ACCESS_CURE_SELL,
    ACCESS_CURE_LET_IN,
    ACCESS_CURE_SYNC
};

enum access_card_state {
    ACCESS_CARD_ACTIVE,
    ACCESS_CARD_LOST,
    ACCESS_CARD_STOLEN,
    ACCESS_CARD_BROKEN,
    ACCESS_CARD_REPLACED
};
enum access_credential { ACCESS_CREDENTIAL_UID, ACCESS_CREDENTIAL_DESFIRE };
enum access_proof { ACCESS_PROOF_NONE, ACCESS_PROOF_GENUINE, ACCESS_PROOF_FAILED };
enum access_kind { ACCESS_SUBSCRIPTION, ACCESS_SINGLE_ENTRY, ACCESS_PUNCH_CARD };
enum access_passback { ACCESS_PASSBACK_OFF, ACCESS_PASSBACK_SOFT, ACCESS_PASSBACK_HARD };
enum access_overdue_hits { ACCESS_OVERDUE_HITS_USER, ACCESS_OVERDUE_HITS_PAYER };

struct access_card {
    bool known;
    struct card_number number;
    enum access_card_state state;
    enum access_credential credential; /* what the list says this card is */
    int32_t valid_from; /* DAY_NONE: always */
    int32_t valid_through; /* DAY_NONE: without end */
    bool staff; /* passes lock-down; free of entitlements, hours, passback and the list's age */
    bool emergency; /* from the unit's emergency list: as staff */
};

/* The person behind the card. A punch card or single entry that belongs to nobody has present = false. */
struct access_customer {
    bool present;
    int64_t id;
    char name[ACCESS_NAME_SIZE]; /* first name, for the screen; never logged */
    int32_t birth; /* DAY_NONE: unknown */
    int32_t inactive_from; /* DAY_NONE: active */
    bool suspended;
    bool all_branches;
    bool this_branch; /* assigned to the branch of the access point */
    int32_t certificate_through; /* DAY_NONE: none needed */
    int32_t overdue_since; /* oldest due day of an open, not exempt invoice of this person; DAY_NONE: none */
    char message[ACCESS_MESSAGE_SIZE]; /* from staff, shown at the entrance */
};

struct access_freeze {
    int32_t first, last; /* both frozen */
};

/* What a product allows at the access point of the query. */
struct access_right {
    uint8_t directions; /* bits 1 << enum visit_direction */
    bool always; /* no schedule */
    struct schedule schedule;
};

struct access_entitlement {
    enum access_kind kind;
    int64_t id;
    int64_t product_id;
    char product[ACCESS_NAME_SIZE];
    uint8_t min_age; /* years; 0: none */
    uint16_t tolerance_days; /* how old the list may be */
    uint16_t visits_per_day, visits_per_week; /* 0: no limit */
    bool prepaid; /* subscription: not direct debit */
    int32_t start; /* DAY_NONE: always */
    int32_t ends_on; /* last day; DAY_NONE: runs on */
    int32_t charged_through; /* subscription: paid up to and including; DAY_NONE: never charged */
    int32_t payer_overdue_since; /* as access_customer.overdue_since, of who pays for it; DAY_NONE */
    int32_t clips_left; /* punch card: clips; single entry: 1 or 0; local use already taken off */
    int32_t valid_through; /* punch card, single entry: last day; DAY_NONE: without end */
    struct access_freeze freezes[ACCESS_FREEZES_MAX];
    uint8_t n_freezes;
    struct access_right rights[ACCESS_RIGHTS_MAX];
    uint8_t n_rights;
};

/* The chain's settings, as they hold for this branch. */
struct access_settings {
    uint16_t overdue_days; /* an invoice that is so many days past its due day denies; 0: never */
    enum access_overdue_hits overdue_hits;
    bool allow_uid_only; /* false: cards without a secure credential are refused */
    uint16_t warn_ends_days; /* 14; 0: off */
    uint16_t warn_certificate_days; /* 0: off */
    uint16_t warn_clips_left; /* warn at so many clips or fewer left after this entry; 0: at the last one */
    uint32_t too_soon_s; /* 0: off */
    bool closed_without_clock; /* what holds while the unit doesn't know the time */
};

/* Everything the decision depends on. Large; the caller owns it. */
struct access_query {
    int64_t utc_us;
    bool clock_trusted;
    struct zone zone;
    struct holidays holidays;
    struct access_settings settings;

    int64_t point_id;
    enum visit_direction direction; /* which way it is walked; VISIT_INNER: an inner point, either way */
    bool inner; /* an inner point; then a right for VISIT_INNER holds both ways */
    int64_t zone_from, zone_to; /* the point's two sides, walking inwards, whatever the direction; 0: outside */
    enum access_passback passback;
    uint32_t forget_after_s; /* anti-passback forgets a person after so long; 0: never */
    uint32_t zone_limit; /* most people in the zone behind it; 0: no limit */
    uint32_t zone_occupancy; /* now */
    bool lockdown;

    int64_t list_version;
    int64_t list_synced_utc_us; /* when the list was last known to be current */

    enum access_proof proof;
    int64_t since_entry_ms; /* since this card's last entry here, by the clock since boot where it can be; -1: none */
    struct visit_presence presence; /* as kept: access_decide itself sees to the day and forget-after */

    struct access_card card;
    struct access_customer customer;
    struct access_entitlement entitlements[ACCESS_ENTITLEMENTS_MAX]; /* in any order */
    uint8_t n_entitlements;
};

enum access_warning_kind {
    ACCESS_WARN_ENDS_SOON, /* value: days left; day: last day */
    ACCESS_WARN_CERTIFICATE_ENDS, /* value: days left; day: last day */
    ACCESS_WARN_CLIPS_LEFT, /* value: clips left after this entry */
    ACCESS_WARN_MESSAGE, /* the customer's message */
    ACCESS_WARN_PASSBACK, /* soft anti-passback would have denied */
    ACCESS_WARN_CLOCK, /* the unit doesn't know the time */
    ACCESS_WARN_LET_OUT, /* let out because known to be inside; value: the code that would have denied */
    ACCESS_WARN_KINDS
};

/* What a warning was taken from. */
enum access_source {
    ACCESS_FROM_ENDS_ON,
    ACCESS_FROM_CHARGED_THROUGH,
    ACCESS_FROM_VALID_THROUGH,
    ACCESS_FROM_CERTIFICATE,
    ACCESS_FROM_CLIPS,
    ACCESS_FROM_MESSAGE,
    ACCESS_FROM_PRESENCE,
    ACCESS_FROM_CLOCK
};

struct access_warning {
    enum access_warning_kind kind;
    enum access_source source;
    int32_t value;
    int32_t day; /* DAY_NONE where it says nothing */
};

enum access_outcome { ACCESS_PASSED, ACCESS_FAILED, ACCESS_SKIPPED };

/* One rule tried: for `explain`. entitlement is an index into the query's, or -1 for card and person. */
struct access_step {
    enum access_code rule;
    int8_t entitlement;
    enum access_outcome outcome;
};

struct access_verdict {
    enum access_code code; /* ACCESS_GRANTED or why not */
    int8_t entitlement; /* index used, or that came furthest; -1: none (staff, or denied before) */
    enum visit_cost cost; /* what the passage will take from the member */
    int32_t until_day; /* frozen: last frozen day; not_started: start; ended, unpaid, expired: last good day (a card
                        * that is not valid yet: its first); else DAY_NONE. On a grant: the last day that this
                        * entitlement is known to be good for, freezes to come left aside */
    int64_t opens_utc_us; /* outside_hours: when it opens next, INT64_MAX: never; else 0 */
    int64_t list_age_s; /* at the decision; -1: not known */
    struct access_warning warnings[ACCESS_WARNINGS_MAX];
    uint8_t n_warnings;
};

struct access_trace {
    struct access_step steps[ACCESS_TRACE_MAX];
    uint16_t n_steps;
};

/** Decides. @ret_trace may be NULL; a trace that is full ends early. Never fails. */
void access_decide(const struct access_query *query, struct access_verdict *ret_verdict,
                   struct access_trace *ret_trace);

/** True when both verdicts say the same in every field; else *ret_field (if not NULL) names the first that differs. */
bool access_verdict_equal(const struct access_verdict *a, const struct access_verdict *b, const char **ret_field);

/** The stable name: "granted", "card_unknown", ... */
const char *access_code_text(enum access_code code);
/** @return the code of a name, or ACCESS_CODES. */
enum access_code access_code_parse(const char *name);
/** The rule's place in the order, 1 to 20 as in the table of firmware/core/README.md (two codes may share one); 0 for
 * ACCESS_GRANTED. */
unsigned access_code_order(enum access_code code);
enum access_cure access_code_cure(enum access_code code);
/** The stable name of a cure ("new_card", "charge", ...; "" for none). */
const char *access_cure_text(enum access_cure cure);
const char *access_kind_text(enum access_kind kind);
const char *access_warning_text(enum access_warning_kind kind);
const char *access_source_text(enum access_source source);
