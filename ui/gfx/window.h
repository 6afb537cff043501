#pragma once

/* Windows on displays, through SDL: finished pictures go out, touches, keys and what happens to the window come in.
 *
 * On a unit (KMSDRM) a window is a whole display; on a desktop (X11, Wayland) it may be a window among others;
 * with SDL_VIDEODRIVER=dummy it is memory. It draws nothing itself and knows no OpenGL but where KMSDRM and
 * Wayland need it to show pixels at all. All of it belongs to one thread. Where an X server dies, Xlib ends the
 * process; a kernel whose display driver hangs holds window_present for ever: the process' watchdog is for that. */

#include "gfx/input.h"
#include "gfx/surface.h"
#include "gfx/transform.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WINDOWS_MAX = 4,
    WINDOW_FINGERS_MAX = 10, /* further ones are not seen */
    WINDOW_RECTS_MAX = 64, /* more changed rectangles than this are sent as one whole picture */
    WINDOW_WHEEL_STEP = 48 /* logical px to scroll by for one click of a wheel */
};

struct window;

enum window_outcome {
    WINDOW_GONE = 1, /* its display is away; window_reopen later */
    WINDOW_STALE = 2 /* it has another size by now: WINDOW_RESIZED is among the next events */
};

enum window_event_kind {
    WINDOW_INPUT, /* input */
    WINDOW_REDRAW, /* what the window showed may be lost: present everything */
    WINDOW_RESIZED, /* its transform has another size: lay out and present everything */
    WINDOW_CLOSE, /* somebody wants it closed; nothing has happened yet */
    WINDOW_DISPLAY_GONE, /* nothing can be shown until window_reopen succeeds */
    WINDOW_DISPLAY_BACK, /* window_reopen is worth a try */
    WINDOW_FOCUS, /* keys come here now */
    WINDOW_FOCUS_LOST
};

struct window_event {
    enum window_event_kind kind;
    struct input_event input;
};

struct window_options {
    const char *title; /* NULL: "Stile" */
    int display; /* 0 for the first; -1: any */
    int width, height; /* of the window, in the display's pixels; 0: as large as the display */
    bool placed; /* its corner is to be at x, y of the display, where windows may choose; else it is in the middle */
    int x, y;
    bool fullscreen; /* without a frame, as large as the display, no pointer until a mouse moves */
    struct transform transform; /* rotation, scale and touch matrix count; its size is the window's to fill in */
    const char
        *touch_device; /* the name of the touch panel that belongs to this window, where the driver tells no window
                               * with a touch (KMSDRM); NULL: the first window without a name takes what is left */
};

/** Starts SDL's video, with signals, screen saver and display power left alone. Once per process at a time.
 * @return 0; -ENODEV when there is no display or no driver for it (the text is logged), which may be tried again;
 * -EBUSY when it is open. */
int window_system_open(void);
/** Closes all windows too. Nothing happens when it isn't open. Stop sound_out first. */
void window_system_close(void);
/** A descriptor that becomes readable when events may have come (X11, once there is a window), or -1. Drain
 * window_next_event before each wait: events may already have been read from it. */
int window_system_fd(void);
/** The longest time to wait before window_next_event is called again: longer where window_system_fd helps;
 * @active: somebody touches, or did a moment ago. */
int64_t window_pump_interval_us(bool active);
/** How much room a desktop's first display has for windows, in its pixels. @return 0 or -ENODEV. */
int window_system_room(int *ret_width, int *ret_height);

/** @return 0 with a shown window; -EINVAL for options that make no sense; -ENODEV when there is no such display or
 * it can't be shown on; -ENOSPC beyond WINDOWS_MAX; -ENOMEM. */
int window_open(const struct window_options *options, struct window **ret_window);
/** Closes and frees it. */
void window_close(struct window *window);
/** Opens it anew with its options after its display was away. Fingers that were down are cancelled; WINDOW_RESIZED or
 * WINDOW_REDRAW follows. @return 0, WINDOW_GONE when there still is no display, or -EINVAL when it isn't gone. */
int window_reopen(struct window *window);
bool window_is_gone(const struct window *window);
/** How the window turns and scales, with its size; changes before WINDOW_RESIZED is told. */
const struct transform *window_transform(const struct window *window);
/** Asks for another size, in the display's pixels; WINDOW_RESIZED follows where it is granted. */
void window_resize(struct window *window, int width, int height);

/** Shows the @n rectangles of @rendered, a whole picture of the size that transform_render_size tells, turned as
 * the panel needs it; all of it when the window has lost what it showed. The picture belongs to the caller again
 * at once. @return 0, WINDOW_GONE, WINDOW_STALE; -EINVAL for a picture of another size; -ENOMEM; -EIO when the
 * pixels couldn't be converted. */
int window_present(struct window *window, const struct surface *rendered, const struct pixel_rect *rects, size_t n);
/** The next thing that has happened to any window, input in logical pixels and stamped with @now_us. A finger's
 * number is 1 to WINDOW_FINGERS_MAX while it is down, 0 is the mouse' left button; each INPUT_DOWN is followed by
 * one INPUT_UP or INPUT_CANCEL. A touch that begins off the panel (transform_touch) isn't told; one that leaves it
 * stays where it was last. A mouse that is held may leave the window: coordinates beyond the picture. Never
 * blocks. @return false, nothing changed, when nothing is left. */
bool window_next_event(int64_t now_us, struct window **ret_window, struct window_event *ret_event);

/* For tests and the demonstration's robot: as if a device, or the display, did it. What is pushed comes out of
 * window_next_event through the same path. Each @return 0, -EINVAL, or -ENOBUFS when the queue is full. */

/** INPUT_DOWN, _MOVE or _UP of the device's finger @finger at a place in parts of the panel, before the touch matrix
 * (transform_untouch). */
int window_push_finger(struct window *window, enum input_kind kind, int64_t finger, float nx, float ny);
/** INPUT_DOWN, _MOVE or _UP of the left button at a pixel of the window; INPUT_WHEEL: @y clicks away from the user. */
int window_push_mouse(struct window *window, enum input_kind kind, int x, int y);
/** @repeated: the key has been held. */
int window_push_key(struct window *window, enum input_key key, bool repeated);
/** At most INPUT_TEXT_SIZE - 1 bytes. */
int window_push_text(struct window *window, const char *text);
/** WINDOW_REDRAW, _CLOSE, _DISPLAY_GONE, _DISPLAY_BACK, _FOCUS or _FOCUS_LOST. */
int window_push(struct window *window, enum window_event_kind kind);
/** Copies what the window shows, in the display's pixels, opaque. @return 0 with a new surface; -ENODATA before
 * the first present; -ENOMEM; -EIO. */
int window_read_back(struct window *window, struct surface *ret_surface);
