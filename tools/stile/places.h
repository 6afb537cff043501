#pragma once

/* The names of access points, and the branch's clock: the journal knows points by their number only. */

#include "stile/cli.h"

#include "core/zone.h"

struct places {
    size_t n;
    int64_t ids[GATE_READERS_MAX];
    char names[GATE_READERS_MAX][GATE_NAME_SIZE];
    bool has_zone;
    struct zone zone; /* of the first point's branch */
};

/** Looks the configuration's points up in the list. Says nothing when either can't be read: the numbers then stay
 * numbers, and times are UTC. */
void places_load(const struct cli *cli, struct places *ret_places);
/** As places_load, for a list that is open already. */
void places_read(const struct gate_config *config, struct list_db *list, struct places *ret_places);
/** @return the point's name, or NULL. */
const char *places_name(const struct places *places, int64_t point_id);
/** Writes "2014-05-31 17:00:00" by the branch's clock, or with a Z when it isn't known. */
void places_time(const struct places *places, int64_t utc_us, char ret_text[INSTANT_TEXT_SIZE]);
