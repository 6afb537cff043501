#include "db/import.h"

#include "base/cleanup.h"
#define LOG_MODULE "import"
#include "base/log.h"
#include "db/import_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PROGRESS_LINES = 10000, BUFFER_SIZE = 2 * IMPORT_LINE_MAX };

/* Lines of a stream, each bounded: of one that is too long no more than the bound is ever held. */
struct lines {
    FILE *stream;
    char *buffer; /* BUFFER_SIZE + 1 */
    size_t at, end;
    int64_t line, bytes;
    bool over; /* the stream has ended */
};

struct text_line {
    char *text; /* NUL-terminated in the buffer, without its end of line */
    size_t n;
    bool too_long;
};

static int refill(struct lines *in)
{
    memmove(in->buffer, in->buffer + in->at, in->end - in->at);
    in->end -= in->at;
    in->at = 0;
    size_t n = fread(in->buffer + in->end, 1, BUFFER_SIZE - in->end, in->stream);
    in->end += n;
    in->bytes += (int64_t)n;
    in->over = n == 0;
    return ferror(in->stream) ? -EIO : 0;
}

static void drop(struct lines *in, size_t n)
{
    in->at += n;
}

/* @return 0 with a line, 1 at the end, or a negative errno. */
static int next_line(struct lines *in, struct text_line *ret_line)
{
    *ret_line = (struct text_line){0};
    for (;;) {
        char *start = in->buffer + in->at;
        size_t have = in->end - in->at;
        char *newline = have > 0 ? memchr(start, '\n', have) : NULL;
        size_t n = newline ? (size_t)(newline - start) : have;
        if (!newline && !in->over && n <= IMPORT_LINE_MAX) {
            int r = refill(in);
            if (r < 0) {
                return r;
            }
            continue;
        }
        if (!newline && in->over && n == 0 && !ret_line->too_long) {
            return 1;
        }
        ret_line->too_long = ret_line->too_long || n > IMPORT_LINE_MAX;
        drop(in, n + (newline ? 1 : 0));
        if (newline || in->over) {
            n -= n > 0 && start[n - 1] == '\r' ? 1 : 0;
            start[n] = '\0';
            ret_line->text = start;
            ret_line->n = n;
            in->line++;
            return 0;
        }
    }
}

struct import_run {
    struct import im;
    struct lines in;
    enum import_format format;
    struct import_csv *csv;
    bool has_heading;
    struct import_result result;
};

static void tell_bad(struct import_run *s, const char *reason)
{
    s->result.bad++;
    if (s->im.options->bad_line) {
        s->im.options->bad_line(s->in.line, reason, s->im.options->user);
    }
}

static bool blank(const struct text_line *line)
{
    return line->text[strspn(line->text, " \t\r")] == '\0' && strlen(line->text) == line->n;
}

/* A member's three rows stand or fall together. */
static int put_csv(struct import_run *s, const struct text_line *line)
{
    sqlite3 *sql = s->im.list->sql;
    int r = sql_exec(sql, "SAVEPOINT line");
    if (r == 0) {
        r = import_csv_line(s->csv, line->text, line->n);
    }
    int end = r < 0 ? 0 : sql_exec(sql, r == 0 ? "RELEASE line" : "ROLLBACK TO line; RELEASE line");
    return end < 0 ? end : r;
}

/* @return 0, 1 when nothing of the file can be used, or a negative errno. */
static int take_line(struct import_run *s, struct text_line *line)
{
    static const char mark[] = "\xef\xbb\xbf";
    if (s->in.line == 1 && !line->too_long && line->n >= 3 && memcmp(line->text, mark, 3) == 0) {
        line->text += 3;
        line->n -= 3;
    }
    if (!line->too_long && blank(line)) {
        return 0;
    }
    bool heading = s->format == IMPORT_CSV && !s->has_heading;
    s->result.lines += heading ? 0 : 1;
    int r = 0;
    if (line->too_long) {
        r = import_bad(&s->im, "longer than %d bytes", (int)IMPORT_LINE_MAX);
    } else if (heading) {
        r = import_csv_heading(s->csv, line->text, line->n);
        s->has_heading = r == 0;
    } else if (s->format == IMPORT_CSV) {
        r = put_csv(s, line);
    } else {
        r = import_ndjson_line(&s->im, line->text, line->n);
    }
    if (r == 1) {
        tell_bad(s, s->im.reason);
        return heading ? 1 : 0;
    }
    s->result.good += r == 0 && !heading ? 1 : 0;
    return r;
}

static int take_lines(struct import_run *s)
{
    const struct import_options *o = s->im.options;
    for (;;) {
        struct text_line line;
        int r = next_line(&s->in, &line);
        if (r == 0) {
            r = take_line(s, &line);
        } else if (r == 1) {
            return 0;
        }
        if (r != 0) {
            return r;
        }
        if (o->progress && s->in.line % PROGRESS_LINES == 0) {
            r = o->progress(s->in.line, s->in.bytes, o->user);
            if (r < 0) {
                return r;
            }
        }
    }
}

static int clear(struct import_run *s)
{
    static const char members[] = "DELETE FROM customer; DELETE FROM customer_branch; DELETE FROM card;"
                                  "DELETE FROM subscription; DELETE FROM freeze; DELETE FROM punch_card;"
                                  "DELETE FROM single_entry; DELETE FROM invoice; DELETE FROM photo";
    static const char others[] = "DELETE FROM branch; DELETE FROM holiday; DELETE FROM zone; DELETE FROM point;"
                                 "DELETE FROM schedule; DELETE FROM schedule_span; DELETE FROM product;"
                                 "DELETE FROM access_right; DELETE FROM staff";
    int r = s->im.options->merge ? 0 : sql_exec(s->im.list->sql, members);
    return r == 0 && !s->im.options->merge && s->format == IMPORT_NDJSON ? sql_exec(s->im.list->sql, others) : r;
}

