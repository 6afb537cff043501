#include "sim/reader/terminal.h"

#include "base/cleanup.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>

/* Makes @link a symbolic link to @target in one step. */
static int replace_link(const char *target, const char *link)
{
    char fresh[PATH_MAX];
    struct stat st;
    if (lstat(link, &st) == 0 && !S_ISLNK(st.st_mode)) {
        return -EEXIST;
    }
    if (snprintf(fresh, sizeof fresh, "%s.%d", link, (int)getpid()) >= (int)sizeof fresh) {
        return -ENAMETOOLONG;
    }
    (void)unlink(fresh);
    if (symlink(target, fresh) < 0) {
        return -errno;
    }
    if (rename(fresh, link) < 0) {
        int r = -errno;
        (void)unlink(fresh);
        return r;
    }
    return 0;
}

static int make_raw(struct termios *ret_raw)
{
    memset(ret_raw, 0, sizeof *ret_raw);
    cfmakeraw(ret_raw);
    ret_raw->c_cflag |= CREAD | CLOCAL | CS8;
    return cfsetspeed(ret_raw, B115200) < 0 ? -errno : 0;
}

int terminal_open_device(struct terminal *terminal, const char *path)
{
    struct termios raw;
    _cleanup_close_ int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        return -errno;
    }
    int r = make_raw(&raw);
    if (r == 0 && tcsetattr(fd, TCSANOW, &raw) < 0) {
        r = -errno;
    }
    if (r == 0) {
        terminal->near_fd = STEAL_FD(fd);
        terminal->far_fd = -1;
        terminal->is_open = 1;
        terminal->link[0] = '\0';
    }
    return r;
}

int terminal_open(struct terminal *terminal, const char *link, mode_t mode)
{
    char name[64]; /* "/dev/pts/N" */
    struct termios raw;
    int near = -1, far = -1;
    if (make_raw(&raw) < 0 || openpty(&near, &far, name, &raw, NULL) < 0) {
        return -errno;
    }
    _cleanup_close_ int near_fd = near;
    _cleanup_close_ int far_fd = far;
    if (fcntl(near_fd, F_SETFD, FD_CLOEXEC) < 0 || fcntl(far_fd, F_SETFD, FD_CLOEXEC) < 0 ||
        fcntl(near_fd, F_SETFL, O_RDWR | O_NONBLOCK) < 0 || fchmod(far_fd, mode) < 0) {
        return -errno;
    }
    if (!text_copy(terminal->link, sizeof terminal->link, link)) {
        return -ENAMETOOLONG;
    }
    int r = replace_link(name, link);
    if (r < 0) {
        return r;
    }
    terminal->near_fd = STEAL_FD(near_fd);
    terminal->far_fd = STEAL_FD(far_fd);
    terminal->is_open = 1;
    return 0;
}

void terminal_close(struct terminal *terminal)
{
    if (!terminal->is_open) {
        return;
    }
    if (terminal->far_fd >= 0) {
        (void)unlink(terminal->link);
        (void)close(terminal->far_fd);
    }
    (void)close(terminal->near_fd);
    terminal->is_open = 0;
}
