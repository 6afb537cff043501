/* The model.
 *
 * A turnstile's arm rests at 0 and is home again after 1000 thousandths of a rotation. Cams press its contacts on the
 * way: with two, walking in,
 *
 *     A      ______##########______        100 to 600
 *     B      ____________##########__      400 to 900
 *
 * and walking out the same with A and B exchanged, so the order tells the direction. A head with one contact reports the
 * second half of a turn, whichever way it goes (550 to 900): somebody who turns back half way leaves no trace there.
 * The lock holds the arm at rest alone; once it has left, it runs on though the release ends. The pawl falls a
 * little after the release: who is quick comes through behind.
 *
 * A door is pushed open, held by who walks through, and closed by its spring; its contact is active while it is closed.
 *
 * People stand in a queue. The first one arrives, pushes when the lane is free (or at once, by force), and is gone when
 * arm or door is at rest again; or gives up. What a push leads to is settled when it starts, since nothing can
 * stop an arm under way: its edges are laid into `pending` with their times then, bounces included. */

#include "sim/lane/mechanics.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

enum { HOME = 1000, HALF_WAY = 500, DOOR_CONTACT_AT = 50 };
enum { EDGES_MAX = 8, BURST_MAX = 1 + 2 * SIM_BOUNCE_MAX, MOVE_MAX = EDGES_MAX * BURST_MAX + 8 };

static_assert(SIM_PENDING_MAX > MOVE_MAX + 2 * BURST_MAX, "a move and the button must fit");

static const char *const input_names[SIM_INPUTS] = {"contact-a", "contact-b", "door", "button", "tamper"};
static const char *const person_names[SIM_PERSON_EVENTS] = {"arrived", "pushed", "through",  "turned_back",
                                                            "gave_up", "forced", "tailgated"};

/* One cam: where along the rotation the contact is pressed. */
struct cam {
    enum sim_input input;
    int from, to;
};

struct path {
    int64_t start_us;
    int from, to; /* thousandths of a rotation */
};

struct edges {
    struct sim_lane_event list[EDGES_MAX];
    size_t n;
};

const char *sim_input_text(enum sim_input input)
{
    return input_names[input];
}

const char *sim_person_text(enum sim_person_event event)
{
    return person_names[event];
}

struct sim_dials sim_dials_default(void)
{
    return (struct sim_dials){.rotation_us = 600000,
                              .door_swing_us = 400000,
                              .door_walk_us = 800000,
                              .door_close_us = 1200000,
                              .reaction_us = 300000,
                              .patience_us = 8000000,
                              .catch_us = 150000,
                              .follow_us = 50000,
                              .press_us = 200000,
                              .bounce_us = 400,
                              .speed = 1};
}

void sim_lane_init(struct sim_lane *lane, enum sim_lane_kind kind, unsigned contacts)
{
    memset(lane, 0, sizeof(*lane));
    lane->kind = kind;
    lane->contacts = contacts;
    lane->both_ways = kind == SIM_DOOR;
    lane->dials = sim_dials_default();
    lane->level[SIM_DOOR_CONTACT] = lane->shown[SIM_DOOR_CONTACT] = kind == SIM_DOOR;
    lane->caught_us[SIM_IN] = lane->caught_us[SIM_OUT] = INT64_MIN;
    lane->push_us = lane->leave_us = INT64_MAX;
    lane->free_us = INT64_MIN;
}

bool sim_lane_has(const struct sim_lane *lane, enum sim_input input)
{
    switch (input) {
    case SIM_CONTACT_A:
        return lane->kind == SIM_TURNSTILE;
    case SIM_CONTACT_B:
        return lane->kind == SIM_TURNSTILE && lane->contacts == 2;
    case SIM_DOOR_CONTACT:
        return lane->kind == SIM_DOOR;
    case SIM_BUTTON:
    case SIM_TAMPER:
        return true;
    case SIM_INPUTS:
    default:
        return false;
    }
}

/* A duration at the lane's speed; what takes time still takes some. */
static int64_t lasts(const struct sim_lane *lane, int64_t us)
{
    int64_t scaled = us / lane->dials.speed;
    return us > 0 && scaled == 0 ? 1 : scaled;
}

static void put(struct sim_lane *lane, const struct sim_lane_event *event)
{
    assert(lane->n_pending < SIM_PENDING_MAX);
    size_t at = lane->n_pending;
    while (at > 0 && lane->pending[at - 1].boot_us > event->boot_us) {
        at--;
    }
    memmove(lane->pending + at + 1, lane->pending + at, (lane->n_pending - at) * sizeof(*event));
    lane->pending[at] = *event;
    lane->n_pending++;
}

/* Room for what hands do, beside a move that may begin at any time. */
static bool has_room(const struct sim_lane *lane)
{
    return lane->n_pending + 2 * BURST_MAX <= SIM_PENDING_MAX - MOVE_MAX;
}

