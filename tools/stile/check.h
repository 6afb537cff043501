#pragma once

/* One check after the other, counted and told as it is done: for stile check. */

#include "stile/cli.h"

enum check_result { CHECK_PASS, CHECK_WARN, CHECK_FAIL };

struct checks {
    struct cli *cli;
    bool deep;
    unsigned n[CHECK_FAIL + 1];
};

/** Tells a check's outcome. @by: "files" or "gate"; @kind: what was checked, one word; @name: which; @value: what was found;
 * @advice: what to do about it, NULL or empty when nothing is. */
void check_tell(struct checks *checks, const char *by, const char *kind, const char *name, enum check_result result,
                const char *value, const char *advice);

/** What can be checked on disk: configuration, key, emergency cards, list, journal, room. */
void check_files(struct checks *checks);
/** What only the gate can check: readers, lines, lanes, its clock. */
void check_gate(struct checks *checks);
