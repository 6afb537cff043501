/* stile-gallery: every screen as a picture. See README.md and tools/screens. */

#include "gallery/golden.h"
#include "gallery/page.h"
#include "gallery/picture.h"

#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SIZES_MAX = 16, SIDE_LEAST = 320, SIDE_MOST = 4096 };

struct options {
    const char *only; /* "": all */
    struct gallery_size sizes[SIZES_MAX];
    size_t n_sizes;
    enum language languages[LANGUAGES];
    size_t n_languages;
    const char *golden; /* NULL: the golden pictures aren't asked for */
    const char *folder;
};

static void usage(FILE *to)
{
    (void)fputs("usage: stile-gallery [--only NAME] [--size WxH]... [--language L]... DIR\n"
                "       stile-gallery --golden DIR\n"
                "Writes every screen in every state, size and language to DIR as PNG, with an index.html.\n"
                "  --only NAME    only those whose names begin so (\"entrance-\")\n"
                "  --size WxH     800x480, 1024x600, 1280x800 and 800x1280, where none is given\n"
                "  --language L   sv, de, nb, fi and en, where none is given\n"
                "  --golden DIR   renews the golden pictures instead (tests/golden); leaves alone what hasn't changed\n"
                "  --list         names what there is\n",
                to);
}

__attribute__((format(printf, 1, 2))) static int complain(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)fputs("stile-gallery: ", stderr);
    (void)vfprintf(stderr, format, args);
    (void)fputc('\n', stderr);
    va_end(args);
    return 2;
}

static bool parse_size(const char *text, struct gallery_size *ret_size)
{
    char copy[32];
    int64_t width = 0, height = 0;
    char *x = text_copy(copy, sizeof(copy), text) ? strchr(copy, 'x') : NULL;
    if (!x) {
        return false;
    }
    *x = '\0';
    if (!text_int(copy, SIDE_LEAST, SIDE_MOST, &width) || !text_int(x + 1, SIDE_LEAST, SIDE_MOST, &height)) {
        return false;
    }
    *ret_size = (struct gallery_size){(int)width, (int)height};
    return true;
}

static int add_size(struct options *o, const char *text)
{
    if (o->n_sizes == SIZES_MAX) {
        return complain("--size: at most %d sizes", SIZES_MAX);
    }
    if (!parse_size(text, &o->sizes[o->n_sizes])) {
        return complain("--size %s: a size is WIDTHxHEIGHT, each %d to %d", text, SIDE_LEAST, SIDE_MOST);
    }
    o->n_sizes++;
    return 0;
}

static int add_language(struct options *o, const char *text)
{
    enum language language = language_parse(text);
    if (language == LANGUAGES) {
        return complain("--language %s: there are sv, de, nb, fi and en", text);
    }
    for (size_t i = 0; i < o->n_languages; i++) {
        if (o->languages[i] == language) {
            return 0;
        }
    }
    o->languages[o->n_languages++] = language;
    return 0;
}

static void fill_in(struct options *o)
{
    static const enum language languages[] = {LANGUAGE_SV, LANGUAGE_DE, LANGUAGE_NB, LANGUAGE_FI, LANGUAGE_EN};
    if (o->n_sizes == 0) {
        memcpy(o->sizes, gallery_sizes, sizeof(gallery_sizes));
        o->n_sizes = GALLERY_SIZES;
    }
    if (o->n_languages == 0) {
        memcpy(o->languages, languages, sizeof(languages));
        o->n_languages = ARRAY_LEN(languages);
    }
}

static bool is_asked_for(const struct options *o, const struct gallery_fixture *fixture)
{
    return strncmp(fixture->name, o->only, strlen(o->only)) == 0;
}

static void list_names(void)
{
    size_t n;
    const struct gallery_fixture *fixtures = gallery_fixtures(&n);
    for (size_t i = 0; i < n; i++) {
        (void)puts(fixtures[i].name);
    }
}

