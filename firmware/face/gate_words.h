#pragma once

/* Values of the gate's that a screen has to understand (gate/unit.h). They are stable: outcomes stand in answers,
 * tags in the journal. A test holds them to the gate's own. */

enum {
    /* of `done` (firmware/bus/README.md) */
    GATE_NO_LANE = 1,
    GATE_BUSY,
    GATE_REFUSED,
    GATE_NOT_FOUND,
    GATE_TOO_MANY,
    /* in an event's record */
    GATE_RECORD_WHO = 1000,
    GATE_RECORD_WHY
};
