/* The frame: rail, title, what is said over all pages, sheets and dialogs. */
#include "screens/shell_internal.h"

#include "base/clock.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>

#define HEAD_PX       76.0F
#define HEAD_SMALL_PX 60.0F
#define BAR_PX        84.0F /* of a rail along the bottom */
#define RAIL_KEY_PX   48.0F
#define BANNER_PX     48.0F
#define PILL_PX       40.0F /* of a pill beside its name, with the gap to the next */
#define SHEET_PX      460.0F
#define SHEET_ROW_PX  60.0F

static bool upright(const struct ui *ui)
{
    return ui_bounds(ui).h > ui_bounds(ui).w;
}

/* The rail. */

static const struct widget_rail_item DESK_ITEMS[DESK_PAGES] = {
    [DESK_HOME] = {.id = "rail.home", .label = NC_("page", "Home"), .icon = ICON_HOME},
    [DESK_CUSTOMERS] = {.id = "rail.customers", .label = NC_("page", "Customers"), .icon = ICON_USER},
    [DESK_TILL] = {.id = "rail.till", .label = NC_("page", "Till"), .icon = ICON_CART},
    [DESK_CARDS] = {.id = "rail.cards", .label = NC_("page", "Cards"), .icon = ICON_CARD},
};

static const struct widget_rail_item SERVICE_ITEMS[SERVICE_PAGES] = {
    [SERVICE_OVERVIEW] = {.id = "rail.overview", .label = NC_("page", "Overview"), .icon = ICON_GEAR},
    [SERVICE_LINES] = {.id = "rail.lines", .label = NC_("page", "Lines"), .icon = ICON_TURNSTILE},
    [SERVICE_READERS] = {.id = "rail.readers", .label = NC_("page", "Readers"), .icon = ICON_CONTACTLESS},
    [SERVICE_JOURNAL] = {.id = "rail.journal", .label = NC_("page", "Journal"), .icon = ICON_LIST},
    [SERVICE_SYSTEM] = {.id = "rail.system", .label = NC_("page", "System"), .icon = ICON_CPU},
    [SERVICE_TESTS] = {.id = "rail.tests", .label = NC_("page", "Tests"), .icon = ICON_WRENCH},
};

static void rail_key(struct ui *ui, const char *id, struct rect rect, const char *label, enum icon icon,
                     struct intent intent)
{
    unsigned state =
        ui_node(ui, &(struct ui_node_spec){
                        .id = id, .index = -1, .role = UI_BUTTON, .label = label, .rect = rect, .intent = intent});
    if (state & (UI_PRESSED | UI_FOCUSED)) {
        draw_fill(ui_draw(ui), rect, ui_colour(ui, THEME_RAIL_SELECTED), RADIUS_M);
    }
    draw_icon(ui_draw(ui), rect_centre(rect, 24, 24), icon, ui_colour(ui, THEME_ON_RAIL_MUTED), 0);
}

/* The pages are the widget's; language and signing out stand at the rail's far end. */
static void view_rail(const struct shell *s, struct ui *ui, struct rect *r)
{
    bool service = s->settings.kind == SHELL_SERVICE, along = upright(ui);
    const struct widget_rail_item *from = service ? SERVICE_ITEMS : DESK_ITEMS;
    size_t n = service ? (size_t)SERVICE_PAGES : (size_t)DESK_PAGES;
    struct widget_rail_item items[SERVICE_PAGES];
    for (size_t i = 0; i < n; i++) {
        items[i] = from[i];
        items[i].label = C_("page", from[i].label);
    }
    struct rect all = *r, pages = *r, keys;
    float keys_px = 2 * RAIL_KEY_PX + SPACE_S + SPACE_S;
    if (along) {
        keys = rect_of(rect_right(all) - keys_px, rect_bottom(all) - BAR_PX, keys_px, BAR_PX);
        pages.w -= keys_px;
    } else {
        keys = rect_of(all.x, rect_bottom(all) - keys_px, RAIL_PX, keys_px);
        pages.h -= keys_px;
    }
    draw_fill(ui_draw(ui), keys, ui_colour(ui, THEME_RAIL), 0);
    widget_rail(ui, &pages, items, n, (size_t)s->page, SHELL_ON_PAGE);
    struct rect first = along ? rect_of(keys.x, keys.y + 18, RAIL_KEY_PX, RAIL_KEY_PX)
                              : rect_of(keys.x + (RAIL_PX - 72) / 2, keys.y, 72, RAIL_KEY_PX);
    struct rect second = first;
    second.x += along ? RAIL_KEY_PX + SPACE_S : 0;
    second.y += along ? 0 : RAIL_KEY_PX + SPACE_S;
    rail_key(ui, "rail.language", first, _("Language"), ICON_LANGUAGE,
             (struct intent){.kind = SHELL_ON_SHEET, .arg = SHELL_SHEET_LANGUAGE});
    rail_key(ui, "rail.sign-out", second, _("Sign out"), ICON_LOG_OUT, (struct intent){.kind = SHELL_ON_SIGN_OUT});
    *r = along ? rect_of(all.x, all.y, all.w, pages.h) : rect_of(pages.x, all.y, pages.w, all.h);
}

