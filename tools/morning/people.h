#pragma once

/* The people of the morning who have a part to play: their cards, and what the list is made to say of them. */

#include <stddef.h>
#include <stdint.h>

/* What makes the list say what a scene needs. */
enum person_trait {
    PERSON_PLAIN,
    PERSON_ENDS_SOON,
    PERSON_CERTIFICATE_ENDS,
    PERSON_MESSAGE,
    PERSON_PUNCH_CARD, /* a customer's, several clips */
    PERSON_LAST_CLIP, /* nobody's card, one clip */
    PERSON_PUNCH_CARD_OLD, /* expired */
    PERSON_PUNCH_CARD_STRICT, /* a list of a day and a half is too old for it */
    PERSON_DAY_PASS,
    PERSON_SECURE, /* DESFire */
    PERSON_STAFF,
    PERSON_BLOCKED,
    PERSON_CARD_EXPIRED,
    PERSON_INACTIVE,
    PERSON_SUSPENDED,
    PERSON_OTHER_BRANCH,
    PERSON_TOO_YOUNG,
    PERSON_NOT_STARTED,
    PERSON_ENDED,
    PERSON_FROZEN,
    PERSON_UNPAID,
    PERSON_OVERDUE,
    PERSON_GYM_ONLY, /* no right at the pool */
    PERSON_OTHER_HOURS,
    PERSON_ONCE_A_DAY,
};

struct person {
    const char *name;
    const char *card; /* UID in hex */
    enum person_trait trait;
};

extern const struct person people[];
extern const size_t n_people;

/** @return the person of that name; the name must be one of people[]. */
const struct person *person_find(const char *name);
/** The id of a person's customer, subscription or punch card in the list. */
int64_t person_id(const struct person *person);
