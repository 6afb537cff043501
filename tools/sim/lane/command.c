#include "sim/lane/command.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"
#include "sim/control/control.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { WORDS_MAX = 8, MS_MAX = 3600000, COUNT_MAX = 1000000000, AWAIT_DEFAULT_MS = 10000, LOG_LINE_ROOM = 160 };

/* One command under way. */
struct command {
    struct sim_board *board;
    int64_t now;
    char text[SIM_CONTROL_COMMAND_MAX + 1];
    const char *words[WORDS_MAX];
    size_t n_words;
    char *answer;
    size_t size;
    size_t len;
    struct sim_await *await;
    bool waits;
};

static void __attribute__((format(printf, 2, 3))) say(struct command *c, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(c->answer + c->len, c->size - c->len, format, args);
    va_end(args);
    if (n > 0) {
        c->len += (size_t)n < c->size - c->len ? (size_t)n : c->size - c->len - 1;
    }
}

static void done(struct command *c, int r)
{
    if (r < 0) {
        say(c, "error: %s", strerror(-r));
    } else {
        say(c, "ok");
    }
}

/* -- words -------------------------------------------------------------------------------------------------- */

static const char *word(const struct command *c, size_t i)
{
    return i < c->n_words ? c->words[i] : "";
}

/* Finds the lane or line of word @i, or answers with an error. */
static bool lane_word(struct command *c, size_t i, unsigned *ret_lane)
{
    int found = sim_board_find_lane(c->board, word(c, i));
    if (found < 0) {
        say(c, "error: no lane '%s'", word(c, i));
        return false;
    }
    *ret_lane = (unsigned)found;
    return true;
}

static bool line_word(struct command *c, size_t i, unsigned *ret_line)
{
    int found = sim_board_find_line(c->board, word(c, i));
    if (found < 0) {
        say(c, "error: no line '%s'", word(c, i));
        return false;
    }
    *ret_line = (unsigned)found;
    return true;
}

/* Word @i is one of two. */
static bool choice_word(struct command *c, size_t i, const char *no, const char *yes, bool *ret_yes)
{
    bool is_yes = text_eq(word(c, i), yes);
    if (!is_yes && !text_eq(word(c, i), no)) {
        say(c, "error: '%s' is neither %s nor %s", word(c, i), yes, no);
        return false;
    }
    *ret_yes = is_yes;
    return true;
}

static bool number_word(struct command *c, size_t i, int64_t min, int64_t max, int64_t *ret_value)
{
    if (!text_int(word(c, i), min, max, ret_value)) {
        say(c, "error: '%s' is no number from %" PRId64 " to %" PRId64, word(c, i), min, max);
        return false;
    }
    return true;
}

/* Word @i is KEY=NUMBER with this key. @return 1, 0 when it has another key, -1 when the number is wrong. */
static int option_word(const struct command *c, size_t i, const char *key, int64_t max, int64_t *ret_value)
{
    size_t n = strlen(key);
    if (strncmp(word(c, i), key, n) != 0 || word(c, i)[n] != '=') {
        return 0;
    }
    return text_int(word(c, i) + n + 1, 0, max, ret_value) ? 1 : -1;
}

/* -- people ------------------------------------------------------------------------------------------------- */

static bool person_option(struct command *c, size_t i, struct sim_person *person)
{
    int64_t value = 0;
    if (text_eq(word(c, i), "follow")) {
        person->followed = true;
        return true;
    }
    if (option_word(c, i, "delay_ms", MS_MAX, &value) == 1) {
        person->delay_us = value * US_PER_MS;
        return true;
    }
    if (option_word(c, i, "hold_ms", MS_MAX, &value) == 1) {
        person->hold_us = value * US_PER_MS;
        return true;
    }
    if (option_word(c, i, "at", 999, &value) == 1 && value > 0) {
        person->turn_at = (unsigned)value;
        return true;
    }
    say(c, "error: option '%s'", word(c, i));
    return false;
}

static void send_person(struct command *c, enum sim_story story)
{
    struct sim_person person = {.story = story};
    unsigned lane = 0;
    bool out = false;
    if (!lane_word(c, 1, &lane) || !choice_word(c, 2, "in", "out", &out)) {
        return;
    }
    person.side = out ? SIM_OUT : SIM_IN;
    for (size_t i = 3; i < c->n_words; i++) {
        if (!person_option(c, i, &person)) {
            return;
        }
    }
    done(c, sim_lane_send(&c->board->lanes[lane], &person, c->now));
}

static void run_walk(struct command *c)
{
    send_person(c, SIM_WALK);
}

static void run_turn_back(struct command *c)
{
    send_person(c, SIM_TURN_BACK);
}

