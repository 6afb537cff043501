/* stile check and stile status while the gate is down: each thing that can be wrong with the files, one at a time. */

#include "run.h"
#include "site.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct site site;
static struct run run;

static int open_site(void **state)
{
    (void)state;
    site_open(&site);
    return 0;
}

static int close_site(void **state)
{
    (void)state;
    site_close(&site);
    run_finish(&run);
    return 0;
}

static void fill(int64_t utc_us)
{
    site_make_list(&site, utc_us);
    site_start(&site);
    (void)site_tap(&site, SITE_IN, "04a10012");
    (void)site_tap(&site, SITE_IN, "04a10001");
    site_stop(&site);
}

/* Runs stile check, and gives the result of one check ("" when it wasn't made), with a part of its value. Every check that
 * isn't passed must say what to do. */
static const char *result_of(const char *kind, const char *value)
{
    static char result[8];
    cJSON *checks = run_ndjson(&run);
    const cJSON *one;
    result[0] = '\0';
    cJSON_ArrayForEach(one, checks)
    {
        if (strcmp(text_of(one, "check"), kind) == 0 && strcmp(result, "fail") != 0) {
            (void)snprintf(result, sizeof(result), "%s", text_of(one, "result"));
            if (!strstr(text_of(one, "value"), value)) {
                fail_msg("%s: no '%s' in '%s'", kind, value, text_of(one, "value"));
            }
        }
        assert_true(strcmp(text_of(one, "result"), "pass") == 0 || text_of(one, "advice")[0] != '\0');
        (void)text_of(one, "name");
        (void)text_of(one, "by");
    }
    cJSON_Delete(checks);
    return result;
}

static void check(void)
{
    run_stile(&run, "check", "--json", NULL);
}

/* Adds a line to the configuration's [gate]. */
static void configure(const char *line)
{
    static char text[4096];
    FILE *f = fopen(site.config_path, "r");
    assert_non_null(f);
    size_t n = fread(text, 1, sizeof(text) - 1, f);
    text[n] = '\0';
    (void)fclose(f);
    const char *rest = strchr(text, '\n') + 1;
    f = fopen(site.config_path, "w");
    assert_non_null(f);
    (void)fprintf(f, "[gate]\n%s\n%s", line, rest);
    assert_int_equal(fclose(f), 0);
}

static void a_unit_in_order_passes_but_for_the_gate_that_is_down(void **state)
{
    (void)state;
    fill(clock_utc_us());
    check();
    run_is(&run, 1);
    assert_string_equal(result_of("configuration", "test: 2 lanes, 3 readers"), "pass");
    assert_string_equal(result_of("key", "none"), "pass");
    assert_string_equal(result_of("emergency", "no emergency cards"), "warn");
    assert_string_equal(result_of("list", "version 1"), "pass");
    assert_string_equal(result_of("point", ""), "pass");
    assert_string_equal(result_of("journal", "can be read"), "pass");
    assert_string_equal(result_of("chain", "whole up to event"), "pass");
    assert_true(result_of("room", "free")[0] != '\0'); /* how much there is, is the machine's */
    assert_string_equal(result_of("gate", "doesn't run"), "fail");
    run_stile(&run, "check", "--deep", NULL);
    run_is(&run, 1);
    run_says(&run, "pass  chain");
    run_says(&run, "can be read, whole");
    run_says(&run, " 1 failed\n");
    run_says(&run, "-> systemctl start stile-gate");
}

static void files_alone_are_checked_without_a_configuration(void **state)
{
    (void)state;
    fill(clock_utc_us());
    run_stile(&run, "--config", "/nowhere", "check", "--list", site.list_path, "--journal", site.journal_path, NULL);
    run_is(&run, 0);
    run_says(&run, "0 failed");
    assert_null(strstr(run.out, "gate"));
    run_stile(&run, "--config", "/nowhere/gate.ini", "check", NULL);
    run_is(&run, 1);
    run_says(&run, "fail  configuration  /nowhere/gate.ini");
}

static void a_bad_configuration_fails_with_its_line(void **state)
{
    (void)state;
    configure("nonsense = 1");
    check();
    run_is(&run, 1);
    assert_string_equal(result_of("configuration", "line 2"), "fail");
    assert_string_equal(result_of("list", ""), ""); /* nobody knows where it is */
}

