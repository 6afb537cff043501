#pragma once

/* What the simulated reader says of itself when it is plugged in, and how it can lie. Pure. Sources: USB 2.0, section 9.6;
 * USB CCID 1.1, section 5.1 (class descriptor). */

#include <linux/usb/ch9.h>
#include <stddef.h>
#include <stdint.h>

enum { DESCRIPTORS_SIZE = 255 };

/* The order of the endpoints in the true descriptors. */
enum descriptors_endpoint { DESCRIPTORS_OUT, DESCRIPTORS_IN, DESCRIPTORS_INTERRUPT, DESCRIPTORS_ENDPOINTS };

enum descriptors_lie {
    DESCRIPTORS_TRUE,
    DESCRIPTORS_NO_CCID, /* no class descriptor */
    DESCRIPTORS_CCID_BEYOND, /* the class descriptor's length goes past the end */
    DESCRIPTORS_NO_ENDPOINTS, /* none is there, none is promised */
    DESCRIPTORS_NO_BULK_IN,
    DESCRIPTORS_NO_BULK_OUT,
    DESCRIPTORS_ENDPOINTS_PROMISED, /* none is there, three are promised */
    DESCRIPTORS_NOT_BULK, /* the bulk endpoints are called interrupt endpoints */
    DESCRIPTORS_ENDPOINT_SHORT, /* the first endpoint's descriptor says it has three bytes */
    DESCRIPTORS_ENDPOINT_EMPTY, /* it says it has none: whoever steps by it never gets on */
    DESCRIPTORS_PACKET_ZERO, /* packets of no bytes */
    DESCRIPTORS_PACKET_HUGE, /* of 65535 */
    DESCRIPTORS_NO_INTERFACE, /* the configuration says it has no interface */
    DESCRIPTORS_MANY_INTERFACES, /* 255 */
    DESCRIPTORS_TOTAL_BEYOND, /* the configuration says it has 4,000 bytes */
    DESCRIPTORS_TOTAL_SHORT, /* 12 */
    DESCRIPTORS_NO_CONFIGURATION, /* the device says it has none */
    DESCRIPTORS_DEVICE_CUT, /* the device descriptor breaks off after 8 bytes */
    DESCRIPTORS_LIES
};

struct descriptors {
    struct usb_device_descriptor device;
    size_t device_n; /* how much of it is told */
    uint8_t configuration[DESCRIPTORS_SIZE];
    size_t configuration_n;
    struct usb_endpoint_descriptor endpoints[DESCRIPTORS_ENDPOINTS]; /* true in any case */
};

void descriptors_make(enum descriptors_lie lie, struct descriptors *ret_descriptors);
/** String @index (0: the languages) as its descriptor. @return its length, or 0 when there is none. */
size_t descriptors_string(unsigned index, uint8_t ret_bytes[DESCRIPTORS_SIZE]);

const char *descriptors_lie_text(enum descriptors_lie lie);
/** @return 0, or 1 when there is no such lie. */
int descriptors_lie_find(const char *name, enum descriptors_lie *ret_lie);
