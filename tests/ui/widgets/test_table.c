/* Tables: headings that stay, cells in columns, sorting. */
#include "glass.h"

#include "i18n/i18n.h"
#include "widgets/widgets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { ON_ROW = 3, ON_SORT, WIDTH = 700, HEIGHT = 420, ROWS = 100000 };

struct page {
    struct widget_table table;
    int row_intents, sort_intents;
    int64_t arg;
    const char *name; /* of row 1; NULL: an ordinary one */
};

static size_t cells_asked;

static void cell(const void *user, size_t row, size_t column, char *ret_text, size_t size)
{
    const struct page *page = user;
    cells_asked++;
    if (row == 1 && column == 0 && page->name) {
        (void)snprintf(ret_text, size, "%s", page->name);
    } else {
        (void)snprintf(ret_text, size, "%c%zu", (int)('A' + column), row);
    }
}

static void view(struct ui *ui, void *model)
{
    struct page *page = model;
    cells_asked = 0;
    widget_table(ui, rect_of(10, 10, 680, 400), &page->table);
}

static void on(struct ui *ui, void *model, const struct intent *intent)
{
    struct page *page = model;
    (void)ui;
    page->row_intents += intent->kind == ON_ROW;
    page->sort_intents += intent->kind == ON_SORT;
    page->arg = intent->arg;
}

static const struct widget_column COLUMNS[] = {
    {.title = "Customer", .share = 3, .sortable = true},
    {.title = "Card", .share = 2, .align = TEXT_MIDDLE},
    {.title = "Visits", .share = 1, .align = TEXT_END, .sortable = true},
};

static void open_page(struct glass *glass, struct page *page, size_t n_rows)
{
    *page = (struct page){.table = {.rows = {.id = "visits",
                                             .label = "Visits today",
                                             .n_rows = n_rows,
                                             .row_px = 52,
                                             .chosen = -1,
                                             .intent_kind = ON_ROW,
                                             .empty = "No visits yet",
                                             .user = page},
                                    .columns = COLUMNS,
                                    .n_columns = 3,
                                    .sorted_by = 2,
                                    .descending = true,
                                    .sort_intent_kind = ON_SORT,
                                    .cell = cell}};
    i18n_set(LANGUAGE_EN);
    glass_open(glass, WIDTH, HEIGHT);
    glass->model = page;
    glass->view = view;
    glass->on = on;
    glass_picture(glass);
}

