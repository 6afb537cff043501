#include "lane_properties.h"

/* The properties speak of what the outside sees: events in; actions, state, outputs and deadline out. `struct view` is
 * what an onlooker knows who has followed the events and believes only what the lane told (a grant is open from "released"
 * to "passed" or "not passed"). Each property is a sentence with a function. */

#define MS INT64_C(1000)

const struct lane_walk lane_walks[LANE_WALKS] = {
    {"turnstile, two contacts", {LANE_TURNSTILE, 2, false, 5000 * MS, 5000 * MS, 1500 * MS, 10000 * MS, 20000 * MS}},
    {"turnstile, two contacts, pulsed",
     {LANE_TURNSTILE, 2, false, 500 * MS, 6000 * MS, 300 * MS, 2000 * MS, 1000 * MS}},
    {"turnstile, one contact", {LANE_TURNSTILE, 1, false, 7000 * MS, 5000 * MS, 0, 8000 * MS, 20000 * MS}},
    {"turnstile, no contact", {LANE_TURNSTILE, 0, false, 3000 * MS, 5000 * MS, 1000 * MS, 8000 * MS, 0}},
    {"door", {LANE_DOOR, 0, true, 4000 * MS, 5000 * MS, 1000 * MS, 6000 * MS, 0}},
    {"door, no contact", {LANE_DOOR, 0, false, 3000 * MS, 5000 * MS, 1000 * MS, 8000 * MS, 0}},
};

struct view {
    const struct lane_config *config;
    bool fire;
    enum lane_mode asked;
    bool open; /* a grant is */
    bool used; /* the last one was passed on, and nothing was free since */
    bool tried; /* moved on the open grant */
    bool passing; /* under way on it, and the lane not free */
    bool either; /* it is good either way */
    enum lane_side side;
    uint64_t grant;
    int64_t grant_limit_us, release_limit_us;
    int64_t out_us; /* since when out of rest; 0: at rest */
    uint32_t alarms; /* told and not over */
};

/* One step as the properties see it. */
struct seen {
    const struct view *view; /* before */
    const struct view *after;
    const struct lane_event *event;
    struct lane_update update;
    struct lane before, lane;
    enum lane_side side; /* of a movement */
};

static bool is_door(const struct view *view)
{
    return view->config->kind == LANE_DOOR;
}

static bool is_free(const struct view *view)
{
    return view->fire || view->asked == LANE_FREE;
}

static bool is_closed(const struct view *view)
{
    return !is_free(view) && !view->open;
}

static bool is_blind(const struct view *view)
{
    return is_door(view) ? !view->config->has_door_contact : view->config->passage_contacts == 0;
}

static bool sees_side(const struct view *view)
{
    return view->config->kind == LANE_TURNSTILE && view->config->passage_contacts == 2;
}

static bool is_turn(const struct seen *seen)
{
    return seen->event->kind == LANE_E_TURNED_IN || seen->event->kind == LANE_E_TURNED_OUT;
}

static bool is_move(const struct seen *seen)
{
    return seen->event->kind == LANE_E_MOVE_IN || seen->event->kind == LANE_E_MOVE_OUT;
}

