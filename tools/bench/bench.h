#pragma once

/* The parts of stile-bench. Each measures, adds its rows to the table, and says on standard error what it is doing. */

#include "bench/table.h"

#include <stdbool.h>
#include <stdint.h>

enum { BENCH_SIZES_MAX = 8, BENCH_PATH_SIZE = 192 };

struct bench {
    struct table table;
    bool quick; /* few samples: shows that everything works, measures nothing */
    const char *programs; /* folder of the product's programs */
    const char *folder; /* for databases */
    int64_t sizes[BENCH_SIZES_MAX]; /* of lists, in cards */
    char lists[BENCH_SIZES_MAX][BENCH_PATH_SIZE];
    size_t n_sizes;
    size_t at_million; /* index of the size that the budgets speak of: a million, or the largest */
    int64_t events; /* in the journal */
};

/** "10 k", "1 M". */
void bench_size_text(int64_t n, char *ret_text, size_t size);
/** Nanoseconds of a clock that only goes on. */
int64_t bench_ns(void);
/** The next of a row of numbers that look random and are the same every time. */
uint64_t bench_random(uint64_t *state);
/** Removes a database and its log, which would be taken for that of the next one at the same path. */
void bench_remove(const char *path);
/** As perror, and hands @r on. */
int bench_failed(const char *what, int r);

/* Each returns 0 or a negative errno: then the bench itself has failed. */

/** Decisions without I/O. */
int bench_decisions(struct bench *b);
/** Look-up and decision on each list, against a bare look-up. */
int bench_lookups(struct bench *b);
/** UID known to line set, on each list, at rest and while it is being changed; memory of each process. */
int bench_taps(struct bench *b);
/** Card in the field to line set with the times of real chips, against the bare loop; idle CPU. */
int bench_field(struct bench *b);
/** Thirty persons a minute at each of four lanes for an hour. */
int bench_hour(struct bench *b);
/** The journal with many events. */
int bench_journal(struct bench *b);
