#pragma once

/* The simulated ACR122U (tools/sim/acr122u) on the guest's own USB bus. Everything that fails fails the test; every wait is for
 * an event, and its time-out only turns a hang into a failure. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Starts it, unplugged, with an empty field. Its commands go to @control (NULL: a socket of its own). */
void acr122u_start(const char *control);
/** Ends it. Twice is once. */
void acr122u_stop(void);
/** A command of tools/sim/acr122u/README.md, which must be taken. */
void acr122u_tell(const char *command);
/** A number of its status ("configured"). */
int64_t acr122u_count(const char *name);
/** Plugs it in; the host has configured it when this returns. */
void acr122u_plug(void);
/** Plugs it in; the host has configured it when this returns, or has given it up. @return whether it has configured it. */
bool acr122u_plug_odd(void);
/** Waits until the host knows that it is unplugged. */
void acr122u_await_gone(void);
/** Unplugs it (once more is fine); the host knows when this returns. */
void acr122u_unplug(void);
/** Its node below /dev/bus/usb. @return whether it has one. */
bool acr122u_node(char *ret_path, size_t size);
/** Lets the host reset the bus, as somebody else who has the node open may. @return 0 or a negative errno. */
int acr122u_reset(void);
