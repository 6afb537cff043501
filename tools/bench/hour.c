/* An hour at the doors, in simulated time: two lanes in and two out, thirty persons a minute at each, everybody comes in
 * and leaves ten minutes later. The unit, the list, the journal with its thread and its disk are real; the clock and the
 * turnstiles are not. Each wake-up is in the order of the process: events, time, taps, then the lines. */

#include "bench/bench.h"
#include "bench/lists.h"

#include "base/clock.h"
#include "base/text.h"
#include "db/journal_db.h"
#include "gate/journal_worker.h"
#include "gate/unit.h"
#include "sim/lane/mechanics.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LANES = 4, QUEUE_MAX = 64 };

#define APART_US (2 * US_PER_S) /* thirty a minute */
#define STAY_US  (10 * US_PER_MIN)

struct hour {
    struct gate_config config;
    struct list_db *list;
    struct journal_db *journal;
    struct journal_worker *worker;
    struct unit *unit;
    struct sim_lane lanes[LANES];
    struct lane_outputs wanted[LANES];
    bool changed[LANES];
    struct unit_now now;
    int64_t cards, persons; /* persons: for each way in */
    int64_t next[LANES]; /* who comes next at each lane */
    int64_t start_us;
    uint64_t told[UNIT_NOTICE + 1];
    uint64_t decisions;
    struct samples taps;
};

static int set_outputs(void *user, unsigned lane, struct lane_outputs outputs)
{
    struct hour *h = user;
    h->wanted[lane] = outputs;
    h->changed[lane] = true;
    return 0;
}

static int journal(void *user, const struct journal_event *event, uint64_t ticket)
{
    struct hour *h = user;
    return journal_worker_put(h->worker, event, ticket);
}

static int authenticate(void *user, unsigned reader, const struct card_number *uid)
{
    (void)user;
    (void)reader;
    (void)uid;
    return -ENOKEY; /* nobody here has a secure card */
}

static void tell(void *user, const struct unit_news *news)
{
    struct hour *h = user;
    h->told[news->phase]++;
    h->decisions += news->verdict != NULL;
}

static int64_t boot_us(void *user)
{
    return ((struct hour *)user)->now.boot_us;
}

static void configure(struct gate_config *config)
{
    config->second_tap_us = (uint32_t)US_PER_S;
    config->n_lanes = config->n_readers = LANES;
    for (unsigned i = 0; i < LANES; i++) {
        bool out = i >= LANES / 2;
        config->lanes[i].lane = (struct lane_config){.kind = LANE_TURNSTILE,
                                                     .passage_contacts = 2,
                                                     .unlock_us = 5 * US_PER_S,
                                                     .passage_timeout_us = 5 * US_PER_S,
                                                     .relock_delay_us = 300 * US_PER_MS,
                                                     .held_open_us = 15 * US_PER_S,
                                                     .stuck_us = 10 * US_PER_S};
        config->lanes[i].has_release_out = true;
        (void)snprintf(config->lanes[i].name, GATE_NAME_SIZE, "lane%u", i + 1);
        (void)snprintf(config->readers[i].name, GATE_NAME_SIZE, "reader%u", i + 1);
        (void)snprintf(config->readers[i].point, GATE_NAME_SIZE, out ? "out%u" : "in%u", i % (LANES / 2) + 1);
        config->readers[i].lane = i;
        config->readers[i].side = out ? LANE_OUT : LANE_IN;
    }
}

