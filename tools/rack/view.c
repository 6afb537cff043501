/* The bench window: the plan above, the rack below it at the left, what can be done at the right. */
#include "rack/rack_internal.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "i18n/i18n.h"

#include <math.h>
#include <stdio.h>

#define HEAD_PX        60.0F
#define HEAD_BUTTON_PX 40.0F
#define HEAD_FACTOR    0.88F
#define HEAD_WORDS_PX  800.0F
#define CONTROLS_PX    292.0F
#define LINE_PX        23.0F
#define CARD_W_PX      126.0F
#define CARD_H_PX      64.0F
#define GROUP_PX       34.0F /* a group's name with its space */
#define ROW_GAP_PX     10.0F

/* -- head --------------------------------------------------------------------------------------------------- */

/* A button of the head: as high as it must be, its right edge at @x; without its words where the window is narrow.
 * @return its left edge. */
static float head_button(struct ui *ui, const char *id, float x, struct rect r, const char *label, enum icon icon,
                         int intent, bool disabled)
{
    bool narrow = r.w < HEAD_WORDS_PX;
    struct widget_button button = {.id = id,
                                   .index = -1,
                                   .label = label,
                                   .kind = BUTTON_SECONDARY,
                                   .icon = narrow ? icon : ICON_NONE,
                                   .icon_only = narrow,
                                   .disabled = disabled,
                                   .text_factor = HEAD_FACTOR,
                                   .intent = {.kind = intent}};
    float w = widget_button_width(ui, &button) - (narrow ? 0 : SPACE_L);
    widget_button(ui, rect_of(x - w, r.y + (r.h - HEAD_BUTTON_PX) / 2, w, HEAD_BUTTON_PX), &button);
    return x - w;
}

static void head(const struct rack *rack, struct ui *ui, struct rect r)
{
    static const enum widget_tone tones[] = {
        [RACK_GATE_OFF] = TONE_DANGER, [RACK_GATE_STARTS] = TONE_WARNING, [RACK_GATE_ON] = TONE_SUCCESS};
    const char *const gate[] = {
        [RACK_GATE_OFF] = _("No power"), [RACK_GATE_STARTS] = _("Gate starting"), [RACK_GATE_ON] = _("Gate on")};
    struct text_style title = theme_text(TYPE_TITLE);
    struct rect mark = rect_of(r.x, r.y + (r.h - 40) / 2, 40, 40);
    float badge_y = r.y + (r.h - 28) / 2;
    draw_fill(ui_draw(ui), mark, ui_colour(ui, THEME_RAIL_MARK), RADIUS_S + 2);
    draw_icon(ui_draw(ui), rect_inset(mark, 9), ICON_CONTACTLESS, ui_colour(ui, THEME_ON_RAIL_MARK), 0);
    float x = head_button(ui, "power", rect_right(r), r, _("Cut the power"), ICON_BOLT, RACK_ON_POWER,
                          rack->gate == RACK_GATE_OFF);
    x = widget_badge(ui, "gate", x - SPACE_S, badge_y, true, gate[rack->gate],
                     rack->gate == RACK_GATE_ON ? ICON_CHECK : ICON_POWER, tones[rack->gate])
            .x;
    x = head_button(ui, "screen-kill", x - SPACE_L, r, _("Kill the screen"), ICON_CROSS, RACK_ON_SCREEN, !rack->screen);
    x = widget_badge(ui, "screen", x - SPACE_S, badge_y, true, rack->screen ? _("Screen on") : _("Screen off"),
                     ICON_MONITOR, rack->screen ? TONE_SUCCESS : TONE_WARNING)
            .x;
    title.vertical = TEXT_CENTRE;
    float left = rect_right(mark) + SPACE_M;
    float room = x - SPACE_M - left;
    title.size_px = text_fit(ui_text(ui), _("Test bench"), &title, room, 15);
    if (text_measure(ui_text(ui), _("Test bench"), &title, 0).w <= room) {
        (void)widget_text(ui, "title", UI_HEADING, rect_of(left, r.y, room, r.h), _("Test bench"), &title,
                          ui_colour(ui, THEME_TEXT));
    }
}

/* -- the rack ----------------------------------------------------------------------------------------------- */

struct card_look {
    struct colour from, to, ink, dim;
};

static struct card_look card_look(const struct ui *ui, enum rack_card_group group)
{
    struct colour rail = ui_colour(ui, THEME_RAIL), white = ui_colour(ui, THEME_ON_RAIL);
    static const enum theme_colour bases[] = {[RACK_LET_IN] = THEME_PRIMARY,
                                              [RACK_STAFFS] = THEME_SUCCESS,
                                              [RACK_KEPT_OUT] = THEME_TEXT_MUTED,
                                              [RACK_TRICKS] = THEME_DANGER};
    struct colour base = ui_colour(ui, bases[group]);
    return (struct card_look){base, colour_mix(base, rail, 0.45F), white, colour_mix(white, base, 0.14F)};
}

