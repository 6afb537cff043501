/* The whole unit with its lane on a real kernel's GPIO chip (gpio-sim): what the relays do, seen from outside. */

#include "base/clock.h"
#include "base/text.h"
#include "drivers/gpio/gpio.h"
#include "sim_chip.h"
#include "whole.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RELEASE_IN, RELEASE_OUT, CONTACT_A, CONTACT_B, BUTTON, TAMPER, FIRE, LOCKDOWN, N_LINES };
enum { PACE_MS = 30, BOUNCES = 6, NOBODY = 65534 };

static const char *const names[N_LINES] = {"lane1-release-in",
                                           "lane1-release-out",
                                           "lane1-contact-a",
                                           "lane1-contact-b",
                                           "lane1-button",
                                           "lane1-tamper",
                                           "fire",
                                           "lockdown"};
static const struct harness_reader readers[] = {{.point = "in", .lane = 0}, {.point = "out", .lane = 0, .out = true}};

static struct whole w;
static struct sim_chip chip;

/* A second reader of the chip: a process that looks at both relays all the time and counts how often they close. */
static struct {
    _Atomic unsigned looks, rises[2];
    _Atomic int level[2];
} * seen;
static pid_t watcher;

static void watch(const char *const path[2])
{
    int fds[2] = {open(path[0], O_RDONLY | O_CLOEXEC), open(path[1], O_RDONLY | O_CLOEXEC)};
    int last[2] = {0, 0};
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
        for (int i = 0; i < 2; i++) {
            char c = 0;
            if (pread(fds[i], &c, 1, 0) != 1) {
                _exit(0); /* the chip is gone */
            }
            if (c == '1' && !last[i]) {
                seen->rises[i]++;
            }
            seen->level[i] = last[i] = c == '1';
        }
        seen->looks++;
    }
}

static void start_watch(void)
{
    char paths[2][2 * SIM_CHIP_TEXT_SIZE];
    for (int i = 0; i < 2; i++) {
        (void)snprintf(paths[i], sizeof(paths[i]), "%s/sim_gpio%d/value", chip.lines, i);
    }
    memset(seen, 0, sizeof(*seen));
    watcher = fork();
    assert_true(watcher >= 0);
    if (watcher == 0) {
        watch((const char *const[]){paths[0], paths[1]});
    }
}

static void stop_watch(void)
{
    if (watcher > 0) {
        (void)kill(watcher, SIGKILL);
        (void)waitpid(watcher, NULL, 0);
        watcher = 0;
    }
}

/* Waits until the watcher has seen a relay at @level, and has looked once more. */
static void await_relay(int relay, int level)
{
    int64_t until_us = clock_boot_us() + HARNESS_WAIT_MS * US_PER_MS;
    while (seen->level[relay] != level) {
        assert_true(clock_boot_us() < until_us);
        (void)poll(NULL, 0, 1);
    }
    unsigned looks = seen->looks;
    while (seen->looks < looks + 2) {
        assert_true(clock_boot_us() < until_us);
        (void)poll(NULL, 0, 1);
    }
}

/* Only root makes chips; the gate refuses to be root over real lines, so all else is done as somebody else. */
static void be(uid_t user)
{
    if (seteuid(user) < 0) {
        fail_msg("user %u: %s", (unsigned)user, strerror(errno));
    }
}

static void make_chip(void)
{
    char path[2 * SIM_CHIP_TEXT_SIZE];
    be(0);
    sim_chip_make("entrance", names, N_LINES, &chip);
    for (unsigned i = 0; i < N_LINES; i++) {
        (void)snprintf(path, sizeof(path), "%s/sim_gpio%u/pull", chip.lines, i);
        assert_int_equal(chmod(path, 0666), 0);
    }
    assert_int_equal(chmod(chip.path, 0666), 0);
    be(NOBODY);
    sim_chip_pull(&chip, FIRE, true); /* the circuit is whole */
}

static void remove_chip(void)
{
    be(0);
    sim_chip_remove(&chip);
    be(NOBODY);
}

