#include "core/access_record.h"

#include "core/access_record_tables.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

/* A record is fields of base/pack, nested as the structs are. Each plain field of a struct is one line of a table:
 * where it lies, how wide it is, its bounds, and the value that is so common that it isn't written. Encoder and
 * decoder walk the same tables, so they can't disagree. Tags and meanings never change within a version; a new field
 * gets a new tag and, when it would change a decision, a new version.
 *
 * The record is complete: everything that access_decide can see of the query is in it. */

enum {
    TAG_VERSION = 1, /* always first */
    TAG_QUERY = 2,
    TAG_VERDICT = 3,
    TAG_STAGES = 4,
    /* within the query, after its plain fields */
    TAG_ZONE = 40,
    TAG_HOLIDAYS,
    TAG_SETTINGS,
    TAG_PRESENCE,
    TAG_CARD,
    TAG_CUSTOMER,
    TAG_ENTITLEMENT,
    /* within a zone */
    TAG_TO_SUMMER = 20,
    TAG_TO_STANDARD,
    /* within holidays: the first day, then steps */
    TAG_DAY = 1,
    /* within a card */
    TAG_NUMBER = 20,
    /* within an entitlement */
    TAG_FREEZE = 20,
    TAG_RIGHT,
    /* within a right */
    TAG_SPANS = 20,
    /* within a verdict */
    TAG_WARNING = 20,
};

/* A schedule's span in bytes: to_min - 1 below 2880, from_min below 1440, 8 bits of days. */
enum { SPAN_BYTES = 4, SPAN_FROM_VALUES = 1440, SPAN_TO_VALUES = 2880 };

/* Encoding *********************************************************************************************************/

static void write_zone(struct pack *p, const struct zone *zone)
{
    size_t mark = pack_open(p, TAG_ZONE);
    fields_write(p, &access_zone_table, zone);
    size_t rule = pack_open(p, TAG_TO_SUMMER);
    fields_write(p, &access_rule_table, &zone->to_summer);
    pack_close(p, rule);
    rule = pack_open(p, TAG_TO_STANDARD);
    fields_write(p, &access_rule_table, &zone->to_standard);
    pack_close(p, rule);
    pack_close(p, mark);
}

static void write_holidays(struct pack *p, const struct holidays *holidays)
{
    size_t mark = pack_open(p, TAG_HOLIDAYS);
    int64_t before = 0;
    for (unsigned i = 0; i < holidays->n_days; i++) {
        pack_int(p, TAG_DAY, holidays->days[i] - before);
        before = holidays->days[i];
    }
    pack_close(p, mark);
}

static void write_struct(struct pack *p, unsigned tag, const struct field_table *table, const void *object)
{
    size_t mark = pack_open(p, tag);
    fields_write(p, table, object);
    pack_close(p, mark);
}

static void write_card(struct pack *p, const struct access_card *card)
{
    uint8_t number[1 + CARD_DIGITS_MAX];
    size_t mark = pack_open(p, TAG_CARD);
    fields_write(p, &access_card_table, card);
    pack_bytes(p, TAG_NUMBER, number, card_key(&card->number, number));
    pack_close(p, mark);
}

/* A valid span is 30 bits: days, then the minute it begins, then the minute it ends. */
static void write_spans(struct pack *p, const struct schedule *schedule)
{
    uint8_t bytes[SCHEDULE_SPANS_MAX * SPAN_BYTES];
    size_t n = 0;
    for (unsigned i = 0; i < schedule->n_spans; i++) {
        const struct schedule_span *span = &schedule->spans[i];
        uint32_t v = ((uint32_t)(span->to_min - 1) * SPAN_FROM_VALUES + (uint32_t)span->from_min) << 8 | span->days;
        for (int byte = 0; byte < SPAN_BYTES; byte++) {
            bytes[n++] = (uint8_t)(v >> (8 * byte));
        }
    }
    if (n > 0) {
        pack_bytes(p, TAG_SPANS, bytes, n);
    }
}

static void write_entitlement(struct pack *p, const struct access_entitlement *entitlement)
{
    size_t mark = pack_open(p, TAG_ENTITLEMENT);
    fields_write(p, &access_entitlement_table, entitlement);
    for (unsigned i = 0; i < entitlement->n_freezes; i++) {
        write_struct(p, TAG_FREEZE, &access_freeze_table, &entitlement->freezes[i]);
    }
    for (unsigned i = 0; i < entitlement->n_rights; i++) {
        size_t right = pack_open(p, TAG_RIGHT);
        fields_write(p, &access_right_table, &entitlement->rights[i]);
        write_spans(p, &entitlement->rights[i].schedule);
        pack_close(p, right);
    }
    pack_close(p, mark);
}

