#include "sim/lane/control.h"

#include "sim/control/control.h"

#include <string.h>

/* Longer than any sensible await; turns a hung simulator into a failure. */
enum { ANSWER_TIMEOUT_MS = 120000 };

int sim_lane_command(const char *path, const char *command, char *ret_answer, size_t size)
{
    int r = sim_control_command(path, command, ANSWER_TIMEOUT_MS, ret_answer, size);
    if (r < 0) {
        return r;
    }
    return strncmp(ret_answer, "error", strlen("error")) == 0;
}
