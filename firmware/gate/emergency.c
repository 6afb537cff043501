#include "gate/emergency.h"

#include "base/cleanup.h"
#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
    const struct card_number *one = a;
    const struct card_number *other = b;

    if (one->form != other->form) {
        return one->form < other->form ? -1 : 1;
    }
    if (one->len != other->len) {
        return one->len < other->len ? -1 : 1;
    }
    return memcmp(one->bytes, other->bytes, one->len);
}

static int refuse(unsigned line, const char *reason, char ret_error[EMERGENCY_ERROR_SIZE])
{
    (void)snprintf(ret_error, EMERGENCY_ERROR_SIZE, "line %u: %s", line, reason);
    return -EINVAL;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* @return 1 with a card, 0 without one, or -EINVAL. */
static int parse_line(const char *at, size_t n, unsigned line, struct card_number *ret_card,
                      char ret_error[EMERGENCY_ERROR_SIZE])
{
    char text[64];
    struct card_number card;

    while (n > 0 && is_blank(at[0])) {
        at++;
        n--;
    }
    while (n > 0 && is_blank(at[n - 1])) {
        n--;
    }
    if (n == 0 || at[0] == ';') {
        return 0;
    }
    if (n >= sizeof(text)) {
        return refuse(line, "too long for a card number", ret_error);
    }
    memcpy(text, at, n);
    text[n] = '\0';
    if (!card_parse(text, &card)) {
        return refuse(line, "no card number", ret_error);
    }
    if (card_is_random(&card)) {
        return refuse(line, "a random UID is no identity", ret_error);
    }
    *ret_card = card;
    return 1;
}

static void sort_out(struct emergency *list)
{
    size_t kept = 0;

    qsort(list->cards, list->n_cards, sizeof(list->cards[0]), compare);
    for (size_t i = 0; i < list->n_cards; i++) {
        if (kept == 0 || compare(&list->cards[kept - 1], &list->cards[i]) != 0) {
            list->cards[kept++] = list->cards[i];
        }
    }
    list->n_cards = kept;
}

int emergency_parse(const char *text, struct emergency *ret_emergency, char ret_error[EMERGENCY_ERROR_SIZE])
{
    struct emergency list = {.n_cards = 0};
    unsigned line = 0;

    for (const char *at = text; *at;) {
        const char *end = strchr(at, '\n');
        size_t n = end ? (size_t)(end - at) : strlen(at);
        struct card_number card;
        int r = parse_line(at, n, ++line, &card, ret_error);

        if (r < 0) {
            return r;
        }
        if (r > 0 && list.n_cards == EMERGENCY_CARDS_MAX) {
            return refuse(line, "more than 1000 cards", ret_error);
        }
        if (r > 0) {
            list.cards[list.n_cards++] = card;
        }
        at += n + (end ? 1 : 0);
    }
    sort_out(&list);
    *ret_emergency = list;
    return 0;
}

int emergency_load(const char *path, struct emergency *ret_emergency, char ret_error[EMERGENCY_ERROR_SIZE])
{
    _cleanup_free_ char *text = NULL;
    size_t size;
    int r = file_read(path, EMERGENCY_FILE_MAX, &text, &size);

    if (r < 0) {
        (void)snprintf(ret_error, EMERGENCY_ERROR_SIZE, "%s", strerror(-r));
        return r;
    }
    if (memchr(text, '\0', size)) {
        (void)snprintf(ret_error, EMERGENCY_ERROR_SIZE, "not a text file");
        return -EINVAL;
    }
    return emergency_parse(text, ret_emergency, ret_error);
}

bool emergency_has(const struct emergency *emergency, const struct card_number *card)
{
    return bsearch(card, emergency->cards, emergency->n_cards, sizeof(*card), compare) != NULL;
}
