#include "reader/device.h"

#include "base/cleanup.h"

#include <string.h>

static const struct {
    const char *driver;
    enum device_bus bus;
} drivers[] = {
    {"pn532_uart", DEVICE_TTY}, {"acr122s", DEVICE_TTY},    {"arygon", DEVICE_TTY},    {"pn532_spi", DEVICE_SPI},
    {"pn532_i2c", DEVICE_I2C},  {"acr122_usb", DEVICE_USB}, {"pn53x_usb", DEVICE_USB},
};

int device_parse(const char *connection, struct device *ret_device)
{
    size_t n = strcspn(connection, ":");
    const char *rest = connection[n] == ':' ? connection + n + 1 : "";
    for (size_t i = 0; i < ARRAY_LEN(drivers); i++) {
        if (strlen(drivers[i].driver) != n || memcmp(drivers[i].driver, connection, n) != 0) {
            continue;
        }
        struct device device = {.bus = drivers[i].bus};
        if (device.bus != DEVICE_USB) {
            size_t path_len = strcspn(rest, ":");
            if (rest[0] != '/' || path_len >= sizeof(device.path)) {
                return DEVICE_NO_PATH;
            }
            memcpy(device.path, rest, path_len);
        }
        *ret_device = device;
        return 0;
    }
    return DEVICE_UNKNOWN;
}
