#include "widgets/look.h"

#include <math.h>

#define SHADOW_PX 12.0F
#define SHADOW_DY 2.0F
#define RING_PX   2.0F
#define TURN_US   INT64_C(900000)

struct look look_tone(const struct ui *ui, enum widget_tone tone)
{
    static const enum theme_colour fills[] = {[TONE_NEUTRAL] = THEME_TEXT_MUTED,
                                              [TONE_SUCCESS] = THEME_SUCCESS,
                                              [TONE_WARNING] = THEME_WARNING,
                                              [TONE_DANGER] = THEME_DANGER,
                                              [TONE_PRIMARY] = THEME_PRIMARY};
    static const enum theme_colour inks[] = {[TONE_NEUTRAL] = THEME_SURFACE,
                                             [TONE_SUCCESS] = THEME_ON_SUCCESS,
                                             [TONE_WARNING] = THEME_ON_WARNING,
                                             [TONE_DANGER] = THEME_ON_DANGER,
                                             [TONE_PRIMARY] = THEME_ON_PRIMARY};
    return (struct look){ui_colour(ui, fills[tone]), ui_colour(ui, inks[tone])};
}

struct look look_soft(const struct ui *ui, enum widget_tone tone)
{
    switch (tone) {
    case TONE_SUCCESS:
        return (struct look){ui_colour(ui, THEME_SUCCESS_SOFT), ui_colour(ui, THEME_ON_SUCCESS_SOFT)};
    case TONE_WARNING:
        return (struct look){ui_colour(ui, THEME_WARNING_SOFT), ui_colour(ui, THEME_ON_WARNING_SOFT)};
    case TONE_DANGER:
        return (struct look){ui_colour(ui, THEME_DANGER_SOFT), ui_colour(ui, THEME_ON_DANGER_SOFT)};
    case TONE_PRIMARY:
        return (struct look){ui_colour(ui, THEME_PRIMARY_SOFT), ui_colour(ui, THEME_ON_PRIMARY_SOFT)};
    case TONE_NEUTRAL:
        break;
    }
    /* Neither the card's colour nor what lies behind the card: it shows on both. */
    struct colour fill = colour_mix(ui_colour(ui, THEME_SURFACE), ui_colour(ui, THEME_TEXT), 0.08F);
    return (struct look){fill, ui_colour(ui, THEME_TEXT_MUTED)};
}

struct colour look_held(const struct ui *ui, struct colour colour, unsigned state)
{
    if (!(state & UI_PRESSED)) {
        return colour;
    }
    float light = colour_luminance(colour);
    bool dark_surface = ui_theme(ui)->kind == THEME_DARK && light < 0.15F;
    struct colour towards = dark_surface ? ui_colour(ui, THEME_TEXT) : colour_alpha(colour_rgb(0), colour.a);
    return colour_mix(colour, towards, dark_surface ? 0.1F : light > 0.7F ? 0.06F : 0.16F);
}

void look_raised(struct ui *ui, struct rect rect, float radius, struct colour fill)
{
    struct draw_box box = {.fill = fill, .radius = radius};
    if (ui_theme(ui)->kind == THEME_LIGHT) {
        box.border_px = 1;
        box.border = ui_colour(ui, THEME_BORDER);
        box.shadow_px = SHADOW_PX;
        box.shadow_dy = SHADOW_DY;
        box.shadow = ui_colour(ui, THEME_SHADOW);
    }
    draw_box(ui_draw(ui), rect, &box);
}

void look_focus(struct ui *ui, struct rect rect, float radius, unsigned state)
{
    if ((state & UI_FOCUSED) && ui_shows_focus(ui)) {
        draw_box(ui_draw(ui), rect_inset(rect, -2 * RING_PX),
                 &(struct draw_box){
                     .radius = radius + 2 * RING_PX, .border_px = RING_PX, .border = ui_colour(ui, THEME_PRIMARY)});
    }
}

struct text_size look_label(struct ui *ui, struct rect rect, const char *string, struct text_style style,
                            struct colour colour)
{
    style.vertical = TEXT_CENTRE;
    style.line_height = 0;
    float size_px = text_fit(ui_text(ui), string, &style, rect.w, fminf(LOOK_LEAST_TEXT_PX, style.size_px));
    style.tracking_px *= size_px / style.size_px;
    style.size_px = size_px;
    return ui_node_text(ui, rect, string, &style, colour);
}

float look_width(const struct ui *ui, const char *string, const struct text_style *style)
{
    struct text_style line = *style;
    line.max_lines = 1;
    return ceilf(text_measure(ui_text(ui), string, &line, -1).w) + 1;
}

void look_spinner(struct ui *ui, struct rect rect, struct colour colour)
{
    float side = fminf(rect.w, rect.h) - 4;
    float from = (float)(ui_now(ui) % TURN_US) / (float)TURN_US;
    draw_ring(ui_draw(ui), rect_centre(rect, side, side), from, from + 0.72F, fmaxf(side / 9, 2), colour);
    ui_again(ui, ui_now(ui) + LOOK_FRAME_US);
}

void look_hairline(struct ui *ui, float x, float y, float width)
{
    draw_fill(ui_draw(ui), rect_of(x, roundf(y), width, 1), ui_colour(ui, THEME_BORDER), 0);
}

bool look_upright(const struct ui *ui)
{
    struct rect all = ui_bounds(ui);
    return all.h > all.w;
}
