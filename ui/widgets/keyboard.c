/* What the keyboard remembers lies with the ui, under ids of its own:
 *     keyboard.shift   number: the shift, when it was last touched
 *     keyboard.page    number: 1 for the page of signs; the layout that was chosen with the globe, 1 + language, and
 *                      behind it (from bit 8) the language in force then: a choice ends when that changes
 *     keyboard.strip   number: 1 + the key whose accents show; the field that they are for
 * It changes in three ways: by a command (field_apply passes on what came as UI_EDIT_KEYBOARD), by what is typed, and
 * by holding a key down, which the view itself sees. Every key's intent is the focused field's own, with what to do to
 * the text: whoever takes the field's intents needs to know nothing of keys. */

#include "base/clock.h"
#include "base/text.h"
#include "widgets/field_internal.h"
#include "widgets/keyboard_page.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { DOUBLE_TOUCH_US = 400 * US_PER_MS, HOLD_US = 400 * US_PER_MS, FRAME_US = 16 * US_PER_MS, ACCENTS_MAX = 8 };

#define ACCENT_WIDTH_PX  56.0F
#define ACCENT_HEIGHT_PX 60.0F
#define STRIP_PAD_PX     4.0F

enum shift { SHIFT_AUTO, SHIFT_ON, SHIFT_OFF, SHIFT_LOCK };

/* One picture of the keyboard. */
struct board {
    struct ui *ui;
    struct keyboard_state state;
    struct keyboard_page page;
    struct intent intent; /* of the field */
    enum shift shift;
    size_t strip; /* 1 + the key whose accents show */
};

/* The accents of one key. */
struct strip {
    char accents[ACCENTS_MAX][KEY_TEXT_SIZE];
    size_t n;
    struct rect rect;
};

static bool is_capital(struct ui *ui)
{
    enum shift shift = (enum shift)ui_keep(ui, "keyboard.shift")->number[0];
    return shift == SHIFT_ON || shift == SHIFT_LOCK ||
           (shift == SHIFT_AUTO && ui_focused(ui)[0] && field_wish(ui, ui_focused(ui)).capital);
}

static enum language layout_in_force(struct ui *ui)
{
    int64_t chosen = ui_keep(ui, "keyboard.page")->number[1];
    bool holds = chosen > 0 && (chosen >> 8) == (int64_t)i18n_language();
    return holds ? (enum language)((chosen & 0xff) - 1) : i18n_language();
}

const char *keyboard_decimal(void)
{
    return keyboard_layout(i18n_language())->decimal;
}

void keyboard_typed(struct ui *ui)
{
    struct ui_kept *shift = ui_keep(ui, "keyboard.shift");
    if (shift->number[0] != SHIFT_LOCK) {
        shift->number[0] = SHIFT_AUTO;
    }
    ui_keep(ui, "keyboard.strip")->number[0] = 0;
}

static void touch_shift(struct ui *ui)
{
    bool capital = is_capital(ui);
    struct ui_kept *kept = ui_keep(ui, "keyboard.shift");
    int64_t now_us = ui_last_input_us(ui);
    bool twice = kept->number[1] > 0 && now_us - kept->number[1] <= DOUBLE_TOUCH_US;
    if (kept->number[0] == SHIFT_LOCK) {
        kept->number[0] = SHIFT_OFF;
        kept->number[1] = 0;
    } else {
        kept->number[0] = twice ? SHIFT_LOCK : capital ? SHIFT_OFF : SHIFT_ON;
        kept->number[1] = now_us;
    }
}

void keyboard_command(struct ui *ui, const char *command)
{
    struct ui_kept *page = ui_keep(ui, "keyboard.page");
    ui_keep(ui, "keyboard.strip")->number[0] = 0;
    if (text_eq(command, "shift")) {
        touch_shift(ui);
    } else if (text_eq(command, "symbols") || text_eq(command, "letters")) {
        page->number[0] = text_eq(command, "symbols");
    } else if (text_eq(command, "language")) {
        int64_t next = ((int64_t)layout_in_force(ui) + 1) % LANGUAGES;
        page->number[1] = (next + 1) | ((int64_t)i18n_language() << 8);
    }
    ui_touch(ui);
}

