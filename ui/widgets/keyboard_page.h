#pragma once

/* Which keys stand where on the keyboard on the screen. Pure, but for the language in force, which says what a
 * decimal sign is. */

#include "gfx/geometry.h"
#include "widgets/keyboard_layouts.h"

enum { KEYS_MAX = 64 };

enum key_kind {
    KEY_TYPES, /* its text */
    KEY_SHIFT,
    KEY_BACKSPACE,
    KEY_SPACE,
    KEY_LANGUAGE,
    KEY_SYMBOLS, /* to the page of signs */
    KEY_LETTERS, /* back from there */
    KEY_DONE
};

struct key {
    enum key_kind kind;
    char text[KEY_TEXT_SIZE]; /* as it is typed */
    char base[KEY_TEXT_SIZE]; /* the small letter: its accents are looked up by it */
    struct rect cell; /* what is touched: the cells leave no gap */
    struct rect face; /* what is drawn */
};

struct keyboard_page {
    struct key keys[KEYS_MAX];
    size_t n;
};

struct keyboard_state {
    enum field_kind kind;
    enum language language;
    bool capital, symbols;
};

/** The page for a state, laid out in @rect. */
void keyboard_page(const struct keyboard_state *state, struct rect rect, struct keyboard_page *ret_page);
/** The height of the keyboard on a screen of this height. */
float keyboard_page_height(float screen_height);
