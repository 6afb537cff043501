#include "widgets/look.h"

#include "widgets/ui_internal.h"

#include <math.h>
#include <stdio.h>

#define DIALOG_PX       520.0F
#define DIALOG_PAD_PX   28.0F
#define DIALOG_SMALL_PX 20.0F /* the same on a narrow screen */
#define DIALOG_TILE_PX  52.0F
#define DIALOG_SHADOW   16.0F
#define BUTTON_PX       56.0F
#define BUTTON_LEAST_PX 128.0F
#define TOAST_PX        720.0F
#define TOAST_LEAST_PX  56.0F
#define TOAST_SIGN_PX   32.0F
#define TOAST_UP_PX     84.0F /* on an upright screen the navigation may lie along the bottom */

static void draw_overlay_box(struct ui *ui, struct rect rect, float radius, struct colour fill, struct colour border)
{
    draw_box(ui_draw(ui), rect,
             &(struct draw_box){.fill = fill,
                                .radius = radius,
                                .border_px = 1,
                                .border = border,
                                .shadow_px = DIALOG_SHADOW,
                                .shadow_dy = 4,
                                .shadow = ui_colour(ui, THEME_SHADOW)});
}

/* Where the parts of a dialog are. */
struct layout {
    struct rect card, tile, title, text, confirm, cancel;
    struct text_style title_style, text_style;
};

static float words_height(struct ui *ui, const char *words, struct text_style *style, float width, float least_px)
{
    style->size_px = text_fit(ui_text(ui), words, style, width, least_px);
    return ceilf(text_measure(ui_text(ui), words, style, width).h);
}

static struct widget_button dialog_button(const struct widget_dialog *dialog, bool confirms)
{
    return (struct widget_button){.index = -1,
                                  .label = confirms ? dialog->confirm : dialog->cancel,
                                  .kind = !confirms        ? BUTTON_SECONDARY
                                          : dialog->danger ? BUTTON_DANGER
                                                           : BUTTON_PRIMARY,
                                  .intent = confirms ? dialog->on_confirm : dialog->on_cancel};
}

/* The buttons at the lower right, cancelling at the left of confirming; one above the other where they don't fit.
 * @return the height they take. The places are relative to the card's lower right corner within its padding. */
static float lay_buttons(struct ui *ui, const struct widget_dialog *dialog, float width, struct layout *layout)
{
    struct widget_button confirm = dialog_button(dialog, true), cancel = dialog_button(dialog, false);
    float confirm_w = fmaxf(widget_button_width(ui, &confirm), BUTTON_LEAST_PX);
    if (!dialog->cancel) {
        confirm_w = fminf(confirm_w, width);
        layout->confirm = rect_of(-confirm_w, -BUTTON_PX, confirm_w, BUTTON_PX);
        return BUTTON_PX;
    }
    float cancel_w = fmaxf(widget_button_width(ui, &cancel), BUTTON_LEAST_PX);
    if (confirm_w + SPACE_M + cancel_w <= width) {
        layout->confirm = rect_of(-confirm_w, -BUTTON_PX, confirm_w, BUTTON_PX);
        layout->cancel = rect_of(-confirm_w - SPACE_M - cancel_w, -BUTTON_PX, cancel_w, BUTTON_PX);
        return BUTTON_PX;
    }
    layout->cancel = rect_of(-width, -BUTTON_PX, width, BUTTON_PX);
    layout->confirm = rect_of(-width, -2 * BUTTON_PX - SPACE_M, width, BUTTON_PX);
    return 2 * BUTTON_PX + SPACE_M;
}

static struct rect moved(struct rect rect, float x, float y)
{
    return rect_of(x + rect.x, y + rect.y, rect.w, rect.h);
}

