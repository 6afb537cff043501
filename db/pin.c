#include "db/pin.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

_Static_assert(PIN_HASH_SIZE == crypto_pwhash_STRBYTES, "libsodium's own size");

enum { ROUNDS = 3, MEMORY = 8 << 20, ROUNDS_MAX = 10, MEMORY_MAX_KIB = 64 << 10 };

bool pin_is_good(const char *pin)
{
    size_t n = strspn(pin, "0123456789");
    return n >= PIN_DIGITS_MIN && n <= PIN_DIGITS_MAX && pin[n] == '\0';
}

int pin_hash(const char *pin, char ret_hash[PIN_HASH_SIZE])
{
    char hash[PIN_HASH_SIZE];
    if (!pin_is_good(pin)) {
        return -EINVAL;
    }
    if (sodium_init() < 0 ||
        crypto_pwhash_str_alg(hash, pin, strlen(pin), ROUNDS, MEMORY, crypto_pwhash_ALG_ARGON2ID13) != 0) {
        return -ENOMEM;
    }
    memcpy(ret_hash, hash, sizeof(hash));
    return 0;
}

bool pin_hash_is_good(const char *hash)
{
    unsigned memory_kib = 0;
    unsigned rounds = 0;
    /* A width keeps a number that is too large from wrapping. */
    if (strlen(hash) >= PIN_HASH_SIZE || sscanf(hash, "$argon2id$v=19$m=%7u,t=%4u,p=1$", &memory_kib, &rounds) != 2 ||
        memory_kib > MEMORY_MAX_KIB || rounds > ROUNDS_MAX) {
        return false;
    }
    return crypto_pwhash_str_needs_rehash(hash, ROUNDS, MEMORY) >= 0;
}

bool pin_matches(const char *hash, const char *pin)
{
    return pin_is_good(pin) && pin_hash_is_good(hash) && sodium_init() >= 0 &&
           crypto_pwhash_str_verify(hash, pin, strlen(pin)) == 0;
}
