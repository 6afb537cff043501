/* Works on the draw list: what is painted there, in which order, is what a person sees. Nothing is painted. */
#include "lint_rules.h"

#include "widgets/ui_internal.h"

#include <math.h>
#include <string.h>

#define CONTRAST_LEAST      4.5F /* WCAG 2.1, 1.4.3; for large texts too */
#define ICON_CONTRAST_LEAST 3.0F /* 1.4.11 */
#define SEEN_CONTRAST       1.05F
#define OVERLAP_PX          2.0F
#define NEAR_PX             1.0F
enum { COLUMNS = 5, ROWS = 3 }; /* where the ground under a text is looked at */

struct page {
    const struct lint_picture *p;
    struct lint_report *report;
    const struct draw_command *commands;
    size_t n;
    const struct ui_node *nodes;
    size_t n_nodes;
    struct rect inks[DRAW_COMMANDS_MAX]; /* of texts: what of them shows */
};

static bool within(struct rect inner, struct rect outer, float near)
{
    return inner.x >= outer.x - near && inner.y >= outer.y - near && rect_right(inner) <= rect_right(outer) + near &&
           rect_bottom(inner) <= rect_bottom(outer) + near;
}

static bool is_text(const struct page *page, size_t i)
{
    return page->commands[i].kind == DRAW_TEXT && !rect_empty(page->inks[i]);
}

static bool is_opaque(const struct draw_command *c)
{
    return c->kind == DRAW_BOX && c->box.fill.a == 255 && (!c->box.gradient || c->box.fill_end.a == 255);
}

/* True when something opaque of the commands @from to @to covers all of @r. */
static bool is_covered(const struct page *page, struct rect r, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        const struct draw_command *c = &page->commands[i];
        if (is_opaque(c) && within(r, rect_intersect(c->rect, c->clip), 0)) {
            return true;
        }
    }
    return false;
}

static bool is_in_box(const struct draw_command *c, float x, float y)
{
    struct rect r = c->rect;
    float radius = fminf(fmaxf(c->box.radius, 0), fminf(r.w, r.h) / 2);
    if (!rect_holds(r, x, y) || !rect_holds(c->clip, x, y)) {
        return false;
    }
    float dx = fmaxf(fmaxf(r.x + radius - x, x - (rect_right(r) - radius)), 0);
    float dy = fmaxf(fmaxf(r.y + radius - y, y - (rect_bottom(r) - radius)), 0);
    return dx * dx + dy * dy <= radius * radius;
}

static struct colour fill_at(const struct draw_command *c, float y)
{
    return c->box.gradient ? colour_mix(c->box.fill, c->box.fill_end, (y - c->rect.y) / c->rect.h) : c->box.fill;
}

/* What lies under command @i at a place; not opaque when a picture does, or nothing. */
static struct colour ground_at(const struct page *page, size_t i, float x, float y)
{
    struct colour ground = {0};
    while (i-- > 0 && ground.a < 255) {
        const struct draw_command *c = &page->commands[i];
        if (c->kind == DRAW_IMAGE && rect_holds(rect_intersect(c->rect, c->clip), x, y)) {
            break;
        }
        if (c->kind == DRAW_BOX && is_in_box(c, x, y)) {
            ground = colour_over(ground, fill_at(c, y));
        }
    }
    return ground;
}

static bool is_disabled(const struct page *page, struct rect ink)
{
    for (size_t i = 0; i < page->n_nodes; i++) {
        if (page->nodes[i].state & UI_DISABLED && within(ink, page->nodes[i].rect, NEAR_PX)) {
            return true;
        }
    }
    return false;
}

/* The least contrast that command @i has with what lies under it in @r; negative where that is a picture, or
 * nothing. */
static float least_contrast(const struct page *page, size_t i, struct rect r)
{
    float least = INFINITY;
    for (int row = 0; row < ROWS; row++) {
        for (int column = 0; column < COLUMNS; column++) {
            float x = r.x + r.w * ((float)column + 0.5F) / (float)COLUMNS,
                  y = r.y + r.h * ((float)row + 0.5F) / (float)ROWS;
            struct colour ground = ground_at(page, i, x, y);
            if (ground.a < 255) {
                return -1;
            }
            least = fminf(least, colour_contrast(colour_over(page->commands[i].colour, ground), ground));
        }
    }
    return least;
}

static void check_contrast(const struct page *page, size_t i)
{
    float contrast = least_contrast(page, i, page->inks[i]);
    if (contrast < 0) {
        lint_find(page->report, page->p, "\"%s\" stands on a picture, or on nothing", page->commands[i].text.string);
    } else if (contrast < CONTRAST_LEAST && !is_disabled(page, page->inks[i])) {
        lint_find(page->report, page->p, "\"%s\" has a contrast of %.2f : 1", page->commands[i].text.string,
                  floor((double)contrast * 100) / 100);
    }
}

