/* A card of another trade: a bank card, a phone. It can be selected and refuses every command. */

#include "sim/reader/card_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void nothing(struct card *card)
{
    (void)card;
}

static void exchange(struct card *card, enum card_way way, const uint8_t *in, size_t n, struct card_reply *reply)
{
    (void)card;
    (void)in;
    (void)n;
    if (way != CARD_WAY_APDU) {
        reply->status = CARD_SILENT;
        return;
    }
    reply->bytes[0] = 0x6d; /* ISO 7816-4: instruction not supported */
    reply->bytes[1] = 0x00;
    reply->n = 2;
    reply->busy_us = 500;
}

static const struct card_ops foreign_ops = {.power_off = nothing, .select = nothing, .exchange = exchange};

int card_new_foreign(const struct card_options *options, struct card **ret_card)
{
    static const uint8_t ats[] = {0x05, 0x78, 0x80, 0x70, 0x02};
    struct card *card = calloc(1, sizeof *card);
    if (!card) {
        return -ENOMEM;
    }
    card->ops = &foreign_ops;
    memcpy(card->uid, options->uid, options->uid_len);
    card->uid_len = options->uid_len;
    card->atqa[1] = options->uid_len == 4 ? 0x04 : options->uid_len == 7 ? 0x44 : 0x84;
    card->sak = 0x20;
    memcpy(card->ats, ats, sizeof ats);
    card->ats_len = sizeof ats;
    *ret_card = card;
    return 0;
}
