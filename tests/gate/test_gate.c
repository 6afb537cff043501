/* The gate as it is shipped: real processes, stock libnfc, simulated chips and lanes. */

#include "whole.h"

#include "base/text.h"
#include "drivers/desfire/diversify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct whole w;

static int open_whole(void **state)
{
    (void)state;
    whole_open(&w, "second_tap_ms = 0\n"); /* the same card may come as often as a test wants */
    return 0;
}

static int close_whole(void **state)
{
    (void)state;
    whole_close(&w);
    return 0;
}

static void a_tap_opens_the_lane_and_the_passage_is_booked(void **state)
{
    (void)state;
    whole_start(&w);
    (void)whole_lanes(&w, "walk lane1 in");
    whole_tap(&w, 0, CARD_IDA);
    whole_await(&w, "\"phase\":\"granted\"", "\"card\":\"" CARD_IDA "\"", "\"name\":\"Ida\"");
    whole_await(&w, "\"phase\":\"released\"", "\"line_us\":", "\"tap_us\":");
    whole_await(&w, "\"phase\":\"passed\"", "\"code\":\"granted\"", "\"lane\":\"lane1\"");
    assert_int_equal(whole_rises(&w, "lane1-release-in"), 1);
    assert_int_equal(whole_rises(&w, "lane1-release-out"), 0);
    assert_int_equal(harness_gate_end(&w.h, SIGTERM), 0);
    assert_int_equal(whole_events(&w, JOURNAL_START), 1);
    assert_int_equal(whole_events(&w, JOURNAL_DECISION), 1);
    assert_int_equal(whole_events(&w, JOURNAL_RELEASED), 1);
    assert_int_equal(whole_events(&w, JOURNAL_PASSED), 1);
    assert_int_equal(whole_events(&w, JOURNAL_STOP), 1);
}

static void a_card_that_is_not_known_stays_outside(void **state)
{
    (void)state;
    whole_start(&w);
    whole_tap(&w, 0, "04ffffff");
    whole_await(&w, "\"phase\":\"denied\"", "\"code\":\"card_unknown\"", "\"cure\":\"new_card\"");
    assert_int_equal(whole_rises(&w, "lane1-release-in"), 0);
}

static void a_clip_is_taken_when_the_turnstile_has_turned(void **state)
{
    (void)state;
    whole_start(&w);
    (void)whole_lanes(&w, "walk lane1 in");
    whole_tap(&w, 0, CARD_CLIPS);
    whole_await(&w, "\"phase\":\"passed\"", CARD_CLIPS, NULL);
    (void)harness_gate_end(&w.h, SIGTERM);
    struct journal_db *db = NULL;
    assert_int_equal(journal_db_open(w.h.journal_path, JOURNAL_DB_READ, &db), 0);
    assert_int_equal(journal_db_uses(db, VISIT_COST_CLIP, 1, 0), 1);
    journal_db_close(db);
}

static void a_kill_in_mid_passage_leaves_it_unresolved_and_pulses_no_relay(void **state)
{
    (void)state;
    whole_start(&w);
    whole_tap(&w, 0, CARD_IDA);
    whole_await(&w, "\"phase\":\"released\"", NULL, NULL);
    whole_chip(&w, 0, "take"); /* else it would be a tap again after the restart */
    /* Released alongside its journal entry: wait until both are on disk, so that there is something to resolve. */
    while (whole_events(&w, JOURNAL_RELEASED) == 0) {
    }
    assert_int_equal(harness_gate_end(&w.h, SIGKILL), 128 + SIGKILL);
    (void)whole_lanes(&w, "await chip dropped");
    (void)whole_lanes(&w, "await lane1-release-in inactive");
    assert_int_equal(whole_rises(&w, "lane1-release-in"), 1);

    whole_start(&w);
    assert_int_equal(whole_rises(&w, "lane1-release-in"), 1);
    /* The lane is as usable as before. */
    (void)whole_lanes(&w, "walk lane1 in");
    whole_tap(&w, 0, CARD_BO);
    whole_await(&w, "\"phase\":\"passed\"", CARD_BO, NULL);
    assert_int_equal(harness_gate_end(&w.h, SIGTERM), 0);
    assert_int_equal(whole_events(&w, JOURNAL_UNRESOLVED), 1);
    assert_int_equal(whole_events(&w, JOURNAL_PASSED), 1); /* Bo's */
}

static void stopping_in_a_release_locks_the_lane_before_it_lets_go(void **state)
{
    (void)state;
    whole_start(&w);
    whole_tap(&w, 0, CARD_IDA);
    whole_await(&w, "\"phase\":\"released\"", NULL, NULL);
    assert_int_equal(harness_gate_end(&w.h, SIGTERM), 0);
    const char *line = strstr(whole_lanes(&w, "status"), "line lane1-release-in ");
    assert_non_null(line);
    assert_non_null(strstr(line, "level=inactive"));
    line = strstr(line, "dropped=");
    assert_int_equal(strncmp(line, "dropped=0", 9), 0); /* it was the gate that switched it off */
}

static void a_reader_that_is_killed_comes_back(void **state)
{
    (void)state;
    whole_start(&w);
    (void)whole_status(&w, "\"readers\":");
    int64_t pid = strtoll(strstr(strstr(w.json, "\"readers\""), "\"pid\":") + strlen("\"pid\":"), NULL, 10);
    assert_true(pid > 1);
    assert_int_equal(kill((pid_t)pid, SIGKILL), 0);
    whole_await(&w, "\"notice\":\"reader_lost\"", "\"reader\":\"reader1\"", NULL);
    whole_await(&w, "\"notice\":\"reader_back\"", "\"reader\":\"reader1\"", NULL);
    (void)whole_lanes(&w, "walk lane1 in");
    whole_tap(&w, 0, CARD_IDA);
    whole_await(&w, "\"phase\":\"passed\"", NULL, NULL);
    assert_int_equal(whole_status(&w, "\"restarts\":"), 1);
}

