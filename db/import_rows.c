/* The types of an access list: their fields with bounds, and the rows that they become. What is said here is what
 * README.md's table says. */

#include "db/import_internal.h"

#define LOG_MODULE "import"
#include "base/log.h"
#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID_MAX (INT64_C(1) << 53)

static const char *const hits_words[] = {"user", "payer", NULL};
static const char *const passback_words[] = {"off", "soft", "hard", NULL};
static const char *const point_words[] = {"in", "out", "inner", "in_out", NULL};
static const char *const right_words[] = {"in", "out", "inner", NULL};
static const char *const customer_words[] = {"regular", "student", "pensioner", "youth", "staff", NULL};
static const char *const kind_words[] = {"direct_debit", "prepaid", NULL};
static const char *const state_words[] = {"active", "lost", "stolen", "broken", "replaced", NULL};
static const char *const credential_words[] = {"uid", "desfire", NULL};
static const char *const role_words[] = {"staff", "technician", "administrator", NULL};
static const char *const language_words[] = {"", "sv", "de", "nb", "fi", "en", NULL};

/* clang-format off */
#define ID() {.name = "id", .kind = IMPORT_INT, .presence = IMPORT_REQUIRED, .min = 1, .max = ID_MAX}
#define TEXT(n, p, m) {.name = (n), .kind = IMPORT_TEXT, .presence = (p), .max = (m)}
#define TEXT_OR_EMPTY(n, m) {.name = (n), .kind = IMPORT_TEXT, .max = (m), .has_default = true}
#define NUMBER(n, a, b) {.name = (n), .kind = IMPORT_INT, .min = (a), .max = (b)}
#define NUMBER_OR(n, b, d) {.name = (n), .kind = IMPORT_INT, .max = (b), .has_default = true, .otherwise = (d)}
#define FLAG(n, d) {.name = (n), .kind = IMPORT_BOOL, .has_default = true, .otherwise = (d)}
#define DAY(n, p) {.name = (n), .kind = IMPORT_DAY, .presence = (p)}
#define REF(n, p, r) {.name = (n), .kind = IMPORT_REF, .presence = (p), .min = 1, .max = ID_MAX, .ref = (r)}
#define REF_OR_0(n, r) {.name = (n), .kind = IMPORT_REF, .max = ID_MAX, .ref = (r), .has_default = true}
#define WORD(n, p, w) {.name = (n), .kind = IMPORT_WORD, .presence = (p), .words = (w)}
#define WORD_OR_FIRST(n, w) {.name = (n), .kind = IMPORT_WORD, .words = (w), .has_default = true}
/* clang-format on */

