/* One finger counts at a time: the first that is down, but for keys, where one often comes down before the last is
 * up. It presses the node under it; once it has moved by more than a little over something that scrolls, it
 * scrolls instead. An intent arises when it is lifted where it went down. */
#include "widgets/ui_internal.h"

#include "base/clock.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

#define DRAG_PX        10.0F
#define ROLLS_PX_PER_S 60.0F
#define SPEED_MAX      8000.0F

bool ui_layer_counts(const struct ui *ui, int layer)
{
    const struct ui_node *focused = ui_focused_node(ui);
    if (!ui->last->has_dialog || layer >= UI_LAYER_DIALOG) {
        return true;
    }
    /* The keyboard goes on when it types into the dialog. */
    return layer == UI_LAYER_KEYBOARD && focused && focused->layer == UI_LAYER_DIALOG;
}

const struct ui_node *ui_node_at(const struct ui *ui, float x, float y)
{
    for (int layer = UI_LAYERS - 1; layer >= 0; layer--) {
        if (!ui_layer_counts(ui, layer)) {
            continue;
        }
        for (size_t i = ui->last->n_nodes; i-- > 0;) {
            const struct ui_node *node = &ui->last->nodes[i];
            if (node->layer == layer && node->intent.kind != 0 && rect_holds(node->visible, x, y)) {
                return node;
            }
        }
    }
    return NULL;
}

void ui_push_intent(struct ui *ui, const struct intent *intent)
{
    if (intent->kind != 0 && intent->kind != UI_SWALLOW && ui->n_intents < UI_INTENTS_MAX) {
        ui->intents[(ui->first_intent + ui->n_intents) % UI_INTENTS_MAX] = *intent;
        ui->n_intents++;
        ui->touched = true;
    }
}

bool ui_next_intent(struct ui *ui, struct intent *ret_intent)
{
    if (ui->n_intents == 0) {
        return false;
    }
    *ret_intent = ui->intents[ui->first_intent];
    ui->first_intent = (ui->first_intent + 1) % UI_INTENTS_MAX;
    ui->n_intents--;
    return true;
}

static int scroll_at(const struct ui *ui, float x, float y)
{
    for (size_t i = ui->last->n_scrolls; i-- > 0;) {
        const struct ui_scroll *s = &ui->last->scrolls[i];
        if (ui_layer_counts(ui, s->layer) && rect_holds(s->rect, x, y) && s->extent > s->rect.h + 0.5F) {
            return (int)i;
        }
    }
    return -1;
}

static void finger_down(struct ui *ui, const struct input_event *event)
{
    const struct ui_node *node = ui_node_at(ui, event->x, event->y);
    struct ui_finger *f = &ui->finger;
    *f = (struct ui_finger){.down = true,
                            .id = event->finger,
                            .start_x = event->x,
                            .start_y = event->y,
                            .x = event->x,
                            .y = event->y,
                            .moved_us = event->at_us,
                            .down_us = event->at_us,
                            .scroll = scroll_at(ui, event->x, event->y)};
    if (f->scroll >= 0) {
        /* The keyboard, a dialog or a bar may lie over what scrolls. */
        bool over = node && node->scroll < 0 && node->role != UI_SURFACE && node->role != UI_LIST;
        f->scroll_hash = over ? 0 : ui->last->scrolls[f->scroll].hash;
    }
    struct ui_kept *kept = f->scroll_hash ? ui_kept_find(ui, f->scroll_hash) : NULL;
    if (kept && kept->velocity != 0) {
        kept->velocity = 0; /* catches what rolls, and presses nothing */
    } else if (node && !(node->state & UI_DISABLED)) {
        f->pressed = node->hash;
    }
    ui->touched = true;
}

static void finger_move(struct ui *ui, const struct input_event *event)
{
    struct ui_finger *f = &ui->finger;
    struct ui_kept *kept = f->scroll_hash ? ui_kept_find(ui, f->scroll_hash) : NULL;
    float dy = event->y - f->y;
    float dt = (float)(event->at_us - f->moved_us) / (float)US_PER_S;
    if (kept && !f->drags && fabsf(event->y - f->start_y) > DRAG_PX) {
        f->drags = true;
        f->pressed = 0;
    }
    if (kept && f->drags) {
        float gives = ui_scroll_excess(kept) != 0 ? 0.4F : 1.0F;
        kept->scroll -= dy * gives;
        if (dt > 0.0005F) {
            f->speed = 0.6F * f->speed + 0.4F * (-dy / dt);
        }
        ui->touched = true;
    }
    if (f->pressed) {
        const struct ui_node *node = ui_node_at(ui, event->x, event->y);
        if (!kept && (!node || node->hash != f->pressed) &&
            fabsf(event->x - f->start_x) + fabsf(event->y - f->start_y) > 4 * DRAG_PX) {
            f->pressed = 0;
            ui->touched = true;
        }
    }
    f->x = event->x;
    f->y = event->y;
    if (dt > 0.0005F) {
        f->moved_us = event->at_us;
    }
}