/* @return 0 to go on, 1 when all is done, 2 when it was told to do something it can't. */
static int parse(int argc, char **argv, struct options *o)
{
    static const struct option longs[] = {{"only", required_argument, NULL, 'o'},
                                          {"size", required_argument, NULL, 's'},
                                          {"golden", required_argument, NULL, 'g'},
                                          {"language", required_argument, NULL, 'l'},
                                          {"list", no_argument, NULL, 'n'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    for (int c; (c = getopt_long(argc, argv, "h", longs, NULL)) != -1;) {
        int r = 0;
        switch (c) {
        case 'o':
            o->only = optarg;
            break;
        case 's':
            r = add_size(o, optarg);
            break;
        case 'l':
            r = add_language(o, optarg);
            break;
        case 'g':
            o->golden = optarg;
            break;
        case 'n':
            list_names();
            return 1;
        case 'h':
            usage(stdout);
            return 1;
        default:
            usage(stderr);
            r = 2;
        }
        if (r != 0) {
            return r;
        }
    }
    o->folder = optind < argc ? argv[optind] : NULL;
    if (argc - optind != (o->golden ? 0 : 1)) {
        usage(stderr);
        return 2;
    }
    fill_in(o);
    return 0;
}

/* @return 1. */
static int fail(const char *what, int r)
{
    (void)fprintf(stderr, "\nstile-gallery: %s: %s\n", what, strerror(-r));
    return 1;
}

static int make_folder(const char *folder)
{
    struct stat is;
    if (mkdir(folder, 0777) < 0 && errno != EEXIST) {
        return -errno;
    }
    if (stat(folder, &is) < 0) {
        return -errno;
    }
    return S_ISDIR(is.st_mode) ? 0 : -ENOTDIR;
}

static void tell(size_t done, size_t of, const char *name)
{
    if (isatty(STDERR_FILENO)) {
        (void)fprintf(stderr, "\r\033[K%zu of %zu  %s", done, of, name);
    }
}

struct run {
    struct gallery *gallery;
    const struct options *options;
    struct page page;
    size_t done, of;
};

static int write_one(struct run *run, const struct gallery_fixture *fixture, struct gallery_size size,
                     enum language language)
{
    char name[128], path[PATH_MAX];
    struct surface surface = {0};
    (void)snprintf(name, sizeof(name), "%s-%dx%d-%s.png", fixture->name, size.width, size.height,
                   language_code(language));
    if ((size_t)snprintf(path, sizeof(path), "%s/%s", run->options->folder, name) >= sizeof(path)) {
        return -ENAMETOOLONG;
    }
    int r = gallery_draw(run->gallery, fixture, size, language) ? gallery_paint(run->gallery, &surface) : -ENOMEM;
    if (r == 0) {
        r = surface_write_png(&surface, path);
    }
    surface_finish(&surface);
    page_add(&run->page, fixture, size, language, name);
    tell(++run->done, run->of, name);
    return r;
}

static int write_fixture(struct run *run, const struct gallery_fixture *fixture)
{
    const struct options *o = run->options;
    int r = 0;
    for (size_t s = 0; s < o->n_sizes && r == 0; s++) {
        for (size_t l = 0; l < o->n_languages && r == 0; l++) {
            r = write_one(run, fixture, o->sizes[s], o->languages[l]);
        }
    }
    return r;
}

static int write_all(struct run *run)
{
    const struct options *o = run->options;
    size_t n, asked = 0;
    const struct gallery_fixture *fixtures = gallery_fixtures(&n);
    for (size_t i = 0; i < n; i++) {
        asked += is_asked_for(o, &fixtures[i]) ? 1 : 0;
    }
    if (asked == 0) {
        return complain("--only %s: no screen's name begins so; see --list", o->only);
    }
    run->of = asked * o->n_sizes * o->n_languages;
    int r = make_folder(o->folder);
    if (r == 0) {
        r = page_open(&run->page, o->folder);
    }
    if (r < 0) {
        return fail(o->folder, r);
    }
    for (size_t i = 0; i < n && r == 0; i++) {
        r = is_asked_for(o, &fixtures[i]) ? write_fixture(run, &fixtures[i]) : 0;
    }
    int closed = page_close(&run->page);
    r = r < 0 ? r : closed;
    if (r < 0) {
        return fail(o->folder, r);
    }
    tell(run->done, run->of, "");
    (void)fprintf(stderr, "%s%zu pictures; look at %s/index.html\n", isatty(STDERR_FILENO) ? "\r\033[K" : "", run->done,
                  o->folder);
    return 0;
}

static int renew_one(struct gallery *gallery, const struct golden *golden, const char *folder, bool *ret_changed)
{
    char path[PATH_MAX];
    struct surface is = {0}, was = {0};
    if ((size_t)snprintf(path, sizeof(path), "%s/%s.png", folder, golden->name) >= sizeof(path)) {
        return -ENAMETOOLONG;
    }
    int r = golden_paint(gallery, golden, &is);
    if (r == 0) {
        *ret_changed = picture_read(path, &was) < 0 || golden_compare(&is, &was, NULL) > 0;
        r = *ret_changed ? picture_write(&is, path) : 0;
    }
    surface_finish(&is);
    surface_finish(&was);
    return r;
}

static bool is_golden(const char *file)
{
    struct golden golden;
    size_t n = strlen(file);
    if (n < 4 || strcmp(file + n - 4, ".png") != 0) {
        return true;
    }
    for (size_t i = 0; golden_at(i, &golden); i++) {
        if (strlen(golden.name) == n - 4 && strncmp(golden.name, file, n - 4) == 0) {
            return true;
        }
    }
    return false;
}

static void name_strays(const char *folder)
{
    DIR *dir = opendir(folder);
    if (!dir) {
        return;
    }
    for (const struct dirent *entry; (entry = readdir(dir));) {
        if (!is_golden(entry->d_name)) {
            (void)printf("no such screen any more, remove it: %s/%s\n", folder, entry->d_name);
        }
    }
    (void)closedir(dir);
}

static int renew(struct run *run)
{
    const char *folder = run->options->golden;
    struct golden golden;
    size_t changed_all = 0, n = 0;
    int r = make_folder(folder);
    for (; r == 0 && golden_at(n, &golden); n++) {
        bool changed = false;
        r = renew_one(run->gallery, &golden, folder, &changed);
        if (r == 0 && changed) {
            (void)printf("renewed: %s/%s.png\n", folder, golden.name);
            changed_all++;
        }
    }
    if (r < 0) {
        return fail(folder, r);
    }
    name_strays(folder);
    (void)printf("%zu golden pictures, %zu of them renewed\n", n, changed_all);
    return 0;
}

int main(int argc, char **argv)
{
    struct options options = {.only = ""};
    struct run run = {.options = &options};
    log_init("stile-gallery");
    log_set_level(LOG_WARN);
    int r = parse(argc, argv, &options);
    if (r != 0) {
        return r == 1 ? 0 : r;
    }
    r = gallery_open(&run.gallery);
    if (r < 0) {
        return fail("fonts and translations", r);
    }
    if (!text_has_fonts(gallery_text(run.gallery))) {
        gallery_close(run.gallery);
        return complain("there are no fonts; tools/setup installs them");
    }
    r = options.golden ? renew(&run) : write_all(&run);
    gallery_close(run.gallery);
    return r;
}
