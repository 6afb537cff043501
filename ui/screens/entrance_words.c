/* What each code, notice and warning says to a member: what is the case, in plain words, and what to do about it.
 * Never whose fault it is: others stand behind and read along. */

#include "screens/entrance_internal.h"

#include "base/clock.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* A direct debit moves its last paid day on by itself, so a few days left say nothing there; news don't tell it
 * apart. The gate warns of whatever really ends (ACCESS_WARN_ENDS_SOON); days that are beyond a debit's month count
 * anyway. */
enum { DAYS_WORTH_COUNTING = 31 };

struct said {
    enum icon icon;
    const char *title;
    const char *text; /* with %s for the day in `until` */
    const char *without; /* when there is no such day; NULL: text has none */
};

static const struct said denials[ACCESS_CODES + 1] = {
    [ACCESS_GRANTED] = {ICON_INFO, N_("Please ask at reception"), N_("Our staff will gladly help you."), NULL},
    [ACCESS_UNIT_LOCKED] = {ICON_LOCK, N_("The entrance is locked"), N_("Please wait, or ask our staff."), NULL},
    [ACCESS_CARD_UNKNOWN] = {ICON_CARD, N_("We don't know this card"),
                             N_("Do you have another one? Reception can give you a new card."), NULL},
    [ACCESS_CARD_NOT_GENUINE] = {ICON_CARD, N_("This card can't be used here"),
                                 N_("Reception will give you a new one."), NULL},
    [ACCESS_CARD_BLOCKED] = {ICON_CARD, N_("This card is no longer in use"),
                             N_("Please use your newest card, or ask reception for one."), NULL},
    [ACCESS_CARD_EXPIRED] = {ICON_CARD, N_("This card has run out"),
                             N_("Its last day was %s. Reception will give you a new one."),
                             N_("Reception will give you a new one.")},
    [ACCESS_INACTIVE] = {ICON_USER, N_("Your membership isn't active"), N_("Reception will gladly start it again."),
                         NULL},
    [ACCESS_SUSPENDED] = {ICON_USER, N_("Please come to reception"), N_("Our staff would like to talk to you first."),
                          NULL},
    [ACCESS_WRONG_BRANCH] = {ICON_HOME, N_("Your membership is for another branch"),
                             N_("Reception can add this one for you."), NULL},
    [ACCESS_TOO_YOUNG] = {ICON_INFO, N_("Your membership has an age limit"), N_("Reception will tell you more."), NULL},
    [ACCESS_NOT_STARTED] = {ICON_CALENDAR, N_("Your membership hasn't started yet"),
                            N_("Its first day is %s. Welcome then!"), N_("Reception will tell you more.")},
    [ACCESS_ENDED] = {ICON_CALENDAR, N_("Your membership has ended"),
                      N_("Its last day was %s. Reception will help you with a new one."),
                      N_("Reception will help you with a new one.")},
    [ACCESS_FROZEN] = {ICON_SNOWFLAKE, N_("Your membership is frozen"),
                       N_("Frozen until %s. Want to start earlier? Ask at reception."),
                       N_("Want to start again? Ask at reception.")},
    [ACCESS_UNPAID] = {ICON_CARD, N_("Your membership needs a payment"), N_("Reception will help you."), NULL},
    [ACCESS_INVOICE_OVERDUE] = {ICON_CARD, N_("An invoice is waiting for you"), N_("You can pay it at reception."),
                                NULL},
    [ACCESS_NO_RIGHT_HERE] = {ICON_DOOR, N_("Your membership doesn't include this entrance"),
                              N_("Reception will tell you what else there is."), NULL},
    [ACCESS_OUTSIDE_HOURS] = {ICON_CLOCK, N_("Your membership isn't valid at this hour"),
                              N_("Reception will tell you about other times."), NULL},
    [ACCESS_NO_CLIPS_LEFT] = {ICON_TICKET, N_("No clips left on your card"), N_("Reception has new ones."), NULL},
    [ACCESS_PUNCH_CARD_EXPIRED] = {ICON_TICKET, N_("Your punch card has run out"),
                                   N_("Its last day was %s. Reception has new ones."), N_("Reception has new ones.")},
    [ACCESS_TOO_SOON] = {ICON_CLOCK, N_("This card was used just now"), N_("Please wait a moment, then try again."),
                         NULL},
    [ACCESS_PASSBACK] = {ICON_USERS, N_("You are already checked in"), N_("Reception will let you in."), NULL},
    [ACCESS_VISIT_LIMIT] = {ICON_CALENDAR, N_("You have used all your visits for now"),
                            N_("Reception will tell you when the next one is."), NULL},
    [ACCESS_FULL] = {ICON_USERS, N_("It is full right now"), N_("Please wait until somebody leaves."), NULL},
    [ACCESS_LIST_TOO_OLD] = {ICON_WIFI_OFF, N_("We can't check your card right now"),
                             N_("It isn't your fault. Reception will let you in."), NULL},
    [ACCESS_CODES] = {ICON_INFO, N_("Please ask at reception"), N_("Our staff will gladly help you."), NULL},
};

