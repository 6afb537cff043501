#include "gfx/window.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"
#include "gfx/connector.h"
#include "gfx/window_internal.h"

#include <SDL.h>

#include <errno.h>
#include <string.h>

/* What an event of SDL means for a window is noted in the window's `pending` and in the fingers marked `lost`, and
 * handed out before SDL is asked for the next one: so one event may have several results, and the order stays. */

enum { LOOK_AT_CONNECTORS_US = 500000 };

static bool tell(struct window_event *ret, struct input_event input)
{
    *ret = (struct window_event){.kind = WINDOW_INPUT, .input = input};
    return true;
}

static struct window *window_by_id(Uint32 id)
{
    SDL_Window *sdl = SDL_GetWindowFromID(id);
    for (size_t i = 0; sdl && i < WINDOWS_MAX; i++) {
        if (window_system.windows[i] && window_system.windows[i]->sdl == sdl) {
            return window_system.windows[i];
        }
    }
    return NULL;
}

static const char *touch_name(SDL_TouchID id)
{
    for (int i = 0; i < SDL_GetNumTouchDevices(); i++) {
        if (SDL_GetTouchDevice(i) == id) {
            return SDL_GetTouchName(i);
        }
    }
    return NULL;
}

/* KMSDRM tells no window with a touch: the panel's name says which. */
static struct window *window_touched(const SDL_TouchFingerEvent *e)
{
    if (e->windowID) {
        return window_by_id(e->windowID);
    }
    const char *name = touch_name(e->touchId);
    struct window *unnamed = NULL;
    for (size_t i = WINDOWS_MAX; i-- > 0;) {
        struct window *w = window_system.windows[i];
        if (w && w->touch_device[0] && name && text_eq(name, w->touch_device)) {
            return w;
        }
        if (w && !w->touch_device[0]) {
            unnamed = w;
        }
    }
    return unnamed;
}

static struct finger *find_finger(struct window *w, const SDL_TouchFingerEvent *e)
{
    struct finger *free_one = NULL;
    for (size_t i = FINGERS; i-- > 1;) {
        struct finger *f = &w->fingers[i];
        if (f->down && f->device == e->touchId && f->id == e->fingerId) {
            return f;
        }
        if (!f->down) {
            free_one = f;
        }
    }
    return e->type == SDL_FINGERDOWN ? free_one : NULL;
}

static bool on_finger(struct window *w, const SDL_TouchFingerEvent *e, struct window_event *ret)
{
    struct finger *f = find_finger(w, e);
    if (!f) {
        return false;
    }
    bool within = transform_touch(&w->transform, e->x, e->y, &f->x, &f->y);
    if (!within && e->type != SDL_FINGERUP) {
        return false;
    }
    bool was_down = f->down;
    f->down = e->type != SDL_FINGERUP;
    f->device = e->touchId;
    f->id = e->fingerId;
    window_hide_pointer(true);
    enum input_kind kind = !was_down ? INPUT_DOWN : f->down ? INPUT_MOVE : INPUT_UP;
    return tell(ret, (struct input_event){.kind = kind, .finger = f - w->fingers, .x = f->x, .y = f->y});
}

static bool is_touched(const struct window *w)
{
    for (size_t i = 1; i < FINGERS; i++) {
        if (w->fingers[i].down) {
            return true;
        }
    }
    return false;
}

static bool on_mouse(struct window *w, Uint32 type, int x, int y, struct window_event *ret)
{
    struct finger *f = &w->fingers[0];
    window_hide_pointer(false);
    enum input_kind kind = type == SDL_MOUSEBUTTONDOWN ? INPUT_DOWN : type == SDL_MOUSEMOTION ? INPUT_MOVE : INPUT_UP;
    /* A server that makes a mouse out of touches would say everything twice. */
    if (f->down == (kind == INPUT_DOWN) || (kind == INPUT_DOWN && is_touched(w))) {
        return false;
    }
    f->down = kind != INPUT_UP;
    transform_point(&w->transform, (float)x + 0.5f, (float)y + 0.5f, &f->x, &f->y);
    return tell(ret, (struct input_event){.kind = kind, .x = f->x, .y = f->y});
}

