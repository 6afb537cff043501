/* What a technician reads of events, inputs and lanes. */
#include "screens/service_internal.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

struct named {
    const char *name, *words;
};

static const char *words_of(const struct named *all, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(all[i].name, name) == 0) {
            return i18n_text(all[i].words);
        }
    }
    return name;
}

const char *service_words_alarm(const char *name)
{
    static const struct named all[] = {{"forced", N_("Forced open")},
                                       {"held_open", N_("Held open")},
                                       {"tailgate", N_("Somebody followed in")},
                                       {"wrong_way", N_("Turned the wrong way")},
                                       {"no_rotation", N_("Didn't turn")},
                                       {"stuck", N_("A contact is stuck")},
                                       {"line", N_("Line failure")},
                                       {"journal", N_("The journal can't be written")},
                                       {"backlog", N_("Too many events wait")},
                                       {"no_list", N_("No access list")}};
    return words_of(all, sizeof(all) / sizeof(all[0]), name);
}

const char *service_words_input(const char *what)
{
    static const struct named all[] = {{"contact_a", N_("Passage contact A")},
                                       {"contact_b", N_("Passage contact B")},
                                       {"door_contact", N_("Door contact")},
                                       {"request_to_exit", N_("Exit button")},
                                       {"fire", N_("Fire circuit")},
                                       {"lockdown", N_("Lock-down switch")},
                                       {"tamper", N_("Housing")}};
    return words_of(all, sizeof(all) / sizeof(all[0]), what);
}

/* What a detail of the gate's own is called; others (paths, reasons of a driver) stand as they are. */
static const char *words_detail(const char *name)
{
    static const struct named all[] = {{"in", N_("in")},
                                       {"out", N_("out")},
                                       {"time_up", N_("nobody walked through in time")},
                                       {"wrong_way", N_("turned the wrong way")},
                                       {"no_rotation", N_("didn't turn")},
                                       {"lockdown", N_("lock-down")},
                                       {"locked", N_("the lane was locked")},
                                       {"unit_locked", N_("the lane was locked")},
                                       {"tapped_elsewhere", N_("the card was held up at another lane")},
                                       {"journal_failed", N_("the journal couldn't be written")},
                                       {"line_failed", N_("the line couldn't be driven")},
                                       {"refused", N_("the lane refused")},
                                       {"fire", N_("fire alarm")},
                                       {"cured", N_("after the desk had helped")},
                                       {"no_list", N_("no access list")},
                                       {"restored", N_("taken up again after a restart")},
                                       {"held_by_input", N_("still held by a switch")},
                                       {"not_set", N_("not set")},
                                       {"set", N_("set")},
                                       {"jumped", N_("jumped")},
                                       {"ok", N_("in order")},
                                       {"missing", N_("missing")},
                                       {"corrupt", N_("damaged")},
                                       {"quarantined", N_("set aside")},
                                       {"too_new", N_("of a later version")},
                                       {"too_old", N_("too old")},
                                       {"empty", N_("empty")}};
    return words_of(all, sizeof(all) / sizeof(all[0]), name);
}

static const char *words_kind(enum service_event_kind kind)
{
    static const char *const all[SERVICE_EVENT_KINDS] = {
        [SERVICE_EVENT_OTHER] = N_("Something else"),
        [SERVICE_EVENT_START] = N_("Gate started"),
        [SERVICE_EVENT_STOP] = N_("Gate stopped"),
        [SERVICE_EVENT_DECISION] = N_("Denied"),
        [SERVICE_EVENT_RELEASED] = N_("Released"),
        [SERVICE_EVENT_PASSED] = N_("Passed"),
        [SERVICE_EVENT_NOT_PASSED] = N_("Not passed"),
        [SERVICE_EVENT_UNRESOLVED] = N_("Passage unknown"),
        [SERVICE_EVENT_UNDONE] = N_("Entry taken back"),
        [SERVICE_EVENT_STAFF_RELEASE] = N_("Opened by staff"),
        [SERVICE_EVENT_ALARM] = N_("Alarm"),
        [SERVICE_EVENT_ALARM_END] = N_("Alarm over"),
        [SERVICE_EVENT_MODE] = N_("Mode set"),
        [SERVICE_EVENT_FIRE] = N_("Fire alarm"),
        [SERVICE_EVENT_LOCKDOWN] = N_("Lock-down"),
        [SERVICE_EVENT_TAMPER] = N_("Housing opened"),
        [SERVICE_EVENT_REQUEST_TO_EXIT] = N_("Exit button"),
        [SERVICE_EVENT_FREE_PASSAGE] = N_("Free passage"),
        [SERVICE_EVENT_READER_LOST] = N_("Reader lost"),
        [SERVICE_EVENT_READER_BACK] = N_("Reader back"),
        [SERVICE_EVENT_LIST_STATE] = N_("Access list"),
        [SERVICE_EVENT_CLOCK] = N_("Clock"),
        [SERVICE_EVENT_RECOVERED] = N_("Journal recovered"),
        [SERVICE_EVENT_ERASED] = N_("Old data erased"),
        [SERVICE_EVENT_STAFF_ACT] = N_("Staff"),
    };
    bool known = kind >= 0 && kind < SERVICE_EVENT_KINDS;
    return i18n_text(all[known ? kind : SERVICE_EVENT_OTHER]);
}

