#pragma once

/* What the parts of struct ui share: ui.c (pictures and nodes), ui_input.c (what a person does), ui_scroll.c. */

#include "widgets/ui.h"

enum { UI_STRINGS_MAX = 96 * 1024, UI_LAYERS_MAX = 8, UI_SCROLLS_MAX = 16, UI_LAYERS = 4 };
enum { UI_LAYER_SCREEN, UI_LAYER_KEYBOARD, UI_LAYER_DIALOG, UI_LAYER_TOAST };

struct ui_scroll {
    unsigned hash; /* of what is kept */
    struct rect rect;
    float extent;
    int layer;
};

/* What a view has left. */
struct ui_picture {
    struct ui_node nodes[UI_NODES_MAX];
    size_t n_nodes;
    char strings[UI_STRINGS_MAX];
    size_t n_strings;
    struct ui_scroll scrolls[UI_SCROLLS_MAX];
    size_t n_scrolls;
    bool has_dialog;
};

/* The one finger that counts. */
struct ui_finger {
    bool down;
    int64_t id;
    float start_x, start_y, x, y;
    int64_t moved_us, down_us;
    int64_t repeats; /* how many times what it holds down has acted again */
    unsigned pressed; /* hash of the node it went down on; 0: none, or let go */
    int scroll; /* index into the last picture's scrolls; -1 */
    unsigned scroll_hash;
    bool drags;
    float speed; /* px/s of the drag, smoothed */
};

struct ui {
    struct draw_list *list;
    const struct theme *theme;
    struct ui_picture *last, *now; /* the finished one, and the one being made */
    int64_t now_us, again_us, last_input_us;
    float width, height;
    bool touched;
    int layers[UI_LAYERS_MAX];
    size_t n_layers;
    int scroll_stack[UI_LAYERS_MAX]; /* indices into now->scrolls */
    size_t n_scroll_stack;
    struct ui_kept kept[UI_STATES_MAX];
    struct ui_finger finger;
    char focus[UI_ID_SIZE];
    unsigned focus_hash; /* 0: none */
    bool uses_keyboard;
    bool by_keys; /* the last input was a key */
    float keyboard_px;
    struct intent intents[UI_INTENTS_MAX]; /* a ring */
    size_t first_intent, n_intents;
};

unsigned ui_hash(const char *id);
/** What is kept under a hash; NULL when nothing is. */
struct ui_kept *ui_kept_find(struct ui *ui, unsigned hash);
/** The node of the last picture with this hash; NULL. */
const struct ui_node *ui_last_node(const struct ui *ui, unsigned hash);
/** True when touches on this layer count now. */
bool ui_layer_counts(const struct ui *ui, int layer);
/** How many nodes the picture under way has: the next one's index. */
size_t ui_node_count(const struct ui *ui);
/** Names a node of the picture under way; one that found no room is left out. */
void ui_node_name(struct ui *ui, size_t index, const char *label);
/** How far an offset lies beyond its ends. */
float ui_scroll_excess(const struct ui_kept *kept);
