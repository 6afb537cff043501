/* stile-reader: one card reader. See README.md for what it does and how it ends. */

#define LOG_MODULE "reader"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "bus/bus.h"
#include "drivers/nfc/nfc.h"
#include "reader/exit.h"
#include "reader/limit.h"
#include "reader/lock.h"
#include "reader/loop.h"
#include "reader/sandbox.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    LIMIT_MS = 1200, /* for one step: the gate misses a heartbeat after 1.5 s */
    OPEN_MS = 1600, /* libnfc takes up to 1.45 s to find that nobody answers */
    TRANSCEIVE_MS = 250,
    FD_DEFAULT = 3,
};

struct options {
    const char *connection;
    const char *name;
    int fd;
};

struct reader {
    const char *name;
    const char *device_connection; /* as libnfc wants it */
    int gate_fd;
    int lock_fd;
    struct device device;
    struct nfc *nfc;
};

static int usage(FILE *to, int result)
{
    (void)fputs("Usage: stile-reader --device CONNECTION --name NAME [--fd 3]\n"
                "Reads cards at one reader for the gate, which starts it.\n\n"
                "  --device   libnfc's connection string, such as pn532_uart:/dev/ttyS1\n"
                "  --name     the reader's name, for the log\n"
                "  --fd       a connected SOCK_SEQPACKET socket to the gate\n",
                to);
    return result;
}

/* @return true to go on; else *ret_exit. */
static bool parse(int argc, char **argv, struct options *ret_options, int *ret_exit)
{
    static const struct option known[] = {
        {"device", required_argument, NULL, 'd'},
        {"name", required_argument, NULL, 'n'},
        {"fd", required_argument, NULL, 'f'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    struct options options = {.fd = FD_DEFAULT};
    int64_t fd;
    *ret_exit = READER_EXIT_USAGE;
    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        switch (c) {
        case 'd':
            options.connection = optarg;
            break;
        case 'n':
            options.name = optarg;
            break;
        case 'f':
            if (!text_int(optarg, FD_DEFAULT, INT_MAX, &fd)) {
                usage(stderr, 0);
                return false;
            }
            options.fd = (int)fd;
            break;
        case 'h':
            *ret_exit = usage(stdout, READER_EXIT_QUIT);
            return false;
        default:
            usage(stderr, 0);
            return false;
        }
    }
    if (optind != argc || !options.connection || !options.name) {
        usage(stderr, 0);
        return false;
    }
    *ret_options = options;
    return true;
}

/* libnfc can't tell a line that has been pulled from one that is disturbed; the lock can. */
static int explain(const struct reader *reader, int result)
{
    return result == -EIO && reader->device.path[0] && lock_is_lost(reader->lock_fd) ? -ENODEV : result;
}

static int on_select(void *user, struct nfc_target *ret_target)
{
    struct reader *reader = user;
    return explain(reader, nfc_select(reader->nfc, ret_target));
}

static int on_present(void *user, const struct nfc_target *target)
{
    struct reader *reader = user;
    return explain(reader, nfc_present(reader->nfc, target));
}

static int on_transceive(void *user, const uint8_t *out, size_t n_out, uint8_t *ret_in, size_t size)
{
    struct reader *reader = user;
    return explain(reader, nfc_transceive(reader->nfc, out, n_out, ret_in, size, TRANSCEIVE_MS));
}

static int on_random(void *user, uint8_t *ret_bytes, size_t n)
{
    (void)user;
    ssize_t got = getrandom(ret_bytes, n, 0);
    if (got < 0) {
        return -errno;
    }
    return (size_t)got == n ? 0 : -EIO;
}

static int on_send(void *user, const struct message *message)
{
    const struct reader *reader = user;
    return bus_send(reader->gate_fd, message);
}

static int64_t on_now(void *user)
{
    (void)user;
    return clock_boot_us();
}

static const struct reader_ops ops = {
    .select = on_select,
    .present = on_present,
    .transceive = on_transceive,
    .random = on_random,
    .send = on_send,
    .now = on_now,
};

/* Ends before the loop has begun: in the log, and to the gate. */
static int give_up(const struct reader *reader, int result, const char *why)
{
    log_error("%s: reader=%s", why, reader->name);
    struct message message = {.kind = MESSAGE_READER_FAULT, .boot_us = clock_boot_us()};
    (void)text_copy(message.text, sizeof(message.text), why);
    (void)bus_send(reader->gate_fd, &message);
    return result;
}

/* Takes the gate's messages until none waits. @return as reader_loop_step. */
static int take_messages(struct reader_loop *loop, int fd)
{
    uint8_t buffer[MESSAGE_MAX];
    for (;;) {
        struct message message = {0};
        int r = bus_receive(fd, buffer, &message);
        if (r == -EAGAIN) {
            return 0;
        }
        if (r == -EBADMSG) {
            log_warn("a malformed message from the gate was dropped");
            continue;
        }
        if (r == 0) {
            r = reader_loop_receive(loop, &message);
        }
        if (r != 0) {
            return r;
        }
        limit_set(LIMIT_MS);
    }
}

/* @return as reader_loop_step; never 0. */
static int run(struct reader_loop *loop, int fd)
{
    for (;;) {
        int64_t wait_us = 0;
        limit_set(LIMIT_MS);
        int r = reader_loop_step(loop, &wait_us);
        if (r != 0) {
            return r;
        }
        struct pollfd gate = {.fd = fd, .events = POLLIN};
        struct timespec wait = {.tv_sec = wait_us / US_PER_S, .tv_nsec = (wait_us % US_PER_S) * 1000};
        int n = ppoll(&gate, 1, &wait, NULL);
        if (n < 0 && errno != EINTR) {
            return -errno;
        }
        if (n > 0) {
            r = take_messages(loop, fd);
            if (r != 0) {
                return r;
            }
        }
    }
}

static int finish(struct reader *reader, int r)
{
    switch (r) {
    case READER_LOOP_LOST:
        return READER_EXIT_LOST;
    case READER_LOOP_FAULTY:
        return READER_EXIT_FAULTY;
    case READER_LOOP_QUIT:
    case -EPIPE:
    case -ECONNRESET:
        limit_set(LIMIT_MS);
        nfc_close_reader(reader->nfc); /* switches the field off */
        return READER_EXIT_QUIT;
    default:
        log_error("the gate can't be reached: reader=%s error=\"%s\"", reader->name, strerror(-r));
        return READER_EXIT_BROKEN;
    }
}

/* Inside: opens the device, and reads cards to the end. */
static int serve(struct reader *reader, unsigned sandbox)
{
    limit_set(OPEN_MS);
    int r = nfc_open_reader(reader->device_connection, &reader->nfc);
    if (r != 0) {
        return give_up(reader, READER_EXIT_NO_DEVICE, "no reader answers on the device");
    }
    if (reader->device.bus == DEVICE_TTY) { /* no other may be asked whether it is a terminal: the sandbox is closed */
        lock_exclude(reader->lock_fd);
    }
    r = sandbox_seal(&reader->device, reader->gate_fd);
    if (r < 0) {
        return give_up(reader, READER_EXIT_SANDBOX, "the sandbox can't be sealed");
    }
    struct reader_loop loop;
    reader_loop_init(&loop, &ops, reader);
    log_info("ready: reader=%s chip=\"%s\"", reader->name, nfc_name(reader->nfc));
    r = reader_loop_hello(&loop, nfc_name(reader->nfc), sandbox);
    if (r == 0) {
        r = run(&loop, reader->gate_fd);
    }
    return finish(reader, r);
}

/* Nothing that the gate holds is any of our business. */
static bool keep_only(int fd)
{
    int type = 0;
    socklen_t size = sizeof(type);
    if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) < 0 || type != SOCK_SEQPACKET) {
        return false;
    }
    if (fd > FD_DEFAULT) {
        (void)close_range(FD_DEFAULT, (unsigned)fd - 1, 0);
    }
    (void)close_range((unsigned)fd + 1, UINT_MAX, 0);
    return true;
}

