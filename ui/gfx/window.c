#define LOG_MODULE "window"

#include "gfx/window.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "gfx/window_internal.h"

#include <SDL.h>
#include <SDL_syswm.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* SDL frees a window's surface when the window changes and makes another at the next call. A surface that this
 * file hasn't filled yet is told by its `userdata`, and is filled whole. What comes in: window_input.c. */

struct window_system window_system = {.fd = -1};

/* -- SDL as a whole ------------------------------------------------------------------------------------------ */

static void set_hints(void)
{
    static const char *const hints[][2] = {
        {SDL_HINT_NO_SIGNAL_HANDLERS, "1"}, /* SIGTERM is the process' own */
        {SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "1"},
        {SDL_HINT_TOUCH_MOUSE_EVENTS, "0"},
        {SDL_HINT_MOUSE_TOUCH_EVENTS, "0"},
        {SDL_HINT_VIDEO_MINIMIZE_ON_FOCUS_LOSS, "0"}, /* faces on two displays don't hide each other */
        {SDL_HINT_MOUSE_FOCUS_CLICKTHROUGH, "1"},
        {SDL_HINT_QUIT_ON_LAST_WINDOW_CLOSE, "0"},
        {SDL_HINT_RENDER_VSYNC, "0"}, /* a verdict doesn't wait for the beam */
        {SDL_HINT_RENDER_SCALE_QUALITY, "0"},
        {SDL_HINT_POLL_SENTINEL, "0"}, /* no event left means that none is left */
        {SDL_HINT_APP_NAME, "Stile"},
    };
    for (size_t i = 0; i < ARRAY_LEN(hints); i++) {
        (void)SDL_SetHint(hints[i][0], hints[i][1]);
    }
}

static void ignore_events(void)
{
    /* Some of them carry memory that whoever takes them must free. */
    static const Uint32 types[] = {SDL_DROPFILE,      SDL_DROPTEXT,         SDL_DROPBEGIN,         SDL_DROPCOMPLETE,
                                   SDL_TEXTEDITING,   SDL_CLIPBOARDUPDATE,  SDL_KEYMAPCHANGED,     SDL_MULTIGESTURE,
                                   SDL_DOLLARGESTURE, SDL_AUDIODEVICEADDED, SDL_AUDIODEVICEREMOVED};
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        (void)SDL_EventState(types[i], SDL_IGNORE);
    }
}

/* Once until it succeeds: a display that is away is tried for again every second, for days if need be. */
static void complain(const char *what)
{
    if (!window_system.complained) {
        log_warn("%s: %s", what, SDL_GetError());
        window_system.complained = true;
    }
}

int window_system_open(void)
{
    if (window_system.open) {
        return -EBUSY;
    }
    set_hints();
    if (SDL_InitSubSystem(SDL_INIT_VIDEO) < 0) {
        complain("no display");
        return -ENODEV;
    }
    const char *driver = SDL_GetCurrentVideoDriver();
    window_system.open = true;
    window_system.kmsdrm = driver && SDL_strcasecmp(driver, "kmsdrm") == 0;
    if (!window_system.kmsdrm && !(driver && SDL_strcasecmp(driver, "wayland") == 0)) {
        /* Elsewhere SDL would take OpenGL to show pixels that plain memory shows as well, at 50 MB more. */
        (void)SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
    }
    ignore_events();
    log_debug("driver=%s displays=%d", driver ? driver : "none", SDL_GetNumVideoDisplays());
    return 0;
}

void window_system_close(void)
{
    if (!window_system.open) {
        return;
    }
    for (size_t i = 0; i < WINDOWS_MAX; i++) {
        window_close(window_system.windows[i]);
    }
    SDL_Quit();
    window_system = (struct window_system){.fd = -1};
}

int window_system_fd(void)
{
    return window_system.fd;
}

int64_t window_pump_interval_us(bool active)
{
    return window_system.fd >= 0 ? 100 * US_PER_MS : active ? 8 * US_PER_MS : 50 * US_PER_MS;
}

int window_system_room(int *ret_width, int *ret_height)
{
    SDL_Rect room;
    if (!window_system.open || SDL_GetDisplayUsableBounds(0, &room) < 0) {
        return -ENODEV;
    }
    *ret_width = room.w;
    *ret_height = room.h;
    return 0;
}

void window_hide_pointer(bool hide)
{
    if (hide != window_system.pointer_hidden) {
        (void)SDL_ShowCursor(hide ? SDL_DISABLE : SDL_ENABLE);
        window_system.pointer_hidden = hide;
    }
}

/* -- windows ------------------------------------------------------------------------------------------------- */

void window_note(struct window *w, enum window_event_kind kind)
{
    w->pending |= 1u << kind;
}

void window_lose_fingers(struct window *w)
{
    for (size_t i = 0; i < FINGERS; i++) {
        w->fingers[i].lost |= w->fingers[i].down;
        w->fingers[i].down = false;
    }
}

