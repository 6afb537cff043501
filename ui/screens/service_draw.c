/* How the service face's pages are laid out, and what they have in common. */
#include "screens/service_internal.h"

#include "base/clock.h"

#include <math.h>
#include <stdio.h>

#define TWO_COLUMNS_PX  640.0F
#define TILE_NARROW_PX  250.0F /* a narrower one has its word below its title */
#define BUTTON_SPARE_PX 13.0F /* of a button's padding that it can do without */
#define TILE_GAP_PX     8.0F
#define HEAD_PX         48.0F
#define BADGE_PX        28.0F /* widget_badge's height */
#define SHADOW_PX       8.0F /* room beside the cards for their shadows and the scroll bar */
#define DOT_PX          12.0F
#define AXIS_LEAST_PX   120.0F /* a lower chart has no figures */

/* A page. */

struct columns {
    unsigned n;
    float gap, width;
    float y[2];
};

static float height_of(const struct shell *shell, struct ui *ui, const struct columns *c,
                       const struct service_part *part)
{
    float width = part->column < 0 ? c->width * (float)c->n + c->gap * (float)(c->n - 1) : c->width;
    return part->height(shell, ui, width, part->index);
}

static unsigned column_of(const struct columns *c, const struct service_part *part)
{
    return c->n == 1 || part->column < 1 ? 0 : 1;
}

/* Puts the next part below the last one of its column. @return where, from the top left of the page. */
static struct rect put(struct columns *c, const struct service_part *part, float height)
{
    if (part->column < 0) {
        float y = c->y[0] > 0 ? c->y[0] + c->gap : 0;
        c->y[0] = y + height;
        c->y[1] = c->n > 1 ? c->y[0] : 0;
        return rect_of(0, y, c->width * (float)c->n + c->gap * (float)(c->n - 1), height);
    }
    unsigned i = column_of(c, part);
    float y = c->y[i] > 0 ? c->y[i] + c->gap : 0;
    c->y[i] = y + height;
    return rect_of((float)i * (c->width + c->gap), y, c->width, height);
}

static bool is_last(const struct columns *c, const struct service_part *parts, size_t n, size_t at)
{
    for (size_t i = at + 1; i < n; i++) {
        if (column_of(c, &parts[i]) == column_of(c, &parts[at])) {
            return false;
        }
    }
    return true;
}

static struct columns lay(const struct shell *shell, struct ui *ui, float width, unsigned n_columns,
                          const struct service_part *parts, size_t n, struct rect ret_places[SERVICE_PARTS_MAX])
{
    struct columns c = {.n = n_columns, .gap = shell_gap(ui)};
    c.width = floorf((width - (float)(c.n - 1) * c.gap) / (float)c.n);
    for (size_t i = 0; i < n; i++) {
        ret_places[i] = put(&c, &parts[i], ceilf(height_of(shell, ui, &c, &parts[i])));
    }
    return c;
}

void service_parts(const struct shell *shell, struct ui *ui, const char *id, struct rect rect,
                   const struct service_part *parts, size_t n)
{
    struct rect places[SERVICE_PARTS_MAX];
    n = n < SERVICE_PARTS_MAX ? n : SERVICE_PARTS_MAX;
    struct columns c = lay(shell, ui, rect.w, 1, parts, n, places);
    bool one = rect.w < TWO_COLUMNS_PX || (rect.h > rect.w && c.y[0] <= rect.h);
    if (!one) {
        c = lay(shell, ui, rect.w, 2, parts, n, places);
    }
    float all = fmaxf(c.y[0], c.y[1]);
    bool scrolls = all > rect.h;
    struct rect window =
        rect_of(rect.x - SHADOW_PX, rect.y, rect.w + 2 * SHADOW_PX, rect.h + (scrolls ? 0 : SHADOW_PX));
    float scroll = ui_scroll_begin(ui, id, window, all);
    for (size_t i = 0; i < n; i++) {
        struct rect place = places[i];
        if (parts[i].grows && is_last(&c, parts, n, i)) {
            place.h = fmaxf(place.h, fmaxf(rect.h, all) - place.y);
        }
        place.x += rect.x;
        place.y += rect.y - scroll;
        parts[i].view(shell, ui, place, parts[i].index);
    }
    ui_scroll_end(ui);
}

