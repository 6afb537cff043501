#pragma once

/* The inside of a recovery: journal_recover.c carries over what SQLite can still read by itself, journal_salvage.c goes
 * through the file page by page when it can't. */

#include "db/journal_internal.h"

struct recovery {
    sqlite3 *old;
    sqlite3_stmt *next; /* over JOURNAL_COLUMNS: the first event above ?1 */
    struct journal_db *new;
    int64_t upper; /* no event beyond this number can have been in the old file */
    int64_t kept, last_seq, epoch;
    int64_t unreadable; /* times that a page didn't answer */
    int64_t not_whole; /* rows left out since their hash doesn't fit */
    bool prev_known, prev_sure; /* the event before was carried over; and was itself verified */
    uint8_t prev[JOURNAL_HASH_SIZE];
};

/** Opens the old file and prepares ->next. @return false when it doesn't answer. */
bool journal_recovery_open_old(struct recovery *rec, const char *path);
void journal_recovery_close_old(struct recovery *rec);
/** Copies the tables beside the events, but for presence, as far as they can be read, and looks for the highest numbers. */
int journal_recovery_carry_tables(struct recovery *rec, const char *path);
/** Copies presence, after the events. */
int journal_recovery_carry_presence(struct recovery *rec);
/** Carries over the events above *at, at most @limit rows or steps, until one is beyond @upper. *ret_done: there are no
 * more. @return 0 or a negative errno. */
int journal_recovery_carry(struct recovery *rec, int64_t *at, int64_t upper, int limit, bool *ret_done);
void journal_recovery_unlink(const char *path);

/** Carries over events from every page of a copy of the file that can be one of theirs. @template_path is a new
 * journal, all in its file. @return 0 or a negative errno. */
int journal_salvage(struct recovery *rec, const char *path, const char *template_path);
