/* The desk's first page: alarms over all, taps as they come at the left, at the right who needs help, the lanes, and
 * how many are inside. */
#include "screens/shell_internal.h"

#include "base/clock.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>

#define ALARM_PX   60.0F
#define ROW_PX     68.0F
#define TIME_PX    58.0F
#define NAME_PX    23.0F
#define LANE_PX    60.0F
#define PAIR_PX    34.0F
#define BADGE_PX   28.0F
#define BUTTON_PX  52.0F
#define FACE_PX    48.0F
#define RIGHT_MOST 380.0F
#define SHADOW_PX  8.0F
#define QUIET_PX   64.0F

enum { ALARMS_SHOWN = 2 };

/* A card's number with its middle left out, as in the journal's masked form. */
static void tap_name(const struct desk_tap *tap, char *ret_text, size_t size)
{
    char masked[CARD_TEXT_SIZE + 4];
    if (tap->name[0]) {
        (void)text_copy(ret_text, size, tap->name);
        return;
    }
    text_mask_card(tap->card, masked, sizeof(masked));
    (void)snprintf(ret_text, size, tap->card[0] ? _("Card %s") : "%s", tap->card[0] ? masked : _("Somebody"));
}

/* Alarms. */

static void alarm_row(struct ui *ui, struct rect rect, size_t i, const struct shell_alarm *alarm)
{
    char what[SHELL_WORDS_SIZE], to_do[SHELL_WORDS_SIZE];
    enum theme_colour ink = alarm->urgent ? THEME_ON_DANGER_SOFT : THEME_ON_WARNING_SOFT;
    shell_words_alarm(alarm, what, to_do, sizeof(what));
    draw_fill(ui_draw(ui), rect, ui_colour(ui, alarm->urgent ? THEME_DANGER_SOFT : THEME_WARNING_SOFT), RADIUS_M);
    struct rect r = rect_inset_xy(rect, SPACE_M, 6);
    draw_icon(ui_draw(ui), rect_centre(rect_cut_left(&r, 28), 28, 28),
              alarm->notice == NOTICE_FIRE ? ICON_FLAME : ICON_WARNING, ui_colour(ui, ink), 0);
    (void)rect_cut_left(&r, SPACE_M);
    struct shell_text text = {.id = "desk.alarm",
                              .index = (int64_t)i,
                              .text = what,
                              .role = UI_STATUS,
                              .type = TYPE_BODY_STRONG,
                              .colour = ink,
                              .vertical = TEXT_CENTRE};
    (void)shell_text(ui, rect_cut_top(&r, 25), &text);
    text.id = "desk.alarm-do";
    text.text = to_do;
    text.role = UI_TEXT;
    text.type = TYPE_SMALL;
    (void)shell_text(ui, r, &text);
}

/* All can be scrolled to; as many show as leave room for the rest. */
static void view_alarms(const struct shell *shell, struct ui *ui, struct rect *r)
{
    struct shell_alarm alarms[SHELL_ALARMS_MAX];
    size_t n = shell_alarms(shell, alarms), most = shell_is_small(ui) ? 1 : ALARMS_SHOWN;
    if (n == 0) {
        return;
    }
    float pitch = ALARM_PX + SPACE_S, shown = (float)(n < most ? n : most) * pitch - SPACE_S;
    struct rect box = rect_cut_top(r, shown);
    (void)rect_cut_top(r, shell_gap(ui));
    float scroll = ui_scroll_begin(ui, "desk.alarms", box, (float)n * pitch - SPACE_S);
    for (size_t i = 0; i < n; i++) {
        alarm_row(ui, rect_of(box.x, box.y + (float)i * pitch - scroll, box.w, ALARM_PX), i, &alarms[i]);
    }
    ui_scroll_end(ui);
}

/* Taps. */

struct verdict_words {
    const char *label;
    enum icon icon;
    enum widget_tone tone;
};

