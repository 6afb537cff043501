#include "stile/progress.h"

#include "base/clock.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/time.h>
#include <unistd.h>

/* ECMA-48: erase to the end of the line. */
#define ERASE "\r\033[K"

void progress_start(struct progress *p, FILE *to, bool watched, int64_t boot_us)
{
    *p = (struct progress){.to = to, .watched = watched, .started_us = boot_us, .last_us = boot_us};
}

bool progress_due(const struct progress *p, int64_t boot_us)
{
    return p->watched && boot_us - p->started_us >= PROGRESS_AFTER_MS * US_PER_MS &&
           boot_us - p->last_us >= PROGRESS_EVERY_MS * US_PER_MS;
}

void progress_show(struct progress *p, int64_t boot_us, const char *format, ...)
{
    va_list args;
    p->last_us = boot_us;
    p->shown = true;
    va_start(args, format);
    (void)fputs(ERASE, p->to);
    (void)vfprintf(p->to, format, args);
    (void)fflush(p->to);
    va_end(args);
}

void progress_clear(struct progress *p)
{
    if (p->shown) {
        (void)fputs(ERASE, p->to);
        (void)fflush(p->to);
        p->shown = false;
    }
}

enum { TICK_SIZE = 120 };

static const char *volatile tick_what;
static volatile sig_atomic_t tick_seconds;

static size_t put(char *text, size_t at, const char *more)
{
    while (*more && at < TICK_SIZE) {
        text[at++] = *more++;
    }
    return at;
}

/* In a signal handler: only what signal-safety(7) allows. */
static void on_tick(int signal)
{
    (void)signal;
    int kept_errno = errno;
    char text[TICK_SIZE];
    char digits[12];
    size_t d = sizeof(digits) - 1;
    int seconds = ++tick_seconds;
    digits[d] = '\0';
    do {
        digits[--d] = (char)('0' + seconds % 10);
        seconds /= 10;
    } while (seconds > 0);
    size_t n = put(text, put(text, put(text, 0, ERASE), tick_what), "... ");
    n = put(text, put(text, n, digits + d), " s");
    ssize_t written = write(STDERR_FILENO, text, n);
    (void)written;
    errno = kept_errno;
}

void progress_tick_start(const char *what)
{
    if (!isatty(STDERR_FILENO)) {
        return;
    }
    tick_what = what;
    tick_seconds = 0;
    struct sigaction action = {.sa_handler = on_tick, .sa_flags = SA_RESTART};
    const struct itimerval every = {.it_interval = {.tv_sec = 1}, .it_value = {.tv_sec = 1}};
    if (sigaction(SIGALRM, &action, NULL) == 0) {
        (void)setitimer(ITIMER_REAL, &every, NULL);
    }
}

void progress_tick_stop(void)
{
    const struct itimerval never = {0};
    if (!tick_what) {
        return;
    }
    (void)setitimer(ITIMER_REAL, &never, NULL);
    if (tick_seconds > 0) {
        (void)fputs(ERASE, stderr);
    }
    tick_what = NULL;
}
