/* stile-sim-acr122u: a simulated ACR122U on the kernel's simulated USB bus. One thread, one poll loop: transfers of the USB end
 * to and from the reader, commands of the control socket, and the clock. */

#define LOG_MODULE "sim-acr122u"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "sim/acr122u/command.h"
#include "sim/acr122u/gadget.h"
#include "sim/control/control.h"
#include "sim/reader/control.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CLIENTS_MAX = 8 };

struct simulator {
    const char *control;
    const char *tell;
    bool model;
    bool unplugged; /* at the start */
    struct command command;
    struct ccid ccid;
    struct gadget gadget;
    int listen_fd, signal_fd;
    int client_fds[CLIENTS_MAX]; /* -1: free */
    bool quit;
};

static void usage(FILE *to)
{
    (void)fputs("usage: stile-sim-acr122u --control PATH [--model] [--unplugged]\n"
                "       stile-sim-acr122u --control PATH --tell COMMAND\n"
                "  --control PATH  socket for commands: put, take, dial, calm, gone, back, descriptors, status, quit\n"
                "  --model         keep the times of a real chip and card\n"
                "  --unplugged     don't plug it in: \"back\" does\n"
                "  --tell COMMAND  send a command to a running simulator, print its answer\n"
                "Needs /dev/raw-gadget and dummy_hcd. Says \"ready\" on standard output. Ends on SIGTERM or SIGINT.\n",
                to);
}

/* ---- the USB end ---- */

static int plug_in(struct simulator *s)
{
    struct descriptors descriptors;
    if (s->gadget.pid != 0) {
        return 0;
    }
    descriptors_make(s->command.lie, &descriptors);
    int r = gadget_plug(&descriptors, &s->gadget);
    if (r < 0) {
        log_error("cannot plug in: %s", strerror(-r));
    }
    return r;
}

/* The card stays in the field of a reader without power. */
static void unplug(struct simulator *s)
{
    gadget_unplug(&s->gadget);
    ccid_reset(&s->ccid);
    command_unplugged(&s->command, clock_boot_us());
}

static void stall_out(struct simulator *s)
{
    int64_t left = s->ccid.dials[CCID_DIAL_STALL_OUT];
    if (ccid_fault(&s->ccid, CCID_DIAL_STALL_OUT)) {
        (void)gadget_tell(&s->gadget, left < 0 ? GADGET_WEDGE_OUT : GADGET_STALL_OUT, NULL, 0);
    }
}

static void hear(struct simulator *s)
{
    enum gadget_kind kind;
    uint8_t data[GADGET_DATA_MAX];
    ssize_t n = gadget_hear(&s->gadget, &kind, data);
    if (n < 0) {
        if (n != -EAGAIN && n != -EINTR) {
            log_error("the USB end has ended: %s", strerror((int)-n));
            s->quit = true;
        }
        return;
    }
    switch (kind) {
    case GADGET_DATA:
        ccid_receive(&s->ccid, data, (size_t)n, clock_boot_us());
        break;
    case GADGET_CONFIGURED:
        s->command.configured++;
        ccid_reset(&s->ccid);
        stall_out(s);
        break;
    default:
        s->command.resets++;
        ccid_reset(&s->ccid);
        break;
    }
    if (s->ccid.unplug) {
        unplug(s);
    }
}

static void answer(struct simulator *s, int64_t now_us)
{
    struct ccid_out out;
    while (ccid_send(&s->ccid, now_us, &out)) {
        int r = gadget_tell(&s->gadget, out.kind == CCID_OUT_STALL ? GADGET_STALL_IN : GADGET_DATA, out.bytes, out.n);
        if (r < 0) {
            log_debug("lost=%zu error=\"%s\"", out.n, strerror(-r));
        }
    }
}

/* ---- the control socket ---- */

static void accept_client(struct simulator *s)
{
    _cleanup_close_ int fd = sim_control_accept(s->listen_fd);
    for (size_t i = 0; fd >= 0 && i < CLIENTS_MAX; i++) {
        if (s->client_fds[i] < 0) {
            s->client_fds[i] = STEAL_FD(fd);
        }
    }
}

static void obey(struct simulator *s, int outcome)
{
    switch (outcome) {
    case CONSOLE_QUIT:
        s->quit = true;
        break;
    case CONSOLE_GONE:
        unplug(s);
        break;
    case CONSOLE_BACK:
        s->quit = s->quit || plug_in(s) < 0;
        break;
    case COMMAND_STALL_OUT:
        stall_out(s);
        break;
    default:
        break;
    }
}

/* The reader is gone, or back, before the answer is sent: whoever asked can rely on it. */
static void serve_client(struct simulator *s, int *fd)
{
    char command[CONSOLE_COMMAND_SIZE];
    char text[CONSOLE_ANSWER_SIZE];
    ssize_t n = recv(*fd, command, sizeof(command) - 1, 0);
    if (n <= 0) {
        if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
            return;
        }
        (void)close(STEAL_FD(*fd));
        return;
    }
    command[n] = '\0';
    obey(s, command_run(&s->command, command, clock_boot_us(), text));
    if (send(*fd, text, strlen(text), MSG_NOSIGNAL) < 0) {
        log_debug("answer lost errno=%d", errno);
    }
}

