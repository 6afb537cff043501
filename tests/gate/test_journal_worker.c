/* The journal's thread: what is put is written in order, a full disk costs nothing but time, and nobody waits. */

#include "base/cleanup.h"
#include "gate/journal_worker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { WAIT_MS = 20000, WRITTEN_MAX = 512 };

/* A store that does what a test tells it to, and remembers what it was given. */
struct store {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int error; /* of the next appends */
    int64_t poison; /* refuses any batch with this ref */
    bool held; /* append waits while set */
    bool inside; /* append is waiting */
    int64_t refs[WRITTEN_MAX];
    uint8_t record_sum[WRITTEN_MAX];
    size_t n_written, n_batches, n_tries;
    int to_erase, erased_largest_step;
    unsigned tidied;
    bool closed;
};

static struct store store;
static struct journal_worker *worker;
static const struct journal_worker_limits quick = {.queue_max = 64, .retry_min_us = 200, .retry_max_us = 1000};

static int store_append(void *data, struct journal_event *events, size_t n)
{
    struct store *s = data;
    (void)pthread_mutex_lock(&s->lock);
    s->inside = true;
    (void)pthread_cond_broadcast(&s->changed);
    while (s->held) {
        (void)pthread_cond_wait(&s->changed, &s->lock);
    }
    s->inside = false;
    s->n_tries++;
    int r = s->error;
    for (size_t i = 0; i < n; i++) {
        r = s->poison && events[i].ref == s->poison ? -EINVAL : r;
    }
    for (size_t i = 0; i < n && r == 0; i++) {
        uint8_t sum = 0;
        for (size_t k = 0; k < events[i].record_len; k++) {
            sum = (uint8_t)(sum + events[i].record[k]);
        }
        s->record_sum[s->n_written] = sum;
        s->refs[s->n_written++] = events[i].ref;
        events[i].epoch = 3;
        events[i].seq = (int64_t)s->n_written;
    }
    s->n_batches += r == 0;
    (void)pthread_cond_broadcast(&s->changed);
    (void)pthread_mutex_unlock(&s->lock);
    return r;
}

static int store_erase(void *data, int64_t before_utc_us, int limit)
{
    struct store *s = data;
    (void)before_utc_us;
    (void)pthread_mutex_lock(&s->lock);
    int n = s->to_erase < limit ? s->to_erase : limit;
    s->to_erase -= n;
    s->erased_largest_step = n > s->erased_largest_step ? n : s->erased_largest_step;
    (void)pthread_mutex_unlock(&s->lock);
    return n;
}

static void store_tidy(void *data)
{
    struct store *s = data;
    (void)pthread_mutex_lock(&s->lock);
    s->tidied++;
    (void)pthread_cond_broadcast(&s->changed);
    (void)pthread_mutex_unlock(&s->lock);
}

static void store_close(void *data)
{
    ((struct store *)data)->closed = true;
}

static void start(const struct journal_worker_limits *limits)
{
    const struct journal_store s = {
        .append = store_append, .erase = store_erase, .tidy = store_tidy, .close = store_close, .data = &store};
    assert_int_equal(journal_worker_start(&s, limits, &worker), 0);
}

