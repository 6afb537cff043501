#include "gfx/photo_worker.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "pictures.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* A decoder with a gate: it says which picture it is at, and goes on only when it is let. So the order of things is the
 * test's, not the scheduler's. */
struct gate {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int at; /* the first byte of the picture it is at; -1: none */
    unsigned let; /* how many more may go on */
    uint8_t order[64];
    size_t n;
};

enum { LONG_US = 60 * US_PER_S };

static int gated_decode(void *data, const void *bytes, size_t n, int max_side_px, struct surface *ret_surface)
{
    struct gate *gate = data;
    (void)n;
    (void)pthread_mutex_lock(&gate->lock);
    gate->at = *(const uint8_t *)bytes;
    (void)pthread_cond_broadcast(&gate->changed);
    while (gate->let == 0) {
        (void)pthread_cond_wait(&gate->changed, &gate->lock);
    }
    gate->let--;
    gate->at = -1;
    gate->order[gate->n++] = *(const uint8_t *)bytes;
    (void)pthread_mutex_unlock(&gate->lock);
    return surface_init(ret_surface, max_side_px, 1);
}

static void gate_let(struct gate *gate, unsigned n)
{
    (void)pthread_mutex_lock(&gate->lock);
    gate->let += n;
    (void)pthread_cond_broadcast(&gate->changed);
    (void)pthread_mutex_unlock(&gate->lock);
}

static void gate_wait_at(struct gate *gate, int picture)
{
    (void)pthread_mutex_lock(&gate->lock);
    while (gate->at != picture) {
        (void)pthread_cond_wait(&gate->changed, &gate->lock);
    }
    (void)pthread_mutex_unlock(&gate->lock);
}

struct fixture {
    struct gate gate;
    struct photo_worker *worker;
};

static struct fixture *start(void)
{
    struct fixture *f = calloc(1, sizeof(*f));
    assert_non_null(f);
    f->gate.at = -1;
    (void)pthread_mutex_init(&f->gate.lock, NULL);
    (void)pthread_cond_init(&f->gate.changed, NULL);
    const struct photo_decoder decoder = {.decode = gated_decode, .data = &f->gate};
    assert_int_equal(photo_worker_start(&decoder, &f->worker), 0);
    return f;
}

static void end(struct fixture *f)
{
    photo_worker_stop(f->worker);
    gate_let(&f->gate, 1000);
    photo_worker_join(f->worker);
    (void)pthread_cond_destroy(&f->gate.changed);
    (void)pthread_mutex_destroy(&f->gate.lock);
    free(f);
}

static void ask(struct fixture *f, unsigned picture)
{
    const uint8_t byte = (uint8_t)picture;
    assert_int_equal(photo_worker_ask(f->worker, picture, &byte, 1, 100), 0);
}

static void assert_taken(struct photo_worker *worker, uint64_t key, int outcome)
{
    struct photo_result result;
    assert_true(photo_worker_take(worker, &result));
    assert_int_equal(result.key, key);
    assert_int_equal(result.outcome, outcome);
    assert_true((result.surface.pixels != NULL) == (outcome == 0));
    surface_finish(&result.surface);
}

static bool is_readable(const struct photo_worker *worker)
{
    struct pollfd p = {.fd = photo_worker_fd(worker), .events = POLLIN};
    return poll(&p, 1, 0) == 1;
}

static void a_photo_is_decoded(void **state)
{
    (void)state;
    struct photo_worker *worker;
    assert_int_equal(photo_worker_start(NULL, &worker), 0);
    size_t n;
    uint8_t *bytes = pictures_jpeg(400, 300, PICTURES_BASELINE, &n);
    assert_int_equal(photo_worker_ask(worker, 42, bytes, n, 100), 0);
    memset(bytes, 0, n); /* they were copied */
    free(bytes);
    assert_int_equal(photo_worker_wait(worker, 42, LONG_US), 0);
    struct photo_result result;
    assert_true(photo_worker_take(worker, &result));
    assert_int_equal(result.key, 42);
    assert_int_equal(result.outcome, 0);
    assert_int_equal(result.surface.width, 100);
    assert_int_equal(result.surface.height, 75);
    surface_finish(&result.surface);
    photo_worker_join(worker);
}

