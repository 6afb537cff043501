#include "sim/reader/pn532.h"

#include "sim/reader/pn532_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The host link. Each command that comes whole is acknowledged and, when it has been carried out, answered. A new
 * command, or an acknowledgement from the host, cancels the one at hand. With the timing model each byte takes its time
 * on the line (8N1 at 115200 baud); the host's bytes arrive here in one go, so their time is added to the answer's.
 *
 * Faults are put in where the thing happens in a real chip: before the acknowledgement, in the answer's content, in its
 * frame. */

enum {
    BITS_PER_BYTE = 10,
    BAUD = 115200,
    OVERSIZED = 600,
    HOST_FRAME_EXTRA = 8, /* 00 00 ff len lcs d4 ... dcs 00 */
};

/* Codes of the commands that the chip knows (section 7.2 and on). */
enum {
    COMMAND_DIAGNOSE = 0x00,
    COMMAND_FIRMWARE = 0x02,
    COMMAND_STATUS = 0x04,
    COMMAND_READ_REGISTER = 0x06,
    COMMAND_WRITE_REGISTER = 0x08,
    COMMAND_READ_GPIO = 0x0c,
    COMMAND_WRITE_GPIO = 0x0e,
    COMMAND_BAUD_RATE = 0x10,
    COMMAND_PARAMETERS = 0x12,
    COMMAND_SAM = 0x14,
    COMMAND_POWER_DOWN = 0x16,
    COMMAND_RF_CONFIGURATION = 0x32,
    COMMAND_DATA_EXCHANGE = 0x40,
    COMMAND_COMMUNICATE_THRU = 0x42,
    COMMAND_DESELECT = 0x44,
    COMMAND_LIST_PASSIVE = 0x4a,
    COMMAND_PSL = 0x4e,
    COMMAND_RELEASE = 0x52,
    COMMAND_SELECT = 0x54,
    COMMAND_AUTO_POLL = 0x60,
};

static const char *const dial_names[PN532_DIALS] = {
    [PN532_DIAL_SILENT_BEFORE_ACK] = "silent_before_ack",
    [PN532_DIAL_SILENT_AFTER_ACK] = "silent_after_ack",
    [PN532_DIAL_ERROR_FRAME] = "error_frame",
    [PN532_DIAL_WRONG_CODE] = "wrong_code",
    [PN532_DIAL_STATUS_BIT7] = "status_bit7",
    [PN532_DIAL_EMPTY_ATS] = "empty_ats",
    [PN532_DIAL_BAD_CHECKSUM] = "bad_checksum",
    [PN532_DIAL_BAD_LENGTH] = "bad_length",
    [PN532_DIAL_GARBAGE_BEFORE] = "garbage_before",
    [PN532_DIAL_GARBAGE_WITHIN] = "garbage_within",
    [PN532_DIAL_TRUNCATED] = "truncated",
    [PN532_DIAL_OVERSIZED] = "oversized",
    [PN532_DIAL_LATE_ANSWER] = "late_answer",
    [PN532_DIAL_SLOW_MS] = "slow_ms",
    [PN532_DIAL_TEAR_AFTER] = "tear_after",
    [PN532_DIAL_CARD_MUTE] = "card_mute",
    [PN532_DIAL_NO_CMAC] = "no_cmac",
};

static int64_t line_us(const struct pn532 *chip, size_t n)
{
    return chip->model ? (int64_t)n * BITS_PER_BYTE * 1000000 / BAUD : 0;
}

bool pn532_fault(struct pn532 *chip, enum pn532_dial dial)
{
    if (chip->dials[dial] == 0) {
        return false;
    }
    if (chip->dials[dial] > 0) {
        chip->dials[dial]--;
    }
    chip->counts.faults++;
    return true;
}

/* Puts bytes behind what waits already; nothing overtakes. When too much waits it is lost, as on a line. */
static void queue(struct pn532 *chip, const uint8_t *bytes, size_t n, int64_t due_us)
{
    if (chip->out_count == PN532_OUT_COUNT || n > PN532_OUT_MAX) {
        return;
    }
    size_t at = (chip->out_first + chip->out_count) % PN532_OUT_COUNT;
    if (chip->out_count > 0) {
        const struct pn532_out *before = &chip->out[(at + PN532_OUT_COUNT - 1) % PN532_OUT_COUNT];
        due_us = due_us < before->due_us ? before->due_us : due_us;
    }
    chip->out[at] = (struct pn532_out){.due_us = due_us, .n = n};
    memcpy(chip->out[at].bytes, bytes, n);
    chip->out_count++;
}

