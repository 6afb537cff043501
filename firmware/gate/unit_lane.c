/* Lanes from their inputs: contacts become lane events, actions become journal entries and news, states drive lines. */

#define LOG_MODULE "lane"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "gate/unit_internal.h"

#include <string.h>

bool unit_lockdown(const struct unit *unit)
{
    bool input = false;

    for (size_t i = 0; i < unit->config->n_lanes; i++) {
        input = input || unit->lanes[i].input[GATE_LOCKDOWN];
    }
    return unit->lockdown_staff || input;
}

void unit_lane_alarm(struct unit *unit, int lane, uint64_t grant, const char *name, bool on, struct unit_now now)
{
    struct journal_event event = unit_event_new(unit, on ? JOURNAL_ALARM : JOURNAL_ALARM_END, lane, -1, now);
    struct unit_news news = unit_news_new(on ? UNIT_ALARM : UNIT_NOTICE, now, lane, -1);

    (void)text_copy(event.detail, sizeof(event.detail), name);
    if (lane >= 0) {
        const struct unit_lane *at = &unit->lanes[lane];

        if (grant != 0 && grant == at->grant.number) {
            event.grant = grant;
            event.holder = at->grant.holder;
            event.card = at->grant.card;
            news.grant = grant;
            news.card = at->grant.card.form == CARD_NONE ? NULL : &at->grant.card;
        }
    }
    (void)unit_append(unit, &event, 0, now);
    news.event = &event;
    news.notice = on ? name : "alarm_end";
    unit_tell(unit, &news);
}

int unit_lane_drive(struct unit *unit, unsigned lane, struct unit_now now)
{
    struct unit_lane *at = &unit->lanes[lane];
    struct lane_outputs want = lane_outputs(&at->core);
    int r;

    if (at->driven_known && want.release_in == at->driven.release_in && want.release_out == at->driven.release_out) {
        return 0;
    }
    r = unit->ops.set_outputs(unit->user, lane, want);
    at->driven_known = r == 0;
    if (r == 0) {
        at->driven = want;
    } else {
        at->retry_us = now.boot_us + UNIT_RETRY_US;
    }
    if (r < 0 && !at->fault) {
        at->fault = true;
        log_error("%s outputs error=%d", unit->config->lanes[lane].name, -r);
        (void)text_copy(at->alarm, sizeof(at->alarm), "line");
        unit_lane_alarm(unit, (int)lane, 0, "line", true, now);
    } else if (r == 0 && at->fault) {
        at->fault = false;
        at->alarm[0] = '\0';
        unit_lane_alarm(unit, (int)lane, 0, "line", false, now);
    }
    return r;
}

/* A passage of nobody, or one that can't be told from it: counted. */
static void free_passage(struct unit *unit, unsigned lane, struct unit_now now)
{
    struct journal_event event = unit_event_new(unit, JOURNAL_FREE_PASSAGE, (int)lane, -1, now);

    (void)unit_append(unit, &event, 0, now);
    unit_notice(unit, "free_passage", (int)lane, -1, NULL, &event, now);
}

static const char *why_not_passed(const struct unit *unit, const struct unit_lane *at, uint32_t actions)
{
    if (actions & (LANE_A_WRONG_WAY | LANE_A_NO_ROTATION)) {
        return lane_action_text((enum lane_action)(actions & (LANE_A_WRONG_WAY | LANE_A_NO_ROTATION)));
    }
    return at->grant.why ? at->grant.why : unit->fire ? "fire" : "time_up";
}

