#include "gfx/geometry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* All numbers are such that floats hold them exactly. */
static void assert_rect(struct rect r, float x, float y, float w, float h)
{
    if (r.x != x || r.y != y || r.w != w || r.h != h) {
        fail_msg("%g %g %g %g, not %g %g %g %g", (double)r.x, (double)r.y, (double)r.w, (double)r.h, (double)x,
                 (double)y, (double)w, (double)h);
    }
}

static void its_right_and_bottom_edge_do_not_belong_to_it(void **state)
{
    (void)state;
    struct rect r = rect_of(10, 20, 30, 40);
    assert_true(rect_holds(r, 10, 20));
    assert_true(rect_holds(r, 39.5f, 59.5f));
    assert_false(rect_holds(r, 40, 30));
    assert_false(rect_holds(r, 20, 60));
    assert_false(rect_holds(r, 9.5f, 30));
    assert_false(rect_holds(rect_of(10, 20, 0, 40), 10, 20));
}

static void an_inset_takes_from_each_side(void **state)
{
    (void)state;
    assert_rect(rect_inset(rect_of(10, 20, 30, 40), 5), 15, 25, 20, 30);
    assert_rect(rect_inset_xy(rect_of(10, 20, 30, 40), 1, 2), 11, 22, 28, 36);
    assert_rect(rect_inset(rect_of(10, 20, 30, 40), -5), 5, 15, 40, 50);
}

static void too_much_of_an_inset_leaves_a_line_in_the_middle(void **state)
{
    (void)state;
    assert_rect(rect_inset(rect_of(10, 20, 30, 40), 18), 25, 38, 0, 4);
    assert_true(rect_empty(rect_inset(rect_of(10, 20, 30, 40), 100)));
}

static void two_share_what_both_cover(void **state)
{
    (void)state;
    struct rect r = rect_of(0, 0, 10, 10);
    assert_rect(rect_intersect(r, rect_of(4, 6, 10, 10)), 4, 6, 6, 4);
    assert_rect(rect_intersect(rect_of(2, 3, 4, 5), r), 2, 3, 4, 5);
    assert_true(rect_empty(rect_intersect(r, rect_of(10, 0, 5, 5))));
    struct rect none = rect_intersect(r, rect_of(50, 60, 5, 5));
    assert_true(none.w == 0 && none.h == 0);
}

static void a_union_covers_both_and_an_empty_one_counts_as_nothing(void **state)
{
    (void)state;
    struct rect r = rect_of(2, 3, 4, 5);
    assert_rect(rect_union(r, rect_of(10, 1, 2, 2)), 2, 1, 10, 7);
    assert_rect(rect_union(rect_of(10, 1, 2, 2), r), 2, 1, 10, 7);
    assert_rect(rect_union(r, rect_of(100, 100, 0, 9)), 2, 3, 4, 5);
    assert_rect(rect_union(rect_of(100, 100, 9, -1), r), 2, 3, 4, 5);
}

static void strips_are_cut_from_each_side(void **state)
{
    (void)state;
    struct rect r = rect_of(0, 0, 100, 80);
    assert_rect(rect_cut_left(&r, 10), 0, 0, 10, 80);
    assert_rect(rect_cut_right(&r, 20), 80, 0, 20, 80);
    assert_rect(rect_cut_top(&r, 15), 10, 0, 70, 15);
    assert_rect(rect_cut_bottom(&r, 5), 10, 75, 70, 5);
    assert_rect(r, 10, 15, 70, 60);
}

static void no_strip_is_more_than_there_is_or_less_than_nothing(void **state)
{
    (void)state;
    struct rect r = rect_of(0, 0, 100, 80);
    assert_rect(rect_cut_left(&r, -3), 0, 0, 0, 80);
    assert_rect(rect_cut_bottom(&r, 500), 0, 0, 100, 80);
    assert_rect(r, 0, 0, 100, 0);
    assert_rect(rect_cut_right(&r, 500), 0, 0, 100, 0);
    assert_rect(rect_cut_top(&r, 1), 0, 0, 0, 0);
}

static void the_centre_may_be_larger_than_what_it_is_in(void **state)
{
    (void)state;
    assert_rect(rect_centre(rect_of(10, 10, 100, 50), 20, 10), 50, 30, 20, 10);
    assert_rect(rect_centre(rect_of(0, 0, 10, 10), 20, 30), -5, -10, 20, 30);
}

static void cells_share_the_space_with_gaps_between(void **state)
{
    (void)state;
    struct rect r = rect_of(10, 20, 100, 50);
    assert_rect(rect_row_cell(r, 0, 3, 5), 10, 20, 30, 50);
    assert_rect(rect_row_cell(r, 2, 3, 5), 80, 20, 30, 50);
    assert_rect(rect_column_cell(r, 1, 2, 10), 10, 50, 100, 20);
    assert_rect(rect_row_cell(r, 0, 1, 8), 10, 20, 100, 50);
    assert_rect(rect_row_cell(r, 0, 0, 8), 10, 20, 100, 50);
    assert_true(rect_empty(rect_row_cell(r, 1, 4, 60)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_right_and_bottom_edge_do_not_belong_to_it),
        cmocka_unit_test(an_inset_takes_from_each_side),
        cmocka_unit_test(too_much_of_an_inset_leaves_a_line_in_the_middle),
        cmocka_unit_test(two_share_what_both_cover),
        cmocka_unit_test(a_union_covers_both_and_an_empty_one_counts_as_nothing),
        cmocka_unit_test(strips_are_cut_from_each_side),
        cmocka_unit_test(no_strip_is_more_than_there_is_or_less_than_nothing),
        cmocka_unit_test(the_centre_may_be_larger_than_what_it_is_in),
        cmocka_unit_test(cells_share_the_space_with_gaps_between),
    };
    return cmocka_run_group_tests_name("ui.gfx.geometry", tests, NULL, NULL);
}
