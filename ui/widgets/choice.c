#include "widgets/look.h"

#include "i18n/i18n.h"

#include <math.h>
#include <stdio.h>

#define CARD_GAP_PX   16.0F
#define CARD_PAD_PX   20.0F
#define TILE_PX       52.0F
#define TILE_SMALL_PX 44.0F
#define NARROW_PX     220.0F /* a card that is narrower has everything closer together */
#define DETAIL_PX     15.0F /* a detail is made as small as this before it takes a second line */
#define TICK_PX       28.0F
#define TICK_INSET_PX 14.0F
#define CIRCLE_PX     36.0F
#define STEP_GAP_PX   10.0F /* between a circle and its label */
#define LINE_GAP_PX   12.0F /* before and behind a line */
#define LINE_PX       2.0F
#define LINE_LEAST_PX 16.0F
#define BAR_PX        8.0F
#define LABELLED_PX   36.0F /* a progress bar as high as this has room for its label */
#define RUN_US        INT64_C(1400000) /* something that moves crosses the bar in this time */

enum { STEPS_MAX = 12 };

/* Cards. */

static void draw_tick(struct ui *ui, struct rect card)
{
    struct rect tick = rect_of(rect_right(card) - TICK_INSET_PX - TICK_PX, card.y + TICK_INSET_PX, TICK_PX, TICK_PX);
    struct look look = look_tone(ui, TONE_PRIMARY);
    draw_fill(ui_draw(ui), tick, look.fill, TICK_PX / 2);
    draw_icon(ui_draw(ui), rect_centre(tick, 16, 16), ICON_CHECK, look.ink, 2.6F);
}

static void draw_card(struct ui *ui, struct rect card, bool chosen, unsigned state)
{
    struct colour surface = ui_colour(ui, THEME_SURFACE);
    struct colour fill = chosen ? colour_mix(surface, ui_colour(ui, THEME_PRIMARY_SOFT), 0.4F) : surface;
    look_raised(ui, card, RADIUS_L, look_held(ui, fill, state));
    if (chosen) {
        draw_box(ui_draw(ui), card,
                 &(struct draw_box){.radius = RADIUS_L, .border_px = 2, .border = ui_colour(ui, THEME_PRIMARY)});
    }
    look_focus(ui, card, RADIUS_L, state);
}

/* True when the tick is left out: the tile, lit, says by itself what is chosen. */
static bool tile_alone(struct rect card, const struct widget_choice *choice)
{
    return card.w < NARROW_PX && choice->icon != ICON_NONE;
}

/* One line while it is large enough, else two when @height_px has room for them. */
static struct text_style detail_style(struct ui *ui, const char *detail, struct rect room, float height_px)
{
    struct text_style one = theme_text(TYPE_BODY), two;
    one.line_height = 1.3F;
    one.size_px = text_fit(ui_text(ui), detail, &one, room.w, DETAIL_PX);
    two = one;
    two.max_lines = 2;
    if (text_measure(ui_text(ui), detail, &one, room.w).cut &&
        text_measure(ui_text(ui), detail, &two, room.w).h <= height_px) {
        two.size_px = text_fit(ui_text(ui), detail, &two, room.w, LOOK_LEAST_TEXT_PX);
        return two;
    }
    one.size_px = text_fit(ui_text(ui), detail, &one, room.w, LOOK_LEAST_TEXT_PX);
    return one;
}

/* Title and detail one above the other, together in the middle of the card's height. What would run under the tick is
 * narrower. */
