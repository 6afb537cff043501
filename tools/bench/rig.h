#pragma once

/* A whole unit of real processes (tools/sim/harness) on one of the bench's lists, with cards to tap. */

#include "bench/bench.h"
#include "bench/lists.h"
#include "sim/harness/harness.h"

struct rig {
    struct harness h;
    int64_t cards;
    char key_path[BENCH_PATH_SIZE];
    char gate_lines[512];
    struct harness_reader readers[LISTS_POINTS];
    uint64_t random;
    char text[HARNESS_NEWS_SIZE]; /* the last answer or news */
};

enum rig_times { RIG_AT_ONCE, RIG_AS_REAL };

/* What one tap took, in microseconds. */
struct rig_tap {
    int64_t line_us; /* UID known to the reader until the line was set */
    int64_t field_us; /* card put into the field until the line rose, as the simulators saw both */
};

/** Starts a unit with @n_readers readers, each at a turnstile of its own. The harness is to be closed in any case.
 * @return 0 or a negative errno. */
int rig_open(const struct bench *b, size_t size, unsigned n_readers, enum rig_times times, struct rig *ret_rig);
void rig_close(struct rig *rig);

/** An index of some card of this kind, drawn from the whole list. */
int64_t rig_draw(struct rig *rig, enum lists_kind kind);
/** Holds a card to a reader until the lane is released; takes it away, walks through, and waits for the booking.
 * @return 0 with *ret_tap, or a negative errno. */
int rig_tap(struct rig *rig, unsigned reader, int64_t card, struct rig_tap *ret_tap);
/** Waits a little, and so that the next tap meets the reader's loop anywhere. */
void rig_rest(struct rig *rig, unsigned least_ms, unsigned further_ms);

/** The number behind @name after @at in an answer; -1 when there is none. */
int64_t rig_number(const char *text, const char *at, const char *name);
/** The command that puts a card into the field. @return 0 or a negative errno. */
int rig_put_command(int64_t cards, int64_t card, char *ret_command, size_t size);

/** Resident memory of the gate, and the most of any reader. */
void rig_memory(const struct rig *rig, double *ret_gate_mb, double *ret_reader_mb);
/** Time that the gate and its readers have run, and have waited for a processor. */
void rig_times(const struct rig *rig, double *ret_cpu_ns, double *ret_wait_ns);
