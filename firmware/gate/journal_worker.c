#define LOG_MODULE "journal"

#include "gate/journal_worker.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>

/* One mutex guards the lists and the state; it is never held during a call into the store. The queue's head belongs
 * to the thread: the loop only adds at the tail, so a batch may stay in the queue while it is being written, and simply
 * is still there when that failed. */

enum { BATCH_MAX = 64, ERASE_STEP = 50 };

const struct journal_worker_limits journal_worker_default = {
    .queue_max = 4096, .retry_min_us = 100 * US_PER_MS, .retry_max_us = 5 * US_PER_S};

struct entry {
    struct entry *next;
    uint64_t ticket;
    int result;
    struct journal_event event;
    uint8_t record[];
};

struct journal_worker {
    struct journal_store store; /* thread's */
    struct journal_worker_limits limits;
    pthread_t thread;
    size_t batch_max; /* thread's: fewer than BATCH_MAX while it looks for an event that is refused */
    int fd;

    pthread_mutex_t lock; /* guards the rest */
    pthread_cond_t wake;
    struct entry *head, **tail; /* the queue */
    struct entry *done;
    struct entry **done_tail;
    bool stopping;
    bool hurry; /* somebody waits: try now, whatever the back-off says */
    bool erase_due;
    int64_t erase_before_us;
    struct journal_worker_state state;
};

static int db_append(void *data, struct journal_event *events, size_t n)
{
    return journal_db_append(data, events, n);
}

static int db_erase(void *data, int64_t before_utc_us, int limit)
{
    return journal_db_erase(data, before_utc_us, limit);
}

static void db_close(void *data)
{
    journal_db_close(data);
}

struct journal_store journal_worker_db(struct journal_db *db)
{
    return (struct journal_store){.append = db_append, .erase = db_erase, .close = db_close, .data = db};
}

static void tell(struct journal_worker *w)
{
    uint64_t one = 1;
    ssize_t n = write(w->fd, &one, sizeof(one));
    (void)n; /* it fails only when the counter is full, and then it is readable */
}

static void settle(struct journal_worker *w, struct entry *e, int result)
{
    e->next = NULL;
    if (e->ticket == 0) {
        free(e);
        return;
    }
    e->result = result;
    *w->done_tail = e;
    w->done_tail = &e->next;
}

static struct entry *take_head(struct journal_worker *w)
{
    struct entry *e = w->head;
    w->head = e->next;
    if (!w->head) {
        w->tail = &w->head;
    }
    w->state.queued--;
    return e;
}

/* Locked. The first @n are written. */
static void written(struct journal_worker *w, size_t n, const struct journal_event *last)
{
    for (size_t i = 0; i < n; i++) {
        settle(w, take_head(w), 0);
    }
    w->state.written += n;
    w->state.epoch = last->epoch;
    w->state.seq = last->seq;
    if (w->state.error) {
        log_info("written again after: %s", strerror(-w->state.error));
        w->state.error = 0;
    }
    tell(w);
}

/* Locked. Gives back every event that somebody waits for. */
static void give_back(struct journal_worker *w, int error)
{
    struct entry **at = &w->head;
    while (*at) {
        struct entry *e = *at;
        if (e->ticket == 0) {
            at = &e->next;
            continue;
        }
        *at = e->next;
        w->state.queued--;
        settle(w, e, error);
    }
    w->tail = at;
    if (w->state.error != error) {
        log_error("cannot write: %s; queued=%u", strerror(-error), w->state.queued);
        w->state.error = error;
    }
    tell(w);
}