/* Another field: it begins with letters, and with nothing left over from the one before. */
static void follow_focus(struct ui *ui)
{
    struct ui_kept *strip = ui_keep(ui, "keyboard.strip");
    int64_t focus = (int64_t)ui_focused_node(ui)->hash;
    if (strip->number[1] != focus) {
        strip->number[1] = focus;
        strip->number[0] = 0;
        ui_keep(ui, "keyboard.page")->number[0] = 0;
        ui_keep(ui, "keyboard.shift")->number[0] = SHIFT_AUTO;
    }
}

static const char *command_of(enum key_kind kind)
{
    static const char *const commands[] = {
        [KEY_SHIFT] = "shift", [KEY_LANGUAGE] = "language", [KEY_SYMBOLS] = "symbols", [KEY_LETTERS] = "letters"};
    return commands[kind];
}

static const char *label_of(const struct key *key)
{
    switch (key->kind) {
    case KEY_TYPES:
        return key->text;
    case KEY_SHIFT:
        return C_("keyboard", "Shift");
    case KEY_BACKSPACE:
        return C_("keyboard", "Backspace");
    case KEY_SPACE:
        return C_("keyboard", "Space");
    case KEY_LANGUAGE:
        return C_("keyboard", "Language of the keyboard");
    case KEY_SYMBOLS:
        return C_("keyboard", "Signs");
    case KEY_LETTERS:
        return C_("keyboard", "Letters");
    case KEY_DONE:
        return C_("keyboard", "Done");
    }
    return "";
}

static struct intent intent_of(const struct board *board, const struct key *key)
{
    struct intent intent = board->intent;
    intent.text[0] = '\0';
    switch (key->kind) {
    case KEY_TYPES:
    case KEY_SPACE:
        intent.edit = UI_EDIT_INSERT;
        (void)text_copy(intent.text, sizeof(intent.text), key->text);
        break;
    case KEY_BACKSPACE:
        intent.edit = UI_EDIT_BACKSPACE;
        break;
    case KEY_DONE:
        intent.edit = UI_EDIT_DONE;
        break;
    default:
        intent.edit = UI_EDIT_KEYBOARD;
        (void)text_copy(intent.text, sizeof(intent.text), command_of(key->kind));
        break;
    }
    return intent;
}

static struct intent nothing(const struct board *board)
{
    struct intent intent = board->intent;
    intent.edit = UI_EDIT_NONE;
    intent.text[0] = '\0';
    return intent;
}

/* Drawing. */

static void draw_face(const struct board *board, const struct key *key, unsigned state)
{
    struct draw_list *list = ui_draw(board->ui);
    bool pressed = (state & UI_PRESSED) != 0, types = key->kind == KEY_TYPES || key->kind == KEY_SPACE;
    enum theme_colour fill = key->kind == KEY_DONE ? THEME_PRIMARY : types ? THEME_KEY : THEME_KEY_SPECIAL;
    if (key->kind == KEY_SHIFT && (state & UI_CHECKED)) {
        fill = THEME_PRIMARY;
    } else if (key->kind == KEY_SHIFT && (state & UI_SELECTED)) {
        fill = THEME_KEY;
    }
    struct colour colour = ui_colour(board->ui, fill);
    struct colour edge = colour_mix(ui_colour(board->ui, THEME_KEYBOARD), colour_rgb(0x0B1020), 0.2F);
    struct rect face = key->face;
    if (pressed) {
        colour = types ? ui_colour(board->ui, THEME_KEY_SPECIAL) : colour_mix(colour, edge, 0.3F);
        face.y += 1;
    } else {
        /* The key's lower edge; what of it the face covers need not be painted. */
        draw_fill(list, rect_of(face.x, rect_bottom(face) - 2 * RADIUS_S + 2, face.w, 2 * RADIUS_S), edge, RADIUS_S);
    }
    draw_fill(list, face, colour, RADIUS_S);
}

static struct text_style key_style(const struct key *key)
{
    struct text_style style = theme_text(key->kind == KEY_TYPES ? TYPE_BODY_LARGE : TYPE_LABEL);
    if (key->kind == KEY_TYPES && strlen(key->text) > 2 && key->text[0] == '.') {
        style = theme_text(TYPE_LABEL); /* a mail address's ending */
    }
    style.weight = key->kind == KEY_SPACE ? TEXT_REGULAR : TEXT_MEDIUM;
    style.weight = key->kind == KEY_DONE ? TEXT_SEMIBOLD : style.weight;
    style.line_height = 0;
    style.align = TEXT_MIDDLE;
    style.vertical = TEXT_CENTRE;
    return style;
}

