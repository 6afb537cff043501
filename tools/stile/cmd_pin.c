/* stile pin-hash: what the access list keeps of a staff member's PIN. The PIN comes from standard input: in the
 * call's words others could read it. */

#include "stile/cli.h"

#include "base/cleanup.h"
#include "db/pin.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { LINE_SIZE = 64 };

/* Without its end of line. @return false when there is none. */
static bool read_line(char ret_line[LINE_SIZE])
{
    if (!fgets(ret_line, LINE_SIZE, stdin)) {
        return false;
    }
    ret_line[strcspn(ret_line, "\r\n")] = '\0';
    return true;
}

/* At a terminal it is asked for, and not shown. */
static bool ask(char ret_line[LINE_SIZE])
{
    struct termios shown;
    if (tcgetattr(STDIN_FILENO, &shown) < 0) {
        return read_line(ret_line);
    }
    struct termios hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    (void)fputs("PIN: ", stderr);
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    bool good = read_line(ret_line);
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    (void)fputc('\n', stderr);
    return good;
}

static int print_hash(const struct cli *cli, const char *hash)
{
    if (!cli->json) {
        (void)puts(hash);
        return CLI_DONE;
    }
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "pin_hash", hash);
    return cli_print_json(json);
}

static int run(struct cli *cli, int argc, char **argv)
{
    (void)argv;
    char line[LINE_SIZE] = "";
    char hash[PIN_HASH_SIZE];
    if (argc > 1) {
        return cli_usage(&cli_pin_hash, "unknown argument; the PIN comes from standard input");
    }
    int r = ask(line) ? pin_hash(line, hash) : -EINVAL;
    explicit_bzero(line, sizeof(line));
    if (r == -EINVAL) {
        return cli_usage(&cli_pin_hash, "a PIN has %d to %d digits", (int)PIN_DIGITS_MIN, (int)PIN_DIGITS_MAX);
    }
    return r < 0 ? cli_broken("%s", strerror(-r)) : print_hash(cli, hash);
}

const struct cli_command cli_pin_hash = {
    .name = "pin-hash",
    .synopsis = "",
    .about = "reads a PIN of staff, prints what the list keeps of it",
    .help = "  The PIN, 4 to 12 digits, is read from standard input; at a terminal it is asked for and not shown.\n"
            "  What is printed is an access list's pin_hash; the same PIN gives another one each time.\n",
    .run = run,
};
