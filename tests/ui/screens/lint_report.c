#include "lint_report.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t kept(const struct lint_report *report)
{
    return report->n < LINT_FINDINGS_MAX ? report->n : LINT_FINDINGS_MAX;
}

void lint_find(struct lint_report *report, const struct lint_picture *p, const char *format, ...)
{
    char what[640], where[160] = "";
    va_list args;
    va_start(args, format);
    (void)vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    for (size_t i = 0; i < kept(report); i++) {
        if (text_eq(report->findings[i].what, what)) {
            report->findings[i].pictures++;
            return;
        }
    }
    if (p) {
        (void)snprintf(where, sizeof(where), "%s %dx%d %s: ", p->fixture, p->size.width, p->size.height,
                       language_code(p->language));
    }
    if (report->n < LINT_FINDINGS_MAX) {
        report->findings[report->n] =
            (struct lint_finding){.what = strdup(what), .where = strdup(where), .pictures = 1};
    }
    report->n++;
}

bool lint_has(const struct lint_report *report, const char *part)
{
    for (size_t i = 0; i < kept(report); i++) {
        const struct lint_finding *f = &report->findings[i];
        if ((f->what && strstr(f->what, part)) || (f->where && strstr(f->where, part))) {
            return true;
        }
    }
    return false;
}

void lint_print(const struct lint_report *report)
{
    for (size_t i = 0; i < kept(report); i++) {
        const struct lint_finding *f = &report->findings[i];
        (void)fprintf(stderr, "%s%s", f->where ? f->where : "", f->what ? f->what : "?");
        if (f->pictures > 1) {
            (void)fprintf(stderr, " (and in %zu more)", f->pictures - 1);
        }
        (void)fputc('\n', stderr);
    }
    if (report->n > LINT_FINDINGS_MAX) {
        (void)fprintf(stderr, "and %zu more\n", report->n - LINT_FINDINGS_MAX);
    }
}

void lint_finish(struct lint_report *report)
{
    for (size_t i = 0; i < kept(report); i++) {
        free(report->findings[i].what);
        free(report->findings[i].where);
    }
    *report = (struct lint_report){0};
}
