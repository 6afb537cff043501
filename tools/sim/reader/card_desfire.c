/* MIFARE DESFire EV1.
 *
 * A command comes native (code, parameters) or wrapped (90 code 00 00 [length parameters] 00); one that is longer than a
 * frame goes on in frames with code AF, and so does an answer, whose status is AF until its last part.
 *
 * After authentication every command and answer is secured in one of two ways. First generation (command 0A): each message
 * by itself, with a MAC of four bytes or enciphered with a CRC of two, only where the file says so. EV1 (1A and AA): all
 * messages are chained through one initial vector. A command's CMAC is always calculated and, where the file says MAC,
 * sent; an answer always carries the first eight bytes of the CMAC over its data and status, unless it is enciphered with a
 * CRC of four bytes over data and status. Any error ends the session. */

#include "sim/reader/card_desfire_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    COMMAND_AUTH_FIRST = 0x0a,
    COMMAND_AUTH_ISO = 0x1a,
    COMMAND_WRITE = 0x3d,
    COMMAND_GET_VERSION = 0x60,
    COMMAND_LIST_APPS = 0x6a,
    COMMAND_AUTH_AES = 0xaa,
    COMMAND_MORE = 0xaf,
};

enum { CRYPTO_BUSY_US = 2500, COMMAND_BUSY_US = 1500 };

static struct desfire *desfire_of(struct card *card)
{
    return (struct desfire *)card;
}

void desfire_put(struct desfire *d, const void *bytes, size_t n)
{
    if (n <= sizeof d->out - d->out_n) {
        memcpy(d->out + d->out_n, bytes, n);
        d->out_n += n;
    }
}

static void put_little(struct desfire *d, uint32_t value, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint8_t byte = (uint8_t)(value >> (8 * i));
        desfire_put(d, &byte, 1);
    }
}

/* ---- security ---- */

static size_t padded(size_t n, size_t block)
{
    return (n + block - 1) / block * block;
}

size_t desfire_secured_size(const struct desfire *d, size_t header, size_t len, enum card_comm comm)
{
    const struct desfire_session *s = &d->session;
    bool ev1 = s->scheme == DESFIRE_EV1;
    if (s->scheme == DESFIRE_OPEN || comm == CARD_COMM_PLAIN) {
        return header + len;
    }
    if (comm == CARD_COMM_MAC) {
        return header + len + (ev1 ? DESFIRE_MAC_SIZE : 4);
    }
    return header + padded(len + (ev1 ? 4 : 2), s->crypto.block);
}

static enum desfire_status open_first_generation(struct desfire *d, uint8_t *message, size_t *n, size_t header,
                                                 enum card_comm comm)
{
    const struct crypto *crypto = &d->session.crypto;
    uint8_t mac[4];
    if (comm == CARD_COMM_FULL) {
        if (*n <= header || (*n - header) % crypto->block != 0) {
            return DESFIRE_LENGTH_ERROR;
        }
        crypto_undo_decipher(crypto, message + header, *n - header);
    } else if (comm == CARD_COMM_MAC) {
        if (*n < header + sizeof mac) {
            return DESFIRE_LENGTH_ERROR;
        }
        *n -= sizeof mac;
        crypto_mac(crypto, message + header, *n - header, mac);
        return memcmp(mac, message + *n, sizeof mac) == 0 ? DESFIRE_OK : DESFIRE_INTEGRITY_ERROR;
    }
    return DESFIRE_OK;
}

enum desfire_status desfire_open_message(struct desfire *d, uint8_t *message, size_t *n, size_t header,
                                         enum card_comm comm)
{
    struct desfire_session *s = &d->session;
    if (s->scheme == DESFIRE_OPEN) {
        return DESFIRE_OK;
    }
    if (s->scheme == DESFIRE_FIRST_GENERATION) {
        return open_first_generation(d, message, n, header, comm);
    }
    if (comm == CARD_COMM_FULL) {
        if (*n <= header || (*n - header) % s->crypto.block != 0) {
            return DESFIRE_LENGTH_ERROR;
        }
        crypto_cbc_decrypt(&s->crypto, s->iv, message + header, *n - header);
        return DESFIRE_OK;
    }
    if (comm == CARD_COMM_PLAIN) {
        crypto_cmac(&s->crypto, s->iv, message, *n);
        return DESFIRE_OK;
    }
    if (*n < header + DESFIRE_MAC_SIZE) {
        return DESFIRE_LENGTH_ERROR;
    }
    *n -= DESFIRE_MAC_SIZE;
    crypto_cmac(&s->crypto, s->iv, message, *n);
    return memcmp(s->iv, message + *n, DESFIRE_MAC_SIZE) == 0 ? DESFIRE_OK : DESFIRE_INTEGRITY_ERROR;
}

