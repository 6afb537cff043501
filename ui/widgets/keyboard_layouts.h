#pragma once

/* What stands on the keys of the keyboard on the screen, for each language: data alone. */

#include "i18n/i18n.h"
#include "widgets/field.h"

enum { KEY_TEXT_SIZE = 8 }; /* of a key, with NUL */
enum { LAYOUT_LETTER_ROWS = 3, LAYOUT_PAD_ROWS = 4, LAYOUT_PAD_KEYS = 3 };

struct keyboard_layout {
    const char *rows[LAYOUT_LETTER_ROWS]; /* small letters, each a key; shift and backspace stand beside the last row */
    const char *endings[2]; /* of mail addresses */
    const char *decimal; /* the decimal sign */
};

extern const char LAYOUT_DIGITS[];
extern const char *const LAYOUT_SYMBOLS[LAYOUT_LETTER_ROWS];

const struct keyboard_layout *keyboard_layout(enum language language);
/** What else may be meant by a letter or a sign: shown when its key is held. "" when nothing. */
const char *keyboard_accents(const char *letter);
/** The pad of a field that takes no letters: rows of up to three keys parted by blanks, one that is alone as wide as
 * three; a "," stands for the decimal sign. NULL for a field that has letters. */
const char *const *keyboard_pad(enum field_kind kind);
/** Takes the first character of @letters. @return the rest, NULL at the end. */
const char *keyboard_letter(const char *letters, char ret_letter[KEY_TEXT_SIZE]);
/** The capital of a letter; of ß it is ẞ. */
void keyboard_capital(const char *letter, char ret_text[KEY_TEXT_SIZE]);
