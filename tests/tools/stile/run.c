#include "run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS_MAX = 24 };

struct flow {
    int fd;
    char *text;
    size_t size;
    FILE *to;
};

static void flow_open(struct flow *f, int fd)
{
    *f = (struct flow){.fd = fd};
    f->to = open_memstream(&f->text, &f->size);
    assert_non_null(f->to);
}

/* @return false when it has ended. */
static int flow_step(struct flow *f)
{
    char buffer[4096];
    ssize_t n = read(f->fd, buffer, sizeof(buffer));
    if (n > 0) {
        assert_int_equal(fwrite(buffer, 1, (size_t)n, f->to), (size_t)n);
        return 1;
    }
    return n < 0 && errno == EINTR;
}

static char *flow_close(struct flow *f)
{
    assert_int_equal(fclose(f->to), 0);
    assert_int_equal(close(f->fd), 0);
    return f->text;
}

static void become(const struct run *run, char *const argv[], int out, int err)
{
    int in = open(run->input ? run->input : "/dev/null", O_RDONLY);
    if (run->output) {
        out = open(run->output, O_WRONLY);
    }
    if (in < 0 || out < 0 || dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
        dup2(err, STDERR_FILENO) < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) {
        _exit(126);
    }
    (void)execv(STILE, argv);
    _exit(127);
}

void run_stile(struct run *run, ...)
{
    static char program[] = "stile";
    char *argv[WORDS_MAX + 1] = {program};
    int out[2];
    int err[2];
    va_list args;
    va_start(args, run);
    for (size_t n = 1; (argv[n] = va_arg(args, char *)) != NULL; n++) {
        assert_true(n < WORDS_MAX);
    }
    va_end(args);
    run_finish(run);
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    assert_int_equal(pipe2(err, O_CLOEXEC), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        become(run, argv, out[1], err[1]);
    }
    (void)close(out[1]);
    (void)close(err[1]);
    struct flow flows[2];
    flow_open(&flows[0], out[0]);
    flow_open(&flows[1], err[0]);
    struct pollfd p[2] = {{.fd = out[0], .events = POLLIN}, {.fd = err[0], .events = POLLIN}};
    while (p[0].fd >= 0 || p[1].fd >= 0) {
        assert_true(poll(p, 2, -1) >= 0 || errno == EINTR);
        for (int i = 0; i < 2; i++) {
            if (p[i].fd >= 0 && p[i].revents != 0 && !flow_step(&flows[i])) {
                p[i].fd = -1;
            }
        }
    }
    run->out = flow_close(&flows[0]);
    run->err = flow_close(&flows[1]);
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    run->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void run_finish(struct run *run)
{
    free(run->out);
    free(run->err);
    run->out = run->err = NULL;
}

void run_is(const struct run *run, int status)
{
    if (run->status != status) {
        fail_msg("ended with %d, not %d\n%s%s", run->status, status, run->out, run->err);
    }
}

static void has(const char *where, const char *text)
{
    if (!strstr(where, text)) {
        fail_msg("no '%s' in:\n%s", text, where);
    }
}

void run_says(const struct run *run, const char *text)
{
    has(run->out, text);
}

void run_complains(const struct run *run, const char *text)
{
    has(run->err, text);
}

cJSON *run_ndjson(const struct run *run)
{
    cJSON *list = cJSON_CreateArray();
    const char *at = run->out;
    while (*at) {
        const char *end = strchr(at, '\n');
        assert_non_null(end); /* every line is a whole one */
        cJSON *json = cJSON_ParseWithLength(at, (size_t)(end - at));
        if (!cJSON_IsObject(json)) {
            fail_msg("no JSON object: %s", at);
        }
        assert_true(cJSON_AddItemToArray(list, json));
        at = end + 1;
    }
    return list;
}

cJSON *run_json(const struct run *run)
{
    cJSON *list = run_ndjson(run);
    assert_int_equal(cJSON_GetArraySize(list), 1);
    cJSON *json = cJSON_DetachItemFromArray(list, 0);
    cJSON_Delete(list);
    return json;
}

const char *text_of(const cJSON *object, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
    if (!text) {
        fail_msg("no text '%s'", name);
    }
    return text;
}

double number_of(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    if (!cJSON_IsNumber(item)) {
        fail_msg("no number '%s'", name);
    }
    return item->valuedouble;
}
