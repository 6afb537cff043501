#pragma once

/* Fields that take text, numbers and days, and the keyboard on the screen that types into them. */

#include "widgets/widgets.h"

enum { EDIT_SIZE = 224 };

/* The text under way in a field: the model's. Pure. */
struct edit {
    char text[EDIT_SIZE]; /* UTF-8 with NUL */
    size_t cursor; /* a byte at the start of a character */
};

/** Takes over @text, less what a field refuses (control characters, what isn't UTF-8), as much as fits; the cursor
 * goes to its end. */
void edit_set(struct edit *edit, const char *text);
/** Carries out what an intent asks of the text; @most: how many characters it may have (0: as many as fit). A
 * character with its combining marks, and an emoji sequence, goes as one. @return true when the text has changed. */
bool edit_apply(struct edit *edit, const struct intent *intent, size_t most);

enum field_kind {
    FIELD_TEXT,
    FIELD_NAME,
    FIELD_MAIL,
    FIELD_PHONE,
    FIELD_NUMBER,
    FIELD_AMOUNT,
    FIELD_PIN,
    FIELD_DAY,
    FIELD_SEARCH
};

struct widget_field {
    const char *id;
    const char *label; /* above it */
    const char *hint; /* in it while it is empty */
    const char *error; /* below it; NULL: it is well */
    enum field_kind kind; /* which keyboard, and what it takes */
    const struct edit *edit;
    bool disabled;
    struct intent intent; /* comes back with what is to be done in intent.edit */
};
void widget_field(struct ui *ui, struct rect rect, const struct widget_field *field);
/** The height that widget_field wants, with label and error. */
float widget_field_height(const struct widget_field *field);
/** What a screen does with a field's intent: carries it out on the text, as edit_apply, with what a field of this
 * kind takes: a number only digits, an amount one decimal sign and two decimals, a day gets its dashes by itself.
 * Done takes the keyboard away, and what only concerns the keyboard is seen to. @return true when the text has
 * changed. */
bool field_apply(struct ui *ui, enum field_kind kind, struct edit *edit, const struct intent *intent, size_t most);

/** A number with minus and plus beside it. intent.arg is the new value. */
void widget_number(struct ui *ui, const char *id, struct rect rect, const char *label, int64_t value, int64_t least,
                   int64_t most, const char *unit, int intent_kind);
/** A month to choose a day from: @shown any day of the month that shows. Weeks begin on Monday. Days outside @first
 * to @last can't be chosen (DAY_NONE: no bound). intent.arg is the day; @page_kind's arg is a day of the month to
 * show. */
void widget_calendar(struct ui *ui, const char *id, struct rect rect, int32_t shown, int32_t chosen, int32_t today,
                     int32_t first, int32_t last, int pick_kind, int page_kind);

/** The keyboard on the screen, at the foot of it, whenever a field has the focus and ui_uses_keyboard says so. Call
 * it last in a view. The layout follows the language in force and the field's kind. */
void widget_keyboard(struct ui *ui);
