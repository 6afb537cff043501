#include "gate/status.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "gate/app_internal.h"
#include "gate/clock_floor.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { STATUS_READER_TEXT_SIZE = 64 };

static void delete_json(cJSON **json)
{
    cJSON_Delete(*json);
}

static void add_text(cJSON *json, const char *name, const char *text)
{
    (void)cJSON_AddStringToObject(json, name, text);
}

/* A reader's own words: with 16 readers at full length they would not fit into a message. */
static void add_clipped(cJSON *json, const char *name, const char *text)
{
    char clipped[STATUS_READER_TEXT_SIZE];
    (void)text_copy(clipped, sizeof(clipped), text);
    add_text(json, name, clipped);
}

/* With all of its digits: cJSON's own numbers are doubles, and are written as such from 10^15 on. */
static void add_int(cJSON *json, const char *name, int64_t value)
{
    char digits[24];
    (void)snprintf(digits, sizeof(digits), "%lld", (long long)value);
    (void)cJSON_AddRawToObject(json, name, digits);
}

static void add_bool(cJSON *json, const char *name, bool value)
{
    (void)cJSON_AddBoolToObject(json, name, value);
}

/* What a process has in memory, in kB; 0 when it can't be read. /proc/PID/statm: see proc(5). */
static int64_t memory_kb(pid_t pid)
{
    char path[40];
    char text[128];
    long long pages = 0;
    if (pid <= 0) {
        return 0;
    }
    (void)snprintf(path, sizeof(path), "/proc/%ld/statm", (long)pid);
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
    if (n <= 0) {
        return 0;
    }
    text[n] = '\0';
    const char *second = strchr(text, ' ');
    pages = second ? strtoll(second + 1, NULL, 10) : 0;
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void add_list(cJSON *json, const struct app *app, int64_t utc_us)
{
    cJSON *list = cJSON_AddObjectToObject(json, "list");
    struct list_meta meta;
    struct list_db *db = list_watch_db(app->list);
    add_text(list, "state", list_watch_state(app->list));
    add_text(list, "path", app->config.list_path);
    if (db && list_db_meta(db, &meta) == 0) {
        add_int(list, "version", meta.version);
        add_int(list, "epoch", meta.epoch);
        add_int(list, "synced_utc_us", meta.synced_utc_us);
        add_int(list, "age_s", (utc_us - meta.synced_utc_us) / US_PER_S);
    }
}

static void add_journal(cJSON *json, struct app *app)
{
    cJSON *journal = cJSON_AddObjectToObject(json, "journal");
    struct journal_worker_state state = journal_worker_state(app->worker);
    add_text(journal, "path", app->config.journal_path);
    add_int(journal, "epoch", state.epoch);
    add_int(journal, "seq", state.seq);
    add_int(journal, "queued", state.queued);
    add_int(journal, "written", (int64_t)state.written);
    add_int(journal, "dropped", (int64_t)state.dropped);
    add_int(journal, "erased", (int64_t)state.erased);
    add_text(journal, "error", state.error ? strerror(-state.error) : "");
}

static void add_lanes(cJSON *json, const struct app *app)
{
    cJSON *lanes = cJSON_AddArrayToObject(json, "lanes");
    for (unsigned i = 0; i < app->config.n_lanes; i++) {
        struct unit_lane_status s;
        cJSON *lane = cJSON_CreateObject();
        unit_lane_status(app->unit, i, &s);
        add_text(lane, "name", s.name);
        add_text(lane, "state", lane_state_text(s.state));
        add_text(lane, "mode", unit_mode_text(s.mode));
        add_bool(lane, "release_in", s.release_in);
        add_bool(lane, "release_out", s.release_out);
        add_bool(lane, "has_grant", s.has_grant);
        add_bool(lane, "fault", s.fault);
        add_text(lane, "alarm", s.alarm);
        (void)cJSON_AddItemToArray(lanes, lane);
    }
}

static void add_zones(cJSON *json, const struct app *app)
{
    struct unit_zone_status all[GATE_READERS_MAX];
    cJSON *zones = cJSON_AddArrayToObject(json, "zones");
    size_t n = unit_zones_status(app->unit, all);
    for (size_t i = 0; i < n; i++) {
        cJSON *zone = cJSON_CreateObject();
        add_int(zone, "id", all[i].id);
        add_text(zone, "name", all[i].name);
        add_int(zone, "people", all[i].people);
        add_int(zone, "limit", all[i].limit);
        (void)cJSON_AddItemToArray(zones, zone);
    }
}

static void add_readers(cJSON *json, const struct app *app, int64_t boot_us)
{
    cJSON *readers = cJSON_AddArrayToObject(json, "readers");
    for (unsigned i = 0; i < app->config.n_readers; i++) {
        const struct gate_reader *reader = &app->config.readers[i];
        struct reader_status s = readers_status(app->readers, i);
        cJSON *one = cJSON_CreateObject();
        add_text(one, "name", reader->name);
        add_text(one, "point", reader->point);
        add_text(one, "lane", app->config.lanes[reader->lane].name);
        add_text(one, "side", reader->side == LANE_IN ? "in" : "out");
        add_text(one, "device", reader->device);
        add_bool(one, "working", s.working);
        add_int(one, "pid", s.pid);
        add_int(one, "restarts", s.restarts);
        add_int(one, "heard_ms", s.last_boot_us ? (boot_us - s.last_boot_us) / US_PER_MS : -1);
        add_int(one, "lag_us", s.lag_us);
        add_int(one, "answer_us", s.answer_us);
        add_clipped(one, "chip", s.chip);
        add_clipped(one, "fault", s.working ? "" : s.fault);
        cJSON *sandbox = cJSON_AddObjectToObject(one, "sandbox");
        add_bool(sandbox, "no_new_privs", s.sandbox & MESSAGE_SANDBOX_NO_NEW_PRIVS);
        add_bool(sandbox, "landlock", s.sandbox & MESSAGE_SANDBOX_LANDLOCK);
        add_bool(sandbox, "seccomp", s.sandbox & MESSAGE_SANDBOX_SECCOMP);
        add_int(one, "memory_kb", memory_kb(s.pid));
        (void)cJSON_AddItemToArray(readers, one);
    }
}

static int print(const cJSON *json, char *ret_text, size_t size)
{
    if (!json) {
        return -ENOMEM;
    }
    if (!cJSON_PrintPreallocated((cJSON *)(uintptr_t)json, ret_text, (int)size, false)) {
        return -EMSGSIZE;
    }
    return (int)strlen(ret_text);
}

int status_json(struct app *app, char *ret_text, size_t size)
{
    struct unit_now now = app_now();
    _cleanup_(delete_json) cJSON *json = cJSON_CreateObject();
    add_text(json, "unit", app->config.unit);
    add_text(json, "version", STILE_VERSION);
    add_text(json, "configuration", app->digest);
    add_int(json, "utc_us", now.utc_us);
    add_int(json, "boot_us", now.boot_us);
    cJSON *process = cJSON_AddObjectToObject(json, "process");
    add_int(process, "pid", getpid());
    add_int(process, "up_s", (now.boot_us - app->started_us) / US_PER_S);
    add_int(process, "cpu_us", clock_cpu_us());
    add_int(process, "memory_kb", memory_kb(getpid()));
    cJSON *clock = cJSON_AddObjectToObject(json, "clock");
    add_bool(clock, "trusted", app->clock_trusted);
    add_bool(clock, "synchronised", clock_floor_synchronised());
    add_int(clock, "floor_utc_us", app->clock_floor_us);
    cJSON *lines = cJSON_AddObjectToObject(json, "lines");
    add_text(lines, "chip", app->config.chip);
    add_bool(lines, "working", lines_working(app->lines));
    add_text(lines, "fault", lines_fault(app->lines));
    add_list(json, app, now.utc_us);
    add_journal(json, app);
    add_bool(json, "fire", unit_in_fire(app->unit));
    add_bool(json, "lockdown", unit_in_lockdown(app->unit));
    add_lanes(json, app);
    add_zones(json, app);
    add_readers(json, app, now.boot_us);
    add_bool(json, "keys", app->keys != NULL);
    add_int(json, "emergency_cards", (int64_t)app->emergency.n_cards);
    add_int(json, "clients", control_clients(app->control));
    return print(json, ret_text, size);
}

struct checks {
    cJSON *list;
    bool ok;
};

static void add_check(struct checks *checks, bool ok, const char *kind, const char *name, const char *text)
{
    cJSON *one = cJSON_CreateObject();
    add_text(one, "kind", kind);
    add_text(one, "name", name);
    add_bool(one, "ok", ok);
    add_text(one, "text", text);
    (void)cJSON_AddItemToArray(checks->list, one);
    checks->ok = checks->ok && ok;
}

static void check_inputs(struct checks *checks, struct app *app, unsigned lane)
{
    static const char *const names[GATE_INPUTS] = {[GATE_CONTACT_A] = "contact_a",
                                                   [GATE_CONTACT_B] = "contact_b",
                                                   [GATE_DOOR_CONTACT] = "door_contact",
                                                   [GATE_REQUEST_TO_EXIT] = "request_to_exit",
                                                   [GATE_FIRE] = "fire",
                                                   [GATE_LOCKDOWN] = "lockdown",
                                                   [GATE_TAMPER] = "tamper"};
    for (unsigned k = 0; k < GATE_INPUTS; k++) {
        char name[2 * GATE_NAME_SIZE];
        int level = lines_get(app->lines, lane, (enum gate_input)k);
        if (level == -ENOENT) {
            continue;
        }
        (void)snprintf(name, sizeof(name), "%s %s", app->config.lanes[lane].name, names[k]);
        add_check(checks, level >= 0, "input", name, level < 0 ? strerror(-level) : level ? "active" : "inactive");
    }
}

int status_check_json(struct app *app, char *ret_text, size_t size)
{
    _cleanup_(delete_json) cJSON *json = cJSON_CreateObject();
    struct checks checks = {.list = cJSON_AddArrayToObject(json, "checks"), .ok = true};
    add_check(&checks, lines_working(app->lines), "lines", app->config.chip, lines_fault(app->lines));
    for (unsigned i = 0; i < app->config.n_lanes; i++) {
        struct unit_lane_status s;
        unit_lane_status(app->unit, i, &s);
        add_check(&checks, !s.fault && s.alarm[0] == '\0', "lane", s.name,
                  s.alarm[0] ? s.alarm : lane_state_text(s.state));
        check_inputs(&checks, app, i);
    }
    for (unsigned i = 0; i < app->config.n_readers; i++) {
        struct reader_status s = readers_status(app->readers, i);
        add_check(&checks, s.working, "reader", app->config.readers[i].name, s.working ? s.chip : s.fault);
    }
    const char *list = list_watch_state(app->list);
    add_check(&checks, list_watch_db(app->list) != NULL, "list", app->config.list_path, list);
    struct journal_worker_state journal = journal_worker_state(app->worker);
    add_check(&checks, journal.error == 0, "journal", app->config.journal_path,
              journal.error ? strerror(-journal.error) : "ok");
    add_check(&checks, app->clock_trusted, "clock", "wall clock", app->clock_trusted ? "ok" : "not set");
    add_bool(json, "ok", checks.ok);
    return print(json, ret_text, size);
}
