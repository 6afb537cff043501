/* Signing in: at one side what this is, at the other the names, or the pad for a PIN. */
#include "screens/shell_internal.h"

#include "base/clock.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define CARD_PX     460.0F /* the widest that names and pad get */
#define SIDE_LEAST  640.0F /* a narrower screen has one column */
#define ROW_PX      68.0F
#define AVATAR_PX   44.0F
#define FIELD_PX    60.0F
#define PILLS_PX    48.0F
#define MARK_PX     56.0F
#define DOT_PX      14.0F
#define KEY_MOST_PX 76.0F
#define WORDS_SIZE  SHELL_WORDS_SIZE

enum { KEYS = 12, COLUMNS = 3, DIGIT_BACK = 10, DIGIT_ENTER = 11 };

static const char *role_words(enum shell_role role)
{
    return role == SHELL_ADMINISTRATOR ? _("Administrator") : role == SHELL_TECHNICIAN ? _("Technician") : _("Staff");
}

/* What is said about the last try; "" when there is nothing. */
static enum widget_tone said(const struct shell *shell, int64_t locked_us, char *ret_text, size_t size)
{
    static const char *const words[] = {
        [SIGN_IN_SAID_WRONG] = N_("That is not the PIN. Try again."),
        [SIGN_IN_SAID_ROLE] = N_("Only technicians and administrators sign in here."),
        [SIGN_IN_SAID_CARD] = N_("This card isn't for signing in."),
        [SIGN_IN_SAID_NO_ANSWER] = N_("The PIN couldn't be checked. Try again."),
        [SIGN_IN_SAID_TIME_UP] = N_("Signed out because nobody touched the screen."),
    };
    enum sign_in_said what = shell->sign_in.said;
    ret_text[0] = '\0';
    if (locked_us) {
        char left[I18N_TEXT_SIZE];
        bool person = shell->sign_in.locked_until_us < locked_us;
        shell_words_left(locked_us - shell->now_us, left, sizeof(left));
        (void)snprintf(ret_text, size,
                       person ? _("Too many wrong PINs. Try again in: %s")
                              : _("Too many wrong PINs at this screen. Try again in: %s"),
                       left);
        return TONE_DANGER;
    }
    if (what != SIGN_IN_SAID_NOTHING) {
        (void)text_copy(ret_text, size, _(words[what]));
    }
    return what == SIGN_IN_SAID_TIME_UP ? TONE_NEUTRAL : TONE_DANGER;
}

static struct shell_text said_text(const char *text, enum widget_tone tone)
{
    return (struct shell_text){.id = "sign-in.said",
                               .index = -1,
                               .text = text,
                               .role = UI_STATUS,
                               .type = TYPE_SMALL_STRONG,
                               .colour = tone == TONE_DANGER ? THEME_DANGER : THEME_TEXT_MUTED,
                               .align = TEXT_MIDDLE,
                               .vertical = TEXT_CENTRE,
                               .tabular = true,
                               .lines = 3};
}

/* Names. */

struct names {
    const struct shell *shell;
    const struct shell_staff *found[SIGN_IN_STAFF_MAX];
};

static void name_row(struct ui *ui, const void *user, size_t row, struct rect rect, char *ret_label, size_t size)
{
    const struct names *names = user;
    const struct shell_staff *staff = names->found[row];
    char id[UI_ID_SIZE];
    struct rect r = rect_inset_xy(rect, SPACE_L, 0);
    (void)snprintf(id, sizeof(id), "sign-in.face.%zu", row);
    widget_avatar(ui, id, rect_centre(rect_cut_left(&r, AVATAR_PX), AVATAR_PX, AVATAR_PX), NULL, 0, staff->name);
    (void)rect_cut_left(&r, SPACE_M);
    struct rect arrow = rect_cut_right(&r, 24);
    if (staff->has_pin) {
        draw_icon(ui_draw(ui), rect_centre(arrow, 24, 24), ICON_CHEVRON_RIGHT, ui_colour(ui, THEME_TEXT_MUTED), 0);
    }
    r = rect_centre(r, r.w, 46);
    struct shell_text text = {.id = "sign-in.who",
                              .index = (int64_t)row,
                              .text = staff->name,
                              .role = UI_TEXT,
                              .type = TYPE_BODY_STRONG,
                              .colour = THEME_TEXT,
                              .vertical = TEXT_CENTRE,
                              .may_cut = true};
    (void)shell_text(ui, rect_cut_top(&r, 24), &text);
    text.id = "sign-in.role";
    text.text = staff->has_pin ? role_words(staff->role) : _("No PIN: sign in with a card");
    text.type = TYPE_SMALL;
    text.colour = THEME_TEXT_MUTED;
    text.may_cut = false;
    (void)shell_text(ui, r, &text);
    (void)text_copy(ret_label, size, staff->name);
}

