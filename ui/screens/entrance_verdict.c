/* A verdict, or what else a lane has to say: on a ground of its colour a white card with the mark (tick in a circle,
 * cross in a square, sign in a drop), what is the case, and what to do. Complete at once: nothing fades in. Where
 * the photo will stand there is room for it from the first frame on. */

#include "screens/entrance_internal.h"

#include "base/clock.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The bar of the time that is left moves so often. */
#define BAR_FRAME_US (33 * US_PER_MS)

enum { LINES_SHOWN = 3 };

/* The colours of a tone: ground, words on it, mark, soft ground on the card and words on that. */
struct tone {
    enum theme_colour top, bottom, on, mark, on_mark, soft, on_soft;
};

static const struct tone tones[] = {
    [ENTRANCE_GOOD] = {THEME_GRANTED, THEME_GRANTED_END, THEME_ON_GRANTED, THEME_SUCCESS, THEME_ON_SUCCESS,
                       THEME_SUCCESS_SOFT, THEME_ON_SUCCESS_SOFT},
    [ENTRANCE_BAD] = {THEME_DENIED, THEME_DENIED_END, THEME_ON_DENIED, THEME_DANGER, THEME_ON_DANGER, THEME_DANGER_SOFT,
                      THEME_ON_DANGER_SOFT},
    [ENTRANCE_PATIENCE] = {THEME_WAIT, THEME_WAIT_END, THEME_ON_WAIT, THEME_PRIMARY, THEME_ON_PRIMARY,
                           THEME_PRIMARY_SOFT, THEME_ON_PRIMARY_SOFT},
    [ENTRANCE_DANGER] = {THEME_FIRE, THEME_FIRE_END, THEME_ON_FIRE, THEME_WARNING, THEME_ON_WARNING, THEME_WARNING_SOFT,
                         THEME_ON_WARNING_SOFT},
    [ENTRANCE_QUIET] = {THEME_WAIT, THEME_WAIT_END, THEME_ON_WAIT, THEME_PRIMARY, THEME_ON_PRIMARY, THEME_PRIMARY_SOFT,
                        THEME_ON_PRIMARY_SOFT},
};

/* One pane on its way to the screen. */
struct verdict {
    struct entrance_frame fr; /* f is the pane's own */
    const struct entrance_pane *pane;
    size_t index;
    const struct tone *tone;
    struct entrance_words words;
    struct entrance_left left;
    bool has_left;
    struct entrance_line lines[ENTRANCE_LINES_MAX];
    size_t n_lines;
    bool granted, person; /* person: room for a photo */
    char sub[ENTRANCE_TEXT_SIZE]; /* below the title */
    enum text_align align;
};

static void words_of(const struct entrance *e, const struct entrance_pane *pane, struct verdict *v)
{
    const struct gate_news *news = &pane->news;
    if (pane->kind == ENTRANCE_PANE_GRANTED) {
        entrance_words_granted(e, pane, &v->words);
        (void)text_copy(v->sub, sizeof(v->sub), v->words.text);
        v->has_left = !news->staff && entrance_words_left(e, news, &v->left);
        v->n_lines = entrance_words_lines(e, news, v->lines);
    } else if (pane->kind == ENTRANCE_PANE_DENIED) {
        bool name = e->settings.show_name && news->name[0] != '\0';
        entrance_words_denied(e, news, &v->words);
        (void)snprintf(v->sub, sizeof(v->sub), "%s%s%s", name ? news->name : "", name && news->product[0] ? " · " : "",
                       name ? news->product : "");
    } else {
        entrance_words_notice(pane, &v->words);
    }
    v->granted = v->words.tone == ENTRANCE_GOOD;
    v->person = e->settings.show_photo && pane->kind != ENTRANCE_PANE_NOTICE && news->customer != 0;
    v->tone = &tones[v->words.tone];
}

