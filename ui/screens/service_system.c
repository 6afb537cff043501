/* Processes, list, journal, clock, keys, versions, and how many people are in each zone. */
#include "screens/service_internal.h"

#include "base/clock.h"
#include "base/text.h"

#include <stdio.h>

#define ERROR_PX 48.0F

/* A row of one of the cards below. */
static void number(const struct shell *shell, struct ui *ui, const char *id, struct rect *r, const char *label,
                   int64_t value)
{
    char text[I18N_TEXT_SIZE];
    i18n_number(value, text, sizeof(text));
    service_pair(shell, ui, id, -1, r, label, text);
}

static struct rect card(const struct shell *shell, struct ui *ui, struct rect rect, const char *id, const char *title)
{
    return service_card(shell, ui, rect, &(struct service_card){.id = id, .index = -1, .title = title});
}

static float rows_height(struct ui *ui, size_t n)
{
    return service_card_height(ui, (float)n * SERVICE_PAIR_PX);
}

/* Processes. */

static float processes_height(const struct shell *shell, struct ui *ui, float width, int index)
{
    (void)width;
    (void)index;
    return rows_height(ui, 2 + shell->status.n_readers);
}

static void process_words(int64_t memory_kb, int64_t up_s, char *ret_text, size_t size)
{
    char memory[I18N_TEXT_SIZE], up[I18N_TEXT_SIZE];
    shell_words_memory(memory_kb, memory, sizeof(memory));
    i18n_duration(up_s, up, sizeof(up));
    (void)snprintf(ret_text, size, "%.60s · %.60s", memory, up);
}

static void processes_view(const struct shell *shell, struct ui *ui, struct rect rect, int index)
{
    const struct gate_status *status = &shell->status;
    const struct service *service = &shell->service;
    char text[SERVICE_WORDS_SIZE], label[SERVICE_WORDS_SIZE];
    struct rect r = card(shell, ui, rect, "system.processes", _("Processes"));
    (void)index;
    process_words(status->process.memory_kb, status->process.up_s, text, sizeof(text));
    service_pair(shell, ui, "system.gate", -1, &r, _("Gate"), status->process.pid ? text : "-");
    for (size_t i = 0; i < status->n_readers; i++) {
        const struct status_reader *reader = &status->readers[i];
        (void)snprintf(label, sizeof(label), _("Reader · %s"), reader->name);
        shell_words_memory(reader->memory_kb, text, sizeof(text));
        service_pair(shell, ui, "system.reader", (int64_t)i, &r, label, reader->pid ? text : _("Not running"));
    }
    process_words(service->self.memory_kb, service->self.up_s, text, sizeof(text));
    service_pair(shell, ui, "system.screen", -1, &r, _("This screen"), service->self_us ? text : "-");
}

/* The access list. */

static float list_height(const struct shell *shell, struct ui *ui, float width, int index)
{
    (void)shell;
    (void)width;
    (void)index;
    return rows_height(ui, 5);
}

static void list_view(const struct shell *shell, struct ui *ui, struct rect rect, int index)
{
    const struct gate_status *status = &shell->status;
    char text[I18N_TEXT_SIZE];
    bool ok = status->list.state == STATUS_LIST_OK;
    int64_t age_s = shell_list_age_s(shell);
    struct service_card head = {.id = "system.list",
                                .index = -1,
                                .title = _("Access list"),
                                .badge = ok ? _("In order") : shell_words_list(status->list.state),
                                .tone = ok ? TONE_SUCCESS : TONE_DANGER};
    struct rect r = service_card(shell, ui, rect, &head);
    (void)index;
    number(shell, ui, "system.list.version", &r, _("Version"), status->list.version);
    number(shell, ui, "system.list.epoch", &r, _("Epoch"), status->list.epoch);
    service_words_ago(age_s, text, sizeof(text));
    service_pair(shell, ui, "system.list.age", -1, &r, _("Last synchronised"), age_s >= 0 ? text : _("Not known"));
    if (status->list.synced_utc_us) {
        i18n_date_time(zone_local(&shell->settings.zone, status->list.synced_utc_us), text, sizeof(text));
    }
    service_pair(shell, ui, "system.list.synced", -1, &r, _("On"), status->list.synced_utc_us ? text : "-");
    service_pair(shell, ui, "system.list.path", -1, &r, _("File"), status->list.path);
}

/* The journal. */

static float journal_height(const struct shell *shell, struct ui *ui, float width, int index)
{
    (void)width;
    (void)index;
    return rows_height(ui, 6) + (shell->status.journal.error[0] ? ERROR_PX : 0);
}

