/* MIFARE Classic 1K (NXP MF1S50yyX): 16 sectors of 4 blocks of 16 bytes, the last of each with two keys and the
 * access conditions. The chip runs Crypto1, so the card sees a key and compares it. After any refusal the card is halted
 * and stays silent until it is selected again, as the real one. */

#include "sim/reader/card_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS = 64, BLOCK_SIZE = 16, TRAILER = 3, KEY_SIZE = 6 };
enum { COMMAND_AUTH_A = 0x60, COMMAND_AUTH_B = 0x61, COMMAND_READ = 0x30, COMMAND_WRITE = 0xa0 };
enum { COMMAND_DECREMENT = 0xc0, COMMAND_INCREMENT = 0xc1, COMMAND_RESTORE = 0xc2, COMMAND_TRANSFER = 0xb0 };
enum { NO_SECTOR = -1 };

/* Who may do what with a block, as bits. */
enum { WITH_A = 1, WITH_B = 2, WITH_AB = 3 };

struct classic {
    struct card card;
    uint8_t blocks[BLOCKS][BLOCK_SIZE];
    int sector; /* authenticated, or NO_SECTOR */
    unsigned with; /* WITH_A or WITH_B */
    bool halted;
    bool has_value; /* the transfer buffer */
    uint8_t value[BLOCK_SIZE];
};

/* Access to data blocks by their three condition bits C1 C2 C3 (data sheet, table 8). */
static const struct {
    uint8_t read, write, increment, decrement;
} data_access[8] = {
    [0] = {WITH_AB, WITH_AB, WITH_AB, WITH_AB}, /* as delivered */
    [2] = {WITH_AB, 0, 0, 0},
    [4] = {WITH_AB, WITH_B, 0, 0},
    [6] = {WITH_AB, WITH_B, WITH_B, WITH_AB},
    [1] = {WITH_AB, 0, 0, WITH_AB},
    [3] = {WITH_B, WITH_B, 0, 0},
    [5] = {WITH_B, 0, 0, 0},
    [7] = {0, 0, 0, 0},
};

/* Access to the trailer (table 7). Key A can never be read. */
static const struct {
    uint8_t write_a, read_bits, write_bits, read_b, write_b;
} trailer_access[8] = {
    [0] = {WITH_A, WITH_A, 0, WITH_A, WITH_A},
    [2] = {0, WITH_A, 0, WITH_A, 0},
    [4] = {WITH_B, WITH_AB, 0, 0, WITH_B},
    [6] = {0, WITH_AB, 0, 0, 0},
    [1] = {WITH_A, WITH_A, WITH_A, WITH_A, WITH_A}, /* as delivered */
    [3] = {WITH_B, WITH_AB, WITH_B, 0, WITH_B},
    [5] = {0, WITH_AB, WITH_B, 0, 0},
    [7] = {0, WITH_AB, 0, 0, 0},
};

static struct classic *classic_of(struct card *card)
{
    return (struct classic *)card;
}

static uint8_t *trailer_of(struct classic *c, int sector)
{
    return c->blocks[sector * 4 + TRAILER];
}

/* The condition C1 C2 C3 of a block as a number, or -1 when the bits and their complements don't agree: such a sector is
 * locked for good. */
static int condition(struct classic *c, uint8_t block)
{
    const uint8_t *bits = &trailer_of(c, block / 4)[KEY_SIZE];
    unsigned c1 = bits[1] >> 4;
    unsigned c2 = bits[2] & 0xfU;
    unsigned c3 = bits[2] >> 4;
    if ((bits[0] & 0xfU) != (c1 ^ 0xfU) || (bits[0] >> 4) != (c2 ^ 0xfU) || (bits[1] & 0xfU) != (c3 ^ 0xfU)) {
        return -1;
    }
    unsigned n = block % 4;
    return (int)(((c1 >> n) & 1U) << 2 | ((c2 >> n) & 1U) << 1 | ((c3 >> n) & 1U));
}

