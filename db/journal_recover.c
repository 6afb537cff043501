/* Recovery of a damaged journal.
 *
 * The damaged file is read as far as it can be: event by event by sequence number, stepping over what its pages no
 * longer give. An event is carried over when it is whole: its hash fits the event before it. Behind a gap the
 * event before is unknown, so the first one there can't be checked; it is noted in chain_start, and the chain verifies
 * again from it on; the event that ends the recovery covers these notes with its hash. Uses, open grants and
 * cursors are copied where their tables can be read, and then every event carried over makes its effects again, which
 * changes nothing that is there already: so either source makes good for the other. Presence comes from the events, and
 * from its table where the event is lost.
 *
 * That needs a tree whose upper pages can be read; where they can't, journal_salvage.c takes the events from the leaves.
 *
 * The new file is PATH.recovering while it grows and PATH.recovered once it is whole and on disk. Only then is the old one
 * set aside and the new one renamed into place; a crash between those renames leaves PATH.recovered, and the next
 * opening ends the work. At no moment is there neither the old file nor the whole new one. */

#include "db/journal_recovery.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#define LOG_MODULE "journal"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    PAGE = 4096,
    EVENTS_PER_PAGE = 40, /* more than ever fit */
    BATCH = 5000,
    SEQ_MARGIN = 1000000, /* above whatever the old epoch may have given out */
};

void journal_recovery_unlink(const char *path)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
        char name[SQL_PATH_SIZE + 32];
        (void)snprintf(name, sizeof(name), "%s%s", path, suffixes[i]);
        (void)unlink(name);
    }
}

/* The old file ------------------------------------------------------------------------------------------------ */

