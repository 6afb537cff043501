#include "core/access_record_tables.h"

#include "core/access_record.h"

/* Bounds are those that the types and the decision need; what isn't written is what most records say. Tags are for good:
 * a field that goes leaves its tag unused. */

/* clang-format off */
#define TABLE(fields_) {(fields_), sizeof(fields_) / sizeof((fields_)[0])}
/* clang-format on */
#define FLAG(tag, type, member)       FIELD(tag, FIELD_BOOL, type, member, 0, 0, 1)
#define STRING(tag, type, member)     FIELD(tag, FIELD_TEXT, type, member, 0, 0, 0)
#define DAY(tag, type, member)        FIELD(tag, FIELD_I32, type, member, DAY_NONE, INT32_MIN, INT32_MAX)
#define WIDE(tag, type, member)       FIELD(tag, FIELD_I64, type, member, 0, INT64_MIN, INT64_MAX)
#define PICK(tag, type, member, last) FIELD(tag, FIELD_ENUM, type, member, 0, 0, last)

static const struct field query_fields[] = {
    WIDE(1, struct access_query, utc_us),
    FIELD(2, FIELD_BOOL, struct access_query, clock_trusted, 1, 0, 1),
    WIDE(3, struct access_query, point_id),
    PICK(4, struct access_query, direction, VISIT_INNER),
    FLAG(5, struct access_query, inner),
    WIDE(6, struct access_query, zone_from),
    WIDE(7, struct access_query, zone_to),
    PICK(8, struct access_query, passback, ACCESS_PASSBACK_HARD),
    FIELD(9, FIELD_U32, struct access_query, forget_after_s, 0, 0, UINT32_MAX),
    FIELD(10, FIELD_U32, struct access_query, zone_limit, 0, 0, UINT32_MAX),
    FIELD(11, FIELD_U32, struct access_query, zone_occupancy, 0, 0, UINT32_MAX),
    FLAG(12, struct access_query, lockdown),
    WIDE(13, struct access_query, list_version),
    WIDE(14, struct access_query, list_synced_utc_us),
    PICK(15, struct access_query, proof, ACCESS_PROOF_FAILED),
    FIELD(16, FIELD_I64, struct access_query, since_entry_ms, -1, INT64_MIN, INT64_MAX),
};
const struct field_table access_query_table = TABLE(query_fields);

static const struct field zone_fields[] = {
    FIELD(1, FIELD_I32, struct zone, offset_s, 0, INT32_MIN, INT32_MAX),
    FIELD(2, FIELD_I32, struct zone, summer_offset_s, 0, INT32_MIN, INT32_MAX),
    FLAG(3, struct zone, has_summer),
};
const struct field_table access_zone_table = TABLE(zone_fields);

/* Bounds as zone_parse has them. */
static const struct field rule_fields[] = {
    PICK(1, struct zone_rule, kind, ZONE_RULE_DAY_OF_YEAR),
    FIELD(2, FIELD_I32, struct zone_rule, month, 0, 0, 12),
    FIELD(3, FIELD_I32, struct zone_rule, week, 0, 0, 5),
    FIELD(4, FIELD_I32, struct zone_rule, weekday, 0, 0, 6),
    FIELD(5, FIELD_I32, struct zone_rule, day_of_year, 0, 0, 365),
    FIELD(6, FIELD_I32, struct zone_rule, time_s, 7200, -604799, 604799),
};
const struct field_table access_rule_table = TABLE(rule_fields);

static const struct field settings_fields[] = {
    FIELD(1, FIELD_U16, struct access_settings, overdue_days, 0, 0, UINT16_MAX),
    PICK(2, struct access_settings, overdue_hits, ACCESS_OVERDUE_HITS_PAYER),
    FIELD(3, FIELD_BOOL, struct access_settings, allow_uid_only, 1, 0, 1),
    FIELD(4, FIELD_U16, struct access_settings, warn_ends_days, 14, 0, UINT16_MAX),
    FIELD(5, FIELD_U16, struct access_settings, warn_certificate_days, 14, 0, UINT16_MAX),
    FIELD(6, FIELD_U16, struct access_settings, warn_clips_left, 0, 0, UINT16_MAX),
    FIELD(7, FIELD_U32, struct access_settings, too_soon_s, 0, 0, UINT32_MAX),
    FLAG(8, struct access_settings, closed_without_clock),
};
const struct field_table access_settings_table = TABLE(settings_fields);

static const struct field presence_fields[] = {
    WIDE(1, struct visit_presence, zone_id),
    WIDE(2, struct visit_presence, zone_since_us),
    WIDE(3, struct visit_presence, last_entry_us),
    WIDE(4, struct visit_presence, last_entry_point),
    WIDE(5, struct visit_presence, visit_id),
    FIELD(6, FIELD_I32, struct visit_presence, visit_day, 0, INT32_MIN, INT32_MAX),
    FLAG(7, struct visit_presence, visit_paid),
    FIELD(8, FIELD_U16, struct visit_presence, visits_today, 0, 0, UINT16_MAX),
    FIELD(9, FIELD_U16, struct visit_presence, visits_week, 0, 0, UINT16_MAX),
    FIELD(10, FIELD_U16, struct visit_presence, entries_today, 0, 0, UINT16_MAX),
};
const struct field_table access_presence_table = TABLE(presence_fields);

