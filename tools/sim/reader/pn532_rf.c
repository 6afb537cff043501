/* The PN532's commands that concern cards.
 *
 * A search (InListPassiveTarget, InAutoPoll) makes one try after the other. A card can answer once it has had power for
 * 5 ms (ISO 14443-3, section 5): it is found by the first try that begins after that. When that is follows from when the
 * field and the card came, so nothing has to be done while a search goes on: the time is worked out when it is asked for.
 *
 * The timing model: a try without an answer takes 5 ms; one with an answer 1 ms of the chip's own, and then each byte on
 * the air 85 us (106 kbit/s with parity) and each turn 91 us. Without the model a card is found the moment it is there; a
 * finite InListPassiveTarget ends at once, InAutoPoll after the periods that the host asked for. */

#include "sim/reader/card_crypto.h"
#include "sim/reader/pn532_private.h"

#include <string.h>

enum {
    TRY_US = 5000,
    POWER_UP_US = 5000,
    CHIP_US = 1000,
    AIR_BYTE_US = 85,
    AIR_TURN_US = 91,
    TIMEOUT_US = 51200, /* the chip's default for a card's answer (RFConfiguration item 2) */
    POLL_UNIT_US = 150000,
};

enum {
    CODE_DATA_EXCHANGE = 0x40,
    CODE_COMMUNICATE_THRU = 0x42,
    CODE_DESELECT = 0x44,
    CODE_LIST_PASSIVE = 0x4a,
    CODE_PSL = 0x4e,
    CODE_RELEASE = 0x52,
    CODE_SELECT = 0x54,
    CODE_AUTO_POLL = 0x60,
};

enum { SAK_ISO_DEP = 0x20, CASCADE_TAG = 0x88, MORE_TO_COME = 0x40 };

/* ---- finding ---- */

/* The UID as it goes over the air: parts of four bytes, each but the last with a cascade tag in front. */
static size_t air_uid(const struct card *card, uint8_t ret[12])
{
    size_t n;
    const uint8_t *uid = card_uid(card, &n);
    size_t len = 0;
    while (n > 4) {
        ret[len++] = CASCADE_TAG;
        memcpy(ret + len, uid, 3);
        len += 3;
        uid += 3;
        n -= 3;
    }
    memcpy(ret + len, uid, 4);
    return len + 4;
}

static bool is_iso_dep(const struct card *card)
{
    return (card_sak(card) & SAK_ISO_DEP) != 0;
}

/* The first of the search's types that the card is of; -1 for none. */
static int matching_type(const struct pn532_search *search, const struct card *card)
{
    enum { TYPE_GENERIC_A = 0x00, TYPE_MIFARE = 0x10, TYPE_ISO_DEP = 0x20 };
    uint8_t uid[12];
    if (search->code == CODE_LIST_PASSIVE) {
        size_t n = search->n - 2;
        bool wanted = n == 0 || (n == air_uid(card, uid) && memcmp(uid, search->params + 2, n) == 0);
        return search->params[1] == 0 && wanted ? 0 : -1;
    }
    for (size_t i = 2; i < search->n; i++) {
        uint8_t type = search->params[i];
        if (type == TYPE_GENERIC_A || type == (is_iso_dep(card) ? TYPE_ISO_DEP : TYPE_MIFARE)) {
            return is_iso_dep(card) ? TYPE_ISO_DEP : TYPE_MIFARE;
        }
    }
    return -1;
}

/* The instant of the try that finds the card that is in the field now; INT64_MAX: none does. */
static int64_t finding_us(const struct pn532 *chip)
{
    const struct pn532_search *search = &chip->search;
    if (!chip->card || matching_type(search, chip->card) < 0) {
        return INT64_MAX;
    }
    int64_t power_us = chip->card_us > chip->field_us ? chip->card_us : chip->field_us;
    int64_t ready_us = power_us + (chip->model ? POWER_UP_US : 0);
    int64_t wait_us = ready_us > search->start_us ? ready_us - search->start_us : 0;
    if (search->period_us > 0) {
        wait_us = (wait_us + search->period_us - 1) / search->period_us * search->period_us;
    }
    bool in_time = wait_us == 0 || wait_us < search->end_us - search->start_us;
    return in_time ? search->start_us + wait_us : INT64_MAX;
}

int64_t pn532_search_us(const struct pn532 *chip)
{
    if (chip->search.code == 0) {
        return INT64_MAX;
    }
    int64_t found_us = finding_us(chip);
    return found_us < chip->search.end_us ? found_us : chip->search.end_us;
}

