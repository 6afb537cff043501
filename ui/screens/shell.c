/* Life, time, wishes and acts. */
#include "screens/shell_internal.h"

#include "base/clock.h"
#include "base/text.h"

#include <string.h>

static const char SWEDEN[] = "CET-1CEST,M3.5.0,M10.5.0/3";

void shell_settings_init(struct shell_settings *ret_settings, enum shell_kind kind)
{
    *ret_settings = (struct shell_settings){.kind = kind, .language = LANGUAGE_EN, .sign_out_us = 5 * US_PER_MIN};
    (void)zone_parse(SWEDEN, &ret_settings->zone);
}

void shell_init(struct shell *ret_shell, const struct shell_settings *settings, int64_t now_us, int64_t utc_us)
{
    memset(ret_shell, 0, sizeof(*ret_shell));
    ret_shell->settings = *settings;
    ret_shell->now_us = now_us;
    ret_shell->utc_us = utc_us;
    ret_shell->link_us = now_us;
    ret_shell->touched_us = now_us;
    ret_shell->language = settings->language;
}

void shell_branch(struct shell *s, const struct shell_settings *settings)
{
    enum shell_kind kind = s->settings.kind;
    if (s->language == s->settings.language && !s->signed_in) {
        s->language = settings->language;
    }
    s->settings = *settings;
    s->settings.kind = kind;
}

/* Wishes. */

void shell_wish(struct shell *s, const struct shell_wish *wish)
{
    if (s->n_wishes < SHELL_WISHES_MAX) {
        s->wishes[(s->first_wish + s->n_wishes) % SHELL_WISHES_MAX] = *wish;
        s->n_wishes++;
    }
}

bool shell_next_wish(struct shell *s, struct shell_wish *ret_wish)
{
    if (s->n_wishes == 0) {
        return false;
    }
    struct shell_wish *wish = &s->wishes[s->first_wish];
    *ret_wish = *wish;
    explicit_bzero(wish->pin, sizeof(wish->pin));
    s->first_wish = (s->first_wish + 1) % SHELL_WISHES_MAX;
    s->n_wishes--;
    return true;
}

void shell_note(struct shell *s, const char *who, const char *text)
{
    struct shell_wish wish = {.kind = SHELL_WISH_NOTE};
    (void)text_copy(wish.who, sizeof(wish.who), who);
    (void)text_copy(wish.why, sizeof(wish.why), text);
    shell_wish(s, &wish);
}

/* Acts: one request for each answer that is awaited. */

static bool same_act(const struct shell_wish *wish, enum shell_wish_kind kind, const char *lane)
{
    return wish->kind == kind && strcmp(wish->lane, lane) == 0;
}

bool shell_waits(const struct shell *s, enum shell_wish_kind kind, const char *lane)
{
    for (size_t i = 0; i < SHELL_REQUESTS_MAX; i++) {
        if (s->requests[i].token && same_act(&s->requests[i].wish, kind, lane)) {
            return true;
        }
    }
    return false;
}

static void tell(struct shell *s, const struct shell_wish *wish, enum shell_outcome outcome, int64_t now_us)
{
    s->toast = (struct shell_toast){.until_us = now_us + SHELL_TOAST_US, .wish = *wish, .outcome = outcome};
}

static bool may_act(const struct shell *s, enum shell_wish_kind kind)
{
    bool everybody = kind == SHELL_WISH_RELEASE;
    return s->signed_in && (everybody || (s->settings.kind == SHELL_SERVICE && s->who.role >= SHELL_TECHNICIAN));
}

void shell_ask(struct shell *s, const struct shell_wish *wish, int64_t now_us)
{
    struct shell_request *free_one = NULL;
    if (!may_act(s, wish->kind) || shell_waits(s, wish->kind, wish->lane)) {
        return;
    }
    for (size_t i = 0; i < SHELL_REQUESTS_MAX && !free_one; i++) {
        free_one = s->requests[i].token ? NULL : &s->requests[i];
    }
    if (!free_one || s->link != SHELL_LINK_CONNECTED || s->n_wishes == SHELL_WISHES_MAX) {
        tell(s, wish, SHELL_NOT_SENT, now_us);
        return;
    }
    *free_one = (struct shell_request){.token = ++s->last_token, .wish = *wish, .until_us = now_us + SHELL_ANSWER_US};
    free_one->wish.token = free_one->token;
    (void)text_copy(free_one->wish.who, sizeof(free_one->wish.who), s->who.name);
    shell_wish(s, &free_one->wish);
}

