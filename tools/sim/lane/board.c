#include "sim/lane/board.h"

#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void log_add(struct sim_board *board, const struct sim_log_entry *entry)
{
    if (board->n_log == SIM_LOG_MAX) {
        memmove(board->log, board->log + 1, --board->n_log * sizeof(*entry));
        board->lost_log++;
    }
    board->log[board->n_log++] = *entry;
}

/* -- building ----------------------------------------------------------------------------------------------- */

static bool is_name(const char *name, size_t size)
{
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");
    return n > 0 && n < size && name[n] == '\0';
}

int sim_board_find_line(const struct sim_board *board, const char *name)
{
    for (size_t i = 0; i < board->n_lines; i++) {
        if (text_eq(board->lines[i].name, name)) {
            return (int)i;
        }
    }
    return -1;
}

int sim_board_find_lane(const struct sim_board *board, const char *name)
{
    for (size_t i = 0; i < board->n_lanes; i++) {
        if (text_eq(board->lane_names[i], name)) {
            return (int)i;
        }
    }
    return -1;
}

int sim_board_add_line(struct sim_board *board, const char *name, bool output, bool wired_low)
{
    if (!is_name(name, GPIO_NAME_SIZE)) {
        return -EINVAL;
    }
    if (sim_board_find_line(board, name) >= 0) {
        return -EEXIST;
    }
    if (board->n_lines == SIM_LINES_MAX) {
        return -ENOSPC;
    }
    struct sim_line *line = &board->lines[board->n_lines++];
    *line = (struct sim_line){.output = output, .wired_low = wired_low, .place = -1, .tell_us = INT64_MAX};
    (void)text_copy(line->name, sizeof(line->name), name);
    return 0;
}

static int add_lane_line(struct sim_board *board, unsigned lane, const char *suffix, const struct sim_line *what)
{
    char name[GPIO_NAME_SIZE];
    int n = snprintf(name, sizeof(name), "%s-%s", board->lane_names[lane], suffix);
    if (n < 0 || (size_t)n >= sizeof(name)) {
        return -EINVAL;
    }
    int r = sim_board_add_line(board, name, what->output, false);
    if (r < 0) {
        return r;
    }
    struct sim_line *line = &board->lines[board->n_lines - 1];
    line->role = what->role;
    line->lane = lane;
    line->input = what->input;
    line->active = !what->output && board->lanes[lane].shown[what->input];
    return 0;
}

int sim_board_add_lane(struct sim_board *board, const char *name, enum sim_lane_kind kind, unsigned contacts,
                       unsigned relays)
{
    if (!is_name(name, SIM_LANE_NAME_SIZE) ||
        (kind == SIM_TURNSTILE && (contacts < 1 || contacts > 2 || relays < 1 || relays > 2))) {
        return -EINVAL;
    }
    if (sim_board_find_lane(board, name) >= 0) {
        return -EEXIST;
    }
    if (board->n_lanes == SIM_LANES_MAX) {
        return -ENOSPC;
    }
    unsigned lane = (unsigned)board->n_lanes;
    (void)text_copy(board->lane_names[lane], SIM_LANE_NAME_SIZE, name);
    sim_lane_init(&board->lanes[lane], kind, contacts);
    board->lanes[lane].both_ways = kind == SIM_DOOR || relays == 1;
    int r = add_lane_line(board, lane, "release-in", &(struct sim_line){.output = true, .role = SIM_ROLE_RELEASE_IN});
    if (r == 0 && !board->lanes[lane].both_ways) {
        r = add_lane_line(board, lane, "release-out", &(struct sim_line){.output = true, .role = SIM_ROLE_RELEASE_OUT});
    }
    for (unsigned i = 0; r == 0 && i < SIM_INPUTS; i++) {
        enum sim_input input = (enum sim_input)i;
        if (sim_lane_has(&board->lanes[lane], input)) {
            r = add_lane_line(board, lane, sim_input_text(input),
                              &(struct sim_line){.role = SIM_ROLE_INPUT, .input = input});
        }
    }
    board->n_lanes += r == 0;
    return r;
}

void sim_board_init(struct sim_board *board)
{
    memset(board, 0, sizeof(*board));
    (void)sim_board_add_line(board, "fire", false, false);
    board->lines[0].role = SIM_ROLE_FIRE;
    board->lines[0].active = true;
    (void)sim_board_add_line(board, "lockdown", false, false);
    board->lines[1].role = SIM_ROLE_LOCKDOWN;
}

void sim_board_set_dials(struct sim_board *board, const struct sim_dials *dials)
{
    for (size_t i = 0; i < board->n_lanes; i++) {
        board->lanes[i].dials = *dials;
    }
}

