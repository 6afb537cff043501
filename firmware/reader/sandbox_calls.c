#include "reader/sandbox_calls.h"

#include "base/cleanup.h"

#include <asm/termbits.h>
#include <errno.h>
#include <linux/i2c-dev.h>
#include <linux/spi/spidev.h>
#include <linux/usbdevice_fs.h>
#include <seccomp.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

/* One rule: a call, and what one of its arguments must be. */
struct rule {
    int call;
    bool has_argument;
    struct scmp_arg_cmp argument;
};

/* clang-format off */
#define ANY(name) {SCMP_SYS(name), false, {0}}
#define EQUAL(name, arg, what) {SCMP_SYS(name), true, {(arg), SCMP_CMP_MASKED_EQ, UINT32_MAX, (scmp_datum_t)(what)}}
#define CLEAR(name, arg, bits) {SCMP_SYS(name), true, {(arg), SCMP_CMP_MASKED_EQ, (scmp_datum_t)(bits), 0}}
/* clang-format on */

/* What the loop, libnfc and the C library under them need. Memory never becomes executable. */
static const struct rule always[] = {
    ANY(read),
    ANY(write),
    ANY(writev),
    ANY(close),
    ANY(lseek),
    ANY(poll),
    ANY(ppoll),
    ANY(select),
    ANY(pselect6),
    ANY(nanosleep),
    ANY(clock_nanosleep),
    ANY(restart_syscall),
    ANY(clock_gettime),
    ANY(gettimeofday),
    ANY(getrandom),
    ANY(brk),
    ANY(munmap),
    ANY(madvise),
    ANY(mremap),
    CLEAR(mmap, 2, PROT_EXEC),
    CLEAR(mprotect, 2, PROT_EXEC),
    ANY(futex),
    ANY(getpid),
    ANY(gettid),
    ANY(rt_sigaction),
    ANY(rt_sigprocmask),
    ANY(rt_sigreturn),
    EQUAL(setitimer, 0, ITIMER_REAL),
    ANY(exit),
    ANY(exit_group),
};

/* While the device is opened; libusb lists directories; libnfc makes a pipe per device. */
static const struct rule while_opening[] = {
    ANY(open), ANY(openat), ANY(pipe), ANY(pipe2), ANY(getdents), ANY(getdents64), ANY(seccomp),
};

/* Refused quietly, since the C library asks on its way and goes on well without an answer. */
static const int refused[] = {SCMP_SYS(fcntl)};

/* These too, but while libusb lists directories: opendir(3) gives up without an answer. */
static const int refused_but_to_list[] = {SCMP_SYS(fstat), SCMP_SYS(newfstatat), SCMP_SYS(statx)};
static const struct rule to_list[] = {ANY(fstat), ANY(newfstatat), ANY(statx)};

#ifdef STILE_SANITIZE
/* For a report: the sanitizers look at the memory map and name places in the code. They may ask, and get nothing. */
static const struct rule for_sanitizers[] = {ANY(sigaltstack), ANY(sched_yield), ANY(prlimit64)};
static const int refused_to_sanitizers[] = {SCMP_SYS(openat), SCMP_SYS(readlink), SCMP_SYS(readlinkat)};
#endif

