#include "db/sql.h"

#include "base/clock.h"
#include "base/file.h"

#define LOG_MODULE "sql"
#include "base/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool sql_is_corrupt(sqlite3 *db)
{
    int code = sqlite3_errcode(db) & 0xff;
    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

/* SQLite doesn't note the system's error of a failed commit: then errno still holds it. */
static int io_errno(sqlite3 *db, int kept_errno)
{
    int number = sqlite3_system_errno(db);
    switch (number != 0 ? number : kept_errno) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG: /* RLIMIT_FSIZE, or the largest file of this file system */
        return -ENOSPC;
    default:
        return -EIO;
    }
}

static int translate(sqlite3 *db, int kept_errno)
{
    switch (sqlite3_errcode(db) & 0xff) {
    case SQLITE_FULL:
        return -ENOSPC;
    case SQLITE_IOERR:
        return io_errno(db, kept_errno);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return -EBUSY;
    case SQLITE_NOMEM:
        return -ENOMEM;
    case SQLITE_READONLY:
        return -EROFS;
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
        return -EACCES;
    case SQLITE_CONSTRAINT:
        return -EEXIST;
    default:
        return -EIO;
    }
}

int sql_failed(sqlite3 *db, const char *what)
{
    int r = translate(db, errno);
    log_error("what=\"%s\" code=%d errno=%d text=\"%s\"", what, sqlite3_extended_errcode(db), -r, sqlite3_errmsg(db));
    return r;
}

int sql_exec(sqlite3 *db, const char *text)
{
    return sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK ? 0 : sql_failed(db, text);
}

int sql_prepare(sqlite3 *db, const char *text, sqlite3_stmt **ret_stmt)
{
    int rc = sqlite3_prepare_v3(db, text, -1, SQLITE_PREPARE_PERSISTENT, ret_stmt, NULL);
    return rc == SQLITE_OK ? 0 : sql_failed(db, text);
}

int sql_prepare_all(sqlite3 *db, const struct sql_text *texts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int r = sql_prepare(db, texts[i].text, texts[i].stmt);
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

int sql_int(sqlite3 *db, const char *text, int64_t *ret_value)
{
    __attribute__((cleanup(sql_finalizep))) sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db, text, -1, &stmt, NULL) != SQLITE_OK) {
        return sql_failed(db, text);
    }
    switch (sqlite3_step(stmt)) {
    case SQLITE_ROW:
        *ret_value = sqlite3_column_int64(stmt, 0);
        return 0;
    case SQLITE_DONE:
        return 1;
    default:
        return sql_failed(db, text);
    }
}

int sql_run(sqlite3 *db, sqlite3_stmt *stmt, const char *what)
{
    int rc = sqlite3_step(stmt);
    int r = rc == SQLITE_DONE || rc == SQLITE_ROW ? 0 : sql_failed(db, what);
    (void)sqlite3_reset(stmt);
    return r;
}

int sql_check(sqlite3 *db)
{
    __attribute__((cleanup(sql_finalizep))) sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &stmt, NULL);
    if (rc == SQLITE_OK) {
        rc = sqlite3_step(stmt);
    }
    if (rc == SQLITE_ROW) {
        const char *answer = (const char *)sqlite3_column_text(stmt, 0);
        if (answer && strcmp(answer, "ok") == 0) {
            return 0;
        }
        log_error("what=\"quick_check\" text=\"%s\"", answer ? answer : "");
        return SQL_CORRUPT;
    }
    int r = sql_failed(db, "quick_check");
    return sql_is_corrupt(db) ? (int)SQL_CORRUPT : r;
}

