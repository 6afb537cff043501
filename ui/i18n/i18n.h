#pragma once

/* What people read, in their language: texts from gettext's catalogues (catalogue.h), dates, times, amounts, numbers
 * and sorting with ICU's locale data. English is the language of the sources and needs no catalogue. The process's
 * own locale plays no part and is left alone.
 *
 * One language is in force at a time, for the one thread that draws; a face sets its own before it draws. Texts
 * are marked with _(), C_() for one that needs a context, N_() for one that is translated later, P_() for one with
 * a number. A text with a conversion ("%s") may stand where printf wants its format: the compiler checks the
 * English one, tools/catalogues the translations. */

#include "core/date.h"
#include "core/zone.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum language { LANGUAGE_EN, LANGUAGE_SV, LANGUAGE_DE, LANGUAGE_NB, LANGUAGE_FI, LANGUAGES };

/** Reads the catalogues in @folder (FOLDER/sv/LC_MESSAGES/stile.mo, ...) and sets English. Texts of an earlier
 * i18n_open must no longer be in use. Dates, amounts and sorting need no catalogue. @return 0, or the first
 * failure: -ENOENT where a catalogue is missing, -EBADMSG where one is broken, another negative errno. Then a
 * language without a catalogue has English texts; the others are there. */
int i18n_open(const char *folder);
/** Frees all that was read and opened; the language in force is English again. Texts that were given out are gone. */
void i18n_close(void);
/** Takes effect at once for everything drawn afterwards. Costs nothing. LANGUAGES counts as English. */
void i18n_set(enum language language);
/** Opens the locale data of the language in force, which the first date, amount or comparison would do otherwise: up to
 * 30 ms when ICU's file isn't in memory yet, under 3 ms when it is. For the time after the first frame. */
void i18n_warm(void);
enum language i18n_language(void);
/** "sv", "de", "nb", "fi", "en". */
const char *language_code(enum language language);
/** The language's name in itself: "Svenska", "Deutsch", "Norsk", "Suomi", "English". */
const char *language_name(enum language language);
/** @return the language of a code ("nb" or "no" for Norwegian), or LANGUAGES. */
enum language language_parse(const char *code);

/** The translation of @text; @text itself where there is none. Lives until i18n_close. */
const char *i18n_text(const char *text) __attribute__((format_arg(1)));
/** The same for a text that stands in the catalogue with this context. */
const char *i18n_text_in(const char *context, const char *text) __attribute__((format_arg(2)));
/** The form for @n things: @one and @many are the English forms (1, and any other number). */
const char *i18n_plural(const char *one, const char *many, int64_t n) __attribute__((format_arg(1), format_arg(2)));

#define _(text)              i18n_text(text)
#define C_(context, text)    i18n_text_in(context, text)
#define N_(text)             (text)
#define NC_(context, text)   (text)
#define P_(one, many, count) i18n_plural(one, many, count)

enum { I18N_TEXT_SIZE = 96 };

/* All write UTF-8 with a NUL, cut at a character's start; what can't be written is "-". Blanks within a number and
 * before a currency are no-break (U+00A0). A date begins with a small letter where the language has it so: for the
 * start of a line there is i18n_capitalise. */

enum i18n_date {
    I18N_DATE_LONG, /* 22 May 2027 */
    I18N_DATE_SHORT, /* 22 May: without the year, for a day within the year to come */
    I18N_DATE_NUMERIC, /* 2027-05-22, 22.05.2027, 22.5.2027: as the language writes it, ISO 8601 in English */
    I18N_DATE_WEEKDAY, /* Saturday 22 May */
    I18N_WEEKDAY /* Saturday */
};
/** A civil day. DAY_NONE, and a day that is none (core/date.h), give "-". */
void i18n_date(int32_t day, enum i18n_date form, char *ret_text, size_t size);
/** The month of a day with its year, to stand over a calendar: "May 2027", "Toukokuu 2027". DAY_NONE, and a day
 * that is none, give "-". */
void i18n_month(int32_t day, char *ret_text, size_t size);
/** A weekday in two or three letters, with a capital: "Mon", "Mån", "Mo", "Ma". */
void i18n_weekday_short(enum weekday weekday, char *ret_text, size_t size);
/** A time of day, seconds since midnight by the wall ("17:42"; with_seconds "17:42:58"; Finnish "17.42"); 24-hour clock
 * everywhere. 86400 is "24:00": the end of a day's opening hours. */
void i18n_time(int32_t second, bool with_seconds, char *ret_text, size_t size);
/** A day and a time in one text ("Saturday 22 May, 06:00"). */
void i18n_date_time(struct local_time local, char *ret_text, size_t size);
/** Money: @minor units of ISO 4217 @currency, with as many decimals as that currency has ("1 234,50 kr"; two for a code
 * that ISO doesn't know). Exact for every value. @currency must be three letters. */
void i18n_money(int64_t minor, const char *currency, char *ret_text, size_t size);
/** A whole number with the locale's grouping ("10 482"). */
void i18n_number(int64_t value, char *ret_text, size_t size);
/** A number with @decimals decimals (at most 3) from thousandths ("4,2"); a half is rounded away from zero. */
void i18n_decimal(int64_t thousandths, unsigned decimals, char *ret_text, size_t size);
/** A span of time in the largest fitting unit, rounded down ("3 minutes", "2 days"). Negative counts as 0. */
void i18n_duration(int64_t seconds, char *ret_text, size_t size);
/** Upper case by the language's rules (ß becomes SS). */
void i18n_upper(const char *text, char *ret_text, size_t size);
/** The first letter in upper case, the rest as it is: "Lördag 22 maj" at the start of a line. */
void i18n_capitalise(const char *text, char *ret_text, size_t size);

/** Compares as a dictionary of the language in force does: å ä ö at the end in Swedish, ä beside a in German.
 * @return < 0, 0, > 0. */
int i18n_compare(const char *a, const char *b);
