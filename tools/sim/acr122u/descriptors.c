#include "sim/acr122u/descriptors.h"

#include "base/cleanup.h"
#include "base/text.h"

#include <endian.h>
#include <string.h>

enum {
    CONFIGURATION_SIZE = 9,
    INTERFACE_SIZE = 9,
    ENDPOINT_SIZE = 7,
    CCID_TYPE = 0x21,
    CCID_SIZE = 54,
    PACKET = 64,
};

/* Where fields stand that lies change. */
enum { AT_TOTAL = 2, AT_INTERFACES = 4, AT_ENDPOINT_TYPE = 3, AT_PACKET = 4 };

static const struct usb_device_descriptor device = {
    .bLength = sizeof(device),
    .bDescriptorType = USB_DT_DEVICE,
    .bcdUSB = 0x0110,
    .bMaxPacketSize0 = 8,
    .idVendor = 0x072f,
    .idProduct = 0x2200,
    .bcdDevice = 0x0214,
    .iManufacturer = 1,
    .iProduct = 2,
    .bNumConfigurations = 1,
};

static const uint8_t ccid[CCID_SIZE] = {
    CCID_SIZE, CCID_TYPE, 0x10, 0x01, /* 1.10 */
    0,         0x07, /* one slot; 5, 3 and 1.8 V */
    3,         0,         0,    0, /* T=0, T=1 */
    0xa0,      0x0f,      0,    0,    0xa0, 0x0f, 0, 0, 0, /* 4 MHz */
    0x00,      0x2a,      0,    0,    0x00, 0x2a, 0, 0, 0, /* 10752 bit/s */
    0xfe,      0,         0,    0, /* the longest block */
    0,         0,         0,    0,    0,    0,    0, 0, /* no synchronous, no mechanical */
    0x40,      0,         0x02, 0, /* short APDUs */
    0x0f,      0x01,      0,    0, /* the longest message: 271 */
    0,         0,         0,    0,    0,    1,
};

static const struct usb_endpoint_descriptor endpoints[DESCRIPTORS_ENDPOINTS] = {
    [DESCRIPTORS_OUT] = {.bEndpointAddress = 0x02, .bmAttributes = USB_ENDPOINT_XFER_BULK, .wMaxPacketSize = PACKET},
    [DESCRIPTORS_IN] = {.bEndpointAddress = 0x82, .bmAttributes = USB_ENDPOINT_XFER_BULK, .wMaxPacketSize = PACKET},
    /* Not the real reader's 0x81: the interrupt endpoint of the kernel's simulated controller is this one. */
    [DESCRIPTORS_INTERRUPT] = {.bEndpointAddress = 0x85,
                               .bmAttributes = USB_ENDPOINT_XFER_INT,
                               .wMaxPacketSize = 8,
                               .bInterval = 10},
};

static const char *const names[DESCRIPTORS_LIES] = {
    [DESCRIPTORS_TRUE] = "true",
    [DESCRIPTORS_NO_CCID] = "no_ccid",
    [DESCRIPTORS_CCID_BEYOND] = "ccid_beyond",
    [DESCRIPTORS_NO_ENDPOINTS] = "no_endpoints",
    [DESCRIPTORS_NO_BULK_IN] = "no_bulk_in",
    [DESCRIPTORS_NO_BULK_OUT] = "no_bulk_out",
    [DESCRIPTORS_ENDPOINTS_PROMISED] = "endpoints_promised",
    [DESCRIPTORS_NOT_BULK] = "not_bulk",
    [DESCRIPTORS_ENDPOINT_SHORT] = "endpoint_short",
    [DESCRIPTORS_ENDPOINT_EMPTY] = "endpoint_empty",
    [DESCRIPTORS_PACKET_ZERO] = "packet_zero",
    [DESCRIPTORS_PACKET_HUGE] = "packet_huge",
    [DESCRIPTORS_NO_INTERFACE] = "no_interface",
    [DESCRIPTORS_MANY_INTERFACES] = "many_interfaces",
    [DESCRIPTORS_TOTAL_BEYOND] = "total_beyond",
    [DESCRIPTORS_TOTAL_SHORT] = "total_short",
    [DESCRIPTORS_NO_CONFIGURATION] = "no_configuration",
    [DESCRIPTORS_DEVICE_CUT] = "device_cut",
};

static uint8_t *add(struct descriptors *d, const uint8_t *bytes, size_t n)
{
    uint8_t *at = d->configuration + d->configuration_n;
    memcpy(at, bytes, n);
    d->configuration_n += n;
    return at;
}

static bool has_endpoint(enum descriptors_lie lie, unsigned endpoint)
{
    switch (lie) {
    case DESCRIPTORS_NO_ENDPOINTS:
    case DESCRIPTORS_ENDPOINTS_PROMISED:
        return false;
    case DESCRIPTORS_NO_BULK_IN:
        return endpoint != DESCRIPTORS_IN;
    case DESCRIPTORS_NO_BULK_OUT:
        return endpoint != DESCRIPTORS_OUT;
    default:
        return true;
    }
}

static void put_u16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)(value & 0xff);
    at[1] = (uint8_t)(value >> 8);
}

