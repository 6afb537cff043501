#define LOG_MODULE "sim_lane"

/* One loop over poll(2). A connection to the chip becomes the client with its claim; whoever claims while there is one is
 * told that the lines are taken. A client that was killed is known by its closed connection, and the kernel shows that
 * before its successor can connect; but one pass of poll may have looked at the old connection too early, so
 * before a claim is refused the old client is looked at once more. */

#include "sim/lane/server.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "sim/control/control.h"
#include "sim/lane/command.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CHIP_PEERS = 8, CONTROL_PEERS = 32 };

struct control_peer {
    int fd; /* -1: free */
    bool waits;
    struct sim_await await;
};

struct sim_server {
    struct sim_board *board;
    const char *chip_path, *control_path;
    int chip_fd, control_fd; /* listening */
    int chip_peers[CHIP_PEERS]; /* -1: free */
    int client; /* index of the peer that holds the claim; -1: none */
    struct control_peer control_peers[CONTROL_PEERS];
};

/* -- the chip ----------------------------------------------------------------------------------------------- */

static void chip_hang_up(struct sim_server *server, int peer)
{
    if (server->client == peer) {
        log_info("client gone, outputs at rest");
        sim_board_drop(server->board, clock_boot_us());
        server->client = -1;
    }
    cleanup_closep(&server->chip_peers[peer]);
    server->chip_peers[peer] = -1;
}

/* @return 0, -EAGAIN when the peer doesn't read, another negative errno when it is gone. */
static int chip_send(const struct sim_server *server, int peer, const struct sim_wire *wire)
{
    uint8_t bytes[SIM_WIRE_MAX];
    int n = sim_wire_encode(wire, bytes, sizeof(bytes));
    if (n < 0) {
        return n;
    }
    return send(server->chip_peers[peer], bytes, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ? -errno : 0;
}

static void chip_send_edges(struct sim_server *server)
{
    while (server->client >= 0 && server->board->n_edges > 0) {
        struct sim_wire wire = {.kind = SIM_WIRE_EDGES};
        size_t n = sim_board_edges(server->board, &wire);
        int r = chip_send(server, server->client, &wire);
        if (r == -EAGAIN) {
            return; /* they wait, up to a limit */
        }
        if (r < 0) {
            chip_hang_up(server, server->client);
            return;
        }
        sim_board_edges_sent(server->board, n);
    }
}

static void chip_message(struct sim_server *server, int peer, const uint8_t *bytes, size_t n);

/* Takes every packet that waits. @return whether the peer is still there. */
static bool chip_receive(struct sim_server *server, int peer)
{
    while (server->chip_peers[peer] >= 0) {
        uint8_t bytes[SIM_WIRE_MAX + 1];
        ssize_t n = recv(server->chip_peers[peer], bytes, sizeof(bytes), MSG_DONTWAIT);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0 && errno == EAGAIN) {
            return true;
        }
        if (n <= 0) {
            chip_hang_up(server, peer);
            return false;
        }
        chip_message(server, peer, bytes, (size_t)n);
    }
    return false;
}

static void chip_claim(struct sim_server *server, int peer, const struct sim_wire *claim)
{
    if (server->client >= 0 && server->client != peer) {
        (void)chip_receive(server, server->client);
    }
    struct sim_wire claimed = {.kind = SIM_WIRE_CLAIMED};
    int r = sim_board_claim(server->board, claim, clock_boot_us(), &claimed);
    if (r == 0) {
        server->client = peer;
        log_info("claimed lines=%zu", claim->n_lines);
    } else {
        log_warn("claim refused result=%d line=%s", r, claim->lines[claimed.bad_line].name);
    }
    if (chip_send(server, peer, &claimed) < 0) {
        chip_hang_up(server, peer);
    }
}

