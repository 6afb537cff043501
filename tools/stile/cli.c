#include "stile/cli.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "bus/bus.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int cli_load(struct cli *cli)
{
    char error[GATE_ERROR_SIZE];
    if (!cli->config) {
        struct gate_config *config = calloc(1, sizeof(*config));
        if (!config) {
            return cli_broken("out of memory");
        }
        if (gate_config_load(cli->config_path, config, error) < 0) {
            free(config);
            return cli_broken("%s: %s (another file: --config FILE)", cli->config_path, error);
        }
        cli->config = config;
    }
    if (!cli->list_path) {
        cli->list_path = cli->config->list_path;
    }
    if (!cli->journal_path) {
        cli->journal_path = cli->config->journal_path;
    }
    if (!cli->control_path) {
        cli->control_path = cli->config->control_path;
    }
    return CLI_DONE;
}

int cli_open_journal(struct cli *cli, struct journal_db **ret_db)
{
    int r = cli->journal_path ? CLI_DONE : cli_load(cli);
    if (r != CLI_DONE) {
        return r;
    }
    r = journal_db_open(cli->journal_path, JOURNAL_DB_READ, ret_db);
    switch (r) {
    case 0:
        return CLI_DONE;
    case JOURNAL_DB_MISSING:
        return cli_broken("%s: no such journal; it is made when stile-gate starts", cli->journal_path);
    case JOURNAL_DB_CORRUPT:
        return cli_broken("%s: damaged; stile-gate sets it aside and recovers it when it starts", cli->journal_path);
    case JOURNAL_DB_NEWER:
        return cli_broken("%s: written by a newer version; use that version's stile", cli->journal_path);
    case JOURNAL_DB_OLDER:
        return cli_broken("%s: written by an older version; stile-gate brings it up to date when it starts",
                          cli->journal_path);
    default:
        return cli_broken("%s: %s", cli->journal_path, strerror(-r));
    }
}

int cli_open_list(struct cli *cli, struct list_db **ret_db)
{
    int r = cli->list_path ? CLI_DONE : cli_load(cli);
    if (r != CLI_DONE) {
        return r;
    }
    r = list_db_open(cli->list_path, LIST_DB_READ, ret_db);
    switch (r) {
    case 0:
        return CLI_DONE;
    case LIST_DB_MISSING:
        return cli_broken("%s: no such access list; make one with stile import", cli->list_path);
    case LIST_DB_CORRUPT:
        return cli_broken("%s: damaged; import the access list anew", cli->list_path);
    case LIST_DB_NEWER:
        return cli_broken("%s: written by a newer version; use that version's stile", cli->list_path);
    case LIST_DB_OLDER:
        return cli_broken("%s: written by an older version; stile import brings it up to date", cli->list_path);
    default:
        return cli_broken("%s: %s", cli->list_path, strerror(-r));
    }
}

int cli_connect(struct cli *cli)
{
    if (!cli->control_path && cli_load(cli) != CLI_DONE) {
        return -1;
    }
    int fd = bus_connect(cli->control_path);
    if (fd >= 0) {
        return fd;
    }
    if (fd == -ENOENT || fd == -ECONNREFUSED) {
        (void)cli_broken("%s: the gate doesn't answer here; is stile-gate running?", cli->control_path);
    } else if (fd == -EACCES) {
        (void)cli_broken("%s: not allowed; join the group stile", cli->control_path);
    } else {
        (void)cli_broken("%s: %s", cli->control_path, strerror(-fd));
    }
    return -1;
}

enum { ANSWER_MS = 5000 };

int cli_ask(int fd, const struct message *message, enum message_kind wanted, uint8_t buffer[MESSAGE_MAX],
            struct message *ret_answer)
{
    int r = bus_send(fd, message);
    if (r < 0) {
        return cli_broken("the gate: %s", strerror(-r));
    }
    int64_t until_us = clock_boot_us() + ANSWER_MS * US_PER_MS;
    for (;;) {
        int64_t left_us = until_us - clock_boot_us();
        struct pollfd p = {.fd = fd, .events = POLLIN};
        int n = left_us > 0 ? poll(&p, 1, (int)(left_us / US_PER_MS) + 1) : 0;
        if (n < 0 && errno != EINTR) {
            return cli_broken("the gate: %s", strerror(errno));
        }
        if (n == 0) {
            return cli_broken("the gate doesn't answer within %d seconds", ANSWER_MS / 1000);
        }
        r = n > 0 ? bus_receive(fd, buffer, ret_answer) : -EAGAIN;
        if (r == -EPIPE) {
            return cli_broken("the gate has closed the connection");
        }
        if (r < 0 && r != -EAGAIN) {
            return cli_broken("the gate: %s", strerror(-r));
        }
        if (r == 0 && ret_answer->kind == wanted) {
            return CLI_DONE;
        }
    }
}

int cli_usage(const struct cli_command *command, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)fputs("stile: ", stderr);
    (void)vfprintf(stderr, format, args);
    va_end(args);
    (void)fprintf(stderr, "\nusage: stile %s %s\n", command->name, command->synopsis);
    return CLI_USAGE;
}

int cli_broken(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)fputs("stile: ", stderr);
    (void)vfprintf(stderr, format, args);
    (void)fputc('\n', stderr);
    va_end(args);
    return CLI_BROKEN;
}

const char *cli_option(int argc, char **argv, int *at, const char *name)
{
    size_t n = strlen(name);
    const char *arg = argv[*at];
    if (strncmp(arg, name, n) != 0) {
        return NULL;
    }
    if (arg[n] == '=') {
        return arg + n + 1;
    }
    if (arg[n] != '\0') {
        return NULL;
    }
    if (*at + 1 >= argc) {
        return "";
    }
    *at += 1;
    return argv[*at];
}

int cli_print_json(cJSON *value)
{
    char *text = value ? cJSON_PrintUnformatted(value) : NULL;
    cJSON_Delete(value);
    if (!text) {
        return cli_broken("out of memory");
    }
    (void)puts(text);
    free(text);
    return CLI_DONE;
}

void cli_row(const char *title, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)printf("%-16s ", title);
    (void)vprintf(format, args);
    (void)putchar('\n');
    va_end(args);
}