/* The mark. Its shape says the same as its colour. */
static void draw_mark(const struct verdict *v, struct rect rect, float rim)
{
    struct ui *ui = v->fr.ui;
    float radius = v->words.tone == ENTRANCE_GOOD ? rect.h / 2 : rect.h * 0.24F;
    enum icon icon = v->words.tone == ENTRANCE_GOOD                                           ? ICON_CHECK
                     : v->words.tone == ENTRANCE_BAD && v->pane->kind == ENTRANCE_PANE_DENIED ? ICON_CROSS
                                                                                              : v->words.icon;
    if (rim > 0) {
        draw_fill(ui_draw(ui), rect_inset(rect, -rim), ui_colour(ui, THEME_SURFACE), radius + rim);
    }
    draw_fill(ui_draw(ui), rect, ui_colour(ui, v->tone->mark), radius);
    draw_icon(ui_draw(ui), rect_centre(rect, rect.w * 0.62F, rect.h * 0.62F), icon, ui_colour(ui, v->tone->on_mark),
              icon == ICON_CHECK || icon == ICON_CROSS ? 2.8F : 2.0F);
}

static void draw_person(const struct verdict *v, struct rect rect)
{
    struct ui *ui = v->fr.ui;
    float f = v->fr.f, radius = 18 * f, mark = fminf(100 * f, rect.w * 0.42F);
    if (v->pane->photo) {
        (void)ui_node(
            ui, &(struct ui_node_spec){
                    .id = "photo", .index = (int64_t)v->index, .role = UI_IMAGE, .label = _("Photo"), .rect = rect});
        draw_image(ui_draw(ui), rect, v->pane->photo, v->pane->photo_version, radius);
    } else {
        draw_fill(ui_draw(ui), rect, ui_colour(ui, THEME_SURFACE_SOFT), radius);
        draw_icon(ui_draw(ui), rect_centre(rect, rect.w * 0.5F, rect.w * 0.5F), ICON_USER,
                  ui_colour(ui, THEME_TEXT_DISABLED), 1.4F);
    }
    draw_mark(v, rect_of(rect_right(rect) - mark * 0.56F, rect_bottom(rect) - mark * 0.6F, mark, mark), 8 * f);
}

/* Photo with mark, or the mark alone. */
static void draw_sign(const struct verdict *v, struct rect rect)
{
    float f = v->fr.f;
    if (v->person) {
        float h = fminf(rect.h, rect.w * 310 / 260);
        draw_person(v, rect_centre(rect, h * 260 / 310, h));
        return;
    }
    float side = fminf(fminf(rect.w, rect.h) * 0.72F, 190 * f);
    struct rect mark = rect_centre(rect, side, side);
    struct rect halo = rect_inset(mark, -side * 0.18F);
    float radius = v->words.tone == ENTRANCE_GOOD ? halo.h / 2 : halo.h * 0.26F;
    draw_fill(ui_draw(v->fr.ui), halo, ui_colour(v->fr.ui, v->tone->soft), radius);
    draw_mark(v, mark, 0);
}

/* The box: a number and what it counts, or a sign and what to do. Each measures when @draw is false. */
static float left_box(const struct verdict *v, struct rect at, float k, bool draw)
{
    struct ui *ui = v->fr.ui;
    float f = v->fr.f * k, h = 126 * f, pad = 26 * f;
    if (!draw) {
        return h;
    }
    struct rect box = rect_of(at.x, at.y, at.w, h);
    draw_fill(ui_draw(ui), box, ui_colour(ui, v->tone->soft), 18 * f);
    struct rect in = rect_inset_xy(box, pad, 0);
    if (v->left.number[0]) {
        struct text_style style = theme_text_scaled(TYPE_NUMBER, f);
        style.vertical = TEXT_CENTRE;
        style.tabular = false; /* it doesn't change in place */
        style.tracking_px = -1.5F * f;
        float w = text_measure(ui_text(ui), v->left.number, &style, 0).w + 2;
        struct rect cell = rect_cut_left(&in, w);
        (void)ui_node(ui, &(struct ui_node_spec){.id = "left",
                                                 .index = (int64_t)v->index,
                                                 .role = UI_TEXT,
                                                 .label = v->left.number,
                                                 .value = v->left.unit,
                                                 .rect = cell});
        (void)ui_node_text(ui, cell, v->left.number, &style, ui_colour(ui, v->tone->on_soft));
    } else {
        draw_icon(ui_draw(ui), rect_cut_left(&in, 44 * f), ICON_CALENDAR, ui_colour(ui, v->tone->on_soft), 0);
    }
    (void)rect_cut_left(&in, pad);
    struct entrance_text unit = {.id = "left-unit",
                                 .index = (int64_t)v->index,
                                 .text = v->left.unit,
                                 .role = UI_TEXT,
                                 .type = TYPE_HEADING,
                                 .factor = k * 1.2F,
                                 .least = 0.7F,
                                 .lines = 2,
                                 .colour = ui_colour(ui, THEME_TEXT)};
    struct entrance_text until = {.id = "left-until",
                                  .index = (int64_t)v->index,
                                  .text = v->left.until,
                                  .role = UI_TEXT,
                                  .type = TYPE_BODY,
                                  .factor = k * 1.06F,
                                  .least = 0.7F,
                                  .lines = 2,
                                  .colour = ui_colour(ui, THEME_TEXT_MUTED)};
    float a = entrance_text_height(&v->fr, in.w, &unit), b = entrance_text_height(&v->fr, in.w, &until);
    in.y += (in.h - a - b) / 2;
    in.y += entrance_text(&v->fr, in, &unit);
    (void)entrance_text(&v->fr, in, &until);
    return h;
}

