#include "gfx/image.h"

#include "base/cleanup.h"
#include "pictures.h"

#include <errno.h>
#include <png.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static uint32_t pixel(const struct surface *s, int x, int y)
{
    return s->pixels[(size_t)y * (size_t)s->stride + (size_t)x];
}

/* What a JPEG holds is near to what went in, not the same. */
static void assert_colour(uint32_t is, uint32_t rgb, int within)
{
    assert_int_equal(is >> 24, 255);
    for (int shift = 0; shift <= 16; shift += 8) {
        int apart = (int)(is >> shift & 255) - (int)(rgb >> shift & 255);
        if (abs(apart) > within) {
            fail_msg("%06x, not %06x", is & 0xffffff, rgb);
        }
    }
}

/* In the middle of each quarter, from the top left by rows. */
static void assert_quarters(const struct surface *s, const uint32_t *rgb, int within)
{
    assert_colour(pixel(s, s->width / 4, s->height / 4), rgb[0], within);
    assert_colour(pixel(s, s->width * 3 / 4, s->height / 4), rgb[1], within);
    assert_colour(pixel(s, s->width / 4, s->height * 3 / 4), rgb[2], within);
    assert_colour(pixel(s, s->width * 3 / 4, s->height * 3 / 4), rgb[3], within);
}

static const uint32_t QUARTERS[] = {PICTURES_RED, PICTURES_GREEN, PICTURES_BLUE, PICTURES_WHITE};

static void assert_outcome(const uint8_t *bytes, size_t n, int max_side_px, int outcome)
{
    uint32_t mark = 1;
    struct surface s = {.pixels = &mark, .width = 7};
    int r = image_decode(bytes, n, max_side_px, &s);
    if (r != outcome) {
        fail_msg("%d, not %d, for %zu bytes", r, outcome, n);
    }
    /* untouched */
    assert_ptr_equal(s.pixels, &mark);
    assert_int_equal(s.width, 7);
}

static void a_jpeg_comes_out_as_it_went_in(void **state)
{
    (void)state;
    for (int kind = PICTURES_BASELINE; kind <= PICTURES_PROGRESSIVE; kind++) {
        size_t n;
        _cleanup_free_ uint8_t *bytes = pictures_jpeg(66, 50, kind, &n);
        struct surface s;
        assert_int_equal(image_decode(bytes, n, 100, &s), 0);
        assert_int_equal(s.width, 66);
        assert_int_equal(s.height, 50);
        assert_quarters(&s, QUARTERS, 6);
        surface_finish(&s);
    }
}

static void it_is_shrunk_to_the_longer_side_that_is_wanted(void **state)
{
    (void)state;
    static const struct {
        int w, h, max, to_w, to_h;
    } cases[] = {{400, 300, 100, 100, 75},  {300, 400, 100, 75, 100}, {401, 77, 99, 99, 19},
                 {640, 480, 639, 639, 479}, {400, 1, 50, 50, 1},      {2600, 3100, 310, 260, 310}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        size_t n;
        _cleanup_free_ uint8_t *bytes = pictures_jpeg(cases[i].w, cases[i].h, PICTURES_BASELINE, &n);
        struct surface s;
        assert_int_equal(image_decode(bytes, n, cases[i].max, &s), 0);
        assert_int_equal(s.width, cases[i].to_w);
        assert_int_equal(s.height, cases[i].to_h);
        if (s.height > 1) {
            assert_quarters(&s, QUARTERS, 6);
        }
        surface_finish(&s);
    }
}

static void grey_and_printers_colours_are_read(void **state)
{
    (void)state;
    size_t n;
    struct surface s;
    _cleanup_free_ uint8_t *grey = pictures_jpeg(64, 64, PICTURES_GREY, &n);
    assert_int_equal(image_decode(grey, n, 64, &s), 0);
    assert_quarters(&s, (const uint32_t[]){0x101010, 0xc0c0c0, 0x202020, 0xf0f0f0}, 4);
    surface_finish(&s);
    _cleanup_free_ uint8_t *ink = pictures_jpeg(64, 64, PICTURES_CMYK, &n);
    assert_int_equal(image_decode(ink, n, 64, &s), 0);
    assert_quarters(&s, QUARTERS, 6);
    surface_finish(&s);
}

