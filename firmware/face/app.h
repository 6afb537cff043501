#pragma once

/* stile-ui as a whole: its faces, what they share, and the loop. */

#include "face/config.h"

struct app;

/** Opens displays, databases and the link to the gate. @started_us: boot time at which the process began, for the
 * log. @return 0 with *ret_app (app_close), or a negative errno with one line in the log. A gate, a list or a
 * display that isn't there is no failure. */
int app_open(const struct ui_config *config, int64_t started_us, struct app **ret_app);
/** Takes NULL. */
void app_close(struct app *app);
/** Runs until SIGTERM or SIGINT, or until the last window was closed. @return 0 or a negative errno. */
int app_run(struct app *app);