static void say(const char *title, const char *text, struct entrance_words *ret_words)
{
    (void)text_copy(ret_words->title, sizeof(ret_words->title), title);
    (void)text_copy(ret_words->text, sizeof(ret_words->text), text);
}

/* A table's text with one "%s" in it: what the catalogue gives for it has it too (tools/catalogues). */
static void put_day(const char *text, const char *day, char *ret_text, size_t size)
{
    const char *mark = strstr(text, "%s");
    int before = mark ? (int)(mark - text) : (int)strlen(text);
    (void)snprintf(ret_text, size, "%.*s%s%s", before, text, mark ? day : "", mark ? mark + 2 : "");
}

static void opens(const struct entrance *e, const struct gate_news *news, struct entrance_words *ret_words)
{
    char when[I18N_TEXT_SIZE];
    bool today = zone_local(&e->settings.zone, news->opens_utc_us).day == entrance_today(e);
    entrance_instant(e, news->opens_utc_us, when, sizeof(when));
    (void)snprintf(ret_words->title, sizeof(ret_words->title),
                   today ? _("Your membership opens at %s") : _("Your membership opens %s"), when);
}

void entrance_words_denied(const struct entrance *e, const struct gate_news *news, struct entrance_words *ret_words)
{
    char day[I18N_TEXT_SIZE];
    unsigned code = (unsigned)news->code < ACCESS_CODES ? (unsigned)news->code : ACCESS_CODES;
    const struct said *said = &denials[code];
    *ret_words = (struct entrance_words){.tone = ENTRANCE_BAD, .icon = said->icon};
    say(_(said->title), said->without && news->until_day == DAY_NONE ? _(said->without) : "", ret_words);
    if (ret_words->text[0] == '\0') {
        entrance_day(e, news->until_day, day, sizeof(day));
        put_day(_(said->text), day, ret_words->text, sizeof(ret_words->text));
    }
    if (news->code == ACCESS_CARD_EXPIRED && news->until_day != DAY_NONE && news->until_day > entrance_today(e)) {
        say(_("This card isn't valid yet"), "", ret_words);
        entrance_day(e, news->until_day, day, sizeof(day));
        (void)snprintf(ret_words->text, sizeof(ret_words->text), _("Its first day is %s."), day);
    }
    if (news->code == ACCESS_OUTSIDE_HOURS && news->opens_utc_us > 0) {
        opens(e, news, ret_words);
    }
    (void)text_copy(ret_words->eyebrow, sizeof(ret_words->eyebrow),
                    news->side == NEWS_SIDE_OUT ? _("Not open") : _("No entry"));
    (void)text_copy(ret_words->foot, sizeof(ret_words->foot), _("The gate is locked"));
}

static const char *granted_title(const struct gate_news *news)
{
    if (news->notice == NOTICE_REQUEST_TO_EXIT || news->notice == NOTICE_STAFF_RELEASE) {
        return _("The gate is open");
    }
    return news->side == NEWS_SIDE_OUT ? _("Goodbye") : _("Welcome in");
}

static const char *granted_foot(const struct entrance_pane *pane)
{
    bool out = pane->news.side == NEWS_SIDE_OUT || pane->news.notice == NOTICE_REQUEST_TO_EXIT;
    switch (pane->stage) {
    case ENTRANCE_STAGE_GRANTED:
        return _("The gate opens");
    case ENTRANCE_STAGE_RELEASED:
        return out ? _("The gate is open · walk out") : _("The gate is open · walk in");
    case ENTRANCE_STAGE_PASSED:
        break;
    }
    return out ? _("See you soon!") : _("Enjoy your visit!");
}

