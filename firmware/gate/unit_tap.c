/* From a card in the field to a verdict.
 *
 * A tap is looked up, proves itself if the list says that it can, and is decided. Denied: told at once and kept for a
 * minute, in case the desk cures it. Granted while the lane is free: the grant opens. Granted while the lane is not: the
 * tap waits, one per lane, and is decided again when its turn comes, so nothing is journalled or reserved for a person
 * who may not walk; a second one that would wait is told that the lane is busy. A card that was torn away
 * from the reader is no denial: the member is asked to hold it again. */

#define LOG_MODULE "unit"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "gate/unit_internal.h"

#include <string.h>

static int64_t clock_now(struct unit *unit)
{
    return unit->ops.boot_us(unit->user);
}

/* The next tap of this card counts, however soon it comes. */
static void forget_last(struct unit_reader *reader)
{
    reader->last_card = (struct card_number){.form = CARD_NONE};
}

void unit_forget_card(struct unit *unit, int reader)
{
    if (reader >= 0) {
        forget_last(&unit->readers[reader]);
    }
}

static void tap_notice(struct unit *unit, const char *notice, unsigned reader, const struct unit_tap *tap,
                       struct unit_now now)
{
    struct unit_news news = unit_news_new(UNIT_NOTICE, now, (int)unit->config->readers[reader].lane, (int)reader);

    news.notice = notice;
    news.card = &tap->card;
    news.uid_boot_us = tap->uid_us;
    news.field_boot_us = tap->field_us;
    unit_tell(unit, &news);
}

static void journal_denied(struct unit *unit, unsigned reader, const struct unit_tap *tap, bool with_record,
                           struct unit_now now)
{
    struct journal_event event = unit_event_new(unit, JOURNAL_DECISION, -1, (int)reader, now);
    struct unit_news news = unit_news_new(UNIT_DENIED, now, (int)unit->config->readers[reader].lane, (int)reader);

    event.code = (int32_t)unit->verdict.code;
    event.card = tap->card;
    event.holder = unit_query_holder(unit);
    if (with_record) {
        event.record = unit->record;
        event.record_len = unit_record_decision(unit, tap);
    } else {
        (void)strcpy(event.detail, "no_list");
    }
    (void)unit_append(unit, &event, 0, now);
    news.query = &unit->query;
    news.verdict = &unit->verdict;
    news.event = &event;
    news.card = &tap->card;
    news.uid_boot_us = tap->uid_us;
    news.field_boot_us = tap->field_us;
    unit_tell(unit, &news);
}

size_t unit_record_decision(struct unit *unit, const struct unit_tap *tap)
{
    struct access_stages stages;
    int n;

    access_stages_init(&stages);
    stages.uid_us = tap->uid_us;
    stages.field_us = tap->field_us - tap->uid_us;
    stages.gate_us = tap->gate_us - tap->uid_us;
    stages.found_us = tap->found_us - tap->uid_us;
    stages.decided_us = tap->decided_us - tap->uid_us;
    if (tap->proved_us != 0) {
        stages.proof_us = tap->proved_us - tap->uid_us;
    }
    n = access_record_encode(&unit->query, &unit->verdict, &stages, unit->record, sizeof(unit->record));
    if (n < 0) {
        log_error("decision record error=%d", -n);
        return 0;
    }
    return (size_t)n;
}

/* A denial that a change of the list can cure is kept; one that time alone cures (too soon, full, anti-passback)
 * isn't: an unrelated change must not open the lane for somebody who has left. */
static void keep_for_cure(struct unit *unit, unsigned reader, const struct unit_tap *tap, struct unit_now now)
{
    struct unit_reader *at = &unit->readers[reader];
    enum access_cure cure = access_code_cure(unit->verdict.code);

    at->denied = *tap;
    at->denied.present = cure != ACCESS_CURE_NONE && cure != ACCESS_CURE_LET_IN;
    at->denied_code = unit->verdict.code;
    if (!tap->cured) {
        at->denied.until_us = now.boot_us + UNIT_CURE_WAIT_US;
    }
    if (unit->cure_us <= now.boot_us) {
        unit->cure_us = now.boot_us + UNIT_CURE_LOOK_US;
    }
}