/* Takes the head of the queue a step further. @return 0, or the negative errno of a store that can't write. Called and left with the lock held. */
static int write_batch(struct journal_worker *w)
{
    struct journal_event events[BATCH_MAX];
    size_t n = 0;
    for (const struct entry *e = w->head; e && n < w->batch_max; e = e->next) {
        events[n++] = e->event;
    }
    (void)pthread_mutex_unlock(&w->lock);
    int r = w->store.append(w->store.data, events, n);
    (void)pthread_mutex_lock(&w->lock);
    if (r == 0) {
        w->batch_max = BATCH_MAX;
        written(w, n, &events[n - 1]);
        return 0;
    }
    if (r != -EINVAL && r != -EMSGSIZE) {
        return r;
    }
    /* The event, not the disk, is at fault: find it, so that it can't stand in the way of the others. */
    if (n > 1) {
        w->batch_max = n / 2;
        return 0;
    }
    log_error("an event is refused: kind=%s: %s", journal_kind_text(events[0].kind), strerror(-r));
    w->state.dropped++;
    settle(w, take_head(w), r);
    tell(w);
    return 0;
}

/* Locked. Waits for something to do, at most until @deadline_us on the monotonic clock (US_NEVER: without end). */
static void wait_until(struct journal_worker *w, int64_t deadline_us)
{
    if (deadline_us == US_NEVER) {
        (void)pthread_cond_wait(&w->wake, &w->lock);
        return;
    }
    struct timespec t = {.tv_sec = deadline_us / US_PER_S, .tv_nsec = deadline_us % US_PER_S * 1000};
    (void)pthread_cond_timedwait(&w->wake, &w->lock, &t);
}

static int64_t monotonic_us(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * US_PER_S + t.tv_nsec / 1000;
}

/* Locked, the queue empty. One small step of housekeeping. @return false when there is none. */
static bool keep_house(struct journal_worker *w)
{
    if (!w->erase_due) {
        return false;
    }
    int64_t before_us = w->erase_before_us;
    (void)pthread_mutex_unlock(&w->lock);
    int n = w->store.erase(w->store.data, before_us, ERASE_STEP);
    if (n >= 0 && n < ERASE_STEP && w->store.tidy) {
        w->store.tidy(w->store.data);
    }
    (void)pthread_mutex_lock(&w->lock);
    if (n < 0) {
        log_warn("cannot erase: %s", strerror(-n));
    } else {
        w->state.erased += (uint64_t)n;
    }
    if (n < ERASE_STEP && before_us == w->erase_before_us) {
        w->erase_due = false;
    }
    return true;
}

/* Locked. The queue's events were refused with @error: waits, and doubles the wait. */
static void back_off(struct journal_worker *w, int64_t *wait_us)
{
    int64_t until_us = monotonic_us() + *wait_us;
    *wait_us = *wait_us * 2 < w->limits.retry_max_us ? *wait_us * 2 : w->limits.retry_max_us;
    while (!w->stopping && !w->hurry && monotonic_us() < until_us) {
        wait_until(w, until_us);
    }
}

static void *run(void *user)
{
    struct journal_worker *w = user;
    int64_t wait_us = w->limits.retry_min_us;
    (void)pthread_mutex_lock(&w->lock);
    for (;;) {
        if (w->head) {
            w->hurry = false;
            int r = write_batch(w);
            if (r == 0) {
                wait_us = w->limits.retry_min_us;
                continue;
            }
            give_back(w, r);
            if (w->stopping) {
                break;
            }
            back_off(w, &wait_us);
        } else if (w->stopping) {
            break;
        } else if (!keep_house(w)) {
            wait_until(w, US_NEVER);
        }
    }
    (void)pthread_mutex_unlock(&w->lock);
    return NULL;
}

static void close_store(const struct journal_store *store)
{
    if (store->close) {
        store->close(store->data);
    }
}

static void free_list(struct entry *e)
{
    while (e) {
        struct entry *next = e->next;
        free(e);
        e = next;
    }
}

