#include "face/link.h"

#include "base/clock.h"
#include "base/text.h"
#include "bus/bus.h"
#include "face/link_request.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One socket carries everything. The gate answers in the order in which it was asked, with news in between, so a list
 * of what was asked (`asks`) says what the next answer belongs to. Whatever breaks that order ends the connection: an
 * answer is never given to another request.
 *
 *     (none) -> connected, follow asked -> following -> lost -> (none)
 *
 * A connection that followed is made anew at once, but not more often than every 100 ms; one on which the gate never
 * answered waits for its back-off. Requests go out while following only: a gate that hangs would find them in its
 * socket, and carry them out, long after whoever wished it has gone.
 *
 * Events lie in one ring of what came in which order. It can't overflow: there are at most so many news (the socket
 * keeps the rest), answers (one for each request), states (the newest is changed in place), a status and checks. */

#define STATUS_EACH_US (1 * US_PER_S)
#define CHECKS_EACH_US (250 * US_PER_MS)
#define SILENT_US      (2500 * US_PER_MS)
#define ANSWER_US      (3 * US_PER_S)
#define RETRY_MIN_US   (100 * US_PER_MS)
#define RETRY_MAX_US   (1 * US_PER_S)

enum {
    PATH_SIZE = 108, /* of sockaddr_un */
    ASKS_MAX = 2 * LINK_REQUESTS_MAX, /* requests that were given up still get their answer */
    STATES_MAX = 8,
    QUEUE_MAX = LINK_STEP_MAX + LINK_REQUESTS_MAX + STATES_MAX + 2
};

enum ask_kind { ASK_FOLLOW, ASK_STATUS, ASK_CHECKS, ASK_REQUEST };

struct ask {
    enum ask_kind kind;
    uint64_t id; /* of a request */
    int64_t boot_us;
};

enum request_stage { REQUEST_NONE, REQUEST_WAITS, REQUEST_SENT, REQUEST_ENDED };

struct request {
    enum request_stage stage;
    int64_t since_us; /* of the first step that saw it; -1: none has */
    struct message message;
    struct link_answer answer;
};

struct queued {
    enum link_event_kind kind;
    enum link_state state;
    int error;
    size_t at; /* in news or requests */
};

struct link {
    char path[PATH_SIZE];
    int fd; /* -1: none */
    bool following; /* the gate has answered on this connection */
    bool ended; /* the peer has closed it; what it sent before may still wait */
    bool blocked; /* the socket takes nothing more for now */
    bool more; /* the last step left something in the socket */
    int64_t connected_us, try_us, back_off_us;
    enum link_state state;

    struct ask asks[ASKS_MAX];
    size_t n_asks;
    int64_t status_us, checks_us; /* when to ask next */
    bool want_checks;
    struct request requests[LINK_REQUESTS_MAX];
    uint64_t last_id;

    struct queued queue[QUEUE_MAX];
    size_t queue_first, n_queue, n_states;
    struct gate_news news[LINK_STEP_MAX];
    size_t news_first, n_news;
    struct gate_status status;
    struct gate_checks checks;
    bool has_status, has_checks; /* queued */

    struct link_counts counts;
    uint8_t buffer[MESSAGE_MAX];
};

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int link_open(const char *path, struct link **ret_link)
{
    size_t n = strlen(path);
    if (n == 0 || n >= PATH_SIZE) {
        return n == 0 ? -EINVAL : -ENAMETOOLONG;
    }
    struct link *l = calloc(1, sizeof(*l));
    if (!l) {
        return -ENOMEM;
    }
    (void)text_copy(l->path, sizeof(l->path), path);
    l->fd = -1;
    l->back_off_us = RETRY_MIN_US;
    *ret_link = l;
    return 0;
}

void link_close(struct link *l)
{
    if (l && l->fd >= 0) {
        (void)close(l->fd);
    }
    free(l);
}

/* ---- events ---- */

static struct queued *queued(struct link *l, size_t i)
{
    return &l->queue[(l->queue_first + i) % QUEUE_MAX];
}

static struct queued *enqueue(struct link *l, enum link_event_kind kind)
{
    assert(l->n_queue < QUEUE_MAX);
    struct queued *q = queued(l, l->n_queue++);
    *q = (struct queued){.kind = kind};
    return q;
}

static void tell(struct link *l, enum link_state state, int error)
{
    if (state == l->state && state != LINK_CONNECTED) {
        return;
    }
    l->state = state;
    struct queued *q = NULL;
    if (l->n_states < STATES_MAX) {
        q = enqueue(l, LINK_EVENT_STATE);
        l->n_states++;
    } else {
        for (size_t i = l->n_queue; !q; i--) {
            q = queued(l, i - 1)->kind == LINK_EVENT_STATE ? queued(l, i - 1) : NULL;
        }
    }
    q->state = state;
    q->error = error;
}

