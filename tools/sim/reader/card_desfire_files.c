/* DESFire: applications and files. */

#include "sim/reader/card_desfire_private.h"

#include <stdlib.h>
#include <string.h>

enum { WITH_NOTHING = 0xe, COMMAND_CREATE_BACKUP = 0xcb };
enum { WRITE_HEADER = 8 };

static struct desfire_app *current(struct desfire *d)
{
    return &d->apps[d->app];
}

static uint32_t little24(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16;
}

static uint32_t rounded(uint32_t size)
{
    return (size + DESFIRE_MEMORY_UNIT - 1) / DESFIRE_MEMORY_UNIT * DESFIRE_MEMORY_UNIT;
}

/* ---- applications ---- */

/* The number of the application in the table; 0 when there is none. */
static size_t find_app(const struct desfire *d, const uint8_t aid[3])
{
    for (size_t i = 1; i < DESFIRE_APPS; i++) {
        if (d->apps[i].used && memcmp(d->apps[i].aid, aid, 3) == 0) {
            return i;
        }
    }
    return 0;
}

enum desfire_status desfire_select_app(struct desfire *d, uint8_t *message, size_t n)
{
    size_t found = find_app(d, message + 1);
    (void)n;
    if (found == 0 && little24(message + 1) != 0) {
        return DESFIRE_NO_SUCH_APP;
    }
    desfire_abort_files(d);
    desfire_end_session(d);
    d->app = found;
    d->out_bare = true;
    return DESFIRE_OK;
}

enum desfire_status desfire_add_app(struct desfire *d, const uint8_t aid[3], uint8_t settings, uint8_t key_count,
                                    enum crypto_kind kind, struct desfire_app **ret_app)
{
    if (find_app(d, aid) != 0 || little24(aid) == 0) {
        return DESFIRE_DUPLICATE;
    }
    if (key_count > DESFIRE_KEYS) {
        return DESFIRE_PARAMETER_ERROR;
    }
    for (size_t i = 1; i < DESFIRE_APPS; i++) {
        struct desfire_app *app = &d->apps[i];
        if (app->used) {
            continue;
        }
        if (d->memory_used + DESFIRE_MEMORY_UNIT > DESFIRE_MEMORY) {
            return DESFIRE_OUT_OF_MEMORY;
        }
        d->memory_used += DESFIRE_MEMORY_UNIT;
        memset(app, 0, sizeof *app);
        app->used = true;
        memcpy(app->aid, aid, 3);
        app->settings = settings;
        app->key_count = key_count;
        app->kind = kind;
        for (size_t k = 0; k < key_count; k++) {
            app->keys[k] = d->default_key;
        }
        *ret_app = app;
        return DESFIRE_OK;
    }
    return DESFIRE_COUNT_ERROR;
}

/* CA identifier, settings, number of keys with their kind [, ISO identifier and name: taken and not used]. */
enum desfire_status desfire_create_app(struct desfire *d, uint8_t *message, size_t n)
{
    struct desfire_app *app;
    unsigned kind = message[5] & 0xc0U;
    (void)n;
    if (d->app != 0) {
        return DESFIRE_PERMISSION_DENIED;
    }
    if (!(d->apps[0].settings & DESFIRE_FREE_CREATE) && !desfire_is_with(d, 0)) {
        return DESFIRE_NOT_AUTHENTICATED;
    }
    if (kind != CRYPTO_DES && kind != CRYPTO_3K3DES && kind != CRYPTO_AES) {
        return DESFIRE_PARAMETER_ERROR;
    }
    return desfire_add_app(d, message + 1, message[4], message[5] & 0xf, (enum crypto_kind)kind, &app);
}

void desfire_free_files(struct desfire_app *app)
{
    for (size_t i = 0; i < DESFIRE_FILES; i++) {
        free(app->files[i].data);
        app->files[i] = (struct desfire_file){.used = false};
    }
}

