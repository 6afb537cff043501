#define LOG_MODULE "gate"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "gate/app_internal.h"
#include "gate/clock_floor.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define TICK_US (10 * US_PER_S)

enum { TICKS_PER_MINUTE = 6 };

struct unit_now app_now(void)
{
    return (struct unit_now){.boot_us = clock_boot_us(), .utc_us = clock_utc_us()};
}

static int set_outputs(void *user, unsigned lane, struct lane_outputs outputs)
{
    struct app *app = user;
    return lines_set(app->lines, lane, outputs);
}

static int journal(void *user, const struct journal_event *event, uint64_t ticket)
{
    struct app *app = user;
    return journal_worker_put(app->worker, event, ticket);
}

static int authenticate(void *user, unsigned reader, const struct card_number *uid)
{
    struct app *app = user;
    uint8_t key[KEYS_KEY_SIZE];
    if (!app->keys || !app->readers) {
        return -ENOKEY;
    }
    int r = keys_derive(app->keys, uid, key);
    if (r == 0) {
        r = readers_authenticate(app->readers, reader, uid, key);
    }
    explicit_bzero(key, sizeof(key));
    return r;
}

static void tell(void *user, const struct unit_news *news)
{
    app_tell(user, news);
}

static int64_t boot_us(void *user)
{
    (void)user;
    return clock_boot_us();
}

static void list_broken(void *user, int error)
{
    struct app *app = user;
    list_watch_broken(app->list, error);
}

const struct unit_ops app_unit_ops = {.set_outputs = set_outputs,
                                      .journal = journal,
                                      .authenticate = authenticate,
                                      .tell = tell,
                                      .boot_us = boot_us,
                                      .list_broken = list_broken};

static void on_input(void *user, unsigned lane, enum gate_input input, bool active, int64_t at_us)
{
    struct app *app = user;
    unit_input(app->unit, lane, input, active, at_us, app_now());
}

/* The chip is away, or back: told at once, although the unit may drive no lane for hours. Which lanes suffer, and what they
 * do about it, the unit finds out by itself. May be called from within a call of the unit. */
static void on_lines(void *user, bool working, const char *why)
{
    struct app *app = user;
    if (!working) {
        log_error("lanes are out of service: %s", why);
    }
    if (working != app->lines_away) {
        return; /* it was away at the start, which the unit has told */
    }
    app->lines_away = !working;
    app_journal(app, working ? JOURNAL_ALARM_END : JOURNAL_ALARM, 0, "lines_away");
    const struct unit_news news = {.phase = working ? UNIT_NOTICE : UNIT_ALARM,
                                   .at = app_now(),
                                   .lane = -1,
                                   .reader = -1,
                                   .line_us = -1,
                                   .notice = working ? "lines_back" : "lines_away"};
    app_tell(app, &news);
}

const struct lines_ops app_lines_ops = {.input = on_input, .state = on_lines};

static void on_reader(void *user, unsigned reader, bool working, const char *why)
{
    struct app *app = user;
    struct unit_now now = app_now();
    unit_reader_state(app->unit, reader, working, why, now);
    if (working && readers_status(app->readers, reader).restarts == 0) {
        const struct unit_news news = {.phase = UNIT_NOTICE,
                                       .at = now,
                                       .lane = (int)app->config.readers[reader].lane,
                                       .reader = (int)reader,
                                       .line_us = -1,
                                       .notice = "reader_ready"};
        app_tell(app, &news); /* its first start: nothing for the journal */
    }
}

static void on_seen(void *user, unsigned reader, const struct unit_card *card)
{
    struct app *app = user;
    unit_card_seen(app->unit, reader, card, app_now());
}

static void on_proof(void *user, unsigned reader, const struct card_number *card, enum message_proof proof)
{
    static const enum access_proof proofs[] = {[MESSAGE_PROOF_GENUINE] = ACCESS_PROOF_GENUINE,
                                               [MESSAGE_PROOF_FAILED] = ACCESS_PROOF_FAILED,
                                               [MESSAGE_PROOF_TORN] = ACCESS_PROOF_NONE};
    struct app *app = user;
    (void)card;
    unit_proof(app->unit, reader, proofs[proof], app_now());
}

static void on_gone(void *user, unsigned reader)
{
    struct app *app = user;
    unit_card_gone(app->unit, reader, app_now());
}

const struct readers_ops app_readers_ops = {.state = on_reader, .seen = on_seen, .proof = on_proof, .gone = on_gone};

static void on_list(void *user, struct list_db *list, const char *state)
{
    struct app *app = user;
    app_journal(app, JOURNAL_LIST_STATE, 0, state);
    unit_set_list(app->unit, list, app_now());
}

const struct list_watch_ops app_list_ops = {.changed = on_list};

