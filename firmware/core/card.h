#pragma once

/* Card numbers: what a reader or a keyboard gives, kept whole. Pure.
 *
 * A UID is 4, 7 or 10 bytes (ISO/IEC 14443-3, section 6.5.4); a printed, magnetic or Wiegand number is digits, with
 * its leading zeros, made of the chain's prefix and a serial. Text forms: hex of 8, 14 or 20 digits for a UID,
 * "#0123" for digits, so that a UID of digits alone and a number can't be taken for each other. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CARD_UID_MAX = 10, CARD_DIGITS_MAX = 20, CARD_TEXT_SIZE = 24 };

enum card_form { CARD_NONE, CARD_UID, CARD_DIGITS };

struct card_number {
    enum card_form form;
    uint8_t len; /* bytes of a UID, digits of a number */
    uint8_t bytes[CARD_DIGITS_MAX]; /* UID bytes as on the air; or digits as ASCII; the rest is zero */
};

/** @return false, *ret_card untouched, unless @n is 4, 7 or 10. */
bool card_from_uid(const uint8_t *uid, size_t n, struct card_number *ret_card);
/** Parses a text form (hex may be parted by ':'). @return false when it is none. */
bool card_parse(const char *text, struct card_number *ret_card);
void card_format(const struct card_number *card, char ret_text[CARD_TEXT_SIZE]);
bool card_equal(const struct card_number *a, const struct card_number *b);
/** A random UID (4 bytes, the first 08: ISO/IEC 14443-3, section 6.5.4) changes at every activation: it never
 * serves as an identity. */
bool card_is_random(const struct card_number *card);
/** Joins the chain's prefix and a serial, zero-filled to @serial_digits. @return false when a part is no digits or the
 * whole is too long. */
bool card_from_serial(const char *prefix, uint64_t serial, unsigned serial_digits, struct card_number *ret_card);
/** Parts a number again. @return false when it doesn't begin with @prefix or no serial follows. */
bool card_serial(const struct card_number *card, const char *prefix, uint64_t *ret_serial);
/** The key of a card in the databases: the form as one byte, then the bytes. @return its length (at most
 * 1 + CARD_DIGITS_MAX). */
size_t card_key(const struct card_number *card, uint8_t ret_key[1 + CARD_DIGITS_MAX]);
bool card_from_key(const uint8_t *key, size_t n, struct card_number *ret_card);