/* A tap on the way out that says no more than the exit button would. @return false when this isn't the way out, or
 * needs a card. */
static bool let_out(struct unit *unit, unsigned reader, const struct unit_tap *tap, const char *why,
                    struct unit_now now)
{
    const struct gate_reader *at = &unit->config->readers[reader];
    const struct gate_lane *lane = &unit->config->lanes[at->lane];
    bool way_out = at->side == LANE_OUT || (unit_reader_either(unit, reader) && lane->has_release_out);
    struct journal_event event;

    if (!way_out || !lane->exit_free) {
        return false;
    }
    event = unit_event_new(unit, JOURNAL_REQUEST_TO_EXIT, -1, (int)reader, now);
    (void)text_copy(event.detail, sizeof(event.detail), why);
    if (unit_grant_nobody(unit, at->lane, (int)reader, LANE_OUT, &event, &tap->card, now) != 0) {
        tap_notice(unit, "busy", reader, tap, now);
        forget_last(&unit->readers[reader]);
    }
    return true;
}

static void tap_denied(struct unit *unit, unsigned reader, struct unit_tap *tap, struct unit_now now)
{
    struct unit_reader *at = &unit->readers[reader];

    if (tap->cured && unit->verdict.code == at->denied_code) {
        return; /* the list changed, but not for this person: nothing new to say */
    }
    if (unit->verdict.code == ACCESS_UNIT_LOCKED && let_out(unit, reader, tap, "unit_locked", now)) {
        return; /* whoever came in unseen isn't locked in */
    }
    keep_for_cure(unit, reader, tap, now);
    journal_denied(unit, reader, tap, true, now);
}

/* A gate without a list: shut to everybody but the emergency cards, free to leave. */
static void decide_without_list(struct unit *unit, unsigned reader, struct unit_tap *tap, struct unit_now now)
{
    if (let_out(unit, reader, tap, "no_list", now)) {
        return;
    }
    memset(&unit->verdict, 0, sizeof(unit->verdict));
    unit->verdict.code = ACCESS_LIST_TOO_OLD;
    unit->verdict.entitlement = -1;
    unit->verdict.until_day = DAY_NONE;
    unit->verdict.list_age_s = -1;
    keep_for_cure(unit, reader, tap, now);
    journal_denied(unit, reader, tap, false, now);
}

/* Granted or waiting elsewhere, or the other way, and not yet on the way through: the newer tap is where the person
 * stands. */
static void leave_other_lanes(struct unit *unit, unsigned lane, const struct unit_tap *tap, struct unit_now now)
{
    int other = unit_grant_of(unit, unit_query_holder(unit), -1);

    if (other >= 0 && unit_grant_unmoved(unit, (unsigned)other)) {
        unit_grant_cancel(unit, (unsigned)other, "tapped_elsewhere", now);
    }
    for (size_t i = 0; i < unit->config->n_lanes; i++) {
        struct unit_tap *waiting = &unit->lanes[i].waiting;

        if (i != lane && waiting->present && card_equal(&waiting->card, &tap->card)) {
            waiting->present = false;
        }
    }
}

static void tap_granted(struct unit *unit, unsigned reader, struct unit_tap *tap, struct unit_now now)
{
    unsigned lane = unit->config->readers[reader].lane;
    struct unit_lane *at = &unit->lanes[lane];

    leave_other_lanes(unit, lane, tap, now);
    unit->readers[reader].denied.present = false;
    if (unit_lane_ready(unit, lane) && (tap->queued || !unit_lane_has_queue(unit, lane))) {
        unit_grant_card(unit, reader, tap, now);
        return;
    }
    if (at->waiting.present) {
        tap_notice(unit, "busy", reader, tap, now);
        forget_last(&unit->readers[reader]);
        return;
    }
    if (!tap->queued) {
        tap_notice(unit, "wait", reader, tap, now);
        tap->until_us = now.boot_us + UNIT_QUEUE_WAIT_US;
    }
    at->waiting = *tap;
    at->waiting.queued = true;
    at->waiting_reader = reader;
}