static void append(struct app *app, enum journal_kind kind, int32_t code, int64_t ref, const char *detail)
{
    struct unit_now now = app_now();
    struct journal_event event = {
        .kind = kind, .utc_us = now.utc_us, .boot_us = now.boot_us, .code = code, .ref = ref, .line_us = -1};
    (void)text_copy(event.detail, sizeof(event.detail), detail);
    int r = journal_worker_put(app->worker, &event, 0);
    if (r < 0) {
        log_error("cannot journal %s: %s", journal_kind_text(kind), strerror(-r));
    }
}

void app_journal(struct app *app, enum journal_kind kind, int32_t code, const char *detail)
{
    append(app, kind, code, 0, detail);
}

void app_journal_erased(struct app *app)
{
    uint64_t n = journal_worker_state(app->worker).erased - app->erased_told;
    if (n > 0) {
        app->erased_told += n;
        append(app, JOURNAL_ERASED, n > INT32_MAX ? INT32_MAX : (int32_t)n, atomic_load(&app->erased_seq),
               "personal data past its retention");
    }
}

static void on_written(void *user, uint64_t ticket, int result)
{
    struct app *app = user;
    unit_journal_done(app->unit, ticket, result, app_now());
}

static int on_worker(sd_event_source *source, int fd, uint32_t revents, void *user)
{
    struct app *app = user;
    (void)source;
    (void)fd;
    (void)revents;
    journal_worker_drain(app->worker, on_written, app);
    int error = journal_worker_state(app->worker).error;
    if (app->journal_error && !error) {
        unit_flush(app->unit, app_now());
    }
    app->journal_error = error;
    return 0;
}

static int on_deadline(sd_event_source *source, uint64_t at_us, void *user)
{
    struct app *app = user;
    (void)source;
    (void)at_us;
    app->deadline_us = US_NEVER;
    unit_time(app->unit, app_now());
    return 0;
}

/* After whatever has happened in this wake-up: when is the unit to be asked again? */
static int on_settled(sd_event_source *source, void *user)
{
    struct app *app = user;
    int64_t next_us = unit_deadline(app->unit);
    (void)source;
    if (next_us == app->deadline_us) {
        return 0;
    }
    app->deadline_us = next_us;
    int r = sd_event_source_set_time(app->deadline, (uint64_t)next_us);
    if (r >= 0) {
        r = sd_event_source_set_enabled(app->deadline, next_us == US_NEVER ? SD_EVENT_OFF : SD_EVENT_ONESHOT);
    }
    return r;
}

void app_look_at_clock(struct app *app)
{
    struct unit_now now = app_now();
    bool synchronised = clock_floor_synchronised();
    bool trusted = clock_floor_trusts(app->clock_floor_us, now.utc_us, synchronised);
    if (trusted != app->clock_trusted) {
        app->clock_trusted = trusted;
        unit_set_clock(app->unit, trusted, now);
    }
    if (trusted && (now.utc_us > app->clock_floor_us || synchronised)) {
        app->clock_floor_us = now.utc_us;
    }
}

static void every_minute(struct app *app)
{
    if (app->clock_trusted) {
        atomic_store(&app->clock_save_us, app->clock_floor_us);
        journal_worker_retain(app->worker, app->clock_floor_us - app->config.retention_days * US_PER_DAY);
    }
    app_journal_erased(app);
}

static int on_tick(sd_event_source *source, uint64_t at_us, void *user)
{
    struct app *app = user;
    app_look_at_clock(app);
    if (app->ticks++ % TICKS_PER_MINUTE == 0) {
        every_minute(app);
    }
    int r = sd_event_source_set_time(source, at_us + (uint64_t)TICK_US);
    return r < 0 ? r : sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static int on_hangup(sd_event_source *source, const struct signalfd_siginfo *info, void *user)
{
    struct app *app = user;
    (void)source;
    (void)info;
    list_watch_reopen(app->list);
    return 0;
}

int app_listen(struct app *app)
{
    sd_event *e = app->event;
    app->deadline_us = US_NEVER;
    int r = sd_event_add_io(e, NULL, journal_worker_fd(app->worker), EPOLLIN, on_worker, app);
    if (r >= 0) {
        r = sd_event_add_time(e, &app->deadline, CLOCK_BOOTTIME, 0, 1, on_deadline, app);
    }
    if (r >= 0) {
        r = sd_event_source_set_priority(app->deadline, SD_EVENT_PRIORITY_IMPORTANT);
    }
    if (r >= 0) {
        r = sd_event_add_time(e, &app->tick, CLOCK_BOOTTIME, (uint64_t)(clock_boot_us() + US_PER_S), US_PER_S, on_tick,
                              app);
    }
    if (r >= 0) {
        r = sd_event_add_post(e, NULL, on_settled, app);
    }
    if (r >= 0) {
        r = sd_event_add_signal(e, NULL, SIGHUP, on_hangup, app);
    }
    if (r >= 0) {
        r = sd_event_add_signal(e, NULL, SIGTERM, NULL, NULL);
    }
    if (r >= 0) {
        r = sd_event_add_signal(e, NULL, SIGINT, NULL, NULL);
    }
    return r < 0 ? r : 0;
}