static void draw_card(const struct rack *rack, struct ui *ui, size_t nth, struct rect r)
{
    struct rack_card card = rack_card(nth);
    bool chosen = rack->chosen == (int)nth;
    const char *name = rack_card_name(&card), *special = rack_card_special(&card);
    unsigned state = ui_node(ui, &(struct ui_node_spec){.id = "card",
                                                        .index = (int64_t)nth,
                                                        .role = UI_CHOICE,
                                                        .label = name,
                                                        .value = special,
                                                        .state = chosen ? UI_SELECTED : 0,
                                                        .rect = r,
                                                        .may_cut = true,
                                                        .intent = {.kind = RACK_ON_CARD, .arg = (int64_t)nth}});
    struct card_look look = card_look(ui, card.group);
    struct draw_list *list = ui_draw(ui);
    if (chosen) {
        struct draw_box ring = {.radius = RADIUS_M + 4, .border_px = 3, .border = ui_colour(ui, THEME_PRIMARY)};
        draw_box(list, rect_inset(r, -5), &ring);
    }
    struct draw_box box = {.fill = look.from,
                           .fill_end = look.to,
                           .gradient = true,
                           .radius = RADIUS_M,
                           .shadow_px = chosen ? SPACE_L : SPACE_S,
                           .shadow_dy = chosen ? 5 : 2,
                           .shadow = ui_colour(ui, THEME_SHADOW)};
    if (state & UI_PRESSED) {
        box.fill = look.to;
    }
    draw_box(list, r, &box);
    static const enum icon icons[] = {ICON_CONTACTLESS, ICON_KEY, ICON_CONTACTLESS, ICON_WARNING};
    draw_icon(list, rect_of(rect_right(r) - 30, r.y + 8, 20, 20), icons[card.group], colour_alpha(look.ink, 170), 0);
    struct text_style strong = theme_text(TYPE_BODY_STRONG), small = theme_text(TYPE_SMALL);
    float w = r.w - 22;
    strong.size_px = text_fit(ui_text(ui), name, &strong, w - 22, 13);
    small.size_px = text_fit(ui_text(ui), special, &small, w, 11);
    (void)ui_node_text(ui, rect_of(r.x + 12, r.y + 9, w - 22, 22), name, &strong, look.ink);
    (void)ui_node_text(ui, rect_of(r.x + 12, r.y + 36, w, 18), special, &small, look.dim);
}

/* Draws them from @top on, or only measures. @return where they end. */
static float cards_in(const struct rack *rack, struct ui *ui, struct rect area, float top, bool draws)
{
    size_t columns = (size_t)fmaxf(floorf((area.w + ROW_GAP_PX) / (CARD_W_PX + ROW_GAP_PX)), 1);
    float w = floorf((area.w - (float)(columns - 1) * ROW_GAP_PX) / (float)columns), y = top;
    size_t n = rack_cards_count(), in_row = 0;
    for (size_t i = 0; i < n; i++) {
        struct rack_card card = rack_card(i);
        if (i == 0 || card.group != rack_card(i - 1).group) {
            y += in_row > 0 ? CARD_H_PX + ROW_GAP_PX + SPACE_S : 0;
            in_row = 0;
            if (draws) {
                struct text_style style = theme_text(TYPE_SMALL_STRONG);
                style.vertical = TEXT_CENTRE;
                static const char *const ids[] = {"group-in", "group-staff", "group-out", "group-tricks"};
                (void)widget_text(ui, ids[card.group], UI_HEADING, rect_of(area.x, y, area.w, GROUP_PX - 6),
                                  rack_card_group_name(card.group), &style, ui_colour(ui, THEME_TEXT_MUTED));
            }
            y += GROUP_PX;
        } else if (in_row == columns) {
            y += CARD_H_PX + ROW_GAP_PX;
            in_row = 0;
        }
        if (draws) {
            draw_card(rack, ui, i, rect_of(area.x + (float)in_row * (w + ROW_GAP_PX), y, w, CARD_H_PX));
        }
        in_row++;
    }
    return y + CARD_H_PX + SPACE_M;
}

