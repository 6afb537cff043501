#include "i18n/i18n.h"

#include "i18n/locale.h"
#include "i18n/out.h"

#include <stdio.h>
#include <string.h>

/* How the five languages write: the patterns are CLDR's (the Unicode locale data that ICU carries), written down here
 * where its versions differ or where it leaves a choice, so that one unit shows what the next one does.
 *
 * English is read by people from everywhere: its numeric date is ISO 8601, since 05/06 is May to some and June to
 * others; its clock has 24 hours. German puts "Uhr" to the time of an appointment. The conversions are strftime's:
 * %A weekday, %B month, %d and %m two digits, %e the day without a leading zero, %Y year, %R time. */
static const struct {
    const char *dates[I18N_WEEKDAY + 1];
    const char *date_time;
    const char *time_separator;
    int hour_digits;
    const char *currency, *currency_sign; /* the country's own */
    bool currency_first;
} habits[LANGUAGES] = {
    [LANGUAGE_EN] = {.dates = {"%e %B %Y", "%e %B", "%Y-%m-%d", "%A %e %B", "%A"},
                     .date_time = "%A %e %B, %R",
                     .time_separator = ":",
                     .hour_digits = 2,
                     .currency = "GBP",
                     .currency_sign = "£",
                     .currency_first = true},
    [LANGUAGE_SV] = {.dates = {"%e %B %Y", "%e %B", "%Y-%m-%d", "%A %e %B", "%A"},
                     .date_time = "%A %e %B kl. %R",
                     .time_separator = ":",
                     .hour_digits = 2,
                     .currency = "SEK",
                     .currency_sign = "kr"},
    [LANGUAGE_DE] = {.dates = {"%e. %B %Y", "%e. %B", "%d.%m.%Y", "%A, %e. %B", "%A"},
                     .date_time = "%A, %e. %B, %R Uhr",
                     .time_separator = ":",
                     .hour_digits = 2,
                     .currency = "EUR",
                     .currency_sign = "€"},
    [LANGUAGE_NB] = {.dates = {"%e. %B %Y", "%e. %B", "%d.%m.%Y", "%A %e. %B", "%A"},
                     .date_time = "%A %e. %B kl. %R",
                     .time_separator = ":",
                     .hour_digits = 2,
                     .currency = "NOK",
                     .currency_sign = "kr"},
    [LANGUAGE_FI] = {.dates = {"%e. %B %Y", "%e. %B", "%e.%N.%Y", "%A %e. %B", "%A"},
                     .date_time = "%A %e. %B klo %R",
                     .time_separator = ".",
                     .hour_digits = 1,
                     .currency = "EUR",
                     .currency_sign = "€"},
};

enum { SECONDS_PER_MINUTE = 60, SECONDS_PER_HOUR = 3600, SECONDS_PER_DAY = 86400, DIGITS_OF_UINT64 = 20, GROUP = 3 };

static const char no_break_blank[] = "\xc2\xa0";

/* ---- dates ---- */

static void put_time(struct out *out, int32_t second, bool with_seconds)
{
    enum language l = i18n_language();
    unsigned s = (unsigned)second;
    out_digits(out, s / SECONDS_PER_HOUR, habits[l].hour_digits);
    out_text(out, habits[l].time_separator);
    out_digits(out, s / SECONDS_PER_MINUTE % 60, 2);
    if (with_seconds) {
        out_text(out, habits[l].time_separator);
        out_digits(out, s % 60, 2);
    }
}

static void put_date(struct out *out, const char *pattern, struct local_time local, const struct locale *locale)
{
    int year, month, day_of_month;
    date_civil(local.day, &year, &month, &day_of_month);
    for (; *pattern; pattern++) {
        if (*pattern != '%') {
            out_bytes(out, pattern, 1);
            continue;
        }
        switch (*++pattern) {
        case 'A':
            out_text(out, locale->weekdays[date_weekday(local.day)]);
            break;
        case 'B':
            out_text(out, locale->months[month - 1]);
            break;
        case 'd':
            out_digits(out, (unsigned)day_of_month, 2);
            break;
        case 'e':
            out_digits(out, (unsigned)day_of_month, 1);
            break;
        case 'm':
            out_digits(out, (unsigned)month, 2);
            break;
        case 'N':
            out_digits(out, (unsigned)month, 1);
            break;
        case 'Y':
            out_digits(out, (unsigned)year, 4);
            break;
        case 'R':
            put_time(out, local.second, false);
            break;
        default:
            return; /* no pattern has another */
        }
    }
}

static bool is_day(int32_t day)
{
    return day >= DAY_MIN && day <= DAY_MAX;
}

static bool is_time(int32_t second)
{
    return second >= 0 && second <= SECONDS_PER_DAY;
}

void i18n_date(int32_t day, enum i18n_date form, char *ret_text, size_t size)
{
    struct out out = out_begin(ret_text, size);
    const struct locale *locale = locale_get(i18n_language());
    if (!locale || !is_day(day) || (unsigned)form > I18N_WEEKDAY) {
        out_text(&out, "-");
        return;
    }
    put_date(&out, habits[i18n_language()].dates[form], (struct local_time){.day = day}, locale);
}

void i18n_time(int32_t second, bool with_seconds, char *ret_text, size_t size)
{
    struct out out = out_begin(ret_text, size);
    if (!is_time(second)) {
        out_text(&out, "-");
        return;
    }
    put_time(&out, second, with_seconds);
}

void i18n_date_time(struct local_time local, char *ret_text, size_t size)
{
    struct out out = out_begin(ret_text, size);
    const struct locale *locale = locale_get(i18n_language());
    if (!locale || !is_day(local.day) || !is_time(local.second)) {
        out_text(&out, "-");
        return;
    }
    put_date(&out, habits[i18n_language()].date_time, local, locale);
}

