#include "drivers/nfc/nfc.h"

#define LOG_MODULE "nfc"
#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"
#include "drivers/nfc/usb.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <nfc/nfc.h>
#include <stdlib.h>
#include <string.h>

/* libnfc's context, made before the sandbox closes: making it reads configuration files. It lives as long as the
 * process. */
static nfc_context *context;

enum {
    NAME_SIZE = 64,
    FOUND_MAX = 16,
    USB_PASS_MS = 200, /* libnfc's drivers for USB take this off a time-out before they begin to wait */
};

struct nfc {
    nfc_device *device;
    int node_fd; /* a USB reader's node; -1 */
    char name[NAME_SIZE];
};

static const nfc_modulation iso14443a = {.nmt = NMT_ISO14443A, .nbr = NBR_106};

int nfc_prepare(void)
{
    /* Its messages would bypass the log; what they say comes back as an error, which is logged here. */
    if (setenv("LIBNFC_LOG_LEVEL", "0", 0) < 0) {
        return -errno;
    }
    if (!context) {
        nfc_init(&context);
    }
    return context ? 0 : -ENOMEM;
}

/* libnfc's errors as ours, for a call that talks to the chip. libnfc can't tell a USB reader that is gone from one that is
 * disturbed. */
static int device_errno(const struct nfc *nfc, int error)
{
    if (nfc_usb_is_gone(nfc->node_fd)) {
        return -ENODEV;
    }
    switch (error) {
    case NFC_ETIMEOUT:
        return -ETIMEDOUT;
    case NFC_ENOTSUCHDEV:
        return -ENODEV;
    case NFC_EIO: /* the line failed, or a frame was damaged: libnfc doesn't tell which */
        return -EIO;
    default:
        return -EPROTO;
    }
}

static int check(const struct nfc *nfc, int result, const char *what)
{
    if (result >= 0) {
        return 0;
    }
    log_warn("%s failed: error=\"%s\" code=%d", what, nfc_strerror(nfc->device), result);
    return device_errno(nfc, result);
}

/* Finite selects, the chip's own ISO 14443-4 activation (it fetches the ATS) and framing. */
static int configure(const struct nfc *nfc)
{
    nfc_device *device = nfc->device;
    int r = check(nfc, nfc_initiator_init(device), "initiator");
    if (r == 0) {
        r = check(nfc, nfc_device_set_property_bool(device, NP_INFINITE_SELECT, false), "finite select");
    }
    if (r == 0) {
        r = check(nfc, nfc_device_set_property_bool(device, NP_AUTO_ISO14443_4, true), "automatic activation");
    }
    if (r == 0) {
        r = check(nfc, nfc_device_set_property_bool(device, NP_EASY_FRAMING, true), "framing");
    }
    return r;
}

/* The first line of libnfc's long description: "chip: PN532 v1.6". */
static void take_name(struct nfc *nfc)
{
    static const char label[] = "chip: ";
    char *text = NULL;
    if (nfc_device_get_information_about(nfc->device, &text) < 0) {
        (void)text_copy(nfc->name, sizeof(nfc->name), nfc_device_get_name(nfc->device));
        return;
    }
    char *chip = strncmp(text, label, strlen(label)) == 0 ? text + strlen(label) : text;
    chip[strcspn(chip, "\n")] = '\0';
    (void)text_copy(nfc->name, sizeof(nfc->name), chip);
    nfc_free(text);
}

/* Given the name of a driver alone, libnfc resets and opens the first device on the bus, whatever it is. So that is asked
 * for which its scan knows by maker and product. @return whether there is one. */
static bool find_on_usb(nfc_connstring where)
{
    nfc_connstring found[FOUND_MAX];
    size_t n = nfc_list_devices(context, found, ARRAY_LEN(found));
    for (size_t i = 0; i < n; i++) {
        if (nfc_usb_is_of(found[i], where)) {
            memcpy(where, found[i], sizeof(found[i]));
            return true;
        }
    }
    return false;
}

