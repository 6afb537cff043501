/* The gate's state and its checks, decoded from texts as the gate writes them (a running gate's are decoded in
 * tests/face/test_link_gate.c). */

#include "model/checks.h"
#include "model/status.h"

#include "base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD "\"unit\":\"north\",\"utc_us\":1400234400000000,\"boot_us\":5000000"

static const char whole[] =
    "{\"unit\":\"north\",\"version\":\"0.1.0\",\"configuration\":\"0123456789abcdef0123456789abcdef\","
    "\"utc_us\":1400234400000001,\"boot_us\":5000001,"
    "\"process\":{\"pid\":812,\"up_s\":5,\"cpu_us\":40123,\"memory_kb\":7300},"
    "\"clock\":{\"trusted\":true,\"synchronised\":false,\"floor_utc_us\":1400234300000000},"
    "\"lines\":{\"chip\":\"/dev/gpiochip0\",\"working\":false,\"fault\":\"No such device\"},"
    "\"list\":{\"state\":\"ok\",\"path\":\"/var/lib/stile/list.db\",\"version\":12,\"epoch\":2,"
    "\"synced_utc_us\":1400234000000000,\"age_s\":400},"
    "\"journal\":{\"path\":\"/var/lib/stile/journal.db\",\"epoch\":1,\"seq\":991,\"queued\":1,\"written\":34,"
    "\"dropped\":2,\"erased\":3,\"error\":\"No space left on device\"},"
    "\"lanes\":[{\"name\":\"lane1\",\"state\":\"released_in\",\"release_in\":true,\"release_out\":false,"
    "\"has_grant\":true,\"fault\":false,\"alarm\":\"\",\"mode\":\"normal\"},"
    "{\"name\":\"lane2\",\"state\":\"shut\",\"release_in\":false,\"release_out\":true,\"has_grant\":false,"
    "\"fault\":true,\"alarm\":\"stuck\",\"mode\":\"locked\"}],"
    "\"readers\":[{\"name\":\"reader1\",\"point\":\"Entrance\",\"lane\":\"lane2\",\"side\":\"out\","
    "\"device\":\"pn532_uart:/dev/ttyS1\",\"working\":true,\"pid\":813,\"restarts\":4,\"heard_ms\":120,"
    "\"lag_us\":90,\"answer_us\":41000,\"chip\":\"PN532 v1.6\",\"fault\":\"\","
    "\"sandbox\":{\"no_new_privs\":true,\"landlock\":false,\"seccomp\":true},\"memory_kb\":2900}],"
    "\"zones\":[{\"id\":1,\"people\":17,\"limit\":80,\"name\":\"Gym\"},{\"id\":2,\"people\":0}],"
    "\"fire\":true,\"lockdown\":true,\"keys\":true,\"emergency_cards\":6,\"clients\":3}";

static int decode(const char *text, struct gate_status *ret_status)
{
    return status_decode(text, strlen(text), ret_status);
}

static void the_unit_comes_back(void **state)
{
    (void)state;
    struct gate_status s;
    assert_int_equal(decode(whole, &s), 0);
    assert_string_equal(s.unit, "north");
    assert_string_equal(s.version, "0.1.0");
    assert_string_equal(s.configuration, "0123456789abcdef0123456789abcdef");
    assert_int_equal(s.utc_us, 1400234400000001);
    assert_int_equal(s.boot_us, 5000001);
    assert_int_equal(s.process.pid, 812);
    assert_int_equal(s.process.up_s, 5);
    assert_int_equal(s.process.cpu_us, 40123);
    assert_int_equal(s.process.memory_kb, 7300);
    assert_true(s.clock.trusted);
    assert_false(s.clock.synchronised);
    assert_int_equal(s.clock.floor_utc_us, 1400234300000000);
    assert_string_equal(s.lines.chip, "/dev/gpiochip0");
    assert_false(s.lines.working);
    assert_string_equal(s.lines.fault, "No such device");
    assert_true(s.fire);
    assert_true(s.lockdown);
    assert_true(s.keys);
    assert_int_equal(s.emergency_cards, 6);
    assert_int_equal(s.clients, 3);
}

