/* The newest events of the journal as a table: filtered, held still while somebody reads, each to be opened. */
#include "screens/service_internal.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define BAR_PX    48.0F
#define HEAD_PX   40.0F
#define ROW_PX    52.0F
#define MARK_PX   8.0F
#define NARROW_PX 560.0F /* below it the place stands with the rest */

enum { COLUMNS = 4, TEXT_SIZE = 512 };

struct journal_rows {
    const struct shell *shell;
    const struct service_event *rows[SERVICE_EVENTS_MAX];
    size_t n;
};

/* Time, what, where, detail: the parts of a row. */
static void columns_of(struct rect row, struct rect ret_cells[COLUMNS])
{
    static const float shares[COLUMNS] = {0, 0.3F, 0.2F, 0.5F}, narrow[COLUMNS] = {0, 0.42F, 0, 0.58F};
    const float *share = row.w < NARROW_PX ? narrow : shares;
    struct rect r = rect_inset_xy(row, SPACE_L, 0);
    ret_cells[0] = rect_cut_left(&r, 84);
    float width = r.w;
    for (unsigned i = 1; i < COLUMNS; i++) {
        ret_cells[i] = rect_cut_left(&r, roundf(width * share[i]));
        ret_cells[i].w = fmaxf(ret_cells[i].w - SPACE_M, 0);
    }
}

static void draw_heads(struct ui *ui, struct rect head)
{
    const char *titles[COLUMNS] = {_("Time"), _("What"), _("Where"), _("Detail")};
    struct rect cells[COLUMNS];
    columns_of(head, cells);
    for (unsigned i = 0; i < COLUMNS; i++) {
        if (!rect_empty(cells[i])) {
            (void)shell_text(ui, cells[i],
                             &(struct shell_text){.id = "journal.column",
                                                  .index = i,
                                                  .text = titles[i],
                                                  .role = UI_COLUMN,
                                                  .type = TYPE_SMALL_STRONG,
                                                  .colour = THEME_TEXT_MUTED,
                                                  .vertical = TEXT_CENTRE});
        }
    }
    draw_fill(ui_draw(ui), rect_of(head.x, rect_bottom(head) - 1, head.w, 1), ui_colour(ui, THEME_BORDER), 0);
}

static void cell(struct ui *ui, struct rect rect, const char *id, size_t row, const char *text, enum theme_type type,
                 enum theme_colour colour)
{
    if (!rect_empty(rect) && text[0]) {
        (void)shell_text(ui, rect,
                         &(struct shell_text){.id = id,
                                              .index = (int64_t)row,
                                              .text = text,
                                              .role = UI_TEXT,
                                              .type = type,
                                              .colour = colour,
                                              .vertical = TEXT_CENTRE,
                                              .lines = 2,
                                              .tabular = true,
                                              .may_cut = true});
    }
}

static void draw_row(struct ui *ui, const void *user, size_t row, struct rect rect, char *ret_label, size_t size)
{
    const struct journal_rows *rows = user;
    const struct service_event *event = rows->rows[row];
    char time[I18N_TEXT_SIZE], what[SERVICE_WORDS_SIZE], detail[SERVICE_WORDS_SIZE], all[2 * SERVICE_WORDS_SIZE];
    struct rect cells[COLUMNS];
    shell_words_time(rows->shell, event->utc_us, true, time, sizeof(time));
    service_words_event(event, what, sizeof(what));
    service_words_detail(event, detail, sizeof(detail));
    columns_of(rect, cells);
    bool narrow = rect_empty(cells[2]) && event->lane[0];
    (void)snprintf(all, sizeof(all), "%s%s%s", narrow ? event->lane : "", narrow && detail[0] ? " · " : "", detail);
    cell(ui, cells[0], "journal.time", row, time, TYPE_SMALL, THEME_TEXT_MUTED);
    struct rect mark = rect_cut_left(&cells[1], MARK_PX + SPACE_S);
    shell_dot(ui, mark.x, rect.y + (rect.h - MARK_PX) / 2, MARK_PX, service_tone_colour(ui, service_event_tone(event)));
    cell(ui, cells[1], "journal.what", row, what, TYPE_SMALL_STRONG, THEME_TEXT);
    cell(ui, cells[2], "journal.where", row, event->lane, TYPE_SMALL, THEME_TEXT_MUTED);
    cell(ui, cells[3], "journal.detail", row, all, TYPE_SMALL, THEME_TEXT_MUTED);
    (void)snprintf(ret_label, size, "%s %s", time, what);
}

