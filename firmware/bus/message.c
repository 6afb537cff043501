#include "bus/message.h"

#include "base/pack.h"
#include "base/text.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

/* Every field of struct message has a tag of its own, for all kinds. A table per kind says which fields it carries and
 * which of them it must carry; a field that a kind doesn't name is neither written nor believed. Zeroes are not
 * written, since a missing field reads as zero. Tags are stable: a reader of another version may be at the other end. */

enum tag {
    TAG_KIND = 1,
    TAG_BOOT_US,
    TAG_CARD,
    TAG_CAN_DESFIRE,
    TAG_FIELD_US,
    TAG_UID_US,
    TAG_PROOF,
    TAG_AID,
    TAG_KEY_NUMBER,
    TAG_KEY,
    TAG_TEXT,
    TAG_LANE,
    TAG_SIDE,
    TAG_MODE,
    TAG_SEQ,
    TAG_VALUE,
    TAG_WHO,
    TAG_WHY,
    TAG_BODY,
    TAGS
};

#define BIT(tag) (UINT32_C(1) << (tag))

enum type { TYPE_NONE, TYPE_INT, TYPE_BYTE, TYPE_BOOL, TYPE_PROOF, TYPE_TEXT, TYPE_BYTES, TYPE_CARD, TYPE_BODY };

enum { SIDE_MAX = 1, MODE_MAX = 2, KEY_NUMBER_MAX = 13 };

#define AT(field) offsetof(struct message, field), sizeof(((struct message *)NULL)->field)

static const struct field {
    enum type type;
    size_t offset, size;
    int64_t min, max; /* of an integer */
} fields[TAGS] = {
    [TAG_CARD] = {TYPE_CARD, AT(card), 0, 0},
    [TAG_CAN_DESFIRE] = {TYPE_BOOL, AT(can_desfire), 0, 1},
    [TAG_FIELD_US] = {TYPE_INT, AT(field_us), 0, INT64_MAX},
    [TAG_UID_US] = {TYPE_INT, AT(uid_us), 0, INT64_MAX},
    [TAG_PROOF] = {TYPE_PROOF, AT(proof), MESSAGE_PROOF_GENUINE, MESSAGE_PROOF_TORN},
    [TAG_AID] = {TYPE_BYTES, AT(aid), 0, 0},
    [TAG_KEY_NUMBER] = {TYPE_BYTE, AT(key_number), 0, KEY_NUMBER_MAX},
    [TAG_KEY] = {TYPE_BYTES, AT(key), 0, 0},
    [TAG_TEXT] = {TYPE_TEXT, AT(text), 0, 0},
    [TAG_LANE] = {TYPE_TEXT, AT(lane), 0, 0},
    [TAG_SIDE] = {TYPE_BYTE, AT(side), 0, SIDE_MAX},
    [TAG_MODE] = {TYPE_BYTE, AT(mode), 0, MODE_MAX},
    [TAG_SEQ] = {TYPE_INT, AT(seq), 1, INT64_MAX},
    [TAG_VALUE] = {TYPE_INT, AT(value), INT64_MIN, INT64_MAX},
    [TAG_WHO] = {TYPE_TEXT, AT(who), 0, 0},
    [TAG_WHY] = {TYPE_TEXT, AT(why), 0, 0},
    [TAG_BODY] = {TYPE_BODY, 0, 0, 0, 0},
};

