/* Signing in, the desk (light) and the service face (dark), in every state: at the branch in Stockholm, on 25 November
 * 2026, 17:42. */

#include "gallery/gallery.h"

#include "base/clock.h"
#include "base/text.h"
#include "screens/shell_internal.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define UTC_US (INT64_C(1795624920) * US_PER_S) /* 2026-11-25T16:42:00Z */

enum { EVENTS = 40, TAPS = 9, SAMPLES = 60 };

/* Calls into the model come one after another, a moment apart. */
struct scene {
    struct shell shell;
    struct ui *ui;
    int64_t now_us;
    enum language language;
};

static const char *const names[] = {
    "Åsa Lindqvist",   "Bo Ek",         "Çelik Yılmaz", "Dörte von Hohenlohe-Langenburg",
    "Eero Mäkinen",    "Fredrik Ström", "Greta Öberg",  "Håkon Sæther",
    "Ingrid Øvergård", "Jörg Weiß",     "Kaisa Lehto",  "Östen Ängström"};

enum { NAMES = sizeof(names) / sizeof(names[0]) };

/* Everything is well. */

static struct gate_status good_status(void)
{
    struct gate_status status = {.unit = "vasa-1",
                                 .version = "1.4.0",
                                 .configuration = "5f0c3a9e21d4b7",
                                 .boot_us = 1,
                                 .utc_us = UTC_US,
                                 .clock.trusted = true,
                                 .clock.synchronised = true,
                                 .keys = true,
                                 .emergency_cards = 4,
                                 .clients = 3};
    status.process.pid = 702;
    status.process.up_s = 9 * 86400 + 3 * 3600;
    status.process.memory_kb = 7460;
    status.lines.working = true;
    (void)text_copy(status.lines.chip, sizeof(status.lines.chip), "gpiochip0");
    status.list.state = STATUS_LIST_OK;
    status.list.version = 10482;
    status.list.epoch = 3;
    status.list.age_s = 125;
    status.list.synced_utc_us = UTC_US - 125 * US_PER_S;
    (void)text_copy(status.list.path, sizeof(status.list.path), "/var/lib/stile/list.db");
    (void)text_copy(status.journal.path, sizeof(status.journal.path), "/var/lib/stile/journal.db");
    status.journal.epoch = 1;
    status.journal.seq = 31204;
    status.journal.written = 1204;
    status.n_lanes = status.n_readers = 2;
    for (size_t i = 0; i < 2; i++) {
        struct status_reader *reader = &status.readers[i];
        (void)snprintf(status.lanes[i].name, sizeof(status.lanes[i].name), "lane%zu", i + 1);
        status.lanes[i].mode = STATUS_MODE_NORMAL;
        *reader = (struct status_reader){.working = true,
                                         .pid = 812 + (int64_t)i,
                                         .heard_ms = 140,
                                         .lag_us = 410,
                                         .answer_us = 21300,
                                         .chip = "PN532 v1.6",
                                         .no_new_privs = true,
                                         .landlock = true,
                                         .seccomp = true,
                                         .memory_kb = 3412};
        (void)snprintf(reader->name, sizeof(reader->name), "reader%zu", i + 1);
        (void)text_copy(reader->lane, sizeof(reader->lane), status.lanes[i].name);
        (void)text_copy(reader->point, sizeof(reader->point), "vasa-in");
        (void)snprintf(reader->device, sizeof(reader->device), "pn532_uart:/dev/ttyAMA%zu:115200", i);
    }
    status.n_zones = 1;
    status.zones[0] = (struct status_zone){.id = 1, .name = "Gym", .people = 42, .limit = 120};
    return status;
}

static void tell_status(struct scene *s, const struct gate_status *status)
{
    shell_status(&s->shell, status, s->now_us);
}

static void people(struct scene *s, size_t n)
{
    struct shell_staff staff[NAMES] = {0};
    for (size_t i = 0; i < n; i++) {
        staff[i] = (struct shell_staff){
            .id = (int64_t)i + 1, .role = (enum shell_role)(i % 3), .has_pin = i != 1, .language = LANGUAGES};
        (void)text_copy(staff[i].name, sizeof(staff[i].name), names[i]);
    }
    shell_staff(&s->shell, staff, n, s->now_us);
}

