#include "gate/config.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "gate/config_check.h"

#include <ini.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* How a file is read. libinih splits lines into sections, keys and values; it is fed line by line through a reader of
 * ours, which therefore knows the line's number and sees section headings, for which libinih has no call. Keys are rows
 * of three tables, one per kind of section. What needs more than one key (a lane that a reader names, a line that two
 * lanes name) is checked at the end, and blamed on the line of the heading. The first fault found is told. */

enum { FILE_MAX = 64 * 1024, LINE_MAX_CHARS = 190, KEYS_MAX = 32 };

enum section { SECTION_NONE, SECTION_GATE, SECTION_LANE, SECTION_READER };

struct parser {
    const char *at; /* the rest of the text */
    unsigned line;
    enum section section;
    unsigned index; /* of the lane or reader */
    uint32_t seen; /* keys of this section: bits of their rows */
    struct config_draft *draft;
};

#define fail(p, ...) config_fail((p)->draft, (p)->line, __VA_ARGS__)

enum type {
    TYPE_NAME, /* letters, digits and -_. */
    TYPE_TEXT,
    TYPE_PATH, /* absolute */
    TYPE_DAYS, /* uint32_t */
    TYPE_MS_U32, /* uint32_t in microseconds, written in milliseconds */
    TYPE_MS_I64,
    TYPE_BYTE,
    TYPE_AID,
    TYPE_KIND,
    TYPE_SIDE,
    TYPE_YES_NO,
    TYPE_LANE_NAME, /* a reader's lane, looked up at the end */
    TYPE_OUTPUT, /* a line */
    TYPE_INPUT
};

struct key {
    const char *name;
    size_t offset, size;
    int64_t min, max; /* of a number; of a text: least length */
    int64_t preset;
    enum type type;
    bool must;
};

#define GATE_AT(field)   offsetof(struct gate_config, field), sizeof(((struct gate_config *)NULL)->field)
#define LANE_AT(field)   offsetof(struct gate_lane, field), sizeof(((struct gate_lane *)NULL)->field)
#define READER_AT(field) offsetof(struct gate_reader, field), sizeof(((struct gate_reader *)NULL)->field)

static const struct key gate_keys[] = {
    {"unit", GATE_AT(unit), 1, 0, 0, TYPE_NAME, true},
    {"list_path", GATE_AT(list_path), 1, 0, 0, TYPE_PATH, true},
    {"journal_path", GATE_AT(journal_path), 1, 0, 0, TYPE_PATH, true},
    {"emergency_path", GATE_AT(emergency_path), 0, 0, 0, TYPE_PATH, false},
    {"key_path", GATE_AT(key_path), 0, 0, 0, TYPE_PATH, false},
    {"control_path", GATE_AT(control_path), 1, 0, 0, TYPE_PATH, true},
    {"reader_program", GATE_AT(reader_program), 1, 0, 0, TYPE_PATH, true},
    {"clock_path", GATE_AT(clock_path), 1, 0, 0, TYPE_PATH, true},
    {"chip", GATE_AT(chip), 0, 0, 0, TYPE_TEXT, false},
    {"retention_days", GATE_AT(retention_days), 8, 3650, 90, TYPE_DAYS, false},
    {"debounce_ms", GATE_AT(debounce_us), 0, 200, 5, TYPE_MS_U32, false},
    {"second_tap_ms", GATE_AT(second_tap_us), 0, 60000, 2000, TYPE_MS_U32, false},
    {"heartbeat_ms", GATE_AT(heartbeat_us), 600, 10000, 1500, TYPE_MS_U32, false},
    {"aid", GATE_AT(aid), 0, 0, 0, TYPE_AID, false},
    {"key_number", GATE_AT(key_number), 0, 13, 0, TYPE_BYTE, false},
    /* 18: what the diversification input has room for beside UID and application (drivers/desfire/diversify.h) */
    {"key_system", offsetof(struct gate_config, key_system), 18 + 1, 0, 0, 0, TYPE_TEXT, false},
};

