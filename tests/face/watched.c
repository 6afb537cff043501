#include "watched.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "gfx/image.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WAIT_MS = 60000, LOOK_MS = 20 };

void watched_open(struct watched *w, const char *kind, int width, int height, const char *control_path,
                  const char *list_path, const char *journal_path)
{
    *w = (struct watched){.ui = {.out = -1}};
    (void)strcpy(w->folder, "/tmp/stile-watched-XXXXXX");
    assert_non_null(mkdtemp(w->folder));
    (void)snprintf(w->config, sizeof(w->config), "%s/ui.ini", w->folder);
    FILE *f = fopen(w->config, "we");
    assert_non_null(f);
    (void)fprintf(
        f,
        "[ui]\ncontrol_path = %s\nlist_path = %s\njournal_path = %s\nvolume_percent = 0\n[face it]\nkind = %s\n"
        "width = %d\nheight = %d\n",
        control_path, list_path, journal_path, kind, width, height);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(xvfb_start(width + 200, height + 200, 24, &w->server), 0);
    xvfb_use(&w->server);
}

static void remove_file(const struct watched *w, const char *name)
{
    char path[128];
    (void)snprintf(path, sizeof(path), "%s/%s", w->folder, name);
    (void)unlink(path);
}

void watched_close(struct watched *w)
{
    if (w->ui.pid > 0) {
        assert_int_equal(process_end(&w->ui, SIGTERM, WAIT_MS), 0);
    }
    xvfb_stop(&w->server);
    remove_file(w, "ui.ini");
    remove_file(w, "it.png");
    remove_file(w, "it.nodes");
    (void)rmdir(w->folder);
}

void watched_start(struct watched *w)
{
    const char *const argv[] = {PROGRAMS "/stile-ui", "--config", w->config, NULL};
    const char *const env[] = {"STILE_UI_SNAPSHOTS", w->folder, "SDL_AUDIODRIVER", "dummy", NULL};
    assert_int_equal(process_start(argv, env, NULL, PROCESS_HEARS_ERRORS, &w->ui), 0);
    assert_int_equal(process_await(&w->ui, "started faces=1", WAIT_MS), 0);
}

void watched_kill(struct watched *w)
{
    (void)process_end(&w->ui, SIGKILL, WAIT_MS);
}

void watched_look(struct watched *w, struct surface *ret_picture)
{
    char path[128];
    _cleanup_free_ char *text = NULL;
    size_t size = 0;
    remove_file(w, "it.nodes");
    assert_int_equal(kill(w->ui.pid, SIGUSR1), 0);
    (void)snprintf(path, sizeof(path), "%s/it.nodes", w->folder);
    int64_t until_us = clock_boot_us() + WAIT_MS * US_PER_MS;
    while (file_read(path, WATCHED_NODES_MAX - 1, &text, &size) == -ENOENT) {
        assert_true(clock_boot_us() < until_us);
        assert_int_equal(kill(w->ui.pid, 0), 0);
        (void)poll(NULL, 0, LOOK_MS);
    }
    assert_non_null(text);
    memcpy(w->nodes, text, size + 1);
    if (ret_picture) {
        _cleanup_free_ char *png = NULL;
        (void)snprintf(path, sizeof(path), "%s/it.png", w->folder);
        assert_int_equal(file_read(path, 16 << 20, &png, &size), 0);
        assert_int_equal(image_decode(png, size, 1024, ret_picture), 0);
    }
}

/* The line of a node; NULL. */
static const char *find(const struct watched *w, const char *id, const char *label)
{
    char want[256];
    (void)snprintf(want, sizeof(want), "\t%s\t", label ? label : "");
    for (const char *line = w->nodes; *line;) {
        size_t n = strcspn(line, "\n");
        bool right = !id || (strncmp(line, id, strlen(id)) == 0 && line[strlen(id)] == '\t');
        const char *at = label ? strstr(line, want) : line;
        if (right && at && at < line + n) {
            return line;
        }
        line += n + (line[n] == '\n');
    }
    return NULL;
}

void watched_await(struct watched *w, const char *id, const char *label)
{
    int64_t until_us = clock_boot_us() + WAIT_MS * US_PER_MS;
    for (;;) {
        watched_look(w, NULL);
        if (find(w, id, label)) {
            return;
        }
        if (clock_boot_us() > until_us) {
            fail_msg("no %s \"%s\" among:\n%s", id ? id : "node", label ? label : "", w->nodes);
        }
        (void)poll(NULL, 0, LOOK_MS);
    }
}

/* Where the window lies on the server's screen. */
static void window_place(struct watched *w, int *ret_x, int *ret_y, int *ret_width, int *ret_height)
{
    const char *const argv[] = {"xdotool",           "search",  "--sync", "--name", "^Stile$",
                                "getwindowgeometry", "--shell", NULL};
    char out[512];
    assert_int_equal(xvfb_run(&w->server, argv, out, sizeof(out)), 0);
    const char *x = strstr(out, "X="), *y = strstr(out, "Y="), *width = strstr(out, "WIDTH="),
               *height = strstr(out, "HEIGHT=");
    assert_true(x && y && width && height);
    *ret_x = (int)strtol(x + 2, NULL, 10);
    *ret_y = (int)strtol(y + 2, NULL, 10);
    *ret_width = (int)strtol(width + 6, NULL, 10);
    *ret_height = (int)strtol(height + 7, NULL, 10);
}

void watched_click(struct watched *w, const char *id)
{
    char role[32], sx[16], sy[16];
    unsigned state;
    int x, y, width, height, wx, wy, ww, wh;
    watched_look(w, NULL);
    const char *line = find(w, id, NULL);
    assert_non_null(line);
    assert_int_equal(sscanf(line + strlen(id), "\t%31s\t%u\t%d\t%d\t%d\t%d", role, &state, &x, &y, &width, &height), 6);
    window_place(w, &wx, &wy, &ww, &wh);
    (void)snprintf(sx, sizeof(sx), "%d", wx + x + width / 2);
    (void)snprintf(sy, sizeof(sy), "%d", wy + y + height / 2);
    const char *const argv[] = {"xdotool", "mousemove", sx, sy, "click", "1", NULL};
    assert_int_equal(xvfb_run(&w->server, argv, NULL, 0), 0);
}

void watched_screen(struct watched *w, struct surface *ret_picture)
{
    int x, y, width, height;
    struct surface screen;
    window_place(w, &x, &y, &width, &height);
    assert_int_equal(xvfb_screen(&w->server, &screen), 0);
    assert_true(x >= 0 && y >= 0 && x + width <= screen.width && y + height <= screen.height);
    assert_int_equal(surface_init(ret_picture, width, height), 0);
    for (int row = 0; row < height; row++) {
        memcpy(ret_picture->pixels + (size_t)row * (size_t)ret_picture->stride,
               screen.pixels + (size_t)(y + row) * (size_t)screen.stride + x, (size_t)width * 4);
    }
    surface_finish(&screen);
}
