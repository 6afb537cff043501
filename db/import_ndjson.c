#include "db/import_internal.h"

#include "base/cleanup.h"

#include <cjson/cJSON.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void delete_jsonp(cJSON **json)
{
    cJSON_Delete(*json);
}

/* cJSON keeps numbers as doubles: whole numbers to 2^53 are exact. */
static bool whole_number(const cJSON *item, int64_t min, int64_t max, int64_t *ret_value)
{
    const double limit = 9007199254740992.0;
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= -limit && item->valuedouble <= limit)) {
        return false;
    }
    int64_t value = (int64_t)item->valuedouble;
    if (item->valuedouble < (double)value || item->valuedouble > (double)value || value < min || value > max) {
        return false;
    }
    *ret_value = value;
    return true;
}

static int set_words(struct import *im, const struct import_field *field, const cJSON *array,
                     struct import_value *value)
{
    const cJSON *item = NULL;
    if (!cJSON_IsArray(array)) {
        return import_bad(im, "%s: not an array", field->name);
    }
    cJSON_ArrayForEach(item, array)
    {
        const struct import_field word = {.name = field->name, .kind = IMPORT_WORD, .words = field->words};
        struct import_value one = {0};
        if (!cJSON_IsString(item)) {
            return import_bad(im, "%s: not words", field->name);
        }
        if (import_set_text(im, &word, item->valuestring, &one) != 0) {
            return 1;
        }
        value->number |= INT64_C(1) << one.number;
    }
    return value->number != 0 ? 0 : import_bad(im, "%s: empty", field->name);
}

static int set_branches(struct import *im, const cJSON *array, struct import_line *line)
{
    const cJSON *item = NULL;
    if (!cJSON_IsArray(array)) {
        return import_bad(im, "branches: not an array");
    }
    cJSON_ArrayForEach(item, array)
    {
        int64_t id = 0;
        if (line->n_branches == IMPORT_BRANCHES_MAX || !whole_number(item, 1, INT64_C(1) << 53, &id)) {
            return import_bad(im, "branches: not up to %d ids", (int)IMPORT_BRANCHES_MAX);
        }
        line->branches[line->n_branches++] = id;
    }
    return 0;
}

/* "06:00" to "48:00". @return minutes, or -1. */
static int clock_minutes(const cJSON *item, int max)
{
    const char *t = cJSON_IsString(item) ? item->valuestring : "";
    for (size_t i = 0; i < 5; i++) {
        if (i == 2 ? t[i] != ':' : t[i] < '0' || t[i] > '9') {
            return -1;
        }
    }
    int minutes = ((t[0] - '0') * 10 + (t[1] - '0')) * 60 + (t[3] - '0') * 10 + (t[4] - '0');
    return t[5] == '\0' && t[3] < '6' && minutes <= max ? minutes : -1;
}

static int set_span(struct import *im, const cJSON *item, struct schedule_span *ret_span)
{
    static const char *const day_words[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", "holiday", NULL};
    static const struct import_field days_field = {.name = "days", .kind = IMPORT_WORDS, .words = day_words};
    struct import_value days = {0};
    const cJSON *key = NULL;
    cJSON_ArrayForEach(key, item)
    {
        if (strcmp(key->string, "days") != 0 && strcmp(key->string, "from") != 0 && strcmp(key->string, "to") != 0) {
            return import_bad(im, "spans: unknown field in a span");
        }
    }
    if (set_words(im, &days_field, cJSON_GetObjectItemCaseSensitive(item, "days"), &days) != 0) {
        return 1;
    }
    int from = clock_minutes(cJSON_GetObjectItemCaseSensitive(item, "from"), 1439);
    int to = clock_minutes(cJSON_GetObjectItemCaseSensitive(item, "to"), 2880);
    if (from < 0 || to <= from) {
        return import_bad(im, "spans: from and to are no span");
    }
    *ret_span = (struct schedule_span){.days = (uint8_t)days.number, .from_min = (int16_t)from, .to_min = (int16_t)to};
    return 0;
}

static int set_spans(struct import *im, const cJSON *array, struct schedule *schedule)
{
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, array)
    {
        if (!cJSON_IsObject(item) || schedule->n_spans == SCHEDULE_SPANS_MAX) {
            return import_bad(im, "spans: not up to %d objects", (int)SCHEDULE_SPANS_MAX);
        }
        if (set_span(im, item, &schedule->spans[schedule->n_spans]) != 0) {
            return 1;
        }
        schedule->n_spans++;
    }
    return cJSON_IsArray(array) && schedule->n_spans > 0 ? 0 : import_bad(im, "spans: not an array of spans");
}