static void list_and_journal_come_back(void **state)
{
    (void)state;
    struct gate_status s;
    assert_int_equal(decode(whole, &s), 0);
    assert_int_equal(s.list.state, STATUS_LIST_OK);
    assert_string_equal(s.list.path, "/var/lib/stile/list.db");
    assert_int_equal(s.list.version, 12);
    assert_int_equal(s.list.epoch, 2);
    assert_int_equal(s.list.synced_utc_us, 1400234000000000);
    assert_int_equal(s.list.age_s, 400);
    assert_string_equal(s.journal.path, "/var/lib/stile/journal.db");
    assert_int_equal(s.journal.epoch, 1);
    assert_int_equal(s.journal.seq, 991);
    assert_int_equal(s.journal.queued, 1);
    assert_int_equal(s.journal.written, 34);
    assert_int_equal(s.journal.dropped, 2);
    assert_int_equal(s.journal.erased, 3);
    assert_string_equal(s.journal.error, "No space left on device");
}

static void lanes_readers_and_zones_come_back(void **state)
{
    (void)state;
    struct gate_status s;
    assert_int_equal(decode(whole, &s), 0);
    assert_int_equal(s.n_lanes, 2);
    assert_string_equal(s.lanes[0].name, "lane1");
    assert_int_equal(s.lanes[0].state, LANE_S_RELEASED_IN);
    assert_int_equal(s.lanes[0].mode, STATUS_MODE_NORMAL);
    assert_true(s.lanes[0].release_in && s.lanes[0].has_grant);
    assert_false(s.lanes[0].release_out || s.lanes[0].fault);
    assert_int_equal(s.lanes[1].state, LANE_S_SHUT);
    assert_int_equal(s.lanes[1].mode, STATUS_MODE_LOCKED);
    assert_true(s.lanes[1].release_out && s.lanes[1].fault);
    assert_string_equal(s.lanes[1].alarm, "stuck");
    assert_int_equal(s.n_readers, 1);
    const struct status_reader *r = &s.readers[0];
    assert_string_equal(r->name, "reader1");
    assert_string_equal(r->point, "Entrance");
    assert_string_equal(r->lane, "lane2");
    assert_true(r->out);
    assert_string_equal(r->device, "pn532_uart:/dev/ttyS1");
    assert_true(r->working);
    assert_int_equal(r->pid, 813);
    assert_int_equal(r->restarts, 4);
    assert_int_equal(r->heard_ms, 120);
    assert_int_equal(r->lag_us, 90);
    assert_int_equal(r->answer_us, 41000);
    assert_string_equal(r->chip, "PN532 v1.6");
    assert_true(r->no_new_privs && r->seccomp);
    assert_false(r->landlock);
    assert_int_equal(r->memory_kb, 2900);
    assert_int_equal(s.n_zones, 2);
    assert_int_equal(s.zones[0].id, 1);
    assert_int_equal(s.zones[0].people, 17);
    assert_int_equal(s.zones[0].limit, 80);
    assert_string_equal(s.zones[0].name, "Gym");
    assert_int_equal(s.zones[1].limit, 0);
}

static void what_the_gate_leaves_out_is_not_known(void **state)
{
    (void)state;
    struct gate_status s;
    memset(&s, 0x55, sizeof(s));
    assert_int_equal(decode("{" HEAD ",\"lanes\":[{\"name\":\"a\"}],\"readers\":[{\"name\":\"b\"}]}", &s), 0);
    assert_int_equal(s.list.state, STATUS_LIST_UNKNOWN);
    assert_int_equal(s.list.age_s, -1);
    assert_int_equal(s.lanes[0].state, LANE_STATES);
    assert_int_equal(s.lanes[0].mode, STATUS_MODE_UNKNOWN);
    assert_int_equal(s.readers[0].heard_ms, -1);
    assert_false(s.readers[0].out || s.readers[0].working);
    assert_int_equal(s.n_zones, 0);
    assert_false(s.fire || s.lockdown || s.clock.trusted);
    assert_int_equal(decode("{" HEAD ",\"list\":{\"state\":\"lost\"},\"lanes\":[{\"name\":\"a\",\"state\":\"bent\","
                            "\"mode\":\"ajar\"}]}",
                            &s),
                     0);
    assert_int_equal(s.list.state, STATUS_LIST_UNKNOWN);
    assert_int_equal(s.lanes[0].state, LANE_STATES);
    assert_int_equal(s.lanes[0].mode, STATUS_MODE_UNKNOWN);
}

