#pragma once

/* Runs the program under test. */

#include <cjson/cJSON.h>

struct run {
    int status; /* exit code; 128 and the signal's number when one ended it */
    char *out, *err; /* NUL-terminated */
    const char *input; /* a file for standard input; NULL: none. Set before a run */
    const char *output; /* a file that takes standard output's place; NULL: out */
};

/** Runs stile with the words up to a NULL, and waits for its end. The one before is forgotten. */
void run_stile(struct run *run, ...) __attribute__((sentinel));
void run_finish(struct run *run);
/** Fails the test unless it ended with @status. */
void run_is(const struct run *run, int status);
void run_says(const struct run *run, const char *text);
void run_complains(const struct run *run, const char *text);

/** The first line of the output, which must be JSON. The caller frees it. */
cJSON *run_json(const struct run *run);
/** Every line of the output, each of which must be JSON, as an array. The caller frees it. */
cJSON *run_ndjson(const struct run *run);
const char *text_of(const cJSON *object, const char *name);
double number_of(const cJSON *object, const char *name);