static void set_up(struct scene *s, enum shell_kind kind)
{
    struct shell_settings settings;
    struct gate_status status = good_status();
    shell_settings_init(&settings, kind);
    (void)text_copy(settings.branch, sizeof(settings.branch), "Friskhuset Vasa");
    (void)text_copy(settings.sign_in_reader, sizeof(settings.sign_in_reader), "reader2");
    (void)text_copy(settings.version, sizeof(settings.version), "1.4.0");
    settings.language = s->language;
    shell_init(&s->shell, &settings, s->now_us, UTC_US);
    people(s, 5);
    shell_link(&s->shell, SHELL_LINK_CONNECTED, s->now_us);
    tell_status(s, &status);
}

static void on(struct scene *s, int kind, int64_t arg)
{
    shell_on(&s->shell, &(struct intent){.kind = kind, .arg = arg}, s->ui, s->now_us);
}

static void later(struct scene *s, int64_t us)
{
    s->now_us += us;
    shell_time(&s->shell, s->now_us, UTC_US + us);
}

/* Signing in. */

static void type(struct scene *s, int n)
{
    for (int i = 0; i < n; i++) {
        on(s, SIGN_IN_ON_KEY, i);
    }
}

/* The first of the names, wherever the language's order puts it. */
static void choose(struct scene *s)
{
    const struct shell *shell = &s->shell;
    for (size_t row = 0; row < shell->n_staff && shell->sign_in.chosen != 1; row++) {
        on(s, SIGN_IN_ON_BACK, 0);
        on(s, SIGN_IN_ON_NAME, (int64_t)row);
    }
    assert(shell->sign_in.chosen == 1 && shell->sign_in.stage == SIGN_IN_PIN);
}

static void wrong_pin(struct scene *s, int times)
{
    choose(s);
    for (int i = 0; i < times; i++) {
        type(s, 4);
        on(s, SIGN_IN_ON_KEY, 11);
        shell_pin(&s->shell, s->shell.sign_in.chosen, true, false, s->now_us);
    }
}

static void checking(struct scene *s)
{
    choose(s);
    type(s, 6);
    on(s, SIGN_IN_ON_KEY, 11);
}

static void screen_locked(struct scene *s)
{
    s->shell.sign_in.locked_until_us = s->now_us + 47 * US_PER_S;
    choose(s);
}

static void refused(struct scene *s)
{
    shell_card(&s->shell, 1, s->now_us);
}

static void timed_out(struct scene *s)
{
    shell_sign_in(&s->shell, &s->shell.staff[0], s->now_us);
    later(s, 6 * US_PER_MIN);
}

static void no_list(struct scene *s)
{
    shell_staff(&s->shell, NULL, 0, s->now_us);
}

/* The desk. */

struct tap {
    const char *name, *product;
    enum news_phase phase; /* how it ended */
    enum access_code code;
    int minutes_ago;
};

static const struct tap taps[TAPS] = {
    {"Jörg", "Zehnerkarte", NEWS_PASSED, ACCESS_GRANTED, 31},
    {"Maximiliane-Alexandra", "Årskort · Gym & Grupp", NEWS_PASSED, ACCESS_GRANTED, 24},
    {"", "", NEWS_DENIED, ACCESS_CARD_UNKNOWN, 22},
    {"Kaisa", "Opiskelijakortti", NEWS_DENIED, ACCESS_OUTSIDE_HOURS, 17},
    {"Bo", "", NEWS_PASSED, ACCESS_GRANTED, 12},
    {"Åsa", "Årskort · Gym & Grupp", NEWS_NOT_PASSED, ACCESS_GRANTED, 9},
    {"Åsa", "Årskort · Gym & Grupp", NEWS_PASSED, ACCESS_GRANTED, 8},
    {"Ingrid", "Månedskort", NEWS_DENIED, ACCESS_UNPAID, 3},
    {"Eero", "Kuntosali", NEWS_GRANTED, ACCESS_GRANTED, 0},
};

