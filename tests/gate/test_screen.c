/* What a screen asks of the gate: the status that it draws, and notes for the journal. */

#include "whole.h"

#include "base/clock.h"
#include "base/text.h"
#include "bus/bus.h"
#include "core/lane.h"
#include "db/import.h"

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

static void ask_status(void)
{
    const struct message m = {.kind = MESSAGE_STATUS_ASK};
    (void)whole_ask(&w, &m);
}

static bool status_says(const char *what)
{
    ask_status();
    return strstr(w.json, what) != NULL;
}

static void the_status_counts_the_people_in_the_zones_of_its_readers(void **state)
{
    (void)state;
    whole_start(&w);
    assert_true(status_says("\"zones\":[{\"id\":1,\"name\":\"hall\",\"people\":0,\"limit\":0}]"));
    (void)whole_lanes(&w, "walk lane1 in");
    whole_tap(&w, 0, CARD_IDA);
    whole_await(&w, "\"phase\":\"passed\"", NULL, NULL);
    assert_true(status_says("\"zones\":[{\"id\":1,\"name\":\"hall\",\"people\":1,\"limit\":0}]"));
}

static void the_status_says_fire_and_lockdown_and_each_lanes_mode(void **state)
{
    (void)state;
    whole_start(&w);
    assert_true(status_says("\"fire\":false,\"lockdown\":false,"));
    assert_non_null(strstr(w.json, "\"mode\":\"normal\""));
    (void)whole_lanes(&w, "fire on");
    whole_await(&w, "\"notice\":\"fire\"", NULL, NULL);
    assert_true(status_says("\"fire\":true,\"lockdown\":false,"));
    (void)whole_lanes(&w, "fire off");
    whole_await(&w, "\"notice\":\"fire_end\"", NULL, NULL);
    const struct message lockdown = {.kind = MESSAGE_LOCKDOWN, .value = 1, .who = "Anna"};
    assert_int_equal(whole_ask(&w, &lockdown), 0);
    assert_true(status_says("\"fire\":false,\"lockdown\":true,"));
    assert_non_null(strstr(w.json, "\"mode\":\"normal\"")); /* as staff set it */
    const struct message mode = {.kind = MESSAGE_MODE, .lane = "lane1", .mode = LANE_FREE, .who = "Anna", .why = "x"};
    assert_int_equal(whole_ask(&w, &mode), 0);
    assert_true(status_says("\"mode\":\"free\""));
}

/* Sends a note over a connection of its own that stays open. @return the answer's value. */
static int64_t note_over(int fd, const struct message *note)
{
    static uint8_t buffer[MESSAGE_MAX];
    struct message answer = {0};
    struct pollfd readable = {.fd = fd, .events = POLLIN};
    assert_int_equal(bus_send(fd, note), 0);
    assert_int_equal(poll(&readable, 1, HARNESS_WAIT_MS), 1);
    assert_int_equal(bus_receive(fd, buffer, &answer), 0);
    assert_int_equal(answer.kind, MESSAGE_DONE);
    return answer.value;
}

/* One is allowed again every three seconds, so that so many within a test are too many on any machine. */
enum { NOTES = 100, AT_ONCE = 20, AT_ONCE_ALL = 60 };

static void a_note_is_journalled_and_a_flood_of_them_is_not(void **state)
{
    (void)state;
    struct message note = {.kind = MESSAGE_NOTE, .who = "Anna", .text = "touch test passed", .lane = "lane1"};
    int64_t good = 0;
    whole_start(&w);
    int fd = bus_connect(w.h.control_path);
    assert_true(fd >= 0);
    for (int i = 0; i < NOTES; i++) {
        int64_t r = note_over(fd, &note);
        assert_true(i >= AT_ONCE || r == 0);
        good += r == 0;
    }
    assert_true(good < NOTES);
    (void)text_copy(note.lane, sizeof(note.lane), "nowhere");
    assert_true(note_over(fd, &note) > 0);
    (void)close(fd);
    assert_int_equal(harness_gate_end(&w.h, SIGTERM), 0);
    assert_int_equal(whole_events(&w, JOURNAL_STAFF_ACT), good);
}

static void connecting_again_makes_no_room_for_more_notes(void **state)
{
    (void)state;
    const struct message note = {.kind = MESSAGE_NOTE, .who = "Anna", .text = "signed in"};
    int64_t good = 0;
    whole_start(&w);
    for (int i = 0; i < 2 * NOTES; i++) {
        int64_t r = whole_ask(&w, &note); /* a connection each */
        assert_true(i >= AT_ONCE_ALL || r == 0);
        good += r == 0;
    }
    assert_true(good < 2 * NOTES);
}

