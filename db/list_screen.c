/* What only screens ask of the list. Their statements are prepared when they are first used: the gate, which keeps a
 * handle too, never pays for them. */

#include "db/list_internal.h"

#define LOG_MODULE "list"
#include "base/log.h"
#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

static int ready(struct list_db *db, sqlite3_stmt **stmt, const char *text)
{
    return *stmt ? 0 : sql_prepare(db->sql, text, stmt);
}

void list_screen_finish(struct list_db *db)
{
    sqlite3_stmt *stmts[] = {db->photo, db->staff, db->staff_by_card, db->all_staff, db->all_points};
    for (size_t i = 0; i < sizeof(stmts) / sizeof(stmts[0]); i++) {
        (void)sqlite3_finalize(stmts[i]);
    }
}

static const char photo_sql[] = "SELECT image FROM photo WHERE customer = ?1";

int list_db_photo(struct list_db *db, int64_t customer_id, uint8_t *ret_image, size_t size, size_t *ret_len)
{
    int r = ready(db, &db->photo, photo_sql);
    if (r == 0) {
        r = list_first(db, db->photo, customer_id, "photo");
    }
    if (r == 0) {
        const void *image = sqlite3_column_blob(db->photo, 0);
        size_t n = (size_t)sqlite3_column_bytes(db->photo, 0);
        if (n > size) {
            r = -EMSGSIZE;
        } else if (!image || n == 0) {
            r = 1;
        } else {
            memcpy(ret_image, image, n);
            *ret_len = n;
        }
    }
    (void)sqlite3_reset(db->photo);
    return r;
}

#define STAFF_COLUMNS "s.id, s.name, s.role, s.pin, s.language FROM staff s"
static const char staff_sql[] = "SELECT " STAFF_COLUMNS " WHERE s.id = ?1";
static const char all_staff_sql[] = "SELECT " STAFF_COLUMNS " ORDER BY s.name, s.id LIMIT ?1";
static const char staff_by_card_sql[] = "SELECT " STAFF_COLUMNS " WHERE s.card = ?1"
                                        " AND NOT EXISTS (SELECT 1 FROM card c WHERE c.key = ?1 AND c.state <> 0)";

/* A role that there isn't is the least one; a hash that can't be one is no PIN. */
static struct list_staff read_staff(sqlite3_stmt *s)
{
    struct list_staff staff = {.id = sqlite3_column_int64(s, 0)};
    int64_t role = sqlite3_column_int64(s, 2);
    (void)text_copy(staff.name, sizeof(staff.name), (const char *)sqlite3_column_text(s, 1));
    staff.role = role > LIST_STAFF && role <= LIST_ADMINISTRATOR ? (enum list_role)role : LIST_STAFF;
    const char *hash = (const char *)sqlite3_column_text(s, 3);
    if (hash && pin_hash_is_good(hash)) {
        (void)text_copy(staff.pin_hash, sizeof(staff.pin_hash), hash);
    }
    (void)text_copy(staff.language, sizeof(staff.language), (const char *)sqlite3_column_text(s, 4));
    return staff;
}

int list_db_staff(struct list_db *db, int64_t staff_id, struct list_staff *ret_staff)
{
    int r = ready(db, &db->staff, staff_sql);
    if (r == 0) {
        r = list_first(db, db->staff, staff_id, "staff");
    }
    if (r == 0) {
        *ret_staff = read_staff(db->staff);
    }
    (void)sqlite3_reset(db->staff);
    return r;
}

int list_db_staff_by_card(struct list_db *db, const struct card_number *card, struct list_staff *ret_staff)
{
    uint8_t key[1 + CARD_DIGITS_MAX];
    if (card->form == CARD_NONE || card_is_random(card)) {
        return 1;
    }
    int r = ready(db, &db->staff_by_card, staff_by_card_sql);
    if (r < 0) {
        return r;
    }
    (void)sqlite3_bind_blob(db->staff_by_card, 1, key, (int)card_key(card, key), SQLITE_STATIC);
    r = list_step(db, db->staff_by_card, "staff by card");
    if (r == 0) {
        *ret_staff = read_staff(db->staff_by_card);
    }
    (void)sqlite3_reset(db->staff_by_card);
    (void)sqlite3_clear_bindings(db->staff_by_card);
    return r;
}

int list_db_staff_each(struct list_db *db, int (*each)(const struct list_staff *staff, void *user), void *user)
{
    int r = ready(db, &db->all_staff, all_staff_sql);
    if (r == 0) {
        r = list_first(db, db->all_staff, LIST_STAFF_MAX, "all staff");
    }
    int answer = 0;
    while (r == 0 && answer == 0) {
        struct list_staff staff = read_staff(db->all_staff);
        answer = each(&staff, user);
        if (answer == 0) {
            r = list_step(db, db->all_staff, "all staff");
        }
    }
    (void)sqlite3_reset(db->all_staff);
    return r < 0 ? r : answer;
}

static const char all_points_sql[] = LIST_POINT_SELECT " ORDER BY p.branch, p.id LIMIT ?1";

int list_db_points_each(struct list_db *db, int (*each)(const struct list_point *point, void *user), void *user)
{
    int r = ready(db, &db->all_points, all_points_sql);
    if (r == 0) {
        r = list_first(db, db->all_points, LIST_POINTS_MAX, "all points");
    }
    int answer = 0;
    while (r == 0 && answer == 0) {
        struct list_point point;
        list_read_point(db->all_points, &point);
        answer = each(&point, user);
        if (answer == 0) {
            r = list_step(db, db->all_points, "all points");
        }
    }
    (void)sqlite3_reset(db->all_points);
    return r < 0 ? r : answer;
}

int list_read_opening(struct list_db *db, int64_t schedule_id, struct list_branch *branch)
{
    bool good = false;
    branch->has_opening = false;
    branch->opening.n_spans = 0;
    if (schedule_id == 0) {
        return 0;
    }
    int r = list_read_schedule(db, schedule_id, &branch->opening, &good);
    if (r < 0) {
        return r;
    }
    branch->has_opening = good && branch->opening.n_spans > 0;
    if (!branch->has_opening) {
        log_warn("branch=%" PRId64 " opening=bad, none is said", branch->id);
    }
    return 0;
}
