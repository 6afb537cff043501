#pragma once

/* For the card_*.c files only: what each kind of card provides. */

#include "sim/reader/card.h"

/* All are mandatory but finish and leave_out_cmac. */
struct card_ops {
    void (*finish)(struct card *card);
    void (*power_off)(struct card *card);
    void (*select)(struct card *card);
    /* *reply is zeroed beforehand: status CARD_OK, no bytes */
    void (*exchange)(struct card *card, enum card_way way, const uint8_t *in, size_t n, struct card_reply *reply);
    void (*leave_out_cmac)(struct card *card, bool on);
};

/* First member of each kind's own struct. */
struct card {
    const struct card_ops *ops;
    enum card_kind kind;
    uint8_t uid[CARD_UID_MAX];
    size_t uid_len;
    uint8_t atqa[2];
    uint8_t sak;
    uint8_t ats[CARD_ATS_MAX];
    size_t ats_len;
    uint64_t random;
};

/** The next bytes of the card's own chance (splitmix64). */
void card_random(struct card *card, uint8_t *ret_bytes, size_t n);

/* Makers: allocate and fill in all but random; uid and uid_len of @options are final. */
int card_new_classic(const struct card_options *options, struct card **ret_card);
int card_new_type2(const struct card_options *options, struct card **ret_card);
int card_new_desfire(const struct card_options *options, struct card **ret_card);
int card_new_foreign(const struct card_options *options, struct card **ret_card);