static void put_person(struct sim_lane *lane, enum sim_person_event what, enum sim_side side, int64_t at)
{
    put(lane, &(struct sim_lane_event){.boot_us = at, .is_person = true, .person = what, .side = side});
}

/* Lays one edge with its bounces, all before the contact's next edge at @until. */
static void put_edge(struct sim_lane *lane, const struct sim_lane_event *edge, int64_t until)
{
    unsigned bounces = lane->dials.bounce;
    int64_t gap = bounces > 0 ? lasts(lane, lane->dials.bounce_us) : 0;
    if (bounces > 0 && until != INT64_MAX && gap > (until - edge->boot_us) / (2 * (int64_t)bounces + 2)) {
        gap = (until - edge->boot_us) / (2 * (int64_t)bounces + 2);
    }
    put(lane, edge);
    for (unsigned i = 1; gap > 0 && i <= 2 * bounces; i++) {
        struct sim_lane_event again = *edge;
        again.boot_us += gap * i;
        again.active = i % 2 ? !edge->active : edge->active;
        put(lane, &again);
    }
}

static void put_edges(struct sim_lane *lane, const struct edges *edges)
{
    for (size_t i = 0; i < edges->n; i++) {
        int64_t until = INT64_MAX;
        for (size_t later = i + 1; later < edges->n && until == INT64_MAX; later++) {
            if (edges->list[later].input == edges->list[i].input) {
                until = edges->list[later].boot_us;
            }
        }
        put_edge(lane, &edges->list[i], until);
    }
}

static void add_edge(struct edges *edges, enum sim_input input, bool active, int64_t at)
{
    assert(edges->n < EDGES_MAX);
    edges->list[edges->n++] = (struct sim_lane_event){.boot_us = at, .input = input, .active = active};
}

/* -- the arm ------------------------------------------------------------------------------------------------ */

static size_t cams_of(const struct sim_lane *lane, enum sim_side side, struct cam ret_cams[2])
{
    if (lane->contacts < 2) {
        ret_cams[0] = (struct cam){SIM_CONTACT_A, 550, 900};
        return 1;
    }
    ret_cams[0] = (struct cam){side == SIM_IN ? SIM_CONTACT_A : SIM_CONTACT_B, 100, 600};
    ret_cams[1] = (struct cam){side == SIM_IN ? SIM_CONTACT_B : SIM_CONTACT_A, 400, 900};
    return 2;
}

/* Adds the edge at the cam's border @at if the arm comes by it on its way. */
static void cross(const struct sim_lane *lane, const struct path *path, enum sim_input input, int at,
                  bool pressed_above, struct edges *edges)
{
    bool up = path->to > path->from;
    int low = up ? path->from : path->to;
    int high = up ? path->to : path->from;
    if (at <= low || at > high) {
        return;
    }
    int way = up ? at - path->from : path->from - at;
    int64_t when = path->start_us + lasts(lane, lane->dials.rotation_us) * way / HOME;
    add_edge(edges, input, pressed_above == up, when);
}

/* Adds the edges of one way of the arm, a contact at a time. @return when it has arrived. */
static int64_t turn(const struct sim_lane *lane, enum sim_side side, const struct path *path, struct edges *edges)
{
    struct cam cams[2];
    size_t n = cams_of(lane, side, cams);
    for (size_t i = 0; i < n; i++) {
        bool up = path->to > path->from;
        cross(lane, path, cams[i].input, up ? cams[i].from : cams[i].to, up, edges);
        cross(lane, path, cams[i].input, up ? cams[i].to : cams[i].from, !up, edges);
    }
    int way = path->to > path->from ? path->to - path->from : path->from - path->to;
    return path->start_us + lasts(lane, lane->dials.rotation_us) * way / HOME;
}

/* @return when the arm is home. */
static int64_t turn_arm(struct sim_lane *lane, const struct sim_person *person, int64_t now)
{
    struct edges edges = {.n = 0};
    bool back = person->story == SIM_TURN_BACK;
    int stop = back && person->turn_at > 0 ? (int)person->turn_at : HALF_WAY;
    if (!back && person->hold_us == 0) {
        stop = HOME;
    }
    int64_t at = turn(lane, person->side, &(struct path){now, 0, stop}, &edges);
    if (stop != HOME) {
        at += lasts(lane, person->hold_us);
        at = turn(lane, person->side, &(struct path){at, stop, back ? 0 : HOME}, &edges);
    }
    put_edges(lane, &edges);
    return at;
}

/* -- the door ----------------------------------------------------------------------------------------------- */

