#pragma once

/* PINs of staff, kept as Argon2id hashes only (libsodium's crypto_pwhash_str). Making or comparing one takes 8 MiB and
 * some tens of milliseconds: not in a loop that a tap waits for. */

#include <stdbool.h>

enum { PIN_DIGITS_MIN = 4, PIN_DIGITS_MAX = 12, PIN_HASH_SIZE = 128 };

/** True for 4 to 12 decimal digits and nothing else. */
bool pin_is_good(const char *pin);
/** Hashes a PIN with a salt of its own (3 rounds, 8 MiB). @return 0, -EINVAL when pin_is_good says no, or -ENOMEM. */
int pin_hash(const char *pin, char ret_hash[PIN_HASH_SIZE]);
/** True for an Argon2id hash of libsodium's form whose comparison takes at most 10 rounds and 64 MiB: one from a list
 * must not take a unit's memory. */
bool pin_hash_is_good(const char *hash);
/** @return true when @hash is good and of this PIN; false also when memory is short. Takes any text. */
bool pin_matches(const char *hash, const char *pin);
