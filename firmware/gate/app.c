#define LOG_MODULE "gate"

#include "gate/app.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/pack.h"
#include "base/text.h"
#include "gate/app_internal.h"
#include "gate/clock_floor.h"

#include <errno.h>
#include <inttypes.h>
#include <malloc.h>
#include <signal.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <systemd/sd-daemon.h>

/* The order of the start: configuration; lines, so that every output is at its safe level; keys; journal; list; unit;
 * inputs; control socket; readers. Stopping is the other way round, but for the lines, which come first again. Each
 * part can be finished before it was started, so that there is one way to stop. */

enum { CONFIG_MAX = 64 * 1024, RECORD_MAX = 256 };

/* Tags of the record of JOURNAL_START. */
enum { START_VERSION = 1, START_CONFIGURATION = 2 };

__attribute__((format(printf, 2, 3))) static enum app_exit refuse(enum app_exit status, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    log_error("%s", text);
    return status;
}

static void digest(const char *text, char ret_hex[33])
{
    uint8_t hash[16];
    (void)crypto_generichash(hash, sizeof(hash), (const uint8_t *)text, strlen(text), NULL, 0);
    text_to_hex(hash, sizeof(hash), ret_hex, 33);
}

static enum app_exit load_config(struct app *app, const char *path)
{
    char error[GATE_ERROR_SIZE];
    _cleanup_free_ char *text = NULL;
    size_t size = 0;
    if (gate_config_load(path, &app->config, error) < 0) {
        return refuse(APP_CONFIG, "%s: %s", path, error);
    }
    if (file_read(path, CONFIG_MAX, &text, &size) == 0) {
        digest(text, app->digest);
    }
    return APP_DONE;
}

static bool simulated(const struct app *app)
{
    return strncmp(app->config.chip, "sim:", 4) == 0;
}

static enum app_exit open_lines(struct app *app)
{
    char error[LINES_ERROR_SIZE];
    if (geteuid() == 0 && !simulated(app)) {
        return refuse(APP_RIGHTS, "not as root: it has no need of it over real lines (see board/README.md)");
    }
    if (lines_new(&app->config, &app->lines) < 0) {
        return refuse(APP_FAILED, "out of memory");
    }
    int r = lines_open(app->lines, error);
    if (r == LINES_NEVER) {
        return refuse(APP_LINES, "%s", error);
    }
    if (r != 0) {
        log_error("lanes are out of service: %s", error);
    }
    if (simulated(app)) {
        log_warn("the lines are simulated: %s moves no turnstile", app->config.chip);
    }
    return APP_DONE;
}

static enum app_exit load_keys(struct app *app)
{
    char error[KEYS_ERROR_SIZE];
    static const struct rlimit none = {0, 0};
    if (app->config.key_path[0] == '\0') {
        return APP_DONE;
    }
    /* No core file and no debugger: both would show the key. */
    if (setrlimit(RLIMIT_CORE, &none) < 0 || prctl(PR_SET_DUMPABLE, 0) < 0) {
        return refuse(APP_FAILED, "cannot switch core files off: %s", strerror(errno));
    }
    int r = keys_load(&app->config, &app->keys, error);
    return r == 0 ? APP_DONE : refuse(r == -EPERM ? APP_RIGHTS : APP_CONFIG, "%s: %s", app->config.key_path, error);
}

static void load_emergency(struct app *app)
{
    char error[EMERGENCY_ERROR_SIZE];
    if (app->config.emergency_path[0] != '\0' &&
        emergency_load(app->config.emergency_path, &app->emergency, error) < 0) {
        log_error("no emergency cards: %s: %s", app->config.emergency_path, error);
    }
}

/* The worker's store: journal.db, and in idle moments the clock's floor. */
static int store_append(void *data, struct journal_event *events, size_t n)
{
    return journal_db_append(((struct app *)data)->journal_write, events, n);
}

static int store_erase(void *data, int64_t before_utc_us, int limit)
{
    struct app *app = data;
    int n = journal_db_erase(app->journal_write, before_utc_us, limit);
    atomic_store(&app->erased_seq, journal_db_last_erased(app->journal_write));
    return n;
}

static void store_tidy(void *data)
{
    struct app *app = data;
    int64_t floor_us = atomic_exchange(&app->clock_save_us, 0);
    int r = floor_us ? clock_floor_save(app->config.clock_path, floor_us) : 0;
    if (r < 0) {
        log_warn("cannot write %s: %s", app->config.clock_path, strerror(-r));
    }
}

