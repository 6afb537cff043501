#include "rack/rack_internal.h"

#include "base/clock.h"
#include "base/text.h"
#include "i18n/i18n.h"
#include "morning/chain.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const lane_names[RACK_LANES] = {[RACK_MAIN] = "main", [RACK_POOL] = "pool"};
static const char *const reader_names[STAGE_READERS] = {
    [STAGE_ENTRANCE] = "entrance", [STAGE_WAY_OUT] = "way-out", [STAGE_POOL] = "pool"};
/* The rogue card's fault: libnfc 1.8 aborts on it. */
#define ROGUE_FAULT "dial status_bit7 forever"

void rack_init(struct rack *ret_rack, int64_t now_us, int64_t utc_us)
{
    *ret_rack =
        (struct rack){.now_us = now_us, .utc_us = utc_us, .chosen = -1, .gate = RACK_GATE_STARTS, .people = {-1, -1}};
    (void)zone_parse(CHAIN_ZONE, &ret_rack->zone);
    ret_rack->lanes[RACK_POOL].is_door = true;
    for (size_t i = 0; i < STAGE_READERS; i++) {
        ret_rack->readers[i].card = -1;
    }
}

/* -- wishes and lines --------------------------------------------------------------------------------------- */

static void wish(struct rack *r, struct rack_wish what)
{
    if (r->n_wishes < RACK_WISHES_MAX) {
        r->wishes[(r->first_wish + r->n_wishes) % RACK_WISHES_MAX] = what;
        r->n_wishes++;
    }
}

__attribute__((format(printf, 2, 3))) static void tell_lanes(struct rack *r, const char *format, ...)
{
    struct rack_wish what = {.kind = RACK_WISH_LANES};
    va_list args;
    va_start(args, format);
    (void)vsnprintf(what.command, sizeof(what.command), format, args);
    va_end(args);
    wish(r, what);
}

static void tell_reader(struct rack *r, enum stage_reader reader, const char *command)
{
    struct rack_wish what = {.kind = RACK_WISH_READER, .reader = reader};
    (void)text_copy(what.command, sizeof(what.command), command);
    wish(r, what);
}

bool rack_next_wish(struct rack *r, struct rack_wish *ret_wish)
{
    if (r->n_wishes == 0) {
        return false;
    }
    *ret_wish = r->wishes[r->first_wish];
    r->first_wish = (r->first_wish + 1) % RACK_WISHES_MAX;
    r->n_wishes--;
    return true;
}

static void add_line(struct rack *r, const struct rack_line *line)
{
    memmove(&r->lines[1], &r->lines[0], (RACK_LINES - 1) * sizeof(r->lines[0]));
    r->lines[0] = *line;
    r->n_lines = r->n_lines < RACK_LINES ? r->n_lines + 1 : RACK_LINES;
}

static void say(struct rack *r, enum widget_tone tone, enum icon icon, const char *text)
{
    struct rack_line line = {.utc_us = r->utc_us, .tone = tone, .icon = icon};
    (void)text_copy(line.text, sizeof(line.text), text);
    add_line(r, &line);
}

void rack_failed(struct rack *r, const char *error)
{
    say(r, TONE_DANGER, ICON_WARNING, error);
}

/* -- time --------------------------------------------------------------------------------------------------- */

void rack_time(struct rack *r, int64_t now_us, int64_t utc_us)
{
    r->now_us = now_us;
    r->utc_us = utc_us;
    for (size_t i = 0; i < STAGE_READERS; i++) {
        struct rack_reader *reader = &r->readers[i];
        if (reader->card >= 0 && now_us >= reader->held_until_us) {
            reader->card = -1;
            reader->answer = RACK_NO_ANSWER;
        }
        if (reader->calm_us != 0 && now_us >= reader->calm_us) {
            reader->calm_us = 0;
            tell_reader(r, (enum stage_reader)i, "calm");
        }
    }
    for (size_t i = 0; i < RACK_LANES; i++) {
        rack_lane_time(&r->lanes[i], now_us);
    }
    if (r->power_us != 0 && now_us >= r->power_us) {
        r->power_us = 0;
        r->gate = RACK_GATE_STARTS;
        wish(r, (struct rack_wish){.kind = RACK_WISH_POWER_ON});
    }
    if (r->screen_us != 0 && now_us >= r->screen_us) {
        r->screen_us = 0;
        wish(r, (struct rack_wish){.kind = RACK_WISH_SCREEN_START});
    }
}