static void add_endpoint(struct descriptors *d, enum descriptors_lie lie, unsigned endpoint)
{
    const struct usb_endpoint_descriptor *true_one = &d->endpoints[endpoint];
    uint8_t *at = add(d, (const uint8_t *)true_one, ENDPOINT_SIZE);
    bool bulk = endpoint != DESCRIPTORS_INTERRUPT;
    if (lie == DESCRIPTORS_NOT_BULK && bulk) {
        at[AT_ENDPOINT_TYPE] = USB_ENDPOINT_XFER_INT;
    } else if (lie == DESCRIPTORS_ENDPOINT_SHORT && endpoint == 0) {
        at[0] = 3;
    } else if (lie == DESCRIPTORS_ENDPOINT_EMPTY && endpoint == 0) {
        at[0] = 0;
    } else if (lie == DESCRIPTORS_PACKET_ZERO && bulk) {
        put_u16(at + AT_PACKET, 0);
    } else if (lie == DESCRIPTORS_PACKET_HUGE && bulk) {
        put_u16(at + AT_PACKET, 0xffff);
    }
}

static void make_configuration(struct descriptors *d, enum descriptors_lie lie)
{
    static const uint8_t head[CONFIGURATION_SIZE] = {CONFIGURATION_SIZE, USB_DT_CONFIG, 0, 0, 1, 1, 0, 0x80, 100};
    uint8_t n_endpoints = 0;
    for (unsigned i = 0; i < DESCRIPTORS_ENDPOINTS; i++) {
        n_endpoints = (uint8_t)(n_endpoints + has_endpoint(lie, i));
    }
    if (lie == DESCRIPTORS_ENDPOINTS_PROMISED) {
        n_endpoints = DESCRIPTORS_ENDPOINTS;
    }
    const uint8_t interface[INTERFACE_SIZE] = {INTERFACE_SIZE, USB_DT_INTERFACE, 0, 0, n_endpoints, USB_CLASS_CSCID};
    (void)add(d, head, sizeof(head));
    (void)add(d, interface, sizeof(interface));
    if (lie != DESCRIPTORS_NO_CCID) {
        uint8_t *at = add(d, ccid, sizeof(ccid));
        at[0] = lie == DESCRIPTORS_CCID_BEYOND ? 0xff : at[0];
    }
    for (unsigned i = 0; i < DESCRIPTORS_ENDPOINTS; i++) {
        if (has_endpoint(lie, i)) {
            add_endpoint(d, lie, i);
        }
    }
    unsigned total = (unsigned)d->configuration_n;
    total = lie == DESCRIPTORS_TOTAL_BEYOND ? 4000 : total;
    total = lie == DESCRIPTORS_TOTAL_SHORT ? 12 : total;
    put_u16(d->configuration + AT_TOTAL, total);
    if (lie == DESCRIPTORS_NO_INTERFACE || lie == DESCRIPTORS_MANY_INTERFACES) {
        d->configuration[AT_INTERFACES] = lie == DESCRIPTORS_NO_INTERFACE ? 0 : 255;
    }
}

void descriptors_make(enum descriptors_lie lie, struct descriptors *ret_descriptors)
{
    struct descriptors *d = ret_descriptors;
    *d = (struct descriptors){.device = device, .device_n = sizeof(device)};
    d->device.bcdUSB = htole16(d->device.bcdUSB);
    d->device.idVendor = htole16(d->device.idVendor);
    d->device.idProduct = htole16(d->device.idProduct);
    d->device.bcdDevice = htole16(d->device.bcdDevice);
    if (lie == DESCRIPTORS_NO_CONFIGURATION) {
        d->device.bNumConfigurations = 0;
    } else if (lie == DESCRIPTORS_DEVICE_CUT) {
        d->device_n = 8;
    }
    for (unsigned i = 0; i < DESCRIPTORS_ENDPOINTS; i++) {
        d->endpoints[i] = endpoints[i];
        d->endpoints[i].bLength = ENDPOINT_SIZE;
        d->endpoints[i].bDescriptorType = USB_DT_ENDPOINT;
        d->endpoints[i].wMaxPacketSize = htole16(endpoints[i].wMaxPacketSize);
    }
    make_configuration(d, lie);
}

size_t descriptors_string(unsigned index, uint8_t ret_bytes[DESCRIPTORS_SIZE])
{
    static const uint8_t english[] = {4, USB_DT_STRING, 0x09, 0x04};
    static const char *const strings[] = {NULL, "ACS", "ACR122U PICC Interface"};
    if (index == 0) {
        memcpy(ret_bytes, english, sizeof(english));
        return sizeof(english);
    }
    if (index >= ARRAY_LEN(strings)) {
        return 0;
    }
    size_t n = strlen(strings[index]);
    ret_bytes[0] = (uint8_t)(2 + 2 * n);
    ret_bytes[1] = USB_DT_STRING;
    for (size_t i = 0; i < n; i++) {
        put_u16(ret_bytes + 2 + 2 * i, (unsigned char)strings[index][i]);
    }
    return ret_bytes[0];
}

const char *descriptors_lie_text(enum descriptors_lie lie)
{
    return names[lie];
}

int descriptors_lie_find(const char *name, enum descriptors_lie *ret_lie)
{
    for (unsigned i = 0; i < DESCRIPTORS_LIES; i++) {
        if (text_eq(name, names[i])) {
            *ret_lie = (enum descriptors_lie)i;
            return 0;
        }
    }
    return 1;
}
