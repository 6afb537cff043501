#pragma once

/* One query and what is decided of it, for tests that break the query place by place. Header only: each test program has its
 * copy. */

#include "core/access.h"

#include <stdbool.h>
#include <string.h>

static struct access_query query;
static struct access_trace trace;

static inline struct access_verdict decide(void)
{
    struct access_verdict verdict;
    memset(&verdict, 0xa5, sizeof(verdict));
    access_decide(&query, &verdict, &trace);
    return verdict;
}

static inline enum access_code code_of_query(void)
{
    return decide().code;
}

static inline bool has_warning(const struct access_verdict *verdict, enum access_warning_kind kind,
                               struct access_warning *ret_warning)
{
    for (unsigned i = 0; i < verdict->n_warnings; i++) {
        if (verdict->warnings[i].kind == kind) {
            *ret_warning = verdict->warnings[i];
            return true;
        }
    }
    *ret_warning = (struct access_warning){0};
    return false;
}