static const struct import_field branch_fields[] = {
    ID(),
    TEXT("name", IMPORT_REQUIRED, LIST_NAME_SIZE - 1),
    TEXT("time_zone", IMPORT_REQUIRED, ZONE_TEXT_SIZE - 1),
};
static const struct import_field settings_fields[] = {
    REF("branch", IMPORT_REQUIRED, IMPORT_REF_BRANCH),
    NUMBER_OR("overdue_days", 3650, 0),
    WORD_OR_FIRST("overdue_hits", hits_words),
    FLAG("allow_uid_only", 1),
    NUMBER_OR("warn_ends_days", 365, 14),
    NUMBER_OR("warn_certificate_days", 365, 14),
    NUMBER_OR("warn_clips_left", 100, 2),
    NUMBER_OR("too_soon_s", 86400, 0),
    FLAG("closed_without_clock", 0),
    FLAG("show_photo", 0),
    FLAG("show_name", 1),
    REF_OR_0("opening", IMPORT_REF_SCHEDULE),
    TEXT_OR_EMPTY("help", LIST_HELP_SIZE - 1),
};
static const struct import_field holiday_fields[] = {
    REF("branch", IMPORT_REQUIRED, IMPORT_REF_BRANCH),
    DAY("day", IMPORT_REQUIRED),
};
static const struct import_field zone_fields[] = {
    ID(),
    REF("branch", IMPORT_REQUIRED, IMPORT_REF_BRANCH),
    TEXT("name", IMPORT_REQUIRED, LIST_NAME_SIZE - 1),
    NUMBER_OR("limit", 1000000, 0),
    WORD_OR_FIRST("passback", passback_words),
    NUMBER_OR("forget_after_s", 31536000, 0),
};
static const struct import_field point_fields[] = {
    ID(),
    REF("branch", IMPORT_REQUIRED, IMPORT_REF_BRANCH),
    TEXT("name", IMPORT_REQUIRED, LIST_NAME_SIZE - 1),
    WORD("direction", IMPORT_REQUIRED, point_words),
    REF_OR_0("zone_from", IMPORT_REF_ZONE),
    REF_OR_0("zone_to", IMPORT_REF_ZONE),
};
static const struct import_field schedule_fields[] = {
    ID(),
    TEXT("name", IMPORT_REQUIRED, LIST_NAME_SIZE - 1),
    {.name = "spans", .kind = IMPORT_SPANS, .presence = IMPORT_REQUIRED},
};
static const struct import_field product_fields[] = {
    ID(),
    TEXT("name", IMPORT_REQUIRED, ACCESS_NAME_SIZE - 1),
    NUMBER_OR("min_age", 120, 0),
    NUMBER_OR("tolerance_days", 3650, 30),
    NUMBER_OR("visits_per_day", 1000, 0),
    NUMBER_OR("visits_per_week", 1000, 0),
};
static const struct import_field right_fields[] = {
    REF("product", IMPORT_REQUIRED, IMPORT_REF_PRODUCT),
    REF_OR_0("point", IMPORT_REF_POINT),
    REF_OR_0("schedule", IMPORT_REF_SCHEDULE),
    {.name = "directions", .kind = IMPORT_WORDS, .words = right_words, .has_default = true, .otherwise = 7},
};
static const struct import_field customer_fields[] = {
    ID(),
    TEXT_OR_EMPTY("name", ACCESS_NAME_SIZE - 1),
    WORD_OR_FIRST("customer_type", customer_words),
    DAY("birth", IMPORT_OPTIONAL),
    REF("branch", IMPORT_OPTIONAL, IMPORT_REF_BRANCH),
    FLAG("all_branches", 0),
    DAY("inactive_from", IMPORT_OPTIONAL),
    FLAG("suspended", 0),
    DAY("certificate_through", IMPORT_OPTIONAL),
    TEXT("message", IMPORT_OPTIONAL, ACCESS_MESSAGE_SIZE - 1),
    {.name = "branches", .kind = IMPORT_BRANCHES},
};
static const struct import_field subscription_fields[] = {
    ID(),
    REF("customer", IMPORT_REQUIRED, IMPORT_REF_CUSTOMER),
    REF("product", IMPORT_REQUIRED, IMPORT_REF_PRODUCT),
    REF("payer", IMPORT_OPTIONAL, IMPORT_REF_CUSTOMER),
    REF("parent", IMPORT_OPTIONAL, IMPORT_REF_SUBSCRIPTION),
    WORD_OR_FIRST("kind", kind_words),
    DAY("start", IMPORT_OPTIONAL),
    DAY("bound_through", IMPORT_OPTIONAL),
    DAY("charged_through", IMPORT_OPTIONAL),
    DAY("ends_on", IMPORT_OPTIONAL),
    NUMBER("price_minor", 0, INT64_C(1000000000000)),
    {.name = "currency", .kind = IMPORT_TEXT, .min = 3, .max = 3},
    NUMBER("interval_months", 1, 120),
    NUMBER("interval_days", 1, 3660),
    FLAG("auto_renew", 0),
};
static const struct import_field freeze_fields[] = {
    REF("subscription", IMPORT_REQUIRED, IMPORT_REF_SUBSCRIPTION),
    DAY("first", IMPORT_REQUIRED),
    {.name = "last", .kind = IMPORT_DAY, .has_default = true, .otherwise = DAY_MAX},
};
static const struct import_field punch_card_fields[] = {
    ID(),
    REF("product", IMPORT_REQUIRED, IMPORT_REF_PRODUCT),
    REF("customer", IMPORT_OPTIONAL, IMPORT_REF_CUSTOMER),
    {.name = "clips_left", .kind = IMPORT_INT, .presence = IMPORT_REQUIRED, .max = 100000},
    DAY("start", IMPORT_OPTIONAL),
    DAY("valid_through", IMPORT_OPTIONAL),
    NUMBER_OR("counted_seq", ID_MAX, 0),
};
static const struct import_field single_entry_fields[] = {
    ID(),
    REF("product", IMPORT_REQUIRED, IMPORT_REF_PRODUCT),
    REF("customer", IMPORT_OPTIONAL, IMPORT_REF_CUSTOMER),
    FLAG("used", 0),
    DAY("start", IMPORT_OPTIONAL),
    DAY("valid_through", IMPORT_OPTIONAL),
    NUMBER_OR("counted_seq", ID_MAX, 0),
};
static const struct import_field card_fields[] = {
    {.name = "number", .kind = IMPORT_CARD, .presence = IMPORT_REQUIRED},
    REF("customer", IMPORT_OPTIONAL, IMPORT_REF_CUSTOMER),
    REF("punch_card", IMPORT_OPTIONAL, IMPORT_REF_PUNCH_CARD),
    REF("single_entry", IMPORT_OPTIONAL, IMPORT_REF_SINGLE_ENTRY),
    WORD_OR_FIRST("state", state_words),
    WORD_OR_FIRST("credential", credential_words),
    DAY("valid_from", IMPORT_OPTIONAL),
    DAY("valid_through", IMPORT_OPTIONAL),
    FLAG("staff", 0),
    FLAG("emergency", 0),
};
static const struct import_field invoice_fields[] = {
    ID(),
    REF("customer", IMPORT_REQUIRED, IMPORT_REF_CUSTOMER),
    DAY("due", IMPORT_REQUIRED),
    FLAG("exempt", 0),
};
static const struct import_field photo_fields[] = {
    REF("customer", IMPORT_REQUIRED, IMPORT_REF_CUSTOMER),
    {.name = "image", .kind = IMPORT_IMAGE, .presence = IMPORT_REQUIRED},
};
static const struct import_field staff_fields[] = {
    ID(),
    {.name = "name", .kind = IMPORT_TEXT, .presence = IMPORT_REQUIRED, .min = 1, .max = LIST_NAME_SIZE - 1},
    WORD_OR_FIRST("role", role_words),
    TEXT("pin_hash", IMPORT_OPTIONAL, PIN_HASH_SIZE - 1),
    {.name = "card", .kind = IMPORT_CARD},
    {.name = "language",
     .kind = IMPORT_TEXT,
     .max = LIST_LANGUAGE_SIZE - 1,
     .has_default = true,
     .words = language_words},
};

