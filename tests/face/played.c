#include "played.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"
#include "bus/bus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[64];
static char path[100];
int listener;
int peer;
struct link *l;
struct link_event event;
struct message got;
static uint8_t buffer[MESSAGE_MAX];
int64_t now_us;

int played_open(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof(folder), "/tmp/stile-link-XXXXXX");
    if (!mkdtemp(folder)) {
        return -1;
    }
    (void)snprintf(path, sizeof(path), "%s/gate.sock", folder);
    listener = peer = -1;
    now_us = 10 * US_PER_S;
    return link_open(path, &l);
}

int played_close(void **state)
{
    (void)state;
    link_close(l);
    cleanup_closep(&peer);
    cleanup_closep(&listener);
    (void)unlink(path);
    return rmdir(folder);
}

/* ---- the gate ---- */

void gate_starts(void)
{
    listener = bus_listen(path, 0600);
    assert_true(listener >= 0);
}

void gate_hangs_up(void)
{
    assert_int_equal(close(peer), 0);
    peer = -1;
}

void gate_dies(void)
{
    cleanup_closep(&peer);
    cleanup_closep(&listener);
    peer = listener = -1;
}

void gate_accepts(void)
{
    cleanup_closep(&peer);
    peer = bus_accept(listener);
    assert_true(peer >= 0);
}

void gate_hears(enum message_kind kind)
{
    assert_int_equal(bus_receive(peer, buffer, &got), 0);
    assert_string_equal(message_kind_text(got.kind), message_kind_text(kind));
    assert_int_equal(got.boot_us, now_us);
}

void gate_hears_nothing(void)
{
    assert_int_equal(bus_receive(peer, buffer, &got), -EAGAIN);
}

int gate_says(enum message_kind kind, const char *body)
{
    const struct message m = {.kind = kind, .boot_us = 1, .body = body, .body_len = strlen(body)};
    return bus_send(peer, &m);
}

void gate_is_done(int64_t value, const char *text)
{
    struct message m = {.kind = MESSAGE_DONE, .boot_us = 1, .value = value};
    (void)text_copy(m.text, sizeof(m.text), text);
    assert_int_equal(bus_send(peer, &m), 0);
}

int gate_tells(int grant)
{
    char body[200];
    (void)snprintf(body, sizeof(body),
                   "{\"phase\":\"granted\",\"code\":\"granted\",\"lane\":\"lane%d\",\"grant\":%d," TIMES "}",
                   grant % 2 + 1, grant);
    return gate_says(MESSAGE_NEWS, body);
}

/* ---- the owner ---- */

int step(int64_t later_us)
{
    now_us += later_us;
    return link_step(l, now_us);
}

void next(enum link_event_kind kind)
{
    assert_true(link_next(l, &event));
    assert_int_equal(event.kind, kind);
}

void next_state(enum link_state state, int error)
{
    next(LINK_EVENT_STATE);
    assert_int_equal(event.state.state, state);
    assert_int_equal(event.state.error, error);
    assert_int_equal(link_state(l), state);
}

void next_answer(uint64_t id, enum link_outcome outcome)
{
    next(LINK_EVENT_ANSWER);
    assert_int_equal(event.answer.id, id);
    assert_int_equal(event.answer.outcome, outcome);
}

void next_news(int grant)
{
    next(LINK_EVENT_NEWS);
    assert_int_equal(event.news->grant, grant);
}

void no_event(void)
{
    assert_false(link_next(l, &event));
}

bool readable(void)
{
    struct pollfd p = {.fd = link_fd(l), .events = POLLIN};
    return poll(&p, 1, 0) == 1;
}

void get_going(void)
{
    if (listener < 0) {
        gate_starts();
    }
    assert_int_equal(step(0), 0);
    gate_accepts();
    gate_hears(MESSAGE_FOLLOW);
    gate_hears(MESSAGE_STATUS_ASK);
    gate_is_done(0, "");
    assert_int_equal(gate_says(MESSAGE_STATUS, STATUS), 0);
    assert_true(readable());
    assert_int_equal(step(0), 0);
    next_state(LINK_CONNECTED, 0);
    next(LINK_EVENT_STATUS);
    assert_string_equal(event.status->unit, "north");
    no_event();
}

void status_is_asked_and_answered(void)
{
    gate_hears(MESSAGE_STATUS_ASK);
    assert_int_equal(gate_says(MESSAGE_STATUS, STATUS), 0);
}