void entrance_words_granted(const struct entrance *e, const struct entrance_pane *pane,
                            struct entrance_words *ret_words)
{
    const struct gate_news *news = &pane->news;
    bool without = news->phase == NEWS_NOTICE;
    bool out = news->side == NEWS_SIDE_OUT || news->notice == NOTICE_REQUEST_TO_EXIT;
    const char *way = out ? _("Please walk out.") : _("Please walk in.");
    *ret_words = (struct entrance_words){.tone = ENTRANCE_GOOD, .icon = ICON_CHECK};
    say(granted_title(news), news->staff ? _("Staff") : without ? way : news->product, ret_words);
    if (e->settings.show_name && news->name[0] != '\0') {
        (void)text_copy(ret_words->eyebrow, sizeof(ret_words->eyebrow), ret_words->title);
        (void)text_copy(ret_words->title, sizeof(ret_words->title), news->name);
    }
    (void)text_copy(ret_words->foot, sizeof(ret_words->foot), granted_foot(pane));
}

struct notice_said {
    enum entrance_tone tone;
    enum icon icon;
    const char *title, *text;
};

static const struct notice_said notices[NOTICES] = {
    [NOTICE_READ_AGAIN] = {ENTRANCE_PATIENCE, ICON_REFRESH, N_("Once more, please"),
                           N_("Hold your card still against the reader.")},
    [NOTICE_SECOND_TAP] = {ENTRANCE_GOOD, ICON_CHECK, N_("The gate is already open"), N_("Please walk through.")},
    [NOTICE_WAIT] = {ENTRANCE_PATIENCE, ICON_CLOCK, N_("One moment, please"),
                     N_("The gate opens for you as soon as it is free.")},
    [NOTICE_WAIT_OVER] = {ENTRANCE_PATIENCE, ICON_REFRESH, N_("That took too long"),
                          N_("Please hold up your card again.")},
    [NOTICE_BUSY] = {ENTRANCE_PATIENCE, ICON_USERS, N_("Somebody is before you"),
                     N_("Please hold up your card again in a moment.")},
    [NOTICE_JOURNAL_FAILED] = {ENTRANCE_BAD, ICON_TICKET, N_("We couldn't book your visit"),
                               N_("Nothing was taken from your card. Please ask at reception.")},
    [NOTICE_OUT_OF_SERVICE] = {ENTRANCE_BAD, ICON_WRENCH, N_("This gate is out of order"),
                               N_("Please use another one, or ask at reception.")},
    [NOTICE_EXIT_NEEDS_CARD] = {ENTRANCE_PATIENCE, ICON_CARD, N_("You need your card here"),
                                N_("Hold it up to get out, or ask our staff.")},
    [NOTICE_HELD_OPEN] = {ENTRANCE_PATIENCE, ICON_DOOR, N_("Please let the gate close"),
                          N_("It has been open for a long time.")},
    [NOTICE_TAILGATE] = {ENTRANCE_PATIENCE, ICON_TAILGATE, N_("One at a time, please"),
                         N_("Everybody holds up a card of their own.")},
    [NOTICE_WRONG_WAY] = {ENTRANCE_PATIENCE, ICON_UNDO, N_("This way is closed"),
                          N_("Please go back and hold up your card.")},
    [NOTICE_FORCED] = {ENTRANCE_PATIENCE, ICON_WARNING, N_("The gate was pushed open"),
                       N_("Please hold up your card first. Our staff have been told.")},
};

