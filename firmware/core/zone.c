#include "core/zone.h"

#include <stdio.h>
#include <string.h>

/* A zone changes its clocks twice a year, or never. What holds at an instant is decided by the latest change at or
 * before it. Rules may name local times from -167 h to 167 h (RFC 8536, section 3.3.1), so a year's change can
 * lie days inside a neighbouring year: three years are looked at. The two changes of a summer time that never ends fall
 * on one instant ("XXX3EDT4,0/0,J365/23"): the later year's wins, and within a year the one to summer. */

#define SECOND_US INT64_C(1000000)
enum { DAY_S = 86400, HOUR_S = 3600, CHANGES = 6 };

/* Bounds of all computing with instants, a day inside the calendar so that no offset leads out of it. */
#define EARLIEST_S ((int64_t)(DAY_MIN + 2) * DAY_S)
#define LATEST_S   ((int64_t)(DAY_MAX - 1) * DAY_S - 1)

struct change {
    int64_t at_s; /* UTC */
    bool to_summer;
};

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

/* The text form ****************************************************************************************************/

/* 3 letters or more, or in <> letters, digits and signs. */
static bool parse_name(const char **at)
{
    const char *p = *at;
    bool quoted = *p == '<';
    if (quoted) {
        p++;
    }
    const char *first = p;
    for (;; p++) {
        bool letter = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z');
        bool in_quotes = quoted && ((*p >= '0' && *p <= '9') || *p == '+' || *p == '-');
        if (!letter && !in_quotes) {
            break;
        }
    }
    if (p - first < 3 || (quoted && *p++ != '>')) {
        return false;
    }
    *at = p;
    return true;
}

static bool parse_number(const char **at, int min, int max, int *ret_value)
{
    const char *p = *at;
    int value = 0;
    while (*p >= '0' && *p <= '9' && value <= max) {
        value = value * 10 + (*p++ - '0');
    }
    if (p == *at || value < min || value > max) {
        return false;
    }
    *at = p;
    *ret_value = value;
    return true;
}

/* [+-]hh[:mm[:ss]] */
static bool parse_time(const char **at, int max_hours, int32_t *ret_s)
{
    int sign = **at == '-' ? -1 : 1;
    int hours = 0, minutes = 0, seconds = 0;
    if (**at == '-' || **at == '+') {
        (*at)++;
    }
    if (!parse_number(at, 0, max_hours, &hours)) {
        return false;
    }
    if (**at == ':') {
        (*at)++;
        if (!parse_number(at, 0, 59, &minutes)) {
            return false;
        }
        if (**at == ':') {
            (*at)++;
            if (!parse_number(at, 0, 59, &seconds)) {
                return false;
            }
        }
    }
    *ret_s = sign * (hours * HOUR_S + minutes * 60 + seconds);
    return true;
}

static bool parse_dot_number(const char **at, int min, int max, int *ret_value)
{
    if (**at != '.') {
        return false;
    }
    (*at)++;
    return parse_number(at, min, max, ret_value);
}

/* ,date[/time] */
static bool parse_rule(const char **at, struct zone_rule *ret_rule)
{
    struct zone_rule rule = {.time_s = 2 * HOUR_S};
    if (**at != ',') {
        return false;
    }
    (*at)++;
    bool good;
    if (**at == 'M') {
        (*at)++;
        rule.kind = ZONE_RULE_MONTH_WEEK_DAY;
        good = parse_number(at, 1, 12, &rule.month) && parse_dot_number(at, 1, 5, &rule.week) &&
               parse_dot_number(at, 0, 6, &rule.weekday);
    } else if (**at == 'J') {
        (*at)++;
        rule.kind = ZONE_RULE_JULIAN_NO_LEAP;
        good = parse_number(at, 1, 365, &rule.day_of_year);
    } else {
        rule.kind = ZONE_RULE_DAY_OF_YEAR;
        good = parse_number(at, 0, 365, &rule.day_of_year);
    }
    if (good && **at == '/') {
        (*at)++;
        good = parse_time(at, 167, &rule.time_s);
    }
    if (good) {
        *ret_rule = rule;
    }
    return good;
}

bool zone_parse(const char *text, struct zone *ret_zone)
{
    struct zone zone = {0};
    const char *p = text;
    int32_t west_s;
    if (!parse_name(&p) || !parse_time(&p, 24, &west_s)) {
        return false;
    }
    zone.offset_s = -west_s;
    zone.summer_offset_s = zone.offset_s;
    if (*p) {
        zone.has_summer = true;
        zone.summer_offset_s = zone.offset_s + HOUR_S;
        if (!parse_name(&p)) {
            return false;
        }
        if (*p && *p != ',') {
            if (!parse_time(&p, 24, &west_s)) {
                return false;
            }
            zone.summer_offset_s = -west_s;
        }
        if (!parse_rule(&p, &zone.to_summer) || !parse_rule(&p, &zone.to_standard) || *p) {
            return false;
        }
    }
    *ret_zone = zone;
    return true;
}

