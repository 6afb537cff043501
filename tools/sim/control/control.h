#pragma once

/* The control socket of a simulated device: one text command per packet, one text answer (Unix SOCK_SEQPACKET). For
 * tests, the demo and people at a shell. */

#include <stddef.h>

enum { SIM_CONTROL_COMMAND_MAX = 512, SIM_CONTROL_ANSWER_MAX = 32768 };

/** Listens at @path; an old socket there that nobody serves is removed, a served one answers -EADDRINUSE.
 * @return a non-blocking, close-on-exec descriptor that the caller closes, or a negative errno. */
int sim_control_listen(const char *path);
/** Takes a waiting connection from a listening descriptor. @return a non-blocking, close-on-exec descriptor that the
 * caller closes, -EAGAIN when none waits, or another negative errno. */
int sim_control_accept(int listen_fd);
/** @return a connected, blocking, close-on-exec descriptor that the caller closes, or a negative errno (-ENOENT,
 * -ECONNREFUSED: nobody serves @path). */
int sim_control_connect(const char *path);
/** Sends one command over @fd and waits at most @timeout_ms for its answer, which is written with a NUL (cut when
 * @size is too small). @return 0, -ETIMEDOUT, -EPIPE (the device went away), or another negative errno. */
int sim_control_ask(int fd, const char *command, int timeout_ms, char *ret_answer, size_t size);
/** Connects, asks, closes. @return as the two above. */
int sim_control_command(const char *path, const char *command, int timeout_ms, char *ret_answer, size_t size);
