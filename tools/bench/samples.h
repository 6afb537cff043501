#pragma once

/* Measured durations: percentiles, and the ratio of two medians with what chance alone would make of it. */

#include <stddef.h>
#include <stdint.h>

/* Zeroed is empty. Nanoseconds. */
struct samples {
    int64_t *ns;
    size_t n, size;
};

/** Adds one. @return 0 or -ENOMEM. */
int samples_add(struct samples *samples, int64_t ns);
/** Frees the memory; the samples are then empty. */
void samples_finish(struct samples *samples);

/** The smallest sample that at least @percent of all don't exceed; 0 when there is none. */
int64_t samples_percentile(const struct samples *samples, unsigned percent);
int64_t samples_max(const struct samples *samples);
int64_t samples_sum(const struct samples *samples);

struct samples_ratio {
    double ratio; /* of the medians */
    double low, high; /* between them in 95 of 100 draws, with replacement, from the same samples */
};

/** The median of @samples over that of @reference; zeroes when one of them has none. */
struct samples_ratio samples_compare(const struct samples *samples, const struct samples *reference);
