/* Members' photos as a face sees them: what is shown is never freed under it, and a photo that was given up once
 * can be had later. */
#include "face/photos.h"

#include "base/clock.h"
#include "base/file.h"
#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <poll.h>
#include <stdlib.h>

enum { WITHOUT = 1000 /* customers from here on have no photo */, PATIENCE_US = 20 * 1000 * 1000 };

static struct scratch scratch;
static struct facts *facts;
static struct photos *photos;

/* A photo of one colour for customers 1 to @n. */
static void add_photos(int side, int n)
{
    char path[160], text[160];
    struct surface s;
    assert_int_equal(surface_init(&s, side, side), 0);
    (void)snprintf(path, sizeof(path), "%s/photo.png", scratch.dir);
    assert_int_equal(surface_write_png(&s, path), 0);
    surface_finish(&s);
    char *bytes;
    size_t size;
    assert_int_equal(file_read(path, LIST_PHOTO_MAX, &bytes, &size), 0);
    char *sql = malloc(2 * size + 64);
    assert_non_null(sql);
    int at = sprintf(sql, "INSERT INTO photo VALUES (1, x'");
    for (size_t i = 0; i < size; i++) {
        at += sprintf(sql + at, "%02x", (unsigned char)bytes[i]);
    }
    (void)sprintf(sql + at, "')");
    scratch_sql(&scratch, sql);
    free(sql);
    free(bytes);
    for (int i = 2; i <= n; i++) {
        (void)snprintf(text, sizeof(text), "INSERT INTO photo SELECT %d, image FROM photo WHERE customer = 1", i);
        scratch_sql(&scratch, text);
    }
}

static int set_up(void **state)
{
    struct list_db *list;
    (void)state;
    scratch_init(&scratch, "list.db");
    assert_int_equal(list_db_open(scratch.path, LIST_DB_WRITE, &list), 0);
    list_db_close(list);
    assert_int_equal(facts_new(scratch.path, "/nowhere/journal.db", &facts), 0);
    assert_int_equal(photos_new(facts, &photos), 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    photos_free(photos);
    facts_free(facts);
    scratch_finish(&scratch);
    return 0;
}

/* What a face does: it looks again for whom it is told of. */
static const struct surface *look(int64_t customer, const struct surface *shown)
{
    int64_t told;
    uint64_t version;
    while (photos_next(photos, &told)) {
        shown = told == customer ? photos_find(photos, customer, &version) : shown;
    }
    return shown;
}

static void what_is_shown_is_told_of_before_it_goes(void **state)
{
    (void)state;
    uint64_t version;
    int64_t other = WITHOUT;
    add_photos(8, 1);
    (void)facts_step(facts, 0);
    assert_true(photos_ask(photos, 1, PATIENCE_US));
    const struct surface *shown = look(1, photos_find(photos, 1, &version));
    assert_non_null(shown);
    /* Many others in one turn of the loop, and the first one again in between. */
    for (int turn = 0; turn < 3; turn++) {
        for (int i = 0; i < PHOTOS_KEPT - (turn < 2); i++) {
            assert_true(photos_ask(photos, other++, 0));
        }
        assert_true(turn == 2 || photos_ask(photos, 1, 0));
    }
    assert_int_equal(shown->width, 8); /* still there to be drawn */
    shown = look(1, shown);
    assert_null(shown);
    assert_null(photos_find(photos, 1, &version));
}

static void another_photo_of_the_same_member_takes_the_place_of_the_first(void **state)
{
    (void)state;
    uint64_t before, after;
    add_photos(8, 1);
    (void)facts_step(facts, 0);
    assert_true(photos_ask(photos, 1, PATIENCE_US));
    const struct surface *shown = look(1, photos_find(photos, 1, &before));
    assert_int_equal(shown->width, 8);
    scratch_sql(&scratch, "DELETE FROM photo");
    add_photos(16, 1);
    photos_forget(photos);
    assert_ptr_equal(photos_find(photos, 1, &before), shown);
    assert_true(photos_ask(photos, 1, PATIENCE_US));
    shown = look(1, shown);
    assert_int_equal(photos_find(photos, 1, &after)->width, 16);
    assert_int_equal(shown->width, 16);
    assert_true(after != before);
}

static void a_photo_given_up_for_newer_ones_can_be_asked_for_again(void **state)
{
    (void)state;
    uint64_t version;
    add_photos(1200, PHOTOS_KEPT);
    (void)facts_step(facts, 0);
    for (int64_t i = 1; i <= PHOTOS_KEPT; i++) {
        (void)photos_ask(photos, i, 0);
    }
    for (int64_t i = 1; i <= PHOTOS_KEPT; i++) {
        assert_true(photos_ask(photos, i, PATIENCE_US));
        assert_non_null(photos_find(photos, i, &version));
        (void)look(i, NULL);
    }
}

int main(void)
{
#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WITH(what_is_shown_is_told_of_before_it_goes),
        WITH(another_photo_of_the_same_member_takes_the_place_of_the_first),
        WITH(a_photo_given_up_for_newer_ones_can_be_asked_for_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
