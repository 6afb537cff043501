#pragma once

/* The chain's master key, and the keys of single cards that follow from it (NXP AN10922, drivers/desfire/diversify.h).
 * The master key never leaves this module: a reader process gets one card's key, when that card is in its field. */

#include "core/card.h"
#include "gate/config.h"

#include <stdint.h>

struct keys;

enum { KEYS_ERROR_SIZE = 160, KEYS_KEY_SIZE = 16 };

/** Reads the file that @config names: 32 hex digits. It must be a plain file of this process's user that nobody else
 * may read or write (mode 0600 or less). The key is kept out of swap, core files and children. @return 0 with *ret_keys
 * (keys_free), or a negative errno with its reason in ret_error: -EPERM for a file that others may use, -EINVAL for one
 * that holds no key. */
int keys_load(const struct gate_config *config, struct keys **ret_keys, char ret_error[KEYS_ERROR_SIZE]);
/** Wipes it. Takes NULL. */
void keys_free(struct keys *keys);

/** The key of the card with this UID; the caller wipes it. @return 0 or -EINVAL when @uid is no UID. */
int keys_derive(const struct keys *keys, const struct card_number *uid, uint8_t ret_key[KEYS_KEY_SIZE]);
