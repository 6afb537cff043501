/* What goes wrong around the gate, and what it makes of it: files, chip, configuration, clients. Real processes. */

#include "base/cleanup.h"
#include "base/text.h"
#include "bus/bus.h"
#include "gate/app.h"
#include "gate/unit.h"
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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static struct whole w;

static int open_whole(void **state)
{
    (void)state;
    whole_open(&w, "second_tap_ms = 0\n");
    return 0;
}

static int close_whole(void **state)
{
    (void)state;
    whole_close(&w);
    return 0;
}

static void overwrite(const char *path, off_t from, size_t n)
{
    int fd = open(path, O_WRONLY);
    assert_true(fd >= 0);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(pwrite(fd, "\xa5", 1, from + (off_t)i), 1);
    }
    assert_int_equal(close(fd), 0);
}

static void a_damaged_list_is_set_aside_and_a_new_one_taken_up(void **state)
{
    (void)state;
    overwrite(w.h.list_path, 0, 200);
    whole_start(&w);
    (void)whole_status(&w, "\"synchronised\":");
    assert_non_null(strstr(w.json, "\"state\":\"quarantined\""));
    assert_int_equal(access(w.h.list_path, F_OK), -1);
    whole_tap(&w, 0, CARD_IDA);
    whole_await(&w, "\"reader\":\"reader1\"", "\"verdict\":\"denied\"", NULL);
    assert_int_equal(whole_rises(&w, "lane1-release-in"), 0); /* closed */

    whole_write_list(&w); /* seen by itself */
    whole_await(&w, "\"phase\":\"released\"", CARD_IDA, NULL); /* cured: without a second tap */
    (void)whole_lanes(&w, "walk lane1 in");
    whole_await(&w, "\"phase\":\"passed\"", CARD_IDA, NULL);
    assert_int_equal(harness_gate_end(&w.h, SIGTERM), 0);
    char detail[JOURNAL_DETAIL_SIZE];
    whole_last_detail(&w, JOURNAL_LIST_STATE, detail);
    assert_string_equal(detail, "ok");
}

static void a_list_renamed_into_place_takes_over_at_once(void **state)
{
    (void)state;
    char aside[HARNESS_PATH_SIZE + 8];
    (void)snprintf(aside, sizeof(aside), "%s.aside", w.h.list_path);
    assert_int_equal(rename(w.h.list_path, aside), 0);
    whole_start(&w);
    (void)whole_status(&w, "\"synchronised\":");
    assert_non_null(strstr(w.json, "\"state\":\"missing\""));
    assert_int_equal(rename(aside, w.h.list_path), 0);
    whole_await(&w, "no_list", NULL, NULL);
    whole_tap(&w, 0, CARD_IDA);
    whole_await(&w, "\"phase\":\"granted\"", NULL, NULL);
}

static void a_damaged_journal_is_replaced_under_a_new_epoch(void **state)
{
    (void)state;
    whole_start(&w);
    (void)whole_lanes(&w, "walk lane1 in");
    whole_tap(&w, 0, CARD_IDA);
    whole_await(&w, "\"phase\":\"passed\"", NULL, NULL);
    assert_int_equal(harness_gate_end(&w.h, SIGTERM), 0);
    overwrite(w.h.journal_path, 0, 100); /* the file's header */
    whole_start(&w);
    assert_int_equal(whole_events(&w, JOURNAL_RECOVERED), 1);
    assert_true(whole_status(&w, "\"journal\":{\"path\":\"") == 0);
    struct journal_db *db = NULL;
    assert_int_equal(journal_db_open(w.h.journal_path, JOURNAL_DB_READ, &db), 0);
    assert_true(journal_db_epoch(db) > 1);
    journal_db_close(db);
    whole_tap(&w, 0, CARD_BO);
    whole_await(&w, "\"phase\":\"granted\"", NULL, NULL);
}