static float advice_box(const struct verdict *v, struct rect at, float k, bool draw)
{
    struct ui *ui = v->fr.ui;
    float f = v->fr.f * k, pad = 26 * f, icon = 48 * f;
    struct entrance_text t = {.id = "advice",
                              .index = (int64_t)v->index,
                              .text = v->words.text,
                              .role = UI_TEXT,
                              .type = TYPE_BODY_LARGE,
                              .factor = k * 1.06F,
                              .least = 0.75F,
                              .lines = 4,
                              .colour = ui_colour(ui, THEME_TEXT),
                              .vertical = TEXT_CENTRE};
    struct rect in = rect_of(at.x + pad + icon + pad * 0.9F, at.y, at.w - 2.9F * pad - icon, 0);
    float h = fmaxf(entrance_text_height(&v->fr, in.w, &t) + 2 * pad, 110 * f);
    if (draw) {
        struct rect box = rect_of(at.x, at.y, at.w, h);
        draw_fill(ui_draw(ui), box, ui_colour(ui, v->tone->soft), 18 * f);
        draw_icon(ui_draw(ui), rect_of(at.x + pad, at.y + (h - icon) / 2, icon, icon), v->words.icon,
                  ui_colour(ui, v->tone->on_soft), 0);
        in.h = h;
        (void)entrance_text(&v->fr, in, &t);
    }
    return h;
}

static float warning_lines(const struct verdict *v, struct rect at, float k, bool draw)
{
    struct ui *ui = v->fr.ui;
    float f = v->fr.f * k, y = at.y;
    for (size_t i = 0; i < v->n_lines && i < LINES_SHOWN; i++) {
        int rows = v->lines[i].icon == ICON_MAIL ? 3 : 2;
        y += 14 * f;
        if (draw) {
            y += entrance_line(&v->fr, v->index ? "line-b" : "line-a", (int64_t)i, rect_of(at.x, y, at.w, 0),
                               &v->lines[i], ui_colour(ui, v->tone->on_soft), ui_colour(ui, THEME_TEXT), k, rows);
        } else {
            y += entrance_line_height(&v->fr, at.w, &v->lines[i], k, rows);
        }
    }
    return y - at.y;
}

static float one_text(const struct verdict *v, struct rect at, const struct entrance_text *t, bool draw)
{
    return draw ? entrance_text(&v->fr, at, t) : entrance_text_height(&v->fr, at.w, t);
}

