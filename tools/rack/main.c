/* stile-rack: the demonstration's window. See tools/demo. */

#include "base/log.h"
#include "base/text.h"
#include "rack/bench.h"

#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>

enum { EXIT_USAGE = 64, MEMBERS = 2000 };

static void usage(FILE *to)
{
    (void)fputs(
        "usage: stile-rack [--folder DIR] [--members N] [--language L]\n"
        "A chain, a gate on simulated readers and lanes, its entrance screen, and a rack of cards to try them with.\n"
        "  --folder DIR  where the list, the journal and the sockets go; a short path (/tmp/stile-demo)\n"
        "  --members N   how many members the chain has (2000)\n"
        "  --language L  sv, de, nb, fi or en\n",
        to);
}

/* @return the status to end with, or -1 to go on. */
static int parse(int argc, char **argv, struct stage_options *ret_stage, enum language *ret_language)
{
    static const struct option options[] = {{"folder", required_argument, NULL, 'f'},
                                            {"members", required_argument, NULL, 'm'},
                                            {"language", required_argument, NULL, 'l'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    int64_t members = MEMBERS;
    for (int c; (c = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        bool good = true;
        switch (c) {
        case 'f':
            ret_stage->folder = optarg;
            break;
        case 'm':
            good = text_int(optarg, 1, 1000000, &members);
            break;
        case 'l':
            *ret_language = language_parse(optarg);
            good = *ret_language < LANGUAGES;
            break;
        case 'h':
            usage(stdout);
            return 0;
        default:
            good = false;
        }
        if (!good) {
            usage(stderr);
            return EXIT_USAGE;
        }
    }
    if (optind < argc) {
        usage(stderr);
        return EXIT_USAGE;
    }
    ret_stage->members = (unsigned)members;
    return -1;
}

int main(int argc, char **argv)
{
    static char programs[PATH_MAX];
    struct stage_options stage = {.folder = "/tmp/stile-demo", .keep_model = true, .unhurried = true};
    enum language language = LANGUAGE_EN;
    log_init("stile-rack");
    log_set_level(LOG_ERROR);
    int r = parse(argc, argv, &stage, &language);
    if (r >= 0) {
        return r;
    }
    if (!stage_programs(programs, sizeof(programs))) {
        (void)fputs("stile-rack: cannot tell where its programs are\n", stderr);
        return 1;
    }
    stage.programs = programs;
    (void)signal(SIGPIPE, SIG_IGN);
    return bench_run(&stage, language);
}
