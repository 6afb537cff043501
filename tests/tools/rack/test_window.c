/* The whole demonstration in real windows under Xvfb: a mouse clicks in the rack, and the gate's journal says what
 * came of it. */

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "gfx/surface.h"
#include "morning/watch.h"
#include "sim/harness/process.h"
#include "xvfb.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WAIT_MS = 60000, LOOK_MS = 20, NODES_MAX = 128 * 1024, SCREEN_W = 1920, SCREEN_H = 1000 };

static char folder[] = "/tmp/stile-rack-XXXXXX";
static struct xvfb server;
static struct process demo;
static struct watch journal;
static char nodes[NODES_MAX]; /* of the last look at the rack */
static int at_x, at_y; /* where the rack lies on the screen */

/* -- looking and clicking ----------------------------------------------------------------------------------- */

static void look(void)
{
    char path[128];
    _cleanup_free_ char *text = NULL;
    size_t size = 0;
    (void)snprintf(path, sizeof(path), "%s/rack.nodes", folder);
    (void)unlink(path);
    assert_int_equal(kill(demo.pid, SIGUSR1), 0);
    int64_t until_us = clock_boot_us() + WAIT_MS * US_PER_MS;
    while (file_read(path, NODES_MAX - 1, &text, &size) == -ENOENT) {
        assert_true(clock_boot_us() < until_us);
        (void)poll(NULL, 0, LOOK_MS);
    }
    assert_non_null(text);
    memcpy(nodes, text, size + 1);
}

/* The line of a node; @label, with a tab and its value behind it or not; NULL: any. @return NULL when there is none. */
static const char *find(const char *id, const char *label)
{
    char want[256];
    (void)snprintf(want, sizeof(want), "\t%s", label ? label : "");
    for (const char *line = nodes; *line;) {
        size_t n = strcspn(line, "\n");
        bool right = !id || (strncmp(line, id, strlen(id)) == 0 && line[strlen(id)] == '\t');
        const char *at = strstr(line, want);
        const char *end = at ? at + strlen(want) : "";
        if (right && at && at < line + n && (!label || *end == '\t' || *end == '\n')) {
            return line;
        }
        line += n + (line[n] == '\n');
    }
    return NULL;
}

static void await_node(const char *id, const char *label)
{
    int64_t until_us = clock_boot_us() + WAIT_MS * US_PER_MS;
    for (;;) {
        look();
        if (find(id, label)) {
            return;
        }
        if (clock_boot_us() > until_us) {
            fail_msg("no %s \"%s\" among:\n%s", id ? id : "node", label ? label : "", nodes);
        }
        (void)poll(NULL, 0, LOOK_MS);
    }
}

static void click(const char *id)
{
    char role[32], x_text[16], y_text[16];
    unsigned state;
    int x, y, w, h;
    await_node(id, NULL);
    const char *line = find(id, NULL);
    assert_non_null(line);
    assert_int_equal(sscanf(line + strlen(id), "\t%31s\t%u\t%d\t%d\t%d\t%d", role, &state, &x, &y, &w, &h), 6);
    (void)snprintf(x_text, sizeof(x_text), "%d", at_x + x + w / 2);
    (void)snprintf(y_text, sizeof(y_text), "%d", at_y + y + h / 2);
    const char *const argv[] = {"xdotool", "mousemove", x_text, y_text, "click", "1", NULL};
    assert_int_equal(xvfb_run(&server, argv, NULL, 0), 0);
}

/* Waits for one of two kinds (0: none) of event after @after. */
static struct journal_event await_event(enum journal_kind kind, int64_t after, const char *card)
{
    struct journal_event event;
    struct watch_wish wish = {.after = after, .kinds = {kind}, .card = card};
    int r = watch_await(&journal, &wish, WAIT_MS, &event);
    if (r != 0) {
        fail_msg("the journal never had %s: %d", journal_kind_text(kind), r);
    }
    return event;
}

/* Whether the entrance's window is green, as it is for a grant. */
static bool entrance_is_green(int x, int y)
{
    struct surface screen;
    assert_int_equal(xvfb_screen(&server, &screen), 0);
    uint32_t pixel = screen.pixels[(size_t)(y + 30) * (size_t)screen.stride + (size_t)x + 400];
    surface_finish(&screen);
    int red = (int)(pixel >> 16 & 255), green = (int)(pixel >> 8 & 255);
    return green > 150 && green > red + 60;
}

static void find_window(const char *name, int *ret_x, int *ret_y)
{
    const char *const argv[] = {"xdotool",           "search",  "--sync", "--onlyvisible", "--name", name,
                                "getwindowgeometry", "--shell", NULL};
    char out[512];
    assert_int_equal(xvfb_run(&server, argv, out, sizeof(out)), 0);
    const char *x = strstr(out, "X="), *y = strstr(out, "\nY=");
    assert_true(x && y);
    *ret_x = (int)strtol(x + 2, NULL, 10);
    *ret_y = (int)strtol(y + 3, NULL, 10);
}

/* -- the demonstration -------------------------------------------------------------------------------------- */

static void ignore(const struct journal_event *event, void *user)
{
    (void)event;
    (void)user;
}

