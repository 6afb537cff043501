/* What the commands share: words for numbers, progress, options, whole numbers in JSON. */

#include "stile/cli.h"
#include "stile/progress.h"
#include "stile/words.h"

#include "base/clock.h"

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
#include <unistd.h>

static void an_age_is_said_in_its_largest_units(void **state)
{
    (void)state;
    static const struct {
        int64_t s;
        const char *text;
    } ages[] = {{-1, "in the future"},
                {0, "0 s"},
                {119, "119 s"},
                {120, "2 min"},
                {7199, "119 min"},
                {7200, "2 h 0 min"},
                {12000, "3 h 20 min"},
                {172799, "47 h 59 min"},
                {172800, "2 days"},
                {864000, "10 days"},
                {INT64_MAX, "106751991167300 days"}};
    for (size_t i = 0; i < sizeof(ages) / sizeof(ages[0]); i++) {
        char text[WORDS_SIZE];
        words_age(ages[i].s, text);
        assert_string_equal(text, ages[i].text);
    }
}

static void a_size_is_said_in_its_largest_unit(void **state)
{
    (void)state;
    char text[WORDS_SIZE];
    words_size_kb(0, text);
    assert_string_equal(text, "0 kB");
    words_size_kb(1023, text);
    assert_string_equal(text, "1023 kB");
    words_size_kb(6246, text);
    assert_string_equal(text, "6.1 MB");
    words_size_kb(INT64_C(3) << 20, text);
    assert_string_equal(text, "3.0 GB");
}

static void thousands_are_parted(void **state)
{
    (void)state;
    static const struct {
        int64_t number;
        const char *text;
    } numbers[] = {{0, "0"},
                   {999, "999"},
                   {1000, "1,000"},
                   {-999, "-999"},
                   {-1000, "-1,000"},
                   {1204000, "1,204,000"},
                   {INT64_MIN, "-9,223,372,036,854,775,808"}};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        char text[WORDS_SIZE];
        words_number(numbers[i].number, text);
        assert_string_equal(text, numbers[i].text);
    }
}

static void progress_is_due_from_the_second_second_on_and_only_on_a_terminal(void **state)
{
    (void)state;
    struct progress p;
    progress_start(&p, stderr, false, 0);
    assert_false(progress_due(&p, US_PER_HOUR));
    progress_start(&p, stderr, true, 50 * US_PER_S);
    assert_false(progress_due(&p, 50 * US_PER_S));
    assert_false(progress_due(&p, 51 * US_PER_S - 1));
    assert_true(progress_due(&p, 51 * US_PER_S));
}

static void progress_writes_over_its_line_and_takes_it_away(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    struct progress p;
    assert_non_null(to);
    progress_start(&p, to, true, 0);
    progress_clear(&p);
    assert_int_equal(size, 0); /* nothing stood there */
    progress_show(&p, US_PER_S, "%d lines", 7);
    assert_string_equal(text, "\r\033[K7 lines");
    assert_false(progress_due(&p, US_PER_S + PROGRESS_EVERY_MS * US_PER_MS - 1));
    assert_true(progress_due(&p, US_PER_S + PROGRESS_EVERY_MS * US_PER_MS));
    progress_clear(&p);
    progress_clear(&p);
    assert_string_equal(text, "\r\033[K7 lines\r\033[K");
    (void)fclose(to);
    free(text);
}

static void a_tick_says_what_is_being_done_and_goes_without_a_trace(void **state)
{
    (void)state;
    char said[200] = "";
    int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(terminal >= 0);
    assert_int_equal(grantpt(terminal), 0);
    assert_int_equal(unlockpt(terminal), 0);
    int line = open(ptsname(terminal), O_RDWR | O_NOCTTY | O_CLOEXEC);
    int kept = dup(STDERR_FILENO);
    assert_true(line >= 0 && kept >= 0);
    assert_true(dup2(line, STDERR_FILENO) >= 0);
    progress_tick_start("verifying the chain");
    (void)raise(SIGALRM); /* a second has gone by */
    (void)raise(SIGALRM);
    progress_tick_stop();
    progress_tick_stop();
    (void)fputs("|", stderr);
    assert_true(dup2(kept, STDERR_FILENO) >= 0);
    size_t n = 0;
    while (!strchr(said, '|')) {
        ssize_t got = read(terminal, said + n, sizeof(said) - 1 - n);
        assert_true(got > 0);
        n += (size_t)got;
        said[n] = '\0';
    }
    assert_string_equal(said, "\r\033[Kverifying the chain... 1 s\r\033[Kverifying the chain... 2 s\r\033[K|");
    (void)close(line);
    (void)close(terminal);
    (void)close(kept);
    progress_tick_stop(); /* none runs */
}

