#include "gfx/image_internal.h"

#include <stdbool.h>
#include <string.h>

/* A JPEG is a row of segments: FF, a kind, a length that counts itself, the content. The first of kind E1 that begins
 * with "Exif" holds a little TIFF file, whose first directory may hold the orientation. Read straight from the bytes:
 * libjpeg would keep every such segment, and there can be two million of them. */

enum { SOS = 0xda, EOI = 0xd9, APP1 = 0xe1, SEGMENTS_MAX = 64 };
enum { TAG_ORIENTATION = 0x0112, TYPE_SHORT = 3, ENTRY_SIZE = 12 };

struct tiff {
    const uint8_t *bytes;
    size_t n;
    bool big_endian;
};

static bool read_16(const struct tiff *t, size_t at, uint32_t *ret)
{
    if (t->n < 2 || at > t->n - 2) {
        return false;
    }
    const uint8_t *p = t->bytes + at;
    *ret = t->big_endian ? (uint32_t)p[0] << 8 | p[1] : (uint32_t)p[1] << 8 | p[0];
    return true;
}

static bool read_32(const struct tiff *t, size_t at, uint32_t *ret)
{
    uint32_t first, second;
    if (!read_16(t, at, &first) || !read_16(t, at + 2, &second)) {
        return false;
    }
    *ret = t->big_endian ? first << 16 | second : second << 16 | first;
    return true;
}

static int orientation_of(const struct tiff *t)
{
    uint32_t magic, directory, entries;
    if (!read_16(t, 2, &magic) || magic != 42 || !read_32(t, 4, &directory) || !read_16(t, directory, &entries)) {
        return 1;
    }
    for (uint32_t i = 0; i < entries; i++) {
        size_t at = (size_t)directory + 2 + (size_t)i * ENTRY_SIZE;
        uint32_t tag, type, value;
        if (!read_16(t, at, &tag) || !read_16(t, at + 2, &type) || !read_16(t, at + 8, &value)) {
            return 1;
        }
        if (tag == TAG_ORIENTATION) {
            return type == TYPE_SHORT && value >= 1 && value <= 8 ? (int)value : 1;
        }
    }
    return 1;
}

int image_jpeg_orientation(const uint8_t *bytes, size_t n)
{
    size_t at = 2;
    for (int i = 0; i < SEGMENTS_MAX && at + 4 <= n && bytes[at] == 0xff; i++) {
        uint8_t kind = bytes[at + 1];
        size_t length = (size_t)bytes[at + 2] << 8 | bytes[at + 3];
        if (kind == SOS || kind == EOI || length < 2 || length > n - at - 2) {
            return 1;
        }
        const uint8_t *content = bytes + at + 4;
        size_t size = length - 2;
        if (kind == APP1 && size >= 14 && memcmp(content, "Exif\0\0", 6) == 0) {
            struct tiff t = {.bytes = content + 6, .n = size - 6, .big_endian = content[6] == 'M'};
            bool is_tiff = content[6] == content[7] && (content[6] == 'M' || content[6] == 'I');
            return is_tiff ? orientation_of(&t) : 1;
        }
        at += 2 + length;
    }
    return 1;
}
