#pragma once

/* Time zones as POSIX TZ rules (POSIX.1-2017, section 8.3 "TZ"; the last line of every TZif file, RFC 8536 section
 * 3.3, holds one), for example "CET-1CEST,M3.5.0,M10.5.0/3". Pure: the C library's zone is the process's, this
 * one is the branch's. */

#include "core/date.h"

#include <stdbool.h>
#include <stdint.h>

enum { ZONE_TEXT_SIZE = 64, INSTANT_TEXT_SIZE = 32 };

enum zone_rule_kind { ZONE_RULE_MONTH_WEEK_DAY, ZONE_RULE_JULIAN_NO_LEAP, ZONE_RULE_DAY_OF_YEAR };

struct zone_rule {
    enum zone_rule_kind kind;
    int month, week, weekday; /* Mm.w.d: 1-12, 1-5 (5 = last), 0 (Sunday) to 6 */
    int day_of_year; /* Jn: 1-365; n: 0-365 */
    int32_t time_s; /* local time of the change, -167 h to 167 h */
};

struct zone {
    int32_t offset_s; /* east of Greenwich, standard time */
    int32_t summer_offset_s; /* equal to offset_s in a zone without summer time */
    bool has_summer;
    struct zone_rule to_summer, to_standard;
};

struct local_time {
    int32_t day;
    int32_t second; /* of the day by the clock on the wall, 0 to 86399 */
};

/** Parses a TZ rule, the whole text; a zone with summer time must say when it changes. @return false, *ret_zone
 * untouched, when it is none. */
bool zone_parse(const char *text, struct zone *ret_zone);
/** True for what zone_parse gives; the functions below take nothing else (a zeroed zone is UTC). */
bool zone_valid(const struct zone *zone);
/** What the clock on the wall says at an instant (microseconds since 1970 UTC). Never fails. */
struct local_time zone_local(const struct zone *zone, int64_t utc_us);
/** The instant at which the wall shows @local. A time that the clocks skip in spring answers the instant of
 * the change; one that they show twice in autumn the first of the two. @second may go past the day's end. */
int64_t zone_instant(const struct zone *zone, int32_t day, int32_t second);
/** The first instant after @utc_us at which the clocks change; INT64_MAX when they never do. */
int64_t zone_next_change(const struct zone *zone, int64_t utc_us);
/** Writes "2014-05-31T17:00:00+02:00". */
void zone_format(const struct zone *zone, int64_t utc_us, char ret_text[INSTANT_TEXT_SIZE]);
/** Parses "YYYY-MM-DDTHH:MM[:SS]" with an offset ("Z", "+02:00") or, without, as the wall shows it (a blank may
 * stand for the T). @return false when it is none. */
bool zone_parse_instant(const struct zone *zone, const char *text, int64_t *ret_utc_us);