static void a_chip_that_goes_away_is_taken_up_again(void **state)
{
    (void)state;
    whole_start(&w);
    assert_int_equal(harness_lanes_end(&w.h, SIGKILL), 128 + SIGKILL);
    /* A lane that can't be driven is out of service, and says so. */
    whole_tap(&w, 0, CARD_IDA);
    whole_await(&w, "\"phase\":\"alarm\"", "line", NULL);
    assert_int_equal(harness_lanes_start(&w.h), 0);
    (void)whole_lanes(&w, "await chip claimed");
    whole_await(&w, "alarm_end", NULL, NULL);
    (void)whole_lanes(&w, "walk lane1 in");
    whole_tap(&w, 0, CARD_BO);
    whole_await(&w, "\"phase\":\"passed\"", CARD_BO, NULL);
}

static void what_modes_and_fire_ask_for_is_driven_again_when_the_chip_is_back(void **state)
{
    (void)state;
    struct message m = {.kind = MESSAGE_MODE, .lane = "lane1", .mode = LANE_FREE, .who = "Anna", .why = "a fair"};
    whole_start(&w);
    assert_int_equal(whole_ask(&w, &m), 0);
    for (int round = 0; round < 2; round++) {
        (void)whole_lanes(&w, "await lane1-release-in active");
        (void)whole_lanes(&w, "await lane1-release-out active");
        assert_int_equal(harness_lanes_end(&w.h, SIGKILL), 128 + SIGKILL);
        /* Told at once, although nothing is to be driven. */
        whole_await(&w, "\"phase\":\"alarm\"", "lines_away", NULL);
        assert_int_equal(harness_lanes_start(&w.h), 0);
        whole_await(&w, "\"notice\":\"lines_back\"", NULL, NULL);
        if (round == 0) {
            /* Free again; then fire, on top of it. */
            (void)whole_lanes(&w, "await lane1-release-in active");
            (void)whole_lanes(&w, "fire on");
            whole_await(&w, "\"notice\":\"fire\"", NULL, NULL);
        }
    }
    /* The new chip says that the circuit is whole: the fire is over, and the mode holds. */
    (void)whole_lanes(&w, "await lane1-release-in active");
    m.mode = LANE_NORMAL;
    assert_int_equal(whole_ask(&w, &m), 0);
    (void)whole_lanes(&w, "await lane1-release-in inactive");
    (void)whole_lanes(&w, "await lane1-release-out inactive");
    (void)whole_lanes(&w, "walk lane1 in");
    whole_tap(&w, 0, CARD_BO);
    whole_await(&w, "\"phase\":\"passed\"", CARD_BO, NULL);
    assert_int_equal(harness_gate_end(&w.h, SIGTERM), 0);
    assert_int_equal(whole_events(&w, JOURNAL_FIRE), 2);
    assert_int_equal(whole_events(&w, JOURNAL_ALARM), 2);
    assert_int_equal(whole_events(&w, JOURNAL_ALARM_END), 2);
    char detail[JOURNAL_DETAIL_SIZE];
    whole_last_detail(&w, JOURNAL_ALARM, detail);
    assert_string_equal(detail, "lines_away");
}

/* Lets the gate write files up to this size only: what a full disk is to it. */
static void limit_files(rlim_t size)
{
    const struct rlimit limit = {size, RLIM_INFINITY};
    assert_int_equal(prlimit(w.h.gate.pid, RLIMIT_FSIZE, &limit, NULL), 0);
}

static void a_full_disk_refuses_what_costs_and_loses_nothing_else(void **state)
{
    (void)state;
    whole_start(&w);
    limit_files(1);
    (void)whole_lanes(&w, "walk lane1 in");
    whole_tap(&w, 0, CARD_IDA);
    whole_await(&w, "\"phase\":\"passed\"", CARD_IDA, NULL);
    whole_tap(&w, 0, CARD_CLIPS);
    whole_await(&w, "\"notice\":\"journal_failed\"", NULL, NULL);
    assert_int_equal(whole_rises(&w, "lane1-release-in"), 1);
    assert_true(whole_status(&w, "\"queued\":") > 0);
    assert_null(strstr(w.json, "\"error\":\"\""));
    limit_files(RLIM_INFINITY);
    (void)whole_lanes(&w, "walk lane1 in");
    whole_tap(&w, 0, CARD_BO);
    whole_await(&w, "\"phase\":\"passed\"", CARD_BO, NULL);
    /* Ida's passage was given back to the unit, which hands it over again before it ends. */
    assert_int_equal(harness_gate_end(&w.h, SIGTERM), 0);
    assert_int_equal(whole_events(&w, JOURNAL_PASSED), 2);
}

