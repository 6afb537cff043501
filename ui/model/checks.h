#pragma once

/* What the gate found when it was asked to look at everything: the body of the answer to `check_ask`
 * (firmware/bus/README.md). Plain value. Pure. */

#include <stdbool.h>
#include <stddef.h>

enum { CHECKS_MAX = 128, CHECKS_NAME_SIZE = 108, CHECKS_TEXT_SIZE = 160 };

enum check_kind {
    CHECK_UNKNOWN, /* of a later version */
    CHECK_LINES,
    CHECK_LANE,
    CHECK_INPUT,
    CHECK_READER,
    CHECK_LIST,
    CHECK_JOURNAL,
    CHECK_CLOCK
};

struct gate_check {
    enum check_kind kind;
    char name[CHECKS_NAME_SIZE]; /* what it looked at: a lane, "lane1 contact_a", a path, ... */
    bool ok;
    char text[CHECKS_TEXT_SIZE]; /* the level, the chip's name, or what is wrong */
};

struct gate_checks {
    bool ok; /* all is well */
    struct gate_check list[CHECKS_MAX]; /* what is more is left out */
    size_t n;
};

/** Decodes @n bytes; as status_decode. A check must have its kind, name and ok. @return 0, or -EBADMSG (*ret_checks
 * untouched). */
int checks_decode(const char *json, size_t n, struct gate_checks *ret_checks);
