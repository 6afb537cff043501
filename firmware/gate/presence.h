#pragma once

/* Who is where: the journal's presence table behind a bounded cache, and the number of people in each zone.
 *
 * A presence that was put here is newer than the file until the journal has written it: such an entry is pinned and
 * never pushed out. Others are read again when they are missed. Occupancy is read once per zone and counted on from there. */

#include "core/visit.h"
#include "db/journal_db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct presence;

enum { PRESENCE_ZONES_MAX = 64 };

/** @journal stays the caller's and must outlive it; @capacity: most holders kept. @return 0 or -ENOMEM. */
int presence_new(size_t capacity, struct journal_db *journal, struct presence **ret_presence);
/** Takes NULL. */
void presence_free(struct presence *presence);
static inline void presence_freep(struct presence **presence)
{
    presence_free(*presence);
}

/** What is known of @holder (0: nobody, zeroed), and when it last entered by the boot clock (0: not since the start).
 * @return 0 or the journal's negative errno. */
int presence_get(struct presence *presence, int64_t holder, struct visit_presence *ret_presence,
                 int64_t *ret_entry_boot_us);
/** Keeps what a passage or an undo has made of @holder, pinned until presence_written. @entry_boot_us 0: no entry, -1: the
 * last one is forgotten.
 * @return 0, or -ENOBUFS when everything is pinned. */
int presence_put(struct presence *presence, int64_t holder, const struct visit_presence *value, int64_t entry_boot_us);
/** One put of @holder is in the journal, or is given up. */
void presence_written(struct presence *presence, int64_t holder);

/** Begins to count a zone (0 is outside and isn't counted). @forget_after_s: how long anti-passback holds a person there
 * (0: until they leave); one who is forgotten no longer counts, as soon as presence_recount has seen to it.
 * @return 0, -ENOSPC, or the journal's negative errno. */
int presence_watch(struct presence *presence, int64_t zone_id, uint32_t forget_after_s, int64_t utc_us);
/** People in a zone; 0 when it isn't watched. */
uint32_t presence_occupancy(const struct presence *presence, int64_t zone_id);
/** Counts every zone again from the journal, unless something isn't written yet. @return 0, 1 not now, negative errno. */
int presence_recount(struct presence *presence, int64_t utc_us);
/** Entries that are pinned. */
size_t presence_pinned(const struct presence *presence);
