#pragma once

/* Compares PINs with their hashes beside the drawing: it takes a tenth of a second, on purpose. */

#include "db/pin.h"

#include <stdbool.h>
#include <stdint.h>

struct pins;

/** Starts the thread. @return 0 or a negative errno. */
int pins_new(struct pins **ret_pins);
/** Takes NULL. */
void pins_free(struct pins *pins);
/** Readable when pins_next has an answer. */
int pins_fd(const struct pins *pins);
/** Asks whether @pin is the one of @hash; @ticket comes back with the answer. One at a time. @return 0; -EBUSY;
 * -EINVAL. */
int pins_ask(struct pins *pins, int64_t ticket, const char *pin, const char *hash);
/** @return true with an answer. */
bool pins_next(struct pins *pins, int64_t *ret_ticket, bool *ret_matches);