static int64_t sooner(int64_t a, int64_t b)
{
    return b != 0 && b < a ? b : a;
}

int64_t rack_deadline(const struct rack *r)
{
    int64_t at = sooner(sooner(US_NEVER, r->power_us), r->screen_us);
    for (size_t i = 0; i < STAGE_READERS; i++) {
        at = sooner(at, r->readers[i].calm_us);
        at = r->readers[i].card >= 0 ? sooner(at, r->readers[i].held_until_us) : at;
    }
    for (size_t i = 0; i < RACK_LANES && at > r->now_us; i++) {
        at = rack_lane_moves(&r->lanes[i], r->now_us) ? sooner(at, r->now_us + 20 * US_PER_MS) : at;
    }
    return at;
}

bool rack_moves(const struct rack *r)
{
    return r->lanes[RACK_MAIN].n_walkers > 0 || r->lanes[RACK_POOL].n_walkers > 0 ||
           rack_lane_moves(&r->lanes[RACK_POOL], r->now_us);
}

/* -- touches ------------------------------------------------------------------------------------------------ */

static void hold(struct rack *r, enum stage_reader at)
{
    struct rack_reader *reader = &r->readers[at];
    r->target = at == STAGE_POOL ? RACK_POOL : RACK_MAIN;
    r->side = at == STAGE_WAY_OUT ? RACK_OUT : RACK_IN;
    if (r->chosen < 0) {
        say(r, TONE_NEUTRAL, ICON_CARD, _("Choose a card first, then touch a reader"));
        return;
    }
    if (reader->unplugged) {
        say(r, TONE_NEUTRAL, ICON_INFO, _("This reader is unplugged"));
        return;
    }
    struct rack_card card = rack_card((size_t)r->chosen);
    if (card.kind == RACK_ROGUE && reader->calm_us == 0) {
        tell_reader(r, at, ROGUE_FAULT);
        reader->calm_us = r->now_us + 2 * RACK_HOLD_US;
    }
    reader->card = r->chosen;
    reader->held_until_us = r->now_us + RACK_HOLD_US;
    reader->answer = RACK_NO_ANSWER;
    wish(r, (struct rack_wish){.kind = RACK_WISH_PUT, .reader = at, .card = (size_t)r->chosen});
}

static void plug(struct rack *r, enum stage_reader at)
{
    struct rack_reader *reader = &r->readers[at];
    reader->unplugged = !reader->unplugged;
    tell_reader(r, at, reader->unplugged ? "gone" : "back");
    reader->card = reader->unplugged ? -1 : reader->card;
}

static void send(struct rack *r, enum rack_story story, const char *command)
{
    struct rack_lane *lane = &r->lanes[r->target];
    if (!rack_lane_send(lane, story, r->side, r->now_us)) {
        say(r, TONE_NEUTRAL, ICON_USERS, _("Enough people are waiting there"));
        return;
    }
    tell_lanes(r, "%s %s %s", command, lane_names[r->target], r->side == RACK_OUT ? "out" : "in");
}

static void send_two(struct rack *r)
{
    struct rack_lane *lane = &r->lanes[r->target];
    if (lane->n_walkers + 2 > RACK_WALKERS_MAX) {
        say(r, TONE_NEUTRAL, ICON_USERS, _("Enough people are waiting there"));
        return;
    }
    (void)rack_lane_send(lane, RACK_WALKS, r->side, r->now_us);
    (void)rack_lane_send(lane, RACK_FOLLOWS, r->side, r->now_us);
    tell_lanes(r, "walk %s %s follow", lane_names[r->target], r->side == RACK_OUT ? "out" : "in");
}

