/* The desk and the service face: what the model wishes for is done here. */
#include "face/face.h"

#include "base/clock.h"
#include "base/pack.h"
#include "base/text.h"
#include "face/gate_words.h"
#include "face/pins.h"
#include "screens/shell.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* An act under way: the link's number for it, and the model's. */
struct act {
    uint64_t id; /* 0: unused */
    uint64_t token;
};

struct shell_face {
    struct shell shell;
    struct shell_settings settings;
    const struct face_services *services;
    struct face_now now;
    int64_t started_us;
    struct act acts[SHELL_REQUESTS_MAX];
    int64_t ticket; /* of the PIN that is being compared; 0: none */
    int64_t asked; /* whose it is */
    struct shell_staff staff[SIGN_IN_STAFF_MAX];
    size_t n_staff;
    struct service_event events[SERVICE_EVENTS_MAX];
    size_t n_events;
};

/* People. */

static int take_staff(const struct list_staff *from, void *user)
{
    static const enum shell_role roles[] = {
        [LIST_STAFF] = SHELL_STAFF, [LIST_TECHNICIAN] = SHELL_TECHNICIAN, [LIST_ADMINISTRATOR] = SHELL_ADMINISTRATOR};
    struct shell_face *f = user;
    if (f->n_staff < SIGN_IN_STAFF_MAX && (size_t)from->role < sizeof(roles) / sizeof(roles[0])) {
        struct shell_staff *to = &f->staff[f->n_staff++];
        *to = (struct shell_staff){.id = from->id, .role = roles[from->role], .has_pin = from->pin_hash[0] != '\0'};
        to->language = from->language[0] ? language_parse(from->language) : LANGUAGES;
        (void)text_copy(to->name, sizeof(to->name), from->name);
    }
    return 0;
}

static void read_staff(struct shell_face *f)
{
    struct list_db *list = facts_list(f->services->facts);
    f->n_staff = 0;
    bool known = list && list_db_staff_each(list, take_staff, f) == 0;
    shell_staff(&f->shell, known ? f->staff : NULL, f->n_staff, f->now.boot_us);
}

static void compare_pin(struct shell_face *f, const struct shell_wish *wish)
{
    struct list_db *list = facts_list(f->services->facts);
    struct list_staff staff = {0};
    int r = list ? list_db_staff(list, wish->staff, &staff) : -ENOENT;
    if (r == 0) {
        /* One PIN is compared at a time, so the moment tells one from another: also from another face's. */
        r = pins_ask(f->services->pins, f->now.boot_us, wish->pin, staff.pin_hash);
    }
    explicit_bzero(&staff, sizeof(staff));
    if (r == 0) {
        f->ticket = f->now.boot_us;
        f->asked = wish->staff;
    } else {
        shell_pin(&f->shell, wish->staff, false, false, f->now.boot_us);
    }
}

static void find_card(struct shell_face *f, const char *text)
{
    struct list_db *list = facts_list(f->services->facts);
    struct list_staff staff = {0};
    struct card_number card;
    bool found = list && card_parse(text, &card) && list_db_staff_by_card(list, &card, &staff) == 0;
    shell_card(&f->shell, found ? staff.id : 0, f->now.boot_us);
    explicit_bzero(&staff, sizeof(staff));
}

/* Acts. */

static void ask_gate(struct shell_face *f, const struct shell_wish *wish)
{
    struct link *link = f->services->link;
    struct act *act = NULL;
    uint64_t id = 0;
    for (size_t i = 0; i < SHELL_REQUESTS_MAX && !act; i++) {
        act = f->acts[i].id ? NULL : &f->acts[i];
    }
    int r = -ENOBUFS;
    if (act && wish->kind == SHELL_WISH_RELEASE) {
        r = link_release(link, wish->lane, wish->side, wish->who, wish->why, &id);
    } else if (act && wish->kind == SHELL_WISH_MODE) {
        r = link_mode(link, wish->lane, wish->mode, wish->who, wish->why, &id);
    } else if (act && wish->kind == SHELL_WISH_LOCKDOWN) {
        r = link_lockdown(link, wish->on, wish->who, &id);
    }
    if (r < 0) {
        shell_answer(&f->shell, wish->token, SHELL_NOT_SENT, f->now.boot_us);
        return;
    }
    *act = (struct act){id, wish->token};
}

