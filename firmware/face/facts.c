#include "face/facts.h"

#define LOG_MODULE "facts"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LOOK_EVERY_US (2 * US_PER_S)
#define WAIT_MOST_US  (60 * US_PER_S)

/* Which file a path leads to. */
struct identity {
    dev_t device;
    ino_t inode;
};

/* One file: which is open, or which couldn't be read and when that one is tried again. */
struct file {
    struct identity identity;
    int64_t wait_us, retry_us; /* 0: nothing has failed */
};

struct facts {
    char list_path[128], journal_path[128], point_name[LIST_NAME_SIZE];
    struct list_db *list;
    struct journal_db *journal;
    struct file list_file, journal_file;
    int64_t now_us, look_us; /* of the last step; of the next look */
    int64_t change; /* the list's counter when the branch was read */
    bool has_branch;
    struct list_point point;
    struct list_branch branch;
    struct access_query query; /* large: not for a stack */
};

int facts_new(const char *list_path, const char *journal_path, struct facts **ret_facts)
{
    struct facts *f = calloc(1, sizeof(*f));
    if (!f) {
        return -ENOMEM;
    }
    (void)text_copy(f->list_path, sizeof(f->list_path), list_path);
    (void)text_copy(f->journal_path, sizeof(f->journal_path), journal_path);
    f->change = -1;
    *ret_facts = f;
    return 0;
}

void facts_free(struct facts *f)
{
    if (f) {
        list_db_close(f->list);
        journal_db_close(f->journal);
        free(f);
    }
}

static struct identity identify(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 ? (struct identity){s.st_dev, s.st_ino} : (struct identity){0};
}

static bool same(struct identity a, struct identity b)
{
    return a.device == b.device && a.inode == b.inode;
}

/* @return true when @path is to be opened: it is there, and not the one that is open or that failed a moment ago. */
static bool is_due(struct file *file, const char *path, bool is_open, int64_t now_us)
{
    struct identity now = identify(path);
    if (!same(now, file->identity)) {
        *file = (struct file){.identity = now};
        return now.inode != 0;
    }
    return !is_open && now.inode != 0 && now_us >= file->retry_us;
}

/* It is tried again later and later: each try may write a line into the log. Another file in its place is tried at once. */
static void note_failure(struct file *file, int64_t now_us)
{
    int64_t wait_us = file->wait_us ? 2 * file->wait_us : LOOK_EVERY_US;
    file->wait_us = wait_us < WAIT_MOST_US ? wait_us : WAIT_MOST_US;
    file->retry_us = now_us + file->wait_us;
}

static void drop_list(struct facts *f)
{
    list_db_close(f->list);
    f->list = NULL;
    f->change = -1;
}

/* It could be opened, but not read. */
static void fail_list(struct facts *f, int error)
{
    log_warn("the list can't be read: %s", strerror(-error));
    drop_list(f);
    note_failure(&f->list_file, f->now_us);
}

static void look_at_list(struct facts *f, int64_t now_us)
{
    bool due = is_due(&f->list_file, f->list_path, f->list != NULL, now_us);
    if (due || f->list_file.identity.inode == 0) {
        drop_list(f);
    }
    if (due && list_db_open(f->list_path, LIST_DB_SHOW, &f->list) != 0) {
        note_failure(&f->list_file, now_us);
    }
}

static void look_at_journal(struct facts *f, int64_t now_us)
{
    bool due = is_due(&f->journal_file, f->journal_path, f->journal != NULL, now_us);
    if (due || f->journal_file.identity.inode == 0) {
        journal_db_close(f->journal);
        f->journal = NULL;
    }
    if (due && journal_db_open(f->journal_path, JOURNAL_DB_SHOW, &f->journal) != 0) {
        note_failure(&f->journal_file, now_us);
    } else if (due) {
        f->journal_file.wait_us = 0;
    }
}

/* @return true when it may be another than before. */
static bool read_branch(struct facts *f)
{
    int64_t change = f->list ? list_db_change_counter(f->list) : -1;
    if (change < 0) {
        bool had = f->has_branch;
        f->has_branch = false;
        return had;
    }
    if (change == f->change) {
        return false;
    }
    f->change = change;
    int r = list_db_point(f->list, f->point_name, &f->point);
    if (r == 0) {
        r = list_db_branch(f->list, f->point.branch_id, &f->branch);
    }
    f->has_branch = r == 0;
    if (r < 0) {
        fail_list(f, r);
    } else {
        f->list_file.wait_us = 0;
    }
    return true;
}

bool facts_step(struct facts *f, int64_t now_us)
{
    if (now_us < f->look_us) {
        return false;
    }
    f->now_us = now_us;
    f->look_us = now_us + LOOK_EVERY_US;
    look_at_list(f, now_us);
    look_at_journal(f, now_us);
    return read_branch(f);
}

int64_t facts_deadline(const struct facts *f)
{
    return f->look_us;
}

void facts_set_point(struct facts *f, const char *point)
{
    if (strcmp(f->point_name, point) != 0) {
        (void)text_copy(f->point_name, sizeof(f->point_name), point);
        f->change = -1;
        f->look_us = 0;
    }
}

const struct list_branch *facts_branch(const struct facts *f)
{
    return f->has_branch ? &f->branch : NULL;
}