static void cancel(struct pn532 *chip)
{
    if (chip->search.code != 0 || chip->out_count > 0) {
        chip->counts.aborts++;
    }
    chip->search.code = 0;
    chip->out_count = 0;
}

static size_t insert_noise(uint8_t *bytes, size_t n, size_t at)
{
    static const uint8_t noise[] = {0x3a, 0xff, 0x91, 0x00, 0x5c, 0xe7, 0x13};
    memmove(bytes + at + sizeof noise, bytes + at, n - at);
    memcpy(bytes + at, noise, sizeof noise);
    return n + sizeof noise;
}

/* What the dials do to a whole frame. */
static size_t spoil(struct pn532 *chip, uint8_t bytes[PN532_OUT_MAX], size_t n)
{
    if (pn532_fault(chip, PN532_DIAL_BAD_CHECKSUM)) {
        bytes[n - 2] ^= 0x55;
    }
    if (pn532_fault(chip, PN532_DIAL_BAD_LENGTH)) {
        bytes[4] ^= 0x55;
    }
    if (pn532_fault(chip, PN532_DIAL_GARBAGE_WITHIN)) {
        n = insert_noise(bytes, n, n / 2);
    }
    if (pn532_fault(chip, PN532_DIAL_GARBAGE_BEFORE)) {
        n = insert_noise(bytes, n, 0);
    }
    if (pn532_fault(chip, PN532_DIAL_TRUNCATED)) {
        n /= 2;
    }
    return n;
}

void pn532_answer(struct pn532 *chip, uint8_t code, const uint8_t *data, size_t n, int64_t from_us, int64_t busy_us)
{
    uint8_t content[OVERSIZED] = {FRAME_TO_HOST, (uint8_t)(code + 1)};
    size_t content_n = n + 2;
    if (n > 0) {
        memcpy(content + 2, data, n);
    }
    if (pn532_fault(chip, PN532_DIAL_WRONG_CODE)) {
        content[1] ^= 0x20;
    }
    if (pn532_fault(chip, PN532_DIAL_OVERSIZED)) {
        content_n = OVERSIZED;
    }
    struct pn532_out *last = &chip->last;
    last->n = frame_encode(content, content_n, last->bytes, sizeof last->bytes - 2 * HOST_FRAME_EXTRA);
    last->n = spoil(chip, last->bytes, last->n);
    int64_t slow_us = chip->dials[PN532_DIAL_SLOW_MS] > 0 ? chip->dials[PN532_DIAL_SLOW_MS] * 1000 : 0;
    chip->counts.faults += slow_us > 0;
    queue(chip, last->bytes, last->n, from_us + slow_us + (chip->model ? busy_us : 0) + line_us(chip, last->n));
}

void pn532_answer_error(struct pn532 *chip)
{
    queue(chip, frame_error, sizeof frame_error, chip->start_us + line_us(chip, sizeof frame_error));
}

static void answer_now(struct pn532 *chip, uint8_t code, const uint8_t *data, size_t n)
{
    pn532_answer(chip, code, data, n, chip->start_us, 0);
}

void pn532_set_field(struct pn532 *chip, bool on, int64_t now_us)
{
    if (on && !chip->field) {
        chip->field_us = now_us;
    }
    if (!on) {
        chip->selected = false;
        chip->lost = false;
        if (chip->field && chip->card) {
            card_power_off(chip->card);
        }
    }
    chip->field = on;
}

/* ---- commands that concern the chip itself ---- */

static bool diagnose(struct pn532 *chip, const uint8_t *params, size_t n)
{
    enum { TEST_LINE = 0x00, TEST_CARD = 0x06 };
    if (n < 1) {
        return false;
    }
    if (params[0] == TEST_LINE) { /* says it all again */
        answer_now(chip, COMMAND_DIAGNOSE, params, n);
        return true;
    }
    uint8_t result = params[0] == TEST_CARD && !pn532_is_present(chip) ? 0x01 : 0x00;
    answer_now(chip, COMMAND_DIAGNOSE, &result, 1);
    return true;
}

