#include "db/list_internal.h"

#define LOG_MODULE "list"
#include "base/log.h"
#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

_Static_assert((int)LIST_DB_MISSING == (int)SQL_MISSING && (int)LIST_DB_OLDER == (int)SQL_OLDER &&
                   (int)LIST_DB_CORRUPT == (int)SQL_CORRUPT && (int)LIST_DB_NEWER == (int)SQL_NEWER,
               "the outcomes are handed on");

/* No memory map: mapped pages count as resident, and a gate has 8 MB. What this cache doesn't hold, the kernel's does. */
static const struct sql_options list_options = {
    .application_id = 0x53744c69,
    .cache_kib = 256, /* 1 MB is no faster at a million cards: what is drawn from the whole list misses either way */
    .busy_ms = 100,
    .check_bytes = INT64_C(32) << 20,
};

int list_db_open(const char *path, enum list_db_mode mode, struct list_db **ret_db)
{
    struct list_db *db = calloc(1, sizeof(*db));
    if (!db) {
        return -ENOMEM;
    }
    struct sql_options options = list_options;
    options.mode = mode == LIST_DB_WRITE ? SQL_WRITE : SQL_READ;
    options.busy_ms = mode == LIST_DB_WRITE ? 5000 : mode == LIST_DB_SHOW ? 5 : options.busy_ms;
    options.check_bytes = mode == LIST_DB_SHOW ? 0 : options.check_bytes;
    int r = sql_open(path, &list_schema, &options, &db->sql);
    if (r == 0) {
        r = list_find_prepare(db);
        if (r < 0 && sql_is_corrupt(db->sql)) {
            r = LIST_DB_CORRUPT;
        }
    }
    if (r == 0) {
        static const char meta_sql[] = "SELECT version, epoch, synced_utc_us FROM meta WHERE id = 1";
        static const char point_sql[] = LIST_POINT_SELECT " WHERE p.name = ?1";
        static const char branch_sql[] =
            "SELECT id, name, time_zone, overdue_days, overdue_hits, allow_uid_only, warn_ends_days,"
            " warn_certificate_days, warn_clips_left, too_soon_s, closed_without_clock, show_photo, show_name, opening,"
            " help FROM branch WHERE id = ?1";
        static const char holidays_sql[] = "SELECT day FROM holiday WHERE branch = ?1 AND day >= ?2 ORDER BY day";
        const struct sql_text texts[] = {{&db->meta, meta_sql},
                                         {&db->point, point_sql},
                                         {&db->branch, branch_sql},
                                         {&db->holidays, holidays_sql},
                                         {&db->changed, "PRAGMA data_version"}};
        r = sql_prepare_all(db->sql, texts, sizeof(texts) / sizeof(texts[0]));
    }
    if (r != 0) {
        list_db_close(db);
        return r;
    }
    *ret_db = db;
    return 0;
}

void list_db_close(struct list_db *db)
{
    if (!db) {
        return;
    }
    list_find_finish(db);
    list_screen_finish(db);
    sqlite3_stmt *stmts[] = {db->meta, db->point, db->branch, db->holidays, db->changed};
    for (size_t i = 0; i < sizeof(stmts) / sizeof(stmts[0]); i++) {
        (void)sqlite3_finalize(stmts[i]);
    }
    (void)sqlite3_close(db->sql);
    free(db);
}

int list_db_quarantine(const char *path, int64_t utc_us)
{
    char to[SQL_PATH_SIZE];
    int r = sql_set_aside(path, "corrupt", utc_us, to, sizeof(to));
    if (r == 0) {
        log_error("quarantined=%s", to);
    }
    return r;
}

int list_db_check(struct list_db *db)
{
    int r = sql_check(db->sql);
    return r == SQL_CORRUPT ? (int)LIST_DB_CORRUPT : r;
}

int list_db_meta(struct list_db *db, struct list_meta *ret_meta)
{
    int r = list_step(db, db->meta, "meta");
    if (r == 0) {
        *ret_meta = (struct list_meta){.version = sqlite3_column_int64(db->meta, 0),
                                       .epoch = sqlite3_column_int64(db->meta, 1),
                                       .synced_utc_us = sqlite3_column_int64(db->meta, 2)};
    }
    (void)sqlite3_reset(db->meta);
    return r;
}

/* A value outside its bounds counts as the one that lets nobody through by mistake. */
static int64_t bounded(sqlite3_stmt *stmt, int column, int64_t min, int64_t max, int64_t otherwise)
{
    int64_t value = sqlite3_column_int64(stmt, column);
    return value >= min && value <= max ? value : otherwise;
}

