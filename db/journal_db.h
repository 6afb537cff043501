#pragma once

/* journal.db: what happened at the lanes. One writer (the gate's journal worker).
 *
 * WAL, synchronous FULL: once journal_db_append has returned, the events survive a power cut. Every event carries
 * (epoch, seq): seq rises by one without a gap within an epoch. Events are chained: each hash covers the one before, the
 * event's plain fields and a digest of its personal part, so that personal data can be erased after its
 * retention while the chain still verifies (README.md). What follows from events (who is where, clips used, grants still
 * open) is kept in tables of the same file and changes in the same transaction. */

#include "core/card.h"
#include "core/visit.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct journal_db;

/* Stable values: they are stored. */
enum journal_kind {
    JOURNAL_START = 1, /* the gate started: epoch's first, version and configuration's digest in the record */
    JOURNAL_STOP,
    JOURNAL_DECISION, /* phase granted or denied, with the record to replay it */
    JOURNAL_RELEASED, /* line set: the times of each stage in the record */
    JOURNAL_PASSED, /* detail: in or out, where one reader serves both ways */
    JOURNAL_NOT_PASSED,
    JOURNAL_UNRESOLVED, /* after a restart: whether the grant was used is not known */
    JOURNAL_UNDONE, /* staff took an entry back; ref = seq of the JOURNAL_PASSED */
    JOURNAL_STAFF_RELEASE, /* who and why in the personal part */
    JOURNAL_ALARM, /* detail: lane_action_text */
    JOURNAL_ALARM_END,
    JOURNAL_MODE, /* lane mode set by staff; code: enum lane_mode */
    JOURNAL_FIRE, /* code 1 on, 0 off */
    JOURNAL_LOCKDOWN, /* code 1 on, 0 off; lane: whose input it was, "" staff's wish */
    JOURNAL_TAMPER,
    JOURNAL_REQUEST_TO_EXIT,
    JOURNAL_FREE_PASSAGE,
    JOURNAL_READER_LOST, /* detail: why */
    JOURNAL_READER_BACK,
    JOURNAL_LIST_STATE, /* detail: ok, missing, corrupt, quarantined, too_new, empty, ... */
    JOURNAL_CLOCK, /* detail: not_set, set, jumped; code: seconds */
    JOURNAL_RECOVERED, /* a damaged journal was set aside; detail: its file */
    JOURNAL_ERASED, /* retention: personal parts up to ref were erased */
    JOURNAL_STAFF_ACT, /* something staff did at a screen; who and what in the personal part */
    JOURNAL_KINDS
};

enum { JOURNAL_DETAIL_SIZE = 96, JOURNAL_RECORD_MAX = 16384, JOURNAL_HASH_SIZE = 32 };

/* What an event changes beside the journal itself. */
struct journal_effect {
    bool has_presence; /* write presence of @holder */
    struct visit_presence presence;
    bool takes_cost; /* count a use of (cost_kind, cost_id) under this event's seq */
    enum visit_cost cost_kind;
    int64_t cost_id;
    int64_t returns_cost_of_seq; /* undo: the use counted under that seq no longer counts; 0: none */
    bool opens_grant; /* remember the grant as open until an event closes it */
    bool closes_grant;
};

struct journal_event {
    /* set by the caller; 0 or empty where it says nothing */
    enum journal_kind kind;
    int32_t code; /* enum access_code of a decision; else see the kinds */
    int64_t utc_us, boot_us;
    uint64_t grant; /* unique within the file: ties the phases of one tap together */
    int64_t ref; /* another event's seq */
    int64_t point_id;
    int64_t line_us; /* released: UID known to line set; -1: not known */
    char lane[32];
    char detail[JOURNAL_DETAIL_SIZE]; /* nothing personal */
    /* personal: erased after the retention time */
    int64_t holder; /* customer id, or minus the entitlement's id; 0: nobody */
    const uint8_t *record; /* record to replay, staff's name and reason, ... (base/pack); not owned */
    size_t record_len;
    struct card_number card;
    /* given by the journal */
    bool erased;
    int64_t epoch, seq;
    /* the caller's again: what it changes beside; of an event read back, what it changed, unless erased */
    struct journal_effect effect;
};

/* JOURNAL_DB_SHOW: as LIST_DB_SHOW. */
enum journal_db_mode { JOURNAL_DB_READ, JOURNAL_DB_WRITE, JOURNAL_DB_SHOW };

enum journal_db_outcome {
    JOURNAL_DB_MISSING = 1,
    JOURNAL_DB_CORRUPT, /* the caller recovers it: journal_db_recover */
    JOURNAL_DB_NEWER,
    JOURNAL_DB_OLDER,
};

/** Opens the journal; JOURNAL_DB_WRITE creates and migrates it. Readers may be many, also in other threads and
 * processes, each with a handle of its own. A file of up to 32 MB is checked whole, of a larger one the newest events:
 * the rest is journal_db_check's. Writing ends a recovery that was cut short.
 * @return 0, an outcome, or a negative errno. */
