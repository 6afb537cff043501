#include "drivers/desfire/desfire.h"

#include <assert.h>
#include <errno.h>
#include <nettle/aes.h>
#include <nettle/cbc.h>
#include <nettle/memops.h>
#include <string.h>

/* AES authentication, three passes, with R(x) for x turned left by one byte and one running IV that starts at zero:
 *
 *     reader                                card
 *     AA, key number                  ->    draws B
 *                                     <-    AF, E(B)
 *     draws A; AF, E(A then R(B))     ->    finds R(B): the reader knows the key
 *     finds R(A): the card knows it   <-    00, E(R(A))
 *
 * Each E continues the CBC chain of the one before, in both directions. Every command is wrapped as 90 INS 00 00 Lc data
 * 00, every answer ends with 91 and the status. */

enum {
    INS_SELECT_APPLICATION = 0x5a,
    INS_AUTHENTICATE_AES = 0xaa,
    INS_MORE = 0xaf,
    STATUS_DONE = 0x00,
    STATUS_MORE = 0xaf,
    WRAP_CLASS = 0x90,
    WRAP_STATUS = 0x91,
    WRAP_SIZE = 6, /* class, instruction, two parameters, length before the data, and 00 after it */
    TRAILER_SIZE = 2,
    NONCE_SIZE = AES_BLOCK_SIZE,
    DATA_MAX = 2 * NONCE_SIZE,
    /* Longer than any right answer, so that a longer one is seen as such. */
    ANSWER_MAX = 64,
};

static_assert(DESFIRE_KEY_SIZE == AES128_KEY_SIZE, "an AES-128 key");

/* Sends one command and checks the whole answer: its length, its trailer, its status. Any other answer than the one
 * wanted means that the card isn't one of ours. */
static int exchange(const struct desfire_link *link, uint8_t instruction, const uint8_t *data, size_t n,
                    uint8_t wanted_status, uint8_t *ret_data, size_t wanted_len)
{
    assert(n >= 1 && n <= DATA_MAX && wanted_len + TRAILER_SIZE <= ANSWER_MAX);
    uint8_t command[WRAP_SIZE + DATA_MAX] = {WRAP_CLASS, instruction, 0, 0, (uint8_t)n};
    uint8_t answer[ANSWER_MAX] = {0};
    memcpy(command + WRAP_SIZE - 1, data, n);
    int got = link->transceive(link->user, command, WRAP_SIZE + n, answer, sizeof(answer));
    if (got == -ENODATA) {
        return DESFIRE_TORN;
    }
    if (got == -EPROTO || got == -EMSGSIZE) {
        return DESFIRE_NOT_GENUINE;
    }
    if (got < 0) {
        return got;
    }
    if ((size_t)got != wanted_len + TRAILER_SIZE || answer[wanted_len] != WRAP_STATUS ||
        answer[wanted_len + 1] != wanted_status) {
        return DESFIRE_NOT_GENUINE;
    }
    if (wanted_len > 0) {
        memcpy(ret_data, answer, wanted_len);
    }
    return 0;
}

static void turn_left(uint8_t nonce[NONCE_SIZE])
{
    uint8_t first = nonce[0];
    memmove(nonce, nonce + 1, NONCE_SIZE - 1);
    nonce[NONCE_SIZE - 1] = first;
}

/* All that depends on the key, in one place to be wiped. */
struct secrets {
    struct aes128_ctx encrypt, decrypt;
    uint8_t iv[AES_BLOCK_SIZE];
    uint8_t challenge[NONCE_SIZE]; /* as sent by the card */
    uint8_t plain[DATA_MAX]; /* A, then R(B) */
    uint8_t cipher[DATA_MAX];
    uint8_t proof[NONCE_SIZE];
};

static int authenticate(const struct desfire_link *link, uint8_t key_number, const uint8_t key[DESFIRE_KEY_SIZE],
                        struct secrets *s)
{
    aes128_set_encrypt_key(&s->encrypt, key);
    aes128_set_decrypt_key(&s->decrypt, key);
    int r = exchange(link, INS_AUTHENTICATE_AES, &key_number, 1, STATUS_MORE, s->challenge, NONCE_SIZE);
    if (r != 0) {
        return r;
    }
    r = link->random(link->user, s->plain, NONCE_SIZE);
    if (r < 0) {
        return r;
    }
    cbc_decrypt(&s->decrypt, (nettle_cipher_func *)aes128_decrypt, AES_BLOCK_SIZE, s->iv, NONCE_SIZE,
                s->plain + NONCE_SIZE, s->challenge);
    turn_left(s->plain + NONCE_SIZE);
    cbc_encrypt(&s->encrypt, (nettle_cipher_func *)aes128_encrypt, AES_BLOCK_SIZE, s->iv, DATA_MAX, s->cipher,
                s->plain);
    r = exchange(link, INS_MORE, s->cipher, DATA_MAX, STATUS_DONE, s->challenge, NONCE_SIZE);
    if (r != 0) {
        return r;
    }
    cbc_decrypt(&s->decrypt, (nettle_cipher_func *)aes128_decrypt, AES_BLOCK_SIZE, s->iv, NONCE_SIZE, s->proof,
                s->challenge);
    turn_left(s->plain);
    return memeql_sec(s->proof, s->plain, NONCE_SIZE) ? 0 : DESFIRE_NOT_GENUINE;
}

int desfire_authenticate(const struct desfire_link *link, const uint8_t aid[DESFIRE_AID_SIZE], uint8_t key_number,
                         const uint8_t key[DESFIRE_KEY_SIZE])
{
    int r = exchange(link, INS_SELECT_APPLICATION, aid, DESFIRE_AID_SIZE, STATUS_DONE, NULL, 0);
    if (r != 0) {
        return r;
    }
    struct secrets secrets = {0};
    r = authenticate(link, key_number, key, &secrets);
    explicit_bzero(&secrets, sizeof(secrets));
    return r;
}
