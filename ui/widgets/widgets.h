#pragma once

/* The widgets. Each draws itself within the rectangle it is given, in logical pixels, and leaves its node; those
 * that are touched carry an intent of the screen's own. Ids are constant texts, one of a kind on a screen. */

#include "widgets/ui.h"

/* --- basics (basics.c) --- */

/** A card: the surface that things stand on, with its soft shadow. Leaves a group node when @label isn't NULL. */
void widget_card(struct ui *ui, const char *id, struct rect rect, const char *label);
/** A text and its node. @role: UI_TEXT, UI_HEADING or UI_STATUS. */
struct text_size widget_text(struct ui *ui, const char *id, enum ui_role role, struct rect rect, const char *text,
                             const struct text_style *style, struct colour colour);

enum widget_button_kind { BUTTON_PRIMARY, BUTTON_SECONDARY, BUTTON_QUIET, BUTTON_DANGER, BUTTON_SOFT };

struct widget_button {
    const char *id;
    int64_t index; /* -1: none */
    const char *label;
    enum widget_button_kind kind;
    enum icon icon; /* ICON_NONE: none */
    bool icon_last; /* behind the label */
    bool icon_only; /* the label is for who can't see the icon */
    bool disabled, busy;
    float text_factor; /* 0: 1 */
    struct intent intent;
};
void widget_button(struct ui *ui, struct rect rect, const struct widget_button *button);
/** The width that a button needs for its label and icon. */
float widget_button_width(struct ui *ui, const struct widget_button *button);

enum widget_tone { TONE_NEUTRAL, TONE_SUCCESS, TONE_WARNING, TONE_DANGER, TONE_PRIMARY };

/** A pill with a word, as wide as it needs, its right edge (@from_right) or left edge at @x. @return its rectangle. */
struct rect widget_badge(struct ui *ui, const char *id, float x, float y, bool from_right, const char *label,
                         enum icon icon, enum widget_tone tone);
/** A row of pills of which one is chosen (languages, tabs), each as high as @rect: intent.arg is the index. What
 * doesn't fit even in smaller letters goes on further rows below @rect. @return the right edge of the furthest. */
float widget_pills(struct ui *ui, const char *id, struct rect rect, const char *const labels[], size_t n, size_t chosen,
                   int intent_kind);
/** A label at the left, its value at the right. */
void widget_pair(struct ui *ui, const char *id, struct rect rect, const char *label, const char *value);
/** A round picture, or the initials where there is none. */
void widget_avatar(struct ui *ui, const char *id, struct rect rect, const struct surface *photo, uint64_t version,
                   const char *name);
/** A switch with its label at its left. An intent of kind 0: it can't be touched. */
void widget_check(struct ui *ui, const char *id, struct rect rect, const char *label, bool checked,
                  struct intent intent);

/* --- rail (rail.c): the navigation at the left of desk and service --- */

struct widget_rail_item {
    const char *id;
    const char *label;
    enum icon icon;
    bool disabled;
    int badge; /* a count at its corner; 0: none */
};
/** Draws the rail and takes it off *@r. intent.arg is the item's index. On an upright screen it lies along the
 * bottom. */
void widget_rail(struct ui *ui, struct rect *r, const struct widget_rail_item *items, size_t n, size_t chosen,
                 int intent_kind);

/* --- choices and steps (choice.c) --- */

struct widget_choice {
    const char *title, *detail;
    enum icon icon;
    bool disabled;
};
/** Cards in a grid of @columns, of which one is chosen (-1: none). intent.arg is the index. */
void widget_choices(struct ui *ui, const char *id, struct rect rect, const struct widget_choice *choices, size_t n,
                    size_t columns, int chosen, int intent_kind);
/** The steps of a routine: @at is the one under way. Those before it can be touched when @intent_kind isn't 0. */
void widget_stepper(struct ui *ui, const char *id, struct rect rect, const char *const labels[], size_t n, size_t at,
                    int intent_kind);
/** 0 to 1; below 0: how far is not known, something moves. From 36 px of height on, @label and the percentage stand
 * above the bar. */
void widget_progress(struct ui *ui, const char *id, struct rect rect, const char *label, float done);

/* --- what lies over the screen (overlay.c) --- */

struct widget_dialog {
    const char *id;
    const char *title, *text;
    enum icon icon;
    enum widget_tone tone;
    const char *confirm, *cancel; /* cancel NULL: there is only one way */
    bool danger; /* confirming can't be undone */
    struct intent on_confirm, on_cancel; /* Escape and a touch outside cancel */
};
void widget_dialog(struct ui *ui, const struct widget_dialog *dialog);
/** A line at the foot of the screen. The model says when it ends. */
void widget_toast(struct ui *ui, const char *id, const char *text, enum widget_tone tone);

/* --- lists and tables (list.c, table.c) --- */

struct widget_list {
    const char *id;
    const char *label;
    size_t n_rows;
    float row_px;
    int64_t chosen; /* row; -1: none */
    int intent_kind; /* arg: the row; 0: rows can't be touched */
    const char *empty; /* what stands there when there is no row */
    /** Draws one row within @rect and gives its name for the node in @ret_label. */
    void (*row)(struct ui *ui, const void *user, size_t row, struct rect rect, char *ret_label, size_t size);
    const void *user;
};
/** Only the rows that show are asked for: a list may have a hundred thousand. */
void widget_list(struct ui *ui, struct rect rect, const struct widget_list *list);

struct widget_column {
    const char *title;
    float share; /* of the width */
    enum text_align align;
    bool sortable;
};
struct widget_table {
    struct widget_list rows; /* .row is not used */
    const struct widget_column *columns;
    size_t n_columns;
    int sorted_by; /* column; -1: none */
    bool descending;
    int sort_intent_kind; /* arg: the column */
    /** The text of one cell. */
    void (*cell)(const void *user, size_t row, size_t column, char *ret_text, size_t size);
};
void widget_table(struct ui *ui, struct rect rect, const struct widget_table *table);

/* --- charts (chart.c) --- */

struct widget_chart {
    const char *id, *label;
    const float *values; /* n of them, 0 or more */
    size_t n;
    float top; /* the value at the upper edge; 0: the largest */
    bool line; /* a line with its area; else bars */
    bool mark_last;
    enum widget_tone tone;
    const char *unit; /* at the axis's figures; NULL: no axis */
};
void widget_chart(struct ui *ui, struct rect rect, const struct widget_chart *chart);
