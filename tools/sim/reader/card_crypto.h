#pragma once

/* The arithmetic of a DESFire card: block ciphers in CBC, checksums. Pure. Sources: NIST SP 800-38A and 38B (CBC, CMAC), ISO
 * 14443-3 annex B (CRC_A), and for what is the card's own the vectors in tests/sim/reader. */

#include <nettle/aes.h>
#include <nettle/des.h>
#include <stddef.h>
#include <stdint.h>

enum { CRYPTO_BLOCK_MAX = 16, CRYPTO_KEY_MAX = 24 };

/* The values are the bits of a DESFire key type. */
enum crypto_kind {
    CRYPTO_DES = 0x00, /* two keys of 8 bytes; both alike: single DES */
    CRYPTO_3K3DES = 0x40,
    CRYPTO_AES = 0x80,
};

struct crypto {
    enum crypto_kind kind;
    size_t block; /* 8 or 16 */
    struct des3_ctx des;
    struct aes128_ctx encrypt, decrypt;
};

size_t crypto_key_size(enum crypto_kind kind); /* 16 or 24 */
void crypto_init(struct crypto *crypto, enum crypto_kind kind, const uint8_t *key);

/** In place; @n is a multiple of the block. @iv is taken and left as the last block of cipher text. */
void crypto_cbc_encrypt(const struct crypto *crypto, uint8_t *iv, uint8_t *data, size_t n);
void crypto_cbc_decrypt(const struct crypto *crypto, uint8_t *iv, uint8_t *data, size_t n);
/** Undoes what a host does to data for a card of the first generation: it deciphers, in CBC from a zero vector, since that
 * card could only encipher. In place. */
void crypto_undo_decipher(const struct crypto *crypto, uint8_t *data, size_t n);
/** CMAC that starts from @iv and leaves its result there (a block). A zero @iv gives NIST's. */
void crypto_cmac(const struct crypto *crypto, uint8_t *iv, const uint8_t *data, size_t n);
/** The first four bytes of the last block of CBC over zero-padded data: the first generation's MAC. */
void crypto_mac(const struct crypto *crypto, const uint8_t *data, size_t n, uint8_t ret_mac[4]);

/** CRC-32 (IEEE 802.3 polynomial, start all ones) without the final inversion. @seed: 0xffffffff, or a result to go on. */
uint32_t crypto_crc32(uint32_t seed, const uint8_t *data, size_t n);
/** CRC_A. */
uint16_t crypto_crc16(const uint8_t *data, size_t n);
