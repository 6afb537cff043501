#pragma once

/* One card reader through libnfc. The only file that includes libnfc is nfc.c. Blocking, with explicit and finite
 * time-outs only; runs in a process of its own (firmware/reader), since libnfc can hang or abort on what a chip
 * or a card answers. Decides nothing. */

#include "drivers/nfc/target.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nfc;

enum { NFC_TRANSCEIVE_MAX = 262 };

/* Named outcomes. */
enum nfc_outcome {
    NFC_NO_CARD = 1, /* nothing in the field; or the card was taken away */
    NFC_NO_DEVICE, /* open: not there, or no reader answers on it */
    NFC_REFUSED, /* the card answered with what no card may answer */
};

/** Reads libnfc's own configuration; call it once, before the process shuts itself in. @return 0 or a negative errno. */
int nfc_prepare(void);
/** Opens @device ("pn532_uart:PATH", "acr122_usb", ...) and puts it into the mode for finite selects. On a chip that
 * doesn't answer it takes up to 1.4 s, on USB up to 2.8 s. The name of a driver for USB alone means the first of its readers that is found there;
 * where libnfc's own configuration forbids scans, bus and device must be said ("acr122_usb:001:004").
 * @return 0 with *ret_nfc (close with nfc_close_reader), NFC_NO_DEVICE, or a negative errno. */
int nfc_open_reader(const char *device, struct nfc **ret_nfc);
/** Switches the field off and lets the device go: up to 1.4 s (USB: 1.8) on a chip that has stopped to answer, so that a process
 * which has lost its reader had better just exit. Takes NULL. */
void nfc_close_reader(struct nfc *nfc);
/** The chip's name and firmware, owned by @nfc. */
const char *nfc_name(const struct nfc *nfc);
/** Tries to select an ISO 14443 A card: up to three activations of about 5 ms, the chip's own retries. The field
 * stays on. At most 300 ms (USB: 100) for each part of an answer.
 * @return 0 with the target, NFC_NO_CARD, NFC_REFUSED, or a negative errno (the device is lost or talks nonsense). */
int nfc_select(struct nfc *nfc, struct nfc_target *ret_target);
/** Whether the selected card is still there. A card that has no cheap way to tell is selected anew by its UID.
 * @return 0, NFC_NO_CARD, or a negative errno. After NFC_NO_CARD no card is selected. */
int nfc_present(struct nfc *nfc, const struct nfc_target *target);
/** Lets the selected card go, so that the next select finds it (or another one) anew. @return 0 or a negative errno. */
int nfc_release(struct nfc *nfc);
/** Sends bytes to the selected card (ISO-DEP blocks for an ISO 14443-4 card) and takes its answer, within @timeout_ms > 0
 * for the chip's acknowledgement and again for each part of its answer.
 * @return the answer's length (0 or more), or a negative errno: -ENODATA the card is gone, or its answer was damaged or
 * a bare NAK; -EPROTO the chip could make nothing of it; -EMSGSIZE; -ETIMEDOUT and -EIO the chip, not the card; -EINVAL. */
int nfc_transceive(struct nfc *nfc, const uint8_t *out, size_t n_out, uint8_t *ret_in, size_t size, int timeout_ms);
