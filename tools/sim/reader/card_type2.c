/* MIFARE Ultralight (MF0ICU1) and NTAG213/215 (NTAG213/215/216 data sheet, rev. 3.2): pages of four bytes. A wrong
 * command is answered with a NAK, after which the card is idle until it is selected again. */

#include "sim/reader/card_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE_SIZE = 4, PAGES_MAX = 135, SIGNATURE_SIZE = 32 };
enum { PAGE_LOCK = 2, PAGE_ONE_TIME = 3, PAGE_USER = 4 };
enum { COMMAND_READ = 0x30, COMMAND_WRITE = 0xa2, COMMAND_COMPATIBLE_WRITE = 0xa0, COMMAND_GET_VERSION = 0x60 };
enum { COMMAND_FAST_READ = 0x3a, COMMAND_PASSWORD = 0x1b, COMMAND_READ_SIGNATURE = 0x3c };

struct type2 {
    struct card card;
    uint8_t pages[PAGES_MAX][PAGE_SIZE];
    uint8_t page_count;
    uint8_t config; /* NTAG: first of the four configuration pages; 0: none */
    uint8_t version[8];
    uint8_t signature[SIGNATURE_SIZE];
    bool password_given;
    bool halted;
};

static struct type2 *type2_of(struct card *card)
{
    return (struct type2 *)card;
}

/* NTAG configuration (section 8.5.7): byte 3 of the first page: the first page that the password guards; bit 7 of the
 * second page: reading too; then the password and its acknowledgement, which nobody can read. */
static bool is_guarded(const struct type2 *t, uint8_t page, bool reading)
{
    if (t->config == 0 || t->password_given || page < t->pages[t->config][3]) {
        return false;
    }
    return !reading || (t->pages[t->config + 1][0] & 0x80) != 0;
}

static void copy_page(const struct type2 *t, uint8_t page, uint8_t *ret)
{
    if (t->config != 0 && page >= t->config + 2) {
        memset(ret, 0, PAGE_SIZE);
    } else {
        memcpy(ret, t->pages[page], PAGE_SIZE);
    }
}

/* Four pages; reading past the last one goes on at page 0. */
static bool read_four(const struct type2 *t, uint8_t first, struct card_reply *reply)
{
    if (first >= t->page_count || is_guarded(t, first, true)) {
        return false;
    }
    for (unsigned i = 0; i < 4; i++) {
        uint8_t page = (uint8_t)((first + i) % t->page_count);
        if (is_guarded(t, page, true)) {
            page = (uint8_t)((first + i) % t->pages[t->config][3]); /* wraps before the guarded part */
        }
        copy_page(t, page, reply->bytes + i * PAGE_SIZE);
    }
    reply->n = 4 * PAGE_SIZE;
    return true;
}

static bool fast_read(const struct type2 *t, uint8_t first, uint8_t last, struct card_reply *reply)
{
    if (first > last || last >= t->page_count || (size_t)(last - first + 1) * PAGE_SIZE > sizeof reply->bytes) {
        return false;
    }
    for (uint8_t page = first; page <= last; page++) {
        if (is_guarded(t, page, true)) {
            return false;
        }
        copy_page(t, page, reply->bytes + (size_t)(page - first) * PAGE_SIZE);
    }
    reply->n = (size_t)(last - first + 1) * PAGE_SIZE;
    return true;
}

/* The lock bytes' bits for pages 3 to 15 (section 8.5.2): bit 3 of the first byte is page 3, bit 7 of the second page 15. */
static bool is_locked(const struct type2 *t, uint8_t page)
{
    unsigned bits = (unsigned)t->pages[PAGE_LOCK][2] | (unsigned)t->pages[PAGE_LOCK][3] << 8;
    return page >= 3 && page <= 15 && ((bits >> page) & 1U) != 0;
}

static bool write_page(struct type2 *t, uint8_t page, const uint8_t *data)
{
    if (page < PAGE_LOCK || page >= t->page_count || is_locked(t, page) || is_guarded(t, page, false)) {
        return false;
    }
    if (page == PAGE_LOCK) { /* only the lock bytes can be written, and only set */
        t->pages[page][2] |= data[2];
        t->pages[page][3] |= data[3];
    } else if (page == PAGE_ONE_TIME) {
        for (size_t i = 0; i < PAGE_SIZE; i++) {
            t->pages[page][i] |= data[i];
        }
    } else {
        memcpy(t->pages[page], data, PAGE_SIZE);
    }
    return true;
}

static bool give_password(struct type2 *t, const uint8_t *password, struct card_reply *reply)
{
    t->password_given = memcmp(password, t->pages[t->config + 2], PAGE_SIZE) == 0;
    if (!t->password_given) {
        return false;
    }
    memcpy(reply->bytes, t->pages[t->config + 3], 2);
    reply->n = 2;
    return true;
}

