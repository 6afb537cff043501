#include "scratch.h"

#define LOG_MODULE "test"
#include "base/log.h"

#include "db/import.h"
#include "db/list_db.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

static struct scratch scratch;
static struct import_result result;
static int64_t bad_line;
static char bad_reason[IMPORT_REASON_SIZE];

static int set_up(void **state)
{
    (void)state;
    log_set_level((enum log_level)(LOG_ERROR - 1));
    scratch_init(&scratch, "list.db");
    memset(&result, 0, sizeof(result));
    bad_line = -1;
    bad_reason[0] = '\0';
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scratch_finish(&scratch);
    return 0;
}

static void note_bad(int64_t line, const char *reason, void *user)
{
    (void)user;
    bad_line = line;
    (void)snprintf(bad_reason, sizeof(bad_reason), "%s", reason);
}

static int import_bytes(const char *bytes, size_t n, struct import_options options)
{
    options.bad_line = note_bad;
    options.utc_us = options.utc_us ? options.utc_us : INT64_C(1400000000000000);
    FILE *f = fmemopen((void *)(uintptr_t)bytes, n, "r");
    assert_non_null(f);
    int r = import_stream(scratch.path, f, &options, &result);
    (void)fclose(f);
    return r;
}

static int ndjson(const char *text)
{
    return import_bytes(text, strlen(text), (struct import_options){.format = IMPORT_NDJSON});
}

static int merge(const char *text)
{
    return import_bytes(text, strlen(text), (struct import_options){.format = IMPORT_NDJSON, .merge = true});
}

static int csv(const char *text)
{
    return import_bytes(text, strlen(text), (struct import_options){.format = IMPORT_CSV});
}

/* One of each type, in the order that references ask for. */
#define CHAIN                                                                                                          \
    "{\"type\":\"branch\",\"id\":1,\"name\":\"Centre\",\"time_zone\":\"CET-1CEST,M3.5.0,M10.5.0/3\"}\n"                \
    "{\"type\":\"settings\",\"branch\":1,\"overdue_days\":10,\"overdue_hits\":\"payer\",\"allow_uid_only\":false}\n"   \
    "{\"type\":\"holiday\",\"branch\":1,\"day\":\"2014-12-25\"}\n"                                                     \
    "{\"type\":\"zone\",\"id\":1,\"branch\":1,\"name\":\"hall\",\"limit\":200,\"passback\":\"hard\"}\n"                \
    "{\"type\":\"point\",\"id\":1,\"branch\":1,\"name\":\"entry\",\"direction\":\"in_out\",\"zone_to\":1}\n"           \
    "{\"type\":\"schedule\",\"id\":1,\"name\":\"day\",\"spans\":[{\"days\":[\"mon\",\"sun\",\"holiday\"],"             \
    "\"from\":\"06:00\",\"to\":\"26:30\"}]}\n"                                                                         \
    "{\"type\":\"product\",\"id\":1,\"name\":\"Gold\",\"min_age\":16}\n"                                               \
    "{\"type\":\"right\",\"product\":1,\"point\":1,\"directions\":[\"in\",\"out\"],\"schedule\":1}\n"
#define PEOPLE                                                                                                         \
    "{\"type\":\"customer\",\"id\":1,\"name\":\"Ida\",\"birth\":\"1990-02-28\",\"branches\":[1],\"message\":null}\n"   \
    "{\"type\":\"subscription\",\"id\":1,\"customer\":1,\"product\":1,\"kind\":\"prepaid\",\"start\":\"2014-01-01\","  \
    "\"charged_through\":\"2014-06-30\",\"price_minor\":39900,\"currency\":\"SEK\",\"interval_months\":1}\n"           \
    "{\"type\":\"freeze\",\"subscription\":1,\"first\":\"2014-02-01\"}\n"                                              \
    "{\"type\":\"punch_card\",\"id\":7,\"product\":1,\"clips_left\":9,\"counted_seq\":3}\n"                            \
    "{\"type\":\"single_entry\",\"id\":8,\"product\":1,\"customer\":1,\"used\":true}\n"                                \
    "{\"type\":\"invoice\",\"id\":9,\"customer\":1,\"due\":\"2014-03-01\"}\n"                                          \
    "{\"type\":\"card\",\"number\":\"04A1B2C3\",\"customer\":1,\"credential\":\"desfire\"}\n"                          \
    "{\"type\":\"card\",\"number\":\"#0007\",\"punch_card\":7,\"valid_through\":\"2015-01-01\"}\n"                     \
    "{\"type\":\"card\",\"number\":\"04000000000099\",\"staff\":true}\n"

