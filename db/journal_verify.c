/* Is the journal what it was when it was written?
 *
 * The chain is followed from event to event. Where it doesn't fit, it may begin anew, if a recovery has noted so in
 * chain_start; but a note can be forged as easily as an event. So it counts only once a JOURNAL_RECOVERED follows that fits
 * its own place and whose hash covers the note: without one, the first such place is what is wrong.
 *
 * Presence and uses stand in tables of their own, which no hash covers. They follow from the events: each
 * event that isn't erased yet is held against what stands there for it. */

#include "db/journal_internal.h"

#define LOG_MODULE "journal"
#include "base/log.h"

#include <string.h>

struct verify {
    struct journal_db *db;
    bool whole; /* from the first event on, and the tables beside */
    sqlite3_stmt *rows, *starts, *presence, *erased, *use, *returned;
    bool has_prev;
    bool recovered; /* a recovery was met: events may be missing */
    int64_t seq, epoch;
    int64_t unvouched_seq; /* the first place where the chain began anew and nothing vouches for it yet; 0: none */
    int64_t unvouched_epoch; /* the latest epoch whose recovery has noted one */
    uint8_t hash[JOURNAL_HASH_SIZE];
};

static void verify_finish(struct verify *v)
{
    sqlite3_stmt *stmts[] = {v->rows, v->starts, v->presence, v->erased, v->use, v->returned};
    for (size_t i = 0; i < sizeof(stmts) / sizeof(stmts[0]); i++) {
        (void)sqlite3_finalize(stmts[i]);
    }
}

static int prepare(struct verify *v)
{
    const struct sql_text texts[] = {
        {&v->rows, "SELECT " JOURNAL_COLUMNS " FROM event WHERE seq >= ?1 ORDER BY seq"},
        /* A note without an epoch is one that no recovery has finished: nothing can vouch for it. */
        {&v->starts, "SELECT coalesce(epoch, 9223372036854775807) FROM chain_start WHERE seq = ?1"},
        {&v->presence, "SELECT seq, zone, zone_since_us, last_entry_us, last_entry_point, visit, visit_day, visit_paid,"
                       " visits_today, visits_week, entries_today FROM presence WHERE holder = ?1"},
        {&v->erased, "SELECT 1 FROM event WHERE seq > ?1 AND personal = 2 LIMIT 1"},
        {&v->use, "SELECT returned_seq FROM cost_use WHERE kind = ?1 AND id = ?2 AND seq = ?3"},
        {&v->returned, "SELECT returned_seq FROM cost_use WHERE seq = ?1"},
    };
    return sql_prepare_all(v->db->sql, texts, sizeof(texts) / sizeof(texts[0]));
}

/* The chain --------------------------------------------------------------------------------------------------- */

/* Within an epoch no number is left out; a new epoch begins higher. */
static bool follows(const struct verify *v, const struct journal_event *e)
{
    return e->epoch == v->epoch ? e->seq == v->seq + 1 : e->epoch > v->epoch && e->seq > v->seq;
}

/* @return 0 when the event fits where it stands, 1 when it doesn't, or a negative errno. */
static int fits(const struct verify *v, const struct journal_row *row)
{
    uint8_t prev[JOURNAL_HASH_SIZE];
    uint8_t hash[JOURNAL_HASH_SIZE];
    if (v->has_prev && !follows(v, &row->event)) {
        return 1;
    }
    int r = journal_chained_to(v->db, row, v->hash, prev);
    if (r < 0 || !journal_hash(row, prev, hash)) {
        return r < 0 ? r : 1;
    }
    bool on_trust = !v->has_prev && !v->whole;
    return on_trust || memcmp(hash, row->hash, sizeof(hash)) == 0 ? 0 : 1;
}

