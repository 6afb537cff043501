/* What goes out to the lanes and comes in from them, live; and what staff may have them do. */
#include "screens/service_internal.h"

#include "base/clock.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define TILE_LEAST_PX 186.0F
#define LOCK_PX       84.0F /* the card of the lock-down */
#define LABEL_PX      36.0F
#define NOTE_PX       44.0F

enum { MODES = 3, MODE_FACTOR = 4, OUTPUTS = 2 };

static const enum status_mode known_modes[MODES] = {
    [LANE_NORMAL] = STATUS_MODE_NORMAL, [LANE_FREE] = STATUS_MODE_FREE, [LANE_LOCKED] = STATUS_MODE_LOCKED};

/* Lock-down. */

static float lockdown_height(const struct shell *shell, struct ui *ui, float width, int index)
{
    (void)shell;
    (void)ui;
    (void)width;
    (void)index;
    return LOCK_PX;
}

static void lockdown_view(const struct shell *shell, struct ui *ui, struct rect rect, int index)
{
    bool on = shell->status.lockdown;
    struct widget_button button = {.id = "lines.lockdown.button",
                                   .index = -1,
                                   .label = on ? _("End lock-down") : _("Lock down"),
                                   .kind = on ? BUTTON_PRIMARY : BUTTON_DANGER,
                                   .icon = on ? ICON_UNLOCK : ICON_LOCK,
                                   .disabled = shell_is_stale(shell),
                                   .busy = shell_waits(shell, SHELL_WISH_LOCKDOWN, ""),
                                   .intent = {.kind = SERVICE_ON_LOCKDOWN, .arg = !on}};
    struct shell_text text = {.id = "lines.lockdown.title",
                              .index = index,
                              .text = on ? _("Lock-down is on") : _("Lock-down is off"),
                              .role = UI_HEADING,
                              .type = TYPE_HEADING,
                              .colour = service_ink(shell, THEME_TEXT),
                              .vertical = TEXT_CENTRE};
    widget_card(ui, "lines.lockdown", rect, _("Lock-down"));
    struct rect r = rect_inset_xy(rect, SPACE_L, SPACE_L);
    float width = fminf(widget_button_width(ui, &button), roundf(r.w * 0.42F));
    widget_button(ui, rect_cut_right(&r, width), &button);
    (void)rect_cut_right(&r, SPACE_L);
    shell_icon_box(ui, rect_cut_left(&r, r.h), on ? ICON_LOCK : ICON_SHIELD, on ? TONE_DANGER : TONE_NEUTRAL);
    (void)rect_cut_left(&r, SPACE_M);
    (void)shell_text(ui, rect_cut_top(&r, 26), &text);
    text.id = "lines.lockdown.text";
    text.text = on ? _("Only staff cards pass.") : _("All lanes shut; only staff cards pass.");
    text.role = UI_TEXT;
    text.type = TYPE_SMALL;
    text.colour = service_ink(shell, THEME_TEXT_MUTED);
    (void)shell_text(ui, r, &text);
}

/* A lane. */

static size_t count_inputs(const struct service *service, const char *lane)
{
    size_t n = 0;
    for (size_t i = 0; i < service->n_inputs; i++) {
        n += service_input_of(&service->inputs[i], lane, NULL);
    }
    return n;
}

static void mode_labels(const char *ret_labels[MODES])
{
    for (size_t i = 0; i < MODES; i++) {
        ret_labels[i] = shell_words_mode(known_modes[i]);
    }
}

static void release_labels(const char *ret_labels[OUTPUTS])
{
    ret_labels[0] = _("Release in");
    ret_labels[1] = _("Release out");
}

/* Width of a card's content, as service_card leaves it. */
static float content_width(const struct ui *ui, float width)
{
    return width - (shell_is_small(ui) ? 2 * SPACE_L : 40);
}

static float buttons_height(struct ui *ui, float width, const char *const labels[], size_t n, bool icons)
{
    size_t columns = service_button_columns(ui, content_width(ui, width), labels, n, icons);
    return LABEL_PX + service_cells_height(n, columns, SERVICE_BUTTON_PX);
}

static float lane_height(const struct shell *shell, struct ui *ui, float width, int index)
{
    const char *modes[MODES], *releases[OUTPUTS];
    size_t columns = service_columns(content_width(ui, width), TILE_LEAST_PX);
    size_t n = count_inputs(&shell->service, shell->status.lanes[index].name);
    float inputs = n > 0 ? service_cells_height(n, columns, SERVICE_TILE_PX) : NOTE_PX;
    float outputs = service_cells_height(OUTPUTS, columns, SERVICE_TILE_PX);
    mode_labels(modes);
    release_labels(releases);
    return service_card_height(ui, outputs + LABEL_PX + inputs + buttons_height(ui, width, modes, MODES, false) +
                                       buttons_height(ui, width, releases, OUTPUTS, true));
}

