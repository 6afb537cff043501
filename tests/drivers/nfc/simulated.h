#pragma once

/* A simulated reader in a process of its own (stile-sim-pn532), for tests on stock libnfc. Every wait is for an event;
 * the time-outs only turn a hang into a failure. */

#include <sys/types.h>

enum { SIMULATED_PATH_SIZE = 128, SIMULATED_WAIT_MS = 20000 };

struct simulated {
    pid_t pid;
    int log_fd;
    char folder[SIMULATED_PATH_SIZE - 32];
    char link[SIMULATED_PATH_SIZE];
    char control[SIMULATED_PATH_SIZE];
    char device[SIMULATED_PATH_SIZE + 16]; /* libnfc's connection string */
};

/** Starts one, with an empty field, that answers at once (its timing model is off), and waits until it is ready. Fails the test
 * when it can't. */
void simulated_start(struct simulated *sim);
/** Ends it and removes its files. */
void simulated_stop(struct simulated *sim);
/** Gives it a command of tools/sim/reader ("put classic uid=01020304"); fails the test when it isn't taken. */
void simulated_tell(const struct simulated *sim, const char *command);
