/* Rows are asked for from the first that shows to the last. A row's place is worked out in double precision from its
 * number and set against the offset there: a float alone loses whole pixels beyond 16 million of them. */
#include "widgets/look.h"

#include "widgets/ui_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define EXACT_PX 8388608.0 /* up to here a float holds every half pixel */

enum { ROW_LABEL_SIZE = 160 };

struct window {
    size_t first, end; /* rows that show */
    double y; /* of the first one's top */
};

static struct window window_of(struct rect rect, const struct widget_list *list, float scroll)
{
    double row_px = (double)list->row_px, offset = (double)scroll;
    double extent = (double)list->n_rows * row_px, most = fmax(extent - (double)rect.h, 0);
    /* At the end of a very long list the offset is rounded: the last row still ends where it should. */
    if (extent > EXACT_PX && offset >= (double)(float)most) {
        offset = most + fmax(offset - (double)(float)most, 0);
    }
    double first = fmax(floor(offset / row_px), 0);
    double end = fmin(ceil((offset + (double)rect.h) / row_px), (double)list->n_rows);
    struct window w = {.first = (size_t)fmin(first, (double)list->n_rows), .end = end > 0 ? (size_t)end : 0};
    w.y = (double)rect.y + (double)w.first * row_px - offset;
    return w;
}

static void draw_row_back(struct ui *ui, struct rect rect, bool chosen, unsigned state)
{
    struct colour fill = ui_colour(ui, THEME_SURFACE);
    if (chosen) {
        fill = colour_mix(fill, ui_colour(ui, THEME_PRIMARY), 0.1F);
    }
    if (chosen || (state & UI_PRESSED)) {
        /* Smaller than the row: a list often lies on a card with round corners. */
        draw_fill(ui_draw(ui), rect_of(rect.x + 4, rect.y + 3, rect.w - 8, rect.h - 7), look_held(ui, fill, state),
                  RADIUS_M);
    }
    look_focus(ui, rect_inset(rect, 5), RADIUS_S, state);
}

static void add_row(struct ui *ui, const struct widget_list *list, size_t row, struct rect rect)
{
    bool chosen = list->chosen >= 0 && (uint64_t)list->chosen == row;
    char label[ROW_LABEL_SIZE] = "";
    size_t node = ui_node_count(ui);
    unsigned state = ui_node(ui, &(struct ui_node_spec){.id = list->id,
                                                        .index = (int64_t)row,
                                                        .role = UI_ROW,
                                                        .state = chosen ? UI_SELECTED : 0,
                                                        .rect = rect,
                                                        .intent = {.kind = list->intent_kind, .arg = (int64_t)row},
                                                        .may_cut = true});
    draw_row_back(ui, rect, chosen, state);
    list->row(ui, list->user, row, rect, label, sizeof(label));
    ui_node_name(ui, node, label);
    if (row + 1 < list->n_rows) {
        look_hairline(ui, rect.x + SPACE_L, rect_bottom(rect) - 1, rect.w - SPACE_L - 1);
    }
}

static void draw_empty(struct ui *ui, struct rect rect, const char *text)
{
    struct text_style style = theme_text(TYPE_BODY);
    style.align = TEXT_MIDDLE;
    style.vertical = TEXT_CENTRE;
    style.max_lines = 3;
    (void)ui_node_text(ui, rect_inset_xy(rect, SPACE_XL, 0), text, &style, ui_colour(ui, THEME_TEXT_MUTED));
}

void list_rows(struct ui *ui, struct rect rect, const struct widget_list *list, enum ui_role role)
{
    bool empty = list->n_rows == 0 || !(list->row_px > 0);
    (void)ui_node(ui, &(struct ui_node_spec){.id = list->id,
                                             .index = -1,
                                             .role = role,
                                             .label = list->label,
                                             .value = empty ? list->empty : "",
                                             .rect = rect});
    float extent = empty ? 0 : (float)((double)list->n_rows * (double)list->row_px);
    float scroll = ui_scroll_begin(ui, list->id, rect, extent);
    if (empty && list->empty) {
        draw_empty(ui, rect, list->empty);
    }
    if (!empty) {
        struct window w = window_of(rect, list, scroll);
        for (size_t row = w.first; row < w.end; row++) {
            /* On whole pixels, each where the one before ends, whatever the height. */
            double y = round(w.y + (double)(row - w.first) * (double)list->row_px);
            double end = round(w.y + (double)(row - w.first + 1) * (double)list->row_px);
            add_row(ui, list, row, rect_of(rect.x, (float)y, rect.w, (float)(end - y)));
        }
    }
    ui_scroll_end(ui);
}

void widget_list(struct ui *ui, struct rect rect, const struct widget_list *list)
{
    list_rows(ui, rect, list, UI_LIST);
}
