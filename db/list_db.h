#pragma once

/* list.db: the access list of a unit's branch. One writer (the store; until there is one, `stile import`), many readers.
 *
 * WAL, synchronous NORMAL: it can be fetched again at any time. The schema is db/schema/list/NNN_*.sql. */

#include "core/access.h"
#include "core/card.h"
#include "core/zone.h"
#include "db/pin.h"

#include <stddef.h>
#include <stdint.h>

struct list_db;

/* LIST_DB_SHOW: as LIST_DB_READ, for who only shows what it says: the file isn't checked, which could take a tenth of a second,
 * and a look-up waits for nobody. */
enum list_db_mode { LIST_DB_READ, LIST_DB_WRITE, LIST_DB_SHOW };

/* Named outcomes of list_db_open. */
enum list_db_outcome {
    LIST_DB_MISSING = 1, /* no such file */
    LIST_DB_CORRUPT, /* not a database of ours, or its check fails: the caller quarantines it (list_db_quarantine) */
    LIST_DB_NEWER, /* schema of a later version */
    LIST_DB_OLDER, /* LIST_DB_READ only: needs a migration by the writer first */
};

/** Opens the list; LIST_DB_WRITE creates and migrates it. Statements are prepared once. A file of up to 32 MB (about
 * 250,000 cards) is checked whole, unless it is only shown; a larger one would hold a start up, so its damage shows in
 * list_db_check or as -EIO of a look-up. One handle serves one thread at a time.
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

enum {
    LIST_NAME_SIZE = 64,
    LIST_POINTS_MAX = 256,
    LIST_STAFF_MAX = 256,
    LIST_HELP_SIZE = 96,
    LIST_LANGUAGE_SIZE = 4,
    LIST_PHOTO_MAX = 40960
};

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
    char zone_name[LIST_NAME_SIZE]; /* of zone_to; "": outside, or a zone that the list doesn't have */
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
    /* for screens */
    bool show_photo; /* whether the entrance shows the photo, and the first name */
    bool show_name;
    bool has_opening;
    struct schedule opening; /* when it is open, with the holidays above; nothing that a gate goes by */
    char help[LIST_HELP_SIZE]; /* what a member can do who isn't let in; "": nothing said */
};

/* Stable values: they are stored. Each may what the ones before may. */
enum list_role { LIST_STAFF, LIST_TECHNICIAN, LIST_ADMINISTRATOR };

/* Who may sign in at a screen. */
struct list_staff {
    int64_t id;
    char name[LIST_NAME_SIZE];
    enum list_role role;
    char pin_hash[PIN_HASH_SIZE]; /* "": none; else for pin_matches */
    char language[LIST_LANGUAGE_SIZE]; /* "sv", "de", "nb", "fi", "en"; "": the branch's */
};

/** @return 0, 1 when there is no such row, or a negative errno. A branch's holidays are the first
 * SCHEDULE_HOLIDAYS_MAX from two days before the list was synced. */
int list_db_meta(struct list_db *db, struct list_meta *ret_meta);
int list_db_point(struct list_db *db, const char *name, struct list_point *ret_point);
int list_db_branch(struct list_db *db, int64_t branch_id, struct list_branch *ret_branch);

/** Calls @each for the access points of all branches, by branch and id, LIST_POINTS_MAX at most. A non-zero answer ends
 * it and is returned. @each must not use the handle. @return 0, @each's answer, or a negative errno. */
int list_db_points_each(struct list_db *db, int (*each)(const struct list_point *point, void *user), void *user);

/** A customer's photo: the bytes of a JPEG or PNG file, as the list has them: not yet decoded, not to be trusted.
 * @size: LIST_PHOTO_MAX holds every one that the import takes. @return 0 with *ret_len, 1 when there is none, -EMSGSIZE
 * when it is larger than @size, or a negative errno. */
int list_db_photo(struct list_db *db, int64_t customer_id, uint8_t *ret_image, size_t size, size_t *ret_len);

/** @return 0, 1 when there is no such person, or a negative errno. */
int list_db_staff(struct list_db *db, int64_t staff_id, struct list_staff *ret_staff);
/** Whose card for signing in this is. One that the list's cards know as lost, stolen, broken or replaced is nobody's,
 * nor is a random UID. @return as list_db_staff. */
int list_db_staff_by_card(struct list_db *db, const struct card_number *card, struct list_staff *ret_staff);
/** As list_db_points_each, of everybody who may sign in, by name (its bytes), LIST_STAFF_MAX at most. */
int list_db_staff_each(struct list_db *db, int (*each)(const struct list_staff *staff, void *user), void *user);

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