static void tell_tap(struct scene *s, size_t i)
{
    const struct tap *tap = &taps[i];
    int64_t ago_us = tap->minutes_ago * US_PER_MIN;
    bool denied = tap->phase == NEWS_DENIED;
    struct gate_news news = {.phase = denied ? NEWS_DENIED : NEWS_GRANTED,
                             .grant = denied ? 0 : (int64_t)i + 1,
                             .utc_us = UTC_US - ago_us,
                             .boot_us = s->now_us - ago_us,
                             .side = NEWS_SIDE_IN,
                             .code = tap->code,
                             .cure = access_code_cure(tap->code),
                             .clips_left = -1,
                             .until_day = DAY_NONE,
                             .list_age_s = -1,
                             .line_us = -1,
                             .tap_us = -1,
                             .staff = i == 4,
                             .customer = (int64_t)i + 1};
    if (tap->code == ACCESS_UNPAID) {
        news.until_day = zone_local(&s->shell.settings.zone, UTC_US).day - 12;
    }
    if (tap->code == ACCESS_OUTSIDE_HOURS) {
        news.opens_utc_us = UTC_US + 15 * US_PER_HOUR;
    }
    (void)text_copy(news.lane, sizeof(news.lane), i % 2 ? "lane1" : "lane2");
    (void)text_copy(news.reader, sizeof(news.reader), i % 2 ? "reader1" : "reader2");
    (void)snprintf(news.card, sizeof(news.card), "04a1b2c3d4e5%zu0", i);
    (void)text_copy(news.name, sizeof(news.name), tap->name);
    (void)text_copy(news.product, sizeof(news.product), tap->product);
    shell_news(&s->shell, &news, s->now_us - ago_us);
    if (tap->phase == NEWS_PASSED || tap->phase == NEWS_NOT_PASSED) {
        news.phase = tap->phase;
        shell_news(&s->shell, &news, s->now_us - ago_us);
    }
}

static void desk(struct scene *s)
{
    set_up(s, SHELL_DESK);
    shell_sign_in(&s->shell, &s->shell.staff[0], s->now_us);
}

static void busy_day(struct scene *s)
{
    for (size_t i = 0; i < TAPS; i++) {
        tell_tap(s, i);
    }
}

static void alarms(struct scene *s)
{
    struct gate_status status = good_status();
    struct gate_news news = {
        .phase = NEWS_ALARM, .notice = NOTICE_TAILGATE, .code = ACCESS_CODES, .until_day = DAY_NONE};
    (void)text_copy(news.lane, sizeof(news.lane), "lane2");
    (void)text_copy(status.lanes[0].alarm, sizeof(status.lanes[0].alarm), "held_open");
    status.readers[1].working = false;
    busy_day(s);
    tell_status(s, &status);
    shell_news(&s->shell, &news, s->now_us);
}

static void fire(struct scene *s)
{
    struct gate_status status = good_status();
    status.fire = true;
    for (size_t i = 0; i < status.n_lanes; i++) {
        status.lanes[i].state = LANE_S_FIRE;
        status.lanes[i].release_in = status.lanes[i].release_out = true;
    }
    busy_day(s);
    tell_status(s, &status);
}

static void gone(struct scene *s)
{
    shell_link(&s->shell, SHELL_LINK_GONE, s->now_us);
    later(s, 12 * US_PER_S);
}

static void let_in(struct scene *s)
{
    busy_day(s);
    on(s, DESK_ON_LET_IN, 0);
    on(s, SHELL_ON_REASON, 0);
}

static void answered(struct scene *s, enum shell_outcome outcome)
{
    let_in(s);
    shell_answer(&s->shell, s->shell.last_token, outcome, s->now_us);
}

static void warned(struct scene *s)
{
    busy_day(s);
    later(s, s->shell.settings.sign_out_us - 14 * US_PER_S);
}

/* The service face. */

