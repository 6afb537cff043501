#pragma once

/* MIFARE DESFire (EV1 and later, native commands in ISO 7816-4 wrapping) over any transceive function. Only what the
 * entrance needs: select an application and authenticate with AES. Knows no reader and no key store. Sources: NXP
 * MF3ICDx21_41_81 short data sheet (command codes), AN12343 section on AES authentication, and the vectors in
 * tests/drivers. */

#include <stddef.h>
#include <stdint.h>

enum { DESFIRE_KEY_SIZE = 16, DESFIRE_AID_SIZE = 3 };

/** Sends a command and takes the answer. @return the answer's length or a negative errno, as nfc_transceive. */
typedef int desfire_transceive_fn(void *user, const uint8_t *out, size_t n_out, uint8_t *ret_in, size_t size);
/** Fills @n random bytes. @return 0 or a negative errno. */
typedef int desfire_random_fn(void *user, uint8_t *ret_bytes, size_t n);

struct desfire_link {
    desfire_transceive_fn *transceive;
    desfire_random_fn *random;
    void *user;
};

/* Named outcomes of desfire_authenticate. */
enum desfire_outcome {
    DESFIRE_NOT_GENUINE = 1, /* no such application or key, or the card could not prove that it knows the key */
    DESFIRE_TORN, /* the card left in the middle: nothing is proved either way */
};

/** Selects @aid and authenticates mutually with AES key @key_number. The comparison is in constant time, and what was
 * computed from the key is wiped. A card that refuses or answers nonsense (the link's -EPROTO, -EMSGSIZE) isn't
 * genuine; one that is gone (-ENODATA) is torn.
 * @return 0 when the card knows the key, an outcome, or a negative errno (the reader is lost). */
int desfire_authenticate(const struct desfire_link *link, const uint8_t aid[DESFIRE_AID_SIZE], uint8_t key_number,
                         const uint8_t key[DESFIRE_KEY_SIZE]);
