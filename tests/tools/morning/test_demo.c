/* stile-demo --json from beginning to end, with the real processes: every denial code, every phase, nothing twice. Then each
 * decision of the morning is replayed, and each card explained. */

#include "core/access.h"

#include <cjson/cJSON.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum { LINES_MAX = 1024, COMMAND_SIZE = 1024, TEXT_SIZE = 1 << 20 };

static char folder[] = "/tmp/stile-demo-XXXXXX";
static cJSON *lines[LINES_MAX];
static size_t n_lines;

static const char *text_of(const cJSON *json, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(json, name));
    return text ? text : "";
}

static int play(void **state)
{
    (void)state;
    char command[COMMAND_SIZE];
    char *line = NULL;
    size_t size = 0;
    if (!mkdtemp(folder)) {
        return -1;
    }
    (void)snprintf(command, sizeof(command), "'%s' --json --rush 3 --members 200 --folder %s/d", STILE_DEMO, folder);
    FILE *in = popen(command, "r");
    if (!in) {
        return -1;
    }
    while (n_lines < LINES_MAX && getline(&line, &size, in) > 0) {
        lines[n_lines] = cJSON_Parse(line);
        if (!lines[n_lines]) {
            print_error("no JSON: %s", line);
            return -1;
        }
        n_lines++;
    }
    free(line);
    int status = pclose(in);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        print_error("stile-demo ended with status %d; its log is in %s/d\n", status, folder);
        return -1;
    }
    return 0;
}

static int clear(void **state)
{
    (void)state;
    char command[COMMAND_SIZE];
    for (size_t i = 0; i < n_lines; i++) {
        cJSON_Delete(lines[i]);
    }
    (void)snprintf(command, sizeof(command), "rm -rf %s", folder);
    return system(command) == 0 ? 0 : -1;
}

static void every_denial_code_occurs(void **state)
{
    (void)state;
    for (int code = ACCESS_GRANTED; code < ACCESS_CODES; code++) {
        bool seen = false;
        const char *name = access_code_text((enum access_code)code);
        for (size_t i = 0; i < n_lines; i++) {
            seen = seen || strcmp(text_of(lines[i], "code"), name) == 0;
        }
        if (!seen) {
            fail_msg("%s never occurred", name);
        }
    }
}

static void a_decision_names_card_point_verdict_code_and_phase(void **state)
{
    (void)state;
    for (size_t i = 0; i < n_lines; i++) {
        if (strcmp(text_of(lines[i], "kind"), "decision") != 0) {
            continue;
        }
        bool granted = strcmp(text_of(lines[i], "code"), "granted") == 0;
        assert_true(strlen(text_of(lines[i], "card")) >= 8);
        assert_string_not_equal(text_of(lines[i], "point"), "");
        assert_string_equal(text_of(lines[i], "verdict"), granted ? "granted" : "denied");
        assert_string_equal(text_of(lines[i], "phase"), granted ? "granted" : "denied");
    }
}

static void a_release_tells_its_times(void **state)
{
    (void)state;
    unsigned n = 0;
    for (size_t i = 0; i < n_lines; i++) {
        if (strcmp(text_of(lines[i], "phase"), "released") == 0 && cJSON_HasObjectItem(lines[i], "card")) {
            assert_true(cJSON_IsNumber(cJSON_GetObjectItem(lines[i], "line_us")));
            assert_true(cJSON_IsNumber(cJSON_GetObjectItem(lines[i], "tap_us")));
            n++;
        }
    }
    assert_true(n > 10);
}

static void no_grant_ends_twice_and_the_killed_one_is_unresolved_or_passed(void **state)
{
    (void)state;
    static const char *const ends[] = {"passed", "not_passed", "unresolved"};
    unsigned unresolved = 0;
    for (size_t i = 0; i < n_lines; i++) {
        const cJSON *grant = cJSON_GetObjectItem(lines[i], "grant");
        unsigned ended = 0;
        if (strcmp(text_of(lines[i], "phase"), "granted") != 0) {
            continue;
        }
        for (size_t k = 0; k < n_lines; k++) {
            for (size_t e = 0; e < sizeof(ends) / sizeof(ends[0]); e++) {
                if (cJSON_Compare(cJSON_GetObjectItem(lines[k], "grant"), grant, true) &&
                    strcmp(text_of(lines[k], "phase"), ends[e]) == 0) {
                    ended++;
                    unresolved += e == 2;
                }
            }
        }
        assert_int_equal(ended, 1);
    }
    assert_true(unresolved <= 1);
}

/* Runs stile on the morning's folder. @return its exit code, with the JSON that it printed (the caller's). */
static int stile(const char *words, cJSON **ret_json)
{
    static char text[TEXT_SIZE];
    char command[COMMAND_SIZE];
    (void)snprintf(command, sizeof(command), "'%s' --config %s/d/gate.ini --json %s", STILE, folder, words);
    FILE *in = popen(command, "r");
    assert_non_null(in);
    size_t n = fread(text, 1, sizeof(text) - 1, in);
    text[n] = '\0';
    int status = pclose(in);
    *ret_json = cJSON_Parse(text);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void every_decision_replays_to_the_same_verdict(void **state)
{
    (void)state;
    unsigned n = 0;
    for (size_t i = 0; i < n_lines; i++) {
        char words[64];
        cJSON *json;
        if (strcmp(text_of(lines[i], "kind"), "decision") != 0) {
            continue;
        }
        (void)snprintf(words, sizeof(words), "replay %d", cJSON_GetObjectItem(lines[i], "seq")->valueint);
        assert_int_equal(stile(words, &json), 0);
        assert_true(cJSON_IsTrue(cJSON_GetObjectItem(json, "same")));
        assert_string_equal(text_of(cJSON_GetObjectItem(json, "replayed"), "code"), text_of(lines[i], "code"));
        assert_true(cJSON_GetArraySize(cJSON_GetObjectItem(json, "rules")) > 0);
        cJSON_Delete(json);
        n++;
    }
    assert_true(n > 40);
}

static void every_card_can_be_explained(void **state)
{
    (void)state;
    for (size_t i = 0; i < n_lines; i++) {
        char words[128];
        cJSON *json;
        if (strcmp(text_of(lines[i], "kind"), "decision") != 0) {
            continue;
        }
        (void)snprintf(words, sizeof(words), "explain %s --point '%s'", text_of(lines[i], "card"),
                       text_of(lines[i], "point"));
        int r = stile(words, &json);
        bool granted = strcmp(text_of(json, "verdict"), "granted") == 0;
        assert_int_equal(r, granted ? 0 : 1);
        assert_true(cJSON_GetArraySize(cJSON_GetObjectItem(json, "rules")) > 0);
        cJSON_Delete(json);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_denial_code_occurs),
        cmocka_unit_test(a_decision_names_card_point_verdict_code_and_phase),
        cmocka_unit_test(a_release_tells_its_times),
        cmocka_unit_test(no_grant_ends_twice_and_the_killed_one_is_unresolved_or_passed),
        cmocka_unit_test(every_decision_replays_to_the_same_verdict),
        cmocka_unit_test(every_card_can_be_explained),
    };
    return cmocka_run_group_tests(tests, play, clear);
}
