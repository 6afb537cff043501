/* DESFire: authentication and keys. */

#include "sim/reader/card_desfire_private.h"

#include <string.h>

enum { COMMAND_AUTH_FIRST = 0x0a, COMMAND_AUTH_AES = 0xaa };
enum { CHANGE_WITH_ITSELF = 0x0e, CHANGE_NEVER = 0x0f };

void desfire_end_session(struct desfire *d)
{
    memset(&d->session, 0, sizeof d->session);
}

bool desfire_is_with(const struct desfire *d, uint8_t number)
{
    return d->session.scheme != DESFIRE_OPEN && d->session.key_number == number;
}

static void rotate_left(uint8_t *bytes, size_t n)
{
    uint8_t first = bytes[0];
    memmove(bytes, bytes + 1, n - 1);
    bytes[n - 1] = first;
}

/* The two random numbers have the size of the key's strength: 8 bytes for DES with two keys, else 16. */
static size_t random_size(enum crypto_kind kind)
{
    return kind == CRYPTO_DES ? 8 : 16;
}

enum desfire_status desfire_auth_begin(struct desfire *d, const uint8_t *message, size_t n)
{
    const struct desfire_app *app = &d->apps[d->app];
    desfire_end_session(d);
    if (n != 2) {
        return DESFIRE_LENGTH_ERROR;
    }
    if ((message[1] & 0xf) >= app->key_count || message[1] > 0xf) {
        return DESFIRE_NO_SUCH_KEY;
    }
    bool aes = message[0] == COMMAND_AUTH_AES;
    if (aes != (app->kind == CRYPTO_AES) || (message[0] == COMMAND_AUTH_FIRST && app->kind != CRYPTO_DES)) {
        return DESFIRE_NOT_AUTHENTICATED;
    }
    size_t size = random_size(app->kind);
    d->auth_command = message[0];
    d->auth_key = message[1];
    crypto_init(&d->auth_crypto, app->kind, app->keys[message[1]].bytes);
    memset(d->auth_iv, 0, sizeof d->auth_iv);
    if (d->has_challenge) {
        memcpy(d->random_b, d->challenge, size);
    } else {
        card_random(&d->card, d->random_b, size);
    }
    desfire_put(d, d->random_b, size);
    crypto_cbc_encrypt(&d->auth_crypto, d->auth_iv, d->out, size);
    d->step = DESFIRE_STEP_AUTH;
    return DESFIRE_MORE;
}

/* Parts of both numbers in turn. A DES key whose halves are alike makes a single DES session key. */
static void make_session_key(struct desfire *d, enum crypto_kind kind, const uint8_t *a)
{
    const uint8_t *b = d->random_b;
    const uint8_t *key = d->apps[d->app].keys[d->auth_key].bytes;
    uint8_t session[CRYPTO_KEY_MAX] = {0};
    memcpy(session, a, 4);
    memcpy(session + 4, b, 4);
    switch (kind) {
    case CRYPTO_AES:
        memcpy(session + 8, a + 12, 4);
        memcpy(session + 12, b + 12, 4);
        break;
    case CRYPTO_3K3DES:
        memcpy(session + 8, a + 6, 4);
        memcpy(session + 12, b + 6, 4);
        memcpy(session + 16, a + 12, 4);
        memcpy(session + 20, b + 12, 4);
        break;
    case CRYPTO_DES:
        if (memcmp(key, key + 8, 8) == 0) {
            memcpy(session + 8, session, 8);
        } else {
            memcpy(session + 8, a + 4, 4);
            memcpy(session + 12, b + 4, 4);
        }
        break;
    }
    crypto_init(&d->session.crypto, kind, session);
}