bool journal_recovery_open_old(struct recovery *rec, const char *path)
{
    static const char next_sql[] = "SELECT " JOURNAL_COLUMNS " FROM event WHERE seq > ?1 ORDER BY seq LIMIT 1";
    /* writable_schema lets SQLite read on in a file that is shorter than its header says. */
    bool good = sqlite3_open_v2(path, &rec->old, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK &&
                sqlite3_exec(rec->old, "PRAGMA writable_schema = ON", NULL, NULL, NULL) == SQLITE_OK &&
                sqlite3_prepare_v2(rec->old, next_sql, -1, &rec->next, NULL) == SQLITE_OK;
    if (!good) {
        journal_recovery_close_old(rec);
    }
    return good;
}

void journal_recovery_close_old(struct recovery *rec)
{
    (void)sqlite3_finalize(rec->next);
    (void)sqlite3_close(rec->old);
    rec->next = NULL;
    rec->old = NULL;
}

/* The largest answer of queries of which any may fail. */
static int64_t largest(sqlite3 *db, const char *const *queries, size_t n, int64_t least)
{
    for (size_t i = 0; i < n; i++) {
        sqlite3_stmt *stmt = NULL;
        if (sqlite3_prepare_v2(db, queries[i], -1, &stmt, NULL) == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW) {
            int64_t value = sqlite3_column_int64(stmt, 0);
            least = value > least && value <= JOURNAL_SEQ_MAX ? value : least;
        }
        (void)sqlite3_finalize(stmt);
    }
    return least;
}

static void look_around(struct recovery *rec, const char *path)
{
    static const char *const seqs[] = {"SELECT max(seq) FROM event", "SELECT next_seq FROM journal",
                                       "SELECT max(seq) FROM presence", "SELECT max(seq) FROM cost_use",
                                       "SELECT max(seq) FROM open_grant"};
    static const char *const epochs[] = {"SELECT epoch FROM journal",
                                         "SELECT epoch FROM event ORDER BY seq DESC LIMIT 1"};
    static const char *const firsts[] = {"SELECT next_seq FROM journal", "SELECT min(seq) FROM event"};
    struct stat st = {0};
    (void)stat(path, &st);
    int64_t most = st.st_size / PAGE * EVENTS_PER_PAGE;
    int64_t base = largest(rec->old, firsts, ARRAY_LEN(firsts), 0);
    rec->upper = largest(rec->old, seqs, ARRAY_LEN(seqs), 0);
    rec->upper = rec->upper > 0 ? rec->upper + EVENTS_PER_PAGE : base + most;
    rec->epoch = largest(rec->old, epochs, ARRAY_LEN(epochs), 0);
}

/* Carrying over ----------------------------------------------------------------------------------------------- */

static int note_chain_start(struct recovery *rec, int64_t seq)
{
    char text[80];
    /* The epoch that this recovery begins isn't known yet. */
    (void)snprintf(text, sizeof(text), "INSERT OR IGNORE INTO chain_start VALUES (%" PRId64 ", NULL)", seq);
    return sql_exec(rec->new->sql, text);
}

/* @return 0 with whether the row is whole. A row of which nothing can be said for want of the one before it begins
 * the chain anew. */
static int judge(struct recovery *rec, const struct journal_row *row, bool *ret_whole)
{
    static const uint8_t nothing[JOURNAL_HASH_SIZE];
    uint8_t prev[JOURNAL_HASH_SIZE];
    uint8_t hash[JOURNAL_HASH_SIZE];
    bool first = rec->kept == 0 && row->event.seq == 1;
    bool next = rec->prev_known && row->event.seq > rec->last_seq;
    int r = journal_chained_to(rec->new, row, next ? rec->prev : nothing, prev);
    if (r < 0) {
        return r;
    }
    *ret_whole = journal_hash(row, prev, hash);
    if (!*ret_whole) {
        return 0;
    }
    if ((first || next) && memcmp(hash, row->hash, sizeof(hash)) == 0) {
        rec->prev_sure = true;
        return 0;
    }
    bool contiguous = first || (next && row->event.seq == rec->last_seq + 1);
    if (contiguous && (first || rec->prev_sure)) {
        *ret_whole = false;
        return 0;
    }
    rec->prev_sure = false;
    return note_chain_start(rec, row->event.seq);
}

static int carry(struct recovery *rec, const struct journal_row *row)
{
    bool whole = false;
    int r = judge(rec, row, &whole);
    if (r < 0) {
        return r;
    }
    if (!whole) {
        rec->not_whole++;
        return 0;
    }
    r = journal_row_insert(rec->new, row);
    if (r == 0) {
        r = journal_apply(rec->new, &row->event);
    }
    rec->kept++;
    rec->last_seq = row->event.seq;
    rec->epoch = row->event.epoch > rec->epoch ? row->event.epoch : rec->epoch;
    rec->prev_known = true;
    memcpy(rec->prev, row->hash, sizeof(rec->prev));
    return r;
}

int journal_recovery_carry(struct recovery *rec, int64_t *at, int64_t upper, int limit, bool *ret_done)
{
    int r = 0;
    for (int n = 0; n < limit && r == 0 && !*ret_done; n++) {
        (void)sqlite3_bind_int64(rec->next, 1, *at);
        int rc = sqlite3_step(rec->next);
        if (rc == SQLITE_ROW) {
            struct journal_row row;
            int64_t seq = sqlite3_column_int64(rec->next, 0);
            bool good = seq > *at && journal_row_read(rec->next, &row);
            r = good ? carry(rec, &row) : 0;
            rec->not_whole += good ? 0 : 1;
            *at = seq > *at ? seq : *at + 1;
        } else if (rc == SQLITE_DONE) {
            *ret_done = true;
        } else {
            /* The page can't be read: its numbers are tried one by one until another page answers. */
            rec->unreadable++;
            (*at)++;
            *ret_done = *at > upper;
        }
        (void)sqlite3_reset(rec->next);
    }
    return r;
}

static int carry_events(struct recovery *rec)
{
    bool done = false;
    int64_t at = 0;
    while (!done && rec->unreadable == 0) {
        int r = sql_exec(rec->new->sql, "BEGIN IMMEDIATE");
        if (r == 0) {
            r = journal_recovery_carry(rec, &at, rec->upper, BATCH, &done);
        }
        if (r == 0) {
            r = sql_exec(rec->new->sql, "COMMIT");
        }
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

/* Copies what a query over the old file gives into a table of the new one. Integers and texts only. */
static int copy_rows(struct recovery *rec, const char *query, const char *insert)
{
    __attribute__((cleanup(sql_finalizep))) sqlite3_stmt *from = NULL;
    __attribute__((cleanup(sql_finalizep))) sqlite3_stmt *to = NULL;
    if (sqlite3_prepare_v2(rec->old, query, -1, &from, NULL) != SQLITE_OK) {
        return 0; /* not to be read: the events make good for it */
    }
    int r = sql_prepare(rec->new->sql, insert, &to);
    while (r == 0 && sqlite3_step(from) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(from); i++) {
            (void)sqlite3_bind_value(to, i + 1, sqlite3_column_value(from, i));
        }
        int rc = sqlite3_step(to);
        (void)sqlite3_reset(to);
        if (rc != SQLITE_DONE && (rc & 0xff) != SQLITE_CONSTRAINT) { /* a damaged row breaks a constraint: left out */
            r = sql_failed(rec->new->sql, "carry over");
        }
    }
    return r;
}

/* What is kept of a person follows from the events that were carried over; a row counts only where the event that it
 * names was lost, or is erased, and says something newer. */
int journal_recovery_carry_presence(struct recovery *rec)
{
    static const char put[] = "INSERT OR REPLACE INTO presence SELECT ?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12"
                              " WHERE NOT EXISTS (SELECT 1 FROM event WHERE seq = ?2 AND personal = 1)"
                              " AND NOT EXISTS (SELECT 1 FROM presence WHERE holder = ?1 AND seq > ?2)";
    /* From both ends, as the other tables. A number above is JOURNAL_SEQ_MAX's. */
    static const char *const rows[] = {
        "SELECT * FROM presence WHERE seq BETWEEN 1 AND 2305843009213693951 ORDER BY holder",
        "SELECT * FROM presence WHERE seq BETWEEN 1 AND 2305843009213693951 ORDER BY holder DESC",
    };
    int r = sql_exec(rec->new->sql, "BEGIN IMMEDIATE");
    for (size_t i = 0; i < ARRAY_LEN(rows) && r == 0; i++) {
        r = copy_rows(rec, rows[i], put);
    }
    return r == 0 ? sql_exec(rec->new->sql, "COMMIT") : r;
}

/* Each table from both ends, so that a page in the middle that can't be read hides as little as may be. */
int journal_recovery_carry_tables(struct recovery *rec, const char *path)
{
    static const char *const copies[][2] = {
        {"SELECT * FROM cost_use ORDER BY kind, id, seq", "INSERT OR IGNORE INTO cost_use VALUES (?,?,?,?)"},
        {"SELECT * FROM cost_use ORDER BY kind DESC, id DESC, seq DESC",
         "INSERT OR IGNORE INTO cost_use VALUES (?,?,?,?)"},
        {"SELECT * FROM open_grant ORDER BY grant_no", "INSERT OR IGNORE INTO open_grant VALUES (?,?)"},
        {"SELECT * FROM open_grant ORDER BY grant_no DESC", "INSERT OR IGNORE INTO open_grant VALUES (?,?)"},
        {"SELECT * FROM cursor", "INSERT OR IGNORE INTO cursor VALUES (?,?)"},
        {"SELECT * FROM chain_start", "INSERT OR IGNORE INTO chain_start VALUES (?,?)"},
        {"SELECT last_grant FROM journal", "UPDATE journal SET last_grant = max(last_grant, ?)"},
    };
    look_around(rec, path);
    int r = sql_exec(rec->new->sql, "BEGIN IMMEDIATE");
    for (size_t i = 0; i < ARRAY_LEN(copies) && r == 0; i++) {
        r = copy_rows(rec, copies[i][0], copies[i][1]);
    }
    if (r == 0) {
        r = sql_exec(rec->new->sql, "COMMIT");
    }
    return r < 0 ? r : journal_tail_read(rec->new, &rec->new->tail);
}

/* The new file ------------------------------------------------------------------------------------------------ */

static int begin_epoch(struct recovery *rec, const char *path, int64_t utc_us)
{
    char text[512];
    int64_t epoch = rec->epoch > 0 ? rec->epoch + 1 : utc_us / US_PER_S;
    int64_t seq = (rec->last_seq > rec->upper ? rec->last_seq : rec->upper) + SEQ_MARGIN;
    (void)snprintf(text, sizeof(text),
                   "BEGIN IMMEDIATE; UPDATE journal SET epoch = %" PRId64 ", next_seq = %" PRId64 ";"
                   "UPDATE chain_start SET epoch = (SELECT epoch FROM journal) WHERE epoch IS NULL;"
                   " DELETE FROM zone_count; INSERT INTO zone_count SELECT zone, count(*) FROM presence"
                   " WHERE zone <> 0 GROUP BY zone; COMMIT",
                   epoch > 1 ? epoch : 2, seq);
    int r = sql_exec(rec->new->sql, text);
    rec->new->seen_change = -1;
    struct journal_event event = {.kind = JOURNAL_RECOVERED, .utc_us = utc_us, .line_us = -1};
    const char *name = strrchr(path, '/');
    (void)snprintf(event.detail, sizeof(event.detail), "%.60s.damaged-%" PRId64, name ? name + 1 : path,
                   utc_us / US_PER_S);
    return r == 0 ? journal_db_append(rec->new, &event, 1) : r;
}

/* Empties the log into the file, so that the file is the whole of it. */
static int settle(struct journal_db *db)
{
    int r = sql_exec(db->sql, "PRAGMA wal_checkpoint(TRUNCATE)");
    return r < 0 ? r : sql_exec(db->sql, "PRAGMA journal_mode = DELETE");
}

static int rename_synced(const char *from, const char *to, int64_t utc_us)
{
    const struct timespec times[2] = {{.tv_sec = utc_us / US_PER_S}, {.tv_sec = utc_us / US_PER_S}};
    _cleanup_close_ int fd = open(from, O_RDWR | O_CLOEXEC);
    if (fd < 0 || futimens(fd, times) < 0 || fsync(fd) < 0 || rename(from, to) < 0) {
        return -errno;
    }
    return file_sync_parent(to);
}

/* PATH.recovered is whole: its time of change names the file that it takes the place of. */
int journal_recover_finish(const char *path)
{
    char recovered[SQL_PATH_SIZE];
    char aside[SQL_PATH_SIZE];
    struct stat st;
    if ((size_t)snprintf(recovered, sizeof(recovered), "%s.recovered", path) >= sizeof(recovered) - 32) {
        return -ENAMETOOLONG;
    }
    if (stat(recovered, &st) < 0) {
        return errno == ENOENT ? 0 : -errno;
    }
    int r = sql_set_aside(path, "damaged", (int64_t)st.st_mtim.tv_sec * US_PER_S, aside, sizeof(aside));
    if (r < 0 && r != -ENOENT) {
        return r;
    }
    if (rename(recovered, path) < 0) {
        return -errno;
    }
    log_warn("recovered=%s", path);
    return file_sync_parent(path);
}

/* Begins the new file. Its log is emptied since its first page may be needed. */
static int begin_new(struct recovery *rec, const char *recovering)
{
    journal_recovery_unlink(recovering);
    int r = journal_db_open(recovering, JOURNAL_DB_WRITE, &rec->new);
    if (r == 0) {
        r = sql_exec(rec->new->sql, "PRAGMA wal_checkpoint(TRUNCATE)");
    }
    return r > 0 ? -EIO : r;
}

static int build(const char *path, const char *recovering, struct recovery *rec)
{
    int r = begin_new(rec, recovering);
    bool answers = r == 0 && journal_recovery_open_old(rec, path);
    if (answers) {
        r = journal_recovery_carry_tables(rec, path);
        if (r == 0) {
            r = carry_events(rec);
        }
        if (r == 0) {
            r = journal_recovery_carry_presence(rec);
        }
        journal_recovery_close_old(rec);
    }
    if (r == 0 && (!answers || rec->unreadable > 0)) {
        journal_db_close(rec->new);
        *rec = (struct recovery){0};
        r = begin_new(rec, recovering);
        if (r == 0) {
            r = journal_salvage(rec, path, recovering);
        }
    }
    return r;
}

int journal_db_recover(const char *path, int64_t utc_us, int64_t *ret_kept)
{
    char recovering[SQL_PATH_SIZE];
    char recovered[SQL_PATH_SIZE];
    if (strlen(path) + 64 > SQL_PATH_SIZE) {
        return -ENAMETOOLONG;
    }
    if (sodium_init() < 0) {
        return -EIO;
    }
    (void)snprintf(recovering, sizeof(recovering), "%s.recovering", path);
    (void)snprintf(recovered, sizeof(recovered), "%s.recovered", path);
    struct recovery rec = {0};
    int r = build(path, recovering, &rec);
    if (r == 0) {
        r = begin_epoch(&rec, path, utc_us);
    }
    if (r == 0) {
        r = settle(rec.new);
    }
    journal_db_close(rec.new);
    if (r == 0) {
        r = rename_synced(recovering, recovered, utc_us);
    }
    if (r < 0) {
        journal_recovery_unlink(recovering);
        return r;
    }
    log_warn("kept=%" PRId64 " unreadable=%" PRId64 " not_whole=%" PRId64, rec.kept, rec.unreadable, rec.not_whole);
    r = journal_recover_finish(path);
    if (r == 0) {
        *ret_kept = rec.kept;
    }
    return r;
}
