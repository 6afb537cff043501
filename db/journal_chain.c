/* The hash chain: what is covered, and how a personal part is kept apart so that it can go.
 *
 * hash   = H(hash of the event before, plain fields, digest)
 * digest = H(salt, personal fields), nothing when the event has no personal part
 *
 * An event of JOURNAL_RECOVERED is chained to H(hash before, the places where the chain begins anew by then) instead: a place
 * that is added later, to hide a change, shows as well.
 *
 * H is BLAKE2b-256 (RFC 7693, libsodium's crypto_generichash). Numbers go in as eight bytes, least significant first; texts and
 * bytes with their length before them. While the personal part is there, its salt stands in event.seal and the
 * digest is worked out; once it is erased, seal holds the digest and the salt is gone with the rest: without the salt
 * nobody can find out by trying which card or person it was. */

#include "db/journal_internal.h"

#include "base/pack.h"

#include <sodium.h>
#include <string.h>

enum { EFFECT_PRESENCE = 1, EFFECT_COST_KIND, EFFECT_COST_ID, EFFECT_RETURNS };

enum {
    PRESENCE_ZONE = 1,
    PRESENCE_ZONE_SINCE,
    PRESENCE_LAST_ENTRY,
    PRESENCE_LAST_POINT,
    PRESENCE_VISIT,
    PRESENCE_VISIT_DAY,
    PRESENCE_VISIT_PAID,
    PRESENCE_VISITS_TODAY,
    PRESENCE_VISITS_WEEK,
    PRESENCE_ENTRIES_TODAY
};

static void encode_presence(struct pack *p, const struct visit_presence *presence)
{
    size_t mark = pack_open(p, EFFECT_PRESENCE);
    pack_int(p, PRESENCE_ZONE, presence->zone_id);
    pack_int(p, PRESENCE_ZONE_SINCE, presence->zone_since_us);
    pack_int(p, PRESENCE_LAST_ENTRY, presence->last_entry_us);
    pack_int(p, PRESENCE_LAST_POINT, presence->last_entry_point);
    pack_int(p, PRESENCE_VISIT, presence->visit_id);
    pack_int(p, PRESENCE_VISIT_DAY, presence->visit_day);
    pack_int(p, PRESENCE_VISIT_PAID, presence->visit_paid);
    pack_int(p, PRESENCE_VISITS_TODAY, presence->visits_today);
    pack_int(p, PRESENCE_VISITS_WEEK, presence->visits_week);
    pack_int(p, PRESENCE_ENTRIES_TODAY, presence->entries_today);
    pack_close(p, mark);
}

size_t journal_effect_encode(const struct journal_effect *effect, uint8_t ret_bytes[JOURNAL_EFFECT_SIZE])
{
    struct pack p;
    pack_init(&p, ret_bytes, JOURNAL_EFFECT_SIZE);
    if (effect->has_presence) {
        encode_presence(&p, &effect->presence);
    }
    if (effect->takes_cost) {
        pack_int(&p, EFFECT_COST_KIND, effect->cost_kind);
        pack_int(&p, EFFECT_COST_ID, effect->cost_id);
    }
    if (effect->returns_cost_of_seq != 0) {
        pack_int(&p, EFFECT_RETURNS, effect->returns_cost_of_seq);
    }
    return p.overflow ? 0 : p.len;
}

static bool decode_presence(const struct pack_field *record, struct visit_presence *v)
{
    struct unpack u;
    struct pack_field f;
    unpack_init(&u, record->data, record->len);
    while (unpack_next(&u, &f)) {
        switch (f.tag) {
        case PRESENCE_ZONE:
            v->zone_id = unpack_int(&u, &f, INT64_MIN, INT64_MAX);
            break;
        case PRESENCE_ZONE_SINCE:
            v->zone_since_us = unpack_int(&u, &f, INT64_MIN, INT64_MAX);
            break;
        case PRESENCE_LAST_ENTRY:
            v->last_entry_us = unpack_int(&u, &f, INT64_MIN, INT64_MAX);
            break;
        case PRESENCE_LAST_POINT:
            v->last_entry_point = unpack_int(&u, &f, INT64_MIN, INT64_MAX);
            break;
        case PRESENCE_VISIT:
            v->visit_id = unpack_int(&u, &f, INT64_MIN, INT64_MAX);
            break;
        case PRESENCE_VISIT_DAY:
            v->visit_day = (int32_t)unpack_int(&u, &f, INT32_MIN, INT32_MAX);
            break;
        case PRESENCE_VISIT_PAID:
            v->visit_paid = unpack_int(&u, &f, 0, 1) == 1;
            break;
        case PRESENCE_VISITS_TODAY:
            v->visits_today = (uint16_t)unpack_int(&u, &f, 0, UINT16_MAX);
            break;
        case PRESENCE_VISITS_WEEK:
            v->visits_week = (uint16_t)unpack_int(&u, &f, 0, UINT16_MAX);
            break;
        case PRESENCE_ENTRIES_TODAY:
            v->entries_today = (uint16_t)unpack_int(&u, &f, 0, UINT16_MAX);
            break;
        default:
            break;
        }
    }
    return !u.bad;
}