/* Whether a recovery has noted that the chain begins anew here. @return 0, 1 when none has, or a negative errno. */
static int begins_anew(struct verify *v, int64_t seq)
{
    (void)sqlite3_bind_int64(v->starts, 1, seq);
    int rc = sqlite3_step(v->starts);
    int r = rc == SQLITE_ROW ? 0 : rc == SQLITE_DONE ? 1 : sql_failed(v->db->sql, "chain_start");
    if (r == 0) {
        int64_t epoch = sqlite3_column_int64(v->starts, 0);
        v->unvouched_epoch = epoch > v->unvouched_epoch ? epoch : v->unvouched_epoch;
        v->unvouched_seq = v->unvouched_seq == 0 ? seq : v->unvouched_seq;
    }
    (void)sqlite3_reset(v->starts);
    return r;
}

static int verify_chain(struct verify *v, const struct journal_row *row)
{
    const struct journal_event *e = &row->event;
    int r = fits(v, row);
    if (r == 0 && e->kind == JOURNAL_RECOVERED && e->epoch >= v->unvouched_epoch) {
        v->unvouched_seq = 0;
        v->recovered = true;
    }
    if (r == 1) {
        r = begins_anew(v, e->seq);
    }
    v->has_prev = true;
    v->seq = e->seq;
    v->epoch = e->epoch;
    memcpy(v->hash, row->hash, sizeof(v->hash));
    return r;
}

/* What follows from the events -------------------------------------------------------------------------------- */

static bool same_presence(sqlite3_stmt *s, const struct visit_presence *p)
{
    const int64_t said[] = {p->zone_id,   p->zone_since_us, p->last_entry_us, p->last_entry_point, p->visit_id,
                            p->visit_day, p->visit_paid,    p->visits_today,  p->visits_week,      p->entries_today};
    for (int i = 0; i < (int)(sizeof(said) / sizeof(said[0])); i++) {
        if (sqlite3_column_int64(s, i + 1) != said[i]) {
            return false;
        }
    }
    return true;
}

/* Retention takes what is kept of a person along with the event that said it; where the clock was wrong, before an event
 * that came earlier. */
static int was_erased(struct verify *v, int64_t after_seq)
{
    (void)sqlite3_bind_int64(v->erased, 1, after_seq);
    int rc = sqlite3_step(v->erased);
    int r = rc == SQLITE_ROW ? 0 : rc == SQLITE_DONE ? 1 : sql_failed(v->db->sql, "erased");
    (void)sqlite3_reset(v->erased);
    return r;
}

/* What is kept of a person is what this event has said, or a later one. @return 0, 1 or a negative errno. */
static int verify_presence(struct verify *v, const struct journal_event *e)
{
    int r = 0;
    (void)sqlite3_bind_int64(v->presence, 1, e->holder);
    int rc = sqlite3_step(v->presence);
    if (rc == SQLITE_ROW) {
        int64_t seq = sqlite3_column_int64(v->presence, 0);
        r = seq > e->seq || (seq == e->seq && same_presence(v->presence, &e->effect.presence)) ? 0 : 1;
    } else {
        r = rc == SQLITE_DONE ? was_erased(v, e->seq) : sql_failed(v->db->sql, "presence");
    }
    (void)sqlite3_reset(v->presence);
    return r;
}

static int one(struct verify *v, sqlite3_stmt *stmt, bool (*right)(int64_t returned_seq))
{
    int rc = sqlite3_step(stmt);
    int r = rc == SQLITE_ROW    ? (right(sqlite3_column_int64(stmt, 0)) ? 0 : 1)
            : rc == SQLITE_DONE ? 1
                                : sql_failed(v->db->sql, "cost_use");
    (void)sqlite3_reset(stmt);
    return r;
}

static bool whatever(int64_t returned_seq)
{
    (void)returned_seq;
    return true;
}

static bool is_returned(int64_t returned_seq)
{
    return returned_seq != 0;
}

