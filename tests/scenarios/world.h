#pragma once

/* The whole unit in simulated time: a real list.db and journal.db in a folder of their own, six lanes, the people of
 * world.sql, and everything that the process around the unit does, with dials for what can go wrong there. */

#include "db/journal_db.h"
#include "db/list_db.h"
#include "gate/unit.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { WORLD_QUEUE_MAX = 64, WORLD_EDGES_MAX = 64, WORLD_ACKS_MAX = 4096 };

enum world_journal { WORLD_JOURNAL_OK, WORLD_JOURNAL_HOLD, WORLD_JOURNAL_FAIL };

/* What a story's people have done, whatever the gate thinks of it. */
struct world_edge {
    int64_t boot_us;
    unsigned lane;
    enum gate_input input;
    bool active;
};

struct world_entry {
    struct journal_event event;
    uint64_t ticket;
    uint8_t *record;
};

struct world {
    char dir[64], list_path[96], journal_path[96];
    struct gate_config config;
    struct emergency emergency;
    struct list_db *list;
    struct journal_db *reading, *writing;
    struct unit *unit;
    struct unit_now now;
    int64_t start_us;

    enum world_journal journal;
    struct world_entry queue[WORLD_QUEUE_MAX];
    size_t n_queue;
    bool acks_late; /* what is written is told only when this is over */
    uint64_t late[WORLD_QUEUE_MAX];
    size_t n_late;
    struct world_edge edges[WORLD_EDGES_MAX];
    size_t n_edges;
    bool inputs[GATE_LANES_MAX][GATE_INPUTS];
    struct lane_outputs outputs[GATE_LANES_MAX];
    bool lines_fail;
    bool list_broken;
    int asked_proof; /* reader; -1 */

    uint64_t steps; /* calls that the unit or its worker made so far: where a process can die */
    uint64_t die_at; /* 0: never */
    bool dead;
    int64_t acked[WORLD_ACKS_MAX]; /* seqs of events that the unit was told are durable */
    size_t n_acked;
    unsigned deaths;
    unsigned pulses; /* times that a line went on */

    FILE *out; /* transcript; NULL: none */
    unsigned released, passed, denied, granted; /* told */
};

/** Makes the folder and the list; opens nothing yet. @sql_path: world.sql. */
void world_init(struct world *world, const char *sql_path, FILE *out);
/** Changes the list from another connection; '@YYYY-MM-DD@' stands for that day's number. */
void world_sql(struct world *world, const char *sql);
/** Starts the gate. */
void world_open(struct world *world);
/** Ends it without a word: what wasn't durable is lost, the lines fall. */
void world_kill(struct world *world);
/** Removes the folder. */
void world_finish(struct world *world);

/** Lets time pass up to @boot_us: contacts, deadlines and the journal as they come. */
void world_until(struct world *world, int64_t boot_us);
/** Writes what the journal holds, and starts the gate again if it died. Called by the others. */
void world_settle(struct world *world);

void world_tap(struct world *world, unsigned reader, const char *card, bool can_desfire);
void world_proof(struct world *world, unsigned reader, enum access_proof proof);
void world_input(struct world *world, unsigned lane, enum gate_input input, bool active);
/** A person walks through: the contacts of one rotation over 700 ms, from now on. */
void world_walk(struct world *world, unsigned lane, enum lane_side side);
/** Somebody pushes the arm and lets it come back. */
void world_turn_back(struct world *world, unsigned lane, enum lane_side side);
void world_set_list(struct world *world, bool there);
/** Sum of the outputs that are on. */
unsigned world_lines_on(const struct world *world);

/** What must hold at any time whatever happened; fails the running test. */
void world_check(struct world *world);
/** The part of it that only looks at the lines. */
void world_check_lines(const struct world *world);
int world_lane(const char *name);
int world_reader(const char *name);
