#include "widgets/look.h"

#include <math.h>
#include <stdio.h>

#define HEAD_PX     48.0F
#define PAD_PX      16.0F /* at both ends of a row */
#define CELL_GAP_PX 12.0F
#define ARROW_PX    18.0F

enum { CELL_SIZE = 160 };

/* Column @i of a row: by its share of the width. */
static struct rect cell_of(struct rect row, const struct widget_table *table, size_t i)
{
    float all = 0, before = 0;
    for (size_t k = 0; k < table->n_columns; k++) {
        all += table->columns[k].share;
        before += k < i ? table->columns[k].share : 0;
    }
    float width = fmaxf(row.w - 2 * PAD_PX - (float)(table->n_columns - 1) * CELL_GAP_PX, 1);
    float unit = all > 0 ? width / all : 0;
    float x = roundf(row.x + PAD_PX + before * unit + (float)i * CELL_GAP_PX);
    return rect_of(x, row.y, floorf(table->columns[i].share * unit), row.h);
}

/* The arrow stands behind the title, or before it where the column ends at its right edge. */
static void draw_title(struct ui *ui, struct rect cell, const struct widget_column *column, bool sorted,
                       bool descending)
{
    struct text_style style = theme_text(TYPE_SMALL_STRONG);
    style.align = column->align;
    struct colour ink = ui_colour(ui, sorted ? THEME_TEXT : THEME_TEXT_MUTED);
    float arrow = sorted ? ARROW_PX + 2 : 0;
    float width = fminf(look_width(ui, column->title, &style), fmaxf(cell.w - arrow, 1));
    float x = column->align == TEXT_END      ? rect_right(cell) - width
              : column->align == TEXT_MIDDLE ? roundf(cell.x + (cell.w - width - arrow) / 2)
                                             : cell.x;
    (void)look_label(ui, rect_of(x, cell.y, width, cell.h), column->title, style, ink);
    if (sorted) {
        float at = column->align == TEXT_END ? x - arrow : x + width + 2;
        draw_icon(ui_draw(ui), rect_of(at, roundf(cell.y + (cell.h - ARROW_PX) / 2), ARROW_PX, ARROW_PX),
                  descending ? ICON_ARROW_DOWN : ICON_ARROW_UP, ui_colour(ui, THEME_PRIMARY), 2.4F);
    }
}

static void add_heads(struct ui *ui, struct rect head, const struct widget_table *table)
{
    for (size_t i = 0; i < table->n_columns; i++) {
        const struct widget_column *column = &table->columns[i];
        bool sorted = table->sorted_by >= 0 && (size_t)table->sorted_by == i;
        struct rect cell = cell_of(head, table, i);
        struct rect target = rect_of(cell.x - CELL_GAP_PX / 2, head.y, cell.w + CELL_GAP_PX, head.h);
        unsigned state = !sorted ? 0 : table->descending ? UI_DESCENDING : UI_ASCENDING;
        char id[UI_ID_SIZE];
        (void)snprintf(id, sizeof(id), "%.24s.column", table->rows.id);
        state = ui_node(ui, &(struct ui_node_spec){
                                .id = id,
                                .index = (int64_t)i,
                                .role = UI_COLUMN,
                                .label = column->title,
                                .state = state,
                                .rect = target,
                                .intent = {.kind = column->sortable ? table->sort_intent_kind : 0, .arg = (int64_t)i}});
        if (state & UI_PRESSED) {
            draw_fill(ui_draw(ui), rect_inset_xy(target, 0, 4), look_soft(ui, TONE_NEUTRAL).fill, RADIUS_S);
        }
        look_focus(ui, rect_inset(target, 6), RADIUS_S, state);
        draw_title(ui, cell, column, sorted, table->descending);
    }
    look_hairline(ui, head.x, rect_bottom(head) - 1, head.w);
}

static void draw_row(struct ui *ui, const void *user, size_t row, struct rect rect, char *ret_label, size_t size)
{
    const struct widget_table *table = user;
    for (size_t i = 0; i < table->n_columns; i++) {
        char text[CELL_SIZE] = "";
        table->cell(table->rows.user, row, i, text, sizeof(text));
        struct text_style style = theme_text(i == 0 ? TYPE_BODY_STRONG : TYPE_BODY);
        style.line_height = 0;
        style.size_px = 16;
        style.align = table->columns[i].align;
        style.vertical = TEXT_CENTRE;
        style.tabular = true;
        (void)ui_node_text(ui, cell_of(rect, table, i), text, &style,
                           ui_colour(ui, i == 0 ? THEME_TEXT : THEME_TEXT_MUTED));
        if (i == 0) {
            (void)snprintf(ret_label, size, "%s", text);
        }
    }
}

void widget_table(struct ui *ui, struct rect rect, const struct widget_table *table)
{
    struct rect head = rect_cut_top(&rect, HEAD_PX);
    struct widget_list rows = table->rows;
    rows.row = draw_row;
    rows.user = table;
    add_heads(ui, head, table);
    list_rows(ui, rect, &rows, UI_TABLE);
}
