#pragma once

/* A simulated unit's board: named lines, the lanes that hang on them, and what the chip does for its one client
 * (claims, debounce, edges). It counts and logs every change of every line, which is how a test proves that no relay
 * pulsed. Pure: time is a parameter in CLOCK_BOOTTIME microseconds.
 *
 * Lines of a lane NAME: NAME-release-in, NAME-release-out (outputs; one relay: the former alone), NAME-contact-a, NAME-contact-b (turnstile with two)
 * or NAME-door, NAME-button, NAME-tamper. Of the board: fire (active = circuit whole), lockdown. A level
 * is "active" as the wiring means it; a line that is wired low is active at low. Outputs rest inactive. */

#include "drivers/gpio/sim_wire.h"
#include "sim/lane/mechanics.h"

enum { SIM_LANES_MAX = 8, SIM_LINES_MAX = 64, SIM_LANE_NAME_SIZE = 32, SIM_EDGES_MAX = 512, SIM_LOG_MAX = 2048 };

enum sim_role {
    SIM_ROLE_NONE, /* a line by itself */
    SIM_ROLE_RELEASE_IN,
    SIM_ROLE_RELEASE_OUT,
    SIM_ROLE_INPUT, /* one of enum sim_input */
    SIM_ROLE_FIRE,
    SIM_ROLE_LOCKDOWN,
};

struct sim_line {
    char name[GPIO_NAME_SIZE];
    bool output;
    bool wired_low;
    enum sim_role role;
    unsigned lane; /* of the lane's roles */
    enum sim_input input; /* of SIM_ROLE_INPUT */
    bool active;
    uint64_t rises, falls; /* changes to active and back */
    uint64_t dropped; /* of the falls: because the client was gone */
    int64_t last_rise_us, last_fall_us; /* 0: never */
    int place; /* in the client's claim; -1: not claimed */
    uint32_t debounce_us; /* inputs, as claimed */
    bool told; /* inputs: the level that the client knows */
    int64_t tell_us; /* inputs: when the level counts as settled; INT64_MAX: it is told */
};

enum sim_log_kind { SIM_LOG_LINE, SIM_LOG_PERSON, SIM_LOG_CLAIMED, SIM_LOG_DROPPED };

struct sim_log_entry {
    int64_t boot_us;
    enum sim_log_kind kind;
    unsigned index; /* line or lane */
    bool active; /* line */
    enum sim_person_event person;
    enum sim_side side;
};

/* Large: the caller keeps it in static or heap memory. */
struct sim_board {
    struct sim_line lines[SIM_LINES_MAX];
    size_t n_lines;
    struct sim_lane lanes[SIM_LANES_MAX];
    char lane_names[SIM_LANES_MAX][SIM_LANE_NAME_SIZE];
    size_t n_lanes;
    bool claimed;
    unsigned line_at[GPIO_LINES_MAX]; /* by place in the claim */
    size_t n_claimed;
    uint64_t claims; /* how many there have been */
    struct sim_wire_line edges[SIM_EDGES_MAX]; /* for the client, oldest first */
    size_t n_edges;
    uint64_t lost_edges; /* the client didn't read and the oldest were dropped */
    struct sim_log_entry log[SIM_LOG_MAX]; /* oldest first */
    size_t n_log;
    uint64_t lost_log;
};

/** A board with the lines "fire" and "lockdown". */
void sim_board_init(struct sim_board *board);
/** Adds a line by itself. @return 0, -EINVAL (name), -EEXIST or -ENOSPC. */
int sim_board_add_line(struct sim_board *board, const char *name, bool output, bool wired_low);
/** Adds a lane with its lines. Turnstile: 1 or 2 @contacts, 1 or 2 @relays (one frees both ways); a door has one relay
 * and ignores both. @return as above. */
int sim_board_add_lane(struct sim_board *board, const char *name, enum sim_lane_kind kind, unsigned contacts,
                       unsigned relays);
/** @return the index, or -1. */
int sim_board_find_line(const struct sim_board *board, const char *name);
int sim_board_find_lane(const struct sim_board *board, const char *name);

/** A client claims lines; its outputs are at rest from now on. @return 0 with the CLAIMED message; or the outcome
 * (GPIO_NO_LINE, GPIO_LINE_TAKEN: there is a client) with the message that says so. */
int sim_board_claim(struct sim_board *board, const struct sim_wire *claim, int64_t now, struct sim_wire *ret_claimed);
/** The client sets outputs. @return 0, or -EBADMSG when one isn't an output that it claimed (nothing is set). */
int sim_board_set(struct sim_board *board, const struct sim_wire *set, int64_t now);
/** The client is gone: every output that it held falls to rest. */
void sim_board_drop(struct sim_board *board, int64_t now);

/** Lets everything up to @now happen. The functions above do so themselves. */
void sim_board_run(struct sim_board *board, int64_t now);
/** When sim_board_run is to be called next; INT64_MAX: nothing moves. */
int64_t sim_board_deadline(const struct sim_board *board);
/** Copies the oldest edges that the client hasn't got, as an EDGES message. @return how many. */
size_t sim_board_edges(const struct sim_board *board, struct sim_wire *ret_edges);
/** Forgets the @n oldest edges: they are sent. */
void sim_board_edges_sent(struct sim_board *board, size_t n);
/** Sets a line without a lane's role by hand, or fire (active: whole) or lock-down. @return 0, or -EINVAL: an output, or
 * an input that the mechanics move. */
int sim_board_set_input(struct sim_board *board, unsigned line, bool active, int64_t now);
/** Tells the mechanics of all lanes at once. */
void sim_board_set_dials(struct sim_board *board, const struct sim_dials *dials);
