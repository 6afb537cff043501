/* Charts: whatever the values are, what is drawn lies in its rectangle, and a peak shows. */
#include "glass.h"

#include "base/cleanup.h"
#include "i18n/i18n.h"
#include "widgets/widgets.h"

#include <math.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { VALUES_MAX = 5000 };

struct page {
    float values[VALUES_MAX];
    struct widget_chart chart;
};

static const struct rect CHART = {40, 30, 420, 200};

static void view(struct ui *ui, void *model)
{
    struct page *page = model;
    page->chart.values = page->values;
    widget_chart(ui, CHART, &page->chart);
}

static void on(struct ui *ui, void *model, const struct intent *intent)
{
    (void)ui;
    (void)model;
    fail_msg("a chart asks for nothing: %d", intent->kind);
}

static struct page the_page; /* too large for a stack */

static struct page *open_page(struct glass *glass)
{
    the_page = (struct page){.chart = {.id = "chart", .label = "Answers", .tone = TONE_PRIMARY}};
    i18n_set(LANGUAGE_EN);
    glass_open(glass, 500, 260);
    glass->model = &the_page;
    glass->view = view;
    glass->on = on;
    return &the_page;
}

/* Fails for anything that isn't within the chart, or isn't a number. */
static void check_picture(struct glass *glass)
{
    glass_picture(glass);
    size_t n = 0;
    const struct draw_command *commands = draw_commands(ui_draw(glass->ui), &n);
    for (size_t i = 0; i < n; i++) {
        struct rect r = commands[i].bounds;
        assert_true(isfinite(r.x) && isfinite(r.y) && isfinite(r.w) && isfinite(r.h));
        assert_true(r.x >= CHART.x - 8 && rect_right(r) <= rect_right(CHART) + 8);
        assert_true(r.y >= CHART.y - 8 && rect_bottom(r) <= rect_bottom(CHART) + 8);
    }
    assert_false(draw_overflowed(ui_draw(glass->ui)));
    assert_non_null(glass_find(glass, UI_CHART, "Answers"));
}

static size_t bars(const struct glass *glass, float *ret_highest)
{
    size_t n = 0, found = 0;
    const struct draw_command *commands = draw_commands(ui_draw(glass->ui), &n);
    *ret_highest = 0;
    for (size_t i = 0; i < n; i++) {
        if (commands[i].kind == DRAW_BOX && commands[i].box.radius > 0) {
            *ret_highest = fmaxf(*ret_highest, rect_intersect(commands[i].rect, commands[i].clip).h);
            found++;
        }
    }
    return found;
}

static void bars_are_as_high_as_their_values(void **state)
{
    (void)state;
    struct glass glass;
    struct page *page = open_page(&glass);
    float highest = 0;
    page->chart.n = 20;
    for (size_t i = 0; i < page->chart.n; i++) {
        page->values[i] = 1;
    }
    page->values[7] = 4;
    check_picture(&glass);
    assert_int_equal(bars(&glass, &highest), 20);
    assert_true(highest == CHART.h);
    page->chart.top = 8;
    check_picture(&glass);
    assert_int_equal(bars(&glass, &highest), 20);
    assert_true(highest == CHART.h / 2);
    glass_close(&glass);
}

static void the_last_bar_stands_out_when_it_is_marked(void **state)
{
    (void)state;
    struct glass glass;
    struct page *page = open_page(&glass);
    page->chart.n = 5;
    page->chart.mark_last = true;
    for (size_t i = 0; i < page->chart.n; i++) {
        page->values[i] = 3;
    }
    check_picture(&glass);
    size_t n = 0, marked = 0;
    const struct draw_command *commands = draw_commands(ui_draw(glass.ui), &n);
    struct colour primary = ui_colour(glass.ui, THEME_PRIMARY);
    for (size_t i = 0; i < n; i++) {
        if (commands[i].kind == DRAW_BOX && memcmp(&commands[i].box.fill, &primary, sizeof(primary)) == 0) {
            marked++;
            assert_true(rect_right(commands[i].rect) > rect_right(CHART) - CHART.w / 5);
        }
    }
    assert_int_equal(marked, 1);
    glass_close(&glass);
}

