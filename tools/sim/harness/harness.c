#include "sim/harness/harness.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "bus/bus.h"
#include "sim/control/control.h"
#include "sim/harness/config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

enum { END_MS = HARNESS_WAIT_MS };

static void name(char *ret_path, const struct harness *h, const char *file)
{
    (void)snprintf(ret_path, HARNESS_PATH_SIZE, "%s/%s", h->folder, file);
}

static void program(char *ret_path, const struct harness *h, const char *file)
{
    (void)snprintf(ret_path, PATH_MAX, "%s/%s", h->options.programs, file);
}

int harness_lanes_start(struct harness *h)
{
    char path[PATH_MAX];
    char specs[HARNESS_LANES_MAX][32];
    const char *argv[5 + 2 * HARNESS_LANES_MAX + 1];
    size_t n = 0;
    program(path, h, "stile-sim-lane");
    argv[n++] = path;
    argv[n++] = "--socket";
    argv[n++] = h->chip_path;
    argv[n++] = "--control";
    argv[n++] = h->lanes_path;
    for (unsigned i = 0; i < h->options.n_lanes + h->options.n_doors; i++) {
        (void)snprintf(specs[i], sizeof(specs[i]), "lane%u:%s", i + 1, i < h->options.n_lanes ? "turnstile:2" : "door");
        argv[n++] = "--lane";
        argv[n++] = specs[i];
    }
    argv[n] = NULL;
    int r = process_start(argv, NULL, h->log_path, PROCESS_HEARS_OUTPUT, &h->lanes);
    return r < 0 ? r : process_await(&h->lanes, "ready", HARNESS_WAIT_MS);
}

int harness_lanes_end(struct harness *h, int signal)
{
    return process_end(&h->lanes, signal, END_MS);
}

int harness_chip_start(struct harness *h, unsigned n)
{
    char path[PATH_MAX];
    char link[HARNESS_PATH_SIZE];
    char control[HARNESS_PATH_SIZE];
    (void)snprintf(link, sizeof(link), "%s/reader%u", h->folder, n + 1);
    (void)snprintf(control, sizeof(control), "%s/reader%u.ctl", h->folder, n + 1);
    program(path, h, "stile-sim-pn532");
    const char *const argv[] = {path, "--link", link, "--control", control, h->options.model ? "--model" : NULL, NULL};
    static const char *const env[] = {"STILE_LOG", "info", NULL};
    int r = process_start(argv, env, NULL, PROCESS_HEARS_ERRORS, &h->chips[n]);
    return r < 0 ? r : process_await(&h->chips[n], "ready", HARNESS_WAIT_MS);
}

int harness_chip_end(struct harness *h, unsigned n)
{
    return process_end(&h->chips[n], SIGTERM, END_MS);
}

int harness_open(const struct harness_options *options, struct harness *ret_harness)
{
    struct harness *h = ret_harness;
    *h = (struct harness){.options = *options, .news_fd = -1, .folder = "/tmp/stile-unit-XXXXXX"};
    if (options->n_lanes + options->n_doors > HARNESS_LANES_MAX || options->n_readers > HARNESS_READERS_MAX) {
        return -EINVAL;
    }
    if (!mkdtemp(h->folder)) {
        h->folder[0] = '\0';
        return -errno;
    }
    const char *databases = options->databases ? options->databases : h->folder;
    (void)snprintf(h->list_path, sizeof(h->list_path), "%s/list.db", databases);
    (void)snprintf(h->journal_path, sizeof(h->journal_path), "%s/journal.db", databases);
    (void)snprintf(h->clock_path, sizeof(h->clock_path), "%s/clock", databases);
    name(h->config_path, h, "gate.ini");
    name(h->control_path, h, "gate.sock");
    name(h->log_path, h, "log");
    name(h->chip_path, h, "chip");
    name(h->lanes_path, h, "lanes.ctl");
    int r = harness_write_config(h);
    if (r == 0 && !options->gpio_chip) {
        r = harness_lanes_start(h);
    }
    for (unsigned i = 0; r == 0 && i < options->n_readers; i++) {
        r = options->readers[i].device ? 0 : harness_chip_start(h, i);
    }
    return r;
}

static void remove_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    if (!dir) {
        return;
    }
    for (const struct dirent *e = readdir(dir); e; e = readdir(dir)) {
        (void)unlinkat(dirfd(dir), e->d_name, 0);
    }
    (void)closedir(dir);
    (void)rmdir(folder);
}

void harness_close(struct harness *h)
{
    (void)harness_gate_end(h, SIGTERM);
    for (unsigned i = 0; i < HARNESS_READERS_MAX; i++) {
        (void)harness_chip_end(h, i);
    }
    (void)process_end(&h->lanes, SIGTERM, END_MS);
    if (h->folder[0] != '\0') {
        remove_folder(h->folder);
        h->folder[0] = '\0';
    }
}

