#pragma once

/* What a person does to a window, in its logical pixels, after rotation, scale and touch matrix. A plain value. */

#include <stdint.h>

enum input_kind {
    INPUT_DOWN, /* a finger (or the mouse's left button) touches at x, y */
    INPUT_MOVE,
    INPUT_UP,
    INPUT_CANCEL, /* the touch is over without an end: the window lost it */
    INPUT_WHEEL, /* the pointer is at x, y; scroll_px says how far */
    INPUT_KEY, /* key; repeated while it is held */
    INPUT_TEXT /* text: one or more characters from a keyboard */
};

enum input_key {
    INPUT_KEY_NONE,
    INPUT_KEY_ENTER,
    INPUT_KEY_ESCAPE,
    INPUT_KEY_TAB,
    INPUT_KEY_BACK_TAB,
    INPUT_KEY_BACKSPACE,
    INPUT_KEY_DELETE,
    INPUT_KEY_LEFT,
    INPUT_KEY_RIGHT,
    INPUT_KEY_UP,
    INPUT_KEY_DOWN,
    INPUT_KEY_HOME,
    INPUT_KEY_END,
    INPUT_KEY_PAGE_UP,
    INPUT_KEY_PAGE_DOWN
};

enum { INPUT_TEXT_SIZE = 32 };

struct input_event {
    enum input_kind kind;
    int64_t at_us; /* boot time */
    int64_t finger; /* which finger; 0 for the mouse */
    float x, y;
    float scroll_px; /* of a wheel: logical pixels, positive towards the end */
    enum input_key key;
    int repeated; /* the key is held */
    char text[INPUT_TEXT_SIZE]; /* UTF-8 with NUL */
};
