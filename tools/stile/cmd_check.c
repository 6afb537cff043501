/* stile check: is all well? Each check says what it found and, where something is wrong, what to do. */

#include "stile/check.h"

#include "base/cleanup.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char *const results[] = {[CHECK_PASS] = "pass", [CHECK_WARN] = "warn", [CHECK_FAIL] = "fail"};

void check_tell(struct checks *checks, const char *by, const char *kind, const char *name, enum check_result result,
                const char *value, const char *advice)
{
    checks->n[result]++;
    if (checks->cli->json) {
        cJSON *json = cJSON_CreateObject();
        cJSON_AddStringToObject(json, "check", kind);
        cJSON_AddStringToObject(json, "by", by);
        cJSON_AddStringToObject(json, "name", name);
        cJSON_AddStringToObject(json, "result", results[result]);
        cJSON_AddStringToObject(json, "value", value);
        cJSON_AddStringToObject(json, "advice", advice ? advice : "");
        (void)cli_print_json(json);
    } else {
        (void)printf("%s  %-14s %s%s%s\n", results[result], kind, name, value[0] ? ": " : "", value);
        if (advice && advice[0]) {
            (void)printf("      -> %s\n", advice);
        }
    }
    (void)fflush(stdout); /* each as it is done: some take their time */
}

static const char *advice_for(const char *kind)
{
    static const struct {
        const char *kind;
        const char *advice;
    } advices[] = {
        {"lines", "look at the chip's name and the line names in the configuration (gpioinfo lists them)"},
        {"lane", "look at the lane's mechanics and contacts; stile journal --kind alarm says since when"},
        {"input", "look at the line's wiring"},
        {"reader", "look at the cable and the device path; stile status says how often it was started again"},
        {"list", "stile import FILE, or find out why the list isn't fetched"},
        {"journal", "look at the disk: nothing that costs a member something is let through meanwhile"},
        {"clock", "set the clock, or let timesyncd set it"},
    };
    for (size_t i = 0; i < ARRAY_LEN(advices); i++) {
        if (strcmp(kind, advices[i].kind) == 0) {
            return advices[i].advice;
        }
    }
    return "";
}

static void tell_answer(struct checks *checks, const char *body, size_t n)
{
    cJSON *json = cJSON_ParseWithLength(body, n);
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(json, "checks");
    if (!cJSON_IsArray(list)) {
        check_tell(checks, "gate", "gate", checks->cli->control_path, CHECK_FAIL, "its answer is no JSON",
                   "is stile of the same version as stile-gate?");
    }
    const cJSON *one;
    cJSON_ArrayForEach(one, list)
    {
        bool ok = cli_true(one, "ok");
        const char *kind = cli_text(one, "kind");
        check_tell(checks, "gate", kind, cli_text(one, "name"), ok ? CHECK_PASS : CHECK_FAIL, cli_text(one, "text"),
                   ok ? NULL : advice_for(kind));
    }
    cJSON_Delete(json);
}

void check_gate(struct checks *checks)
{
    struct cli *cli = checks->cli;
    char reason[CLI_REASON_SIZE];
    uint8_t buffer[MESSAGE_MAX];
    struct message answer;
    const struct message ask = {.kind = MESSAGE_CHECK_ASK};
    if (!cli->control_path) {
        return; /* no configuration: files of another unit */
    }
    _cleanup_close_ int fd = cli_try_connect(cli, reason);
    if (fd < 0) {
        bool down = fd == -ENOENT || fd == -ECONNREFUSED;
        check_tell(checks, "gate", "gate", cli->control_path, CHECK_FAIL, down ? "doesn't run" : reason,
                   down ? "systemctl start stile-gate; journalctl -u stile-gate says why it stopped" : NULL);
        return;
    }
    if (cli_ask(fd, &ask, MESSAGE_STATUS, buffer, &answer) != CLI_DONE) {
        check_tell(checks, "gate", "gate", cli->control_path, CHECK_FAIL, "gives no answer",
                   "journalctl -u stile-gate; systemctl restart stile-gate");
        return;
    }
    check_tell(checks, "gate", "gate", cli->control_path, CHECK_PASS, "runs", NULL);
    tell_answer(checks, answer.body, answer.body_len);
}

static int run(struct cli *cli, int argc, char **argv)
{
    struct checks checks = {.cli = cli};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--deep") != 0) {
            return cli_usage(&cli_check, "unknown argument: %s", argv[i]);
        }
        checks.deep = true;
    }
    check_files(&checks);
    check_gate(&checks);
    if (!cli->json) {
        (void)printf("%u passed, %u to look at, %u failed\n", checks.n[CHECK_PASS], checks.n[CHECK_WARN],
                     checks.n[CHECK_FAIL]);
    }
    return checks.n[CHECK_FAIL] > 0 ? CLI_NO : CLI_DONE;
}

const struct cli_command cli_check = {
    .name = "check",
    .synopsis = "[--deep]",
    .about = "configuration, key, databases, journal's chain, readers and lines",
    .help = "  --deep  read the databases' files whole, also large ones\n"
            "\n"
            "Each check says pass, warn or fail, what was found and what to do about it.\n"
            "With --list and --journal and without a configuration only these files are checked.\n"
            "Exit code 0: nothing failed; 1: something did.\n",
    .run = run,
};
