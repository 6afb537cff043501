#pragma once

/* Who may come in where the power fails, and what the console is told of it.
 *
 * The console is the memory that no cut takes: what is on it was said before the cut. Each line is one write and ends
 * with ".", so that a line that the cut tore is known. The script `cuts` hands all lines so far to the next start. */

#include "whole.h"

#include <stdint.h>
#include <stdio.h>

enum {
    SITE_PUNCHES = 24, /* punch cards; their ids from SITE_PUNCH_ID on */
    SITE_PUNCH_ID = 100,
    SITE_CLIPS = 40, /* of each when it was sold */
    SITE_MEMBERS = 40, /* customers, ids from 1 on; the first has CARD_IDA, the second CARD_BO */
    SITE_CARD_SIZE = 16
};

/* Access points of the list. */
enum { SITE_IN = 1, SITE_OUT = 2 };

/** Starts the simulators on the databases in @folder, which stay. */
void site_open(struct whole *w, const char *folder);
/** Writes the list anew, as sync number 0 left it. */
void site_write_list(struct whole *w);

/** The number of punch card @i. */
void site_punch(unsigned i, char ret_card[SITE_CARD_SIZE]);
/** The lines that sync number @sync brings for a member, and for a punch card with @left clips, which counts uses up to
 * @seq. */
void site_member_line(FILE *f, int id, int64_t sync);
void site_punch_line(FILE *f, unsigned i, int64_t left, int64_t seq);

/** Says on the console: "WORD NUMBER TEXT .", TEXT may be NULL. */
void site_say(const char *word, int64_t number, const char *text);

/** What tells an event from any other. */
uint64_t site_digest(const struct journal_event *event);
