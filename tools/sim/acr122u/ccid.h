#pragma once

/* An ACR122U as the host sees it on its bulk endpoints: CCID messages in, transfers out, a PN532 behind it. No descriptor, no
 * clock. Sources: USB CCID 1.1, section 6; ACS ACR122U application programming interface 2.04 (pseudo-APDUs FF 00 00 00 for the
 * chip, FF 00 48 00 for the firmware's name). */

#include "sim/reader/frame.h"
#include "sim/reader/pn532.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CCID_FOREVER = -1, CCID_TRANSFER_MAX = 1024, CCID_MESSAGE_MAX = 10 + 271 };

/* Faults of the reader around its chip. A dial holds how many more times the fault happens; 0: off; CCID_FOREVER. */
enum ccid_dial {
    CCID_DIAL_STALL_IN, /* the IN endpoint is halted in place of an answer */
    CCID_DIAL_STALL_OUT, /* the OUT endpoint is halted: now, and again each time the host configures the reader */
    CCID_DIAL_NO_ANSWER, /* an answer gets lost */
    CCID_DIAL_EMPTY, /* an answer is a transfer of no bytes */
    CCID_DIAL_SHORT, /* an answer breaks off in its header, after 5 bytes */
    CCID_DIAL_CUT, /* an answer breaks off in its content, its length is as before */
    CCID_DIAL_OVERLONG, /* an answer is followed by noise up to 1,000 bytes: more than the host can take */
    CCID_DIAL_SPLIT, /* an answer comes in two transfers */
    CCID_DIAL_TWICE, /* an answer comes twice */
    CCID_DIAL_LENGTH_BEYOND, /* an answer's length says 255, whatever comes */
    CCID_DIAL_LENGTH_HUGE, /* 0xffffffff */
    CCID_DIAL_LENGTH_ZERO, /* 0 */
    CCID_DIAL_WRONG_TYPE, /* an answer is of another kind */
    CCID_DIAL_WRONG_SEQUENCE, /* an answer to another command's number */
    CCID_DIAL_FAILED, /* "command failed, card mute" in place of an answer */
    CCID_DIAL_NO_CHIP, /* the chip's answer is the reader's own "63 00" */
    CCID_DIAL_UNPLUG_AT, /* not a count of faults: with the n-th command from now the reader is unplugged */
    CCID_DIALS
};

/* What goes to the host. */
enum ccid_out_kind { CCID_OUT_SEND, CCID_OUT_STALL };

struct ccid_out {
    enum ccid_out_kind kind;
    size_t n;
    uint8_t bytes[CCID_TRANSFER_MAX];
};

struct ccid_counts {
    uint64_t commands; /* whole messages from the host */
    uint64_t bad; /* messages that can't be */
    uint64_t faults; /* by these dials */
};

struct ccid {
    struct pn532 *chip; /* the caller's */
    int64_t dials[CCID_DIALS];
    struct ccid_counts counts;
    bool unplug; /* CCID_DIAL_UNPLUG_AT has come; the caller unplugs and clears it */
    /* lost at a reset */
    uint8_t in[CCID_MESSAGE_MAX];
    size_t in_n;
    bool waits; /* for the chip */
    uint8_t type, slot, sequence; /* of the command at hand */
    struct frame_parser parser; /* of what the chip says */
    struct ccid_out out[4];
    size_t out_first, out_count;
};

/** A new connection, or the bus was reset: commands and answers under way are forgotten, dials and counts stay. */
void ccid_reset(struct ccid *ccid);
/** Takes a packet from the OUT endpoint. */
void ccid_receive(struct ccid *ccid, const uint8_t *bytes, size_t n, int64_t now_us);
/** Takes what is due for the IN endpoint. @return false when nothing is; pn532_next_us says when to ask again. */
bool ccid_send(struct ccid *ccid, int64_t now_us, struct ccid_out *ret_out);

const char *ccid_dial_text(enum ccid_dial dial);
/** @return 0, or 1 when there is no dial of that name. */
int ccid_dial_find(const char *name, enum ccid_dial *ret_dial);
/** Counts a dial's use down. @return true when the fault happens now. */
bool ccid_fault(struct ccid *ccid, enum ccid_dial dial);