static int open_hour(struct hour *h, const struct bench *b, const char *journal_path)
{
    static const struct unit_ops ops = {
        .set_outputs = set_outputs, .journal = journal, .authenticate = authenticate, .tell = tell, .boot_us = boot_us};
    struct journal_db *writing = NULL;
    configure(&h->config);
    h->cards = b->sizes[b->at_million];
    h->persons = (b->quick ? US_PER_MIN : US_PER_HOUR) / APART_US;
    h->start_us = h->now.boot_us = 1000 * US_PER_S;
    h->now.utc_us = clock_utc_us();
    for (unsigned i = 0; i < LANES; i++) {
        sim_lane_init(&h->lanes[i], SIM_TURNSTILE, 2);
    }
    int r = list_db_open(b->lists[b->at_million], LIST_DB_READ, &h->list);
    if (r == 0) {
        r = journal_db_open(journal_path, JOURNAL_DB_WRITE, &writing);
    }
    if (r == 0) {
        const struct journal_store store = journal_worker_db(writing);
        r = journal_worker_start(&store, &journal_worker_default, &h->worker);
    }
    if (r == 0) {
        r = journal_db_open(journal_path, JOURNAL_DB_READ, &h->journal);
    }
    if (r == 0) {
        r = unit_new(&h->config, h->list, h->journal, &ops, h, h->now, &h->unit);
    }
    for (unsigned i = 0; r == 0 && i < LANES; i++) {
        unit_input(h->unit, i, GATE_FIRE, true, h->now.boot_us, h->now);
        unit_input(h->unit, i, GATE_CONTACT_A, false, h->now.boot_us, h->now);
        unit_input(h->unit, i, GATE_CONTACT_B, false, h->now.boot_us, h->now);
    }
    return r > 0 ? -EIO : r;
}

static unsigned close_hour(struct hour *h)
{
    unsigned lost = journal_worker_join(h->worker);
    unit_free(h->unit);
    journal_db_close(h->journal);
    list_db_close(h->list);
    samples_finish(&h->taps);
    return lost;
}

/* The nth person of a way in; who leaves by lane n came in by lane n - 2. */
static int64_t card_of(const struct hour *h, unsigned lane, int64_t nth)
{
    int64_t i = (nth * (LANES / 2) + lane % (LANES / 2)) * 7 % h->cards;
    enum lists_kind kind = lists_kind(h->cards, i);
    return kind == LISTS_SECURE || kind == LISTS_UNPAID ? lists_find(h->cards, i, LISTS_GOLD) : i;
}

static int64_t comes_us(const struct hour *h, unsigned lane)
{
    int64_t at_us = h->start_us + h->next[lane] * APART_US + (int64_t)lane * APART_US / LANES;
    if (h->next[lane] >= h->persons) {
        return US_NEVER;
    }
    return lane >= LANES / 2 ? at_us + STAY_US : at_us;
}

static int64_t next_us(const struct hour *h)
{
    int64_t next = unit_deadline(h->unit);
    for (unsigned i = 0; i < LANES; i++) {
        int64_t lane = sim_lane_deadline(&h->lanes[i]);
        int64_t person = comes_us(h, i);
        next = lane < next ? lane : next;
        next = person < next ? person : next;
    }
    return next;
}

static void on_done(void *user, uint64_t ticket, int result)
{
    struct hour *h = user;
    unit_journal_done(h->unit, ticket, result, h->now);
}

/* Waits for the journal's thread: always when a grant waits for the disk, else when it lags behind. */
static void settle(struct hour *h, bool all)
{
    for (;;) {
        struct pollfd p = {.fd = journal_worker_fd(h->worker), .events = POLLIN};
        journal_worker_drain(h->worker, on_done, h);
        unsigned queued = journal_worker_state(h->worker).queued;
        if (queued == 0 || (!all && queued < QUEUE_MAX)) {
            journal_worker_drain(h->worker, on_done, h);
            return;
        }
        (void)poll(&p, 1, -1);
    }
}

static void move_lines(struct hour *h)
{
    for (unsigned i = 0; i < LANES; i++) {
        if (h->changed[i]) {
            h->changed[i] = false;
            sim_lane_release(&h->lanes[i], h->wanted[i].release_in, h->wanted[i].release_out, h->now.boot_us);
        }
    }
}

static void take_edges(struct hour *h, unsigned lane)
{
    struct sim_lane_event e;
    while (sim_lane_next(&h->lanes[lane], h->now.boot_us, &e)) {
        if (!e.is_person && (e.input == SIM_CONTACT_A || e.input == SIM_CONTACT_B)) {
            unit_input(h->unit, lane, e.input == SIM_CONTACT_A ? GATE_CONTACT_A : GATE_CONTACT_B, e.active, e.boot_us,
                       h->now);
        }
    }
}

