/* Whatever a card answers: the authentication ends, reads nothing that isn't there, and doesn't take a card for genuine that
 * has not computed the proof. The input: a byte that chooses, then for the authentication one answer after the other (a
 * length or an error, then so many bytes), for a listed card its fields. */

#include "drivers/desfire/desfire.h"
#include "drivers/nfc/target.h"

#include <errno.h>
#include <nettle/aes.h>
#include <nettle/cbc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { EXCHANGES_MAX = 3, ERRORS_FROM = 0xf0, CHOOSE_TARGET = 0x80, CHOOSE_GENUINE = 0x01 };

struct answers {
    const uint8_t *at;
    size_t left;
    unsigned asked;
    bool knows_key; /* the last answer is made right, whatever the input says */
    uint8_t last_cipher[32];
    bool proved; /* the last answer was the right one, by the input or by knows_key */
};

static const uint8_t key[DESFIRE_KEY_SIZE] = "0123456789abcde";
static const uint8_t nonce[16] = "a nonce, so long";

static void require(bool holds)
{
    if (!holds) {
        abort();
    }
}

static uint8_t take(struct answers *a)
{
    if (a->left == 0) {
        return 0;
    }
    a->left--;
    return *a->at++;
}

/* E(R(A)) in the chain: what a card with the key answers last. */
static void make_proof(const struct answers *a, uint8_t ret_proof[18])
{
    struct aes128_ctx aes;
    uint8_t iv[16];
    uint8_t turned[16];
    memcpy(turned, nonce + 1, 15);
    turned[15] = nonce[0];
    memcpy(iv, a->last_cipher + 16, 16);
    aes128_set_encrypt_key(&aes, key);
    cbc_encrypt(&aes, (nettle_cipher_func *)aes128_encrypt, 16, iv, 16, ret_proof, turned);
    ret_proof[16] = 0x91;
    ret_proof[17] = 0x00;
}

static int answer(void *user, const uint8_t *out, size_t n_out, uint8_t *ret_in, size_t size)
{
    static const int errors[] = {-ENODATA, -EPROTO, -EMSGSIZE, -ETIMEDOUT, -EIO, -ENODEV};
    struct answers *a = user;
    require(++a->asked <= EXCHANGES_MAX);
    require(n_out >= 7 && out[0] == 0x90 && out[4] == n_out - 6 && out[n_out - 1] == 0);
    uint8_t proof[18] = {0};
    if (a->asked == EXCHANGES_MAX) {
        require(n_out == 38);
        memcpy(a->last_cipher, out + 5, 32);
        make_proof(a, proof);
        if (a->knows_key) {
            a->proved = true;
            memcpy(ret_in, proof, sizeof(proof));
            return sizeof(proof);
        }
    }
    size_t n = take(a);
    if (n >= ERRORS_FROM) {
        return errors[n % (sizeof(errors) / sizeof(errors[0]))];
    }
    if (n > size) {
        return -EMSGSIZE;
    }
    for (size_t i = 0; i < n; i++) {
        ret_in[i] = take(a);
    }
    /* By what was answered, not by the input: beyond its end there are zeros, which can complete a proof. */
    a->proved = a->asked == EXCHANGES_MAX && n == sizeof(proof) && memcmp(ret_in, proof, n) == 0;
    return (int)n;
}

static int give_nonce(void *user, uint8_t *ret_bytes, size_t n)
{
    (void)user;
    require(n == sizeof(nonce));
    memcpy(ret_bytes, nonce, n);
    return 0;
}

static void try_authentication(struct answers *a)
{
    static const uint8_t aid[DESFIRE_AID_SIZE] = {1, 2, 3};
    const struct desfire_link link = {.transceive = answer, .random = give_nonce, .user = a};
    int r = desfire_authenticate(&link, aid, 0, key);
    require(r <= DESFIRE_TORN);
    require((r == 0) == a->proved);
}

static void try_target(const uint8_t *data, size_t n)
{
    struct nfc_target target;
    memset(&target, 0x5a, sizeof(target));
    if (n < 4) {
        return;
    }
    size_t uid_len = data[0] % 16;
    if (n < 4 + uid_len) {
        return;
    }
    size_t ats_len = n - 4 - uid_len;
    bool taken = nfc_target_take(data + 4, uid_len, data + 1, data[3], data + 4 + uid_len, ats_len, &target);
    require(!taken || (target.uid_len == uid_len && target.ats_len <= ats_len && target.ats_len <= NFC_ATS_MAX &&
                       nfc_target_same(&target, &target)));
    require(taken || target.uid_len == 0x5a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    if (data[0] & CHOOSE_TARGET) {
        try_target(data + 1, size - 1);
        return 0;
    }
    struct answers answers = {.at = data + 1, .left = size - 1, .knows_key = (data[0] & CHOOSE_GENUINE) != 0};
    try_authentication(&answers);
    return 0;
}
