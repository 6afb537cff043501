#pragma once

/* One process per reader. A serial port can be opened twice, and two processes that talk to one chip get each other's
 * answers: so whoever is first holds a lock. */

#include "reader/device.h"

#include <stdbool.h>

/* Named outcomes of lock_take. */
enum lock_outcome {
    LOCK_TAKEN = 1, /* another process holds it */
    LOCK_NO_DEVICE, /* there is no such node */
};

/** Takes the lock of @device: flock on its node; without a node, an abstract Unix socket that is named after
 * @connection. It ends with the process at the latest.
 * @return 0 with *ret_fd (the caller closes it), an outcome, or a negative errno. */
int lock_take(const struct device *device, const char *connection, int *ret_fd);

/** Once the device has been opened: keeps unprivileged programs that know nothing of the lock from opening the same
 * port (TIOCEXCL). Nothing happens to what is no serial port, nor to a pseudo-terminal, where the mark would outlive
 * this process. */
void lock_exclude(int fd);

/** True when the port behind the lock has been hung up: unplugged. */
bool lock_is_lost(int fd);
