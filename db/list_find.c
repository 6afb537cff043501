/* The look-up of a tap.
 *
 * It is a handful of prepared statements over keys: the card by its number, the person by its id, then that person's
 * subscriptions, which lie together on one page, and the few freezes, punch cards and single entries. The card's
 * statement stays on its row until the end: that keeps one read transaction open around the others, so all of them see
 * the same list, without a BEGIN and a COMMIT of their own. Products and their rights at this access point are few
 * and the same for everybody: they are kept in the handle until the file changes.
 *
 * Rows come from far away and may be impossible. Where one is, what stands on it is worth nothing and is counted; for a
 * card or a person the value taken is the one that doesn't let anybody in by mistake. */

#include "db/list_internal.h"

#define LOG_MODULE "list"
#include "base/log.h"
#include "base/text.h"

#include <errno.h>
#include <string.h>

/* One person's rows that a look-up goes through at most, of each kind. */
enum { ROWS_MAX = 256 };

struct find {
    struct list_db *db;
    const struct list_point *point;
    struct access_query *query;
    int64_t *counted_seq;
    unsigned bad;
};

/* What a row says, before it is worth a place in the query. */
struct candidate {
    enum access_kind kind;
    int64_t id, product_id;
    bool prepaid;
    int32_t start, ends_on, charged_through, payer_overdue_since, valid_through;
    int32_t clips_left;
    int64_t counted_seq;
    struct access_freeze freezes[ACCESS_FREEZES_MAX];
    uint8_t n_freezes;
};

static const char card_sql[] = "SELECT customer, punch_card, single_entry, state, credential, valid_from,"
                               " valid_through, staff, emergency FROM card WHERE key = ?1";

static const char customer_sql[] =
    "SELECT name, birth, inactive_from, suspended, all_branches, certificate_through, message,"
    " all_branches OR branch IS ?2 OR EXISTS (SELECT 1 FROM customer_branch WHERE customer = ?1 AND branch = ?2)"
    " FROM customer WHERE id = ?1";

static const char subscriptions_sql[] = "SELECT id, product, payer, parent, kind, start, charged_through, ends_on"
                                        " FROM subscription WHERE customer = ?1 ORDER BY id DESC";

static const char parent_sql[] = "SELECT charged_through, ends_on, start, parent FROM subscription WHERE id = ?1";

static const char freezes_sql[] =
    "SELECT first_day, last_day FROM freeze WHERE subscription = ?1 ORDER BY first_day DESC";

/* The bounds are DAY_MIN and DAY_MAX. */
static const char overdue_sql[] = "SELECT min(due) FROM invoice"
                                  " WHERE customer = ?1 AND exempt = 0 AND due BETWEEN -719162 AND 2932896";

#define PUNCH_CARD_COLUMNS   "id, product, clips_left, start, valid_through, counted_seq, customer FROM punch_card"
#define SINGLE_ENTRY_COLUMNS "id, product, NOT used, start, valid_through, counted_seq, customer FROM single_entry"
static const char punch_cards_sql[] = "SELECT " PUNCH_CARD_COLUMNS " WHERE customer = ?1";
static const char punch_card_sql[] = "SELECT " PUNCH_CARD_COLUMNS " WHERE id = ?1";
static const char single_entries_sql[] = "SELECT " SINGLE_ENTRY_COLUMNS " WHERE customer = ?1";
static const char single_entry_sql[] = "SELECT " SINGLE_ENTRY_COLUMNS " WHERE id = ?1";

int list_find_prepare(struct list_db *db)
{
    const struct sql_text texts[] = {
        {&db->card, card_sql},
        {&db->customer, customer_sql},
        {&db->subscriptions, subscriptions_sql},
        {&db->parent, parent_sql},
        {&db->freezes, freezes_sql},
        {&db->overdue, overdue_sql},
        {&db->punch_cards, punch_cards_sql},
        {&db->punch_card, punch_card_sql},
        {&db->single_entries, single_entries_sql},
        {&db->single_entry, single_entry_sql},
    };
    int r = sql_prepare_all(db->sql, texts, sizeof(texts) / sizeof(texts[0]));
    return r < 0 ? r : list_product_prepare(db);
}

