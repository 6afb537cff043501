#include "gfx/surface.h"

#include "base/cleanup.h"
#include "gfx/image.h"

#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void it_begins_transparent(void **state)
{
    (void)state;
    struct surface s;
    assert_int_equal(surface_init(&s, 5, 3), 0);
    assert_int_equal(s.width, 5);
    assert_int_equal(s.height, 3);
    assert_true(s.stride >= 5);
    for (int i = 0; i < 3 * s.stride; i++) {
        assert_int_equal(s.pixels[i], 0);
    }
    surface_finish(&s);
    assert_null(s.pixels);
    surface_finish(&s);
    surface_finish(NULL);
}

static void impossible_sizes_are_refused(void **state)
{
    (void)state;
    static const int sides[][2] = {{0, 1}, {1, 0}, {-1, 1}, {SURFACE_SIDE_MAX + 1, 1}, {1, INT_MAX}};
    for (size_t i = 0; i < ARRAY_LEN(sides); i++) {
        struct surface s = {.width = 77};
        assert_int_equal(surface_init(&s, sides[i][0], sides[i][1]), -EINVAL);
        assert_int_equal(s.width, 77);
    }
}

static void assert_clip(struct pixel_rect r, int x, int y, int w, int h)
{
    const struct surface s = {.width = 100, .height = 50};
    struct pixel_rect c = surface_clip(&s, r);
    assert_int_equal(c.x, x);
    assert_int_equal(c.y, y);
    assert_int_equal(c.w, w);
    assert_int_equal(c.h, h);
}

static void a_rectangle_is_cut_to_what_lies_on_it(void **state)
{
    (void)state;
    assert_clip((struct pixel_rect){10, 20, 30, 5}, 10, 20, 30, 5);
    assert_clip((struct pixel_rect){-10, -5, 30, 20}, 0, 0, 20, 15);
    assert_clip((struct pixel_rect){90, 40, 30, 20}, 90, 40, 10, 10);
    assert_clip((struct pixel_rect){-5, -5, 500, 500}, 0, 0, 100, 50);
    assert_clip((struct pixel_rect){INT_MIN, 0, INT_MAX, 50}, 0, 0, 0, 0);
    assert_clip((struct pixel_rect){50, 10, INT_MAX, INT_MAX}, 50, 10, 50, 40);
}

static void what_lies_beside_it_is_empty(void **state)
{
    (void)state;
    static const struct pixel_rect beside[] = {
        {200, 0, 5, 5}, {0, 50, 5, 5}, {-9, 0, 9, 9}, {3, 3, 0, 9}, {3, 3, 9, -1}};
    const struct surface s = {.width = 100, .height = 50};
    for (size_t i = 0; i < ARRAY_LEN(beside); i++) {
        struct pixel_rect c = surface_clip(&s, beside[i]);
        assert_true(c.w == 0 && c.h == 0);
        assert_true(c.x >= 0 && c.x <= 100 && c.y >= 0 && c.y <= 50);
    }
}

static void read_back(const char *path, struct surface *ret)
{
    uint8_t bytes[4096];
    _cleanup_file_ FILE *f = fopen(path, "rbe");
    assert_non_null(f);
    size_t n = fread(bytes, 1, sizeof(bytes), f);
    assert_in_range(n, 1, sizeof(bytes) - 1);
    assert_int_equal(image_decode(bytes, n, 100, ret), 0);
}

/* Every coverage, with colours up to it. */
static void a_png_holds_what_was_written(void **state)
{
    (void)state;
    for (int opaque = 0; opaque <= 1; opaque++) {
        struct surface s, back;
        assert_int_equal(surface_init(&s, 16, 16), 0);
        for (uint32_t i = 0; i < 256; i++) {
            uint32_t a = opaque ? 255 : i;
            s.pixels[i] = a << 24 | i * a / 255 << 16 | a / 2 << 8 | a;
        }
        char path[] = "/tmp/stile-surface-XXXXXX.png";
        int fd = mkstemps(path, 4);
        assert_true(fd >= 0);
        (void)close(fd);
        assert_int_equal(surface_write_png(&s, path), 0);
        read_back(path, &back);
        assert_int_equal(back.width, 16);
        assert_int_equal(back.height, 16);
        assert_memory_equal(back.pixels, s.pixels, 256 * sizeof(*s.pixels));
        (void)unlink(path);
        surface_finish(&s);
        surface_finish(&back);
    }
}

/* A surface may be a part of a larger one. */
static void rows_are_found_by_the_stride(void **state)
{
    (void)state;
    struct surface s, back;
    assert_int_equal(surface_init(&s, 8, 8), 0);
    for (uint32_t i = 0; i < 64; i++) {
        s.pixels[i] = 0xff000000 | i;
    }
    const struct surface part = {.pixels = s.pixels + 8 + 2, .width = 3, .height = 2, .stride = s.stride};
    char path[] = "/tmp/stile-surface-XXXXXX.png";
    int fd = mkstemps(path, 4);
    assert_true(fd >= 0);
    (void)close(fd);
    assert_int_equal(surface_write_png(&part, path), 0);
    read_back(path, &back);
    static const uint32_t expected[] = {0xff00000a, 0xff00000b, 0xff00000c, 0xff000012, 0xff000013, 0xff000014};
    assert_memory_equal(back.pixels, expected, sizeof(expected));
    (void)unlink(path);
    surface_finish(&s);
    surface_finish(&back);
}

static void what_cannot_be_written_is_said(void **state)
{
    (void)state;
    struct surface s;
    assert_int_equal(surface_init(&s, 4, 4), 0);
    assert_int_equal(surface_write_png(&s, "/nowhere/at/all.png"), -ENOENT);
    assert_true(surface_write_png(&s, "/dev/full") < 0);
    assert_int_equal(access("/dev/full", F_OK), 0);
    surface_finish(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_begins_transparent),
        cmocka_unit_test(impossible_sizes_are_refused),
        cmocka_unit_test(a_rectangle_is_cut_to_what_lies_on_it),
        cmocka_unit_test(what_lies_beside_it_is_empty),
        cmocka_unit_test(a_png_holds_what_was_written),
        cmocka_unit_test(rows_are_found_by_the_stride),
        cmocka_unit_test(what_cannot_be_written_is_said),
    };
    return cmocka_run_group_tests_name("ui.gfx.surface", tests, NULL, NULL);
}
