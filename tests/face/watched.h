#pragma once

/* The real stile-ui in a real window under Xvfb, looked at from outside by its snapshots (display_snapshot). */

#include "gfx/surface.h"
#include "sim/harness/process.h"
#include "xvfb.h"

#include <stdbool.h>
#include <stddef.h>

enum { WATCHED_NODES_MAX = 128 * 1024 };

struct watched {
    struct xvfb server;
    struct process ui;
    char folder[64]; /* for its configuration and snapshots */
    char config[96];
    char nodes[WATCHED_NODES_MAX]; /* of the last snapshot */
};

/** Starts a server and writes the configuration: one face @kind of @width x @height on the given gate and files. */
void watched_open(struct watched *w, const char *kind, int width, int height, const char *control_path,
                  const char *list_path, const char *journal_path);
void watched_close(struct watched *w);
/** Starts stile-ui and waits for its first picture. */
void watched_start(struct watched *w);
/** kill -9. */
void watched_kill(struct watched *w);
/** Takes a snapshot: w->nodes, and the picture at @ret_picture when it isn't NULL. */
void watched_look(struct watched *w, struct surface *ret_picture);
/** Looks again and again until a node with all these texts (NULL: any) is there; fails after a minute. */
void watched_await(struct watched *w, const char *id, const char *label);
/** Clicks into the middle of a node, as a mouse does. */
void watched_click(struct watched *w, const char *id);
/** What the X server shows of the window, its inner part. */
void watched_screen(struct watched *w, struct surface *ret_picture);