static enum shell_outcome outcome_of(const struct link_answer *answer)
{
    if (answer->outcome != LINK_ANSWERED) {
        return SHELL_TIMED_OUT;
    }
    switch (answer->value) {
    case 0:
        return SHELL_DONE;
    case GATE_NO_LANE:
        return SHELL_NO_LANE;
    case GATE_BUSY:
        return SHELL_BUSY;
    case GATE_REFUSED:
        return SHELL_REFUSED;
    case GATE_NOT_FOUND:
        return SHELL_NOT_FOUND;
    case GATE_TOO_MANY:
        return SHELL_TOO_MANY;
    default:
        return SHELL_FAILED;
    }
}

static void take_answer(struct shell_face *f, const struct link_answer *answer)
{
    for (size_t i = 0; i < SHELL_REQUESTS_MAX; i++) {
        struct act act = f->acts[i];
        if (act.id && act.id == answer->id) {
            f->acts[i] = (struct act){0};
            shell_answer(&f->shell, act.token, outcome_of(answer), f->now.boot_us);
        }
    }
}

/* The journal. */

static enum service_event_kind event_kind(enum journal_kind kind)
{
    static const enum service_event_kind kinds[JOURNAL_KINDS] = {
        [JOURNAL_START] = SERVICE_EVENT_START,
        [JOURNAL_STOP] = SERVICE_EVENT_STOP,
        [JOURNAL_DECISION] = SERVICE_EVENT_DECISION,
        [JOURNAL_RELEASED] = SERVICE_EVENT_RELEASED,
        [JOURNAL_PASSED] = SERVICE_EVENT_PASSED,
        [JOURNAL_NOT_PASSED] = SERVICE_EVENT_NOT_PASSED,
        [JOURNAL_UNRESOLVED] = SERVICE_EVENT_UNRESOLVED,
        [JOURNAL_UNDONE] = SERVICE_EVENT_UNDONE,
        [JOURNAL_STAFF_RELEASE] = SERVICE_EVENT_STAFF_RELEASE,
        [JOURNAL_ALARM] = SERVICE_EVENT_ALARM,
        [JOURNAL_ALARM_END] = SERVICE_EVENT_ALARM_END,
        [JOURNAL_MODE] = SERVICE_EVENT_MODE,
        [JOURNAL_FIRE] = SERVICE_EVENT_FIRE,
        [JOURNAL_LOCKDOWN] = SERVICE_EVENT_LOCKDOWN,
        [JOURNAL_TAMPER] = SERVICE_EVENT_TAMPER,
        [JOURNAL_REQUEST_TO_EXIT] = SERVICE_EVENT_REQUEST_TO_EXIT,
        [JOURNAL_FREE_PASSAGE] = SERVICE_EVENT_FREE_PASSAGE,
        [JOURNAL_READER_LOST] = SERVICE_EVENT_READER_LOST,
        [JOURNAL_READER_BACK] = SERVICE_EVENT_READER_BACK,
        [JOURNAL_LIST_STATE] = SERVICE_EVENT_LIST_STATE,
        [JOURNAL_CLOCK] = SERVICE_EVENT_CLOCK,
        [JOURNAL_RECOVERED] = SERVICE_EVENT_RECOVERED,
        [JOURNAL_ERASED] = SERVICE_EVENT_ERASED,
        [JOURNAL_STAFF_ACT] = SERVICE_EVENT_STAFF_ACT,
    };
    return (unsigned)kind < JOURNAL_KINDS ? kinds[kind] : SERVICE_EVENT_OTHER;
}

/* As much as fits; a text that is longer is cut, not left out. */
static void take_text(const struct pack_field *field, char *ret_text, size_t size)
{
    char text[SHELL_TEXT_SIZE];
    size_t n = !field->is_bytes ? 0 : field->len < sizeof(text) - 1 ? field->len : sizeof(text) - 1;
    memcpy(text, field->data, n);
    text[n] = '\0';
    (void)text_copy(ret_text, size, text);
}

