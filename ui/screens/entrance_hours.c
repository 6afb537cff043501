#include "screens/entrance_internal.h"

#include "base/clock.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { HOURS_SPANS_MAX = 4, MINUTES_PER_DAY = 1440 };

void entrance_day(const struct entrance *e, int32_t day, char *ret_text, size_t size)
{
    int32_t today = entrance_today(e);
    bool near = day > today - 300 && day < today + 360;
    char plain[I18N_TEXT_SIZE];
    size_t n = 0;
    i18n_date(day, near ? I18N_DATE_SHORT : I18N_DATE_LONG, plain, sizeof(plain));
    /* A day and its month stay on one line: a no-break space (U+00A0) between them. */
    for (const char *c = plain; *c && n + 3 <= size; c++) {
        if (*c == ' ') {
            ret_text[n++] = '\xc2';
            ret_text[n++] = '\xa0';
        } else {
            ret_text[n++] = *c;
        }
    }
    ret_text[n] = '\0';
}

void entrance_instant(const struct entrance *e, int64_t utc_us, char *ret_text, size_t size)
{
    char time[I18N_TEXT_SIZE], day[I18N_TEXT_SIZE];
    struct local_time local = zone_local(&e->settings.zone, utc_us);
    int32_t days = local.day - entrance_today(e);
    i18n_time(local.second, false, time, sizeof(time));
    if (days == 0) {
        (void)text_copy(ret_text, size, time);
    } else if (days == 1) {
        (void)snprintf(ret_text, size, C_("instant", "tomorrow at %s"), time);
    } else if (days > 1 && days < 7) {
        i18n_date(local.day, I18N_WEEKDAY, day, sizeof(day));
        /* Translators: a weekday and a time of day. */
        (void)snprintf(ret_text, size, C_("instant", "%s at %s"), day, time);
    } else {
        i18n_date_time(local, ret_text, size);
    }
}

static bool is_holiday(const struct holidays *holidays, int32_t day)
{
    bool found = false;
    for (size_t i = 0; i < holidays->n_days && i < SCHEDULE_HOLIDAYS_MAX; i++) {
        found = found || holidays->days[i] == day;
    }
    return found;
}

/* The spans that begin on @day, by their start. @return how many. */
static size_t spans_of(const struct entrance *e, int32_t day, struct schedule_span ret_spans[HOURS_SPANS_MAX])
{
    const struct schedule *s = &e->settings.hours;
    unsigned bit = is_holiday(&e->settings.holidays, day) ? SCHEDULE_HOLIDAY : 1U << date_weekday(day);
    size_t n = 0;
    for (size_t i = 0; i < s->n_spans && i < SCHEDULE_SPANS_MAX; i++) {
        if (!(s->spans[i].days & bit) || n == HOURS_SPANS_MAX) {
            continue;
        }
        size_t at = n++;
        while (at > 0 && ret_spans[at - 1].from_min > s->spans[i].from_min) {
            ret_spans[at] = ret_spans[at - 1];
            at--;
        }
        ret_spans[at] = s->spans[i];
    }
    return n;
}

static void closed(const struct entrance *e, char *ret_text, size_t size)
{
    char when[I18N_TEXT_SIZE];
    int64_t opens_us = schedule_next_open(&e->settings.hours, &e->settings.holidays, &e->settings.zone, e->utc_us);
    if (opens_us == INT64_MAX) {
        (void)text_copy(ret_text, size, _("Closed now"));
        return;
    }
    entrance_instant(e, opens_us, when, sizeof(when));
    if (zone_local(&e->settings.zone, opens_us).day == entrance_today(e)) {
        (void)snprintf(ret_text, size, _("Closed now · opens at %s"), when);
    } else {
        (void)snprintf(ret_text, size, _("Closed now · opens %s"), when);
    }
}

static void append(char *text, size_t size, const char *more)
{
    size_t n = strlen(text);
    (void)text_copy(text + n, size - n, more);
}

void entrance_hours(const struct entrance *e, char *ret_text, size_t size)
{
    struct schedule_span spans[HOURS_SPANS_MAX];
    char all[ENTRANCE_TEXT_SIZE] = "";
    size_t n = spans_of(e, entrance_today(e), spans);
    ret_text[0] = '\0';
    if (!e->settings.has_hours || e->clock_untrusted) {
        return;
    }
    if (!schedule_is_open(&e->settings.hours, &e->settings.holidays, &e->settings.zone, e->utc_us)) {
        closed(e, ret_text, size);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        char from[I18N_TEXT_SIZE], to[I18N_TEXT_SIZE], one[2 * I18N_TEXT_SIZE + 8];
        int32_t to_min = spans[i].to_min > MINUTES_PER_DAY ? spans[i].to_min - MINUTES_PER_DAY : spans[i].to_min;
        i18n_time(spans[i].from_min * 60, false, from, sizeof(from));
        i18n_time(to_min * 60, false, to, sizeof(to));
        (void)snprintf(one, sizeof(one), "%s%s–%s", i > 0 ? ", " : "", from, to);
        append(all, sizeof(all), one);
    }
    if (n == 1 && spans[0].from_min == 0 && spans[0].to_min == MINUTES_PER_DAY) {
        (void)text_copy(ret_text, size, _("Open day and night"));
    } else if (n == 0) { /* last night's, past midnight */
        (void)text_copy(ret_text, size, _("Open now"));
    } else {
        (void)snprintf(ret_text, size, _("Open today %s"), all);
    }
}
