/* stile journal: what it shows, and that following ends, and goes on, when it should. */

#include "run.h"
#include "site.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static struct site site;
static struct run run;

static int open_site(void **state)
{
    (void)state;
    site_open(&site);
    site_make_list(&site, SITE_SYNCED_US);
    site_start(&site);
    (void)site_tap(&site, SITE_IN, "04a10012");
    (void)site_tap(&site, SITE_IN, "04a10001");
    site_walk(&site, SITE_IN);
    (void)site_tap(&site, SITE_IN, "04a10026");
    site_walk(&site, SITE_IN);
    (void)site_tap(&site, SITE_IN, "04a10013");
    return 0;
}

static int close_site(void **state)
{
    (void)state;
    site_close(&site);
    run_finish(&run);
    run.output = NULL;
    return 0;
}

static void every_event_is_shown_with_the_points_name_and_the_branchs_time(void **state)
{
    (void)state;
    run_stile(&run, "journal", NULL);
    run_is(&run, 0);
    run_says(&run, "2026-03-11 11:00:00  unpaid");
    run_says(&run, "point in  card 04a10012");
    run_says(&run, "  passed  ");
    run_stile(&run, "journal", "--json", "--last", "100000", NULL);
    run_is(&run, 0);
    cJSON *events = run_ndjson(&run);
    int n = cJSON_GetArraySize(events);
    assert_int_equal(n, journal_db_last_seq(site.reading));
    for (int i = 0; i < n; i++) {
        const cJSON *event = cJSON_GetArrayItem(events, i);
        assert_int_equal(number_of(event, "seq"), i + 1);
        (void)text_of(event, "kind");
        (void)text_of(event, "time");
    }
    assert_string_equal(text_of(cJSON_GetArrayItem(events, 4), "point"), "in");
    cJSON_Delete(events);
}

static void a_number_keeps_all_of_its_digits(void **state)
{
    (void)state;
    run_stile(&run, "journal", "--json", "--card", "04a10026", NULL);
    run_is(&run, 0);
    run_says(&run, "\"holder\":-4611686018427387930"); /* a single entry of nobody: -(2^62 + 26) */
}

static void without_the_list_points_are_numbers_and_times_utc(void **state)
{
    (void)state;
    run_stile(&run, "--config", "/nowhere", "journal", "--journal", site.journal_path, NULL);
    run_is(&run, 0);
    run_says(&run, "2026-03-11 10:00:00Z  unpaid");
    assert_null(strstr(run.out, "point"));
    run_stile(&run, "--config", "/nowhere", "journal", "--journal", site.journal_path, "--json", NULL);
    run_says(&run, "\"point\":1");
}

static int lines(const char *text)
{
    int n = 0;
    for (; *text; text++) {
        n += *text == '\n';
    }
    return n;
}

static void what_staff_did_is_shown_with_who_and_why(void **state)
{
    (void)state;
    assert_int_equal(unit_note(site.unit, 0, "Anna (uid 1000)", "touch test passed", site.now), 0);
    assert_int_equal(unit_release(site.unit, 0, LANE_IN, "Erik (uid 7)", "forgot \"her\" card", site.now), 0);
    site_rest(&site);
    run_stile(&run, "journal", "--kind", "staff_act", NULL);
    run_is(&run, 0);
    assert_int_equal(lines(run.out), 1);
    run_says(&run, "  staff_act ");
    run_says(&run, "  by Anna (uid 1000): touch test passed\n");
    run_stile(&run, "journal", "--kind", "staff_release", "--json", NULL);
    run_is(&run, 0);
    cJSON *json = run_json(&run);
    assert_string_equal(text_of(json, "who"), "Erik (uid 7)");
    assert_string_equal(text_of(json, "why"), "forgot \"her\" card");
    cJSON_Delete(json);
}

