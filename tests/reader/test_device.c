/* Connection strings, locks and limits. */

#include "bus/bus.h"
#include "reader/device.h"
#include "reader/exit.h"
#include "reader/limit.h"
#include "reader/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void a_connection_string_names_bus_and_node(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum device_bus bus;
        const char *path;
    } cases[] = {
        {"pn532_uart:/dev/ttyS1", DEVICE_TTY, "/dev/ttyS1"},
        {"pn532_uart:/dev/ttyS1:115200", DEVICE_TTY, "/dev/ttyS1"},
        {"pn532_spi:/dev/spidev0.0:500000", DEVICE_SPI, "/dev/spidev0.0"},
        {"pn532_i2c:/dev/i2c-1", DEVICE_I2C, "/dev/i2c-1"},
        {"acr122_usb", DEVICE_USB, ""},
        {"acr122_usb:001:004", DEVICE_USB, ""},
        {"pn53x_usb", DEVICE_USB, ""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct device device;
        assert_int_equal(device_parse(cases[i].text, &device), 0);
        assert_int_equal(device.bus, cases[i].bus);
        assert_string_equal(device.path, cases[i].path);
    }
}

static void other_connection_strings_are_refused(void **state)
{
    (void)state;
    struct device device = {.bus = DEVICE_I2C};
    static const char *const unknown[] = {"",    ":",         "pn532", "pn532_uartx:/dev/ttyS1", "acr122_pcsc",
                                          "usb", "/dev/ttyS1"};
    static const char *const pathless[] = {"pn532_uart", "pn532_uart:", "pn532_uart:ttyS1", "pn532_spi:", "arygon::"};
    for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
        assert_int_equal(device_parse(unknown[i], &device), DEVICE_UNKNOWN);
    }
    for (size_t i = 0; i < sizeof(pathless) / sizeof(pathless[0]); i++) {
        assert_int_equal(device_parse(pathless[i], &device), DEVICE_NO_PATH);
    }
    char text[DEVICE_PATH_SIZE + 16];
    (void)snprintf(text, sizeof(text), "pn532_uart:/%0*d", DEVICE_PATH_SIZE - 2, 0);
    assert_int_equal(device_parse(text, &device), 0);
    (void)snprintf(text, sizeof(text), "pn532_uart:/%0*d", DEVICE_PATH_SIZE - 1, 0);
    device.bus = DEVICE_I2C;
    assert_int_equal(device_parse(text, &device), DEVICE_NO_PATH);
    assert_int_equal(device.bus, DEVICE_I2C);
}

static void a_node_is_locked_once(void **state)
{
    (void)state;
    char path[] = "/tmp/stile-lock-XXXXXX";
    char link[sizeof(path) + 8];
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    (void)snprintf(link, sizeof(link), "%s.link", path);
    assert_int_equal(symlink(path, link), 0);
    struct device device = {.bus = DEVICE_TTY};
    struct device linked = {.bus = DEVICE_TTY};
    (void)snprintf(device.path, sizeof(device.path), "%s", path);
    (void)snprintf(linked.path, sizeof(linked.path), "%s", link);
    int first = -1;
    int second = -1;
    assert_int_equal(lock_take(&device, "a", &first), 0);
    assert_int_equal(lock_take(&device, "a", &second), LOCK_TAKEN);
    assert_int_equal(lock_take(&linked, "b", &second), LOCK_TAKEN); /* another name for it */
    assert_int_equal(second, -1);
    assert_int_equal(close(first), 0);
    assert_int_equal(lock_take(&linked, "b", &second), 0);
    assert_int_equal(close(second), 0);
    assert_int_equal(unlink(link), 0);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(lock_take(&device, "a", &first), LOCK_NO_DEVICE);
    (void)close(fd);
}

static void without_a_node_the_name_is_locked_once(void **state)
{
    (void)state;
    char name[64];
    char other[64];
    char too_long[200];
    const struct device device = {.bus = DEVICE_USB};
    int fds[2] = {-1, -1};
    int third = -1;
    (void)snprintf(name, sizeof(name), "acr122_usb:%d", (int)getpid());
    (void)snprintf(other, sizeof(other), "acr122_usb:%d:1", (int)getpid());
    (void)snprintf(too_long, sizeof(too_long), "acr122_usb:%0150d", 1);
    assert_int_equal(lock_take(&device, name, &fds[0]), 0);
    assert_int_equal(lock_take(&device, name, &third), LOCK_TAKEN);
    assert_int_equal(lock_take(&device, other, &fds[1]), 0);
    assert_int_equal(lock_take(&device, too_long, &third), -ENAMETOOLONG);
    assert_int_equal(close(fds[0]), 0);
    assert_int_equal(lock_take(&device, name, &fds[0]), 0);
    assert_int_equal(close(fds[0]) | close(fds[1]), 0);
}

static void a_hung_up_port_is_lost(void **state)
{
    (void)state;
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    struct device device = {.bus = DEVICE_TTY};
    int fd = -1;
    assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    assert_int_equal(ptsname_r(master, device.path, sizeof(device.path)), 0);
    assert_int_equal(lock_take(&device, "a", &fd), 0);
    assert_false(lock_is_lost(fd));
    lock_exclude(fd); /* nothing on a pseudo-terminal: the mark would stay behind */
    int exclusive = -1;
    assert_int_equal(ioctl(fd, TIOCGEXCL, &exclusive), 0);
    assert_int_equal(exclusive, 0);
    assert_int_equal(close(master), 0);
    assert_true(lock_is_lost(fd));
    assert_int_equal(close(fd), 0);
}

static void a_step_beyond_its_limit_ends_the_process_with_a_word(void **state)
{
    (void)state;
    int fds[2];
    static uint8_t buffer[MESSAGE_MAX];
    struct message message = {0};
    assert_int_equal(bus_pair(fds), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (limit_init(fds[1]) < 0) {
            _exit(1);
        }
        limit_set(100000);
        limit_set(0);
        limit_set(20);
        for (;;) {
            (void)pause();
        }
    }
    assert_int_equal(close(fds[1]), 0);
    struct pollfd gate = {.fd = fds[0], .events = POLLIN};
    assert_int_equal(poll(&gate, 1, 20000), 1);
    assert_int_equal(bus_receive(fds[0], buffer, &message), 0);
    assert_int_equal(message.kind, MESSAGE_READER_FAULT);
    assert_string_equal(message.text, "the reader hangs");
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), READER_EXIT_HANGS);
    assert_int_equal(close(fds[0]), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_connection_string_names_bus_and_node),
        cmocka_unit_test(other_connection_strings_are_refused),
        cmocka_unit_test(a_node_is_locked_once),
        cmocka_unit_test(without_a_node_the_name_is_locked_once),
        cmocka_unit_test(a_hung_up_port_is_lost),
        cmocka_unit_test(a_step_beyond_its_limit_ends_the_process_with_a_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
