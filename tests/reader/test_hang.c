/* A chip that says "more to come" for ever: stock libnfc never comes back from that. The reader's own limit ends it. The
 * chip is played here, since no real part does this. */

#include "bus/bus.h"
#include "reader/exit.h"
#include "started.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

enum { FRAME_MAX = 262, WAIT_MS = 20000, MORE_TO_COME = 0x40 };

struct chip {
    int fd; /* the terminal's other end */
    uint8_t bytes[2 * FRAME_MAX];
    size_t n;
    bool promises; /* has said "more to come" */
};

/* What the chip says to a command; @return its length. */
static size_t content(struct chip *chip, const uint8_t *command, size_t n, uint8_t ret[FRAME_MAX])
{
    static const uint8_t firmware[] = {0x32, 0x01, 0x06, 0x07};
    static const uint8_t card[] = {1, 1, 0x03, 0x44, 0x20, 4, 1, 2, 3, 4, 5, 0x75, 0x77, 0x81, 0x02};
    switch (command[0]) {
    case 0x00: /* Diagnose: the same again */
        memcpy(ret, command + 1, n - 1);
        return n - 1;
    case 0x02:
        memcpy(ret, firmware, sizeof(firmware));
        return sizeof(firmware);
    case 0x06: /* ReadRegister: zeros */
        memset(ret, 0, n / 2);
        return n / 2;
    case 0x4a: /* InListPassiveTarget: always this card */
        memcpy(ret, card, sizeof(card));
        return sizeof(card);
    case 0x40:
    case 0x42:
        chip->promises = true;
        ret[0] = MORE_TO_COME;
        return 1;
    case 0x44:
    case 0x52:
        ret[0] = 0;
        return 1;
    default:
        return 0;
    }
}

static void answer(struct chip *chip, const uint8_t *command, size_t n)
{
    static const uint8_t acknowledgement[] = {0, 0, 0xff, 0, 0xff, 0};
    uint8_t frame[FRAME_MAX + 16] = {0, 0, 0xff};
    size_t len = content(chip, command, n, frame + 7) + 2;
    uint8_t sum = 0;
    frame[3] = (uint8_t)len;
    frame[4] = (uint8_t)(0x100 - len);
    frame[5] = 0xd5;
    frame[6] = (uint8_t)(command[0] + 1);
    for (size_t i = 0; i < len; i++) {
        sum = (uint8_t)(sum + frame[5 + i]);
    }
    frame[5 + len] = (uint8_t)(0x100 - sum);
    frame[6 + len] = 0;
    assert_int_equal(write(chip->fd, acknowledgement, sizeof(acknowledgement)), sizeof(acknowledgement));
    assert_int_equal(write(chip->fd, frame, 7 + len), 7 + len);
}

/* Takes what the host sent; whole frames (00 00 FF length checksum D4 command ...) are answered. */
static void serve(struct chip *chip)
{
    ssize_t got = read(chip->fd, chip->bytes + chip->n, sizeof(chip->bytes) - chip->n);
    assert_true(got > 0);
    chip->n += (size_t)got;
    size_t at = 0;
    while (at + 6 <= chip->n) {
        const uint8_t *f = chip->bytes + at;
        if (f[0] != 0 || f[1] != 0 || f[2] != 0xff || (uint8_t)(f[3] + f[4]) != 0 || f[3] < 2) {
            at++;
            continue;
        }
        size_t whole = 7 + (size_t)f[3];
        if (at + whole > chip->n) {
            break;
        }
        answer(chip, f + 6, (size_t)f[3] - 1);
        at += whole;
    }
    memmove(chip->bytes, chip->bytes + at, chip->n - at);
    chip->n -= at;
}

static void open_terminal(struct chip *chip, char *ret_device, size_t size, int *ret_held)
{
    char path[64];
    struct termios raw;
    chip->fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(chip->fd >= 0 && grantpt(chip->fd) == 0 && unlockpt(chip->fd) == 0);
    assert_int_equal(ptsname_r(chip->fd, path, sizeof(path)), 0);
    (void)snprintf(ret_device, size, "pn532_uart:%s", path);
    /* Held open, so that the terminal isn't hung up before the reader has come. */
    *ret_held = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(*ret_held >= 0);
    assert_int_equal(tcgetattr(*ret_held, &raw), 0);
    cfmakeraw(&raw);
    assert_int_equal(tcsetattr(*ret_held, TCSANOW, &raw), 0);
}

static void a_chip_that_promises_more_for_ever_is_given_up(void **state)
{
    (void)state;
    static uint8_t buffer[MESSAGE_MAX];
    struct chip chip = {0};
    struct started reader;
    struct message message = {0};
    struct message fault = {0};
    char device[96];
    int held = -1;
    int r = 0;
    open_terminal(&chip, device, sizeof(device), &held);
    started_begin(&reader, device);
    while (r == 0) {
        struct pollfd ends[] = {{.fd = chip.fd, .events = POLLIN}, {.fd = reader.fd, .events = POLLIN}};
        assert_true(poll(ends, 2, WAIT_MS) > 0);
        if (ends[0].revents & POLLIN) {
            serve(&chip);
        }
        if (ends[1].revents) {
            r = bus_receive(reader.fd, buffer, &message);
            fault = r == 0 ? message : fault;
        }
    }
    int status = 0;
    assert_int_equal(waitpid(reader.pid, &status, 0), reader.pid);
    assert_true(chip.promises);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), READER_EXIT_HANGS);
    assert_int_equal(fault.kind, MESSAGE_READER_FAULT);
    assert_string_equal(fault.text, "the reader hangs");
    (void)close(held);
    (void)close(chip.fd);
    (void)close(reader.fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chip_that_promises_more_for_ever_is_given_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
