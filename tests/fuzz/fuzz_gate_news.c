/* Whatever decodes can be shown: texts end, are UTF-8 and have no control characters, counts and enums keep their
 * bounds. The first byte chooses news, status or checks. */

#include "model/checks.h"
#include "model/news.h"
#include "model/status.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool held)
{
    if (!held) {
        abort();
    }
}

static void text(const char *text, size_t size)
{
    size_t n = strnlen(text, size);
    must(n < size && text_is_utf8(text, n));
}

#define TEXT(array) text((array), sizeof(array))

static void try_news(const char *json, size_t n)
{
    struct gate_news news;
    if (news_decode(json, n, &news) < 0) {
        return;
    }
    TEXT(news.unit);
    TEXT(news.lane);
    TEXT(news.reader);
    TEXT(news.point);
    TEXT(news.card);
    TEXT(news.product);
    TEXT(news.name);
    TEXT(news.message);
    TEXT(news.notice_name);
    TEXT(news.event);
    TEXT(news.detail);
    must((unsigned)news.phase < NEWS_PHASES && (unsigned)news.notice < NOTICES);
    must((unsigned)news.code <= ACCESS_CODES && (unsigned)news.cure <= ACCESS_CURE_SYNC);
    must((news.phase == NEWS_GRANTED) <= (news.code == ACCESS_GRANTED));
    must((news.phase == NEWS_DENIED) <= (news.code != ACCESS_GRANTED));
    must((unsigned)news.side <= NEWS_SIDE_OUT && (unsigned)news.entitlement <= NEWS_PUNCH_CARD);
    must(news.until_day == DAY_NONE || (news.until_day >= DAY_MIN && news.until_day <= DAY_MAX));
    must(news.clips_left >= -1 && news.boot_us >= 0 && news.customer >= 0);
    must(news.n_warnings <= ACCESS_WARNINGS_MAX);
    for (size_t i = 0; i < news.n_warnings; i++) {
        must((unsigned)news.warnings[i].kind < ACCESS_WARN_KINDS);
        must((unsigned)news.warnings[i].source <= ACCESS_FROM_CLOCK);
    }
}

static void try_status(const char *json, size_t n)
{
    struct gate_status status;
    if (status_decode(json, n, &status) < 0) {
        return;
    }
    TEXT(status.unit);
    TEXT(status.version);
    TEXT(status.configuration);
    TEXT(status.lines.chip);
    TEXT(status.lines.fault);
    TEXT(status.list.path);
    TEXT(status.journal.path);
    TEXT(status.journal.error);
    must((unsigned)status.list.state <= STATUS_LIST_ERROR);
    must(status.n_lanes <= STATUS_LANES_MAX && status.n_readers <= STATUS_READERS_MAX);
    must(status.n_zones <= STATUS_ZONES_MAX);
    for (size_t i = 0; i < status.n_lanes; i++) {
        TEXT(status.lanes[i].name);
        TEXT(status.lanes[i].alarm);
        must((unsigned)status.lanes[i].state <= LANE_STATES && (unsigned)status.lanes[i].mode <= STATUS_MODE_LOCKED);
    }
    for (size_t i = 0; i < status.n_readers; i++) {
        TEXT(status.readers[i].name);
        TEXT(status.readers[i].point);
        TEXT(status.readers[i].lane);
        TEXT(status.readers[i].device);
        TEXT(status.readers[i].chip);
        TEXT(status.readers[i].fault);
    }
    for (size_t i = 0; i < status.n_zones; i++) {
        TEXT(status.zones[i].name);
        must(status.zones[i].id >= 0 && status.zones[i].people >= 0 && status.zones[i].limit >= 0);
    }
}

static void try_checks(const char *json, size_t n)
{
    static struct gate_checks checks;
    if (checks_decode(json, n, &checks) < 0) {
        return;
    }
    must(checks.n <= CHECKS_MAX);
    for (size_t i = 0; i < checks.n; i++) {
        must((unsigned)checks.list[i].kind <= CHECK_CLOCK);
        TEXT(checks.list[i].name);
        TEXT(checks.list[i].text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    /* A copy of its own size: a byte read beyond it is seen. */
    size_t n = size - 1;
    char *json = malloc(n ? n : 1);
    if (!json) {
        return 0;
    }
    memcpy(json, data + 1, n);
    switch (data[0] % 3) {
    case 0:
        try_news(json, n);
        break;
    case 1:
        try_status(json, n);
        break;
    default:
        try_checks(json, n);
        break;
    }
    free(json);
    return 0;
}
