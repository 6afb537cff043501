/* Each reader: whether it works, what it is, how fast it answers, and what its process may do. */
#include "screens/service_internal.h"

#include "base/clock.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>

#define CHART_PX   140.0F
#define FAULT_PX   48.0F
#define CAPTION_PX 30.0F
#define TICK_PX    34.0F
#define ICON_PX    20.0F

enum { PAIRS = 8, TICKS = 3 };

static float reader_height(const struct shell *shell, struct ui *ui, float width, int index)
{
    (void)width;
    float fault = shell->status.readers[index].working ? 0 : FAULT_PX;
    return service_card_height(ui,
                               fault + CHART_PX + CAPTION_PX + (float)PAIRS * SERVICE_PAIR_PX + (float)TICKS * TICK_PX);
}

static void fault_view(struct ui *ui, struct rect rect, const struct status_reader *reader, int index)
{
    (void)shell_text(ui, rect,
                     &(struct shell_text){.id = "readers.fault",
                                          .index = index,
                                          .text = reader->fault[0] ? reader->fault : _("It doesn't answer."),
                                          .role = UI_STATUS,
                                          .type = TYPE_SMALL,
                                          .colour = THEME_ON_DANGER_SOFT,
                                          .vertical = TEXT_CENTRE,
                                          .lines = 2,
                                          .may_cut = true});
}

static void caption_view(const struct shell *shell, struct ui *ui, struct rect rect, const struct service_reader *seen,
                         int index)
{
    char count[I18N_TEXT_SIZE], text[SERVICE_WORDS_SIZE];
    int64_t taps = seen ? seen->taps : 0;
    i18n_number(taps, count, sizeof(count));
    (void)snprintf(text, sizeof(text),
                   P_("%s card let in since this screen started", "%s cards let in since this screen started", taps),
                   count);
    (void)shell_text(ui, rect,
                     &(struct shell_text){.id = "readers.taps",
                                          .index = index,
                                          .text = text,
                                          .role = UI_TEXT,
                                          .type = TYPE_SMALL,
                                          .colour = service_ink(shell, THEME_TEXT_MUTED),
                                          .vertical = TEXT_CENTRE,
                                          .tabular = true});
}

static void device_view(const struct shell *shell, struct ui *ui, struct rect *r, const struct status_reader *reader,
                        int index)
{
    char text[SERVICE_WORDS_SIZE];
    service_pair(shell, ui, "readers.chip", index, r, _("Chip"), reader->chip[0] ? reader->chip : "-");
    service_pair(shell, ui, "readers.device", index, r, _("Device"), reader->device);
    (void)snprintf(text, sizeof(text), "%s · %s", reader->lane, reader->out ? _("out") : _("in"));
    service_pair(shell, ui, "readers.lane", index, r, _("Lane"), text);
}

static void times_view(const struct shell *shell, struct ui *ui, struct rect *r, const struct status_reader *reader,
                       int index)
{
    char text[SERVICE_WORDS_SIZE];
    const struct service_reader *seen = service_reader(&shell->service, reader->name);
    if (seen && seen->n > 0) {
        shell_words_ms((int64_t)llroundf(seen->tap_ms[seen->n - 1] * (float)US_PER_MS), text, sizeof(text));
    }
    service_pair(shell, ui, "readers.response", index, r, _("Last response"), seen && seen->n > 0 ? text : "-");
    shell_words_ms(reader->answer_us > 0 ? reader->answer_us : -1, text, sizeof(text));
    service_pair(shell, ui, "readers.answer", index, r, _("Last authentication"), text);
    shell_words_ms(reader->heard_ms >= 0 ? reader->lag_us : -1, text, sizeof(text));
    service_pair(shell, ui, "readers.lag", index, r, _("Way of the last message"), text);
    i18n_number(reader->restarts, text, sizeof(text));
    service_pair(shell, ui, "readers.restarts", index, r, _("Restarts"), text);
    shell_words_memory(reader->memory_kb, text, sizeof(text));
    service_pair(shell, ui, "readers.memory", index, r, _("Memory"), reader->pid ? text : "-");
}

