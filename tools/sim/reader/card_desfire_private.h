#pragma once

/* For the card_desfire*.c files only.
 *
 * card_desfire.c: frames, chaining, what is secured and how. card_desfire_keys.c: authentication and keys.
 * card_desfire_files.c: applications and files. Values are those of the card's native commands (NXP MF3ICDx21_41_81 short data
 * sheet for their codes and status words; the secured forms as the vectors in tests/sim/reader and the stock tools
 * show them). */

#include "sim/reader/card_crypto.h"
#include "sim/reader/card_private.h"

enum {
    DESFIRE_APPS = 29, /* the card itself (identifier 000000) comes first */
    DESFIRE_KEYS = 14,
    DESFIRE_FILES = 32,
    DESFIRE_MEMORY = 7936,
    DESFIRE_MEMORY_UNIT = 32,
    DESFIRE_MESSAGE_MAX = 8 + DESFIRE_MEMORY + 32,
    DESFIRE_FRAME_DATA = 59, /* in one frame, without the status */
    DESFIRE_MAC_SIZE = 8,
};

enum desfire_status {
    DESFIRE_OK = 0x00,
    DESFIRE_NO_CHANGES = 0x0c,
    DESFIRE_OUT_OF_MEMORY = 0x0e,
    DESFIRE_ILLEGAL_COMMAND = 0x1c,
    DESFIRE_INTEGRITY_ERROR = 0x1e,
    DESFIRE_NO_SUCH_KEY = 0x40,
    DESFIRE_LENGTH_ERROR = 0x7e,
    DESFIRE_PERMISSION_DENIED = 0x9d,
    DESFIRE_PARAMETER_ERROR = 0x9e,
    DESFIRE_NO_SUCH_APP = 0xa0,
    DESFIRE_NOT_AUTHENTICATED = 0xae,
    DESFIRE_MORE = 0xaf,
    DESFIRE_BOUNDARY = 0xbe,
    DESFIRE_ABORTED = 0xca,
    DESFIRE_COUNT_ERROR = 0xce,
    DESFIRE_DUPLICATE = 0xde,
    DESFIRE_NO_SUCH_FILE = 0xf0,
};

/* Bits of the key settings. */
enum {
    DESFIRE_MASTER_CHANGEABLE = 0x01,
    DESFIRE_FREE_LISTING = 0x02,
    DESFIRE_FREE_CREATE = 0x04,
    DESFIRE_CONFIGURABLE = 0x08
};

struct desfire_key {
    uint8_t bytes[CRYPTO_KEY_MAX];
    uint8_t version; /* AES; a DES key has its version in its parity bits */
};

struct desfire_file {
    bool used;
    bool backup;
    uint8_t number;
    enum card_comm comm;
    uint16_t rights; /* nibbles from the top: read, write, read and write, change */
    uint32_t size;
    uint8_t *data; /* owned; a backup file's second half is what the next commit makes valid */
};

struct desfire_app {
    bool used;
    uint8_t aid[3];
    uint8_t settings;
    uint8_t key_count;
    enum crypto_kind kind;
    struct desfire_key keys[DESFIRE_KEYS];
    struct desfire_file files[DESFIRE_FILES];
};

enum desfire_scheme { DESFIRE_OPEN, DESFIRE_FIRST_GENERATION, DESFIRE_EV1 };

struct desfire_session {
    enum desfire_scheme scheme;
    uint8_t key_number;
    struct crypto crypto; /* with the session key */
    uint8_t iv[CRYPTO_BLOCK_MAX];
};

/* What the next frame is expected to be. */
enum desfire_step { DESFIRE_STEP_COMMAND, DESFIRE_STEP_AUTH, DESFIRE_STEP_MORE_OUT, DESFIRE_STEP_MORE_IN };

struct desfire {
    struct card card;
    uint8_t uid[7]; /* the true one */
    bool random_uid;
    bool format_off;
    bool leave_out_cmac;
    struct desfire_key default_key;
    uint32_t memory_used;
    struct desfire_app apps[DESFIRE_APPS];
    /* lost with the field */
    size_t app; /* the selected one */
    struct desfire_session session;
    enum desfire_step step;
    uint8_t auth_command, auth_key;
    struct crypto auth_crypto;
    uint8_t auth_iv[CRYPTO_BLOCK_MAX];
    uint8_t random_b[16];
    bool has_challenge; /* random_b of the next authentications is this: to play a recorded session again */
    uint8_t challenge[16];
    uint8_t in[DESFIRE_MESSAGE_MAX]; /* a command in several frames */
    size_t in_n, in_expected;
    uint8_t out[DESFIRE_MESSAGE_MAX];
    size_t out_n, out_sent;
    uint8_t command; /* of the answer in out */
    /* how the answer at hand is secured */
    enum card_comm out_comm;
    bool out_bare; /* the session ends with this command: nothing is added */
    bool out_open_end; /* its length was left to the card: padding starts with 80 */
};

/* Handlers: a whole message, command byte first, unwrapped and, but for commands that say so, verified. They append to
 * desfire->out. */
typedef enum desfire_status desfire_handler(struct desfire *d, uint8_t *message, size_t n);

desfire_handler desfire_change_key, desfire_change_key_settings, desfire_get_key_settings, desfire_get_key_version,
    desfire_set_configuration;
desfire_handler desfire_select_app, desfire_create_app, desfire_delete_app, desfire_list_apps, desfire_format,
    desfire_create_file, desfire_delete_file, desfire_list_files, desfire_file_settings, desfire_change_file_settings,
    desfire_read, desfire_write, desfire_commit, desfire_abort;

/** First step; fills in the challenge. @return DESFIRE_MORE or why not. */
enum desfire_status desfire_auth_begin(struct desfire *d, const uint8_t *message, size_t n);
/** Second step: the host's answer (@n bytes after the AF). */
enum desfire_status desfire_auth_end(struct desfire *d, const uint8_t *answer, size_t n);
void desfire_end_session(struct desfire *d);
/** Whether there is a session with key @number of the selected application. */
bool desfire_is_with(const struct desfire *d, uint8_t number);

/** Takes a message's security off in place: @header bytes are never enciphered. Length becomes what is left: with
 * CARD_COMM_FULL data, checksum and padding; see desfire_has_checksum. */
enum desfire_status desfire_open_message(struct desfire *d, uint8_t *message, size_t *n, size_t header,
                                         enum card_comm comm);
/** Whether @len bytes of data after @header are followed by their right checksum. */
bool desfire_has_checksum(const struct desfire *d, const uint8_t *message, size_t n, size_t header, size_t len);
/** How long a message with @len bytes of data is when it is secured with @comm. */
size_t desfire_secured_size(const struct desfire *d, size_t header, size_t len, enum card_comm comm);
void desfire_put(struct desfire *d, const void *bytes, size_t n);

/** The message's write can begin: tells how long all of it will be. */
enum desfire_status desfire_plan_write(struct desfire *d, const uint8_t *message, size_t n, size_t *ret_expected);
/** Makes an application with zero keys. */
enum desfire_status desfire_add_app(struct desfire *d, const uint8_t aid[3], uint8_t settings, uint8_t key_count,
                                    enum crypto_kind kind, struct desfire_app **ret_app);
enum desfire_status desfire_add_file(struct desfire *d, struct desfire_app *app, const struct desfire_file *like);
void desfire_free_files(struct desfire_app *app);
void desfire_abort_files(struct desfire *d);
