#include "bus/bus.h"

#include "base/cleanup.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

enum { WAITING_MAX = 16 };

static int address(const char *path, struct sockaddr_un *ret_address)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    size_t n = strlen(path);
    if (n == 0) {
        return -EINVAL;
    }
    if (n >= sizeof(a.sun_path)) {
        return -ENAMETOOLONG;
    }
    memcpy(a.sun_path, path, n);
    *ret_address = a;
    return 0;
}

static int new_socket(void)
{
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    return fd < 0 ? -errno : fd;
}

/* Takes a dead socket out of the way. A file of another type is left alone. */
static int clear_path(const char *path, const struct sockaddr_un *a)
{
    struct stat st;
    if (lstat(path, &st) < 0) {
        return errno == ENOENT ? 0 : -errno;
    }
    if (!S_ISSOCK(st.st_mode)) {
        return -EEXIST;
    }
    _cleanup_close_ int fd = new_socket();
    if (fd < 0) {
        return fd;
    }
    if (connect(fd, (const struct sockaddr *)a, sizeof(*a)) == 0 || errno != ECONNREFUSED) {
        return -EADDRINUSE;
    }
    return unlink(path) < 0 && errno != ENOENT ? -errno : 0;
}

int bus_listen(const char *path, mode_t mode)
{
    struct sockaddr_un a;
    int r = address(path, &a);
    if (r < 0) {
        return r;
    }
    r = clear_path(path, &a);
    if (r < 0) {
        return r;
    }
    _cleanup_close_ int fd = new_socket();
    if (fd < 0) {
        return fd;
    }
    /* The file gets the mode of the descriptor (less the umask) at bind: it never is open wider than it should be. */
    if (fchmod(fd, mode) < 0 || bind(fd, (const struct sockaddr *)&a, sizeof(a)) < 0 || chmod(path, mode) < 0 ||
        listen(fd, WAITING_MAX) < 0) {
        return -errno;
    }
    return STEAL_FD(fd);
}

int bus_accept(int listen_fd)
{
    int fd = accept4(listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int bus_connect(const char *path)
{
    struct sockaddr_un a;
    int r = address(path, &a);
    if (r < 0) {
        return r;
    }
    _cleanup_close_ int fd = new_socket();
    if (fd < 0) {
        return fd;
    }
    if (connect(fd, (const struct sockaddr *)&a, sizeof(a)) < 0) {
        return -errno;
    }
    return STEAL_FD(fd);
}

int bus_pair(int ret_fds[2])
{
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ret_fds) < 0 ? -errno : 0;
}

int bus_send(int fd, const struct message *message)
{
    uint8_t bytes[MESSAGE_MAX];
    int n = message_encode(message, bytes, sizeof(bytes));
    if (n < 0) {
        return n;
    }
    ssize_t sent;
    do {
        sent = send(fd, bytes, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT);
    } while (sent < 0 && errno == EINTR);
    int r = sent < 0 ? -errno : 0;
    if (message->kind == MESSAGE_AUTHENTICATE) {
        explicit_bzero(bytes, (size_t)n);
    }
    /* A full queue shows as ENOBUFS where the kernel, not the peer's buffer, has set the limit. */
    return r == -ECONNRESET ? -EPIPE : r == -ENOBUFS ? -EAGAIN : r;
}

int bus_receive(int fd, uint8_t buffer[MESSAGE_MAX], struct message *ret_message)
{
    ssize_t n;
    do {
        /* MSG_TRUNC: the packet's own length, even when it is more than fits. */
        n = recv(fd, buffer, MESSAGE_MAX, MSG_DONTWAIT | MSG_TRUNC);
    } while (n < 0 && errno == EINTR);
    if (n < 0) {
        return errno == ECONNRESET ? -EPIPE : -errno;
    }
    if (n == 0) {
        return -EPIPE; /* the end; an empty packet, which nobody may send, counts as one */
    }
    size_t held = n < MESSAGE_MAX ? (size_t)n : MESSAGE_MAX;
    int r = n > MESSAGE_MAX ? -EBADMSG : message_decode(buffer, held, ret_message);
    if (r < 0 || ret_message->kind == MESSAGE_AUTHENTICATE) {
        explicit_bzero(buffer, held); /* a malformed one may hold a key too */
    }
    return r;
}