static void cards(const struct rack *rack, struct ui *ui, struct rect r)
{
    struct text_style hint = theme_text(TYPE_SMALL_STRONG);
    widget_card(ui, "rack", r, _("Cards"));
    struct rect inside = rect_inset_xy(r, SPACE_L, 2);
    hint.vertical = TEXT_CENTRE;
    hint.size_px = text_fit(ui_text(ui), _("Touch a card, then a reader"), &hint, inside.w, 11);
    (void)widget_text(ui, "hint", UI_TEXT, rect_cut_top(&inside, 36), _("Touch a card, then a reader"), &hint,
                      ui_colour(ui, THEME_PRIMARY));
    float height = cards_in(rack, ui, inside, 0, false);
    /* The window reaches a little beyond the cards: room for the ring round the chosen one. */
    struct rect window = rect_of(inside.x - 8, inside.y, inside.w + 16, inside.h);
    float scrolled = ui_scroll_begin(ui, "rack-scroll", window, height);
    (void)cards_in(rack, ui, inside, inside.y - scrolled, true);
    ui_scroll_end(ui);
}

/* -- the log ------------------------------------------------------------------------------------------------ */

static struct colour line_colour(const struct ui *ui, enum widget_tone tone)
{
    static const enum theme_colour colours[] = {[TONE_NEUTRAL] = THEME_TEXT_MUTED,
                                                [TONE_SUCCESS] = THEME_SUCCESS,
                                                [TONE_WARNING] = THEME_WARNING,
                                                [TONE_DANGER] = THEME_DANGER,
                                                [TONE_PRIMARY] = THEME_PRIMARY};
    return ui_colour(ui, colours[tone]);
}

static void lines(const struct rack *rack, struct ui *ui, struct rect r)
{
    struct text_style heading = theme_text(TYPE_SMALL_STRONG), text = theme_text(TYPE_SMALL);
    widget_card(ui, "log", r, _("What happens"));
    (void)widget_text(ui, "log-title", UI_HEADING, rect_of(r.x + SPACE_L, r.y + SPACE_M, r.w - 2 * SPACE_L, 20),
                      _("What happens"), &heading, ui_colour(ui, THEME_TEXT_MUTED));
    text.vertical = TEXT_CENTRE;
    text.tabular = true;
    for (size_t i = 0; i < rack->n_lines && r.y + 38 + (float)(i + 1) * LINE_PX <= rect_bottom(r); i++) {
        const struct rack_line *line = &rack->lines[i];
        char time[I18N_TEXT_SIZE];
        struct rect at = rect_of(r.x + SPACE_L, r.y + 38 + (float)i * LINE_PX, r.w - 2 * SPACE_L, LINE_PX);
        i18n_time(zone_local(&rack->zone, line->utc_us).second, true, time, sizeof(time));
        (void)ui_node(ui, &(struct ui_node_spec){.id = "line",
                                                 .index = (int64_t)i,
                                                 .role = UI_TEXT,
                                                 .label = line->text,
                                                 .value = time,
                                                 .rect = at,
                                                 .may_cut = true});
        (void)ui_node_text(ui, rect_cut_left(&at, 72), time, &text, ui_colour(ui, THEME_TEXT_MUTED));
        struct rect icon = rect_cut_left(&at, 28);
        draw_icon(ui_draw(ui), rect_of(icon.x, icon.y + 2, 18, 18), line->icon, line_colour(ui, line->tone), 0);
        struct text_style style = text;
        style.weight = i == 0 ? TEXT_SEMIBOLD : TEXT_REGULAR;
        (void)ui_node_text(ui, at, line->text, &style, ui_colour(ui, THEME_TEXT));
    }
}

/* -- what can be done --------------------------------------------------------------------------------------- */

struct act {
    const char *id, *label;
    enum icon icon;
    enum widget_button_kind kind;
    int intent;
    bool disabled;
};

static void panel(struct ui *ui, struct rect *r, const char *id, const char *title, float height, struct rect *ret_in)
{
    struct text_style heading = theme_text(TYPE_SMALL_STRONG);
    struct rect card = rect_cut_top(r, height);
    (void)rect_cut_top(r, SPACE_M);
    widget_card(ui, id, card, title);
    struct rect in = rect_inset_xy(card, SPACE_L, SPACE_M);
    heading.vertical = TEXT_CENTRE;
    (void)ui_node_text(ui, rect_cut_top(&in, 24), title, &heading, ui_colour(ui, THEME_TEXT_MUTED));
    (void)rect_cut_top(&in, 6);
    *ret_in = in;
}

#define ACT_PX      46.0F
#define ACT_STEP_PX 54.0F
#define CHECK_PX    42.0F
#define PANEL_PX    (2 * SPACE_M + 30)

