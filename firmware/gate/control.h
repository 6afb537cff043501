#pragma once

/* The gate's control socket: the command line and the screen ask here, and follow what happens. Bounded: so many
 * clients, so many messages of one per wake-up; a follower that doesn't read is dropped, not waited for. */

#include "bus/message.h"
#include "gate/budget.h"

#include <stdbool.h>
#include <sys/socket.h>
#include <systemd/sd-event.h>

struct control;

enum { CONTROL_CLIENTS_MAX = 16 };

/* Who asks: one connection. */
struct control_peer {
    struct ucred account;
    struct budget notes; /* for whoever answers to keep */
};

struct control_ops {
    /** Answers a request. @answer is zeroed; @body has room for MESSAGE_MAX bytes and may serve as the answer's body. A
     * wish to follow is served here already. */
    void (*request)(void *user, const struct message *request, struct control_peer *peer, struct message *answer,
                    char *body);
};

/** Listens at @path (mode 0660). @return 0 or a negative errno. */
int control_start(sd_event *event, const char *path, const struct control_ops *ops, void *user,
                  struct control **ret_control);
/** Drops all clients and takes the socket away. Takes NULL. */
void control_stop(struct control *control);
/** True when anybody follows: else there is no need to write news. */
bool control_followed(const struct control *control);
/** Tells all who follow. */
void control_news(struct control *control, const struct message *news);
/** How many clients there are. */
unsigned control_clients(const struct control *control);