static void a_photo_is_turned_upright(void **state)
{
    (void)state;
    enum { A = PICTURES_RED, B = PICTURES_GREEN, C = PICTURES_BLUE, D = PICTURES_WHITE };
    static const uint32_t upright[9][4] = {{A, B, C, D}, {A, B, C, D}, {B, A, D, C}, {D, C, B, A}, {C, D, A, B},
                                           {A, C, B, D}, {C, A, D, B}, {D, B, C, A}, {B, D, A, C}};
    for (int i = 0; i < 20; i++) {
        size_t n;
        int orientation = i / 2;
        _cleanup_free_ uint8_t *bytes = pictures_jpeg_turned(120, 80, orientation, i % 2 != 0, &n);
        struct surface s;
        assert_int_equal(image_decode(bytes, n, 60, &s), 0);
        assert_quarters(&s, upright[orientation % 9], 6); /* 0 and 9 are none: as it is */
        assert_int_equal(s.width, orientation >= 5 && orientation <= 8 ? 40 : 60);
        surface_finish(&s);
    }
}

static void damaged_orientation_is_none(void **state)
{
    (void)state;
    size_t n;
    _cleanup_free_ uint8_t *bytes = pictures_jpeg_turned(120, 80, 6, true, &n);
    static const struct {
        size_t at;
        uint8_t value;
    } damage[] = {{12, 'X'}, {15, 43}, {16, 0xff}, {19, 200}, {21, 0}, {35, 4}, {6, 'e'}};
    for (size_t i = 0; i < ARRAY_LEN(damage); i++) {
        uint8_t good = bytes[damage[i].at];
        bytes[damage[i].at] = damage[i].value;
        struct surface s;
        assert_int_equal(image_decode(bytes, n, 60, &s), 0);
        if (damage[i].at != 19) { /* there it still is found, in a directory that claims to go on */
            assert_int_equal(s.width, 60);
        }
        surface_finish(&s);
        bytes[damage[i].at] = good;
    }
}

static void a_jpeg_that_is_cut_off_is_broken(void **state)
{
    (void)state;
    for (int kind = PICTURES_BASELINE; kind <= PICTURES_PROGRESSIVE; kind++) {
        size_t n;
        _cleanup_free_ uint8_t *bytes = pictures_jpeg(320, 240, kind, &n);
        for (size_t cut = 4; cut < n - 40; cut += 37) {
            _cleanup_free_ uint8_t *part = malloc(cut);
            assert_non_null(part);
            memcpy(part, bytes, cut);
            assert_outcome(part, cut, 320, IMAGE_BROKEN);
        }
    }
}

static void a_jpeg_without_its_end_marker_is_whole(void **state)
{
    (void)state;
    size_t n;
    _cleanup_free_ uint8_t *bytes = pictures_jpeg(320, 240, PICTURES_BASELINE, &n);
    struct surface s;
    assert_int_equal(image_decode(bytes, n - 2, 320, &s), 0);
    assert_quarters(&s, QUARTERS, 6);
    surface_finish(&s);
}

/* All rows of a PNG here are alike. */
static void assert_png(const struct pictures_png *what, const uint32_t *pixels)
{
    size_t n;
    _cleanup_free_ uint8_t *bytes = pictures_png(what, &n);
    struct surface s;
    assert_int_equal(image_decode(bytes, n, 100, &s), 0);
    assert_int_equal(s.width, what->width);
    assert_int_equal(s.height, what->height);
    for (int y = 0; y < what->height; y++) {
        for (int x = 0; x < what->width; x++) {
            if (pixel(&s, x, y) != pixels[x]) {
                fail_msg("%08x at %d, %d, not %08x", pixel(&s, x, y), x, y, pixels[x]);
            }
        }
    }
    surface_finish(&s);
}

