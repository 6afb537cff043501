/* What stands over a calendar. */
#include "i18n/i18n.h"

#include "i18n/locale.h"
#include "i18n/out.h"

void i18n_month(int32_t day, char *ret_text, size_t size)
{
    const struct locale *locale = locale_get(i18n_language());
    struct out out = out_begin(ret_text, size);
    int year, month, day_of_month;
    if (!locale || day < DAY_MIN || day > DAY_MAX) {
        out_text(&out, "-");
        return;
    }
    date_civil(day, &year, &month, &day_of_month);
    locale_capitalise(locale->months_alone[month - 1], &out);
    out_text(&out, " ");
    out_digits(&out, (unsigned)year, 4);
}

void i18n_weekday_short(enum weekday weekday, char *ret_text, size_t size)
{
    const struct locale *locale = locale_get(i18n_language());
    struct out out = out_begin(ret_text, size);
    if (!locale || (unsigned)weekday > SUNDAY) {
        out_text(&out, "-");
        return;
    }
    locale_capitalise(locale->weekdays_short[weekday], &out);
}