/* The title, who is signed in, and whether all is well. */

static float view_state(const struct shell *s, struct ui *ui, float right, float y)
{
    struct shell_alarm alarms[SHELL_ALARMS_MAX];
    char text[SHELL_WORDS_SIZE], number[I18N_TEXT_SIZE];
    size_t n = shell_alarms(s, alarms);
    struct rect badge;
    if (shell_is_stale(s) || !s->status_us) {
        badge = widget_badge(ui, "head.state", right, y, true, _("No connection"), ICON_WIFI_OFF, TONE_NEUTRAL);
    } else if (n == 0) {
        badge = widget_badge(ui, "head.state", right, y, true, _("All is well"), ICON_CHECK, TONE_SUCCESS);
    } else {
        i18n_number((int64_t)n, number, sizeof(number));
        (void)snprintf(text, sizeof(text), P_("%s alarm", "%s alarms", (int64_t)n), number);
        badge = widget_badge(ui, "head.state", right, y, true, text, ICON_WARNING,
                             alarms[0].urgent ? TONE_DANGER : TONE_WARNING);
    }
    return badge.x;
}

static void view_head(const struct shell *s, struct ui *ui, struct rect *r)
{
    struct rect head = rect_cut_top(r, shell_is_small(ui) ? HEAD_SMALL_PX : HEAD_PX);
    bool service = s->settings.kind == SHELL_SERVICE;
    const char *title = service ? SERVICE_ITEMS[s->page].label : DESK_ITEMS[s->page].label;
    float face = 36;
    struct rect who = rect_cut_right(&head, face);
    widget_avatar(ui, "head.who", rect_centre(who, face, face), NULL, 0, s->who.name);
    (void)rect_cut_right(&head, SPACE_M);
    float left = view_state(s, ui, rect_right(head), roundf(head.y + (head.h - 28) / 2));
    head.w = fmaxf(left - SPACE_L - head.x, 1);
    (void)shell_text(ui, head,
                     &(struct shell_text){.id = "head.title",
                                          .index = -1,
                                          .text = C_("page", title),
                                          .role = UI_HEADING,
                                          .type = TYPE_TITLE,
                                          .colour = THEME_TEXT,
                                          .vertical = TEXT_CENTRE});
}

/* While the gate is away it is said over every page, with the time of the last word. */
void shell_view_banner(const struct shell *s, struct ui *ui, struct rect *r)
{
    char time[I18N_TEXT_SIZE], text[SHELL_WORDS_SIZE];
    if (!shell_is_stale(s)) {
        return;
    }
    bool starting = s->link == SHELL_LINK_STARTING;
    if (s->status_us) {
        shell_words_time(s, s->status.utc_us, true, time, sizeof(time));
        (void)snprintf(text, sizeof(text), _("The gate does not answer. What shows is from: %s"), time);
    } else {
        (void)text_copy(text, sizeof(text), starting ? _("Connecting to the gate") : _("The gate does not answer"));
    }
    struct shell_text line = {.id = "banner",
                              .index = -1,
                              .text = text,
                              .role = UI_STATUS,
                              .type = TYPE_BODY_STRONG,
                              .colour = starting ? THEME_TEXT : THEME_ON_WARNING_SOFT,
                              .vertical = TEXT_CENTRE,
                              .tabular = true,
                              .lines = 2};
    struct rect box = rect_cut_top(r, BANNER_PX);
    draw_fill(ui_draw(ui), box, ui_colour(ui, starting ? THEME_SURFACE : THEME_WARNING_SOFT), RADIUS_M);
    (void)rect_cut_left(&box, SPACE_M);
    draw_icon(ui_draw(ui), rect_centre(rect_cut_left(&box, 24), 24, 24), starting ? ICON_REFRESH : ICON_WIFI_OFF,
              ui_colour(ui, line.colour), 0);
    (void)rect_cut_left(&box, SPACE_M);
    (void)rect_cut_right(&box, SPACE_M);
    (void)shell_text(ui, box, &line);
    (void)rect_cut_top(r, shell_gap(ui));
}

/* Languages. */

static float languages_width(struct ui *ui, const char *const names[])
{
    struct text_style style = theme_text(TYPE_LABEL);
    float all = 0;
    for (int i = 0; i < (int)LANGUAGES; i++) {
        all += ceilf(text_measure(ui_text(ui), names[i], &style, 0).w) + PILL_PX;
    }
    return all;
}