static bool firmware(struct pn532 *chip, const uint8_t *params, size_t n)
{
    static const uint8_t version[] = {0x32, 0x01, 0x06, 0x07}; /* PN532 1.6, ISO 14443 A and B, ISO 18092 */
    (void)params;
    (void)n;
    answer_now(chip, COMMAND_FIRMWARE, version, sizeof version);
    return true;
}

static bool general_status(struct pn532 *chip, const uint8_t *params, size_t n)
{
    (void)params;
    (void)n;
    uint8_t status[8] = {0, chip->field, chip->selected};
    size_t len = 3;
    if (chip->selected) {
        status[len++] = 1; /* target 1, both rates 106 kbit/s, ISO 14443 A */
        len += 3;
    }
    answer_now(chip, COMMAND_STATUS, status, len + 1);
    return true;
}

/* Where a byte of the chip's memory stands in registers; PN532_REGISTERS where this model has none. */
static size_t register_at(uint8_t high, uint8_t low)
{
    if (high >= 0x60 && high < 0x64) {
        return (size_t)(high - 0x60) << 8 | low;
    }
    return high == 0xff ? PN532_PORTS_AT + (size_t)low : PN532_REGISTERS;
}

static bool read_registers(struct pn532 *chip, const uint8_t *params, size_t n)
{
    uint8_t values[PN532_ANSWER_MAX];
    size_t count = n / 2;
    if (n == 0 || n % 2 != 0) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        size_t at = register_at(params[2 * i], params[2 * i + 1]);
        values[i] = at < PN532_REGISTERS ? chip->registers[at] : 0;
    }
    answer_now(chip, COMMAND_READ_REGISTER, values, count);
    return true;
}

static bool write_registers(struct pn532 *chip, const uint8_t *params, size_t n)
{
    if (n == 0 || n % 3 != 0) {
        return false;
    }
    for (size_t i = 0; i < n; i += 3) {
        size_t at = register_at(params[i], params[i + 1]);
        if (at < PN532_REGISTERS) {
            chip->registers[at] = params[i + 2];
        }
    }
    answer_now(chip, COMMAND_WRITE_REGISTER, NULL, 0);
    return true;
}

static bool read_gpio(struct pn532 *chip, const uint8_t *params, size_t n)
{
    static const uint8_t levels[] = {0x3f, 0x06, 0x00};
    (void)params;
    (void)n;
    answer_now(chip, COMMAND_READ_GPIO, levels, sizeof levels);
    return true;
}

static bool write_gpio(struct pn532 *chip, const uint8_t *params, size_t n)
{
    (void)params;
    if (n != 2) {
        return false;
    }
    answer_now(chip, COMMAND_WRITE_GPIO, NULL, 0);
    return true;
}

/* The line's rate stays as it is: a pseudo-terminal has none. */
static bool baud_rate(struct pn532 *chip, const uint8_t *params, size_t n)
{
    if (n != 1 || params[0] > 8) {
        return false;
    }
    answer_now(chip, COMMAND_BAUD_RATE, NULL, 0);
    return true;
}

static bool parameters(struct pn532 *chip, const uint8_t *params, size_t n)
{
    if (n != 1) {
        return false;
    }
    chip->flags = params[0];
    answer_now(chip, COMMAND_PARAMETERS, NULL, 0);
    return true;
}

static bool sam_configuration(struct pn532 *chip, const uint8_t *params, size_t n)
{
    if (n < 1 || params[0] < 1 || params[0] > 4) {
        return false;
    }
    answer_now(chip, COMMAND_SAM, NULL, 0);
    return true;
}

static bool power_down(struct pn532 *chip, const uint8_t *params, size_t n)
{
    (void)params;
    if (n < 1) {
        return false;
    }
    uint8_t status = PN532_STATUS_OK;
    pn532_set_field(chip, false, chip->start_us);
    chip->asleep = true;
    answer_now(chip, COMMAND_POWER_DOWN, &status, 1);
    return true;
}

