#include "face/pins.h"

#include "base/cleanup.h"
#include "base/text.h"

#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

struct pins {
    pthread_t thread;
    int fd; /* counts answers */
    pthread_mutex_t mutex;
    pthread_cond_t asked;
    /* protected by the mutex */
    bool ends, waits, has_answer, matches;
    int64_t ticket;
    char pin[PIN_DIGITS_MAX + 1];
    char hash[PIN_HASH_SIZE];
};

/* Takes the question, answers it without holding the mutex, and leaves the answer. @return false when it is to end. */
static bool serve(struct pins *p)
{
    char pin[PIN_DIGITS_MAX + 1], hash[PIN_HASH_SIZE];
    (void)pthread_mutex_lock(&p->mutex);
    while (!p->waits && !p->ends) {
        (void)pthread_cond_wait(&p->asked, &p->mutex);
    }
    bool ends = p->ends;
    memcpy(pin, p->pin, sizeof(pin));
    memcpy(hash, p->hash, sizeof(hash));
    sodium_memzero(p->pin, sizeof(p->pin));
    (void)pthread_mutex_unlock(&p->mutex);
    bool matches = !ends && pin_matches(hash, pin);
    sodium_memzero(pin, sizeof(pin));
    if (ends) {
        return false;
    }
    (void)pthread_mutex_lock(&p->mutex);
    p->waits = false;
    p->has_answer = true;
    p->matches = matches;
    (void)pthread_mutex_unlock(&p->mutex);
    (void)eventfd_write(p->fd, 1);
    return true;
}

static void *run(void *user)
{
    while (serve(user)) {
    }
    return NULL;
}

int pins_new(struct pins **ret_pins)
{
    struct pins *p = calloc(1, sizeof(*p));
    if (!p) {
        return -ENOMEM;
    }
    p->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (p->fd < 0) {
        int r = -errno;
        free(p);
        return r;
    }
    (void)pthread_mutex_init(&p->mutex, NULL);
    (void)pthread_cond_init(&p->asked, NULL);
    int r = pthread_create(&p->thread, NULL, run, p);
    if (r != 0) {
        cleanup_closep(&p->fd);
        free(p);
        return -r;
    }
    *ret_pins = p;
    return 0;
}

void pins_free(struct pins *p)
{
    if (!p) {
        return;
    }
    (void)pthread_mutex_lock(&p->mutex);
    p->ends = true;
    (void)pthread_cond_signal(&p->asked);
    (void)pthread_mutex_unlock(&p->mutex);
    (void)pthread_join(p->thread, NULL);
    cleanup_closep(&p->fd);
    (void)pthread_cond_destroy(&p->asked);
    (void)pthread_mutex_destroy(&p->mutex);
    sodium_memzero(p->pin, sizeof(p->pin));
    free(p);
}

int pins_fd(const struct pins *p)
{
    return p->fd;
}

int pins_ask(struct pins *p, int64_t ticket, const char *pin, const char *hash)
{
    int r = 0;
    if (strlen(pin) >= sizeof(p->pin) || strlen(hash) >= sizeof(p->hash)) {
        return -EINVAL;
    }
    (void)pthread_mutex_lock(&p->mutex);
    if (p->waits || p->has_answer) {
        r = -EBUSY;
    } else {
        p->waits = true;
        p->ticket = ticket;
        (void)text_copy(p->pin, sizeof(p->pin), pin);
        (void)text_copy(p->hash, sizeof(p->hash), hash);
        (void)pthread_cond_signal(&p->asked);
    }
    (void)pthread_mutex_unlock(&p->mutex);
    return r;
}

bool pins_next(struct pins *p, int64_t *ret_ticket, bool *ret_matches)
{
    eventfd_t count;
    (void)eventfd_read(p->fd, &count);
    (void)pthread_mutex_lock(&p->mutex);
    bool has = p->has_answer;
    if (has) {
        *ret_ticket = p->ticket;
        *ret_matches = p->matches;
        p->has_answer = false;
    }
    (void)pthread_mutex_unlock(&p->mutex);
    return has;
}
