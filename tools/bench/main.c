/* stile-bench: measures the product against its budgets. tools/bench/README.md says what each row means. */

#define LOG_MODULE "bench"

#include "bench/bench.h"
#include "bench/lists.h"
#include "bench/machine.h"
#include "bench/ui_bench.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char usage[] = "usage: stile-bench gate [--sizes 10k,100k,1m,5m] [--events 1m] [--out FOLDER] [--only "
                            "PART,...] [--quick] [--json]\n"
                            "       stile-bench ui [--out FOLDER] [--only PART,...] [--quick] [--json]\n"
                            "parts of gate: decisions lookups taps field hour journal; of ui: draw process kill\n";

void bench_size_text(int64_t n, char *ret_text, size_t size)
{
    if (n >= 1000000 && n % 1000000 == 0) {
        (void)snprintf(ret_text, size, "%" PRId64 " M", n / 1000000);
    } else if (n >= 1000 && n % 1000 == 0) {
        (void)snprintf(ret_text, size, "%" PRId64 " k", n / 1000);
    } else {
        (void)snprintf(ret_text, size, "%" PRId64, n);
    }
}

int64_t bench_ns(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

uint64_t bench_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

int bench_failed(const char *what, int r)
{
    (void)fprintf(stderr, "stile-bench: %s: %s\n", what, strerror(-r));
    return r;
}

struct part {
    const char *name;
    int (*run)(struct bench *b);
};

static const struct part gate_parts[] = {
    {"decisions", bench_decisions}, {"lookups", bench_lookups}, {"taps", bench_taps}, {"field", bench_field},
    {"hour", bench_hour},           {"journal", bench_journal}, {NULL, NULL},
};
static const struct part ui_parts[] = {
    {"draw", ui_bench_draw}, {"process", ui_bench_process}, {"kill", ui_bench_kill}, {NULL, NULL}};

struct options {
    struct bench *bench;
    const char *sizes, *events, *out, *only;
    bool json;
    const struct part *parts;
};

/* "10k", "5m" or a plain number. */
static bool parse_count(char *text, int64_t *ret_count)
{
    size_t n = strlen(text);
    int64_t times = 1;
    if (n > 0 && (text[n - 1] == 'k' || text[n - 1] == 'm')) {
        times = text[n - 1] == 'k' ? 1000 : 1000000;
        text[n - 1] = '\0';
    }
    if (!text_int(text, 1, 20000000 / times, ret_count)) {
        return false;
    }
    *ret_count *= times;
    return true;
}

static bool parse_sizes(const char *text, struct bench *b)
{
    char copy[128];
    char *rest = copy;
    if (!text_copy(copy, sizeof(copy), text)) {
        return false;
    }
    b->n_sizes = 0;
    for (char *word = strtok_r(rest, ",", &rest); word; word = strtok_r(NULL, ",", &rest)) {
        int64_t size = 0;
        if (b->n_sizes == BENCH_SIZES_MAX || !parse_count(word, &size) || size < 1000) {
            return false;
        }
        b->sizes[b->n_sizes++] = size;
    }
    for (size_t i = 0; i < b->n_sizes; i++) {
        if (b->sizes[b->at_million] != 1000000 && (b->sizes[i] == 1000000 || b->sizes[i] > b->sizes[b->at_million])) {
            b->at_million = i;
        }
    }
    return b->n_sizes > 0;
}

static bool parse(int argc, char **argv, struct options *o)
{
    static const struct option longs[] = {
        {"sizes", required_argument, NULL, 's'},
        {"events", required_argument, NULL, 'e'},
        {"out", required_argument, NULL, 'o'},
        {"only", required_argument, NULL, 'p'},
        {"quick", no_argument, NULL, 'q'},
        {"json", no_argument, NULL, 'j'},
        {NULL, 0, NULL, 0},
    };
    int c;
    while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
        switch (c) {
        case 's':
            o->sizes = optarg;
            break;
        case 'e':
            o->events = optarg;
            break;
        case 'o':
            o->out = optarg;
            break;
        case 'p':
            o->only = optarg;
            break;
        case 'q':
            o->bench->quick = true;
            break;
        case 'j':
            o->json = true;
            break;
        default:
            return false;
        }
    }
    if (optind + 1 != argc || !(text_eq(argv[optind], "gate") || text_eq(argv[optind], "ui"))) {
        return false;
    }
    o->parts = text_eq(argv[optind], "ui") ? ui_parts : gate_parts;
    char events[16];
    (void)text_copy(events, sizeof(events), o->events ? o->events : o->bench->quick ? "10k" : "1m");
    return parse_sizes(o->sizes          ? o->sizes
                       : o->bench->quick ? "10k"
                                         : "10k,100k,1m,5m",
                       o->bench) &&
           parse_count(events, &o->bench->events);
}