static void every_kind_of_png_is_read(void **state)
{
    (void)state;
    for (int interlaced = 0; interlaced <= 1; interlaced++) {
        struct pictures_png p = {.width = 3, .height = 9, .depth = 8, .interlaced = interlaced != 0};
        p.colour_type = PNG_COLOR_TYPE_RGB;
        p.row = (const uint8_t[]){1, 2, 3, 40, 50, 60, 255, 0, 255};
        assert_png(&p, (const uint32_t[]){0xff010203, 0xff28323c, 0xffff00ff});
        p.colour_type = PNG_COLOR_TYPE_RGB_ALPHA;
        p.row = (const uint8_t[]){255, 128, 0, 128, 9, 9, 9, 0, 1, 2, 3, 255};
        assert_png(&p, (const uint32_t[]){0x80804000, 0, 0xff010203});
        p.colour_type = PNG_COLOR_TYPE_GRAY;
        p.row = (const uint8_t[]){0, 77, 255};
        assert_png(&p, (const uint32_t[]){0xff000000, 0xff4d4d4d, 0xffffffff});
        p.colour_type = PNG_COLOR_TYPE_GRAY_ALPHA;
        p.row = (const uint8_t[]){255, 51, 255, 255, 10, 0};
        assert_png(&p, (const uint32_t[]){0x33333333, 0xffffffff, 0});
        p.depth = 16;
        p.colour_type = PNG_COLOR_TYPE_RGB;
        p.row = (const uint8_t[]){1, 1, 2, 2, 3, 3, 0xff, 0xff, 0, 0, 0x80, 0x80, 0, 0, 0, 0, 0, 0};
        assert_png(&p, (const uint32_t[]){0xff010203, 0xffff0080, 0xff000000});
        p.depth = 1;
        p.colour_type = PNG_COLOR_TYPE_GRAY;
        p.row = (const uint8_t[]){0xa0};
        assert_png(&p, (const uint32_t[]){0xffffffff, 0xff000000, 0xffffffff});
        p.depth = 2;
        p.colour_type = PNG_COLOR_TYPE_PALETTE;
        p.palette = (const uint8_t[]){1, 2, 3, 255, 255, 255, 255, 0, 255, 128, 0, 128, 9, 8, 7, 255};
        p.row = (const uint8_t[]){0x6c}; /* 1 2 3 */
        assert_png(&p, (const uint32_t[]){0, 0x80804000, 0xff090807});
    }
}

static void shrinking_averages_exactly(void **state)
{
    (void)state;
    const struct pictures_png p = {
        .width = 3, .height = 3, .depth = 8, .colour_type = PNG_COLOR_TYPE_GRAY, .row = (const uint8_t[]){0, 90, 255}};
    size_t n;
    _cleanup_free_ uint8_t *bytes = pictures_png(&p, &n);
    struct surface s;
    assert_int_equal(image_decode(bytes, n, 2, &s), 0);
    assert_int_equal(s.width, 2);
    for (int y = 0; y < 2; y++) {
        assert_int_equal(pixel(&s, 0, y), 0xff1e1e1e); /* (0 * 2 + 90) / 3 */
        assert_int_equal(pixel(&s, 1, y), 0xffc8c8c8); /* (90 + 255 * 2) / 3 */
    }
    surface_finish(&s);
    assert_int_equal(image_decode(bytes, n, 1, &s), 0);
    assert_int_equal(s.width * s.height, 1);
    assert_int_equal(pixel(&s, 0, 0), 0xff737373);
    surface_finish(&s);
}

static void what_is_transparent_leaves_no_colour_behind(void **state)
{
    (void)state;
    const struct pictures_png p = {.width = 2,
                                   .height = 2,
                                   .depth = 8,
                                   .colour_type = PNG_COLOR_TYPE_RGB_ALPHA,
                                   .row = (const uint8_t[]){255, 0, 0, 255, 0, 255, 0, 0}};
    size_t n;
    _cleanup_free_ uint8_t *bytes = pictures_png(&p, &n);
    struct surface s;
    assert_int_equal(image_decode(bytes, n, 1, &s), 0);
    assert_int_equal(pixel(&s, 0, 0), 0x80800000);
    surface_finish(&s);
}

static void a_png_that_is_cut_off_or_damaged_is_broken(void **state)
{
    (void)state;
    const struct pictures_png p = {.width = 30, .height = 20, .depth = 8, .colour_type = PNG_COLOR_TYPE_RGB};
    size_t n;
    _cleanup_free_ uint8_t *bytes = pictures_png(&p, &n);
    enum { IEND = 12 };
    for (size_t cut = 8; cut < n - IEND - 4; cut++) {
        _cleanup_free_ uint8_t *part = malloc(cut);
        assert_non_null(part);
        memcpy(part, bytes, cut);
        assert_outcome(part, cut, 100, IMAGE_BROKEN);
    }
    for (size_t at = 24; at < n - IEND; at++) {
        bytes[at] ^= 0x55;
        assert_outcome(bytes, n, 100, IMAGE_BROKEN);
        bytes[at] ^= 0x55;
    }
}

