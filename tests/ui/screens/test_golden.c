/* Each screen is, to the pixel, what it was. argv: the folder of golden pictures, one for what differs. */
#include "gallery/golden.h"
#include "gallery/picture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const char *golden_folder, *out_folder;

static const char *path_of(const char *folder, const char *name, const char *ending)
{
    static char path[PATH_MAX];
    int n = snprintf(path, sizeof(path), "%s/%s%s", folder, name, ending);
    assert_true(n > 0 && (size_t)n < sizeof(path));
    return path;
}

static void keep_difference(const struct surface *is, const struct surface *was, const char *name)
{
    struct surface diff = {0};
    if (mkdir(out_folder, 0777) < 0) {
        assert_int_equal(errno, EEXIST);
    }
    assert_int_equal(surface_write_png(is, path_of(out_folder, name, ".err.png")), 0);
    if (was->pixels) {
        (void)golden_compare(is, was, &diff);
        assert_non_null(diff.pixels);
        assert_int_equal(surface_write_png(&diff, path_of(out_folder, name, ".diff.png")), 0);
        surface_finish(&diff);
    }
}

static bool looks_as_before(struct gallery *gallery, const struct golden *golden)
{
    struct surface is = {0}, was = {0};
    assert_int_equal(golden_paint(gallery, golden, &is), 0);
    int r = picture_read(path_of(golden_folder, golden->name, ".png"), &was);
    size_t differ = r == 0 ? golden_compare(&is, &was, NULL) : 0;
    if (r < 0) {
        print_error("%s: there is no golden picture: %s\n", golden->name, strerror(-r));
    } else if (differ > 0) {
        print_error("%s: %zu pixels differ; see %s\n", golden->name, differ,
                    path_of(out_folder, golden->name, ".diff.png"));
    }
    bool same = r == 0 && differ == 0;
    if (!same) {
        keep_difference(&is, &was, golden->name);
    }
    surface_finish(&is);
    surface_finish(&was);
    return same;
}

static void every_screen_looks_as_it_did(void **state)
{
    (void)state;
    struct gallery *gallery = NULL;
    struct golden golden;
    size_t n = 0, bad = 0;
    assert_int_equal(gallery_open(&gallery), 0);
    for (; golden_at(n, &golden); n++) {
        bad += looks_as_before(gallery, &golden) ? 0 : 1;
    }
    gallery_close(gallery);
    assert_true(n > 0);
    if (bad > 0) {
        fail_msg("%zu of %zu pictures differ. Is that as it should be? Then: stile-gallery --golden tests/golden", bad,
                 n);
    }
}

static bool is_golden(const char *file)
{
    struct golden golden;
    char name[sizeof(golden.name) + 8];
    for (size_t i = 0; golden_at(i, &golden); i++) {
        (void)snprintf(name, sizeof(name), "%s.png", golden.name);
        if (strcmp(name, file) == 0) {
            return true;
        }
    }
    return false;
}

static void no_picture_is_of_a_screen_that_is_gone(void **state)
{
    (void)state;
    DIR *folder = opendir(golden_folder);
    size_t bad = 0;
    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder));) {
        if (entry->d_name[0] != '.' && !is_golden(entry->d_name)) {
            print_error("of no screen: %s\n", entry->d_name);
            bad++;
        }
    }
    (void)closedir(folder);
    assert_int_equal(bad, 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_screen_looks_as_it_did),
        cmocka_unit_test(no_picture_is_of_a_screen_that_is_gone),
    };
    if (argc != 3) {
        (void)fputs("usage: test_golden GOLDEN-FOLDER OUT-FOLDER\n", stderr);
        return 2;
    }
    golden_folder = argv[1];
    out_folder = argv[2];
    return cmocka_run_group_tests_name("ui.screens.golden", tests, NULL, NULL);
}
