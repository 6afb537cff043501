/* Lists of any length: which rows are asked for, where they stand, what a touch of one means. */
#include "glass.h"

#include "i18n/i18n.h"
#include "widgets/widgets.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { ON_ROW = 7, WIDTH = 400, HEIGHT = 400, TOP = 50, VIEW = 300 };

struct page {
    struct widget_list list;
    size_t calls, lowest, highest; /* of the picture drawn last */
    bool in_order;
    int intents;
    int64_t touched;
};

static void draw_row(struct ui *ui, const void *user, size_t row, struct rect rect, char *ret_label, size_t size)
{
    /* What was asked for is the test's own record; the widget promises no more than to hand `user` back. */
    struct page *const *page = user;
    struct page *p = *page;
    struct text_style style = theme_text(TYPE_BODY);
    p->in_order = p->in_order && (p->calls == 0 || row == p->highest + 1);
    p->lowest = p->calls == 0 ? row : p->lowest;
    p->highest = row;
    p->calls++;
    (void)snprintf(ret_label, size, "Row %zu", row);
    (void)ui_node_text(ui, rect_inset_xy(rect, SPACE_L, 0), ret_label, &style, ui_colour(ui, THEME_TEXT));
}

static void view(struct ui *ui, void *model)
{
    struct page *page = model;
    page->calls = 0;
    page->in_order = true;
    widget_list(ui, rect_of(20, TOP, 360, VIEW), &page->list);
}

static void on(struct ui *ui, void *model, const struct intent *intent)
{
    struct page *page = model;
    (void)ui;
    assert_int_equal(intent->kind, ON_ROW);
    page->intents++;
    page->touched = intent->arg;
}

static void open_page(struct glass *glass, struct page *page, struct page *const *user, size_t n_rows)
{
    *page = (struct page){.list = {.id = "people",
                                   .label = "Customers",
                                   .n_rows = n_rows,
                                   .row_px = 64,
                                   .chosen = -1,
                                   .intent_kind = ON_ROW,
                                   .empty = "Nobody by that name",
                                   .row = draw_row,
                                   .user = user}};
    i18n_set(LANGUAGE_EN);
    glass_open(glass, WIDTH, HEIGHT);
    glass->model = page;
    glass->view = view;
    glass->on = on;
    glass_picture(glass);
}

static void scroll_to(struct glass *glass, float offset_px)
{
    ui_keep(glass->ui, "people")->scroll = offset_px;
    glass_picture(glass);
}

static void only_rows_that_show_are_asked_for(void **state)
{
    (void)state;
    struct glass glass;
    struct page page, *self = &page;
    open_page(&glass, &page, &self, 1000);
    for (int offset = 0; offset <= 1000 * 64 - VIEW; offset += 37) {
        scroll_to(&glass, (float)offset);
        assert_true(page.in_order);
        assert_int_equal(page.lowest, offset / 64);
        assert_int_equal(page.highest, (offset + VIEW - 1) / 64);
        char id[UI_ID_SIZE];
        (void)snprintf(id, sizeof(id), "people.%zu", page.lowest);
        const struct ui_node *first = ui_find_id(glass.ui, id);
        assert_non_null(first);
        assert_true(first->rect.y == (float)(TOP - offset % 64));
        assert_true(first->visible.y == (float)TOP);
    }
    glass_close(&glass);
}

static void a_longer_list_asks_for_no_more_rows(void **state)
{
    (void)state;
    static const size_t lengths[] = {100, 1000, 100000, 10000000};
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        struct glass glass;
        struct page page, *self = &page;
        open_page(&glass, &page, &self, lengths[i]);
        assert_int_equal(page.calls, 5);
        scroll_to(&glass, 1610);
        assert_int_equal(page.calls, 5);
        assert_int_equal(page.lowest, 25);
        glass_close(&glass);
    }
}

