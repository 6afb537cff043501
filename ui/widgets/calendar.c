#include "widgets/field.h"

#include "core/date.h"
#include "i18n/i18n.h"

#include <math.h>
#include <stdio.h>

#define HEAD_PX     52.0F
#define WEEKDAYS_PX 28.0F

enum { WEEK = 7, WEEKS = 6 };

struct calendar {
    const char *id;
    int32_t month_first, chosen, today, first, last;
    int pick_kind, page_kind;
};

static int month_number(int32_t day)
{
    int year, month, day_of_month;
    date_civil(day, &year, &month, &day_of_month);
    return year * 12 + month;
}

static int32_t first_of_month(int32_t day)
{
    int year, month, day_of_month;
    date_civil(day, &year, &month, &day_of_month);
    return date_day(year, month, 1);
}

static bool can_be_chosen(const struct calendar *calendar, int32_t day)
{
    return (calendar->first == DAY_NONE || day >= calendar->first) &&
           (calendar->last == DAY_NONE || day <= calendar->last);
}

/* An arrow to the month before or after; disabled where no day of that month could be chosen. */
static void page_button(struct ui *ui, const struct calendar *calendar, int step, struct rect rect)
{
    char id[UI_ID_SIZE];
    int32_t month = date_add_months(calendar->month_first, step);
    bool ends = month == DAY_NONE ||
                (step < 0 && calendar->first != DAY_NONE && calendar->month_first <= calendar->first) ||
                (step > 0 && calendar->last != DAY_NONE && month > calendar->last);
    (void)snprintf(id, sizeof(id), "%s.%s", calendar->id, step < 0 ? "before" : "after");
    unsigned state = ui_node(
        ui, &(struct ui_node_spec){.id = id,
                                   .index = -1,
                                   .role = UI_BUTTON,
                                   .label = step < 0 ? C_("calendar", "Month before") : C_("calendar", "Month after"),
                                   .state = ends ? UI_DISABLED : 0U,
                                   .rect = rect,
                                   .intent = {.kind = calendar->page_kind, .arg = ends ? 0 : month}});
    struct rect face = rect_centre(rect, 44, 44);
    draw_box(ui_draw(ui), face,
             &(struct draw_box){.fill = ui_colour(ui, (state & UI_PRESSED) ? THEME_PRIMARY_SOFT : THEME_SURFACE_SOFT),
                                .radius = RADIUS_M,
                                .border_px = (state & UI_FOCUSED) ? 2.0F : 0,
                                .border = ui_colour(ui, THEME_PRIMARY)});
    draw_icon(ui_draw(ui), rect_centre(rect, 22, 22), step < 0 ? ICON_CHEVRON_LEFT : ICON_CHEVRON_RIGHT,
              ui_colour(ui, ends ? THEME_TEXT_DISABLED : THEME_TEXT), 0);
}

static void add_head(struct ui *ui, const struct calendar *calendar, struct rect rect)
{
    char id[UI_ID_SIZE], title[I18N_TEXT_SIZE];
    struct text_style style = theme_text(TYPE_HEADING);
    struct rect before = rect_cut_left(&rect, TARGET_PX), after = rect_cut_right(&rect, TARGET_PX);
    i18n_month(calendar->month_first, title, sizeof(title));
    style.align = TEXT_MIDDLE;
    style.vertical = TEXT_CENTRE;
    (void)snprintf(id, sizeof(id), "%s.month", calendar->id);
    (void)ui_node(ui, &(struct ui_node_spec){.id = id, .index = -1, .role = UI_HEADING, .label = title, .rect = rect});
    (void)ui_node_text(ui, rect, title, &style, ui_colour(ui, THEME_TEXT));
    page_button(ui, calendar, -1, before);
    page_button(ui, calendar, 1, after);
}

