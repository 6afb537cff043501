#pragma once

/* Visits, entries and clips: what a passage that has happened does to what is known of a person. Pure. */

#include <stdbool.h>
#include <stdint.h>

enum visit_direction { VISIT_IN, VISIT_OUT, VISIT_INNER };
enum visit_cost { VISIT_COST_NONE, VISIT_COST_CLIP, VISIT_COST_SINGLE_ENTRY };

/* How long after its last entry yesterday's visit runs on. */
#define VISIT_OVER_MIDNIGHT_US (INT64_C(12) * 3600 * 1000000)

/* What is kept of one holder (a person, or a punch card or single entry of nobody). Zeroed: nothing known. Days are
 * civil dates of the branch. */
struct visit_presence {
    int64_t zone_id; /* where anti-passback holds the person; 0: nowhere */
    int64_t zone_since_us; /* UTC; with zone_id 0: since when known to be outside, 0: nothing known */
    int64_t last_entry_us; /* UTC of the last entry; 0: none */
    int64_t last_entry_point; /* 0: none */
    int64_t visit_id; /* the visit that is open; 0: none */
    int32_t visit_day; /* day of the newest visit; meaningful while visit_id or a counter is set */
    bool visit_paid; /* nothing more is owed for it: a clip or single entry was taken, or none was needed */
    uint16_t visits_today; /* on visit_day */
    uint16_t visits_week; /* in the week of visit_day */
    uint16_t entries_today; /* on visit_day */
};

/* A passage through an access point. */
struct visit_passage {
    int64_t utc_us;
    int32_t day;
    int64_t point_id;
    enum visit_direction direction;
    int64_t zone_from, zone_to; /* the point's two sides, walking inwards, whatever the direction; 0: outside */
    enum visit_cost cost_if_new; /* what the entitlement used takes once per visit */
    int64_t new_visit_id; /* given by the caller for a visit that this passage may open; never 0 */
};

struct visit_effect {
    bool entry; /* counts as an entry */
    bool opened; /* opens a visit */
    bool closed; /* closes the visit */
    enum visit_cost cost; /* taken now */
    int64_t visit_id; /* that it belongs to; 0: none */
};

/** The presence as it counts on @day: a visit of an earlier day no longer runs on, counters of other days and
 * weeks are zero, and anti-passback forgets after @forget_after_s (0: never). */
struct visit_presence visit_presence_on(const struct visit_presence *presence, int32_t day, int64_t utc_us,
                                        uint32_t forget_after_s);

/** What the passage would do, before it happens: the same rule as visit_book. @presence is as kept (a stale visit or
 * counter doesn't count). */
struct visit_effect visit_plan(const struct visit_presence *presence, const struct visit_passage *passage);
/** visit_plan's cost. */
enum visit_cost visit_cost(const struct visit_presence *presence, const struct visit_passage *passage);

/** Books a passage in *presence. An in-passage is an entry; it opens a visit unless one of today is open. An inner
 * passage without an open visit counts as an entry. An out-passage closes the visit; where the clip wasn't taken on the
 * way in, it is taken now. A visit of yesterday whose last entry is less than VISIT_OVER_MIDNIGHT_US ago is
 * still open to inner and out-passages (nobody pays twice for a night), not to in-passages. In leads to zone_to,
 * out to zone_from, inner to the side where the person isn't held; a point with 0 on both sides moves nobody. */
struct visit_effect visit_book(struct visit_presence *presence, const struct visit_passage *passage);
