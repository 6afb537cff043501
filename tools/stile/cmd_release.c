/* stile release, mode, lockdown, undo: staff's wishes, asked of the gate. Each is logged there with who and why. */

#include "stile/cli.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "core/lane.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>

struct wish {
    struct message message;
    const char *words[2]; /* arguments without an option */
    int n_words;
};

static void login_name(char *ret_name, size_t size)
{
    struct passwd *p = getpwuid(getuid());
    (void)text_copy(ret_name, size, p ? p->pw_name : "unknown");
}

/* Reads --who and --why and up to @max_words words. */
static int parse(const struct cli_command *command, int argc, char **argv, int max_words, struct wish *ret_wish)
{
    *ret_wish = (struct wish){0};
    login_name(ret_wish->message.who, sizeof(ret_wish->message.who));
    for (int i = 1; i < argc; i++) {
        const char *v;
        if ((v = cli_option(argc, argv, &i, "--who"))) {
            if (!*v || !text_copy(ret_wish->message.who, sizeof(ret_wish->message.who), v)) {
                return cli_usage(command, "--who: 1 to %d characters", MESSAGE_NAME_SIZE - 1);
            }
        } else if ((v = cli_option(argc, argv, &i, "--why"))) {
            if (!*v || !text_copy(ret_wish->message.why, sizeof(ret_wish->message.why), v)) {
                return cli_usage(command, "--why: 1 to %d characters", MESSAGE_TEXT_SIZE - 1);
            }
        } else if (argv[i][0] == '-') {
            return cli_usage(command, "unknown option: %s", argv[i]);
        } else if (ret_wish->n_words < max_words) {
            ret_wish->words[ret_wish->n_words++] = argv[i];
        } else {
            return cli_usage(command, "one word too many: %s", argv[i]);
        }
    }
    return CLI_DONE;
}

static int take_lane(const struct cli_command *command, struct wish *wish)
{
    if (wish->n_words < 1) {
        return cli_usage(command, "which lane?");
    }
    if (!text_copy(wish->message.lane, sizeof(wish->message.lane), wish->words[0])) {
        return cli_usage(command, "a lane's name has at most %d characters", MESSAGE_NAME_SIZE - 1);
    }
    return CLI_DONE;
}

static int send_wish(struct cli *cli, const struct cli_command *command, const struct wish *wish)
{
    if (!wish->message.why[0]) {
        return cli_usage(command, "--why is needed: it is logged");
    }
    _cleanup_close_ int fd = cli_connect(cli);
    if (fd < 0) {
        return CLI_BROKEN;
    }
    uint8_t buffer[MESSAGE_MAX];
    struct message answer;
    int r = cli_ask(fd, &wish->message, MESSAGE_DONE, buffer, &answer);
    if (r != CLI_DONE) {
        return r;
    }
    if (cli->json) {
        cJSON *json = cJSON_CreateObject();
        cJSON_AddBoolToObject(json, "done", answer.value == 0);
        cJSON_AddStringToObject(json, "text", answer.text);
        r = cli_print_json(json);
    } else {
        (void)fprintf(answer.value == 0 ? stdout : stderr, "%s\n", answer.text[0] ? answer.text : "done");
    }
    return r != CLI_DONE ? r : answer.value == 0 ? CLI_DONE : CLI_NO;
}

static int run_release(struct cli *cli, int argc, char **argv)
{
    struct wish wish;
    int r = parse(&cli_release, argc, argv, 2, &wish);
    if (r == CLI_DONE) {
        r = take_lane(&cli_release, &wish);
    }
    if (r != CLI_DONE) {
        return r;
    }
    const char *side = wish.n_words > 1 ? wish.words[1] : "in";
    if (strcmp(side, "in") != 0 && strcmp(side, "out") != 0) {
        return cli_usage(&cli_release, "in or out, not %s", side);
    }
    wish.message.kind = MESSAGE_RELEASE;
    wish.message.side = side[0] == 'o' ? LANE_OUT : LANE_IN;
    return send_wish(cli, &cli_release, &wish);
}

static int run_mode(struct cli *cli, int argc, char **argv)
{
    static const char *const names[] = {[LANE_NORMAL] = "normal", [LANE_FREE] = "free", [LANE_LOCKED] = "locked"};
    struct wish wish;
    int r = parse(&cli_mode, argc, argv, 2, &wish);
    if (r == CLI_DONE) {
        r = take_lane(&cli_mode, &wish);
    }
    if (r != CLI_DONE) {
        return r;
    }
    size_t mode = ARRAY_LEN(names);
    for (size_t i = 0; wish.n_words > 1 && i < ARRAY_LEN(names); i++) {
        if (strcmp(wish.words[1], names[i]) == 0) {
            mode = i;
        }
    }
    if (mode == ARRAY_LEN(names)) {
        return cli_usage(&cli_mode, "normal, free or locked?");
    }
    wish.message.kind = MESSAGE_MODE;
    wish.message.mode = (uint8_t)mode;
    return send_wish(cli, &cli_mode, &wish);
}

static int run_lockdown(struct cli *cli, int argc, char **argv)
{
    struct wish wish;
    int r = parse(&cli_lockdown, argc, argv, 1, &wish);
    if (r != CLI_DONE) {
        return r;
    }
    if (wish.n_words < 1 || (strcmp(wish.words[0], "on") != 0 && strcmp(wish.words[0], "off") != 0)) {
        return cli_usage(&cli_lockdown, "on or off?");
    }
    wish.message.kind = MESSAGE_LOCKDOWN;
    wish.message.value = strcmp(wish.words[0], "on") == 0;
    return send_wish(cli, &cli_lockdown, &wish);
}

static int run_undo(struct cli *cli, int argc, char **argv)
{
    struct wish wish;
    int r = parse(&cli_undo, argc, argv, 1, &wish);
    if (r != CLI_DONE) {
        return r;
    }
    if (wish.n_words < 1 || !text_int(wish.words[0], 1, INT64_MAX, &wish.message.seq)) {
        return cli_usage(&cli_undo, "which entry? Its sequence number is in stile journal --kind passed");
    }
    wish.message.kind = MESSAGE_UNDO;
    return send_wish(cli, &cli_undo, &wish);
}

#define WHO_WHY                                                                                                        \
    "  --why TEXT  the reason; needed, it is logged\n"                                                                 \
    "  --who NAME  who wishes it (default: the name you are logged in with)\n"

const struct cli_command cli_release = {
    .name = "release",
    .synopsis = "LANE [in|out] --why TEXT [--who NAME]",
    .about = "lets one person through a lane",
    .help = WHO_WHY,
    .run = run_release,
};

const struct cli_command cli_mode = {
    .name = "mode",
    .synopsis = "LANE normal|free|locked --why TEXT [--who NAME]",
    .about = "sets a lane to normal, free passage or locked",
    .help = WHO_WHY,
    .run = run_mode,
};

const struct cli_command cli_lockdown = {
    .name = "lockdown",
    .synopsis = "on|off --why TEXT [--who NAME]",
    .about = "locks the whole unit but for staff cards, or ends that",
    .help = WHO_WHY,
    .run = run_lockdown,
};

const struct cli_command cli_undo = {
    .name = "undo",
    .synopsis = "SEQ --why TEXT [--who NAME]",
    .about = "takes an entry back: the clip returns",
    .help = WHO_WHY,
    .run = run_undo,
};