/* @return false for a NAK. */
static bool ntag_command(struct type2 *t, const uint8_t *in, size_t n, struct card_reply *reply)
{
    switch (in[0]) {
    case COMMAND_GET_VERSION:
        memcpy(reply->bytes, t->version, sizeof t->version);
        reply->n = sizeof t->version;
        return true;
    case COMMAND_FAST_READ:
        return n >= 3 && fast_read(t, in[1], in[2], reply);
    case COMMAND_PASSWORD:
        return n >= 5 && give_password(t, in + 1, reply);
    case COMMAND_READ_SIGNATURE:
        memcpy(reply->bytes, t->signature, sizeof t->signature);
        reply->n = sizeof t->signature;
        return true;
    default:
        return false;
    }
}

static bool command(struct type2 *t, const uint8_t *in, size_t n, struct card_reply *reply)
{
    switch (in[0]) {
    case COMMAND_READ:
        return n >= 2 && read_four(t, in[1], reply);
    case COMMAND_WRITE:
        reply->busy_us = 4100;
        return n >= 2 + PAGE_SIZE && write_page(t, in[1], in + 2);
    case COMMAND_COMPATIBLE_WRITE: /* 16 bytes are sent, four are written */
        reply->busy_us = 4100;
        return n >= 2 + 4 * PAGE_SIZE && write_page(t, in[1], in + 2);
    default:
        return t->config != 0 && ntag_command(t, in, n, reply);
    }
}

static void exchange(struct card *card, enum card_way way, const uint8_t *in, size_t n, struct card_reply *reply)
{
    struct type2 *t = type2_of(card);
    bool crypto1 = way == CARD_WAY_MIFARE && (in[0] == 0x60 || in[0] == 0x61);
    if (t->halted || way == CARD_WAY_APDU || crypto1) {
        reply->status = CARD_SILENT; /* the chip starts Crypto1, which this card doesn't speak */
        return;
    }
    reply->busy_us = 100;
    if (!command(t, in, n, reply)) {
        t->halted = true;
        reply->status = CARD_REFUSED;
        return;
    }
    if (way == CARD_WAY_RAW && reply->n == 0) {
        reply->bytes[0] = 0x0a; /* the card's four-bit acknowledgement, which the chip shows for a bare frame only */
        reply->n = 1;
    }
}

static void reset(struct card *card)
{
    struct type2 *t = type2_of(card);
    t->halted = false;
    t->password_given = false;
}

static const struct card_ops type2_ops = {.power_off = reset, .select = reset, .exchange = exchange};

static void fill_ntag(struct type2 *t, const struct card_options *options)
{
    bool small = options->kind == CARD_NTAG213;
    const uint8_t version[8] = {0x00, 0x04, 0x04, 0x02, 0x01, 0x00, small ? 0x0f : 0x11, 0x03};
    const uint8_t container[PAGE_SIZE] = {0xe1, 0x10, small ? 0x12 : 0x3e, 0x00};
    t->page_count = small ? 45 : 135;
    t->config = (uint8_t)(t->page_count - 4);
    memcpy(t->version, version, sizeof version);
    memcpy(t->pages[PAGE_ONE_TIME], container, PAGE_SIZE);
    memcpy(t->pages[PAGE_USER], (const uint8_t[]){0x03, 0x00, 0xfe, 0x00}, PAGE_SIZE); /* an empty message */
    t->pages[t->config][3] = options->has_password ? PAGE_USER : 0xff;
    memset(t->pages[t->config + 2], 0xff, PAGE_SIZE);
    if (options->has_password) {
        memcpy(t->pages[t->config + 2], options->password, PAGE_SIZE);
        memcpy(t->pages[t->config + 3], options->pack, 2);
    }
    for (size_t i = 0; i < SIGNATURE_SIZE; i++) {
        t->signature[i] = (uint8_t)(0xa0 + i); /* not the maker's: nobody here has that key */
    }
}

int card_new_type2(const struct card_options *options, struct card **ret_card)
{
    if (options->uid_len != 7) {
        return -EINVAL;
    }
    struct type2 *t = calloc(1, sizeof *t);
    if (!t) {
        return -ENOMEM;
    }
    t->card.ops = &type2_ops;
    memcpy(t->card.uid, options->uid, 7);
    t->card.uid_len = 7;
    t->card.atqa[1] = 0x44;
    t->page_count = 16;
    if (options->kind != CARD_ULTRALIGHT) {
        fill_ntag(t, options);
    }
    const uint8_t *uid = options->uid;
    memcpy(t->pages[0], uid, 3);
    t->pages[0][3] = (uint8_t)(0x88 ^ uid[0] ^ uid[1] ^ uid[2]);
    memcpy(t->pages[1], uid + 3, 4);
    t->pages[2][0] = (uint8_t)(uid[3] ^ uid[4] ^ uid[5] ^ uid[6]);
    t->pages[2][1] = 0x48;
    *ret_card = &t->card;
    return 0;
}
