#include "widgets/look.h"

#include "i18n/i18n.h"
#include "widgets/field.h"

#include <math.h>
#include <string.h>

#define BUTTON_PAD_PX   24.0F
#define BUTTON_LEAST_PX 10.0F /* the padding of one that has too little room */
#define BUTTON_GAP_PX   10.0F
#define BADGE_PX        28.0F
#define BADGE_ICON_PX   18.0F
#define PILL_PAD_PX     16.0F
#define PILL_GAP_PX     7.0F
#define SWITCH_W_PX     52.0F
#define SWITCH_H_PX     32.0F
#define SWITCH_KNOB_PX  24.0F

void widget_card(struct ui *ui, const char *id, struct rect rect, const char *label)
{
    look_raised(ui, rect, RADIUS_L, ui_colour(ui, THEME_SURFACE));
    if (label) {
        (void)ui_node(ui,
                      &(struct ui_node_spec){.id = id, .index = -1, .role = UI_GROUP, .label = label, .rect = rect});
    }
}

struct text_size widget_text(struct ui *ui, const char *id, enum ui_role role, struct rect rect, const char *text,
                             const struct text_style *style, struct colour colour)
{
    (void)ui_node(ui, &(struct ui_node_spec){.id = id, .index = -1, .role = role, .label = text, .rect = rect});
    return ui_node_text(ui, rect, text, style, colour);
}

/* Buttons. */

static float factor_of(const struct widget_button *button)
{
    return button->text_factor > 0 ? button->text_factor : 1;
}

/* What stands before or behind the label takes this much with its gap. */
static float beside_label(const struct widget_button *button)
{
    return button->icon != ICON_NONE ? roundf((LOOK_ICON_PX + BUTTON_GAP_PX) * factor_of(button)) : 0;
}

float widget_button_width(struct ui *ui, const struct widget_button *button)
{
    if (button->icon_only) {
        return fmaxf(TARGET_PX, roundf(LOOK_ICON_PX * factor_of(button)) + 2 * SPACE_M);
    }
    struct text_style style = theme_text_scaled(TYPE_LABEL, factor_of(button));
    float pad = roundf(BUTTON_PAD_PX * factor_of(button));
    return fmaxf(TARGET_PX, look_width(ui, button->label, &style) + beside_label(button) + 2 * pad);
}

static struct look button_look(const struct ui *ui, const struct widget_button *button)
{
    if (button->disabled) {
        struct colour none = {0};
        bool filled = button->kind != BUTTON_QUIET;
        struct colour fill = colour_mix(ui_colour(ui, THEME_SURFACE), ui_colour(ui, THEME_TEXT), 0.07F);
        return (struct look){filled ? fill : none, ui_colour(ui, THEME_TEXT_DISABLED)};
    }
    switch (button->kind) {
    case BUTTON_PRIMARY:
        return look_tone(ui, TONE_PRIMARY);
    case BUTTON_DANGER:
        return look_tone(ui, TONE_DANGER);
    case BUTTON_SOFT:
        return look_soft(ui, TONE_PRIMARY);
    case BUTTON_SECONDARY: {
        bool dark = ui_theme(ui)->kind == THEME_DARK;
        return (struct look){ui_colour(ui, dark ? THEME_BORDER : THEME_SURFACE), ui_colour(ui, THEME_TEXT)};
    }
    case BUTTON_QUIET:
        break;
    }
    return (struct look){colour_alpha(ui_colour(ui, THEME_TEXT), 0), ui_colour(ui, THEME_TEXT)};
}

