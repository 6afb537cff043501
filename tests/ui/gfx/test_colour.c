#include "gfx/colour.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_near(float value, double expected, double within)
{
    if (!(fabs((double)value - expected) <= within)) {
        fail_msg("%.5f, not %.5f", (double)value, expected);
    }
}

static void assert_colour(struct colour c, int r, int g, int b, int a)
{
    assert_int_equal(c.r, r);
    assert_int_equal(c.g, g);
    assert_int_equal(c.b, b);
    assert_int_equal(c.a, a);
}

static void a_number_is_taken_apart(void **state)
{
    (void)state;
    assert_colour(colour_rgb(0x123456), 0x12, 0x34, 0x56, 255);
    assert_colour(colour_alpha(colour_rgb(0xffffff), 7), 255, 255, 255, 7);
}

/* The corners of sRGB, whose luminance is the weight that WCAG gives each, and a grey worked out by hand. */
static void luminance_is_as_wcag_says(void **state)
{
    (void)state;
    assert_near(colour_luminance(colour_rgb(0x000000)), 0, 1e-6);
    assert_near(colour_luminance(colour_rgb(0xffffff)), 1, 1e-6);
    assert_near(colour_luminance(colour_rgb(0xff0000)), 0.2126, 1e-5);
    assert_near(colour_luminance(colour_rgb(0x00ff00)), 0.7152, 1e-5);
    assert_near(colour_luminance(colour_rgb(0x0000ff)), 0.0722, 1e-5);
    assert_near(colour_luminance(colour_rgb(0x808080)), 0.21586, 1e-4);
    assert_near(colour_luminance(colour_rgb(0x0a0a0a)), 10.0 / 255 / 12.92, 1e-6);
}

/* Published pairs: #767676 is the lightest grey that white text's 4.5:1 allows, #949494 that of 3:1. */
static void contrast_is_as_wcag_says(void **state)
{
    (void)state;
    struct colour white = colour_rgb(0xffffff);
    assert_near(colour_contrast(white, colour_rgb(0)), 21, 1e-4);
    assert_near(colour_contrast(white, white), 1, 1e-6);
    assert_near(colour_contrast(white, colour_rgb(0x767676)), 4.54, 0.005);
    assert_near(colour_contrast(white, colour_rgb(0x777777)), 4.48, 0.005);
    assert_near(colour_contrast(white, colour_rgb(0x949494)), 3.03, 0.005);
    assert_near(colour_contrast(white, colour_rgb(0xff0000)), 4.00, 0.005);
    assert_near(colour_contrast(white, colour_rgb(0x0000ff)), 8.59, 0.005);
}

static void contrast_is_the_same_both_ways_and_coverage_does_not_count(void **state)
{
    (void)state;
    struct colour a = colour_rgb(0x3b43dd), b = colour_rgb(0xe1f7ea);
    assert_near(colour_contrast(a, b), (double)colour_contrast(b, a), 0);
    assert_near(colour_contrast(colour_alpha(a, 3), b), (double)colour_contrast(a, b), 0);
}

static void over_an_opaque_one_it_mixes_by_coverage(void **state)
{
    (void)state;
    struct colour white = colour_rgb(0xffffff), black = colour_rgb(0);
    assert_colour(colour_over(black, white), 0, 0, 0, 255);
    assert_colour(colour_over(colour_alpha(black, 0), white), 255, 255, 255, 255);
    assert_colour(colour_over(colour_alpha(black, 51), white), 204, 204, 204, 255);
    assert_colour(colour_over(colour_alpha(colour_rgb(0xff0000), 128), colour_rgb(0x0000ff)), 128, 0, 127, 255);
}

static void over_a_translucent_one_both_show(void **state)
{
    (void)state;
    struct colour half_red = colour_alpha(colour_rgb(0xff0000), 128);
    struct colour half_blue = colour_alpha(colour_rgb(0x0000ff), 128);
    /* coverage 1 - 0.498², of which red has 0.502 and blue 0.25 */
    assert_colour(colour_over(half_red, half_blue), 170, 0, 85, 192);
    assert_colour(colour_over(half_red, (struct colour){0}), 255, 0, 0, 128);
    assert_colour(colour_over((struct colour){9, 9, 9, 0}, (struct colour){8, 8, 8, 0}), 0, 0, 0, 0);
}

static void a_mix_goes_from_one_to_the_other(void **state)
{
    (void)state;
    struct colour a = {0, 100, 200, 255}, b = {255, 0, 100, 55};
    assert_colour(colour_mix(a, b, 0), 0, 100, 200, 255);
    assert_colour(colour_mix(a, b, 1), 255, 0, 100, 55);
    assert_colour(colour_mix(a, b, 0.5f), 128, 50, 150, 155);
    assert_colour(colour_mix(a, b, 2), 255, 0, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_is_taken_apart),
        cmocka_unit_test(luminance_is_as_wcag_says),
        cmocka_unit_test(contrast_is_as_wcag_says),
        cmocka_unit_test(contrast_is_the_same_both_ways_and_coverage_does_not_count),
        cmocka_unit_test(over_an_opaque_one_it_mixes_by_coverage),
        cmocka_unit_test(over_a_translucent_one_both_show),
        cmocka_unit_test(a_mix_goes_from_one_to_the_other),
    };
    return cmocka_run_group_tests_name("ui.gfx.colour", tests, NULL, NULL);
}