static void journal_view(const struct shell *shell, struct ui *ui, struct rect rect, int index)
{
    const struct gate_status *status = &shell->status;
    bool ok = !status->journal.error[0];
    struct service_card head = {.id = "system.journal",
                                .index = -1,
                                .title = _("Journal"),
                                .badge = ok ? _("In order") : _("Fault"),
                                .tone = ok ? TONE_SUCCESS : TONE_DANGER};
    struct rect r = service_card(shell, ui, rect, &head);
    (void)index;
    if (!ok) {
        (void)shell_text(ui, rect_cut_top(&r, ERROR_PX),
                         &(struct shell_text){.id = "system.journal.error",
                                              .index = -1,
                                              .text = status->journal.error,
                                              .role = UI_STATUS,
                                              .type = TYPE_SMALL,
                                              .colour = THEME_ON_DANGER_SOFT,
                                              .vertical = TEXT_CENTRE,
                                              .lines = 2,
                                              .may_cut = true});
    }
    number(shell, ui, "system.journal.seq", &r, _("Newest event"), status->journal.seq);
    number(shell, ui, "system.journal.written", &r, _("Written since the start"), status->journal.written);
    number(shell, ui, "system.journal.queued", &r, _("Waiting to be written"), status->journal.queued);
    number(shell, ui, "system.journal.dropped", &r, _("Lost"), status->journal.dropped);
    number(shell, ui, "system.journal.erased", &r, _("Personal data erased"), status->journal.erased);
    service_pair(shell, ui, "system.journal.path", -1, &r, _("File"), status->journal.path);
}

/* Clock, keys, emergency cards. */

static float security_height(const struct shell *shell, struct ui *ui, float width, int index)
{
    (void)shell;
    (void)width;
    (void)index;
    return rows_height(ui, 5);
}

static void security_view(const struct shell *shell, struct ui *ui, struct rect rect, int index)
{
    const struct gate_status *status = &shell->status;
    char time[I18N_TEXT_SIZE];
    struct rect r = card(shell, ui, rect, "system.security", _("Clock and keys"));
    (void)index;
    shell_words_time(shell, shell->utc_us, false, time, sizeof(time));
    service_pair(shell, ui, "system.time", -1, &r, _("Time here"), time);
    service_pair(shell, ui, "system.clock", -1, &r, _("Clock"), status->clock.trusted ? _("Set") : _("Not set"));
    service_pair(shell, ui, "system.network", -1, &r, _("Time from the network"),
                 status->clock.synchronised ? _("Yes") : _("No"));
    service_pair(shell, ui, "system.keys", -1, &r, _("Card keys"), status->keys ? _("Loaded") : _("None"));
    number(shell, ui, "system.emergency", &r, _("Emergency cards"), status->emergency_cards);
}

/* Versions and the chip of the lines. */

static float versions_height(const struct shell *shell, struct ui *ui, float width, int index)
{
    (void)shell;
    (void)width;
    (void)index;
    return rows_height(ui, 6);
}

static void versions_view(const struct shell *shell, struct ui *ui, struct rect rect, int index)
{
    const struct gate_status *status = &shell->status;
    const char *fault = status->lines.fault[0] ? status->lines.fault : _("Fault");
    struct rect r = card(shell, ui, rect, "system.versions", _("Unit and versions"));
    (void)index;
    service_pair(shell, ui, "system.unit", -1, &r, _("Unit"), status->unit);
    service_pair(shell, ui, "system.version", -1, &r, _("Gate"), status->version);
    service_pair(shell, ui, "system.screen.version", -1, &r, _("This screen"), shell->settings.version);
    service_pair(shell, ui, "system.configuration", -1, &r, _("Configuration"), status->configuration);
    service_pair(shell, ui, "system.chip", -1, &r, _("Chip of the lines"),
                 status->lines.chip[0] ? status->lines.chip : _("Found by the lines"));
    service_pair(shell, ui, "system.lines", -1, &r, _("Lines"), status->lines.working ? _("Working") : fault);
}

/* People. */

static float zones_height(const struct shell *shell, struct ui *ui, float width, int index)
{
    (void)width;
    (void)index;
    return rows_height(ui, shell->status.n_zones);
}

static void zones_view(const struct shell *shell, struct ui *ui, struct rect rect, int index)
{
    struct rect r = card(shell, ui, rect, "system.zones", _("People inside"));
    (void)index;
    for (size_t i = 0; i < shell->status.n_zones; i++) {
        const struct status_zone *zone = &shell->status.zones[i];
        char people[I18N_TEXT_SIZE], limit[I18N_TEXT_SIZE], text[SERVICE_WORDS_SIZE];
        i18n_number(zone->people, people, sizeof(people));
        i18n_number(zone->limit, limit, sizeof(limit));
        (void)snprintf(text, sizeof(text), _("%s of %s"), people, limit);
        service_pair(shell, ui, "system.zone", (int64_t)i, &r, zone->name, zone->limit ? text : people);
    }
}

void service_system_view(const struct shell *shell, struct ui *ui, struct rect rect)
{
    static const struct service_part parts[] = {
        {.column = 0, .index = -1, .height = processes_height, .view = processes_view},
        {.column = 0, .index = -1, .height = list_height, .view = list_view},
        {.column = 1, .index = -1, .height = security_height, .view = security_view},
        {.column = 1, .index = -1, .height = journal_height, .view = journal_view},
        {.column = 0, .index = -1, .height = versions_height, .view = versions_view},
        {.column = 1, .index = -1, .height = zones_height, .view = zones_view},
    };
    size_t n = sizeof(parts) / sizeof(parts[0]);
    service_parts(shell, ui, "system", rect, parts, shell->status.n_zones > 0 ? n : n - 1);
}

/* Nothing on this page can be touched. */
void service_system_on(struct shell *shell, const struct intent *intent, int64_t now_us)
{
    (void)shell;
    (void)intent;
    (void)now_us;
}
