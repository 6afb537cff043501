#include "widgets/ui_internal.h"

#include "base/clock.h"
#include "base/text.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int ui_new(struct text *text, const struct theme *theme, struct ui **ret_ui)
{
    struct ui *ui = calloc(1, sizeof(*ui));
    if (!ui) {
        return -ENOMEM;
    }
    ui->last = calloc(1, sizeof(*ui->last));
    ui->now = calloc(1, sizeof(*ui->now));
    if (!ui->last || !ui->now || draw_list_new(text, &ui->list) < 0) {
        ui_free(ui);
        return -ENOMEM;
    }
    ui->theme = theme;
    ui->touched = true;
    ui->again_us = US_NEVER;
    ui->uses_keyboard = true;
    *ret_ui = ui;
    return 0;
}

void ui_free(struct ui *ui)
{
    if (ui) {
        draw_list_free(ui->list);
        free(ui->last);
        free(ui->now);
        free(ui);
    }
}

void ui_set_theme(struct ui *ui, const struct theme *theme)
{
    ui->touched = ui->touched || ui->theme != theme;
    ui->theme = theme;
}

void ui_begin(struct ui *ui, int64_t now_us, float width, float height)
{
    ui->now_us = now_us;
    ui->again_us = US_NEVER;
    ui->touched = false;
    ui->width = width;
    ui->height = height;
    ui->n_layers = 0;
    ui->n_scroll_stack = 0;
    ui->now->n_nodes = 0;
    ui->now->n_strings = 0;
    ui->now->n_scrolls = 0;
    ui->now->has_dialog = false;
    draw_begin(ui->list, width, height);
}

void ui_end(struct ui *ui)
{
    assert(ui->n_layers == 0 && ui->n_scroll_stack == 0);
    struct ui_picture *swap = ui->last;
    ui->last = ui->now;
    ui->now = swap;
    if (ui->focus_hash && !ui_last_node(ui, ui->focus_hash)) {
        ui_focus(ui, "");
    }
    if (ui->finger.pressed && !ui_last_node(ui, ui->finger.pressed)) {
        ui->finger.pressed = 0;
    }
    for (size_t i = 0; i < UI_STATES_MAX; i++) {
        if (ui->kept[i].seen_us != ui->now_us) {
            ui->kept[i].velocity = 0; /* nothing works it out any more: it would keep the process awake */
        }
    }
}

struct draw_list *ui_draw(struct ui *ui)
{
    return ui->list;
}

struct text *ui_text(const struct ui *ui)
{
    return draw_text_of(ui->list);
}

const struct theme *ui_theme(const struct ui *ui)
{
    return ui->theme;
}

int64_t ui_now(const struct ui *ui)
{
    return ui->now_us;
}

struct rect ui_bounds(const struct ui *ui)
{
    return rect_of(0, 0, ui->width, ui->height);
}

void ui_again(struct ui *ui, int64_t at_us)
{
    if (at_us < ui->again_us) {
        ui->again_us = at_us;
    }
}

void ui_touch(struct ui *ui)
{
    ui->touched = true;
}

int64_t ui_deadline(const struct ui *ui)
{
    return ui->touched ? 0 : ui->again_us;
}

int64_t ui_last_input_us(const struct ui *ui)
{
    return ui->last_input_us;
}

unsigned ui_hash(const char *id)
{
    unsigned hash = 2166136261U;
    for (const unsigned char *c = (const unsigned char *)id; *c; c++) {
        hash = (hash ^ *c) * 16777619U; /* FNV-1a */
    }
    return hash ? hash : 1;
}

/* A copy in the picture's own memory; "" when that is full. */
static const char *keep_string(struct ui_picture *picture, const char *string)
{
    size_t n = string ? strlen(string) : 0;
    if (n == 0 || n >= UI_STRINGS_MAX - picture->n_strings) {
        return "";
    }
    char *copy = picture->strings + picture->n_strings;
    memcpy(copy, string, n + 1);
    picture->n_strings += n + 1;
    return copy;
}

static int current_layer(const struct ui *ui)
{
    return ui->n_layers > 0 ? ui->layers[ui->n_layers - 1] : UI_LAYER_SCREEN;
}

unsigned ui_node(struct ui *ui, const struct ui_node_spec *spec)
{
    char id[UI_ID_SIZE];
    unsigned state = spec->state;
    struct ui_picture *picture = ui->now;
    if (spec->index >= 0) {
        (void)snprintf(id, sizeof(id), "%s.%lld", spec->id, (long long)spec->index);
    } else {
        (void)text_copy(id, sizeof(id), spec->id);
    }
    unsigned hash = ui_hash(id);
    if (ui->finger.pressed == hash && !(state & UI_DISABLED)) {
        state |= UI_PRESSED;
    }
    if (ui->focus_hash == hash) {
        state |= UI_FOCUSED;
    }
    if (picture->n_nodes >= UI_NODES_MAX) {
        return state;
    }
    struct ui_node *node = &picture->nodes[picture->n_nodes++];
    *node = (struct ui_node){
        .id = keep_string(picture, id),
        .role = spec->role,
        .label = keep_string(picture, spec->label),
        .value = keep_string(picture, spec->value),
        .state = state,
        .rect = spec->rect,
        .visible = rect_intersect(spec->rect, draw_clip(ui->list)),
        .intent = spec->intent,
        .scroll = ui->n_scroll_stack > 0 ? ui->scroll_stack[ui->n_scroll_stack - 1] : -1,
        .may_cut = spec->may_cut,
        .layer = current_layer(ui),
        .hash = hash,
    };
    picture->has_dialog = picture->has_dialog || node->layer == UI_LAYER_DIALOG;
    return state;
}

