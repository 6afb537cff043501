#include "widgets/look.h"

#include "i18n/i18n.h"

#include <math.h>
#include <stdio.h>

#define HEAD_PX        80.0F /* the product's sign and the room round it */
#define MARK_PX        40.0F
#define PITCH_PX       84.0F
#define GAP_PX         8.0F
#define BAR_PX         84.0F /* of a rail along the bottom */
#define LABELS_PX      54.0F /* an item that is lower has no room for its label */
#define LABEL_PX       15.0F
#define LABEL_LEAST_PX 11.0F
#define COUNT_PX       22.0F

/* At the icon's upper right corner, set off from it by a line of what lies behind. */
static void draw_count(struct ui *ui, struct rect item, struct rect icon, int count, struct colour behind)
{
    char number[I18N_TEXT_SIZE], text[I18N_TEXT_SIZE + 2];
    i18n_number(count > 99 ? 99 : count, number, sizeof(number));
    (void)snprintf(text, sizeof(text), count > 99 ? "%s+" : "%s", number);
    struct text_style style = theme_text(TYPE_SMALL_STRONG);
    style.size_px = LOOK_LEAST_TEXT_PX;
    style.align = TEXT_MIDDLE;
    style.vertical = TEXT_CENTRE;
    float width = fmaxf(COUNT_PX, look_width(ui, text, &style) + 10);
    float x = fminf(rect_right(icon) - 6, rect_right(item) - width);
    struct rect rect = rect_of(x, icon.y - 10, width, COUNT_PX);
    draw_fill(ui_draw(ui), rect_inset(rect, -2), behind, COUNT_PX / 2 + 2);
    draw_fill(ui_draw(ui), rect, ui_colour(ui, THEME_DANGER), COUNT_PX / 2);
    (void)ui_node_text(ui, rect, text, &style, ui_colour(ui, THEME_ON_DANGER));
}

/* A label is a single word or two, in whatever language: it may be smaller here than elsewhere, and only then is it
 * cut. As heavy chosen as not: choosing must not make it larger or smaller. */
static struct text_style label_style(struct ui *ui, const char *label, float width)
{
    struct text_style style = theme_text(TYPE_SMALL_STRONG);
    style.size_px = LABEL_PX;
    style.align = TEXT_MIDDLE;
    style.vertical = TEXT_CENTRE;
    style.size_px = text_fit(ui_text(ui), label, &style, width, LABEL_LEAST_PX);
    return style;
}

static void draw_item(struct ui *ui, struct rect rect, const struct widget_rail_item *item, bool chosen, unsigned state)
{
    bool labelled = rect.h >= LABELS_PX;
    struct text_style style = label_style(ui, item->label, rect.w - 2);
    float least = labelled ? look_width(ui, item->label, &style) + 6 : 0;
    struct rect back = rect_centre(rect, fminf(fmaxf(rect.w - GAP_PX, least), rect.w), rect.h);
    struct colour muted = ui_colour(ui, THEME_ON_RAIL_MUTED);
    struct colour ink = chosen ? ui_colour(ui, THEME_ON_RAIL) : muted;
    if (item->disabled) {
        ink = colour_mix(ui_colour(ui, THEME_RAIL), muted, 0.45F);
    }
    struct colour rail = ui_colour(ui, THEME_RAIL), selected = ui_colour(ui, THEME_RAIL_SELECTED);
    struct colour behind = chosen ? selected : (state & UI_PRESSED) ? colour_mix(rail, selected, 0.6F) : rail;
    if (chosen || (state & UI_PRESSED)) {
        draw_fill(ui_draw(ui), back, behind, RADIUS_M);
    }
    look_focus(ui, rect_inset(back, 4), RADIUS_M, state);
    float content = labelled ? LOOK_ICON_PX + 8 + 18 : LOOK_ICON_PX;
    float y = roundf(rect.y + (rect.h - content) / 2);
    struct rect icon = rect_of(roundf(rect.x + (rect.w - LOOK_ICON_PX) / 2), y, LOOK_ICON_PX, LOOK_ICON_PX);
    draw_icon(ui_draw(ui), icon, item->icon, ink, 0);
    if (labelled) {
        (void)ui_node_text(ui, rect_of(rect.x + 1, y + LOOK_ICON_PX + 8, rect.w - 2, 18), item->label, &style, ink);
    }
    if (item->badge > 0) {
        draw_count(ui, rect, icon, item->badge, behind);
    }
}

static void add_item(struct ui *ui, struct rect rect, const struct widget_rail_item *item, size_t i, bool chosen,
                     int intent_kind)
{
    unsigned state = (chosen ? (unsigned)UI_SELECTED : 0) | (item->disabled ? (unsigned)UI_DISABLED : 0);
    char count[I18N_TEXT_SIZE] = "";
    if (item->badge > 0) {
        i18n_number(item->badge, count, sizeof(count));
    }
    state =
        ui_node(ui, &(struct ui_node_spec){.id = item->id,
                                           .index = -1,
                                           .role = UI_TAB,
                                           .label = item->label,
                                           .value = count,
                                           .state = state,
                                           .rect = rect,
                                           .intent = {.kind = item->disabled ? 0 : intent_kind, .arg = (int64_t)i}});
    draw_item(ui, rect, item, chosen, state);
}

static void draw_mark(struct ui *ui, struct rect rail)
{
    struct rect mark = rect_of(rail.x + (rail.w - MARK_PX) / 2, rail.y + 20, MARK_PX, MARK_PX);
    draw_fill(ui_draw(ui), mark, ui_colour(ui, THEME_RAIL_MARK), RADIUS_M - 2);
    draw_icon(ui_draw(ui), rect_centre(mark, LOOK_ICON_PX, LOOK_ICON_PX), ICON_CONTACTLESS,
              ui_colour(ui, THEME_ON_RAIL_MARK), 2.2F);
}

void widget_rail(struct ui *ui, struct rect *r, const struct widget_rail_item *items, size_t n, size_t chosen,
                 int intent_kind)
{
    bool upright = look_upright(ui);
    struct rect rail = upright ? rect_cut_bottom(r, BAR_PX) : rect_cut_left(r, RAIL_PX);
    draw_fill(ui_draw(ui), rail, ui_colour(ui, THEME_RAIL), 0);
    struct rect room = upright ? rect_inset_xy(rail, GAP_PX, 4) : rail;
    float pitch = 0;
    if (!upright) {
        draw_mark(ui, rail);
        (void)rect_cut_top(&room, HEAD_PX);
        pitch = fminf(PITCH_PX, floorf(room.h / fmaxf((float)n, 1)));
        room = rect_inset_xy(room, GAP_PX / 2, 0);
    }
    for (size_t i = 0; i < n; i++) {
        struct rect rect = upright ? rect_row_cell(room, (unsigned)i, (unsigned)n, GAP_PX / 2)
                                   : rect_of(room.x, room.y + (float)i * pitch, room.w,
                                             fmaxf(pitch - GAP_PX, fminf(pitch, TARGET_PX)));
        add_item(ui, rect, &items[i], i, i == chosen, intent_kind);
    }
}