static void a_journal_that_was_changed_fails_with_the_event(void **state)
{
    (void)state;
    static struct journal_event more[200];
    fill(clock_utc_us());
    site_start(&site);
    for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
        more[i] = (struct journal_event){.kind = JOURNAL_TAMPER, .line_us = -1};
    }
    assert_int_equal(journal_db_append(site.writing, more, sizeof(more) / sizeof(more[0])), 0);
    site_stop(&site);
    site_sql(site.journal_path, "UPDATE event SET detail = 'nothing' WHERE seq = 3");
    check();
    run_is(&run, 1);
    assert_string_equal(result_of("chain", "event 3 "), "fail");
    assert_string_equal(result_of("journal", "can be read"), "pass");
    /* Among the newest it is what a torn write would look like: the gate will mend it. */
    site_sql(site.journal_path, "UPDATE event SET detail = 'nothing' WHERE seq > 200");
    check();
    run_is(&run, 1);
    assert_string_equal(result_of("journal", "can't be used"), "fail");
}

/* The log that may stand beside it would mend it. */
static void damage(const char *path)
{
    char log[SITE_PATH_SIZE + 8];
    (void)snprintf(log, sizeof(log), "%s-wal", path);
    (void)unlink(log);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    for (int i = 0; i < 1000; i++) {
        (void)fputs("this is no database\n", f);
    }
    assert_int_equal(fclose(f), 0);
}

static void damaged_files_fail(void **state)
{
    (void)state;
    fill(clock_utc_us());
    damage(site.list_path);
    damage(site.journal_path);
    check();
    run_is(&run, 1);
    assert_string_equal(result_of("list", "can't be used"), "fail");
    assert_string_equal(result_of("journal", "can't be used"), "fail");
    assert_string_equal(result_of("chain", ""), "");
}

static void missing_files_are_told_apart_from_damaged_ones(void **state)
{
    (void)state;
    check();
    run_is(&run, 1);
    assert_string_equal(result_of("list", "can't be used"), "fail");
    run_says(&run, "make one with stile import");
    assert_string_equal(result_of("journal", "missing"), "warn");
}

static void an_old_list_is_something_to_look_at(void **state)
{
    (void)state;
    site_make_list(&site, clock_utc_us() - 3 * US_PER_DAY);
    check();
    assert_string_equal(result_of("list", "version 1, 3 days old"), "warn");
    site_make_list(&site, clock_utc_us() + US_PER_DAY);
    check();
    assert_string_equal(result_of("list", "in the future"), "warn");
    site_sql(site.list_path, "UPDATE meta SET synced_utc_us = 0");
    check();
    assert_string_equal(result_of("list", "never filled"), "fail");
}

static void a_reader_at_a_point_that_the_list_lacks_fails(void **state)
{
    (void)state;
    fill(clock_utc_us());
    site_sql(site.list_path, "UPDATE point SET name = 'elsewhere' WHERE name = 'pool'");
    run_stile(&run, "check", NULL);
    run_is(&run, 1);
    run_says(&run, "fail  point          r-pool: the list has no point 'pool'");
}

static void a_key_that_others_may_read_fails(void **state)
{
    (void)state;
    char line[SITE_PATH_SIZE + 32];
    (void)snprintf(line, sizeof(line), "key_path = %s\naid = f50017", site.file_path);
    configure(line);
    fill(clock_utc_us());
    check();
    assert_string_equal(result_of("key", "No such file"), "fail");
    site_write(&site, "00112233445566778899aabbccddeeff\n");
    assert_int_equal(chmod(site.file_path, 0640), 0);
    check();
    assert_string_equal(result_of("key", "mode 0640"), "fail");
    assert_int_equal(chmod(site.file_path, 0600), 0);
    check();
    assert_string_equal(result_of("key", "mode 0600, a key of 16 bytes"), "pass");
    assert_null(strstr(run.out, "0011")); /* never the key itself */
    site_write(&site, "0011\n");
    check();
    assert_string_equal(result_of("key", "32 hex digits"), "fail");
}

