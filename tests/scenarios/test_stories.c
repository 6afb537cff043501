/* Each file in stories/ is a transcript: what happens, and, after '>', what the unit says to it. The test plays the
 * happenings and compares the whole transcript. `test_scenarios_stories DIR --write` writes the files anew. */

#include "world.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "core/zone.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { STORIES_MAX = 64, WORDS_MAX = 8, REMARKS_MAX = 16 };

static char stories_dir[512], sql_path[512];
static bool rewriting;

struct remarks {
    const char *lines[REMARKS_MAX];
    size_t n;
};

struct words {
    char *at[WORDS_MAX];
    int n;
};

static struct words split(char *line)
{
    struct words words = {.n = 0};
    char *state = NULL;

    for (char *at = strtok_r(line, " ", &state); at && words.n < WORDS_MAX; at = strtok_r(NULL, " ", &state)) {
        words.at[words.n++] = at;
    }
    while (words.n < WORDS_MAX) {
        words.at[words.n++] = NULL;
    }
    return words;
}

static bool is(const char *word, const char *text)
{
    return word && strcmp(word, text) == 0;
}

static unsigned lane_of(const char *word)
{
    int lane = word ? world_lane(word) : -1;

    if (lane < 0) {
        fail_msg("no lane %s", word ? word : "");
    }
    return (unsigned)lane;
}

static unsigned reader_of(const char *word)
{
    int reader = word ? world_reader(word) : -1;

    if (reader < 0) {
        fail_msg("no reader %s", word ? word : "");
    }
    return (unsigned)reader;
}

static void said(struct world *world, const char *what, int outcome)
{
    static const char *const texts[] = {"done", "no such lane", "busy", "refused", "not found"};

    if (outcome < 0) {
        (void)fprintf(world->out, "          %s: error %d\n", what, -outcome);
    } else {
        (void)fprintf(world->out, "          %s: %s\n", what, texts[outcome]);
    }
}

struct search {
    bool entries_only;
    int64_t seq;
};

static int keep_passage(const struct journal_event *event, void *user)
{
    struct search *search = user;

    if (event->kind == JOURNAL_PASSED && (!search->entries_only || event->point_id == 1)) {
        search->seq = event->seq;
    }
    return 0;
}

static void play_staff(struct world *world, const struct words *w)
{
    struct search search = {.entries_only = is(w->at[2], "entry")};
    int r = 0;

    if (is(w->at[1], "release")) {
        r = unit_release(world->unit, lane_of(w->at[2]), is(w->at[3], "out") ? LANE_OUT : LANE_IN, "eva", w->at[4],
                         world->now);
    } else if (is(w->at[1], "mode")) {
        enum lane_mode mode = is(w->at[3], "free") ? LANE_FREE : is(w->at[3], "locked") ? LANE_LOCKED : LANE_NORMAL;

        r = unit_set_mode(world->unit, lane_of(w->at[2]), mode, "eva", "asked", world->now);
    } else if (is(w->at[1], "undo")) {
        assert_int_equal(journal_db_read(world->reading, 0, 0, keep_passage, &search), 0);
        r = unit_undo(world->unit, search.seq, "eva", "mistake", world->now);
    } else if (is(w->at[1], "lockdown")) {
        unit_set_lockdown(world->unit, is(w->at[2], "on"), "eva", world->now);
    } else {
        fail_msg("staff can't %s", w->at[1]);
    }
    world_settle(world);
    said(world, w->at[1], r);
}

static void play_look(struct world *world, const struct words *w)
{
    int64_t holder = 0;
    struct visit_presence p;

    assert_true(text_int(w->at[1], INT64_MIN, INT64_MAX, &holder));
    assert_int_equal(journal_db_presence(world->reading, holder, &p), 0);
    (void)fprintf(world->out, "          zone %lld, visit %s%s, %u visits and %u entries today\n", (long long)p.zone_id,
                  p.visit_id ? "open" : "closed", p.visit_paid ? " and paid" : "", p.visits_today, p.entries_today);
}