static struct verdict_words verdict(const struct desk_tap *tap)
{
    switch (tap->result) {
    case DESK_GRANTED:
        return (struct verdict_words){C_("tap", "Open"), ICON_CHECK, TONE_PRIMARY};
    case DESK_PASSED:
        return (struct verdict_words){tap->side == NEWS_SIDE_OUT ? C_("tap", "Went out") : C_("tap", "Came in"),
                                      tap->side == NEWS_SIDE_OUT ? ICON_ARROW_LEFT : ICON_CHECK, TONE_SUCCESS};
    case DESK_NOT_PASSED:
        return (struct verdict_words){C_("tap", "Didn't go through"), ICON_UNDO, TONE_NEUTRAL};
    case DESK_DENIED:
        break;
    }
    return (struct verdict_words){C_("tap", "Denied"), ICON_CROSS, TONE_DANGER};
}

/* Who, and below it the product or the reason, which may take two lines: it has to be whole. */
static void tap_words(struct ui *ui, struct rect r, size_t row, const char *name, const char *more, bool denied)
{
    struct shell_text who = {.id = "desk.tap-name",
                             .index = (int64_t)row,
                             .text = name,
                             .role = UI_TEXT,
                             .type = TYPE_BODY_STRONG,
                             .colour = THEME_TEXT,
                             .vertical = TEXT_CENTRE,
                             .may_cut = true};
    struct shell_text what = {.id = "desk.tap-more",
                              .index = (int64_t)row,
                              .text = more,
                              .role = UI_TEXT,
                              .type = TYPE_SMALL,
                              .colour = denied ? THEME_DANGER : THEME_TEXT_MUTED,
                              .vertical = TEXT_CENTRE,
                              .lines = denied ? 2 : 1,
                              .may_cut = !denied};
    float height = shell_text_height(ui, r.w, &what);
    r = rect_centre(r, r.w, fminf(NAME_PX + height, r.h));
    (void)shell_text(ui, rect_cut_top(&r, height > 0 ? NAME_PX : r.h), &who);
    if (height > 0) {
        (void)shell_text(ui, r, &what);
    }
}

static void tap_row(struct ui *ui, const void *user, size_t row, struct rect rect, char *ret_label, size_t size)
{
    const struct shell *shell = user;
    const struct desk_tap *tap = desk_tap(&shell->desk, row);
    char time[I18N_TEXT_SIZE], name[SHELL_WORDS_SIZE], more[SHELL_WORDS_SIZE], id[UI_ID_SIZE];
    struct verdict_words words = verdict(tap);
    struct rect r = rect_inset_xy(rect, SPACE_L, 0);
    shell_words_time(shell, tap->utc_us, false, time, sizeof(time));
    tap_name(tap, name, sizeof(name));
    if (tap->result == DESK_DENIED) {
        shell_words_denied(shell, tap, more, sizeof(more));
    } else {
        (void)text_copy(more, sizeof(more), tap->staff ? _("Staff card") : tap->product);
    }
    struct shell_text text = {.id = "desk.tap-time",
                              .index = (int64_t)row,
                              .text = time,
                              .role = UI_TEXT,
                              .type = TYPE_SMALL,
                              .colour = THEME_TEXT_MUTED,
                              .vertical = TEXT_CENTRE,
                              .tabular = true};
    (void)shell_text(ui, rect_cut_left(&r, TIME_PX), &text);
    (void)snprintf(id, sizeof(id), "desk.verdict.%zu", row);
    struct rect badge = widget_badge(ui, id, rect_right(r), roundf(r.y + (r.h - BADGE_PX) / 2), true, words.label,
                                     words.icon, words.tone);
    r.w = fmaxf(badge.x - SPACE_M - r.x, 1);
    tap_words(ui, r, row, name, more, tap->result == DESK_DENIED);
    (void)snprintf(ret_label, size, "%s · %s", name, words.label);
}

static void view_taps(const struct shell *shell, struct ui *ui, struct rect rect)
{
    struct rect r = shell_panel(ui, "desk.taps-card", rect, _("At the entrance"));
    r = rect_of(rect.x + SPACE_XS, r.y, rect.w - 2 * SPACE_XS, rect_bottom(rect) - SPACE_S - r.y);
    widget_list(ui, r,
                &(struct widget_list){.id = "desk.taps",
                                      .label = _("Taps, the newest first"),
                                      .n_rows = shell->desk.n,
                                      .row_px = ROW_PX,
                                      .chosen = -1,
                                      .empty = _("Nobody has tapped a card since this screen started."),
                                      .row = tap_row,
                                      .user = shell});
}

