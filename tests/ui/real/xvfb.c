#include "xvfb.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_MS = 60000, PATH_MAX_SIZE = 64, SCREEN_FILE_MAX = 256 << 20 };

/* What SDL's libdbus allocates once and never frees, and what Pango's thread may still hold of fontconfig: as
 * tests/leaks.txt. */
#define KNOWN_LEAKS "leak:libdbus-1.so\nleak:libfontconfig\nleak:FcConfigCreate\n"

/** Asked by the leak sanitizer. */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
    return KNOWN_LEAKS;
}

static void path_of(const struct xvfb *x, const char *name, char ret_path[PATH_MAX_SIZE])
{
    (void)snprintf(ret_path, PATH_MAX_SIZE, "%s/%s", x->folder, name);
}

static void put_counted(FILE *f, const void *data, size_t n)
{
    const unsigned char length[] = {(unsigned char)(n >> 8), (unsigned char)n};
    (void)fwrite(length, 1, sizeof(length), f);
    (void)fwrite(data, 1, n, f);
}

/* One entry, in the form that libXau reads, for any host and any display number: that isn't known yet. */
static int write_cookie(const struct xvfb *x)
{
    static const char name[] = "MIT-MAGIC-COOKIE-1";
    unsigned char cookie[16];
    char path[PATH_MAX_SIZE];
    if (getrandom(cookie, sizeof(cookie), 0) != (ssize_t)sizeof(cookie)) {
        return -EIO;
    }
    path_of(x, "auth", path);
    _cleanup_file_ FILE *f = fopen(path, "wx");
    if (!f) {
        return -errno;
    }
    (void)fwrite("\xff\xff", 1, 2, f);
    put_counted(f, "", 0);
    put_counted(f, "", 0);
    put_counted(f, name, strlen(name));
    put_counted(f, cookie, sizeof(cookie));
    return fflush(f) == 0 ? 0 : -errno;
}

/* In the child: becomes the program. Ends with whoever started it. */
static void become(const char *const argv[], int out_fd, int error_fd)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if ((out_fd >= 0 && dup2(out_fd, STDOUT_FILENO) < 0) || (error_fd >= 0 && dup2(error_fd, STDERR_FILENO) < 0)) {
        _exit(126);
    }
    (void)execvp(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
}

/* Reads the number that the server writes when it is ready. */
static int read_number(struct xvfb *x, int fd)
{
    char text[XVFB_DISPLAY_SIZE - 1];
    size_t n = 0;
    while (n < sizeof(text)) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (poll(&p, 1, PATIENCE_MS) <= 0) {
            return -ETIMEDOUT;
        }
        ssize_t got = read(fd, text + n, 1);
        if (got <= 0) {
            return -ECHILD;
        }
        if (text[n] == '\n') {
            text[n] = '\0';
            (void)snprintf(x->display, sizeof(x->display), ":%s", text);
            return 0;
        }
        n++;
    }
    return -EBADMSG;
}

static int write_known_leaks(const struct xvfb *x)
{
    char path[PATH_MAX_SIZE];
    path_of(x, "leaks", path);
    return file_replace(path, KNOWN_LEAKS, strlen(KNOWN_LEAKS), 0600);
}

