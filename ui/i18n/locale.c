#include "i18n/locale.h"

#include "base/cleanup.h"

#include <string.h>
#include <unicode/ucasemap.h>
#include <unicode/uchar.h>
#include <unicode/ucol.h>
#include <unicode/ucurr.h>
#include <unicode/udat.h>
#include <unicode/unum.h>
#include <unicode/ustring.h>
#include <unicode/utf8.h>

enum { NO_BREAK_BLANK = 0xa0, NARROW_NO_BREAK_BLANK = 0x202f, NAME_UNITS = 32, DECIMALS_OF_UNKNOWN = 2 };

/* ICU names a locale by language and country; the country decides what the language leaves open. */
static const char *const locale_names[LANGUAGES] = {
    [LANGUAGE_EN] = "en_GB", [LANGUAGE_SV] = "sv_SE", [LANGUAGE_DE] = "de_DE",
    [LANGUAGE_NB] = "nb_NO", [LANGUAGE_FI] = "fi_FI",
};

static struct {
    struct locale data;
    bool opened, usable;
} locales[LANGUAGES];

/* Versions of ICU differ in which of the two no-break blanks they use, and few fonts have the narrow one. */
static bool copy_out(UChar *text, int32_t n, char *ret_text, size_t size)
{
    for (int32_t i = 0; i < n; i++) {
        if (text[i] == NARROW_NO_BREAK_BLANK) {
            text[i] = NO_BREAK_BLANK;
        }
    }
    UErrorCode e = U_ZERO_ERROR;
    u_strToUTF8(ret_text, (int32_t)size, NULL, text, n, &e);
    return U_SUCCESS(e) && e != U_STRING_NOT_TERMINATED_WARNING;
}

static bool read_name(const UDateFormat *format, UDateFormatSymbolType type, int index, char ret_name[LOCALE_NAME_SIZE])
{
    UErrorCode e = U_ZERO_ERROR;
    UChar name[NAME_UNITS];
    int32_t n = udat_getSymbols(format, type, index, name, NAME_UNITS, &e);
    return U_SUCCESS(e) && copy_out(name, n, ret_name, LOCALE_NAME_SIZE);
}

static bool read_names(const char *name, struct locale *locale)
{
    static const UChar pattern[] = {'d', 0}, zone[] = {'U', 'T', 'C', 0}; /* a format must have them */
    UErrorCode e = U_ZERO_ERROR;
    UDateFormat *format = udat_open(UDAT_PATTERN, UDAT_PATTERN, name, zone, -1, pattern, -1, &e);
    if (U_FAILURE(e)) {
        return false;
    }
    bool ok = true;
    for (int i = 0; i < (int)ARRAY_LEN(locale->months); i++) {
        ok = ok && read_name(format, UDAT_MONTHS, i, locale->months[i]) &&
             read_name(format, UDAT_STANDALONE_MONTHS, i, locale->months_alone[i]);
    }
    for (int i = 0; i < (int)ARRAY_LEN(locale->weekdays); i++) {
        /* ICU counts from Sunday = 1. */
        int index = i == SUNDAY ? 1 : i + 2;
        char *brief = locale->weekdays_short[i];
        ok = ok && read_name(format, UDAT_STANDALONE_WEEKDAYS, index, locale->weekdays[i]) &&
             read_name(format, UDAT_STANDALONE_SHORT_WEEKDAYS, index, brief);
        brief[strcspn(brief, ".")] = '\0';
    }
    udat_close(format);
    return ok;
}

static bool read_sign(const UNumberFormat *format, UNumberFormatSymbol symbol, char ret_sign[LOCALE_SIGN_SIZE])
{
    UErrorCode e = U_ZERO_ERROR;
    UChar sign[LOCALE_SIGN_SIZE];
    int32_t n = unum_getSymbol(format, symbol, sign, LOCALE_SIGN_SIZE, &e);
    return U_SUCCESS(e) && copy_out(sign, n, ret_sign, LOCALE_SIGN_SIZE);
}

