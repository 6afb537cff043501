#include "lint_rules.h"

#include "theme/theme.h"

#include <string.h>

#define KEY_NARROW_PX 44.0F /* a key's width where ten have to stand side by side on 800 px */
#define NEAR_PX       0.5F /* layouts are made of fractions */
#define TOUCH_PX      1.0F /* by how much two targets may overlap */

static bool is_ground(const struct ui_node *node)
{
    return node->role == UI_SURFACE || node->role == UI_DIALOG || node->role == UI_GROUP;
}

static bool is_target(const struct ui_node *node)
{
    return node->intent.kind != 0 && !(node->state & UI_DISABLED) && !rect_empty(node->visible) && !is_ground(node);
}

static void check_size(const struct lint_picture *p, struct lint_report *report, const struct ui_node *node)
{
    bool entrance = strncmp(p->fixture, "entrance", strlen("entrance")) == 0;
    float least = entrance ? TARGET_ENTRANCE_PX : TARGET_PX;
    float least_w = node->role == UI_KEY && p->size.width <= 800 ? KEY_NARROW_PX : least;
    if (node->rect.w < least_w - NEAR_PX || node->rect.h < least - NEAR_PX) {
        lint_find(report, p, "%s %s \"%s\" is %.0f x %.0f px, too small for a finger", ui_role_text(node->role),
                  node->id, node->label, (double)node->rect.w, (double)node->rect.h);
    }
}

/* What doesn't scroll must be there whole. */
static void check_place(const struct lint_picture *p, struct lint_report *report, const struct ui_node *node)
{
    struct rect screen = rect_of(0, 0, (float)p->size.width, (float)p->size.height), r = node->rect;
    if (node->scroll >= 0 || rect_empty(r)) {
        return;
    }
    if (rect_empty(rect_intersect(r, screen))) {
        lint_find(report, p, "%s %s \"%s\" lies outside the screen", ui_role_text(node->role), node->id, node->label);
    } else if (is_target(node) && (r.x < -NEAR_PX || r.y < -NEAR_PX || rect_right(r) > screen.w + NEAR_PX ||
                                   rect_bottom(r) > screen.h + NEAR_PX)) {
        lint_find(report, p, "%s %s \"%s\" reaches beyond the screen", ui_role_text(node->role), node->id, node->label);
    } else if (is_target(node) && (node->visible.w < r.w - NEAR_PX || node->visible.h < r.h - NEAR_PX)) {
        lint_find(report, p, "%s %s \"%s\" is clipped", ui_role_text(node->role), node->id, node->label);
    }
}

static void check_name(const struct lint_picture *p, struct lint_report *report, const struct ui_node *node)
{
    bool nameless = node->role == UI_GROUP || node->role == UI_IMAGE || node->role == UI_SURFACE;
    if (!nameless && !node->label[0]) {
        lint_find(report, p, "%s %s has no label", ui_role_text(node->role), node->id);
    }
    if (!node->id[0]) {
        lint_find(report, p, "%s \"%s\" has no id", ui_role_text(node->role), node->label);
    }
    if (node->cut && !node->may_cut) {
        lint_find(report, p, "%s %s \"%s\" is cut", ui_role_text(node->role), node->id, node->label);
    }
    if (node->unknown > 0) {
        lint_find(report, p, "%s %s \"%s\" has a character without a glyph", ui_role_text(node->role), node->id,
                  node->label);
    }
}

static void check_pair(const struct lint_picture *p, struct lint_report *report, const struct ui_node *a,
                       const struct ui_node *b)
{
    if (a->hash == b->hash && strcmp(a->id, b->id) == 0) {
        lint_find(report, p, "two nodes have the id %s", a->id);
    }
    if (a->layer != b->layer || !is_target(a) || !is_target(b)) {
        return;
    }
    struct rect both = rect_intersect(a->visible, b->visible);
    if (both.w > TOUCH_PX && both.h > TOUCH_PX) {
        lint_find(report, p, "%s \"%s\" and %s \"%s\" overlap", a->id, a->label, b->id, b->label);
    }
}

void lint_nodes(const struct lint_picture *p, struct lint_report *report)
{
    size_t n;
    const struct ui_node *nodes = ui_nodes(p->ui, &n);
    if (n >= UI_NODES_MAX) {
        lint_find(report, p, "there are more nodes than fit");
    }
    for (size_t i = 0; i < n; i++) {
        if (is_target(&nodes[i])) {
            check_size(p, report, &nodes[i]);
        }
        check_place(p, report, &nodes[i]);
        check_name(p, report, &nodes[i]);
        for (size_t k = i + 1; k < n; k++) {
            check_pair(p, report, &nodes[i], &nodes[k]);
        }
    }
}
