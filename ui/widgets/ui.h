#pragma once

/* The heart of every screen: what stands on it, what a person does to it, what follows.
 *
 * A screen's view is called for each picture: it adds widgets, each of which draws and leaves a node with id, role,
 * label and state. Touches and keys are held against the nodes of the last picture and become intents, which the
 * screen's `on` takes: there alone the model changes. What belongs to the glass and not to the model (which button is
 * held down, how far a list is scrolled, where the focus is) is kept here under the widget's id.
 *
 * One `struct ui` for each face. No clock: time comes with each call, in microseconds since boot. */

#include "gfx/draw.h"
#include "gfx/input.h"
#include "theme/theme.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ui;

enum { UI_NODES_MAX = 768, UI_INTENTS_MAX = 32, UI_STATES_MAX = 64, UI_ID_SIZE = 40 };

enum ui_role {
    UI_GROUP, /* holds others; a card, a panel */
    UI_TEXT,
    UI_HEADING,
    UI_IMAGE,
    UI_STATUS, /* says what is the case, and may change by itself: a verdict, a badge */
    UI_BUTTON,
    UI_TAB, /* one of several pages, or one of a row of pills */
    UI_CHOICE, /* one of several cards */
    UI_CHECK, /* a box that is ticked or not, a switch */
    UI_FIELD, /* takes text */
    UI_LIST,
    UI_ROW,
    UI_TABLE,
    UI_COLUMN, /* a column's heading; touched: sorted by it */
    UI_STEP,
    UI_PROGRESS,
    UI_CHART,
    UI_KEY, /* of the keyboard on the screen */
    UI_DIALOG,
    UI_SURFACE, /* all of the screen, touched anywhere */
    UI_ROLES
};

enum ui_state {
    UI_PRESSED = 1 << 0,
    UI_FOCUSED = 1 << 1,
    UI_DISABLED = 1 << 2,
    UI_SELECTED = 1 << 3,
    UI_CHECKED = 1 << 4,
    UI_BUSY = 1 << 5,
    UI_INVALID = 1 << 6,
    UI_ASCENDING = 1 << 7, /* a column */
    UI_DESCENDING = 1 << 8
};

/* The kind of an intent that takes a touch and does nothing: what lies below isn't touched, the screen hears
 * nothing. */
enum { UI_SWALLOW = -1 };

/* What a touch or a key asks for. `kind` is the screen's own enum, above 0; 0 is none. */
enum ui_edit {
    UI_EDIT_NONE,
    UI_EDIT_INSERT, /* text */
    UI_EDIT_BACKSPACE,
    UI_EDIT_DELETE,
    UI_EDIT_LEFT,
    UI_EDIT_RIGHT,
    UI_EDIT_HOME,
    UI_EDIT_END,
    UI_EDIT_PLACE, /* arg: 64ths of a pixel from the field's edge; for edit_apply the byte it goes before */
    UI_EDIT_DONE, /* Enter, or the keyboard's own button */
    UI_EDIT_CLEAR, /* all of the text goes */
    UI_EDIT_KEYBOARD /* text: what the keyboard on the screen is to do to itself; not the screen's business */
};

struct intent {
    int kind;
    int64_t arg;
    enum ui_edit edit; /* of a field */
    char text[INPUT_TEXT_SIZE];
};

/* A node of the last picture. Texts are in the ui's own memory until the next picture. */
struct ui_node {
    const char *id; /* one of a kind on the screen; a row's, a key's: with its number behind a '.' */
    enum ui_role role;
    const char *label; /* what a person would call it, in the language in force */
    const char *value; /* of a field, a progress bar, a status; "" where there is none */
    unsigned state; /* enum ui_state */
    struct rect rect;
    struct rect visible; /* what of it is not clipped away */
    struct intent intent; /* kind 0: can't be touched */
    int scroll; /* index of the scroll area it lies in; -1 */
    bool cut; /* its own text was cut with an ellipsis */
    bool may_cut; /* and that is all right: a name in a list */
    int unknown; /* characters of it without a glyph */
    int layer; /* 0 the screen, 1 the keyboard, 2 a dialog, 3 a toast: touches below the highest dialog don't count */
    unsigned hash;
};

/** @text measures, @theme colours; both outlive it. @return 0 or -ENOMEM. */
int ui_new(struct text *text, const struct theme *theme, struct ui **ret_ui);
void ui_free(struct ui *ui);
void ui_set_theme(struct ui *ui, const struct theme *theme);

/* A picture. */

/** Begins a picture of @width x @height logical pixels at boot time @now_us. */
void ui_begin(struct ui *ui, int64_t now_us, float width, float height);
/** Ends it: the focus goes if its widget is no longer there, and a list that is no longer there rolls no more. */
void ui_end(struct ui *ui);

struct draw_list *ui_draw(struct ui *ui);
struct text *ui_text(const struct ui *ui);
const struct theme *ui_theme(const struct ui *ui);
static inline struct colour ui_colour(const struct ui *ui, enum theme_colour which)
{
    return theme_colour(ui_theme(ui), which);
}
int64_t ui_now(const struct ui *ui);
/** All of the screen. */
struct rect ui_bounds(const struct ui *ui);
/** What is left of @r above the keyboard on the screen, when it is shown. */
struct rect ui_above_keyboard(const struct ui *ui, struct rect r);

