/* Each scene does something on the stage, waits for what the journal must say of it, and goes on. What comes otherwise is
 * a surprise: it is said, counted, and makes the demonstration fail at its end. */

#include "morning/scenes.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"
#include "morning/chain.h"
#include "morning/people.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <string.h>

enum { EVENT_WAIT_MS = 10000, TAP_GAP_MS = 320 };

/* What the person does after the tap. */
enum manner { STANDS, WALKS, WAITS, TURNS_BACK, IS_FOLLOWED };

static void surprise(struct play *play, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void surprise(struct play *play, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)fputs("surprise: ", stderr);
    (void)vfprintf(stderr, format, args);
    (void)fputc('\n', stderr);
    va_end(args);
    play->surprises++;
}

static const char *lane_of(enum stage_reader reader)
{
    return reader == STAGE_POOL ? "pool" : "main";
}

/* Puts a card into a reader's field; @what is the simulator's description of it. */
static int put(struct play *play, enum stage_reader reader, const char *uid, const char *what)
{
    char command[160], answer[STAGE_ANSWER_SIZE];
    (void)snprintf(command, sizeof(command), "put %s", what);
    int r = stage_tell_reader(play->stage, reader, command, answer);
    const char *at = r == 0 ? strstr(answer, "boot_us=") : NULL;
    int64_t put_us = 0;
    char digits[24];
    if (at) {
        at += strlen("boot_us=");
        (void)snprintf(digits, sizeof(digits), "%.*s", (int)strspn(at, "0123456789"), at);
        if (!text_int(digits, 0, INT64_MAX, &put_us)) {
            surprise(play, "the reader's answer to put: %s", answer);
        }
    }
    tell_put(play->tell, uid, put_us);
    return r;
}

static int take(struct play *play, enum stage_reader reader)
{
    return stage_tell_reader(play->stage, reader, "take", NULL);
}

/* Waits for an event; one that doesn't come is a surprise. @return 0, -ETIMEDOUT or a negative errno. */
static int await(struct play *play, const struct watch_wish *wish, const char *what, struct journal_event *ret_event)
{
    int r = watch_await(play->watch, wish, EVENT_WAIT_MS, ret_event);
    if (r == -ETIMEDOUT) {
        surprise(play, "%s: nothing came", what);
    } else if (r < 0) {
        (void)snprintf(play->stage->error, sizeof(play->stage->error), "the journal: %s", strerror(-r));
    }
    return r;
}

static int walk(struct play *play, enum stage_reader reader, enum manner manner)
{
    char command[96];
    const char *lane = lane_of(reader), *side = reader == STAGE_WAY_OUT ? "out" : "in";
    switch (manner) {
    case WALKS:
        (void)snprintf(command, sizeof(command), "walk %s %s", lane, side);
        break;
    case IS_FOLLOWED:
        (void)snprintf(command, sizeof(command), "walk %s %s follow", lane, side);
        break;
    case TURNS_BACK:
        (void)snprintf(command, sizeof(command), "turn_back %s %s", lane, side);
        break;
    case WAITS:
        (void)snprintf(command, sizeof(command), "wait %s %s", lane, side);
        break;
    case STANDS:
    default:
        return 0;
    }
    return stage_tell_lanes(play->stage, command, NULL);
}

static int lane_is_quiet(struct play *play, enum stage_reader reader)
{
    char command[64];
    (void)snprintf(command, sizeof(command), "await %s idle", lane_of(reader));
    return stage_tell_lanes(play->stage, command, NULL);
}