static void activate(struct ui *ui, const struct ui_node *node, float x)
{
    struct intent intent = node->intent;
    if (node->role == UI_FIELD) {
        ui_focus(ui, node->id);
        intent.edit = UI_EDIT_PLACE;
        intent.arg = (int64_t)((x - node->rect.x) * 64);
    } else if (node->role != UI_KEY && node->layer != UI_LAYER_KEYBOARD) {
        ui_focus(ui, "");
    }
    ui_push_intent(ui, &intent);
}

static void finger_up(struct ui *ui, const struct input_event *event)
{
    struct ui_finger f = ui->finger;
    const struct ui_node *node = ui_node_at(ui, event->x, event->y);
    ui->finger = (struct ui_finger){.scroll = -1};
    ui->touched = true;
    if (f.drags) {
        struct ui_kept *kept = ui_kept_find(ui, f.scroll_hash);
        bool held_still = event->at_us - f.moved_us > 80 * US_PER_MS;
        if (kept) {
            kept->moved_us = event->at_us;
            kept->velocity =
                held_still || fabsf(f.speed) < ROLLS_PX_PER_S ? 0 : fmaxf(fminf(f.speed, SPEED_MAX), -SPEED_MAX);
        }
    } else if (f.pressed && node && node->hash == f.pressed && !(node->state & UI_DISABLED)) {
        activate(ui, node, event->x);
    } else if (!node && ui->focus_hash && ui_layer_counts(ui, UI_LAYER_SCREEN)) {
        ui_focus(ui, "");
    }
}

static void scroll_by(struct ui *ui, float x, float y, float by_px)
{
    int i = scroll_at(ui, x, y);
    struct ui_kept *kept = i >= 0 ? ui_kept_find(ui, ui->last->scrolls[i].hash) : NULL;
    if (kept) {
        float most = fmaxf(kept->extent - kept->view, 0);
        kept->scroll = fminf(fmaxf(kept->scroll + by_px, 0), most);
        kept->velocity = 0;
        ui->touched = true;
    }
}

static bool takes_focus(const struct ui *ui, const struct ui_node *node)
{
    return node->intent.kind != 0 && node->role != UI_KEY && node->role != UI_SURFACE && node->role != UI_DIALOG &&
           !(node->state & UI_DISABLED) && ui_layer_counts(ui, node->layer) && !rect_empty(node->visible);
}

static void move_focus(struct ui *ui, int step)
{
    size_t n = ui->last->n_nodes, at = step > 0 ? n - 1 : 0;
    for (size_t i = 0; i < n; i++) {
        if (ui->last->nodes[i].hash == ui->focus_hash) {
            at = i;
        }
    }
    for (size_t i = 0; i < n; i++) {
        at = step > 0 ? (at + 1) % n : (at + n - 1) % n;
        if (takes_focus(ui, &ui->last->nodes[at])) {
            ui_focus(ui, ui->last->nodes[at].id);
            return;
        }
    }
}

static void edit(struct ui *ui, const struct ui_node *field, enum ui_edit what, const char *text)
{
    struct intent intent = field->intent;
    intent.edit = what;
    (void)text_copy(intent.text, sizeof(intent.text), text);
    ui_push_intent(ui, &intent);
}

/* @return false when the key means nothing to a field. */
static bool key_in_field(struct ui *ui, const struct ui_node *field, enum input_key key, bool repeated)
{
    static const enum ui_edit edits[] = {
        [INPUT_KEY_BACKSPACE] = UI_EDIT_BACKSPACE, [INPUT_KEY_DELETE] = UI_EDIT_DELETE, [INPUT_KEY_LEFT] = UI_EDIT_LEFT,
        [INPUT_KEY_RIGHT] = UI_EDIT_RIGHT,         [INPUT_KEY_HOME] = UI_EDIT_HOME,     [INPUT_KEY_END] = UI_EDIT_END,
        [INPUT_KEY_ENTER] = UI_EDIT_DONE,          [INPUT_KEY_PAGE_DOWN] = UI_EDIT_NONE};
    enum ui_edit what = (size_t)key < sizeof(edits) / sizeof(edits[0]) ? edits[key] : UI_EDIT_NONE;
    if (what == UI_EDIT_NONE || (what == UI_EDIT_DONE && repeated)) {
        return what != UI_EDIT_NONE;
    }
    edit(ui, field, what, "");
    return true;
}

