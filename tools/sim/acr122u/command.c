#include "sim/acr122u/command.h"

#include "base/clock.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static int say(char *answer, const char *text)
{
    (void)text_copy(answer, CONSOLE_ANSWER_SIZE, text);
    return 0;
}

/* The text after a verb; NULL: another verb. */
static const char *after(const char *text, const char *verb)
{
    size_t n = strlen(verb);
    return strncmp(text, verb, n) == 0 && text[n] == ' ' ? text + n + 1 : NULL;
}

static int turn(struct command *c, enum ccid_dial dial, const char *value, char *answer)
{
    int64_t number = 0;
    if (text_eq(value, "forever") || text_eq(value, "on")) {
        number = CCID_FOREVER;
    } else if (!text_eq(value, "off") && !text_int(value, 0, 1000000, &number)) {
        return say(answer, "error a dial takes a number, on, off or forever");
    }
    c->ccid->dials[dial] = number;
    (void)snprintf(answer, CONSOLE_ANSWER_SIZE, "ok %s=%" PRId64, ccid_dial_text(dial), number);
    return dial == CCID_DIAL_STALL_OUT && number != 0 ? COMMAND_STALL_OUT : 0;
}

/* @return whether the dial is one of ours. */
static bool run_dial(struct command *c, const char *args, char *answer, int *ret_outcome)
{
    char name[CONSOLE_COMMAND_SIZE];
    enum ccid_dial dial;
    if (!text_copy(name, sizeof(name), args)) {
        return false;
    }
    char *value = strchr(name, ' ');
    if (value) {
        *value++ = '\0';
    }
    if (ccid_dial_find(name, &dial) != 0) {
        return false;
    }
    *ret_outcome = 0;
    if (value) {
        *ret_outcome = turn(c, dial, value, answer);
    } else {
        (void)snprintf(answer, CONSOLE_ANSWER_SIZE, "ok %s=%" PRId64, ccid_dial_text(dial), c->ccid->dials[dial]);
    }
    return true;
}

static int run_descriptors(struct command *c, const char *name, char *answer)
{
    return say(answer, descriptors_lie_find(name, &c->lie) == 0 ? "ok" : "error there is no such lie");
}

static void add_status(const struct command *c, char *answer)
{
    size_t n = strlen(answer);
    const struct ccid_counts *counts = &c->ccid->counts;
    (void)snprintf(answer + n, CONSOLE_ANSWER_SIZE - n,
                   " messages=%" PRIu64 " bad_messages=%" PRIu64 " usb_faults=%" PRIu64 " configured=%" PRIu64
                   " resets=%" PRIu64,
                   counts->commands, counts->bad, counts->faults, c->configured, c->resets);
}

int command_run(struct command *command, const char *text, int64_t now_us, char *ret_answer)
{
    int outcome;
    const char *args = after(text, "descriptors");
    if (args) {
        return run_descriptors(command, args, ret_answer);
    }
    args = after(text, "dial");
    if (args && run_dial(command, args, ret_answer, &outcome)) {
        return outcome;
    }
    outcome = console_run(&command->console, text, now_us, ret_answer);
    if (text_eq(text, "calm")) {
        memset(command->ccid->dials, 0, sizeof(command->ccid->dials));
        command->lie = DESCRIPTORS_TRUE;
    } else if (text_eq(text, "status")) {
        add_status(command, ret_answer);
    }
    return outcome;
}

void command_unplugged(struct command *command, int64_t now_us)
{
    char answer[CONSOLE_ANSWER_SIZE];
    if (!command->console.is_gone) {
        (void)console_run(&command->console, "gone", now_us, answer);
    }
}
