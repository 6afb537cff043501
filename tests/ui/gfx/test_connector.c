#include "gfx/connector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder that looks like /sys/class/drm. */

static char root[64];

static void put(const char *name, const char *what, const char *value)
{
    char path[256];
    (void)snprintf(path, sizeof(path), "%s/%s", root, name);
    if (mkdir(path, 0700) < 0) {
        assert_int_equal(errno, EEXIST);
    }
    if (what) {
        (void)snprintf(path, sizeof(path), "%s/%s/%s", root, name, what);
        FILE *f = fopen(path, "w");
        assert_non_null(f);
        assert_true(fputs(value, f) >= 0);
        assert_int_equal(fclose(f), 0);
    }
}

static int make(void **state)
{
    (void)state;
    (void)snprintf(root, sizeof(root), "/tmp/stile-drm-XXXXXX");
    assert_non_null(mkdtemp(root));
    put("card0", NULL, NULL);
    put("renderD128", NULL, NULL);
    put("card1-HDMI-A-1", "status", "connected\n");
    put("card1-HDMI-A-1", "connector_id", "120\n");
    put("card1-DSI-1", "status", "connected\n");
    put("card1-DSI-1", "connector_id", "32\n");
    put("card1-DP-1", "status", "disconnected\n");
    put("card1-DP-1", "connector_id", "40\n");
    put("card1-Writeback-1", "status", "unknown\n");
    put("card1-Writeback-1", "connector_id", "10\n");
    put("card10-DP-1", "status", "connected\n");
    put("card10-DP-1", "connector_id", "1\n");
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

static int clear(void **state)
{
    (void)state;
    return nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void plugs_come_in_the_order_of_their_numbers(void **state)
{
    (void)state;
    char name[CONNECTOR_NAME_SIZE] = "";
    assert_int_equal(connector_find(root, 1, 0, name), 0);
    assert_string_equal(name, "card1-DSI-1");
    assert_int_equal(connector_find(root, 1, 1, name), 0);
    assert_string_equal(name, "card1-HDMI-A-1");
    assert_int_equal(connector_find(root, 1, 2, name), -ENOENT);
    assert_int_equal(connector_find(root, 1, -1, name), -ENOENT);
    assert_int_equal(connector_find(root, 0, 0, name), -ENOENT);
    assert_int_equal(connector_find("/no/such/folder", 0, 0, name), -ENOENT);
    assert_string_equal(name, "card1-HDMI-A-1");
    assert_int_equal(connector_find(root, 10, 0, name), 0);
    assert_string_equal(name, "card10-DP-1");
}

static void only_what_is_surely_unplugged_counts_as_such(void **state)
{
    (void)state;
    assert_true(connector_connected(root, "card1-HDMI-A-1"));
    assert_true(connector_connected(root, "card1-Writeback-1"));
    assert_false(connector_connected(root, "card1-DP-1"));
    assert_false(connector_connected(root, "card1-DP-9"));
    put("card1-DP-1", "status", "connected\n");
    assert_true(connector_connected(root, "card1-DP-1"));
    put("card1-HDMI-A-1", "status", "disconnected\n");
    assert_false(connector_connected(root, "card1-HDMI-A-1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(plugs_come_in_the_order_of_their_numbers, make, clear),
        cmocka_unit_test_setup_teardown(only_what_is_surely_unplugged_counts_as_such, make, clear),
    };
    return cmocka_run_group_tests_name("ui.gfx.connector", tests, NULL, NULL);
}
