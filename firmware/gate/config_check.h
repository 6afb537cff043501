#pragma once

/* Within config.c: the rules of a configuration that need more than one key, and the words for what is wrong. */

#include "gate/config.h"

#include <stdbool.h>

/* A configuration while it is being read, with the line of each heading. */
struct config_draft {
    struct gate_config *config;
    unsigned gate_line; /* 0: no [gate] yet */
    unsigned lane_lines[GATE_LANES_MAX], reader_lines[GATE_READERS_MAX];
    char lane_of_reader[GATE_READERS_MAX][GATE_NAME_SIZE]; /* as written */
    bool has_aid;
    char *error; /* GATE_ERROR_SIZE bytes */
    bool failed;
};

/** Notes the first fault: "line 12: ..."; later ones are dropped. */
void config_fail(struct config_draft *draft, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Checks the whole and fills in what follows from it (a reader's lane, an interlock's other side, the number of
 * contacts). @last_line is blamed for what is missing altogether. @return false with a fault noted. */
bool config_check(struct config_draft *draft, unsigned last_line);
