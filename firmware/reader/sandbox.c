#include "reader/sandbox.h"

#define LOG_MODULE "sandbox"
#include "base/cleanup.h"
#include "base/log.h"
#include "bus/message.h"
#include "reader/sandbox_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Landlock as of its sixth interface (Documentation/userspace-api/landlock.rst of the kernel). The headers may be
 * older than the kernel that runs, so what they may lack is named here. */
enum {
    FS_RIGHTS_1 = 13, /* rights of the first interface, one bit each */
    FS_BIT_REFER = 13, /* 2 */
    FS_BIT_TRUNCATE = 14, /* 3 */
    FS_BIT_IOCTL_DEVICE = 15, /* 5 */
    NET_BIND_AND_CONNECT_TCP = 3, /* 4 */
    SCOPE_ABSTRACT_SOCKET_AND_SIGNAL = 3, /* 6 */
};

struct ruleset_attr {
    uint64_t fs;
    uint64_t net;
    uint64_t scoped;
};

/* The interface's number, or a negative errno. */
static int landlock_interface(void)
{
    long n = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return n < 0 ? -errno : (int)n;
}

/* Everything that the running kernel can forbid. */
static struct ruleset_attr all_rights(int interface)
{
    struct ruleset_attr attr = {.fs = (UINT64_C(1) << FS_RIGHTS_1) - 1};
    if (interface >= 2) {
        attr.fs |= UINT64_C(1) << FS_BIT_REFER;
    }
    if (interface >= 3) {
        attr.fs |= UINT64_C(1) << FS_BIT_TRUNCATE;
    }
    if (interface >= 4) {
        attr.net = NET_BIND_AND_CONNECT_TCP;
    }
    if (interface >= 5) {
        attr.fs |= UINT64_C(1) << FS_BIT_IOCTL_DEVICE;
    }
    if (interface >= 6) {
        attr.scoped = SCOPE_ABSTRACT_SOCKET_AND_SIGNAL;
    }
    return attr;
}

/* An old kernel takes a shorter structure; zeros at its end are fine with any. */
static int create_ruleset(const struct ruleset_attr *attr)
{
    long fd = syscall(SYS_landlock_create_ruleset, attr, sizeof(*attr), 0);
    return fd < 0 ? -errno : (int)fd;
}

static int allow_path(int ruleset, const char *path, uint64_t rights)
{
    _cleanup_close_ int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0) {
        return -errno;
    }
    struct landlock_path_beneath_attr beneath = {.allowed_access = rights, .parent_fd = fd};
    return syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) < 0 ? -errno : 0;
}

static int restrict_files(const struct device *device, int interface)
{
    struct ruleset_attr attr = all_rights(interface);
    _cleanup_close_ int ruleset = create_ruleset(&attr);
    if (ruleset < 0) {
        return ruleset;
    }
    uint64_t rights = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE;
    rights |= attr.fs & (UINT64_C(1) << FS_BIT_IOCTL_DEVICE);
    int r = 0;
    if (device->path[0]) {
        r = allow_path(ruleset, device->path, rights);
    } else {
        /* libusb looks through the bus for its device. */
        r = allow_path(ruleset, "/dev/bus/usb", rights | LANDLOCK_ACCESS_FS_READ_DIR);
    }
    if (r < 0) {
        return r;
    }
    return syscall(SYS_landlock_restrict_self, ruleset, 0) < 0 ? -errno : 0;
}

int sandbox_enter(const struct device *device, int gate_fd, unsigned *ret_sandbox)
{
    unsigned sandbox = MESSAGE_SANDBOX_NO_NEW_PRIVS | MESSAGE_SANDBOX_SECCOMP;
    /* A key that is in use here must not end in a core dump, nor in a debugger of the same user. */
    const struct rlimit none = {0};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ||
        setrlimit(RLIMIT_CORE, &none) < 0) {
        return -errno;
    }
    int interface = landlock_interface();
    if (interface == -ENOSYS || interface == -EOPNOTSUPP) {
        log_warn("this kernel has no Landlock: files are guarded by seccomp alone");
    } else {
        int r = interface < 0 ? interface : restrict_files(device, interface);
        if (r < 0) {
            return r;
        }
        sandbox |= MESSAGE_SANDBOX_LANDLOCK;
    }
    int r = sandbox_calls_install(device, gate_fd, true);
    if (r < 0) {
        return r;
    }
    log_debug("shut in: landlock=%d", interface);
    *ret_sandbox = sandbox;
    return 0;
}

int sandbox_seal(const struct device *device, int gate_fd)
{
    return sandbox_calls_install(device, gate_fd, false);
}