/* The bar above: which events, and whether they hold still. */
static void bar_view(const struct shell *shell, struct ui *ui, struct rect rect)
{
    const char *labels[SERVICE_FILTERS] = {_("All"), _("Decisions"), _("Alarms"), _("Staff")};
    const struct service *service = &shell->service;
    struct widget_button pause = {.id = "journal.pause",
                                  .index = -1,
                                  .label = service->paused ? _("Go on") : _("Pause"),
                                  .kind = service->paused ? BUTTON_PRIMARY : BUTTON_SECONDARY,
                                  .icon = service->paused ? ICON_PLAY : ICON_PAUSE,
                                  .intent = {.kind = SERVICE_ON_PAUSE}};
    struct rect at = rect_cut_right(&rect, fminf(widget_button_width(ui, &pause), roundf(rect.w * 0.34F)));
    (void)rect_cut_right(&rect, SPACE_M);
    (void)widget_pills(ui, "journal.filter", rect, labels, SERVICE_FILTERS, service->filter, SERVICE_ON_FILTER);
    widget_button(ui, at, &pause);
}

static void add_line(char *text, size_t size, const char *what, const char *value)
{
    size_t used = strlen(text);
    if (value[0] && used + 1 < size) {
        (void)snprintf(text + used, size - used, "%s%s: %s", used > 0 ? "\n" : "", what, value);
    }
}

/* One event whole. */
static void event_view(const struct shell *shell, struct ui *ui, const struct service_event *event)
{
    char title[SERVICE_WORDS_SIZE], time[I18N_TEXT_SIZE], number[I18N_TEXT_SIZE], text[TEXT_SIZE] = "";
    struct service_event plain = *event;
    char detail[SERVICE_WORDS_SIZE];
    plain.card[0] = plain.who[0] = plain.why[0] = '\0'; /* they have lines of their own */
    service_words_event(event, title, sizeof(title));
    service_words_detail(&plain, detail, sizeof(detail));
    i18n_date_time(zone_local(&shell->settings.zone, event->utc_us), time, sizeof(time));
    i18n_number(event->seq, number, sizeof(number));
    add_line(text, sizeof(text), _("Time"), time);
    add_line(text, sizeof(text), _("Lane"), event->lane);
    add_line(text, sizeof(text), _("Detail"), detail);
    add_line(text, sizeof(text), _("Card"), event->card);
    add_line(text, sizeof(text), _("By"), event->who);
    shell_words_why(event->why, detail, sizeof(detail));
    add_line(text, sizeof(text), _("Reason"), detail);
    add_line(text, sizeof(text), _("Number in the journal"), number);
    widget_dialog(ui, &(struct widget_dialog){.id = "journal.event",
                                              .title = title,
                                              .text = text,
                                              .icon = ICON_LIST,
                                              .tone = service_event_tone(event),
                                              .confirm = _("Close"),
                                              .on_confirm = {.kind = SERVICE_ON_EVENT_CLOSE},
                                              .on_cancel = {.kind = SERVICE_ON_EVENT_CLOSE}});
}

void service_journal_view(const struct shell *shell, struct ui *ui, struct rect rect)
{
    const struct service *service = &shell->service;
    struct journal_rows rows = {.shell = shell};
    rows.n = service_rows(service, rows.rows);
    bar_view(shell, ui, rect_cut_top(&rect, BAR_PX));
    (void)rect_cut_top(&rect, shell_gap(ui));
    widget_card(ui, "journal.card", rect, _("Journal"));
    struct rect inner = rect_inset_xy(rect, 1, SPACE_XS);
    draw_heads(ui, rect_cut_top(&inner, HEAD_PX));
    widget_list(ui, inner,
                &(struct widget_list){.id = "journal.rows",
                                      .label = _("Journal"),
                                      .n_rows = rows.n,
                                      .row_px = ROW_PX,
                                      .chosen = -1,
                                      .intent_kind = SERVICE_ON_EVENT,
                                      .empty = service->n_events == 0 ? _("Nothing has happened yet")
                                                                      : _("Nothing of this kind has happened lately"),
                                      .row = draw_row,
                                      .user = &rows});
    const struct service_event *chosen = service_find_event(service, service->chosen_seq);
    if (chosen) {
        event_view(shell, ui, chosen);
    }
}

static void pause_or_go_on(struct service *service)
{
    service->paused = !service->paused;
    service->paused_seq = service->n_events > 0 ? service->events[service->n_events - 1].seq : 0;
}

void service_journal_on(struct shell *shell, const struct intent *intent, int64_t now_us)
{
    struct service *service = &shell->service;
    const struct service_event *rows[SERVICE_EVENTS_MAX];
    (void)now_us;
    switch (intent->kind) {
    case SERVICE_ON_FILTER:
        if (intent->arg >= 0 && intent->arg < SERVICE_FILTERS) {
            service->filter = (enum service_filter)intent->arg;
        }
        break;
    case SERVICE_ON_PAUSE:
        pause_or_go_on(service);
        break;
    case SERVICE_ON_EVENT: {
        size_t n = service_rows(service, rows);
        if (intent->arg >= 0 && (size_t)intent->arg < n) {
            service->chosen_seq = rows[intent->arg]->seq;
        }
        break;
    }
    case SERVICE_ON_EVENT_CLOSE:
        service->chosen_seq = 0;
        break;
    default:
        break;
    }
}
