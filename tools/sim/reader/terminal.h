#pragma once

/* A pseudo-terminal in raw mode with a symbolic link to its far end: the place of a serial reader's device. */

#include <limits.h>
#include <sys/types.h>

/* Zeroed is closed. */
struct terminal {
    int near_fd; /* valid while is_open; non-blocking */
    int far_fd; /* kept open, so that a client may come and go */
    int is_open;
    char link[PATH_MAX];
};

/** Opens one and makes @link point to it, in place of an older link. @mode is the device's.
 * @return 0 (close with terminal_close) or a negative errno (-EEXIST: something that is no link stands there). */
int terminal_open(struct terminal *terminal, const char *link, mode_t mode);
/** Hangs up on whoever has it open and removes the link. Takes a closed one. */
void terminal_close(struct terminal *terminal);
