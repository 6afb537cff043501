/* Card in the field to line set, with the times of real chips: the product and the bare loop in turn, each on its own
 * chip and lines, so that both see the same machine. */

#include "bench/rig.h"

#include "base/clock.h"
#include "sim/control/control.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <string.h>

enum { GONE_MS = 95, SPREAD_MS = 30, END_MS = 5000, IDLE_MS = 10000 };

struct bare {
    char folder[HARNESS_PATH_SIZE]; /* the rig's */
    char lanes_path[HARNESS_PATH_SIZE + 16], chip_path[HARNESS_PATH_SIZE + 16];
    struct process lanes, chip, loop;
};

static struct rig rig;
static struct bare bare;

static int start(const struct bench *b, const char *program, const char *const arguments[], enum process_hears hears,
                 struct process *ret_process)
{
    static const char *const env[] = {"STILE_LOG", "info", NULL};
    char path[PATH_MAX];
    const char *argv[12] = {path};
    (void)snprintf(path, sizeof(path), "%s/%s", b->programs, program);
    for (size_t i = 0; arguments[i] && i + 2 < sizeof(argv) / sizeof(argv[0]); i++) {
        argv[i + 1] = arguments[i];
    }
    int r = process_start(argv, env, hears == PROCESS_HEARS_ERRORS ? NULL : rig.h.log_path, hears, ret_process);
    return r < 0 ? r : process_await(ret_process, "ready", HARNESS_WAIT_MS);
}

static int open_bare(const struct bench *b)
{
    char socket[HARNESS_PATH_SIZE + 16];
    char link[HARNESS_PATH_SIZE + 16];
    char device[HARNESS_PATH_SIZE + 32];
    char chip[HARNESS_PATH_SIZE + 32];
    bare = (struct bare){0};
    (void)snprintf(bare.folder, sizeof(bare.folder), "%s", rig.h.folder);
    (void)snprintf(bare.lanes_path, sizeof(bare.lanes_path), "%s/bare-lanes.ctl", bare.folder);
    (void)snprintf(bare.chip_path, sizeof(bare.chip_path), "%s/bare-reader.ctl", bare.folder);
    (void)snprintf(socket, sizeof(socket), "%s/bare-chip", bare.folder);
    (void)snprintf(link, sizeof(link), "%s/bare-reader", bare.folder);
    (void)snprintf(device, sizeof(device), "pn532_uart:%s", link);
    (void)snprintf(chip, sizeof(chip), "sim:%s", socket);
    const char *const lanes[] = {"--socket", socket, "--control", bare.lanes_path, "--line", "bare:out", NULL};
    const char *const reader[] = {"--link", link, "--control", bare.chip_path, "--model", NULL};
    const char *const loop[] = {device, chip, "bare", NULL};
    int r = start(b, "stile-sim-lane", lanes, PROCESS_HEARS_OUTPUT, &bare.lanes);
    if (r == 0) {
        r = start(b, "stile-sim-pn532", reader, PROCESS_HEARS_ERRORS, &bare.chip);
    }
    return r == 0 ? start(b, "bench-bare-loop", loop, PROCESS_HEARS_OUTPUT, &bare.loop) : r;
}

static void close_bare(void)
{
    (void)process_end(&bare.loop, SIGTERM, END_MS);
    (void)process_end(&bare.chip, SIGTERM, END_MS);
    (void)process_end(&bare.lanes, SIGTERM, END_MS);
}

static int ask(const char *path, const char *command)
{
    int r = sim_control_command(path, command, HARNESS_WAIT_MS, rig.text, sizeof(rig.text));
    return r == 0 && strncmp(rig.text, "error", 5) == 0 ? -EPROTO : r;
}

static int tap_bare(int64_t card, size_t nth, int64_t *ret_us)
{
    char command[200];
    int64_t put_us = 0;
    int r = rig_put_command(rig.cards, card, command, sizeof(command));
    if (r == 0) {
        r = ask(bare.chip_path, command);
        put_us = rig_number(rig.text, "ok", "boot_us=");
    }
    if (r == 0) {
        (void)snprintf(command, sizeof(command), "await bare rises %zu", nth + 1);
        r = ask(bare.lanes_path, command);
    }
    if (r == 0) {
        r = ask(bare.chip_path, "take");
    }
    if (r == 0) {
        r = ask(bare.lanes_path, "status");
        *ret_us = rig_number(rig.text, "line bare ", "last_rise_us=") - put_us;
    }
    return r;
}