static const struct key lane_keys[] = {
    {"kind", LANE_AT(lane.kind), 0, 0, LANE_TURNSTILE, TYPE_KIND, false},
    {"unlock_ms", LANE_AT(lane.unlock_us), 500, 60000, 5000, TYPE_MS_I64, false},
    {"passage_timeout_ms", LANE_AT(lane.passage_timeout_us), 500, 60000, 5000, TYPE_MS_I64, false},
    {"relock_delay_ms", LANE_AT(lane.relock_delay_us), 0, 10000, 300, TYPE_MS_I64, false},
    {"held_open_ms", LANE_AT(lane.held_open_us), 1000, 600000, 15000, TYPE_MS_I64, false},
    {"stuck_ms", LANE_AT(lane.stuck_us), 1000, 600000, 10000, TYPE_MS_I64, false},
    {"release_in", LANE_AT(release_in), 0, 0, 0, TYPE_OUTPUT, true},
    {"release_out", LANE_AT(release_out), 0, 0, 0, TYPE_OUTPUT, false},
    {"contact_a", LANE_AT(inputs[GATE_CONTACT_A]), 0, 0, 0, TYPE_INPUT, false},
    {"contact_b", LANE_AT(inputs[GATE_CONTACT_B]), 0, 0, 0, TYPE_INPUT, false},
    {"door_contact", LANE_AT(inputs[GATE_DOOR_CONTACT]), 0, 0, 0, TYPE_INPUT, false},
    {"request_to_exit", LANE_AT(inputs[GATE_REQUEST_TO_EXIT]), 0, 0, 0, TYPE_INPUT, false},
    {"fire", LANE_AT(inputs[GATE_FIRE]), 0, 0, 0, TYPE_INPUT, false},
    {"lockdown", LANE_AT(inputs[GATE_LOCKDOWN]), 0, 0, 0, TYPE_INPUT, false},
    {"tamper", LANE_AT(inputs[GATE_TAMPER]), 0, 0, 0, TYPE_INPUT, false},
    {"interlock", LANE_AT(interlock), 0, 0, 0, TYPE_NAME, false},
    {"exit_free", LANE_AT(exit_free), 0, 0, true, TYPE_YES_NO, false},
};

static const struct key reader_keys[] = {
    {"device", READER_AT(device), 1, 0, 0, TYPE_TEXT, true},
    {"point", READER_AT(point), 1, 0, 0, TYPE_TEXT, true},
    {"lane", READER_AT(lane), 0, 0, 0, TYPE_LANE_NAME, true},
    {"side", READER_AT(side), 0, 0, LANE_IN, TYPE_SIDE, false},
};

_Static_assert(ARRAY_LEN(gate_keys) <= KEYS_MAX && ARRAY_LEN(lane_keys) <= KEYS_MAX, "one bit per key");

static const struct {
    const char *name;
    const struct key *keys;
    size_t n;
} sections[] = {
    [SECTION_GATE] = {"gate", gate_keys, ARRAY_LEN(gate_keys)},
    [SECTION_LANE] = {"lane", lane_keys, ARRAY_LEN(lane_keys)},
    [SECTION_READER] = {"reader", reader_keys, ARRAY_LEN(reader_keys)},
};

static void *section_data(struct parser *p)
{
    switch (p->section) {
    case SECTION_LANE:
        return &p->draft->config->lanes[p->index];
    case SECTION_READER:
        return &p->draft->config->readers[p->index];
    default:
        return p->draft->config;
    }
}

static bool is_name(const char *text)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    return text[0] != '\0' && text[strspn(text, allowed)] == '\0';
}

static void set_number(const struct key *key, void *at, int64_t value)
{
    switch (key->type) {
    case TYPE_DAYS:
        *(uint32_t *)at = (uint32_t)value;
        break;
    case TYPE_MS_U32:
        *(uint32_t *)at = (uint32_t)(value * US_PER_MS);
        break;
    case TYPE_MS_I64:
        *(int64_t *)at = value * US_PER_MS;
        break;
    case TYPE_BYTE:
        *(uint8_t *)at = (uint8_t)value;
        break;
    case TYPE_KIND:
        *(enum lane_kind *)at = (enum lane_kind)value;
        break;
    case TYPE_SIDE:
        *(enum lane_side *)at = (enum lane_side)value;
        break;
    case TYPE_YES_NO:
        *(bool *)at = value != 0;
        break;
    default:
        break;
    }
}

static void set_presets(enum section section, void *data)
{
    for (size_t i = 0; i < sections[section].n; i++) {
        const struct key *key = &sections[section].keys[i];
        set_number(key, (char *)data + key->offset, key->preset);
    }
}

