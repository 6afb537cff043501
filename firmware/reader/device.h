#pragma once

/* What a libnfc connection string names: by which bus the reader is reached, and its node. Pure. */

#include <stddef.h>

enum { DEVICE_PATH_SIZE = 256 };

enum device_bus { DEVICE_TTY, DEVICE_USB, DEVICE_SPI, DEVICE_I2C };

struct device {
    enum device_bus bus;
    char path[DEVICE_PATH_SIZE]; /* the node; "" on USB, where libnfc looks for it */
};

/* Named outcomes of device_parse. */
enum device_outcome {
    DEVICE_UNKNOWN = 1, /* a driver that this product doesn't know, or that needs more than a device */
    DEVICE_NO_PATH, /* the driver needs a node's absolute path */
};

/** Parses "DRIVER:PATH[:SPEED]" or "USB_DRIVER[:BUS:DEVICE]". @return 0 or an outcome. */
int device_parse(const char *connection, struct device *ret_device);
