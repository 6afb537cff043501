#define LOG_MODULE "control"

#include "gate/control.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "bus/bus.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TAKE_MAX = 8 };

struct client {
    struct control *all;
    int fd; /* -1: free */
    sd_event_source *io;
    struct control_peer peer;
    int64_t heard_us;
    bool follows;
};

struct control {
    struct control_ops ops;
    void *user;
    sd_event *event;
    int fd;
    sd_event_source *io;
    char path[108];
    struct client clients[CONTROL_CLIENTS_MAX];
    uint8_t buffer[MESSAGE_MAX];
    char body[MESSAGE_MAX];
};

static void drop(struct client *c)
{
    c->io = sd_event_source_disable_unref(c->io);
    (void)close(c->fd);
    c->fd = -1;
    c->follows = false;
}

static void answer(struct client *c, const struct message *m)
{
    if (c->fd < 0) {
        return; /* dropped as a follower by what it asked for */
    }
    int r = bus_send(c->fd, m);
    if (r < 0) {
        log_warn("pid=%ld takes no answer: %s", (long)c->peer.account.pid, strerror(-r));
        drop(c);
    }
}

static void take(struct client *c, const struct message *m)
{
    struct message reply = {.kind = MESSAGE_DONE, .boot_us = clock_boot_us()};
    c->heard_us = reply.boot_us;
    if (m->kind == MESSAGE_FOLLOW) {
        c->follows = true;
    } else {
        c->all->ops.request(c->all->user, m, &c->peer, &reply, c->all->body);
    }
    answer(c, &reply);
}

static int on_client(sd_event_source *source, int fd, uint32_t revents, void *user)
{
    struct client *c = user;
    (void)source;
    (void)revents;
    for (int i = 0; i < TAKE_MAX && c->fd == fd; i++) {
        struct message m;
        int r = bus_receive(fd, c->all->buffer, &m);
        if (r == -EAGAIN) {
            break;
        }
        if (r == -EBADMSG) {
            struct message reply = {.kind = MESSAGE_DONE, .boot_us = clock_boot_us(), .value = r, .text = "no message"};
            log_warn("pid=%ld uid=%ld sends garbage", (long)c->peer.account.pid, (long)c->peer.account.uid);
            (void)bus_send(fd, &reply);
        }
        if (r < 0) {
            drop(c);
        } else {
            take(c, &m);
        }
    }
    return 0;
}

/* A free place; when there is none, that of whoever has been silent longest and follows nothing. */
static struct client *place(struct control *all)
{
    struct client *oldest = NULL;
    for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++) {
        struct client *c = &all->clients[i];
        if (c->fd < 0) {
            return c;
        }
        if (!c->follows && (!oldest || c->heard_us < oldest->heard_us)) {
            oldest = c;
        }
    }
    if (oldest) {
        log_debug("pid=%ld has to leave its place to another", (long)oldest->peer.account.pid);
        drop(oldest);
    }
    return oldest;
}

static int on_accept(sd_event_source *source, int fd, uint32_t revents, void *user)
{
    struct control *all = user;
    (void)source;
    (void)revents;
    int peer = bus_accept(fd);
    if (peer < 0) {
        return 0;
    }
    struct client *c = place(all);
    if (!c) {
        log_warn("no place for another client");
        (void)close(peer);
        return 0;
    }
    *c = (struct client){.all = all, .fd = peer, .heard_us = clock_boot_us()};
    socklen_t size = sizeof(c->peer.account);
    int r = getsockopt(peer, SOL_SOCKET, SO_PEERCRED, &c->peer.account, &size) < 0 ? -errno : 0;
    if (r >= 0) {
        r = sd_event_add_io(all->event, &c->io, peer, EPOLLIN, on_client, c);
    }
    if (r >= 0) {
        r = sd_event_source_set_priority(c->io, SD_EVENT_PRIORITY_IDLE);
    }
    if (r < 0) {
        drop(c);
    }
    return 0;
}

int control_start(sd_event *event, const char *path, const struct control_ops *ops, void *user,
                  struct control **ret_control)
{
    struct control *all = calloc(1, sizeof(*all));
    if (!all) {
        return -ENOMEM;
    }
    all->event = sd_event_ref(event);
    all->ops = *ops;
    all->user = user;
    for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++) {
        all->clients[i].fd = -1;
    }
    all->fd = bus_listen(path, 0660);
    int r = all->fd;
    if (r >= 0) {
        (void)text_copy(all->path, sizeof(all->path), path);
        r = sd_event_add_io(event, &all->io, all->fd, EPOLLIN, on_accept, all);
    }
    if (r < 0) {
        control_stop(all);
        return r;
    }
    *ret_control = all;
    return 0;
}

void control_stop(struct control *all)
{
    if (!all) {
        return;
    }
    for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++) {
        if (all->clients[i].fd >= 0) {
            drop(&all->clients[i]);
        }
    }
    sd_event_source_disable_unref(all->io);
    if (all->fd >= 0) {
        (void)unlink(all->path);
        (void)close(all->fd);
    }
    sd_event_unref(all->event);
    free(all);
}

bool control_followed(const struct control *all)
{
    for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++) {
        if (all->clients[i].fd >= 0 && all->clients[i].follows) {
            return true;
        }
    }
    return false;
}

void control_news(struct control *all, const struct message *news)
{
    for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++) {
        struct client *c = &all->clients[i];
        if (c->fd < 0 || !c->follows) {
            continue;
        }
        int r = bus_send(c->fd, news);
        if (r < 0) {
            log_warn("pid=%ld follows too slowly: %s", (long)c->peer.account.pid, strerror(-r));
            drop(c);
        }
    }
}

unsigned control_clients(const struct control *all)
{
    unsigned n = 0;
    for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++) {
        n += all->clients[i].fd >= 0;
    }
    return n;
}
