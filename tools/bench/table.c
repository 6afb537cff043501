#include "bench/table.h"

#include "base/cleanup.h"
#include "base/text.h"

#include <stdarg.h>
#include <string.h>

static const char *const measures[TABLE_MEASURES] = {
    [TABLE_P50] = "p50_us",  [TABLE_P99] = "p99_us",    [TABLE_MAX] = "max_us",      [TABLE_RATE] = "per_s",
    [TABLE_RATIO] = "ratio", [TABLE_MEMORY] = "mem_mb", [TABLE_CPU] = "cpu_percent", [TABLE_LOST] = "lost",
};

static struct table_row *new_row(struct table *table)
{
    size_t at = table->n_rows < TABLE_ROWS_MAX ? table->n_rows++ : TABLE_ROWS_MAX - 1;
    table->rows[at] = (struct table_row){0};
    return &table->rows[at];
}

struct table_row *table_add(struct table *table, const char *format, ...)
{
    va_list args;
    struct table_row *row = new_row(table);
    va_start(args, format);
    (void)vsnprintf(row->name, sizeof(row->name), format, args);
    va_end(args);
    return row;
}

void table_set(struct table_row *row, enum table_measure measure, double value)
{
    row->has[measure] = true;
    row->value[measure] = value;
}

void table_times(struct table_row *row, const struct samples *samples)
{
    row->n = samples->n;
    if (samples->n == 0) {
        return;
    }
    table_set(row, TABLE_P50, (double)samples_percentile(samples, 50) / 1e3);
    table_set(row, TABLE_P99, (double)samples_percentile(samples, 99) / 1e3);
    table_set(row, TABLE_MAX, (double)samples_max(samples) / 1e3);
}

void table_compare(struct table_row *row, const struct samples *samples, const struct samples *reference,
                   const char *name)
{
    struct samples_ratio r = samples_compare(samples, reference);
    (void)text_copy(row->reference, sizeof(row->reference), name);
    if (r.ratio > 0) {
        table_set(row, TABLE_RATIO, r.ratio);
        row->ratio_low = r.low;
        row->ratio_high = r.high;
    }
}

void table_note(struct table_row *row, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(row->note, sizeof(row->note), format, args);
    va_end(args);
}

void table_budget(struct table_row *row, enum table_measure measure, double limit)
{
    if (row->n_budgets < TABLE_BUDGETS_MAX) {
        row->budgets[row->n_budgets++] = (struct table_budget){.measure = measure, .limit = limit};
    }
}

static bool met(const struct table_row *row, const struct table_budget *b)
{
    if (!row->has[b->measure]) {
        return false;
    }
    return b->measure == TABLE_RATE ? row->value[b->measure] >= b->limit : row->value[b->measure] <= b->limit;
}

bool table_met(const struct table_row *row)
{
    for (size_t i = 0; i < row->n_budgets; i++) {
        if (!met(row, &row->budgets[i])) {
            return false;
        }
    }
    return true;
}

size_t table_broken(const struct table *table)
{
    size_t n = 0;
    for (size_t i = 0; i < table->n_rows; i++) {
        n += table_met(&table->rows[i]) ? 0 : 1;
    }
    return n;
}

static void time_text(double us, char *ret_text, size_t size)
{
    if (us < 1000) {
        (void)snprintf(ret_text, size, us < 10 ? "%.2f us" : "%.0f us", us);
    } else if (us < 1e6) {
        (void)snprintf(ret_text, size, us < 1e5 ? "%.2f ms" : "%.0f ms", us / 1e3);
    } else {
        (void)snprintf(ret_text, size, "%.2f s", us / 1e6);
    }
}

static void value_text(enum table_measure measure, double value, char *ret_text, size_t size)
{
    switch (measure) {
    case TABLE_P50:
    case TABLE_P99:
    case TABLE_MAX:
        time_text(value, ret_text, size);
        break;
    case TABLE_RATE:
        (void)snprintf(ret_text, size, "%.0f/s", value);
        break;
    case TABLE_RATIO:
        (void)snprintf(ret_text, size, "%.2f", value);
        break;
    case TABLE_MEMORY:
        (void)snprintf(ret_text, size, "%.1f MB", value);
        break;
    case TABLE_CPU:
        (void)snprintf(ret_text, size, "%.2f %%", value);
        break;
    default:
        (void)snprintf(ret_text, size, "%.0f lost", value);
        break;
    }
}

static void budget_text(const struct table_row *row, char *ret_text, size_t size)
{
    static const char *const names[TABLE_MEASURES] = {
        [TABLE_P50] = "p50 ", [TABLE_P99] = "p99 ", [TABLE_MAX] = "max ", [TABLE_RATIO] = "ratio "};
    size_t n = 0;
    ret_text[0] = '\0';
    for (size_t i = 0; i < row->n_budgets && n < size; i++) {
        const struct table_budget *b = &row->budgets[i];
        char value[24];
        value_text(b->measure, b->limit, value, sizeof(value));
        n +=
            (size_t)snprintf(ret_text + n, size - n, "%s%s%s %s", i > 0 ? ", " : "",
                             names[b->measure] ? names[b->measure] : "", b->measure == TABLE_RATE ? ">=" : "<=", value);
    }
}

