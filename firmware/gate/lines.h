#pragma once

/* The unit's lines: from lanes and inputs in the configuration to lines on a chip. All outputs are claimed first, at
 * their safe level; nothing else of the gate may start before lines_open has been called once. When the chip goes away
 * the lines are out of service until it is back: then what was driven before is driven again, except where a
 * lane has been told of a failure since. */

#include "core/lane.h"
#include "gate/config.h"

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

struct lines;

enum { LINES_ERROR_SIZE = 256 };

/* Named outcomes of lines_open. */
enum lines_outcome {
    LINES_LATER = 1, /* no chip, or a line is taken: worth trying again */
    LINES_NEVER /* a line isn't on the chip: the configuration is wrong */
};

struct lines_ops {
    /** An input has a level: at start, after the chip was away, and at each edge. */
    void (*input)(void *user, unsigned lane, enum gate_input input, bool active, int64_t boot_us);
    /** The chip went away (and why), or is back. */
    void (*state)(void *user, bool working, const char *why);
};

/** @config must outlive it. @return 0 or -ENOMEM. */
int lines_new(const struct gate_config *config, struct lines **ret_lines);
/** Claims the lines. @return 0, an outcome with the reason in ret_error, or a negative errno with its text. */
int lines_open(struct lines *lines, char ret_error[LINES_ERROR_SIZE]);
/** Begins to listen to inputs and, where lines_open has failed, to try again; tells all levels first.
 * @return 0 or a negative errno. */
int lines_start(struct lines *lines, sd_event *event, const struct lines_ops *ops, void *user);
/** Sets outputs to their safe level, lets go of the lines, frees. Takes NULL. */
void lines_free(struct lines *lines);

/** Drives a lane. @return 0 or a negative errno (-ENODEV: no chip). */
int lines_set(struct lines *lines, unsigned lane, struct lane_outputs outputs);
bool lines_working(const struct lines *lines);
/** Why they don't; "" when they do. */
const char *lines_fault(const struct lines *lines);
/** Reads an input now. @return 0, 1, or a negative errno (-ENOENT: the lane has no such input). */
int lines_get(struct lines *lines, unsigned lane, enum gate_input input);