int nfc_open_reader(const char *device, struct nfc **ret_nfc)
{
    assert(context);
    nfc_connstring where;
    if (!text_copy(where, sizeof(where), device)) {
        return -ENAMETOOLONG;
    }
    if (nfc_usb_is_driver(where) && !find_on_usb(where)) {
        return NFC_NO_DEVICE;
    }
    struct nfc *nfc = calloc(1, sizeof(*nfc));
    if (!nfc) {
        return -ENOMEM;
    }
    nfc->node_fd = nfc_usb_open_node(where);
    nfc->device = nfc_open(context, where);
    if (!nfc->device) {
        cleanup_closep(&nfc->node_fd);
        free(nfc);
        return NFC_NO_DEVICE;
    }
    int r = configure(nfc);
    if (r < 0) {
        nfc_close_reader(nfc);
        return r;
    }
    take_name(nfc);
    *ret_nfc = nfc;
    return 0;
}

void nfc_close_reader(struct nfc *nfc)
{
    if (!nfc) {
        return;
    }
    nfc_close(nfc->device);
    cleanup_closep(&nfc->node_fd);
    free(nfc);
}

const char *nfc_name(const struct nfc *nfc)
{
    return nfc->name;
}

int nfc_select(struct nfc *nfc, struct nfc_target *ret_target)
{
    nfc_target found;
    memset(&found, 0, sizeof(found));
    int n = nfc_initiator_select_passive_target(nfc->device, iso14443a, NULL, 0, &found);
    if (n < 0) {
        return device_errno(nfc, n);
    }
    if (n == 0) {
        return NFC_NO_CARD;
    }
    const nfc_iso14443a_info *card = &found.nti.nai;
    if (card->szUidLen > sizeof(card->abtUid) || card->szAtsLen > sizeof(card->abtAts) ||
        !nfc_target_take(card->abtUid, card->szUidLen, card->abtAtqa, card->btSak, card->abtAts, card->szAtsLen,
                         ret_target)) {
        return NFC_REFUSED;
    }
    return 0;
}

/* For cards that libnfc has no presence check for: let it go, and call it back by its UID. */
static int select_again(struct nfc *nfc, const struct nfc_target *target)
{
    int r = nfc_release(nfc);
    if (r < 0) {
        return r;
    }
    int n = nfc_initiator_select_passive_target(nfc->device, iso14443a, target->uid, target->uid_len, NULL);
    if (n < 0) {
        return device_errno(nfc, n);
    }
    return n > 0 ? 0 : NFC_NO_CARD;
}

int nfc_present(struct nfc *nfc, const struct nfc_target *target)
{
    int r = nfc_initiator_target_is_present(nfc->device, NULL);
    switch (r) {
    case NFC_SUCCESS:
        return 0;
    case NFC_EDEVNOTSUPP:
        return select_again(nfc, target);
    case NFC_ETGRELEASED: /* gone */
    case NFC_EINVARG: /* libnfc has noticed before that it is gone */
    case NFC_ERFTRANS: /* it answers no more, or only in pieces */
    case NFC_EMFCAUTHFAIL:
    case NFC_ECHIP: /* the chip's word for an answer that it could not take */
        return NFC_NO_CARD;
    default:
        return r > 0 ? 0 : device_errno(nfc, r);
    }
}

int nfc_release(struct nfc *nfc)
{
    int r = nfc_initiator_deselect_target(nfc->device);
    /* A card that is gone can't be released: no matter. */
    return r == NFC_EIO || r == NFC_ETIMEOUT || r == NFC_ENOTSUCHDEV ? device_errno(nfc, r) : 0;
}

int nfc_transceive(struct nfc *nfc, const uint8_t *out, size_t n_out, uint8_t *ret_in, size_t size, int timeout_ms)
{
    if (n_out == 0 || n_out > NFC_TRANSCEIVE_MAX || timeout_ms <= 0 || timeout_ms > INT_MAX - USB_PASS_MS) {
        return -EINVAL;
    }
    timeout_ms += nfc->node_fd >= 0 ? USB_PASS_MS : 0;
    int n = nfc_initiator_transceive_bytes(nfc->device, out, n_out, ret_in, size, timeout_ms);
    switch (n) {
    case NFC_ERFTRANS: /* no answer on the air, or a damaged one: the card is leaving */
    case NFC_ETGRELEASED:
    case NFC_EINVARG: /* the chip has no card selected any more */
        return -ENODATA;
    case NFC_EMFCAUTHFAIL:
    case NFC_ECHIP:
        return -EPROTO;
    case NFC_EOVFLOW:
        return -EMSGSIZE;
    default:
        return n >= 0 ? n : device_errno(nfc, n);
    }
}
