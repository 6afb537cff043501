#include "base/pack.h"

#include <string.h>

/* A nested record's length is written after its fields, in a room of fixed width (a padded varint). */
enum { NESTED_LENGTH_BYTES = 3, NESTED_LENGTH_MAX = (1 << 21) - 1 };

void pack_init(struct pack *p, void *data, size_t size)
{
    *p = (struct pack){.data = data, .size = size};
}

static void put(struct pack *p, const void *data, size_t n)
{
    if (p->overflow || n > p->size - p->len) {
        p->overflow = true;
        return;
    }
    if (n > 0) {
        memcpy(p->data + p->len, data, n);
    }
    p->len += n;
}

static void put_varint(struct pack *p, uint64_t v)
{
    uint8_t bytes[10];
    size_t n = 0;
    do {
        bytes[n++] = (uint8_t)((v & 0x7f) | (v > 0x7f ? 0x80 : 0));
        v >>= 7;
    } while (v);
    put(p, bytes, n);
}

void pack_int(struct pack *p, unsigned tag, int64_t value)
{
    put_varint(p, (uint64_t)tag * 2);
    put_varint(p, ((uint64_t)value << 1) ^ (value < 0 ? UINT64_MAX : 0));
}

void pack_bytes(struct pack *p, unsigned tag, const void *data, size_t n)
{
    put_varint(p, (uint64_t)tag * 2 + 1);
    put_varint(p, n);
    put(p, data, n);
}

void pack_text(struct pack *p, unsigned tag, const char *text)
{
    if (text) {
        pack_bytes(p, tag, text, strlen(text));
    }
}

size_t pack_open(struct pack *p, unsigned tag)
{
    static const uint8_t room[NESTED_LENGTH_BYTES] = {0};
    put_varint(p, (uint64_t)tag * 2 + 1);
    put(p, room, sizeof(room));
    return p->len;
}

void pack_close(struct pack *p, size_t mark)
{
    if (p->overflow || p->len - mark > NESTED_LENGTH_MAX) {
        p->overflow = true;
        return;
    }
    size_t n = p->len - mark;
    uint8_t *at = p->data + mark - NESTED_LENGTH_BYTES;
    at[0] = (uint8_t)(0x80 | (n & 0x7f));
    at[1] = (uint8_t)(0x80 | (n >> 7 & 0x7f));
    at[2] = (uint8_t)(n >> 14);
}

void unpack_init(struct unpack *u, const void *data, size_t n)
{
    /* Nothing may be added to a null pointer, not even 0. */
    *u = (struct unpack){.at = data, .end = data ? (const uint8_t *)data + n : NULL};
}

static uint64_t get_varint(struct unpack *u)
{
    uint64_t v = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (u->at == u->end) {
            break;
        }
        uint8_t byte = *u->at++;
        if (shift == 63 && byte > 1) {
            break;
        }
        v |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80)) {
            return v;
        }
    }
    u->bad = true;
    return 0;
}

bool unpack_next(struct unpack *u, struct pack_field *ret_field)
{
    if (u->bad || u->at == u->end) {
        return false;
    }
    uint64_t key = get_varint(u);
    struct pack_field f = {.is_bytes = key & 1};
    if (u->bad || key < 2 || key / 2 > 1u << 28) {
        u->bad = true;
        return false;
    }
    f.tag = (unsigned)(key / 2);
    uint64_t v = get_varint(u);
    if (u->bad) {
        return false;
    }
    if (f.is_bytes) {
        if (v > (uint64_t)(u->end - u->at)) {
            u->bad = true;
            return false;
        }
        f.data = u->at;
        f.len = (size_t)v;
        u->at += v;
    } else {
        f.value = (int64_t)((v >> 1) ^ (v & 1 ? UINT64_MAX : 0));
    }
    *ret_field = f;
    return true;
}

int64_t unpack_int(struct unpack *u, const struct pack_field *f, int64_t min, int64_t max)
{
    if (f->is_bytes || f->value < min || f->value > max) {
        u->bad = true;
        return min;
    }
    return f->value;
}

void unpack_text(struct unpack *u, const struct pack_field *f, char *ret_text, size_t size)
{
    if (!f->is_bytes || f->len >= size || memchr(f->data, 0, f->len)) {
        u->bad = true;
        ret_text[0] = '\0';
        return;
    }
    memcpy(ret_text, f->data, f->len);
    ret_text[f->len] = '\0';
}

size_t unpack_bytes(struct unpack *u, const struct pack_field *f, void *ret_data, size_t size)
{
    if (!f->is_bytes || f->len > size) {
        u->bad = true;
        return 0;
    }
    if (f->len > 0) {
        memcpy(ret_data, f->data, f->len);
    }
    return f->len;
}