static struct access_query query;

static void find(const char *number)
{
    struct list_db *list = NULL;
    struct list_point point;
    struct card_number card;
    unsigned bad = 0;
    assert_true(card_parse(number, &card));
    assert_int_equal(list_db_open(scratch.path, LIST_DB_READ, &list), 0);
    assert_int_equal(list_db_point(list, "entry", &point), 0);
    assert_int_equal(list_db_find(list, &card, &point, &query, NULL, &bad), 0);
    assert_int_equal(bad, 0);
    list_db_close(list);
}

static void a_whole_list_comes_in_and_is_what_the_gate_finds(void **state)
{
    (void)state;
    assert_int_equal(ndjson("\xef\xbb\xbf" CHAIN "\r\n\n" PEOPLE), 0);
    assert_int_equal(result.good, 17);
    assert_int_equal(result.lines, 17);
    assert_int_equal(result.bad, 0);
    assert_int_equal(result.version, 1);
    find("04a1b2c3");
    assert_true(query.card.known);
    assert_int_equal(query.card.credential, ACCESS_CREDENTIAL_DESFIRE);
    assert_string_equal(query.customer.name, "Ida");
    assert_int_equal(query.customer.birth, date_day(1990, 2, 28));
    assert_true(query.customer.this_branch);
    assert_int_equal(query.customer.overdue_since, date_day(2014, 3, 1));
    assert_int_equal(query.n_entitlements, 2);
    const struct access_entitlement *e = &query.entitlements[0];
    assert_true(e->prepaid);
    assert_int_equal(e->start, date_day(2014, 1, 1));
    assert_int_equal(e->charged_through, date_day(2014, 6, 30));
    assert_int_equal(e->freezes[0].last, DAY_MAX);
    assert_int_equal(e->rights[0].directions, 1 << VISIT_IN | 1 << VISIT_OUT);
    assert_int_equal(e->rights[0].schedule.spans[0].days, 1 | 64 | SCHEDULE_HOLIDAY);
    assert_int_equal(e->rights[0].schedule.spans[0].to_min, 26 * 60 + 30);
    find("#0007");
    assert_int_equal(query.entitlements[0].clips_left, 9);
    assert_int_equal(query.card.valid_through, date_day(2015, 1, 1));
    find("04000000000099");
    assert_true(query.card.staff);
}

static void settings_and_time_of_sync_are_kept(void **state)
{
    (void)state;
    assert_int_equal(ndjson(CHAIN), 0);
    struct list_db *list = NULL;
    struct list_branch branch;
    struct list_meta meta;
    assert_int_equal(list_db_open(scratch.path, LIST_DB_READ, &list), 0);
    assert_int_equal(list_db_branch(list, 1, &branch), 0);
    assert_int_equal(branch.settings.overdue_days, 10);
    assert_int_equal(branch.settings.overdue_hits, ACCESS_OVERDUE_HITS_PAYER);
    assert_false(branch.settings.allow_uid_only);
    assert_int_equal(branch.settings.warn_ends_days, 14);
    assert_int_equal(branch.holidays.n_days, 1);
    assert_int_equal(list_db_meta(list, &meta), 0);
    assert_int_equal(meta.synced_utc_us, INT64_C(1400000000000000));
    list_db_close(list);
}

/* A line that stands after CHAIN and PEOPLE and is bad, with what its reason begins with. */
struct bad_case {
    const char *line;
    const char *reason;
};