bool desfire_has_checksum(const struct desfire *d, const uint8_t *message, size_t n, size_t header, size_t len)
{
    const uint8_t *at = message + header + len;
    bool ev1 = d->session.scheme == DESFIRE_EV1;
    size_t size = ev1 ? 4 : 2;
    if (n < header + len + size) {
        return false;
    }
    uint32_t crc = ev1 ? crypto_crc32(UINT32_MAX, message, header + len) : crypto_crc16(message + header, len);
    for (size_t i = 0; i < size; i++) {
        if (at[i] != (uint8_t)(crc >> (8 * i))) {
            return false;
        }
    }
    return true;
}

/* CRC, padding, cipher. */
static void encipher_answer(struct desfire *d)
{
    struct desfire_session *s = &d->session;
    uint8_t zero_iv[CRYPTO_BLOCK_MAX] = {0};
    bool ev1 = s->scheme == DESFIRE_EV1;
    if (ev1) {
        static const uint8_t status = DESFIRE_OK;
        put_little(d, crypto_crc32(crypto_crc32(UINT32_MAX, d->out, d->out_n), &status, 1), 4);
    } else {
        put_little(d, crypto_crc16(d->out, d->out_n), 2);
    }
    if (d->out_open_end) {
        put_little(d, 0x80, 1);
    }
    while (d->out_n % s->crypto.block != 0) {
        put_little(d, 0, 1);
    }
    crypto_cbc_encrypt(&s->crypto, ev1 ? s->iv : zero_iv, d->out, d->out_n);
}

static void secure_answer(struct desfire *d)
{
    struct desfire_session *s = &d->session;
    if (s->scheme == DESFIRE_OPEN || d->out_bare) {
        return;
    }
    if (d->out_comm == CARD_COMM_FULL) {
        encipher_answer(d);
        return;
    }
    if (s->scheme == DESFIRE_FIRST_GENERATION) {
        uint8_t mac[4];
        if (d->out_comm == CARD_COMM_MAC) {
            crypto_mac(&s->crypto, d->out, d->out_n, mac);
            desfire_put(d, mac, sizeof mac);
        }
        return;
    }
    d->out[d->out_n] = DESFIRE_OK; /* the status is covered, behind the data; it has room: see DESFIRE_MESSAGE_MAX */
    crypto_cmac(&s->crypto, s->iv, d->out, d->out_n + 1);
    if (!d->leave_out_cmac) {
        desfire_put(d, s->iv, DESFIRE_MAC_SIZE);
    }
}

/* ---- small commands ---- */

static enum desfire_status get_version(struct desfire *d, uint8_t *message, size_t n)
{
    static const uint8_t hardware[] = {0x04, 0x01, 0x01, 0x01, 0x00, 0x1a, 0x05}; /* EV1, 8 KiB */
    static const uint8_t software[] = {0x04, 0x01, 0x01, 0x01, 0x04, 0x1a, 0x05};
    static const uint8_t batch[] = {0xba, 0x45, 0x19, 0xe3, 0x20, 0x49, 0x13}; /* week and year at the end */
    static const uint8_t hidden[7] = {0};
    (void)message;
    (void)n;
    desfire_put(d, hardware, sizeof hardware);
    desfire_put(d, software, sizeof software);
    desfire_put(d, d->random_uid && d->session.scheme == DESFIRE_OPEN ? hidden : d->uid, sizeof d->uid);
    desfire_put(d, batch, sizeof batch);
    return DESFIRE_OK;
}

static enum desfire_status free_memory(struct desfire *d, uint8_t *message, size_t n)
{
    (void)message;
    (void)n;
    put_little(d, DESFIRE_MEMORY - d->memory_used, 3);
    return DESFIRE_OK;
}

static enum desfire_status get_card_uid(struct desfire *d, uint8_t *message, size_t n)
{
    (void)message;
    (void)n;
    if (d->session.scheme == DESFIRE_OPEN) {
        return DESFIRE_NOT_AUTHENTICATED;
    }
    desfire_put(d, d->uid, sizeof d->uid);
    d->out_comm = CARD_COMM_FULL;
    return DESFIRE_OK;
}

/* ---- dispatch ---- */

/* How a command's own message is secured. */
enum opening { OPEN_PLAIN, OPEN_FULL, OPEN_ITSELF };

