/* Staff's wishes: each is journalled with who and why. */

#define LOG_MODULE "unit"

#include "base/log.h"
#include "base/text.h"
#include "gate/unit_internal.h"

#include <stdio.h>
#include <string.h>

static bool named(const char *who, const char *why)
{
    return who && who[0] && why && why[0];
}

int unit_release(struct unit *unit, unsigned lane, enum lane_side side, const char *who, const char *why,
                 struct unit_now now)
{
    struct journal_event event;
    uint8_t record[UNIT_RECORD_MAX];
    int r;

    if (lane >= unit->config->n_lanes) {
        return UNIT_NO_LANE;
    }
    if (!named(who, why) || unit->lanes[lane].fault) {
        return UNIT_REFUSED;
    }
    event = unit_event_new(unit, JOURNAL_STAFF_RELEASE, (int)lane, -1, now);
    event.code = (int32_t)side;
    event.record = record;
    event.record_len = unit_record_who(record, who, why);
    if (event.record_len == 0) {
        return UNIT_REFUSED; /* too long to be kept: nothing happens without a trace */
    }
    r = unit_grant_nobody(unit, lane, -1, side, &event, NULL, now);
    unit_settle(unit, now);
    return r;
}

const char *unit_mode_text(enum lane_mode mode)
{
    switch (mode) {
    case LANE_NORMAL:
        return "normal";
    case LANE_FREE:
        return "free";
    case LANE_LOCKED:
        return "locked";
    }
    return "";
}

int unit_set_mode(struct unit *unit, unsigned lane, enum lane_mode mode, const char *who, const char *why,
                  struct unit_now now)
{
    struct journal_event event;
    uint8_t record[UNIT_RECORD_MAX];

    if (lane >= unit->config->n_lanes) {
        return UNIT_NO_LANE;
    }
    if (!named(who, why) || unit_mode_text(mode)[0] == '\0') {
        return UNIT_REFUSED;
    }
    if (mode == LANE_FREE && !unit_lane_interlock_free(unit, lane)) {
        return UNIT_BUSY;
    }
    event = unit_event_new(unit, JOURNAL_MODE, (int)lane, -1, now);
    event.record = record;
    event.record_len = unit_record_who(record, who, why);
    if (event.record_len == 0) {
        return UNIT_REFUSED;
    }
    event.code = (int32_t)mode;
    (void)text_copy(event.detail, sizeof(event.detail), unit_mode_text(mode));
    unit->lanes[lane].mode = mode;
    unit_lane_apply_mode(unit, lane, unit_mode_text(mode), now);
    unit_append_sure(unit, &event, now);
    unit_notice(unit, "mode", (int)lane, -1, NULL, &event, now);
    unit_settle(unit, now);
    return 0;
}

int unit_note(struct unit *unit, int lane, const char *who, const char *what, struct unit_now now)
{
    struct journal_event event;
    uint8_t record[UNIT_RECORD_MAX];
    int r;

    if (lane >= (int)unit->config->n_lanes) {
        return UNIT_NO_LANE;
    }
    event = unit_event_new(unit, JOURNAL_STAFF_ACT, lane, -1, now);
    event.record = record;
    event.record_len = named(who, what) ? unit_record_who(record, who, what) : 0;
    if (event.record_len == 0) {
        return UNIT_REFUSED;
    }
    r = unit_append(unit, &event, 0, now);
    unit_settle(unit, now);
    return r < 0 ? r : 0;
}

void unit_set_lockdown(struct unit *unit, bool on, const char *who, struct unit_now now)
{
    if (on != unit->lockdown_staff) {
        unit->lockdown_staff = on;
        unit_lockdown_changed(unit, -1, who, now);
    }
    unit_settle(unit, now);
}

/* @return the newest setting of a kind that differs from what a new unit begins with; 0 none, or a negative errno. The
 * event is turned into the one that tells of its restoring. */
static int find_setting(struct unit *unit, enum journal_kind kind, int lane, struct journal_event *ret_event,
                        struct unit_now now)
{
    struct journal_event event = unit_event_new(unit, kind, lane, -1, now);
    struct journal_event set;
    int r = journal_db_newest(unit->journal, kind, event.lane, &set);

