#pragma once

/* A stand-in for libgpiod and /dev, for machines without a chip: chips as data, every request, set and release as a line of
 * text in `said`. The functions of gpiod.h are in fake_gpiod.c; this header doesn't include it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FAKE_CHIPS = 3, FAKE_LINES = 6, FAKE_EVENTS = 32, FAKE_SAID = 4096 };

struct fake_line {
    const char *name;
    bool used; /* by somebody else */
    bool active;
};

struct fake_event {
    unsigned offset;
    bool rising;
    uint64_t stamp_ns;
    unsigned long seqno;
};

struct fake_chip {
    const char *path; /* NULL: no chip */
    const char *name, *label;
    struct fake_line lines[FAKE_LINES];
    int open_error; /* errno of opening it; 0: none */
    bool gone; /* unplugged: everything fails with ENODEV */
    struct fake_event events[FAKE_EVENTS];
    size_t n_events;
    int input_fd; /* made by the request of inputs; -1: none */
};

struct fake {
    struct fake_chip chips[FAKE_CHIPS];
    char said[FAKE_SAID];
    size_t len;
    unsigned open; /* objects that are not freed yet */
};

extern struct fake fake;

/** Empties everything. */
void fake_reset(void);
/** An edge happens: its chip's descriptor becomes readable. */
void fake_edge(unsigned chip, const struct fake_event *event);
