#pragma once

/* The bench's result: rows with what was measured, the budget beside it and whether it was met. */

#include "bench/samples.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { TABLE_ROWS_MAX = 96, TABLE_NAME_SIZE = 96, TABLE_TEXT_SIZE = 64, TABLE_BUDGETS_MAX = 3 };

enum table_measure {
    TABLE_P50, /* us */
    TABLE_P99, /* us */
    TABLE_MAX, /* us */
    TABLE_RATE, /* a second: at least */
    TABLE_RATIO, /* to the reference */
    TABLE_MEMORY, /* MB */
    TABLE_CPU, /* percent of one core */
    TABLE_LOST, /* how many */
    TABLE_MEASURES
};

struct table_budget {
    enum table_measure measure;
    double limit; /* at most; TABLE_RATE: at least */
};

/* Zeroed says nothing; has[] tells which values there are. */
struct table_row {
    char name[TABLE_NAME_SIZE];
    size_t n;
    bool has[TABLE_MEASURES];
    double value[TABLE_MEASURES];
    double ratio_low, ratio_high; /* see samples.h; 0: not known */
    char reference[TABLE_TEXT_SIZE]; /* what the ratio is to */
    char note[TABLE_NAME_SIZE];
    struct table_budget budgets[TABLE_BUDGETS_MAX];
    size_t n_budgets;
};

struct table {
    struct table_row rows[TABLE_ROWS_MAX];
    size_t n_rows;
};

/** Adds a row, which the caller fills in. When there is no room the last row is used again. */
struct table_row *table_add(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));
void table_set(struct table_row *row, enum table_measure measure, double value);
/** Sets n, P50, P99 and MAX. */
void table_times(struct table_row *row, const struct samples *samples);
/** Sets the ratio of the medians. */
void table_compare(struct table_row *row, const struct samples *samples, const struct samples *reference,
                   const char *name);
void table_note(struct table_row *row, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** Asks for a value; one that was not measured is not met. */
void table_budget(struct table_row *row, enum table_measure measure, double limit);

/** True when every budget of the row is met. */
bool table_met(const struct table_row *row);
/** How many rows break a budget. */
size_t table_broken(const struct table *table);
void table_print(const struct table *table, FILE *out);
/** As a JSON array, one row a line. */
void table_print_json(const struct table *table, FILE *out);
