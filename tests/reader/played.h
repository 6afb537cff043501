#pragma once

/* A played chip with at most one card in its field, and a played gate that keeps what it was sent, both in simulated
 * time: what the reader's loop is tested on. */

#include "bus/message.h"
#include "drivers/nfc/target.h"
#include "reader/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SENT_MAX = 256, SELECT_US = 9000, LOOK_US = 4000, EXCHANGE_US = 8000 };

struct bench {
    int64_t now_us;
    struct nfc_target card;
    bool in_field;
    bool selected;
    bool knows_key; /* the card is a DESFire with the right key (all 2a) */
    uint8_t challenge[16]; /* of the card, as sent */
    int device_error; /* what select and present answer; 0: they work */
    int select_says; /* an outcome instead of the card */
    unsigned transceive_failures; /* so many exchanges fail... */
    int transceive_error; /* ...with this */
    unsigned leaves_after; /* the card leaves the field after so many exchanges; 0: stays */
    unsigned exchanges;
    int send_error;
    struct message sent[SENT_MAX];
    size_t n_sent;
};

extern const struct nfc_target played_classic, played_desfire;

/** A new bench and loop, with the hello said and checked. */
void played_begin(struct reader_loop *loop, struct bench *b);
void played_put(struct bench *b, const struct nfc_target *card);
void played_take(struct bench *b);
/** Runs the loop for @us of simulated time. @return the first answer that isn't 0. */
int played_run(struct reader_loop *loop, struct bench *b, int64_t us);
/** What was sent, without heartbeats, a letter each: H hello, S seen, G gone, P proof, F fault. Forgets it. */
const char *played_story(struct bench *b);
/** The last message of @kind; fails the test when there is none. */
struct message played_last(const struct bench *b, enum message_kind kind);
/** The gate's request that @card authenticate itself (key: all 2a). */
struct message played_question(const struct nfc_target *card);
/** Asks so, and checks that the answer is about this card and that the key was wiped. @return the proof. */
enum message_proof played_ask(struct reader_loop *loop, struct bench *b, const struct nfc_target *card);
