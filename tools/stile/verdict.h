#pragma once

/* A decision in words and in JSON: for explain and replay. */

#include "core/access.h"
#include "core/access_record.h"

#include <cjson/cJSON.h>

/** Each gives a new value that the caller frees, NULL when out of memory. */
cJSON *verdict_json(const struct access_query *query, const struct access_verdict *verdict);
cJSON *verdict_trace_json(const struct access_query *query, const struct access_trace *trace);
cJSON *verdict_stages_json(const struct access_stages *stages);

/** What was decided on: card, point (@point: its name, or NULL), instant, list. No name of a person is printed. */
void verdict_print_query(const struct access_query *query, const char *point);
/** One line a rule. */
void verdict_print_trace(const struct access_query *query, const struct access_trace *trace);
/** The verdict with its day, hour, cure and warnings under @title. */
void verdict_print(const struct access_query *query, const struct access_verdict *verdict, const char *title);