static const struct command {
    uint8_t code;
    uint8_t header; /* OPEN_FULL: bytes that stay readable */
    enum opening opening;
    size_t min, max; /* of the message as it comes */
    desfire_handler *run;
} commands[] = {
    {0x45, 0, OPEN_PLAIN, 1, 1, desfire_get_key_settings},
    {0x51, 0, OPEN_PLAIN, 1, 1, get_card_uid},
    {0x54, 1, OPEN_FULL, 9, 17, desfire_change_key_settings},
    {0x5a, 0, OPEN_PLAIN, 4, 4, desfire_select_app},
    {0x5c, 2, OPEN_FULL, 10, 58, desfire_set_configuration},
    {0x5f, 0, OPEN_ITSELF, 5, 18, desfire_change_file_settings},
    {COMMAND_GET_VERSION, 0, OPEN_PLAIN, 1, 1, get_version},
    {0x64, 0, OPEN_PLAIN, 2, 2, desfire_get_key_version},
    {COMMAND_LIST_APPS, 0, OPEN_PLAIN, 1, 1, desfire_list_apps},
    {0x6e, 0, OPEN_PLAIN, 1, 1, free_memory},
    {0x6f, 0, OPEN_PLAIN, 1, 1, desfire_list_files},
    {0xa7, 0, OPEN_PLAIN, 1, 1, desfire_abort},
    {0xbd, 0, OPEN_PLAIN, 8, 8, desfire_read},
    {0xc4, 2, OPEN_FULL, 18, 50, desfire_change_key},
    {0xc7, 0, OPEN_PLAIN, 1, 1, desfire_commit},
    {0xca, 0, OPEN_PLAIN, 6, 24, desfire_create_app},
    {0xcb, 0, OPEN_PLAIN, 8, 10, desfire_create_file},
    {0xcd, 0, OPEN_PLAIN, 8, 10, desfire_create_file},
    {0xda, 0, OPEN_PLAIN, 4, 4, desfire_delete_app},
    {0xdf, 0, OPEN_PLAIN, 2, 2, desfire_delete_file},
    {0xf5, 0, OPEN_PLAIN, 2, 2, desfire_file_settings},
    {0xfc, 0, OPEN_PLAIN, 1, 1, desfire_format},
    {COMMAND_WRITE, 0, OPEN_ITSELF, 9, DESFIRE_MESSAGE_MAX, desfire_write},
};

static const struct command *find_command(uint8_t code)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (commands[i].code == code) {
            return &commands[i];
        }
    }
    return NULL;
}

static enum desfire_status run_command(struct desfire *d, uint8_t *message, size_t n)
{
    const struct command *command = find_command(message[0]);
    if (!command) {
        return DESFIRE_ILLEGAL_COMMAND;
    }
    if (n < command->min || n > command->max) {
        return DESFIRE_LENGTH_ERROR;
    }
    if (command->opening == OPEN_FULL && d->session.scheme == DESFIRE_OPEN) {
        return DESFIRE_NOT_AUTHENTICATED;
    }
    if (command->opening != OPEN_ITSELF) {
        enum card_comm comm = command->opening == OPEN_FULL ? CARD_COMM_FULL : CARD_COMM_PLAIN;
        enum desfire_status status = desfire_open_message(d, message, &n, command->header, comm);
        if (status != DESFIRE_OK) {
            return status;
        }
    }
    return command->run(d, message, n);
}

/* The next part of the answer. The version comes in three parts by what they mean. */
static enum desfire_status send_part(struct desfire *d, uint8_t *ret_data, size_t *ret_n)
{
    size_t most = DESFIRE_FRAME_DATA;
    if (d->command == COMMAND_GET_VERSION && d->out_sent < 14) {
        most = 7;
    } else if (d->command == COMMAND_LIST_APPS) {
        most = 57; /* 19 whole identifiers */
    }
    size_t n = d->out_n - d->out_sent < most ? d->out_n - d->out_sent : most;
    memcpy(ret_data, d->out + d->out_sent, n);
    *ret_n = n;
    d->out_sent += n;
    d->step = d->out_sent < d->out_n ? DESFIRE_STEP_MORE_OUT : DESFIRE_STEP_COMMAND;
    return d->step == DESFIRE_STEP_MORE_OUT ? DESFIRE_MORE : DESFIRE_OK;
}

static enum desfire_status fail(struct desfire *d, enum desfire_status status)
{
    desfire_end_session(d);
    d->step = DESFIRE_STEP_COMMAND;
    return status;
}