static void a_text_that_unpacks_to_much_is_stepped_over(void **state)
{
    (void)state;
    enum { LENGTH = 4000000 };
    _cleanup_free_ char *text = malloc(LENGTH + 1);
    assert_non_null(text);
    memset(text, 'a', LENGTH);
    text[LENGTH] = '\0';
    const struct pictures_png p = {
        .width = 2, .height = 2, .depth = 8, .colour_type = PNG_COLOR_TYPE_GRAY, .comment = text};
    assert_png(&p, (const uint32_t[]){0xff000000, 0xff000000});
}

/* The size is all that counts: there need not be anything behind it. */
static uint8_t *png_of_size(int width, int height, size_t *ret_n)
{
    const struct pictures_png p = {.width = 1, .height = 1, .depth = 8, .colour_type = PNG_COLOR_TYPE_GRAY};
    uint8_t *bytes = pictures_png(&p, ret_n);
    for (int i = 0; i < 4; i++) {
        bytes[16 + i] = (uint8_t)(width >> (24 - 8 * i));
        bytes[20 + i] = (uint8_t)(height >> (24 - 8 * i));
    }
    return bytes;
}

static uint8_t *jpeg_of_size(int width, int height, size_t *ret_n)
{
    uint8_t *bytes = pictures_jpeg(8, 8, PICTURES_BASELINE, ret_n);
    static const uint8_t frame[] = {0xff, 0xc0};
    uint8_t *at = memmem(bytes, *ret_n, frame, sizeof(frame));
    assert_non_null(at);
    at[5] = (uint8_t)(height >> 8);
    at[6] = (uint8_t)height;
    at[7] = (uint8_t)(width >> 8);
    at[8] = (uint8_t)width;
    return bytes;
}

static void what_is_too_large_is_not_even_begun(void **state)
{
    (void)state;
    static const struct {
        int w, h, outcome;
    } cases[] = {{8193, 1, IMAGE_TOO_LARGE},      {1, 8193, IMAGE_TOO_LARGE}, {8192, 2930, IMAGE_TOO_LARGE},
                 {65500, 65500, IMAGE_TOO_LARGE}, {8192, 2929, IMAGE_BROKEN}, {0, 5, IMAGE_BROKEN}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        size_t n;
        _cleanup_free_ uint8_t *png = png_of_size(cases[i].w, cases[i].h, &n);
        assert_outcome(png, n, 100, cases[i].outcome);
        _cleanup_free_ uint8_t *jpeg = jpeg_of_size(cases[i].w, cases[i].h, &n);
        assert_outcome(jpeg, n, 100, cases[i].outcome);
    }
    size_t n;
    _cleanup_free_ uint8_t *png = png_of_size(0x7fffffff, -1, &n);
    assert_outcome(png, n, 100, IMAGE_TOO_LARGE);
    _cleanup_free_ uint8_t *many = calloc(1, IMAGE_BYTES_MAX + 1);
    assert_non_null(many);
    many[0] = 0xff;
    many[1] = 0xd8;
    many[2] = 0xff;
    assert_outcome(many, IMAGE_BYTES_MAX + 1, 100, IMAGE_TOO_LARGE);
}

static void what_has_to_be_held_as_a_whole_may_be_less(void **state)
{
    (void)state;
    size_t n;
    _cleanup_free_ uint8_t *progressive = pictures_jpeg(4000, 3000, PICTURES_PROGRESSIVE, &n);
    assert_outcome(progressive, n, 100, IMAGE_TOO_LARGE);
    const struct pictures_png p = {
        .width = 2001, .height = 2000, .depth = 8, .colour_type = PNG_COLOR_TYPE_GRAY, .interlaced = true};
    _cleanup_free_ uint8_t *interlaced = pictures_png(&p, &n);
    assert_outcome(interlaced, n, 100, IMAGE_TOO_LARGE);
}

static void what_is_no_picture_is_unknown(void **state)
{
    (void)state;
    static const char *const others[] = {"",    "\xff\xd8", "GIF89a\1\0\1\0", "RIFF....WEBPVP8 ", "\x89PNG\r\n\x1a",
                                         "%PDF"};
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        assert_outcome((const uint8_t *)others[i], strlen(others[i]), 100, IMAGE_UNKNOWN);
    }
    size_t n;
    _cleanup_free_ uint8_t *bytes = pictures_jpeg(8, 8, PICTURES_BASELINE, &n);
    assert_outcome(bytes, n, 0, -EINVAL);
    assert_outcome(bytes, n, IMAGE_RESULT_SIDE_MAX + 1, -EINVAL);
}

