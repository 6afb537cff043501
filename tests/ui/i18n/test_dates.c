#include "said.h"

#include "base/cleanup.h"

static int32_t saturday(void)
{
    return date_day(2027, 5, 22);
}

static int closed(void **state)
{
    (void)state;
    i18n_close();
    return 0;
}

static void a_date_reads_as_people_write_it(void **state)
{
    (void)state;
    static const char *const expected[LANGUAGES][I18N_WEEKDAY + 1] = {
        [LANGUAGE_EN] = {"22 May 2027", "22 May", "2027-05-22", "Saturday 22 May", "Saturday"},
        [LANGUAGE_SV] = {"22 maj 2027", "22 maj", "2027-05-22", "lördag 22 maj", "lördag"},
        [LANGUAGE_DE] = {"22. Mai 2027", "22. Mai", "22.05.2027", "Samstag, 22. Mai", "Samstag"},
        [LANGUAGE_NB] = {"22. mai 2027", "22. mai", "22.05.2027", "lørdag 22. mai", "lørdag"},
        [LANGUAGE_FI] = {"22. toukokuuta 2027", "22. toukokuuta", "22.5.2027", "lauantai 22. toukokuuta", "lauantai"},
    };
    for (enum language l = LANGUAGE_EN; l < LANGUAGES; l++) {
        i18n_set(l);
        for (enum i18n_date form = I18N_DATE_LONG; form <= I18N_WEEKDAY; form++) {
            char text[I18N_TEXT_SIZE];
            i18n_date(saturday(), form, text, sizeof text);
            assert_said(text, expected[l][form]);
        }
    }
}

static void a_day_of_one_digit_has_a_zero_only_in_numbers(void **state)
{
    (void)state;
    static const char *const expected[LANGUAGES][2] = {
        {"1 January 2027", "2027-01-01"}, {"1 januari 2027", "2027-01-01"},   {"1. Januar 2027", "01.01.2027"},
        {"1. januar 2027", "01.01.2027"}, {"1. tammikuuta 2027", "1.1.2027"},
    };
    for (enum language l = LANGUAGE_EN; l < LANGUAGES; l++) {
        char text[I18N_TEXT_SIZE];
        i18n_set(l);
        i18n_date(date_day(2027, 1, 1), I18N_DATE_LONG, text, sizeof text);
        assert_said(text, expected[l][0]);
        i18n_date(date_day(2027, 1, 1), I18N_DATE_NUMERIC, text, sizeof text);
        assert_said(text, expected[l][1]);
    }
}

