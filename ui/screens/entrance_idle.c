/* The invitation, and the pages that stand in its place. Nothing moves: an idle face costs nothing. */

#include "screens/entrance_internal.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define INFO_GAP_PX 10.0F

enum { OLD_LIST_S = 24 * 3600, INFO_MAX = 4 };

/* What the left (upright: lower) half says. */
struct invitation {
    struct entrance_words words;
    struct entrance_line info[INFO_MAX];
    size_t n_info;
    enum widget_tone info_tone[INFO_MAX];
};

static void add(struct invitation *inv, enum icon icon, enum widget_tone tone, const char *text)
{
    if (inv->n_info < INFO_MAX && text[0]) {
        inv->info[inv->n_info].icon = icon;
        inv->info_tone[inv->n_info] = tone;
        (void)text_copy(inv->info[inv->n_info].text, sizeof(inv->info[0].text), text);
        inv->n_info++;
    }
}

static void add_faults(const struct entrance *e, struct invitation *inv)
{
    char text[ENTRANCE_WORDS_SIZE], age[I18N_TEXT_SIZE];
    for (size_t i = 0; i < e->status.n_lanes; i++) {
        const struct status_lane *lane = &e->status.lanes[i];
        if (entrance_has_lane(e, lane->name) && entrance_lane_broken(lane)) {
            (void)snprintf(text, sizeof(text), _("%s is out of order"), entrance_lane_title(e, lane->name));
            add(inv, ICON_WARNING, TONE_WARNING, text);
        }
    }
    for (size_t i = 0; i < e->n_readers; i++) {
        if (e->readers[i].lost && entrance_has_lane(e, e->readers[i].lane)) {
            (void)snprintf(text, sizeof(text), _("The card reader at %s is out of order"),
                           entrance_lane_title(e, e->readers[i].lane));
            add(inv, ICON_WARNING, TONE_WARNING, text);
        }
    }
    if (entrance_list_age_s(e) >= OLD_LIST_S) {
        i18n_duration(entrance_list_age_s(e), age, sizeof(age));
        (void)snprintf(text, sizeof(text), _("Not updated for %s: new cards may not work yet"), age);
        add(inv, ICON_WIFI_OFF, TONE_WARNING, text);
    }
}

static const char *invitation_text(const struct entrance_settings *s)
{
    switch (s->reader_place) {
    case ENTRANCE_PLACE_RIGHT:
        return s->phones ? _("Hold it to the reader on the right. Your phone works too.")
                         : _("Hold it to the reader on the right.");
    case ENTRANCE_PLACE_LEFT:
        return s->phones ? _("Hold it to the reader on the left. Your phone works too.")
                         : _("Hold it to the reader on the left.");
    case ENTRANCE_PLACE_BELOW:
        return s->phones ? _("Hold it to the reader below. Your phone works too.") : _("Hold it to the reader below.");
    case ENTRANCE_PLACE_UNTOLD:
        break;
    }
    return s->phones ? _("Hold it to the reader. Your phone works too.") : _("Hold it to the reader.");
}

static void invite(const struct entrance *e, enum entrance_page page, struct invitation *ret_inv)
{
    char text[ENTRANCE_WORDS_SIZE];
    memset(ret_inv, 0, sizeof(*ret_inv));
    entrance_words_page(page, &ret_inv->words);
    if (page == ENTRANCE_PAGE_NONE) {
        (void)text_copy(ret_inv->words.text, sizeof(ret_inv->words.text), invitation_text(&e->settings));
    }
    if (page == ENTRANCE_PAGE_NONE || page == ENTRANCE_PAGE_FREE) {
        add_faults(e, ret_inv);
    }
    entrance_hours(e, text, sizeof(text));
    add(ret_inv, ICON_CLOCK, TONE_NEUTRAL, text);
    if (e->people_limit > 0 && e->link == ENTRANCE_LINK_CONNECTED) {
        (void)snprintf(text, sizeof(text), _("%lld of %lld here now"), (long long)e->people,
                       (long long)e->people_limit);
        add(ret_inv, ICON_USERS, TONE_NEUTRAL, text);
    }
}

