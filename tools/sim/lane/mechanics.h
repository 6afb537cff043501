#pragma once

/* One lane's mechanics: an arm or a door, its lock, its contacts, and the people in front of it. Pure: time is a
 * parameter in CLOCK_BOOTTIME microseconds, and nothing is random. The lane is told what its release outputs are and what
 * people do; it answers with edges of its inputs, in order of time. The model stands in mechanics.c and README.md. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SIM_PEOPLE_MAX = 16, SIM_PENDING_MAX = 256, SIM_BOUNCE_MAX = 8 };

enum sim_lane_kind { SIM_TURNSTILE, SIM_DOOR };
enum sim_side { SIM_IN, SIM_OUT };

/* What a lane can report. Contacts of a turnstile are active while pressed, a door's is active while it is closed. */
enum sim_input { SIM_CONTACT_A, SIM_CONTACT_B, SIM_DOOR_CONTACT, SIM_BUTTON, SIM_TAMPER, SIM_INPUTS };

enum sim_stuck { SIM_STUCK_NOT, SIM_STUCK_ACTIVE, SIM_STUCK_INACTIVE };

/* The dials. Durations are those at speed 1. */
struct sim_dials {
    int64_t rotation_us; /* turnstile: a whole rotation */
    int64_t door_swing_us; /* door: pushed open */
    int64_t door_walk_us; /* door: held by the person who walks through */
    int64_t door_close_us; /* door: closed again by its spring */
    int64_t reaction_us; /* from the release to the push of somebody who waits for it */
    int64_t patience_us; /* somebody who waits goes away after so long */
    int64_t catch_us; /* the pawl falls so long after the release ends */
    int64_t follow_us; /* gap between a walker and the tailgater behind */
    int64_t press_us; /* the button is held so long */
    int64_t bounce_us; /* between two edges of a bouncing contact */
    unsigned bounce; /* false closures at each edge of a contact; 0: none, at most SIM_BOUNCE_MAX */
    unsigned speed; /* all durations are divided by it; 1 to 1000 */
};

enum sim_story {
    SIM_WALK, /* waits for the release, walks through */
    SIM_TURN_BACK, /* waits for the release, pushes, turns back on the way */
    SIM_STAND, /* waits and never pushes */
    SIM_FORCE, /* pushes without a release, and the lock gives way */
    SIM_FOLLOW, /* pushes at once, goes away when the lock holds */
};

struct sim_person {
    enum sim_story story;
    enum sim_side side;
    int64_t delay_us; /* arrives so long after being sent */
    int64_t hold_us; /* stops half way (door: holds it open) for so long */
    unsigned turn_at; /* SIM_TURN_BACK: how far, in thousandths (0: 500) */
    bool followed; /* a tailgater walks behind on the same release */
};

enum sim_person_event {
    SIM_ARRIVED,
    SIM_PUSHED,
    SIM_THROUGH,
    SIM_TURNED_BACK,
    SIM_GAVE_UP,
    SIM_FORCED,
    SIM_TAILGATED,
    SIM_PERSON_EVENTS
};

struct sim_lane_event {
    int64_t boot_us;
    bool is_person; /* else an input's edge */
    enum sim_input input;
    bool active;
    enum sim_person_event person;
    enum sim_side side;
};

/* Plain value, the caller's. Fields are private but for config-like ones and counts. */
struct sim_lane {
    enum sim_lane_kind kind;
    unsigned contacts; /* turnstile: 1 or 2 */
    bool both_ways; /* the release inwards frees both ways: the lane has one relay (a door always) */
    struct sim_dials dials;
    uint64_t counts[SIM_PERSON_EVENTS][2]; /* by side */

    bool release[2]; /* by side, as driven */
    int64_t caught_us[2]; /* when the pawl falls after a release ended */
    bool freed; /* by the wired fire release */
    bool level[SIM_INPUTS]; /* as the mechanics have it */
    bool shown[SIM_INPUTS]; /* as the wire has it: level, unless stuck */
    enum sim_stuck stuck[SIM_INPUTS];

    struct sim_person queue[SIM_PEOPLE_MAX];
    int64_t sent_us[SIM_PEOPLE_MAX];
    size_t n_people;
    bool arrived; /* the first in the queue stands at the lane */
    bool moving; /* the first in the queue is on the way through */
    int64_t push_us; /* when it pushes; INT64_MAX: it waits for the release */
    int64_t leave_us; /* when it gives up */
    int64_t free_us; /* when the lane is clear for the next one */

    struct sim_lane_event pending[SIM_PENDING_MAX]; /* in order of time */
    size_t n_pending;
};

/** Dials as delivered: 600 ms a rotation, no bounce, speed 1. */
struct sim_dials sim_dials_default(void);
/** A lane at rest: locked, nobody there. @contacts 1 or 2 (turnstile). */
void sim_lane_init(struct sim_lane *lane, enum sim_lane_kind kind, unsigned contacts);
/** Whether the lane has this input at all. */
bool sim_lane_has(const struct sim_lane *lane, enum sim_input input);

/** The outputs as they are from @now on. */
void sim_lane_release(struct sim_lane *lane, bool in, bool out, int64_t now);
/** The wired fire release: frees the lane both ways, whatever the outputs say. */
void sim_lane_free(struct sim_lane *lane, bool freed, int64_t now);
/** Sends somebody to the lane; they queue. @return 0, or -ENOBUFS when too many are there. */
int sim_lane_send(struct sim_lane *lane, const struct sim_person *person, int64_t now);
/** Presses the request-to-exit button. @return 0 or -ENOBUFS. */
int sim_lane_press(struct sim_lane *lane, int64_t now);
/** Sets an input by hand (the tamper switch). @return 0 or -ENOBUFS. */
int sim_lane_set_input(struct sim_lane *lane, enum sim_input input, bool active, int64_t now);
/** Makes an input stick, or frees it again. @return 0 or -ENOBUFS. */
int sim_lane_stick(struct sim_lane *lane, enum sim_input input, enum sim_stuck stuck, int64_t now);

/** Takes the next thing that has happened by @now. Call it until it says false before the outputs change.
 * @return true with *ret_event. */
bool sim_lane_next(struct sim_lane *lane, int64_t now, struct sim_lane_event *ret_event);
/** When sim_lane_next will have something, or the people something to do; INT64_MAX: nothing moves. */
int64_t sim_lane_deadline(const struct sim_lane *lane);
/** Whether nobody is there and nothing moves. */
bool sim_lane_idle(const struct sim_lane *lane);

const char *sim_input_text(enum sim_input input);
const char *sim_person_text(enum sim_person_event event);