    if (r != 0 || set.code == 0) {
        return r < 0 ? r : 0;
    }
    event.code = set.code;
    event.ref = set.ref != 0 ? set.ref : set.seq; /* who wished it, and why */
    *ret_event = event;
    return 1;
}

static void restore_mode(struct unit *unit, unsigned lane, struct journal_event *event, struct unit_now now)
{
    enum lane_mode mode = (enum lane_mode)event->code;

    if (unit_mode_text(mode)[0] == '\0' || (mode == LANE_FREE && !unit_lane_interlock_free(unit, lane))) {
        return;
    }
    unit->lanes[lane].mode = mode;
    (void)snprintf(event->detail, sizeof(event->detail), "%s restored", unit_mode_text(mode));
    unit_lane_apply_mode(unit, lane, unit_mode_text(mode), now);
    unit_append_sure(unit, event, now);
    unit_notice(unit, "mode", (int)lane, -1, NULL, event, now);
}

int unit_settings_restore(struct unit *unit, struct unit_now now)
{
    struct journal_event event;
    int r = find_setting(unit, JOURNAL_LOCKDOWN, -1, &event, now);

    if (r > 0) {
        unit->lockdown_staff = unit->lockdown_told = true;
        (void)text_copy(event.detail, sizeof(event.detail), "restored");
        unit_append_sure(unit, &event, now);
        unit_notice(unit, "lockdown", -1, -1, NULL, &event, now);
    }
    for (unsigned i = 0; i < unit->config->n_lanes && r >= 0; i++) {
        unit_lane_apply_mode(unit, i, "lockdown", now);
        r = find_setting(unit, JOURNAL_MODE, (int)i, &event, now);
        if (r > 0) {
            restore_mode(unit, i, &event, now);
        }
    }
    return r < 0 ? r : 0;
}

/* @return 0 when it can be undone, an outcome, or a negative errno. */
static int find_passage(struct unit *unit, int64_t seq, struct journal_event *ret_event,
                        struct unit_booking *ret_booking)
{
    int r = seq > 0 ? journal_db_event(unit->journal, seq, ret_event) : 1;

    if (r != 0) {
        return r < 0 ? r : (int)UNIT_NOT_FOUND;
    }
    if (ret_event->kind != JOURNAL_PASSED || ret_event->holder == 0 || ret_event->erased ||
        !unit_booking_unpack(ret_event->record, ret_event->record_len, ret_booking) || unit_pending_undo(unit, seq)) {
        return UNIT_REFUSED;
    }
    r = journal_db_is_undone(unit->journal, seq);
    return r > 0 ? UNIT_REFUSED : r;
}

int unit_undo(struct unit *unit, int64_t seq, const char *who, const char *why, struct unit_now now)
{
    struct journal_event passed = {0};
    struct journal_event event;
    struct unit_booking booking;
    struct visit_presence presence;
    uint8_t record[UNIT_RECORD_MAX];
    int64_t unused;
    int r;

    if (!named(who, why)) {
        return UNIT_REFUSED;
    }
    r = find_passage(unit, seq, &passed, &booking);
    if (r == 0) {
        r = presence_get(unit->presence, passed.holder, &presence, &unused);
    }
    event = unit_event_new(unit, JOURNAL_UNDONE, -1, -1, now);
    event.record = record;
    event.record_len = unit_record_who(record, who, why);
    if (r != 0 || event.record_len == 0) {
        return r != 0 ? r : UNIT_REFUSED;
    }
    unit_booking_undo(&booking, &presence);
    event.ref = seq;
    event.grant = passed.grant;
    event.point_id = passed.point_id;
    event.holder = passed.holder;
    event.card = passed.card;
    (void)text_copy(event.lane, sizeof(event.lane), passed.lane);
    event.effect.has_presence = true;
    event.effect.presence = presence;
    event.effect.returns_cost_of_seq = booking.cost != VISIT_COST_NONE ? seq : 0;
    if (presence_put(unit->presence, passed.holder, &presence, booking.effect.entry ? -1 : 0) < 0) {
        log_error("presence cache full");
    }
    unit_append_sure(unit, &event, now);
    unit_notice(unit, "undone", -1, -1, &event.card, &event, now);
    unit_settle(unit, now);
    return 0;
}