static void run_wait(struct command *c)
{
    send_person(c, SIM_STAND);
}

static void run_force(struct command *c)
{
    send_person(c, SIM_FORCE);
}

/* -- inputs ------------------------------------------------------------------------------------------------- */

static void run_button(struct command *c)
{
    unsigned lane = 0;
    if (lane_word(c, 1, &lane)) {
        done(c, sim_lane_press(&c->board->lanes[lane], c->now));
    }
}

static void run_tamper(struct command *c)
{
    unsigned lane = 0;
    bool on = false;
    if (lane_word(c, 1, &lane) && choice_word(c, 2, "off", "on", &on)) {
        done(c, sim_lane_set_input(&c->board->lanes[lane], SIM_TAMPER, on, c->now));
    }
}

static void run_fire(struct command *c)
{
    bool on = false;
    if (choice_word(c, 1, "off", "on", &on)) {
        /* A fire opens the circuit. */
        done(c, sim_board_set_input(c->board, (unsigned)sim_board_find_line(c->board, "fire"), !on, c->now));
    }
}

static void run_lockdown(struct command *c)
{
    bool on = false;
    if (choice_word(c, 1, "off", "on", &on)) {
        done(c, sim_board_set_input(c->board, (unsigned)sim_board_find_line(c->board, "lockdown"), on, c->now));
    }
}

static void run_input(struct command *c)
{
    unsigned line = 0;
    bool active = false;
    if (line_word(c, 1, &line) && choice_word(c, 2, "inactive", "active", &active)) {
        done(c, sim_board_set_input(c->board, line, active, c->now));
    }
}

static void run_stick(struct command *c)
{
    unsigned index = 0;
    if (!line_word(c, 1, &index)) {
        return;
    }
    const struct sim_line *line = &c->board->lines[index];
    bool active = false;
    enum sim_stuck stuck = SIM_STUCK_NOT;
    if (line->role != SIM_ROLE_INPUT) {
        say(c, "error: '%s' is no contact of a lane", line->name);
        return;
    }
    if (!text_eq(word(c, 2), "off")) {
        if (!choice_word(c, 2, "inactive", "active", &active)) {
            return;
        }
        stuck = active ? SIM_STUCK_ACTIVE : SIM_STUCK_INACTIVE;
    }
    done(c, sim_lane_stick(&c->board->lanes[line->lane], line->input, stuck, c->now));
}

/* -- dials -------------------------------------------------------------------------------------------------- */

static bool set_dial(struct sim_dials *dials, const char *name, int64_t value)
{
    const struct {
        const char *name;
        int64_t *us;
    } durations_ms[] = {
        {"rotation_ms", &dials->rotation_us},   {"door_swing_ms", &dials->door_swing_us},
        {"door_walk_ms", &dials->door_walk_us}, {"door_close_ms", &dials->door_close_us},
        {"reaction_ms", &dials->reaction_us},   {"patience_ms", &dials->patience_us},
        {"catch_ms", &dials->catch_us},         {"follow_ms", &dials->follow_us},
        {"press_ms", &dials->press_us},
    };
    for (size_t i = 0; i < ARRAY_LEN(durations_ms); i++) {
        if (text_eq(durations_ms[i].name, name)) {
            *durations_ms[i].us = value * US_PER_MS;
            return true;
        }
    }
    if (text_eq(name, "bounce_us")) {
        dials->bounce_us = value;
        return true;
    }
    if (text_eq(name, "bounce") && value <= SIM_BOUNCE_MAX) {
        dials->bounce = (unsigned)value;
        return true;
    }
    if (text_eq(name, "speed") && value >= 1 && value <= 1000) {
        dials->speed = (unsigned)value;
        return true;
    }
    return false;
}

static void turn_dial(struct command *c, const char *name, size_t value_word)
{
    int64_t value = 0;
    if (c->board->n_lanes == 0) {
        say(c, "error: no lane");
        return;
    }
    struct sim_dials dials = c->board->lanes[0].dials;
    if (!number_word(c, value_word, 0, MS_MAX, &value)) {
        return;
    }
    if (!set_dial(&dials, name, value)) {
        say(c, "error: no dial '%s' or no such value", name);
        return;
    }
    sim_board_set_dials(c->board, &dials);
    done(c, 0);
}

static void run_dial(struct command *c)
{
    turn_dial(c, word(c, 1), 2);
}

static void run_speed(struct command *c)
{
    turn_dial(c, "speed", 1);
}

/* -- asking ------------------------------------------------------------------------------------------------- */