bool link_next(struct link *l, struct link_event *ret_event)
{
    if (l->n_queue == 0) {
        return false;
    }
    const struct queued *q = queued(l, 0);
    *ret_event = (struct link_event){.kind = q->kind};
    switch (q->kind) {
    case LINK_EVENT_STATE:
        ret_event->state.state = q->state;
        ret_event->state.error = q->error;
        l->n_states--;
        break;
    case LINK_EVENT_NEWS:
        ret_event->news = &l->news[q->at];
        l->news_first = (q->at + 1) % LINK_STEP_MAX;
        l->n_news--;
        break;
    case LINK_EVENT_STATUS:
        ret_event->status = &l->status;
        l->has_status = false;
        break;
    case LINK_EVENT_CHECKS:
        ret_event->checks = &l->checks;
        l->has_checks = false;
        break;
    case LINK_EVENT_ANSWER:
        ret_event->answer = l->requests[q->at].answer;
        l->requests[q->at].stage = REQUEST_NONE;
        break;
    }
    l->queue_first = (l->queue_first + 1) % QUEUE_MAX;
    l->n_queue--;
    return true;
}

static void end_request(struct link *l, struct request *r, enum link_outcome outcome, const struct message *done)
{
    r->stage = REQUEST_ENDED;
    r->answer.outcome = outcome;
    if (done) {
        r->answer.value = done->value;
        (void)text_copy(r->answer.text, sizeof(r->answer.text), done->text);
    }
    enqueue(l, LINK_EVENT_ANSWER)->at = (size_t)(r - l->requests);
}

/* ---- the connection ---- */

static void wait_longer(struct link *l, enum link_state state, int error, int64_t now_us)
{
    tell(l, state, error);
    l->try_us = now_us + l->back_off_us;
    l->back_off_us = earlier(2 * l->back_off_us, RETRY_MAX_US);
}

static void disconnect(struct link *l)
{
    (void)close(l->fd);
    l->fd = -1;
    l->following = l->ended = l->blocked = l->more = false;
    l->n_asks = 0;
    for (size_t i = 0; i < LINK_REQUESTS_MAX; i++) {
        if (l->requests[i].stage == REQUEST_SENT) {
            end_request(l, &l->requests[i], LINK_LOST, NULL);
        }
    }
}

/* Who followed and was dropped (too slow, or the gate was started anew) is there again at once. */
static void lose(struct link *l, int error, int64_t now_us)
{
    bool followed = l->following;
    disconnect(l);
    if (followed) {
        l->try_us = l->connected_us + RETRY_MIN_US;
    } else {
        wait_longer(l, LINK_GONE, error, now_us);
    }
}

static bool asked(const struct link *l, enum ask_kind kind)
{
    for (size_t i = 0; i < l->n_asks; i++) {
        if (l->asks[i].kind == kind) {
            return true;
        }
    }
    return false;
}

/* @return false when it couldn't be sent. A peer that is gone is noticed when all that it sent has been read. */
static bool ask(struct link *l, enum ask_kind kind, struct message *m, uint64_t id, int64_t now_us)
{
    if (l->fd < 0 || l->blocked || l->n_asks == ASKS_MAX) {
        return false;
    }
    m->boot_us = now_us > 0 ? now_us : 0;
    int r = bus_send(l->fd, m);
    if (r == 0) {
        l->asks[l->n_asks++] = (struct ask){.kind = kind, .id = id, .boot_us = now_us};
    } else if (r == -EAGAIN) {
        l->blocked = true;
    } else if (r != -EPIPE) {
        lose(l, r, now_us);
    }
    return r == 0;
}

static void try_connect(struct link *l, int64_t now_us)
{
    int fd = bus_connect(l->path);
    if (fd < 0) {
        /* -EAGAIN: it listens and accepts nobody. */
        wait_longer(l, fd == -EAGAIN ? LINK_SILENT : LINK_GONE, fd, now_us);
        return;
    }
    struct message follow = {.kind = MESSAGE_FOLLOW};
    l->fd = fd;
    l->connected_us = now_us;
    l->status_us = l->checks_us = now_us;
    if (!ask(l, ASK_FOLLOW, &follow, 0, now_us) && l->fd >= 0) {
        lose(l, -EPIPE, now_us);
    }
}

/* ---- what comes ---- */

