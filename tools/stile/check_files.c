/* The checks of stile check that need no gate. */

#include "stile/check.h"
#include "stile/places.h"
#include "stile/progress.h"
#include "stile/words.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "gate/emergency.h"
#include "gate/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { VALUE_SIZE = 256, LIST_OLD_S = 26 * 3600 };

/* The key's content is the gate's alone: of a file that belongs to somebody else only its mode is looked at. */
static void check_key(struct checks *checks, const struct gate_config *config)
{
    char value[VALUE_SIZE];
    char error[KEYS_ERROR_SIZE];
    struct stat st;
    struct keys *keys = NULL;
    const char *path = config->key_path;
    if (!path[0]) {
        check_tell(checks, "files", "key", "key_path", CHECK_PASS, "none: secure cards can't be proved", NULL);
    } else if (stat(path, &st) < 0) {
        check_tell(checks, "files", "key", path, CHECK_FAIL, strerror(errno),
                   errno == EACCES ? "run this check as the gate's user" : "put the master key there, mode 0600");
    } else if (st.st_mode & 077) {
        (void)snprintf(value, sizeof(value), "mode %04o: others may read or write it", (unsigned)st.st_mode & 07777);
        check_tell(checks, "files", "key", path, CHECK_FAIL, value, "chmod 0600, and change the key: it may be known");
    } else if (st.st_uid != geteuid()) {
        (void)snprintf(value, sizeof(value), "mode %04o; not read, it isn't ours", (unsigned)st.st_mode & 07777);
        check_tell(checks, "files", "key", path, CHECK_PASS, value, NULL);
    } else if (keys_load(config, &keys, error) < 0) {
        check_tell(checks, "files", "key", path, CHECK_FAIL, error, "put the master key there: 32 hex digits");
    } else {
        (void)snprintf(value, sizeof(value), "mode %04o, a key of 16 bytes", (unsigned)st.st_mode & 07777);
        check_tell(checks, "files", "key", path, CHECK_PASS, value, NULL);
    }
    keys_free(keys);
}

static void check_emergency(struct checks *checks, const struct gate_config *config)
{
    char value[VALUE_SIZE];
    char error[EMERGENCY_ERROR_SIZE];
    const char *path = config->emergency_path;
    struct emergency emergency;
    if (!path[0]) {
        check_tell(checks, "files", "emergency", "emergency_path", CHECK_WARN, "no emergency cards",
                   "list a few staff cards: they open when the list is missing");
        return;
    }
    int r = emergency_load(path, &emergency, error);
    if (r < 0) {
        check_tell(checks, "files", "emergency", path, r == -EACCES ? CHECK_WARN : CHECK_FAIL, error,
                   r == -EACCES ? "run this check as the gate's user"
                                : "mend the line; stile-gate needs it at its start");
        return;
    }
    (void)snprintf(value, sizeof(value), "%zu cards", emergency.n_cards);
    check_tell(checks, "files", "emergency", path, emergency.n_cards > 0 ? CHECK_PASS : CHECK_WARN, value,
               emergency.n_cards > 0 ? NULL : "list a few staff cards: they open when the list is missing");
}

/* A reader whose point the list doesn't have lets nobody through. */
static void check_points(struct checks *checks, const struct gate_config *config, struct list_db *list)
{
    for (size_t i = 0; i < config->n_readers; i++) {
        struct list_point point;
        const struct gate_reader *reader = &config->readers[i];
        int r = list_db_point(list, reader->point, &point);
        if (r == 0) {
            check_tell(checks, "files", "point", reader->name, CHECK_PASS, reader->point, NULL);
        } else {
            char value[VALUE_SIZE];
            (void)snprintf(value, sizeof(value), "the list has no point '%s'", reader->point);
            check_tell(checks, "files", "point", reader->name, CHECK_FAIL, r < 0 ? strerror(-r) : value,
                       "correct 'point' in the configuration, or the point's name in the list");
        }
    }
}

static void check_list_age(struct checks *checks, const struct list_meta *meta)
{
    char value[VALUE_SIZE];
    char age[WORDS_SIZE];
    const char *path = checks->cli->list_path;
    int64_t age_s = (clock_utc_us() - meta->synced_utc_us) / US_PER_S;
    words_age(age_s, age);
    (void)snprintf(value, sizeof(value), "version %lld, %s%s", (long long)meta->version, age, age_s < 0 ? "" : " old");
    if (meta->synced_utc_us == 0) {
        check_tell(checks, "files", "list", path, CHECK_FAIL, "empty: it was never filled", "stile import FILE");
    } else if (age_s < 0) {
        check_tell(checks, "files", "list", path, CHECK_WARN, value, "set the clock");
    } else {
        check_tell(checks, "files", "list", path, age_s > LIST_OLD_S ? CHECK_WARN : CHECK_PASS, value,
                   age_s > LIST_OLD_S ? "import a newer one, before what members have is no longer trusted" : NULL);
    }
}

