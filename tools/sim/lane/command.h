#pragma once

/* The control commands of stile-sim-lane, as text in and text out. Each command with its form stands in README.md. Pure
 * but for the board that it is given. */

#include "sim/lane/board.h"

/* What an `await` command waits for. */
enum sim_await_kind {
    SIM_AWAIT_ACTIVE,
    SIM_AWAIT_INACTIVE,
    SIM_AWAIT_RISES,
    SIM_AWAIT_FALLS,
    SIM_AWAIT_CLAIMED,
    SIM_AWAIT_RELEASED, /* no client */
    SIM_AWAIT_CLAIMS,
    SIM_AWAIT_IDLE,
    SIM_AWAIT_EVENT, /* people's events of a lane */
};

struct sim_await {
    enum sim_await_kind kind;
    unsigned index; /* line or lane */
    enum sim_person_event person;
    uint64_t count; /* at least so many */
    int64_t until_us;
};

enum sim_command_result { SIM_COMMAND_ANSWERED, SIM_COMMAND_WAITS };

/** Carries a command out at @now. @return SIM_COMMAND_ANSWERED with the answer ("ok", text, or "error: ..."), or
 * SIM_COMMAND_WAITS with what it waits for. */
enum sim_command_result sim_command_run(struct sim_board *board, const char *command, int64_t now, char *ret_answer,
                                        size_t size, struct sim_await *ret_await);
/** Whether what was waited for is so now. */
bool sim_await_met(const struct sim_board *board, const struct sim_await *await);
