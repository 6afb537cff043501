/* One loop, one thread. It waits on the gate's socket, the photo and PIN threads, the window system (where that has a
 * descriptor) and the nearest deadline; SDL has no call to wait with that doesn't spin on some drivers.
 *
 * A turn: everything that came is taken in -> the models step -> what is due is drawn and presented, verdicts at
 * once -> wait. */
#include "face/app.h"

#define LOG_MODULE "app"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "face/display.h"
#include "face/face.h"
#include "face/pins.h"
#include "gfx/sound_out.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

enum { SOUND_SAMPLES_MAX = 2 * SOUND_OUT_RATE };

/* What is waited for. Most turns come from the window system's own rhythm: they ask nobody else. */
enum source { SOURCE_GATE, SOURCE_PHOTOS, SOURCE_PINS, SOURCE_SIGNALS, SOURCE_WINDOWS, SOURCES };

/* One face on its display. */
struct screen {
    const struct face_config *config;
    const struct face_ops *ops;
    void *face;
    struct display *display;
    int64_t swallowed; /* the finger that woke it: its touches don't count until it is lifted; -1: none */
    bool closed;
};

struct app {
    struct ui_config config;
    struct face_services services;
    struct screen screens[FACE_MAX];
    size_t n_screens;
    struct sound_out *speaker; /* NULL: silent */
    int signal_fd;
    bool came[SOURCES]; /* since the last turn */
    bool asked; /* of photos, in this turn: one may have given way to another */
    bool first_status, warm, ends, wants_snapshot;
    int64_t watchdog_us; /* between two signs of life; 0: none asked for */
    int64_t alive_us; /* of the last one */
    int64_t started_us;
    int64_t verdict_us; /* when the gate told the oldest verdict that hasn't been shown; 0: none */
    int16_t samples[SOUND_SAMPLES_MAX];
};

static struct face_now now(void)
{
    return (struct face_now){clock_boot_us(), clock_utc_us()};
}

static void play(void *user, enum sound sound)
{
    struct app *app = user;
    float volume = (float)app->config.volume_percent / 100;
    if (app->speaker && volume > 0) {
        size_t n = sound_make(sound, SOUND_OUT_RATE, volume, app->samples, SOUND_SAMPLES_MAX);
        (void)sound_out_play(app->speaker, app->samples, n);
    }
}

static int open_screen(struct app *app, const struct face_config *config)
{
    struct screen *s = &app->screens[app->n_screens];
    struct window_options options = {
        .title = "Stile",
        .display = config->display,
        .width = config->width,
        .height = config->height,
        .placed = config->placed,
        .x = config->x,
        .y = config->y,
        .fullscreen = config->fullscreen && config->width == 0,
        .transform = config->transform,
        .touch_device = config->touch_device[0] ? config->touch_device : NULL,
    };
    s->config = config;
    s->swallowed = -1;
    s->ops = config->kind == FACE_ENTRANCE ? &entrance_face_ops : &shell_face_ops;
    app->n_screens++;
    int r = display_open(&options, app->config.fonts_path, config->theme, &s->display);
    if (r == 0) {
        ui_use_keyboard(display_ui(s->display), config->keyboard);
        r = s->ops->open(config, &app->services, now(), &s->face);
    }
    if (r < 0) {
        log_error("face %s can't be opened: %s", config->name, strerror(-r));
    }
    return r;
}

static int open_signals(void)
{
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGUSR1);
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0) {
        return -errno;
    }
    int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return fd < 0 ? -errno : fd;
}

static int open_services(struct app *app)
{
    struct face_services *s = &app->services;
    s->config = &app->config;
    s->play = play;
    s->user = app;
    app->signal_fd = open_signals();
    int r = app->signal_fd < 0 ? app->signal_fd : 0;
    if (r == 0) {
        r = facts_new(app->config.list_path, app->config.journal_path, &s->facts);
    }
    if (r == 0) {
        facts_set_point(s->facts, app->config.point);
        r = photos_new(s->facts, &s->photos);
    }
    if (r == 0) {
        r = pins_new(&s->pins);
    }
    if (r == 0) {
        r = link_open(app->config.control_path, &s->link);
    }
    return r;
}

int app_open(const struct ui_config *config, int64_t started_us, struct app **ret_app)
{
    struct app *app = calloc(1, sizeof(*app));
    if (!app) {
        return -ENOMEM;
    }
    uint64_t watchdog_us = 0;
    app->config = *config;
    app->signal_fd = -1;
    app->first_status = true;
    app->started_us = started_us;
    int r = open_services(app);
    if (r < 0) {
        log_error("can't start: %s", strerror(-r));
    }
    if (sd_watchdog_enabled(0, &watchdog_us) > 0) {
        app->watchdog_us = (int64_t)watchdog_us / 3;
    }
    for (size_t i = 0; r == 0 && i < app->config.n_faces; i++) {
        r = open_screen(app, &app->config.faces[i]);
    }
    if (r == 0 && app->config.volume_percent > 0 && sound_out_start(0, &app->speaker) < 0) {
        log_warn("there will be no sounds");
    }
    if (r < 0) {
        app_close(app);
        return r;
    }
    *ret_app = app;
    return 0;
}

