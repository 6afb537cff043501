#pragma once

/* Writes the harness's gate.ini. */

#include "sim/harness/harness.h"

/** @return 0 or a negative errno. */
int harness_write_config(const struct harness *harness);
