/* What the process does for the desk and the service face, with a real list, a real journal and real PINs; no gate, no
 * window. */
#include "scratch.h"

#include "base/clock.h"
#include "base/pack.h"
#include "base/text.h"
#include "db/journal_db.h"
#include "db/list_db.h"
#include "face/face.h"
#include "face/gate_words.h"
#include "face/pins.h"
#include "gate/unit.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

_Static_assert((int)GATE_NO_LANE == (int)UNIT_NO_LANE && (int)GATE_BUSY == (int)UNIT_BUSY &&
                   (int)GATE_REFUSED == (int)UNIT_REFUSED && (int)GATE_NOT_FOUND == (int)UNIT_NOT_FOUND &&
                   (int)GATE_TOO_MANY == (int)UNIT_TOO_MANY,
               "the gate's outcomes");
_Static_assert((int)GATE_RECORD_WHO == (int)UNIT_RECORD_WHO && (int)GATE_RECORD_WHY == (int)UNIT_RECORD_WHY,
               "the gate's tags");

enum { WIDTH = 1024, HEIGHT = 600, PIN_MS = 10000 };

struct fixture {
    struct scratch list, journal;
    struct ui_config config;
    struct face_services services;
    void *face;
    struct text *text;
    struct ui *ui;
    struct face_now now;
};

static struct fixture f;

static void silence(void *user, enum sound sound)
{
    (void)user;
    (void)sound;
}

static void make_list(void)
{
    struct list_db *list = NULL;
    char hash[PIN_HASH_SIZE], sql[1024];
    scratch_init(&f.list, "list.db");
    assert_int_equal(list_db_open(f.list.path, LIST_DB_WRITE, &list), 0);
    list_db_close(list);
    assert_int_equal(pin_hash("48151", hash), 0);
    (void)snprintf(sql, sizeof(sql),
                   "INSERT INTO branch (id, name, time_zone) VALUES (1, 'Vasa', 'UTC0');"
                   "INSERT INTO point VALUES (10, 1, 'entry', 0, 0, 0);"
                   "INSERT INTO staff (id, name, role, pin, card, language) VALUES"
                   " (1, 'Erik', 0, '%s', NULL, ''), (2, 'Anna', 1, '%s', x'0104000002', '');",
                   hash, hash);
    scratch_sql(&f.list, sql);
}

static void append(struct journal_event *event)
{
    struct journal_db *journal = NULL;
    assert_int_equal(journal_db_open(f.journal.path, JOURNAL_DB_WRITE, &journal), 0);
    assert_int_equal(journal_db_append(journal, event, 1), 0);
    journal_db_close(journal);
}

static void append_act(const char *why)
{
    uint8_t bytes[256];
    struct pack record;
    pack_init(&record, bytes, sizeof(bytes));
    pack_text(&record, UNIT_RECORD_WHO, "Anna (uid 990)");
    pack_text(&record, UNIT_RECORD_WHY, why);
    struct journal_event event = {.kind = JOURNAL_STAFF_RELEASE,
                                  .utc_us = INT64_C(1795624920) * US_PER_S,
                                  .line_us = -1,
                                  .lane = "lane1",
                                  .record = bytes,
                                  .record_len = record.len};
    const uint8_t uid[7] = {0x04, 0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0x9c};
    assert_true(card_from_uid(uid, sizeof(uid), &event.card));
    append(&event);
}