/* A row of pills, or where that is too long a button that leads to the list. */
void shell_view_languages(const struct shell *s, struct ui *ui, const char *id, struct rect rect)
{
    const char *names[LANGUAGES];
    char more[UI_ID_SIZE];
    for (int i = 0; i < (int)LANGUAGES; i++) {
        names[i] = language_name((enum language)i);
    }
    if (languages_width(ui, names) <= rect.w) {
        (void)widget_pills(ui, id, rect, names, LANGUAGES, (size_t)s->language, SHELL_ON_LANGUAGE);
        return;
    }
    (void)snprintf(more, sizeof(more), "%s-more", id);
    struct widget_button button = {.id = more,
                                   .index = -1,
                                   .label = language_name(s->language),
                                   .icon = ICON_LANGUAGE,
                                   .kind = BUTTON_SECONDARY,
                                   .intent = {.kind = SHELL_ON_SHEET, .arg = SHELL_SHEET_LANGUAGE}};
    rect.w = fminf(rect.w, widget_button_width(ui, &button));
    widget_button(ui, rect, &button);
}

/* Sheets. */

static void view_choices(struct ui *ui, const char *id, struct rect r, const char *const labels[], size_t n, int kind,
                         int chosen)
{
    bool two = r.h < (float)n * (TARGET_PX + SPACE_S); /* low screens: two side by side */
    unsigned rows = two ? (unsigned)(n + 1) / 2 : (unsigned)n;
    for (size_t i = 0; i < n; i++) {
        unsigned at = (unsigned)i;
        struct rect line = rect_column_cell(r, two ? at / 2 : at, rows, SPACE_S);
        widget_button(ui, two ? rect_row_cell(line, at % 2, 2, SPACE_S) : line,
                      &(struct widget_button){.id = id,
                                              .index = (int64_t)i,
                                              .label = labels[i],
                                              .kind = (int)i == chosen ? BUTTON_PRIMARY : BUTTON_SOFT,
                                              .intent = {.kind = kind, .arg = (int64_t)i}});
    }
}

static void view_cancel(struct ui *ui, struct rect rect)
{
    widget_button(ui, rect,
                  &(struct widget_button){.id = "sheet.cancel",
                                          .index = -1,
                                          .label = _("Cancel"),
                                          .kind = BUTTON_SECONDARY,
                                          .intent = {.kind = SHELL_ON_SHEET, .arg = SHELL_SHEET_NONE}});
}

static void view_options(struct ui *ui, const char *title, const char *const labels[], size_t n, int kind, int chosen)
{
    struct rect r = shell_sheet_begin(ui, "sheet", title, SHEET_PX, (float)(n + 1) * (SHEET_ROW_PX + SPACE_S));
    view_cancel(ui, rect_cut_bottom(&r, SHEET_ROW_PX - SPACE_XS));
    (void)rect_cut_bottom(&r, SPACE_L);
    view_choices(ui, "sheet.choice", r, labels, n, kind, chosen);
    ui_layer_pop(ui);
}

static void view_reasons(const struct shell *s, struct ui *ui)
{
    const char *labels[SHELL_REASONS];
    char title[SHELL_WORDS_SIZE];
    for (size_t i = 0; i < SHELL_REASONS; i++) {
        labels[i] = shell_words_reason(i);
    }
    (void)snprintf(title, sizeof(title), _("Let in · %s. Why?"), s->sheet.lane);
    view_options(ui, title, labels, SHELL_REASONS, SHELL_ON_REASON, -1);
}

static void view_language_sheet(const struct shell *s, struct ui *ui)
{
    const char *labels[LANGUAGES];
    for (int i = 0; i < (int)LANGUAGES; i++) {
        labels[i] = language_name((enum language)i);
    }
    view_options(ui, _("Language"), labels, LANGUAGES, SHELL_ON_LANGUAGE, (int)s->language);
}

static void view_confirm(const struct shell *s, struct ui *ui)
{
    char title[SHELL_WORDS_SIZE];
    struct widget_dialog dialog = {.id = "confirm",
                                   .title = title,
                                   .icon = ICON_LOCK,
                                   .tone = TONE_WARNING,
                                   .confirm = _("Yes, do it"),
                                   .cancel = _("Cancel"),
                                   .on_confirm = {.kind = SHELL_ON_CONFIRM},
                                   .on_cancel = {.kind = SHELL_ON_SHEET, .arg = SHELL_SHEET_NONE}};
    if (s->sheet.kind == SHELL_SHEET_LOCKDOWN) {
        (void)text_copy(title, sizeof(title), s->sheet.on ? _("Start lock-down?") : _("End lock-down?"));
        dialog.text =
            s->sheet.on
                ? _("No member gets in at any lane until it is ended, also after a power cut. Staff cards open, "
                    "and the way out stays free.")
                : _("Members get in again with their cards.");
        dialog.danger = s->sheet.on;
    } else if (s->sheet.mode == LANE_FREE) {
        (void)snprintf(title, sizeof(title), _("Free passage at %s?"), s->sheet.lane);
        dialog.text =
            _("The lane stays open for everybody, without a card, until it is set back, also after a power cut.");
        dialog.icon = ICON_UNLOCK;
        dialog.danger = true;
    } else if (s->sheet.mode == LANE_LOCKED) {
        (void)snprintf(title, sizeof(title), _("Lock %s?"), s->sheet.lane);
        dialog.text = _("Nobody gets in here with a card until it is set back, also after a power cut.");
        dialog.danger = true;
    } else {
        (void)snprintf(title, sizeof(title), _("Set %s back to normal?"), s->sheet.lane);
        dialog.text = _("Cards open the lane, one person at a time.");
        dialog.icon = ICON_CARD;
    }
    widget_dialog(ui, &dialog);
}

