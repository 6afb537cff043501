/* The whole unit with its card reader on a USB serial adapter of a real kernel, which udev has named: the gate as its own
 * user, with what board/generic/70-stile.rules gives it. */

#include "acm_gadget.h"
#include "base/clock.h"
#include "whole.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOBODY = 65534, LOOK_MS = 10, REPLUGS = 8 };

static const struct harness_reader readers[] = {{.point = "in", .lane = 0, .device = "pn532_uart:" ACM_GADGET_LINK}};
static const char lost[] = "\"notice\":\"reader_lost\"";
static const char back[] = "\"notice\":\"reader_back\"";

static struct whole w;
static gid_t dialout;
static int held_fd;

/* Only root makes gadgets; the unit runs as somebody else. */
static void be(uid_t user)
{
    if (seteuid(user) < 0) {
        fail_msg("user %u: %s", (unsigned)user, strerror(errno));
    }
}

/* The groups of the unit's user: the readers' one, or none. */
static void be_in(size_t n_groups)
{
    be(0);
    assert_int_equal(setgroups(n_groups, &dialout), 0);
    assert_int_equal(setegid(NOBODY), 0);
    be(NOBODY);
}

static void plug(void)
{
    be(0);
    acm_gadget_plug();
    be(NOBODY);
}

static void unplug(void)
{
    be(0);
    acm_gadget_unplug();
    be(NOBODY);
}

/* The chip at the other end of the wire, where harness_chip finds it. It belongs to no unit, but to the adapter. */
static void start_chip(void)
{
    char control[HARNESS_PATH_SIZE];
    (void)snprintf(control, sizeof(control), "%s/reader1.ctl", w.h.folder);
    static const char program[] = PROGRAMS "/stile-sim-pn532";
    const char *const argv[] = {program, "--tty", ACM_GADGET_WIRE, "--control", control, NULL};
    static const char *const env[] = {"STILE_LOG", "info", NULL};
    be(0);
    assert_int_equal(process_start(argv, env, NULL, PROCESS_HEARS_ERRORS, &w.h.chips[0]), 0);
    assert_int_equal(process_await(&w.h.chips[0], "ready", HARNESS_WAIT_MS), 0);
    /* The control socket is root's as well. */
    assert_int_equal(chmod(control, 0666), 0);
    be(NOBODY);
}

/* A chip has its power from the adapter. */
static void await_chip_without_power(void)
{
    int64_t until_us = clock_boot_us() + HARNESS_WAIT_MS * US_PER_MS;
    for (whole_chip(&w, 0, "status"); !strstr(w.json, "gone=1"); whole_chip(&w, 0, "status")) {
        assert_true(clock_boot_us() < until_us);
        (void)poll(NULL, 0, LOOK_MS);
    }
}

static int open_unit(void **state)
{
    (void)state;
    const struct harness_options options = {
        .programs = PROGRAMS, .n_lanes = 1, .readers = readers, .n_readers = 1, .gate_lines = "second_tap_ms = 0\n"};
    held_fd = -1;
    be(0);
    acm_gadget_make();
    be_in(1);
    assert_int_equal(harness_open(&options, &w.h), 0);
    whole_write_list(&w);
    start_chip();
    plug();
    return 0;
}

static int close_unit(void **state)
{
    (void)state;
    be(0);
    if (held_fd >= 0) {
        (void)close(held_fd);
    }
    whole_close(&w);
    acm_gadget_remove();
    return 0;
}

/* One member taps and walks. */
static void let_in(const char *card)
{
    whole_tap(&w, 0, card);
    whole_await(&w, "\"phase\":\"released\"", card, NULL);
    (void)whole_lanes(&w, "walk lane1 in");
    whole_await(&w, "\"phase\":\"passed\"", card, NULL);
}

/* What the status says of the reader from now on has @text, sooner or later. */
static void await_status(const char *text)
{
    const struct message status = {.kind = MESSAGE_STATUS_ASK};
    int64_t until_us = clock_boot_us() + HARNESS_WAIT_MS * US_PER_MS;
    for ((void)whole_ask(&w, &status); !strstr(strstr(w.json, "\"readers\""), text); (void)whole_ask(&w, &status)) {
        if (clock_boot_us() >= until_us) {
            fail_msg("no %s in %s", text, strstr(w.json, "\"readers\""));
        }
        (void)poll(NULL, 0, LOOK_MS);
    }
}

static void a_reader_found_by_its_name_lets_members_in(void **state)
{
    (void)state;
    struct stat node;
    assert_int_equal(stat(ACM_GADGET_LINK, &node), 0);
    assert_true(S_ISCHR(node.st_mode));
    assert_int_equal(node.st_gid, dialout);
    assert_int_equal(node.st_mode & 07777, 0660);
    whole_start(&w);
    let_in(CARD_IDA);
    await_status("\"sandbox\":{\"no_new_privs\":true,\"landlock\":true,\"seccomp\":true}");
    assert_int_equal(whole_status(&w, "\"restarts\":"), 0);
    assert_int_equal(harness_gate_end(&w.h, SIGTERM), 0);
    assert_int_equal(whole_events(&w, JOURNAL_PASSED), 1);
    assert_int_equal(whole_events(&w, JOURNAL_READER_LOST), 0);
}

