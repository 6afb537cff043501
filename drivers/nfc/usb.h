#pragma once

/* Readers on USB: libnfc's names for them, and whether one is still plugged in. Doesn't need libnfc. */

#include <stdbool.h>

/** Whether @connection is only the name of a libnfc driver for USB readers ("acr122_usb"), without a bus and a device. */
bool nfc_usb_is_driver(const char *connection);
/** Whether @connection names one device ("acr122_usb:001:004") of the driver @driver. */
bool nfc_usb_is_of(const char *connection, const char *driver);
/** Opens the node of the device that @connection names, for nfc_usb_is_gone. @return a close-on-exec descriptor that the caller
 * closes, -ENODEV when @connection names no device on USB, or another negative errno. */
int nfc_usb_open_node(const char *connection);
/** Whether the device has been unplugged since. @fd: of nfc_usb_open_node, or negative: no. */
bool nfc_usb_is_gone(int fd);
