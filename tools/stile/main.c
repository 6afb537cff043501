/* stile: the technician's command line. Owns nothing: reads the databases, and asks the gate for the rest. */

#include "stile/cli.h"

#include "base/cleanup.h"
#include "base/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_CONFIG "/etc/stile/gate.ini"

static const struct cli_command *const commands[] = {
    &cli_status,  &cli_journal, &cli_explain,  &cli_replay, &cli_import,   &cli_check,
    &cli_release, &cli_mode,    &cli_lockdown, &cli_undo,   &cli_pin_hash,
};

static void print_help(FILE *to)
{
    (void)fputs(
        "usage: stile [--config FILE] [--list FILE] [--journal FILE] [--control SOCKET] [--json] COMMAND ...\n\n", to);
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        (void)fprintf(to, "  %-10s %s\n", commands[i]->name, commands[i]->about);
    }
    (void)fputs("\n"
                "  stile COMMAND --help says more; man stile says all.\n"
                "\n"
                "  --config FILE     the gate's configuration (" DEFAULT_CONFIG ", or $STILE_CONFIG)\n"
                "  --list FILE       this access list instead of the configured one\n"
                "  --journal FILE    this journal instead\n"
                "  --control SOCKET  the gate's control socket instead\n"
                "  --json            for programs: one JSON value a line\n"
                "  --version         this program's version\n",
                to);
}

static int print_command_help(const struct cli_command *command)
{
    (void)printf("usage: stile %s%s%s\n\n%s\n", command->name, command->synopsis[0] ? " " : "", command->synopsis,
                 command->about);
    if (command->help) {
        (void)printf("\n%s", command->help);
    }
    return CLI_DONE;
}

/* Takes one of the options that all commands share. @return true when argv[*at] was one. */
static bool take_shared(struct cli *cli, int argc, char **argv, int *at, const char **ret_missing)
{
    const struct {
        const char *name;
        const char **value;
    } options[] = {{"--config", &cli->config_path},
                   {"--list", &cli->list_path},
                   {"--journal", &cli->journal_path},
                   {"--control", &cli->control_path}};
    if (strcmp(argv[*at], "--json") == 0) {
        cli->json = true;
        return true;
    }
    for (size_t i = 0; i < ARRAY_LEN(options); i++) {
        const char *value = cli_option(argc, argv, at, options[i].name);
        if (value) {
            *options[i].value = value;
            *ret_missing = *value ? NULL : options[i].name;
            return true;
        }
    }
    return false;
}

static int run_command(struct cli *cli, const struct cli_command *command, int argc, char **argv)
{
    /* Shared options may stand behind the command too: they are taken out of its words. */
    int n = 0;
    for (int i = 0; i < argc; i++) {
        const char *missing = NULL;
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            return print_command_help(command);
        }
        if (i > 0 && take_shared(cli, argc, argv, &i, &missing)) {
            if (missing) {
                return cli_usage(command, "%s needs a value", missing);
            }
            continue;
        }
        argv[n++] = argv[i];
    }
    return command->run(cli, n, argv);
}

/* What was printed but couldn't be written is no success; a reader that has left a pipe has seen enough. */
static int finish(int r)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout)) {
        return r;
    }
    if (errno == EPIPE) {
        return r;
    }
    return cli_broken("standard output: %s", errno ? strerror(errno) : "not all of it could be written");
}

static int run_named(struct cli *cli, int argc, char **argv)
{
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        if (strcmp(argv[0], commands[i]->name) == 0) {
            return run_command(cli, commands[i], argc, argv);
        }
    }
    (void)fprintf(stderr, "stile: no such command: %s\n", argv[0]);
    print_help(stderr);
    return CLI_USAGE;
}

int main(int argc, char **argv)
{
    log_init("stile");
    if (!getenv("STILE_LOG")) {
        log_set_level(LOG_ERROR);
    }
    struct cli cli = {.config_path = getenv("STILE_CONFIG")};
    if (!cli.config_path || !cli.config_path[0]) {
        cli.config_path = DEFAULT_CONFIG;
    }
    int at = 1;
    for (; at < argc && argv[at][0] == '-'; at++) {
        const char *missing = NULL;
        if (strcmp(argv[at], "--help") == 0 || strcmp(argv[at], "-h") == 0) {
            print_help(stdout);
            return finish(CLI_DONE);
        }
        if (strcmp(argv[at], "--version") == 0) {
            (void)puts("stile " STILE_VERSION);
            return finish(CLI_DONE);
        }
        if (!take_shared(&cli, argc, argv, &at, &missing)) {
            (void)fprintf(stderr, "stile: unknown option %s\n", argv[at]);
            print_help(stderr);
            return CLI_USAGE;
        }
        if (missing) {
            (void)fprintf(stderr, "stile: %s needs a value\n", missing);
            return CLI_USAGE;
        }
    }
    if (at == argc) {
        print_help(stderr);
        return CLI_USAGE;
    }
    int r = finish(run_named(&cli, argc - at, argv + at));
    free(cli.config);
    return r;
}