static void draw_button_body(struct ui *ui, struct rect rect, const struct widget_button *button, struct look look,
                             unsigned state)
{
    float radius = fminf(RADIUS_M, rect.h / 2);
    struct colour fill = look_held(ui, look.fill, state);
    if (button->kind == BUTTON_QUIET) {
        fill = colour_alpha(look.ink, (state & UI_PRESSED) ? 26 : 0);
    }
    if (button->kind == BUTTON_SECONDARY && !button->disabled) {
        look_raised(ui, rect, radius, fill);
    } else {
        struct draw_box box = {.fill = fill, .radius = radius};
        bool strong = button->kind == BUTTON_PRIMARY || button->kind == BUTTON_DANGER;
        if (strong && !button->disabled && ui_theme(ui)->kind == THEME_LIGHT) {
            box.shadow_px = SPACE_M;
            box.shadow_dy = 2;
            box.shadow = ui_colour(ui, THEME_SHADOW);
        }
        draw_box(ui_draw(ui), rect, &box);
    }
    look_focus(ui, rect, radius, state);
}

/* Icon and label together in the middle; the label gives way first. */
static void draw_button_content(struct ui *ui, struct rect rect, const struct widget_button *button, struct colour ink)
{
    float factor = factor_of(button), icon_px = roundf(LOOK_ICON_PX * factor), beside = beside_label(button);
    struct text_style style = theme_text_scaled(TYPE_LABEL, factor);
    float room = fmaxf(rect.w - 2 * BUTTON_LEAST_PX - beside, 1);
    float width = fminf(look_width(ui, button->label, &style), room);
    float x = roundf(rect.x + (rect.w - width - beside) / 2);
    struct rect icon = rect_of(button->icon_last ? x + width + beside - icon_px : x,
                               roundf(rect.y + (rect.h - icon_px) / 2), icon_px, icon_px);
    style.align = TEXT_MIDDLE;
    (void)look_label(ui, rect_of(button->icon_last ? x : x + beside, rect.y, width, rect.h), button->label, style, ink);
    if (button->busy && button->icon != ICON_NONE) {
        look_spinner(ui, icon, ink);
    } else if (button->icon != ICON_NONE) {
        draw_icon(ui_draw(ui), icon, button->icon, ink, 0);
    }
}

void widget_button(struct ui *ui, struct rect rect, const struct widget_button *button)
{
    bool dead = button->disabled || button->busy;
    struct look look = button_look(ui, button);
    unsigned state = (button->disabled ? (unsigned)UI_DISABLED : 0) | (button->busy ? (unsigned)UI_BUSY : 0);
    state = ui_node(ui, &(struct ui_node_spec){.id = button->id,
                                               .index = button->index,
                                               .role = UI_BUTTON,
                                               .label = button->label,
                                               .state = state,
                                               .rect = rect,
                                               .intent = dead ? (struct intent){0} : button->intent});
    draw_button_body(ui, rect, button, look, state);
    float icon_px = roundf(LOOK_ICON_PX * factor_of(button));
    struct rect middle =
        rect_of(roundf(rect.x + (rect.w - icon_px) / 2), roundf(rect.y + (rect.h - icon_px) / 2), icon_px, icon_px);
    if (button->busy && (button->icon_only || button->icon == ICON_NONE)) {
        look_spinner(ui, middle, look.ink);
    } else if (button->icon_only) {
        draw_icon(ui_draw(ui), middle, button->icon, look.ink, 0);
    } else {
        draw_button_content(ui, rect, button, look.ink);
    }
}

/* Badges and pills. */

struct rect widget_badge(struct ui *ui, const char *id, float x, float y, bool from_right, const char *label,
                         enum icon icon, enum widget_tone tone)
{
    struct look look = look_soft(ui, tone);
    struct text_style style = theme_text(TYPE_SMALL_STRONG);
    style.vertical = TEXT_CENTRE;
    float width = look_width(ui, label, &style);
    float before = icon != ICON_NONE ? SPACE_S + BADGE_ICON_PX + SPACE_XS : SPACE_M;
    float all = before + width + (icon != ICON_NONE ? 10 : SPACE_M);
    struct rect rect = rect_of(roundf(from_right ? x - all : x), y, all, BADGE_PX);
    (void)ui_node(ui, &(struct ui_node_spec){.id = id, .index = -1, .role = UI_STATUS, .label = label, .rect = rect});
    draw_fill(ui_draw(ui), rect, look.fill, BADGE_PX / 2);
    if (icon != ICON_NONE) {
        draw_icon(ui_draw(ui),
                  rect_of(rect.x + SPACE_S, y + (BADGE_PX - BADGE_ICON_PX) / 2, BADGE_ICON_PX, BADGE_ICON_PX), icon,
                  look.ink, 0);
    }
    (void)ui_node_text(ui, rect_of(rect.x + before, y, width, BADGE_PX), label, &style, look.ink);
    return rect;
}