void list_read_point(sqlite3_stmt *s, struct list_point *ret_point)
{
    enum { IN_OUT = 3 };
    int64_t direction = bounded(s, 3, VISIT_IN, IN_OUT, VISIT_IN);
    *ret_point = (struct list_point){
        .id = sqlite3_column_int64(s, 0),
        .branch_id = sqlite3_column_int64(s, 1),
        .direction = direction == IN_OUT ? VISIT_IN : (enum visit_direction)direction,
        .both_ways = direction == IN_OUT,
        .inner = direction == VISIT_INNER,
        .zone_from = sqlite3_column_int64(s, 4),
        .zone_to = sqlite3_column_int64(s, 5),
        .zone_limit = (uint32_t)bounded(s, 7, 0, UINT32_MAX, 0),
        .passback =
            (enum access_passback)bounded(s, 8, ACCESS_PASSBACK_OFF, ACCESS_PASSBACK_HARD, ACCESS_PASSBACK_HARD),
        .forget_after_s = (uint32_t)bounded(s, 9, 0, UINT32_MAX, 0),
    };
    (void)text_copy(ret_point->name, sizeof(ret_point->name), (const char *)sqlite3_column_text(s, 2));
    (void)text_copy(ret_point->zone_name, sizeof(ret_point->zone_name), (const char *)sqlite3_column_text(s, 10));
}

int list_db_point(struct list_db *db, const char *name, struct list_point *ret_point)
{
    (void)sqlite3_bind_text(db->point, 1, name, -1, SQLITE_STATIC);
    int r = list_step(db, db->point, "point");
    if (r == 0) {
        list_read_point(db->point, ret_point);
    }
    (void)sqlite3_reset(db->point);
    (void)sqlite3_clear_bindings(db->point);
    return r;
}

static void read_settings(sqlite3_stmt *s, struct access_settings *ret_settings)
{
    *ret_settings = (struct access_settings){
        .overdue_days = (uint16_t)bounded(s, 3, 0, UINT16_MAX, 1),
        .overdue_hits = sqlite3_column_int64(s, 4) == ACCESS_OVERDUE_HITS_PAYER ? ACCESS_OVERDUE_HITS_PAYER
                                                                                : ACCESS_OVERDUE_HITS_USER,
        .allow_uid_only = sqlite3_column_int64(s, 5) != 0,
        .warn_ends_days = (uint16_t)bounded(s, 6, 0, UINT16_MAX, 14),
        .warn_certificate_days = (uint16_t)bounded(s, 7, 0, UINT16_MAX, 14),
        .warn_clips_left = (uint16_t)bounded(s, 8, 0, UINT16_MAX, 2),
        .too_soon_s = (uint32_t)bounded(s, 9, 0, UINT32_MAX, 0),
        .closed_without_clock = sqlite3_column_int64(s, 10) != 0,
    };
}

/* Holidays beyond the array's size are the farthest ones: the list is fetched again long before they come. Old ones
 * don't take their place, @from leaves them out. */
static int read_holidays(struct list_db *db, int64_t branch_id, int32_t from, struct holidays *ret_holidays)
{
    ret_holidays->n_days = 0;
    (void)sqlite3_bind_int64(db->holidays, 1, branch_id);
    (void)sqlite3_bind_int64(db->holidays, 2, from);
    int r = 0;
    while (r == 0 && ret_holidays->n_days < SCHEDULE_HOLIDAYS_MAX) {
        r = list_step(db, db->holidays, "holidays");
        if (r == 0) {
            int64_t day = bounded(db->holidays, 0, DAY_MIN, DAY_MAX, DAY_NONE);
            if (day != DAY_NONE) {
                ret_holidays->days[ret_holidays->n_days++] = (int32_t)day;
            }
        }
    }
    (void)sqlite3_reset(db->holidays);
    return r < 0 ? r : 0;
}

int list_db_branch(struct list_db *db, int64_t branch_id, struct list_branch *ret_branch)
{
    (void)sqlite3_bind_int64(db->branch, 1, branch_id);
    struct list_branch branch = {.id = branch_id};
    int64_t opening = 0;
    int r = list_step(db, db->branch, "branch");
    if (r == 0) {
        (void)text_copy(branch.name, sizeof(branch.name), (const char *)sqlite3_column_text(db->branch, 1));
        const char *zone = (const char *)sqlite3_column_text(db->branch, 2);
        if (!zone || !zone_parse(zone, &branch.zone)) {
            log_error("branch=%" PRId64 " time_zone=bad, UTC holds", branch_id);
            branch.zone = (struct zone){0};
        }
        read_settings(db->branch, &branch.settings);
        branch.show_photo = sqlite3_column_int64(db->branch, 11) == 1;
        branch.show_name = sqlite3_column_int64(db->branch, 12) == 1;
        opening = sqlite3_column_int64(db->branch, 13);
        (void)text_copy(branch.help, sizeof(branch.help), (const char *)sqlite3_column_text(db->branch, 14));
    }
    (void)sqlite3_reset(db->branch);
    if (r == 0) {
        struct list_meta meta = {0};
        (void)list_db_meta(db, &meta);
        int64_t synced_day = meta.synced_utc_us / (INT64_C(86400) * 1000000);
        r = read_holidays(db, branch_id, (int32_t)synced_day - 2, &branch.holidays);
    }
    if (r == 0) {
        r = list_read_opening(db, opening, &branch);
    }
    if (r == 0) {
        *ret_branch = branch;
    }
    return r;
}

int64_t list_db_change_counter(struct list_db *db)
{
    int r = list_step(db, db->changed, "data_version");
    int64_t value = r == 0 ? sqlite3_column_int64(db->changed, 0) : r < 0 ? r : -EIO;
    (void)sqlite3_reset(db->changed);
    return value;
}
