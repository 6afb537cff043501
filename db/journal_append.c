#include "db/journal_internal.h"

#define LOG_MODULE "journal"
#include "base/log.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

int journal_tail_read(struct journal_db *db, struct journal_tail *ret_tail)
{
    struct journal_tail tail = {0};
    int rc = sqlite3_step(db->journal);
    if (rc == SQLITE_ROW) {
        tail.epoch = sqlite3_column_int64(db->journal, 0);
        tail.next_seq = sqlite3_column_int64(db->journal, 1);
        tail.last_grant = sqlite3_column_int64(db->journal, 2);
    }
    int r = rc == SQLITE_ROW ? 0 : rc == SQLITE_DONE ? -EIO : sql_failed(db->sql, "journal");
    (void)sqlite3_reset(db->journal);
    if (r < 0) {
        return r;
    }
    rc = sqlite3_step(db->last);
    if (rc == SQLITE_ROW) {
        int64_t seq = sqlite3_column_int64(db->last, 0);
        tail.next_seq = seq >= tail.next_seq ? seq + 1 : tail.next_seq;
        r = sqlite3_column_bytes(db->last, 1) == JOURNAL_HASH_SIZE ? 0 : -EIO;
        if (r == 0) {
            memcpy(tail.hash, sqlite3_column_blob(db->last, 1), JOURNAL_HASH_SIZE);
        }
    } else if (rc != SQLITE_DONE) {
        r = sql_failed(db->sql, "last");
    }
    (void)sqlite3_reset(db->last);
    if (r == 0) {
        *ret_tail = tail;
    }
    return r;
}

/* There is one writer; but should another process have written (a recovery), this one goes on from there. */
int journal_begin(struct journal_db *db)
{
    int r = sql_run(db->sql, db->begin, "begin");
    if (r < 0) {
        return r;
    }
    int64_t change = sqlite3_step(db->changed) == SQLITE_ROW ? sqlite3_column_int64(db->changed, 0) : -1;
    (void)sqlite3_reset(db->changed);
    if (change != db->seen_change) {
        r = journal_tail_read(db, &db->tail);
        if (r < 0) {
            journal_rollback(db);
            return r;
        }
        db->seen_change = change;
    }
    return 0;
}

int journal_commit(struct journal_db *db)
{
    return sql_run(db->sql, db->commit, "commit");
}

void journal_rollback(struct journal_db *db)
{
    if (!sqlite3_get_autocommit(db->sql)) {
        (void)sqlite3_exec(db->sql, "ROLLBACK", NULL, NULL, NULL);
    }
}

static void bind_blob(sqlite3_stmt *s, int at, const void *bytes, size_t n)
{
    if (n > 0) {
        (void)sqlite3_bind_blob(s, at, bytes, (int)n, SQLITE_STATIC);
    } else {
        (void)sqlite3_bind_null(s, at);
    }
}

