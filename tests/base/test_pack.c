#include "base/pack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct pack_field next(struct unpack *u)
{
    struct pack_field f = {0};
    assert_true(unpack_next(u, &f));
    return f;
}

static void every_kind_of_field_comes_back(void **state)
{
    (void)state;
    static const int64_t values[] = {0, 1, -1, 63, 64, -64, -65, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN};
    uint8_t bytes[512];
    char text[8];
    uint8_t raw[3];
    struct pack p;
    pack_init(&p, bytes, sizeof(bytes));
    for (unsigned i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        pack_int(&p, i + 1, values[i]);
    }
    pack_text(&p, 100, "gym");
    pack_text(&p, 101, NULL);
    pack_bytes(&p, 1u << 28, "\0\1\2", 3);
    pack_bytes(&p, 102, NULL, 0);
    assert_false(p.overflow);

    struct unpack u;
    unpack_init(&u, bytes, p.len);
    for (unsigned i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        struct pack_field f = next(&u);
        assert_int_equal(f.tag, i + 1);
        assert_false(f.is_bytes);
        assert_true(f.value == values[i]);
        assert_true(unpack_int(&u, &f, INT64_MIN, INT64_MAX) == values[i]);
    }
    struct pack_field f = next(&u);
    assert_int_equal(f.tag, 100);
    unpack_text(&u, &f, text, sizeof(text));
    assert_string_equal(text, "gym");
    f = next(&u);
    assert_int_equal(f.tag, 1u << 28);
    assert_int_equal(unpack_bytes(&u, &f, raw, sizeof(raw)), 3);
    assert_memory_equal(raw, "\0\1\2", 3);
    f = next(&u);
    assert_int_equal(f.tag, 102);
    assert_int_equal(unpack_bytes(&u, &f, raw, sizeof(raw)), 0);
    assert_false(unpack_next(&u, &f));
    assert_false(u.bad);
}

static void small_values_take_two_bytes(void **state)
{
    (void)state;
    uint8_t bytes[8];
    struct pack p;
    pack_init(&p, bytes, sizeof(bytes));
    pack_int(&p, 1, -2);
    assert_int_equal(p.len, 2);
    assert_memory_equal(bytes, "\x02\x03", 2);
}

static void records_nest(void **state)
{
    (void)state;
    uint8_t bytes[256];
    struct pack p;
    struct unpack u, inner;
    pack_init(&p, bytes, sizeof(bytes));
    size_t outer = pack_open(&p, 1);
    pack_int(&p, 2, 5);
    size_t mark = pack_open(&p, 3);
    pack_close(&p, mark);
    pack_close(&p, outer);
    pack_int(&p, 4, 6);
    assert_false(p.overflow);
    unpack_init(&u, bytes, p.len);
    struct pack_field f = next(&u);
    assert_true(f.is_bytes);
    unpack_init(&inner, f.data, f.len);
    struct pack_field g = next(&inner);
    assert_int_equal(g.value, 5);
    g = next(&inner);
    assert_int_equal(g.tag, 3);
    assert_int_equal(g.len, 0);
    assert_false(unpack_next(&inner, &g));
    assert_int_equal(next(&u).value, 6);
}

static void a_nested_record_that_is_too_long_overflows(void **state)
{
    (void)state;
    static uint8_t bytes[(1 << 21) + 64];
    static uint8_t content[1 << 21];
    struct pack p;
    pack_init(&p, bytes, sizeof(bytes));
    size_t mark = pack_open(&p, 1);
    pack_bytes(&p, 2, content, (1 << 21) - 1 - 5);
    pack_close(&p, mark);
    assert_false(p.overflow);
    pack_init(&p, bytes, sizeof(bytes));
    mark = pack_open(&p, 1);
    pack_bytes(&p, 2, content, 1 << 21);
    pack_close(&p, mark);
    assert_true(p.overflow);
}

static void a_writer_without_room_says_so_at_the_end(void **state)
{
    (void)state;
    uint8_t bytes[64], guard[65];
    struct pack p;
    for (size_t size = 0; size <= 64; size++) {
        memset(guard, 0xee, sizeof(guard));
        pack_init(&p, guard, size);
        pack_int(&p, 1, INT64_MIN);
        size_t mark = pack_open(&p, 2);
        pack_text(&p, 3, "sixteen letters.");
        pack_close(&p, mark);
        pack_int(&p, 4, 1);
        assert_int_equal(guard[size], 0xee);
        if (!p.overflow) {
            assert_int_equal(p.len, 11 + 4 + 18 + 2);
        }
        assert_int_equal(p.overflow, size < 11 + 4 + 18 + 2);
    }
    pack_init(&p, bytes, 1);
    pack_int(&p, 1, 1);
    pack_bytes(&p, 1, "", 0);
    assert_true(p.overflow);
}

