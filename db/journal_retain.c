/* Retention: the personal parts of old events go, in small steps, while the chain still verifies.
 *
 * An event keeps its place, its plain fields and the digest of what it said. What is kept of a person beside the events goes
 * with the newest event that said it: of somebody whom anti-passback still holds in a zone, all but that. SQLite overwrites freed cells with zeros
 * (secure_delete), and once a round is done the log is emptied, so that the bytes aren't left in either file. */

#include "db/journal_internal.h"

#define LOG_MODULE "journal"
#include "base/log.h"

#include <errno.h>

enum { STEP_MAX = 256 };

struct old {
    int64_t seq, holder;
    uint8_t digest[JOURNAL_HASH_SIZE];
};

static int collect(struct journal_db *db, int64_t before_utc_us, int limit, struct old *ret_old)
{
    sqlite3_stmt *s = db->old_personal;
    int n = 0;
    int r = 0;
    (void)sqlite3_bind_int64(s, 1, before_utc_us);
    (void)sqlite3_bind_int(s, 2, limit);
    while (r == 0 && n < limit) {
        int rc = sqlite3_step(s);
        if (rc != SQLITE_ROW) {
            r = rc == SQLITE_DONE ? 1 : sql_failed(db->sql, "retention");
            break;
        }
        struct journal_row row;
        if (!journal_row_read(s, &row) || row.seal_len != JOURNAL_SALT_SIZE) {
            r = -EIO;
            break;
        }
        ret_old[n].seq = row.event.seq;
        ret_old[n].holder = row.event.holder;
        journal_digest(&row, row.seal, ret_old[n++].digest);
    }
    (void)sqlite3_reset(s);
    return r < 0 ? r : n;
}

static int erase_one(struct journal_db *db, const struct old *old)
{
    (void)sqlite3_bind_int64(db->erase, 1, old->seq);
    (void)sqlite3_bind_blob(db->erase, 2, old->digest, JOURNAL_HASH_SIZE, SQLITE_STATIC);
    int r = sql_run(db->sql, db->erase, "erase");
    (void)sqlite3_clear_bindings(db->erase);
    sqlite3_stmt *stmts[] = {db->forget_outside, db->forget_inside};
    for (size_t i = 0; r == 0 && i < sizeof(stmts) / sizeof(stmts[0]); i++) {
        (void)sqlite3_bind_int64(stmts[i], 1, old->holder);
        (void)sqlite3_bind_int64(stmts[i], 2, old->seq);
        r = sql_run(db->sql, stmts[i], "forget");
    }
    return r;
}

static int erase_some(struct journal_db *db, int64_t before_utc_us, int limit, int64_t *last)
{
    static const char free_pages[] = "PRAGMA incremental_vacuum(64)";
    struct old old[STEP_MAX];
    int n = collect(db, before_utc_us, limit, old);
    for (int i = 0; i < n; i++) {
        int r = erase_one(db, &old[i]);
        if (r < 0) {
            return r;
        }
        *last = old[i].seq > *last ? old[i].seq : *last;
    }
    int r = n > 0 ? sql_exec(db->sql, free_pages) : 0;
    return r < 0 ? r : n;
}

/* One transaction. */
static int erase_step(struct journal_db *db, int64_t before_utc_us, int limit)
{
    int r = journal_begin(db);
    if (r < 0) {
        return r;
    }
    int64_t last = db->last_erased;
    int n = erase_some(db, before_utc_us, limit, &last);
    r = n < 0 ? n : journal_commit(db);
    if (r < 0) {
        journal_rollback(db);
        return r;
    }
    db->last_erased = last;
    return n;
}

int journal_db_erase(struct journal_db *db, int64_t before_utc_us, int limit)
{
    int erased = 0;
    while (erased < limit) {
        int wanted = limit - erased < STEP_MAX ? limit - erased : STEP_MAX;
        int n = erase_step(db, before_utc_us, wanted);
        if (n < 0) {
            return n;
        }
        erased += n;
        if (n < wanted) {
            break;
        }
    }
    if (erased > 0 && erased < limit) {
        /* Should a reader stand in the way, the log is emptied by a later round. */
        (void)sqlite3_wal_checkpoint_v2(db->sql, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    }
    return erased;
}

int64_t journal_db_last_erased(const struct journal_db *db)
{
    return db->last_erased;
}