static void emergency_cards_are_counted_and_a_bad_line_fails(void **state)
{
    (void)state;
    char line[SITE_PATH_SIZE + 32];
    (void)snprintf(line, sizeof(line), "emergency_path = %s", site.file_path);
    configure(line);
    site_write(&site, "04a10027\n#00123\n");
    check();
    assert_string_equal(result_of("emergency", "2 cards"), "pass");
    site_write(&site, "");
    check();
    assert_string_equal(result_of("emergency", "0 cards"), "warn");
    site_write(&site, "04a10027\nx\n");
    check();
    assert_string_equal(result_of("emergency", "line 2"), "fail");
}

static void status_says_that_the_gate_is_down_and_what_the_files_say(void **state)
{
    (void)state;
    run_stile(&run, "status", NULL);
    run_is(&run, 1);
    run_says(&run, "DOWN");
    run_says(&run, "no such access list");
    run_says(&run, "no such journal");
    fill(clock_utc_us() - 3 * US_PER_DAY);
    run_stile(&run, "status", NULL);
    run_is(&run, 1);
    run_says(&run, "list             version 1, 3 days old");
    run_says(&run, "journal          event ");
    run_stile(&run, "status", "--json", NULL);
    run_is(&run, 1);
    cJSON *json = run_json(&run);
    assert_string_equal(text_of(json, "gate"), "down");
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(json, "list");
    assert_int_equal(number_of(list, "version"), 1);
    assert_true(number_of(list, "age_s") >= 3 * 86400);
    assert_true(number_of(cJSON_GetObjectItemCaseSensitive(json, "journal"), "seq") >= 6);
    cJSON_Delete(json);
    run_stile(&run, "status", "--config", "/nowhere", NULL);
    run_is(&run, 3);
    run_stile(&run, "status", "now", NULL);
    run_is(&run, 2);
    run_stile(&run, "check", "now", NULL);
    run_is(&run, 2);
}

static void wishes_need_a_gate_and_a_reason(void **state)
{
    (void)state;
    run_stile(&run, "release", "lane1", "--why", "forgot the card", NULL);
    run_is(&run, 3);
    run_complains(&run, "is stile-gate running?");
    static const char *const words[][5] = {{"release", "lane1"},
                                           {"release", "--why", "x"},
                                           {"release", "lane1", "up", "--why", "x"},
                                           {"mode", "lane1", "--why", "x"},
                                           {"mode", "lane1", "open", "--why", "x"},
                                           {"lockdown", "--why", "x"},
                                           {"lockdown", "maybe", "--why", "x"},
                                           {"undo", "--why", "x"},
                                           {"undo", "x", "--why", "x"},
                                           {"undo", "1", "--why"},
                                           {"undo", "1", "2", "--why", "x"},
                                           {"undo", "1", "--because", "x"}};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        run_stile(&run, words[i][0], words[i][1], words[i][2], words[i][3], words[i][4], NULL);
        run_is(&run, 2);
        run_complains(&run, "usage: stile ");
    }
    run_stile(&run, "nonsense", NULL);
    run_is(&run, 2);
    run_complains(&run, "no such command: nonsense");
    run_stile(&run, NULL);
    run_is(&run, 2);
    run_stile(&run, "--nonsense", "status", NULL);
    run_is(&run, 2);
    run_stile(&run, "--list", NULL);
    run_is(&run, 2);
    run_complains(&run, "--list needs a value");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_site, close_site)
    const struct CMUnitTest tests[] = {
        TEST(a_unit_in_order_passes_but_for_the_gate_that_is_down),
        TEST(files_alone_are_checked_without_a_configuration),
        TEST(a_bad_configuration_fails_with_its_line),
        TEST(a_journal_that_was_changed_fails_with_the_event),
        TEST(damaged_files_fail),
        TEST(missing_files_are_told_apart_from_damaged_ones),
        TEST(an_old_list_is_something_to_look_at),
        TEST(a_reader_at_a_point_that_the_list_lacks_fails),
        TEST(a_key_that_others_may_read_fails),
        TEST(emergency_cards_are_counted_and_a_bad_line_fails),
        TEST(status_says_that_the_gate_is_down_and_what_the_files_say),
        TEST(wishes_need_a_gate_and_a_reason),
    };
    return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
