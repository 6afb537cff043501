#pragma once

/* The card readers' processes: starts one for each reader, listens to it, kills it when it goes silent, and starts it
 * again with a back-off. A reader is a child that may hang or crash at any time; nothing here waits for it. */

#include "bus/message.h"
#include "gate/config.h"
#include "gate/unit.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <systemd/sd-event.h>

struct readers;

/* What decides how soon a reader is back: within two seconds of its fault's end (tests/gate/test_dials.c). */
enum {
    READERS_BACK_OFF_MIN_MS = 100, /* from its last start to the next */
    READERS_BACK_OFF_MAX_MS = 1000,
    READERS_HELLO_WAIT_MS = 1800 /* a reader gives an opening up by itself after 1.6 s */
};

struct readers_ops {
    /** Works from now on, or doesn't and why. */
    void (*state)(void *user, unsigned reader, bool working, const char *why);
    void (*seen)(void *user, unsigned reader, const struct unit_card *card);
    void (*proof)(void *user, unsigned reader, const struct card_number *card, enum message_proof proof);
    void (*gone)(void *user, unsigned reader);
};

/** Starts all readers of @config, which must outlive it. SIGCHLD must be blocked. @return 0 or a negative errno. A
 * program that can't be started is tried again for ever. */
int readers_start(sd_event *event, const struct gate_config *config, const struct readers_ops *ops, void *user,
                  struct readers **ret_readers);
/** Asks all to quit, kills what is left after half a second, and frees. Takes NULL. */
void readers_stop(struct readers *readers);

/** Hands a card's key to a reader. @return 0, -ENODEV when it isn't working, or a negative errno. */
int readers_authenticate(struct readers *readers, unsigned reader, const struct card_number *uid,
                         const uint8_t key[MESSAGE_KEY_SIZE]);

struct reader_status {
    bool working;
    pid_t pid; /* 0: none */
    unsigned restarts;
    int64_t sandbox; /* bits of enum message_sandbox */
    int64_t last_boot_us; /* of its last message; 0: none */
    int64_t lag_us; /* that one's way to the gate */
    int64_t answer_us; /* from the last authentication asked to its proof; 0: none yet */
    const char *chip; /* "" until it said so */
    const char *fault; /* why it isn't working, or last wasn't */
};
struct reader_status readers_status(const struct readers *readers, unsigned reader);
