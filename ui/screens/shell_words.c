/* Words, for staff and technicians. Names of lanes and readers come after a colon: they can't be inflected. */
#include "screens/shell_internal.h"

#include "base/clock.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

struct alarm_words {
    const char *what; /* with a place behind it; or whole */
    const char *what_to_do;
};

static const struct alarm_words ALARMS[NOTICES] = {
    [NOTICE_FIRE] = {N_("Fire: all lanes are open"), N_("Follow the plan for evacuation.")},
    [NOTICE_LOCKDOWN] = {N_("Lock-down: members can't get in"), N_("A technician ends it on the service screen.")},
    [NOTICE_LINE] = {N_("The lanes can't be driven"), N_("Open by hand and call a technician.")},
    [NOTICE_NO_LIST] = {N_("There is no access list"), N_("Let members in by hand and call a technician.")},
    [NOTICE_JOURNAL] = {N_("The journal can't be written"), N_("Punch cards don't open. Call a technician.")},
    [NOTICE_CLOCK_NOT_SET] = {N_("The clock isn't set"), N_("Days and hours may be wrong. Call a technician.")},
    [NOTICE_OUT_OF_SERVICE] = {N_("Out of service: %s"), N_("Open by hand and call a technician.")},
    [NOTICE_READER_LOST] = {N_("Reader doesn't work: %s"), N_("Let members in by hand and call a technician.")},
    [NOTICE_FORCED] = {N_("Forced open: %s"), N_("Look who came in.")},
    [NOTICE_HELD_OPEN] = {N_("Held open: %s"), N_("Clear the way and close it.")},
    [NOTICE_TAILGATE] = {N_("Somebody followed in: %s"), N_("Ask the second person for a card.")},
    [NOTICE_WRONG_WAY] = {N_("Turned the wrong way: %s"), N_("Look who came in.")},
    [NOTICE_NO_ROTATION] = {N_("Moved but didn't turn: %s"), N_("Check that the arm turns freely.")},
    [NOTICE_STUCK] = {N_("A contact is stuck: %s"), N_("Check what blocks it, or call a technician.")},
    [NOTICE_UNKNOWN] = {N_("Alarm: %s"), N_("Look after it.")},
};

void shell_words_alarm(const struct shell_alarm *alarm, char *ret_what, char *ret_do, size_t size)
{
    enum news_notice notice = ALARMS[alarm->notice].what ? alarm->notice : NOTICE_UNKNOWN;
    const char *what = _(ALARMS[notice].what), *place = strstr(what, "%s");
    if (place) {
        (void)snprintf(ret_what, size, "%.*s%s%s", (int)(place - what), what, alarm->place, place + 2);
    } else {
        (void)text_copy(ret_what, size, what);
    }
    (void)text_copy(ret_do, size, _(ALARMS[notice].what_to_do));
}

/* Denials. */

const char *shell_words_code(enum access_code code)
{
    static const char *const words[ACCESS_CODES] = {
        [ACCESS_GRANTED] = N_("Granted"),
        [ACCESS_UNIT_LOCKED] = N_("Lock-down"),
        [ACCESS_CARD_UNKNOWN] = N_("Unknown card"),
        [ACCESS_CARD_NOT_GENUINE] = N_("Card not genuine"),
        [ACCESS_CARD_BLOCKED] = N_("Card blocked"),
        [ACCESS_CARD_EXPIRED] = N_("Card expired"),
        [ACCESS_INACTIVE] = N_("Customer deactivated"),
        [ACCESS_SUSPENDED] = N_("Suspended by staff"),
        [ACCESS_WRONG_BRANCH] = N_("Another branch's member"),
        [ACCESS_TOO_YOUNG] = N_("Too young, or age unknown"),
        [ACCESS_NOT_STARTED] = N_("Not started yet"),
        [ACCESS_ENDED] = N_("Ended"),
        [ACCESS_FROZEN] = N_("Frozen"),
        [ACCESS_UNPAID] = N_("Not paid"),
        [ACCESS_INVOICE_OVERDUE] = N_("Invoice overdue"),
        [ACCESS_NO_RIGHT_HERE] = N_("Not valid here"),
        [ACCESS_OUTSIDE_HOURS] = N_("Outside its hours"),
        [ACCESS_NO_CLIPS_LEFT] = N_("No clips left"),
        [ACCESS_PUNCH_CARD_EXPIRED] = N_("Punch card expired"),
        [ACCESS_TOO_SOON] = N_("Again too soon"),
        [ACCESS_PASSBACK] = N_("Already inside"),
        [ACCESS_VISIT_LIMIT] = N_("Visit limit reached"),
        [ACCESS_FULL] = N_("The branch is full"),
        [ACCESS_LIST_TOO_OLD] = N_("Access list too old"),
    };
    return code < ACCESS_CODES ? _(words[code]) : _("Denied");
}

