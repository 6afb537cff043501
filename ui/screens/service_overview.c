/* All at a glance: lanes, list, readers, the last events. */
#include "screens/service_internal.h"

#include "base/clock.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define CHART_PX        92.0F
#define CAPTION_PX      30.0F
#define EVENT_PX        30.0F
#define TIME_PX         76.0F
#define DETAIL_LEAST_PX 84.0F /* what is narrower says nothing: the page of the journal does */
#define TILE_LEAST_PX   250.0F
#define NOTHING_PX      56.0F

enum { EVENTS_LEAST = 4, EVENTS_MOST = 16 };

/* Lanes. */

static float lanes_height(const struct shell *shell, struct ui *ui, float width, int index)
{
    size_t n = shell->status.n_lanes;
    (void)index;
    float tiles = service_cells_height(n, service_columns(width - 2 * SPACE_XL, TILE_LEAST_PX), SERVICE_TILE_PX);
    return service_card_height(ui, n > 0 ? tiles : NOTHING_PX);
}

static void nothing(struct ui *ui, const char *id, struct rect rect, const char *text)
{
    (void)shell_text(ui, rect,
                     &(struct shell_text){.id = id,
                                          .index = -1,
                                          .text = text,
                                          .role = UI_TEXT,
                                          .type = TYPE_BODY,
                                          .colour = THEME_TEXT_MUTED,
                                          .vertical = TEXT_CENTRE,
                                          .lines = 2});
}

static void lanes_view(const struct shell *shell, struct ui *ui, struct rect rect, int index)
{
    struct service_card card = {
        .id = "over.lanes", .index = index, .title = _("Lanes"), .to = _("Open lines"), .page = SERVICE_LINES};
    struct rect r = service_card(shell, ui, rect, &card);
    size_t columns = service_columns(rect.w - 2 * SPACE_XL, TILE_LEAST_PX);
    if (shell->status.n_lanes == 0) {
        nothing(ui, "over.lanes.none", r, _("Waiting for the gate"));
    }
    for (size_t i = 0; i < shell->status.n_lanes; i++) {
        const struct status_lane *lane = &shell->status.lanes[i];
        service_tile(shell, ui, service_cell(r, i, columns, SERVICE_TILE_PX),
                     &(struct service_tile){.id = "over.lane",
                                            .index = (int64_t)i,
                                            .title = lane->name,
                                            .detail = shell_words_mode(lane->mode),
                                            .word = service_words_lane(lane),
                                            .tone = service_lane_tone(&shell->status, lane)});
    }
}

/* The access list and what waits to be passed on. */

static float list_height(const struct shell *shell, struct ui *ui, float width, int index)
{
    (void)shell;
    (void)width;
    (void)index;
    return service_card_height(ui, 4 * SERVICE_PAIR_PX);
}

static void list_view(const struct shell *shell, struct ui *ui, struct rect rect, int index)
{
    const struct gate_status *status = &shell->status;
    bool ok = status->list.state == STATUS_LIST_OK;
    char text[I18N_TEXT_SIZE];
    struct service_card card = {.id = "over.list",
                                .index = index,
                                .title = _("Access list"),
                                .badge = ok ? _("In order") : shell_words_list(status->list.state),
                                .tone = ok ? TONE_SUCCESS : TONE_DANGER,
                                .to = _("Open system"),
                                .page = SERVICE_SYSTEM};
    struct rect r = service_card(shell, ui, rect, &card);
    int64_t age_s = shell_list_age_s(shell);
    if (age_s >= 0) {
        service_words_ago(age_s, text, sizeof(text));
    }
    service_pair(shell, ui, "over.synced", -1, &r, _("Last synchronised"), age_s >= 0 ? text : _("Not known"));
    i18n_number(status->list.version, text, sizeof(text));
    service_pair(shell, ui, "over.version", -1, &r, _("Version"), status->list.version ? text : "-");
    i18n_number(status->journal.written, text, sizeof(text));
    service_pair(shell, ui, "over.written", -1, &r, _("Events written"), text);
    i18n_number(status->journal.queued, text, sizeof(text));
    service_pair(shell, ui, "over.queued", -1, &r, _("Events waiting"), text);
}

/* The reader that most needs a look; the others in a line each. */

static size_t worst_reader(const struct gate_status *status)
{
    for (size_t i = 0; i < status->n_readers; i++) {
        if (!status->readers[i].working) {
            return i;
        }
    }
    return 0;
}

