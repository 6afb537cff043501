#pragma once

/* Members' photos, ready to be drawn: asked for by customer, decoded beside the drawing, the newest ones kept. */

#include "face/facts.h"
#include "gfx/surface.h"

#include <stdbool.h>
#include <stdint.h>

enum { PHOTOS_KEPT = 12, PHOTOS_SIDE_PX = 420 };

struct photos;

/** Starts the thread that decodes. @return 0 or a negative errno. */
int photos_new(struct facts *facts, struct photos **ret_photos);
/** Takes NULL. No photo may be drawn any more. */
void photos_free(struct photos *photos);
/** Readable when photos_next has something. */
int photos_fd(const struct photos *photos);
/** Asks for a customer's photo; waits up to @wait_us for it, so that a verdict can have it from its first picture on.
 * @return true when photos_find knows the answer; else photos_next will tell. */
bool photos_ask(struct photos *photos, int64_t customer, int64_t wait_us);
/** @return true with the customer of a photo that has come, can't be had, or gives way to another: look again with
 * photos_find. Once it has said no, what gave way is freed. One that is given up for newer ones isn't told, and may be
 * asked for again. */
bool photos_next(struct photos *photos, int64_t *ret_customer);
/** NULL: none, or not yet. The pixels stay until photos_next has told of this customer and said no after it. */
const struct surface *photos_find(const struct photos *photos, int64_t customer, uint64_t *ret_version);
/** Photos may be others than before: the list has changed. */
void photos_forget(struct photos *photos);
