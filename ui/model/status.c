#include "model/status.h"

#include "base/cleanup.h"
#include "model/json.h"

#include <errno.h>
#include <string.h>

static int parse_list_state(const char *text)
{
    static const char *const names[] = {[STATUS_LIST_OK] = "ok",           [STATUS_LIST_MISSING] = "missing",
                                        [STATUS_LIST_CORRUPT] = "corrupt", [STATUS_LIST_QUARANTINED] = "quarantined",
                                        [STATUS_LIST_TOO_NEW] = "too_new", [STATUS_LIST_TOO_OLD] = "too_old",
                                        [STATUS_LIST_EMPTY] = "empty",     [STATUS_LIST_ERROR] = "error"};
    return json_find(names, ARRAY_LEN(names), text) % (int)ARRAY_LEN(names);
}

static int parse_mode(const char *text)
{
    static const char *const names[] = {
        [STATUS_MODE_NORMAL] = "normal", [STATUS_MODE_FREE] = "free", [STATUS_MODE_LOCKED] = "locked"};
    return json_find(names, ARRAY_LEN(names), text) % (int)ARRAY_LEN(names);
}

static int parse_lane_state(const char *text)
{
    int state = 0;
    while (state < LANE_STATES && strcmp(lane_state_text((enum lane_state)state), text) != 0) {
        state++;
    }
    return state;
}

#define AT(member)        JSON_AT(struct gate_status, member)
#define COUNT_AT(member)  JSON_AT(struct gate_status, member), .min = 0, .max = JSON_INT_MAX
#define NUMBER_AT(member) JSON_AT(struct gate_status, member), .min = -JSON_INT_MAX, .max = JSON_INT_MAX

static const struct json_field unit_fields[] = {
    {.name = "unit", .type = JSON_TEXT, AT(unit), .must = true},
    {.name = "version", .type = JSON_TEXT, AT(version)},
    {.name = "configuration", .type = JSON_TEXT, AT(configuration)},
    {.name = "utc_us", .type = JSON_INT, NUMBER_AT(utc_us), .must = true},
    {.name = "boot_us", .type = JSON_INT, COUNT_AT(boot_us), .must = true},
    {.name = "fire", .type = JSON_BOOL, AT(fire)},
    {.name = "lockdown", .type = JSON_BOOL, AT(lockdown)},
    {.name = "keys", .type = JSON_BOOL, AT(keys)},
    {.name = "emergency_cards", .type = JSON_INT, COUNT_AT(emergency_cards)},
    {.name = "clients", .type = JSON_INT, COUNT_AT(clients)},
};
static const struct json_field process_fields[] = {
    {.name = "pid", .type = JSON_INT, COUNT_AT(process.pid)},
    {.name = "up_s", .type = JSON_INT, COUNT_AT(process.up_s)},
    {.name = "cpu_us", .type = JSON_INT, COUNT_AT(process.cpu_us)},
    {.name = "memory_kb", .type = JSON_INT, COUNT_AT(process.memory_kb)},
};
static const struct json_field clock_fields[] = {
    {.name = "trusted", .type = JSON_BOOL, AT(clock.trusted)},
    {.name = "synchronised", .type = JSON_BOOL, AT(clock.synchronised)},
    {.name = "floor_utc_us", .type = JSON_INT, NUMBER_AT(clock.floor_utc_us)},
};
static const struct json_field lines_fields[] = {
    {.name = "chip", .type = JSON_TEXT, AT(lines.chip)},
    {.name = "working", .type = JSON_BOOL, AT(lines.working)},
    {.name = "fault", .type = JSON_TEXT, AT(lines.fault)},
};
static const struct json_field list_fields[] = {
    {.name = "state", .type = JSON_NAME, AT(list.state), .parse = parse_list_state},
    {.name = "path", .type = JSON_TEXT, AT(list.path)},
    {.name = "version", .type = JSON_INT, COUNT_AT(list.version)},
    {.name = "epoch", .type = JSON_INT, COUNT_AT(list.epoch)},
    {.name = "synced_utc_us", .type = JSON_INT, NUMBER_AT(list.synced_utc_us)},
    {.name = "age_s", .type = JSON_INT, NUMBER_AT(list.age_s)},
};
static const struct json_field journal_fields[] = {
    {.name = "path", .type = JSON_TEXT, AT(journal.path)},
    {.name = "epoch", .type = JSON_INT, COUNT_AT(journal.epoch)},
    {.name = "seq", .type = JSON_INT, COUNT_AT(journal.seq)},
    {.name = "queued", .type = JSON_INT, COUNT_AT(journal.queued)},
    {.name = "written", .type = JSON_INT, COUNT_AT(journal.written)},
    {.name = "dropped", .type = JSON_INT, COUNT_AT(journal.dropped)},
    {.name = "erased", .type = JSON_INT, COUNT_AT(journal.erased)},
    {.name = "error", .type = JSON_TEXT, AT(journal.error)},
};

