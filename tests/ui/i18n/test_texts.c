#include "said.h"

#include "base/cleanup.h"
#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

static const char *folder, *product_folder;

static int opened(void **state)
{
    (void)state;
    return i18n_open(folder);
}

static int closed(void **state)
{
    (void)state;
    i18n_close();
    return 0;
}

static void a_text_is_said_in_each_language(void **state)
{
    (void)state;
    static const char *const welcome[LANGUAGES] = {"Welcome", "Välkommen", "Willkommen", "Velkommen", "Tervetuloa"};
    assert_int_equal(i18n_language(), LANGUAGE_EN);
    for (enum language l = LANGUAGE_EN; l < LANGUAGES; l++) {
        i18n_set(l);
        assert_int_equal(i18n_language(), l);
        assert_string_equal(_("Welcome"), welcome[l]);
    }
}

static void the_language_changes_on_the_spot_and_back(void **state)
{
    (void)state;
    i18n_set(LANGUAGE_SV);
    const char *swedish = _("Welcome");
    i18n_set(LANGUAGE_FI);
    const char *finnish = _("Welcome");
    i18n_set(LANGUAGE_EN);
    assert_string_equal(_("Welcome"), "Welcome");
    i18n_set(LANGUAGE_SV);
    assert_ptr_equal(_("Welcome"), swedish);
    /* A text that was given out before a change still stands. */
    assert_string_equal(swedish, "Välkommen");
    assert_string_equal(finnish, "Tervetuloa");
}

static void a_context_tells_two_meanings_apart(void **state)
{
    (void)state;
    assert_string_equal(C_("the door", "Open"), "Open");
    i18n_set(LANGUAGE_DE);
    assert_string_equal(C_("the door", "Open"), "Offen");
    assert_string_equal(C_("what staff do", "Open"), "Öffnen");
    assert_string_equal(C_("the till", "Open"), "Open");
    assert_string_equal(C_("the doo", "Open"), "Open");
    assert_string_equal(C_("the door2", "Open"), "Open");
    assert_string_equal(C_("", "Open"), "Open");
    assert_string_equal(_("Open"), "Open");
}

static void one_is_singular_and_all_else_plural(void **state)
{
    (void)state;
    static const struct {
        enum language language;
        const char *one, *many;
    } forms[] = {
        {LANGUAGE_EN, "%s clip left", "%s clips left"},
        {LANGUAGE_SV, "%s klipp kvar", "%s klipp kvar (flera)"},
        {LANGUAGE_DE, "Noch %s Eintritt", "Noch %s Eintritte"},
        {LANGUAGE_NB, "%s klipp igjen", "%s klipp igjen (flere)"},
        {LANGUAGE_FI, "%s kerta jäljellä", "%s kertaa jäljellä"},
    };
    static const int64_t many[] = {0, 2, 10, 11, 21, 101, 1000001, -1, INT64_MIN, INT64_MAX};
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        i18n_set(forms[i].language);
        assert_string_equal(P_("%s clip left", "%s clips left", 1), forms[i].one);
        for (size_t k = 0; k < ARRAY_LEN(many); k++) {
            assert_string_equal(P_("%s clip left", "%s clips left", many[k]), forms[i].many);
        }
        /* A text that no catalogue has follows the English rule. */
        assert_string_equal(P_("%s cat", "%s cats", 1), "%s cat");
        assert_string_equal(P_("%s cat", "%s cats", 0), "%s cats");
    }
}

static void what_has_no_translation_stays_english(void **state)
{
    (void)state;
    static const char text[] = "Nobody has translated this";
    i18n_set(LANGUAGE_NB);
    assert_ptr_equal(i18n_text(text), text);
    assert_ptr_equal(i18n_text_in("anywhere", text), text);
}

static void an_empty_text_stays_empty(void **state)
{
    (void)state;
    i18n_set(LANGUAGE_SV);
    assert_string_equal(i18n_text(""), "");
    assert_string_equal(i18n_plural("", "", 2), "");
}

static void a_language_that_there_is_not_is_english(void **state)
{
    (void)state;
    i18n_set(LANGUAGES);
    assert_int_equal(i18n_language(), LANGUAGE_EN);
    i18n_set(LANGUAGE_SV);
    i18n_set((enum language)1000);
    assert_int_equal(i18n_language(), LANGUAGE_EN);
}

