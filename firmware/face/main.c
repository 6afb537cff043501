/* stile-ui: the screens of a unit. Shows what the gate tells; owns nothing, and may be killed at any time. */

#define LOG_MODULE "main"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "face/app.h"
#include "gfx/window.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_USAGE = 64, EXIT_DISPLAY = 69, EXIT_CONFIGURATION = 78, DISPLAY_WAIT_S = 60 };

static void usage(FILE *to)
{
    (void)fputs("usage: stile-ui --config FILE [--face KIND]... [--window WxH[+X+Y]] [--language LANG] [--check]\n"
                "  --config FILE    the configuration: /etc/stile/ui.ini on a unit\n"
                "  --face KIND      entrance, desk or service: only faces of this kind; one with presets where the\n"
                "                   configuration has none. May be repeated\n"
                "  --window WxH[+X+Y]  in windows of this size, as on a desktop, and at this place\n"
                "  --language LANG  sv, de, nb, fi or en, instead of the configuration's\n"
                "  --check          reads the configuration, says what is wrong with it, and ends\n"
                "  --version\n",
                to);
}

struct arguments {
    const char *config;
    bool kinds[FACE_KINDS];
    bool any_kind, check;
    int width, height; /* 0: as configured */
    bool placed; /* at x, y */
    int x, y;
    enum language language; /* LANGUAGES: as configured */
};

/* WxH, or WxH+X+Y. */
static bool parse_window(const char *text, struct arguments *a)
{
    char copy[40];
    int64_t numbers[4] = {0};
    char *rest = copy;
    size_t n = 0;
    if (!text_copy(copy, sizeof(copy), text)) {
        return false;
    }
    for (char *part; n < sizeof(numbers) / sizeof(numbers[0]) && (part = strsep(&rest, n == 0 ? "x" : "+")) != NULL;
         n++) {
        if (!text_int(part, n < 2 ? 320 : 0, SURFACE_SIDE_MAX, &numbers[n])) {
            return false;
        }
    }
    a->width = (int)numbers[0];
    a->height = (int)numbers[1];
    a->placed = n == 4;
    a->x = (int)numbers[2];
    a->y = (int)numbers[3];
    return (n == 2 || n == 4) && !rest;
}

/* @return the status to end with, or -1 to go on. */
static int parse(int argc, char **argv, struct arguments *a)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'}, {"face", required_argument, NULL, 'f'},
        {"window", required_argument, NULL, 'w'}, {"language", required_argument, NULL, 'l'},
        {"check", no_argument, NULL, 'k'},        {"version", no_argument, NULL, 'v'},
        {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0}};
    for (int c; (c = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        enum face_kind kind = FACE_KINDS;
        bool good = true;
        switch (c) {
        case 'c':
            a->config = optarg;
            break;
        case 'f':
            kind = face_kind_parse(optarg);
            good = kind < FACE_KINDS;
            a->any_kind = true;
            a->kinds[good ? kind : 0] = true;
            break;
        case 'w':
            good = parse_window(optarg, a);
            break;
        case 'l':
            a->language = language_parse(optarg);
            good = a->language < LANGUAGES;
            break;
        case 'k':
            a->check = true;
            break;
        case 'v':
            (void)puts("stile-ui " STILE_VERSION);
            return 0;
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
    if (!a->config || optind < argc) {
        usage(stderr);
        return EXIT_USAGE;
    }
    return -1;
}

/* Catalogues and fonts lie beside the program: PREFIX/bin, PREFIX/share; in a build folder BUILD/bin, BUILD/locale. */
static void find_beside(const char *const places[], char *ret_path, size_t size)
{
    char self[PATH_MAX], path[PATH_MAX + 64];
    ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
    self[n > 0 ? n : 0] = '\0';
    char *slash = strrchr(self, '/');
    if (!slash) {
        return;
    }
    *slash = '\0';
    for (size_t i = 0; places[i] && !ret_path[0]; i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", self, places[i]);
        if (access(path, R_OK) == 0) {
            (void)text_copy(ret_path, size, path);
        }
    }
}

static void fill_in(struct ui_config *config, const struct arguments *a)
{
    static const char *const locales[] = {"../locale", "../share/locale", NULL};
    static const char *const fonts[] = {"../share/stile/fonts.conf", NULL};
    size_t n = 0;
    for (size_t i = 0; i < config->n_faces; i++) {
        if (!a->any_kind || a->kinds[config->faces[i].kind]) {
            config->faces[n++] = config->faces[i];
        }
    }
    config->n_faces = n;
    for (int kind = 0; kind < FACE_KINDS && n == 0; kind++) {
        if (a->kinds[kind] || (!a->any_kind && kind == FACE_ENTRANCE)) {
            face_config_preset(&config->faces[config->n_faces++], (enum face_kind)kind);
        }
    }
    for (size_t i = 0; i < config->n_faces && a->width > 0; i++) {
        config->faces[i].width = a->width;
        config->faces[i].placed = a->placed;
        config->faces[i].x = a->x;
        config->faces[i].y = a->y;
        config->faces[i].height = a->height;
        config->faces[i].fullscreen = false;
    }
    if (a->language < LANGUAGES) {
        config->language = a->language;
    }
    if (!config->locale_path[0]) {
        find_beside(locales, config->locale_path, sizeof(config->locale_path));
    }
    if (!config->fonts_path[0]) {
        find_beside(fonts, config->fonts_path, sizeof(config->fonts_path));
    }
}

/* A unit without a display waits for one here: started anew again and again it would take the gate's time. */
static int open_windows(void)
{
    bool waits = getenv("NOTIFY_SOCKET") != NULL;
    int r = window_system_open();
    for (int i = 0; waits && r == -ENODEV && i < DISPLAY_WAIT_S; i++) {
        (void)sleep(1);
        r = window_system_open();
    }
    return r;
}

static int run(const struct ui_config *config, int64_t started_us)
{
    struct app *app;
    int r = open_windows();
    if (r < 0) {
        (void)fprintf(stderr, "stile-ui: there is no display to show anything on\n");
        return EXIT_DISPLAY;
    }
    if (i18n_open(config->locale_path) < 0) {
        log_warn("the catalogues can't all be read: %s", config->locale_path);
    }
    r = app_open(config, started_us, &app);
    if (r == 0) {
        r = app_run(app);
        app_close(app);
    }
    i18n_close();
    window_system_close();
    return r < 0 ? 1 : 0;
}

int main(int argc, char **argv)
{
    static struct ui_config config;
    char error[FACE_ERROR_SIZE];
    struct arguments arguments = {.language = LANGUAGES};
    const int64_t started_us = clock_boot_us();
    log_init("stile-ui");
    (void)signal(SIGPIPE, SIG_IGN);
    int r = parse(argc, argv, &arguments);
    if (r >= 0) {
        return r;
    }
    r = face_config_read(arguments.config, &config, error);
    if (r < 0) {
        (void)fprintf(stderr, "stile-ui: %s: %s\n", arguments.config, error);
        return EXIT_CONFIGURATION;
    }
    if (arguments.check) {
        return 0;
    }
    if (geteuid() == 0 && !getenv("DISPLAY") && !getenv("SDL_VIDEODRIVER")) {
        (void)fprintf(stderr, "stile-ui: runs as a user of its own, not as root\n");
        return 77;
    }
    fill_in(&config, &arguments);
    return run(&config, started_us);
}
