#pragma once

/* The thread that writes journal.db, so that a disk's flush never holds up a lane.
 *
 * Events are copied into a bounded queue; what waits when the thread is ready goes into one transaction. When the
 * journal can't be written (a full disk), events that somebody waits for (ticket not 0) are given back at once with
 * the error, and are the caller's to try again; all others stay in the queue, in order, and are tried again with a
 * back-off, or as soon as something with a ticket arrives. In idle moments personal data past its retention is erased
 * and the write-ahead log is folded in, in steps so small that an append waits for one of them at most.
 *
 * start, stop and join, put, drain and state belong to one thread, the loop's. */

#include "db/journal_db.h"

#include <stdint.h>

struct journal_worker;

/* What the thread works on: journal.db (journal_worker_db), or something that fails on purpose in a test. */
struct journal_store {
    /** Mandatory. As journal_db_append. */
    int (*append)(void *data, struct journal_event *events, size_t n);
    /** Mandatory. As journal_db_erase. */
    int (*erase)(void *data, int64_t before_utc_us, int limit);
    /** Optional. Folds a write-ahead log in, if it has grown. */
    void (*tidy)(void *data);
    /** Optional. */
    void (*close)(void *data);
    void *data;
};

/** The store over a write handle, which it owns from here on. */
struct journal_store journal_worker_db(struct journal_db *db);

struct journal_worker_limits {
    unsigned queue_max; /* events that may wait */
    int64_t retry_min_us, retry_max_us; /* back-off */
};
/** 4096 events; 100 ms doubling to 5 s. */
extern const struct journal_worker_limits journal_worker_default;

/** Starts the thread; @store is closed by it in any case. @return 0 or a negative errno. */
int journal_worker_start(const struct journal_store *store, const struct journal_worker_limits *limits,
                         struct journal_worker **ret_worker);
/** Copies an event (and its record) into the queue. @return 0, -ENOBUFS when the queue is full, -ENOMEM, -EMSGSIZE when
 * its record is too large. */
int journal_worker_put(struct journal_worker *worker, const struct journal_event *event, uint64_t ticket);
/** Readable when drain has something to say. */
int journal_worker_fd(const struct journal_worker *worker);
/** Calls @done for every ticket that has been settled since. */
void journal_worker_drain(struct journal_worker *worker, void (*done)(void *user, uint64_t ticket, int result),
                          void *user);
/** Personal data of events before this instant may go. To be told now and then. */
void journal_worker_retain(struct journal_worker *worker, int64_t before_utc_us);

struct journal_worker_state {
    int error; /* 0, or why the last try failed */
    unsigned queued;
    int64_t epoch, seq; /* of the newest event written by this worker; 0: none yet */
    uint64_t written, dropped, erased;
};
struct journal_worker_state journal_worker_state(struct journal_worker *worker);

/** Asks the thread to write what waits and end. */
void journal_worker_stop(struct journal_worker *worker);
/** Waits for it and frees it. Takes NULL. @return the number of events that could not be written. */
unsigned journal_worker_join(struct journal_worker *worker);