static void unplugged_in_use_it_is_taken_up_again_under_another_number(void **state)
{
    (void)state;
    char before[ACM_GADGET_NODE_SIZE];
    char after[ACM_GADGET_NODE_SIZE];
    acm_gadget_node(before);
    whole_start(&w);
    let_in(CARD_IDA);
    be(0);
    held_fd = open(before, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC); /* so that its number stays taken */
    be(NOBODY);
    assert_true(held_fd >= 0);
    unplug();
    whole_await(&w, lost, "\"reader\":\"reader1\"", NULL);
    await_chip_without_power();
    whole_chip(&w, 0, "back");
    plug();
    acm_gadget_node(after);
    assert_string_not_equal(before, after);
    whole_await(&w, back, "\"reader\":\"reader1\"", NULL);
    let_in(CARD_BO);
    assert_int_equal(harness_gate_end(&w.h, SIGTERM), 0);
    assert_int_equal(whole_events(&w, JOURNAL_PASSED), 2);
    assert_int_equal(whole_events(&w, JOURNAL_READER_LOST), 1);
}

static void unplugged_with_a_card_on_it_time_and_again_it_comes_back(void **state)
{
    (void)state;
    whole_start(&w);
    for (int i = 0; i < REPLUGS; i++) {
        whole_chip(&w, 0, "put classic uid=" CARD_IDA);
        whole_await(&w, "\"phase\":\"released\"", CARD_IDA, NULL);
        unplug();
        whole_await(&w, lost, NULL, NULL);
        await_chip_without_power();
        whole_chip(&w, 0, "take");
        (void)whole_lanes(&w, "walk lane1 in"); /* the grant outlives the reader */
        whole_await(&w, "\"phase\":\"passed\"", CARD_IDA, NULL);
        whole_chip(&w, 0, "back");
        plug();
        whole_await(&w, back, NULL, NULL);
    }
    assert_int_equal(harness_gate_end(&w.h, SIGTERM), 0);
    assert_int_equal(whole_events(&w, JOURNAL_PASSED), REPLUGS);
    assert_int_equal(whole_events(&w, JOURNAL_READER_LOST), REPLUGS);
    assert_int_equal(whole_events(&w, JOURNAL_READER_BACK), REPLUGS);
}

static void while_it_is_away_the_gate_says_why_and_ends_cleanly(void **state)
{
    (void)state;
    char detail[JOURNAL_DETAIL_SIZE];
    whole_start(&w);
    unplug();
    whole_await(&w, lost, "\"reader\":\"reader1\"", NULL);
    await_status("\"working\":false");
    await_status("no such device");
    int64_t tried = whole_status(&w, "\"restarts\":");
    while (whole_status(&w, "\"restarts\":") < tried + 2) { /* it goes on trying */
        (void)poll(NULL, 0, LOOK_MS);
    }
    assert_int_equal(harness_gate_end(&w.h, SIGTERM), 0);
    assert_int_equal(whole_events(&w, JOURNAL_READER_LOST), 1);
    whole_last_detail(&w, JOURNAL_READER_LOST, detail);
    assert_string_equal(detail, "the reader is gone");
}

static void plugged_in_after_the_gate_has_started_it_is_found(void **state)
{
    (void)state;
    unplug();
    await_chip_without_power();
    assert_int_equal(harness_gate(&w.h), 0);
    await_status("no such device");
    whole_chip(&w, 0, "back");
    plug();
    whole_await(&w, back, NULL, NULL);
    let_in(CARD_IDA);
}

static void without_the_group_the_gate_says_that_it_may_not(void **state)
{
    (void)state;
    be_in(0);
    assert_int_equal(harness_gate(&w.h), 0);
    await_status("the device may not be opened");
    await_status("\"working\":false");
}

int main(void)
{
#define UNIT(test) cmocka_unit_test_setup_teardown(test, open_unit, close_unit)
    const struct CMUnitTest tests[] = {
        UNIT(a_reader_found_by_its_name_lets_members_in),
        UNIT(unplugged_in_use_it_is_taken_up_again_under_another_number),
        UNIT(unplugged_with_a_card_on_it_time_and_again_it_comes_back),
        UNIT(while_it_is_away_the_gate_says_why_and_ends_cleanly),
        UNIT(plugged_in_after_the_gate_has_started_it_is_found),
        UNIT(without_the_group_the_gate_says_that_it_may_not),
    };
    const struct group *group = getgrnam("dialout");
    /* A rule that comes before ours and says otherwise: what the node gets is ours. */
    FILE *rule = fopen("/run/udev/rules.d/65-other.rules", "we");
    if (!group || !rule) {
        return 1;
    }
    dialout = group->gr_gid;
    (void)fputs("KERNEL==\"ttyACM*\", GROUP=\"root\", MODE=\"0600\"\n", rule);
    if (fclose(rule) != 0 || system("udevadm control --reload") != 0) {
        return 1;
    }
    (void)signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