/* An icon on something that is touched may be all that says what it does. */
static void check_icon(const struct page *page, size_t i)
{
    struct rect r = page->commands[i].rect;
    for (size_t k = 0; k < page->n_nodes; k++) {
        const struct ui_node *node = &page->nodes[k];
        bool touched = node->intent.kind != 0 && node->role != UI_SURFACE && !(node->state & UI_DISABLED);
        if (!touched || !within(r, node->rect, NEAR_PX) || is_covered(page, r, i + 1, page->n)) {
            continue;
        }
        float contrast = least_contrast(page, i, r);
        if (contrast < ICON_CONTRAST_LEAST) {
            lint_find(page->report, page->p, "the icon of %s \"%s\" has a contrast of %.2f : 1", node->id, node->label,
                      floor((double)contrast * 100) / 100);
        }
        return;
    }
}

/* A cut text is all right only where its node says so. */
static void check_whole(const struct page *page, size_t i)
{
    const struct draw_command *c = &page->commands[i];
    bool allowed = false, by_node = false;
    if (c->text.unknown > 0) {
        lint_find(page->report, page->p, "\"%s\" has a character without a glyph", c->text.string);
    }
    for (size_t k = 0; k < page->n_nodes; k++) {
        const struct ui_node *node = &page->nodes[k];
        bool owns = node->cut && within(page->inks[i], node->rect, NEAR_PX);
        allowed = allowed || (owns && node->may_cut);
        by_node = by_node || owns; /* lint_nodes finds it */
    }
    if (c->text.cut && !allowed && !by_node) {
        lint_find(page->report, page->p, "\"%s\" is cut", c->text.string);
    }
}

static bool clip_scrolls(const struct page *page, struct rect clip)
{
    const struct ui_picture *last = page->p->ui->last;
    for (size_t i = 0; i < last->n_scrolls; i++) {
        if (within(clip, last->scrolls[i].rect, NEAR_PX)) {
            return true;
        }
    }
    for (size_t i = 0; i < page->n_nodes; i++) {
        if (page->nodes[i].role == UI_FIELD && within(clip, page->nodes[i].rect, NEAR_PX)) {
            return true;
        }
    }
    return false;
}

static void check_clip(const struct page *page, size_t i, struct rect ink)
{
    const struct draw_command *c = &page->commands[i];
    struct rect screen = rect_of(0, 0, (float)page->p->size.width, (float)page->p->size.height);
    if (!within(ink, screen, NEAR_PX) && !clip_scrolls(page, c->clip)) {
        lint_find(page->report, page->p, "\"%s\" reaches beyond the screen", c->text.string);
    } else if (!within(ink, c->clip, NEAR_PX) && !clip_scrolls(page, c->clip)) {
        lint_find(page->report, page->p, "\"%s\" is clipped", c->text.string);
    }
}

static bool holds_text(const struct ui_node *node)
{
    return !rect_empty(node->rect) && node->role != UI_SURFACE &&
           (node->intent.kind != 0 || node->role == UI_GROUP || node->role == UI_DIALOG);
}

/* True when something that can be seen through lies over all of the screen, after @i: a dialog holds the screen
 * back. */
static bool is_held_back(const struct page *page, size_t i)
{
    struct rect screen = rect_of(0, 0, (float)page->p->size.width, (float)page->p->size.height);
    for (size_t k = i + 1; k < page->n; k++) {
        if (page->commands[k].kind == DRAW_BOX && within(screen, page->commands[k].rect, NEAR_PX)) {
            return true;
        }
    }
    return false;
}

/* The layer that a text which can be seen is on: the highest one that has something around it. */
static int layer_of(const struct page *page, size_t i)
{
    bool held_back = is_held_back(page, i);
    int layer = UI_LAYER_SCREEN;
    for (size_t k = 0; k < page->n_nodes; k++) {
        const struct ui_node *node = &page->nodes[k];
        if (node->layer > layer && within(page->inks[i], node->rect, NEAR_PX) &&
            !(held_back && node->layer == UI_LAYER_DIALOG)) {
            layer = node->layer;
        }
    }
    return layer;
}

/* The smallest card, button or dialog in which the text's middle lies must hold all of it. */
static void check_holder(const struct page *page, size_t i)
{
    const struct ui_node *holder = NULL;
    struct rect ink = page->inks[i];
    int layer = layer_of(page, i);
    for (size_t k = 0; k < page->n_nodes; k++) {
        const struct ui_node *node = &page->nodes[k];
        if (holds_text(node) && node->layer == layer && rect_holds(node->rect, ink.x + ink.w / 2, ink.y + ink.h / 2) &&
            (!holder || node->rect.w * node->rect.h <= holder->rect.w * holder->rect.h)) {
            holder = node;
        }
    }
    if (holder && !within(ink, holder->rect, NEAR_PX)) {
        lint_find(page->report, page->p, "\"%s\" runs out of %s %s", page->commands[i].text.string,
                  ui_role_text(holder->role), holder->id);
    }
}

