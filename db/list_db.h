#pragma once

/* list.db: the access list of a unit's branch. One writer (the store; until there is one, `stile import`), many readers.
 *
 * WAL, synchronous NORMAL: it can be fetched again at any time. The schema is db/schema/list/NNN_*.sql. */

#include "core/access.h"
#include "core/card.h"
#include "core/zone.h"

#include <stddef.h>
#include <stdint.h>

struct list_db;

enum list_db_mode { LIST_DB_READ, LIST_DB_WRITE };

/* Named outcomes of list_db_open. */
enum list_db_outcome {
    LIST_DB_MISSING = 1, /* no such file */
    LIST_DB_CORRUPT, /* not a database of ours, or its check fails: the caller quarantines it (list_db_quarantine) */
    LIST_DB_NEWER, /* schema of a later version */
    LIST_DB_OLDER, /* LIST_DB_READ only: needs a migration by the writer first */
};

/** Opens the list; LIST_DB_WRITE creates and migrates it. Statements are prepared once. A file of up to 32 MB (about
 * 250,000 cards) is checked whole; a larger one would hold a start up, so its damage shows in list_db_check or as -EIO
 * of a look-up. One handle serves one thread at a time.
 * @return 0 with *ret_db (close with list_db_close), an outcome, or a negative errno. */
int list_db_open(const char *path, enum list_db_mode mode, struct list_db **ret_db);
/** Takes NULL. */
void list_db_close(struct list_db *db);
static inline void list_db_closep(struct list_db **db)
{
    list_db_close(*db);
}

/** Moves the file and its -wal and -shm aside as PATH.corrupt-<utc seconds>. @return 0 or a negative errno. */
int list_db_quarantine(const char *path, int64_t utc_us);

/** Reads the whole file (PRAGMA quick_check; about a second for a million cards). @return 0, LIST_DB_CORRUPT or a
 * negative errno. */
int list_db_check(struct list_db *db);

enum { LIST_NAME_SIZE = 64, LIST_POINTS_MAX = 64 };

struct list_meta {
    int64_t version; /* rises with each applied change */
    int64_t epoch;
    int64_t synced_utc_us; /* when it was last known to be current */
};

/* An access point as the list knows it. */
struct list_point {
    int64_t id;
    int64_t branch_id;
    char name[LIST_NAME_SIZE];
    enum visit_direction direction; /* VISIT_IN for an in-out point too: see both_ways */
    bool both_ways; /* direction in-out: the lane tells which way */
    bool inner;
    int64_t zone_from, zone_to; /* walking inwards; 0: outside */
    uint32_t zone_limit; /* of zone_to */
    enum access_passback passback;
    uint32_t forget_after_s;
};

struct list_branch {
    int64_t id;
    char name[LIST_NAME_SIZE];
    struct zone zone;
    struct holidays holidays;
    struct access_settings settings;
};

/** @return 0, 1 when there is no such row, or a negative errno. A branch's holidays are the first
 * SCHEDULE_HOLIDAYS_MAX from two days before the list was synced. */
int list_db_meta(struct list_db *db, struct list_meta *ret_meta);
int list_db_point(struct list_db *db, const char *name, struct list_point *ret_point);
int list_db_branch(struct list_db *db, int64_t branch_id, struct list_branch *ret_branch);

/* A number that changes whenever another connection has committed to the file (PRAGMA data_version). Negative errno. */
int64_t list_db_change_counter(struct list_db *db);

/** Looks a card up and fills in ret_query->card, ->customer and ->entitlements with their rights for @point:
 * what the list says, nothing else of the query. An unknown card is found too: known = false. Rows that can't be (an
 * impossible date, a right for an unknown product, overlapping freezes) make that entitlement worth
 * nothing here and are counted in *ret_bad_rows (may be NULL); they never make the look-up fail.
 * ret_query->entitlements[i].clips_left is the list's own figure; *counted_seq tells the unit's journal sequence
 * up to which it is counted, per entitlement (array of ACCESS_ENTITLEMENTS_MAX).
 * @return 0 or a negative errno (-EIO: the file is broken). */
int list_db_find(struct list_db *db, const struct card_number *card, const struct list_point *point,
                 struct access_query *ret_query, int64_t *ret_counted_seq, unsigned *ret_bad_rows);
