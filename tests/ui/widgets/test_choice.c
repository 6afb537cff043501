/* Cards to choose from, the steps of a routine, how far something is. */
#include "glass.h"

#include "base/cleanup.h"
#include "i18n/i18n.h"
#include "widgets/widgets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { ON_CHOICE = 1, ON_STEP };

struct page {
    int chosen;
    size_t at;
    float width, done;
    int step_kind;
    struct intent heard;
    int n_heard;
};

static const struct widget_choice CHOICES[] = {{"1 month", "22 Nov – 22 Dec", ICON_SNOWFLAKE, false},
                                               {"2 months", "22 Nov – 22 Jan", ICON_SNOWFLAKE, false},
                                               {"3 months", NULL, ICON_SNOWFLAKE, true},
                                               {"Another day …", "From a calendar", ICON_CLOCK, false}};
static const char *const STEPS[] = {"Identify", "Reason", "Period", "Confirm"};

static void view(struct ui *ui, void *model)
{
    const struct page *page = model;
    widget_choices(ui, "choice", rect_of(10, 10, page->width, 240), CHOICES, ARRAY_LEN(CHOICES), 2, page->chosen,
                   ON_CHOICE);
    widget_stepper(ui, "step", rect_of(10, 260, page->width, 48), STEPS, ARRAY_LEN(STEPS), page->at, page->step_kind);
    widget_progress(ui, "progress", rect_of(10, 320, page->width, 40), "Fetching", page->done);
}

static void on(struct ui *ui, void *model, const struct intent *intent)
{
    struct page *page = model;
    (void)ui;
    page->heard = *intent;
    page->n_heard++;
}

static void open_page(struct glass *glass, struct page *page)
{
    *page = (struct page){.chosen = -1, .at = 2, .width = 800, .done = 0.42F, .step_kind = ON_STEP};
    i18n_set(LANGUAGE_EN);
    glass_open(glass, 900, 400);
    glass->model = page;
    glass->view = view;
    glass->on = on;
    glass_picture(glass);
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

static void one_card_is_chosen(void **state)
{
    (void)state;
    struct glass glass;
    struct page page;
    open_page(&glass, &page);
    glass_touch(&glass, UI_CHOICE, "2 months");
    assert_int_equal(page.heard.kind, ON_CHOICE);
    assert_int_equal(page.heard.arg, 1);
    page.chosen = 1;
    glass_picture(&glass);
    assert_int_equal(glass_find(&glass, UI_CHOICE, "2 months")->state, UI_SELECTED);
    assert_int_equal(glass_find(&glass, UI_CHOICE, "1 month")->state, 0);
    assert_string_equal(glass_find(&glass, UI_CHOICE, "1 month")->value, "22 Nov – 22 Dec");
    glass_close(&glass);
}

static void a_disabled_card_says_nothing(void **state)
{
    (void)state;
    struct glass glass;
    struct page page;
    open_page(&glass, &page);
    assert_int_equal(glass_find(&glass, UI_CHOICE, "3 months")->state, UI_DISABLED);
    glass_touch(&glass, UI_CHOICE, "3 months");
    assert_int_equal(page.n_heard, 0);
    glass_close(&glass);
}

static void cards_lie_in_a_grid_and_show_all_their_words(void **state)
{
    (void)state;
    struct glass glass;
    struct page page;
    open_page(&glass, &page);
    for (int width = 360; width <= 860; width += 20) {
        for (int chosen = -1; chosen < 4; chosen++) {
            page.width = (float)width;
            page.chosen = chosen;
            glass_picture(&glass);
            for (size_t i = 0; i < ARRAY_LEN(CHOICES); i++) {
                assert_false(glass_find(&glass, UI_CHOICE, CHOICES[i].title)->cut);
            }
        }
    }
    struct rect first = glass_find(&glass, UI_CHOICE, "1 month")->rect;
    struct rect last = glass_find(&glass, UI_CHOICE, "Another day …")->rect;
    assert_true(last.x > rect_right(first) && last.y > rect_bottom(first));
    assert_true(last.w == first.w && last.h == first.h);
    glass_close(&glass);
}

static void steps_that_are_done_lead_back(void **state)
{
    (void)state;
    struct glass glass;
    struct page page;
    open_page(&glass, &page);
    assert_int_equal(glass_find(&glass, UI_STEP, "Identify")->state, UI_CHECKED);
    assert_int_equal(glass_find(&glass, UI_STEP, "Period")->state, UI_SELECTED);
    assert_int_equal(glass_find(&glass, UI_STEP, "Confirm")->state, 0);
    glass_touch(&glass, UI_STEP, "Confirm");
    glass_touch(&glass, UI_STEP, "Period");
    assert_int_equal(page.n_heard, 0);
    glass_touch(&glass, UI_STEP, "Reason");
    assert_int_equal(page.heard.kind, ON_STEP);
    assert_int_equal(page.heard.arg, 1);
    page.step_kind = 0;
    glass_picture(&glass);
    glass_touch(&glass, UI_STEP, "Reason");
    assert_int_equal(page.n_heard, 1);
    glass_close(&glass);
}

static void only_the_current_step_has_a_label_where_it_is_tight(void **state)
{
    (void)state;
    struct glass glass;
    struct page page;
    open_page(&glass, &page);
    assert_true(shows(&glass, "Identify") && shows(&glass, "Confirm"));
    page.width = 380;
    glass_picture(&glass);
    assert_false(shows(&glass, "Identify") || shows(&glass, "Confirm"));
    assert_true(shows(&glass, "Period"));
    assert_false(glass_find(&glass, UI_STEP, "Period")->cut);
    assert_true(glass_find(&glass, UI_STEP, "Identify")->rect.w >= TARGET_PX);
    assert_true(rect_right(glass_find(&glass, UI_STEP, "Confirm")->rect) <= 10 + page.width + 12);
    glass_close(&glass);
}

static void progress_says_how_far_it_is(void **state)
{
    (void)state;
    struct glass glass;
    struct page page;
    open_page(&glass, &page);
    assert_string_equal(glass_find(&glass, UI_PROGRESS, "Fetching")->value, "42\u00a0%");
    assert_true(ui_deadline(glass.ui) > glass.now_us + 1000000);
    page.done = 7;
    glass_picture(&glass);
    assert_string_equal(glass_find(&glass, UI_PROGRESS, "Fetching")->value, "100\u00a0%");
    page.done = -1;
    glass_picture(&glass);
    assert_string_equal(glass_find(&glass, UI_PROGRESS, "Fetching")->value, "");
    assert_int_equal(glass_find(&glass, UI_PROGRESS, "Fetching")->state, UI_BUSY);
    assert_int_equal(ui_deadline(glass.ui), glass.now_us + 33000);
    glass_close(&glass);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_card_is_chosen),
        cmocka_unit_test(a_disabled_card_says_nothing),
        cmocka_unit_test(cards_lie_in_a_grid_and_show_all_their_words),
        cmocka_unit_test(steps_that_are_done_lead_back),
        cmocka_unit_test(only_the_current_step_has_a_label_where_it_is_tight),
        cmocka_unit_test(progress_says_how_far_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