/* Cards. */

static float pad_of(const struct ui *ui)
{
    return shell_is_small(ui) ? SPACE_L : 20;
}

float service_card_height(const struct ui *ui, float content_px)
{
    return SPACE_S + HEAD_PX + content_px + pad_of(ui);
}

enum theme_colour service_ink(const struct shell *shell, enum theme_colour fresh)
{
    return shell_is_stale(shell) ? THEME_TEXT_MUTED : fresh;
}

/* "2 minutes ago", in the badge's place. @return how much room it takes. */
static float draw_age(const struct shell *shell, struct ui *ui, struct rect head, const char *id)
{
    char ago[SERVICE_WORDS_SIZE];
    bool never = shell->status_us == 0;
    service_words_ago((shell->now_us - shell->status_us) / US_PER_S, ago, sizeof(ago));
    struct rect badge = widget_badge(ui, id, rect_right(head), head.y + (head.h - BADGE_PX) / 2, true,
                                     never ? _("Not known yet") : ago, ICON_NONE, TONE_NEUTRAL);
    return badge.w;
}

static float draw_corner(const struct shell *shell, struct ui *ui, struct rect head, const struct service_card *card)
{
    char id[SERVICE_ID_SIZE];
    float used = 0;
    if (card->to) {
        (void)snprintf(id, sizeof(id), "%.24s.to", card->id);
        struct rect at = rect_of(rect_right(head) - TARGET_PX + SPACE_M, head.y, TARGET_PX, TARGET_PX);
        widget_button(ui, at,
                      &(struct widget_button){.id = id,
                                              .index = card->index,
                                              .label = card->to,
                                              .kind = BUTTON_QUIET,
                                              .icon = ICON_CHEVRON_RIGHT,
                                              .icon_only = true,
                                              .intent = {.kind = SERVICE_ON_TO_PAGE, .arg = card->page}});
        used = TARGET_PX - SPACE_M;
        head.w -= used;
    }
    (void)snprintf(id, sizeof(id), "%.16s.badge.%d", card->id, card->index);
    if (!card->lasting && (shell_is_stale(shell) || shell->status_us == 0)) {
        used += draw_age(shell, ui, head, id) + SPACE_S;
    } else if (card->badge) {
        used += widget_badge(ui, id, rect_right(head), head.y + (head.h - BADGE_PX) / 2, true, card->badge, card->icon,
                             card->tone)
                    .w +
                SPACE_S;
    }
    return used;
}

struct rect service_card(const struct shell *shell, struct ui *ui, struct rect rect, const struct service_card *card)
{
    char id[SERVICE_ID_SIZE];
    (void)snprintf(id, sizeof(id), "%.24s.%d", card->id, card->index);
    widget_card(ui, id, rect, card->title);
    struct rect inner = rect_inset_xy(rect, pad_of(ui), 0);
    (void)rect_cut_top(&inner, SPACE_S);
    struct rect head = rect_cut_top(&inner, HEAD_PX);
    float used = draw_corner(shell, ui, head, card);
    (void)snprintf(id, sizeof(id), "%.24s.title", card->id);
    head.w = fmaxf(head.w - used - SPACE_S, 1);
    (void)shell_text(ui, head,
                     &(struct shell_text){.id = id,
                                          .index = card->index,
                                          .text = card->title,
                                          .role = UI_HEADING,
                                          .type = TYPE_HEADING,
                                          .colour = THEME_TEXT,
                                          .vertical = TEXT_CENTRE,
                                          .lines = 2,
                                          .may_cut = card->may_cut});
    inner.h = fmaxf(inner.h - pad_of(ui), 0);
    return inner;
}

