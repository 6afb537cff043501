#include "drivers/nfc/usb.h"

#include "base/cleanup.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const char *const drivers[] = {"acr122_usb", "pn53x_usb"};

bool nfc_usb_is_driver(const char *connection)
{
    for (size_t i = 0; i < ARRAY_LEN(drivers); i++) {
        if (text_eq(connection, drivers[i])) {
            return true;
        }
    }
    return false;
}

bool nfc_usb_is_of(const char *connection, const char *driver)
{
    size_t n = strlen(driver);
    return strncmp(connection, driver, n) == 0 && connection[n] == ':';
}

/* Three digits. */
static bool take_number(const char *text, unsigned *ret_number)
{
    unsigned number = 0;
    for (unsigned i = 0; i < 3; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        number = number * 10 + (unsigned)(text[i] - '0');
    }
    *ret_number = number;
    return true;
}

int nfc_usb_open_node(const char *connection)
{
    for (size_t i = 0; i < ARRAY_LEN(drivers); i++) {
        unsigned bus;
        unsigned device;
        char path[32];
        if (!nfc_usb_is_of(connection, drivers[i])) {
            continue;
        }
        const char *rest = connection + strlen(drivers[i]) + 1;
        if (!take_number(rest, &bus) || rest[3] != ':' || !take_number(rest + 4, &device) || rest[7] != '\0') {
            return -ENODEV;
        }
        (void)snprintf(path, sizeof(path), "/dev/bus/usb/%03u/%03u", bus, device);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        return fd < 0 ? -errno : fd;
    }
    return -ENODEV;
}

bool nfc_usb_is_gone(int fd)
{
    struct pollfd node = {.fd = fd};
    return fd >= 0 && poll(&node, 1, 0) > 0 && (node.revents & POLLHUP) != 0;
}