static void take_news(struct link *l, const struct message *m)
{
    size_t at = (l->news_first + l->n_news) % LINK_STEP_MAX;
    if (news_decode(m->body, m->body_len, &l->news[at]) < 0) {
        l->counts.bad++;
        return;
    }
    l->n_news++;
    enqueue(l, LINK_EVENT_NEWS)->at = at;
}

static void take_status(struct link *l, const struct message *m)
{
    if (m->kind != MESSAGE_STATUS || status_decode(m->body, m->body_len, &l->status) < 0) {
        l->counts.bad++;
    } else if (!l->has_status) {
        enqueue(l, LINK_EVENT_STATUS);
        l->has_status = true;
    }
}

static void take_checks(struct link *l, const struct message *m)
{
    if (m->kind != MESSAGE_STATUS || checks_decode(m->body, m->body_len, &l->checks) < 0) {
        l->counts.bad++;
    } else if (!l->has_checks) {
        enqueue(l, LINK_EVENT_CHECKS);
        l->has_checks = true;
    }
}

static void take_done(struct link *l, const struct message *m, uint64_t id)
{
    for (size_t i = 0; i < LINK_REQUESTS_MAX; i++) {
        if (l->requests[i].stage == REQUEST_SENT && l->requests[i].answer.id == id) {
            end_request(l, &l->requests[i], LINK_ANSWERED, m);
            return;
        }
    }
}

static void take_answer(struct link *l, const struct message *m, int64_t now_us)
{
    if (l->n_asks == 0) {
        l->counts.bad++;
        return;
    }
    struct ask first = l->asks[0];
    if (m->kind == MESSAGE_STATUS && (first.kind == ASK_FOLLOW || first.kind == ASK_REQUEST)) {
        l->counts.bad++;
        lose(l, -EPROTO, now_us);
        return;
    }
    memmove(l->asks, l->asks + 1, --l->n_asks * sizeof(l->asks[0]));
    switch (first.kind) {
    case ASK_FOLLOW:
        if (m->value != 0) {
            lose(l, -EPROTO, now_us);
            return;
        }
        l->following = true;
        l->back_off_us = RETRY_MIN_US;
        l->counts.connections++;
        tell(l, LINK_CONNECTED, 0);
        return;
    case ASK_STATUS:
        take_status(l, m);
        return;
    case ASK_CHECKS:
        take_checks(l, m);
        return;
    case ASK_REQUEST:
        take_done(l, m, first.id);
        return;
    }
}

static void take(struct link *l, const struct message *m, int64_t now_us)
{
    l->counts.messages++;
    if (m->kind == MESSAGE_NEWS) {
        take_news(l, m);
    } else if (m->kind == MESSAGE_DONE || m->kind == MESSAGE_STATUS) {
        take_answer(l, m, now_us);
    } else {
        l->counts.bad++;
    }
}

/* A packet that is no message may have been an answer: what comes after it can't be told apart any more. */
static void take_garbage(struct link *l, int64_t now_us)
{
    l->counts.bad++;
    if (l->n_asks > 0) {
        lose(l, -EBADMSG, now_us);
    }
}

static bool waits(const struct link *l)
{
    struct pollfd p = {.fd = l->fd, .events = POLLIN};
    return poll(&p, 1, 0) > 0;
}

static void receive(struct link *l, int64_t now_us)
{
    struct message m;
    for (int taken = 0; l->fd >= 0; taken++) {
        if (taken == LINK_STEP_MAX || l->n_news == LINK_STEP_MAX) {
            l->more = waits(l);
            return;
        }
        int r = bus_receive(l->fd, l->buffer, &m);
        if (r == 0) {
            take(l, &m, now_us);
        } else if (r == -EBADMSG) {
            take_garbage(l, now_us);
        } else if (r == -EPIPE && !l->ended) {
            /* A reset (the peer closed it with something of ours unread) is told before what it had sent is. */
            l->ended = true;
        } else if (r != -EAGAIN || l->ended) {
            lose(l, r, now_us);
        } else {
            return;
        }
    }
}

/* ---- time ---- */

static void give_up_silent(struct link *l, int64_t now_us)
{
    for (size_t i = 0; i < l->n_asks; i++) {
        if (l->asks[i].kind != ASK_REQUEST && l->asks[i].boot_us + SILENT_US <= now_us) {
            disconnect(l);
            wait_longer(l, LINK_SILENT, -ETIMEDOUT, now_us);
            return;
        }
    }
}

static bool under_way(const struct request *r)
{
    return r->stage == REQUEST_WAITS || r->stage == REQUEST_SENT;
}