struct field {
    struct samples ours, bare, line;
};

/* Taps in turn. *taps_bare counts the bare loop's. */
static int tap_pairs(size_t n, enum lists_kind kind, size_t *taps_bare, struct field *f)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct rig_tap tap = {0};
        int64_t bare_us = 0;
        int64_t card = rig_draw(&rig, kind);
        r = rig_tap(&rig, 0, card, &tap);
        rig_rest(&rig, GONE_MS, SPREAD_MS);
        if (r == 0) {
            r = tap_bare(card, (*taps_bare)++, &bare_us);
            rig_rest(&rig, GONE_MS, SPREAD_MS);
        }
        if (r == 0) {
            r = samples_add(&f->ours, tap.field_us * 1000);
        }
        if (r == 0) {
            r = samples_add(&f->bare, bare_us * 1000);
        }
        if (r == 0) {
            r = samples_add(&f->line, tap.line_us * 1000);
        }
    }
    return r;
}

static void add_rows(struct bench *b, const struct field *f, enum lists_kind kind)
{
    bool secure = kind == LISTS_SECURE;
    const char *what = secure ? "DESFire" : "UID";
    struct table_row *row = table_add(&b->table, "bare libnfc loop, field to line, %s", what);
    table_times(row, &f->bare);
    row = table_add(&b->table, "field to line, %s%s", what, secure ? " with AES" : "");
    table_times(row, &f->ours);
    table_compare(row, &f->ours, &f->bare, "bare loop");
    if (secure) {
        table_note(row, "the bare loop proves nothing: it sets the line on the UID");
        table_budget(row, TABLE_P99, 120000);
    } else {
        table_budget(row, TABLE_P50, 20000);
        table_budget(row, TABLE_P99, 60000);
        table_budget(row, TABLE_RATIO, 1.05);
    }
    row = table_add(&b->table, "of it UID to line, %s%s", what, secure ? " with AES" : "");
    table_times(row, &f->line);
}

static int run_field(struct bench *b, enum lists_kind kind, size_t n, size_t *taps_bare)
{
    struct field f = {0};
    int r = tap_pairs(n, kind, taps_bare, &f);
    if (r == 0) {
        add_rows(b, &f, kind);
    }
    samples_finish(&f.ours);
    samples_finish(&f.bare);
    samples_finish(&f.line);
    return r;
}

static void idle(struct bench *b)
{
    unsigned ms = b->quick ? 300 : IDLE_MS;
    double before = 0;
    double after = 0;
    double wait = 0;
    rig_rest(&rig, 100, 0);
    rig_times(&rig, &before, &wait);
    int64_t from = bench_ns();
    rig_rest(&rig, ms, 0);
    rig_times(&rig, &after, &wait);
    struct table_row *row = table_add(&b->table, "idle CPU of stile-gate and %u stile-reader", rig.h.options.n_readers);
    table_set(row, TABLE_CPU, 100 * (after - before) / (double)(bench_ns() - from));
    table_note(row, "of one core, over %u ms", ms);
    table_budget(row, TABLE_CPU, 1);
}

int bench_field(struct bench *b)
{
    size_t taps_bare = 0;
    int r = rig_open(b, b->at_million, 2, RIG_AS_REAL, &rig);
    if (r == 0) {
        idle(b);
        r = open_bare(b);
    }
    if (r == 0) {
        r = run_field(b, LISTS_GOLD, b->quick ? 4 : 400, &taps_bare);
    }
    if (r == 0) {
        r = run_field(b, LISTS_SECURE, b->quick ? 4 : 200, &taps_bare);
    }
    if (r < 0) {
        (void)bench_failed("field to line", r);
        (void)fprintf(stderr, "last news: %.300s\n", rig.text);
    }
    close_bare();
    rig_close(&rig);
    return r;
}
