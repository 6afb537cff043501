#pragma once

/* Child processes of the harness. */

#include <sys/types.h>

struct process {
    pid_t pid; /* 0: none */
    int out; /* what it says on standard output, or on standard error with @hear_errors; -1 */
};

enum process_hears { PROCESS_HEARS_NOTHING, PROCESS_HEARS_OUTPUT, PROCESS_HEARS_ERRORS };

/** Starts @argv (NULL ends it), with @env (name, value, ..., NULL; may be NULL) set on top of our environment. Standard error
 * goes to the end of @log_path (NULL: ours). The child is killed when the calling thread ends. @return 0 or a negative errno. */
int process_start(const char *const argv[], const char *const env[], const char *log_path, enum process_hears hears,
                  struct process *ret_process);
/** Reads what it says until @text occurs. @return 0, -ETIMEDOUT, or -EPIPE when it ended first. */
int process_await(const struct process *process, const char *text, int timeout_ms);
/** Sends @signal (0: none) and waits for its end, at most @timeout_ms; then it is killed. Zeroes *process.
 * @return its exit status; 128 and the signal's number when one ended it; -ETIMEDOUT when it had to be killed. */
int process_end(struct process *process, int signal, int timeout_ms);