/* Signals are the loop's. */
static int start_thread(struct journal_worker *w)
{
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    int r = pthread_sigmask(SIG_SETMASK, &all, &before);
    if (r == 0) {
        r = pthread_create(&w->thread, NULL, run, w);
        (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    return -r;
}

int journal_worker_start(const struct journal_store *store, const struct journal_worker_limits *limits,
                         struct journal_worker **ret_worker)
{
    struct journal_worker *w = calloc(1, sizeof(*w));
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (!w || fd < 0) {
        int r = w ? -errno : -ENOMEM;
        free(w);
        cleanup_closep(&fd);
        close_store(store);
        return r;
    }
    w->store = *store;
    w->limits = *limits;
    w->batch_max = BATCH_MAX;
    w->fd = fd;
    w->tail = &w->head;
    w->done_tail = &w->done;
    pthread_condattr_t attr;
    (void)pthread_mutex_init(&w->lock, NULL);
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&w->wake, &attr);
    (void)pthread_condattr_destroy(&attr);
    int r = start_thread(w);
    if (r < 0) {
        (void)pthread_cond_destroy(&w->wake);
        (void)pthread_mutex_destroy(&w->lock);
        (void)close(fd);
        free(w);
        close_store(store);
        return r;
    }
    *ret_worker = w;
    return 0;
}

int journal_worker_put(struct journal_worker *w, const struct journal_event *event, uint64_t ticket)
{
    if (event->record_len > JOURNAL_RECORD_MAX) {
        return -EMSGSIZE;
    }
    struct entry *e = malloc(sizeof(*e) + event->record_len);
    if (!e) {
        return -ENOMEM;
    }
    *e = (struct entry){.ticket = ticket, .event = *event};
    if (event->record_len > 0) {
        memcpy(e->record, event->record, event->record_len);
    }
    e->event.record = e->record;
    (void)pthread_mutex_lock(&w->lock);
    bool full = w->state.queued >= w->limits.queue_max;
    if (full) {
        w->state.dropped++;
    } else {
        *w->tail = e;
        w->tail = &e->next;
        w->state.queued++;
        w->hurry = w->hurry || ticket != 0;
        (void)pthread_cond_signal(&w->wake);
    }
    (void)pthread_mutex_unlock(&w->lock);
    if (full) {
        free(e);
        return -ENOBUFS;
    }
    return 0;
}

int journal_worker_fd(const struct journal_worker *w)
{
    return w->fd;
}

void journal_worker_drain(struct journal_worker *w, void (*done)(void *user, uint64_t ticket, int result), void *user)
{
    uint64_t count;
    ssize_t n = read(w->fd, &count, sizeof(count));
    (void)n; /* only takes the readable state back */
    (void)pthread_mutex_lock(&w->lock);
    struct entry *list = w->done;
    w->done = NULL;
    w->done_tail = &w->done;
    (void)pthread_mutex_unlock(&w->lock);
    for (const struct entry *e = list; e; e = e->next) {
        done(user, e->ticket, e->result);
    }
    free_list(list);
}

void journal_worker_retain(struct journal_worker *w, int64_t before_utc_us)
{
    (void)pthread_mutex_lock(&w->lock);
    w->erase_before_us = before_utc_us;
    w->erase_due = true;
    (void)pthread_cond_signal(&w->wake);
    (void)pthread_mutex_unlock(&w->lock);
}

struct journal_worker_state journal_worker_state(struct journal_worker *w)
{
    (void)pthread_mutex_lock(&w->lock);
    struct journal_worker_state state = w->state;
    (void)pthread_mutex_unlock(&w->lock);
    return state;
}

void journal_worker_stop(struct journal_worker *w)
{
    (void)pthread_mutex_lock(&w->lock);
    w->stopping = true;
    (void)pthread_cond_signal(&w->wake);
    (void)pthread_mutex_unlock(&w->lock);
}

unsigned journal_worker_join(struct journal_worker *w)
{
    if (!w) {
        return 0;
    }
    journal_worker_stop(w);
    (void)pthread_join(w->thread, NULL);
    unsigned lost = w->state.queued;
    for (const struct entry *e = w->done; e; e = e->next) {
        lost += e->result < 0; /* given back, and nobody is left to take it */
    }
    close_store(&w->store);
    free_list(w->head);
    free_list(w->done);
    (void)pthread_cond_destroy(&w->wake);
    (void)pthread_mutex_destroy(&w->lock);
    (void)close(w->fd);
    free(w);
    return lost;
}