static int start_server(struct xvfb *x, int width, int height, int depth)
{
    char screen[32], auth[PATH_MAX_SIZE], log[PATH_MAX_SIZE], number[16];
    int fds[2];
    path_of(x, "auth", auth);
    path_of(x, "log", log);
    (void)snprintf(screen, sizeof(screen), "%dx%dx%d", width, height, depth);
    _cleanup_close_ int log_fd = open(log, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (log_fd < 0 || pipe(fds) < 0) {
        return -errno;
    }
    _cleanup_close_ int in = fds[0];
    _cleanup_close_ int out = fds[1];
    (void)fcntl(in, F_SETFD, FD_CLOEXEC);
    (void)snprintf(number, sizeof(number), "%d", out);
    const char *const argv[] = {"Xvfb",  "-displayfd", number, "-screen",   "0",   screen,     "-fbdir",    x->folder,
                                "-auth", auth,         "-br",  "-nolisten", "tcp", "-noreset", "-nocursor", NULL};
    x->pid = fork();
    if (x->pid == 0) {
        become(argv, log_fd, log_fd);
    }
    if (x->pid < 0) {
        x->pid = 0;
        return -errno;
    }
    (void)close(STEAL_FD(out)); /* the end of the server is then the end of the pipe */
    return read_number(x, in);
}

static void show_log(const struct xvfb *x)
{
    char path[PATH_MAX_SIZE];
    path_of(x, "log", path);
    _cleanup_free_ char *text = NULL;
    size_t n;
    if (file_read(path, 1 << 20, &text, &n) == 0) {
        (void)fprintf(stderr, "Xvfb: %s\n", text);
    }
}

int xvfb_start(int width, int height, int depth, struct xvfb *ret_xvfb)
{
    struct xvfb x = {0};
    char folder[XVFB_FOLDER_SIZE] = "/tmp/stile-xvfb-XXXXXX";
    if (!mkdtemp(folder)) {
        return -errno;
    }
    memcpy(x.folder, folder, sizeof(folder));
    int r = write_cookie(&x);
    if (r == 0) {
        r = write_known_leaks(&x);
    }
    if (r == 0) {
        r = start_server(&x, width, height, depth);
    }
    if (r < 0) {
        show_log(&x);
        xvfb_stop(&x);
        return r;
    }
    *ret_xvfb = x;
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    (void)remove(path);
    return 0;
}

void xvfb_stop(struct xvfb *xvfb)
{
    if (xvfb->pid > 0) {
        (void)kill(xvfb->pid, SIGTERM); /* so that it takes its socket and its lock away */
        (void)waitpid(xvfb->pid, NULL, 0);
    }
    if (xvfb->folder[0]) {
        (void)nftw(xvfb->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    }
    *xvfb = (struct xvfb){0};
}

void xvfb_use(const struct xvfb *xvfb)
{
    char auth[PATH_MAX_SIZE], leaks[PATH_MAX_SIZE];
    path_of(xvfb, "auth", auth);
    (void)snprintf(leaks, sizeof(leaks), "suppressions=%s/leaks", xvfb->folder);
    (void)setenv("LSAN_OPTIONS", leaks, 1); /* for what is started, built with sanitizers */
    (void)setenv("DISPLAY", xvfb->display, 1);
    (void)setenv("XAUTHORITY", auth, 1);
    (void)setenv("SDL_VIDEODRIVER", "x11", 1);
}

/* -- the screen ---------------------------------------------------------------------------------------------- */

/* The header of an X window dump (XWDFile.h), big endian, 32 bits each. */
enum {
    XWD_HEADER_SIZE,
    XWD_VERSION,
    XWD_FORMAT,
    XWD_WIDTH = 4,
    XWD_HEIGHT,
    XWD_BYTE_ORDER = 7,
    XWD_BITS_PER_PIXEL = 11,
    XWD_BYTES_PER_LINE,
    XWD_RED = 14,
    XWD_GREEN,
    XWD_BLUE,
    XWD_COLOURS = 19,
    XWD_FIELDS = 25
};

static uint32_t channel(uint32_t pixel, uint32_t mask)
{
    if (mask == 0) {
        return 0;
    }
    uint32_t shift = (uint32_t)__builtin_ctz(mask), max = mask >> shift;
    return (((pixel & mask) >> shift) * 255 + max / 2) / max;
}

static int decode(const unsigned char *data, size_t size, struct surface *ret_surface)
{
    uint32_t h[XWD_FIELDS];
    if (size < sizeof(h)) {
        return -EBADMSG;
    }
    for (size_t i = 0; i < XWD_FIELDS; i++) {
        const unsigned char *p = data + 4 * i;
        h[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    }
    size_t step = h[XWD_BITS_PER_PIXEL] / 8;
    size_t start = (size_t)h[XWD_HEADER_SIZE] + (size_t)h[XWD_COLOURS] * 12;
    if (h[XWD_VERSION] != 7 || h[XWD_FORMAT] != 2 || h[XWD_BYTE_ORDER] != 0 || (step != 2 && step != 4) ||
        h[XWD_WIDTH] > SURFACE_SIDE_MAX || h[XWD_HEIGHT] > SURFACE_SIDE_MAX ||
        h[XWD_BYTES_PER_LINE] < h[XWD_WIDTH] * step || start + (size_t)h[XWD_HEIGHT] * h[XWD_BYTES_PER_LINE] > size) {
        return -EBADMSG;
    }
    struct surface s;
    int r = surface_init(&s, (int)h[XWD_WIDTH], (int)h[XWD_HEIGHT]);
    if (r < 0) {
        return r;
    }
    for (size_t y = 0; y < h[XWD_HEIGHT]; y++) {
        const unsigned char *p = data + start + y * h[XWD_BYTES_PER_LINE];
        for (size_t x = 0; x < h[XWD_WIDTH]; x++, p += step) {
            uint32_t v = (uint32_t)p[0] | (uint32_t)p[1] << 8;
            if (step == 4) {
                v |= (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
            }
            s.pixels[y * (size_t)s.stride + x] =
                0xff000000u | channel(v, h[XWD_RED]) << 16 | channel(v, h[XWD_GREEN]) << 8 | channel(v, h[XWD_BLUE]);
        }
    }
    *ret_surface = s;
    return 0;
}

int xvfb_screen(const struct xvfb *xvfb, struct surface *ret_surface)
{
    char path[PATH_MAX_SIZE];
    path_of(xvfb, "Xvfb_screen0", path);
    _cleanup_free_ char *data = NULL;
    size_t n;
    int r = file_read(path, SCREEN_FILE_MAX, &data, &n);
    return r < 0 ? r : decode((const unsigned char *)data, n, ret_surface);
}

/* -- tools --------------------------------------------------------------------------------------------------- */

/* Reads to the end, or to the end of patience. */
static int read_all(int fd, char *ret_out, size_t size)
{
    int64_t until_us = clock_boot_us() + PATIENCE_MS * US_PER_MS;
    size_t n = 0;
    for (;;) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        int64_t left_us = until_us - clock_boot_us();
        if (left_us <= 0 || poll(&p, 1, (int)(left_us / US_PER_MS) + 1) <= 0) {
            return -ETIMEDOUT;
        }
        char some[256];
        ssize_t got = read(fd, some, sizeof(some));
        if (got <= 0) {
            break;
        }
        size_t keep = !ret_out || n + 1 >= size ? 0 : (size_t)got < size - 1 - n ? (size_t)got : size - 1 - n;
        if (keep > 0) {
            memcpy(ret_out + n, some, keep);
            n += keep;
        }
    }
    if (ret_out) {
        ret_out[n] = '\0';
    }
    return 0;
}

int xvfb_run(const struct xvfb *xvfb, const char *const argv[], char *ret_out, size_t size)
{
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) < 0) {
        return -errno;
    }
    _cleanup_close_ int in = fds[0];
    _cleanup_close_ int out = fds[1];
    pid_t pid = fork();
    if (pid == 0) {
        xvfb_use(xvfb);
        become(argv, out, -1);
    }
    if (pid < 0) {
        return -errno;
    }
    (void)close(STEAL_FD(out));
    int r = read_all(in, ret_out, size);
    if (r < 0) {
        (void)kill(pid, SIGKILL);
    }
    int status = 0;
    if (waitpid(pid, &status, 0) != pid) {
        return -ECHILD;
    }
    return r < 0 ? r : WIFEXITED(status) ? WEXITSTATUS(status) : -ECHILD;
}
