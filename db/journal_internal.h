#pragma once

/* The inside of a journal_db handle, shared by the journal_*.c files. */

#include "db/journal_db.h"
#include "db/sql.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JOURNAL_SALT_SIZE = 16, JOURNAL_EFFECT_SIZE = 192 };

/* No journal ever counts so far: a number beyond comes from a damaged page, and adding to it could overflow. */
#define JOURNAL_SEQ_MAX (INT64_MAX / 4)

/* Values of event.personal. */
enum { JOURNAL_NOTHING_PERSONAL, JOURNAL_PERSONAL, JOURNAL_PERSONAL_ERASED };

/* Bits of event.flags. */
enum { JOURNAL_OPENS_GRANT = 1, JOURNAL_CLOSES_GRANT = 2 };

/* An event as its row has it. Pointers are the statement's or the caller's. */
struct journal_row {
    struct journal_event event; /* record is set */
    uint8_t hash[JOURNAL_HASH_SIZE];
    int personal;
    const uint8_t *seal;
    size_t seal_len;
    uint8_t card_key[1 + CARD_DIGITS_MAX];
    size_t card_key_len;
    const uint8_t *effect;
    size_t effect_len;
};

/* Where the chain stands. */
struct journal_tail {
    int64_t epoch;
    int64_t next_seq;
    int64_t last_grant;
    uint8_t hash[JOURNAL_HASH_SIZE];
};

struct journal_db {
    sqlite3 *sql;
    struct journal_tail tail; /* of a writer */
    int64_t seen_change;
    uint8_t *record; /* JOURNAL_RECORD_MAX bytes for journal_db_event */
    sqlite3_stmt *begin, *commit, *changed, *insert, *set_grant;
    sqlite3_stmt *event, *next, *newest, *undone, *last, *journal;
    sqlite3_stmt *presence, *set_presence, *count_in, *count_out, *people, *people_since;
    sqlite3_stmt *use, *give_back, *uses;
    sqlite3_stmt *open_grant, *close_grant, *next_grant, *grant_open;
    sqlite3_stmt *cursor, *set_cursor;
    int64_t last_erased;
    sqlite3_stmt *old_personal, *erase, *forget_outside, *forget_inside;
};

/* Columns in the order that journal_row_read expects. */
#define JOURNAL_COLUMNS                                                                                                \
    "seq, epoch, kind, utc_us, boot_us, grant_no, ref, point, code, line_us, flags, lane, detail, hash, personal,"     \
    " seal, holder, card, effect, record"

/* journal_chain.c */

/** Packs what the event changes. @return its length. */
size_t journal_effect_encode(const struct journal_effect *effect, uint8_t ret_bytes[JOURNAL_EFFECT_SIZE]);
/** Reads it back, the flags about grants left alone. @return false when the bytes are no such thing. */
bool journal_effect_decode(const uint8_t *bytes, size_t n, struct journal_effect *ret_effect);
int64_t journal_event_flags(const struct journal_event *event);
/** The digest of a personal part under its salt. */
void journal_digest(const struct journal_row *row, const uint8_t salt[JOURNAL_SALT_SIZE],
                    uint8_t ret_digest[JOURNAL_HASH_SIZE]);
/** The hash of an event that follows one with the hash @prev. @return false when its seal is none. */
bool journal_hash(const struct journal_row *row, const uint8_t prev[JOURNAL_HASH_SIZE],
                  uint8_t ret_hash[JOURNAL_HASH_SIZE]);
/** What journal_hash takes as the hash before: @prev, or of a JOURNAL_RECOVERED that and all chain starts noted by its
 * epoch. @return 0 or a negative errno. */
int journal_chained_to(struct journal_db *db, const struct journal_row *row, const uint8_t prev[JOURNAL_HASH_SIZE],
                       uint8_t ret_prev[JOURNAL_HASH_SIZE]);

/* journal_append.c */

/** Reads where the chain stands from the file. */
int journal_tail_read(struct journal_db *db, struct journal_tail *ret_tail);
/** Writes a row as it is. */
int journal_row_insert(struct journal_db *db, const struct journal_row *row);
/** Makes the event's effects. Doing it again changes nothing. */
int journal_apply(struct journal_db *db, const struct journal_event *event);
int journal_begin(struct journal_db *db);
int journal_commit(struct journal_db *db);
void journal_rollback(struct journal_db *db);

/* journal_read.c */

/** Takes a row from a statement over JOURNAL_COLUMNS. @return false when its values can't be an event's. */
bool journal_row_read(sqlite3_stmt *stmt, struct journal_row *ret_row);

/* journal_verify.c */

/** Verifies the chain from @from on, the first event there on trust. @return 0, 1 with the first bad seq, or a negative
 * errno. */
int journal_verify_from(struct journal_db *db, int64_t from, int64_t *ret_bad_seq);

/* journal_recover.c */

/** Ends a recovery that a crash cut short between its two files. @return 0 or a negative errno. */
int journal_recover_finish(const char *path);
