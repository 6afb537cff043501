/* The card's arithmetic against published vectors. */

#include "base/text.h"
#include "sim/reader/card_crypto.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { HEX_MAX = 128 };

static size_t hex(const char *text, uint8_t *ret)
{
    int n = text_hex(text, ret, HEX_MAX);
    assert_true(n >= 0);
    return (size_t)n;
}

static void assert_hex(const uint8_t *bytes, const char *expected)
{
    uint8_t want[HEX_MAX];
    size_t n = hex(expected, want);
    assert_memory_equal(bytes, want, n);
}

static void check_cmac(enum crypto_kind kind, const char *key, const char *message, const char *expected)
{
    struct crypto crypto;
    uint8_t key_bytes[HEX_MAX], data[HEX_MAX];
    uint8_t iv[CRYPTO_BLOCK_MAX] = {0};
    assert_int_equal(hex(key, key_bytes), crypto_key_size(kind));
    size_t n = hex(message, data);
    crypto_init(&crypto, kind, key_bytes);
    crypto_cmac(&crypto, iv, data, n);
    assert_hex(iv, expected);
}

/* NIST SP 800-38B, appendix D.1 */
static void aes_cmac_is_nists(void **state)
{
    static const char key[] = "2b7e151628aed2a6abf7158809cf4f3c";
    (void)state;
    check_cmac(CRYPTO_AES, key, "", "bb1d6929e95937287fa37d129b756746");
    check_cmac(CRYPTO_AES, key, "6bc1bee22e409f96e93d7e117393172a", "070a16b46b4d4144f79bdd9dd04a287c");
    check_cmac(CRYPTO_AES, key, "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411",
               "dfa66747de9ae63030ca32611497c827");
    check_cmac(CRYPTO_AES, key,
               "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
               "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710",
               "51f0bebf7e3b9d92fc49741779363cfe");
}

/* The same, appendices D.4 (three keys) and D.5 (two keys) */
static void des_cmac_is_nists(void **state)
{
    static const char three[] = "8aa83bf8cbda10620bc1bf19fbb6cd58bc313d4a371ca8b5";
    static const char two[] = "4cf15134a2850dd58a3d10ba80570d38";
    (void)state;
    check_cmac(CRYPTO_3K3DES, three, "", "b7a688e122ffaf95");
    check_cmac(CRYPTO_3K3DES, three, "6bc1bee22e409f96", "8e8f293136283797");
    check_cmac(CRYPTO_3K3DES, three, "6bc1bee22e409f96e93d7e117393172aae2d8a57", "743ddbe0ce2dc2ed");
    check_cmac(CRYPTO_3K3DES, three, "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51",
               "33e6b1092400eae5");
    check_cmac(CRYPTO_DES, two, "", "bd2ebf9a3ba00361");
    check_cmac(CRYPTO_DES, two, "6bc1bee22e409f96", "4ff2ab813c53ce83");
    check_cmac(CRYPTO_DES, two, "6bc1bee22e409f96e93d7e117393172aae2d8a57", "62dd1b471902bd4e");
    check_cmac(CRYPTO_DES, two, "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51", "31b1e431dabc4eb8");
}

/* NXP AN10922, section 2.2.1: the diversified key is the CMAC over 01 and the input */
static void diversified_keys_are_nxps(void **state)
{
    (void)state;
    check_cmac(CRYPTO_AES, "00112233445566778899aabbccddeeff", "0104782e21801d803042f54e585020416275",
               "a8dd63a3b89d54b37ca802473fda9175");
}