static void draw_globe(const struct board *board, struct rect face)
{
    char code[8];
    struct text_style style = theme_text(TYPE_SMALL_STRONG);
    struct colour ink = ui_colour(board->ui, THEME_TEXT);
    style.vertical = TEXT_CENTRE;
    i18n_upper(language_code(board->state.language), code, sizeof(code));
    float width = text_measure(ui_text(board->ui), code, &style, 0).w;
    struct rect line = rect_centre(face, 22 + SPACE_S + width, face.h);
    draw_icon(ui_draw(board->ui), rect_cut_left(&line, 22), ICON_GLOBE, ink, 0);
    (void)rect_cut_left(&line, SPACE_S);
    line.w += 2; /* so that rounding cuts nothing */
    (void)ui_node_text(board->ui, line, code, &style, ink);
}

static void draw_key(const struct board *board, const struct key *key, unsigned state)
{
    struct ui *ui = board->ui;
    struct text_style style = key_style(key);
    struct colour ink = ui_colour(ui, THEME_TEXT);
    struct rect face = key->face;
    face.y += (state & UI_PRESSED) ? 1 : 0;
    draw_face(board, key, state);
    switch (key->kind) {
    case KEY_SHIFT:
        ink = (state & UI_CHECKED)    ? ui_colour(ui, THEME_ON_PRIMARY)
              : (state & UI_SELECTED) ? ui_colour(ui, THEME_PRIMARY)
                                      : ink;
        draw_icon(ui_draw(ui), rect_centre(face, 24, 24), ICON_SHIFT, ink, 0);
        if (state & UI_CHECKED) {
            draw_fill(ui_draw(ui), rect_of(roundf(face.x + face.w / 2 - 6), face.y + face.h / 2 + 14, 12, 2), ink, 1);
        }
        break;
    case KEY_BACKSPACE:
        draw_icon(ui_draw(ui), rect_centre(face, 24, 24), ICON_BACKSPACE, ink, 0);
        break;
    case KEY_LANGUAGE:
        draw_globe(board, face);
        break;
    case KEY_SYMBOLS:
        (void)ui_node_text(ui, face, "?123", &style, ink);
        break;
    case KEY_LETTERS:
        (void)ui_node_text(ui, face, "ABC", &style, ink);
        break;
    case KEY_SPACE:
        (void)ui_node_text(ui, face, C_("keyboard, on the key", "space"), &style, ui_colour(ui, THEME_TEXT_MUTED));
        break;
    case KEY_DONE:
        (void)ui_node_text(ui, face, label_of(key), &style, ui_colour(ui, THEME_ON_PRIMARY));
        break;
    case KEY_TYPES:
        (void)ui_node_text(ui, face, key->text, &style, ink);
        break;
    }
}

/* The accents over a key. */

static void strip_of(const struct board *board, const struct key *key, struct strip *ret_strip)
{
    const char *accents = keyboard_accents(key->base);
    char letter[KEY_TEXT_SIZE];
    bool capital = !text_eq(key->base, key->text);
    *ret_strip = (struct strip){0};
    while ((accents = keyboard_letter(accents, letter)) && ret_strip->n < ACCENTS_MAX) {
        bool stands_on_page = false;
        for (size_t i = 0; i < board->page.n; i++) {
            stands_on_page = stands_on_page || text_eq(board->page.keys[i].base, letter);
        }
        if (stands_on_page) {
            continue;
        }
        if (capital) {
            keyboard_capital(letter, ret_strip->accents[ret_strip->n]);
        } else {
            (void)text_copy(ret_strip->accents[ret_strip->n], KEY_TEXT_SIZE, letter);
        }
        ret_strip->n++;
    }
    struct rect bounds = ui_bounds(board->ui);
    float width = (float)ret_strip->n * ACCENT_WIDTH_PX;
    float x = roundf(key->face.x + key->face.w / 2 - width / 2);
    x = fminf(fmaxf(x, SPACE_S), bounds.w - width - SPACE_S);
    ret_strip->rect = rect_of(x, key->face.y - ACCENT_HEIGHT_PX - SPACE_S, width, ACCENT_HEIGHT_PX);
}

