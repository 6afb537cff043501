/* A photo that is drawn must not go while it is: one that gives way to a newer one is told like one that has come,
 * so that whoever shows it lets go of it, and its pixels go when all have been told. */
#include "face/photos.h"

#include "gfx/photo_worker.h"

#include <errno.h>
#include <stdlib.h>

enum { RETIRED_MAX = PHOTOS_KEPT };

/* What is known of one customer's photo. */
struct photo {
    int64_t customer; /* 0: the place is free */
    bool known; /* decoded, or can't be had */
    bool stale; /* the list has changed since */
    bool tell; /* photos_next has yet to tell of it */
    struct surface *surface; /* its own: who draws it doesn't see the place pass to another. NULL: there is none */
    uint64_t version, used;
};

/* One that has given way, and may still be drawn. */
struct retired {
    int64_t customer;
    bool told;
    struct surface *surface;
};

struct photos {
    struct facts *facts;
    struct photo_worker *worker;
    struct photo kept[PHOTOS_KEPT];
    uint64_t tick, versions;
    struct retired retired[RETIRED_MAX];
    size_t n_retired;
    uint8_t bytes[LIST_PHOTO_MAX];
};

int photos_new(struct facts *facts, struct photos **ret_photos)
{
    struct photos *p = calloc(1, sizeof(*p));
    if (!p) {
        return -ENOMEM;
    }
    p->facts = facts;
    int r = photo_worker_start(NULL, &p->worker);
    if (r < 0) {
        free(p);
        return r;
    }
    *ret_photos = p;
    return 0;
}

static void free_surface(struct surface *surface)
{
    surface_finish(surface);
    free(surface);
}

static void free_retired(struct photos *p)
{
    for (size_t i = 0; i < p->n_retired; i++) {
        free_surface(p->retired[i].surface);
    }
    p->n_retired = 0;
}

void photos_free(struct photos *p)
{
    if (!p) {
        return;
    }
    photo_worker_stop(p->worker);
    photo_worker_join(p->worker);
    free_retired(p);
    for (size_t i = 0; i < PHOTOS_KEPT; i++) {
        free_surface(p->kept[i].surface);
    }
    free(p);
}

int photos_fd(const struct photos *p)
{
    return photo_worker_fd(p->worker);
}

static struct photo *find(const struct photos *p, int64_t customer)
{
    for (size_t i = 0; i < PHOTOS_KEPT; i++) {
        if (p->kept[i].customer == customer) {
            return (struct photo *)(uintptr_t)&p->kept[i];
        }
    }
    return NULL;
}

static void retire(struct photos *p, struct photo *photo)
{
    if (photo->surface) {
        p->retired[p->n_retired++] = (struct retired){.customer = photo->customer, .surface = photo->surface};
        photo->surface = NULL;
    }
}

/* A place for another one; NULL while too many wait to be let go of. */
static struct photo *make_room(struct photos *p)
{
    struct photo *oldest = &p->kept[0];
    for (size_t i = 1; i < PHOTOS_KEPT; i++) {
        if (p->kept[i].used < oldest->used) {
            oldest = &p->kept[i];
        }
    }
    if (oldest->surface && p->n_retired == RETIRED_MAX) {
        return NULL;
    }
    retire(p, oldest);
    *oldest = (struct photo){0};
    return oldest;
}

static void take_result(struct photos *p, struct photo_result *result)
{
    struct photo *photo = find(p, (int64_t)result->key);
    if (!photo || (photo->surface && p->n_retired == RETIRED_MAX)) {
        surface_finish(&result->surface);
        return;
    }
    if (result->outcome == -ECANCELED) {
        return; /* given up for newer ones: that says nothing of the photo, which may be asked for again */
    }
    retire(p, photo);
    photo->surface = result->outcome == 0 ? malloc(sizeof(*photo->surface)) : NULL;
    if (photo->surface) {
        *photo->surface = result->surface;
    } else {
        surface_finish(&result->surface);
    }
    photo->known = true;
    photo->stale = false;
    photo->version = ++p->versions;
    photo->tell = true;
}

static void take_results(struct photos *p)
{
    struct photo_result result;
    while (photo_worker_take(p->worker, &result)) {
        take_result(p, &result);
    }
}

/* @return true when the worker has been asked. */
static bool fetch(struct photos *p, struct photo *photo)
{
    size_t n = 0;
    int r = facts_photo(p->facts, photo->customer, p->bytes, sizeof(p->bytes), &n);
    if (r == 0) {
        r = photo_worker_ask(p->worker, (uint64_t)photo->customer, p->bytes, n, PHOTOS_SIDE_PX);
    }
    if (r != 0) {
        struct photo_result none = {.key = (uint64_t)photo->customer, .outcome = -ENOENT};
        take_result(p, &none);
    }
    return r == 0;
}

bool photos_ask(struct photos *p, int64_t customer, int64_t wait_us)
{
    struct photo *photo = customer > 0 ? find(p, customer) : NULL;
    if (!photo && customer > 0) {
        photo = make_room(p);
        if (photo) {
            photo->customer = customer;
        }
    }
    if (!photo) {
        return true;
    }
    photo->used = ++p->tick;
    if (photo->known && !photo->stale) {
        return true;
    }
    if (fetch(p, photo) && photo_worker_wait(p->worker, (uint64_t)customer, wait_us) == 0) {
        take_results(p);
    }
    return photo->known;
}

bool photos_next(struct photos *p, int64_t *ret_customer)
{
    take_results(p);
    for (size_t i = 0; i < p->n_retired; i++) {
        if (!p->retired[i].told) {
            p->retired[i].told = true;
            *ret_customer = p->retired[i].customer;
            return true;
        }
    }
    for (size_t i = 0; i < PHOTOS_KEPT; i++) {
        if (p->kept[i].tell) {
            p->kept[i].tell = false;
            *ret_customer = p->kept[i].customer;
            return true;
        }
    }
    free_retired(p);
    return false;
}

const struct surface *photos_find(const struct photos *p, int64_t customer, uint64_t *ret_version)
{
    const struct photo *photo = customer > 0 ? find(p, customer) : NULL;
    if (!photo || !photo->surface) {
        return NULL;
    }
    *ret_version = photo->version;
    return photo->surface;
}

void photos_forget(struct photos *p)
{
    for (size_t i = 0; i < PHOTOS_KEPT; i++) {
        p->kept[i].stale = true;
    }
}
