#pragma once

/* How often something may be done: so many times at once, and again as time goes by. Pure. */

#include <stdbool.h>
#include <stdint.h>

/* Zeroed: nothing was done yet. */
struct budget {
    int used; /* that still count */
    int64_t since_us; /* from when the next one is to be forgotten */
};

/** Does it once more, if fewer than @most count; one is forgotten every @each_us. @return whether it may be done. */
bool budget_take(struct budget *budget, int most, int64_t each_us, int64_t boot_us);