static float search_field(const struct shell *shell, struct ui *ui, struct rect *r)
{
    struct widget_field field = {.id = "sign-in.search",
                                 .label = _("Search for your name"),
                                 .hint = _("Search for your name"),
                                 .kind = FIELD_SEARCH,
                                 .edit = &shell->sign_in.search,
                                 .intent = {.kind = SIGN_IN_ON_SEARCH}};
    float height = widget_field_height(&field);
    widget_field(ui, rect_cut_top(r, height), &field);
    (void)rect_cut_top(r, SPACE_S);
    return height;
}

static void view_names(const struct shell *shell, struct ui *ui, struct rect rect)
{
    char text[WORDS_SIZE];
    struct names names = {.shell = shell};
    size_t n = sign_in_found(shell, names.found);
    enum widget_tone tone = said(shell, sign_in_locked_until(&shell->sign_in, 0, shell->now_us), text, sizeof(text));
    bool searches = sign_in_searches(shell);
    struct shell_text note = said_text(text, tone);
    float note_h = text[0] ? shell_text_height(ui, rect.w - 2 * SPACE_XL, &note) + SPACE_S : 0;
    float head = 2 * SPACE_L + 28 + note_h + (searches ? FIELD_PX + SPACE_S : 0);
    float rows = n > 0 ? (float)n * ROW_PX : 140;
    if (!searches) {
        float height = fminf(rect.h, head + rows + SPACE_S);
        rect = rect_of(rect.x, roundf(rect.y + (rect.h - height) / 2), rect.w, height);
    }
    widget_card(ui, "sign-in.card", rect, _("Who are you?"));
    struct rect r = rect;
    (void)rect_cut_top(&r, SPACE_L);
    (void)rect_cut_bottom(&r, SPACE_S);
    struct rect title = rect_cut_top(&r, 28);
    (void)shell_text(ui, rect_inset_xy(title, SPACE_XL, 0),
                     &(struct shell_text){.id = "sign-in.title",
                                          .index = -1,
                                          .text = _("Who are you?"),
                                          .role = UI_HEADING,
                                          .type = TYPE_HEADING,
                                          .colour = THEME_TEXT,
                                          .vertical = TEXT_CENTRE});
    (void)rect_cut_top(&r, SPACE_S);
    if (note_h > 0) {
        (void)shell_text(ui, rect_inset_xy(rect_cut_top(&r, note_h), SPACE_XL, 0), &note);
    }
    (void)rect_cut_top(&r, SPACE_S);
    if (searches) {
        struct rect inner = rect_inset_xy(r, SPACE_L, 0);
        float top = inner.y;
        (void)search_field(shell, ui, &inner);
        (void)rect_cut_top(&r, inner.y - top);
    }
    widget_list(ui, r,
                &(struct widget_list){.id = "sign-in.names",
                                      .label = _("Staff"),
                                      .n_rows = n,
                                      .row_px = ROW_PX,
                                      .chosen = -1,
                                      .intent_kind = SIGN_IN_ON_NAME,
                                      .empty = !shell->staff_known             ? _("The access list can't be read.")
                                               : shell->sign_in.search.text[0] ? _("Nobody has this name.")
                                                                               : _("Nobody may sign in here yet."),
                                      .row = name_row,
                                      .user = &names});
}

/* The pad. */

static void view_dots(const struct shell *shell, struct ui *ui, struct rect rect)
{
    char dots[SIGN_IN_DIGITS_MAX + 1] = "";
    size_t n = strlen(shell->sign_in.pin), least = SIGN_IN_DIGITS_MIN;
    size_t shown = n > least ? n : least;
    bool checking = shell->sign_in.stage == SIGN_IN_CHECKING;
    memset(dots, '*', n);
    (void)ui_node(ui, &(struct ui_node_spec){.id = "sign-in.pin",
                                             .index = -1,
                                             .role = UI_STATUS,
                                             .label = _("PIN"),
                                             .value = dots,
                                             .state = checking ? UI_BUSY : 0,
                                             .rect = rect});
    float pitch = fminf(DOT_PX + SPACE_M, rect.w / (float)shown);
    float x = roundf(rect.x + (rect.w - (float)shown * pitch + pitch - DOT_PX) / 2);
    float y = roundf(rect.y + (rect.h - DOT_PX) / 2);
    for (size_t i = 0; i < shown; i++) {
        struct colour colour = ui_colour(ui, i < n || checking ? THEME_PRIMARY : THEME_BORDER);
        shell_dot(ui, x + (float)i * pitch, y, DOT_PX, checking ? colour_alpha(colour, 120) : colour);
    }
}

