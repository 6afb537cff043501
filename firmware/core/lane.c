#include "core/lane.h"

#include "core/lane_table.h"

#include <assert.h>
#include <stddef.h>

/* The model.
 *
 * A lane is closed (LOCKED, or SHUT when that was asked for), open for one grant (RELEASED until somebody moves, PASSING
 * while the arm is under way or the door is open), or open for all (FREE, FIRE). A grant is a thing of its own: it has a
 * number, a side and its own limits, set once when it is given; no contact moves them later. (One that is good either
 * way gets its side from the first movement; after turning back the next movement shows it anew.) The release may end before
 * the grant does (relock delay, pulsed locks): an output goes off, the state stays.
 *
 * In free mode and in a fire a grant opens nothing, but it is kept until its time is up, so that the passage of a
 * member who tapped, or who was in the arm when the fire began, is still that member's. Any other passage is free.
 *
 * lane_step first chooses rows of the table. One event may need several: the grant that the end of free mode cuts
 * off is withdrawn by a row before the mode's own; a late wake-up may have two limits behind it. Each row
 * gives the next state and the actions; what is kept of the grant follows from the actions, what is kept of the
 * movement from the kind of event. */

#ifdef LANE_TABLE_MUTABLE
#define TABLE
#else
#define TABLE static const
#endif

/* The columns, and short names of the actions, for the table alone. */
enum { LK = LANE_S_LOCKED, RI, RO, PI, PO, FR, FI, SH, HM = LANE_HOME };
enum {
    REL = LANE_A_RELEASED,
    PAS = LANE_A_PASSED,
    NOT = LANE_A_NOT_PASSED,
    REF = LANE_A_REFUSED,
    FOR = LANE_A_FORCED,
    HLD = LANE_A_HELD_OPEN,
    TAI = LANE_A_TAILGATE,
    STU = LANE_A_STUCK,
    FRE = LANE_A_FREE_PASSAGE,
    WRO = LANE_A_WRONG_WAY | LANE_A_NOT_PASSED,
    NOR = LANE_A_NO_ROTATION | LANE_A_NOT_PASSED,
    HNR = LANE_A_HELD_OPEN | LANE_A_NO_ROTATION | LANE_A_NOT_PASSED,
    HPA = LANE_A_HELD_OPEN | LANE_A_PASSED
};

_Static_assert((int)SH == (int)LANE_S_SHUT && (int)HM == (int)SH + 1, "the columns are the states in their order");
_Static_assert(LANE_A_ALARM_END <= UINT16_MAX, "actions fit a cell");

/* clang-format off */
#define C(to, does) {LANE_CELL_STEP, (to), (does)}
#define NEVER {LANE_CELL_NEVER, 0, 0}
/* NOLINTBEGIN(bugprone-macro-parentheses): a braced initialiser in parentheses is none. */
#define ROW(row, lk, ri, ro, pi, po, fr, fi, sh)                                                                       \
    [LK][row] = lk, [RI][row] = ri, [RO][row] = ro, [PI][row] = pi, [PO][row] = po, [FR][row] = fr, [FI][row] = fi,    \
    [SH][row] = sh
/* NOLINTEND(bugprone-macro-parentheses) */

