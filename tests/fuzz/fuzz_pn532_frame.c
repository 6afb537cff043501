/* The simulated chip's side of the serial line: whatever bytes a host sends, with a card of each kind in the field. The first
 * byte chooses the card and whether times are kept; the next one turns a dial. */

#include "sim/reader/frame.h"
#include "sim/reader/pn532.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Takes all that is due for a while; what comes must be frames or noise that a parser survives. */
static void listen(struct pn532 *chip, int64_t *now_us)
{
    uint8_t bytes[256];
    struct frame_parser parser = {0};
    for (int i = 0; i < 64; i++) {
        size_t n = pn532_send(chip, *now_us, bytes, sizeof bytes);
        for (size_t k = 0; k < n; k++) {
            (void)frame_parse(&parser, bytes[k]);
        }
        int64_t next_us = pn532_next_us(chip);
        if (n == 0 && next_us == INT64_MAX) {
            return;
        }
        *now_us = n == 0 && next_us > *now_us ? next_us : *now_us;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pn532 *chip = NULL;
    struct card *card = NULL;
    int64_t now_us = 1;
    if (size < 2 || pn532_new((data[0] & 0x80) != 0, &chip) < 0) {
        return 0;
    }
    const struct card_options options = {
        .kind = (enum card_kind)((data[0] & 0x7f) % CARD_KINDS),
        .has_app = true,
        .aid = {0xf5, 0x85, 0x40},
        .data_len = 32,
        .comm = CARD_COMM_FULL,
    };
    if (card_new(&options, &card) == 0) {
        (void)pn532_put(chip, card, now_us);
    }
    pn532_set_dial(chip, (enum pn532_dial)(data[1] % PN532_DIALS), data[1] / PN532_DIALS, now_us);
    for (size_t at = 2; at < size; at += 48) { /* in pieces, as a line brings them */
        size_t n = size - at < 48 ? size - at : 48;
        pn532_receive(chip, data + at, n, now_us);
        listen(chip, &now_us);
    }
    pn532_free(chip);
    card_free(card);
    return 0;
}