/* How long activation takes on the air: request, a round per part of the UID, and the answer to select. */
static int64_t activation_us(const struct card *card)
{
    uint8_t uid[12];
    size_t ats_n;
    (void)card_ats(card, &ats_n);
    int64_t parts = (int64_t)air_uid(card, uid) / 4;
    int64_t us = CHIP_US + 3 * AIR_BYTE_US + AIR_TURN_US;
    us += parts * ((2 + 5 + 9 + 3) * AIR_BYTE_US + 2 * AIR_TURN_US);
    return us + (is_iso_dep(card) ? (4 + (int64_t)ats_n + 2) * AIR_BYTE_US + AIR_TURN_US : 0);
}

/* SENS_RES, SEL_RES, the UID with its length, and the answer to select where the chip asks for it. */
static size_t describe_card(struct pn532 *chip, uint8_t *ret)
{
    size_t uid_n, ats_n;
    const uint8_t *uid = card_uid(chip->card, &uid_n);
    const uint8_t *ats = card_ats(chip->card, &ats_n);
    size_t n = 0;
    ret[n++] = 1; /* target number */
    ret[n++] = card_atqa(chip->card)[0];
    ret[n++] = card_atqa(chip->card)[1];
    ret[n++] = card_sak(chip->card);
    ret[n++] = (uint8_t)uid_n;
    memcpy(ret + n, uid, uid_n);
    n += uid_n;
    chip->level4 = is_iso_dep(chip->card) && (chip->flags & PN532_FLAG_AUTO_RATS) != 0;
    if (!chip->level4) {
        return n;
    }
    if (pn532_fault(chip, PN532_DIAL_EMPTY_ATS)) {
        ret[n++] = 0;
        return n;
    }
    memcpy(ret + n, ats, ats_n);
    return n + ats_n;
}

static void answer_found(struct pn532 *chip, uint8_t code, int type, int64_t at_us)
{
    uint8_t answer[64] = {1};
    size_t n = 1;
    chip->selected = true;
    chip->lost = false;
    chip->counts.selects++;
    card_select(chip->card);
    if (code == CODE_AUTO_POLL) {
        size_t len = describe_card(chip, answer + 3);
        answer[n++] = (uint8_t)type;
        answer[n++] = (uint8_t)len;
        n += len;
    } else {
        n += describe_card(chip, answer + 1);
    }
    pn532_answer(chip, code, answer, n, at_us, activation_us(chip->card));
}

void pn532_search_step(struct pn532 *chip, int64_t now_us)
{
    int64_t at_us = pn532_search_us(chip);
    if (chip->search.code == 0 || at_us > now_us) {
        return;
    }
    uint8_t code = chip->search.code;
    bool found = finding_us(chip) == at_us;
    int type = found ? matching_type(&chip->search, chip->card) : -1;
    chip->search.code = 0;
    if (found) {
        answer_found(chip, code, type, at_us);
    } else {
        pn532_answer(chip, code, (const uint8_t[]){0}, 1, at_us, 0);
    }
}

/* @try_us: how long a try takes; @tries: PN532_FOREVER for no end. */
static void begin_search(struct pn532 *chip, uint8_t code, const uint8_t *params, size_t n, int64_t try_us,
                         int64_t tries)
{
    pn532_set_field(chip, true, chip->start_us);
    chip->selected = false;
    chip->lost = false;
    chip->search = (struct pn532_search){.code = code, .start_us = chip->start_us, .n = n};
    memcpy(chip->search.params, params, n);
    chip->search.period_us = chip->model ? try_us : 0;
    chip->search.end_us = tries == PN532_FOREVER ? INT64_MAX : chip->start_us + tries * try_us;
    if (!chip->model) {
        pn532_search_step(chip, chip->start_us);
    }
}

bool pn532_list_passive(struct pn532 *chip, const uint8_t *params, size_t n)
{
    if (n < 2 || n > sizeof chip->search.params || params[0] < 1 || params[0] > 2 || params[1] > 4) {
        return false;
    }
    int64_t tries = chip->passive_retries == 0xff ? PN532_FOREVER : chip->passive_retries + 1;
    begin_search(chip, CODE_LIST_PASSIVE, params, n, chip->model ? TRY_US : 0, tries);
    return true;
}

bool pn532_auto_poll(struct pn532 *chip, const uint8_t *params, size_t n)
{
    if (n < 3 || n > 17 || params[0] == 0 || params[1] < 1 || params[1] > 15) {
        return false;
    }
    int64_t tries = params[0] == 0xff ? PN532_FOREVER : params[0];
    begin_search(chip, CODE_AUTO_POLL, params, n, params[1] * POLL_UNIT_US * ((int64_t)n - 2), tries);
    return true;
}

