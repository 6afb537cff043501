#include "acm_gadget.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define GADGET     "/sys/kernel/config/usb_gadget/reader"
#define CONTROLLER "dummy_udc.0"

enum { WAIT_US = 60000000, LOOK_MS = 10 };

static const char *const folders[] = {GADGET, GADGET "/strings/0x409", GADGET "/configs/c.1",
                                      GADGET "/functions/acm.door"};
static bool made;

static void put(const char *name, const char *text)
{
    char path[128];
    (void)snprintf(path, sizeof(path), GADGET "/%s", name);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));
    if (n != (ssize_t)strlen(text)) {
        fail_msg("%s: %s: %s", path, text, strerror(errno));
    }
    (void)close(fd);
}

void acm_gadget_make(void)
{
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        if (mkdir(folders[i], 0755) < 0) {
            fail_msg("%s: %s", folders[i], strerror(errno));
        }
    }
    made = true;
    put("idVendor", "0x1d6b"); /* Linux Foundation, multifunction composite gadget */
    put("idProduct", "0x0104");
    put("strings/0x409/manufacturer", "Stile");
    put("strings/0x409/product", "Reader");
    put("strings/0x409/serialnumber", "door1");
    assert_int_equal(symlink(folders[3], GADGET "/configs/c.1/acm.door"), 0);
}

/* Waits until the name is there, or is gone. */
static void await_link(bool there)
{
    struct stat st;
    int64_t until_us = clock_boot_us() + WAIT_US;
    while ((lstat(ACM_GADGET_LINK, &st) == 0) != there) {
        if (clock_boot_us() >= until_us) {
            fail_msg(ACM_GADGET_LINK " doesn't %s", there ? "come" : "go");
        }
        (void)poll(NULL, 0, LOOK_MS);
    }
    assert_int_equal(system("udevadm settle"), 0);
}

void acm_gadget_plug(void)
{
    put("UDC", CONTROLLER);
    await_link(true);
}

void acm_gadget_node(char ret_node[ACM_GADGET_NODE_SIZE])
{
    char target[ACM_GADGET_NODE_SIZE] = "";
    if (readlink(ACM_GADGET_LINK, target, sizeof(target) - 1) < 0) {
        fail_msg(ACM_GADGET_LINK ": %s", strerror(errno));
    }
    const char *name = strrchr(target, '/');
    assert_non_null(name);
    (void)snprintf(ret_node, ACM_GADGET_NODE_SIZE, "/dev%s", name);
}

void acm_gadget_unplug(void)
{
    put("UDC", "\n");
    await_link(false);
}

void acm_gadget_remove(void)
{
    if (!made) {
        return;
    }
    made = false;
    int fd = open(GADGET "/UDC", O_WRONLY | O_CLOEXEC);
    if (fd >= 0) {
        (void)!write(fd, "\n", 1); /* refused when it is unplugged already */
        (void)close(fd);
    }
    await_link(false);
    (void)unlink(GADGET "/configs/c.1/acm.door");
    for (size_t i = sizeof(folders) / sizeof(folders[0]); i-- > 0;) {
        (void)rmdir(folders[i]);
    }
}
