/* The real stile-ui, 1280x800 on SDL's dummy display (a surface in memory), with a gate that is played: it answers
 * what is asked and sends verdicts, each stamped when it is sent. stile-ui says when a verdict's picture has been
 * presented. */
#include "bench/ui_bench.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "bench/machine.h"
#include "bench/samples.h"
#include "bus/bus.h"
#include "sim/harness/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WAIT_MS = 60000, LINE_SIZE = 512 };

struct play {
    char folder[32], socket[64], config[64];
    int listen_fd, fd; /* the gate's ends */
    bool follows; /* the screen follows: news may be sent */
    struct process ui;
    char line[LINE_SIZE]; /* of what stile-ui says, until its end */
    size_t n_line;
};

static int write_config(const struct play *p)
{
    _cleanup_file_ FILE *f = fopen(p->config, "we");
    if (!f) {
        return -errno;
    }
    (void)fprintf(f,
                  "[ui]\ncontrol_path = %s\nlist_path = %s/list.db\njournal_path = %s/journal.db\nlanguage = sv\n"
                  "volume_percent = 0\n[face entrance]\nkind = entrance\nwidth = 1280\nheight = 800\n",
                  p->socket, p->folder, p->folder);
    return 0;
}

static int open_play(struct play *p)
{
    *p = (struct play){.listen_fd = -1, .fd = -1, .ui = {.out = -1}};
    (void)strcpy(p->folder, "/tmp/stile-ui-XXXXXX");
    if (!mkdtemp(p->folder)) {
        return -errno;
    }
    (void)snprintf(p->socket, sizeof(p->socket), "%s/gate.sock", p->folder);
    (void)snprintf(p->config, sizeof(p->config), "%s/ui.ini", p->folder);
    int r = write_config(p);
    p->listen_fd = r < 0 ? r : bus_listen(p->socket, 0600);
    return p->listen_fd < 0 ? p->listen_fd : 0;
}

static void close_play(struct play *p)
{
    if (p->ui.pid > 0) {
        (void)process_end(&p->ui, SIGTERM, 5000);
    }
    cleanup_closep(&p->fd);
    cleanup_closep(&p->listen_fd);
    (void)unlink(p->socket);
    (void)unlink(p->config);
    (void)rmdir(p->folder);
}

static int start_ui(struct play *p, const struct bench *b)
{
    char program[BENCH_PATH_SIZE + 16];
    (void)snprintf(program, sizeof(program), "%s/stile-ui", b->programs);
    const char *const argv[] = {program, "--config", p->config, NULL};
    const char *const env[] = {"SDL_VIDEODRIVER", "dummy", "SDL_AUDIODRIVER", "dummy", "STILE_LOG", "debug", NULL};
    p->n_line = 0;
    p->follows = false;
    int r = process_start(argv, env, NULL, PROCESS_HEARS_ERRORS, &p->ui);
    return r < 0 ? r : fcntl(p->ui.out, F_SETFL, O_NONBLOCK) < 0 ? -errno : 0;
}

static int send_json(struct play *p, enum message_kind kind, const char *json)
{
    struct message m = {.kind = kind, .boot_us = clock_boot_us(), .body = json, .body_len = strlen(json)};
    return bus_send(p->fd, &m);
}

static int answer_status(struct play *p)
{
    char json[1024];
    (void)snprintf(
        json, sizeof(json),
        "{\"unit\":\"bench\",\"version\":\"0\",\"utc_us\":%lld,\"boot_us\":%lld,\"clock\":{\"trusted\":true},"
        "\"list\":{\"state\":\"ok\",\"version\":1,\"age_s\":5},\"lanes\":[{\"name\":\"lane1\",\"state\":\"locked\"}],"
        "\"readers\":[{\"name\":\"reader1\",\"point\":\"entry\",\"lane\":\"lane1\",\"side\":\"in\",\"working\":true}]}",
        (long long)clock_utc_us(), (long long)clock_boot_us());
    return send_json(p, MESSAGE_STATUS, json);
}

static int serve(struct play *p)
{
    uint8_t buffer[MESSAGE_MAX];
    struct message m;
    int r = bus_receive(p->fd, buffer, &m);
    if (r == -EAGAIN) {
        return 0;
    }
    if (r < 0) {
        return r;
    }
    if (m.kind == MESSAGE_STATUS_ASK) {
        return answer_status(p);
    }
    p->follows = p->follows || m.kind == MESSAGE_FOLLOW;
    struct message done = {.kind = MESSAGE_DONE, .boot_us = clock_boot_us()};
    return bus_send(p->fd, &done);
}

/* Reads what stile-ui says. @return true with a whole line that has @name, and the number behind it. */
static bool hear(struct play *p, const char *name, int64_t *ret_value)
{
    char c;
    while (read(p->ui.out, &c, 1) == 1) {
        if (c != '\n') {
            p->line[p->n_line] = c;
            p->n_line += p->n_line < LINE_SIZE - 1;
            continue;
        }
        p->line[p->n_line] = '\0';
        p->n_line = 0;
        const char *at = strstr(p->line, name);
        if (at) {
            *ret_value = strtoll(at + strlen(name), NULL, 10);
            return true;
        }
    }
    return false;
}

