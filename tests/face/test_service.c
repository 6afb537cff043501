/* The service face as a technician uses it: signed in by PIN with a mouse in a real window, a lane of the real
 * gate released. */
#include "watched.h"
#include "whole.h"

#include "base/clock.h"
#include "db/import.h"
#include "db/pin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static struct whole unit;
static struct watched screen;

/* Staff come on top of the unit's list. */
static void add_staff(void)
{
    char path[HARNESS_PATH_SIZE], hash[PIN_HASH_SIZE];
    struct import_result result;
    const struct import_options options = {.format = IMPORT_NDJSON, .merge = true, .utc_us = clock_utc_us()};
    (void)snprintf(path, sizeof(path), "%s/staff.ndjson", unit.h.folder);
    assert_int_equal(pin_hash("2468", hash), 0);
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    (void)fprintf(f, "{\"type\":\"staff\",\"id\":1,\"name\":\"Anna\",\"role\":\"technician\",\"pin_hash\":\"%s\"}\n",
                  hash);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(import_file(unit.h.list_path, path, &options, &result), 0);
    (void)remove(path);
}

static int open_both(void **state)
{
    (void)state;
    whole_open(&unit, "second_tap_ms = 0\n");
    add_staff();
    watched_open(&screen, "service", 1280, 800, unit.h.control_path, unit.h.list_path, unit.h.journal_path);
    whole_start(&unit);
    watched_start(&screen);
    return 0;
}

static int close_both(void **state)
{
    (void)state;
    watched_close(&screen);
    whole_close(&unit);
    return 0;
}

static void type_pin(const char *pin)
{
    char id[32];
    watched_await(&screen, "sign-in.names.0", "Anna");
    watched_click(&screen, "sign-in.names.0");
    for (; *pin; pin++) {
        (void)snprintf(id, sizeof(id), "sign-in.key.%c", *pin);
        watched_await(&screen, id, NULL);
        watched_click(&screen, id);
    }
    watched_click(&screen, "sign-in.key.11");
}

static void a_wrong_pin_signs_nobody_in(void **state)
{
    (void)state;
    type_pin("1111");
    watched_await(&screen, "sign-in.said", NULL);
}

static void a_technician_signs_in_and_releases_a_lane(void **state)
{
    (void)state;
    type_pin("2468");
    watched_await(&screen, "rail.lines", NULL);
    watched_click(&screen, "rail.lines");
    watched_await(&screen, NULL, "Passage contact A"); /* the inputs are there: nothing moves any more */
    (void)whole_lanes(&unit, "walk lane1 in");
    watched_click(&screen, "lines.in.0");
    whole_await(&unit, "\"phase\":\"released\"", NULL, NULL);
    assert_int_equal(whole_events(&unit, JOURNAL_STAFF_RELEASE), 1);
    assert_true(whole_events(&unit, JOURNAL_STAFF_ACT) >= 1); /* signed in */
}

int main(void)
{
#define BOTH(test) cmocka_unit_test_setup_teardown(test, open_both, close_both)
    const struct CMUnitTest tests[] = {
        BOTH(a_wrong_pin_signs_nobody_in),
        BOTH(a_technician_signs_in_and_releases_a_lane),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