/* Whether the key in use counts: a key B that can be read is data, and opens nothing. */
static unsigned effective(struct classic *c, uint8_t block)
{
    int k = condition(c, (uint8_t)(block | TRAILER));
    if (k < 0 || (c->with == WITH_B && trailer_access[k].read_b != 0)) {
        return 0;
    }
    return c->with;
}

static enum card_status refuse(struct classic *c, enum card_status status)
{
    c->sector = NO_SECTOR;
    c->halted = true;
    return status;
}

static enum card_status authenticate(struct classic *c, const uint8_t *in, size_t n)
{
    c->sector = NO_SECTOR;
    if (n < 2 + KEY_SIZE || in[1] >= BLOCKS) {
        return refuse(c, CARD_KEY_WRONG);
    }
    int sector = in[1] / 4;
    size_t key_at = in[0] == COMMAND_AUTH_A ? 0 : BLOCK_SIZE - KEY_SIZE;
    if (memcmp(trailer_of(c, sector) + key_at, in + 2, KEY_SIZE) != 0) {
        return refuse(c, CARD_KEY_WRONG);
    }
    c->sector = sector;
    c->with = in[0] == COMMAND_AUTH_A ? WITH_A : WITH_B;
    return CARD_OK;
}

static enum card_status read_block(struct classic *c, uint8_t block, struct card_reply *reply)
{
    unsigned with = effective(c, block);
    int k = condition(c, block);
    memcpy(reply->bytes, c->blocks[block], BLOCK_SIZE);
    reply->n = BLOCK_SIZE;
    if (block % 4 != TRAILER) {
        return k >= 0 && (data_access[k].read & with) ? CARD_OK : refuse(c, CARD_REFUSED);
    }
    if (k < 0 || !(trailer_access[k].read_bits & with)) {
        return refuse(c, CARD_REFUSED);
    }
    memset(reply->bytes, 0, KEY_SIZE);
    if (!(trailer_access[k].read_b & with)) {
        memset(reply->bytes + BLOCK_SIZE - KEY_SIZE, 0, KEY_SIZE);
    }
    return CARD_OK;
}

static enum card_status write_block(struct classic *c, uint8_t block, const uint8_t *data)
{
    unsigned with = effective(c, block);
    int k = condition(c, block);
    if (k < 0 || block == 0) { /* block 0 is the maker's */
        return refuse(c, CARD_REFUSED);
    }
    if (block % 4 != TRAILER) {
        if (!(data_access[k].write & with)) {
            return refuse(c, CARD_REFUSED);
        }
        memcpy(c->blocks[block], data, BLOCK_SIZE);
        return CARD_OK;
    }
    bool any = false;
    if (trailer_access[k].write_a & with) {
        memcpy(c->blocks[block], data, KEY_SIZE);
        any = true;
    }
    if (trailer_access[k].write_bits & with) {
        memcpy(c->blocks[block] + KEY_SIZE, data + KEY_SIZE, 4);
        any = true;
    }
    if (trailer_access[k].write_b & with) {
        memcpy(c->blocks[block] + BLOCK_SIZE - KEY_SIZE, data + BLOCK_SIZE - KEY_SIZE, KEY_SIZE);
        any = true;
    }
    return any ? CARD_OK : refuse(c, CARD_REFUSED);
}

static uint32_t little32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* A value block holds the number, its complement, the number, and an address with complements (section 8.6.2.1). */
static bool is_value_block(const uint8_t *b)
{
    return little32(b) == ~little32(b + 4) && little32(b) == little32(b + 8) && b[12] == b[14] && b[13] == b[15] &&
           (b[12] ^ b[13]) == 0xff;
}

