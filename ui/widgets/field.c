/* A field keeps three things of the glass under its id: how far its text is scrolled to the left (scroll), where the
 * text begins within the node (extent), and when the cursor or the text last changed (moved_us, by number[0]): from
 * then on the cursor blinks, so that it stands still while somebody types. number[1] is what the keyboard needs to
 * know. */

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"
#include "core/date.h"
#include "widgets/field_internal.h"
#include "widgets/keyboard_layouts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define LABEL_PX     26.0F
#define BOX_PX       56.0F
#define ERROR_PX     26.0F
#define PAD_PX       16.0F
#define ICON_PX      22.0F
#define CLEAR_PX     48.0F
#define CURSOR_PX    2.0F
#define TOUCH_UNITS  64.0F /* to a pixel, in UI_EDIT_PLACE's arg */
#define CAPITAL_WISH 0x100

enum { DECIMALS = 2 };
enum { BLINK_US = 500 * US_PER_MS, BLINKS_FOR_US = 20 * US_PER_S };

#define DOT "•"

/* A search's magnifier says what it is. */
static bool has_label(const struct widget_field *field)
{
    return field->label && field->kind != FIELD_SEARCH;
}

float widget_field_height(const struct widget_field *field)
{
    return (has_label(field) ? LABEL_PX : 0) + BOX_PX + (field->error ? ERROR_PX : 0);
}

/* What shows of the text: a PIN in dots. */
static void shown_text(enum field_kind kind, const struct edit *edit, char ret_shown[EDIT_SIZE * 3], size_t *ret_cursor)
{
    if (kind != FIELD_PIN) {
        (void)text_copy(ret_shown, (size_t)EDIT_SIZE * 3, edit->text);
        *ret_cursor = edit->cursor;
        return;
    }
    size_t n = strlen(edit->text), dot = strlen(DOT); /* a PIN's characters are digits: one byte each */
    for (size_t i = 0; i < n; i++) {
        memcpy(ret_shown + i * dot, DOT, dot);
    }
    ret_shown[n * dot] = '\0';
    *ret_cursor = edit->cursor * dot;
}

static struct text_style field_style(enum field_kind kind)
{
    struct text_style style = theme_text(TYPE_BODY);
    style.size_px += 1;
    style.line_height = 0;
    style.vertical = TEXT_CENTRE;
    if (kind == FIELD_PIN) {
        style.tracking_px = 3;
        style.size_px += 6;
    } else if (kind != FIELD_TEXT) {
        style.weight = TEXT_MEDIUM;
    }
    style.tabular = kind == FIELD_NUMBER || kind == FIELD_AMOUNT || kind == FIELD_DAY || kind == FIELD_PHONE;
    return style;
}

static bool word_begins(const struct edit *edit)
{
    static const char *const before[] = {" ", "-", "'", "’"};
    if (edit->cursor == 0) {
        return true;
    }
    for (size_t i = 0; i < ARRAY_LEN(before); i++) {
        size_t n = strlen(before[i]);
        if (edit->cursor >= n && memcmp(edit->text + edit->cursor - n, before[i], n) == 0) {
            return true;
        }
    }
    return false;
}

struct field_wish field_wish(struct ui *ui, const char *id)
{
    int64_t wish = ui_keep(ui, id)->number[1];
    return (struct field_wish){.kind = (enum field_kind)(wish & (CAPITAL_WISH - 1)),
                               .capital = (wish & CAPITAL_WISH) != 0};
}

static int64_t hash_edit(const struct edit *edit)
{
    uint64_t hash = 14695981039346656037ULL ^ edit->cursor;
    for (const char *c = edit->text; *c; c++) {
        hash = (hash ^ (uint8_t)*c) * 1099511628211ULL;
    }
    return (int64_t)(hash >> 1);
}

