#include "reader/lock.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

/* Documentation/admin-guide/devices.txt of the kernel: Unix98 pseudo-terminal slaves. */
enum { PTY_MAJOR_FIRST = 136, PTY_MAJOR_LAST = 143 };

static int lock_node(const char *path, int *ret_fd)
{
    _cleanup_close_ int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        return errno == ENOENT || errno == ENXIO || errno == ENODEV || errno == EIO ? LOCK_NO_DEVICE : -errno;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        return errno == EWOULDBLOCK ? LOCK_TAKEN : -errno;
    }
    *ret_fd = STEAL_FD(fd);
    return 0;
}

static int lock_name(const char *connection, int *ret_fd)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    /* The first byte stays NUL: an abstract name, which vanishes with the process. */
    int n = snprintf(name.sun_path + 1, sizeof(name.sun_path) - 1, "stile-reader/%s", connection);
    if (n < 0 || (size_t)n >= sizeof(name.sun_path) - 1) {
        return -ENAMETOOLONG;
    }
    _cleanup_close_ int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -errno;
    }
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n);
    if (bind(fd, (const struct sockaddr *)&name, size) < 0) {
        return errno == EADDRINUSE ? LOCK_TAKEN : -errno;
    }
    *ret_fd = STEAL_FD(fd);
    return 0;
}

int lock_take(const struct device *device, const char *connection, int *ret_fd)
{
    return device->path[0] ? lock_node(device->path, ret_fd) : lock_name(connection, ret_fd);
}

static bool is_serial_port(int fd)
{
    struct stat node;
    return isatty(fd) && fstat(fd, &node) == 0 &&
           (major(node.st_rdev) < PTY_MAJOR_FIRST || major(node.st_rdev) > PTY_MAJOR_LAST);
}

void lock_exclude(int fd)
{
    if (is_serial_port(fd)) {
        (void)ioctl(fd, TIOCEXCL);
    }
}

bool lock_is_lost(int fd)
{
    struct pollfd port = {.fd = fd};
    return poll(&port, 1, 0) > 0 && (port.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
}
