#include "gfx/photo_worker.h"

#include "base/cleanup.h"
#include "base/clock.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>

/* One mutex guards the lists; it is never held while a picture is decoded. A job belongs to the list that it is
 * in; the one that is being decoded is in none and belongs to the thread. */

struct job {
    struct job *next;
    struct photo_result result;
    int max_side_px;
    size_t n;
    uint8_t *bytes; /* until they are decoded */
};

struct list {
    struct job *head; /* the oldest */
    unsigned n;
    size_t bytes; /* of all its jobs */
};

struct photo_worker {
    struct photo_decoder decoder; /* thread's */
    pthread_t thread;
    int fd; /* counts while there are results; written and read with the lock held */

    pthread_mutex_t lock; /* guards the rest */
    pthread_cond_t wake; /* the thread: there is work */
    pthread_cond_t done; /* the one that waits: there is a result */
    struct list queue, results;
    bool decoding;
    uint64_t decoding_key;
    bool stopping;
};

static int decode_image(void *data, const void *bytes, size_t n, int max_side_px, struct surface *ret_surface)
{
    (void)data;
    return image_decode(bytes, n, max_side_px, ret_surface);
}

static void free_job(struct job *job)
{
    if (job) {
        surface_finish(&job->result.surface);
        free(job->bytes);
        free(job);
    }
}

static void push(struct list *list, struct job *job)
{
    struct job **at = &list->head;
    while (*at) {
        at = &(*at)->next;
    }
    job->next = NULL;
    *at = job;
    list->n++;
    list->bytes += job->n;
}

/* The job that *@at points to, taken out; NULL at the list's end. */
static struct job *unlink_at(struct list *list, struct job **at)
{
    struct job *job = *at;
    if (job) {
        *at = job->next;
        list->n--;
        list->bytes -= job->n;
    }
    return job;
}

static struct job **find(struct list *list, uint64_t key)
{
    struct job **at = &list->head;
    while (*at && (*at)->result.key != key) {
        at = &(*at)->next;
    }
    return at;
}

static struct job **newest(struct list *list)
{
    struct job **at = &list->head;
    while (*at && (*at)->next) {
        at = &(*at)->next;
    }
    return at;
}

/* Locked. */
static void put_result(struct photo_worker *w, struct job *job, int outcome)
{
    job->result.outcome = outcome;
    free(STEAL_PTR(job->bytes));
    job->n = 0;
    push(&w->results, job);
    if (w->results.n > PHOTO_WORKER_RESULTS_MAX) {
        free_job(unlink_at(&w->results, &w->results.head));
    }
    uint64_t one = 1;
    ssize_t n = write(w->fd, &one, sizeof(one));
    (void)n; /* it fails only when the counter is full, and then it is readable */
    (void)pthread_cond_signal(&w->done);
}

static void *run(void *user)
{
    struct photo_worker *w = user;
    (void)pthread_mutex_lock(&w->lock);
    while (!w->stopping) {
        struct job *job = unlink_at(&w->queue, newest(&w->queue));
        if (!job) {
            (void)pthread_cond_wait(&w->wake, &w->lock);
            continue;
        }
        w->decoding = true;
        w->decoding_key = job->result.key;
        bool last = w->queue.n == 0;
        (void)pthread_mutex_unlock(&w->lock);
        int r = w->decoder.decode(w->decoder.data, job->bytes, job->n, job->max_side_px, &job->result.surface);
        (void)pthread_mutex_lock(&w->lock);
        w->decoding = false;
        put_result(w, job, r);
        if (last) {
            /* A large photo takes as much as all the rest of the process: back with it. */
            (void)pthread_mutex_unlock(&w->lock);
            (void)malloc_trim(0);
            (void)pthread_mutex_lock(&w->lock);
        }
    }
    (void)pthread_mutex_unlock(&w->lock);
    return NULL;
}

static void free_worker(struct photo_worker *w)
{
    while (w->queue.head) {
        free_job(unlink_at(&w->queue, &w->queue.head));
    }
    while (w->results.head) {
        free_job(unlink_at(&w->results, &w->results.head));
    }
    (void)pthread_cond_destroy(&w->done);
    (void)pthread_cond_destroy(&w->wake);
    (void)pthread_mutex_destroy(&w->lock);
    cleanup_closep(&w->fd);
    free(w);
}

