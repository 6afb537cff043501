#include "screens/entrance_internal.h"

#include "base/clock.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* From here on a member is told that the list is old. */
enum { OFFLINE_AFTER_S = 3600 };
/* A heading is made so much smaller, rather than broken. */
#define ONE_LINE_LEAST 0.84F
#define LINE_ICON_PX   24.0F
#define LINE_GAP_PX    16.0F

static float clampf(float x, float least, float most)
{
    return fminf(fmaxf(x, least), most);
}

struct entrance_frame entrance_frame_of(const struct entrance *e, struct ui *ui)
{
    struct rect all = ui_bounds(ui);
    bool upright = all.h > all.w;
    float f = upright ? fminf(all.w / 600, all.h / 1024) : fminf(all.w / 1024, all.h / 600);
    return (struct entrance_frame){.e = e, .ui = ui, .f = clampf(f, 0.75F, 1.6F), .upright = upright};
}

void entrance_gradient(struct ui *ui, struct rect rect, enum theme_colour top, enum theme_colour bottom)
{
    draw_box(ui_draw(ui), rect,
             &(struct draw_box){.fill = ui_colour(ui, top), .fill_end = ui_colour(ui, bottom), .gradient = true});
}

/* Texts. */

/* The longest word stays whole: a line is broken between words only. */
static float fit_words(struct text *text, const char *string, struct text_style style, float width, float least_px)
{
    char longest[ENTRANCE_WORDS_SIZE];
    size_t most = 0;
    for (const char *at = string; *at;) {
        size_t n = strcspn(at, " ");
        if (n > most && n < sizeof(longest)) {
            memcpy(longest, at, n);
            longest[n] = '\0';
            most = n;
        }
        at += n + strspn(at + n, " ");
    }
    style.max_lines = 1;
    return most > 0 ? text_fit(text, longest, &style, width, least_px) : style.size_px;
}

static struct text_style fitted(const struct entrance_frame *fr, float width, const struct entrance_text *t)
{
    struct text *text = ui_text(fr->ui);
    struct text_style style = theme_text_scaled(t->type, fr->f * (t->factor > 0 ? t->factor : 1));
    float least_px = style.size_px * (t->least > 0 ? t->least : 1);
    style.align = t->align;
    style.max_lines = t->may_cut ? 1 : t->lines;
    if (t->role == UI_HEADING && t->lines > 1 &&
        !t->may_cut) { /* one line is read at a glance, two with a word left over aren't */
        struct text_style one = style;
        one.max_lines = 1;
        one.size_px = text_fit(text, t->text, &one, width, style.size_px * ONE_LINE_LEAST);
        if (!text_measure(text, t->text, &one, width).cut) {
            return one;
        }
    }
    if (t->least > 0) {
        style.size_px = text_fit(text, t->text, &style, width, least_px);
    }
    if (t->lines > 1 && t->may_cut && text_measure(text, t->text, &style, width).cut) {
        style.max_lines = t->lines; /* a name stays on one line while it can */
    } else if (t->lines > 1 && !t->may_cut && t->least > 0) {
        style.size_px = fminf(style.size_px, fit_words(text, t->text, style, width, least_px));
    }
    return style;
}

float entrance_text_height(const struct entrance_frame *fr, float width, const struct entrance_text *text)
{
    struct text_style style = fitted(fr, width, text);
    return text->text[0] ? text_measure(ui_text(fr->ui), text->text, &style, width).h : 0;
}

float entrance_text(const struct entrance_frame *fr, struct rect rect, const struct entrance_text *text)
{
    if (text->text[0] == '\0') {
        return 0;
    }
    struct text_style style = fitted(fr, rect.w, text);
    struct text_size size = text_measure(ui_text(fr->ui), text->text, &style, rect.w);
    struct rect box = rect_of(rect.x, rect.y, rect.w, size.h);
    if (text->vertical == TEXT_CENTRE) {
        box.y = rect.y + (rect.h - size.h) / 2;
    }
    (void)ui_node(fr->ui, &(struct ui_node_spec){.id = text->id,
                                                 .index = text->index,
                                                 .role = text->role,
                                                 .label = text->text,
                                                 .rect = box,
                                                 .may_cut = text->may_cut});
    (void)ui_node_text(fr->ui, box, text->text, &style, text->colour);
    return size.h;
}

static struct entrance_text line_text(const struct entrance_line *line, float factor, int lines)
{
    return (struct entrance_text){.text = line->text,
                                  .role = UI_TEXT,
                                  .type = TYPE_BODY,
                                  .factor = factor * 1.06F,
                                  .least = 0.8F,
                                  .lines = lines,
                                  .may_cut = line->icon == ICON_MAIL};
}

float entrance_line_height(const struct entrance_frame *fr, float width, const struct entrance_line *line, float factor,
                           int lines)
{
    struct entrance_text t = line_text(line, factor, lines);
    return fmaxf(entrance_text_height(fr, width - (LINE_ICON_PX + LINE_GAP_PX) * fr->f * factor, &t),
                 LINE_ICON_PX * fr->f * factor);
}

