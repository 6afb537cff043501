#include "started.h"

#include "bus/bus.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { WAIT_MS = 20000, GATE_FD = 3 };

void started_begin(struct started *reader, const char *device)
{
    int fds[2];
    assert_int_equal(bus_pair(fds), 0);
    reader->pid = fork();
    assert_true(reader->pid >= 0);
    if (reader->pid == 0) {
        if (dup2(fds[1], GATE_FD) < 0) {
            _exit(126);
        }
        /* Under the sanitizers too, a crash is to be seen as what it is. */
        (void)setenv("ASAN_OPTIONS", "handle_segv=0:handle_abort=0", 1);
        (void)execl(READER, "stile-reader", "--device", device, "--name", "test", (char *)NULL);
        _exit(127);
    }
    (void)close(fds[1]);
    reader->fd = fds[0];
}

/* @return 0, or -EPIPE at the end. */
static int receive(struct started *reader, struct message *ret_message)
{
    static uint8_t buffer[MESSAGE_MAX];
    for (;;) {
        struct pollfd gate = {.fd = reader->fd, .events = POLLIN};
        assert_int_equal(poll(&gate, 1, WAIT_MS), 1);
        int r = bus_receive(reader->fd, buffer, ret_message);
        if (r != -EAGAIN) {
            assert_true(r == 0 || r == -EPIPE || r == -ECONNRESET);
            return r == 0 ? 0 : -EPIPE;
        }
    }
}

struct message started_next(struct started *reader)
{
    struct message message = {0};
    do {
        assert_int_equal(receive(reader, &message), 0);
    } while (message.kind == MESSAGE_READER_ALIVE);
    return message;
}

struct message started_expect(struct started *reader, enum message_kind kind)
{
    struct message message = started_next(reader);
    if (message.kind != kind) {
        fail_msg("%s instead of %s: %s", message_kind_text(message.kind), message_kind_text(kind), message.text);
    }
    return message;
}

void started_expect_alive(struct started *reader)
{
    struct message message = {0};
    assert_int_equal(receive(reader, &message), 0);
    assert_int_equal(message.kind, MESSAGE_READER_ALIVE);
}

void started_send(struct started *reader, const struct message *message)
{
    assert_int_equal(bus_send(reader->fd, message), 0);
}

int started_end(struct started *reader, struct message *ret_last)
{
    struct message message = {0};
    while (receive(reader, &message) == 0) {
        *ret_last = message;
    }
    int status = 0;
    assert_int_equal(waitpid(reader->pid, &status, 0), reader->pid);
    (void)close(reader->fd);
    return status;
}

int started_stop(struct started *reader)
{
    int status = 0;
    (void)close(reader->fd);
    assert_int_equal(waitpid(reader->pid, &status, 0), reader->pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}
