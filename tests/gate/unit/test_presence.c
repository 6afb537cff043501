#include "gate/presence.h"

#include "base/clock.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

struct place {
    char dir[64], path[96];
    struct journal_db *writing, *reading;
    struct presence *presence;
};

static void set_up(struct place *place, size_t capacity)
{
    (void)snprintf(place->dir, sizeof(place->dir), "/tmp/stile-presence-XXXXXX");
    assert_non_null(mkdtemp(place->dir));
    (void)snprintf(place->path, sizeof(place->path), "%s/journal.db", place->dir);
    assert_int_equal(journal_db_open(place->path, JOURNAL_DB_WRITE, &place->writing), 0);
    assert_int_equal(journal_db_open(place->path, JOURNAL_DB_READ, &place->reading), 0);
    assert_int_equal(presence_new(capacity, place->reading, &place->presence), 0);
}

static void tear_down(struct place *place)
{
    char path[112];

    presence_free(place->presence);
    journal_db_close(place->reading);
    journal_db_close(place->writing);
    for (const char *const *end = (const char *const[]){"", "-wal", "-shm", NULL}; *end; end++) {
        (void)snprintf(path, sizeof(path), "%s%s", place->path, *end);
        (void)unlink(path);
    }
    (void)rmdir(place->dir);
}

static struct visit_presence in_zone(int64_t zone)
{
    return (struct visit_presence){.zone_id = zone, .zone_since_us = 5, .visits_today = 1};
}

static void write_down(struct place *place, int64_t holder, struct visit_presence value)
{
    struct journal_event event = {.kind = JOURNAL_PASSED, .utc_us = 1, .holder = holder, .line_us = -1};

    event.effect.has_presence = true;
    event.effect.presence = value;
    assert_int_equal(journal_db_append(place->writing, &event, 1), 0);
}

static int64_t zone_of(struct place *place, int64_t holder)
{
    struct visit_presence value;
    int64_t entry_boot_us;

    assert_int_equal(presence_get(place->presence, holder, &value, &entry_boot_us), 0);
    return value.zone_id;
}

static void what_was_put_is_known_before_it_is_written(void **state)
{
    struct place place;
    struct visit_presence value = in_zone(3);
    int64_t entry_boot_us;

    (void)state;
    set_up(&place, 4);
    assert_int_equal(zone_of(&place, 7), 0);
    assert_int_equal(presence_put(place.presence, 7, &value, 99), 0);
    assert_int_equal(zone_of(&place, 7), 3);
    assert_int_equal(presence_get(place.presence, 7, &value, &entry_boot_us), 0);
    assert_int_equal(entry_boot_us, 99);
    assert_int_equal(presence_put(place.presence, 7, &value, 0), 0);
    assert_int_equal(presence_get(place.presence, 7, &value, &entry_boot_us), 0);
    assert_int_equal(entry_boot_us, 99); /* no entry: the last one stands */
    assert_int_equal(presence_put(place.presence, 7, &value, -1), 0);
    assert_int_equal(presence_get(place.presence, 7, &value, &entry_boot_us), 0);
    assert_int_equal(entry_boot_us, 0);
    tear_down(&place);
}

static void what_is_not_written_yet_is_never_pushed_out(void **state)
{
    struct place place;
    struct visit_presence value = in_zone(3);

    (void)state;
    set_up(&place, 4);
    assert_int_equal(presence_put(place.presence, 1, &value, 0), 0);
    for (int64_t holder = 10; holder < 40; holder++) {
        assert_int_equal(zone_of(&place, holder), 0);
    }
    assert_int_equal(zone_of(&place, 1), 3);
    /* Written: it may go, and is read again. */
    write_down(&place, 1, in_zone(5));
    presence_written(place.presence, 1);
    assert_int_equal(presence_pinned(place.presence), 0);
    for (int64_t holder = 10; holder < 40; holder++) {
        (void)zone_of(&place, holder);
    }
    assert_int_equal(zone_of(&place, 1), 5);
    tear_down(&place);
}

