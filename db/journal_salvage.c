/* Events from the pages of a file whose tree is broken.
 *
 * A table in SQLite is a tree whose rows stand in leaf pages; a page further up that is lost hides all below it. But a
 * leaf is a whole tree by itself when it stands where the root belongs. So, in a copy of the file, each page that
 * looks like a leaf of rows is written over the root page of the events in its turn, in the order of their first row,
 * and SQLite is asked for the rows: it does the parsing, with the records' further pages, and its checks. A page
 * of another table gives rows whose hashes don't fit.
 *
 * When the first page is gone, with the file's header and schema, it is taken from a new journal: the same schema,
 * laid out by the same steps, has its tables on the same pages. */

#include "db/journal_recovery.h"

#include "base/cleanup.h"
#define LOG_MODULE "journal"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

/* "Database File Format": section 1.3 (header), 1.6 (pages), 2.1 (records). */
enum {
    PAGE = 4096,
    CHANGE_COUNTER = 24,
    SIZE_IN_PAGES = 28,
    FREELIST = 32,
    FREELIST_COUNT = 36,
    VALID_FOR = 92,
    LEAF_OF_ROWS = 0x0d,
    LEAF_HEADER = 8,
    ROWS_PER_PAGE = 64, /* more than ever fit */
};

struct leaf {
    int64_t first; /* number of its first row */
    uint32_t page; /* from 0 */
};

struct leaves {
    struct leaf *at;
    size_t n, size;
};

static int copy_file(const char *from, const char *to)
{
    struct stat st;
    _cleanup_close_ int in = open(from, O_RDONLY | O_CLOEXEC);
    if (in < 0 || fstat(in, &st) < 0) {
        return -errno;
    }
    _cleanup_close_ int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (out < 0) {
        return -errno;
    }
    off_t at = 0;
    while (at < st.st_size) {
        ssize_t n = sendfile(out, in, &at, (size_t)(st.st_size - at));
        if (n < 0 && errno != EINTR) {
            return -errno;
        }
        if (n == 0) {
            break;
        }
    }
    return 0;
}

static void put_be32(uint8_t *at, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++) {
        at[i] = (uint8_t)(value >> (24 - 8 * i));
    }
}

static uint32_t get_be(const uint8_t *at, unsigned n)
{
    uint32_t value = 0;
    for (unsigned i = 0; i < n; i++) {
        value = value << 8 | at[i];
    }
    return value;
}

static int read_page(int fd, uint32_t page, uint8_t ret_bytes[PAGE])
{
    return pread(fd, ret_bytes, PAGE, (off_t)page * PAGE) == PAGE ? 0 : -EIO;
}

static int write_page(int fd, uint32_t page, const uint8_t bytes[PAGE])
{
    errno = EIO;
    return pwrite(fd, bytes, PAGE, (off_t)page * PAGE) == PAGE ? 0 : -errno;
}

static int plant_first_page(const char *path, const char *template_path)
{
    uint8_t page[PAGE];
    struct stat st;
    _cleanup_close_ int from = open(template_path, O_RDONLY | O_CLOEXEC);
    _cleanup_close_ int to = open(path, O_RDWR | O_CLOEXEC);
    if (from < 0 || to < 0 || fstat(to, &st) < 0) {
        return -errno;
    }
    int r = read_page(from, 0, page);
    put_be32(page + SIZE_IN_PAGES, (uint32_t)(st.st_size / PAGE));
    put_be32(page + FREELIST, 0);
    put_be32(page + FREELIST_COUNT, 0);
    memcpy(page + VALID_FOR, page + CHANGE_COUNTER, 4);
    return r < 0 ? r : write_page(to, 0, page);
}

