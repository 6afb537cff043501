/* The command line against the gate as it is shipped, on simulated devices. */

#include "run.h"
#include "whole.h"

#define LOG_MODULE "test"
#include "base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct whole w;
static struct run run;

static int open_whole(void **state)
{
    (void)state;
    log_set_level(LOG_ERROR);
    whole_open(&w, NULL);
    whole_start(&w);
    return setenv("STILE_CONFIG", w.h.config_path, 1);
}

static int close_whole(void **state)
{
    (void)state;
    whole_close(&w);
    run_finish(&run);
    return 0;
}

/* The newest event of a kind that the journal's file holds; waits until there are @n of them. */
static void await_events(enum journal_kind kind, int64_t n)
{
    while (whole_events(&w, kind) < n) {
    }
}

static cJSON *newest(const char *kind)
{
    run_stile(&run, "journal", "--kind", kind, "--last", "1", "--json", NULL);
    run_is(&run, 0);
    return run_json(&run);
}

static void status_tells_of_lanes_readers_list_and_journal(void **state)
{
    (void)state;
    run_stile(&run, "status", NULL);
    run_is(&run, 0);
    run_says(&run, "unit             simulated, stile ");
    run_says(&run, "list             ok, version 1, ");
    run_says(&run, "journal          event ");
    run_says(&run, "lane             lane1            locked       shut");
    run_says(&run, "reader           reader1          working      in, in at lane1");
    run_says(&run, "reader           reader2          working      out, out at lane1");
    run_says(&run, "PN532");
    run_says(&run, "no master key");
    run_stile(&run, "status", "--json", NULL);
    run_is(&run, 0);
    cJSON *json = run_json(&run);
    assert_string_equal(text_of(json, "unit"), "simulated");
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(json, "readers")), 2);
    cJSON_Delete(json);
    /* The path alone is enough. */
    run_stile(&run, "--config", "/nowhere", "status", "--json", "--control", w.h.control_path, NULL);
    run_is(&run, 0);
    run_stile(&run, "--config", "/nowhere", "status", "--control", w.h.control_path, NULL);
    run_is(&run, 0);
    run_says(&run, "unit             simulated");
}

static void a_lost_reader_shows_in_status_and_fails_the_check(void **state)
{
    (void)state;
    assert_true(harness_chip_end(&w.h, 1) >= 0);
    whole_await(&w, "\"notice\":\"reader_lost\"", "\"reader\":\"reader2\"", NULL);
    run_stile(&run, "status", NULL);
    run_is(&run, 0);
    run_says(&run, "reader           reader2          NOT WORKING");
    run_stile(&run, "check", NULL);
    run_is(&run, 1);
    run_says(&run, "fail  reader         reader2");
    run_says(&run, "-> look at the cable");
}

static void check_passes_on_a_unit_in_order(void **state)
{
    (void)state;
    run_stile(&run, "check", "--json", NULL);
    run_is(&run, 0);
    cJSON *checks = run_ndjson(&run);
    const cJSON *one;
    int readers = 0;
    int by_gate = 0;
    cJSON_ArrayForEach(one, checks)
    {
        assert_string_not_equal(text_of(one, "result"), "fail");
        readers += strcmp(text_of(one, "check"), "reader") == 0;
        by_gate += strcmp(text_of(one, "by"), "gate") == 0;
    }
    cJSON_Delete(checks);
    assert_int_equal(readers, 2);
    assert_true(by_gate >= 8);
}

static void release_lets_one_person_through_and_is_booked_with_who_and_why(void **state)
{
    (void)state;
    (void)whole_lanes(&w, "walk lane1 in");
    run_stile(&run, "release", "lane1", "in", "--why", "forgot the card", "--who", "Anna", NULL);
    run_is(&run, 0);
    run_says(&run, "done");
    whole_await(&w, "\"phase\":\"passed\"", NULL, NULL);
    await_events(JOURNAL_STAFF_RELEASE, 1);
    assert_int_equal(whole_rises(&w, "lane1-release-in"), 1);
    run_stile(&run, "release", "lane9", "--why", "x", NULL);
    run_is(&run, 1);
    run_complains(&run, "no such lane");
    run_stile(&run, "release", "lane9", "--why", "x", "--json", NULL);
    run_is(&run, 1);
    cJSON *json = run_json(&run);
    assert_true(cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(json, "done")));
    assert_string_equal(text_of(json, "text"), "no such lane");
    cJSON_Delete(json);
}

static void mode_sets_a_lane_free_and_back(void **state)
{
    (void)state;
    run_stile(&run, "mode", "lane1", "free", "--why", "open day", NULL);
    run_is(&run, 0);
    (void)whole_lanes(&w, "await lane1-release-in active");
    run_stile(&run, "status", NULL);
    run_says(&run, "lane1            free         open both ways");
    run_stile(&run, "mode", "lane1", "normal", "--why", "over", NULL);
    run_is(&run, 0);
    (void)whole_lanes(&w, "await lane1-release-in inactive");
}