static void take_text(struct parser *p, const struct key *key, char *at, const char *value)
{
    size_t n = strlen(value);
    if ((int64_t)n < key->min) {
        fail(p, "%s is empty", key->name);
    } else if (n >= key->size) {
        fail(p, "%s is longer than %zu bytes", key->name, key->size - 1);
    } else if (key->type == TYPE_PATH && n > 0 && value[0] != '/') {
        fail(p, "%s is no absolute path", key->name);
    } else if (key->type == TYPE_NAME && n > 0 && !is_name(value)) {
        fail(p, "%s may hold letters, digits and '-', '_', '.' only", key->name);
    } else {
        memcpy(at, value, n + 1);
    }
}

static void take_choice(struct parser *p, const struct key *key, void *at, const char *value)
{
    static const char *const choices[][2] = {
        [TYPE_KIND] = {"turnstile", "door"}, [TYPE_SIDE] = {"in", "out"}, [TYPE_YES_NO] = {"no", "yes"}};
    for (int i = 0; i < 2; i++) {
        if (text_eq(value, choices[key->type][i])) {
            set_number(key, at, i);
            return;
        }
    }
    fail(p, "%s is neither %s nor %s", key->name, choices[key->type][0], choices[key->type][1]);
}

/* Cuts the part before the next comma off *rest, without blanks around it. */
static char *next_part(char **rest)
{
    char *part = *rest;
    char *comma = strchr(part, ',');
    *rest = comma ? comma + 1 : NULL;
    if (comma) {
        *comma = '\0';
    }
    part += strspn(part, " \t");
    size_t n = strlen(part);
    while (n > 0 && (part[n - 1] == ' ' || part[n - 1] == '\t')) {
        part[--n] = '\0';
    }
    return part;
}

/* NAME [, active_low] [, pull_up | pull_down] */
static void take_line(struct parser *p, const struct key *key, struct gpio_line_config *ret_line, const char *value)
{
    struct gpio_line_config line = {.output = key->type == TYPE_OUTPUT};
    char text[LINE_MAX_CHARS + 1];
    (void)text_copy(text, sizeof(text), value);
    char *rest = text;
    const char *name = next_part(&rest);
    if (name[0] == '\0' || !text_copy(line.name, sizeof(line.name), name)) {
        fail(p, "%s: a line's name has 1 to %d bytes", key->name, GPIO_NAME_SIZE - 1);
        return;
    }
    while (rest) {
        const char *option = next_part(&rest);
        bool pull = text_eq(option, "pull_up") || text_eq(option, "pull_down");
        if (text_eq(option, "active_low") && !line.active_low) {
            line.active_low = true;
        } else if (pull && line.bias == GPIO_BIAS_AS_IS) {
            line.bias = text_eq(option, "pull_up") ? GPIO_BIAS_PULL_UP : GPIO_BIAS_PULL_DOWN;
        } else {
            fail(p, "%s: '%s' is no option of a line, or one too many (active_low, pull_up, pull_down)", key->name,
                 option);
            return;
        }
    }
    *ret_line = line;
}

static void take_value(struct parser *p, const struct key *key, const char *value)
{
    void *at = (char *)section_data(p) + key->offset;
    int64_t number = 0;
    switch (key->type) {
    case TYPE_NAME:
    case TYPE_TEXT:
    case TYPE_PATH:
        take_text(p, key, at, value);
        break;
    case TYPE_LANE_NAME:
        if (!text_copy(p->draft->lane_of_reader[p->index], GATE_NAME_SIZE, value) || value[0] == '\0') {
            fail(p, "lane is no lane's name");
        }
        break;
    case TYPE_AID:
        if (text_hex(value, at, sizeof(p->draft->config->aid)) != (int)sizeof(p->draft->config->aid)) {
            fail(p, "%s is not 6 hex digits", key->name);
        }
        break;
    case TYPE_KIND:
    case TYPE_SIDE:
    case TYPE_YES_NO:
        take_choice(p, key, at, value);
        break;
    case TYPE_OUTPUT:
    case TYPE_INPUT:
        take_line(p, key, at, value);
        break;
    default:
        if (!text_int(value, key->min, key->max, &number)) {
            fail(p, "%s is no whole number from %lld to %lld", key->name, (long long)key->min, (long long)key->max);
            break;
        }
        set_number(key, at, number);
        break;
    }
}

