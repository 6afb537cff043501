#pragma once

/* Who works here: a name and a PIN, or a staff card. What a wrong PIN costs, and how long.
 *
 * Lock-outs are kept by person, not by what shows, so choosing another name ends none. A part of `struct shell`; time
 * and the people come from there. Whether a PIN is right is the process's to say. */

#include "gfx/geometry.h"
#include "widgets/field.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct shell;

enum { SIGN_IN_STAFF_MAX = 256, SIGN_IN_DIGITS_MIN = 4, SIGN_IN_DIGITS_MAX = 12, SIGN_IN_NAME_SIZE = 64 };

/* As many wrong PINs in a row: of one person, and of anybody. */
enum { SIGN_IN_WRONG_PERSON = 3, SIGN_IN_WRONG_SCREEN = 10 };
#define SIGN_IN_LOCK_US        INT64_C(30000000) /* the first time; doubles */
#define SIGN_IN_LOCK_MOST_US   INT64_C(900000000)
#define SIGN_IN_SCREEN_LOCK_US INT64_C(60000000)
#define SIGN_IN_PIN_WAIT_US    INT64_C(5000000) /* an answer that takes longer counts as none */

/* Each may what the ones before may. */
enum shell_role { SHELL_STAFF, SHELL_TECHNICIAN, SHELL_ADMINISTRATOR };

enum sign_in_stage { SIGN_IN_CHOOSE, SIGN_IN_PIN, SIGN_IN_CHECKING };

/* What is said above the list or the pad. */
enum sign_in_said {
    SIGN_IN_SAID_NOTHING,
    SIGN_IN_SAID_WRONG, /* not the right PIN */
    SIGN_IN_SAID_ROLE, /* may not sign in here */
    SIGN_IN_SAID_CARD, /* nobody's card for signing in */
    SIGN_IN_SAID_NO_ANSWER, /* the PIN couldn't be compared */
    SIGN_IN_SAID_TIME_UP /* signed out since nobody touched it */
};

/* The wrong PINs of one person. */
struct sign_in_record {
    int64_t staff; /* 0: unused */
    unsigned wrong; /* in a row, since the last lock-out */
    unsigned locks; /* lock-outs since the last right PIN */
    int64_t locked_until_us;
};

struct sign_in {
    enum sign_in_stage stage;
    enum sign_in_said said;
    int64_t chosen; /* the person; 0: none */
    struct edit search;
    char pin[SIGN_IN_DIGITS_MAX + 1];
    int64_t asked_us; /* checking: since when */
    unsigned wrong; /* in a row, of anybody */
    int64_t locked_until_us; /* for everybody's PIN */
    struct sign_in_record records[SIGN_IN_STAFF_MAX];
};

/** Back to the list of names; PIN and search are gone, lock-outs stay. */
void sign_in_reset(struct sign_in *sign_in);
/** When @staff's PIN is taken again; 0: now. */
int64_t sign_in_locked_until(const struct sign_in *sign_in, int64_t staff, int64_t now_us);
/** The process has compared the PIN of @staff; @known false: it couldn't. */
void sign_in_answer(struct shell *shell, int64_t staff, bool known, bool right, int64_t now_us);
/** What has had its time goes. */
void sign_in_time(struct shell *shell, int64_t now_us);
int64_t sign_in_deadline(const struct shell *shell);
void sign_in_view(const struct shell *shell, struct ui *ui, struct rect rect);
/** Keys of a real keyboard, while a PIN is asked. */
void sign_in_input(struct shell *shell, const struct input_event *event, int64_t now_us);
void sign_in_on(struct shell *shell, const struct intent *intent, struct ui *ui, int64_t now_us);
