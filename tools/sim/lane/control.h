#pragma once

/* For tests and the demo: one command to a running stile-sim-lane, one answer. */

#include <stddef.h>

/** Sends @command (README.md) over the control socket at @path and waits for the answer, an `await` until it is met or
 * timed out. @return 0 with the answer ("ok", or what was asked for); 1 when it starts with "error", which is then the
 * answer; or a negative errno (-ENOENT, -ECONNREFUSED: no simulator there). */
int sim_lane_command(const char *path, const char *command, char *ret_answer, size_t size);