static bool read_signs(const char *name, struct locale *locale)
{
    UErrorCode e = U_ZERO_ERROR;
    UNumberFormat *format = unum_open(UNUM_DECIMAL, NULL, 0, name, NULL, &e);
    if (U_FAILURE(e)) {
        return false;
    }
    bool ok = read_sign(format, UNUM_DECIMAL_SEPARATOR_SYMBOL, locale->decimal) &&
              read_sign(format, UNUM_GROUPING_SEPARATOR_SYMBOL, locale->group) &&
              read_sign(format, UNUM_MINUS_SIGN_SYMBOL, locale->minus);
    unum_close(format);
    return ok;
}

static bool open_rules(const char *name, struct locale *locale)
{
    UErrorCode e = U_ZERO_ERROR;
    locale->collator = ucol_open(name, &e);
    locale->casemap = ucasemap_open(name, 0, &e);
    return U_SUCCESS(e);
}

const struct locale *locale_get(enum language language)
{
    if (!locales[language].opened) {
        struct locale *data = &locales[language].data;
        const char *name = locale_names[language];
        locales[language].opened = true;
        locales[language].usable = read_names(name, data) && read_signs(name, data) && open_rules(name, data);
    }
    return locales[language].usable ? &locales[language].data : NULL;
}

void locale_close(void)
{
    for (int l = 0; l < LANGUAGES; l++) {
        ucol_close(locales[l].data.collator);
        ucasemap_close(locales[l].data.casemap);
    }
    memset(locales, 0, sizeof locales);
}

unsigned locale_currency_decimals(const char *currency)
{
    UChar code[4];
    u_charsToUChars(currency, code, 4);
    UErrorCode e = U_ZERO_ERROR;
    int32_t n = ucurr_getDefaultFractionDigits(code, &e);
    return U_SUCCESS(e) && n >= 0 ? (unsigned)n : DECIMALS_OF_UNKNOWN;
}

/* How much of @text is one piece: at most @max bytes, and no part of a character. */
static int32_t piece_size(const char *text, size_t max)
{
    size_t n = strnlen(text, max);
    if (n == max) {
        size_t start = n;
        while (start > 0 && n - start < U8_MAX_LENGTH && U8_IS_TRAIL(text[start])) {
            start--;
        }
        n = start > 0 && !U8_IS_TRAIL(text[start]) ? start : n;
    }
    return (int32_t)n;
}

void locale_upper(const struct locale *locale, const char *text, struct out *out)
{
    /* A piece grows at most threefold, as "ΐ" does (2 bytes to 6). */
    enum { PIECE = 32 };
    while (*text && !out->cut) {
        char upper[3 * PIECE + 1];
        UErrorCode e = U_ZERO_ERROR;
        int32_t n = piece_size(text, PIECE);
        int32_t size = ucasemap_utf8ToUpper(locale->casemap, upper, sizeof upper, text, n, &e);
        if (U_FAILURE(e)) {
            return;
        }
        out_bytes(out, upper, (size_t)size);
        text += n;
    }
}

void locale_capitalise(const char *text, struct out *out)
{
    UChar32 first;
    int32_t at = 0, size = 0;
    U8_NEXT((const uint8_t *)text, at, -1, first);
    if (first > 0) {
        char upper[U8_MAX_LENGTH];
        UBool failed = false;
        U8_APPEND((uint8_t *)upper, size, U8_MAX_LENGTH, (uint32_t)u_totitle(first), failed);
        if (!failed) {
            out_bytes(out, upper, (size_t)size);
            text += at;
        }
    }
    out_text(out, text);
}

int locale_compare(const struct locale *locale, const char *a, const char *b)
{
    UErrorCode e = U_ZERO_ERROR;
    UCollationResult r = ucol_strcollUTF8(locale->collator, a, -1, b, -1, &e);
    return U_SUCCESS(e) ? (int)r : strcmp(a, b);
}
