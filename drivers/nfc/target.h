#pragma once

/* A card as the chip lists it. Pure. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NFC_UID_MAX = 10, NFC_ATS_MAX = 32 };

struct nfc_target {
    uint8_t uid[NFC_UID_MAX];
    uint8_t uid_len; /* 4, 7 or 10 */
    uint8_t atqa[2];
    uint8_t sak;
    uint8_t ats[NFC_ATS_MAX]; /* without its length byte */
    uint8_t ats_len;
};

/** Checks what a chip said of a card and takes it over. An ATS that is longer than this product needs is cut.
 * @return false, *ret_target untouched, when no card can be so: a UID that isn't 4, 7 or 10 bytes long (ISO/IEC
 * 14443-3, section 6.5.4), or is all zeros. */
bool nfc_target_take(const uint8_t *uid, size_t uid_len, const uint8_t atqa[2], uint8_t sak, const uint8_t *ats,
                     size_t ats_len, struct nfc_target *ret_target);
/** True when both have the same UID. */
bool nfc_target_same(const struct nfc_target *a, const struct nfc_target *b);
/** True when the card speaks ISO 14443-4, as every DESFire does (SAK bit 6: ISO/IEC 14443-3, table 9). */
bool nfc_target_has_blocks(const struct nfc_target *target);
