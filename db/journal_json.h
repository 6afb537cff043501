#pragma once

/* A journal event as JSON: the one form for the command line, the gate's news and an upload. Fields: README.md. */

#include "db/journal_db.h"

struct cJSON;

/** @point_name may be NULL or empty: then the point's number alone is given. @return an object of the caller's
 * (cJSON_Delete), or NULL when memory is short. */
struct cJSON *journal_json(const struct journal_event *event, const char *point_name);
