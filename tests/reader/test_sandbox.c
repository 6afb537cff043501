/* From inside the sandbox, what a reader needs works, and nothing else does. */

#include <fcntl.h>
#include <linux/landlock.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static int master_fd = -1;

static int begin(void **state)
{
    (void)state;
    master_fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    return master_fd < 0 || grantpt(master_fd) < 0 || unlockpt(master_fd) < 0 ? -1 : 0;
}

static int end(void **state)
{
    (void)state;
    return close(master_fd);
}

/* @return the status of the helper, as waitpid has it. */
static int jail(const char *what)
{
    char path[64];
    assert_int_equal(ptsname_r(master_fd, path, sizeof(path)), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        (void)execl(JAIL, "jail", path, what, (char *)NULL);
        _exit(127);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void expect_allowed(const char *what)
{
    int status = jail(what);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fail_msg("%s: status %x", what, (unsigned)status);
    }
}

static void expect_refused(const char *what)
{
    int status = jail(what);
    bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
    bool refused = WIFEXITED(status) && WEXITSTATUS(status) == 42;
    if (!killed && !refused) {
        fail_msg("%s: status %x", what, (unsigned)status);
    }
}

static void a_reader_can_do_its_work(void **state)
{
    (void)state;
    expect_allowed("nothing");
    expect_allowed("early-device");
    expect_allowed("device");
    expect_allowed("gate");
}

static void nothing_is_opened_once_it_is_sealed(void **state)
{
    (void)state;
    expect_refused("open");
    expect_refused("open-device");
    expect_refused("create");
    expect_refused("unlink");
    assert_int_not_equal(access("/tmp/stile-jail-was-here", F_OK), 0);
}

static void no_other_file_is_opened_before(void **state)
{
    (void)state;
    if (syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) < 0) {
        expect_allowed("early-open"); /* a kernel without Landlock: the reader says so */
        return;
    }
    expect_refused("early-open");
    expect_refused("early-create");
    assert_int_not_equal(access("/tmp/stile-jail-was-here", F_OK), 0);
}

static void there_is_no_way_to_others(void **state)
{
    (void)state;
    expect_refused("socket");
    expect_refused("early-socket");
    expect_refused("other-socket");
    expect_refused("kill");
    expect_refused("trace");
    expect_refused("typing");
    expect_refused("others-memory");
    expect_refused("pass-descriptor");
    expect_refused("namespace");
}

static void no_other_code_is_run(void **state)
{
    (void)state;
    expect_refused("fork");
    expect_refused("early-fork");
    expect_refused("exec");
    expect_refused("code");
    expect_refused("profiling");
    expect_refused("made-executable");
    expect_refused("early-made-executable");
    expect_refused("thread");
    expect_refused("memory-file");
    expect_refused("program-for-the-kernel");
    expect_refused("settings");
}

/* Work that the kernel does on a process's behalf passes by its filter. */
static void no_work_is_handed_to_the_kernel(void **state)
{
    (void)state;
    expect_refused("ring");
    expect_refused("early-ring");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reader_can_do_its_work),       cmocka_unit_test(nothing_is_opened_once_it_is_sealed),
        cmocka_unit_test(no_other_file_is_opened_before), cmocka_unit_test(there_is_no_way_to_others),
        cmocka_unit_test(no_other_code_is_run),           cmocka_unit_test(no_work_is_handed_to_the_kernel),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