/* A card described by @what is tapped: the decision must be @code; a person who is let in goes on in @manner. */
static int tap_card(struct play *play, enum stage_reader reader, const char *uid, const char *what,
                    enum access_code code, enum manner manner)
{
    struct journal_event decision, end;
    int64_t before = play->watch->seen;
    int r = put(play, reader, uid, what);
    if (r < 0) {
        return r;
    }
    struct watch_wish decided = {.after = before, .kinds = {JOURNAL_DECISION}, .card = uid};
    r = await(play, &decided, what, &decision);
    if (r < 0) {
        (void)take(play, reader);
        return r == -ETIMEDOUT ? 0 : r;
    }
    if (decision.code != (int32_t)code) {
        surprise(play, "%s: expected %s, got %s", uid, access_code_text(code),
                 access_code_text((enum access_code)decision.code));
    }
    if (decision.code == ACCESS_GRANTED) {
        enum journal_kind wanted = manner == WALKS || manner == IS_FOLLOWED ? JOURNAL_PASSED : JOURNAL_NOT_PASSED;
        r = walk(play, reader, manner);
        struct watch_wish ended = {
            .after = before, .kinds = {JOURNAL_PASSED, JOURNAL_NOT_PASSED}, .grant = decision.grant};
        if (r == 0) {
            r = await(play, &ended, uid, &end);
        }
        if (r == 0 && end.kind != wanted) {
            surprise(play, "%s: expected %s", uid, journal_kind_text(wanted));
        }
        if (r == 0) {
            r = lane_is_quiet(play, reader);
        }
    }
    if (r == 0 || r == -ETIMEDOUT) {
        r = take(play, reader);
    }
    /* The card leaves the field, and the same card counts again, before the next one comes. */
    (void)poll(NULL, 0, TAP_GAP_MS);
    int looked = watch_look(play->watch);
    return r < 0 ? r : looked;
}

static int tap(struct play *play, enum stage_reader reader, const char *name, enum access_code code, enum manner manner)
{
    const struct person *p = person_find(name);
    char what[128];
    stage_describe(play->stage, p, what, sizeof(what));
    return tap_card(play, reader, p->card, what, code, manner);
}

struct tap_scene {
    const char *title;
    const char *name;
    enum stage_reader reader;
    enum access_code code;
    enum manner manner;
    bool settled; /* comes when the branch's "too soon" is over */
};

static const struct tap_scene grants[] = {
    {"A member comes in", "Ida", STAGE_ENTRANCE, ACCESS_GRANTED, WALKS, false},
    {"The same card again at once", "Ida", STAGE_ENTRANCE, ACCESS_TOO_SOON, STANDS, false},
    {"A prepaid subscription that ends in five days", "Lars", STAGE_ENTRANCE, ACCESS_GRANTED, WALKS, false},
    {"A student whose certificate ends soon", "Aino", STAGE_ENTRANCE, ACCESS_GRANTED, WALKS, false},
    {"Staff left a message", "Greta", STAGE_ENTRANCE, ACCESS_GRANTED, WALKS, false},
    {"A member's punch card: on disk before the lane opens", "Jonas", STAGE_ENTRANCE, ACCESS_GRANTED, WALKS, false},
    {"A bearer's punch card, its last clip", "a bearer", STAGE_ENTRANCE, ACCESS_GRANTED, WALKS, false},
    {"... goes out", "a bearer", STAGE_WAY_OUT, ACCESS_GRANTED, WALKS, false},
    {"... and comes back", "a bearer", STAGE_ENTRANCE, ACCESS_NO_CLIPS_LEFT, STANDS, false},
    {"A day pass", "a guest", STAGE_ENTRANCE, ACCESS_GRANTED, WALKS, false},
    {"A secure card proves itself (DESFire, AES)", "Sofia", STAGE_ENTRANCE, ACCESS_GRANTED, WALKS, false},
    {"A visit a day: in", "Maja", STAGE_ENTRANCE, ACCESS_GRANTED, WALKS, false},
    {"... out", "Maja", STAGE_WAY_OUT, ACCESS_GRANTED, WALKS, false},
    {"... and in again", "Maja", STAGE_ENTRANCE, ACCESS_VISIT_LIMIT, STANDS, true},
    {"The pool holds one: the first", "Ebba", STAGE_POOL, ACCESS_GRANTED, WALKS, false},
    {"... and the second", "Leo", STAGE_POOL, ACCESS_FULL, STANDS, false},
    {"Ida is inside already: her card comes in a second time", "Ida", STAGE_ENTRANCE, ACCESS_PASSBACK, STANDS, true},
};

