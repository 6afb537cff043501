#pragma once

/* A real stile-reader as a child of the test, which plays the gate. Every wait is for an event; the time-outs only turn a
 * hang into a failure. */

#include "bus/message.h"

#include <sys/types.h>

struct started {
    pid_t pid;
    int fd;
};

/** Starts one on libnfc's connection string @device. */
void started_begin(struct started *reader, const char *device);
/** The next message that is no heartbeat. Fails the test when none comes. */
struct message started_next(struct started *reader);
/** The next message, which must be of @kind, but for heartbeats. */
struct message started_expect(struct started *reader, enum message_kind kind);
/** Waits for a heartbeat. */
void started_expect_alive(struct started *reader);
void started_send(struct started *reader, const struct message *message);
/** Takes messages until the reader has ended. @return its status as waitpid has it. */
int started_end(struct started *reader, struct message *ret_last);
/** Closes the socket and waits until the reader has ended. @return its exit code; fails the test on a signal. */
int started_stop(struct started *reader);
