#include "gallery/portrait.h"

#include "base/cleanup.h"
#include "gfx/image.h"

#include <cairo.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void each_is_a_small_jpeg_unlike_the_others(void **state)
{
    (void)state;
    struct surface seen[PORTRAIT_COUNT];
    for (unsigned i = 0; i < PORTRAIT_COUNT; i++) {
        uint8_t bytes[PORTRAIT_BYTES_MAX];
        int n = portrait_jpeg(i, bytes, sizeof(bytes));
        assert_in_range(n, 1000, PORTRAIT_BYTES_MAX);
        assert_int_equal(image_decode(bytes, (size_t)n, PORTRAIT_HEIGHT, &seen[i]), 0);
        assert_int_equal(seen[i].width, PORTRAIT_WIDTH);
        assert_int_equal(seen[i].height, PORTRAIT_HEIGHT);
        for (unsigned k = 0; k < i; k++) {
            assert_memory_not_equal(seen[i].pixels, seen[k].pixels, (size_t)PORTRAIT_WIDTH * PORTRAIT_HEIGHT * 4);
        }
    }
    for (unsigned i = 0; i < PORTRAIT_COUNT; i++) {
        surface_finish(&seen[i]);
    }
}

static void they_count_round(void **state)
{
    (void)state;
    uint8_t first[PORTRAIT_BYTES_MAX], again[PORTRAIT_BYTES_MAX];
    int n = portrait_jpeg(1, first, sizeof(first));
    assert_true(n > 0);
    assert_int_equal(portrait_jpeg(1 + PORTRAIT_COUNT, again, sizeof(again)), n);
    assert_memory_equal(first, again, (size_t)n);
}

static void too_little_room_is_told_and_left_alone(void **state)
{
    (void)state;
    uint8_t bytes[100] = {0};
    assert_int_equal(portrait_jpeg(0, bytes, sizeof(bytes)), -ENOBUFS);
    for (size_t i = 0; i < sizeof(bytes); i++) {
        assert_int_equal(bytes[i], 0);
    }
}

static void it_fills_what_it_is_drawn_into_and_nothing_else(void **state)
{
    (void)state;
    static const int sizes[][2] = {{40, 40}, {20, 60}, {70, 30}};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 100, 100);
        cairo_t *cr = cairo_create(surface);
        portrait_draw(cr, (unsigned)i, sizes[i][0], sizes[i][1]);
        cairo_surface_flush(surface);
        const uint32_t *pixels = (const uint32_t *)(const void *)cairo_image_surface_get_data(surface);
        for (int y = 0; y < 100; y++) {
            for (int x = 0; x < 100; x++) {
                assert_int_equal(pixels[y * 100 + x] >> 24, x < sizes[i][0] && y < sizes[i][1] ? 255 : 0);
            }
        }
        cairo_destroy(cr);
        cairo_surface_destroy(surface);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_a_small_jpeg_unlike_the_others),
        cmocka_unit_test(they_count_round),
        cmocka_unit_test(too_little_room_is_told_and_left_alone),
        cmocka_unit_test(it_fills_what_it_is_drawn_into_and_nothing_else),
    };
    return cmocka_run_group_tests_name("tools.gallery.portrait", tests, NULL, NULL);
}
