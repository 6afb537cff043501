#include "world.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "core/date.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

enum { NORTH, SOUTH, DOOR_A, DOOR_B, POOL, GATE, LANES };
enum { ENTRY, EXIT, SOUTH_ENTRY, A, B, POOL_READER, GATE_READER, READERS };

static const char *const lane_names[LANES] = {"north", "south", "door-a", "door-b", "pool", "gate"};
static const struct {
    const char *name, *point;
    unsigned lane;
    enum lane_side side;
} readers[READERS] = {
    {"entry", "entry", NORTH, LANE_IN}, {"exit", "exit", NORTH, LANE_OUT}, {"south", "south", SOUTH, LANE_IN},
    {"a", "outer", DOOR_A, LANE_IN},    {"b", "inner", DOOR_B, LANE_IN},   {"pool", "pool", POOL, LANE_IN},
    {"gate", "gate", GATE, LANE_IN},
};

int world_lane(const char *name)
{
    for (int i = 0; i < LANES; i++) {
        if (strcmp(lane_names[i], name) == 0) {
            return i;
        }
    }
    return -1;
}

int world_reader(const char *name)
{
    for (int i = 0; i < READERS; i++) {
        if (strcmp(readers[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

static void say(struct world *world, const char *where, const char *what, const char *more)
{
    if (world->out) {
        (void)fprintf(world->out, "[%5lld] > %s: %s%s\n",
                      (long long)((world->now.boot_us - world->start_us) / US_PER_MS), where, what, more);
    }
}

/* What the unit is told ---------------------------------------------------------------------------------------- */

static void say_verdict(struct world *world, const struct unit_news *news)
{
    const struct access_verdict *v = news->verdict;
    const struct access_query *q = news->query;
    const char *detail = news->event ? news->event->detail : "";
    char line[512];
    char more[256] = "";
    size_t n = 0;

    for (unsigned i = 0; i < v->n_warnings && n < sizeof(more); i++) {
        n += (size_t)snprintf(more + n, sizeof(more) - n, ", %s %d", access_warning_text(v->warnings[i].kind),
                              v->warnings[i].value);
    }
    (void)snprintf(line, sizeof(line), "%s%s%s%s%s%s", news->phase == UNIT_DENIED ? "denied " : "granted by ",
                   news->phase == UNIT_DENIED ? access_code_text(v->code)
                   : v->entitlement >= 0      ? q->entitlements[v->entitlement].product
                   : q->card.emergency        ? "an emergency card"
                   : q->card.staff            ? "a staff card"
                                              : "being inside",
                   v->cost == VISIT_COST_NONE   ? ""
                   : v->cost == VISIT_COST_CLIP ? ", costs a clip"
                                                : ", costs the single entry",
                   more, detail[0] ? ", " : "", detail);
    say(world, readers[news->reader].name, line, "");
}

static const char *taken(const struct journal_event *event)
{
    if (!event->effect.takes_cost) {
        return "";
    }
    return event->effect.cost_kind == VISIT_COST_CLIP ? ", took a clip" : ", took the single entry";
}

static void say_alarm(struct world *world, const char *where, const struct unit_news *news)
{
    char line[128];
    char card[CARD_TEXT_SIZE] = "";

    if (news->card) {
        card_format(news->card, card);
    }
    (void)snprintf(line, sizeof(line), "alarm %s%s%s", news->notice, card[0] ? " of " : "", card);
    say(world, where, line, "");
}

static void tell(void *user, const struct unit_news *news)
{
    struct world *world = user;
    const char *where = news->reader >= 0 ? readers[news->reader].name
                        : news->lane >= 0 ? lane_names[news->lane]
                                          : "unit";
    const char *detail = news->event ? news->event->detail : "";
    char notice[160];

    (void)snprintf(notice, sizeof(notice), "%s%s", news->notice, detail[0] ? " " : "");
    if (world->dead) {
        return;
    }
    switch (news->phase) {
    case UNIT_GRANTED:
        world->granted++;
        say_verdict(world, news);
        break;
    case UNIT_DENIED:
        world->denied++;
        say_verdict(world, news);
        break;
    case UNIT_RELEASED:
        world->released++;
        say(world, where, "released", "");
        break;
    case UNIT_PASSED:
        world->passed++;
        (void)snprintf(notice, sizeof(notice), "passed%s%s", detail[0] ? " " : "", detail);
        say(world, where, notice, news->event ? taken(news->event) : "");
        break;
    case UNIT_NOT_PASSED:
        say(world, where, "not passed: ", detail);
        break;
    case UNIT_UNRESOLVED:
        say(world, where, "unresolved", "");
        break;
    case UNIT_ALARM:
        say_alarm(world, where, news);
        break;
    case UNIT_NOTICE:
        say(world, where, notice, detail);
        break;
    }
}

/* The place where a process can be killed: before the n-th thing that it does to the outside. */
static bool alive(struct world *world)
{
    world->steps++;
    if (world->die_at != 0 && world->steps >= world->die_at) {
        world->dead = true;
    }
    return !world->dead;
}

static int set_outputs(void *user, unsigned lane, struct lane_outputs outputs)
{
    struct world *world = user;

    if (!alive(world)) {
        return 0;
    }
    if (world->lines_fail) {
        return -EIO;
    }
    world->pulses += outputs.release_in && !world->outputs[lane].release_in;
    world->pulses += outputs.release_out && !world->outputs[lane].release_out;
    world->outputs[lane] = outputs;
    return 0;
}

static int journal(void *user, const struct journal_event *event, uint64_t ticket)
{
    struct world *world = user;
    struct world_entry *entry;

    if (!alive(world)) {
        return 0;
    }
    if (world->n_queue == WORLD_QUEUE_MAX) {
        return -ENOBUFS;
    }
    entry = &world->queue[world->n_queue++];
    *entry = (struct world_entry){.event = *event, .ticket = ticket};
    if (event->record_len > 0) {
        entry->record = malloc(event->record_len);
        assert_non_null(entry->record);
        memcpy(entry->record, event->record, event->record_len);
        entry->event.record = entry->record;
    }
    return 0;
}

static int authenticate(void *user, unsigned reader, const struct card_number *uid)
{
    struct world *world = user;

    (void)uid;
    if (alive(world)) {
        world->asked_proof = (int)reader;
        say(world, readers[reader].name, "asked for its proof", "");
    }
    return 0;
}

static int64_t boot_us(void *user)
{
    const struct world *world = user;

    return world->now.boot_us;
}

static void list_broken(void *user, int error)
{
    struct world *world = user;

    (void)error;
    world->list_broken = true;
}

/* The worker ------------------------------------------------------------------------------------------------------ */

static void drop_queue(struct world *world)
{
    for (size_t i = 0; i < world->n_queue; i++) {
        free(world->queue[i].record);
    }
    world->n_queue = world->n_late = 0;
}

static void write_one(struct world *world, struct world_entry *entry)
{
    int r = -ENOSPC;

    if (!alive(world)) {
        return;
    }
    if (world->journal == WORLD_JOURNAL_OK) {
        r = journal_db_append(world->writing, &entry->event, 1);
        assert_int_equal(r, 0);
    }
    if (!alive(world) || entry->ticket == 0) {
        return;
    }
    if (r == 0) {
        assert_true(world->n_acked < WORLD_ACKS_MAX);
        world->acked[world->n_acked++] = entry->event.seq;
    }
    if (r == 0 && world->acks_late) {
        assert_true(world->n_late < WORLD_QUEUE_MAX);
        world->late[world->n_late++] = entry->ticket;
    } else {
        unit_journal_done(world->unit, entry->ticket, r, world->now);
    }
}

/* The next event to be seen to; a failing journal keeps those that nobody waits for. -1: none */
static int next_entry(const struct world *world)
{
    for (size_t i = 0; i < world->n_queue && world->journal != WORLD_JOURNAL_HOLD; i++) {
        if (world->journal == WORLD_JOURNAL_OK || world->queue[i].ticket != 0) {
            return (int)i;
        }
    }
    return -1;
}

static void run_worker(struct world *world)
{
    int at;

    while (!world->acks_late && world->n_late > 0 && !world->dead) {
        uint64_t ticket = world->late[0];

        world->n_late--;
        memmove(&world->late[0], &world->late[1], world->n_late * sizeof(world->late[0]));
        unit_journal_done(world->unit, ticket, 0, world->now);
    }
    while (!world->dead && (at = next_entry(world)) >= 0) {
        struct world_entry entry = world->queue[at];

        world->n_queue--;
        memmove(&world->queue[at], &world->queue[at + 1], (world->n_queue - (size_t)at) * sizeof(world->queue[0]));
        write_one(world, &entry);
        free(entry.record);
    }
}

void world_settle(struct world *world)
{
    run_worker(world);
    if (world->list_broken) {
        world->list_broken = false;
        list_db_close(world->list);
        world->list = NULL;
    }
    if (world->dead) {
        world->deaths++;
        world_kill(world);
        world->die_at = 0;
        world_open(world);
    }
}

/* Life -------------------------------------------------------------------------------------------------------------- */

static void configure(struct gate_config *config)
{
    memset(config, 0, sizeof(*config));
    config->second_tap_us = 1500000;
    config->debounce_us = 0;
    config->n_lanes = LANES;
    config->n_readers = READERS;
    for (unsigned i = 0; i < LANES; i++) {
        struct gate_lane *lane = &config->lanes[i];

        (void)text_copy(lane->name, sizeof(lane->name), lane_names[i]);
        lane->lane.kind = i == DOOR_A || i == DOOR_B ? LANE_DOOR : LANE_TURNSTILE;
        lane->lane.passage_contacts = lane->lane.kind == LANE_DOOR ? 0 : 2;
        lane->lane.has_door_contact = lane->lane.kind == LANE_DOOR;
        lane->lane.unlock_us = 5 * US_PER_S;
        lane->lane.passage_timeout_us = 5 * US_PER_S;
        lane->lane.relock_delay_us = US_PER_S / 2;
        lane->lane.held_open_us = 10 * US_PER_S;
        lane->lane.stuck_us = 20 * US_PER_S;
        lane->exit_free = true;
        lane->has_release_out = lane->lane.kind == LANE_TURNSTILE;
        lane->has_input[GATE_LOCKDOWN] = true;
    }
    (void)text_copy(config->lanes[DOOR_A].interlock, GATE_NAME_SIZE, "door-b");
    for (unsigned i = 0; i < READERS; i++) {
        struct gate_reader *reader = &config->readers[i];

        (void)text_copy(reader->name, sizeof(reader->name), readers[i].name);
        (void)text_copy(reader->point, sizeof(reader->point), readers[i].point);
        reader->lane = readers[i].lane;
        reader->side = readers[i].side;
    }
}

void world_sql(struct world *world, const char *sql)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    sqlite3 *db = NULL;
    char *error = NULL;

    assert_non_null(out);
    for (const char *at = sql; *at; at++) {
        char day[DATE_TEXT_SIZE] = "";

        if (*at == '@' && strlen(at) >= 12 && at[11] == '@') {
            memcpy(day, at + 1, 10);
            (void)fprintf(out, "%d", date_parse(day));
            at += 11;
        } else {
            (void)fputc(*at, out);
        }
    }
    (void)fclose(out);
    assert_int_equal(sqlite3_open(world->list_path, &db), SQLITE_OK);
    if (sqlite3_exec(db, text, NULL, NULL, &error) != SQLITE_OK) {
        fail_msg("%s", error);
    }
    (void)sqlite3_close(db);
    free(text);
}

void world_init(struct world *world, const char *sql_path, FILE *out)
{
    struct list_db *list = NULL;
    char *sql = NULL;
    size_t size;

    memset(world, 0, sizeof(*world));
    (void)text_copy(world->dir, sizeof(world->dir), "/tmp/stile-world-XXXXXX");
    assert_non_null(mkdtemp(world->dir));
    (void)snprintf(world->list_path, sizeof(world->list_path), "%s/list.db", world->dir);
    (void)snprintf(world->journal_path, sizeof(world->journal_path), "%s/journal.db", world->dir);
    configure(&world->config);
    assert_int_equal(list_db_open(world->list_path, LIST_DB_WRITE, &list), 0);
    list_db_close(list);
    assert_int_equal(file_read(sql_path, 1 << 20, &sql, &size), 0);
    world_sql(world, sql);
    free(sql);
    world->out = out;
    world->asked_proof = -1;
    world->start_us = world->now.boot_us = 1000 * US_PER_S;
    world->now.utc_us = INT64_C(1773039600) * US_PER_S; /* 2026-03-09 08:00 at the branch */
    assert_true(card_parse("04a10099", &world->emergency.cards[0]));
    world->emergency.n_cards = 1;
}

void world_open(struct world *world)
{
    const struct unit_ops ops = {.set_outputs = set_outputs,
                                 .journal = journal,
                                 .authenticate = authenticate,
                                 .tell = tell,
                                 .boot_us = boot_us,
                                 .list_broken = list_broken};

    if (!world->list) {
        assert_int_equal(list_db_open(world->list_path, LIST_DB_READ, &world->list), 0);
    }
    assert_int_equal(journal_db_open(world->journal_path, JOURNAL_DB_WRITE, &world->writing), 0);
    assert_int_equal(journal_db_open(world->journal_path, JOURNAL_DB_READ, &world->reading), 0);
    assert_int_equal(unit_new(&world->config, world->list, world->reading, &ops, world, world->now, &world->unit), 0);
    unit_set_emergency(world->unit, &world->emergency);
    for (unsigned i = 0; i < LANES; i++) {
        /* The process says where every input stands; fire is wired normally closed. */
        unit_input(world->unit, i, GATE_FIRE, !world->inputs[i][GATE_FIRE], world->now.boot_us, world->now);
        unit_input(world->unit, i, GATE_LOCKDOWN, world->inputs[i][GATE_LOCKDOWN], world->now.boot_us, world->now);
        if (world->config.lanes[i].lane.has_door_contact) {
            unit_input(world->unit, i, GATE_DOOR_CONTACT, !world->inputs[i][GATE_DOOR_CONTACT], world->now.boot_us,
                       world->now);
            continue;
        }
        unit_input(world->unit, i, GATE_CONTACT_A, world->inputs[i][GATE_CONTACT_A], world->now.boot_us, world->now);
        unit_input(world->unit, i, GATE_CONTACT_B, world->inputs[i][GATE_CONTACT_B], world->now.boot_us, world->now);
    }
    run_worker(world);
}

void world_kill(struct world *world)
{
    drop_queue(world);
    unit_free(world->unit);
    world->unit = NULL;
    journal_db_close(world->reading);
    journal_db_close(world->writing);
    list_db_close(world->list);
    world->reading = world->writing = NULL;
    world->list = NULL;
    world->dead = false;
    world->asked_proof = -1;
    memset(world->outputs, 0, sizeof(world->outputs)); /* nobody holds the lines any more */
}

void world_finish(struct world *world)
{
    char path[160];

    world_kill(world);
    for (const char *const *name = (const char *const[]){"list.db", "list.db-wal", "list.db-shm", "journal.db",
                                                         "journal.db-wal", "journal.db-shm", NULL};
         *name; name++) {
        (void)snprintf(path, sizeof(path), "%s/%s", world->dir, *name);
        (void)unlink(path);
    }
    (void)rmdir(world->dir);
}

/* Time and people ----------------------------------------------------------------------------------------------- */

static void move_to(struct world *world, int64_t at_us)
{
    if (at_us > world->now.boot_us) {
        world->now.utc_us += at_us - world->now.boot_us;
        world->now.boot_us = at_us;
    }
}

static int next_edge(const struct world *world)
{
    int next = -1;

    for (size_t i = 0; i < world->n_edges; i++) {
        if (next < 0 || world->edges[i].boot_us < world->edges[next].boot_us) {
            next = (int)i;
        }
    }
    return next;
}

void world_until(struct world *world, int64_t until_us)
{
    world_settle(world);
    for (;;) {
        int edge = next_edge(world);
        int64_t due = world->unit ? unit_deadline(world->unit) : US_NEVER;

        if (edge >= 0 && world->edges[edge].boot_us <= due && world->edges[edge].boot_us <= until_us) {
            struct world_edge e = world->edges[edge];

            memmove(&world->edges[edge], &world->edges[edge + 1],
                    (world->n_edges - (size_t)edge - 1) * sizeof(world->edges[0]));
            world->n_edges--;
            move_to(world, e.boot_us);
            world_input(world, e.lane, e.input, e.active);
        } else if (due <= until_us) {
            int64_t before = due;

            move_to(world, due);
            unit_time(world->unit, world->now);
            world_settle(world);
            assert_true(!world->unit || unit_deadline(world->unit) > before); /* a deadline that stays is a busy loop */
        } else {
            break;
        }
    }
    move_to(world, until_us);
}

void world_input(struct world *world, unsigned lane, enum gate_input input, bool active)
{
    bool level = input == GATE_FIRE || input == GATE_DOOR_CONTACT ? !active : active;

    world->inputs[lane][input] = active;
    if (world->unit) {
        unit_input(world->unit, lane, input, level, world->now.boot_us, world->now);
        world_settle(world);
    }
}

static void edge(struct world *world, unsigned lane, enum gate_input input, bool active, int64_t in_ms)
{
    assert_true(world->n_edges < WORLD_EDGES_MAX);
    world->edges[world->n_edges++] = (struct world_edge){
        .boot_us = world->now.boot_us + in_ms * US_PER_MS, .lane = lane, .input = input, .active = active};
}

void world_walk(struct world *world, unsigned lane, enum lane_side side)
{
    enum gate_input first = side == LANE_IN ? GATE_CONTACT_A : GATE_CONTACT_B;
    enum gate_input second = side == LANE_IN ? GATE_CONTACT_B : GATE_CONTACT_A;

    if (world->config.lanes[lane].lane.kind == LANE_DOOR) {
        edge(world, lane, GATE_DOOR_CONTACT, true, 0);
        edge(world, lane, GATE_DOOR_CONTACT, false, 700);
        return;
    }
    edge(world, lane, first, true, 0);
    edge(world, lane, second, true, 200);
    edge(world, lane, first, false, 500);
    edge(world, lane, second, false, 700);
}

void world_turn_back(struct world *world, unsigned lane, enum lane_side side)
{
    enum gate_input first = side == LANE_IN ? GATE_CONTACT_A : GATE_CONTACT_B;

    edge(world, lane, first, true, 0);
    edge(world, lane, first, false, 400);
}

void world_tap(struct world *world, unsigned reader, const char *text, bool can_desfire)
{
    struct unit_card card = {.can_desfire = can_desfire, .field_us = world->now.boot_us, .uid_us = world->now.boot_us};

    assert_true(card_parse(text, &card.number));
    unit_card_seen(world->unit, reader, &card, world->now);
    world_settle(world);
}

void world_proof(struct world *world, unsigned reader, enum access_proof proof)
{
    unit_proof(world->unit, reader, proof, world->now);
    world_settle(world);
}

void world_set_list(struct world *world, bool there)
{
    struct list_db *old = world->list;

    world->list = NULL;
    if (there) {
        assert_int_equal(list_db_open(world->list_path, LIST_DB_READ, &world->list), 0);
    }
    unit_set_list(world->unit, world->list, world->now);
    list_db_close(old);
    world_settle(world);
}

unsigned world_lines_on(const struct world *world)
{
    unsigned n = 0;

    for (unsigned i = 0; i < LANES; i++) {
        n += (unsigned)world->outputs[i].release_in + (unsigned)world->outputs[i].release_out;
    }
    return n;
}
