#pragma once

/* The place of a serial reader's device, in raw mode: a pseudo-terminal with a symbolic link to its far end, or our end of a
 * terminal that is there (a USB gadget's). */

#include <limits.h>
#include <sys/types.h>

/* Zeroed is closed. */
struct terminal {
    int near_fd; /* valid while is_open; non-blocking */
    int far_fd; /* kept open, so that a client may come and go; -1 when the terminal isn't ours */
    int is_open;
    char link[PATH_MAX]; /* empty when the terminal isn't ours */
};

/** Opens one and makes @link point to it, in place of an older link. @mode is the device's.
 * @return 0 (close with terminal_close) or a negative errno (-EEXIST: something that is no link stands there). */
int terminal_open(struct terminal *terminal, const char *link, mode_t mode);
/** Opens the terminal at @path, which stays when it is closed. @return as terminal_open. */
int terminal_open_device(struct terminal *terminal, const char *path);
/** Hangs up on whoever has it open and removes the link. Takes a closed one. */
void terminal_close(struct terminal *terminal);
