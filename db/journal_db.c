#include "db/journal_internal.h"

#define LOG_MODULE "journal"
#include "base/log.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>

_Static_assert((int)JOURNAL_DB_MISSING == (int)SQL_MISSING && (int)JOURNAL_DB_OLDER == (int)SQL_OLDER &&
                   (int)JOURNAL_DB_CORRUPT == (int)SQL_CORRUPT && (int)JOURNAL_DB_NEWER == (int)SQL_NEWER,
               "the outcomes are handed on");

/* The numbers stand in the schema's indexes and in the queries that use them. */
_Static_assert((int)JOURNAL_UNDONE == 8 && (int)JOURNAL_MODE == 12 && (int)JOURNAL_LOCKDOWN == 14, "stored values");

/* How many of the newest events are verified when the journal is opened. */
enum { TAIL_CHECKED = 64 };

static const struct sql_options journal_options = {
    .application_id = 0x53744a6f,
    .full_sync = true,
    .auto_vacuum = true,
    .secure_delete = true,
    .cache_kib = 512,
    .busy_ms = 1000,
    .check_bytes = INT64_C(32) << 20,
};

static int prepare(struct journal_db *db)
{
    const struct sql_text texts[] = {
        {&db->begin, "BEGIN IMMEDIATE"},
        {&db->commit, "COMMIT"},
        {&db->changed, "PRAGMA data_version"},
        {&db->journal, "SELECT epoch, next_seq, last_grant FROM journal WHERE id = 1"},
        {&db->last, "SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1"},
        {&db->insert,
         "INSERT INTO event (seq, epoch, kind, utc_us, boot_us, grant_no, ref, point, code, line_us, flags,"
         " lane, detail, hash, personal, seal, holder, card, effect, record)"
         " VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20)"},
        {&db->set_grant, "UPDATE journal SET last_grant = ?1 WHERE id = 1"},
        {&db->event, "SELECT " JOURNAL_COLUMNS " FROM event WHERE seq = ?1"},
        {&db->next, "SELECT " JOURNAL_COLUMNS " FROM event WHERE seq > ?1 ORDER BY seq LIMIT 1"},
        {&db->newest, "SELECT " JOURNAL_COLUMNS " FROM event WHERE kind = ?1 AND lane = ?2 AND kind IN (12, 14)"
                      " ORDER BY seq DESC LIMIT 1"},
        {&db->undone, "SELECT 1 FROM event WHERE ref = ?1 AND kind = 8 LIMIT 1"},
        {&db->presence, "SELECT zone, zone_since_us, last_entry_us, last_entry_point, visit, visit_day, visit_paid,"
                        " visits_today, visits_week, entries_today, seq FROM presence WHERE holder = ?1"},
        {&db->set_presence, "INSERT OR REPLACE INTO presence (holder, seq, zone, zone_since_us, last_entry_us,"
                            " last_entry_point, visit, visit_day, visit_paid, visits_today, visits_week, entries_today)"
                            " VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)"},
        {&db->count_in, "INSERT INTO zone_count VALUES (?1, 1) ON CONFLICT (zone) DO UPDATE SET people = people + 1"},
        {&db->count_out, "UPDATE zone_count SET people = max(people - 1, 0) WHERE zone = ?1"},
        {&db->people, "SELECT people FROM zone_count WHERE zone = ?1"},
        {&db->people_since, "SELECT count(*) FROM presence WHERE zone = ?1 AND zone != 0 AND zone_since_us > ?2"},
        {&db->use, "INSERT OR IGNORE INTO cost_use (kind, id, seq) VALUES (?1, ?2, ?3)"},
        {&db->give_back, "UPDATE cost_use SET returned_seq = ?2 WHERE seq = ?1 AND returned_seq = 0"},
        {&db->uses, "SELECT max(coalesce(sum((seq > ?3) - (returned_seq > ?3)), 0), 0) FROM cost_use"
                    " WHERE kind = ?1 AND id = ?2"},
        {&db->open_grant, "INSERT OR IGNORE INTO open_grant (grant_no, seq) VALUES (?1, ?2)"},
        {&db->close_grant, "DELETE FROM open_grant WHERE grant_no = ?1"},
        {&db->next_grant, "SELECT grant_no, seq FROM open_grant WHERE grant_no > ?1 ORDER BY grant_no LIMIT 1"},
        {&db->grant_open, "SELECT 1 FROM open_grant WHERE grant_no = ?1"},
        {&db->cursor, "SELECT seq FROM cursor WHERE name = ?1"},
        {&db->set_cursor, "INSERT OR REPLACE INTO cursor (name, seq) VALUES (?1, ?2)"},
        {&db->old_personal, "SELECT " JOURNAL_COLUMNS " FROM event WHERE personal = 1 AND utc_us < ?1"
                            " ORDER BY utc_us LIMIT ?2"},
        {&db->erase, "UPDATE event SET personal = 2, seal = ?2, holder = NULL, card = NULL, effect = NULL,"
                     " record = NULL WHERE seq = ?1"},
        {&db->forget_outside, "DELETE FROM presence WHERE holder = ?1 AND seq = ?2 AND zone = 0"},
        {&db->forget_inside, "UPDATE presence SET last_entry_us = 0, last_entry_point = 0, visit = 0, visit_day = 0,"
                             " visit_paid = 0, visits_today = 0, visits_week = 0, entries_today = 0"
                             " WHERE holder = ?1 AND seq = ?2"},
    };
    return sql_prepare_all(db->sql, texts, sizeof(texts) / sizeof(texts[0]));
}