static void view_sheet(const struct shell *s, struct ui *ui)
{
    switch (s->sheet.kind) {
    case SHELL_SHEET_LANGUAGE:
        view_language_sheet(s, ui);
        break;
    case SHELL_SHEET_REASON:
        view_reasons(s, ui);
        break;
    case SHELL_SHEET_MODE:
    case SHELL_SHEET_LOCKDOWN:
        view_confirm(s, ui);
        break;
    case SHELL_SHEET_NONE:
        break;
    }
}

static void view_warning(const struct shell *s, struct ui *ui)
{
    char left[I18N_TEXT_SIZE], text[SHELL_WORDS_SIZE];
    int64_t out_us = shell_sign_out_at(s);
    if (out_us == US_NEVER || s->now_us < out_us - SHELL_WARN_US) {
        return;
    }
    shell_words_left(out_us - s->now_us, left, sizeof(left));
    (void)snprintf(text, sizeof(text), _("Nobody has touched the screen for a while. Signing out in: %s"), left);
    widget_dialog(ui, &(struct widget_dialog){.id = "warning",
                                              .title = _("Are you still there?"),
                                              .text = text,
                                              .icon = ICON_CLOCK,
                                              .tone = TONE_WARNING,
                                              .confirm = _("Stay signed in"),
                                              .on_confirm = {.kind = SHELL_ON_STAY},
                                              .on_cancel = {.kind = SHELL_ON_STAY}});
}

static void view_toast(const struct shell *s, struct ui *ui)
{
    char text[SHELL_WORDS_SIZE];
    if (!s->toast.until_us || !s->signed_in) {
        return;
    }
    enum shell_outcome outcome = s->toast.outcome;
    bool busy = outcome == SHELL_BUSY || outcome == SHELL_TIMED_OUT;
    shell_words_toast(&s->toast, text, sizeof(text));
    widget_toast(ui, "toast", text, outcome == SHELL_DONE ? TONE_SUCCESS : busy ? TONE_WARNING : TONE_DANGER);
}

/* Pages. */

static void view_service(const struct shell *s, struct ui *ui, struct rect r)
{
    static void (*const pages[SERVICE_PAGES])(const struct shell *, struct ui *, struct rect) = {
        [SERVICE_OVERVIEW] = service_overview_view, [SERVICE_LINES] = service_lines_view,
        [SERVICE_READERS] = service_readers_view,   [SERVICE_JOURNAL] = service_journal_view,
        [SERVICE_SYSTEM] = service_system_view,     [SERVICE_TESTS] = service_tests_view};
    pages[s->page](s, ui, r);
}

static void view_page(const struct shell *s, struct ui *ui, struct rect r)
{
    view_rail(s, ui, &r);
    float side = shell_is_small(ui) ? SPACE_L : SPACE_XL;
    r = rect_inset_xy(r, side, 0);
    (void)rect_cut_bottom(&r, side);
    view_head(s, ui, &r);
    shell_view_banner(s, ui, &r);
    if (s->settings.kind == SHELL_SERVICE) {
        view_service(s, ui, r);
    } else if (s->page == DESK_HOME) {
        desk_home_view(s, ui, r);
    } else {
        desk_later_view(s, ui, r);
    }
}

void shell_view(const struct shell *s, struct ui *ui)
{
    i18n_set(s->language);
    draw_fill(ui_draw(ui), ui_bounds(ui), ui_colour(ui, THEME_BACKGROUND), 0);
    if (!s->signed_in) {
        sign_in_view(s, ui, ui_bounds(ui));
        view_sheet(s, ui);
    } else if (s->settings.kind == SHELL_SERVICE && service_test_covers(s)) {
        service_test_view(s, ui);
    } else {
        view_page(s, ui, ui_bounds(ui));
        view_sheet(s, ui);
    }
    view_warning(s, ui);
    view_toast(s, ui);
    widget_keyboard(ui);
}
