#define LOG_MODULE "gpio_sim"

/* The simulated chip: a socket to tools/sim/lane.
 *
 * Opening claims every line and waits for the answer, at most OPEN_TIMEOUT_MS. From then on nothing blocks: a set is one
 * packet, and inputs are known by their last edge. gpio_get reads what waits on the socket first, so that it answers
 * with the present level; the edges that it meets on the way are kept for gpio_drain. While some are kept, an
 * event counter keeps the descriptor readable, though the socket itself may be empty. */

#include "base/cleanup.h"
#include "base/log.h"
#include "drivers/gpio/gpio_backend.h"
#include "drivers/gpio/sim_wire.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { OPEN_TIMEOUT_MS = 2000, KEPT_MAX = 4 * GPIO_LINES_MAX };

struct gpio_sim {
    struct gpio gpio; /* first: see gpio_backend.h */
    int socket_fd;
    int kept_fd; /* an event counter: not 0 while edges are kept */
    int epoll_fd;
    bool gone; /* the simulator closed the connection or talks nonsense */
    bool high[GPIO_LINES_MAX];
    struct gpio_edge kept[KEPT_MAX];
    size_t n_kept;
    bool kept_told; /* kept_fd is readable */
};

static struct gpio_sim *sim_of(struct gpio *gpio)
{
    return (struct gpio_sim *)(void *)gpio;
}

static bool is_active(const struct gpio_sim *sim, unsigned line, bool high)
{
    return high != sim->gpio.lines[line].active_low;
}

static void tell_kept(struct gpio_sim *sim)
{
    bool any = sim->n_kept > 0;
    if (any == sim->kept_told) {
        return;
    }
    eventfd_t count = 0;
    int r = any ? eventfd_write(sim->kept_fd, 1) : eventfd_read(sim->kept_fd, &count);
    if (r == 0) {
        sim->kept_told = any;
    }
}

static int lost(struct gpio_sim *sim, const char *why)
{
    if (!sim->gone) {
        log_error("simulated chip lost: %s", why);
    }
    sim->gone = true;
    return -ENODEV;
}

static int take_edges(struct gpio_sim *sim, const struct sim_wire *wire)
{
    if (wire->kind != SIM_WIRE_EDGES) {
        return lost(sim, "unexpected message");
    }
    for (size_t i = 0; i < wire->n_lines; i++) {
        const struct sim_wire_line *edge = &wire->lines[i];
        if (edge->line >= sim->gpio.n_lines || sim->gpio.lines[edge->line].output) {
            return lost(sim, "edge on a line that isn't an input of ours");
        }
        sim->high[edge->line] = edge->high;
        sim->kept[sim->n_kept++] = (struct gpio_edge){
            .line = edge->line, .active = is_active(sim, edge->line, edge->high), .boot_us = edge->boot_us};
    }
    return 0;
}

/* Reads packets while any waits and its edges would fit. */
static int take_packets(struct gpio_sim *sim)
{
    uint8_t bytes[SIM_WIRE_MAX + 1];
    struct sim_wire wire;
    while (!sim->gone && sim->n_kept + GPIO_LINES_MAX <= KEPT_MAX) {
        ssize_t n = recv(sim->socket_fd, bytes, sizeof(bytes), MSG_DONTWAIT);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0 && errno == EAGAIN) {
            return 0;
        }
        if (n <= 0) {
            return lost(sim, n < 0 ? strerror(errno) : "closed by the simulator");
        }
        if ((size_t)n > SIM_WIRE_MAX || sim_wire_decode(bytes, (size_t)n, &wire) < 0) {
            return lost(sim, "malformed message");
        }
        int r = take_edges(sim, &wire);
        if (r < 0) {
            return r;
        }
    }
    return sim->gone ? -ENODEV : 0;
}