/* libinih's call for "key = value". */
static int on_value(void *user, const char *section, const char *name, const char *value)
{
    struct parser *p = user;
    (void)section; /* seen by read_line already */
    if (p->draft->failed) {
        return 1;
    }
    if (p->section == SECTION_NONE) {
        fail(p, "'%s' stands before the first section", name);
        return 1;
    }
    for (size_t i = 0; i < sections[p->section].n; i++) {
        const struct key *key = &sections[p->section].keys[i];
        if (!text_eq(key->name, name)) {
            continue;
        }
        if (p->seen & UINT32_C(1) << i) {
            fail(p, "'%s' stands here twice", name);
            return 1;
        }
        p->seen |= UINT32_C(1) << i;
        take_value(p, key, value);
        return 1;
    }
    fail(p, "'%s' is no key of [%s]", name, sections[p->section].name);
    return 1;
}

/* Keeps which inputs and outputs a section has named, and complains about keys that it must have. */
static void end_section(struct parser *p)
{
    if (p->section == SECTION_NONE) {
        return;
    }
    unsigned line = p->section == SECTION_GATE   ? p->draft->gate_line
                    : p->section == SECTION_LANE ? p->draft->lane_lines[p->index]
                                                 : p->draft->reader_lines[p->index];
    for (size_t i = 0; i < sections[p->section].n; i++) {
        const struct key *key = &sections[p->section].keys[i];
        bool has = p->seen & UINT32_C(1) << i;
        if (!has && key->must) {
            config_fail(p->draft, line, "[%s] has no '%s'", sections[p->section].name, key->name);
        }
        if (p->section == SECTION_LANE && key->type == TYPE_INPUT && has) {
            struct gate_lane *lane = &p->draft->config->lanes[p->index];
            size_t input = (key->offset - offsetof(struct gate_lane, inputs)) / sizeof(lane->inputs[0]);
            lane->has_input[input] = true;
        }
        if (p->section == SECTION_GATE && key->type == TYPE_AID) {
            p->draft->has_aid = has;
        }
        if (p->section == SECTION_LANE && text_eq(key->name, "release_out")) {
            p->draft->config->lanes[p->index].has_release_out = has;
        }
    }
    p->seen = 0;
    p->section = SECTION_NONE;
}

static void begin_lane(struct parser *p, const char *name)
{
    struct gate_config *c = p->draft->config;
    for (size_t i = 0; i < c->n_lanes; i++) {
        if (text_eq(c->lanes[i].name, name)) {
            fail(p, "a second [lane %s]; the first is on line %u", name, p->draft->lane_lines[i]);
            return;
        }
    }
    if (c->n_lanes == GATE_LANES_MAX) {
        fail(p, "more than %d lanes", GATE_LANES_MAX);
        return;
    }
    p->index = (unsigned)c->n_lanes++;
    p->draft->lane_lines[p->index] = p->line;
    (void)text_copy(c->lanes[p->index].name, GATE_NAME_SIZE, name);
    set_presets(SECTION_LANE, &c->lanes[p->index]);
}

static void begin_reader(struct parser *p, const char *name)
{
    struct gate_config *c = p->draft->config;
    for (size_t i = 0; i < c->n_readers; i++) {
        if (text_eq(c->readers[i].name, name)) {
            fail(p, "a second [reader %s]; the first is on line %u", name, p->draft->reader_lines[i]);
            return;
        }
    }
    if (c->n_readers == GATE_READERS_MAX) {
        fail(p, "more than %d readers", GATE_READERS_MAX);
        return;
    }
    p->index = (unsigned)c->n_readers++;
    p->draft->reader_lines[p->index] = p->line;
    (void)text_copy(c->readers[p->index].name, GATE_NAME_SIZE, name);
    set_presets(SECTION_READER, &c->readers[p->index]);
}

