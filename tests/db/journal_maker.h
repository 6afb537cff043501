#pragma once

/* A journal in a folder of its own, and events to put into it. Header only: each test program has its copy. */

#include "presence.h"
#include "scratch.h"

#include "base/log.h"
#include "db/journal_internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct scratch scratch;
static struct journal_db *journal;

static inline int set_up(void **state)
{
    (void)state;
    log_set_level((enum log_level)(LOG_ERROR - 1));
    scratch_init(&scratch, "journal.db");
    assert_int_equal(journal_db_open(scratch.path, JOURNAL_DB_WRITE, &journal), 0);
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    journal_db_close(journal);
    journal = NULL;
    scratch_finish(&scratch);
    return 0;
}

static const uint8_t record[] = "what the decision depended on";

static inline struct journal_event decision(uint64_t grant, int64_t holder)
{
    struct journal_event e = {.kind = JOURNAL_DECISION,
                              .utc_us = INT64_C(1400000000000000) + (int64_t)grant * 1000000,
                              .boot_us = 5,
                              .grant = grant,
                              .point_id = 10,
                              .lane = "lane one",
                              .code = 0,
                              .detail = "d",
                              .line_us = -1,
                              .holder = holder,
                              .record = record,
                              .record_len = sizeof(record),
                              .effect = {.opens_grant = true}};
    const uint8_t uid[4] = {4, 1, 2, (uint8_t)grant};
    assert_true(card_from_uid(uid, sizeof(uid), &e.card));
    return e;
}

static inline struct journal_event passed(uint64_t grant, int64_t holder, int64_t zone)
{
    struct journal_event e = {.kind = JOURNAL_PASSED,
                              .utc_us = INT64_C(1400000000000000) + (int64_t)grant * 1000000 + 500000,
                              .grant = grant,
                              .line_us = -1,
                              .holder = holder,
                              .effect = {.has_presence = true, .closes_grant = true}};
    e.effect.presence = (struct visit_presence){.zone_id = zone,
                                                .zone_since_us = e.utc_us,
                                                .last_entry_us = e.utc_us,
                                                .last_entry_point = 10,
                                                .visit_id = 99,
                                                .visit_day = 16204,
                                                .visit_paid = true,
                                                .visits_today = 1,
                                                .visits_week = 3,
                                                .entries_today = 2};
    return e;
}

static inline void fill(int n)
{
    for (int i = 1; i <= n; i++) {
        struct journal_event two[2] = {decision((uint64_t)i, i), passed((uint64_t)i, i, 5)};
        assert_int_equal(journal_db_append(journal, two, 2), 0);
    }
}
