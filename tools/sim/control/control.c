#include "sim/control/control.h"

#include "base/cleanup.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 8 };

static int address_of(const char *path, struct sockaddr_un *ret_address)
{
    size_t n = strlen(path);
    if (n == 0 || n >= sizeof(ret_address->sun_path)) {
        return -ENAMETOOLONG;
    }
    *ret_address = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(ret_address->sun_path, path, n + 1);
    return 0;
}

int sim_control_connect(const char *path)
{
    struct sockaddr_un address;
    int r = address_of(path, &address);
    if (r < 0) {
        return r;
    }
    _cleanup_close_ int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
        return -errno;
    }
    return STEAL_FD(fd);
}

int sim_control_listen(const char *path)
{
    struct sockaddr_un address;
    int r = address_of(path, &address);
    if (r < 0) {
        return r;
    }
    _cleanup_close_ int peer = sim_control_connect(path);
    if (peer >= 0) {
        return -EADDRINUSE;
    }
    if (peer == -ECONNREFUSED) {
        (void)unlink(path);
    }
    _cleanup_close_ int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, BACKLOG) < 0) {
        return -errno;
    }
    return STEAL_FD(fd);
}

int sim_control_accept(int listen_fd)
{
    int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    return fd < 0 ? -errno : fd;
}

int sim_control_ask(int fd, const char *command, int timeout_ms, char *ret_answer, size_t size)
{
    size_t n = strlen(command);
    if (n == 0 || n > SIM_CONTROL_COMMAND_MAX || size == 0) {
        return -EINVAL;
    }
    if (send(fd, command, n, MSG_NOSIGNAL) < 0) {
        return -errno;
    }
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    int ready = poll(&wait, 1, timeout_ms);
    if (ready <= 0) {
        return ready < 0 ? -errno : -ETIMEDOUT;
    }
    ssize_t got = recv(fd, ret_answer, size - 1, 0);
    if (got <= 0) {
        return got < 0 ? -errno : -EPIPE;
    }
    ret_answer[got] = '\0';
    return 0;
}

int sim_control_command(const char *path, const char *command, int timeout_ms, char *ret_answer, size_t size)
{
    _cleanup_close_ int fd = sim_control_connect(path);
    return fd < 0 ? fd : sim_control_ask(fd, command, timeout_ms, ret_answer, size);
}