static void draw_words(struct ui *ui, struct rect card, struct rect room, const struct widget_choice *choice)
{
    struct text_style title = theme_text(TYPE_HEADING), detail = theme_text(TYPE_BODY);
    bool detailed = choice->detail && choice->detail[0];
    title.max_lines = card.h >= 88 ? 2 : 1;
    float natural_px = title.size_px, top = 0, title_h = 0, detail_h = 0;
    for (int narrow = 0; narrow < 2; narrow++) {
        title.size_px = natural_px;
        title.size_px = text_fit(ui_text(ui), choice->title, &title, room.w, LOOK_LEAST_TEXT_PX);
        title_h = text_measure(ui_text(ui), choice->title, &title, room.w).h;
        if (detailed) {
            detail = detail_style(ui, choice->detail, room, card.h - title_h - SPACE_XS - SPACE_L);
        }
        detail_h = detailed ? SPACE_XS + text_measure(ui_text(ui), choice->detail, &detail, room.w).h : 0;
        top = roundf(card.y + (card.h - title_h - detail_h) / 2);
        if (narrow || tile_alone(card, choice) || top >= card.y + TICK_INSET_PX + TICK_PX) {
            break;
        }
        room.w = fmaxf(fminf(room.w, rect_right(card) - TICK_INSET_PX - TICK_PX - SPACE_S - room.x), 1);
    }
    struct colour ink = ui_colour(ui, choice->disabled ? THEME_TEXT_DISABLED : THEME_TEXT);
    (void)ui_node_text(ui, rect_of(room.x, top, room.w, title_h), choice->title, &title, ink);
    if (detailed) {
        (void)ui_node_text(ui, rect_of(room.x, top + title_h + SPACE_XS, room.w, detail_h - SPACE_XS), choice->detail,
                           &detail, ui_colour(ui, choice->disabled ? THEME_TEXT_DISABLED : THEME_TEXT_MUTED));
    }
}

static void draw_choice(struct ui *ui, struct rect card, const struct widget_choice *choice, bool chosen,
                        unsigned state)
{
    draw_card(ui, card, chosen, state);
    bool narrow = card.w < NARROW_PX;
    float pad = narrow ? SPACE_M : CARD_PAD_PX;
    struct rect room = rect_inset_xy(card, pad, 0);
    if (choice->icon != ICON_NONE) {
        float side = fmaxf(fminf(narrow ? TILE_SMALL_PX : TILE_PX, card.h - 2 * SPACE_M), LOOK_ICON_PX);
        struct look look = look_soft(ui, choice->disabled ? TONE_NEUTRAL : TONE_PRIMARY);
        if (chosen && !choice->disabled) {
            look = look_tone(ui, TONE_PRIMARY);
        } else if (choice->disabled) {
            look.ink = ui_colour(ui, THEME_TEXT_DISABLED);
        }
        struct rect tile = rect_of(room.x, roundf(card.y + (card.h - side) / 2), side, side);
        draw_fill(ui_draw(ui), tile, look.fill, RADIUS_M);
        draw_icon(ui_draw(ui), rect_centre(tile, LOOK_ICON_PX, LOOK_ICON_PX), choice->icon, look.ink, 0);
        (void)rect_cut_left(&room, side + (narrow ? SPACE_S : SPACE_L));
    }
    draw_words(ui, card, room, choice);
    if (chosen && !tile_alone(card, choice)) {
        draw_tick(ui, card);
    }
}

void widget_choices(struct ui *ui, const char *id, struct rect rect, const struct widget_choice *choices, size_t n,
                    size_t columns, int chosen, int intent_kind)
{
    columns = columns > 0 ? columns : 1;
    size_t rows = (n + columns - 1) / columns;
    for (size_t i = 0; i < n; i++) {
        bool is_chosen = chosen >= 0 && (size_t)chosen == i;
        bool dead = choices[i].disabled;
        struct rect row = rect_column_cell(rect, (unsigned)(i / columns), (unsigned)rows, CARD_GAP_PX);
        struct rect card = rect_row_cell(row, (unsigned)(i % columns), (unsigned)columns, CARD_GAP_PX);
        unsigned state = (is_chosen ? (unsigned)UI_SELECTED : 0) | (dead ? (unsigned)UI_DISABLED : 0);
        state = ui_node(ui, &(struct ui_node_spec){.id = id,
                                                   .index = (int64_t)i,
                                                   .role = UI_CHOICE,
                                                   .label = choices[i].title,
                                                   .value = choices[i].detail,
                                                   .state = state,
                                                   .rect = card,
                                                   .intent = {.kind = dead ? 0 : intent_kind, .arg = (int64_t)i}});
        draw_choice(ui, card, &choices[i], is_chosen, state);
    }
}

/* Steps. */

struct steps {
    float x[STEPS_MAX]; /* of each circle */
    float label_w[STEPS_MAX]; /* 0: its label isn't shown */
    size_t n, at;
};

static float step_width(const struct steps *steps, size_t i)
{
    return CIRCLE_PX + (steps->label_w[i] > 0 ? STEP_GAP_PX + steps->label_w[i] : 0);
}

