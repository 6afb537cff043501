#pragma once

/* For the pn532*.c files only. pn532.c: the host link, faults, and the commands that concern the chip itself. pn532_rf.c: the
 * commands that concern cards. */

#include "sim/reader/frame.h"
#include "sim/reader/pn532.h"

enum {
    PN532_OUT_MAX = 700, /* the longest thing ever sent: an oversized frame */
    PN532_OUT_COUNT = 16,
    PN532_ANSWER_MAX = FRAME_DATA_MAX - 2, /* without direction and code */
    PN532_PORTS_AT = 0x400, /* in registers: those at 0xff00 */
    PN532_REGISTERS = 0x500,
};

struct pn532_out {
    int64_t due_us;
    size_t n, sent;
    uint8_t bytes[PN532_OUT_MAX];
};

/* A command that looks for cards until it finds one or has tried often enough. */
struct pn532_search {
    uint8_t code; /* 0: none */
    int64_t start_us;
    int64_t period_us; /* from one try to the next; 0: all the time */
    int64_t end_us; /* after the last try; INT64_MAX: no end */
    uint8_t params[32];
    size_t n;
};

struct pn532 {
    bool model;
    int64_t dials[PN532_DIALS];
    struct pn532_counts counts;
    struct card *card;
    int64_t card_us; /* in the field since */
    /* lost at a reset */
    bool asleep;
    struct frame_parser parser;
    uint8_t flags; /* SetParameters */
    uint8_t passive_retries; /* 255: no end */
    uint8_t registers[PN532_REGISTERS]; /* 0x6000 and on, then 0xff00 and on */
    bool field;
    int64_t field_us; /* on since */
    bool selected; /* the card that is in the field is selected */
    bool lost; /* a card was selected and has left the field since */
    bool level4; /* it is in ISO 14443-4 */
    uint8_t chained[PN532_ANSWER_MAX]; /* parts of an InDataExchange with more to come */
    size_t chained_n;
    struct pn532_search search;
    /* the answer under way */
    int64_t start_us; /* when the command at hand was whole */
    struct pn532_out last; /* for a negative acknowledgement */
    struct pn532_out out[PN532_OUT_COUNT];
    size_t out_first, out_count;
};

enum { PN532_FLAG_AUTO_RATS = 0x10 };
enum { PN532_REGISTER_TX_MODE = 0x302, PN532_REGISTER_RX_MODE = 0x303, PN532_MODE_CRC = 0x80 };

/* Status bytes (section 7.1). */
enum { PN532_STATUS_OK = 0x00, PN532_STATUS_TIMEOUT = 0x01, PN532_STATUS_CONTEXT = 0x27 };

/** Counts a dial's use down. @return true when the fault happens now. */
bool pn532_fault(struct pn532 *chip, enum pn532_dial dial);
/** Sends the answer to @code after @busy_us from @from_us. */
void pn532_answer(struct pn532 *chip, uint8_t code, const uint8_t *data, size_t n, int64_t from_us, int64_t busy_us);
void pn532_answer_error(struct pn532 *chip);
void pn532_set_field(struct pn532 *chip, bool on, int64_t now_us);

/* Commands: @params without the code. @return false for wrong parameters: the error frame is sent. */
typedef bool pn532_command_fn(struct pn532 *chip, const uint8_t *params, size_t n);
pn532_command_fn pn532_list_passive, pn532_auto_poll, pn532_data_exchange, pn532_communicate_thru, pn532_deselect,
    pn532_release, pn532_select_again, pn532_psl;

/** Whether the selected card still answers. */
bool pn532_is_present(const struct pn532 *chip);
/** When the search at hand ends, found or not; INT64_MAX without an end or a search. */
int64_t pn532_search_us(const struct pn532 *chip);
/** Ends it when that time has come. */
void pn532_search_step(struct pn532 *chip, int64_t now_us);
