#include "reader/limit.h"

#include "base/clock.h"
#include "base/text.h"
#include "bus/message.h"
#include "reader/exit.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/* What the signal's handler needs, made beforehand: it may do nothing but send and leave. */
static struct {
    int gate_fd;
    size_t len;
    uint8_t bytes[512];
} last_words;

static void end(int number)
{
    (void)number;
    (void)send(last_words.gate_fd, last_words.bytes, last_words.len, MSG_NOSIGNAL | MSG_DONTWAIT);
    _exit(READER_EXIT_HANGS);
}

int limit_init(int gate_fd)
{
    struct message message = {.kind = MESSAGE_READER_FAULT, .boot_us = clock_boot_us()};
    (void)text_copy(message.text, sizeof(message.text), "the reader hangs");
    int n = message_encode(&message, last_words.bytes, sizeof(last_words.bytes));
    if (n < 0) {
        return n;
    }
    last_words.gate_fd = gate_fd;
    last_words.len = (size_t)n;
    struct sigaction action = {.sa_handler = end};
    return sigaction(SIGALRM, &action, NULL) < 0 ? -errno : 0;
}

void limit_set(int limit_ms)
{
    struct itimerval timer = {
        .it_value = {.tv_sec = limit_ms / 1000, .tv_usec = (suseconds_t)(limit_ms % 1000) * US_PER_MS},
    };
    (void)setitimer(ITIMER_REAL, &timer, NULL);
}
