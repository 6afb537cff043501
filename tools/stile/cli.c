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

void cli_journal_reason(int r, char ret_reason[CLI_REASON_SIZE])
{
    const char *reason = r < 0 ? strerror(-r) : "";
    switch (r) {
    case JOURNAL_DB_MISSING:
        reason = "no such journal; stile-gate makes it when it starts";
        break;
    case JOURNAL_DB_CORRUPT:
        reason = "damaged; stile-gate sets it aside and recovers it when it starts";
        break;
    case JOURNAL_DB_NEWER:
        reason = "written by a newer version; use that version's stile";
        break;
    case JOURNAL_DB_OLDER:
        reason = "written by an older version; stile-gate brings it up to date when it starts";
        break;
    case -EACCES:
    case -EROFS:
        reason = "not allowed; join the group stile, or run it as the gate's user";
        break;
    default:
        break;
    }
    (void)snprintf(ret_reason, CLI_REASON_SIZE, "%s", reason);
}

void cli_list_reason(int r, char ret_reason[CLI_REASON_SIZE])
{
    const char *reason = r < 0 ? strerror(-r) : "";
    switch (r) {
    case LIST_DB_MISSING:
        reason = "no such access list; make one with stile import";
        break;
    case LIST_DB_CORRUPT:
        reason = "damaged; import the whole access list anew";
        break;
    case LIST_DB_NEWER:
        reason = "written by a newer version; use that version's stile";
        break;
    case LIST_DB_OLDER:
        reason = "written by an older version; stile import brings it up to date";
        break;
    case -EACCES:
    case -EROFS:
        reason = "not allowed; join the group stile, or run it as the list's user";
        break;
    default:
        break;
    }
    (void)snprintf(ret_reason, CLI_REASON_SIZE, "%s", reason);
}

int cli_open_journal(struct cli *cli, struct journal_db **ret_db)
{
    char reason[CLI_REASON_SIZE];
    int r = cli->journal_path ? CLI_DONE : cli_load(cli);
    if (r != CLI_DONE) {
        return r;
    }
    r = journal_db_open(cli->journal_path, JOURNAL_DB_READ, ret_db);
    if (r == 0) {
        return CLI_DONE;
    }
    cli_journal_reason(r, reason);
    return cli_broken("%s: %s", cli->journal_path, reason);
}

int cli_open_list(struct cli *cli, struct list_db **ret_db)
{
    char reason[CLI_REASON_SIZE];
    int r = cli->list_path ? CLI_DONE : cli_load(cli);
    if (r != CLI_DONE) {
        return r;
    }
    r = list_db_open(cli->list_path, LIST_DB_READ, ret_db);
    if (r == 0) {
        return CLI_DONE;
    }
    cli_list_reason(r, reason);
    return cli_broken("%s: %s", cli->list_path, reason);
}

int cli_try_connect(struct cli *cli, char ret_reason[CLI_REASON_SIZE])
{
    ret_reason[0] = '\0';
    if (!cli->control_path && cli_load(cli) != CLI_DONE) {
        return -EINVAL;
    }
    int fd = bus_connect(cli->control_path);
    const char *reason = "";
    if (fd == -ENOENT || fd == -ECONNREFUSED) {
        reason = "the gate doesn't answer here; is stile-gate running?";
    } else if (fd == -EACCES) {
        reason = "not allowed; join the group stile";
    } else if (fd < 0) {
        reason = strerror(-fd);
    }
    (void)snprintf(ret_reason, CLI_REASON_SIZE, "%s", reason);
    return fd;
}

int cli_connect(struct cli *cli)
{
    char reason[CLI_REASON_SIZE];
    int fd = cli_try_connect(cli, reason);
    if (fd < 0 && reason[0] != '\0') {
        (void)cli_broken("%s: %s", cli->control_path, reason);
    }
    return fd < 0 ? -1 : fd;
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
        if (r == 0 && ret_answer->kind == MESSAGE_DONE) {
            return cli_broken("the gate: %s",
                              ret_answer->text[0] ? ret_answer->text : strerror((int)-ret_answer->value));
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
    (void)fprintf(stderr, "\nusage: stile %s%s%s\n", command->name, command->synopsis[0] ? " " : "", command->synopsis);
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

void cli_add_int(cJSON *object, const char *name, int64_t value)
{
    enum { TEXT_SIZE = 24 };
    static const int64_t exact = INT64_C(999999999999999); /* beyond it cJSON's doubles round, or turn to 1e+15 */
    if (value >= -exact && value <= exact) {
        (void)cJSON_AddNumberToObject(object, name, (double)value);
        return;
    }
    char text[TEXT_SIZE];
    (void)snprintf(text, sizeof(text), "%lld", (long long)value);
    (void)cJSON_AddRawToObject(object, name, text);
}

const char *cli_text(const cJSON *object, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
    return text ? text : "";
}

int64_t cli_int(const cJSON *object, const char *name)
{
    static const double most = 9007199254740992.0; /* 2^53 */
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    double value = cJSON_IsNumber(item) ? item->valuedouble : 0;
    return value >= -most && value <= most ? (int64_t)value : 0;
}

bool cli_true(const cJSON *object, const char *name)
{
    return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, name));
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