static void play_uses(struct world *world, const struct words *w)
{
    int64_t id = 0;

    assert_true(text_int(w->at[1], 1, INT64_MAX, &id));
    (void)fprintf(world->out, "          %lld clips and %lld single entries used\n",
                  (long long)journal_db_uses(world->reading, VISIT_COST_CLIP, id, 0),
                  (long long)journal_db_uses(world->reading, VISIT_COST_SINGLE_ENTRY, id, 0));
}

/* What the world around the unit does. @return false when it is none of that. */
static bool play_world(struct world *world, const struct words *w, const char *rest)
{
    int64_t seconds = 0;

    if (is(w->at[0], "journal")) {
        world->journal = is(w->at[1], "ok")     ? WORLD_JOURNAL_OK
                         : is(w->at[1], "hold") ? WORLD_JOURNAL_HOLD
                                                : WORLD_JOURNAL_FAIL;
    } else if (is(w->at[0], "lines")) {
        world->lines_fail = is(w->at[1], "fail");
    } else if (is(w->at[0], "kill")) {
        world_kill(world);
    } else if (is(w->at[0], "start")) {
        world_open(world);
    } else if (is(w->at[0], "list")) {
        world_set_list(world, is(w->at[1], "back"));
    } else if (is(w->at[0], "sql")) {
        world_sql(world, rest + strlen("sql "));
    } else if (is(w->at[0], "jump")) {
        assert_true(text_int(w->at[1], -1000000, 1000000000, &seconds));
        world->now.utc_us += seconds * US_PER_S;
        unit_time(world->unit, world->now);
    } else if (is(w->at[0], "clock")) {
        unit_set_clock(world->unit, is(w->at[1], "trusted"), world->now);
    } else if (is(w->at[0], "reader")) {
        unit_reader_state(world->unit, reader_of(w->at[1]), is(w->at[2], "back"), w->at[3] ? w->at[3] : "", world->now);
    } else if (!is(w->at[0], "wait")) {
        return false;
    }
    if (world->unit) {
        world_settle(world);
    }
    return true;
}

static void play(struct world *world, char *line)
{
    char rest[512];
    bool fits = text_copy(rest, sizeof(rest), line);
    struct words w = split(line);
    enum lane_side side = is(w.at[2], "out") ? LANE_OUT : LANE_IN;

    assert_true(fits);
    if (is(w.at[0], "tap")) {
        world_tap(world, reader_of(w.at[1]), w.at[2], !is(w.at[3], "classic"));
    } else if (is(w.at[0], "proof")) {
        world_proof(world, reader_of(w.at[1]),
                    is(w.at[2], "genuine")  ? ACCESS_PROOF_GENUINE
                    : is(w.at[2], "failed") ? ACCESS_PROOF_FAILED
                                            : ACCESS_PROOF_NONE);
    } else if (is(w.at[0], "walk")) {
        world_walk(world, lane_of(w.at[1]), side);
    } else if (is(w.at[0], "back")) {
        world_turn_back(world, lane_of(w.at[1]), side);
    } else if (is(w.at[0], "input")) {
        static const char *const names[GATE_INPUTS] = {"a", "b", "door", "button", "fire", "lockdown", "tamper"};

        for (unsigned i = 0; i < GATE_INPUTS; i++) {
            if (is(w.at[2], names[i])) {
                world_input(world, lane_of(w.at[1]), (enum gate_input)i, is(w.at[3], "on"));
            }
        }
    } else if (is(w.at[0], "staff")) {
        play_staff(world, &w);
    } else if (is(w.at[0], "look")) {
        play_look(world, &w);
    } else if (is(w.at[0], "uses")) {
        play_uses(world, &w);
    } else if (!play_world(world, &w, rest)) {
        fail_msg("nobody knows how to %s", w.at[0] ? w.at[0] : "");
    }
}

static void set_up(struct world *world, const char *line)
{
    struct zone zone;

    if (strncmp(line, "sql ", 4) == 0) {
        world_sql(world, line + 4);
    } else if (strncmp(line, "at ", 3) == 0) {
        assert_true(zone_parse("CET-1CEST,M3.5.0,M10.5.0/3", &zone));
        assert_true(zone_parse_instant(&zone, line + 3, &world->now.utc_us));
    } else {
        fail_msg("nobody knows how to begin with %s", line);
    }
}

