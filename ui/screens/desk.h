#pragma once

/* The desk's pages: what happens at the entrance, who needs help, and the lanes; the pages of customers, till and cards
 * say what they will be. A part of `struct shell`. */

#include "gfx/geometry.h"
#include "model/news.h"
#include "widgets/ui.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct shell;

enum desk_page { DESK_HOME, DESK_CUSTOMERS, DESK_TILL, DESK_CARDS, DESK_PAGES };

enum { DESK_TAPS_MAX = 200 };
#define DESK_HELP_US INT64_C(600000000) /* so long a denied tap is offered for help */

enum desk_result { DESK_GRANTED, DESK_PASSED, DESK_NOT_PASSED, DESK_DENIED };

/* A tap at the entrance. */
struct desk_tap {
    int64_t at_us, utc_us;
    int64_t grant; /* 0: none */
    enum desk_result result;
    enum access_code code;
    enum access_cure cure;
    int32_t until_day;
    int64_t opens_utc_us;
    int64_t customer;
    bool staff;
    enum news_side side;
    char lane[NEWS_NAME_SIZE];
    char card[CARD_TEXT_SIZE];
    char name[ACCESS_NAME_SIZE];
    char product[ACCESS_NAME_SIZE];
};

struct desk {
    struct desk_tap taps[DESK_TAPS_MAX]; /* a ring */
    size_t first, n; /* first: the oldest */
    int64_t helped_us; /* boot time of the newest denial that was dismissed */
};

void desk_news(struct shell *shell, const struct gate_news *news, int64_t now_us);
/** The newest first. @i below desk.n. */
const struct desk_tap *desk_tap(const struct desk *desk, size_t i);
/** The denied tap that is offered for help; NULL: none. */
const struct desk_tap *desk_help(const struct desk *desk, int64_t now_us);
int64_t desk_deadline(const struct shell *shell);

void desk_home_view(const struct shell *shell, struct ui *ui, struct rect rect);
void desk_home_on(struct shell *shell, const struct intent *intent, int64_t now_us);
/** A page that is yet to come. */
void desk_later_view(const struct shell *shell, struct ui *ui, struct rect rect);
