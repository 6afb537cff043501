#include "service_unit.h"

#include "base/clock.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { INPUTS = 8, TAPS = 48 };

static const char *const inputs[INPUTS] = {"entry contact_a",   "entry contact_b",      "entry fire",    "entry tamper",
                                           "door door_contact", "door request_to_exit", "door lockdown", "door tamper"};

static void fill_lanes(struct gate_status *status)
{
    status->n_lanes = 2;
    status->lanes[0] = (struct status_lane){
        .name = "entry", .state = LANE_S_RELEASED_IN, .mode = STATUS_MODE_NORMAL, .release_in = true};
    status->lanes[1] = (struct status_lane){.name = "door", .state = LANE_S_LOCKED, .mode = STATUS_MODE_NORMAL};
    status->n_readers = 2;
    status->readers[0] = (struct status_reader){.name = "entry-in",
                                                .point = "1",
                                                .lane = "entry",
                                                .device = "pn532_uart:/dev/ttyAMA0:115200",
                                                .working = true,
                                                .pid = 812,
                                                .heard_ms = 120,
                                                .lag_us = 410,
                                                .answer_us = 21300,
                                                .chip = "PN532 v1.6",
                                                .no_new_privs = true,
                                                .landlock = true,
                                                .seccomp = true,
                                                .memory_kb = 3412};
    status->readers[1] = status->readers[0];
    (void)text_copy(status->readers[1].name, sizeof(status->readers[1].name), "door-out");
    (void)text_copy(status->readers[1].lane, sizeof(status->readers[1].lane), "door");
    (void)text_copy(status->readers[1].device, sizeof(status->readers[1].device), "acr122_usb:001:004");
    status->readers[1].out = true;
    status->readers[1].restarts = 3;
    status->n_zones = 1;
    status->zones[0] = (struct status_zone){.id = 1, .people = 42, .limit = 120};
    (void)text_copy(status->zones[0].name, sizeof(status->zones[0].name), "Gym");
}

static void fill_status(struct gate_status *status)
{
    *status = (struct gate_status){.unit = "unit-7", .version = "1.4.0", .configuration = "5f0c3a9e21"};
    status->utc_us = UNIT_UTC_US;
    status->boot_us = UNIT_NOW_US;
    status->process.pid = 700;
    status->process.up_s = 93784;
    status->process.memory_kb = 7460;
    status->clock.trusted = status->clock.synchronised = true;
    status->lines.working = true;
    (void)text_copy(status->lines.chip, sizeof(status->lines.chip), "gpiochip0");
    status->list.state = STATUS_LIST_OK;
    status->list.version = 10482;
    status->list.epoch = 3;
    status->list.age_s = 125;
    status->list.synced_utc_us = UNIT_UTC_US - 125 * US_PER_S;
    (void)text_copy(status->list.path, sizeof(status->list.path), "/var/lib/stile/list.db");
    (void)text_copy(status->journal.path, sizeof(status->journal.path), "/var/lib/stile/journal.db");
    status->journal.epoch = 1;
    status->journal.seq = 31204;
    status->journal.written = 1204;
    status->keys = true;
    status->emergency_cards = 4;
    status->clients = 2;
    fill_lanes(status);
}

void service_unit_input(struct shell *shell, const char *name, bool active, int64_t now_us)
{
    struct gate_checks checks = {.ok = true, .n = INPUTS + 1};
    checks.list[INPUTS] = (struct gate_check){.kind = CHECK_CLOCK, .name = "wall clock", .ok = true, .text = "ok"};
    for (size_t i = 0; i < INPUTS; i++) {
        struct gate_check *check = &checks.list[i];
        bool on = strcmp(inputs[i], name) == 0 ? active : false;
        for (size_t k = 0; k < shell->service.n_inputs; k++) {
            const struct service_input *known = &shell->service.inputs[k];
            on = strcmp(inputs[i], name) != 0 && strcmp(known->name, inputs[i]) == 0 ? known->active : on;
        }
        *check = (struct gate_check){.kind = CHECK_INPUT, .ok = true};
        (void)text_copy(check->name, sizeof(check->name), inputs[i]);
        (void)text_copy(check->text, sizeof(check->text), on ? "active" : "inactive");
    }
    shell_checks(shell, &checks, now_us);
}