void list_find_finish(struct list_db *db)
{
    sqlite3_stmt *stmts[] = {db->card,           db->customer,     db->subscriptions, db->parent,  db->freezes,
                             db->overdue,        db->punch_cards,  db->punch_card,    db->product, db->rights,
                             db->single_entries, db->single_entry, db->spans};
    for (size_t i = 0; i < sizeof(stmts) / sizeof(stmts[0]); i++) {
        (void)sqlite3_finalize(stmts[i]);
    }
}

/* Entitlements ------------------------------------------------------------------------------------------------ */

static int32_t last_day(const struct access_entitlement *e)
{
    int32_t day = e->kind == ACCESS_SUBSCRIPTION ? e->ends_on : e->valid_through;
    return day == DAY_NONE ? INT32_MAX : day;
}

/* When somebody has more entitlements than there are places, those that ended first give way. */
static int take_place(struct access_query *query, int32_t day)
{
    if (query->n_entitlements < ACCESS_ENTITLEMENTS_MAX) {
        return query->n_entitlements++;
    }
    int place = 0;
    for (int i = 1; i < ACCESS_ENTITLEMENTS_MAX; i++) {
        if (last_day(&query->entitlements[i]) < last_day(&query->entitlements[place])) {
            place = i;
        }
    }
    return last_day(&query->entitlements[place]) < day ? place : -1;
}

static int add(struct find *f, const struct candidate *c)
{
    const struct list_product *product = NULL;
    int r = list_find_product(f->db, c->product_id, f->point->id, &product);
    if (r < 0) {
        return r;
    }
    f->bad += product->bad_rights;
    if (product->bad) {
        f->bad++;
        return 0;
    }
    int32_t day = c->kind == ACCESS_SUBSCRIPTION ? c->ends_on : c->valid_through;
    int place = take_place(f->query, day == DAY_NONE ? INT32_MAX : day);
    if (place < 0) {
        return 0;
    }
    struct access_entitlement *e = &f->query->entitlements[place];
    e->kind = c->kind;
    e->id = c->id;
    e->product_id = c->product_id;
    memcpy(e->product, product->name, sizeof(e->product));
    e->min_age = product->min_age;
    e->tolerance_days = product->tolerance_days;
    e->visits_per_day = product->visits_per_day;
    e->visits_per_week = product->visits_per_week;
    e->prepaid = c->prepaid;
    e->start = c->start;
    e->ends_on = c->ends_on;
    e->charged_through = c->charged_through;
    e->payer_overdue_since = c->payer_overdue_since;
    e->clips_left = c->clips_left;
    e->valid_through = c->valid_through;
    memcpy(e->freezes, c->freezes, c->n_freezes * sizeof(c->freezes[0]));
    e->n_freezes = c->n_freezes;
    memcpy(e->rights, product->rights, product->n_rights * sizeof(product->rights[0]));
    e->n_rights = product->n_rights;
    if (f->counted_seq) {
        f->counted_seq[place] = c->counted_seq;
    }
    return 0;
}

/* The newest come first; of more than @most, the oldest are over. An add-on shares the room with its main
 * subscription, so that a long history of its own can't crowd out the freeze that it is to follow. */