/* Each byte in turn is damaged: whatever comes of it, no memory is harmed, and what is said to be a picture is one. */
static void no_damage_to_a_jpeg_does_harm(void **state)
{
    (void)state;
    size_t n;
    _cleanup_free_ uint8_t *bytes = pictures_jpeg_turned(40, 30, 6, false, &n);
    for (size_t at = 2; at < n; at++) {
        for (int bit = 0; bit < 8; bit += 3) {
            bytes[at] ^= (uint8_t)(1 << bit);
            struct surface s = {0};
            int r = image_decode(bytes, n, 32, &s);
            assert_in_range(r, 0, IMAGE_TOO_LARGE);
            assert_true(r != 0 || (s.width >= 1 && s.width <= 32 && s.height >= 1 && s.height <= 32));
            surface_finish(&s);
            bytes[at] ^= (uint8_t)(1 << bit);
        }
    }
}

/* A sanitizer's own memory would be counted too. */
#if defined(__SANITIZE_ADDRESS__)
enum { MEASURED = 0 };
#else
enum { MEASURED = 1 };
#endif

static long peak_kb(void)
{
    struct rusage u;
    assert_int_equal(getrusage(RUSAGE_SELF, &u), 0);
    return u.ru_maxrss;
}

/* In a child, which begins with what the parent holds, the bytes included. */
static void assert_memory(const uint8_t *bytes, size_t n, int outcome)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        long before_kb = peak_kb();
        struct surface s = {0};
        int r = image_decode(bytes, n, IMAGE_RESULT_SIDE_MAX, &s);
        bool good = r == outcome && (!MEASURED || peak_kb() - before_kb < 24 * 1024);
        surface_finish(&s);
        _exit(good ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void memory_is_bounded_whatever_the_size(void **state)
{
    (void)state;
    size_t n;
    uint8_t *bytes = pictures_jpeg(6000, 4000, PICTURES_BASELINE, &n);
    assert_memory(bytes, n, 0);
    free(bytes);
    bytes = pictures_jpeg(2400, 1800, PICTURES_PROGRESSIVE, &n);
    assert_memory(bytes, n, 0);
    free(bytes);
    struct pictures_png p = {.width = 6000, .height = 4000, .depth = 16, .colour_type = PNG_COLOR_TYPE_RGB_ALPHA};
    bytes = pictures_png(&p, &n);
    assert_memory(bytes, n, 0);
    free(bytes);
    p = (struct pictures_png){
        .width = 2000, .height = 2000, .depth = 8, .colour_type = PNG_COLOR_TYPE_RGB_ALPHA, .interlaced = true};
    bytes = pictures_png(&p, &n);
    assert_memory(bytes, n, 0);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_jpeg_comes_out_as_it_went_in),
        cmocka_unit_test(it_is_shrunk_to_the_longer_side_that_is_wanted),
        cmocka_unit_test(grey_and_printers_colours_are_read),
        cmocka_unit_test(a_photo_is_turned_upright),
        cmocka_unit_test(damaged_orientation_is_none),
        cmocka_unit_test(a_jpeg_that_is_cut_off_is_broken),
        cmocka_unit_test(a_jpeg_without_its_end_marker_is_whole),
        cmocka_unit_test(every_kind_of_png_is_read),
        cmocka_unit_test(shrinking_averages_exactly),
        cmocka_unit_test(what_is_transparent_leaves_no_colour_behind),
        cmocka_unit_test(a_png_that_is_cut_off_or_damaged_is_broken),
        cmocka_unit_test(a_text_that_unpacks_to_much_is_stepped_over),
        cmocka_unit_test(what_is_too_large_is_not_even_begun),
        cmocka_unit_test(what_has_to_be_held_as_a_whole_may_be_less),
        cmocka_unit_test(what_is_no_picture_is_unknown),
        cmocka_unit_test(no_damage_to_a_jpeg_does_harm),
        cmocka_unit_test(memory_is_bounded_whatever_the_size),
    };
    return cmocka_run_group_tests_name("ui.gfx.image", tests, NULL, NULL);
}
