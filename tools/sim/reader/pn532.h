#pragma once

/* A PN532 card reader chip as the host sees it on the serial line: bytes in with the time at which they came, bytes out
 * when they are due. No descriptor, no clock, so that the simulator, tests, fuzzers and benches can all use it. Source:
 * NXP UM0701-02 (PN532 user manual), sections 6.2 (host link) and 7 (commands). Times are microseconds of any clock that
 * doesn't go back. */

#include "sim/reader/card.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PN532_FOREVER = -1 };

/* Faults. A dial holds how many more times the fault happens; 0: off; PN532_FOREVER. */
enum pn532_dial {
    PN532_DIAL_SILENT_BEFORE_ACK, /* commands that get no acknowledgement and no answer */
    PN532_DIAL_SILENT_AFTER_ACK, /* commands that are acknowledged and get no answer */
    PN532_DIAL_ERROR_FRAME, /* commands that are answered by the error frame */
    PN532_DIAL_WRONG_CODE, /* answers that name another command */
    PN532_DIAL_STATUS_BIT7, /* exchanges with a card whose status byte has bit 7 set */
    PN532_DIAL_EMPTY_ATS, /* selects that report an answer to select of length 0 */
    PN532_DIAL_BAD_CHECKSUM, /* answers with a wrong data checksum */
    PN532_DIAL_BAD_LENGTH, /* answers with a wrong length checksum */
    PN532_DIAL_GARBAGE_BEFORE, /* answers with noise in front */
    PN532_DIAL_GARBAGE_WITHIN, /* answers with noise in the middle */
    PN532_DIAL_TRUNCATED, /* answers that break off half-way */
    PN532_DIAL_OVERSIZED, /* answers in a frame of 600 bytes */
    PN532_DIAL_LATE_ANSWER, /* InListPassiveTarget answers that nobody asked for, sent at once */
    PN532_DIAL_SLOW_MS, /* not a count: each answer comes so many milliseconds later */
    PN532_DIAL_TEAR_AFTER, /* not a count of faults: with the n-th exchange from now the card is gone */
    PN532_DIAL_CARD_MUTE, /* exchanges to which the card, though present, does not answer */
    PN532_DIAL_NO_CMAC, /* not a count: while it is not 0, DESFire cards leave their checksum out */
    PN532_DIALS
};

/* What happened since the chip was made. */
struct pn532_counts {
    uint64_t commands; /* whole frames taken from the host */
    uint64_t selects; /* cards reported to the host */
    uint64_t exchanges; /* commands passed to a card */
    uint64_t bad_frames; /* from the host */
    uint64_t aborts; /* commands cancelled by an acknowledgement or by the next command */
    uint64_t faults; /* by the dials */
};

struct pn532;

/** @model: keep the times of a real chip at 115200 baud (README.md); else everything is due at once.
 * @return 0 with *ret_chip (free with pn532_free) or -ENOMEM. */
int pn532_new(bool model, struct pn532 **ret_chip);
/** Takes NULL. The card stays its owner's. */
void pn532_free(struct pn532 *chip);
static inline void pn532_freep(struct pn532 **chip)
{
    pn532_free(*chip);
}

/** Power off and on: registers, field and pending command are lost; dials, counts and the card stay. */
void pn532_reset(struct pn532 *chip, int64_t now_us);

/** Takes what the host sent. */
void pn532_receive(struct pn532 *chip, const uint8_t *bytes, size_t n, int64_t now_us);
/** The instant at which pn532_send may have something, or INT64_MAX: nothing before the next call of another function. */
int64_t pn532_next_us(const struct pn532 *chip);
/** Takes bytes that are due. @return their number; call again until it is 0. */
size_t pn532_send(struct pn532 *chip, int64_t now_us, uint8_t *ret_bytes, size_t size);

/** Puts a card into the field in place of the one there; NULL takes it out. The card stays the caller's and must live
 * until it is taken out or the chip is freed. @return the card that was there, or NULL. */
struct card *pn532_put(struct pn532 *chip, struct card *card, int64_t now_us);
/** The card in the field, or NULL (also after it was torn away by PN532_DIAL_TEAR_AFTER). */
struct card *pn532_card(const struct pn532 *chip);

/** Sets a dial. @value below PN532_FOREVER counts as PN532_FOREVER. */
void pn532_set_dial(struct pn532 *chip, enum pn532_dial dial, int64_t value, int64_t now_us);
int64_t pn532_dial(const struct pn532 *chip, enum pn532_dial dial);
const char *pn532_dial_text(enum pn532_dial dial);
/** @return 0, or 1 when there is no dial of that name. */
int pn532_dial_find(const char *name, enum pn532_dial *ret_dial);

struct pn532_counts pn532_counts(const struct pn532 *chip);