const char *shell_words_cure(enum access_cure cure)
{
    static const char *const words[] = {
        [ACCESS_CURE_NEW_CARD] = N_("New card"),
        [ACCESS_CURE_REACTIVATE] = N_("Reactivate"),
        [ACCESS_CURE_LIFT] = N_("Lift the suspension"),
        [ACCESS_CURE_ASSIGN] = N_("Assign to this branch"),
        [ACCESS_CURE_SUBSCRIBE] = N_("New subscription"),
        [ACCESS_CURE_THAW] = N_("Thaw"),
        [ACCESS_CURE_CHARGE] = N_("Charge"),
        [ACCESS_CURE_TILL] = N_("Pay the invoice at the till"),
        [ACCESS_CURE_UPGRADE] = N_("Upgrade"),
        [ACCESS_CURE_SELL] = N_("Sell a new punch card"),
        [ACCESS_CURE_LET_IN] = N_("Let in by hand"),
        [ACCESS_CURE_SYNC] = N_("Fetch the access list"),
    };
    return (size_t)cure < sizeof(words) / sizeof(words[0]) && words[cure] ? _(words[cure]) : "";
}

void shell_words_denied(const struct shell *shell, const struct desk_tap *tap, char *ret_text, size_t size)
{
    char day[I18N_TEXT_SIZE];
    bool has_day = tap->until_day != DAY_NONE;
    shell_words_day(shell, tap->until_day, day, sizeof(day));
    if (has_day && tap->code == ACCESS_FROZEN) {
        (void)snprintf(ret_text, size, _("Frozen through: %s"), day);
    } else if (has_day && tap->code == ACCESS_NOT_STARTED) {
        (void)snprintf(ret_text, size, _("Starts: %s"), day);
    } else if (has_day && tap->code == ACCESS_UNPAID) {
        (void)snprintf(ret_text, size, _("Paid through: %s"), day);
    } else if (has_day && tap->code == ACCESS_ENDED) {
        (void)snprintf(ret_text, size, _("Ended: %s"), day);
    } else if (has_day && (tap->code == ACCESS_CARD_EXPIRED || tap->code == ACCESS_PUNCH_CARD_EXPIRED)) {
        (void)snprintf(ret_text, size, _("Expired: %s"), day);
    } else if (tap->code == ACCESS_OUTSIDE_HOURS && tap->opens_utc_us > 0 && tap->opens_utc_us != INT64_MAX) {
        char when[I18N_TEXT_SIZE];
        i18n_date_time(zone_local(&shell->settings.zone, tap->opens_utc_us), when, sizeof(when));
        (void)snprintf(ret_text, size, _("Opens: %s"), when);
    } else {
        (void)text_copy(ret_text, size, shell_words_code(tap->code));
    }
}

/* The gate. */

const char *shell_words_state(enum lane_state state)
{
    static const char *const words[LANE_STATES] = {
        [LANE_S_LOCKED] = NC_("lane", "Closed"),
        [LANE_S_RELEASED_IN] = NC_("lane", "Open inwards"),
        [LANE_S_RELEASED_OUT] = NC_("lane", "Open outwards"),
        [LANE_S_PASSING_IN] = NC_("lane", "Going in"),
        [LANE_S_PASSING_OUT] = NC_("lane", "Going out"),
        [LANE_S_FREE] = NC_("lane", "Free passage"),
        [LANE_S_FIRE] = NC_("lane", "Fire"),
        [LANE_S_SHUT] = NC_("lane", "Locked"),
    };
    return (unsigned)state < LANE_STATES ? C_("lane", words[state]) : "-";
}

const char *shell_words_mode(enum status_mode mode)
{
    static const char *const words[] = {[STATUS_MODE_NORMAL] = NC_("mode", "Normal"),
                                        [STATUS_MODE_FREE] = NC_("mode", "Free passage"),
                                        [STATUS_MODE_LOCKED] = NC_("mode", "Locked")};
    return mode > STATUS_MODE_UNKNOWN && mode <= STATUS_MODE_LOCKED ? C_("mode", words[mode]) : "-";
}

const char *shell_words_list(enum status_list_state state)
{
    static const char *const words[] = {[STATUS_LIST_UNKNOWN] = NC_("list", "Not known"),
                                        [STATUS_LIST_OK] = NC_("list", "In order"),
                                        [STATUS_LIST_MISSING] = NC_("list", "Missing"),
                                        [STATUS_LIST_CORRUPT] = NC_("list", "Damaged"),
                                        [STATUS_LIST_QUARANTINED] = NC_("list", "Damaged, set aside"),
                                        [STATUS_LIST_TOO_NEW] = NC_("list", "Of a later version"),
                                        [STATUS_LIST_TOO_OLD] = NC_("list", "Of an older version"),
                                        [STATUS_LIST_EMPTY] = NC_("list", "Empty"),
                                        [STATUS_LIST_ERROR] = NC_("list", "Can't be read")};
    return state <= STATUS_LIST_ERROR ? C_("list", words[state]) : C_("list", words[STATUS_LIST_UNKNOWN]);
}

