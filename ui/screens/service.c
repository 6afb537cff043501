/* What the service face knows beyond the gate's status: inputs as they change, response times, the journal's
 * newest events. */
#include "screens/service_internal.h"

#include "base/clock.h"
#include "base/text.h"

#include <string.h>

#define READ_US   US_PER_S /* between two looks at the journal while it shows */
#define RETRY_US  (5 * US_PER_S) /* a journal that hasn't answered by then is asked again */
#define SOON_US   (US_PER_S / 4) /* news have come: their events are about to be written */
#define FINGER_US (90 * US_PER_S) /* a test that nobody touches for so long ends */

/* Readers. */

const struct service_reader *service_reader(const struct service *service, const char *name)
{
    for (size_t i = 0; i < service->n_readers; i++) {
        if (strcmp(service->readers[i].name, name) == 0) {
            return &service->readers[i];
        }
    }
    return NULL;
}

/* @return NULL when there are too many. */
static struct service_reader *reader_of(struct service *service, const char *name)
{
    for (size_t i = 0; i < service->n_readers; i++) {
        if (strcmp(service->readers[i].name, name) == 0) {
            return &service->readers[i];
        }
    }
    if (service->n_readers == STATUS_READERS_MAX || !name[0]) {
        return NULL;
    }
    struct service_reader *reader = &service->readers[service->n_readers++];
    *reader = (struct service_reader){0};
    (void)text_copy(reader->name, sizeof(reader->name), name);
    return reader;
}

static void add_sample(struct service_reader *reader, const struct gate_news *news)
{
    if (reader->n == SERVICE_SAMPLES_MAX) {
        memmove(reader->tap_ms, reader->tap_ms + 1, (SERVICE_SAMPLES_MAX - 1) * sizeof(reader->tap_ms[0]));
        reader->n--;
    }
    reader->tap_ms[reader->n++] = (float)news->tap_us / (float)US_PER_MS;
    reader->line_ms = news->line_us >= 0 ? (float)news->line_us / (float)US_PER_MS : 0;
    reader->taps++;
}

static bool shows_journal(const struct shell *shell)
{
    return shell->signed_in && shell->settings.kind == SHELL_SERVICE &&
           (shell->page == SERVICE_OVERVIEW || shell->page == SERVICE_JOURNAL);
}

void service_news(struct shell *shell, const struct gate_news *news, int64_t now_us)
{
    struct service *service = &shell->service;
    bool told = news->phase == NEWS_RELEASED && news->tap_us >= 0;
    bool lost = news->phase == NEWS_NOTICE && news->notice == NOTICE_READER_LOST;
    struct service_reader *reader = told || lost ? reader_of(service, news->reader) : NULL;
    if (reader && told) {
        add_sample(reader, news);
    } else if (reader) {
        reader->lost++;
    }
    if (shows_journal(shell) && service->read_us > now_us + SOON_US) {
        service->read_us = now_us + SOON_US;
    }
}

/* Readers that the configuration no longer has make room. */
void service_status(struct shell *shell, int64_t now_us)
{
    struct service *service = &shell->service;
    size_t kept = 0;
    (void)now_us;
    for (size_t i = 0; i < service->n_readers; i++) {
        bool known = false;
        for (size_t k = 0; k < shell->status.n_readers && !known; k++) {
            known = strcmp(shell->status.readers[k].name, service->readers[i].name) == 0;
        }
        if (known && kept != i) {
            service->readers[kept] = service->readers[i];
        }
        kept += known;
    }
    service->n_readers = kept;
}

/* Inputs. */

bool service_input_of(const struct service_input *input, const char *lane, const char **ret_what)
{
    size_t n = strlen(lane);
    if (strncmp(input->name, lane, n) != 0 || input->name[n] != ' ') {
        return false;
    }
    if (ret_what) {
        *ret_what = input->name + n + 1;
    }
    return true;
}

static struct service_input *find_input(struct service *service, const char *name)
{
    for (size_t i = 0; i < service->n_inputs; i++) {
        if (strcmp(service->inputs[i].name, name) == 0) {
            return &service->inputs[i];
        }
    }
    return NULL;
}

static void take_input(struct service *service, const struct gate_check *check, int64_t now_us)
{
    bool active = strcmp(check->text, "active") == 0;
    struct service_input *input = find_input(service, check->name);
    if (!input && service->n_inputs < SERVICE_INPUTS_MAX) {
        input = &service->inputs[service->n_inputs++];
        *input = (struct service_input){.active = active, .works = check->ok};
        (void)text_copy(input->name, sizeof(input->name), check->name);
    }
    if (!input) {
        return;
    }
    if (check->ok && input->works && active != input->active) {
        input->changes++;
        input->changed_us = now_us;
    }
    input->works = check->ok;
    input->active = check->ok ? active : input->active;
}

/* An input that is no longer told of has gone from the configuration. */
static bool is_told(const struct gate_checks *checks, const struct service_input *input)
{
    for (size_t i = 0; i < checks->n; i++) {
        if (checks->list[i].kind == CHECK_INPUT && strcmp(checks->list[i].name, input->name) == 0) {
            return true;
        }
    }
    return false;
}

