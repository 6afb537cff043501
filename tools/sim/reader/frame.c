#include "sim/reader/frame.h"

#include <string.h>

const uint8_t frame_ack[6] = {0x00, 0x00, 0xff, 0x00, 0xff, 0x00};
const uint8_t frame_nack[6] = {0x00, 0x00, 0xff, 0xff, 0x00, 0x00};
const uint8_t frame_error[8] = {0x00, 0x00, 0xff, 0x01, 0xff, 0x7f, 0x81, 0x00};

/* Back to looking for a start. The byte that ended a frame may be the first 00 of the next one's start code. */
static void hunt(struct frame_parser *parser, uint8_t byte)
{
    parser->state = byte == 0x00 ? FRAME_STATE_START : FRAME_STATE_HUNT;
}

static void begin_body(struct frame_parser *parser, size_t expected)
{
    parser->state = FRAME_STATE_BODY;
    parser->expected = expected;
    parser->len = 0;
    parser->sum = 0;
}

static enum frame_event take_length_sum(struct frame_parser *parser, uint8_t byte)
{
    size_t length = parser->expected;
    if (length == 0x00 && byte == 0xff) {
        parser->state = FRAME_STATE_HUNT;
        return FRAME_ACK;
    }
    if (length == 0xff && byte == 0x00) {
        parser->state = FRAME_STATE_HUNT;
        return FRAME_NACK;
    }
    if (length == 0xff && byte == 0xff) {
        parser->state = FRAME_STATE_LONG_HIGH;
        return FRAME_NONE;
    }
    if (length == 0 || ((length + byte) & 0xff) != 0) {
        hunt(parser, byte);
        return FRAME_BAD;
    }
    begin_body(parser, length);
    return FRAME_NONE;
}

static enum frame_event take_long_sum(struct frame_parser *parser, uint8_t byte)
{
    size_t length = parser->expected;
    if (length == 0 || length > FRAME_DATA_MAX || (((length >> 8) + length + byte) & 0xff) != 0) {
        hunt(parser, byte);
        return FRAME_BAD;
    }
    begin_body(parser, length);
    return FRAME_NONE;
}

static void take_body(struct frame_parser *parser, uint8_t byte)
{
    parser->data[parser->len++] = byte;
    parser->sum = (uint8_t)(parser->sum + byte);
    if (parser->len == parser->expected) {
        parser->state = FRAME_STATE_SUM;
    }
}

enum frame_event frame_parse(struct frame_parser *parser, uint8_t byte)
{
    switch (parser->state) {
    case FRAME_STATE_HUNT:
        hunt(parser, byte);
        return byte == 0x55 ? FRAME_WAKE : FRAME_NONE;
    case FRAME_STATE_START:
        if (byte == 0xff) {
            parser->state = FRAME_STATE_LENGTH;
            return FRAME_NONE;
        }
        hunt(parser, byte); /* any number of 00 may come before the start code */
        return byte == 0x55 ? FRAME_WAKE : FRAME_NONE;
    case FRAME_STATE_LENGTH:
        parser->expected = byte;
        parser->state = FRAME_STATE_LENGTH_SUM;
        return FRAME_NONE;
    case FRAME_STATE_LENGTH_SUM:
        return take_length_sum(parser, byte);
    case FRAME_STATE_LONG_HIGH:
        parser->expected = (size_t)byte << 8;
        parser->state = FRAME_STATE_LONG_LOW;
        return FRAME_NONE;
    case FRAME_STATE_LONG_LOW:
        parser->expected |= byte;
        parser->state = FRAME_STATE_LONG_SUM;
        return FRAME_NONE;
    case FRAME_STATE_LONG_SUM:
        return take_long_sum(parser, byte);
    case FRAME_STATE_BODY:
        take_body(parser, byte);
        return FRAME_NONE;
    case FRAME_STATE_SUM:
        break;
    }
    bool right = ((parser->sum + byte) & 0xff) == 0;
    parser->state = FRAME_STATE_HUNT;
    return right ? FRAME_DATA : FRAME_BAD;
}

size_t frame_encode(const uint8_t *data, size_t n, uint8_t *ret_bytes, size_t size)
{
    size_t head = n > 0xff ? 8 : 5;
    if (n == 0 || n > 0xffff || size < head + n + 2) {
        return 0;
    }
    memcpy(ret_bytes, (const uint8_t[]){0x00, 0x00, 0xff}, 3);
    if (n > 0xff) {
        ret_bytes[3] = 0xff;
        ret_bytes[4] = 0xff;
        ret_bytes[5] = (uint8_t)(n >> 8);
        ret_bytes[6] = (uint8_t)n;
        ret_bytes[7] = (uint8_t)(0x100 - ret_bytes[5] - ret_bytes[6]);
    } else {
        ret_bytes[3] = (uint8_t)n;
        ret_bytes[4] = (uint8_t)-ret_bytes[3];
    }
    unsigned sum = 0;
    for (size_t i = 0; i < n; i++) {
        ret_bytes[head + i] = data[i];
        sum += data[i];
    }
    ret_bytes[head + n] = (uint8_t)-sum;
    ret_bytes[head + n + 1] = 0x00;
    return head + n + 2;
}