static void view_key(struct ui *ui, struct rect rect, int which, bool disabled, bool complete)
{
    static const char *const digits[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
    struct widget_button button = {.id = "sign-in.key",
                                   .index = which,
                                   .kind = BUTTON_SECONDARY,
                                   .disabled = disabled,
                                   .text_factor = 1.3F,
                                   .intent = {.kind = SIGN_IN_ON_KEY, .arg = which}};
    if (which == DIGIT_BACK) {
        button.label = _("Delete");
        button.icon = ICON_BACKSPACE;
        button.icon_only = true;
        button.kind = BUTTON_QUIET;
        button.text_factor = 1;
    } else if (which == DIGIT_ENTER) {
        button.label = _("Sign in");
        button.icon = ICON_ARROW_RIGHT;
        button.icon_only = true;
        button.kind = BUTTON_PRIMARY;
        button.text_factor = 1;
        button.disabled = disabled || !complete;
    } else {
        button.label = digits[which];
    }
    widget_button(ui, rect, &button);
}

static void view_keys(const struct shell *shell, struct ui *ui, struct rect rect, bool disabled)
{
    static const int order[KEYS] = {1, 2, 3, 4, 5, 6, 7, 8, 9, DIGIT_BACK, 0, DIGIT_ENTER};
    bool complete = strlen(shell->sign_in.pin) >= SIGN_IN_DIGITS_MIN;
    for (unsigned i = 0; i < KEYS; i++) {
        struct rect line = rect_column_cell(rect, i / COLUMNS, KEYS / COLUMNS, SPACE_S);
        view_key(ui, rect_row_cell(line, i % COLUMNS, COLUMNS, SPACE_S), order[i], disabled, complete);
    }
}

static void view_person(const struct shell_staff *staff, struct ui *ui, struct rect rect)
{
    widget_button(ui, rect_cut_left(&rect, TARGET_PX),
                  &(struct widget_button){.id = "sign-in.back",
                                          .index = -1,
                                          .label = _("Another name"),
                                          .icon = ICON_CHEVRON_LEFT,
                                          .icon_only = true,
                                          .kind = BUTTON_QUIET,
                                          .intent = {.kind = SIGN_IN_ON_BACK}});
    (void)rect_cut_left(&rect, SPACE_S);
    widget_avatar(ui, "sign-in.face", rect_centre(rect_cut_left(&rect, AVATAR_PX), AVATAR_PX, AVATAR_PX), NULL, 0,
                  staff->name);
    (void)rect_cut_left(&rect, SPACE_M);
    rect = rect_centre(rect, rect.w, 46);
    struct shell_text text = {.id = "sign-in.person",
                              .index = -1,
                              .text = staff->name,
                              .role = UI_HEADING,
                              .type = TYPE_BODY_STRONG,
                              .colour = THEME_TEXT,
                              .vertical = TEXT_CENTRE,
                              .may_cut = true};
    (void)shell_text(ui, rect_cut_top(&rect, 24), &text);
    text.id = "sign-in.ask";
    text.text = _("Enter your PIN");
    text.role = UI_TEXT;
    text.type = TYPE_SMALL;
    text.colour = THEME_TEXT_MUTED;
    (void)shell_text(ui, rect, &text);
}

static void view_pad(const struct shell *shell, struct ui *ui, struct rect rect, const struct shell_staff *staff)
{
    char text[WORDS_SIZE];
    int64_t locked_us = sign_in_locked_until(&shell->sign_in, staff->id, shell->now_us);
    enum widget_tone tone = said(shell, locked_us, text, sizeof(text));
    float height = fminf(rect.h, 52 + 36 + 44 + 4 * KEY_MOST_PX + 3 * SPACE_S + 2 * SPACE_L + SPACE_M);
    rect = rect_of(rect.x, roundf(rect.y + (rect.h - height) / 2), rect.w, height);
    widget_card(ui, "sign-in.card", rect, _("Enter your PIN"));
    struct rect r = rect_inset(rect, SPACE_L);
    view_person(staff, ui, rect_cut_top(&r, 52));
    view_dots(shell, ui, rect_cut_top(&r, 36));
    struct rect line = rect_cut_top(&r, 44);
    if (text[0]) {
        struct shell_text note = said_text(text, tone);
        note.lines = 2;
        (void)shell_text(ui, line, &note);
    }
    (void)rect_cut_top(&r, SPACE_S);
    view_keys(shell, ui, r, locked_us != 0 || shell->sign_in.stage == SIGN_IN_CHECKING);
}

/* What this is. */

static float lines_height(struct ui *ui, float width, const struct shell_text *lines, size_t n)
{
    float all = 0;
    for (size_t i = 0; i < n; i++) {
        float height = shell_text_height(ui, width, &lines[i]);
        all += height > 0 ? height + SPACE_S : 0;
    }
    return all;
}

static void view_words(const struct shell *shell, struct ui *ui, struct rect rect, bool centred)
{
    bool service = shell->settings.kind == SHELL_SERVICE;
    bool card = shell->settings.sign_in_reader[0] != '\0';
    enum text_align align = centred ? TEXT_MIDDLE : TEXT_START;
    const char *how = card ? _("Choose your name, or hold your staff card to the reader.") : _("Choose your name.");
    if (shell->sign_in.stage != SIGN_IN_CHOOSE) {
        how = card ? _("Or hold your staff card to the reader.") : "";
    }
    struct shell_text lines[] = {
        {"sign-in.branch", shell->settings.branch, -1, UI_TEXT, TYPE_SMALL_STRONG, THEME_TEXT_MUTED, align, TEXT_TOP, 2,
         false, true},
        {"sign-in.what", service ? _("Service") : _("Desk"), -1, UI_HEADING, TYPE_DISPLAY, THEME_TEXT, align, TEXT_TOP,
         1, false, false},
        {"sign-in.how", how, -1, UI_TEXT, TYPE_BODY_LARGE, THEME_TEXT_MUTED, align, TEXT_TOP, 3, false, false},
    };
    size_t n = sizeof(lines) / sizeof(lines[0]);
    float words = lines_height(ui, rect.w, lines, n);
    bool marked = rect.h >= MARK_PX + SPACE_XL + words;
    float all = words + (marked ? MARK_PX + SPACE_XL : 0);
    struct rect r = rect_of(rect.x, roundf(rect.y + fmaxf(rect.h - all, 0) / 2), rect.w, all);
    if (marked) {
        struct rect row = rect_cut_top(&r, MARK_PX);
        struct rect mark = centred ? rect_centre(row, MARK_PX, MARK_PX) : rect_cut_left(&row, MARK_PX);
        draw_fill(ui_draw(ui), mark, ui_colour(ui, THEME_PRIMARY), RADIUS_L);
        draw_icon(ui_draw(ui), rect_centre(mark, 32, 32), ICON_CONTACTLESS, ui_colour(ui, THEME_ON_PRIMARY), 2.2F);
        (void)rect_cut_top(&r, SPACE_XL);
    }
    for (size_t i = 0; i < n; i++) {
        float height = shell_text_height(ui, r.w, &lines[i]);
        if (height > 0) {
            (void)shell_text(ui, rect_cut_top(&r, height), &lines[i]);
            (void)rect_cut_top(&r, SPACE_S);
        }
    }
}

void sign_in_view(const struct shell *shell, struct ui *ui, struct rect rect)
{
    const struct shell_staff *staff =
        shell->sign_in.stage == SIGN_IN_CHOOSE ? NULL : shell_find_staff(shell, shell->sign_in.chosen);
    bool columns = rect.w >= SIDE_LEAST && rect.w > rect.h;
    bool typing = ui_keyboard_height(ui) > 0;
    rect = ui_above_keyboard(ui, rect);
    struct rect r = rect_inset(rect, shell_is_small(ui) ? SPACE_L : SPACE_XL), card = r;
    if (columns) {
        float width = fminf(CARD_PX, roundf(r.w * 0.54F));
        card = rect_cut_right(&r, width);
        (void)rect_cut_right(&r, shell_is_small(ui) ? SPACE_L : SPACE_XXL);
        r.x += shell_is_small(ui) ? 0 : SPACE_L;
        r.w -= shell_is_small(ui) ? 0 : SPACE_L;
        if (!typing) {
            shell_view_languages(shell, ui, "sign-in.language", rect_cut_bottom(&r, PILLS_PX));
            (void)rect_cut_bottom(&r, SPACE_S);
        }
        view_words(shell, ui, r, false);
    } else {
        if (!typing) {
            shell_view_languages(shell, ui, "sign-in.language", rect_cut_bottom(&card, PILLS_PX));
            (void)rect_cut_bottom(&card, SPACE_L);
            view_words(shell, ui, rect_cut_top(&card, roundf(card.h * 0.28F)), true);
            (void)rect_cut_top(&card, SPACE_L);
        }
        card = rect_centre(card, fminf(card.w, CARD_PX + 60), card.h);
    }
    if (staff) {
        view_pad(shell, ui, card, staff);
    } else {
        view_names(shell, ui, card);
    }
}