/* True while the cursor is to be seen. */
static bool cursor_shows(struct ui *ui, struct ui_kept *kept, const struct edit *edit)
{
    int64_t hash = hash_edit(edit) | 1; /* never 0: that is "not focused" */
    if (kept->number[0] != hash) {
        kept->number[0] = hash;
        kept->moved_us = ui_now(ui);
    }
    int64_t since_us = ui_now(ui) - kept->moved_us;
    if (since_us >= BLINKS_FOR_US) {
        return true; /* nobody is typing: nothing moves any more */
    }
    int64_t phase = since_us / BLINK_US;
    ui_again(ui, kept->moved_us + (phase + 1) * BLINK_US);
    return phase % 2 == 0;
}

/* Scrolls the text so that the cursor shows and no room is wasted behind its end. @return how far. */
static float scrolled(struct ui_kept *kept, bool focused, float cursor_x, float width, float room)
{
    float most = fmaxf(width + CURSOR_PX - room, 0);
    if (!focused) {
        kept->scroll = 0;
        return 0;
    }
    if (cursor_x + CURSOR_PX > kept->scroll + room) {
        kept->scroll = cursor_x + CURSOR_PX - room;
    }
    if (cursor_x < kept->scroll) {
        kept->scroll = cursor_x;
    }
    kept->scroll = roundf(fminf(fmaxf(kept->scroll, 0), most));
    return kept->scroll;
}

static void draw_frame(struct ui *ui, struct rect box, const struct widget_field *field, bool focused)
{
    enum theme_colour border = field->error ? THEME_DANGER : focused ? THEME_PRIMARY : THEME_BORDER;
    draw_box(ui_draw(ui), box,
             &(struct draw_box){.fill = ui_colour(ui, field->disabled ? THEME_SURFACE_SOFT : THEME_SURFACE),
                                .radius = RADIUS_M,
                                .border_px = focused        ? 2
                                             : field->error ? 1.5F
                                                            : 1,
                                .border = ui_colour(ui, border)});
}

/* The text or the hint, and the cursor, within @room. */
static void draw_content(struct ui *ui, struct rect room, const struct widget_field *field, unsigned state)
{
    char shown[EDIT_SIZE * 3];
    size_t cursor = 0;
    struct ui_kept *kept = ui_keep(ui, field->id);
    bool focused = (state & UI_FOCUSED) != 0;
    struct text_style style = field_style(field->kind);
    struct colour ink = ui_colour(ui, field->disabled ? THEME_TEXT_DISABLED : THEME_TEXT);
    shown_text(field->kind, field->edit, shown, &cursor);
    if (!shown[0] && field->hint) {
        struct text_style hint = field_style(FIELD_TEXT);
        struct rect beside = room;
        (void)rect_cut_left(&beside, 2 * CURSOR_PX);
        (void)ui_node_text(ui, beside, field->hint, &hint,
                           ui_colour(ui, field->disabled ? THEME_TEXT_DISABLED : THEME_TEXT_MUTED));
    }
    if (!focused) {
        kept->number[0] = 0;
        (void)scrolled(kept, false, 0, 0, 0);
        if (shown[0]) {
            (void)ui_node_text(ui, room, shown, &style, ink);
        }
        return;
    }
    float cursor_x = text_cursor_x(ui_text(ui), shown, &style, cursor);
    float width = text_measure(ui_text(ui), shown, &style, 0).w;
    float scroll = scrolled(kept, true, cursor_x, width, room.w);
    draw_clip_push(ui_draw(ui), rect_of(room.x - 1, room.y, room.w + 2, room.h));
    if (shown[0]) {
        (void)ui_node_text(ui, rect_of(room.x - scroll, room.y, width + PAD_PX, room.h), shown, &style, ink);
    }
    if (cursor_shows(ui, kept, field->edit)) {
        float height = roundf(style.size_px * 1.4F);
        draw_fill(
            ui_draw(ui),
            rect_of(roundf(room.x + cursor_x - scroll), roundf(room.y + (room.h - height) / 2), CURSOR_PX, height),
            ui_colour(ui, THEME_PRIMARY), 1);
    }
    draw_clip_pop(ui_draw(ui));
}

