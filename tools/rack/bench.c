/* One thread. A turn: everything that came is taken in -> wishes are carried out -> what is due is drawn -> wait.
 * Talking to a simulated device takes a fraction of a millisecond; the start of the stage alone takes seconds, and
 * has its picture. */
#include "rack/bench.h"

#define LOG_MODULE "bench"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "face/display.h"
#include "face/link.h"
#include "gfx/window.h"
#include "morning/watch.h"
#include "rack/rack.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>

#define LOOK_OFTEN_US (30 * US_PER_MS)
#define LOOK_US       (200 * US_PER_MS)

enum { FACE_W = 1024, FACE_H = 600, RACK_W = 880, RACK_H = 930, RACK_LEAST_W = 640, GAP = 16, TITLE_PX = 40 };
/* How stile-ui ends when starting it again would be of no use: sysexits.h. */
enum { UI_CLOSED = 0, UI_USAGE = 64, UI_DISPLAY = 69, UI_CONFIGURATION = 78, UI_NOT_RUN = 126 };

struct bench {
    struct stage stage;
    struct rack rack;
    struct watch watch;
    struct display *display;
    struct link *link;
    int signal_fd;
    enum language language;
    char geometry[32]; /* of the entrance's window */
    int64_t look_us; /* when to look at the simulated lanes */
    bool ends, failed, wants_snapshot;
};

static void tick(struct bench *b)
{
    rack_time(&b->rack, clock_boot_us(), clock_utc_us());
}

static void changed(struct bench *b)
{
    ui_touch(display_ui(b->display));
}

static void complain(struct bench *b, const char *what)
{
    (void)fprintf(stderr, "stile-rack: %s\n", what);
    b->failed = b->ends = true;
}

/* -- opening ------------------------------------------------------------------------------------------------ */

/* The entrance and the rack side by side where there is room, else one over the other. */
static void place(struct bench *b, struct window_options *rack)
{
    int room_w = 0, room_h = 0;
    if (window_system_room(&room_w, &room_h) < 0) {
        room_w = FACE_W + GAP + RACK_W;
        room_h = RACK_H + TITLE_PX;
    }
    int beside = room_w - FACE_W - GAP;
    rack->width = beside >= RACK_LEAST_W ? beside : room_w;
    rack->width = rack->width < RACK_W ? rack->width : RACK_W;
    rack->height = room_h - TITLE_PX < RACK_H ? room_h - TITLE_PX : RACK_H;
    int left = beside >= RACK_LEAST_W ? (room_w - FACE_W - GAP - rack->width) / 2 : 0;
    rack->placed = true;
    rack->x = beside >= RACK_LEAST_W ? left + FACE_W + GAP : room_w - rack->width;
    rack->y = TITLE_PX;
    (void)snprintf(b->geometry, sizeof(b->geometry), "%dx%d+%d+%d", FACE_W, FACE_H, left, TITLE_PX);
}

static void view(void *user, struct ui *ui)
{
    rack_view(user, ui);
}

static int draw(struct bench *b)
{
    int64_t now_us = clock_boot_us();
    return display_due(b->display, now_us) ? display_frame(b->display, now_us, view, &b->rack) : 0;
}

static int open_signals(void)
{
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGHUP);
    (void)sigaddset(&set, SIGUSR1);
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0) {
        return -errno;
    }
    int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return fd < 0 ? -errno : fd;
}

/* What the gate wrote while nobody was connected; of that only one thing is worth telling. */
static void on_event(const struct journal_event *event, void *user)
{
    struct bench *b = user;
    if (event->kind == JOURNAL_UNRESOLVED) {
        struct gate_news news = {.phase = NEWS_UNRESOLVED, .utc_us = event->utc_us};
        if (event->card.form != CARD_NONE) {
            card_format(&event->card, news.card);
        }
        rack_news(&b->rack, &news);
    }
}

static void start_screen(struct bench *b)
{
    if (stage_start_screen(&b->stage, b->geometry, language_code(b->language)) < 0) {
        complain(b, b->stage.error);
    } else {
        rack_screen(&b->rack, true);
    }
}

static void set_dials(struct bench *b)
{
    char dial[RACK_COMMAND_SIZE];
    (void)snprintf(dial, sizeof(dial), "dial patience_ms %d", (int)(RACK_PATIENCE_US / US_PER_MS));
    (void)stage_tell_lanes(&b->stage, dial, NULL);
    (void)snprintf(dial, sizeof(dial), "dial rotation_ms %d", (int)(RACK_ROTATION_US / US_PER_MS));
    (void)stage_tell_lanes(&b->stage, dial, NULL);
}