static int read_freezes(struct find *f, int64_t subscription, unsigned most, struct candidate *c, bool *ret_good)
{
    sqlite3_stmt *s = f->db->freezes;
    int64_t next_first = (int64_t)DAY_MAX + 1;
    unsigned room = c->n_freezes + most;
    int r = list_first(f->db, s, subscription, "freezes");
    while (r == 0 && *ret_good) {
        struct access_freeze freeze = {0};
        *ret_good = list_day_at(s, 0, &freeze.first) && list_day_at(s, 1, &freeze.last) &&
                    freeze.first <= freeze.last && freeze.last < next_first;
        next_first = freeze.first;
        if (*ret_good && c->n_freezes < room) {
            c->freezes[c->n_freezes++] = freeze;
        }
        r = list_step(f->db, s, "freezes");
    }
    (void)sqlite3_reset(s);
    return r < 0 ? r : 0;
}

static int32_t earlier(int32_t a, int32_t b)
{
    return a == DAY_NONE ? b : b == DAY_NONE ? a : a < b ? a : b;
}

/* An add-on follows its main subscription: it begins with it at the earliest, ends with it at the latest, is frozen with
 * it, and is paid as far as it where it isn't charged for itself. An add-on of an add-on there is not. */
static int follow_parent(struct find *f, int64_t parent, struct candidate *c, bool *ret_good)
{
    sqlite3_stmt *s = f->db->parent;
    int r = list_first(f->db, s, parent, "parent");
    *ret_good = r == 0;
    if (r == 0) {
        int32_t charged = DAY_NONE;
        int32_t ends = DAY_NONE;
        int32_t starts = DAY_NONE;
        *ret_good = list_day_at(s, 0, &charged) && list_day_at(s, 1, &ends) && list_day_at(s, 2, &starts) &&
                    !list_has_value(s, 3);
        c->start = starts > c->start ? starts : c->start; /* DAY_NONE is the least */
        c->ends_on = earlier(c->ends_on, ends);
        c->charged_through = c->charged_through == DAY_NONE ? charged : c->charged_through;
    }
    (void)sqlite3_reset(s);
    return r < 0 ? r : *ret_good ? read_freezes(f, parent, ACCESS_FREEZES_MAX / 2, c, ret_good) : 0;
}

static int overdue_since(struct find *f, int64_t customer, int32_t *ret_day)
{
    int r = list_first(f->db, f->db->overdue, customer, "overdue");
    if (r == 0) {
        (void)list_day_at(f->db->overdue, 0, ret_day);
    }
    (void)sqlite3_reset(f->db->overdue);
    return r < 0 ? r : 0;
}

static int add_subscription(struct find *f, int64_t customer)
{
    sqlite3_stmt *s = f->db->subscriptions;
    struct candidate c = {.kind = ACCESS_SUBSCRIPTION,
                          .id = sqlite3_column_int64(s, 0),
                          .product_id = sqlite3_column_int64(s, 1),
                          .prepaid = sqlite3_column_int64(s, 4) != 0,
                          .payer_overdue_since = f->query->customer.overdue_since,
                          .valid_through = DAY_NONE};
    bool good = list_day_at(s, 5, &c.start) && list_day_at(s, 6, &c.charged_through) && list_day_at(s, 7, &c.ends_on) &&
                (c.start == DAY_NONE || c.ends_on == DAY_NONE || c.start <= c.ends_on);
    int r = 0;
    if (good) {
        r = read_freezes(f, c.id, list_has_value(s, 3) ? ACCESS_FREEZES_MAX / 2 : ACCESS_FREEZES_MAX, &c, &good);
    }
    if (r == 0 && good && list_has_value(s, 3)) {
        r = follow_parent(f, sqlite3_column_int64(s, 3), &c, &good);
    }
    if (r == 0 && good && list_has_value(s, 2) && sqlite3_column_int64(s, 2) != customer) {
        c.payer_overdue_since = DAY_NONE;
        r = overdue_since(f, sqlite3_column_int64(s, 2), &c.payer_overdue_since);
    }
    if (r == 0 && good) {
        return add(f, &c);
    }
    f->bad += good ? 0 : 1;
    return r;
}