float entrance_line(const struct entrance_frame *fr, const char *id, int64_t index, struct rect rect,
                    const struct entrance_line *line, struct colour ink, struct colour text, float factor, int lines)
{
    float icon = LINE_ICON_PX * fr->f * factor;
    struct entrance_text t = line_text(line, factor, lines);
    rect.h = entrance_line_height(fr, rect.w, line, factor, lines);
    float h = rect.h;
    t.id = id;
    t.index = index;
    t.colour = text;
    t.vertical = TEXT_CENTRE;
    draw_icon(ui_draw(fr->ui), rect_of(rect.x, rect.y + (h - icon) / 2, icon, icon), line->icon, ink, 0);
    (void)rect_cut_left(&rect, (LINE_ICON_PX + LINE_GAP_PX) * fr->f * factor);
    (void)entrance_text(fr, rect, &t);
    return h;
}

/* The line at the top. */

static void offline(const struct entrance *e, char *ret_text, size_t size)
{
    char age[I18N_TEXT_SIZE];
    int64_t age_s = entrance_list_age_s(e);
    ret_text[0] = '\0';
    if (e->link == ENTRANCE_LINK_CONNECTED && age_s >= OFFLINE_AFTER_S) {
        i18n_duration(age_s, age, sizeof(age));
        (void)snprintf(ret_text, size, _("Offline for %s"), age);
    }
}

void entrance_head(const struct entrance_frame *fr, struct colour left, struct colour right)
{
    const struct entrance *e = fr->e;
    struct ui *ui = fr->ui;
    float f = fr->f, pad = 28 * f, h = 56 * f;
    struct rect row = rect_of(pad, 0, ui_bounds(ui).w - 2 * pad, h);
    char clock[I18N_TEXT_SIZE], age[ENTRANCE_TEXT_SIZE];
    i18n_time(zone_local(&e->settings.zone, e->utc_us).second, false, clock, sizeof(clock));
    offline(e, age, sizeof(age));
    struct entrance_text t = {.id = "clock",
                              .index = -1,
                              .text = clock,
                              .role = UI_TEXT,
                              .type = TYPE_BODY_STRONG,
                              .lines = 1,
                              .colour = right,
                              .align = TEXT_END,
                              .vertical = TEXT_CENTRE};
    if (!e->clock_untrusted) {
        struct rect cell = rect_cut_right(&row, 58 * f);
        (void)entrance_text(fr, cell, &t);
        (void)rect_cut_right(&row, 24 * f);
    }
    bool on = e->link == ENTRANCE_LINK_CONNECTED && age[0] == '\0';
    struct rect icon = rect_cut_right(&row, 24 * f);
    icon = rect_centre(icon, 22 * f, 22 * f);
    (void)ui_node(ui, &(struct ui_node_spec){.id = "connection",
                                             .index = -1,
                                             .role = UI_IMAGE,
                                             .label = on ? _("Connected") : _("Offline"),
                                             .rect = icon});
    draw_icon(ui_draw(ui), icon, on ? ICON_WIFI : ICON_WIFI_OFF, right, 0);
    if (age[0]) {
        (void)rect_cut_right(&row, 10 * f);
        t = (struct entrance_text){.id = "offline",
                                   .index = -1,
                                   .text = age,
                                   .role = UI_STATUS,
                                   .type = TYPE_SMALL_STRONG,
                                   .least = 0.8F,
                                   .lines = 1,
                                   .colour = right,
                                   .align = TEXT_END,
                                   .vertical = TEXT_CENTRE};
        (void)entrance_text(fr, rect_cut_right(&row, 220 * f), &t);
    }
    t = (struct entrance_text){.id = "branch",
                               .index = -1,
                               .text = e->settings.branch,
                               .role = UI_TEXT,
                               .type = TYPE_BODY_STRONG,
                               .least = 0.8F,
                               .lines = 1,
                               .colour = left,
                               .vertical = TEXT_CENTRE,
                               .may_cut = true};
    (void)rect_cut_right(&row, 16 * f);
    (void)entrance_text(fr, row, &t);
}

/* What shows. */

/* "My card" gives way to what anybody else is told. */
static bool shows_card(const struct entrance *e)
{
    bool shows = e->card.stage == ENTRANCE_CARD_SHOWN;
    for (size_t i = 0; i < ENTRANCE_PANES; i++) {
        const struct entrance_pane *pane = &e->panes[i];
        shows = shows && (!entrance_pane_active(e, pane) || strcmp(pane->news.card, e->card.card) == 0);
    }
    return shows;
}

static bool shows_pane(const struct entrance *e)
{
    bool shows = false;
    for (size_t i = 0; i < ENTRANCE_PANES; i++) {
        shows = shows || entrance_pane_active(e, &e->panes[i]);
    }
    return shows;
}

void entrance_view(const struct entrance *entrance, struct ui *ui)
{
    const struct entrance *e = entrance;
    struct entrance_frame fr = entrance_frame_of(e, ui);
    bool card = shows_card(e), pane = !e->fire && (card || shows_pane(e));
    i18n_set(e->language);
    ui_set_theme(ui, theme_get(pane ? THEME_LIGHT : THEME_DARK));
    if (e->fire) {
        entrance_view_fire(&fr);
    } else if (card) {
        entrance_view_card(&fr);
    } else if (pane) {
        entrance_view_panes(&fr);
    } else if (entrance_saves(e)) {
        entrance_view_saver(&fr, entrance_page(e));
    } else if (e->card.stage == ENTRANCE_CARD_ASKED) {
        entrance_view_asked(&fr);
    } else {
        entrance_view_idle(&fr, entrance_page(e));
    }
}
