#include "sim/acr122u/ccid.h"

#include "base/cleanup.h"
#include "base/text.h"

#include <string.h>

enum {
    HEADER = 10,
    AT_LENGTH = 1,
    AT_SLOT = 5,
    AT_SEQUENCE = 6,
    AT_STATUS = 7,
    AT_ERROR = 8,
    APDU_HEADER = 5,
    OVERLONG = 1000,
};

/* Kinds of messages, and what answers them. */
enum {
    TO_READER_POWER_ON = 0x62,
    TO_READER_POWER_OFF = 0x63,
    TO_READER_SLOT_STATUS = 0x65,
    TO_READER_TRANSFER = 0x6f,
    TO_READER_ESCAPE = 0x6b,
    TO_HOST_DATA = 0x80,
    TO_HOST_STATUS = 0x81,
    TO_HOST_ESCAPE = 0x83,
};

enum { STATUS_FAILED = 0x40, ERROR_MUTE = 0xfe, ERROR_UNSUPPORTED = 0x00 };

static const char *const names[CCID_DIALS] = {
    [CCID_DIAL_STALL_IN] = "stall_in",
    [CCID_DIAL_STALL_OUT] = "stall_out",
    [CCID_DIAL_NO_ANSWER] = "no_answer",
    [CCID_DIAL_EMPTY] = "empty",
    [CCID_DIAL_SHORT] = "short",
    [CCID_DIAL_CUT] = "cut",
    [CCID_DIAL_OVERLONG] = "overlong",
    [CCID_DIAL_SPLIT] = "split",
    [CCID_DIAL_TWICE] = "twice",
    [CCID_DIAL_LENGTH_BEYOND] = "length_beyond",
    [CCID_DIAL_LENGTH_HUGE] = "length_huge",
    [CCID_DIAL_LENGTH_ZERO] = "length_zero",
    [CCID_DIAL_WRONG_TYPE] = "wrong_type",
    [CCID_DIAL_WRONG_SEQUENCE] = "wrong_sequence",
    [CCID_DIAL_FAILED] = "failed",
    [CCID_DIAL_NO_CHIP] = "no_chip",
    [CCID_DIAL_UNPLUG_AT] = "unplug_at",
};

bool ccid_fault(struct ccid *ccid, enum ccid_dial dial)
{
    if (ccid->dials[dial] == 0) {
        return false;
    }
    if (ccid->dials[dial] > 0) {
        ccid->dials[dial]--;
    }
    ccid->counts.faults++;
    return true;
}

static void queue(struct ccid *ccid, enum ccid_out_kind kind, const uint8_t *bytes, size_t n)
{
    if (ccid->out_count == ARRAY_LEN(ccid->out)) {
        return;
    }
    struct ccid_out *out = &ccid->out[(ccid->out_first + ccid->out_count++) % ARRAY_LEN(ccid->out)];
    out->kind = kind;
    out->n = n;
    if (n > 0) {
        memcpy(out->bytes, bytes, n);
    }
}

static void put_length(uint8_t *message, uint32_t length)
{
    for (unsigned i = 0; i < 4; i++) {
        message[AT_LENGTH + i] = (uint8_t)(length >> (8 * i));
    }
}

static uint32_t length_of(const uint8_t *message)
{
    uint32_t length = 0;
    for (unsigned i = 4; i-- > 0;) {
        length = length << 8 | message[AT_LENGTH + i];
    }
    return length;
}

/* What the dials do to a whole answer. @return its length. */
static size_t spoil(struct ccid *ccid, uint8_t *message, size_t n)
{
    if (ccid_fault(ccid, CCID_DIAL_WRONG_TYPE)) {
        message[0] ^= 0x11;
    }
    if (ccid_fault(ccid, CCID_DIAL_WRONG_SEQUENCE)) {
        message[AT_SEQUENCE] ^= 0x55;
    }
    if (ccid_fault(ccid, CCID_DIAL_LENGTH_BEYOND)) {
        put_length(message, 0xff);
    }
    if (ccid_fault(ccid, CCID_DIAL_LENGTH_HUGE)) {
        put_length(message, UINT32_MAX);
    }
    if (ccid_fault(ccid, CCID_DIAL_LENGTH_ZERO)) {
        put_length(message, 0);
    }
    if (ccid_fault(ccid, CCID_DIAL_EMPTY)) {
        n = 0;
    }
    if (n > HEADER / 2 && ccid_fault(ccid, CCID_DIAL_SHORT)) {
        n = HEADER / 2;
    }
    if (n > HEADER && ccid_fault(ccid, CCID_DIAL_CUT)) {
        n = HEADER + (n - HEADER) / 2;
    }
    if (ccid_fault(ccid, CCID_DIAL_OVERLONG)) {
        memset(message + n, 0xa5, OVERLONG - n);
        n = OVERLONG;
    }
    return n;
}