static void carry_out(struct unit *unit, unsigned lane, const struct lane_update *update, struct unit_now now)
{
    /* Whoever passed before has nothing to do with a forced arm, and nobody with a broken contact. */
    const uint32_t of_grant = LANE_A_HELD_OPEN | LANE_A_TAILGATE | LANE_A_WRONG_WAY | LANE_A_NO_ROTATION;
    struct unit_lane *at = &unit->lanes[lane];
    bool ours = update->grant != 0 && update->grant == at->grant.number;

    if ((update->actions & LANE_A_PASSED) && ours) {
        unit_grant_passed(unit, lane, now);
    }
    if ((update->actions & LANE_A_NOT_PASSED) && ours) {
        unit_grant_ended(unit, lane, why_not_passed(unit, at, update->actions), now);
    }
    if (update->actions & LANE_A_FREE_PASSAGE) {
        free_passage(unit, lane, now);
    }
    for (uint32_t bit = 1; bit <= LANE_ALARMS; bit <<= 1) {
        if (update->actions & LANE_ALARMS & bit) {
            if (at->core.alarmed & bit) { /* it lasts */
                (void)text_copy(at->alarm, sizeof(at->alarm), lane_action_text((enum lane_action)bit));
            }
            unit_lane_alarm(unit, (int)lane, bit & of_grant ? update->grant : 0,
                            lane_action_text((enum lane_action)bit), true, now);
        }
    }
    if (update->actions & LANE_A_ALARM_END) {
        unit_lane_alarm(unit, (int)lane, 0, at->alarm, false, now);
        at->alarm[0] = '\0';
    }
}

uint32_t unit_lane_step(struct unit *unit, unsigned lane, enum lane_event_kind kind, uint64_t grant, int64_t boot_us,
                        struct unit_now now)
{
    struct unit_lane *at = &unit->lanes[lane];
    struct lane_event event = {.kind = kind, .boot_us = boot_us, .grant = grant};
    enum lane_state before = at->core.state;
    struct lane_update update;

    event.override = at->grant.override;
    event.either = at->grant.either;
    update = lane_step(&at->core, &unit->config->lanes[lane].lane, &event);
    (void)unit_lane_drive(unit, lane, now);
    if (at->core.state != before) {
        log_debug("%s: %s -> %s (%s)", unit->config->lanes[lane].name, lane_state_text(before),
                  lane_state_text(at->core.state), lane_event_text(kind));
    }
    carry_out(unit, lane, &update, now);
    return update.actions;
}

/* Until every lock-down input was told, a lane that staff left free stays closed: no restart opens it for a moment. */
static bool lockdown_inputs_known(const struct unit *unit)
{
    for (size_t i = 0; i < unit->config->n_lanes; i++) {
        if (unit->config->lanes[i].has_input[GATE_LOCKDOWN] && !unit->lanes[i].input_known[GATE_LOCKDOWN]) {
            return false;
        }
    }
    return true;
}

static enum lane_mode mode_now(const struct unit *unit, unsigned lane)
{
    enum lane_mode mode = unit_lockdown(unit) ? LANE_LOCKED : unit->lanes[lane].mode;

    return mode == LANE_FREE && !lockdown_inputs_known(unit) ? LANE_NORMAL : mode;
}

void unit_lane_apply_mode(struct unit *unit, unsigned lane, const char *why, struct unit_now now)
{
    struct unit_lane *at = &unit->lanes[lane];
    enum lane_mode mode = mode_now(unit, lane);
    enum lane_event_kind kind = mode == LANE_LOCKED ? LANE_E_MODE_SHUT
                                : mode == LANE_FREE ? LANE_E_MODE_FREE
                                                    : LANE_E_MODE_NORMAL;

    if (mode == LANE_LOCKED && at->grant.stage == UNIT_GRANT_WAITING && !at->grant.override) {
        unit_grant_ended(unit, lane, why, now);
    }
    at->grant.why = why;
    (void)unit_lane_step(unit, lane, kind, 0, now.boot_us, now);
    at->grant.why = NULL; /* a grant that the mode left alone ends by itself */
}

void unit_lockdown_changed(struct unit *unit, int lane, const char *who, struct unit_now now)
{
    struct journal_event event = unit_event_new(unit, JOURNAL_LOCKDOWN, lane, -1, now);
    uint8_t record[UNIT_RECORD_MAX];
    bool on = unit_lockdown(unit);

    if (lane >= 0 && on == unit->lockdown_told) {
        return; /* another input, or staff, hold it still */
    }
    unit->lockdown_told = on;
    for (unsigned i = 0; i < unit->config->n_lanes; i++) {
        unit_lane_apply_mode(unit, i, "lockdown", now);
    }
    event.code = lane < 0 ? unit->lockdown_staff : on;
    if (event.code == 0 && on) {
        (void)text_copy(event.detail, sizeof(event.detail), "held_by_input");
    }
    if (who) {
        event.record = record;
        event.record_len = unit_record_who(record, who, NULL);
    }
    unit_append_sure(unit, &event, now);
    unit_notice(unit, on ? "lockdown" : "unlocked", -1, -1, NULL, &event, now);
}