static void tell_checks(struct scene *s, bool turned)
{
    static const char *const inputs[] = {"lane1 contact_a", "lane1 contact_b",    "lane1 fire",
                                         "lane1 tamper",    "lane2 door_contact", "lane2 request_to_exit",
                                         "lane2 lockdown",  "lane2 tamper"};
    struct gate_checks checks = {.ok = true, .n = sizeof(inputs) / sizeof(inputs[0])};
    for (size_t i = 0; i < checks.n; i++) {
        bool active = i == 2 || i == 4 || (i == 0 && turned);
        checks.list[i] = (struct gate_check){.kind = CHECK_INPUT, .ok = i != 6};
        (void)text_copy(checks.list[i].name, sizeof(checks.list[i].name), inputs[i]);
        (void)text_copy(checks.list[i].text, sizeof(checks.list[i].text), active ? "active" : "inactive");
    }
    shell_checks(&s->shell, &checks, s->now_us);
}

static void tell_samples(struct scene *s)
{
    struct gate_news news = {.phase = NEWS_RELEASED, .code = ACCESS_CODES, .until_day = DAY_NONE, .clips_left = -1};
    (void)text_copy(news.reader, sizeof(news.reader), "reader1");
    for (int i = 0; i < SAMPLES; i++) {
        news.tap_us = (22 + (i * 37 + i * i * 11) % 26) * US_PER_MS;
        news.line_us = news.tap_us / 3;
        shell_news(&s->shell, &news, s->now_us);
    }
}

static void tell_journal(struct scene *s)
{
    static const struct service_event kinds[] = {
        {.kind = SERVICE_EVENT_PASSED, .lane = "lane1", .detail = "in"},
        {.kind = SERVICE_EVENT_RELEASED, .line_us = 12600, .lane = "lane1"},
        {.kind = SERVICE_EVENT_DECISION, .code = ACCESS_GRANTED, .lane = "lane1", .card = "04b7..1e"},
        {.kind = SERVICE_EVENT_ALARM, .lane = "lane1", .detail = "tailgate"},
        {.kind = SERVICE_EVENT_STAFF_RELEASE,
         .lane = "lane1",
         .who = "Åsa Lindqvist (uid 990)",
         .why = "Forgot the card"},
        {.kind = SERVICE_EVENT_DECISION, .code = ACCESS_CARD_EXPIRED, .lane = "lane2", .card = "04a1..9c"},
        {.kind = SERVICE_EVENT_READER_BACK, .lane = "lane2"},
        {.kind = SERVICE_EVENT_READER_LOST, .lane = "lane2", .detail = "silent"},
        {.kind = SERVICE_EVENT_STAFF_ACT, .who = "Çelik Yılmaz (uid 990)", .why = "touch test passed"},
        {.kind = SERVICE_EVENT_MODE,
         .code = 1,
         .lane = "lane2",
         .who = "Çelik Yılmaz (uid 990)",
         .why = "Set at the service face"},
        {.kind = SERVICE_EVENT_LIST_STATE, .detail = "ok"},
        {.kind = SERVICE_EVENT_START, .detail = "version=1.4.0 configuration=5f0c3a9e21"},
    };
    struct service_event events[EVENTS];
    for (size_t i = 0; i < EVENTS; i++) {
        struct service_event *event = &events[EVENTS - 1 - i];
        *event = kinds[i % (sizeof(kinds) / sizeof(kinds[0]))];
        event->line_us = event->line_us ? event->line_us : -1;
        event->seq = 31204 - (int64_t)i;
        event->utc_us = UTC_US - (int64_t)i * 37 * US_PER_S;
    }
    shell_journal(&s->shell, events, EVENTS, s->now_us);
}

static void service(struct scene *s, enum service_page page)
{
    set_up(s, SHELL_SERVICE);
    shell_sign_in(&s->shell, &s->shell.staff[2], s->now_us);
    tell_samples(s);
    tell_journal(s);
    shell_self(&s->shell, &(struct service_self){.pid = 901, .up_s = 93000, .memory_kb = 38912}, s->now_us);
    shell_open_page(&s->shell, (int)page, s->now_us);
    tell_checks(s, false);
    tell_checks(s, true);
}

