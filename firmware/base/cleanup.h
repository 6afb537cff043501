#pragma once

/* Scope clean-up: a variable that is declared with one of these frees what it holds when it goes out of
 * scope. STEAL_PTR and STEAL_FD hand the value on and disarm the variable. */

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define _cleanup_(f)    __attribute__((cleanup(f)))
#define _cleanup_free_  _cleanup_(cleanup_freep)
#define _cleanup_close_ _cleanup_(cleanup_closep)
#define _cleanup_file_  _cleanup_(cleanup_filep)

static inline void cleanup_freep(void *p)
{
    free(*(void **)p);
}

/** Closes *fd when it is one (>= 0). errno is kept. */
void cleanup_closep(int *fd);

/** Closes *f when it is not NULL. */
static inline void cleanup_filep(FILE **f)
{
    if (*f) {
        (void)fclose(*f);
    }
}

#define STEAL_PTR(p)                                                                                                   \
    __extension__({                                                                                                    \
        __typeof__(p) *stolen_from_ = &(p);                                                                            \
        __typeof__(p) stolen_ = *stolen_from_;                                                                         \
        *stolen_from_ = NULL;                                                                                          \
        stolen_;                                                                                                       \
    })

static inline int cleanup_steal_fd(int *fd)
{
    int stolen = *fd;
    *fd = -1;
    return stolen;
}

#define STEAL_FD(fd) cleanup_steal_fd(&(fd))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
