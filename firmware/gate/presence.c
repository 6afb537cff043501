/* A hash table with chains in arrays of fixed size, and one list through its entries in the order of use. An entry is
 * free (on the free list, linked by `next`), or in its bucket's chain and in the order list. A pinned one is stepped over
 * when room is made; pins are few (writes under way), so the walk is short. */

#include "gate/presence.h"

#include "base/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { NONE = -1 };

struct entry {
    int64_t holder;
    struct visit_presence value;
    int64_t entry_boot_us;
    unsigned pins;
    int next; /* in the bucket, or on the free list */
    int newer, older;
};

struct zone_count {
    int64_t zone_id;
    int64_t forget_us; /* 0: never */
    int64_t people;
};

struct presence {
    struct journal_db *journal;
    struct entry *entries;
    int *buckets;
    size_t n_buckets; /* a power of two */
    int free_list, newest, oldest;
    size_t pinned;
    struct zone_count zones[PRESENCE_ZONES_MAX];
    size_t n_zones;
};

int presence_new(size_t capacity, struct journal_db *journal, struct presence **ret_presence)
{
    struct presence *p = calloc(1, sizeof(*p));

    if (!p) {
        return -ENOMEM;
    }
    p->journal = journal;
    p->n_buckets = 16;
    while (p->n_buckets < capacity) {
        p->n_buckets *= 2;
    }
    p->entries = calloc(capacity, sizeof(p->entries[0]));
    p->buckets = calloc(p->n_buckets, sizeof(p->buckets[0]));
    if (!p->entries || !p->buckets) {
        presence_free(p);
        return -ENOMEM;
    }
    for (size_t i = 0; i < p->n_buckets; i++) {
        p->buckets[i] = NONE;
    }
    for (size_t i = 0; i < capacity; i++) {
        p->entries[i].next = i + 1 < capacity ? (int)(i + 1) : NONE;
    }
    p->free_list = capacity > 0 ? 0 : NONE;
    p->newest = p->oldest = NONE;
    *ret_presence = p;
    return 0;
}

void presence_free(struct presence *p)
{
    if (!p) {
        return;
    }
    free(p->entries);
    free(p->buckets);
    free(p);
}

static int *bucket(struct presence *p, int64_t holder)
{
    uint64_t h = (uint64_t)holder * UINT64_C(0x9e3779b97f4a7c15);

    return &p->buckets[(h >> 32) & (p->n_buckets - 1)];
}

static int lookup(struct presence *p, int64_t holder)
{
    int at = *bucket(p, holder);

    while (at != NONE && p->entries[at].holder != holder) {
        at = p->entries[at].next;
    }
    return at;
}

static void order_remove(struct presence *p, int at)
{
    struct entry *e = &p->entries[at];

    if (e->newer != NONE) {
        p->entries[e->newer].older = e->older;
    } else {
        p->newest = e->older;
    }
    if (e->older != NONE) {
        p->entries[e->older].newer = e->newer;
    } else {
        p->oldest = e->newer;
    }
}

static void order_push(struct presence *p, int at)
{
    struct entry *e = &p->entries[at];

    e->newer = NONE;
    e->older = p->newest;
    if (p->newest != NONE) {
        p->entries[p->newest].newer = at;
    } else {
        p->oldest = at;
    }
    p->newest = at;
}

static void push_out(struct presence *p, int at)
{
    int *link = bucket(p, p->entries[at].holder);

    while (*link != at) {
        link = &p->entries[*link].next;
    }
    *link = p->entries[at].next;
    order_remove(p, at);
    p->entries[at].next = p->free_list;
    p->free_list = at;
}

/* @return a new entry for @holder, or NONE when everything is pinned. */
static int add(struct presence *p, int64_t holder)
{
    int *link;
    int at;

    if (p->free_list == NONE) {
        for (at = p->oldest; at != NONE && p->entries[at].pins > 0; at = p->entries[at].newer) {
        }
        if (at == NONE) {
            return NONE;
        }
        push_out(p, at);
    }
    at = p->free_list;
    p->free_list = p->entries[at].next;
    link = bucket(p, holder);
    p->entries[at] = (struct entry){.holder = holder, .next = *link};
    *link = at;
    order_push(p, at);
    return at;
}

