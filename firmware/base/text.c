#include "base/text.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

bool text_int(const char *text, int64_t min, int64_t max, int64_t *ret_value)
{
    bool negative = *text == '-';
    const char *p = negative ? text + 1 : text;
    uint64_t limit = negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
    uint64_t sum = 0;
    if (!*p) {
        return false;
    }
    for (; *p; p++) {
        if (*p < '0' || *p > '9') {
            return false;
        }
        uint64_t digit = (uint64_t)(*p - '0');
        if (sum > (limit - digit) / 10) {
            return false;
        }
        sum = sum * 10 + digit;
    }
    int64_t value = negative ? (int64_t)(0 - sum) : (int64_t)sum;
    if (value < min || value > max) {
        return false;
    }
    *ret_value = value;
    return true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

int text_hex(const char *text, uint8_t *ret_bytes, size_t size)
{
    size_t n = 0;
    for (const char *p = text; *p;) {
        if (n > 0 && (*p == ':' || *p == '-' || *p == ' ')) {
            p++;
        }
        int high = hex_digit(p[0]);
        int low = high < 0 ? -1 : hex_digit(p[1]);
        if (low < 0 || n >= size) {
            return -1;
        }
        ret_bytes[n++] = (uint8_t)(high << 4 | low);
        p += 2;
    }
    return (int)n;
}

void text_to_hex(const uint8_t *bytes, size_t n, char *ret_text, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    assert(size > 0);
    if (size < 2 * n + 1) {
        n = 0;
    }
    for (size_t i = 0; i < n; i++) {
        ret_text[2 * i] = digits[bytes[i] >> 4];
        ret_text[2 * i + 1] = digits[bytes[i] & 15];
    }
    ret_text[2 * n] = '\0';
}

/* Length of the well-formed sequence at p (RFC 3629, section 4), 0 when it is not one. */
static size_t utf8_sequence(const unsigned char *p, size_t left)
{
    if (p[0] < 0x80) {
        return 1;
    }
    size_t n = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
    if (p[0] < 0xc2 || p[0] > 0xf4 || n > left) {
        return 0;
    }
    unsigned low = p[0] == 0xe0 ? 0xa0 : p[0] == 0xf0 ? 0x90 : 0x80;
    unsigned high = p[0] == 0xed ? 0x9f : p[0] == 0xf4 ? 0x8f : 0xbf;
    if (p[1] < low || p[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return n;
}

bool text_is_utf8(const char *text, size_t n)
{
    const unsigned char *p = (const unsigned char *)text;
    for (size_t i = 0; i < n;) {
        if ((p[i] < 0x20 && p[i] != '\t') || p[i] == 0x7f) {
            return false;
        }
        size_t step = utf8_sequence(p + i, n - i);
        if (!step) {
            return false;
        }
        i += step;
    }
    return true;
}

bool text_copy(char *ret_text, size_t size, const char *text)
{
    assert(size > 0);
    size_t n = text ? strlen(text) : 0;
    bool whole = n < size;
    if (!whole) {
        n = size - 1;
        while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80) {
            n--;
        }
    }
    if (n > 0) {
        memcpy(ret_text, text, n);
    }
    ret_text[n] = '\0';
    return whole;
}

void text_mask_card(const char *number, char *ret_text, size_t size)
{
    size_t n = strlen(number);
    assert(size >= 12);
    if (n >= 8) {
        (void)snprintf(ret_text, size, "%.4s..%s", number, number + n - 2);
    } else {
        (void)snprintf(ret_text, size, "..%s", n >= 4 ? number + n - 2 : "");
    }
}

bool text_eq(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}
