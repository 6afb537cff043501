#pragma once

/* A struct's plain fields as fields of base/pack, by a table: where each lies, how wide it is, its bounds, and the value
 * that is so common that it isn't written. Writing and reading walk the same table, so they can't disagree. */

#include "base/pack.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum field_width {
    FIELD_BOOL,
    FIELD_U8,
    FIELD_I8,
    FIELD_U16,
    FIELD_U32,
    FIELD_I32,
    FIELD_I64,
    FIELD_ENUM, /* without negative values */
    FIELD_TEXT /* an array of characters that ends with a NUL, unwritten when empty */
};

struct field {
    unsigned tag;
    enum field_width width;
    size_t offset, size;
    int64_t unwritten;
    int64_t min, max;
};

struct field_table {
    const struct field *fields;
    size_t n;
};

/* clang-format off */
#define FIELD(tag_, width_, type_, member_, unwritten_, min_, max_)                                                    \
    {.tag = (tag_), .width = (width_), .offset = offsetof(type_, member_), .size = sizeof(((type_ *)0)->member_),      \
     .unwritten = (unwritten_), .min = (min_), .max = (max_)}
/* clang-format on */

/** Sets the fields of the table to their unwritten values. */
void fields_init(const struct field_table *table, void *ret_object);
/** True when each field is within its bounds and each text ends. */
bool fields_good(const struct field_table *table, const void *object);
/** Appends the fields that differ from their unwritten value. @object is good. */
void fields_write(struct pack *p, const struct field_table *table, const void *object);
/** Stores @f when the table knows its tag; sets u->bad when it is out of bounds. @return whether it was known. */
bool fields_read(struct unpack *u, const struct pack_field *f, const struct field_table *table, void *ret_object);
