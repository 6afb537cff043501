#include "base/file.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

void cleanup_closep(int *fd)
{
    if (*fd >= 0) {
        int kept_errno = errno;
        (void)close(*fd);
        errno = kept_errno;
    }
}

int file_read(const char *path, size_t max, char **ret_data, size_t *ret_size)
{
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0) {
        return -errno;
    }
    if (!S_ISREG(st.st_mode)) {
        return -EINVAL;
    }
    if ((uint64_t)st.st_size > max) {
        return -EFBIG;
    }
    size_t size = (size_t)st.st_size;
    _cleanup_free_ char *data = malloc(size + 1);
    if (!data) {
        return -ENOMEM;
    }
    size_t have = 0;
    while (have < size) {
        ssize_t n = read(fd, data + have, size - have);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return -errno;
        }
        if (n == 0) {
            break; /* it shrank under us: what is left is the file */
        }
        have += (size_t)n;
    }
    data[have] = '\0';
    *ret_data = STEAL_PTR(data);
    *ret_size = have;
    return 0;
}

static int write_all(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, data, size);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return -errno;
        }
        data += n;
        size -= (size_t)n;
    }
    return 0;
}

int file_sync_parent(const char *path)
{
    char parent[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) : 0;
    if (n >= sizeof(parent)) {
        return -ENAMETOOLONG;
    }
    memcpy(parent, path, n);
    parent[n] = '\0';
    _cleanup_close_ int fd = open(n ? parent : slash ? "/" : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) < 0) {
        return -errno;
    }
    return 0;
}

int file_replace(const char *path, const void *data, size_t size, mode_t mode)
{
    char fresh[PATH_MAX];
    int n = snprintf(fresh, sizeof(fresh), "%s.new", path);
    if (n < 0 || (size_t)n >= sizeof(fresh)) {
        return -ENAMETOOLONG;
    }
    /* What an interrupted replacement left is of no use, and what somebody else put there (a link, a pipe, a file open to
     * all) is never written to. */
    if (unlink(fresh) < 0 && errno != ENOENT) {
        return -errno;
    }
    _cleanup_close_ int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0) {
        return -errno;
    }
    int r = write_all(fd, data, size);
    if (r == 0 && fsync(fd) < 0) {
        r = -errno;
    }
    if (r == 0 && rename(fresh, path) < 0) {
        r = -errno;
    }
    if (r < 0) {
        (void)unlink(fresh);
        return r;
    }
    return file_sync_parent(path);
}