/* What a view asks for. */

/** Draw again at this time at the latest. */
void ui_again(struct ui *ui, int64_t at_us);

/* Input, between pictures. */

/** Takes what a person did. */
void ui_input(struct ui *ui, const struct input_event *event);
/** @return true with the next intent, in the order in which they arose. */
bool ui_next_intent(struct ui *ui, struct intent *ret_intent);
/** Asks for a new picture: the model has changed. */
void ui_touch(struct ui *ui);
/** When the next picture is due: 0 now, US_NEVER when nothing moves. */
int64_t ui_deadline(const struct ui *ui);
/** Boot time of the last touch or key; 0: none. */
int64_t ui_last_input_us(const struct ui *ui);
/** True while a finger is down or a list still rolls. */
bool ui_active(const struct ui *ui);
/** Lets go of finger, focus and scrolling: another screen has taken over. */
void ui_reset(struct ui *ui);

/* For widgets: nodes. */

struct ui_node_spec {
    const char *id;
    int64_t index; /* makes the id "id.index"; -1: none */
    enum ui_role role;
    const char *label, *value; /* NULL: "" */
    unsigned state;
    struct rect rect;
    struct intent intent;
    bool may_cut;
};

/** Adds a node. @return its state as it is to be drawn: the spec's with UI_PRESSED, UI_FOCUSED as they are. */
unsigned ui_node(struct ui *ui, const struct ui_node_spec *spec);
/** Draws a text and tells the node that was added last whether it was cut or has unknown characters. */
struct text_size ui_node_text(struct ui *ui, struct rect rect, const char *string, const struct text_style *style,
                              struct colour colour);
/** Everything added until the pop lies on this layer. */
void ui_layer_push(struct ui *ui, int layer);
void ui_layer_pop(struct ui *ui);

/* For widgets: what is kept under an id from picture to picture. */

struct ui_kept {
    unsigned hash;
    int64_t seen_us;
    float scroll, velocity; /* px, px/s */
    float extent, view; /* of the content and of what shows of it */
    int64_t moved_us; /* when scroll was last worked out */
    int64_t number[2]; /* a widget's own */
};

/** @return what is kept under the id; zeroed at first. Never NULL: the one longest unseen gives way. */
struct ui_kept *ui_keep(struct ui *ui, const char *id);

/* Scrolling. */

/** What follows until ui_scroll_end lies in a window @rect over a content of height @content_px: clipped to it,
 * and to be drawn ui_scroll_begin's result higher up. A drag of more than a few pixels scrolls and lets go of what
 * was pressed; let go in motion it rolls on and slows down; at an end it gives way and comes back. */
float ui_scroll_begin(struct ui *ui, const char *id, struct rect rect, float content_px);
/** Draws the bar at the edge while it is of use. */
void ui_scroll_end(struct ui *ui);
/** Scrolls so that @from to @to of the content shows. */
void ui_scroll_show(struct ui *ui, const char *id, float from, float to);

/* Focus: which field the keyboard writes into. */

void ui_focus(struct ui *ui, const char *id);
/** "" when nothing has it. */
const char *ui_focused(const struct ui *ui);
/** Whether touching a field brings the keyboard on the screen; off where there is a real one. */
void ui_use_keyboard(struct ui *ui, bool on);
bool ui_uses_keyboard(const struct ui *ui);
/** The height that the keyboard on the screen takes now; 0 when it isn't shown. */
float ui_keyboard_height(const struct ui *ui);
void ui_set_keyboard_height(struct ui *ui, float height);
/** An intent as if from the glass: the keyboard on the screen types with it. */
void ui_push_intent(struct ui *ui, const struct intent *intent);
/** True once a key has moved or used the focus, until the next touch: a ring shows where it is. */
bool ui_shows_focus(const struct ui *ui);
/** The node that has the focus in the last picture; NULL. */
const struct ui_node *ui_focused_node(const struct ui *ui);

/* Holding down (ui_hold.c). */

/** How long the finger has been down on the widget whose node has this id and index (-1: none); -1 when it isn't.
 * @ret_x and @ret_y, which may be NULL: where it is now. */
int64_t ui_held_us(const struct ui *ui, const char *id, int64_t index, float *ret_x, float *ret_y);
/** For what acts again and again while it is held: first after 400 ms, then every 60 ms. Call it once in each
 * picture, before the node is added. @return true when it is to act now. @ret_repeated: it has acted while it was
 * held, so lifting the finger must not do it once more. */
bool ui_hold_repeats(struct ui *ui, const char *id, int64_t index, bool *ret_repeated);

/* For tests, and for whoever looks on from outside: the last picture's nodes. */

const struct ui_node *ui_nodes(const struct ui *ui, size_t *ret_n);
/** The first visible one with this role and label (NULL: any); NULL when there is none. */
const struct ui_node *ui_find(const struct ui *ui, enum ui_role role, const char *label);
const struct ui_node *ui_find_id(const struct ui *ui, const char *id);
/** What a finger at this place would touch; NULL. */
const struct ui_node *ui_node_at(const struct ui *ui, float x, float y);
const char *ui_role_text(enum ui_role role);
