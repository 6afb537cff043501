#pragma once

/* A layer under SQLite that can break: the process ends at a chosen write, or the disk is full from a chosen write on.
 *
 * Every write, truncation, sync and deletion of a file is one step. What has been written and not yet synced can be taken
 * back before the process ends: that is a power cut at its worst. Syncs themselves are left out, they only mark. */

#include <stdbool.h>

enum fault_end {
    FAULT_KILL, /* the process ends before the step */
    FAULT_TORN, /* half of the write is done, then the process ends */
    FAULT_POWER_CUT /* whatever wasn't synced is gone */
};

/* Exit code of a process that ended here. */
enum { FAULT_EXIT = 77 };

/** Makes the layer the default one of this process and sets all counts to 0. */
void fault_install(void);
/** The process ends at step @n (from 1; 0: never). */
void fault_end_at(long n, enum fault_end end);
/** Writes fail with "disk full" from step @n on (0: never). */
void fault_full_from(long n);
/** Steps so far. */
long fault_steps(void);