static const struct bad_case bad_cases[] = {
    {"{\"type\":\"customer\",\"id\":2", "no JSON object"},
    {"[]", "no JSON object"},
    {"{\"type\":\"customer\",\"id\":2} x", "no JSON object"},
    {"{\"id\":2}", "type: missing"},
    {"{\"type\":\"customers\",\"id\":2}", "type: no such type"},
    {"{\"type\":\"customer\",\"id\":2,\"nam\":\"x\"}", "unknown field in a customer"},
    {"{\"type\":\"customer\",\"id\":2,\"id\":3}", "id: given twice"},
    {"{\"type\":\"customer\"}", "id: missing"},
    {"{\"type\":\"customer\",\"id\":1}", "id: occurs twice"},
    {"{\"type\":\"customer\",\"id\":0}", "id: not a whole number"},
    {"{\"type\":\"customer\",\"id\":1.5}", "id: not a whole number"},
    {"{\"type\":\"customer\",\"id\":1e300}", "id: not a whole number"},
    {"{\"type\":\"customer\",\"id\":\"2\"}", "id: not a whole number"},
    {"{\"type\":\"customer\",\"id\":2,\"birth\":\"1990-02-29\"}", "birth: no such day"},
    {"{\"type\":\"customer\",\"id\":2,\"birth\":19900228}", "birth: not a text"},
    {"{\"type\":\"customer\",\"id\":2,\"suspended\":1}", "suspended: neither true nor false"},
    {"{\"type\":\"customer\",\"id\":2,\"name\":\"a\\u0007\"}", "name: not plain"},
    {"{\"type\":\"customer\",\"id\":2,\"name\":\"\xff\"}", "name: not plain"},
    {"{\"type\":\"customer\",\"id\":2,\"name\":\"0123456789012345678901234567890123456789012345678\"}", "name: 49"},
    {"{\"type\":\"customer\",\"id\":2,\"branch\":3}", "branch: 3 isn't there"},
    {"{\"type\":\"customer\",\"id\":2,\"branches\":[3]}", "branches: 3 isn't there"},
    {"{\"type\":\"customer\",\"id\":2,\"branches\":{}}", "branches: not an array"},
    {"{\"type\":\"customer\",\"id\":2,\"customer_type\":\"king\"}", "customer_type: no such word"},
    {"{\"type\":\"subscription\",\"id\":2,\"customer\":5,\"product\":1}", "customer: 5 isn't there"},
    {"{\"type\":\"subscription\",\"id\":2,\"customer\":1,\"product\":5}", "product: 5 isn't there"},
    {"{\"type\":\"subscription\",\"id\":1,\"customer\":1,\"product\":1}", "id: occurs twice"},
    {"{\"type\":\"subscription\",\"id\":2,\"customer\":1,\"product\":1,\"start\":\"2014-02-02\",\"ends_on\":"
     "\"2014-02-01\"}",
     "ends_on: before start"},
    {"{\"type\":\"subscription\",\"id\":2,\"customer\":1,\"product\":1,\"currency\":\"KRONOR\"}", "currency: 6"},
    {"{\"type\":\"freeze\",\"subscription\":1,\"first\":\"2014-02-02\",\"last\":\"2014-02-01\"}", "last: before"},
    {"{\"type\":\"freeze\",\"subscription\":1,\"first\":\"2014-02-01\"}", "subscription: occurs twice"},
    {"{\"type\":\"card\",\"number\":\"04a1b2\",\"customer\":1}", "number: no card number"},
    {"{\"type\":\"card\",\"number\":\"04a1b2c3\",\"customer\":1}", "number: occurs twice"},
    {"{\"type\":\"card\",\"number\":\"08a1b2c3\",\"customer\":1}", "number: a random UID"},
    {"{\"type\":\"card\",\"number\":\"#1\"}", "customer, punch_card, single_entry: one"},
    {"{\"type\":\"card\",\"number\":\"#1\",\"customer\":1,\"punch_card\":7}",
     "customer, punch_card, single_entry: more"},
    {"{\"type\":\"punch_card\",\"id\":10,\"product\":1,\"clips_left\":-1}", "clips_left: not a whole number"},
    {"{\"type\":\"branch\",\"id\":2,\"name\":\"x\",\"time_zone\":\"Europe/Stockholm\"}", "time_zone: no POSIX"},
    {"{\"type\":\"branch\",\"id\":2,\"name\":\"x\"}", "time_zone: missing"},
    {"{\"type\":\"point\",\"id\":2,\"branch\":1,\"name\":\"entry\",\"direction\":\"in\"}", "name: occurs twice"},
    {"{\"type\":\"point\",\"id\":2,\"branch\":1,\"name\":\"x\",\"direction\":\"up\"}", "direction: no such word"},
    {"{\"type\":\"right\",\"product\":1,\"directions\":[]}", "directions: empty"},
    {"{\"type\":\"right\",\"product\":1,\"directions\":[1]}", "directions: not words"},
    {"{\"type\":\"right\",\"product\":1,\"schedule\":4}", "schedule: 4 isn't there"},
    {"{\"type\":\"schedule\",\"id\":2,\"name\":\"x\",\"spans\":[]}", "spans: not an array of spans"},
    {"{\"type\":\"schedule\",\"id\":2,\"name\":\"x\",\"spans\":[{\"days\":[\"mon\"],\"from\":\"24:00\",\"to\":"
     "\"25:00\"}]}",
     "spans: from and to"},
    {"{\"type\":\"schedule\",\"id\":2,\"name\":\"x\",\"spans\":[{\"days\":[\"mon\"],\"from\":\"8:00\",\"to\":\"9:00\"}]"
     "}",
     "spans: from and to"},
    {"{\"type\":\"schedule\",\"id\":2,\"name\":\"x\",\"spans\":[{\"day\":[\"mon\"]}]}", "spans: unknown field"},
    {"{\"type\":\"settings\",\"branch\":1,\"opening\":9}", "opening: 9 isn't there"},
    {"{\"type\":\"settings\",\"branch\":1,\"show_photo\":\"yes\"}", "show_photo: neither"},
    {"{\"type\":\"settings\",\"branch\":1,\"help\":\"0123456789012345678901234567890123456789012345678901234567890123"
     "01234567890123456789012345678901\"}",
     "help: 96 bytes"},
    {"{\"type\":\"photo\",\"customer\":5,\"image\":\"/9j/4AAQ\"}", "customer: 5 isn't there"},
    {"{\"type\":\"photo\",\"customer\":1}", "image: missing"},
    {"{\"type\":\"photo\",\"customer\":1,\"image\":7}", "image: not a text"},
    {"{\"type\":\"photo\",\"customer\":1,\"image\":\"/9j/4AA\"}", "image: not base64"},
    {"{\"type\":\"photo\",\"customer\":1,\"image\":\"/9j/ 4AAQ\"}", "image: not base64"},
    {"{\"type\":\"photo\",\"customer\":1,\"image\":\"\"}", "image: neither JPEG nor PNG"},
    {"{\"type\":\"photo\",\"customer\":1,\"image\":\"R0lGODlh\"}", "image: neither JPEG nor PNG"},
    {"{\"type\":\"staff\",\"id\":1}", "name: missing"},
    {"{\"type\":\"staff\",\"id\":1,\"name\":\"\"}", "name: 0 bytes"},
    {"{\"type\":\"staff\",\"id\":1,\"name\":\"Anna\",\"role\":\"king\"}", "role: no such word"},
    {"{\"type\":\"staff\",\"id\":1,\"name\":\"Anna\",\"language\":\"fr\"}", "language: no such word"},
    {"{\"type\":\"staff\",\"id\":1,\"name\":\"Anna\",\"pin_hash\":\"2468\"}", "pin_hash: no Argon2id"},
    {"{\"type\":\"staff\",\"id\":1,\"name\":\"Anna\",\"card\":\"08a1b2c3\"}", "card: a random UID"},
};