/* Signals are the loop's: none may come to the thread. */
static int start_thread(struct photo_worker *w)
{
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int r = pthread_create(&w->thread, NULL, run, w);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (r != 0) {
        return -r;
    }
    (void)pthread_setname_np(w->thread, "photos");
    return 0;
}

int photo_worker_start(const struct photo_decoder *decoder, struct photo_worker **ret_worker)
{
    struct photo_worker *w = calloc(1, sizeof(*w));
    if (!w) {
        return -ENOMEM;
    }
    w->decoder = decoder ? *decoder : (struct photo_decoder){.decode = decode_image};
    (void)pthread_mutex_init(&w->lock, NULL);
    (void)pthread_cond_init(&w->wake, NULL);
    pthread_condattr_t monotonic;
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&w->done, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    w->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int r = w->fd >= 0 ? start_thread(w) : -errno;
    if (r < 0) {
        free_worker(w);
        return r;
    }
    *ret_worker = w;
    return 0;
}

int photo_worker_fd(const struct photo_worker *worker)
{
    return worker->fd;
}

int photo_worker_ask(struct photo_worker *worker, uint64_t key, const void *bytes, size_t n, int max_side_px)
{
    if (n > IMAGE_BYTES_MAX) {
        return -EFBIG;
    }
    struct job *job = calloc(1, sizeof(*job));
    uint8_t *copy = malloc(n > 0 ? n : 1);
    if (!job || !copy) {
        free(job);
        free(copy);
        return -ENOMEM;
    }
    *job = (struct job){.result = {.key = key}, .max_side_px = max_side_px, .n = n, .bytes = copy};
    if (n > 0) {
        memcpy(copy, bytes, n);
    }
    (void)pthread_mutex_lock(&worker->lock);
    free_job(unlink_at(&worker->queue, find(&worker->queue, key)));
    push(&worker->queue, job);
    while (worker->queue.n > PHOTO_WORKER_QUEUE_MAX || worker->queue.bytes > IMAGE_BYTES_MAX) {
        put_result(worker, unlink_at(&worker->queue, &worker->queue.head), -ECANCELED);
    }
    (void)pthread_cond_signal(&worker->wake);
    (void)pthread_mutex_unlock(&worker->lock);
    return 0;
}

static struct timespec after_us(int64_t us)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    us += t.tv_nsec / 1000;
    t.tv_sec += us / US_PER_S;
    t.tv_nsec = us % US_PER_S * 1000;
    return t;
}

int photo_worker_wait(struct photo_worker *worker, uint64_t key, int64_t timeout_us)
{
    const struct timespec until = after_us(timeout_us > 0 ? timeout_us : 0);
    bool late = timeout_us <= 0;
    int r = 0;
    (void)pthread_mutex_lock(&worker->lock);
    for (;;) {
        if (!*find(&worker->queue, key) && !(worker->decoding && worker->decoding_key == key)) {
            r = *find(&worker->results, key) ? 0 : PHOTO_WORKER_UNKNOWN;
            break;
        }
        if (late) {
            r = PHOTO_WORKER_LATE;
            break;
        }
        late = pthread_cond_timedwait(&worker->done, &worker->lock, &until) != 0;
    }
    (void)pthread_mutex_unlock(&worker->lock);
    return r;
}

bool photo_worker_take(struct photo_worker *worker, struct photo_result *ret_result)
{
    (void)pthread_mutex_lock(&worker->lock);
    struct job *job = unlink_at(&worker->results, &worker->results.head);
    if (!worker->results.head) {
        uint64_t count;
        /* NOLINTNEXTLINE(clang-analyzer-unix.BlockInCriticalSection): it never waits */
        ssize_t n = read(worker->fd, &count, sizeof(count));
        (void)n; /* it fails when there was nothing to clear */
    }
    (void)pthread_mutex_unlock(&worker->lock);
    if (!job) {
        return false;
    }
    *ret_result = job->result;
    free(job); /* not the surface, which is the taker's now */
    return true;
}

void photo_worker_stop(struct photo_worker *worker)
{
    (void)pthread_mutex_lock(&worker->lock);
    worker->stopping = true;
    (void)pthread_cond_signal(&worker->wake);
    (void)pthread_mutex_unlock(&worker->lock);
}

void photo_worker_join(struct photo_worker *worker)
{
    if (!worker) {
        return;
    }
    photo_worker_stop(worker);
    (void)pthread_join(worker->thread, NULL);
    free_worker(worker);
}
