#include "gallery/golden.h"
#include "gallery/picture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { WIDTH = 37, HEIGHT = 21 };

static char folder[64];

static const char *path_of(const char *name)
{
    static char path[128];
    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static struct surface some_picture(void)
{
    struct surface s = {0};
    assert_int_equal(surface_init(&s, WIDTH, HEIGHT), 0);
    for (uint32_t i = 0; i < WIDTH * HEIGHT; i++) {
        s.pixels[i] = UINT32_C(0xff000000) | (i * 2654435761U) >> 8;
    }
    return s;
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    struct surface s = some_picture(), back = {0};
    assert_int_equal(picture_write(&s, path_of("a.png")), 0);
    assert_int_equal(picture_read(path_of("a.png"), &back), 0);
    assert_int_equal(back.width, WIDTH);
    assert_int_equal(back.height, HEIGHT);
    assert_memory_equal(back.pixels, s.pixels, (size_t)WIDTH * HEIGHT * 4);
    surface_finish(&back);
    surface_finish(&s);
}

static void what_is_no_picture_is_refused(void **state)
{
    (void)state;
    struct surface s = {0};
    assert_int_equal(picture_read(path_of("nothing.png"), &s), -ENOENT);
    FILE *file = fopen(path_of("text.png"), "we");
    assert_non_null(file);
    assert_true(fputs("no picture at all, but a text that is long enough", file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(picture_read(path_of("text.png"), &s), -EBADMSG);
    assert_null(s.pixels);
}

static void half_a_picture_is_refused(void **state)
{
    (void)state;
    struct surface s = some_picture(), back = {0};
    assert_int_equal(picture_write(&s, path_of("half.png")), 0);
    assert_int_equal(truncate(path_of("half.png"), 100), 0);
    assert_int_equal(picture_read(path_of("half.png"), &back), -EBADMSG);
    assert_null(back.pixels);
    surface_finish(&s);
}

static void a_picture_that_one_can_see_through_is_refused(void **state)
{
    (void)state;
    struct surface s = some_picture(), back = {0};
    s.pixels[5] = 0x40101010;
    assert_int_equal(surface_write_png(&s, path_of("alpha.png")), 0);
    assert_int_equal(picture_read(path_of("alpha.png"), &back), -EBADMSG);
    surface_finish(&s);
}

static void what_cannot_be_written_is_told(void **state)
{
    (void)state;
    struct surface s = some_picture();
    assert_int_equal(picture_write(&s, path_of("no/such/folder.png")), -ENOENT);
    surface_finish(&s);
}

static void one_pixel_that_differs_is_found_and_shown(void **state)
{
    (void)state;
    struct surface a = some_picture(), b = some_picture(), diff = {0};
    assert_int_equal(golden_compare(&a, &b, NULL), 0);
    b.pixels[3 * WIDTH + 7] ^= 1;
    assert_int_equal(golden_compare(&a, &b, &diff), 1);
    for (size_t i = 0; i < (size_t)WIDTH * HEIGHT; i++) {
        uint32_t p = diff.pixels[i];
        bool red = (p >> 16 & 255) > (p & 255);
        assert_true(red == (i == 3 * WIDTH + 7));
    }
    surface_finish(&diff);
    surface_finish(&b);
    surface_finish(&a);
}

static void another_size_differs_everywhere(void **state)
{
    (void)state;
    struct surface a = some_picture(), b = {0};
    assert_int_equal(surface_init(&b, WIDTH, HEIGHT + 1), 0);
    memcpy(b.pixels, a.pixels, (size_t)WIDTH * HEIGHT * 4);
    assert_int_equal(golden_compare(&a, &b, NULL), WIDTH * HEIGHT);
    surface_finish(&b);
    surface_finish(&a);
}

static void golden_pictures_have_names_of_their_own(void **state)
{
    (void)state;
    struct golden a, b;
    size_t n = 0;
    for (; golden_at(n, &a); n++) {
        for (size_t k = 0; k < n && golden_at(k, &b); k++) {
            assert_string_not_equal(a.name, b.name);
        }
    }
    assert_true(n > 0);
    assert_false(golden_at(n + 1, &a));
}

static int make_folder(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof(folder), "/tmp/stile-picture-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    static const char *const names[] = {"a.png", "text.png", "half.png", "alpha.png"};
    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        (void)unlink(path_of(names[i]));
    }
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(what_is_no_picture_is_refused),
        cmocka_unit_test(half_a_picture_is_refused),
        cmocka_unit_test(a_picture_that_one_can_see_through_is_refused),
        cmocka_unit_test(what_cannot_be_written_is_told),
        cmocka_unit_test(one_pixel_that_differs_is_found_and_shown),
        cmocka_unit_test(another_size_differs_everywhere),
        cmocka_unit_test(golden_pictures_have_names_of_their_own),
    };
    return cmocka_run_group_tests_name("tools.gallery.picture", tests, make_folder, remove_folder);
}