/* Tiles. */

static enum theme_colour tone_ink(enum widget_tone tone)
{
    static const enum theme_colour inks[] = {[TONE_NEUTRAL] = THEME_TEXT_MUTED,
                                             [TONE_SUCCESS] = THEME_ON_SUCCESS_SOFT,
                                             [TONE_WARNING] = THEME_ON_WARNING_SOFT,
                                             [TONE_DANGER] = THEME_ON_DANGER_SOFT,
                                             [TONE_PRIMARY] = THEME_ON_PRIMARY_SOFT};
    return inks[tone];
}

struct colour service_tone_colour(const struct ui *ui, enum widget_tone tone)
{
    return ui_colour(ui, tone_ink(tone));
}

size_t service_columns(float width, float least_px)
{
    float n = floorf((width + TILE_GAP_PX) / (least_px + TILE_GAP_PX));
    return n < 1 ? 1 : n > 4 ? 4 : (size_t)n;
}

size_t service_button_columns(struct ui *ui, float width, const char *const labels[], size_t n, bool icons)
{
    float cell = (width - (float)(n - 1) * TILE_GAP_PX) / (float)n;
    for (size_t i = 0; i < n; i++) {
        struct widget_button button = {.label = labels[i], .icon = icons ? ICON_CHECK : ICON_NONE};
        if (widget_button_width(ui, &button) - 2 * BUTTON_SPARE_PX > cell) {
            return 1;
        }
    }
    return n;
}

struct rect service_cell(struct rect rect, size_t i, size_t columns, float height_px)
{
    float width = floorf((rect.w - (float)(columns - 1) * TILE_GAP_PX) / (float)columns);
    size_t row = i / columns, column = i % columns;
    return rect_of(rect.x + (float)column * (width + TILE_GAP_PX), rect.y + (float)row * (height_px + TILE_GAP_PX),
                   width, height_px);
}

float service_cells_height(size_t n, size_t columns, float height_px)
{
    size_t rows = (n + columns - 1) / columns;
    return rows > 0 ? (float)rows * (height_px + TILE_GAP_PX) - TILE_GAP_PX : 0;
}

static void tile_line(const struct shell *shell, struct ui *ui, struct rect rect, const struct service_tile *tile,
                      const char *what, const struct shell_text *text)
{
    char id[SERVICE_ID_SIZE];
    struct shell_text line = *text;
    (void)snprintf(id, sizeof(id), "%.20s.%s", tile->id, what);
    line.id = id;
    line.index = tile->index;
    line.colour = service_ink(shell, text->colour);
    line.vertical = TEXT_CENTRE;
    (void)shell_text(ui, rect, &line);
}

/* The word at the right; title and detail one below the other. */
static void tile_wide(const struct shell *shell, struct ui *ui, struct rect inner, const struct service_tile *tile)
{
    struct text_style strong = theme_text(TYPE_SMALL_STRONG);
    float width = ceilf(text_measure(ui_text(ui), tile->word, &strong, -1).w) + 1;
    struct rect word = rect_cut_right(&inner, fminf(width, roundf(inner.w * 0.5F)));
    tile_line(shell, ui, word, tile, "word",
              &(struct shell_text){.text = tile->word,
                                   .type = TYPE_SMALL_STRONG,
                                   .colour = tone_ink(tile->tone),
                                   .align = TEXT_END,
                                   .lines = 2});
    (void)rect_cut_right(&inner, SPACE_S);
    tile_line(
        shell, ui, rect_of(inner.x, inner.y + 8, inner.w, 25), tile, "title",
        &(struct shell_text){.text = tile->title, .type = TYPE_BODY_STRONG, .colour = THEME_TEXT, .may_cut = true});
    tile_line(shell, ui, rect_of(inner.x, inner.y + 33, inner.w, 21), tile, "detail",
              &(struct shell_text){.text = tile->detail, .type = TYPE_SMALL, .colour = THEME_TEXT_MUTED});
}

