#pragma once

/* Reads an access list from a file into list.db: NDJSON (the whole list) or CSV (a plain table of members). The fields of
 * both, with their bounds, stand in db/README.md.
 *
 * One transaction: readers see the old list or the new one, and by default a single bad line leaves the old one. Lines are
 * bounded (IMPORT_LINE_MAX); an object may refer only to what stands above it or is in the list already. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { IMPORT_LINE_MAX = 65536, IMPORT_REASON_SIZE = 160 };

enum import_format {
    IMPORT_AUTO, /* by the name's end (.csv; .ndjson, .jsonl, .json), else by the first character: '{' is NDJSON */
    IMPORT_NDJSON,
    IMPORT_CSV
};

struct import_options {
    enum import_format format;
    bool merge; /* add to the list and change it; else what the file's kind holds is replaced: NDJSON everything, CSV
                 * the members (customers, cards, subscriptions, freezes, punch cards, single entries, invoices, photos) */
    bool keep_good_lines; /* bad lines are left out; else one of them undoes the whole import */
    int64_t utc_us; /* now: when the list is known to be current */
    /** Optional: a line that is bad, and why. Nothing personal in @reason but the field's name and what was wrong. */
    void (*bad_line)(int64_t line, const char *reason, void *user);
    /** Optional: every 10,000 lines; @bytes of the file read. A negative errno (-ECANCELED, say) ends the import,
     * undone, and is returned. */
    int (*progress)(int64_t lines, int64_t bytes, void *user);
    void *user;
};

struct import_result {
    int64_t lines; /* read, empty ones and the CSV's heading left out */
    int64_t good, bad;
    int64_t version; /* of the list now */
};

/* Named outcomes. */
enum import_outcome {
    IMPORT_BAD_LINES = 1, /* undone: the list is as it was; *ret_result is filled in */
    IMPORT_NO_LIST, /* the list can't be used: list_db_open for writing says what it is */
};

/** Imports the file at @path into the list at @list_path, which is made when it is missing.
 * @return 0, an outcome, or a negative errno (-ENOSPC, -EBUSY another writer, of reading the file, ...: the list is as it
 * was). */
int import_file(const char *list_path, const char *path, const struct import_options *options,
                struct import_result *ret_result);

/** As import_file, from a stream; @options->format must not be IMPORT_AUTO. */
int import_stream(const char *list_path, FILE *stream, const struct import_options *options,
                  struct import_result *ret_result);
