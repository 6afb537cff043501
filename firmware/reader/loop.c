#include "reader/loop.h"

#define LOG_MODULE "reader"
#include "base/log.h"
#include "base/text.h"
#include "drivers/desfire/desfire.h"
#include "drivers/nfc/nfc.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

static_assert((int)MESSAGE_KEY_SIZE == (int)DESFIRE_KEY_SIZE, "the gate sends AES-128 keys");

void reader_loop_init(struct reader_loop *loop, const struct reader_ops *ops, void *user)
{
    *loop = (struct reader_loop){.ops = ops, .user = user};
}

static int64_t now(const struct reader_loop *loop)
{
    return loop->ops->now(loop->user);
}

static int send_message(struct reader_loop *loop, struct message *message)
{
    message->boot_us = now(loop);
    return loop->ops->send(loop->user, message);
}

int reader_loop_hello(struct reader_loop *loop, const char *chip, unsigned sandbox)
{
    struct message message = {.kind = MESSAGE_READER_HELLO, .value = (int64_t)sandbox};
    (void)text_copy(message.text, sizeof(message.text), chip);
    loop->alive_us = now(loop);
    return send_message(loop, &message);
}

/* A heartbeat that finds the gate's queue full is dropped: the gate will see the next one. */
static int beat(struct reader_loop *loop)
{
    int64_t at = now(loop);
    if (at - loop->alive_us < READER_ALIVE_US) {
        return 0;
    }
    loop->alive_us = at;
    struct message message = {.kind = MESSAGE_READER_ALIVE};
    int r = send_message(loop, &message);
    return r == -EAGAIN ? 0 : r;
}

static int fault(struct reader_loop *loop, int outcome, const char *why)
{
    log_error("fault: why=\"%s\"", why);
    struct message message = {.kind = MESSAGE_READER_FAULT};
    (void)text_copy(message.text, sizeof(message.text), why);
    (void)send_message(loop, &message); /* the process ends either way, and its exit code says the same */
    return outcome;
}

static void answered(struct reader_loop *loop)
{
    if (loop->strikes > 0) {
        loop->strikes--;
    }
}

/* The device failed with @error. @return 0 to try again, or an outcome. */
static int strike(struct reader_loop *loop, int error)
{
    if (error == -ENODEV) {
        return fault(loop, READER_LOOP_LOST, "the reader is gone");
    }
    loop->strikes += READER_STRIKE;
    if (loop->strikes < READER_STRIKES_MAX) {
        return 0;
    }
    return fault(loop, READER_LOOP_FAULTY,
                 error == -ETIMEDOUT ? "the reader doesn't answer" : "the reader answers nonsense");
}

static int card_gone(struct reader_loop *loop)
{
    struct message message = {.kind = MESSAGE_CARD_GONE, .card = loop->card};
    loop->has_card = false;
    loop->misses = 0;
    return send_message(loop, &message);
}

static int card_seen(struct reader_loop *loop, const struct nfc_target *target, int64_t field_us, int64_t uid_us)
{
    struct message message = {
        .kind = MESSAGE_CARD_SEEN,
        .can_desfire = nfc_target_has_blocks(target),
        .field_us = field_us,
        .uid_us = uid_us,
    };
    if (!card_from_uid(target->uid, target->uid_len, &message.card)) {
        return 0;
    }
    loop->has_card = true;
    loop->misses = 0;
    loop->target = *target;
    loop->card = message.card;
    return send_message(loop, &message);
}

/* Selects. @return as nfc_select, but a card that makes no sense counts as none. */
static int select_card(struct reader_loop *loop, struct nfc_target *ret_target)
{
    int r = loop->ops->select(loop->user, ret_target);
    if (r == NFC_REFUSED) {
        if (!loop->told_refused) {
            log_warn("card refused: its UID can't be");
        }
        loop->told_refused = true;
        return NFC_NO_CARD;
    }
    loop->told_refused = false;
    return r;
}

/* Nothing lies there: look for a card. */
static int find(struct reader_loop *loop)
{
    struct nfc_target target;
    int64_t field_us = now(loop);
    int r = select_card(loop, &target);
    if (r < 0) {
        return strike(loop, r);
    }
    answered(loop);
    return r == 0 ? card_seen(loop, &target, field_us, now(loop)) : 0;
}