/* Everything that the log holds goes into the copy's file: pages are looked at there. */
static bool open_copy(struct recovery *rec, const char *copy)
{
    if (!journal_recovery_open_old(rec, copy)) {
        return false;
    }
    (void)sqlite3_finalize(rec->next);
    rec->next = NULL;
    (void)sqlite3_exec(rec->old, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL);
    (void)sqlite3_exec(rec->old, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
    journal_recovery_close_old(rec);
    return journal_recovery_open_old(rec, copy);
}

static int make_copy(struct recovery *rec, const char *path, const char *copy, const char *template_path)
{
    char from[SQL_PATH_SIZE + 8];
    char to[SQL_PATH_SIZE + 8];
    (void)snprintf(from, sizeof(from), "%s-wal", path);
    (void)snprintf(to, sizeof(to), "%s-wal", copy);
    int r = copy_file(path, copy);
    if (r == 0) {
        r = copy_file(from, to);
        r = r == -ENOENT ? 0 : r;
    }
    if (r < 0 || open_copy(rec, copy)) {
        return r;
    }
    r = plant_first_page(copy, template_path);
    return r < 0 ? r : open_copy(rec, copy) ? 0 : 1;
}

/* @return bytes taken, 0 when there is no number. */
static size_t get_varint(const uint8_t *at, const uint8_t *end, int64_t *ret_value)
{
    uint64_t value = 0;
    for (size_t i = 0; i < 9 && at + i < end; i++) {
        if (i == 8) {
            *ret_value = (int64_t)(value << 8 | at[i]);
            return 9;
        }
        value = value << 7 | (at[i] & 0x7f);
        if (!(at[i] & 0x80)) {
            *ret_value = (int64_t)value;
            return i + 1;
        }
    }
    return 0;
}

/* @return whether the page looks like a leaf of rows, and the number of its first one. */
static bool is_leaf(const uint8_t page[PAGE], int64_t *ret_first)
{
    int64_t length = 0;
    if (page[0] != LEAF_OF_ROWS || get_be(page + 3, 2) == 0) {
        return false;
    }
    uint32_t cell = get_be(page + LEAF_HEADER, 2);
    if (cell < LEAF_HEADER || cell >= PAGE) {
        return false;
    }
    size_t n = get_varint(page + cell, page + PAGE, &length);
    return n > 0 && length > 0 && get_varint(page + cell + n, page + PAGE, ret_first) > 0 && *ret_first > 0;
}

static int find_leaves(int fd, uint32_t pages, struct leaves *ret_leaves)
{
    for (uint32_t i = 1; i < pages; i++) {
        uint8_t page[PAGE];
        int64_t first = 0;
        if (read_page(fd, i, page) < 0 || !is_leaf(page, &first)) {
            continue;
        }
        if (ret_leaves->n == ret_leaves->size) {
            size_t size = ret_leaves->size > 0 ? ret_leaves->size * 2 : 1024;
            struct leaf *at = realloc(ret_leaves->at, size * sizeof(*at));
            if (!at) {
                return -ENOMEM;
            }
            ret_leaves->at = at;
            ret_leaves->size = size;
        }
        ret_leaves->at[ret_leaves->n++] = (struct leaf){.first = first, .page = i};
    }
    return 0;
}

static int compare_leaves(const void *a, const void *b)
{
    const struct leaf *x = a;
    const struct leaf *y = b;
    return x->first != y->first ? (x->first > y->first) - (x->first < y->first)
                                : (x->page > y->page) - (x->page < y->page);
}

/* A higher change counter makes SQLite forget the pages it has read. */
static int plant(int fd, uint32_t root, uint32_t page)
{
    uint8_t bytes[PAGE];
    int r = read_page(fd, page, bytes);
    if (r == 0) {
        r = write_page(fd, root, bytes);
    }
    if (r == 0) {
        r = read_page(fd, 0, bytes);
    }
    if (r == 0) {
        put_be32(bytes + CHANGE_COUNTER, get_be(bytes + CHANGE_COUNTER, 4) + 1);
        memcpy(bytes + VALID_FOR, bytes + CHANGE_COUNTER, 4);
        r = write_page(fd, 0, bytes);
    }
    return r;
}

static int carry_leaf(struct recovery *rec, int fd, uint32_t root, const struct leaf *leaf)
{
    int r = plant(fd, root, leaf->page);
    int64_t at = leaf->first - 1 > rec->last_seq ? leaf->first - 1 : rec->last_seq;
    bool done = false;
    while (r == 0 && !done) {
        r = journal_recovery_carry(rec, &at, leaf->first + ROWS_PER_PAGE, ROWS_PER_PAGE, &done);
    }
    return r;
}

/* The root's own page may be a leaf: it is kept, since others take its place. */
static int carry_leaves(struct recovery *rec, int fd, uint32_t root, uint32_t pages)
{
    enum { PER_TRANSACTION = 500 };
    struct leaves leaves = {0};
    uint8_t own[PAGE];
    int r = find_leaves(fd, pages, &leaves);
    if (r == 0 && leaves.n > 0) {
        qsort(leaves.at, leaves.n, sizeof(leaves.at[0]), compare_leaves);
        r = read_page(fd, root, own);
    }
    for (size_t i = 0; r == 0 && i < leaves.n; i++) {
        if (i % PER_TRANSACTION == 0) {
            r = sql_exec(rec->new->sql, i == 0 ? "BEGIN IMMEDIATE" : "COMMIT; BEGIN IMMEDIATE");
        }
        if (r == 0 && leaves.at[i].page == root) {
            r = write_page(fd, root, own);
        }
        if (r == 0) {
            r = carry_leaf(rec, fd, root, &leaves.at[i]);
        }
    }
    free(leaves.at);
    if (r == 0 && !sqlite3_get_autocommit(rec->new->sql)) {
        r = sql_exec(rec->new->sql, "COMMIT");
    }
    return r;
}

static int carry_pages(struct recovery *rec, const char *copy)
{
    int64_t root = 0;
    struct stat st;
    int r = sql_int(rec->old, "SELECT rootpage FROM sqlite_master WHERE name = 'event'", &root);
    _cleanup_close_ int fd = open(copy, O_RDWR | O_CLOEXEC);
    if (r < 0 || fd < 0 || fstat(fd, &st) < 0) {
        return r < 0 ? 0 : -errno; /* no schema that names the events: nothing to be had */
    }
    uint32_t pages = (uint32_t)(st.st_size / PAGE);
    return root < 2 || root > pages ? 0 : carry_leaves(rec, fd, (uint32_t)root - 1, pages);
}

int journal_salvage(struct recovery *rec, const char *path, const char *template_path)
{
    char copy[SQL_PATH_SIZE];
    (void)snprintf(copy, sizeof(copy), "%s.salvage", path);
    journal_recovery_unlink(copy);
    int r = make_copy(rec, path, copy, template_path);
    if (r == 0) {
        r = journal_recovery_carry_tables(rec, path);
    }
    if (r == 0) {
        r = carry_pages(rec, copy);
    }
    if (r == 0) {
        r = journal_recovery_carry_presence(rec);
    }
    journal_recovery_close_old(rec);
    journal_recovery_unlink(copy);
    return r > 0 ? 0 : r;
}