static struct rect accent_rect(const struct strip *strip, size_t i)
{
    return rect_of(strip->rect.x + (float)i * ACCENT_WIDTH_PX, strip->rect.y, ACCENT_WIDTH_PX, ACCENT_HEIGHT_PX);
}

/* The accent that a finger at @x, @y means: above its key, the one that it is nearest to; -1 on the key itself. */
static int accent_at(const struct strip *strip, const struct key *key, float x, float y)
{
    if (y >= key->cell.y && rect_holds(key->cell, x, y)) {
        return -1;
    }
    int i = (int)floorf((x - strip->rect.x) / ACCENT_WIDTH_PX);
    return i < 0 ? 0 : i >= (int)strip->n ? (int)strip->n - 1 : i;
}

/* While the key is held, all that lies between it and its accents belongs to its node, on top of the others, so that
 * lifting the finger there means the accent under it; lifted on the key, it leaves them for a second touch. */
static void add_held_node(const struct board *board, size_t index, const struct strip *strip, int accent)
{
    const struct key *key = &board->page.keys[index];
    struct intent intent = nothing(board);
    if (accent >= 0) {
        intent.edit = UI_EDIT_INSERT;
        (void)text_copy(intent.text, sizeof(intent.text), strip->accents[accent]);
    }
    (void)ui_node(board->ui, &(struct ui_node_spec){.id = "key",
                                                    .index = (int64_t)index,
                                                    .role = UI_KEY,
                                                    .label = accent >= 0 ? strip->accents[accent] : key->text,
                                                    .rect = rect_inset(rect_union(strip->rect, key->cell), -SPACE_L),
                                                    .intent = intent});
}

static void add_strip(const struct board *board)
{
    struct ui *ui = board->ui;
    size_t index = board->strip - 1;
    const struct key *key = &board->page.keys[index];
    struct strip strip;
    float x = 0, y = 0;
    strip_of(board, key, &strip);
    bool held = ui_held_us(ui, "key", (int64_t)index, &x, &y) >= 0;
    int chosen = held ? accent_at(&strip, key, x, y) : -1;
    draw_box(ui_draw(ui), rect_inset(strip.rect, -STRIP_PAD_PX),
             &(struct draw_box){.fill = ui_colour(ui, THEME_SURFACE),
                                .radius = RADIUS_M,
                                .border_px = 1,
                                .border = ui_colour(ui, THEME_BORDER),
                                .shadow_px = 16,
                                .shadow_dy = 4,
                                .shadow = ui_colour(ui, THEME_SHADOW)});
    for (size_t i = 0; i < strip.n; i++) {
        struct intent intent = board->intent;
        struct rect cell = accent_rect(&strip, i);
        const struct key accent = {.kind = KEY_TYPES};
        struct text_style style = key_style(&accent);
        intent.edit = UI_EDIT_INSERT;
        (void)text_copy(intent.text, sizeof(intent.text), strip.accents[i]);
        unsigned state = ui_node(ui, &(struct ui_node_spec){.id = "accent",
                                                            .index = (int64_t)i,
                                                            .role = UI_KEY,
                                                            .label = strip.accents[i],
                                                            .rect = cell,
                                                            .intent = intent});
        bool marked = (int)i == chosen || (state & UI_PRESSED);
        if (marked) {
            draw_fill(ui_draw(ui), cell, ui_colour(ui, THEME_PRIMARY), RADIUS_S);
        }
        (void)ui_node_text(ui, cell, strip.accents[i], &style, ui_colour(ui, marked ? THEME_ON_PRIMARY : THEME_TEXT));
    }
    if (held) {
        add_held_node(board, index, &strip, chosen);
        ui_again(ui, ui_now(ui) + FRAME_US); /* the finger moves without a word */
    }
}

/* Holding. */