#define LANE_AT(member) JSON_AT(struct status_lane, member)

static const struct json_field lane_fields[] = {
    {.name = "name", .type = JSON_TEXT, LANE_AT(name), .must = true},
    {.name = "state", .type = JSON_NAME, LANE_AT(state), .parse = parse_lane_state},
    {.name = "mode", .type = JSON_NAME, LANE_AT(mode), .parse = parse_mode},
    {.name = "release_in", .type = JSON_BOOL, LANE_AT(release_in)},
    {.name = "release_out", .type = JSON_BOOL, LANE_AT(release_out)},
    {.name = "has_grant", .type = JSON_BOOL, LANE_AT(has_grant)},
    {.name = "fault", .type = JSON_BOOL, LANE_AT(fault)},
    {.name = "alarm", .type = JSON_TEXT, LANE_AT(alarm)},
};

static int parse_out(const char *text)
{
    return strcmp(text, "out") == 0;
}

/* A reader as it lies in the JSON: the side is a name, the sandbox an object of its own. */
struct reader_read {
    struct status_reader reader;
    int side;
};

#define READER_AT(member)       JSON_AT(struct reader_read, reader.member)
#define READER_COUNT_AT(member) JSON_AT(struct reader_read, reader.member), .min = -1, .max = JSON_INT_MAX

static const struct json_field reader_fields[] = {
    {.name = "name", .type = JSON_TEXT, READER_AT(name), .must = true},
    {.name = "point", .type = JSON_TEXT, READER_AT(point)},
    {.name = "lane", .type = JSON_TEXT, READER_AT(lane)},
    {.name = "side", .type = JSON_NAME, JSON_AT(struct reader_read, side), .parse = parse_out},
    {.name = "device", .type = JSON_TEXT, READER_AT(device)},
    {.name = "working", .type = JSON_BOOL, READER_AT(working)},
    {.name = "pid", .type = JSON_INT, READER_COUNT_AT(pid)},
    {.name = "restarts", .type = JSON_INT, READER_COUNT_AT(restarts)},
    {.name = "heard_ms", .type = JSON_INT, READER_COUNT_AT(heard_ms)},
    {.name = "lag_us", .type = JSON_INT, READER_AT(lag_us), .min = -JSON_INT_MAX, .max = JSON_INT_MAX},
    {.name = "answer_us", .type = JSON_INT, READER_COUNT_AT(answer_us)},
    {.name = "chip", .type = JSON_TEXT, READER_AT(chip)},
    {.name = "fault", .type = JSON_TEXT, READER_AT(fault)},
    {.name = "memory_kb", .type = JSON_INT, READER_COUNT_AT(memory_kb)},
};
static const struct json_field sandbox_fields[] = {
    {.name = "no_new_privs", .type = JSON_BOOL, JSON_AT(struct status_reader, no_new_privs)},
    {.name = "landlock", .type = JSON_BOOL, JSON_AT(struct status_reader, landlock)},
    {.name = "seccomp", .type = JSON_BOOL, JSON_AT(struct status_reader, seccomp)},
};

