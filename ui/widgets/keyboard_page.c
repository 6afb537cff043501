/* A page is rows of cells that fill its rectangle without a gap, so that a finger between two keys still means one of
 * them and nothing below the keyboard is touched. What is drawn stands within its cell. */
#include "widgets/keyboard_page.h"

#include "base/cleanup.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

#define GAP_PX       6.0F
#define MARGIN_PX    7.0F /* at the left and right, less half a gap */
#define EDGE_PX      4.0F /* above and below, less half a gap */
#define PAD_WIDTH_PX 620.0F
#define SHIFT_UNITS  1.5F
#define REFERENCE_PX 286.0F /* on a screen 600 high */
#define LEAST_PX     248.0F /* five rows of 48 */
#define MOST_PX      340.0F

enum { ROWS = 5, ROW_KEYS_MAX = 16 };

/* A row under way: keys with their widths in units. */
struct row {
    struct key keys[ROW_KEYS_MAX];
    float units[ROW_KEYS_MAX];
    size_t n;
};

float keyboard_page_height(float screen_height)
{
    float height = roundf(screen_height * REFERENCE_PX / 600);
    return fminf(fmaxf(height, LEAST_PX), MOST_PX);
}

static void add(struct row *row, enum key_kind kind, const char *text, float units)
{
    if (row->n < ROW_KEYS_MAX) {
        struct key *key = &row->keys[row->n];
        *key = (struct key){.kind = kind};
        (void)text_copy(key->text, sizeof(key->text), text);
        (void)text_copy(key->base, sizeof(key->base), text);
        row->units[row->n++] = units;
    }
}

/* A key for each character of @letters. */
static void add_letters(struct row *row, const char *letters, bool capital)
{
    char letter[KEY_TEXT_SIZE];
    while ((letters = keyboard_letter(letters, letter))) {
        add(row, KEY_TYPES, letter, 1);
        if (capital && row->n > 0) {
            keyboard_capital(letter, row->keys[row->n - 1].text);
        }
    }
}

static float sum(const struct row *row)
{
    float units = 0;
    for (size_t i = 0; i < row->n; i++) {
        units += row->units[i];
    }
    return units;
}

/* Lays the row out in @rect, a unit being @unit_px wide, in its middle; the outer cells reach to its edges and
 * @margin_px beyond. */
static void put(struct keyboard_page *page, const struct row *row, struct rect rect, float unit_px, float margin_px)
{
    float x = rect.x + (rect.w - sum(row) * unit_px) / 2;
    float top = roundf(rect.y), height = roundf(rect_bottom(rect)) - top;
    for (size_t i = 0; i < row->n && page->n < KEYS_MAX; i++) {
        struct key *key = &page->keys[page->n++];
        float from = roundf(x), to = roundf(x + row->units[i] * unit_px);
        *key = row->keys[i];
        key->face = rect_inset(rect_of(from, top, to - from, height), GAP_PX / 2);
        float left = i == 0 ? rect.x - margin_px : from;
        float right = i + 1 == row->n ? rect_right(rect) + margin_px : to;
        key->cell = rect_of(left, top, right - left, height);
        x += row->units[i] * unit_px;
    }
}

static void foot_row(const struct keyboard_state *state, struct row *ret_row)
{
    const struct keyboard_layout *layout = keyboard_layout(state->language);
    *ret_row = (struct row){0};
    if (state->symbols) {
        add(ret_row, KEY_LETTERS, "", 1.2F);
        add(ret_row, KEY_TYPES, ",", 1);
        add(ret_row, KEY_SPACE, " ", 5);
        add(ret_row, KEY_TYPES, ".", 1);
    } else {
        add(ret_row, KEY_SYMBOLS, "", 1.2F);
        add(ret_row, KEY_LANGUAGE, "", 1.2F);
        if (state->kind == FIELD_MAIL) {
            add(ret_row, KEY_TYPES, "@", 1.2F);
            add(ret_row, KEY_TYPES, ".", 1);
            add(ret_row, KEY_TYPES, "_", 1);
            add(ret_row, KEY_TYPES, "-", 1);
            add(ret_row, KEY_TYPES, layout->endings[0], 1.1F);
            add(ret_row, KEY_TYPES, layout->endings[1], 1.1F);
        } else {
            add(ret_row, KEY_SPACE, " ", 4.6F);
            add(ret_row, KEY_TYPES, "-", 0.8F);
            add(ret_row, KEY_TYPES, ".", 0.8F);
        }
    }
    add(ret_row, KEY_DONE, "", 1.7F);
}

