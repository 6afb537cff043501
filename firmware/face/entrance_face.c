#include "face/face.h"

#include "base/text.h"

#include <errno.h>
#include <stdlib.h>

/* How long a verdict's first picture waits for its photo at most. */
#define PHOTO_WAIT_US 6000
/* A verdict older than this comes late, with others behind it: nobody waits for its photo. */
#define FRESH_US 50000

struct entrance_face {
    struct entrance entrance;
    struct entrance_settings settings;
    const struct face_config *config;
    const struct face_services *services;
    struct face_now now;
    int64_t told_us; /* when the gate told the newest news */
};

static void set_branch(struct entrance_settings *s, const struct list_branch *branch)
{
    (void)text_copy(s->branch, sizeof(s->branch), branch->name);
    (void)text_copy(s->help, sizeof(s->help), branch->help);
    s->show_photo = branch->show_photo;
    s->show_name = branch->show_name;
    s->zone = branch->zone;
    s->has_hours = branch->has_opening;
    s->hours = branch->opening;
    s->holidays = branch->holidays;
}

static int open_face(const struct face_config *config, const struct face_services *services, struct face_now now,
                     void **ret_face)
{
    struct entrance_face *f = calloc(1, sizeof(*f));
    if (!f) {
        return -ENOMEM;
    }
    f->config = config;
    f->services = services;
    f->now = now;
    entrance_settings_init(&f->settings);
    f->settings.language = services->config->language;
    f->settings.my_card = config->my_card;
    f->settings.phones = config->phones;
    f->settings.reader_place = config->reader_place;
    f->settings.saver_after_us = config->saver_us;
    while (f->settings.n_lanes < ENTRANCE_PANES && config->lanes[f->settings.n_lanes][0]) {
        struct entrance_lane *lane = &f->settings.lanes[f->settings.n_lanes];
        (void)text_copy(lane->name, sizeof(lane->name), config->lanes[f->settings.n_lanes++]);
    }
    if (facts_branch(services->facts)) {
        set_branch(&f->settings, facts_branch(services->facts));
    }
    entrance_init(&f->entrance, &f->settings, now.boot_us, now.utc_us);
    *ret_face = f;
    return 0;
}

static void close_face(void *face)
{
    free(face);
}

/* Another branch, or other settings of it: what shows now goes on. */
static void on_branch(void *face)
{
    struct entrance_face *f = face;
    if (facts_branch(f->services->facts)) {
        set_branch(&f->settings, facts_branch(f->services->facts));
        f->entrance.settings = f->settings;
    }
}

static void show_photo(struct entrance_face *f, int64_t customer)
{
    uint64_t version = 0;
    const struct surface *photo = photos_find(f->services->photos, customer, &version);
    entrance_photo(&f->entrance, customer, photo, version);
}

static void on_photo(void *face, int64_t customer)
{
    show_photo(face, customer);
}

static void answer_member(struct entrance_face *f, const char *card)
{
    struct entrance_member member;
    if (facts_member(f->services->facts, card, f->now.utc_us, &member) == 0) {
        entrance_member(&f->entrance, &member, f->now.boot_us);
    }
}

static void carry_out(struct entrance_face *f)
{
    for (struct entrance_wish wish; entrance_next_wish(&f->entrance, &wish);) {
        switch (wish.kind) {
        case ENTRANCE_WISH_PHOTO:
            if (photos_ask(f->services->photos, wish.customer,
                           f->now.boot_us - f->told_us < FRESH_US ? PHOTO_WAIT_US : 0)) {
                show_photo(f, wish.customer);
            }
            break;
        case ENTRANCE_WISH_MEMBER:
            answer_member(f, wish.card);
            break;
        case ENTRANCE_WISH_SOUND:
            f->services->play(f->services->user, wish.sound);
            break;
        case ENTRANCE_WISH_LANGUAGE:
            break; /* the model has it already */
        }
    }
}

static void on_link(void *face, const struct link_event *event, struct face_now now)
{
    static const enum entrance_link states[] = {[LINK_STARTING] = ENTRANCE_LINK_STARTING,
                                                [LINK_CONNECTED] = ENTRANCE_LINK_CONNECTED,
                                                [LINK_GONE] = ENTRANCE_LINK_GONE,
                                                [LINK_SILENT] = ENTRANCE_LINK_SILENT};
    struct entrance_face *f = face;
    f->now = now;
    entrance_time(&f->entrance, now.boot_us, now.utc_us);
    switch (event->kind) {
    case LINK_EVENT_STATE:
        entrance_link(&f->entrance, states[event->state.state], now.boot_us);
        break;
    case LINK_EVENT_NEWS:
        f->told_us = event->news->boot_us;
        entrance_news(&f->entrance, event->news, now.boot_us);
        break;
    case LINK_EVENT_STATUS:
        entrance_status(&f->entrance, event->status, now.boot_us);
        break;
    default:
        break;
    }
    carry_out(f);
}

static bool on_touch(void *face, struct face_now now)
{
    struct entrance_face *f = face;
    return entrance_touch(&f->entrance, now.boot_us);
}

static void on_intent(void *face, const struct intent *intent, struct ui *ui, struct face_now now)
{
    struct entrance_face *f = face;
    (void)ui;
    f->now = now;
    entrance_on(&f->entrance, intent, now.boot_us);
    carry_out(f);
}

static void on_time(void *face, struct face_now now)
{
    struct entrance_face *f = face;
    f->now = now;
    entrance_time(&f->entrance, now.boot_us, now.utc_us);
    carry_out(f);
}

static int64_t deadline(const void *face)
{
    const struct entrance_face *f = face;
    return entrance_deadline(&f->entrance);
}

static void view(const void *face, struct ui *ui)
{
    const struct entrance_face *f = face;
    entrance_view(&f->entrance, ui);
}

const struct face_ops entrance_face_ops = {
    .open = open_face,
    .close = close_face,
    .link = on_link,
    .branch = on_branch,
    .photo = on_photo,
    .touch = on_touch,
    .intent = on_intent,
    .time = on_time,
    .deadline = deadline,
    .view = view,
};
