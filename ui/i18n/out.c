#include "i18n/out.h"

#include <stdio.h>
#include <string.h>

struct out out_begin(char *text, size_t size)
{
    if (size > 0) {
        text[0] = '\0';
    }
    return (struct out){.text = text, .size = size};
}

/* True for the bytes of a UTF-8 character after its first (RFC 3629). */
static bool continues(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

void out_bytes(struct out *out, const char *bytes, size_t n)
{
    if (out->cut || out->size == 0) {
        return;
    }
    size_t room = out->size - 1 - out->used;
    if (n > room) {
        out->cut = true;
        for (n = room; n > 0 && continues(bytes[n]); n--) {
        }
    }
    memcpy(out->text + out->used, bytes, n);
    out->used += n;
    out->text[out->used] = '\0';
}

void out_text(struct out *out, const char *text)
{
    out_bytes(out, text, strlen(text));
}

void out_digits(struct out *out, unsigned value, int digits)
{
    char text[16];
    (void)snprintf(text, sizeof text, "%0*u", digits, value);
    out_text(out, text);
}