/* True when two that are drawn in the order of their numbers can be seen over one another in @both. */
static bool collide(const struct page *page, struct rect both, size_t a, size_t b)
{
    return both.w > OVERLAP_PX && both.h > OVERLAP_PX && !is_covered(page, both, (a < b ? a : b) + 1, a < b ? b : a);
}

/* No two texts over one another, and no icon over a text. */
static void check_overlap(const struct page *page, size_t i)
{
    const char *string = page->commands[i].text.string;
    for (size_t k = 0; k < page->n; k++) {
        const struct draw_command *c = &page->commands[k];
        if (c->kind == DRAW_ICON) {
            struct rect icon = rect_inset(c->rect, c->rect.w / 8); /* it has air around it */
            struct rect both = rect_intersect(page->inks[i], rect_intersect(icon, c->clip));
            if (collide(page, both, i, k)) {
                lint_find(page->report, page->p, "\"%s\" and an icon overlap by %.0f x %.0f px", string, (double)both.w,
                          (double)both.h);
            }
        } else if (k > i && is_text(page, k)) {
            struct rect both = rect_intersect(page->inks[i], page->inks[k]);
            if (collide(page, both, i, k)) {
                lint_find(page->report, page->p, "\"%s\" and \"%s\" overlap by %.0f x %.0f px", string, c->text.string,
                          (double)both.w, (double)both.h);
            }
        }
    }
}

static bool is_on_toast(const struct page *page, struct rect box)
{
    for (size_t i = 0; i < page->n_nodes; i++) {
        if (page->nodes[i].layer >= UI_LAYER_TOAST && within(box, page->nodes[i].rect, NEAR_PX)) {
            return true;
        }
    }
    return false;
}

/* True when text @i has a box of its own, drawn after command @from, seen through or not. */
static bool has_own_ground(const struct page *page, size_t i, size_t from)
{
    for (size_t k = from; k < i; k++) {
        const struct draw_command *c = &page->commands[k];
        if (c->kind == DRAW_BOX && within(page->inks[i], rect_intersect(c->rect, c->clip), NEAR_PX)) {
            return true;
        }
    }
    return false;
}

/* True when box @k looks no different from what it lies on, there where text @i is; unless it is drawn over the
 * text. */
static bool is_unseen(const struct page *page, size_t i, size_t k, struct rect both)
{
    float x = both.x + both.w / 2, y = both.y + both.h / 2;
    const struct draw_command *c = &page->commands[k];
    return k < i && (!is_in_box(c, x, y) || colour_contrast(fill_at(c, y), ground_at(page, k, x, y)) < SEEN_CONTRAST);
}

/* A text lies on a box or beside it, not across its edge. What casts a shadow and a toast may lie over anything,
 * what can be seen through under anything. */
static void check_edges(const struct page *page, size_t i)
{
    struct rect ink = page->inks[i];
    for (size_t k = 0; k < page->n && !is_held_back(page, i); k++) {
        const struct draw_command *c = &page->commands[k];
        struct rect box = rect_intersect(c->rect, c->clip), both = rect_intersect(ink, box);
        if (is_opaque(c) && c->box.shadow_px <= 0 && both.w > OVERLAP_PX && both.h > OVERLAP_PX &&
            !within(ink, box, OVERLAP_PX) && !has_own_ground(page, i, k + 1) && !is_on_toast(page, box) &&
            !is_unseen(page, i, k, both)) {
            lint_find(page->report, page->p, "\"%s\" lies across the edge of a box, %.0f x %.0f px of it",
                      page->commands[i].text.string, (double)both.w, (double)both.h);
            return;
        }
    }
}

void lint_texts(const struct lint_picture *p, struct lint_report *report)
{
    static struct page page;
    struct text *text = ui_text(p->ui);
    page.p = p;
    page.report = report;
    page.commands = draw_commands(ui_draw(p->ui), &page.n);
    page.nodes = ui_nodes(p->ui, &page.n_nodes);
    if (draw_overflowed(ui_draw(p->ui))) {
        lint_find(report, p, "there is more to draw than fits");
    }
    for (size_t i = 0; i < page.n; i++) {
        const struct draw_command *c = &page.commands[i];
        page.inks[i] = (struct rect){0};
        if (c->kind == DRAW_TEXT) {
            struct text_size size = text_measure(text, c->text.string, &c->text.style, c->rect.w);
            struct rect ink = rect_of(c->rect.x + size.ink.x, c->rect.y + size.ink.y, size.ink.w, size.ink.h);
            page.inks[i] = rect_intersect(ink, c->clip);
            if (!is_covered(&page, page.inks[i], i + 1, page.n)) {
                check_clip(&page, i, ink);
            }
        }
    }
    for (size_t i = 0; i < page.n; i++) {
        if (is_text(&page, i) && !is_covered(&page, page.inks[i], i + 1, page.n)) {
            check_whole(&page, i);
            check_contrast(&page, i);
            check_holder(&page, i);
            check_overlap(&page, i);
            check_edges(&page, i);
        } else if (page.commands[i].kind == DRAW_ICON) {
            check_icon(&page, i);
        }
    }
}
