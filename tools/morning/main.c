/* stile-demo: Stile on a machine without hardware. See tools/demo. */

#include "base/log.h"
#include "base/text.h"
#include "gfx/window.h"
#include "i18n/i18n.h"
#include "morning/scenes.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MEMBERS = 2000, RUSH = 40 };

/* How the demonstration shows itself. */
enum manner { MANNER_ANY, MANNER_WINDOW, MANNER_TEXT, MANNER_JSON };

struct arguments {
    enum manner manner;
    const char *folder, *pictures, *language; /* NULL: not said */
    int64_t members, rush;
};

static void usage(FILE *to)
{
    (void)fputs("usage: stile-demo [--window|--text|--json] [--language L] [--folder DIR] [--members N] [--rush N]\n"
                "Where there is a display: the entrance's screen, and a rack of cards to try it with. Else it plays a\n"
                "morning by itself and tells it.\n"
                "  --window        on the display, or not at all\n"
                "  --text          one readable line for each event\n"
                "  --json          one JSON object for each event, and for the summary\n"
                "  --language L    of the screens: sv, de, nb, fi or en (the desktop's; on pictures sv)\n"
                "  --pictures DIR  with text: also writes every screen to DIR as PNG, with an index.html\n"
                "  --folder DIR    where the list, the journal and the sockets go; a short path (/tmp/stile-demo)\n"
                "  --members N     how many members the chain has (2000)\n"
                "  --rush N        with text and JSON: how many of them come at the end (40)\n",
                to);
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

/* -- windows ------------------------------------------------------------------------------------------------ */

/* Whether SDL finds a desktop, and says which to the programs that follow. Left alone it would take a driver that shows
 * nothing, or the console. X11 comes first: there alone windows may choose their places. */
static bool has_display(void)
{
    static const struct {
        const char *variable, *driver;
    } desktops[] = {{"DISPLAY", "x11"}, {"WAYLAND_DISPLAY", "wayland"}};
    const char *asked = getenv("SDL_VIDEODRIVER");
    bool chosen = asked && asked[0];
    for (size_t i = 0; i < sizeof(desktops) / sizeof(desktops[0]); i++) {
        const char *value = getenv(desktops[i].variable);
        if (!value || !value[0]) {
            continue;
        }
        (void)setenv("SDL_VIDEODRIVER", desktops[i].driver, !chosen);
        if (window_system_open() == 0) {
            window_system_close();
            return true;
        }
    }
    return false;
}

/* The desktop's language, as its environment says. */
static const char *desktop_language(void)
{
    const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *value = getenv(names[i]);
        if (value && value[0]) {
            char code[8];
            (void)snprintf(code, sizeof(code), "%.2s", value);
            enum language language = language_parse(code);
            return language_code(language < LANGUAGES ? language : LANGUAGE_EN);
        }
    }
    return language_code(LANGUAGE_EN);
}

/* Becomes stile-rack. @return 1 when it can't. */
static int open_windows(const struct arguments *a, const char *programs)
{
    char path[PATH_MAX + 16], members[24], language[8], folder[PATH_MAX];
    (void)snprintf(path, sizeof(path), "%s/stile-rack", programs);
    (void)snprintf(members, sizeof(members), "%lld", (long long)a->members);
    (void)text_copy(language, sizeof(language), a->language ? a->language : desktop_language());
    (void)text_copy(folder, sizeof(folder), a->folder);
    char *argv[] = {path,    (char[]){"--folder"},   folder,   (char[]){"--members"},
                    members, (char[]){"--language"}, language, NULL};
    (void)execv(path, argv);
    (void)fprintf(stderr, "stile-demo: %s: %s\n", path, strerror(errno));
    return 1;
}

/* -- pictures ----------------------------------------------------------------------------------------------- */

/* The folder and those above it. */
static void make_folders(const char *folder)
{
    char path[PATH_MAX];
    if (!text_copy(path, sizeof(path), folder)) {
        return;
    }
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(path, 0777); /* what is wrong shows when something is written there */
        *slash = '/';
    }
    (void)mkdir(path, 0777);
}