/* It lay in the socket while the gate stood still. */
static void a_wish_from_long_ago_is_not_carried_out(void **state)
{
    (void)state;
    struct message release = {.kind = MESSAGE_RELEASE, .lane = "lane1", .side = LANE_IN, .who = "Anna", .why = "x"};
    whole_start(&w);
    release.boot_us = clock_boot_us() - 4 * US_PER_S;
    assert_int_equal(whole_ask(&w, &release), -ETIME);
    ask_status();
    assert_non_null(strstr(w.json, "\"state\":\"locked\""));
    release.boot_us = clock_boot_us();
    assert_int_equal(whole_ask(&w, &release), 0);
    whole_await(&w, "\"phase\":\"released\"", NULL, NULL);
}

/* A configuration and a list in which everything has its longest name, and no reader can be opened. */
enum { LANES = 8, READERS = 16, LONGEST = 31 };

static void write_widest_config(const char *device)
{
    FILE *f = fopen(w.h.config_path, "w");
    assert_non_null(f);
    (void)fprintf(f,
                  "[gate]\nunit = %031d\nlist_path = %s\njournal_path = %s\nclock_path = %s\ncontrol_path = %s\n"
                  "reader_program = " PROGRAMS "/stile-reader\nchip = sim:%s\n",
                  0, w.h.list_path, w.h.journal_path, w.h.clock_path, w.h.control_path, w.h.chip_path);
    for (int i = 1; i <= LANES; i++) {
        (void)fprintf(f,
                      "[lane %031d]\nrelease_in = lane%d-release-in\nrelease_out = lane%d-release-out\n"
                      "contact_a = lane%d-contact-a\ncontact_b = lane%d-contact-b\n",
                      i, i, i, i, i);
    }
    for (int i = 1; i <= READERS; i++) {
        (void)fprintf(f, "[reader %031d]\ndevice = %s%02d\npoint = %031d\nlane = %031d\nside = %s\n", i, device, i, i,
                      (i + 1) / 2, i % 2 ? "in" : "out");
    }
    assert_int_equal(fclose(f), 0);
}

static void write_widest_list(void)
{
    static char text[16384];
    size_t n = (size_t)snprintf(text, sizeof(text),
                                "{\"type\":\"branch\",\"id\":1,\"name\":\"Centre\",\"time_zone\":\"UTC0\"}\n");
    for (int i = 1; i <= READERS; i++) {
        n += (size_t)snprintf(text + n, sizeof(text) - n,
                              "{\"type\":\"zone\",\"id\":%lld,\"branch\":1,\"name\":\"%063d\",\"limit\":1000000}\n"
                              "{\"type\":\"point\",\"id\":%d,\"branch\":1,\"name\":\"%031d\",\"direction\":\"in\","
                              "\"zone_to\":%lld}\n",
                              9007199254740000LL + i, i, i, i, 9007199254740000LL + i);
    }
    const struct import_options options = {.format = IMPORT_NDJSON, .utc_us = 1};
    struct import_result result;
    FILE *in = fmemopen(text, n, "r");
    assert_non_null(in);
    assert_int_equal(import_stream(w.h.list_path, in, &options, &result), 0);
    (void)fclose(in);
}

static void the_status_of_eight_lanes_and_sixteen_readers_fits_into_a_message(void **state)
{
    (void)state;
    char device[] = "pn532_uart:/nowhere/at/all/with/a/path/that/is/as/long/as/a/connection/string/may/be/in/the/"
                    "configuration";
    device[105] = '\0';
    whole_open_wide(&w, LANES, NULL);
    write_widest_config(device);
    write_widest_list();
    assert_int_equal(harness_gate(&w.h), 0);
    ask_status();
    int readers = 0;
    for (const char *at = w.json; (at = strstr(at, "\"heard_ms\"")); at++) {
        readers++;
    }
    assert_int_equal(readers, READERS);
    assert_non_null(strstr(w.json, "\"id\":9007199254740016"));
    /* Each reader may say more than here: a chip and a fault of 63 bytes, and longer numbers; so may each lane. */
    size_t more = READERS * (2 * 63 + 40) + LANES * 40;
    assert_true(strlen(w.json) + more < MESSAGE_MAX - 64);
}

int main(void)
{
#define WHOLE(test) cmocka_unit_test_setup_teardown(test, open_whole, close_whole)
    const struct CMUnitTest tests[] = {
        WHOLE(the_status_counts_the_people_in_the_zones_of_its_readers),
        WHOLE(the_status_says_fire_and_lockdown_and_each_lanes_mode),
        WHOLE(a_note_is_journalled_and_a_flood_of_them_is_not),
        WHOLE(a_wish_from_long_ago_is_not_carried_out),
        WHOLE(connecting_again_makes_no_room_for_more_notes),
        cmocka_unit_test_teardown(the_status_of_eight_lanes_and_sixteen_readers_fits_into_a_message, close_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
