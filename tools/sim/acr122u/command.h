#pragma once

/* The control socket's commands: those of tools/sim/reader (console.h), and the reader's own dials and descriptors. Text in,
 * text out; time is a parameter. README.md lists them. */

#include "sim/acr122u/ccid.h"
#include "sim/acr122u/descriptors.h"
#include "sim/reader/console.h"

/* What the caller has to do, besides enum console_outcome. */
enum { COMMAND_STALL_OUT = 100 }; /* CCID_DIAL_STALL_OUT was turned: halt the OUT endpoint now */

/* Zeroed but for ccid and console.chip is ready. */
struct command {
    struct ccid *ccid; /* the caller's */
    struct console console;
    enum descriptors_lie lie; /* from the next plugging-in on */
    uint64_t configured; /* how often the host has */
    uint64_t resets; /* of the bus */
};

/** As console_run. */
int command_run(struct command *command, const char *text, int64_t now_us, char *ret_answer);
/** The reader isn't, or is no longer, plugged in: "back" plugs it in. */
void command_unplugged(struct command *command, int64_t now_us);