static void troubled(struct scene *s)
{
    struct gate_status status = good_status();
    status.readers[0].working = false;
    status.readers[0].restarts = 12;
    (void)text_copy(status.readers[0].fault, sizeof(status.readers[0].fault), "no answer from pn532_uart:/dev/ttyAMA0");
    status.lanes[1].fault = true;
    status.lines.working = false;
    (void)text_copy(status.lines.fault, sizeof(status.lines.fault), "No such device");
    status.list.state = STATUS_LIST_CORRUPT;
    status.journal.queued = 211;
    status.clock.trusted = false;
    (void)text_copy(status.journal.error, sizeof(status.journal.error), "No space left on device");
    tell_status(s, &status);
}

static void wipe(struct scene *s)
{
    on(s, SERVICE_ON_TEST, SERVICE_TEST_TOUCH);
    for (int i = 0; i < 14; i++) {
        struct input_event event = {
            .kind = i ? INPUT_MOVE : INPUT_DOWN, .finger = 1, .x = 0.03F + (float)i * 0.05F, .y = 0.3F};
        shell_input(&s->shell, &event, 1, 1, s->now_us);
    }
    s->shell.service.touch_x = s->shell.service.fingers[0].x = 400;
    s->shell.service.touch_y = s->shell.service.fingers[0].y = 200;
}