/* columns names the table's columns in the order of the fields. Where a merge may not simply put the new row in the old
 * one's place (settings would be lost, another row's name taken), text says what it does on a known id instead. */
/* clang-format off */
#define TYPE(n, c, t, f) {.name = (n), .columns = (c), .text = (t), .fields = (f), .n_fields = sizeof(f) / sizeof((f)[0])}
/* clang-format on */

const struct import_type import_types[IMPORT_TYPES] = {
    [IMPORT_BRANCH] = TYPE("branch", "branch (id, name, time_zone)",
                           "ON CONFLICT (id) DO UPDATE SET name = ?2, time_zone = ?3", branch_fields),
    [IMPORT_SETTINGS] = TYPE("settings", NULL,
                             "UPDATE branch SET overdue_days = ?2, overdue_hits = ?3, allow_uid_only = ?4,"
                             " warn_ends_days = ?5, warn_certificate_days = ?6, warn_clips_left = ?7, too_soon_s = ?8,"
                             " closed_without_clock = ?9, show_photo = ?10, show_name = ?11, opening = ?12, help = ?13"
                             " WHERE id = ?1",
                             settings_fields),
    [IMPORT_HOLIDAY] = TYPE("holiday", "holiday (branch, day)", NULL, holiday_fields),
    [IMPORT_ZONE] = TYPE("zone", "zone (id, branch, name, most_people, passback, forget_after_s)", NULL, zone_fields),
    [IMPORT_POINT] = TYPE("point", "point (id, branch, name, direction, zone_from, zone_to)",
                          "ON CONFLICT (id) DO UPDATE SET branch = ?2, name = ?3, direction = ?4, zone_from = ?5,"
                          " zone_to = ?6",
                          point_fields),
    [IMPORT_SCHEDULE] = TYPE("schedule", "schedule (id, name)", NULL, schedule_fields),
    [IMPORT_PRODUCT] =
        TYPE("product", "product (id, name, min_age, tolerance_days, visits_per_day, visits_per_week)",
             "ON CONFLICT (id) DO UPDATE SET name = ?2, min_age = ?3, tolerance_days = ?4, visits_per_day = ?5,"
             " visits_per_week = ?6",
             product_fields),
    [IMPORT_RIGHT] = TYPE("right", "access_right (product, point, schedule, directions)", NULL, right_fields),
    [IMPORT_CUSTOMER] = TYPE("customer",
                             "customer (id, name, type, birth, branch, all_branches, inactive_from, suspended,"
                             " certificate_through, message)",
                             NULL, customer_fields),
    [IMPORT_SUBSCRIPTION] =
        TYPE("subscription",
             "subscription (id, customer, product, payer, parent, kind, start, bound_through, charged_through, ends_on,"
             " price_minor, currency, interval_months, interval_days, auto_renew)",
             NULL, subscription_fields),
    [IMPORT_FREEZE] = TYPE("freeze", "freeze (subscription, first_day, last_day)", NULL, freeze_fields),
    [IMPORT_PUNCH_CARD] =
        TYPE("punch_card", "punch_card (id, product, customer, clips_left, start, valid_through, counted_seq)", NULL,
             punch_card_fields),
    [IMPORT_SINGLE_ENTRY] =
        TYPE("single_entry", "single_entry (id, product, customer, used, start, valid_through, counted_seq)", NULL,
             single_entry_fields),
    [IMPORT_CARD_TYPE] = TYPE("card",
                              "card (key, customer, punch_card, single_entry, state, credential, valid_from,"
                              " valid_through, staff, emergency)",
                              NULL, card_fields),
    [IMPORT_INVOICE] = TYPE("invoice", "invoice (id, customer, due, exempt)", NULL, invoice_fields),
    [IMPORT_PHOTO] = TYPE("photo", "photo (customer, image)", NULL, photo_fields),
    [IMPORT_STAFF] =
        TYPE("staff", "staff (id, name, role, pin, card, language)",
             "ON CONFLICT (id) DO UPDATE SET name = ?2, role = ?3, pin = ?4, card = ?5, language = ?6", staff_fields),
};