static bool rf_configuration(struct pn532 *chip, const uint8_t *params, size_t n)
{
    enum { ITEM_FIELD = 0x01, ITEM_RETRIES = 0x05 };
    if (n < 2 || (params[0] == ITEM_RETRIES && n != 4)) {
        return false;
    }
    if (params[0] == ITEM_FIELD) {
        pn532_set_field(chip, (params[1] & 1) != 0, chip->start_us);
    } else if (params[0] == ITEM_RETRIES) {
        chip->passive_retries = params[3];
    }
    pn532_answer(chip, COMMAND_RF_CONFIGURATION, NULL, 0, chip->start_us, 1000);
    return true;
}

static const struct {
    uint8_t code;
    pn532_command_fn *run;
} commands[] = {
    {COMMAND_DIAGNOSE, diagnose},
    {COMMAND_FIRMWARE, firmware},
    {COMMAND_STATUS, general_status},
    {COMMAND_READ_REGISTER, read_registers},
    {COMMAND_WRITE_REGISTER, write_registers},
    {COMMAND_READ_GPIO, read_gpio},
    {COMMAND_WRITE_GPIO, write_gpio},
    {COMMAND_BAUD_RATE, baud_rate},
    {COMMAND_PARAMETERS, parameters},
    {COMMAND_SAM, sam_configuration},
    {COMMAND_POWER_DOWN, power_down},
    {COMMAND_RF_CONFIGURATION, rf_configuration},
    {COMMAND_DATA_EXCHANGE, pn532_data_exchange},
    {COMMAND_COMMUNICATE_THRU, pn532_communicate_thru},
    {COMMAND_DESELECT, pn532_deselect},
    {COMMAND_LIST_PASSIVE, pn532_list_passive},
    {COMMAND_PSL, pn532_psl},
    {COMMAND_RELEASE, pn532_release},
    {COMMAND_SELECT, pn532_select_again},
    {COMMAND_AUTO_POLL, pn532_auto_poll},
};

static pn532_command_fn *find_command(uint8_t code)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (commands[i].code == code) {
            return commands[i].run;
        }
    }
    return NULL;
}

static void take_command(struct pn532 *chip, const uint8_t *data, size_t n, int64_t now_us)
{
    cancel(chip);
    chip->counts.commands++;
    if (pn532_fault(chip, PN532_DIAL_SILENT_BEFORE_ACK)) {
        return;
    }
    int64_t taken_us = now_us + line_us(chip, n + HOST_FRAME_EXTRA);
    chip->start_us = taken_us + line_us(chip, sizeof frame_ack);
    queue(chip, frame_ack, sizeof frame_ack, chip->start_us);
    if (pn532_fault(chip, PN532_DIAL_SILENT_AFTER_ACK)) {
        return;
    }
    if (pn532_fault(chip, PN532_DIAL_ERROR_FRAME)) {
        pn532_answer_error(chip);
        return;
    }
    pn532_command_fn *run = find_command(data[0]);
    if (!run || !run(chip, data + 1, n - 1)) {
        pn532_answer_error(chip);
    }
}

static void take_event(struct pn532 *chip, enum frame_event event, int64_t now_us)
{
    const struct frame_parser *parser = &chip->parser;
    switch (event) {
    case FRAME_NONE:
        break;
    case FRAME_WAKE:
        chip->asleep = false;
        break;
    case FRAME_BAD:
        chip->counts.bad_frames++;
        break;
    case FRAME_ACK:
        cancel(chip);
        break;
    case FRAME_NACK: /* "say that again" */
        if (chip->last.n > 0) {
            queue(chip, chip->last.bytes, chip->last.n, now_us + line_us(chip, chip->last.n));
        }
        break;
    case FRAME_DATA:
        if (parser->data[0] != FRAME_TO_CHIP || parser->len < 2) {
            chip->counts.bad_frames++;
        } else if (!chip->asleep) {
            take_command(chip, parser->data + 1, parser->len - 1, now_us);
        }
        break;
    }
}

/* ---- the interface ---- */

int pn532_new(bool model, struct pn532 **ret_chip)
{
    struct pn532 *chip = calloc(1, sizeof *chip);
    if (!chip) {
        return -ENOMEM;
    }
    chip->model = model;
    pn532_reset(chip, 0);
    *ret_chip = chip;
    return 0;
}

void pn532_free(struct pn532 *chip)
{
    free(chip);
}

