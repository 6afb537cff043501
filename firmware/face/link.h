#pragma once

/* The screen's connection to the gate's control socket: follows the news, asks how the gate is once a second, carries
 * requests and their answers. Never blocks and reads no clock: the owner waits on link_fd until link_deadline,
 * calls link_step, and takes what came with link_next until that says no. Connects by itself, again and again.
 *
 *     poll(link_fd, link_events) or link_deadline -> link_step(now) -> link_next ... link_next -> wait
 *
 * Nothing that the gate sent is thrown away: a step takes 64 messages at most, the rest waits in the socket, and what
 * the owner hasn't taken keeps further messages there too. Only the gate drops, and then the connection as a whole: a
 * further LINK_CONNECTED says that something may have been missed. */

#include "core/lane.h"
#include "model/checks.h"
#include "model/news.h"
#include "model/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct link;

enum { LINK_STEP_MAX = 64, LINK_REQUESTS_MAX = 16, LINK_TEXT_SIZE = 160 };

enum link_state {
    LINK_STARTING, /* neither yet; never told */
    LINK_CONNECTED, /* follows the gate; told again when the connection was lost and made anew: read what was missed */
    LINK_GONE, /* nobody there: refused, closed, no socket; tried again after 100 ms, doubling to 1 s */
    LINK_SILENT /* it is there and doesn't answer: dropped after 2.5 s and tried again as above */
};

/* How a request ended. */
enum link_outcome {
    LINK_ANSWERED,
    LINK_TIMED_OUT, /* no answer within 3 s; it may have been carried out if it was sent */
    LINK_LOST /* sent, then the connection ended: it may have been carried out */
};

struct link_answer {
    uint64_t id; /* of the request */
    enum link_outcome outcome;
    int64_t value; /* answered: 0 done, an outcome of gate/unit.h, or a negative errno */
    char text[LINK_TEXT_SIZE]; /* answered: in words, English */
};

enum link_event_kind { LINK_EVENT_STATE, LINK_EVENT_NEWS, LINK_EVENT_STATUS, LINK_EVENT_CHECKS, LINK_EVENT_ANSWER };

/* Pointers hold until the next link_step. */
struct link_event {
    enum link_event_kind kind;
    union {
        struct {
            enum link_state state;
            int error; /* gone, silent: a negative errno, for the log; else 0 */
        } state;
        const struct gate_news *news;
        const struct gate_status *status;
        const struct gate_checks *checks;
        struct link_answer answer;
    };
};

struct link_counts {
    uint64_t messages; /* taken */
    uint64_t bad; /* malformed, not understood, or out of turn */
    uint64_t connections; /* on which the gate has answered */
};

/** Nothing is connected before the first link_step, which is due at once. @return 0; -EINVAL or -ENAMETOOLONG for a
 * path that no socket can have; -ENOMEM. */
int link_open(const char *path, struct link **ret_link);
/** Takes NULL. Requests that wait are forgotten. */
void link_close(struct link *link);

/** The descriptor to wait on; -1 while there is none. Another one after any step. */
int link_fd(const struct link *link);
/** What to wait for: POLLIN, or POLLIN | POLLOUT. */
short link_events(const struct link *link);
/** When to step at the latest (boot microseconds); 0: at once. It asks once a second, or tries again, so
 * this is never far away. */
int64_t link_deadline(const struct link *link);
enum link_state link_state(const struct link *link);
struct link_counts link_counts(const struct link *link);

/* Of link_step. */
enum { LINK_MORE = 1 };

/** Takes what came, connects, asks, sends, gives up what took too long. @return 0; LINK_MORE when more waits than this
 * step took: take the events and step again before waiting. */
int link_step(struct link *link, int64_t boot_us);
/** The next event, in the order in which they happened. A status or checks that were not taken are replaced by newer
 * ones. @return false when there is none. */
bool link_next(struct link *link, struct link_event *ret_event);

/** Has the gate look at everything, four times a second, from now on or no more. */
void link_want_checks(struct link *link, bool wanted);

/* Requests. Each goes out in the next step that is connected, and its one LINK_EVENT_ANSWER comes within 3 s of that
 * step; one that was sent is never sent again. @lane must be a whole name; @who, @why and @text are cut at a
 * character's start when they are too long for a message. @return 0 with its id; -ENOBUFS when 16 are under way or not
 * taken; -EINVAL when a text is empty, no UTF-8 or has control characters. */
int link_release(struct link *link, const char *lane, enum lane_side side, const char *who, const char *why,
                 uint64_t *ret_id);
int link_mode(struct link *link, const char *lane, enum lane_mode mode, const char *who, const char *why,
              uint64_t *ret_id);
int link_lockdown(struct link *link, bool on, const char *who, uint64_t *ret_id);
/** @seq: of the passage in the journal. */
int link_undo(struct link *link, int64_t seq, const char *who, const char *why, uint64_t *ret_id);
/** For the journal: what staff did. @lane "": at none. */
int link_note(struct link *link, const char *lane, const char *who, const char *text, uint64_t *ret_id);