static void each_bad_line_is_named_with_its_number_and_reason_and_undoes_all(void **state)
{
    (void)state;
    assert_int_equal(ndjson(CHAIN), 0);
    for (size_t i = 0; i < sizeof(bad_cases) / sizeof(bad_cases[0]); i++) {
        char text[8192];
        (void)snprintf(text, sizeof(text), "%s%s\n{\"type\":\"customer\",\"id\":4711}\n", CHAIN PEOPLE,
                       bad_cases[i].line);
        assert_int_equal(ndjson(text), IMPORT_BAD_LINES);
        assert_int_equal(bad_line, 18);
        if (strncmp(bad_reason, bad_cases[i].reason, strlen(bad_cases[i].reason)) != 0) {
            fail_msg("%s\n: %s", bad_cases[i].line, bad_reason);
        }
        assert_int_equal(result.bad, 1);
        assert_int_equal(scratch_int(&scratch, "SELECT count(*) FROM customer"), 0);
        assert_int_equal(scratch_int(&scratch, "SELECT version FROM meta"), 1);
    }
}

static void good_lines_can_be_kept_beside_bad_ones(void **state)
{
    (void)state;
    static const char text[] = CHAIN "nonsense\n" PEOPLE "{\"type\":\"customer\",\"id\":1}\n";
    assert_int_equal(
        import_bytes(text, sizeof(text) - 1, (struct import_options){.format = IMPORT_NDJSON, .keep_good_lines = true}),
        0);
    assert_int_equal(result.good, 17);
    assert_int_equal(result.bad, 2);
    find("04a1b2c3");
    assert_int_equal(query.customer.id, 1);
}

