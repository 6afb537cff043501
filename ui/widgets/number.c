#include "widgets/field.h"

#include "i18n/i18n.h"

#include <math.h>
#include <stdio.h>

#define LABEL_PX       26.0F
#define BUTTON_PX      56.0F
#define NO_BREAK_BLANK "\xc2\xa0"

enum { MINUS, PLUS };

struct number {
    const char *id, *label;
    int64_t value, least, most;
    int intent_kind;
};

static void step_button(struct ui *ui, const struct number *number, int which, struct rect rect)
{
    char label[INPUT_TEXT_SIZE * 4];
    bool up = which == PLUS;
    bool ends = up ? number->value >= number->most : number->value <= number->least;
    struct intent intent = {.kind = number->intent_kind, .arg = ends ? number->value : number->value + (up ? 1 : -1)};
    bool repeated = false;
    if (ui_hold_repeats(ui, number->id, which, &repeated) && !ends) {
        ui_push_intent(ui, &intent);
    }
    if (repeated) {
        intent.arg = number->value; /* lifting the finger asks for what there is */
    }
    if (up) {
        (void)snprintf(label, sizeof(label), C_("number", "%s: more"), number->label);
    } else {
        (void)snprintf(label, sizeof(label), C_("number", "%s: less"), number->label);
    }
    unsigned state = ui_node(ui, &(struct ui_node_spec){.id = number->id,
                                                        .index = which,
                                                        .role = UI_BUTTON,
                                                        .label = label,
                                                        .state = ends ? UI_DISABLED : 0U,
                                                        .rect = rect,
                                                        .intent = intent});
    enum theme_colour fill = (state & UI_PRESSED) ? THEME_PRIMARY_SOFT : THEME_SURFACE_SOFT;
    enum theme_colour ink = (state & UI_DISABLED) ? THEME_TEXT_DISABLED : THEME_TEXT;
    draw_box(ui_draw(ui), rect_inset(rect, 4),
             &(struct draw_box){.fill = ui_colour(ui, fill),
                                .radius = RADIUS_S,
                                .border_px = (state & UI_FOCUSED) ? 2.0F : 0,
                                .border = ui_colour(ui, THEME_PRIMARY)});
    draw_icon(ui_draw(ui), rect_centre(rect, 24, 24), up ? ICON_PLUS : ICON_MINUS, ui_colour(ui, ink), 0);
}

void widget_number(struct ui *ui, const char *id, struct rect rect, const char *label, int64_t value, int64_t least,
                   int64_t most, const char *unit, int intent_kind)
{
    char figures[I18N_TEXT_SIZE], text[I18N_TEXT_SIZE * 2];
    const struct number number = {id, label, value, least, most, intent_kind};
    struct text_style small = theme_text(TYPE_SMALL), style = theme_text(TYPE_BODY_STRONG);
    struct rect over = rect_cut_top(&rect, LABEL_PX);
    i18n_number(value, figures, sizeof(figures));
    bool has_unit = unit && unit[0];
    (void)snprintf(text, sizeof(text), "%s%s%s", figures, has_unit ? NO_BREAK_BLANK : "", has_unit ? unit : "");
    (void)ui_node(ui, &(struct ui_node_spec){
                          .id = id, .index = -1, .role = UI_STATUS, .label = label, .value = text, .rect = rect});
    small.weight = TEXT_MEDIUM;
    style.align = TEXT_MIDDLE;
    style.vertical = TEXT_CENTRE;
    style.tabular = true;
    (void)ui_node_text(ui, over, label, &small, ui_colour(ui, THEME_TEXT_MUTED));
    draw_box(ui_draw(ui), rect,
             &(struct draw_box){.fill = ui_colour(ui, THEME_SURFACE),
                                .radius = RADIUS_M,
                                .border_px = 1,
                                .border = ui_colour(ui, THEME_BORDER)});
    struct rect middle = rect;
    float side = fmaxf(fminf(rect.h, BUTTON_PX), TARGET_PX);
    struct rect minus = rect_cut_left(&middle, side), plus = rect_cut_right(&middle, side);
    (void)ui_node_text(ui, middle, text, &style, ui_colour(ui, THEME_TEXT));
    step_button(ui, &number, MINUS, minus);
    step_button(ui, &number, PLUS, plus);
}
