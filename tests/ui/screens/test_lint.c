/* Every screen in every state, size and language keeps to the rules; and the rules find what is wrong. argv:
 * same_words.txt. */
#include "lint_rules.h"

#include "base/cleanup.h"
#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

enum { SAME_WORDS_MAX = 64 * 1024 };

static const char *same_words;
static const struct colour black = {0, 0, 0, 255}, white = {255, 255, 255, 255}, grey = {140, 140, 140, 255};
static const struct text_style body = {.size_px = 17};

/* Screens of which each has one fault; drawn with less than widgets, so that nothing else is wrong with them. */

static void ground(struct ui *ui)
{
    draw_fill(ui_draw(ui), ui_bounds(ui), white, 0);
}

static void button(struct ui *ui, const char *id, struct rect rect, const char *label)
{
    (void)ui_node(ui,
                  &(struct ui_node_spec){
                      .id = id, .index = -1, .role = UI_BUTTON, .label = label, .rect = rect, .intent = {.kind = 1}});
    (void)ui_node_text(ui, rect_inset(rect, 2), label, &body, black);
}

static void view_good(struct ui *ui, enum language language)
{
    ground(ui);
    button(ui, "yes", rect_of(20, 20, 200, 60), language == LANGUAGE_SV ? "Släpp in" : "Let in");
    button(ui, "no", rect_of(240, 20, 200, 60), "SDL");
    (void)draw_text(ui_draw(ui), rect_of(20, 100, 200, 30), "Mia Ek", &body, black);
}

static void view_small(struct ui *ui, enum language language)
{
    (void)language;
    ground(ui);
    button(ui, "tiny", rect_of(20, 20, 200, 47), "OK");
}

static void view_overlapping_targets(struct ui *ui, enum language language)
{
    (void)language;
    ground(ui);
    button(ui, "left", rect_of(20, 20, 200, 60), "A");
    button(ui, "right", rect_of(210, 20, 200, 60), "B");
}

static void view_off_screen(struct ui *ui, enum language language)
{
    (void)language;
    ground(ui);
    button(ui, "off", rect_of(ui_bounds(ui).w - 50, 20, 60, 60), "A");
}

static void view_faint(struct ui *ui, enum language language)
{
    (void)language;
    ground(ui);
    (void)draw_text(ui_draw(ui), rect_of(20, 20, 200, 30), "faint", &body, grey);
}

/* Legible at the gradient's upper end, and nowhere near its lower one, where it stands. */
static void view_faint_on_gradient(struct ui *ui, enum language language)
{
    (void)language;
    draw_box(ui_draw(ui), ui_bounds(ui), &(struct draw_box){.fill = white, .fill_end = black, .gradient = true});
    (void)draw_text(ui_draw(ui), rect_of(20, ui_bounds(ui).h - 80, 200, 30), "below", &body, black);
}

static void view_faint_through_scrim(struct ui *ui, enum language language)
{
    (void)language;
    ground(ui);
    draw_fill(ui_draw(ui), rect_of(10, 10, 300, 100), colour_alpha(black, 190), 0);
    (void)draw_text(ui_draw(ui), rect_of(20, 20, 200, 30), "dim", &body, black);
}

static void view_on_picture(struct ui *ui, enum language language)
{
    static uint32_t pixels[4] = {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff};
    static const struct surface photo = {.pixels = pixels, .width = 2, .height = 2, .stride = 2};
    (void)language;
    ground(ui);
    draw_image(ui_draw(ui), rect_of(10, 10, 300, 100), &photo, 1, 0);
    (void)draw_text(ui_draw(ui), rect_of(20, 20, 200, 30), "over", &body, black);
}

static void view_faint_icon(struct ui *ui, enum language language)
{
    (void)language;
    ground(ui);
    button(ui, "pale", rect_of(20, 20, 60, 60), "A");
    draw_icon(ui_draw(ui), rect_of(54, 54, 24, 24), ICON_CHECK, colour_rgb(0xa0a0a0), 0);
}

