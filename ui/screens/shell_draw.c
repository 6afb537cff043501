/* What the pages of both faces draw with. */
#include "screens/shell_internal.h"

#include <math.h>
#include <stdio.h>

#define LEAST_TEXT_PX 13.0F
#define SMALL_PX      560.0F /* a screen that is lower, or narrower, has little room */
#define HEAD_PX       44.0F /* a card's heading */
#define PAD_PX        20.0F
#define EMPTY_BOX_PX  88.0F
#define EMPTY_MOST_PX 460.0F
#define SHEET_PAD_PX  24.0F
#define SHEET_HEAD_PX 56.0F

bool shell_is_small(const struct ui *ui)
{
    struct rect all = ui_bounds(ui);
    return all.h < SMALL_PX || all.w < SMALL_PX;
}

float shell_gap(const struct ui *ui)
{
    return shell_is_small(ui) ? SPACE_M : SPACE_L;
}

/* Texts. */

static struct text_style style_of(struct ui *ui, float width, const struct shell_text *t)
{
    struct text_style style = theme_text(t->type);
    style.align = t->align;
    style.vertical = t->vertical;
    style.max_lines = t->lines > 0 ? t->lines : 1;
    style.tabular = style.tabular || t->tabular;
    style.size_px = text_fit(ui_text(ui), t->text, &style, width, fminf(LEAST_TEXT_PX, style.size_px));
    return style;
}

float shell_text(struct ui *ui, struct rect rect, const struct shell_text *t)
{
    struct text_style style = style_of(ui, rect.w, t);
    (void)ui_node(
        ui,
        &(struct ui_node_spec){
            .id = t->id, .index = t->index, .role = t->role, .label = t->text, .rect = rect, .may_cut = t->may_cut});
    return ceilf(ui_node_text(ui, rect, t->text, &style, ui_colour(ui, t->colour)).h);
}

float shell_text_height(struct ui *ui, float width, const struct shell_text *t)
{
    struct text_style style = style_of(ui, width, t);
    return t->text[0] ? ceilf(text_measure(ui_text(ui), t->text, &style, width).h) : 0;
}

void shell_pair(const struct shell *shell, struct ui *ui, const char *id, int64_t index, struct rect rect,
                const char *label, const char *value)
{
    struct text_style label_style = theme_text(TYPE_BODY), value_style = theme_text(TYPE_BODY_STRONG);
    label_style.vertical = value_style.vertical = TEXT_CENTRE;
    value_style.align = TEXT_END;
    value_style.tabular = true;
    float room = fmaxf(rect.w - SPACE_M, 2);
    float label_w = ceilf(text_measure(ui_text(ui), label, &label_style, 0).w) + 1;
    float value_w = ceilf(text_measure(ui_text(ui), value, &value_style, 0).w) + 1;
    if (label_w + value_w > room) {
        value_w = fminf(value_w, fmaxf(room - label_w, roundf(room * 0.5F)));
        label_w = fminf(label_w, room - value_w);
    }
    label_style.size_px = text_fit(ui_text(ui), label, &label_style, label_w, LEAST_TEXT_PX);
    value_style.size_px = text_fit(ui_text(ui), value, &value_style, value_w, LEAST_TEXT_PX);
    (void)ui_node(
        ui,
        &(struct ui_node_spec){
            .id = id, .index = index, .role = UI_TEXT, .label = label, .value = value, .rect = rect, .may_cut = true});
    (void)ui_node_text(ui, rect_of(rect.x, rect.y, label_w, rect.h), label, &label_style,
                       ui_colour(ui, THEME_TEXT_MUTED));
    (void)ui_node_text(ui, rect_of(rect_right(rect) - value_w, rect.y, value_w, rect.h), value, &value_style,
                       ui_colour(ui, shell_is_stale(shell) ? THEME_TEXT_MUTED : THEME_TEXT));
}

/* Cards and marks. */

struct rect shell_panel(struct ui *ui, const char *id, struct rect rect, const char *title)
{
    char head[UI_ID_SIZE];
    widget_card(ui, id, rect, title);
    struct rect r = rect_inset_xy(rect, PAD_PX, 0);
    (void)rect_cut_top(&r, SPACE_S);
    (void)rect_cut_bottom(&r, SPACE_L);
    (void)snprintf(head, sizeof(head), "%s-head", id);
    (void)shell_text(ui, rect_cut_top(&r, HEAD_PX),
                     &(struct shell_text){.id = head,
                                          .index = -1,
                                          .text = title,
                                          .role = UI_HEADING,
                                          .type = TYPE_HEADING,
                                          .colour = THEME_TEXT,
                                          .vertical = TEXT_CENTRE});
    return r;
}

float shell_panel_height(const struct ui *ui, float content_px)
{
    (void)ui;
    return SPACE_S + HEAD_PX + content_px + SPACE_L;
}

void shell_dot(struct ui *ui, float x, float y, float size, struct colour colour)
{
    draw_fill(ui_draw(ui), rect_of(x, y, size, size), colour, size / 2);
}