void unit_tap_decide(struct unit *unit, unsigned reader, struct unit_tap *tap, struct unit_now now)
{
    unsigned lane = unit->config->readers[reader].lane;
    struct unit_lane *at = &unit->lanes[lane];

    if (unit->fire || at->fault) {
        if (!tap->cured) {
            tap_notice(unit, unit->fire ? "fire" : "out_of_service", reader, tap, now);
        }
        return;
    }
    (void)unit_query_fill(unit, reader, tap, now);
    tap->found_us = clock_now(unit);
    if (!unit->list && !unit->query.card.emergency) {
        tap->decided_us = tap->found_us;
        decide_without_list(unit, reader, tap, now);
        return;
    }
    unit_query_decide(unit, reader);
    tap->decided_us = clock_now(unit);
    if (unit->verdict.code == ACCESS_GRANTED) {
        tap_granted(unit, reader, tap, now);
    } else {
        tap_denied(unit, reader, tap, now);
    }
}

static void ask_proof(struct unit *unit, unsigned reader, struct unit_tap *tap, struct unit_now now)
{
    struct unit_reader *at = &unit->readers[reader];

    if (!tap->can_desfire) {
        tap->proof = ACCESS_PROOF_FAILED; /* the list says DESFire, the card's own answers say that it can't be one */
        tap->proved_us = clock_now(unit);
        unit_tap_decide(unit, reader, tap, now);
        return;
    }
    if (unit->ops.authenticate(unit->user, reader, &tap->card) < 0) {
        forget_last(at);
        tap_notice(unit, "read_again", reader, tap, now);
        return;
    }
    at->proving = *tap;
    at->proving.present = true;
    at->proving.until_us = now.boot_us + UNIT_PROOF_WAIT_US;
}

/* @return true when the tap is the same as one before, and says nothing new. */
static bool seen_before(struct unit *unit, unsigned reader, const struct unit_tap *tap, struct unit_now now)
{
    struct unit_reader *at = &unit->readers[reader];
    const struct unit_lane *lane = &unit->lanes[unit->config->readers[reader].lane];
    bool same = card_equal(&at->last_card, &tap->card);

    if (same && now.boot_us - at->last_us < (int64_t)unit->config->second_tap_us) {
        return true;
    }
    if (lane->grant.stage != UNIT_GRANT_NONE && lane->grant.reader == (int)reader &&
        card_equal(&lane->grant.card, &tap->card)) {
        tap_notice(unit, "second_tap", reader, tap, now);
        return true;
    }
    if (lane->waiting.present && lane->waiting_reader == reader && card_equal(&lane->waiting.card, &tap->card)) {
        tap_notice(unit, "wait", reader, tap, now);
        return true;
    }
    return false;
}

void unit_card_seen(struct unit *unit, unsigned reader, const struct unit_card *card, struct unit_now now)
{
    struct unit_reader *at;
    struct unit_tap tap = {.present = true, .proof = ACCESS_PROOF_NONE};

    if (reader >= unit->config->n_readers) {
        return;
    }
    at = &unit->readers[reader];
    tap.card = card->number;
    tap.can_desfire = card->can_desfire;
    tap.field_us = card->field_us;
    tap.uid_us = card->uid_us;
    tap.gate_us = clock_now(unit);
    if (seen_before(unit, reader, &tap, now)) {
        unit_settle(unit, now);
        return;
    }
    at->proving.present = false;
    at->denied.present = false;
    at->last_card = tap.card;
    at->last_us = now.boot_us;
    unit_clock_look(unit, now);
    if (unit_list_refresh(unit, false, now)) {
        unit_taps_cure(unit, now);
    }
    if (unit_tap_needs_proof(unit, reader, &tap, now)) {
        ask_proof(unit, reader, &tap, now);
    } else {
        unit_tap_decide(unit, reader, &tap, now);
    }
    unit_settle(unit, now);
}