/* -- lines -------------------------------------------------------------------------------------------------- */

/* A line's level changes: counted, logged, and settling if the client listens to it. */
static void change(struct sim_board *board, unsigned index, bool active, int64_t now)
{
    struct sim_line *line = &board->lines[index];
    if (line->active == active) {
        return;
    }
    line->active = active;
    if (active) {
        line->rises++;
        line->last_rise_us = now;
    } else {
        line->falls++;
        line->last_fall_us = now;
    }
    log_add(board, &(struct sim_log_entry){.boot_us = now, .kind = SIM_LOG_LINE, .index = index, .active = active});
    if (!line->output && line->place >= 0) {
        line->tell_us = now + line->debounce_us;
    }
}

static void tell(struct sim_board *board, struct sim_line *line)
{
    int64_t when = line->tell_us;
    line->tell_us = INT64_MAX;
    if (line->told == line->active) {
        return; /* it bounced back */
    }
    line->told = line->active;
    if (board->n_edges == SIM_EDGES_MAX) {
        sim_board_edges_sent(board, 1);
        board->lost_edges++;
    }
    board->edges[board->n_edges++] =
        (struct sim_wire_line){.line = (unsigned)line->place, .high = line->active != line->wired_low, .boot_us = when};
}

size_t sim_board_edges(const struct sim_board *board, struct sim_wire *ret_edges)
{
    size_t n = board->n_edges < GPIO_LINES_MAX ? board->n_edges : GPIO_LINES_MAX;
    ret_edges->kind = SIM_WIRE_EDGES;
    ret_edges->n_lines = n;
    memcpy(ret_edges->lines, board->edges, n * sizeof(*board->edges));
    return n;
}

void sim_board_edges_sent(struct sim_board *board, size_t n)
{
    board->n_edges -= n;
    memmove(board->edges, board->edges + n, board->n_edges * sizeof(*board->edges));
}

/* The lanes' locks follow the outputs, and the wired fire release. */
static void drive_lanes(struct sim_board *board, int64_t now)
{
    bool release[SIM_LANES_MAX][2] = {{false}};
    bool freed = false;
    for (size_t i = 0; i < board->n_lines; i++) {
        const struct sim_line *line = &board->lines[i];
        if (line->role == SIM_ROLE_RELEASE_IN || line->role == SIM_ROLE_RELEASE_OUT) {
            release[line->lane][line->role == SIM_ROLE_RELEASE_OUT] = line->active;
        }
        freed = freed || (line->role == SIM_ROLE_FIRE && !line->active);
    }
    for (size_t i = 0; i < board->n_lanes; i++) {
        sim_lane_release(&board->lanes[i], release[i][SIM_IN], release[i][SIM_OUT], now);
        sim_lane_free(&board->lanes[i], freed, now);
    }
}

int sim_board_set_input(struct sim_board *board, unsigned index, bool active, int64_t now)
{
    const struct sim_line *line = &board->lines[index];
    if (line->output || line->role == SIM_ROLE_INPUT) {
        return -EINVAL;
    }
    sim_board_run(board, now);
    change(board, index, active, now);
    drive_lanes(board, now);
    sim_board_run(board, now);
    return 0;
}

/* -- the client --------------------------------------------------------------------------------------------- */

static int refuse(struct sim_wire *ret_claimed, int result, size_t bad_line)
{
    ret_claimed->kind = SIM_WIRE_CLAIMED;
    ret_claimed->result = (unsigned)result;
    ret_claimed->bad_line = (unsigned)bad_line;
    ret_claimed->n_lines = 0;
    return result;
}

/* @return 0 with the line of each claimed name, or an outcome with the place of the bad one. */
static int find_claimed(const struct sim_board *board, const struct sim_wire *claim, unsigned ret_lines[],
                        size_t *ret_bad_line)
{
    bool used[SIM_LINES_MAX] = {false};
    for (size_t i = 0; i < claim->n_lines; i++) {
        int found = sim_board_find_line(board, claim->lines[i].name);
        *ret_bad_line = i;
        if (found < 0 || board->lines[found].output != claim->lines[i].output) {
            return GPIO_NO_LINE;
        }
        if (used[found]) {
            return GPIO_LINE_TAKEN;
        }
        used[found] = true;
        ret_lines[i] = (unsigned)found;
    }
    return 0;
}

