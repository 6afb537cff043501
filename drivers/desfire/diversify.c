#include "drivers/desfire/diversify.h"

#include <assert.h>
#include <errno.h>
#include <nettle/aes.h>
#include <nettle/cmac.h>
#include <nettle/memxor.h>
#include <string.h>

enum { DIVERSIFY_CONSTANT = 0x01, PADDED_SIZE = DIVERSIFY_INPUT_MAX + 1, SYSTEM_MAX = 18, UID_MIN = 4, UID_MAX = 10 };

static_assert(PADDED_SIZE == 2 * AES_BLOCK_SIZE, "AN10922 pads 01 and M to two AES blocks");

/* AN10922 differs from a plain CMAC (NIST SP 800-38B) in one thing: what is shorter than two blocks is always padded
 * to two, so that M of 15 bytes or less covers two blocks as well, where a plain CMAC would take one. Hence the
 * chaining is done here, over exactly two blocks, with the subkeys that nettle derives. */
int diversify_aes128(const uint8_t master[DIVERSIFY_KEY_SIZE], const uint8_t *input, size_t n,
                     uint8_t ret_key[DIVERSIFY_KEY_SIZE])
{
    if (n < 1 || n > DIVERSIFY_INPUT_MAX) {
        return -EINVAL;
    }
    struct aes128_ctx cipher;
    struct cmac128_key subkeys;
    uint8_t blocks[PADDED_SIZE] = {DIVERSIFY_CONSTANT};
    memcpy(blocks + 1, input, n);
    aes128_set_encrypt_key(&cipher, master);
    cmac128_set_key(&subkeys, &cipher, (nettle_cipher_func *)aes128_encrypt);

    uint8_t *last = blocks + AES_BLOCK_SIZE;
    if (n < DIVERSIFY_INPUT_MAX) {
        blocks[1 + n] = 0x80;
        memxor(last, subkeys.K2.b, AES_BLOCK_SIZE);
    } else {
        memxor(last, subkeys.K1.b, AES_BLOCK_SIZE);
    }
    aes128_encrypt(&cipher, AES_BLOCK_SIZE, blocks, blocks);
    memxor(last, blocks, AES_BLOCK_SIZE);
    aes128_encrypt(&cipher, AES_BLOCK_SIZE, ret_key, last);

    explicit_bzero(&cipher, sizeof(cipher));
    explicit_bzero(&subkeys, sizeof(subkeys));
    explicit_bzero(blocks, sizeof(blocks));
    return 0;
}

size_t diversify_input(const uint8_t *uid, size_t uid_len, const uint8_t aid[3], const char *system,
                       uint8_t ret_input[DIVERSIFY_INPUT_MAX])
{
    size_t system_len = strnlen(system, SYSTEM_MAX + 1);
    if (uid_len < UID_MIN || uid_len > UID_MAX || system_len > SYSTEM_MAX) {
        return 0;
    }
    memcpy(ret_input, uid, uid_len);
    memcpy(ret_input + uid_len, aid, 3);
    memcpy(ret_input + uid_len + 3, system, system_len);
    return uid_len + 3 + system_len;
}
