#pragma once

/* The system calls that a reader process may make, as a seccomp filter (used by sandbox.c). */

#include "reader/device.h"

#include <stdbool.h>

/** Installs a filter on this process for good; no-new-privileges must be set. @opening: files may be opened, and a
 * further filter may follow. @return 0 or a negative errno. */
int sandbox_calls_install(const struct device *device, int gate_fd, bool opening);
