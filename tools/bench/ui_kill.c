/* Taps while the screen is killed and started again and again, against taps without a screen: the gate must not
 * notice. */
#include "bench/ui_bench.h"

#include "base/cleanup.h"
#include "bench/machine.h"
#include "bench/rig.h"
#include "sim/harness/process.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>

enum { CARDS = 10000, TAPS = 400, KILL_EVERY = 5, CHILDREN = 16, GATE_NICE = -10 };

static struct rig rig;

static int start_screen(const struct bench *b, struct process *ret_screen)
{
    char config[BENCH_PATH_SIZE], program[BENCH_PATH_SIZE + 16];
    (void)snprintf(config, sizeof(config), "%s/ui.ini", rig.h.folder);
    (void)snprintf(program, sizeof(program), "%s/stile-ui", b->programs);
    _cleanup_file_ FILE *f = fopen(config, "we");
    if (!f) {
        return -errno;
    }
    (void)fprintf(f,
                  "[ui]\ncontrol_path = %s\nlist_path = %s\njournal_path = %s\nvolume_percent = 0\n[face entrance]\n"
                  "kind = entrance\nwidth = 1280\nheight = 800\n",
                  rig.h.control_path, rig.h.list_path, rig.h.journal_path);
    (void)fflush(f);
    const char *const argv[] = {program, "--config", config, NULL};
    const char *const env[] = {"SDL_VIDEODRIVER", "dummy", "SDL_AUDIODRIVER", "dummy", "STILE_LOG", "error", NULL};
    return process_start(argv, env, NULL, PROCESS_HEARS_NOTHING, ret_screen);
}

static bool put_first(pid_t pid)
{
    return setpriority(PRIO_PROCESS, (id_t)pid, GATE_NICE) == 0;
}

/* As on a unit: the service manager puts the gate and its readers before everything else (stile-gate.service), and lines and
 * chips, here processes too, are hardware. @return false when we may not. */
static bool put_gate_first(void)
{
    pid_t children[CHILDREN];
    size_t n = machine_children(rig.h.gate.pid, children, CHILDREN);
    bool good = put_first(rig.h.gate.pid) && put_first(rig.h.lanes.pid);
    for (size_t i = 0; i < n; i++) {
        good = put_first(children[i]) && good;
    }
    for (size_t i = 0; i < LISTS_POINTS; i++) {
        good = put_first(rig.h.chips[i].pid) && good;
    }
    return good;
}

/* @kills: the screen is killed in the middle of every so many taps, and started again. */
static int tap_many(const struct bench *b, bool kills, struct samples *ret_samples)
{
    struct process screen = {.out = -1};
    int n = b->quick ? 10 : TAPS;
    int r = kills ? start_screen(b, &screen) : 0;
    for (int i = 0; r == 0 && i < n; i++) {
        struct rig_tap tap = {0};
        if (kills && i % KILL_EVERY == KILL_EVERY - 1) {
            (void)process_end(&screen, SIGKILL, 5000);
            r = start_screen(b, &screen);
        }
        r = r < 0 ? r : rig_tap(&rig, (unsigned)(i % LISTS_POINTS), rig_draw(&rig, LISTS_GOLD), &tap);
        r = r < 0 ? r : samples_add(ret_samples, tap.line_us * 1000);
        rig_rest(&rig, 5, 20);
    }
    if (screen.pid > 0) {
        (void)process_end(&screen, SIGKILL, 5000);
    }
    return r;
}

int ui_bench_kill(struct bench *b)
{
    struct samples quiet = {0}, killed = {0}, warm = {0};
    b->sizes[0] = CARDS;
    b->n_sizes = 1;
    int64_t made_us = 0;
    int r = lists_make(b->folder, CARDS, b->lists[0], sizeof(b->lists[0]), &made_us);
    r = r < 0 ? r : rig_open(b, 0, LISTS_POINTS, RIG_AT_ONCE, &rig);
    bool first = r == 0 && put_gate_first();
    r = r < 0 ? r : tap_many(b, false, &warm);
    r = r < 0 ? r : tap_many(b, false, &quiet);
    r = r < 0 ? r : tap_many(b, true, &killed);
    rig_close(&rig);
    if (r == 0) {
        struct table_row *row = table_add(&b->table, "UID to line, no screen");
        table_times(row, &quiet);
        row = table_add(&b->table, "UID to line, the screen killed every fifth tap");
        table_times(row, &killed);
        table_compare(row, &killed, &quiet, "no screen");
        table_budget(row, TABLE_P99, 3000);
        table_note(row,
                   first ? "the gate before the screen, as on a unit (nice %d)"
                         : "the gate not before the screen as on a unit (nice %d)",
                   GATE_NICE);
    }
    samples_finish(&quiet);
    samples_finish(&killed);
    samples_finish(&warm);
    return r < 0 ? bench_failed("taps and a dying screen", r) : 0;
}
