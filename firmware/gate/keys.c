#define LOG_MODULE "keys"

#include "gate/keys.h"

#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"
#include "drivers/desfire/diversify.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

/* A page of its own: it can be locked, kept out of dumps, and left out of children whole. */
struct keys {
    uint8_t master[KEYS_KEY_SIZE];
    uint8_t aid[3];
    char system[20];
};

_Static_assert((int)KEYS_KEY_SIZE == (int)DIVERSIFY_KEY_SIZE, "one size of key");

static struct keys *new_page(void)
{
    struct keys *keys = mmap(NULL, sizeof(*keys), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (keys == MAP_FAILED) {
        return NULL;
    }
    if (mlock(keys, sizeof(*keys)) < 0) {
        log_warn("the key may be swapped out: %s", strerror(errno));
    }
    (void)madvise(keys, sizeof(*keys), MADV_DONTDUMP);
    (void)madvise(keys, sizeof(*keys), MADV_DONTFORK);
    return keys;
}

static int refuse(char ret_error[KEYS_ERROR_SIZE], int error, const char *reason)
{
    (void)snprintf(ret_error, KEYS_ERROR_SIZE, "%s", reason);
    return error;
}

static int open_private(const char *path, char ret_error[KEYS_ERROR_SIZE])
{
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0) {
        return refuse(ret_error, -errno, strerror(errno));
    }
    if (!S_ISREG(st.st_mode)) {
        return refuse(ret_error, -EPERM, "no plain file");
    }
    if (st.st_uid != geteuid()) {
        return refuse(ret_error, -EPERM, "it belongs to another user");
    }
    if (st.st_mode & 077) {
        return refuse(ret_error, -EPERM, "others may read or write it (its mode must be 0600)");
    }
    return STEAL_FD(fd);
}

int keys_load(const struct gate_config *config, struct keys **ret_keys, char ret_error[KEYS_ERROR_SIZE])
{
    _cleanup_close_ int fd = open_private(config->key_path, ret_error);
    if (fd < 0) {
        return fd;
    }
    struct keys *keys = new_page();
    if (!keys) {
        return refuse(ret_error, -ENOMEM, "out of memory");
    }
    char text[2 * KEYS_KEY_SIZE + 3]; /* a line end of one or two bytes may follow; one byte more is too much */
    ssize_t n = read(fd, text, sizeof(text));
    n = n == (ssize_t)sizeof(text) ? 0 : n;
    while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == '\r')) {
        n--;
    }
    int r = -EINVAL;
    if (n == 2 * KEYS_KEY_SIZE) {
        text[n] = '\0';
        r = text_hex(text, keys->master, sizeof(keys->master)) == KEYS_KEY_SIZE ? 0 : -EINVAL;
    }
    explicit_bzero(text, sizeof(text));
    if (r < 0) {
        keys_free(keys);
        return refuse(ret_error, r, "it doesn't hold 32 hex digits");
    }
    memcpy(keys->aid, config->aid, sizeof(keys->aid));
    (void)text_copy(keys->system, sizeof(keys->system), config->key_system);
    *ret_keys = keys;
    return 0;
}

void keys_free(struct keys *keys)
{
    if (keys) {
        explicit_bzero(keys, sizeof(*keys));
        (void)munmap(keys, sizeof(*keys));
    }
}

int keys_derive(const struct keys *keys, const struct card_number *uid, uint8_t ret_key[KEYS_KEY_SIZE])
{
    uint8_t input[DIVERSIFY_INPUT_MAX];
    if (uid->form != CARD_UID) {
        return -EINVAL;
    }
    size_t n = diversify_input(uid->bytes, uid->len, keys->aid, keys->system, input);
    return n > 0 ? diversify_aes128(keys->master, input, n, ret_key) : -EINVAL;
}
