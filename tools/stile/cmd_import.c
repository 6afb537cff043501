/* stile import: reads an access list from a file into list.db. Bad lines are named one by one, none is dropped in silence. */

#include "stile/cli.h"
#include "stile/progress.h"
#include "stile/words.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "db/import.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct intake {
    struct cli *cli;
    const char *path;
    bool merge, keep_good;
    enum import_format format;
    int64_t size; /* of the file in bytes; 0: not known */
    struct progress progress;
};

static volatile sig_atomic_t interrupted;

static void on_signal(int signal)
{
    (void)signal;
    interrupted = 1;
}

static void bad_line(int64_t line, const char *reason, void *user)
{
    struct intake *intake = user;
    progress_clear(&intake->progress);
    if (!intake->cli->json) {
        (void)fprintf(stderr, "%s:%lld: %s\n", intake->path, (long long)line, reason);
        return;
    }
    cJSON *json = cJSON_CreateObject();
    cli_add_int(json, "line", line);
    cJSON_AddStringToObject(json, "reason", reason);
    (void)cli_print_json(json);
}

static int on_progress(int64_t lines, int64_t bytes, void *user)
{
    struct intake *intake = user;
    int64_t now_us = clock_boot_us();
    char number[WORDS_SIZE];
    if (interrupted) {
        return -ECANCELED;
    }
    if (!progress_due(&intake->progress, now_us)) {
        return 0;
    }
    words_number(lines, number);
    if (intake->size > 0 && bytes <= intake->size) {
        progress_show(&intake->progress, now_us, "%s lines, %d %%", number, (int)(bytes * 100 / intake->size));
    } else {
        progress_show(&intake->progress, now_us, "%s lines", number);
    }
    return 0;
}

static int parse(struct intake *intake, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const char *v;
        if (strcmp(argv[i], "--merge") == 0) {
            intake->merge = true;
        } else if (strcmp(argv[i], "--keep-good") == 0) {
            intake->keep_good = true;
        } else if ((v = cli_option(argc, argv, &i, "--format"))) {
            if (strcmp(v, "ndjson") != 0 && strcmp(v, "csv") != 0) {
                return cli_usage(&cli_import, "--format: ndjson or csv, not '%s'", v);
            }
            intake->format = v[0] == 'c' ? IMPORT_CSV : IMPORT_NDJSON;
        } else if (argv[i][0] == '-' && argv[i][1] != '\0') {
            return cli_usage(&cli_import, "unknown option: %s", argv[i]);
        } else if (intake->path) {
            return cli_usage(&cli_import, "one file at a time: %s", argv[i]);
        } else {
            intake->path = argv[i];
        }
    }
    if (!intake->path || !intake->path[0]) {
        return cli_usage(&cli_import, "which file? - is standard input");
    }
    return CLI_DONE;
}

/* @return 0 with the file's size (0: not known), or a negative errno. */
static int look_at(const char *path, int64_t *ret_size)
{
    struct stat st;
    if (stat(path, &st) < 0) {
        return -errno;
    }
    if (S_ISDIR(st.st_mode)) {
        return -EISDIR;
    }
    *ret_size = S_ISREG(st.st_mode) ? (int64_t)st.st_size : 0;
    return 0;
}

static int import(struct intake *intake, const char *file, struct import_result *ret_result)
{
    const struct import_options options = {.format = intake->format,
                                           .merge = intake->merge,
                                           .keep_good_lines = intake->keep_good,
                                           .utc_us = clock_utc_us(),
                                           .bad_line = bad_line,
                                           .progress = on_progress,
                                           .user = intake};
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND}; /* the second one kills */
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    progress_start(&intake->progress, stderr, isatty(STDERR_FILENO) == 1, clock_boot_us());
    int r = import_file(intake->cli->list_path, file, &options, ret_result);
    progress_clear(&intake->progress);
    return r < 0 && interrupted ? -ECANCELED : r; /* a read from a pipe may have ended with it */
}

/* A damaged list has nothing that a whole new one would need: it is kept beside it, as the gate would do. */
static int set_aside(struct intake *intake)
{
    const char *list = intake->cli->list_path;
    int r = list_db_quarantine(list, clock_utc_us());
    if (r < 0) {
        return cli_broken("%s: damaged, and can't be set aside: %s", list, strerror(-r));
    }
    (void)fprintf(stderr, "stile: %s: damaged; it was set aside as %s.corrupt-*\n", list, list);
    return CLI_DONE;
}

