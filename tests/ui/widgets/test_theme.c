/* What the tokens promise: texts that can be read (WCAG 2.1, 1.4.3), verdicts that differ without their hue. */
#include "theme/theme.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define TEXT_CONTRAST    4.5F
#define VERDICT_CONTRAST 3.0F

static const enum theme_kind KINDS[] = {THEME_LIGHT, THEME_DARK};

struct pair {
    enum theme_colour on, below;
};

static const struct pair PAIRS[] = {
    {THEME_TEXT, THEME_BACKGROUND},
    {THEME_TEXT, THEME_BACKGROUND_END},
    {THEME_TEXT, THEME_SURFACE},
    {THEME_TEXT, THEME_SURFACE_SOFT},
    {THEME_TEXT_MUTED, THEME_BACKGROUND},
    {THEME_TEXT_MUTED, THEME_BACKGROUND_END},
    {THEME_TEXT_MUTED, THEME_SURFACE},
    {THEME_TEXT_MUTED, THEME_SURFACE_SOFT},
    {THEME_PRIMARY, THEME_SURFACE},
    {THEME_SUCCESS, THEME_SURFACE},
    {THEME_WARNING, THEME_SURFACE},
    {THEME_DANGER, THEME_SURFACE},
    {THEME_ON_PRIMARY, THEME_PRIMARY},
    {THEME_ON_SUCCESS, THEME_SUCCESS},
    {THEME_ON_WARNING, THEME_WARNING},
    {THEME_ON_DANGER, THEME_DANGER},
    {THEME_ON_PRIMARY_SOFT, THEME_PRIMARY_SOFT},
    {THEME_ON_SUCCESS_SOFT, THEME_SUCCESS_SOFT},
    {THEME_ON_WARNING_SOFT, THEME_WARNING_SOFT},
    {THEME_ON_DANGER_SOFT, THEME_DANGER_SOFT},
    {THEME_ON_RAIL, THEME_RAIL},
    {THEME_ON_RAIL, THEME_RAIL_SELECTED},
    {THEME_ON_RAIL_MUTED, THEME_RAIL},
    {THEME_ON_RAIL_MARK, THEME_RAIL_MARK},
    {THEME_TEXT, THEME_KEY},
    {THEME_TEXT, THEME_KEY_SPECIAL},
    {THEME_TEXT_MUTED, THEME_KEY},
    {THEME_ON_GRANTED, THEME_GRANTED},
    {THEME_ON_GRANTED, THEME_GRANTED_END},
    {THEME_ON_DENIED, THEME_DENIED},
    {THEME_ON_DENIED, THEME_DENIED_END},
    {THEME_ON_WAIT, THEME_WAIT},
    {THEME_ON_WAIT, THEME_WAIT_END},
    {THEME_ON_FIRE, THEME_FIRE},
    {THEME_ON_FIRE, THEME_FIRE_END},
};

static void every_text_can_be_read_on_what_it_stands_on(void **state)
{
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        const struct theme *theme = theme_get(KINDS[k]);
        for (size_t i = 0; i < sizeof(PAIRS) / sizeof(PAIRS[0]); i++) {
            float contrast = colour_contrast(theme_colour(theme, PAIRS[i].on), theme_colour(theme, PAIRS[i].below));
            if (contrast < TEXT_CONTRAST) {
                fail_msg("%s on %s, %s: %.2f", theme_colour_name(PAIRS[i].on), theme_colour_name(PAIRS[i].below),
                         k == 0 ? "light" : "dark", (double)contrast);
            }
        }
    }
}

static void every_tile_can_be_read(void **state)
{
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        for (unsigned i = 0; i < THEME_TILES; i++) {
            const struct theme_tile *tile = theme_tile(theme_get(KINDS[k]), i);
            assert_true(colour_contrast(tile->ink, tile->fill) >= TEXT_CONTRAST);
            assert_ptr_equal(tile, theme_tile(theme_get(KINDS[k]), i + THEME_TILES));
        }
    }
}

/* Open is light and shut is dark, for whoever can't tell green from red. */
static void open_and_shut_differ_in_lightness(void **state)
{
    (void)state;
    static const enum theme_colour open[] = {THEME_GRANTED, THEME_GRANTED_END, THEME_FIRE, THEME_FIRE_END};
    static const enum theme_colour shut[] = {THEME_DENIED, THEME_DENIED_END};
    for (size_t k = 0; k < 2; k++) {
        const struct theme *theme = theme_get(KINDS[k]);
        for (size_t i = 0; i < 4; i++) {
            for (size_t s = 0; s < 2; s++) {
                struct colour a = theme_colour(theme, open[i]), b = theme_colour(theme, shut[s]);
                assert_true(colour_luminance(a) > colour_luminance(b));
                assert_true(colour_contrast(a, b) >= VERDICT_CONTRAST);
            }
            assert_true(colour_luminance(theme_colour(theme, open[i])) >
                        colour_luminance(theme_colour(theme, THEME_WAIT)));
        }
    }
}

static void the_verdicts_are_the_same_in_both_kinds(void **state)
{
    (void)state;
    for (int c = THEME_GRANTED; c < THEME_COLOURS; c++) {
        struct colour light = theme_colour(theme_get(THEME_LIGHT), (enum theme_colour)c);
        struct colour dark = theme_colour(theme_get(THEME_DARK), (enum theme_colour)c);
        assert_memory_equal(&light, &dark, sizeof(light));
    }
}

static void every_colour_is_given_and_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int c = 0; c < THEME_COLOURS; c++) {
        const char *name = theme_colour_name((enum theme_colour)c);
        assert_non_null(name);
        assert_true(name[0] != '\0' && strcmp(name, "?") != 0);
        for (int other = 0; other < c; other++) {
            assert_string_not_equal(name, theme_colour_name((enum theme_colour)other));
        }
        for (size_t k = 0; k < 2; k++) {
            assert_true(theme_colour(theme_get(KINDS[k]), (enum theme_colour)c).a > 0);
        }
    }
    assert_string_equal(theme_colour_name(THEME_COLOURS), "?");
    assert_string_equal(theme_colour_name(THEME_ON_PRIMARY_SOFT), "on-primary-soft");
}

static void each_kind_is_what_it_says(void **state)
{
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        const struct theme *theme = theme_get(KINDS[k]);
        bool light =
            colour_luminance(theme_colour(theme, THEME_SURFACE)) > colour_luminance(theme_colour(theme, THEME_TEXT));
        assert_int_equal(theme->kind, KINDS[k]);
        assert_int_equal(light, KINDS[k] == THEME_LIGHT);
    }
}

static void every_type_has_a_size_that_can_be_read_and_scales(void **state)
{
    (void)state;
    for (int t = 0; t < THEME_TYPES; t++) {
        struct text_style style = theme_text((enum theme_type)t);
        struct text_style twice = theme_text_scaled((enum theme_type)t, 2);
        assert_true(style.size_px >= 15);
        assert_true(twice.size_px == 2 * style.size_px && twice.tracking_px == 2 * style.tracking_px);
        assert_int_equal(twice.weight, style.weight);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_text_can_be_read_on_what_it_stands_on),
        cmocka_unit_test(every_tile_can_be_read),
        cmocka_unit_test(open_and_shut_differ_in_lightness),
        cmocka_unit_test(the_verdicts_are_the_same_in_both_kinds),
        cmocka_unit_test(every_colour_is_given_and_has_a_name_of_its_own),
        cmocka_unit_test(each_kind_is_what_it_says),
        cmocka_unit_test(every_type_has_a_size_that_can_be_read_and_scales),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
