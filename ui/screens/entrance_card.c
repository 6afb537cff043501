/* "My card": what a member has, for twenty seconds. */

#include "screens/entrance_internal.h"

#include "base/clock.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TILES_MAX = ENTRANCE_ENTITLEMENTS_MAX + ENTRANCE_FREEZES_MAX + 2, TILES_SHOWN = 8 };

/* One thing to know: a number or a sign, what it is, and more about it. */
struct tile {
    char number[16];
    enum icon icon;
    char title[ENTRANCE_WORDS_SIZE];
    char text[ENTRANCE_WORDS_SIZE];
    bool own_words; /* staff wrote it: may be cut */
};

static void entitlement_tile(const struct entrance *e, const struct entrance_entitlement *ent, struct tile *t)
{
    char day[I18N_TEXT_SIZE] = "";
    int32_t days = ent->through_day != DAY_NONE ? ent->through_day - entrance_today(e) : -1;
    const char *left;
    entrance_day(e, ent->through_day, day, sizeof(day));
    t->icon = ICON_CARD;
    if (ent->kind == NEWS_PUNCH_CARD) {
        (void)snprintf(t->number, sizeof(t->number), "%d", (int)(ent->clips_left > 0 ? ent->clips_left : 0));
        left = P_("clip left", "clips left", ent->clips_left);
    } else if (ent->kind == NEWS_SUBSCRIPTION && !ent->renews && days > 0) {
        (void)snprintf(t->number, sizeof(t->number), "%d", (int)days);
        left = P_("day left", "days left", days);
    } else if (ent->kind == NEWS_SINGLE_ENTRY) {
        t->icon = ICON_TICKET;
        left = _("A single entry");
    } else if (ent->renews) {
        t->icon = ICON_REFRESH;
        left = _("Goes on by itself");
    } else if (days < 0 && ent->through_day != DAY_NONE) {
        left = _("Needs a payment");
    } else {
        left = days == 0 ? _("Last day today") : _("Valid");
    }
    (void)text_copy(t->title, sizeof(t->title), left);
    if (ent->through_day != DAY_NONE && days >= 0) {
        char until[ENTRANCE_TEXT_SIZE];
        (void)snprintf(until, sizeof(until), ent->renews ? _("paid through %s") : _("valid through %s"), day);
        (void)snprintf(t->text, sizeof(t->text), "%s%s%s", ent->product, ent->product[0] ? " · " : "", until);
    } else {
        (void)text_copy(t->text, sizeof(t->text), ent->product);
    }
}

static void freeze_tile(const struct entrance *e, const struct access_freeze *freeze, struct tile *t)
{
    char first[I18N_TEXT_SIZE], last[I18N_TEXT_SIZE];
    bool now = freeze->first <= entrance_today(e);
    entrance_day(e, freeze->first, first, sizeof(first));
    entrance_day(e, freeze->last, last, sizeof(last));
    t->icon = ICON_SNOWFLAKE;
    (void)text_copy(t->title, sizeof(t->title), now ? _("Frozen now") : _("A freeze is coming"));
    (void)snprintf(t->text, sizeof(t->text), "%s – %s", first, last);
}

static bool opening_tile(const struct entrance *e, int64_t opens_utc_us, struct tile *t)
{
    char when[I18N_TEXT_SIZE];
    if (opens_utc_us == US_NEVER || e->clock_untrusted) {
        return false;
    }
    t->icon = ICON_CLOCK;
    if (opens_utc_us <= e->utc_us) {
        (void)text_copy(t->title, sizeof(t->title), _("Open for you now"));
        entrance_hours(e, t->text, sizeof(t->text));
    } else {
        (void)text_copy(t->title, sizeof(t->title), _("Next open for you"));
        entrance_instant(e, opens_utc_us, when, sizeof(when));
        i18n_capitalise(when, t->text, sizeof(t->text));
    }
    return true;
}

static size_t tiles_of(const struct entrance *e, struct tile ret_tiles[TILES_MAX])
{
    const struct entrance_member *m = &e->card.member;
    size_t n = 0;
    memset(ret_tiles, 0, sizeof(*ret_tiles) * TILES_MAX);
    for (size_t i = 0; i < m->n_entitlements && i < ENTRANCE_ENTITLEMENTS_MAX; i++) {
        entitlement_tile(e, &m->entitlements[i], &ret_tiles[n++]);
    }
    for (size_t i = 0; i < m->n_freezes && i < ENTRANCE_FREEZES_MAX; i++) {
        freeze_tile(e, &m->freezes[i], &ret_tiles[n++]);
    }
    n += opening_tile(e, m->opens_utc_us, &ret_tiles[n]) ? 1 : 0;
    if (m->message[0]) {
        ret_tiles[n].icon = ICON_MAIL;
        ret_tiles[n].own_words = true;
        (void)text_copy(ret_tiles[n].title, sizeof(ret_tiles[n].title), _("A message for you"));
        (void)text_copy(ret_tiles[n].text, sizeof(ret_tiles[n].text), m->message);
        n++;
    }
    return n < TILES_SHOWN ? n : TILES_SHOWN;
}

