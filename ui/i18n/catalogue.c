#include "i18n/catalogue.h"

#include "base/cleanup.h"
#include "base/file.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

/* The file: a head of seven 32-bit numbers, then a table of the English texts and one of the translations, each
 * row a length and an offset. A text with a context is "context EOT text", one with plural forms "one NUL many".
 * The texts are sorted, so a search by halves finds one; the hash table that may follow isn't needed. */
enum {
    MAX_SIZE = 1 << 20,
    MAX_TEXTS = 8192,
    MAGIC_SIZE = 4,
    AT_REVISION = 4,
    AT_COUNT = 8,
    AT_ENGLISH = 12,
    AT_TRANSLATED = 16,
    HEAD_SIZE = 28,
    ROW_SIZE = 8,
    END_OF_CONTEXT = 4
};

struct entry {
    const char *english; /* the key: up to its first NUL, with the context before it */
    const char *text;
    const char *many; /* NULL for a text without plural forms */
};

struct catalogue {
    char *data;
    struct entry *entries;
    size_t count;
};

struct span {
    const char *text; /* a NUL follows its last byte */
    size_t size;
};

static uint32_t number_at(const char *data, size_t offset)
{
    const unsigned char *p = (const unsigned char *)data + offset;
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static bool table_fits(uint32_t offset, uint32_t count, size_t size)
{
    return offset <= size && (size_t)count * ROW_SIZE <= size - offset;
}

static bool row_at(const char *data, size_t size, size_t offset, struct span *ret_span)
{
    uint32_t length = number_at(data, offset), at = number_at(data, offset + 4);
    if (at >= size || length >= size - at || data[at + length] != '\0') {
        return false;
    }
    *ret_span = (struct span){data + at, length};
    return true;
}

/* The second of the texts in a span that NULs divide; NULL when it holds but one. */
static const char *second_text(struct span span)
{
    size_t first = strlen(span.text);
    return first < span.size ? span.text + first + 1 : NULL;
}

static bool entry_make(struct span english, struct span translated, struct entry *ret_entry)
{
    const char *many = NULL;
    if (second_text(english)) {
        many = second_text(translated);
        if (!many) {
            return false;
        }
    }
    *ret_entry = (struct entry){english.text, translated.text, many};
    return true;
}

/* Compares the key made of @context and @text with one of the file. */
static int key_compare(const char *context, const char *text, const char *key)
{
    if (context) {
        for (; *context; context++, key++) {
            if (*context != *key) {
                return (unsigned char)*context < (unsigned char)*key ? -1 : 1;
            }
        }
        if (*key != END_OF_CONTEXT) {
            return (unsigned char)*key > END_OF_CONTEXT ? -1 : 1;
        }
        key++;
    }
    return strcmp(text, key);
}

/* The catalogue's own properties are the translation of the empty text. */
static bool head_is_ours(const struct catalogue *catalogue)
{
    const char *head = catalogue_find(catalogue, NULL, "");
    return head && strstr(head, "charset=UTF-8\n") && strstr(head, "Plural-Forms: nplurals=2; plural=(n != 1);\n");
}

static int entries_read(struct catalogue *catalogue, size_t size)
{
    const char *data = catalogue->data;
    static const char magic[MAGIC_SIZE] = {'\xde', '\x12', '\x04', '\x95'};
    if (size < HEAD_SIZE || memcmp(data, magic, sizeof magic) != 0 || number_at(data, AT_REVISION) >> 16 != 0) {
        return -EBADMSG;
    }
    uint32_t count = number_at(data, AT_COUNT);
    uint32_t english = number_at(data, AT_ENGLISH), translated = number_at(data, AT_TRANSLATED);
    if (count == 0 || count > MAX_TEXTS || !table_fits(english, count, size) || !table_fits(translated, count, size)) {
        return -EBADMSG;
    }
    catalogue->entries = calloc(count, sizeof *catalogue->entries);
    if (!catalogue->entries) {
        return -ENOMEM;
    }
    catalogue->count = count;
    for (size_t i = 0; i < count; i++) {
        struct span from, to;
        if (!row_at(data, size, english + i * ROW_SIZE, &from) || !row_at(data, size, translated + i * ROW_SIZE, &to) ||
            !entry_make(from, to, &catalogue->entries[i])) {
            return -EBADMSG;
        }
        if (i > 0 && strcmp(catalogue->entries[i - 1].english, from.text) >= 0) {
            return -EBADMSG;
        }
    }
    return head_is_ours(catalogue) ? 0 : -EBADMSG;
}

static void catalogue_freep(struct catalogue **catalogue)
{
    catalogue_free(*catalogue);
}

int catalogue_open(const char *path, struct catalogue **ret_catalogue)
{
    _cleanup_(catalogue_freep) struct catalogue *catalogue = calloc(1, sizeof *catalogue);
    if (!catalogue) {
        return -ENOMEM;
    }
    size_t size = 0;
    int r = file_read(path, MAX_SIZE, &catalogue->data, &size);
    if (r == 0) {
        r = entries_read(catalogue, size);
    }
    if (r < 0) {
        return r;
    }
    *ret_catalogue = STEAL_PTR(catalogue);
    return 0;
}

void catalogue_free(struct catalogue *catalogue)
{
    if (catalogue) {
        free(catalogue->entries);
        free(catalogue->data);
        free(catalogue);
    }
}

static const struct entry *entry_find(const struct catalogue *catalogue, const char *context, const char *text)
{
    size_t from = 0, to = catalogue->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = key_compare(context, text, catalogue->entries[middle].english);
        if (order == 0) {
            return &catalogue->entries[middle];
        }
        if (order < 0) {
            to = middle;
        } else {
            from = middle + 1;
        }
    }
    return NULL;
}

const char *catalogue_find(const struct catalogue *catalogue, const char *context, const char *text)
{
    const struct entry *entry = entry_find(catalogue, context, text);
    return entry ? entry->text : NULL;
}

const char *catalogue_find_plural(const struct catalogue *catalogue, const char *one, int64_t n)
{
    const struct entry *entry = entry_find(catalogue, NULL, one);
    if (!entry) {
        return NULL;
    }
    return n != 1 && entry->many ? entry->many : entry->text;
}