static void codes_and_names_belong_together(void **state)
{
    (void)state;
    static const char *const names[LANGUAGES] = {"English", "Svenska", "Deutsch", "Norsk", "Suomi"};
    for (enum language l = LANGUAGE_EN; l < LANGUAGES; l++) {
        assert_int_equal(language_parse(language_code(l)), l);
        assert_string_equal(language_name(l), names[l]);
    }
    assert_string_equal(language_code(LANGUAGE_NB), "nb");
    assert_int_equal(language_parse("no"), LANGUAGE_NB);
    assert_int_equal(language_parse("da"), LANGUAGES);
    assert_int_equal(language_parse("SV"), LANGUAGES);
    assert_int_equal(language_parse("sv_SE"), LANGUAGES);
    assert_int_equal(language_parse(""), LANGUAGES);
    assert_string_equal(language_code(LANGUAGES), "?");
    assert_string_equal(language_name(LANGUAGES), "?");
}

static void without_catalogues_texts_are_english_and_dates_are_not(void **state)
{
    (void)state;
    char text[I18N_TEXT_SIZE];
    assert_int_equal(i18n_open("/nonexistent/locale"), -ENOENT);
    i18n_set(LANGUAGE_SV);
    assert_string_equal(_("Welcome"), "Welcome");
    i18n_date(date_day(2027, 5, 22), I18N_WEEKDAY, text, sizeof text);
    assert_string_equal(text, "lördag");
}

static void a_folder_name_without_end_is_refused(void **state)
{
    (void)state;
    char name[8192];
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_int_equal(i18n_open(name), -ENAMETOOLONG);
    i18n_set(LANGUAGE_SV);
    assert_string_equal(_("Welcome"), "Welcome");
}

static void put_catalogue(const char *root, const char *code, const void *data, size_t size)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", root, code);
    assert_int_equal(mkdir(path, 0700), 0);
    (void)snprintf(path, sizeof path, "%s/%s/LC_MESSAGES", root, code);
    assert_int_equal(mkdir(path, 0700), 0);
    (void)snprintf(path, sizeof path, "%s/%s/LC_MESSAGES/stile.mo", root, code);
    assert_int_equal(file_replace(path, data, size, 0600), 0);
}

static void remove_catalogue(const char *root, const char *code)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%s/LC_MESSAGES/stile.mo", root, code);
    assert_int_equal(unlink(path), 0);
    (void)snprintf(path, sizeof path, "%s/%s/LC_MESSAGES", root, code);
    assert_int_equal(rmdir(path), 0);
    (void)snprintf(path, sizeof path, "%s/%s", root, code);
    assert_int_equal(rmdir(path), 0);
}

static void one_broken_catalogue_leaves_the_others_whole(void **state)
{
    (void)state;
    char root[] = "/tmp/stile-i18n-XXXXXX", path[512];
    assert_non_null(mkdtemp(root));
    _cleanup_free_ char *finnish = NULL;
    size_t size = 0;
    (void)snprintf(path, sizeof path, "%s/fi/LC_MESSAGES/stile.mo", folder);
    assert_int_equal(file_read(path, 1 << 20, &finnish, &size), 0);
    put_catalogue(root, "sv", "nonsense", 8);
    put_catalogue(root, "fi", finnish, size);

    assert_int_equal(i18n_open(root), -EBADMSG);
    i18n_set(LANGUAGE_SV);
    assert_string_equal(_("Welcome"), "Welcome");
    i18n_set(LANGUAGE_FI);
    assert_string_equal(_("Welcome"), "Tervetuloa");

    remove_catalogue(root, "sv");
    remove_catalogue(root, "fi");
    assert_int_equal(rmdir(root), 0);
}

static void the_products_own_catalogues_open(void **state)
{
    (void)state;
    assert_int_equal(i18n_open(product_folder), 0);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        return 2;
    }
    folder = argv[1];
    product_folder = argv[2];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_text_is_said_in_each_language, opened, closed),
        cmocka_unit_test_setup_teardown(the_language_changes_on_the_spot_and_back, opened, closed),
        cmocka_unit_test_setup_teardown(a_context_tells_two_meanings_apart, opened, closed),
        cmocka_unit_test_setup_teardown(one_is_singular_and_all_else_plural, opened, closed),
        cmocka_unit_test_setup_teardown(what_has_no_translation_stays_english, opened, closed),
        cmocka_unit_test_setup_teardown(an_empty_text_stays_empty, opened, closed),
        cmocka_unit_test_setup_teardown(a_language_that_there_is_not_is_english, opened, closed),
        cmocka_unit_test(codes_and_names_belong_together),
        cmocka_unit_test_teardown(without_catalogues_texts_are_english_and_dates_are_not, closed),
        cmocka_unit_test_teardown(a_folder_name_without_end_is_refused, closed),
        cmocka_unit_test_teardown(one_broken_catalogue_leaves_the_others_whole, closed),
        cmocka_unit_test_teardown(the_products_own_catalogues_open, closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
