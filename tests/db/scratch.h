#pragma once

/* A folder of its own for a test's files, and SQL on the side. Header only: each test program has its copy. */

#include <sqlite3.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct scratch {
    char dir[64];
    char path[128]; /* the database's */
};

static inline void scratch_init(struct scratch *s, const char *name)
{
    (void)snprintf(s->dir, sizeof(s->dir), "/tmp/stile-db-XXXXXX");
    if (!mkdtemp(s->dir)) {
        abort();
    }
    (void)snprintf(s->path, sizeof(s->path), "%s/%s", s->dir, name);
}

static inline int scratch_remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static inline void scratch_finish(struct scratch *s)
{
    (void)nftw(s->dir, scratch_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* Runs SQL from outside the module; aborts the test when it fails. */
static inline void scratch_sql(const struct scratch *s, const char *text)
{
    sqlite3 *db = NULL;
    char *why = NULL;
    if (sqlite3_open(s->path, &db) != SQLITE_OK || sqlite3_busy_timeout(db, 5000) != SQLITE_OK ||
        sqlite3_exec(db, text, NULL, NULL, &why) != SQLITE_OK) {
        (void)fprintf(stderr, "%s: %s\n", text, why ? why : "cannot open");
        abort();
    }
    (void)sqlite3_close(db);
}

/* One integer from outside. */
static inline long long scratch_int(const struct scratch *s, const char *text)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_open(s->path, &db) != SQLITE_OK || sqlite3_prepare_v2(db, text, -1, &stmt, NULL) != SQLITE_OK ||
        sqlite3_step(stmt) != SQLITE_ROW) {
        (void)fprintf(stderr, "%s: %s\n", text, sqlite3_errmsg(db));
        abort();
    }
    long long value = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt);
    (void)sqlite3_close(db);
    return value;
}

/* Overwrites @n bytes at @at (from the end when negative) with garbage. */
static inline void scratch_damage(const char *path, long at, size_t n)
{
    FILE *f = fopen(path, "r+b");
    if (!f || fseek(f, at, at < 0 ? SEEK_END : SEEK_SET) != 0) {
        abort();
    }
    for (size_t i = 0; i < n; i++) {
        (void)fputc((int)(0x5a ^ (i * 7)), f);
    }
    (void)fclose(f);
}