static const struct tap_scene denials[] = {
    {NULL, "Otto", STAGE_ENTRANCE, ACCESS_CARD_BLOCKED, STANDS, false},
    {NULL, "Karin", STAGE_ENTRANCE, ACCESS_CARD_EXPIRED, STANDS, false},
    {NULL, "Stig", STAGE_ENTRANCE, ACCESS_INACTIVE, STANDS, false},
    {NULL, "Bjorn", STAGE_ENTRANCE, ACCESS_SUSPENDED, STANDS, false},
    {NULL, "Hanna", STAGE_ENTRANCE, ACCESS_WRONG_BRANCH, STANDS, false},
    {NULL, "Elsa", STAGE_ENTRANCE, ACCESS_TOO_YOUNG, STANDS, false},
    {NULL, "Tove", STAGE_ENTRANCE, ACCESS_NOT_STARTED, STANDS, false},
    {NULL, "Uwe", STAGE_ENTRANCE, ACCESS_ENDED, STANDS, false},
    {NULL, "Pirjo", STAGE_ENTRANCE, ACCESS_FROZEN, STANDS, false},
    {NULL, "Frida", STAGE_ENTRANCE, ACCESS_UNPAID, STANDS, false},
    {NULL, "Gunnar", STAGE_ENTRANCE, ACCESS_INVOICE_OVERDUE, STANDS, false},
    {NULL, "Helge", STAGE_POOL, ACCESS_NO_RIGHT_HERE, STANDS, false},
    {NULL, "Ville", STAGE_ENTRANCE, ACCESS_OUTSIDE_HOURS, STANDS, false},
    {NULL, "Heike", STAGE_ENTRANCE, ACCESS_PUNCH_CARD_EXPIRED, STANDS, false},
    {NULL, "Mikko", STAGE_ENTRANCE, ACCESS_LIST_TOO_OLD, STANDS, false},
};

static int play_taps(struct play *play, const struct tap_scene *scenes, size_t n)
{
    int r = 0;
    for (size_t i = 0; r >= 0 && i < n; i++) {
        const struct tap_scene *s = &scenes[i];
        if (s->title) {
            tell_scene(play->tell, "%s", s->title);
        }
        if (s->settled) {
            (void)poll(NULL, 0, CHAIN_TOO_SOON_S * 1000);
        }
        r = tap(play, s->reader, s->name, s->code, s->manner);
    }
    return r;
}

static int play_forged(struct play *play)
{
    const struct person *p = person_find("Sofia");
    char what[128];
    tell_scene(play->tell, "A card that nobody knows");
    int r = tap_card(play, STAGE_ENTRANCE, "deadbeef", "classic uid=deadbeef", ACCESS_CARD_UNKNOWN, STANDS);
    if (r < 0) {
        return r;
    }
    tell_scene(play->tell, "A clone: the secure card's number on a simple card");
    (void)snprintf(what, sizeof(what), "classic uid=%s", p->card);
    r = tap_card(play, STAGE_ENTRANCE, p->card, what, ACCESS_CARD_NOT_GENUINE, STANDS);
    if (r < 0) {
        return r;
    }
    tell_scene(play->tell, "A better clone: a secure card with another key");
    (void)snprintf(what, sizeof(what), "desfire uid=%s aid=f58540 key=00112233445566778899aabbccddeeff keyno=0",
                   p->card);
    return tap_card(play, STAGE_ENTRANCE, p->card, what, ACCESS_CARD_NOT_GENUINE, STANDS);
}

static int play_lockdown(struct play *play)
{
    tell_scene(play->tell, "Lock-down: members stay out, staff get in");
    int r = stage_lockdown(play->stage, true);
    if (r == 0) {
        r = tap(play, STAGE_ENTRANCE, "Astrid", ACCESS_UNIT_LOCKED, STANDS);
    }
    if (r == 0) {
        r = tap(play, STAGE_ENTRANCE, "Nora of the staff", ACCESS_GRANTED, WALKS);
    }
    return r == 0 ? stage_lockdown(play->stage, false) : r;
}

static int play_alarm(struct play *play, int64_t before, const char *what)
{
    struct journal_event event;
    struct watch_wish wish = {.after = before, .kinds = {JOURNAL_ALARM}};
    int r = await(play, &wish, what, &event);
    return r == -ETIMEDOUT ? 0 : r;
}

static int play_people(struct play *play)
{
    tell_scene(play->tell, "A member who doesn't walk through loses nothing");
    int r = tap(play, STAGE_ENTRANCE, "Astrid", ACCESS_GRANTED, WAITS);
    if (r < 0) {
        return r;
    }
    tell_scene(play->tell, "... turns back half way");
    r = tap(play, STAGE_ENTRANCE, "Astrid", ACCESS_GRANTED, TURNS_BACK);
    if (r < 0) {
        return r;
    }
    tell_scene(play->tell, "... walks at last, and somebody slips in behind");
    int64_t before = play->watch->seen;
    r = tap(play, STAGE_ENTRANCE, "Astrid", ACCESS_GRANTED, IS_FOLLOWED);
    if (r == 0) {
        r = play_alarm(play, before, "a tailgater");
    }
    if (r < 0) {
        return r;
    }
    tell_scene(play->tell, "Somebody forces the turnstile");
    before = play->watch->seen;
    r = stage_tell_lanes(play->stage, "await main-release-in inactive", NULL);
    if (r == 0) {
        r = lane_is_quiet(play, STAGE_ENTRANCE);
    }
    if (r == 0) {
        r = stage_tell_lanes(play->stage, "force main in", NULL);
    }
    if (r == 0) {
        r = play_alarm(play, before, "a forced turnstile");
    }
    return r == 0 ? lane_is_quiet(play, STAGE_ENTRANCE) : r;
}

