#pragma once

/* A limit on how long one step may take. libnfc has waits without an end (a chip that promises more data for ever),
 * and nothing inside the process can call it back. So a timer ends the process: it tells the gate why and exits with
 * READER_EXIT_HANGS. The gate's own watch on the heartbeat would do the same a little later and with less to say. */

/** Prepares the message that will be sent on @gate_fd. Only once per process. @return 0 or a negative errno. */
int limit_init(int gate_fd);
/** From now on, @limit_ms until the end; 0: no limit. A new call replaces the one before. */
void limit_set(int limit_ms);