static float reader_height(const struct shell *shell, struct ui *ui, float width, int index)
{
    size_t n = shell->status.n_readers;
    (void)width;
    (void)index;
    float others = n > 1 ? (float)(n - 1) * SERVICE_PAIR_PX : 0;
    return service_card_height(ui, n > 0 ? CHART_PX + SPACE_S + CAPTION_PX + others : NOTHING_PX);
}

static void caption(const struct shell *shell, struct ui *ui, struct rect rect, const struct status_reader *reader,
                    const struct service_reader *seen)
{
    char ms[I18N_TEXT_SIZE], count[I18N_TEXT_SIZE], faults[SERVICE_WORDS_SIZE], text[SERVICE_WORDS_SIZE];
    int64_t lost = seen ? seen->lost : 0;
    i18n_number(lost, count, sizeof(count));
    (void)snprintf(faults, sizeof(faults), P_("%s fault", "%s faults", lost), count);
    if (seen && seen->n > 0) {
        shell_words_ms((int64_t)llroundf(seen->tap_ms[seen->n - 1] * (float)US_PER_MS), ms, sizeof(ms));
        (void)snprintf(text, sizeof(text), _("Response %s · %s"), ms, faults);
    } else {
        (void)text_copy(text, sizeof(text), faults);
    }
    if (!reader->working && reader->fault[0]) {
        (void)text_copy(text, sizeof(text), reader->fault);
    }
    (void)shell_text(ui, rect,
                     &(struct shell_text){.id = "over.response",
                                          .index = -1,
                                          .text = text,
                                          .role = UI_STATUS,
                                          .type = TYPE_BODY,
                                          .colour = service_ink(shell, THEME_TEXT_MUTED),
                                          .vertical = TEXT_CENTRE,
                                          .tabular = true,
                                          .may_cut = !reader->working});
}

static void reader_view(const struct shell *shell, struct ui *ui, struct rect rect, int index)
{
    const struct gate_status *status = &shell->status;
    size_t at = worst_reader(status);
    const struct status_reader *reader = status->n_readers > 0 ? &status->readers[at] : NULL;
    char title[SERVICE_WORDS_SIZE];
    if (reader) {
        (void)snprintf(title, sizeof(title), _("Reader · %s"), reader->name);
    } else {
        (void)text_copy(title, sizeof(title), _("Readers"));
    }
    struct service_card card = {.id = "over.reader",
                                .index = index,
                                .title = title,
                                .may_cut = true,
                                .badge = !reader           ? NULL
                                         : reader->working ? _("Working")
                                                           : _("Fault"),
                                .tone = reader && reader->working ? TONE_SUCCESS : TONE_DANGER,
                                .to = _("Open readers"),
                                .page = SERVICE_READERS};
    struct rect r = service_card(shell, ui, rect, &card);
    if (!reader) {
        nothing(ui, "over.reader.none", r, shell->status_us ? _("No reader is set up") : _("Waiting for the gate"));
        return;
    }
    const struct service_reader *seen = service_reader(&shell->service, reader->name);
    service_chart(shell, ui, "over.chart", rect_cut_top(&r, CHART_PX), seen);
    (void)rect_cut_top(&r, SPACE_S);
    caption(shell, ui, rect_cut_top(&r, CAPTION_PX), reader, seen);
    for (size_t i = 0; i < status->n_readers; i++) {
        if (i != at) {
            service_pair(shell, ui, "over.other", (int64_t)i, &r, status->readers[i].name,
                         status->readers[i].working ? _("Working") : _("Fault"));
        }
    }
}

/* The last events. */

static float log_height(const struct shell *shell, struct ui *ui, float width, int index)
{
    (void)shell;
    (void)width;
    (void)index;
    return service_card_height(ui, (float)EVENTS_LEAST * EVENT_PX);
}

struct log_line {
    const char *id, *text;
    enum theme_type type;
    bool may_cut;
};

static void log_text(struct ui *ui, struct rect rect, size_t row, const struct log_line *line, enum theme_colour colour)
{
    (void)shell_text(ui, rect,
                     &(struct shell_text){.id = line->id,
                                          .index = (int64_t)row,
                                          .text = line->text,
                                          .role = UI_TEXT,
                                          .type = line->type,
                                          .colour = colour,
                                          .vertical = TEXT_CENTRE,
                                          .tabular = true,
                                          .may_cut = line->may_cut});
}

