/* What has changed, and only that, is painted again: and the picture is then what painting all of it anew would
 * give. */
#include "gfx/damage.h"
#include "gfx/painter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 320, HEIGHT = 240, THINGS = 24 };

struct canvas {
    struct text *text;
    struct draw_list *list;
    struct painter *painter;
    struct damage *damage;
    struct surface surface, photo;
    float scale;
};

static int open_canvas(struct canvas *c, float scale)
{
    c->scale = scale;
    assert_int_equal(text_open(FONTS_CONF, scale, &c->text), 0);
    assert_int_equal(draw_list_new(c->text, &c->list), 0);
    assert_int_equal(painter_new(scale, &c->painter), 0);
    assert_int_equal(damage_new((int)((float)WIDTH * scale), (int)((float)HEIGHT * scale), &c->damage), 0);
    assert_int_equal(surface_init(&c->surface, (int)((float)WIDTH * scale), (int)((float)HEIGHT * scale)), 0);
    assert_int_equal(surface_init(&c->photo, 40, 50), 0);
    for (int i = 0; i < 40 * 50; i++) {
        c->photo.pixels[i] = 0xff000000U | ((uint32_t)i * 2654435761U) >> 8;
    }
    return 0;
}

static void close_canvas(struct canvas *c)
{
    surface_finish(&c->photo);
    surface_finish(&c->surface);
    damage_free(c->damage);
    painter_free(c->painter);
    draw_list_free(c->list);
    text_close(c->text);
}

static uint32_t draw_number(uint32_t *seed, uint32_t below)
{
    *seed = *seed * 1664525U + 1013904223U;
    return (*seed >> 8) % below;
}

/* Something or other, somewhere or other. */
static void add_thing(struct canvas *c, uint32_t seed)
{
    static const char *const words[] = {"Håll upp ditt kort",    "182",          "Weiß & Å", "مرحبا",
                                        "👩‍👩‍👧 fi", "Tuesday 12:30"};
    struct rect r = rect_of((float)draw_number(&seed, 280), (float)draw_number(&seed, 200),
                            (float)draw_number(&seed, 120) + 1, (float)draw_number(&seed, 90) + 1);
    struct colour colour = colour_alpha(colour_rgb(draw_number(&seed, 0xffffff)), (uint8_t)draw_number(&seed, 256));
    const struct text_style style = {.size_px = 10 + (float)draw_number(&seed, 30),
                                     .weight = (enum text_weight)draw_number(&seed, 4),
                                     .align = (enum text_align)draw_number(&seed, 3),
                                     .vertical = (enum text_vertical)draw_number(&seed, 3),
                                     .max_lines = (int)draw_number(&seed, 3)};
    const struct draw_point points[] = {{0, 5}, {20, 30}, {40, 2}, {60, 17}};
    switch (draw_number(&seed, 7)) {
    case 0:
        draw_box(c->list, r,
                 &(struct draw_box){.fill = colour_alpha(colour, 255),
                                    .radius = (float)draw_number(&seed, 20),
                                    .border_px = (float)draw_number(&seed, 3),
                                    .border = colour_rgb(0x224466),
                                    .shadow_px = (float)draw_number(&seed, 20),
                                    .shadow_dy = 3,
                                    .shadow = colour_alpha(colour_rgb(0), 90)});
        break;
    case 1:
        draw_fill(c->list, r, colour, 0);
        break;
    case 2:
        draw_text(c->list, r, words[draw_number(&seed, 6)], &style, colour);
        break;
    case 3:
        draw_icon(c->list, r, (enum icon)(1 + draw_number(&seed, ICON_COUNT_ - 1)), colour, 0);
        break;
    case 4:
        draw_image(c->list, r, &c->photo, 7, (float)draw_number(&seed, 20));
        break;
    case 5:
        draw_lines(c->list, r, points, 4, 2.5F, draw_number(&seed, 2) == 1, colour);
        break;
    default:
        draw_ring(c->list, r, 0, (float)draw_number(&seed, 100) / 100, 4, colour);
    }
}

