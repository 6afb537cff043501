#include "bench/rig.h"

#include "base/clock.h"
#include "base/text.h"
#include "bench/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Turnstiles turn in a hundredth of their time: what is measured is over before. */
enum { SPEED = 100 };

static int write_key(struct rig *rig, const char *folder)
{
    static const char text[] = LISTS_MASTER_KEY "\n";
    (void)snprintf(rig->key_path, sizeof(rig->key_path), "%s/master.key", folder);
    int fd = open(rig->key_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    int r = fd < 0 || write(fd, text, sizeof(text) - 1) != (ssize_t)sizeof(text) - 1 ? -errno : 0;
    return fd >= 0 && close(fd) < 0 ? -errno : r;
}

static int link_list(const struct rig *rig, const char *list)
{
    char real[PATH_MAX];
    return realpath(list, real) && symlink(real, rig->h.list_path) == 0 ? 0 : -errno;
}

static int await_readers(struct rig *rig)
{
    const int64_t until_us = clock_boot_us() + HARNESS_WAIT_MS * US_PER_MS;
    const struct message ask = {.kind = MESSAGE_STATUS_ASK};
    for (;;) {
        struct message answer;
        int r = harness_ask(&rig->h, &ask, &answer, rig->text);
        const char *readers = r == 0 ? strstr(rig->text, "\"readers\"") : NULL;
        if (readers && !strstr(readers, "\"working\":false")) {
            return 0;
        }
        if (r < 0 || clock_boot_us() > until_us) {
            return r < 0 ? r : -ETIMEDOUT;
        }
        rig_rest(rig, 20, 0);
    }
}

int rig_open(const struct bench *b, size_t size, unsigned n_readers, enum rig_times times, struct rig *ret_rig)
{
    static const char *const points[LISTS_POINTS] = {"in1", "in2", "in3", "in4"};
    struct rig *rig = ret_rig;
    char real[PATH_MAX];
    *rig = (struct rig){.cards = b->sizes[size], .random = 2463534242U};
    for (unsigned i = 0; i < n_readers; i++) {
        rig->readers[i] = (struct harness_reader){.point = points[i], .lane = i};
    }
    int r = write_key(rig, b->folder);
    if (r == 0 && !realpath(rig->key_path, real)) {
        r = -errno;
    }
    if (r < 0) {
        return r;
    }
    (void)snprintf(rig->gate_lines, sizeof(rig->gate_lines),
                   "second_tap_ms = 0\ndebounce_ms = 0\nkey_path = %.200s\naid = f50017\nkey_system = bench\n", real);
    const struct harness_options options = {
        .programs = b->programs,
        .n_lanes = n_readers,
        .readers = rig->readers,
        .n_readers = n_readers,
        .model = times == RIG_AS_REAL,
        .gate_lines = rig->gate_lines,
        .lane_lines = "relock_delay_ms = 0\n",
    };
    r = harness_open(&options, &rig->h);
    if (r == 0) {
        r = link_list(rig, b->lists[size]);
    }
    if (r == 0) {
        (void)snprintf(rig->text, sizeof(rig->text), "speed %d", SPEED);
        r = harness_lanes(&rig->h, rig->text, rig->text, sizeof(rig->text));
    }
    if (r == 0) {
        r = harness_gate(&rig->h);
    }
    return r == 0 ? await_readers(rig) : r > 0 ? -EPROTO : r;
}

void rig_close(struct rig *rig)
{
    harness_close(&rig->h);
    if (rig->key_path[0] != '\0') {
        (void)unlink(rig->key_path);
    }
}

int64_t rig_draw(struct rig *rig, enum lists_kind kind)
{
    return lists_find(rig->cards, (int64_t)(bench_random(&rig->random) % (uint64_t)rig->cards), kind);
}

void rig_rest(struct rig *rig, unsigned least_ms, unsigned further_ms)
{
    uint64_t us = least_ms * UINT64_C(1000);
    us += further_ms > 0 ? bench_random(&rig->random) % (further_ms * UINT64_C(1000)) : 0;
    const struct timespec t = {.tv_sec = (time_t)(us / 1000000), .tv_nsec = (long)(us % 1000000) * 1000};
    (void)nanosleep(&t, NULL);
}

int64_t rig_number(const char *text, const char *at, const char *name)
{
    const char *found = strstr(text, at);
    found = found ? strstr(found, name) : NULL;
    return found ? strtoll(found + strlen(name), NULL, 10) : -1;
}

int rig_put_command(int64_t cards, int64_t card, char *ret_command, size_t size)
{
    char uid[CARD_TEXT_SIZE];
    struct card_number number = lists_card(cards, card);
    card_format(&number, uid);
    if (lists_kind(cards, card) != LISTS_SECURE) {
        (void)snprintf(ret_command, size, "put classic uid=%s", uid);
        return 0;
    }
    char hex[33];
    uint8_t key[16];
    int r = lists_card_key(&number, key);
    text_to_hex(key, sizeof(key), hex, sizeof(hex));
    (void)snprintf(ret_command, size, "put desfire uid=%s aid=f50017 key=%s keyno=0", uid, hex);
    return r;
}

static int lanes(struct rig *rig, const char *command)
{
    int r = harness_lanes(&rig->h, command, rig->text, sizeof(rig->text));
    return r > 0 ? -EPROTO : r;
}

static int chip(struct rig *rig, unsigned reader, const char *command)
{
    int r = harness_chip(&rig->h, reader, command, rig->text, sizeof(rig->text));
    return r > 0 ? -EPROTO : r;
}

static int await_phase(struct rig *rig, unsigned reader, const char *phase)
{
    char lane[32];
    (void)snprintf(lane, sizeof(lane), "\"lane\":\"lane%u\"", reader + 1);
    const char *const parts[] = {phase, lane, NULL};
    return harness_await(&rig->h, parts, rig->text);
}

int rig_tap(struct rig *rig, unsigned reader, int64_t card, struct rig_tap *ret_tap)
{
    char command[200];
    char line[40];
    int64_t put_us = 0;
    int r = rig_put_command(rig->cards, card, command, sizeof(command));
    if (r == 0) {
        r = chip(rig, reader, command);
        put_us = rig_number(rig->text, "ok", "boot_us=");
    }
    if (r == 0) {
        r = await_phase(rig, reader, "\"phase\":\"released\"");
        ret_tap->line_us = rig_number(rig->text, "{", "\"line_us\":");
    }
    if (r == 0) {
        r = chip(rig, reader, "take");
    }
    if (r == 0) {
        r = lanes(rig, "status");
        (void)snprintf(line, sizeof(line), "line lane%u-release-in ", reader + 1);
        ret_tap->field_us = rig_number(rig->text, line, "last_rise_us=") - put_us;
    }
    if (r == 0) {
        (void)snprintf(command, sizeof(command), "walk lane%u in", reader + 1);
        r = lanes(rig, command);
    }
    return r == 0 ? await_phase(rig, reader, "\"phase\":\"passed\"") : r;
}

enum { CHILDREN_MAX = 16 };

void rig_memory(const struct rig *rig, double *ret_gate_mb, double *ret_reader_mb)
{
    pid_t children[CHILDREN_MAX];
    size_t n = machine_children(rig->h.gate.pid, children, CHILDREN_MAX);
    *ret_gate_mb = machine_resident_mb(rig->h.gate.pid);
    *ret_reader_mb = -1;
    for (size_t i = 0; i < n; i++) {
        double mb = machine_resident_mb(children[i]);
        *ret_reader_mb = mb > *ret_reader_mb ? mb : *ret_reader_mb;
    }
}

void rig_times(const struct rig *rig, double *ret_cpu_ns, double *ret_wait_ns)
{
    pid_t children[CHILDREN_MAX];
    size_t n = machine_children(rig->h.gate.pid, children, CHILDREN_MAX);
    *ret_cpu_ns = *ret_wait_ns = 0;
    machine_add_times(rig->h.gate.pid, ret_cpu_ns, ret_wait_ns);
    for (size_t i = 0; i < n; i++) {
        machine_add_times(children[i], ret_cpu_ns, ret_wait_ns);
    }
}
