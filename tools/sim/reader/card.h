#pragma once

/* Cards that can be put into the simulated field: what they answer when selected and to each command. Pure but for
 * memory: no clock, no file; chance comes from a seed, so that a run can be repeated. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CARD_UID_MAX = 10, CARD_ATS_MAX = 16, CARD_FRAME_MAX = 262, CARD_DATA_MAX = 64 };

enum card_kind {
    CARD_CLASSIC, /* MIFARE Classic 1K, UID of 4 or 7 bytes */
    CARD_ULTRALIGHT, /* MIFARE Ultralight, 16 pages */
    CARD_NTAG213,
    CARD_NTAG215,
    CARD_DESFIRE, /* MIFARE DESFire EV1, 8 KiB */
    CARD_FOREIGN, /* an ISO 14443-4 card of another kind: it refuses every command */
    CARD_KINDS
};

/* How bytes reach the card. */
enum card_way {
    CARD_WAY_MIFARE, /* a MIFARE command that the chip understands and enciphers for a Classic card */
    CARD_WAY_RAW, /* a bare frame; its checksum was taken off or added by the chip */
    CARD_WAY_APDU, /* the content of ISO 14443-4 blocks */
};

/* What the chip reports of an exchange; the values are the chip's error codes (UM0701-02, section 7.1). */
enum card_status {
    CARD_OK = 0x00,
    CARD_SILENT = 0x01, /* no answer in time */
    CARD_REFUSED = 0x13, /* the card answered with a NAK */
    CARD_KEY_WRONG = 0x14, /* MIFARE authentication failed */
};

struct card_reply {
    enum card_status status;
    size_t n;
    uint8_t bytes[CARD_FRAME_MAX];
    int64_t busy_us; /* how long the card itself works on it, in the timing model */
};

/* Communication of a DESFire file; the values are the card's. */
enum card_comm { CARD_COMM_PLAIN = 0, CARD_COMM_MAC = 1, CARD_COMM_FULL = 3 };

/* What card_new makes. Zeroed: a Classic card in its state of delivery with an invented UID. */
struct card_options {
    enum card_kind kind;
    uint8_t uid[CARD_UID_MAX];
    uint8_t uid_len; /* 0: one is invented from the seed */
    uint64_t seed;
    bool random_uid; /* DESFire: another UID (08 xx xx xx) at each power-up */
    bool has_key_a, has_key_b; /* Classic: of every sector; FF FF FF FF FF FF otherwise */
    uint8_t key_a[6], key_b[6];
    bool has_password; /* NTAG: pages from 4 on can be written with the password only */
    uint8_t password[4], pack[2];
    bool has_master; /* DESFire: the card's master key is this AES key; single DES zero otherwise */
    uint8_t master[16];
    bool has_app; /* DESFire: an application with AES keys (five, zero but for @key at @key_number) */
    uint8_t aid[3]; /* as sent on the air */
    uint8_t key[16];
    uint8_t key_number; /* 0 to 13 */
    size_t data_len; /* DESFire: > 0: file 1 in the application, readable with @key_number */
    uint8_t data[CARD_DATA_MAX];
    enum card_comm comm;
};

struct card;

/** Reads "KIND NAME=VALUE ..." (README.md lists kinds and names). Unknown names are refused. @return 0 or -EINVAL with
 * *ret_why set to a short reason. */
int card_options_parse(const char *text, struct card_options *ret_options, const char **ret_why);

/** @return 0 with *ret_card (free with card_free), -EINVAL, or -ENOMEM. */
int card_new(const struct card_options *options, struct card **ret_card);
/** Takes NULL. */
void card_free(struct card *card);
static inline void card_freep(struct card **card)
{
    card_free(*card);
}

/* What a reader learns when it selects the card. */
const uint8_t *card_uid(const struct card *card, size_t *ret_len);
const uint8_t *card_atqa(const struct card *card); /* two bytes, as the chip shows them */
uint8_t card_sak(const struct card *card);
/** The answer to select: its own length first; length 0 when the card has none. */
const uint8_t *card_ats(const struct card *card, size_t *ret_len);
const char *card_kind_text(enum card_kind kind);
enum card_kind card_kind_of(const struct card *card);

/** The field is gone: volatile state is lost; a random UID is drawn anew. */
void card_power_off(struct card *card);
/** The card is activated (or activated again). */
void card_select(struct card *card);
/** One command to a selected card; @n is at least 1 and at most CARD_FRAME_MAX. Fills *ret_reply whole. */
void card_exchange(struct card *card, enum card_way way, const uint8_t *in, size_t n, struct card_reply *ret_reply);

/** Fault: a DESFire card that leaves out the checksum (CMAC) of its answers. */
void card_leave_out_cmac(struct card *card, bool on);