static int set_up(void **state)
{
    (void)state;
    struct face_config *face = &f.config.faces[0];
    memset(&f, 0, sizeof(f));
    make_list();
    scratch_init(&f.journal, "journal.db");
    append_act("Forgot the card");
    face_config_preset(face, FACE_SERVICE);
    (void)text_copy(face->sign_in_reader, sizeof(face->sign_in_reader), "desk");
    f.now = (struct face_now){1000 * US_PER_S, INT64_C(1795624920) * US_PER_S};
    f.services.config = &f.config;
    f.services.play = silence;
    assert_int_equal(facts_new(f.list.path, f.journal.path, &f.services.facts), 0);
    facts_set_point(f.services.facts, "entry");
    (void)facts_step(f.services.facts, f.now.boot_us);
    assert_int_equal(pins_new(&f.services.pins), 0);
    assert_int_equal(link_open("/nowhere/control", &f.services.link), 0);
    assert_int_equal(shell_face_ops.open(face, &f.services, f.now, &f.face), 0);
    assert_int_equal(text_open(FONTS_CONF, 1, &f.text), 0);
    assert_int_equal(ui_new(f.text, theme_get(THEME_DARK), &f.ui), 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    ui_free(f.ui);
    text_close(f.text);
    shell_face_ops.close(f.face);
    link_close(f.services.link);
    pins_free(f.services.pins);
    facts_free(f.services.facts);
    scratch_finish(&f.list);
    scratch_finish(&f.journal);
    return 0;
}

static void draw(void)
{
    f.now.boot_us += 20 * US_PER_MS;
    f.now.utc_us += 20 * US_PER_MS;
    shell_face_ops.time(f.face, f.now);
    ui_begin(f.ui, f.now.boot_us, WIDTH, HEIGHT);
    shell_face_ops.view(f.face, f.ui);
    ui_end(f.ui);
}

static void wait_us(int64_t us)
{
    f.now.boot_us += us;
    f.now.utc_us += us;
    (void)facts_step(f.services.facts, f.now.boot_us);
    draw();
}

static bool says(const char *text)
{
    size_t n;
    draw();
    const struct ui_node *nodes = ui_nodes(f.ui, &n);
    for (size_t i = 0; i < n; i++) {
        if (strstr(nodes[i].label, text) || strstr(nodes[i].value, text)) {
            return true;
        }
    }
    return false;
}

static void touch(enum ui_role role, const char *label)
{
    struct intent intent;
    draw();
    const struct ui_node *node = ui_find(f.ui, role, label);
    assert_non_null(node);
    struct input_event event = {.kind = INPUT_DOWN, .at_us = f.now.boot_us};
    event.x = node->rect.x + node->rect.w / 2;
    event.y = node->rect.y + node->rect.h / 2;
    for (int i = 0; i < 2; i++) {
        shell_face_ops.input(f.face, &event, f.ui, f.now);
        ui_input(f.ui, &event);
        event.kind = INPUT_UP;
    }
    while (ui_next_intent(f.ui, &intent)) {
        shell_face_ops.intent(f.face, &intent, f.ui, f.now);
    }
}

static void hold_card(const char *card, const char *reader)
{
    struct gate_news news = {
        .phase = NEWS_DENIED, .code = ACCESS_CARD_UNKNOWN, .until_day = DAY_NONE, .clips_left = -1};
    (void)text_copy(news.card, sizeof(news.card), card);
    (void)text_copy(news.reader, sizeof(news.reader), reader);
    shell_face_ops.link(f.face, &(struct link_event){.kind = LINK_EVENT_NEWS, .news = &news}, f.now);
}

/* Types @pin for Anna and waits for the thread that compares it. */
static void try_pin(const char *pin)
{
    int64_t ticket;
    bool matches;
    for (; *pin; pin++) {
        touch(UI_BUTTON, (char[]){*pin, '\0'});
    }
    touch(UI_BUTTON, "Sign in");
    struct pollfd fd = {.fd = pins_fd(f.services.pins), .events = POLLIN};
    assert_int_equal(poll(&fd, 1, PIN_MS), 1);
    assert_true(pins_next(f.services.pins, &ticket, &matches));
    shell_face_ops.pin(f.face, ticket + 1, true, f.now); /* another face's */
    assert_false(says("Overview"));
    shell_face_ops.pin(f.face, ticket, matches, f.now);
}

static void a_pin_is_held_against_the_list(void **state)
{
    (void)state;
    draw();
    assert_null(ui_find(f.ui, UI_ROW, "Erik")); /* staff: not at the service face */
    touch(UI_ROW, "Anna");
    try_pin("1111");
    assert_true(says("That is not the PIN"));
    try_pin("48151");
    assert_true(says("Overview"));
}

static void a_staff_card_is_found_in_the_list(void **state)
{
    (void)state;
    hold_card("04000003", "desk");
    assert_true(says("This card isn't for signing in"));
    hold_card("04000002", "door");
    assert_false(says("Overview"));
    hold_card("04000002", "desk");
    assert_true(says("Overview"));
}

static void the_journal_is_read_as_it_grows(void **state)
{
    (void)state;
    hold_card("04000002", "desk");
    touch(UI_TAB, "Journal");
    assert_true(says("Anna (uid 990)"));
    assert_true(says("Forgot the card"));
    assert_false(says("b2c3d4")); /* the card's number is masked */
    append_act("Visitor");
    wait_us(3 * US_PER_S);
    assert_true(says("Visitor"));
}

static void a_list_that_changes_changes_who_may_be_here(void **state)
{
    (void)state;
    hold_card("04000002", "desk");
    assert_true(says("Overview"));
    scratch_sql(&f.list, "DELETE FROM staff WHERE id = 2;");
    f.now.boot_us += 3 * US_PER_S;
    assert_true(facts_step(f.services.facts, f.now.boot_us));
    shell_face_ops.branch(f.face);
    assert_false(says("Overview"));
    assert_true(says("Nobody may sign in here yet"));
}

static void its_own_memory_shows_on_the_system_page(void **state)
{
    struct gate_status status = {.unit = "u", .utc_us = f.now.utc_us, .boot_us = f.now.boot_us};
    (void)state;
    hold_card("04000002", "desk");
    shell_face_ops.link(f.face, &(struct link_event){.kind = LINK_EVENT_STATUS, .status = &status}, f.now);
    touch(UI_TAB, "System");
    draw();
    const struct ui_node *node = ui_find(f.ui, UI_TEXT, "This screen");
    assert_non_null(node);
    assert_non_null(strstr(node->value, "MB"));
    assert_null(strstr(node->value, "0.0\u00a0MB"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_pin_is_held_against_the_list, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_staff_card_is_found_in_the_list, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_journal_is_read_as_it_grows, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_list_that_changes_changes_who_may_be_here, set_up, tear_down),
        cmocka_unit_test_setup_teardown(its_own_memory_shows_on_the_system_page, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