void app_close(struct app *app)
{
    if (!app) {
        return;
    }
    for (size_t i = 0; i < app->n_screens; i++) {
        if (app->screens[i].face) {
            app->screens[i].ops->close(app->screens[i].face);
        }
        display_close(app->screens[i].display);
    }
    sound_out_stop(app->speaker);
    link_close(app->services.link);
    photos_free(app->services.photos);
    pins_free(app->services.pins);
    facts_free(app->services.facts);
    cleanup_closep(&app->signal_fd);
    free(app);
}

static void tell_link(struct app *app, const struct link_event *event)
{
    struct face_now at = now();
    if (event->kind == LINK_EVENT_STATUS && app->first_status && !app->config.point[0] &&
        event->status->n_readers > 0) {
        app->first_status = false;
        facts_set_point(app->services.facts, event->status->readers[0].point);
    }
    if (event->kind == LINK_EVENT_NEWS && event->news->phase <= NEWS_DENIED && app->verdict_us == 0) {
        app->verdict_us = event->news->boot_us;
    }
    for (size_t i = 0; i < app->n_screens; i++) {
        app->screens[i].ops->link(app->screens[i].face, event, at);
        ui_touch(display_ui(app->screens[i].display));
    }
}

/* @return true when more waits. */
static bool take_link(struct app *app)
{
    struct link_event event;
    if (!app->came[SOURCE_GATE] && link_deadline(app->services.link) > clock_boot_us()) {
        return false;
    }
    int r = link_step(app->services.link, clock_boot_us());
    while (link_next(app->services.link, &event)) {
        tell_link(app, &event);
        app->asked = true;
    }
    return r == LINK_MORE;
}

static void take_facts(struct app *app)
{
    if (!facts_step(app->services.facts, clock_boot_us())) {
        return;
    }
    photos_forget(app->services.photos);
    for (size_t i = 0; i < app->n_screens; i++) {
        app->screens[i].ops->branch(app->screens[i].face);
        ui_touch(display_ui(app->screens[i].display));
    }
}

static void take_answers(struct app *app)
{
    int64_t id;
    bool matches;
    if (!app->came[SOURCE_PHOTOS] && !app->came[SOURCE_PINS] && !app->asked) {
        return;
    }
    app->asked = false;
    while (photos_next(app->services.photos, &id)) {
        for (size_t i = 0; i < app->n_screens; i++) {
            app->screens[i].ops->photo(app->screens[i].face, id);
            ui_touch(display_ui(app->screens[i].display));
        }
    }
    while (pins_next(app->services.pins, &id, &matches)) {
        for (size_t i = 0; i < app->n_screens; i++) {
            if (app->screens[i].ops->pin) {
                app->screens[i].ops->pin(app->screens[i].face, id, matches, now());
                ui_touch(display_ui(app->screens[i].display));
            }
        }
    }
}

static struct screen *screen_of(struct app *app, const struct window *window)
{
    for (size_t i = 0; i < app->n_screens; i++) {
        if (!app->screens[i].closed && display_window(app->screens[i].display) == window) {
            return &app->screens[i];
        }
    }
    return NULL;
}

static bool is_touch(enum input_kind kind)
{
    return kind == INPUT_DOWN || kind == INPUT_MOVE || kind == INPUT_UP || kind == INPUT_CANCEL;
}

/* @return true when this is (the rest of) a touch that only woke the screen. */
static bool swallows(struct screen *s, const struct input_event *event)
{
    if (!is_touch(event->kind)) {
        return s->ops->touch(s->face, now());
    }
    if (event->kind == INPUT_DOWN && s->ops->touch(s->face, now())) {
        s->swallowed = event->finger;
        return true;
    }
    if (s->swallowed != event->finger) {
        return false;
    }
    if (event->kind == INPUT_UP || event->kind == INPUT_CANCEL) {
        s->swallowed = -1;
    }
    return true;
}

static void take_intents(struct screen *s)
{
    struct intent intent;
    while (ui_next_intent(display_ui(s->display), &intent)) {
        s->ops->intent(s->face, &intent, display_ui(s->display), now());
    }
}

static void take_window(struct app *app, struct screen *s, const struct window_event *event)
{
    switch (event->kind) {
    case WINDOW_INPUT:
        if (!swallows(s, &event->input)) {
            if (s->ops->input) {
                s->ops->input(s->face, &event->input, display_ui(s->display), now());
            }
            ui_input(display_ui(s->display), &event->input);
            take_intents(s);
        }
        ui_touch(display_ui(s->display));
        break;
    case WINDOW_CLOSE:
        s->closed = true;
        display_shut(s->display);
        app->ends = true;
        for (size_t i = 0; i < app->n_screens; i++) {
            app->ends = app->ends && app->screens[i].closed;
        }
        break;
    default:
        display_event(s->display, event->kind);
    }
}