static void escape(struct ui *ui)
{
    for (size_t i = ui->last->n_nodes; i-- > 0;) {
        const struct ui_node *node = &ui->last->nodes[i];
        if (node->role == UI_DIALOG && node->intent.kind != 0) {
            ui_push_intent(ui, &node->intent);
            return;
        }
    }
    ui_focus(ui, "");
}

static void scroll_page(struct ui *ui, float pages)
{
    if (ui->last->n_scrolls > 0) {
        const struct ui_scroll *s = &ui->last->scrolls[ui->last->n_scrolls - 1];
        scroll_by(ui, s->rect.x + 1, s->rect.y + 1, pages * s->rect.h);
    }
}

static void key(struct ui *ui, const struct input_event *event)
{
    const struct ui_node *node = ui_focused_node(ui);
    bool counts = node && !(node->state & UI_DISABLED) && ui_layer_counts(ui, node->layer);
    if (counts && node->role == UI_FIELD && key_in_field(ui, node, event->key, event->repeated)) {
        return;
    }
    switch (event->key) {
    case INPUT_KEY_TAB:
    case INPUT_KEY_BACK_TAB:
        move_focus(ui, event->key == INPUT_KEY_TAB ? 1 : -1);
        break;
    case INPUT_KEY_ENTER:
        if (counts && !event->repeated) {
            ui_push_intent(ui, &node->intent);
        }
        break;
    case INPUT_KEY_ESCAPE:
        if (!event->repeated) {
            escape(ui);
        }
        break;
    case INPUT_KEY_PAGE_UP:
    case INPUT_KEY_PAGE_DOWN:
        scroll_page(ui, event->key == INPUT_KEY_PAGE_UP ? -0.9F : 0.9F);
        break;
    case INPUT_KEY_UP:
    case INPUT_KEY_DOWN:
        scroll_page(ui, event->key == INPUT_KEY_UP ? -0.15F : 0.15F);
        break;
    default:
        break;
    }
}

static void type(struct ui *ui, const char *text)
{
    const struct ui_node *node = ui_focused_node(ui);
    if (node && node->role == UI_FIELD && !(node->state & UI_DISABLED) && ui_layer_counts(ui, node->layer)) {
        edit(ui, node, UI_EDIT_INSERT, text);
    }
}

static bool holds_key(const struct ui *ui)
{
    const struct ui_node *node = ui->finger.pressed ? ui_last_node(ui, ui->finger.pressed) : NULL;
    return node && node->role == UI_KEY;
}

void ui_input(struct ui *ui, const struct input_event *event)
{
    struct ui_finger *f = &ui->finger;
    ui->last_input_us = event->at_us;
    switch (event->kind) {
    case INPUT_DOWN:
        ui->by_keys = false;
        if (f->down && holds_key(ui)) {
            finger_up(ui, &(struct input_event){.at_us = event->at_us, .x = f->x, .y = f->y});
        }
        if (!f->down) {
            finger_down(ui, event);
        }
        break;
    case INPUT_MOVE:
        if (f->down && f->id == event->finger) {
            finger_move(ui, event);
        }
        break;
    case INPUT_UP:
        if (f->down && f->id == event->finger) {
            finger_up(ui, event);
        }
        break;
    case INPUT_CANCEL:
        *f = (struct ui_finger){.scroll = -1};
        ui->touched = true;
        break;
    case INPUT_WHEEL:
        scroll_by(ui, event->x, event->y, event->scroll_px);
        break;
    case INPUT_KEY:
        ui->by_keys = true;
        key(ui, event);
        break;
    case INPUT_TEXT:
        type(ui, event->text);
        break;
    }
}

bool ui_active(const struct ui *ui)
{
    if (ui->finger.down) {
        return true;
    }
    for (size_t i = 0; i < UI_STATES_MAX; i++) {
        if (ui->kept[i].velocity != 0) {
            return true;
        }
    }
    return false;
}

void ui_reset(struct ui *ui)
{
    ui->finger = (struct ui_finger){.scroll = -1};
    ui_focus(ui, "");
    memset(ui->kept, 0, sizeof(ui->kept));
    ui->n_intents = 0;
    ui->touched = true;
}