/* The sign: a disc with rings that grow fainter. */
static void draw_sign(const struct entrance_frame *fr, float x, float y, float unit, const struct entrance_words *words)
{
    static const struct {
        float radius;
        uint8_t alpha;
    } rings[] = {{218, 10}, {188, 18}, {158, 28}, {128, 70}};
    struct ui *ui = fr->ui;
    bool amber = words->tone == ENTRANCE_PATIENCE;
    struct colour fill = ui_colour(ui, amber ? THEME_WARNING : THEME_PRIMARY);
    for (size_t i = 0; i < sizeof(rings) / sizeof(rings[0]); i++) {
        float r = rings[i].radius * unit;
        draw_fill(ui_draw(ui), rect_of(x - r, y - r, 2 * r, 2 * r), colour_alpha(fill, rings[i].alpha), r);
    }
    float r = 112 * unit;
    struct rect disc = rect_of(x - r, y - r, 2 * r, 2 * r);
    draw_fill(ui_draw(ui), disc, fill, r);
    draw_icon(ui_draw(ui), rect_centre(disc, 112 * unit, 112 * unit), words->icon,
              ui_colour(ui, amber ? THEME_ON_WARNING : THEME_ON_PRIMARY), 2.2F);
}

static void texts_of(const struct entrance_frame *fr, const struct invitation *inv, struct entrance_text *ret_hero,
                     struct entrance_text *ret_text)
{
    enum text_align align = fr->upright ? TEXT_MIDDLE : TEXT_START;
    *ret_hero = (struct entrance_text){.id = "hero",
                                       .index = -1,
                                       .text = inv->words.title,
                                       .role = UI_HEADING,
                                       .type = TYPE_HERO,
                                       .least = 0.6F,
                                       .lines = 2,
                                       .colour = ui_colour(fr->ui, THEME_TEXT),
                                       .align = align};
    *ret_text = (struct entrance_text){.id = "hero-text",
                                       .index = -1,
                                       .text = inv->words.text,
                                       .role = UI_TEXT,
                                       .type = TYPE_BODY_LARGE,
                                       .least = 0.8F,
                                       .lines = 3,
                                       .colour = ui_colour(fr->ui, THEME_TEXT_MUTED),
                                       .align = align};
}

static float info_height(const struct entrance_frame *fr, const struct invitation *inv, float width)
{
    float h = 0;
    for (size_t i = 0; i < inv->n_info; i++) {
        h += entrance_line_height(fr, width, &inv->info[i], 1, 2) + INFO_GAP_PX * fr->f;
    }
    return h > 0 ? h + INFO_GAP_PX * fr->f : 0;
}

/* Opening hours, occupancy, what is out of order. Upright they stand in the middle, by the widest. @return the
 * height. */
static float draw_info(const struct entrance_frame *fr, struct rect rect, const struct invitation *inv)
{
    struct ui *ui = fr->ui;
    float widest = 0, y = rect.y + 2 * INFO_GAP_PX * fr->f;
    struct text_style style = theme_text_scaled(TYPE_BODY, fr->f * 1.06F);
    for (size_t i = 0; i < inv->n_info; i++) {
        widest = fmaxf(widest, text_measure(ui_text(ui), inv->info[i].text, &style, 0).w + 42 * fr->f);
    }
    if (fr->upright && widest < rect.w) {
        rect = rect_of(rect.x + (rect.w - widest) / 2, rect.y, widest, rect.h);
    }
    for (size_t i = 0; i < inv->n_info; i++) {
        bool warns = inv->info_tone[i] == TONE_WARNING;
        struct colour ink = ui_colour(ui, warns ? THEME_WARNING : THEME_TEXT_MUTED);
        struct colour words = ui_colour(ui, warns ? THEME_WARNING : THEME_TEXT);
        y += entrance_line(fr, "info", (int64_t)i, rect_of(rect.x, y, rect.w, 0), &inv->info[i], ink, words, 1, 2);
        y += INFO_GAP_PX * fr->f;
    }
    return info_height(fr, inv, rect.w);
}