static int reset(void **state)
{
    (void)state;
    store = (struct store){.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    return 0;
}

static int put(int64_t ref, uint64_t ticket)
{
    uint8_t record[3] = {1, 2, (uint8_t)ref};
    const struct journal_event event = {.kind = JOURNAL_PASSED, .ref = ref, .record = record, .record_len = 3};
    int r = journal_worker_put(worker, &event, ticket);
    memset(record, 0xff, sizeof(record)); /* it was copied */
    return r;
}

static void set_held(bool held)
{
    (void)pthread_mutex_lock(&store.lock);
    store.held = held;
    (void)pthread_cond_broadcast(&store.changed);
    (void)pthread_mutex_unlock(&store.lock);
}

static void set_error(int error)
{
    (void)pthread_mutex_lock(&store.lock);
    store.error = error;
    (void)pthread_mutex_unlock(&store.lock);
}

/* Until the thread is within append, which is held. */
static void await_inside(void)
{
    (void)pthread_mutex_lock(&store.lock);
    while (!store.inside) {
        (void)pthread_cond_wait(&store.changed, &store.lock);
    }
    (void)pthread_mutex_unlock(&store.lock);
}

static void await_written(size_t n)
{
    (void)pthread_mutex_lock(&store.lock);
    while (store.n_written < n) {
        (void)pthread_cond_wait(&store.changed, &store.lock);
    }
    (void)pthread_mutex_unlock(&store.lock);
}

static void await_tries(size_t n)
{
    (void)pthread_mutex_lock(&store.lock);
    while (store.n_tries < n) {
        (void)pthread_cond_wait(&store.changed, &store.lock);
    }
    (void)pthread_mutex_unlock(&store.lock);
}

struct answers {
    uint64_t tickets[64];
    int results[64];
    size_t n;
};

static void on_done(void *user, uint64_t ticket, int result)
{
    struct answers *a = user;
    assert_true(a->n < 64);
    a->tickets[a->n] = ticket;
    a->results[a->n++] = result;
}

static void await_answers(struct answers *a, size_t n)
{
    while (a->n < n) {
        struct pollfd p = {.fd = journal_worker_fd(worker), .events = POLLIN};
        assert_int_equal(poll(&p, 1, WAIT_MS), 1);
        journal_worker_drain(worker, on_done, a);
    }
}

static void events_are_written_in_order_and_whoever_waits_is_told(void **state)
{
    (void)state;
    struct answers a = {0};
    start(&quick);
    for (int i = 1; i <= 10; i++) {
        assert_int_equal(put(i, i % 5 == 0 ? (uint64_t)i : 0), 0);
    }
    await_answers(&a, 2);
    assert_true(a.tickets[0] == 5 && a.tickets[1] == 10);
    assert_true(a.results[0] == 0 && a.results[1] == 0);
    for (int i = 0; i < 10; i++) {
        assert_int_equal(store.refs[i], i + 1);
        assert_int_equal(store.record_sum[i], 1 + 2 + i + 1);
    }
    struct journal_worker_state s = journal_worker_state(worker);
    assert_true(s.written == 10 && s.seq == 10 && s.epoch == 3 && s.queued == 0 && s.error == 0);
    assert_int_equal(journal_worker_join(worker), 0);
    assert_true(store.closed);
}

static void what_waits_goes_into_one_transaction(void **state)
{
    (void)state;
    store.held = true;
    start(&quick);
    assert_int_equal(put(1, 0), 0);
    await_inside();
    for (int i = 2; i <= 30; i++) {
        assert_int_equal(put(i, 0), 0);
    }
    set_held(false);
    await_written(30);
    assert_int_equal(journal_worker_join(worker), 0);
    assert_int_equal(store.n_batches, 2);
}

static void a_full_queue_refuses_and_says_so(void **state)
{
    (void)state;
    store.held = true;
    start(&quick);
    assert_int_equal(put(1, 0), 0);
    await_inside();
    for (int i = 2; i <= 64; i++) {
        assert_int_equal(put(i, 0), 0);
    }
    assert_int_equal(put(65, 0), -ENOBUFS);
    assert_int_equal(journal_worker_state(worker).dropped, 1);
    assert_int_equal(journal_worker_state(worker).queued, 64);
    set_held(false);
    await_written(64);
    assert_int_equal(journal_worker_join(worker), 0);
}

static void a_full_disk_keeps_events_and_gives_back_those_with_a_ticket(void **state)
{
    (void)state;
    struct answers a = {0};
    store.held = true;
    store.error = -ENOSPC;
    start(&quick);
    assert_int_equal(put(1, 0), 0);
    await_inside();
    assert_int_equal(put(2, 22), 0);
    assert_int_equal(put(3, 0), 0);
    assert_int_equal(put(4, 44), 0);
    set_held(false);
    await_answers(&a, 2);
    assert_true(a.tickets[0] == 22 && a.results[0] == -ENOSPC);
    assert_true(a.tickets[1] == 44 && a.results[1] == -ENOSPC);
    struct journal_worker_state s = journal_worker_state(worker);
    assert_int_equal(s.error, -ENOSPC);
    assert_int_equal(s.queued, 2);
    set_error(0);
    await_written(2);
    assert_true(store.refs[0] == 1 && store.refs[1] == 3); /* in order; 2 and 4 are their owner's */
    assert_int_equal(journal_worker_join(worker), 0);
    assert_int_equal(store.n_written, 2);
}

static void somebody_who_waits_is_not_kept_waiting_by_the_back_off(void **state)
{
    (void)state;
    static const struct journal_worker_limits slow = {
        .queue_max = 64, .retry_min_us = INT64_C(3600) * 1000000, .retry_max_us = INT64_C(3600) * 1000000};
    struct answers a = {0};
    store.error = -ENOSPC;
    start(&slow);
    assert_int_equal(put(1, 0), 0);
    await_tries(1);
    assert_int_equal(put(2, 7), 0); /* an hour of back-off lies ahead */
    await_answers(&a, 1);
    assert_int_equal(a.results[0], -ENOSPC);
    set_error(0);
    assert_int_equal(put(3, 8), 0);
    await_answers(&a, 2);
    assert_int_equal(a.results[1], 0);
    assert_true(store.refs[0] == 1 && store.refs[1] == 3);
    assert_int_equal(journal_worker_join(worker), 0);
}

static void one_event_that_is_refused_does_not_stand_in_the_way(void **state)
{
    (void)state;
    struct answers a = {0};
    store.held = true;
    store.poison = 7;
    start(&quick);
    assert_int_equal(put(1, 0), 0);
    await_inside();
    for (int i = 2; i <= 20; i++) {
        assert_int_equal(put(i, i == 7 || i == 20 ? (uint64_t)i : 0), 0);
    }
    set_held(false);
    await_answers(&a, 2);
    assert_true(a.tickets[0] == 7 && a.results[0] == -EINVAL);
    assert_true(a.tickets[1] == 20 && a.results[1] == 0);
    assert_int_equal(store.n_written, 19);
    for (size_t i = 0; i < 19; i++) {
        assert_int_equal(store.refs[i], i < 6 ? (int)i + 1 : (int)i + 2);
    }
    assert_int_equal(journal_worker_state(worker).dropped, 1);
    assert_int_equal(journal_worker_join(worker), 0);
}

static void stopping_writes_what_waits(void **state)
{
    (void)state;
    store.held = true;
    start(&quick);
    for (int i = 1; i <= 64; i++) {
        assert_int_equal(put(i, 0), 0);
    }
    journal_worker_stop(worker);
    set_held(false);
    assert_int_equal(journal_worker_join(worker), 0);
    assert_int_equal(store.n_written, 64);
}

static void stopping_over_a_full_disk_ends_and_tells_what_is_lost(void **state)
{
    (void)state;
    store.error = -ENOSPC;
    start(&quick);
    assert_int_equal(put(1, 0), 0);
    assert_int_equal(put(2, 0), 0);
    assert_int_equal(journal_worker_join(worker), 2);
    assert_int_equal(store.n_written, 0);
}

static void retention_goes_in_small_steps_and_then_the_house_is_tidied(void **state)
{
    (void)state;
    store.to_erase = 1234;
    start(&quick);
    journal_worker_retain(worker, 1000);
    (void)pthread_mutex_lock(&store.lock);
    while (store.tidied == 0) {
        (void)pthread_cond_wait(&store.changed, &store.lock);
    }
    (void)pthread_mutex_unlock(&store.lock);
    assert_int_equal(journal_worker_join(worker), 0);
    assert_int_equal(store.to_erase, 0);
    assert_true(store.erased_largest_step <= 64);
}

static void a_record_too_large_is_refused_at_once(void **state)
{
    (void)state;
    static uint8_t record[JOURNAL_RECORD_MAX + 1];
    const struct journal_event event = {.kind = JOURNAL_PASSED, .record = record, .record_len = sizeof(record)};
    start(&quick);
    assert_int_equal(journal_worker_put(worker, &event, 0), -EMSGSIZE);
    assert_int_equal(journal_worker_join(worker), 0);
    assert_int_equal(journal_worker_join(NULL), 0);
}

static void the_real_journal_holds_what_was_put(void **state)
{
    (void)state;
    char folder[] = "/tmp/stile-worker-XXXXXX";
    char path[64];
    struct answers a = {0};
    struct journal_db *db = NULL;
    struct journal_event event;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof(path), "%s/journal.db", folder);
    assert_int_equal(journal_db_open(path, JOURNAL_DB_WRITE, &db), 0);
    const struct journal_store s = journal_worker_db(db);
    assert_int_equal(journal_worker_start(&s, &journal_worker_default, &worker), 0);
    for (int i = 1; i <= 100; i++) {
        assert_int_equal(put(i, i == 100 ? 100 : 0), 0);
    }
    await_answers(&a, 1);
    assert_int_equal(a.results[0], 0);
    assert_int_equal(journal_worker_state(worker).seq, 100);
    assert_int_equal(journal_worker_join(worker), 0);
    int64_t bad = 0;
    assert_int_equal(journal_db_open(path, JOURNAL_DB_READ, &db), 0);
    assert_int_equal(journal_db_last_seq(db), 100);
    assert_int_equal(journal_db_event(db, 42, &event), 0);
    assert_int_equal(event.ref, 42);
    assert_int_equal(event.record[2], 42);
    assert_int_equal(journal_db_verify(db, &bad), 0);
    journal_db_close(db);
    char command[100];
    (void)snprintf(command, sizeof(command), "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(events_are_written_in_order_and_whoever_waits_is_told, reset),
        cmocka_unit_test_setup(what_waits_goes_into_one_transaction, reset),
        cmocka_unit_test_setup(a_full_queue_refuses_and_says_so, reset),
        cmocka_unit_test_setup(a_full_disk_keeps_events_and_gives_back_those_with_a_ticket, reset),
        cmocka_unit_test_setup(somebody_who_waits_is_not_kept_waiting_by_the_back_off, reset),
        cmocka_unit_test_setup(one_event_that_is_refused_does_not_stand_in_the_way, reset),
        cmocka_unit_test_setup(stopping_writes_what_waits, reset),
        cmocka_unit_test_setup(stopping_over_a_full_disk_ends_and_tells_what_is_lost, reset),
        cmocka_unit_test_setup(retention_goes_in_small_steps_and_then_the_house_is_tidied, reset),
        cmocka_unit_test_setup(a_record_too_large_is_refused_at_once, reset),
        cmocka_unit_test_setup(the_real_journal_holds_what_was_put, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
