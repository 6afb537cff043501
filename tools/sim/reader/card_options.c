#include "base/cleanup.h"
#include "base/text.h"
#include "sim/reader/card.h"

#include <errno.h>
#include <string.h>

static const char *const kind_names[CARD_KINDS] = {
    [CARD_CLASSIC] = "classic", [CARD_ULTRALIGHT] = "ultralight", [CARD_NTAG213] = "ntag213",
    [CARD_NTAG215] = "ntag215", [CARD_DESFIRE] = "desfire",       [CARD_FOREIGN] = "foreign",
};

const char *card_kind_text(enum card_kind kind)
{
    return kind_names[kind];
}

static bool parse_kind(const char *text, enum card_kind *ret_kind)
{
    for (unsigned i = 0; i < CARD_KINDS; i++) {
        if (text_eq(text, kind_names[i])) {
            *ret_kind = (enum card_kind)i;
            return true;
        }
    }
    return false;
}

static bool parse_bytes(const char *text, uint8_t *ret_bytes, size_t n)
{
    return text_hex(text, ret_bytes, n) == (int)n;
}

static bool parse_comm(const char *text, enum card_comm *ret_comm)
{
    static const struct {
        const char *name;
        enum card_comm comm;
    } names[] = {{"plain", CARD_COMM_PLAIN}, {"mac", CARD_COMM_MAC}, {"full", CARD_COMM_FULL}};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (text_eq(text, names[i].name)) {
            *ret_comm = names[i].comm;
            return true;
        }
    }
    return false;
}

static bool parse_number(const char *text, int64_t max, int64_t *ret_value)
{
    return text_int(text, 0, max, ret_value);
}

/* @return 0, -EINVAL for a wrong value, -ENOENT for a name that isn't known. */
static int parse_option(struct card_options *o, const char *name, const char *value)
{
    int64_t number = 0;
    int n;
    bool right;
    if (text_eq(name, "uid")) {
        n = text_hex(value, o->uid, sizeof o->uid);
        o->uid_len = n > 0 ? (uint8_t)n : 0;
        right = n == 4 || n == 7 || n == 10;
    } else if (text_eq(name, "seed")) {
        right = parse_number(value, INT64_MAX, &number);
        o->seed = (uint64_t)number;
    } else if (text_eq(name, "random_uid")) {
        right = parse_number(value, 1, &number);
        o->random_uid = number == 1;
    } else if (text_eq(name, "key_a")) {
        o->has_key_a = right = parse_bytes(value, o->key_a, sizeof o->key_a);
    } else if (text_eq(name, "key_b")) {
        o->has_key_b = right = parse_bytes(value, o->key_b, sizeof o->key_b);
    } else if (text_eq(name, "password")) {
        o->has_password = right = parse_bytes(value, o->password, sizeof o->password);
    } else if (text_eq(name, "pack")) {
        right = parse_bytes(value, o->pack, sizeof o->pack);
    } else if (text_eq(name, "master")) {
        o->has_master = right = parse_bytes(value, o->master, sizeof o->master);
    } else if (text_eq(name, "aid")) {
        o->has_app = right = parse_bytes(value, o->aid, sizeof o->aid);
    } else if (text_eq(name, "key")) {
        right = parse_bytes(value, o->key, sizeof o->key);
    } else if (text_eq(name, "keyno")) {
        right = parse_number(value, 13, &number);
        o->key_number = (uint8_t)number;
    } else if (text_eq(name, "data")) {
        n = text_hex(value, o->data, sizeof o->data);
        o->data_len = n > 0 ? (size_t)n : 0;
        right = n > 0;
    } else if (text_eq(name, "comm")) {
        right = parse_comm(value, &o->comm);
    } else {
        return -ENOENT;
    }
    return right ? 0 : -EINVAL;
}

int card_options_parse(const char *text, struct card_options *ret_options, const char **ret_why)
{
    char copy[512];
    struct card_options options = {.kind = CARD_CLASSIC};
    char *rest = NULL;
    if (!text_copy(copy, sizeof copy, text)) {
        *ret_why = "too long";
        return -EINVAL;
    }
    char *word = strtok_r(copy, " ", &rest);
    if (!word || !parse_kind(word, &options.kind)) {
        *ret_why = "unknown kind of card";
        return -EINVAL;
    }
    while ((word = strtok_r(NULL, " ", &rest))) {
        char *equals = strchr(word, '=');
        if (!equals) {
            *ret_why = "NAME=VALUE expected";
            return -EINVAL;
        }
        *equals = '\0';
        int r = parse_option(&options, word, equals + 1);
        if (r < 0) {
            *ret_why = r == -ENOENT ? "unknown option" : "bad value";
            return -EINVAL;
        }
    }
    *ret_options = options;
    return 0;
}