static void draw_pills(const struct entrance_frame *fr, struct rect rect)
{
    enum language languages[LANGUAGES];
    const char *labels[LANGUAGES];
    size_t chosen = 0;
    entrance_languages(fr->e, languages);
    for (size_t i = 0; i < LANGUAGES; i++) {
        labels[i] = language_name(languages[i]);
        chosen = languages[i] == fr->e->language ? i : chosen;
    }
    if (fr->upright) { /* in the middle: as far as they reach is known once they are measured */
        float all = 4 * 7;
        struct text_style style = theme_text(TYPE_LABEL);
        for (size_t i = 0; i < LANGUAGES; i++) {
            all += text_measure(ui_text(fr->ui), labels[i], &style, 0).w + 32;
        }
        rect = rect_of(rect.x + fmaxf((rect.w - all) / 2, 0), rect.y, fminf(all + 8, rect.w), rect.h);
    }
    (void)widget_pills(fr->ui, "language", rect, labels, LANGUAGES, chosen, ENTRANCE_ON_LANGUAGE);
}

static float button_height(const struct entrance_frame *fr)
{
    return fmaxf(TARGET_ENTRANCE_PX, 60 * fr->f);
}

/* Help at the left, "My card" at the right; upright one above the other. */
static void draw_foot(const struct entrance_frame *fr, const struct widget_button *button)
{
    struct ui *ui = fr->ui;
    float f = fr->f, h = button_height(fr), pad = fr->upright ? 40 * f : 56 * f;
    struct rect all = ui_bounds(ui);
    struct rect row = rect_of(pad, all.h - h - 22 * f, all.w - pad - (fr->upright ? pad : 28 * f), h);
    const char *help = fr->e->settings.help[0] ? fr->e->settings.help : _("Need help? Ring the bell at reception.");
    if (button) {
        float w = fmaxf(widget_button_width(ui, button) + 8 * f, TARGET_ENTRANCE_PX);
        struct rect cell = fr->upright ? rect_of((all.w - w) / 2, row.y - h - 10 * f, w, h) : rect_cut_right(&row, w);
        (void)rect_cut_right(&row, fr->upright ? 0 : 16 * f);
        widget_button(ui, cell, button);
    }
    float icon = 26 * f;
    struct entrance_text t = {.id = "help",
                              .index = -1,
                              .text = help,
                              .role = UI_TEXT,
                              .type = TYPE_BODY,
                              .least = 0.8F,
                              .factor = 1.06F,
                              .lines = 2,
                              .colour = ui_colour(ui, THEME_TEXT_MUTED),
                              .vertical = TEXT_CENTRE};
    if (fr->upright) {
        struct text_style style = theme_text_scaled(TYPE_BODY, f * 1.06F);
        float w = text_measure(ui_text(ui), help, &style, 0).w + icon + 15 * f;
        row = w < row.w ? rect_centre(row, w, h) : row;
    }
    draw_icon(ui_draw(ui), rect_centre(rect_cut_left(&row, icon), icon, icon), ICON_BELL,
              ui_colour(ui, THEME_TEXT_MUTED), 0);
    (void)rect_cut_left(&row, 14 * f);
    (void)entrance_text(fr, row, &t);
}

/* The sign's middle and unit, and the room for words. */
struct plan {
    float x, y, unit;
    struct rect words;
};

