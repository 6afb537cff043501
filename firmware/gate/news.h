#pragma once

/* News as JSON: what whoever follows the gate is told (firmware/bus/README.md has the fields). Pure. */

#include "gate/unit.h"

#include <stddef.h>

/** Writes one object without a line end. @return its length; -EMSGSIZE when it doesn't fit; -ENOMEM. */
int news_json(const struct gate_config *config, const struct unit_news *news, char *ret_text, size_t size);
/** "granted", "denied", "released", ... */
const char *news_phase_text(enum unit_phase phase);