static bool can_be_written(const struct access_query *query)
{
    bool good = query->n_entitlements <= ACCESS_ENTITLEMENTS_MAX && query->holidays.n_days <= SCHEDULE_HOLIDAYS_MAX &&
                query->card.number.len <= CARD_DIGITS_MAX && (unsigned)query->card.number.form <= CARD_DIGITS &&
                fields_good(&access_query_table, query) && fields_good(&access_customer_table, &query->customer) &&
                fields_good(&access_settings_table, &query->settings) &&
                fields_good(&access_card_table, &query->card) &&
                fields_good(&access_rule_table, &query->zone.to_summer) &&
                fields_good(&access_rule_table, &query->zone.to_standard) && zone_valid(&query->zone);
    for (unsigned i = 0; good && i < query->n_entitlements; i++) {
        const struct access_entitlement *entitlement = &query->entitlements[i];
        good = fields_good(&access_entitlement_table, entitlement) && entitlement->n_freezes <= ACCESS_FREEZES_MAX &&
               entitlement->n_rights <= ACCESS_RIGHTS_MAX;
        for (unsigned r = 0; good && r < entitlement->n_rights; r++) {
            good = schedule_valid(&entitlement->rights[r].schedule);
        }
    }
    return good;
}

static void write_query(struct pack *p, const struct access_query *query)
{
    size_t mark = pack_open(p, TAG_QUERY);
    fields_write(p, &access_query_table, query);
    write_zone(p, &query->zone);
    write_holidays(p, &query->holidays);
    write_struct(p, TAG_SETTINGS, &access_settings_table, &query->settings);
    write_struct(p, TAG_PRESENCE, &access_presence_table, &query->presence);
    write_card(p, &query->card);
    write_struct(p, TAG_CUSTOMER, &access_customer_table, &query->customer);
    for (unsigned i = 0; i < query->n_entitlements; i++) {
        write_entitlement(p, &query->entitlements[i]);
    }
    pack_close(p, mark);
}

int access_record_encode(const struct access_query *query, const struct access_verdict *verdict,
                         const struct access_stages *stages, uint8_t *ret_bytes, size_t size)
{
    if (!can_be_written(query) || !fields_good(&access_verdict_table, verdict) ||
        verdict->n_warnings > ACCESS_WARNINGS_MAX) {
        return -EINVAL;
    }
    struct pack p;
    pack_init(&p, ret_bytes, size < ACCESS_RECORD_MAX ? size : ACCESS_RECORD_MAX);
    pack_int(&p, TAG_VERSION, ACCESS_RECORD_VERSION);
    write_query(&p, query);
    size_t mark = pack_open(&p, TAG_VERDICT);
    fields_write(&p, &access_verdict_table, verdict);
    for (unsigned i = 0; i < verdict->n_warnings; i++) {
        write_struct(&p, TAG_WARNING, &access_warning_table, &verdict->warnings[i]);
    }
    pack_close(&p, mark);
    if (stages) {
        write_struct(&p, TAG_STAGES, &access_stages_table, stages);
    }
    return p.overflow ? -EMSGSIZE : (int)p.len;
}

/* Decoding: each function says whether the bytes were good *********************************************************/

static bool read_struct(const struct pack_field *f, const struct field_table *table, void *ret_object)
{
    struct unpack u;
    struct pack_field inner;
    if (!f->is_bytes) {
        return false;
    }
    unpack_init(&u, f->data, f->len);
    while (unpack_next(&u, &inner)) {
        (void)fields_read(&u, &inner, table, ret_object);
    }
    return !u.bad;
}

static bool read_zone(const struct pack_field *f, struct zone *ret_zone)
{
    struct unpack u;
    struct pack_field inner;
    bool good = f->is_bytes;
    unpack_init(&u, f->data, f->len);
    while (good && unpack_next(&u, &inner)) {
        if (inner.tag == TAG_TO_SUMMER) {
            good = read_struct(&inner, &access_rule_table, &ret_zone->to_summer);
        } else if (inner.tag == TAG_TO_STANDARD) {
            good = read_struct(&inner, &access_rule_table, &ret_zone->to_standard);
        } else {
            (void)fields_read(&u, &inner, &access_zone_table, ret_zone);
        }
    }
    return good && !u.bad && zone_valid(ret_zone);
}

