#pragma once

/* An invented chain of two branches as an access list (NDJSON, db/README.md): points, products, rights, staff, opening hours,
 * the people of the morning (photos of a few) and as many further members as asked for. The same options give the same
 * list. */

#include <stdint.h>
#include <stdio.h>

#define CHAIN_ZONE     "CET-1CEST,M3.5.0,M10.5.0/3"
#define CHAIN_ENTRANCE "Main entrance"
#define CHAIN_WAY_OUT  "Way out"
#define CHAIN_POOL     "Pool"

/* Who signs in at a screen, with what. */
#define CHAIN_TECHNICIAN     "Anna"
#define CHAIN_TECHNICIAN_PIN "2468"
#define CHAIN_STAFF          "Erik"
#define CHAIN_STAFF_PIN      "1357"

enum { CHAIN_POINT_ENTRANCE = 1, CHAIN_POINT_WAY_OUT, CHAIN_POINT_POOL, CHAIN_POINT_HARBOUR };
enum { CHAIN_TOO_SOON_S = 2, CHAIN_CARD_TEXT_SIZE = 24 };

struct chain_options {
    int32_t today; /* in the branches' zone */
    unsigned members; /* beside the people with a part */
};

/** Writes the list. @return 0; -EIO when the stream fails; -ENOMEM when a photo can't be made. */
int chain_write(FILE *out, const struct chain_options *options);
/** The card of the @nth further member (from 0): a UID in hex. */
void chain_member_card(unsigned nth, char ret_card[CHAIN_CARD_TEXT_SIZE]);
/** True when the @nth further member may walk in at the main entrance today. */
int chain_member_is_welcome(unsigned nth);
