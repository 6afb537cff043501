#pragma once

/* What the parts of the unit share. Not for anybody else.
 *
 * unit.c holds the unit's life and time; unit_tap.c takes a card from the reader's field to a verdict; unit_grant.c
 * takes a verdict from the line to the passage booked; unit_lane.c drives lanes from inputs; unit_policy.c sees to
 * list, points, clock and alarms of the unit; unit_staff.c carries out staff's wishes; unit_journal.c keeps
 * hold of what must reach the journal. Every public function ends in unit_settle. */

#include "core/access_record.h"
#include "core/contacts.h"
#include "core/interlock.h"
#include "gate/presence.h"
#include "gate/unit.h"

enum {
    UNIT_HOLDERS_MAX = 1024, /* a miss costs one look-up; the file has everybody */
    UNIT_PENDING_MAX = 256, /* events on their way to the journal that must not be lost */
    UNIT_RETRY_EVENTS = 32, /* of them are tried again at once */
    UNIT_RECORD_MAX = 512, /* record of anything but a decision */
    UNIT_TEXT_SIZE = 64
};

#define UNIT_PROOF_WAIT_US   (INT64_C(1) * 1000000) /* a card that doesn't answer is given up */
#define UNIT_JOURNAL_WAIT_US (INT64_C(2) * 1000000) /* a grant that waits for its journal entry is given up */
#define UNIT_QUEUE_WAIT_US   (INT64_C(5) * 1000000) /* a tap waits so long for the lane */
#define UNIT_CURE_WAIT_US    (INT64_C(60) * 1000000) /* a denied tap can be cured so long */
#define UNIT_CURE_LOOK_US    (INT64_C(250) * 1000) /* how often the list is looked at meanwhile */
#define UNIT_RETRY_US        (INT64_C(1) * 1000000) /* journal and lines that failed are tried again */
#define UNIT_LOOK_US         (INT64_C(2) * 1000000) /* list, zones and clock are looked at */
#define UNIT_JUMP_US         (INT64_C(2) * 1000000) /* more between the clocks is a jump */

/* A card at a reader, with what is known of it so far. */
struct unit_tap {
    bool present;
    bool cured; /* decided again without a second tap */
    bool queued; /* it has waited for the lane */
    struct card_number card;
    bool can_desfire;
    enum access_proof proof;
    int64_t field_us, uid_us, gate_us, found_us, proved_us, decided_us; /* boot; 0: not yet */
    int64_t until_us; /* how long it waits: for its proof, for the lane, for a cure */
};

enum unit_grant_stage {
    UNIT_GRANT_NONE,
    UNIT_GRANT_WAITING, /* costed: its journal entry isn't durable yet */
    UNIT_GRANT_OPEN /* released: the lane has it */
};

/* What a passage on a grant is and takes. */
struct unit_way {
    struct visit_passage passage; /* as decided; the day is the decision's */
    int64_t cost_id; /* entitlement that the cost is taken from */
    enum visit_cost cost; /* reserved */
};

struct unit_grant {
    enum unit_grant_stage stage; /* the rest stays until the next grant: alarms speak of it */
    uint64_t number;
    uint64_t ticket; /* waiting for */
    int64_t until_us; /* waiting: given up then */
    int reader; /* -1: none, staff or a button */
    enum lane_side side;
    bool either; /* good either way: the lane tells which */
    bool override; /* staff and emergency cards: a shut lane takes it too */
    int64_t holder; /* 0: nobody known, nothing is booked */
    struct card_number card; /* CARD_NONE: nobody's */
    struct unit_way way; /* on `side` */
    struct unit_way other; /* the other way; only when either */
    int64_t uid_us, field_us;
    const char *why; /* why it is being taken back; NULL: nobody passed in time */
};

struct unit_lane {
    struct lane core;
    struct contacts contacts;
    enum lane_mode mode; /* as staff set it */
    bool input[GATE_INPUTS];
    bool input_known[GATE_INPUTS];
    struct unit_grant grant;
    struct unit_tap waiting; /* granted, but the lane was not free */
    unsigned waiting_reader;
    struct lane_outputs driven;
    bool driven_known;
    bool fault; /* its lines can't be driven */
    int64_t retry_us;
    int64_t exit_until_us; /* somebody pressed the exit button while the lane was not free; 0: nobody */
    char alarm[UNIT_TEXT_SIZE];
};

struct unit_reader {
    bool working;
    struct list_point point;
    bool point_known, point_told;
    struct unit_tap proving;
    struct card_number last_card; /* the newest tap that counted */
    int64_t last_us;
    struct unit_tap denied; /* for a cure */
    enum access_code denied_code;
};

