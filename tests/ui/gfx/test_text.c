#include "base/log.h"
#include "gfx/painter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct text_style body = {.size_px = 17};

static int open_text(void **state)
{
    struct text *text = NULL;
    int r = text_open(FONTS_CONF, 1, &text);
    *state = text;
    return r;
}

static int close_text(void **state)
{
    text_close(*state);
    return 0;
}

static void inter_is_the_family(void **state)
{
    struct text *text = *state;
    assert_true(text_has_fonts(text));
    assert_string_equal(text_family(text), "Inter");
}

static void a_longer_text_is_wider_and_a_heavier_one_too(void **state)
{
    struct text *text = *state;
    const struct text_style bold = {.size_px = 17, .weight = TEXT_BOLD};
    struct text_size one = text_measure(text, "Kort", &body, -1), two = text_measure(text, "Kort Kort", &body, -1);
    assert_true(two.w > one.w && one.h == two.h && one.lines == 1 && !one.cut && one.unknown == 0);
    assert_true(text_measure(text, "Kort", &bold, -1).w > one.w);
    assert_true(one.baseline > 10 && one.baseline < one.h);
}

static void figures_of_one_width_do_not_move(void **state)
{
    struct text *text = *state;
    const struct text_style clock = {.size_px = 17, .tabular = true};
    assert_true(fabsf(text_measure(text, "11:11", &clock, -1).w - text_measure(text, "20:48", &clock, -1).w) < 0.1F);
    assert_true(text_measure(text, "11:11", &body, -1).w < text_measure(text, "20:48", &body, -1).w);
}

static void what_does_not_fit_is_cut_or_wraps(void **state)
{
    struct text *text = *state;
    const struct text_style two_lines = {.size_px = 17, .max_lines = 2};
    const char *words = "Your membership ended yesterday, reception will help you at once";
    struct text_size one = text_measure(text, words, &body, 200);
    struct text_size two = text_measure(text, words, &two_lines, 300);
    assert_true(one.cut && one.lines == 1 && one.w <= 200);
    assert_true(!two.cut && two.lines == 2 && two.h > 1.8F * one.h);
    assert_true(text_measure(text, words, &two_lines, 120).cut);
}

static void a_size_is_found_that_fits(void **state)
{
    struct text *text = *state;
    struct text_style name = {.size_px = 52, .weight = TEXT_BOLD};
    const char *longer = "Maximiliane-Konstantina von Hohenlohe";
    assert_true(text_fit(text, "Åsa", &name, 500, 20) == 52);
    float size = text_fit(text, longer, &name, 500, 12);
    assert_true(size < 52 && size >= 12);
    name.size_px = size;
    assert_false(text_measure(text, longer, &name, 500).cut);
    name.size_px = 52;
    assert_true(text_fit(text, longer, &name, 20, 16) == 16);
}

static void every_script_of_a_name_has_its_glyphs(void **state)
{
    struct text *text = *state;
    /* Versions of clang-format do not agree on how wide these are: */
    /* clang-format off */
    static const char *const names[] = {"Åsa Öberg", "Jürgen Weiß", "Bjørn Æser", "Łukasz Żółć",  "Ναταλία",
                                        "Дмитрий",   "محمد علي",    "דוד כהן",    "Zoë 🏋️", "👩‍👩‍👧"};
    /* clang-format on */
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_int_equal(text_measure(text, names[i], &body, -1).unknown, 0);
    }
    assert_true(text_measure(text, "\xf3\xb0\x80\x80", &body, -1).unknown > 0); /* a private character has none */
}

static void broken_bytes_are_shown_as_replaced(void **state)
{
    struct text *text = *state;
    assert_true(text_measure(text, "A\xff\xc3 B\xe2\x82", &body, -1).w > 0);
    assert_true(text_measure(text, "", &body, -1).w == 0);
}

static void the_cursor_and_a_touch_agree(void **state)
{
    struct text *text = *state;
    const char *word = "Åsa Lindqvist";
    assert_true(text_cursor_x(text, word, &body, 0) == 0);
    for (size_t byte = 0; byte <= strlen(word); byte++) {
        if (((unsigned char)word[byte] & 0xc0) != 0x80) {
            assert_int_equal(text_byte_at(text, word, &body, text_cursor_x(text, word, &body, byte)), byte);
        }
    }
    assert_int_equal(text_byte_at(text, word, &body, 10000), strlen(word));
    assert_int_equal(text_byte_at(text, word, &body, -5), 0);
    assert_true(text_cursor_x(text, word, &body, 1000) > 50);
}

