#include "model/json.h"

#include "base/text.h"
#include "core/date.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

cJSON *json_parse(const char *text, size_t n)
{
    const char *end = NULL;
    if (n == 0 || n > JSON_LENGTH_MAX) {
        return NULL;
    }
    cJSON *json = cJSON_ParseWithLengthOpts(text, n, &end, false);
    if (!json) {
        return NULL;
    }
    while (end < text + n && strchr(" \t\r\n", *end) && *end != '\0') {
        end++;
    }
    if (end != text + n || !cJSON_IsObject(json)) {
        cJSON_Delete(json);
        return NULL;
    }
    return json;
}

void json_freep(cJSON **json)
{
    cJSON_Delete(*json);
}

/* A line break in a message from staff is no reason to lose a verdict: control characters become blanks. */
static bool read_text(const char *value, size_t size, char *ret_text)
{
    (void)text_copy(ret_text, size, value);
    for (char *p = ret_text; *p; p++) {
        if ((unsigned char)*p < 0x20 || *p == 0x7f) {
            *p = ' ';
        }
    }
    return text_is_utf8(ret_text, strlen(ret_text));
}

static bool read_int(double value, const struct json_field *f, void *at)
{
    /* Not a number fails every comparison. */
    if (!(value >= (double)-JSON_INT_MAX && value <= (double)JSON_INT_MAX)) {
        return false;
    }
    int64_t whole = (int64_t)value;
    if ((double)whole != value || whole < f->min || whole > f->max) {
        return false;
    }
    if (f->size == sizeof(int32_t)) {
        assert(f->min >= INT32_MIN && f->max <= INT32_MAX);
        *(int32_t *)at = (int32_t)whole;
    } else {
        assert(f->size == sizeof(int64_t));
        *(int64_t *)at = whole;
    }
    return true;
}

static bool read_value(const cJSON *item, const struct json_field *f, void *at)
{
    switch (f->type) {
    case JSON_INT:
        return cJSON_IsNumber(item) && read_int(item->valuedouble, f, at);
    case JSON_BOOL:
        *(bool *)at = cJSON_IsTrue(item);
        return cJSON_IsBool(item);
    default:
        break;
    }
    if (!cJSON_IsString(item)) {
        return false;
    }
    if (f->type == JSON_TEXT) {
        return read_text(item->valuestring, f->size, at);
    }
    int value = f->type == JSON_DAY ? date_parse(item->valuestring) : f->parse(item->valuestring);
    assert(f->size == sizeof(value));
    memcpy(at, &value, sizeof(value));
    return f->type != JSON_DAY || value != DAY_NONE;
}

int json_read(const cJSON *object, const struct json_table *table, void *ret_struct)
{
    for (size_t i = 0; i < table->n; i++) {
        const struct json_field *f = &table->fields[i];
        const cJSON *item = object ? cJSON_GetObjectItemCaseSensitive(object, f->name) : NULL;
        if (item ? !read_value(item, f, (char *)ret_struct + f->offset) : f->must) {
            return -EBADMSG;
        }
    }
    return 0;
}

int json_read_array(const cJSON *object, const char *name, const struct json_table *table, const void *blank,
                    void *ret_array, size_t size, size_t max)
{
    const cJSON *list = object ? cJSON_GetObjectItemCaseSensitive(object, name) : NULL;
    const cJSON *item = NULL;
    size_t n = 0;
    if (!list) {
        return 0;
    }
    if (!cJSON_IsArray(list)) {
        return -EBADMSG;
    }
    cJSON_ArrayForEach(item, list)
    {
        if (n == max) {
            break;
        }
        char *at = (char *)ret_array + n * size;
        memcpy(at, blank, size);
        if (!cJSON_IsObject(item) || json_read(item, table, at) < 0) {
            return -EBADMSG;
        }
        n++;
    }
    return (int)n;
}

const cJSON *json_object(const cJSON *object, const char *name, bool *ret_bad)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    if (item && !cJSON_IsObject(item)) {
        *ret_bad = true;
        return NULL;
    }
    return item;
}

int json_find(const char *const *names, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++) {
        if (names[i] && strcmp(names[i], text) == 0) {
            return (int)i;
        }
    }
    return (int)n;
}