static void staff_release_a_lane_with_a_reason_and_no_other_lane(void **state)
{
    (void)state;
    whole_start(&w);
    struct message m = {.kind = MESSAGE_RELEASE, .lane = "lane1", .side = LANE_IN, .who = "Anna", .why = "a pram"};
    (void)whole_lanes(&w, "walk lane1 in");
    assert_int_equal(whole_ask(&w, &m), 0);
    (void)whole_lanes(&w, "await lane1 through 1");
    (void)text_copy(m.lane, sizeof(m.lane), "lane9");
    assert_int_equal(whole_ask(&w, &m), UNIT_NO_LANE);
    assert_int_equal(harness_gate_end(&w.h, SIGTERM), 0);
    assert_int_equal(whole_events(&w, JOURNAL_STAFF_RELEASE), 1);
}

static void the_check_names_what_is_wrong(void **state)
{
    (void)state;
    whole_start(&w);
    const struct message m = {.kind = MESSAGE_CHECK_ASK};
    assert_int_equal(whole_ask(&w, &m), 0);
    assert_non_null(strstr(w.json, "\"ok\":true}"));
    assert_non_null(strstr(w.json, "{\"kind\":\"input\",\"name\":\"lane1 fire\",\"ok\":true,\"text\":\"active\"}"));
    assert_true(harness_chip_end(&w.h, 0) >= 0);
    whole_await(&w, "\"notice\":\"reader_lost\"", NULL, NULL);
    assert_int_equal(whole_ask(&w, &m), 0);
    assert_non_null(strstr(w.json, "\"ok\":false}"));
    assert_non_null(strstr(w.json, "{\"kind\":\"reader\",\"name\":\"reader1\",\"ok\":false"));
}

static void clients_that_send_garbage_or_never_read_harm_nobody(void **state)
{
    (void)state;
    enum { CLIENTS = 40 };
    int fds[CLIENTS];
    static uint8_t large[3 * MESSAGE_MAX];
    whole_start(&w);
    for (int i = 0; i < CLIENTS; i++) {
        fds[i] = bus_connect(w.h.control_path);
        if (fds[i] < 0) {
            continue; /* more at once than may wait at the door */
        }
        const struct message ask = {.kind = MESSAGE_STATUS_ASK};
        const struct message follow = {.kind = MESSAGE_FOLLOW};
        if (i % 4 == 0) {
            (void)send(fds[i], "garbage", 7, MSG_NOSIGNAL);
        } else if (i % 4 == 1) {
            (void)send(fds[i], large, sizeof(large), MSG_NOSIGNAL);
        } else if (i % 4 == 2) {
            for (int k = 0; k < 200; k++) {
                (void)bus_send(fds[i], &ask); /* never takes an answer */
            }
        } else {
            (void)bus_send(fds[i], &follow); /* never reads the news */
        }
    }
    (void)whole_lanes(&w, "walk lane1 in");
    whole_tap(&w, 0, CARD_IDA);
    whole_await(&w, "\"phase\":\"passed\"", NULL, NULL);
    assert_true(whole_status(&w, "\"clients\":") <= 16);
    for (int i = 0; i < CLIENTS; i++) {
        cleanup_closep(&fds[i]);
    }
}