static bool read_holidays(const struct pack_field *f, struct holidays *ret_holidays)
{
    struct unpack u;
    struct pack_field inner;
    int64_t day = 0;
    if (!f->is_bytes) {
        return false;
    }
    unpack_init(&u, f->data, f->len);
    while (unpack_next(&u, &inner)) {
        if (inner.tag != TAG_DAY) {
            continue;
        }
        day += unpack_int(&u, &inner, -INT64_C(0xffffffff), INT64_C(0xffffffff));
        if (u.bad || day < INT32_MIN || day > INT32_MAX || ret_holidays->n_days >= SCHEDULE_HOLIDAYS_MAX) {
            return false;
        }
        ret_holidays->days[ret_holidays->n_days++] = (int32_t)day;
    }
    return !u.bad;
}

static bool read_number(struct unpack *u, const struct pack_field *f, struct card_number *ret_number)
{
    uint8_t key[1 + CARD_DIGITS_MAX] = {0};
    size_t n = unpack_bytes(u, f, key, sizeof(key));
    if (u->bad || n < 1 || key[0] > CARD_DIGITS) {
        return false;
    }
    ret_number->form = (enum card_form)key[0];
    ret_number->len = (uint8_t)(n - 1);
    memcpy(ret_number->bytes, key + 1, CARD_DIGITS_MAX);
    return true;
}

static bool read_card(const struct pack_field *f, struct access_card *ret_card)
{
    struct unpack u;
    struct pack_field inner;
    bool good = f->is_bytes;
    unpack_init(&u, f->data, f->len);
    while (good && unpack_next(&u, &inner)) {
        if (inner.tag == TAG_NUMBER) {
            good = read_number(&u, &inner, &ret_card->number);
        } else {
            (void)fields_read(&u, &inner, &access_card_table, ret_card);
        }
    }
    return good && !u.bad;
}

static bool read_spans(const struct pack_field *f, struct schedule *ret_schedule)
{
    if (!f->is_bytes || f->len % SPAN_BYTES != 0 || f->len / SPAN_BYTES > SCHEDULE_SPANS_MAX) {
        return false;
    }
    for (size_t at = 0; at < f->len; at += SPAN_BYTES) {
        uint32_t v = 0;
        for (int byte = SPAN_BYTES - 1; byte >= 0; byte--) {
            v = v << 8 | f->data[at + (size_t)byte];
        }
        if ((v >> 8) / SPAN_FROM_VALUES >= SPAN_TO_VALUES) {
            return false;
        }
        struct schedule_span *span = &ret_schedule->spans[at / SPAN_BYTES];
        span->days = (uint8_t)v;
        span->from_min = (int16_t)((v >> 8) % SPAN_FROM_VALUES);
        span->to_min = (int16_t)((v >> 8) / SPAN_FROM_VALUES + 1);
    }
    ret_schedule->n_spans = (uint8_t)(f->len / SPAN_BYTES);
    return schedule_valid(ret_schedule);
}

static bool read_right(const struct pack_field *f, struct access_right *ret_right)
{
    struct unpack u;
    struct pack_field inner;
    bool good = f->is_bytes;
    fields_init(&access_right_table, ret_right);
    unpack_init(&u, f->data, f->len);
    while (good && unpack_next(&u, &inner)) {
        if (inner.tag == TAG_SPANS) {
            good = read_spans(&inner, &ret_right->schedule);
        } else {
            (void)fields_read(&u, &inner, &access_right_table, ret_right);
        }
    }
    return good && !u.bad;
}

static bool read_entitlement(const struct pack_field *f, struct access_entitlement *ret_entitlement)
{
    struct unpack u;
    struct pack_field inner;
    bool good = f->is_bytes;
    fields_init(&access_entitlement_table, ret_entitlement);
    unpack_init(&u, f->data, f->len);
    while (good && unpack_next(&u, &inner)) {
        if (inner.tag == TAG_FREEZE) {
            struct access_freeze freeze;
            fields_init(&access_freeze_table, &freeze);
            good =
                ret_entitlement->n_freezes < ACCESS_FREEZES_MAX && read_struct(&inner, &access_freeze_table, &freeze);
            if (good) {
                ret_entitlement->freezes[ret_entitlement->n_freezes++] = freeze;
            }
        } else if (inner.tag == TAG_RIGHT) {
            good = ret_entitlement->n_rights < ACCESS_RIGHTS_MAX &&
                   read_right(&inner, &ret_entitlement->rights[ret_entitlement->n_rights++]);
        } else {
            (void)fields_read(&u, &inner, &access_entitlement_table, ret_entitlement);
        }
    }
    return good && !u.bad;
}

