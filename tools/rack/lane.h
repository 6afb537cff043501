#pragma once

/* What the bench window shows moving at one lane: the arm or the door, and the people in front of it. Follows what the
 * simulated lane says has happened; between two events it works out where everything is by time. Pure. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How long things take on the simulated lanes; the first two are set there (`dial`), the others are its own. */
#define RACK_ROTATION_US   INT64_C(1000000)
#define RACK_PATIENCE_US   INT64_C(12000000)
#define RACK_DOOR_SWING_US INT64_C(400000)
#define RACK_DOOR_CLOSE_US INT64_C(1200000)
/* How long somebody is seen to come and to go. */
#define RACK_COMES_US INT64_C(500000)
#define RACK_GOES_US  INT64_C(900000)

enum { RACK_WALKERS_MAX = 8 };

enum rack_side { RACK_IN, RACK_OUT };
enum rack_story { RACK_WALKS, RACK_TURNS_BACK, RACK_FOLLOWS, RACK_FORCES };

enum rack_phase {
    RACK_COMES, /* on the way to the lane, or in front of it */
    RACK_PUSHES, /* on the way through */
    RACK_IS_THROUGH, /* walks on */
    RACK_IS_BACK /* walks away */
};

struct rack_walker {
    enum rack_story story;
    enum rack_side side;
    enum rack_phase phase;
    int64_t since_us;
};

/* Plain value; zeroed it is a locked lane at rest with nobody there. */
struct rack_lane {
    bool is_door;
    bool released[2]; /* by side: the relay, as the lines have it */
    struct rack_walker walkers[RACK_WALKERS_MAX]; /* who is there, the first in front */
    size_t n_walkers;
    int64_t opened_us, closes_us; /* of a door: pushed; let go (0: not yet). opened_us 0: closed */
};

/** Somebody was sent there. @return false when too many are there. */
bool rack_lane_send(struct rack_lane *lane, enum rack_story story, enum rack_side side, int64_t now_us);
/** An event of the simulated lane's people: "arrived", "pushed", "through", "turned_back", "gave_up", "forced",
 * "tailgated". Others are ignored. */
void rack_lane_event(struct rack_lane *lane, const char *event, int64_t at_us);
/** Forgets who has walked away. */
void rack_lane_time(struct rack_lane *lane, int64_t now_us);
/** How far a turnstile's arm has turned, in turns clockwise as seen from above with the way in to the right: 0 at
 * rest, a third at the end of a passage, which is rest again. */
float rack_lane_arm(const struct rack_lane *lane, int64_t now_us);
/** How far a door is open: 0 to 1. */
float rack_lane_door(const struct rack_lane *lane, int64_t now_us);
/** Where somebody is: -1 far outside, 0 in the middle of the lane, 1 far inside; and how visible, 0 to 1. @nth: of
 * those who wait, how many stand before. */
float rack_walker_place(const struct rack_walker *walker, size_t nth, int64_t now_us, float *ret_shown);
/** True while anything moves: draw again soon. */
bool rack_lane_moves(const struct rack_lane *lane, int64_t now_us);