/* Plays the gate until stile-ui has said @name (NULL: for @for_ms). */
static int play(struct play *p, const char *name, int for_ms, int64_t *ret_value)
{
    int64_t until_us = clock_boot_us() + for_ms * US_PER_MS;
    for (;;) {
        struct pollfd fds[] = {{.fd = p->ui.out, .events = POLLIN},
                               {.fd = p->fd, .events = POLLIN},
                               {.fd = p->fd < 0 ? p->listen_fd : -1, .events = POLLIN}};
        int64_t left_ms = (until_us - clock_boot_us()) / US_PER_MS;
        if (left_ms <= 0) {
            return name ? -ETIMEDOUT : 0;
        }
        (void)poll(fds, ARRAY_LEN(fds), (int)left_ms);
        if (fds[2].revents) {
            p->fd = bus_accept(p->listen_fd);
        }
        if (fds[1].revents && serve(p) < 0) {
            cleanup_closep(&p->fd);
            p->fd = -1;
        }
        if ((fds[0].revents & POLLIN) && hear(p, name ? name : "\x01", ret_value)) {
            return 0;
        }
        if ((fds[0].revents & (POLLHUP | POLLERR)) && !(fds[0].revents & POLLIN)) {
            return -EPIPE;
        }
    }
}

static int send_verdict(struct play *p, int i)
{
    char json[1024];
    bool granted = i % 2 == 0;
    (void)snprintf(
        json, sizeof(json),
        "{\"phase\":\"%s\",\"utc_us\":%lld,\"boot_us\":%lld,\"unit\":\"bench\",\"grant\":%d,\"lane\":\"lane1\","
        "\"reader\":\"reader1\",\"point\":\"entry\",\"side\":\"in\",\"card\":\"04a1b2%02x\",\"verdict\":\"%s\","
        "\"code\":\"%s\",\"cure\":\"%s\",\"until\":\"2027-05-22\",\"list_version\":1,\"list_age_s\":60,"
        "\"product\":\"Gold %d\",\"entitlement\":\"subscription\",\"name\":\"Member %d\",\"customer\":%d}",
        granted ? "granted" : "denied", (long long)clock_utc_us(), (long long)clock_boot_us(), i + 1, i % 256,
        granted ? "granted" : "denied", granted ? "granted" : "unpaid", granted ? "" : "charge", i % 50, i, i + 1);
    return send_json(p, MESSAGE_NEWS, json);
}

static int measure_verdicts(struct bench *b, struct play *p)
{
    struct samples samples = {0};
    uint64_t random = 12345;
    int r = 0;
    for (int i = 0; r == 0 && i < (b->quick ? 6 : 400); i++) {
        int64_t took_us = 0;
        /* So that verdicts meet its loop anywhere. */
        r = play(p, NULL, 20 + (int)(bench_random(&random) % 60), &took_us);
        r = r < 0 ? r : send_verdict(p, i);
        r = r < 0 ? r : play(p, "verdict_us=", WAIT_MS, &took_us);
        r = r < 0 ? r : samples_add(&samples, took_us * 1000);
    }
    if (r == 0) {
        struct table_row *row = table_add(&b->table, "message from the gate to verdict presented");
        table_times(row, &samples);
        table_budget(row, TABLE_P50, 4000);
        table_budget(row, TABLE_P99, 16000);
        table_note(row, "each with a name never shown before");
    }
    samples_finish(&samples);
    return r;
}

static int measure_rest(struct bench *b, struct play *p)
{
    double cpu_before = 0, cpu_after = 0, wait = 0;
    int64_t unused = 0;
    const int for_ms = b->quick ? 300 : 20000;
    machine_add_times(p->ui.pid, &cpu_before, &wait);
    int r = play(p, NULL, for_ms, &unused);
    machine_add_times(p->ui.pid, &cpu_after, &wait);
    if (r == 0) {
        struct table_row *row = table_add(&b->table, "stile-ui at rest, after the verdicts");
        table_set(row, TABLE_CPU, (cpu_after - cpu_before) / (for_ms * 1e6) * 100);
        table_set(row, TABLE_MEMORY, machine_resident_mb(p->ui.pid));
        table_budget(row, TABLE_CPU, 0.3);
        table_budget(row, TABLE_MEMORY, 40);
        table_note(row, "one entrance face, status once a second");
    }
    return r;
}

static int measure_starts(struct bench *b, struct play *p)
{
    struct samples samples = {0};
    int r = 0;
    for (int i = 0; r == 0 && i < (b->quick ? 2 : 20); i++) {
        int64_t took_us = 0;
        r = start_ui(p, b);
        r = r < 0 ? r : play(p, "first_picture_us=", WAIT_MS, &took_us);
        r = r < 0 ? r : samples_add(&samples, took_us * 1000);
        (void)process_end(&p->ui, SIGKILL, 5000);
        cleanup_closep(&p->fd);
        p->fd = -1;
    }
    if (r == 0) {
        struct table_row *row = table_add(&b->table, "start of main to first picture presented");
        table_times(row, &samples);
        table_budget(row, TABLE_P50, 150000);
    }
    samples_finish(&samples);
    return r;
}

int ui_bench_process(struct bench *b)
{
    struct play p;
    int64_t unused = 0;
    int r = open_play(&p);
    r = r < 0 ? r : measure_starts(b, &p);
    r = r < 0 ? r : start_ui(&p, b);
    r = r < 0 ? r : play(&p, "first_picture_us=", WAIT_MS, &unused);
    while (r == 0 && !p.follows) {
        r = play(&p, NULL, 50, &unused);
    }
    r = r < 0 ? r : play(&p, NULL, 500, &unused);
    r = r < 0 ? r : measure_verdicts(b, &p);
    r = r < 0 ? r : measure_rest(b, &p);
    close_play(&p);
    return r < 0 ? bench_failed("stile-ui", r) : 0;
}