static void store_close(void *data)
{
    struct app *app = data;
    journal_db_close(app->journal_write);
    app->journal_write = NULL;
}

static int open_for_writing(struct app *app)
{
    const char *path = app->config.journal_path;
    int r = journal_db_open(path, JOURNAL_DB_WRITE, &app->journal_write);
    if (r != JOURNAL_DB_CORRUPT) {
        return r;
    }
    int64_t kept = 0;
    log_error("%s is damaged: setting it aside", path);
    r = journal_db_recover(path, clock_utc_us(), &kept);
    if (r < 0) {
        return r;
    }
    log_warn("%s is made anew: events kept=%" PRId64, path, kept);
    return journal_db_open(path, JOURNAL_DB_WRITE, &app->journal_write);
}

static enum app_exit open_journal(struct app *app)
{
    const char *path = app->config.journal_path;
    int r = open_for_writing(app);
    if (r == JOURNAL_DB_NEWER) {
        return refuse(APP_JOURNAL, "%s is of a later version than this program", path);
    }
    if (r == 0) {
        r = journal_db_open(path, JOURNAL_DB_READ, &app->journal);
    }
    if (r != 0) {
        journal_db_close(app->journal_write);
        return refuse(APP_JOURNAL, "cannot open %s: %s", path, r < 0 ? strerror(-r) : "it is damaged");
    }
    const struct journal_store store = {
        .append = store_append, .erase = store_erase, .tidy = store_tidy, .close = store_close, .data = app};
    r = journal_worker_start(&store, &journal_worker_default, &app->worker);
    return r < 0 ? refuse(APP_FAILED, "cannot start the journal's thread: %s", strerror(-r)) : APP_DONE;
}

static void journal_start(struct app *app)
{
    struct unit_now now = app_now();
    uint8_t record[RECORD_MAX];
    struct pack p;
    struct journal_event event = {.kind = JOURNAL_START, .utc_us = now.utc_us, .boot_us = now.boot_us, .line_us = -1};
    (void)snprintf(event.detail, sizeof(event.detail), "version=%s configuration=%s", STILE_VERSION, app->digest);
    pack_init(&p, record, sizeof(record));
    pack_text(&p, START_VERSION, STILE_VERSION);
    pack_text(&p, START_CONFIGURATION, app->digest);
    event.record = record;
    event.record_len = p.len;
    (void)journal_worker_put(app->worker, &event, 0);
    app_journal(app, JOURNAL_LIST_STATE, 0, list_watch_state(app->list));
}

static enum app_exit start_unit(struct app *app)
{
    int r = list_watch_new(app->config.list_path, &app->list);
    if (r < 0) {
        return refuse(APP_FAILED, "the list: %s", strerror(-r));
    }
    log_info("list state=%s", list_watch_state(app->list));
    journal_start(app);
    app->clock_floor_us = clock_floor_load(app->config.clock_path);
    app->clock_trusted = true; /* as the unit takes it to be until it is told */
    r = unit_new(&app->config, list_watch_db(app->list), app->journal, &app_unit_ops, app, app_now(), &app->unit);
    if (r < 0) {
        return refuse(APP_FAILED, "the unit: %s", strerror(-r));
    }
    load_emergency(app);
    unit_set_emergency(app->unit, &app->emergency);
    app_look_at_clock(app);
    return APP_DONE;
}

static enum app_exit start_loop(struct app *app)
{
    int r = app_listen(app);
    if (r >= 0) {
        r = lines_start(app->lines, app->event, &app_lines_ops, app);
    }
    if (r >= 0) {
        r = list_watch_start(app->list, app->event, &app_list_ops, app);
    }
    if (r < 0) {
        return refuse(APP_FAILED, "the event loop: %s", strerror(-r));
    }
    r = control_start(app->event, app->config.control_path, &app_control_ops, app, &app->control);
    if (r < 0) {
        return refuse(APP_FAILED, "%s: %s", app->config.control_path, strerror(-r));
    }
    r = readers_start(app->event, &app->config, &app_readers_ops, app, &app->readers);
    return r < 0 ? refuse(APP_FAILED, "the readers: %s", strerror(-r)) : APP_DONE;
}