static const struct {
    SDL_Keycode code;
    SDL_Keycode pad; /* on the number pad, while it doesn't give numbers; 0: none */
    enum input_key key;
} keys[] = {
    {SDLK_RETURN, 0, INPUT_KEY_ENTER},           {SDLK_KP_ENTER, 0, INPUT_KEY_ENTER},
    {SDLK_ESCAPE, 0, INPUT_KEY_ESCAPE},          {SDLK_TAB, 0, INPUT_KEY_TAB},
    {SDLK_BACKSPACE, 0, INPUT_KEY_BACKSPACE},    {SDLK_DELETE, SDLK_KP_PERIOD, INPUT_KEY_DELETE},
    {SDLK_LEFT, SDLK_KP_4, INPUT_KEY_LEFT},      {SDLK_RIGHT, SDLK_KP_6, INPUT_KEY_RIGHT},
    {SDLK_UP, SDLK_KP_8, INPUT_KEY_UP},          {SDLK_DOWN, SDLK_KP_2, INPUT_KEY_DOWN},
    {SDLK_HOME, SDLK_KP_7, INPUT_KEY_HOME},      {SDLK_END, SDLK_KP_1, INPUT_KEY_END},
    {SDLK_PAGEUP, SDLK_KP_9, INPUT_KEY_PAGE_UP}, {SDLK_PAGEDOWN, SDLK_KP_3, INPUT_KEY_PAGE_DOWN},
};

static bool on_key(const SDL_KeyboardEvent *e, struct window_event *ret)
{
    if (e->keysym.mod & (KMOD_CTRL | KMOD_LALT | KMOD_GUI)) {
        return false; /* a desktop's own shortcuts */
    }
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        bool pad = keys[i].pad && keys[i].pad == e->keysym.sym && !(e->keysym.mod & KMOD_NUM);
        if (keys[i].code == e->keysym.sym || pad) {
            enum input_key key = keys[i].key;
            if (key == INPUT_KEY_TAB && (e->keysym.mod & KMOD_SHIFT)) {
                key = INPUT_KEY_BACK_TAB;
            }
            return tell(ret, (struct input_event){.kind = INPUT_KEY, .key = key, .repeated = e->repeat != 0});
        }
    }
    return false;
}

static bool on_text(const SDL_TextInputEvent *e, struct window_event *ret)
{
    struct input_event input = {.kind = INPUT_TEXT};
    size_t n = strnlen(e->text, sizeof(e->text));
    if (n == 0 || n >= sizeof(input.text) || !text_is_utf8(e->text, n)) {
        return false;
    }
    memcpy(input.text, e->text, n);
    return tell(ret, input);
}

static bool on_wheel(const struct window *w, const SDL_MouseWheelEvent *e, struct window_event *ret)
{
    struct input_event input = {.kind = INPUT_WHEEL, .scroll_px = -e->preciseY * (float)WINDOW_WHEEL_STEP};
    transform_point(&w->transform, (float)e->mouseX + 0.5F, (float)e->mouseY + 0.5F, &input.x, &input.y);
    return tell(ret, input);
}

static void on_window(struct window *w, const SDL_WindowEvent *e)
{
    int width, height;
    switch (e->event) {
    case SDL_WINDOWEVENT_SIZE_CHANGED:
        SDL_GetWindowSize(w->sdl, &width, &height); /* a later change may have overtaken this one */
        window_note(w, window_measure(w, width, height) ? WINDOW_RESIZED : WINDOW_REDRAW);
        break;
    case SDL_WINDOWEVENT_EXPOSED:
    case SDL_WINDOWEVENT_SHOWN:
    case SDL_WINDOWEVENT_RESTORED:
        window_note(w, WINDOW_REDRAW);
        break;
    case SDL_WINDOWEVENT_HIDDEN:
    case SDL_WINDOWEVENT_MINIMIZED:
        window_lose_fingers(w);
        break;
    case SDL_WINDOWEVENT_CLOSE:
        window_note(w, WINDOW_CLOSE);
        break;
    case SDL_WINDOWEVENT_FOCUS_GAINED:
        window_note(w, WINDOW_FOCUS);
        break;
    case SDL_WINDOWEVENT_FOCUS_LOST:
        window_note(w, WINDOW_FOCUS_LOST);
        break;
    default:
        break;
    }
}

static void on_display(const SDL_DisplayEvent *e)
{
    for (size_t i = 0; i < WINDOWS_MAX; i++) {
        struct window *w = window_system.windows[i];
        if (w && e->event == SDL_DISPLAYEVENT_DISCONNECTED && w->options.fullscreen && w->display == (int)e->display) {
            window_lose_display(w); /* a smaller window is moved by whoever manages windows */
        } else if (w && e->event == SDL_DISPLAYEVENT_CONNECTED && w->gone) {
            window_note(w, WINDOW_DISPLAY_BACK);
        }
    }
}