/* The room that the longest of what is said needs. */
static float kind_width(const struct shell *shell, struct ui *ui, size_t n, float width)
{
    const struct service *service = &shell->service;
    struct text_style strong = theme_text(TYPE_SMALL_STRONG);
    char what[SERVICE_WORDS_SIZE];
    float most = 0;
    for (size_t i = 0; i < n; i++) {
        service_words_event(&service->events[service->n_events - 1 - i], what, sizeof(what));
        most = fmaxf(most, ceilf(text_measure(ui_text(ui), what, &strong, -1).w) + 1);
    }
    return fminf(most, width - TIME_PX);
}

static void log_row(const struct shell *shell, struct ui *ui, struct rect rect, size_t row,
                    const struct service_event *event, float kind_px)
{
    static const enum theme_colour inks[] = {[TONE_NEUTRAL] = THEME_TEXT,
                                             [TONE_SUCCESS] = THEME_ON_SUCCESS_SOFT,
                                             [TONE_WARNING] = THEME_ON_WARNING_SOFT,
                                             [TONE_DANGER] = THEME_ON_DANGER_SOFT,
                                             [TONE_PRIMARY] = THEME_ON_PRIMARY_SOFT};
    char time[I18N_TEXT_SIZE], what[SERVICE_WORDS_SIZE], detail[SERVICE_WORDS_SIZE], all[2 * SERVICE_WORDS_SIZE];
    shell_words_time(shell, event->utc_us, true, time, sizeof(time));
    service_words_event(event, what, sizeof(what));
    service_words_detail(event, detail, sizeof(detail));
    (void)snprintf(all, sizeof(all), "%s%s%s", event->lane, event->lane[0] && detail[0] ? " · " : "", detail);
    log_text(ui, rect_cut_left(&rect, TIME_PX), row, &(struct log_line){"over.time", time, TYPE_SMALL, false},
             THEME_TEXT_MUTED);
    log_text(ui, rect_cut_left(&rect, kind_px), row, &(struct log_line){"over.what", what, TYPE_SMALL_STRONG, false},
             inks[service_event_tone(event)]);
    (void)rect_cut_left(&rect, SPACE_M);
    if (rect.w < DETAIL_LEAST_PX || !all[0]) {
        return;
    }
    log_text(ui, rect, row, &(struct log_line){"over.detail", all, TYPE_SMALL, true}, THEME_TEXT_MUTED);
}

static void log_view(const struct shell *shell, struct ui *ui, struct rect rect, int index)
{
    const struct service *service = &shell->service;
    struct service_card card = {.id = "over.log",
                                .index = index,
                                .title = _("Journal"),
                                .to = _("Open journal"),
                                .page = SERVICE_JOURNAL,
                                .lasting = true};
    struct rect r = service_card(shell, ui, rect, &card);
    size_t n = (size_t)fmaxf(floorf(r.h / EVENT_PX), 0);
    n = n < EVENTS_MOST ? n : EVENTS_MOST;
    n = n < service->n_events ? n : service->n_events;
    if (n == 0) {
        nothing(ui, "over.log.none", r, _("Nothing has happened yet"));
    }
    float kind_px = kind_width(shell, ui, n, r.w);
    for (size_t i = 0; i < n; i++) {
        log_row(shell, ui, rect_cut_top(&r, EVENT_PX), i, &service->events[service->n_events - 1 - i], kind_px);
    }
}

void service_overview_view(const struct shell *shell, struct ui *ui, struct rect rect)
{
    static const struct service_part parts[] = {
        {.column = 0, .index = -1, .height = lanes_height, .view = lanes_view},
        {.column = 0, .index = -1, .grows = true, .height = list_height, .view = list_view},
        {.column = 1, .index = -1, .height = reader_height, .view = reader_view},
        {.column = 1, .index = -1, .grows = true, .height = log_height, .view = log_view},
    };
    service_parts(shell, ui, "over", rect, parts, sizeof(parts) / sizeof(parts[0]));
}

void service_overview_on(struct shell *shell, const struct intent *intent, int64_t now_us)
{
    if (intent->kind == SERVICE_ON_TO_PAGE && intent->arg >= 0 && intent->arg < SERVICE_PAGES) {
        shell_open_page(shell, (int)intent->arg, now_us);
    }
}