/* Light: the chosen one is dark and the others bare. Dark: the chosen one is lit and the others stand out a little. */
static struct look pill_look(const struct ui *ui, bool chosen)
{
    bool dark = ui_theme(ui)->kind == THEME_DARK;
    if (chosen) {
        return dark ? look_tone(ui, TONE_PRIMARY)
                    : (struct look){ui_colour(ui, THEME_TEXT), ui_colour(ui, THEME_SURFACE)};
    }
    struct colour text = ui_colour(ui, THEME_TEXT);
    return dark ? (struct look){colour_alpha(text, 28), text}
                : (struct look){colour_alpha(text, 0), ui_colour(ui, THEME_TEXT_MUTED)};
}

static void draw_pill(struct ui *ui, struct rect rect, const char *label, bool chosen, unsigned state)
{
    struct look look = pill_look(ui, chosen);
    struct colour fill = look_held(ui, look.fill, state);
    if ((state & UI_PRESSED) && look.fill.a < 255) {
        fill.a = (uint8_t)(look.fill.a + 24);
    }
    draw_fill(ui_draw(ui), rect, fill, rect.h / 2);
    look_focus(ui, rect, rect.h / 2, state);
    struct text_style style = theme_text(TYPE_LABEL);
    style.align = TEXT_MIDDLE;
    (void)look_label(ui, rect_inset_xy(rect, SPACE_XS, 0), label, style, look.ink);
}

/* Side by side with their natural widths; all a little narrower where that is too much; on further rows where even
 * 13 px and little padding don't make them fit. */
struct pills {
    float share; /* between the least width, 0, and the natural one, 1 */
    bool wraps;
};

static float pill_width(struct ui *ui, const char *label, float share)
{
    struct text_style style = theme_text(TYPE_LABEL);
    float text = look_width(ui, label, &style);
    float natural = fmaxf(text + 2 * PILL_PAD_PX, TARGET_PX);
    float least = fmaxf(ceilf(text * LOOK_LEAST_TEXT_PX / style.size_px) + 2 * SPACE_S, TARGET_PX);
    return floorf(least + (natural - least) * share);
}

static struct pills lay_pills(struct ui *ui, const char *const labels[], size_t n, float width)
{
    float natural = 0, least = 0, gaps = n > 0 ? (float)(n - 1) * PILL_GAP_PX : 0;
    for (size_t i = 0; i < n; i++) {
        natural += pill_width(ui, labels[i], 1);
        least += pill_width(ui, labels[i], 0);
    }
    if (natural + gaps <= width || least + gaps > width) {
        return (struct pills){.share = 1, .wraps = natural + gaps > width};
    }
    return (struct pills){.share = (width - gaps - least) / (natural - least)};
}