/* The newest events are where a torn write would show, and what the next one is chained to. */
static int check_tail(struct journal_db *db)
{
    struct journal_tail tail = {0};
    int64_t bad = 0;
    int r = journal_tail_read(db, &tail);
    if (r == 0) {
        r = journal_verify_from(db, tail.next_seq - TAIL_CHECKED, &bad);
    }
    if (r == 1) {
        log_error("tail=bad seq=%lld", (long long)bad);
    }
    return r == 0 ? 0 : r == -EIO || r == 1 ? (int)JOURNAL_DB_CORRUPT : r;
}

static int bring_up(struct journal_db *db)
{
    int r = prepare(db);
    if (r == 0) {
        r = check_tail(db);
    }
    return r < 0 && sql_is_corrupt(db->sql) ? (int)JOURNAL_DB_CORRUPT : r;
}

static int open_handle(struct journal_db *db, const char *path, enum journal_db_mode mode)
{
    struct sql_options options = journal_options;
    options.mode = mode == JOURNAL_DB_WRITE ? SQL_WRITE : SQL_READ;
    options.check_bytes = mode == JOURNAL_DB_SHOW ? 0 : options.check_bytes;
    options.busy_ms = mode == JOURNAL_DB_SHOW ? 5 : options.busy_ms;
    db->seen_change = -1;
    db->record = malloc(JOURNAL_RECORD_MAX);
    if (!db->record) {
        return -ENOMEM;
    }
    int r = sql_open(path, &journal_schema, &options, &db->sql);
    return r == 0 ? bring_up(db) : r;
}

int journal_db_open(const char *path, enum journal_db_mode mode, struct journal_db **ret_db)
{
    if (sodium_init() < 0) {
        return -EIO;
    }
    int r = mode == JOURNAL_DB_WRITE ? journal_recover_finish(path) : 0;
    if (r < 0) {
        return r;
    }
    struct journal_db *db = calloc(1, sizeof(*db));
    if (!db) {
        return -ENOMEM;
    }
    r = open_handle(db, path, mode);
    if (r != 0) {
        journal_db_close(db);
        return r;
    }
    *ret_db = db;
    return 0;
}

void journal_db_close(struct journal_db *db)
{
    if (!db) {
        return;
    }
    sqlite3_stmt *stmts[] = {
        db->begin,      db->commit, db->changed,      db->insert,      db->set_grant,      db->event,
        db->next,       db->last,   db->journal,      db->presence,    db->set_presence,   db->count_in,
        db->count_out,  db->people, db->people_since, db->use,         db->give_back,      db->uses,
        db->open_grant, db->cursor, db->set_cursor,   db->close_grant, db->next_grant,     db->old_personal,
        db->erase,      db->newest, db->undone,       db->grant_open,  db->forget_outside, db->forget_inside,
    };
    for (size_t i = 0; i < sizeof(stmts) / sizeof(stmts[0]); i++) {
        (void)sqlite3_finalize(stmts[i]);
    }
    (void)sqlite3_close(db->sql);
    free(db->record);
    free(db);
}

int journal_db_check(struct journal_db *db)
{
    int r = sql_check(db->sql);
    return r == SQL_CORRUPT ? (int)JOURNAL_DB_CORRUPT : r;
}

/* @return the statement's integer, @otherwise when it has no row, or a negative errno. */
static int64_t one(struct journal_db *db, sqlite3_stmt *stmt, int column, int64_t otherwise, const char *what)
{
    int rc = sqlite3_step(stmt);
    int64_t value = rc == SQLITE_ROW    ? sqlite3_column_int64(stmt, column)
                    : rc == SQLITE_DONE ? otherwise
                                        : sql_failed(db->sql, what);
    (void)sqlite3_reset(stmt);
    return value;
}

int64_t journal_db_last_seq(struct journal_db *db)
{
    return one(db, db->last, 0, 0, "last");
}

int64_t journal_db_epoch(struct journal_db *db)
{
    return one(db, db->journal, 0, -EIO, "epoch");
}

int journal_db_grant_is_open(struct journal_db *db, uint64_t grant)
{
    (void)sqlite3_bind_int64(db->grant_open, 1, (int64_t)grant);
    return (int)one(db, db->grant_open, 0, 0, "open grant");
}