static const struct {
    const char *name;
    uint32_t must; /* fields without which it means nothing */
    uint32_t may;
} kinds[MESSAGE_KINDS] = {
    [MESSAGE_READER_HELLO] = {"reader_hello", 0, BIT(TAG_TEXT) | BIT(TAG_VALUE)},
    [MESSAGE_READER_ALIVE] = {"reader_alive", 0, 0},
    [MESSAGE_CARD_SEEN] = {"card_seen", BIT(TAG_CARD), BIT(TAG_CAN_DESFIRE) | BIT(TAG_FIELD_US) | BIT(TAG_UID_US)},
    [MESSAGE_CARD_PROOF] = {"card_proof", BIT(TAG_CARD) | BIT(TAG_PROOF), 0},
    [MESSAGE_CARD_GONE] = {"card_gone", BIT(TAG_CARD), 0},
    [MESSAGE_READER_FAULT] = {"reader_fault", BIT(TAG_TEXT), 0},
    [MESSAGE_AUTHENTICATE] = {"authenticate", BIT(TAG_CARD) | BIT(TAG_AID) | BIT(TAG_KEY), BIT(TAG_KEY_NUMBER)},
    [MESSAGE_READER_QUIT] = {"reader_quit", 0, 0},
    [MESSAGE_STATUS_ASK] = {"status_ask", 0, 0},
    [MESSAGE_RELEASE] = {"release", BIT(TAG_LANE) | BIT(TAG_WHO) | BIT(TAG_WHY), BIT(TAG_SIDE)},
    [MESSAGE_MODE] = {"mode", BIT(TAG_LANE) | BIT(TAG_WHO) | BIT(TAG_WHY), BIT(TAG_MODE)},
    [MESSAGE_UNDO] = {"undo", BIT(TAG_SEQ) | BIT(TAG_WHO) | BIT(TAG_WHY), 0},
    [MESSAGE_LOCKDOWN] = {"lockdown", BIT(TAG_WHO), BIT(TAG_VALUE)},
    [MESSAGE_FOLLOW] = {"follow", 0, 0},
    [MESSAGE_CHECK_ASK] = {"check_ask", 0, 0},
    [MESSAGE_DONE] = {"done", 0, BIT(TAG_VALUE) | BIT(TAG_TEXT)},
    [MESSAGE_STATUS] = {"status", BIT(TAG_BODY), 0},
    [MESSAGE_NEWS] = {"news", BIT(TAG_BODY), 0},
    [MESSAGE_NOTE] = {"note", BIT(TAG_TEXT) | BIT(TAG_WHO), BIT(TAG_LANE)},
};

static bool is_kind(int64_t kind)
{
    return kind > 0 && kind < MESSAGE_KINDS && kinds[kind].name;
}

const char *message_kind_text(enum message_kind kind)
{
    return is_kind(kind) ? kinds[kind].name : "unknown";
}

static int64_t get_int(const struct field *f, const void *at)
{
    switch (f->type) {
    case TYPE_INT:
        return *(const int64_t *)at;
    case TYPE_BYTE:
        return *(const uint8_t *)at;
    case TYPE_BOOL:
        return *(const bool *)at;
    default:
        return *(const enum message_proof *)at;
    }
}

static void set_int(const struct field *f, void *at, int64_t value)
{
    switch (f->type) {
    case TYPE_INT:
        *(int64_t *)at = value;
        break;
    case TYPE_BYTE:
        *(uint8_t *)at = (uint8_t)value;
        break;
    case TYPE_BOOL:
        *(bool *)at = value != 0;
        break;
    default:
        *(enum message_proof *)at = (enum message_proof)value;
        break;
    }
}

/* Writes a field unless it is empty. @return 1 written, 0 empty, -1 it breaks a bound. */
static int put_field(struct pack *p, unsigned tag, const struct message *m)
{
    const struct field *f = &fields[tag];
    const void *at = (const char *)m + f->offset;
    if (f->type == TYPE_CARD) {
        uint8_t key[1 + CARD_DIGITS_MAX];
        struct card_number again;
        if (m->card.form == CARD_NONE) {
            return 0;
        }
        size_t n = card_key(&m->card, key);
        if (!card_from_key(key, n, &again)) {
            return -1;
        }
        pack_bytes(p, tag, key, n);
        return 1;
    }
    if (f->type == TYPE_BYTES) {
        pack_bytes(p, tag, at, f->size);
        return 1;
    }
    if (f->type == TYPE_TEXT || f->type == TYPE_BODY) {
        const char *text = f->type == TYPE_BODY ? m->body : at;
        size_t n = f->type == TYPE_BODY ? m->body_len : strnlen(text, f->size);
        if (n == 0) {
            return 0;
        }
        if (!text || (f->type == TYPE_TEXT && n == f->size) || n > MESSAGE_MAX || !text_is_utf8(text, n)) {
            return -1;
        }
        pack_bytes(p, tag, text, n);
        return 1;
    }
    int64_t value = get_int(f, at);
    if (value == 0) {
        return 0;
    }
    pack_int(p, tag, value);
    return value >= f->min && value <= f->max ? 1 : -1;
}