bool unit_tap_needs_proof(struct unit *unit, unsigned reader, const struct unit_tap *tap, struct unit_now now)
{
    const struct access_card *card = &unit->query.card;

    if (!unit->list || unit->fire) {
        return false;
    }
    (void)unit_query_fill(unit, reader, tap, now);
    return card->known && card->credential == ACCESS_CREDENTIAL_DESFIRE;
}

void unit_proof(struct unit *unit, unsigned reader, enum access_proof proof, struct unit_now now)
{
    struct unit_tap tap;

    if (reader >= unit->config->n_readers || !unit->readers[reader].proving.present) {
        return;
    }
    tap = unit->readers[reader].proving;
    unit->readers[reader].proving.present = false;
    if (proof == ACCESS_PROOF_NONE) {
        forget_last(&unit->readers[reader]);
        tap_notice(unit, "read_again", reader, &tap, now);
    } else {
        tap.proof = proof;
        tap.proved_us = clock_now(unit);
        unit_tap_decide(unit, reader, &tap, now);
    }
    unit_settle(unit, now);
}

void unit_card_gone(struct unit *unit, unsigned reader, struct unit_now now)
{
    /* Nothing ends when a card leaves the field: a proof under way answers for itself or is given up in time. */
    (void)reader;
    unit_settle(unit, now);
}

static void unit_waiting_time(struct unit *unit, unsigned lane, struct unit_now now)
{
    struct unit_lane *at = &unit->lanes[lane];

    if (at->waiting.present && now.boot_us >= at->waiting.until_us) {
        at->waiting.present = false;
        forget_last(&unit->readers[at->waiting_reader]);
        tap_notice(unit, "wait_over", at->waiting_reader, &at->waiting, now);
    }
}

static bool any_denied(const struct unit *unit)
{
    for (size_t i = 0; i < unit->config->n_readers; i++) {
        if (unit->readers[i].denied.present) {
            return true;
        }
    }
    return false;
}

void unit_taps_time(struct unit *unit, struct unit_now now)
{
    for (unsigned i = 0; i < unit->config->n_readers; i++) {
        struct unit_reader *at = &unit->readers[i];

        if (at->proving.present && now.boot_us >= at->proving.until_us) {
            at->proving.present = false;
            forget_last(at);
            tap_notice(unit, "read_again", i, &at->proving, now);
        }
        if (at->denied.present && now.boot_us >= at->denied.until_us) {
            at->denied.present = false;
        }
    }
    for (unsigned i = 0; i < unit->config->n_lanes; i++) {
        unit_waiting_time(unit, i, now);
    }
    if (any_denied(unit) && now.boot_us >= unit->cure_us) {
        unit->cure_us = now.boot_us + UNIT_CURE_LOOK_US;
        if (unit_list_refresh(unit, false, now)) {
            unit_taps_cure(unit, now);
        }
    }
}

void unit_taps_cure(struct unit *unit, struct unit_now now)
{
    for (unsigned i = 0; i < unit->config->n_readers; i++) {
        struct unit_reader *at = &unit->readers[i];
        struct unit_tap tap = at->denied;

        if (!tap.present || now.boot_us >= tap.until_us) {
            continue;
        }
        tap.cured = true;
        if (unit_tap_needs_proof(unit, i, &tap, now) && tap.proof == ACCESS_PROOF_NONE) {
            continue; /* the card would have to prove itself now, and it is gone */
        }
        unit_tap_decide(unit, i, &tap, now);
    }
}

int64_t unit_taps_deadline(const struct unit *unit)
{
    int64_t due = any_denied(unit) ? unit->cure_us : US_NEVER;

    for (size_t i = 0; i < unit->config->n_readers; i++) {
        const struct unit_reader *at = &unit->readers[i];

        if (at->proving.present && at->proving.until_us < due) {
            due = at->proving.until_us;
        }
        if (at->denied.present && at->denied.until_us < due) {
            due = at->denied.until_us;
        }
    }
    for (size_t i = 0; i < unit->config->n_lanes; i++) {
        const struct unit_tap *waiting = &unit->lanes[i].waiting;

        if (waiting->present && waiting->until_us < due) {
            due = waiting->until_us;
        }
    }
    return due;
}
