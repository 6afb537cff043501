#pragma once

/* A whole unit on simulated devices: stile-gate and its reader processes, one stile-sim-lane with all lanes, one
 * stile-sim-pn532 for each reader, in a folder of its own. For tests, the demo and the benches. Blocking; every wait is for
 * an event, with a generous time-out. Kills what it started when the calling thread ends. */

#include "bus/message.h"
#include "sim/harness/process.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    HARNESS_LANES_MAX = 8,
    HARNESS_READERS_MAX = 8,
    HARNESS_PATH_SIZE = 108,
    HARNESS_NEWS_SIZE = 16384,
    HARNESS_WAIT_MS = 60000
};

/* Lane n (from 0) is "lane<n+1>". Reader n is "reader<n+1>" at access point points[n], on lane lanes[n]. */
struct harness_reader {
    const char *point;
    unsigned lane;
    bool out; /* the side that it releases */
    const char *device; /* as libnfc calls it; NULL: a simulated chip of the harness's own */
};

struct harness_options {
    const char *programs; /* folder of stile-gate, stile-reader and the simulators */
    unsigned n_lanes; /* turnstiles with two contacts */
    unsigned n_doors; /* further lanes, after the turnstiles */
    const struct harness_reader *readers;
    unsigned n_readers;
    bool model; /* the simulated chips keep the times of real ones */
    const char *gate_lines; /* further lines of [gate]; NULL: none */
    const char *lane_lines; /* further lines of every [lane]; NULL: none */
    const char *gpio_chip; /* a chip of the kernel that has the lines; NULL: simulated lines and lanes of its own */
    const char
        *databases; /* folder of list, journal and clock, which stays; NULL: in the harness's folder, which goes */
};

struct harness {
    struct harness_options options;
    char folder[32];
    char list_path[HARNESS_PATH_SIZE], journal_path[HARNESS_PATH_SIZE], clock_path[HARNESS_PATH_SIZE];
    char config_path[HARNESS_PATH_SIZE], control_path[HARNESS_PATH_SIZE], log_path[HARNESS_PATH_SIZE];
    char chip_path[HARNESS_PATH_SIZE], lanes_path[HARNESS_PATH_SIZE];
    struct process lanes, chips[HARNESS_READERS_MAX], gate;
    int news_fd; /* follows the gate; -1 */
};

/** Makes the folder, writes the configuration, starts the simulators. The caller puts the list at list_path before it
 * starts the gate, and closes it in any case. @return 0 or a negative errno. */
int harness_open(const struct harness_options *options, struct harness *ret_harness);
/** Ends everything and removes the folder. Takes a zeroed one. */
void harness_close(struct harness *harness);

/** Starts the gate, waits until it says that it is ready and follows its news. @return 0; -EPIPE when it ended instead
 * (its log is at log_path); or another negative errno. */
int harness_gate(struct harness *harness);
/** Ends the gate with @signal. @return as process_end. */
int harness_gate_end(struct harness *harness, int signal);

/** A command to the lanes (tools/sim/lane/README.md). @return 0 with the answer, 1 when it is an error, negative errno. */
int harness_lanes(const struct harness *harness, const char *command, char *ret_answer, size_t size);
/** A command to reader @n's chip (tools/sim/reader/README.md). @return as harness_lanes. */
int harness_chip(const struct harness *harness, unsigned n, const char *command, char *ret_answer, size_t size);
/** Starts or ends the simulated lines and lanes. */
int harness_lanes_start(struct harness *harness);
int harness_lanes_end(struct harness *harness, int signal);
/** Starts or ends a reader's simulated chip. */
int harness_chip_start(struct harness *harness, unsigned n);
int harness_chip_end(struct harness *harness, unsigned n);

/** Asks the gate. The answer's body, if it has one, is copied to ret_body (HARNESS_NEWS_SIZE bytes) with a NUL.
 * @return 0 or a negative errno. */
int harness_ask(const struct harness *harness, const struct message *request, struct message *ret_answer,
                char *ret_body);
/** The next news, as JSON with a NUL. @return 0, -ETIMEDOUT, -EPIPE when the gate is gone. */
int harness_news(struct harness *harness, int timeout_ms, char *ret_json);
/** Skips news until one has every text of @parts (NULL ends them). @return as harness_news. */
int harness_await(struct harness *harness, const char *const parts[], char *ret_json);