void window_lose_display(struct window *w)
{
    if (!w->gone) {
        log_warn("a display is gone: window=\"%s\" connector=%s", w->title, w->connector[0] ? w->connector : "?");
        w->gone = true;
        w->pending = 1u << WINDOW_DISPLAY_GONE;
        window_lose_fingers(w);
    }
}

bool window_measure(struct window *w, int width, int height)
{
    struct transform t = w->transform;
    t.physical_w = width;
    t.physical_h = height;
    if (!transform_valid(&t) || (width == w->transform.physical_w && height == w->transform.physical_h)) {
        return false;
    }
    w->transform = t;
    free(w->scratch);
    w->scratch = NULL;
    return true;
}

static void look_at_driver(struct window *w)
{
    SDL_SysWMinfo info;
    SDL_VERSION(&info.version);
    if (!SDL_GetWindowWMInfo(w->sdl, &info)) {
        return;
    }
#ifdef SDL_VIDEO_DRIVER_X11
    if (info.subsystem == SDL_SYSWM_X11) {
        window_system.fd = ConnectionNumber(info.info.x11.display); /* a macro: libX11 isn't linked */
    }
#endif
#ifdef SDL_VIDEO_DRIVER_KMSDRM
    if (info.subsystem == SDL_SYSWM_KMSDRM) {
        int r = connector_find(CONNECTORS_ROOT, info.info.kmsdrm.dev_index, w->display, w->connector);
        if (r < 0) {
            w->connector[0] = '\0';
            log_warn("cannot tell which plug a display hangs on: %s", strerror(-r));
        }
    }
#endif
}

/* Makes the SDL window, shows it and measures it. @return 0, 1 when its size has changed, or -ENODEV. */
static int create(struct window *w)
{
    const struct window_options *o = &w->options;
    SDL_DisplayMode mode;
    if (SDL_GetDesktopDisplayMode(o->display < 0 ? 0 : o->display, &mode) < 0) {
        complain("no such display");
        return -ENODEV;
    }
    int at = o->display < 0 ? (int)SDL_WINDOWPOS_CENTERED : (int)SDL_WINDOWPOS_CENTERED_DISPLAY((unsigned)o->display);
    Uint32 flags = o->fullscreen ? SDL_WINDOW_FULLSCREEN_DESKTOP : SDL_WINDOW_RESIZABLE;
    int width = o->fullscreen || o->width == 0 ? mode.w : o->width;
    int height = o->fullscreen || o->height == 0 ? mode.h : o->height;
    w->sdl = SDL_CreateWindow(w->title, o->placed ? o->x : at, o->placed ? o->y : at, width, height, flags);
    const SDL_Surface *surface = w->sdl ? SDL_GetWindowSurface(w->sdl) : NULL;
    if (!surface || surface->w > SURFACE_SIDE_MAX || surface->h > SURFACE_SIDE_MAX) {
        complain("cannot open a window");
        if (w->sdl) {
            SDL_DestroyWindow(w->sdl);
        }
        w->sdl = NULL;
        return -ENODEV;
    }
    window_system.complained = false;
    w->display = SDL_GetWindowDisplayIndex(w->sdl);
    if (o->fullscreen) {
        window_hide_pointer(true);
    }
    look_at_driver(w);
    return window_measure(w, surface->w, surface->h) ? 1 : 0;
}

int window_open(const struct window_options *options, struct window **ret_window)
{
    size_t slot = 0;
    while (slot < WINDOWS_MAX && window_system.windows[slot]) {
        slot++;
    }
    struct transform t = options->transform;
    t.physical_w = options->width ? options->width : 1;
    t.physical_h = options->height ? options->height : 1;
    if (!window_system.open || !transform_valid(&t) || options->display < -1) {
        return -EINVAL;
    }
    if (slot == WINDOWS_MAX) {
        return -ENOSPC;
    }
    struct window *w = calloc(1, sizeof(*w));
    if (!w) {
        return -ENOMEM;
    }
    w->options = *options;
    w->options.title = w->options.touch_device = NULL; /* the caller's texts */
    (void)text_copy(w->title, sizeof(w->title), options->title ? options->title : "Stile");
    (void)text_copy(w->touch_device, sizeof(w->touch_device), options->touch_device);
    w->transform = options->transform;
    w->transform.physical_w = w->transform.physical_h = 0;
    int r = create(w);
    if (r < 0) {
        free(w);
        return r;
    }
    window_system.windows[slot] = w;
    *ret_window = w;
    return 0;
}

void window_close(struct window *window)
{
    if (!window) {
        return;
    }
    for (size_t i = 0; i < WINDOWS_MAX; i++) {
        if (window_system.windows[i] == window) {
            window_system.windows[i] = NULL;
        }
    }
    if (window->sdl) {
        SDL_DestroyWindow(window->sdl);
    }
    free(window->scratch);
    free(window);
}

