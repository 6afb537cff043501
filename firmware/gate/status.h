#pragma once

/* The gate's state as JSON, for `stile status` and `stile check` (firmware/bus/README.md has the fields). */

#include <stddef.h>

struct app;

/** Writes one object. @return its length, or a negative errno. */
int status_json(struct app *app, char *ret_text, size_t size);
/** Looks at readers, lines, list and journal now, and writes what is well and what isn't. @return as status_json. */
int status_check_json(struct app *app, char *ret_text, size_t size);