/* @return when the door is closed. */
static int64_t swing_door(struct sim_lane *lane, const struct sim_person *person, int64_t now)
{
    struct edges edges = {.n = 0};
    int64_t swing_us = lasts(lane, lane->dials.door_swing_us);
    int64_t close_us = lasts(lane, lane->dials.door_close_us);
    int64_t at = now + swing_us;
    add_edge(&edges, SIM_DOOR_CONTACT, false, now + swing_us * DOOR_CONTACT_AT / HOME);
    at += lasts(lane, person->hold_us);
    if (person->story != SIM_TURN_BACK) {
        at += lasts(lane, lane->dials.door_walk_us);
        put_person(lane, SIM_THROUGH, person->side, at);
    }
    if (person->followed) {
        at += lasts(lane, lane->dials.follow_us) + lasts(lane, lane->dials.door_walk_us);
        put_person(lane, SIM_TAILGATED, person->side, at);
    }
    add_edge(&edges, SIM_DOOR_CONTACT, true, at + close_us * (HOME - DOOR_CONTACT_AT) / HOME);
    put_edges(lane, &edges);
    at += close_us;
    if (person->story == SIM_TURN_BACK) {
        put_person(lane, SIM_TURNED_BACK, person->side, at);
    }
    return at;
}

/* -- people ------------------------------------------------------------------------------------------------- */

static bool is_free(const struct sim_lane *lane, enum sim_side side, int64_t now)
{
    return lane->freed || lane->release[side] || (lane->both_ways && lane->release[SIM_IN]) ||
           now < lane->caught_us[side];
}

static bool waits_for_release(const struct sim_person *person)
{
    return person->story == SIM_WALK || person->story == SIM_TURN_BACK;
}

/* Whoever stands at the lane and may now go, goes after a moment. */
static void invite(struct sim_lane *lane, int64_t now)
{
    const struct sim_person *person = &lane->queue[0];
    if (lane->n_people > 0 && lane->arrived && !lane->moving && waits_for_release(person) &&
        lane->push_us == INT64_MAX && is_free(lane, person->side, now)) {
        lane->push_us = now + lasts(lane, lane->dials.reaction_us);
    }
}

static void person_leaves(struct sim_lane *lane, int64_t now)
{
    lane->n_people--;
    memmove(lane->queue, lane->queue + 1, lane->n_people * sizeof(*lane->queue));
    memmove(lane->sent_us, lane->sent_us + 1, lane->n_people * sizeof(*lane->sent_us));
    lane->arrived = lane->moving = false;
    lane->push_us = lane->leave_us = INT64_MAX;
    lane->free_us = now;
}

static void person_arrives(struct sim_lane *lane, int64_t now)
{
    const struct sim_person *person = &lane->queue[0];
    lane->arrived = true;
    lane->leave_us = person->story == SIM_FOLLOW ? INT64_MAX : now + lasts(lane, lane->dials.patience_us);
    bool at_once = person->story == SIM_FORCE || person->story == SIM_FOLLOW ||
                   (waits_for_release(person) && is_free(lane, person->side, now));
    lane->push_us = at_once ? now : INT64_MAX;
    if (person->story != SIM_FOLLOW) {
        put_person(lane, SIM_ARRIVED, person->side, now);
    }
}

static void person_pushes(struct sim_lane *lane, int64_t now)
{
    const struct sim_person *person = &lane->queue[0];
    bool forces = person->story == SIM_FORCE;
    if (!forces && !is_free(lane, person->side, now)) {
        lane->push_us = INT64_MAX; /* too late: it waits for the next release, but a tailgater goes */
        if (person->story == SIM_FOLLOW) {
            put_person(lane, SIM_GAVE_UP, person->side, now);
            person_leaves(lane, now);
        }
        return;
    }
    put_person(lane, forces ? SIM_FORCED : SIM_PUSHED, person->side, now);
    lane->moving = true;
    lane->push_us = lane->leave_us = INT64_MAX;
    if (lane->kind == SIM_DOOR) {
        lane->free_us = swing_door(lane, person, now);
        return;
    }
    lane->free_us = turn_arm(lane, person, now);
    enum sim_person_event end = person->story == SIM_TURN_BACK ? SIM_TURNED_BACK
                                : person->story == SIM_FOLLOW  ? SIM_TAILGATED
                                                               : SIM_THROUGH;
    put_person(lane, end, person->side, lane->free_us);
}

/* Arm or door is at rest again. A tailgater takes the walker's place in the queue. */
static void person_done(struct sim_lane *lane, int64_t now)
{
    struct sim_person *person = &lane->queue[0];
    if (lane->kind != SIM_TURNSTILE || !person->followed) {
        person_leaves(lane, now);
        return;
    }
    *person = (struct sim_person){.story = SIM_FOLLOW, .side = person->side, .delay_us = lane->dials.follow_us};
    lane->sent_us[0] = now;
    lane->arrived = lane->moving = false;
}

