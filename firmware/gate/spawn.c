#include "gate/spawn.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

enum { CHILD_FD = 3, REPORT_FD = 4, ENV_MAX = 256 };

/* The environment without what speaks to this process alone. Built before the fork: the child may not allocate. */
static void copy_environment(char *ret_env[ENV_MAX + 1])
{
    static const char *const ours[] = {"NOTIFY_SOCKET=", "WATCHDOG_USEC=", "WATCHDOG_PID=", "LISTEN_"};
    size_t n = 0;
    for (char **e = environ; *e && n < ENV_MAX; e++) {
        bool keep = true;
        for (size_t i = 0; i < ARRAY_LEN(ours); i++) {
            keep = keep && strncmp(*e, ours[i], strlen(ours[i])) != 0;
        }
        if (keep) {
            ret_env[n++] = *e;
        }
    }
    ret_env[n] = NULL;
}

/* In the child: only calls that are safe after a fork of a process with threads. */
static int become(const char *const argv[], char *env[], int fd, int *report, pid_t parent)
{
    sigset_t none;
    /* Above every descriptor that will be set, so that no dup2 hits one still needed. */
    int from = fcntl(fd, F_DUPFD_CLOEXEC, 16);
    int report_from = fcntl(*report, F_DUPFD_CLOEXEC, 16);
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (from < 0 || report_from < 0 || null < 0 || dup2(report_from, REPORT_FD) < 0) {
        return errno;
    }
    *report = REPORT_FD;
    if (fcntl(REPORT_FD, F_SETFD, FD_CLOEXEC) < 0 || dup2(from, CHILD_FD) < 0 || dup2(null, STDIN_FILENO) < 0) {
        return errno;
    }
    if (close_range(REPORT_FD + 1, ~0U, 0) < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) {
        return errno;
    }
    if (getppid() != parent) {
        return ECANCELED; /* it died before the line above */
    }
    for (int s = 1; s < NSIG; s++) {
        struct sigaction by_default = {.sa_handler = SIG_DFL};
        (void)sigaction(s, &by_default, NULL);
    }
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    execve(argv[0], (char *const *)(uintptr_t)argv, env);
    return errno;
}

int spawn_child(const char *const argv[], int fd, pid_t *ret_pid)
{
    char *env[ENV_MAX + 1];
    int report[2];
    copy_environment(env);
    if (pipe2(report, O_CLOEXEC) < 0) {
        return -errno;
    }
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        int error = become(argv, env, fd, &report[1], parent);
        ssize_t n = write(report[1], &error, sizeof(error));
        (void)n;
        _exit(127);
    }
    int r = pid < 0 ? -errno : 0;
    (void)close(report[1]);
    /* Closed by the exec that succeeds; else it tells why not. The child does nothing in between that could block. */
    int error = 0;
    if (pid > 0 && read(report[0], &error, sizeof(error)) == (ssize_t)sizeof(error)) {
        r = -error;
        (void)waitpid(pid, NULL, 0);
    }
    (void)close(report[0]);
    if (r == 0) {
        *ret_pid = pid;
    }
    return r;
}