static const char *const ref_texts[IMPORT_REFS] = {
    [IMPORT_REF_BRANCH] = "SELECT 1 FROM branch WHERE id = ?1",
    [IMPORT_REF_ZONE] = "SELECT 1 FROM zone WHERE id = ?1",
    [IMPORT_REF_POINT] = "SELECT 1 FROM point WHERE id = ?1",
    [IMPORT_REF_SCHEDULE] = "SELECT 1 FROM schedule WHERE id = ?1",
    [IMPORT_REF_PRODUCT] = "SELECT 1 FROM product WHERE id = ?1",
    [IMPORT_REF_CUSTOMER] = "SELECT 1 FROM customer WHERE id = ?1",
    [IMPORT_REF_SUBSCRIPTION] = "SELECT 1 FROM subscription WHERE id = ?1",
    [IMPORT_REF_PUNCH_CARD] = "SELECT 1 FROM punch_card WHERE id = ?1",
    [IMPORT_REF_SINGLE_ENTRY] = "SELECT 1 FROM single_entry WHERE id = ?1",
};

int import_bad(struct import *im, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(im->reason, sizeof(im->reason), format, args);
    va_end(args);
    return 1;
}

static size_t columns_of(const struct import_type *type)
{
    const struct import_field *last = &type->fields[type->n_fields - 1];
    return type->n_fields - (last->kind == IMPORT_BRANCHES || last->kind == IMPORT_SPANS ? 1 : 0);
}

static int prepare_put(struct import *im, const struct import_type *type, sqlite3_stmt **ret_stmt)
{
    char text[640];
    char marks[2 * IMPORT_FIELDS_MAX] = "?";
    if (!type->columns) {
        return sql_prepare(im->list->sql, type->text, ret_stmt);
    }
    for (size_t i = 1; i < columns_of(type); i++) {
        memcpy(marks + 2 * i - 1, ",?", 3);
    }
    bool merge = im->options->merge;
    (void)snprintf(text, sizeof(text), "INSERT %sINTO %s VALUES (%s) %s", merge && !type->text ? "OR REPLACE " : "",
                   type->columns, marks, merge && type->text ? type->text : "");
    return sql_prepare(im->list->sql, text, ret_stmt);
}

int import_rows_prepare(struct import *im)
{
    const struct sql_text texts[] = {
        {&im->drop_branches, "DELETE FROM customer_branch WHERE customer = ?1"},
        {&im->add_branch, "INSERT OR IGNORE INTO customer_branch (customer, branch) VALUES (?1, ?2)"},
        {&im->drop_spans, "DELETE FROM schedule_span WHERE schedule = ?1"},
        {&im->add_span, "INSERT INTO schedule_span (schedule, n, days, from_min, to_min) VALUES (?1, ?2, ?3, ?4, ?5)"},
        {&im->product_by_name, "SELECT id FROM product WHERE name = ?1"},
    };
    int r = sql_prepare_all(im->list->sql, texts, sizeof(texts) / sizeof(texts[0]));
    for (size_t i = 0; r == 0 && i < IMPORT_REFS; i++) {
        r = sql_prepare(im->list->sql, ref_texts[i], &im->exists[i]);
    }
    for (size_t i = 0; r == 0 && i < IMPORT_TYPES; i++) {
        r = prepare_put(im, &import_types[i], &im->put[i]);
    }
    return r;
}

