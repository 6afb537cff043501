#pragma once

/* What the field and the keyboard on the screen know of each other. For the folder widgets only. */

#include "widgets/field.h"

/* What the field that has the focus wants of the keyboard. */
struct field_wish {
    enum field_kind kind;
    bool capital; /* a word begins at the cursor, and words begin with a capital here */
};

/** What the field with this id said of itself when it was last drawn. */
struct field_wish field_wish(struct ui *ui, const char *id);
/** Carries out what a key asks of the keyboard itself (UI_EDIT_KEYBOARD). */
void keyboard_command(struct ui *ui, const char *command);
/** Something has been typed: a shift for one letter is over, accents are put away. */
void keyboard_typed(struct ui *ui);
/** The decimal sign of the language in force. */
const char *keyboard_decimal(void);