TABLE struct lane_cell lane_table[LANE_STATES][LANE_ROWS] = {
/*                         LOCKED     RELEASED_IN RELEASED_OUT PASSING_IN PASSING_OUT FREE       FIRE       SHUT */
ROW(LANE_E_GRANT_IN,       C(RI,REL), C(RI,REF),  C(RO,REF),  C(PI,REF),  C(PO,REF),  C(FR,REL), C(FI,REF), C(SH,REF)),
ROW(LANE_E_GRANT_OUT,      C(RO,REL), C(RI,REF),  C(RO,REF),  C(PI,REF),  C(PO,REF),  C(FR,REL), C(FI,REF), C(RO,REL)),
/* RELEASED, PASSING: one grant at a time, or the second would ride on the first one's release.
 * FREE: the way is open already; RELEASED tells the caller that this grant may walk, and its passage is booked.
 * FIRE: whoever flees needs no card, and no clip is taken for it.
 * SHUT: inwards only as an override; outwards always, nobody is locked in. */
ROW(LANE_R_OVERRIDE_IN,    NEVER,     NEVER,      NEVER,      NEVER,      NEVER,      NEVER,     NEVER,     C(RI,REL)),
ROW(LANE_R_BUSY,           NEVER,     NEVER,      NEVER,      NEVER,      NEVER,      C(FR,REF), NEVER,     NEVER    ),

ROW(LANE_E_MOVE_IN,        C(LK,FOR), C(PI,0),    C(RO,0),    C(PI,0),    C(PO,0),    C(FR,0),   C(FI,0),   C(SH,FOR)),
ROW(LANE_E_MOVE_OUT,       C(LK,FOR), C(RI,0),    C(PO,0),    C(PI,0),    C(PO,0),    C(FR,0),   C(FI,0),   C(SH,FOR)),
/* RELEASED, against the grant: somebody leans on the arm from the other side. Only a whole turn is the wrong way.
 * PASSING: an edge too many changes nothing. */
ROW(LANE_R_TAIL_MOVE,      C(LK,0),   NEVER,      NEVER,      NEVER,      NEVER,      NEVER,     NEVER,     C(SH,0)  ),
/* No alarm yet: an arm that falls into its rest may swing a little, either way. */

ROW(LANE_E_TURNED_IN,      C(LK,FOR), C(HM,PAS),  C(HM,WRO),  C(HM,PAS),  C(HM,WRO),  C(FR,FRE), C(FI,FRE), C(SH,FOR)),
ROW(LANE_E_TURNED_OUT,     C(LK,FOR), C(HM,WRO),  C(HM,PAS),  C(HM,WRO),  C(HM,PAS),  C(FR,FRE), C(FI,FRE), C(SH,FOR)),
/* LOCKED, SHUT: when its beginning was missed, or was let go by (TAIL_MOVE) and it then turned the other way. Any other
 * movement was judged when it began: lane_step chooses BACK.
 * RELEASED, with the grant: the beginning was missed, or it began before the grant: a turn is a turn.
 * The wrong way: somebody else has used the open arm. The grant ends, the lane locks, the member taps again. */
ROW(LANE_R_TAIL,           C(LK,TAI), NEVER,      NEVER,      NEVER,      NEVER,      NEVER,     NEVER,     C(SH,TAI)),
ROW(LANE_R_OWN_TURN,       NEVER,     NEVER,      NEVER,      NEVER,      NEVER,      C(FR,PAS), C(FI,PAS), NEVER    ),

ROW(LANE_E_BACK,           C(LK,0),   C(RI,0),    C(RO,0),    C(RI,0),    C(RO,0),    C(FR,0),   C(FI,0),   C(SH,0)  ),
/* PASSING: turned back in time; the grant goes on, its release isn't begun anew. */
ROW(LANE_R_BACK_LATE,      NEVER,     NEVER,      NEVER,      C(HM,NOR),  C(HM,NOR),  C(FR,NOT), C(FI,NOT), NEVER    ),

ROW(LANE_E_TIME,           C(LK,0),   C(RI,0),    C(RO,0),    C(PI,0),    C(PO,0),    C(FR,0),   C(FI,0),   C(SH,0)  ),
/* By itself the clock ends a release at most, and that is a level. */
ROW(LANE_R_TIME_UP,        NEVER,     C(HM,NOT),  C(HM,NOT),  NEVER,      NEVER,      C(FR,NOT), C(FI,NOT), NEVER    ),
/* PASSING: who is in the arm may finish; HELD is the limit. */
ROW(LANE_R_TIME_TRIED,     NEVER,     C(HM,NOR),  C(HM,NOR),  NEVER,      NEVER,      NEVER,     NEVER,     NEVER    ),
ROW(LANE_R_TIME_ASSUMED,   NEVER,     C(HM,PAS),  C(HM,PAS),  NEVER,      NEVER,      C(FR,PAS), C(FI,PAS), NEVER    ),
/* A door without a contact, or one that stood open: who was let through is taken to have gone. */
ROW(LANE_R_HELD,           C(LK,HLD), C(RI,HLD),  C(RO,HLD),  C(HM,HNR),  C(HM,HNR),  NEVER,     NEVER,     C(SH,HLD)),
ROW(LANE_R_HELD_DOOR,      NEVER,     NEVER,      NEVER,      C(HM,HPA),  C(HM,HPA),  NEVER,     NEVER,     NEVER    ),
/* FREE, FIRE: a door may stand open. An arm on its way for so long hasn't turned; a door was opened: that passed. */

ROW(LANE_R_WITHDRAW,       NEVER,     NEVER,      NEVER,      NEVER,      NEVER,      C(FR,NOT), C(FI,NOT), NEVER    ),
ROW(LANE_E_CANCEL,         C(LK,0),   C(HM,NOT),  C(HM,NOT),  C(HM,NOT),  C(HM,NOT),  C(FR,0),   C(FI,0),   C(SH,0)  ),

ROW(LANE_E_MODE_NORMAL,    C(LK,0),   C(RI,0),    C(RO,0),    C(PI,0),    C(PO,0),    C(LK,0),   C(FI,0),   C(LK,0)  ),
ROW(LANE_E_MODE_FREE,      C(FR,0),   C(FR,0),    C(FR,0),    C(FR,0),    C(FR,0),    C(FR,0),   C(FI,0),   C(FR,0)  ),
ROW(LANE_E_MODE_SHUT,      C(SH,0),   C(SH,NOT),  C(SH,NOT),  C(PI,0),    C(PO,0),    C(SH,0),   C(FI,0),   C(SH,0)  ),
/* SHUT while PASSING: the release ends at once, but a passage under way is still seen through and booked.
 * FIRE: over every mode; the one asked for meanwhile comes after it. */
ROW(LANE_E_FIRE_ON,        C(FI,0),   C(FI,0),    C(FI,0),    C(FI,0),    C(FI,0),    C(FI,0),   C(FI,0),   C(FI,0)  ),
ROW(LANE_E_FIRE_OFF,       C(LK,0),   C(RI,0),    C(RO,0),    C(PI,0),    C(PO,0),    C(FR,0),   C(HM,0),   C(SH,0)  ),

ROW(LANE_E_STUCK,          C(LK,STU), C(RI,STU),  C(RO,STU),  C(PI,STU),  C(PO,STU),  C(FR,STU), C(FI,STU), C(SH,STU)),
ROW(LANE_E_UNSTUCK,        C(LK,0),   C(RI,0),    C(RO,0),    C(PI,0),    C(PO,0),    C(FR,0),   C(FI,0),   C(SH,0)  ),
/* A broken contact changes no opening: the grants go on, by time, until it is mended. */
};
/* clang-format on */