/* With the card's key, or with the application's own. The memory stays taken until the card is formatted. */
enum desfire_status desfire_delete_app(struct desfire *d, uint8_t *message, size_t n)
{
    size_t found = find_app(d, message + 1);
    (void)n;
    if (found == 0) {
        return DESFIRE_NO_SUCH_APP;
    }
    if (!desfire_is_with(d, 0) || (d->app != 0 && d->app != found)) {
        return DESFIRE_NOT_AUTHENTICATED;
    }
    desfire_free_files(&d->apps[found]);
    d->apps[found].used = false;
    if (d->app == found) {
        d->app = 0;
        desfire_end_session(d);
        d->out_bare = true;
    }
    return DESFIRE_OK;
}

enum desfire_status desfire_list_apps(struct desfire *d, uint8_t *message, size_t n)
{
    (void)message;
    (void)n;
    if (d->app != 0) {
        return DESFIRE_PERMISSION_DENIED;
    }
    if (!(d->apps[0].settings & DESFIRE_FREE_LISTING) && !desfire_is_with(d, 0)) {
        return DESFIRE_NOT_AUTHENTICATED;
    }
    for (size_t i = 1; i < DESFIRE_APPS; i++) {
        if (d->apps[i].used) {
            desfire_put(d, d->apps[i].aid, 3);
        }
    }
    return DESFIRE_OK;
}

enum desfire_status desfire_format(struct desfire *d, uint8_t *message, size_t n)
{
    (void)message;
    (void)n;
    if (d->app != 0 || d->format_off) {
        return DESFIRE_PERMISSION_DENIED;
    }
    if (!desfire_is_with(d, 0)) {
        return DESFIRE_NOT_AUTHENTICATED;
    }
    for (size_t i = 1; i < DESFIRE_APPS; i++) {
        desfire_free_files(&d->apps[i]);
        d->apps[i].used = false;
    }
    d->memory_used = 0;
    return DESFIRE_OK;
}

/* ---- files ---- */

static struct desfire_file *find_file(struct desfire *d, uint8_t number)
{
    for (size_t i = 0; i < DESFIRE_FILES; i++) {
        struct desfire_file *file = &current(d)->files[i];
        if (file->used && file->number == number) {
            return file;
        }
    }
    return NULL;
}

static bool may_list(const struct desfire *d)
{
    return (d->apps[d->app].settings & DESFIRE_FREE_LISTING) || desfire_is_with(d, 0);
}

enum desfire_status desfire_add_file(struct desfire *d, struct desfire_app *app, const struct desfire_file *like)
{
    uint32_t room = rounded(like->size) * (like->backup ? 2 : 1);
    if (like->size == 0 || like->size > DESFIRE_MEMORY || d->memory_used + room > DESFIRE_MEMORY) {
        return DESFIRE_OUT_OF_MEMORY;
    }
    for (size_t i = 0; i < DESFIRE_FILES; i++) {
        struct desfire_file *file = &app->files[i];
        if (file->used) {
            continue;
        }
        uint8_t *data = calloc(like->backup ? 2 : 1, like->size);
        if (!data) {
            return DESFIRE_OUT_OF_MEMORY;
        }
        *file = *like;
        file->used = true;
        file->data = data;
        d->memory_used += room;
        return DESFIRE_OK;
    }
    return DESFIRE_COUNT_ERROR;
}

/* CD (standard) or CB (backup): number [, ISO identifier], communication, rights, size. */
enum desfire_status desfire_create_file(struct desfire *d, uint8_t *message, size_t n)
{
    const uint8_t *p = message + (n == 10 ? 4 : 2);
    if (n == 9) {
        return DESFIRE_LENGTH_ERROR;
    }
    if (d->app == 0) {
        return DESFIRE_PERMISSION_DENIED;
    }
    if (!(current(d)->settings & DESFIRE_FREE_CREATE) && !desfire_is_with(d, 0)) {
        return DESFIRE_NOT_AUTHENTICATED;
    }
    if (message[1] >= DESFIRE_FILES || p[0] > CARD_COMM_FULL || p[0] == 2) {
        return DESFIRE_PARAMETER_ERROR;
    }
    if (find_file(d, message[1])) {
        return DESFIRE_DUPLICATE;
    }
    const struct desfire_file file = {
        .number = message[1],
        .backup = message[0] == COMMAND_CREATE_BACKUP,
        .comm = (enum card_comm)p[0],
        .rights = (uint16_t)(p[1] | p[2] << 8),
        .size = little24(p + 3),
    };
    return desfire_add_file(d, current(d), &file);
}

