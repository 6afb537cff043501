/* The entrance face in every state: at the branch in Stockholm, on 25 November 2026, 17:42. */

#include "gallery/gallery.h"
#include "gallery/portrait.h"

#include "base/clock.h"
#include "base/text.h"
#include "gfx/image.h"
#include "screens/entrance.h"

#include <stdio.h>
#include <string.h>

#define UTC_US (INT64_C(1795624920) * US_PER_S) /* 2026-11-25T16:42:00Z */

/* Calls into the model come one after another, a moment apart. */
struct scene {
    struct entrance e;
    struct entrance_settings settings;
    int64_t now_us;
};

static const struct surface *photo(unsigned which)
{
    static struct surface photos[PORTRAIT_COUNT];
    static uint8_t jpeg[PORTRAIT_BYTES_MAX];
    which %= PORTRAIT_COUNT;
    if (!photos[which].pixels) {
        int n = portrait_jpeg(which, jpeg, sizeof(jpeg));
        if (n <= 0 || image_decode(jpeg, (size_t)n, PORTRAIT_HEIGHT, &photos[which]) < 0) {
            return NULL;
        }
    }
    return &photos[which];
}

static int32_t today(const struct scene *s)
{
    return zone_local(&s->settings.zone, UTC_US).day;
}

static struct gate_status good_status(void)
{
    struct gate_status status = {.utc_us = UTC_US, .clock.trusted = true, .clock.synchronised = true};
    status.lines.working = true;
    status.list.state = STATUS_LIST_OK;
    status.list.version = 4711;
    status.list.age_s = 12;
    status.n_lanes = status.n_readers = 2;
    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(status.lanes[i].name, sizeof(status.lanes[i].name), "lane%zu", i + 1);
        (void)snprintf(status.readers[i].name, sizeof(status.readers[i].name), "reader%zu", i + 1);
        (void)text_copy(status.readers[i].lane, sizeof(status.readers[i].lane), status.lanes[i].name);
        status.readers[i].working = true;
    }
    status.n_zones = 1;
    status.zones[0] = (struct status_zone){.id = 1, .name = "Hall", .people = 23, .limit = 80};
    return status;
}

static void set_up(struct scene *s, int64_t now_us, enum language language)
{
    struct entrance_settings *t = &s->settings;
    struct gate_status status = good_status();
    entrance_settings_init(t);
    (void)text_copy(t->branch, sizeof(t->branch), "Friskhuset Vasa");
    t->show_name = true;
    t->show_photo = true;
    t->phones = true;
    t->reader_place = ENTRANCE_PLACE_RIGHT;
    t->language = language;
    t->has_hours = true;
    t->hours.n_spans = 2;
    t->hours.spans[0] = (struct schedule_span){.days = 0x1f, .from_min = 6 * 60, .to_min = 22 * 60};
    t->hours.spans[1] = (struct schedule_span){.days = 0x60, .from_min = 8 * 60, .to_min = 20 * 60};
    t->n_lanes = 2;
    for (size_t i = 0; i < 2; i++) {
        (void)text_copy(t->lanes[i].name, sizeof(t->lanes[i].name), status.lanes[i].name);
        (void)snprintf(t->lanes[i].title, sizeof(t->lanes[i].title), "Vasa %zu", i + 1);
    }
    s->now_us = now_us;
    entrance_init(&s->e, t, now_us, UTC_US);
    entrance_link(&s->e, ENTRANCE_LINK_CONNECTED, now_us);
    entrance_status(&s->e, &status, now_us);
}

static struct gate_news news_of(enum news_phase phase)
{
    struct gate_news news = {.phase = phase,
                             .grant = 7,
                             .side = NEWS_SIDE_IN,
                             .code = ACCESS_CODES,
                             .clips_left = -1,
                             .until_day = DAY_NONE,
                             .list_age_s = -1,
                             .line_us = -1,
                             .tap_us = -1};
    (void)text_copy(news.lane, sizeof(news.lane), "lane1");
    (void)text_copy(news.reader, sizeof(news.reader), "reader1");
    (void)text_copy(news.card, sizeof(news.card), "04a1b2c3d4e59c");
    return news;
}