static void add_label(struct ui *ui, struct rect rect, const struct widget_field *field)
{
    char id[UI_ID_SIZE];
    struct text_style style = theme_text(TYPE_SMALL);
    style.weight = TEXT_MEDIUM;
    (void)snprintf(id, sizeof(id), "%s.label", field->id);
    (void)ui_node(ui,
                  &(struct ui_node_spec){.id = id, .index = -1, .role = UI_TEXT, .label = field->label, .rect = rect});
    (void)ui_node_text(ui, rect, field->label, &style, ui_colour(ui, THEME_TEXT_MUTED));
}

static void add_error(struct ui *ui, struct rect rect, const struct widget_field *field)
{
    char id[UI_ID_SIZE];
    struct text_style style = theme_text(TYPE_SMALL);
    (void)snprintf(id, sizeof(id), "%s.error", field->id);
    (void)ui_node(
        ui, &(struct ui_node_spec){.id = id, .index = -1, .role = UI_STATUS, .label = field->error, .rect = rect});
    struct rect line = rect;
    struct rect icon = rect_cut_left(&line, 18);
    (void)rect_cut_left(&line, 6);
    style.vertical = TEXT_CENTRE;
    draw_icon(ui_draw(ui), icon, ICON_WARNING, ui_colour(ui, THEME_DANGER), 0);
    (void)ui_node_text(ui, line, field->error, &style, ui_colour(ui, THEME_DANGER));
}

static void add_clear(struct ui *ui, struct rect rect, const struct widget_field *field)
{
    char id[UI_ID_SIZE];
    struct intent intent = field->intent;
    intent.edit = UI_EDIT_CLEAR;
    (void)snprintf(id, sizeof(id), "%s.clear", field->id);
    /* A key and no button: touching it must not take the focus from the field. */
    unsigned state = ui_node(ui, &(struct ui_node_spec){.id = id,
                                                        .index = -1,
                                                        .role = UI_KEY,
                                                        .label = C_("search field", "Clear"),
                                                        .rect = rect,
                                                        .intent = intent});
    if (state & UI_PRESSED) {
        draw_fill(ui_draw(ui), rect_centre(rect, 36, 36), ui_colour(ui, THEME_SURFACE_SOFT), 18);
    }
    draw_icon(ui_draw(ui), rect_centre(rect, 20, 20), ICON_CROSS, ui_colour(ui, THEME_TEXT_MUTED), 0);
}

void widget_field(struct ui *ui, struct rect rect, const struct widget_field *field)
{
    char shown[EDIT_SIZE * 3];
    size_t cursor = 0;
    if (has_label(field)) {
        add_label(ui, rect_cut_top(&rect, LABEL_PX), field);
    }
    struct rect error = field->error ? rect_cut_bottom(&rect, ERROR_PX) : (struct rect){0};
    shown_text(field->kind, field->edit, shown, &cursor);
    unsigned state = ui_node(
        ui, &(struct ui_node_spec){.id = field->id,
                                   .index = -1,
                                   .role = UI_FIELD,
                                   .label = field->label ? field->label : field->hint,
                                   .value = shown,
                                   .state = (field->disabled ? UI_DISABLED : 0U) | (field->error ? UI_INVALID : 0U),
                                   .rect = rect,
                                   .intent = field->intent,
                                   .may_cut = shown[0] != '\0'});
    draw_frame(ui, rect, field, (state & UI_FOCUSED) != 0);
    struct rect room = rect_inset_xy(rect, PAD_PX, 2);
    if (field->kind == FIELD_SEARCH) {
        draw_icon(ui_draw(ui), rect_cut_left(&room, ICON_PX), ICON_SEARCH, ui_colour(ui, THEME_TEXT_MUTED), 0);
        (void)rect_cut_left(&room, SPACE_M);
    }
    bool clears = field->kind == FIELD_SEARCH && shown[0] && !field->disabled;
    if (clears) {
        (void)rect_cut_right(&room, CLEAR_PX - PAD_PX + SPACE_S);
    }
    struct ui_kept *kept = ui_keep(ui, field->id);
    kept->extent = room.x - rect.x;
    kept->number[1] = (int64_t)field->kind | (field->kind == FIELD_NAME && word_begins(field->edit) ? CAPITAL_WISH : 0);
    draw_content(ui, room, field, state);
    if (clears) {
        add_clear(ui, rect_of(rect_right(rect) - CLEAR_PX - 4, rect.y + (rect.h - CLEAR_PX) / 2, CLEAR_PX, CLEAR_PX),
                  field);
    }
    if (field->error) {
        add_error(ui, error, field);
    }
}