static bool did(const struct seen *seen, uint32_t action)
{
    return (seen->update.actions & action) != 0;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The arm is on its way, or the door open, on the open grant. */
static bool under_way(const struct view *view)
{
    return view->open && (is_free(view) ? view->tried && view->out_us != 0 : view->passing);
}

static int64_t grant_end(const struct view *view)
{
    return under_way(view) ? view->out_us + view->config->held_open_us : view->grant_limit_us;
}

static bool time_is_up(const struct seen *seen)
{
    return seen->event->kind == LANE_E_TIME && seen->view->open && seen->event->boot_us >= grant_end(seen->view);
}

/* After a passage, within its grant's time. */
static bool follows(const struct seen *seen, int64_t began_us)
{
    return is_closed(seen->view) && seen->view->used && began_us < seen->view->grant_limit_us;
}

static bool turn_follows(const struct seen *seen)
{
    return is_turn(seen) && follows(seen, seen->view->out_us != 0 ? seen->view->out_us : seen->event->boot_us);
}

static bool is_tailgate(const struct seen *seen)
{
    if (is_door(seen->view)) {
        return is_move(seen) && follows(seen, seen->event->boot_us);
    }
    return turn_follows(seen) && seen->side == seen->view->side;
}

static bool the_state_says_what_holds(const struct seen *seen)
{
    const struct view *now = seen->after;
    enum lane_state state = seen->lane.state;
    if (now->fire) {
        return state == LANE_S_FIRE;
    }
    if (now->asked == LANE_FREE) {
        return state == LANE_S_FREE;
    }
    if (now->open && now->passing) {
        return state == (now->side == LANE_IN ? LANE_S_PASSING_IN : LANE_S_PASSING_OUT);
    }
    if (now->open) {
        return state == (now->side == LANE_IN ? LANE_S_RELEASED_IN : LANE_S_RELEASED_OUT);
    }
    return state == (now->asked == LANE_LOCKED ? LANE_S_SHUT : LANE_S_LOCKED);
}

/* A grant good either way, on which nobody is under way. */
static bool is_open_both_ways(const struct view *view)
{
    return !is_free(view) && view->open && view->either && !view->passing;
}

static bool nothing_but_fire_free_mode_and_a_grant_either_way_frees_both_ways(const struct seen *seen)
{
    struct lane_outputs outputs = lane_outputs(&seen->lane);
    bool on = seen->event->boot_us < seen->after->release_limit_us;
    return (outputs.release_in && outputs.release_out) ==
           (is_free(seen->after) || (is_open_both_ways(seen->after) && on));
}

static bool no_release_without_a_grant_a_mode_or_fire(const struct seen *seen)
{
    struct lane_outputs outputs = lane_outputs(&seen->lane);
    return !is_closed(seen->after) || (!outputs.release_in && !outputs.release_out);
}

static bool a_release_is_on_just_until_its_limit(const struct seen *seen)
{
    const struct view *now = seen->after;
    struct lane_outputs outputs = lane_outputs(&seen->lane);
    if (is_free(now) || !now->open) {
        return true;
    }
    bool on = seen->event->boot_us < now->release_limit_us;
    bool both = is_open_both_ways(now);
    return outputs.release_in == (on && (both || now->side == LANE_IN)) &&
           outputs.release_out == (on && (both || now->side == LANE_OUT));
}

static bool the_deadline_lies_in_the_future_after_time(const struct seen *seen)
{
    return seen->event->kind != LANE_E_TIME || lane_deadline(&seen->lane, seen->view->config) > seen->event->boot_us;
}

static bool no_limit_is_slept_through(const struct seen *seen)
{
    const struct view *now = seen->after;
    int64_t due_us = lane_deadline(&seen->lane, now->config);
    struct lane_outputs outputs = lane_outputs(&seen->lane);
    bool releases = !is_free(now) && (outputs.release_in || outputs.release_out);
    bool may_be_held = !is_free(now) && now->out_us != 0 && (now->alarms & LANE_A_HELD_OPEN) == 0;
    int64_t expected = INT64_MAX;
    expected = now->open ? least(expected, grant_end(now)) : expected;
    expected = releases ? least(expected, now->release_limit_us) : expected;
    expected = may_be_held ? least(expected, now->out_us + now->config->held_open_us) : expected;
    return due_us == expected;
}

static bool takes_grant(const struct seen *seen)
{
    const struct view *was = seen->view;
    bool inwards = seen->event->kind == LANE_E_GRANT_IN;
    return !was->fire && !was->open && (was->asked != LANE_LOCKED || !inwards || seen->event->override);
}

static bool is_grant(const struct seen *seen)
{
    return seen->event->kind == LANE_E_GRANT_IN || seen->event->kind == LANE_E_GRANT_OUT;
}

static bool a_grant_is_released_or_refused(const struct seen *seen)
{
    bool released = is_grant(seen) && takes_grant(seen);
    bool refused = is_grant(seen) && !takes_grant(seen);
    return did(seen, LANE_A_RELEASED) == released && did(seen, LANE_A_REFUSED) == refused &&
           (!is_grant(seen) || seen->update.grant == seen->event->grant);
}

static bool lane_equal(const struct lane *a, const struct lane *b)
{
    return a->state == b->state && a->has_grant == b->has_grant && a->side == b->side && a->either == b->either &&
           a->grant == b->grant && a->grant_until_us == b->grant_until_us &&
           a->release_until_us == b->release_until_us && a->moved_us == b->moved_us && a->alarmed == b->alarmed &&
           a->tried == b->tried && a->used == b->used && a->resume == b->resume;
}

static bool a_refused_grant_changes_nothing(const struct seen *seen)
{
    struct lane before = seen->before;
    if (!did(seen, LANE_A_REFUSED)) {
        return true;
    }
    if (seen->event->boot_us >= before.release_until_us) {
        before.release_until_us = 0; /* the clock did this, not the grant */
    }
    return lane_equal(&before, &seen->lane) && seen->update.actions == LANE_A_REFUSED;
}

static bool only_a_grant_makes_a_release_longer(const struct seen *seen)
{
    return did(seen, LANE_A_RELEASED) || seen->lane.release_until_us <= seen->before.release_until_us;
}

static bool a_grant_ends_once(const struct seen *seen)
{
    bool passed = did(seen, LANE_A_PASSED);
    bool not_passed = did(seen, LANE_A_NOT_PASSED);
    if (!passed && !not_passed) {
        return true;
    }
    return passed != not_passed && seen->view->open && seen->update.grant == seen->view->grant && !seen->lane.has_grant;
}

static bool passed_means_a_passage_on_the_grant(const struct seen *seen)
{
    const struct view *was = seen->view;
    bool passage = was->open && is_turn(seen) && seen->side == was->side;
    if (is_door(was)) {
        passage = passage && (is_free(was) ? was->tried : was->passing); /* opened on the grant */
    }
    bool cannot_tell = is_blind(was) ? !was->passing : is_door(was) && was->out_us != 0;
    bool assumed = time_is_up(seen) && (cannot_tell || (is_door(was) && was->passing));
    return did(seen, LANE_A_PASSED) == (passage || assumed);
}

static bool turns_against_the_grant(const struct seen *seen)
{
    const struct view *was = seen->view;
    return was->open && !is_free(was) && is_turn(seen) && seen->side != was->side;
}

static bool comes_back_late(const struct seen *seen)
{
    const struct view *was = seen->view;
    return seen->event->kind == LANE_E_BACK && under_way(was) && seen->event->boot_us >= was->grant_limit_us;
}

static bool not_passed_has_a_cause(const struct seen *seen)
{
    const struct view *was = seen->view;
    enum lane_event_kind kind = seen->event->kind;
    bool closes = kind == LANE_E_MODE_NORMAL || kind == LANE_E_MODE_SHUT;
    bool cause = false;
    cause |= time_is_up(seen) && !did(seen, LANE_A_PASSED);
    cause |= comes_back_late(seen) || turns_against_the_grant(seen);
    cause |= kind == LANE_E_CANCEL && (seen->event->grant == 0 || seen->event->grant == was->grant);
    cause |= was->fire && kind == LANE_E_FIRE_OFF;
    cause |= !was->fire && was->asked == LANE_FREE && closes;
    cause |= !is_free(was) && !was->passing && kind == LANE_E_MODE_SHUT;
    return did(seen, LANE_A_NOT_PASSED) == (was->open && cause);
}

static bool the_wrong_way_is_told_and_never_passes(const struct seen *seen)
{
    return did(seen, LANE_A_WRONG_WAY) == turns_against_the_grant(seen) &&
           !(did(seen, LANE_A_WRONG_WAY) && did(seen, LANE_A_PASSED));
}

static bool forced_means_moved_while_locked(const struct seen *seen)
{
    const struct view *was = seen->view;
    bool begins = is_move(seen) && !follows(seen, seen->event->boot_us);
    bool unseen = is_turn(seen) && !is_door(was) && (was->out_us == 0 || turn_follows(seen)) && !is_tailgate(seen);
    bool forced = is_closed(was) && (begins || unseen) && (was->alarms & LANE_A_FORCED) == 0;
    return did(seen, LANE_A_FORCED) == forced;
}

static bool a_second_passage_is_a_tailgater(const struct seen *seen)
{
    return did(seen, LANE_A_TAILGATE) == is_tailgate(seen) &&
           (!did(seen, LANE_A_TAILGATE) || seen->update.grant == seen->view->grant);
}

static bool no_rotation_means_moved_but_never_turned(const struct seen *seen)
{
    const struct view *was = seen->view;
    bool over = comes_back_late(seen) || time_is_up(seen);
    bool expected = over && !is_free(was) && was->tried && did(seen, LANE_A_NOT_PASSED);
    return did(seen, LANE_A_NO_ROTATION) == expected;
}

static bool held_open_means_out_of_rest_for_too_long(const struct seen *seen)
{
    const struct view *was = seen->view;
    bool held = seen->event->kind == LANE_E_TIME && !is_free(was) && was->out_us != 0 &&
                seen->event->boot_us >= was->out_us + was->config->held_open_us;
    return did(seen, LANE_A_HELD_OPEN) == (held && (was->alarms & LANE_A_HELD_OPEN) == 0);
}

static bool stuck_is_told_once(const struct seen *seen)
{
    bool expected = seen->event->kind == LANE_E_STUCK && (seen->view->alarms & LANE_A_STUCK) == 0;
    return did(seen, LANE_A_STUCK) == expected;
}

static bool a_free_passage_is_nobodys(const struct seen *seen)
{
    bool expected = is_free(seen->view) && is_turn(seen) && !did(seen, LANE_A_PASSED);
    return did(seen, LANE_A_FREE_PASSAGE) == expected;
}

static bool alarms_end(const struct seen *seen)
{
    uint32_t told = seen->view->alarms | (seen->update.actions & (LANE_A_FORCED | LANE_A_HELD_OPEN | LANE_A_STUCK));
    return did(seen, LANE_A_ALARM_END) == (told != 0 && seen->after->alarms == 0) &&
           seen->lane.alarmed == seen->after->alarms;
}

static bool who_is_spoken_of_is_right(const struct seen *seen)
{
    uint32_t of_a_grant = LANE_A_RELEASED | LANE_A_PASSED | LANE_A_NOT_PASSED | LANE_A_REFUSED | LANE_A_TAILGATE |
                          LANE_A_WRONG_WAY | LANE_A_NO_ROTATION;
    if (did(seen, of_a_grant)) {
        return seen->update.grant != 0;
    }
    return seen->update.grant == (seen->update.actions != 0 && seen->view->open ? seen->view->grant : 0) ||
           (seen->update.actions == LANE_A_ALARM_END && seen->update.grant == 0);
}

/* clang-format off */
#define PROPERTY(name) {#name, name}
/* clang-format on */
static const struct {
    const char *name;
    bool (*holds)(const struct seen *seen);
} properties[] = {
    PROPERTY(the_state_says_what_holds),
    PROPERTY(nothing_but_fire_free_mode_and_a_grant_either_way_frees_both_ways),
    PROPERTY(no_release_without_a_grant_a_mode_or_fire),
    PROPERTY(a_release_is_on_just_until_its_limit),
    PROPERTY(the_deadline_lies_in_the_future_after_time),
    PROPERTY(no_limit_is_slept_through),
    PROPERTY(a_grant_is_released_or_refused),
    PROPERTY(a_refused_grant_changes_nothing),
    PROPERTY(only_a_grant_makes_a_release_longer),
    PROPERTY(a_grant_ends_once),
    PROPERTY(passed_means_a_passage_on_the_grant),
    PROPERTY(not_passed_has_a_cause),
    PROPERTY(the_wrong_way_is_told_and_never_passes),
    PROPERTY(forced_means_moved_while_locked),
    PROPERTY(a_second_passage_is_a_tailgater),
    PROPERTY(no_rotation_means_moved_but_never_turned),
    PROPERTY(held_open_means_out_of_rest_for_too_long),
    PROPERTY(stuck_is_told_once),
    PROPERTY(a_free_passage_is_nobodys),
    PROPERTY(alarms_end),
    PROPERTY(who_is_spoken_of_is_right),
#undef PROPERTY
};

static enum lane_side side_seen(const struct view *view, enum lane_event_kind kind)
{
    if (!sees_side(view) && (view->open || view->used)) {
        return view->side;
    }
    return kind == LANE_E_MOVE_IN || kind == LANE_E_TURNED_IN ? LANE_IN : LANE_OUT;
}

/* The movement shows the way of a grant that is good either way, before it is judged. */
static void show_way(struct view *view, enum lane_event_kind kind)
{
    bool inwards = kind == LANE_E_MOVE_IN || kind == LANE_E_TURNED_IN;
    bool outwards = kind == LANE_E_MOVE_OUT || kind == LANE_E_TURNED_OUT;
    if (is_open_both_ways(view) && (inwards || outwards)) {
        view->side = inwards ? LANE_IN : LANE_OUT;
    }
}

static void follow_grant(struct view *view, const struct lane_event *event, const struct lane_update *update)
{
    if ((update->actions & LANE_A_RELEASED) != 0) {
        int64_t release_us = least(view->config->unlock_us, view->config->passage_timeout_us);
        view->open = true;
        view->used = view->tried = view->passing = false;
        view->side = event->kind == LANE_E_GRANT_IN ? LANE_IN : LANE_OUT;
        view->either = event->either && sees_side(view) && (view->asked != LANE_LOCKED || event->override);
        view->grant = event->grant;
        view->release_limit_us = event->boot_us + release_us;
        view->grant_limit_us = event->boot_us + (is_blind(view) ? release_us : view->config->passage_timeout_us);
    }
    if ((update->actions & (LANE_A_PASSED | LANE_A_NOT_PASSED)) != 0) {
        view->open = view->passing = false;
        view->used = (update->actions & LANE_A_PASSED) != 0;
    }
}

static void follow_modes(struct view *view, const struct lane_event *event)
{
    bool was_free = is_free(view);
    switch ((int)event->kind) {
    case LANE_E_MODE_NORMAL:
        view->asked = LANE_NORMAL;
        break;
    case LANE_E_MODE_FREE:
        view->asked = LANE_FREE;
        break;
    case LANE_E_MODE_SHUT:
        view->asked = LANE_LOCKED;
        view->release_limit_us = 0;
        break;
    case LANE_E_FIRE_ON:
        view->fire = true;
        break;
    case LANE_E_FIRE_OFF:
        view->fire = false;
        break;
    case LANE_E_UNSTUCK:
        view->alarms &= ~(uint32_t)LANE_A_STUCK;
        break;
    default:
        break;
    }
    if (is_free(view)) {
        view->used = view->passing = false;
        view->alarms &= LANE_A_STUCK;
    } else if (was_free && view->out_us != 0) {
        view->out_us = event->boot_us;
    }
}

static void follow_movement(struct view *view, const struct seen *seen)
{
    const struct lane_event *event = seen->event;
    if (is_turn(seen) || event->kind == LANE_E_BACK) {
        view->out_us = 0;
        view->passing = false;
        view->alarms &= LANE_A_STUCK;
    }
    if (!is_move(seen)) {
        return;
    }
    bool own = view->open && seen->side == view->side;
    bool begins = own && !is_free(view) && !view->passing;
    if (view->out_us == 0 || begins) {
        view->out_us = event->boot_us;
    }
    view->tried = view->tried || own;
    if (begins) {
        view->passing = true;
        view->release_limit_us = least(view->release_limit_us, event->boot_us + view->config->relock_delay_us);
    }
}

static uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* Contacts and grants come often, modes and fire seldom: else the lane would be free most of the time. */
static enum lane_event_kind random_kind(uint64_t *random)
{
    static const enum lane_event_kind often[] = {LANE_E_GRANT_IN,  LANE_E_GRANT_OUT,  LANE_E_MOVE_IN,   LANE_E_MOVE_OUT,
                                                 LANE_E_TURNED_IN, LANE_E_TURNED_OUT, LANE_E_BACK,      LANE_E_TIME,
                                                 LANE_E_TIME,      LANE_E_GRANT_IN,   LANE_E_GRANT_OUT, LANE_E_MOVE_IN};
    static const enum lane_event_kind seldom[] = {
        LANE_E_CANCEL,  LANE_E_MODE_NORMAL, LANE_E_MODE_NORMAL, LANE_E_MODE_FREE, LANE_E_MODE_SHUT,
        LANE_E_FIRE_ON, LANE_E_FIRE_OFF,    LANE_E_FIRE_OFF,    LANE_E_STUCK,     LANE_E_UNSTUCK};
    uint64_t r = next_random(random);
    if (r % 6 != 0) {
        return often[(r >> 8) % (sizeof(often) / sizeof(often[0]))];
    }
    return seldom[(r >> 8) % (sizeof(seldom) / sizeof(seldom[0]))];
}

/* The next moment: soon, at once, or around the lane's deadline, where mistakes live. */
static int64_t random_time(uint64_t *random, int64_t now_us, int64_t deadline_us)
{
    uint64_t r = next_random(random);
    int64_t some_us = (int64_t)((r >> 8) % 2000) * MS;
    if (deadline_us == INT64_MAX || deadline_us <= now_us || r % 4 == 0) {
        return now_us + some_us;
    }
    switch (r % 8) {
    case 1:
        return deadline_us;
    case 2:
        return deadline_us - 1;
    case 3:
        return deadline_us + some_us * 4;
    case 5:
        return now_us;
    default:
        return now_us + some_us / 4;
    }
}

static struct lane_event random_event(uint64_t *random, const struct lane *lane, const struct lane_config *config,
                                      int64_t now_us, uint64_t number)
{
    struct lane_event event = {.kind = random_kind(random)};
    event.boot_us = random_time(random, now_us, lane_deadline(lane, config));
    uint64_t r = next_random(random);
    if (event.kind == LANE_E_GRANT_IN || event.kind == LANE_E_GRANT_OUT) {
        event.grant = number;
        event.override = r % 4 == 0;
        event.either = r / 4 % 3 == 0;
    } else if (event.kind == LANE_E_CANCEL) {
        event.grant = r % 3 == 0 ? 0 : r % 3 == 1 ? lane->grant : number;
    }
    return event;
}

struct lane_breach lane_properties_walk(const struct lane_config *config, uint64_t seed, unsigned steps)
{
    struct lane lane = {0};
    struct view view = {.config = config};
    int64_t now_us = 1;
    for (unsigned i = 0; i < steps; i++) {
        struct lane_event event = random_event(&seed, &lane, config, now_us, i + 1);
        struct view after;
        struct seen seen = {
            .view = &view, .after = &after, .event = &event, .before = lane, .side = side_seen(&view, event.kind)};
        now_us = event.boot_us;
        show_way(&view, event.kind);
        seen.update = lane_step(&lane, config, &event);
        seen.lane = lane;
        after = view;
        after.alarms |= seen.update.actions & (LANE_A_FORCED | LANE_A_HELD_OPEN | LANE_A_STUCK);
        follow_grant(&after, &event, &seen.update);
        follow_modes(&after, &event);
        follow_movement(&after, &seen);
        for (size_t p = 0; p < sizeof(properties) / sizeof(properties[0]); p++) {
            if (!properties[p].holds(&seen)) {
                return (struct lane_breach){properties[p].name, i, seen.before.state, event.kind};
            }
        }
        view = after;
    }
    return (struct lane_breach){0};
}
