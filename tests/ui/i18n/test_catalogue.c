#include "i18n/catalogue.h"

#include "base/cleanup.h"
#include "base/file.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Files that msgfmt would never write. A good one is built here byte by byte, so that each test can spoil one thing. */

static const char *folder;
static char path[64];

enum { ROOM = 4096, COUNT_AT = 8, ENGLISH_AT = 12, TABLES_AT = 28 };

struct text {
    const char *text;
    size_t size;
};

#define TEXT(literal) literal, sizeof(literal) - 1

static const char head[] = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n";

static const struct text english[] = {{TEXT("")}, {TEXT("Go")}, {TEXT("door\4Open")}, {TEXT("one\0many")}};
static const struct text swedish[] = {{head, sizeof head - 1}, {TEXT("Gå")}, {TEXT("Öppen")}, {TEXT("en\0flera")}};

struct file {
    unsigned char bytes[ROOM];
    size_t size;
};

static void set_number(struct file *file, size_t at, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++) {
        file->bytes[at + i] = (unsigned char)(value >> (8 * i));
    }
}

static void put_texts(struct file *file, size_t table, const struct text *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        set_number(file, table + 8 * i, (uint32_t)texts[i].size);
        set_number(file, table + 8 * i + 4, (uint32_t)file->size);
        memcpy(file->bytes + file->size, texts[i].text, texts[i].size);
        file->size += texts[i].size + 1;
    }
}

static void make(struct file *file, const struct text *from, const struct text *to, size_t count)
{
    size_t translated = TABLES_AT + 8 * count;
    memset(file, 0, sizeof *file);
    set_number(file, 0, 0x950412de);
    set_number(file, COUNT_AT, (uint32_t)count);
    set_number(file, ENGLISH_AT, TABLES_AT);
    set_number(file, ENGLISH_AT + 4, (uint32_t)translated);
    file->size = translated + 8 * count;
    put_texts(file, TABLES_AT, from, count);
    put_texts(file, translated, to, count);
}

static void make_good(struct file *file)
{
    make(file, english, swedish, ARRAY_LEN(english));
}

static int try(const struct file *file)
{
    struct catalogue *catalogue = NULL;
    assert_int_equal(file_replace(path, file->bytes, file->size, 0600), 0);
    int r = catalogue_open(path, &catalogue);
    assert_true((r == 0) == (catalogue != NULL));
    if (catalogue) { /* whatever it holds, looking for something must not leave it */
        (void)catalogue_find(catalogue, NULL, "Go");
        (void)catalogue_find(catalogue, "door", "Open");
        (void)catalogue_find_plural(catalogue, "one", 2);
    }
    catalogue_free(catalogue);
    return r;
}

static void a_good_file_is_read(void **state)
{
    (void)state;
    struct file file;
    make_good(&file);
    assert_int_equal(try(&file), 0);
    struct catalogue *catalogue = NULL;
    assert_int_equal(catalogue_open(path, &catalogue), 0);
    assert_string_equal(catalogue_find(catalogue, NULL, "Go"), "Gå");
    assert_null(catalogue_find(catalogue, NULL, "G"));
    assert_null(catalogue_find(catalogue, NULL, "Gone"));
    assert_null(catalogue_find(catalogue, NULL, "Open"));
    assert_string_equal(catalogue_find(catalogue, "door", "Open"), "Öppen");
    assert_null(catalogue_find(catalogue, "doo", "Open"));
    assert_null(catalogue_find(catalogue, "doorway", "Open"));
    assert_null(catalogue_find(catalogue, "Go", "Open"));
    assert_string_equal(catalogue_find(catalogue, NULL, "one"), "en");
    assert_string_equal(catalogue_find_plural(catalogue, "one", 1), "en");
    assert_string_equal(catalogue_find_plural(catalogue, "one", 2), "flera");
    assert_string_equal(catalogue_find_plural(catalogue, "Go", 2), "Gå");
    assert_null(catalogue_find_plural(catalogue, "many", 2));
    catalogue_free(catalogue);
}

static void what_msgfmt_writes_is_found_text_for_text(void **state)
{
    (void)state;
    char name[512];
    struct catalogue *catalogue = NULL;
    (void)snprintf(name, sizeof name, "%s/de/LC_MESSAGES/stile.mo", folder);
    assert_int_equal(catalogue_open(name, &catalogue), 0);
    assert_string_equal(catalogue_find(catalogue, NULL, "Welcome"), "Willkommen");
    assert_string_equal(catalogue_find(catalogue, "the door", "Open"), "Offen");
    assert_string_equal(catalogue_find(catalogue, "what staff do", "Open"), "Öffnen");
    assert_string_equal(catalogue_find_plural(catalogue, "%s clip left", 2), "Noch %s Eintritte");
    catalogue_free(catalogue);
}