static struct layout lay_dialog(struct ui *ui, const struct widget_dialog *dialog)
{
    struct rect all = ui_bounds(ui);
    float width = fminf(DIALOG_PX, all.w - 2 * SPACE_XL), most = all.h - 2 * SPACE_XL;
    float pad = width < DIALOG_PX ? DIALOG_SMALL_PX : DIALOG_PAD_PX;
    float beside = dialog->icon != ICON_NONE ? DIALOG_TILE_PX + SPACE_L : 0, room = width - 2 * pad;
    struct layout layout = {.title_style = theme_text(TYPE_HEADING), .text_style = theme_text(TYPE_BODY)};
    layout.title_style.size_px = 22;
    layout.title_style.max_lines = 2;
    layout.text_style.line_height = 1.4F;
    float buttons_h = lay_buttons(ui, dialog, room, &layout);
    float title_h = words_height(ui, dialog->title, &layout.title_style, room - beside, 16);
    float head_h = fmaxf(title_h, beside > 0 ? DIALOG_TILE_PX : 0), text_h = 0;
    bool has_text = dialog->text && dialog->text[0];
    if (has_text) {
        float left = most - 2 * pad - head_h - SPACE_L - SPACE_XL - buttons_h;
        float line_px = layout.text_style.size_px * layout.text_style.line_height;
        layout.text_style.max_lines = (int)fmaxf(floorf(left / line_px), 1);
        text_h = SPACE_L + words_height(ui, dialog->text, &layout.text_style, room, LOOK_LEAST_TEXT_PX);
    }
    float height = 2 * pad + head_h + text_h + SPACE_XL + buttons_h;
    layout.card = rect_of(roundf((all.w - width) / 2), roundf(fmaxf((all.h - height) / 2, 0)), width, height);
    float x = layout.card.x + pad, y = layout.card.y + pad;
    float right = rect_right(layout.card) - pad, bottom = rect_bottom(layout.card) - pad;
    layout.tile = rect_of(x, y, DIALOG_TILE_PX, DIALOG_TILE_PX);
    layout.title = rect_of(x + beside, roundf(y + (head_h - title_h) / 2), room - beside, title_h);
    layout.text = rect_of(x, y + head_h + SPACE_L, room, has_text ? text_h - SPACE_L : 0);
    layout.confirm = moved(layout.confirm, right, bottom);
    layout.cancel = moved(layout.cancel, right, bottom);
    return layout;
}

static void add_words(struct ui *ui, const struct widget_dialog *dialog, const struct layout *layout)
{
    char id[UI_ID_SIZE];
    if (dialog->icon != ICON_NONE) {
        struct look look = look_soft(ui, dialog->tone);
        draw_fill(ui_draw(ui), layout->tile, look.fill, RADIUS_L);
        draw_icon(ui_draw(ui), rect_centre(layout->tile, LOOK_ICON_PX, LOOK_ICON_PX), dialog->icon, look.ink, 0);
    }
    (void)snprintf(id, sizeof(id), "%s-title", dialog->id);
    (void)widget_text(ui, id, UI_HEADING, layout->title, dialog->title, &layout->title_style,
                      ui_colour(ui, THEME_TEXT));
    if (!rect_empty(layout->text)) {
        (void)snprintf(id, sizeof(id), "%s-text", dialog->id);
        (void)widget_text(ui, id, UI_TEXT, layout->text, dialog->text, &layout->text_style,
                          ui_colour(ui, THEME_TEXT_MUTED));
    }
}

/* Keys go to the dialog: to what can be undone. */
static void add_buttons(struct ui *ui, const struct widget_dialog *dialog, const struct layout *layout, bool is_new)
{
    char id[UI_ID_SIZE];
    struct widget_button button = dialog_button(dialog, false);
    button.id = id;
    if (dialog->cancel) {
        (void)snprintf(id, sizeof(id), "%s-cancel", dialog->id);
        if (is_new && dialog->danger) {
            ui_focus(ui, id);
        }
        widget_button(ui, layout->cancel, &button);
    }
    button = dialog_button(dialog, true);
    button.id = id;
    (void)snprintf(id, sizeof(id), "%s-confirm", dialog->id);
    if (is_new && !(dialog->danger && dialog->cancel)) {
        ui_focus(ui, id);
    }
    widget_button(ui, layout->confirm, &button);
}

