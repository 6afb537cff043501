/* Products, their rights at an access point, and the small reading steps that the look-up shares. */

#include "db/list_internal.h"

#define LOG_MODULE "list"
#include "base/log.h"
#include "base/text.h"

#include <errno.h>

static const char product_sql[] =
    "SELECT name, min_age, tolerance_days, visits_per_day, visits_per_week FROM product WHERE id = ?1";

static const char rights_sql[] = "SELECT r.directions, r.schedule, s.id FROM access_right r"
                                 " LEFT JOIN schedule s ON s.id = r.schedule"
                                 " WHERE r.product = ?1 AND r.point IN (0, ?2)";

static const char spans_sql[] = "SELECT days, from_min, to_min FROM schedule_span WHERE schedule = ?1 ORDER BY n";

int list_product_prepare(struct list_db *db)
{
    const struct sql_text texts[] = {{&db->product, product_sql}, {&db->rights, rights_sql}, {&db->spans, spans_sql}};
    return sql_prepare_all(db->sql, texts, sizeof(texts) / sizeof(texts[0]));
}

/* @return 0 on a row, 1 at the end, or a negative errno. */
int list_step(struct list_db *db, sqlite3_stmt *stmt, const char *what)
{
    int rc = sqlite3_step(stmt);
    return rc == SQLITE_ROW ? 0 : rc == SQLITE_DONE ? 1 : sql_failed(db->sql, what);
}

int list_first(struct list_db *db, sqlite3_stmt *stmt, int64_t id, const char *what)
{
    (void)sqlite3_bind_int64(stmt, 1, id);
    return list_step(db, stmt, what);
}

/* @return false when the column holds no day that there is; DAY_NONE for NULL is one. */
bool list_day_at(sqlite3_stmt *stmt, int column, int32_t *ret_day)
{
    if (sqlite3_column_type(stmt, column) == SQLITE_NULL) {
        *ret_day = DAY_NONE;
        return true;
    }
    int64_t day = sqlite3_column_int64(stmt, column);
    *ret_day = DAY_NONE;
    if (day < DAY_MIN || day > DAY_MAX) {
        return false;
    }
    *ret_day = (int32_t)day;
    return true;
}

bool list_int_at(sqlite3_stmt *stmt, int column, int64_t max, int64_t *ret_value)
{
    *ret_value = sqlite3_column_int64(stmt, column);
    return *ret_value >= 0 && *ret_value <= max;
}

bool list_has_value(sqlite3_stmt *stmt, int column)
{
    return sqlite3_column_type(stmt, column) != SQLITE_NULL;
}

int list_read_schedule(struct list_db *db, int64_t id, struct schedule *ret_schedule, bool *ret_good)
{
    bool good = true;
    ret_schedule->n_spans = 0;
    int r = list_first(db, db->spans, id, "spans");
    while (r == 0) {
        int64_t days = 0;
        int64_t from = 0;
        int64_t to = 0;
        good = good && ret_schedule->n_spans < SCHEDULE_SPANS_MAX && list_int_at(db->spans, 0, 255, &days) &&
               list_int_at(db->spans, 1, 1439, &from) && list_int_at(db->spans, 2, 2880, &to) && to > from;
        if (good) {
            ret_schedule->spans[ret_schedule->n_spans++] =
                (struct schedule_span){.days = (uint8_t)days, .from_min = (int16_t)from, .to_min = (int16_t)to};
        }
        r = list_step(db, db->spans, "spans");
    }
    (void)sqlite3_reset(db->spans);
    *ret_good = good;
    return r < 0 ? r : 0;
}

static int read_right(struct list_db *db, struct list_product *product, bool *ret_good)
{
    enum { ALL_DIRECTIONS = 1 << VISIT_IN | 1 << VISIT_OUT | 1 << VISIT_INNER };
    int64_t directions = 0;
    *ret_good = list_int_at(db->rights, 0, ALL_DIRECTIONS, &directions) && product->n_rights < ACCESS_RIGHTS_MAX;
    if (!*ret_good) {
        return 0;
    }
    struct access_right *right = &product->rights[product->n_rights];
    int64_t schedule_id = sqlite3_column_int64(db->rights, 1);
    int r = 0;
    right->directions = (uint8_t)directions;
    right->always = schedule_id == 0;
    right->schedule.n_spans = 0;
    if (!right->always) {
        *ret_good = list_has_value(db->rights, 2);
        r = *ret_good ? list_read_schedule(db, schedule_id, &right->schedule, ret_good) : 0;
    }
    product->n_rights = (uint8_t)(product->n_rights + (*ret_good ? 1 : 0));
    return r;
}

static int read_rights(struct list_db *db, int64_t point_id, struct list_product *product)
{
    (void)sqlite3_bind_int64(db->rights, 2, point_id);
    int r = list_first(db, db->rights, product->id, "rights");
    while (r == 0) {
        bool good = false;
        r = read_right(db, product, &good);
        product->bad_rights += good ? 0 : 1;
        if (r == 0) {
            r = list_step(db, db->rights, "rights");
        }
    }
    (void)sqlite3_reset(db->rights);
    return r < 0 ? r : 0;
}

static int read_product(struct list_db *db, int64_t id, int64_t point_id, struct list_product *product)
{
    *product = (struct list_product){.id = id, .point_id = point_id};
    int r = list_first(db, db->product, id, "product");
    if (r == 0) {
        sqlite3_stmt *s = db->product;
        int64_t age = 0;
        int64_t tolerance = 0;
        int64_t day = 0;
        int64_t week = 0;
        (void)text_copy(product->name, sizeof(product->name), (const char *)sqlite3_column_text(s, 0));
        product->bad = !list_int_at(s, 1, UINT8_MAX, &age) || !list_int_at(s, 2, UINT16_MAX, &tolerance) ||
                       !list_int_at(s, 3, UINT16_MAX, &day) || !list_int_at(s, 4, UINT16_MAX, &week);
        product->min_age = (uint8_t)age;
        product->tolerance_days = (uint16_t)tolerance;
        product->visits_per_day = (uint16_t)day;
        product->visits_per_week = (uint16_t)week;
    }
    (void)sqlite3_reset(db->product);
    if (r == 0) {
        r = read_rights(db, point_id, product);
    } else if (r == 1) {
        product->bad = true;
        r = 0;
    }
    product->used = r == 0;
    return r;
}

int list_find_product(struct list_db *db, int64_t id, int64_t point_id, const struct list_product **ret_product)
{
    struct list_product *oldest = &db->products[0];
    for (size_t i = 0; i < LIST_PRODUCTS_CACHED; i++) {
        struct list_product *p = &db->products[i];
        if (p->used && p->id == id && p->point_id == point_id) {
            p->last_use = ++db->uses;
            *ret_product = p;
            return 0;
        }
        if (!p->used || (oldest->used && p->last_use < oldest->last_use)) {
            oldest = p;
        }
    }
    int r = read_product(db, id, point_id, oldest);
    oldest->last_use = ++db->uses;
    *ret_product = oldest;
    return r;
}

int list_forget_products_after_change(struct list_db *db)
{
    int64_t now = list_db_change_counter(db);
    if (now < 0) {
        return (int)now;
    }
    if (now != db->seen_change) {
        for (size_t i = 0; i < LIST_PRODUCTS_CACHED; i++) {
            db->products[i].used = false;
        }
        db->seen_change = now;
    }
    return 0;
}