static void scene(struct canvas *c, const uint32_t *seeds)
{
    draw_begin(c->list, WIDTH, HEIGHT);
    draw_box(c->list, rect_of(0, 0, WIDTH, HEIGHT),
             &(struct draw_box){.fill = colour_rgb(0x3bd6ad), .fill_end = colour_rgb(0x1aae8b), .gradient = true});
    for (size_t i = 0; i < THINGS; i++) {
        if (i == 10) {
            draw_clip_push(c->list, rect_of(33.5F, 20, 201, 170.25F));
        }
        if (seeds[i]) {
            add_thing(c, seeds[i]);
        }
    }
    draw_clip_pop(c->list);
}

static int largest_difference(const struct surface *a, const struct surface *b)
{
    int most = 0;
    for (int y = 0; y < a->height; y++) {
        for (int x = 0; x < a->width; x++) {
            uint32_t p = a->pixels[y * a->stride + x], q = b->pixels[y * b->stride + x];
            for (int shift = 0; shift < 32; shift += 8) {
                int d = abs((int)(p >> shift & 255) - (int)(q >> shift & 255));
                most = d > most ? d : most;
            }
        }
    }
    return most;
}

static void repaint(struct canvas *c)
{
    struct pixel_rect rects[DAMAGE_RECTS_MAX];
    size_t n = damage_compare(c->damage, c->list, c->scale, rects);
    assert_int_equal(painter_paint(c->painter, c->list, &c->surface, rects, n), 0);
}

static void changes_look_as_painted_anew(float scale)
{
    struct canvas c = {0};
    struct surface whole = {0};
    uint32_t seeds[THINGS] = {0}, random = 12345;
    open_canvas(&c, scale);
    assert_int_equal(surface_init(&whole, c.surface.width, c.surface.height), 0);
    const struct pixel_rect all = {0, 0, whole.width, whole.height};
    for (int step = 0; step < 400; step++) {
        seeds[draw_number(&random, THINGS)] = draw_number(&random, 5) ? draw_number(&random, 1000000) : 0;
        scene(&c, seeds);
        repaint(&c);
        assert_int_equal(painter_paint(c.painter, c.list, &whole, &all, 1), 0);
        assert_in_range(largest_difference(&c.surface, &whole), 0, 1);
    }
    surface_finish(&whole);
    close_canvas(&c);
}

static void what_changed_looks_as_if_all_were_painted_anew(void **state)
{
    (void)state;
    changes_look_as_painted_anew(1);
}

static void so_it_does_on_a_dense_display(void **state)
{
    (void)state;
    changes_look_as_painted_anew(1.5F);
}

static void nothing_changed_is_nothing_to_paint(void **state)
{
    (void)state;
    struct canvas c = {0};
    struct pixel_rect rects[DAMAGE_RECTS_MAX];
    uint32_t seeds[THINGS] = {5, 6, 7, 8};
    open_canvas(&c, 1);
    scene(&c, seeds);
    assert_int_equal(damage_compare(c.damage, c.list, 1, rects), 1);
    assert_int_equal(rects[0].w, WIDTH);
    assert_int_equal(rects[0].h, HEIGHT);
    scene(&c, seeds);
    assert_int_equal(damage_compare(c.damage, c.list, 1, rects), 0);
    damage_all(c.damage);
    scene(&c, seeds);
    assert_int_equal(damage_compare(c.damage, c.list, 1, rects), 1);
    close_canvas(&c);
}

static void a_small_change_is_a_small_rectangle(void **state)
{
    (void)state;
    struct canvas c = {0};
    struct pixel_rect rects[DAMAGE_RECTS_MAX];
    open_canvas(&c, 1);
    for (int i = 0; i < 2; i++) {
        draw_begin(c.list, WIDTH, HEIGHT);
        draw_fill(c.list, rect_of(0, 0, WIDTH, HEIGHT), colour_rgb(0), 0);
        draw_fill(c.list, rect_of(100, 100, 20, 20), colour_rgb(i ? 0xff0000 : 0x00ff00), 4);
        size_t n = damage_compare(c.damage, c.list, 1, rects);
        assert_int_equal(n, 1);
    }
    assert_int_equal(rects[0].x, 96);
    assert_int_equal(rects[0].y, 96);
    assert_int_equal(rects[0].w, 32);
    assert_int_equal(rects[0].h, 32);
    close_canvas(&c);
}

