#pragma once

/* What happened at the gate, as a screen is told: the body of a `news` message (firmware/bus/README.md). Plain value,
 * decoded once and copied about; what the gate left out has the value that is named here. Pure: no socket, no log. */

#include "core/access.h"
#include "core/date.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NEWS_NAME_SIZE = 32, NEWS_DETAIL_SIZE = 96 };

enum news_phase {
    NEWS_GRANTED,
    NEWS_DENIED,
    NEWS_RELEASED,
    NEWS_PASSED,
    NEWS_NOT_PASSED,
    NEWS_UNRESOLVED,
    NEWS_ALARM,
    NEWS_NOTICE,
    NEWS_PHASES
};

/* The gate's notices and alarms (firmware/gate/README.md, "Notices"). An alarm comes with NEWS_ALARM, a notice with
 * NEWS_NOTICE; no name is both. */
enum news_notice {
    NOTICE_NONE,
    /* what the member is asked */
    NOTICE_READ_AGAIN,
    NOTICE_SECOND_TAP,
    NOTICE_WAIT,
    NOTICE_WAIT_OVER,
    NOTICE_BUSY,
    NOTICE_JOURNAL_FAILED,
    NOTICE_OUT_OF_SERVICE,
    NOTICE_EXIT_NEEDS_CARD,
    NOTICE_FIRE,
    NOTICE_FIRE_END,
    /* opened without a card, or by staff */
    NOTICE_REQUEST_TO_EXIT,
    NOTICE_STAFF_RELEASE,
    NOTICE_FREE_PASSAGE,
    NOTICE_MODE,
    NOTICE_LOCKDOWN,
    NOTICE_UNLOCKED,
    NOTICE_UNDONE,
    /* for the technician */
    NOTICE_POINT_UNKNOWN,
    NOTICE_READER_READY,
    NOTICE_READER_LOST,
    NOTICE_READER_BACK,
    NOTICE_TAMPER,
    NOTICE_TAMPER_END,
    NOTICE_ALARM_END, /* `detail` has the alarm's name */
    NOTICE_CLOCK_NOT_SET,
    NOTICE_CLOCK_SET,
    NOTICE_CLOCK_JUMPED,
    /* alarms */
    NOTICE_FORCED,
    NOTICE_HELD_OPEN,
    NOTICE_TAILGATE,
    NOTICE_WRONG_WAY,
    NOTICE_NO_ROTATION,
    NOTICE_STUCK,
    NOTICE_LINE,
    NOTICE_JOURNAL,
    NOTICE_BACKLOG,
    NOTICE_NO_LIST,
    NOTICE_UNKNOWN, /* of a later version: its name is in `notice_name` */
    NOTICES
};

/* The side that the reader releases. */
enum news_side { NEWS_SIDE_NONE, NEWS_SIDE_IN, NEWS_SIDE_OUT };
/* The kind of entitlement used, or that came furthest. */
enum news_entitlement { NEWS_NO_ENTITLEMENT, NEWS_SUBSCRIPTION, NEWS_SINGLE_ENTRY, NEWS_PUNCH_CARD };

struct gate_news {
    enum news_phase phase;
    int64_t utc_us, boot_us; /* when */
    int64_t grant; /* ties the phases of one tap together; 0: none */
    char unit[NEWS_NAME_SIZE];
    char lane[NEWS_NAME_SIZE], reader[NEWS_NAME_SIZE], point[NEWS_NAME_SIZE]; /* "": none */
    enum news_side side;
    char card[CARD_TEXT_SIZE]; /* the whole number; "": nobody's */

    enum access_code code; /* ACCESS_CODES: no decision, or a denial with a later version's code */
    enum access_cure cure;
    int32_t until_day; /* access_verdict.until_day; DAY_NONE */
    int64_t opens_utc_us; /* outside_hours: when it opens next; 0: not told */
    char product[ACCESS_NAME_SIZE];
    enum news_entitlement entitlement;
    int32_t clips_left; /* after this entry; -1: not told */

    int64_t customer; /* the person's id in the list; 0: not told */
    bool staff; /* a staff card */
    char name[ACCESS_NAME_SIZE]; /* first name: for the screen, never for a log */
    char message[ACCESS_MESSAGE_SIZE]; /* from staff */
    struct access_warning warnings[ACCESS_WARNINGS_MAX];
    uint8_t n_warnings;

    int64_t list_version; /* 0: not told */
    int64_t list_age_s; /* -1: not known */
    int64_t line_us, tap_us; /* released: UID known, card in the field to line set; -1: not told */

    enum news_notice notice;
    char notice_name[NEWS_NAME_SIZE];
    char event[NEWS_NAME_SIZE]; /* kind of the journal's event, in its stable name; "": none */
    char detail[NEWS_DETAIL_SIZE];
};

/** Decodes the body of a news message, @n bytes. Unknown fields are ignored, texts that are too long are cut at a
 * character's start, warnings of a later version are left out. @return 0; or -EBADMSG (*ret_news untouched) when it
 * is no object, lacks its phase or its times, has a value of the wrong type, or contradicts itself. */
int news_decode(const char *json, size_t n, struct gate_news *ret_news);
/** The stable name; "" for NOTICE_NONE and NOTICE_UNKNOWN. */
const char *news_notice_text(enum news_notice notice);