static void a_file_without_a_single_good_line_never_empties_the_list(void **state)
{
    (void)state;
    assert_int_equal(ndjson(CHAIN PEOPLE), 0);
    assert_int_equal(ndjson("\n\n"), IMPORT_BAD_LINES);
    static const char text[] = "rubbish\nrubbish\n";
    assert_int_equal(
        import_bytes(text, sizeof(text) - 1, (struct import_options){.format = IMPORT_NDJSON, .keep_good_lines = true}),
        IMPORT_BAD_LINES);
    find("04a1b2c3");
    assert_true(query.card.known);
}

static void lines_are_bounded_and_the_next_one_is_found_again(void **state)
{
    (void)state;
    enum { HUGE = 5 * IMPORT_LINE_MAX };
    static char text[HUGE + 4096];
    size_t n = sizeof(CHAIN) - 1;
    memcpy(text, CHAIN, sizeof(CHAIN));
    memset(text + n, 'x', HUGE);
    n += HUGE;
    static const char last[] = "\n{\"type\":\"customer\",\"id\":5}";
    memcpy(text + n, last, sizeof(last) - 1);
    n += sizeof(last) - 1;
    const struct import_options keep = {.format = IMPORT_NDJSON, .keep_good_lines = true};
    assert_int_equal(import_bytes(text, n, keep), 0);
    assert_int_equal(bad_line, 9);
    assert_non_null(strstr(bad_reason, "longer than"));
    assert_int_equal(result.good, 9);
    assert_int_equal(scratch_int(&scratch, "SELECT id FROM customer"), 5);
}

static void nul_bytes_are_refused(void **state)
{
    (void)state;
    static const char text[] = CHAIN "{\"type\":\"customer\",\"id\":5}\0{\"type\":\"customer\",\"id\":6}\n";
    assert_int_equal(import_bytes(text, sizeof(text) - 1, (struct import_options){.format = IMPORT_NDJSON}),
                     IMPORT_BAD_LINES);
    assert_string_equal(bad_reason, "a NUL byte");
}

static void a_second_import_replaces_and_a_merge_adds_and_changes(void **state)
{
    (void)state;
    assert_int_equal(ndjson(CHAIN PEOPLE), 0);
    assert_int_equal(merge("{\"type\":\"customer\",\"id\":1,\"name\":\"Ada\"}\n"
                           "{\"type\":\"card\",\"number\":\"04ffffff\",\"customer\":1}\n"
                           "{\"type\":\"branch\",\"id\":1,\"name\":\"Middle\",\"time_zone\":\"UTC0\"}\n"
                           "{\"type\":\"product\",\"id\":1,\"name\":\"Platinum\"}\n"),
                     0);
    assert_int_equal(result.version, 2);
    find("04ffffff");
    assert_string_equal(query.customer.name, "Ada");
    assert_false(query.customer.this_branch); /* the new line names no branches */
    assert_string_equal(query.entitlements[0].product, "Platinum");
    assert_int_equal(query.entitlements[0].n_rights, 1);
    assert_int_equal(scratch_int(&scratch, "SELECT overdue_days FROM branch"), 10);
    assert_int_equal(merge("{\"type\":\"product\",\"id\":2,\"name\":\"Platinum\"}\n"), IMPORT_BAD_LINES);
    assert_string_equal(bad_reason, "name: occurs twice");
    assert_int_equal(ndjson(CHAIN), 0);
    assert_int_equal(result.version, 3);
    find("04ffffff");
    assert_false(query.card.known);
    assert_int_equal(scratch_int(&scratch, "SELECT (SELECT count(*) FROM card) + (SELECT count(*) FROM customer) +"
                                           " (SELECT count(*) FROM subscription) + (SELECT count(*) FROM freeze) +"
                                           " (SELECT count(*) FROM customer_branch) +"
                                           " (SELECT count(*) FROM punch_card) + (SELECT count(*) FROM invoice) +"
                                           " (SELECT count(*) FROM single_entry)"),
                     0);
}