/* ---- talking ---- */

bool pn532_is_present(const struct pn532 *chip)
{
    return chip->selected && chip->field && chip->card && chip->dials[PN532_DIAL_CARD_MUTE] == 0;
}

/* One exchange with what is in the field, through the dials. */
static void exchange(struct pn532 *chip, enum card_way way, const uint8_t *in, size_t n, struct card_reply *ret_reply)
{
    memset(ret_reply, 0, sizeof *ret_reply);
    ret_reply->status = CARD_SILENT;
    chip->counts.exchanges++;
    if (chip->dials[PN532_DIAL_TEAR_AFTER] > 0 && --chip->dials[PN532_DIAL_TEAR_AFTER] == 0 && chip->card) {
        chip->counts.faults++;
        chip->lost = true;
        (void)pn532_put(chip, NULL, chip->start_us);
    }
    if (!chip->selected || !chip->field || !chip->card || pn532_fault(chip, PN532_DIAL_CARD_MUTE)) {
        return;
    }
    card_exchange(chip->card, way, in, n, ret_reply);
}

static void answer_exchange(struct pn532 *chip, uint8_t code, size_t n_out, const struct card_reply *reply)
{
    uint8_t answer[1 + CARD_FRAME_MAX] = {(uint8_t)reply->status};
    memcpy(answer + 1, reply->bytes, reply->n);
    if (pn532_fault(chip, PN532_DIAL_STATUS_BIT7)) {
        answer[0] |= 0x80;
    }
    int64_t air_us = (int64_t)(n_out + 2 + reply->n + 2) * AIR_BYTE_US + 2 * AIR_TURN_US;
    int64_t busy_us = reply->status == CARD_SILENT ? TIMEOUT_US : air_us + reply->busy_us;
    pn532_answer(chip, code, answer, 1 + reply->n, chip->start_us, busy_us);
}

bool pn532_data_exchange(struct pn532 *chip, const uint8_t *params, size_t n)
{
    struct card_reply reply;
    if (n < 1) {
        return false;
    }
    if ((params[0] & 0x3f) != 1 || !(chip->selected || chip->lost)) {
        reply = (struct card_reply){.status = (enum card_status)PN532_STATUS_CONTEXT};
        answer_exchange(chip, CODE_DATA_EXCHANGE, 0, &reply);
        return true;
    }
    if (chip->chained_n + n - 1 > CARD_FRAME_MAX) {
        chip->chained_n = 0;
        return false;
    }
    memcpy(chip->chained + chip->chained_n, params + 1, n - 1);
    chip->chained_n += n - 1;
    if (params[0] & MORE_TO_COME) {
        reply = (struct card_reply){.status = CARD_OK};
        answer_exchange(chip, CODE_DATA_EXCHANGE, n - 1, &reply);
        return true;
    }
    size_t whole = chip->chained_n;
    chip->chained_n = 0;
    if (whole == 0) {
        return false;
    }
    exchange(chip, chip->level4 ? CARD_WAY_APDU : CARD_WAY_MIFARE, chip->chained, whole, &reply);
    answer_exchange(chip, CODE_DATA_EXCHANGE, whole, &reply);
    return true;
}

/* A bare block for a card in ISO 14443-4: information blocks that are not chained, the question whether the card is there
 * (a negative acknowledgement, to which it says with which block it goes on), and deselect. */
static void exchange_block(struct pn532 *chip, const uint8_t *in, size_t n, struct card_reply *ret_reply)
{
    enum { BLOCK_INFORMATION = 0x02, BLOCK_NAK = 0xb2, BLOCK_ACK = 0xa2, BLOCK_DESELECT = 0xc2 };
    struct card_reply reply;
    *ret_reply = (struct card_reply){.status = CARD_SILENT};
    if ((in[0] & 0xfe) == BLOCK_INFORMATION && n >= 2) {
        exchange(chip, CARD_WAY_APDU, in + 1, n - 1, &reply);
        if (reply.status == CARD_OK && reply.n < CARD_FRAME_MAX) {
            ret_reply->bytes[0] = in[0];
            memcpy(ret_reply->bytes + 1, reply.bytes, reply.n);
            ret_reply->n = reply.n + 1;
            ret_reply->busy_us = reply.busy_us;
            ret_reply->status = CARD_OK;
        }
        return;
    }
    bool asks = (in[0] & 0xfe) == BLOCK_NAK;
    chip->counts.exchanges++;
    if ((asks || in[0] == BLOCK_DESELECT) && pn532_is_present(chip)) {
        ret_reply->status = CARD_OK;
        ret_reply->bytes[0] = asks ? (uint8_t)(BLOCK_ACK | (~in[0] & 1)) : in[0];
        ret_reply->n = 1;
        chip->level4 = chip->level4 && asks;
    } else if (chip->dials[PN532_DIAL_CARD_MUTE] != 0) {
        (void)pn532_fault(chip, PN532_DIAL_CARD_MUTE);
    }
}

