#pragma once

/* The PN532's frames on its serial line, both ways, a byte at a time. Pure. Source: NXP UM0701-02 (PN532 user manual),
 * section 6.2.1: normal and extended information frames, acknowledgement, negative acknowledgement, error frame. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FRAME_DATA_MAX = 265, /* the longest the chip takes or gives: direction byte, code and 263 bytes */
    FRAME_SIZE_MAX = FRAME_DATA_MAX + 10,
    FRAME_TO_CHIP = 0xd4, /* direction bytes */
    FRAME_TO_HOST = 0xd5,
};

enum frame_event {
    FRAME_NONE, /* go on */
    FRAME_DATA, /* parser->data holds a whole frame with a right checksum */
    FRAME_ACK,
    FRAME_NACK,
    FRAME_BAD, /* a frame with a wrong checksum or an impossible length was dropped */
    FRAME_WAKE, /* a wake-up byte (0x55) outside a frame */
};

enum frame_state {
    FRAME_STATE_HUNT,
    FRAME_STATE_START,
    FRAME_STATE_LENGTH,
    FRAME_STATE_LENGTH_SUM,
    FRAME_STATE_LONG_HIGH,
    FRAME_STATE_LONG_LOW,
    FRAME_STATE_LONG_SUM,
    FRAME_STATE_BODY,
    FRAME_STATE_SUM,
};

/* Zeroed is ready to start. */
struct frame_parser {
    enum frame_state state;
    size_t expected;
    size_t len; /* of data: direction byte, code, parameters */
    uint8_t sum;
    uint8_t data[FRAME_DATA_MAX];
};

/** Takes the next byte. After FRAME_DATA parser->data and parser->len hold until the next call. */
enum frame_event frame_parse(struct frame_parser *parser, uint8_t byte);

/** Writes an information frame around @n bytes of @data (direction byte first): a normal one up to 255 bytes, an
 * extended one beyond. @return its length, or 0 when it doesn't fit into @size or @n is 0 or above 0xffff. */
size_t frame_encode(const uint8_t *data, size_t n, uint8_t *ret_bytes, size_t size);

/* The three frames without content. */
extern const uint8_t frame_ack[6];
extern const uint8_t frame_nack[6];
extern const uint8_t frame_error[8]; /* application level error, section 6.2.1.5 */