static void view_disabled(struct ui *ui, enum language language)
{
    struct rect rect = rect_of(20, 20, 200, 60);
    (void)language;
    ground(ui);
    (void)ui_node(ui, &(struct ui_node_spec){.id = "off",
                                             .index = -1,
                                             .role = UI_BUTTON,
                                             .label = "Off",
                                             .state = UI_DISABLED,
                                             .rect = rect,
                                             .intent = {.kind = 1}});
    (void)ui_node_text(ui, rect, "Off", &body, grey);
}

static void view_cut(struct ui *ui, enum language language)
{
    (void)language;
    ground(ui);
    (void)draw_text(ui_draw(ui), rect_of(20, 20, 60, 30), "much too long", &body, black);
}

static void add_row(struct ui *ui, bool may_cut)
{
    struct rect rect = rect_of(20, 20, 60, 48);
    ground(ui);
    (void)ui_node(
        ui,
        &(struct ui_node_spec){
            .id = "row", .index = 0, .role = UI_ROW, .label = "Wolfeschlegelstein", .rect = rect, .may_cut = may_cut});
    (void)ui_node_text(ui, rect, "Wolfeschlegelstein", &body, black);
}

static void view_cut_row(struct ui *ui, enum language language)
{
    (void)language;
    add_row(ui, false);
}

static void view_row_that_may_be_cut(struct ui *ui, enum language language)
{
    (void)language;
    add_row(ui, true);
}

static void view_same_id(struct ui *ui, enum language language)
{
    (void)language;
    ground(ui);
    button(ui, "twin", rect_of(20, 20, 60, 60), "A");
    button(ui, "twin", rect_of(120, 20, 60, 60), "B");
}

static void view_nameless(struct ui *ui, enum language language)
{
    (void)language;
    ground(ui);
    button(ui, "mute", rect_of(20, 20, 60, 60), "");
}

static void view_no_glyph(struct ui *ui, enum language language)
{
    (void)language;
    ground(ui);
    button(ui, "odd", rect_of(20, 20, 100, 60), "\xf0\x92\x80\x80"); /* U+12000, cuneiform */
}

static void view_overlapping_texts(struct ui *ui, enum language language)
{
    (void)language;
    ground(ui);
    (void)draw_text(ui_draw(ui), rect_of(20, 20, 200, 30), "one", &body, black);
    (void)draw_text(ui_draw(ui), rect_of(30, 24, 200, 30), "two", &body, black);
}

static void view_icon_over_text(struct ui *ui, enum language language)
{
    (void)language;
    ground(ui);
    draw_icon(ui_draw(ui), rect_of(20, 20, 24, 24), ICON_CHECK, black, 0);
    (void)draw_text(ui_draw(ui), rect_of(30, 22, 200, 30), "word", &body, black);
}

static void view_text_across_edge(struct ui *ui, enum language language)
{
    (void)language;
    ground(ui);
    (void)draw_text(ui_draw(ui), rect_of(20, 20, 200, 30), "across", &body, black);
    draw_fill(ui_draw(ui), rect_of(40, 10, 300, 60), colour_rgb(0xe0e0e0), 0);
}

static void view_covered_text(struct ui *ui, enum language language)
{
    (void)language;
    ground(ui);
    (void)draw_text(ui_draw(ui), rect_of(20, 20, 200, 30), "one", &body, grey);
    draw_fill(ui_draw(ui), rect_of(10, 10, 300, 60), white, 0);
    (void)draw_text(ui_draw(ui), rect_of(30, 24, 200, 30), "two", &body, black);
}

static void view_clipped(struct ui *ui, enum language language)
{
    (void)language;
    ground(ui);
    draw_clip_push(ui_draw(ui), rect_of(20, 20, 200, 10));
    (void)draw_text(ui_draw(ui), rect_of(20, 20, 200, 30), "half", &body, black);
    draw_clip_pop(ui_draw(ui));
}

