#pragma once

/* What the commands of `stile` share: where the files are, how to speak to people and to programs.
 *
 * Exit codes: 0 done; 1 the answer is no (a replay differs, a check fails, the gate refused); 2 the words of the call
 * are off; 3 something is broken, the reason is on standard error. */

#include "bus/message.h"
#include "db/journal_db.h"
#include "db/list_db.h"
#include "gate/config.h"

#include <cjson/cJSON.h>
#include <stdbool.h>

enum { CLI_DONE = 0, CLI_NO = 1, CLI_USAGE = 2, CLI_BROKEN = 3 };

struct cli {
    bool json;
    const char *config_path;
    const char *list_path, *journal_path, *control_path; /* as given by options; NULL: from the configuration */
    struct gate_config *config; /* see cli_load */
};

/* One command: its own options are still in argv; argv[0] is its name. */
struct cli_command {
    const char *name;
    const char *synopsis; /* its arguments */
    const char *about; /* one line */
    const char *help; /* more lines, or NULL */
    int (*run)(struct cli *cli, int argc, char **argv);
};

extern const struct cli_command cli_status, cli_journal, cli_explain, cli_replay, cli_import, cli_release, cli_mode,
    cli_undo, cli_lockdown, cli_check, cli_pin_hash;

/** Loads the configuration once, and takes from it the paths that no option gave. @return CLI_DONE, or CLI_BROKEN after
 * saying why. */
int cli_load(struct cli *cli);
/** Opens a database for reading; the configuration is loaded only when no option names the file. @return CLI_DONE, or
 * CLI_BROKEN after saying what to do about it. */
int cli_open_journal(struct cli *cli, struct journal_db **ret_db);
int cli_open_list(struct cli *cli, struct list_db **ret_db);

enum { CLI_REASON_SIZE = 160 };

/** What an answer of journal_db_open or list_db_open but 0 means, and what to do about it. */
void cli_journal_reason(int r, char ret_reason[CLI_REASON_SIZE]);
void cli_list_reason(int r, char ret_reason[CLI_REASON_SIZE]);

/** Finds out the control socket's path, and connects to it. @return a descriptor that the caller closes, or a negative
 * errno with its words in ret_reason: -ENOENT and -ECONNREFUSED are a gate that doesn't run; -EINVAL after a configuration
 * that can't be read (said already, ret_reason empty). */
int cli_try_connect(struct cli *cli, char ret_reason[CLI_REASON_SIZE]);
/** As cli_try_connect. @return the descriptor, or -1 after saying why. */
int cli_connect(struct cli *cli);
/** Sends @message and waits up to five seconds for an answer of kind @wanted (news are passed over). @buffer keeps its
 * body. @return CLI_DONE, or CLI_BROKEN after saying why. */
int cli_ask(int fd, const struct message *message, enum message_kind wanted, uint8_t buffer[MESSAGE_MAX],
            struct message *ret_answer);
/** Says on standard error what is wrong with the call; @return CLI_USAGE. */
int cli_usage(const struct cli_command *command, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** Says on standard error what broke; @return CLI_BROKEN. */
int cli_broken(const char *format, ...) __attribute__((format(printf, 1, 2)));
/** Takes the value of option @name at argv[*at] ("--x VALUE" or "--x=VALUE"). @return NULL when argv[*at] is not this
 * option; "" when its value is missing. *at then stands on the value. */
const char *cli_option(int argc, char **argv, int *at, const char *name);
/** Prints one JSON value and a line's end, then frees it. @return CLI_DONE, or CLI_BROKEN when out of memory. */
int cli_print_json(cJSON *value);
/** Adds a whole number with all of its digits: cJSON's own numbers are doubles, and lose some from 2^52 on. */
void cli_add_int(cJSON *object, const char *name, int64_t value);
/** The members of an object that the gate gave, or what stands for one that is missing: "", 0, false. */
const char *cli_text(const cJSON *object, const char *name);
int64_t cli_int(const cJSON *object, const char *name);
bool cli_true(const cJSON *object, const char *name);

/** Prints the title of a table's row and its value, aligned. */
void cli_row(const char *title, const char *format, ...) __attribute__((format(printf, 2, 3)));
