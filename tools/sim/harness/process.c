#include "sim/harness/process.h"

#include "base/cleanup.h"
#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>

static void become(const char *const argv[], const char *const env[], const char *log_path, int out, int out_to)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (size_t i = 0; env && env[i] && env[i + 1]; i += 2) {
        (void)setenv(env[i], env[i + 1], 1);
    }
    if (log_path) {
        int log = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        if (log >= 0) {
            (void)dup2(log, STDERR_FILENO);
        }
    }
    if (out >= 0) {
        (void)dup2(out, out_to);
    }
    sigset_t none;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)execv(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
}

int process_start(const char *const argv[], const char *const env[], const char *log_path, enum process_hears hears,
                  struct process *ret_process)
{
    int pipe_fds[2] = {-1, -1};
    if (hears != PROCESS_HEARS_NOTHING && pipe2(pipe_fds, O_CLOEXEC) < 0) {
        return -errno;
    }
    pid_t pid = fork();
    if (pid == 0) {
        become(argv, env, log_path, pipe_fds[1], hears == PROCESS_HEARS_ERRORS ? STDERR_FILENO : STDOUT_FILENO);
    }
    int r = pid < 0 ? -errno : 0;
    cleanup_closep(&pipe_fds[1]);
    if (r < 0) {
        cleanup_closep(&pipe_fds[0]);
        return r;
    }
    *ret_process = (struct process){.pid = pid, .out = pipe_fds[0]};
    return 0;
}

int process_await(const struct process *process, const char *text, int timeout_ms)
{
    char said[4096];
    size_t n = 0;
    int64_t until_us = clock_boot_us() + timeout_ms * US_PER_MS;
    for (;;) {
        int64_t left_ms = (until_us - clock_boot_us()) / US_PER_MS;
        struct pollfd p = {.fd = process->out, .events = POLLIN};
        if (left_ms <= 0 || poll(&p, 1, (int)left_ms) == 0) {
            return -ETIMEDOUT;
        }
        ssize_t got = read(process->out, said + n, sizeof(said) - 1 - n);
        if (got <= 0) {
            return -EPIPE;
        }
        n += (size_t)got;
        said[n] = '\0';
        if (strstr(said, text)) {
            return 0;
        }
        if (n == sizeof(said) - 1) {
            n = 0;
        }
    }
}

int process_end(struct process *process, int signal, int timeout_ms)
{
    int status = 0;
    int r = 0;
    if (process->pid <= 0) {
        return 0;
    }
    if (signal) {
        (void)kill(process->pid, signal);
    }
    _cleanup_close_ int fd = pidfd_open(process->pid, 0);
    struct pollfd p = {.fd = fd, .events = POLLIN};
    if (fd < 0 || poll(&p, 1, timeout_ms) != 1) {
        (void)kill(process->pid, SIGKILL);
        r = -ETIMEDOUT;
    }
    (void)waitpid(process->pid, &status, 0);
    cleanup_closep(&process->out);
    *process = (struct process){.out = -1};
    return r < 0 ? r : WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