static void look_at_connectors(int64_t now_us)
{
    if (!window_system.kmsdrm || now_us - window_system.looked_at_connectors_us < LOOK_AT_CONNECTORS_US) {
        return;
    }
    window_system.looked_at_connectors_us = now_us;
    for (size_t i = 0; i < WINDOWS_MAX; i++) {
        struct window *w = window_system.windows[i];
        if (!w || !w->connector[0]) {
            continue;
        }
        bool connected = connector_connected(CONNECTORS_ROOT, w->connector);
        if (!connected) {
            window_lose_display(w);
        } else if (w->gone) {
            window_note(w, WINDOW_DISPLAY_BACK);
        }
    }
}

/* @return true with input; what happened to windows is noted in them. */
static bool translate(const SDL_Event *e, struct window **ret_window, struct window_event *ret)
{
    struct window *w = NULL;
    bool told = false;
    switch (e->type) {
    case SDL_FINGERDOWN:
    case SDL_FINGERMOTION:
    case SDL_FINGERUP:
        w = window_touched(&e->tfinger);
        told = w && !w->gone && on_finger(w, &e->tfinger, ret);
        break;
    case SDL_MOUSEBUTTONDOWN:
    case SDL_MOUSEBUTTONUP:
        w = window_by_id(e->button.windowID);
        told = w && !w->gone && e->button.which != SDL_TOUCH_MOUSEID && e->button.button == SDL_BUTTON_LEFT &&
               on_mouse(w, e->type, e->button.x, e->button.y, ret);
        break;
    case SDL_MOUSEMOTION:
        w = window_by_id(e->motion.windowID);
        told = w && !w->gone && e->motion.which != SDL_TOUCH_MOUSEID &&
               on_mouse(w, e->type, e->motion.x, e->motion.y, ret);
        break;
    case SDL_MOUSEWHEEL:
        w = window_by_id(e->wheel.windowID);
        told = w && !w->gone && e->wheel.which != SDL_TOUCH_MOUSEID && e->wheel.y != 0 && on_wheel(w, &e->wheel, ret);
        break;
    case SDL_KEYDOWN:
        w = window_by_id(e->key.windowID);
        told = w && !w->gone && on_key(&e->key, ret);
        break;
    case SDL_TEXTINPUT:
        w = window_by_id(e->text.windowID);
        told = w && !w->gone && on_text(&e->text, ret);
        break;
    case SDL_WINDOWEVENT:
        w = window_by_id(e->window.windowID);
        if (w && !w->gone) {
            on_window(w, &e->window);
        }
        break;
    case SDL_DISPLAYEVENT:
        on_display(&e->display);
        break;
    case SDL_RENDER_TARGETS_RESET:
    case SDL_RENDER_DEVICE_RESET:
        for (size_t i = 0; i < WINDOWS_MAX; i++) {
            if (window_system.windows[i]) {
                window_note(window_system.windows[i], WINDOW_REDRAW);
            }
        }
        break;
    default:
        break;
    }
    *ret_window = told ? w : *ret_window;
    return told;
}

static bool take_pending(struct window *w, struct window_event *ret)
{
    for (size_t i = 0; i < FINGERS; i++) {
        struct finger *f = &w->fingers[i];
        if (f->lost) {
            f->lost = false;
            return tell(ret, (struct input_event){.kind = INPUT_CANCEL, .finger = (int64_t)i, .x = f->x, .y = f->y});
        }
    }
    for (unsigned kind = WINDOW_REDRAW; kind <= WINDOW_FOCUS_LOST; kind++) {
        if (w->pending & 1u << kind) {
            w->pending &= ~(1u << kind);
            *ret = (struct window_event){.kind = (enum window_event_kind)kind};
            return true;
        }
    }
    return false;
}

bool window_next_event(int64_t now_us, struct window **ret_window, struct window_event *ret_event)
{
    if (!window_system.open) {
        return false;
    }
    look_at_connectors(now_us);
    for (;;) {
        for (size_t i = 0; i < WINDOWS_MAX; i++) {
            struct window *w = window_system.windows[i];
            if (w && take_pending(w, ret_event)) {
                ret_event->input.at_us = now_us;
                *ret_window = w;
                return true;
            }
        }
        SDL_Event e;
        if (!SDL_PollEvent(&e)) {
            return false;
        }
        if (translate(&e, ret_window, ret_event)) {
            ret_event->input.at_us = now_us;
            return true;
        }
    }
}