void service_words_event(const struct service_event *event, char *ret_text, size_t size)
{
    const char *words = words_kind(event->kind);
    if (event->kind == SERVICE_EVENT_DECISION && event->code == ACCESS_GRANTED) {
        words = _("Granted");
    } else if (event->kind == SERVICE_EVENT_FIRE && event->code == 0) {
        words = _("Fire alarm over");
    } else if (event->kind == SERVICE_EVENT_LOCKDOWN && event->code == 0) {
        words = _("Lock-down over");
    } else if (event->kind == SERVICE_EVENT_TAMPER && event->code == 0) {
        words = _("Housing closed");
    }
    (void)text_copy(ret_text, size, words);
}

static void add(char *text, size_t size, const char *more)
{
    size_t used = strlen(text);
    if (more && more[0] && used + 1 < size) {
        (void)snprintf(text + used, size - used, "%s%s", used > 0 ? " · " : "", more);
    }
}

static enum status_mode mode_of(int32_t code)
{
    return code == LANE_NORMAL   ? STATUS_MODE_NORMAL
           : code == LANE_FREE   ? STATUS_MODE_FREE
           : code == LANE_LOCKED ? STATUS_MODE_LOCKED
                                 : STATUS_MODE_UNKNOWN;
}

static const char *coded(const struct service_event *event)
{
    switch (event->kind) {
    case SERVICE_EVENT_DECISION:
        return event->code > ACCESS_GRANTED && event->code < ACCESS_CODES
                   ? shell_words_code((enum access_code)event->code)
                   : "";
    case SERVICE_EVENT_MODE:
        return shell_words_mode(mode_of(event->code));
    default:
        return "";
    }
}

void service_words_detail(const struct service_event *event, char *ret_text, size_t size)
{
    bool alarm = event->kind == SERVICE_EVENT_ALARM || event->kind == SERVICE_EVENT_ALARM_END;
    bool fingerprint = event->kind == SERVICE_EVENT_START; /* version and a digest: on the page of the system */
    char why[SERVICE_WORDS_SIZE];
    ret_text[0] = '\0';
    add(ret_text, size, coded(event));
    if (!fingerprint) {
        add(ret_text, size, alarm ? service_words_alarm(event->detail) : words_detail(event->detail));
    }
    if (event->line_us >= 0 && event->kind == SERVICE_EVENT_RELEASED) {
        char ms[I18N_TEXT_SIZE];
        shell_words_ms(event->line_us, ms, sizeof(ms));
        add(ret_text, size, ms);
    }
    add(ret_text, size, event->card);
    add(ret_text, size, event->who);
    shell_words_why(event->why, why, sizeof(why));
    add(ret_text, size, why);
}

enum widget_tone service_event_tone(const struct service_event *event)
{
    switch (event->kind) {
    case SERVICE_EVENT_ALARM:
    case SERVICE_EVENT_READER_LOST:
        return TONE_DANGER;
    case SERVICE_EVENT_FIRE:
    case SERVICE_EVENT_LOCKDOWN:
    case SERVICE_EVENT_TAMPER:
        return event->code ? TONE_DANGER : TONE_NEUTRAL;
    case SERVICE_EVENT_DECISION:
        return event->code == ACCESS_GRANTED ? TONE_SUCCESS : TONE_WARNING;
    case SERVICE_EVENT_NOT_PASSED:
    case SERVICE_EVENT_UNRESOLVED:
    case SERVICE_EVENT_RECOVERED:
        return TONE_WARNING;
    case SERVICE_EVENT_RELEASED:
    case SERVICE_EVENT_PASSED:
        return TONE_SUCCESS;
    case SERVICE_EVENT_STAFF_RELEASE:
    case SERVICE_EVENT_STAFF_ACT:
    case SERVICE_EVENT_MODE:
    case SERVICE_EVENT_UNDONE:
        return TONE_PRIMARY;
    default:
        return TONE_NEUTRAL;
    }
}

/* Lanes. */

enum widget_tone service_lane_tone(const struct gate_status *status, const struct status_lane *lane)
{
    if (lane->fault || lane->alarm[0] || lane->state == LANE_S_FIRE || status->fire) {
        return TONE_DANGER;
    }
    switch (lane->state) {
    case LANE_S_SHUT:
        return TONE_WARNING;
    case LANE_S_FREE:
        return TONE_PRIMARY;
    case LANE_S_LOCKED:
    case LANE_S_RELEASED_IN:
    case LANE_S_RELEASED_OUT:
    case LANE_S_PASSING_IN:
    case LANE_S_PASSING_OUT:
        return TONE_SUCCESS;
    case LANE_S_FIRE:
    case LANE_STATES:
        break;
    }
    return TONE_NEUTRAL;
}

const char *service_words_lane(const struct status_lane *lane)
{
    return lane->fault      ? _("Out of service")
           : lane->alarm[0] ? service_words_alarm(lane->alarm)
                            : shell_words_state(lane->state);
}

void service_words_ago(int64_t seconds, char *ret_text, size_t size)
{
    char span[I18N_TEXT_SIZE];
    if (seconds < 0) {
        (void)text_copy(ret_text, size, "-");
        return;
    }
    i18n_duration(seconds, span, sizeof(span));
    (void)snprintf(ret_text, size, _("%s ago"), span);
}
