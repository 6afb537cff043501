#define LOG_MODULE "lane"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Standard error is a pipe while a line is written, so that what really left the process is looked at. */

enum { TEXT_SIZE = 4096 };

static char written[TEXT_SIZE];
static int pipe_fds[2], kept_stderr;

static void capture(void)
{
    assert_int_equal(pipe2(pipe_fds, O_CLOEXEC | O_NONBLOCK), 0);
    kept_stderr = dup(STDERR_FILENO);
    assert_true(kept_stderr >= 0 && dup2(pipe_fds[1], STDERR_FILENO) == STDERR_FILENO);
}

/* Gives standard error back. @return how many bytes were written to it. */
static size_t captured(void)
{
    assert_int_equal(dup2(kept_stderr, STDERR_FILENO), STDERR_FILENO);
    (void)close(kept_stderr);
    (void)close(pipe_fds[1]);
    ssize_t n = read(pipe_fds[0], written, sizeof(written) - 1);
    (void)close(pipe_fds[0]);
    assert_true(n >= 0);
    written[n] = '\0';
    return (size_t)n;
}

static void start(const char *level, const char *journal_stream)
{
    assert_int_equal(level ? setenv("STILE_LOG", level, 1) : unsetenv("STILE_LOG"), 0);
    assert_int_equal(journal_stream ? setenv("JOURNAL_STREAM", journal_stream, 1) : unsetenv("JOURNAL_STREAM"), 0);
    log_set_level(LOG_INFO);
    log_init("stile-test");
}

static void a_line_names_program_level_and_module(void **state)
{
    (void)state;
    start(NULL, NULL);
    capture();
    log_warn("card=%s n=%d", "04a1..c3", 7);
    (void)captured();
    assert_string_equal(written, "stile-test: warn: lane: card=04a1..c3 n=7\n");
}

static void under_the_service_manager_it_carries_the_priority(void **state)
{
    (void)state;
    start(NULL, "8:1234");
    capture();
    log_error("a");
    log_warn("b");
    log_info("c");
    (void)captured();
    assert_string_equal(written, "<3>lane: a\n<4>lane: b\n<6>lane: c\n");
}

static void lines_above_the_level_are_dropped(void **state)
{
    (void)state;
    static const struct {
        const char *level, *expected;
    } cases[] = {
        {"error", "<3>lane: e\n"},
        {"warn", "<3>lane: e\n<4>lane: w\n"},
        {"info", "<3>lane: e\n<4>lane: w\n<6>lane: i\n"},
        {"debug", "<3>lane: e\n<4>lane: w\n<6>lane: i\n<7>lane: d\n"},
        {NULL, "<3>lane: e\n<4>lane: w\n<6>lane: i\n"},
        {"loud", "<3>lane: e\n<4>lane: w\n<6>lane: i\n"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        start(cases[i].level, "8:1234");
        capture();
        log_error("e");
        log_warn("w");
        log_info("i");
        log_debug("d");
        (void)captured();
        assert_string_equal(written, cases[i].expected);
    }
    start("debug", "8:1234");
    log_set_level(LOG_ERROR);
    capture();
    log_warn("w");
    assert_int_equal(captured(), 0);
}

static void what_comes_from_outside_can_forge_no_line_and_move_no_cursor(void **state)
{
    (void)state;
    start(NULL, "8:1234");
    capture();
    log_info("name=\"%s\"", "a\nb\r\tc\x1b[2Jd\x7f");
    log_info("name=\"%s\"", "\xc2\x9b"
                            "2J \xc2\x85 \xc2\xa0\xc3\xa5 \xc2");
    (void)captured();
    assert_string_equal(written, "<6>lane: name=\"a b  c [2Jd \"\n"
                                 "<6>lane: name=\"  2J    \xc2\xa0\xc3\xa5 \xc2\"\n");
}

static void a_long_line_is_cut_and_still_one_line(void **state)
{
    (void)state;
    char text[TEXT_SIZE / 2];
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    start(NULL, NULL);
    capture();
    log_info("%s", text);
    size_t n = captured();
    assert_int_equal(n, 1024);
    assert_ptr_equal(strchr(written, '\n'), written + n - 1);
}

static void errno_is_kept(void **state)
{
    (void)state;
    start(NULL, NULL);
    capture();
    (void)close(STDERR_FILENO); /* so that the write fails */
    errno = EDOM;
    log_error("lost");
    assert_int_equal(errno, EDOM);
    assert_int_equal(captured(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_names_program_level_and_module),
        cmocka_unit_test(under_the_service_manager_it_carries_the_priority),
        cmocka_unit_test(lines_above_the_level_are_dropped),
        cmocka_unit_test(what_comes_from_outside_can_forge_no_line_and_move_no_cursor),
        cmocka_unit_test(a_long_line_is_cut_and_still_one_line),
        cmocka_unit_test(errno_is_kept),
    };
    return cmocka_run_group_tests_name("base.log", tests, NULL, NULL);
}