size_t ui_node_count(const struct ui *ui)
{
    return ui->now->n_nodes;
}

void ui_node_name(struct ui *ui, size_t index, const char *label)
{
    if (index < ui->now->n_nodes) {
        ui->now->nodes[index].label = keep_string(ui->now, label);
    }
}

struct text_size ui_node_text(struct ui *ui, struct rect rect, const char *string, const struct text_style *style,
                              struct colour colour)
{
    struct text_size size = draw_text(ui->list, rect, string, style, colour);
    if (ui->now->n_nodes > 0) {
        struct ui_node *node = &ui->now->nodes[ui->now->n_nodes - 1];
        node->cut = node->cut || size.cut;
        node->unknown += size.unknown;
    }
    return size;
}

void ui_layer_push(struct ui *ui, int layer)
{
    assert(ui->n_layers < UI_LAYERS_MAX);
    ui->layers[ui->n_layers++] = layer;
}

void ui_layer_pop(struct ui *ui)
{
    assert(ui->n_layers > 0);
    ui->n_layers--;
}

struct ui_kept *ui_kept_find(struct ui *ui, unsigned hash)
{
    for (size_t i = 0; i < UI_STATES_MAX; i++) {
        if (ui->kept[i].hash == hash) {
            return &ui->kept[i];
        }
    }
    return NULL;
}

struct ui_kept *ui_keep(struct ui *ui, const char *id)
{
    unsigned hash = ui_hash(id);
    struct ui_kept *kept = ui_kept_find(ui, hash);
    if (!kept) {
        kept = &ui->kept[0];
        for (size_t i = 1; i < UI_STATES_MAX; i++) {
            if (!ui->kept[i].hash || (kept->hash && ui->kept[i].seen_us < kept->seen_us)) {
                kept = &ui->kept[i];
            }
        }
        *kept = (struct ui_kept){.hash = hash};
    }
    kept->seen_us = ui->now_us;
    return kept;
}

const struct ui_node *ui_nodes(const struct ui *ui, size_t *ret_n)
{
    *ret_n = ui->last->n_nodes;
    return ui->last->nodes;
}

const struct ui_node *ui_last_node(const struct ui *ui, unsigned hash)
{
    for (size_t i = 0; i < ui->last->n_nodes; i++) {
        if (ui->last->nodes[i].hash == hash) {
            return &ui->last->nodes[i];
        }
    }
    return NULL;
}

const struct ui_node *ui_find(const struct ui *ui, enum ui_role role, const char *label)
{
    for (size_t i = 0; i < ui->last->n_nodes; i++) {
        const struct ui_node *node = &ui->last->nodes[i];
        if (node->role == role && (!label || strcmp(node->label, label) == 0) && !rect_empty(node->visible)) {
            return node;
        }
    }
    return NULL;
}

const struct ui_node *ui_find_id(const struct ui *ui, const char *id)
{
    return ui_last_node(ui, ui_hash(id));
}

const char *ui_role_text(enum ui_role role)
{
    static const char *const texts[UI_ROLES] = {"group",  "text",     "heading", "image", "status", "button", "tab",
                                                "choice", "check",    "field",   "list",  "row",    "table",  "column",
                                                "step",   "progress", "chart",   "key",   "dialog", "surface"};
    return (unsigned)role < UI_ROLES ? texts[role] : "?";
}

/* Focus. */

void ui_focus(struct ui *ui, const char *id)
{
    unsigned hash = id[0] ? ui_hash(id) : 0;
    if (hash != ui->focus_hash) {
        (void)text_copy(ui->focus, sizeof(ui->focus), id);
        ui->focus_hash = hash;
        ui->touched = true;
        if (!hash) {
            ui->keyboard_px = 0;
        }
    }
}

const char *ui_focused(const struct ui *ui)
{
    return ui->focus;
}

const struct ui_node *ui_focused_node(const struct ui *ui)
{
    return ui->focus_hash ? ui_last_node(ui, ui->focus_hash) : NULL;
}

bool ui_shows_focus(const struct ui *ui)
{
    return ui->by_keys;
}

void ui_use_keyboard(struct ui *ui, bool on)
{
    ui->uses_keyboard = on;
}

bool ui_uses_keyboard(const struct ui *ui)
{
    return ui->uses_keyboard;
}

float ui_keyboard_height(const struct ui *ui)
{
    return ui->keyboard_px;
}

void ui_set_keyboard_height(struct ui *ui, float height)
{
    if (height != ui->keyboard_px) {
        ui->keyboard_px = height;
        ui->touched = true;
    }
}

struct rect ui_above_keyboard(const struct ui *ui, struct rect r)
{
    float bottom = ui->height - ui->keyboard_px;
    if (rect_bottom(r) > bottom) {
        r.h = fmaxf(bottom - r.y, 0);
    }
    return r;
}
