#pragma once

/* What the control socket's commands do: puts cards into a chip's field and takes them out, turns its dials. Text in, text
 * out; time is a parameter. README.md lists the commands. */

#include "sim/reader/pn532.h"

enum { CONSOLE_ANSWER_SIZE = 512, CONSOLE_COMMAND_SIZE = 512 };

/* What the caller has to do besides sending the answer. */
enum console_outcome {
    CONSOLE_QUIT = 1,
    CONSOLE_GONE, /* unplug the terminal */
    CONSOLE_BACK, /* plug it in again */
};

/* Zeroed but for chip is ready. The chip is the caller's. */
struct console {
    struct pn532 *chip;
    struct card *card; /* the last card that was put in; owned */
    bool has_removal;
    int64_t removal_us; /* the card leaves the field then */
    bool is_gone;
    bool has_return;
    int64_t return_us; /* the terminal comes back then */
};

/** Takes the card out and frees it. */
void console_finish(struct console *console);

/** Carries out one command. *ret_answer (CONSOLE_ANSWER_SIZE bytes) starts with "ok" or with "error" and a reason.
 * @return 0 or an outcome. */
int console_run(struct console *console, const char *command, int64_t now_us, char *ret_answer);
/** When console_step has something to do; INT64_MAX: never. */
int64_t console_next_us(const struct console *console);
/** Does what was put off until now: takes the card out; @return CONSOLE_BACK when the terminal comes back, else 0. */
int console_step(struct console *console, int64_t now_us);
