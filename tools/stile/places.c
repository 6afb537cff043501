#include "stile/places.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

void places_read(const struct gate_config *config, struct list_db *list, struct places *ret_places)
{
    *ret_places = (struct places){0};
    for (size_t i = 0; i < config->n_readers; i++) {
        struct list_point point;
        struct list_branch branch;
        if (list_db_point(list, config->readers[i].point, &point) != 0) {
            continue;
        }
        ret_places->ids[ret_places->n] = point.id;
        (void)text_copy(ret_places->names[ret_places->n], GATE_NAME_SIZE, point.name);
        ret_places->n++;
        if (!ret_places->has_zone && list_db_branch(list, point.branch_id, &branch) == 0) {
            ret_places->zone = branch.zone;
            ret_places->has_zone = true;
        }
    }
}

void places_load(const struct cli *cli, struct places *ret_places)
{
    char error[GATE_ERROR_SIZE];
    *ret_places = (struct places){0};
    _cleanup_free_ struct gate_config *own = cli->config ? NULL : calloc(1, sizeof(*own));
    if (own && gate_config_load(cli->config_path, own, error) < 0) {
        return;
    }
    const struct gate_config *config = cli->config ? cli->config : own;
    _cleanup_(list_db_closep) struct list_db *list = NULL;
    if (config && list_db_open(cli->list_path ? cli->list_path : config->list_path, LIST_DB_READ, &list) == 0) {
        places_read(config, list, ret_places);
    }
}

const char *places_name(const struct places *places, int64_t point_id)
{
    for (size_t i = 0; i < places->n; i++) {
        if (places->ids[i] == point_id) {
            return places->names[i];
        }
    }
    return NULL;
}

/* Days that the calendar doesn't reach: a clock that isn't set may say anything. */
static bool in_calendar(int64_t utc_us)
{
    return utc_us / US_PER_DAY > DAY_MIN && utc_us / US_PER_DAY < DAY_MAX;
}

void places_time(const struct places *places, int64_t utc_us, char ret_text[INSTANT_TEXT_SIZE])
{
    if (!in_calendar(utc_us)) {
        (void)snprintf(ret_text, INSTANT_TEXT_SIZE, "no time");
        return;
    }
    struct local_time t = zone_local(&places->zone, utc_us); /* without a zone: UTC */
    char day[DATE_TEXT_SIZE];
    date_format(t.day, day);
    (void)snprintf(ret_text, INSTANT_TEXT_SIZE, "%s %02d:%02d:%02d%s", day, t.second / 3600 % 24, t.second / 60 % 60,
                   t.second % 60, places->has_zone ? "" : "Z");
}
