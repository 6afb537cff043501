#include "played.h"

#include "drivers/nfc/nfc.h"

#include <errno.h>
#include <nettle/aes.h>
#include <nettle/cbc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { BOOT_US = 1000000 };

const struct nfc_target played_classic = {.uid = {0xde, 0xad, 0xbe, 0xef}, .uid_len = 4, .sak = 0x08};
const struct nfc_target played_desfire = {
    .uid = {0x04, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0x80},
    .uid_len = 7,
    .sak = 0x20,
};

static int play_select(void *user, struct nfc_target *ret_target)
{
    struct bench *b = user;
    b->now_us += SELECT_US;
    b->selected = false;
    if (b->device_error) {
        return b->device_error;
    }
    if (b->select_says) {
        return b->select_says;
    }
    if (!b->in_field) {
        return NFC_NO_CARD;
    }
    b->selected = true;
    *ret_target = b->card;
    return 0;
}

static int play_present(void *user, const struct nfc_target *target)
{
    struct bench *b = user;
    b->now_us += LOOK_US;
    if (b->device_error) {
        return b->device_error;
    }
    if (b->in_field && b->selected && nfc_target_same(&b->card, target)) {
        return 0;
    }
    b->selected = false;
    return NFC_NO_CARD;
}

/* The card's side of the authentication, with nettle's own CBC. */
static int play_desfire(struct bench *b, const uint8_t *out, size_t n_out, uint8_t *in)
{
    static const uint8_t done[] = {0x91, 0x00};
    static const uint8_t more[] = {0x91, 0xaf};
    uint8_t key[16];
    memset(key, b->knows_key ? 0x2a : 0x11, sizeof(key));
    if (out[1] == 0x5a) {
        memcpy(in, done, sizeof(done));
        return 2;
    }
    if (out[1] == 0xaa) {
        memset(b->challenge, 0xc3, sizeof(b->challenge));
        memcpy(in, b->challenge, 16);
        memcpy(in + 16, more, sizeof(more));
        return 18;
    }
    assert_int_equal(out[1], 0xaf);
    assert_int_equal(n_out, 38);
    struct aes128_ctx aes;
    uint8_t iv[16];
    uint8_t plain[32];
    uint8_t turned[16];
    memcpy(iv, b->challenge, 16);
    aes128_set_decrypt_key(&aes, key);
    cbc_decrypt(&aes, (nettle_cipher_func *)aes128_decrypt, 16, iv, 32, plain, out + 5);
    memcpy(turned, plain + 1, 15);
    turned[15] = plain[0];
    aes128_set_encrypt_key(&aes, key);
    cbc_encrypt(&aes, (nettle_cipher_func *)aes128_encrypt, 16, iv, 16, in, turned);
    memcpy(in + 16, done, sizeof(done));
    return 18;
}

static int play_transceive(void *user, const uint8_t *out, size_t n_out, uint8_t *ret_in, size_t size)
{
    struct bench *b = user;
    b->now_us += EXCHANGE_US;
    b->exchanges++;
    assert_true(size >= 18);
    if (b->leaves_after > 0 && b->exchanges >= b->leaves_after) {
        b->in_field = false;
    }
    if (b->transceive_failures > 0) {
        b->transceive_failures--;
        b->selected = false;
        return b->transceive_error;
    }
    if (!b->in_field || !b->selected) {
        b->selected = false;
        return -ENODATA;
    }
    return play_desfire(b, out, n_out, ret_in);
}

static int play_random(void *user, uint8_t *ret_bytes, size_t n)
{
    (void)user;
    for (size_t i = 0; i < n; i++) {
        ret_bytes[i] = (uint8_t)(17 * i + 3);
    }
    return 0;
}

static int play_send(void *user, const struct message *message)
{
    struct bench *b = user;
    if (b->send_error) {
        return b->send_error;
    }
    assert_true(b->n_sent < SENT_MAX);
    assert_int_equal(message->boot_us, b->now_us);
    b->sent[b->n_sent++] = *message;
    return 0;
}

static int64_t play_now(void *user)
{
    return ((struct bench *)user)->now_us;
}

static const struct reader_ops ops = {
    .select = play_select,
    .present = play_present,
    .transceive = play_transceive,
    .random = play_random,
    .send = play_send,
    .now = play_now,
};

void played_put(struct bench *b, const struct nfc_target *card)
{
    b->card = *card;
    b->in_field = true;
    b->selected = false;
}

void played_take(struct bench *b)
{
    b->in_field = false;
}

/* Runs the loop for @us. @return the first answer that isn't 0. */
int played_run(struct reader_loop *loop, struct bench *b, int64_t us)
{
    int64_t end_us = b->now_us + us;
    while (b->now_us < end_us) {
        int64_t wait_us = 0;
        int r = reader_loop_step(loop, &wait_us);
        if (r != 0) {
            return r;
        }
        assert_in_range(wait_us, READER_GAP_US, READER_WATCH_US);
        b->now_us += wait_us;
    }
    return 0;
}

/* The messages without heartbeats, in short: H hello, S seen, G gone, P proof, F fault. Forgets them. */
const char *played_story(struct bench *b)
{
    static char text[SENT_MAX + 1];
    static const char letters[MESSAGE_KINDS] = {
        [MESSAGE_READER_HELLO] = 'H', [MESSAGE_READER_ALIVE] = 0, [MESSAGE_CARD_SEEN] = 'S',
        [MESSAGE_CARD_PROOF] = 'P',   [MESSAGE_CARD_GONE] = 'G',  [MESSAGE_READER_FAULT] = 'F',
    };
    size_t n = 0;
    for (size_t i = 0; i < b->n_sent; i++) {
        if (b->sent[i].kind != MESSAGE_READER_ALIVE) {
            text[n++] = letters[b->sent[i].kind];
        }
    }
    text[n] = '\0';
    b->n_sent = 0;
    return text;
}

void played_begin(struct reader_loop *loop, struct bench *b)
{
    *b = (struct bench){.now_us = BOOT_US};
    reader_loop_init(loop, &ops, b);
    assert_int_equal(reader_loop_hello(loop, "PN532 v1.6", 7), 0);
    assert_int_equal(b->sent[0].kind, MESSAGE_READER_HELLO);
    assert_string_equal(b->sent[0].text, "PN532 v1.6");
    assert_int_equal(b->sent[0].value, 7);
    assert_string_equal(played_story(b), "H");
}

struct message played_last(const struct bench *b, enum message_kind kind)
{
    for (size_t i = b->n_sent; i > 0; i--) {
        if (b->sent[i - 1].kind == kind) {
            return b->sent[i - 1];
        }
    }
    fail_msg("nothing of kind %d was sent", (int)kind);
    return (struct message){0};
}

struct message played_question(const struct nfc_target *card)
{
    struct message message = {.kind = MESSAGE_AUTHENTICATE, .aid = {1, 2, 3}};
    assert_true(card_from_uid(card->uid, card->uid_len, &message.card));
    memset(message.key, 0x2a, sizeof(message.key));
    return message;
}

/* Asks the card to prove itself. @return the proof. */
enum message_proof played_ask(struct reader_loop *loop, struct bench *b, const struct nfc_target *card)
{
    static const uint8_t wiped[MESSAGE_KEY_SIZE];
    struct message message = played_question(card);
    assert_int_equal(reader_loop_receive(loop, &message), 0);
    assert_memory_equal(message.key, wiped, sizeof(wiped));
    struct message answer = played_last(b, MESSAGE_CARD_PROOF);
    assert_true(card_equal(&answer.card, &message.card));
    return answer.proof;
}
