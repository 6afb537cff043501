/* What the gate says, as a line to read. Codes and alarms keep the names that the journal has for them: who looks
 * here looks there next. */
#include "rack/rack_internal.h"

#include "base/text.h"
#include "core/access.h"
#include "i18n/i18n.h"

#include <stdio.h>
#include <string.h>

const char *rack_reader_name(enum stage_reader reader)
{
    switch (reader) {
    case STAGE_ENTRANCE:
        return _("Entrance");
    case STAGE_WAY_OUT:
        return _("Way out");
    case STAGE_POOL:
    case STAGE_READERS:
        break;
    }
    return _("Pool");
}

/* Where it happened, in words: the reader before the lane. */
static const char *where(const struct gate_news *news)
{
    static const char *const readers[STAGE_READERS] = {
        [STAGE_ENTRANCE] = "entrance", [STAGE_WAY_OUT] = "way-out", [STAGE_POOL] = "pool"};
    for (int i = 0; i < STAGE_READERS; i++) {
        if (strcmp(news->reader, readers[i]) == 0) {
            return rack_reader_name((enum stage_reader)i);
        }
    }
    if (news->notice == NOTICE_FIRE || news->notice == NOTICE_FIRE_END || news->lane[0] == '\0') {
        return ""; /* everywhere */
    }
    return strcmp(news->lane, "pool") == 0 ? _("Pool door") : _("Turnstile");
}

/* Who it is about: as the rack names the card. */
static const char *who(const struct gate_news *news)
{
    int nth = news->card[0] ? rack_card_find(news->card) : -1;
    if (nth < 0) {
        return news->name;
    }
    struct rack_card card = rack_card((size_t)nth);
    return rack_card_name(&card);
}

static void put(struct rack_line *line, const char *subject, const char *what, const char *detail)
{
    char whole[3 * RACK_LINE_SIZE];
    (void)snprintf(whole, sizeof(whole), "%s%s%s%s%s", subject, subject[0] ? " · " : "", what, detail[0] ? " · " : "",
                   detail);
    (void)text_copy(line->text, sizeof(line->text), whole);
}

static void say_release(const struct gate_news *news, struct rack_line *line)
{
    char number[I18N_TEXT_SIZE], text[RACK_LINE_SIZE] = "";
    if (news->tap_us >= 0) {
        i18n_decimal(news->tap_us, 1, number, sizeof(number));
        (void)snprintf(text, sizeof(text), _("%s ms after the tap"), number);
    }
    put(line, who(news), _("Lane open"), text);
    line->icon = ICON_UNLOCK;
}

struct notice_words {
    enum news_notice notice;
    const char *text;
    enum icon icon;
    enum widget_tone tone;
};