static void chip_message(struct sim_server *server, int peer, const uint8_t *bytes, size_t n)
{
    struct sim_wire wire;
    int r = n > SIM_WIRE_MAX ? -EBADMSG : sim_wire_decode(bytes, n, &wire);
    if (r == 0 && wire.kind == SIM_WIRE_CLAIM) {
        chip_claim(server, peer, &wire);
        return;
    }
    if (r == 0) {
        r = wire.kind == SIM_WIRE_SET && peer == server->client ? sim_board_set(server->board, &wire, clock_boot_us())
                                                                : -EBADMSG;
    }
    if (r < 0) {
        log_warn("malformed or misplaced message: client put out");
        chip_hang_up(server, peer);
    }
}

static void chip_accept(struct sim_server *server)
{
    for (int fd = sim_control_accept(server->chip_fd); fd >= 0; fd = sim_control_accept(server->chip_fd)) {
        int peer = 0;
        while (peer < CHIP_PEERS && server->chip_peers[peer] >= 0) {
            peer++;
        }
        if (peer == CHIP_PEERS) {
            (void)close(fd);
        } else {
            server->chip_peers[peer] = fd;
        }
    }
}

/* -- control ------------------------------------------------------------------------------------------------ */

static void control_hang_up(struct control_peer *peer)
{
    cleanup_closep(&peer->fd);
    *peer = (struct control_peer){.fd = -1};
}