static void cut_power(struct rack *r)
{
    if (r->gate == RACK_GATE_OFF) {
        return;
    }
    wish(r, (struct rack_wish){.kind = RACK_WISH_POWER_CUT});
    r->gate = RACK_GATE_OFF;
    r->power_us = r->now_us + RACK_POWER_US;
    for (size_t i = 0; i < STAGE_READERS; i++) {
        r->readers[i].working = false;
    }
    say(r, TONE_DANGER, ICON_POWER, _("Power cut"));
}

static void kill_screen(struct rack *r)
{
    if (r->screen) {
        wish(r, (struct rack_wish){.kind = RACK_WISH_SCREEN_KILL});
        r->screen = false;
        r->screen_us = r->now_us + RACK_SCREEN_US;
        say(r, TONE_DANGER, ICON_MONITOR, _("Screen killed"));
    }
}

static void switch_over(struct rack *r, bool *state, const char *command)
{
    *state = !*state;
    tell_lanes(r, "%s %s", command, *state ? "on" : "off");
}

/* @return false when it is none of these. */
static bool on_person(struct rack *r, int kind)
{
    switch (kind) {
    case RACK_ON_WALK:
        send(r, RACK_WALKS, "walk");
        return true;
    case RACK_ON_FOLLOWED:
        send_two(r);
        return true;
    case RACK_ON_TURN_BACK:
        send(r, RACK_TURNS_BACK, "turn_back");
        return true;
    case RACK_ON_FORCE:
        send(r, RACK_FORCES, "force");
        return true;
    default:
        return false;
    }
}

void rack_on(struct rack *r, const struct intent *intent)
{
    int64_t arg = intent->arg;
    if (on_person(r, intent->kind)) {
        return;
    }
    switch (intent->kind) {
    case RACK_ON_CARD:
        r->chosen = arg < 0 || arg >= (int64_t)rack_cards_count() || r->chosen == (int)arg ? -1 : (int)arg;
        break;
    case RACK_ON_READER:
        if (arg >= 0 && arg < STAGE_READERS) {
            hold(r, (enum stage_reader)arg);
        }
        break;
    case RACK_ON_PLUG:
        if (arg >= 0 && arg < STAGE_READERS) {
            plug(r, (enum stage_reader)arg);
        }
        break;
    case RACK_ON_BUTTON:
        tell_lanes(r, "button main");
        break;
    case RACK_ON_FIRE:
        switch_over(r, &r->fire, "fire");
        break;
    case RACK_ON_LOCKDOWN:
        switch_over(r, &r->lockdown, "lockdown");
        break;
    case RACK_ON_TAMPER:
        switch_over(r, &r->tamper, "tamper main");
        break;
    case RACK_ON_POWER:
        cut_power(r);
        break;
    case RACK_ON_SCREEN:
        kill_screen(r);
        break;
    case RACK_ON_LIST:
        r->list_away = !r->list_away;
        wish(r, (struct rack_wish){.kind = r->list_away ? RACK_WISH_LIST_AWAY : RACK_WISH_LIST_BACK});
        break;
    default:
        break;
    }
}

/* -- what the world says ------------------------------------------------------------------------------------ */

void rack_news(struct rack *r, const struct gate_news *news)
{
    struct rack_line line;
    for (size_t i = 0; i < STAGE_READERS; i++) {
        struct rack_reader *reader = &r->readers[i];
        bool here = reader->card >= 0 && strcmp(news->reader, reader_names[i]) == 0;
        if (here && (news->phase == NEWS_GRANTED || news->phase == NEWS_DENIED)) {
            reader->answer = news->phase == NEWS_GRANTED ? RACK_YES : RACK_NO;
        }
        if (strcmp(news->reader, reader_names[i]) == 0 && news->phase == NEWS_NOTICE) {
            reader->working = news->notice == NOTICE_READER_READY || news->notice == NOTICE_READER_BACK ||
                              (reader->working && news->notice != NOTICE_READER_LOST);
        }
    }
    if (rack_line_of(news, &line)) {
        add_line(r, &line);
    }
}