static void a_merge_does_not_make_an_old_list_young(void **state)
{
    (void)state;
    assert_int_equal(ndjson(CHAIN), 0);
    static const char text[] = "{\"type\":\"customer\",\"id\":5}\n";
    const struct import_options later = {.format = IMPORT_NDJSON, .merge = true, .utc_us = INT64_C(1500000000000000)};
    assert_int_equal(import_bytes(text, sizeof(text) - 1, later), 0);
    assert_int_equal(scratch_int(&scratch, "SELECT synced_utc_us FROM meta"), 1400000000000000LL);
}

static void a_table_of_members_comes_in_beside_the_branches(void **state)
{
    (void)state;
    assert_int_equal(ndjson(CHAIN PEOPLE), 0);
    assert_int_equal(csv("\xef\xbb\xbf"
                         "Card;Product;Name;Birth;Start;Charged_through;Ends_on\r\n"
                         "04aa0001;Gold;\"Bo; \"\"the\"\" one\";1985-05-05;2014-01-01;2014-12-31;\r\n"
                         "04aa0002;Gold;;;;;2014-03-31\r\n"),
                     0);
    assert_int_equal(result.lines, 2);
    assert_int_equal(result.good, 2);
    find("04aa0001");
    assert_string_equal(query.customer.name, "Bo; \"the\" one");
    assert_int_equal(query.customer.birth, date_day(1985, 5, 5));
    assert_true(query.customer.all_branches);
    assert_int_equal(query.n_entitlements, 1);
    assert_int_equal(query.entitlements[0].charged_through, date_day(2014, 12, 31));
    int64_t id = query.customer.id;
    find("04aa0002");
    assert_int_equal(query.entitlements[0].ends_on, date_day(2014, 3, 31));
    assert_int_equal(query.entitlements[0].start, DAY_NONE);
    find("04a1b2c3"); /* a member before: the file has taken the members' place */
    assert_false(query.card.known);
    /* The same card gets the same id again, whatever its row. */
    assert_int_equal(csv("product,card\nGold,04aa0002\nGold,04aa0001\n"), 0);
    find("04aa0001");
    assert_int_equal(query.customer.id, id);
}

static void a_bad_row_of_a_table_leaves_nothing_behind(void **state)
{
    (void)state;
    assert_int_equal(ndjson(CHAIN), 0);
    static const struct bad_case cases[] = {
        {"04aa0002,Silver,,", "product: isn't in the list"},
        {"04aa0002,,,", "product: missing"},
        {",Gold,,", "card: missing"},
        {"04aa,Gold,,", "number: no card number"},
        {"04aa0001,Gold,,", "id: occurs twice"},
        {"04aa0002,Gold,2014-02-30,", "start: no such day"},
        {"04aa0002,Gold,,,", "5 fields, the heading has 4"},
        {"04aa0002,Gold,,x", "customer: no id"},
        {"04aa0002,\"Gold,,", "quotes that don't fit"},
        {"#77,Gold,,4711", "number: occurs twice"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[1024];
        (void)snprintf(text, sizeof(text),
                       "card,product,start,customer\n#77,Gold,,\n04aa0001,Gold,,\n%s\n#0011,Gold,,\n", cases[i].line);
        assert_int_equal(
            import_bytes(text, strlen(text), (struct import_options){.format = IMPORT_CSV, .keep_good_lines = true}),
            0);
        assert_int_equal(bad_line, 4);
        assert_string_equal(bad_reason, cases[i].reason);
        assert_int_equal(result.good, 3);
        assert_int_equal(scratch_int(&scratch, "SELECT count(*) FROM customer"), 3);
        assert_int_equal(scratch_int(&scratch, "SELECT count(*) FROM subscription"), 3);
        assert_int_equal(scratch_int(&scratch, "SELECT count(*) FROM card"), 3);
        assert_int_equal(csv(text), IMPORT_BAD_LINES);
    }
    assert_int_equal(csv("card,name\n04aa0001,x\n"), IMPORT_BAD_LINES);
    assert_string_equal(bad_reason, "heading: card and product must be there");
    assert_int_equal(csv("card,product,shoe\n04aa0001,Gold,44\n"), IMPORT_BAD_LINES);
    assert_string_equal(bad_reason, "heading: column 3 is unknown or there twice");
    assert_int_equal(bad_line, 1);
}

static void write_text(const char *path, const char *text)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fputs(text, f) >= 0, 1);
    assert_int_equal(fclose(f), 0);
}

