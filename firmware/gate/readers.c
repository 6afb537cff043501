#define LOG_MODULE "readers"

#include "gate/readers.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "bus/bus.h"
#include "gate/spawn.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>

/* A reader's life: waiting -> starting -> working -> dying -> waiting.
 *
 * Each state but "dying" has a deadline: waiting ends with a start, starting with the hello's being too late, working
 * with a missed heartbeat. Whatever goes wrong (a message that breaks the protocol too) ends in a kill, and the child's
 * end in a new start. The back-off counts from the last start, not from the end, so that an attempt which itself took
 * long is followed by the next at once: a reader is back within two seconds of a fault's end. */

#define BACK_OFF_MIN_US (READERS_BACK_OFF_MIN_MS * US_PER_MS)
#define BACK_OFF_MAX_US (READERS_BACK_OFF_MAX_MS * US_PER_MS)
#define RAN_WELL_US     (10 * US_PER_S) /* a reader that worked so long begins with the short back-off again */
#define HELLO_WAIT_US   (READERS_HELLO_WAIT_MS * US_PER_MS)
#define END_WAIT_US     (200 * US_PER_MS) /* from the end of its socket to its own */
#define QUIT_WAIT_MS    500

enum { TAKE_MAX = 16, CARDS_PER_S_MAX = 40 };

enum reader_state { READER_WAITING, READER_STARTING, READER_WORKING, READER_DYING };

struct reader {
    struct readers *all;
    unsigned index;
    enum reader_state state;
    pid_t pid;
    int fd;
    sd_event_source *child, *io, *timer;
    bool closed; /* its socket */
    int64_t started_us, working_us, back_off_us;
    int64_t last_us, lag_us;
    int64_t asked_us, answer_us; /* authentication */
    struct card_number asked; /* CARD_NONE: no proof is waited for */
    int64_t cards_from_us; /* a second in which cards are counted */
    unsigned cards;
    unsigned restarts;
    int64_t sandbox;
    char chip[MESSAGE_TEXT_SIZE];
    char fault[MESSAGE_TEXT_SIZE];
};

struct readers {
    sd_event *event;
    const struct gate_config *config;
    struct readers_ops ops;
    void *user;
    size_t n;
    struct reader readers[GATE_READERS_MAX];
};

static const char *name_of(const struct reader *r)
{
    return r->all->config->readers[r->index].name;
}

static void set_deadline(struct reader *r, int64_t boot_us)
{
    int e = sd_event_source_set_time(r->timer, (uint64_t)boot_us);
    if (e >= 0) {
        e = sd_event_source_set_enabled(r->timer, boot_us == US_NEVER ? SD_EVENT_OFF : SD_EVENT_ONESHOT);
    }
    assert(e >= 0); /* only a wrong argument fails */
}

static void drop_socket(struct reader *r)
{
    r->io = sd_event_source_disable_unref(r->io);
    cleanup_closep(&r->fd);
    r->fd = -1;
}

/* It is no use any more: tells so, and kills it. The child's end does the rest. */
static void give_up(struct reader *r, const char *why)
{
    if (r->state == READER_DYING || r->state == READER_WAITING) {
        return;
    }
    bool worked = r->state == READER_WORKING;
    int64_t now_us = clock_boot_us();
    r->state = READER_DYING;
    (void)text_copy(r->fault, sizeof(r->fault), why);
    drop_socket(r);
    set_deadline(r, US_NEVER);
    (void)kill(r->pid, SIGKILL); /* not reaped yet, so the number is still its own */
    bool well = worked && now_us - r->working_us >= RAN_WELL_US;
    r->back_off_us = well ? BACK_OFF_MIN_US : r->back_off_us;
    log_warn("reader=%s lost: %s", name_of(r), r->fault);
    r->all->ops.state(r->all->user, r->index, false, r->fault);
}

static void take_card(struct reader *r, const struct message *m, int64_t now_us)
{
    if (now_us - r->cards_from_us > US_PER_S) {
        r->cards_from_us = now_us;
        r->cards = 0;
    }
    if (++r->cards > CARDS_PER_S_MAX) {
        give_up(r, "tells of more cards than there can be");
        return;
    }
    /* Its clock is ours; a time that can't be is as good as none. */
    bool credible = m->uid_us > 0 && m->uid_us <= now_us && m->field_us > 0 && m->field_us <= m->uid_us;
    struct unit_card card = {.number = m->card,
                             .can_desfire = m->can_desfire,
                             .field_us = credible ? m->field_us : now_us,
                             .uid_us = credible ? m->uid_us : now_us};
    r->all->ops.seen(r->all->user, r->index, &card);
}

