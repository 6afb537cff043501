#pragma once

/* The service face's pages, each in a file of its own: what it shows, what its touches do. A part of `struct shell`. A
 * page is given the space beside the rail and below the title. */

#include "gfx/geometry.h"
#include "model/checks.h"
#include "model/status.h"
#include "widgets/ui.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct shell;
struct gate_news;
struct input_event;

enum service_page {
    SERVICE_OVERVIEW,
    SERVICE_LINES,
    SERVICE_READERS,
    SERVICE_JOURNAL,
    SERVICE_SYSTEM,
    SERVICE_TESTS,
    SERVICE_PAGES
};

enum {
    SERVICE_SAMPLES_MAX = 60,
    SERVICE_INPUTS_MAX = 64,
    SERVICE_EVENTS_MAX = 200,
    SERVICE_FINGERS_MAX = 10,
    SERVICE_GRID_COLUMNS = 10,
    SERVICE_GRID_ROWS = 6,
    SERVICE_TEXT_SIZE = 96
};

/* An input as the checks told it, and what it has done since the page of lines was opened. */
struct service_input {
    char name[CHECKS_NAME_SIZE]; /* "lane1 contact_a" */
    bool active, works;
    int64_t changes;
    int64_t changed_us; /* 0: not yet */
};

/* How fast a reader's taps were answered: card in the field to line set. */
struct service_reader {
    char name[STATUS_NAME_SIZE];
    float tap_ms[SERVICE_SAMPLES_MAX]; /* the oldest first */
    float line_ms; /* the last: UID known to line set */
    size_t n;
    int64_t taps; /* since this screen started */
    int64_t lost; /* how often it failed meanwhile */
};

/* What the journal holds, without the database's types. */
enum service_event_kind {
    SERVICE_EVENT_OTHER, /* of a later version */
    SERVICE_EVENT_START,
    SERVICE_EVENT_STOP,
    SERVICE_EVENT_DECISION, /* code: enum access_code */
    SERVICE_EVENT_RELEASED,
    SERVICE_EVENT_PASSED,
    SERVICE_EVENT_NOT_PASSED,
    SERVICE_EVENT_UNRESOLVED,
    SERVICE_EVENT_UNDONE,
    SERVICE_EVENT_STAFF_RELEASE,
    SERVICE_EVENT_ALARM,
    SERVICE_EVENT_ALARM_END,
    SERVICE_EVENT_MODE, /* code: enum lane_mode */
    SERVICE_EVENT_FIRE, /* code: 1 on, 0 off */
    SERVICE_EVENT_LOCKDOWN, /* likewise */
    SERVICE_EVENT_TAMPER, /* likewise */
    SERVICE_EVENT_REQUEST_TO_EXIT,
    SERVICE_EVENT_FREE_PASSAGE,
    SERVICE_EVENT_READER_LOST,
    SERVICE_EVENT_READER_BACK,
    SERVICE_EVENT_LIST_STATE,
    SERVICE_EVENT_CLOCK,
    SERVICE_EVENT_RECOVERED,
    SERVICE_EVENT_ERASED,
    SERVICE_EVENT_STAFF_ACT,
    SERVICE_EVENT_KINDS
};

struct service_event {
    int64_t seq, utc_us;
    enum service_event_kind kind;
    int32_t code;
    int64_t line_us; /* released; -1: not told */
    char lane[STATUS_NAME_SIZE];
    char detail[SERVICE_TEXT_SIZE];
    char card[16]; /* masked; "": nobody's */
    char who[SERVICE_TEXT_SIZE], why[SERVICE_TEXT_SIZE]; /* of staff; "": not told, or erased */
};

enum service_filter { SERVICE_ALL, SERVICE_DECISIONS, SERVICE_ALARMS, SERVICE_STAFF, SERVICE_FILTERS };

/* This screen's own process. */
struct service_self {
    int64_t pid, up_s, cpu_us, memory_kb;
};

enum service_test { SERVICE_TEST_NONE, SERVICE_TEST_TOUCH, SERVICE_TEST_SCREEN, SERVICE_TEST_SOUND };
enum service_result { SERVICE_NOT_RUN, SERVICE_PASSED, SERVICE_ABORTED, SERVICE_FAILED };

struct service_finger {
    bool down;
    int64_t id;
    float x, y;
};

struct service {
    struct service_input inputs[SERVICE_INPUTS_MAX];
    size_t n_inputs;
    int64_t checks_us; /* when the last checks came; 0: never */
    struct service_reader readers[STATUS_READERS_MAX];
    size_t n_readers;
    struct service_self self;
    int64_t self_us; /* 0: never told */
    /* journal */
    struct service_event events[SERVICE_EVENTS_MAX]; /* the oldest first */
    size_t n_events;
    int64_t read_us; /* when the journal is to be read next */
    enum service_filter filter;
    bool paused;
    int64_t paused_seq; /* what shows ends here */
    int64_t chosen_seq; /* the event shown whole; 0: none */
    /* tests */
    enum service_test test;
    enum service_result results[SERVICE_TEST_SOUND + 1];
    bool wiped[SERVICE_GRID_ROWS][SERVICE_GRID_COLUMNS];
    struct service_finger fingers[SERVICE_FINGERS_MAX];
    float touch_x, touch_y; /* the last touch */
    int64_t most_fingers;
    int64_t test_us; /* last touch of the test under way */
    size_t colour; /* of the screen test */
};

/* What comes from the gate and the process. */
void service_news(struct shell *shell, const struct gate_news *news, int64_t now_us);
void service_status(struct shell *shell, int64_t now_us);
void service_checks(struct shell *shell, const struct gate_checks *checks, int64_t now_us);
void service_journal(struct shell *shell, const struct service_event *events, size_t n, int64_t now_us);
void service_input(struct shell *shell, const struct input_event *event, float width, float height, int64_t now_us);
/** The page in @shell.page has just been opened, or is about to be left. */
void service_enter(struct shell *shell, int64_t now_us);
void service_leave(struct shell *shell, int64_t now_us);
void service_time(struct shell *shell, int64_t now_us);
int64_t service_deadline(const struct shell *shell);
/** A test takes all of the screen. */
bool service_test_covers(const struct shell *shell);
/** Ends the test under way without a result. */
void service_test_abort(struct shell *shell, int64_t now_us);

/** The samples of a reader; NULL: none yet. */
const struct service_reader *service_reader(const struct service *service, const char *name);
/** True when @filter shows the event. */
bool service_shows(enum service_filter filter, const struct service_event *event);

void service_overview_view(const struct shell *shell, struct ui *ui, struct rect rect);
void service_overview_on(struct shell *shell, const struct intent *intent, int64_t now_us);
void service_lines_view(const struct shell *shell, struct ui *ui, struct rect rect);
void service_lines_on(struct shell *shell, const struct intent *intent, int64_t now_us);
void service_readers_view(const struct shell *shell, struct ui *ui, struct rect rect);
void service_readers_on(struct shell *shell, const struct intent *intent, int64_t now_us);
void service_journal_view(const struct shell *shell, struct ui *ui, struct rect rect);
void service_journal_on(struct shell *shell, const struct intent *intent, int64_t now_us);
void service_system_view(const struct shell *shell, struct ui *ui, struct rect rect);
void service_system_on(struct shell *shell, const struct intent *intent, int64_t now_us);
void service_tests_view(const struct shell *shell, struct ui *ui, struct rect rect);
void service_tests_on(struct shell *shell, const struct intent *intent, int64_t now_us);
/** The test that takes all of the screen. */
void service_test_view(const struct shell *shell, struct ui *ui);