static bool read_query_part(struct unpack *u, const struct pack_field *f, struct access_query *query)
{
    switch (f->tag) {
    case TAG_ZONE:
        return read_zone(f, &query->zone);
    case TAG_HOLIDAYS:
        return read_holidays(f, &query->holidays);
    case TAG_SETTINGS:
        return read_struct(f, &access_settings_table, &query->settings);
    case TAG_PRESENCE:
        return read_struct(f, &access_presence_table, &query->presence);
    case TAG_CARD:
        return read_card(f, &query->card);
    case TAG_CUSTOMER:
        return read_struct(f, &access_customer_table, &query->customer);
    case TAG_ENTITLEMENT:
        return query->n_entitlements < ACCESS_ENTITLEMENTS_MAX &&
               read_entitlement(f, &query->entitlements[query->n_entitlements++]);
    default:
        (void)fields_read(u, f, &access_query_table, query);
        return true;
    }
}

static bool read_query(const struct pack_field *f, struct access_query *query)
{
    struct unpack u;
    struct pack_field inner;
    bool good = f->is_bytes;
    memset(query, 0, sizeof(*query));
    fields_init(&access_query_table, query);
    fields_init(&access_rule_table, &query->zone.to_summer);
    fields_init(&access_rule_table, &query->zone.to_standard);
    fields_init(&access_settings_table, &query->settings);
    fields_init(&access_card_table, &query->card);
    fields_init(&access_customer_table, &query->customer);
    unpack_init(&u, f->data, f->len);
    while (good && unpack_next(&u, &inner)) {
        good = read_query_part(&u, &inner, query);
    }
    return good && !u.bad;
}

static bool read_verdict(const struct pack_field *f, struct access_verdict *verdict)
{
    struct unpack u;
    struct pack_field inner;
    bool good = f->is_bytes;
    memset(verdict, 0, sizeof(*verdict));
    fields_init(&access_verdict_table, verdict);
    unpack_init(&u, f->data, f->len);
    while (good && unpack_next(&u, &inner)) {
        if (inner.tag == TAG_WARNING) {
            struct access_warning warning;
            fields_init(&access_warning_table, &warning);
            good = verdict->n_warnings < ACCESS_WARNINGS_MAX && read_struct(&inner, &access_warning_table, &warning);
            if (good) {
                verdict->warnings[verdict->n_warnings++] = warning;
            }
        } else {
            (void)fields_read(&u, &inner, &access_verdict_table, verdict);
        }
    }
    return good && !u.bad;
}

void access_stages_init(struct access_stages *ret_stages)
{
    fields_init(&access_stages_table, ret_stages);
}

int access_record_decode(const uint8_t *bytes, size_t n, struct access_query *ret_query,
                         struct access_verdict *ret_verdict, struct access_stages *ret_stages)
{
    struct unpack u;
    struct pack_field f;
    unpack_init(&u, bytes, n);
    if (!unpack_next(&u, &f) || f.tag != TAG_VERSION || f.is_bytes || f.value < 1) {
        return -EBADMSG;
    }
    if (f.value > ACCESS_RECORD_VERSION) {
        return ACCESS_RECORD_NEWER;
    }
    struct access_query query;
    struct access_verdict verdict;
    struct access_stages stages;
    bool has_query = false, has_verdict = false, good = true;
    access_stages_init(&stages);
    while (good && unpack_next(&u, &f)) {
        if (f.tag == TAG_QUERY) {
            good = has_query = read_query(&f, &query);
        } else if (f.tag == TAG_VERDICT) {
            good = has_verdict = read_verdict(&f, &verdict);
        } else if (f.tag == TAG_STAGES) {
            good = read_struct(&f, &access_stages_table, &stages);
        }
    }
    if (!good || u.bad || !has_query || !has_verdict) {
        return -EBADMSG;
    }
    if (ret_query) {
        *ret_query = query;
    }
    if (ret_verdict) {
        *ret_verdict = verdict;
    }
    if (ret_stages) {
        *ret_stages = stages;
    }
    return 0;
}

int access_record_replay(const uint8_t *bytes, size_t n, struct access_verdict *ret_then,
                         struct access_verdict *ret_now, const char **ret_field)
{
    struct access_query query;
    struct access_verdict then, now;
    int r = access_record_decode(bytes, n, &query, &then, NULL);
    if (r != 0) {
        return r;
    }
    access_decide(&query, &now, NULL);
    const char *field = NULL;
    (void)access_verdict_equal(&then, &now, &field);
    *ret_then = then;
    *ret_now = now;
    *ret_field = field;
    return 0;
}