static void nothing_is_painted_outside_the_rectangles(void **state)
{
    (void)state;
    struct canvas c = {0};
    uint32_t seeds[THINGS];
    const struct pixel_rect part = {64, 32, 96, 64};
    open_canvas(&c, 1);
    for (uint32_t i = 0; i < THINGS; i++) {
        seeds[i] = i + 1;
    }
    scene(&c, seeds);
    assert_int_equal(painter_paint(c.painter, c.list, &c.surface, &part, 1), 0);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            bool within = x >= part.x && x < part.x + part.w && y >= part.y && y < part.y + part.h;
            assert_true(within == (c.surface.pixels[y * c.surface.stride + x] != 0));
        }
    }
    close_canvas(&c);
}

static void many_scattered_changes_stay_within_the_limit_and_do_not_overlap(void **state)
{
    (void)state;
    struct canvas c = {0};
    struct pixel_rect rects[DAMAGE_RECTS_MAX];
    struct damage *damage = NULL;
    uint32_t random = 99;
    open_canvas(&c, 1);
    assert_int_equal(damage_new(2000, 2000, &damage), 0);
    for (int step = 0; step < 50; step++) {
        draw_begin(c.list, 2000, 2000);
        for (int i = 0; i < 20 + step * 4; i++) {
            float x = (float)draw_number(&random, 1990), y = (float)draw_number(&random, 1990);
            draw_fill(c.list, rect_of(x, y, 5, 5), colour_rgb(draw_number(&random, 0xffffff)), 0);
        }
        size_t n = damage_compare(damage, c.list, 1, rects);
        assert_in_range(n, 1, DAMAGE_RECTS_MAX);
        for (size_t i = 0; i < n; i++) {
            assert_true(rects[i].x >= 0 && rects[i].x + rects[i].w <= 2000 && rects[i].y + rects[i].h <= 2000);
            for (size_t k = i + 1; k < n; k++) {
                assert_true(rects[i].x + rects[i].w <= rects[k].x || rects[k].x + rects[k].w <= rects[i].x ||
                            rects[i].y + rects[i].h <= rects[k].y || rects[k].y + rects[k].h <= rects[i].y);
            }
        }
    }
    damage_free(damage);
    close_canvas(&c);
}

static void a_list_that_is_full_says_so(void **state)
{
    (void)state;
    struct canvas c = {0};
    size_t n;
    static char long_text[DRAW_BYTES_MAX / 4 + 8];
    open_canvas(&c, 1);
    draw_begin(c.list, WIDTH, HEIGHT);
    for (int i = 0; i < DRAW_COMMANDS_MAX; i++) {
        draw_fill(c.list, rect_of(0, 0, 5, 5), colour_rgb(1), 0);
    }
    assert_false(draw_overflowed(c.list));
    draw_fill(c.list, rect_of(0, 0, 5, 5), colour_rgb(1), 0);
    assert_true(draw_overflowed(c.list));
    (void)draw_commands(c.list, &n);
    assert_int_equal(n, DRAW_COMMANDS_MAX);
    memset(long_text, 'x', sizeof(long_text) - 1);
    draw_begin(c.list, WIDTH, HEIGHT);
    for (int i = 0; i < 5; i++) {
        draw_text(c.list, rect_of(0, 0, 50, 50), long_text, &(struct text_style){.size_px = 12}, colour_rgb(1));
    }
    assert_true(draw_overflowed(c.list));
    (void)draw_commands(c.list, &n);
    assert_int_equal(n, 3);
    close_canvas(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_changed_looks_as_if_all_were_painted_anew),
        cmocka_unit_test(so_it_does_on_a_dense_display),
        cmocka_unit_test(nothing_changed_is_nothing_to_paint),
        cmocka_unit_test(a_small_change_is_a_small_rectangle),
        cmocka_unit_test(nothing_is_painted_outside_the_rectangles),
        cmocka_unit_test(many_scattered_changes_stay_within_the_limit_and_do_not_overlap),
        cmocka_unit_test(a_list_that_is_full_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
