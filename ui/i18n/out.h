#pragma once

/* A text that is put together piece by piece in the caller's memory, and cut at a character's start when it gets too
 * long. What comes after the cut is dropped, so that no hole opens in the middle. For the folder i18n only. */

#include <stdbool.h>
#include <stddef.h>

struct out {
    char *text;
    size_t size, used;
    bool cut;
};

/** Begins an empty text in @text (@size bytes with the NUL; 0 writes nothing at all). */
struct out out_begin(char *text, size_t size);
/** Appends @n bytes of whole UTF-8 characters. */
void out_bytes(struct out *out, const char *bytes, size_t n);
void out_text(struct out *out, const char *text);
/** Appends a number with at least @digits digits. */
void out_digits(struct out *out, unsigned value, int digits);