static enum card_status change_value(struct classic *c, uint8_t command, uint8_t block, const uint8_t *in, size_t n)
{
    unsigned with = effective(c, block);
    int k = condition(c, block);
    if (k < 0 || block % 4 == TRAILER) {
        return refuse(c, CARD_REFUSED);
    }
    unsigned allowed = command == COMMAND_INCREMENT ? data_access[k].increment : data_access[k].decrement;
    if (!(allowed & with) || (command == COMMAND_TRANSFER ? !c->has_value : !is_value_block(c->blocks[block]))) {
        return refuse(c, CARD_REFUSED);
    }
    if (command == COMMAND_TRANSFER) {
        memcpy(c->blocks[block], c->value, 12);
        return CARD_OK;
    }
    if (n < 6) {
        return refuse(c, CARD_REFUSED);
    }
    uint32_t value = little32(c->blocks[block]);
    uint32_t by = command == COMMAND_RESTORE ? 0 : little32(in + 2);
    value = command == COMMAND_INCREMENT ? value + by : value - by;
    for (size_t i = 0; i < 4; i++) {
        c->value[i] = c->value[i + 8] = (uint8_t)(value >> (8 * i));
        c->value[i + 4] = (uint8_t)~c->value[i];
    }
    c->has_value = true;
    return CARD_OK;
}

static void exchange(struct card *card, enum card_way way, const uint8_t *in, size_t n, struct card_reply *reply)
{
    struct classic *c = classic_of(card);
    if (c->halted || way != CARD_WAY_MIFARE) {
        reply->status = CARD_SILENT; /* a bare frame means nothing to it without Crypto1 */
        return;
    }
    if (in[0] == COMMAND_AUTH_A || in[0] == COMMAND_AUTH_B) {
        reply->busy_us = 4000;
        reply->status = authenticate(c, in, n);
        return;
    }
    if (n < 2 || in[1] >= BLOCKS || c->sector != in[1] / 4) {
        reply->status = refuse(c, CARD_KEY_WRONG);
        return;
    }
    switch (in[0]) {
    case COMMAND_READ:
        reply->status = read_block(c, in[1], reply);
        break;
    case COMMAND_WRITE:
        reply->busy_us = 5000;
        reply->status = n >= 2 + BLOCK_SIZE ? write_block(c, in[1], in + 2) : refuse(c, CARD_REFUSED);
        break;
    case COMMAND_DECREMENT:
    case COMMAND_INCREMENT:
    case COMMAND_RESTORE:
    case COMMAND_TRANSFER:
        reply->busy_us = 5000;
        reply->status = change_value(c, in[0], in[1], in, n);
        break;
    default:
        reply->status = refuse(c, CARD_REFUSED);
    }
}

static void reset(struct card *card)
{
    struct classic *c = classic_of(card);
    c->sector = NO_SECTOR;
    c->halted = false;
    c->has_value = false;
}

static const struct card_ops classic_ops = {.power_off = reset, .select = reset, .exchange = exchange};

/* Block 0 holds the UID (with its check byte when it has 4), SAK and ATQA. */
static void write_maker_block(struct classic *c)
{
    uint8_t *b = c->blocks[0];
    size_t at = c->card.uid_len;
    memcpy(b, c->card.uid, at);
    if (at == 4) {
        b[at++] = (uint8_t)(b[0] ^ b[1] ^ b[2] ^ b[3]);
    }
    b[at] = c->card.sak;
    b[at + 1] = c->card.atqa[1];
    b[at + 2] = c->card.atqa[0];
}

int card_new_classic(const struct card_options *options, struct card **ret_card)
{
    static const uint8_t delivered[BLOCK_SIZE] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x07,
                                                  0x80, 0x69, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    if (options->uid_len == 10) {
        return -EINVAL;
    }
    struct classic *c = calloc(1, sizeof *c);
    if (!c) {
        return -ENOMEM;
    }
    c->card.ops = &classic_ops;
    memcpy(c->card.uid, options->uid, options->uid_len);
    c->card.uid_len = options->uid_len;
    c->card.atqa[1] = options->uid_len == 4 ? 0x04 : 0x44;
    c->card.sak = 0x08;
    write_maker_block(c);
    for (int sector = 0; sector < BLOCKS / 4; sector++) {
        uint8_t *trailer = trailer_of(c, sector);
        memcpy(trailer, delivered, BLOCK_SIZE);
        if (options->has_key_a) {
            memcpy(trailer, options->key_a, KEY_SIZE);
        }
        if (options->has_key_b) {
            memcpy(trailer + BLOCK_SIZE - KEY_SIZE, options->key_b, KEY_SIZE);
        }
    }
    *ret_card = &c->card;
    return 0;
}