static int set_field(struct import *im, const struct import_field *field, const cJSON *item, struct import_line *line,
                     struct import_value *value)
{
    if (value->given) {
        return import_bad(im, "%s: given twice", field->name);
    }
    value->given = true;
    switch (field->kind) {
    case IMPORT_INT:
    case IMPORT_REF:
        return whole_number(item, field->min, field->max, &value->number)
                   ? 0
                   : import_bad(im, "%s: not a whole number from %lld to %lld", field->name, (long long)field->min,
                                (long long)field->max);
    case IMPORT_BOOL:
        value->number = cJSON_IsTrue(item) ? 1 : 0;
        return cJSON_IsBool(item) ? 0 : import_bad(im, "%s: neither true nor false", field->name);
    case IMPORT_WORDS:
        return set_words(im, field, item, value);
    case IMPORT_BRANCHES:
        return set_branches(im, item, line);
    case IMPORT_SPANS:
        return set_spans(im, item, &line->schedule);
    case IMPORT_IMAGE:
        return cJSON_IsString(item) ? import_set_image(im, item->valuestring, line)
                                    : import_bad(im, "%s: not a text", field->name);
    default:
        return cJSON_IsString(item) ? import_set_text(im, field, item->valuestring, value)
                                    : import_bad(im, "%s: not a text", field->name);
    }
}

static int find_type(struct import *im, const cJSON *json, enum import_type_id *ret_type)
{
    const cJSON *type = cJSON_GetObjectItemCaseSensitive(json, "type");
    if (!cJSON_IsString(type)) {
        return import_bad(im, "type: missing");
    }
    for (int i = 0; i < IMPORT_TYPES; i++) {
        if (strcmp(import_types[i].name, type->valuestring) == 0) {
            *ret_type = (enum import_type_id)i;
            return 0;
        }
    }
    return import_bad(im, "type: no such type");
}

static int set_item(struct import *im, const cJSON *item, struct import_line *line)
{
    const struct import_type *type = &import_types[line->type];
    for (size_t i = 0; i < type->n_fields; i++) {
        if (strcmp(type->fields[i].name, item->string) == 0) {
            return cJSON_IsNull(item) ? 0 : set_field(im, &type->fields[i], item, line, &line->values[i]);
        }
    }
    return import_bad(im, "unknown field in a %s", type->name);
}

int import_ndjson_line(struct import *im, const char *text, size_t n)
{
    if (strlen(text) != n) {
        return import_bad(im, "a NUL byte");
    }
    _cleanup_(delete_jsonp) cJSON *json = cJSON_ParseWithOpts(text, NULL, 1);
    if (!cJSON_IsObject(json)) {
        return import_bad(im, "no JSON object");
    }
    struct import_line line;
    memset(&line, 0, sizeof(line));
    int r = find_type(im, json, &line.type);
    const cJSON *item = NULL;
    bool typed = false;
    cJSON_ArrayForEach(item, json)
    {
        if (r != 0) {
            return r;
        }
        if (strcmp(item->string, "type") == 0) {
            r = typed ? import_bad(im, "type: given twice") : 0;
            typed = true;
        } else {
            r = set_item(im, item, &line);
        }
    }
    return r == 0 ? import_put(im, &line) : r;
}
