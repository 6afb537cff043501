#include "model/checks.h"

#include "base/cleanup.h"
#include "model/json.h"

#include <errno.h>
#include <string.h>

static int parse_kind(const char *text)
{
    static const char *const names[] = {
        [CHECK_LINES] = "lines", [CHECK_LANE] = "lane",       [CHECK_INPUT] = "input", [CHECK_READER] = "reader",
        [CHECK_LIST] = "list",   [CHECK_JOURNAL] = "journal", [CHECK_CLOCK] = "clock"};
    return json_find(names, ARRAY_LEN(names), text) % (int)ARRAY_LEN(names);
}

#define AT(member) JSON_AT(struct gate_check, member)

static const struct json_field check_fields[] = {
    {.name = "kind", .type = JSON_NAME, AT(kind), .parse = parse_kind, .must = true},
    {.name = "name", .type = JSON_TEXT, AT(name), .must = true},
    {.name = "ok", .type = JSON_BOOL, AT(ok), .must = true},
    {.name = "text", .type = JSON_TEXT, AT(text)},
};
static const struct json_table check_table = {check_fields, ARRAY_LEN(check_fields)};

static const struct json_field whole_fields[] = {
    {.name = "ok", .type = JSON_BOOL, JSON_AT(struct gate_checks, ok), .must = true},
};
static const struct json_table whole_table = {whole_fields, ARRAY_LEN(whole_fields)};

/* Too large for a stack that is somebody else's: what is read goes to the heap first, so that a broken one leaves
 * *ret_checks untouched. */
int checks_decode(const char *json, size_t n, struct gate_checks *ret_checks)
{
    static const struct gate_check blank;
    _cleanup_(json_freep) cJSON *object = json_parse(json, n);
    _cleanup_free_ struct gate_checks *checks = calloc(1, sizeof(*checks));
    if (!object || !checks || json_read(object, &whole_table, checks) < 0 ||
        !cJSON_GetObjectItemCaseSensitive(object, "checks")) {
        return -EBADMSG;
    }
    int found = json_read_array(object, "checks", &check_table, &blank, checks->list, sizeof(blank), CHECKS_MAX);
    if (found < 0) {
        return -EBADMSG;
    }
    checks->n = (size_t)found;
    memcpy(ret_checks, checks, sizeof(*checks));
    return 0;
}
