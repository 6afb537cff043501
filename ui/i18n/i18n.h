#pragma once

/* What people read, in their language: texts by gettext (GNU gettext manual, "The Programmer's View"), dates, times,
 * amounts, numbers and sorting by ICU's locale data. English is the language of the sources and needs no catalogue.
 *
 * One language is in force at a time, for the one thread that draws; a face sets its own before it draws. Texts are
 * marked with _(), C_() for one that needs a context, N_() for one that is translated later. */

#include "core/date.h"
#include "core/zone.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum language { LANGUAGE_EN, LANGUAGE_SV, LANGUAGE_DE, LANGUAGE_NB, LANGUAGE_FI, LANGUAGES };

/** Says where the catalogues lie (FOLDER/sv/LC_MESSAGES/stile.mo, ...) and sets English. Call once, before other threads
 * start. @return 0, or -ENOTSUP when the C library has no C.UTF-8 locale (texts then stay English). */
int i18n_open(const char *folder);
/** Takes effect at once for everything drawn afterwards. Cheap when it is the language in force. */
void i18n_set(enum language language);
enum language i18n_language(void);
/** "sv", "de", "nb", "fi", "en". */
const char *language_code(enum language language);
/** The language's name in itself: "Svenska", "Deutsch", "Norsk", "Suomi", "English". */
const char *language_name(enum language language);
/** @return the language of a code ("nb" or "no" for Norwegian), or LANGUAGES. */
enum language language_parse(const char *code);

/** The translation of @text; @text itself where there is none. Static memory. */
const char *i18n_text(const char *text);
const char *i18n_text_in(const char *context, const char *text);
const char *i18n_plural(const char *one, const char *many, int64_t n);

#define _(text)              i18n_text(text)
#define C_(context, text)    i18n_text_in(context, text)
#define N_(text)             (text)
#define NC_(context, text)   (text)
#define P_(one, many, count) i18n_plural(one, many, count)

enum { I18N_TEXT_SIZE = 96 };

/* All write UTF-8 with a NUL, cut at a character's start; what can't be written is "-". */

enum i18n_date {
    I18N_DATE_LONG, /* 22 May 2027 */
    I18N_DATE_SHORT, /* 22 May: without the year, for a day within the year to come */
    I18N_DATE_NUMERIC, /* 2027-05-22, as the locale writes it */
    I18N_DATE_WEEKDAY, /* Saturday 22 May */
    I18N_WEEKDAY /* Saturday */
};
/** A civil day. DAY_NONE gives "-". */
void i18n_date(int32_t day, enum i18n_date form, char *ret_text, size_t size);
/** A time of day, seconds since midnight by the wall ("17:42"; with_seconds "17:42:58"); 24-hour clock everywhere. */
void i18n_time(int32_t second, bool with_seconds, char *ret_text, size_t size);
/** A day and a time in one text ("Saturday 22 May, 06:00"). */
void i18n_date_time(struct local_time local, char *ret_text, size_t size);
/** Money: @minor units of ISO 4217 @currency, with as many decimals as that currency has ("1 234,50 kr"). */
void i18n_money(int64_t minor, const char *currency, char *ret_text, size_t size);
/** A whole number with the locale's grouping ("10 482"). */
void i18n_number(int64_t value, char *ret_text, size_t size);
/** A number with @decimals decimals from thousandths ("4,2"). */
void i18n_decimal(int64_t thousandths, unsigned decimals, char *ret_text, size_t size);
/** A span of time in the largest fitting unit, rounded down ("3 minutes", "2 days"). Negative counts as 0. */
void i18n_duration(int64_t seconds, char *ret_text, size_t size);
/** Upper case by the language's rules (ß becomes SS). */
void i18n_upper(const char *text, char *ret_text, size_t size);

/** Compares as a dictionary of the language in force does: å ä ö at the end in Swedish, ä beside a in German.
 * @return < 0, 0, > 0. */
int i18n_compare(const char *a, const char *b);
