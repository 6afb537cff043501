#pragma once

/* What a reader process does all day: find a card, say so once, notice that it has gone or that another has come, and
 * let it prove itself when the gate asks. Talks to the chip and to the gate through functions, so that every fault can
 * be played; all heartbeats come from here, so that a chip that hangs is noticed. Reads no clock of its own. */

#include "bus/message.h"
#include "core/card.h"
#include "drivers/nfc/target.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    READER_GAP_US = 5000, /* at least between two tries, for others to use the processor */
    READER_PERIOD_US = 10000, /* at least from try to try with no card */
    READER_WATCH_US = 20000, /* at least from look to look at a card that lies there */
    READER_ALIVE_US = 250000, /* between heartbeats */
    READER_MISSES = 2, /* a card is gone when it was missed so many times in a row */
    READER_STRIKE = 3, /* added for an error of the device; each good answer takes one off */
    READER_STRIKES_MAX = 9, /* so three errors in a row end it, and one in three for a while */
};

/* All mandatory. Each takes the user pointer of the loop. */
struct reader_ops {
    int (*select)(void *user, struct nfc_target *ret_target); /* as nfc_select */
    int (*present)(void *user, const struct nfc_target *target); /* as nfc_present */
    int (*transceive)(void *user, const uint8_t *out, size_t n_out, uint8_t *ret_in, size_t size);
    int (*random)(void *user, uint8_t *ret_bytes, size_t n);
    int (*send)(void *user, const struct message *message); /* as bus_send */
    int64_t (*now)(void *user); /* boot microseconds */
};

/* Why the loop ended. */
enum reader_loop_outcome {
    READER_LOOP_QUIT = 1, /* the gate asked for it */
    READER_LOOP_LOST, /* the device is gone; the gate has been told */
    READER_LOOP_FAULTY, /* the device stays silent or talks nonsense; the gate has been told */
};

struct reader_loop {
    const struct reader_ops *ops;
    void *user;
    bool has_card;
    bool told_refused; /* a card that makes no sense is logged once, not at every try */
    uint8_t misses;
    uint8_t strikes;
    struct nfc_target target;
    struct card_number card;
    int64_t alive_us; /* the last heartbeat */
};

void reader_loop_init(struct reader_loop *loop, const struct reader_ops *ops, void *user);
/** Says hello to the gate. @chip: name and firmware; @sandbox: bits of enum message_sandbox.
 * @return 0 or a negative errno (the gate can't be reached). */
int reader_loop_hello(struct reader_loop *loop, const char *chip, unsigned sandbox);
/** Does the next try, and sends what there is to say. @return 0 with the time to wait before the next one, an outcome,
 * or a negative errno (the gate can't be reached). */
int reader_loop_step(struct reader_loop *loop, int64_t *ret_wait_us);
/** Does what the gate wants. Wipes message->key. @return as reader_loop_step. */
int reader_loop_receive(struct reader_loop *loop, struct message *message);