static void a_lockdown_denies_and_ends(void **state)
{
    (void)state;
    run_stile(&run, "lockdown", "on", "--why", "practice", NULL);
    run_is(&run, 0);
    whole_tap(&w, 0, CARD_IDA);
    whole_await(&w, "\"phase\":\"denied\"", "\"code\":\"unit_locked\"", NULL);
    await_events(JOURNAL_DECISION, 1);
    cJSON *event = newest("decision");
    char seq[24];
    (void)snprintf(seq, sizeof(seq), "%.0f", number_of(event, "seq"));
    cJSON_Delete(event);
    run_stile(&run, "replay", seq, NULL);
    run_is(&run, 0);
    run_says(&run, "denied: unit_locked");
    run_stile(&run, "lockdown", "off", "--why", "over", NULL);
    run_is(&run, 0);
    whole_chip(&w, 0, "take");
    whole_tap(&w, 0, CARD_BO);
    whole_await(&w, "\"phase\":\"granted\"", NULL, NULL);
}

static void undo_gives_a_clip_back_once(void **state)
{
    (void)state;
    (void)whole_lanes(&w, "walk lane1 in");
    run_stile(&run, "explain", CARD_CLIPS, "--json", NULL);
    run_is(&run, 0);
    cJSON *json = run_json(&run);
    assert_string_equal(text_of(json, "cost"), "clip");
    cJSON_Delete(json);
    whole_tap(&w, 0, CARD_CLIPS);
    whole_await(&w, "\"phase\":\"passed\"", CARD_CLIPS, NULL);
    await_events(JOURNAL_PASSED, 1);
    json = newest("passed");
    char seq[24];
    (void)snprintf(seq, sizeof(seq), "%.0f", number_of(json, "seq"));
    cJSON_Delete(json);
    run_stile(&run, "undo", seq, "--why", "wrong button", NULL);
    run_is(&run, 0);
    await_events(JOURNAL_UNDONE, 1);
    run_stile(&run, "journal", "--kind", "undone", NULL);
    run_says(&run, "of event");
    run_stile(&run, "undo", seq, "--why", "once more", NULL);
    run_is(&run, 1);
    run_stile(&run, "undo", "999999", "--why", "x", NULL);
    run_is(&run, 1);
    run_complains(&run, "no such entry");
}

static void explain_says_what_the_running_gate_decides(void **state)
{
    (void)state;
    static const char *const cards[] = {"04ffffff", CARD_KEY, CARD_IDA};
    for (int i = 0; i < 3; i++) {
        run_stile(&run, "explain", cards[i], "--point", "in", "--json", NULL);
        cJSON *explained = run_json(&run);
        whole_chip(&w, 0, "take");
        whole_tap(&w, 0, cards[i]);
        await_events(JOURNAL_DECISION, i + 1);
        cJSON *event = newest("decision");
        assert_string_equal(text_of(event, "card"), cards[i]);
        if (strcmp(cards[i], CARD_KEY) == 0) { /* a Classic card with the number of a secure one: explain can't know */
            assert_string_equal(text_of(explained, "code"), "granted");
            assert_string_equal(text_of(event, "code"), "card_not_genuine");
        } else {
            assert_string_equal(text_of(explained, "code"), text_of(event, "code"));
        }
        cJSON_Delete(explained);
        cJSON_Delete(event);
    }
}

static void a_gate_that_was_killed_is_said_to_be_down(void **state)
{
    (void)state;
    (void)harness_gate_end(&w.h, SIGKILL);
    run_stile(&run, "status", NULL);
    run_is(&run, 1);
    run_says(&run, "DOWN");
    run_says(&run, "list             version 1");
    run_stile(&run, "release", "lane1", "--why", "x", NULL);
    run_is(&run, 3);
    run_stile(&run, "check", NULL);
    run_is(&run, 1);
    run_says(&run, "doesn't run");
}

static void an_import_is_used_at_the_next_tap(void **state)
{
    (void)state;
    char path[HARNESS_PATH_SIZE];
    (void)snprintf(path, sizeof(path), "%s/lost.ndjson", w.h.folder);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    (void)fputs("{\"type\":\"card\",\"number\":\"" CARD_IDA "\",\"customer\":1,\"state\":\"lost\"}\n", f);
    assert_int_equal(fclose(f), 0);
    run_stile(&run, "import", path, "--merge", NULL);
    run_is(&run, 0);
    run_stile(&run, "explain", CARD_IDA, NULL);
    run_is(&run, 1);
    run_says(&run, "denied: card_blocked");
    whole_tap(&w, 0, CARD_IDA);
    whole_await(&w, "\"phase\":\"denied\"", "\"code\":\"card_blocked\"", NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_whole, close_whole)
    const struct CMUnitTest tests[] = {
        TEST(status_tells_of_lanes_readers_list_and_journal),
        TEST(a_lost_reader_shows_in_status_and_fails_the_check),
        TEST(check_passes_on_a_unit_in_order),
        TEST(release_lets_one_person_through_and_is_booked_with_who_and_why),
        TEST(mode_sets_a_lane_free_and_back),
        TEST(a_lockdown_denies_and_ends),
        TEST(undo_gives_a_clip_back_once),
        TEST(explain_says_what_the_running_gate_decides),
        TEST(a_gate_that_was_killed_is_said_to_be_down),
        TEST(an_import_is_used_at_the_next_tap),
    };
    return cmocka_run_group_tests_name("unit", tests, NULL, NULL);
}