/* @return the exit status of `stile-gate --config FILE [--check]` with this text. */
static int run_config(const char *text, bool check)
{
    char path[HARNESS_PATH_SIZE + 8];
    (void)snprintf(path, sizeof(path), "%s/other.ini", w.h.folder);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    (void)fputs(text, f);
    assert_int_equal(fclose(f), 0);
    static const char program[] = PROGRAMS "/stile-gate";
    const char *const argv[] = {program, "--config", path, check ? "--check" : NULL, NULL};
    struct process p;
    assert_int_equal(process_start(argv, NULL, w.h.log_path, PROCESS_HEARS_NOTHING, &p), 0);
    return process_end(&p, 0, HARNESS_WAIT_MS);
}

/* The harness's configuration with a text replaced. */
static char *config_with(const char *from, const char *to)
{
    static char text[8192];
    char before[4096] = "";
    FILE *f = fopen(w.h.config_path, "r");
    assert_non_null(f);
    size_t n = fread(before, 1, sizeof(before) - 1, f);
    (void)fclose(f);
    before[n] = '\0';
    char *at = strstr(before, from);
    assert_non_null(at);
    *at = '\0';
    (void)snprintf(text, sizeof(text), "%s%s%s", before, to, at + strlen(from));
    return text;
}

static void what_keeps_it_from_starting_is_told_by_the_exit_status(void **state)
{
    (void)state;
    char key[HARNESS_PATH_SIZE + 4];
    char to[300];
    (void)snprintf(key, sizeof(key), "%s/key", w.h.folder);
    (void)snprintf(to, sizeof(to), "unit = u\nkey_path = %s\naid = f50017", key);
    FILE *f = fopen(key, "w");
    assert_non_null(f);
    (void)fputs("00112233445566778899aabbccddeeff\n", f);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod(key, 0640), 0);

    assert_int_equal(run_config(config_with("unit = ", "unit = "), true), APP_DONE);
    assert_int_equal(run_config("[gate]\n", false), APP_CONFIG);
    assert_int_equal(run_config("[gate]\n", true), APP_CONFIG);
    assert_int_equal(run_config(config_with("unit = simulated", to), true), APP_RIGHTS);
    assert_int_equal(run_config(config_with("unit = simulated", to), false), APP_RIGHTS);
    assert_int_equal(run_config(config_with("lane1-tamper", "no-such-line"), false), APP_LINES);
    assert_int_equal(run_config(config_with("journal.db", "no/such/folder/journal.db"), false), APP_JOURNAL);
    if (geteuid() == 0) {
        assert_int_equal(run_config(config_with("chip = sim:", "chip = /x"), false), APP_RIGHTS);
    }
    static const char program[] = PROGRAMS "/stile-gate";
    const char *const argv[] = {program, NULL};
    struct process p;
    assert_int_equal(process_start(argv, NULL, w.h.log_path, PROCESS_HEARS_NOTHING, &p), 0);
    assert_int_equal(process_end(&p, 0, HARNESS_WAIT_MS), APP_USAGE);
}

static void a_clock_before_its_floor_is_not_trusted(void **state)
{
    (void)state;
    FILE *f = fopen(w.h.clock_path, "w");
    assert_non_null(f);
    (void)fputs("4000000000000000\n", f); /* the year 2096 */
    assert_int_equal(fclose(f), 0);
    whole_start(&w);
    (void)whole_status(&w, "\"clock\":");
    assert_non_null(strstr(w.json, "\"trusted\":false"));
    assert_int_equal(harness_gate_end(&w.h, SIGTERM), 0);
    char detail[JOURNAL_DETAIL_SIZE];
    whole_last_detail(&w, JOURNAL_CLOCK, detail);
    assert_string_equal(detail, "not_set");
}

static int find_erased(const struct journal_event *event, void *user)
{
    if (event->kind == JOURNAL_ERASED) {
        *(struct journal_event *)user = *event;
    }
    return 0;
}

