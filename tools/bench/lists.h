#pragma once

/* Invented access lists of any size, kept in the output folder under their size and the schema's version, so that a
 * second run finds them. The same size gives the same list. */

#include "core/card.h"

#include <stdint.h>

enum { LISTS_POINTS = 4 };

/* What stands on the card with a given index. */
enum lists_kind {
    LISTS_GOLD, /* a running subscription: granted, costs nothing */
    LISTS_LONG, /* the same, with an ended one, freezes and a schedule of three spans besides */
    LISTS_CLIPS, /* a punch card: granted, costs a clip */
    LISTS_SECURE, /* as LISTS_GOLD, but a DESFire card has to prove itself */
    LISTS_UNPAID, /* denied */
};

/* Access points "in1", "out1", ... up to LISTS_POINTS; the "in" ones lead into one hall, the "out" ones out of it. */

/** Makes a list of @cards cards, with a person each, unless it is there. *ret_path (@size bytes) is its file.
 * @return 0 with *ret_made_us (0: it was there), or a negative errno. */
int lists_make(const char *folder, int64_t cards, char *ret_path, size_t size, int64_t *ret_made_us);
/** The card with index @i of a list of @cards. */
struct card_number lists_card(int64_t cards, int64_t i);
enum lists_kind lists_kind(int64_t cards, int64_t i);
/** The number of the person who has it; a punch card has its own. */
int64_t lists_person(int64_t cards, int64_t i);
/** The next index at or after @i, around the end, of a card of this kind. */
int64_t lists_find(int64_t cards, int64_t i, enum lists_kind kind);

/** The master key and the key of a LISTS_SECURE card's application f50017, key 0, system identifier "bench". */
#define LISTS_MASTER_KEY "00112233445566778899aabbccddeeff"
int lists_card_key(const struct card_number *card, uint8_t ret_key[16]);

/* What changes a list while somebody taps. */
enum lists_change {
    LISTS_CHANGE_STORE, /* transactions of 500 rows with a pause, sorted by key, as a list is kept in step */
    LISTS_CHANGE_IMPORT, /* one import that merges, one transaction */
};

/** In a process of its own: applies @changes changes to the list, again and again, until it is killed. @return its
 * process id, or a negative errno. */
int lists_start_changes(const char *path, int64_t cards, enum lists_change change, int64_t changes);
/** Ends it. @return how many changes it applied, or a negative errno. */
int64_t lists_end_changes(int pid);