/* Waits until the gate tells its service manager, which is us, that it is ready. */
static int await_ready(struct harness *h, int notify_fd)
{
    int64_t until_us = clock_boot_us() + HARNESS_WAIT_MS * US_PER_MS;
    for (;;) {
        char text[512];
        int64_t left_ms = (until_us - clock_boot_us()) / US_PER_MS;
        /* The pipe shows the gate's end: it closes. */
        struct pollfd p[] = {{.fd = notify_fd, .events = POLLIN}, {.fd = h->gate.out, .events = POLLIN}};
        if (left_ms <= 0 || poll(p, 2, (int)left_ms) == 0) {
            return -ETIMEDOUT;
        }
        ssize_t n = recv(notify_fd, text, sizeof(text) - 1, MSG_DONTWAIT);
        if (n > 0) {
            text[n] = '\0';
            if (strstr(text, "READY=1")) {
                return 0;
            }
        } else if (p[1].revents) {
            return -EPIPE;
        }
    }
}

static int listen_for_ready(const char *path)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    _cleanup_close_ int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    (void)snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
    (void)unlink(path);
    if (fd < 0 || bind(fd, (const struct sockaddr *)&a, sizeof(a)) < 0) {
        return -errno;
    }
    return STEAL_FD(fd);
}

static int await_message(int fd, int timeout_ms, uint8_t buffer[MESSAGE_MAX], struct message *ret_message)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int r = poll(&p, 1, timeout_ms);
    return r < 0 ? -errno : r == 0 ? -ETIMEDOUT : bus_receive(fd, buffer, ret_message);
}

static int follow(struct harness *h)
{
    uint8_t buffer[MESSAGE_MAX];
    struct message m = {.kind = MESSAGE_FOLLOW, .boot_us = clock_boot_us()};
    _cleanup_close_ int fd = bus_connect(h->control_path);
    int r = fd < 0 ? fd : bus_send(fd, &m);
    if (r == 0) {
        r = await_message(fd, HARNESS_WAIT_MS, buffer, &m);
    }
    if (r == 0) {
        h->news_fd = STEAL_FD(fd);
    }
    return r;
}

int harness_gate(struct harness *h)
{
    char path[PATH_MAX];
    char notify[HARNESS_PATH_SIZE];
    program(path, h, "stile-gate");
    name(notify, h, "notify");
    _cleanup_close_ int fd = listen_for_ready(notify);
    if (fd < 0) {
        return fd;
    }
    const char *const argv[] = {path, "--config", h->config_path, NULL};
    const char *const env[] = {"NOTIFY_SOCKET", notify, NULL};
    int r = process_start(argv, env, h->log_path, PROCESS_HEARS_OUTPUT, &h->gate);
    if (r == 0) {
        r = await_ready(h, fd);
    }
    return r == 0 ? follow(h) : r;
}

int harness_gate_end(struct harness *h, int signal)
{
    cleanup_closep(&h->news_fd);
    h->news_fd = -1;
    return process_end(&h->gate, signal, END_MS);
}

static int command(const char *path, const char *text, char *ret_answer, size_t size)
{
    int r = sim_control_command(path, text, HARNESS_WAIT_MS, ret_answer, size);
    return r < 0 ? r : strncmp(ret_answer, "error", 5) == 0;
}

int harness_lanes(const struct harness *h, const char *text, char *ret_answer, size_t size)
{
    return command(h->lanes_path, text, ret_answer, size);
}

int harness_chip(const struct harness *h, unsigned n, const char *text, char *ret_answer, size_t size)
{
    char path[HARNESS_PATH_SIZE];
    (void)snprintf(path, sizeof(path), "%s/reader%u.ctl", h->folder, n + 1);
    return command(path, text, ret_answer, size);
}

static void copy_body(const struct message *m, char *ret_text)
{
    if (m->body_len > 0) {
        memcpy(ret_text, m->body, m->body_len);
    }
    ret_text[m->body_len] = '\0';
}

int harness_ask(const struct harness *h, const struct message *request, struct message *ret_answer, char *ret_body)
{
    uint8_t buffer[MESSAGE_MAX];
    *ret_answer = (struct message){0};
    _cleanup_close_ int fd = bus_connect(h->control_path);
    int r = fd < 0 ? fd : bus_send(fd, request);
    if (r == 0) {
        r = await_message(fd, HARNESS_WAIT_MS, buffer, ret_answer);
    }
    if (r == 0) {
        copy_body(ret_answer, ret_body);
        ret_answer->body = ret_body;
    }
    return r;
}

int harness_news(struct harness *h, int timeout_ms, char *ret_json)
{
    uint8_t buffer[MESSAGE_MAX];
    struct message m = {0};
    int r = await_message(h->news_fd, timeout_ms, buffer, &m);
    if (r < 0) {
        return r;
    }
    copy_body(&m, ret_json);
    return 0;
}

int harness_await(struct harness *h, const char *const parts[], char *ret_json)
{
    for (;;) {
        int r = harness_news(h, HARNESS_WAIT_MS, ret_json);
        if (r < 0) {
            return r;
        }
        bool all = true;
        for (size_t i = 0; parts[i]; i++) {
            all = all && strstr(ret_json, parts[i]) != NULL;
        }
        if (all) {
            return 0;
        }
    }
}