static bool rule_valid(const struct zone_rule *rule)
{
    if (rule->time_s <= -168 * HOUR_S || rule->time_s >= 168 * HOUR_S) {
        return false;
    }
    if (rule->kind == ZONE_RULE_MONTH_WEEK_DAY) {
        return rule->month >= 1 && rule->month <= 12 && rule->week >= 1 && rule->week <= 5 && rule->weekday >= 0 &&
               rule->weekday <= 6;
    }
    int first = rule->kind == ZONE_RULE_JULIAN_NO_LEAP ? 1 : 0;
    return rule->day_of_year >= first && rule->day_of_year <= 365;
}

static bool offset_valid(int32_t offset_s)
{
    return offset_s > -27 * HOUR_S && offset_s < 27 * HOUR_S;
}

bool zone_valid(const struct zone *zone)
{
    if (!offset_valid(zone->offset_s) || !offset_valid(zone->summer_offset_s)) {
        return false;
    }
    if (!zone->has_summer) {
        return zone->summer_offset_s == zone->offset_s;
    }
    return rule_valid(&zone->to_summer) && rule_valid(&zone->to_standard);
}

/* Changes **********************************************************************************************************/

static int32_t rule_day(const struct zone_rule *rule, int year)
{
    int32_t new_year = date_day(year, 1, 1);
    if (rule->kind == ZONE_RULE_DAY_OF_YEAR) {
        return new_year + rule->day_of_year;
    }
    if (rule->kind == ZONE_RULE_JULIAN_NO_LEAP) {
        /* 29 February is never counted: day 60 is 1 March in every year. */
        bool leap = date_day(year, 2, 29) != DAY_NONE;
        return new_year + rule->day_of_year - 1 + (leap && rule->day_of_year >= 60 ? 1 : 0);
    }
    int32_t first = date_day(year, rule->month, 1);
    int32_t next_month =
        rule->month == 12 ? new_year + (date_day(year, 12, 31) - new_year + 1) : date_day(year, rule->month + 1, 1);
    int from_sunday = ((int)date_weekday(first) + 1) % 7;
    int32_t day = first + (rule->weekday - from_sunday + 7) % 7 + 7 * (rule->week - 1);
    return day >= next_month ? day - 7 : day;
}

static int64_t change_at(const struct zone_rule *rule, int year, int32_t offset_before_s)
{
    return (int64_t)rule_day(rule, year) * DAY_S + rule->time_s - offset_before_s;
}

/* The changes of the years around an instant. */
static void list_changes(const struct zone *zone, int64_t utc_s, struct change changes[CHANGES])
{
    int year, month, day_of_month;
    date_civil((int32_t)floor_div(utc_s, DAY_S), &year, &month, &day_of_month);
    for (int i = 0; i < 3; i++) {
        int y = year - 1 + i;
        y = y < 1 ? 1 : y > 9999 ? 9999 : y;
        changes[2 * i] = (struct change){change_at(&zone->to_standard, y, zone->summer_offset_s), false};
        changes[2 * i + 1] = (struct change){change_at(&zone->to_summer, y, zone->offset_s), true};
    }
}

static int32_t offset_at(const struct zone *zone, int64_t utc_s)
{
    if (!zone->has_summer) {
        return zone->offset_s;
    }
    struct change changes[CHANGES];
    list_changes(zone, utc_s, changes);
    int latest = -1;
    for (int i = 0; i < CHANGES; i++) {
        if (changes[i].at_s <= utc_s && (latest < 0 || changes[i].at_s >= changes[latest].at_s)) {
            latest = i;
        }
    }
    return latest >= 0 && changes[latest].to_summer ? zone->summer_offset_s : zone->offset_s;
}

static int64_t clamp_s(int64_t s)
{
    return s < EARLIEST_S ? EARLIEST_S : s > LATEST_S ? LATEST_S : s;
}

struct local_time zone_local(const struct zone *zone, int64_t utc_us)
{
    int64_t utc_s = clamp_s(floor_div(utc_us, SECOND_US));
    int64_t wall_s = utc_s + offset_at(zone, utc_s);
    int64_t day = floor_div(wall_s, DAY_S);
    return (struct local_time){.day = (int32_t)day, .second = (int32_t)(wall_s - day * DAY_S)};
}

