/* Staff's wishes: each is journalled with who and why. */

#define LOG_MODULE "unit"

#include "base/log.h"
#include "base/text.h"
#include "gate/unit_internal.h"

#include <string.h>

/* Undoing looks for an earlier undo of the same passage; further back than so many events nothing is undone. */
enum { UNDO_REACH = 20000 };

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

static const char *mode_text(enum lane_mode mode)
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
    if (!named(who, why) || mode_text(mode)[0] == '\0') {
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
    (void)text_copy(event.detail, sizeof(event.detail), mode_text(mode));
    unit->lanes[lane].mode = mode;
    unit_lane_apply_mode(unit, lane, mode_text(mode), now);
    (void)unit_append(unit, &event, 0, now);
    unit_notice(unit, "mode", (int)lane, -1, NULL, &event, now);
    unit_settle(unit, now);
    return 0;
}

void unit_set_lockdown(struct unit *unit, bool on, const char *who, struct unit_now now)
{
    unit->lockdown_staff = on;
    unit_lockdown_changed(unit, who, now);
    unit_settle(unit, now);
}

static int is_undo_of(const struct journal_event *event, void *user)
{
    const int64_t *seq = user;

    return event->kind == JOURNAL_UNDONE && event->ref == *seq;
}

/* @return 0 when it can be undone, an outcome, or a negative errno. */
static int find_passage(struct unit *unit, int64_t seq, struct journal_event *ret_event,
                        struct unit_booking *ret_booking)
{
    int64_t last = journal_db_last_seq(unit->journal);
    int r = seq > 0 ? journal_db_event(unit->journal, seq, ret_event) : 1;

    if (last < 0 || r < 0) {
        return last < 0 ? (int)last : r;
    }
    if (r > 0) {
        return UNIT_NOT_FOUND;
    }
    if (ret_event->kind != JOURNAL_PASSED || ret_event->holder == 0 || ret_event->erased || last - seq > UNDO_REACH ||
        !unit_booking_unpack(ret_event->record, ret_event->record_len, ret_booking) || unit_pending_undo(unit, seq)) {
        return UNIT_REFUSED;
    }
    r = journal_db_read(unit->journal, seq, 0, is_undo_of, &seq);
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