static void every_state_of_the_list_is_known(void **state)
{
    (void)state;
    static const char *const names[] = {"ok",      "missing", "corrupt", "quarantined",
                                        "too_new", "too_old", "empty",   "error"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct gate_status s;
        char text[200];
        (void)snprintf(text, sizeof(text), "{" HEAD ",\"list\":{\"state\":\"%s\"}}", names[i]);
        assert_int_equal(decode(text, &s), 0);
        assert_int_equal(s.list.state, STATUS_LIST_OK + (int)i);
    }
}

/* {HEAD, "NAME": [n times ONE]} */
static char *many(const char *name, const char *one, int n)
{
    static char text[40000];
    int at = snprintf(text, sizeof(text), "{" HEAD ",\"%s\":[", name);
    for (int i = 0; i < n; i++) {
        at += snprintf(text + at, sizeof(text) - (size_t)at, "%s%s", i ? "," : "", one);
    }
    (void)snprintf(text + at, sizeof(text) - (size_t)at, "]}");
    return text;
}

static void what_does_not_fit_is_left_out(void **state)
{
    (void)state;
    struct gate_status s;
    assert_int_equal(decode(many("lanes", "{\"name\":\"a\"}", 9), &s), 0);
    assert_int_equal(s.n_lanes, STATUS_LANES_MAX);
    assert_int_equal(decode(many("readers", "{\"name\":\"a\"}", 17), &s), 0);
    assert_int_equal(s.n_readers, STATUS_READERS_MAX);
    assert_int_equal(decode(many("zones", "{\"id\":3}", 500), &s), 0);
    assert_int_equal(s.n_zones, STATUS_ZONES_MAX);
    assert_int_equal(s.zones[STATUS_ZONES_MAX - 1].id, 3);
}

static void what_is_no_status_is_refused_and_nothing_is_touched(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "[]",
        "{}",
        "{\"unit\":\"north\"}",
        "{\"unit\":1,\"utc_us\":1,\"boot_us\":1}",
        "{" HEAD ",\"process\":[]}",
        "{" HEAD ",\"process\":{\"pid\":\"1\"}}",
        "{" HEAD ",\"process\":{\"pid\":-1}}",
        "{" HEAD ",\"clock\":{\"trusted\":1}}",
        "{" HEAD ",\"list\":{\"state\":1}}",
        "{" HEAD ",\"list\":null}",
        "{" HEAD ",\"lanes\":{}}",
        "{" HEAD ",\"lanes\":[{}]}",
        "{" HEAD ",\"lanes\":[7]}",
        "{" HEAD ",\"lanes\":[{\"name\":\"a\",\"fault\":\"no\"}]}",
        "{" HEAD ",\"readers\":7}",
        "{" HEAD ",\"readers\":[{\"point\":\"a\"}]}",
        "{" HEAD ",\"readers\":[[]]}",
        "{" HEAD ",\"readers\":[{\"name\":\"a\",\"sandbox\":true}]}",
        "{" HEAD ",\"readers\":[{\"name\":\"a\",\"sandbox\":{\"seccomp\":1}}]}",
        "{" HEAD ",\"zones\":[{\"name\":\"Gym\"}]}",
        "{" HEAD ",\"zones\":[{\"id\":1,\"people\":0.5}]}",
        "{" HEAD ",\"fire\":\"yes\"}",
    };
    static struct gate_status untouched;
    static struct gate_status got;
    memset(&untouched, 0x55, sizeof(untouched));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        memcpy(&got, &untouched, sizeof(got));
        if (decode(bad[i], &got) != -EBADMSG) {
            fail_msg("taken: %s", bad[i]);
        }
        assert_memory_equal(&got, &untouched, sizeof(got));
    }
    for (size_t n = 0; n < sizeof(whole) - 1; n++) {
        assert_int_equal(status_decode(whole, n, &got), -EBADMSG);
    }
}

static struct gate_checks checks;

static int check(const char *text)
{
    return checks_decode(text, strlen(text), &checks);
}