/* Has stile-gallery draw every screen. @return 0, or 1 after what was wrong was said. */
static int make_pictures(const struct arguments *a, const char *programs)
{
    char path[PATH_MAX + 16], folder[PATH_MAX], language[8];
    pid_t pid;
    int status = 0;
    (void)snprintf(path, sizeof(path), "%s/stile-gallery", programs);
    (void)text_copy(folder, sizeof(folder), a->pictures);
    (void)text_copy(language, sizeof(language), a->language ? a->language : "sv");
    char *argv[] = {(char[]){"stile-gallery"},
                    (char[]){"--size"},
                    (char[]){"1024x600"},
                    (char[]){"--language"},
                    language,
                    folder,
                    NULL};
    make_folders(folder);
    (void)printf("\nThe screens, as pictures:\n");
    (void)fflush(stdout);
    int r = posix_spawn(&pid, path, NULL, NULL, argv, environ);
    if (r != 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        (void)fprintf(stderr, "stile-demo: %s: %s\n", path, r != 0 ? strerror(r) : "it failed");
        return 1;
    }
    (void)printf("  %s/index.html\n", folder);
    return 0;
}

/* -- options ------------------------------------------------------------------------------------------------ */

static bool take(struct arguments *a, int option)
{
    switch (option) {
    case 'w':
        a->manner = MANNER_WINDOW;
        return true;
    case 't':
        a->manner = MANNER_TEXT;
        return true;
    case 'j':
        a->manner = MANNER_JSON;
        return true;
    case 'l':
        a->language = optarg;
        return language_parse(optarg) < LANGUAGES;
    case 'p':
        a->pictures = optarg;
        return optarg[0] != '\0';
    case 'f':
        a->folder = optarg;
        return true;
    case 'm':
        return text_int(optarg, 1, 1000000, &a->members);
    case 'r':
        return text_int(optarg, 0, TELL_GRANTS_MAX / 2, &a->rush);
    default:
        return false;
    }
}

/* @return the status to end with, or -1 to go on. */
static int parse(int argc, char **argv, struct arguments *a)
{
    static const struct option options[] = {
        {"window", no_argument, NULL, 'w'},         {"text", no_argument, NULL, 't'},
        {"json", no_argument, NULL, 'j'},           {"language", required_argument, NULL, 'l'},
        {"pictures", required_argument, NULL, 'p'}, {"folder", required_argument, NULL, 'f'},
        {"members", required_argument, NULL, 'm'},  {"rush", required_argument, NULL, 'r'},
        {"help", no_argument, NULL, 'h'},           {NULL, 0, NULL, 0}};
    for (int c; (c = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        if (c == 'h') {
            usage(stdout);
            return 0;
        }
        if (!take(a, c)) {
            usage(stderr);
            return 2;
        }
    }
    if (optind < argc) {
        usage(stderr);
        return 2;
    }
    return -1;
}

int main(int argc, char **argv)
{
    static struct tell tell;
    static char programs[PATH_MAX];
    struct arguments a = {.folder = "/tmp/stile-demo", .members = MEMBERS, .rush = RUSH};
    log_init("stile-demo");
    log_set_level(LOG_ERROR);
    int r = parse(argc, argv, &a);
    if (r >= 0) {
        return r;
    }
    if (!stage_programs(programs, sizeof(programs))) {
        (void)fputs("stile-demo: cannot tell where its programs are\n", stderr);
        return 1;
    }
    bool windows = a.manner <= MANNER_WINDOW && has_display();
    if (windows) {
        return open_windows(&a, programs);
    }
    if (a.manner == MANNER_WINDOW) {
        (void)fputs("stile-demo: there is no display to show anything on\n", stderr);
        return 1;
    }
    struct stage_options stage = {
        .folder = a.folder, .programs = programs, .members = (unsigned)a.members, .keep_model = true};
    tell.out = stdout;
    tell.json = a.manner == MANNER_JSON;
    (void)signal(SIGPIPE, SIG_IGN);
    r = play_morning(&stage, &tell, (unsigned)a.rush);
    return a.pictures && !tell.json && make_pictures(&a, programs) != 0 ? 1 : r;
}