/* A tick or a cross, and what it is about. */
static void tick(const struct shell *shell, struct ui *ui, struct rect rect, int64_t index, const char *text, bool ok)
{
    struct rect at = rect_cut_left(&rect, ICON_PX + SPACE_S);
    bool stale = shell_is_stale(shell);
    struct colour ink =
        stale ? ui_colour(ui, THEME_TEXT_DISABLED) : service_tone_colour(ui, ok ? TONE_SUCCESS : TONE_DANGER);
    (void)ui_node(ui, &(struct ui_node_spec){.id = "readers.tick",
                                             .index = index,
                                             .role = UI_STATUS,
                                             .label = text,
                                             .value = ok ? _("yes") : _("no"),
                                             .rect = rect});
    draw_icon(ui_draw(ui), rect_of(at.x, rect.y + (rect.h - ICON_PX) / 2, ICON_PX, ICON_PX),
              ok ? ICON_CHECK : ICON_CROSS, ink, 2.4F);
    (void)shell_text(ui, rect,
                     &(struct shell_text){.id = "readers.tick.text",
                                          .index = index,
                                          .text = text,
                                          .role = UI_TEXT,
                                          .type = TYPE_SMALL,
                                          .colour = service_ink(shell, THEME_TEXT),
                                          .vertical = TEXT_CENTRE});
}

static void ticks_view(const struct shell *shell, struct ui *ui, struct rect *r, const struct status_reader *reader,
                       int index)
{
    const char *texts[TICKS] = {_("Takes no further rights"), _("Opens no other files"),
                                _("Calls nothing else of the system")};
    bool ok[TICKS] = {reader->no_new_privs, reader->landlock, reader->seccomp};
    for (int i = 0; i < TICKS; i++) {
        tick(shell, ui, rect_cut_top(r, TICK_PX), (int64_t)index * TICKS + i, texts[i], ok[i]);
    }
}

static void reader_view(const struct shell *shell, struct ui *ui, struct rect rect, int index)
{
    const struct status_reader *reader = &shell->status.readers[index];
    const struct service_reader *seen = service_reader(&shell->service, reader->name);
    char chart[SERVICE_ID_SIZE];
    struct service_card card = {.id = "readers.reader",
                                .index = index,
                                .title = reader->name,
                                .may_cut = true,
                                .badge = reader->working ? _("Working") : _("Fault"),
                                .icon = reader->working ? ICON_CHECK : ICON_WARNING,
                                .tone = reader->working ? TONE_SUCCESS : TONE_DANGER};
    struct rect r = service_card(shell, ui, rect, &card);
    if (!reader->working) {
        fault_view(ui, rect_cut_top(&r, FAULT_PX), reader, index);
    }
    (void)snprintf(chart, sizeof(chart), "readers.chart.%d", index);
    service_chart(shell, ui, chart, rect_cut_top(&r, CHART_PX), seen);
    caption_view(shell, ui, rect_cut_top(&r, CAPTION_PX), seen, index);
    device_view(shell, ui, &r, reader, index);
    times_view(shell, ui, &r, reader, index);
    ticks_view(shell, ui, &r, reader, index);
}

void service_readers_view(const struct shell *shell, struct ui *ui, struct rect rect)
{
    struct service_part parts[STATUS_READERS_MAX];
    size_t n = shell->status.n_readers;
    if (n == 0) {
        shell_empty(ui, "readers.none", rect, ICON_CONTACTLESS, _("No reader"),
                    shell->status_us ? _("The gate's configuration names no reader.") : _("Waiting for the gate"));
        return;
    }
    for (size_t i = 0; i < n; i++) {
        parts[i] = (struct service_part){
            .column = n == 1 ? -1 : (int)(i % 2), .index = (int)i, .height = reader_height, .view = reader_view};
    }
    service_parts(shell, ui, "readers", rect, parts, n);
}

/* Nothing on this page can be touched. */
void service_readers_on(struct shell *shell, const struct intent *intent, int64_t now_us)
{
    (void)shell;
    (void)intent;
    (void)now_us;
}
