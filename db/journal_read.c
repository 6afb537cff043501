#include "db/journal_internal.h"

#define LOG_MODULE "journal"
#include "base/log.h"
#include "base/text.h"

#include <errno.h>
#include <string.h>

static bool fixed_text(sqlite3_stmt *stmt, int column, char *ret_text, size_t size)
{
    const unsigned char *text = sqlite3_column_text(stmt, column);
    size_t n = (size_t)sqlite3_column_bytes(stmt, column);
    if (!text || n >= size || strlen((const char *)text) != n) {
        return false;
    }
    memcpy(ret_text, text, n + 1);
    return true;
}

static const uint8_t *blob(sqlite3_stmt *stmt, int column, size_t *ret_len)
{
    const uint8_t *bytes = sqlite3_column_blob(stmt, column);
    *ret_len = (size_t)sqlite3_column_bytes(stmt, column);
    return bytes;
}

static bool read_personal(sqlite3_stmt *s, struct journal_row *row)
{
    struct journal_event *e = &row->event;
    e->erased = row->personal == JOURNAL_PERSONAL_ERASED;
    e->holder = sqlite3_column_int64(s, 16);
    const uint8_t *key = blob(s, 17, &row->card_key_len);
    if (row->card_key_len > 0) {
        if (row->card_key_len > sizeof(row->card_key) || !card_from_key(key, row->card_key_len, &e->card)) {
            return false;
        }
        memcpy(row->card_key, key, row->card_key_len);
    }
    row->effect = blob(s, 18, &row->effect_len);
    e->record = blob(s, 19, &e->record_len);
    return e->record_len <= JOURNAL_RECORD_MAX &&
           (row->effect_len == 0 || journal_effect_decode(row->effect, row->effect_len, &e->effect));
}

bool journal_row_read(sqlite3_stmt *s, struct journal_row *ret_row)
{
    struct journal_row row = {0};
    struct journal_event *e = &row.event;
    int64_t kind = sqlite3_column_int64(s, 2);
    int64_t code = sqlite3_column_int64(s, 8);
    int64_t flags = sqlite3_column_int64(s, 10);
    e->seq = sqlite3_column_int64(s, 0);
    e->epoch = sqlite3_column_int64(s, 1);
    e->kind = (enum journal_kind)kind;
    e->utc_us = sqlite3_column_int64(s, 3);
    e->boot_us = sqlite3_column_int64(s, 4);
    e->grant = (uint64_t)sqlite3_column_int64(s, 5);
    e->ref = sqlite3_column_int64(s, 6);
    e->point_id = sqlite3_column_int64(s, 7);
    e->code = (int32_t)code;
    e->line_us = sqlite3_column_int64(s, 9);
    e->effect.opens_grant = (flags & JOURNAL_OPENS_GRANT) != 0;
    e->effect.closes_grant = (flags & JOURNAL_CLOSES_GRANT) != 0;
    row.personal = sqlite3_column_int(s, 14);
    row.seal = blob(s, 15, &row.seal_len);
    size_t hash_len = 0;
    const uint8_t *hash = blob(s, 13, &hash_len);
    if (e->seq < 1 || e->seq > JOURNAL_SEQ_MAX || e->epoch < 1 || e->epoch > JOURNAL_SEQ_MAX || kind < 1 ||
        kind > INT16_MAX || code < INT32_MIN || code > INT32_MAX || hash_len != sizeof(row.hash) ||
        !fixed_text(s, 11, e->lane, sizeof(e->lane)) || !fixed_text(s, 12, e->detail, sizeof(e->detail)) ||
        !read_personal(s, &row)) {
        return false;
    }
    memcpy(row.hash, hash, sizeof(row.hash));
    *ret_row = row;
    return true;
}

/* The row's record is copied into the handle, so that the read transaction ends here and a slow caller doesn't hold
 * up the log's checkpoints. */
static int take_event(struct journal_db *db, sqlite3_stmt *stmt, int64_t key, struct journal_event *ret_event)
{
    (void)sqlite3_bind_int64(stmt, 1, key);
    int rc = sqlite3_step(stmt);
    int r = rc == SQLITE_ROW ? 0 : rc == SQLITE_DONE ? 1 : sql_failed(db->sql, "event");
    if (r == 0) {
        struct journal_row row;
        if (journal_row_read(stmt, &row)) {
            if (row.event.record_len > 0) {
                memcpy(db->record, row.event.record, row.event.record_len);
            }
            *ret_event = row.event;
            ret_event->record = row.event.record_len > 0 ? db->record : NULL;
        } else {
            log_error("row=bad seq=%lld", (long long)sqlite3_column_int64(stmt, 0));
            r = -EIO;
        }
    }
    (void)sqlite3_reset(stmt);
    return r;
}

int journal_db_event(struct journal_db *db, int64_t seq, struct journal_event *ret_event)
{
    return take_event(db, db->event, seq, ret_event);
}

int journal_db_newest(struct journal_db *db, enum journal_kind kind, const char *lane, struct journal_event *ret_event)
{
    (void)sqlite3_bind_text(db->newest, 2, lane, -1, SQLITE_STATIC);
    int r = take_event(db, db->newest, kind, ret_event);
    (void)sqlite3_clear_bindings(db->newest);
    return r;
}

int journal_db_read(struct journal_db *db, int64_t after, int64_t limit,
                    int (*each)(const struct journal_event *event, void *user), void *user)
{
    struct journal_event event;
    for (int64_t n = 0; limit <= 0 || n < limit; n++) {
        int r = take_event(db, db->next, after, &event);
        if (r != 0) {
            return r < 0 ? r : 0;
        }
        after = event.seq;
        r = each(&event, user);
        if (r != 0) {
            return r;
        }
    }
    return 0;
}

int journal_db_open_grants(struct journal_db *db, int (*each)(const struct journal_event *event, void *user),
                           void *user)
{
    int64_t grant = 0;
    for (;;) {
        (void)sqlite3_bind_int64(db->next_grant, 1, grant);
        int rc = sqlite3_step(db->next_grant);
        int r = rc == SQLITE_ROW ? 0 : rc == SQLITE_DONE ? 1 : sql_failed(db->sql, "open grants");
        grant = r == 0 ? sqlite3_column_int64(db->next_grant, 0) : 0;
        int64_t seq = r == 0 ? sqlite3_column_int64(db->next_grant, 1) : 0;
        (void)sqlite3_reset(db->next_grant);
        if (r != 0) {
            return r < 0 ? r : 0;
        }
        struct journal_event event;
        r = take_event(db, db->event, seq, &event);
        if (r == 1) {
            /* The opening event was lost with a damaged page: the grant is open all the same. */
            event = (struct journal_event){.kind = JOURNAL_DECISION, .grant = (uint64_t)grant, .line_us = -1};
            r = 0;
        }
        if (r == 0) {
            r = each(&event, user);
        }
        if (r != 0) {
            return r;
        }
    }
}