int journal_db_is_undone(struct journal_db *db, int64_t seq)
{
    (void)sqlite3_bind_int64(db->undone, 1, seq);
    return (int)one(db, db->undone, 0, 0, "undone");
}

int64_t journal_db_last_grant(struct journal_db *db)
{
    return one(db, db->journal, 2, -EIO, "last grant");
}

int journal_db_presence(struct journal_db *db, int64_t holder, struct visit_presence *ret_presence)
{
    sqlite3_stmt *s = db->presence;
    struct visit_presence presence = {0};
    (void)sqlite3_bind_int64(s, 1, holder);
    int rc = sqlite3_step(s);
    if (rc == SQLITE_ROW) {
        presence = (struct visit_presence){
            .zone_id = sqlite3_column_int64(s, 0),
            .zone_since_us = sqlite3_column_int64(s, 1),
            .last_entry_us = sqlite3_column_int64(s, 2),
            .last_entry_point = sqlite3_column_int64(s, 3),
            .visit_id = sqlite3_column_int64(s, 4),
            .visit_day = (int32_t)sqlite3_column_int64(s, 5),
            .visit_paid = sqlite3_column_int64(s, 6) != 0,
            .visits_today = (uint16_t)sqlite3_column_int64(s, 7),
            .visits_week = (uint16_t)sqlite3_column_int64(s, 8),
            .entries_today = (uint16_t)sqlite3_column_int64(s, 9),
        };
    }
    int r = rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : sql_failed(db->sql, "presence");
    (void)sqlite3_reset(s);
    if (r == 0) {
        *ret_presence = presence;
    }
    return r;
}

int64_t journal_db_occupancy(struct journal_db *db, int64_t zone_id)
{
    (void)sqlite3_bind_int64(db->people, 1, zone_id);
    return one(db, db->people, 0, 0, "occupancy");
}

int64_t journal_db_occupancy_since(struct journal_db *db, int64_t zone_id, int64_t after_utc_us)
{
    (void)sqlite3_bind_int64(db->people_since, 1, zone_id);
    (void)sqlite3_bind_int64(db->people_since, 2, after_utc_us);
    return one(db, db->people_since, 0, 0, "occupancy");
}

int64_t journal_db_uses(struct journal_db *db, enum visit_cost kind, int64_t id, int64_t after)
{
    (void)sqlite3_bind_int64(db->uses, 1, kind);
    (void)sqlite3_bind_int64(db->uses, 2, id);
    (void)sqlite3_bind_int64(db->uses, 3, after);
    return one(db, db->uses, 0, 0, "uses");
}

int64_t journal_db_cursor(struct journal_db *db, const char *name)
{
    (void)sqlite3_bind_text(db->cursor, 1, name, -1, SQLITE_STATIC);
    int64_t seq = one(db, db->cursor, 0, 0, "cursor");
    (void)sqlite3_clear_bindings(db->cursor);
    return seq;
}

int journal_db_set_cursor(struct journal_db *db, const char *name, int64_t seq)
{
    (void)sqlite3_bind_text(db->set_cursor, 1, name, -1, SQLITE_STATIC);
    (void)sqlite3_bind_int64(db->set_cursor, 2, seq);
    int r = sql_run(db->sql, db->set_cursor, "set cursor");
    (void)sqlite3_clear_bindings(db->set_cursor);
    return r;
}

const char *journal_kind_text(enum journal_kind kind)
{
    static const char *const names[JOURNAL_KINDS] = {
        [JOURNAL_START] = "start",
        [JOURNAL_STOP] = "stop",
        [JOURNAL_DECISION] = "decision",
        [JOURNAL_RELEASED] = "released",
        [JOURNAL_PASSED] = "passed",
        [JOURNAL_NOT_PASSED] = "not_passed",
        [JOURNAL_UNRESOLVED] = "unresolved",
        [JOURNAL_UNDONE] = "undone",
        [JOURNAL_STAFF_RELEASE] = "staff_release",
        [JOURNAL_ALARM] = "alarm",
        [JOURNAL_ALARM_END] = "alarm_end",
        [JOURNAL_MODE] = "mode",
        [JOURNAL_FIRE] = "fire",
        [JOURNAL_LOCKDOWN] = "lockdown",
        [JOURNAL_TAMPER] = "tamper",
        [JOURNAL_REQUEST_TO_EXIT] = "request_to_exit",
        [JOURNAL_FREE_PASSAGE] = "free_passage",
        [JOURNAL_READER_LOST] = "reader_lost",
        [JOURNAL_READER_BACK] = "reader_back",
        [JOURNAL_LIST_STATE] = "list_state",
        [JOURNAL_CLOCK] = "clock",
        [JOURNAL_RECOVERED] = "recovered",
        [JOURNAL_ERASED] = "erased",
        [JOURNAL_STAFF_ACT] = "staff_act",
    };
    return kind > 0 && kind < JOURNAL_KINDS && names[kind] ? names[kind] : "unknown";
}