/* Who needs help. */

struct help {
    const struct desk_tap *tap;
    char name[SHELL_WORDS_SIZE], why[SHELL_WORDS_SIZE], cure[SHELL_WORDS_SIZE];
};

static struct shell_text why_text(const struct help *help)
{
    return (struct shell_text){.id = "desk.help-why",
                               .index = -1,
                               .text = help->why,
                               .role = UI_STATUS,
                               .type = TYPE_BODY,
                               .colour = THEME_DANGER,
                               .lines = 3};
}

static struct shell_text cure_text(const struct help *help)
{
    return (struct shell_text){.id = "desk.help-cure",
                               .index = -1,
                               .text = help->cure,
                               .role = UI_TEXT,
                               .type = TYPE_BODY_STRONG,
                               .colour = THEME_TEXT,
                               .lines = 3};
}

static void find_help(const struct shell *shell, struct help *ret_help)
{
    *ret_help = (struct help){.tap = desk_help(&shell->desk, shell->now_us)};
    if (ret_help->tap) {
        const char *cure = shell_words_cure(ret_help->tap->cure);
        tap_name(ret_help->tap, ret_help->name, sizeof(ret_help->name));
        shell_words_denied(shell, ret_help->tap, ret_help->why, sizeof(ret_help->why));
        (void)snprintf(ret_help->cure, sizeof(ret_help->cure), cure[0] ? _("What helps: %s") : "%s",
                       cure[0] ? cure : _("Ask what the matter is."));
    }
}

static float help_height(struct ui *ui, float width, const struct help *help)
{
    float room = width - 2 * 20;
    struct shell_text why = why_text(help), cure = cure_text(help);
    if (!help->tap) {
        return QUIET_PX;
    }
    return SPACE_L + FACE_PX + SPACE_M + shell_text_height(ui, room, &why) + SPACE_XS +
           shell_text_height(ui, room, &cure) + SPACE_M + BUTTON_PX + SPACE_L;
}

static void view_quiet(struct ui *ui, struct rect rect)
{
    widget_card(ui, "desk.help", rect, _("Who needs help"));
    struct rect r = rect_inset_xy(rect, SPACE_L, SPACE_M);
    shell_icon_box(ui, rect_cut_left(&r, 40), ICON_CHECK, TONE_SUCCESS);
    (void)rect_cut_left(&r, SPACE_M);
    (void)shell_text(ui, r,
                     &(struct shell_text){.id = "desk.help-none",
                                          .index = -1,
                                          .text = _("Nobody waits for help."),
                                          .role = UI_STATUS,
                                          .type = TYPE_BODY,
                                          .colour = THEME_TEXT_MUTED,
                                          .vertical = TEXT_CENTRE,
                                          .lines = 2});
}

static void view_help_head(const struct shell *shell, struct ui *ui, struct rect head, const struct help *help)
{
    char time[I18N_TEXT_SIZE], where[SHELL_WORDS_SIZE];
    widget_avatar(ui, "desk.help-face", rect_cut_left(&head, FACE_PX), NULL, 0, help->tap->name);
    (void)rect_cut_left(&head, SPACE_M);
    widget_button(ui, rect_cut_right(&head, TARGET_PX),
                  &(struct widget_button){.id = "desk.help-close",
                                          .index = -1,
                                          .label = _("Dismiss"),
                                          .kind = BUTTON_QUIET,
                                          .icon = ICON_CROSS,
                                          .icon_only = true,
                                          .intent = {.kind = DESK_ON_DISMISS, .arg = help->tap->at_us}});
    head = rect_centre(head, head.w, 46);
    struct shell_text text = {.id = "desk.help-name",
                              .index = -1,
                              .text = help->name,
                              .role = UI_HEADING,
                              .type = TYPE_HEADING,
                              .colour = THEME_TEXT,
                              .vertical = TEXT_CENTRE,
                              .may_cut = true};
    (void)shell_text(ui, rect_cut_top(&head, 25), &text);
    shell_words_time(shell, help->tap->utc_us, false, time, sizeof(time));
    (void)snprintf(where, sizeof(where), "%s · %s", time, help->tap->lane);
    text.id = "desk.help-where";
    text.text = where;
    text.role = UI_TEXT;
    text.type = TYPE_SMALL;
    text.colour = THEME_TEXT_MUTED;
    (void)shell_text(ui, head, &text);
}