/* Remarks belong to what follows them: they are written when the time before it has passed. */
static void make_remarks(struct world *world, struct remarks *remarks)
{
    for (size_t i = 0; i < remarks->n; i++) {
        (void)fprintf(world->out, "%s\n", remarks->lines[i]);
    }
    remarks->n = 0;
}

static void play_line(struct world *world, char *line, struct remarks *remarks)
{
    char *end;
    long at_ms;

    if (strstr(line, "] > ") || strncmp(line, "          ", 10) == 0) {
        return; /* what was said the last time */
    }
    if (line[0] == '\0' || line[0] == '#') {
        assert_true(remarks->n < REMARKS_MAX);
        remarks->lines[remarks->n++] = line;
        return;
    }
    if (line[0] != '[') {
        make_remarks(world, remarks);
        (void)fprintf(world->out, "%s\n", line);
        set_up(world, line);
        return;
    }
    if (!world->unit && world->steps == 0) {
        world_open(world);
    }
    at_ms = strtol(line + 1, &end, 10);
    assert_true(end[0] == ']' && end[1] == ' ');
    world_until(world, world->start_us + at_ms * US_PER_MS);
    make_remarks(world, remarks);
    (void)fprintf(world->out, "%s\n", line);
    play(world, end + 2);
    if (world->unit) {
        world_check(world);
    }
}

static char *tell_story(const char *text)
{
    char *copy = strdup(text);
    struct world *world = calloc(1, sizeof(*world));
    char *told = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&told, &size);
    char *state = copy;
    struct remarks remarks = {.n = 0};

    assert_non_null(copy);
    assert_non_null(world);
    assert_non_null(out);
    world_init(world, sql_path, out);
    for (char *line = strsep(&state, "\n"); line; line = strsep(&state, "\n")) {
        if (state || line[0]) {
            play_line(world, line, &remarks);
        }
    }
    make_remarks(world, &remarks);
    (void)fclose(out);
    world->out = NULL;
    world_finish(world);
    free(world);
    free(copy);
    return told;
}

static void the_story_is_told_again_word_for_word(void **state)
{
    const char *name = *state;
    char path[1024];
    _cleanup_free_ char *text = NULL;
    _cleanup_free_ char *told = NULL;
    size_t size;

    (void)snprintf(path, sizeof(path), "%s/%s", stories_dir, name);
    assert_int_equal(file_read(path, 1 << 20, &text, &size), 0);
    told = tell_story(text);
    if (rewriting) {
        assert_int_equal(file_replace(path, told, strlen(told), 0644), 0);
    }
    assert_string_equal(rewriting ? told : text, told);
}

static int by_name(const void *a, const void *b)
{
    const struct CMUnitTest *one = a;
    const struct CMUnitTest *other = b;

    return strcmp(one->name, other->name);
}

int main(int argc, char **argv)
{
    static struct CMUnitTest tests[STORIES_MAX];
    size_t n = 0;
    struct dirent *entry;
    DIR *dir;

    if (argc < 2) {
        return 2;
    }
    (void)snprintf(stories_dir, sizeof(stories_dir), "%s/stories", argv[1]);
    (void)snprintf(sql_path, sizeof(sql_path), "%s/world.sql", argv[1]);
    rewriting = argc > 2 && strcmp(argv[2], "--write") == 0;
    dir = opendir(stories_dir);
    if (!dir) {
        return 2;
    }
    while ((entry = readdir(dir)) && n < STORIES_MAX) {
        size_t len = strlen(entry->d_name);

        if (len > 4 && strcmp(entry->d_name + len - 4, ".txt") == 0) {
            char *name = strdup(entry->d_name);

            tests[n++] = (struct CMUnitTest){name, the_story_is_told_again_word_for_word, NULL, NULL, name};
        }
    }
    (void)closedir(dir);
    if (n == 0) {
        return 2;
    }
    qsort(tests, n, sizeof(tests[0]), by_name);
    return _cmocka_run_group_tests("stories", tests, n, NULL, NULL);
}