static void run_status(struct command *c)
{
    const struct sim_board *board = c->board;
    say(c, "chip claimed=%s claims=%" PRIu64 " lost_edges=%" PRIu64, board->claimed ? "yes" : "no", board->claims,
        board->lost_edges);
    for (size_t i = 0; i < board->n_lines; i++) {
        const struct sim_line *line = &board->lines[i];
        say(c,
            "\nline %s %s level=%s rises=%" PRIu64 " falls=%" PRIu64 " dropped=%" PRIu64 " last_rise_us=%" PRId64
            " last_fall_us=%" PRId64,
            line->name, line->output ? "out" : "in", line->active ? "active" : "inactive", line->rises, line->falls,
            line->dropped, line->last_rise_us, line->last_fall_us);
    }
    for (size_t i = 0; i < board->n_lanes; i++) {
        const struct sim_lane *lane = &board->lanes[i];
        say(c, "\nlane %s %s people=%zu", board->lane_names[i], lane->kind == SIM_DOOR ? "door" : "turnstile",
            lane->n_people);
        for (int event = 0; event < SIM_PERSON_EVENTS; event++) {
            say(c, " %s=%" PRIu64 "/%" PRIu64, sim_person_text((enum sim_person_event)event),
                lane->counts[event][SIM_IN], lane->counts[event][SIM_OUT]);
        }
    }
}

static void say_log(struct command *c, const struct sim_log_entry *entry)
{
    say(c, "%s%" PRId64 " ", c->len > 0 ? "\n" : "", entry->boot_us);
    switch (entry->kind) {
    case SIM_LOG_LINE:
        say(c, "line %s %s", c->board->lines[entry->index].name, entry->active ? "active" : "inactive");
        break;
    case SIM_LOG_PERSON:
        say(c, "lane %s %s %s", c->board->lane_names[entry->index], sim_person_text(entry->person),
            entry->side == SIM_OUT ? "out" : "in");
        break;
    case SIM_LOG_CLAIMED:
        say(c, "chip claimed");
        break;
    case SIM_LOG_DROPPED:
    default:
        say(c, "chip dropped");
        break;
    }
}

/* What happened since it was last asked for; what doesn't fit waits for the next time, announced by "more". */
static void run_log(struct command *c)
{
    struct sim_board *board = c->board;
    if (board->lost_log > 0) {
        say(c, "lost %" PRIu64, board->lost_log);
    }
    board->lost_log = 0;
    size_t n = 0;
    while (n < board->n_log && c->size - c->len > LOG_LINE_ROOM) {
        say_log(c, &board->log[n++]);
    }
    board->n_log -= n;
    memmove(board->log, board->log + n, board->n_log * sizeof(*board->log));
    if (board->n_log > 0) {
        say(c, "\nmore");
    } else if (c->len == 0) {
        say(c, "nothing");
    }
}

/* -- waiting ------------------------------------------------------------------------------------------------ */

bool sim_await_met(const struct sim_board *board, const struct sim_await *await)
{
    switch (await->kind) {
    case SIM_AWAIT_ACTIVE:
        return board->lines[await->index].active;
    case SIM_AWAIT_INACTIVE:
        return !board->lines[await->index].active;
    case SIM_AWAIT_RISES:
        return board->lines[await->index].rises >= await->count;
    case SIM_AWAIT_FALLS:
        return board->lines[await->index].falls >= await->count;
    case SIM_AWAIT_CLAIMED:
        return board->claimed;
    case SIM_AWAIT_RELEASED:
        return !board->claimed;
    case SIM_AWAIT_CLAIMS:
        return board->claims >= await->count;
    case SIM_AWAIT_IDLE:
        return sim_lane_idle(&board->lanes[await->index]);
    case SIM_AWAIT_EVENT:
    default:
        return board->lanes[await->index].counts[await->person][SIM_IN] +
                   board->lanes[await->index].counts[await->person][SIM_OUT] >=
               await->count;
    }
}

/* await chip claimed|dropped|claims N. @return whether it is well said, else an error is the answer. */
static bool await_chip(struct command *c, struct sim_await *await)
{
    int64_t count = 0;
    if (text_eq(word(c, 2), "claims")) {
        await->kind = SIM_AWAIT_CLAIMS;
        bool good = number_word(c, 3, 0, COUNT_MAX, &count);
        await->count = (uint64_t)count;
        return good;
    }
    bool claimed = false;
    bool good = choice_word(c, 2, "dropped", "claimed", &claimed);
    await->kind = claimed ? SIM_AWAIT_CLAIMED : SIM_AWAIT_RELEASED;
    return good;
}