/* A card lay there and doesn't answer any more: it has gone, or was lifted for a moment, or another has taken its
 * place. */
static int missed(struct reader_loop *loop)
{
    struct nfc_target target;
    int64_t field_us = now(loop);
    int r = select_card(loop, &target);
    int64_t uid_us = now(loop);
    if (r < 0) {
        return strike(loop, r);
    }
    answered(loop);
    if (r == 0 && nfc_target_same(&target, &loop->target)) {
        loop->misses = 0;
        return 0;
    }
    if (r == 0) {
        r = card_gone(loop);
        return r == 0 ? card_seen(loop, &target, field_us, uid_us) : r;
    }
    loop->misses++;
    return loop->misses >= READER_MISSES ? card_gone(loop) : 0;
}

static int watch(struct reader_loop *loop)
{
    int r = loop->ops->present(loop->user, &loop->target);
    if (r < 0) {
        return strike(loop, r);
    }
    if (r == 0) {
        answered(loop);
        loop->misses = 0;
        return 0;
    }
    return missed(loop);
}

int reader_loop_step(struct reader_loop *loop, int64_t *ret_wait_us)
{
    int64_t began_us = now(loop);
    int64_t period_us = loop->has_card ? READER_WATCH_US : READER_PERIOD_US;
    int r = loop->has_card ? watch(loop) : find(loop);
    if (r == 0) {
        r = beat(loop);
    }
    if (r != 0) {
        return r;
    }
    int64_t rest_us = period_us - (now(loop) - began_us);
    *ret_wait_us = rest_us > READER_GAP_US ? rest_us : READER_GAP_US;
    return 0;
}

static enum message_proof proof_of(int result)
{
    if (result == 0) {
        return MESSAGE_PROOF_GENUINE;
    }
    return result == DESFIRE_NOT_GENUINE ? MESSAGE_PROOF_FAILED : MESSAGE_PROOF_TORN;
}

/* A card at the edge of the field drops out for a moment: when it is still the same one, it gets a second chance at
 * once, so that its owner needn't lift it and come again. */
static int authenticate_twice(struct reader_loop *loop, const struct message *message)
{
    struct desfire_link link = {
        .transceive = loop->ops->transceive,
        .random = loop->ops->random,
        .user = loop->user,
    };
    int r = desfire_authenticate(&link, message->aid, message->key_number, message->key);
    if (r != DESFIRE_TORN) {
        return r;
    }
    struct nfc_target again;
    r = select_card(loop, &again);
    if (r < 0) {
        return r;
    }
    if (r != 0 || !nfc_target_same(&again, &loop->target)) {
        return DESFIRE_TORN; /* the next look finds out who is there now */
    }
    return desfire_authenticate(&link, message->aid, message->key_number, message->key);
}

static int authenticate(struct reader_loop *loop, const struct message *message)
{
    int r = DESFIRE_TORN;
    if (loop->has_card && card_equal(&loop->card, &message->card)) {
        /* Whoever copies the UID of a DESFire to a simpler card gets no further than this. */
        r = nfc_target_has_blocks(&loop->target) ? authenticate_twice(loop, message) : DESFIRE_NOT_GENUINE;
    }
    struct message answer = {.kind = MESSAGE_CARD_PROOF, .card = message->card, .proof = proof_of(r)};
    int sent = send_message(loop, &answer);
    if (sent < 0) {
        return sent;
    }
    if (r < 0) {
        return strike(loop, r);
    }
    answered(loop);
    return 0;
}

int reader_loop_receive(struct reader_loop *loop, struct message *message)
{
    int r = 0;
    if (message->kind == MESSAGE_READER_QUIT) {
        r = READER_LOOP_QUIT;
    } else if (message->kind == MESSAGE_AUTHENTICATE) {
        r = authenticate(loop, message);
    } else {
        log_warn("message ignored: kind=%s", message_kind_text(message->kind));
    }
    explicit_bzero(message->key, sizeof(message->key));
    return r;
}
