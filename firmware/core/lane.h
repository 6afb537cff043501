#pragma once

/* One lane: the turnstile or door behind an access point, as a table [state][event] -> {next, actions}.
 *
 * The lane is asked for its next deadline, it sets none. Its outputs follow from its state (lane_outputs), one-shot
 * duties are action bits. State 0 is locked, so an omitted cell is safe; a test asserts that none is omitted.
 * Deadlines belong to the grant, not to the state: a card can't hold a lane open by stepping in and out. An output
 * that is on for a grant always has an end (release_until_us); in free mode and in a fire the mode is what ends it.
 * Pure: time is the microseconds since boot in each event. The rules and the table: firmware/core/README.md. */

#include <stdbool.h>
#include <stdint.h>

enum lane_kind { LANE_TURNSTILE, LANE_DOOR };
enum lane_mode { LANE_NORMAL, LANE_FREE, LANE_LOCKED };
enum lane_side { LANE_IN, LANE_OUT }; /* the direction of walking */

struct lane_config {
    enum lane_kind kind;
    uint8_t passage_contacts; /* turnstile: 1 or 2 (two give the direction); door: 0 */
    bool has_door_contact; /* door: closed = active */
    int64_t unlock_us; /* the release ends at the latest so long after it began */
    int64_t passage_timeout_us; /* a grant that nobody used ends after so long (5 s) */
    int64_t relock_delay_us; /* the release goes on so long after the passage began (door: was opened) */
    int64_t held_open_us; /* door open, or arm between its rests, longer than this: alarm */
    int64_t stuck_us; /* a passage contact active longer than this: alarm (core/contacts.h watches it) */
};

enum lane_state {
    LANE_S_LOCKED, /* at rest */
    LANE_S_RELEASED_IN, /* granted inwards, nobody has moved */
    LANE_S_RELEASED_OUT,
    LANE_S_PASSING_IN, /* the arm is under way, or the door is open, on a grant inwards */
    LANE_S_PASSING_OUT,
    LANE_S_FREE, /* free passage both ways by mode */
    LANE_S_FIRE, /* free both ways by the fire input, over everything else */
    LANE_S_SHUT, /* locked by mode or lock-down: a grant inwards is refused unless it is an override; one outwards
                  * is taken, since nobody may be locked in: the caller asks for it as the site is configured */
    LANE_STATES
};

enum lane_event_kind {
    LANE_E_GRANT_IN, /* a verdict, staff or the interlock's turn: release inwards */
    LANE_E_GRANT_OUT,
    LANE_E_MOVE_IN, /* the arm has left its rest inwards (first contact), or the door was opened */
    LANE_E_MOVE_OUT,
    LANE_E_TURNED_IN, /* a whole rotation inwards; door: it closed again after being opened on a grant */
    LANE_E_TURNED_OUT,
    LANE_E_BACK, /* the arm came back to rest without a rotation */
    LANE_E_TIME, /* lane_deadline was reached */
    LANE_E_CANCEL, /* the grant is taken back (staff, a failed journal); event.grant 0: whichever is open */
    LANE_E_MODE_NORMAL,
    LANE_E_MODE_FREE,
    LANE_E_MODE_SHUT,
    LANE_E_FIRE_ON,
    LANE_E_FIRE_OFF,
    LANE_E_STUCK, /* a passage contact stays active (from core/contacts.h) */
    LANE_E_UNSTUCK, /* no contact does any more */
    LANE_EVENTS
};

/* One-shot duties of a step. */
enum lane_action {
    LANE_A_RELEASED = 1 << 0, /* a release began (the caller drives lane_outputs) */
    LANE_A_PASSED = 1 << 1, /* the grant ended in a passage in its direction */
    LANE_A_NOT_PASSED = 1 << 2, /* the grant ended without */
    LANE_A_REFUSED = 1 << 3, /* a grant event that this state doesn't take */
    LANE_A_FORCED = 1 << 4, /* alarm: moved while locked */
    LANE_A_HELD_OPEN = 1 << 5, /* alarm */
    LANE_A_TAILGATE = 1 << 6, /* alarm: a second passage on one grant */
    LANE_A_WRONG_WAY = 1 << 7, /* alarm: turned against the grant's direction */
    LANE_A_NO_ROTATION = 1 << 8, /* alarm: released, moved, but never turned */
    LANE_A_STUCK = 1 << 9, /* alarm: a contact stays active */
    LANE_A_FREE_PASSAGE = 1 << 10, /* a passage in free mode or fire: counted, without a person */
    LANE_A_ALARM_END = 1 << 11, /* forced, held open and stuck are all over; the other alarms are moments */
    LANE_ALARMS =
        LANE_A_FORCED | LANE_A_HELD_OPEN | LANE_A_TAILGATE | LANE_A_WRONG_WAY | LANE_A_NO_ROTATION | LANE_A_STUCK,
};

struct lane_outputs {
    bool release_in, release_out;
};

/* Plain value; zeroed it is a locked lane without a grant. The caller owns it. */
struct lane {
    enum lane_state state;
    bool has_grant; /* a grant is open (released or passing) */
    enum lane_side side; /* of the grant; of one that is good either way, the way that it went */
    bool either; /* the open grant is good either way: until somebody moves, the lane is released both ways */
    uint64_t grant; /* the caller's number of the open grant, or of the last one */
    int64_t grant_until_us; /* when an unused grant ends */
    int64_t release_until_us; /* when its release ends at the latest; 0: it has ended */
    int64_t moved_us; /* since when arm or door is out of rest; 0: at rest */
    uint32_t alarmed; /* forced, held open, stuck: bits told and not over; end with LANE_A_ALARM_END */
    bool tried; /* arm or door has moved on the open grant */
    bool used; /* the last grant was passed on: a further passage before grant_until_us is a tailgater */
    enum lane_state resume; /* the mode asked for, to go back to after a grant or fire: LOCKED, FREE or SHUT */
};

struct lane_event {
    enum lane_event_kind kind;
    int64_t boot_us;
    uint64_t grant; /* of LANE_E_GRANT_* and LANE_E_CANCEL: the caller's number, not 0 */
    bool
        either; /* of LANE_E_GRANT_*: the first movement shows which way. Where contacts can't tell, or the lane is free,
                  * the event's own side counts; so it does on a shut lane, but for an override */
    bool override; /* of LANE_E_GRANT_IN: a shut lane takes it too (staff, emergency cards) */
};

struct lane_update {
    uint32_t actions; /* bits of enum lane_action */
    uint64_t grant; /* the grant that the actions speak of (forced and free passages have none); 0: none */
};

/** Steps. Any event is allowed in any state; events come in the order of their times. The caller drives lane_outputs
 * after each step. LANE_A_REFUSED changes nothing: the caller may ask again. Where the contacts give no direction
 * (one contact, a door), IN and OUT of a movement mean the same: it is that of the grant. Never fails. */
struct lane_update lane_step(struct lane *lane, const struct lane_config *config, const struct lane_event *event);
/** What the lane's lines must be now, a pure function of state and time limits. */
struct lane_outputs lane_outputs(const struct lane *lane);
/** When LANE_E_TIME is due (boot microseconds), INT64_MAX when nothing is. After a step of LANE_E_TIME it lies in the
 * future. */
int64_t lane_deadline(const struct lane *lane, const struct lane_config *config);
const char *lane_state_text(enum lane_state state);
const char *lane_event_text(enum lane_event_kind kind);
/** The stable name of one action bit ("passed", "tailgate", ...; "" for none). */
const char *lane_action_text(enum lane_action action);