static void at_the_end_the_last_row_ends_at_the_lower_edge(void **state)
{
    (void)state;
    static const size_t lengths[] = {5, 7, 1000, 100000, 1000003, 10000000};
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        struct glass glass;
        struct page page, *self = &page;
        char id[UI_ID_SIZE];
        open_page(&glass, &page, &self, lengths[i]);
        ui_input(glass.ui, &(struct input_event){
                               .kind = INPUT_WHEEL, .at_us = glass.now_us, .x = 100, .y = 100, .scroll_px = 1e12F});
        glass_picture(&glass);
        (void)snprintf(id, sizeof(id), "people.%zu", lengths[i] - 1);
        const struct ui_node *last = ui_find_id(glass.ui, id);
        assert_non_null(last);
        assert_true(rect_bottom(last->rect) == TOP + VIEW);
        assert_int_equal(page.highest, lengths[i] - 1);
        glass_close(&glass);
    }
}

/* Beyond 16 million pixels a float has no whole pixels any more: rows must still lie close to one another. */
static void rows_of_a_very_long_list_stand_on_whole_pixels_without_gaps(void **state)
{
    (void)state;
    struct glass glass;
    struct page page, *self = &page;
    open_page(&glass, &page, &self, 10000000);
    for (int i = 1; i < 40; i++) {
        scroll_to(&glass, 15999999.0F * (float)i + 3);
        size_t n = 0;
        const struct ui_node *nodes = ui_nodes(glass.ui, &n);
        float next = -1;
        for (size_t k = 0; k < n; k++) {
            if (nodes[k].role == UI_ROW) {
                assert_true(nodes[k].rect.y == floorf(nodes[k].rect.y));
                assert_true(next < 0 ? nodes[k].rect.y <= (float)TOP : nodes[k].rect.y == next);
                next = rect_bottom(nodes[k].rect);
            }
        }
        assert_true(next >= TOP + VIEW);
    }
    glass_close(&glass);
}

static void rows_of_a_broken_height_stand_on_whole_pixels(void **state)
{
    (void)state;
    struct glass glass;
    struct page page, *self = &page;
    open_page(&glass, &page, &self, 200);
    page.list.row_px = 50.3F;
    for (int offset = 0; offset < 5000; offset += 111) {
        scroll_to(&glass, (float)offset);
        size_t n = 0;
        const struct ui_node *nodes = ui_nodes(glass.ui, &n);
        for (size_t k = 0; k < n; k++) {
            assert_true(nodes[k].role != UI_ROW || nodes[k].rect.y == floorf(nodes[k].rect.y));
        }
    }
    glass_close(&glass);
}

static void a_touched_row_says_which_one_it_is(void **state)
{
    (void)state;
    struct glass glass;
    struct page page, *self = &page;
    open_page(&glass, &page, &self, 100000);
    glass_touch(&glass, UI_ROW, "Row 2");
    assert_int_equal(page.intents, 1);
    assert_int_equal(page.touched, 2);
    scroll_to(&glass, 64 * 54321);
    glass_touch(&glass, UI_ROW, "Row 54322");
    assert_int_equal(page.touched, 54322);
    glass_touch_id(&glass, "people.54323");
    assert_int_equal(page.touched, 54323);
    assert_int_equal(page.intents, 3);
    glass_close(&glass);
}

/* What is clipped away of a row can't be touched. */
static void a_row_is_touched_only_where_it_shows(void **state)
{
    (void)state;
    struct glass glass;
    struct page page, *self = &page;
    open_page(&glass, &page, &self, 50);
    scroll_to(&glass, 20);
    assert_null(ui_node_at(glass.ui, 100, TOP - 5));
    assert_string_equal(ui_node_at(glass.ui, 100, TOP + 5)->id, "people.0");
    assert_null(ui_node_at(glass.ui, 100, TOP + VIEW));
    glass_close(&glass);
}

