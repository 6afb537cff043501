/* stile-demo: Stile on a machine without hardware. See tools/demo. */

#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"
#include "morning/scenes.h"

#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { MEMBERS = 2000, RUSH = 40 };

static void usage(FILE *to)
{
    (void)fputs("usage: stile-demo [--json] [--folder DIR] [--members N] [--rush N]\n"
                "  --json        one JSON object for each event, and for the summary\n"
                "  --folder DIR  where the list, the journal and the sockets go; a short path (/tmp/stile-demo)\n"
                "  --members N   how many members the chain has (2000)\n"
                "  --rush N      how many of them come at the end (40)\n",
                to);
}

static int programs_folder(char *ret_folder, size_t size)
{
    ssize_t n = readlink("/proc/self/exe", ret_folder, size - 1);
    if (n <= 0) {
        return -1;
    }
    ret_folder[n] = '\0';
    char *slash = strrchr(ret_folder, '/');
    if (slash) {
        *slash = '\0';
    }
    return slash ? 0 : -1;
}

static int play_morning(const struct stage_options *options, struct tell *tell, unsigned rush)
{
    static struct stage stage;
    static struct watch watch;
    char journal[STAGE_PATH_SIZE];
    struct play play = {.stage = &stage, .watch = &watch, .tell = tell, .members = options->members, .rush = rush};
    tell_scene(tell, "A chain of two branches with %u members; two lanes and three readers open at the Centre",
               options->members);
    int r = stage_open(&stage, options);
    if (r == 0) {
        stage_path(&stage, "journal.db", journal);
        r = watch_open(&watch, journal, tell_event, tell);
    }
    if (r == 0) {
        r = scenes_play(&play);
    }
    watch_close(&watch);
    stage_close(&stage);
    if (r < 0) {
        (void)fprintf(stderr, "stile-demo: %s\n", stage.error[0] ? stage.error : strerror(-r));
        return 1;
    }
    bool good = tell_summary(tell, play.surprises);
    if (!tell->json) {
        (void)fprintf(tell->out,
                      "\nLook further:\n"
                      "  %s/stile --config %s/gate.ini journal --last 20\n"
                      "  %s/stile --config %s/gate.ini explain 1a2b3c4d\n"
                      "  %s/stile --config %s/gate.ini replay SEQ    # of a decision in the journal\n",
                      stage.programs, stage.folder, stage.programs, stage.folder, stage.programs, stage.folder);
    }
    return good ? 0 : 1;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"json", no_argument, NULL, 'j'},          {"folder", required_argument, NULL, 'f'},
        {"members", required_argument, NULL, 'm'}, {"rush", required_argument, NULL, 'r'},
        {"help", no_argument, NULL, 'h'},          {NULL, 0, NULL, 0}};
    static struct tell tell;
    static char programs[PATH_MAX];
    struct stage_options stage = {.folder = "/tmp/stile-demo", .members = MEMBERS, .keep_model = true};
    int64_t members = MEMBERS, rush = RUSH;
    log_init("stile-demo");
    log_set_level(LOG_ERROR);
    tell.out = stdout;
    for (int c; (c = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        bool good = true;
        switch (c) {
        case 'j':
            tell.json = true;
            break;
        case 'f':
            stage.folder = optarg;
            break;
        case 'm':
            good = text_int(optarg, 1, 1000000, &members);
            break;
        case 'r':
            good = text_int(optarg, 0, TELL_GRANTS_MAX / 2, &rush);
            break;
        case 'h':
            usage(stdout);
            return 0;
        default:
            good = false;
        }
        if (!good) {
            usage(stderr);
            return 2;
        }
    }
    if (optind < argc) {
        usage(stderr);
        return 2;
    }
    if (programs_folder(programs, sizeof(programs)) < 0) {
        (void)fputs("stile-demo: cannot tell where its programs are\n", stderr);
        return 1;
    }
    stage.programs = programs;
    stage.members = (unsigned)members;
    (void)signal(SIGPIPE, SIG_IGN);
    return play_morning(&stage, &tell, (unsigned)rush);
}
