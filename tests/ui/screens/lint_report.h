#pragma once

/* What the lint has found: "fixture size language: finding", once for each finding, with the first picture that
 * has it. */

#include "gallery/gallery.h"

#include <stddef.h>

enum { LINT_FINDINGS_MAX = 4000 };

/* A picture that is looked at. */
struct lint_picture {
    const char *fixture;
    struct gallery_size size;
    enum language language;
    struct ui *ui;
};

struct lint_finding {
    char *what, *where;
    size_t pictures;
};

struct lint_report {
    size_t n; /* all, also those that found no room */
    struct lint_finding findings[LINT_FINDINGS_MAX];
};

/** @p is NULL for what concerns no picture. */
__attribute__((format(printf, 3, 4))) void lint_find(struct lint_report *report, const struct lint_picture *p,
                                                     const char *format, ...);
/** @return true when a finding has this in it, where or what. */
bool lint_has(const struct lint_report *report, const char *part);
void lint_print(const struct lint_report *report);
void lint_finish(struct lint_report *report);