static void fire_changed(struct unit *unit, unsigned lane, struct unit_now now)
{
    struct journal_event event = unit_event_new(unit, JOURNAL_FIRE, (int)lane, -1, now);
    bool fire = false;

    for (size_t i = 0; i < unit->config->n_lanes; i++) {
        const struct unit_lane *at = &unit->lanes[i];

        fire = fire || (at->input_known[GATE_FIRE] && !at->input[GATE_FIRE]);
    }
    if (fire == unit->fire) {
        return;
    }
    unit->fire = fire;
    /* First every line, then words. */
    for (unsigned i = 0; i < unit->config->n_lanes; i++) {
        struct lane_event step = {.kind = fire ? LANE_E_FIRE_ON : LANE_E_FIRE_OFF, .boot_us = now.boot_us};
        struct lane_update *update = &unit->fire_updates[i];

        *update = lane_step(&unit->lanes[i].core, &unit->config->lanes[i].lane, &step);
        (void)unit_lane_drive(unit, i, now);
    }
    event.code = fire ? 1 : 0;
    (void)unit_append(unit, &event, 0, now);
    unit_notice(unit, fire ? "fire" : "fire_end", (int)lane, -1, NULL, &event, now);
    for (unsigned i = 0; i < unit->config->n_lanes; i++) {
        carry_out(unit, i, &unit->fire_updates[i], now);
        if (fire && unit->lanes[i].grant.stage == UNIT_GRANT_WAITING) {
            unit_grant_ended(unit, i, "fire", now); /* nobody pays to flee */
        }
    }
}

static void exit_asked(struct unit *unit, unsigned lane, struct unit_now now)
{
    struct journal_event event = unit_event_new(unit, JOURNAL_REQUEST_TO_EXIT, (int)lane, -1, now);

    if (unit->fire || unit->lanes[lane].core.state == LANE_S_FREE) {
        return; /* the way is open */
    }
    if (!unit->config->lanes[lane].exit_free) {
        unit_notice(unit, "exit_needs_card", (int)lane, -1, NULL, NULL, now);
        return;
    }
    if (unit_grant_nobody(unit, lane, -1, LANE_OUT, &event, NULL, now) != 0) {
        unit->lanes[lane].exit_until_us = now.boot_us + UNIT_QUEUE_WAIT_US;
    }
}

static void contact(struct unit *unit, unsigned lane, enum contacts_input input, bool active, int64_t boot_us,
                    struct unit_now now)
{
    const struct gate_config *config = unit->config;
    struct lane_event events[CONTACTS_EVENTS_MAX];
    size_t n = contacts_step(&unit->lanes[lane].contacts, &config->lanes[lane].lane, config->debounce_us, input, active,
                             boot_us, events, CONTACTS_EVENTS_MAX);

    for (size_t i = 0; i < n; i++) {
        (void)unit_lane_step(unit, lane, events[i].kind, 0, events[i].boot_us, now);
    }
}

static void tamper(struct unit *unit, unsigned lane, bool open, struct unit_now now)
{
    struct journal_event event = unit_event_new(unit, JOURNAL_TAMPER, (int)lane, -1, now);

    event.code = open ? 1 : 0;
    (void)unit_append(unit, &event, 0, now);
    unit_notice(unit, open ? "tamper" : "tamper_end", (int)lane, -1, NULL, &event, now);
}

static void lockdown_input(struct unit *unit, unsigned lane, struct unit_now now)
{
    bool was_known = unit->lockdown_known;

    unit->lockdown_known = lockdown_inputs_known(unit);
    unit_lockdown_changed(unit, (int)lane, NULL, now);
    for (unsigned i = 0; i < unit->config->n_lanes && unit->lockdown_known && !was_known; i++) {
        unit_lane_apply_mode(unit, i, "lockdown", now);
    }
}

