/* What a screen looks up itself, on real files: the branch, "my card", and files that go, come and are broken. */
#include "face/facts.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "db/import.h"
#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Wednesday 25 November 2026, 10:00 UTC: 11:00 at the branch. */
#define NOON_US INT64_C(1795600800000000)

static const char list[] =
    "{\"type\":\"schedule\",\"id\":1,\"name\":\"evenings\",\"spans\":[{\"days\":[\"wed\"],\"from\":\"16:00\",\"to\":"
    "\"22:00\"}]}\n"
    "{\"type\":\"branch\",\"id\":1,\"name\":\"Vasa\",\"time_zone\":\"CET-1CEST,M3.5.0,M10.5.0/3\"}\n"
    "{\"type\":\"settings\",\"branch\":1,\"show_photo\":true,\"opening\":1,\"help\":\"Ring the bell\"}\n"
    "{\"type\":\"point\",\"id\":1,\"branch\":1,\"name\":\"entry\",\"direction\":\"in\"}\n"
    "{\"type\":\"product\",\"id\":1,\"name\":\"Gold\"}\n"
    "{\"type\":\"product\",\"id\":2,\"name\":\"Evenings\"}\n"
    "{\"type\":\"product\",\"id\":3,\"name\":\"Ten clips\"}\n"
    "{\"type\":\"right\",\"product\":1}\n"
    "{\"type\":\"right\",\"product\":2,\"schedule\":1}\n"
    "{\"type\":\"right\",\"product\":3}\n"
    "{\"type\":\"customer\",\"id\":1,\"name\":\"Ida\",\"branch\":1,\"message\":\"A parcel\"}\n"
    "{\"type\":\"subscription\",\"id\":1,\"customer\":1,\"product\":1,\"start\":\"2026-01-01\",\"charged_through\":"
    "\"2026-12-31\"}\n"
    "{\"type\":\"freeze\",\"subscription\":1,\"first\":\"2026-12-24\",\"last\":\"2026-12-26\"}\n"
    "{\"type\":\"freeze\",\"subscription\":1,\"first\":\"2026-03-01\",\"last\":\"2026-03-10\"}\n"
    "{\"type\":\"card\",\"number\":\"04a1b2c3\",\"customer\":1}\n"
    "{\"type\":\"customer\",\"id\":2,\"name\":\"Bo\",\"branch\":1}\n"
    "{\"type\":\"subscription\",\"id\":2,\"customer\":2,\"product\":2,\"kind\":\"prepaid\",\"start\":\"2026-01-01\","
    "\"charged_through\":\"2026-12-31\",\"ends_on\":\"2026-12-10\"}\n"
    "{\"type\":\"subscription\",\"id\":3,\"customer\":2,\"product\":1,\"start\":\"2025-01-01\",\"charged_through\":"
    "\"2025-12-31\","
    "\"ends_on\":\"2025-12-31\"}\n"
    "{\"type\":\"card\",\"number\":\"04a1b2c4\",\"customer\":2}\n"
    "{\"type\":\"punch_card\",\"id\":7,\"product\":3,\"clips_left\":4}\n"
    "{\"type\":\"card\",\"number\":\"04a1b2c5\",\"punch_card\":7}\n";

static struct scratch folder; /* path: the list's */
static char journal_path[sizeof(folder.path) + 16];
static struct facts *facts;
static struct entrance_member member;

static void write_list(const char *text)
{
    char path[sizeof(folder.path) + 16];
    struct import_result result;
    const struct import_options options = {.format = IMPORT_NDJSON, .utc_us = NOON_US - US_PER_HOUR};
    (void)snprintf(path, sizeof(path), "%s.ndjson", folder.path);
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    (void)fputs(text, f);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(import_file(folder.path, path, &options, &result), 0);
    (void)unlink(path);
}

static int open_facts(void **state)
{
    (void)state;
    log_set_level((enum log_level)(LOG_ERROR - 1));
    scratch_init(&folder, "list.db");
    (void)snprintf(journal_path, sizeof(journal_path), "%s.journal", folder.path);
    assert_int_equal(facts_new(folder.path, journal_path, &facts), 0);
    facts_set_point(facts, "entry");
    return 0;
}

static int close_facts(void **state)
{
    (void)state;
    facts_free(facts);
    (void)unlink(journal_path);
    scratch_finish(&folder);
    return 0;
}

static void the_branch_is_that_of_the_point(void **state)
{
    (void)state;
    assert_false(facts_step(facts, 1));
    assert_null(facts_branch(facts));
    write_list(list);
    assert_false(facts_step(facts, 2)); /* not yet time to look */
    assert_true(facts_step(facts, 3 * US_PER_S));
    const struct list_branch *branch = facts_branch(facts);
    assert_non_null(branch);
    assert_string_equal(branch->name, "Vasa");
    assert_string_equal(branch->help, "Ring the bell");
    assert_true(branch->show_photo && branch->has_opening);
    assert_false(facts_step(facts, 6 * US_PER_S)); /* nothing new */
    facts_set_point(facts, "elsewhere");
    assert_true(facts_step(facts, 6 * US_PER_S));
    assert_null(facts_branch(facts));
}

static void my_card_says_what_holds_and_what_is_to_come(void **state)
{
    (void)state;
    write_list(list);
    (void)facts_step(facts, 1);
    assert_int_equal(facts_member(facts, "04a1b2c3", NOON_US, &member), 0);
    assert_string_equal(member.name, "Ida");
    assert_string_equal(member.message, "A parcel");
    assert_int_equal(member.n_entitlements, 1);
    assert_string_equal(member.entitlements[0].product, "Gold");
    assert_true(member.entitlements[0].renews);
    assert_int_equal(member.entitlements[0].through_day, date_parse("2026-12-31"));
    assert_int_equal(member.n_freezes, 1); /* the one that is over isn't told */
    assert_int_equal(member.freezes[0].first, date_parse("2026-12-24"));
    assert_int_equal(member.opens_utc_us, 0);
}

