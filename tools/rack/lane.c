#include "rack/lane.h"

#include <math.h>
#include <string.h>

/* Where people stand: parts of the way from the lane's middle to where they are out of sight. */
#define STANDS_AT    0.34F
#define QUEUE_GAP    0.17F
#define FOLLOW_GAP   0.20F
#define OUT_OF_SIGHT 1.0F

static float part(int64_t at_us, int64_t from_us, int64_t lasts_us)
{
    float t = (float)(at_us - from_us) / (float)lasts_us;
    return fminf(fmaxf(t, 0), 1);
}

/* Slow at both ends. */
static float eased(float t)
{
    return t * t * (3 - 2 * t);
}

static bool is_there(const struct rack_walker *walker)
{
    return walker->phase == RACK_COMES || walker->phase == RACK_PUSHES;
}

bool rack_lane_send(struct rack_lane *lane, enum rack_story story, enum rack_side side, int64_t now_us)
{
    if (lane->n_walkers == RACK_WALKERS_MAX) {
        return false;
    }
    lane->walkers[lane->n_walkers++] = (struct rack_walker){story, side, RACK_COMES, now_us};
    return true;
}

static struct rack_walker *front(struct rack_lane *lane)
{
    for (size_t i = 0; i < lane->n_walkers; i++) {
        if (is_there(&lane->walkers[i])) {
            return &lane->walkers[i];
        }
    }
    return NULL;
}

static void push(struct rack_lane *lane, struct rack_walker *walker, int64_t at_us)
{
    walker->phase = RACK_PUSHES;
    walker->since_us = at_us;
    if (lane->is_door && lane->opened_us == 0) {
        lane->opened_us = at_us;
        lane->closes_us = walker->story == RACK_TURNS_BACK ? at_us + RACK_DOOR_SWING_US : 0;
    }
}

static void leave(struct rack_lane *lane, struct rack_walker *walker, enum rack_phase phase, int64_t at_us)
{
    bool pushed = walker->phase == RACK_PUSHES;
    walker->phase = phase;
    walker->since_us = at_us;
    struct rack_walker *next = front(lane);
    if (!lane->is_door || !pushed || phase != RACK_IS_THROUGH) {
        return;
    }
    if (next && next->story == RACK_FOLLOWS) {
        push(lane, next, at_us); /* the door is held for whoever follows */
    } else {
        lane->closes_us = at_us;
    }
}

void rack_lane_event(struct rack_lane *lane, const char *event, int64_t at_us)
{
    struct rack_walker *walker = front(lane);
    if (!walker) {
        return;
    }
    if (strcmp(event, "pushed") == 0 || strcmp(event, "forced") == 0) {
        push(lane, walker, at_us);
    } else if (strcmp(event, "through") == 0 || strcmp(event, "tailgated") == 0) {
        leave(lane, walker, RACK_IS_THROUGH, at_us);
    } else if (strcmp(event, "turned_back") == 0 || strcmp(event, "gave_up") == 0) {
        leave(lane, walker, RACK_IS_BACK, at_us);
    }
}

void rack_lane_time(struct rack_lane *lane, int64_t now_us)
{
    size_t n = 0;
    for (size_t i = 0; i < lane->n_walkers; i++) {
        if (is_there(&lane->walkers[i]) || now_us < lane->walkers[i].since_us + RACK_GOES_US) {
            lane->walkers[n++] = lane->walkers[i];
        }
    }
    lane->n_walkers = n;
    if (lane->closes_us != 0 && now_us >= lane->closes_us + RACK_DOOR_CLOSE_US) {
        lane->opened_us = lane->closes_us = 0;
    }
}

/* Of one who pushes: 0 at the start, 1 through. Who turns back comes half way. */
static float progress(const struct rack_walker *walker, int64_t now_us)
{
    float t = part(now_us, walker->since_us, RACK_ROTATION_US);
    return walker->story == RACK_TURNS_BACK ? 0.5F - fabsf(t - 0.5F) : t;
}

float rack_lane_arm(const struct rack_lane *lane, int64_t now_us)
{
    for (size_t i = 0; i < lane->n_walkers; i++) {
        const struct rack_walker *w = &lane->walkers[i];
        if (w->phase == RACK_PUSHES && !lane->is_door) {
            float turn = progress(w, now_us) / 3;
            return w->side == RACK_OUT ? -turn : turn;
        }
    }
    return 0;
}

float rack_lane_door(const struct rack_lane *lane, int64_t now_us)
{
    if (lane->opened_us == 0) {
        return 0;
    }
    float open = eased(part(now_us, lane->opened_us, RACK_DOOR_SWING_US));
    if (lane->closes_us != 0) {
        open *= 1 - eased(part(now_us, lane->closes_us, RACK_DOOR_CLOSE_US));
    }
    return open;
}

float rack_walker_place(const struct rack_walker *walker, size_t nth, int64_t now_us, float *ret_shown)
{
    float queue = -STANDS_AT - (float)nth * (walker->story == RACK_FOLLOWS ? FOLLOW_GAP : QUEUE_GAP);
    float t, place = 0;
    *ret_shown = 1;
    switch (walker->phase) {
    case RACK_COMES:
        t = eased(part(now_us, walker->since_us, RACK_COMES_US));
        place = -OUT_OF_SIGHT + (queue + OUT_OF_SIGHT) * t;
        *ret_shown = t;
        break;
    case RACK_PUSHES:
        place = -STANDS_AT + 2 * STANDS_AT * progress(walker, now_us);
        break;
    case RACK_IS_THROUGH:
    case RACK_IS_BACK:
        t = part(now_us, walker->since_us, RACK_GOES_US);
        place = STANDS_AT + (OUT_OF_SIGHT - STANDS_AT) * t;
        place = walker->phase == RACK_IS_BACK ? -place : place;
        *ret_shown = 1 - t * t;
        break;
    }
    return walker->side == RACK_OUT ? -place : place;
}

bool rack_lane_moves(const struct rack_lane *lane, int64_t now_us)
{
    for (size_t i = 0; i < lane->n_walkers; i++) {
        const struct rack_walker *w = &lane->walkers[i];
        if (w->phase != RACK_COMES || now_us < w->since_us + RACK_COMES_US) {
            return true;
        }
    }
    return lane->opened_us != 0;
}
