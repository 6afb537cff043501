/* The whole unit with an ACR122U on a real kernel's USB bus: the gate as its own user, with what board/generic/70-stile.rules
 * gives it. Whatever the reader does, the gate goes on, and reads cards again when the fault has ended. */

#include "acr122u.h"
#include "base/clock.h"
#include "base/text.h"
#include "drivers/desfire/diversify.h"
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
#include <unistd.h>

#define MASTER "00112233445566778899aabbccddeeff"

enum { NOBODY = 65534, LOOK_MS = 20, REPLUGS = 24, MESSAGES = 12, RESETS = 6, ATTEMPTS = 2 };

static const struct harness_reader readers[] = {{.point = "in", .lane = 0, .device = "acr122_usb"}};
static const char lost[] = "\"notice\":\"reader_lost\"";
static const char back[] = "\"notice\":\"reader_back\"";

static struct whole w;
static gid_t plugdev;

/* Only root plays readers; the unit runs as somebody else. */
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
    assert_int_equal(setgroups(n_groups, &plugdev), 0);
    assert_int_equal(setegid(NOBODY), 0);
    be(NOBODY);
}

/* Where harness_chip finds it. */
static void start_reader(void)
{
    static char control[HARNESS_PATH_SIZE];
    (void)snprintf(control, sizeof(control), "%s/reader1.ctl", w.h.folder);
    be(0);
    acr122u_start(control);
    assert_int_equal(chmod(control, 0666), 0);
    be(NOBODY);
}

static void write_key(char *path)
{
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, MASTER "\n", strlen(MASTER) + 1), (int)strlen(MASTER) + 1);
    assert_int_equal(close(fd), 0);
}

static char key_path[] = "/tmp/stile-key-XXXXXX";

static int open_unit(void **state)
{
    static char gate_lines[160];
    (void)state;
    be_in(1);
    (void)snprintf(key_path, sizeof(key_path), "/tmp/stile-key-XXXXXX"); /* taken by the test before */
    write_key(key_path);
    (void)snprintf(gate_lines, sizeof(gate_lines),
                   "second_tap_ms = 0\nkey_path = %s\naid = f50017\nkey_system = chain\n", key_path);
    const struct harness_options options = {
        .programs = PROGRAMS, .n_lanes = 1, .readers = readers, .n_readers = 1, .gate_lines = gate_lines};
    assert_int_equal(harness_open(&options, &w.h), 0);
    whole_write_list(&w);
    start_reader();
    acr122u_plug();
    return 0;
}

static int close_unit(void **state)
{
    (void)state;
    whole_close(&w);
    be(0);
    acr122u_stop();
    acr122u_await_gone();
    (void)unlink(key_path);
    return 0;
}

/* One member taps and walks. */
static void let_in(const char *card)
{
    char command[64];
    (void)snprintf(command, sizeof(command), "put classic uid=%s", card);
    whole_chip(&w, 0, command);
    whole_await(&w, "\"phase\":\"released\"", card, NULL);
    whole_chip(&w, 0, "take");
    (void)whole_lanes(&w, "walk lane1 in");
    whole_await(&w, "\"phase\":\"passed\"", card, NULL);
}

/* What the status says of the reader has @text, sooner or later. */
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

/* The key of Kim's card; what makes it from the unit's is tested elsewhere. */
static void put_key_card(const uint8_t key[16])
{
    char hex[33];
    char command[160];
    text_to_hex(key, 16, hex, sizeof(hex));
    (void)snprintf(command, sizeof(command), "put desfire uid=" CARD_KEY " aid=f50017 key=%s keyno=0", hex);
    whole_chip(&w, 0, command);
}

static void put_true_card(void)
{
    static const uint8_t uid[7] = {0x04, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66};
    static const uint8_t aid[3] = {0xf5, 0x00, 0x17};
    uint8_t master[16];
    uint8_t key[16];
    uint8_t input[DIVERSIFY_INPUT_MAX];
    for (size_t i = 0; i < sizeof(master); i++) {
        master[i] = (uint8_t)(0x11 * i);
    }
    size_t n = diversify_input(uid, sizeof(uid), aid, "chain", input);
    assert_true(n > 0);
    assert_int_equal(diversify_aes128(master, input, n, key), 0);
    put_key_card(key);
}

