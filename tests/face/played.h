#pragma once

/* A link, and a gate that a test plays at the other end. Time is simulated; both ends are in this process, so what one
 * has sent the other has. */

#include "bus/message.h"
#include "face/link.h"

#include <stdbool.h>
#include <stdint.h>

#define TIMES  "\"utc_us\":1400234400000000,\"boot_us\":5000000"
#define STATUS "{\"unit\":\"north\"," TIMES ",\"lanes\":[],\"readers\":[]}"
#define CHECKS "{\"ok\":true,\"checks\":[{\"kind\":\"clock\",\"name\":\"wall clock\",\"ok\":true,\"text\":\"ok\"}]}"

extern struct link *l;
extern struct link_event event; /* the last one taken */
extern struct message got; /* what the gate heard last */
extern int listener, peer; /* the gate's sockets; -1 */
extern int64_t now_us;

/* For cmocka: a link whose gate isn't there yet; and the end of both. */
int played_open(void **state);
int played_close(void **state);

/* The gate. */
void gate_starts(void);
void gate_hangs_up(void);
void gate_dies(void);
void gate_accepts(void);
/** Takes the next request, which is of this kind and says the owner's time. */
void gate_hears(enum message_kind kind);
void gate_hears_nothing(void);
/** @return as bus_send. */
int gate_says(enum message_kind kind, const char *body);
void gate_is_done(int64_t value, const char *text);
/** News of a grant, at lane1 or lane2 in turn. @return as bus_send. */
int gate_tells(int grant);

/* The owner. */
int step(int64_t later_us);
void next(enum link_event_kind kind);
void next_state(enum link_state state, int error);
void next_answer(uint64_t id, enum link_outcome outcome);
void next_news(int grant);
void no_event(void);
bool readable(void);

/** Connected, followed, the first status answered; nothing is under way. */
void get_going(void);
void status_is_asked_and_answered(void);
