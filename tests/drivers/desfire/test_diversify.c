/* Keys diversified per card: the vectors of NXP AN10922, and what must hold for every length. */

#include "base/text.h"
#include "drivers/desfire/diversify.h"

#include <errno.h>
#include <nettle/aes.h>
#include <nettle/cmac.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t master[] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
                                 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};

static void expect_key(const uint8_t *input, size_t n, const char *want)
{
    uint8_t key[DIVERSIFY_KEY_SIZE];
    char text[2 * DIVERSIFY_KEY_SIZE + 1];
    assert_int_equal(diversify_aes128(master, input, n, key), 0);
    text_to_hex(key, sizeof(key), text, sizeof(text));
    assert_string_equal(text, want);
}

static void the_vector_of_an10922_comes_out(void **state)
{
    (void)state;
    uint8_t input[DIVERSIFY_INPUT_MAX];
    int n = text_hex("04782E21801D803042F54E585020416275", input, sizeof(input));
    assert_int_equal(n, 17);
    expect_key(input, (size_t)n, "a8dd63a3b89d54b37ca802473fda9175");
}

static void uid_application_and_system_make_the_input_of_the_vector(void **state)
{
    (void)state;
    const uint8_t uid[] = {0x04, 0x78, 0x2e, 0x21, 0x80, 0x1d, 0x80};
    const uint8_t aid[] = {0x30, 0x42, 0xf5};
    uint8_t input[DIVERSIFY_INPUT_MAX];
    size_t n = diversify_input(uid, sizeof(uid), aid, "NXP Abu", input);
    assert_int_equal(n, 17);
    expect_key(input, n, "a8dd63a3b89d54b37ca802473fda9175");
}

/* From 16 bytes on, AN10922's padding is that of a plain CMAC over 01 and M: nettle's own is the judge. */
static void long_inputs_give_the_plain_cmac(void **state)
{
    (void)state;
    for (size_t n = 16; n <= DIVERSIFY_INPUT_MAX; n++) {
        uint8_t message[1 + DIVERSIFY_INPUT_MAX] = {1};
        for (size_t i = 0; i < n; i++) {
            message[1 + i] = (uint8_t)(7 * i + n);
        }
        struct cmac_aes128_ctx cmac;
        uint8_t want[16];
        uint8_t key[DIVERSIFY_KEY_SIZE];
        cmac_aes128_set_key(&cmac, master);
        cmac_aes128_update(&cmac, 1 + n, message);
        cmac_aes128_digest(&cmac, sizeof(want), want);
        assert_int_equal(diversify_aes128(master, message + 1, n, key), 0);
        assert_memory_equal(key, want, sizeof(key));
    }
}

/* Doubling in GF(2^128), as NIST SP 800-38B, section 6.1 has it: written again here, on its own. */
static void double_block(uint8_t block[16])
{
    int carry = block[0] >> 7;
    for (int i = 0; i < 15; i++) {
        block[i] = (uint8_t)(block[i] << 1 | block[i + 1] >> 7);
    }
    block[15] = (uint8_t)(block[15] << 1);
    if (carry) {
        block[15] ^= 0x87;
    }
}

static void short_inputs_are_padded_to_two_blocks(void **state)
{
    (void)state;
    struct aes128_ctx aes;
    aes128_set_encrypt_key(&aes, master);
    uint8_t k2[16] = {0};
    aes128_encrypt(&aes, 16, k2, k2);
    double_block(k2);
    double_block(k2);
    for (size_t n = 1; n < 16; n++) {
        uint8_t padded[32] = {1};
        uint8_t key[DIVERSIFY_KEY_SIZE];
        for (size_t i = 0; i < n; i++) {
            padded[1 + i] = (uint8_t)(0xa0 + i);
        }
        assert_int_equal(diversify_aes128(master, padded + 1, n, key), 0);
        padded[1 + n] = 0x80;
        uint8_t chain[16];
        aes128_encrypt(&aes, 16, chain, padded);
        for (int i = 0; i < 16; i++) {
            chain[i] = (uint8_t)(chain[i] ^ padded[16 + i] ^ k2[i]);
        }
        aes128_encrypt(&aes, 16, chain, chain);
        assert_memory_equal(key, chain, sizeof(key));
    }
}

static void an_input_that_is_empty_or_too_long_is_refused(void **state)
{
    (void)state;
    uint8_t input[DIVERSIFY_INPUT_MAX + 1] = {0};
    uint8_t key[DIVERSIFY_KEY_SIZE] = {0x55};
    assert_int_equal(diversify_aes128(master, input, 0, key), -EINVAL);
    assert_int_equal(diversify_aes128(master, input, sizeof(input), key), -EINVAL);
    assert_int_equal(key[0], 0x55);
}

static void an_input_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    const uint8_t uid[11] = {4};
    const uint8_t aid[] = {1, 2, 3};
    uint8_t input[DIVERSIFY_INPUT_MAX];
    assert_int_equal(diversify_input(uid, 10, aid, "123456789012345678", input), 31);
    assert_int_equal(diversify_input(uid, 10, aid, "1234567890123456789", input), 0);
    assert_int_equal(diversify_input(uid, 3, aid, "", input), 0);
    assert_int_equal(diversify_input(uid, 11, aid, "", input), 0);
    assert_int_equal(diversify_input(uid, 4, aid, "", input), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vector_of_an10922_comes_out),
        cmocka_unit_test(uid_application_and_system_make_the_input_of_the_vector),
        cmocka_unit_test(long_inputs_give_the_plain_cmac),
        cmocka_unit_test(short_inputs_are_padded_to_two_blocks),
        cmocka_unit_test(an_input_that_is_empty_or_too_long_is_refused),
        cmocka_unit_test(an_input_that_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