static void a_reader_on_usb_lets_members_in(void **state)
{
    static const uint8_t wrong[16];
    char path[64];
    struct stat node;
    (void)state;
    whole_start(&w);
    assert_true(acr122u_node(path, sizeof(path)));
    assert_int_equal(stat(path, &node), 0);
    assert_int_equal(node.st_gid, plugdev);
    assert_int_equal(node.st_mode & 07777, 0660);
    await_status("\"sandbox\":{\"no_new_privs\":true,\"landlock\":true,\"seccomp\":true}");
    put_key_card(wrong);
    whole_await(&w, "\"phase\":\"denied\"", "\"code\":\"card_not_genuine\"", NULL);
    whole_chip(&w, 0, "take");
    let_in(CARD_IDA); /* another card, so that Kim's is seen anew */
    put_true_card();
    whole_await(&w, "\"phase\":\"granted\"", "\"card\":\"" CARD_KEY "\"", NULL);
    (void)whole_lanes(&w, "walk lane1 in");
    whole_await(&w, "\"phase\":\"passed\"", NULL, NULL);
    assert_int_equal(harness_gate_end(&w.h, SIGTERM), 0);
    assert_int_equal(whole_events(&w, JOURNAL_PASSED), 2);
    assert_int_equal(whole_events(&w, JOURNAL_READER_LOST), 0);
}

/* While it looks for a card, and in the middle of a proof. */
static void unplugged_at_any_message_it_is_gone_and_comes_back(void **state)
{
    (void)state;
    char text[JOURNAL_DETAIL_SIZE];
    whole_start(&w);
    for (int i = 0; i < REPLUGS; i++) {
        (void)snprintf(text, sizeof(text), "dial unplug_at %d", 1 + i % MESSAGES);
        whole_chip(&w, 0, text);
        put_true_card();
        whole_await(&w, lost, "\"reader\":\"reader1\"", NULL);
        acr122u_await_gone();
        whole_chip(&w, 0, "take");
        acr122u_plug();
        whole_await(&w, back, NULL, NULL);
    }
    let_in(CARD_IDA);
    assert_int_equal(harness_gate_end(&w.h, SIGTERM), 0);
    assert_int_equal(whole_events(&w, JOURNAL_READER_LOST), REPLUGS);
    assert_int_equal(whole_events(&w, JOURNAL_READER_BACK), REPLUGS);
    whole_last_detail(&w, JOURNAL_READER_LOST, text);
    assert_string_equal(text, "the reader is gone");
}

static void reset_by_the_host_it_works_on(void **state)
{
    (void)state;
    whole_start(&w);
    for (int i = 0; i < RESETS; i++) {
        be(0);
        assert_int_equal(acr122u_reset(), 0);
        be(NOBODY);
        let_in(i % 2 == 0 ? CARD_IDA : CARD_BO);
    }
}

static void each_fault_ends_its_process_and_it_comes_back(void **state)
{
    (void)state;
    static const struct {
        const char *dial;
        const char *card; /* lies on it; NULL: none */
    } faults[] = {
        {"stall_in", NULL},
        {"stall_out", NULL},
        {"no_answer", NULL},
        {"empty", NULL},
        {"short", NULL},
        {"split", NULL},
        {"length_huge", NULL},
        {"length_zero", NULL},
        {"wrong_type", NULL},
        {"failed", NULL},
        {"no_chip", NULL},
        {"silent_after_ack", NULL},
        {"bad_checksum", NULL},
        {"wrong_code", NULL},
        {"twice", "put classic uid=04ffffff"},
        {"empty_ats", "put desfire uid=04fffffffffff0"}, /* libnfc crashes */
    };
    whole_start(&w);
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        char text[64];
        (void)snprintf(text, sizeof(text), "dial %s forever", faults[i].dial);
        whole_chip(&w, 0, text);
        if (faults[i].card) {
            whole_chip(&w, 0, faults[i].card);
        }
        whole_await(&w, lost, NULL, NULL);
        whole_chip(&w, 0, "calm");
        whole_chip(&w, 0, "take");
        whole_await(&w, back, NULL, NULL);
        let_in(i % 2 == 0 ? CARD_IDA : CARD_BO);
    }
}