static void checks_come_back(void **state)
{
    (void)state;
    assert_int_equal(check("{\"ok\":false,\"checks\":["
                           "{\"kind\":\"lines\",\"name\":\"/dev/gpiochip0\",\"ok\":true,\"text\":\"\"},"
                           "{\"kind\":\"lane\",\"name\":\"lane1\",\"ok\":true,\"text\":\"locked\"},"
                           "{\"kind\":\"input\",\"name\":\"lane1 contact_a\",\"ok\":true,\"text\":\"inactive\"},"
                           "{\"kind\":\"reader\",\"name\":\"reader1\",\"ok\":false,\"text\":\"no answer\"},"
                           "{\"kind\":\"list\",\"name\":\"/list.db\",\"ok\":true,\"text\":\"ok\"},"
                           "{\"kind\":\"journal\",\"name\":\"/journal.db\",\"ok\":true,\"text\":\"ok\"},"
                           "{\"kind\":\"clock\",\"name\":\"wall clock\",\"ok\":true,\"text\":\"ok\"},"
                           "{\"kind\":\"printer\",\"name\":\"till\",\"ok\":true}]}"),
                     0);
    static const enum check_kind kinds[] = {CHECK_LINES, CHECK_LANE,    CHECK_INPUT, CHECK_READER,
                                            CHECK_LIST,  CHECK_JOURNAL, CHECK_CLOCK, CHECK_UNKNOWN};
    assert_false(checks.ok);
    assert_int_equal(checks.n, ARRAY_LEN(kinds));
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        assert_int_equal(checks.list[i].kind, kinds[i]);
        assert_int_equal(checks.list[i].ok, kinds[i] != CHECK_READER);
    }
    assert_string_equal(checks.list[2].name, "lane1 contact_a");
    assert_string_equal(checks.list[2].text, "inactive");
    assert_string_equal(checks.list[3].text, "no answer");
}

static void what_is_no_check_is_refused_and_nothing_is_touched(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "{}",
        "{\"ok\":true}",
        "{\"checks\":[]}",
        "{\"ok\":1,\"checks\":[]}",
        "{\"ok\":true,\"checks\":{}}",
        "{\"ok\":true,\"checks\":[{\"kind\":\"lane\",\"name\":\"a\"}]}",
        "{\"ok\":true,\"checks\":[{\"kind\":\"lane\",\"ok\":true}]}",
        "{\"ok\":true,\"checks\":[{\"name\":\"a\",\"ok\":true}]}",
        "{\"ok\":true,\"checks\":[{\"kind\":\"lane\",\"name\":\"a\",\"ok\":true,\"text\":false}]}",
    };
    assert_int_equal(check("{\"ok\":true,\"checks\":[{\"kind\":\"lane\",\"name\":\"a\",\"ok\":true}]}"), 0);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        if (check(bad[i]) != -EBADMSG || !checks.ok || checks.n != 1) {
            fail_msg("taken: %s", bad[i]);
        }
    }
}

static void more_checks_than_fit_are_left_out(void **state)
{
    (void)state;
    static char text[16384];
    static const char one[] = "{\"kind\":\"lane\",\"name\":\"a\",\"ok\":true}";
    int at = snprintf(text, sizeof(text), "{\"ok\":true,\"checks\":[");
    for (int i = 0; i < 200; i++) {
        at += snprintf(text + at, sizeof(text) - (size_t)at, "%s%s", i ? "," : "", one);
    }
    (void)snprintf(text + at, sizeof(text) - (size_t)at, "]}");
    assert_int_equal(check(text), 0);
    assert_int_equal(checks.n, CHECKS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_unit_comes_back),
        cmocka_unit_test(list_and_journal_come_back),
        cmocka_unit_test(lanes_readers_and_zones_come_back),
        cmocka_unit_test(what_the_gate_leaves_out_is_not_known),
        cmocka_unit_test(every_state_of_the_list_is_known),
        cmocka_unit_test(what_does_not_fit_is_left_out),
        cmocka_unit_test(what_is_no_status_is_refused_and_nothing_is_touched),
        cmocka_unit_test(checks_come_back),
        cmocka_unit_test(what_is_no_check_is_refused_and_nothing_is_touched),
        cmocka_unit_test(more_checks_than_fit_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