static int open_stage(struct bench *b, const struct stage_options *options)
{
    char path[STAGE_PATH_SIZE];
    int r = draw(b); /* something is seen while the processes start */
    if (r == 0) {
        r = stage_open(&b->stage, options);
    }
    if (r < 0) {
        complain(b, b->stage.error[0] ? b->stage.error : strerror(-r));
        return r;
    }
    set_dials(b);
    stage_path(&b->stage, "journal.db", path);
    r = watch_open(&b->watch, path, on_event, b);
    if (r == 0) {
        stage_path(&b->stage, "gate.control", path);
        r = link_open(path, &b->link);
    }
    if (r < 0) {
        complain(b, strerror(-r));
        return r;
    }
    tick(b);
    start_screen(b);
    return 0;
}

static int open_display(struct bench *b)
{
    struct window_options options = {.title = "Stile: test bench", .display = -1, .transform = transform_of(0, 0)};
    place(b, &options);
    int r = display_open(&options, RACK_FONTS, THEME_LIGHT, &b->display);
    if (r < 0) {
        complain(b, strerror(-r));
    }
    return r;
}

/* -- wishes ------------------------------------------------------------------------------------------------- */

static void describe(const struct bench *b, const struct rack_card *card, char *ret_what, size_t size)
{
    switch (card->kind) {
    case RACK_PERSONS:
        stage_describe(&b->stage, card->person, ret_what, size);
        return;
    case RACK_FORGERY:
        (void)snprintf(ret_what, size, "desfire uid=%s aid=f58540 key=00112233445566778899aabbccddeeff keyno=0",
                       card->number);
        return;
    case RACK_ROGUE:
        (void)snprintf(ret_what, size, "desfire uid=%s", card->number);
        return;
    case RACK_UNKNOWN:
    case RACK_CLONE:
        break;
    }
    (void)snprintf(ret_what, size, "classic uid=%s", card->number);
}

static int put_card(struct bench *b, const struct rack_wish *wish)
{
    char what[128], command[192];
    struct rack_card card = rack_card(wish->card);
    describe(b, &card, what, sizeof(what));
    (void)snprintf(command, sizeof(command), "put %s for_ms=%d", what, (int)(RACK_HOLD_US / US_PER_MS));
    return stage_tell_reader(&b->stage, wish->reader, command, NULL);
}

/* The list's place in the folder is empty, or has it again. */
static int move_list(struct bench *b, const char *from, const char *to)
{
    char old[STAGE_PATH_SIZE], new[STAGE_PATH_SIZE];
    stage_path(&b->stage, from, old);
    stage_path(&b->stage, to, new);
    return rename(old, new) < 0 ? -errno : 0;
}

static int carry_out(struct bench *b, const struct rack_wish *wish)
{
    switch (wish->kind) {
    case RACK_WISH_PUT:
        return put_card(b, wish);
    case RACK_WISH_READER:
        return stage_tell_reader(&b->stage, wish->reader, wish->command, NULL);
    case RACK_WISH_LANES:
        b->look_us = 0;
        return stage_tell_lanes(&b->stage, wish->command, NULL);
    case RACK_WISH_POWER_CUT:
        stage_kill_gate(&b->stage);
        return 0;
    case RACK_WISH_POWER_ON:
        return stage_launch_gate(&b->stage);
    case RACK_WISH_SCREEN_KILL:
        stage_kill_screen(&b->stage);
        return 0;
    case RACK_WISH_SCREEN_START:
        start_screen(b);
        return 0;
    case RACK_WISH_LIST_AWAY:
        return move_list(b, "list.db", "list.away");
    case RACK_WISH_LIST_BACK:
        return move_list(b, "list.away", "list.db");
    }
    return 0;
}

static void carry_out_all(struct bench *b)
{
    for (struct rack_wish wish; rack_next_wish(&b->rack, &wish);) {
        b->stage.error[0] = '\0';
        int r = carry_out(b, &wish);
        if (r < 0) {
            rack_failed(&b->rack, b->stage.error[0] ? b->stage.error : strerror(-r));
        }
        changed(b);
    }
}

/* -- what comes in ------------------------------------------------------------------------------------------ */

static void take_link(struct bench *b)
{
    struct link_event event;
    (void)link_step(b->link, clock_boot_us());
    while (link_next(b->link, &event)) {
        changed(b);
        switch (event.kind) {
        case LINK_EVENT_STATE:
            rack_connected(&b->rack, event.state.state == LINK_CONNECTED);
            if (event.state.state == LINK_CONNECTED) {
                (void)watch_look(&b->watch);
            }
            break;
        case LINK_EVENT_NEWS:
            b->look_us = 0;
            rack_news(&b->rack, event.news);
            break;
        case LINK_EVENT_STATUS:
            rack_status(&b->rack, event.status);
            break;
        case LINK_EVENT_CHECKS:
        case LINK_EVENT_ANSWER:
            break;
        }
    }
}