/* Side by side with lines of one length. @return that length. */
static float spread(struct steps *steps, struct rect rect)
{
    float all = 0, gaps = (float)(steps->n > 1 ? steps->n - 1 : 1);
    for (size_t i = 0; i < steps->n; i++) {
        all += step_width(steps, i);
    }
    float between = floorf((rect.w - all) / gaps), x = rect.x;
    for (size_t i = 0; i < steps->n; i++) {
        steps->x[i] = x;
        x += step_width(steps, i) + between;
    }
    return steps->n > 1 ? between - 2 * LINE_GAP_PX : LINE_LEAST_PX;
}

/* Circles at even distances where the labels allow it; else lines of one length; else the label of the step under way
 * alone. */
static void lay_steps(struct ui *ui, struct rect rect, const char *const labels[], struct steps *steps)
{
    struct text_style style = theme_text(TYPE_BODY_STRONG);
    float pitch = floorf(rect.w / fmaxf((float)steps->n, 1));
    bool even = true;
    for (size_t i = 0; i < steps->n; i++) {
        steps->label_w[i] = look_width(ui, labels[i], &style);
        steps->x[i] = rect.x + (float)i * pitch;
        float line = i + 1 < steps->n ? 2 * LINE_GAP_PX + LINE_LEAST_PX : 0;
        even = even && step_width(steps, i) + line <= pitch;
    }
    if (even || spread(steps, rect) >= LINE_LEAST_PX) {
        return;
    }
    float least = (float)steps->n * CIRCLE_PX + (float)(steps->n - 1) * (2 * LINE_GAP_PX + LINE_LEAST_PX);
    float room = fmaxf(rect.w - least - STEP_GAP_PX, 1);
    for (size_t i = 0; i < steps->n; i++) {
        steps->label_w[i] = i == steps->at ? fminf(steps->label_w[i], room) : 0;
    }
    (void)spread(steps, rect);
}

static void draw_circle(struct ui *ui, struct rect circle, size_t i, size_t at)
{
    if (i < at) {
        struct look look = look_tone(ui, TONE_SUCCESS);
        draw_fill(ui_draw(ui), circle, look.fill, CIRCLE_PX / 2);
        draw_icon(ui_draw(ui), rect_centre(circle, 20, 20), ICON_CHECK, look.ink, 2.6F);
        return;
    }
    char number[I18N_TEXT_SIZE];
    i18n_number((int64_t)i + 1, number, sizeof(number));
    struct text_style style = theme_text(TYPE_SMALL_STRONG);
    style.align = TEXT_MIDDLE;
    style.vertical = TEXT_CENTRE;
    style.size_px = 16;
    struct colour ink = ui_colour(ui, i == at ? THEME_ON_PRIMARY : THEME_TEXT_MUTED);
    if (i == at) {
        draw_fill(ui_draw(ui), circle, ui_colour(ui, THEME_PRIMARY), CIRCLE_PX / 2);
    } else {
        draw_box(ui_draw(ui), circle,
                 &(struct draw_box){.fill = ui_colour(ui, THEME_SURFACE),
                                    .radius = CIRCLE_PX / 2,
                                    .border_px = 2,
                                    .border = ui_colour(ui, THEME_BORDER)});
    }
    (void)ui_node_text(ui, circle, number, &style, ink);
}

