#include "fault_vfs.h"

#include <sqlite3.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a write that isn't synced yet has replaced. */
struct undo {
    struct undo *older;
    sqlite3_int64 at, size_before;
    int n;
    unsigned char bytes[];
};

struct fault_file {
    sqlite3_file base;
    struct fault_file *next; /* of all open files */
    struct undo *undo;
    sqlite3_file *real; /* behind this struct */
};

static sqlite3_vfs *real_vfs;
static sqlite3_vfs fault;
static sqlite3_io_methods methods;
static struct fault_file *open_files;
static long steps, end_step, full_step;
static enum fault_end end_how;

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((struct fault_file *)(void *)file)->real;
}

static void drop_undo(struct fault_file *f)
{
    while (f->undo) {
        struct undo *u = f->undo;
        f->undo = u->older;
        free(u);
    }
}

static void take_back_all(void)
{
    for (struct fault_file *f = open_files; f; f = f->next) {
        for (struct undo *u = f->undo; u; u = u->older) {
            if (u->n > 0) {
                (void)f->real->pMethods->xWrite(f->real, u->bytes, u->n, u->at);
            }
            (void)f->real->pMethods->xTruncate(f->real, u->size_before);
        }
    }
}

static void end(void)
{
    if (end_how == FAULT_POWER_CUT) {
        take_back_all();
    }
    _exit(FAULT_EXIT);
}

/* @return true when this is the step at which the process ends. */
static bool step(void)
{
    steps++;
    return end_step > 0 && steps == end_step;
}

/* Notes the @n bytes at @at as they are. */
static void note(struct fault_file *f, sqlite3_int64 at, int n)
{
    sqlite3_int64 size = 0;
    (void)f->real->pMethods->xFileSize(f->real, &size);
    sqlite3_int64 there = size > at ? size - at : 0;
    there = there < n ? there : n;
    struct undo *u = calloc(1, sizeof(*u) + (size_t)there);
    if (!u) {
        abort();
    }
    *u = (struct undo){.older = f->undo, .at = at, .size_before = size, .n = (int)there};
    if (there > 0) {
        (void)f->real->pMethods->xRead(f->real, u->bytes, (int)there, at);
    }
    f->undo = u;
}

static int fault_write(sqlite3_file *file, const void *bytes, int n, sqlite3_int64 at)
{
    struct fault_file *f = (struct fault_file *)(void *)file;
    bool last = step();
    if (last && end_how == FAULT_TORN) {
        (void)f->real->pMethods->xWrite(f->real, bytes, n / 2, at);
    }
    if (last) {
        end();
    }
    if (full_step > 0 && steps >= full_step) {
        return SQLITE_FULL;
    }
    note(f, at, n);
    return f->real->pMethods->xWrite(f->real, bytes, n, at);
}

static int fault_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct fault_file *f = (struct fault_file *)(void *)file;
    sqlite3_int64 before = 0;
    if (step()) {
        end();
    }
    (void)f->real->pMethods->xFileSize(f->real, &before);
    if (before > size) {
        note(f, size, (int)(before - size));
    }
    return f->real->pMethods->xTruncate(f->real, size);
}

static int fault_sync(sqlite3_file *file, int flags)
{
    (void)flags;
    if (step()) {
        end();
    }
    drop_undo((struct fault_file *)(void *)file);
    return SQLITE_OK;
}

static int fault_close(sqlite3_file *file)
{
    struct fault_file *f = (struct fault_file *)(void *)file;
    struct fault_file **at = &open_files;
    while (*at && *at != f) {
        at = &(*at)->next;
    }
    if (*at) {
        *at = f->next;
    }
    drop_undo(f);
    return f->real->pMethods->xClose(f->real);
}

static int fault_read(sqlite3_file *file, void *bytes, int n, sqlite3_int64 at)
{
    return real_of(file)->pMethods->xRead(real_of(file), bytes, n, at);
}

static int fault_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int fault_lock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int fault_unlock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int fault_reserved(sqlite3_file *file, int *answer)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), answer);
}

static int fault_control(sqlite3_file *file, int what, void *arg)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), what, arg);
}

static int fault_sector(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

/* Nothing is promised of writes: not atomic, not in order. */
static int fault_characteristics(sqlite3_file *file)
{
    (void)file;
    return 0;
}

static int fault_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **ret)
{
    return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, ret);
}

static int fault_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, n, flags);
}

static void fault_shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int fault_shm_unmap(sqlite3_file *file, int erase)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), erase);
}

static int fault_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
    (void)vfs;
    struct fault_file *f = (struct fault_file *)(void *)file;
    memset(f, 0, sizeof(*f));
    f->real = (sqlite3_file *)(void *)(f + 1);
    memset(f->real, 0, (size_t)real_vfs->szOsFile);
    int rc = real_vfs->xOpen(real_vfs, name, f->real, flags, ret_flags);
    if (rc == SQLITE_OK) {
        f->base.pMethods = &methods;
        f->next = open_files;
        open_files = f;
    }
    return rc;
}

static int fault_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs;
    (void)sync;
    if (step()) {
        end();
    }
    return real_vfs->xDelete(real_vfs, name, 0);
}

void fault_install(void)
{
    steps = end_step = full_step = 0;
    if (real_vfs) {
        return;
    }
    real_vfs = sqlite3_vfs_find(NULL);
    methods = (sqlite3_io_methods){
        .iVersion = 2,
        .xClose = fault_close,
        .xRead = fault_read,
        .xWrite = fault_write,
        .xTruncate = fault_truncate,
        .xSync = fault_sync,
        .xFileSize = fault_size,
        .xLock = fault_lock,
        .xUnlock = fault_unlock,
        .xCheckReservedLock = fault_reserved,
        .xFileControl = fault_control,
        .xSectorSize = fault_sector,
        .xDeviceCharacteristics = fault_characteristics,
        .xShmMap = fault_shm_map,
        .xShmLock = fault_shm_lock,
        .xShmBarrier = fault_shm_barrier,
        .xShmUnmap = fault_shm_unmap,
    };
    fault = *real_vfs;
    fault.zName = "fault";
    fault.pNext = NULL;
    fault.szOsFile = (int)sizeof(struct fault_file) + real_vfs->szOsFile;
    fault.xOpen = fault_open;
    fault.xDelete = fault_delete;
    if (sqlite3_vfs_register(&fault, 1) != SQLITE_OK) {
        abort();
    }
}

void fault_end_at(long n, enum fault_end how)
{
    end_step = n;
    end_how = how;
}

void fault_full_from(long n)
{
    full_step = n;
}

long fault_steps(void)
{
    return steps;
}