static void ratio_text(const struct table_row *row, char *ret_text, size_t size)
{
    ret_text[0] = '\0';
    if (!row->has[TABLE_RATIO]) {
        return;
    }
    if (row->ratio_high > 0) {
        (void)snprintf(ret_text, size, "%.2f (%.2f-%.2f) %s", row->value[TABLE_RATIO], row->ratio_low, row->ratio_high,
                       row->reference);
    } else {
        (void)snprintf(ret_text, size, "%.2f %s", row->value[TABLE_RATIO], row->reference);
    }
}

enum { COLUMNS = 10, CELL_SIZE = 160 };

struct cells {
    char text[COLUMNS][CELL_SIZE];
};

static void fill_value(const struct table_row *row, enum table_measure measure, char *ret_cell)
{
    if (row->has[measure]) {
        value_text(measure, row->value[measure], ret_cell, CELL_SIZE);
    }
}

static void fill_cells(const struct table_row *row, struct cells *ret_cells)
{
    struct cells c = {0};
    enum table_measure result = row->has[TABLE_RATE] ? TABLE_RATE : row->has[TABLE_CPU] ? TABLE_CPU : TABLE_LOST;
    (void)text_copy(c.text[0], CELL_SIZE, row->name);
    if (row->n > 0) {
        (void)snprintf(c.text[1], CELL_SIZE, "%zu", row->n);
    }
    fill_value(row, TABLE_P50, c.text[2]);
    fill_value(row, TABLE_P99, c.text[3]);
    fill_value(row, TABLE_MAX, c.text[4]);
    fill_value(row, result, c.text[5]);
    ratio_text(row, c.text[6], CELL_SIZE);
    fill_value(row, TABLE_MEMORY, c.text[7]);
    budget_text(row, c.text[8], CELL_SIZE);
    (void)text_copy(c.text[9], CELL_SIZE, row->n_budgets == 0 ? "" : table_met(row) ? "yes" : "NO");
    *ret_cells = c;
}

void table_print(const struct table *table, FILE *out)
{
    static const struct cells head = {
        .text = {"", "n", "p50", "p99", "max", "result", "ratio to", "memory", "budget", "met"}};
    static const bool right[COLUMNS] = {false, true, true, true, true, true, false, true, false, false};
    int width[COLUMNS] = {0};
    struct cells c;
    for (size_t i = 0; i <= table->n_rows; i++) {
        c = head;
        if (i > 0) {
            fill_cells(&table->rows[i - 1], &c);
        }
        for (int k = 0; k < COLUMNS; k++) {
            int n = (int)strlen(c.text[k]);
            width[k] = n > width[k] ? n : width[k];
        }
    }
    for (size_t i = 0; i <= table->n_rows; i++) {
        c = head;
        if (i > 0) {
            fill_cells(&table->rows[i - 1], &c);
        }
        for (int k = 0; k < COLUMNS; k++) {
            (void)fprintf(out, right[k] ? "%*s" : "%-*s", width[k], c.text[k]);
            (void)fputs(k + 1 < COLUMNS ? "  " : "\n", out);
        }
        if (i > 0 && table->rows[i - 1].note[0] != '\0') {
            (void)fprintf(out, "    %s\n", table->rows[i - 1].note);
        }
    }
}

static void print_row_json(const struct table_row *row, FILE *out)
{
    (void)fprintf(out, "{\"name\":\"%s\",\"n\":%zu", row->name, row->n);
    for (int i = 0; i < TABLE_MEASURES; i++) {
        if (row->has[i]) {
            (void)fprintf(out, ",\"%s\":%.4g", measures[i], row->value[i]);
        }
    }
    if (row->ratio_high > 0) {
        (void)fprintf(out, ",\"ratio_low\":%.4g,\"ratio_high\":%.4g", row->ratio_low, row->ratio_high);
    }
    if (row->reference[0] != '\0') {
        (void)fprintf(out, ",\"reference\":\"%s\"", row->reference);
    }
    if (row->note[0] != '\0') {
        (void)fprintf(out, ",\"note\":\"%s\"", row->note);
    }
    (void)fputs(",\"budgets\":{", out);
    for (size_t i = 0; i < row->n_budgets; i++) {
        (void)fprintf(out, "%s\"%s\":%.6g", i > 0 ? "," : "", measures[row->budgets[i].measure], row->budgets[i].limit);
    }
    (void)fprintf(out, "},\"met\":%s}", table_met(row) ? "true" : "false");
}

void table_print_json(const struct table *table, FILE *out)
{
    (void)fputs("[", out);
    for (size_t i = 0; i < table->n_rows; i++) {
        (void)fputs(i > 0 ? ",\n " : "\n ", out);
        print_row_json(&table->rows[i], out);
    }
    (void)fputs("\n]", out);
}