static int open_demo(void **state)
{
    (void)state;
    char stage[64], path[96];
    if (!mkdtemp(folder) || xvfb_start(SCREEN_W, SCREEN_H, 24, &server) < 0) {
        return -1;
    }
    xvfb_use(&server);
    (void)snprintf(stage, sizeof(stage), "%s/d", folder);
    const char *const argv[] = {STILE_DEMO, "--language", "en", "--members", "50", "--folder", stage, NULL};
    const char *const env[] = {"STILE_UI_SNAPSHOTS", folder, "SDL_AUDIODRIVER", "dummy", "WAYLAND_DISPLAY", "", NULL};
    if (process_start(argv, env, NULL, PROCESS_HEARS_NOTHING, &demo) < 0) {
        return -1;
    }
    find_window("^Stile: test bench$", &at_x, &at_y);
    (void)snprintf(path, sizeof(path), "%s/journal.db", stage);
    await_node("gate", "Gate on");
    return watch_open(&journal, path, ignore, NULL);
}

static int close_demo(void **state)
{
    (void)state;
    char command[128];
    watch_close(&journal);
    if (demo.pid > 0) {
        (void)process_end(&demo, SIGTERM, WAIT_MS);
    }
    xvfb_stop(&server);
    (void)snprintf(command, sizeof(command), "rm -rf %s", folder);
    return system(command) == 0 ? 0 : -1;
}

/* Somebody waits at the lane, a card is held to the reader, and the gate lets them through. */
static struct journal_event pass(const char *way, const char *card_id, const char *card)
{
    (void)watch_look(&journal);
    int64_t before = journal.seen;
    click(way);
    click(card_id);
    click("reader-entrance");
    struct journal_event decision = await_event(JOURNAL_DECISION, before, card);
    assert_int_equal(decision.code, 0);
    (void)await_event(JOURNAL_RELEASED, decision.seq, NULL);
    return decision;
}

static void a_card_held_to_a_reader_lets_its_owner_through_and_the_entrance_says_so(void **state)
{
    (void)state;
    int x, y;
    find_window("^Stile$", &x, &y);
    assert_false(entrance_is_green(x, y));
    struct journal_event decision = pass("walk", "card.0", "1a2b3c4d");
    int64_t until_us = clock_boot_us() + WAIT_MS * US_PER_MS;
    while (!entrance_is_green(x, y)) {
        assert_true(clock_boot_us() < until_us);
        (void)poll(NULL, 0, LOOK_MS);
    }
    struct journal_event passed = await_event(JOURNAL_PASSED, decision.seq, NULL);
    assert_int_equal(passed.grant, decision.grant);
    await_node(NULL, "Ida · Walked through");
    await_node("state-main", "Locked");
}

static void a_second_person_who_follows_is_an_alarm(void **state)
{
    (void)state;
    struct journal_event decision = pass("followed", "card.1", "04a1b2c3d4e580");
    (void)await_event(JOURNAL_PASSED, decision.seq, NULL);
    (void)await_event(JOURNAL_ALARM, decision.seq, NULL);
    await_node(NULL, "Lars · A second person followed");
}

static void fire_opens_every_lane(void **state)
{
    (void)state;
    (void)watch_look(&journal);
    click("fire");
    struct journal_event fire = await_event(JOURNAL_FIRE, journal.seen, NULL);
    assert_int_equal(fire.code, 1);
    await_node("state-main", "Free: fire");
    click("fire");
    assert_int_equal(await_event(JOURNAL_FIRE, fire.seq, NULL).code, 0);
    await_node("state-main", "Locked");
}

static void after_a_power_cut_the_gate_is_back_and_lets_people_in(void **state)
{
    (void)state;
    (void)watch_look(&journal);
    int64_t before = journal.seen;
    click("power");
    (void)await_event(JOURNAL_START, before, NULL);
    await_node("gate", "Gate on");
    await_node("reader-entrance", "Entrance\tready");
    struct journal_event decision = pass("walk", "card.2", "04112233445566");
    (void)await_event(JOURNAL_PASSED, decision.seq, NULL);
}

static void a_screen_that_is_killed_comes_back(void **state)
{
    (void)state;
    click("screen-kill");
    await_node(NULL, "Screen killed");
    await_node("line.0", "The screen is on");
    int x, y;
    find_window("^Stile$", &x, &y);
}

static void all_of_it_ends_when_it_is_told_to(void **state)
{
    (void)state;
    char path[96];
    assert_int_equal(process_end(&demo, SIGTERM, WAIT_MS), 0);
    (void)snprintf(path, sizeof(path), "%s/d/entrance.tty", folder); /* the simulated reader takes it away */
    assert_int_equal(access(path, F_OK), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_card_held_to_a_reader_lets_its_owner_through_and_the_entrance_says_so),
        cmocka_unit_test(a_second_person_who_follows_is_an_alarm),
        cmocka_unit_test(fire_opens_every_lane),
        cmocka_unit_test(after_a_power_cut_the_gate_is_back_and_lets_people_in),
        cmocka_unit_test(a_screen_that_is_killed_comes_back),
        cmocka_unit_test(all_of_it_ends_when_it_is_told_to),
    };
    return cmocka_run_group_tests(tests, open_demo, close_demo);
}
