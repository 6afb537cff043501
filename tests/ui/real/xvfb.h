#pragma once

/* An X server without a screen (Xvfb), started for a test and gone with it: its display number is its own choice,
 * its cookie and its picture lie in a folder of its own, it listens on no network. Needs xvfb; tools that drive it
 * (xdotool) are run with xvfb_run. */

#include "gfx/surface.h"

#include <stddef.h>
#include <sys/types.h>

enum { XVFB_FOLDER_SIZE = 32, XVFB_DISPLAY_SIZE = 16 };

struct xvfb {
    pid_t pid;
    char folder[XVFB_FOLDER_SIZE];
    char display[XVFB_DISPLAY_SIZE]; /* ":3" */
};

/** Starts a server with one screen of @width x @height pixels of @depth bits (16 or 24), and waits until it answers.
 * @return 0; a negative errno after what the server said is written to standard error. */
int xvfb_start(int width, int height, int depth, struct xvfb *ret_xvfb);
/** Ends it and removes its folder; takes a zeroed one. */
void xvfb_stop(struct xvfb *xvfb);
/** Points this process, and what it starts from now on, to the server: DISPLAY, XAUTHORITY, SDL_VIDEODRIVER. Known
 * leaks of SDL's own libraries are kept from the leak sanitizer. */
void xvfb_use(const struct xvfb *xvfb);
/** Copies what the screen shows now, opaque. @return 0 with a new surface, or a negative errno. */
int xvfb_screen(const struct xvfb *xvfb, struct surface *ret_surface);
/** Runs a program on the server to its end, at most a minute. Its standard output is written to @ret_out, cut at
 * @size - 1 bytes, with a NUL; NULL when it isn't wanted. @return its exit status; -ETIMEDOUT when it had to be
 * killed; another negative errno. */
int xvfb_run(const struct xvfb *xvfb, const char *const argv[], char *ret_out, size_t size);