static void end_request(struct shell *s, struct shell_request *request, enum shell_outcome outcome, int64_t now_us)
{
    if (s->signed_in) {
        tell(s, &request->wish, outcome, now_us);
    }
    *request = (struct shell_request){0};
}

void shell_answer(struct shell *s, uint64_t token, enum shell_outcome outcome, int64_t now_us)
{
    for (size_t i = 0; i < SHELL_REQUESTS_MAX; i++) {
        if (token && s->requests[i].token == token) {
            end_request(s, &s->requests[i], outcome, now_us);
        }
    }
}

/* People. */

bool shell_may(const struct shell *s, enum shell_role role)
{
    return s->settings.kind == SHELL_DESK || role >= SHELL_TECHNICIAN;
}

const struct shell_staff *shell_find_staff(const struct shell *s, int64_t id)
{
    for (size_t i = 0; i < s->n_staff; i++) {
        if (s->staff[i].id == id) {
            return &s->staff[i];
        }
    }
    return NULL;
}

void shell_sign_in(struct shell *s, const struct shell_staff *staff, int64_t now_us)
{
    s->who = *staff;
    s->signed_in = true;
    s->touched_us = now_us;
    s->language = staff->language == LANGUAGES ? s->settings.language : staff->language;
    sign_in_reset(&s->sign_in);
    s->page = 0;
    if (s->settings.kind == SHELL_SERVICE) {
        service_enter(s, now_us);
    }
    shell_note(s, staff->name,
               s->settings.kind == SHELL_SERVICE ? N_("signed in at the service face") : N_("signed in at the desk"));
}

void shell_sign_out(struct shell *s, enum sign_in_said why, int64_t now_us)
{
    if (!s->signed_in) {
        return;
    }
    if (s->settings.kind == SHELL_SERVICE) {
        service_leave(s, now_us);
    }
    shell_note(s, s->who.name,
               why == SIGN_IN_SAID_TIME_UP ? N_("signed out, nobody touched the screen") : N_("signed out"));
    s->signed_in = false;
    s->who = (struct shell_staff){0};
    s->page = 0;
    s->sheet = (struct shell_sheet){0};
    s->toast = (struct shell_toast){0};
    s->language = s->settings.language;
    sign_in_reset(&s->sign_in);
    s->sign_in.said = why;
}

void shell_staff(struct shell *s, const struct shell_staff *staff, size_t n, int64_t now_us)
{
    s->staff_known = staff != NULL;
    s->n_staff = !staff ? 0 : n < SIGN_IN_STAFF_MAX ? n : SIGN_IN_STAFF_MAX;
    if (s->n_staff > 0) {
        memcpy(s->staff, staff, s->n_staff * sizeof(*staff));
    }
    if (staff && s->signed_in) {
        const struct shell_staff *now = shell_find_staff(s, s->who.id);
        if (!now || !shell_may(s, now->role)) {
            shell_sign_out(s, SIGN_IN_SAID_NOTHING, now_us);
        } else {
            s->who = *now;
        }
    }
    if (staff && s->sign_in.chosen && !shell_find_staff(s, s->sign_in.chosen)) {
        sign_in_reset(&s->sign_in);
    }
}

/* From the gate. */

void shell_link(struct shell *s, enum shell_link link, int64_t now_us)
{
    if (s->link != link) {
        s->link = link;
        s->link_us = now_us;
    }
}

static void card_for_signing_in(struct shell *s, const struct gate_news *news)
{
    bool decided = news->phase == NEWS_GRANTED || news->phase == NEWS_DENIED;
    bool false_card =
        news->code == ACCESS_CARD_NOT_GENUINE || news->code == ACCESS_CARD_BLOCKED || news->code == ACCESS_CARD_EXPIRED;
    if (s->signed_in || !decided || !news->card[0] || !s->settings.sign_in_reader[0] ||
        strcmp(news->reader, s->settings.sign_in_reader) != 0) {
        return;
    }
    if (false_card) {
        s->sign_in.said = SIGN_IN_SAID_CARD;
        return;
    }
    struct shell_wish wish = {.kind = SHELL_WISH_CARD};
    (void)text_copy(wish.card, sizeof(wish.card), news->card);
    shell_wish(s, &wish);
}

void shell_news(struct shell *s, const struct gate_news *news, int64_t now_us)
{
    card_for_signing_in(s, news);
    shell_alarm_news(s, news, now_us);
    desk_news(s, news, now_us);
    service_news(s, news, now_us);
}