static void control_answer(struct control_peer *peer, const char *answer)
{
    peer->waits = false;
    if (send(peer->fd, answer, strlen(answer), MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
        control_hang_up(peer);
    }
}

static void control_receive(struct sim_server *server, struct control_peer *peer)
{
    char command[SIM_CONTROL_COMMAND_MAX + 2];
    ssize_t n = recv(peer->fd, command, sizeof(command) - 1, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (n <= 0) {
        control_hang_up(peer);
        return;
    }
    command[n] = '\0';
    char answer[SIM_CONTROL_ANSWER_MAX];
    if (peer->waits) {
        control_answer(peer, "error: still waiting");
    } else if (sim_command_run(server->board, command, clock_boot_us(), answer, sizeof(answer), &peer->await) ==
               SIM_COMMAND_WAITS) {
        peer->waits = true;
    } else {
        control_answer(peer, answer);
    }
}

static void control_accept(struct sim_server *server)
{
    for (int fd = sim_control_accept(server->control_fd); fd >= 0; fd = sim_control_accept(server->control_fd)) {
        int i = 0;
        while (i < CONTROL_PEERS && server->control_peers[i].fd >= 0) {
            i++;
        }
        if (i == CONTROL_PEERS) {
            (void)close(fd);
        } else {
            server->control_peers[i].fd = fd;
        }
    }
}

static void control_check_awaits(struct sim_server *server, int64_t now)
{
    for (int i = 0; i < CONTROL_PEERS; i++) {
        struct control_peer *peer = &server->control_peers[i];
        if (peer->fd >= 0 && peer->waits && sim_await_met(server->board, &peer->await)) {
            control_answer(peer, "ok");
        } else if (peer->fd >= 0 && peer->waits && now >= peer->await.until_us) {
            control_answer(peer, "error: timed out");
        }
    }
}

/* -- the loop ----------------------------------------------------------------------------------------------- */

static int64_t next_deadline(const struct sim_server *server)
{
    int64_t deadline = sim_board_deadline(server->board);
    for (int i = 0; i < CONTROL_PEERS; i++) {
        const struct control_peer *peer = &server->control_peers[i];
        if (peer->fd >= 0 && peer->waits && peer->await.until_us < deadline) {
            deadline = peer->await.until_us;
        }
    }
    return deadline;
}

/* Descriptors in a fixed order; poll leaves those of -1 alone. */
enum { POLL_STOP, POLL_CHIP, POLL_CONTROL, POLL_CHIP_PEERS, POLL_CONTROL_PEERS = POLL_CHIP_PEERS + CHIP_PEERS };
enum { POLLED = POLL_CONTROL_PEERS + CONTROL_PEERS };

static int wait_for(const struct sim_server *server, int stop_fd, struct pollfd ret_polled[POLLED])
{
    ret_polled[POLL_STOP].fd = stop_fd;
    ret_polled[POLL_CHIP].fd = server->chip_fd;
    ret_polled[POLL_CONTROL].fd = server->control_fd;
    for (int i = 0; i < CHIP_PEERS; i++) {
        ret_polled[POLL_CHIP_PEERS + i].fd = server->chip_peers[i];
    }
    for (int i = 0; i < CONTROL_PEERS; i++) {
        ret_polled[POLL_CONTROL_PEERS + i].fd = server->control_peers[i].fd;
    }
    for (int i = 0; i < POLLED; i++) {
        ret_polled[i].events = POLLIN;
    }
    if (server->client >= 0 && server->board->n_edges > 0) {
        ret_polled[POLL_CHIP_PEERS + server->client].events |= POLLOUT;
    }
    int64_t deadline = next_deadline(server);
    int64_t left_us = deadline == INT64_MAX ? INT64_MAX : deadline - clock_boot_us();
    left_us = left_us > 0 ? left_us : 0;
    const struct timespec left = {.tv_sec = left_us / US_PER_S, .tv_nsec = left_us % US_PER_S * 1000};
    int r = ppoll(ret_polled, POLLED, deadline == INT64_MAX ? NULL : &left, NULL);
    return r < 0 && errno != EINTR ? -errno : 0;
}

int sim_server_run(struct sim_server *server, int stop_fd)
{
    for (;;) {
        struct pollfd polled[POLLED] = {{0}};
        int r = wait_for(server, stop_fd, polled);
        if (r < 0) {
            return r;
        }
        sim_board_run(server->board, clock_boot_us());
        for (int i = 0; i < CHIP_PEERS; i++) {
            if (polled[POLL_CHIP_PEERS + i].revents & (POLLIN | POLLHUP | POLLERR) && server->chip_peers[i] >= 0) {
                (void)chip_receive(server, i);
            }
        }
        for (int i = 0; i < CONTROL_PEERS; i++) {
            if (polled[POLL_CONTROL_PEERS + i].revents && server->control_peers[i].fd >= 0) {
                control_receive(server, &server->control_peers[i]);
            }
        }
        if (polled[POLL_CHIP].revents) {
            chip_accept(server);
        }
        if (polled[POLL_CONTROL].revents) {
            control_accept(server);
        }
        chip_send_edges(server);
        control_check_awaits(server, clock_boot_us());
        if (polled[POLL_STOP].revents) {
            return 0;
        }
    }
}

int sim_server_new(const char *chip_path, const char *control_path, struct sim_board *board,
                   struct sim_server **ret_server)
{
    struct sim_server *server = calloc(1, sizeof(*server));
    if (!server) {
        return -ENOMEM;
    }
    server->board = board;
    server->client = -1;
    memset(server->chip_peers, -1, sizeof(server->chip_peers));
    for (int i = 0; i < CONTROL_PEERS; i++) {
        server->control_peers[i].fd = -1;
    }
    server->control_fd = -1;
    server->chip_fd = sim_control_listen(chip_path);
    if (server->chip_fd >= 0) {
        server->chip_path = chip_path;
        server->control_fd = sim_control_listen(control_path);
    }
    if (server->control_fd >= 0) {
        server->control_path = control_path;
        *ret_server = server;
        return 0;
    }
    int r = server->chip_fd < 0 ? server->chip_fd : server->control_fd;
    sim_server_free(server);
    return r;
}

void sim_server_free(struct sim_server *server)
{
    if (!server) {
        return;
    }
    for (int i = 0; i < CHIP_PEERS; i++) {
        cleanup_closep(&server->chip_peers[i]);
    }
    for (int i = 0; i < CONTROL_PEERS; i++) {
        cleanup_closep(&server->control_peers[i].fd);
    }
    cleanup_closep(&server->chip_fd);
    cleanup_closep(&server->control_fd);
    if (server->chip_path) {
        (void)unlink(server->chip_path);
    }
    if (server->control_path) {
        (void)unlink(server->control_path);
    }
    free(server);
}