static bool reads_to_the_end(const void *data, size_t n)
{
    struct unpack u;
    struct pack_field f;
    unpack_init(&u, data, n);
    while (unpack_next(&u, &f)) {
    }
    assert_false(unpack_next(&u, &f));
    return !u.bad;
}

static void malformed_bytes_are_told(void **state)
{
    (void)state;
    assert_true(reads_to_the_end(NULL, 0));
    assert_true(reads_to_the_end("\x02\x00", 2));
    assert_false(reads_to_the_end("\x00\x00", 2)); /* tag 0 */
    assert_false(reads_to_the_end("\x01\x00", 2)); /* tag 0 */
    assert_false(reads_to_the_end("\x02", 1)); /* no value */
    assert_false(reads_to_the_end("\x82", 1)); /* key cut */
    assert_false(reads_to_the_end("\x02\x80", 2)); /* value cut */
    assert_false(reads_to_the_end("\x03\x01", 2)); /* longer than what follows */
    assert_false(reads_to_the_end("\x03\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11)); /* far longer */
    assert_true(reads_to_the_end("\x02\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11)); /* 64 bits */
    assert_false(reads_to_the_end("\x02\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 11)); /* 65 bits */
    assert_false(reads_to_the_end("\x02\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\x00", 12));
    assert_false(reads_to_the_end("\x82\x80\x80\x80\x02\x00", 6)); /* tag 2^28 + 1 */
}

static void a_field_of_the_wrong_kind_or_size_is_bad(void **state)
{
    (void)state;
    uint8_t bytes[64], raw[4];
    char text[4] = "zzz";
    struct pack p;
    struct unpack u;
    struct pack_field number, four, nul;
    pack_init(&p, bytes, sizeof(bytes));
    pack_int(&p, 1, 7);
    pack_text(&p, 2, "four");
    pack_bytes(&p, 3, "a\0b", 3);
    for (int trial = 0; trial < 8; trial++) {
        unpack_init(&u, bytes, p.len);
        number = next(&u);
        four = next(&u);
        nul = next(&u);
        assert_false(u.bad);
        switch (trial) {
        case 0:
            assert_int_equal(unpack_int(&u, &number, 8, 9), 8);
            break;
        case 1:
            assert_int_equal(unpack_int(&u, &number, 5, 6), 5);
            break;
        case 2:
            assert_int_equal(unpack_int(&u, &four, 3, 9), 3);
            break;
        case 3:
            unpack_text(&u, &four, text, sizeof(text));
            assert_string_equal(text, "");
            break;
        case 4:
            unpack_text(&u, &nul, text, sizeof(text));
            break;
        case 5:
            unpack_text(&u, &number, text, sizeof(text));
            break;
        case 6:
            assert_int_equal(unpack_bytes(&u, &four, raw, 3), 0);
            break;
        default:
            assert_int_equal(unpack_bytes(&u, &number, raw, sizeof(raw)), 0);
            break;
        }
        assert_true(u.bad);
        assert_false(unpack_next(&u, &number));
    }
}

static void any_bytes_are_read_within_their_bounds(void **state)
{
    (void)state;
    uint64_t seed = 88172645463325252;
    for (int round = 0; round < 100000; round++) {
        uint8_t bytes[24];
        for (size_t i = 0; i < sizeof(bytes); i++) {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            bytes[i] = (uint8_t)(seed >> 32 & (round & 1 ? 0xff : 0x0f));
        }
        struct unpack u;
        struct pack_field f;
        unpack_init(&u, bytes, sizeof(bytes));
        while (unpack_next(&u, &f)) {
            assert_true(f.tag >= 1 && f.tag <= 1u << 28);
            assert_true(!f.is_bytes || (f.data >= bytes && f.data + f.len <= bytes + sizeof(bytes)));
            assert_true(u.at <= bytes + sizeof(bytes));
        }
        assert_true(u.bad || u.at == bytes + sizeof(bytes));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_field_comes_back),
        cmocka_unit_test(small_values_take_two_bytes),
        cmocka_unit_test(records_nest),
        cmocka_unit_test(a_nested_record_that_is_too_long_overflows),
        cmocka_unit_test(a_writer_without_room_says_so_at_the_end),
        cmocka_unit_test(malformed_bytes_are_told),
        cmocka_unit_test(a_field_of_the_wrong_kind_or_size_is_bad),
        cmocka_unit_test(any_bytes_are_read_within_their_bounds),
    };
    return cmocka_run_group_tests_name("base.pack", tests, NULL, NULL);
}