void shell_status(struct shell *s, const struct gate_status *status, int64_t now_us)
{
    s->status = *status;
    s->status_us = now_us;
    service_status(s, now_us);
}

void shell_checks(struct shell *s, const struct gate_checks *checks, int64_t now_us)
{
    service_checks(s, checks, now_us);
}

/* From the process. */

void shell_pin(struct shell *s, int64_t staff, bool known, bool right, int64_t now_us)
{
    sign_in_answer(s, staff, known, right, now_us);
}

void shell_card(struct shell *s, int64_t id, int64_t now_us)
{
    const struct shell_staff *staff = id ? shell_find_staff(s, id) : NULL;
    if (s->signed_in) {
        return;
    }
    if (!staff) {
        s->sign_in.said = SIGN_IN_SAID_CARD;
    } else if (!shell_may(s, staff->role)) {
        s->sign_in.said = SIGN_IN_SAID_ROLE;
    } else {
        shell_sign_in(s, staff, now_us);
    }
}

void shell_journal(struct shell *s, const struct service_event *events, size_t n, int64_t now_us)
{
    service_journal(s, events, n, now_us);
}

void shell_self(struct shell *s, const struct service_self *self, int64_t now_us)
{
    s->service.self = *self;
    s->service.self_us = now_us;
}

/* Time. */

bool shell_is_stale(const struct shell *s)
{
    return s->link != SHELL_LINK_CONNECTED;
}

int64_t shell_sign_out_at(const struct shell *s)
{
    return s->signed_in && s->settings.sign_out_us > 0 ? s->touched_us + s->settings.sign_out_us : US_NEVER;
}

int shell_lane(const struct shell *s, const char *name)
{
    for (size_t i = 0; i < s->status.n_lanes; i++) {
        if (strcmp(s->status.lanes[i].name, name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

int64_t shell_list_age_s(const struct shell *s)
{
    if (!s->status_us || s->status.list.age_s < 0) {
        return -1;
    }
    return s->status.list.age_s + (s->now_us - s->status_us) / US_PER_S;
}

void shell_input(struct shell *s, const struct input_event *event, float width, float height, int64_t now_us)
{
    int64_t ends_us = shell_sign_out_at(s);
    bool warned = ends_us != US_NEVER && now_us >= ends_us - SHELL_WARN_US;
    if (ends_us <= now_us) {
        shell_sign_out(s, SIGN_IN_SAID_TIME_UP, now_us); /* the touch came too late for who was here */
    } else if (!warned) {
        s->touched_us = now_us; /* once it has warned, only its button counts */
    }
    sign_in_input(s, event, now_us);
    service_input(s, event, width, height, now_us);
}

void shell_time(struct shell *s, int64_t now_us, int64_t utc_us)
{
    s->now_us = now_us;
    s->utc_us = utc_us;
    for (size_t i = 0; i < SHELL_REQUESTS_MAX; i++) {
        if (s->requests[i].token && s->requests[i].until_us <= now_us) {
            end_request(s, &s->requests[i], SHELL_TIMED_OUT, now_us);
        }
    }
    if (s->toast.until_us <= now_us) {
        s->toast = (struct shell_toast){0};
    }
    if (shell_sign_out_at(s) <= now_us) {
        shell_sign_out(s, SIGN_IN_SAID_TIME_UP, now_us);
    }
    shell_alarm_time(s, now_us);
    sign_in_time(s, now_us);
    service_time(s, now_us);
}

static int64_t sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The warning counts seconds; so does the age of what the gate told last, while it is away. */
static int64_t next_second(int64_t from_us, int64_t now_us)
{
    return now_us + US_PER_S - (now_us - from_us) % US_PER_S;
}

int64_t shell_deadline(const struct shell *s)
{
    int64_t at = sooner(sign_in_deadline(s), service_deadline(s));
    int64_t out_us = shell_sign_out_at(s);
    at = sooner(at, shell_alarm_deadline(s));
    at = sooner(at, desk_deadline(s));
    at = s->toast.until_us ? sooner(at, s->toast.until_us) : at;
    for (size_t i = 0; i < SHELL_REQUESTS_MAX; i++) {
        at = s->requests[i].token ? sooner(at, s->requests[i].until_us) : at;
    }
    if (out_us != US_NEVER) {
        int64_t warn_us = out_us - SHELL_WARN_US;
        at = sooner(at, s->now_us < warn_us ? warn_us : sooner(out_us, next_second(warn_us, s->now_us)));
    }
    if (s->signed_in && shell_is_stale(s)) {
        at = sooner(at, next_second(s->link_us, s->now_us));
    }
    return at;
}