static void the_format_is_told_from_name_or_content(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text;
    } files[] = {
        {"a.ndjson", CHAIN},
        {"b.txt", CHAIN},
        {"c", "\xef\xbb\xbf" CHAIN},
        {"d.CSV", "card,product\n04aa0001,Gold\n"},
        {"e.txt", "card,product\n04aa0001,Gold\n"},
        {"f", "\xef\xbb\xbf"
              "card,product\n04aa0001,Gold\n"},
    };
    const struct import_options options = {.bad_line = note_bad};
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        char path[160];
        (void)snprintf(path, sizeof(path), "%s/%s", scratch.dir, files[i].name);
        write_text(path, files[i].text);
        assert_int_equal(import_file(scratch.path, path, &options, &result), 0);
        assert_int_equal(result.good, i < 3 ? 8 : 1);
    }
    assert_int_equal(import_file(scratch.path, "/nowhere/at/all", &options, &result), -ENOENT);
}

static int stop_soon(int64_t lines, int64_t bytes, void *user)
{
    (void)bytes;
    (void)user;
    return lines >= 20000 ? -ECANCELED : 0;
}

static void an_import_that_is_called_off_changes_nothing(void **state)
{
    (void)state;
    assert_int_equal(ndjson(CHAIN PEOPLE), 0);
    size_t size = 40000 * 40;
    char *text = malloc(size);
    assert_non_null(text);
    size_t n = 0;
    for (int i = 1; i <= 30000; i++) {
        n += (size_t)snprintf(text + n, size - n, "{\"type\":\"customer\",\"id\":%d}\n", i);
    }
    const struct import_options options = {.format = IMPORT_NDJSON, .progress = stop_soon};
    assert_int_equal(import_bytes(text, n, options), -ECANCELED);
    free(text);
    find("04a1b2c3");
    assert_true(query.card.known);
    assert_int_equal(scratch_int(&scratch, "SELECT count(*) FROM customer"), 1);
}

static void a_list_that_cannot_be_used_is_left_alone(void **state)
{
    (void)state;
    assert_int_equal(ndjson(CHAIN), 0);
    scratch_sql(&scratch, "PRAGMA user_version = 77");
    assert_int_equal(ndjson(CHAIN), IMPORT_NO_LIST);
}

#define PIN_HASH "$argon2id$v=19$m=8192,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define SCREEN                                                                                                         \
    "{\"type\":\"settings\",\"branch\":1,\"show_photo\":true,\"show_name\":false,\"opening\":1,\"help\":\"Ring\"}\n"   \
    "{\"type\":\"photo\",\"customer\":1,\"image\":\"iVBORw0KGgoAAAA=\"}\n"                                             \
    "{\"type\":\"staff\",\"id\":1,\"name\":\"Anna\",\"role\":\"technician\",\"pin_hash\":\"" PIN_HASH                  \
    "\",\"card\":\"04000000000099\",\"language\":\"sv\"}\n"                                                            \
    "{\"type\":\"staff\",\"id\":2,\"name\":\"Erik\"}\n"

static void what_screens_need_comes_in_too(void **state)
{
    (void)state;
    static uint8_t image[LIST_PHOTO_MAX];
    size_t n = 0;
    struct list_db *list = NULL;
    struct list_branch branch;
    struct list_staff staff;
    struct card_number card;
    assert_int_equal(ndjson(CHAIN PEOPLE SCREEN), 0);
    assert_int_equal(list_db_open(scratch.path, LIST_DB_READ, &list), 0);
    assert_int_equal(list_db_branch(list, 1, &branch), 0);
    assert_true(branch.show_photo && !branch.show_name && branch.has_opening);
    assert_string_equal(branch.help, "Ring");
    assert_int_equal(branch.settings.overdue_days, 0); /* settings sets all of them */
    assert_int_equal(list_db_photo(list, 1, image, sizeof(image), &n), 0);
    assert_int_equal(n, 11);
    assert_memory_equal(image, "\x89PNG\r\n\x1a\n\0\0\0", n);
    assert_true(card_parse("04000000000099", &card));
    assert_int_equal(list_db_staff_by_card(list, &card, &staff), 0);
    assert_string_equal(staff.name, "Anna");
    assert_int_equal(staff.role, LIST_TECHNICIAN);
    assert_string_equal(staff.pin_hash, PIN_HASH);
    assert_string_equal(staff.language, "sv");
    assert_int_equal(list_db_staff(list, 2, &staff), 0);
    assert_string_equal(staff.pin_hash, "");
    list_db_close(list);
}