static int add_subscriptions(struct find *f, int64_t customer)
{
    sqlite3_stmt *s = f->db->subscriptions;
    int r = list_first(f->db, s, customer, "subscriptions");
    for (int n = 0; r == 0 && n < ROWS_MAX; n++) {
        r = add_subscription(f, customer);
        if (r == 0) {
            r = list_step(f->db, s, "subscriptions");
        }
    }
    (void)sqlite3_reset(s);
    return r < 0 ? r : 0;
}

/* The row that a statement over PUNCH_CARD_COLUMNS or SINGLE_ENTRY_COLUMNS stands on. */
static int add_countable(struct find *f, sqlite3_stmt *s, enum access_kind kind)
{
    struct candidate c = {.kind = kind,
                          .id = sqlite3_column_int64(s, 0),
                          .product_id = sqlite3_column_int64(s, 1),
                          .ends_on = DAY_NONE,
                          .charged_through = DAY_NONE,
                          .payer_overdue_since = f->query->customer.overdue_since, /* who uses it has bought it */
                          .counted_seq = sqlite3_column_int64(s, 5)};
    int64_t clips = 0;
    bool good = list_int_at(s, 2, INT32_MAX, &clips) && list_day_at(s, 3, &c.start) &&
                list_day_at(s, 4, &c.valid_through) && c.counted_seq >= 0;
    if (!good) {
        f->bad++;
        return 0;
    }
    c.clips_left = (int32_t)clips;
    return add(f, &c);
}

static int add_countables(struct find *f, sqlite3_stmt *s, int64_t customer, enum access_kind kind)
{
    int r = list_first(f->db, s, customer, access_kind_text(kind));
    for (int n = 0; r == 0 && n < ROWS_MAX; n++) {
        r = add_countable(f, s, kind);
        if (r == 0) {
            r = list_step(f->db, s, access_kind_text(kind));
        }
    }
    (void)sqlite3_reset(s);
    return r < 0 ? r : 0;
}

/* Person and card --------------------------------------------------------------------------------------------- */

static void read_customer(struct find *f, int64_t id, int32_t due)
{
    sqlite3_stmt *s = f->db->customer;
    struct access_customer *c = &f->query->customer;
    *c = (struct access_customer){.present = true,
                                  .id = id,
                                  .suspended = sqlite3_column_int64(s, 3) != 0,
                                  .all_branches = sqlite3_column_int64(s, 4) != 0,
                                  .this_branch = sqlite3_column_int64(s, 7) != 0,
                                  .overdue_since = due};
    (void)text_copy(c->name, sizeof(c->name), (const char *)sqlite3_column_text(s, 0));
    (void)text_copy(c->message, sizeof(c->message), (const char *)sqlite3_column_text(s, 6));
    if (!list_day_at(s, 1, &c->birth)) {
        f->bad++; /* unknown: too young for whatever has a least age */
    }
    if (!list_day_at(s, 2, &c->inactive_from)) {
        f->bad++;
        c->inactive_from = DAY_MIN;
    }
    if (!list_day_at(s, 5, &c->certificate_through)) {
        f->bad++;
    }
}

static int find_customer(struct find *f, int64_t id)
{
    int32_t due = DAY_NONE;
    int r = overdue_since(f, id, &due);
    if (r < 0) {
        return r;
    }
    (void)sqlite3_bind_int64(f->db->customer, 2, f->point->branch_id);
    r = list_first(f->db, f->db->customer, id, "customer");
    if (r == 0) {
        read_customer(f, id, due);
    }
    (void)sqlite3_reset(f->db->customer);
    return r;
}

/* A card that names an owner who isn't in the list is worth nothing: whether that person is suspended, or left the staff,
 * can't be known. */
static void mistrust(struct find *f)
{
    f->bad++;
    f->query->card.staff = false;
    f->query->card.emergency = false;
}