static void a_file_that_ends_early_is_refused_at_every_length(void **state)
{
    (void)state;
    struct file file;
    make_good(&file);
    for (size_t whole = file.size; file.size-- > 0;) {
        /* The last byte is the NUL of the last text. */
        if (try(&file) != -EBADMSG) {
            fail_msg("%zu of %zu bytes were enough", file.size, whole);
        }
    }
}

static void a_file_with_any_byte_changed_does_no_harm(void **state)
{
    (void)state;
    struct file file;
    make_good(&file);
    static const unsigned char changes[] = {0x01, 0x80, 0xff};
    for (size_t at = 0; at < file.size; at++) {
        for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
            file.bytes[at] ^= changes[i];
            int r = try(&file);
            assert_true(r == 0 || r == -EBADMSG);
            file.bytes[at] ^= changes[i];
        }
    }
}

static void other_kinds_of_file_are_refused(void **state)
{
    (void)state;
    struct file file;
    make_good(&file);
    file.bytes[3] = 0; /* the magic number */
    assert_int_equal(try(&file), -EBADMSG);
    make_good(&file);
    set_number(&file, 4, 0x00010000); /* a revision whose tables may look otherwise */
    assert_int_equal(try(&file), -EBADMSG);
    make_good(&file);
    set_number(&file, 4, 1); /* a minor one adds tables that nobody needs */
    assert_int_equal(try(&file), 0);
    make_good(&file);
    set_number(&file, COUNT_AT, 0);
    assert_int_equal(try(&file), -EBADMSG);
    set_number(&file, COUNT_AT, UINT32_MAX);
    assert_int_equal(try(&file), -EBADMSG);
    make_good(&file);
    set_number(&file, ENGLISH_AT, UINT32_MAX - 4);
    assert_int_equal(try(&file), -EBADMSG);
    struct catalogue *catalogue = NULL;
    assert_int_equal(catalogue_open("/nonexistent.mo", &catalogue), -ENOENT);
    assert_null(catalogue);
}

static void a_file_that_is_too_large_is_refused(void **state)
{
    (void)state;
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fseek(f, 2 << 20, SEEK_SET), 0);
    assert_int_equal(fputc(0, f), 0);
    assert_int_equal(fclose(f), 0);
    struct catalogue *catalogue = NULL;
    assert_int_equal(catalogue_open(path, &catalogue), -EFBIG);
}

static void texts_out_of_order_are_refused(void **state)
{
    (void)state;
    struct file file;
    const struct text swapped[] = {english[0], english[2], english[1], english[3]};
    make(&file, swapped, swedish, ARRAY_LEN(swapped));
    assert_int_equal(try(&file), -EBADMSG);
    const struct text twice[] = {english[0], english[1], english[1], english[3]};
    make(&file, twice, swedish, ARRAY_LEN(twice));
    assert_int_equal(try(&file), -EBADMSG);
}

static void another_plural_rule_or_encoding_is_refused(void **state)
{
    (void)state;
    static const struct text heads[] = {
        {TEXT("Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=3; plural=(n != 1);\n")},
        {TEXT("Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n > 1);\n")},
        {TEXT("Content-Type: text/plain; charset=UTF-8\n")},
        {TEXT("Content-Type: text/plain; charset=ISO-8859-1\nPlural-Forms: nplurals=2; plural=(n != 1);\n")},
        {TEXT("")},
    };
    for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
        struct file file;
        const struct text to[] = {heads[i], swedish[1], swedish[2], swedish[3]};
        make(&file, english, to, ARRAY_LEN(to));
        assert_int_equal(try(&file), -EBADMSG);
    }
    struct file file;
    make(&file, english + 1, swedish + 1, ARRAY_LEN(english) - 1); /* no head at all */
    assert_int_equal(try(&file), -EBADMSG);
}

static void a_plural_with_one_form_is_refused(void **state)
{
    (void)state;
    struct file file;
    const struct text to[] = {swedish[0], swedish[1], swedish[2], {TEXT("en")}};
    make(&file, english, to, ARRAY_LEN(to));
    assert_int_equal(try(&file), -EBADMSG);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        return 2;
    }
    folder = argv[1];
    char name[] = "/tmp/stile-mo-XXXXXX";
    int fd = mkstemp(name);
    if (fd < 0) {
        return 2;
    }
    (void)close(fd);
    (void)snprintf(path, sizeof path, "%s", name);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_file_is_read),
        cmocka_unit_test(what_msgfmt_writes_is_found_text_for_text),
        cmocka_unit_test(a_file_that_ends_early_is_refused_at_every_length),
        cmocka_unit_test(a_file_with_any_byte_changed_does_no_harm),
        cmocka_unit_test(other_kinds_of_file_are_refused),
        cmocka_unit_test(a_file_that_is_too_large_is_refused),
        cmocka_unit_test(texts_out_of_order_are_refused),
        cmocka_unit_test(another_plural_rule_or_encoding_is_refused),
        cmocka_unit_test(a_plural_with_one_form_is_refused),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    (void)unlink(path);
    return failed;
}