static void a_card_signs_one_person_in_and_a_merge_changes_both(void **state)
{
    (void)state;
    assert_int_equal(ndjson(CHAIN PEOPLE SCREEN), 0);
    assert_int_equal(merge("{\"type\":\"staff\",\"id\":2,\"name\":\"Erik\",\"card\":\"04000000000099\"}\n"),
                     IMPORT_BAD_LINES);
    assert_string_equal(bad_reason, "card: occurs twice");
    assert_int_equal(merge("{\"type\":\"staff\",\"id\":1,\"name\":\"Anna\"}\n"
                           "{\"type\":\"staff\",\"id\":2,\"name\":\"Erik\",\"card\":\"04000000000099\"}\n"
                           "{\"type\":\"photo\",\"customer\":1,\"image\":\"/9j/4AAQ\"}\n"),
                     0);
    assert_int_equal(scratch_int(&scratch, "SELECT id FROM staff WHERE card IS NOT NULL"), 2);
    assert_int_equal(scratch_int(&scratch, "SELECT count(*) FROM staff WHERE pin IS NOT NULL"), 0);
    assert_int_equal(scratch_int(&scratch, "SELECT length(image) FROM photo"), 6);
    /* A table of members takes the photos' place, but not that of staff. */
    assert_int_equal(csv("card,product\n04aa0001,Gold\n"), 0);
    assert_int_equal(scratch_int(&scratch, "SELECT count(*) FROM photo"), 0);
    assert_int_equal(scratch_int(&scratch, "SELECT count(*) FROM staff"), 2);
    assert_int_equal(ndjson(CHAIN), 0);
    assert_int_equal(scratch_int(&scratch, "SELECT count(*) FROM staff"), 0);
}

/* A photo of @bytes bytes, as a line that stands after CHAIN and PEOPLE. */
static int import_photo(size_t bytes)
{
    static char text[IMPORT_LINE_MAX + 8192];
    size_t n =
        (size_t)snprintf(text, sizeof(text), CHAIN PEOPLE "{\"type\":\"photo\",\"customer\":1,\"image\":\"/9j/4AAQ");
    size_t rest = bytes - 6;
    memset(text + n, 'A', rest / 3 * 4);
    n += rest / 3 * 4;
    n += (size_t)snprintf(text + n, sizeof(text) - n, "%s\"}\n", rest % 3 == 0 ? "" : rest % 3 == 1 ? "AA==" : "AAA=");
    return import_bytes(text, n, (struct import_options){.format = IMPORT_NDJSON});
}

static void a_photo_has_40_kib_at_most(void **state)
{
    (void)state;
    assert_int_equal(import_photo(LIST_PHOTO_MAX), 0);
    assert_int_equal(scratch_int(&scratch, "SELECT length(image) FROM photo"), LIST_PHOTO_MAX);
    for (size_t more = 1; more < 8; more += 3) {
        assert_int_equal(import_photo(LIST_PHOTO_MAX + more), IMPORT_BAD_LINES);
        assert_int_equal(bad_line, 18);
        assert_string_equal(bad_reason, "image: more than 40960 bytes");
    }
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_whole_list_comes_in_and_is_what_the_gate_finds),
        TEST(settings_and_time_of_sync_are_kept),
        TEST(each_bad_line_is_named_with_its_number_and_reason_and_undoes_all),
        TEST(good_lines_can_be_kept_beside_bad_ones),
        TEST(a_file_without_a_single_good_line_never_empties_the_list),
        TEST(lines_are_bounded_and_the_next_one_is_found_again),
        TEST(nul_bytes_are_refused),
        TEST(a_second_import_replaces_and_a_merge_adds_and_changes),
        TEST(a_merge_does_not_make_an_old_list_young),
        TEST(a_table_of_members_comes_in_beside_the_branches),
        TEST(a_bad_row_of_a_table_leaves_nothing_behind),
        TEST(the_format_is_told_from_name_or_content),
        TEST(an_import_that_is_called_off_changes_nothing),
        TEST(a_list_that_cannot_be_used_is_left_alone),
        TEST(what_screens_need_comes_in_too),
        TEST(a_card_signs_one_person_in_and_a_merge_changes_both),
        TEST(a_photo_has_40_kib_at_most),
    };
    return cmocka_run_group_tests_name("import", tests, NULL, NULL);
}
