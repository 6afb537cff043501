/* stile pin-hash: a PIN in, its hash out, and nothing else anywhere. */

#include "run.h"

#include "db/pin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct run run;
static char path[] = "/tmp/stile-pin-XXXXXX";

static int set_up(void **state)
{
    (void)state;
    (void)strcpy(path, "/tmp/stile-pin-XXXXXX");
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int tear_down(void **state)
{
    (void)state;
    run_finish(&run);
    return unlink(path);
}

static void type(const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    (void)fputs(text, f);
    assert_int_equal(fclose(f), 0);
    run.input = path;
}

static void a_pin_becomes_a_hash_that_it_matches(void **state)
{
    (void)state;
    type("2468\n");
    run_stile(&run, "pin-hash", NULL);
    run_is(&run, 0);
    char *end = strchr(run.out, '\n');
    assert_non_null(end);
    assert_string_equal(end, "\n"); /* one line */
    *end = '\0';
    assert_true(pin_matches(run.out, "2468"));
    assert_false(pin_matches(run.out, "2469"));
    assert_string_equal(run.err, "");
}

static void a_program_gets_it_as_json(void **state)
{
    (void)state;
    type("123456789012");
    run_stile(&run, "--json", "pin-hash", NULL);
    run_is(&run, 0);
    cJSON *json = run_json(&run);
    assert_true(pin_matches(text_of(json, "pin_hash"), "123456789012"));
    cJSON_Delete(json);
}

static void what_is_no_pin_is_refused_and_not_repeated(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",         "123\n",   "1234567890123\n",
        "12345x\n", " 1234\n", "111111111111111111111111111111111111111111111111111111111111111111111\n"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        type(bad[i]);
        run_stile(&run, "pin-hash", NULL);
        run_is(&run, 2);
        run_complains(&run, "a PIN has 4 to 12 digits");
        assert_string_equal(run.out, "");
        assert_null(strstr(run.err, "123"));
    }
    type("2468\n");
    run_stile(&run, "pin-hash", "2468", NULL);
    run_is(&run, 2);
    run_complains(&run, "standard input");
    assert_null(strstr(run.err, "2468"));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_pin_becomes_a_hash_that_it_matches),
        TEST(a_program_gets_it_as_json),
        TEST(what_is_no_pin_is_refused_and_not_repeated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