void service_checks(struct shell *shell, const struct gate_checks *checks, int64_t now_us)
{
    struct service *service = &shell->service;
    size_t kept = 0;
    for (size_t i = 0; i < service->n_inputs; i++) {
        if (is_told(checks, &service->inputs[i])) {
            service->inputs[kept++] = service->inputs[i];
        }
    }
    service->n_inputs = kept;
    for (size_t i = 0; i < checks->n; i++) {
        if (checks->list[i].kind == CHECK_INPUT) {
            take_input(service, &checks->list[i], now_us);
        }
    }
    service->checks_us = now_us;
}

/* The journal. */

static int64_t last_seq(const struct service *service)
{
    return service->n_events > 0 ? service->events[service->n_events - 1].seq : 0;
}

void service_journal(struct shell *shell, const struct service_event *events, size_t n, int64_t now_us)
{
    struct service *service = &shell->service;
    service->read_us = now_us + READ_US;
    for (size_t i = 0; i < n; i++) {
        if (events[i].seq <= last_seq(service)) {
            continue; /* asked for twice */
        }
        if (service->n_events == SERVICE_EVENTS_MAX) {
            memmove(service->events, service->events + 1, (SERVICE_EVENTS_MAX - 1) * sizeof(service->events[0]));
            service->n_events--;
        }
        service->events[service->n_events++] = events[i];
    }
}

bool service_shows(enum service_filter filter, const struct service_event *event)
{
    switch (filter) {
    case SERVICE_DECISIONS:
        return (event->kind >= SERVICE_EVENT_DECISION && event->kind <= SERVICE_EVENT_UNRESOLVED) ||
               event->kind == SERVICE_EVENT_REQUEST_TO_EXIT || event->kind == SERVICE_EVENT_FREE_PASSAGE;
    case SERVICE_ALARMS:
        return event->kind == SERVICE_EVENT_ALARM || event->kind == SERVICE_EVENT_ALARM_END ||
               event->kind == SERVICE_EVENT_FIRE || event->kind == SERVICE_EVENT_TAMPER ||
               event->kind == SERVICE_EVENT_READER_LOST || event->kind == SERVICE_EVENT_READER_BACK ||
               event->kind == SERVICE_EVENT_RECOVERED;
    case SERVICE_STAFF:
        return event->kind == SERVICE_EVENT_STAFF_RELEASE || event->kind == SERVICE_EVENT_STAFF_ACT ||
               event->kind == SERVICE_EVENT_MODE || event->kind == SERVICE_EVENT_LOCKDOWN ||
               event->kind == SERVICE_EVENT_UNDONE;
    case SERVICE_ALL:
    case SERVICE_FILTERS:
        break;
    }
    return true;
}

size_t service_rows(const struct service *service, const struct service_event *ret_rows[SERVICE_EVENTS_MAX])
{
    size_t n = 0;
    for (size_t i = service->n_events; i-- > 0;) {
        const struct service_event *event = &service->events[i];
        if ((!service->paused || event->seq <= service->paused_seq) && service_shows(service->filter, event)) {
            ret_rows[n++] = event;
        }
    }
    return n;
}

const struct service_event *service_find_event(const struct service *service, int64_t seq)
{
    for (size_t i = 0; seq && i < service->n_events; i++) {
        if (service->events[i].seq == seq) {
            return &service->events[i];
        }
    }
    return NULL;
}

/* Pages and time. */

static void want_checks(struct shell *shell, bool on)
{
    if (shell->wants_checks != on) {
        shell->wants_checks = on;
        shell_wish(shell, &(struct shell_wish){.kind = SHELL_WISH_CHECKS, .on = on});
    }
}

void service_enter(struct shell *shell, int64_t now_us)
{
    struct service *service = &shell->service;
    if (shell->page == SERVICE_LINES) {
        service->n_inputs = 0; /* changes count from now on */
        service->checks_us = 0;
        want_checks(shell, true);
    }
    if (shows_journal(shell)) {
        service->read_us = now_us;
    }
}

void service_leave(struct shell *shell, int64_t now_us)
{
    service_test_abort(shell, now_us);
    want_checks(shell, false);
    shell->service.paused = false;
    shell->service.chosen_seq = 0;
}

void service_time(struct shell *shell, int64_t now_us)
{
    struct service *service = &shell->service;
    if (shows_journal(shell) && service->read_us <= now_us) {
        service->read_us = now_us + RETRY_US;
        shell_wish(shell, &(struct shell_wish){.kind = SHELL_WISH_JOURNAL, .seq = last_seq(service)});
    }
    if (service->test != SERVICE_TEST_NONE && now_us - service->test_us >= FINGER_US) {
        service_test_abort(shell, now_us);
    }
}

int64_t service_deadline(const struct shell *shell)
{
    int64_t at = shows_journal(shell) ? shell->service.read_us : US_NEVER;
    if (shell->service.test != SERVICE_TEST_NONE) {
        int64_t ends_us = shell->service.test_us + FINGER_US;
        at = ends_us < at ? ends_us : at;
    }
    return at;
}
