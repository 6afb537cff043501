#include "screens/desk.h"

#include "base/clock.h"
#include "base/text.h"
#include "screens/shell_internal.h"

#include <string.h>

static struct desk_tap *nth(struct desk *desk, size_t newest)
{
    return &desk->taps[(desk->first + desk->n - 1 - newest) % DESK_TAPS_MAX];
}

const struct desk_tap *desk_tap(const struct desk *desk, size_t i)
{
    return &desk->taps[(desk->first + desk->n - 1 - i) % DESK_TAPS_MAX];
}

static struct desk_tap *find_grant(struct desk *desk, int64_t grant)
{
    for (size_t i = 0; grant && i < desk->n; i++) {
        struct desk_tap *tap = nth(desk, i);
        if (tap->grant == grant) {
            return tap;
        }
    }
    return NULL;
}

static void add_tap(struct desk *desk, const struct gate_news *news, int64_t now_us)
{
    if (desk->n == DESK_TAPS_MAX) {
        desk->first = (desk->first + 1) % DESK_TAPS_MAX;
    } else {
        desk->n++;
    }
    struct desk_tap *tap = nth(desk, 0);
    bool denied = news->phase == NEWS_DENIED;
    *tap = (struct desk_tap){.at_us = now_us,
                             .utc_us = news->utc_us,
                             .grant = news->grant,
                             .result = denied ? DESK_DENIED : DESK_GRANTED,
                             .code = news->code,
                             .cure = news->cure,
                             .until_day = news->until_day,
                             .opens_utc_us = news->opens_utc_us,
                             .customer = news->customer,
                             .staff = news->staff,
                             .side = news->side};
    (void)text_copy(tap->lane, sizeof(tap->lane), news->lane);
    (void)text_copy(tap->card, sizeof(tap->card), news->card);
    (void)text_copy(tap->name, sizeof(tap->name), news->name);
    (void)text_copy(tap->product, sizeof(tap->product), news->product);
}

/* A denial that needs nobody: the lane is shut on purpose, or it is cured by waiting a moment. */
static bool needs_help(const struct desk_tap *tap)
{
    return tap->result == DESK_DENIED && tap->code != ACCESS_UNIT_LOCKED && tap->code != ACCESS_TOO_SOON;
}

static bool same_person(const struct desk_tap *a, const struct desk_tap *b)
{
    return (a->customer && a->customer == b->customer) || (a->card[0] && strcmp(a->card, b->card) == 0);
}

void desk_news(struct shell *shell, const struct gate_news *news, int64_t now_us)
{
    struct desk *desk = &shell->desk;
    struct desk_tap *tap = find_grant(desk, news->grant);
    switch (news->phase) {
    case NEWS_GRANTED:
    case NEWS_DENIED:
        add_tap(desk, news, now_us);
        break;
    case NEWS_PASSED:
    case NEWS_NOT_PASSED:
    case NEWS_UNRESOLVED:
        if (tap) {
            tap->result = news->phase == NEWS_PASSED ? DESK_PASSED : DESK_NOT_PASSED;
        }
        break;
    default:
        break;
    }
}

/* The newest denial that nobody has dismissed and after which the person wasn't let in. */
const struct desk_tap *desk_help(const struct desk *desk, int64_t now_us)
{
    for (size_t i = 0; i < desk->n; i++) {
        const struct desk_tap *tap = desk_tap(desk, i);
        if (tap->at_us <= desk->helped_us || tap->at_us + DESK_HELP_US <= now_us) {
            return NULL;
        }
        bool let_in = false;
        for (size_t k = 0; k < i && !let_in; k++) {
            let_in = desk_tap(desk, k)->result != DESK_DENIED && same_person(desk_tap(desk, k), tap);
        }
        if (needs_help(tap) && !let_in) {
            return tap;
        }
    }
    return NULL;
}

int64_t desk_deadline(const struct shell *shell)
{
    const struct desk_tap *tap = desk_help(&shell->desk, shell->now_us);
    return shell->signed_in && shell->settings.kind == SHELL_DESK && tap ? tap->at_us + DESK_HELP_US : US_NEVER;
}

static void ask_reason(struct shell *shell, const char *lane)
{
    shell->sheet = (struct shell_sheet){.kind = SHELL_SHEET_REASON, .side = LANE_IN};
    (void)text_copy(shell->sheet.lane, sizeof(shell->sheet.lane), lane);
}

void desk_home_on(struct shell *shell, const struct intent *intent, int64_t now_us)
{
    const struct desk_tap *help = desk_help(&shell->desk, now_us);
    switch (intent->kind) {
    case DESK_ON_LET_IN:
        if (intent->arg >= 0 && intent->arg < (int64_t)shell->status.n_lanes) {
            ask_reason(shell, shell->status.lanes[intent->arg].name);
        }
        break;
    case DESK_ON_HELP:
        if (help && help->at_us == intent->arg) {
            ask_reason(shell, help->lane);
        }
        break;
    case DESK_ON_DISMISS:
        if (help && help->at_us == intent->arg) {
            shell->desk.helped_us = help->at_us;
        }
        break;
    default:
        break;
    }
}