int journal_db_open(const char *path, enum journal_db_mode mode, struct journal_db **ret_db);
void journal_db_close(struct journal_db *db);
static inline void journal_db_closep(struct journal_db **db)
{
    journal_db_close(*db);
}

/** Reads the whole file (PRAGMA quick_check). @return 0, JOURNAL_DB_CORRUPT or a negative errno. */
int journal_db_check(struct journal_db *db);

/** Sets a damaged journal aside (PATH.damaged-<utc seconds>) and makes a new one in its place with a new, higher
 * epoch, carrying over every event that can still be read whole and in sequence, presence, uses and open grants.
 * The new epoch's first event is JOURNAL_RECOVERED, which this function writes; its sequence begins well above the old
 * one's, so that no number is ever given twice. All handles on the journal must be closed.
 * @return 0 with the number of events carried over, or a negative errno. */
int journal_db_recover(const char *path, int64_t utc_us, int64_t *ret_kept);

/** Appends @n events and their effects in one durable transaction; fills in epoch and seq of each. @return 0 or a negative
 * errno (-ENOSPC: the disk is full; nothing was written; the handle stays usable). */
int journal_db_append(struct journal_db *db, struct journal_event *events, size_t n);

/** @return 0, 1 when there is none, or a negative errno. ret_event->record points into the handle until its next use. */
int journal_db_event(struct journal_db *db, int64_t seq, struct journal_event *ret_event);
/** The newest event of @kind (JOURNAL_MODE or JOURNAL_LOCKDOWN) with this lane ("": of the whole unit), found by index.
 * As journal_db_event. */
int journal_db_newest(struct journal_db *db, enum journal_kind kind, const char *lane, struct journal_event *ret_event);
/** Whether the passage @seq was taken back by a JOURNAL_UNDONE, found by index. @return 0 no, 1 yes, negative errno. */
int journal_db_is_undone(struct journal_db *db, int64_t seq);
/** Calls @each for events with seq > @after in order, at most @limit (0: all). A non-zero answer ends it and is returned.
 * Each event is a read transaction of its own: @each may take its time and may use the handle, but not what the event
 * points to afterwards. */
int journal_db_read(struct journal_db *db, int64_t after, int64_t limit,
                    int (*each)(const struct journal_event *event, void *user), void *user);
/** The newest seq; 0 when empty. Negative errno. */
int64_t journal_db_last_seq(struct journal_db *db);
int64_t journal_db_epoch(struct journal_db *db);
/** The highest grant number that was ever journalled; 0 when none. Negative errno. */
int64_t journal_db_last_grant(struct journal_db *db);

/** @return 0 (zeroed when the holder is not known) or a negative errno. */
int journal_db_presence(struct journal_db *db, int64_t holder, struct visit_presence *ret_presence);
/** How many people anti-passback holds in a zone. Negative errno. */
int64_t journal_db_occupancy(struct journal_db *db, int64_t zone_id);
/** As journal_db_occupancy, of those who came into the zone after an instant: where anti-passback forgets, the others
 * have left without a reader's knowing. Negative errno. */
int64_t journal_db_occupancy_since(struct journal_db *db, int64_t zone_id, int64_t after_utc_us);
/** Uses of a punch card or single entry counted here under a seq above @after, less those taken back under one above
 * it; never below 0. Negative errno. */
int64_t journal_db_uses(struct journal_db *db, enum visit_cost kind, int64_t id, int64_t after);
/** Calls @each for every grant that is open with the event that opened it; should that have been lost with a damaged
 * page, with a JOURNAL_DECISION that says the grant's number only. */
int journal_db_open_grants(struct journal_db *db, int (*each)(const struct journal_event *event, void *user),
                           void *user);

/** Whether a grant is open, by its number. @return 0 no, 1 yes, negative errno. */
int journal_db_grant_is_open(struct journal_db *db, uint64_t grant);

/** Verifies the hash chain from the first event on, and that presence and uses are what the events say.
 * @return 0, 1 with the first seq that is wrong, or a negative errno. */
int journal_db_verify(struct journal_db *db, int64_t *ret_bad_seq);
/** Erases the personal part of at most @limit events older than @before_utc_us, in durable transactions of at most 256.
 * JOURNAL_ERASED is the caller's to write. @return the number erased (fewer than @limit: done), or a negative errno. */
int journal_db_erase(struct journal_db *db, int64_t before_utc_us, int limit);
/** The highest seq whose personal part this handle has erased; 0: none. The ref of a JOURNAL_ERASED. */
int64_t journal_db_last_erased(const struct journal_db *db);

/** Where an upload stands: kept durably. @return the cursor's seq, or a negative errno. */
int64_t journal_db_cursor(struct journal_db *db, const char *name);
int journal_db_set_cursor(struct journal_db *db, const char *name, int64_t seq);

/** "decision", "passed", ... */
const char *journal_kind_text(enum journal_kind kind);