static void what_is_kept_is_bounded(void **state)
{
    struct text *text = *state;
    char word[32];
    for (int i = 0; i < 3000; i++) {
        (void)snprintf(word, sizeof(word), "row %d", i % 1500);
        (void)text_measure(text, word, &body, (float)(i % 7) * 50);
    }
    assert_in_range(text_cached(text), 100, 400);
    assert_true(text_measure(text, "row 3", &body, -1).w > 0);
}

static void a_name_of_thousands_of_characters_is_harmless(void **state)
{
    struct text *text = *state;
    static char name[20000];
    for (size_t i = 0; i + 4 < sizeof(name); i += 2) {
        name[i] = "ä"[0];
        name[i + 1] = "ä"[1];
    }
    struct text_size size = text_measure(text, name, &body, 300);
    assert_true(size.cut && size.w <= 300);
}

/* A unit on which the fonts' packages are missing. */
static void without_any_font_texts_take_room_and_paint_nothing(void **state)
{
    (void)state;
    char path[] = "/tmp/stile-fonts-XXXXXX";
    struct text *text = NULL;
    struct draw_list *list = NULL;
    struct painter *painter = NULL;
    struct surface surface = {0};
    const char conf[] = "<?xml version=\"1.0\"?><fontconfig></fontconfig>";
    int fd = mkstemp(path);
    assert_true(fd >= 0 && write(fd, conf, sizeof(conf) - 1) == (ssize_t)sizeof(conf) - 1);
    (void)close(fd);
    log_set_level(LOG_ERROR - 1);
    assert_int_equal(text_open(path, 1, &text), 0);
    assert_false(text_has_fonts(text));
    assert_string_equal(text_family(text), "");
    assert_true(text_measure(text, "Hello", &body, -1).w > 10);
    assert_true(text_cursor_x(text, "Hello", &body, 2) == 0);
    assert_int_equal(draw_list_new(text, &list), 0);
    assert_int_equal(painter_new(1, &painter), 0);
    assert_int_equal(surface_init(&surface, 100, 50), 0);
    draw_begin(list, 100, 50);
    draw_fill(list, rect_of(0, 0, 100, 50), colour_rgb(0x102030), 0);
    draw_text(list, rect_of(0, 0, 100, 50), "Hello", &body, colour_rgb(0xffffff));
    assert_int_equal(painter_paint(painter, list, &surface, &(struct pixel_rect){0, 0, 100, 50}, 1), 0);
    for (int i = 0; i < 100 * 50; i++) {
        assert_int_equal(surface.pixels[i], 0xff102030);
    }
    surface_finish(&surface);
    painter_free(painter);
    draw_list_free(list);
    text_close(text);
    (void)unlink(path);
    /* Nor does a configuration that isn't there end anything. */
    assert_int_equal(text_open("/nonexistent/fonts.conf", 1, &text), 0);
    assert_false(text_has_fonts(text));
    text_close(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(inter_is_the_family, open_text, close_text),
        cmocka_unit_test_setup_teardown(a_longer_text_is_wider_and_a_heavier_one_too, open_text, close_text),
        cmocka_unit_test_setup_teardown(figures_of_one_width_do_not_move, open_text, close_text),
        cmocka_unit_test_setup_teardown(what_does_not_fit_is_cut_or_wraps, open_text, close_text),
        cmocka_unit_test_setup_teardown(a_size_is_found_that_fits, open_text, close_text),
        cmocka_unit_test_setup_teardown(every_script_of_a_name_has_its_glyphs, open_text, close_text),
        cmocka_unit_test_setup_teardown(broken_bytes_are_shown_as_replaced, open_text, close_text),
        cmocka_unit_test_setup_teardown(the_cursor_and_a_touch_agree, open_text, close_text),
        cmocka_unit_test_setup_teardown(what_is_kept_is_bounded, open_text, close_text),
        cmocka_unit_test_setup_teardown(a_name_of_thousands_of_characters_is_harmless, open_text, close_text),
        cmocka_unit_test(without_any_font_texts_take_room_and_paint_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