/* ---- numbers ---- */

static uint64_t magnitude(int64_t value)
{
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

/* Appends @value divided by ten to the power of @decimals. In whole numbers: nothing is lost, whatever the size. */
static void put_number(struct out *out, uint64_t value, unsigned decimals, const struct locale *locale)
{
    char digits[DIGITS_OF_UINT64 + 1];
    int n = snprintf(digits, sizeof digits, "%0*llu", (int)decimals + 1, (unsigned long long)value);
    unsigned whole = (unsigned)n - decimals;
    for (unsigned i = 0; i < whole; i++) {
        if (i > 0 && (whole - i) % GROUP == 0) {
            out_text(out, locale->group);
        }
        out_bytes(out, &digits[i], 1);
    }
    if (decimals > 0) {
        out_text(out, locale->decimal);
        out_bytes(out, digits + whole, decimals);
    }
}

static void put_signed(char *text, size_t size, int64_t value, unsigned decimals)
{
    struct out out = out_begin(text, size);
    const struct locale *locale = locale_get(i18n_language());
    if (!locale) {
        out_text(&out, "-");
        return;
    }
    if (value < 0) {
        out_text(&out, locale->minus);
    }
    put_number(&out, magnitude(value), decimals, locale);
}

void i18n_number(int64_t value, char *ret_text, size_t size)
{
    put_signed(ret_text, size, value, 0);
}

void i18n_decimal(int64_t thousandths, unsigned decimals, char *ret_text, size_t size)
{
    static const int64_t units[] = {1000, 100, 10, 1}; /* thousandths in the last place that is shown */
    unsigned shown = decimals < 3 ? decimals : 3;
    int64_t unit = units[shown], value = thousandths / unit, rest = thousandths % unit;
    if (magnitude(rest) * 2 >= (uint64_t)unit) {
        value += thousandths < 0 ? -1 : 1;
    }
    put_signed(ret_text, size, value, shown);
}

/* ---- money ---- */

/* @return false when @currency isn't three letters. */
static bool read_currency(const char *currency, char ret_code[4])
{
    if (!currency || strlen(currency) != 3) {
        return false;
    }
    for (int i = 0; i < 3; i++) {
        char c = currency[i];
        ret_code[i] = (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
        if (ret_code[i] < 'A' || ret_code[i] > 'Z') {
            return false;
        }
    }
    ret_code[3] = '\0';
    return true;
}

/* "kr" is the crown of the language's own country: another country's goes by its code, as do currencies whose sign
 * several share. */
static const char *currency_sign(enum language language, const char *code)
{
    if (strcmp(code, habits[language].currency) == 0) {
        return habits[language].currency_sign;
    }
    return strcmp(code, "EUR") == 0 ? "€" : code;
}

void i18n_money(int64_t minor, const char *currency, char *ret_text, size_t size)
{
    struct out out = out_begin(ret_text, size);
    enum language l = i18n_language();
    const struct locale *locale = locale_get(l);
    char code[4];
    if (!locale || !read_currency(currency, code)) {
        out_text(&out, "-");
        return;
    }
    const char *sign = currency_sign(l, code);
    if (minor < 0) {
        out_text(&out, locale->minus);
    }
    if (habits[l].currency_first) {
        out_text(&out, sign);
        out_text(&out, sign == code ? no_break_blank : "");
    }
    put_number(&out, magnitude(minor), locale_currency_decimals(code), locale);
    if (!habits[l].currency_first) {
        out_text(&out, no_break_blank);
        out_text(&out, sign);
    }
}

/* ---- spans of time ---- */

void i18n_duration(int64_t seconds, char *ret_text, size_t size)
{
    int64_t n = seconds > 0 ? seconds : 0;
    char number[I18N_TEXT_SIZE];
    char text[I18N_TEXT_SIZE];
    if (n < SECONDS_PER_MINUTE) {
        i18n_number(n, number, sizeof number);
        /* TRANSLATORS: These four stand alone or after a colon; %s is the number. */
        (void)snprintf(text, sizeof text, P_("%s second", "%s seconds", n), number);
    } else if (n < SECONDS_PER_HOUR) {
        n /= SECONDS_PER_MINUTE;
        i18n_number(n, number, sizeof number);
        (void)snprintf(text, sizeof text, P_("%s minute", "%s minutes", n), number);
    } else if (n < SECONDS_PER_DAY) {
        n /= SECONDS_PER_HOUR;
        i18n_number(n, number, sizeof number);
        (void)snprintf(text, sizeof text, P_("%s hour", "%s hours", n), number);
    } else {
        n /= SECONDS_PER_DAY;
        i18n_number(n, number, sizeof number);
        (void)snprintf(text, sizeof text, P_("%s day", "%s days", n), number);
    }
    struct out out = out_begin(ret_text, size);
    out_text(&out, text);
}

/* ---- letters ---- */

void i18n_upper(const char *text, char *ret_text, size_t size)
{
    struct out out = out_begin(ret_text, size);
    const struct locale *locale = locale_get(i18n_language());
    if (locale) {
        locale_upper(locale, text, &out);
    } else {
        out_text(&out, text);
    }
}

void i18n_capitalise(const char *text, char *ret_text, size_t size)
{
    struct out out = out_begin(ret_text, size);
    locale_capitalise(text, &out);
}

int i18n_compare(const char *a, const char *b)
{
    const struct locale *locale = locale_get(i18n_language());
    return locale ? locale_compare(locale, a, b) : strcmp(a, b);
}