/* The version is read again within the transaction: another process may have come first. */
static int migrate_step(sqlite3 *db, const struct sql_schema *schema, int step)
{
    char set_version[48];
    (void)snprintf(set_version, sizeof(set_version), "PRAGMA user_version = %d", step);
    int64_t version = 0;
    int r = sql_exec(db, "BEGIN IMMEDIATE");
    if (r < 0) {
        return r;
    }
    r = sql_int(db, "PRAGMA user_version", &version);
    if (r == 0 && version == step - 1) {
        r = sql_exec(db, schema->steps[step - 1]);
        if (r == 0) {
            r = sql_exec(db, set_version);
        }
    }
    if (r == 0) {
        r = sql_exec(db, "COMMIT");
    }
    if (r != 0 && !sqlite3_get_autocommit(db)) {
        (void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    }
    return r;
}

int sql_migrate(sqlite3 *db, const struct sql_schema *schema)
{
    int64_t version = 0;
    int r = sql_int(db, "PRAGMA user_version", &version);
    if (r != 0) {
        return r;
    }
    if (version > schema->n_steps) {
        return SQL_NEWER;
    }
    for (int step = (int)version + 1; step <= schema->n_steps; step++) {
        r = migrate_step(db, schema, step);
        if (r != 0) {
            return r;
        }
        log_info("schema=%s version=%d", schema->name, step);
    }
    return 0;
}

static int open_handle(const char *path, const struct sql_options *options, bool create, sqlite3 **ret_db)
{
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                (options->mode == SQL_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
                (create ? SQLITE_OPEN_CREATE : 0);
    if (sqlite3_open_v2(path, ret_db, flags, NULL) == SQLITE_OK) {
        return 0;
    }
    return *ret_db ? sql_failed(*ret_db, "open") : -ENOMEM;
}

/* What must be said before anything is read or made. */
static int set_up(sqlite3 *db, const struct sql_options *options, bool create)
{
    char text[160];
    (void)snprintf(text, sizeof(text), "PRAGMA cache_size = -%d; PRAGMA trusted_schema = OFF; %s %s",
                   options->cache_kib, options->secure_delete ? "PRAGMA secure_delete = ON;" : "",
                   create && options->auto_vacuum ? "PRAGMA auto_vacuum = INCREMENTAL;" : "");
    (void)sqlite3_busy_timeout(db, options->busy_ms);
    int r = sql_exec(db, text);
    if (r < 0 || options->mode == SQL_READ) {
        return r;
    }
    r = sql_exec(db, "PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = 4194304");
    return r < 0 ? r : sql_exec(db, options->full_sync ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
}

/* Zero in both is a file that was made and not yet filled. */
static int check_identity(sqlite3 *db, const struct sql_options *options, bool create)
{
    int64_t id = 0;
    int64_t version = 0;
    int r = sql_int(db, "PRAGMA application_id", &id);
    if (r == 0) {
        r = sql_int(db, "PRAGMA user_version", &version);
    }
    if (r != 0) {
        return r;
    }
    bool empty = id == 0 && version == 0;
    if (empty && options->mode == SQL_WRITE) {
        int64_t tables = 0;
        r = create ? 0 : sql_int(db, "SELECT count(*) FROM sqlite_master", &tables);
        return r != 0 ? r : tables > 0 ? (int)SQL_CORRUPT : 0;
    }
    return empty ? (int)SQL_OLDER : id != options->application_id ? (int)SQL_CORRUPT : 0;
}

static int check_version(sqlite3 *db, const struct sql_schema *schema, const struct sql_options *options)
{
    if (options->mode == SQL_WRITE) {
        return sql_migrate(db, schema);
    }
    int64_t version = 0;
    int r = sql_int(db, "PRAGMA user_version", &version);
    if (r != 0) {
        return r;
    }
    return version > schema->n_steps ? (int)SQL_NEWER : version < schema->n_steps ? (int)SQL_OLDER : 0;
}

static int bring_up(sqlite3 *db, const char *path, const struct sql_schema *schema, const struct sql_options *options,
                    bool create, int64_t size)
{
    int r = set_up(db, options, create);
    if (r == 0) {
        r = check_identity(db, options, create);
    }
    if (r == 0) {
        r = check_version(db, schema, options);
    }
    if (r == 0 && !create && size <= options->check_bytes) {
        r = sql_check(db);
    }
    if (r == 0 && create) {
        r = file_sync_parent(path);
    }
    return r < 0 && sql_is_corrupt(db) ? (int)SQL_CORRUPT : r;
}

int sql_open(const char *path, const struct sql_schema *schema, const struct sql_options *options, sqlite3 **ret_db)
{
    struct stat st = {0};
    bool create = false;
    if (stat(path, &st) < 0) {
        if (errno != ENOENT) {
            return -errno;
        }
        if (options->mode == SQL_READ) {
            return SQL_MISSING;
        }
        create = true;
    } else if (!S_ISREG(st.st_mode)) {
        return -EINVAL;
    } else if (st.st_size == 0) {
        create = options->mode == SQL_WRITE; /* made, and cut short before its first page */
    }
    __attribute__((cleanup(sql_closep))) sqlite3 *db = NULL;
    int r = open_handle(path, options, create, &db);
    if (r < 0) {
        return r;
    }
    r = bring_up(db, path, schema, options, create, st.st_size);
    if (r != 0) {
        return r;
    }
    *ret_db = db;
    db = NULL;
    return 0;
}

/* The log goes with its file, or what it holds would be applied to the file's successor. It goes first: a crash
 * between the two leaves a file that is broken still, and found so again. */
static int move_all(const char *path, const char *to)
{
    static const char *const suffixes[] = {"-shm", "-wal", ""};
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        char a[SQL_PATH_SIZE + 8];
        char b[SQL_PATH_SIZE + 8];
        (void)snprintf(a, sizeof(a), "%s%s", path, suffixes[i]);
        (void)snprintf(b, sizeof(b), "%s%s", to, suffixes[i]);
        if (rename(a, b) < 0 && (errno != ENOENT || suffixes[i][0] == '\0')) {
            return -errno;
        }
    }
    return file_sync_parent(path);
}

int sql_set_aside(const char *path, const char *word, int64_t utc_us, char *ret_path, size_t size)
{
    char to[SQL_PATH_SIZE];
    for (int n = 0; n < 1000; n++) {
        char suffix[16] = "";
        if (n > 0) {
            (void)snprintf(suffix, sizeof(suffix), "-%d", n);
        }
        int len = snprintf(to, sizeof(to), "%s.%s-%" PRId64 "%s", path, word, utc_us / US_PER_S, suffix);
        if (len < 0 || (size_t)len >= sizeof(to) || (size_t)len >= size) {
            return -ENAMETOOLONG;
        }
        if (access(to, F_OK) < 0) {
            int r = move_all(path, to);
            if (r == 0) {
                memcpy(ret_path, to, (size_t)len + 1);
            }
            return r;
        }
    }
    return -EEXIST;
}