static int tap(struct hour *h, unsigned lane)
{
    int64_t i = card_of(h, lane, h->next[lane]++);
    const struct unit_card card = {
        .number = lists_card(h->cards, i), .field_us = h->now.boot_us - 10000, .uid_us = h->now.boot_us};
    const struct sim_person person = {.story = SIM_WALK, .side = lane >= LANES / 2 ? SIM_OUT : SIM_IN};
    int64_t from = bench_ns();
    unit_card_seen(h->unit, lane, &card, h->now);
    int r = samples_add(&h->taps, bench_ns() - from);
    settle(h, lists_kind(h->cards, i) == LISTS_CLIPS);
    return r == 0 ? sim_lane_send(&h->lanes[lane], &person, h->now.boot_us) : r;
}

static int run_hour(struct hour *h)
{
    int r = 0;
    for (int64_t at = next_us(h); r == 0 && at != US_NEVER; at = next_us(h)) {
        bool people = false;
        h->now.utc_us += at > h->now.boot_us ? at - h->now.boot_us : 0;
        h->now.boot_us = at > h->now.boot_us ? at : h->now.boot_us;
        for (unsigned i = 0; i < LANES; i++) {
            take_edges(h, i);
        }
        move_lines(h);
        if (unit_deadline(h->unit) <= h->now.boot_us) {
            unit_time(h->unit, h->now);
            move_lines(h);
        }
        for (unsigned i = 0; r == 0 && i < LANES; i++) {
            people = people || comes_us(h, i) != US_NEVER || !sim_lane_idle(&h->lanes[i]);
            r = comes_us(h, i) <= h->now.boot_us ? tap(h, i) : 0;
            move_lines(h);
        }
        settle(h, false);
        if (!people) {
            break; /* the unit's own look at the clock goes on for ever */
        }
    }
    settle(h, true);
    return r;
}

static int64_t file_size(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? (int64_t)st.st_size : 0;
}

static void add_row(struct bench *b, const struct hour *h, double wall_s, const char *journal_path)
{
    struct journal_worker_state state = journal_worker_state(h->worker);
    uint64_t through = 0;
    uint64_t expected = (uint64_t)h->persons * LANES;
    for (unsigned i = 0; i < LANES; i++) {
        through += h->lanes[i].counts[SIM_THROUGH][SIM_IN] + h->lanes[i].counts[SIM_THROUGH][SIM_OUT];
    }
    uint64_t booked = h->told[UNIT_PASSED];
    uint64_t least = through < booked ? through : booked;
    struct table_row *row = table_add(&b->table, "%s, 4 lanes, 30 persons a minute at each: time of a tap in the unit",
                                      b->quick ? "a minute" : "an hour");
    table_times(row, &h->taps);
    table_set(row, TABLE_LOST, (double)expected - (double)least);
    table_budget(row, TABLE_LOST, 0);
    table_note(row,
               "%.1f s; %" PRIu64 " decisions, %" PRIu64 " booked of %" PRIu64 ", %" PRIu64 " alarms; %" PRIu64
               " events, %" PRId64 " KB",
               wall_s, h->decisions, booked, expected, h->told[UNIT_ALARM], state.written,
               file_size(journal_path) / 1024);
}

static struct hour hour;

int bench_hour(struct bench *b)
{
    char path[BENCH_PATH_SIZE + 32];
    struct hour *h = &hour;
    (void)snprintf(path, sizeof(path), "%s/hour.db", b->folder);
    bench_remove(path);
    int64_t from = bench_ns();
    int r = open_hour(h, b, path);
    if (r == 0) {
        r = run_hour(h);
    }
    if (r == 0) {
        add_row(b, h, (double)(bench_ns() - from) / 1e9, path);
    }
    unsigned lost = close_hour(h);
    bench_remove(path);
    if (r == 0 && lost > 0) {
        r = -EIO;
    }
    return r < 0 ? bench_failed("hour", r) : 0;
}