/* await LANE idle|EVENT N. */
static bool await_lane(struct command *c, struct sim_await *await)
{
    if (text_eq(word(c, 2), "idle")) {
        await->kind = SIM_AWAIT_IDLE;
        return true;
    }
    for (int event = 0; event < SIM_PERSON_EVENTS; event++) {
        int64_t count = 0;
        if (text_eq(word(c, 2), sim_person_text((enum sim_person_event)event))) {
            await->kind = SIM_AWAIT_EVENT;
            await->person = (enum sim_person_event)event;
            bool good = number_word(c, 3, 0, COUNT_MAX, &count);
            await->count = (uint64_t)count;
            return good;
        }
    }
    say(c, "error: a lane is never '%s'", word(c, 2));
    return false;
}

/* await LINE active|inactive|rises N|falls N. */
static bool await_line(struct command *c, struct sim_await *await)
{
    int64_t count = 0;
    bool rises = text_eq(word(c, 2), "rises");
    if (rises || text_eq(word(c, 2), "falls")) {
        await->kind = rises ? SIM_AWAIT_RISES : SIM_AWAIT_FALLS;
        bool good = number_word(c, 3, 0, COUNT_MAX, &count);
        await->count = (uint64_t)count;
        return good;
    }
    bool active = false;
    bool good = choice_word(c, 2, "inactive", "active", &active);
    await->kind = active ? SIM_AWAIT_ACTIVE : SIM_AWAIT_INACTIVE;
    return good;
}

static void run_await(struct command *c)
{
    struct sim_await await = {0};
    int64_t timeout_ms = AWAIT_DEFAULT_MS;
    if (c->n_words > 3) {
        int r = option_word(c, c->n_words - 1, "timeout_ms", MS_MAX, &timeout_ms);
        if (r < 0) {
            say(c, "error: option '%s'", word(c, c->n_words - 1));
            return;
        }
        c->n_words -= (size_t)r;
    }
    await.until_us = c->now + timeout_ms * US_PER_MS;
    bool good = false;
    if (text_eq(word(c, 1), "chip")) {
        good = await_chip(c, &await);
    } else if (sim_board_find_lane(c->board, word(c, 1)) >= 0) {
        good = lane_word(c, 1, &await.index) && await_lane(c, &await);
    } else {
        good = line_word(c, 1, &await.index) && await_line(c, &await);
    }
    if (good && sim_await_met(c->board, &await)) {
        done(c, 0);
    } else if (good) {
        *c->await = await;
        c->waits = true;
    }
}

/* -- dispatch ----------------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    size_t min_words, max_words; /* the command's own name included */
    void (*run)(struct command *c);
} commands[] = {
    {"walk", 3, 7, run_walk},     {"wait", 3, 7, run_wait},     {"turn_back", 3, 7, run_turn_back},
    {"force", 3, 7, run_force},   {"button", 2, 2, run_button}, {"tamper", 3, 3, run_tamper},
    {"fire", 2, 2, run_fire},     {"input", 3, 3, run_input},   {"lockdown", 2, 2, run_lockdown},
    {"stick", 3, 3, run_stick},   {"dial", 3, 3, run_dial},     {"speed", 2, 2, run_speed},
    {"status", 1, 1, run_status}, {"log", 1, 1, run_log},       {"await", 3, 5, run_await},
};

static bool split(struct command *c)
{
    char *rest = c->text;
    for (char *w = strtok_r(rest, " \t\n", &rest); w; w = strtok_r(NULL, " \t\n", &rest)) {
        if (c->n_words == WORDS_MAX) {
            return false;
        }
        c->words[c->n_words++] = w;
    }
    return c->n_words > 0;
}

enum sim_command_result sim_command_run(struct sim_board *board, const char *command, int64_t now, char *ret_answer,
                                        size_t size, struct sim_await *ret_await)
{
    struct command c = {.board = board, .now = now, .answer = ret_answer, .size = size, .await = ret_await};
    ret_answer[0] = '\0';
    if (!text_copy(c.text, sizeof(c.text), command) || !split(&c)) {
        say(&c, "error: empty or too long");
        return SIM_COMMAND_ANSWERED;
    }
    sim_board_run(board, now);
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        if (!text_eq(commands[i].name, c.words[0])) {
            continue;
        }
        if (c.n_words < commands[i].min_words || c.n_words > commands[i].max_words) {
            say(&c, "error: '%s' with %zu words", c.words[0], c.n_words);
            return SIM_COMMAND_ANSWERED;
        }
        commands[i].run(&c);
        sim_board_run(board, now);
        return c.waits ? SIM_COMMAND_WAITS : SIM_COMMAND_ANSWERED;
    }
    say(&c, "error: no command '%s'", c.words[0]);
    return SIM_COMMAND_ANSWERED;
}
