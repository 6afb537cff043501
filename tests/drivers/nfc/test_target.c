/* Cards as a chip lists them: what can't be is refused. */

#include "drivers/nfc/target.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t uid[12] = {0x04, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0x80, 1, 2, 3, 4, 5};
static const uint8_t atqa[2] = {0x03, 0x44};
static const uint8_t ats[300] = {0x75, 0x77, 0x81, 0x02, 0x80};

static void only_three_lengths_are_uids(void **state)
{
    (void)state;
    for (size_t n = 0; n <= sizeof(uid); n++) {
        struct nfc_target target = {.sak = 0x77};
        bool right = n == 4 || n == 7 || n == 10;
        assert_int_equal(nfc_target_take(uid, n, atqa, 0x20, ats, 5, &target), right);
        assert_int_equal(target.sak, right ? 0x20 : 0x77);
        if (right) {
            assert_int_equal(target.uid_len, n);
            assert_memory_equal(target.uid, uid, n);
            assert_memory_equal(target.atqa, atqa, 2);
            assert_int_equal(target.ats_len, 5);
            assert_memory_equal(target.ats, ats, 5);
        }
    }
}

static void a_uid_of_zeros_is_none(void **state)
{
    (void)state;
    static const uint8_t zeros[NFC_UID_MAX];
    struct nfc_target target;
    assert_false(nfc_target_take(zeros, 4, atqa, 0, NULL, 0, &target));
    assert_false(nfc_target_take(zeros, 7, atqa, 0, NULL, 0, &target));
    assert_false(nfc_target_take(zeros, 10, atqa, 0, NULL, 0, &target));
    const uint8_t leading[] = {0, 0, 0, 1};
    assert_true(nfc_target_take(leading, 4, atqa, 0, NULL, 0, &target));
}

static void a_long_answer_to_select_is_cut(void **state)
{
    (void)state;
    struct nfc_target target;
    for (size_t n = 0; n <= sizeof(ats); n++) {
        assert_true(nfc_target_take(uid, 7, atqa, 0x20, ats, n, &target));
        assert_int_equal(target.ats_len, n < NFC_ATS_MAX ? n : NFC_ATS_MAX);
    }
}

static void the_same_card_is_one_with_the_same_uid(void **state)
{
    (void)state;
    struct nfc_target a;
    struct nfc_target b;
    assert_true(nfc_target_take(uid, 7, atqa, 0x20, ats, 5, &a));
    assert_true(nfc_target_take(uid, 7, atqa, 0x08, NULL, 0, &b));
    assert_true(nfc_target_same(&a, &b));
    assert_true(nfc_target_take(uid, 4, atqa, 0x20, ats, 5, &b));
    assert_false(nfc_target_same(&a, &b));
    assert_true(nfc_target_take(uid + 1, 7, atqa, 0x20, ats, 5, &b));
    assert_false(nfc_target_same(&a, &b));
}

static void bit_six_of_sak_tells_who_speaks_in_blocks(void **state)
{
    (void)state;
    struct nfc_target target;
    for (unsigned sak = 0; sak < 256; sak++) {
        assert_true(nfc_target_take(uid, 7, atqa, (uint8_t)sak, NULL, 0, &target));
        assert_int_equal(nfc_target_has_blocks(&target), (sak & 0x20) != 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_three_lengths_are_uids),
        cmocka_unit_test(a_uid_of_zeros_is_none),
        cmocka_unit_test(a_long_answer_to_select_is_cut),
        cmocka_unit_test(the_same_card_is_one_with_the_same_uid),
        cmocka_unit_test(bit_six_of_sak_tells_who_speaks_in_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
