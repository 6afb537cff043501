#pragma once

/* The plain fields of each struct in a decision's record. For firmware/core/access_record.c alone. */

#include "core/fields.h"

extern const struct field_table access_query_table;
extern const struct field_table access_zone_table;
extern const struct field_table access_rule_table;
extern const struct field_table access_settings_table;
extern const struct field_table access_presence_table;
extern const struct field_table access_card_table;
extern const struct field_table access_customer_table;
extern const struct field_table access_entitlement_table;
extern const struct field_table access_freeze_table;
extern const struct field_table access_right_table;
extern const struct field_table access_verdict_table;
extern const struct field_table access_warning_table;
extern const struct field_table access_stages_table;
