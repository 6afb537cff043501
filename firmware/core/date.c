#include "core/date.h"

#include <stdio.h>
#include <string.h>

/* Counting in eras of 400 years that begin on 1 March: the leap day is then a year's last, and a month's first day
 * follows from one line. Only whole eras repeat exactly in the Gregorian calendar. */
enum { DAYS_PER_ERA = 146097, DAYS_FROM_ERA_0_TO_1970 = 719468 };

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_length(int year, int month)
{
    static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : lengths[month - 1];
}

/* The day of a date that exists. */
static int32_t count_days(int year, int month, int day_of_month)
{
    int y = month <= 2 ? year - 1 : year;
    int era = (y >= 0 ? y : y - 399) / 400;
    int year_of_era = y - era * 400;
    int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day_of_month - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_PER_ERA + day_of_era - DAYS_FROM_ERA_0_TO_1970;
}

int32_t date_day(int year, int month, int day_of_month)
{
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day_of_month < 1 ||
        day_of_month > month_length(year, month)) {
        return DAY_NONE;
    }
    return count_days(year, month, day_of_month);
}

void date_civil(int32_t day, int *ret_year, int *ret_month, int *ret_day_of_month)
{
    int32_t clamped = day < DAY_MIN ? DAY_MIN : day > DAY_MAX ? DAY_MAX : day;
    int32_t shifted = clamped + DAYS_FROM_ERA_0_TO_1970;
    int32_t era = shifted / DAYS_PER_ERA;
    int32_t day_of_era = shifted - era * DAYS_PER_ERA;
    /* The era's leap days before this day are taken out, so that every year has 365. */
    int32_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int32_t month_from_march = (5 * day_of_year + 2) / 153;
    *ret_day_of_month = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    *ret_month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    *ret_year = era * 400 + year_of_era + (*ret_month <= 2 ? 1 : 0);
}

enum weekday date_weekday(int32_t day)
{
    int64_t from_thursday = ((int64_t)day % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
    return (enum weekday)((from_thursday + THURSDAY) % 7);
}

int32_t date_week_start(int32_t day)
{
    int32_t back = (int32_t)date_weekday(day);
    return day < INT32_MIN + back ? INT32_MIN : day - back;
}

int32_t date_add_months(int32_t day, int months)
{
    int year, month, day_of_month;
    date_civil(day, &year, &month, &day_of_month);
    int64_t index = (int64_t)year * 12 + month - 1 + months;
    if (index < 12 || index >= INT64_C(10000) * 12) {
        return DAY_NONE;
    }
    year = (int)(index / 12);
    month = (int)(index % 12) + 1;
    int last = month_length(year, month);
    return count_days(year, month, day_of_month < last ? day_of_month : last);
}

int date_age_years(int32_t birth, int32_t today)
{
    int birth_year, birth_month, birth_day, year, month, day_of_month;
    date_civil(birth, &birth_year, &birth_month, &birth_day);
    date_civil(today, &year, &month, &day_of_month);
    bool before_birthday = month < birth_month || (month == birth_month && day_of_month < birth_day);
    return year - birth_year - (before_birthday ? 1 : 0);
}

/* @n digits at @text as a number, -1 when one is none. */
static int parse_digits(const char *text, int n)
{
    int value = 0;
    for (int i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return -1;
        }
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

int32_t date_parse(const char *text)
{
    if (strlen(text) != DATE_TEXT_SIZE - 1 || text[4] != '-' || text[7] != '-') {
        return DAY_NONE;
    }
    return date_day(parse_digits(text, 4), parse_digits(text + 5, 2), parse_digits(text + 8, 2));
}

void date_format(int32_t day, char ret_text[DATE_TEXT_SIZE])
{
    if (day == DAY_NONE) {
        memcpy(ret_text, "-", 2);
        return;
    }
    int year, month, day_of_month;
    date_civil(day, &year, &month, &day_of_month);
    (void)snprintf(ret_text, DATE_TEXT_SIZE, "%04u-%02u-%02u", (unsigned)year % 10000, (unsigned)month % 100,
                   (unsigned)day_of_month % 100);
}
