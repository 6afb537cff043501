#include "morning/people.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

const struct person people[] = {
    {"Ida", "1a2b3c4d", PERSON_PLAIN},
    {"Lars", "04a1b2c3d4e580", PERSON_ENDS_SOON},
    {"Aino", "04112233445566", PERSON_CERTIFICATE_ENDS},
    {"Greta", "0499887766554a", PERSON_MESSAGE},
    {"Jonas", "5e6f7081", PERSON_PUNCH_CARD},
    {"a bearer", "92a3b4c5", PERSON_LAST_CLIP},
    {"Heike", "a1b1c1d1", PERSON_PUNCH_CARD_OLD},
    {"Mikko", "a2b2c2d2", PERSON_PUNCH_CARD_STRICT},
    {"a guest", "a3b3c3d3", PERSON_DAY_PASS},
    {"Sofia", "04d1e2f3a4b580", PERSON_SECURE},
    {"Nora of the staff", "04c0ffee123480", PERSON_STAFF},
    {"Otto", "a4b4c4d4", PERSON_BLOCKED},
    {"Karin", "a5b5c5d5", PERSON_CARD_EXPIRED},
    {"Stig", "a6b6c6d6", PERSON_INACTIVE},
    {"Bjorn", "a7b7c7d7", PERSON_SUSPENDED},
    {"Hanna", "a8b8c8d8", PERSON_OTHER_BRANCH},
    {"Elsa", "a9b9c9d9", PERSON_TOO_YOUNG},
    {"Tove", "aababbdb", PERSON_NOT_STARTED},
    {"Uwe", "abbbcbdb", PERSON_ENDED},
    {"Pirjo", "acbcccdc", PERSON_FROZEN},
    {"Frida", "adbdcddd", PERSON_UNPAID},
    {"Gunnar", "aebecede", PERSON_OVERDUE},
    {"Helge", "afbfcfdf", PERSON_GYM_ONLY},
    {"Ville", "b0c0d0e0", PERSON_OTHER_HOURS},
    {"Maja", "b1c1d1e1", PERSON_ONCE_A_DAY},
    {"Ebba", "b2c2d2e2", PERSON_PLAIN},
    {"Leo", "b3c3d3e3", PERSON_PLAIN},
    {"Astrid", "b4c4d4e4", PERSON_PLAIN},
    {"Emil", "b5c5d5e5", PERSON_PLAIN},
    {"Saga", "b6c6d6e6", PERSON_PLAIN},
    {"Klaus", "b7c7d7e7", PERSON_PLAIN},
};

const size_t n_people = sizeof(people) / sizeof(people[0]);

const struct person *person_find(const char *name)
{
    for (size_t i = 0; i < n_people; i++) {
        if (strcmp(people[i].name, name) == 0) {
            return &people[i];
        }
    }
    assert(0 && "no such person in the morning");
    return NULL;
}

int64_t person_id(const struct person *person)
{
    return (int64_t)(person - people) + 1;
}
