#include "sim/reader/control.h"

#include "base/cleanup.h"
#include "base/text.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

int sim_reader_command(const char *path, const char *command, char *ret_answer, size_t size)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const struct timeval patience = {.tv_sec = 5};
    char answer[1024];
    if (!text_copy(address.sun_path, sizeof address.sun_path, path)) {
        return -ENAMETOOLONG;
    }
    _cleanup_close_ int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) < 0 ||
        connect(fd, (const struct sockaddr *)&address, sizeof address) < 0 ||
        send(fd, command, strlen(command), MSG_NOSIGNAL) < 0) {
        return -errno;
    }
    ssize_t n = recv(fd, answer, sizeof answer - 1, 0);
    if (n < 0) {
        return -errno;
    }
    if (n == 0) {
        return -EPIPE;
    }
    answer[n] = '\0';
    if (!text_copy(ret_answer, size, answer)) {
        return -EMSGSIZE;
    }
    return strncmp(answer, "ok", 2) == 0 ? 0 : 1;
}