static void act_on_input(struct unit *unit, unsigned lane, enum gate_input input, bool active, bool changed,
                         int64_t boot_us, struct unit_now now)
{
    switch (input) {
    case GATE_CONTACT_A:
        contact(unit, lane, CONTACTS_A, active, boot_us, now);
        break;
    case GATE_CONTACT_B:
        contact(unit, lane, CONTACTS_B, active, boot_us, now);
        break;
    case GATE_DOOR_CONTACT:
        contact(unit, lane, CONTACTS_DOOR, active, boot_us, now);
        break;
    case GATE_REQUEST_TO_EXIT:
        if (changed && active) {
            exit_asked(unit, lane, now);
        }
        break;
    case GATE_FIRE:
        fire_changed(unit, lane, now);
        break;
    case GATE_LOCKDOWN:
        lockdown_input(unit, lane, now);
        break;
    case GATE_TAMPER:
        if (changed) {
            tamper(unit, lane, active, now);
        }
        break;
    case GATE_INPUTS:
        break;
    }
}

void unit_input(struct unit *unit, unsigned lane, enum gate_input input, bool active, int64_t boot_us,
                struct unit_now now)
{
    struct unit_lane *at;
    bool changed;

    if (lane >= unit->config->n_lanes || (unsigned)input >= GATE_INPUTS) {
        return;
    }
    at = &unit->lanes[lane];
    changed = at->input[input] != active;
    at->input[input] = active;
    at->input_known[input] = true;
    act_on_input(unit, lane, input, active, changed, boot_us, now);
    unit_settle(unit, now);
}

void unit_lanes_time(struct unit *unit, struct unit_now now)
{
    for (unsigned i = 0; i < unit->config->n_lanes; i++) {
        struct unit_lane *at = &unit->lanes[i];
        const struct lane_config *config = &unit->config->lanes[i].lane;
        struct lane_event events[CONTACTS_EVENTS_MAX];

        if (now.boot_us >= contacts_deadline(&at->contacts, config)) {
            size_t n = contacts_time(&at->contacts, config, now.boot_us, events, CONTACTS_EVENTS_MAX);

            for (size_t k = 0; k < n; k++) {
                (void)unit_lane_step(unit, i, events[k].kind, 0, events[k].boot_us, now);
            }
        }
        if (now.boot_us >= lane_deadline(&at->core, config)) {
            (void)unit_lane_step(unit, i, LANE_E_TIME, 0, now.boot_us, now);
        }
        if (at->fault && now.boot_us >= at->retry_us) {
            (void)unit_lane_drive(unit, i, now);
        }
    }
}

int64_t unit_lanes_deadline(const struct unit *unit)
{
    int64_t due = US_NEVER;

    for (unsigned i = 0; i < unit->config->n_lanes; i++) {
        const struct unit_lane *at = &unit->lanes[i];
        const struct lane_config *config = &unit->config->lanes[i].lane;
        int64_t lane = lane_deadline(&at->core, config);
        int64_t contacts = contacts_deadline(&at->contacts, config);

        due = lane < due ? lane : due;
        due = contacts < due ? contacts : due;
        due = at->fault && at->retry_us < due ? at->retry_us : due;
        due = at->exit_until_us != 0 && at->exit_until_us < due ? at->exit_until_us : due;
        due = at->grant.stage == UNIT_GRANT_WAITING && at->grant.until_us < due ? at->grant.until_us : due;
    }
    return due;
}

void unit_lane_status(const struct unit *unit, unsigned lane, struct unit_lane_status *ret_status)
{
    const struct unit_lane *at;

    memset(ret_status, 0, sizeof(*ret_status));
    ret_status->name = ret_status->alarm = "";
    if (lane >= unit->config->n_lanes) {
        return;
    }
    at = &unit->lanes[lane];
    ret_status->name = unit->config->lanes[lane].name;
    ret_status->state = at->core.state;
    ret_status->release_in = at->driven.release_in;
    ret_status->release_out = at->driven.release_out;
    ret_status->has_grant = at->grant.stage != UNIT_GRANT_NONE;
    ret_status->fault = at->fault;
    ret_status->mode = at->mode;
    ret_status->alarm = at->alarm;
}
