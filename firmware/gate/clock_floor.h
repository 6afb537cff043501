#pragma once

/* The last known wall time, on disk: a unit whose clock went back (no clock chip, a dead battery) must not take last
 * year for today. The wall clock is trusted when it isn't before the floor, or when the service manager says that it
 * has been synchronised over the network (which also takes a floor back that was set too far ahead). */

#include <stdbool.h>
#include <stdint.h>

/** The floor of a unit that has no file yet: nothing this old can be the present. 2024-01-01. */
#define CLOCK_FLOOR_OLDEST_US (INT64_C(1704067200) * 1000000)

/** Reads the floor from @path. @return it; CLOCK_FLOOR_OLDEST_US when there is none or it makes no sense. */
int64_t clock_floor_load(const char *path);
/** Writes it durably: a flush, not for the loop's thread. @return 0 or a negative errno. */
int clock_floor_save(const char *path, int64_t utc_us);
/** Whether a wall clock of @utc_us is to be believed. */
bool clock_floor_trusts(int64_t floor_us, int64_t utc_us, bool synchronised);
/** Whether the kernel's clock is known to be synchronised (systemd-timesyncd's mark). */
bool clock_floor_synchronised(void);
