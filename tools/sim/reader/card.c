#include "sim/reader/card.h"

#include "sim/reader/card_private.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

void card_random(struct card *card, uint8_t *ret_bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        card->random += UINT64_C(0x9e3779b97f4a7c15);
        uint64_t z = card->random;
        z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
        ret_bytes[i] = (uint8_t)((z ^ (z >> 31)) >> 24);
    }
}

/* An invented UID: 4 bytes for a Classic card, else 7 with the maker's byte 04. 08 and 88 mean something else in front. */
static void invent_uid(struct card_options *options)
{
    struct card chance = {.random = options->seed};
    options->uid_len = options->kind == CARD_CLASSIC ? 4 : 7;
    card_random(&chance, options->uid, options->uid_len);
    if (options->uid_len == 7 || options->uid[0] == 0x08 || options->uid[0] == 0x88) {
        options->uid[0] = 0x04;
    }
}

int card_new(const struct card_options *options, struct card **ret_card)
{
    struct card_options final = *options;
    struct card *card = NULL;
    if (final.uid_len == 0) {
        invent_uid(&final);
    }
    if ((final.uid_len != 4 && final.uid_len != 7 && final.uid_len != 10) || final.key_number > 13 ||
        final.data_len > CARD_DATA_MAX) {
        return -EINVAL;
    }
    int r = -EINVAL;
    switch (final.kind) {
    case CARD_CLASSIC:
        r = card_new_classic(&final, &card);
        break;
    case CARD_ULTRALIGHT:
    case CARD_NTAG213:
    case CARD_NTAG215:
        r = card_new_type2(&final, &card);
        break;
    case CARD_DESFIRE:
        r = card_new_desfire(&final, &card);
        break;
    case CARD_FOREIGN:
        r = card_new_foreign(&final, &card);
        break;
    case CARD_KINDS:
        break;
    }
    if (r < 0) {
        return r;
    }
    card->kind = final.kind;
    card->random = final.seed ^ UINT64_C(0x5717e5717e);
    card_power_off(card);
    *ret_card = card;
    return 0;
}

void card_free(struct card *card)
{
    if (card && card->ops->finish) {
        card->ops->finish(card);
    }
    free(card);
}

const uint8_t *card_uid(const struct card *card, size_t *ret_len)
{
    *ret_len = card->uid_len;
    return card->uid;
}

const uint8_t *card_atqa(const struct card *card)
{
    return card->atqa;
}

uint8_t card_sak(const struct card *card)
{
    return card->sak;
}

const uint8_t *card_ats(const struct card *card, size_t *ret_len)
{
    *ret_len = card->ats_len;
    return card->ats;
}

enum card_kind card_kind_of(const struct card *card)
{
    return card->kind;
}

void card_power_off(struct card *card)
{
    card->ops->power_off(card);
}

void card_select(struct card *card)
{
    card->ops->select(card);
}

void card_exchange(struct card *card, enum card_way way, const uint8_t *in, size_t n, struct card_reply *ret_reply)
{
    assert(n >= 1 && n <= CARD_FRAME_MAX);
    memset(ret_reply, 0, sizeof *ret_reply);
    card->ops->exchange(card, way, in, n, ret_reply);
    if (ret_reply->status != CARD_OK) {
        ret_reply->n = 0;
    }
}

void card_leave_out_cmac(struct card *card, bool on)
{
    if (card->ops->leave_out_cmac) {
        card->ops->leave_out_cmac(card, on);
    }
}