static struct gate_news granted(const struct scene *s)
{
    struct gate_news news = news_of(NEWS_GRANTED);
    news.code = ACCESS_GRANTED;
    news.entitlement = NEWS_SUBSCRIPTION;
    news.customer = 41;
    news.until_day = today(s) + 178;
    (void)text_copy(news.name, sizeof(news.name), "Åsa");
    (void)text_copy(news.product, sizeof(news.product), "Årskort · Gym & Grupp");
    return news;
}

static void tell(struct scene *s, const struct gate_news *news)
{
    entrance_news(&s->e, news, s->now_us);
}

/* The grant, and the lane open for it since 1.2 s. */
static void open_for(struct scene *s, const struct gate_news *news, unsigned face)
{
    struct gate_news released = *news;
    int64_t now_us = s->now_us;
    released.phase = NEWS_RELEASED;
    s->now_us -= 1200 * US_PER_MS;
    tell(s, news);
    tell(s, &released);
    s->now_us = now_us;
    entrance_time(&s->e, now_us, UTC_US);
    entrance_photo(&s->e, news->customer, photo(face), face + 1);
}

static void warn(struct gate_news *news, enum access_warning_kind kind, int32_t value, int32_t day)
{
    news->warnings[news->n_warnings++] = (struct access_warning){.kind = kind, .value = value, .day = day};
}

/* The scenes. */

static void idle(struct scene *s)
{
    (void)s;
}

static void idle_plain(struct scene *s)
{
    struct gate_status status = good_status();
    status.n_zones = 0;
    s->e.settings.has_hours = false;
    s->e.settings.my_card = false;
    entrance_status(&s->e, &status, s->now_us);
}

static void idle_closed(struct scene *s)
{
    s->e.settings.hours.spans[0].from_min = 18 * 60;
}

static void idle_troubled(struct scene *s)
{
    struct gate_status status = good_status();
    status.lanes[1].fault = true;
    status.list.age_s = 50 * 3600;
    entrance_status(&s->e, &status, s->now_us);
}

static void idle_offline(struct scene *s)
{
    struct gate_status status = good_status();
    status.list.age_s = 3 * 3600 + 200;
    entrance_status(&s->e, &status, s->now_us);
}

static void starting(struct scene *s)
{
    entrance_link(&s->e, ENTRANCE_LINK_STARTING, s->now_us);
}

static void no_gate(struct scene *s)
{
    entrance_link(&s->e, ENTRANCE_LINK_GONE, s->now_us);
    entrance_time(&s->e, s->now_us + 10 * US_PER_S, UTC_US);
}

static void lockdown(struct scene *s)
{
    struct gate_news news = news_of(NEWS_NOTICE);
    news.notice = NOTICE_LOCKDOWN;
    tell(s, &news);
}

static void lanes_are(struct scene *s, enum lane_state state, bool fault)
{
    struct gate_status status = good_status();
    for (size_t i = 0; i < status.n_lanes; i++) {
        status.lanes[i].state = state;
        status.lanes[i].fault = fault;
    }
    entrance_status(&s->e, &status, s->now_us);
}

static void fault(struct scene *s)
{
    lanes_are(s, LANE_S_LOCKED, true);
}

static void locked(struct scene *s)
{
    lanes_are(s, LANE_S_SHUT, false);
}

static void free_lanes(struct scene *s)
{
    lanes_are(s, LANE_S_FREE, false);
}

static void no_reader(struct scene *s)
{
    struct gate_status status = good_status();
    status.readers[0].working = status.readers[1].working = false;
    entrance_status(&s->e, &status, s->now_us);
}

static void no_list(struct scene *s)
{
    struct gate_status status = good_status();
    status.list.state = STATUS_LIST_MISSING;
    status.list.age_s = -1;
    entrance_status(&s->e, &status, s->now_us);
}

static void fire(struct scene *s)
{
    struct gate_news news = news_of(NEWS_NOTICE);
    news.notice = NOTICE_FIRE;
    tell(s, &news);
}

static void saver(struct scene *s)
{
    entrance_time(&s->e, s->now_us + 175 * US_PER_S, UTC_US);
}

static void granted_plain(struct scene *s)
{
    struct gate_news news = granted(s);
    s->e.settings.show_photo = s->e.settings.show_name = false;
    open_for(s, &news, 0);
}

