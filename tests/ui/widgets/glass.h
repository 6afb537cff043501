#pragma once

/* A screen without a window, for the widgets' tests: a view over a model of the test's own, and a finger. Time is the
 * test's: each picture is 10 ms after the one before. */

#include "widgets/ui.h"

struct glass {
    struct text *text;
    struct ui *ui;
    float width, height;
    int64_t now_us;
    void *model;
    void (*view)(struct ui *ui, void *model);
    void (*on)(struct ui *ui, void *model, const struct intent *intent);
};

void glass_open(struct glass *glass, float width, float height);
void glass_close(struct glass *glass);
/** Hands the intents to `on` and draws, again and again until nothing more is due at once. */
void glass_picture(struct glass *glass);
/** The same after @us have passed. */
void glass_wait(struct glass *glass, int64_t us);
void glass_finger(struct glass *glass, enum input_kind kind, float x, float y);
/** Down on the middle of it and up again. Fails when there is no such node. */
void glass_touch(struct glass *glass, enum ui_role role, const char *label);
void glass_touch_id(struct glass *glass, const char *id);
void glass_type(struct glass *glass, const char *text);
void glass_key(struct glass *glass, enum input_key key);
const struct ui_node *glass_find(struct glass *glass, enum ui_role role, const char *label);
