/* stile-sim-pn532: a simulated card reader on a terminal. One thread, one poll loop: bytes of the line to and from the
 * chip, commands of the control socket to the console, and the clock. */

#define LOG_MODULE "sim-pn532"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "sim/control/control.h"
#include "sim/reader/console.h"
#include "sim/reader/control.h"
#include "sim/reader/terminal.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>

enum { CLIENTS_MAX = 8 };

struct simulator {
    const char *link;
    const char *tty; /* in place of link */
    const char *control;
    const char *tell;
    mode_t mode;
    bool model;
    struct pn532 *chip;
    struct console console;
    struct terminal terminal;
    int listen_fd, signal_fd;
    int client_fds[CLIENTS_MAX]; /* -1: free */
    bool quit;
};

static void usage(FILE *to)
{
    (void)fputs(
        "usage: stile-sim-pn532 --link PATH | --tty PATH --control PATH [--model] [--mode OCTAL]\n"
        "       stile-sim-pn532 --control PATH --tell COMMAND\n"
        "  --link PATH     the reader: open it as pn532_uart:PATH\n"
        "  --tty PATH      or speak on this terminal, the gadget's side of a USB line; its hang-up is \"gone\"\n"
        "  --control PATH  socket for commands: put, take, dial, calm, gone, back, status, quit\n"
        "  --model         keep the times of a real reader and card\n"
        "  --mode OCTAL    who may open the reader (0660)\n"
        "  --tell COMMAND  send a command to a running simulator, print its answer\n"
        "Says \"ready\" on standard output when both are there. Ends on SIGTERM or SIGINT.\n",
        to);
}

/* ---- the line ---- */

/* @return false when the line has been hung up: a pseudo-terminal that is ours never is. */
static bool read_line(struct simulator *s)
{
    uint8_t bytes[1024];
    ssize_t n = read(s->terminal.near_fd, bytes, sizeof bytes);
    if (n > 0) {
        pn532_receive(s->chip, bytes, (size_t)n, clock_boot_us());
    }
    return !s->tty || n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

/* Whatever the line doesn't take is lost, as with a real one that nobody reads. */
static void write_line(struct simulator *s, int64_t now_us)
{
    uint8_t bytes[1024];
    size_t n;
    while ((n = pn532_send(s->chip, now_us, bytes, sizeof bytes)) > 0) {
        if (s->terminal.is_open && write(s->terminal.near_fd, bytes, n) < 0) {
            log_debug("lost=%zu errno=%d", n, errno);
        }
    }
}

static int plug_in(struct simulator *s)
{
    int r = s->tty ? terminal_open_device(&s->terminal, s->tty) : terminal_open(&s->terminal, s->link, s->mode);
    if (r < 0) {
        log_error("cannot %s %s: %s", s->tty ? "open" : "make", s->tty ? s->tty : s->link, strerror(-r));
    }
    return r;
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
        terminal_close(&s->terminal);
        break;
    case CONSOLE_BACK:
        s->quit = s->quit || plug_in(s) < 0;
        break;
    default:
        break;
    }
}

static void hung_up(struct simulator *s)
{
    char answer[CONSOLE_ANSWER_SIZE];
    obey(s, console_run(&s->console, "gone", clock_boot_us(), answer));
}

/* The terminal is gone, or back, before the answer is sent: whoever asked can rely on it. */
static void serve_client(struct simulator *s, int *fd)
{
    char command[CONSOLE_COMMAND_SIZE];
    char answer[CONSOLE_ANSWER_SIZE];
    ssize_t n = recv(*fd, command, sizeof command - 1, 0);
    if (n <= 0) {
        if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
            return;
        }
        (void)close(STEAL_FD(*fd));
        return;
    }
    command[n] = '\0';
    obey(s, console_run(&s->console, command, clock_boot_us(), answer));
    if (send(*fd, answer, strlen(answer), MSG_NOSIGNAL) < 0) {
        log_debug("answer lost errno=%d", errno);
    }
}

/* ---- the loop ---- */

