#include "sim/reader/card_crypto.h"

#include <assert.h>
#include <string.h>

enum { HALF_KEY = 8 }; /* of a DES key with two */

size_t crypto_key_size(enum crypto_kind kind)
{
    return kind == CRYPTO_3K3DES ? 24 : 16;
}

void crypto_init(struct crypto *crypto, enum crypto_kind kind, const uint8_t *key)
{
    memset(crypto, 0, sizeof *crypto);
    crypto->kind = kind;
    crypto->block = kind == CRYPTO_AES ? 16 : 8;
    if (kind == CRYPTO_AES) {
        aes128_set_encrypt_key(&crypto->encrypt, key);
        aes128_set_decrypt_key(&crypto->decrypt, key);
        return;
    }
    uint8_t three[3 * HALF_KEY];
    memcpy(three, key, sizeof three - HALF_KEY);
    memcpy(three + 2 * HALF_KEY, kind == CRYPTO_3K3DES ? key + 2 * HALF_KEY : key, HALF_KEY);
    (void)des3_set_key(&crypto->des, three); /* it says whether a key is weak, as a card's first one, all zero, is */
}

static void encrypt_block(const struct crypto *crypto, uint8_t *block)
{
    if (crypto->kind == CRYPTO_AES) {
        aes128_encrypt(&crypto->encrypt, crypto->block, block, block);
    } else {
        des3_encrypt(&crypto->des, crypto->block, block, block);
    }
}

static void decrypt_block(const struct crypto *crypto, uint8_t *block)
{
    if (crypto->kind == CRYPTO_AES) {
        aes128_decrypt(&crypto->decrypt, crypto->block, block, block);
    } else {
        des3_decrypt(&crypto->des, crypto->block, block, block);
    }
}

static void mix(uint8_t *into, const uint8_t *from, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        into[i] ^= from[i];
    }
}

void crypto_cbc_encrypt(const struct crypto *crypto, uint8_t *iv, uint8_t *data, size_t n)
{
    for (size_t at = 0; at + crypto->block <= n; at += crypto->block) {
        mix(data + at, iv, crypto->block);
        encrypt_block(crypto, data + at);
        memcpy(iv, data + at, crypto->block);
    }
}

void crypto_cbc_decrypt(const struct crypto *crypto, uint8_t *iv, uint8_t *data, size_t n)
{
    for (size_t at = 0; at + crypto->block <= n; at += crypto->block) {
        uint8_t cipher[CRYPTO_BLOCK_MAX];
        memcpy(cipher, data + at, crypto->block);
        decrypt_block(crypto, data + at);
        mix(data + at, iv, crypto->block);
        memcpy(iv, cipher, crypto->block);
    }
}

void crypto_undo_decipher(const struct crypto *crypto, uint8_t *data, size_t n)
{
    uint8_t before[CRYPTO_BLOCK_MAX] = {0};
    for (size_t at = 0; at + crypto->block <= n; at += crypto->block) {
        uint8_t sent[CRYPTO_BLOCK_MAX];
        memcpy(sent, data + at, crypto->block);
        encrypt_block(crypto, data + at);
        mix(data + at, before, crypto->block);
        memcpy(before, sent, crypto->block);
    }
}

/* SP 800-38B, section 6.1: the next subkey is the last one doubled in the field of the block's size. */
static void double_block(uint8_t block[CRYPTO_BLOCK_MAX], size_t n)
{
    unsigned carry = (unsigned)block[0] >> 7;
    for (size_t i = 0; i < n; i++) {
        unsigned next = i + 1 < n ? (unsigned)block[i + 1] >> 7 : 0U;
        block[i] = (uint8_t)((unsigned)block[i] << 1 | next);
    }
    if (carry && n == 16) {
        block[15] ^= 0x87;
    } else if (carry) {
        block[7] ^= 0x1b;
    }
}

void crypto_cmac(const struct crypto *crypto, uint8_t *iv, const uint8_t *data, size_t n)
{
    size_t block = crypto->block;
    uint8_t subkey[CRYPTO_BLOCK_MAX] = {0};
    uint8_t last[CRYPTO_BLOCK_MAX] = {0};
    size_t whole = n == 0 ? 0 : (n - 1) / block * block; /* all but the last block */
    encrypt_block(crypto, subkey);
    double_block(subkey, block);
    memcpy(last, data + whole, n - whole);
    if (n - whole < block) {
        last[n - whole] = 0x80;
        double_block(subkey, block);
    }
    mix(last, subkey, block);
    for (size_t at = 0; at < whole; at += block) {
        mix(iv, data + at, block);
        encrypt_block(crypto, iv);
    }
    mix(iv, last, block);
    encrypt_block(crypto, iv);
}

void crypto_mac(const struct crypto *crypto, const uint8_t *data, size_t n, uint8_t ret_mac[4])
{
    uint8_t chain[CRYPTO_BLOCK_MAX] = {0};
    for (size_t at = 0; at < n; at += crypto->block) {
        size_t part = n - at < crypto->block ? n - at : crypto->block;
        mix(chain, data + at, part);
        encrypt_block(crypto, chain);
    }
    memcpy(ret_mac, chain, 4);
}

uint32_t crypto_crc32(uint32_t seed, const uint8_t *data, size_t n)
{
    uint32_t crc = seed;
    for (size_t i = 0; i < n; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc & 1U) ? (crc >> 1) ^ 0xedb88320U : crc >> 1;
        }
    }
    return crc;
}

uint16_t crypto_crc16(const uint8_t *data, size_t n)
{
    unsigned crc = 0x6363;
    for (size_t i = 0; i < n; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc & 1U) ? (crc >> 1) ^ 0x8408U : crc >> 1;
        }
    }
    return (uint16_t)crc;
}
