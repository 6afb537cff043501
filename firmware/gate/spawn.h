#pragma once

/* Starts a child process that gets one socket and nothing else of ours. */

#include <sys/types.h>

/** Starts @argv (a NULL ends it; argv[0] is an absolute path) with @fd as its descriptor 3, standard input from
 * /dev/null, standard output and error as ours, everything else closed, no signal blocked, and the service manager's
 * variables taken out of its environment. The kernel kills it when the calling thread ends. @return 0, or a negative errno:
 * also that of an exec that failed. */
int spawn_child(const char *const argv[], int fd, pid_t *ret_pid);