/* clang-format off */
#define SCENES(ROW)                                                                                                    \
    ROW(names, "sign-in-names", set_up(s, SHELL_DESK))                                                                 \
    ROW(names_many, "sign-in-many", set_up(s, SHELL_DESK); people(s, NAMES))                                           \
    ROW(names_none, "sign-in-nobody", set_up(s, SHELL_DESK); people(s, 0))                                             \
    ROW(names_service, "sign-in-service", set_up(s, SHELL_SERVICE))                                                    \
    ROW(no_list, "sign-in-no-list", set_up(s, SHELL_DESK); no_list(s))                                                 \
    ROW(pin, "sign-in-pin", set_up(s, SHELL_DESK); choose(s))                                                          \
    ROW(pin_typed, "sign-in-pin-typed", set_up(s, SHELL_DESK); choose(s); type(s, 5))                                  \
    ROW(pin_full, "sign-in-pin-full", set_up(s, SHELL_DESK); choose(s); type(s, 10); type(s, 2))                       \
    ROW(pin_checking, "sign-in-pin-checking", set_up(s, SHELL_DESK); checking(s))                                      \
    ROW(pin_wrong, "sign-in-pin-wrong", set_up(s, SHELL_DESK); wrong_pin(s, 1))                                        \
    ROW(pin_locked, "sign-in-pin-locked", set_up(s, SHELL_DESK); wrong_pin(s, 3))                                      \
    ROW(screen_locked, "sign-in-screen-locked", set_up(s, SHELL_DESK); screen_locked(s))                               \
    ROW(refused, "sign-in-refused", set_up(s, SHELL_SERVICE); refused(s))                                              \
    ROW(timed_out, "sign-in-timed-out", set_up(s, SHELL_DESK); timed_out(s))                                           \
    ROW(home_empty, "desk-home-empty", desk(s))                                                                        \
    ROW(home, "desk-home", desk(s); busy_day(s))                                                                       \
    ROW(home_alarms, "desk-home-alarms", desk(s); alarms(s))                                                           \
    ROW(home_fire, "desk-home-fire", desk(s); fire(s))                                                                 \
    ROW(home_gone, "desk-home-no-gate", desk(s); busy_day(s); gone(s))                                                 \
    ROW(home_reason, "desk-let-in", desk(s); busy_day(s); on(s, DESK_ON_LET_IN, 0))                                    \
    ROW(home_waits, "desk-let-in-awaited", desk(s); let_in(s))                                                         \
    ROW(home_done, "desk-let-in-done", desk(s); answered(s, SHELL_DONE))                                               \
    ROW(home_busy, "desk-let-in-busy", desk(s); answered(s, SHELL_BUSY))                                               \
    ROW(home_refused, "desk-let-in-refused", desk(s); answered(s, SHELL_REFUSED))                                      \
    ROW(home_no_answer, "desk-let-in-no-answer", desk(s); answered(s, SHELL_TIMED_OUT))                                \
    ROW(home_warned, "desk-still-there", desk(s); warned(s))                                                           \
    ROW(language, "desk-language", desk(s); busy_day(s); on(s, SHELL_ON_SHEET, SHELL_SHEET_LANGUAGE))                  \
    ROW(customers, "desk-customers", desk(s); on(s, SHELL_ON_PAGE, DESK_CUSTOMERS))                                    \
    ROW(till, "desk-till", desk(s); on(s, SHELL_ON_PAGE, DESK_TILL))                                                   \
    ROW(cards, "desk-cards", desk(s); on(s, SHELL_ON_PAGE, DESK_CARDS))                                                \
    ROW(overview, "service-overview", service(s, SERVICE_OVERVIEW))                                                    \
    ROW(overview_bad, "service-overview-troubled", service(s, SERVICE_OVERVIEW); troubled(s))                          \
    ROW(overview_gone, "service-overview-no-gate", service(s, SERVICE_OVERVIEW); gone(s))                              \
    ROW(lines, "service-lines", service(s, SERVICE_LINES))                                                             \
    ROW(lines_bad, "service-lines-troubled", service(s, SERVICE_LINES); troubled(s))                                   \
    ROW(lines_free, "service-lines-free", service(s, SERVICE_LINES); on(s, SERVICE_ON_MODE, LANE_FREE))                \
    ROW(lines_locked, "service-lines-lock", service(s, SERVICE_LINES); on(s, SERVICE_ON_MODE, LANE_LOCKED))            \
    ROW(lockdown, "service-lines-lockdown", service(s, SERVICE_LINES); on(s, SERVICE_ON_LOCKDOWN, 1))                  \
    ROW(readers, "service-readers", service(s, SERVICE_READERS))                                                       \
    ROW(readers_bad, "service-readers-troubled", service(s, SERVICE_READERS); troubled(s))                             \
    ROW(journal, "service-journal", service(s, SERVICE_JOURNAL))                                                       \
    ROW(journal_staff, "service-journal-staff", service(s, SERVICE_JOURNAL); on(s, SERVICE_ON_FILTER, SERVICE_STAFF))  \
    ROW(journal_event, "service-journal-event", service(s, SERVICE_JOURNAL); on(s, SERVICE_ON_EVENT, 4))               \
    ROW(system, "service-system", service(s, SERVICE_SYSTEM))                                                          \
    ROW(system_bad, "service-system-troubled", service(s, SERVICE_SYSTEM); troubled(s))                                \
    ROW(tests, "service-tests", service(s, SERVICE_TESTS))                                                             \
    ROW(test_touch, "service-tests-touch", service(s, SERVICE_TESTS); wipe(s))                                         \
    ROW(test_screen, "service-tests-screen", service(s, SERVICE_TESTS); on(s, SERVICE_ON_TEST, SERVICE_TEST_SCREEN))   \
    ROW(test_sound, "service-tests-sound", service(s, SERVICE_TESTS); on(s, SERVICE_ON_TEST, SERVICE_TEST_SOUND))

/* `set` begins with a call that makes the scene anew. */
#define VIEW(name, text, set)                                                                                          \
    static void view_##name(struct ui *ui, enum language language)                                                     \
    {                                                                                                                  \
        struct scene *s = scene_for(ui, language);                                                                     \
        set;                                                                                                           \
        draw(s);                                                                                                       \
    }
#define ENTRY(which, text, set) {.name = (text), .view = view_##which},

/* Large: not for a stack. */
static struct scene *scene_for(struct ui *ui, enum language language)
{
    static struct scene scene;
    scene.ui = ui;
    scene.language = language;
    scene.now_us = ui_now(ui);
    return &scene;
}

static void draw(struct scene *s)
{
    ui_set_theme(s->ui, theme_get(s->shell.settings.kind == SHELL_SERVICE ? THEME_DARK : THEME_LIGHT));
    shell_view(&s->shell, s->ui);
}

SCENES(VIEW)

static const struct gallery_fixture fixtures[] = {SCENES(ENTRY)};
/* clang-format on */

size_t fixtures_shell(const struct gallery_fixture **ret_fixtures)
{
    *ret_fixtures = fixtures;
    return sizeof(fixtures) / sizeof(fixtures[0]);
}