static int play_staff(struct play *play)
{
    struct journal_event event;
    int64_t before = play->watch->seen;
    tell_scene(play->tell, "Staff let somebody in by hand");
    int r = stage_release(play->stage, "main");
    if (r == 0) {
        r = stage_tell_lanes(play->stage, "walk main in", NULL);
    }
    struct watch_wish passed = {.after = before, .kinds = {JOURNAL_PASSED}};
    if (r == 0) {
        r = await(play, &passed, "staff's release", &event);
    }
    if (r == 0) {
        r = lane_is_quiet(play, STAGE_ENTRANCE);
    }
    if (r < 0) {
        return r == -ETIMEDOUT ? 0 : r;
    }
    tell_scene(play->tell, "An entry is taken back");
    before = play->watch->seen;
    r = tap(play, STAGE_ENTRANCE, "Saga", ACCESS_GRANTED, WALKS);
    struct watch_wish entry = {.after = before, .kinds = {JOURNAL_PASSED}};
    if (r == 0) {
        r = await(play, &entry, "an entry", &event);
    }
    if (r == 0) {
        r = stage_undo(play->stage, event.seq);
    }
    struct watch_wish undone = {.after = before, .kinds = {JOURNAL_UNDONE}};
    if (r == 0) {
        r = await(play, &undone, "an entry taken back", &event);
    }
    return r == -ETIMEDOUT ? 0 : r;
}

static int reader_comes_back(struct play *play, int64_t before, const char *fault)
{
    struct journal_event event;
    struct watch_wish back = {.after = before, .kinds = {JOURNAL_READER_BACK}};
    int r = await(play, &back, fault, &event);
    return r == -ETIMEDOUT ? 0 : r;
}

static int play_readers(struct play *play)
{
    struct journal_event event;
    int64_t before = play->watch->seen;
    tell_scene(play->tell, "A rogue card crashes the reader process: the gate goes on, and starts another");
    int r = stage_tell_reader(play->stage, STAGE_ENTRANCE, "dial status_bit7 forever", NULL);
    if (r == 0) {
        r = put(play, STAGE_ENTRANCE, "04666666666666", "desfire uid=04666666666666");
    }
    struct watch_wish lost = {.after = before, .kinds = {JOURNAL_READER_LOST}};
    if (r == 0) {
        r = await(play, &lost, "a rogue card", &event);
    }
    if (r == 0) {
        r = take(play, STAGE_ENTRANCE);
    }
    if (r == 0) {
        r = stage_tell_reader(play->stage, STAGE_ENTRANCE, "calm", NULL);
    }
    if (r == 0) {
        r = reader_comes_back(play, event.seq, "the reader after a rogue card");
    }
    if (r < 0 && r != -ETIMEDOUT) {
        return r;
    }
    tell_scene(play->tell, "The other reader is unplugged, and plugged in again");
    before = play->watch->seen;
    event.seq = before; /* where the loss isn't seen in time */
    r = stage_tell_reader(play->stage, STAGE_WAY_OUT, "gone", NULL);
    struct watch_wish unplugged = {.after = before, .kinds = {JOURNAL_READER_LOST}};
    if (r == 0) {
        r = await(play, &unplugged, "a reader unplugged", &event);
    }
    if (r == 0 || r == -ETIMEDOUT) {
        r = stage_tell_reader(play->stage, STAGE_WAY_OUT, "back", NULL);
    }
    if (r == 0) {
        r = reader_comes_back(play, event.seq, "the reader plugged in again");
    }
    return r;
}

