#pragma once

/* The cards in the rack: one for each person of the morning, and those that nobody should have. */

#include "morning/people.h"

#include <stddef.h>

enum rack_card_kind {
    RACK_PERSONS, /* a person's own */
    RACK_UNKNOWN, /* a number that no list knows */
    RACK_CLONE, /* a person's number on a simple card */
    RACK_FORGERY, /* a person's number on a secure card with another key */
    RACK_ROGUE /* makes libnfc crash */
};

/* What happens with it at the main entrance when all else is well. */
enum rack_card_group { RACK_LET_IN, RACK_STAFFS, RACK_KEPT_OUT, RACK_TRICKS, RACK_CARD_GROUPS };

struct rack_card {
    enum rack_card_kind kind;
    enum rack_card_group group;
    const struct person *person; /* NULL: nobody's */
    const char *number; /* hex */
};

/** @return how many there are. */
size_t rack_cards_count(void);
/** The @nth, from 0: in their groups' order. */
struct rack_card rack_card(size_t nth);
/** @return the first with this number, or -1. */
int rack_card_find(const char *number);
/** Who it says it belongs to, and what is special about it; both in the language in force. */
const char *rack_card_name(const struct rack_card *card);
const char *rack_card_special(const struct rack_card *card);
/** What a group is called. */
const char *rack_card_group_name(enum rack_card_group group);
