#pragma once

/* The lane's table, for lane.c and for the tests that change its cells. Nobody else includes this.
 *
 * A row is an event as it comes (enum lane_event_kind), or the same event in a case of its own: lane.c looks at the
 * grant and the clock and chooses the row, the table says what happens. */

#include "core/lane.h"

enum lane_row {
    LANE_R_OVERRIDE_IN = LANE_EVENTS, /* GRANT_IN for staff on a shut lane */
    LANE_R_BUSY, /* a grant in free mode while another is open */
    LANE_R_WITHDRAW, /* in free mode or fire, before an event that ends an open grant */
    LANE_R_TAIL_MOVE, /* the arm leaves its rest after the passage, still within the grant's time */
    LANE_R_TAIL, /* ... and has turned again; a door: was opened again */
    LANE_R_OWN_TURN, /* in free mode or fire: a passage in the direction of the open grant */
    LANE_R_BACK_LATE, /* BACK when the grant's time is up */
    LANE_R_TIME_UP, /* the grant's time is up, nothing has moved */
    LANE_R_TIME_TRIED, /* ... the arm has moved and come back */
    LANE_R_TIME_ASSUMED, /* ... no contact can tell whether somebody passed */
    LANE_R_HELD, /* out of rest for too long */
    LANE_R_HELD_DOOR, /* a door that was opened on the open grant is held open */
    LANE_ROWS
};

/* `next` of a cell: back to the mode that was asked for (lane.resume). */
enum { LANE_HOME = LANE_STATES };

enum lane_cell_kind {
    LANE_CELL_OMITTED, /* what an initialiser that forgot it would leave; a test finds none */
    LANE_CELL_NEVER, /* this row isn't chosen in this state: asserted */
    LANE_CELL_STEP
};

struct lane_cell {
    uint8_t kind;
    uint8_t next;
    uint16_t actions;
};

#ifdef LANE_TABLE_MUTABLE
extern struct lane_cell lane_table[LANE_STATES][LANE_ROWS];
#endif