static void draw_tile(const struct entrance_frame *fr, struct rect rect, const struct tile *tile, size_t i)
{
    struct ui *ui = fr->ui;
    float f = fr->f, k = fminf(rect.h / (96 * f), 1.15F);
    struct rect in = rect_inset_xy(rect, 22 * f, 8 * f * k);
    (void)ui_node(ui, &(struct ui_node_spec){.id = "tile",
                                             .index = (int64_t)i,
                                             .role = UI_GROUP,
                                             .label = tile->title,
                                             .value = tile->number[0] ? tile->number : tile->text,
                                             .rect = rect});
    draw_fill(ui_draw(ui), rect, ui_colour(ui, THEME_SURFACE_SOFT), 18 * f);
    struct rect sign = rect_cut_left(&in, 92 * f * k);
    (void)rect_cut_left(&in, 14 * f);
    if (tile->number[0]) {
        struct entrance_text t = {.id = "tile-number",
                                  .index = (int64_t)i,
                                  .text = tile->number,
                                  .role = UI_TEXT,
                                  .type = TYPE_NUMBER,
                                  .factor = 0.68F * k,
                                  .least = 0.5F,
                                  .lines = 1,
                                  .colour = ui_colour(ui, THEME_SUCCESS),
                                  .align = TEXT_MIDDLE,
                                  .vertical = TEXT_CENTRE};
        (void)entrance_text(fr, sign, &t);
    } else {
        draw_icon(ui_draw(ui), rect_centre(sign, 40 * f * k, 40 * f * k), tile->icon, ui_colour(ui, THEME_PRIMARY), 0);
    }
    struct entrance_text title = {.id = "tile-title",
                                  .index = (int64_t)i,
                                  .text = tile->title,
                                  .role = UI_TEXT,
                                  .type = TYPE_HEADING,
                                  .factor = k,
                                  .least = 0.7F,
                                  .lines = 1,
                                  .colour = ui_colour(ui, THEME_TEXT)};
    struct entrance_text text = {.id = "tile-text",
                                 .index = (int64_t)i,
                                 .text = tile->text,
                                 .role = UI_TEXT,
                                 .type = TYPE_BODY,
                                 .factor = k,
                                 .least = 0.7F,
                                 .lines = 2,
                                 .colour = ui_colour(ui, THEME_TEXT_MUTED),
                                 .may_cut = tile->own_words};
    float a = entrance_text_height(fr, in.w, &title), b = entrance_text_height(fr, in.w, &text);
    in.y += fmaxf((in.h - a - b - 4 * f) / 2, 0);
    in.y += entrance_text(fr, in, &title) + 4 * f;
    (void)entrance_text(fr, in, &text);
}

/* The lane may still be open for the tap that asked. */
static const struct entrance_pane *open_pane(const struct entrance *e)
{
    const struct entrance_pane *open = NULL;
    for (size_t i = 0; i < ENTRANCE_PANES; i++) {
        const struct entrance_pane *pane = &e->panes[i];
        open = entrance_pane_active(e, pane) && entrance_pane_open(pane) ? pane : open;
    }
    return open;
}

static void draw_open(const struct entrance_frame *fr, struct rect rect, const struct entrance_pane *pane)
{
    struct ui *ui = fr->ui;
    struct entrance_words words;
    entrance_words_granted(fr->e, pane, &words);
    draw_box(ui_draw(ui), rect,
             &(struct draw_box){.fill = ui_colour(ui, THEME_GRANTED),
                                .fill_end = ui_colour(ui, THEME_GRANTED_END),
                                .gradient = true,
                                .radius = rect.h / 2});
    float icon = 28 * fr->f;
    struct rect in = rect_inset_xy(rect, 22 * fr->f, 0);
    draw_icon(ui_draw(ui), rect_centre(rect_cut_left(&in, icon), icon, icon), ICON_CHECK,
              ui_colour(ui, THEME_ON_GRANTED), 2.6F);
    (void)rect_cut_left(&in, 12 * fr->f);
    struct entrance_text t = {.id = "open",
                              .index = -1,
                              .text = words.foot,
                              .role = UI_STATUS,
                              .type = TYPE_HEADING,
                              .least = 0.7F,
                              .lines = 1,
                              .colour = ui_colour(ui, THEME_ON_GRANTED),
                              .vertical = TEXT_CENTRE};
    (void)entrance_text(fr, in, &t);
}

