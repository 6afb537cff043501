/* Fields that only screens need: pictures and hashes of PINs. */

#include "db/import_internal.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static bool is_picture(const uint8_t *bytes, size_t n)
{
    static const uint8_t jpeg[] = {0xff, 0xd8, 0xff};
    static const uint8_t png[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    return (n > sizeof(jpeg) && memcmp(bytes, jpeg, sizeof(jpeg)) == 0) ||
           (n > sizeof(png) && memcmp(bytes, png, sizeof(png)) == 0);
}

int import_set_image(struct import *im, const char *text, struct import_line *line)
{
    /* As many characters as the largest photo has may hold two bytes more. */
    enum { TEXT_MAX = (LIST_PHOTO_MAX + 2) / 3 * 4, ROOM = TEXT_MAX / 4 * 3 };
    size_t length = strlen(text);
    size_t n = 0;
    if (!im->image) {
        im->image = malloc(ROOM);
    }
    if (!im->image) {
        return -ENOMEM;
    }
    if (length <= TEXT_MAX &&
        sodium_base642bin(im->image, ROOM, text, length, NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL) != 0) {
        return import_bad(im, "image: not base64");
    }
    if (length > TEXT_MAX || n > LIST_PHOTO_MAX) {
        return import_bad(im, "image: more than %d bytes", (int)LIST_PHOTO_MAX);
    }
    if (!is_picture(im->image, n)) {
        return import_bad(im, "image: neither JPEG nor PNG");
    }
    line->image = im->image;
    line->image_size = n;
    return 0;
}

int import_check_staff(struct import *im, const struct import_value *pin, const struct import_value *card)
{
    if (pin->given && !pin_hash_is_good(pin->text)) {
        return import_bad(im, "pin_hash: no Argon2id hash of at most 10 rounds and 64 MiB");
    }
    return card->given && card_is_random(&card->card) ? import_bad(im, "card: a random UID is no identity") : 0;
}
