#include "db/journal_json.h"

#include "base/clock.h"
#include "core/access.h"
#include "core/date.h"

#include <cjson/cJSON.h>

#include <stdio.h>

enum { TIME_SIZE = 40 };

/* A clock that isn't set may say anything: years beyond the calendar give an empty text. */
static void format_utc(int64_t utc_us, char ret_text[TIME_SIZE])
{
    int64_t day = utc_us / US_PER_DAY - (utc_us % US_PER_DAY < 0 ? 1 : 0);
    int64_t rest = utc_us - day * US_PER_DAY;
    ret_text[0] = '\0';
    if (day >= DAY_MIN && day <= DAY_MAX) {
        int year = 0;
        int month = 0;
        int mday = 0;
        date_civil((int32_t)day, &year, &month, &mday);
        (void)snprintf(ret_text, TIME_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", year, month, mday,
                       (int)(rest / US_PER_HOUR), (int)(rest / US_PER_MIN % 60), (int)(rest / US_PER_S % 60),
                       (int)(rest / US_PER_MS % 1000));
    }
}

static const char *phase(const struct journal_event *e)
{
    switch (e->kind) {
    case JOURNAL_DECISION:
        return e->code == ACCESS_GRANTED ? "granted" : "denied";
    case JOURNAL_RELEASED:
    case JOURNAL_PASSED:
    case JOURNAL_NOT_PASSED:
    case JOURNAL_UNRESOLVED:
    case JOURNAL_UNDONE:
        return journal_kind_text(e->kind);
    default:
        return NULL;
    }
}

/* All of these answer NULL when memory is short; the object is then given up as a whole. */
/* Beyond 15 digits cJSON's doubles round, or turn to 1e+15: such a number is written digit by digit. */
static bool number(cJSON *o, const char *name, int64_t value)
{
    static const int64_t exact = INT64_C(999999999999999);
    char digits[TIME_SIZE];
    if (value >= -exact && value <= exact) {
        return cJSON_AddNumberToObject(o, name, (double)value) != NULL;
    }
    (void)snprintf(digits, sizeof(digits), "%lld", (long long)value);
    return cJSON_AddRawToObject(o, name, digits) != NULL;
}

static bool text(cJSON *o, const char *name, const char *value)
{
    return !value || value[0] == '\0' || cJSON_AddStringToObject(o, name, value) != NULL;
}

static bool add_code(cJSON *o, const struct journal_event *e)
{
    if (e->kind == JOURNAL_DECISION) {
        return text(o, "verdict", phase(e)) && text(o, "code", access_code_text((enum access_code)e->code));
    }
    return e->code == 0 || number(o, "code", e->code);
}

static bool fill(cJSON *o, const struct journal_event *e, const char *point_name)
{
    char time[TIME_SIZE];
    char card[CARD_TEXT_SIZE] = "";
    format_utc(e->utc_us, time);
    if (e->card.form != CARD_NONE) {
        card_format(&e->card, card);
    }
    bool good = number(o, "seq", e->seq) && number(o, "epoch", e->epoch) && text(o, "time", time) &&
                text(o, "kind", journal_kind_text(e->kind)) && text(o, "phase", phase(e)) &&
                (e->grant == 0 || number(o, "grant", (int64_t)e->grant)) && text(o, "lane", e->lane);
    if (point_name && point_name[0] != '\0') {
        good = good && text(o, "point", point_name);
    } else if (e->point_id != 0) {
        good = good && number(o, "point", e->point_id);
    }
    return good && add_code(o, e) && text(o, "card", card) && (e->holder == 0 || number(o, "holder", e->holder)) &&
           text(o, "detail", e->detail) &&
           (e->line_us < 0 || e->kind != JOURNAL_RELEASED || number(o, "line_us", e->line_us)) &&
           (e->ref == 0 || number(o, "ref", e->ref)) && (!e->erased || cJSON_AddTrueToObject(o, "erased"));
}

struct cJSON *journal_json(const struct journal_event *event, const char *point_name)
{
    cJSON *object = cJSON_CreateObject();
    if (object && !fill(object, event, point_name)) {
        cJSON_Delete(object);
        object = NULL;
    }
    return object;
}