static int start(struct reader *reader)
{
    int r = device_parse(reader->device_connection, &reader->device);
    if (r != 0) {
        return give_up(reader, READER_EXIT_USAGE,
                       r == DEVICE_NO_PATH ? "the connection string needs a path" : "unknown libnfc driver");
    }
    r = lock_take(&reader->device, reader->device_connection, &reader->lock_fd);
    if (r == LOCK_TAKEN) {
        return give_up(reader, READER_EXIT_TAKEN, "another process has this reader");
    }
    if (r == LOCK_NO_DEVICE) {
        return give_up(reader, READER_EXIT_NO_DEVICE, "no such device");
    }
    if (r < 0) {
        return give_up(reader, READER_EXIT_NO_DEVICE, r == -EACCES ? "the device may not be opened" : "no lock");
    }
    r = limit_init(reader->gate_fd);
    if (r == 0) {
        r = nfc_prepare();
    }
    if (r < 0) {
        return give_up(reader, READER_EXIT_BROKEN, "libnfc can't be prepared");
    }
    unsigned sandbox = 0;
    r = sandbox_enter(&reader->device, reader->gate_fd, &sandbox);
    if (r < 0) {
        log_error("sandbox: error=\"%s\"", strerror(-r));
        return give_up(reader, READER_EXIT_SANDBOX, "the process can't shut itself in");
    }
    return serve(reader, sandbox);
}

int main(int argc, char **argv)
{
    struct options options;
    int result;
    log_init("stile-reader");
    if (!parse(argc, argv, &options, &result)) {
        return result;
    }
    if (!keep_only(options.fd)) {
        log_error("no SOCK_SEQPACKET socket: fd=%d", options.fd);
        return READER_EXIT_USAGE;
    }
    (void)signal(SIGPIPE, SIG_IGN);
    struct reader reader = {
        .name = options.name,
        .device_connection = options.connection,
        .gate_fd = options.fd,
        .lock_fd = -1,
    };
    /* Without the C library's tidying up: it would do more than the sandbox allows, and there is nothing to tidy. */
    _exit(start(&reader));
}
