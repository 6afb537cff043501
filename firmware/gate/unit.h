#pragma once

/* The unit: what a gate does with taps, contacts, staff's wishes and time. It holds the lanes, the grants under
 * way and what it knows of the people present; it reads the list and the journal's tables; it touches no descriptor, no
 * clock and no process. Effects go out through operations, so the whole unit runs in simulated time in tests.
 *
 * Order of a call: take the event, step the core, drive the lines, journal, tell. Two phases: granted -> released ->
 * passed. A grant that costs the member something is released only when its journal entry is durable
 * (unit_journal_done); any other is journalled alongside. */

#include "core/access.h"
#include "core/lane.h"
#include "db/journal_db.h"
#include "db/list_db.h"
#include "gate/config.h"
#include "gate/emergency.h"

#include <stdbool.h>
#include <stdint.h>

struct unit;

/* Both clocks at one moment, read once per wake-up by the process. */
struct unit_now {
    int64_t boot_us;
    int64_t utc_us;
};

enum unit_phase {
    UNIT_GRANTED,
    UNIT_DENIED,
    UNIT_RELEASED,
    UNIT_PASSED,
    UNIT_NOT_PASSED,
    UNIT_UNRESOLVED,
    UNIT_ALARM,
    UNIT_NOTICE
};

/* What lies in an event's record beside, for a decision, the access record: base/pack, tags that the access record
 * doesn't use. Times are boot microseconds, left out where a stage did not happen. */
enum unit_record_tag {
    UNIT_RECORD_WHO = 1000, /* staff's wishes: text */
    UNIT_RECORD_WHY, /* text: the reason; of a JOURNAL_STAFF_ACT what was done */
    UNIT_RECORD_FIELD_US, /* a decision, a release: start of the select that found the card */
    UNIT_RECORD_UID_US, /* UID known */
    UNIT_RECORD_FOUND_US, /* looked up in the list */
    UNIT_RECORD_PROVED_US, /* the card's proof came */
    UNIT_RECORD_DECIDED_US,
    UNIT_RECORD_LINE_US, /* line set */
    UNIT_RECORD_BEFORE, /* a passage: presence before it, packed (unit_undo restores it) */
    UNIT_RECORD_AFTER, /* a passage: presence after it */
    UNIT_RECORD_EFFECT, /* a passage: bits 1 entry, 2 opened a visit, 4 closed it, 8 took the cost */
    UNIT_RECORD_COST_KIND, /* enum visit_cost that was taken */
    UNIT_RECORD_COST_ID /* entitlement it was taken from */
};

/* What the screen, the command line and the demo are told. Pointers hold for the call only.
 *
 * Notices (UNIT_NOTICE) are no decisions; their stable names stand in `notice`, the README says what each asks of
 * the member: read_again, second_tap, wait, wait_over, busy, fire, out_of_service, journal_failed,
 * staff_release,
 * point_unknown, reader_lost, reader_back, exit_needs_card, request_to_exit, undone, mode, lockdown, unlocked, tamper,
 * tamper_end, alarm_end, fire_end, clock_not_set, clock_set, clock_jumped, free_passage.
 * Alarms: the lane's (lane_action_text), line, journal, backlog, no_list. */
struct unit_news {
    enum unit_phase phase;
    struct unit_now at;
    uint64_t grant;
    int lane; /* index; -1: none */
    int reader; /* index; -1: none */
    const struct access_query *query; /* granted, denied; else NULL */
    const struct access_verdict *verdict; /* granted, denied; else NULL */
    const struct journal_event *event; /* what was journalled with it; seq not known yet */
    int64_t line_us; /* released: UID known to line set; else -1 */
    int64_t uid_boot_us; /* when the reader knew the UID; 0: no card */
    int64_t field_boot_us; /* when the select began that found the card; 0: no card */
    const struct card_number *card; /* whom it is about; NULL: nobody */
    const char *notice; /* notices: stable name; alarms: the alarm's name; else "" */
};

struct unit_ops {
    /** Mandatory. Drives a lane's outputs. @return 0 or a negative errno (the lane is then out of service). */
    int (*set_outputs)(void *user, unsigned lane, struct lane_outputs outputs);
    /** Mandatory. Queues an event (copied, record too). @ticket 0: nobody waits; else unit_journal_done follows with it.
     * @return 0 or a negative errno (the queue is full). */
    int (*journal)(void *user, const struct journal_event *event, uint64_t ticket);
    /** Mandatory. Asks a reader to authenticate the card in its field; unit_proof follows. */
    int (*authenticate)(void *user, unsigned reader, const struct card_number *uid);
    /** Optional. */
    void (*tell)(void *user, const struct unit_news *news);
    /** Mandatory. The clock, for the stages of one decision only. */
    int64_t (*boot_us)(void *user);
    /** Optional. The list failed while it was read: the unit has let go of it and follows the gate's policy. Must not
     * call the unit; the process closes and quarantines the file afterwards and calls unit_set_list. */
    void (*list_broken)(void *user, int error);
};

