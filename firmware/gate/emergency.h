#pragma once

/* The unit's emergency list: the few staff cards that open the gate while there is no access list, and in a lock-down.
 * A text file: one card number a line in the form of core/card.h, blanks around it allowed; a line that begins with ';' and
 * an empty one say nothing ('#' begins a number of digits). */

#include "core/card.h"

#include <stdbool.h>
#include <stddef.h>

enum { EMERGENCY_CARDS_MAX = 1000, EMERGENCY_FILE_MAX = 65536, EMERGENCY_ERROR_SIZE = 256 };

/* Plain value, sorted; zeroed it is empty. About 22 KB. */
struct emergency {
    struct card_number cards[EMERGENCY_CARDS_MAX];
    size_t n_cards;
};

/** Parses the whole of @text. A random UID is no identity and is refused like a bad line. Doubles count once.
 * @return 0, or -EINVAL with "line 12: ..." in ret_error (the card itself isn't repeated there);
 * *ret_emergency is untouched on failure. */
int emergency_parse(const char *text, struct emergency *ret_emergency, char ret_error[EMERGENCY_ERROR_SIZE]);
/** Reads and parses a file. @return 0, -EINVAL with the reason, or another negative errno with its text. */
int emergency_load(const char *path, struct emergency *ret_emergency, char ret_error[EMERGENCY_ERROR_SIZE]);
bool emergency_has(const struct emergency *emergency, const struct card_number *card);
