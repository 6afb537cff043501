#pragma once

/* For tests and the demo: one command to a running stile-sim-pn532, one answer. */

#include <stddef.h>

/** Sends @command over the control socket at @path and waits for the answer (at most 5 s); it is cut when it is longer than
 * @size.
 * @return 0 with the answer as text (it starts with "ok"); 1 when it starts with "error", which is then the answer; or a
 * negative errno (-ENOENT, -ECONNREFUSED: no simulator there; -ETIMEDOUT). */
int sim_reader_command(const char *path, const char *command, char *ret_answer, size_t size);