/* A bare frame: without the chip's own checksums when the host has switched them off. */
static void exchange_raw(struct pn532 *chip, const uint8_t *in, size_t n, struct card_reply *ret_reply)
{
    enum { COMMAND_RATS = 0xe0 };
    *ret_reply = (struct card_reply){.status = CARD_SILENT};
    if ((chip->registers[PN532_REGISTER_TX_MODE] & PN532_MODE_CRC) == 0) {
        if (n < 3 || crypto_crc16(in, n - 2) != (in[n - 2] | in[n - 1] << 8)) {
            return;
        }
        n -= 2;
    }
    if (chip->level4) {
        exchange_block(chip, in, n, ret_reply);
    } else if (in[0] == COMMAND_RATS && pn532_is_present(chip) && is_iso_dep(chip->card)) {
        const uint8_t *ats = card_ats(chip->card, &ret_reply->n);
        memcpy(ret_reply->bytes, ats, ret_reply->n);
        ret_reply->status = CARD_OK;
        chip->level4 = true;
    } else {
        exchange(chip, CARD_WAY_RAW, in, n, ret_reply);
    }
    bool bare = (chip->registers[PN532_REGISTER_RX_MODE] & PN532_MODE_CRC) == 0;
    if (bare && ret_reply->n > 1 && ret_reply->n + 2 <= CARD_FRAME_MAX) {
        uint16_t crc = crypto_crc16(ret_reply->bytes, ret_reply->n);
        ret_reply->bytes[ret_reply->n++] = (uint8_t)crc;
        ret_reply->bytes[ret_reply->n++] = (uint8_t)(crc >> 8);
    }
}

bool pn532_communicate_thru(struct pn532 *chip, const uint8_t *params, size_t n)
{
    struct card_reply reply;
    if (n > CARD_FRAME_MAX) {
        return false;
    }
    if (n == 0) { /* only listens; no card here talks first */
        reply = (struct card_reply){.status = CARD_SILENT};
    } else {
        exchange_raw(chip, params, n, &reply);
    }
    answer_exchange(chip, CODE_COMMUNICATE_THRU, n, &reply);
    return true;
}

static void answer_status(struct pn532 *chip, uint8_t code, uint8_t status)
{
    pn532_answer(chip, code, &status, 1, chip->start_us, CHIP_US);
}

bool pn532_deselect(struct pn532 *chip, const uint8_t *params, size_t n)
{
    if (n != 1 || params[0] > 2) {
        return false;
    }
    answer_status(chip, CODE_DESELECT, chip->selected || chip->lost ? PN532_STATUS_OK : PN532_STATUS_CONTEXT);
    chip->level4 = false;
    return true;
}

bool pn532_release(struct pn532 *chip, const uint8_t *params, size_t n)
{
    if (n != 1 || params[0] > 2) {
        return false;
    }
    chip->selected = false;
    chip->lost = false;
    answer_status(chip, CODE_RELEASE, PN532_STATUS_OK);
    return true;
}

bool pn532_select_again(struct pn532 *chip, const uint8_t *params, size_t n)
{
    if (n != 1 || params[0] != 1) {
        return false;
    }
    uint8_t status = PN532_STATUS_CONTEXT;
    if (pn532_is_present(chip)) {
        card_select(chip->card);
        chip->level4 = is_iso_dep(chip->card) && (chip->flags & PN532_FLAG_AUTO_RATS) != 0;
        status = PN532_STATUS_OK;
    } else if (chip->selected || chip->lost) {
        status = PN532_STATUS_TIMEOUT;
    }
    answer_status(chip, CODE_SELECT, status);
    return true;
}

bool pn532_psl(struct pn532 *chip, const uint8_t *params, size_t n)
{
    if (n != 3 || params[0] != 1) {
        return false;
    }
    answer_status(chip, CODE_PSL, pn532_is_present(chip) ? PN532_STATUS_OK : PN532_STATUS_CONTEXT);
    return true;
}