static int open_unit(void **state)
{
    (void)state;
    const struct harness_options options = {.programs = PROGRAMS,
                                            .n_lanes = 1,
                                            .readers = readers,
                                            .n_readers = 2,
                                            .gate_lines = "second_tap_ms = 0\n",
                                            .gpio_chip = "entrance"};
    make_chip();
    start_watch();
    assert_int_equal(harness_open(&options, &w.h), 0);
    whole_write_list(&w);
    return 0;
}

static int close_unit(void **state)
{
    (void)state;
    stop_watch();
    whole_close(&w);
    remove_chip();
    return 0;
}

/* A contact, for as long as a person at least needs; @bounces: it chatters first. */
static void contact(unsigned line, bool up, int bounces)
{
    for (int i = 0; i < bounces; i++) {
        sim_chip_pull(&chip, line, i % 2 == 0 ? up : !up);
        (void)poll(NULL, 0, 1); /* else the simulated interrupts of several would be one */
    }
    sim_chip_pull(&chip, line, up);
    (void)poll(NULL, 0, PACE_MS);
}

static void walk_in(int bounces)
{
    contact(CONTACT_A, true, bounces);
    contact(CONTACT_B, true, bounces);
    contact(CONTACT_A, false, bounces);
    contact(CONTACT_B, false, bounces);
}

static void a_tap_closes_the_relay_until_somebody_has_walked(void **state)
{
    (void)state;
    whole_start(&w);
    await_relay(0, 0);
    assert_int_equal(seen->rises[0] + seen->rises[1], 0); /* not at the claim either */
    whole_tap(&w, 0, CARD_IDA);
    whole_await(&w, "\"phase\":\"released\"", NULL, NULL);
    await_relay(0, 1);
    walk_in(0);
    whole_await(&w, "\"phase\":\"passed\"", CARD_IDA, NULL);
    await_relay(0, 0);
    assert_int_equal(seen->rises[0], 1);
    assert_int_equal(seen->rises[1], 0);
}

static void contacts_that_bounce_count_one_person(void **state)
{
    (void)state;
    whole_start(&w);
    whole_tap(&w, 0, CARD_CLIPS);
    whole_await(&w, "\"phase\":\"released\"", NULL, NULL);
    walk_in(BOUNCES);
    whole_await(&w, "\"phase\":\"passed\"", CARD_CLIPS, NULL);
    await_relay(0, 0);
    assert_int_equal(harness_gate_end(&w.h, SIGTERM), 0);
    assert_int_equal(whole_events(&w, JOURNAL_PASSED), 1);
    assert_int_equal(whole_events(&w, JOURNAL_ALARM), 0);
    struct journal_db *db = NULL;
    assert_int_equal(journal_db_open(w.h.journal_path, JOURNAL_DB_READ, &db), 0);
    assert_int_equal(journal_db_uses(db, VISIT_COST_CLIP, 1, 0), 1);
    journal_db_close(db);
}

static void killed_in_a_release_the_relay_opens_and_never_pulses(void **state)
{
    (void)state;
    whole_start(&w);
    whole_tap(&w, 0, CARD_IDA);
    whole_await(&w, "\"phase\":\"released\"", NULL, NULL);
    await_relay(0, 1);
    while (whole_events(&w, JOURNAL_RELEASED) == 0) { /* on disk, so that there is something to resolve */
    }
    assert_int_equal(harness_gate_end(&w.h, SIGKILL), 128 + SIGKILL);
    await_relay(0, 0); /* the kernel lets go of a dead process's lines */
    whole_start(&w);
    assert_int_equal(seen->rises[0], 1);
    assert_int_equal(seen->rises[1], 0);
    whole_tap(&w, 0, CARD_BO);
    whole_await(&w, "\"phase\":\"released\"", NULL, NULL);
    walk_in(0);
    whole_await(&w, "\"phase\":\"passed\"", CARD_BO, NULL);
    assert_int_equal(harness_gate_end(&w.h, SIGTERM), 0);
    assert_int_equal(whole_events(&w, JOURNAL_UNRESOLVED), 1);
    assert_int_equal(whole_events(&w, JOURNAL_PASSED), 1);
    await_relay(0, 0);
    assert_int_equal(seen->rises[0], 2);
}

