#include "bench/lists.h"

#include "core/access.h"
#include "core/date.h"
#include "db/list_db.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OUTPUT_MAX = 256 * 1024, CARDS = 10000 };

static char folder[] = "/tmp/stile-bench-XXXXXX";
static char output[OUTPUT_MAX];

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    char command[100];
    (void)state;
    (void)snprintf(command, sizeof(command), "rm -r %s", folder);
    return system(command) == 0 ? 0 : -1;
}

/* @return the exit status; what it says on standard output is in `output`. */
static int run(const char *arguments)
{
    char command[400];
    (void)snprintf(command, sizeof(command), "%s/stile-bench %s --out %s", PROGRAMS, arguments, folder);
    FILE *f = popen(command, "r");
    assert_non_null(f);
    size_t n = fread(output, 1, sizeof(output) - 1, f);
    output[n] = '\0';
    int status = pclose(f);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static const cJSON *find_row(const cJSON *rows, const char *name)
{
    const cJSON *row = NULL;
    cJSON_ArrayForEach(row, rows)
    {
        const cJSON *text = cJSON_GetObjectItemCaseSensitive(row, "name");
        assert_true(cJSON_IsString(text));
        if (strncmp(text->valuestring, name, strlen(name)) == 0) {
            return row;
        }
    }
    fail_msg("no row \"%s\" in %s", name, output);
    return NULL;
}

/* The row's name begins with @name, and it holds a positive number for each of @values. */
static void assert_row(const cJSON *rows, const char *name, const char *const values[])
{
    const cJSON *row = find_row(rows, name);
    for (size_t i = 0; values[i]; i++) {
        const cJSON *value = cJSON_GetObjectItemCaseSensitive(row, values[i]);
        if (!cJSON_IsNumber(value) || value->valuedouble <= 0) {
            fail_msg("row \"%s\" has no %s", name, values[i]);
        }
    }
}

static void assert_budget(const cJSON *rows, const char *name, const char *measure, double limit)
{
    const cJSON *budgets = cJSON_GetObjectItemCaseSensitive(find_row(rows, name), "budgets");
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(budgets, measure);
    assert_true(cJSON_IsNumber(value));
    assert_true(value->valuedouble == limit);
}

static void a_quick_run_prints_every_row_with_its_budget(void **state)
{
    (void)state;
    static const char *const times[] = {"n", "p50_us", "p99_us", "max_us", NULL};
    static const char *const rate[] = {"n", "per_s", NULL};
    static const char *const ratio[] = {"n", "p50_us", "p99_us", "max_us", "ratio", NULL};
    static const char *const memory[] = {"mem_mb", NULL};
    static const char *const timed[] = {"decision alone: a subscription,",
                                        "decision alone: two subscriptions",
                                        "decision alone: a punch card",
                                        "decision alone: 16 entitlements",
                                        "UID to line, 10 k cards",
                                        "UID to line, 10 k cards, punch cards",
                                        "bare libnfc loop, field to line, UID",
                                        "bare libnfc loop, field to line, DESFire",
                                        "of it UID to line, UID",
                                        "of it UID to line, DESFire",
                                        "a minute, 4 lanes",
                                        "journal: append",
                                        "journal: upload",
                                        "journal: follow",
                                        "journal: a step of retention",
                                        "journal: an event until it is durable"};
    static const char *const compared[] = {
        "look-up and decision, 10 k cards",          "UID to line, 10 k cards, changes in",
        "UID to line, 10 k cards, a merging import", "field to line, UID",
        "field to line, DESFire with AES",           "journal: the same while"};
    assert_int_equal(run("gate --quick --json"), 0);
    cJSON *json = cJSON_Parse(output);
    assert_non_null(json);
    const cJSON *rows = cJSON_GetObjectItemCaseSensitive(json, "rows");
    assert_true(cJSON_IsArray(rows));
    for (size_t i = 0; i < sizeof(timed) / sizeof(timed[0]); i++) {
        assert_row(rows, timed[i], times);
    }
    for (size_t i = 0; i < sizeof(compared) / sizeof(compared[0]); i++) {
        assert_row(rows, compared[i], ratio);
    }
    assert_row(rows, "look-up and decision", rate);
    assert_row(rows, "bare look-up", rate);
    assert_row(rows, "journal: read", rate);
    assert_row(rows, "journal: verify", rate);
    assert_row(rows, "stile-gate resident", memory);
    assert_row(rows, "stile-reader resident", memory);
    assert_row(rows, "idle CPU", (const char *const[]){"cpu_percent", NULL});
    const cJSON *lost = cJSON_GetObjectItemCaseSensitive(find_row(rows, "a minute, 4 lanes"), "lost");
    assert_true(cJSON_IsNumber(lost) && lost->valuedouble == 0);

    assert_budget(rows, "decision alone: a subscription,", "p50_us", 5);
    assert_budget(rows, "look-up and decision", "per_s", 50000);
    assert_budget(rows, "UID to line, 10 k cards", "p50_us", 1000);
    assert_budget(rows, "UID to line, 10 k cards, changes", "p99_us", 3000);
    assert_budget(rows, "UID to line, 10 k cards, a merging", "p99_us", 3000);
    assert_budget(rows, "field to line, UID", "p50_us", 20000);
    assert_budget(rows, "field to line, UID", "p99_us", 60000);
    assert_budget(rows, "field to line, UID", "ratio", 1.05);
    assert_budget(rows, "field to line, DESFire with AES", "p99_us", 120000);
    assert_budget(rows, "stile-gate resident", "mem_mb", 8);
    assert_budget(rows, "stile-reader resident", "mem_mb", 8);
    assert_budget(rows, "idle CPU", "cpu_percent", 1);
    const cJSON *machine = cJSON_GetObjectItemCaseSensitive(json, "machine");
    assert_true(cJSON_IsString(cJSON_GetObjectItemCaseSensitive(machine, "cpu")));
    assert_true(cJSON_IsString(cJSON_GetObjectItemCaseSensitive(machine, "sqlite")));
    cJSON_Delete(json);
}

static void a_quick_run_of_the_screen_prints_every_row_with_its_budget(void **state)
{
    (void)state;
    static const char *const times[] = {"n", "p50_us", "p99_us", "max_us", NULL};
    static const char *const timed[] = {"whole picture, 1280x800", "whole picture, the dearest",
                                        "a button changes",        "a frame of a list of 100,000 rows",
                                        "start of main to first",  "message from the gate to verdict",
                                        "UID to line, no screen"};
    assert_int_equal(run("ui --quick --json"), 0);
    cJSON *json = cJSON_Parse(output);
    assert_non_null(json);
    const cJSON *rows = cJSON_GetObjectItemCaseSensitive(json, "rows");
    assert_true(cJSON_IsArray(rows));
    for (size_t i = 0; i < sizeof(timed) / sizeof(timed[0]); i++) {
        assert_row(rows, timed[i], times);
    }
    assert_row(rows, "UID to line, the screen killed", (const char *const[]){"n", "p50_us", "ratio", NULL});
    assert_row(rows, "stile-ui at rest", (const char *const[]){"cpu_percent", "mem_mb", NULL});
    assert_budget(rows, "whole picture, the dearest", "p50_us", 4000);
    assert_budget(rows, "a button changes", "p50_us", 300);
    assert_budget(rows, "message from the gate to verdict", "p50_us", 4000);
    assert_budget(rows, "message from the gate to verdict", "p99_us", 16000);
    assert_budget(rows, "start of main to first", "p50_us", 150000);
    assert_budget(rows, "stile-ui at rest", "cpu_percent", 0.3);
    assert_budget(rows, "stile-ui at rest", "mem_mb", 40);
    cJSON_Delete(json);
}

static void one_part_alone_prints_a_table(void **state)
{
    (void)state;
    assert_int_equal(run("gate --quick --only decisions"), 0);
    assert_non_null(strstr(output, "decision alone: a subscription, granted"));
    assert_non_null(strstr(output, "on: "));
    assert_null(strstr(output, "UID to line"));
}

static void what_it_does_not_know_is_refused(void **state)
{
    (void)state;
    assert_int_equal(run("desk 2>/dev/null"), 2);
    assert_int_equal(run("gate --sizes 10 2>/dev/null"), 2);
    assert_int_equal(run("gate --sizes 10x 2>/dev/null"), 2);
    assert_int_equal(run("gate --events -1 2>/dev/null"), 2);
}

static void the_lists_hold_what_they_say(void **state)
{
    (void)state;
    char path[200];
    int64_t made_us = 0;
    struct list_db *list = NULL;
    struct list_point point;
    static struct access_query q;
    static const struct {
        enum lists_kind kind;
        unsigned entitlements;
        enum access_kind first;
        enum access_credential credential;
    } wanted[] = {{LISTS_GOLD, 1, ACCESS_SUBSCRIPTION, ACCESS_CREDENTIAL_UID},
                  {LISTS_LONG, 2, ACCESS_SUBSCRIPTION, ACCESS_CREDENTIAL_UID},
                  {LISTS_CLIPS, 1, ACCESS_PUNCH_CARD, ACCESS_CREDENTIAL_UID},
                  {LISTS_SECURE, 1, ACCESS_SUBSCRIPTION, ACCESS_CREDENTIAL_DESFIRE},
                  {LISTS_UNPAID, 1, ACCESS_SUBSCRIPTION, ACCESS_CREDENTIAL_UID}};
    assert_int_equal(lists_make(folder, CARDS, path, sizeof(path), &made_us), 0);
    assert_int_equal(lists_make(folder, CARDS, path, sizeof(path), &made_us), 0);
    assert_int_equal(made_us, 0); /* found again */
    assert_int_equal(list_db_open(path, LIST_DB_READ, &list), 0);
    assert_int_equal(list_db_check(list), 0);
    assert_int_equal(list_db_point(list, "in4", &point), 0);
    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        unsigned bad = 0;
        int64_t counted[ACCESS_ENTITLEMENTS_MAX];
        int64_t at = lists_find(CARDS, CARDS - 1, wanted[i].kind);
        struct card_number card = lists_card(CARDS, at);
        assert_int_equal(list_db_find(list, &card, &point, &q, counted, &bad), 0);
        assert_int_equal(bad, 0);
        assert_true(q.card.known && q.customer.present);
        assert_int_equal(q.customer.id, lists_person(CARDS, at));
        assert_int_equal(q.n_entitlements, wanted[i].entitlements);
        assert_int_equal(q.entitlements[0].kind, wanted[i].first);
        assert_int_equal(q.card.credential, wanted[i].credential);
    }
    list_db_close(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lists_hold_what_they_say),
        cmocka_unit_test(one_part_alone_prints_a_table),
        cmocka_unit_test(what_it_does_not_know_is_refused),
        cmocka_unit_test(a_quick_run_prints_every_row_with_its_budget),
        cmocka_unit_test(a_quick_run_of_the_screen_prints_every_row_with_its_budget),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