static void a_whole_number_keeps_its_digits(void **state)
{
    (void)state;
    static const struct {
        int64_t value;
        const char *text;
    } numbers[] = {{0, "{\"n\":0}"},
                   {-7, "{\"n\":-7}"},
                   {4294967296, "{\"n\":4294967296}"},
                   {999999999999999, "{\"n\":999999999999999}"},
                   {1000000000000000, "{\"n\":1000000000000000}"},
                   {9007199254740991, "{\"n\":9007199254740991}"},
                   {9007199254740993, "{\"n\":9007199254740993}"},
                   {INT64_MAX, "{\"n\":9223372036854775807}"},
                   {INT64_MIN, "{\"n\":-9223372036854775808}"}};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        cJSON *json = cJSON_CreateObject();
        cli_add_int(json, "n", numbers[i].value);
        char *text = cJSON_PrintUnformatted(json);
        assert_string_equal(text, numbers[i].text);
        free(text);
        cJSON_Delete(json);
    }
}

static void what_an_answer_lacks_counts_as_nothing(void **state)
{
    (void)state;
    cJSON *json = cJSON_Parse("{\"a\":\"b\",\"n\":12,\"yes\":true,\"far\":1e300,\"null\":null}");
    assert_string_equal(cli_text(json, "a"), "b");
    assert_string_equal(cli_text(json, "n"), "");
    assert_string_equal(cli_text(json, "none"), "");
    assert_string_equal(cli_text(NULL, "a"), "");
    assert_int_equal(cli_int(json, "n"), 12);
    assert_int_equal(cli_int(json, "a"), 0);
    assert_int_equal(cli_int(json, "far"), 0);
    assert_int_equal(cli_int(json, "null"), 0);
    assert_true(cli_true(json, "yes"));
    assert_false(cli_true(json, "a"));
    assert_false(cli_true(json, "none"));
    cJSON_Delete(json);
}

static void an_options_value_follows_it_or_an_equals_sign(void **state)
{
    (void)state;
    char a[] = "--at";
    char b[] = "now";
    char c[] = "--at=then";
    char d[] = "--attic";
    char e[] = "--at=";
    char *argv[] = {a, b, c, d, e, a};
    int at = 0;
    assert_string_equal(cli_option(6, argv, &at, "--at"), "now");
    assert_int_equal(at, 1);
    assert_null(cli_option(6, argv, &at, "--at"));
    at = 2;
    assert_string_equal(cli_option(6, argv, &at, "--at"), "then");
    assert_int_equal(at, 2);
    at = 3;
    assert_null(cli_option(6, argv, &at, "--at"));
    at = 4;
    assert_string_equal(cli_option(6, argv, &at, "--at"), "");
    at = 5;
    assert_string_equal(cli_option(6, argv, &at, "--at"), "");
    assert_int_equal(at, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_age_is_said_in_its_largest_units),
        cmocka_unit_test(a_size_is_said_in_its_largest_unit),
        cmocka_unit_test(thousands_are_parted),
        cmocka_unit_test(progress_is_due_from_the_second_second_on_and_only_on_a_terminal),
        cmocka_unit_test(progress_writes_over_its_line_and_takes_it_away),
        cmocka_unit_test(a_tick_says_what_is_being_done_and_goes_without_a_trace),
        cmocka_unit_test(a_whole_number_keeps_its_digits),
        cmocka_unit_test(what_an_answer_lacks_counts_as_nothing),
        cmocka_unit_test(an_options_value_follows_it_or_an_equals_sign),
    };
    return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