float widget_pills(struct ui *ui, const char *id, struct rect rect, const char *const labels[], size_t n, size_t chosen,
                   int intent_kind)
{
    struct pills pills = lay_pills(ui, labels, n, rect.w);
    float x = roundf(rect.x), y = rect.y, reached = rect.x;
    for (size_t i = 0; i < n; i++) {
        float width = fminf(pill_width(ui, labels[i], pills.share), fmaxf(rect.w, 1));
        if (pills.wraps && x > rect.x && x + width > rect_right(rect)) {
            x = roundf(rect.x);
            y += rect.h + PILL_GAP_PX;
        }
        struct rect pill = rect_of(x, y, width, rect.h);
        unsigned state = i == chosen ? UI_SELECTED : 0;
        state = ui_node(ui, &(struct ui_node_spec){.id = id,
                                                   .index = (int64_t)i,
                                                   .role = UI_TAB,
                                                   .label = labels[i],
                                                   .state = state,
                                                   .rect = pill,
                                                   .intent = {.kind = intent_kind, .arg = (int64_t)i}});
        draw_pill(ui, pill, labels[i], i == chosen, state);
        reached = fmaxf(reached, rect_right(pill));
        x += width + PILL_GAP_PX;
    }
    return reached;
}

/* Pairs, people, switches. */

void widget_pair(struct ui *ui, const char *id, struct rect rect, const char *label, const char *value)
{
    struct text_style label_style = theme_text(TYPE_BODY), value_style = theme_text(TYPE_BODY_STRONG);
    value_style.align = TEXT_END;
    value_style.tabular = true;
    float label_w = look_width(ui, label, &label_style), value_w = look_width(ui, value, &value_style);
    float room = fmaxf(rect.w - SPACE_M, 2);
    if (label_w + value_w > room) {
        /* Neither is pressed below its half when the other doesn't need it. */
        value_w = fminf(value_w, fmaxf(room - label_w, room * 0.55F));
        label_w = fminf(label_w, room - value_w);
    }
    (void)ui_node(
        ui, &(struct ui_node_spec){
                .id = id, .index = -1, .role = UI_TEXT, .label = label, .value = value, .rect = rect, .may_cut = true});
    (void)look_label(ui, rect_of(rect.x, rect.y, label_w, rect.h), label, label_style, ui_colour(ui, THEME_TEXT_MUTED));
    (void)look_label(ui, rect_of(rect_right(rect) - value_w, rect.y, value_w, rect.h), value, value_style,
                     ui_colour(ui, THEME_TEXT));
}

/* Copies what a reader takes for the first character of a word. @return where the copy ends. */
static char *first_character(const char *word, size_t n, char *to, const char *end)
{
    struct edit edit = {0};
    n = n < sizeof(edit.text) ? n : sizeof(edit.text) - 1;
    memcpy(edit.text, word, n);
    (void)edit_apply(&edit, &(struct intent){.edit = UI_EDIT_RIGHT}, 0);
    if (edit.cursor < (size_t)(end - to)) {
        memcpy(to, edit.text, edit.cursor);
        to += edit.cursor;
    }
    *to = '\0';
    return to;
}

/* Of the first word and the last. */
static void initials(const char *name, char *ret_text, size_t size)
{
    char both[64] = "";
    const char *first = name + strspn(name, " "), *end = name + strlen(name);
    while (end > first && end[-1] == ' ') {
        end--;
    }
    const char *last = end;
    while (last > first && last[-1] != ' ') {
        last--;
    }
    if (first < end) {
        char *to = first_character(first, strcspn(first, " "), both, both + sizeof(both));
        if (last > first) {
            (void)first_character(last, (size_t)(end - last), to, both + sizeof(both));
        }
    }
    i18n_upper(both, ret_text, size);
}

/* What begins with a pictograph, a digit or a sign has no initials. Pictographs are in U+1F000 to U+1FFFF, signs in
 * U+2180 to U+2BFF; none of the scripts that people are named in lies there. */
static bool are_letters(const char *text)
{
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        bool plain = (*c >= 'A' && *c <= 'Z') || (*c >= 'a' && *c <= 'z');
        bool symbol = (*c == 0xE2 && c[1] >= 0x86 && c[1] <= 0xAF) || (*c == 0xF0 && c[1] == 0x9F);
        if ((*c < 0x80 && !plain) || symbol) {
            return false;
        }
    }
    return text[0] != '\0';
}