static void give_up_requests(struct link *l, int64_t now_us)
{
    for (size_t i = 0; i < LINK_REQUESTS_MAX; i++) {
        struct request *r = &l->requests[i];
        if (!under_way(r)) {
            continue;
        }
        if (r->since_us < 0) {
            r->since_us = now_us;
        } else if (r->since_us + ANSWER_US <= now_us) {
            end_request(l, r, LINK_TIMED_OUT, NULL);
        }
    }
}

static struct request *oldest_waiting(struct link *l)
{
    struct request *oldest = NULL;
    for (size_t i = 0; i < LINK_REQUESTS_MAX; i++) {
        struct request *r = &l->requests[i];
        if (r->stage == REQUEST_WAITS && (!oldest || r->answer.id < oldest->answer.id)) {
            oldest = r;
        }
    }
    return oldest;
}

static void send_due(struct link *l, int64_t now_us)
{
    struct message status = {.kind = MESSAGE_STATUS_ASK};
    struct message checks = {.kind = MESSAGE_CHECK_ASK};
    struct request *r = NULL;
    l->blocked = false;
    while (l->following && (r = oldest_waiting(l)) && ask(l, ASK_REQUEST, &r->message, r->answer.id, now_us)) {
        r->stage = REQUEST_SENT;
    }
    if (now_us >= l->status_us && !asked(l, ASK_STATUS) && ask(l, ASK_STATUS, &status, 0, now_us)) {
        l->status_us = now_us + STATUS_EACH_US;
    }
    if (l->want_checks && now_us >= l->checks_us && !asked(l, ASK_CHECKS) && ask(l, ASK_CHECKS, &checks, 0, now_us)) {
        l->checks_us = now_us + CHECKS_EACH_US;
    }
}

int link_step(struct link *l, int64_t now_us)
{
    l->more = false;
    receive(l, now_us);
    /* What is late may lie among what waits. */
    if (!l->more) {
        give_up_silent(l, now_us);
        give_up_requests(l, now_us);
    }
    if (l->fd < 0 && now_us >= l->try_us) {
        try_connect(l, now_us);
    }
    send_due(l, now_us);
    return l->more ? LINK_MORE : 0;
}

int link_fd(const struct link *l)
{
    return l->fd;
}

short link_events(const struct link *l)
{
    return (short)(l->blocked ? POLLIN | POLLOUT : POLLIN);
}

/* When something is to be sent that can be. */
static int64_t next_sending(const struct link *l, bool waiting)
{
    int64_t at = US_NEVER;
    if (l->blocked || l->ended || l->n_asks == ASKS_MAX) {
        return at;
    }
    if (waiting && l->following) {
        return 0;
    }
    if (!asked(l, ASK_STATUS)) {
        at = l->status_us;
    }
    return l->want_checks && !asked(l, ASK_CHECKS) ? earlier(at, l->checks_us) : at;
}

int64_t link_deadline(const struct link *l)
{
    int64_t at = l->more ? 0 : US_NEVER;
    bool waiting = false;
    for (size_t i = 0; i < LINK_REQUESTS_MAX; i++) {
        const struct request *r = &l->requests[i];
        if (under_way(r)) {
            at = earlier(at, r->since_us < 0 ? 0 : r->since_us + ANSWER_US);
            waiting = waiting || r->stage == REQUEST_WAITS;
        }
    }
    if (l->fd < 0) {
        return earlier(at, l->try_us);
    }
    for (size_t i = 0; i < l->n_asks; i++) {
        if (l->asks[i].kind != ASK_REQUEST) {
            at = earlier(at, l->asks[i].boot_us + SILENT_US);
        }
    }
    return earlier(at, next_sending(l, waiting));
}

enum link_state link_state(const struct link *l)
{
    return l->state;
}

struct link_counts link_counts(const struct link *l)
{
    return l->counts;
}

void link_want_checks(struct link *l, bool wanted)
{
    l->want_checks = wanted;
}

int link_request(struct link *l, const struct message *m, uint64_t *ret_id)
{
    if (message_encode(m, l->buffer, sizeof(l->buffer)) < 0) {
        return -EINVAL;
    }
    for (size_t i = 0; i < LINK_REQUESTS_MAX; i++) {
        struct request *r = &l->requests[i];
        if (r->stage == REQUEST_NONE) {
            *r = (struct request){.stage = REQUEST_WAITS, .since_us = -1, .message = *m, .answer.id = ++l->last_id};
            *ret_id = r->answer.id;
            return 0;
        }
    }
    return -ENOBUFS;
}