/* The title; below it the word and, at the right, the detail. */
static void tile_narrow(const struct shell *shell, struct ui *ui, struct rect inner, const struct service_tile *tile)
{
    struct text_style strong = theme_text(TYPE_SMALL_STRONG);
    float width = ceilf(text_measure(ui_text(ui), tile->word, &strong, -1).w) + 1;
    tile_line(
        shell, ui, rect_of(inner.x, inner.y + 8, inner.w, 25), tile, "title",
        &(struct shell_text){.text = tile->title, .type = TYPE_BODY_STRONG, .colour = THEME_TEXT, .may_cut = true});
    struct rect lower = rect_of(inner.x, inner.y + 33, inner.w, 21);
    tile_line(shell, ui, rect_cut_left(&lower, fminf(width, roundf(inner.w * 0.5F))), tile, "word",
              &(struct shell_text){.text = tile->word, .type = TYPE_SMALL_STRONG, .colour = tone_ink(tile->tone)});
    (void)rect_cut_left(&lower, SPACE_XS);
    tile_line(
        shell, ui, lower, tile, "detail",
        &(struct shell_text){.text = tile->detail, .type = TYPE_SMALL, .colour = THEME_TEXT_MUTED, .align = TEXT_END});
}

void service_tile(const struct shell *shell, struct ui *ui, struct rect rect, const struct service_tile *tile)
{
    bool pale = shell_is_stale(shell) || tile->tone == TONE_NEUTRAL;
    (void)ui_node(ui, &(struct ui_node_spec){.id = tile->id,
                                             .index = tile->index,
                                             .role = UI_STATUS,
                                             .label = tile->title,
                                             .value = tile->word,
                                             .rect = rect});
    draw_fill(ui_draw(ui), rect, ui_colour(ui, THEME_SURFACE_SOFT), RADIUS_M);
    struct rect inner = rect_inset_xy(rect, SPACE_M, 0);
    struct rect dot = rect_cut_left(&inner, DOT_PX);
    shell_dot(ui, dot.x, rect.y + (rect.h - DOT_PX) / 2, DOT_PX,
              pale ? ui_colour(ui, THEME_TEXT_DISABLED) : service_tone_colour(ui, tile->tone));
    (void)rect_cut_left(&inner, SPACE_M);
    if (rect.w < TILE_NARROW_PX) {
        tile_narrow(shell, ui, inner, tile);
    } else {
        tile_wide(shell, ui, inner, tile);
    }
}

void service_pair(const struct shell *shell, struct ui *ui, const char *id, int64_t index, struct rect *r,
                  const char *label, const char *value)
{
    struct rect row = rect_cut_top(r, SERVICE_PAIR_PX);
    shell_pair(shell, ui, id, index, row, label, value);
}

void service_chart(const struct shell *shell, struct ui *ui, const char *id, struct rect rect,
                   const struct service_reader *reader)
{
    if (!reader || reader->n == 0) {
        char name[SERVICE_ID_SIZE];
        (void)snprintf(name, sizeof(name), "%.24s.none", id);
        (void)shell_text(ui, rect,
                         &(struct shell_text){.id = name,
                                              .index = -1,
                                              .text = _("Times show as soon as a card has been held up."),
                                              .role = UI_TEXT,
                                              .type = TYPE_SMALL,
                                              .colour = THEME_TEXT_MUTED,
                                              .align = TEXT_MIDDLE,
                                              .vertical = TEXT_CENTRE,
                                              .lines = 2});
        return;
    }
    widget_chart(ui, rect,
                 &(struct widget_chart){.id = id,
                                        .label = _("Response times"),
                                        .values = reader->tap_ms,
                                        .n = reader->n,
                                        .mark_last = true,
                                        .tone = shell_is_stale(shell) ? TONE_NEUTRAL : TONE_PRIMARY,
                                        .unit = rect.h >= AXIS_LEAST_PX ? C_("milliseconds", "ms") : NULL});
}
