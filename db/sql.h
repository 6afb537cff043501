#pragma once

/* What list.db and journal.db share: opening a file with its schema, migrations, errors. Only folder db uses it.
 *
 * Foreign errors end here: every function answers with a negative errno and has logged SQLite's text once. */

#include <sqlite3.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Numbered steps: the one at index n - 1 leads from version n - 1 to n. */
struct sql_schema {
    const char *name;
    const char *const *steps;
    int n_steps;
};

/* Generated from db/schema (embed.cmake). */
extern const struct sql_schema list_schema;
extern const struct sql_schema journal_schema;

/* The values of enum list_db_outcome and enum journal_db_outcome. */
enum sql_outcome { SQL_MISSING = 1, SQL_CORRUPT, SQL_NEWER, SQL_OLDER };

enum sql_mode { SQL_READ, SQL_WRITE };

enum { SQL_PATH_SIZE = 512 };

struct sql_options {
    enum sql_mode mode;
    int32_t application_id;
    bool full_sync; /* synchronous FULL, else NORMAL */
    bool auto_vacuum; /* incremental, for a file that is made now */
    bool secure_delete; /* what is freed is overwritten with zeros */
    int cache_kib;
    int busy_ms;
    int64_t check_bytes; /* a file up to this size is checked whole when it is opened */
};

/** Opens a database file; SQL_WRITE creates and migrates it. @return 0 with *ret_db (sqlite3_close), an outcome, or a
 * negative errno. */
int sql_open(const char *path, const struct sql_schema *schema, const struct sql_options *options, sqlite3 **ret_db);

/** Brings the open database to the schema's newest version, a transaction a step. @return 0, SQL_NEWER or a negative
 * errno. */
int sql_migrate(sqlite3 *db, const struct sql_schema *schema);

/** PRAGMA quick_check over the whole file. @return 0, SQL_CORRUPT, or a negative errno. */
int sql_check(sqlite3 *db);

/** Translates the connection's last error and logs it with what was being done. @return a negative errno: -ENOSPC
 * full, -EIO broken, -EBUSY, -ENOMEM, -EROFS, -EACCES. */
int sql_failed(sqlite3 *db, const char *what);
/** True when the last error says that the file is no whole database. */
bool sql_is_corrupt(sqlite3 *db);

/** Runs statements without answers. @return 0 or a negative errno. */
int sql_exec(sqlite3 *db, const char *text);
/** Runs a query that answers one integer. @return 0, 1 when it has no row, or a negative errno. */
int sql_int(sqlite3 *db, const char *text, int64_t *ret_value);
/** @return 0 with a statement to keep, or a negative errno. */
int sql_prepare(sqlite3 *db, const char *text, sqlite3_stmt **ret_stmt);

struct sql_text {
    sqlite3_stmt **stmt;
    const char *text;
};
/** Prepares them all. @return 0 or a negative errno; what was prepared stays for the caller to finalize. */
int sql_prepare_all(sqlite3 *db, const struct sql_text *texts, size_t n);

/** Steps a statement that changes something and resets it. @return 0 or a negative errno. */
int sql_run(sqlite3 *db, sqlite3_stmt *stmt, const char *what);

/** Moves PATH, PATH-wal and PATH-shm aside as PATH.@word-<seconds>[-n]. @return 0 with the new name, or a negative
 * errno (-ENOENT: there is no such file). */
int sql_set_aside(const char *path, const char *word, int64_t utc_us, char *ret_path, size_t size);

static inline void sql_closep(sqlite3 **db)
{
    (void)sqlite3_close(*db);
}

static inline void sql_finalizep(sqlite3_stmt **stmt)
{
    (void)sqlite3_finalize(*stmt);
}
