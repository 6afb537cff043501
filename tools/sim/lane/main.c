#define LOG_MODULE "sim_lane"

/* stile-sim-lane: the simulated chip and the lanes that hang on it. See README.md. */

#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"
#include "sim/lane/server.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>

enum { PARTS_MAX = 4 };

static const char usage[] =
    "Usage: stile-sim-lane --socket PATH --control PATH [--lane LANE]... [--line LINE]...\n"
    "Simulates a chip with digital lines, and the turnstiles and doors that hang on it.\n"
    "\n"
    "  --socket PATH    where the gate finds the chip (its `chip = sim:PATH`)\n"
    "  --control PATH   where commands are taken (tools/sim/lane/README.md)\n"
    "  --lane LANE      NAME[:turnstile[:CONTACTS[:RELAYS]]] or NAME:door; contacts and relays are 1 or 2, default 2\n"
    "  --line LINE      NAME:in|out[:low], a line by itself; low: wired active at low\n"
    "  --help           this text\n"
    "\n"
    "Says \"ready\" on standard output when both sockets are there. Ends on SIGTERM or SIGINT.\n";

struct options {
    const char *socket_path, *control_path;
};

/* Splits "a:b:c" into at most PARTS_MAX parts. @return how many, 0 when there are more or one is too long. */
static size_t split(const char *text, char ret_parts[PARTS_MAX][GPIO_NAME_SIZE])
{
    size_t n = 0;
    for (const char *at = text; at; n++) {
        const char *colon = strchr(at, ':');
        size_t len = colon ? (size_t)(colon - at) : strlen(at);
        if (n == PARTS_MAX || len >= GPIO_NAME_SIZE) {
            return 0;
        }
        memcpy(ret_parts[n], at, len);
        ret_parts[n][len] = '\0';
        at = colon ? colon + 1 : NULL;
    }
    return n;
}

static int add_lane(struct sim_board *board, const char *text)
{
    char parts[PARTS_MAX][GPIO_NAME_SIZE] = {"", "turnstile", "2", "2"};
    size_t n = split(text, parts);
    bool door = text_eq(parts[1], "door");
    int64_t contacts = 0;
    int64_t relays = 0;
    if (n == 0 || (!door && !text_eq(parts[1], "turnstile")) || (door && n > 2) ||
        !text_int(parts[2], 1, 2, &contacts) || !text_int(parts[3], 1, 2, &relays)) {
        return -EINVAL;
    }
    return sim_board_add_lane(board, parts[0], door ? SIM_DOOR : SIM_TURNSTILE, (unsigned)contacts, (unsigned)relays);
}

static int add_line(struct sim_board *board, const char *text)
{
    char parts[PARTS_MAX][GPIO_NAME_SIZE] = {"", "", "", ""};
    size_t n = split(text, parts);
    bool output = text_eq(parts[1], "out");
    if (n < 2 || n > 3 || (!output && !text_eq(parts[1], "in")) || (n == 3 && !text_eq(parts[2], "low"))) {
        return -EINVAL;
    }
    return sim_board_add_line(board, parts[0], output, n == 3);
}

/* @return 0; 1 when the help was asked for; -EINVAL, the reason being told. */
static int parse(int argc, char **argv, struct sim_board *board, struct options *ret_options)
{
    static const struct option known[] = {
        {"socket", required_argument, NULL, 's'}, {"control", required_argument, NULL, 'c'},
        {"lane", required_argument, NULL, 'l'},   {"line", required_argument, NULL, 'i'},
        {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0}};
    for (int o = getopt_long(argc, argv, "", known, NULL); o >= 0; o = getopt_long(argc, argv, "", known, NULL)) {
        int r = 0;
        switch (o) {
        case 's':
            ret_options->socket_path = optarg;
            break;
        case 'c':
            ret_options->control_path = optarg;
            break;
        case 'l':
            r = add_lane(board, optarg);
            break;
        case 'i':
            r = add_line(board, optarg);
            break;
        case 'h':
            return 1;
        default:
            return -EINVAL;
        }
        if (r < 0) {
            (void)fprintf(stderr, "stile-sim-lane: %s: %s\n", optarg, strerror(-r));
            return -EINVAL;
        }
    }
    if (optind != argc || !ret_options->socket_path || !ret_options->control_path) {
        (void)fputs("stile-sim-lane: --socket and --control are needed, nothing else\n", stderr);
        return -EINVAL;
    }
    return 0;
}

static void server_freep(struct sim_server **server)
{
    sim_server_free(*server);
}

int main(int argc, char **argv)
{
    static struct sim_board board;
    struct options options = {0};
    log_init("stile-sim-lane");
    sim_board_init(&board);
    int r = parse(argc, argv, &board, &options);
    if (r != 0) {
        (void)fputs(usage, r > 0 ? stdout : stderr);
        return r > 0 ? 0 : 2;
    }
    sigset_t ends;
    (void)sigemptyset(&ends);
    (void)sigaddset(&ends, SIGTERM);
    (void)sigaddset(&ends, SIGINT);
    (void)sigprocmask(SIG_BLOCK, &ends, NULL);
    _cleanup_close_ int stop_fd = signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK);
    if (stop_fd < 0) {
        log_error("signals: %s", strerror(errno));
        return 1;
    }
    _cleanup_(server_freep) struct sim_server *server = NULL;
    r = sim_server_new(options.socket_path, options.control_path, &board, &server);
    if (r < 0) {
        log_error("cannot listen: %s", strerror(-r));
        return 1;
    }
    (void)puts("ready");
    (void)fflush(stdout);
    r = sim_server_run(server, stop_fd);
    if (r < 0) {
        log_error("loop: %s", strerror(-r));
    }
    return r < 0;
}