static void the_newest_events_that_match_are_counted_not_those_that_were_looked_at(void **state)
{
    (void)state;
    int64_t newest = journal_db_last_seq(site.reading);
    char seq[24];
    run_stile(&run, "journal", "--last", "3", NULL);
    assert_int_equal(lines(run.out), 3);
    run_stile(&run, "journal", "--last", "0", NULL);
    run_is(&run, 0);
    assert_string_equal(run.out, "");
    run_stile(&run, "journal", "--card", "04a10012", "--last", "1", "--json", NULL);
    run_is(&run, 0);
    cJSON *json = run_json(&run); /* though it's not among the newest */
    assert_string_equal(text_of(json, "card"), "04a10012");
    assert_string_equal(text_of(json, "code"), "unpaid");
    cJSON_Delete(json);
    run_stile(&run, "journal", "--kind", "passed", NULL);
    assert_int_equal(lines(run.out), 6); /* four of the past, two walked */
    run_stile(&run, "journal", "--kind", "passed", "--last", "2", NULL);
    assert_int_equal(lines(run.out), 2);
    run_says(&run, "04a10026");
    run_stile(&run, "journal", "--card", "04ffffff", NULL);
    run_is(&run, 0);
    assert_string_equal(run.out, "");
    (void)snprintf(seq, sizeof(seq), "%lld", (long long)newest - 1);
    run_stile(&run, "journal", "--from", seq, NULL);
    assert_int_equal(lines(run.out), 2);
}

static void matches_are_found_however_far_back_they_lie(void **state)
{
    (void)state;
    enum { BATCH = 500 };
    static struct journal_event events[BATCH];
    for (int i = 0; i < 10; i++) {
        for (int k = 0; k < BATCH; k++) {
            events[k] = (struct journal_event){.kind = JOURNAL_FREE_PASSAGE, .line_us = -1};
        }
        assert_int_equal(journal_db_append(site.writing, events, BATCH), 0);
    }
    run_stile(&run, "journal", "--kind", "decision", "--last", "3", "--json", NULL);
    run_is(&run, 0);
    cJSON *list = run_ndjson(&run);
    assert_int_equal(cJSON_GetArraySize(list), 3);
    assert_string_equal(text_of(cJSON_GetArrayItem(list, 0), "card"), "04a10001");
    assert_string_equal(text_of(cJSON_GetArrayItem(list, 2), "card"), "04a10013");
    cJSON_Delete(list);
}

static void erased_events_say_so(void **state)
{
    (void)state;
    assert_true(journal_db_erase(site.writing, INT64_MAX, 1000) > 0);
    run_stile(&run, "journal", NULL);
    run_is(&run, 0);
    run_says(&run, "(personal data erased)");
    assert_null(strstr(run.out, "04a10012"));
}

/* Following -------------------------------------------------------------------------------------------------------- */

struct follower {
    pid_t pid;
    FILE *out;
};

static void follower_start(struct follower *f)
{
    int out[2];
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    f->pid = fork();
    assert_true(f->pid >= 0);
    if (f->pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (dup2(out[1], STDOUT_FILENO) >= 0) {
            (void)execl(STILE, "stile", "journal", "--follow", "--json", "--last", "1", NULL);
        }
        _exit(127);
    }
    (void)close(out[1]);
    f->out = fdopen(out[0], "r");
    assert_non_null(f->out);
}

/* The next line must say this. Waits for as long as it takes: ctest knows when it takes too long. */
static void follower_says(struct follower *f, const char *text)
{
    char line[4096];
    assert_non_null(fgets(line, sizeof(line), f->out));
    if (!strstr(line, text)) {
        fail_msg("no '%s' in: %s", text, line);
    }
}

