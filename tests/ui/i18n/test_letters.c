#include "said.h"

#include "base/cleanup.h"

#include <stdlib.h>

static int closed(void **state)
{
    (void)state;
    i18n_close();
    return 0;
}

static int by_name(const void *a, const void *b)
{
    return i18n_compare(*(const char *const *)a, *(const char *const *)b);
}

/* Sorts the words in @line and compares the outcome with the line itself. */
static void assert_sorted(enum language language, const char *line)
{
    enum { WORDS = 32 };
    char copy[512], joined[512] = "";
    const char *words[WORDS];
    size_t n = 0, used = 0;
    assert_true(strlen(line) < sizeof copy);
    memcpy(copy, line, strlen(line) + 1);
    char *rest = copy;
    for (const char *word; (word = strtok_r(rest, " ", &rest));) {
        assert_true(n < WORDS);
        words[n++] = word;
    }
    for (size_t i = 0; i < n / 2; i++) { /* as far from sorted as can be */
        const char *word = words[i];
        words[i] = words[n - 1 - i];
        words[n - 1 - i] = word;
    }
    i18n_set(language);
    qsort(words, n, sizeof words[0], by_name);
    for (size_t i = 0; i < n; i++) {
        size_t size = strlen(words[i]);
        memcpy(joined + used, words[i], size);
        used += size;
        joined[used++] = ' ';
    }
    joined[used - 1] = '\0';
    assert_string_equal(joined, line);
}

static void swedish_ends_with_a_ring_a_dots_o_dots(void **state)
{
    (void)state;
    /* Svenska Akademien's word list has had w as a letter of its own since 2006; é is an e, ü a y. */
    assert_sorted(LANGUAGE_SV,
                  "Andersson Eva Éva Vallin Vera Vz Wallin Wera Yngve Zorn Åberg Åke Älg Ärlig Öberg Östlund");
}

static void german_puts_a_dots_beside_a(void **state)
{
    (void)state;
    /* DIN 5007-1: ä as a, ö as o, ü as u, ß as ss. */
    assert_sorted(LANGUAGE_DE,
                  "Aal Apfel Äpfel Apfelmus Oberg Öberg Oberst Strasse Straße Strassen Uhl Ühl Uhland Zorn");
}

static void norwegian_ends_with_ae_o_slash_a_ring(void **state)
{
    (void)state;
    assert_sorted(LANGUAGE_NB, "Andersen Olsen Vold Wold Zorn Ærlig Østby Ågot Åsen");
    /* Aa is an old way of writing Å. */
    assert_sorted(LANGUAGE_NB, "Abel Zorn Østby Aaby Åge Aasen");
    /* The Swedish letters stand with their Norwegian sisters. */
    assert_sorted(LANGUAGE_NB, "Zorn Äpple Ærlig Öberg Østby Åse");
}

static void finnish_ends_with_a_ring_a_dots_o_dots(void **state)
{
    (void)state;
    assert_sorted(LANGUAGE_FI, "Aalto Saari Šaari Virtanen Wirtanen Yrjö Zorn Åberg Äijälä Öhman");
}

static void english_takes_marks_for_ornament(void **state)
{
    (void)state;
    assert_sorted(LANGUAGE_EN, "Aalto Abbot Åberg Öberg Oberon Zorn");
}

static void small_and_capital_letters_stand_together(void **state)
{
    (void)state;
    for (enum language l = LANGUAGE_EN; l < LANGUAGES; l++) {
        i18n_set(l);
        assert_true(i18n_compare("berg", "Berga") < 0);
        assert_true(i18n_compare("Berg", "berga") < 0);
        assert_true(i18n_compare("Zeta", "alfa") > 0);
        assert_int_equal(i18n_compare("Berg", "Berg"), 0);
        assert_int_equal(i18n_compare("", ""), 0);
        assert_true(i18n_compare("", "a") < 0);
        /* One letter, written as one character or as two. */
        assert_int_equal(i18n_compare("\xc3\xa5", "a\xcc\x8a"), 0);
    }
}

static void what_is_not_utf8_still_has_an_order(void **state)
{
    (void)state;
    static const char *const texts[] = {"\xff", "\xc3", "a\xc3", "\xe2\x82", "a", "å", "\xf0\x9f\x92\xa9", ""};
    for (size_t a = 0; a < ARRAY_LEN(texts); a++) {
        for (size_t b = 0; b < ARRAY_LEN(texts); b++) {
            int forth = i18n_compare(texts[a], texts[b]), back = i18n_compare(texts[b], texts[a]);
            assert_true((forth < 0) == (back > 0) && (forth == 0) == (back == 0));
        }
    }
}