static void what_libnfc_bears_goes_unnoticed(void **state)
{
    (void)state;
    static const char *const dials[] = {"dial overlong forever", "dial wrong_sequence forever", "dial slow_ms 20"};
    whole_start(&w);
    for (size_t i = 0; i < sizeof(dials) / sizeof(dials[0]); i++) {
        whole_chip(&w, 0, dials[i]);
        let_in(i % 2 == 0 ? CARD_IDA : CARD_BO);
    }
    assert_int_equal(harness_gate_end(&w.h, SIGTERM), 0);
    assert_int_equal(whole_events(&w, JOURNAL_READER_LOST), 0);
}

/* Its process may come down with it, time and again; the gate doesn't. */
static void one_that_lies_about_itself_does_no_harm(void **state)
{
    (void)state;
    static const char *const lies[] = {"ccid_beyond",    "no_endpoints",   "no_bulk_in",  "endpoints_promised",
                                       "endpoint_short", "endpoint_empty", "packet_zero", "no_interface",
                                       "total_short",    "device_cut"};
    whole_start(&w);
    for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
        char text[64];
        acr122u_unplug();
        whole_await(&w, lost, NULL, NULL);
        (void)snprintf(text, sizeof(text), "descriptors %s", lies[i]);
        whole_chip(&w, 0, text);
        (void)acr122u_plug_odd();
        int64_t tried = whole_status(&w, "\"restarts\":");
        while (whole_status(&w, "\"restarts\":") < tried + ATTEMPTS) {
            (void)poll(NULL, 0, LOOK_MS);
        }
        await_status("\"working\":false");
        acr122u_unplug();
        whole_chip(&w, 0, "calm");
        acr122u_plug();
        whole_await(&w, back, NULL, NULL);
        let_in(i % 2 == 0 ? CARD_IDA : CARD_BO);
    }
}

static void plugged_in_after_the_gate_has_started_it_is_found(void **state)
{
    (void)state;
    acr122u_unplug();
    assert_int_equal(harness_gate(&w.h), 0);
    await_status("no reader answers on the device");
    acr122u_plug();
    whole_await(&w, back, NULL, NULL);
    let_in(CARD_IDA);
}

static void without_the_group_it_is_no_reader(void **state)
{
    (void)state;
    be_in(0);
    assert_int_equal(harness_gate(&w.h), 0);
    await_status("no reader answers on the device");
    await_status("\"working\":false");
}

int main(void)
{
#define UNIT(test) cmocka_unit_test_setup_teardown(test, open_unit, close_unit)
    const struct CMUnitTest tests[] = {
        UNIT(a_reader_on_usb_lets_members_in),
        UNIT(unplugged_at_any_message_it_is_gone_and_comes_back),
        UNIT(reset_by_the_host_it_works_on),
        UNIT(each_fault_ends_its_process_and_it_comes_back),
        UNIT(what_libnfc_bears_goes_unnoticed),
        UNIT(one_that_lies_about_itself_does_no_harm),
        UNIT(plugged_in_after_the_gate_has_started_it_is_found),
        UNIT(without_the_group_it_is_no_reader),
    };
    const struct group *group = getgrnam("plugdev");
    /* Without libnfc's own rule, and with one before ours that says otherwise: what the node gets is ours. */
    FILE *rule = fopen("/run/udev/rules.d/93-pn53x.rules", "we");
    FILE *other = fopen("/run/udev/rules.d/65-other.rules", "we");
    if (!group || !rule || !other) {
        return 1;
    }
    plugdev = group->gr_gid;
    (void)fputs("SUBSYSTEM==\"usb\", GROUP=\"root\", MODE=\"0600\"\n", other);
    if (fclose(rule) != 0 || fclose(other) != 0 || system("udevadm control --reload") != 0) {
        return 1;
    }
    (void)signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