/* A merge says nothing of the rows it doesn't name: the list is as old as it was, unless it never was fetched. */
static int set_meta(struct import_run *s)
{
    __attribute__((cleanup(sql_finalizep))) sqlite3_stmt *stmt = NULL;
    int r = sql_prepare(s->im.list->sql,
                        "UPDATE meta SET version = version + 1,"
                        " synced_utc_us = CASE WHEN ?2 AND synced_utc_us > 0 THEN synced_utc_us ELSE ?1 END",
                        &stmt);
    if (r == 0) {
        (void)sqlite3_bind_int64(stmt, 1, s->im.options->utc_us);
        (void)sqlite3_bind_int(stmt, 2, s->im.options->merge ? 1 : 0);
        r = sql_run(s->im.list->sql, stmt, "meta");
    }
    return r;
}

/* @return 0 to commit, IMPORT_BAD_LINES, or a negative errno. */
static int within(struct import_run *s)
{
    int r = clear(s);
    if (r == 0) {
        r = take_lines(s);
    }
    if (r < 0) {
        return r;
    }
    if (r == 0 && s->result.good == 0 && s->result.bad == 0) {
        tell_bad(s, "nothing in the file");
    }
    if (r == 1 || s->result.good == 0 || (s->result.bad > 0 && !s->im.options->keep_good_lines)) {
        return IMPORT_BAD_LINES;
    }
    return set_meta(s);
}

static int transact(struct import_run *s)
{
    static const char begin[] = "PRAGMA cache_size = -65536; BEGIN IMMEDIATE";
    sqlite3 *sql = s->im.list->sql;
    int r = sql_exec(sql, begin);
    if (r < 0) {
        return r;
    }
    r = within(s);
    if (r == 0) {
        r = sql_exec(sql, "COMMIT");
    }
    if (r != 0 && !sqlite3_get_autocommit(sql)) {
        (void)sqlite3_exec(sql, "ROLLBACK", NULL, NULL, NULL);
    }
    /* The log has been as large as the list. PASSIVE, since TRUNCATE holds the readers' locks, and a tap waited up to
     * 40 ms for them; the next writer cuts the file to journal_size_limit. */
    (void)sqlite3_wal_checkpoint_v2(sql, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    struct list_meta meta;
    if (list_db_meta(s->im.list, &meta) == 0) {
        s->result.version = meta.version;
    }
    return r;
}

static void run_finish(struct import_run *s)
{
    import_csv_free(s->csv);
    import_rows_finish(&s->im);
    list_db_close(s->im.list);
    free(s->in.buffer);
}

static int run_init(struct import_run *s, const char *list_path)
{
    s->in.buffer = malloc(BUFFER_SIZE + 1);
    if (!s->in.buffer) {
        return -ENOMEM;
    }
    int r = list_db_open(list_path, LIST_DB_WRITE, &s->im.list);
    if (r != 0) {
        return r < 0 ? r : (int)IMPORT_NO_LIST;
    }
    r = import_rows_prepare(&s->im);
    return r == 0 && s->format == IMPORT_CSV ? import_csv_new(&s->im, &s->csv) : r;
}

int import_stream(const char *list_path, FILE *stream, const struct import_options *options,
                  struct import_result *ret_result)
{
    if (options->format == IMPORT_AUTO) {
        return -EINVAL;
    }
    _cleanup_(run_finish) struct import_run s = {
        .im = {.options = options}, .in = {.stream = stream}, .format = options->format};
    int r = run_init(&s, list_path);
    if (r == 0) {
        r = transact(&s);
    }
    if (r == 0 || r == IMPORT_BAD_LINES) {
        *ret_result = s.result;
    }
    if (r == 0) {
        log_info("format=%s merge=%d good=%" PRId64 " bad=%" PRId64 " version=%" PRId64,
                 s.format == IMPORT_CSV ? "csv" : "ndjson", options->merge, s.result.good, s.result.bad,
                 s.result.version);
    }
    return r;
}

static enum import_format format_of(const char *path, FILE *stream)
{
    const char *dot = strrchr(path, '.');
    if (dot && strcasecmp(dot, ".csv") == 0) {
        return IMPORT_CSV;
    }
    if (dot && (strcasecmp(dot, ".ndjson") == 0 || strcasecmp(dot, ".jsonl") == 0 || strcasecmp(dot, ".json") == 0)) {
        return IMPORT_NDJSON;
    }
    /* A stream that can't be rewound gives its first character back: one is all that ungetc promises. */
    int c = getc(stream);
    if (c != EOF && c != 0xef) {
        (void)ungetc(c, stream);
        return c == '{' ? IMPORT_NDJSON : IMPORT_CSV;
    }
    char mark[3] = {0};
    size_t n = c == 0xef ? fread(mark, 1, sizeof(mark), stream) : 0;
    (void)fseek(stream, 0, SEEK_SET);
    return n == sizeof(mark) && mark[2] == '{' ? IMPORT_NDJSON : IMPORT_CSV;
}

int import_file(const char *list_path, const char *path, const struct import_options *options,
                struct import_result *ret_result)
{
    _cleanup_file_ FILE *stream = fopen(path, "rbe");
    if (!stream) {
        return -errno;
    }
    struct import_options resolved = *options;
    if (resolved.format == IMPORT_AUTO) {
        resolved.format = format_of(path, stream);
    }
    return import_stream(list_path, stream, &resolved, ret_result);
}
