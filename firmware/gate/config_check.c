#include "gate/config_check.h"

#include "base/cleanup.h"
#include "base/text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

void config_fail(struct config_draft *d, unsigned line, const char *format, ...)
{
    if (d->failed) {
        return;
    }
    d->failed = true;
    int n = snprintf(d->error, GATE_ERROR_SIZE, "line %u: ", line);
    assert(n > 0 && n < GATE_ERROR_SIZE);
    va_list args;
    va_start(args, format);
    (void)vsnprintf(d->error + n, (size_t)(GATE_ERROR_SIZE - n), format, args);
    va_end(args);
}

/* Fire and lock-down hold for the unit, so one lane is enough. */
static const char *hint(int input, int other)
{
    if (input == other && input == GATE_FIRE) {
        return ": one lane's fire frees all lanes; name it once";
    }
    if (input == other && input == GATE_LOCKDOWN) {
        return ": one lane's lockdown shuts all lanes; name it once";
    }
    return "";
}

struct use {
    const char *line;
    int input; /* -1: an output */
};

/* @return how many lines the lane uses. */
static size_t lines_of(const struct gate_lane *lane, struct use ret_uses[GATE_INPUTS + 2])
{
    size_t n = 0;
    ret_uses[n++] = (struct use){lane->release_in.name, -1};
    if (lane->has_release_out) {
        ret_uses[n++] = (struct use){lane->release_out.name, -1};
    }
    for (int k = 0; k < (int)GATE_INPUTS; k++) {
        if (lane->has_input[k]) {
            ret_uses[n++] = (struct use){lane->inputs[k].name, k};
        }
    }
    return n;
}

/* Everything that has to be different from one lane, or reader, to the next. */
static void check_lines(struct config_draft *d)
{
    struct use used[GATE_LANES_MAX * (GATE_INPUTS + 2)];
    size_t n = 0;
    for (size_t i = 0; i < d->config->n_lanes; i++) {
        const struct gate_lane *lane = &d->config->lanes[i];
        size_t first = n;
        n += lines_of(lane, used + n);
        if (n > GPIO_LINES_MAX) {
            config_fail(d, d->lane_lines[i], "more than %d lines", GPIO_LINES_MAX);
        }
        for (size_t k = first; k < n; k++) {
            for (size_t other = 0; other < k; other++) {
                if (text_eq(used[k].line, used[other].line)) {
                    config_fail(d, d->lane_lines[i], "[lane %s] uses the line '%s', which is in use already%s",
                                lane->name, used[k].line, hint(used[k].input, used[other].input));
                }
            }
        }
    }
}

static void check_lane(struct config_draft *d, unsigned i)
{
    struct gate_lane *lane = &d->config->lanes[i];
    unsigned line = d->lane_lines[i];
    const bool *has = lane->has_input;
    if (lane->lane.kind == LANE_TURNSTILE && !has[GATE_CONTACT_A]) {
        config_fail(d, line, "[lane %s] is a turnstile without 'contact_a'", lane->name);
    }
    if (lane->lane.kind == LANE_TURNSTILE && has[GATE_DOOR_CONTACT]) {
        config_fail(d, line, "[lane %s] is a turnstile: 'door_contact' is for a door", lane->name);
    }
    if (lane->lane.kind == LANE_DOOR && (has[GATE_CONTACT_A] || has[GATE_CONTACT_B])) {
        config_fail(d, line, "[lane %s] is a door: 'contact_a' and 'contact_b' are for a turnstile", lane->name);
    }
    if (lane->lane.unlock_us > lane->lane.passage_timeout_us) {
        config_fail(d, line, "[lane %s] 'unlock_ms' is more than 'passage_timeout_ms'", lane->name);
    }
    lane->lane.passage_contacts = (uint8_t)(has[GATE_CONTACT_A] + has[GATE_CONTACT_B]);
    lane->lane.has_door_contact = has[GATE_DOOR_CONTACT];
    for (size_t k = 0; k < GATE_INPUTS; k++) {
        lane->inputs[k].debounce_us = k <= GATE_DOOR_CONTACT ? d->config->debounce_us : 0;
    }
}

static struct gate_lane *find_lane(struct gate_config *config, const char *name)
{
    for (size_t i = 0; i < config->n_lanes; i++) {
        if (text_eq(config->lanes[i].name, name)) {
            return &config->lanes[i];
        }
    }
    return NULL;
}

/* An interlock joins two lanes, whichever of them names it: afterwards both do. */
static void check_interlocks(struct config_draft *d)
{
    for (size_t i = 0; i < d->config->n_lanes; i++) {
        struct gate_lane *lane = &d->config->lanes[i];
        if (lane->interlock[0] == '\0') {
            continue;
        }
        struct gate_lane *other = find_lane(d->config, lane->interlock);
        if (!other || other == lane) {
            config_fail(d, d->lane_lines[i], "[lane %s] has an interlock with %s", lane->name,
                        other ? "itself" : "a lane that isn't there");
        } else if (other->interlock[0] != '\0' && !text_eq(other->interlock, lane->name)) {
            config_fail(d, d->lane_lines[i], "[lane %s] has an interlock with %s, which has one with %s", lane->name,
                        other->name, other->interlock);
        } else {
            (void)text_copy(other->interlock, sizeof(other->interlock), lane->name);
        }
    }
}

static void check_readers(struct config_draft *d)
{
    struct gate_config *c = d->config;
    for (size_t i = 0; i < c->n_readers; i++) {
        struct gate_reader *reader = &c->readers[i];
        const struct gate_lane *lane = find_lane(c, d->lane_of_reader[i]);
        if (!lane) {
            config_fail(d, d->reader_lines[i], "[reader %s] is at the lane '%s', which isn't there", reader->name,
                        d->lane_of_reader[i]);
            return;
        }
        reader->lane = (unsigned)(lane - c->lanes);
        for (size_t other = 0; other < i; other++) {
            if (text_eq(reader->device, c->readers[other].device)) {
                config_fail(d, d->reader_lines[i], "[reader %s] has the device of [reader %s]", reader->name,
                            c->readers[other].name);
            }
        }
    }
}

static void check_gate(struct config_draft *d)
{
    const struct gate_config *c = d->config;
    if (c->key_path[0] != '\0' && !d->has_aid) {
        config_fail(d, d->gate_line, "[gate] has a 'key_path' but no 'aid'");
    }
    const char *own[] = {c->list_path, c->journal_path, c->clock_path, c->control_path, c->key_path, c->emergency_path};
    for (size_t i = 0; i < ARRAY_LEN(own); i++) {
        for (size_t other = 0; other < i; other++) {
            if (own[i][0] != '\0' && text_eq(own[i], own[other])) {
                config_fail(d, d->gate_line, "[gate] names '%s' twice", own[i]);
            }
        }
    }
}

bool config_check(struct config_draft *d, unsigned last_line)
{
    if (d->gate_line == 0) {
        config_fail(d, last_line, "no [gate] in the file");
    }
    if (d->config->n_lanes == 0) {
        config_fail(d, last_line, "no [lane NAME] in the file");
    }
    if (d->failed) {
        return false;
    }
    check_gate(d);
    for (unsigned i = 0; i < d->config->n_lanes; i++) {
        check_lane(d, i);
    }
    check_lines(d);
    check_interlocks(d);
    check_readers(d);
    return !d->failed;
}