/* ---- the loop ---- */

static int wait_for_something(struct simulator *s, struct pollfd *fds, size_t n)
{
    int64_t next_us = pn532_next_us(s->ccid.chip);
    int64_t console_us = console_next_us(&s->command.console);
    next_us = console_us < next_us ? console_us : next_us;
    int64_t wait_us = next_us == US_NEVER ? 0 : next_us - clock_boot_us();
    wait_us = wait_us < 0 ? 0 : wait_us;
    struct timespec wait = {.tv_sec = wait_us / US_PER_S, .tv_nsec = (wait_us % US_PER_S) * 1000};
    int r = ppoll(fds, n, next_us == US_NEVER ? NULL : &wait, NULL);
    return r < 0 && errno != EINTR ? -errno : 0;
}

static int run(struct simulator *s)
{
    while (!s->quit) {
        struct pollfd fds[3 + CLIENTS_MAX] = {
            {.fd = s->signal_fd, .events = POLLIN},
            {.fd = s->gadget.fd, .events = POLLIN},
            {.fd = s->listen_fd, .events = POLLIN},
        };
        for (size_t i = 0; i < CLIENTS_MAX; i++) {
            fds[3 + i] = (struct pollfd){.fd = s->client_fds[i], .events = POLLIN};
        }
        int r = wait_for_something(s, fds, ARRAY_LEN(fds));
        if (r < 0) {
            return r;
        }
        s->quit = fds[0].revents != 0;
        obey(s, console_step(&s->command.console, clock_boot_us()));
        if (fds[1].revents != 0 && s->gadget.pid != 0) {
            hear(s);
        }
        for (size_t i = 0; i < CLIENTS_MAX; i++) {
            if (fds[3 + i].revents != 0) {
                serve_client(s, &s->client_fds[i]);
            }
        }
        if (fds[2].revents != 0) {
            accept_client(s);
        }
        answer(s, clock_boot_us());
    }
    return 0;
}

static int open_signals(void)
{
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGHUP);
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0) {
        return -errno;
    }
    int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return fd < 0 ? -errno : fd;
}

static int start(struct simulator *s)
{
    s->signal_fd = open_signals();
    if (s->signal_fd < 0) {
        return s->signal_fd;
    }
    s->listen_fd = sim_control_listen(s->control);
    if (s->listen_fd < 0) {
        log_error("cannot listen at %s: %s", s->control, strerror(-s->listen_fd));
        return s->listen_fd;
    }
    int r = pn532_new(s->model, &s->ccid.chip);
    if (r < 0) {
        return r;
    }
    s->command = (struct command){.ccid = &s->ccid, .console = {.chip = s->ccid.chip}};
    if (s->unplugged) {
        command_unplugged(&s->command, clock_boot_us());
        return 0;
    }
    return plug_in(s);
}

static void finish(struct simulator *s)
{
    for (size_t i = 0; i < CLIENTS_MAX; i++) {
        cleanup_closep(&s->client_fds[i]);
    }
    if (s->listen_fd >= 0) {
        (void)unlink(s->control);
    }
    cleanup_closep(&s->listen_fd);
    cleanup_closep(&s->signal_fd);
    gadget_unplug(&s->gadget);
    console_finish(&s->command.console);
    pn532_free(s->ccid.chip);
}

static int parse_arguments(struct simulator *s, int argc, char **argv)
{
    static const struct option options[] = {
        {"control", required_argument, NULL, 'c'}, {"model", no_argument, NULL, 'm'},
        {"unplugged", no_argument, NULL, 'u'},     {"tell", required_argument, NULL, 't'},
        {"help", no_argument, NULL, 'h'},          {0},
    };
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (option) {
        case 'c':
            s->control = optarg;
            break;
        case 'm':
            s->model = true;
            break;
        case 'u':
            s->unplugged = true;
            break;
        case 't':
            s->tell = optarg;
            break;
        case 'h':
            usage(stdout);
            return 1;
        default:
            return -EINVAL;
        }
    }
    return s->control && optind == argc ? 0 : -EINVAL;
}

static int tell(const char *control, const char *command)
{
    char text[CONSOLE_ANSWER_SIZE];
    int r = sim_reader_command(control, command, text, sizeof(text));
    if (r < 0) {
        (void)fprintf(stderr, "stile-sim-acr122u: %s: %s\n", control, strerror(-r));
        return 1;
    }
    (void)puts(text);
    return r;
}

int main(int argc, char **argv)
{
    struct simulator s = {.listen_fd = -1, .signal_fd = -1, .gadget = {.fd = -1}};
    for (size_t i = 0; i < CLIENTS_MAX; i++) {
        s.client_fds[i] = -1;
    }
    log_init("stile-sim-acr122u");
    int r = parse_arguments(&s, argc, argv);
    if (r != 0) {
        if (r < 0) {
            usage(stderr);
        }
        return r < 0 ? 2 : 0;
    }
    if (s.tell) {
        return tell(s.control, s.tell);
    }
    r = start(&s);
    if (r == 0) {
        log_info("ready control=%s model=%d", s.control, s.model);
        (void)puts("ready");
        (void)fflush(stdout);
        r = run(&s);
    }
    finish(&s);
    return r < 0 ? 1 : 0;
}