struct unit_card {
    struct card_number number;
    bool can_desfire; /* by SAK and ATS it speaks ISO 14443-4 */
    int64_t field_us; /* boot: start of the select that found it */
    int64_t uid_us; /* boot: UID known */
};

/** @list may be NULL (missing or broken: the gate's policy holds until unit_set_list); @journal is a read handle. Both and
 * @config stay the caller's and must outlive the unit. Closes grants that a crash left open as unresolved (journalled).
 * @return 0 or a negative errno. */
int unit_new(const struct gate_config *config, struct list_db *list, struct journal_db *journal,
             const struct unit_ops *ops, void *user, struct unit_now now, struct unit **ret_unit);
void unit_free(struct unit *unit);

/** Another list file has taken the place of the old one; NULL: there is none. */
void unit_set_list(struct unit *unit, struct list_db *list, struct unit_now now);
/** The cards that pass while there is no list, and in a lock-down; copied. None until it is called. */
void unit_set_emergency(struct unit *unit, const struct emergency *emergency);
/** Whether the wall clock can be trusted (until it is called: it can). Journals JOURNAL_CLOCK when that changes; jumps
 * are noticed by the unit itself. */
void unit_set_clock(struct unit *unit, bool trusted, struct unit_now now);
/** A card came into a reader's field. */
void unit_card_seen(struct unit *unit, unsigned reader, const struct unit_card *card, struct unit_now now);
/** The reader's answer to `authenticate`. ACCESS_PROOF_NONE: the card was torn away, nothing is proved either way. */
void unit_proof(struct unit *unit, unsigned reader, enum access_proof proof, struct unit_now now);
void unit_card_gone(struct unit *unit, unsigned reader, struct unit_now now);
/** A reader was lost, or works again; taken to work until it is said to be lost. */
void unit_reader_state(struct unit *unit, unsigned reader, bool working, const char *why, struct unit_now now);
/** An input changed its level. @input as in gate_config. */
void unit_input(struct unit *unit, unsigned lane, enum gate_input input, bool active, int64_t boot_us,
                struct unit_now now);
/** The journal has written (0) or could not write (negative errno) the event of @ticket. */
void unit_journal_done(struct unit *unit, uint64_t ticket, int result, struct unit_now now);
/** Hands over again at once what the journal could not take: it works again, or the process stops. */
void unit_flush(struct unit *unit, struct unit_now now);
/** unit_deadline was reached, or the clock is to be looked at: call it at least every ten seconds. */
void unit_time(struct unit *unit, struct unit_now now);
/** Boot microseconds; US_NEVER when nothing is due. */
int64_t unit_deadline(const struct unit *unit);

/* Named outcomes of staff's wishes. */
enum unit_outcome { UNIT_NO_LANE = 1, UNIT_BUSY, UNIT_REFUSED, UNIT_NOT_FOUND, UNIT_TOO_MANY };

/** Staff let somebody through: logged with who and why (both non-empty). @return 0 or an outcome. */
int unit_release(struct unit *unit, unsigned lane, enum lane_side side, const char *who, const char *why,
                 struct unit_now now);
int unit_set_mode(struct unit *unit, unsigned lane, enum lane_mode mode, const char *who, const char *why,
                  struct unit_now now);
/** Takes an entry back (the seq of its JOURNAL_PASSED). */
int unit_undo(struct unit *unit, int64_t seq, const char *who, const char *why, struct unit_now now);
/** Lock-down for the whole unit. */
void unit_set_lockdown(struct unit *unit, bool on, const char *who, struct unit_now now);
/** Something that staff did at a screen and that nothing else tells of, for the journal (both texts non-empty). @lane -1:
 * at none. How often, the caller bounds. @return 0, an outcome, or a negative errno when the journal takes nothing. */
int unit_note(struct unit *unit, int lane, const char *who, const char *what, struct unit_now now);

struct unit_lane_status {
    const char *name;
    enum lane_state state;
    bool release_in, release_out, has_grant, fault;
    enum lane_mode mode; /* as staff set it */
    const char *alarm; /* "" when none */
};
void unit_lane_status(const struct unit *unit, unsigned lane, struct unit_lane_status *ret_status);
/** "normal", "free", "locked"; "" for what is no mode. */
const char *unit_mode_text(enum lane_mode mode);
/** Whether the fire line frees the lanes now; whether a lock-down holds, by staff or by an input. */
bool unit_in_fire(const struct unit *unit);
bool unit_in_lockdown(const struct unit *unit);

struct unit_zone_status {
    int64_t id;
    const char *name; /* good until the list changes; "" when the list has no such zone */
    uint32_t people, limit; /* limit 0: none */
};
/** The zones that the readers' points lead into, each once, in the order of the readers. @return how many. */
size_t unit_zones_status(const struct unit *unit, struct unit_zone_status ret_zones[GATE_READERS_MAX]);
