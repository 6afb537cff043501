/* What touches do: navigation, sheets, signing out; the rest is the page's. */
#include "screens/shell_internal.h"

#include "base/clock.h"
#include "base/text.h"

static int pages_of(const struct shell *s)
{
    return s->settings.kind == SHELL_SERVICE ? (int)SERVICE_PAGES : (int)DESK_PAGES;
}

void shell_open_page(struct shell *s, int page, int64_t now_us)
{
    if (!s->signed_in || page < 0 || page >= pages_of(s)) {
        return;
    }
    if (s->settings.kind == SHELL_DESK) {
        s->page = page;
        return;
    }
    service_leave(s, now_us);
    s->page = page;
    service_enter(s, now_us);
}

static void set_language(struct shell *s, int64_t language)
{
    if (language >= 0 && language < LANGUAGES) {
        s->language = (enum language)language;
    }
}

static void let_in(struct shell *s, int64_t reason, int64_t now_us)
{
    struct shell_wish wish = {.kind = SHELL_WISH_RELEASE, .side = s->sheet.side};
    if (s->sheet.kind != SHELL_SHEET_REASON || reason < 0 || reason >= SHELL_REASONS) {
        return;
    }
    (void)text_copy(wish.lane, sizeof(wish.lane), s->sheet.lane);
    (void)text_copy(wish.why, sizeof(wish.why), shell_reason((size_t)reason));
    s->sheet = (struct shell_sheet){0};
    shell_ask(s, &wish, now_us);
}

static void confirm(struct shell *s, int64_t now_us)
{
    struct shell_wish wish = {.on = s->sheet.on, .mode = s->sheet.mode};
    enum shell_sheet_kind kind = s->sheet.kind;
    if (kind != SHELL_SHEET_MODE && kind != SHELL_SHEET_LOCKDOWN) {
        return;
    }
    wish.kind = kind == SHELL_SHEET_MODE ? SHELL_WISH_MODE : SHELL_WISH_LOCKDOWN;
    (void)text_copy(wish.lane, sizeof(wish.lane), s->sheet.lane);
    (void)text_copy(wish.why, sizeof(wish.why), N_("Set at the service face"));
    s->sheet = (struct shell_sheet){0};
    shell_ask(s, &wish, now_us);
}

static bool on_shell(struct shell *s, const struct intent *intent, int64_t now_us)
{
    switch (intent->kind) {
    case SHELL_ON_LANGUAGE:
        set_language(s, intent->arg);
        s->sheet = (struct shell_sheet){0};
        return true;
    case SHELL_ON_SHEET:
        s->sheet = (struct shell_sheet){0};
        if (intent->arg == SHELL_SHEET_LANGUAGE) {
            s->sheet.kind = SHELL_SHEET_LANGUAGE;
        }
        return true;
    default:
        break;
    }
    if (!s->signed_in) {
        return false;
    }
    switch (intent->kind) {
    case SHELL_ON_PAGE:
        s->sheet = (struct shell_sheet){0};
        shell_open_page(s, (int)intent->arg, now_us);
        return true;
    case SHELL_ON_SIGN_OUT:
        shell_sign_out(s, SIGN_IN_SAID_NOTHING, now_us);
        return true;
    case SHELL_ON_STAY:
        s->touched_us = now_us;
        return true;
    case SHELL_ON_REASON:
        let_in(s, intent->arg, now_us);
        return true;
    case SHELL_ON_CONFIRM:
        confirm(s, now_us);
        return true;
    default:
        return false;
    }
}

static void on_service(struct shell *s, const struct intent *intent, int64_t now_us)
{
    static void (*const pages[SERVICE_PAGES])(struct shell *, const struct intent *, int64_t) = {
        [SERVICE_OVERVIEW] = service_overview_on, [SERVICE_LINES] = service_lines_on,
        [SERVICE_READERS] = service_readers_on,   [SERVICE_JOURNAL] = service_journal_on,
        [SERVICE_SYSTEM] = service_system_on,     [SERVICE_TESTS] = service_tests_on};
    pages[s->page](s, intent, now_us);
}

void shell_on(struct shell *s, const struct intent *intent, struct ui *ui, int64_t now_us)
{
    if (shell_sign_out_at(s) <= now_us) {
        shell_sign_out(s, SIGN_IN_SAID_TIME_UP, now_us); /* came too late: nothing is done in an absent person's name */
        return;
    }
    if (on_shell(s, intent, now_us)) {
        return;
    }
    if (!s->signed_in) {
        sign_in_on(s, intent, ui, now_us);
    } else if (s->settings.kind == SHELL_SERVICE) {
        on_service(s, intent, now_us);
    } else if (s->page == DESK_HOME) {
        desk_home_on(s, intent, now_us);
    }
}
