#pragma once

/* Small, strict text functions. Pure: no locale, no allocation. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Parses the whole of @text as a decimal integer within [min, max] (leading '-' allowed, no '+', no
 * blanks). @return false, *ret_value untouched, when it is anything else. */
bool text_int(const char *text, int64_t min, int64_t max, int64_t *ret_value);

/** Parses @text as pairs of hex digits (either case; a ':' or '-' or blank may part two pairs).
 * @return the number of bytes, or -1 when a character is wrong, a digit is missing or @size is too small. */
int text_hex(const char *text, uint8_t *ret_bytes, size_t size);

/** Writes @n bytes as lower-case hex with a NUL. @size must hold 2 * n + 1; else an empty text is written. */
void text_to_hex(const uint8_t *bytes, size_t n, char *ret_text, size_t size);

/** True when the @n bytes are well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates) without NUL
 * and without control characters other than tab. */
bool text_is_utf8(const char *text, size_t n);

/** Copies @text into @ret_text (@size bytes with the NUL), cut at a character's start when too long.
 * NULL counts as empty. @return false when something was cut. */
bool text_copy(char *ret_text, size_t size, const char *text);

/** Masks a card number or UID in its text form for a log: the first four characters and the last two stay. Shorter
 * than eight characters: all but the last two are masked. @size must be at least 12. */
void text_mask_card(const char *number, char *ret_text, size_t size);

/** True when both texts are equal; NULL equals NULL only. */
bool text_eq(const char *a, const char *b);