static const struct notice_said reasons[ENTRANCE_REASONS] = {
    [ENTRANCE_TIME_UP] = {ENTRANCE_PATIENCE, ICON_CLOCK, N_("The gate has closed again"),
                          N_("Nothing was taken. Hold up your card when you are ready.")},
    [ENTRANCE_WRONG_WAY] = {ENTRANCE_PATIENCE, ICON_UNDO, N_("That was the other way"),
                            N_("Please go back and hold up your card again.")},
    [ENTRANCE_NO_ROTATION] = {ENTRANCE_PATIENCE, ICON_TURNSTILE, N_("The gate didn't turn"),
                              N_("Nothing was taken. Please hold up your card again.")},
    [ENTRANCE_LOCKDOWN] = {ENTRANCE_BAD, ICON_LOCK, N_("The entrance is locked"), N_("Please wait, or ask our staff.")},
    [ENTRANCE_LOCKED] = {ENTRANCE_BAD, ICON_LOCK, N_("The gate has been locked"), N_("Please ask our staff.")},
    [ENTRANCE_ELSEWHERE] = {ENTRANCE_PATIENCE, ICON_ARROW_RIGHT, N_("Your other gate is open"),
                            N_("Please walk in where you held up your card last.")},
    [ENTRANCE_JOURNAL_FAILED] = {ENTRANCE_BAD, ICON_TICKET, N_("We couldn't book your visit"),
                                 N_("Nothing was taken from your card. Please ask at reception.")},
    [ENTRANCE_LINE_FAILED] = {ENTRANCE_BAD, ICON_WRENCH, N_("The gate doesn't open"),
                              N_("Nothing was taken. Please ask at reception.")},
    [ENTRANCE_REFUSED] = {ENTRANCE_PATIENCE, ICON_REFRESH, N_("The gate didn't open"),
                          N_("Please hold up your card again.")},
    [ENTRANCE_FIRE] = {ENTRANCE_DANGER, ICON_FLAME, N_("The gates are open"), N_("Leave the building.")},
};

void entrance_words_notice(const struct entrance_pane *pane, struct entrance_words *ret_words)
{
    const struct notice_said *said = pane->reason != ENTRANCE_REASON_NONE    ? &reasons[pane->reason]
                                     : (unsigned)pane->news.notice < NOTICES ? &notices[pane->news.notice]
                                                                             : &notices[NOTICE_NONE];
    *ret_words = (struct entrance_words){.tone = said->tone, .icon = said->icon};
    if (said->title) {
        say(_(said->title), _(said->text), ret_words);
    }
}

void entrance_words_strip(enum news_notice notice, char *ret_text, size_t size)
{
    const char *text = "";
    if (notice == NOTICE_SECOND_TAP) {
        text = _("Already open · walk through");
    } else if (notice == NOTICE_WAIT) {
        text = _("Next card: one moment, please");
    } else if (notice == NOTICE_BUSY) {
        text = _("Next card: hold it up again soon");
    } else if (notice == NOTICE_READ_AGAIN) {
        text = _("Next card: once more, please");
    }
    (void)text_copy(ret_text, size, text);
}

void entrance_words_page(enum entrance_page page, struct entrance_words *ret_words)
{
    static const struct notice_said pages[] = {
        [ENTRANCE_PAGE_NONE] = {ENTRANCE_QUIET, ICON_CONTACTLESS, N_("Hold up your card"), N_("Welcome!")},
        [ENTRANCE_PAGE_STARTING] = {ENTRANCE_QUIET, ICON_CLOCK, N_("One moment, please"),
                                    N_("The entrance is starting.")},
        [ENTRANCE_PAGE_NO_GATE] = {ENTRANCE_PATIENCE, ICON_WRENCH, N_("Out of service"),
                                   N_("Cards aren't read right now. Please ask at reception.")},
        [ENTRANCE_PAGE_LOCKDOWN] = {ENTRANCE_PATIENCE, ICON_LOCK, N_("The entrance is locked"),
                                    N_("Please wait, or ask our staff.")},
        [ENTRANCE_PAGE_FAULT] = {ENTRANCE_PATIENCE, ICON_WRENCH, N_("The gate is out of order"),
                                 N_("Reception will let you in.")},
        [ENTRANCE_PAGE_READER] = {ENTRANCE_PATIENCE, ICON_WRENCH, N_("The card reader is out of order"),
                                  N_("Reception will let you in.")},
        [ENTRANCE_PAGE_LOCKED] = {ENTRANCE_PATIENCE, ICON_LOCK, N_("This entrance is closed"),
                                  N_("Please use another one, or ask at reception.")},
        [ENTRANCE_PAGE_NO_LIST] = {ENTRANCE_PATIENCE, ICON_WIFI_OFF, N_("We can't check cards right now"),
                                   N_("It isn't your fault. Reception will let you in.")},
        [ENTRANCE_PAGE_FREE] = {ENTRANCE_QUIET, ICON_UNLOCK, N_("The gate is open"),
                                N_("Walk in. Please hold up your card all the same.")},
    };
    *ret_words = (struct entrance_words){.tone = pages[page].tone, .icon = pages[page].icon};
    say(_(pages[page].title), _(pages[page].text), ret_words);
}