static int play_fire(struct play *play)
{
    struct journal_event event;
    int64_t before = play->watch->seen;
    tell_scene(play->tell, "Fire: every lane is free at once");
    int r = stage_tell_lanes(play->stage, "fire on", NULL);
    static const char *const open[] = {"await main-release-in active",   "await main-release-out active",
                                       "await pool-release-in active",   "fire off",
                                       "await main-release-in inactive", "await pool-release-in inactive"};
    for (size_t i = 0; r == 0 && i < ARRAY_LEN(open); i++) {
        r = stage_tell_lanes(play->stage, open[i], NULL);
        if (r == -EINVAL) {
            surprise(play, "%s", play->stage->error);
            r = 0;
        }
    }
    struct watch_wish fire = {.after = before, .kinds = {JOURNAL_FIRE}};
    if (r == 0) {
        r = await(play, &fire, "fire", &event);
    }
    return r == -ETIMEDOUT ? 0 : r;
}

/* Counts how often the relay has closed so far. */
static int64_t rises(struct play *play)
{
    char answer[STAGE_ANSWER_SIZE];
    int64_t n = -1;
    if (stage_tell_lanes(play->stage, "status", answer) < 0) {
        return -1;
    }
    char *line = strstr(answer, "main-release-in ");
    char *at = line ? strstr(line, "rises=") : NULL;
    if (at) {
        at += strlen("rises=");
        at[strspn(at, "0123456789")] = '\0';
        (void)text_int(at, 0, INT64_MAX, &n);
    }
    return n;
}

static int play_kill(struct play *play)
{
    const struct person *p = person_find("Emil");
    struct journal_event decision, end;
    char what[128];
    int64_t before = play->watch->seen;
    tell_scene(play->tell, "kill -9 of the gate in mid-passage");
    stage_describe(play->stage, p, what, sizeof(what));
    int r = put(play, STAGE_ENTRANCE, p->card, what);
    struct watch_wish released = {.after = before, .kinds = {JOURNAL_RELEASED}, .card = NULL};
    if (r == 0) {
        r = await(play, &released, "Emil's tap", &decision);
    }
    if (r == 0) {
        r = stage_tell_lanes(play->stage, "walk main in hold_ms=1500", NULL);
    }
    if (r == 0) {
        r = stage_tell_lanes(play->stage, "await main-contact-a active", NULL);
    }
    if (r < 0) {
        return r;
    }
    stage_kill_gate(play->stage);
    r = take(play, STAGE_ENTRANCE);
    int64_t pulses = rises(play);
    if (r == 0) {
        r = stage_start_gate(play->stage);
    }
    if (r < 0) {
        return r;
    }
    struct watch_wish ended = {
        .after = before, .kinds = {JOURNAL_PASSED, JOURNAL_NOT_PASSED, JOURNAL_UNRESOLVED}, .grant = decision.grant};
    r = await(play, &ended, "the killed passage", &end);
    if (r == 0 && end.kind == JOURNAL_NOT_PASSED) {
        surprise(play, "the killed passage counts as not passed");
    }
    if (rises(play) != pulses || pulses < 0) {
        surprise(play, "the restart pulsed a relay");
    }
    return r == 0 || r == -ETIMEDOUT ? lane_is_quiet(play, STAGE_ENTRANCE) : r;
}

static int play_rush(struct play *play)
{
    tell_scene(play->tell, "A busy quarter of an hour");
    int r = 0;
    unsigned nth = 0;
    for (unsigned done = 0; r >= 0 && done < play->rush && nth < play->members; nth++) {
        char uid[CHAIN_CARD_TEXT_SIZE], what[64];
        if (!chain_member_is_welcome(nth)) {
            continue;
        }
        chain_member_card(nth, uid);
        (void)snprintf(what, sizeof(what), "ntag213 uid=%s", uid);
        r = tap_card(play, STAGE_ENTRANCE, uid, what, ACCESS_GRANTED, WALKS);
        done++;
    }
    return r;
}

int scenes_play(struct play *play)
{
    /* Nobody stands about for long, so that the morning stays short. */
    int r = stage_tell_lanes(play->stage, "dial patience_ms 2500", NULL);
    if (r >= 0) {
        r = play_taps(play, grants, ARRAY_LEN(grants));
    }
    if (r >= 0) {
        tell_scene(play->tell, "Those who are not let in, each for a reason of their own");
        r = play_taps(play, denials, ARRAY_LEN(denials));
    }
    int (*const parts[])(struct play *) = {play_forged,  play_lockdown, play_people, play_staff,
                                           play_readers, play_fire,     play_kill,   play_rush};
    for (size_t i = 0; r >= 0 && i < ARRAY_LEN(parts); i++) {
        r = parts[i](play);
    }
    return r >= 0 ? watch_look(play->watch) : r;
}