static enum desfire_status finish_command(struct desfire *d, uint8_t *ret_data, size_t *ret_n)
{
    d->command = d->in[0];
    d->out_n = d->out_sent = 0;
    d->out_comm = CARD_COMM_PLAIN;
    d->out_bare = d->out_open_end = false;
    enum desfire_status status = run_command(d, d->in, d->in_n);
    if (status != DESFIRE_OK) {
        return fail(d, status);
    }
    secure_answer(d);
    return send_part(d, ret_data, ret_n);
}

static enum desfire_status begin_command(struct desfire *d, const uint8_t *message, size_t n, uint8_t *ret_data,
                                         size_t *ret_n)
{
    d->step = DESFIRE_STEP_COMMAND;
    if (message[0] == COMMAND_AUTH_FIRST || message[0] == COMMAND_AUTH_ISO || message[0] == COMMAND_AUTH_AES) {
        d->out_n = 0;
        enum desfire_status status = desfire_auth_begin(d, message, n);
        memcpy(ret_data, d->out, d->out_n);
        *ret_n = d->out_n;
        return status == DESFIRE_MORE ? status : fail(d, status);
    }
    memcpy(d->in, message, n);
    d->in_n = n;
    if (message[0] == COMMAND_WRITE) {
        enum desfire_status status = desfire_plan_write(d, message, n, &d->in_expected);
        if (status != DESFIRE_OK) {
            return fail(d, status);
        }
        if (n < d->in_expected) {
            d->step = DESFIRE_STEP_MORE_IN;
            return DESFIRE_MORE;
        }
    }
    return finish_command(d, ret_data, ret_n);
}

static enum desfire_status go_on(struct desfire *d, const uint8_t *message, size_t n, uint8_t *ret_data, size_t *ret_n)
{
    enum desfire_status status;
    switch (d->step) {
    case DESFIRE_STEP_AUTH:
        d->step = DESFIRE_STEP_COMMAND;
        d->out_n = 0;
        status = desfire_auth_end(d, message + 1, n - 1);
        memcpy(ret_data, d->out, d->out_n);
        *ret_n = d->out_n;
        return status == DESFIRE_OK ? status : fail(d, status);
    case DESFIRE_STEP_MORE_OUT:
        return n == 1 ? send_part(d, ret_data, ret_n) : fail(d, DESFIRE_LENGTH_ERROR);
    case DESFIRE_STEP_MORE_IN:
        if (n - 1 > d->in_expected - d->in_n) {
            return fail(d, DESFIRE_LENGTH_ERROR);
        }
        memcpy(d->in + d->in_n, message + 1, n - 1);
        d->in_n += n - 1;
        return d->in_n < d->in_expected ? DESFIRE_MORE : finish_command(d, ret_data, ret_n);
    case DESFIRE_STEP_COMMAND:
        break;
    }
    return fail(d, DESFIRE_ABORTED);
}

/* @ret_data has room for a frame. */
static enum desfire_status take_frame(struct desfire *d, const uint8_t *message, size_t n, uint8_t *ret_data,
                                      size_t *ret_n)
{
    *ret_n = 0;
    enum desfire_status status = message[0] == COMMAND_MORE ? go_on(d, message, n, ret_data, ret_n)
                                                            : begin_command(d, message, n, ret_data, ret_n);
    if (status != DESFIRE_OK && status != DESFIRE_MORE) {
        *ret_n = 0;
    }
    return status;
}

/* 90 code 00 00, [length, parameters,] 00. @return the native message's length, 0 when the form is wrong. */
static size_t unwrap(const uint8_t *in, size_t n, uint8_t ret_message[1 + DESFIRE_FRAME_DATA])
{
    ret_message[0] = in[1];
    if (n == 5 && in[4] == 0) {
        return 1;
    }
    if (n < 6 || in[4] == 0 || in[4] > DESFIRE_FRAME_DATA || n < 5U + in[4] || n > 6U + in[4]) {
        return 0;
    }
    memcpy(ret_message + 1, in + 5, in[4]);
    return 1U + in[4];
}

