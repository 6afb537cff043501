#pragma once

/* A decision as bytes: everything it depended on, what came out and how long each stage took, so that a tap can be
 * decided again years later from its journal record alone. Pure; the form is base/pack with a version. */

#include "core/access.h"

#include <stddef.h>
#include <stdint.h>

enum { ACCESS_RECORD_VERSION = 1, ACCESS_RECORD_MAX = 16384 };

/* A stage that didn't happen. */
#define ACCESS_STAGE_NONE INT64_MIN

/* When each stage of a tap was done, in microseconds. */
struct access_stages {
    int64_t uid_us; /* UID known, by the clock since boot: the others count from here */
    int64_t field_us; /* the select that found the card began: 0 or negative */
    int64_t gate_us; /* the gate had the card's number */
    int64_t proof_us; /* a secure card had proved itself, or failed to */
    int64_t found_us; /* the list had answered */
    int64_t decided_us; /* the verdict stood */
};

/** All ACCESS_STAGE_NONE. */
void access_stages_init(struct access_stages *ret_stages);

/** Writes a record; @stages may be NULL. Typically under 400 bytes; ACCESS_RECORD_MAX always suffices for up to
 * 400 schedule spans in all.
 * @return the number of bytes, -EMSGSIZE when they are more than @size, or -EINVAL when the query breaks a bound
 * of its struct (a count, a schedule). */
int access_record_encode(const struct access_query *query, const struct access_verdict *verdict,
                         const struct access_stages *stages, uint8_t *ret_bytes, size_t size);

/* Named outcome of the next two. */
enum access_record_outcome { ACCESS_RECORD_NEWER = 1 /* of a version that this program doesn't know */ };

/** Reads a record back: exactly the query that was encoded, arrays beyond their counts zeroed. Any output may be NULL.
 * @return 0, ACCESS_RECORD_NEWER or -EBADMSG. */
int access_record_decode(const uint8_t *bytes, size_t n, struct access_query *ret_query,
                         struct access_verdict *ret_verdict, struct access_stages *ret_stages);

/** Decides a recorded tap again. @ret_then is the verdict recorded, @ret_now today's; *ret_field is NULL when
 * they are equal, else the first field that differs. @return as access_record_decode. */
int access_record_replay(const uint8_t *bytes, size_t n, struct access_verdict *ret_then,
                         struct access_verdict *ret_now, const char **ret_field);
