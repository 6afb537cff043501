#pragma once

/* One face's display: its window, the picture in it, and what is needed to draw the next one. Knows nothing of
 * what is drawn. */

#include "gfx/window.h"
#include "widgets/ui.h"

#include <stdint.h>

struct display;

struct display_stats {
    uint64_t frames; /* pictures presented */
    int64_t view_us, paint_us, present_us; /* of the last one: CPU on this thread */
    int64_t presented_us; /* boot time at which it was done */
};

/** @fonts: fontconfig file. A display that isn't there yet is waited for: display_frame tries again.
 * @return 0, or a negative errno (memory, options that make no sense). */
int display_open(const struct window_options *options, const char *fonts, enum theme_kind theme,
                 struct display **ret_display);
/** Takes NULL. */
void display_close(struct display *display);
/** Closes its window for good, as somebody at a desktop has asked: no picture is due any more. */
void display_shut(struct display *display);

struct ui *display_ui(const struct display *display);
/** NULL while there is none. */
struct window *display_window(const struct display *display);
/** What happened to its window (input is the caller's). */
void display_event(struct display *display, enum window_event_kind kind);
/** True when a picture is due at @now_us. */
bool display_due(const struct display *display, int64_t now_us);
/** Boot time of the next picture, or of the next try to get the window back; US_NEVER. */
int64_t display_deadline(const struct display *display);
/** Draws what @view adds, and presents what of it has changed. A display that is away is no error. @return 0 or a
 * negative errno. */
int display_frame(struct display *display, int64_t now_us, void (*view)(void *user, struct ui *ui), void *user);
const struct display_stats *display_stats(const struct display *display);
/** Writes what the window shows as FOLDER/NAME.png, and then FOLDER/NAME.nodes, in one step: a line for each node
 * with id, role, state and rectangle (logical pixels, rounded), parted by tabs, and its label and value behind
 * them. @return 0 or a negative errno. */
int display_snapshot(const struct display *display, const char *folder, const char *name);
/** The picture as it was painted last, upright: for tests and pictures of screens. Owned by @display; NULL before
 * the first. */
const struct surface *display_picture(const struct display *display);