/* The command that draws @string; NULL when none does. */
static const struct draw_command *drawn(const struct glass *glass, const char *string)
{
    size_t n = 0;
    const struct draw_command *commands = draw_commands(ui_draw(glass->ui), &n);
    for (size_t i = 0; i < n; i++) {
        if (commands[i].kind == DRAW_TEXT && strcmp(commands[i].text.string, string) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

static size_t drawn_icons(const struct glass *glass, enum icon icon)
{
    size_t n = 0, found = 0;
    const struct draw_command *commands = draw_commands(ui_draw(glass->ui), &n);
    for (size_t i = 0; i < n; i++) {
        found += commands[i].kind == DRAW_ICON && commands[i].icon.icon == icon;
    }
    return found;
}

static void a_heading_that_sorts_says_by_which_column(void **state)
{
    (void)state;
    struct glass glass;
    struct page page;
    open_page(&glass, &page, 20);
    glass_touch(&glass, UI_COLUMN, "Customer");
    assert_int_equal(page.sort_intents, 1);
    assert_int_equal(page.arg, 0);
    glass_touch(&glass, UI_COLUMN, "Visits");
    assert_int_equal(page.sort_intents, 2);
    assert_int_equal(page.arg, 2);
    glass_touch(&glass, UI_COLUMN, "Card"); /* not sortable */
    assert_int_equal(page.sort_intents, 2);
    assert_int_equal(page.row_intents, 0);
    glass_close(&glass);
}

static void the_sorted_column_has_an_arrow_and_says_which_way(void **state)
{
    (void)state;
    struct glass glass;
    struct page page;
    open_page(&glass, &page, 20);
    assert_int_equal(glass_find(&glass, UI_COLUMN, "Visits")->state, UI_DESCENDING);
    assert_int_equal(glass_find(&glass, UI_COLUMN, "Customer")->state, 0);
    assert_int_equal(drawn_icons(&glass, ICON_ARROW_DOWN), 1);
    assert_int_equal(drawn_icons(&glass, ICON_ARROW_UP), 0);
    page.table.sorted_by = 0;
    page.table.descending = false;
    glass_picture(&glass);
    assert_int_equal(glass_find(&glass, UI_COLUMN, "Customer")->state, UI_ASCENDING);
    assert_int_equal(drawn_icons(&glass, ICON_ARROW_UP), 1);
    page.table.sorted_by = -1;
    glass_picture(&glass);
    assert_int_equal(drawn_icons(&glass, ICON_ARROW_UP) + drawn_icons(&glass, ICON_ARROW_DOWN), 0);
    glass_close(&glass);
}

static void headings_are_large_enough_for_a_finger_and_never_cut(void **state)
{
    (void)state;
    struct glass glass;
    struct page page;
    open_page(&glass, &page, 20);
    for (size_t i = 0; i < 3; i++) {
        const struct ui_node *node = glass_find(&glass, UI_COLUMN, COLUMNS[i].title);
        assert_true(node->rect.h >= TARGET_PX && node->rect.w >= TARGET_PX);
        assert_false(node->cut);
    }
    glass_close(&glass);
}

static void a_row_is_called_by_its_first_cell_and_can_be_touched(void **state)
{
    (void)state;
    struct glass glass;
    struct page page;
    open_page(&glass, &page, ROWS);
    glass_touch(&glass, UI_ROW, "A4");
    assert_int_equal(page.row_intents, 1);
    assert_int_equal(page.arg, 4);
    assert_string_equal(glass_find(&glass, UI_TABLE, "Visits today")->id, "visits");
    glass_close(&glass);
}

static void headings_stay_while_rows_scroll(void **state)
{
    (void)state;
    struct glass glass;
    struct page page;
    open_page(&glass, &page, ROWS);
    float y = glass_find(&glass, UI_COLUMN, "Card")->rect.y;
    ui_keep(glass.ui, "visits")->scroll = 52 * 500 + 10;
    glass_picture(&glass);
    const struct ui_node *head = glass_find(&glass, UI_COLUMN, "Card");
    assert_true(head->rect.y == y);
    const struct ui_node *row = glass_find(&glass, UI_ROW, "A500");
    assert_true(row->visible.y == rect_bottom(head->rect));
    assert_true(row->rect.y == row->visible.y - 10);
    /* a touch on a heading isn't one on the row that lies under it */
    assert_int_equal(ui_node_at(glass.ui, 100, rect_bottom(head->rect) - 2)->role, UI_COLUMN);
    glass_close(&glass);
}

static void only_cells_that_show_are_asked_for(void **state)
{
    (void)state;
    struct glass glass;
    struct page page;
    open_page(&glass, &page, 100);
    size_t few = cells_asked;
    assert_int_equal(few, 7 * 3); /* 352 px of rows of 52 */
    glass_close(&glass);
    open_page(&glass, &page, ROWS);
    assert_int_equal(cells_asked, few);
    ui_keep(glass.ui, "visits")->scroll = 1e12F;
    for (int i = 0; i < 200; i++) {
        glass_wait(&glass, 16000);
    }
    (void)glass_find(&glass, UI_ROW, "A99999");
    assert_int_equal(cells_asked, few);
    glass_close(&glass);
}

static void columns_share_the_width_and_never_meet(void **state)
{
    (void)state;
    struct glass glass;
    struct page page;
    open_page(&glass, &page, 20);
    const struct draw_command *a = drawn(&glass, "A2"), *b = drawn(&glass, "B2"), *c = drawn(&glass, "C2");
    if (!a || !b || !c) {
        fail_msg("a cell is missing");
        return;
    }
    assert_true(a->rect.w > b->rect.w && b->rect.w > c->rect.w);
    assert_true(rect_right(a->rect) + 12 <= b->rect.x && rect_right(b->rect) + 12 <= c->rect.x);
    assert_true(rect_right(c->rect) <= 690);
    glass_close(&glass);
}

static void a_column_of_figures_stands_under_its_heading(void **state)
{
    (void)state;
    struct glass glass;
    struct page page;
    open_page(&glass, &page, 20);
    const struct draw_command *figure = drawn(&glass, "C2"), *title = drawn(&glass, "Visits");
    assert_true(figure && title);
    assert_int_equal(figure->text.style.align, TEXT_END);
    assert_true(figure->text.style.tabular);
    assert_true(rect_right(figure->rect) == rect_right(title->rect));
    glass_close(&glass);
}

static void a_long_cell_ends_in_an_ellipsis_and_that_is_all_right(void **state)
{
    (void)state;
    struct glass glass;
    struct page page;
    open_page(&glass, &page, 20);
    assert_false(glass_find(&glass, UI_ROW, "A1")->cut);
    page.name = "Maximiliana-Alexandrina von und zu Hohenlohe-Waldenburg-Schillingsfürst";
    glass_picture(&glass);
    const struct ui_node *row = glass_find(&glass, UI_ROW, page.name);
    assert_true(row->cut && row->may_cut);
    glass_close(&glass);
}

static void an_empty_table_keeps_its_headings_and_says_so(void **state)
{
    (void)state;
    struct glass glass;
    struct page page;
    open_page(&glass, &page, 0);
    (void)glass_find(&glass, UI_COLUMN, "Customer");
    assert_string_equal(glass_find(&glass, UI_TABLE, "Visits today")->value, "No visits yet");
    assert_non_null(drawn(&glass, "No visits yet"));
    assert_int_equal(cells_asked, 0);
    glass_close(&glass);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_heading_that_sorts_says_by_which_column),
        cmocka_unit_test(the_sorted_column_has_an_arrow_and_says_which_way),
        cmocka_unit_test(headings_are_large_enough_for_a_finger_and_never_cut),
        cmocka_unit_test(a_row_is_called_by_its_first_cell_and_can_be_touched),
        cmocka_unit_test(headings_stay_while_rows_scroll),
        cmocka_unit_test(only_cells_that_show_are_asked_for),
        cmocka_unit_test(columns_share_the_width_and_never_meet),
        cmocka_unit_test(a_column_of_figures_stands_under_its_heading),
        cmocka_unit_test(a_long_cell_ends_in_an_ellipsis_and_that_is_all_right),
        cmocka_unit_test(an_empty_table_keeps_its_headings_and_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