void import_rows_finish(struct import *im)
{
    sqlite3_stmt *stmts[] = {im->drop_branches, im->add_branch, im->drop_spans, im->add_span, im->product_by_name};
    for (size_t i = 0; i < sizeof(stmts) / sizeof(stmts[0]); i++) {
        (void)sqlite3_finalize(stmts[i]);
    }
    for (size_t i = 0; i < IMPORT_REFS; i++) {
        (void)sqlite3_finalize(im->exists[i]);
    }
    for (size_t i = 0; i < IMPORT_TYPES; i++) {
        (void)sqlite3_finalize(im->put[i]);
    }
    free(im->image);
}

static int set_word(struct import *im, const struct import_field *field, const char *text, struct import_value *value)
{
    for (int64_t i = 0; field->words[i]; i++) {
        if (strcmp(field->words[i], text) == 0) {
            value->number = i;
            return 0;
        }
    }
    return import_bad(im, "%s: no such word", field->name);
}

int import_set_text(struct import *im, const struct import_field *field, const char *text, struct import_value *value)
{
    size_t n = strlen(text);
    value->given = true;
    switch (field->kind) {
    case IMPORT_TEXT:
        if (!text_is_utf8(text, n)) {
            return import_bad(im, "%s: not plain UTF-8 text", field->name);
        }
        if (n > (size_t)field->max || n < (size_t)field->min) {
            return import_bad(im, "%s: %zu bytes, allowed are %lld to %lld", field->name, n, (long long)field->min,
                              (long long)field->max);
        }
        value->text = text;
        return field->words ? set_word(im, field, text, value) : 0;
    case IMPORT_DAY: {
        int32_t day = date_parse(text);
        value->number = day;
        return day == DAY_NONE ? import_bad(im, "%s: no such day", field->name) : 0;
    }
    case IMPORT_CARD:
        return card_parse(text, &value->card) ? 0 : import_bad(im, "%s: no card number", field->name);
    case IMPORT_WORD:
        return set_word(im, field, text, value);
    default:
        return import_bad(im, "%s: not a text", field->name);
    }
}

/* Rules that no single field can break. */
static int check_whole(struct import *im, const struct import_line *line)
{
    const struct import_value *v = line->values;
    struct zone zone;
    switch (line->type) {
    case IMPORT_BRANCH:
        return zone_parse(v[2].text, &zone) ? 0 : import_bad(im, "time_zone: no POSIX TZ rule");
    case IMPORT_FREEZE:
        return v[1].number <= v[2].number ? 0 : import_bad(im, "last: before first");
    case IMPORT_SUBSCRIPTION:
        if (v[4].given && v[4].number == v[0].number) {
            return import_bad(im, "parent: its own");
        }
        return !v[6].given || !v[9].given || v[6].number <= v[9].number ? 0 : import_bad(im, "ends_on: before start");
    case IMPORT_CARD_TYPE: {
        int owners = v[1].given + v[2].given + v[3].given;
        if (owners > 1) {
            return import_bad(im, "customer, punch_card, single_entry: more than one");
        }
        if (owners == 0 && v[8].number == 0 && v[9].number == 0) {
            return import_bad(im, "customer, punch_card, single_entry: one must be there");
        }
        return card_is_random(&v[0].card) ? import_bad(im, "number: a random UID is no identity") : 0;
    }
    case IMPORT_STAFF:
        return import_check_staff(im, &v[3], &v[4]);
    default:
        return 0;
    }
}

static int check_ref(struct import *im, const struct import_field *field, int64_t id)
{
    sqlite3_stmt *stmt = im->exists[field->ref];
    int r = list_first(im->list, stmt, id, field->name);
    (void)sqlite3_reset(stmt);
    return r == 1 ? import_bad(im, "%s: %lld isn't there", field->name, (long long)id) : r;
}