#define ZONE_AT(member)       JSON_AT(struct status_zone, member)
#define ZONE_COUNT_AT(member) JSON_AT(struct status_zone, member), .min = 0, .max = JSON_INT_MAX

static const struct json_field zone_fields[] = {
    {.name = "id", .type = JSON_INT, ZONE_COUNT_AT(id), .must = true},
    {.name = "name", .type = JSON_TEXT, ZONE_AT(name)},
    {.name = "people", .type = JSON_INT, ZONE_COUNT_AT(people)},
    {.name = "limit", .type = JSON_INT, ZONE_COUNT_AT(limit)},
};

/* clang-format off */
#define TABLE(fields) {(fields), ARRAY_LEN(fields)}
/* clang-format on */

static const struct json_table unit_table = TABLE(unit_fields), lane_table = TABLE(lane_fields),
                               reader_table = TABLE(reader_fields), sandbox_table = TABLE(sandbox_fields),
                               zone_table = TABLE(zone_fields);

/* The objects within, all of them with fields of struct gate_status. */
static const struct {
    const char *name;
    struct json_table table;
} parts[] = {
    {"process", TABLE(process_fields)}, {"clock", TABLE(clock_fields)},     {"lines", TABLE(lines_fields)},
    {"list", TABLE(list_fields)},       {"journal", TABLE(journal_fields)},
};

static int read_reader(const cJSON *item, struct status_reader *ret_reader)
{
    struct reader_read one = {.reader.heard_ms = -1};
    bool bad = !cJSON_IsObject(item);
    const cJSON *sandbox = bad ? NULL : json_object(item, "sandbox", &bad);
    if (bad || json_read(item, &reader_table, &one) < 0 || json_read(sandbox, &sandbox_table, &one.reader) < 0) {
        return -EBADMSG;
    }
    one.reader.out = one.side != 0;
    *ret_reader = one.reader;
    return 0;
}

static int read_readers(const cJSON *json, struct gate_status *status)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(json, "readers");
    const cJSON *item = NULL;
    if (list && !cJSON_IsArray(list)) {
        return -EBADMSG;
    }
    cJSON_ArrayForEach(item, list)
    {
        if (status->n_readers == STATUS_READERS_MAX) {
            break;
        }
        if (read_reader(item, &status->readers[status->n_readers]) < 0) {
            return -EBADMSG;
        }
        status->n_readers++;
    }
    return 0;
}

static int read_arrays(const cJSON *json, struct gate_status *status)
{
    static const struct status_lane blank_lane = {.state = LANE_STATES};
    static const struct status_zone blank_zone = {0};
    int n_lanes = json_read_array(json, "lanes", &lane_table, &blank_lane, status->lanes, sizeof(status->lanes[0]),
                                  STATUS_LANES_MAX);
    int n_zones = json_read_array(json, "zones", &zone_table, &blank_zone, status->zones, sizeof(status->zones[0]),
                                  STATUS_ZONES_MAX);
    if (n_lanes < 0 || n_zones < 0) {
        return -EBADMSG;
    }
    status->n_lanes = (size_t)n_lanes;
    status->n_zones = (size_t)n_zones;
    return read_readers(json, status);
}

int status_decode(const char *json, size_t n, struct gate_status *ret_status)
{
    struct gate_status status = {.list.age_s = -1};
    _cleanup_(json_freep) cJSON *object = json_parse(json, n);
    if (!object || json_read(object, &unit_table, &status) < 0) {
        return -EBADMSG;
    }
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        bool bad = false;
        const cJSON *part = json_object(object, parts[i].name, &bad);
        if (bad || json_read(part, &parts[i].table, &status) < 0) {
            return -EBADMSG;
        }
    }
    if (read_arrays(object, &status) < 0) {
        return -EBADMSG;
    }
    *ret_status = status;
    return 0;
}
