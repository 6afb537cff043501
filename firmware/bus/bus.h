#pragma once

/* Unix SOCK_SEQPACKET sockets that carry messages, one per packet. Never blocks; descriptors fit any loop. */

#include "bus/message.h"

#include <sys/types.h>

/** Listens at @path (an old socket there that nobody serves is removed; one that is served answers -EADDRINUSE). Mode
 * @mode. @return a descriptor that the caller closes, or a negative errno. */
int bus_listen(const char *path, mode_t mode);
/** @return a connected descriptor, or a negative errno. */
int bus_accept(int listen_fd);
int bus_connect(const char *path);
/** Two connected ends, both close-on-exec. @return 0 or a negative errno. */
int bus_pair(int ret_fds[2]);
/** @return 0; -EAGAIN when the peer doesn't read (nothing was sent); another negative errno. */
int bus_send(int fd, const struct message *message);
/** Takes one message. @buffer keeps the body and must stay while it is used. @return 0; -EAGAIN none waits; -EPIPE
 * the peer is gone; -EBADMSG a malformed or oversized one was dropped; another negative errno. */
int bus_receive(int fd, uint8_t buffer[MESSAGE_MAX], struct message *ret_message);
