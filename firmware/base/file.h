#pragma once

/* Whole files, with a limit; and files that are replaced in one step. */

#include <stddef.h>
#include <sys/types.h>

/** Reads a whole regular file of at most @max bytes.
 * @return 0, with *ret_data in memory of its own (a NUL follows the data; the caller frees it); -EFBIG when
 * it is larger; another negative errno. */
int file_read(const char *path, size_t max, char **ret_data, size_t *ret_size);

/** Writes @data to @path by way of a new file beside it, flushed to disk and renamed into place: a reader, or a
 * power cut, sees the old or the new content whole. @return 0 or a negative errno. */
int file_replace(const char *path, const void *data, size_t size, mode_t mode);

/** Flushes the directory that holds @path, so that a rename in it is on disk. @return 0 or a negative errno. */
int file_sync_parent(const char *path);