/* Everything that is said, from the top of @at, @k times as large as usual. @return its height. */
static float content(const struct verdict *v, struct rect at, float k, bool draw)
{
    struct ui *ui = v->fr.ui;
    float f = v->fr.f * k, top = at.y;
    bool name = v->granted && v->words.eyebrow[0] != '\0';
    char eyebrow[ENTRANCE_TEXT_SIZE];
    i18n_upper(v->words.eyebrow, eyebrow, sizeof(eyebrow));
    struct entrance_text t = {.id = "eyebrow",
                              .index = (int64_t)v->index,
                              .text = eyebrow,
                              .role = UI_TEXT,
                              .type = TYPE_CAPS,
                              .factor = k,
                              .least = 0.7F,
                              .lines = 1,
                              .align = v->align,
                              .colour = ui_colour(ui, v->tone->on_soft)};
    float h = one_text(v, at, &t, draw);
    at.y += h > 0 ? h + 8 * f : 0;
    t = (struct entrance_text){.id = "title",
                               .index = (int64_t)v->index,
                               .text = v->words.title,
                               .role = UI_HEADING,
                               .type = TYPE_DISPLAY,
                               .factor = k * (v->granted ? 1 : 0.8F),
                               .least = name ? 0.55F : 0.7F,
                               .lines = name ? 2 : 3,
                               .align = v->align,
                               .colour = ui_colour(ui, THEME_TEXT),
                               .may_cut = name};
    at.y += one_text(v, at, &t, draw) + 8 * f;
    t = (struct entrance_text){.id = "sub",
                               .index = (int64_t)v->index,
                               .text = v->sub,
                               .role = UI_TEXT,
                               .type = TYPE_BODY_LARGE,
                               .factor = k,
                               .least = 0.7F,
                               .lines = 2,
                               .align = v->align,
                               .colour = ui_colour(ui, THEME_TEXT_MUTED),
                               .may_cut = true};
    at.y += one_text(v, at, &t, draw);
    if (v->has_left) {
        at.y += 24 * f;
        at.y += left_box(v, at, k, draw);
    } else if (v->pane->kind == ENTRANCE_PANE_DENIED) {
        at.y += 20 * f;
        at.y += advice_box(v, at, k, draw);
    } else if (v->pane->kind == ENTRANCE_PANE_NOTICE) { /* the mark is its sign already */
        t = (struct entrance_text){.id = "advice",
                                   .index = (int64_t)v->index,
                                   .text = v->words.text,
                                   .role = UI_TEXT,
                                   .type = TYPE_BODY_LARGE,
                                   .factor = k * 1.25F,
                                   .least = 0.7F,
                                   .lines = 4,
                                   .align = v->align,
                                   .colour = ui_colour(ui, THEME_TEXT_MUTED)};
        at.y += 6 * f;
        at.y += one_text(v, at, &t, draw);
    }
    at.y += warning_lines(v, at, k, draw);
    return at.y - top;
}

/* As large as there is room for. @return the factor. */
static float content_factor(const struct verdict *v, struct rect room)
{
    float k = 1;
    while (k > 0.6F && content(v, room, k, false) > room.h) {
        k -= 0.08F;
    }
    return k;
}

static void draw_beside(struct verdict *v, struct rect in)
{
    float f = v->fr.f;
    struct rect sign = rect_cut_left(&in, v->person ? fminf(260 * f, in.w * 0.36F) : fminf(230 * f, in.w * 0.34F));
    (void)rect_cut_left(&in, v->person ? 72 * f : 44 * f);
    float k = content_factor(v, in), h = content(v, in, k, false);
    draw_sign(v, sign);
    in.y += fmaxf((in.h - h) / 2, 0);
    (void)content(v, in, k, true);
}

static void draw_below(struct verdict *v, struct rect in)
{
    float f = v->fr.f, gap = (v->person ? 44.0F : 22.0F) * f, least = 120 * f;
    v->align = TEXT_MIDDLE;
    struct rect room = in;
    room.h = in.h - least - gap;
    float k = content_factor(v, room), h = content(v, room, k, false);
    float sign = fminf(fmaxf(in.h - h - gap, least * 0.5F), (v->person ? 330.0F : 230.0F) * f);
    float y = in.y + fmaxf((in.h - h - gap - sign) / 2, 0);
    draw_sign(v, rect_of(in.x, y, in.w, sign));
    in.y = y + sign + gap;
    (void)content(v, in, k, true);
}