static void add_weekdays(struct ui *ui, const struct calendar *calendar, struct rect rect)
{
    char id[UI_ID_SIZE];
    struct text_style style = theme_text(TYPE_SMALL);
    style.weight = TEXT_MEDIUM;
    style.align = TEXT_MIDDLE;
    style.vertical = TEXT_CENTRE;
    (void)snprintf(id, sizeof(id), "%s.weekday", calendar->id);
    for (unsigned i = 0; i < WEEK; i++) {
        char name[I18N_TEXT_SIZE];
        struct rect cell = rect_row_cell(rect, i, WEEK, 0);
        i18n_weekday_short((enum weekday)i, name, sizeof(name));
        (void)ui_node(ui, &(struct ui_node_spec){.id = id, .index = i, .role = UI_TEXT, .label = name, .rect = cell});
        (void)ui_node_text(ui, cell, name, &style, ui_colour(ui, THEME_TEXT_MUTED));
    }
}

static void add_day(struct ui *ui, const struct calendar *calendar, int32_t day, struct rect cell)
{
    char label[I18N_TEXT_SIZE], figures[4];
    int year, month, day_of_month;
    bool chosen = day == calendar->chosen, open = can_be_chosen(calendar, day);
    struct text_style style = theme_text(chosen || day == calendar->today ? TYPE_BODY_STRONG : TYPE_BODY);
    date_civil(day, &year, &month, &day_of_month);
    (void)snprintf(figures, sizeof(figures), "%d", day_of_month % 100);
    i18n_date(day, I18N_DATE_LONG, label, sizeof(label));
    unsigned state =
        ui_node(ui, &(struct ui_node_spec){.id = calendar->id,
                                           .index = day_of_month,
                                           .role = UI_CHOICE,
                                           .label = label,
                                           .state = (chosen ? UI_SELECTED : 0U) | (open ? 0U : UI_DISABLED),
                                           .rect = cell,
                                           .intent = {.kind = calendar->pick_kind, .arg = day}});
    float side = fminf(fminf(cell.w, cell.h), 52) - 4;
    struct rect face = rect_centre(cell, side, side);
    struct colour ink = ui_colour(ui, !open ? THEME_TEXT_DISABLED : chosen ? THEME_ON_PRIMARY : THEME_TEXT);
    if (chosen) {
        draw_fill(ui_draw(ui), face, ui_colour(ui, THEME_PRIMARY), side / 2);
    } else if (state & UI_PRESSED) {
        draw_fill(ui_draw(ui), face, ui_colour(ui, THEME_PRIMARY_SOFT), side / 2);
    }
    if (state & UI_FOCUSED) {
        draw_box(ui_draw(ui), rect_inset(face, -2),
                 &(struct draw_box){.radius = side / 2 + 2, .border_px = 2, .border = ui_colour(ui, THEME_PRIMARY)});
    } else if (day == calendar->today && !chosen) {
        draw_box(ui_draw(ui), face,
                 &(struct draw_box){.radius = side / 2, .border_px = 1.5F, .border = ui_colour(ui, THEME_PRIMARY)});
        ink = open ? ui_colour(ui, THEME_PRIMARY) : ink;
    }
    style.align = TEXT_MIDDLE;
    style.vertical = TEXT_CENTRE;
    style.tabular = true;
    (void)ui_node_text(ui, face, figures, &style, ink);
}

void widget_calendar(struct ui *ui, const char *id, struct rect rect, int32_t shown, int32_t chosen, int32_t today,
                     int32_t first, int32_t last, int pick_kind, int page_kind)
{
    const struct calendar calendar = {id, first_of_month(shown), chosen, today, first, last, pick_kind, page_kind};
    add_head(ui, &calendar, rect_cut_top(&rect, HEAD_PX));
    add_weekdays(ui, &calendar, rect_cut_top(&rect, WEEKDAYS_PX));
    unsigned before = (unsigned)date_weekday(calendar.month_first);
    for (unsigned i = before; i < WEEK * WEEKS; i++) {
        int32_t day = calendar.month_first + (int32_t)(i - before);
        if (day > DAY_MAX || month_number(day) != month_number(calendar.month_first)) {
            break;
        }
        /* Six weeks' rows always: no month moves what stands below. */
        struct rect row = rect_column_cell(rect, i / WEEK, WEEKS, 0);
        add_day(ui, &calendar, day, rect_row_cell(row, i % WEEK, WEEK, 0));
    }
}
