#pragma once

/* Progress on a terminal: one line on standard error that is written over, from the second second on. Nothing is written
 * where nobody looks. */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { PROGRESS_AFTER_MS = 1000, PROGRESS_EVERY_MS = 200 };

struct progress {
    FILE *to;
    bool watched; /* @to is a terminal */
    bool shown; /* a line stands there */
    int64_t started_us, last_us;
};

void progress_start(struct progress *progress, FILE *to, bool watched, int64_t boot_us);
/** @return true when it is time to say something: show it with progress_show. */
bool progress_due(const struct progress *progress, int64_t boot_us);
/** Writes over the line. */
void progress_show(struct progress *progress, int64_t boot_us, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/** Takes the line away, if there is one: before other words, and at the end. */
void progress_clear(struct progress *progress);

/** For work that doesn't call back: a timer shows @what and the seconds until progress_tick_stop. One at a time; @what
 * must stay. */
void progress_tick_start(const char *what);
void progress_tick_stop(void);