static void granted_photo(struct scene *s)
{
    struct gate_news news = granted(s);
    open_for(s, &news, 0);
}

static void granted_no_photo(struct scene *s)
{
    struct gate_news news = granted(s);
    news.customer = 0;
    open_for(s, &news, 0);
}

static void granted_photo_awaited(struct scene *s)
{
    struct gate_news news = granted(s);
    tell(s, &news);
}

static void granted_clips(struct scene *s)
{
    struct gate_news news = granted(s);
    news.entitlement = NEWS_PUNCH_CARD;
    news.clips_left = 1;
    (void)text_copy(news.product, sizeof(news.product), "Klippkort 10");
    warn(&news, ACCESS_WARN_CLIPS_LEFT, 1, DAY_NONE);
    open_for(s, &news, 3);
}

static void granted_warnings(struct scene *s)
{
    struct gate_news news = granted(s);
    news.until_day = today(s) + 9;
    (void)text_copy(news.message, sizeof(news.message), "Ditt paket ligger i receptionen. Välkommen att hämta det!");
    warn(&news, ACCESS_WARN_ENDS_SOON, 9, news.until_day);
    warn(&news, ACCESS_WARN_CERTIFICATE_ENDS, 20, today(s) + 20);
    warn(&news, ACCESS_WARN_MESSAGE, 0, DAY_NONE);
    warn(&news, ACCESS_WARN_PASSBACK, 0, DAY_NONE);
    open_for(s, &news, 2);
}

static void granted_renews(struct scene *s)
{
    struct gate_news news = granted(s);
    news.until_day = today(s) + 5;
    open_for(s, &news, 1);
}

static void granted_out(struct scene *s)
{
    struct gate_news news = granted(s);
    news.side = NEWS_SIDE_OUT;
    news.entitlement = NEWS_NO_ENTITLEMENT;
    news.product[0] = '\0';
    news.until_day = DAY_NONE;
    warn(&news, ACCESS_WARN_LET_OUT, ACCESS_UNPAID, DAY_NONE);
    open_for(s, &news, 0);
}

static void granted_staff(struct scene *s)
{
    struct gate_news news = granted(s);
    news.staff = true;
    news.entitlement = NEWS_NO_ENTITLEMENT;
    news.product[0] = '\0';
    news.until_day = DAY_NONE;
    open_for(s, &news, 4);
}

static void granted_passed(struct scene *s)
{
    struct gate_news news = granted(s);
    open_for(s, &news, 0);
    news.phase = NEWS_PASSED;
    tell(s, &news);
}

static void granted_next_waits(struct scene *s)
{
    struct gate_news news = granted(s), waits = news_of(NEWS_NOTICE);
    open_for(s, &news, 0);
    waits.notice = NOTICE_WAIT;
    tell(s, &waits);
}

static void granted_long_name(struct scene *s)
{
    struct gate_news news = granted(s);
    (void)text_copy(news.name, sizeof(news.name), "Wolfeschlegelsteinhausenbergerdorff-Maximiliane");
    (void)text_copy(news.product, sizeof(news.product), "Familjemedlemskap Premium Plus med bad och grupp");
    open_for(s, &news, 5);
}

static void granted_right_to_left(struct scene *s)
{
    struct gate_news news = granted(s);
    (void)text_copy(news.name, sizeof(news.name), "مريم");
    open_for(s, &news, 5);
}

static void denied(struct scene *s, enum access_code code)
{
    struct gate_news news = news_of(NEWS_DENIED);
    news.code = code;
    news.grant = 0;
    news.entitlement = code > ACCESS_TOO_YOUNG ? NEWS_SUBSCRIPTION : NEWS_NO_ENTITLEMENT;
    news.until_day = today(s) + (code == ACCESS_FROZEN || code == ACCESS_NOT_STARTED ? 8 : -1);
    news.opens_utc_us = code == ACCESS_OUTSIDE_HOURS ? UTC_US + 14 * US_PER_HOUR : 0;
    if (code > ACCESS_CARD_NOT_GENUINE) {
        news.customer = 42;
        (void)text_copy(news.name, sizeof(news.name), "Jürgen");
        (void)text_copy(news.product, sizeof(news.product), code > ACCESS_TOO_YOUNG ? "Dagpass" : "");
    }
    tell(s, &news);
    entrance_photo(&s->e, 42, photo(1), 2);
}

