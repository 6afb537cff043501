/* Whatever happens on a screen, and in whatever order: painting what has changed gives the picture that painting
 * all of it anew gives, within one level. */
#include "gallery/gallery.h"

#include "base/clock.h"
#include "gfx/damage.h"
#include "gfx/painter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>

enum { EVENTS = 2000 };
static const struct gallery_size size = {800, 480};

struct glass {
    struct gallery *gallery;
    struct ui *ui;
    struct painter *parts, *whole; /* apart, so that neither helps the other out */
    struct damage *damage;
    struct surface shown, anew;
    const struct gallery_fixture *fixture;
    enum language language;
    int64_t now_us;
    uint32_t seed;
    bool down;
    float x, y;
};

static uint32_t draw_number(struct glass *g, uint32_t below)
{
    g->seed = g->seed * 1664525U + 1013904223U;
    return (g->seed >> 8) % below;
}

static void open_glass(struct glass *g)
{
    *g = (struct glass){.now_us = GALLERY_NOW_US, .seed = 20261125};
    assert_int_equal(gallery_open(&g->gallery), 0);
    assert_int_equal(ui_new(gallery_text(g->gallery), theme_get(THEME_LIGHT), &g->ui), 0);
    assert_int_equal(painter_new(1, &g->parts), 0);
    assert_int_equal(painter_new(1, &g->whole), 0);
    assert_int_equal(damage_new(size.width, size.height, &g->damage), 0);
    assert_int_equal(surface_init(&g->shown, size.width, size.height), 0);
    assert_int_equal(surface_init(&g->anew, size.width, size.height), 0);
}

static void close_glass(struct glass *g)
{
    surface_finish(&g->anew);
    surface_finish(&g->shown);
    damage_free(g->damage);
    painter_free(g->whole);
    painter_free(g->parts);
    ui_free(g->ui);
    gallery_close(g->gallery);
}

static void another_screen(struct glass *g)
{
    size_t n;
    const struct gallery_fixture *fixtures = gallery_fixtures(&n);
    g->fixture = &fixtures[draw_number(g, (uint32_t)n)];
    if (draw_number(g, 4) == 0) {
        ui_reset(g->ui); /* as a face does; without, more is carried over than ever should be */
    }
}

static void finger(struct glass *g, enum input_kind kind)
{
    ui_input(g->ui, &(struct input_event){.kind = kind, .at_us = g->now_us, .finger = 1, .x = g->x, .y = g->y});
    g->down = kind == INPUT_DOWN || (g->down && kind == INPUT_MOVE);
}

/* A tap where something is, or anywhere. */
static void touch(struct glass *g)
{
    size_t n;
    const struct ui_node *nodes = ui_nodes(g->ui, &n);
    g->x = (float)draw_number(g, (uint32_t)size.width);
    g->y = (float)draw_number(g, (uint32_t)size.height);
    for (size_t i = 0, at = draw_number(g, (uint32_t)n + 1); i < n && draw_number(g, 8) > 0; i++) {
        const struct ui_node *node = &nodes[(at + i) % n];
        if (node->intent.kind != 0 && !rect_empty(node->visible)) {
            g->x = node->visible.x + node->visible.w / 2;
            g->y = node->visible.y + node->visible.h / 2;
            break;
        }
    }
    finger(g, INPUT_DOWN);
}

static void drag(struct glass *g)
{
    g->x += (float)draw_number(g, 41) - 20;
    g->y += (float)draw_number(g, 161) - 80;
    finger(g, INPUT_MOVE);
}

static void something_happens(struct glass *g)
{
    uint32_t what = draw_number(g, 16);
    g->now_us += (int64_t)draw_number(g, 120) * US_PER_MS;
    if (what < 3) {
        another_screen(g);
    } else if (what == 3) {
        g->language = (enum language)draw_number(g, LANGUAGES);
    } else if (what == 4) {
        g->now_us += (int64_t)draw_number(g, 30) * US_PER_S;
    } else if (what == 5) {
        ui_input(g->ui, &(struct input_event){.kind = INPUT_KEY, .at_us = g->now_us, .key = INPUT_KEY_TAB});
    } else if (!g->down) {
        touch(g);
    } else if (what < 12) {
        drag(g);
    } else {
        finger(g, INPUT_UP);
    }
}

static int largest_difference(const struct surface *a, const struct surface *b)
{
    int most = 0;
    for (size_t i = 0; i < (size_t)a->stride * (size_t)a->height; i++) {
        uint32_t p = a->pixels[i], q = b->pixels[i];
        for (int shift = 0; p != q && shift < 32; shift += 8) {
            int d = abs((int)(p >> shift & 255) - (int)(q >> shift & 255));
            most = d > most ? d : most;
        }
    }
    return most;
}

static void show(struct glass *g)
{
    struct pixel_rect rects[DAMAGE_RECTS_MAX];
    const struct pixel_rect all = {0, 0, size.width, size.height};
    gallery_settle(g->ui, g->fixture, g->now_us, size, g->language);
    const struct draw_list *list = ui_draw(g->ui);
    size_t n = damage_compare(g->damage, list, 1, rects);
    assert_int_equal(painter_paint(g->parts, list, &g->shown, rects, n), 0);
    assert_int_equal(painter_paint(g->whole, list, &g->anew, &all, 1), 0);
}

static void any_screen_after_any_other_looks_as_if_painted_anew(void **state)
{
    (void)state;
    struct glass g;
    open_glass(&g);
    another_screen(&g);
    for (int i = 0; i < EVENTS; i++) {
        show(&g);
        int most = largest_difference(&g.shown, &g.anew);
        if (most > 1) {
            fail_msg("event %d, %s in %s: a channel is %d levels off", i, g.fixture->name, language_code(g.language),
                     most);
        }
        something_happens(&g);
    }
    close_glass(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_screen_after_any_other_looks_as_if_painted_anew),
    };
    return cmocka_run_group_tests_name("ui.screens.damage", tests, NULL, NULL);
}
