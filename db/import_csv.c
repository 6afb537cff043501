/* A table of members: one row becomes a customer, a subscription and a card. Each line is parsed on its own, so that a
 * quote that is never closed spoils one line and not the rest of the file. */

#include "db/import_internal.h"

#include "base/text.h"

#include <csv.h>
#include <sodium.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum column { CARD, PRODUCT, NAME, BIRTH, BRANCH, START, CHARGED_THROUGH, ENDS_ON, MESSAGE, CUSTOMER, COLUMNS };

static const char *const column_names[COLUMNS] = {
    [CARD] = "card",
    [PRODUCT] = "product",
    [NAME] = "name",
    [BIRTH] = "birth",
    [BRANCH] = "branch",
    [START] = "start",
    [CHARGED_THROUGH] = "charged_through",
    [ENDS_ON] = "ends_on",
    [MESSAGE] = "message",
    [CUSTOMER] = "customer",
};

enum { FIELDS_MAX = 32, FIELD_SIZE = 512 };

struct import_csv {
    struct import *im;
    struct csv_parser parser;
    bool parsing;
    int columns[FIELDS_MAX]; /* enum column of each field */
    size_t n_columns;
    size_t n_fields; /* of the line now */
    bool too_much;
    char fields[FIELDS_MAX][FIELD_SIZE];
};

int import_csv_new(struct import *im, struct import_csv **ret_csv)
{
    struct import_csv *csv = calloc(1, sizeof(*csv));
    if (!csv) {
        return -ENOMEM;
    }
    csv->im = im;
    if (sodium_init() < 0 || csv_init(&csv->parser, CSV_STRICT | CSV_STRICT_FINI) != 0) {
        free(csv);
        return -EIO;
    }
    csv->parsing = true;
    *ret_csv = csv;
    return 0;
}

void import_csv_free(struct import_csv *csv)
{
    if (csv) {
        csv_free(&csv->parser);
        free(csv);
    }
}

static void take_field(void *text, size_t n, void *user)
{
    struct import_csv *csv = user;
    if (csv->n_fields == FIELDS_MAX || n >= FIELD_SIZE || (n > 0 && memchr(text, '\0', n))) {
        csv->too_much = true;
        return;
    }
    char *field = csv->fields[csv->n_fields++];
    if (n > 0) {
        memcpy(field, text, n);
    }
    field[n] = '\0';
}

static void take_row(int terminator, void *user)
{
    (void)terminator;
    (void)user;
}

static int parse(struct import_csv *csv, const char *text, size_t n)
{
    csv->n_fields = 0;
    csv->too_much = false;
    bool good = csv_parse(&csv->parser, text, n, take_field, take_row, csv) == n;
    int error = csv_error(&csv->parser);
    good = csv_fini(&csv->parser, take_field, take_row, csv) == 0 && good;
    if (error == CSV_ENOMEM) {
        return -ENOMEM;
    }
    if (!good) {
        /* The parser stays where it stopped: a fresh one for the next line. */
        unsigned char delimiter = csv_get_delim(&csv->parser);
        csv_free(&csv->parser);
        (void)csv_init(&csv->parser, CSV_STRICT | CSV_STRICT_FINI);
        csv_set_delim(&csv->parser, delimiter);
        return import_bad(csv->im, "quotes that don't fit");
    }
    return csv->too_much ? import_bad(csv->im, "more or longer fields than allowed") : 0;
}

static size_t count(const char *text, size_t n, char what)
{
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        found += text[i] == what ? 1 : 0;
    }
    return found;
}

int import_csv_heading(struct import_csv *csv, const char *text, size_t n)
{
    bool seen[COLUMNS] = {false};
    csv_set_delim(&csv->parser, count(text, n, ';') > count(text, n, ',') ? ';' : ',');
    int r = parse(csv, text, n);
    if (r != 0) {
        return r;
    }
    for (size_t i = 0; i < csv->n_fields; i++) {
        int column = 0;
        while (column < COLUMNS && strcasecmp(csv->fields[i], column_names[column]) != 0) {
            column++;
        }
        if (column == COLUMNS || seen[column]) {
            return import_bad(csv->im, "heading: column %zu is unknown or there twice", i + 1);
        }
        seen[column] = true;
        csv->columns[i] = column;
    }
    csv->n_columns = csv->n_fields;
    return seen[CARD] && seen[PRODUCT] ? 0 : import_bad(csv->im, "heading: card and product must be there");
}