/* NXP AN12196: the dynamic message of an NTAG 424 DNA: deciphered data, session key, MAC of nothing */
static void dynamic_messages_are_nxps(void **state)
{
    static const char zero[] = "00000000000000000000000000000000";
    struct crypto crypto;
    uint8_t key[HEX_MAX], data[HEX_MAX];
    uint8_t iv[CRYPTO_BLOCK_MAX] = {0};
    (void)state;
    (void)hex(zero, key);
    crypto_init(&crypto, CRYPTO_AES, key);
    size_t n = hex("ef963ff7828658a599f3041510671e88", data);
    crypto_cbc_decrypt(&crypto, iv, data, n);
    assert_hex(data, "c704de5f1eacc0403d0000da5cf60941");
    check_cmac(CRYPTO_AES, zero, "3cc30001008004de5f1eacc0403d0000", "3fb5f6e3a807a03d5e3570ace393776f");
    check_cmac(CRYPTO_AES, "3fb5f6e3a807a03d5e3570ace393776f", "", "e194c7ee12d9f7ee8a65c8331b704386");
}

/* NIST SP 800-38A, appendix F.2.1 */
static void aes_cbc_is_nists(void **state)
{
    static const char plain[] = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51";
    struct crypto crypto;
    uint8_t key[HEX_MAX], iv[HEX_MAX], data[HEX_MAX];
    (void)state;
    (void)hex("2b7e151628aed2a6abf7158809cf4f3c", key);
    (void)hex("000102030405060708090a0b0c0d0e0f", iv);
    size_t n = hex(plain, data);
    crypto_init(&crypto, CRYPTO_AES, key);
    crypto_cbc_encrypt(&crypto, iv, data, n);
    assert_hex(data, "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2");
    assert_hex(iv, "5086cb9b507219ee95db113a917678b2");
    (void)hex("000102030405060708090a0b0c0d0e0f", iv);
    crypto_cbc_decrypt(&crypto, iv, data, n);
    assert_hex(data, plain);
}

static void what_a_host_deciphers_comes_back(void **state)
{
    static const char plain[] = "00112233445566778899aabbccddeeff0102030405060708";
    struct crypto crypto;
    uint8_t key[HEX_MAX], data[HEX_MAX];
    uint8_t chain[8] = {0};
    (void)state;
    (void)hex("0123456789abcdeffedcba9876543210", key);
    crypto_init(&crypto, CRYPTO_DES, key);
    size_t n = hex(plain, data);
    for (size_t at = 0; at < n; at += 8) { /* a host: mixes with the last block sent, then deciphers */
        uint8_t zero_iv[CRYPTO_BLOCK_MAX] = {0};
        for (size_t i = 0; i < 8; i++) {
            data[at + i] ^= chain[i];
        }
        crypto_cbc_decrypt(&crypto, zero_iv, data + at, 8);
        memcpy(chain, data + at, 8);
    }
    crypto_undo_decipher(&crypto, data, n);
    assert_hex(data, plain);
}

/* CRC_A: ISO 14443-3, annex B. CRC-32: the check values of recorded key changes, and IEEE 802.3's "123456789" inverted. */
static void checksums_are_the_published_ones(void **state)
{
    uint8_t data[HEX_MAX];
    (void)state;
    assert_int_equal(crypto_crc16((const uint8_t[]){0x00, 0x00}, 2), 0x1ea0);
    assert_int_equal(crypto_crc16((const uint8_t[]){0x12, 0x34}, 2), 0xcf26);
    assert_int_equal(~crypto_crc32(UINT32_MAX, (const uint8_t *)"123456789", 9) & UINT32_MAX, 0xcbf43926);
    size_t n = hex("c40000102030405060708090a0b0b0a0908010", data);
    assert_int_equal(crypto_crc32(UINT32_MAX, data, n), 0x6be6c6d2);
    assert_int_equal(crypto_crc32(crypto_crc32(UINT32_MAX, data, 5), data + 5, n - 5), 0x6be6c6d2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aes_cmac_is_nists),
        cmocka_unit_test(des_cmac_is_nists),
        cmocka_unit_test(diversified_keys_are_nxps),
        cmocka_unit_test(dynamic_messages_are_nxps),
        cmocka_unit_test(aes_cbc_is_nists),
        cmocka_unit_test(what_a_host_deciphers_comes_back),
        cmocka_unit_test(checksums_are_the_published_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
