#pragma once

/* How a reader process shuts itself in, before it talks to a chip and to whatever card somebody holds to it: no new
 * privileges, no core dump, Landlock (only the device's node) and seccomp (only the calls that libnfc and the loop make).
 * Two steps: what opens the device must still open files; afterwards nothing is opened any more. Whatever breaks
 * these rules ends the process with SIGSYS. Works without any privilege. */

#include "reader/device.h"

/** The first step: everything holds from here on, but this process may still open @device's node. @gate_fd: the only
 * socket that it may use. A kernel without Landlock is named in the log.
 * @return 0 with *ret_sandbox (bits of enum message_sandbox), or a negative errno. */
int sandbox_enter(const struct device *device, int gate_fd, unsigned *ret_sandbox);

/** The second step, once the device is open. @return 0 or a negative errno. */
int sandbox_seal(const struct device *device, int gate_fd);