static void add_step(struct ui *ui, const char *id, struct rect rect, const char *label, const struct steps *steps,
                     size_t i, int intent_kind)
{
    bool done = i < steps->at, current = i == steps->at;
    float middle = rect.y + rect.h / 2, height = fmaxf(rect.h, TARGET_PX);
    float side = steps->label_w[i] > 0 ? 0 : (TARGET_PX - CIRCLE_PX) / 2; /* a bare circle is small for a finger */
    struct rect touched =
        rect_of(steps->x[i] - side, roundf(middle - height / 2), step_width(steps, i) + 2 * side, height);
    unsigned state = done ? UI_CHECKED : current ? UI_SELECTED : 0;
    state = ui_node(ui, &(struct ui_node_spec){.id = id,
                                               .index = (int64_t)i,
                                               .role = UI_STEP,
                                               .label = label,
                                               .state = state,
                                               .rect = touched,
                                               .intent = {.kind = done ? intent_kind : 0, .arg = (int64_t)i}});
    struct rect circle = rect_of(roundf(steps->x[i]), roundf(middle - CIRCLE_PX / 2), CIRCLE_PX, CIRCLE_PX);
    draw_circle(ui, circle, i, steps->at);
    if (state & UI_PRESSED) {
        draw_fill(ui_draw(ui), circle, colour_alpha(colour_rgb(0), 40), CIRCLE_PX / 2);
    }
    look_focus(ui, circle, CIRCLE_PX / 2, state);
    if (steps->label_w[i] > 0) {
        (void)look_label(ui, rect_of(rect_right(circle) + STEP_GAP_PX, rect.y, steps->label_w[i], rect.h), label,
                         theme_text(TYPE_BODY_STRONG), ui_colour(ui, done || current ? THEME_TEXT : THEME_TEXT_MUTED));
    }
    if (i + 1 < steps->n) {
        float from = steps->x[i] + step_width(steps, i) + LINE_GAP_PX;
        float width = steps->x[i + 1] - LINE_GAP_PX - from;
        draw_fill(ui_draw(ui), rect_of(from, roundf(middle - LINE_PX / 2), fmaxf(width, 0), LINE_PX),
                  ui_colour(ui, done ? THEME_SUCCESS : THEME_BORDER), LINE_PX / 2);
    }
}

void widget_stepper(struct ui *ui, const char *id, struct rect rect, const char *const labels[], size_t n, size_t at,
                    int intent_kind)
{
    struct steps steps = {.n = n < STEPS_MAX ? n : STEPS_MAX, .at = at};
    lay_steps(ui, rect, labels, &steps);
    for (size_t i = 0; i < steps.n; i++) {
        add_step(ui, id, rect, labels[i], &steps, i, intent_kind);
    }
}

/* How far something is. */

static void draw_bar(struct ui *ui, struct rect bar, float done)
{
    struct colour track = colour_mix(ui_colour(ui, THEME_SURFACE), ui_colour(ui, THEME_TEXT), 0.12F);
    struct rect part = bar;
    draw_fill(ui_draw(ui), bar, track, BAR_PX / 2);
    part.w = fmaxf(roundf(bar.w * done), BAR_PX);
    if (done < 0) {
        float run = (float)(ui_now(ui) % RUN_US) / (float)RUN_US;
        part.w = bar.w * 0.3F;
        part.x = bar.x - part.w + run * (bar.w + part.w);
        part = rect_intersect(part, bar);
        ui_again(ui, ui_now(ui) + LOOK_FRAME_US);
    }
    if (done != 0 && !rect_empty(part)) {
        draw_fill(ui_draw(ui), part, ui_colour(ui, THEME_PRIMARY), fminf(BAR_PX, part.w) / 2);
    }
}

void widget_progress(struct ui *ui, const char *id, struct rect rect, const char *label, float done)
{
    char number[I18N_TEXT_SIZE], value[I18N_TEXT_SIZE + 4] = "";
    done = fminf(done, 1);
    if (done >= 0) {
        i18n_number((int64_t)floorf(done * 100), number, sizeof(number));
        (void)snprintf(value, sizeof(value), "%s\u00a0%%", number);
    }
    (void)ui_node(ui, &(struct ui_node_spec){.id = id,
                                             .index = -1,
                                             .role = UI_PROGRESS,
                                             .label = label,
                                             .value = value,
                                             .state = done < 0 ? UI_BUSY : 0,
                                             .rect = rect});
    struct rect bar = rect_of(rect.x, roundf(rect.y + (rect.h - BAR_PX) / 2), rect.w, BAR_PX);
    if (rect.h >= LABELLED_PX) {
        struct rect line = rect;
        struct text_style style = theme_text(TYPE_SMALL_STRONG);
        bar = rect_cut_bottom(&line, BAR_PX);
        (void)rect_cut_bottom(&line, SPACE_S);
        style.align = TEXT_END;
        style.tabular = true;
        float width = value[0] ? look_width(ui, value, &style) : 0;
        (void)look_label(ui, rect_cut_right(&line, width), value, style, ui_colour(ui, THEME_TEXT_MUTED));
        (void)rect_cut_right(&line, SPACE_M);
        (void)look_label(ui, line, label, theme_text(TYPE_SMALL), ui_colour(ui, THEME_TEXT));
    }
    draw_bar(ui, bar, done);
}