static void draw_title(const struct entrance_frame *fr, struct rect row)
{
    const struct entrance *e = fr->e;
    struct ui *ui = fr->ui;
    bool name = e->settings.show_name && e->card.member.name[0] != '\0';
    struct widget_button done = {.id = "close",
                                 .index = -1,
                                 .label = _("Done"),
                                 .kind = BUTTON_SECONDARY,
                                 .icon = ICON_CROSS,
                                 .text_factor = fmaxf(fr->f, 0.9F),
                                 .intent = {.kind = ENTRANCE_ON_CLOSE}};
    widget_button(ui, rect_cut_right(&row, widget_button_width(ui, &done) + 8 * fr->f), &done);
    (void)rect_cut_right(&row, 20 * fr->f);
    struct entrance_text eyebrow = {.id = "card-caption",
                                    .index = -1,
                                    .text = name ? _("My card") : "",
                                    .role = UI_TEXT,
                                    .type = TYPE_SMALL_STRONG,
                                    .least = 0.8F,
                                    .lines = 1,
                                    .colour = ui_colour(ui, THEME_TEXT_MUTED)};
    struct entrance_text title = {.id = "card-title",
                                  .index = -1,
                                  .role = UI_HEADING,
                                  .type = TYPE_TITLE,
                                  .factor = 1.2F,
                                  .text = name ? e->card.member.name : _("My card"),
                                  .least = 0.6F,
                                  .lines = 1,
                                  .colour = ui_colour(ui, THEME_TEXT),
                                  .may_cut = name};
    row.y += (row.h - entrance_text_height(fr, row.w, &eyebrow) - entrance_text_height(fr, row.w, &title)) / 2;
    row.y += entrance_text(fr, row, &eyebrow);
    (void)entrance_text(fr, row, &title);
}

void entrance_view_card(const struct entrance_frame *fr)
{
    struct ui *ui = fr->ui;
    struct tile tiles[TILES_MAX];
    size_t n = tiles_of(fr->e, tiles), columns = fr->upright || n < 3 ? 1 : 2;
    float f = fr->f, pad = fr->upright ? 24 * f : 40 * f, gap = 14 * f;
    const struct entrance_pane *pane = open_pane(fr->e);
    struct rect in = rect_inset_xy(ui_bounds(ui), pad, 0);
    entrance_gradient(ui, ui_bounds(ui), THEME_BACKGROUND, THEME_BACKGROUND_END);
    (void)ui_node(ui, &(struct ui_node_spec){
                          .id = "page", .index = -1, .role = UI_STATUS, .label = _("My card"), .rect = ui_bounds(ui)});
    entrance_head(fr, ui_colour(ui, THEME_TEXT), ui_colour(ui, THEME_TEXT));
    (void)rect_cut_top(&in, 60 * f);
    (void)rect_cut_bottom(&in, 24 * f);
    if (pane) {
        draw_open(fr, rect_cut_bottom(&in, 56 * f), pane);
        (void)rect_cut_bottom(&in, gap);
    }
    draw_box(ui_draw(ui), in,
             &(struct draw_box){.fill = ui_colour(ui, THEME_SURFACE),
                                .radius = 28 * f,
                                .shadow_px = 24 * f,
                                .shadow_dy = 8 * f,
                                .shadow = ui_colour(ui, THEME_SHADOW)});
    in = rect_inset_xy(in, 28 * f, 22 * f);
    draw_title(fr, rect_cut_top(&in, fmaxf(TARGET_ENTRANCE_PX, 60 * f)));
    (void)rect_cut_top(&in, gap);
    if (n == 0) {
        struct entrance_text t = {.id = "card-empty",
                                  .index = -1,
                                  .role = UI_TEXT,
                                  .type = TYPE_BODY_LARGE,
                                  .lines = 3,
                                  .least = 0.8F,
                                  .text = _("There is nothing on this card. Reception will help you."),
                                  .colour = ui_colour(ui, THEME_TEXT_MUTED)};
        (void)entrance_text(fr, in, &t);
    }
    size_t rows = (n + columns - 1) / columns;
    float h = rows > 0 ? fminf((in.h - gap * (float)(rows - 1)) / (float)rows, 116 * f) : 0;
    for (size_t i = 0; i < n; i++) {
        size_t above = i / columns;
        struct rect row = rect_of(in.x, in.y + (float)above * (h + gap), in.w, h);
        draw_tile(fr, rect_row_cell(row, (unsigned)(i % columns), (unsigned)columns, gap), &tiles[i], i);
    }
}
