#include "bench/machine.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"
#include "bench/samples.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <mntent.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

enum { SYNCS = 200, SYNC_BLOCKS = 50 };

static int64_t monotonic_ns(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void find_cpu(struct machine *m)
{
    char line[256];
    _cleanup_file_ FILE *f = fopen("/proc/cpuinfo", "re");
    (void)strcpy(m->cpu, "unknown");
    while (f && fgets(line, sizeof(line), f)) {
        char *colon = strchr(line, ':');
        if (colon && (strncmp(line, "model name", 10) == 0 || strncmp(line, "Model", 5) == 0)) {
            line[strcspn(line, "\n")] = '\0';
            (void)text_copy(m->cpu, sizeof(m->cpu), colon + 2);
            return;
        }
    }
}

/* The mount with the longest path that @folder begins with. */
static void find_file_system(const char *folder, struct machine *m)
{
    size_t best = 0;
    _cleanup_free_ char *real = realpath(folder, NULL);
    FILE *f = setmntent("/proc/self/mounts", "re");
    (void)strcpy(m->file_system, "unknown");
    for (const struct mntent *e = f ? getmntent(f) : NULL; e && real; e = getmntent(f)) {
        size_t n = strlen(e->mnt_dir);
        if (n >= best && strncmp(real, e->mnt_dir, n) == 0) {
            best = n;
            (void)text_copy(m->file_system, sizeof(m->file_system), e->mnt_type);
        }
    }
    if (f) {
        (void)endmntent(f);
    }
}

static double time_sync(const char *folder)
{
    static const char block[4096] = {1};
    char path[256];
    struct samples s = {0};
    (void)snprintf(path, sizeof(path), "%s/sync-XXXXXX", folder);
    _cleanup_close_ int fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0) {
        return 0;
    }
    (void)unlink(path);
    for (int i = 0; i < SYNCS; i++) {
        int64_t from = monotonic_ns();
        if (pwrite(fd, block, sizeof(block), (off_t)(i % SYNC_BLOCKS) * 4096) < 0 || fdatasync(fd) < 0) {
            break;
        }
        if (i >= SYNC_BLOCKS) { /* the file has its length by now */
            (void)samples_add(&s, monotonic_ns() - from);
        }
    }
    double us = (double)samples_percentile(&s, 50) / 1e3;
    samples_finish(&s);
    return us;
}

void machine_look(const char *folder, struct machine *ret_machine)
{
    struct machine m = {.cores = (int)sysconf(_SC_NPROCESSORS_ONLN)};
    struct utsname u;
    double load[1] = {-1};
    find_cpu(&m);
    if (uname(&u) == 0) {
        (void)snprintf(m.kernel, sizeof(m.kernel), "%.16s %.40s %.16s", u.sysname, u.release, u.machine);
    }
#ifdef __clang__
    (void)snprintf(m.compiler, sizeof(m.compiler), "clang %s", __clang_version__);
#else
    (void)snprintf(m.compiler, sizeof(m.compiler), "gcc %s", __VERSION__);
#endif
    (void)text_copy(m.sqlite, sizeof(m.sqlite), sqlite3_libversion());
    find_file_system(folder, &m);
    (void)getloadavg(load, 1);
    m.load = load[0];
    m.sync_us = time_sync(folder);
    *ret_machine = m;
}

void machine_print(const struct machine *m, FILE *out)
{
    (void)fprintf(out,
                  "on: %s, %d cores; %s; %s; SQLite %s; %s, a 4 KiB write with fdatasync %.2f ms at the median; load "
                  "%.2f at the start\n",
                  m->cpu, m->cores, m->kernel, m->compiler, m->sqlite, m->file_system, m->sync_us / 1e3, m->load);
}

void machine_print_json(const struct machine *m, FILE *out)
{
    (void)fprintf(out,
                  "{\"cpu\":\"%s\",\"cores\":%d,\"kernel\":\"%s\",\"compiler\":\"%s\",\"sqlite\":\"%s\","
                  "\"file_system\":\"%s\",\"sync_us\":%.0f,\"load\":%.2f}",
                  m->cpu, m->cores, m->kernel, m->compiler, m->sqlite, m->file_system, m->sync_us, m->load);
}

double machine_resident_mb(pid_t pid)
{
    char path[64];
    char line[128];
    (void)snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    _cleanup_file_ FILE *f = fopen(path, "re");
    while (f && fgets(line, sizeof(line), f)) {
        if (strncmp(line, "VmRSS:", 6) == 0) {
            return strtod(line + 6, NULL) / 1024;
        }
    }
    return -1;
}

void machine_add_times(pid_t pid, double *cpu_ns, double *wait_ns)
{
    char path[320];
    (void)snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
    DIR *dir = opendir(path);
    if (!dir) {
        return;
    }
    for (const struct dirent *e = readdir(dir); e; e = readdir(dir)) {
        char line[128] = "";
        char *rest = line;
        (void)snprintf(path, sizeof(path), "/proc/%d/task/%s/schedstat", (int)pid, e->d_name);
        _cleanup_file_ FILE *f = e->d_name[0] == '.' ? NULL : fopen(path, "re");
        if (f && fgets(line, sizeof(line), f)) {
            *cpu_ns += strtod(line, &rest);
            *wait_ns += strtod(rest, NULL);
        }
    }
    (void)closedir(dir);
}

size_t machine_children(pid_t pid, pid_t *ret_children, size_t max)
{
    char path[64];
    size_t n = 0;
    int child;
    (void)snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
    _cleanup_file_ FILE *f = fopen(path, "re");
    while (f && n < max && fscanf(f, "%d", &child) == 1) {
        ret_children[n++] = (pid_t)child;
    }
    return n;
}
