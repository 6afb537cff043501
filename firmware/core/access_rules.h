#pragma once

/* The rules behind access_decide: one function each, in two tables whose order is the product's. For
 * firmware/core/access.c alone. */

#include "core/access.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What follows from the query alone and several rules need. */
struct access_facts {
    const struct access_query *query;
    int32_t today; /* at the branch */
    int64_t list_age_s; /* -1: not known */
    struct visit_presence presence; /* as it counts today */
    bool staff; /* a staff or emergency card */
    bool inside; /* on the way out, and known to be inside */
    bool passback; /* anti-passback objects, on whichever way */
};

/* @entitlement is NULL in a rule of card and person. Where a failed rule has a day to tell, it writes *ret_day. */
typedef enum access_outcome access_check(const struct access_facts *facts, const struct access_entitlement *entitlement,
                                         int32_t *ret_day);

struct access_rule {
    enum access_code code;
    access_check *check;
};

enum { ACCESS_CARD_RULES = 8, ACCESS_ENTITLEMENT_RULES = 15 };

extern const struct access_rule access_card_rules[ACCESS_CARD_RULES];
extern const struct access_rule access_entitlement_rules[ACCESS_ENTITLEMENT_RULES];

void access_facts_init(const struct access_query *query, struct access_facts *ret_facts);
/** What using this entitlement would take on this passage. */
enum visit_cost access_cost(const struct access_facts *facts, const struct access_entitlement *entitlement);
/** When one of the entitlement's rights for the way walked opens next; INT64_MAX: never. */
int64_t access_opens(const struct access_facts *facts, const struct access_entitlement *entitlement);