static void label(struct ui *ui, const char *id, int index, struct rect *r, const char *text)
{
    (void)shell_text(ui, rect_cut_top(r, LABEL_PX),
                     &(struct shell_text){.id = id,
                                          .index = index,
                                          .text = text,
                                          .role = UI_TEXT,
                                          .type = TYPE_SMALL,
                                          .colour = THEME_TEXT_MUTED,
                                          .vertical = TEXT_CENTRE,
                                          .lines = 2});
}

static void outputs_view(const struct shell *shell, struct ui *ui, struct rect *r, int index, size_t columns)
{
    const struct status_lane *lane = &shell->status.lanes[index];
    const char *names[OUTPUTS];
    bool active[OUTPUTS] = {lane->release_in, lane->release_out};
    release_labels(names);
    struct rect all = rect_cut_top(r, service_cells_height(OUTPUTS, columns, SERVICE_TILE_PX));
    for (size_t i = 0; i < OUTPUTS; i++) {
        service_tile(shell, ui, service_cell(all, i, columns, SERVICE_TILE_PX),
                     &(struct service_tile){.id = "lines.output",
                                            .index = (int64_t)index * OUTPUTS + (int64_t)i,
                                            .title = names[i],
                                            .detail = _("Output"),
                                            .word = active[i] ? _("Active") : _("Inactive"),
                                            .tone = active[i] ? TONE_SUCCESS : TONE_NEUTRAL});
    }
}

static void input_view(const struct shell *shell, struct ui *ui, struct rect rect, size_t at, const char *what)
{
    const struct service_input *input = &shell->service.inputs[at];
    char count[I18N_TEXT_SIZE], changes[SERVICE_WORDS_SIZE];
    i18n_number(input->changes, count, sizeof(count));
    (void)snprintf(changes, sizeof(changes), P_("%s change", "%s changes", input->changes), count);
    service_tile(shell, ui, rect,
                 &(struct service_tile){.id = "lines.input",
                                        .index = (int64_t)at,
                                        .title = service_words_input(what),
                                        .detail = changes,
                                        .word = !input->works   ? _("Fault")
                                                : input->active ? _("Active")
                                                                : _("Inactive"),
                                        .tone = !input->works   ? TONE_DANGER
                                                : input->active ? TONE_SUCCESS
                                                                : TONE_NEUTRAL});
}

static void inputs_view(const struct shell *shell, struct ui *ui, struct rect *r, int index, size_t columns)
{
    const struct service *service = &shell->service;
    const char *lane = shell->status.lanes[index].name, *what;
    size_t n = count_inputs(service, lane), at = 0;
    label(ui, "lines.inputs", index, r, _("Inputs, counted since this page was opened"));
    if (n == 0) {
        struct rect note = rect_cut_top(r, NOTE_PX);
        (void)shell_text(
            ui, note,
            &(struct shell_text){.id = "lines.inputs.none",
                                 .index = index,
                                 .text = service->checks_us ? _("This lane has no input.") : _("Looking at the inputs"),
                                 .role = UI_TEXT,
                                 .type = TYPE_BODY,
                                 .colour = THEME_TEXT_MUTED,
                                 .vertical = TEXT_CENTRE});
        return;
    }
    struct rect all = rect_cut_top(r, service_cells_height(n, columns, SERVICE_TILE_PX));
    for (size_t i = 0; i < service->n_inputs; i++) {
        if (service_input_of(&service->inputs[i], lane, &what)) {
            input_view(shell, ui, service_cell(all, at++, columns, SERVICE_TILE_PX), i, what);
        }
    }
}

static void modes_view(const struct shell *shell, struct ui *ui, struct rect *r, int index)
{
    const struct status_lane *lane = &shell->status.lanes[index];
    bool waits = shell_waits(shell, SHELL_WISH_MODE, lane->name);
    const char *labels[MODES];
    mode_labels(labels);
    size_t columns = service_button_columns(ui, r->w, labels, MODES, false);
    label(ui, "lines.mode", index, r, _("Mode"));
    struct rect all = rect_cut_top(r, service_cells_height(MODES, columns, SERVICE_BUTTON_PX));
    for (size_t i = 0; i < MODES; i++) {
        bool now = lane->mode == known_modes[i];
        int64_t arg = (int64_t)index * MODE_FACTOR + (int64_t)i;
        widget_button(ui, service_cell(all, i, columns, SERVICE_BUTTON_PX),
                      &(struct widget_button){.id = "lines.mode.button",
                                              .index = arg,
                                              .label = labels[i],
                                              .kind = now ? BUTTON_SOFT : BUTTON_SECONDARY,
                                              .icon = now && columns == 1 ? ICON_CHECK : ICON_NONE,
                                              .disabled = shell_is_stale(shell) || waits,
                                              .intent = {.kind = now ? 0 : SERVICE_ON_MODE, .arg = arg}});
    }
}