void pn532_reset(struct pn532 *chip, int64_t now_us)
{
    struct pn532 fresh = {
        .model = chip->model,
        .counts = chip->counts,
        .card = chip->card,
        .card_us = chip->card_us,
        .asleep = true,
        .flags = 0x14,
        .passive_retries = 0xff,
    };
    memcpy(fresh.dials, chip->dials, sizeof fresh.dials);
    pn532_set_field(chip, false, now_us);
    *chip = fresh;
    chip->registers[PN532_REGISTER_TX_MODE] = PN532_MODE_CRC;
    chip->registers[PN532_REGISTER_RX_MODE] = PN532_MODE_CRC;
}

void pn532_receive(struct pn532 *chip, const uint8_t *bytes, size_t n, int64_t now_us)
{
    pn532_search_step(chip, now_us);
    for (size_t i = 0; i < n; i++) {
        take_event(chip, frame_parse(&chip->parser, bytes[i]), now_us);
    }
}

int64_t pn532_next_us(const struct pn532 *chip)
{
    int64_t search_us = pn532_search_us(chip);
    if (chip->out_count == 0) {
        return search_us;
    }
    int64_t due_us = chip->out[chip->out_first].due_us;
    return due_us < search_us ? due_us : search_us;
}

size_t pn532_send(struct pn532 *chip, int64_t now_us, uint8_t *ret_bytes, size_t size)
{
    pn532_search_step(chip, now_us);
    struct pn532_out *out = &chip->out[chip->out_first];
    if (chip->out_count == 0 || out->due_us > now_us) {
        return 0;
    }
    size_t n = out->n - out->sent < size ? out->n - out->sent : size;
    memcpy(ret_bytes, out->bytes + out->sent, n);
    out->sent += n;
    if (out->sent == out->n) {
        chip->out_first = (chip->out_first + 1) % PN532_OUT_COUNT;
        chip->out_count--;
    }
    return n;
}

struct card *pn532_put(struct pn532 *chip, struct card *card, int64_t now_us)
{
    pn532_search_step(chip, now_us);
    struct card *before = chip->card;
    if (before) {
        card_power_off(before);
    }
    chip->lost = chip->lost || chip->selected;
    chip->selected = false;
    chip->card = card;
    chip->card_us = now_us;
    if (card) {
        card_power_off(card);
        card_leave_out_cmac(card, chip->dials[PN532_DIAL_NO_CMAC] != 0);
    }
    return before;
}

struct card *pn532_card(const struct pn532 *chip)
{
    return chip->card;
}

/* An answer out of nowhere, with a card that is not there. */
static void answer_late(struct pn532 *chip, int64_t now_us)
{
    static const uint8_t card[] = {0x01, 0x01, 0x00, 0x04, 0x08, 0x04, 0x1a, 0x7e, 0x1a, 0x7e};
    while (chip->out_count < PN532_OUT_COUNT && pn532_fault(chip, PN532_DIAL_LATE_ANSWER)) {
        pn532_answer(chip, COMMAND_LIST_PASSIVE, card, sizeof card, now_us, 0);
    }
    chip->dials[PN532_DIAL_LATE_ANSWER] = 0;
}

void pn532_set_dial(struct pn532 *chip, enum pn532_dial dial, int64_t value, int64_t now_us)
{
    pn532_search_step(chip, now_us);
    chip->dials[dial] = value < PN532_FOREVER ? PN532_FOREVER : value;
    if (dial == PN532_DIAL_NO_CMAC && chip->card) {
        card_leave_out_cmac(chip->card, value != 0);
    }
    if (dial == PN532_DIAL_LATE_ANSWER) {
        answer_late(chip, now_us);
    }
}

int64_t pn532_dial(const struct pn532 *chip, enum pn532_dial dial)
{
    return chip->dials[dial];
}

const char *pn532_dial_text(enum pn532_dial dial)
{
    return dial_names[dial];
}

int pn532_dial_find(const char *name, enum pn532_dial *ret_dial)
{
    for (unsigned i = 0; i < PN532_DIALS; i++) {
        if (strcmp(name, dial_names[i]) == 0) {
            *ret_dial = (enum pn532_dial)i;
            return 0;
        }
    }
    return 1;
}

struct pn532_counts pn532_counts(const struct pn532 *chip)
{
    return chip->counts;
}
