/* What drawing costs: a whole picture, one changed button, a long list that rolls. In this process, into memory. */
#include "bench/ui_bench.h"

#include "base/clock.h"
#include "bench/samples.h"
#include "gfx/damage.h"
#include "gfx/painter.h"
#include "widgets/widgets.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { WIDTH = 1280, HEIGHT = 800, ROWS = 100000 };

struct canvas {
    struct text *text;
    struct ui *ui;
    struct painter *painter;
    struct damage *damage;
    struct surface surface;
    int64_t now_us;
    int64_t pressed;
};

static int64_t cpu_ns(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int open_canvas(struct canvas *c, const struct bench *b)
{
    char fonts[BENCH_PATH_SIZE + 32];
    (void)snprintf(fonts, sizeof(fonts), "%s/../share/stile/fonts.conf", b->programs);
    *c = (struct canvas){.now_us = US_PER_S};
    int r = text_open(fonts, 1, &c->text);
    r = r < 0 ? r : ui_new(c->text, theme_get(THEME_LIGHT), &c->ui);
    r = r < 0 ? r : painter_new(1, &c->painter);
    r = r < 0 ? r : damage_new(WIDTH, HEIGHT, &c->damage);
    return r < 0 ? r : surface_init(&c->surface, WIDTH, HEIGHT);
}

static void close_canvas(struct canvas *c)
{
    surface_finish(&c->surface);
    damage_free(c->damage);
    painter_free(c->painter);
    ui_free(c->ui);
    text_close(c->text);
}

typedef void view_fn(struct ui *ui, const void *user);

static void view_fixture(struct ui *ui, const void *user)
{
    const struct gallery_fixture *fixture = user;
    fixture->view(ui, LANGUAGE_SV);
}

static int picture(struct canvas *c, view_fn *view, const void *user)
{
    struct pixel_rect rects[DAMAGE_RECTS_MAX];
    c->now_us += 16667;
    ui_begin(c->ui, c->now_us, WIDTH, HEIGHT);
    view(c->ui, user);
    ui_end(c->ui);
    size_t n = damage_compare(c->damage, ui_draw(c->ui), 1, rects);
    return painter_paint(c->painter, ui_draw(c->ui), &c->surface, rects, n);
}

/* Every screen of the gallery, drawn whole. */
static int measure_whole(struct bench *b, struct canvas *c)
{
    size_t n_fixtures;
    const struct gallery_fixture *fixtures = gallery_fixtures(&n_fixtures);
    struct samples all = {0}, worst = {0};
    const char *worst_name = "";
    int r = 0;
    for (size_t i = 0; r == 0 && i < n_fixtures; i++) {
        struct samples one = {0};
        for (int k = 0; r == 0 && k < (b->quick ? 3 : 40); k++) {
            damage_all(c->damage);
            int64_t from = cpu_ns();
            r = picture(c, view_fixture, &fixtures[i]);
            if (k > 0 && r == 0) { /* the first makes its texts and masks */
                r = samples_add(&one, cpu_ns() - from);
                r = r < 0 ? r : samples_add(&all, one.ns[one.n - 1]);
            }
        }
        if (samples_percentile(&one, 50) > samples_percentile(&worst, 50)) {
            struct samples swap = worst;
            worst = one;
            one = swap;
            worst_name = fixtures[i].name;
        }
        samples_finish(&one);
    }
    if (r == 0 && worst.n > 0) {
        struct table_row *row = table_add(&b->table, "whole picture, 1280x800, all screens (CPU)");
        table_times(row, &all);
        table_note(row, "%zu screens", n_fixtures);
        row = table_add(&b->table, "whole picture, the dearest screen (CPU)");
        table_times(row, &worst);
        table_note(row, "%.60s", worst_name);
        table_budget(row, TABLE_P50, 4000);
    }
    samples_finish(&all);
    samples_finish(&worst);
    return r;
}

static void view_buttons(struct ui *ui, const void *user)
{
    const int64_t *pressed = user;
    const struct rect all = rect_inset(ui_bounds(ui), 40);
    draw_fill(ui_draw(ui), ui_bounds(ui), ui_colour(ui, THEME_BACKGROUND), 0);
    for (int i = 0; i < 24; i++) {
        widget_button(ui, rect_column_cell(rect_row_cell(all, (unsigned)i % 4, 4, 40), (unsigned)i / 4, 6, 56),
                      &(struct widget_button){.id = "button",
                                              .index = i,
                                              .label = "Let somebody in",
                                              .kind = i == *pressed ? BUTTON_PRIMARY : BUTTON_SECONDARY,
                                              .icon = ICON_UNLOCK,
                                              .intent = {.kind = 1}});
    }
}

/* View, comparison and painting of what one changed button asks for. */
static int measure_button(struct bench *b, struct canvas *c)
{
    struct samples cpu = {0};
    int r = 0;
    for (int i = 0; r == 0 && i < (b->quick ? 10 : 2000); i++) {
        c->pressed = i % 24;
        int64_t from = cpu_ns();
        r = picture(c, view_buttons, &c->pressed);
        if (i >= 2 && r == 0) {
            r = samples_add(&cpu, cpu_ns() - from);
        }
    }
    if (r == 0) {
        struct table_row *row = table_add(&b->table, "a button changes and the one before goes back (CPU)");
        table_times(row, &cpu);
        table_budget(row, TABLE_P50, 300);
        table_note(row, "two buttons of 24");
    }
    samples_finish(&cpu);
    return r;
}

static void draw_row(struct ui *ui, const void *user, size_t row, struct rect rect, char *ret_label, size_t size)
{
    const struct text_style name = theme_text(TYPE_BODY_STRONG), detail = theme_text(TYPE_SMALL);
    char text[64];
    (void)user;
    (void)snprintf(ret_label, size, "Member %zu", row);
    (void)ui_node_text(ui, rect_of(rect.x + 80, rect.y + 10, 400, 26), ret_label, &name, ui_colour(ui, THEME_TEXT));
    (void)snprintf(text, sizeof(text), "%zu · Gold", 10000 + row);
    (void)ui_node_text(ui, rect_of(rect.x + 80, rect.y + 38, 400, 22), text, &detail, ui_colour(ui, THEME_TEXT_MUTED));
    widget_avatar(ui, "face", rect_of(rect.x + 16, rect.y + 10, 52, 52), NULL, 0, ret_label);
}

static void view_list(struct ui *ui, const void *user)
{
    (void)user;
    draw_fill(ui_draw(ui), ui_bounds(ui), ui_colour(ui, THEME_BACKGROUND), 0);
    widget_list(ui, rect_of(24, 88, WIDTH - 48, HEIGHT - 112),
                &(struct widget_list){.id = "members",
                                      .label = "Members",
                                      .n_rows = ROWS,
                                      .row_px = 76,
                                      .chosen = -1,
                                      .intent_kind = 1,
                                      .row = draw_row});
}

/* A finger drags the list, frame by frame: how long each frame is worked at. */
static int measure_list(struct bench *b, struct canvas *c)
{
    struct samples frames = {0};
    int r = picture(c, view_list, NULL);
    ui_input(c->ui, &(struct input_event){.kind = INPUT_DOWN, .at_us = c->now_us, .finger = 1, .x = 600, .y = 700});
    for (int i = 0; r == 0 && i < (b->quick ? 20 : 1500); i++) {
        float y = 700 - (float)(i % 60) * 9;
        if (i % 60 == 59) { /* lets go and takes hold again: between them it rolls */
            ui_input(c->ui, &(struct input_event){.kind = INPUT_UP, .at_us = c->now_us, .finger = 1, .x = 600, .y = y});
            for (int k = 0; r == 0 && k < 30; k++) {
                int64_t from = bench_ns();
                r = picture(c, view_list, NULL);
                r = r < 0 ? r : samples_add(&frames, bench_ns() - from);
            }
            ui_input(c->ui,
                     &(struct input_event){.kind = INPUT_DOWN, .at_us = c->now_us, .finger = 1, .x = 600, .y = 700});
            continue;
        }
        ui_input(c->ui, &(struct input_event){.kind = INPUT_MOVE, .at_us = c->now_us, .finger = 1, .x = 600, .y = y});
        int64_t from = bench_ns();
        r = picture(c, view_list, NULL);
        r = r < 0 ? r : samples_add(&frames, bench_ns() - from);
    }
    ui_reset(c->ui);
    if (r == 0) {
        struct table_row *row = table_add(&b->table, "a frame of a list of 100,000 rows that scrolls");
        table_times(row, &frames);
        table_budget(row, TABLE_P99, 1e6 / 60);
    }
    samples_finish(&frames);
    return r;
}

int ui_bench_draw(struct bench *b)
{
    struct canvas c;
    int r = open_canvas(&c, b);
    r = r < 0 ? r : measure_whole(b, &c);
    r = r < 0 ? r : measure_button(b, &c);
    r = r < 0 ? r : measure_list(b, &c);
    close_canvas(&c);
    return r < 0 ? bench_failed("drawing", r) : 0;
}
