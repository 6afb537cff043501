/* The screens' configuration: what a good file gives, and a line and a reason for every bad one. */
#include "face/config.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define UI "[ui]\ncontrol_path = /run/gate.sock\nlist_path = /x/list.db\njournal_path = /x/journal.db\n" /* 4 lines */

static struct ui_config config;
static char error[FACE_ERROR_SIZE];

static void everything_has_a_default(void **state)
{
    (void)state;
    assert_int_equal(face_config_parse(UI "[face a]\nkind = desk\n[face b]\nkind = entrance\n", &config, error), 0);
    assert_int_equal(config.language, LANGUAGE_EN);
    assert_int_equal(config.volume_percent, 60);
    assert_int_equal(config.n_faces, 2);
    assert_string_equal(config.faces[0].name, "a");
    assert_int_equal(config.faces[0].kind, FACE_DESK);
    assert_true(config.faces[1].fullscreen && config.faces[1].my_card && config.faces[1].keyboard);
    assert_true(config.faces[1].transform.scale == 1 && config.faces[1].transform.rotation == 0);
    assert_int_equal(config.faces[1].saver_us, 120 * US_PER_S);
    assert_int_equal(face_config_parse(UI, &config, error), 0);
    assert_int_equal(config.n_faces, 0);
}

static void every_key_is_taken(void **state)
{
    (void)state;
    assert_int_equal(face_config_parse(UI "language = fi\npoint = entrance in\nvolume_percent = 0\nlocale_path = /l\n"
                                          "fonts_path = /f\n[face a]\nkind = service\ndisplay = 1\nwidth = 800\n"
                                          "height = 480\nfullscreen = no\nrotation = 270\nscale = 1.5\n"
                                          "touch = 0 1 0 1 0 0\ntouch_device = ILITEK\ntheme = light\nkeyboard = no\n"
                                          "lanes = lane1, lane2\nreader_place = left\nmy_card = no\nphones = yes\n"
                                          "saver_s = 0\nsign_in_reader = desk\nsign_out_s = 60\n",
                                       &config, error),
                     0);
    const struct face_config *f = &config.faces[0];
    assert_int_equal(config.language, LANGUAGE_FI);
    assert_string_equal(config.point, "entrance in");
    assert_int_equal(config.volume_percent, 0);
    assert_true(f->kind == FACE_SERVICE && f->display == 1 && f->width == 800 && f->height == 480 && !f->fullscreen);
    assert_true(f->transform.rotation == 270 && f->transform.scale == 1.5F && f->transform.touch[1] == 1);
    assert_true(f->theme == THEME_LIGHT && !f->keyboard && !f->my_card && f->phones && f->saver_us == 0);
    assert_string_equal(f->lanes[0], "lane1");
    assert_string_equal(f->lanes[1], "lane2");
    assert_int_equal(f->reader_place, ENTRANCE_PLACE_LEFT);
    assert_string_equal(f->sign_in_reader, "desk");
    assert_int_equal(f->sign_out_us, 60 * US_PER_S);
}

static void a_mistake_is_told_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *error;
    } cases[] = {
        {"", "line 1: [ui] lacks control_path, list_path or journal_path"},
        {"[ui]\ncontrol_path = gate.sock\n", "line 2: control_path is to be an absolute path"},
        {"x = 1\n", "line 1: a key outside a section"},
        {"[gate]\nx = 1\n", "line 2: no such section: gate"},
        {UI "colour = red\n", "line 5: no such key: colour"},
        {UI "language = en\nlanguage = sv\n", "line 6: language stands here twice"},
        {UI "language = xx\n", "line 5: language is to be one of en, sv, de, nb, fi"},
        {UI "volume_percent = 101\n", "line 5: volume_percent is to be a number from 0 to 100"},
        {UI "[face a]\nscale = 9\n", "line 6: scale is to be a number from 0.5 to 4"},
        {UI "[face a]\nscale = x\n", "line 6: scale is to be a number from 0.5 to 4"},
        {UI "[face a]\ntouch = 1 1 0 1 1 0\n",
         "line 6: touch is to be a matrix of six numbers that can be turned back"},
        {UI "[face a]\nkeyboard = 1\n", "line 6: keyboard is to be yes or no"},
        {UI "[face a]\nlanes = a, b, c\n", "line 6: lanes is to be at most 2 names of lanes"},
        {UI "[face a b]\nkind = desk\n", "line 6: a face's name is to be 1 to 31 letters, digits, '-', '_' or '.'"},
        {UI "[face a]\nrotation = 45\n", "line 1: rotation of face a is to be 0, 90, 180 or 270"},
        {UI "[face a]\nwidth = 800\n", "line 1: face a has a width or a height alone"},
        {UI "no line at all\n", "line 5: is no heading, key or comment"},
        {UI "[face a]\nkind=desk\n[face b]\nkind=desk\n[face c]\nkind=desk\n[face d]\nkind=desk\n[face e]\nkind=desk\n",
         "line 14: there are more than 4 faces"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(face_config_parse(cases[i].text, &config, error), -EINVAL);
        assert_string_equal(error, cases[i].error);
    }
}

static void the_example_is_good(void **state)
{
    (void)state;
    assert_int_equal(face_config_read(EXAMPLE, &config, error), 0);
    assert_int_equal(config.n_faces, 1);
    assert_int_equal(face_config_read("/nonexistent", &config, error), -ENOENT);
    assert_string_equal(error, "No such file or directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_has_a_default),
        cmocka_unit_test(every_key_is_taken),
        cmocka_unit_test(a_mistake_is_told_with_its_line),
        cmocka_unit_test(the_example_is_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