static bool is_released(const struct lane *lane)
{
    return lane->state == LANE_S_RELEASED_IN || lane->state == LANE_S_RELEASED_OUT;
}

static bool is_passing(const struct lane *lane)
{
    return lane->state == LANE_S_PASSING_IN || lane->state == LANE_S_PASSING_OUT;
}

static bool is_free(const struct lane *lane)
{
    return lane->state == LANE_S_FREE || lane->state == LANE_S_FIRE;
}

static bool is_closed(const struct lane *lane)
{
    return lane->state == LANE_S_LOCKED || lane->state == LANE_S_SHUT;
}

/* No contact tells of a passage. */
static bool is_blind(const struct lane_config *config)
{
    return config->kind == LANE_DOOR ? !config->has_door_contact : config->passage_contacts == 0;
}

/* The arm is on its way, or the door open, on the open grant. */
static bool is_under_way(const struct lane *lane)
{
    return is_passing(lane) || (is_free(lane) && lane->has_grant && lane->tried && lane->moved_us != 0);
}

static int64_t later(int64_t at_us, int64_t by_us)
{
    return by_us > INT64_MAX - at_us ? INT64_MAX : at_us + by_us;
}

static int64_t earlier_of(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static bool sees_side(const struct lane_config *config)
{
    return config->kind == LANE_TURNSTILE && config->passage_contacts >= 2;
}

static enum lane_side side_of_contacts(enum lane_event_kind kind)
{
    return kind == LANE_E_MOVE_IN || kind == LANE_E_TURNED_IN ? LANE_IN : LANE_OUT;
}

/* The direction of a movement. Where the contacts give none it is that of the grant, open or just used. */
static enum lane_side side_of(const struct lane *lane, const struct lane_config *config, enum lane_event_kind kind)
{
    if (!sees_side(config) && (lane->has_grant || lane->used)) {
        return lane->side;
    }
    return side_of_contacts(kind);
}

static bool is_move(enum lane_event_kind kind)
{
    return kind == LANE_E_MOVE_IN || kind == LANE_E_MOVE_OUT;
}

static bool is_turn(enum lane_event_kind kind)
{
    return kind == LANE_E_TURNED_IN || kind == LANE_E_TURNED_OUT;
}

/* Shut behind a passage, and the grant's time isn't over: what moves now follows that passage. */
static bool is_behind(const struct lane *lane, int64_t began_us)
{
    return is_closed(lane) && lane->used && began_us < lane->grant_until_us;
}

static unsigned row_of_grant(const struct lane *lane, const struct lane_event *event)
{
    if (lane->state == LANE_S_SHUT && event->kind == LANE_E_GRANT_IN && event->override) {
        return LANE_R_OVERRIDE_IN;
    }
    if (lane->state == LANE_S_FREE && lane->has_grant) {
        return LANE_R_BUSY;
    }
    return event->kind;
}

static unsigned row_of_move(const struct lane *lane, const struct lane_config *config, const struct lane_event *event)
{
    enum lane_side side = side_of(lane, config, event->kind);
    if (is_behind(lane, event->boot_us)) {
        return config->kind == LANE_DOOR ? LANE_R_TAIL : LANE_R_TAIL_MOVE;
    }
    return side == LANE_IN ? LANE_E_MOVE_IN : LANE_E_MOVE_OUT;
}

static unsigned row_of_turn(const struct lane *lane, const struct lane_config *config, const struct lane_event *event)
{
    enum lane_side side = side_of(lane, config, event->kind);
    bool is_door = config->kind == LANE_DOOR;
    bool behind = !is_door && is_behind(lane, lane->moved_us != 0 ? lane->moved_us : event->boot_us);
    if (behind && side == lane->side) {
        return LANE_R_TAIL;
    }
    if (is_closed(lane) && (is_door || lane->moved_us != 0) && !behind) {
        return LANE_E_BACK;
    }
    if (is_released(lane) && is_door) {
        /* It stood open when the grant came, and is closed now: the grant's holder still has to open it. */
        return LANE_E_BACK;
    }
    if (is_free(lane) && lane->has_grant && side == lane->side && (!is_door || lane->tried)) {
        return LANE_R_OWN_TURN;
    }
    return side == LANE_IN ? LANE_E_TURNED_IN : LANE_E_TURNED_OUT;
}

static unsigned row_of_event(const struct lane *lane, const struct lane_config *config, const struct lane_event *event)
{
    if (event->kind == LANE_E_GRANT_IN || event->kind == LANE_E_GRANT_OUT) {
        return row_of_grant(lane, event);
    }
    if (is_move(event->kind)) {
        return row_of_move(lane, config, event);
    }
    if (is_turn(event->kind)) {
        return row_of_turn(lane, config, event);
    }
    if (event->kind == LANE_E_BACK && is_under_way(lane) && event->boot_us >= lane->grant_until_us) {
        return LANE_R_BACK_LATE;
    }
    return event->kind;
}

/* When the open grant ends by itself. */
static int64_t grant_ends_us(const struct lane *lane, const struct lane_config *config)
{
    return is_under_way(lane) ? later(lane->moved_us, config->held_open_us) : lane->grant_until_us;
}

/* When being out of rest becomes an alarm. */
static int64_t held_us(const struct lane *lane, const struct lane_config *config)
{
    bool counts = lane->moved_us != 0 && !is_free(lane) && (lane->alarmed & LANE_A_HELD_OPEN) == 0;
    return counts ? later(lane->moved_us, config->held_open_us) : INT64_MAX;
}

/* The row of a limit that is behind @now_us; LANE_ROWS: there is none. */
static unsigned row_of_limit(const struct lane *lane, const struct lane_config *config, int64_t now_us)
{
    bool is_door = config->kind == LANE_DOOR;
    if (lane->has_grant && now_us >= grant_ends_us(lane, config)) {
        if (is_passing(lane)) {
            return is_door ? LANE_R_HELD_DOOR : LANE_R_HELD;
        }
        if (is_blind(config) || (is_door && lane->moved_us != 0)) {
            return LANE_R_TIME_ASSUMED;
        }
        return is_released(lane) && lane->tried ? LANE_R_TIME_TRIED : LANE_R_TIME_UP;
    }
    return now_us >= held_us(lane, config) ? LANE_R_HELD : LANE_ROWS;
}

static void take_grant(struct lane *lane, const struct lane_config *config, const struct lane_event *event)
{
    int64_t release_us = earlier_of(config->unlock_us, config->passage_timeout_us);
    lane->has_grant = true;
    lane->grant = event->grant;
    lane->side = event->kind == LANE_E_GRANT_IN ? LANE_IN : LANE_OUT;
    lane->either = event->either && sees_side(config) && (lane->state != LANE_S_SHUT || event->override);
    lane->tried = false;
    lane->used = false;
    lane->release_until_us = later(event->boot_us, release_us);
    lane->grant_until_us = later(event->boot_us, is_blind(config) ? release_us : config->passage_timeout_us);
}

static void enter(struct lane *lane, enum lane_state next, int64_t now_us)
{
    bool was_free = is_free(lane);
    lane->state = next;
    if (is_free(lane)) {
        lane->alarmed &= LANE_A_STUCK; /* nothing is forced or held where all is open */
        lane->used = false;
    } else if (was_free && lane->moved_us != 0) {
        lane->moved_us = now_us; /* only now it matters that somebody stands in the way */
    }
}

/* Steps one row: the state, and what is kept of the grant. */
static void apply(struct lane *lane, const struct lane_config *config, const struct lane_event *event, unsigned row,
                  struct lane_update *update)
{
    const struct lane_cell *cell = &lane_table[lane->state][row];
    assert(cell->kind == LANE_CELL_STEP);
    uint32_t actions = cell->actions & ~lane->alarmed; /* an alarm that is on isn't told again */
    if ((actions & (LANE_A_RELEASED | LANE_A_REFUSED)) != 0) {
        update->grant = event->grant;
    } else if ((actions != 0 && lane->has_grant) || (actions & LANE_A_TAILGATE) != 0) {
        update->grant = lane->grant;
    }
    if ((actions & LANE_A_RELEASED) != 0) {
        take_grant(lane, config, event);
    }
    if ((actions & (LANE_A_PASSED | LANE_A_NOT_PASSED)) != 0) {
        lane->has_grant = false;
        lane->either = false;
        lane->used = (actions & LANE_A_PASSED) != 0;
    }
    lane->alarmed |= actions & (LANE_A_FORCED | LANE_A_HELD_OPEN | LANE_A_STUCK);
    update->actions |= actions;
    enter(lane, cell->next == LANE_HOME ? lane->resume : (enum lane_state)cell->next, event->boot_us);
}

/* What is kept of the movement after a contact's event. */
static void note_movement(struct lane *lane, const struct lane_config *config, const struct lane_event *event,
                          bool was_passing)
{
    if (!is_move(event->kind)) {
        lane->moved_us = 0;
        lane->alarmed &= LANE_A_STUCK;
        return;
    }
    int64_t now_us = event->boot_us > 0 ? event->boot_us : 1;
    bool began = lane->moved_us == 0 || (is_passing(lane) && !was_passing);
    lane->moved_us = began ? now_us : lane->moved_us;
    if (is_passing(lane) && !was_passing) {
        lane->tried = true;
        lane->release_until_us = earlier_of(lane->release_until_us, later(now_us, config->relock_delay_us));
    } else if (is_free(lane) && lane->has_grant && side_of(lane, config, event->kind) == lane->side) {
        lane->tried = true;
    }
}

static void remember_mode(struct lane *lane, enum lane_event_kind kind)
{
    if (kind == LANE_E_MODE_NORMAL) {
        lane->resume = LANE_S_LOCKED;
    } else if (kind == LANE_E_MODE_FREE) {
        lane->resume = LANE_S_FREE;
    } else if (kind == LANE_E_MODE_SHUT) {
        lane->resume = LANE_S_SHUT;
        lane->release_until_us = 0;
    }
}

/* A movement shows the way of a grant that is good either way. Not in free mode and in a fire: there anybody may be the
 * one who moves. */
static void show_way(struct lane *lane, const struct lane_event *event)
{
    if (lane->either && is_released(lane) && (is_move(event->kind) || is_turn(event->kind))) {
        lane->side = side_of_contacts(event->kind);
        lane->state = lane->side == LANE_IN ? LANE_S_RELEASED_IN : LANE_S_RELEASED_OUT;
    }
}

/* The grant that is to be taken back has ended already. */
static bool is_stale(const struct lane *lane, const struct lane_event *event)
{
    return event->kind == LANE_E_CANCEL && event->grant != 0 && event->grant != lane->grant;
}

/* In free mode and fire, what ends an open grant from outside. */
static bool withdraws(const struct lane *lane, const struct lane_event *event)
{
    enum lane_event_kind kind = event->kind;
    if (!is_free(lane) || !lane->has_grant || is_stale(lane, event)) {
        return false;
    }
    bool closes = lane->state == LANE_S_FREE && (kind == LANE_E_MODE_NORMAL || kind == LANE_E_MODE_SHUT);
    return kind == LANE_E_CANCEL || closes || (lane->state == LANE_S_FIRE && kind == LANE_E_FIRE_OFF);
}

struct lane_update lane_step(struct lane *lane, const struct lane_config *config, const struct lane_event *event)
{
    enum { LIMITS_MAX = 3 }; /* the grant's, then that of being held open; one to spare */
    struct lane_update update = {0};
    bool was_passing = is_passing(lane);
    uint32_t was_alarmed = lane->alarmed;
    assert((unsigned)event->kind < LANE_EVENTS && lane->state < LANE_STATES);
    remember_mode(lane, event->kind);
    show_way(lane, event);
    if (withdraws(lane, event)) {
        apply(lane, config, event, LANE_R_WITHDRAW, &update);
    }
    if (!is_stale(lane, event)) {
        apply(lane, config, event, row_of_event(lane, config, event), &update);
    }
    if (is_move(event->kind) || is_turn(event->kind) || event->kind == LANE_E_BACK) {
        note_movement(lane, config, event, was_passing);
    }
    for (int i = 0; event->kind == LANE_E_TIME && i < LIMITS_MAX; i++) {
        unsigned row = row_of_limit(lane, config, event->boot_us);
        if (row == LANE_ROWS) {
            break;
        }
        apply(lane, config, event, row, &update);
    }

    if (event->kind == LANE_E_UNSTUCK) {
        lane->alarmed &= ~(uint32_t)LANE_A_STUCK;
    }
    if (lane->alarmed == 0 && (was_alarmed | (update.actions & (LANE_A_FORCED | LANE_A_HELD_OPEN))) != 0) {
        update.actions |= LANE_A_ALARM_END;
    }
    bool releases = is_released(lane) || is_passing(lane);
    if (!releases || event->boot_us >= lane->release_until_us) {
        lane->release_until_us = 0;
    }
    return update;
}

struct lane_outputs lane_outputs(const struct lane *lane)
{
    bool on = lane->release_until_us != 0;
    switch (lane->state) {
    case LANE_S_RELEASED_IN:
        return (struct lane_outputs){.release_in = on, .release_out = on && lane->either};
    case LANE_S_RELEASED_OUT:
        return (struct lane_outputs){.release_in = on && lane->either, .release_out = on};
    case LANE_S_PASSING_IN:
        return (struct lane_outputs){.release_in = on};
    case LANE_S_PASSING_OUT:
        return (struct lane_outputs){.release_out = on};
    case LANE_S_FREE:
    case LANE_S_FIRE:
        return (struct lane_outputs){.release_in = true, .release_out = true};
    case LANE_S_LOCKED:
    case LANE_S_SHUT:
    case LANE_STATES:
        break;
    }
    return (struct lane_outputs){0};
}

int64_t lane_deadline(const struct lane *lane, const struct lane_config *config)
{
    int64_t due = held_us(lane, config);
    if (lane->has_grant) {
        due = earlier_of(due, grant_ends_us(lane, config));
    }
    if (lane->release_until_us != 0) {
        due = earlier_of(due, lane->release_until_us);
    }
    return due;
}

const char *lane_state_text(enum lane_state state)
{
    static const char *const texts[LANE_STATES] = {"locked",      "released_in", "released_out", "passing_in",
                                                   "passing_out", "free",        "fire",         "shut"};
    return state < LANE_STATES ? texts[state] : "";
}

const char *lane_event_text(enum lane_event_kind kind)
{
    static const char *const texts[LANE_EVENTS] = {
        "grant_in", "grant_out",   "move_in",   "move_out",  "turned_in", "turned_out", "back",  "time",
        "cancel",   "mode_normal", "mode_free", "mode_shut", "fire_on",   "fire_off",   "stuck", "unstuck"};
    return kind < LANE_EVENTS ? texts[kind] : "";
}

const char *lane_action_text(enum lane_action action)
{
    static const char *const texts[] = {"released", "passed",    "not_passed",  "refused", "forced",       "held_open",
                                        "tailgate", "wrong_way", "no_rotation", "stuck",   "free_passage", "alarm_end"};
    for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (action == (enum lane_action)(1U << i)) {
            return texts[i];
        }
    }
    return "";
}