/* Acts. */

static const char *const REASONS[SHELL_REASONS] = {
    N_("Forgot the card"),       N_("Card doesn't work"),      N_("Visitor"),
    N_("Delivery or craftsman"), N_("Needs help at the lane"), N_("Paid at the desk")};

const char *shell_reason(size_t i)
{
    return REASONS[i < SHELL_REASONS ? i : 0];
}

const char *shell_words_reason(size_t i)
{
    return _(shell_reason(i));
}

void shell_words_why(const char *why, char *ret_text, size_t size)
{
    char head[SHELL_TEXT_SIZE];
    const char *figures = strstr(why, ": ");
    (void)text_copy(head, sizeof(head), why);
    if (figures && (size_t)(figures - why) < sizeof(head)) {
        head[figures - why] = '\0';
    }
    /* The catalogue's own head stands under "". */
    (void)snprintf(ret_text, size, "%s%s", head[0] ? i18n_text(head) : "", figures ? figures : "");
}

static const char *done_words(const struct shell_wish *wish)
{
    switch (wish->kind) {
    case SHELL_WISH_RELEASE:
        return wish->side == LANE_IN ? _("Open inwards: %s") : _("Open outwards: %s");
    case SHELL_WISH_MODE:
        return wish->mode == LANE_FREE     ? _("Free passage: %s")
               : wish->mode == LANE_LOCKED ? _("Locked: %s")
                                           : _("Normal again: %s");
    default:
        return wish->on ? _("Lock-down is on") : _("Lock-down is off");
    }
}

static const char *failed_words(enum shell_outcome outcome)
{
    switch (outcome) {
    case SHELL_NO_LANE:
        return _("Not done: the gate has no such lane.");
    case SHELL_BUSY:
        return _("Not done: the lane is in use. Try again when it is free.");
    case SHELL_REFUSED:
        return _("Not done: the lane can't be opened now.");
    case SHELL_NOT_FOUND:
        return _("Not done: there is nothing to undo.");
    case SHELL_TOO_MANY:
        return _("Not done: too many at once. Wait a little.");
    case SHELL_NOT_SENT:
        return _("Not done: the gate does not answer.");
    case SHELL_TIMED_OUT:
        return _("No answer. Look whether it was done before you try again.");
    default:
        return _("Not done: something is wrong at the gate.");
    }
}

void shell_words_toast(const struct shell_toast *toast, char *ret_text, size_t size)
{
    if (toast->outcome != SHELL_DONE) {
        (void)text_copy(ret_text, size, failed_words(toast->outcome));
        return;
    }
    const char *words = done_words(&toast->wish), *place = strstr(words, "%s");
    if (place) {
        (void)snprintf(ret_text, size, "%.*s%s%s", (int)(place - words), words, toast->wish.lane, place + 2);
    } else {
        (void)text_copy(ret_text, size, words);
    }
}

/* Times and figures. */

void shell_words_day(const struct shell *shell, int32_t day, char *ret_text, size_t size)
{
    int32_t today = zone_local(&shell->settings.zone, shell->utc_us).day;
    bool near = day > today - 300 && day < today + 300;
    i18n_date(day, near ? I18N_DATE_SHORT : I18N_DATE_LONG, ret_text, size);
}

void shell_words_time(const struct shell *shell, int64_t utc_us, bool with_seconds, char *ret_text, size_t size)
{
    i18n_time(zone_local(&shell->settings.zone, utc_us).second, with_seconds, ret_text, size);
}

void shell_words_memory(int64_t kilobytes, char *ret_text, size_t size)
{
    char number[I18N_TEXT_SIZE];
    i18n_decimal(kilobytes * 1000 / 1024, 1, number, sizeof(number));
    (void)snprintf(ret_text, size, "%s\u00a0MB", number);
}

void shell_words_ms(int64_t us, char *ret_text, size_t size)
{
    char number[I18N_TEXT_SIZE];
    if (us < 0) {
        (void)text_copy(ret_text, size, "-");
        return;
    }
    i18n_decimal(us, us < 10 * US_PER_MS ? 1 : 0, number, sizeof(number));
    (void)snprintf(ret_text, size, "%s\u00a0ms", number);
}

void shell_words_left(int64_t us, char *ret_text, size_t size)
{
    int64_t s = us <= 0 ? 0 : (us + US_PER_S - 1) / US_PER_S;
    (void)snprintf(ret_text, size, "%lld:%02lld", (long long)(s / 60), (long long)(s % 60));
}
