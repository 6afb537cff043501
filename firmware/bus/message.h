#pragma once

/* The messages between processes: what they mean and how they lie in bytes (base/pack: field 1 is the kind, field 2
 * the sender's boot time in microseconds). Bounded both ways; a message that breaks a bound is refused whole. */

#include "core/card.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MESSAGE_MAX = 16384, MESSAGE_TEXT_SIZE = 160, MESSAGE_NAME_SIZE = 64, MESSAGE_KEY_SIZE = 16 };

enum message_kind {
    /* reader -> gate */
    MESSAGE_READER_HELLO = 1, /* text: chip and firmware; value: bits of enum message_sandbox */
    MESSAGE_READER_ALIVE, /* heartbeat, at least every 500 ms */
    MESSAGE_CARD_SEEN, /* card, can_desfire, field_us, uid_us */
    MESSAGE_CARD_PROOF, /* card, proof */
    MESSAGE_CARD_GONE, /* card */
    MESSAGE_READER_FAULT, /* text: why; the reader exits after it */
    /* gate -> reader */
    MESSAGE_AUTHENTICATE, /* card, aid, key_number, key */
    MESSAGE_READER_QUIT,
    /* command line or screen -> gate */
    MESSAGE_STATUS_ASK,
    MESSAGE_RELEASE, /* lane, side, who, why */
    MESSAGE_MODE, /* lane, mode, who, why */
    MESSAGE_UNDO, /* seq, who, why */
    MESSAGE_LOCKDOWN, /* value, who */
    MESSAGE_FOLLOW, /* from now on: MESSAGE_NEWS for everything that happens */
    MESSAGE_CHECK_ASK, /* check readers and lines */
    /* gate -> command line or screen */
    MESSAGE_DONE, /* value: 0, an outcome, or negative errno; text: in words */
    MESSAGE_STATUS, /* body: JSON, in UTF-8 */
    MESSAGE_NEWS, /* body: JSON of one event, see firmware/bus/README.md */
    /* screen -> gate; later ones stand last, since values are what is sent */
    MESSAGE_NOTE, /* who, text: what staff did, for the journal; lane: at which one */
    MESSAGE_KINDS
};

/* How far a reader process could shut itself in. */
enum message_sandbox { MESSAGE_SANDBOX_NO_NEW_PRIVS = 1, MESSAGE_SANDBOX_LANDLOCK = 2, MESSAGE_SANDBOX_SECCOMP = 4 };

enum message_proof { MESSAGE_PROOF_GENUINE = 1, MESSAGE_PROOF_FAILED, MESSAGE_PROOF_TORN };

/* One struct for all kinds; fields that a kind doesn't name are zero. Plain value. */
struct message {
    enum message_kind kind;
    int64_t boot_us;
    struct card_number card;
    bool can_desfire;
    int64_t field_us, uid_us;
    enum message_proof proof;
    uint8_t aid[3];
    uint8_t key_number;
    uint8_t key[MESSAGE_KEY_SIZE];
    char text[MESSAGE_TEXT_SIZE];
    char lane[MESSAGE_NAME_SIZE];
    uint8_t side; /* enum lane_side */
    uint8_t mode; /* enum lane_mode */
    int64_t seq;
    int64_t value;
    char who[MESSAGE_NAME_SIZE];
    char why[MESSAGE_TEXT_SIZE];
    const char *body; /* encode: the caller's; decode: within the bytes decoded, not NUL-terminated */
    size_t body_len;
};

/** @return the number of bytes written to @ret_bytes, or -EMSGSIZE when they are more than @size, or -EINVAL. */
int message_encode(const struct message *message, uint8_t *ret_bytes, size_t size);
/** Decodes a whole message. @return 0, or -EBADMSG (*ret_message untouched). */
int message_decode(const uint8_t *bytes, size_t n, struct message *ret_message);
const char *message_kind_text(enum message_kind kind);