/* An event that must reach the journal: kept until it is durable. */
struct unit_pending {
    uint64_t ticket; /* 0: free */
    bool failed; /* to be tried again */
    struct journal_event event;
    uint8_t record[UNIT_RECORD_MAX];
};

struct unit {
    const struct gate_config *config;
    struct list_db *list; /* NULL: the gate's policy holds */
    struct journal_db *journal;
    struct unit_ops ops;
    void *user;

    struct list_meta meta;
    struct list_branch branch; /* the last one known */
    int64_t list_counter;

    struct emergency emergency;
    struct presence *presence;
    bool clock_trusted;
    int64_t clock_offset_us; /* UTC less boot, as last seen */
    bool lockdown_staff, lockdown_told;
    bool lockdown_known; /* every lock-down input was told */
    bool fire;
    int64_t look_us; /* next look at list, zones and clock */
    int64_t retry_us; /* next try of failed events; US_NEVER */
    int64_t cure_us; /* next look at the list while a denied tap may be cured */
    bool journal_failing;
    unsigned lost_events, lost_passages; /* that the journal could not take at all */
    bool no_list_told;

    uint64_t next_grant, next_ticket;
    struct unit_lane lanes[GATE_LANES_MAX];
    struct unit_reader readers[GATE_READERS_MAX];
    struct unit_pending pending[UNIT_PENDING_MAX];

    /* One decision at a time: too large for the stack. */
    struct access_query query;
    struct access_verdict verdict;
    struct access_verdict other_verdict; /* about the other way, when either */
    enum lane_side side; /* that the verdict is about */
    bool either; /* granted both ways */
    int64_t counted_seq[ACCESS_ENTITLEMENTS_MAX];
    uint8_t record[ACCESS_RECORD_MAX];
    struct lane_update fire_updates[GATE_LANES_MAX];
};

/* unit.c */
/** Serves what waits and drives lines that changed: the end of every call. */
void unit_settle(struct unit *unit, struct unit_now now);
struct unit_news unit_news_new(enum unit_phase phase, struct unit_now now, int lane, int reader);
void unit_tell(struct unit *unit, const struct unit_news *news);
void unit_notice(struct unit *unit, const char *notice, int lane, int reader, const struct card_number *card,
                 const struct journal_event *event, struct unit_now now);

/* unit_journal.c */
struct journal_event unit_event_new(const struct unit *unit, enum journal_kind kind, int lane, int reader,
                                    struct unit_now now);
/** Hands an event over; nobody waits. A failure is noticed, no more: @return 0 or a negative errno. */
int unit_append(struct unit *unit, const struct journal_event *event, uint64_t ticket, struct unit_now now);
/** Hands over an event that has an effect, and tries again until it is written. */
void unit_append_sure(struct unit *unit, const struct journal_event *event, struct unit_now now);
/** @return true when @ticket was one of the events kept here. */
bool unit_pending_done(struct unit *unit, uint64_t ticket, int result, struct unit_now now);
void unit_pending_retry(struct unit *unit, struct unit_now now);
/** Uses of an entitlement that the journal's tables don't know yet: written before it is told is written. */
int64_t unit_pending_uses(struct unit *unit, enum visit_cost kind, int64_t id);
/** True when the journal is known to hold an undo of @seq that isn't written yet. */
bool unit_pending_undo(const struct unit *unit, int64_t seq);
void unit_journal_result(struct unit *unit, int result, struct unit_now now);
/** Packs who and why into @ret_record (UNIT_RECORD_MAX). @return its length. */
size_t unit_record_who(uint8_t *ret_record, const char *who, const char *why);

/* unit_tap.c */
/** Decides about a tap whose proof is settled. */
void unit_tap_decide(struct unit *unit, unsigned reader, struct unit_tap *tap, struct unit_now now);
void unit_taps_time(struct unit *unit, struct unit_now now);
/** The list has changed: denied taps are decided again. */
void unit_taps_cure(struct unit *unit, struct unit_now now);
int64_t unit_taps_deadline(const struct unit *unit);
/** The next tap at a reader counts however soon it comes. @reader -1: none. */
void unit_forget_card(struct unit *unit, int reader);

bool unit_tap_needs_proof(struct unit *unit, unsigned reader, const struct unit_tap *tap, struct unit_now now);
/** Encodes the decision in query and verdict into unit->record. @return its length; 0 when it can't be. */
size_t unit_record_decision(struct unit *unit, const struct unit_tap *tap);