static void exchange(struct card *card, enum card_way way, const uint8_t *in, size_t n, struct card_reply *reply)
{
    struct desfire *d = desfire_of(card);
    uint8_t message[1 + DESFIRE_FRAME_DATA];
    uint8_t *end = reply->bytes;
    if (way != CARD_WAY_APDU) {
        reply->status = CARD_SILENT;
        return;
    }
    reply->busy_us = COMMAND_BUSY_US;
    if (in[0] == 0x00) { /* ISO 7816-4 commands: no such file */
        memcpy(reply->bytes, (const uint8_t[]){0x6a, 0x82}, 2);
        reply->n = 2;
        return;
    }
    bool wrapped = in[0] == 0x90 && n >= 2;
    size_t message_n = wrapped ? unwrap(in, n < 5 ? 0 : n, message) : n;
    const uint8_t *native = wrapped ? message : in;
    enum desfire_status status = DESFIRE_LENGTH_ERROR;
    if (message_n > 0 && message_n <= sizeof message) {
        bool auth = native[0] == COMMAND_AUTH_AES || d->step == DESFIRE_STEP_AUTH;
        reply->busy_us = auth ? CRYPTO_BUSY_US : COMMAND_BUSY_US;
        status = take_frame(d, native, message_n, wrapped ? end : end + 1, &reply->n);
    }
    if (wrapped) {
        end[reply->n++] = 0x91;
        end[reply->n++] = (uint8_t)status;
    } else {
        end[0] = (uint8_t)status;
        reply->n++;
    }
}

/* ---- the card ---- */

static void power_off(struct card *card)
{
    struct desfire *d = desfire_of(card);
    desfire_end_session(d);
    desfire_abort_files(d);
    d->app = 0;
    d->step = DESFIRE_STEP_COMMAND;
    if (d->random_uid) {
        card->uid_len = 4;
        card_random(card, card->uid, 4);
        card->uid[0] = 0x08;
        card->atqa[1] = 0x04;
    }
}

/* A new activation starts at the card's top level; files, as after power off, keep what was committed. */
static void select_card(struct card *card)
{
    struct desfire *d = desfire_of(card);
    desfire_end_session(d);
    desfire_abort_files(d);
    d->app = 0;
    d->step = DESFIRE_STEP_COMMAND;
}

static void finish(struct card *card)
{
    struct desfire *d = desfire_of(card);
    for (size_t i = 0; i < DESFIRE_APPS; i++) {
        desfire_free_files(&d->apps[i]);
    }
}

static void leave_out_cmac(struct card *card, bool on)
{
    desfire_of(card)->leave_out_cmac = on;
}

static const struct card_ops desfire_ops = {
    .finish = finish,
    .power_off = power_off,
    .select = select_card,
    .exchange = exchange,
    .leave_out_cmac = leave_out_cmac,
};

static int preset_app(struct desfire *d, const struct card_options *options)
{
    struct desfire_app *app;
    uint8_t key_count = options->key_number < 5 ? 5 : options->key_number + 1;
    if (desfire_add_app(d, options->aid, 0x0f, key_count, CRYPTO_AES, &app) != DESFIRE_OK) {
        return -EINVAL;
    }
    memcpy(app->keys[options->key_number].bytes, options->key, sizeof options->key);
    if (options->data_len == 0) {
        return 0;
    }
    uint16_t key = options->key_number;
    const struct desfire_file file = {
        .number = 1,
        .comm = options->comm,
        .rights = (uint16_t)(key << 12), /* read with the key; all else with key 0 */
        .size = (uint32_t)options->data_len,
    };
    if (desfire_add_file(d, app, &file) != DESFIRE_OK) {
        return -ENOMEM;
    }
    memcpy(app->files[0].data, options->data, options->data_len);
    return 0;
}

int card_new_desfire(const struct card_options *options, struct card **ret_card)
{
    static const uint8_t ats[] = {0x06, 0x75, 0x77, 0x81, 0x02, 0x80};
    if (options->uid_len != 7) {
        return -EINVAL;
    }
    struct desfire *d = calloc(1, sizeof *d);
    if (!d) {
        return -ENOMEM;
    }
    d->card.ops = &desfire_ops;
    memcpy(d->uid, options->uid, sizeof d->uid);
    memcpy(d->card.uid, options->uid, sizeof d->uid);
    d->card.uid_len = sizeof d->uid;
    d->card.atqa[0] = 0x03;
    d->card.atqa[1] = 0x44;
    d->card.sak = 0x20;
    memcpy(d->card.ats, ats, sizeof ats);
    d->card.ats_len = sizeof ats;
    d->random_uid = options->random_uid;
    struct desfire_app *card = &d->apps[0];
    card->used = true;
    card->settings = 0x0f;
    card->key_count = 1;
    card->kind = options->has_master ? CRYPTO_AES : CRYPTO_DES;
    memcpy(card->keys[0].bytes, options->master, sizeof options->master);
    int r = options->has_app ? preset_app(d, options) : 0;
    if (r < 0) {
        card_free(&d->card);
        return r;
    }
    *ret_card = &d->card;
    return 0;
}