/* Opens the accents of a key that has been held for long enough. */
static void watch_hold(struct board *board, size_t index)
{
    struct strip strip;
    int64_t held_us = ui_held_us(board->ui, "key", (int64_t)index, NULL, NULL);
    if (held_us < 0) {
        return;
    }
    if (board->strip != 0 && board->strip != index + 1) {
        board->strip = 0; /* a finger on another key */
    } else if (held_us < HOLD_US) {
        ui_again(board->ui, ui_now(board->ui) + HOLD_US - held_us);
    } else {
        strip_of(board, &board->page.keys[index], &strip);
        board->strip = strip.n > 0 ? index + 1 : 0;
    }
}

static void add_key(struct board *board, size_t index)
{
    const struct key *key = &board->page.keys[index];
    struct intent intent = intent_of(board, key);
    unsigned state = 0;
    bool repeated = false;
    if (key->kind == KEY_BACKSPACE) {
        if (ui_hold_repeats(board->ui, "key", (int64_t)index, &repeated)) {
            ui_push_intent(board->ui, &intent);
        }
        intent = repeated ? nothing(board) : intent;
    } else if (key->kind == KEY_SHIFT) {
        state = (board->state.capital ? UI_SELECTED : 0U) | (board->shift == SHIFT_LOCK ? UI_CHECKED : 0U);
    } else if (key->kind == KEY_TYPES) {
        watch_hold(board, index);
    }
    if (board->strip == index + 1 && ui_held_us(board->ui, "key", (int64_t)index, NULL, NULL) >= 0) {
        draw_key(board, key, UI_PRESSED); /* its node comes last, with its accents */
        return;
    }
    state = ui_node(board->ui, &(struct ui_node_spec){.id = "key",
                                                      .index = (int64_t)index,
                                                      .role = UI_KEY,
                                                      .label = label_of(key),
                                                      .state = state,
                                                      .rect = key->cell,
                                                      .intent = intent});
    draw_key(board, key, state);
}

static void add_ground(const struct board *board, struct rect rect)
{
    struct ui *ui = board->ui;
    /* A touch beside the keys of a pad does nothing, and doesn't reach what lies below. */
    (void)ui_node(ui, &(struct ui_node_spec){.id = "keyboard",
                                             .index = -1,
                                             .role = UI_GROUP,
                                             .label = C_("keyboard", "Keyboard"),
                                             .rect = rect,
                                             .intent = nothing(board)});
    draw_fill(ui_draw(ui), rect, ui_colour(ui, THEME_KEYBOARD), 0);
    draw_fill(ui_draw(ui), rect_of(rect.x, rect.y, rect.w, 1), ui_colour(ui, THEME_BORDER), 0);
}

void widget_keyboard(struct ui *ui)
{
    const struct ui_node *field = ui_focused_node(ui);
    (void)ui_keep(ui, "keyboard.page"); /* so that the chosen layout is not the one that gives way */
    if (!ui_uses_keyboard(ui) || !field || field->role != UI_FIELD || (field->state & UI_DISABLED)) {
        ui_set_keyboard_height(ui, 0);
        if (!field && ui_focused(ui)[0]) {
            ui_touch(ui); /* the field has come with this picture: the next one has the keyboard */
        }
        return;
    }
    follow_focus(ui);
    struct rect bounds = ui_bounds(ui);
    struct rect rect = rect_cut_bottom(&bounds, keyboard_page_height(bounds.h));
    struct board board = {.ui = ui,
                          .intent = field->intent,
                          .shift = (enum shift)ui_keep(ui, "keyboard.shift")->number[0],
                          .strip = (size_t)ui_keep(ui, "keyboard.strip")->number[0]};
    board.state = (struct keyboard_state){.kind = field_wish(ui, ui_focused(ui)).kind,
                                          .language = layout_in_force(ui),
                                          .capital = is_capital(ui),
                                          .symbols = ui_keep(ui, "keyboard.page")->number[0] != 0};
    keyboard_page(&board.state, rect, &board.page);
    ui_set_keyboard_height(ui, rect.h);
    ui_layer_push(ui, 1);
    add_ground(&board, rect);
    for (size_t i = 0; i < board.page.n; i++) {
        add_key(&board, i);
    }
    if (board.strip != 0 && board.strip <= board.page.n) {
        add_strip(&board);
    }
    ui_keep(ui, "keyboard.strip")->number[0] = (int64_t)board.strip;
    ui_layer_pop(ui);
}