static void view_text_off_screen(struct ui *ui, enum language language)
{
    (void)language;
    ground(ui);
    (void)draw_text(ui_draw(ui), rect_of(ui_bounds(ui).w - 20, 20, 200, 30), "out", &body, black);
}

static void view_text_out_of_button(struct ui *ui, enum language language)
{
    struct text_style tall = body;
    (void)language;
    tall.max_lines = 9;
    ground(ui);
    button(ui, "box", rect_of(20, 200, 60, 60), "");
    (void)draw_text(ui_draw(ui), rect_of(22, 190, 56, 30), "one two three four", &tall, black);
}

static void view_untranslated(struct ui *ui, enum language language)
{
    ground(ui);
    button(ui, "a", rect_of(20, 20, 200, 60), "Let in");
    button(ui, "b", rect_of(20, 100, 200, 60), language == LANGUAGE_SV ? "Stäng" : "Close");
}

static struct gallery *gallery;

static void look_at(const struct gallery_fixture *fixture, struct gallery_size size, enum language language,
                    struct lint_words *words, struct lint_report *report)
{
    struct lint_picture p = {fixture->name, size, language, gallery_draw(gallery, fixture, size, language)};
    assert_non_null(p.ui);
    lint_nodes(&p, report);
    lint_texts(&p, report);
    if (language == LANGUAGE_EN) {
        lint_words_english(words, &p);
    } else {
        lint_words_compare(words, &p, report);
    }
}

static struct lint_report report_of(const char *name, void (*view)(struct ui *ui, enum language language))
{
    struct lint_report report = {0};
    const struct gallery_fixture fixture = {name, view};
    struct lint_words *words = lint_words_new("# names\nMia Ek\nsv,de: Wolfeschlegelstein\n");
    assert_non_null(words);
    look_at(&fixture, gallery_sizes[1], LANGUAGE_EN, words, &report);
    look_at(&fixture, gallery_sizes[1], LANGUAGE_SV, words, &report);
    lint_words_free(words);
    return report;
}

static void finds(void (*view)(struct ui *ui, enum language language), const char *finding)
{
    struct lint_report report = report_of("trial", view);
    if (!lint_has(&report, finding)) {
        lint_print(&report);
        fail_msg("not found: %s", finding);
    }
    lint_finish(&report);
}

static void finds_nothing(const char *name, void (*view)(struct ui *ui, enum language language))
{
    struct lint_report report = report_of(name, view);
    lint_print(&report);
    assert_int_equal(report.n, 0);
    lint_finish(&report);
}

static void the_lint_leaves_alone_what_is_good(void **state)
{
    (void)state;
    finds_nothing("trial", view_good);
    finds_nothing("trial", view_disabled);
    finds_nothing("trial", view_row_that_may_be_cut);
    finds_nothing("trial", view_covered_text);
}

static void the_lint_finds_bad_targets(void **state)
{
    (void)state;
    finds(view_small, "button tiny \"OK\" is 200 x 47 px");
    finds(view_overlapping_targets, "left \"A\" and right \"B\" overlap");
    finds(view_off_screen, "button off \"A\" reaches beyond the screen");
    finds(view_same_id, "two nodes have the id twin");
    finds(view_nameless, "button mute has no label");
}

static void the_entrance_needs_larger_targets(void **state)
{
    (void)state;
    struct lint_report report = report_of("entrance-trial", view_small);
    assert_true(lint_has(&report, "too small"));
    lint_finish(&report);
    finds_nothing("entrance-trial", view_good);
}

static void the_lint_finds_texts_that_cannot_be_read(void **state)
{
    (void)state;
    finds(view_faint, "\"faint\" has a contrast of 3.3");
    finds(view_faint_on_gradient, "\"below\" has a contrast of 1.");
    finds(view_faint_through_scrim, "\"dim\" has a contrast of");
    finds(view_faint_icon, "the icon of pale \"A\" has a contrast of 2.6");
    finds(view_on_picture, "\"over\" stands on a picture");
    finds(view_no_glyph, "has a character without a glyph");
}