int presence_get(struct presence *p, int64_t holder, struct visit_presence *ret_presence, int64_t *ret_entry_boot_us)
{
    struct visit_presence value = {0};
    int at;
    int r;

    if (holder == 0) {
        *ret_presence = value;
        *ret_entry_boot_us = 0;
        return 0;
    }
    at = lookup(p, holder);
    if (at != NONE) {
        order_remove(p, at);
        order_push(p, at);
        *ret_presence = p->entries[at].value;
        *ret_entry_boot_us = p->entries[at].entry_boot_us;
        return 0;
    }
    r = journal_db_presence(p->journal, holder, &value);
    if (r < 0) {
        return r;
    }
    at = add(p, holder);
    if (at != NONE) {
        p->entries[at].value = value;
    }
    *ret_presence = value;
    *ret_entry_boot_us = 0;
    return 0;
}

static void count(struct presence *p, int64_t zone_id, int by)
{
    for (size_t i = 0; i < p->n_zones && zone_id != 0; i++) {
        if (p->zones[i].zone_id == zone_id) {
            p->zones[i].people += by;
            return;
        }
    }
}

int presence_put(struct presence *p, int64_t holder, const struct visit_presence *value, int64_t entry_boot_us)
{
    struct visit_presence before;
    int64_t unused;
    int at;
    int r = presence_get(p, holder, &before, &unused);

    if (r < 0) {
        memset(&before, 0, sizeof(before));
    }
    at = lookup(p, holder);
    if (at == NONE) {
        at = add(p, holder);
    }
    if (at == NONE) {
        return -ENOBUFS;
    }
    if (before.zone_id != value->zone_id) {
        count(p, before.zone_id, -1);
        count(p, value->zone_id, 1);
    }
    p->entries[at].value = *value;
    if (entry_boot_us != 0) {
        p->entries[at].entry_boot_us = entry_boot_us > 0 ? entry_boot_us : 0;
    }
    p->entries[at].pins++;
    p->pinned += p->entries[at].pins == 1;
    return 0;
}

void presence_written(struct presence *p, int64_t holder)
{
    int at = lookup(p, holder);

    if (at != NONE && p->entries[at].pins > 0) {
        p->entries[at].pins--;
        p->pinned -= p->entries[at].pins == 0;
    }
}

static int64_t count_people(struct presence *p, const struct zone_count *zone, int64_t utc_us)
{
    return zone->forget_us == 0 ? journal_db_occupancy(p->journal, zone->zone_id)
                                : journal_db_occupancy_since(p->journal, zone->zone_id, utc_us - zone->forget_us);
}

int presence_watch(struct presence *p, int64_t zone_id, uint32_t forget_after_s, int64_t utc_us)
{
    struct zone_count zone = {.zone_id = zone_id, .forget_us = forget_after_s * US_PER_S};

    if (zone_id == 0) {
        return 0;
    }
    for (size_t i = 0; i < p->n_zones; i++) {
        if (p->zones[i].zone_id == zone_id) {
            p->zones[i].forget_us = zone.forget_us;
            return 0;
        }
    }
    if (p->n_zones == PRESENCE_ZONES_MAX) {
        return -ENOSPC;
    }
    zone.people = count_people(p, &zone, utc_us);
    if (zone.people < 0) {
        return (int)zone.people;
    }
    p->zones[p->n_zones++] = zone;
    return 0;
}

uint32_t presence_occupancy(const struct presence *p, int64_t zone_id)
{
    for (size_t i = 0; i < p->n_zones && zone_id != 0; i++) {
        if (p->zones[i].zone_id == zone_id) {
            int64_t people = p->zones[i].people;

            return people < 0 ? 0 : people > UINT32_MAX ? UINT32_MAX : (uint32_t)people;
        }
    }
    return 0;
}

int presence_recount(struct presence *p, int64_t utc_us)
{
    if (p->pinned > 0) {
        return 1;
    }
    for (size_t i = 0; i < p->n_zones; i++) {
        int64_t people = count_people(p, &p->zones[i], utc_us);

        if (people < 0) {
            return (int)people;
        }
        p->zones[i].people = people;
    }
    return 0;
}

size_t presence_pinned(const struct presence *p)
{
    return p->pinned;
}