static void when_all_is_pinned_a_put_is_refused_and_a_look_still_answers(void **state)
{
    struct place place;
    struct visit_presence value = in_zone(3);

    (void)state;
    set_up(&place, 2);
    write_down(&place, 9, in_zone(4));
    assert_int_equal(presence_put(place.presence, 1, &value, 0), 0);
    assert_int_equal(presence_put(place.presence, 2, &value, 0), 0);
    assert_int_equal(presence_put(place.presence, 3, &value, 0), -ENOBUFS);
    assert_int_equal(zone_of(&place, 9), 4);
    /* Two puts of one need two writes. */
    assert_int_equal(presence_put(place.presence, 1, &value, 0), 0);
    presence_written(place.presence, 1);
    assert_int_equal(presence_pinned(place.presence), 2);
    presence_written(place.presence, 1);
    assert_int_equal(presence_pinned(place.presence), 1);
    tear_down(&place);
}

static void people_are_counted_by_zone_from_the_journal_on(void **state)
{
    struct place place;
    struct visit_presence inside = in_zone(3);
    struct visit_presence pool = in_zone(4);
    struct visit_presence home = in_zone(0);

    (void)state;
    set_up(&place, 8);
    write_down(&place, 1, in_zone(3));
    write_down(&place, 2, in_zone(3));
    assert_int_equal(presence_watch(place.presence, 0, 0, 0), 0);
    assert_int_equal(presence_watch(place.presence, 3, 0, 0), 0);
    assert_int_equal(presence_watch(place.presence, 4, 0, 0), 0);
    assert_int_equal(presence_occupancy(place.presence, 3), 2);
    assert_int_equal(presence_put(place.presence, 5, &inside, 0), 0);
    assert_int_equal(presence_occupancy(place.presence, 3), 3);
    assert_int_equal(presence_put(place.presence, 5, &inside, 0), 0); /* inside already */
    assert_int_equal(presence_occupancy(place.presence, 3), 3);
    assert_int_equal(presence_put(place.presence, 1, &pool, 0), 0);
    assert_int_equal(presence_put(place.presence, 2, &home, 0), 0);
    assert_int_equal(presence_occupancy(place.presence, 3), 1);
    assert_int_equal(presence_occupancy(place.presence, 4), 1);
    assert_int_equal(presence_occupancy(place.presence, 0), 0);
    /* Not while something is under way: the file doesn't know it yet. */
    assert_int_equal(presence_recount(place.presence, 0), 1);
    tear_down(&place);
}

static void whoever_is_forgotten_no_longer_counts(void **state)
{
    struct place place;
    struct visit_presence early = {.zone_id = 3, .zone_since_us = 1000 * US_PER_S};
    struct visit_presence late = {.zone_id = 3, .zone_since_us = 2000 * US_PER_S};

    (void)state;
    set_up(&place, 8);
    write_down(&place, 1, early);
    write_down(&place, 2, late);
    assert_int_equal(presence_watch(place.presence, 3, 3600, 2100 * US_PER_S), 0);
    assert_int_equal(presence_occupancy(place.presence, 3), 2);
    assert_int_equal(presence_recount(place.presence, 4599 * US_PER_S), 0);
    assert_int_equal(presence_occupancy(place.presence, 3), 2);
    assert_int_equal(presence_recount(place.presence, 4600 * US_PER_S), 0);
    assert_int_equal(presence_occupancy(place.presence, 3), 1);
    assert_int_equal(presence_recount(place.presence, 5600 * US_PER_S), 0);
    assert_int_equal(presence_occupancy(place.presence, 3), 0);
    tear_down(&place);
}

static void many_holders_come_and_go_and_each_is_found(void **state)
{
    struct place place;

    (void)state;
    set_up(&place, 64);
    for (int64_t holder = -500; holder < 500; holder++) {
        struct visit_presence value = in_zone(holder * holder + 1);

        if (holder == 0) {
            continue;
        }
        assert_int_equal(presence_put(place.presence, holder, &value, 0), 0);
        assert_int_equal(zone_of(&place, holder), holder * holder + 1);
        presence_written(place.presence, holder);
        if (holder % 7 == 0) {
            assert_int_equal(zone_of(&place, holder - 3), holder - 3 >= -500 ? (holder - 3) * (holder - 3) + 1 : 0);
        }
    }
    assert_int_equal(presence_pinned(place.presence), 0);
    tear_down(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_put_is_known_before_it_is_written),
        cmocka_unit_test(what_is_not_written_yet_is_never_pushed_out),
        cmocka_unit_test(when_all_is_pinned_a_put_is_refused_and_a_look_still_answers),
        cmocka_unit_test(people_are_counted_by_zone_from_the_journal_on),
        cmocka_unit_test(whoever_is_forgotten_no_longer_counts),
        cmocka_unit_test(many_holders_come_and_go_and_each_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