static void releases_view(const struct shell *shell, struct ui *ui, struct rect *r, int index)
{
    static const int kinds[OUTPUTS] = {SERVICE_ON_RELEASE_IN, SERVICE_ON_RELEASE_OUT};
    const struct status_lane *lane = &shell->status.lanes[index];
    const char *labels[OUTPUTS];
    release_labels(labels);
    size_t columns = service_button_columns(ui, r->w, labels, OUTPUTS, true);
    label(ui, "lines.test", index, r, _("Test of the lines"));
    struct rect all = rect_cut_top(r, service_cells_height(OUTPUTS, columns, SERVICE_BUTTON_PX));
    for (size_t i = 0; i < OUTPUTS; i++) {
        widget_button(ui, service_cell(all, i, columns, SERVICE_BUTTON_PX),
                      &(struct widget_button){.id = i == 0 ? "lines.in" : "lines.out",
                                              .index = index,
                                              .label = labels[i],
                                              .kind = BUTTON_SECONDARY,
                                              .icon = i == 0 ? ICON_ARROW_RIGHT : ICON_ARROW_LEFT,
                                              .disabled = shell_is_stale(shell) || lane->fault,
                                              .busy = shell_waits(shell, SHELL_WISH_RELEASE, lane->name),
                                              .intent = {.kind = kinds[i], .arg = index}});
    }
}

static void lane_view(const struct shell *shell, struct ui *ui, struct rect rect, int index)
{
    const struct status_lane *lane = &shell->status.lanes[index];
    size_t columns = service_columns(content_width(ui, rect.w), TILE_LEAST_PX);
    struct service_card card = {.id = "lines.lane",
                                .index = index,
                                .title = lane->name,
                                .may_cut = true,
                                .badge = service_words_lane(lane),
                                .tone = service_lane_tone(&shell->status, lane)};
    struct rect r = service_card(shell, ui, rect, &card);
    outputs_view(shell, ui, &r, index, columns);
    inputs_view(shell, ui, &r, index, columns);
    modes_view(shell, ui, &r, index);
    releases_view(shell, ui, &r, index);
}

void service_lines_view(const struct shell *shell, struct ui *ui, struct rect rect)
{
    struct service_part parts[1 + STATUS_LANES_MAX];
    size_t n = 0, lanes = shell->status.n_lanes;
    parts[n++] = (struct service_part){.column = -1, .index = -1, .height = lockdown_height, .view = lockdown_view};
    for (size_t i = 0; i < lanes; i++) {
        parts[n++] = (struct service_part){
            .column = lanes == 1 ? -1 : (int)(i % 2), .index = (int)i, .height = lane_height, .view = lane_view};
    }
    service_parts(shell, ui, "lines", rect, parts, n);
}

static const struct status_lane *lane_at(const struct shell *shell, int64_t i)
{
    return i >= 0 && (size_t)i < shell->status.n_lanes ? &shell->status.lanes[i] : NULL;
}

static void release(struct shell *shell, const struct status_lane *lane, enum lane_side side, int64_t now_us)
{
    struct shell_wish wish = {.kind = SHELL_WISH_RELEASE, .side = side};
    (void)text_copy(wish.lane, sizeof(wish.lane), lane->name);
    (void)text_copy(wish.why, sizeof(wish.why), "Line test");
    shell_ask(shell, &wish, now_us);
}

void service_lines_on(struct shell *shell, const struct intent *intent, int64_t now_us)
{
    bool mode = intent->kind == SERVICE_ON_MODE;
    const struct status_lane *lane = lane_at(shell, mode && intent->arg >= 0 ? intent->arg / MODE_FACTOR : intent->arg);
    if (intent->kind == SERVICE_ON_RELEASE_IN && lane) {
        release(shell, lane, LANE_IN, now_us);
    } else if (intent->kind == SERVICE_ON_RELEASE_OUT && lane) {
        release(shell, lane, LANE_OUT, now_us);
    } else if (mode && lane && intent->arg % MODE_FACTOR < MODES) {
        shell->sheet =
            (struct shell_sheet){.kind = SHELL_SHEET_MODE, .mode = (enum lane_mode)(intent->arg % MODE_FACTOR)};
        (void)text_copy(shell->sheet.lane, sizeof(shell->sheet.lane), lane->name);
    } else if (intent->kind == SERVICE_ON_LOCKDOWN) {
        shell->sheet = (struct shell_sheet){.kind = SHELL_SHEET_LOCKDOWN, .on = intent->arg != 0};
    } else if (intent->kind == SERVICE_ON_RECOUNT) {
        for (size_t i = 0; i < shell->service.n_inputs; i++) {
            shell->service.inputs[i].changes = 0;
        }
    }
}