static int verify_effect(struct verify *v, const struct journal_event *e)
{
    int r = 0;
    if (e->effect.has_presence) {
        r = verify_presence(v, e);
    }
    if (r == 0 && e->effect.takes_cost) {
        (void)sqlite3_bind_int64(v->use, 1, e->effect.cost_kind);
        (void)sqlite3_bind_int64(v->use, 2, e->effect.cost_id);
        (void)sqlite3_bind_int64(v->use, 3, e->seq);
        r = one(v, v->use, whatever);
    }
    if (r == 0 && e->effect.returns_cost_of_seq != 0) {
        (void)sqlite3_bind_int64(v->returned, 1, e->effect.returns_cost_of_seq);
        r = one(v, v->returned, is_returned);
        r = r == 1 && v->recovered ? 0 : r; /* the use itself was lost */
    }
    return r;
}

/* Rows that no event has written. @return 0, 1 with the seq they name, or a negative errno. */
static int verify_strays(struct verify *v, int64_t *ret_bad_seq)
{
    static const char *const strays[] = {
        "SELECT p.seq FROM presence p JOIN event e ON e.seq = p.seq"
        " WHERE e.personal = 1 AND e.holder IS NOT p.holder ORDER BY p.seq LIMIT 1",
        "SELECT seq FROM presence WHERE seq NOT IN (SELECT seq FROM event) ORDER BY seq LIMIT 1",
        "SELECT seq FROM cost_use WHERE seq NOT IN (SELECT seq FROM event) ORDER BY seq LIMIT 1",
        "SELECT seq FROM cost_use c WHERE returned_seq != 0 AND NOT EXISTS"
        " (SELECT 1 FROM event e WHERE e.seq = c.returned_seq AND e.kind = 8) ORDER BY seq LIMIT 1",
    };
    /* After a recovery the event that a row names may be lost. */
    size_t n = v->recovered ? 1 : sizeof(strays) / sizeof(strays[0]);
    for (size_t i = 0; i < n; i++) {
        int r = sql_int(v->db->sql, strays[i], ret_bad_seq);
        if (r <= 0) {
            return r < 0 ? r : 1;
        }
    }
    return 0;
}

/* All ---------------------------------------------------------------------------------------------------------- */

static int verify_rows(struct verify *v, int64_t from, int64_t *ret_bad_seq)
{
    (void)sqlite3_bind_int64(v->rows, 1, from);
    for (;;) {
        int rc = sqlite3_step(v->rows);
        if (rc == SQLITE_DONE) {
            break;
        }
        if (rc != SQLITE_ROW) {
            return sql_failed(v->db->sql, "verify");
        }
        struct journal_row row;
        int r = journal_row_read(v->rows, &row) ? verify_chain(v, &row) : 1;
        if (r == 0 && v->whole && row.personal == JOURNAL_PERSONAL) {
            r = verify_effect(v, &row.event);
        }
        if (r != 0) {
            *ret_bad_seq = r == 1 ? sqlite3_column_int64(v->rows, 0) : *ret_bad_seq;
            return r;
        }
    }
    if (v->unvouched_seq != 0) {
        *ret_bad_seq = v->unvouched_seq;
        return 1;
    }
    return 0;
}

static int verify(struct journal_db *db, int64_t from, bool whole, int64_t *ret_bad_seq)
{
    __attribute__((cleanup(verify_finish))) struct verify v = {.db = db, .whole = whole};
    int r = prepare(&v);
    if (r == 0) {
        r = verify_rows(&v, from, ret_bad_seq);
    }
    return r == 0 && whole ? verify_strays(&v, ret_bad_seq) : r;
}

int journal_verify_from(struct journal_db *db, int64_t from, int64_t *ret_bad_seq)
{
    return verify(db, from, false, ret_bad_seq);
}

/* In one transaction, so that a writer beside doesn't show as a change. */
int journal_db_verify(struct journal_db *db, int64_t *ret_bad_seq)
{
    int r = sql_exec(db->sql, "BEGIN");
    if (r == 0) {
        r = verify(db, INT64_MIN, true, ret_bad_seq);
        journal_rollback(db);
    }
    return r;
}
