#pragma once

/* The bench as a process: the stage, the screen at the entrance, and the window with the rack. */

#include "i18n/i18n.h"
#include "morning/stage.h"

/* As sysexits.h has it: there is no display to show anything on. */
enum { BENCH_NO_DISPLAY = 69 };

/** Opens the windows, plays until one of them is closed or a SIGINT or SIGTERM comes, and ends all processes.
 * Where STILE_UI_SNAPSHOTS names a folder, SIGUSR1 writes what the window shows to rack.png and rack.nodes in it
 * (face/display.h). @return what the process is to end with; what was wrong is said on standard error. */
int bench_run(const struct stage_options *stage, enum language language);
