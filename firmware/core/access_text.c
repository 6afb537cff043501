#include "core/access.h"

#include <string.h>

enum { CURES = ACCESS_CURE_SYNC + 1, KINDS = ACCESS_PUNCH_CARD + 1, SOURCES = ACCESS_FROM_CLOCK + 1 };

static const struct {
    const char *text;
    unsigned order;
    enum access_cure cure;
} codes[ACCESS_CODES] = {
    [ACCESS_GRANTED] = {"granted", 0, ACCESS_CURE_NONE},
    [ACCESS_UNIT_LOCKED] = {"unit_locked", 1, ACCESS_CURE_NONE},
    [ACCESS_CARD_UNKNOWN] = {"card_unknown", 2, ACCESS_CURE_NEW_CARD},
    [ACCESS_CARD_NOT_GENUINE] = {"card_not_genuine", 3, ACCESS_CURE_NEW_CARD},
    [ACCESS_CARD_BLOCKED] = {"card_blocked", 4, ACCESS_CURE_NEW_CARD},
    [ACCESS_CARD_EXPIRED] = {"card_expired", 5, ACCESS_CURE_NEW_CARD},
    [ACCESS_INACTIVE] = {"inactive", 6, ACCESS_CURE_REACTIVATE},
    [ACCESS_SUSPENDED] = {"suspended", 7, ACCESS_CURE_LIFT},
    [ACCESS_WRONG_BRANCH] = {"wrong_branch", 8, ACCESS_CURE_ASSIGN},
    [ACCESS_TOO_YOUNG] = {"too_young", 9, ACCESS_CURE_NONE},
    [ACCESS_NOT_STARTED] = {"not_started", 10, ACCESS_CURE_SUBSCRIBE},
    [ACCESS_ENDED] = {"ended", 10, ACCESS_CURE_SUBSCRIBE},
    [ACCESS_FROZEN] = {"frozen", 11, ACCESS_CURE_THAW},
    [ACCESS_UNPAID] = {"unpaid", 12, ACCESS_CURE_CHARGE},
    [ACCESS_INVOICE_OVERDUE] = {"invoice_overdue", 13, ACCESS_CURE_TILL},
    [ACCESS_NO_RIGHT_HERE] = {"no_right_here", 14, ACCESS_CURE_UPGRADE},
    [ACCESS_OUTSIDE_HOURS] = {"outside_hours", 15, ACCESS_CURE_UPGRADE},
    [ACCESS_NO_CLIPS_LEFT] = {"no_clips_left", 16, ACCESS_CURE_SELL},
    [ACCESS_PUNCH_CARD_EXPIRED] = {"punch_card_expired", 16, ACCESS_CURE_SELL},
    [ACCESS_TOO_SOON] = {"too_soon", 17, ACCESS_CURE_NONE},
    [ACCESS_PASSBACK] = {"passback", 18, ACCESS_CURE_LET_IN},
    [ACCESS_VISIT_LIMIT] = {"visit_limit", 19, ACCESS_CURE_NONE},
    [ACCESS_FULL] = {"full", 19, ACCESS_CURE_NONE},
    [ACCESS_LIST_TOO_OLD] = {"list_too_old", 20, ACCESS_CURE_SYNC},
};

const char *access_code_text(enum access_code code)
{
    return (unsigned)code < ACCESS_CODES ? codes[code].text : "?";
}

enum access_code access_code_parse(const char *name)
{
    unsigned code = 0;
    while (code < ACCESS_CODES && strcmp(codes[code].text, name) != 0) {
        code++;
    }
    return (enum access_code)code;
}

unsigned access_code_order(enum access_code code)
{
    return (unsigned)code < ACCESS_CODES ? codes[code].order : 0;
}

enum access_cure access_code_cure(enum access_code code)
{
    return (unsigned)code < ACCESS_CODES ? codes[code].cure : ACCESS_CURE_NONE;
}

const char *access_cure_text(enum access_cure cure)
{
    static const char *const texts[CURES] = {"",       "new_card", "reactivate", "lift", "assign", "subscribe", "thaw",
                                             "charge", "till",     "upgrade",    "sell", "let_in", "sync"};
    return (unsigned)cure < CURES ? texts[cure] : "?";
}

const char *access_kind_text(enum access_kind kind)
{
    static const char *const texts[KINDS] = {"subscription", "single_entry", "punch_card"};
    return (unsigned)kind < KINDS ? texts[kind] : "?";
}

const char *access_warning_text(enum access_warning_kind kind)
{
    static const char *const texts[ACCESS_WARN_KINDS] = {
        "ends_soon", "certificate_ends", "clips_left", "message", "passback", "clock", "let_out"};
    return (unsigned)kind < ACCESS_WARN_KINDS ? texts[kind] : "?";
}

const char *access_source_text(enum access_source source)
{
    static const char *const texts[SOURCES] = {"ends_on", "charged_through", "valid_through", "certificate",
                                               "clips",   "message",         "presence",      "clock"};
    return (unsigned)source < SOURCES ? texts[source] : "?";
}
