#pragma once

/* The thread that decodes photos, so that a screen never waits for one longer than it wants to.
 *
 * What was asked for last is decoded first: it is what somebody looks at now. At most PHOTO_WORKER_QUEUE_MAX wait, of
 * IMAGE_BYTES_MAX together; beyond that the oldest is given up. At most PHOTO_WORKER_RESULTS_MAX results wait to be
 * taken, the oldest goes first; keeping them is the caller's.
 *
 * start, ask, take, wait, stop and join belong to one thread, the one that paints. */

#include "gfx/image.h"

#include <stdbool.h>
#include <stdint.h>

enum { PHOTO_WORKER_QUEUE_MAX = 8, PHOTO_WORKER_RESULTS_MAX = 16 };

struct photo_worker;

/* What the thread works with: image_decode, or something that takes its time in a test. */
struct photo_decoder {
    /** As image_decode. */
    int (*decode)(void *data, const void *bytes, size_t n, int max_side_px, struct surface *ret_surface);
    void *data;
};

struct photo_result {
    uint64_t key;
    int outcome; /* image_decode's; -ECANCELED: given up for newer ones */
    struct surface surface; /* when it is 0: the taker's to finish */
};

/** Starts the thread. @decoder: NULL for image_decode. @return 0 or a negative errno. */
int photo_worker_start(const struct photo_decoder *decoder, struct photo_worker **ret_worker);
/** Readable while there is something to take. */
int photo_worker_fd(const struct photo_worker *worker);
/** Copies the bytes and has them decoded. Asked again with the same key before its turn, the later one takes its place.
 * @return 0; -EFBIG beyond IMAGE_BYTES_MAX; -ENOMEM. */
int photo_worker_ask(struct photo_worker *worker, uint64_t key, const void *bytes, size_t n, int max_side_px);

enum { PHOTO_WORKER_LATE = 1, PHOTO_WORKER_UNKNOWN };
/** Waits at most @timeout_us until what was asked for with @key is there to be taken, so that a picture can be
 * complete in its first frame. @return 0; PHOTO_WORKER_LATE: not yet; PHOTO_WORKER_UNKNOWN: nothing of this key is
 * coming. */
int photo_worker_wait(struct photo_worker *worker, uint64_t key, int64_t timeout_us);
/** The oldest result. @return false when there is none. */
bool photo_worker_take(struct photo_worker *worker, struct photo_result *ret_result);

/** Asks the thread to end after the picture it is at; what waits is given up. */
void photo_worker_stop(struct photo_worker *worker);
/** Waits for it and frees it, with all results that weren't taken. Takes NULL. */
void photo_worker_join(struct photo_worker *worker);
