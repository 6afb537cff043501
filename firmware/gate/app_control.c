#define LOG_MODULE "gate"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "gate/app_internal.h"
#include "gate/news.h"
#include "gate/status.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Notes a minute: of one client, and of all, so that one who connects again and again gains nothing. */
enum { NOTES_MOST = 20, NOTES_MOST_ALL = 60 };

/* A wish that lay in the socket for longer, because the gate stood still, isn't carried out any more: whoever had it has given up. */
#define WISH_HOLDS_US (3 * US_PER_S)

void app_tell(struct app *app, const struct unit_news *news)
{
    static char text[MESSAGE_MAX];
    char number[CARD_TEXT_SIZE] = "";
    char card[CARD_TEXT_SIZE] = "-";
    if (news->card) {
        card_format(news->card, number);
        text_mask_card(number, card, sizeof(card));
    }
    log_info("lane=%s reader=%s phase=%s what=%s card=%s grant=%llu line_us=%lld",
             news->lane >= 0 ? app->config.lanes[news->lane].name : "-",
             news->reader >= 0 ? app->config.readers[news->reader].name : "-", news_phase_text(news->phase),
             news->verdict ? access_code_text(news->verdict->code) : news->notice, card,
             (unsigned long long)news->grant, (long long)news->line_us);
    if (!app->control || !control_followed(app->control)) {
        return;
    }
    int n = news_json(&app->config, news, text, sizeof(text) - 64);
    if (n < 0) {
        log_error("news cannot be written: %s", strerror(-n));
        return;
    }
    struct message m = {.kind = MESSAGE_NEWS, .boot_us = news->at.boot_us, .body = text, .body_len = (size_t)n};
    control_news(app->control, &m);
}

static int find_lane(const struct app *app, const char *name)
{
    for (size_t i = 0; i < app->config.n_lanes; i++) {
        if (text_eq(app->config.lanes[i].name, name)) {
            return (int)i;
        }
    }
    return -1;
}

static const char *outcome_text(int outcome)
{
    switch (outcome) {
    case 0:
        return "done";
    case UNIT_NO_LANE:
        return "no such lane";
    case UNIT_BUSY:
        return "the lane is busy";
    case UNIT_REFUSED:
        return "refused: the lane is locked, or out of service";
    case UNIT_NOT_FOUND:
        return "no such entry, or it was taken back already";
    case UNIT_TOO_MANY:
        return "too many in a minute: not journalled";
    case -ETIME:
        return "too late: it was asked more than three seconds ago";
    default:
        return outcome < 0 ? strerror(-outcome) : "refused";
    }
}

/* Who wished it, as the journal has it: the name given, and the account that it came from, which can't be made up. */
static void name_peer(const struct message *m, const struct ucred *peer, char ret_who[MESSAGE_NAME_SIZE])
{
    char account[24];
    (void)snprintf(account, sizeof(account), " (uid %lu)", (unsigned long)peer->uid);
    (void)text_copy(ret_who, MESSAGE_NAME_SIZE - strlen(account), m->who);
    (void)strncat(ret_who, account, MESSAGE_NAME_SIZE - 1 - strlen(ret_who));
}

/* A screen gone wild must not fill the journal. */
static int note(struct app *app, const struct message *m, struct budget *budget, const char *who, struct unit_now now)
{
    int lane = m->lane[0] ? find_lane(app, m->lane) : -1;
    if (m->lane[0] && lane < 0) {
        return UNIT_NO_LANE;
    }
    if (!budget_take(budget, NOTES_MOST, US_PER_MIN / NOTES_MOST, now.boot_us) ||
        !budget_take(&app->notes, NOTES_MOST_ALL, US_PER_MIN / NOTES_MOST_ALL, now.boot_us)) {
        return UNIT_TOO_MANY;
    }
    return unit_note(app->unit, lane, who, m->text, now);
}

static int carry_out(struct app *app, const struct message *m, struct control_peer *peer, const char *who)
{
    struct unit_now now = app_now();
    int lane = -1;
    if (m->kind != MESSAGE_NOTE && m->boot_us > 0 && now.boot_us - m->boot_us > WISH_HOLDS_US) {
        return -ETIME;
    }
    switch (m->kind) {
    case MESSAGE_RELEASE:
        lane = find_lane(app, m->lane);
        return lane < 0 ? (int)UNIT_NO_LANE
                        : unit_release(app->unit, (unsigned)lane, (enum lane_side)m->side, who, m->why, now);
    case MESSAGE_MODE:
        lane = find_lane(app, m->lane);
        return lane < 0 ? (int)UNIT_NO_LANE
                        : unit_set_mode(app->unit, (unsigned)lane, (enum lane_mode)m->mode, who, m->why, now);
    case MESSAGE_UNDO:
        return unit_undo(app->unit, m->seq, who, m->why, now);
    case MESSAGE_LOCKDOWN:
        unit_set_lockdown(app->unit, m->value != 0, who, now);
        return 0;
    case MESSAGE_NOTE:
        return note(app, m, &peer->notes, who, now);
    default:
        return -EOPNOTSUPP;
    }
}

static void on_request(void *user, const struct message *m, struct control_peer *peer, struct message *answer,
                       char *body)
{
    struct app *app = user;
    char who[MESSAGE_NAME_SIZE];
    if (m->kind == MESSAGE_STATUS_ASK || m->kind == MESSAGE_CHECK_ASK) {
        /* Less than a whole message: the head needs some room. */
        int n = m->kind == MESSAGE_STATUS_ASK ? status_json(app, body, MESSAGE_MAX - 64)
                                              : status_check_json(app, body, MESSAGE_MAX - 64);
        answer->value = n < 0 ? n : 0;
        answer->kind = n < 0 ? MESSAGE_DONE : MESSAGE_STATUS;
        answer->body = body;
        answer->body_len = n < 0 ? 0 : (size_t)n;
        return;
    }
    name_peer(m, &peer->account, who);
    int r = carry_out(app, m, peer, who);
    log_info("request=%s lane=%s pid=%ld uid=%lu: %s", message_kind_text(m->kind), m->lane, (long)peer->account.pid,
             (unsigned long)peer->account.uid, outcome_text(r));
    answer->value = r;
    (void)text_copy(answer->text, sizeof(answer->text), outcome_text(r));
}

const struct control_ops app_control_ops = {.request = on_request};
