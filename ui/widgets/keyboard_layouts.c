#include "widgets/keyboard_layouts.h"

#include "base/cleanup.h"
#include "base/text.h"

#include <string.h>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

/* Each has its own letters where people look for them, and where the row has room the neighbours' too: members come
 * from everywhere. English keeps to a to z; the rest is a long press away. */
static const struct keyboard_layout LAYOUTS[LANGUAGES] = {
    [LANGUAGE_EN] = {{"qwertyuiop", "asdfghjkl", "zxcvbnm"}, {".com", ".org"}, "."},
    [LANGUAGE_SV] = {{"qwertyuiopå", "asdfghjklöä", "zxcvbnmüßøæ"}, {".se", ".com"}, ","},
    [LANGUAGE_DE] = {{"qwertzuiopü", "asdfghjklöä", "yxcvbnmßåøæ"}, {".de", ".com"}, ","},
    [LANGUAGE_NB] = {{"qwertyuiopå", "asdfghjkløæ", "zxcvbnmäöüß"}, {".no", ".com"}, ","},
    [LANGUAGE_FI] = {{"qwertyuiopå", "asdfghjklöä", "zxcvbnmüßøæ"}, {".fi", ".com"}, ","},
};

const char LAYOUT_DIGITS[] = "1234567890";

const char *const LAYOUT_SYMBOLS[LAYOUT_LETTER_ROWS] = {"@#€$%&*+-=", "!?\"'/\\():;", "_~<>[]{}§°"};

static const struct {
    const char *letter, *accents;
} ACCENTS[] = {
    {"a", "áàâãäåæ"}, {"c", "çćč"}, {"d", "ðđ"},      {"e", "éèêë"}, {"g", "ğ"},     {"i", "íìîï"},
    {"l", "ł"},       {"n", "ñńň"}, {"o", "óòôõöøœ"}, {"r", "ř"},    {"s", "šśşß"},  {"t", "þť"},
    {"u", "úùûüů"},   {"y", "ýÿ"},  {"z", "žźż"},     {"-", "–_"},   {".", ",?!:;"},
};

static const char *const PAD_PLAIN[LAYOUT_PAD_ROWS] = {"1 2 3", "4 5 6", "7 8 9", "0"};
static const char *const PAD_AMOUNT[LAYOUT_PAD_ROWS] = {"1 2 3", "4 5 6", "7 8 9", ", 0 00"};
static const char *const PAD_PHONE[LAYOUT_PAD_ROWS] = {"1 2 3", "4 5 6", "7 8 9", "+ 0 -"};
static const char *const PAD_DAY[LAYOUT_PAD_ROWS] = {"1 2 3", "4 5 6", "7 8 9", "0 -"};

const struct keyboard_layout *keyboard_layout(enum language language)
{
    return &LAYOUTS[(unsigned)language < LANGUAGES ? language : LANGUAGE_EN];
}

const char *keyboard_accents(const char *letter)
{
    for (size_t i = 0; i < ARRAY_LEN(ACCENTS); i++) {
        if (text_eq(ACCENTS[i].letter, letter)) {
            return ACCENTS[i].accents;
        }
    }
    return "";
}

const char *const *keyboard_pad(enum field_kind kind)
{
    switch (kind) {
    case FIELD_NUMBER:
    case FIELD_PIN:
        return PAD_PLAIN;
    case FIELD_AMOUNT:
        return PAD_AMOUNT;
    case FIELD_PHONE:
        return PAD_PHONE;
    case FIELD_DAY:
        return PAD_DAY;
    case FIELD_TEXT:
    case FIELD_NAME:
    case FIELD_MAIL:
    case FIELD_SEARCH:
        break;
    }
    return NULL;
}

const char *keyboard_letter(const char *letters, char ret_letter[KEY_TEXT_SIZE])
{
    size_t n = strlen(letters), at = 0;
    memset(ret_letter, 0, KEY_TEXT_SIZE);
    if (n == 0) {
        return NULL;
    }
    U8_FWD_1((const uint8_t *)letters, at, n);
    memcpy(ret_letter, letters, at);
    return letters + at;
}

void keyboard_capital(const char *letter, char ret_text[KEY_TEXT_SIZE])
{
    enum { SHARP_S = 0xDF, CAPITAL_SHARP_S = 0x1E9E };
    char upper[U8_MAX_LENGTH + 1] = "";
    UChar32 c = 0;
    size_t at = 0, n = strlen(letter), length = 0;
    UBool failed = false;
    U8_NEXT((const uint8_t *)letter, at, n, c);
    if (c >= 0 && at == n) {
        uint32_t capital = c == SHARP_S ? CAPITAL_SHARP_S : (uint32_t)u_toupper(c);
        U8_APPEND((uint8_t *)upper, length, U8_MAX_LENGTH, capital, failed);
    }
    upper[failed ? 0 : length] = '\0';
    (void)text_copy(ret_text, KEY_TEXT_SIZE, upper[0] ? upper : letter);
}
