#pragma once

/* A whole unit for a test: the harness with a small list, and assertions in the words of the product. */

#include "db/journal_db.h"
#include "sim/harness/harness.h"

#include <stdint.h>

/* Cards of the list. */
#define CARD_IDA   "04a1b2c3d4e5f6" /* Gold, pays, may come in and go out */
#define CARD_BO    "04a1b2c3d4e5f7" /* as Ida */
#define CARD_CLIPS "04a1b2c3" /* a punch card of nobody with two clips */
#define CARD_KEY   "04112233445566" /* as Ida, a DESFire card */

/* And punch cards with one clip each: number 04c11bNN, id WHOLE_PUNCH_ID + NN. */
enum { WHOLE_PUNCHES = 48, WHOLE_PUNCH_ID = 100 };

struct whole {
    struct harness h;
    char json[HARNESS_NEWS_SIZE]; /* the last news, or answer's body */
};

/** One lane with a reader on each side ("in" is reader 0, "out" reader 1), simulators running, list written; the gate isn't
 * started. @gate_lines as in harness_options. */
void whole_open(struct whole *w, const char *gate_lines);
/** As whole_open, with @n_lanes lanes (HARNESS_LANES_MAX at most) and reader n on the way in of lane n. */
void whole_open_wide(struct whole *w, unsigned n_lanes, const char *gate_lines);
void whole_close(struct whole *w);
/** Writes the list anew. */
void whole_write_list(struct whole *w);
void whole_start(struct whole *w);

/** A command to the lanes, which must be well. @return its answer, good until the next. */
const char *whole_lanes(struct whole *w, const char *command);
void whole_chip(struct whole *w, unsigned reader, const char *command);
/** Puts a card into a reader's field until the chip has reported it, and takes it out. */
void whole_tap(struct whole *w, unsigned reader, const char *card);
/** Waits for news that has all of these texts; fails the test when none comes. */
void whole_await(struct whole *w, const char *first, const char *second, const char *third);
/** Waits until both readers work. */
void whole_await_readers(struct whole *w);
/** Asks the gate; the body is in w->json. @return the answer's value. */
int64_t whole_ask(struct whole *w, const struct message *request);
/** A number of the status: the one after the text @after. */
int64_t whole_status(struct whole *w, const char *after);
/** How often a line has become active since the simulator started. */
int64_t whole_rises(struct whole *w, const char *line);
/** How many people have done this on the way in of lane1 ("pushed", "through", ...). */
int64_t whole_people(struct whole *w, const char *what);
/** The number of events of a kind in the journal. */
int64_t whole_events(struct whole *w, enum journal_kind kind);
/** The last event of a kind: its detail. */
void whole_last_detail(struct whole *w, enum journal_kind kind, char ret_detail[JOURNAL_DETAIL_SIZE]);