static void what_is_no_photo_is_told(void **state)
{
    (void)state;
    struct photo_worker *worker;
    assert_int_equal(photo_worker_start(NULL, &worker), 0);
    assert_int_equal(photo_worker_ask(worker, 1, "GIF89a", 6, 100), 0);
    assert_int_equal(photo_worker_wait(worker, 1, LONG_US), 0);
    assert_taken(worker, 1, IMAGE_UNKNOWN);
    assert_int_equal(photo_worker_ask(worker, 2, NULL, 0, 100), 0);
    assert_int_equal(photo_worker_wait(worker, 2, LONG_US), 0);
    assert_taken(worker, 2, IMAGE_UNKNOWN);
    assert_int_equal(photo_worker_ask(worker, 3, NULL, IMAGE_BYTES_MAX + 1, 100), -EFBIG);
    photo_worker_join(worker);
}

static void the_newest_is_decoded_first(void **state)
{
    (void)state;
    struct fixture *f = start();
    ask(f, 1);
    gate_wait_at(&f->gate, 1);
    for (unsigned i = 2; i <= 5; i++) {
        ask(f, i);
    }
    gate_let(&f->gate, 5);
    assert_int_equal(photo_worker_wait(f->worker, 2, LONG_US), 0);
    assert_memory_equal(f->gate.order, ((const uint8_t[]){1, 5, 4, 3, 2}), 5);
    end(f);
}

static void when_too_many_wait_the_oldest_is_given_up(void **state)
{
    (void)state;
    struct fixture *f = start();
    ask(f, 1);
    gate_wait_at(&f->gate, 1);
    for (unsigned i = 2; i < 2 + PHOTO_WORKER_QUEUE_MAX; i++) {
        ask(f, i);
    }
    assert_false(is_readable(f->worker));
    ask(f, 50);
    assert_true(is_readable(f->worker));
    assert_int_equal(photo_worker_wait(f->worker, 2, 0), 0);
    assert_taken(f->worker, 2, -ECANCELED);
    assert_int_equal(photo_worker_wait(f->worker, 3, 0), PHOTO_WORKER_LATE);
    end(f);
}

static void when_they_are_large_fewer_wait(void **state)
{
    (void)state;
    struct fixture *f = start();
    ask(f, 1);
    gate_wait_at(&f->gate, 1);
    _cleanup_free_ uint8_t *bytes = calloc(1, IMAGE_BYTES_MAX);
    assert_non_null(bytes);
    assert_int_equal(photo_worker_ask(f->worker, 2, bytes, IMAGE_BYTES_MAX / 2, 10), 0);
    assert_int_equal(photo_worker_ask(f->worker, 3, bytes, IMAGE_BYTES_MAX / 2, 10), 0);
    assert_false(is_readable(f->worker));
    assert_int_equal(photo_worker_ask(f->worker, 4, bytes, IMAGE_BYTES_MAX, 10), 0);
    assert_taken(f->worker, 2, -ECANCELED);
    assert_taken(f->worker, 3, -ECANCELED);
    assert_false(is_readable(f->worker));
    assert_int_equal(photo_worker_wait(f->worker, 4, 0), PHOTO_WORKER_LATE);
    end(f);
}

static void asked_again_the_later_one_counts(void **state)
{
    (void)state;
    struct fixture *f = start();
    ask(f, 1);
    gate_wait_at(&f->gate, 1);
    assert_int_equal(photo_worker_ask(f->worker, 7, "a", 1, 10), 0);
    assert_int_equal(photo_worker_ask(f->worker, 7, "b", 1, 20), 0);
    gate_let(&f->gate, 2);
    assert_int_equal(photo_worker_wait(f->worker, 7, LONG_US), 0);
    assert_taken(f->worker, 1, 0);
    struct photo_result result;
    assert_true(photo_worker_take(f->worker, &result));
    assert_int_equal(result.key, 7);
    assert_int_equal(result.surface.width, 20);
    surface_finish(&result.surface);
    assert_false(photo_worker_take(f->worker, &result));
    assert_int_equal(f->gate.n, 2);
    end(f);
}