static void take_message(struct reader *r, const struct message *m)
{
    int64_t now_us = clock_boot_us();
    struct readers *all = r->all;
    r->last_us = now_us;
    r->lag_us = m->boot_us <= now_us ? now_us - m->boot_us : 0;
    if (r->state == READER_STARTING && m->kind == MESSAGE_READER_HELLO) {
        r->state = READER_WORKING;
        r->working_us = now_us;
        r->sandbox = m->value;
        (void)text_copy(r->chip, sizeof(r->chip), m->text);
        log_info("reader=%s works: %s sandbox=%lld", name_of(r), r->chip, (long long)r->sandbox);
        all->ops.state(all->user, r->index, true, "");
    }
    if (r->state == READER_WORKING) {
        set_deadline(r, now_us + all->config->heartbeat_us);
    }
    if (m->kind == MESSAGE_READER_FAULT) {
        give_up(r, m->text);
    } else if (m->kind == MESSAGE_READER_HELLO || m->kind == MESSAGE_READER_ALIVE) {
        return;
    } else if (r->state != READER_WORKING) {
        give_up(r, "speaks before its hello");
    } else if (m->kind == MESSAGE_CARD_SEEN) {
        take_card(r, m, now_us);
    } else if (m->kind == MESSAGE_CARD_PROOF) {
        if (!card_equal(&m->card, &r->asked)) {
            return; /* of a card that is gone, or that nobody asked about */
        }
        r->answer_us = now_us - r->asked_us;
        r->asked = (struct card_number){0};
        all->ops.proof(all->user, r->index, &m->card, m->proof);
    } else if (m->kind == MESSAGE_CARD_GONE) {
        all->ops.gone(all->user, r->index);
    } else {
        give_up(r, "sends what no reader sends");
    }
}

/* Takes what waits, a few messages at a time: one reader that talks a lot must not keep the others waiting. */
static void take_messages(struct reader *r)
{
    uint8_t buffer[MESSAGE_MAX];
    for (int i = 0; i < TAKE_MAX && r->fd >= 0; i++) {
        struct message m;
        int e = bus_receive(r->fd, buffer, &m);
        if (e == -EAGAIN) {
            break;
        }
        if (e == 0) {
            take_message(r, &m);
        } else if (e == -EPIPE) {
            /* Its end most likely follows, and says more. */
            drop_socket(r);
            r->closed = true;
            set_deadline(r, clock_boot_us() + END_WAIT_US);
        } else {
            give_up(r, e == -EBADMSG ? "sends garbage" : strerror(-e));
        }
    }
}

static int on_io(sd_event_source *source, int fd, uint32_t revents, void *user)
{
    (void)source;
    (void)fd;
    (void)revents;
    take_messages(user);
    return 0;
}

static int on_child(sd_event_source *source, const siginfo_t *info, void *user)
{
    struct reader *r = user;
    char why[MESSAGE_TEXT_SIZE];
    (void)source;
    take_messages(r); /* its last words may still wait */
    if (info->si_code == CLD_EXITED) {
        (void)snprintf(why, sizeof(why), "ended with status %d", info->si_status);
    } else {
        (void)snprintf(why, sizeof(why), "ended by signal %d", info->si_status);
    }
    give_up(r, why);
    r->child = sd_event_source_disable_unref(r->child);
    r->pid = 0;
    r->state = READER_WAITING;
    set_deadline(r, r->started_us + r->back_off_us);
    r->back_off_us = r->back_off_us * 2 < BACK_OFF_MAX_US ? r->back_off_us * 2 : BACK_OFF_MAX_US;
    return 0;
}

static void start(struct reader *r)
{
    const struct gate_config *config = r->all->config;
    const struct gate_reader *reader = &config->readers[r->index];
    const char *argv[] = {config->reader_program, "--device", reader->device, "--name", reader->name, NULL};
    int fds[2];
    r->started_us = clock_boot_us();
    r->cards = 0;
    r->closed = false;
    r->asked = (struct card_number){0};
    int e = bus_pair(fds);
    if (e >= 0) {
        r->fd = fds[0];
        e = spawn_child(argv, fds[1], &r->pid);
        (void)close(fds[1]);
        r->state = e < 0 ? READER_WAITING : READER_STARTING;
    }
    if (e >= 0) {
        e = sd_event_add_child(r->all->event, &r->child, r->pid, WEXITED, on_child, r);
        /* A child that nobody watches: it can't be left to itself. */
        if (e < 0) {
            (void)kill(r->pid, SIGKILL);
            (void)waitpid(r->pid, NULL, 0);
            r->pid = 0;
            r->state = READER_WAITING;
        }
    }
    if (e >= 0) {
        e = sd_event_add_io(r->all->event, &r->io, r->fd, EPOLLIN, on_io, r);
    }
    if (e >= 0) {
        set_deadline(r, r->started_us + HELLO_WAIT_US);
        return;
    }
    if (r->state == READER_STARTING) {
        give_up(r, strerror(-e));
        return;
    }
    drop_socket(r);
    log_error("reader=%s cannot be started: %s", name_of(r), strerror(-e));
    (void)text_copy(r->fault, sizeof(r->fault), strerror(-e));
    set_deadline(r, r->started_us + BACK_OFF_MAX_US);
}

