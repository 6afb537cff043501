#pragma once

/* What a language's people expect of dates, numbers, letters and order, as ICU knows it. The only file that uses ICU.
 * Opened when first asked for and kept; what is only read (names, signs) is copied out, so that ICU's formatters, the
 * larger part, need not stay in memory. For the folder i18n only. */

#include "i18n/i18n.h"
#include "i18n/out.h"

enum { LOCALE_NAME_SIZE = 32, LOCALE_SIGN_SIZE = 8 };

/** All in UTF-8, with U+00A0 for every no-break blank. */
struct locale {
    char months[12][LOCALE_NAME_SIZE]; /* as they stand in a date: "toukokuuta" */
    char months_alone[12][LOCALE_NAME_SIZE]; /* as they stand without a day: "toukokuu" */
    char weekdays_short[7][LOCALE_NAME_SIZE]; /* without a full stop: "la" */
    char weekdays[7][LOCALE_NAME_SIZE]; /* as they stand alone: "lauantai"; by enum weekday */
    char decimal[LOCALE_SIGN_SIZE], group[LOCALE_SIGN_SIZE], minus[LOCALE_SIGN_SIZE];
    struct UCollator *collator; /* NULL when ICU has no data: compares bytes then */
    struct UCaseMap *casemap;
};

/** @return the data of @language, or NULL when ICU has none. Valid until locale_close. */
const struct locale *locale_get(enum language language);
void locale_close(void);

/** @return how many decimals an ISO 4217 currency of three upper-case letters has; 2 for an unknown one. */
unsigned locale_currency_decimals(const char *currency);
/** Appends @text in upper case. What isn't UTF-8 stays as it is. */
void locale_upper(const struct locale *locale, const char *text, struct out *out);
/** Appends @text with its first letter in upper case. */
void locale_capitalise(const char *text, struct out *out);
int locale_compare(const struct locale *locale, const char *a, const char *b);