static unsigned name_hash(const char *name)
{
    unsigned hash = 2166136261U;
    for (const unsigned char *c = (const unsigned char *)name; *c; c++) {
        hash = (hash ^ *c) * 16777619U; /* FNV-1a */
    }
    return hash ^ hash >> 15;
}

void widget_avatar(struct ui *ui, const char *id, struct rect rect, const struct surface *photo, uint64_t version,
                   const char *name)
{
    float side = fminf(rect.w, rect.h);
    struct rect round = rect_of(roundf(rect.x + (rect.w - side) / 2), roundf(rect.y + (rect.h - side) / 2), side, side);
    (void)ui_node(ui, &(struct ui_node_spec){.id = id, .index = -1, .role = UI_IMAGE, .label = name, .rect = round});
    if (photo) {
        draw_image(ui_draw(ui), round, photo, version, side / 2);
        return;
    }
    const struct theme_tile *tile = theme_tile(ui_theme(ui), name_hash(name));
    char text[128];
    initials(name, text, sizeof(text));
    draw_fill(ui_draw(ui), round, tile->fill, side / 2);
    if (!are_letters(text)) {
        draw_icon(ui_draw(ui), rect_centre(round, side / 2, side / 2), ICON_USER, tile->ink, 0);
        return;
    }
    struct text_style style = theme_text(TYPE_LABEL);
    style.size_px = roundf(side * 0.38F);
    style.align = TEXT_MIDDLE;
    style.vertical = TEXT_CENTRE;
    style.size_px = text_fit(ui_text(ui), text, &style, side * 0.86F, 6);
    (void)ui_node_text(ui, rect_inset_xy(round, side * 0.07F, 0), text, &style, tile->ink);
}

void widget_check(struct ui *ui, const char *id, struct rect rect, const char *label, bool checked,
                  struct intent intent)
{
    bool dead = intent.kind == 0;
    unsigned state = (checked ? (unsigned)UI_CHECKED : 0) | (dead ? (unsigned)UI_DISABLED : 0);
    state = ui_node(
        ui,
        &(struct ui_node_spec){
            .id = id, .index = -1, .role = UI_CHECK, .label = label, .state = state, .rect = rect, .intent = intent});
    struct rect track =
        rect_of(rect_right(rect) - SWITCH_W_PX, roundf(rect.y + (rect.h - SWITCH_H_PX) / 2), SWITCH_W_PX, SWITCH_H_PX);
    struct colour off = colour_mix(ui_colour(ui, THEME_SURFACE), ui_colour(ui, THEME_TEXT_MUTED), 0.65F);
    struct colour fill = checked ? ui_colour(ui, THEME_PRIMARY) : off;
    struct colour knob = ui_colour(ui, checked ? THEME_ON_PRIMARY : THEME_SURFACE);
    if (dead) {
        fill = colour_mix(ui_colour(ui, THEME_SURFACE), fill, 0.4F);
    }
    draw_fill(ui_draw(ui), track, look_held(ui, fill, state), SWITCH_H_PX / 2);
    look_focus(ui, track, SWITCH_H_PX / 2, state);
    float inset = (SWITCH_H_PX - SWITCH_KNOB_PX) / 2;
    float x = checked ? rect_right(track) - inset - SWITCH_KNOB_PX : track.x + inset;
    struct rect round = rect_of(x, track.y + inset, SWITCH_KNOB_PX, SWITCH_KNOB_PX);
    draw_fill(ui_draw(ui), round, knob, SWITCH_KNOB_PX / 2);
    if (checked) {
        draw_icon(ui_draw(ui), rect_centre(round, 16, 16), ICON_CHECK, fill, 3);
    }
    float room = fmaxf(track.x - SPACE_M - rect.x, 1);
    (void)look_label(ui, rect_of(rect.x, rect.y, room, rect.h), label, theme_text(TYPE_BODY),
                     ui_colour(ui, dead ? THEME_TEXT_DISABLED : THEME_TEXT));
}
