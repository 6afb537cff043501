#pragma once

/* A busy hour in small: people tap and walk, syncs and edits change the list, staff take entries back, somebody reads
 * the journal along: three processes beside the unit's. */

#include "account.h"

/** Goes on until the power fails. @account is what was known at the start. */
_Noreturn void load_run(struct whole *w, const struct account *account, uint32_t seed);
/** One person with the card taps at the reader (0 in, 1 out) and walks if let in. @costs: a clip is to be paid.
 * @return whether they went through. */
bool load_walk(struct whole *w, unsigned reader, const char *card, bool costs);