static void months_and_weekdays_have_their_names_in_order(void **state)
{
    (void)state;
    static const char *const months[LANGUAGES][12] = {
        {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
         "December"},
        {"januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november",
         "december"},
        {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
         "Dezember"},
        {"januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november",
         "desember"},
        {"tammikuuta", "helmikuuta", "maaliskuuta", "huhtikuuta", "toukokuuta", "kesäkuuta", "heinäkuuta", "elokuuta",
         "syyskuuta", "lokakuuta", "marraskuuta", "joulukuuta"},
    };
    static const char *const weekdays[LANGUAGES][7] = {
        {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
        {"måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"},
        {"Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"},
        {"mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"},
        {"maanantai", "tiistai", "keskiviikko", "torstai", "perjantai", "lauantai", "sunnuntai"},
    };
    for (enum language l = LANGUAGE_EN; l < LANGUAGES; l++) {
        char text[I18N_TEXT_SIZE];
        i18n_set(l);
        for (int m = 0; m < 12; m++) {
            i18n_date(date_day(2026, m + 1, 10), I18N_DATE_SHORT, text, sizeof text);
            const char *name = strrchr(text, ' ');
            assert_non_null(name);
            assert_string_equal(name + 1, months[l][m]);
        }
        for (int d = 0; d < 7; d++) { /* 2027-05-17 is a Monday */
            i18n_date(date_day(2027, 5, 17 + d), I18N_WEEKDAY, text, sizeof text);
            assert_string_equal(text, weekdays[l][d]);
        }
    }
}

static void days_far_away_follow_the_same_calendar(void **state)
{
    (void)state;
    char text[I18N_TEXT_SIZE];
    i18n_set(LANGUAGE_SV);
    i18n_date(DAY_MIN, I18N_DATE_NUMERIC, text, sizeof text);
    assert_string_equal(text, "0001-01-01");
    i18n_date(DAY_MAX, I18N_DATE_NUMERIC, text, sizeof text);
    assert_string_equal(text, "9999-12-31");
    i18n_date(date_day(1582, 10, 10), I18N_DATE_LONG, text, sizeof text); /* no gap at the Gregorian reform */
    assert_string_equal(text, "10 oktober 1582");
    i18n_date(date_day(2028, 2, 29), I18N_DATE_LONG, text, sizeof text);
    assert_string_equal(text, "29 februari 2028");
}

static void what_is_no_day_is_a_dash(void **state)
{
    (void)state;
    static const int32_t none[] = {DAY_NONE, DAY_MIN - 1, DAY_MAX + 1, INT32_MAX};
    for (enum language l = LANGUAGE_EN; l < LANGUAGES; l++) {
        char text[I18N_TEXT_SIZE];
        i18n_set(l);
        for (size_t i = 0; i < ARRAY_LEN(none); i++) {
            for (enum i18n_date form = I18N_DATE_LONG; form <= I18N_WEEKDAY; form++) {
                i18n_date(none[i], form, text, sizeof text);
                assert_string_equal(text, "-");
            }
            i18n_date_time((struct local_time){none[i], 0}, text, sizeof text);
            assert_string_equal(text, "-");
        }
        i18n_date(saturday(), (enum i18n_date)(I18N_WEEKDAY + 1), text, sizeof text);
        assert_string_equal(text, "-");
    }
}

static void the_clock_has_twenty_four_hours(void **state)
{
    (void)state;
    static const struct {
        int32_t second;
        bool with_seconds;
        const char *text, *finnish;
    } times[] = {
        {0, false, "00:00", "0.00"},
        {6 * 3600 + 5 * 60, false, "06:05", "6.05"},
        {63720, false, "17:42", "17.42"},
        {63778, false, "17:42", "17.42"},
        {63778, true, "17:42:58", "17.42.58"},
        {9, true, "00:00:09", "0.00.09"},
        {86399, true, "23:59:59", "23.59.59"},
        {86400, false, "24:00", "24.00"},
        {-1, false, "-", "-"},
        {86401, false, "-", "-"},
        {INT32_MIN, true, "-", "-"},
        {INT32_MAX, true, "-", "-"},
    };
    for (enum language l = LANGUAGE_EN; l < LANGUAGES; l++) {
        i18n_set(l);
        for (size_t i = 0; i < ARRAY_LEN(times); i++) {
            char text[I18N_TEXT_SIZE];
            i18n_time(times[i].second, times[i].with_seconds, text, sizeof text);
            assert_string_equal(text, l == LANGUAGE_FI ? times[i].finnish : times[i].text);
        }
    }
}

static void a_day_and_a_time_make_one_text(void **state)
{
    (void)state;
    static const char *const expected[LANGUAGES] = {
        "Saturday 22 May, 06:00",   "lördag 22 maj kl. 06:00",          "Samstag, 22. Mai, 06:00 Uhr",
        "lørdag 22. mai kl. 06:00", "lauantai 22. toukokuuta klo 6.00",
    };
    for (enum language l = LANGUAGE_EN; l < LANGUAGES; l++) {
        char text[I18N_TEXT_SIZE];
        i18n_set(l);
        i18n_date_time((struct local_time){saturday(), 6 * 3600}, text, sizeof text);
        assert_said(text, expected[l]);
        i18n_date_time((struct local_time){saturday(), -1}, text, sizeof text);
        assert_string_equal(text, "-");
    }
}

static void a_text_is_cut_at_a_characters_start(void **state)
{
    (void)state;
    static const struct {
        size_t size;
        const char *text;
    } cuts[] = {{1, ""},    {2, "l"},      {3, "l"},       {4, "lö"},
                {5, "lör"}, {8, "lördag"}, {9, "lördag "}, {14, "lördag 22 ma"}};
    i18n_set(LANGUAGE_SV);
    for (size_t i = 0; i < ARRAY_LEN(cuts); i++) {
        char text[I18N_TEXT_SIZE];
        memset(text, 'x', sizeof text);
        i18n_date(saturday(), I18N_DATE_WEEKDAY, text, cuts[i].size);
        assert_string_equal(text, cuts[i].text);
        assert_int_equal(text[cuts[i].size], 'x');
    }
    char untouched = 'x';
    i18n_date(saturday(), I18N_DATE_WEEKDAY, &untouched, 0);
    i18n_date(DAY_NONE, I18N_DATE_WEEKDAY, &untouched, 0);
    assert_int_equal(untouched, 'x');
    i18n_date(DAY_NONE, I18N_DATE_WEEKDAY, &untouched, 1);
    assert_int_equal(untouched, '\0');
}

static void warming_and_closing_leave_the_same_texts(void **state)
{
    (void)state;
    char before[I18N_TEXT_SIZE], after[I18N_TEXT_SIZE];
    i18n_set(LANGUAGE_FI);
    i18n_warm();
    i18n_warm();
    i18n_date(saturday(), I18N_DATE_WEEKDAY, before, sizeof before);
    i18n_close();
    assert_int_equal(i18n_language(), LANGUAGE_EN);
    i18n_close();
    i18n_set(LANGUAGE_FI);
    i18n_date(saturday(), I18N_DATE_WEEKDAY, after, sizeof after);
    assert_string_equal(before, after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_date_reads_as_people_write_it),
        cmocka_unit_test(a_day_of_one_digit_has_a_zero_only_in_numbers),
        cmocka_unit_test(months_and_weekdays_have_their_names_in_order),
        cmocka_unit_test(days_far_away_follow_the_same_calendar),
        cmocka_unit_test(what_is_no_day_is_a_dash),
        cmocka_unit_test(the_clock_has_twenty_four_hours),
        cmocka_unit_test(a_day_and_a_time_make_one_text),
        cmocka_unit_test(a_text_is_cut_at_a_characters_start),
        cmocka_unit_test_teardown(warming_and_closing_leave_the_same_texts, closed),
    };
    return cmocka_run_group_tests(tests, NULL, closed);
}