void rack_status(struct rack *r, const struct gate_status *status)
{
    for (size_t i = 0; i < status->n_readers; i++) {
        for (size_t k = 0; k < STAGE_READERS; k++) {
            if (strcmp(status->readers[i].name, reader_names[k]) == 0) {
                r->readers[k].working = status->readers[i].working;
            }
        }
    }
    for (size_t i = 0; i < status->n_zones; i++) {
        if (status->zones[i].id == 1 || status->zones[i].id == 2) {
            r->people[status->zones[i].id - 1] = status->zones[i].people;
        }
    }
}

void rack_connected(struct rack *r, bool connected)
{
    if (connected && r->gate != RACK_GATE_ON) {
        say(r, TONE_SUCCESS, ICON_POWER, _("The gate is on"));
    }
    if (connected || r->gate == RACK_GATE_ON) {
        r->gate = connected ? RACK_GATE_ON : RACK_GATE_STARTS;
    }
}

void rack_gate_ended(struct rack *r)
{
    say(r, TONE_DANGER, ICON_WARNING, _("The gate has ended by itself"));
    r->gate = RACK_GATE_OFF;
    r->power_us = r->now_us + RACK_POWER_US;
}

void rack_screen(struct rack *r, bool runs)
{
    if (!runs) {
        say(r, TONE_DANGER, ICON_WARNING, _("The screen has ended by itself"));
        r->screen_us = r->now_us + RACK_SCREEN_US;
    } else {
        say(r, TONE_SUCCESS, ICON_MONITOR, _("The screen is on"));
    }
    r->screen = runs;
}

/* "main-release-in" active: the arm is free inwards. */
static void take_line(struct rack *r, const char *name, bool active)
{
    for (size_t i = 0; i < RACK_LANES; i++) {
        size_t n = strlen(lane_names[i]);
        if (strncmp(name, lane_names[i], n) != 0) {
            continue;
        }
        if (strcmp(name + n, "-release-in") == 0) {
            r->lanes[i].released[RACK_IN] = active;
        } else if (strcmp(name + n, "-release-out") == 0) {
            r->lanes[i].released[RACK_OUT] = active;
        }
    }
}

/* One line of the log: TIME line NAME active|inactive, or TIME lane NAME EVENT SIDE. */
static void take_event(struct rack *r, char *text)
{
    char *rest = text, *words[4] = {NULL};
    int64_t at_us;
    for (size_t i = 0; i < 4; i++) {
        words[i] = strtok_r(i == 0 ? text : NULL, " ", &rest);
    }
    if (!words[3] || !text_int(words[0], 0, INT64_MAX, &at_us)) {
        return;
    }
    if (strcmp(words[1], "line") == 0) {
        take_line(r, words[2], strcmp(words[3], "active") == 0);
    }
    for (size_t i = 0; i < RACK_LANES && strcmp(words[1], "lane") == 0; i++) {
        if (strcmp(words[2], lane_names[i]) == 0) {
            rack_lane_event(&r->lanes[i], words[3], at_us);
        }
    }
}

bool rack_lanes_log(struct rack *r, const char *log)
{
    bool more = false;
    while (*log) {
        char line[128];
        size_t n = strcspn(log, "\n");
        if (n < sizeof(line)) {
            memcpy(line, log, n);
            line[n] = '\0';
            more = more || strcmp(line, "more") == 0;
            take_event(r, line);
        }
        log += n + (log[n] == '\n');
    }
    return more;
}