enum desfire_status desfire_auth_end(struct desfire *d, const uint8_t *answer, size_t n)
{
    enum crypto_kind kind = d->auth_crypto.kind;
    size_t size = random_size(kind);
    bool first = d->auth_command == COMMAND_AUTH_FIRST;
    uint8_t both[32];
    uint8_t expected[16];
    if (n != 2 * size) {
        return DESFIRE_LENGTH_ERROR;
    }
    memcpy(both, answer, n);
    if (first) {
        crypto_undo_decipher(&d->auth_crypto, both, n);
        memset(d->auth_iv, 0, sizeof d->auth_iv);
    } else {
        crypto_cbc_decrypt(&d->auth_crypto, d->auth_iv, both, n);
    }
    memcpy(expected, d->random_b, size);
    rotate_left(expected, size);
    if (memcmp(expected, both + size, size) != 0) {
        return DESFIRE_NOT_AUTHENTICATED;
    }
    make_session_key(d, kind, both);
    d->session.scheme = first ? DESFIRE_FIRST_GENERATION : DESFIRE_EV1;
    d->session.key_number = d->auth_key;
    memset(d->session.iv, 0, sizeof d->session.iv);
    rotate_left(both, size);
    desfire_put(d, both, size);
    crypto_cbc_encrypt(&d->auth_crypto, d->auth_iv, d->out, size);
    return DESFIRE_OK;
}

/* Whether the session may change key @number: the settings' upper half names the key that is needed. */
static bool may_change(const struct desfire *d, uint8_t number)
{
    const struct desfire_app *app = &d->apps[d->app];
    uint8_t with = d->app == 0 ? 0 : app->settings >> 4;
    if (number == 0) {
        return desfire_is_with(d, 0) && (app->settings & DESFIRE_MASTER_CHANGEABLE);
    }
    if (with == CHANGE_NEVER) {
        return false;
    }
    if (with == CHANGE_WITH_ITSELF) {
        return desfire_is_with(d, number);
    }
    return desfire_is_with(d, number == with ? 0 : with);
}

static bool crc_follows(const struct desfire *d, const uint8_t *key, size_t key_size, const uint8_t *at)
{
    bool ev1 = d->session.scheme == DESFIRE_EV1;
    uint32_t crc = ev1 ? crypto_crc32(UINT32_MAX, key, key_size) : crypto_crc16(key, key_size);
    for (size_t i = 0; i < (ev1 ? 4 : 2); i++) {
        if (at[i] != (uint8_t)(crc >> (8 * i))) {
            return false;
        }
    }
    return true;
}

/* C4 number, then enciphered: the new key (the one in use: as it is; another: XORed with the old one), an AES key's
 * version, a checksum over all that, and for another key one more over the new key. The card's own key may change its kind;
 * two bits of the number say to which. */
enum desfire_status desfire_change_key(struct desfire *d, uint8_t *message, size_t n)
{
    struct desfire_app *app = &d->apps[d->app];
    uint8_t number = message[1] & 0xf;
    enum crypto_kind kind = d->app == 0 ? (enum crypto_kind)(message[1] & 0xc0) : app->kind;
    bool ev1 = d->session.scheme == DESFIRE_EV1;
    uint8_t fresh[CRYPTO_KEY_MAX];
    if (number >= app->key_count || (kind != CRYPTO_DES && kind != CRYPTO_3K3DES && kind != CRYPTO_AES)) {
        return DESFIRE_NO_SUCH_KEY;
    }
    if (!may_change(d, number)) {
        return DESFIRE_NOT_AUTHENTICATED;
    }
    size_t size = crypto_key_size(kind);
    size_t len = size + (kind == CRYPTO_AES);
    bool other = number != d->session.key_number;
    size_t crc_size = ev1 ? 4 : 2;
    if (n < 2 + len + crc_size * (other ? 2 : 1)) {
        return DESFIRE_LENGTH_ERROR;
    }
    memcpy(fresh, message + 2, size);
    for (size_t i = 0; other && i < size; i++) {
        fresh[i] ^= app->keys[number].bytes[i];
    }
    if (!desfire_has_checksum(d, message, n, 2, len) ||
        (other && !crc_follows(d, fresh, size, message + 2 + len + crc_size))) {
        return DESFIRE_INTEGRITY_ERROR;
    }
    memset(&app->keys[number], 0, sizeof app->keys[number]);
    memcpy(app->keys[number].bytes, fresh, size);
    app->keys[number].version = kind == CRYPTO_AES ? message[2 + size] : 0;
    app->kind = kind;
    if (!other) {
        desfire_end_session(d);
        d->out_bare = true;
    }
    return DESFIRE_OK;
}

