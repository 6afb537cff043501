#include "screens/sign_in.h"

#include "base/clock.h"
#include "base/text.h"
#include "screens/shell_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEARCH_FROM = 9, KEY_BACK = 10, KEY_ENTER = 11, UPPER_SIZE = 2 * EDIT_SIZE };

static void wipe_pin(struct sign_in *in)
{
    explicit_bzero(in->pin, sizeof(in->pin));
}

void sign_in_reset(struct sign_in *in)
{
    wipe_pin(in);
    in->stage = SIGN_IN_CHOOSE;
    in->said = SIGN_IN_SAID_NOTHING;
    in->chosen = 0;
    in->search = (struct edit){0};
}

/* Wrong PINs and what they cost. */

static const struct sign_in_record *find_record(const struct sign_in *in, int64_t staff)
{
    for (size_t i = 0; i < SIGN_IN_STAFF_MAX; i++) {
        if (in->records[i].staff == staff) {
            return &in->records[i];
        }
    }
    return NULL;
}

/* One of a person who is no longer in the list gives way; there are as many as people. */
static struct sign_in_record *take_record(struct shell *shell, int64_t staff)
{
    struct sign_in_record *free_one = NULL;
    for (size_t i = 0; i < SIGN_IN_STAFF_MAX; i++) {
        struct sign_in_record *record = &shell->sign_in.records[i];
        if (record->staff == staff) {
            return record;
        }
        if (!free_one && (record->staff == 0 || !shell_find_staff(shell, record->staff))) {
            free_one = record;
        }
    }
    if (free_one) {
        *free_one = (struct sign_in_record){.staff = staff};
    }
    return free_one;
}

int64_t sign_in_locked_until(const struct sign_in *in, int64_t staff, int64_t now_us)
{
    const struct sign_in_record *record = staff ? find_record(in, staff) : NULL;
    int64_t until_us = record ? record->locked_until_us : 0;
    until_us = in->locked_until_us > until_us ? in->locked_until_us : until_us;
    return until_us > now_us ? until_us : 0;
}

static int64_t lock_us(unsigned locks)
{
    int64_t us = SIGN_IN_LOCK_US;
    for (unsigned i = 0; i < locks && us < SIGN_IN_LOCK_MOST_US; i++) {
        us *= 2;
    }
    return us < SIGN_IN_LOCK_MOST_US ? us : SIGN_IN_LOCK_MOST_US;
}

static void note_lock(struct shell *shell, const char *whom, const char *what, int64_t us)
{
    char text[SHELL_TEXT_SIZE];
    (void)snprintf(text, sizeof(text), "%s: %lld s", what, (long long)(us / US_PER_S));
    shell_note(shell, whom, text);
}

static void count_wrong(struct shell *shell, const struct shell_staff *staff, int64_t now_us)
{
    struct sign_in *in = &shell->sign_in;
    struct sign_in_record *record = take_record(shell, staff->id);
    if (record && ++record->wrong >= SIGN_IN_WRONG_PERSON) {
        int64_t us = lock_us(record->locks++);
        record->wrong = 0;
        record->locked_until_us = now_us + us;
        note_lock(shell, staff->name, N_("locked out after wrong PINs"), us);
    }
    if (++in->wrong >= SIGN_IN_WRONG_SCREEN) {
        in->wrong = 0;
        in->locked_until_us = now_us + SIGN_IN_SCREEN_LOCK_US;
        note_lock(shell, staff->name, N_("PINs locked out at this screen"), SIGN_IN_SCREEN_LOCK_US);
    }
}

void sign_in_answer(struct shell *shell, int64_t id, bool known, bool right, int64_t now_us)
{
    struct sign_in *in = &shell->sign_in;
    const struct shell_staff *staff = shell_find_staff(shell, id);
    if (shell->signed_in || in->stage != SIGN_IN_CHECKING || in->chosen != id || !staff) {
        return;
    }
    in->stage = SIGN_IN_PIN;
    if (!known) {
        in->said = SIGN_IN_SAID_NO_ANSWER;
    } else if (!right) {
        in->said = SIGN_IN_SAID_WRONG;
        count_wrong(shell, staff, now_us);
    } else if (!shell_may(shell, staff->role)) {
        sign_in_reset(in);
        in->said = SIGN_IN_SAID_ROLE;
    } else {
        struct sign_in_record *record = take_record(shell, id);
        if (record) {
            *record = (struct sign_in_record){0};
        }
        in->wrong = 0;
        shell_sign_in(shell, staff, now_us);
    }
}

/* Time. */

/* Half-typed PINs and a chosen name are gone after the time that also signs out. */
static int64_t forgets_at(const struct shell *shell)
{
    const struct sign_in *in = &shell->sign_in;
    bool begun = in->stage != SIGN_IN_CHOOSE || in->search.text[0] || in->said != SIGN_IN_SAID_NOTHING;
    return !shell->signed_in && begun && shell->settings.sign_out_us > 0
               ? shell->touched_us + shell->settings.sign_out_us
               : US_NEVER;
}

void sign_in_time(struct shell *shell, int64_t now_us)
{
    struct sign_in *in = &shell->sign_in;
    if (in->stage == SIGN_IN_CHECKING && in->asked_us + SIGN_IN_PIN_WAIT_US <= now_us) {
        in->stage = SIGN_IN_PIN;
        in->said = SIGN_IN_SAID_NO_ANSWER;
    }
    if (in->said == SIGN_IN_SAID_TIME_UP && in->stage == SIGN_IN_CHOOSE) {
        return; /* stays until somebody comes */
    }
    if (forgets_at(shell) <= now_us) {
        sign_in_reset(in);
    }
}