static void the_lint_finds_texts_that_are_not_whole(void **state)
{
    (void)state;
    finds(view_cut, "\"much too long\" is cut");
    finds(view_cut_row, "row row.0 \"Wolfeschlegelstein\" is cut");
    finds(view_clipped, "\"half\" is clipped");
    finds(view_text_off_screen, "\"out\" ");
    finds(view_text_out_of_button, "\"one two three four\" runs out of button box");
    finds(view_icon_over_text, "\"word\" and an icon overlap");
    finds(view_text_across_edge, "\"across\" lies across the edge of a box");
    finds(view_overlapping_texts, "\"one\" and \"two\" overlap");
}

static void the_lint_finds_what_nobody_has_translated(void **state)
{
    (void)state;
    struct lint_report report = report_of("trial", view_untranslated);
    assert_true(lint_has(&report, "\"Let in\" is in sv as in English"));
    assert_true(lint_has(&report, "trial 1024x600 sv: "));
    assert_int_equal(report.n, 1);
    lint_finish(&report);
}

static void a_word_may_be_the_same_in_some_languages_only(void **state)
{
    (void)state;
    struct lint_report report = {0};
    const struct gallery_fixture fixture = {"trial", view_row_that_may_be_cut};
    struct lint_words *words = lint_words_new("sv,de: Wolfeschlegelstein\nof no use");
    assert_non_null(words);
    look_at(&fixture, gallery_sizes[1], LANGUAGE_EN, words, &report);
    look_at(&fixture, gallery_sizes[1], LANGUAGE_DE, words, &report);
    assert_int_equal(report.n, 0);
    look_at(&fixture, gallery_sizes[1], LANGUAGE_FI, words, &report);
    lint_words_unused(words, &report);
    assert_int_equal(report.n, 2);
    assert_true(lint_has(&report, "\"Wolfeschlegelstein\" is in fi as in English"));
    assert_true(lint_has(&report, "\"of no use\" is of no use"));
    lint_words_free(words);
    lint_finish(&report);
}

static void every_screen_keeps_to_the_rules(void **state)
{
    (void)state;
    static struct lint_report report;
    _cleanup_free_ char *list = NULL;
    size_t n;
    assert_int_equal(file_read(same_words, SAME_WORDS_MAX, &list, &n), 0);
    struct lint_words *words = lint_words_new(list);
    const struct gallery_fixture *fixtures = gallery_fixtures(&n);
    assert_non_null(words);
    assert_true(n > 0);
    for (size_t i = 0; i < n; i++) {
        for (size_t s = 0; s < GALLERY_SIZES; s++) {
            for (size_t l = 0; l < LANGUAGES; l++) { /* English is the first */
                look_at(&fixtures[i], gallery_sizes[s], (enum language)l, words, &report);
            }
        }
    }
    lint_words_unused(words, &report);
    lint_words_free(words);
    lint_print(&report);
    size_t found = report.n;
    lint_finish(&report);
    assert_int_equal(found, 0);
}

static int open_gallery(void **state)
{
    (void)state;
    return gallery_open(&gallery);
}

static int close_gallery(void **state)
{
    (void)state;
    gallery_close(gallery);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lint_leaves_alone_what_is_good),
        cmocka_unit_test(the_lint_finds_bad_targets),
        cmocka_unit_test(the_entrance_needs_larger_targets),
        cmocka_unit_test(the_lint_finds_texts_that_cannot_be_read),
        cmocka_unit_test(the_lint_finds_texts_that_are_not_whole),
        cmocka_unit_test(the_lint_finds_what_nobody_has_translated),
        cmocka_unit_test(a_word_may_be_the_same_in_some_languages_only),
        cmocka_unit_test(every_screen_keeps_to_the_rules),
    };
    if (argc != 2) {
        (void)fputs("usage: test_lint SAME-WORDS\n", stderr);
        return 2;
    }
    same_words = argv[1];
    return cmocka_run_group_tests_name("ui.screens.lint", tests, open_gallery, close_gallery);
}