enum desfire_status desfire_delete_file(struct desfire *d, uint8_t *message, size_t n)
{
    struct desfire_file *file = find_file(d, message[1]);
    (void)n;
    if (!file) {
        return DESFIRE_NO_SUCH_FILE;
    }
    if (!(current(d)->settings & DESFIRE_FREE_CREATE) && !desfire_is_with(d, 0)) {
        return DESFIRE_NOT_AUTHENTICATED;
    }
    free(file->data);
    *file = (struct desfire_file){.used = false};
    return DESFIRE_OK;
}

enum desfire_status desfire_list_files(struct desfire *d, uint8_t *message, size_t n)
{
    (void)message;
    (void)n;
    if (d->app == 0) {
        return DESFIRE_PERMISSION_DENIED;
    }
    if (!may_list(d)) {
        return DESFIRE_NOT_AUTHENTICATED;
    }
    for (size_t i = 0; i < DESFIRE_FILES; i++) {
        if (current(d)->files[i].used) {
            desfire_put(d, &current(d)->files[i].number, 1);
        }
    }
    return DESFIRE_OK;
}

enum desfire_status desfire_file_settings(struct desfire *d, uint8_t *message, size_t n)
{
    const struct desfire_file *file = find_file(d, message[1]);
    (void)n;
    if (!file) {
        return DESFIRE_NO_SUCH_FILE;
    }
    if (!may_list(d)) {
        return DESFIRE_NOT_AUTHENTICATED;
    }
    const uint8_t answer[] = {
        file->backup,        (uint8_t)file->comm,        (uint8_t)file->rights,      (uint8_t)(file->rights >> 8),
        (uint8_t)file->size, (uint8_t)(file->size >> 8), (uint8_t)(file->size >> 16)};
    desfire_put(d, answer, sizeof answer);
    return DESFIRE_OK;
}

/* 5F number, then communication and rights: enciphered, but plain where the right to change is free. */
enum desfire_status desfire_change_file_settings(struct desfire *d, uint8_t *message, size_t n)
{
    struct desfire_file *file = find_file(d, message[1]);
    if (!file) {
        return DESFIRE_NO_SUCH_FILE;
    }
    uint8_t needed = file->rights & 0xf;
    bool is_free = needed == WITH_NOTHING;
    if (!is_free && !desfire_is_with(d, needed)) {
        return DESFIRE_NOT_AUTHENTICATED;
    }
    enum desfire_status status = desfire_open_message(d, message, &n, 2, is_free ? CARD_COMM_PLAIN : CARD_COMM_FULL);
    if (status != DESFIRE_OK) {
        return status;
    }
    if (is_free ? n != 5 : !desfire_has_checksum(d, message, n, 2, 3)) {
        return is_free ? DESFIRE_LENGTH_ERROR : DESFIRE_INTEGRITY_ERROR;
    }
    if (message[2] > CARD_COMM_FULL || message[2] == 2) {
        return DESFIRE_PARAMETER_ERROR;
    }
    file->comm = (enum card_comm)message[2];
    file->rights = (uint16_t)(message[3] | message[4] << 8);
    return DESFIRE_OK;
}

/* A right's key, or that of "read and write", opens the file with its own communication; where either is free it is open to
 * all, in plain. */
static enum desfire_status check_right(const struct desfire *d, const struct desfire_file *file, unsigned shift,
                                       enum card_comm *ret_comm)
{
    uint8_t one = (file->rights >> shift) & 0xf;
    uint8_t both = (file->rights >> 4) & 0xf;
    if (desfire_is_with(d, one) || desfire_is_with(d, both)) {
        *ret_comm = file->comm;
        return DESFIRE_OK;
    }
    if (one == WITH_NOTHING || both == WITH_NOTHING) {
        *ret_comm = CARD_COMM_PLAIN;
        return DESFIRE_OK;
    }
    return DESFIRE_NOT_AUTHENTICATED;
}