/* Who and why; a decision's record is another's, and large. */
static void take_words(const struct journal_event *from, struct service_event *to)
{
    struct unpack u;
    struct pack_field field;
    if (from->kind == JOURNAL_DECISION || from->record_len == 0) {
        return;
    }
    unpack_init(&u, from->record, from->record_len);
    while (unpack_next(&u, &field)) {
        if (field.is_bytes && field.tag == GATE_RECORD_WHO) {
            take_text(&field, to->who, sizeof(to->who));
        } else if (field.is_bytes && field.tag == GATE_RECORD_WHY) {
            take_text(&field, to->why, sizeof(to->why));
        }
    }
}

static int take_event(const struct journal_event *from, void *user)
{
    struct shell_face *f = user;
    char card[CARD_TEXT_SIZE] = "";
    if (f->n_events == SERVICE_EVENTS_MAX) {
        return 1;
    }
    struct service_event *to = &f->events[f->n_events++];
    *to = (struct service_event){.seq = from->seq,
                                 .utc_us = from->utc_us,
                                 .kind = event_kind(from->kind),
                                 .code = from->code,
                                 .line_us = from->line_us};
    (void)text_copy(to->lane, sizeof(to->lane), from->lane);
    (void)text_copy(to->detail, sizeof(to->detail), from->detail);
    if (from->card.form != CARD_NONE) {
        card_format(&from->card, card);
        text_mask_card(card, to->card, sizeof(to->card));
    }
    take_words(from, to);
    return 0;
}

static void read_journal(struct shell_face *f, int64_t after)
{
    struct journal_db *journal = facts_journal(f->services->facts);
    int64_t last = journal ? journal_db_last_seq(journal) : 0;
    int64_t newest_from = last - SERVICE_EVENTS_MAX;
    f->n_events = 0;
    if (last > after) {
        (void)journal_db_read(journal, after > newest_from ? after : newest_from, SERVICE_EVENTS_MAX, take_event, f);
    }
    shell_journal(&f->shell, f->events, f->n_events, f->now.boot_us);
}

/* This process. */

static void tell_self(struct shell_face *f)
{
    long pages = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (file) {
        if (fscanf(file, "%ld %ld", &pages, &resident) != 2) { /* NOLINT(cert-err34-c): the kernel's own figures */
            resident = 0;
        }
        (void)fclose(file);
    }
    struct service_self self = {.pid = getpid(),
                                .up_s = (f->now.boot_us - f->started_us) / US_PER_S,
                                .cpu_us = clock_cpu_us(),
                                .memory_kb = resident * (sysconf(_SC_PAGESIZE) / 1024)};
    shell_self(&f->shell, &self, f->now.boot_us);
}

/* The face. */

static void carry_out(struct shell_face *f)
{
    uint64_t id;
    for (struct shell_wish wish; shell_next_wish(&f->shell, &wish);) {
        switch (wish.kind) {
        case SHELL_WISH_PIN:
            compare_pin(f, &wish);
            explicit_bzero(wish.pin, sizeof(wish.pin));
            break;
        case SHELL_WISH_CARD:
            find_card(f, wish.card);
            break;
        case SHELL_WISH_RELEASE:
        case SHELL_WISH_MODE:
        case SHELL_WISH_LOCKDOWN:
            ask_gate(f, &wish);
            break;
        case SHELL_WISH_NOTE:
            (void)link_note(f->services->link, wish.lane, wish.who, wish.why, &id);
            break;
        case SHELL_WISH_CHECKS:
            link_want_checks(f->services->link, wish.on);
            break;
        case SHELL_WISH_JOURNAL:
            read_journal(f, wish.seq);
            break;
        case SHELL_WISH_SOUND:
            f->services->play(f->services->user, wish.sound);
            break;
        }
    }
}

static void step(struct shell_face *f, struct face_now now)
{
    f->now = now;
    shell_time(&f->shell, now.boot_us, now.utc_us);
}

static void set_branch(struct shell_face *f)
{
    const struct list_branch *branch = facts_branch(f->services->facts);
    if (branch) {
        (void)text_copy(f->settings.branch, sizeof(f->settings.branch), branch->name);
        f->settings.zone = branch->zone;
    }
}