static void acts(struct ui *ui, struct rect *r, const char *id, const char *title, const struct act *list, size_t n)
{
    struct rect in;
    panel(ui, r, id, title, PANEL_PX + (float)n * ACT_STEP_PX - 8, &in);
    for (size_t i = 0; i < n; i++) {
        const struct act *a = &list[i];
        struct widget_button button = {.id = a->id,
                                       .index = -1,
                                       .label = a->label,
                                       .kind = a->kind,
                                       .icon = a->icon,
                                       .disabled = a->disabled,
                                       .text_factor = 0.94F,
                                       .intent = {.kind = a->intent}};
        widget_button(ui, rect_of(in.x, in.y + (float)i * ACT_STEP_PX, in.w, ACT_PX), &button);
    }
}

static const char *people_title(const struct rack *rack)
{
    if (rack->target == RACK_POOL) {
        return _("People at the pool door");
    }
    return rack->side == RACK_OUT ? _("People at the gate, going out") : _("People at the gate, coming in");
}

static void house(const struct rack *rack, struct ui *ui, struct rect *r)
{
    struct rect in;
    panel(ui, r, "building", _("In the building"), PANEL_PX + 4 * CHECK_PX, &in);
    widget_check(ui, "fire", rect_cut_top(&in, CHECK_PX), _("Fire alarm"), rack->fire,
                 (struct intent){.kind = RACK_ON_FIRE});
    widget_check(ui, "lockdown", rect_cut_top(&in, CHECK_PX), _("Lock-down key"), rack->lockdown,
                 (struct intent){.kind = RACK_ON_LOCKDOWN});
    widget_check(ui, "tamper", rect_cut_top(&in, CHECK_PX), _("Housing open"), rack->tamper,
                 (struct intent){.kind = RACK_ON_TAMPER});
    widget_check(ui, "list", rect_cut_top(&in, CHECK_PX), _("List of members"), !rack->list_away,
                 (struct intent){.kind = RACK_ON_LIST});
}

static void controls_in(const struct rack *rack, struct ui *ui, struct rect r)
{
    const struct act ways[] = {
        {"walk", _("Walk through"), ICON_WALK, BUTTON_PRIMARY, RACK_ON_WALK, false},
        {"followed", _("A second person follows"), ICON_TAILGATE, BUTTON_SECONDARY, RACK_ON_FOLLOWED, false},
        {"turn-back", _("Turn back half way"), ICON_UNDO, BUTTON_SECONDARY, RACK_ON_TURN_BACK, false},
        {"force", _("Force it open"), ICON_BOLT, BUTTON_SECONDARY, RACK_ON_FORCE, false},
        {"button", _("Exit button"), ICON_DOOR, BUTTON_SECONDARY, RACK_ON_BUTTON, false},
    };
    acts(ui, &r, "people", people_title(rack), ways, ARRAY_LEN(ways));
    house(rack, ui, &r);
}

static void controls(const struct rack *rack, struct ui *ui, struct rect r)
{
    float height = 2 * PANEL_PX + 5 * ACT_STEP_PX - 8 + 4 * CHECK_PX + SPACE_M;
    /* Cards have a shadow: the window leaves it room. */
    struct rect window = rect_of(r.x - 12, r.y, r.w + 20, r.h);
    float scrolled = ui_scroll_begin(ui, "controls", window, height);
    controls_in(rack, ui, rect_of(r.x, r.y - scrolled, r.w, height + SPACE_M));
    ui_scroll_end(ui);
}

void rack_view(const struct rack *rack, struct ui *ui)
{
    struct rect all = ui_bounds(ui), r = rect_inset_xy(all, SPACE_L, 0);
    draw_fill(ui_draw(ui), all, ui_colour(ui, THEME_BACKGROUND), 0);
    head(rack, ui, rect_cut_top(&r, HEAD_PX));
    (void)rect_cut_bottom(&r, SPACE_L);
    rack_plan_view(rack, ui, rect_cut_top(&r, fminf(fmaxf(all.h * 0.3F, 262), 290)));
    (void)rect_cut_top(&r, SPACE_M);
    struct rect right = rect_cut_right(&r, fminf(CONTROLS_PX, r.w * 0.45F));
    (void)rect_cut_right(&r, SPACE_M);
    /* Eight lines where there is room, four at least. */
    float log_px =
        floorf(fminf(fmaxf(r.h * 0.42F - 46, 4 * LINE_PX), (float)RACK_LINES * LINE_PX) / LINE_PX) * LINE_PX + 46;
    lines(rack, ui, rect_cut_bottom(&r, log_px));
    (void)rect_cut_bottom(&r, SPACE_M);
    cards(rack, ui, r);
    controls(rack, ui, right);
}