bool journal_effect_decode(const uint8_t *bytes, size_t n, struct journal_effect *ret_effect)
{
    struct journal_effect e = {.opens_grant = ret_effect->opens_grant, .closes_grant = ret_effect->closes_grant};
    struct unpack u;
    struct pack_field f;
    bool good = true;
    unpack_init(&u, bytes, n);
    while (unpack_next(&u, &f)) {
        switch (f.tag) {
        case EFFECT_PRESENCE:
            e.has_presence = true;
            good = good && f.is_bytes && decode_presence(&f, &e.presence);
            break;
        case EFFECT_COST_KIND:
            e.takes_cost = true;
            e.cost_kind = (enum visit_cost)unpack_int(&u, &f, VISIT_COST_NONE, VISIT_COST_SINGLE_ENTRY);
            break;
        case EFFECT_COST_ID:
            e.cost_id = unpack_int(&u, &f, INT64_MIN, INT64_MAX);
            break;
        case EFFECT_RETURNS:
            e.returns_cost_of_seq = unpack_int(&u, &f, 1, INT64_MAX);
            break;
        default:
            break;
        }
    }
    if (u.bad || !good) {
        return false;
    }
    *ret_effect = e;
    return true;
}

int64_t journal_event_flags(const struct journal_event *event)
{
    return (event->effect.opens_grant ? JOURNAL_OPENS_GRANT : 0) |
           (event->effect.closes_grant ? JOURNAL_CLOSES_GRANT : 0);
}

static void hash_int(crypto_generichash_state *state, int64_t value)
{
    uint8_t bytes[8];
    for (unsigned i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (uint8_t)((uint64_t)value >> (8 * i));
    }
    (void)crypto_generichash_update(state, bytes, sizeof(bytes));
}

static void hash_bytes(crypto_generichash_state *state, const void *bytes, size_t n)
{
    hash_int(state, (int64_t)n);
    if (n > 0) {
        (void)crypto_generichash_update(state, bytes, n);
    }
}

void journal_digest(const struct journal_row *row, const uint8_t salt[JOURNAL_SALT_SIZE],
                    uint8_t ret_digest[JOURNAL_HASH_SIZE])
{
    crypto_generichash_state state;
    (void)crypto_generichash_init(&state, NULL, 0, JOURNAL_HASH_SIZE);
    (void)crypto_generichash_update(&state, salt, JOURNAL_SALT_SIZE);
    hash_int(&state, row->event.holder);
    hash_bytes(&state, row->card_key, row->card_key_len);
    hash_bytes(&state, row->effect, row->effect_len);
    hash_bytes(&state, row->event.record, row->event.record_len);
    (void)crypto_generichash_final(&state, ret_digest, JOURNAL_HASH_SIZE);
}

static bool seal_digest(const struct journal_row *row, uint8_t ret_digest[JOURNAL_HASH_SIZE], size_t *ret_len)
{
    switch (row->personal) {
    case JOURNAL_NOTHING_PERSONAL:
        *ret_len = 0;
        return row->seal_len == 0;
    case JOURNAL_PERSONAL:
        *ret_len = JOURNAL_HASH_SIZE;
        if (row->seal_len != JOURNAL_SALT_SIZE) {
            return false;
        }
        journal_digest(row, row->seal, ret_digest);
        return true;
    case JOURNAL_PERSONAL_ERASED:
        *ret_len = JOURNAL_HASH_SIZE;
        if (row->seal_len != JOURNAL_HASH_SIZE) {
            return false;
        }
        memcpy(ret_digest, row->seal, JOURNAL_HASH_SIZE);
        return true;
    default:
        return false;
    }
}

bool journal_hash(const struct journal_row *row, const uint8_t prev[JOURNAL_HASH_SIZE],
                  uint8_t ret_hash[JOURNAL_HASH_SIZE])
{
    const struct journal_event *e = &row->event;
    uint8_t digest[JOURNAL_HASH_SIZE];
    size_t digest_len = 0;
    if (!seal_digest(row, digest, &digest_len)) {
        return false;
    }
    crypto_generichash_state state;
    (void)crypto_generichash_init(&state, NULL, 0, JOURNAL_HASH_SIZE);
    (void)crypto_generichash_update(&state, prev, JOURNAL_HASH_SIZE);
    const int64_t plain[] = {e->epoch,
                             e->seq,
                             e->kind,
                             e->utc_us,
                             e->boot_us,
                             (int64_t)e->grant,
                             e->ref,
                             e->point_id,
                             e->code,
                             e->line_us,
                             journal_event_flags(e)};
    for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
        hash_int(&state, plain[i]);
    }
    hash_bytes(&state, e->lane, strlen(e->lane));
    hash_bytes(&state, e->detail, strlen(e->detail));
    hash_bytes(&state, digest, digest_len);
    (void)crypto_generichash_final(&state, ret_hash, JOURNAL_HASH_SIZE);
    return true;
}

int journal_chained_to(struct journal_db *db, const struct journal_row *row, const uint8_t prev[JOURNAL_HASH_SIZE],
                       uint8_t ret_prev[JOURNAL_HASH_SIZE])
{
    if (row->event.kind != JOURNAL_RECOVERED) {
        memmove(ret_prev, prev, JOURNAL_HASH_SIZE);
        return 0;
    }
    __attribute__((cleanup(sql_finalizep))) sqlite3_stmt *starts = NULL;
    int r = sql_prepare(db->sql, "SELECT seq FROM chain_start WHERE epoch <= ?1 ORDER BY seq", &starts);
    if (r < 0) {
        return r;
    }
    crypto_generichash_state state;
    (void)crypto_generichash_init(&state, NULL, 0, JOURNAL_HASH_SIZE);
    (void)crypto_generichash_update(&state, prev, JOURNAL_HASH_SIZE);
    (void)sqlite3_bind_int64(starts, 1, row->event.epoch);
    int rc = sqlite3_step(starts);
    for (; rc == SQLITE_ROW; rc = sqlite3_step(starts)) {
        hash_int(&state, sqlite3_column_int64(starts, 0));
    }
    (void)crypto_generichash_final(&state, ret_prev, JOURNAL_HASH_SIZE);
    return rc == SQLITE_DONE ? 0 : sql_failed(db->sql, "chain_start");
}