static int open_face(const struct face_config *config, const struct face_services *services, struct face_now now,
                     void **ret_face)
{
    struct shell_face *f = calloc(1, sizeof(*f));
    if (!f) {
        return -ENOMEM;
    }
    f->services = services;
    f->now = now;
    f->started_us = now.boot_us;
    shell_settings_init(&f->settings, config->kind == FACE_SERVICE ? SHELL_SERVICE : SHELL_DESK);
    f->settings.language = services->config->language;
    f->settings.sign_out_us = config->sign_out_us;
    (void)text_copy(f->settings.sign_in_reader, sizeof(f->settings.sign_in_reader), config->sign_in_reader);
    (void)text_copy(f->settings.version, sizeof(f->settings.version), STILE_VERSION);
    set_branch(f);
    shell_init(&f->shell, &f->settings, now.boot_us, now.utc_us);
    read_staff(f);
    *ret_face = f;
    return 0;
}

static void close_face(void *face)
{
    struct shell_face *f = face;
    if (f) {
        explicit_bzero(&f->shell.sign_in.pin, sizeof(f->shell.sign_in.pin));
        free(f);
    }
}

static void on_link(void *face, const struct link_event *event, struct face_now now)
{
    static const enum shell_link states[] = {[LINK_STARTING] = SHELL_LINK_STARTING,
                                             [LINK_CONNECTED] = SHELL_LINK_CONNECTED,
                                             [LINK_GONE] = SHELL_LINK_GONE,
                                             [LINK_SILENT] = SHELL_LINK_SILENT};
    struct shell_face *f = face;
    step(f, now);
    switch (event->kind) {
    case LINK_EVENT_STATE:
        shell_link(&f->shell, states[event->state.state], now.boot_us);
        break;
    case LINK_EVENT_NEWS:
        shell_news(&f->shell, event->news, now.boot_us);
        break;
    case LINK_EVENT_STATUS:
        if (f->shell.settings.kind == SHELL_SERVICE && f->shell.signed_in) {
            tell_self(f);
        }
        shell_status(&f->shell, event->status, now.boot_us);
        break;
    case LINK_EVENT_CHECKS:
        shell_checks(&f->shell, event->checks, now.boot_us);
        break;
    case LINK_EVENT_ANSWER:
        take_answer(f, &event->answer);
        break;
    }
    carry_out(f);
}

/* Also when the list has changed in any way: who may sign in stands there. */
static void on_branch(void *face)
{
    struct shell_face *f = face;
    set_branch(f);
    shell_branch(&f->shell, &f->settings);
    read_staff(f);
    carry_out(f);
}

static void on_photo(void *face, int64_t customer)
{
    (void)face;
    (void)customer;
}

static void on_pin(void *face, int64_t ticket, bool matches, struct face_now now)
{
    struct shell_face *f = face;
    if (f->ticket != ticket || ticket == 0) {
        return; /* another face's */
    }
    f->ticket = 0;
    step(f, now);
    shell_pin(&f->shell, f->asked, true, matches, now.boot_us);
    carry_out(f);
}

static bool on_touch(void *face, struct face_now now)
{
    (void)face;
    (void)now;
    return false;
}

static void on_input(void *face, const struct input_event *event, struct ui *ui, struct face_now now)
{
    struct shell_face *f = face;
    struct rect all = ui_bounds(ui);
    step(f, now);
    shell_input(&f->shell, event, all.w, all.h, now.boot_us);
    carry_out(f);
}

static void on_intent(void *face, const struct intent *intent, struct ui *ui, struct face_now now)
{
    struct shell_face *f = face;
    step(f, now);
    shell_on(&f->shell, intent, ui, now.boot_us);
    carry_out(f);
}

static void on_time(void *face, struct face_now now)
{
    struct shell_face *f = face;
    step(f, now);
    carry_out(f);
}

static int64_t deadline(const void *face)
{
    const struct shell_face *f = face;
    return shell_deadline(&f->shell);
}

static void view(const void *face, struct ui *ui)
{
    const struct shell_face *f = face;
    shell_view(&f->shell, ui);
}

const struct face_ops shell_face_ops = {
    .open = open_face,
    .close = close_face,
    .link = on_link,
    .branch = on_branch,
    .photo = on_photo,
    .pin = on_pin,
    .touch = on_touch,
    .input = on_input,
    .intent = on_intent,
    .time = on_time,
    .deadline = deadline,
    .view = view,
};
