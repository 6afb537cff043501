#pragma once

/* What window.c (windows and pictures) and window_input.c (what comes in) share. SDL keeps one queue for all
 * windows of a process, and so do these: one list. */

#include "gfx/connector.h"
#include "gfx/window.h"

#define CONNECTORS_ROOT "/sys/class/drm"

enum { FINGERS = WINDOW_FINGERS_MAX + 1 /* the first is the mouse */ };

struct SDL_Window;

struct finger {
    bool down;
    bool lost; /* was down when the window lost it: INPUT_CANCEL is due */
    int64_t device, id; /* of the touch panel, and of the finger there */
    float x, y; /* logical, where it was last */
};

struct window {
    struct SDL_Window *sdl; /* NULL while it couldn't be opened anew */
    struct window_options options; /* its texts stand below */
    char title[64], touch_device[64];
    int display; /* the one that it was opened on */
    struct transform transform;
    struct finger fingers[FINGERS];
    unsigned pending; /* bits of 1 << enum window_event_kind, not told yet */
    bool gone;
    char connector[CONNECTOR_NAME_SIZE]; /* empty where it isn't known */
    uint32_t *scratch; /* for a display that isn't 32 bits deep: the panel's size, or NULL */
};

struct window_system {
    bool open;
    bool kmsdrm;
    bool pointer_hidden;
    bool complained; /* that a window can't be opened, since one was last */
    int fd; /* -1: the driver has none */
    int64_t looked_at_connectors_us;
    struct window *windows[WINDOWS_MAX];
};

extern struct window_system window_system;

void window_hide_pointer(bool hide);
/** The event is due. */
void window_note(struct window *window, enum window_event_kind kind);
/** Every finger that is down gets INPUT_CANCEL. */
void window_lose_fingers(struct window *window);
void window_lose_display(struct window *window);
/** Takes a new size of the window over. @return whether it is another, and one that can be. */
bool window_measure(struct window *window, int width, int height);