/* How much of the release is left, 0 to 1; below 0: there is no bar. */
static float time_left(const struct entrance *e, const struct entrance_pane *pane)
{
    int64_t all_us = e->settings.release_us;
    if (pane->kind != ENTRANCE_PANE_GRANTED || pane->stage != ENTRANCE_STAGE_RELEASED || all_us <= 0) {
        return -1;
    }
    float gone = (float)(e->now_us - pane->released_us) / (float)all_us;
    return fminf(fmaxf(1 - gone, 0), 1);
}

/* What the lane does, and for how long still; what somebody else is told stands in a pill of its own. */
static void draw_foot(const struct verdict *v, struct rect foot)
{
    struct ui *ui = v->fr.ui;
    float f = v->fr.f, left = time_left(v->fr.e, v->pane);
    struct colour on = ui_colour(ui, v->tone->on);
    char strip[ENTRANCE_TEXT_SIZE] = "";
    if (v->pane->strip != NOTICE_NONE) {
        entrance_words_strip(v->pane->strip, strip, sizeof(strip));
    }
    struct rect bar = rect_cut_top(&foot, 30 * f);
    bar = rect_of(bar.x + 4 * f, bar.y + 14 * f, bar.w - 8 * f, 6 * f);
    if (left >= 0) {
        (void)ui_node(ui, &(struct ui_node_spec){.id = "time-left",
                                                 .index = (int64_t)v->index,
                                                 .role = UI_PROGRESS,
                                                 .label = _("Time left"),
                                                 .rect = bar});
        draw_fill(ui_draw(ui), bar, colour_alpha(on, 40), bar.h / 2);
        bar.w = roundf(bar.w * left);
        draw_fill(ui_draw(ui), bar, on, bar.h / 2);
        if (left > 0) {
            ui_again(ui, ui_now(ui) + BAR_FRAME_US);
        }
    }
    struct entrance_text t = {.id = "foot",
                              .index = (int64_t)v->index,
                              .text = strip[0] ? strip : v->words.foot,
                              .role = UI_TEXT,
                              .type = TYPE_TITLE,
                              .factor = 0.94F,
                              .least = 0.6F,
                              .lines = 1,
                              .colour = on,
                              .align = TEXT_MIDDLE,
                              .vertical = TEXT_CENTRE};
    if (strip[0]) {
        struct rect pill = rect_inset_xy(foot, 0, 6 * f);
        t.id = "strip";
        t.role = UI_STATUS;
        t.colour = ui_colour(ui, THEME_ON_WAIT);
        draw_fill(ui_draw(ui), pill, ui_colour(ui, THEME_WAIT_END), pill.h / 2);
    }
    (void)entrance_text(&v->fr, foot, &t);
}

/* Which lane it is, when there are two. */
static void draw_lane(const struct verdict *v, struct rect row)
{
    const struct entrance *e = v->fr.e;
    struct colour on = ui_colour(v->fr.ui, v->tone->on);
    const char *lane = entrance_lane_title(e, v->pane->news.lane);
    float side = 30 * v->fr.f;
    struct entrance_text t = {.id = "lane",
                              .index = (int64_t)v->index,
                              .text = lane,
                              .role = UI_TEXT,
                              .type = TYPE_HEADING,
                              .least = 0.7F,
                              .lines = 1,
                              .colour = on,
                              .vertical = TEXT_CENTRE,
                              .may_cut = true};
    if (e->settings.n_lanes == ENTRANCE_PANES) { /* the first stands at the left of the screen */
        bool first = strcmp(e->settings.lanes[0].name, v->pane->news.lane) == 0;
        struct rect arrow = first ? rect_cut_left(&row, side) : rect_cut_right(&row, side);
        draw_icon(ui_draw(v->fr.ui), rect_centre(arrow, side, side), first ? ICON_ARROW_LEFT : ICON_ARROW_RIGHT, on,
                  2.4F);
        (void)(first ? rect_cut_left(&row, 10 * v->fr.f) : rect_cut_right(&row, 10 * v->fr.f));
        t.align = first ? TEXT_START : TEXT_END;
    }
    (void)entrance_text(&v->fr, row, &t);
}