int journal_row_insert(struct journal_db *db, const struct journal_row *row)
{
    const struct journal_event *e = &row->event;
    sqlite3_stmt *s = db->insert;
    const int64_t numbers[] = {e->seq,
                               e->epoch,
                               e->kind,
                               e->utc_us,
                               e->boot_us,
                               (int64_t)e->grant,
                               e->ref,
                               e->point_id,
                               e->code,
                               e->line_us,
                               journal_event_flags(e)};
    enum { N_NUMBERS = sizeof(numbers) / sizeof(numbers[0]) };
    for (int i = 0; i < N_NUMBERS; i++) {
        (void)sqlite3_bind_int64(s, i + 1, numbers[i]);
    }
    (void)sqlite3_bind_text(s, 12, e->lane, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(s, 13, e->detail, -1, SQLITE_STATIC);
    bind_blob(s, 14, row->hash, sizeof(row->hash));
    (void)sqlite3_bind_int(s, 15, row->personal);
    bind_blob(s, 16, row->seal, row->seal_len);
    if (row->personal == JOURNAL_PERSONAL) {
        (void)sqlite3_bind_int64(s, 17, e->holder);
    } else {
        (void)sqlite3_bind_null(s, 17);
    }
    bind_blob(s, 18, row->card_key, row->card_key_len);
    bind_blob(s, 19, row->effect, row->effect_len);
    bind_blob(s, 20, e->record, e->record_len);
    int r = sql_run(db->sql, s, "event");
    (void)sqlite3_clear_bindings(s);
    return r;
}

/* Effects ----------------------------------------------------------------------------------------------------- */

static int count_zone(struct journal_db *db, sqlite3_stmt *stmt, int64_t zone)
{
    if (zone == 0) {
        return 0;
    }
    (void)sqlite3_bind_int64(stmt, 1, zone);
    return sql_run(db->sql, stmt, "zone_count");
}

static int write_presence(struct journal_db *db, const struct journal_event *e)
{
    const struct visit_presence *p = &e->effect.presence;
    (void)sqlite3_bind_int64(db->presence, 1, e->holder);
    int rc = sqlite3_step(db->presence);
    int64_t old_zone = rc == SQLITE_ROW ? sqlite3_column_int64(db->presence, 0) : 0;
    int64_t old_seq = rc == SQLITE_ROW ? sqlite3_column_int64(db->presence, 10) : 0;
    int r = rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : sql_failed(db->sql, "presence");
    (void)sqlite3_reset(db->presence);
    if (r < 0 || old_seq >= e->seq) {
        return r;
    }
    const int64_t numbers[] = {e->holder,           e->seq,          p->zone_id,   p->zone_since_us, p->last_entry_us,
                               p->last_entry_point, p->visit_id,     p->visit_day, p->visit_paid,    p->visits_today,
                               p->visits_week,      p->entries_today};
    enum { N_NUMBERS = sizeof(numbers) / sizeof(numbers[0]) };
    for (int i = 0; i < N_NUMBERS; i++) {
        (void)sqlite3_bind_int64(db->set_presence, i + 1, numbers[i]);
    }
    r = sql_run(db->sql, db->set_presence, "presence");
    if (r == 0 && old_zone != p->zone_id) {
        r = count_zone(db, db->count_out, old_zone);
        if (r == 0) {
            r = count_zone(db, db->count_in, p->zone_id);
        }
    }
    return r;
}

static int run2(struct journal_db *db, sqlite3_stmt *stmt, int64_t a, int64_t b, const char *what)
{
    (void)sqlite3_bind_int64(stmt, 1, a);
    (void)sqlite3_bind_int64(stmt, 2, b);
    return sql_run(db->sql, stmt, what);
}

int journal_apply(struct journal_db *db, const struct journal_event *e)
{
    int r = 0;
    if (e->effect.has_presence) {
        r = write_presence(db, e);
    }
    if (r == 0 && e->effect.takes_cost) {
        (void)sqlite3_bind_int64(db->use, 3, e->seq);
        r = run2(db, db->use, e->effect.cost_kind, e->effect.cost_id, "use");
    }
    if (r == 0 && e->effect.returns_cost_of_seq != 0) {
        r = run2(db, db->give_back, e->effect.returns_cost_of_seq, e->seq, "give back");
    }
    if (r == 0 && e->effect.opens_grant) {
        r = run2(db, db->open_grant, (int64_t)e->grant, e->seq, "open grant");
    }
    if (r == 0 && e->effect.closes_grant) {
        (void)sqlite3_bind_int64(db->close_grant, 1, (int64_t)e->grant);
        r = sql_run(db->sql, db->close_grant, "close grant");
    }
    if (r == 0 && (int64_t)e->grant > db->tail.last_grant) {
        (void)sqlite3_bind_int64(db->set_grant, 1, (int64_t)e->grant);
        r = sql_run(db->sql, db->set_grant, "last grant");
        db->tail.last_grant = (int64_t)e->grant;
    }
    return r;
}

/* Append ------------------------------------------------------------------------------------------------------ */

static bool valid(const struct journal_event *e)
{
    return e->kind >= JOURNAL_START && e->kind < JOURNAL_KINDS && e->grant <= INT64_MAX &&
           memchr(e->lane, '\0', sizeof(e->lane)) && memchr(e->detail, '\0', sizeof(e->detail)) &&
           e->record_len <= JOURNAL_RECORD_MAX && (e->record || e->record_len == 0) &&
           (!e->effect.has_presence || e->holder != 0) &&
           (!e->effect.takes_cost || e->effect.cost_kind == VISIT_COST_CLIP ||
            e->effect.cost_kind == VISIT_COST_SINGLE_ENTRY) &&
           e->effect.returns_cost_of_seq >= 0 &&
           (e->grant != 0 || (!e->effect.opens_grant && !e->effect.closes_grant)) &&
           !(e->effect.opens_grant && e->effect.closes_grant);
}

static int append(struct journal_db *db, const struct journal_event *event)
{
    uint8_t effect[JOURNAL_EFFECT_SIZE];
    uint8_t salt[JOURNAL_SALT_SIZE];
    struct journal_row row = {.event = *event, .effect = effect};
    row.event.epoch = db->tail.epoch;
    row.event.seq = db->tail.next_seq;
    row.effect_len = journal_effect_encode(&event->effect, effect);
    if (event->card.form != CARD_NONE) {
        row.card_key_len = card_key(&event->card, row.card_key);
    }
    if (event->holder != 0 || row.card_key_len > 0 || row.effect_len > 0 || event->record_len > 0) {
        randombytes_buf(salt, sizeof(salt));
        row.personal = JOURNAL_PERSONAL;
        row.seal = salt;
        row.seal_len = sizeof(salt);
    }
    uint8_t prev[JOURNAL_HASH_SIZE];
    int r = journal_chained_to(db, &row, db->tail.hash, prev);
    if (r < 0) {
        return r;
    }
    if (!journal_hash(&row, prev, row.hash)) {
        return -EINVAL;
    }
    r = journal_row_insert(db, &row);
    if (r == 0) {
        r = journal_apply(db, &row.event);
    }
    if (r == 0) {
        db->tail.next_seq++;
        memcpy(db->tail.hash, row.hash, sizeof(row.hash));
    }
    return r;
}

int journal_db_append(struct journal_db *db, struct journal_event *events, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!valid(&events[i])) {
            return -EINVAL;
        }
    }
    if (n == 0) {
        return 0;
    }
    int r = journal_begin(db);
    if (r < 0) {
        return r;
    }
    const struct journal_tail before = db->tail;
    for (size_t i = 0; i < n && r == 0; i++) {
        r = append(db, &events[i]);
    }
    if (r == 0) {
        r = journal_commit(db);
    }
    if (r < 0) {
        journal_rollback(db);
        db->tail = before;
        return r;
    }
    for (size_t i = 0; i < n; i++) {
        events[i].epoch = before.epoch;
        events[i].seq = before.next_seq + (int64_t)i;
    }
    return 0;
}