enum desfire_status desfire_read(struct desfire *d, uint8_t *message, size_t n)
{
    const struct desfire_file *file = find_file(d, message[1]);
    uint32_t offset = little24(message + 2);
    uint32_t len = little24(message + 5);
    (void)n;
    if (!file) {
        return DESFIRE_NO_SUCH_FILE;
    }
    enum desfire_status status = check_right(d, file, 12, &d->out_comm);
    if (status != DESFIRE_OK) {
        return status;
    }
    d->out_open_end = len == 0;
    if (offset >= file->size || len > file->size - offset) {
        return DESFIRE_BOUNDARY;
    }
    desfire_put(d, file->data + offset, len == 0 ? file->size - offset : len);
    return DESFIRE_OK;
}

static enum desfire_status plan_write(struct desfire *d, const uint8_t *message, size_t n,
                                      struct desfire_file **ret_file, enum card_comm *ret_comm)
{
    if (n <= WRITE_HEADER) {
        return DESFIRE_LENGTH_ERROR;
    }
    struct desfire_file *file = find_file(d, message[1]);
    uint32_t offset = little24(message + 2);
    uint32_t len = little24(message + 5);
    if (!file) {
        return DESFIRE_NO_SUCH_FILE;
    }
    enum desfire_status status = check_right(d, file, 8, ret_comm);
    if (status != DESFIRE_OK) {
        return status;
    }
    if (len == 0 || offset >= file->size || len > file->size - offset) {
        return len == 0 ? DESFIRE_LENGTH_ERROR : DESFIRE_BOUNDARY;
    }
    *ret_file = file;
    return DESFIRE_OK;
}

enum desfire_status desfire_plan_write(struct desfire *d, const uint8_t *message, size_t n, size_t *ret_expected)
{
    struct desfire_file *file;
    enum card_comm comm;
    enum desfire_status status = plan_write(d, message, n, &file, &comm);
    if (status != DESFIRE_OK) {
        return status;
    }
    *ret_expected = desfire_secured_size(d, WRITE_HEADER, little24(message + 5), comm);
    return n <= *ret_expected ? DESFIRE_OK : DESFIRE_LENGTH_ERROR;
}

enum desfire_status desfire_write(struct desfire *d, uint8_t *message, size_t n)
{
    struct desfire_file *file;
    enum card_comm comm;
    uint32_t offset = little24(message + 2);
    uint32_t len = little24(message + 5);
    enum desfire_status status = plan_write(d, message, n, &file, &comm);
    if (status == DESFIRE_OK) {
        status = desfire_open_message(d, message, &n, WRITE_HEADER, comm);
    }
    if (status != DESFIRE_OK) {
        return status;
    }
    bool enciphered = comm == CARD_COMM_FULL && d->session.scheme != DESFIRE_OPEN;
    if (enciphered && !desfire_has_checksum(d, message, n, WRITE_HEADER, len)) {
        return DESFIRE_INTEGRITY_ERROR;
    }
    if (n < WRITE_HEADER + len) {
        return DESFIRE_LENGTH_ERROR;
    }
    memcpy(file->data + offset + (file->backup ? file->size : 0), message + WRITE_HEADER, len);
    return DESFIRE_OK;
}

/* ---- backup files ---- */

enum desfire_status desfire_commit(struct desfire *d, uint8_t *message, size_t n)
{
    bool changed = false;
    (void)message;
    (void)n;
    for (size_t i = 0; i < DESFIRE_FILES; i++) {
        struct desfire_file *file = &current(d)->files[i];
        if (file->used && file->backup && memcmp(file->data, file->data + file->size, file->size) != 0) {
            memcpy(file->data, file->data + file->size, file->size);
            changed = true;
        }
    }
    return changed ? DESFIRE_OK : DESFIRE_NO_CHANGES;
}

void desfire_abort_files(struct desfire *d)
{
    for (size_t i = 0; i < DESFIRE_FILES; i++) {
        struct desfire_file *file = &current(d)->files[i];
        if (file->used && file->backup) {
            memcpy(file->data + file->size, file->data, file->size);
        }
    }
}

enum desfire_status desfire_abort(struct desfire *d, uint8_t *message, size_t n)
{
    (void)message;
    (void)n;
    desfire_abort_files(d);
    return DESFIRE_OK;
}