void shell_icon_box(struct ui *ui, struct rect rect, enum icon icon, enum widget_tone tone)
{
    static const enum theme_colour fills[] = {[TONE_NEUTRAL] = THEME_SURFACE_SOFT,
                                              [TONE_SUCCESS] = THEME_SUCCESS_SOFT,
                                              [TONE_WARNING] = THEME_WARNING_SOFT,
                                              [TONE_DANGER] = THEME_DANGER_SOFT,
                                              [TONE_PRIMARY] = THEME_PRIMARY_SOFT};
    static const enum theme_colour inks[] = {[TONE_NEUTRAL] = THEME_TEXT_MUTED,
                                             [TONE_SUCCESS] = THEME_ON_SUCCESS_SOFT,
                                             [TONE_WARNING] = THEME_ON_WARNING_SOFT,
                                             [TONE_DANGER] = THEME_ON_DANGER_SOFT,
                                             [TONE_PRIMARY] = THEME_ON_PRIMARY_SOFT};
    float side = rect.h < rect.w ? rect.h : rect.w;
    float icon_px = side >= 72 ? 40.0F : side >= 40 ? 24.0F : 20.0F;
    draw_fill(ui_draw(ui), rect, ui_colour(ui, fills[tone]), fminf(RADIUS_L, side * 0.28F));
    draw_icon(ui_draw(ui), rect_centre(rect, icon_px, icon_px), icon, ui_colour(ui, inks[tone]), 0);
}

void shell_empty(struct ui *ui, const char *id, struct rect rect, enum icon icon, const char *title, const char *text)
{
    char ids[2][UI_ID_SIZE];
    (void)snprintf(ids[0], sizeof(ids[0]), "%s-title", id);
    (void)snprintf(ids[1], sizeof(ids[1]), "%s-text", id);
    struct shell_text head = {.id = ids[0],
                              .index = -1,
                              .text = title,
                              .role = UI_HEADING,
                              .type = TYPE_HEADING,
                              .colour = THEME_TEXT,
                              .align = TEXT_MIDDLE,
                              .lines = 2};
    struct shell_text body = head;
    body.id = ids[1];
    body.text = text;
    body.role = UI_TEXT;
    body.type = TYPE_BODY;
    body.colour = THEME_TEXT_MUTED;
    body.lines = 4;
    float width = fminf(rect.w - 2 * SPACE_L, EMPTY_MOST_PX);
    float head_h = shell_text_height(ui, width, &head), body_h = shell_text_height(ui, width, &body);
    bool boxed = rect.h >= EMPTY_BOX_PX + 2 * SPACE_L + head_h + body_h;
    float all = head_h + SPACE_S + body_h + (boxed ? EMPTY_BOX_PX + SPACE_L : 0);
    struct rect r = rect_centre(rect, width, fminf(all, rect.h));
    r.y = roundf(r.y);
    if (boxed) {
        shell_icon_box(ui, rect_centre(rect_cut_top(&r, EMPTY_BOX_PX), EMPTY_BOX_PX, EMPTY_BOX_PX), icon, TONE_PRIMARY);
        (void)rect_cut_top(&r, SPACE_L);
    }
    (void)shell_text(ui, rect_cut_top(&r, head_h), &head);
    (void)rect_cut_top(&r, SPACE_S);
    (void)shell_text(ui, rect_cut_top(&r, body_h), &body);
}

/* Sheets. */

struct rect shell_sheet_begin(struct ui *ui, const char *id, const char *title, float width, float content_px)
{
    char ids[2][UI_ID_SIZE];
    struct rect all = ui_bounds(ui);
    float gap = shell_gap(ui);
    float w = fminf(width, all.w - 2 * gap);
    float h = fminf(SHEET_HEAD_PX + content_px + 2 * SHEET_PAD_PX - SPACE_S, all.h - 2 * gap);
    struct rect card = rect_of(roundf((all.w - w) / 2), roundf((all.h - h) / 2), w, h);
    ui_layer_push(ui, SHELL_LAYER_DIALOG);
    (void)ui_node(ui, &(struct ui_node_spec){.id = id,
                                             .index = -1,
                                             .role = UI_DIALOG,
                                             .label = title,
                                             .rect = all,
                                             .intent = {.kind = SHELL_ON_SHEET, .arg = SHELL_SHEET_NONE}});
    draw_fill(ui_draw(ui), all, ui_colour(ui, THEME_SCRIM), 0);
    (void)snprintf(ids[0], sizeof(ids[0]), "%s-card", id);
    (void)snprintf(ids[1], sizeof(ids[1]), "%s-title", id);
    /* A touch beside what can be touched on it does nothing: it must not reach what closes it. */
    (void)ui_node(ui, &(struct ui_node_spec){.id = ids[0],
                                             .index = -1,
                                             .role = UI_SURFACE,
                                             .label = title,
                                             .rect = card,
                                             .intent = {.kind = UI_SWALLOW}});
    draw_box(ui_draw(ui), card,
             &(struct draw_box){.fill = ui_colour(ui, THEME_SURFACE),
                                .radius = RADIUS_L + SPACE_XS,
                                .border_px = 1,
                                .border = ui_colour(ui, THEME_BORDER),
                                .shadow_px = SPACE_XL,
                                .shadow_dy = SPACE_S,
                                .shadow = ui_colour(ui, THEME_SHADOW)});
    struct rect r = rect_inset_xy(card, SHEET_PAD_PX, SHEET_PAD_PX - SPACE_S);
    r.h -= SPACE_S;
    (void)shell_text(ui, rect_cut_top(&r, SHEET_HEAD_PX),
                     &(struct shell_text){.id = ids[1],
                                          .index = -1,
                                          .text = title,
                                          .role = UI_HEADING,
                                          .type = TYPE_HEADING,
                                          .colour = THEME_TEXT,
                                          .vertical = TEXT_CENTRE,
                                          .lines = 2});
    return r;
}