int64_t zone_next_change(const struct zone *zone, int64_t utc_us)
{
    int64_t utc_s = floor_div(utc_us, SECOND_US);
    if (!zone->has_summer || utc_s != clamp_s(utc_s)) {
        return INT64_MAX;
    }
    struct change changes[CHANGES];
    list_changes(zone, utc_s, changes);
    int64_t next_s = INT64_MAX;
    for (int i = 0; i < CHANGES; i++) {
        if (changes[i].at_s > utc_s && changes[i].at_s < next_s) {
            next_s = changes[i].at_s;
        }
    }
    return next_s > LATEST_S ? INT64_MAX : next_s * SECOND_US;
}

int64_t zone_instant(const struct zone *zone, int32_t day, int32_t second)
{
    int64_t wall_s = (int64_t)day * DAY_S + second;
    int32_t high = zone->summer_offset_s > zone->offset_s ? zone->summer_offset_s : zone->offset_s;
    int32_t low = zone->summer_offset_s > zone->offset_s ? zone->offset_s : zone->summer_offset_s;
    int64_t first = clamp_s(wall_s - high);
    int64_t second_try = clamp_s(wall_s - low);
    if (first + offset_at(zone, first) == wall_s) {
        return first * SECOND_US;
    }
    if (second_try + offset_at(zone, second_try) == wall_s) {
        return second_try * SECOND_US;
    }
    /* Skipped: the change lies between the two. */
    int64_t change_us = zone_next_change(zone, first * SECOND_US);
    return change_us == INT64_MAX ? second_try * SECOND_US : change_us;
}

/* Instants as text *************************************************************************************************/

void zone_format(const struct zone *zone, int64_t utc_us, char ret_text[INSTANT_TEXT_SIZE])
{
    int64_t utc_s = clamp_s(floor_div(utc_us, SECOND_US));
    struct local_time local = zone_local(zone, utc_us);
    int64_t offset_s = (int64_t)local.day * DAY_S + local.second - utc_s;
    unsigned offset_min = (unsigned)(offset_s < 0 ? -offset_s : offset_s) / 60;
    char date[DATE_TEXT_SIZE];
    date_format(local.day, date);
    unsigned second = (unsigned)local.second;
    (void)snprintf(ret_text, INSTANT_TEXT_SIZE, "%sT%02u:%02u:%02u%c%02u:%02u", date, second / HOUR_S % 24,
                   second / 60 % 60, second % 60, offset_s < 0 ? '-' : '+', offset_min / 60 % 100, offset_min % 60);
}

/* Exactly two digits within [0, max]. */
static bool parse_two(const char **at, int max, int *ret_value)
{
    const char *p = *at;
    if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9') {
        return false;
    }
    int value = (p[0] - '0') * 10 + (p[1] - '0');
    *at = p + 2;
    *ret_value = value;
    return value <= max;
}

static bool parse_offset(const char *p, int32_t *ret_s)
{
    if (strcmp(p, "Z") == 0) {
        *ret_s = 0;
        return true;
    }
    int hours, minutes;
    int sign = *p == '-' ? -1 : 1;
    if (*p != '+' && *p != '-') {
        return false;
    }
    p++;
    if (!parse_two(&p, 24, &hours) || *p++ != ':' || !parse_two(&p, 59, &minutes) || *p) {
        return false;
    }
    *ret_s = sign * (hours * HOUR_S + minutes * 60);
    return true;
}

bool zone_parse_instant(const struct zone *zone, const char *text, int64_t *ret_utc_us)
{
    char date[DATE_TEXT_SIZE] = {0};
    size_t n = strlen(text);
    if (n < DATE_TEXT_SIZE || n >= INSTANT_TEXT_SIZE || (text[10] != 'T' && text[10] != ' ')) {
        return false;
    }
    memcpy(date, text, DATE_TEXT_SIZE - 1);
    int32_t day = date_parse(date);
    const char *p = text + DATE_TEXT_SIZE;
    int hour, minute, second = 0;
    if (day == DAY_NONE || !parse_two(&p, 23, &hour) || *p++ != ':' || !parse_two(&p, 59, &minute)) {
        return false;
    }
    if (*p == ':') {
        p++;
        if (!parse_two(&p, 59, &second)) {
            return false;
        }
    }
    int32_t second_of_day = hour * HOUR_S + minute * 60 + second;
    if (!*p) {
        *ret_utc_us = zone_instant(zone, day, second_of_day);
        return true;
    }
    int32_t offset_s;
    if (!parse_offset(p, &offset_s)) {
        return false;
    }
    *ret_utc_us = ((int64_t)day * DAY_S + second_of_day - offset_s) * SECOND_US;
    return true;
}