static int add_all_of(struct find *f, int64_t customer)
{
    int r = find_customer(f, customer);
    if (r == 1) {
        mistrust(f);
        return 0;
    }
    if (r < 0) {
        return r;
    }
    r = add_subscriptions(f, customer);
    if (r == 0) {
        r = add_countables(f, f->db->single_entries, customer, ACCESS_SINGLE_ENTRY);
    }
    return r == 0 ? add_countables(f, f->db->punch_cards, customer, ACCESS_PUNCH_CARD) : r;
}

/* The card is the punch card or the single entry: that alone counts. It may be somebody's all the same. */
static int add_bearer(struct find *f, sqlite3_stmt *s, int64_t id, enum access_kind kind)
{
    int r = list_first(f->db, s, id, access_kind_text(kind));
    if (r == 0 && list_has_value(s, 6)) {
        r = find_customer(f, sqlite3_column_int64(s, 6));
    }
    if (r == 0) {
        r = add_countable(f, s, kind);
    }
    if (r == 1) {
        mistrust(f);
    }
    (void)sqlite3_reset(s);
    return r < 0 ? r : 0;
}

/* A card that can't be read rightly doesn't open: broken, or over since the beginning. */
static void read_card(struct find *f)
{
    sqlite3_stmt *s = f->db->card;
    struct access_card *card = &f->query->card;
    int64_t state = 0;
    int64_t credential = 0;
    card->known = true;
    if (!list_int_at(s, 3, ACCESS_CARD_REPLACED, &state)) {
        f->bad++;
        state = ACCESS_CARD_BROKEN;
    }
    if (!list_int_at(s, 4, ACCESS_CREDENTIAL_DESFIRE, &credential)) {
        f->bad++;
        credential = ACCESS_CREDENTIAL_DESFIRE;
    }
    card->state = (enum access_card_state)state;
    card->credential = (enum access_credential)credential;
    card->staff = sqlite3_column_int64(s, 7) == 1;
    card->emergency = sqlite3_column_int64(s, 8) == 1;
    bool good = list_day_at(s, 5, &card->valid_from);
    if (!list_day_at(s, 6, &card->valid_through) || !good) {
        f->bad++;
        card->valid_through = DAY_MIN;
    }
}

static int find_owner(struct find *f)
{
    sqlite3_stmt *s = f->db->card;
    if (list_has_value(s, 0)) {
        return add_all_of(f, sqlite3_column_int64(s, 0));
    }
    if (list_has_value(s, 1)) {
        return add_bearer(f, f->db->punch_card, sqlite3_column_int64(s, 1), ACCESS_PUNCH_CARD);
    }
    if (list_has_value(s, 2)) {
        return add_bearer(f, f->db->single_entry, sqlite3_column_int64(s, 2), ACCESS_SINGLE_ENTRY);
    }
    return 0;
}

int list_db_find(struct list_db *db, const struct card_number *card, const struct list_point *point,
                 struct access_query *ret_query, int64_t *ret_counted_seq, unsigned *ret_bad_rows)
{
    struct find f = {.db = db, .point = point, .query = ret_query, .counted_seq = ret_counted_seq};
    ret_query->card = (struct access_card){.number = *card, .valid_from = DAY_NONE, .valid_through = DAY_NONE};
    ret_query->customer = (struct access_customer){
        .birth = DAY_NONE, .inactive_from = DAY_NONE, .certificate_through = DAY_NONE, .overdue_since = DAY_NONE};
    ret_query->n_entitlements = 0;
    uint8_t key[1 + CARD_DIGITS_MAX];
    size_t n = card_key(card, key);
    (void)sqlite3_bind_blob(db->card, 1, key, (int)n, SQLITE_STATIC);
    int r = list_step(db, db->card, "card");
    if (r == 0) {
        r = list_forget_products_after_change(db);
    }
    if (r == 0) {
        read_card(&f);
        r = find_owner(&f);
    }
    (void)sqlite3_reset(db->card);
    (void)sqlite3_clear_bindings(db->card);
    if (ret_bad_rows) {
        *ret_bad_rows = f.bad;
    }
    return r < 0 ? r : 0;
}