static const struct field card_fields[] = {
    FIELD(1, FIELD_BOOL, struct access_card, known, 1, 0, 1),
    PICK(2, struct access_card, state, ACCESS_CARD_REPLACED),
    PICK(3, struct access_card, credential, ACCESS_CREDENTIAL_DESFIRE),
    DAY(4, struct access_card, valid_from),
    DAY(5, struct access_card, valid_through),
    FLAG(6, struct access_card, staff),
    FLAG(7, struct access_card, emergency),
};
const struct field_table access_card_table = TABLE(card_fields);

static const struct field customer_fields[] = {
    FLAG(1, struct access_customer, present),
    WIDE(2, struct access_customer, id),
    STRING(3, struct access_customer, name),
    DAY(4, struct access_customer, birth),
    DAY(5, struct access_customer, inactive_from),
    FLAG(6, struct access_customer, suspended),
    FLAG(7, struct access_customer, all_branches),
    FLAG(8, struct access_customer, this_branch),
    DAY(9, struct access_customer, certificate_through),
    DAY(10, struct access_customer, overdue_since),
    STRING(11, struct access_customer, message),
};
const struct field_table access_customer_table = TABLE(customer_fields);

static const struct field entitlement_fields[] = {
    PICK(1, struct access_entitlement, kind, ACCESS_PUNCH_CARD),
    WIDE(2, struct access_entitlement, id),
    WIDE(3, struct access_entitlement, product_id),
    STRING(4, struct access_entitlement, product),
    FIELD(5, FIELD_U8, struct access_entitlement, min_age, 0, 0, UINT8_MAX),
    FIELD(6, FIELD_U16, struct access_entitlement, tolerance_days, 30, 0, UINT16_MAX),
    FIELD(7, FIELD_U16, struct access_entitlement, visits_per_day, 0, 0, UINT16_MAX),
    FIELD(8, FIELD_U16, struct access_entitlement, visits_per_week, 0, 0, UINT16_MAX),
    FLAG(9, struct access_entitlement, prepaid),
    DAY(10, struct access_entitlement, start),
    DAY(11, struct access_entitlement, ends_on),
    DAY(12, struct access_entitlement, charged_through),
    DAY(13, struct access_entitlement, payer_overdue_since),
    FIELD(14, FIELD_I32, struct access_entitlement, clips_left, 0, INT32_MIN, INT32_MAX),
    DAY(15, struct access_entitlement, valid_through),
};
const struct field_table access_entitlement_table = TABLE(entitlement_fields);

static const struct field freeze_fields[] = {
    DAY(1, struct access_freeze, first),
    DAY(2, struct access_freeze, last),
};
const struct field_table access_freeze_table = TABLE(freeze_fields);

static const struct field right_fields[] = {
    FIELD(1, FIELD_U8, struct access_right, directions, 1, 0, UINT8_MAX),
    FLAG(2, struct access_right, always),
};
const struct field_table access_right_table = TABLE(right_fields);

static const struct field verdict_fields[] = {
    PICK(1, struct access_verdict, code, ACCESS_CODES - 1),
    FIELD(2, FIELD_I8, struct access_verdict, entitlement, -1, -1, ACCESS_ENTITLEMENTS_MAX - 1),
    PICK(3, struct access_verdict, cost, VISIT_COST_SINGLE_ENTRY),
    DAY(4, struct access_verdict, until_day),
    WIDE(5, struct access_verdict, opens_utc_us),
    FIELD(6, FIELD_I64, struct access_verdict, list_age_s, 0, INT64_MIN, INT64_MAX),
};
const struct field_table access_verdict_table = TABLE(verdict_fields);

static const struct field warning_fields[] = {
    PICK(1, struct access_warning, kind, ACCESS_WARN_KINDS - 1),
    PICK(2, struct access_warning, source, ACCESS_FROM_CLOCK),
    FIELD(3, FIELD_I32, struct access_warning, value, 0, INT32_MIN, INT32_MAX),
    DAY(4, struct access_warning, day),
};
const struct field_table access_warning_table = TABLE(warning_fields);

static const struct field stages_fields[] = {
    FIELD(1, FIELD_I64, struct access_stages, uid_us, ACCESS_STAGE_NONE, INT64_MIN, INT64_MAX),
    FIELD(2, FIELD_I64, struct access_stages, field_us, ACCESS_STAGE_NONE, INT64_MIN, INT64_MAX),
    FIELD(3, FIELD_I64, struct access_stages, gate_us, ACCESS_STAGE_NONE, INT64_MIN, INT64_MAX),
    FIELD(4, FIELD_I64, struct access_stages, proof_us, ACCESS_STAGE_NONE, INT64_MIN, INT64_MAX),
    FIELD(5, FIELD_I64, struct access_stages, found_us, ACCESS_STAGE_NONE, INT64_MIN, INT64_MAX),
    FIELD(6, FIELD_I64, struct access_stages, decided_us, ACCESS_STAGE_NONE, INT64_MIN, INT64_MAX),
};
const struct field_table access_stages_table = TABLE(stages_fields);