enum desfire_status desfire_change_key_settings(struct desfire *d, uint8_t *message, size_t n)
{
    struct desfire_app *app = &d->apps[d->app];
    if (!desfire_is_with(d, 0)) {
        return DESFIRE_NOT_AUTHENTICATED;
    }
    if (!(app->settings & DESFIRE_CONFIGURABLE)) {
        return DESFIRE_PERMISSION_DENIED;
    }
    if (!desfire_has_checksum(d, message, n, 1, 1)) {
        return DESFIRE_INTEGRITY_ERROR;
    }
    app->settings = message[1];
    return DESFIRE_OK;
}

enum desfire_status desfire_get_key_settings(struct desfire *d, uint8_t *message, size_t n)
{
    const struct desfire_app *app = &d->apps[d->app];
    (void)message;
    (void)n;
    if (!(app->settings & DESFIRE_FREE_LISTING) && !desfire_is_with(d, 0)) {
        return DESFIRE_NOT_AUTHENTICATED;
    }
    const uint8_t answer[] = {app->settings, (uint8_t)(app->key_count | (unsigned)app->kind)};
    desfire_put(d, answer, sizeof answer);
    return DESFIRE_OK;
}

enum desfire_status desfire_get_key_version(struct desfire *d, uint8_t *message, size_t n)
{
    const struct desfire_app *app = &d->apps[d->app];
    (void)n;
    if (message[1] >= app->key_count) {
        return DESFIRE_NO_SUCH_KEY;
    }
    const struct desfire_key *key = &app->keys[message[1]];
    uint8_t version = key->version;
    for (size_t i = 0; app->kind != CRYPTO_AES && i < 8; i++) {
        version = (uint8_t)(version << 1 | (key->bytes[i] & 1));
    }
    desfire_put(d, &version, 1);
    return DESFIRE_OK;
}

/* 5C: 0: bits (0: no more format, 1: random UID); 1: key of new applications; 2: answer to select. None can be undone but
 * the last two. */
enum desfire_status desfire_set_configuration(struct desfire *d, uint8_t *message, size_t n)
{
    const uint8_t *data = message + 2;
    if (d->app != 0 || !desfire_is_with(d, 0)) {
        return DESFIRE_NOT_AUTHENTICATED;
    }
    switch (message[1]) {
    case 0x00:
        if (!desfire_has_checksum(d, message, n, 2, 1)) {
            return DESFIRE_INTEGRITY_ERROR;
        }
        d->format_off = d->format_off || (data[0] & 0x01);
        d->random_uid = d->random_uid || (data[0] & 0x02);
        return DESFIRE_OK;
    case 0x01:
        if (!desfire_has_checksum(d, message, n, 2, CRYPTO_KEY_MAX + 1)) {
            return DESFIRE_INTEGRITY_ERROR;
        }
        memcpy(d->default_key.bytes, data, CRYPTO_KEY_MAX);
        d->default_key.version = data[CRYPTO_KEY_MAX];
        return DESFIRE_OK;
    case 0x02:
        if (data[0] < 2 || data[0] > CARD_ATS_MAX) {
            return DESFIRE_PARAMETER_ERROR;
        }
        if (!desfire_has_checksum(d, message, n, 2, data[0])) {
            return DESFIRE_INTEGRITY_ERROR;
        }
        memcpy(d->card.ats, data, data[0]);
        d->card.ats_len = data[0];
        return DESFIRE_OK;
    default:
        return DESFIRE_PARAMETER_ERROR;
    }
}
