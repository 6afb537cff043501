#include "bench/samples.h"

#include "base/cleanup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { DRAWS = 400 };

int samples_add(struct samples *samples, int64_t ns)
{
    if (samples->n == samples->size) {
        size_t size = samples->size > 0 ? 2 * samples->size : 1024;
        int64_t *more = realloc(samples->ns, size * sizeof(*more));
        if (!more) {
            return -ENOMEM;
        }
        samples->ns = more;
        samples->size = size;
    }
    samples->ns[samples->n++] = ns;
    return 0;
}

void samples_finish(struct samples *samples)
{
    free(samples->ns);
    *samples = (struct samples){0};
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int64_t at_percent(const int64_t *sorted, size_t n, unsigned percent)
{
    size_t rank = (n * percent + 99) / 100;
    return sorted[rank > 0 ? rank - 1 : 0];
}

int64_t samples_percentile(const struct samples *samples, unsigned percent)
{
    _cleanup_free_ int64_t *sorted = samples->n > 0 ? malloc(samples->n * sizeof(*sorted)) : NULL;
    if (!sorted) {
        return 0;
    }
    memcpy(sorted, samples->ns, samples->n * sizeof(*sorted));
    qsort(sorted, samples->n, sizeof(*sorted), compare);
    return at_percent(sorted, samples->n, percent);
}

int64_t samples_max(const struct samples *samples)
{
    int64_t max = 0;
    for (size_t i = 0; i < samples->n; i++) {
        max = samples->ns[i] > max ? samples->ns[i] : max;
    }
    return max;
}

int64_t samples_sum(const struct samples *samples)
{
    int64_t sum = 0;
    for (size_t i = 0; i < samples->n; i++) {
        sum += samples->ns[i];
    }
    return sum;
}

/* xorshift64: the same draws every time. */
static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static double drawn_median(const struct samples *samples, int64_t *scratch, uint64_t *state)
{
    for (size_t i = 0; i < samples->n; i++) {
        scratch[i] = samples->ns[next(state) % samples->n];
    }
    qsort(scratch, samples->n, sizeof(*scratch), compare);
    return (double)at_percent(scratch, samples->n, 50);
}

static int compare_double(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

struct samples_ratio samples_compare(const struct samples *samples, const struct samples *reference)
{
    struct samples_ratio r = {0};
    double draws[DRAWS];
    uint64_t state = UINT64_C(0x9e3779b97f4a7c15);
    size_t n = samples->n > reference->n ? samples->n : reference->n;
    int64_t median = samples_percentile(reference, 50);
    int64_t *scratch = median > 0 && samples->n > 0 ? malloc(n * sizeof(*scratch)) : NULL;
    if (!scratch) {
        return r;
    }
    r.ratio = (double)samples_percentile(samples, 50) / (double)median;
    for (size_t i = 0; i < DRAWS; i++) {
        double of = drawn_median(samples, scratch, &state);
        draws[i] = of / drawn_median(reference, scratch, &state);
    }
    free(scratch);
    qsort(draws, DRAWS, sizeof(draws[0]), compare_double);
    r.low = draws[DRAWS * 25 / 1000];
    r.high = draws[DRAWS * 975 / 1000];
    return r;
}