int64_t sign_in_deadline(const struct shell *shell)
{
    const struct sign_in *in = &shell->sign_in;
    int64_t at = US_NEVER;
    if (shell->signed_in) {
        return at;
    }
    if (in->stage == SIGN_IN_CHECKING) {
        at = in->asked_us + SIGN_IN_PIN_WAIT_US;
    }
    if (!(in->said == SIGN_IN_SAID_TIME_UP && in->stage == SIGN_IN_CHOOSE) && forgets_at(shell) < at) {
        at = forgets_at(shell);
    }
    int64_t locked_us = sign_in_locked_until(in, in->chosen, shell->now_us);
    if (locked_us) {
        /* What is left is counted down. */
        int64_t left_us = locked_us - shell->now_us, tick_us = shell->now_us + (left_us - 1) % US_PER_S + 1;
        at = tick_us < at ? tick_us : at;
    }
    return at;
}

/* Names. */

bool sign_in_searches(const struct shell *shell)
{
    size_t n = 0;
    for (size_t i = 0; i < shell->n_staff; i++) {
        n += shell_may(shell, shell->staff[i].role);
    }
    return n >= SEARCH_FROM;
}

static int by_name(const void *a, const void *b)
{
    const struct shell_staff *const *x = a, *const *y = b;
    int order = i18n_compare((*x)->name, (*y)->name);
    return order ? order : ((*x)->id > (*y)->id) - ((*x)->id < (*y)->id);
}

size_t sign_in_found(const struct shell *shell, const struct shell_staff *ret_staff[SIGN_IN_STAFF_MAX])
{
    char wanted[UPPER_SIZE], name[UPPER_SIZE];
    size_t n = 0;
    i18n_upper(shell->sign_in.search.text, wanted, sizeof(wanted));
    for (size_t i = 0; i < shell->n_staff; i++) {
        if (!shell_may(shell, shell->staff[i].role)) {
            continue;
        }
        i18n_upper(shell->staff[i].name, name, sizeof(name));
        if (strstr(name, wanted)) {
            ret_staff[n++] = &shell->staff[i];
        }
    }
    if (n > 1) {
        /* NOLINTNEXTLINE(bugprone-sizeof-expression): it is pointers that are sorted */
        qsort(ret_staff, n, sizeof(ret_staff[0]), by_name);
    }
    return n;
}

/* Touches. */

static void choose(struct shell *shell, int64_t row, struct ui *ui)
{
    const struct shell_staff *found[SIGN_IN_STAFF_MAX];
    i18n_set(shell->language);
    size_t n = sign_in_found(shell, found);
    if (row < 0 || row >= (int64_t)n || !found[row]->has_pin) {
        return;
    }
    struct edit search = shell->sign_in.search;
    ui_focus(ui, "");
    sign_in_reset(&shell->sign_in);
    shell->sign_in.search = search;
    shell->sign_in.chosen = found[row]->id;
    shell->sign_in.stage = SIGN_IN_PIN;
}

static void enter(struct shell *shell, int64_t now_us)
{
    struct sign_in *in = &shell->sign_in;
    struct shell_wish wish = {.kind = SHELL_WISH_PIN, .staff = in->chosen};
    if (strlen(in->pin) < SIGN_IN_DIGITS_MIN) {
        return;
    }
    (void)text_copy(wish.pin, sizeof(wish.pin), in->pin);
    shell_wish(shell, &wish);
    explicit_bzero(wish.pin, sizeof(wish.pin));
    wipe_pin(in);
    in->stage = SIGN_IN_CHECKING;
    in->asked_us = now_us;
}

static void key(struct shell *shell, int64_t which, int64_t now_us)
{
    struct sign_in *in = &shell->sign_in;
    size_t n = strlen(in->pin);
    if (in->stage != SIGN_IN_PIN || sign_in_locked_until(in, in->chosen, now_us)) {
        return;
    }
    in->said = SIGN_IN_SAID_NOTHING;
    if (which >= 0 && which <= 9 && n < SIGN_IN_DIGITS_MAX) {
        in->pin[n] = (char)('0' + which);
        in->pin[n + 1] = '\0';
    } else if (which == KEY_BACK && n > 0) {
        in->pin[n - 1] = '\0';
    } else if (which == KEY_ENTER) {
        enter(shell, now_us);
    }
}

void sign_in_input(struct shell *shell, const struct input_event *event, int64_t now_us)
{
    if (shell->signed_in || shell->sign_in.stage != SIGN_IN_PIN) {
        return;
    }
    if (event->kind == INPUT_TEXT && event->text[0] >= '0' && event->text[0] <= '9') {
        key(shell, event->text[0] - '0', now_us);
    } else if (event->kind == INPUT_KEY && event->key == INPUT_KEY_BACKSPACE) {
        key(shell, KEY_BACK, now_us);
    } else if (event->kind == INPUT_KEY && event->key == INPUT_KEY_ENTER && !event->repeated) {
        key(shell, KEY_ENTER, now_us);
    }
}

void sign_in_on(struct shell *shell, const struct intent *intent, struct ui *ui, int64_t now_us)
{
    switch (intent->kind) {
    case SIGN_IN_ON_SEARCH:
        (void)field_apply(ui, FIELD_SEARCH, &shell->sign_in.search, intent, SIGN_IN_NAME_SIZE / 2);
        break;
    case SIGN_IN_ON_NAME:
        choose(shell, intent->arg, ui);
        break;
    case SIGN_IN_ON_KEY:
        key(shell, intent->arg, now_us);
        break;
    case SIGN_IN_ON_BACK:
        sign_in_reset(&shell->sign_in);
        break;
    default:
        break;
    }
}