/* What a grant leaves. */

static const struct access_warning *warning(const struct gate_news *news, enum access_warning_kind kind)
{
    for (size_t i = 0; i < news->n_warnings && i < ACCESS_WARNINGS_MAX; i++) {
        if (news->warnings[i].kind == kind) {
            return &news->warnings[i];
        }
    }
    return NULL;
}

static void left_clips(int32_t clips, struct entrance_left *ret_left)
{
    (void)snprintf(ret_left->number, sizeof(ret_left->number), "%d", (int)clips);
    (void)text_copy(ret_left->unit, sizeof(ret_left->unit), P_("clip left", "clips left", clips));
}

static void left_days(int32_t days, struct entrance_left *ret_left)
{
    if (days == 0) {
        (void)text_copy(ret_left->unit, sizeof(ret_left->unit), _("Last day today"));
        return;
    }
    (void)snprintf(ret_left->number, sizeof(ret_left->number), "%d", (int)days);
    (void)text_copy(ret_left->unit, sizeof(ret_left->unit), P_("day left", "days left", days));
}

bool entrance_words_left(const struct entrance *e, const struct gate_news *news, struct entrance_left *ret_left)
{
    char day[I18N_TEXT_SIZE];
    const struct access_warning *clips = warning(news, ACCESS_WARN_CLIPS_LEFT);
    int32_t days = news->until_day != DAY_NONE ? news->until_day - entrance_today(e) : -1;
    memset(ret_left, 0, sizeof(*ret_left));
    if (days >= 0) {
        entrance_day(e, news->until_day, day, sizeof(day));
        (void)snprintf(ret_left->until, sizeof(ret_left->until), _("Valid through %s"), day);
    }
    if (news->entitlement == NEWS_PUNCH_CARD && (news->clips_left >= 0 || clips)) {
        left_clips(news->clips_left >= 0 ? news->clips_left : clips->value, ret_left);
        return true;
    }
    if (days < 0 || news->entitlement == NEWS_NO_ENTITLEMENT || news->entitlement == NEWS_SINGLE_ENTRY) {
        return false;
    }
    if (days > DAYS_WORTH_COUNTING || warning(news, ACCESS_WARN_ENDS_SOON)) {
        left_days(days, ret_left);
    } else {
        (void)text_copy(ret_left->unit, sizeof(ret_left->unit), ret_left->until);
        ret_left->until[0] = '\0';
    }
    return true;
}

static void add_line(struct entrance_line lines[ENTRANCE_LINES_MAX], size_t *n, enum icon icon, const char *text)
{
    if (*n < ENTRANCE_LINES_MAX) {
        lines[*n].icon = icon;
        (void)text_copy(lines[*n].text, sizeof(lines[*n].text), text);
        (*n)++;
    }
}

size_t entrance_words_lines(const struct entrance *e, const struct gate_news *news,
                            struct entrance_line ret_lines[ENTRANCE_LINES_MAX])
{
    char text[ENTRANCE_WORDS_SIZE], day[I18N_TEXT_SIZE];
    size_t n = 0;
    const struct access_warning *certificate = warning(news, ACCESS_WARN_CERTIFICATE_ENDS);
    /* The message first: it is for this person alone. */
    if (news->message[0] != '\0') {
        add_line(ret_lines, &n, ICON_MAIL, news->message);
    }
    if (warning(news, ACCESS_WARN_ENDS_SOON)) {
        add_line(ret_lines, &n, ICON_CALENDAR, _("Ends soon. Reception will help you go on."));
    }
    if (certificate && certificate->day != DAY_NONE) {
        entrance_day(e, certificate->day, day, sizeof(day));
        (void)snprintf(text, sizeof(text), _("Please bring a new certificate by %s."), day);
        add_line(ret_lines, &n, ICON_INFO, text);
    }
    if (news->entitlement == NEWS_PUNCH_CARD && warning(news, ACCESS_WARN_CLIPS_LEFT)) {
        add_line(ret_lines, &n, ICON_TICKET, _("Reception has new punch cards."));
    }
    if (warning(news, ACCESS_WARN_LET_OUT)) {
        add_line(ret_lines, &n, ICON_INFO, _("Please come to reception before your next visit."));
    }
    return n;
}
