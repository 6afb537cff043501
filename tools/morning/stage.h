#pragma once

/* The stage of the morning: a folder with the chain's list, a configuration and a key, and the real processes in it: the
 * simulated chip and lanes, a simulated reader per access point, the gate (which starts its own readers), and the screen at
 * the entrance where there is a display. */

#include "morning/people.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { STAGE_PATH_SIZE = 108, STAGE_ERROR_SIZE = 512, STAGE_ANSWER_SIZE = 32768 };

/* In the order of the configuration. */
enum stage_reader { STAGE_ENTRANCE, STAGE_WAY_OUT, STAGE_POOL, STAGE_READERS };

struct stage_options {
    const char *folder; /* made, and emptied of an earlier morning's files; its path is short (see STAGE_PATH_SIZE) */
    const char *programs; /* where stile-gate and its kin are */
    unsigned members;
    bool keep_model; /* the readers keep a real reader's times */
    bool unhurried; /* a lane stays open as long as in real life: somebody has to find the next button */
};

/* Plain value; zeroed it is a stage that was never opened. */
struct stage {
    char folder[STAGE_PATH_SIZE - 24];
    char programs[512];
    bool model, unhurried;
    pid_t gate, screen, lanes, readers[STAGE_READERS]; /* 0: not running */
    uint8_t master[16];
    char error[STAGE_ERROR_SIZE]; /* why the last call failed */
};

/** Writes the folder of the program that runs, where the others are too. @return false when it can't be told. */
bool stage_programs(char *ret_folder, size_t size);
/** Makes the folder, the list (through db/import, as of a day and a half ago), the key and the configuration, and starts all
 * processes; comes back when every reader works. @return 0, or a negative errno with stage->error. stage_close is
 * needed either way. */
int stage_open(struct stage *stage, const struct stage_options *options);
/** Ends all processes; the files stay. */
void stage_close(struct stage *stage);

/** kill -9, and waits for its end. */
void stage_kill_gate(struct stage *stage);
/** Starts the gate and waits until every reader works. @return 0 or a negative errno. */
int stage_start_gate(struct stage *stage);
/** Starts the gate and comes back at once. @return 0 or a negative errno. */
int stage_launch_gate(struct stage *stage);
/** @return true once when the gate has ended by itself. */
bool stage_gate_ended(struct stage *stage);

/** Starts stile-ui with the entrance face in a window of this @geometry ("1024x600+0+40"), in a language ("sv"; NULL:
 * English). @return 0 or a negative errno. */
int stage_start_screen(struct stage *stage, const char *geometry, const char *language);
/** kill -9, and waits for its end. */
void stage_kill_screen(struct stage *stage);
/** @return true once when the screen has ended by itself, with its exit status in @ret_status (-1: killed). */
bool stage_screen_ended(struct stage *stage, int *ret_status);

/** PATH of a file in the folder; @ret_path holds STAGE_PATH_SIZE bytes. */
void stage_path(const struct stage *stage, const char *name, char ret_path[STAGE_PATH_SIZE]);
/** One command to a simulated reader, or to the lanes. @return 0, or a negative errno with stage->error; the
 * answer is in @ret_answer (STAGE_ANSWER_SIZE bytes) when it isn't NULL. */
int stage_tell_reader(struct stage *stage, enum stage_reader reader, const char *command, char *ret_answer);
int stage_tell_lanes(struct stage *stage, const char *command, char *ret_answer);
/** Staff's wishes, through the gate's control socket. */
int stage_lockdown(struct stage *stage, bool on);
int stage_release(struct stage *stage, const char *lane);
int stage_undo(struct stage *stage, int64_t seq);
/** A person's card as `put` of the simulated reader wants it. */
void stage_describe(const struct stage *stage, const struct person *person, char *ret_what, size_t size);
/** The key that a genuine card of this UID would have, as hex. */
void stage_card_key(const struct stage *stage, const char *uid, char ret_key[33]);
/** The gate's status as JSON (STAGE_ANSWER_SIZE bytes). @return 0 or a negative errno. */
int stage_status(struct stage *stage, char *ret_json);