static struct plan plan_of(const struct entrance_frame *fr)
{
    struct rect all = ui_bounds(fr->ui);
    float f = fr->f;
    if (fr->upright) {
        float foot = 2 * button_height(fr) + 48 * f, top = 56 * f;
        return (struct plan){all.w / 2, 0, f, rect_of(40 * f, top, all.w - 80 * f, all.h - top - foot)};
    }
    float x = all.w * 0.756F, foot = button_height(fr) + 30 * f, top = 60 * f;
    struct rect words = rect_of(56 * f, top, x - (112 + 22) * f - 56 * f, all.h - top - foot);
    return (struct plan){x, all.h * 0.517F, f, words};
}

/* Upright the sign has half of the room, or what the words leave. */
static void place_sign(struct plan *plan, float words_h, float f)
{
    float sign = fmaxf(fminf(fminf(plan->words.h * 0.5F, 470 * f), plan->words.h - words_h), 160 * f);
    plan->y = plan->words.y + sign / 2;
    plan->unit = sign / 436;
    (void)rect_cut_top(&plan->words, sign);
}

static void draw_page(const struct entrance_frame *fr, struct invitation *inv, const struct widget_button *button,
                      bool pills)
{
    struct ui *ui = fr->ui;
    float f = fr->f, pill = pills ? fmaxf(TARGET_ENTRANCE_PX, 60 * f) : 0;
    struct plan plan = plan_of(fr);
    struct entrance_text hero, text;
    texts_of(fr, inv, &hero, &text);
    float text_w = fminf(plan.words.w, 480 * f); /* lying: clear of the sign's rings */
    float words_h = entrance_text_height(fr, plan.words.w, &hero) + 10 * f + entrance_text_height(fr, text_w, &text) +
                    (pills ? 26 * f + pill : 0);
    float least = fr->upright ? 160 * f : 0;
    while (inv->n_info > 1 && words_h + info_height(fr, inv, plan.words.w) > plan.words.h - least) {
        inv->n_info--; /* what is out of order stands first and stays */
    }
    words_h += info_height(fr, inv, plan.words.w);
    if (fr->upright) {
        place_sign(&plan, words_h, f);
    }
    entrance_gradient(ui, ui_bounds(ui), THEME_BACKGROUND, THEME_BACKGROUND_END);
    (void)ui_node(ui, &(struct ui_node_spec){.id = "page",
                                             .index = -1,
                                             .role = UI_STATUS,
                                             .label = inv->words.title,
                                             .value = inv->words.text,
                                             .rect = ui_bounds(ui)});
    draw_sign(fr, plan.x, plan.y, plan.unit, &inv->words);
    entrance_head(fr, ui_colour(ui, THEME_TEXT), ui_colour(ui, THEME_TEXT));
    struct rect at = plan.words;
    at.y += fmaxf((at.h - words_h) / 2, 0);
    at.y += entrance_text(fr, at, &hero) + 10 * f;
    at.y += entrance_text(fr, rect_of(fr->upright ? at.x + (at.w - text_w) / 2 : at.x, at.y, text_w, at.h), &text);
    at.y += draw_info(fr, at, inv);
    if (pills) {
        draw_pills(fr, rect_of(at.x, at.y + 26 * f, at.w, pill));
    }
    draw_foot(fr, button);
}

void entrance_view_idle(const struct entrance_frame *fr, enum entrance_page page)
{
    struct invitation inv;
    struct widget_button card = {.id = "my-card",
                                 .index = -1,
                                 .label = _("My card"),
                                 .kind = BUTTON_SECONDARY,
                                 .icon = ICON_CARD,
                                 .text_factor = fmaxf(fr->f, 0.9F),
                                 .intent = {.kind = ENTRANCE_ON_CARD}};
    bool offers = fr->e->settings.my_card && page == ENTRANCE_PAGE_NONE;
    invite(fr->e, page, &inv);
    draw_page(fr, &inv, offers ? &card : NULL, true);
}

