#include "glass.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { PICTURE_US = 10000, AT_ONCE_MOST = 8 };

void glass_open(struct glass *glass, float width, float height)
{
    *glass = (struct glass){.width = width, .height = height, .now_us = 1000000};
    assert_int_equal(text_open(FONTS_CONF, 1, &glass->text), 0);
    assert_int_equal(ui_new(glass->text, theme_get(THEME_LIGHT), &glass->ui), 0);
}

void glass_close(struct glass *glass)
{
    ui_free(glass->ui);
    text_close(glass->text);
}

void glass_picture(struct glass *glass)
{
    struct intent intent;
    for (int i = 0; i < AT_ONCE_MOST; i++) {
        while (ui_next_intent(glass->ui, &intent)) {
            glass->on(glass->ui, glass->model, &intent);
            ui_touch(glass->ui);
        }
        glass->now_us += PICTURE_US;
        ui_begin(glass->ui, glass->now_us, glass->width, glass->height);
        glass->view(glass->ui, glass->model);
        ui_end(glass->ui);
        if (ui_deadline(glass->ui) > glass->now_us) {
            return;
        }
    }
    fail_msg("a screen that is never done");
}

void glass_wait(struct glass *glass, int64_t us)
{
    glass->now_us += us;
    glass_picture(glass);
}

void glass_finger(struct glass *glass, enum input_kind kind, float x, float y)
{
    ui_input(glass->ui, &(struct input_event){.kind = kind, .at_us = glass->now_us, .finger = 1, .x = x, .y = y});
    glass_picture(glass);
}

static void touch_node(struct glass *glass, const struct ui_node *node)
{
    float x = node->rect.x + node->rect.w / 2, y = node->rect.y + node->rect.h / 2;
    glass_finger(glass, INPUT_DOWN, x, y);
    glass_finger(glass, INPUT_UP, x, y);
}

const struct ui_node *glass_find(struct glass *glass, enum ui_role role, const char *label)
{
    const struct ui_node *node = ui_find(glass->ui, role, label);
    if (!node) {
        fail_msg("no %s \"%s\"", ui_role_text(role), label);
    }
    return node;
}

void glass_touch(struct glass *glass, enum ui_role role, const char *label)
{
    touch_node(glass, glass_find(glass, role, label));
}

void glass_touch_id(struct glass *glass, const char *id)
{
    const struct ui_node *node = ui_find_id(glass->ui, id);
    if (!node) {
        fail_msg("no %s", id);
        return;
    }
    touch_node(glass, node);
}

void glass_type(struct glass *glass, const char *text)
{
    struct input_event event = {.kind = INPUT_TEXT, .at_us = glass->now_us};
    (void)text_copy(event.text, sizeof(event.text), text);
    ui_input(glass->ui, &event);
    glass_picture(glass);
}

void glass_key(struct glass *glass, enum input_key key)
{
    ui_input(glass->ui, &(struct input_event){.kind = INPUT_KEY, .at_us = glass->now_us, .key = key});
    glass_picture(glass);
}
