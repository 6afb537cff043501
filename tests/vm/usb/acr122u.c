#include "acr122u.h"

#include "base/clock.h"
#include "sim/harness/process.h"
#include "sim/reader/control.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/usbdevice_fs.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const char program[] = PROGRAMS "/stile-sim-acr122u";

enum { WAIT_MS = 60000, LOOK_MS = 50, GIVEN_UP_MS = 1000, ANSWER_SIZE = 512 };

static struct process simulator;
static const char *control;

void acr122u_start(const char *control_path)
{
    control = control_path ? control_path : "/run/acr122u.ctl";
    const char *const argv[] = {program, "--control", control, "--unplugged", NULL};
    assert_int_equal(process_start(argv, NULL, NULL, PROCESS_HEARS_OUTPUT, &simulator), 0);
    assert_int_equal(process_await(&simulator, "ready", WAIT_MS), 0);
}

void acr122u_stop(void)
{
    if (simulator.pid != 0) {
        (void)process_end(&simulator, SIGTERM, WAIT_MS);
    }
}

static void ask(const char *command, char answer[ANSWER_SIZE])
{
    if (sim_reader_command(control, command, answer, ANSWER_SIZE) != 0) {
        fail_msg("%s: %s", command, answer);
    }
}

void acr122u_tell(const char *command)
{
    char answer[ANSWER_SIZE] = "no answer";
    ask(command, answer);
}

int64_t acr122u_count(const char *name)
{
    char answer[ANSWER_SIZE] = "no answer";
    char key[32];
    ask("status", answer);
    (void)snprintf(key, sizeof(key), " %s=", name);
    const char *at = strstr(answer, key);
    if (!at) {
        fail_msg("no %s in %s", name, answer);
        return 0;
    }
    return strtoll(at + strlen(key), NULL, 10);
}

/* One number of a device's folder in sysfs, in base @base. */
static bool number_of(const char *folder, const char *name, int base, unsigned *ret_number)
{
    char path[300];
    char text[16] = "";
    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    ssize_t n = read(fd, text, sizeof(text) - 1);
    (void)close(fd);
    *ret_number = (unsigned)strtoul(text, NULL, base);
    return n > 0;
}

bool acr122u_node(char *ret_path, size_t size)
{
    glob_t folders;
    bool found = false;
    if (glob("/sys/bus/usb/devices/*-*", 0, NULL, &folders) != 0) {
        return false;
    }
    for (size_t i = 0; i < folders.gl_pathc && !found; i++) {
        const char *folder = folders.gl_pathv[i];
        unsigned maker;
        unsigned bus;
        unsigned device;
        found = number_of(folder, "idVendor", 16, &maker) && maker == 0x072f && number_of(folder, "busnum", 10, &bus) &&
                number_of(folder, "devnum", 10, &device);
        if (found) {
            (void)snprintf(ret_path, size, "/dev/bus/usb/%03u/%03u", bus, device);
        }
    }
    globfree(&folders);
    return found;
}

bool acr122u_plug_odd(void)
{
    int64_t before = acr122u_count("configured");
    acr122u_tell("back");
    int64_t until_us = clock_boot_us() + GIVEN_UP_MS * US_PER_MS;
    while (acr122u_count("configured") == before && clock_boot_us() < until_us) {
        (void)poll(NULL, 0, LOOK_MS);
    }
    return acr122u_count("configured") != before;
}

void acr122u_plug(void)
{
    int64_t before = acr122u_count("configured");
    int64_t until_us = clock_boot_us() + WAIT_MS * US_PER_MS;
    acr122u_tell("back");
    while (acr122u_count("configured") == before) {
        if (clock_boot_us() >= until_us) {
            fail_msg("the host doesn't configure the reader");
        }
        (void)poll(NULL, 0, LOOK_MS);
    }
}

void acr122u_await_gone(void)
{
    char path[64];
    int64_t until_us = clock_boot_us() + WAIT_MS * US_PER_MS;
    while (acr122u_node(path, sizeof(path))) {
        if (clock_boot_us() >= until_us) {
            fail_msg("%s stays", path);
        }
        (void)poll(NULL, 0, LOOK_MS);
    }
}

void acr122u_unplug(void)
{
    acr122u_tell("gone");
    acr122u_await_gone();
}

int acr122u_reset(void)
{
    char path[64];
    if (!acr122u_node(path, sizeof(path))) {
        return -ENODEV;
    }
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) {
        return -errno;
    }
    int r = ioctl(fd, USBDEVFS_RESET) < 0 ? -errno : 0;
    (void)close(fd);
    return r;
}