void entrance_view_asked(const struct entrance_frame *fr)
{
    struct invitation inv = {.words = {.tone = ENTRANCE_QUIET, .icon = ICON_CARD}};
    struct widget_button close = {.id = "close",
                                  .index = -1,
                                  .label = _("Cancel"),
                                  .kind = BUTTON_SECONDARY,
                                  .icon = ICON_CROSS,
                                  .text_factor = fmaxf(fr->f, 0.9F),
                                  .intent = {.kind = ENTRANCE_ON_CLOSE}};
    (void)text_copy(inv.words.title, sizeof(inv.words.title), _("Hold your card to the reader"));
    (void)text_copy(inv.words.text, sizeof(inv.words.text), _("Then you see your days, clips and freezes here."));
    draw_page(fr, &inv, &close, false);
}

/* "Leave the building" in the languages that don't show anyway. */
static void other_languages(const struct entrance *e, char *ret_text, size_t size)
{
    enum language languages[LANGUAGES];
    size_t n = 0;
    entrance_languages(e, languages);
    ret_text[0] = '\0';
    for (size_t i = 0; i < LANGUAGES; i++) {
        i18n_set(languages[i]);
        const char *text = _("Leave the building");
        i18n_set(e->language);
        if (strcmp(text, _("Leave the building")) != 0 && !strstr(ret_text, text) && n < size) {
            int more = snprintf(ret_text + n, size - n, "%s%s", n > 0 ? " · " : "", text);
            n += more > 0 ? (size_t)more : 0;
        }
    }
}

/* Fire: the same words in every language, since nobody will look for the right one. */
void entrance_view_fire(const struct entrance_frame *fr)
{
    struct ui *ui = fr->ui;
    struct rect all = ui_bounds(ui);
    struct colour ink = ui_colour(ui, THEME_ON_FIRE);
    float f = fr->f, disc = 190 * f;
    char others[2 * ENTRANCE_WORDS_SIZE];
    other_languages(fr->e, others, sizeof(others));
    const struct entrance_text texts[] = {{.id = "hero",
                                           .index = -1,
                                           .text = _("Leave the building"),
                                           .role = UI_HEADING,
                                           .type = TYPE_HERO,
                                           .factor = 1.2F,
                                           .least = 0.6F,
                                           .lines = 2,
                                           .colour = ink,
                                           .align = TEXT_MIDDLE},
                                          {.id = "hero-text",
                                           .index = -1,
                                           .text = _("All gates are open. Walk out calmly. Leave your things here."),
                                           .role = UI_TEXT,
                                           .type = TYPE_TITLE,
                                           .least = 0.7F,
                                           .lines = 2,
                                           .colour = ink,
                                           .align = TEXT_MIDDLE},
                                          {.id = "hero-others",
                                           .index = -1,
                                           .text = others,
                                           .role = UI_TEXT,
                                           .type = TYPE_BODY_LARGE,
                                           .least = 0.7F,
                                           .lines = 3,
                                           .colour = ink,
                                           .align = TEXT_MIDDLE}};
    struct rect at = rect_of(40 * f, 0, all.w - 80 * f, all.h);
    float gap = 18 * f, h = disc + gap;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        h += entrance_text_height(fr, at.w, &texts[i]) + gap;
    }
    entrance_gradient(ui, all, THEME_FIRE, THEME_FIRE_END);
    (void)ui_node(ui, &(struct ui_node_spec){.id = "page",
                                             .index = -1,
                                             .role = UI_STATUS,
                                             .label = _("Leave the building"),
                                             .value = _("All gates are open."),
                                             .rect = all});
    at.y = fmaxf((all.h - h) / 2, 0);
    struct rect sign = rect_of((all.w - disc) / 2, at.y, disc, disc);
    draw_fill(ui_draw(ui), sign, ink, disc / 2);
    draw_icon(ui_draw(ui), rect_centre(sign, disc * 0.6F, disc * 0.6F), ICON_FLAME, ui_colour(ui, THEME_FIRE), 2.2F);
    at.y += disc + gap;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        at.y += entrance_text(fr, at, &texts[i]) + gap;
    }
}