static void take_windows(struct app *app)
{
    struct window *window;
    struct window_event event;
    while (window_next_event(clock_boot_us(), &window, &event)) {
        struct screen *s = screen_of(app, window);
        if (s) {
            take_window(app, s, &event);
        }
    }
}

static int draw(struct app *app)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < app->n_screens; i++) {
        struct screen *s = &app->screens[i];
        struct face_now at = now();
        if (s->ops->deadline(s->face) <= at.boot_us) {
            s->ops->time(s->face, at);
            ui_touch(display_ui(s->display));
        }
        if (!s->closed && display_due(s->display, at.boot_us)) {
            r = display_frame(s->display, at.boot_us, (void (*)(void *, struct ui *))(uintptr_t)s->ops->view, s->face);
            take_intents(s);
        }
    }
    return r;
}

static int64_t sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t next_deadline(const struct app *app, int64_t boot_us)
{
    bool active = false;
    int64_t at = sooner(link_deadline(app->services.link), facts_deadline(app->services.facts));
    for (size_t i = 0; i < app->n_screens; i++) {
        const struct screen *s = &app->screens[i];
        at = sooner(at, s->ops->deadline(s->face));
        at = s->closed ? at : sooner(at, display_deadline(s->display));
        active = active || ui_active(display_ui(s->display));
    }
    at = sooner(at, app->watchdog_us ? app->alive_us + app->watchdog_us : US_NEVER);
    return sooner(at, boot_us + window_pump_interval_us(active));
}

static void wait_for_something(struct app *app)
{
    struct pollfd fds[SOURCES] = {
        [SOURCE_GATE] = {.fd = link_fd(app->services.link), .events = link_events(app->services.link)},
        [SOURCE_PHOTOS] = {.fd = photos_fd(app->services.photos), .events = POLLIN},
        [SOURCE_PINS] = {.fd = pins_fd(app->services.pins), .events = POLLIN},
        [SOURCE_SIGNALS] = {.fd = app->signal_fd, .events = POLLIN},
        [SOURCE_WINDOWS] = {.fd = window_system_fd(), .events = POLLIN},
    };
    int64_t boot_us = clock_boot_us();
    int64_t left_us = next_deadline(app, boot_us) - boot_us;
    struct timespec timeout = {0};
    if (left_us > 0) {
        timeout = (struct timespec){left_us / US_PER_S, (left_us % US_PER_S) * 1000};
    }
    (void)ppoll(fds, ARRAY_LEN(fds), &timeout, NULL);
    for (size_t i = 0; i < SOURCES; i++) {
        app->came[i] = fds[i].revents != 0;
    }
}

static void take_signals(struct app *app)
{
    struct signalfd_siginfo info;
    while (app->came[SOURCE_SIGNALS] && read(app->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
        if (info.ssi_signo == SIGUSR1) {
            app->wants_snapshot = true;
        } else {
            app->ends = true;
        }
    }
}

static void show_life(struct app *app)
{
    int64_t boot_us = clock_boot_us();
    if (app->verdict_us != 0) {
        const struct display_stats *stats = display_stats(app->screens[0].display);
        log_debug("verdict_us=%lld view_us=%lld paint_us=%lld present_us=%lld", (long long)(boot_us - app->verdict_us),
                  (long long)stats->view_us, (long long)stats->paint_us, (long long)stats->present_us);
        app->verdict_us = 0;
    }
    if (app->watchdog_us && boot_us >= app->alive_us + app->watchdog_us) {
        app->alive_us = boot_us;
        (void)sd_notify(0, "WATCHDOG=1");
    }
    if (!app->warm) {
        /* The first picture is there; what makes later ones wait is made ready now. */
        app->warm = true;
        i18n_warm();
        (void)sd_notify(0, "READY=1");
        log_info("started faces=%zu first_picture_us=%lld", app->n_screens,
                 (long long)(clock_boot_us() - app->started_us));
    }
}

/* What each screen shows, for whoever looks from outside: support, and tests. Only where a folder for it is named. */
static void snapshot(const struct app *app)
{
    const char *folder = getenv("STILE_UI_SNAPSHOTS");
    for (size_t i = 0; folder && i < app->n_screens; i++) {
        int r = display_snapshot(app->screens[i].display, folder, app->screens[i].config->name);
        if (r < 0) {
            log_warn("no snapshot of face %s: %s", app->screens[i].config->name, strerror(-r));
        }
    }
}

int app_run(struct app *app)
{
    int r = 0;
    while (!app->ends && r == 0) {
        bool more = take_link(app);
        if (app->warm) { /* the first picture waits for no file */
            take_facts(app);
        }
        take_answers(app);
        take_windows(app);
        take_signals(app);
        r = draw(app);
        show_life(app);
        if (app->wants_snapshot) {
            app->wants_snapshot = false;
            snapshot(app);
        }
        if (!more && r == 0 && !app->ends) {
            wait_for_something(app);
        }
    }
    (void)sd_notify(0, "STOPPING=1");
    return r;
}