void service_unit_tap(struct shell *shell, const char *reader, int64_t tap_us, int64_t now_us)
{
    struct gate_news news = {.phase = NEWS_RELEASED,
                             .boot_us = now_us,
                             .utc_us = UNIT_UTC_US,
                             .code = ACCESS_CODES,
                             .clips_left = -1,
                             .line_us = tap_us / 3,
                             .tap_us = tap_us,
                             .until_day = DAY_NONE,
                             .list_age_s = -1};
    (void)text_copy(news.reader, sizeof(news.reader), reader);
    shell_news(shell, &news, now_us);
}

static void fill_journal(struct shell *shell)
{
    static const struct service_event events[] = {
        {.kind = SERVICE_EVENT_START, .line_us = -1, .detail = "version=1.4.0 configuration=5f0c3a9e21"},
        {.kind = SERVICE_EVENT_LIST_STATE, .line_us = -1, .detail = "ok"},
        {.kind = SERVICE_EVENT_READER_LOST, .line_us = -1, .lane = "door", .detail = "silent"},
        {.kind = SERVICE_EVENT_READER_BACK, .line_us = -1, .lane = "door"},
        {.kind = SERVICE_EVENT_DECISION,
         .line_us = -1,
         .code = ACCESS_CARD_EXPIRED,
         .lane = "entry",
         .card = "04a1..9c"},
        {.kind = SERVICE_EVENT_STAFF_RELEASE,
         .line_us = -1,
         .lane = "entry",
         .who = "Ada Berg",
         .why = "Forgot the card"},
        {.kind = SERVICE_EVENT_ALARM, .line_us = -1, .lane = "entry", .detail = "tailgate"},
        {.kind = SERVICE_EVENT_DECISION, .line_us = -1, .code = ACCESS_GRANTED, .lane = "entry", .card = "04b7..1e"},
        {.kind = SERVICE_EVENT_RELEASED, .line_us = 12600, .lane = "entry"},
        {.kind = SERVICE_EVENT_PASSED, .line_us = -1, .lane = "entry", .detail = "in"},
    };
    struct service_event all[sizeof(events) / sizeof(events[0])];
    size_t n = sizeof(events) / sizeof(events[0]);
    memcpy(all, events, sizeof(events));
    for (size_t i = 0; i < n; i++) {
        all[i].seq = (int64_t)i + 31195;
        all[i].utc_us = UNIT_UTC_US - (int64_t)(n - i) * 37 * US_PER_S;
    }
    shell_journal(shell, all, n, UNIT_NOW_US);
}

void service_unit_page(struct shell *shell, enum service_page page)
{
    shell_open_page(shell, (int)page, UNIT_NOW_US);
    service_unit_input(shell, "entry fire", true, UNIT_NOW_US);
    service_unit_input(shell, "door door_contact", true, UNIT_NOW_US);
}

void service_unit(struct shell *ret_shell)
{
    struct shell_settings settings;
    struct gate_status status;
    struct shell_staff staff = {.id = 5, .name = "Ada Berg", .role = SHELL_TECHNICIAN, .language = LANGUAGE_EN};
    shell_settings_init(&settings, SHELL_SERVICE);
    (void)text_copy(settings.version, sizeof(settings.version), "1.4.0");
    shell_init(ret_shell, &settings, UNIT_NOW_US, UNIT_UTC_US);
    fill_status(&status);
    shell_staff(ret_shell, &staff, 1, UNIT_NOW_US);
    shell_link(ret_shell, SHELL_LINK_CONNECTED, UNIT_NOW_US);
    shell_status(ret_shell, &status, UNIT_NOW_US);
    shell_sign_in(ret_shell, &staff, UNIT_NOW_US);
    for (int i = 0; i < TAPS; i++) {
        service_unit_tap(ret_shell, "entry-in", (22 + (i * 37 + i * i * 11) % 26) * US_PER_MS, UNIT_NOW_US);
    }
    service_unit_tap(ret_shell, "entry-in", 38 * US_PER_MS, UNIT_NOW_US);
    fill_journal(ret_shell);
    shell_self(ret_shell, &(struct service_self){.pid = 900, .up_s = 93000, .memory_kb = 38912}, UNIT_NOW_US);
    (void)service_unit_wishes(ret_shell, SHELL_WISH_NOTE, NULL);
}

int service_unit_wishes(struct shell *shell, enum shell_wish_kind kind, struct shell_wish *ret_last)
{
    struct shell_wish wish;
    int n = 0;
    while (shell_next_wish(shell, &wish)) {
        if (wish.kind == kind) {
            n++;
            if (ret_last) {
                *ret_last = wish;
            }
        }
    }
    return n;
}