static void answer(struct ccid *ccid, uint8_t type, uint8_t status, uint8_t error, const uint8_t *data, size_t n)
{
    uint8_t message[CCID_TRANSFER_MAX] = {type};
    if (ccid_fault(ccid, CCID_DIAL_STALL_IN)) {
        queue(ccid, CCID_OUT_STALL, NULL, 0);
        return;
    }
    if (ccid_fault(ccid, CCID_DIAL_NO_ANSWER)) {
        return;
    }
    if (ccid_fault(ccid, CCID_DIAL_FAILED)) {
        status = STATUS_FAILED;
        error = ERROR_MUTE;
        n = 0;
    }
    put_length(message, (uint32_t)n);
    message[AT_SLOT] = ccid->slot;
    message[AT_SEQUENCE] = ccid->sequence;
    message[AT_STATUS] = status;
    message[AT_ERROR] = error;
    if (n > 0) {
        memcpy(message + HEADER, data, n);
    }
    n = spoil(ccid, message, HEADER + n);
    if (n > HEADER && ccid_fault(ccid, CCID_DIAL_SPLIT)) {
        queue(ccid, CCID_OUT_SEND, message, HEADER);
        queue(ccid, CCID_OUT_SEND, message + HEADER, n - HEADER);
        return;
    }
    queue(ccid, CCID_OUT_SEND, message, n);
    if (ccid_fault(ccid, CCID_DIAL_TWICE)) {
        queue(ccid, CCID_OUT_SEND, message, n);
    }
}

/* An answer to an APDU: data and status word. */
static void answer_apdu(struct ccid *ccid, const uint8_t *data, size_t n, unsigned status_word)
{
    uint8_t content[FRAME_DATA_MAX + 2];
    if (n > 0) {
        memcpy(content, data, n);
    }
    content[n] = (uint8_t)(status_word >> 8);
    content[n + 1] = (uint8_t)(status_word & 0xff);
    answer(ccid, ccid->type == TO_READER_ESCAPE ? TO_HOST_ESCAPE : TO_HOST_DATA, 0, 0, content, n + 2);
}

/* Wakes the chip, as the reader's own processor does, and hands it the command. */
static void ask_chip(struct ccid *ccid, const uint8_t *command, size_t n, int64_t now_us)
{
    uint8_t bytes[1 + FRAME_SIZE_MAX] = {0x55};
    size_t len = frame_encode(command, n, bytes + 1, sizeof(bytes) - 1);
    ccid->parser = (struct frame_parser){0};
    ccid->waits = true;
    pn532_receive(ccid->chip, bytes, len + 1, now_us);
}

static void take_apdu(struct ccid *ccid, const uint8_t *apdu, size_t n, int64_t now_us)
{
    enum { OK = 0x9000, NOT_DONE = 0x6300 };
    enum {
        P1_CHIP = 0x00,
        P1_LED = 0x40,
        P1_TIMEOUT = 0x41,
        P1_FIRMWARE = 0x48,
        P1_PARAMETERS = 0x51,
        P1_BUZZER = 0x52
    };
    static const uint8_t firmware[] = {'A', 'C', 'R', '1', '2', '2', 'U', '2', '1', '4'};
    if (n < APDU_HEADER || apdu[0] != 0xff || apdu[1] != 0x00) {
        answer_apdu(ccid, NULL, 0, NOT_DONE);
        return;
    }
    switch (apdu[2]) {
    case P1_CHIP:
        if (apdu[4] == 0 || APDU_HEADER + (size_t)apdu[4] > n) {
            answer_apdu(ccid, NULL, 0, NOT_DONE);
            return;
        }
        ask_chip(ccid, apdu + APDU_HEADER, apdu[4], now_us);
        return;
    case P1_FIRMWARE:
        answer(ccid, TO_HOST_DATA, 0, 0, firmware, sizeof(firmware));
        return;
    case P1_LED:
    case P1_TIMEOUT:
    case P1_PARAMETERS:
    case P1_BUZZER:
        answer_apdu(ccid, NULL, 0, OK);
        return;
    default:
        answer_apdu(ccid, NULL, 0, NOT_DONE);
        return;
    }
}