int window_reopen(struct window *window)
{
    if (!window->gone) {
        return -EINVAL;
    }
    if (window->connector[0] && !connector_connected(CONNECTORS_ROOT, window->connector)) {
        return WINDOW_GONE;
    }
    if (window->sdl) {
        SDL_DestroyWindow(window->sdl);
        window->sdl = NULL;
    }
    int r = create(window);
    if (r < 0) {
        return WINDOW_GONE;
    }
    window->gone = false;
    window->pending = 1u << (r > 0 ? WINDOW_RESIZED : WINDOW_REDRAW);
    return 0;
}

bool window_is_gone(const struct window *window)
{
    return window->gone;
}

const struct transform *window_transform(const struct window *window)
{
    return &window->transform;
}

void window_resize(struct window *window, int width, int height)
{
    if (window->sdl) {
        SDL_SetWindowSize(window->sdl, width, height);
    }
}

/* -- pictures ------------------------------------------------------------------------------------------------ */

static bool is_plain(const SDL_Surface *s)
{
    return (s->format->format == SDL_PIXELFORMAT_RGB888 || s->format->format == SDL_PIXELFORMAT_ARGB8888) &&
           s->pitch % 4 == 0;
}

/* @rect is in the picture's pixels; @ret_place in the panel's. */
static int send(struct window *w, SDL_Surface *to, const struct surface *rendered, struct pixel_rect rect,
                SDL_Rect *ret_place)
{
    const struct transform *t = &w->transform;
    struct pixel_rect p = transform_rect(t, rect);
    *ret_place = (SDL_Rect){p.x, p.y, p.w, p.h};
    if (is_plain(to)) {
        return transform_copy(t, rendered, rect, to->pixels, to->pitch / 4);
    }
    if (!w->scratch) {
        w->scratch = calloc((size_t)t->physical_w * (size_t)t->physical_h, sizeof(*w->scratch));
        if (!w->scratch) {
            return -ENOMEM;
        }
    }
    int r = transform_copy(t, rendered, rect, w->scratch, t->physical_w);
    if (r < 0) {
        return r;
    }
    const uint32_t *from = w->scratch + (size_t)p.y * (size_t)t->physical_w + p.x;
    uint8_t *at = (uint8_t *)to->pixels + (ptrdiff_t)p.y * to->pitch + (ptrdiff_t)p.x * to->format->BytesPerPixel;
    return SDL_ConvertPixels(p.w, p.h, SDL_PIXELFORMAT_ARGB8888, from, t->physical_w * 4, to->format->format, at,
                             to->pitch) < 0
               ? -EIO
               : 0;
}

int window_present(struct window *window, const struct surface *rendered, const struct pixel_rect *rects, size_t n)
{
    if (window->gone) {
        return WINDOW_GONE;
    }
    SDL_Surface *to = NULL;
    if ((!window->connector[0] || connector_connected(CONNECTORS_ROOT, window->connector)) && window->sdl) {
        to = SDL_GetWindowSurface(window->sdl);
    }
    if (!to) {
        window_lose_display(window);
        return WINDOW_GONE;
    }
    if (to->w != window->transform.physical_w || to->h != window->transform.physical_h) {
        if (window_measure(window, to->w, to->h)) {
            window_note(window, WINDOW_RESIZED);
        }
        return WINDOW_STALE;
    }
    const struct pixel_rect whole = {0, 0, rendered->width, rendered->height};
    if (to->userdata != window || n > WINDOW_RECTS_MAX) {
        rects = &whole;
        n = 1;
    }
    SDL_Rect places[WINDOW_RECTS_MAX];
    int n_places = 0;
    for (size_t i = 0; i < n; i++) {
        struct pixel_rect rect = surface_clip(rendered, rects[i]);
        int r = rect.w > 0 ? send(window, to, rendered, rect, &places[n_places++]) : 0;
        if (r < 0) {
            return r;
        }
    }
    to->userdata = window;
    if (n_places > 0 && SDL_UpdateWindowSurfaceRects(window->sdl, places, n_places) < 0) {
        log_warn("cannot present: %s", SDL_GetError());
        window_lose_display(window);
        return WINDOW_GONE;
    }
    return 0;
}

int window_read_back(struct window *window, struct surface *ret_surface)
{
    SDL_Surface *from = window->sdl ? SDL_GetWindowSurface(window->sdl) : NULL;
    if (!from || from->userdata != window) {
        return -ENODATA;
    }
    struct surface s;
    int r = surface_init(&s, from->w, from->h);
    if (r < 0) {
        return r;
    }
    if (SDL_ConvertPixels(from->w, from->h, from->format->format, from->pixels, from->pitch, SDL_PIXELFORMAT_ARGB8888,
                          s.pixels, s.stride * 4) < 0) {
        surface_finish(&s);
        return -EIO;
    }
    for (size_t i = 0; i < (size_t)s.width * (size_t)s.height; i++) {
        s.pixels[i] |= 0xff000000u;
    }
    *ret_surface = s;
    return 0;
}