static void what_has_ended_is_left_out_and_the_next_opening_is_told(void **state)
{
    (void)state;
    write_list(list);
    (void)facts_step(facts, 1);
    assert_int_equal(facts_member(facts, "04a1b2c4", NOON_US, &member), 0);
    assert_int_equal(member.n_entitlements, 1);
    assert_false(member.entitlements[0].renews);
    assert_int_equal(member.entitlements[0].through_day, date_parse("2026-12-10")); /* paid longer than it lasts */
    assert_int_equal(member.opens_utc_us, NOON_US + 5 * US_PER_HOUR); /* 16:00 at the branch */
}

static void clips_that_were_used_here_are_taken_off(void **state)
{
    (void)state;
    struct journal_db *journal = NULL;
    struct journal_event used = {.kind = JOURNAL_PASSED,
                                 .utc_us = NOON_US,
                                 .grant = 1,
                                 .line_us = -1,
                                 .holder = -7,
                                 .effect = {.takes_cost = true, .cost_kind = VISIT_COST_CLIP, .cost_id = 7}};
    write_list(list);
    assert_int_equal(journal_db_open(journal_path, JOURNAL_DB_WRITE, &journal), 0);
    assert_int_equal(journal_db_append(journal, &used, 1), 0);
    (void)facts_step(facts, 1);
    assert_int_equal(facts_member(facts, "04a1b2c5", NOON_US, &member), 0);
    assert_int_equal(member.n_entitlements, 1);
    assert_int_equal(member.entitlements[0].kind, NEWS_PUNCH_CARD);
    assert_int_equal(member.entitlements[0].clips_left, 3);
    journal_db_close(journal);
}

static void a_card_that_nobody_knows_tells_nothing(void **state)
{
    (void)state;
    write_list(list);
    assert_int_equal(facts_member(facts, "04a1b2c3", NOON_US, &member), 1); /* not looked yet */
    (void)facts_step(facts, 1);
    assert_int_equal(facts_member(facts, "04ffffff", NOON_US, &member), 1);
    assert_int_equal(facts_member(facts, "no card", NOON_US, &member), 1);
    assert_int_equal(facts_member(facts, "", NOON_US, &member), 1);
}

static void write_rubbish(void)
{
    (void)unlink(folder.path);
    FILE *f = fopen(folder.path, "we");
    assert_non_null(f);
    (void)fputs("this is no database, but it is long enough to be looked at twice", f);
    assert_int_equal(fclose(f), 0);
}

/* A damaged file is tried later and later; another one that takes its place at once. */
static void a_damaged_list_is_let_be_and_a_new_one_taken(void **state)
{
    (void)state;
    int64_t now_us = 1;
    write_list(list);
    assert_true(facts_step(facts, now_us));
    write_rubbish();
    (void)unlink(journal_path);
    now_us += 2 * US_PER_S;
    assert_true(facts_step(facts, now_us));
    assert_null(facts_branch(facts));
    assert_null(facts_list(facts));
    for (int i = 0; i < 10; i++) {
        now_us += 2 * US_PER_S;
        assert_false(facts_step(facts, now_us));
    }
    (void)unlink(folder.path);
    now_us += 2 * US_PER_S;
    assert_false(facts_step(facts, now_us));
    write_list(list);
    now_us += 2 * US_PER_S;
    assert_true(facts_step(facts, now_us));
    assert_non_null(facts_branch(facts));
}

/* The same file mended in its place: it is looked at again at the latest a minute after the last failure, not before. */
static void a_damaged_list_is_tried_less_and_less_often(void **state)
{
    (void)state;
    char good[sizeof(folder.path) + 16];
    _cleanup_free_ char *bytes = NULL;
    size_t size = 0;
    int64_t now_us = 1;
    write_list(list);
    (void)snprintf(good, sizeof(good), "%s.good", folder.path);
    assert_int_equal(rename(folder.path, good), 0);
    assert_int_equal(file_read(good, 16 << 20, &bytes, &size), 0);
    write_rubbish();
    for (; now_us < 200 * US_PER_S; now_us += 2 * US_PER_S) {
        (void)facts_step(facts, now_us);
    }
    FILE *f = fopen(folder.path, "we");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, size, f), size);
    assert_int_equal(fclose(f), 0);
    int64_t mended_us = now_us;
    while (!facts_branch(facts) && now_us < mended_us + 120 * US_PER_S) {
        (void)facts_step(facts, now_us);
        now_us += 2 * US_PER_S;
    }
    assert_non_null(facts_branch(facts));
    assert_in_range(now_us - mended_us, 5 * US_PER_S, 62 * US_PER_S);
}

int main(void)
{
#define FACTS(test) cmocka_unit_test_setup_teardown(test, open_facts, close_facts)
    const struct CMUnitTest tests[] = {
        FACTS(the_branch_is_that_of_the_point),
        FACTS(my_card_says_what_holds_and_what_is_to_come),
        FACTS(what_has_ended_is_left_out_and_the_next_opening_is_told),
        FACTS(clips_that_were_used_here_are_taken_off),
        FACTS(a_card_that_nobody_knows_tells_nothing),
        FACTS(a_damaged_list_is_let_be_and_a_new_one_taken),
        FACTS(a_damaged_list_is_tried_less_and_less_often),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