static int check_fields(struct import *im, struct import_line *line)
{
    const struct import_type *type = &import_types[line->type];
    for (size_t i = 0; i < type->n_fields; i++) {
        const struct import_field *field = &type->fields[i];
        struct import_value *value = &line->values[i];
        if (!value->given && field->presence == IMPORT_REQUIRED) {
            return import_bad(im, "%s: missing", field->name);
        }
        if (!value->given && field->has_default) {
            value->number = field->otherwise;
        }
        if (value->given && field->kind == IMPORT_REF && value->number != 0) {
            int r = check_ref(im, field, value->number);
            if (r != 0) {
                return r;
            }
        }
    }
    return check_whole(im, line);
}

/* @key has room for a card's key, which holds until the statement is run. */
static void bind(sqlite3_stmt *stmt, int at, const struct import_type *type, const struct import_line *line,
                 uint8_t *key)
{
    const struct import_field *field = &type->fields[at - 1];
    const struct import_value *value = &line->values[at - 1];
    if (!value->given && !field->has_default) {
        (void)sqlite3_bind_null(stmt, at);
    } else if (field->kind == IMPORT_TEXT) {
        (void)sqlite3_bind_text(stmt, at, value->given ? value->text : "", -1, SQLITE_STATIC);
    } else if (field->kind == IMPORT_IMAGE) {
        (void)sqlite3_bind_blob(stmt, at, line->image, (int)line->image_size, SQLITE_STATIC);
    } else if (field->kind == IMPORT_CARD) {
        (void)sqlite3_bind_blob(stmt, at, key, (int)card_key(&value->card, key), SQLITE_STATIC);
    } else {
        (void)sqlite3_bind_int64(stmt, at, value->number);
    }
}

static int run(struct import *im, sqlite3_stmt *stmt, const char *what)
{
    int rc = sqlite3_step(stmt);
    int r = 0;
    if ((rc & 0xff) == SQLITE_CONSTRAINT) {
        const char *why = sqlite3_errmsg(im->list->sql);
        const char *named = strstr(why, ".name") ? "name" : strstr(why, "staff.card") ? "card" : what;
        r = import_bad(im, "%s: occurs twice", named);
    } else if (rc != SQLITE_DONE) {
        r = sql_failed(im->list->sql, what);
    }
    (void)sqlite3_reset(stmt);
    return r;
}

static int put_branches(struct import *im, const struct import_line *line)
{
    int64_t customer = line->values[0].number;
    int r = 0;
    if (im->options->merge) {
        (void)sqlite3_bind_int64(im->drop_branches, 1, customer);
        r = run(im, im->drop_branches, "branches");
    }
    for (size_t i = 0; r == 0 && i < line->n_branches; i++) {
        (void)sqlite3_bind_int64(im->add_branch, 1, customer);
        (void)sqlite3_bind_int64(im->add_branch, 2, line->branches[i]);
        r = run(im, im->add_branch, "branches");
    }
    return r;
}

static int put_spans(struct import *im, const struct import_line *line)
{
    int64_t schedule = line->values[0].number;
    (void)sqlite3_bind_int64(im->drop_spans, 1, schedule);
    int r = run(im, im->drop_spans, "spans");
    for (int i = 0; r == 0 && i < line->schedule.n_spans; i++) {
        const struct schedule_span *span = &line->schedule.spans[i];
        const int64_t numbers[] = {schedule, i, span->days, span->from_min, span->to_min};
        for (int n = 0; n < 5; n++) {
            (void)sqlite3_bind_int64(im->add_span, n + 1, numbers[n]);
        }
        r = run(im, im->add_span, "spans");
    }
    return r;
}

static int check_branches(struct import *im, const struct import_line *line)
{
    const struct import_field field = {.name = "branches", .ref = IMPORT_REF_BRANCH};
    int r = 0;
    for (size_t i = 0; r == 0 && i < line->n_branches; i++) {
        r = check_ref(im, &field, line->branches[i]);
    }
    return r;
}

int import_put(struct import *im, struct import_line *line)
{
    const struct import_type *type = &import_types[line->type];
    sqlite3_stmt *stmt = im->put[line->type];
    uint8_t key[1 + CARD_DIGITS_MAX];
    int r = check_fields(im, line);
    if (r == 0) {
        r = check_branches(im, line);
    }
    if (r != 0) {
        return r;
    }
    for (size_t i = 0; i < columns_of(type); i++) {
        bind(stmt, (int)i + 1, type, line, key);
    }
    r = run(im, stmt, type->fields[0].name);
    (void)sqlite3_clear_bindings(stmt);
    if (r == 0 && line->type == IMPORT_CUSTOMER) {
        r = put_branches(im, line);
    }
    return r == 0 && line->type == IMPORT_SCHEDULE ? put_spans(im, line) : r;
}