static void personal_data_past_its_retention_goes_and_the_journal_says_up_to_where(void **state)
{
    (void)state;
    enum { OLD = 3 };
    struct journal_event events[OLD] = {{0}};
    struct journal_event told = {0};
    struct journal_db *db = NULL;
    assert_int_equal(journal_db_open(w.h.journal_path, JOURNAL_DB_WRITE, &db), 0);
    for (int i = 0; i < OLD; i++) {
        events[i] = (struct journal_event){.kind = JOURNAL_STAFF_RELEASE,
                                           .utc_us = INT64_C(1000000000000000) + i, /* 2001 */
                                           .line_us = -1,
                                           .record = (const uint8_t *)"Anna",
                                           .record_len = 4};
    }
    assert_int_equal(journal_db_append(db, events, OLD), 0);
    journal_db_close(db);
    whole_start(&w);
    while (whole_status(&w, "\"erased\":") < OLD) {
    }
    assert_int_equal(harness_gate_end(&w.h, SIGTERM), 0);
    assert_int_equal(journal_db_open(w.h.journal_path, JOURNAL_DB_READ, &db), 0);
    assert_int_equal(journal_db_read(db, 0, 0, find_erased, &told), 0);
    assert_int_equal(told.code, OLD);
    assert_int_equal(told.ref, events[OLD - 1].seq);
    assert_int_equal(journal_db_event(db, 1, &told), 0);
    assert_true(told.erased);
    journal_db_close(db);
}

/* Waits until the service manager, which the test plays, is told @text. */
static void await_told(int fd, const char *text)
{
    char told[512];
    do {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        assert_int_equal(poll(&p, 1, HARNESS_WAIT_MS), 1);
        ssize_t n = recv(fd, told, sizeof(told) - 1, MSG_DONTWAIT);
        assert_true(n > 0);
        told[n] = '\0';
    } while (!strstr(told, text));
}

static void the_service_manager_is_told_of_start_stop_and_life(void **state)
{
    (void)state;
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    (void)snprintf(a.sun_path, sizeof(a.sun_path), "%s/manager", w.h.folder);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&a, sizeof(a)), 0);
    static const char program[] = PROGRAMS "/stile-gate";
    const char *const argv[] = {program, "--config", w.h.config_path, NULL};
    const char *const env[] = {"NOTIFY_SOCKET", a.sun_path, "WATCHDOG_USEC", "400000", NULL};
    assert_int_equal(process_start(argv, env, w.h.log_path, PROCESS_HEARS_OUTPUT, &w.h.gate), 0);
    await_told(fd, "READY=1");
    for (int i = 0; i < 3; i++) {
        await_told(fd, "WATCHDOG=1"); /* again and again, with nothing else to do */
    }
    assert_int_equal(kill(w.h.gate.pid, SIGTERM), 0);
    await_told(fd, "STOPPING=1");
    assert_int_equal(process_end(&w.h.gate, 0, HARNESS_WAIT_MS), APP_DONE);
    assert_int_equal(close(fd), 0);
}

int main(void)
{
#define WHOLE(test) cmocka_unit_test_setup_teardown(test, open_whole, close_whole)
    const struct CMUnitTest tests[] = {
        WHOLE(a_damaged_list_is_set_aside_and_a_new_one_taken_up),
        WHOLE(a_list_renamed_into_place_takes_over_at_once),
        WHOLE(a_damaged_journal_is_replaced_under_a_new_epoch),
        WHOLE(a_chip_that_goes_away_is_taken_up_again),
        WHOLE(what_modes_and_fire_ask_for_is_driven_again_when_the_chip_is_back),
        WHOLE(a_full_disk_refuses_what_costs_and_loses_nothing_else),
        WHOLE(staff_release_a_lane_with_a_reason_and_no_other_lane),
        WHOLE(the_check_names_what_is_wrong),
        WHOLE(clients_that_send_garbage_or_never_read_harm_nobody),
        WHOLE(what_keeps_it_from_starting_is_told_by_the_exit_status),
        WHOLE(a_clock_before_its_floor_is_not_trusted),
        WHOLE(personal_data_past_its_retention_goes_and_the_journal_says_up_to_where),
        WHOLE(the_service_manager_is_told_of_start_stop_and_life),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
