#pragma once

/* Civil dates of the proleptic Gregorian calendar, as a count of days. Pure. */

#include <stdbool.h>
#include <stdint.h>

/* A day is the number of days since 1970-01-01, in an int32_t named ..._day or by its meaning. */
#define DAY_NONE INT32_MIN
#define DAY_MIN  (-719162) /* 0001-01-01 */
#define DAY_MAX  2932896 /* 9999-12-31 */

enum weekday { MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY };

enum { DATE_TEXT_SIZE = 11 }; /* "2014-05-31" and NUL */

/** @return the day, or DAY_NONE when there is no such date (year 1 to 9999). */
int32_t date_day(int year, int month, int day_of_month);
/** Takes a day within [DAY_MIN, DAY_MAX]; one outside counts as the nearer bound. */
void date_civil(int32_t day, int *ret_year, int *ret_month, int *ret_day_of_month);
enum weekday date_weekday(int32_t day);
/** The Monday on or before @day (ISO 8601: a week begins on Monday). */
int32_t date_week_start(int32_t day);
/** The same day of the month @months later (or earlier), or that month's last day when it has none. DAY_NONE outside the
 * years 1 to 9999. */
int32_t date_add_months(int32_t day, int months);
/** Whole years from @birth to @today; one born on 29 February grows older on 1 March of a common year.
 * Negative when @birth lies after @today. */
int date_age_years(int32_t birth, int32_t today);
/** Parses "YYYY-MM-DD", the whole text. @return the day, or DAY_NONE. */
int32_t date_parse(const char *text);
/** Writes "YYYY-MM-DD", or "-" for DAY_NONE. */
void date_format(int32_t day, char ret_text[DATE_TEXT_SIZE]);