static void waiting_ends_in_time_or_at_once_when_nothing_comes(void **state)
{
    (void)state;
    struct fixture *f = start();
    assert_int_equal(photo_worker_wait(f->worker, 9, LONG_US), PHOTO_WORKER_UNKNOWN);
    ask(f, 1);
    gate_wait_at(&f->gate, 1);
    assert_int_equal(photo_worker_wait(f->worker, 1, 0), PHOTO_WORKER_LATE);
    assert_int_equal(photo_worker_wait(f->worker, 1, -5), PHOTO_WORKER_LATE);
    assert_int_equal(photo_worker_wait(f->worker, 1, 2000), PHOTO_WORKER_LATE);
    gate_let(&f->gate, 1);
    assert_int_equal(photo_worker_wait(f->worker, 1, LONG_US), 0);
    assert_int_equal(photo_worker_wait(f->worker, 1, 0), 0);
    assert_taken(f->worker, 1, 0);
    assert_int_equal(photo_worker_wait(f->worker, 1, LONG_US), PHOTO_WORKER_UNKNOWN);
    end(f);
}

static void its_descriptor_is_readable_while_there_is_something_to_take(void **state)
{
    (void)state;
    struct fixture *f = start();
    struct photo_result result;
    assert_false(is_readable(f->worker));
    assert_false(photo_worker_take(f->worker, &result));
    gate_let(&f->gate, 2);
    ask(f, 1);
    assert_int_equal(photo_worker_wait(f->worker, 1, LONG_US), 0);
    ask(f, 2);
    assert_int_equal(photo_worker_wait(f->worker, 2, LONG_US), 0);
    assert_true(is_readable(f->worker));
    assert_taken(f->worker, 1, 0);
    assert_true(is_readable(f->worker));
    assert_taken(f->worker, 2, 0);
    assert_false(is_readable(f->worker));
    end(f);
}

static void results_that_nobody_takes_are_bounded(void **state)
{
    (void)state;
    struct fixture *f = start();
    enum { ASKED = PHOTO_WORKER_RESULTS_MAX + 5 };
    gate_let(&f->gate, ASKED);
    for (unsigned i = 1; i <= ASKED; i++) {
        ask(f, i);
        assert_int_equal(photo_worker_wait(f->worker, i, LONG_US), 0);
    }
    for (unsigned i = 6; i <= ASKED; i++) {
        assert_taken(f->worker, i, 0);
    }
    struct photo_result result;
    assert_false(photo_worker_take(f->worker, &result));
    end(f);
}

static void it_can_be_ended_with_work_left(void **state)
{
    (void)state;
    struct fixture *f = start();
    for (unsigned i = 1; i <= PHOTO_WORKER_QUEUE_MAX; i++) {
        ask(f, i);
    }
    photo_worker_stop(f->worker);
    end(f);
    photo_worker_join(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_photo_is_decoded),
        cmocka_unit_test(what_is_no_photo_is_told),
        cmocka_unit_test(the_newest_is_decoded_first),
        cmocka_unit_test(when_too_many_wait_the_oldest_is_given_up),
        cmocka_unit_test(when_they_are_large_fewer_wait),
        cmocka_unit_test(asked_again_the_later_one_counts),
        cmocka_unit_test(waiting_ends_in_time_or_at_once_when_nothing_comes),
        cmocka_unit_test(its_descriptor_is_readable_while_there_is_something_to_take),
        cmocka_unit_test(results_that_nobody_takes_are_bounded),
        cmocka_unit_test(it_can_be_ended_with_work_left),
    };
    return cmocka_run_group_tests_name("ui.gfx.photo_worker", tests, NULL, NULL);
}
