#include "sim/reader/console.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { FOR_MS_MAX = 3600 * 1000 };

static int say(char *answer, const char *text)
{
    (void)text_copy(answer, CONSOLE_ANSWER_SIZE, text);
    return 0;
}

static int complain(char *answer, const char *why)
{
    (void)snprintf(answer, CONSOLE_ANSWER_SIZE, "error %s", why);
    return 0;
}

/* Cuts " for_ms=N" off the end of @args. @return false when N is none; *ret_ms is -1 without it. */
static bool take_for_ms(char *args, int64_t *ret_ms)
{
    char *at = strstr(args, "for_ms=");
    *ret_ms = -1;
    if (!at) {
        return true;
    }
    if (!text_int(at + strlen("for_ms="), 0, FOR_MS_MAX, ret_ms)) {
        return false;
    }
    *at = '\0';
    size_t n = strlen(args);
    while (n > 0 && args[n - 1] == ' ') {
        args[--n] = '\0';
    }
    return true;
}

static void take_out(struct console *c, int64_t now_us)
{
    (void)pn532_put(c->chip, NULL, now_us);
    c->has_removal = false;
}

static int run_put(struct console *c, char *args, int64_t now_us, char *answer)
{
    int64_t for_ms;
    if (!take_for_ms(args, &for_ms)) {
        return complain(answer, "for_ms is 0 to 3600000 and stands at the end");
    }
    if (text_eq(args, "again")) {
        if (!c->card) {
            return complain(answer, "no card was put in before");
        }
    } else {
        struct card_options options;
        const char *why = NULL;
        _cleanup_(card_freep) struct card *card = NULL;
        if (card_options_parse(args, &options, &why) < 0) {
            return complain(answer, why);
        }
        if (card_new(&options, &card) < 0) {
            return complain(answer, "there is no such card");
        }
        take_out(c, now_us);
        card_free(c->card);
        c->card = STEAL_PTR(card);
    }
    (void)pn532_put(c->chip, c->card, now_us);
    c->has_removal = for_ms >= 0;
    c->removal_us = now_us + for_ms * US_PER_MS;
    size_t uid_len;
    char uid[2 * CARD_UID_MAX + 1];
    const uint8_t *bytes = card_uid(c->card, &uid_len);
    text_to_hex(bytes, uid_len, uid, sizeof uid);
    (void)snprintf(answer, CONSOLE_ANSWER_SIZE, "ok boot_us=%" PRId64 " uid=%s", now_us, uid);
    return 0;
}

static int run_take(struct console *c, char *args, int64_t now_us, char *answer)
{
    (void)args;
    take_out(c, now_us);
    (void)snprintf(answer, CONSOLE_ANSWER_SIZE, "ok boot_us=%" PRId64, now_us);
    return 0;
}

static int run_dial(struct console *c, char *args, int64_t now_us, char *answer)
{
    char *value = strchr(args, ' ');
    enum pn532_dial dial;
    int64_t number;
    if (value) {
        *value++ = '\0';
    }
    if (pn532_dial_find(args, &dial) != 0) {
        return complain(answer, "unknown dial");
    }
    if (value) {
        if (text_eq(value, "forever") || text_eq(value, "on")) {
            number = PN532_FOREVER;
        } else if (text_eq(value, "off")) {
            number = 0;
        } else if (!text_int(value, 0, 1000000, &number)) {
            return complain(answer, "a dial takes a number, on, off or forever");
        }
        pn532_set_dial(c->chip, dial, number, now_us);
    }
    (void)snprintf(answer, CONSOLE_ANSWER_SIZE, "ok %s=%" PRId64, args, pn532_dial(c->chip, dial));
    return 0;
}

static int run_calm(struct console *c, char *args, int64_t now_us, char *answer)
{
    (void)args;
    for (unsigned i = 0; i < PN532_DIALS; i++) {
        pn532_set_dial(c->chip, (enum pn532_dial)i, 0, now_us);
    }
    return say(answer, "ok");
}

static int run_gone(struct console *c, char *args, int64_t now_us, char *answer)
{
    int64_t for_ms;
    if (!take_for_ms(args, &for_ms)) {
        return complain(answer, "for_ms is 0 to 3600000 and stands at the end");
    }
    c->is_gone = true;
    c->has_return = for_ms >= 0;
    c->return_us = now_us + for_ms * US_PER_MS;
    pn532_reset(c->chip, now_us);
    (void)say(answer, "ok");
    return CONSOLE_GONE;
}

static int run_back(struct console *c, char *args, int64_t now_us, char *answer)
{
    (void)args;
    (void)say(answer, "ok");
    if (!c->is_gone) {
        return 0;
    }
    c->is_gone = false;
    c->has_return = false;
    pn532_reset(c->chip, now_us);
    return CONSOLE_BACK;
}

static int run_status(struct console *c, char *args, int64_t now_us, char *answer)
{
    (void)args;
    (void)now_us;
    const struct pn532_counts n = pn532_counts(c->chip);
    const struct card *card = pn532_card(c->chip);
    (void)snprintf(answer, CONSOLE_ANSWER_SIZE,
                   "ok card=%s gone=%d commands=%" PRIu64 " selects=%" PRIu64 " exchanges=%" PRIu64
                   " bad_frames=%" PRIu64 " aborts=%" PRIu64 " faults=%" PRIu64,
                   card ? card_kind_text(card_kind_of(card)) : "none", c->is_gone, n.commands, n.selects, n.exchanges,
                   n.bad_frames, n.aborts, n.faults);
    return 0;
}

static int run_quit(struct console *c, char *args, int64_t now_us, char *answer)
{
    (void)c;
    (void)args;
    (void)now_us;
    (void)say(answer, "ok");
    return CONSOLE_QUIT;
}

static const struct {
    const char *name;
    int (*run)(struct console *c, char *args, int64_t now_us, char *answer);
} verbs[] = {
    {"put", run_put},   {"take", run_take}, {"dial", run_dial},     {"calm", run_calm},
    {"gone", run_gone}, {"back", run_back}, {"status", run_status}, {"quit", run_quit},
};

int console_run(struct console *console, const char *command, int64_t now_us, char *ret_answer)
{
    char copy[CONSOLE_COMMAND_SIZE];
    char nothing[] = "";
    if (!text_copy(copy, sizeof copy, command)) {
        return complain(ret_answer, "too long");
    }
    char *args = strchr(copy, ' ');
    if (args) {
        *args++ = '\0';
    }
    for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
        if (text_eq(copy, verbs[i].name)) {
            return verbs[i].run(console, args ? args : nothing, now_us, ret_answer);
        }
    }
    return complain(ret_answer, "unknown command: put, take, dial, calm, gone, back, status or quit");
}

int64_t console_next_us(const struct console *console)
{
    int64_t next_us = console->has_removal ? console->removal_us : US_NEVER;
    return console->has_return && console->return_us < next_us ? console->return_us : next_us;
}

int console_step(struct console *console, int64_t now_us)
{
    if (console->has_removal && console->removal_us <= now_us) {
        take_out(console, console->removal_us);
    }
    if (console->has_return && console->return_us <= now_us) {
        char answer[CONSOLE_ANSWER_SIZE];
        return run_back(console, NULL, now_us, answer);
    }
    return 0;
}

void console_finish(struct console *console)
{
    if (console->chip) {
        (void)pn532_put(console->chip, NULL, 0);
    }
    card_free(console->card);
    console->card = NULL;
}