/* Never TIOCSTI, which types for the user of a terminal. */
static const struct rule tty_requests[] = {
    EQUAL(ioctl, 1, TCGETS),   EQUAL(ioctl, 1, TCSETS),   EQUAL(ioctl, 1, TCSETSW), EQUAL(ioctl, 1, TCGETS2),
    EQUAL(ioctl, 1, TCSETS2),  EQUAL(ioctl, 1, TCSETSW2), EQUAL(ioctl, 1, TCFLSH),  EQUAL(ioctl, 1, TCSBRK),
    EQUAL(ioctl, 1, FIONREAD), EQUAL(ioctl, 1, TIOCEXCL),
};
static const struct rule usb_requests[] = {
    EQUAL(ioctl, 1, USBDEVFS_CONTROL),
    EQUAL(ioctl, 1, USBDEVFS_BULK),
    EQUAL(ioctl, 1, USBDEVFS_SETINTERFACE),
    EQUAL(ioctl, 1, USBDEVFS_SETCONFIGURATION),
    EQUAL(ioctl, 1, USBDEVFS_GETDRIVER),
    EQUAL(ioctl, 1, USBDEVFS_SUBMITURB),
    EQUAL(ioctl, 1, USBDEVFS_DISCARDURB),
    EQUAL(ioctl, 1, USBDEVFS_REAPURB),
    EQUAL(ioctl, 1, USBDEVFS_REAPURBNDELAY),
    EQUAL(ioctl, 1, USBDEVFS_CLAIMINTERFACE),
    EQUAL(ioctl, 1, USBDEVFS_RELEASEINTERFACE),
    EQUAL(ioctl, 1, USBDEVFS_CONNECTINFO),
    EQUAL(ioctl, 1, USBDEVFS_IOCTL),
    EQUAL(ioctl, 1, USBDEVFS_RESET),
    EQUAL(ioctl, 1, USBDEVFS_CLEAR_HALT),
};
static const struct rule spi_requests[] = {
    EQUAL(ioctl, 1, SPI_IOC_WR_MODE),         EQUAL(ioctl, 1, SPI_IOC_RD_MAX_SPEED_HZ),
    EQUAL(ioctl, 1, SPI_IOC_WR_MAX_SPEED_HZ), EQUAL(ioctl, 1, SPI_IOC_MESSAGE(1)),
    EQUAL(ioctl, 1, SPI_IOC_MESSAGE(2)),
};
static const struct rule i2c_requests[] = {EQUAL(ioctl, 1, I2C_SLAVE)};

static const struct {
    const struct rule *rules;
    size_t n;
} requests[] = {
    [DEVICE_TTY] = {tty_requests, ARRAY_LEN(tty_requests)},
    [DEVICE_USB] = {usb_requests, ARRAY_LEN(usb_requests)},
    [DEVICE_SPI] = {spi_requests, ARRAY_LEN(spi_requests)},
    [DEVICE_I2C] = {i2c_requests, ARRAY_LEN(i2c_requests)},
};

static void release(scmp_filter_ctx *filter)
{
    if (*filter) {
        seccomp_release(*filter);
    }
}

/* @return @r, or the first rule's negative errno. A call that this architecture doesn't have is left out. */
static int allow(scmp_filter_ctx filter, int r, const struct rule *rules, size_t n)
{
    for (size_t i = 0; r == 0 && i < n; i++) {
        r = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, rules[i].call, rules[i].has_argument ? 1 : 0,
                                   &rules[i].argument);
    }
    return r;
}

static int refuse(scmp_filter_ctx filter, int r, const int *calls, size_t n)
{
    for (size_t i = 0; r == 0 && i < n; i++) {
        r = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), calls[i], 0);
    }
    return r;
}

/* abort() sends the signal to itself; the socket to the gate is the only one. */
static int allow_own(scmp_filter_ctx filter, int r, int gate_fd)
{
    const struct rule own[] = {
        EQUAL(tgkill, 0, getpid()),
        EQUAL(sendto, 0, gate_fd),
        EQUAL(recvfrom, 0, gate_fd),
    };
    return allow(filter, r, own, ARRAY_LEN(own));
}

int sandbox_calls_install(const struct device *device, int gate_fd, bool opening)
{
    _cleanup_(release) scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (!filter) {
        return -ENOMEM;
    }
    int r = seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 0); /* set already; this would be one more call to allow */
    r = allow(filter, r, always, ARRAY_LEN(always));
    r = allow(filter, r, requests[device->bus].rules, requests[device->bus].n);
    r = allow_own(filter, r, gate_fd);
    r = refuse(filter, r, refused, ARRAY_LEN(refused));
    if (opening) {
        r = allow(filter, r, while_opening, ARRAY_LEN(while_opening));
    }
    if (opening && device->bus == DEVICE_USB) {
        r = allow(filter, r, to_list, ARRAY_LEN(to_list));
    } else {
        r = refuse(filter, r, refused_but_to_list, ARRAY_LEN(refused_but_to_list));
    }
#ifdef STILE_SANITIZE
    r = allow(filter, r, for_sanitizers, ARRAY_LEN(for_sanitizers));
    r = refuse(filter, r, refused_to_sanitizers + (opening ? 1 : 0),
               ARRAY_LEN(refused_to_sanitizers) - (opening ? 1 : 0));
#endif
    return r == 0 ? seccomp_load(filter) : r;
}