static enum app_exit start(struct app *app)
{
    sigset_t ours;
    (void)sigemptyset(&ours);
    (void)sigaddset(&ours, SIGTERM);
    (void)sigaddset(&ours, SIGINT);
    (void)sigaddset(&ours, SIGHUP);
    (void)sigaddset(&ours, SIGCHLD);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN); /* a limit on files is an error of the write, not the end */
    if (sigprocmask(SIG_BLOCK, &ours, NULL) < 0 || sd_event_new(&app->event) < 0) {
        return refuse(APP_FAILED, "the event loop cannot be made");
    }
    static enum app_exit (*const steps[])(struct app *) = {load_keys, open_journal, start_unit, start_loop};
    enum app_exit status = open_lines(app);
    for (size_t i = 0; status == APP_DONE && i < ARRAY_LEN(steps); i++) {
        status = steps[i](app);
    }
    return status;
}

/* Takes whatever start left behind. */
static void finish(struct app *app)
{
    lines_free(app->lines); /* first: every output is safe */
    readers_stop(app->readers);
    control_stop(app->control);
    app->control = NULL;
    if (app->unit) {
        unit_flush(app->unit, app_now());
    }
    unit_free(app->unit);
    journal_db_close(app->journal); /* before the writer's handle, which then folds the log into the file */
    if (app->worker) {
        app_journal_erased(app);
        app_journal(app, JOURNAL_STOP, 0, "");
        atomic_store(&app->clock_save_us, 0);
        unsigned lost = journal_worker_join(app->worker);
        if (lost > 0) {
            log_error("events that could not be written=%u", lost);
        }
    }
    list_watch_free(app->list);
    keys_free(app->keys);
    sd_event_source_unref(app->deadline);
    sd_event_source_unref(app->tick);
    sd_event_unref(app->event);
    free(app);
}

static void finishp(struct app **app)
{
    if (*app) {
        finish(*app);
    }
}

enum app_exit app_run(const char *config_path)
{
    if (sodium_init() < 0) {
        return refuse(APP_FAILED, "no source of random numbers");
    }
    _cleanup_(finishp) struct app *app = calloc(1, sizeof(*app));
    if (!app) {
        return refuse(APP_FAILED, "out of memory");
    }
    app->started_us = clock_boot_us();
    /* The journal's thread allocates little, and frees what the loop allocated: an arena of its own only costs memory. */
    (void)mallopt(M_ARENA_MAX, 1);
    enum app_exit status = load_config(app, config_path);
    if (status == APP_DONE) {
        status = start(app);
    }
    (void)malloc_trim(0); /* what checking the databases has left */
    if (status != APP_DONE) {
        return status;
    }
    (void)sd_event_set_watchdog(app->event, true);
    log_info("started: lanes=%zu readers=%zu list=%s", app->config.n_lanes, app->config.n_readers,
             list_watch_state(app->list));
    (void)sd_notifyf(0, "READY=1\nSTATUS=%zu lanes, %zu readers, list: %s", app->config.n_lanes, app->config.n_readers,
                     list_watch_state(app->list));
    int r = sd_event_loop(app->event);
    (void)sd_notify(0, "STOPPING=1");
    log_info("stopping");
    return r < 0 ? refuse(APP_FAILED, "the event loop: %s", strerror(-r)) : APP_DONE;
}

enum app_exit app_check(const char *config_path)
{
    char error[EMERGENCY_ERROR_SIZE];
    if (sodium_init() < 0) {
        return refuse(APP_FAILED, "no source of random numbers");
    }
    _cleanup_free_ struct app *app = calloc(1, sizeof(*app));
    if (!app) {
        return refuse(APP_FAILED, "out of memory");
    }
    enum app_exit status = load_config(app, config_path);
    if (status == APP_DONE) {
        status = load_keys(app);
        keys_free(app->keys);
    }
    if (status == APP_DONE && app->config.emergency_path[0] != '\0' &&
        emergency_load(app->config.emergency_path, &app->emergency, error) < 0) {
        status = refuse(APP_CONFIG, "%s: %s", app->config.emergency_path, error);
    }
    if (status == APP_DONE && access(app->config.reader_program, X_OK) < 0) {
        status = refuse(APP_CONFIG, "%s: %s", app->config.reader_program, strerror(errno));
    }
    if (status == APP_DONE) {
        (void)printf("%s: good: %zu lanes, %zu readers, %zu emergency cards\n", config_path, app->config.n_lanes,
                     app->config.n_readers, app->emergency.n_cards);
    }
    return status;
}