/* -- as if a device did it ----------------------------------------------------------------------------------- */

static int push(SDL_Event *e)
{
    return SDL_PushEvent(e) == 1 ? 0 : -ENOBUFS;
}

static Uint32 id_of(const struct window *w)
{
    return w->sdl ? SDL_GetWindowID(w->sdl) : UINT32_MAX; /* nobody's; 0 would be anybody's */
}

int window_push_finger(struct window *window, enum input_kind kind, int64_t finger, float nx, float ny)
{
    if (kind != INPUT_DOWN && kind != INPUT_MOVE && kind != INPUT_UP) {
        return -EINVAL;
    }
    SDL_Event e = {.tfinger = {.touchId = 1, .fingerId = finger, .x = nx, .y = ny, .windowID = id_of(window)}};
    e.type = kind == INPUT_DOWN ? SDL_FINGERDOWN : kind == INPUT_MOVE ? SDL_FINGERMOTION : SDL_FINGERUP;
    return push(&e);
}

int window_push_mouse(struct window *window, enum input_kind kind, int x, int y)
{
    SDL_Event e = {0};
    switch (kind) {
    case INPUT_DOWN:
    case INPUT_UP:
        e.button = (SDL_MouseButtonEvent){.windowID = id_of(window), .button = SDL_BUTTON_LEFT, .x = x, .y = y};
        e.type = kind == INPUT_DOWN ? SDL_MOUSEBUTTONDOWN : SDL_MOUSEBUTTONUP;
        break;
    case INPUT_MOVE:
        e.motion = (SDL_MouseMotionEvent){.windowID = id_of(window), .x = x, .y = y};
        e.type = SDL_MOUSEMOTION;
        break;
    case INPUT_WHEEL:
        e.wheel = (SDL_MouseWheelEvent){.windowID = id_of(window), .y = y, .preciseY = (float)y, .mouseX = x};
        e.type = SDL_MOUSEWHEEL;
        break;
    default:
        return -EINVAL;
    }
    return push(&e);
}

int window_push_key(struct window *window, enum input_key key, bool repeated)
{
    enum input_key plain = key == INPUT_KEY_BACK_TAB ? INPUT_KEY_TAB : key;
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        if (keys[i].key == plain) {
            SDL_Event e = {.key = {.windowID = id_of(window), .state = SDL_PRESSED, .repeat = repeated}};
            e.type = SDL_KEYDOWN;
            e.key.keysym.sym = keys[i].code;
            e.key.keysym.mod = key == INPUT_KEY_BACK_TAB ? KMOD_LSHIFT : KMOD_NONE;
            return push(&e);
        }
    }
    return -EINVAL;
}

int window_push_text(struct window *window, const char *text)
{
    SDL_Event e = {.text = {.windowID = id_of(window)}};
    e.type = SDL_TEXTINPUT;
    if (!text_copy(e.text.text, sizeof(e.text.text), text)) {
        return -EINVAL;
    }
    return push(&e);
}

int window_push(struct window *window, enum window_event_kind kind)
{
    SDL_Event e = {.window = {.windowID = id_of(window)}};
    e.type = SDL_WINDOWEVENT;
    switch (kind) {
    case WINDOW_REDRAW:
        e.window.event = SDL_WINDOWEVENT_EXPOSED;
        break;
    case WINDOW_CLOSE:
        e.window.event = SDL_WINDOWEVENT_CLOSE;
        break;
    case WINDOW_FOCUS:
        e.window.event = SDL_WINDOWEVENT_FOCUS_GAINED;
        break;
    case WINDOW_FOCUS_LOST:
        e.window.event = SDL_WINDOWEVENT_FOCUS_LOST;
        break;
    case WINDOW_DISPLAY_GONE:
    case WINDOW_DISPLAY_BACK:
        e.display = (SDL_DisplayEvent){.type = SDL_DISPLAYEVENT, .display = (Uint32)window->display};
        e.display.event = kind == WINDOW_DISPLAY_GONE ? SDL_DISPLAYEVENT_DISCONNECTED : SDL_DISPLAYEVENT_CONNECTED;
        break;
    default:
        return -EINVAL;
    }
    return push(&e);
}