int message_encode(const struct message *message, uint8_t *ret_bytes, size_t size)
{
    if (!is_kind(message->kind) || message->boot_us < 0) {
        return -EINVAL;
    }
    struct pack p;
    pack_init(&p, ret_bytes, size < MESSAGE_MAX ? size : MESSAGE_MAX);
    pack_int(&p, TAG_KIND, message->kind);
    pack_int(&p, TAG_BOOT_US, message->boot_us);
    uint32_t wanted = kinds[message->kind].must | kinds[message->kind].may;
    uint32_t missing = kinds[message->kind].must;
    for (unsigned tag = 1; tag < TAGS; tag++) {
        if (!(wanted & BIT(tag))) {
            continue;
        }
        int r = put_field(&p, tag, message);
        if (r < 0) {
            return -EINVAL;
        }
        if (r > 0) {
            missing &= ~BIT(tag);
        }
    }
    if (missing) {
        return -EINVAL;
    }
    return p.overflow ? -EMSGSIZE : (int)p.len;
}

static void take_field(struct unpack *u, const struct pack_field *from, struct message *m)
{
    const struct field *f = &fields[from->tag];
    void *at = (char *)m + f->offset;
    switch (f->type) {
    case TYPE_CARD:
        if (!from->is_bytes || !card_from_key(from->data, from->len, &m->card)) {
            u->bad = true;
        }
        break;
    case TYPE_BYTES:
        if (unpack_bytes(u, from, at, f->size) != f->size) {
            u->bad = true;
        }
        break;
    case TYPE_TEXT:
        unpack_text(u, from, at, f->size);
        if (!u->bad && (from->len == 0 || !text_is_utf8(at, from->len))) {
            u->bad = true;
        }
        break;
    case TYPE_BODY:
        if (!from->is_bytes || from->len == 0 || !text_is_utf8((const char *)from->data, from->len)) {
            u->bad = true;
            break;
        }
        m->body = (const char *)from->data;
        m->body_len = from->len;
        break;
    default:
        set_int(f, at, unpack_int(u, from, f->min, f->max));
        break;
    }
}

/* The kind comes first and the sender's time second: what may follow depends on them. */
static bool take_head(struct unpack *u, struct message *m)
{
    struct pack_field f;
    if (!unpack_next(u, &f) || f.tag != TAG_KIND || f.is_bytes || !is_kind(f.value)) {
        return false;
    }
    m->kind = (enum message_kind)f.value;
    if (!unpack_next(u, &f) || f.tag != TAG_BOOT_US) {
        return false;
    }
    m->boot_us = unpack_int(u, &f, 0, INT64_MAX);
    return !u->bad;
}

int message_decode(const uint8_t *bytes, size_t n, struct message *ret_message)
{
    struct message m = {0};
    struct unpack u;
    struct pack_field f;
    unpack_init(&u, bytes, n);
    if (n > MESSAGE_MAX || !take_head(&u, &m)) {
        return -EBADMSG;
    }
    uint32_t wanted = kinds[m.kind].must | kinds[m.kind].may;
    uint32_t seen = BIT(TAG_KIND) | BIT(TAG_BOOT_US);
    while (unpack_next(&u, &f)) {
        if (f.tag >= TAGS) {
            continue; /* of a later version */
        }
        if (seen & BIT(f.tag)) {
            return -EBADMSG;
        }
        seen |= BIT(f.tag);
        if (wanted & BIT(f.tag)) {
            take_field(&u, &f, &m);
        }
    }
    if (u.bad || kinds[m.kind].must & ~seen) {
        return -EBADMSG;
    }
    *ret_message = m;
    explicit_bzero(m.key, sizeof(m.key));
    return 0;
}