static void upper_case_follows_the_language(void **state)
{
    (void)state;
    static const struct {
        const char *text, *upper;
    } cases[] = {
        {"", ""},
        {"stängt", "STÄNGT"},
        {"Straße", "STRASSE"},
        {"øl på kjærlighet", "ØL PÅ KJÆRLIGHET"},
        {"kirjoita 2 kertaa", "KIRJOITA 2 KERTAA"},
        {"istanbul", "ISTANBUL"}, /* no Turkish dot in these five */
        {"\xffå!", "\xffÅ!"}, /* what is no UTF-8 stays */
        {"ŉ", "ʼN"}, /* one character becomes two */
    };
    for (enum language l = LANGUAGE_EN; l < LANGUAGES; l++) {
        i18n_set(l);
        for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
            char text[I18N_TEXT_SIZE];
            i18n_upper(cases[i].text, text, sizeof text);
            assert_string_equal(text, cases[i].upper);
        }
    }
}

static void a_long_text_is_raised_whole(void **state)
{
    (void)state;
    /* Longer than any piece that is worked on at a time, and shifted so that each cut falls within a character once. */
    static const char low[] = "åßὰ", high[] = "ÅSSᾺ";
    for (size_t shift = 0; shift < 4; shift++) {
        char text[2048], expected[4096], upper[4096];
        size_t n = 0, m = 0;
        for (; n < shift; n++, m++) {
            text[n] = 'a';
            expected[m] = 'A';
        }
        while (n < 1500) {
            for (size_t i = 0; low[i]; i++) {
                text[n++] = low[i];
            }
            for (size_t i = 0; high[i]; i++) {
                expected[m++] = high[i];
            }
        }
        text[n] = expected[m] = '\0';
        i18n_upper(text, upper, sizeof upper);
        assert_string_equal(upper, expected);
    }
}

static void upper_case_is_cut_at_a_characters_start(void **state)
{
    (void)state;
    static const struct {
        size_t size;
        const char *text;
    } cuts[] = {{1, ""}, {2, ""}, {3, "Å"}, {4, "ÅS"}, {5, "ÅSS"}, {6, "ÅSS"}, {7, "ÅSSÄ"}};
    for (size_t i = 0; i < ARRAY_LEN(cuts); i++) {
        char text[16];
        memset(text, 'x', sizeof text);
        i18n_upper("åßä", text, cuts[i].size);
        assert_string_equal(text, cuts[i].text);
        assert_int_equal(text[cuts[i].size], 'x');
    }
}

static void bytes_that_are_no_characters_end_too(void **state)
{
    (void)state;
    char text[201], upper[1024];
    memset(text, 0x80, sizeof text - 1); /* only continuations: nowhere to cut */
    text[sizeof text - 1] = '\0';
    i18n_upper(text, upper, sizeof upper);
    assert_string_equal(upper, text);
}

static void only_the_first_letter_is_raised(void **state)
{
    (void)state;
    static const struct {
        const char *text, *raised;
    } cases[] = {
        {"", ""},
        {"lördag 22 maj", "Lördag 22 maj"},
        {"öppet", "Öppet"},
        {"22 maj", "22 maj"},
        {"Åre", "Åre"},
        {"ærlig talt", "Ærlig talt"},
        {"\xff", "\xff"},
        {"x", "X"},
        {"fredag", "Fredag"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char text[I18N_TEXT_SIZE];
        i18n_capitalise(cases[i].text, text, sizeof text);
        assert_string_equal(text, cases[i].raised);
    }
    char text[] = "xxxx";
    i18n_capitalise("öl", text, 2);
    assert_string_equal(text, "");
    i18n_capitalise("öl", text, 3);
    assert_string_equal(text, "Ö");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(swedish_ends_with_a_ring_a_dots_o_dots),
        cmocka_unit_test(german_puts_a_dots_beside_a),
        cmocka_unit_test(norwegian_ends_with_ae_o_slash_a_ring),
        cmocka_unit_test(finnish_ends_with_a_ring_a_dots_o_dots),
        cmocka_unit_test(english_takes_marks_for_ornament),
        cmocka_unit_test(small_and_capital_letters_stand_together),
        cmocka_unit_test(what_is_not_utf8_still_has_an_order),
        cmocka_unit_test(upper_case_follows_the_language),
        cmocka_unit_test(a_long_text_is_raised_whole),
        cmocka_unit_test(upper_case_is_cut_at_a_characters_start),
        cmocka_unit_test(bytes_that_are_no_characters_end_too),
        cmocka_unit_test(only_the_first_letter_is_raised),
    };
    return cmocka_run_group_tests(tests, NULL, closed);
}
