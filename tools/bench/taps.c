/* UID known to line set: real processes, chips that answer at once, so that as many taps as possible are seen. */

#include "bench/rig.h"

#include <errno.h>
#include <string.h>

static struct rig rig;

enum { CHANGES = 100000, PAUSE_MS = 12 };

/* What the gate and its readers waited for a processor at each of the last taps, on average: on a machine that is busy
 * with something else that is most of what is slow. */
static double waited_us;

/* @return 0 or a negative errno. */
static int tap_many(size_t n, enum lists_kind kind, struct samples *ret_samples)
{
    double cpu = 0;
    double before = 0;
    double after = 0;
    int r = 0;
    rig_times(&rig, &cpu, &before);
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct rig_tap tap = {0};
        r = rig_tap(&rig, (unsigned)(i % LISTS_POINTS), rig_draw(&rig, kind), &tap);
        if (r == 0) {
            r = samples_add(ret_samples, tap.line_us * 1000);
            rig_rest(&rig, 0, PAUSE_MS);
        }
    }
    rig_times(&rig, &cpu, &after);
    waited_us = (after - before) / 1e3 / (double)n;
    return r;
}

static void add_budgets(struct table_row *row)
{
    table_budget(row, TABLE_P50, 1000);
    table_budget(row, TABLE_P99, 3000);
}

static int tap_in_change(struct bench *b, size_t at, enum lists_change change, const struct samples *quiet)
{
    char size[16];
    struct samples s = {0};
    int64_t from_ns = bench_ns();
    int64_t changed = lists_start_changes(b->lists[at], b->sizes[at], change, b->quick ? 1000 : CHANGES);
    int pid = (int)changed;
    if (pid < 0) {
        return pid;
    }
    int r = tap_many(b->quick ? 12 : 1000, LISTS_GOLD, &s);
    changed = lists_end_changes(pid);
    r = r == 0 && changed < 0 ? (int)changed : r;
    if (r == 0) {
        bench_size_text(b->sizes[at], size, sizeof(size));
        struct table_row *row = table_add(&b->table, "UID to line, %s cards, %s", size,
                                          change == LISTS_CHANGE_STORE ? "changes in transactions of 500"
                                                                       : "a merging import of 100 k lines");
        table_times(row, &s);
        table_compare(row, &s, quiet, "list at rest");
        table_note(row, "%.0f changes a second; gate and readers waited %.0f us a tap for a processor",
                   (double)changed * 1e9 / (double)(bench_ns() - from_ns), waited_us);
        add_budgets(row);
    }
    samples_finish(&s);
    return r;
}

static int tap_clips(struct bench *b, size_t at)
{
    char size[16];
    struct samples s = {0};
    int r = tap_many(b->quick ? 4 : 300, LISTS_CLIPS, &s);
    if (r == 0) {
        bench_size_text(b->sizes[at], size, sizeof(size));
        struct table_row *row = table_add(&b->table, "UID to line, %s cards, punch cards", size);
        table_times(row, &s);
        table_note(row, "what costs a clip is on disk before the line is set: the disk's flush is in it");
    }
    samples_finish(&s);
    return r;
}

static void add_memory(struct bench *b, size_t at, size_t taps)
{
    char size[16];
    double gate = 0;
    double reader = 0;
    bench_size_text(b->sizes[at], size, sizeof(size));
    rig_memory(&rig, &gate, &reader);
    struct table_row *row = table_add(&b->table, "stile-gate resident, %s cards", size);
    row->n = taps;
    table_set(row, TABLE_MEMORY, gate);
    table_budget(row, TABLE_MEMORY, 8);
    row = table_add(&b->table, "stile-reader resident, %s cards", size);
    row->n = taps;
    table_set(row, TABLE_MEMORY, reader);
    table_budget(row, TABLE_MEMORY, 8);
}

/* Everything about one size; *ret_samples are of the list at rest. */
static int tap_size(struct bench *b, size_t at, const struct samples *smallest, struct samples *ret_samples)
{
    char size[16];
    size_t n = b->quick ? 12 : at == b->at_million ? 2000 : 600;
    bench_size_text(b->sizes[at], size, sizeof(size));
    struct samples warm = {0};
    int r = tap_many(LISTS_POINTS * 2, LISTS_GOLD, &warm);
    samples_finish(&warm);
    if (r == 0) {
        r = tap_many(n, LISTS_GOLD, ret_samples);
    }
    if (r < 0) {
        return r;
    }
    struct table_row *row = table_add(&b->table, "UID to line, %s cards", size);
    table_times(row, ret_samples);
    table_note(row, "gate and readers waited %.0f us a tap for a processor", waited_us);
    if (smallest) {
        table_compare(row, ret_samples, smallest, "the smallest list");
    }
    if (b->sizes[at] <= 1000000) {
        add_budgets(row);
    }
    if (at == b->at_million) {
        r = tap_in_change(b, at, LISTS_CHANGE_STORE, ret_samples);
        r = r == 0 ? tap_in_change(b, at, LISTS_CHANGE_IMPORT, ret_samples) : r;
        r = r == 0 ? tap_clips(b, at) : r;
        n = b->quick ? n : 2 * n + 300;
    }
    if (r == 0) {
        add_memory(b, at, n);
    }
    return r;
}

int bench_taps(struct bench *b)
{
    struct samples first = {0};
    int r = 0;
    for (size_t i = 0; r == 0 && i < b->n_sizes; i++) {
        struct samples s = {0};
        r = rig_open(b, i, LISTS_POINTS, RIG_AT_ONCE, &rig);
        if (r == 0) {
            r = tap_size(b, i, i > 0 ? &first : NULL, i > 0 ? &s : &first);
        }
        if (r < 0) {
            (void)bench_failed("taps", r);
            (void)fprintf(stderr, "last news: %.300s\n", rig.text);
        }
        rig_close(&rig);
        samples_finish(&s);
    }
    samples_finish(&first);
    return r;
}