static int follower_end(struct follower *f)
{
    int status = 0;
    assert_int_equal(waitpid(f->pid, &status, 0), f->pid);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void following_shows_what_happens_and_ends_when_interrupted(void **state)
{
    (void)state;
    struct follower f;
    follower_start(&f);
    follower_says(&f, "04a10013");
    (void)site_tap(&site, SITE_IN, "04a10003");
    follower_says(&f, "card_blocked");
    (void)site_tap(&site, SITE_IN, "04a10004");
    follower_says(&f, "card_expired");
    assert_int_equal(kill(f.pid, SIGINT), 0);
    assert_int_equal(follower_end(&f), 0);
    (void)fclose(f.out);
}

static void following_ends_when_nobody_reads_any_more(void **state)
{
    (void)state;
    struct follower f;
    follower_start(&f);
    follower_says(&f, "04a10013");
    (void)fclose(f.out); /* nothing happens at the lanes from here on */
    assert_int_equal(follower_end(&f), 0);
}

static void following_goes_on_in_the_journal_that_takes_a_damaged_ones_place(void **state)
{
    (void)state;
    struct follower f;
    int64_t kept = 0;
    follower_start(&f);
    follower_says(&f, "04a10013");
    site_stop(&site);
    assert_int_equal(journal_db_recover(site.journal_path, SITE_NOW_US, &kept), 0);
    follower_says(&f, "\"recovered\"");
    struct journal_db *db = NULL;
    struct journal_event event = {.kind = JOURNAL_TAMPER, .line_us = -1};
    assert_int_equal(journal_db_open(site.journal_path, JOURNAL_DB_WRITE, &db), 0);
    assert_int_equal(journal_db_append(db, &event, 1), 0);
    journal_db_close(db);
    follower_says(&f, "\"tamper\"");
    assert_int_equal(kill(f.pid, SIGTERM), 0);
    assert_int_equal(follower_end(&f), 0);
    (void)fclose(f.out);
}

/* Bad input -------------------------------------------------------------------------------------------------------- */

static void what_cannot_be_written_is_no_success(void **state)
{
    (void)state;
    run.output = "/dev/full";
    run_stile(&run, "journal", NULL);
    run_is(&run, 3);
    run_complains(&run, "standard output: ");
    run_stile(&run, "journal", "--json", NULL);
    run_is(&run, 3);
    run_stile(&run, "--help", NULL);
    run_is(&run, 3);
    run_stile(&run, "journal", "--help", NULL);
    run_is(&run, 3);
    run_stile(&run, "--version", NULL);
    run_is(&run, 3);
}

static void a_journal_that_cannot_be_read_is_said_with_what_to_do(void **state)
{
    (void)state;
    run_stile(&run, "journal", "--journal", "/nowhere/journal.db", NULL);
    run_is(&run, 3);
    run_complains(&run, "stile-gate makes it when it starts");
    site_write(&site, "this is no database, and long enough to be looked at: ....................................");
    run_stile(&run, "journal", "--journal", site.file_path, NULL);
    run_is(&run, 3);
    run_complains(&run, "damaged");
    site_sql(site.journal_path, "PRAGMA user_version = 999");
    run_stile(&run, "journal", NULL);
    run_is(&run, 3);
    run_complains(&run, "newer version");
}

static void words_that_make_no_sense_are_refused(void **state)
{
    (void)state;
    static const char *const words[][2] = {{"--from", "0"},   {"--from", "x"},  {"--last", "-1"},    {"--last", ""},
                                           {"--card", "abc"}, {"--kind", "no"}, {"--nothing", NULL}, {"word", NULL}};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        run_stile(&run, "journal", words[i][0], words[i][1], NULL);
        run_is(&run, 2);
        run_complains(&run, "usage: stile journal");
        assert_string_equal(run.out, "");
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_site, close_site)
    const struct CMUnitTest tests[] = {
        TEST(every_event_is_shown_with_the_points_name_and_the_branchs_time),
        TEST(what_staff_did_is_shown_with_who_and_why),
        TEST(a_number_keeps_all_of_its_digits),
        TEST(without_the_list_points_are_numbers_and_times_utc),
        TEST(the_newest_events_that_match_are_counted_not_those_that_were_looked_at),
        TEST(matches_are_found_however_far_back_they_lie),
        TEST(erased_events_say_so),
        TEST(following_shows_what_happens_and_ends_when_interrupted),
        TEST(following_ends_when_nobody_reads_any_more),
        TEST(following_goes_on_in_the_journal_that_takes_a_damaged_ones_place),
        TEST(what_cannot_be_written_is_no_success),
        TEST(a_journal_that_cannot_be_read_is_said_with_what_to_do),
        TEST(words_that_make_no_sense_are_refused),
    };
    return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
