#pragma once

/* What a screen looks up itself: the branch, a member's own card, photos and staff in list.db, events in
 * journal.db. Both files are opened for reading only, looked at again every two seconds, and may be missing,
 * damaged or replaced at any time: then there is nothing to be found until they are back. */

#include "db/journal_db.h"
#include "db/list_db.h"
#include "screens/entrance.h"

#include <stdbool.h>
#include <stdint.h>

struct facts;

/** @return 0 or -ENOMEM; files that aren't there are no failure. */
int facts_new(const char *list_path, const char *journal_path, struct facts **ret_facts);
/** Takes NULL. */
void facts_free(struct facts *facts);
/** The access point whose branch counts; until it is set there is no branch. */
void facts_set_point(struct facts *facts, const char *point);
/** Looks at the files again when it is time. @return true when the branch may be another than before. */
bool facts_step(struct facts *facts, int64_t now_us);
/** Boot time at which facts_step is due. */
int64_t facts_deadline(const struct facts *facts);

/** NULL: not known. Owned by @facts, until the next facts_step. */
const struct list_branch *facts_branch(const struct facts *facts);
/** The handles, for what is looked up elsewhere; NULL: the file can't be read. Good until the next facts_step. */
struct list_db *facts_list(const struct facts *facts);
struct journal_db *facts_journal(const struct facts *facts);

/** A photo's bytes, as the list has them (LIST_PHOTO_MAX). @return 0, 1 when there is none, or a negative errno. */
int facts_photo(struct facts *facts, int64_t customer, uint8_t *ret_bytes, size_t size, size_t *ret_n);
/** What a member may see of the own card @card (its text form) at @utc_us. @return 0, 1 when the list doesn't know
 * it or it belongs to nobody, or a negative errno. */
int facts_member(struct facts *facts, const char *card, int64_t utc_us, struct entrance_member *ret_member);
