#pragma once

/* The inside of a list_db handle: list_db.c opens and describes, list_find.c looks cards up, list_screen.c reads what
 * only screens ask for. */

#include "db/list_db.h"
#include "db/sql.h"

#include <stdbool.h>

enum { LIST_PRODUCTS_CACHED = 32 };

/* A product with its rights at one access point, as long as nobody has changed the file. */
struct list_product {
    bool used;
    int64_t id, point_id;
    uint64_t last_use;
    char name[ACCESS_NAME_SIZE];
    uint8_t min_age;
    uint16_t tolerance_days, visits_per_day, visits_per_week;
    bool bad; /* the row can't be: whatever stands on it is worth nothing */
    unsigned bad_rights;
    uint8_t n_rights;
    struct access_right rights[ACCESS_RIGHTS_MAX];
};

struct list_db {
    sqlite3 *sql;
    sqlite3_stmt *meta, *point, *branch, *holidays, *changed;
    sqlite3_stmt *card, *customer, *subscriptions, *parent, *freezes, *overdue;
    sqlite3_stmt *punch_cards, *punch_card, *single_entries, *single_entry;
    sqlite3_stmt *product, *rights, *spans;
    sqlite3_stmt *photo, *staff, *staff_by_card, *all_staff, *all_points; /* NULL until they are first used */
    struct list_product products[LIST_PRODUCTS_CACHED];
    uint64_t uses;
    int64_t seen_change;
};

/** Prepares the look-up's statements. @return 0 or a negative errno. */
int list_find_prepare(struct list_db *db);
void list_find_finish(struct list_db *db);

int list_product_prepare(struct list_db *db);
/** Finds a product with its rights at a point, through the handle's cache. A product that isn't there is one that is
 * bad. @return 0 with one that holds until the next call, or a negative errno. */
int list_find_product(struct list_db *db, int64_t id, int64_t point_id, const struct list_product **ret_product);
/** Within a read transaction: empties the cache when another connection has changed the file. */
int list_forget_products_after_change(struct list_db *db);

/** Reads a schedule's spans. @return 0, with false in *ret_good when one is out of bounds, or a negative errno. */
int list_read_schedule(struct list_db *db, int64_t id, struct schedule *ret_schedule, bool *ret_good);

/** Reads the opening hours of a branch; those of a schedule that is missing or broken are none. @return 0 or a negative
 * errno. */
int list_read_opening(struct list_db *db, int64_t schedule_id, struct list_branch *branch);
void list_screen_finish(struct list_db *db);

/* A point with its zone; the condition follows. */
#define LIST_POINT_SELECT                                                                                              \
    "SELECT p.id, p.branch, p.name, p.direction, p.zone_from, p.zone_to, z.id, z.most_people, z.passback,"             \
    " z.forget_after_s, z.name FROM point p LEFT JOIN zone z ON z.id = p.zone_to"
/** Reads the row that a statement over LIST_POINT_SELECT stands on. */
void list_read_point(sqlite3_stmt *stmt, struct list_point *ret_point);

/** @return 0 on a row, 1 at the end, or a negative errno. */
int list_step(struct list_db *db, sqlite3_stmt *stmt, const char *what);
/** Binds the id and steps. */
int list_first(struct list_db *db, sqlite3_stmt *stmt, int64_t id, const char *what);
/** @return false when the column holds no day that there is; DAY_NONE for NULL is one. */
bool list_day_at(sqlite3_stmt *stmt, int column, int32_t *ret_day);
/** @return false when the column is not within 0 to @max. */
bool list_int_at(sqlite3_stmt *stmt, int column, int64_t max, int64_t *ret_value);
bool list_has_value(sqlite3_stmt *stmt, int column);