/* Why list.db can't be written. @return CLI_DONE to try again. */
static int unusable(struct intake *intake)
{
    char reason[CLI_REASON_SIZE];
    _cleanup_(list_db_closep) struct list_db *list = NULL;
    int r = list_db_open(intake->cli->list_path, LIST_DB_WRITE, &list);
    if (r == LIST_DB_CORRUPT && !intake->merge) {
        return set_aside(intake);
    }
    cli_list_reason(r, reason);
    return cli_broken("%s: %s", intake->cli->list_path, r == 0 ? "could not be opened; try again" : reason);
}

static int broken(const struct intake *intake, int r)
{
    switch (r) {
    case -ECANCELED:
        return cli_broken("interrupted; the list is as it was");
    case -EBUSY:
        return cli_broken("%s: another program is writing it; the list is as it was", intake->cli->list_path);
    case -ENOSPC:
        return cli_broken("%s: the disk is full; the list is as it was", intake->cli->list_path);
    default:
        return cli_broken("%s into %s: %s; the list is as it was", intake->path, intake->cli->list_path, strerror(-r));
    }
}

static int summarise(const struct intake *intake, int outcome, const struct import_result *result)
{
    bool done = outcome == 0;
    if (intake->cli->json) {
        cJSON *json = cJSON_CreateObject();
        cJSON_AddBoolToObject(json, "done", done);
        cli_add_int(json, "lines", result->lines);
        cli_add_int(json, "good", result->good);
        cli_add_int(json, "bad", result->bad);
        cli_add_int(json, "version", result->version);
        cJSON_AddStringToObject(json, "list", intake->cli->list_path);
        int r = cli_print_json(json);
        return r != CLI_DONE ? r : done ? CLI_DONE : CLI_NO;
    }
    char good[WORDS_SIZE];
    char bad[WORDS_SIZE];
    words_number(result->good, good);
    words_number(result->bad, bad);
    if (!done) {
        (void)fprintf(stderr, "stile: %s bad %s, %s good; nothing was changed%s\n", bad,
                      result->bad == 1 ? "line" : "lines", good,
                      intake->keep_good || result->good == 0 ? "" : " (--keep-good takes the good ones)");
        return CLI_NO;
    }
    (void)printf("%s: version %lld; %s %s read%s%s%s\n", intake->cli->list_path, (long long)result->version, good,
                 result->good == 1 ? "line" : "lines", result->bad > 0 ? ", " : "", result->bad > 0 ? bad : "",
                 result->bad == 0   ? ""
                 : result->bad == 1 ? " bad one left out"
                                    : " bad ones left out");
    return CLI_DONE;
}

static int run(struct cli *cli, int argc, char **argv)
{
    struct intake intake = {.cli = cli};
    struct import_result result = {0};
    int r = parse(&intake, argc, argv);
    if (r == CLI_DONE && !cli->list_path) {
        r = cli_load(cli);
    }
    if (r != CLI_DONE) {
        return r;
    }
    assert(intake.path); /* parse saw to it */
    const char *file = strcmp(intake.path, "-") == 0 ? "/dev/stdin" : intake.path;
    r = look_at(file, &intake.size);
    if (r < 0) {
        return cli_broken("%s: %s", intake.path, strerror(-r));
    }
    r = import(&intake, file, &result);
    if (r == IMPORT_NO_LIST) {
        r = unusable(&intake);
        if (r != CLI_DONE) {
            return r;
        }
        r = import(&intake, file, &result);
    }
    if (r == IMPORT_NO_LIST) {
        return cli_broken("%s: cannot be used", cli->list_path);
    }
    return r < 0 ? broken(&intake, r) : summarise(&intake, r, &result);
}

const struct cli_command cli_import = {
    .name = "import",
    .synopsis = "FILE [--merge] [--keep-good] [--format ndjson|csv]",
    .about = "reads an access list from a file",
    .help =
        "  --merge         add to the list and change it (default: the file is the whole list; of CSV, all members)\n"
        "  --keep-good     leave bad lines out (default: a single one leaves the list as it was)\n"
        "  --format KIND   ndjson or csv (default: by the file's name or first character)\n"
        "\n"
        "FILE may be - for standard input. Each bad line is named with its number and the reason, on standard error,\n"
        "or with --json as a line of its own. Needs no configuration when --list names the list.\n"
        "Exit code 0: the list is new; 1: bad lines, nothing was changed.\n",
    .run = run,
};