static void view_help(const struct shell *shell, struct ui *ui, struct rect rect, const struct help *help)
{
    struct shell_text why = why_text(help), cure = cure_text(help);
    if (!help->tap) {
        view_quiet(ui, rect);
        return;
    }
    widget_card(ui, "desk.help", rect, _("Who needs help"));
    struct rect r = rect_inset_xy(rect, 20, SPACE_L);
    view_help_head(shell, ui, rect_cut_top(&r, FACE_PX), help);
    (void)rect_cut_top(&r, SPACE_M);
    (void)shell_text(ui, rect_cut_top(&r, shell_text_height(ui, r.w, &why)), &why);
    (void)rect_cut_top(&r, SPACE_XS);
    (void)shell_text(ui, rect_cut_top(&r, shell_text_height(ui, r.w, &cure)), &cure);
    bool known = shell_lane(shell, help->tap->lane) >= 0;
    widget_button(ui, rect_cut_bottom(&r, BUTTON_PX),
                  &(struct widget_button){.id = "desk.help-let-in",
                                          .index = -1,
                                          .label = _("Let in"),
                                          .icon = ICON_UNLOCK,
                                          .kind = BUTTON_PRIMARY,
                                          .disabled = !known || shell_is_stale(shell),
                                          .busy = shell_waits(shell, SHELL_WISH_RELEASE, help->tap->lane),
                                          .intent = {.kind = DESK_ON_HELP, .arg = help->tap->at_us}});
}

/* Lanes and figures. */

static enum theme_colour lane_colour(const struct shell *shell, const struct status_lane *lane)
{
    bool open = lane->release_in || lane->release_out;
    if (shell_is_stale(shell)) {
        return THEME_TEXT_DISABLED;
    }
    return lane->fault || lane->alarm[0] ? THEME_DANGER : open ? THEME_SUCCESS : THEME_TEXT_DISABLED;
}

static void view_lane(const struct shell *shell, struct ui *ui, struct rect rect, size_t i)
{
    const struct status_lane *lane = &shell->status.lanes[i];
    struct widget_button button = {.id = "desk.let-in",
                                   .index = (int64_t)i,
                                   .label = _("Let in"),
                                   .kind = BUTTON_SOFT,
                                   .disabled = lane->fault || shell_is_stale(shell),
                                   .busy = shell_waits(shell, SHELL_WISH_RELEASE, lane->name),
                                   .intent = {.kind = DESK_ON_LET_IN, .arg = (int64_t)i}};
    float width = fminf(widget_button_width(ui, &button), roundf(rect.w * 0.5F));
    struct rect r = rect_centre(rect, rect.w, TARGET_PX);
    widget_button(ui, rect_cut_right(&r, width), &button);
    (void)rect_cut_right(&r, SPACE_S);
    shell_dot(ui, r.x, roundf(r.y + (r.h - 12) / 2), 12, ui_colour(ui, lane_colour(shell, lane)));
    (void)rect_cut_left(&r, 12 + SPACE_M);
    r = rect_centre(r, r.w, 46);
    struct shell_text text = {.id = "desk.lane",
                              .index = (int64_t)i,
                              .text = lane->name,
                              .role = UI_TEXT,
                              .type = TYPE_BODY_STRONG,
                              .colour = THEME_TEXT,
                              .vertical = TEXT_CENTRE,
                              .may_cut = true};
    (void)shell_text(ui, rect_cut_top(&r, 24), &text);
    text.id = "desk.lane-state";
    text.text = lane->fault ? _("Out of service") : shell_words_state(lane->state);
    text.role = UI_STATUS;
    text.type = TYPE_SMALL;
    text.colour = THEME_TEXT_MUTED;
    text.may_cut = false;
    (void)shell_text(ui, r, &text);
}

