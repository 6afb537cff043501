#include "rack/cards.h"

#include "base/cleanup.h"
#include "i18n/i18n.h"

#include <string.h>

enum { PEOPLE_MAX = 64, UNKNOWN_TRAIT = -1 };

static const struct {
    enum rack_card_group group;
    const char *special;
} traits[] = {
    [PERSON_PLAIN] = {RACK_LET_IN, NC_("card", "Gold")},
    [PERSON_ENDS_SOON] = {RACK_LET_IN, NC_("card", "Ends in 5 days")},
    [PERSON_CERTIFICATE_ENDS] = {RACK_LET_IN, NC_("card", "Student, certificate ends")},
    [PERSON_MESSAGE] = {RACK_LET_IN, NC_("card", "Message from staff")},
    [PERSON_PUNCH_CARD] = {RACK_LET_IN, NC_("card", "3 clips")},
    [PERSON_LAST_CLIP] = {RACK_LET_IN, NC_("card", "Last clip")},
    [PERSON_PUNCH_CARD_OLD] = {RACK_KEPT_OUT, NC_("card", "Clips run out")},
    [PERSON_PUNCH_CARD_STRICT] = {RACK_KEPT_OUT, NC_("card", "List too old for it")},
    [PERSON_DAY_PASS] = {RACK_LET_IN, NC_("card", "Day pass")},
    [PERSON_SECURE] = {RACK_LET_IN, NC_("card", "Gold, secure card")},
    [PERSON_STAFF] = {RACK_STAFFS, NC_("card", "Passes a lock-down")},
    [PERSON_BLOCKED] = {RACK_KEPT_OUT, NC_("card", "Lost card")},
    [PERSON_CARD_EXPIRED] = {RACK_KEPT_OUT, NC_("card", "Card run out")},
    [PERSON_INACTIVE] = {RACK_KEPT_OUT, NC_("card", "Deactivated")},
    [PERSON_SUSPENDED] = {RACK_KEPT_OUT, NC_("card", "Suspended")},
    [PERSON_OTHER_BRANCH] = {RACK_KEPT_OUT, NC_("card", "Another branch")},
    [PERSON_TOO_YOUNG] = {RACK_KEPT_OUT, NC_("card", "Too young")},
    [PERSON_NOT_STARTED] = {RACK_KEPT_OUT, NC_("card", "Starts in a week")},
    [PERSON_ENDED] = {RACK_KEPT_OUT, NC_("card", "Ended yesterday")},
    [PERSON_FROZEN] = {RACK_KEPT_OUT, NC_("card", "Frozen")},
    [PERSON_UNPAID] = {RACK_KEPT_OUT, NC_("card", "Unpaid")},
    [PERSON_OVERDUE] = {RACK_KEPT_OUT, NC_("card", "Invoice overdue")},
    [PERSON_GYM_ONLY] = {RACK_LET_IN, NC_("card", "Gym, no pool")},
    [PERSON_OTHER_HOURS] = {RACK_KEPT_OUT, NC_("card", "Other hours")},
    [PERSON_ONCE_A_DAY] = {RACK_LET_IN, NC_("card", "Once a day")},
};

static const struct {
    enum rack_card_kind kind;
    const char *of; /* whose number it has; NULL: its own */
    const char *number;
    const char *name, *special;
} tricks[] = {
    {RACK_UNKNOWN, NULL, "deadbeef", NC_("card", "Unknown"), NC_("card", "In no list")},
    {RACK_CLONE, "Sofia", NULL, NC_("card", "Clone"), NC_("card", "Sofia's number")},
    {RACK_FORGERY, "Sofia", NULL, NC_("card", "Forgery"), NC_("card", "Wrong key")},
    {RACK_ROGUE, NULL, "04666666666666", NC_("card", "Rogue"), NC_("card", "Crashes readers")},
};

size_t rack_cards_count(void)
{
    return n_people + ARRAY_LEN(tricks);
}

/* The @nth person of those in the groups' order. */
static const struct person *person_in_order(size_t nth)
{
    for (int group = 0; group < RACK_CARD_GROUPS; group++) {
        for (size_t i = 0; i < n_people; i++) {
            if ((int)traits[people[i].trait].group == group && nth-- == 0) {
                return &people[i];
            }
        }
    }
    return &people[0];
}

struct rack_card rack_card(size_t nth)
{
    if (nth < n_people) {
        const struct person *p = person_in_order(nth);
        return (struct rack_card){RACK_PERSONS, traits[p->trait].group, p, p->card};
    }
    size_t i = (nth - n_people) % ARRAY_LEN(tricks);
    const struct person *of = tricks[i].of ? person_find(tricks[i].of) : NULL;
    return (struct rack_card){tricks[i].kind, RACK_TRICKS, of, of ? of->card : tricks[i].number};
}

int rack_card_find(const char *number)
{
    for (size_t i = 0; i < rack_cards_count(); i++) {
        if (strcmp(rack_card(i).number, number) == 0) {
            return (int)i;
        }
    }
    return -1;
}

static size_t trick_of(enum rack_card_kind kind)
{
    for (size_t i = 0; i < ARRAY_LEN(tricks); i++) {
        if (tricks[i].kind == kind) {
            return i;
        }
    }
    return 0;
}

const char *rack_card_name(const struct rack_card *card)
{
    if (card->kind != RACK_PERSONS) {
        return C_("card", tricks[trick_of(card->kind)].name);
    }
    switch (card->person->trait) {
    case PERSON_LAST_CLIP:
        return C_("card", "Whoever has it");
    case PERSON_DAY_PASS:
        return C_("card", "A guest");
    case PERSON_STAFF:
        return C_("card", "Nora, staff");
    default:
        return card->person->name;
    }
}

const char *rack_card_special(const struct rack_card *card)
{
    return C_("card",
              card->kind == RACK_PERSONS ? traits[card->person->trait].special : tricks[trick_of(card->kind)].special);
}

const char *rack_card_group_name(enum rack_card_group group)
{
    switch (group) {
    case RACK_LET_IN:
        return _("Members");
    case RACK_STAFFS:
        return _("Staff");
    case RACK_KEPT_OUT:
        return _("Members with a problem");
    case RACK_TRICKS:
    case RACK_CARD_GROUPS:
        break;
    }
    return _("Tricks");
}
