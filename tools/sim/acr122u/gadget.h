#pragma once

/* The USB end: a process that holds /dev/raw-gadget and plays a device with the given descriptors on the kernel's simulated
 * controller (Documentation/usb/raw-gadget.rst). Its calls block, so it has three threads; unplugging is killing it. */

#include "sim/acr122u/descriptors.h"

#include <stdint.h>
#include <sys/types.h>

enum { GADGET_DATA_MAX = 1024 };

/* Words between us and the process: one a packet, the kind first. */
enum gadget_kind {
    GADGET_DATA = 'd', /* both ways: a transfer */
    GADGET_STALL_IN = 'i', /* to it: halt the IN endpoint */
    GADGET_STALL_OUT = 'o',
    GADGET_WEDGE_OUT = 'w', /* halt it for ever: the host can't clear it */
    GADGET_CONFIGURED = 'c', /* from it: the host has configured it */
    GADGET_RESET = 'r', /* the host has reset the bus: its endpoints are gone until it is configured again */
};

struct gadget {
    pid_t pid; /* 0: unplugged */
    int fd; /* non-blocking; readable when it has something to say, hung up when it has ended; -1 */
};

/** Plugs it in. @return 0 or a negative errno: of /dev/raw-gadget or the controller too (-EBUSY: something is plugged in). */
int gadget_plug(const struct descriptors *descriptors, struct gadget *ret_gadget);
/** Unplugs it, whatever it is doing, and waits until it is away. Takes a zeroed one. */
void gadget_unplug(struct gadget *gadget);
/** @return 0, or a negative errno: it has ended, or has more to do than it can keep. */
int gadget_tell(const struct gadget *gadget, enum gadget_kind kind, const uint8_t *data, size_t n);
/** @return the length of the data of a word, with *ret_kind, or a negative errno (-EAGAIN: none; -EPIPE: it has ended). */
ssize_t gadget_hear(const struct gadget *gadget, enum gadget_kind *ret_kind, uint8_t ret_data[GADGET_DATA_MAX]);
