#pragma once

/* The inside of the import: import.c reads lines and keeps the transaction, import_ndjson.c and import_csv.c turn a line
 * into values, import_rows.c knows the types with their fields and writes rows, import_screen.c checks what only screens
 * need. */

#include "core/card.h"
#include "core/schedule.h"
#include "db/import.h"
#include "db/list_internal.h"

struct cJSON;

enum { IMPORT_FIELDS_MAX = 16, IMPORT_BRANCHES_MAX = 64 };

enum import_field_kind {
    IMPORT_INT, /* min to max */
    IMPORT_BOOL,
    IMPORT_DAY,
    IMPORT_TEXT, /* at most max bytes */
    IMPORT_WORD, /* one of words: its index */
    IMPORT_WORDS, /* an array of words: bits 1 << index */
    IMPORT_REF, /* an id that must be there */
    IMPORT_CARD,
    IMPORT_BRANCHES, /* customer's array of further branches */
    IMPORT_SPANS, /* schedule's array */
    IMPORT_IMAGE /* a picture in base64 */
};

/* What a reference may lead to. The order is that of the statements in import_rows.c. */
enum import_ref {
    IMPORT_REF_BRANCH,
    IMPORT_REF_ZONE,
    IMPORT_REF_POINT,
    IMPORT_REF_SCHEDULE,
    IMPORT_REF_PRODUCT,
    IMPORT_REF_CUSTOMER,
    IMPORT_REF_SUBSCRIPTION,
    IMPORT_REF_PUNCH_CARD,
    IMPORT_REF_SINGLE_ENTRY,
    IMPORT_REFS
};

enum import_presence { IMPORT_OPTIONAL, IMPORT_REQUIRED };

struct import_field {
    const char *name;
    enum import_field_kind kind;
    enum import_presence presence;
    int64_t min, max; /* IMPORT_REF: 0 as min allows 0 for "none" */
    const char *const *words; /* up to a NULL */
    enum import_ref ref;
    bool has_default;
    int64_t otherwise;
};

enum import_type_id {
    IMPORT_BRANCH,
    IMPORT_SETTINGS,
    IMPORT_HOLIDAY,
    IMPORT_ZONE,
    IMPORT_POINT,
    IMPORT_SCHEDULE,
    IMPORT_PRODUCT,
    IMPORT_RIGHT,
    IMPORT_CUSTOMER,
    IMPORT_SUBSCRIPTION,
    IMPORT_FREEZE,
    IMPORT_PUNCH_CARD,
    IMPORT_SINGLE_ENTRY,
    IMPORT_CARD_TYPE,
    IMPORT_INVOICE,
    IMPORT_PHOTO,
    IMPORT_STAFF,
    IMPORT_TYPES
};

struct import_type {
    const char *name;
    const char *columns; /* of the table, "table (a, b)"; NULL: text alone is the statement */
    const char *text; /* VALUES and what follows a merge's conflict; see import_rows.c */
    const struct import_field *fields;
    size_t n_fields;
};

extern const struct import_type import_types[IMPORT_TYPES];

/* The values of one line, in the order of its type's fields. */
struct import_value {
    bool given;
    int64_t number;
    const char *text; /* IMPORT_TEXT: not owned; one that has a default is "" when it isn't given */
    struct card_number card;
};

struct import_line {
    enum import_type_id type;
    struct import_value values[IMPORT_FIELDS_MAX];
    int64_t branches[IMPORT_BRANCHES_MAX];
    size_t n_branches;
    struct schedule schedule;
    const uint8_t *image; /* the import's */
    size_t image_size;
};

struct import {
    struct list_db *list;
    const struct import_options *options;
    sqlite3_stmt *put[IMPORT_TYPES];
    sqlite3_stmt *exists[IMPORT_REFS];
    sqlite3_stmt *drop_branches, *add_branch, *drop_spans, *add_span;
    sqlite3_stmt *product_by_name;
    uint8_t *image; /* import_screen.c's; NULL until a line has one */
    char reason[IMPORT_REASON_SIZE];
};

/** Notes why a line is bad. @return 1. */
int import_bad(struct import *im, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* import_rows.c */

int import_rows_prepare(struct import *im);
void import_rows_finish(struct import *im);
/** Checks a text against its field. @return 0, or 1 with the reason noted. */
int import_set_text(struct import *im, const struct import_field *field, const char *text, struct import_value *value);
/** Writes a line's rows: fields that must be there, references, then the rows. @return 0, 1 with the reason noted, or a
 * negative errno. */
int import_put(struct import *im, struct import_line *line);

/* import_screen.c */

/** Decodes a picture. @return 0, 1 with the reason noted, or a negative errno. */
int import_set_image(struct import *im, const char *text, struct import_line *line);
/** @return 0, or 1 with the reason noted. */
int import_check_staff(struct import *im, const struct import_value *pin, const struct import_value *card);

/* import_ndjson.c */

/** Takes a line, which is NUL-terminated. @return as import_put. */
int import_ndjson_line(struct import *im, const char *text, size_t n);

/* import_csv.c */

struct import_csv;

int import_csv_new(struct import *im, struct import_csv **ret_csv);
void import_csv_free(struct import_csv *csv);
/** Takes the heading. @return 0, 1 with the reason noted, or a negative errno. */
int import_csv_heading(struct import_csv *csv, const char *text, size_t n);
/** Takes a row. @return as import_put. */
int import_csv_line(struct import_csv *csv, const char *text, size_t n);