static int on_time(sd_event_source *source, uint64_t boot_us, void *user)
{
    struct reader *r = user;
    (void)source;
    (void)boot_us;
    switch (r->state) {
    case READER_WAITING:
        r->restarts++;
        start(r);
        break;
    case READER_STARTING:
        give_up(r, r->closed ? "closed its socket" : "no hello in time");
        break;
    case READER_WORKING:
        give_up(r, r->closed ? "closed its socket" : "heartbeat missed");
        break;
    case READER_DYING:
        break;
    }
    return 0;
}

int readers_start(sd_event *event, const struct gate_config *config, const struct readers_ops *ops, void *user,
                  struct readers **ret_readers)
{
    struct readers *all = calloc(1, sizeof(*all));
    if (!all) {
        return -ENOMEM;
    }
    *all = (struct readers){.event = sd_event_ref(event), .config = config, .ops = *ops, .user = user};
    for (; all->n < config->n_readers; all->n++) {
        struct reader *r = &all->readers[all->n];
        *r = (struct reader){.all = all, .index = (unsigned)all->n, .fd = -1, .back_off_us = BACK_OFF_MIN_US};
        (void)text_copy(r->fault, sizeof(r->fault), "not started yet");
        int e = sd_event_add_time(event, &r->timer, CLOCK_BOOTTIME, 0, 1, on_time, r);
        if (e < 0) {
            readers_stop(all);
            return e;
        }
        start(r);
    }
    *ret_readers = all;
    return 0;
}

/* Waits until the child has ended by itself, not for ever. */
static void wait_for(struct reader *r, int64_t until_us)
{
    _cleanup_close_ int fd = pidfd_open(r->pid, 0);
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int64_t left_ms = (until_us - clock_boot_us()) / US_PER_MS;
    if (fd < 0 || left_ms <= 0 || poll(&p, 1, (int)left_ms) != 1) {
        (void)kill(r->pid, SIGKILL);
    }
    (void)waitpid(r->pid, NULL, 0);
    r->pid = 0;
}

void readers_stop(struct readers *all)
{
    if (!all) {
        return;
    }
    struct message quit = {.kind = MESSAGE_READER_QUIT, .boot_us = clock_boot_us()};
    for (size_t i = 0; i < all->n; i++) {
        struct reader *r = &all->readers[i];
        r->io = sd_event_source_disable_unref(r->io);
        r->timer = sd_event_source_disable_unref(r->timer);
        r->child = sd_event_source_disable_unref(r->child);
        if (r->fd >= 0) {
            (void)bus_send(r->fd, &quit);
        }
    }
    int64_t until_us = clock_boot_us() + QUIT_WAIT_MS * US_PER_MS;
    for (size_t i = 0; i < all->n; i++) {
        if (all->readers[i].pid > 0) {
            wait_for(&all->readers[i], until_us);
        }
        drop_socket(&all->readers[i]);
    }
    sd_event_unref(all->event);
    free(all);
}

int readers_authenticate(struct readers *all, unsigned reader, const struct card_number *uid,
                         const uint8_t key[MESSAGE_KEY_SIZE])
{
    struct reader *r = &all->readers[reader];
    if (reader >= all->n || r->state != READER_WORKING || r->closed) {
        return -ENODEV;
    }
    r->asked_us = clock_boot_us();
    r->asked = *uid;
    struct message m = {
        .kind = MESSAGE_AUTHENTICATE, .boot_us = r->asked_us, .card = *uid, .key_number = all->config->key_number};
    memcpy(m.aid, all->config->aid, sizeof(m.aid));
    memcpy(m.key, key, sizeof(m.key));
    int e = bus_send(r->fd, &m);
    explicit_bzero(&m, sizeof(m));
    return e;
}

struct reader_status readers_status(const struct readers *all, unsigned reader)
{
    const struct reader *r = &all->readers[reader];
    return (struct reader_status){.working = r->state == READER_WORKING,
                                  .pid = r->pid,
                                  .restarts = r->restarts,
                                  .sandbox = r->sandbox,
                                  .last_boot_us = r->last_us,
                                  .lag_us = r->lag_us,
                                  .answer_us = r->answer_us,
                                  .chip = r->chip,
                                  .fault = r->fault};
}