struct list_db *facts_list(const struct facts *f)
{
    return f->list;
}

struct journal_db *facts_journal(const struct facts *f)
{
    return f->journal;
}

int facts_photo(struct facts *f, int64_t customer, uint8_t *ret_bytes, size_t size, size_t *ret_n)
{
    return f->list ? list_db_photo(f->list, customer, ret_bytes, size, ret_n) : 1;
}

/* Uses that the list's figure doesn't know yet are the journal's. */
static void count_clips(struct facts *f, const int64_t *counted_seq)
{
    for (size_t i = 0; i < f->query.n_entitlements; i++) {
        struct access_entitlement *e = &f->query.entitlements[i];
        if (e->kind == ACCESS_SUBSCRIPTION || !f->journal) {
            continue;
        }
        enum visit_cost cost = e->kind == ACCESS_PUNCH_CARD ? VISIT_COST_CLIP : VISIT_COST_SINGLE_ENTRY;
        int64_t uses = journal_db_uses(f->journal, cost, e->id, counted_seq[i]);
        e->clips_left = uses > 0 && uses < e->clips_left ? e->clips_left - (int32_t)uses : uses > 0 ? 0 : e->clips_left;
    }
}

static int32_t earlier(int32_t a, int32_t b)
{
    return a == DAY_NONE ? b : b == DAY_NONE ? a : a < b ? a : b;
}

static void tell_entitlement(const struct access_entitlement *e, int32_t today, struct entrance_member *m)
{
    static const enum news_entitlement kinds[] = {[ACCESS_SUBSCRIPTION] = NEWS_SUBSCRIPTION,
                                                  [ACCESS_SINGLE_ENTRY] = NEWS_SINGLE_ENTRY,
                                                  [ACCESS_PUNCH_CARD] = NEWS_PUNCH_CARD};
    bool over =
        (e->ends_on != DAY_NONE && e->ends_on < today) || (e->valid_through != DAY_NONE && e->valid_through < today);
    if (over || m->n_entitlements == ENTRANCE_ENTITLEMENTS_MAX) {
        return;
    }
    struct entrance_entitlement *to = &m->entitlements[m->n_entitlements++];
    to->kind = kinds[e->kind];
    (void)text_copy(to->product, sizeof(to->product), e->product);
    to->renews = e->kind == ACCESS_SUBSCRIPTION && !e->prepaid && e->ends_on == DAY_NONE;
    to->through_day = e->kind == ACCESS_SUBSCRIPTION ? earlier(e->ends_on, e->charged_through) : e->valid_through;
    to->clips_left = e->clips_left;
    for (size_t i = 0; i < e->n_freezes && m->n_freezes < ENTRANCE_FREEZES_MAX; i++) {
        if (e->freezes[i].last >= today) {
            m->freezes[m->n_freezes++] = e->freezes[i];
        }
    }
}

/* When this card opens the access point next, by the same rule as the gate's. */
static int64_t opens(struct facts *f, int64_t utc_us)
{
    struct access_verdict verdict;
    struct list_meta meta = {0};
    struct access_query *q = &f->query;
    (void)list_db_meta(f->list, &meta);
    q->utc_us = utc_us;
    q->clock_trusted = true;
    q->zone = f->branch.zone;
    q->holidays = f->branch.holidays;
    q->settings = f->branch.settings;
    q->settings.allow_uid_only = true; /* the card has been held up and taken: that isn't asked here */
    q->point_id = f->point.id;
    q->direction = f->point.inner ? VISIT_INNER : f->point.direction;
    q->inner = f->point.inner;
    q->list_version = meta.version;
    q->list_synced_utc_us = meta.synced_utc_us;
    q->proof = ACCESS_PROOF_GENUINE;
    q->since_entry_ms = -1;
    access_decide(q, &verdict, NULL);
    if (verdict.code == ACCESS_GRANTED) {
        return 0;
    }
    return verdict.code == ACCESS_OUTSIDE_HOURS && verdict.opens_utc_us != INT64_MAX ? verdict.opens_utc_us : US_NEVER;
}

int facts_member(struct facts *f, const char *card, int64_t utc_us, struct entrance_member *ret_member)
{
    int64_t counted[ACCESS_ENTITLEMENTS_MAX] = {0};
    struct card_number number;
    struct entrance_member m = {0};
    if (!f->has_branch || !f->list || !card_parse(card, &number)) {
        return 1;
    }
    memset(&f->query, 0, sizeof(f->query));
    int r = list_db_find(f->list, &number, &f->point, &f->query, counted, NULL);
    if (r < 0) {
        fail_list(f, r);
        return r;
    }
    if (!f->query.card.known || (!f->query.customer.present && f->query.n_entitlements == 0)) {
        return 1;
    }
    count_clips(f, counted);
    int32_t today = zone_local(&f->branch.zone, utc_us).day;
    for (size_t i = 0; i < f->query.n_entitlements; i++) {
        tell_entitlement(&f->query.entitlements[i], today, &m);
    }
    (void)text_copy(m.card, sizeof(m.card), card);
    (void)text_copy(m.name, sizeof(m.name), f->query.customer.name);
    (void)text_copy(m.message, sizeof(m.message), f->query.customer.message);
    m.opens_utc_us = opens(f, utc_us);
    *ret_member = m;
    return 0;
}
