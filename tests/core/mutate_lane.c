/* Changes each cell of the lane's table, one at a time, and asks whether the properties and the stories notice.
 *
 * A mutant is a cell with another next state, or with one action bit turned over. Each runs in a child of its own: a
 * changed table may run into an assertion, and that counts as noticed. Survivors are printed with their cell. Arguments:
 * the story files. */

#include "core/lane_table.h"
#include "lane_properties.h"
#include "lane_story.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ACTIONS = 12, SEEDS = 8, STEPS = 6000, STORIES_MAX = 64, KILLED_PERCENT = 97, LONGEST_S = 20 };

static struct lane_story stories[STORIES_MAX];
static int n_stories;

static const char *row_text(unsigned row)
{
    static const char *const cases[] = {"override_in", "busy",    "withdraw",   "tail_move",    "tail", "own_turn",
                                        "back_late",   "time_up", "time_tried", "time_assumed", "held", "held_door"};
    _Static_assert(sizeof(cases) / sizeof(cases[0]) == (size_t)LANE_ROWS - LANE_EVENTS, "each case has a name");
    return row < LANE_EVENTS ? lane_event_text((enum lane_event_kind)row) : cases[row - LANE_EVENTS];
}

static const char *next_text(unsigned next)
{
    return next == LANE_HOME ? "the mode asked for" : lane_state_text((enum lane_state)next);
}

/* True when nothing looks wrong. */
static bool looks_right(void)
{
    static char text[LANE_STORY_SIZE];
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        for (size_t i = 0; i < LANE_WALKS; i++) {
            if (lane_properties_walk(&lane_walks[i].config, seed, STEPS).property != NULL) {
                return false;
            }
        }
    }
    for (int i = 0; i < n_stories; i++) {
        if (lane_story_tell(&stories[i], text) != 0 || strcmp(text, stories[i].text) != 0) {
            return false;
        }
    }
    return true;
}

static void look_quietly(void)
{
    struct rlimit none = {0};
    if (setrlimit(RLIMIT_CORE, &none) != 0 || freopen("/dev/null", "w", stderr) == NULL) {
        _exit(2);
    }
    (void)alarm(LONGEST_S); /* a mutant that goes round for ever is noticed too */
    _exit(looks_right() ? 0 : 1);
}

static bool survives(void)
{
    int status = 0;
    (void)fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        look_quietly();
    }
    if (child < 0 || waitpid(child, &status, 0) != child || (WIFEXITED(status) && WEXITSTATUS(status) == 2)) {
        perror("mutate_lane");
        exit(2);
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

struct tally {
    unsigned cells, mutants, survivors;
};

static void try_mutant(struct tally *tally, unsigned state, unsigned row, struct lane_cell mutant)
{
    struct lane_cell kept = lane_table[state][row];
    lane_table[state][row] = mutant;
    tally->mutants++;
    if (survives()) {
        uint32_t bit = (uint32_t)(kept.actions ^ mutant.actions);
        tally->survivors++;
        if (bit != 0) {
            printf("survives: %s on %s: %s %s\n", lane_state_text((enum lane_state)state), row_text(row),
                   (kept.actions & bit) != 0 ? "without" : "with", lane_action_text((enum lane_action)bit));
        } else {
            printf("survives: %s on %s: to %s, not to %s\n", lane_state_text((enum lane_state)state), row_text(row),
                   next_text(mutant.next), next_text(kept.next));
        }
    }
    lane_table[state][row] = kept;
}

static void try_cell(struct tally *tally, unsigned state, unsigned row)
{
    struct lane_cell cell = lane_table[state][row];
    tally->cells++;
    for (unsigned next = 0; next < LANE_STATES; next++) {
        if (next != cell.next) {
            struct lane_cell mutant = cell;
            mutant.next = (uint8_t)next;
            try_mutant(tally, state, row, mutant);
        }
    }
    for (unsigned bit = 0; bit < ACTIONS; bit++) {
        struct lane_cell mutant = cell;
        mutant.actions = (uint16_t)(cell.actions ^ (1U << bit));
        try_mutant(tally, state, row, mutant);
    }
}

/* An omitted cell would be locked and silent: safe, and wrong. */
static bool nothing_is_omitted(void)
{
    for (unsigned state = 0; state < LANE_STATES; state++) {
        for (unsigned row = 0; row < LANE_ROWS; row++) {
            const struct lane_cell *cell = &lane_table[state][row];
            bool may_be_never = row >= LANE_EVENTS; /* every event is allowed in every state */
            if (cell->kind == LANE_CELL_OMITTED || (cell->kind == LANE_CELL_NEVER && !may_be_never)) {
                (void)fprintf(stderr, "no cell: %s on %s\n", lane_state_text((enum lane_state)state), row_text(row));
                return false;
            }
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    struct tally tally = {0};
    for (int i = 1; i < argc && n_stories < STORIES_MAX; i++) {
        if (lane_story_load(argv[i], &stories[n_stories++]) != 0) {
            (void)fprintf(stderr, "%s: no story\n", argv[i]);
            return 2;
        }
    }
    if (!nothing_is_omitted()) {
        return 1;
    }
    if (!survives()) {
        (void)fprintf(stderr, "the table as it is breaks a property or a story\n");
        return 1;
    }
    for (unsigned state = 0; state < LANE_STATES; state++) {
        for (unsigned row = 0; row < LANE_ROWS; row++) {
            if (lane_table[state][row].kind == LANE_CELL_STEP) {
                try_cell(&tally, state, row);
            }
        }
    }
    unsigned killed = tally.mutants - tally.survivors;
    printf("%u cells, %u mutants, %u noticed (%.1f %%), %u survive\n", tally.cells, tally.mutants, killed,
           100.0 * killed / tally.mutants, tally.survivors);
    return killed * 100 >= tally.mutants * KILLED_PERCENT ? 0 : 1;
}
