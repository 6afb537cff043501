#pragma once

/* Weekly schedules: several spans a day, spans past midnight, holidays of the branch. Pure. */

#include "core/zone.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SCHEDULE_HOLIDAY = 1 << 7, SCHEDULE_SPANS_MAX = 32, SCHEDULE_HOLIDAYS_MAX = 64 };

/* Open from from_min up to, not including, to_min on each day named. Minutes are those that the clock on the
 * wall shows, counted from that day's midnight: from_min 0 to 1439, to_min from_min + 1 to 2880; beyond 1440 is the
 * next day's morning and belongs to the day on which the span began. On a holiday the weekday's spans don't
 * begin; those with SCHEDULE_HOLIDAY do. */
struct schedule_span {
    uint8_t days; /* bit 0 Monday to bit 6 Sunday, bit 7 holiday */
    int16_t from_min;
    int16_t to_min;
};

struct schedule {
    struct schedule_span spans[SCHEDULE_SPANS_MAX]; /* none: never open */
    uint8_t n_spans;
};

/* Sorted, without doubles. */
struct holidays {
    int32_t days[SCHEDULE_HOLIDAYS_MAX];
    uint8_t n_days;
};

/** True when every span is within its bounds. */
bool schedule_valid(const struct schedule *schedule);
bool schedule_is_open(const struct schedule *schedule, const struct holidays *holidays, const struct zone *zone,
                      int64_t utc_us);
/** The first instant at or after @utc_us at which it is open; INT64_MAX when there is none within 370 days. */
int64_t schedule_next_open(const struct schedule *schedule, const struct holidays *holidays, const struct zone *zone,
                           int64_t utc_us);