static void take_message(struct ccid *ccid, int64_t now_us)
{
    static const uint8_t answer_to_reset[] = {0x3b, 0x00};
    const uint8_t *message = ccid->in;
    ccid->counts.commands++;
    ccid->type = message[0];
    ccid->slot = message[AT_SLOT];
    ccid->sequence = message[AT_SEQUENCE];
    ccid->waits = false; /* a command that the chip still works on is given up: the next one cancels it */
    ccid->out_count = 0;
    if (ccid->dials[CCID_DIAL_UNPLUG_AT] > 0 && --ccid->dials[CCID_DIAL_UNPLUG_AT] == 0) {
        ccid->counts.faults++;
        ccid->unplug = true;
        return;
    }
    switch (ccid->type) {
    case TO_READER_POWER_ON:
        answer(ccid, TO_HOST_DATA, 0, 0, answer_to_reset, sizeof(answer_to_reset));
        return;
    case TO_READER_POWER_OFF:
    case TO_READER_SLOT_STATUS:
        answer(ccid, TO_HOST_STATUS, 0, 0, NULL, 0);
        return;
    case TO_READER_TRANSFER:
    case TO_READER_ESCAPE:
        take_apdu(ccid, message + HEADER, ccid->in_n - HEADER, now_us);
        return;
    default:
        answer(ccid, TO_HOST_STATUS, STATUS_FAILED, ERROR_UNSUPPORTED, NULL, 0);
        return;
    }
}

void ccid_reset(struct ccid *ccid)
{
    ccid->in_n = 0;
    ccid->waits = false;
    ccid->out_count = 0;
    ccid->unplug = false;
}

void ccid_receive(struct ccid *ccid, const uint8_t *bytes, size_t n, int64_t now_us)
{
    if (n > sizeof(ccid->in) - ccid->in_n) {
        ccid->counts.bad++;
        ccid->in_n = 0;
        return;
    }
    memcpy(ccid->in + ccid->in_n, bytes, n);
    ccid->in_n += n;
    if (ccid->in_n < HEADER) {
        /* An empty packet only ends a transfer of whole packets. */
        ccid->counts.bad += ccid->in_n > 0;
        ccid->in_n = 0;
        return;
    }
    uint32_t length = length_of(ccid->in);
    if (length > CCID_MESSAGE_MAX - HEADER || ccid->in_n > HEADER + length) {
        ccid->counts.bad++;
        ccid->in_n = 0;
    } else if (ccid->in_n == HEADER + length) {
        take_message(ccid, now_us);
        ccid->in_n = 0;
    }
}

/* What the chip has to say: only its answer is passed on. */
static void hear_chip(struct ccid *ccid, uint8_t byte)
{
    enum { NO_ANSWER = 0x6300, CHIP_REFUSES = 0x637f, OK = 0x9000 };
    switch (frame_parse(&ccid->parser, byte)) {
    case FRAME_DATA:
        ccid->waits = false;
        if (ccid_fault(ccid, CCID_DIAL_NO_CHIP)) {
            answer_apdu(ccid, NULL, 0, NO_ANSWER);
        } else if (ccid->parser.data[0] != FRAME_TO_HOST) {
            answer_apdu(ccid, NULL, 0, CHIP_REFUSES);
        } else {
            answer_apdu(ccid, ccid->parser.data, ccid->parser.len, OK);
        }
        break;
    case FRAME_BAD:
        ccid->waits = false;
        answer_apdu(ccid, NULL, 0, NO_ANSWER);
        break;
    default:
        break;
    }
}

bool ccid_send(struct ccid *ccid, int64_t now_us, struct ccid_out *ret_out)
{
    uint8_t bytes[256];
    size_t n;
    while ((n = pn532_send(ccid->chip, now_us, bytes, sizeof(bytes))) > 0) {
        for (size_t i = 0; i < n && ccid->waits; i++) {
            hear_chip(ccid, bytes[i]);
        }
    }
    if (ccid->out_count == 0) {
        return false;
    }
    *ret_out = ccid->out[ccid->out_first];
    ccid->out_first = (ccid->out_first + 1) % ARRAY_LEN(ccid->out);
    ccid->out_count--;
    return true;
}

const char *ccid_dial_text(enum ccid_dial dial)
{
    return names[dial];
}

int ccid_dial_find(const char *name, enum ccid_dial *ret_dial)
{
    for (unsigned i = 0; i < CCID_DIALS; i++) {
        if (text_eq(name, names[i])) {
            *ret_dial = (enum ccid_dial)i;
            return 0;
        }
    }
    return 1;
}