static void notice(struct scene *s, enum news_notice kind)
{
    struct gate_news news = news_of(kind >= NOTICE_FORCED ? NEWS_ALARM : NEWS_NOTICE);
    news.notice = kind;
    tell(s, &news);
}

static void not_passed(struct scene *s, const char *why)
{
    struct gate_news news = granted(s);
    open_for(s, &news, 0);
    news.phase = NEWS_NOT_PASSED;
    (void)text_copy(news.detail, sizeof(news.detail), why);
    tell(s, &news);
}

static void two_lanes(struct scene *s)
{
    struct gate_news one = granted(s), two = news_of(NEWS_DENIED);
    open_for(s, &one, 0);
    two.code = ACCESS_FROZEN;
    two.until_day = today(s) + 8;
    (void)text_copy(two.lane, sizeof(two.lane), "lane2");
    (void)text_copy(two.name, sizeof(two.name), "Jürgen");
    (void)text_copy(two.product, sizeof(two.product), "Dagpass");
    tell(s, &two);
}

static void two_lanes_granted(struct scene *s)
{
    struct gate_news one = granted(s), two = granted(s);
    open_for(s, &one, 0);
    two.grant = 8;
    two.customer = 43;
    two.entitlement = NEWS_PUNCH_CARD;
    two.clips_left = 4;
    (void)text_copy(two.lane, sizeof(two.lane), "lane2");
    (void)text_copy(two.name, sizeof(two.name), "Aino");
    (void)text_copy(two.product, sizeof(two.product), "Klippkort 10");
    open_for(s, &two, 2);
}

static void card_asked(struct scene *s)
{
    s->e.card.stage = ENTRANCE_CARD_ASKED;
    s->e.card.until_us = s->now_us + 15 * US_PER_S;
}

static void card(struct scene *s, size_t entitlements, size_t freezes)
{
    struct entrance_member *m = &s->e.card.member;
    card_asked(s);
    s->e.card.stage = ENTRANCE_CARD_SHOWN;
    s->e.card.has_member = true;
    (void)text_copy(m->name, sizeof(m->name), "Åsa");
    (void)text_copy(m->message, sizeof(m->message), "Ditt paket ligger i receptionen.");
    m->entitlements[0] = (struct entrance_entitlement){
        .kind = NEWS_SUBSCRIPTION, .product = "Årskort · Gym & Grupp", .through_day = today(s) + 178};
    m->entitlements[1] = (struct entrance_entitlement){
        .kind = NEWS_PUNCH_CARD, .product = "Klippkort bad", .through_day = today(s) + 400, .clips_left = 4};
    m->entitlements[2] = (struct entrance_entitlement){
        .kind = NEWS_SUBSCRIPTION, .product = "Gruppträning", .through_day = today(s) + 5, .renews = true};
    m->entitlements[3] =
        (struct entrance_entitlement){.kind = NEWS_SINGLE_ENTRY, .product = "Engångsentré", .through_day = today(s)};
    for (size_t i = 0; i < ENTRANCE_FREEZES_MAX; i++) {
        int32_t first = today(s) + 20 + 40 * (int32_t)i;
        m->freezes[i] = (struct access_freeze){.first = first, .last = first + 13};
    }
    m->n_entitlements = entitlements;
    m->n_freezes = freezes;
}

static void card_few(struct scene *s)
{
    card(s, 1, 0);
    s->e.card.member.message[0] = '\0';
}

static void card_some(struct scene *s)
{
    struct gate_news news = granted(s);
    open_for(s, &news, 0);
    card(s, 2, 1);
    (void)text_copy(s->e.card.card, sizeof(s->e.card.card), news.card);
    s->e.card.member.opens_utc_us = UTC_US + 14 * US_PER_HOUR;
}

static void card_full(struct scene *s)
{
    card(s, ENTRANCE_ENTITLEMENTS_MAX, ENTRANCE_FREEZES_MAX);
}

static struct scene *begin(struct ui *ui, enum language language)
{
    static struct scene scene;
    memset(&scene, 0, sizeof(scene));
    set_up(&scene, ui_now(ui), language);
    return &scene;
}

/* One view for each. */

