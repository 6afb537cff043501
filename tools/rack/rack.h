#pragma once

/* The bench window: a rack of cards, the readers and lanes to hold them to, and everything that can go wrong with a
 * unit.
 *
 * A plain value in the caller's memory. What the gate tells, what the simulated devices say and what is touched go
 * in as calls; rack_view draws what holds now; what is to be done in the world comes out as wishes. No clock,
 * file, socket or process. Times named _us are microseconds since boot, _utc_us since 1970 UTC. */

#include "core/zone.h"
#include "model/news.h"
#include "model/status.h"
#include "morning/stage.h"
#include "rack/cards.h"
#include "rack/lane.h"
#include "widgets/widgets.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RACK_LINES = 8, RACK_LINE_SIZE = 160, RACK_WISHES_MAX = 16, RACK_COMMAND_SIZE = 64 };

/* A card is held to a reader for so long. */
#define RACK_HOLD_US INT64_C(1000000)
/* After a power cut, and after the screen was killed, until the next start. */
#define RACK_POWER_US  INT64_C(1500000)
#define RACK_SCREEN_US INT64_C(700000)

enum rack_lane_id { RACK_MAIN, RACK_POOL, RACK_LANES };

/* What a touch asks for. */
enum rack_intent {
    RACK_ON_CARD = 1, /* arg: its number in the rack */
    RACK_ON_READER, /* arg: enum stage_reader */
    RACK_ON_PLUG, /* arg: enum stage_reader */
    RACK_ON_WALK,
    RACK_ON_FOLLOWED,
    RACK_ON_TURN_BACK,
    RACK_ON_FORCE,
    RACK_ON_BUTTON, /* request to exit */
    RACK_ON_FIRE,
    RACK_ON_LOCKDOWN,
    RACK_ON_TAMPER,
    RACK_ON_POWER,
    RACK_ON_SCREEN,
    RACK_ON_LIST
};

enum rack_wish_kind {
    RACK_WISH_PUT, /* card, reader: into its field for RACK_HOLD_US */
    RACK_WISH_READER, /* reader, command: of the simulated reader */
    RACK_WISH_LANES, /* command: of the simulated lanes */
    RACK_WISH_POWER_CUT, /* kill -9 of the gate */
    RACK_WISH_POWER_ON,
    RACK_WISH_SCREEN_KILL, /* kill -9 of stile-ui */
    RACK_WISH_SCREEN_START,
    RACK_WISH_LIST_AWAY,
    RACK_WISH_LIST_BACK
};

struct rack_wish {
    enum rack_wish_kind kind;
    enum stage_reader reader;
    size_t card;
    char command[RACK_COMMAND_SIZE];
};

enum rack_gate { RACK_GATE_OFF, RACK_GATE_STARTS, RACK_GATE_ON };

/* The last verdict on the card that is held to a reader. */
enum rack_answer { RACK_NO_ANSWER, RACK_YES, RACK_NO };

struct rack_reader {
    bool working, unplugged;
    int card; /* in its field; -1: none */
    int64_t held_until_us;
    enum rack_answer answer;
    int64_t calm_us; /* when a rogue card's fault is to be turned off; 0: none is on */
};

struct rack_line {
    int64_t utc_us;
    enum widget_tone tone;
    enum icon icon;
    char text[RACK_LINE_SIZE];
};

struct rack {
    int64_t now_us, utc_us;
    struct zone zone;
    int chosen; /* card; -1: none */
    struct rack_reader readers[STAGE_READERS];
    struct rack_lane lanes[RACK_LANES];
    enum rack_lane_id target; /* where people are sent: of the reader that was used last */
    enum rack_side side;
    enum rack_gate gate;
    int64_t power_us; /* when the gate is to be started; 0: not */
    bool screen;
    int64_t screen_us; /* the same of the screen */
    bool fire, lockdown, tamper, list_away;
    int64_t people[2]; /* in the hall and in the pool */
    struct rack_line lines[RACK_LINES]; /* the newest first */
    size_t n_lines;
    struct rack_wish wishes[RACK_WISHES_MAX]; /* a ring */
    size_t first_wish, n_wishes;
};

/** Nothing is known of the gate yet; it is being started, the screen too. */
void rack_init(struct rack *ret_rack, int64_t now_us, int64_t utc_us);
/** Time has gone on: call it before each of the others and each view. */
void rack_time(struct rack *rack, int64_t now_us, int64_t utc_us);
/** When rack_time is due; US_NEVER. */
int64_t rack_deadline(const struct rack *rack);

void rack_on(struct rack *rack, const struct intent *intent);

void rack_news(struct rack *rack, const struct gate_news *news);
void rack_status(struct rack *rack, const struct gate_status *status);
/** The gate answers, or doesn't. */
void rack_connected(struct rack *rack, bool connected);
/** The gate ended by itself. */
void rack_gate_ended(struct rack *rack);
/** The screen runs, or ended by itself. */
void rack_screen(struct rack *rack, bool runs);
/** What the simulated lanes' `log` answered. @return true when there is more. */
bool rack_lanes_log(struct rack *rack, const char *log);
/** Something in the world didn't do as it was told. */
void rack_failed(struct rack *rack, const char *error);

/** @return true with the next wish. */
bool rack_next_wish(struct rack *rack, struct rack_wish *ret_wish);
/** True while something moves at a lane: look at it often. */
bool rack_moves(const struct rack *rack);

void rack_view(const struct rack *rack, struct ui *ui);