static void check_list(struct checks *checks)
{
    char reason[CLI_REASON_SIZE];
    struct cli *cli = checks->cli;
    struct list_meta meta;
    _cleanup_(list_db_closep) struct list_db *list = NULL;
    progress_tick_start("reading the list");
    int r = list_db_open(cli->list_path, LIST_DB_READ, &list);
    if (r == 0 && checks->deep) {
        r = list_db_check(list);
    }
    if (r == 0) {
        r = list_db_meta(list, &meta);
        r = r > 0 ? (int)LIST_DB_CORRUPT : r;
    }
    progress_tick_stop();
    if (r != 0) {
        cli_list_reason(r, reason);
        check_tell(checks, "files", "list", cli->list_path, CHECK_FAIL, r < 0 ? strerror(-r) : "can't be used", reason);
        return;
    }
    check_list_age(checks, &meta);
    if (cli->config) {
        check_points(checks, cli->config, list);
    }
}

static void check_chain(struct checks *checks, struct journal_db *journal)
{
    char value[VALUE_SIZE];
    char events[WORDS_SIZE];
    int64_t bad = 0;
    int64_t newest = journal_db_last_seq(journal);
    progress_tick_start("verifying the journal's chain");
    int r = newest < 0 ? (int)newest : journal_db_verify(journal, &bad);
    progress_tick_stop();
    if (r < 0) {
        check_tell(checks, "files", "chain", checks->cli->journal_path, CHECK_FAIL, strerror(-r),
                   "restart stile-gate: it sets a damaged journal aside");
    } else if (r > 0) {
        (void)snprintf(value, sizeof(value), "event %lld isn't what was written", (long long)bad);
        check_tell(checks, "files", "chain", checks->cli->journal_path, CHECK_FAIL, value,
                   "somebody or something changed it: keep a copy of the file, and compare it with what was uploaded");
    } else {
        words_number(newest, events);
        (void)snprintf(value, sizeof(value), "whole up to event %s", events);
        check_tell(checks, "files", "chain", checks->cli->journal_path, CHECK_PASS, value, NULL);
    }
}

static void check_journal(struct checks *checks)
{
    char reason[CLI_REASON_SIZE];
    const char *path = checks->cli->journal_path;
    _cleanup_(journal_db_closep) struct journal_db *journal = NULL;
    progress_tick_start("reading the journal");
    int r = journal_db_open(path, JOURNAL_DB_READ, &journal);
    if (r == 0 && checks->deep) {
        r = journal_db_check(journal);
    }
    progress_tick_stop();
    if (r != 0) {
        cli_journal_reason(r, reason);
        check_tell(checks, "files", "journal", path, r == JOURNAL_DB_MISSING ? CHECK_WARN : CHECK_FAIL,
                   r < 0                     ? strerror(-r)
                   : r == JOURNAL_DB_MISSING ? "missing"
                                             : "can't be used",
                   reason);
        return;
    }
    check_tell(checks, "files", "journal", path, CHECK_PASS, checks->deep ? "can be read, whole" : "can be read", NULL);
    check_chain(checks, journal);
}

/* Room for the journal: a day of a busy unit is a few megabytes. */
static void check_room(struct checks *checks)
{
    enum { WARN_KB = 200 * 1024, FAIL_KB = 20 * 1024 };
    char folder[GATE_PATH_SIZE + 1];
    char value[VALUE_SIZE];
    char size[WORDS_SIZE];
    struct statvfs s;
    (void)snprintf(folder, sizeof(folder), "%s", checks->cli->journal_path);
    char *slash = strrchr(folder, '/');
    if (slash) {
        slash[1] = '\0';
    } else {
        (void)snprintf(folder, sizeof(folder), ".");
    }
    if (statvfs(folder, &s) < 0) {
        check_tell(checks, "files", "room", folder, CHECK_FAIL, strerror(errno),
                   "make the folder, for the gate's user");
        return;
    }
    int64_t kb = (int64_t)(s.f_bavail * (s.f_frsize / 512) / 2);
    words_size_kb(kb, size);
    (void)snprintf(value, sizeof(value), "%s free", size);
    check_tell(checks, "files", "room", folder,
               kb < FAIL_KB   ? CHECK_FAIL
               : kb < WARN_KB ? CHECK_WARN
                              : CHECK_PASS,
               value, kb < WARN_KB ? "make room: nothing is booked on a full disk" : NULL);
}

/* @return false when nothing else can be checked. */
static bool check_config(struct checks *checks)
{
    struct cli *cli = checks->cli;
    char error[GATE_ERROR_SIZE];
    char value[VALUE_SIZE];
    if (cli->list_path && cli->journal_path && access(cli->config_path, F_OK) < 0) {
        return true; /* files of another unit, looked at somewhere else */
    }
    struct gate_config *config = calloc(1, sizeof(*config));
    int r = config ? gate_config_load(cli->config_path, config, error) : -ENOMEM;
    if (r < 0) {
        free(config);
        check_tell(checks, "files", "configuration", cli->config_path, CHECK_FAIL,
                   r == -ENOMEM ? strerror(ENOMEM) : error, "mend it, or name another with --config");
        return cli->list_path && cli->journal_path;
    }
    (void)snprintf(value, sizeof(value), "%s: %zu %s, %zu %s", config->unit, config->n_lanes,
                   config->n_lanes == 1 ? "lane" : "lanes", config->n_readers,
                   config->n_readers == 1 ? "reader" : "readers");
    free(cli->config);
    cli->config = config;
    check_tell(checks, "files", "configuration", cli->config_path, CHECK_PASS, value, NULL);
    check_key(checks, config);
    check_emergency(checks, config);
    return cli_load(cli) == CLI_DONE;
}

void check_files(struct checks *checks)
{
    if (check_config(checks)) {
        check_list(checks);
        check_journal(checks);
        check_room(checks);
    }
}
