#pragma once

/* JSON objects into structs by a table of fields: where each lies, how wide it is, its bounds. For this layer only. */

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A number of JSON is a double: whole up to here. */
#define JSON_INT_MAX INT64_C(9007199254740992)

enum { JSON_LENGTH_MAX = 65536 };

enum json_type {
    JSON_TEXT, /* an array of characters: cut at a character's start, control characters as blanks */
    JSON_INT, /* int32_t or int64_t, by its size */
    JSON_BOOL,
    JSON_DAY, /* int32_t, from "2014-05-31" */
    JSON_NAME /* an enum: what `parse` says the text means */
};

struct json_field {
    const char *name;
    enum json_type type;
    size_t offset, size;
    int64_t min, max; /* of a number */
    int (*parse)(const char *text);
    bool must; /* without it the object means nothing */
};

/* clang-format off */
#define JSON_AT(type_, member_) .offset = offsetof(type_, member_), .size = sizeof(((type_ *)0)->member_)
/* clang-format on */

struct json_table {
    const struct json_field *fields;
    size_t n;
};

/** Parses @n bytes that are one object and nothing else. @return it, for json_freep; or NULL. */
cJSON *json_parse(const char *text, size_t n);
/** For _cleanup_. */
void json_freep(cJSON **json);
/** Fills in what @object has of the table's fields; the rest of *ret_struct stays. NULL counts as an object without a
 * field. @return 0, or -EBADMSG when a value has the wrong type, breaks a bound, is no UTF-8, or a field that must be
 * there isn't; *ret_struct may be half filled in then. */
int json_read(const cJSON *object, const struct json_table *table, void *ret_struct);
/** Fills in an array of @max structs of @size bytes, each set to *blank first, from field @name of @object; what is
 * more than @max is left out. No such field: none. @return the number filled in, or -EBADMSG. */
int json_read_array(const cJSON *object, const char *name, const struct json_table *table, const void *blank,
                    void *ret_array, size_t size, size_t max);
/** @return the field, which is an object; NULL when there is none; *ret_bad is set when it is something else. */
const cJSON *json_object(const cJSON *object, const char *name, bool *ret_bad);
/** @return the index of @text in @names (gaps are NULL), or @n. An enum whose 0 means "unknown" takes the remainder by
 * @n. */
int json_find(const char *const *names, size_t n, const char *text);
