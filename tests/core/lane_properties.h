#pragma once

/* What must hold of a lane whatever happens, weighed on random walks with fixed seeds. Linked with the product's lane.c
 * by test_lane_properties.c and with changed tables by mutate_lane.c. */

#include "core/lane.h"

#include <stddef.h>
#include <stdint.h>

enum { LANE_WALKS = 6 };

struct lane_walk {
    const char *name;
    struct lane_config config;
};

/* Every kind of lane: two contacts, one, none; a door with and without its contact; limits in unusual orders. */
extern const struct lane_walk lane_walks[LANE_WALKS];

/* How a walk ended that broke a property. */
struct lane_breach {
    const char *property; /* NULL: none was broken */
    unsigned step;
    enum lane_state state; /* before the event */
    enum lane_event_kind event;
};

/** Walks @steps events. @return the first breach. */
struct lane_breach lane_properties_walk(const struct lane_config *config, uint64_t seed, unsigned steps);
