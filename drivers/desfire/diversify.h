#pragma once

/* AES-128 keys diversified per card: NXP AN10922, section 2.2 (CMAC-based, constant 01). Pure. */

#include <stddef.h>
#include <stdint.h>

enum { DIVERSIFY_KEY_SIZE = 16, DIVERSIFY_INPUT_MAX = 31 };

/** Derives a card's key from the master key and the diversification input M (1 to 31 bytes). What was computed on the
 * way is wiped. @return 0, or -EINVAL when @n is out of range. */
int diversify_aes128(const uint8_t master[DIVERSIFY_KEY_SIZE], const uint8_t *input, size_t n,
                     uint8_t ret_key[DIVERSIFY_KEY_SIZE]);

/** The input this product uses: UID, application identifier (3 bytes as sent on the air), and the system identifier
 * (up to 18 bytes). @return its length, 0 when it doesn't fit. */
size_t diversify_input(const uint8_t *uid, size_t uid_len, const uint8_t aid[3], const char *system,
                       uint8_t ret_input[DIVERSIFY_INPUT_MAX]);
