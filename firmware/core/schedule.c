#include "core/schedule.h"

/* A span is in minutes of the clock on the wall, so a schedule is asked with the wall's time: on the day itself, and
 * as the tail of a span that began the day before. In spring a span may be cut short, or fall out; in autumn it is
 * open both times that the wall shows it. It can begin to be open at three kinds of instants only: when the wall
 * shows a span's first minute (in autumn twice), and at a change of the clocks that jumps into one. */

#define SECOND_US INT64_C(1000000)
enum { DAY_MIN_MAX = 1440, TAIL_MIN_MAX = 2880, DAY_S = 86400, HORIZON_DAYS = 370 };

bool schedule_valid(const struct schedule *schedule)
{
    if (schedule->n_spans > SCHEDULE_SPANS_MAX) {
        return false;
    }
    for (unsigned i = 0; i < schedule->n_spans; i++) {
        const struct schedule_span *span = &schedule->spans[i];
        if (!span->days || span->from_min < 0 || span->from_min >= DAY_MIN_MAX || span->to_min <= span->from_min ||
            span->to_min > TAIL_MIN_MAX) {
            return false;
        }
    }
    return true;
}

static unsigned count_spans(const struct schedule *schedule)
{
    return schedule->n_spans < SCHEDULE_SPANS_MAX ? schedule->n_spans : SCHEDULE_SPANS_MAX;
}

static bool is_holiday(const struct holidays *holidays, int32_t day)
{
    unsigned n = holidays->n_days < SCHEDULE_HOLIDAYS_MAX ? holidays->n_days : SCHEDULE_HOLIDAYS_MAX;
    unsigned low = 0, high = n;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        if (holidays->days[middle] < day) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < n && holidays->days[low] == day;
}

/* The bit that a span needs to begin on this day. */
static uint8_t day_bit(const struct holidays *holidays, int32_t day)
{
    return (uint8_t)(is_holiday(holidays, day) ? SCHEDULE_HOLIDAY : 1 << date_weekday(day));
}

/* Whether a span that begins on a day of this bit covers so many seconds after the day's midnight. */
static bool covers(const struct schedule *schedule, uint8_t bit, int32_t second)
{
    for (unsigned i = 0; i < count_spans(schedule); i++) {
        const struct schedule_span *span = &schedule->spans[i];
        if ((span->days & bit) && second >= span->from_min * 60 && second < span->to_min * 60) {
            return true;
        }
    }
    return false;
}

bool schedule_is_open(const struct schedule *schedule, const struct holidays *holidays, const struct zone *zone,
                      int64_t utc_us)
{
    struct local_time local = zone_local(zone, utc_us);
    return covers(schedule, day_bit(holidays, local.day), local.second) ||
           covers(schedule, day_bit(holidays, local.day - 1), local.second + DAY_S);
}

/* The first instant at or after @utc_us at which the wall shows @second of @day; INT64_MAX when it doesn't. */
static int64_t shown_from(const struct zone *zone, int32_t day, int32_t second, int64_t utc_us)
{
    int64_t wall_us = ((int64_t)day * DAY_S + second) * SECOND_US;
    int64_t tries[2] = {wall_us - zone->offset_s * SECOND_US, wall_us - zone->summer_offset_s * SECOND_US};
    int64_t first = INT64_MAX;
    for (int i = 0; i < 2; i++) {
        struct local_time local = zone_local(zone, tries[i]);
        if (local.day == day && local.second == second && tries[i] >= utc_us && tries[i] < first) {
            first = tries[i];
        }
    }
    return first;
}

/* The first beginning of a span of @day at or after @utc_us. */
static int64_t first_begin(const struct schedule *schedule, const struct holidays *holidays, const struct zone *zone,
                           int32_t day, int64_t utc_us)
{
    uint8_t bit = day_bit(holidays, day);
    int64_t first = INT64_MAX;
    for (unsigned i = 0; i < count_spans(schedule); i++) {
        const struct schedule_span *span = &schedule->spans[i];
        if (span->days & bit) {
            int64_t begin = shown_from(zone, day, span->from_min * 60, utc_us);
            first = begin < first ? begin : first;
        }
    }
    return first;
}

int64_t schedule_next_open(const struct schedule *schedule, const struct holidays *holidays, const struct zone *zone,
                           int64_t utc_us)
{
    if (schedule->n_spans == 0) {
        return INT64_MAX;
    }
    if (schedule_is_open(schedule, holidays, zone, utc_us)) {
        return utc_us;
    }
    int32_t today = zone_local(zone, utc_us).day;
    int64_t best = INT64_MAX;
    /* From the day before: in an autumn night the wall may go back past midnight. */
    for (int32_t day = today - 1; day <= today + HORIZON_DAYS && best == INT64_MAX; day++) {
        best = first_begin(schedule, holidays, zone, day, utc_us);
    }
    int64_t horizon = utc_us + (int64_t)HORIZON_DAYS * DAY_S * SECOND_US;
    int64_t end = best < horizon ? best : horizon;
    for (int64_t change = zone_next_change(zone, utc_us); change <= end; change = zone_next_change(zone, change)) {
        if (schedule_is_open(schedule, holidays, zone, change)) {
            return change;
        }
    }
    return best <= horizon ? best : INT64_MAX;
}