static void take_windows(struct bench *b)
{
    struct window *window;
    struct window_event event;
    struct intent intent;
    while (window_next_event(clock_boot_us(), &window, &event)) {
        if (event.kind == WINDOW_INPUT) {
            ui_input(display_ui(b->display), &event.input);
            changed(b);
        } else if (event.kind == WINDOW_CLOSE) {
            b->ends = true;
        } else {
            display_event(b->display, event.kind);
        }
    }
    while (ui_next_intent(display_ui(b->display), &intent)) {
        rack_on(&b->rack, &intent);
        changed(b);
    }
}

static void take_lanes(struct bench *b)
{
    char log[STAGE_ANSWER_SIZE];
    if (clock_boot_us() < b->look_us) {
        return;
    }
    for (bool more = true; more && stage_tell_lanes(&b->stage, "log", log) == 0;) {
        more = rack_lanes_log(&b->rack, log);
        if (strcmp(log, "nothing") != 0) {
            changed(b);
        }
    }
    b->look_us = clock_boot_us() + (rack_moves(&b->rack) ? LOOK_OFTEN_US : LOOK_US);
}

static void take_ends(struct bench *b)
{
    int status;
    if (stage_gate_ended(&b->stage)) {
        rack_gate_ended(&b->rack);
        changed(b);
    }
    if (!stage_screen_ended(&b->stage, &status)) {
        return;
    }
    changed(b);
    if (status == UI_CLOSED) {
        b->ends = true;
    } else if (status == UI_USAGE || status == UI_DISPLAY || status == UI_CONFIGURATION || status >= UI_NOT_RUN) {
        char text[STAGE_PATH_SIZE + 64];
        (void)snprintf(text, sizeof(text), "stile-ui can't run; see %s/screen.log", b->stage.folder);
        complain(b, text);
    } else {
        rack_screen(&b->rack, false);
    }
}

static void take_signals(struct bench *b)
{
    struct signalfd_siginfo info;
    while (read(b->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
        if (info.ssi_signo == SIGUSR1) {
            b->wants_snapshot = true;
        } else {
            b->ends = true;
        }
    }
}

static void snapshot(struct bench *b)
{
    const char *folder = getenv("STILE_UI_SNAPSHOTS");
    b->wants_snapshot = false;
    int r = folder ? display_snapshot(b->display, folder, "rack") : 0;
    if (r < 0) {
        log_warn("no snapshot: %s", strerror(-r));
    }
}

/* -- the loop ----------------------------------------------------------------------------------------------- */

static int64_t sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void wait_for_something(struct bench *b)
{
    struct pollfd fds[] = {
        {.fd = link_fd(b->link), .events = link_events(b->link)},
        {.fd = b->signal_fd, .events = POLLIN},
        {.fd = window_system_fd(), .events = POLLIN},
    };
    int64_t now_us = clock_boot_us(), at = sooner(link_deadline(b->link), display_deadline(b->display));
    at = sooner(at, sooner(b->look_us, rack_deadline(&b->rack)));
    at = sooner(at, now_us + window_pump_interval_us(ui_active(display_ui(b->display))));
    struct timespec timeout = {0};
    if (at > now_us) {
        timeout = (struct timespec){(at - now_us) / US_PER_S, (at - now_us) % US_PER_S * 1000};
    }
    (void)ppoll(fds, ARRAY_LEN(fds), &timeout, NULL);
}

static void loop(struct bench *b)
{
    while (!b->ends) {
        if (rack_deadline(&b->rack) <= clock_boot_us()) {
            changed(b);
        }
        tick(b);
        take_link(b);
        take_windows(b);
        take_lanes(b);
        take_ends(b);
        take_signals(b);
        carry_out_all(b);
        tick(b);
        int r = draw(b);
        if (r < 0) {
            complain(b, strerror(-r));
        }
        if (b->wants_snapshot) {
            snapshot(b);
        }
        if (!b->ends) {
            wait_for_something(b);
        }
    }
}

int bench_run(const struct stage_options *options, enum language language)
{
    static struct bench bench; /* large */
    struct bench *b = &bench;
    b->language = language;
    b->signal_fd = open_signals();
    if (b->signal_fd < 0 || window_system_open() < 0) {
        (void)fputs("stile-rack: there is no display to show anything on; see tools/demo --text\n", stderr);
        return BENCH_NO_DISPLAY;
    }
    if (i18n_open(RACK_LOCALE) < 0) {
        log_warn("the catalogues can't all be read");
    }
    i18n_set(language);
    rack_init(&b->rack, clock_boot_us(), clock_utc_us());
    if (open_display(b) == 0 && open_stage(b, options) == 0) {
        loop(b);
    }
    link_close(b->link);
    watch_close(&b->watch);
    stage_close(&b->stage);
    display_close(b->display);
    i18n_close();
    window_system_close();
    cleanup_closep(&b->signal_fd);
    return b->failed ? 1 : 0;
}