/* For who listens instead: all that is shown, in one text. */
static void add_node(const struct verdict *v, struct rect rect)
{
    char value[3 * ENTRANCE_WORDS_SIZE];
    const char *title = v->granted && v->words.eyebrow[0] ? v->words.eyebrow : v->words.title;
    const char *name = v->granted && v->words.eyebrow[0] ? v->words.title : "";
    const char *text = v->pane->kind == ENTRANCE_PANE_GRANTED ? "" : v->words.text;
    const char *parts[] = {name, v->sub, text, v->left.number, v->left.unit, v->left.until, v->words.foot};
    size_t n = 0;
    value[0] = '\0';
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (parts[i][0] && n < sizeof(value) - 1) {
            int more = snprintf(value + n, sizeof(value) - n, "%s%s", n > 0 ? " · " : "", parts[i]);
            n += more > 0 ? (size_t)more : 0;
        }
    }
    (void)ui_node(v->fr.ui, &(struct ui_node_spec){.id = "verdict",
                                                   .index = (int64_t)v->index,
                                                   .role = UI_STATUS,
                                                   .label = title,
                                                   .value = value,
                                                   .rect = rect});
}

static void draw_pane(const struct entrance_frame *whole, const struct verdict *given, struct rect rect, float head,
                      bool split)
{
    struct verdict v = *given;
    struct ui *ui = whole->ui;
    bool beside = rect.w > rect.h * 1.15F;
    float f = beside ? fminf(rect.w / 900, rect.h / 600) : fminf(rect.w / 540, rect.h / 640);
    v.fr.f = f = fminf(fmaxf(f, 0.6F), 1.6F);
    float pad = beside || !split ? 40 * f : 20 * f;
    add_node(&v, rect);
    struct rect in = rect_inset_xy(rect, pad, 0);
    (void)rect_cut_top(&in, head);
    if (split) {
        draw_lane(&v, rect_cut_top(&in, 44 * f));
    }
    bool says = v.words.foot[0] != '\0' || v.pane->strip != NOTICE_NONE;
    struct rect foot = rect_cut_bottom(&in, (says ? 96.0F : 40.0F) * f);
    (void)rect_cut_top(&in, 8 * f);
    draw_box(ui_draw(ui), in,
             &(struct draw_box){.fill = ui_colour(ui, THEME_SURFACE),
                                .radius = 28 * f,
                                .shadow_px = 24 * f,
                                .shadow_dy = 8 * f,
                                .shadow = ui_colour(ui, THEME_SHADOW)});
    if (says) {
        (void)rect_cut_bottom(&foot, 10 * f);
        draw_foot(&v, foot);
    }
    in = rect_inset_xy(in, 36 * f, 28 * f);
    if (beside) {
        draw_beside(&v, in);
    } else {
        draw_below(&v, in);
    }
}

void entrance_view_panes(const struct entrance_frame *fr)
{
    struct verdict all[ENTRANCE_PANES];
    struct ui *ui = fr->ui;
    size_t n = 0;
    memset(all, 0, sizeof(all));
    for (size_t i = 0; i < ENTRANCE_PANES; i++) {
        if (entrance_pane_active(fr->e, &fr->e->panes[i])) {
            all[n].fr = *fr;
            all[n].pane = &fr->e->panes[i];
            all[n].index = i;
            words_of(fr->e, all[n].pane, &all[n]);
            n++;
        }
    }
    if (n == 0) {
        return;
    }
    struct rect bounds = ui_bounds(ui);
    for (size_t i = 0; i < n; i++) {
        struct rect rect = fr->upright ? rect_column_cell(bounds, (unsigned)i, (unsigned)n, 0)
                                       : rect_row_cell(bounds, (unsigned)i, (unsigned)n, 0);
        entrance_gradient(ui, rect, all[i].tone->top, all[i].tone->bottom);
    }
    for (size_t i = 0; i < n; i++) {
        struct rect rect = fr->upright ? rect_column_cell(bounds, (unsigned)i, (unsigned)n, 0)
                                       : rect_row_cell(bounds, (unsigned)i, (unsigned)n, 0);
        draw_pane(fr, &all[i], rect, fr->upright && i > 0 ? 8 * fr->f : 56 * fr->f, n > 1);
    }
    entrance_head(fr, ui_colour(ui, all[0].tone->on), ui_colour(ui, all[fr->upright ? 0 : n - 1].tone->on));
}