static void letter_page(const struct keyboard_state *state, struct rect rect, struct keyboard_page *page)
{
    const char *const *rows = state->symbols ? LAYOUT_SYMBOLS : keyboard_layout(state->language)->rows;
    struct row row[ROWS] = {0};
    add_letters(&row[0], LAYOUT_DIGITS, false);
    add_letters(&row[1], rows[0], state->capital);
    add_letters(&row[2], rows[1], state->capital);
    if (!state->symbols) {
        add(&row[3], KEY_SHIFT, "", SHIFT_UNITS);
    }
    add_letters(&row[3], rows[2], state->capital);
    add(&row[3], KEY_BACKSPACE, "", SHIFT_UNITS);
    foot_row(state, &row[4]);
    float widest = fmaxf(sum(&row[1]), sum(&row[2]));
    for (unsigned i = 0; i < ROWS; i++) {
        struct rect strip = rect_column_cell(rect, i, ROWS, 0);
        bool letters = i > 0 && i + 1 < ROWS && sum(&row[i]) <= widest;
        put(page, &row[i], strip, strip.w / (letters ? widest : sum(&row[i])), MARGIN_PX);
    }
}

/* The digits at the left, backspace and Done one above the other at the right. Its cells end where it ends: a touch
 * far beside it means no key. */
static void pad_page(const struct keyboard_state *state, struct rect rect, struct keyboard_page *page)
{
    const char *const *rows = keyboard_pad(state->kind);
    struct rect pad = rect_centre(rect, fminf(rect.w, PAD_WIDTH_PX), rect.h);
    struct rect right = rect_cut_right(&pad, roundf(pad.w * 0.28F));
    for (unsigned i = 0; i < LAYOUT_PAD_ROWS; i++) {
        struct row row = {0};
        char keys[LAYOUT_PAD_KEYS * KEY_TEXT_SIZE], *rest = NULL;
        (void)text_copy(keys, sizeof(keys), rows[i]);
        for (const char *k = strtok_r(keys, " ", &rest); k; k = strtok_r(NULL, " ", &rest)) {
            add(&row, KEY_TYPES, text_eq(k, ",") ? keyboard_layout(i18n_language())->decimal : k, 1);
        }
        put(page, &row, rect_column_cell(pad, i, LAYOUT_PAD_ROWS, 0), pad.w / sum(&row), 0);
    }
    for (unsigned i = 0; i < 2; i++) {
        struct row row = {0};
        add(&row, i == 0 ? KEY_BACKSPACE : KEY_DONE, "", 1);
        put(page, &row, rect_column_cell(right, i, 2, 0), right.w, 0);
    }
}

void keyboard_page(const struct keyboard_state *state, struct rect rect, struct keyboard_page *ret_page)
{
    struct rect inner = rect;
    ret_page->n = 0;
    (void)rect_cut_left(&inner, MARGIN_PX);
    (void)rect_cut_right(&inner, MARGIN_PX);
    (void)rect_cut_top(&inner, EDGE_PX);
    (void)rect_cut_bottom(&inner, EDGE_PX);
    if (keyboard_pad(state->kind)) {
        pad_page(state, inner, ret_page);
    } else {
        letter_page(state, inner, ret_page);
    }
    for (size_t i = 0; i < ret_page->n; i++) {
        struct rect *cell = &ret_page->keys[i].cell;
        float top = cell->y < inner.y + 1 ? rect.y : cell->y;
        float bottom = rect_bottom(*cell) > rect_bottom(inner) - 1 ? rect_bottom(rect) : rect_bottom(*cell);
        *cell = rect_of(cell->x, top, cell->w, bottom - top);
    }
}