static int wait_for_something(struct simulator *s, struct pollfd *fds, size_t n)
{
    int64_t next_us = pn532_next_us(s->chip);
    int64_t console_us = console_next_us(&s->console);
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
            {.fd = s->terminal.is_open ? s->terminal.near_fd : -1, .events = POLLIN},
            {.fd = s->listen_fd, .events = POLLIN},
        };
        for (size_t i = 0; i < CLIENTS_MAX; i++) {
            fds[3 + i] = (struct pollfd){.fd = s->client_fds[i], .events = POLLIN};
        }
        int r = wait_for_something(s, fds, ARRAY_LEN(fds));
        if (r < 0) {
            return r;
        }
        int64_t now_us = clock_boot_us();
        s->quit = fds[0].revents != 0;
        obey(s, console_step(&s->console, now_us));
        write_line(s, now_us);
        if (fds[1].revents != 0 && s->terminal.is_open) {
            if (!read_line(s)) {
                hung_up(s);
            }
            write_line(s, clock_boot_us());
        }
        for (size_t i = 0; i < CLIENTS_MAX; i++) {
            if (fds[3 + i].revents != 0) {
                serve_client(s, &s->client_fds[i]);
            }
        }
        if (fds[2].revents != 0) {
            accept_client(s);
        }
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
    for (size_t i = 0; i < CLIENTS_MAX; i++) {
        s->client_fds[i] = -1;
    }
    s->signal_fd = open_signals();
    if (s->signal_fd < 0) {
        return s->signal_fd;
    }
    s->listen_fd = sim_control_listen(s->control);
    if (s->listen_fd < 0) {
        log_error("cannot listen at %s: %s", s->control, strerror(-s->listen_fd));
        return s->listen_fd;
    }
    int r = pn532_new(s->model, &s->chip);
    s->console.chip = s->chip;
    return r < 0 ? r : plug_in(s);
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
    terminal_close(&s->terminal);
    console_finish(&s->console);
    pn532_free(s->chip);
}

static int parse_arguments(struct simulator *s, int argc, char **argv)
{
    enum { OPTION_LINK = 1, OPTION_TTY, OPTION_CONTROL, OPTION_MODEL, OPTION_MODE, OPTION_TELL, OPTION_HELP };
    static const struct option options[] = {
        {"link", required_argument, NULL, OPTION_LINK},
        {"tty", required_argument, NULL, OPTION_TTY},
        {"control", required_argument, NULL, OPTION_CONTROL},
        {"model", no_argument, NULL, OPTION_MODEL},
        {"mode", required_argument, NULL, OPTION_MODE},
        {"tell", required_argument, NULL, OPTION_TELL},
        {"help", no_argument, NULL, OPTION_HELP},
        {NULL, 0, NULL, 0},
    };
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        char *end = NULL;
        unsigned long mode;
        switch (option) {
        case OPTION_LINK:
            s->link = optarg;
            break;
        case OPTION_TTY:
            s->tty = optarg;
            break;
        case OPTION_CONTROL:
            s->control = optarg;
            break;
        case OPTION_MODEL:
            s->model = true;
            break;
        case OPTION_MODE:
            mode = strtoul(optarg, &end, 8);
            if (end == optarg || *end != '\0' || mode > 0777) {
                return -EINVAL;
            }
            s->mode = (mode_t)mode;
            break;
        case OPTION_TELL:
            s->tell = optarg;
            break;
        case OPTION_HELP:
            usage(stdout);
            return 1;
        default:
            return -EINVAL;
        }
    }
    return s->control && !(s->link && s->tty) && (s->link || s->tty || s->tell) && optind == argc ? 0 : -EINVAL;
}

static int tell(const char *control, const char *command)
{
    char answer[CONSOLE_ANSWER_SIZE];
    int r = sim_reader_command(control, command, answer, sizeof answer);
    if (r < 0) {
        (void)fprintf(stderr, "stile-sim-pn532: %s: %s\n", control, strerror(-r));
        return 1;
    }
    (void)puts(answer);
    return r;
}

int main(int argc, char **argv)
{
    struct simulator s = {.mode = 0660, .listen_fd = -1, .signal_fd = -1};
    log_init("stile-sim-pn532");
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
        log_info("ready link=%s control=%s model=%d", s.tty ? s.tty : s.link, s.control, s.model);
        (void)puts("ready");
        (void)fflush(stdout);
        r = run(&s);
    }
    finish(&s);
    return r < 0 ? 1 : 0;
}