static int64_t people_deadline(const struct sim_lane *lane)
{
    if (lane->n_people == 0) {
        return INT64_MAX;
    }
    if (lane->moving) {
        return lane->free_us;
    }
    if (!lane->arrived) {
        int64_t arrival = lane->sent_us[0] + lasts(lane, lane->queue[0].delay_us);
        return arrival > lane->free_us ? arrival : lane->free_us;
    }
    return lane->push_us < lane->leave_us ? lane->push_us : lane->leave_us;
}

static void people_step(struct sim_lane *lane, int64_t now)
{
    if (lane->moving) {
        person_done(lane, now);
    } else if (!lane->arrived) {
        person_arrives(lane, now);
    } else if (lane->push_us <= now) {
        person_pushes(lane, now);
    } else {
        put_person(lane, SIM_GAVE_UP, lane->queue[0].side, now);
        person_leaves(lane, now);
    }
}

/* -- from outside ------------------------------------------------------------------------------------------- */

void sim_lane_release(struct sim_lane *lane, bool in, bool out, int64_t now)
{
    const bool wanted[2] = {in, out};
    for (int side = SIM_IN; side <= SIM_OUT; side++) {
        if (lane->release[side] && !wanted[side]) {
            lane->caught_us[side] = now + lasts(lane, lane->dials.catch_us);
            if (side == SIM_IN && lane->both_ways) {
                lane->caught_us[SIM_OUT] = lane->caught_us[SIM_IN];
            }
        }
        lane->release[side] = wanted[side];
    }
    invite(lane, now);
}

void sim_lane_free(struct sim_lane *lane, bool freed, int64_t now)
{
    lane->freed = freed;
    invite(lane, now);
}

int sim_lane_send(struct sim_lane *lane, const struct sim_person *person, int64_t now)
{
    if (lane->n_people == SIM_PEOPLE_MAX) {
        return -ENOBUFS;
    }
    lane->queue[lane->n_people] = *person;
    lane->sent_us[lane->n_people++] = now;
    return 0;
}

int sim_lane_press(struct sim_lane *lane, int64_t now)
{
    if (!has_room(lane)) {
        return -ENOBUFS;
    }
    struct edges edges = {.n = 0};
    add_edge(&edges, SIM_BUTTON, true, now);
    add_edge(&edges, SIM_BUTTON, false, now + lasts(lane, lane->dials.press_us));
    put_edges(lane, &edges);
    return 0;
}

int sim_lane_set_input(struct sim_lane *lane, enum sim_input input, bool active, int64_t now)
{
    if (!has_room(lane)) {
        return -ENOBUFS;
    }
    put_edge(lane, &(struct sim_lane_event){.boot_us = now, .input = input, .active = active}, INT64_MAX);
    return 0;
}

int sim_lane_stick(struct sim_lane *lane, enum sim_input input, enum sim_stuck stuck, int64_t now)
{
    if (!has_room(lane)) {
        return -ENOBUFS;
    }
    lane->stuck[input] = stuck;
    put(lane, &(struct sim_lane_event){.boot_us = now, .input = input, .active = lane->level[input]});
    return 0;
}

/* Lets a pending event happen. @return whether it shows. */
static bool happens(struct sim_lane *lane, const struct sim_lane_event *event)
{
    if (event->is_person) {
        lane->counts[event->person][event->side]++;
        return true;
    }
    bool *shown = &lane->shown[event->input];
    bool before = *shown;
    enum sim_stuck stuck = lane->stuck[event->input];
    lane->level[event->input] = event->active;
    *shown = stuck == SIM_STUCK_NOT ? event->active : stuck == SIM_STUCK_ACTIVE;
    return *shown != before;
}

bool sim_lane_next(struct sim_lane *lane, int64_t now, struct sim_lane_event *ret_event)
{
    for (;;) {
        int64_t people = people_deadline(lane);
        int64_t pending = lane->n_pending > 0 ? lane->pending[0].boot_us : INT64_MAX;
        if ((people < pending ? people : pending) > now) {
            return false;
        }
        if (people < pending) {
            people_step(lane, people);
            continue;
        }
        struct sim_lane_event event = lane->pending[0];
        lane->n_pending--;
        memmove(lane->pending, lane->pending + 1, lane->n_pending * sizeof(event));
        if (happens(lane, &event)) {
            if (!event.is_person) {
                event.active = lane->shown[event.input];
            }
            *ret_event = event;
            return true;
        }
    }
}

int64_t sim_lane_deadline(const struct sim_lane *lane)
{
    int64_t people = people_deadline(lane);
    int64_t pending = lane->n_pending > 0 ? lane->pending[0].boot_us : INT64_MAX;
    return people < pending ? people : pending;
}

bool sim_lane_idle(const struct sim_lane *lane)
{
    return lane->n_people == 0 && lane->n_pending == 0;
}
