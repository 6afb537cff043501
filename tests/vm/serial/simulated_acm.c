/* tests/drivers/nfc/simulated.h over a real kernel's USB serial line: "gone" and "back" are the adapter's plug. */

#include "acm_gadget.h"
#include "base/clock.h"
#include "sim/control/control.h"
#include "sim/harness/process.h"
#include "simulated.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ANSWER_SIZE = 512, LOOK_MS = 10 };

static struct process chip;

void simulated_start(struct simulated *sim)
{
    static const char program[] = SIMULATOR;
    *sim = (struct simulated){.folder = "/tmp/stile-test-XXXXXX", .device = "pn532_uart:" ACM_GADGET_LINK};
    assert_non_null(mkdtemp(sim->folder));
    (void)snprintf(sim->control, sizeof(sim->control), "%s/control", sim->folder);
    acm_gadget_make();
    const char *const argv[] = {program, "--tty", ACM_GADGET_WIRE, "--control", sim->control, NULL};
    static const char *const env[] = {"STILE_LOG", "info", NULL};
    assert_int_equal(process_start(argv, env, NULL, PROCESS_HEARS_ERRORS, &chip), 0);
    assert_int_equal(process_await(&chip, "ready", SIMULATED_WAIT_MS), 0);
    acm_gadget_plug();
}

void simulated_stop(struct simulated *sim)
{
    (void)process_end(&chip, SIGTERM, SIMULATED_WAIT_MS);
    acm_gadget_remove();
    (void)unlink(sim->control);
    (void)rmdir(sim->folder);
}

static void tell(const struct simulated *sim, const char *command, char ret_answer[ANSWER_SIZE])
{
    int r = sim_control_command(sim->control, command, SIMULATED_WAIT_MS, ret_answer, ANSWER_SIZE);
    if (r != 0 || strncmp(ret_answer, "ok", 2) != 0) {
        fail_msg("%s: result %d, answer \"%s\"", command, r, ret_answer);
    }
}

void simulated_tell(const struct simulated *sim, const char *command)
{
    char answer[ANSWER_SIZE] = "";
    if (strcmp(command, "gone") == 0) {
        int64_t until_us = clock_boot_us() + SIMULATED_WAIT_MS * US_PER_MS;
        acm_gadget_unplug();
        for (tell(sim, "status", answer); !strstr(answer, "gone=1"); tell(sim, "status", answer)) {
            assert_true(clock_boot_us() < until_us);
            (void)poll(NULL, 0, LOOK_MS);
        }
        return;
    }
    tell(sim, command, answer);
    if (strcmp(command, "back") == 0) {
        acm_gadget_plug();
    }
}
