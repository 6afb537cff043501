/* Days chosen from a month, and numbers changed step by step. */
#include "glass.h"

#include "base/clock.h"
#include "core/date.h"
#include "i18n/i18n.h"
#include "widgets/field.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { ON_DAY = 1, ON_PAGE, ON_NUMBER };

struct form {
    int32_t shown, chosen, today, first, last;
    int64_t number;
    int intents;
};

static void view(struct ui *ui, void *model)
{
    const struct form *form = model;
    widget_calendar(ui, "calendar", rect_of(20, 20, 350, 380), form->shown, form->chosen, form->today, form->first,
                    form->last, ON_DAY, ON_PAGE);
    widget_number(ui, "number", rect_of(400, 20, 250, 82), "Months", form->number, 1, 12, "mo", ON_NUMBER);
}

static void on(struct ui *ui, void *model, const struct intent *intent)
{
    struct form *form = model;
    (void)ui;
    form->intents++;
    if (intent->kind == ON_DAY) {
        form->chosen = (int32_t)intent->arg;
    } else if (intent->kind == ON_PAGE) {
        form->shown = (int32_t)intent->arg;
    } else {
        form->number = intent->arg;
    }
}

static void open_form(struct glass *glass, struct form *form)
{
    *form = (struct form){.shown = date_day(2027, 5, 22),
                          .chosen = date_day(2027, 5, 22),
                          .today = date_day(2027, 5, 12),
                          .first = DAY_NONE,
                          .last = DAY_NONE,
                          .number = 3};
    i18n_set(LANGUAGE_EN);
    glass_open(glass, 700, 420);
    glass->model = form;
    glass->view = view;
    glass->on = on;
    glass_picture(glass);
}

static void a_month_stands_in_weeks_from_monday(void **state)
{
    (void)state;
    struct glass glass;
    struct form form;
    open_form(&glass, &form);
    (void)glass_find(&glass, UI_HEADING, "May 2027");
    float monday = glass_find(&glass, UI_TEXT, "Mon")->rect.x;
    const struct ui_node *third = glass_find(&glass, UI_CHOICE, "3 May 2027"); /* a Monday */
    assert_true(third->rect.x == monday);
    assert_true(glass_find(&glass, UI_CHOICE, "1 May 2027")->rect.x > glass_find(&glass, UI_TEXT, "Fri")->rect.x);
    assert_null(ui_find(glass.ui, UI_CHOICE, "30 April 2027"));
    assert_null(ui_find(glass.ui, UI_CHOICE, "1 June 2027"));
    assert_int_equal(glass_find(&glass, UI_CHOICE, "22 May 2027")->state, UI_SELECTED);
    size_t n = 0;
    const struct ui_node *nodes = ui_nodes(glass.ui, &n);
    for (size_t i = 0; i < n; i++) {
        assert_true(nodes[i].intent.kind == 0 || (nodes[i].rect.w >= TARGET_PX && nodes[i].rect.h >= TARGET_PX));
        assert_false(nodes[i].cut);
    }
    glass_close(&glass);
}

static void a_day_is_chosen_and_months_are_turned(void **state)
{
    (void)state;
    struct glass glass;
    struct form form;
    open_form(&glass, &form);
    glass_touch(&glass, UI_CHOICE, "30 May 2027");
    assert_int_equal(form.chosen, date_day(2027, 5, 30));
    glass_touch(&glass, UI_BUTTON, "Month after");
    (void)glass_find(&glass, UI_HEADING, "June 2027");
    assert_int_equal(glass_find(&glass, UI_CHOICE, "30 June 2027")->state, 0);
    glass_touch(&glass, UI_BUTTON, "Month before");
    glass_touch(&glass, UI_BUTTON, "Month before");
    (void)glass_find(&glass, UI_HEADING, "April 2027");
    assert_null(ui_find(glass.ui, UI_CHOICE, "31 April 2027"));
    glass_close(&glass);
}

static void days_outside_the_bounds_cannot_be_chosen(void **state)
{
    (void)state;
    struct glass glass;
    struct form form;
    open_form(&glass, &form);
    form.first = date_day(2027, 5, 5);
    form.last = date_day(2027, 5, 25);
    glass_picture(&glass);
    glass_touch(&glass, UI_CHOICE, "4 May 2027");
    glass_touch(&glass, UI_CHOICE, "26 May 2027");
    glass_touch(&glass, UI_BUTTON, "Month before");
    glass_touch(&glass, UI_BUTTON, "Month after");
    assert_int_equal(form.intents, 0);
    glass_touch(&glass, UI_CHOICE, "5 May 2027");
    assert_int_equal(form.chosen, form.first);
    glass_touch(&glass, UI_CHOICE, "25 May 2027");
    assert_int_equal(form.chosen, form.last);
    glass_close(&glass);
}

