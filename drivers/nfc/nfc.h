#pragma once

/* One card reader through libnfc. The only file that includes libnfc is nfc.c. Blocking, with explicit and finite
 * time-outs only; runs in a process of its own (firmware/reader), since libnfc can hang or abort on what a chip
 * or a card answers. Decides nothing. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nfc;

enum { NFC_UID_MAX = 10, NFC_ATS_MAX = 32, NFC_TRANSCEIVE_MAX = 262 };

struct nfc_target {
    uint8_t uid[NFC_UID_MAX];
    uint8_t uid_len;
    uint8_t atqa[2];
    uint8_t sak;
    uint8_t ats[NFC_ATS_MAX];
    uint8_t ats_len;
};

/* Named outcomes. */
enum nfc_outcome {
    NFC_NO_CARD = 1, /* nothing in the field; or the card was taken away */
    NFC_NO_DEVICE, /* open: not there */
    NFC_REFUSED, /* the card answered with an error (a NAK, or a protocol error) */
};

/** Reads libnfc's own configuration; call it before the process shuts itself in. @return 0 or a negative errno. */
int nfc_prepare(void);
/** Opens @device ("pn532_uart:PATH", "acr122_usb", ...) and puts it into the mode for finite selects.
 * @return 0 with *ret_nfc (close with nfc_close_reader), NFC_NO_DEVICE, or a negative errno. */
int nfc_open_reader(const char *device, struct nfc **ret_nfc);
/** Takes NULL. */
void nfc_close_reader(struct nfc *nfc);
/** The chip's name and firmware, owned by @nfc. */
const char *nfc_name(const struct nfc *nfc);
/** Tries once to select an ISO 14443 A card (one try, a few milliseconds on the air).
 * @return 0 with the target, NFC_NO_CARD, or a negative errno (the device is lost or talks nonsense). */
int nfc_select(struct nfc *nfc, struct nfc_target *ret_target);
/** Whether the selected card is still there. @return 0, NFC_NO_CARD, or a negative errno. */
int nfc_present(struct nfc *nfc, const struct nfc_target *target);
/** Lets the selected card go, so that the next select finds it (or another one) anew. */
int nfc_release(struct nfc *nfc);
/** Sends bytes to the selected card (ISO-DEP blocks for an ISO 14443-4 card) and takes its answer, within @timeout_ms > 0.
 * @return the answer's length (0 or more), or a negative errno (-ENODEV lost, -ETIMEDOUT, -ENODATA card gone,
 * -EPROTO refused or nonsense, -EMSGSIZE). */
int nfc_transceive(struct nfc *nfc, const uint8_t *out, size_t n_out, uint8_t *ret_in, size_t size, int timeout_ms);