/* The byte of the text that a touch at @x of the node (in 1/64 px) means. */
static size_t placed(struct ui *ui, enum field_kind kind, const struct edit *edit, int64_t x)
{
    char shown[EDIT_SIZE * 3];
    size_t cursor = 0;
    const struct ui_kept *kept = ui_keep(ui, ui_focused(ui));
    struct text_style style = field_style(kind);
    shown_text(kind, edit, shown, &cursor);
    float at = (float)x / TOUCH_UNITS - kept->extent + kept->scroll;
    size_t byte = text_byte_at(ui_text(ui), shown, &style, at);
    return kind == FIELD_PIN ? byte / strlen(DOT) : byte;
}

/* The decimals behind the sign in @text, -1 when it has none. */
static int decimals_of(const char *text)
{
    const char *sign = strpbrk(text, ".,");
    return sign ? (int)strlen(sign + 1) : -1;
}

/* @c: an ASCII character that the cursor's place would get. */
static bool takes(enum field_kind kind, const struct edit *edit, char c)
{
    bool digit = c >= '0' && c <= '9';
    int decimals = decimals_of(edit->text);
    size_t behind = strlen(edit->text + edit->cursor);
    switch (kind) {
    case FIELD_AMOUNT:
        if (c == '.' || c == ',') {
            return decimals < 0 && behind <= DECIMALS;
        }
        return digit && (decimals < DECIMALS || behind > (size_t)decimals);
    case FIELD_PHONE:
        return digit || (c && strchr(" -()", c)) || (c == '+' && edit->cursor == 0 && edit->text[0] != '+');
    case FIELD_DAY:
        return digit || c == '-';
    default:
        return digit;
    }
}

static bool insert_one(enum field_kind kind, struct edit *edit, char c, size_t most)
{
    struct intent intent = {.edit = UI_EDIT_INSERT, .text = {c}};
    if (!takes(kind, edit, c)) {
        return false;
    }
    if (c == '.' || c == ',') {
        (void)text_copy(intent.text, sizeof(intent.text), keyboard_decimal());
    }
    bool dash_is_due = kind == FIELD_DAY && c != '-' && (edit->cursor == 4 || edit->cursor == 7);
    if (dash_is_due && edit->text[edit->cursor] == '\0') {
        (void)edit_apply(edit, &(struct intent){.edit = UI_EDIT_INSERT, .text = "-"}, most);
    }
    return edit_apply(edit, &intent, most);
}

/* Takes of @text what the kind allows. */
static bool insert(enum field_kind kind, struct edit *edit, const struct intent *intent, size_t most)
{
    bool changed = false;
    if (!keyboard_pad(kind)) {
        return (kind != FIELD_MAIL || !strchr(intent->text, ' ')) && edit_apply(edit, intent, most);
    }
    if (kind == FIELD_DAY) {
        most = DATE_TEXT_SIZE - 1;
    }
    for (size_t i = 0; i < sizeof(intent->text) && intent->text[i]; i++) {
        changed = insert_one(kind, edit, intent->text[i], most) || changed;
    }
    return changed;
}

bool field_apply(struct ui *ui, enum field_kind kind, struct edit *edit, const struct intent *intent, size_t most)
{
    struct intent place = *intent;
    switch (intent->edit) {
    case UI_EDIT_KEYBOARD:
        keyboard_command(ui, intent->text);
        return false;
    case UI_EDIT_DONE:
        ui_focus(ui, "");
        return false;
    case UI_EDIT_PLACE:
        place.arg = (int64_t)placed(ui, kind, edit, intent->arg);
        return edit_apply(edit, &place, most);
    case UI_EDIT_INSERT:
        keyboard_typed(ui);
        return insert(kind, edit, intent, most);
    default:
        return edit_apply(edit, intent, most);
    }
}
