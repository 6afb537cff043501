#include "core/card.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

bool card_from_uid(const uint8_t *uid, size_t n, struct card_number *ret_card)
{
    if (n != 4 && n != 7 && n != 10) {
        return false;
    }
    struct card_number card = {.form = CARD_UID, .len = (uint8_t)n};
    memcpy(card.bytes, uid, n);
    *ret_card = card;
    return true;
}

static bool from_digits(const char *digits, size_t n, struct card_number *ret_card)
{
    if (n < 1 || n > CARD_DIGITS_MAX) {
        return false;
    }
    struct card_number card = {.form = CARD_DIGITS, .len = (uint8_t)n};
    for (size_t i = 0; i < n; i++) {
        if (digits[i] < '0' || digits[i] > '9') {
            return false;
        }
        card.bytes[i] = (uint8_t)digits[i];
    }
    *ret_card = card;
    return true;
}

bool card_parse(const char *text, struct card_number *ret_card)
{
    if (text[0] == '#') {
        return from_digits(text + 1, strlen(text + 1), ret_card);
    }
    uint8_t uid[CARD_UID_MAX];
    int n = text_hex(text, uid, sizeof(uid));
    return n > 0 && card_from_uid(uid, (size_t)n, ret_card);
}

void card_format(const struct card_number *card, char ret_text[CARD_TEXT_SIZE])
{
    ret_text[0] = '\0';
    if (card->form == CARD_UID && card->len <= CARD_UID_MAX) {
        text_to_hex(card->bytes, card->len, ret_text, CARD_TEXT_SIZE);
    } else if (card->form == CARD_DIGITS && card->len <= CARD_DIGITS_MAX) {
        ret_text[0] = '#';
        memcpy(ret_text + 1, card->bytes, card->len);
        ret_text[1 + card->len] = '\0';
    }
}

bool card_equal(const struct card_number *a, const struct card_number *b)
{
    return a->form == b->form && a->len == b->len && a->len <= CARD_DIGITS_MAX &&
           memcmp(a->bytes, b->bytes, a->len) == 0;
}

bool card_is_random(const struct card_number *card)
{
    return card->form == CARD_UID && card->len == 4 && card->bytes[0] == 0x08;
}

bool card_from_serial(const char *prefix, uint64_t serial, unsigned serial_digits, struct card_number *ret_card)
{
    char digits[CARD_DIGITS_MAX + 1];
    char text[2 * CARD_DIGITS_MAX + 2];
    size_t n_prefix = strlen(prefix);
    if (n_prefix > CARD_DIGITS_MAX || serial_digits < 1 || serial_digits > CARD_DIGITS_MAX) {
        return false;
    }
    size_t n = 0;
    do {
        digits[n++] = (char)('0' + serial % 10);
        serial /= 10;
    } while (serial);
    if (n > serial_digits) {
        return false;
    }
    (void)text_copy(text, sizeof(text), prefix);
    memset(text + n_prefix, '0', serial_digits - n);
    for (size_t i = 0; i < n; i++) {
        text[n_prefix + serial_digits - 1 - i] = digits[i];
    }
    return from_digits(text, n_prefix + serial_digits, ret_card);
}

bool card_serial(const struct card_number *card, const char *prefix, uint64_t *ret_serial)
{
    size_t n_prefix = strlen(prefix);
    if (card->form != CARD_DIGITS || card->len > CARD_DIGITS_MAX || n_prefix >= card->len ||
        memcmp(card->bytes, prefix, n_prefix) != 0) {
        return false;
    }
    uint64_t serial = 0;
    for (size_t i = n_prefix; i < card->len; i++) {
        uint64_t digit = (uint64_t)(card->bytes[i] - '0');
        if (digit > 9 || serial > (UINT64_MAX - digit) / 10) {
            return false;
        }
        serial = serial * 10 + digit;
    }
    *ret_serial = serial;
    return true;
}

size_t card_key(const struct card_number *card, uint8_t ret_key[1 + CARD_DIGITS_MAX])
{
    size_t n = card->len <= CARD_DIGITS_MAX ? card->len : CARD_DIGITS_MAX;
    ret_key[0] = (uint8_t)card->form;
    memcpy(ret_key + 1, card->bytes, n);
    return 1 + n;
}

bool card_from_key(const uint8_t *key, size_t n, struct card_number *ret_card)
{
    if (n < 2 || n > 1 + CARD_DIGITS_MAX) {
        return false;
    }
    if (key[0] == CARD_UID) {
        return card_from_uid(key + 1, n - 1, ret_card);
    }
    return key[0] == CARD_DIGITS && from_digits((const char *)key + 1, n - 1, ret_card);
}
