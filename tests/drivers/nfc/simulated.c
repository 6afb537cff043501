#include "simulated.h"

#include "sim/control/control.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Its first line in the log says that it is ready. */
static void wait_until_ready(const struct simulated *sim)
{
    char text[1024];
    size_t n = 0;
    while (n < sizeof(text) - 1) {
        struct pollfd log = {.fd = sim->log_fd, .events = POLLIN};
        assert_int_equal(poll(&log, 1, SIMULATED_WAIT_MS), 1);
        ssize_t got = read(sim->log_fd, text + n, sizeof(text) - 1 - n);
        assert_true(got > 0);
        n += (size_t)got;
        text[n] = '\0';
        if (strstr(text, "ready ")) {
            return;
        }
    }
    fail_msg("the simulator doesn't get ready: %s", text);
}

void simulated_start(struct simulated *sim)
{
    *sim = (struct simulated){.folder = "/tmp/stile-test-XXXXXX"};
    assert_non_null(mkdtemp(sim->folder));
    (void)snprintf(sim->link, sizeof(sim->link), "%s/reader", sim->folder);
    (void)snprintf(sim->control, sizeof(sim->control), "%s/control", sim->folder);
    (void)snprintf(sim->device, sizeof(sim->device), "pn532_uart:%s", sim->link);
    int log[2];
    assert_int_equal(pipe2(log, O_CLOEXEC), 0);
    sim->log_fd = log[0];
    sim->pid = fork();
    assert_true(sim->pid >= 0);
    if (sim->pid == 0) {
        (void)dup2(log[1], STDERR_FILENO);
        (void)setenv("STILE_LOG", "info", 1);
        (void)unsetenv("JOURNAL_STREAM");
        (void)execl(SIMULATOR, "stile-sim-pn532", "--link", sim->link, "--control", sim->control, (char *)NULL);
        _exit(127);
    }
    (void)close(log[1]);
    wait_until_ready(sim);
}

void simulated_stop(struct simulated *sim)
{
    (void)kill(sim->pid, SIGTERM);
    (void)waitpid(sim->pid, NULL, 0);
    (void)close(sim->log_fd);
    (void)unlink(sim->link);
    (void)unlink(sim->control);
    (void)rmdir(sim->folder);
}

void simulated_tell(const struct simulated *sim, const char *command)
{
    char answer[512] = "";
    int r = sim_control_command(sim->control, command, SIMULATED_WAIT_MS, answer, sizeof(answer));
    if (r != 0 || strncmp(answer, "ok", 2) != 0) {
        fail_msg("%s: result %d, answer \"%s\"", command, r, answer);
    }
}