static const struct import_field *field_of(enum import_type_id type, const char *name, size_t *ret_index)
{
    const struct import_type *t = &import_types[type];
    for (size_t i = 0; i < t->n_fields; i++) {
        if (strcmp(t->fields[i].name, name) == 0) {
            *ret_index = i;
            return &t->fields[i];
        }
    }
    abort(); /* the tables are of one piece */
}

static void set_number(struct import_line *line, const char *name, int64_t number)
{
    size_t i = 0;
    (void)field_of(line->type, name, &i);
    line->values[i].given = true;
    line->values[i].number = number;
}

static int set_text(struct import *im, struct import_line *line, const char *name, const char *text)
{
    size_t i = 0;
    const struct import_field *field = field_of(line->type, name, &i);
    return import_set_text(im, field, text, &line->values[i]);
}

static int find_product(struct import *im, const char *name, int64_t *ret_id)
{
    sqlite3_stmt *stmt = im->product_by_name;
    (void)sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
    int r = list_step(im->list, stmt, "product");
    if (r == 0) {
        *ret_id = sqlite3_column_int64(stmt, 0);
    }
    (void)sqlite3_reset(stmt);
    (void)sqlite3_clear_bindings(stmt);
    return r == 1 ? import_bad(im, "product: isn't in the list") : r;
}

/* A number between 2^51 and 2^52 made from the card's: above what anybody counts up to by hand. */
static int64_t id_of_card(const struct card_number *card)
{
    uint8_t key[1 + CARD_DIGITS_MAX];
    uint8_t hash[crypto_generichash_BYTES_MIN];
    size_t n = card_key(card, key);
    (void)crypto_generichash(hash, sizeof(hash), key, n, NULL, 0);
    uint64_t id = 0;
    for (size_t i = 0; i < 8; i++) {
        id = id << 8 | hash[i];
    }
    return (int64_t)((id & ((UINT64_C(1) << 51) - 1)) | UINT64_C(1) << 51);
}

struct member {
    struct import_line customer, subscription, card;
    bool has_id, has_branch;
    int64_t id;
};

static int set_column(struct import *im, struct member *m, enum column column, const char *text)
{
    int64_t number = 0;
    switch (column) {
    case CARD:
        return set_text(im, &m->card, "number", text);
    case PRODUCT: {
        int r = find_product(im, text, &number);
        if (r == 0) {
            set_number(&m->subscription, "product", number);
        }
        return r;
    }
    case BRANCH:
        if (!text_int(text, 1, INT64_C(1) << 53, &number)) {
            return import_bad(im, "branch: no id");
        }
        m->has_branch = true;
        set_number(&m->customer, "branch", number);
        return 0;
    case CUSTOMER:
        m->has_id = text_int(text, 1, INT64_C(1) << 53, &m->id);
        return m->has_id ? 0 : import_bad(im, "customer: no id");
    case NAME:
    case BIRTH:
    case MESSAGE:
        return set_text(im, &m->customer, column_names[column], text);
    default:
        return set_text(im, &m->subscription, column_names[column], text);
    }
}

static int put_member(struct import *im, struct member *m)
{
    size_t number = 0;
    (void)field_of(IMPORT_CARD_TYPE, "number", &number);
    if (!m->card.values[number].given) {
        return import_bad(im, "card: missing");
    }
    int64_t id = m->has_id ? m->id : id_of_card(&m->card.values[number].card);
    set_number(&m->customer, "id", id);
    set_number(&m->customer, "all_branches", m->has_branch ? 0 : 1);
    set_number(&m->subscription, "id", id);
    set_number(&m->subscription, "customer", id);
    set_number(&m->card, "customer", id);
    int r = import_put(im, &m->customer);
    if (r == 0) {
        r = import_put(im, &m->subscription);
    }
    return r == 0 ? import_put(im, &m->card) : r;
}

int import_csv_line(struct import_csv *csv, const char *text, size_t n)
{
    struct import *im = csv->im;
    struct member m;
    int r = parse(csv, text, n);
    if (r != 0) {
        return r;
    }
    if (csv->n_fields != csv->n_columns) {
        return import_bad(im, "%zu fields, the heading has %zu", csv->n_fields, csv->n_columns);
    }
    memset(&m, 0, sizeof(m));
    m.customer.type = IMPORT_CUSTOMER;
    m.subscription.type = IMPORT_SUBSCRIPTION;
    m.card.type = IMPORT_CARD_TYPE;
    for (size_t i = 0; i < csv->n_fields && r == 0; i++) {
        if (csv->fields[i][0] != '\0') {
            r = set_column(im, &m, (enum column)csv->columns[i], csv->fields[i]);
        }
    }
    return r == 0 ? put_member(im, &m) : r;
}