static void a_chip_that_falls_silent_is_given_up_and_taken_up_again(void **state)
{
    (void)state;
    static const char *const dials[] = {"silent_before_ack", "silent_after_ack"};
    whole_start(&w);
    for (int i = 0; i < 2; i++) {
        char command[60];
        (void)snprintf(command, sizeof(command), "dial %s forever", dials[i]);
        whole_chip(&w, 0, command);
        whole_await(&w, "\"notice\":\"reader_lost\"", "\"reader\":\"reader1\"", NULL);
        /* The other reader goes on. */
        whole_tap(&w, 1, "04ffffff");
        whole_await(&w, "\"phase\":\"denied\"", "\"reader\":\"reader2\"", NULL);
        whole_chip(&w, 0, "calm");
        whole_await(&w, "\"notice\":\"reader_back\"", "\"reader\":\"reader1\"", NULL);
        whole_tap(&w, 0, "04ffffff");
        whole_await(&w, "\"phase\":\"denied\"", "\"reader\":\"reader1\"", NULL);
        whole_chip(&w, 1, "take");
        whole_chip(&w, 0, "take");
    }
}

static void a_reader_that_is_unplugged_is_used_again_when_it_is_back(void **state)
{
    (void)state;
    whole_start(&w);
    assert_true(harness_chip_end(&w.h, 0) >= 0);
    whole_await(&w, "\"notice\":\"reader_lost\"", "\"reader\":\"reader1\"", NULL);
    assert_int_equal(harness_chip_start(&w.h, 0), 0);
    whole_await(&w, "\"notice\":\"reader_back\"", "\"reader\":\"reader1\"", NULL);
    whole_tap(&w, 0, CARD_IDA);
    whole_await(&w, "\"phase\":\"granted\"", NULL, NULL);
}

static void fire_frees_the_lane(void **state)
{
    (void)state;
    whole_start(&w);
    (void)whole_lanes(&w, "fire on");
    (void)whole_lanes(&w, "await lane1-release-in active");
    (void)whole_lanes(&w, "await lane1-release-out active");
    (void)whole_lanes(&w, "fire off");
    (void)whole_lanes(&w, "await lane1-release-in inactive");
    (void)whole_lanes(&w, "await lane1-release-out inactive");
}

static void write_file(const char *path, const char *text, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (int)strlen(text));
    assert_int_equal(close(fd), 0);
}

static void put_desfire(unsigned reader, const uint8_t key[16])
{
    char hex[33];
    char command[160];
    text_to_hex(key, 16, hex, sizeof(hex));
    (void)snprintf(command, sizeof(command), "put desfire uid=" CARD_KEY " aid=f50017 key=%s keyno=0 for_ms=1500", hex);
    whole_chip(&w, reader, command);
}

static void a_secure_card_proves_itself_and_a_copy_does_not(void **state)
{
    (void)state;
    static const uint8_t master[16] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
                                       0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};
    static const uint8_t uid[7] = {0x04, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66};
    static const uint8_t aid[3] = {0xf5, 0x00, 0x17};
    char gate_lines[200];
    char path[] = "/tmp/stile-key-XXXXXX";
    uint8_t input[DIVERSIFY_INPUT_MAX];
    uint8_t key[16];
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    (void)close(fd);
    write_file(path, "00112233445566778899aabbccddeeff\n", 0600);
    (void)snprintf(gate_lines, sizeof(gate_lines),
                   "second_tap_ms = 0\nkey_path = %s\naid = f50017\nkey_system = chain\n", path);
    whole_open(&w, gate_lines);
    whole_start(&w);
    (void)unlink(path);

    put_desfire(1, master); /* the master key itself is no card's key */
    whole_await(&w, "\"phase\":\"denied\"", "\"code\":\"card_not_genuine\"", NULL);

    size_t n = diversify_input(uid, sizeof(uid), aid, "chain", input);
    assert_true(n > 0);
    assert_int_equal(diversify_aes128(master, input, n, key), 0);
    (void)whole_lanes(&w, "walk lane1 in");
    put_desfire(0, key);
    whole_await(&w, "\"phase\":\"granted\"", "\"card\":\"" CARD_KEY "\"", NULL);
    whole_await(&w, "\"phase\":\"passed\"", NULL, NULL);
    assert_true(whole_status(&w, "\"answer_us\":") > 0);
}

int main(void)
{
#define WHOLE(test) cmocka_unit_test_setup_teardown(test, open_whole, close_whole)
    const struct CMUnitTest tests[] = {
        WHOLE(a_tap_opens_the_lane_and_the_passage_is_booked),
        WHOLE(a_card_that_is_not_known_stays_outside),
        WHOLE(a_clip_is_taken_when_the_turnstile_has_turned),
        WHOLE(a_kill_in_mid_passage_leaves_it_unresolved_and_pulses_no_relay),
        WHOLE(stopping_in_a_release_locks_the_lane_before_it_lets_go),
        WHOLE(a_reader_that_is_killed_comes_back),
        WHOLE(a_chip_that_falls_silent_is_given_up_and_taken_up_again),
        WHOLE(a_reader_that_is_unplugged_is_used_again_when_it_is_back),
        WHOLE(fire_frees_the_lane),
        cmocka_unit_test_teardown(a_secure_card_proves_itself_and_a_copy_does_not, close_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
