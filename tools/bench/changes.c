/* Changes a list while somebody taps, in a process of its own. What it writes lets nobody out who was let in before. */

#include "bench/lists.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"
#include "core/date.h"
#include "db/import.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROWS_A_TRANSACTION = 500, PAUSE_MS = 5 };

/* Shared with the process: how many changes it has applied. */
static int64_t *applied;

static void rest(void)
{
    const struct timespec pause = {.tv_nsec = PAUSE_MS * 1000000};
    (void)nanosleep(&pause, NULL);
}

static bool exec(sqlite3 *db, const char *text)
{
    return sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK;
}

/* One transaction; the rows lie evenly over the whole list, in the order of their keys. */
static bool change_some(sqlite3 *db, sqlite3_stmt *stmt, int64_t cards, int64_t changes, int64_t from)
{
    bool good = exec(db, "BEGIN IMMEDIATE");
    for (int64_t i = from; good && i < from + ROWS_A_TRANSACTION && i < changes; i++) {
        int64_t person = 1 + (int64_t)((double)i * (double)cards / (double)changes);
        (void)sqlite3_bind_int64(stmt, 1, i % 4); /* the kind of customer */
        (void)sqlite3_bind_int64(stmt, 2, person);
        good = sqlite3_step(stmt) == SQLITE_DONE;
        (void)sqlite3_reset(stmt);
        *applied += good;
    }
    return good && exec(db, "UPDATE meta SET version = version + 1; COMMIT");
}

static int change_as_store(const char *path, int64_t cards, int64_t changes)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    bool good = sqlite3_open(path, &db) == SQLITE_OK && sqlite3_busy_timeout(db, 5000) == SQLITE_OK &&
                exec(db, "PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 4194304") &&
                sqlite3_prepare_v2(db, "UPDATE customer SET type = ?1 WHERE id = ?2", -1, &stmt, NULL) == SQLITE_OK;
    while (good) {
        for (int64_t from = 0; good && from < changes; from += ROWS_A_TRANSACTION) {
            good = change_some(db, stmt, cards, changes, from);
            rest();
        }
    }
    (void)fprintf(stderr, "changes: %s\n", sqlite3_errmsg(db));
    return 1;
}

static bool write_lines(FILE *f, int64_t cards, int64_t changes)
{
    for (int64_t i = 0; i < changes; i++) {
        int64_t at = lists_find(cards, (int64_t)((double)i * (double)cards / (double)changes), LISTS_GOLD);
        struct card_number card = lists_card(cards, at);
        char text[CARD_TEXT_SIZE];
        card_format(&card, text);
        (void)fprintf(f, "{\"type\":\"card\",\"number\":\"%s\",\"customer\":%" PRId64 "}\n", text,
                      lists_person(cards, at));
    }
    return fflush(f) == 0;
}

static int change_by_import(const char *path, int64_t cards, int64_t changes)
{
    _cleanup_file_ FILE *f = tmpfile();
    if (!f || !write_lines(f, cards, changes)) {
        return 1;
    }
    for (;;) {
        const struct import_options options = {.format = IMPORT_NDJSON, .merge = true, .utc_us = clock_utc_us()};
        struct import_result result;
        int r = fseek(f, 0, SEEK_SET);
        if (r < 0) {
            return 1;
        }
        r = import_stream(path, f, &options, &result);
        if (r != 0) {
            (void)fprintf(stderr, "changes: import: %d\n", r);
            return 1;
        }
        *applied += result.good;
        rest();
    }
}

int lists_start_changes(const char *path, int64_t cards, enum lists_change change, int64_t changes)
{
    if (!applied) {
        void *shared = mmap(NULL, sizeof(*applied), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (shared == MAP_FAILED) {
            return -errno;
        }
        applied = shared;
    }
    *applied = 0;
    pid_t pid = fork();
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        _exit(change == LISTS_CHANGE_STORE ? change_as_store(path, cards, changes)
                                           : change_by_import(path, cards, changes));
    }
    return pid < 0 ? -errno : (int)pid;
}

int64_t lists_end_changes(int pid)
{
    int status = 0;
    if (waitpid(pid, &status, WNOHANG) != 0) {
        return -ECHILD; /* it ended by itself: something failed */
    }
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, &status, 0);
    return *applied;
}
