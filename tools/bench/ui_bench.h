#pragma once

/* The parts of stile-bench-ui. */

#include "bench/bench.h"
#include "gallery/gallery.h"

/** Whole pictures, a changed button, a list that rolls: in this process, into memory. */
int ui_bench_draw(struct bench *b);
/** The real stile-ui on SDL's dummy display, with a played gate: message to verdict presented, first picture,
 * memory, idle CPU. */
int ui_bench_process(struct bench *b);

/** Taps at a whole unit while its screen is killed and started again, against taps without one. */
int ui_bench_kill(struct bench *b);
