#include "gfx/connector.h"

#include "base/cleanup.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { CONNECTORS_MAX = 32, PATH_SIZE = 512, VALUE_SIZE = 32 };

struct connector {
    int64_t id;
    char name[CONNECTOR_NAME_SIZE];
};

/* Reads the first line of a small file. */
static int read_line(const char *root, const char *name, const char *what, char ret_line[VALUE_SIZE])
{
    char path[PATH_SIZE];
    int n = snprintf(path, sizeof(path), "%s/%s/%s", root, name, what);
    if (n < 0 || (size_t)n >= sizeof(path)) {
        return -ENAMETOOLONG;
    }
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        return -errno;
    }
    ssize_t got = read(fd, ret_line, VALUE_SIZE - 1);
    if (got < 0) {
        return -errno;
    }
    ret_line[got] = '\0';
    ret_line[strcspn(ret_line, "\n")] = '\0';
    return 0;
}

bool connector_connected(const char *root, const char *name)
{
    char status[VALUE_SIZE];
    int r = read_line(root, name, "status", status);
    return r == -ENOENT || r == -ENODEV ? false : r < 0 || !text_eq(status, "disconnected");
}

static void closedirp(DIR **dir)
{
    if (*dir) {
        (void)closedir(*dir);
    }
}

/* Keeps the list in the order of the numbers. */
static void insert(struct connector *list, int n, const struct connector *c)
{
    int at = n;
    for (; at > 0 && list[at - 1].id > c->id; at--) {
        list[at] = list[at - 1];
    }
    list[at] = *c;
}

int connector_find(const char *root, int card, int index, char ret_name[CONNECTOR_NAME_SIZE])
{
    _cleanup_(closedirp) DIR *dir = opendir(root);
    if (!dir) {
        return -errno;
    }
    char prefix[VALUE_SIZE];
    (void)snprintf(prefix, sizeof(prefix), "card%d-", card);
    struct connector list[CONNECTORS_MAX];
    int n = 0;
    for (const struct dirent *e = readdir(dir); e && n < CONNECTORS_MAX; e = readdir(dir)) {
        struct connector c;
        char status[VALUE_SIZE], id[VALUE_SIZE];
        if (strncmp(e->d_name, prefix, strlen(prefix)) != 0 || !text_copy(c.name, sizeof(c.name), e->d_name) ||
            read_line(root, c.name, "status", status) < 0 || !text_eq(status, "connected") ||
            read_line(root, c.name, "connector_id", id) < 0 || !text_int(id, 0, INT32_MAX, &c.id)) {
            continue;
        }
        insert(list, n++, &c);
    }
    if (index < 0 || index >= n) {
        return -ENOENT;
    }
    memcpy(ret_name, list[index].name, CONNECTOR_NAME_SIZE);
    return 0;
}