static void dragging_scrolls_and_touches_no_row(void **state)
{
    (void)state;
    struct glass glass;
    struct page page, *self = &page;
    open_page(&glass, &page, &self, 100);
    glass_finger(&glass, INPUT_DOWN, 100, 300);
    assert_true(ui_find_id(glass.ui, "people.3")->state & UI_PRESSED);
    for (int y = 290; y >= 170; y -= 10) {
        glass_finger(&glass, INPUT_MOVE, 100, (float)y);
    }
    assert_false(ui_find_id(glass.ui, "people.3")->state & UI_PRESSED);
    glass.now_us += 200000;
    glass_finger(&glass, INPUT_UP, 100, 170); /* held still: it doesn't roll on */
    assert_int_equal(page.intents, 0);
    /* The first 10 px tell a drag from a touch. */
    assert_int_equal(page.lowest, 1);
    assert_true(ui_find_id(glass.ui, "people.2")->rect.y == (float)(TOP + 2 * 64 - 120));
    glass_close(&glass);
}

static void rows_without_an_intent_cannot_be_touched(void **state)
{
    (void)state;
    struct glass glass;
    struct page page, *self = &page;
    open_page(&glass, &page, &self, 10);
    page.list.intent_kind = 0;
    glass_picture(&glass);
    assert_null(ui_node_at(glass.ui, 100, 100));
    glass_close(&glass);
}

static void the_chosen_row_is_marked(void **state)
{
    (void)state;
    struct glass glass;
    struct page page, *self = &page;
    open_page(&glass, &page, &self, 10);
    size_t plain = 0, marked = 0;
    (void)draw_commands(ui_draw(glass.ui), &plain);
    page.list.chosen = 3;
    glass_picture(&glass);
    (void)draw_commands(ui_draw(glass.ui), &marked);
    assert_true(marked > plain);
    for (int i = 0; i < 5; i++) {
        char id[UI_ID_SIZE];
        (void)snprintf(id, sizeof(id), "people.%d", i);
        assert_int_equal(ui_find_id(glass.ui, id)->state, i == 3 ? UI_SELECTED : 0);
    }
    glass_close(&glass);
}

static void an_empty_list_says_so(void **state)
{
    (void)state;
    struct glass glass;
    struct page page, *self = &page;
    open_page(&glass, &page, &self, 0);
    const struct ui_node *list = glass_find(&glass, UI_LIST, "Customers");
    assert_string_equal(list->value, "Nobody by that name");
    assert_null(ui_find(glass.ui, UI_ROW, NULL));
    assert_int_equal(page.calls, 0);
    size_t n = 0;
    const struct draw_command *commands = draw_commands(ui_draw(glass.ui), &n);
    assert_int_equal(n, 1);
    assert_string_equal(commands[0].text.string, "Nobody by that name");
    page.list.empty = NULL;
    glass_picture(&glass);
    (void)draw_commands(ui_draw(glass.ui), &n);
    assert_int_equal(n, 0);
    glass_close(&glass);
}

/* A search narrows the list while it is scrolled down. */
static void a_list_that_shrinks_comes_back_to_its_rows(void **state)
{
    (void)state;
    struct glass glass;
    struct page page, *self = &page;
    open_page(&glass, &page, &self, 1000);
    scroll_to(&glass, 40000);
    page.list.n_rows = 3;
    for (int i = 0; i < 200; i++) {
        glass_wait(&glass, 16000);
    }
    assert_int_equal(page.calls, 3);
    assert_true(ui_find_id(glass.ui, "people.0")->rect.y == (float)TOP);
    glass_close(&glass);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_rows_that_show_are_asked_for),
        cmocka_unit_test(a_longer_list_asks_for_no_more_rows),
        cmocka_unit_test(at_the_end_the_last_row_ends_at_the_lower_edge),
        cmocka_unit_test(rows_of_a_very_long_list_stand_on_whole_pixels_without_gaps),
        cmocka_unit_test(rows_of_a_broken_height_stand_on_whole_pixels),
        cmocka_unit_test(a_touched_row_says_which_one_it_is),
        cmocka_unit_test(a_row_is_touched_only_where_it_shows),
        cmocka_unit_test(dragging_scrolls_and_touches_no_row),
        cmocka_unit_test(rows_without_an_intent_cannot_be_touched),
        cmocka_unit_test(the_chosen_row_is_marked),
        cmocka_unit_test(an_empty_list_says_so),
        cmocka_unit_test(a_list_that_shrinks_comes_back_to_its_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