int sim_board_claim(struct sim_board *board, const struct sim_wire *claim, int64_t now, struct sim_wire *ret_claimed)
{
    unsigned lines[GPIO_LINES_MAX];
    size_t bad_line = 0;
    int r = board->claimed ? GPIO_LINE_TAKEN : find_claimed(board, claim, lines, &bad_line);
    if (r != 0) {
        return refuse(ret_claimed, r, bad_line);
    }
    sim_board_run(board, now);
    board->claimed = true;
    board->claims++;
    board->n_claimed = claim->n_lines;
    log_add(board, &(struct sim_log_entry){.boot_us = now, .kind = SIM_LOG_CLAIMED});
    *ret_claimed = (struct sim_wire){.kind = SIM_WIRE_CLAIMED, .n_lines = claim->n_lines};
    for (size_t i = 0; i < claim->n_lines; i++) {
        struct sim_line *line = &board->lines[lines[i]];
        line->place = (int)i;
        line->debounce_us = claim->lines[i].debounce_us;
        line->told = line->active;
        line->tell_us = INT64_MAX;
        board->line_at[i] = lines[i];
        if (line->output) {
            change(board, lines[i], claim->lines[i].active_low != line->wired_low, now);
        }
        ret_claimed->lines[i].line = (unsigned)i;
        ret_claimed->lines[i].high = line->active != line->wired_low;
    }
    drive_lanes(board, now);
    return 0;
}

int sim_board_set(struct sim_board *board, const struct sim_wire *set, int64_t now)
{
    for (size_t i = 0; i < set->n_lines; i++) {
        if (set->lines[i].line >= board->n_claimed || !board->lines[board->line_at[set->lines[i].line]].output) {
            return -EBADMSG;
        }
    }
    sim_board_run(board, now);
    for (size_t i = 0; i < set->n_lines; i++) {
        unsigned index = board->line_at[set->lines[i].line];
        change(board, index, set->lines[i].high != board->lines[index].wired_low, now);
    }
    drive_lanes(board, now);
    sim_board_run(board, now);
    return 0;
}

void sim_board_drop(struct sim_board *board, int64_t now)
{
    if (!board->claimed) {
        return;
    }
    sim_board_run(board, now);
    board->claimed = false;
    log_add(board, &(struct sim_log_entry){.boot_us = now, .kind = SIM_LOG_DROPPED});
    for (size_t i = 0; i < board->n_claimed; i++) {
        struct sim_line *line = &board->lines[board->line_at[i]];
        line->place = -1;
        line->tell_us = INT64_MAX;
        if (line->output) {
            line->dropped += line->active;
            change(board, board->line_at[i], false, now);
        }
    }
    board->n_claimed = 0;
    board->n_edges = 0;
    drive_lanes(board, now);
    sim_board_run(board, now);
}

/* -- time --------------------------------------------------------------------------------------------------- */

static void lane_event(struct sim_board *board, unsigned lane, const struct sim_lane_event *event)
{
    if (event->is_person) {
        log_add(board, &(struct sim_log_entry){.boot_us = event->boot_us,
                                               .kind = SIM_LOG_PERSON,
                                               .index = lane,
                                               .person = event->person,
                                               .side = event->side});
        return;
    }
    for (unsigned i = 0; i < board->n_lines; i++) {
        const struct sim_line *line = &board->lines[i];
        if (line->role == SIM_ROLE_INPUT && line->lane == lane && line->input == event->input) {
            change(board, i, event->active, event->boot_us);
        }
    }
}

/* What is due first: a line that has settled, or a lane. Lines go first at the same moment. */
struct due {
    int64_t at_us;
    bool is_line;
    unsigned index;
};

static struct due first_due(const struct sim_board *board)
{
    struct due due = {.at_us = INT64_MAX};
    for (unsigned i = 0; i < board->n_lines; i++) {
        if (board->lines[i].tell_us < due.at_us) {
            due = (struct due){board->lines[i].tell_us, true, i};
        }
    }
    for (unsigned i = 0; i < board->n_lanes; i++) {
        int64_t at = sim_lane_deadline(&board->lanes[i]);
        if (at < due.at_us) {
            due = (struct due){at, false, i};
        }
    }
    return due;
}

int64_t sim_board_deadline(const struct sim_board *board)
{
    return first_due(board).at_us;
}

void sim_board_run(struct sim_board *board, int64_t now)
{
    for (struct due due = first_due(board); due.at_us != INT64_MAX && due.at_us <= now; due = first_due(board)) {
        struct sim_lane_event event;
        if (due.is_line) {
            tell(board, &board->lines[due.index]);
        } else if (sim_lane_next(&board->lanes[due.index], due.at_us, &event)) {
            lane_event(board, due.index, &event);
        }
    }
}
