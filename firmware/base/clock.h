#pragma once

/* The clocks. Only processes read them, at one place each; everything below takes time as a parameter. */

#include <stdint.h>

#define US_PER_MS   INT64_C(1000)
#define US_PER_S    INT64_C(1000000)
#define US_PER_MIN  (60 * US_PER_S)
#define US_PER_HOUR (60 * US_PER_MIN)
#define US_PER_DAY  (24 * US_PER_HOUR)

/** An instant or deadline that never comes. */
#define US_NEVER INT64_MAX

/** Microseconds since boot, suspend included (CLOCK_BOOTTIME). Never goes back. */
int64_t clock_boot_us(void);

/** Microseconds since 1970-01-01 00:00 UTC (CLOCK_REALTIME). May jump. */
int64_t clock_utc_us(void);

/** CPU time of this process in microseconds. */
int64_t clock_cpu_us(void);