static void stopped_in_a_release_the_relay_opens(void **state)
{
    (void)state;
    whole_start(&w);
    whole_tap(&w, 0, CARD_IDA);
    whole_await(&w, "\"phase\":\"released\"", NULL, NULL);
    await_relay(0, 1);
    assert_int_equal(harness_gate_end(&w.h, SIGTERM), 0);
    await_relay(0, 0);
    assert_int_equal(seen->rises[0], 1);
}

static void fire_opens_both_ways_and_lock_down_neither(void **state)
{
    (void)state;
    whole_start(&w);
    sim_chip_pull(&chip, FIRE, false);
    await_relay(0, 1);
    await_relay(1, 1);
    whole_await(&w, "\"notice\":\"fire\"", NULL, NULL);
    sim_chip_pull(&chip, FIRE, true);
    await_relay(0, 0);
    await_relay(1, 0);
    sim_chip_pull(&chip, LOCKDOWN, true);
    whole_await(&w, "\"notice\":\"lockdown\"", NULL, NULL);
    unsigned rises = seen->rises[0];
    whole_tap(&w, 0, CARD_IDA);
    whole_await(&w, "\"phase\":\"denied\"", CARD_IDA, NULL);
    await_relay(0, 0);
    assert_int_equal(seen->rises[0], rises);
}

static void a_line_that_somebody_holds_is_named_and_claimed_once_it_is_free(void **state)
{
    (void)state;
    static const struct gpio_line_config line = {.name = "lane1-release-in", .output = true};
    const struct message status = {.kind = MESSAGE_STATUS_ASK};
    struct gpio *other = NULL;
    size_t bad = 0;
    assert_int_equal(gpio_open("entrance", &line, 1, &other, &bad), 0);
    whole_start(&w);
    (void)whole_ask(&w, &status);
    const char *lines = strstr(w.json, "\"lines\":{");
    assert_non_null(lines);
    assert_non_null(strstr(lines, "\"working\":false"));
    assert_non_null(strstr(lines, "lane1-release-in"));
    gpio_close(other);
    int64_t until_us = clock_boot_us() + HARNESS_WAIT_MS * US_PER_MS;
    do {
        assert_true(clock_boot_us() < until_us);
        (void)poll(NULL, 0, PACE_MS);
        (void)whole_ask(&w, &status);
    } while (!strstr(w.json, "\"lines\":{\"chip\":\"entrance\",\"working\":true"));
    assert_int_equal(seen->rises[0], 0);
}

static void a_chip_that_vanishes_is_taken_up_again(void **state)
{
    (void)state;
    whole_start(&w);
    stop_watch();
    remove_chip();
    whole_await(&w, "\"phase\":\"alarm\"", "lines_away", NULL);
    make_chip();
    start_watch();
    whole_await(&w, "\"notice\":\"lines_back\"", NULL, NULL);
    whole_tap(&w, 0, CARD_BO);
    whole_await(&w, "\"phase\":\"released\"", NULL, NULL);
    await_relay(0, 1);
    walk_in(0);
    whole_await(&w, "\"phase\":\"passed\"", CARD_BO, NULL);
    await_relay(0, 0);
    assert_int_equal(seen->rises[0], 1);
}

int main(void)
{
#define UNIT(test) cmocka_unit_test_setup_teardown(test, open_unit, close_unit)
    const struct CMUnitTest tests[] = {
        UNIT(a_tap_closes_the_relay_until_somebody_has_walked),
        UNIT(contacts_that_bounce_count_one_person),
        UNIT(killed_in_a_release_the_relay_opens_and_never_pulses),
        UNIT(stopped_in_a_release_the_relay_opens),
        UNIT(fire_opens_both_ways_and_lock_down_neither),
        UNIT(a_line_that_somebody_holds_is_named_and_claimed_once_it_is_free),
        UNIT(a_chip_that_vanishes_is_taken_up_again),
    };
    seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (seen == MAP_FAILED) {
        return 1;
    }
    (void)signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