static const struct notice_words notices[] = {
    {NOTICE_SECOND_TAP, N_("The same card again"), ICON_CARD, TONE_NEUTRAL},
    {NOTICE_BUSY, N_("The lane is busy"), ICON_CLOCK, TONE_WARNING},
    {NOTICE_READ_AGAIN, N_("The card was gone too soon"), ICON_CARD, TONE_WARNING},
    {NOTICE_FIRE, N_("Fire: every lane is free"), ICON_FLAME, TONE_DANGER},
    {NOTICE_FIRE_END, N_("The fire alarm is over"), ICON_FLAME, TONE_SUCCESS},
    {NOTICE_REQUEST_TO_EXIT, N_("Exit button"), ICON_DOOR, TONE_NEUTRAL},
    {NOTICE_STAFF_RELEASE, N_("Opened by staff"), ICON_UNLOCK, TONE_NEUTRAL},
    {NOTICE_FREE_PASSAGE, N_("Walked in without a card"), ICON_WALK, TONE_NEUTRAL},
    {NOTICE_LOCKDOWN, N_("Lock-down"), ICON_LOCK, TONE_WARNING},
    {NOTICE_UNLOCKED, N_("The lock-down is over"), ICON_UNLOCK, TONE_SUCCESS},
    {NOTICE_READER_READY, N_("Reader ready"), ICON_CONTACTLESS, TONE_SUCCESS},
    {NOTICE_READER_LOST, N_("Reader lost"), ICON_CONTACTLESS, TONE_DANGER},
    {NOTICE_READER_BACK, N_("Reader back"), ICON_CONTACTLESS, TONE_SUCCESS},
    {NOTICE_TAMPER, N_("Somebody opens the housing"), ICON_SHIELD, TONE_DANGER},
    {NOTICE_TAMPER_END, N_("The housing is closed"), ICON_SHIELD, TONE_SUCCESS},
    {NOTICE_FORCED, N_("The lane was forced"), ICON_WARNING, TONE_DANGER},
    {NOTICE_HELD_OPEN, N_("The lane is held open"), ICON_WARNING, TONE_DANGER},
    {NOTICE_TAILGATE, N_("A second person followed"), ICON_TAILGATE, TONE_DANGER},
    {NOTICE_WRONG_WAY, N_("Turned the wrong way"), ICON_WARNING, TONE_DANGER},
    {NOTICE_NO_ROTATION, N_("Nobody turned the arm"), ICON_CLOCK, TONE_WARNING},
    {NOTICE_NO_LIST, N_("There is no list of members"), ICON_DATABASE, TONE_DANGER},
};

static bool say_notice(const struct gate_news *news, struct rack_line *line)
{
    if (news->notice == NOTICE_NONE || news->notice == NOTICE_ALARM_END) {
        return false;
    }
    line->tone = news->phase == NEWS_ALARM ? TONE_DANGER : TONE_NEUTRAL;
    line->icon = news->phase == NEWS_ALARM ? ICON_WARNING : ICON_INFO;
    const char *subject = who(news);
    subject = subject[0] ? subject : where(news);
    for (size_t i = 0; i < sizeof(notices) / sizeof(notices[0]); i++) {
        if (notices[i].notice == news->notice) {
            line->tone = notices[i].tone;
            line->icon = notices[i].icon;
            put(line, subject, _(notices[i].text), "");
            return true;
        }
    }
    put(line, subject, news->notice_name[0] ? news->notice_name : news_notice_text(news->notice), news->detail);
    return true;
}

bool rack_line_of(const struct gate_news *news, struct rack_line *ret_line)
{
    *ret_line = (struct rack_line){.utc_us = news->utc_us, .tone = TONE_NEUTRAL, .icon = ICON_INFO};
    switch (news->phase) {
    case NEWS_GRANTED:
        put(ret_line, who(news), _("Let in"), news->product);
        ret_line->tone = TONE_SUCCESS;
        ret_line->icon = ICON_CHECK;
        return true;
    case NEWS_DENIED:
        put(ret_line, who(news), _("No entry"), news->code < ACCESS_CODES ? access_code_text(news->code) : "");
        ret_line->tone = TONE_DANGER;
        ret_line->icon = ICON_CROSS;
        return true;
    case NEWS_RELEASED:
        say_release(news, ret_line);
        return true;
    case NEWS_PASSED:
        put(ret_line, who(news), _("Walked through"), "");
        ret_line->tone = TONE_SUCCESS;
        ret_line->icon = ICON_WALK;
        return true;
    case NEWS_NOT_PASSED:
        put(ret_line, who(news), _("Didn't walk through"), news->detail);
        ret_line->icon = ICON_UNDO;
        return true;
    case NEWS_UNRESOLVED:
        put(ret_line, who(news), _("Nobody knows whether it was a passage"), "");
        ret_line->tone = TONE_WARNING;
        ret_line->icon = ICON_HELP;
        return true;
    case NEWS_ALARM:
    case NEWS_NOTICE:
    case NEWS_PHASES:
        break;
    }
    return say_notice(news, ret_line);
}