static int sim_set(struct gpio *gpio, const unsigned *lines, const bool *active, size_t n)
{
    struct gpio_sim *sim = sim_of(gpio);
    struct sim_wire wire = {.kind = SIM_WIRE_SET, .n_lines = n};
    for (size_t i = 0; i < n; i++) {
        wire.lines[i].line = lines[i];
        wire.lines[i].high = active[i] != gpio->lines[lines[i]].active_low;
    }
    uint8_t bytes[SIM_WIRE_MAX];
    int len = sim_wire_encode(&wire, bytes, sizeof(bytes));
    if (len < 0) {
        return len;
    }
    if (sim->gone) {
        return -ENODEV;
    }
    if (send(sim->socket_fd, bytes, (size_t)len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
        return errno == EAGAIN ? -EAGAIN : lost(sim, strerror(errno));
    }
    for (size_t i = 0; i < n; i++) {
        sim->high[lines[i]] = wire.lines[i].high;
    }
    return 0;
}

static int sim_get(struct gpio *gpio, unsigned line)
{
    struct gpio_sim *sim = sim_of(gpio);
    int r = take_packets(sim);
    tell_kept(sim);
    return r < 0 ? r : is_active(sim, line, sim->high[line]);
}

static int sim_fd(const struct gpio *gpio)
{
    return ((const struct gpio_sim *)(const void *)gpio)->epoll_fd;
}

static int sim_drain(struct gpio *gpio, struct gpio_edge *ret_edges, size_t max)
{
    struct gpio_sim *sim = sim_of(gpio);
    int r = take_packets(sim);
    size_t n = sim->n_kept < max ? sim->n_kept : max;
    if (n > 0) {
        memcpy(ret_edges, sim->kept, n * sizeof(*ret_edges));
        sim->n_kept -= n;
        memmove(sim->kept, sim->kept + n, sim->n_kept * sizeof(*sim->kept));
    }
    tell_kept(sim);
    /* What happened before the chip was lost is handed out first. */
    return n == 0 && r < 0 ? r : (int)n;
}

static void sim_free(struct gpio_sim *sim)
{
    cleanup_closep(&sim->socket_fd);
    cleanup_closep(&sim->kept_fd);
    cleanup_closep(&sim->epoll_fd);
    free(sim);
}

static void sim_close(struct gpio *gpio)
{
    sim_free(sim_of(gpio));
}

static const struct gpio_ops sim_ops = {sim_close, sim_set, sim_get, sim_fd, sim_drain};

/* @return 0, GPIO_NO_CHIP, or a negative errno. */
static int sim_connect(const char *path, int *ret_fd)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t n = strlen(path);
    if (n == 0 || n >= sizeof(address.sun_path)) {
        return -ENAMETOOLONG;
    }
    memcpy(address.sun_path, path, n + 1);
    _cleanup_close_ int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    const struct timeval limit = {.tv_sec = OPEN_TIMEOUT_MS / 1000, .tv_usec = OPEN_TIMEOUT_MS % 1000 * 1000};
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) < 0) {
        return -errno;
    }
    if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
        bool absent = errno == ENOENT || errno == ECONNREFUSED || errno == ENOTDIR;
        return absent ? GPIO_NO_CHIP : -errno;
    }
    *ret_fd = STEAL_FD(fd);
    return 0;
}

/* Claims the lines over a new connection. @return 0, an outcome, or a negative errno. */
static int sim_claim(struct gpio_sim *sim, size_t *ret_bad_line)
{
    const struct gpio *gpio = &sim->gpio;
    struct sim_wire wire = {.kind = SIM_WIRE_CLAIM, .n_lines = gpio->n_lines};
    for (size_t i = 0; i < gpio->n_lines; i++) {
        struct sim_wire_line *line = &wire.lines[i];
        memcpy(line->name, gpio->lines[i].name, sizeof(line->name));
        line->output = gpio->lines[i].output;
        line->active_low = gpio->lines[i].active_low;
        line->bias = gpio->lines[i].bias;
        line->debounce_us = gpio->lines[i].debounce_us;
    }
    uint8_t bytes[SIM_WIRE_MAX + 1];
    int len = sim_wire_encode(&wire, bytes, SIM_WIRE_MAX);
    if (len < 0) {
        return len;
    }
    if (send(sim->socket_fd, bytes, (size_t)len, MSG_NOSIGNAL) < 0) {
        return errno == EAGAIN ? -ETIMEDOUT : -errno;
    }
    ssize_t n = recv(sim->socket_fd, bytes, sizeof(bytes), 0);
    if (n <= 0) {
        return n == 0 ? -ECONNRESET : errno == EAGAIN ? -ETIMEDOUT : -errno;
    }
    if ((size_t)n > SIM_WIRE_MAX || sim_wire_decode(bytes, (size_t)n, &wire) < 0 || wire.kind != SIM_WIRE_CLAIMED) {
        return -EBADMSG;
    }
    if (wire.result != 0) {
        *ret_bad_line = wire.bad_line < gpio->n_lines ? wire.bad_line : 0;
        return (int)wire.result;
    }
    if (wire.n_lines != gpio->n_lines) {
        return -EBADMSG;
    }
    for (size_t i = 0; i < wire.n_lines; i++) {
        sim->high[i] = wire.lines[i].high;
    }
    return 0;
}

static int watch(int epoll_fd, int fd)
{
    struct epoll_event event = {.events = EPOLLIN};
    return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

/* Connects, claims, and makes the descriptor to wait on. @return 0, an outcome, or a negative errno. */
static int sim_start(struct gpio_sim *sim, const char *path, size_t *ret_bad_line)
{
    int r = sim_connect(path, &sim->socket_fd);
    if (r == 0) {
        r = sim_claim(sim, ret_bad_line);
    }
    if (r < 0) {
        log_error("simulated chip %s: %s", path, strerror(-r));
    }
    if (r != 0) {
        return r;
    }
    sim->kept_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    sim->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (sim->kept_fd < 0 || sim->epoll_fd < 0) {
        return -errno;
    }
    r = watch(sim->epoll_fd, sim->socket_fd);
    return r < 0 ? r : watch(sim->epoll_fd, sim->kept_fd);
}

int gpio_sim_open(const char *path, const struct gpio_line_config *lines, size_t n_lines, struct gpio **ret_gpio,
                  size_t *ret_bad_line)
{
    struct gpio_sim *sim = calloc(1, sizeof(*sim));
    if (!sim) {
        return -ENOMEM;
    }
    sim->gpio.ops = &sim_ops;
    sim->gpio.n_lines = n_lines;
    memcpy(sim->gpio.lines, lines, n_lines * sizeof(*lines));
    sim->socket_fd = sim->kept_fd = sim->epoll_fd = -1;
    int r = sim_start(sim, path, ret_bad_line);
    if (r != 0) {
        sim_free(sim);
        return r;
    }
    *ret_gpio = &sim->gpio;
    return 0;
}