static size_t zones_shown(const struct shell *shell)
{
    return shell->status.n_zones < 3 ? shell->status.n_zones : 3;
}

static float lanes_height(const struct shell *shell, const struct ui *ui)
{
    float lanes = shell->status.n_lanes > 0 ? (float)shell->status.n_lanes * LANE_PX : QUIET_PX;
    return shell_panel_height(ui, lanes + SPACE_S + (float)(zones_shown(shell) + 1) * PAIR_PX);
}

static void view_lanes(const struct shell *shell, struct ui *ui, struct rect rect)
{
    char text[SHELL_WORDS_SIZE], people[I18N_TEXT_SIZE], most[I18N_TEXT_SIZE];
    struct rect r = shell_panel(ui, "desk.lanes", rect, _("Lanes"));
    if (shell->status.n_lanes == 0) {
        (void)shell_text(ui, rect_cut_top(&r, QUIET_PX),
                         &(struct shell_text){.id = "desk.no-lanes",
                                              .index = -1,
                                              .text = _("Nothing is known of the lanes yet."),
                                              .role = UI_TEXT,
                                              .type = TYPE_BODY,
                                              .colour = THEME_TEXT_MUTED,
                                              .vertical = TEXT_CENTRE,
                                              .lines = 2});
    }
    for (size_t i = 0; i < shell->status.n_lanes; i++) {
        view_lane(shell, ui, rect_cut_top(&r, LANE_PX), i);
    }
    (void)rect_cut_top(&r, SPACE_S);
    for (size_t i = 0; i < zones_shown(shell); i++) {
        const struct status_zone *zone = &shell->status.zones[i];
        i18n_number(zone->people, people, sizeof(people));
        i18n_number(zone->limit, most, sizeof(most));
        (void)snprintf(text, sizeof(text), zone->limit > 0 ? _("%s of %s") : "%s", people, most);
        shell_pair(shell, ui, "desk.zone", (int64_t)i, rect_cut_top(&r, PAIR_PX),
                   zone->name[0] ? zone->name : _("Inside"), text);
    }
    int64_t age_s = shell_list_age_s(shell);
    i18n_duration(age_s, text, sizeof(text));
    shell_pair(shell, ui, "desk.list-age", -1, rect_cut_top(&r, PAIR_PX), _("Age of the access list"),
               age_s < 0 ? _("Not known") : text);
}

static void view_right(const struct shell *shell, struct ui *ui, struct rect rect)
{
    struct help help;
    find_help(shell, &help);
    float helps = help_height(ui, rect.w, &help), lanes = lanes_height(shell, ui), gap = shell_gap(ui);
    /* The window is wider than what is in it, for the shadows of the cards. */
    struct rect window = rect_of(rect.x - SHADOW_PX, rect.y, rect.w + 2 * SHADOW_PX, rect.h);
    bool scrolls = helps + gap + lanes > rect.h;
    window.h += scrolls ? 0 : SHADOW_PX;
    float scroll = ui_scroll_begin(ui, "desk.right", window, helps + gap + lanes);
    view_help(shell, ui, rect_of(rect.x, rect.y - scroll, rect.w, helps), &help);
    view_lanes(shell, ui, rect_of(rect.x, rect.y - scroll + helps + gap, rect.w, lanes));
    ui_scroll_end(ui);
}

void desk_home_view(const struct shell *shell, struct ui *ui, struct rect rect)
{
    view_alarms(shell, ui, &rect);
    float right = fminf(RIGHT_MOST, roundf(rect.w * 0.42F));
    struct rect side = rect_cut_right(&rect, right);
    (void)rect_cut_right(&rect, shell_gap(ui));
    view_taps(shell, ui, rect);
    view_right(shell, ui, side);
}