static void a_peak_among_thousands_still_shows(void **state)
{
    (void)state;
    struct glass glass;
    struct page *page = open_page(&glass);
    float highest = 0;
    page->chart.n = VALUES_MAX;
    page->chart.top = 100;
    for (size_t peak = 0; peak < VALUES_MAX; peak += 499) {
        memset(page->values, 0, sizeof(page->values));
        page->values[peak] = 100;
        check_picture(&glass);
        assert_int_equal(bars(&glass, &highest), 1);
        assert_true(highest == CHART.h);
    }
    glass_close(&glass);
}

static void no_value_breaks_a_chart(void **state)
{
    (void)state;
    static const float odd[] = {NAN, -5, INFINITY, -INFINITY, 0, 1e-44F, 1e-30F, 1e30F, 3e38F, 0.5F, 3};
    static const char *const units[] = {NULL, "", "ms", "a unit that is far too long to stand at an axis"};
    struct glass glass;
    struct page *page = open_page(&glass);
    for (size_t u = 0; u < ARRAY_LEN(units); u++) {
        for (int line = 0; line < 2; line++) {
            page->chart.unit = units[u];
            page->chart.line = line;
            page->chart.mark_last = true;
            for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
                for (size_t n = 0; n <= 3; n++) {
                    page->chart.n = n;
                    page->chart.top = i % 2 ? odd[i] : 0;
                    page->values[0] = page->values[2] = odd[i];
                    page->values[1] = 1;
                    check_picture(&glass);
                }
            }
            page->chart.n = ARRAY_LEN(odd);
            page->chart.top = 0;
            memcpy(page->values, odd, sizeof(odd));
            check_picture(&glass);
        }
    }
    glass_close(&glass);
}

static bool shows(const struct glass *glass, const char *text)
{
    size_t n = 0;
    const struct draw_command *commands = draw_commands(ui_draw(glass->ui), &n);
    for (size_t i = 0; i < n; i++) {
        if (commands[i].kind == DRAW_TEXT && strcmp(commands[i].text.string, text) == 0) {
            return true;
        }
    }
    return false;
}

static void the_axis_has_round_figures_in_the_language(void **state)
{
    (void)state;
    struct glass glass;
    struct page *page = open_page(&glass);
    page->chart.n = 3;
    page->chart.unit = "ms";
    page->values[0] = 55;
    check_picture(&glass);
    assert_true(shows(&glass, "0") && shows(&glass, "20") && shows(&glass, "40") && shows(&glass, "60 ms"));
    page->values[0] = 0.9F;
    i18n_set(LANGUAGE_SV);
    check_picture(&glass);
    assert_true(shows(&glass, "0,5") && shows(&glass, "1,0 ms"));
    glass_close(&glass);
}

static void nothing_but_zeroes_has_a_zero_line(void **state)
{
    (void)state;
    struct glass glass;
    struct page *page = open_page(&glass);
    float highest = 0;
    page->chart.n = 10;
    check_picture(&glass);
    assert_int_equal(bars(&glass, &highest), 0);
    size_t n = 0;
    const struct draw_command *commands = draw_commands(ui_draw(glass.ui), &n);
    assert_int_equal(n, 1);
    assert_true(commands[0].rect.h == 1 && commands[0].rect.w == CHART.w);
    glass_close(&glass);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bars_are_as_high_as_their_values),
        cmocka_unit_test(the_last_bar_stands_out_when_it_is_marked),
        cmocka_unit_test(a_peak_among_thousands_still_shows),
        cmocka_unit_test(no_value_breaks_a_chart),
        cmocka_unit_test(the_axis_has_round_figures_in_the_language),
        cmocka_unit_test(nothing_but_zeroes_has_a_zero_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