/* @heading is what stands between the brackets. */
static void begin_section(struct parser *p, char *heading)
{
    end_section(p);
    if (text_eq(heading, "gate")) {
        if (p->draft->gate_line) {
            fail(p, "a second [gate]; the first is on line %u", p->draft->gate_line);
        }
        p->draft->gate_line = p->line;
        p->section = SECTION_GATE;
        set_presets(SECTION_GATE, p->draft->config);
        return;
    }
    bool lane = strncmp(heading, "lane ", 5) == 0;
    bool reader = strncmp(heading, "reader ", 7) == 0;
    if (!lane && !reader) {
        fail(p, "[%.40s] is no section: [gate], [lane NAME] and [reader NAME] are", heading);
        return;
    }
    const char *name = heading + (lane ? 5 : 7);
    if (!is_name(name) || strlen(name) >= GATE_NAME_SIZE) {
        fail(p, "a name has 1 to %d letters, digits or '-', '_', '.'", GATE_NAME_SIZE - 1);
        return;
    }
    p->section = lane ? SECTION_LANE : SECTION_READER;
    if (lane) {
        begin_lane(p, name);
    } else {
        begin_reader(p, name);
    }
}

/* libinih's way to ask for a line. Lines that it would take in another way than their writer meant are refused here:
 * over-long ones, continued ones, a heading with something behind it. */
static char *read_line(char *line, int size, void *stream)
{
    struct parser *p = stream;
    if (*p->at == '\0' || p->draft->failed) {
        return NULL;
    }
    size_t n = strcspn(p->at, "\n");
    const char *from = p->at;
    p->at += n + (p->at[n] == '\n');
    p->line++;
    if (n > 0 && from[n - 1] == '\r') {
        n--;
    }
    if (n > LINE_MAX_CHARS || (int)n >= size) {
        fail(p, "longer than %d bytes", LINE_MAX_CHARS);
        return NULL;
    }
    if (!text_is_utf8(from, n)) {
        fail(p, "not UTF-8, or a control character");
        return NULL;
    }
    memcpy(line, from, n);
    line[n] = '\0';
    size_t blanks = strspn(line, " \t");
    if (blanks > 0 && line[blanks] != '\0' && !strchr("#;", line[blanks])) {
        fail(p, "begins with a blank");
        return NULL;
    }
    size_t key = strcspn(line, "=:");
    if (line[0] != '\0' && !strchr("[#;", line[0]) && blanks == 0 && line[key] != '=') {
        fail(p, "neither a heading nor 'key = value'");
        return NULL;
    }
    if (line[0] == '[') {
        char heading[LINE_MAX_CHARS + 1];
        size_t len = strcspn(line, "]");
        const char *tail = line[len] == ']' ? line + len + 1 : "x";
        tail += strspn(tail, " \t");
        if (*tail != '\0' && !strchr("#;", *tail)) {
            fail(p, "a section's heading is '[...]' alone");
            return NULL;
        }
        memcpy(heading, line + 1, len - 1);
        heading[len - 1] = '\0';
        begin_section(p, heading);
        line[0] = '\0'; /* libinih has nothing to do with it */
    }
    return p->draft->failed ? NULL : line;
}

int gate_config_parse(const char *text, struct gate_config *ret_config, char ret_error[GATE_ERROR_SIZE])
{
    _cleanup_free_ struct gate_config *config = calloc(1, sizeof(*config));
    if (!config) {
        (void)snprintf(ret_error, GATE_ERROR_SIZE, "out of memory");
        return -ENOMEM;
    }
    struct config_draft draft = {.config = config, .error = ret_error};
    struct parser p = {.at = text, .draft = &draft};
    int bad_line = ini_parse_stream(read_line, &p, on_value, &p);
    if (bad_line > 0) {
        config_fail(&draft, (unsigned)bad_line, "neither a heading nor 'key = value'");
    }
    end_section(&p);
    if (draft.failed || !config_check(&draft, p.line)) {
        return -EINVAL;
    }
    *ret_config = *config;
    return 0;
}

int gate_config_load(const char *path, struct gate_config *ret_config, char ret_error[GATE_ERROR_SIZE])
{
    _cleanup_free_ char *text = NULL;
    size_t size = 0;
    int r = file_read(path, FILE_MAX, &text, &size);
    if (r < 0) {
        (void)snprintf(ret_error, GATE_ERROR_SIZE, "cannot read it: %s", strerror(-r));
        return r;
    }
    const char *zero = memchr(text, '\0', size);
    if (zero) {
        unsigned line = 1;
        for (const char *at = text; at < zero; at++) {
            line += *at == '\n';
        }
        (void)snprintf(ret_error, GATE_ERROR_SIZE, "line %u: a zero byte", line);
        return -EINVAL;
    }
    return gate_config_parse(text, ret_config, ret_error);
}