void widget_dialog(struct ui *ui, const struct widget_dialog *dialog)
{
    bool is_new = !ui_find_id(ui, dialog->id); /* wasn't in the last picture */
    struct layout layout = lay_dialog(ui, dialog);
    char id[UI_ID_SIZE];
    ui_layer_push(ui, UI_LAYER_DIALOG);
    (void)ui_node(ui, &(struct ui_node_spec){.id = dialog->id,
                                             .index = -1,
                                             .role = UI_DIALOG,
                                             .label = dialog->title,
                                             .rect = ui_bounds(ui),
                                             .intent = dialog->on_cancel});
    draw_fill(ui_draw(ui), ui_bounds(ui), ui_colour(ui, THEME_SCRIM), 0);
    (void)snprintf(id, sizeof(id), "%s-card", dialog->id);
    (void)ui_node(ui, &(struct ui_node_spec){.id = id,
                                             .index = -1,
                                             .role = UI_SURFACE,
                                             .label = dialog->title,
                                             .rect = layout.card,
                                             .intent = {.kind = UI_SWALLOW}});
    draw_overlay_box(ui, layout.card, RADIUS_L + SPACE_XS, ui_colour(ui, THEME_SURFACE), ui_colour(ui, THEME_BORDER));
    add_words(ui, dialog, &layout);
    add_buttons(ui, dialog, &layout, is_new);
    ui_layer_pop(ui);
}

/* Dark on a light screen and light on a dark one: it stands out from whatever it lies over. */
static void draw_toast(struct ui *ui, struct rect rect, struct rect words, const char *text,
                       const struct text_style *style, enum widget_tone tone)
{
    static const enum icon signs[] = {[TONE_NEUTRAL] = ICON_INFO,
                                      [TONE_SUCCESS] = ICON_CHECK,
                                      [TONE_WARNING] = ICON_WARNING,
                                      [TONE_DANGER] = ICON_CROSS,
                                      [TONE_PRIMARY] = ICON_INFO};
    bool dark = ui_theme(ui)->kind == THEME_DARK;
    struct colour text_colour = ui_colour(ui, THEME_TEXT), surface = ui_colour(ui, THEME_SURFACE);
    struct colour fill = dark ? colour_mix(surface, text_colour, 0.14F) : text_colour;
    struct colour ink = dark ? text_colour : surface;
    struct look look = look_tone(ui, tone);
    if (tone == TONE_NEUTRAL) {
        look = (struct look){colour_mix(fill, ink, 0.2F), ink};
    }
    draw_overlay_box(ui, rect, RADIUS_L, fill, colour_mix(fill, ink, 0.12F));
    struct rect sign =
        rect_of(rect.x + SPACE_M, roundf(rect.y + (rect.h - TOAST_SIGN_PX) / 2), TOAST_SIGN_PX, TOAST_SIGN_PX);
    draw_fill(ui_draw(ui), sign, look.fill, TOAST_SIGN_PX / 2);
    draw_icon(ui_draw(ui), rect_centre(sign, 20, 20), signs[tone], look.ink, 2.4F);
    (void)ui_node_text(ui, words, text, style, ink);
}

void widget_toast(struct ui *ui, const char *id, const char *text, enum widget_tone tone)
{
    struct rect all = ui_above_keyboard(ui, ui_bounds(ui));
    struct text_style style = theme_text(TYPE_BODY);
    style.weight = TEXT_MEDIUM;
    style.max_lines = 2;
    style.vertical = TEXT_CENTRE;
    float before = SPACE_M + TOAST_SIGN_PX + SPACE_M, most = fminf(TOAST_PX, all.w - 2 * SPACE_XL);
    float room = most - before - SPACE_XL;
    style.size_px = text_fit(ui_text(ui), text, &style, room, LOOK_LEAST_TEXT_PX);
    struct text_size size = text_measure(ui_text(ui), text, &style, room);
    /* Two lines are as wide as they may be: a width of their own could break them elsewhere. */
    float words_w = size.lines > 1 || size.cut ? room : fminf(ceilf(size.w) + 1, room);
    float width = before + words_w + SPACE_XL, height = fmaxf(ceilf(size.h) + 2 * SPACE_L, TOAST_LEAST_PX);
    float up = SPACE_XL + (look_upright(ui) && ui_keyboard_height(ui) == 0 ? TOAST_UP_PX : 0);
    struct rect rect = rect_of(roundf((all.w - width) / 2), rect_bottom(all) - up - height, width, height);
    ui_layer_push(ui, UI_LAYER_TOAST);
    (void)ui_node(ui, &(struct ui_node_spec){.id = id, .index = -1, .role = UI_STATUS, .label = text, .rect = rect});
    draw_toast(ui, rect, rect_of(rect.x + before, rect.y, words_w, rect.h), text, &style, tone);
    ui_layer_pop(ui);
}
