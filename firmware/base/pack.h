#pragma once

/* Tagged fields in bytes: the form of bus messages and of the records in the journal.
 *
 * A field is a key (unsigned varint: tag * 2 + kind), then for kind 0 an integer (zigzag varint), for kind 1 a
 * length (unsigned varint) and that many bytes; a record within a record is such bytes. Unknown tags
 * are skipped by readers, so that a newer writer doesn't break an older reader. Pure and bounded: a writer
 * that runs out of room says so at the end, a reader never looks past the end. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pack {
    uint8_t *data;
    size_t size;
    size_t len;
    bool overflow; /* something did not fit; len is then meaningless */
};

/** Starts an empty record in the caller's @data. */
void pack_init(struct pack *p, void *data, size_t size);
/** Appends a field. A tag is 1 to 2^28. Nothing happens after an overflow. */
void pack_int(struct pack *p, unsigned tag, int64_t value);
void pack_bytes(struct pack *p, unsigned tag, const void *data, size_t n);
/** As pack_bytes with the text's length, without its NUL; NULL writes nothing. */
void pack_text(struct pack *p, unsigned tag, const char *text);
/** Opens a record within the record; every field until pack_close belongs to it. @return its mark. */
size_t pack_open(struct pack *p, unsigned tag);
void pack_close(struct pack *p, size_t mark);

struct unpack {
    const uint8_t *at;
    const uint8_t *end;
    bool bad; /* the bytes are no such record */
};

struct pack_field {
    unsigned tag;
    bool is_bytes;
    int64_t value; /* kind 0 */
    const uint8_t *data; /* kind 1: within the reader's bytes */
    size_t len;
};

/** Reads from the @n bytes, which must stay where they are while fields are used. */
void unpack_init(struct unpack *u, const void *data, size_t n);
/** @return true with the next field; false at the end, or with u->bad set on the first malformed byte. */
bool unpack_next(struct unpack *u, struct pack_field *ret_field);
/** The field's integer when it is one within [min, max]; else sets u->bad and returns @min. */
int64_t unpack_int(struct unpack *u, const struct pack_field *f, int64_t min, int64_t max);
/** Copies the field's bytes as text of at most size - 1 characters; sets u->bad when it is an integer, too long or
 * holds a NUL. */
void unpack_text(struct unpack *u, const struct pack_field *f, char *ret_text, size_t size);
/** Copies the field's bytes; @return their number, or 0 with u->bad set when they are more than @size. */
size_t unpack_bytes(struct unpack *u, const struct pack_field *f, void *ret_data, size_t size);