static void time_has_ends(void **state)
{
    (void)state;
    struct glass glass;
    struct form form;
    open_form(&glass, &form);
    form.shown = DAY_MAX;
    glass_picture(&glass);
    glass_touch(&glass, UI_BUTTON, "Month after");
    assert_int_equal(form.shown, DAY_MAX);
    glass_touch(&glass, UI_CHOICE, "31 December 9999");
    assert_int_equal(form.chosen, DAY_MAX);
    form.shown = DAY_MIN;
    glass_picture(&glass);
    glass_touch(&glass, UI_BUTTON, "Month before");
    assert_int_equal(form.shown, DAY_MIN);
    form.shown = date_day(2028, 2, 1);
    glass_picture(&glass);
    (void)glass_find(&glass, UI_CHOICE, "29 February 2028");
    glass_close(&glass);
}

static void months_and_weekdays_have_their_names(void **state)
{
    (void)state;
    static const struct {
        enum language language;
        const char *month, *monday, *sunday;
    } names[] = {{LANGUAGE_EN, "May 2027", "Mon", "Sun"},
                 {LANGUAGE_SV, "Maj 2027", "Mån", "Sön"},
                 {LANGUAGE_DE, "Mai 2027", "Mo", "So"},
                 {LANGUAGE_NB, "Mai 2027", "Man", "Søn"},
                 {LANGUAGE_FI, "Toukokuu 2027", "Ma", "Su"}};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct glass glass;
        struct form form;
        open_form(&glass, &form);
        i18n_set(names[i].language);
        glass_picture(&glass);
        (void)glass_find(&glass, UI_HEADING, names[i].month);
        (void)glass_find(&glass, UI_TEXT, names[i].monday);
        (void)glass_find(&glass, UI_TEXT, names[i].sunday);
        glass_close(&glass);
    }
    char text[I18N_TEXT_SIZE];
    i18n_month(DAY_NONE, text, sizeof(text));
    assert_string_equal(text, "-");
}

static void a_number_goes_up_and_down_between_its_ends(void **state)
{
    (void)state;
    struct glass glass;
    struct form form;
    open_form(&glass, &form);
    assert_string_equal(glass_find(&glass, UI_STATUS, "Months")->value, "3\xc2\xa0mo");
    glass_touch(&glass, UI_BUTTON, "Months: more");
    assert_int_equal(form.number, 4);
    for (int i = 0; i < 5; i++) {
        glass_touch(&glass, UI_BUTTON, "Months: less");
    }
    assert_int_equal(form.number, 1);
    assert_int_equal(glass_find(&glass, UI_BUTTON, "Months: less")->state, UI_DISABLED);
    glass_close(&glass);
}

static void a_number_runs_while_its_button_is_held(void **state)
{
    (void)state;
    struct glass glass;
    struct form form;
    open_form(&glass, &form);
    struct rect r = glass_find(&glass, UI_BUTTON, "Months: more")->rect;
    glass_finger(&glass, INPUT_DOWN, r.x + 10, r.y + 10);
    assert_int_equal(form.number, 3);
    glass_wait(&glass, 410 * US_PER_MS);
    glass_wait(&glass, 60 * US_PER_MS);
    int64_t reached = form.number;
    assert_in_range(reached, 5, 6);
    glass_finger(&glass, INPUT_UP, r.x + 10, r.y + 10);
    assert_int_equal(form.number, reached);
    glass_finger(&glass, INPUT_DOWN, r.x + 10, r.y + 10);
    for (int i = 0; i < 40; i++) {
        glass_wait(&glass, 100 * US_PER_MS);
    }
    assert_int_equal(form.number, 12);
    assert_true(ui_deadline(glass.ui) > glass.now_us);
    glass_close(&glass);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_month_stands_in_weeks_from_monday),
        cmocka_unit_test(a_day_is_chosen_and_months_are_turned),
        cmocka_unit_test(days_outside_the_bounds_cannot_be_chosen),
        cmocka_unit_test(time_has_ends),
        cmocka_unit_test(months_and_weekdays_have_their_names),
        cmocka_unit_test(a_number_goes_up_and_down_between_its_ends),
        cmocka_unit_test(a_number_runs_while_its_button_is_held),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