/* clang-format off */
#define VIEW(name, call)                                                                                               \
    static void view_##name(struct ui *ui, enum language language)                                                     \
    {                                                                                                                  \
        struct scene *s = begin(ui, language);                                                                         \
        call;                                                                                                          \
        entrance_view(&s->e, ui);                                                                                      \
    }
#define SCENES(ROW)                                                                                                    \
    ROW(idle, "idle", idle(s))                                                                                         \
    ROW(idle_plain, "idle-plain", idle_plain(s))                                                                       \
    ROW(idle_closed, "idle-closed", idle_closed(s))                                                                    \
    ROW(idle_offline, "idle-offline", idle_offline(s))                                                                 \
    ROW(idle_troubled, "idle-troubled", idle_troubled(s))                                                              \
    ROW(starting, "starting", starting(s))                                                                             \
    ROW(no_gate, "no-gate", no_gate(s))                                                                                \
    ROW(lockdown, "lockdown", lockdown(s))                                                                             \
    ROW(fault, "fault", fault(s))                                                                                      \
    ROW(no_reader, "no-reader", no_reader(s))                                                                          \
    ROW(locked, "locked", locked(s))                                                                                   \
    ROW(no_list, "no-list", no_list(s))                                                                                \
    ROW(free, "free", free_lanes(s))                                                                                   \
    ROW(fire, "fire", fire(s))                                                                                         \
    ROW(saver, "saver", saver(s))                                                                                      \
    ROW(granted, "granted", granted_photo(s))                                                                          \
    ROW(granted_plain, "granted-plain", granted_plain(s))                                                              \
    ROW(granted_no_photo, "granted-no-photo", granted_no_photo(s))                                                     \
    ROW(granted_awaited, "granted-photo-awaited", granted_photo_awaited(s))                                            \
    ROW(granted_clips, "granted-clips", granted_clips(s))                                                              \
    ROW(granted_warnings, "granted-warnings", granted_warnings(s))                                                     \
    ROW(granted_renews, "granted-renews", granted_renews(s))                                                           \
    ROW(granted_out, "granted-out", granted_out(s))                                                                    \
    ROW(granted_staff, "granted-staff", granted_staff(s))                                                              \
    ROW(granted_passed, "granted-passed", granted_passed(s))                                                           \
    ROW(granted_next, "granted-next-waits", granted_next_waits(s))                                                     \
    ROW(granted_long, "granted-long-name", granted_long_name(s))                                                       \
    ROW(granted_rtl, "granted-right-to-left", granted_right_to_left(s))                                                \
    ROW(unit_locked, "denied-unit-locked", denied(s, ACCESS_UNIT_LOCKED))                                              \
    ROW(card_unknown, "denied-card-unknown", denied(s, ACCESS_CARD_UNKNOWN))                                           \
    ROW(not_genuine, "denied-card-not-genuine", denied(s, ACCESS_CARD_NOT_GENUINE))                                    \
    ROW(card_blocked, "denied-card-blocked", denied(s, ACCESS_CARD_BLOCKED))                                           \
    ROW(card_expired, "denied-card-expired", denied(s, ACCESS_CARD_EXPIRED))                                           \
    ROW(inactive, "denied-inactive", denied(s, ACCESS_INACTIVE))                                                       \
    ROW(suspended, "denied-suspended", denied(s, ACCESS_SUSPENDED))                                                    \
    ROW(wrong_branch, "denied-wrong-branch", denied(s, ACCESS_WRONG_BRANCH))                                           \
    ROW(too_young, "denied-too-young", denied(s, ACCESS_TOO_YOUNG))                                                    \
    ROW(not_started, "denied-not-started", denied(s, ACCESS_NOT_STARTED))                                              \
    ROW(ended, "denied-ended", denied(s, ACCESS_ENDED))                                                                \
    ROW(frozen, "denied-frozen", denied(s, ACCESS_FROZEN))                                                             \
    ROW(unpaid, "denied-unpaid", denied(s, ACCESS_UNPAID))                                                             \
    ROW(overdue, "denied-invoice-overdue", denied(s, ACCESS_INVOICE_OVERDUE))                                          \
    ROW(no_right, "denied-no-right-here", denied(s, ACCESS_NO_RIGHT_HERE))                                             \
    ROW(outside_hours, "denied-outside-hours", denied(s, ACCESS_OUTSIDE_HOURS))                                        \
    ROW(no_clips, "denied-no-clips-left", denied(s, ACCESS_NO_CLIPS_LEFT))                                             \
    ROW(punch_expired, "denied-punch-card-expired", denied(s, ACCESS_PUNCH_CARD_EXPIRED))                              \
    ROW(too_soon, "denied-too-soon", denied(s, ACCESS_TOO_SOON))                                                       \
    ROW(passback, "denied-passback", denied(s, ACCESS_PASSBACK))                                                       \
    ROW(visit_limit, "denied-visit-limit", denied(s, ACCESS_VISIT_LIMIT))                                              \
    ROW(full, "denied-full", denied(s, ACCESS_FULL))                                                                   \
    ROW(list_too_old, "denied-list-too-old", denied(s, ACCESS_LIST_TOO_OLD))                                           \
    ROW(read_again, "notice-read-again", notice(s, NOTICE_READ_AGAIN))                                                 \
    ROW(second_tap, "notice-second-tap", notice(s, NOTICE_SECOND_TAP))                                                 \
    ROW(wait, "notice-wait", notice(s, NOTICE_WAIT))                                                                   \
    ROW(wait_over, "notice-wait-over", notice(s, NOTICE_WAIT_OVER))                                                    \
    ROW(busy, "notice-busy", notice(s, NOTICE_BUSY))                                                                   \
    ROW(journal_failed, "notice-journal-failed", notice(s, NOTICE_JOURNAL_FAILED))                                     \
    ROW(out_of_service, "notice-out-of-service", notice(s, NOTICE_OUT_OF_SERVICE))                                     \
    ROW(exit_card, "notice-exit-needs-card", notice(s, NOTICE_EXIT_NEEDS_CARD))                                        \
    ROW(to_exit, "notice-request-to-exit", notice(s, NOTICE_REQUEST_TO_EXIT))                                          \
    ROW(staff_release, "notice-staff-release", notice(s, NOTICE_STAFF_RELEASE))                                        \
    ROW(tailgate, "notice-tailgate", notice(s, NOTICE_TAILGATE))                                                       \
    ROW(wrong_way, "notice-wrong-way", notice(s, NOTICE_WRONG_WAY))                                                    \
    ROW(held_open, "notice-held-open", notice(s, NOTICE_HELD_OPEN))                                                    \
    ROW(forced, "notice-forced", notice(s, NOTICE_FORCED))                                                             \
    ROW(time_up, "not-passed-time-up", not_passed(s, "time_up"))                                                       \
    ROW(other_way, "not-passed-wrong-way", not_passed(s, "wrong_way"))                                                 \
    ROW(no_rotation, "not-passed-no-rotation", not_passed(s, "no_rotation"))                                           \
    ROW(by_lockdown, "not-passed-lockdown", not_passed(s, "lockdown"))                                                 \
    ROW(by_lock, "not-passed-locked", not_passed(s, "locked"))                                                         \
    ROW(elsewhere, "not-passed-tapped-elsewhere", not_passed(s, "tapped_elsewhere"))                                   \
    ROW(line_failed, "not-passed-line-failed", not_passed(s, "line_failed"))                                           \
    ROW(refused, "not-passed-refused", not_passed(s, "refused"))                                                       \
    ROW(two_lanes, "two-lanes", two_lanes(s))                                                                          \
    ROW(two_granted, "two-lanes-granted", two_lanes_granted(s))                                                        \
    ROW(card_asked, "card-asked", card_asked(s))                                                                       \
    ROW(card_few, "card-few", card_few(s))                                                                             \
    ROW(card_some, "card", card_some(s))                                                                               \
    ROW(card_full, "card-full", card_full(s))

#define DEFINE(name, text, call) VIEW(name, call)
#define ENTRY(which, text, call) {.name = "entrance-" text, .view = view_##which},
SCENES(DEFINE)

static const struct gallery_fixture fixtures[] = {SCENES(ENTRY)};
/* clang-format on */

size_t fixtures_entrance(const struct gallery_fixture **ret_fixtures)
{
    *ret_fixtures = fixtures;
    return sizeof(fixtures) / sizeof(fixtures[0]);
}
