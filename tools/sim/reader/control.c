#include "sim/reader/control.h"

#include "sim/control/control.h"

#include <string.h>

enum { PATIENCE_MS = 5000 };

int sim_reader_command(const char *path, const char *command, char *ret_answer, size_t size)
{
    char answer[SIM_CONTROL_ANSWER_MAX];
    int r = sim_control_command(path, command, PATIENCE_MS, answer, size < sizeof answer ? size : sizeof answer);
    if (r < 0) {
        return r;
    }
    memcpy(ret_answer, answer, strlen(answer) + 1);
    return strncmp(answer, "ok", 2) == 0 ? 0 : 1;
}