static bool chosen(const char *only, const char *name)
{
    const char *at = only ? strstr(only, name) : NULL;
    size_t n = strlen(name);
    return !only || (at && (at == only || at[-1] == ',') && (at[n] == ',' || at[n] == '\0'));
}

/* The largest list is 1 GB or so, and a journal stands beside it. */
static int make_lists(struct bench *b)
{
    for (size_t i = 0; i < b->n_sizes; i++) {
        int64_t made_us = 0;
        struct stat st;
        int r = lists_make(b->folder, b->sizes[i], b->lists[i], sizeof(b->lists[i]), &made_us);
        if (r < 0) {
            return bench_failed("making a list", r);
        }
        (void)fprintf(stderr, "%s: %.0f MB, %s%.1f s\n", b->lists[i],
                      stat(b->lists[i], &st) == 0 ? (double)st.st_size / 1048576 : 0.0,
                      made_us > 0 ? "made in " : "found in ", (double)made_us / 1e6);
    }
    return 0;
}

static int run(struct bench *b, const struct part *parts, const char *only)
{
    int r = parts == gate_parts ? make_lists(b) : 0;
    for (size_t i = 0; r == 0 && parts[i].name; i++) {
        if (chosen(only, parts[i].name)) {
            int64_t from = bench_ns();
            (void)fprintf(stderr, "%s ...", parts[i].name);
            r = parts[i].run(b);
            (void)fprintf(stderr, " %.1f s\n", (double)(bench_ns() - from) / 1e9);
        }
    }
    return r;
}

/* Standard output is for the result alone: what the programs say goes with our own words. */
static FILE *keep_output(void)
{
    int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    FILE *out = fd >= 0 && dup2(STDERR_FILENO, STDOUT_FILENO) >= 0 ? fdopen(fd, "we") : NULL;
    return out ? out : stdout;
}

static void print(const struct bench *b, const struct machine *machine, bool json, FILE *out)
{
    size_t broken = table_broken(&b->table);
    if (json) {
        (void)fprintf(out, "{\"machine\":");
        machine_print_json(machine, out);
        (void)fprintf(out, ",\n\"quick\":%s,\"broken\":%zu,\n\"rows\":", b->quick ? "true" : "false", broken);
        table_print_json(&b->table, out);
        (void)fprintf(out, "}\n");
        return;
    }
    table_print(&b->table, out);
    (void)fputc('\n', out);
    machine_print(machine, out);
    if (b->quick) {
        (void)fprintf(out, "quick: too few samples to judge by\n");
    } else if (broken == 0) {
        (void)fprintf(out, "every budget is met\n");
    } else {
        (void)fprintf(out, "rows that break a budget: %zu\n", broken);
    }
}

int main(int argc, char **argv)
{
    static struct bench bench;
    struct options o = {.bench = &bench, .out = "bench-out"};
    struct machine machine;
    char programs[PATH_MAX];
    log_init("stile-bench");
    log_set_level(LOG_WARN);
    if (!parse(argc, argv, &o)) {
        (void)fputs(usage, stderr);
        return 2;
    }
    ssize_t n = readlink("/proc/self/exe", programs, sizeof(programs) - 1);
    if (n < 0 || (mkdir(o.out, 0755) < 0 && errno != EEXIST)) {
        return bench_failed(o.out, -errno) < 0 ? 2 : 0;
    }
    programs[n] = '\0';
    FILE *out = keep_output();
    bench.programs = dirname(programs);
    bench.folder = o.out;
    machine_look(o.out, &machine);
    if (run(&bench, o.parts, o.only) < 0) {
        return 2;
    }
    print(&bench, &machine, o.json, out);
    if (fflush(out) != 0) {
        return 2;
    }
    return !bench.quick && table_broken(&bench.table) > 0 ? 1 : 0;
}