/* unit_query.c */
/** Fills unit->query for a tap. @return 0; a negative errno when the list couldn't be read (policy holds). */
int unit_query_fill(struct unit *unit, unsigned reader, const struct unit_tap *tap, struct unit_now now);
int64_t unit_query_holder(const struct unit *unit);
/** True when the reader serves both ways of a lane whose contacts can tell which one was taken. */
bool unit_reader_either(const struct unit *unit, unsigned reader);
/** Decides unit->query: verdict, side, and whether both ways are granted. */
void unit_query_decide(struct unit *unit, unsigned reader);

/* unit_grant.c */
/** True when nothing stands in the way of a release now: lane at rest, no grant, its interlock shut. */
bool unit_lane_ready(const struct unit *unit, unsigned lane);
bool unit_lane_interlock_free(const struct unit *unit, unsigned lane);
/** True when a tap waits for this lane, or for one that is never open with it. */
bool unit_lane_has_queue(const struct unit *unit, unsigned lane);
/** True when the lane has a grant on which nobody has moved. */
bool unit_grant_unmoved(const struct unit *unit, unsigned lane);
/** The way that the grant's passage goes, as far as the lane knows. */
const struct unit_way *unit_grant_way(const struct unit *unit, unsigned lane);
/** Takes such a grant back. */
void unit_grant_cancel(struct unit *unit, unsigned lane, const char *why, struct unit_now now);
/** Opens a grant for the verdict in unit->verdict. The lane must be ready. */
void unit_grant_card(struct unit *unit, unsigned reader, const struct unit_tap *tap, struct unit_now now);
/** Opens a grant of nobody: staff or the exit button. @event is journalled with it. @return its outcome. */
int unit_grant_nobody(struct unit *unit, unsigned lane, int reader, enum lane_side side, struct journal_event *event,
                      const struct card_number *card, struct unit_now now);
void unit_grant_durable(struct unit *unit, unsigned lane, int result, struct unit_now now);
void unit_grant_passed(struct unit *unit, unsigned lane, struct unit_now now);
/** Ends the open or waiting grant without a passage. @why goes into the journal's detail. */
void unit_grant_ended(struct unit *unit, unsigned lane, const char *why, struct unit_now now);
/** The open grant of a holder on another lane than @except, or -1. */
int unit_grant_of(const struct unit *unit, int64_t holder, int except);
int unit_grants_restore(struct unit *unit, struct unit_now now);
void unit_grants_time(struct unit *unit, struct unit_now now);

/* unit_lane.c */
/** Steps a lane and carries out what follows. @return the step's actions. */
uint32_t unit_lane_step(struct unit *unit, unsigned lane, enum lane_event_kind kind, uint64_t grant, int64_t boot_us,
                        struct unit_now now);
/** Drives a lane's lines where they differ. @return 0 or a negative errno. */
int unit_lane_drive(struct unit *unit, unsigned lane, struct unit_now now);
/** @lane -1: of the whole unit. @grant: whose alarm it is; 0: nobody's. */
void unit_lane_alarm(struct unit *unit, int lane, uint64_t grant, const char *name, bool on, struct unit_now now);
/** Takes the lane into the mode that staff, lock-down and fire together ask for. @why: for a grant that this ends. */
void unit_lane_apply_mode(struct unit *unit, unsigned lane, const char *why, struct unit_now now);
void unit_lanes_time(struct unit *unit, struct unit_now now);
int64_t unit_lanes_deadline(const struct unit *unit);
bool unit_lockdown(const struct unit *unit);
/** Staff's wish (@lane -1, @who) or a lane's input has changed: journals it and takes the lanes into their modes. */
void unit_lockdown_changed(struct unit *unit, int lane, const char *who, struct unit_now now);

/* unit_policy.c */
/** Reads meta, points and branch again when the list has changed. @return true when it had. */
bool unit_list_refresh(struct unit *unit, bool force, struct unit_now now);
/** The list failed with @error while it was read: let go of it. */
void unit_list_failed(struct unit *unit, int error, struct unit_now now);
void unit_clock_look(struct unit *unit, struct unit_now now);

/* unit_staff.c */
/** Lock-down and modes as staff set them before the start, journalled as restored. @return 0 or a negative errno. */
int unit_settings_restore(struct unit *unit, struct unit_now now);

/* unit_undo.c */
struct unit_booking {
    struct visit_presence before, after;
    struct visit_effect effect;
    enum visit_cost cost; /* taken */
    int64_t cost_id;
};
/** @return the record's length. */
size_t unit_booking_pack(const struct unit_booking *booking, uint8_t *ret_record, size_t size);
/** @return false when the record holds no booking. */
bool unit_booking_unpack(const uint8_t *record, size_t n, struct unit_booking *ret_booking);
/** Takes the booking out of what is known of the person now: when nothing has happened since, what was before it; else
 * only what this passage added, and whatever came later stays. */
void unit_booking_undo(const struct unit_booking *booking, struct visit_presence *presence);
